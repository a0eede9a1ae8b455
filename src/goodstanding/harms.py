"""Harms: how potential outcomes are told, from their record alone.

Nobody has both lives. A share of people is therefore never told without its pairing, the bounds that hold whatever the
pairing, and the floor below which nobody counts as harmed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from goodstanding.answer import Sheet, Told
from goodstanding.assumptions import DETERMINES
from goodstanding.estimates import Band, Estimate
from goodstanding.headline import modelled, number
from goodstanding.shares import ends, tried_in

SHARE = 0.05
"""Adults out of the scheme's sight in the probe."""
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "means": (
        "months added for every 1,000 adults",
        (
            "months",
            "total",
            "95 % interval",
            "pairing saved",
            "of the hidden",
            "interval ",
            "direct",
            "interval  ",
            "spill-over",
            "interval   ",
        ),
    ),
    "worse": (
        "of 1,000 adults, those worse off",
        ("months", "same luck", "luck redrawn", "neither life with it", "whatever the pairing", "floor", "above it"),
    ),
    "better": (
        "of 1,000 adults, those better off",
        ("months", "same luck", "luck redrawn", "neither life with it", "whatever the pairing", "floor", "above it"),
    ),
    "unequal": (
        "how unequally the harm fell",
        ("months", "own, not luck", "Gini, at most", "top 1 % bore", "top 10 % bore"),
    ),
}
"""The tables, with the heads of their columns."""
ACROSS = (
    "months", "total", "in sets", "worse off, same luck", "luck redrawn", "neither life with it",
    "whatever the pairing", "floor", "of the total, luck",
)  # fmt: skip


PAIRING = "each person with themselves, under the same draws in both arms (common luck): a convention"
ORDER = (
    "spill-over first, direct last: direct is what a person's own record brings while everybody else is on record; "
    "spill-over is the rest, living among them"
)
NOTES = {
    "means": (
        f"pairing: {PAIRING}; it narrows the intervals (Student's t over lucks, of this society) and enters no mean. "
        f"{ORDER[0].upper()}{ORDER[1:]}; both among one adult in {round(1 / SHARE)}, whom the probe hid, so that "
        "they add up to the total of the hidden, and not to that of all"
    ),
    "worse": (
        "worse off: more such months than in the other life (of speaking up: fewer). The bounds hold whatever the "
        "pairing within group and income tenth; floor: those so beside {entries} that concern somebody else; above it: "
        "with the same luck, less the floor"
    ),
    "better": "better off: fewer such months than in the other life (of speaking up: more); otherwise as above",
    "unequal": (
        "own: of how unlike effects were under one luck, what belongs to "
        "the person. Top: the hardest hit, at least (ranked in half of the lucks, measured in the other) and at most "
        "(ranked in the same ones); where some gained, only at most"
    ),
}


@dataclass(frozen=True)
class Kind:
    """One kind of months in numbers: what the scheme changed on the average, for whom, and how unequally.

    Means are months for each adult over the run. `hidden` is the total among those whom the probe hid, the sum of
    `direct` and `spill`; `direct` comes last: it is measured where the scheme is on for everybody else. Shares are of
    all adults. `saved` is the share of the variance that pairing by common luck took away. `top_1` and `top_10` are
    what the hardest hit bear of the expected harm: ranked by some lucks and measured in others, so that luck alone
    gives no rank, which is too little; `plain_1` and `plain_10` rank by the same lucks, which is too much. The former
    are left out where some gained.
    """

    kind: str
    label: str
    total: Estimate
    saved: float | None
    hidden: Estimate
    direct: Estimate
    spill: Estimate
    moved: float
    worse: float
    better: float
    worse_redrawn: float
    better_redrawn: float
    worse_without: float
    better_without: float
    worse_bounds: tuple[float, float]
    better_bounds: tuple[float, float]
    floor_worse: float | None
    floor_better: float | None
    fixed: float | None
    gini: float | None
    top_1: float | None
    top_10: float | None
    plain_1: float | None
    plain_10: float | None


