"""Evidence: what a run has on one of its arms, read by the names of its measures.

Counts are summed in integers, world by world; over the assumptions they come as rates, set by set. A measure that the
run did not count, or that the arm has no scheme for, is not there, and whoever asks for it is told so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodstanding.comparison import SMALLEST_CELL, Readable
from goodstanding.counts import Counts, Sums, World
from goodstanding.frontier import UNFELT, WITHOUT

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from goodstanding.audit.rules import Rules

DECIDED = "validity.decided"
"""The measure of everything that is decided against people: where there is none of it, nothing follows for anybody."""


class Missing(Exception):
    """Something that an indicator needs is not in the run; the text says what."""


@dataclass
class Evidence:
    """One arm of a run beside the arm without the scheme; `rules` are the schemes' own, where they could be read.

    `safeguarded` are the arms that add safeguards and change nothing else.
    """

    run: Readable
    arm: str
    rules: Mapping[str, Rules] = field(default_factory=dict)
    safeguarded: tuple[str, ...] = ()
    beside: Readable | None = None

    @cached_property
    def counts(self) -> Counts:
        """The counts of the run, added up."""
        return self.run.counts

    @cached_property
    def worlds(self) -> list[World]:
        """Every pair of seeds, in order."""
        return sorted((int(society), int(luck)) for society, luck in self.run.manifest["seeds"])

    @property
    def cards(self) -> Mapping[str, Any]:
        """What every count means."""
        found: Mapping[str, Any] = self.run.cards["measures"]
        return found

    @cached_property
    def tried(self) -> Any:
        """The sets of assumptions, where this arm and the one without the scheme were lived through under them."""
        found = self.run.assumptions()
        return found if found is not None and {self.arm, WITHOUT} <= {*found.arms} else None

    @property
    def least(self) -> float:
        """The rate per 1,000 below which fewer people stand behind a set than are shown."""
        lived = self.tried.people * self.tried.worlds * self.run.manifest["months"] if self.tried else 0
        return 1000 * SMALLEST_CELL / max(1, int(lived))

    @cached_property
    def schemes(self) -> list[str]:
        """The schemes that the arm has, by name: what is counted for each of them stands under its name."""
        return sorted({name.split(".")[0] for name, _ in self.counts.sums(self.arm) if name.count(".") == 2})

    def name(self, measure: str, scheme: str, arm: str = "") -> str:
        """The whole name of a measure of one scheme, or of society. Raises Missing where the arm does not count it."""
        there = self.counts.sums(arm or self.arm)
        for whole in (f"{scheme}.{measure}", measure):
            if (whole, "") in there:
                return whole
        raise Missing(f"this run did not count {measure}")

    def nothing_follows(self, scheme: str) -> str:
        """Why nothing follows for anybody under a scheme in this arm; empty where it does, or was not counted."""
        if self.arm in UNFELT:
            return f"in the arm {self.arm} nothing follows for anybody"
        try:
            decided = sum(sums.count for sums in self.sums({DECIDED: 1}, scheme))
        except Missing:
            return ""
        if decided:
            return ""
        rules = self.rules.get(scheme)
        unseen = "; favours that a class goes without are not counted" if rules and rules.favouring else ""
        return f"nothing was decided against anybody{unseen}"

    def sums(
        self, measures: Mapping[str, int], scheme: str, arm: str = "", by: str = "", cell: str | int = ""
    ) -> list[Sums]:
        """Weighted counts of some measures, world by world; the denominator is that of the first one."""
        arm = arm or self.arm
        names = {self.name(measure, scheme, arm): weight for measure, weight in measures.items()}
        found = [(self.counts.sums(arm, by, name if by else "").get((name, cell), {}), w) for name, w in names.items()]
        if not found:
            raise Missing("nothing is left to add up")
        added = []
        for world in self.worlds:
            first = found[0][0].get(world, Sums())
            count = sum(sums.get(world, Sums()).count * weight for sums, weight in found)
            added.append(Sums(count, first.base, 0, first.people))
        return added

    def rates(
        self, measures: Mapping[str, int], scheme: str, arm: str = "", by: str = "", cell: int = 0
    ) -> NDArray[np.float64] | None:
        """Weighted rates per 1,000 of every set (sets,); None where the assumptions were not varied or not counted."""
        if self.tried is None:
            return None
        arm = arm or self.arm
        if arm not in self.tried.arms:
            return None
        found = [(self.tried.rates(self.name(m, scheme, arm), arm, by, cell), w) for m, w in measures.items()]
        if any(rates is None for rates, _ in found):
            return None
        total: NDArray[np.float64] = sum(rates * weight for rates, weight in found)
        return total
