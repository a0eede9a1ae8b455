"""Effects: what differs between two lives of the same people, from their months alone and luck after luck.

Everything is gathered in whole numbers, one luck at a time, so that a million people need no more than a few bytes
each. Means and what is expected of a person need no pairing of the two lives. Shares of people do: whatever stands here
as a share names how lives were paired, and the bounds say what any pairing could make of it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.estimates import LEVEL, Estimate, student, variance

Array = NDArray[Any]


class Gathered:
    """What is kept of one kind while luck after luck is read: sums by stratum, counts of values, and people's sums.

    `strata` says where each of the adults belongs; children are left out.
    """

    def __init__(self, strata: Array, worse_with: int = 1) -> None:
        self.strata, self.sign = np.asarray(strata, np.int64), worse_with
        self.cells = int(self.strata.max()) + 1 if self.strata.size else 0
        self.lucks = 0
        self.sums: list[tuple[Array, Array]] = []
        self.halves = np.zeros((2, self.strata.size), np.int32)
        self.values = {side: np.zeros((self.cells, 1), np.int64) for side in ("with", "without")}
        self.pairs = {how: [0, 0] for how in ("paired", "redrawn", "without", "floor")}
        self.probed: list[tuple[int, int, int]] = []
        self.moved = [0, 0]
        self.beside = 0
        self._before: Array | None = None
        self._first: tuple[Array, Array] | None = None

    def add(
        self, given: Array, without: Array, *, blind: Array | None = None, hidden: Array | None = None,
        full: Array | None = None, placebo: Array | None = None, untouched: Array | None = None,
    ) -> None:  # fmt: skip
        """Take in what one luck brought the adults, with the scheme and without, and in the probes."""
        given, without = (np.asarray(column).astype(np.int32) for column in (given, without))
        self.sums.append((self._by_stratum(given), self._by_stratum(without)))
        self.halves[self.lucks & 1] += self.sign * (given - without)
        self._count("with", given)
        self._count("without", without)
        self._compare("paired", given, without)
        if self._before is None:
            self._first = (given, without)
        else:
            self._compare("redrawn", given, self._before)
            self._compare("without", without, self._before)
        self._before = without
        if blind is not None and hidden is not None:
            unseen, seen = np.asarray(hidden) > 0, np.asarray(blind).astype(np.int32)
            self.probed.append((
                int(unseen.sum()), int((given - seen)[unseen].sum()), int((seen - without)[unseen].sum()),
            ))  # fmt: skip
            self.moved[0] += int((seen != given)[~unseen].sum())
            self.moved[1] += int((~unseen).sum())
        if placebo is not None and full is not None and untouched is not None:
            free = np.asarray(untouched) > 0
            self._compare("floor", np.asarray(placebo).astype(np.int32)[free], np.asarray(full).astype(np.int32)[free])
            self.beside += int(free.sum())
        self.lucks += 1

    def close(self) -> None:
        """Pair the first luck with the last one without the scheme, so that each luck stands in every pairing once."""
        if self._first is not None and self._before is not None and self.lucks > 1:
            self._compare("redrawn", self._first[0], self._before)
            self._compare("without", self._first[1], self._before)
            self._first = None

    def _by_stratum(self, column: Array) -> Array:
        found: Array = np.bincount(self.strata, column, self.cells).astype(np.int64)
        return found

    def _count(self, side: str, column: Array) -> None:
        """Count how many adults of each stratum had how many months."""
        wide = max(self.values[side].shape[1], int(column.max(initial=0)) + 1)
        kept = np.zeros((self.cells, wide), np.int64)
        kept[:, : self.values[side].shape[1]] = self.values[side]
        kept += np.bincount(self.strata * wide + column, minlength=self.cells * wide).reshape(self.cells, wide)
        self.values[side] = kept

    def _compare(self, how: str, one: Array, other: Array) -> None:
        gap = self.sign * (one - other)
        self.pairs[how][0] += int((gap > 0).sum())
        self.pairs[how][1] += int((gap < 0).sum())

    # -- what follows from it

    def total(self, stratum: int | None = None, level: float = LEVEL) -> Estimate:
        """Months that the scheme added for each adult, with an interval over lucks; no pairing enters its mean."""
        cells = slice(None) if stratum is None else slice(stratum, stratum + 1)
        people = int((self.strata == stratum).sum()) if stratum is not None else self.strata.size
        return over_lucks([(int((a - b)[cells].sum()), people) for a, b in self.sums], level)

    def saved(self) -> float | None:
        """The share of the variance of the total that pairing takes away, against the lucks of other worlds."""
        with_, without = ([int(side.sum()) for side in sides] for sides in zip(*self.sums, strict=True))
        apart = variance(with_) + variance(without)
        return 1 - variance([a - b for a, b in zip(with_, without, strict=True)]) / apart if apart else None

    def share(self, how: str, way: int) -> float:
        """The share of adults worse off (way 0) or better off (1) when lives are paired in one way."""
        people = self.beside if how == "floor" else self.strata.size * self.lucks
        return self.pairs[how][way] / people if people else math.nan

    def bounds(self, way: int) -> tuple[float, float]:
        """The shares of adults worse off (0), or better off (1), between which any pairing inside strata must lie."""
        low = high = 0.0
        wide = max(side.shape[1] for side in self.values.values())
        given, without = (_widened(self.values[side], wide) for side in ("with", "without"))
        if (self.sign > 0) == (way == 1):
            given, without = without, given
        for one, other in zip(given, without, strict=True):
            if people := int(one.sum()):
                least, most = bounds(one, other)
                low, high = low + least * people, high + most * people
        whole = int(given.sum())
        return (low / whole, high / whole) if whole else (0.0, 0.0)

    def expected(self) -> Array:
        """The expected harm of every adult: months more (or fewer, where that is worse) on the average over lucks."""
        found: Array = self.halves.sum(axis=0) / self.lucks
        return found

    def fixed(self) -> float | None:
        """Of how unlike effects were among adults in one luck, the share that belongs to the person and not to luck.

        The covariance of the means over two halves of the lucks holds no luck; it is laid against the variance of the
        mean, with the luck of one world put back.
        """
        halves = [half / count for half, count in zip(self.halves, _halved(self.lucks), strict=True)]
        own = float(np.mean(halves[0] * halves[1]) - np.mean(halves[0]) * np.mean(halves[1]))
        luck = [(float(np.var(half)) - own) * count for half, count in zip(halves, _halved(self.lucks), strict=True)]
        whole = own + sum(luck) / 2
        return own / whole if whole > 0 else None


def over_lucks(pairs: Sequence[tuple[int, int]], level: float = LEVEL) -> Estimate:
    """Sums over people as a mean for each, with Student's t over lucks."""
    people = sum(n for _, n in pairs)
    if not people:
        return Estimate(None, None, None, len(pairs), "nobody")
    mean = sum(total for total, _ in pairs) / people
    each = [total / n for total, n in pairs if n]
    half = student(len(each) - 1, level) * math.sqrt(variance(each) / len(each)) if len(each) > 1 else math.nan
    return Estimate(mean, mean - half, mean + half, len(each))


