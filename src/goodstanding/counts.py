"""The counts of a run added up: integers by arm, world, measure and cell, one world's table after the other.

Memory is that of one world, however many there are: a table is added up as soon as it is read, and let go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
        """True where every count that two arms share is the same in every world."""
        ours, theirs = self.sums(arm), self.sums(other)
        return all(ours[name] == theirs[name] for name in ours.keys() & theirs.keys())

    def _ask(self, arm: str, by: str, measure: str, since: int) -> Found:
        if by and by not in BY:
            raise InvalidInput(f"by: '{plain(by)}' is unknown; allowed is one of {', '.join(BY)}{nearest(by, BY)}")
        if since and by not in ("", "month"):
            raise InvalidInput(f"since: months cannot be left out by {by}; allowed is since without by, or by month")
        found: Found = {}
        for world, cut in sorted(self._cut(by or "month").get(arm, {}).items()):
            kept = [at for at, cell in enumerate(cut.cells) if not since or cell >= since]
            for name, row in cut.measures.items():
                if measure and name != measure:
                    continue
                there = [at for at in kept if cut.there[row, at]]
                if by:
                    for at in there:
                        found.setdefault((name, cut.cells[at]), {})[world] = Sums(*map(int, cut.numbers[row, at]))
                elif there:
                    numbers = cut.numbers[row, there]
                    both = *numbers[:, :2].sum(axis=0), *numbers[:, 2:].max(axis=0)
                    found.setdefault((name, ""), {})[world] = Sums(*map(int, both))
        return dict(sorted(found.items()))

    def _cut(self, by: str) -> dict[str, dict[World, Cut]]:
        """arm -> world -> its sums by one cut. Raises Integrity where a table cannot be added up."""
        import pyarrow

        if by not in self._cuts:
            found: dict[str, dict[World, Cut]] = {}
            try:
                for world in self._worlds():
                    for arm, table in _arms(world):
                        seeds = tuple(table[f"{of}_seed"][0].as_py() for of in ("society", "luck"))
                        found.setdefault(arm, {})[seeds] = _added_up(table, by)
                    del world  # before the next one is read
            except (KeyError, TypeError, ValueError, pyarrow.ArrowException) as error:
                raise Integrity(f"measures: cannot be added up: {plain(str(error))}") from None
            self._cuts[by] = found
        return self._cuts[by]


def _added_up(table: pyarrow.Table, by: str) -> Cut:
    """Sums of a cell over strata for each month, then over months with the largest one."""
    names, measure = _coded(table["measure"])
    months, month = _coded(table["month"])
    if by == "stratum":
        tenths, tenth = _coded(table["income_tenth"])
        groups, group = _coded(table["group"])
        cells: list[Any] = [f"{letter} {number:02d}" for letter in groups for number in tenths]
        cell = group * len(tenths) + tenth
    else:
        cells, cell = _coded(table[by])
    by_month = np.zeros((2, len(names), len(cells), len(months)), np.int64)
    there = np.zeros(by_month.shape[1:3], np.bool_)
    place = np.ravel_multi_index((measure, cell, month), by_month.shape[1:])  # one number each, which adds up fastest
    for side, column in zip(by_month, ("count", "denominator"), strict=True):
        np.add.at(side.reshape(-1), place, table[column].to_numpy())
    there[measure, cell] = True
    count, base = by_month
    numbers = np.stack([count.sum(2), base.sum(2), count.max(2), base.max(2)], axis=-1)
    return Cut({name: at for at, name in enumerate(names)}, cells, numbers, there)


def _coded(column: pyarrow.ChunkedArray) -> tuple[list[Any], NDArray[np.int64]]:
    """The values of a column in order, and the place of each row's value among them."""
    import pyarrow

    if not pyarrow.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    values = whole.dictionary.to_pylist()
    order = sorted(range(len(values)), key=lambda at: values[at])
    rank = np.empty(len(values), np.int64)
    rank[order] = np.arange(len(values))
    return [values[at] for at in order], rank[whole.indices.to_numpy(zero_copy_only=False)]


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
