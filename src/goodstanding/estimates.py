"""Rates with their intervals: ratios of sums over worlds, the jackknife, and Student's t freed from skewness.

An interval says how far worlds differ by luck alone. Where what was counted is too little for one, its reason stands
in its place. How often the intervals hold what they should was simulated; `docs/intervals.md` has the tables.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from goodstanding.counts import NEVER, Sums

LEVEL = 0.95
ONE_WORLD = "one world: no interval"
ALIKE = "no difference in any world"
FEWEST_EVENTS, FEWEST_WORLDS = 20, 5
"""Below these numbers of events, and of worlds that have any, no interval is given; of fewer worlds all must have."""
LEAST_BEND, MOST_BEND = 1e-6, 0.95
"""Below the one a cube root has nothing to straighten; at the other an end is twice as far away as without it."""


@cache
def student(df: int, level: float = LEVEL) -> float:
    """Half-width, in standard errors, of a two-sided interval of Student's t with a whole number of degrees of freedom.

    The share inside ±t is a finite series in the angle atan(t / √df) (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4);
    it is inverted by bisection. Valid for df ≥ 1 and 0 < level < 1.
    """

    def inside(t: float) -> float:
        angle = math.atan(t / math.sqrt(df))
        cosine = math.cos(angle)
        odd = df % 2
        term = cosine if odd else 1.0
        total = term if df > 1 else 0.0
        for k in range(3 if odd else 2, df - 1, 2):
            term *= cosine * cosine * (k - 1) / k
            total += term
        total *= math.sin(angle)
        return 2 / math.pi * (angle + total) if odd else total

    low, high = 0.0, 1.0
    while inside(high) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < level else (low, middle)
    return high


@dataclass(frozen=True)
class Estimate:
    """A rate over worlds with its interval; `reason` says why a number is missing."""

    mean: float | None
    low: float | None
    high: float | None
    worlds: int
    reason: str = ""


@dataclass(frozen=True)
class Band:
    """The middle nine tenths of the sets, per 1,000; `reason` says why there is none."""

    low: float | None
    middle: float | None
    high: float | None
    sets: int
    reason: str = ""


def pooled(worlds: Sequence[Sums]) -> float | None:
    """Count per 1,000 of the denominator, totals over worlds; None where nobody is in the denominator."""
    base = sum(w.base for w in worlds)
    return 1000 * sum(w.count for w in worlds) / base if base else None


def estimate(arms: Sequence[Sequence[Sums]], *, level: float = LEVEL) -> Estimate:
    """The pooled rate of one arm, or the first less the second of two, with its interval over worlds.

    A ratio of totals with the jackknife over worlds and Student's t, from five worlds on freed from skewness (see
    `straight`); with equal denominators and symmetric worlds this is the mean over worlds with its t-interval. An end
    that cannot be is cut (see `possible`). No interval is given, and `reason` says so, for one world, where all of a
    denominator lies in one world, where nothing was counted, and where what was counted is too little: fewer than 20
    events, or events in fewer than five worlds (of two to four worlds, in fewer than all). Nor is there one of a
    difference that is nought in every world, however much the arms have in common: what never showed has no spread.
    """
    n = len(arms[0])
    rates = [pooled(worlds) for worlds in arms]
    if any(rate is None for rate in rates):
        return Estimate(None, None, None, 0, "nobody in the denominator")
    mean = less(rates)
    if n == 1:
        return Estimate(mean, None, None, 1, ONE_WORLD)
    without = [[rate for rate in left if rate is not None] for left in zip(*map(without_each, arms), strict=True)]
    if any(len(left) < len(arms) for left in without):
        return Estimate(mean, None, None, n, "all of the denominator lies in one world")
    if reason := _too_few(arms):
        return Estimate(mean, None, None, n, reason)
    if len(arms) > 1 and _alike(*arms):
        return Estimate(mean, None, None, n, ALIKE)
    error, t = _jackknife([less(left) for left in without]), student(n - 1, level)
    lean = skewness(arms) if n >= FEWEST_WORLDS else (0.0, 0.0)
    least, most = possible(arms)
    low, high = (min(most, max(least, mean - error * straight(end, n, *lean))) for end in (t, -t))
    return Estimate(mean, low, high, n)


def possible(arms: Sequence[Sequence[Sums]]) -> tuple[float, float]:
    """Between which rates the truth can lie at all: that of one arm, or of the first less the second.

    Nothing is counted less than never. What in no world was counted more often than its denominator is held to be a
    share, which ends at 1,000. An arm without the scheme is nought, and so is held one in which five worlds or more
    counted nothing, so that the difference has the bounds of the other arm. Two to four worlds in which nothing
    happened to be counted bound nothing: where worlds differ much and their luck is not shared, more may happen in that
    arm than in the other (`docs/intervals.md` has what a cut there would cost).
    """
    bounds = []
    for worlds in arms:
        share = all(w.count <= w.base for w in worlds)
        sure = len(worlds) >= FEWEST_WORLDS or all(w == NEVER for w in worlds)
        most = 0.0 if sure and not any(w.count for w in worlds) else 1000.0 if share else math.inf
        bounds.append((0.0 if all(w.count >= 0 for w in worlds) else -math.inf, most))
    (least, most), *others = bounds
    return (least - others[0][1], most - others[0][0]) if others else (least, most)


def without_each(worlds: Sequence[Sums]) -> list[float | None]:
    """The pooled rate without the first world, without the second one, and so on."""
    count, base = sum(w.count for w in worlds), sum(w.base for w in worlds)
    return [1000 * (count - w.count) / (base - w.base) if base > w.base else None for w in worlds]


def skewness(arms: Sequence[Sequence[Sums]]) -> tuple[float, float]:
    """How the studentised rate, or difference of two, leans: the terms a and b that `straight` takes.

    With `e` what a world adds to the difference, e_k to the rate of arm k, d_k how far its denominator is from the
    mean one (as a share of that), s the sign of the arm and E the mean over worlds:

        a = E[e³] / 3σ³ - q        q = Σ s E[e e_k] E[e d_k] / σ³
        b = E[e³] / 6σ³ + q - p    p = 2q - Σ s E[e_k d_k] / σ

    These are the second-order terms of the expansion of a ratio divided by its own error; with equal denominators p
    and q are nought, and what is left is the skewness of a mean (Hall 1992, Journal of the Royal Statistical Society B
    54: 221-228). Nought where worlds do not differ.
    """
    parts = []
    for sign, worlds in zip((1, -1), arms, strict=False):
        rate, base = pooled(worlds) or 0.0, sum(w.base for w in worlds) / len(worlds)
        own = [(1000 * w.count - rate * w.base) / base for w in worlds]
        parts.append((sign, own, [w.base / base - 1 for w in worlds]))
    whole = [math.fsum(sign * each for (sign, _, _), each in zip(parts, own, strict=True))
             for own in zip(*(own for _, own, _ in parts), strict=True)]  # fmt: skip
    sigma = math.sqrt(_mean(whole, whole))
    if sigma == 0:
        return 0.0, 0.0
    third = _mean(whole, whole, whole) / sigma**3
    q = sum(sign * _mean(whole, own) * _mean(whole, off) for sign, own, off in parts) / sigma**3
    p = 2 * q - sum(sign * _mean(own, off) for sign, own, off in parts) / sigma
    return third / 3 - q, third / 6 + q - p


def straight(x: float, n: int, a: float, b: float) -> float:
    """The studentised value whose straightened one is x.

    Straightened is T + (a T² + b) / √n + a² T³ / 3n, which is symmetric to the order of 1 / n and rises everywhere, so
    that it can be turned round (Hall 1992). Without skewness it is x itself. The cube root is kept from its flat point,
    so that no end comes to stand more than twice as far away.
    """
    root = math.sqrt(n)
    shifted = x - b / root
    bend = max(-MOST_BEND, min(MOST_BEND, 3 * a * shifted / root))
    return shifted * 3 * (math.cbrt(1 + bend) - 1) / bend if abs(bend) > LEAST_BEND else shifted


def _mean(*columns: Sequence[float]) -> float:
    """The mean over worlds of a product."""
    return math.fsum(map(math.prod, zip(*columns, strict=True))) / len(columns[0])


def less(rates: Sequence[float | None]) -> float:
    """The first rate, less the second where there is one; nothing counts as nought."""
    return (rates[0] or 0.0) - ((rates[1] or 0.0) if len(rates) > 1 else 0.0)


def _jackknife(without: Sequence[float]) -> float:
    """Standard error from the estimates that leave out one world each."""
    n = len(without)
    return (n - 1) / math.sqrt(n) * math.sqrt(variance(without))


def _too_few(arms: Sequence[Sequence[Sums]]) -> str:
    """Why events are too rare for an interval; empty where one arm at least has enough of them."""
    for worlds in arms:
        events, having = sum(w.count for w in worlds), sum(w.count > 0 for w in worlds)
        if events >= FEWEST_EVENTS and having >= min(FEWEST_WORLDS, len(worlds)):
            return ""
    events, having = (sum(w.count for w in arms[0]), sum(w.count > 0 for w in arms[0]))
    base = sum(w.base for w in arms[0])
    if events == 0:
        return f"none of {base:,}"
    return f"{events:,} of {base:,}, in {having} of {len(arms[0])} worlds: too few for an interval"


def _alike(ours: Sequence[Sums], theirs: Sequence[Sums]) -> bool:
    """True where the two arms have the same rate in every world; whole numbers lose no digit."""
    return all(x.count * y.base == y.count * x.base for x, y in zip(ours, theirs, strict=True))


def paired(pair: Sequence[Sequence[Sums]]) -> float | None:
    """The share of the variance that common luck takes away; None for one world or without any variance."""
    if len(pair[0]) < 2:
        return None
    left = list(zip(*map(without_each, pair), strict=True))
    apart = sum(variance([rates[side] or 0.0 for rates in left]) for side in (0, 1))
    return 1 - variance([less(rates) for rates in left]) / apart if apart else None


def variance(values: Sequence[float]) -> float:
    """The variance of a sample."""
    mean = math.fsum(values) / len(values)
    return math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)
