"""A person's history in one arm: every change that was noted of them, and what each month ended with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodstanding.world import RECORD

if TYPE_CHECKING:
    from goodstanding.trace import Key, Row, Traced
    from goodstanding.words import Words


@dataclass(frozen=True)
class Change:
    """One step's change to one column of one person."""

    month: int
    step: str
    key: Key
    before: int
    after: int


class History:
    """One person in one arm, month by month, from what was noted: each change, and what each month ended with."""

    def __init__(self, traced: Traced, words: Words, all_months: int) -> None:
        self.traced, self.words, self.months = traced, words, all_months
        self.changes: list[Change] = []
        self.ends: dict[Key, list[int]] = {}
        self.made: dict[tuple[int, Key], list[tuple[str, int]]] = {}
        last, afresh = dict(traced.begins), {}
        for month, step, key, value in traced.values:
            made = self.made.setdefault((month, key), [])
            made.append((step, value))
            if key not in afresh:
                afresh[key] = bool(words.column(key).combine) and not words.column(key).kept
            if afresh[key] and len(made) == 1:
                last[key] = 0
            if (before := last.get(key, 0)) != value:
                self.changes.append(Change(month, step, key, before, value))
            last[key] = value
            course = self.ends.setdefault(key, [])
            course += [course[-1] if course else traced.begins.get(key, 0)] * (month + 1 - len(course))
            course[month] = value

    def at(self, key: Key, month: int) -> int:
        """What a column was at the end of a month; nought where nobody made it."""
        course = self.ends.get(key, ())
        return course[month] if 0 <= month < len(course) else self.traced.begins.get(key, 0)

    def maker(self, key: Key, month: int) -> str:
        """The step that gave a column what it has at the end of a month."""
        due, made = self.at(key, month), self.made.get((month, key), [])
        return next((step for step, value in made if value & due), made[-1][0] if made else "")

    def entries(self, scheme: str, month: int) -> list[Row]:
        """The entries that stood on the scheme's record at the end of a month."""
        before = [rows for at, _, of, rows in self.traced.records if of == scheme and at <= month]
        return [row for row in before[-1] if row[3] & RECORD] if before else []

    def spells(self, key: Key) -> Iterator[tuple[int, int, int]]:
        """(value, first month, last month) of each run of months in which a column was the same and not nought."""
        course, month = self.ends.get(key, []), 0
        while month < len(course):
            last = month
            while last + 1 < len(course) and course[last + 1] == course[month]:
                last += 1
            if course[month]:
                yield course[month], month, last
            month = last + 1


def numbered(rows: Iterable[Row]) -> dict[tuple[int, tuple[int, ...]], Row]:
    """Entries by act, month and origin, with a number where there are several alike."""
    found: dict[tuple[int, tuple[int, ...]], Row] = {}
    for row in rows:
        number = 0
        while (number, row[:3]) in found:
            number += 1
        found[(number, row[:3])] = row
    return found
