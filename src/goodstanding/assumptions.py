"""Assumptions: what came out over all sets of them that were tried, beside the one set of the run.

Every set gives one rate for each arm and one difference between arms, pooled over its worlds; a band spans the middle
nine tenths of the sets. It is wider than luck alone, and it is about this model: what no prior covers is not in it.
The small county is lived under few pairs of seeds a set, so a part of the band is luck, and how much is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.comparison import ABSENT, SMALLEST_CELL, per
from goodstanding.counts import Sums
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import Band, Estimate, estimate

if TYPE_CHECKING:
    from collections.abc import Container

BAND = (0.05, 0.5, 0.95)
"""The shares of the sets below the ends and the middle of a band."""
DETERMINES = 0.9
"""The share of the sets in which a direction must hold before it is told as one."""
CHANCE = 0.95
"""How surely the largest correlation of so many inert assumptions stays under the line of chance."""
AS_WRITTEN, DRAWN = "as_written", "set_"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """One measure over the sets of assumptions, per 1,000 of its denominator, in two arms and as their difference.

    `same` is the share of the sets in which the difference has the commoner sign; a set without any difference has
    neither. `luck` is the share of the spread of the differences that worlds of one set show among themselves.
    """

    measure: str
    label: str
    per: str
    cell: str | int
    arm: Band
    against: Band
    difference: Band
    same: float | None
    luck: float | None

    @property
    def determined(self) -> bool:
        """True where the assumptions that were tried decide the direction."""
        return self.same is not None and self.same >= DETERMINES


@dataclass(frozen=True)
class Moved:
    """How much an assumption moves the difference of a measure between two arms.

    `correlation` is Spearman's, over the sets. `chance` is what the largest |correlation| of as many inert assumptions
    stays under in 95 of 100 cases (normal approximation, with variance 1 / (sets - 1)); `decides` is whether this one
    goes beyond. `low` and `high` are the mean differences in
    the lowest and the highest third of the assumption's values.
    """

    path: str
    help: str
    prior: str
    correlation: float
    chance: float
    low: float
    high: float

    @property
    def decides(self) -> bool:
        return abs(self.correlation) > self.chance


@dataclass(frozen=True)
class Tipped:
    """How often something happened at all that happens or not: in which share of the worlds of an arm."""

    measure: str
    label: str
    arm: str
    share: float
    worlds: int


@dataclass(frozen=True)
class Built:
    """A measure's difference as the model is written and as it is otherwise built, over the same seeds."""

    measure: str
    label: str
    per: str
    as_written: Estimate
    otherwise: Estimate

    @property
    def flips(self) -> bool:
        """True where both differences are beyond luck and on different sides of nought."""
        ends = [(e.low, e.high) for e in (self.as_written, self.otherwise)]
        sides = [0 if low is None or high is None or low * high <= 0 else 1 if low > 0 else -1 for low, high in ends]
        return sides[0] * sides[1] < 0


@dataclass(frozen=True)
class Structure:
    """Another way to build the model, and what it did to the leading measures."""

    name: str
    sentence: str
    measures: tuple[Built, ...]


