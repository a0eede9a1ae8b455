"""Where two lives of one person part: the month, in what, what both came to, and their courses.

Only what is the person's own in both worlds is held side by side: no scheme's columns, and none that schemes alone can
fill. What the person feels of a scheme is told as a sanction, and not as a parting.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from goodstanding.words import Words, dotted, plain_name
from goodstanding.world import COLUMNS

if TYPE_CHECKING:
    from goodstanding.history import History
    from goodstanding.trace import Key


def parting(here: History, without: History, words: Words) -> dict[str, Any]:
    """The first month in which the two lives part, that in which what the person did differs, and every column's."""
    parted: list[dict[str, Any]] = [
        {
            "what": words.label(key), "column": dotted(key), "month": month, "arm": words.value(key, one),
            "without": words.value(key, other), "does": words.column(key).bits == "acts",
        }
        for key in (*_own(here, without, words), *_bars(here))
        for month, one, other in _first(here.ends[key], without.ends.get(key, [0] * here.months))
    ]  # fmt: skip
    parted.sort(key=lambda told: (told["month"], told["column"]))
    did = [told["month"] for told in parted if told["does"]]
    return {"month": parted[0]["month"] if parted else None, "acts": min(did, default=None), "columns": parted}


def beside(here: History, without: History, words: Words) -> list[dict[str, str]]:
    """What both lives came to, side by side: what was done, what was suffered, and whatever ended otherwise."""
    both = (here, without)
    rows = [("months barred from anything", *(str(_barred(h)) for h in both))]
    for key in _own(here, without, words):
        column = words.column(key)
        if column.bits == "acts":
            rows.insert(1, ("acts done", *(str(sum(v.bit_count() for v in h.ends[key])) for h in both)))
        elif _stays(words, key):
            ends = tuple(words.value(key, h.at(key, h.months - 1)) for h in both)
            rows += [(f"{column.label}, at the end", *ends)] if ends[0] != ends[1] else []
        elif column.says:
            lasted = tuple(str(sum(v > 0 for v in h.ends[key])) for h in both)
            rows += [(f"months: {column.label}", *lasted)] if lasted[0] != lasted[1] else []
    rows.append(("open ties at the end", *(str(h.traced.ties[-1]) for h in both)))
    return [{"what": what, "arm": one, "without": other} for what, one, other in rows]


def courses(here: History, without: History, words: Words) -> list[dict[str, Any]]:
    """Month by month, what moves or differs: each score with the lines of its classes, and what both lives hold."""
    found = [_score(here, words, key) for key in sorted(here.ends) if _is_score(here, words, key)]
    for key in _own(here, without, words):
        if _stays(words, key) and here.ends[key] != without.ends[key]:
            told = {"what": words.label(key), "unit": words.column(key).unit, "lines": []}
            found.append({**told, "arm": here.ends[key], "without": without.ends[key]})
    ties = {"arm": here.traced.ties, "without": without.traced.ties}
    if ties["arm"] != ties["without"]:
        found.append({"what": "open ties", "unit": "ties", "lines": [], **ties})
    return found


def _own(here: History, without: History, words: Words) -> list[Key]:
    """The columns that are the person's own in both worlds, without flags by which others see what they tell."""
    schemes = {scheme.name for scheme in words.world.schemes}
    there = sorted(here.ends.keys() & without.ends.keys())
    mine = (key for key in there if key[0].partition(".")[0] not in schemes and not words.column(key).gate)
    return [key for key in mine if not words.sign(key)]


def _first(one: list[int], other: list[int]) -> Iterator[tuple[int, int, int]]:
    """The first month in which two courses differ, with both values; nothing where they never do."""
    for month, (here, there) in enumerate(zip(one, other, strict=True)):
        if here != there:
            yield month, here, there
            return


def _stays(words: Words, key: Key) -> bool:
    """True for an amount that a person holds from month to month."""
    column = words.column(key)
    return column.kept and bool(column.unit) and not column.says


def _is_score(here: History, words: Words, key: Key) -> bool:
    column = words.column(key)
    moves = column.copies and bool(column.unit) and len({*here.ends[key]}) > 1
    return moves and column.scope == "scheme" and plain_name(key[1]) == key[1]


def _score(here: History, words: Words, key: Key) -> dict[str, Any]:
    """A score of a scheme, with every table of lower ends in the same unit that puts people into classes."""
    column = words.column(key)
    lines = [
        {"name": name, "value": value}
        for step in words.steps.values() if step.scheme == key[0]
        for setting, declared in step.rule.settings.items() if declared.defines and declared.unit == column.unit
        for name, value in [*getattr(step.rule, setting).items()][:-1]
    ]  # fmt: skip
    what = f"{column.label} with {key[0]}"
    return {"what": what, "unit": column.unit, "lines": lines, "arm": here.ends[key], "without": None}


def _barred(history: History) -> int:
    """Months in which somebody felt barred from anything."""
    bars = _bars(history)
    return sum(any(history.at(key, month) for key in bars) for month in range(history.months))


def _bars(history: History) -> list[Key]:
    """The columns of what people feel barred from."""
    felt = {COLUMNS[key[1]].into for key in history.ends if key[1] in COLUMNS and COLUMNS[key[1]].burden}
    return [
        key for key in sorted(history.ends) if key[0] == "" and key[1] in felt and COLUMNS[key[1]].bits == "domains"
    ]
