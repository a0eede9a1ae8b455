"""Luck: known answers, keys that never meet, one number however it is asked for, and draws without a pattern."""

from __future__ import annotations

import hashlib
import itertools

import numpy as np
import pytest
from asked import asked

from goodstanding.errors import InvalidInput, Resources
from goodstanding.luck import (
    CERTAIN,
    MOST_INDEX,
    MOST_MONTHS,
    MOST_PEOPLE,
    draws,
    fill,
    fill_many,
    known,
    luck,
    philox,
    share,
    stochastic_round,
    times,
    use_of,
    uses,
    within_bits,
)
from goodstanding.native import compiled

ONES = 0xFFFFFFFF
#: Counter, key and answer of philox4x32-10, from the published test vectors of Random123.
KNOWN = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((ONES,) * 4, (ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]
#: SHA-256 over the 1,000 draws of `frozen`; it changes only with every number of every run.
FROZEN = "0559bafc6a6bb266a57f06249975ea5eae4f028c3a45ef68631a68c666fb2f1e"


def plain_philox(counter: list[int], key: list[int]) -> list[int]:
    """A slow twin of Philox4x32-10 in whole numbers of any size."""
    c, k = list(counter), list(key)
    for _ in range(10):
        p, q = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [(q >> 32) ^ c[1] ^ k[0], q & ONES, (p >> 32) ^ c[3] ^ k[1], p & ONES]
        k = [(k[0] + 0x9E3779B9) & ONES, (k[1] + 0xBB67AE85) & ONES]
    return c


def plain_luck(seed: int, use: int, month: int, person: int, index: int) -> int:
    """A slow twin of the table at the top of luck.py."""
    block = (person >> 6) * 16 + (person & 15)
    counter = [block & ONES, (block >> 32) << 24 | month, use, index]
    return plain_philox(counter, [seed & ONES, seed >> 32])[(person & 63) >> 4]


def frozen() -> list[tuple[int, int, int, int, int]]:
    """1,000 coordinates over the whole range of each, fixed for good."""
    rows = []
    for k in range(1000):
        digest = hashlib.sha256(f"frozen {k}".encode()).digest()
        number = [int.from_bytes(digest[i : i + 8], "big") >> k % 40 for i in (0, 8, 16, 24)]
        rows.append((number[0], use_of(f"frozen/{k % 7}"), number[1] % MOST_MONTHS, number[2] % MOST_PEOPLE, k % 5))
    return rows


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter: tuple[int, ...], key: tuple[int, ...], answer: tuple[int, ...]) -> None:
    words, found = [np.uint64(w) for w in (*counter, *key)], np.zeros(4, np.uint64)
    compiled(known)(np.array(counter, np.uint64), np.array(key, np.uint64), found)
    assert tuple(map(int, found)) == answer
    assert tuple(map(int, philox(*words))) == answer
    assert tuple(plain_philox(list(counter), list(key))) == answer


def test_thousand_frozen_draws() -> None:
    values = [int(luck(*row)) for row in frozen()]
    assert values == [plain_luck(*row) for row in frozen()]
    assert hashlib.sha256(np.array(values, "<u4").tobytes()).hexdigest() == FROZEN


def test_keys_never_meet() -> None:
    """Two different coordinates differ in key, counter or lane, at every corner of the layout."""
    corners = itertools.product(
        (0, 1, ONES, ONES + 1, 2**64 - 1),
        (0, 1, ONES),
        (0, 1, MOST_MONTHS - 1),
        (0, 1, 15, 16, 63, 64, 2**34 - 1, 2**34, 2**36, MOST_PEOPLE - 1),
        (0, 1, MOST_INDEX - 1),
    )
    seen = set()
    for number, (seed, use, month, person, index) in enumerate(corners):
        block = (person >> 6) * 16 + (person & 15)
        words = (seed & ONES, seed >> 32, block & ONES, (block >> 32) << 24 | month, use, index)
        assert max(words) <= ONES
        seen.add((*words, (person & 63) >> 4))
        assert len(seen) == number + 1


def test_people_fill_their_blocks() -> None:
    places = {((p >> 6) * 16 + (p & 15), (p & 63) >> 4) for p in range(4096)}
    assert places == set(itertools.product(range(1024), range(4)))


@pytest.mark.parametrize("people", [0, 1, 63, 64, 65, 200, 4096])
def test_one_number_however_asked(people: int) -> None:
    whole = draws(2**64 - 1, 7, 3, 64, 4096, index=2)
    assert np.array_equal(draws(2**64 - 1, 7, 3, 64, people, index=2), whole[:people])
    some = range(0, people, 37)
    assert [int(luck(2**64 - 1, 7, 3, 64 + p, 2)) for p in some] == [int(whole[p]) for p in some]


def test_rows_are_uses() -> None:
    names = uses(["a/b/c", "a/b/d"])
    numbers = np.array(list(names.values()), np.uint32)
    rows = np.zeros((2, 130), np.uint32)
    compiled(fill_many)(rows, np.uint64(5), numbers, 9, 128)
    for row, use in zip(rows, names.values(), strict=True):
        assert np.array_equal(row, draws(5, use, 9, 128, 130))


def test_same_uncompiled() -> None:
    out = np.zeros(130, np.uint32)
    fill(out, 5, 6, 7, 64, 0)
    assert np.array_equal(out, draws(5, 6, 7, 64, 130))


