"""The counts of a run added up: integers by arm, world, measure and cell, asked of the run's table in memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from goodstanding.errors import InvalidInput, nearest, plain

CROSSING = "group x income_tenth"
BY = ("month", "county", "group", "income_tenth", CROSSING)
World = tuple[int, int]
"""A society seed and a luck seed."""


@dataclass(frozen=True)
class Sums:
    """Integers of one arm, world, measure and cell: count, denominator, and the largest month of each."""

    count: int = 0
    base: int = 0
    most: int = 0
    people: int = 0


class Counts:
    """The counts of a run, added up by DuckDB in memory; nothing outside the table can be reached."""

    def __init__(self, table: Any) -> None:
        import duckdb
        import pyarrow

        self._connection = duckdb.connect(":memory:")
        self._connection.register("measures", pyarrow.table(table))
        for rule in (
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {rule}")
        self._known: dict[tuple[str, str, int], dict[tuple[str, str | int], dict[World, Sums]]] = {}

    def sums(self, arm: str, by: str = "", since: int = 0) -> dict[tuple[str, str | int], dict[World, Sums]]:
        """(measure, cell) -> world -> sums of one arm, over all months or by month, county, group or income_tenth.

        `since` leaves out the months before it.
        """
        if (arm, by, since) not in self._known:
            self._known[arm, by, since] = self._ask(arm, by, since)
        return self._known[arm, by, since]

    def _ask(self, arm: str, by: str, since: int) -> dict[tuple[str, str | int], dict[World, Sums]]:
        if by and by not in BY:
            raise InvalidInput(f"by: '{plain(by)}' is unknown{nearest(by, BY)}; allowed is one of {', '.join(BY)}")
        cell = f'"{by}"' if by else "''"
        if by == CROSSING:
            cell = "concat_ws(' ', \"group\"::VARCHAR, income_tenth)"
        found = self._connection.execute(
            f"""
            SELECT measure, cell, society_seed, luck_seed, SUM(c)::BIGINT, SUM(d)::BIGINT,
                   MAX(c)::BIGINT, MAX(d)::BIGINT
            FROM (SELECT measure::VARCHAR AS measure, {cell} AS cell, society_seed, luck_seed, month,
                         SUM("count") AS c, SUM(denominator) AS d
                  FROM measures WHERE arm::VARCHAR = ? AND month >= ? GROUP BY ALL)
            GROUP BY ALL ORDER BY ALL
            """,
            [arm, since],
        ).fetchall()
        sums: dict[tuple[str, str | int], dict[World, Sums]] = {}
        for measure, name, society, luck, *numbers in found:
            sums.setdefault((measure, name), {})[society, luck] = Sums(*numbers)
        return sums
