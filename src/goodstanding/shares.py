"""Shares: how an attribution is told, from its record alone.

A share without what fell away with the rule is read as a cause, and a share without its error as a fact: each stands
beside the other in every table and in the chart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from goodstanding.answer import Sheet, Told
from goodstanding.assumptions import DETERMINES
from goodstanding.comparison import SMALLEST_CELL
from goodstanding.estimates import FEWEST_WORLDS, Band
from goodstanding.headline import modelled, number, of_sets
from goodstanding.sweep import FEWEST as FEWEST_SETS
from goodstanding.words import listed

ACROSS = ("rule", "share, 5 to 95 %", "median", "taken away, 5 to 95 %", "largest in", "sets", "of it, luck")
HEAD = ("rule", "share", "Shapley", "standard error", "of it, orders", "alone", "taken away", "its error")
FEWEST = 50
"""Events over all worlds under which nothing is shared out: months, and not people."""
BILLS = (".fines.", ".recovery.")
"""What the counts of months with a bill to pay hold in their names."""
LEADING = 0.02
"""Shares under this, of what was added, are left out of the sentence."""
STRONGEST = 8
"""Pairs of rules that are shown."""
FEW_PEOPLE = f"fewer than {SMALLEST_CELL} people"
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
    """What one rule was given of one count, per world: over orders, alone, and at the end.

    `alone` is with everything that can make what it needs, and nothing else; `taken` is what fell away when the rule
    went, and with it whatever cannot stand without it. `error` is over worlds and orders, `order_error` the part of it
    that more orders would take away. `share` is its part of what was added, `share_error` the error of that ratio:
    what a world adds and what it gives the rule move together.
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
    share: float | None
    share_error: float | None


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
    """One rule's share of one count over the sets of assumptions, in per cent of what rules added, or took away.

    Told by the sets that had enough to share out and went the commoner way: `share.sets`, none where too few of them
    went the same way. `first` is the part of them in which no other rule's
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
            *map(self._circle, self.record["circles"]),
            *self._uncounted,
            "A rule is there or absent: what would come of changing it is not told, and harms that are not counted "
            "are shared out to nobody.",
        ]

    def _circle(self, circle: Sequence[str]) -> str:
        """That some rules wait for each other, and what is made of it."""
        return (
            f"These rules wait for each other: {listed([self.name(player) for player in circle])}. None of them is "
            "made to come after another, though each reads what another makes: a convention, which moves shares."
        )

    @property
    def _uncounted(self) -> Iterator[str]:
        """What is shared out although few people, or nobody knows how many, stand behind it."""
        people = {m: self.record["totals"][m]["people"] for m in self.measures if not self.unshared(m)}
        if names := [m for m, many in people.items() if many is None]:
            yield (
                f"How many people stand behind the {listed(names)} is not counted: they are shared out from {FEWEST} "
                "of them on, however few people they fell on."
            )
        for measure, many in people.items():
            if many is not None and many < SMALLEST_CELL:
                yield (
                    f"The {measure} fell on few people: {many:,} in the largest months of all worlds together. "
                    f"Of all adults they are told, and shared out from {FEWEST} of them on, all the same."
                )

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

    @cached_property
    def _several(self) -> bool:
        """True where rules of several schemes share."""
        return len({player["path"].partition(".")[0] for player in self.record["players"]}) > 1

    def name(self, player: str) -> str:
        """A rule's name as it is read: with its scheme, where there are several."""
        return player if self._several else player.rpartition(".")[2].replace("_", " ")

    def total(self, measure: str) -> tuple[float | None, float | None]:
        """What is shared out of a count, per world, with its standard error; None where too few people are known of."""
        told = self.record["totals"][measure]
        return told["mean"], told["error"]

    def added(self, measure: str) -> float:
        """The whole of every percentage: what the rules that pulled the stronger way were given."""
        return float(self.record["totals"][measure]["added"] or 0.0)

    def way(self, measure: str) -> str:
        """What these rules did to a count."""
        return "took away" if self.added(measure) < 0 else "added"

    def events(self, measure: str) -> int:
        """What the rules that pulled the stronger way were given of a count, over all worlds."""
        return round(abs(self.added(measure)) * int(self.worlds))

    def hidden(self, measure: str) -> bool:
        """True where a count was changed among so few people that nothing is told of it."""
        return self.record["totals"][measure]["added"] is None

    def few(self, measure: str) -> bool:
        """True where something was changed, and too little, or among too few, to share it out."""
        return self.hidden(measure) or (bool(self.added(measure)) and self.events(measure) < FEWEST)

    @property
    def certain(self) -> bool:
        """True where worlds are enough for an error of a share, and for an interval."""
        return int(self.worlds) >= FEWEST_WORLDS

    def unshared(self, measure: str) -> str:
        """Why a count is not shared out; empty where it is."""
        rules = f"the rules of the arm {self.record['arm']} changed {measure}"
        if self.hidden(measure):
            return f"{rules} among {FEW_PEOPLE}: too few to share out"
        if self.few(measure):
            return f"{rules} by {self.events(measure):,} in all: too few to share out"
        if self.added(measure):
            return ""
        return f"no rule of the arm {self.record['arm']} changed {measure}: nothing to share out"

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

    def ways(self, measure: str) -> tuple[int, int]:
        """In how many sets of assumptions with enough to share out rules added to a count, and took away from it."""
        added, took = self.tried["ways"][measure] if self.tried else (0, 0)
        return added, took

    def _went(self, measure: str) -> str:
        """Which way the sets went, where not all went the same."""
        added, took = self.ways(measure)
        if not (added and took):
            return ""
        if self.torn(measure):
            return f"rules added {measure} in {added:,} sets and took them away in {took:,}: no band across both"
        few, rest = ("took away", took) if added > took else ("added", added)
        return f"of the {max(added, took):,} sets in which they did; in {rest:,} they {few}"

    def torn(self, measure: str) -> bool:
        """True where too few sets went the same way for shares of it to make a band."""
        return max(self.ways(measure)) < DETERMINES * sum(self.ways(measure))

    def sentence(self) -> str:
        """What was found, in the past tense and in the model: over the assumptions first, where they were varied."""
        luck = self._over_luck()
        return f"{self._over_sets()} As it is written: {luck[0].lower()}{luck[1:]}" if self.tried else luck

    def _over_sets(self) -> str:
        """What the sets of assumptions made of the shares."""
        assert self.tried is not None
        measure, sets = self.measures[0], self.tried["sets"]
        rows, (added, took), went = self.across(measure), self.ways(measure), self._went(measure)
        telling = f"{added + took:,} of {sets:,} sets had enough to share out"
        if self.torn(measure):
            return f"Across the assumptions tried ({telling}), {went}."
        leading = [r for r in rows if max(-(r.share.low or 0), r.share.high or 0) >= 100 * LEADING]
        if not leading:
            return (
                f"Of the {sets:,} sets of assumptions tried, {added + took:,} had enough {measure} to share out"
                f"{f' ({went})' if went else ''}: too few for a band."
            )
        parts = "; ".join(
            f"{self.name(row.player)} {ends(row.share, ' %')} (median {_of_100(row.share.middle)}; the largest in "
            f"{of_sets(row.first or 0.0, row.share.sets)})"
            for row in leading
        )
        return (
            f"Across the assumptions tried ({telling}), of the {measure} that rules "
            f"{'took away' if took > added else 'added'} there came of {parts}. "
            f"(From the 5th to the 95th of every 100 sets{f' {went}' if went else ''}, with the median, "
            f"each over {self.tried['worlds']} worlds of {self.tried['people']:,} synthetic people.)"
        )

    def _over_luck(self) -> str:
        """What was found at the one set of assumptions of the scenario."""
        measure = self.measures[0]
        title, arm, worlds = self.record["title"], self.record["arm"], self.worlds
        if why := self.unshared(measure):
            return f"In {worlds} worlds {why}."
        (whole, error), added = self.total(measure), self.added(measure)
        leading = [s for s in self.shares(measure) if abs(s.mean) >= LEADING * abs(added)]
        parts = "; ".join(f"{self.name(s.player)} {self._part(s, rounded)}" for s in leading)
        undone = (whole or 0.0) - added
        told = (
            f", {number(added)} through some and {number(undone)} through others"
            if abs(undone) >= LEADING * abs(added)
            else ""
        )
        billed = f" ({self.month(measure)})" if self.month(measure) else ""
        sure = "lines in the chart are 95 % intervals" if self.certain else "too few worlds for the error of a share"
        return (
            f"In an invented county of {self.people:,} synthetic people under {modelled(title)} (arm {arm}), "
            f"{number(whole)} ± {number(error)} {measure}{billed} a world came of "
            f"the rules in {self.months} months{told}. Shared out over {self._orders()}: {parts}. "
            f"(Mean of {worlds} worlds ± standard error; {sure}; luck and "
            f"orders only{'' if self.tried else ', the assumptions were not varied'}. A share is no blame: "
            "a rule comes after those it needs, and is given what they do together.)"
        )

    def month(self, measure: str) -> str:
        """What a sanction-month is where bills are counted among them; empty where none are."""
        billed = any(bill in count for count in self.record["counts"][measure] for bill in BILLS)
        if not billed or not measure.endswith("sanction-months"):
            return ""
        return "a sanction-month is one person barred from one domain, or with a bill to pay, in one month"

    def _part(self, share: Share, written: Callable[[float], str]) -> str:
        """A rule's share in per cent, with its error where worlds are enough for one."""
        if share.share is None or share.share_error is None:
            return "–"
        error = f" ± {written(100 * share.share_error)}" if self.certain else ""
        return f"{written(100 * share.share)}{error} %"

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
                [self.name(p.one), self.name(p.other), number(p.mean), number(p.error)]
                for p in self.pairs(measure)[:STRONGEST]
                if p.mean
            ]
            if rows:
                yield Sheet(PAIR, rows, f"{measure}: two rules together", PAIRED)

    def cells(self, measure: str) -> Iterator[list[str]]:
        """The rows of the table of one count."""
        for s in self.shares(measure):
            errors = [number(e) for e in (s.error, s.order_error)]
            yield [
                self.name(s.player), "too few" if self.few(measure) else self._part(s, _tenths), number(s.mean),
                *errors, number(s.alone), number(s.taken), number(s.taken_error),
            ]  # fmt: skip

    def bands(self, measure: str) -> Iterator[list[str]]:
        """The rows of the table of one count over the sets of assumptions."""
        torn = self.torn(measure)
        for row in self.across(measure):
            spans = ["added and took away" if torn else ends(found, " %") for found in (row.share, row.taken)]
            yield [
                self.name(row.player), spans[0], _of_100(row.share.middle), spans[1],
                "–" if row.first is None else of_sets(row.first, row.share.sets),
                f"{sum(self.ways(measure)) if torn else row.share.sets:,}",
                _of_100(None if row.luck is None else 100 * row.luck),
            ]  # fmt: skip

    def said_across(self, measure: str, tried: Mapping[str, Any]) -> tuple[str, str]:
        """Title and caption of the table of one count over the sets of assumptions."""
        whole = ends(Band(**tried["totals"][measure]))
        added, took = self.ways(measure)
        return (
            f"{self.record['title']}, {self.record['arm']}: {measure} over {tried['sets']:,} sets of assumptions, "
            f"{whole} a world",
            f"synthetic society · 5th to 95th of every 100 sets, each over {tried['worlds']} worlds of "
            f"{tried['people']:,} people; told by the sets with at least {FEWEST} to share out, of no {FEW_PEOPLE} "
            f"that are known of: rules added in {added:,} and took away in {took:,}; share: of what they "
            f"{'took away' if took > added else 'added'} in such a set, no band across both, and none of under "
            f"{FEWEST_SETS} sets; largest in: sets in which no other rule's share "
            "was larger, whatever its sign; of it, luck: the part of the spread that worlds of one set show among "
            f"themselves{'' if self._luck == 'luck' else ', through luck and orders'}",
        )

    def said(self, measure: str) -> tuple[str, str]:
        """Title and caption of the table of one count."""
        whole, error = self.total(measure)
        sure = (
            "± and errors are standard errors, those of a share of the ratio; lines in the chart 95 % intervals "
            "(Student's t)"
            if self.certain
            else f"errors are standard errors; {self.worlds} worlds: no error of a share, and no interval"
        )
        notes = [
            f"synthetic society · {self.worlds} worlds of {self.people:,} people, {self._orders()}",
            f"share: of what rules {self.way(measure)}",
            "alone: with everything that can make what it needs, and nothing else",
            "taken away: with all that need it",
            sure,
            self.month(measure),
            self.unshared(measure) if self.few(measure) else "",
        ]
        size = FEW_PEOPLE if self.hidden(measure) else f"{number(whole)} ± {number(error)} a world"
        return f"{self.record['title']}, {self.record['arm']}: {measure}, {size}", "; ".join(filter(None, notes))

    def resting(self) -> list[list[str]]:
        """What unfounded sanction-months rested on, per world, from the shadows of the record."""
        return [[name, number(mean)] for name, mean in self.record["causes"].items()]


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


def rounded(value: float) -> str:
    """A number without places, with a true minus sign."""
    return str(round(value)).replace("-", "−")


def _tenths(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}".replace("-", "−")