@dataclass(frozen=True)
class Over:
    """One kind of months over the sets of assumptions, as in `Kind`: bands, and in what share of the sets the scheme
    brought more of them or fewer. `least` and `most` are the ends of the bounds; `luck` is the part of the spread of
    the total that lucks of one set show among themselves.
    """

    kind: str
    label: str
    total: Band
    more: float
    fewer: float
    direct: Band
    spill: Band
    worse: Band
    worse_redrawn: Band
    worse_without: Band
    worse_least: Band
    worse_most: Band
    better: Band
    better_redrawn: Band
    better_without: Band
    better_least: Band
    better_most: Band
    floor_worse: Band
    luck: float | None


class Harms(Told):
    """Potential outcomes as they are read."""

    kind = "outcomes"
    heading = "Who was harmed, as far as it can be known"

    def __init__(self, record: Mapping[str, Any]) -> None:
        super().__init__(record)
        self.adults, self.lucks, self.months = record["adults"], record["lucks"], record["months"]
        self.kinds = [_kind(row) for row in record["kinds"]]
        self.tried: Mapping[str, Any] | None = record.get("assumptions")

    @property
    def limits(self) -> list[str]:
        """What it cannot show, the first thing first."""
        floor = (
            f"The floor is how many are worse off beside {self.entries} about somebody else: nobody counts as harmed "
            "below it."
            if any(kind.floor_worse is not None for kind in self.kinds)
            else "This scenario has no arm with small entries of a probe, so that the floor below which nobody counts "
            "as harmed is not known."
        )
        return [
            f"{tried_in(self.tried, self._society)} It is one society: another may change sizes and signs."
            if self.tried
            else "The assumptions were not varied, and it is one society: intervals are of luck alone, at one set of "
            "assumptions. Another set or another society may change sizes and signs.",
            "Nobody lives both lives: pairing them by common luck is a convention. A share of people holds under its "
            "pairing alone; its bounds hold whatever the pairing.",
            floor,
        ]

    @property
    def entries(self) -> str:
        """What the probe of the floor makes, and of how many adults."""
        share = self.record["probed"]
        return f"one small entry each for one adult in {round(1 / share):,}" if share else "no entry"

    @property
    def leading(self) -> tuple[Kind, bool]:
        """The kind of months that is told, and whether its interval leaves out nought.

        The one of the largest mean effect whose interval does, where there is one; over assumptions the one of the
        sets, so that a kind is not told for what is nought at one set of them.
        """
        told = self._led.kind if self.tried else ""
        meant = [k for k in self.kinds if k.kind == told] or list(filter(_clear, self.kinds)) or self.kinds
        kind = max(meant, key=lambda kind: abs(kind.total.mean or 0.0))
        return kind, _clear(kind)

    @property
    def _led(self) -> Over:
        """Of the kinds whose direction the sets determine, or else of all, the one that changed most over the sets."""
        rows = self.across()
        clear = [row for row in rows if max(row.more, row.fewer) >= DETERMINES]

        def changed(row: Over) -> tuple[float, float, float]:
            least, middle, most = (abs(end or 0.0) for end in (row.total.low, row.total.middle, row.total.high))
            return middle, max(least, most), row.more + row.fewer

        return max(clear or rows, key=changed)

    @property
    def command(self) -> str:
        """What asks the same of the run again."""
        r = self.record
        return (
            f"goodstanding outcomes RUN --arm {r['arm']} --people {r['people']} --months {self.months} --lucks "
            f"{self.lucks} --society {r['society']}" + (f" --assumptions {self.tried['sets']}" if self.tried else "")
        )

    @property
    def _society(self) -> str:
        """Where a set of assumptions was lived."""
        return f"by one society under {self.tried['lucks']} lucks," if self.tried else ""

    def across(self) -> list[Over]:
        """Every kind of months over the sets of assumptions; empty where they were not varied."""
        rows = self.tried["kinds"] if self.tried else []
        found: list[dict[str, Any]] = [
            {name: Band(**value) if isinstance(value, Mapping) else value for name, value in row.items()}
            for row in rows
        ]
        return [Over(**row) for row in found]

    def sentence(self) -> str:
        """What was found, in the past tense and in the model: over the assumptions first, where they were varied."""
        luck = self._over_luck()
        return f"{self._over_sets()} As it is written: {luck[0].lower()}{luck[1:]}" if self.tried else luck

    def _over_sets(self) -> str:
        """What the sets of assumptions made of the kind of months that is told."""
        assert self.tried is not None
        sets, row = self.tried["sets"], self._led
        if not row.more and not row.fewer:
            return f"Across the assumptions tried ({sets:,} sets), no kind of months changed in any set."
        way = _way(row, sets)
        if min(row.more, row.fewer) > 0 and max(row.more, row.fewer) < DETERMINES:
            way += ": whether more or fewer, the assumptions tried do not determine"
        return (
            f"Across the assumptions tried ({sets:,} sets), {row.label} changed by {_band(row.total)} for every 1,000 "
            f"adults with the scheme ({way}). Of every 1,000, with the same luck in both lives, {_band(row.worse)} "
            f"were worse off; with luck redrawn {_band(row.worse_redrawn)}, by luck alone {_band(row.worse_without)}; "
            f"whatever the pairing {_bounds(row)}. (From the 5th to the 95th of every 100 sets, each one society of "
            f"{self.tried['people']:,} synthetic people under {self.tried['lucks']} lucks.)"
        )

    def _over_luck(self) -> str:
        """What was found at the one set of assumptions: the clearest mean first, then shares by pairing."""
        under = f"{modelled(self.record['title'])} (arm {self.record['arm']})"
        kind, _ = self.leading
        low, high = (number(1000 * end) for end in kind.worse_bounds)
        size = f"{_of_1000(kind.total.mean)} (95 % interval: {_span(kind.total)})"
        mean = f"{kind.label} changed by {size} for every 1,000 with the scheme"
        if not any(map(_clear, self.kinds)):
            mean = f"no kind of months changed by a mean whose interval leaves out nought; {mean}"
        floor = (
            ""
            if kind.floor_worse is None
            else f", and {number(1000 * kind.floor_worse)} where {self.entries} was made of somebody else"
        )
        return (
            f"In an invented society of {self.adults:,} synthetic adults under {under}, lived under "
            f"{self.lucks} lucks: {mean}. Of every 1,000, with the same luck in both lives, "
            f"{number(1000 * kind.worse)} were worse off in "
            f"{kind.label} with the scheme than without; with luck redrawn {number(1000 * kind.worse_redrawn)}, and "
            f"{number(1000 * kind.worse_without)} were so by luck alone, with the scheme in neither life{floor}. "
            f"Whatever the pairing, it is {low if low == high else f'{low} to {high}'}. (One society; luck only"
            f"{'' if self.tried else ', the assumptions were not varied'}. "
            "Nobody lives both lives: pairing them by common luck is a convention.)"
        )

    def drawn(self) -> tuple[Any, str]:
        """Who was worse off, by how lives are paired, within the bounds."""
        from goodstanding.report.single import pairings

        return pairings(self)

    def tables(self) -> Iterator[Sheet]:
        """Every table, ready for a page: heads, rows, title and caption."""
        if self.tried:
            yield Sheet(ACROSS, list(self.bands()), *self.said_across(self.tried))
        for view, (_, head) in VIEWS.items():
            yield Sheet(head, list(self.cells_of(view)), *self.said(view))

    def bands(self) -> Iterator[list[str]]:
        """The rows of the table over the sets of assumptions."""
        sets = self.tried["sets"] if self.tried else 0
        for row in self.across():
            shares = [row.worse, row.worse_redrawn, row.worse_without]
            floor = _band(row.floor_worse) if row.floor_worse.sets else "–"
            yield [
                row.label, _band(row.total), _way(row, sets),
                *map(_band, shares), _bounds(row), floor, _percent(row.luck),
            ]  # fmt: skip

    def said_across(self, tried: Mapping[str, Any]) -> tuple[str, str]:
        """Title and caption of the table over the sets of assumptions."""
        return (
            f"{self.record['title']}, {self.record['arm']}: over {tried['sets']:,} sets of assumptions, for every "
            "1,000 adults",
            f"synthetic society · 5th to 95th of every 100 sets, each one society of {tried['people']:,} people under "
            f"{tried['lucks']} lucks; total: months added; in sets: in how many there were more of them with the "
            "scheme, in how many fewer; shares are of those worse off; whatever the pairing: from the lower end of the "
            "least to the upper end of the greatest share; of the total, luck: the part of its spread that lucks of "
            "one set show among themselves",
        )

    def _shares(self, told: Mapping[str, Any], way: str) -> list[str]:
        """The shares of those worse off, or better off, by pairing, with their bounds and the floor."""
        low, high = told[f"{way}_bounds"]
        floor, same = told[f"floor_{way}"], told[way]
        shares = [same, told[f"{way}_redrawn"], told[f"{way}_without"]]
        above = None if floor is None else same - floor
        over = "not above it" if above is not None and above <= 0 else _of_1000(above)
        return [*map(_of_1000, shares), f"{_of_1000(low)} to {_of_1000(high)}", _of_1000(floor), over]

    def said(self, view: str) -> tuple[str, str]:
        """Title and caption of one of the tables."""
        title = f"{self.record['title']}, {self.record['arm']}: {VIEWS[view][0]}"
        whole = f"synthetic society · {self.adults:,} adults of one society under {self.lucks} lucks"
        return title, f"{whole}; {NOTES[view].replace('{entries}', self.entries)}"

    def cells_of(self, view: str) -> Iterator[list[str]]:
        """The rows of one of the tables."""
        for kind in self.kinds:
            if view == "means":
                parts = [(_of_1000(found.mean), _span(found)) for found in (kind.hidden, kind.direct, kind.spill)]
                whole = [_of_1000(kind.total.mean), _span(kind.total), _percent(kind.saved)]
                yield [kind.label, *whole, *(cell for part in parts for cell in part)]
            elif view in ("worse", "better"):
                yield [kind.label, *self._shares(asdict(kind), view)]
            else:
                tops = [_between(kind.top_1, kind.plain_1), _between(kind.top_10, kind.plain_10)]
                yield [kind.label, _percent(kind.fixed), number(kind.gini), *tops]


