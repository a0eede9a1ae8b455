"""Numbers: what a run says to an indicator, with its interval over luck and its band over the assumptions.

Everything that is a count of a count goes through the same ratio of sums and the same interval as in the report. Rates
are per 1,000.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from goodstanding.assumptions import BAND
from goodstanding.counts import Sums
from goodstanding.estimates import FEWEST_WORLDS, LEVEL, ONE_WORLD, Band, Estimate, estimate, student, variance
from goodstanding.sweep import FEWEST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Sets: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Number:
    """What a run says to one indicator.

    `sets` are the values under every set of assumptions that could tell. `exact` is a fact of the rules, which neither
    luck nor assumptions move; `said` tells it in words where it is no number by nature. `reads` are the measures behind
    it, `count` of `base` what was counted. What `never` happened, in five worlds or more, has no interval and is judged
    as nought.
    """

    estimate: Estimate
    unit: str
    reads: tuple[str, ...] = ()
    band: Band | None = None
    sets: tuple[float, ...] | None = None
    exact: bool = False
    count: int = 0
    base: int = 0
    note: str = ""
    said: str = ""
    never: bool = False


def of_sums(
    found: Estimate, unit: str, reads: tuple[str, ...], sets: Sets | None, sums: Sequence[Sums],
    scale: float = 1.0,
) -> Number:  # fmt: skip
    """A number of counts added up world by world, with its band over the sets, all of them so many times."""
    told = None if sets is None else sets * scale
    kept = None if told is None else tuple(float(v) for v in told if math.isfinite(v))
    band = None if told is None else banded(told)
    count, base = sum(s.count for s in sums), sum(s.base for s in sums)
    nought = found.mean == 0 and found.low is None and never(sums)
    return Number(found, unit, reads, band, kept, count=count, base=base, never=nought)


def banded(values: Sets) -> Band:
    """The middle nine tenths of the sets that could tell."""
    import numpy as np

    there = values[np.isfinite(values)]
    if there.size < FEWEST:
        return Band(None, None, None, int(there.size), f"told by {there.size} sets: too few for a band")
    low, middle, high = (float(v) for v in np.quantile(there, BAND))
    return Band(low, middle, high, int(there.size))


def ratio(over: Sets | None, under: Sets | None, least: float) -> Sets | None:
    """One rate over another, per 1,000, set by set; not a number where less than `least` stands below it."""
    import numpy as np

    if over is None or under is None:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Sets = 1000 * over / under
    found[~(under >= least)] = np.nan
    return found


def never(sums: Sequence[Sums]) -> bool:
    """True where something happened in none of five worlds or more, in each of which it could have."""
    return len(sums) >= FEWEST_WORLDS and all(s.base and not s.count for s in sums)


def times(part: Sequence[Sums], whole: Sequence[Sums]) -> float | None:
    """The rate of a part over that of the rest; None where one of them is nought or is not there."""
    mine, base = sum(s.count for s in part), sum(s.base for s in part)
    rest, there = sum(s.count for s in whole) - mine, sum(s.base for s in whole) - base
    return mine * there / (base * rest) if base and rest and there else None


def times_over(part: Sequence[Sums], whole: Sequence[Sums], value: float, level: float = LEVEL) -> Estimate:
    """The ratio with its interval over worlds, from what it is without each of them."""
    n = len(whole)
    if n == 1:
        return Estimate(value, None, None, 1, ONE_WORLD)
    left = [times([*part[:at], *part[at + 1 :]], [*whole[:at], *whole[at + 1 :]]) for at in range(n)]
    reason = estimate([whole]).reason
    if reason or any(each is None for each in left):
        return Estimate(value, None, None, n, reason or "all of it lies in one world")
    half = student(n - 1, level) * (n - 1) / math.sqrt(n) * math.sqrt(variance([v for v in left if v is not None]))
    return Estimate(value, max(0.0, value - half), value + half, n)
