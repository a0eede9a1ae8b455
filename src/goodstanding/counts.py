"""The counts of a run added up: integers by arm, world, measure and cell, one world's table after the other.

Memory is that of one world, however many there are: a table is added up as soon as it is read, and let go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from goodstanding.errors import Integrity, InvalidInput, nearest, plain

if TYPE_CHECKING:
    import pyarrow

BY = ("month", "county", "group", "income_tenth", "stratum")
"""What counts may be cut by; a stratum is a group with an income tenth, such as `A 1`."""
World = tuple[int, int]
"""A society seed and a luck seed."""
Found = dict[tuple[str, str | int], dict[World, "Sums"]]
"""(measure, cell) -> world -> sums."""
CELLS = {"month": "month", "county": "county", "group": '"group"', "income_tenth": "income_tenth"}
CELLS["stratum"] = "concat_ws(' ', \"group\", lpad(income_tenth::VARCHAR, 2, '0'))"
"""The cell of a row, as DuckDB is asked for it; a tenth of two digits, so that strata stand in order."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Integers of one arm, world, measure and cell: count, denominator, and the largest month of each."""

    count: int = 0
    base: int = 0
    most: int = 0
    people: int = 0


class Counts:
    """The counts of a run, added up by DuckDB in memory; nothing outside the tables it is handed can be reached.

    `worlds` gives the tables of a run, one for each world, as often as it is called.
    """

    def __init__(self, worlds: Callable[[], Iterable[pyarrow.Table]]) -> None:
        import duckdb

        self._worlds = worlds
        self._connection = duckdb.connect(":memory:")
        for rule in (
            "threads = 1",  # a query is small, and there are many
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {rule}")
        self._names: list[str] = []
        self._added: set[str] = set()
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

    def _ask(self, arm: str, by: str, measure: str, since: int) -> Found:
        if by and by not in BY:
            raise InvalidInput(f"by: '{plain(by)}' is unknown{nearest(by, BY)}; allowed is one of {', '.join(BY)}")
        if since and by not in ("", "month"):
            raise InvalidInput(f"since: months cannot be left out by {by}; allowed is since without by, or by month")
        if (cut := by or "month") not in self._added:
            self._add_up(cut)
        where = "arm = ?" + (" AND measure = ?" if measure else "") + (" AND cell >= ?" if since else "")
        cell = "cell" if by else "''"
        found = self._connection.execute(
            f"""
            SELECT measure, {cell} AS place, society_seed, luck_seed, SUM(c)::BIGINT, SUM(d)::BIGINT,
                   MAX(most), MAX(people)
            FROM by_{cut} WHERE {where} GROUP BY ALL ORDER BY ALL
            """,
            [self._number(arm), *([self._number(measure)] if measure else []), *([since] if since else [])],
        ).fetchall()
        sums: Found = {}
        for name, place, society, luck, *numbers in found:
            sums.setdefault((self._names[name - 1], place), {})[society, luck] = Sums(*numbers)
        return sums

    def _number(self, name: str) -> int:
        """The number that stands for a name in the tables of sums, from 1; 0 for a name that none of them holds."""
        return self._names.index(name) + 1 if name in self._names else 0

    def _add_up(self, cut: str) -> None:
        """Read every world once, and keep its sums by one cut. Raises Integrity where a table cannot be added up."""
        import duckdb

        kind = "VARCHAR" if cut in ("group", "stratum") else "INTEGER"
        self._connection.execute(
            f"CREATE OR REPLACE TABLE by_{cut} (arm INTEGER, measure INTEGER, cell {kind}, society_seed UBIGINT, "
            "luck_seed UBIGINT, c BIGINT, d BIGINT, most BIGINT, people BIGINT)"
        )
        try:
            for world in self._worlds():
                self._take(cut, world)
                del world  # before the next one is read
        except (duckdb.Error, KeyError) as error:
            raise Integrity(f"measures: cannot be added up: {plain(str(error))}") from None
        self._added.add(cut)

    def _take(self, cut: str, world: pyarrow.Table) -> None:
        """All arms of one world."""
        for arm, table in _arms(world):
            self._add(cut, arm, table)

    def _add(self, cut: str, arm: str, table: pyarrow.Table) -> None:
        """One arm of one world: sums of a cell over strata for each month, then over months with the largest one."""
        self._names += [name for name in (arm, *table["measure"].unique().to_pylist()) if name not in self._names]
        self._connection.register("counted", table)
        self._connection.execute(
            f"""
            INSERT INTO by_{cut}
            SELECT ?, list_position(?, measure::VARCHAR), cell, society_seed, luck_seed, SUM(c), SUM(d), MAX(c), MAX(d)
            FROM (SELECT measure, {CELLS[cut]} AS cell, month, society_seed, luck_seed, SUM("count") AS c,
                         SUM(denominator) AS d FROM counted GROUP BY ALL)
            GROUP BY ALL
            """,
            [self._number(arm), self._names],
        )
        self._connection.unregister("counted")


def _arms(world: pyarrow.Table) -> Iterator[tuple[str, pyarrow.Table]]:
    """The rows of each arm; where they stand together, as they do in a run, nothing is copied."""
    import numpy as np
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
