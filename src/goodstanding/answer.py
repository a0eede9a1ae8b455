"""Answers: what was found when a scenario was lived again for a question, and how that is told.

What is told follows from a record of plain values alone, so that an answer kept beside a run reads in its report as it
did when it was found. Whatever is told of it, its limits come first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from goodstanding.frames import Frame, notebook, terminal

if TYPE_CHECKING:
    from rich.table import Table


class Sheet(NamedTuple):
    """A table that is ready for a page: its heads, its rows, a title, and what stands below it."""

    head: Sequence[str]
    rows: list[list[str]]
    title: str
    caption: str


class Told(ABC):
    """An answer as it is read: its limits, a sentence, one chart, and tables."""

    kind: ClassVar[str]
    heading: ClassVar[str]

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.record = record

    @property
    @abstractmethod
    def limits(self) -> list[str]:
        """What it cannot show, the first thing first."""

    @property
    @abstractmethod
    def command(self) -> str:
        """What asks the same of the run again."""

    @abstractmethod
    def sentence(self) -> str:
        """What was found, in the past tense and in the model."""

    @abstractmethod
    def drawn(self) -> tuple[Any, str]:
        """The one chart, and the same in words."""

    @abstractmethod
    def tables(self) -> Iterator[Sheet]:
        """Every table."""

    def chart(self) -> str:
        """The one chart as SVG."""
        from goodstanding.report import charts

        chart, said = self.drawn()
        return charts.svg(charts.specification(chart), self.kind, said)


class Answer(Frame):
    """What was found, in numbers; `told` is how it is read."""

    @property
    @abstractmethod
    def record(self) -> dict[str, Any]:
        """Every number as plain values: all that is told follows from it."""

    @property
    @abstractmethod
    def told(self) -> Told:
        """The answer as it is read."""

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON; its limits stand first."""
        told = self.told
        return {"synthetic": True, "kind": told.kind, "limits": told.limits, "sentence": told.sentence(), **self.record}

    def kept(self) -> dict[str, Any]:
        """What is kept of it beside a run."""
        return self.to_dict()

    @property
    def place(self) -> str:
        """What tells it from other answers that are kept: the last one for an arm stands."""
        return f"{self.told.kind}-{self.record['arm']}"

    def sentence(self) -> str:
        """What was found, in the past tense and in the model."""
        return self.told.sentence()

    def chart(self) -> str:
        """The one chart as SVG."""
        return self.told.chart()

    def tables(self) -> Iterator[Sheet]:
        """Every table, ready for a page."""
        return self.told.tables()

    def page(self, path: Path) -> Path:
        """Write limits, sentence, chart and tables as one page that opens from disk, and return where it is."""
        from goodstanding.report.single import page

        return page(self.told, path)

    def __rich__(self) -> Table:
        first = next(self.tables())
        return terminal(*first, numbers=first.head[1:])

    def _repr_html_(self) -> str:
        limits = "".join(f"<li>{escape(line)}</li>" for line in self.told.limits)
        return f"<ul>{limits}</ul>{self.chart()}" + "".join(notebook(*sheet) for sheet in self.tables())
