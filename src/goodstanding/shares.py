"""Shares: how an attribution is told, from its record alone.

A share without what fell away with the rule is read as a cause, and a share without its error as a fact: each stands
beside the other in every table and in the chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from goodstanding.answer import Sheet, Told
from goodstanding.headline import modelled, number

HEAD = ("rule", "share", "Shapley", "standard error", "of it, orders", "alone", "taken away", "its error")
FEWEST = 50
"""Events over all worlds under which nothing is shared out."""
LEADING = 0.02
"""Shares under this, of what was added, are left out of the sentence."""
STRONGEST = 8
"""Pairs of rules that are shown."""
PAIR = ("rule", "and rule", "together", "standard error")
PAIRED = (
    "what fell away with the one and with the other, added up, less what fell away with both: of the sign of these "
    "where both were needed for it, of the other sign where each stood in for the other"
)
RESTING = (
    "from the shadows of the record: the rules run again without such entries; a month can rest on several, joint is "
    "several together, or no entry at all"
)


@dataclass(frozen=True)
class Share:
    """What one rule was given of one count, per world: over orders, alone with what it needs, and at the end.

    `taken` is what fell away when the rule went, and with it whatever cannot stand without it. `error` is over worlds
    and orders, `order_error` the part of it that more orders would take away.
    """

    player: str
    measure: str
    mean: float
    error: float
    order_error: float | None
    alone: float
    alone_error: float
    taken: float
    taken_error: float


@dataclass(frozen=True)
class Pair:
    """What fell away with one rule and with another, added up, less what fell away with both.

    Of the sign of these changes where both were needed, of the other sign where each stood in for the other.
    """

    one: str
    other: str
    measure: str
    mean: float
    error: float


class Shares(Told):
    """An attribution as it is read."""

    kind = "attribution"
    heading = "What came of which rule"

    def __init__(self, record: Mapping[str, Any]) -> None:
        super().__init__(record)
        self.measures = list(record["counts"])
        self.people, self.months, self.worlds = record["people"], record["months"], record["worlds"]

    @property
    def limits(self) -> list[str]:
        """What it cannot show, the first thing first."""
        return [
            "The assumptions were not varied: errors are of luck and of the orders that were taken, at one set of "
            "assumptions. Another set may change sizes, ranks and signs.",
            "A share is no blame: a rule comes after those it needs, and is given what they do together. What fell "
            "away without it stands beside it.",
            "A rule is there or absent: what would come of changing it is not told, and harms that are not counted "
            "are shared out to nobody.",
        ]

    @property
    def command(self) -> str:
        """What asks the same of the run again."""
        r = self.record
        return (
            f"goodstanding attribute RUN --arm {r['arm']} --people {self.people} --months {self.months} --seeds "
            f"{self.worlds} --orders {r['orders']}"
        )

    def total(self, measure: str) -> tuple[float, float]:
        """What is shared out of a count, per world, with its standard error."""
        told = self.record["totals"][measure]
        return told["mean"], told["error"]

    def added(self, measure: str) -> float:
        """The whole of every percentage: what the rules that pulled the stronger way were given."""
        return float(self.record["totals"][measure]["added"])

    def events(self, measure: str) -> int:
        """What the rules that pulled the stronger way were given of a count, over all worlds."""
        return round(abs(self.added(measure)) * int(self.worlds))

    def few(self, measure: str) -> bool:
        """True where something was changed, and too little to share it out."""
        return bool(self.added(measure)) and self.events(measure) < FEWEST

    def shares(self, measure: str) -> list[Share]:
        """Every rule's share of one count, the largest first."""
        return [Share(**row) for row in self.record["shares"] if row["measure"] == measure]

    def pairs(self, measure: str) -> list[Pair]:
        """How two rules worked together at the end, the strongest first."""
        return [Pair(**row) for row in self.record["pairs"] if row["measure"] == measure]

    def sentence(self) -> str:
        """What was found, in the past tense and in the model."""
        measure = self.measures[0]
        (whole, error), added = self.total(measure), self.added(measure)
        title, arm, worlds = self.record["title"], self.record["arm"], self.worlds
        if self.few(measure):
            return (
                f"In {worlds} worlds the rules of the arm {arm} changed {measure} by {self.events(measure):,} in all: "
                "too few to share out."
            )
        if not added:
            return f"In {worlds} worlds no rule of the arm {arm} changed {measure}: nothing to share out."
        leading = [s for s in self.shares(measure) if abs(s.mean) >= LEADING * abs(added)]
        parts = "; ".join(
            f"{short(s.player)} {_whole(100 * s.mean / added)} ± {_whole(100 * s.error / abs(added))} %"
            for s in leading
        )
        undone = whole - added
        told = (
            f", {number(added)} through some and {number(undone)} through others"
            if abs(undone) >= LEADING * abs(added)
            else ""
        )
        return (
            f"In an invented county of {self.people:,} synthetic people under {modelled(title)} (arm {arm}), "
            f"{number(whole)} ± {number(error)} {measure} a world came of "
            f"the rules in {self.months} months{told}. Shared out over {self._orders()}: {parts}. "
            f"(Mean of {worlds} worlds ± standard error; lines in the chart are 95 % intervals; luck and "
            "orders only, the assumptions were not varied. A share is no blame: "
            "a rule comes after those it needs, and is given what they do together.)"
        )

    def _orders(self) -> str:
        few = self.record["orders"]
        many = "all orders" if few == "all" else f"{few} orders a world"
        return f"{many} in which they could have come"

    def drawn(self) -> tuple[Any, str]:
        """The first count, shared out."""
        from goodstanding.report.single import shares

        return shares(self)

    def tables(self) -> Iterator[Sheet]:
        """Every table, ready for a page: heads, rows, title and caption."""
        for measure in self.measures:
            yield Sheet(HEAD, list(self.cells(measure)), *self.said(measure))
        if any(self.record["causes"].values()):
            title = "What the unfounded sanction-months rested on"
            yield Sheet(("resting on", "a world"), self.resting(), title, RESTING)
        for measure in self.measures:
            rows = [
                [short(p.one), short(p.other), number(p.mean), number(p.error)]
                for p in self.pairs(measure)[:STRONGEST]
                if p.mean
            ]
            if rows:
                yield Sheet(PAIR, rows, f"{measure}: two rules together", PAIRED)

    def cells(self, measure: str) -> Iterator[list[str]]:
        """The rows of the table of one count."""
        whole = self.added(measure)
        for s in self.shares(measure):
            errors = [number(e) for e in (s.error, s.order_error)]
            yield [
                short(s.player), "too few" if self.few(measure) else percent(s, whole), number(s.mean), *errors,
                number(s.alone), number(s.taken), number(s.taken_error),
            ]  # fmt: skip

    def said(self, measure: str) -> tuple[str, str]:
        """Title and caption of the table of one count."""
        whole, error = self.total(measure)
        return (
            f"{self.record['title']}, {self.record['arm']}: {measure}, {number(whole)} ± {number(error)} a world",
            f"synthetic society · {self.worlds} worlds of {self.people:,} people, "
            f"{self._orders()}; share: of what rules added; alone: with what it needs and nothing else; taken away: "
            "with all that need it; ± and errors are standard errors, lines in the chart 95 % intervals (Student's t)"
            + (f"; {self.events(measure):,} in all: too few to share out" if self.few(measure) else ""),
        )

    def resting(self) -> list[list[str]]:
        """What unfounded sanction-months rested on, per world, from the shadows of the record."""
        return [[name, number(mean)] for name, mean in self.record["causes"].items()]


def percent(share: Share, whole: float) -> str:
    """A share of what was added, as a percentage."""
    return f"{100 * share.mean / whole:.1f} %".replace("-", "−") if whole else "–"


def _whole(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def short(player: str) -> str:
    """A rule's name as it is read."""
    return player.rpartition(".")[2].replace("_", " ")
