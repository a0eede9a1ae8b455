"""Frames: results as tables, for Arrow, pandas and Polars, and as a notebook or a terminal shows them.

Whatever reads the Arrow C stream (pandas, Polars, DuckDB, PyArrow) takes a frame as it is. Every table says in its
metadata that it is synthetic; Polars keeps no metadata, so that what is handed to it says so no longer.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.errors import Resources

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

SYNTHETIC = "synthetic society: generated people, no real person anywhere"
MARK = b"goodstanding"
"""The key of the metadata under which a table says what it is."""
FIRST = 8
"""Rows of a long table that are shown."""


class Frame(ABC):
    """A result that is a table: Arrow first, pandas and Polars where they are installed."""

    @abstractmethod
    def to_arrow(self) -> pyarrow.Table:
        """The result as a table of PyArrow, marked as synthetic."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.to_arrow().__arrow_c_stream__(requested_schema)

    def to_pandas(self) -> Any:
        """The result as a pandas DataFrame; its `attrs` say that it is synthetic."""
        _needed("pandas")
        table = self.to_arrow()
        frame = table.to_pandas()
        frame.attrs = dict(told_in(table))
        return frame

    def to_polars(self) -> Any:
        """The result as a Polars DataFrame."""
        return _needed("polars").from_arrow(self.to_arrow())


class Measures(Frame):
    """Every count of a run, long and tidy: a row for each arm, world, month, stratum and measure."""

    def __init__(self, table: pyarrow.Table) -> None:
        self._table = marked(table, told_in(table))

    def to_arrow(self) -> pyarrow.Table:
        """The table as it was read."""
        return self._table

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows as plain dictionaries."""
        found: list[dict[str, Any]] = self._table.to_pylist()
        return found

    @property
    def num_rows(self) -> int:
        """How many rows there are."""
        return int(self._table.num_rows)

    @property
    def column_names(self) -> list[str]:
        """The names of the columns, in order."""
        return list(self._table.column_names)

    def __len__(self) -> int:
        return self.num_rows

    def __repr__(self) -> str:
        return f"<Measures: {len(self):,} rows of {', '.join(self.column_names)}; {SYNTHETIC}>"

    def __rich__(self) -> Table:
        return terminal(self.column_names, self._first(), *self._said())

    def _repr_html_(self) -> str:
        return notebook(self.column_names, self._first(), *self._said())

    def _first(self) -> list[list[str]]:
        return [[str(cell) for cell in row.values()] for row in self._table.slice(0, FIRST).to_pylist()]

    def _said(self) -> tuple[str, str]:
        return "Counts of a synthetic society", f"the first {min(FIRST, len(self))} of {len(self):,} rows"


def marked(table: pyarrow.Table, told: Mapping[str, Any] = {}) -> pyarrow.Table:
    """The table with metadata that call it synthetic, and with what else is told of it."""
    text = json.dumps({**told, "synthetic": True, "what": SYNTHETIC})
    return table.replace_schema_metadata({**(table.schema.metadata or {}), MARK: text.encode()})


def parquet(table: pyarrow.Table, told: Mapping[str, Any]) -> bytes:
    """The table as a Parquet file that calls itself synthetic."""
    import pyarrow
    from pyarrow.parquet import write_table

    sink = pyarrow.BufferOutputStream()
    write_table(marked(table, told), sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


def told_in(table: pyarrow.Table) -> dict[str, Any]:
    """What the metadata of a table say of it."""
    found: dict[str, Any] = json.loads((table.schema.metadata or {}).get(MARK, b"{}"))
    return found


def notebook(head: Sequence[str], rows: Iterable[Sequence[str]], title: str, caption: str) -> str:
    """A small table in HTML; everything in it is escaped."""
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"] if any(head) else []
    lines += ["<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows]
    return f"<p><b>{escape(title)}</b></p><table>{''.join(lines)}</table><p>{escape(caption)}</p>"


def terminal(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    title: str,
    caption: str,
    numbers: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> Table:
    """The same table for a terminal; the columns named in `numbers` stand to the right, `whole` ones in one line.

    There are no lines between columns, so that no word is cut where a terminal has 80 of them.
    """
    from rich.box import SIMPLE
    from rich.table import Table
    from rich.text import Text

    table = Table(
        title=Text(title), caption=Text(caption), show_header=any(head), box=SIMPLE, pad_edge=False,
        collapse_padding=True,
    )  # fmt: skip
    for name in head:
        side: Literal["left", "right"] = "right" if name in numbers else "left"
        table.add_column(Text(name), justify=side, overflow="fold", no_wrap=name in whole)
    for row in rows:
        table.add_row(*map(Text, row))
    return table


def _needed(package: str) -> Any:
    """A package that we do not depend on. Raises Resources where it is not installed."""
    try:
        return import_module(package)
    except ImportError:
        raise Resources(f"{package} is not installed; `pip install {package}`, or take to_arrow()") from None
