"""Rates with their intervals: ratios of sums over worlds, the jackknife, and Student's t.

An interval says how far worlds differ by luck alone. Where what was counted is too little for one, its reason stands
in its place.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from goodstanding.counts import Sums

LEVEL = 0.95
ONE_WORLD = "one world: no interval"
FEWEST_EVENTS, FEWEST_WORLDS = 20, 5
"""Below these numbers of events, and of worlds that have any, no interval is given."""


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


def estimate(arms: Sequence[Sequence[Sums]], *, least: float = -math.inf, level: float = LEVEL) -> Estimate:
    """The pooled rate of one arm, or the first less the second of two, with its interval over worlds.

    A ratio of totals with the jackknife over worlds and Student's t; with equal denominators this is the mean over
    worlds with its t-interval. Cut at `least` where less is impossible. No interval is given, and `reason` says so,
    for one world, where all of a denominator lies in one world, where nothing was counted, and where what was counted
    is too little: fewer than 20 events, or events in fewer than five worlds.
    """
    n = len(arms[0])
    rates = [pooled(worlds) for worlds in arms]
    if any(rate is None for rate in rates):
        return Estimate(None, None, None, 0, "nobody in the denominator")
    mean = less(rates)
    if n == 1:
        return Estimate(mean, None, None, 1, ONE_WORLD)
    without = [[pooled([*worlds[:at], *worlds[at + 1 :]]) for worlds in arms] for at in range(n)]
    if any(rate is None for left in without for rate in left):
        return Estimate(mean, None, None, n, "all of the denominator lies in one world")
    if reason := _too_few(arms):
        return Estimate(mean, None, None, n, reason)
    half = student(n - 1, level) * _jackknife([less(left) for left in without])
    return Estimate(mean, max(least, mean - half), mean + half, n)


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


def paired(pair: Sequence[Sequence[Sums]]) -> float | None:
    """The share of the variance that common luck takes away; None for one world or without any variance."""
    worlds = len(pair[0])
    if worlds < 2:
        return None
    left = [[pooled([*ws[:at], *ws[at + 1 :]]) for ws in pair] for at in range(worlds)]
    apart = sum(variance([rates[side] or 0.0 for rates in left]) for side in (0, 1))
    return 1 - variance([less(rates) for rates in left]) / apart if apart else None


def variance(values: Sequence[float]) -> float:
    """The variance of a sample."""
    mean = math.fsum(values) / len(values)
    return math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)