def _kind(row: Mapping[str, Any]) -> Kind:
    """A kind of months from its record."""
    told: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    return Kind(**told | {name: Estimate(**row[name]) for name in ("total", "hidden", "direct", "spill")})


def _clear(kind: Kind) -> bool:
    """True where the interval of the mean leaves out nought."""
    return (kind.total.low or 0.0) * (kind.total.high or 0.0) > 0


def _way(row: Over, sets: int) -> str:
    """In how many sets there were more months, fewer, and neither: the commoner way first."""
    told = [("more", round(row.more * sets)), ("fewer", round(row.fewer * sets))]
    (way, many), (other, few) = told if row.more >= row.fewer else told[::-1]
    return f"{way} in {many:,}, no difference in {sets - many - few:,}, {other} in {few:,}"


def _of_1000(value: float | None) -> str:
    return number(None if value is None else 1000 * value)


def _span(found: Estimate) -> str:
    if found.low == found.high == 0:
        return "the same in every luck"
    return found.reason or f"{_of_1000(found.low)} to {_of_1000(found.high)}"


def _between(low: float | None, high: float | None) -> str:
    return f"at most {_percent(high)}" if low is None else f"{_percent(low)} to {_percent(high)}"


def _band(found: Band) -> str:
    """A band of what is counted for each adult, for every 1,000."""
    return _of_sets(found.low, found.high, found.sets)


def _bounds(row: Over) -> str:
    """Between which shares of 1,000 adults any pairing must lie, over the sets."""
    return _of_sets(row.worse_least.low, row.worse_most.high, row.worse_least.sets)


def _of_sets(low: float | None, high: float | None, sets: int) -> str:
    low, high = (None if end is None else 1000 * end for end in (low, high))
    return ends(Band(low, None, high, sets))


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{number(100 * value)} %"
