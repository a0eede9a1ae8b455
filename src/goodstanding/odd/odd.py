"""A scenario as a text in the order of the ODD protocol, the same on every machine; and its simulation card."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodstanding.binding import month
from goodstanding.odd import elements
from goodstanding.odd.card import card
from goodstanding.scenario import Scenario, rows
from goodstanding.version import __version__

if TYPE_CHECKING:
    from goodstanding.folder import Run


class Odd:
    """The description of one scenario, or of a run of it, which adds its seeds and its digest."""

    def __init__(self, scenario: Scenario, run: Run | None = None) -> None:
        self.scenario, self.run = scenario, run

    @cached_property
    def elements(self) -> dict[str, str]:
        """The seven elements in their order, and what they stand on: heading and Markdown."""
        return {heading: "\n".join(make(self.scenario)).strip() + "\n" for heading, make in elements.ELEMENTS.items()}

    def text(self) -> str:
        """The whole description as Markdown."""
        parts = [f"## {heading}\n\n{text}" for heading, text in self.elements.items()]
        return "\n".join([*elements.opening(self.scenario), "", *parts])

    def card(self) -> str:
        """The simulation card: one page of Markdown."""
        return card(self.scenario, self.run)

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {
            "synthetic": True,
            "scenario": self.scenario.name,
            "title": self.scenario.title,
            "hash": self.scenario.hash,
            "goodstanding": __version__,
            "elements": self.elements,
            "month": {arm: month(self.scenario, arm) for arm in self.scenario.arms},
            "columns": elements.columns_of(self.scenario),
            "parameters": rows(self.scenario),
            "card": self.card(),
        }

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Odd of {self.scenario.name}, synthetic society>"

    def _repr_markdown_(self) -> str:
        return self.card()


def odd(scenario: Scenario, run: Run | None = None) -> Odd:
    """The description of a scenario in the order of the ODD protocol, and its simulation card."""
    return Odd(scenario, run)