class Assumptions:
    """What a run found in its small county over all sets of assumptions and the other structures."""

    def __init__(self, told: Mapping[str, Any], cards: Mapping[str, Any], variants: Any, sets: Any) -> None:
        import duckdb

        self.told, self.cards = told, cards
        self.sets, self.people, self.worlds = int(told["sets"]), int(told["people"]), len(told["pairs"])
        self.arms: list[str] = list(told["arms"])
        self._connection = duckdb.connect(":memory:", config={"enable_external_access": "false"})
        self._connection.register("variants", variants)
        self._sets = sets
        self._known: dict[str, dict[tuple[str, str, int], NDArray[np.int64]]] = {}

    def rows(self, arm: str = "full", against: str = "none", only: Container[str] | None = None) -> list[Spread]:
        """Every measure of two arms over the sets, in the order of the cards."""
        self._check(arm, against)
        found = {name for side, name, _ in self._drawn("") if side in (arm, against)}
        named = [name for name in self.cards["measures"] if name in found and (only is None or name in only)]
        return [self._spread("", name, 0, arm, against) for name in named]

    def by(self, what: str, measure: str, arm: str = "full", against: str = "none") -> list[Spread]:
        """One leading measure by month, county, group or income_tenth."""
        self._check(arm, against)
        cells = sorted({cell for side, name, cell in self._drawn(what) if name == measure and side in (arm, against)})
        return [self._spread(what, measure, cell, arm, against) for cell in cells]

    def ranked(self, measure: str, arm: str = "full", against: str = "none") -> list[Moved]:
        """The assumptions by how much they move the difference of a measure, the first the most."""
        self._check(arm, against)
        both = self._differences("", measure, 0, arm, against)
        if np.ptp(both) == 0:
            return []
        paths, places = self.places
        order = _ranks(both)
        rho = places @ order / len(order)
        one_of_all = NormalDist().inv_cdf((1 + CHANCE ** (1 / len(paths))) / 2)
        chance, third = one_of_all / math.sqrt(len(order) - 1), max(1, len(order) // 3)
        found = []
        for at in np.argsort(-np.abs(rho), kind="stable"):
            by_place = both[np.argsort(places[at], kind="stable")]
            card = self.told["assumptions"][paths[at]]
            ends = float(by_place[:third].mean()), float(by_place[-third:].mean())
            found.append(Moved(paths[at], card["help"], card["prior"], float(rho[at]), chance, *ends))
        return found

    def tipped(self) -> list[Tipped]:
        """In how many worlds something happened that happens or not, over all sets."""
        found = []
        for name in (n for n, card in self.cards["measures"].items() if card.get("tips")):
            for arm in self.arms:
                sums = self._drawn("").get((arm, name, 0))
                if sums is not None:
                    label, happened = str(self.cards["measures"][name]["label"]), sums[..., 0] > 0
                    found.append(Tipped(name, label, arm, float(happened.mean()), happened.size))
        return found

    def structures(self, arm: str = "full", against: str = "none") -> list[Structure]:
        """The other ways to build the model, each with the differences of the leading measures."""
        self._check(arm, against)
        found = []
        for name, sentence in self.told["structures"].items():
            measures = []
            for measure in (n for n, card in self.cards["measures"].items() if card["leads"]):
                pair = [self._worlds(variant, measure, arm, against) for variant in (AS_WRITTEN, name)]
                if all(pair):
                    label, whole = str(self.cards["measures"][measure]["label"]), per(measure, self.cards)
                    measures.append(Built(measure, label, whole, *(estimate(worlds) for worlds in pair)))
            found.append(Structure(name, str(sentence), tuple(measures)))
        return found

    @cached_property
    def places(self) -> tuple[list[str], Floats]:
        """The assumptions, and their standardised ranks over the sets (assumptions, sets)."""
        table = self._sets.to_pydict()
        paths = list(dict.fromkeys(table["path"]))
        row = {path: at for at, path in enumerate(paths)}
        place = np.zeros((len(paths), self.sets))
        for number, path, drawn in zip(table["set"], table["path"], table["place"], strict=True):
            place[row[path], number - 1] = drawn
        return paths, np.array([_ranks(values) for values in place])

    # -- the sums

    def _check(self, *arms: str) -> None:
        for arm in arms:
            if arm not in self.arms:
                allowed = ", ".join(self.arms)
                raise InvalidInput(
                    f"assumptions: '{plain(arm)}' was not tried{nearest(arm, self.arms)}; allowed is {allowed}"
                )

    def _drawn(self, by: str) -> dict[tuple[str, str, int], NDArray[np.int64]]:
        """(arm, measure, cell) -> counts and denominators (sets, worlds, 2)."""
        if by not in self._known:
            self._known[by] = dict(self._asked(by))
        return self._known[by]

    def _asked(self, by: str) -> Iterator[tuple[tuple[str, str, int], NDArray[np.int64]]]:
        found = self._connection.execute(
            """
            SELECT arm::VARCHAR, measure::VARCHAR, cell, list("count" ORDER BY variant, society_seed, luck_seed),
                   list(denominator ORDER BY variant, society_seed, luck_seed)
            FROM variants WHERE starts_with(variant::VARCHAR, ?) AND "by"::VARCHAR = ? GROUP BY ALL ORDER BY ALL
            """,
            [DRAWN, by],
        ).fetchall()
        for arm, measure, cell, counts, bases in found:
            yield (arm, measure, int(cell)), np.array([counts, bases]).T.reshape(self.sets, self.worlds, 2)

    def _worlds(self, variant: str, measure: str, arm: str, against: str) -> list[list[Sums]]:
        """The sums of every world of one variant, in both arms; an arm that has no such scheme is nought of one."""
        found: dict[str, list[Sums]] = {}
        rows = self._connection.execute(
            """
            SELECT arm::VARCHAR, "count", denominator FROM variants
            WHERE variant::VARCHAR = ? AND measure::VARCHAR = ? AND "by"::VARCHAR = ''
            ORDER BY arm::VARCHAR, society_seed, luck_seed
            """,
            [variant, measure],
        ).fetchall()
        for side, count, base in rows:
            found.setdefault(side, []).append(Sums(count, base, 0, base))
        if arm not in found:
            return []
        return [found[arm], found.get(against) or [Sums(0, 1, 0, 1)] * len(found[arm])]

    def _rates(self, by: str, measure: str, cell: int, arm: str) -> tuple[Floats, Floats] | None:
        """Rates per 1,000 of every set (sets,) and world (sets, worlds); not a number without a denominator."""
        sums = self._drawn(by).get((arm, measure, cell))
        if sums is None:
            return None
        with np.errstate(invalid="ignore", divide="ignore"):
            pooled, single = 1000 * sums.sum(1)[:, 0] / sums.sum(1)[:, 1], 1000 * sums[..., 0] / sums[..., 1]
        return pooled, single

    def _differences(self, by: str, measure: str, cell: int, arm: str, against: str) -> Floats:
        """The differences of every set (sets,); an arm without a denominator, or without such a scheme, is nought."""
        sides = [self._rates(by, measure, cell, side) for side in (arm, against)]
        ours, theirs = (side[0] if side else np.zeros(self.sets) for side in sides)
        gaps: Floats = np.nan_to_num(ours) - np.nan_to_num(theirs)
        return gaps

    def _spread(self, by: str, measure: str, cell: int, arm: str, against: str) -> Spread:
        named: str | int = "" if by == "" else str(self.cards["groups"][cell]) if by == "group" else cell
        card = self.cards["measures"][measure]
        spread = partial(Spread, measure, str(card["label"]), per(measure, self.cards), named)
        if self._few(by, measure, cell, arm, against):
            hidden = Band(None, None, None, 0, f"fewer than {SMALLEST_CELL} people")
            return spread(hidden, hidden, hidden, None, None)
        sides = [self._rates(by, measure, cell, side) for side in (arm, against)]
        ours, theirs = (_band(side[0]) if side else Band(0.0, 0.0, 0.0, self.sets, ABSENT) for side in sides)
        there = np.ones(self.sets, bool)
        for side in sides:
            there &= np.isfinite(side[0]) if side else True
        gaps = self._differences(by, measure, cell, arm, against)[there]
        same = float(max((gaps > 0).mean(), (gaps < 0).mean())) if gaps.size else None
        return spread(ours, theirs, _band(gaps), same, _luck(sides, there))

    def _few(self, by: str, measure: str, cell: int, arm: str, against: str) -> bool:
        """True where fewer people stand behind a cell, in all worlds, than may be told of."""
        if not by or self.cards["measures"][measure].get("persons"):
            return False
        months = 1 if by == "month" else max(1, int(self.told["months"]))
        found = [self._drawn(by).get((side, measure, cell)) for side in (arm, against)]
        return max(int(sums[..., 1].sum()) // months for sums in found if sums is not None) < SMALLEST_CELL


def _band(values: Floats) -> Band:
    """The middle nine tenths of the values that are there."""
    there = values[np.isfinite(values)]
    if not there.size:
        return Band(None, None, None, 0, "nobody in the denominator")
    low, middle, high = (float(v) for v in np.quantile(there, BAND))
    return Band(low, middle, high, int(there.size))


def _luck(sides: Sequence[tuple[Floats, Floats] | None], there: NDArray[np.bool_]) -> float | None:
    """The share of the variance between sets that the worlds of a set show among themselves."""
    singles = [np.nan_to_num(side[1]) if side else 0.0 for side in sides]
    gaps = np.asarray(singles[0] - singles[1])[there]
    if gaps.ndim != 2 or gaps.shape[0] < 2 or gaps.shape[1] < 2:
        return None
    within, between = gaps.var(axis=1, ddof=1).mean() / gaps.shape[1], gaps.mean(1).var(ddof=1)
    return float(min(1.0, within / between)) if between > 0 else None


def _ranks(values: Floats) -> Floats:
    """Ranks, ties at their mean, with mean nought and variance one; noughts where all values are the same."""
    _, group, size = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(size)
    ranks = (last - (size - 1) / 2)[group].astype(np.float64)
    ranks -= ranks.mean()
    spread = float(ranks.std())
    return ranks / spread if spread else ranks
