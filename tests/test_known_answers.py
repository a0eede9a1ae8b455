"""Known answers: what a social scientist can work out by hand, kernel by kernel, compiled and not."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from asked import asked

from goodstanding.acts import ACT_KEYS, ACTS, SANCTION_DOMAINS, arrays, code
from goodstanding.luck import share
from goodstanding.mechanisms.attacks.access_market import AccessMarket
from goodstanding.mechanisms.attacks.sybils import Sybils
from goodstanding.mechanisms.conduct.borrowing import Borrowing
from goodstanding.mechanisms.conduct.everyday_acts import by_traits, under
from goodstanding.mechanisms.observation.agencies import mixed_up_with
from goodstanding.mechanisms.observation.patronage import Patronage
from goodstanding.mechanisms.safeguards.licence import CARELESS, CONFLICT, ISLAND, Licence
from goodstanding.mechanisms.safeguards.proportionality_cap import ProportionalityCap
from goodstanding.mechanisms.sanctions.publicity import Publicity
from goodstanding.mechanisms.scoring.dimensions import BANDS, company
from goodstanding.mechanisms.scoring.ledger import Ledger
from goodstanding.native import compiled
from goodstanding.world import ALL, MISTAKEN, OWN, RECORD, SEEN, TWIN

Way = Callable[[Any], Callable[..., Any]]


def fast(function: Any) -> Callable[..., Any]:
    """The function compiled; a helper answers by way of a kernel."""
    return compiled(function) if function.when != "helper" else partial(asked, function)


ways = pytest.mark.parametrize("way", [fast, lambda f: f], ids=["compiled", "plain"])


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
        np.full(len(entries), RECORD | SEEN, np.uint8), arrays()["act_seen_as"], np.zeros((4, 64), np.int64),
        np.int64(1000), points,
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


# -- who may go on rating people


def ruled(way: Way, rated: int, customers: int, entries: int, wrong: int, month: int = 5) -> int:
    """The grounds on which a scheme among 1,000 adults is refused its licence in month 5, one bit each."""
    refused, given_up = np.zeros(1, np.int64), np.zeros(1, np.int64)
    way(Licence.decide)(
        np.int64(month), np.int64(1000), np.array([rated]), np.array([customers]), np.array([entries]),
        np.array([wrong]), np.int64(5), share(0.5), share(0.0), share(0.05), refused, given_up,
    )  # fmt: skip
    assert given_up[0] == (ALL if refused[0] else 0), "refused is the end of it, and nothing else is"
    return int(refused[0])


@ways
@pytest.mark.parametrize(
    ("rated", "customers", "entries", "wrong", "grounds"),
    [
        (1000, 0, 100, 0, 0), (500, 0, 100, 5, 0), (499, 0, 100, 5, ISLAND), (500, 1, 0, 0, CONFLICT),
        (500, 0, 100, 6, CARELESS), (0, 0, 0, 0, ISLAND), (10, 10, 20, 20, ISLAND | CONFLICT | CARELESS),
    ],
)  # fmt: skip
def test_a_licence_is_refused_on_each_ground_from_its_edge_on(
    way: Way, rated: int, customers: int, entries: int, wrong: int, grounds: int
) -> None:
    """Half of all adults may be missing, nobody's custom may count, a twentieth of the entries may be wrong."""
    assert ruled(way, rated, customers, entries, wrong) == grounds
    assert ruled(way, rated, customers, entries, wrong, month=4) == 0, "nobody has looked yet"
    assert ruled(way, rated, customers, entries, wrong, month=6) == 0, "it is looked at once"


@ways
def test_what_is_refused_stays_refused(way: Way) -> None:
    nothing, given_up = np.zeros(1, np.int64), np.zeros(1, np.int64)
    way(Licence.decide)(
        np.int64(9), np.int64(10), np.array([10]), nothing, nothing, nothing, np.int64(5), share(0.5), share(0.0),
        share(0.05), np.array([ISLAND]), given_up,
    )  # fmt: skip
    assert given_up[0] == ALL


@ways
def test_a_regulator_sees_what_a_plain_count_finds(way: Way) -> None:
    """Five people: a child, an outsider, a customer, somebody rated, a customer who has left."""
    told = [np.zeros(1, np.int64) for _ in range(7)]
    person, origin = np.array([2, 2, 3], np.int32), np.array([OWN, MISTAKEN, OWN], np.uint8)
    way(Licence.look)(
        np.int64(0), np.array([0, 1, 1, 2, 3], np.uint8), np.array([0, 1, 0, 0, 1], np.uint8),
        np.array([9, 0, 9, 0, 9], np.uint8), person, origin, np.array([RECORD, RECORD | SEEN, SEEN], np.uint8),
        np.array([CONFLICT | CARELESS]), np.zeros(5, np.int64), *told,
    )  # fmt: skip
    rated, customers, entries, wrong, island, conflict, careless = (int(t[0]) for t in told)
    assert (rated, customers) == (2, 1), "neither children nor outsiders"
    assert (entries, wrong) == (2, 1), "of the record, not of its shadow"
    assert (island, conflict, careless) == (0, 1, 1)


