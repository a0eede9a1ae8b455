"""The counts of a run added up: integers by arm, world, measure and cell, one world's table after the other.

A table is added up as soon as it is read, and let go, so that one world's rows are in memory at a time; what stays are
the sums of every world by month and, once one of them is asked for, by all other cuts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.errors import Integrity, InvalidInput, nearest, plain

if TYPE_CHECKING:
    import pyarrow

BY = ("month", "county", "group", "income_tenth", "stratum")
"""What counts may be cut by; a stratum is a group with an income tenth, such as `A 1`."""
World = tuple[int, int]
"""A society seed and a luck seed."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Integers of one arm, world, measure and cell: count, denominator, and the largest month of each."""

    count: int = 0
    base: int = 0
    most: int = 0
    people: int = 0


NEVER = Sums(0, 1, 0, 1)
"""What a world counts in an arm that has no such scheme: nought of one."""
Found = dict[tuple[str, str | int], dict[World, Sums]]
"""(measure, cell) -> world -> sums."""


@dataclass(frozen=True, slots=True)
class Cut:
    """One arm of one world, cut in one way: `numbers` (measures, cells, 4) as in Sums, and where there were rows."""

    measures: dict[str, int]
    cells: list[Any]
    numbers: NDArray[np.int64]
    there: NDArray[np.bool_]


class Counts:
    """The counts of a run. `worlds` gives its tables, one for each world, as often as it is called."""

    def __init__(self, worlds: Callable[[], Iterable[pyarrow.Table]]) -> None:
        self._worlds = worlds
        self._cuts: dict[str, dict[str, dict[World, Cut]]] = {}
        self._known: dict[tuple[str, str, str, int], Found] = {}

    def sums(self, arm: str, by: str = "", measure: str = "", since: int = 0) -> Found:
        """(measure, cell) -> world -> sums of one arm, over all months or by month, county, group, tenth or stratum.

        With `measure` of that one alone. `since` leaves out the months before it, where nothing else is cut.
        Raises InvalidInput for an unknown cut.
        """
        key = (arm, by, measure, since)
        if key not in self._known:
            self._known[key] = self._ask(*key)
        return self._known[key]

    def alike(self, arm: str, other: str) -> bool:
        """True where every count that two arms share is the same in every month of every world."""
        ours, theirs = (self._cut("month").get(which, {}) for which in (arm, other))
        return all(_alike(ours[world], theirs[world]) for world in ours.keys() & theirs.keys())

    def _ask(self, arm: str, by: str, measure: str, since: int) -> Found:
        if by and by not in BY:
            raise InvalidInput(f"by: '{plain(by)}' is unknown; allowed is one of {', '.join(BY)}{nearest(by, BY)}")
        if since and by not in ("", "month"):
            raise InvalidInput(f"since: months cannot be left out by {by}; allowed is since without by, or by month")
        found: Found = {}
        for world, cut in sorted(self._cut(by or "month").get(arm, {}).items()):
            kept = [at for at, cell in enumerate(cut.cells) if not since or cell >= since]
            cells, numbers, there = [cut.cells[at] for at in kept], cut.numbers[:, kept], cut.there[:, kept]
            if not by and kept:  # nought, as everywhere, where there were no rows
                cells, added, largest = [""], numbers[:, :, :2].sum(axis=1), numbers[:, :, 2:].max(axis=1)
                numbers = np.concatenate([added, largest], axis=-1)[:, None]
                there = np.logical_or.reduce(there, axis=1, keepdims=True)
            for name in [measure] if measure else cut.measures:
                if (row := cut.measures.get(name)) is not None:
                    for cell, sums, rows in zip(cells, numbers[row].tolist(), there[row].tolist(), strict=True):
                        if rows:
                            found.setdefault((name, cell), {})[world] = Sums(*sums)
        return dict(sorted(found.items()))

    def _cut(self, by: str) -> dict[str, dict[World, Cut]]:
        """arm -> world -> its sums by one cut; the tables are read once for months, once more for all other cuts.

        Raises Integrity where a table cannot be added up.
        """
        import pyarrow

        if by not in self._cuts:
            asked = [each for each in BY if (each == "month") == (by == "month")]
            found: dict[str, dict[str, dict[World, Cut]]] = {each: {} for each in asked}
            try:
                for world in self._worlds():
                    table = world
                    for arm, table in _arms(world):
                        seeds = tuple(table[f"{of}_seed"][0].as_py() for of in ("society", "luck"))
                        for each, cut in zip(asked, _added_up(table, asked), strict=True):
                            found[each].setdefault(arm, {})[seeds] = cut
                    del world, table  # before the next world is read: an arm's rows lie in the world's memory
            except (KeyError, TypeError, ValueError, pyarrow.ArrowException) as error:
                raise Integrity(f"measures: cannot be added up: {plain(str(error))}") from None
            self._cuts |= found
        return self._cuts[by]


