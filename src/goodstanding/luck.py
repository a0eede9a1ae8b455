"""Luck is looked up, never consumed: a number belongs to (seed, use, month, person, index) and to nothing else.

Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3") turns a key and a
counter into four numbers of 32 bits. The layout of both is injective, so that no two draws share one:

    word        bits    holds
    key 0       32      seed, low half
    key 1       32      seed, high half
    counter 0   32      block, low 32 bits
    counter 1    8      block, high bits
                24      month
    counter 2   32      use: the first four bytes of the SHA-256 of its name
    counter 3   16      index: which of several draws of one use, person and month
                16      nought

A block serves four people. 64 neighbours share 16 blocks: person p reads lane (p & 63) >> 4 of block
(p >> 6) * 16 + (p & 15), so that a lane is 16 people in a row and is stored in one go. A coordinate beyond its bits
is refused (Resources), never wrapped.

Draws are whole numbers from 0 to 2^32 - 1. A share p binds as the threshold round(p * 2^32), held as an int64; it comes
true where `draw < threshold`: never for 0, always for 1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.errors import InvalidInput, Resources
from goodstanding.kernels import helper, kernel
from goodstanding.native import compiled

MOST_PEOPLE = 1 << 40
MOST_MONTHS = 1 << 24
MOST_INDEX = 1 << 16
MOST_LISTED = 1 << 31
MOST_SEED = (1 << 64) - 1
CERTAIN = 1 << 32

LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)
MULTIPLY_0 = np.uint64(0xD2511F53)
MULTIPLY_2 = np.uint64(0xCD9E8D57)
WEYL_0 = tuple(np.uint64(0x9E3779B9 * k) for k in range(10))
WEYL_1 = tuple(np.uint64(0xBB67AE85 * k) for k in range(10))
BEYOND = "luck: a seed, use, month, person or index is beyond the bits of the key"


def use_of(name: str) -> int:
    """The 32-bit number of a use such as 'suining/agencies/detect'."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big")


def uses(names: Iterable[str]) -> dict[str, int]:
    """The numbers of several uses; refuses two names that fall on one number."""
    found: dict[int, str] = {}
    for name in dict.fromkeys(names):
        other = found.setdefault(use_of(name), name)
        if other != name:
            raise InvalidInput(
                f"draws: '{other}' and '{name}' fall on one number; allowed is another name for one of them"
            )
    return {name: use for use, name in found.items()}


def share(p: float) -> int:
    """The threshold of a share from 0 to 1: `draw < share(p)` comes true with probability p."""
    if not 0 <= p <= 1:
        raise InvalidInput(f"share: {p} cannot be one; allowed is 0 to 1")
    return round(p * CERTAIN)


def within_bits(seed: int, people: int, months: int, indices: int = 1) -> None:
    """Refuse a run whose coordinates do not fit into the key; ranges are given as counts from 0."""
    limits = (
        ("a seed of", seed, 0, MOST_SEED),
        ("people:", people, 1, MOST_PEOPLE),
        ("months:", months, 1, MOST_MONTHS),
        ("draws of one use:", indices, 1, MOST_INDEX),
    )
    faults = [f"{what} {n} is outside {low} to {high}" for what, n, low, high in limits if not low <= n <= high]
    if faults:
        raise Resources(*faults)


@helper
def times(a: int, b: int) -> int:
    """The product of two shares held as thresholds."""
    return (a * (b >> 2)) >> 30


@helper(inline=True)
def stochastic_round(value: int, shift: int, draw: int) -> Any:
    """value / 2^shift, rounded up as often as its fraction says; shift is 0 to 32."""
    return (np.int64(value) + (np.int64(draw) >> (32 - shift))) >> shift


@helper(inline=True)
def turn(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """One round; only the low half of each word counts, the other is left dirty: the next product drops it."""
    p0 = (c0 & LOW) * MULTIPLY_0
    p2 = (c2 & LOW) * MULTIPLY_2
    return (p2 >> HALF) ^ c1 ^ k0, p2, (p0 >> HALF) ^ c3 ^ k1, p0


@helper
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """Philox4x32-10: four counter words and two key words to four words, each held in a uint64."""
    for _ in range(10):
        c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0, k1)
        k0 += WEYL_0[1]
        k1 += WEYL_1[1]
    return c0 & LOW, c1 & LOW, c2 & LOW, c3 & LOW


@helper(inline=True)
def counter_1(block: Any, month: Any) -> Any:
    """The second counter word: high bits of the block, then the month."""
    return ((block >> HALF) << np.uint64(24)) | np.uint64(month)


