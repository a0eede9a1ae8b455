"""The book: what the page asks of a run, each comparison made once over the same sums.

It also keeps the passports: every measure whose numbers stand on the page is asked for by name, and can be asked there
for its definition, unit, denominator, counts and parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from goodstanding.comparison import Comparison, Difference, Readable, parameters, per
from goodstanding.estimates import FEWEST_EVENTS, FEWEST_WORLDS
from goodstanding.report import charts

if TYPE_CHECKING:
    from goodstanding.assumptions import Moved, Spread, Structure

NESTED = ("none", "ghost", "aware", "full")
BARRED, RESTS = ".sanctions.people", ".unfounded.sanction_months"
"""The counts of who is barred and of what sanctions rest on, by the end of their names: a scheme's name precedes it."""


class Origin(NamedTuple):
    """Where numbers come from that no measure of the run holds: what is told when one of them is pressed."""

    key: str
    title: str
    said: str
    command: str


class Book:
    """The comparisons of a run, each made once over the same sums."""

    def __init__(self, run: Readable) -> None:
        self.run, self.manifest, self.cards = run, run.manifest, run.cards
        self.arms: list[str] = list(run.manifest["arms"])
        self.against = "none" if "none" in self.arms else self.arms[0]
        others = [arm for arm in self.arms if arm != self.against]
        self.main = "full" if "full" in others else (others or self.arms)[-1]
        self.nested = [arm for arm in NESTED if arm in self.arms]
        self.further = [arm for arm in self.arms if arm not in NESTED]
        self.worlds = len(run.manifest["seeds"])
        self.counts = run.counts
        self.varied = run.assumptions()
        self.printed = self.drawn = 0
        self.asked: dict[str, str] = {}
        self.origins: list[Origin] = []
        self._known: dict[tuple[str, str], Comparison] = {}
        self._rows: dict[tuple[str, str], dict[str, Difference]] = {}
        self._moved: dict[str, Sequence[Moved]] = {}
        self._spreads: dict[tuple[str, ...], Sequence[Spread]] = {}

    def of(self, arm: str, against: str = "") -> Comparison:
        """An arm beside another, or beside the one without the scheme."""
        pair = arm, against or self.against
        if pair not in self._known:
            self._known[pair] = Comparison(self.run, *pair)
        return self._known[pair]

    @cached_property
    def leading(self) -> list[str]:
        """The measures that the page opens with, those of schemes first; the first of all where none leads."""
        known = self.cards["measures"]
        found = sorted((name for name, card in known.items() if card.get("leads")), key=lambda n: -n.count("."))
        return found or list(known)[:1]

    def ends(self, suffix: str) -> list[str]:
        """The measures whose name ends so, one for each scheme that has it."""
        return [name for name in self.cards["measures"] if name.endswith(suffix)]

    def label(self, name: str) -> str:
        """A measure in words."""
        return str(self.cards["measures"][name]["label"])

    def per(self, name: str) -> str:
        """What its rates are per 1,000 of."""
        return per(name, self.cards)

    def row(self, name: str, arm: str, against: str = "") -> Difference | None:
        """One measure over the whole run; None where the arm does not count it."""
        return self.rows(arm, against).get(name) if self.has(name, arm) else None

    def rows(self, arm: str, against: str = "") -> dict[str, Difference]:
        """Every measure over the whole run, by name and in the order of the cards."""
        pair = arm, against or self.against
        if pair not in self._rows:
            self._rows[pair] = {row.measure: row for row in self.of(*pair).rows()}
        return self._rows[pair]

    def has(self, name: str, arm: str) -> bool:
        """Whether an arm counts this at all."""
        return (name, "") in self.counts.sums(arm)

    def months(self, name: str, arms: Sequence[str]) -> dict[str, list[Difference]]:
        """One measure month by month in several arms; where there is no such scheme to count it, at nought."""
        found = {arm: self.of(arm).by("month", name) for arm in arms}
        if self.nought(name, arms):
            found[self.against] = [replace(row, arm=row.against) for row in self.of(self.main).by("month", name)]
        return found

    def nought(self, name: str, arms: Sequence[str]) -> str:
        """That an arm is counted as nought, where it has no such scheme; empty where it counts this."""
        if self.against not in arms or self.has(name, self.against) or not self.has(name, self.main):
            return ""
        return f"{self.against} has no such scheme and is counted as nought."

    def spread(self, name: str, arm: str, against: str = "") -> Spread | None:
        """One measure over the sets of assumptions; None where they were not varied in these arms."""
        return next((s for s in self.spreads(arm, against) if s.measure == name and s.cell == ""), None)

    def tried(self, *arms: str) -> bool:
        """Whether these arms were lived through under every set of assumptions."""
        return self.varied is not None and {*arms} <= {*self.varied.arms}

    def ranked(self, name: str) -> Sequence[Moved]:
        """The assumptions by how much they move a leading measure's difference between the two main arms."""
        if self.varied is None or not self.tried(self.main, self.against):
            return ()
        if name not in self._moved:
            self._moved[name] = self.varied.ranked(name, self.main, self.against)
        return self._moved[name]

    def structures(self) -> Sequence[Structure]:
        """The other ways to build the model that were tried in the two main arms."""
        if self.varied is None or not self.tried(self.main, self.against):
            return ()
        return self.varied.structures(self.main, self.against)

    def spreads(self, arm: str, against: str = "", by: tuple[str, str] | tuple[()] = ()) -> Sequence[Spread]:
        """Every measure over the sets of assumptions, or one `by` month, group or tenth."""
        pair = arm, against or self.against
        if self.varied is None or not self.tried(*pair):
            return ()
        if (*pair, *by) not in self._spreads:
            self._spreads[*pair, *by] = self.varied.by(*by, *pair) if by else self.varied.rows(*pair)
        return self._spreads[*pair, *by]

    def too_few(self, name: str, arms: Sequence[str]) -> str:
        """How few events there are, where none of these arms has enough for a chart; empty where one has."""
        said, most = "", -1
        for arm in arms:
            row = self.row(name, arm)
            if row is None or row.arm.mean is None:
                continue
            hit = sum(sums.count > 0 for sums in self.counts.sums(arm)[name, ""].values())
            if row.count >= FEWEST_EVENTS and hit >= min(FEWEST_WORLDS, self.worlds):
                return ""
            if row.count > most:
                counted = f"{row.count:,} of {row.base:,} {row.per}, in {hit} of {self.worlds} worlds"
                said, most = f"In {arm}, {counted}: too few for a chart.", row.count
        return said if most else "Nought in these arms: nothing to draw."

    def figure(self, key: str, title: str, chart: Any, said: str) -> charts.Figure:
        """A chart with its text alternative."""
        spec = charts.specification(chart)
        return charts.Figure(key, title, charts.svg(spec, key, said), spec)

    def passport(self, name: str) -> str:
        """The id of a measure's passport, which from then on stands on the page."""
        return self.asked.setdefault(name, f"p{len(self.asked)}")

    def origin(self, told: Origin) -> str:
        """The id under which it is told where numbers come from."""
        self.origins.append(told)
        return f"origin-{told.key}"

    @cached_property
    def answers(self) -> list[dict[str, Any]]:
        """What was asked of the run and kept beside it."""
        return self.run.answers()

    def passports(self) -> list[dict[str, Any]]:
        """Every passport that was asked for: what the measure is, and its counts in every arm."""
        return [self._passport(name, key) for name, key in self.asked.items()]

    def _passport(self, name: str, key: str) -> dict[str, Any]:
        card = self.cards["measures"].get(name, {})
        rows = [(arm, row) for arm in self.arms if (row := self.row(name, arm)) is not None]
        moved = self.ranked(name) if name in self.leading else ()
        return {
            "key": key,
            "name": name,
            "label": card.get("label", name),
            "unit": card.get("unit", "events"),
            "per": self.per(name),
            "better": card.get("better", "neither"),
            "objective": card.get("objective", "never"),
            "family": family(name),
            "definition": str(card.get("definition", "")).split("\n\n", 1)[0],
            "arms": [(arm, row, self._hit(name, arm)) for arm, row in rows],
            "moved_by": [parameter.path for parameter in moved if parameter.stands_out],
        }

    def _hit(self, name: str, arm: str) -> int:
        """The worlds in which it was counted at all."""
        return sum(sums.count > 0 for sums in self.counts.sums(arm).get((name, ""), {}).values())

    @cached_property
    def parameters(self) -> dict[str, int]:
        """How many parameters there are of each provenance: settings and acts, without arms, size and length."""
        return parameters(self.cards)

    @property
    def luck(self) -> str:
        """What the intervals say, in words."""
        return f"{self.worlds} worlds, luck only" if self.worlds > 1 else "one world, no interval"


def family(name: str) -> str:
    """The measure or mechanism that a count belongs to, without its scheme: `unfounded` of `suining.unfounded.own`."""
    return name.rsplit(".", 2)[-2] if "." in name else name