def _alike(one: Cut, other: Cut) -> bool:
    shared = one.measures.keys() & other.measures.keys()
    ours, theirs = ([cut.measures[name] for name in shared] for cut in (one, other))
    return np.array_equal(one.numbers[ours], other.numbers[theirs])


def _added_up(table: pyarrow.Table, asked: Sequence[str]) -> Iterator[Cut]:
    """The cuts that are asked for: sums of a cell over strata for each month, then over months with the largest one."""
    names, measure = _coded(table["measure"])
    months, month = _coded(table["month"])
    (counties, county), (groups, group), (tenths, tenth) = (_coded(table[of]) for of in BY[1:4])
    every = [(where, letter, number) for where in counties for letter in groups for number in tenths]
    met = np.zeros(len(every), np.bool_)
    place = (county * len(groups) + group) * len(tenths) + tenth
    met[place] = True
    strata, stratum = [every[at] for at in np.flatnonzero(met)], (np.cumsum(met) - 1)[place]
    sums = np.zeros((2, len(names), len(months), len(strata)), np.int64)
    place = (measure * len(months) + month) * len(strata) + stratum  # one number each, which adds up fastest
    for side, column in zip(sums, ("count", "denominator"), strict=True):
        np.add.at(side.reshape(-1), place, table[column].to_numpy())
    rows = {name: at for at, name in enumerate(names)}
    there = np.zeros(sums.shape[1:], np.bool_)
    there.reshape(-1)[place] = True
    for by in asked:
        if by == "month":
            both = sums.sum(axis=-1)
            yield Cut(rows, months, np.stack([*both, *both], axis=-1), np.logical_or.reduce(there, axis=-1))
            continue
        of = [f"{s[1]} {s[2]:02d}" if by == "stratum" else s[BY.index(by) - 1] for s in strata]
        cells = sorted({*of})
        order = sorted(range(len(of)), key=lambda at: of[at])
        starts = [at for at, which in enumerate(order) if at == 0 or of[which] != of[order[at - 1]]]
        count, base = np.add.reduceat(sums[..., order], starts, axis=-1)
        numbers = np.stack([count.sum(1), base.sum(1), count.max(1), base.max(1)], axis=-1)
        yield Cut(
            rows, cells, numbers, np.logical_or.reduceat(np.logical_or.reduce(there, axis=1)[:, order], starts, axis=-1)
        )


def _coded(column: pyarrow.ChunkedArray) -> tuple[list[Any], NDArray[np.int64]]:
    """The values of a column in order, and the place of each row's value among them."""
    import pyarrow

    if pyarrow.types.is_dictionary(column.type):
        whole = column.unify_dictionaries().combine_chunks()
        known, codes = whole.dictionary.to_pylist(), whole.indices.to_numpy(zero_copy_only=False)
    else:
        numbers = column.to_numpy()
        low, high = int(numbers.min()), int(numbers.max())
        known, codes = list(range(low, high + 1)), numbers - low
    met = np.flatnonzero(np.bincount(codes, minlength=len(known)))
    order = sorted(met.tolist(), key=lambda at: known[at])
    rank = np.zeros(len(known), np.int64)
    rank[order] = np.arange(len(order))
    return [known[at] for at in order], rank[codes]


def _arms(world: pyarrow.Table) -> Iterator[tuple[str, pyarrow.Table]]:
    """The rows of each arm; where they stand together, as they do in a run, nothing is copied."""
    import pyarrow

    arms = world["arm"]
    if not pyarrow.types.is_dictionary(arms.type):
        arms = arms.dictionary_encode()
    arms = arms.unify_dictionaries().combine_chunks()
    codes = arms.indices.to_numpy(zero_copy_only=False)
    ends = [*(np.flatnonzero(np.diff(codes)) + 1).tolist(), len(codes)] if len(codes) else []
    found: dict[str, list[pyarrow.Table]] = {}
    for first, end in zip([0, *ends], ends, strict=False):
        found.setdefault(arms[first].as_py(), []).append(world.slice(first, end - first))
    for arm, parts in found.items():
        yield arm, pyarrow.concat_tables(parts)
