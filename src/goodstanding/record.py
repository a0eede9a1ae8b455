"""The record: a sparse table of dated entries about the people of one block, for one scheme.

An entry says about whom, which act as it looked, in which month, why it stands (own act or somebody else's) and in
which copies it stands: the scheme's record, the seen shadow, the twin shadow. An entry that stands in no copy is dead
and is dropped when the table is full; when that is depends on the block, so nobody may read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.errors import Resources
from goodstanding.kernels import helper
from goodstanding.native import Cell
from goodstanding.world import ENTRY, RECORD, SEEN, TWIN

Array = NDArray[Any]
NEW_EACH = 8
"""Entries that one person's month may add at most, on the average of a block."""
LIVE = RECORD | SEEN | TWIN
DECISION_BITS = 7
DECISIONS = (1 << DECISION_BITS) - 1
BY_CHECK, LEFT, OF_TRUE = 4, 2, 1
"""What `decisions` tells apart: officers who look by themselves from an appeal, an entry left from one struck, a true
one from a false one; each kind has a count of its own, up to 127 a month."""


@helper
def enter(
    new_person: Any, new_act: Any, new_origin: Any, new_flags: Any, new_count: Any, i: int, act: int, origin:
    int, flags: int,
) -> None:  # fmt: skip
    """Add an entry about person i of the block; the month is put in by the engine."""
    at = new_count[0]
    if at >= new_person.size:
        raise Resources("record: more entries in a month than 8 a person")
    new_person[at] = i
    new_act[at] = act
    new_origin[at] = origin
    new_flags[at] = flags
    new_count[0] = at + 1


@helper
def decide(decisions: Any, had_stood: Any, i: int, kind: int, months: Any) -> None:
    """Note what an officer decided on an entry about person i of the block that had stood for so many months."""
    shift = DECISION_BITS * kind
    if (decisions[i] >> shift) & DECISIONS < DECISIONS:
        decisions[i] += np.int64(1) << shift
        if not kind & (LEFT | OF_TRUE):
            had_stood[i] += months


@helper
def index_of(act: Any, origin: Any, month: Any) -> Any:
    """The index of a draw about one entry of a person, in 16 bits; entries 64 months apart share one."""
    return np.int64(act) + (np.int64(origin) << 6) + ((np.int64(month) & 63) << 10)


def new_entries(people: int) -> dict[str, Array]:
    """Empty places for the entries that a kernel adds, with their count."""
    places = {name: np.zeros(people * NEW_EACH, dtype) for name, dtype in ENTRY.items()}
    return {**places, "count": np.zeros(1, np.int64)}


class Entries:
    """The entries of one block, as columns that grow; a kernel is bound to their cells and finds what is there."""

    def __init__(self) -> None:
        self.size = 0
        self.places = {name: np.zeros(64, dtype) for name, dtype in ENTRY.items()}
        self.columns = {name: Cell(self.view(name)) for name in ENTRY}

    def view(self, name: str) -> Array:
        """One column of the entries (entries,)."""
        return self.places[name][: self.size]

    def take(self, new: Mapping[str, Array], now: Cell) -> None:
        """Move newly made entries into the table, dated with the month, and forget them there."""
        added = int(new["count"][0])
        if added == 0:
            return
        new["month"][:added] = now.value
        if self.size + added > self.places["flags"].size:
            self._make_room(added)
        end = self.size + added
        for name, places in self.places.items():
            places[self.size : end] = new[name][:added]
            self.columns[name].put(places[:end])
        self.size = end
        new["count"][0] = 0

    def _make_room(self, added: int) -> None:
        live = (self.view("flags") & LIVE) != 0
        kept = int(live.sum())
        room = max(64, (kept + added) * 5 // 4)
        for name, places in self.places.items():
            self.places[name] = np.zeros(room, places.dtype)
            self.places[name][:kept] = places[: self.size][live]
        self.size = kept

    def sorted(self, first: int) -> Array:
        """The live entries as one integer matrix (entries, 5) in an order that depends on nothing but themselves."""
        rows = np.stack([self.view(name).astype(np.int64) for name in ENTRY], axis=1)
        rows = rows[(self.view("flags") & LIVE) != 0]
        rows[:, 0] += first
        ordered: Array = rows[np.lexsort(rows.T[::-1])]
        return ordered