# -- what a bar may weigh


@ways
@pytest.mark.parametrize("copy", [RECORD, SEEN, TWIN])
def test_a_cap_leaves_the_bars_that_weigh_no_more_than_the_gravest_act(way: Way, copy: int) -> None:
    """Against sets and sums, for 300 people with random records, bars and cover."""
    draw, people, most = np.random.default_rng(copy), 300, 80
    weight, domains = np.arange(0, 96, 6), range(len(SANCTION_DOMAINS))
    losing = {code(act.key) for act in ACTS if not act.seen_as and not act.kind}
    entries = [(int(draw.integers(people)), int(draw.integers(len(ACTS))), int(draw.integers(1, 8)))
               for _ in range(400)]  # fmt: skip
    barred = [{d for d in domains if draw.random() < 0.3} for _ in range(people)]
    covered = draw.random(people) < 0.7
    left, lifted = [], 0
    for i in range(people):
        seen = [code(ACTS[k].seen_as or ACTS[k].key) for p, k, flags in entries if p == i and flags & copy]
        gravest = max((ACTS[k].gravity for k in seen if k in losing), default=0)
        left.append({d for d in barred[i] if not covered[i] or weight[d] <= most / 100 * gravest})
        lifted += left[i] != barred[i]
    bits = np.array([sum(1 << d for d in mine) for mine in barred], np.uint16)
    told = np.zeros(1, np.int64)
    way(ProportionalityCap.lift)(
        np.int64(copy), np.array([p for p, _, _ in entries], np.int32), np.array([k for _, k, _ in entries], np.uint8),
        np.array([flags for _, _, flags in entries], np.uint8), arrays()["act_seen_as"], arrays()["act_gravity"],
        np.array([sum(1 << k for k in losing)]), weight, np.int64(most), covered.astype(np.uint8),
        np.zeros(people, np.uint8), bits, np.zeros(people, np.int64), told,
    )  # fmt: skip
    assert bits.tolist() == [sum(1 << d for d in mine) for mine in left]
    assert told[0] == lifted * (copy == RECORD) and 20 < lifted < people, "only what happens to people is counted"
    assert sum(mine != every and mine != {0} for mine, every in zip(left, barred, strict=True)) > 20, "in part"


# -- what money buys


@ways
def test_access_is_sold_to_whom_a_plain_seller_would(way: Way) -> None:
    """Against a seller with a purse for each, for 400 people with random bars and savings."""
    draw, people, names = np.random.default_rng(4), 400, [*SANCTION_DOMAINS]
    prices = {"licence": 60, "credit": 30, "travel": 10, "leisure": 3, "vetting": 0}
    demand, served = 0.5, 0.6
    barred = [[d for d in names if draw.random() < 0.5] for _ in range(people)]
    savings, spent = draw.integers(-30, 120, people), draw.integers(0, 20, people)
    asks, luck = draw.integers(0, 2**32, (2, people), dtype=np.uint32)
    told = dict.fromkeys(("asking", "sold", "takings", "too_poor"), 0)
    still, paid = [], []
    for i in range(people):
        wares = [d for d in barred[i] if prices.get(d)]
        purse, kept = int(savings[i] - spent[i]), list(barred[i])
        if wares and asks[i] < share(demand):
            told["too_poor" if purse < min(prices[d] for d in wares) else "asking"] += 1
            for d in wares:
                if luck[i] < share(served) and prices[d] <= purse:
                    purse -= prices[d]
                    kept.remove(d)
                    told["sold"] += 1
                    told["takings"] += prices[d]
        still.append(sum(1 << names.index(d) for d in kept))
        paid.append(int(savings[i]) - purse)
    bits = np.array([sum(1 << names.index(d) for d in mine) for mine in barred], np.uint16)
    drained = spent.astype(np.int32)
    counts = [np.zeros(1, np.int64) for _ in told]
    way(AccessMarket.sell)(
        asks, luck, bits, savings.astype(np.int16), np.array([prices.get(d, 0) for d in names]), share(demand),
        np.array([share(served)]), drained, np.zeros(people, np.int64), *counts,
    )  # fmt: skip
    assert bits.tolist() == still and drained.tolist() == paid
    assert [int(c[0]) for c in counts] == [*told.values()] and min(told.values()) > 10


@ways
@pytest.mark.parametrize(("asking", "chance"), [(0, 1), (5, 1), (10, 0.5), (40, 0.125)])
def test_sellers_serve_a_share_of_those_who_ask(way: Way, asking: int, chance: float) -> None:
    """Five of 1,000 adults a month can be served: all who ask up to five, and five divided by those who ask beyond."""
    served = np.zeros(1, np.int64)
    way(AccessMarket.open)(np.int64(1000), share(0.005), np.array([asking]), served)
    assert served[0] / 2**32 == pytest.approx(chance, rel=1e-6)