@helper
def beyond(use: int, month: int, person: int, index: int) -> bool:
    """True where a coordinate does not fit into its bits."""
    return (
        (use < 0 or use > 0xFFFFFFFF)
        or (month < 0 or month >= MOST_MONTHS)
        or (person < 0 or person >= MOST_PEOPLE)
        or (index < 0 or index >= MOST_INDEX)
    )


@helper
def luck(seed: Any, use: Any, month: Any, person: Any, index: Any) -> Any:
    """The draw (uint32) of one person: the same number that `fill` writes, for rare branches."""
    if beyond(use, month, person, index):
        raise Resources(BEYOND)
    key = np.uint64(seed)
    block = np.uint64((person >> 6) * 16 + (person & 15))
    a, b, c, d = philox(block, counter_1(block, month), np.uint64(use), np.uint64(index), key & LOW, key >> HALF)
    lane = (person >> 4) & 3
    return np.uint32(a if lane == 0 else b if lane == 1 else c if lane == 2 else d)


@helper(inline=True)
def ten_rounds(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> tuple[Any, Any, Any, Any]:
    """`philox` written out, because a loop of rounds would keep the loop around it from running in vectors."""
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0, k1)
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[1], k1 + WEYL_1[1])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[2], k1 + WEYL_1[2])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[3], k1 + WEYL_1[3])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[4], k1 + WEYL_1[4])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[5], k1 + WEYL_1[5])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[6], k1 + WEYL_1[6])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[7], k1 + WEYL_1[7])
    c0, c1, c2, c3 = turn(c0, c1, c2, c3, k0 + WEYL_0[8], k1 + WEYL_1[8])
    return turn(c0, c1, c2, c3, k0 + WEYL_0[9], k1 + WEYL_1[9])


@kernel
def fill(out: Any, seed: Any, use: Any, month: Any, first: Any, index: Any) -> None:
    """Write the draws (people,) of the people from `first` on; `first` is a multiple of 64."""
    if first & 63 or beyond(use, month, first, index) or first + out.size > MOST_PEOPLE:
        raise Resources(BEYOND)
    key = np.uint64(seed)
    k0 = key & LOW
    k1 = key >> HALF
    c2 = np.uint64(use)
    c3 = np.uint64(index)
    whole = out.size & ~63
    for start in range(0, whole, 64):
        block = np.uint64((first + start) >> 2)
        c1 = counter_1(block, month)
        for j in range(16):
            a, b, c, d = ten_rounds(block + np.uint64(j), c1, c2, c3, k0, k1)
            out[start + j] = np.uint32(a & LOW)
            out[start + 16 + j] = np.uint32(b & LOW)
            out[start + 32 + j] = np.uint32(c & LOW)
            out[start + 48 + j] = np.uint32(d & LOW)
    for rest in range(whole, out.size):
        out[rest] = luck(seed, use, month, first + rest, index)


@kernel
def fill_listed(out: Any, seed: Any, use: Any, month: Any, first: Any, person: Any, index: Any) -> None:
    """Write the draws (listed,) of listed people, counted from `first`, each at an index of its own."""
    if beyond(use, month, first, 0) or first + MOST_LISTED > MOST_PEOPLE:
        raise Resources(BEYOND)
    key = np.uint64(seed)
    k0 = key & LOW
    k1 = key >> HALF
    c2 = np.uint64(use)
    for at in range(out.size):
        who = first + np.int64(person[at])
        block = np.uint64((who >> 6) * 16 + (who & 15))
        c1 = counter_1(block, month)
        a, b, c, d = ten_rounds(block & LOW, c1, c2, np.uint64(index[at]), k0, k1)
        lane = (who >> 4) & 3
        low = a if lane == 0 else b
        high = c if lane == 2 else d
        out[at] = np.uint32((low if lane < 2 else high) & LOW)


@kernel
def fill_many(out: Any, seed: Any, uses: Any, month: Any, first: Any) -> None:
    """Write one row of draws (uses, people) for each use, all at index 0."""
    for row in range(uses.size):
        fill(out[row], seed, uses[row], month, first, 0)


@kernel
def known(counter: Any, key: Any, words: Any) -> None:
    """Write the words (4,) that belong to a counter (4,) and a key (2,), all uint64: what known answers are told in."""
    words[0], words[1], words[2], words[3] = philox(counter[0], counter[1], counter[2], counter[3], key[0], key[1])


def draws(seed: int, use: int, month: int, first: int, people: int, index: int = 0) -> NDArray[np.uint32]:
    """The draws (people,) of the people from `first` on, for one use and month."""
    within_bits(seed, first + people, month + 1, index + 1)
    out = np.empty(people, np.uint32)
    compiled(fill)(out, np.uint64(seed), np.uint32(use), month, first, index)
    return out