def bounds(more: Array, less: Array) -> tuple[float, float]:
    """The least and greatest share of people with more than they would have in the other life, whatever the pairing.

    From how many had each number of months in one life (`more`) and in the other (`less`), of the same people. With F
    and G the shares of at most t: at least max(G(t) - F(t)), at most 1 - max(F(t) - G(t - 1)), over all t and nought.
    """
    f, g = np.cumsum(more) / max(1, more.sum()), np.cumsum(less) / max(1, less.sum())
    before = np.concatenate([[0.0], g[:-1]])
    return max(0.0, float((g - f).max())), 1 - max(0.0, float((f - before).max()))


def top(ranks: Array, harm: Array, share: float) -> float | None:
    """What the first share of people, ranked by one column, bear of another; those alike at the end bear alike."""
    whole, many = float(harm.sum()), share * ranks.size
    if whole <= 0:
        return None
    order = np.argsort(-ranks, kind="stable")
    last = ranks[order[min(ranks.size - 1, max(0, math.ceil(many) - 1))]]
    above, alike = ranks > last, ranks == last
    rest = (many - float(above.sum())) / float(alike.sum())
    return (float(harm[above].sum()) + rest * float(harm[alike].sum())) / whole


def gini(harm: Array) -> float | None:
    """How unequally harm falls: 0 where all bear alike, near 1 where one bears all. None where there is none."""
    ordered, whole = np.sort(harm), float(harm.sum())
    if whole <= 0:
        return None
    places = 2 * np.arange(1, harm.size + 1) - harm.size - 1
    return float((places * ordered).sum()) / (harm.size * whole)


def _halved(lucks: int) -> tuple[int, int]:
    return (lucks + 1) // 2, lucks // 2


def _widened(values: Array, wide: int) -> Array:
    found = np.zeros((values.shape[0], wide), np.int64)
    found[:, : values.shape[1]] = values
    return found