@ways
def test_invented_friends_are_bought_kept_and_found_out(way: Way) -> None:
    """Nobody, each for a reason of their own, until the last three: a buyer, a holder, and a holder found out."""
    never, always = 0xFFFFFFFF, 0
    #         best class, untold, no wish, too poor, spent, buys, holds, found out
    told = np.array([1, 0, 3, 3, 3, 2, 3, 3], np.uint8)
    asks = np.array([always, always, never, *[always] * 5], np.uint32)
    purge = np.array([never] * 7 + [always], np.uint32)
    cushion, drained = np.array([99, 99, 99, 9, 15, 10, 99, 99], np.int16), np.array([0, 0, 0, 0, 6, 0, 0, 0], np.int32)
    hollow, counts = np.array([0] * 6 + [4, 4], np.uint8), [np.zeros(1, np.int64) for _ in range(4)]
    for looks in (0, 1):
        way(Sybils.befriend)(
            asks, purge | np.uint32(never * (1 - looks)), told, cushion, np.array([looks]), np.int64(4), np.int64(10),
            share(0.5), share(0.5), hollow, drained, np.zeros(8, np.int64), *counts,
        )  # fmt: skip
        if not looks:
            assert not counts[1].any() and counts[0][0] == 2, "who would buy friends where nobody looks at them?"
    assert hollow.tolist() == [0, 0, 0, 0, 0, 4, 4, 0] and drained.tolist() == [0, 0, 0, 0, 6, 10, 0, 0]
    assert [int(c[0]) for c in counts] == [2 + 2, 1, 10, 1]


@ways
def test_invented_friends_pull_the_mean_towards_the_best_sixth(way: Way) -> None:
    """With n friends in the lowest sixth and h invented ones: a mean of (n + 11 h) / 12 (n + h) of the range."""
    reckon = way(company)
    for friends in (0, 1, 5, 10):
        for invented in (0, 1, 5, 31):
            twelfths, people = reckon(np.int64(friends), np.int64(invented))
            assert (int(twelfths), int(people)) == (friends + (2 * BANDS - 1) * invented, friends + invented)
    assert [int(n) for n in reckon(np.int64(3 << 5 * (BANDS - 1)), np.int64(2))] == [5 * 11, 5], "real ones up there"


@ways
@pytest.mark.parametrize("habit", [1, 6, 24])
def test_custom_fills_by_a_part_of_what_is_left_and_empties_likewise(way: Way, habit: int) -> None:
    """One regular and one who never buys: 255 (1 - (1 - 1/h)^n) after n months, and the other way round."""
    loyalty, drained = np.array([0, 255], np.uint8), np.zeros(2, np.int32)
    buys, counts, zone = np.zeros(2, np.uint8), [np.zeros(1, np.int64) for _ in range(3)], np.zeros(2, np.int64)
    for month in range(1, habit + 1):
        way(Patronage.buy)(
            np.array([0, 0xFFFFFFFF], np.uint32), np.array([1, 1], np.uint8), np.array([255, 255], np.uint8),
            np.array([999, 999], np.int16), np.zeros(2, np.uint8), share(0.5), np.int64(8), np.int64(habit), buys,
            loyalty, drained, zone, *counts,
        )  # fmt: skip
        kept = 255 * (1 - 1 / habit) ** month
        assert loyalty[0] == pytest.approx(255 - kept, abs=8) and loyalty[1] == 255 - loyalty[0]
    buying, takings, _ = (int(c[0]) for c in counts)
    assert buying == habit and takings == 8 * habit and drained.tolist() == [8 * habit, 0]


@ways
def test_who_buys_for_the_scores_sake(way: Way) -> None:
    """Each of four lacks something: being told, being inside, the savings, the thought of it. The fifth buys."""
    told, outside = np.array([0, 1, 1, 1, 1], np.uint8), np.array([0, 1, 0, 0, 0], np.uint8)
    salience, cushion = np.array([255, 255, 255, 0, 255], np.uint8), np.array([9, 9, 7, 9, 8], np.int16)
    buys, loyalty, drained = np.zeros(5, np.uint8), np.zeros(5, np.uint8), np.zeros(5, np.int32)
    counts = [np.zeros(1, np.int64) for _ in range(3)]
    way(Patronage.buy)(
        np.zeros(5, np.uint32), told, salience, cushion, outside, share(0.5), np.int64(8), np.int64(6), buys, loyalty,
        drained, np.zeros(5, np.int64), *counts,
    )  # fmt: skip
    assert buys.tolist() == [0, 0, 0, 0, 1] and drained.tolist() == [0, 0, 0, 0, 8]


# -- who is named


@ways
@pytest.mark.parametrize(
    ("month", "fresh", "chance"),
    [(0, 0, 0.002), (1, 1, 0.002), (1, 500, 0.002), (2, 0, 0.002), (2, 1, 1), (2, 4, 0.5), (9, 500, 0.004)],
)
def test_a_list_names_as_many_as_it_has_room_for(way: Way, month: int, fresh: int, chance: float) -> None:
    """Room for two of 1,000 adults. One early entry must not open the list to everybody in the month after."""
    found = np.zeros(1, np.int64)
    way(Publicity.make_room)(
        np.int64(month), np.int64(1000), share(0.004), share(0.5), np.zeros(1, np.int64), np.array([fresh]), found
    )
    assert found[0] / 2**32 == pytest.approx(chance, rel=1e-6)
