"""How chances are drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BLOCK = 65_536


class Luck:
    """A stream of numbers, and the ways to draw from it."""

    def __init__(self, seed: int, kind: str) -> None:
        self.skip = kind == "skip"
        self.bits: Any = np.random.Philox(seed) if kind == "philox" else np.random.SFC64(seed)
        self.rng = np.random.Generator(self.bits)

    def numbers(self, n: int) -> Array:
        """A number of 32 bits for each of n people."""
        raw: Array = self.bits.random_raw(-(-n // 2)).view(np.uint32)
        return raw[:n]

    def halves(self, n: int) -> Array:
        """A number of 16 bits for each of n people, for rounding."""
        raw: Array = self.bits.random_raw(-(-n // 4)).view(np.uint16)
        return raw[:n]

    def shares(self, n: int) -> Array:
        """A number from 0 to 1 for each of n."""
        return self.rng.random(n, np.float32)

    def hits(self, share: float, n: int) -> Array:
        """The places, in order, of those of n whom something of this chance hits."""
        if share <= 0 or n == 0:
            return np.zeros(0, np.int64)
        if share >= 1:
            return np.arange(n)
        if not self.skip:
            parts = [
                np.flatnonzero(self.numbers(min(BLOCK, n - a)) < np.uint32(min(share * 2**32, 2**32 - 1))) + a
                for a in range(0, n, BLOCK)
            ]
            return np.concatenate(parts)
        likely = int(n * share + 6 * (n * share) ** 0.5 + 6)
        at: Array = np.cumsum(self.rng.geometric(share, likely)) - 1
        while at[-1] < n:
            at = np.concatenate((at, at[-1] + np.cumsum(self.rng.geometric(share, likely))))
        return at[: np.searchsorted(at, n)]

    def some(self, who: Array, share: float) -> Array:
        """Those of a few whom something of this chance hits."""
        return who if share >= 1 else who[self.shares(who.size) < share]

    def rounded(self, values: Array) -> Array:
        """Values rounded up as often as their fraction says."""
        return np.floor(values + self.rng.random(values.size)).astype(np.int64)
