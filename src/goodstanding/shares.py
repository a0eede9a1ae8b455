"""Shares: how an attribution is told, from its record alone.

A share without what fell away with the rule is read as a cause, and a share without its error as a fact: each stands
beside the other in every table and in the chart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from goodstanding.answer import Sheet, Told
from goodstanding.estimates import Band
from goodstanding.headline import modelled, number, of_sets
from goodstanding.sweep import FEWEST as FEWEST_SETS

ACROSS = ("rule", "share, 5 to 95 %", "median", "taken away, 5 to 95 %", "largest in", "sets", "of it, luck")
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
    "several together, unrecorded what is on no record, such as friends' scores"
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


@dataclass(frozen=True)
class Across:
    """One rule's share of one count over the sets of assumptions, in per cent of what rules added in each set.

    Told by the sets that had enough to share out: `share.sets`. `first` is the part of them in which no other rule's
    share was larger, whatever its sign, `luck` the part of the spread that worlds of one set show among themselves.
    """

    player: str
    measure: str
    share: Band
    taken: Band
    first: float | None
    luck: float | None


class Shares(Told):
    """An attribution as it is read."""

    kind = "attribution"
    heading = "What came of which rule"

    def __init__(self, record: Mapping[str, Any]) -> None:
        super().__init__(record)
        self.measures = list(record["counts"])
        self.people, self.months, self.worlds = record["people"], record["months"], record["worlds"]
        self.tried: Mapping[str, Any] | None = record.get("assumptions")

    @property
    def limits(self) -> list[str]:
        """What it cannot show, the first thing first."""
        return [
            tried_in(self.tried, f"in {self.tried['worlds']} worlds", self._luck)
            if self.tried
            else "The assumptions were not varied: errors are of luck and of the orders that were taken, at one set of "
            "assumptions. Another set may change sizes, ranks and signs.",
            "A share is no blame: a rule comes after those it needs, and is given what they do together. What fell "
            "away without it stands beside it.",
            "A rule is there or absent: what would come of changing it is not told, and harms that are not counted "
            "are shared out to nobody.",
        ]

    @property
    def _luck(self) -> str:
        """What besides the assumptions moves a share from set to set."""
        return "luck" if self.record["orders"] == "all" else "luck and the few orders of each set"

    @property
    def command(self) -> str:
        """What asks the same of the run again."""
        r = self.record
        return (
            f"goodstanding attribute RUN --arm {r['arm']} --people {self.people} --months {self.months} --seeds "
            f"{self.worlds} --orders {r['orders']}" + (f" --assumptions {self.tried['sets']}" if self.tried else "")
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

    def unshared(self, measure: str) -> str:
        """Why a count is not shared out; empty where it is."""
        arm = self.record["arm"]
        if self.few(measure):
            return (
                f"the rules of the arm {arm} changed {measure} by {self.events(measure):,} in all: too few to share out"
            )
        return "" if self.added(measure) else f"no rule of the arm {arm} changed {measure}: nothing to share out"

    def shares(self, measure: str) -> list[Share]:
        """Every rule's share of one count, the largest first."""
        return [Share(**row) for row in self.record["shares"] if row["measure"] == measure]

    def across(self, measure: str) -> list[Across]:
        """Every rule's share of one count over the sets of assumptions; none where they were not varied."""
        rows = [row for row in self.tried["shares"] if row["measure"] == measure] if self.tried else []
        return [Across(**row | {name: Band(**row[name]) for name in ("share", "taken")}) for row in rows]

    def pairs(self, measure: str) -> list[Pair]:
        """How two rules worked together at the end, the strongest first."""
        return [Pair(**row) for row in self.record["pairs"] if row["measure"] == measure]

    def sentence(self) -> str:
        """What was found, in the past tense and in the model: over the assumptions first, where they were varied."""
        luck = self._over_luck()
        return f"{self._over_sets()} {luck[0].lower()}{luck[1:]}" if self.tried else luck

    def _over_sets(self) -> str:
        """What the sets of assumptions made of the shares."""
        assert self.tried is not None
        measure, sets = self.measures[0], self.tried["sets"]
        rows = self.across(measure)
        telling = max((row.share.sets for row in rows), default=0)
        leading = [r for r in rows if max(-(r.share.low or 0), r.share.high or 0) >= 100 * LEADING]
        if not leading:
            return (
                f"Of the {sets:,} sets of assumptions tried, {telling:,} had enough {measure} to share out: too few "
                "for a band."
            )
        parts = "; ".join(
            f"{short(row.player)} {ends(row.share, ' %')} (median {_of_100(row.share.middle)}; the largest in "
            f"{of_sets(row.first or 0.0, telling)})"
            for row in leading
        )
        return (
            f"Across the assumptions tried ({telling:,} of {sets:,} sets had enough to share out), of the {measure} "
            f"that rules added there came of {parts}. (From the 5th to the 95th of every 100 sets, with the median, "
            f"each over {self.tried['worlds']} worlds of {self.tried['people']:,} synthetic people.) As it is written:"
        )

    def _over_luck(self) -> str:
        """What was found at the one set of assumptions of the scenario."""
        measure = self.measures[0]
        (whole, error), added = self.total(measure), self.added(measure)
        title, arm, worlds = self.record["title"], self.record["arm"], self.worlds
        if why := self.unshared(measure):
            return f"In {worlds} worlds {why}."
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
            f"orders only{'' if self.tried else ', the assumptions were not varied'}. A share is no blame: "
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
            if self.tried:
                yield Sheet(ACROSS, list(self.bands(measure)), *self.said_across(measure, self.tried))
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

    def bands(self, measure: str) -> Iterator[list[str]]:
        """The rows of the table of one count over the sets of assumptions."""
        for row in self.across(measure):
            yield [
                short(row.player), ends(row.share, " %"), _of_100(row.share.middle), ends(row.taken, " %"),
                "–" if row.first is None else of_sets(row.first, row.share.sets), f"{row.share.sets:,}",
                _of_100(None if row.luck is None else 100 * row.luck),
            ]  # fmt: skip

    def said_across(self, measure: str, tried: Mapping[str, Any]) -> tuple[str, str]:
        """Title and caption of the table of one count over the sets of assumptions."""
        whole = ends(Band(**tried["totals"][measure]))
        return (
            f"{self.record['title']}, {self.record['arm']}: {measure} over {tried['sets']:,} sets of assumptions, "
            f"{whole} a world",
            f"synthetic society · 5th to 95th of every 100 sets, each over {tried['worlds']} worlds of "
            f"{tried['people']:,} people; share: of what rules added in that set; told by the sets with at least "
            f"{FEWEST} of them, of which {FEWEST_SETS} make a band; largest in: sets in which no other rule's share "
            "was larger, whatever its sign; of it, luck: the part of the spread that worlds of one set show among "
            f"themselves{'' if self._luck == 'luck' else ', through luck and orders'}",
        )

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


def tried_in(tried: Mapping[str, Any], where: str, luck: str = "luck") -> str:
    """What the bands of an answer cannot show."""
    return (
        f"Bands are of {tried['sets']:,} sets of assumptions, each lived {where} of {tried['people']:,} people, "
        f"so that a part of them is {luck}; errors are of luck alone, at one set. What no "
        "prior covers, and another structure of the model, is in neither."
    )


def ends(found: Band, unit: str = "") -> str:
    """A band as it is read; how few sets told of it where there is none."""
    if found.low is None or found.high is None:
        return f"{found.sets:,} sets: too few"
    return f"{number(found.low)} to {number(found.high)}{unit}"


def _of_100(value: float | None) -> str:
    return "–" if value is None else f"{number(value)} %"


def _whole(value: float) -> str:
    return f"{value:.0f}".replace("-", "−")


def short(player: str) -> str:
    """A rule's name as it is read."""
    return player.rpartition(".")[2].replace("_", " ")
