"""Assumptions: what came out over all sets of them that were tried, beside the one set of the run.

Every set gives one rate for each arm and one difference between arms, pooled over its worlds; a band spans the middle
nine tenths of the sets. It is wider than luck alone, and it is about this model: what no prior covers is not in it.
The small county is lived under few pairs of seeds a set, so a part of the band is luck, and how much is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.comparison import ABSENT, SMALLEST_CELL, per
from goodstanding.counts import NEVER, Sums
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import Band, Estimate, estimate, less, pooled
from goodstanding.sweep import AS_WRITTEN, DRAWN, FEWEST

if TYPE_CHECKING:
    from collections.abc import Container

BAND = (0.05, 0.5, 0.95)
"""The shares of the sets below the ends and the middle of a band."""
DETERMINES = 0.9
"""The share of the sets in which a direction must hold before it is told as one."""
CHANCE = 0.95
"""How surely the largest correlation of so many inert assumptions stays under the line of chance."""
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """One measure over the sets of assumptions, per 1,000 of its denominator, in two arms and as their difference.

    A set can tell a rate where enough people stand behind its denominator in all its worlds together: 50 people in an
    average month, or, where a measure counts the people behind its events, 50 months of people over the run;
    `difference.sets` says how many can tell the difference. `same` is the share of them in which it has the commoner
    sign, and None where one arm is nought in every set, so that there is no direction to find; a set without any
    difference has neither. `some` is the share of all sets in which the first arm has any at all, whether they can tell
    a rate or not, and `where_any` the band of the rate over those that can. `luck` is the share of the
    spread of the differences that worlds of one set show among themselves, apart from what all sets share. `written` is
    the difference under the scenario as written, `below` the share of the sets whose difference is smaller.
    """

    measure: str
    label: str
    per: str
    cell: str | int
    arm: Band
    against: Band
    difference: Band
    same: float | None
    some: float
    where_any: Band
    luck: float | None
    written: float | None
    below: float | None

    @property
    def determined(self) -> bool:
        """True where the assumptions that were tried decide the direction."""
        return self.same is not None and self.same >= DETERMINES


@dataclass(frozen=True)
class Moved:
    """How much an assumption moves the difference of a measure between two arms.

    `correlation` is Spearman's, over the sets. `chance` is what the largest |correlation| of as many inert assumptions
    stays under in 95 of 100 cases (normal approximation, with variance 1 / (sets - 1)); `stands_out` is whether this
    one goes beyond. `low` and `high` are the mean differences in the lowest and the highest third of the values.
    """

    path: str
    help: str
    prior: str
    correlation: float
    chance: float
    low: float
    high: float

    @property
    def stands_out(self) -> bool:
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
    one_sided: bool = False

    @property
    def verdict(self) -> str:
        """What becomes of the direction: it has none where one arm is nought by its making."""
        if self.one_sided:
            return "has no direction"
        ends = [(e.low, e.high) for e in (self.as_written, self.otherwise)]
        sides = [0 if low is None or high is None or low * high <= 0 else 1 if low > 0 else -1 for low, high in ends]
        if not all(sides):
            return "cannot be told"
        return "same side" if sides[0] == sides[1] else "turns round"


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
        self._lived: dict[str, dict[tuple[str, str], list[Sums]]] = {}

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

    def rates(self, measure: str, arm: str = "full", by: str = "", cell: int = 0) -> Floats | None:
        """Rates per 1,000 of every set (sets,), not a number where too few stand behind; None where not counted."""
        self._check(arm)
        found = self._rates(by, measure, cell, arm)
        return None if found is None else found[0]

    def differences(self, measure: str, arm: str = "full", against: str = "none") -> Floats:
        """The difference of two arms in every set (sets,), per 1,000; not a number where too few stand behind."""
        self._check(arm, against)
        return self._differences("", measure, 0, arm, against)

    def ranked(self, measure: str, arm: str = "full", against: str = "none") -> list[Moved]:
        """The assumptions by how much they move the difference of a measure, the first the most."""
        self._check(arm, against)
        both = self._differences("", measure, 0, arm, against)
        kept = np.isfinite(both)
        if kept.sum() < FEWEST or np.ptp(both[kept]) == 0:
            return []
        paths, drawn = self.places
        both, places = both[kept], np.array([_ranks(place[kept]) for place in drawn])
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
        for name in (n for n, card in self.cards["measures"].items() if card["tips"]):
            for arm in self.arms:
                sums = self._drawn("").get((arm, name, 0))
                if sums is not None:
                    label, happened = str(self.cards["measures"][name]["label"]), sums[..., 0] > 0
                    found.append(Tipped(name, label, arm, float(happened.mean()), happened.size))
        return found

    def structures(
        self, arm: str = "full", against: str = "none", only: Container[str] | None = None
    ) -> list[Structure]:
        """The other ways to build the model, each with the differences of the leading measures, or of those named."""
        self._check(arm, against)
        found = []
        for name, sentence in self.told["structures"].items():
            measures = []
            for measure in (n for n, card in self.cards["measures"].items() if (n in only if only else card["leads"])):
                pair = [self._worlds(variant, measure, arm, against) for variant in (AS_WRITTEN, name)]
                if all(pair):
                    label, whole = str(self.cards["measures"][measure]["label"]), per(measure, self.cards)
                    one_sided = all(sum(w.count for w in worlds[1]) == 0 for worlds in pair)
                    as_written, otherwise = (estimate(worlds) for worlds in pair)
                    measures.append(Built(measure, label, whole, as_written, otherwise, one_sided))
            found.append(Structure(name, str(sentence), tuple(measures)))
        return found

    @cached_property
    def places(self) -> tuple[list[str], Floats]:
        """The assumptions, and what was drawn of each, as numbers (assumptions, sets)."""
        table = self._sets.to_pydict()
        paths = list(dict.fromkeys(table["path"]))
        row = {path: at for at, path in enumerate(paths)}
        place = np.zeros((len(paths), self.sets))
        for number, path, drawn in zip(table["set"], table["path"], table["place"], strict=True):
            place[row[path], number - 1] = drawn
        return paths, place

    # -- the sums

    def total(
        self, arm: str, ends: Sequence[str], *, by: str = "", cell: int = 0, variant: str = ""
    ) -> NDArray[np.float64]:
        """What is counted by the measures whose names end so, per 1,000 adult-months: of every set (sets,).

        By a group, tenth or county where the measures lead a report; of another variant for each of its worlds.
        """
        self._check(arm)
        if variant:
            found = {
                (m, 0): np.array([[w.count, w.base] for w in s])
                for (a, m), s in self._variant(variant).items()
                if a == arm
            }
        else:
            found = {(m, c): sums.sum(1) for (a, m, c), sums in self._drawn(by).items() if a == arm}
        adults = next(
            sums for (m, c), sums in found.items() if c == cell and self.cards["measures"][m]["denominator"] == "adults"
        )
        counts = [sums[:, 0] for (m, c), sums in found.items() if c == cell and m.endswith(tuple(ends))]
        return 1000 * np.sum(counts, axis=0, initial=0) / adults[:, 1] if counts else np.zeros(len(adults))

    def cells(self, by: str) -> list[int]:
        """The cells of a cut that were counted."""
        return sorted({cell for _, _, cell in self._drawn(by)})

    def cell_name(self, by: str, cell: int) -> str:
        """A cell as it is read."""
        return str(self.cards["groups"][cell]) if by == "group" else str(cell)

    def _check(self, *arms: str) -> None:
        for arm in arms:
            if arm not in self.arms:
                allowed = ", ".join(self.arms)
                raise InvalidInput(
                    f"--arm: '{plain(arm)}' was not tried; allowed is {allowed}{nearest(arm, self.arms)}"
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
        found = self._variant(variant)
        ours = found.get((arm, measure), [])
        return [ours, found.get((against, measure)) or [NEVER] * len(ours)] if ours else []

    def _variant(self, name: str) -> dict[tuple[str, str], list[Sums]]:
        """(arm, measure) -> the sums of every world of one variant, in the order of the seeds."""
        if name not in self._lived:
            rows = self._connection.execute(
                """
                SELECT arm::VARCHAR, measure::VARCHAR, "count", denominator FROM variants
                WHERE variant::VARCHAR = ? AND "by"::VARCHAR = '' ORDER BY society_seed, luck_seed
                """,
                [name],
            ).fetchall()
            found = self._lived[name] = {}
            for arm, measure, count, base in rows:
                found.setdefault((arm, measure), []).append(Sums(count, base, 0, base))
        return self._lived[name]

    def _rates(self, by: str, measure: str, cell: int, arm: str) -> tuple[Floats, Floats] | None:
        """Rates per 1,000 of every set (sets,) and world (sets, worlds), not a number where too few stand behind."""
        sums = self._drawn(by).get((arm, measure, cell))
        if sums is None:
            return None
        with np.errstate(invalid="ignore", divide="ignore"):
            whole, single = 1000 * sums.sum(1)[:, 0] / sums.sum(1)[:, 1], 1000 * sums[..., 0] / sums[..., 1]
        whole[self._behind(by, measure, cell, arm, sums) < SMALLEST_CELL] = np.nan
        return whole, single

    def _behind(self, by: str, measure: str, cell: int, arm: str, sums: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many people stand behind the denominator of every set (sets,), all its worlds together.

        Months of people over the run where the measure counts who stands behind its events, and otherwise people in an
        average month; by month, the people of that month.
        """
        persons = self.cards["measures"][measure].get("persons")
        counted = self._drawn(by).get((arm, persons, cell)) if persons else None
        if counted is not None:
            return np.asarray(counted[..., 0].sum(1))
        months = 1 if by == "month" or persons else max(1, int(self.told["months"]))
        return np.asarray(sums[..., 1].sum(1) // months)

    def _differences(self, by: str, measure: str, cell: int, arm: str, against: str) -> Floats:
        """The differences of every set (sets,), not a number where one has no rate; no such scheme is nought."""
        sides = [self._rates(by, measure, cell, side) for side in (arm, against)]
        ours, theirs = (side[0] if side else np.zeros(self.sets) for side in sides)
        gaps: Floats = ours - theirs
        return gaps

    def _spread(self, by: str, measure: str, cell: int, arm: str, against: str) -> Spread:
        named: str | int = "" if by == "" else str(self.cards["groups"][cell]) if by == "group" else cell
        card = self.cards["measures"][measure]
        sides = [self._rates(by, measure, cell, side) for side in (arm, against)]
        ours, theirs = (side[0] if side else np.zeros(self.sets) for side in sides)
        bands = [band(side[0]) if side else Band(0.0, 0.0, 0.0, self.sets, ABSENT) for side in sides]
        gaps = self._differences(by, measure, cell, arm, against)
        singles = [side[1] if side else 0.0 for side in sides]
        with np.errstate(invalid="ignore"):
            single = np.asarray(singles[0] - singles[1])
        held = gaps[np.isfinite(gaps)]
        one_sided = any(not np.nan_to_num(side).any() for side in (ours, theirs))
        enough = held.size >= FEWEST and not one_sided
        there = ours[np.isfinite(ours)]
        written = None if by else self._written(measure, arm, against)
        return Spread(
            measure=measure, label=str(card["label"]), per=per(measure, self.cards), cell=named, arm=bands[0],
            against=bands[1], difference=band(held),
            same=float(max((held > 0).mean(), (held < 0).mean())) if enough else None,
            some=self._some(by, measure, cell, arm), where_any=band(there[there > 0]),
            luck=by_luck(single), written=written,
            below=float((held < written).mean()) if written is not None and held.size >= FEWEST else None,
        )  # fmt: skip

    def _some(self, by: str, measure: str, cell: int, arm: str) -> float:
        """The share of all sets in which something was counted, however few people stand behind it."""
        sums = self._drawn(by).get((arm, measure, cell))
        return 0.0 if sums is None else float((sums.sum(1)[:, 0] > 0).mean())

    def _written(self, measure: str, arm: str, against: str) -> float | None:
        """The difference under the scenario as written, in the same worlds as the sets."""
        sides = self._worlds(AS_WRITTEN, measure, arm, against)
        rates = [pooled(worlds[: self.worlds]) for worlds in sides]
        if not sides or any(rate is None for rate in rates):
            return None
        return less(rates)


def band(values: Floats) -> Band:
    """The middle nine tenths of the values that are there, where they are enough for one."""
    there = values[np.isfinite(values)]
    if there.size < FEWEST:
        return Band(None, None, None, int(there.size), f"told by {there.size} sets: too few for a band")
    low, middle, high = (float(v) for v in np.quantile(there, BAND))
    return Band(low, middle, high, int(there.size))


def by_luck(gaps: Floats) -> float | None:
    """The share of the variance between sets that the worlds of a set show among themselves; `gaps` (sets, worlds).

    What one world has in all sets is taken out first; sets are left out in which a world has no denominator.
    """
    if gaps.ndim != 2 or gaps.shape[1] < 2:
        return None
    gaps = gaps[np.isfinite(gaps).all(axis=1)]
    if gaps.shape[0] < FEWEST:
        return None
    gaps = gaps - gaps.mean(axis=0)
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
