"""Varied: what the page reads of the sets of assumptions, and of a run that may have tried some."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from goodstanding.comparison import Readable as Compared

VARIED = ("none", "aware", "full")
"""The arms that are lived through under every set of assumptions."""
SURE = 0.9
"""The share of the sets in which a direction has to be the same before the page tells one."""


class Band(Protocol):
    """Where 5, 50 and 95 % of the sets of assumptions lie, per 1,000; `reason` says why a number is missing."""

    @property
    def low(self) -> float | None:
        """What 5 % of the sets stay under."""
        ...

    @property
    def middle(self) -> float | None:
        """The median of the sets."""
        ...

    @property
    def high(self) -> float | None:
        """What 95 % of the sets stay under."""
        ...

    @property
    def reason(self) -> str:
        """Why there is none."""
        ...


class Spread(Protocol):
    """One measure in one cell over the sets of assumptions."""

    @property
    def measure(self) -> str:
        """Its name."""
        ...

    @property
    def label(self) -> str:
        """Its name in words."""
        ...

    @property
    def per(self) -> str:
        """What the 1,000 are."""
        ...

    @property
    def cell(self) -> str | int:
        """The month, group or tenth; empty for everybody over the whole run."""
        ...

    @property
    def arm(self) -> Band:
        """The rate in the arm."""
        ...

    @property
    def against(self) -> Band:
        """The rate in the arm beside it."""
        ...

    @property
    def difference(self) -> Band:
        """The one less the other, set by set."""
        ...

    @property
    def same(self) -> float | None:
        """The share of the sets in which the difference has the commoner sign."""
        ...


class Assumptions(Protocol):
    """How far the assumptions carry a result, and which of them do."""

    @property
    def sets(self) -> int:
        """How many sets were drawn from the priors."""
        ...

    @property
    def people(self) -> int:
        """The people of the county in which each was lived through."""
        ...

    @property
    def worlds(self) -> int:
        """Pairs of seeds a set."""
        ...

    def rows(self, arm: str = "full", against: str = "none") -> Sequence[Spread]:
        """Every measure over the whole run."""
        ...

    def by(self, what: str, measure: str, arm: str = "full", against: str = "none") -> Sequence[Spread]:
        """One measure by month, group or income_tenth."""
        ...

    def ranked(self, measure: str) -> Sequence[Any]:
        """The parameters, those first that move the difference most: path, help, correlation, chance, low, high."""
        ...

    def tipped(self) -> Sequence[Any]:
        """Outcomes that came to one of two ends: measure, label, arm, share, worlds."""
        ...

    def structures(self) -> Sequence[Any]:
        """Other structures: name, sentence, and `found`: measure, label, written, varied and flips of each that leads.

        `written` and `varied` are the differences per 1,000 as the scenario stands and under the other structure.
        """
        ...


class Readable(Compared, Protocol):
    """What the report reads of a run."""

    def assumptions(self) -> Assumptions | None:
        """The sets of assumptions that were tried, or None where they were not varied."""
        ...