@pytest.mark.parametrize(
    "at",
    [
        (5, 2**32, 0, 0, 0),
        (5, 0, MOST_MONTHS, 0, 0),
        (5, 0, 0, MOST_PEOPLE, 0),
        (5, 0, 0, 0, MOST_INDEX),
        (5, 0, 0, -1, 0),
    ],
)
def test_refuses_rather_than_wraps(at: tuple[int, int, int, int, int]) -> None:
    with pytest.raises(Resources):
        luck(*at)
    with pytest.raises(Resources):
        asked(luck, np.uint64(at[0]), *at[1:])
    with pytest.raises(Resources):
        compiled(fill)(np.zeros(64, np.uint32), np.uint64(at[0]), at[1], at[2], at[3], at[4])


def test_limits_are_told() -> None:
    within_bits(2**64 - 1, MOST_PEOPLE, MOST_MONTHS, MOST_INDEX)
    for seed, people, months in [(2**64, 1, 1), (-1, 1, 1), (0, MOST_PEOPLE + 1, 1), (0, 1, MOST_MONTHS + 1)]:
        with pytest.raises(Resources) as refused:
            within_bits(seed, people, months)
        assert refused.value.exit_code == 3 and "outside" in str(refused.value)


def test_uses_refuse_a_collision() -> None:
    assert uses(["x", "y", "x"]) == {"x": use_of("x"), "y": use_of("y")}
    assert use_of("suining/agencies/detect") == int(hashlib.sha256(b"suining/agencies/detect").hexdigest()[:8], 16)
    seen: dict[int, str] = {}
    for k in itertools.count():  # by the birthday rule two names of 32 bits meet after some 80,000
        other = seen.setdefault(use_of(str(k)), str(k))
        if other != str(k):
            break
    with pytest.raises(InvalidInput, match="one number"):
        uses([other, str(k)])


def test_never_and_always() -> None:
    drawn = draws(1, 2, 3, 0, 1 << 20).astype(np.int64)
    assert share(0) == 0 and not (drawn < share(0)).any()
    assert share(1) == CERTAIN and (drawn < share(1)).all()
    assert not (np.array([0]) < share(0)).any() and (np.array([ONES]) < share(1)).all()
    with pytest.raises(InvalidInput):
        share(1.1)


def test_raising_a_share_only_adds() -> None:
    drawn = draws(1, 2, 3, 0, 10_000).astype(np.int64)
    assert not ((drawn < share(0.2)) & ~(drawn < share(0.3))).any()


def test_products_of_shares() -> None:
    assert times(CERTAIN, CERTAIN) == CERTAIN and times(CERTAIN, 0) == 0
    assert abs(times(share(0.3), share(0.7)) - share(0.21)) <= 4
    assert asked(times, share(0.3), share(0.7)) == times(share(0.3), share(0.7))


def test_keyed_rounding_keeps_the_mean() -> None:
    drawn = draws(1, 2, 3, 0, 1 << 16)
    for value, shift in [(1000, 8), (-1000, 8), (7, 0), (3, 32), (1 << 40, 20)]:
        rounded = np.array([asked(stochastic_round, value, shift, d) for d in drawn[:4096]])
        assert stochastic_round(value, shift, drawn[0]) == rounded[0]
        assert set(rounded) <= {value >> shift, (value >> shift) + 1}
        assert abs(rounded.mean() - value / 2**shift) < 0.03  # four standard errors of a coin over 4,096 draws


def chi_square(cells: np.ndarray) -> float:
    """How far counts stray from equal ones, in standard deviations of the chi-square law."""
    expected = cells.sum() / cells.size
    freedom = cells.size - 1
    return float((((cells - expected) ** 2 / expected).sum() - freedom) / (2 * freedom) ** 0.5)


@pytest.mark.parametrize("shift", [0, 12, 24])
def test_uniform(shift: int) -> None:
    """2^20 draws in 256 cells, by the low, the middle and the high byte."""
    byte = (draws(3, 4, 5, 0, 1 << 20) >> shift) & 255
    assert abs(chi_square(np.bincount(byte, minlength=256))) < 4


@pytest.mark.parametrize("apart", [1, 15, 16, 64])
def test_neighbours_are_independent(apart: int) -> None:
    """2^20 pairs of people so far apart in 16 by 16 cells: next door, along the block and across lanes."""
    top = draws(3, 4, 5, 0, (1 << 20) + apart) >> 28
    assert abs(chi_square(np.bincount(top[:-apart] * 16 + top[apart:], minlength=256))) < 4


@pytest.mark.parametrize("other", [(4, 4, 5, 0), (3, 5, 5, 0), (3, 4, 6, 0), (3, 4, 5, 1), (3 + (1 << 32), 4, 5, 0)])
def test_coordinates_are_independent(other: tuple[int, int, int, int]) -> None:
    """2^20 people in 16 by 16 cells under two keys that differ by one in seed, use, month or index."""
    seed, use, month, index = other
    here, there = draws(3, 4, 5, 0, 1 << 20) >> 28, draws(seed, use, month, 0, 1 << 20, index=index) >> 28
    assert abs(chi_square(np.bincount(here * 16 + there, minlength=256))) < 4
