"""Known answers: what a social scientist can work out by hand, kernel by kernel, compiled and not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from goodstanding.acts import ACT_KEYS, ACTS, arrays, code
from goodstanding.kernels import compiled
from goodstanding.luck import share
from goodstanding.mechanisms.conduct.borrowing import Borrowing
from goodstanding.mechanisms.conduct.everyday_acts import by_traits, under
from goodstanding.mechanisms.observation.agencies import mixed_up_with
from goodstanding.mechanisms.scoring.ledger import Ledger
from goodstanding.world import RECORD, SEEN

Way = Callable[[Any], Callable[..., Any]]
ways = pytest.mark.parametrize("way", [compiled, lambda f: f], ids=["compiled", "plain"])


def table(**points: int) -> Any:
    column = np.zeros(64, np.int64)
    for act, worth in points.items():
        column[code(act)] = worth
    return column


def scored(way: Way, entries: list[tuple[str, int]], month: int, points: Any, given_up: int = 0) -> int:
    """The score of one person with these entries (act, month), where acts of the set `given_up` count no longer."""
    score, wanted = np.zeros(1, np.int32), sum(1 << int(act) for act in np.flatnonzero(points)) & ~given_up
    way(Ledger.add_up)(
        np.int64(month), np.int64(RECORD), np.zeros(len(entries), np.int32),
        np.array([code(act) for act, _ in entries], np.uint8), np.array([m for _, m in entries], np.uint8),
        np.full(len(entries), RECORD | SEEN, np.uint8), arrays()["act_seen_as"], np.int64(1000), points,
        np.array([wanted]), np.int64(24), np.int64(60), np.int64(50), score, np.zeros(1, np.uint16),
        np.zeros(1, np.int64),
    )  # fmt: skip
    return int(score[0])


def class_of(way: Way, score: int) -> str:
    standing = np.zeros(1, np.uint8)
    way(Ledger.classify)(np.array([score], np.int32), np.array([970, 850, 600, 0]), np.array([0]), standing)
    return "ABCD"[standing[0]]


@ways
def test_the_published_case(way: Way) -> None:
    """Fourteen missed loan payments cost 420 points and ended in class D (China Daily 2010, Xinhua 2014)."""
    points = table(missed_loan_payment=-30)
    score = scored(way, [("missed_loan_payment", m) for m in range(14)], 14, points)
    assert score == 580 and class_of(way, score) == "D"
    assert class_of(way, scored(way, [("missed_loan_payment", m) for m in range(13)], 14, points)) == "C"


@ways
def test_a_lender_sees_no_difference(way: Way) -> None:
    """Who could not pay loses as much as who would not."""
    points = table(missed_loan_payment=-30)
    assert scored(way, [("missed_loan_payment_unable", 0)], 1, points) == 970


@ways
def test_classes_begin_at_their_cut_off(way: Way) -> None:
    found = {score: class_of(way, score) for score in (1100, 970, 969, 850, 849, 600, 599, 0, -500)}
    assert "".join(found.values()) == "AABBCCDDD"


@ways
def test_points_come_back_after_their_term(way: Way) -> None:
    points = table(red_light=-10, drunk_driving=-50, bravery=10)
    assert [scored(way, [("red_light", 3)], m, points) for m in (3, 26, 27)] == [990, 990, 1000]
    assert [scored(way, [("drunk_driving", 3)], m, points) for m in (62, 63)] == [950, 1000]
    assert scored(way, [("bravery", 0), ("red_light", 0)], 1, points) == 1000


@ways
def test_what_is_given_up_weighs_nothing_past_entries_included(way: Way) -> None:
    points, entries = table(red_light=-10, online_criticism=-50), [("red_light", 0), ("online_criticism", 0)]
    assert scored(way, entries, 1, points) == 940
    assert scored(way, entries, 1, points, given_up=1 << code("online_criticism")) == 990
    assert scored(way, entries, 1, points, given_up=-1) == 1000


@ways
def test_mistaken_identity_is_an_involution(way: Way) -> None:
    mixed = way(mixed_up_with)
    for people in (1, 2, 7, 64, 1001):
        for turn in {0, people // 3, people // 2, people - 1}:
            other = [int(mixed(i, people, turn)) for i in range(people)]
            assert sorted(other) == list(range(people))
            assert all(other[other[i]] == i for i in range(people))


@ways
@pytest.mark.parametrize("act", [a.key for a in ACTS if a.maker == "everyday"])
def test_chance_of_an_act(way: Way, act: str) -> None:
    """The integer chance is the catalogue's formula to one in 100,000, and never above the screen."""
    told, base = ACTS[ACT_KEYS.index(act)], share(0.01)
    weight = -told.integrity if told.kind else told.integrity
    calm, strained = way(by_traits), way(under)
    top = int(strained(256, told.strain, calm(base, abs(weight), 0, told.conviction, 256)))
    for strain, integrity, conviction in ((0, 128, 128), (255, 0, 255), (255, 255, 0), (100, 30, 200), (17, 255, 255)):
        found = int(strained(strain, told.strain, calm(base, weight, integrity, told.conviction, conviction)))
        plain = 0.01 * (1 + told.strain / 64 * strain / 256) * (1 + weight / 256 * (128 - integrity) / 128)
        plain *= 1 + told.conviction / 256 * (conviction - 128) / 128
        assert found / 2**32 == pytest.approx(plain, rel=1e-5)
        assert found <= top


@ways
def test_who_pays_who_cannot_and_who_will_not(way: Way) -> None:
    """Four people: no loan, able, unable, able and refusing."""
    loan = np.array([0, 5, 5, 5], np.uint8)
    cushion = np.array([500, 500, 5, 500], np.int16)
    acts, paid = np.zeros(4, np.int64), np.zeros(4, np.int16)
    acts[3] = 1 << code("missed_loan_payment")
    way(Borrowing.pay)(
        cushion, np.ones(4, np.uint8), np.zeros(4, np.uint16), np.full(4, 0xFFFFFFFF, np.uint32), np.int64(0),
        np.int64(24), np.int64(12), np.int64(50), (loan > 0).astype(np.uint8), loan, paid, acts,
    )  # fmt: skip
    assert loan.tolist() == [0, 4, 5, 5] and paid.tolist() == [0, 12, 0, 0]
    assert [bool(a >> code("missed_loan_payment_unable") & 1) for a in acts] == [False, False, True, False]
    assert [bool(a >> code("missed_loan_payment") & 1) for a in acts] == [False, False, False, True]
