"""Attribution: games with known answers, every order by hand, coalitions lived one by one from a file, and the face."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import fsum
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import worlds

from goodstanding import cli
from goodstanding.attribution import (
    Asked,
    Attribution,
    _people,
    _summed,
    attribute,
    exactly,
    given,
    live,
    mean_error,
)
from goodstanding.draws import hypercube
from goodstanding.engine import simulate
from goodstanding.errors import InvalidInput
from goodstanding.kernels import kernel
from goodstanding.mechanism import Safeguard
from goodstanding.players import Players, members
from goodstanding.runs import run
from goodstanding.scenario import Scenario, library, read
from goodstanding.shares import Shares
from goodstanding.variants import varied

Game = Callable[[int], tuple[int, ...]]


class Made(Players):
    """Players of a game that nobody lives, with needs by hand."""

    def __init__(self, needs: Sequence[Sequence[set[int]]], schemes: Sequence[str] = ()) -> None:
        names = schemes or ["town"] * len(needs)
        steps = [SimpleNamespace(scheme=name, path=f"{name}.rule_{at}") for at, name in enumerate(names)]
        self.steps: Any = steps
        self.needs = [[frozenset(makers) for makers in sets] for sets in needs]


def number(key: str, below: int) -> int:
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % below


def game(key: str) -> Game:
    """Two counts of a coalition, without any rule behind them."""
    return lambda coalition: (number(f"{key} {coalition}", 1000), number(f"{key} {coalition} again", 7))


def made(key: str, many: int) -> Made:
    """Needs of earlier players alone, so that there is no circle; some of one maker, some of either of two."""
    needs: list[list[set[int]]] = [[] for _ in range(many)]
    for at in range(1, many):
        for which in range(number(f"{key} {at}", 3)):
            needs[at].append({number(f"{key} {at} {which} {n}", at) for n in range(1 + which)})
    return Made(needs)


def plain_shapley(players: Players, values: Game) -> list[list[Fraction]]:
    """Every order, one after the other; those that cannot be are left out."""
    total = [[Fraction(0)] * len(values(0)) for _ in range(len(players))]
    count = 0
    for order in permutations(range(len(players))):
        there: set[int] = set()
        possible = True
        for player in order:
            possible = possible and all(makers & there for makers in players.needs[player])
            there.add(player)
        if not possible:
            continue
        count += 1
        before = 0
        for player in order:
            after = before | 1 << player
            for at, (new, old) in enumerate(zip(values(after), values(before), strict=True)):
                total[player][at] += new - old
            before = after
    return [[cell / count for cell in row] for row in total]


def full_table(players: Players, values: Game) -> dict[int, tuple[int, ...]]:
    return {coalition: values(coalition) for coalition in players.lattice(1 << len(players)) or []}


# -- games


@pytest.mark.parametrize("many", [1, 2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("key", ["a", "b", "c"])
def test_full_enumeration_agrees_with_every_order_by_hand(key: str, many: int) -> None:
    players, values = made(key, many), game(key)
    table = full_table(players, values)
    assert exactly(players, list(table), table) == plain_shapley(players, values)


def test_it_agrees_for_eight_players_too() -> None:
    players, values = made("eight", 8), game("eight")
    table = full_table(players, values)
    found = exactly(players, list(table), table)
    assert found == plain_shapley(players, values)
    assert [sum(column) for column in zip(*found, strict=True)] == [
        new - old for new, old in zip(values(255), values(0), strict=True)
    ]


def test_known_answers() -> None:
    """Gloves: one left, two right; a pair is worth 6. Shapley 4, 1, 1; where the right ones need the left, 0, 3, 3."""
    gloves: Game = lambda coalition: (6 * bool(coalition & 1 and coalition & 6),)  # noqa: E731
    free, bound = Made([[], [], []]), Made([[], [{0}], [{0}]])
    for players, known in ((free, [4, 1, 1]), (bound, [0, 3, 3])):
        table = full_table(players, gloves)
        assert exactly(players, list(table), table) == [[share] for share in known]


@pytest.mark.parametrize("key", [str(n) for n in range(20)])
def test_every_order_adds_up_to_the_whole_in_whole_numbers(key: str) -> None:
    players, values = made(key, 9), game(key)
    for order in players.orders((1, int(key)), 5):
        found = given(
            {sum(1 << p for p in order[:n]): values(sum(1 << p for p in order[:n])) for n in range(10)}, order
        )
        assert all(type(cell) is int for row in found for cell in row)
        whole = [new - old for new, old in zip(values(players.everybody), values(0), strict=True)]
        assert [sum(column) for column in zip(*found, strict=True)] == whole


def test_who_changes_nothing_is_given_exactly_nought_and_twins_the_same() -> None:
    idle, one, other = 2, 3, 5

    def values(coalition: int) -> tuple[int, ...]:
        rest = coalition & ~(1 << idle | 1 << one | 1 << other)
        twins = (coalition >> one & 1) + (coalition >> other & 1)
        return (number(f"{rest} {twins}", 1000),)

    players = Made([[], [{0}], [{0}], [{1}], [], [{1}], [{0, 4}]])
    table = full_table(players, values)
    found = exactly(players, list(table), table)
    assert found[idle] == [0] and found[one] == found[other] != [0]
    for order in players.orders((0, 0), 50):
        assert given(table, order)[idle] == [0]


def test_sampled_orders_come_near_the_exact_answer() -> None:
    players, values = made("near", 6), game("near")
    table = full_table(players, values)
    exact = exactly(players, list(table), table)
    rows = [given(table, order) for order in players.orders((3, 3), 2000)]
    for player in range(6):
        mean, error = mean_error([row[player][0] for row in rows])
        assert abs(mean - exact[player][0]) <= 4.5 * error + 1e-9


# -- precedence


def test_every_order_that_can_be_is_equally_likely() -> None:
    """Two schemes: in one of them b and c need a (2 orders of 6); of 120 orders 40 can be."""
    players = Made([[], [{0}], [{0}], [], []], ["one", "one", "one", "other", "other"])
    orders = players.orders((0, 0), 8000)
    assert all(map(players.possible, orders)) and all(sorted(order) == [0, 1, 2, 3, 4] for order in orders)
    found = Counter(orders)
    assert len(found) == 40
    spread = sum((n - 200) ** 2 / 200 for n in found.values())  # chi-squared with 39 degrees of freedom
    assert spread < 80
    assert players.orders((0, 0), 3) == orders[:3] != players.orders((0, 1), 3)


@pytest.mark.parametrize("name", sorted(library()))
def test_no_rule_comes_before_what_it_needs_in_any_scenario(name: str) -> None:
    scenario = read(name)
    for arm in scenario.arms:
        if not scenario.world(arm).schemes:
            continue
        players = Players(scenario, arm)
        assert all(step.rule.folder != "conduct" for step in players.steps)
        for order in players.orders((0, 0), 3):
            there = 0
            for player in order:
                assert all(any(there >> maker & 1 for maker in makers) for makers in players.needs[player])
                there |= 1 << player
                assert players.stands(there)


@pytest.mark.parametrize(
    ("name", "reader", "maker"),
    [
        ("bike-sharing", "central.sharing_in", "bikes.sharing_out"),
        ("everything-at-once", "centre.sharing_in", "courts.sharing_out"),
    ],
)
def test_nothing_is_copied_from_a_scheme_that_passes_nothing_on(name: str, reader: str, maker: str) -> None:
    """Catches needs that end where a scheme ends: then either is credited by accident of order."""
    players = Players(read(name), "full")
    one, other = players.names.index(reader), players.names.index(maker)
    assert frozenset({other}) in players.needs[one]
    assert all(order.index(other) < order.index(one) for order in players.orders((0, 0), 40))
    assert not players.left_without(other) >> one & 1 and players.left_without(one) >> other & 1


def test_every_order_is_equally_likely_where_one_scheme_needs_another() -> None:
    """Two schemes, b after a within one, d after b across: of 24 orders 4 can be, with c anywhere."""
    players = Made([[], [{0}], [], [{1}]], ["one", "one", "other", "other"])
    found = Counter(players.orders((0, 0), 1000))
    assert len(found) == 4 and all(map(players.possible, found))
    assert sum((n - 250) ** 2 / 250 for n in found.values()) < 17  # chi-squared with 3 degrees of freedom


def test_needs_follow_from_columns() -> None:
    players = Players(read("suining-2010"), "all_safeguards")
    needs = {
        step.rule.key(): [{players.steps[at].rule.key() for at in makers} for makers in sets]
        for step, sets in zip(players.steps, players.needs, strict=True)
    }
    assert {"ledger"} in needs["publicity"] and {"ledger"} in needs["restrictions"]
    assert needs["public_list_off"] == [{"publicity"}] and needs["no_family_extension"] == [{"family"}]
    assert {"restrictions"} in needs["human_check"]
    assert needs["ledger"] == needs["agencies"] == []  # each waits for the other: neither does
    names = [step.rule.key() for step in players.steps]
    gone = players.left_without(names.index("publicity"))
    assert [n for at, n in enumerate(names) if not gone >> at & 1] == ["publicity", "public_list_off"]
    assert {names[at] for at in members(players.before(names.index("public_list_off")))} >= {"publicity", "ledger"}


# -- lived


@pytest.fixture(scope="module")
def fines() -> Attribution:
    return attribute(read("plain-fines", people=800, months=10), seeds=2, orders=0, processes=1)


def subsets(names: Sequence[str]) -> Iterator[tuple[int, dict[str, str]]]:
    for coalition in range((1 << len(names)) - 1):
        yield coalition, {name: "off" for at, name in enumerate(names) if not coalition >> at & 1}


def test_coalitions_are_what_a_file_with_the_other_rules_off_gives(fines: Attribution, tmp_path: Path) -> None:
    players = Players(fines.scenario, "full")
    paths = [f"schemes.{s.scheme}.{s.rule.folder}.{s.rule.key()}" for s in players.steps]
    told = json.loads(json.dumps(fines.scenario.tree))
    told["arms"] = {f"with_{coalition}": off for coalition, off in subsets(paths) if off}
    scenario = worlds.read(told, "fines")
    for seed, world in enumerate(fines.worlds):
        outcome = simulate(scenario, seed, seed)
        for coalition in world:
            summed = worlds.totals(outcome, "full" if coalition == players.everybody else f"with_{coalition}")
            by_hand = [sum(summed.get(name, 0) for name in names) for names in fines.asked.measures.values()]
            assert list(world[coalition]) == by_hand, coalition
    assert any(world[players.everybody][0] for world in fines.worlds)


def test_shares_add_up_and_say_what_they_are(fines: Attribution) -> None:
    for measure in fines.measures:
        shares = fines.shares(measure)
        assert fsum(s.mean for s in shares) == pytest.approx(fines.total(measure)[0])
        assert all(s.order_error == 0 for s in shares), "all orders were taken"
    assert fines.total("sanction-months")[0] > 0
    assert fines.to_arrow().num_rows == 8 and b"synthetic" in fines.to_arrow().schema.metadata[b"goodstanding"]
    assert "<svg" in fines._repr_html_() and "synthetic society" in fines._repr_html_()


def test_a_probe_is_no_rule_and_opens_the_way_for_none() -> None:
    """Catches a probe that is given a share, or whose entries stand in for the record that a list of names needs."""
    town = {
        "months": 8, "society": {"people": 600},
        "schemes": {worlds.SCHEME: {
            "observation": {"agencies": {"coverage": 0.9}, "placebo": {"share": 0.1}, "tips": {}},
            "scoring": {"ledger": {"points": worlds.POINTS, "classes": {"A": 990, "B": 980, "C": 975, "D": 0}}},
            "sanctions": {"restrictions": {"domains": {"D": ["licence"]}}, "publicity": {}, "rewards": {}},
        }},
    }  # fmt: skip
    found = attribute(worlds.read(town), seeds=2, orders=2, processes=1)
    assert found.asked.orders == 2 and found.total("sanction-months")[0] > 0
    named = [player.path.rpartition(".")[2] for player in found.players]
    assert sorted(named) == ["agencies", "ledger", "publicity", "restrictions", "rewards", "tips"]
    assert "placebo" not in json.dumps([player.needs for player in found.players])
    whole = [world[found._players.everybody] for world in found.worlds]
    none = [world[0] for world in found.worlds]
    for world, all_, nothing in zip(found.by_order, whole, none, strict=True):
        for order in world:
            assert [sum(column) for column in zip(*order, strict=True)] == [
                a - b for a, b in zip(all_, nothing, strict=True)
            ]


def test_two_rules_that_do_the_same_are_given_the_same() -> None:
    with worlds.restored():
        names = []
        for name in ("OneHand", "OtherHand"):

            @kernel
            def spare(restricted: Any) -> None:
                for i in range(restricted.size):
                    if i % 3 == 0:
                        restricted[i] = 0

            counts = {f"spared_by_{name.lower()}": "nobody"}
            body = {"__doc__": "People are spared.", "touches": "sanctions", "writes": ("restricted",), "spare": spare,
                    "counts": counts, "__module__": __name__}  # fmt: skip
            names.append(type(name, (Safeguard,), body).key())
        town = {
            "months": 6, "society": {"people": 500},
            "schemes": {worlds.SCHEME: {
                "observation": {"agencies": {"coverage": 0.9}}, "safeguards": {name: {} for name in names},
                "scoring": {"ledger": {"points": worlds.POINTS, "classes": {"A": 990, "B": 980, "C": 975, "D": 0}}},
                "sanctions": {"restrictions": {"domains": {"D": ["licence", "jobs"]}}},
            }},
        }  # fmt: skip
        found = attribute(worlds.read(town), seeds=2, orders=0, processes=1)
    shares = {s.player.rpartition(".")[2]: s for s in found.shares("sanction-months")}
    one, other = (shares[name] for name in names)
    assert one.mean == other.mean < 0 and one.error == other.error and one.taken == other.taken == 0
    assert found.added("sanction-months") > found.total("sanction-months")[0] > 0
    assert "through others" in found.sentence()
    pair = next(p for p in found.pairs("sanction-months") if {p.one, p.other} == {one.player, other.player})
    assert pair.mean > 0, "taken away both, more is done to people; taken away one, nothing"


def test_processes_do_not_matter(fines: Attribution) -> None:
    again = attribute(fines.scenario, seeds=2, orders=0, processes=2)
    assert again.to_dict() == fines.to_dict()
    assert np.array_equal(again._shapley, fines._shapley)


def test_a_measure_that_is_asked_for_stands_first_and_the_harm_beside_it() -> None:
    found = attribute(
        read("plain-fines", people=500, months=3), seeds=2, orders=1, measure="silence.held_tongue", processes=1
    )
    assert found.asked.measures[found.measures[0]] == ["silence.held_tongue"]
    assert found.measures[1:] == ["sanction-months", "unfounded sanction-months"]


@pytest.mark.parametrize(("added", "said"), [(24.0, "too few to share out"), (25.0, "Shared out over all orders")])
def test_few_events_are_not_shared_out(fines: Attribution, added: float, said: str) -> None:
    """Catches percentages of a handful of events, and errors beside intervals without a word."""
    measure, record = fines.measures[0], json.loads(json.dumps(fines.record))
    record["totals"][measure]["added"] = added
    told = Shares({**record, "title": "After a list"})
    assert said in told.sentence() and ("too few" in next(told.cells(measure))) is (added < 25)
    assert "2 worlds: no error of a share, and no interval" in told.said(measure)[1]
    assert added < 25 or "rules modelled on a list" in told.sentence()
    chart, spoken = told.drawn()
    assert ("too few to share out" in spoken) is (added < 25) is ("fell away" not in spoken)
    drawn = chart.to_json()
    assert ("fell away without it" in drawn) is ("too few to share out" not in drawn) is (added == 25)


def by_hand(scenario: Scenario, players: Players, given: Sequence[int], worlds: int = 2, **sets: Any) -> Attribution:
    """Every rule adds its own number, whoever is there."""
    asked = Asked("full", {"sanction-months": ["all"]}, 0)
    table = {c: [sum(given[at] for at in members(c))] for c in range(1 << len(players))}
    return Attribution(scenario, players, asked, [table] * worlds, **sets)


def test_shares_over_assumptions_are_those_of_the_sets_that_had_enough() -> None:
    """Catches sets with a handful of events in a band, counts in place of shares, and a band without its sets."""
    scenario = read("plain-fines", people=500, months=2)
    players = Players(scenario, "full")
    rest = [0] * (len(players) - 2)
    drawn = [by_hand(scenario, players, [100 - n, n, *rest]) for n in range(24)]
    few = [by_hand(scenario, players, [0, 24, *rest])] * 6
    found = by_hand(scenario, players, [60, 40, *rest], sets=[*drawn, *few])
    told = {row.player: row for row in found.told.across("sanction-months")}
    one, other = (told[name] for name in players.names[:2])
    assert (other.share.low, other.share.middle, other.share.high) == pytest.approx((1.15, 11.5, 21.85))
    assert one.share.sets == other.share.sets == 24 and other.taken == other.share
    assert one.first == 1 and other.first == 0 and one.luck == 0
    record = json.loads(json.dumps(found.record))
    assert record["assumptions"]["sets"] == 30 and record["assumptions"]["totals"]["sanction-months"]["sets"] == 30
    again = Shares({**record, "title": "After a list"})
    assert "Across the assumptions tried (24 of 30 sets had enough to share out)" in again.sentence()
    assert "1.15 to 21.8 % (median 11.5 %; the largest in 0 of 24 sets)" in again.sentence()
    assert "were not varied" not in again.sentence() and "Bands are of 30 sets" in again.limits[0]
    assert "1 to 22 % over the assumptions" in again.drawn()[1] and "--assumptions 30" in again.command
    scarce = by_hand(scenario, players, [60, 40, *rest], sets=[*drawn[:19], *few])
    assert "19 had enough sanction-months to share out: too few for a band" in scarce.sentence()
    assert next(scarce.told.bands("sanction-months"))[1] == "19 sets: too few"


def of_worlds(players: Players, *given: Sequence[int], narrow: Sequence[str] = (), **more: Any) -> Attribution:
    """Worlds in which every rule adds a number of its own, whoever is there."""
    tables = [{c: [sum(each[at] for at in members(c))] for c in range(1 << len(players))} for each in given]
    asked = Asked("full", {"sanction-months": ["all"]}, 0, narrow=narrow)
    return Attribution(read("plain-fines", people=500, months=2), players, asked, tables, **more)


def test_the_error_of_a_share_is_that_of_a_ratio() -> None:
    """Catches the error of what a rule was given, divided by a whole that is taken to stand still."""
    players = Players(read("plain-fines", people=500, months=2), "full")
    rest = [0] * (len(players) - 1)
    wholes = [100, 900, 300, 500, 700]
    alike = of_worlds(players, *([3 * n, n, *rest[1:]] for n in wholes))
    first, second, *_ = alike.shares("sanction-months")
    assert (first.share, second.share) == pytest.approx((0.75, 0.25)) and first.error > 100
    assert first.share_error == pytest.approx(0, abs=1e-9) and second.share_error == pytest.approx(0, abs=1e-9)
    sole = of_worlds(players, *([n, *rest] for n in wholes)).told
    assert f"{sole.name(players.names[0])} 100 ± 0 %." in sole.sentence() and "(100 to 100 %)" in sole.drawn()[1]
    apart = [(60, 40), (300, 100), (50, 150), (80, 20), (10, 90)]
    found = of_worlds(players, *([*pair, *rest[1:]] for pair in apart)).shares("sanction-months")
    ours = next(share for share in found if share.player == players.names[0])
    by_hand = np.array([one - 500 / 900 * (one + other) for one, other in apart]) / 180
    assert ours.share_error == pytest.approx(by_hand.std(ddof=1) / np.sqrt(5))


@pytest.mark.parametrize("many", [4, 5])
def test_under_five_worlds_a_share_has_no_interval(many: int) -> None:
    """Catches a band of two worlds with Student's t of 12.7, and an error without the number of its worlds."""
    players = Players(read("plain-fines", people=500, months=2), "full")
    told = of_worlds(players, *([60 + n, 40 - n, *[0] * (len(players) - 2)] for n in range(many))).told
    assert ("± 1 %" in told.sentence()) is ("95 % interval" in told.sentence()) is (many == 5)
    assert f"Mean of {many} worlds" in told.sentence() and (" ± " in next(told.cells("sanction-months"))[1]) is (
        many == 5
    )
    chart, said = told.drawn()
    assert ("4 worlds: no interval" in said) is ("95 % interval" not in chart.to_json()) is (many == 4)


def test_a_fall_is_told_as_one_and_both_signs_make_no_band() -> None:
    """Catches a fall told as added, and parts of a rise and of a fall in one band."""
    players = Players(read("plain-fines", people=500, months=2), "full")
    rest, measure = [0] * (len(players) - 2), "sanction-months"

    def over(rises: int, falls: int) -> Shares:
        sets = [of_worlds(players, *[[80 - n, 20 + n, *rest]] * 2) for n in range(rises)]
        sets += [of_worlds(players, *[[n - 80, -20 - n, *rest]] * 2) for n in range(falls)]
        return of_worlds(players, *[[-60, -40, *rest]] * 5, sets=sets).told

    fall = over(0, 24)
    assert "of the sanction-months that rules took away there came of" in fall.sentence()
    assert "added" not in fall.sentence() and "share: of what rules took away" in fall.said(measure)[1]
    assert "rules added in 0 and took away in 24" in fall.said_across(measure, fall.tried or {})[1]
    both = over(12, 18)
    assert "rules added sanction-months in 12 sets and took them away in 18: no band across both" in both.sentence()
    assert all(row.share.low is None for row in both.across(measure)) and "assumptions" not in both.drawn()[1]
    assert [row[1] for row in both.bands(measure)] == ["added and took away"] * len(players)
    most = over(2, 24)
    assert "of the 24 sets in which they did; in 2 they added" in most.sentence()
    assert {row.share.sets for row in most.across(measure)} == {24}
    assert "As it is written: in an invented county" in fall.sentence() and ". in an" not in over(0, 19).sentence()


def test_rules_of_several_schemes_are_told_by_their_path() -> None:
    """Catches two rules of one name in one row of a chart, and alike in a table."""
    scenario = read("bike-sharing", people=500, months=2)
    players = Players(scenario, "full")
    told = by_hand(scenario, players, [10 + at for at in range(len(players))]).told
    names = [row[0] for row in told.cells("sanction-months")]
    assert sorted(names) == sorted(players.names)
    drawn = told.drawn()[0].to_dict()
    assert {bar["rule"] for rows in drawn["datasets"].values() for bar in rows} == {*players.names}
    assert "central.ledger" in told.sentence() and "bikes.ledger" in told.sentence()


@pytest.mark.parametrize("people", [None, 49, 50])
def test_what_fell_on_few_people_is_not_told_as_in_compare(people: int | None) -> None:
    """Catches months of a few people shared out, of which `compare` says nothing."""
    players = Players(read("plain-fines", people=500, months=2), "full")
    rest = [0] * (len(players) - 2)
    known: dict[str, Any] = {"people": {"sanction-months": people}, "narrow": ["sanction-months"]}
    found = of_worlds(players, *[[6000, 4000, *rest]] * 5, **known)
    told, hidden = Shares(json.loads(json.dumps(found.record))), people == 49
    assert ("among fewer than 50 people: too few to share out" in told.sentence()) is hidden
    assert ("among fewer than 50 people" in told.drawn()[1]) is hidden
    assert (not list(told.cells("sanction-months"))) is hidden and (not found.record["pairs"]) is hidden
    assert ("10,000" not in json.dumps([told.sentence(), *map(list, told.tables())])) is hidden
    assert any("is not counted" in line for line in told.limits) is (people is None)
    of_all = of_worlds(players, *[[6000, 4000, *rest]] * 5, **{**known, "narrow": []}).told
    assert "Shared out" in of_all.sentence(), "of all adults it is told, as in compare"
    assert any("fell on few people" in line and "49 in the largest" in line for line in of_all.limits) is hidden
    sets = [of_worlds(players, *[[60, 40, *rest]] * 2, **known) for _ in range(20)]
    assert of_worlds(players, [60, 40, *rest], [60, 40, *rest], sets=sets).told.ways("sanction-months") == (
        (0, 0) if hidden else (20, 0)
    )


def test_the_people_behind_a_count_are_those_of_compare(tmp_path: Path) -> None:
    """Catches months counted as people, one world's people for those of all, and two schemes that make up the fifty."""
    small: dict[str, Any] = {
        "people": 800, "months": 6, "set": ["schemes.suining.scoring.ledger.classes={A: 990, B: 980, C: 975, D: 0}"],
    }  # fmt: skip
    found = attribute(read("suining-2010", **small), seeds=2, orders=1, processes=1)
    done = run("suining-2010", **small, seeds=2, arms=["full"], out=tmp_path, processes=1, report=False)
    row = done.compare("full", "none").find(".unfounded.unfounded")[0]
    assert found.people["unfounded sanction-months"] == row.people > 0
    assert found.hidden("unfounded sanction-months") is row.arm.reason.startswith("fewer than 50 people")
    assert found.asked.narrow == ["unfounded sanction-months"], "sanction-months are told of all adults"
    counts, behind = ["one.bars", "two.bars"], {"one.bars": "one.people", "two.bars": "two.people"}
    assert _people(counts, behind, {}, {"one.people": 40, "two.people": 30}) == 40
    assert _people([*counts, "fines.billed"], behind, {"fines.billed": 1}, {"one.people": 40}) is None


def test_months_of_adults_are_no_adults() -> None:
    """Catches people-months told as people."""
    found = attribute(
        read("plain-fines", people=500, months=3), seeds=2, orders=1, measure="silence.voices", processes=1
    )
    assert found.measures[0].startswith("adult-months of “")
    assert _summed({"label": "adults with a fine to pay", "unit": "a month"}).startswith("monthly counts of “adults")
    assert _summed({"label": "sanction-months in the own name", "unit": "sanction-months"}).startswith(
        "sanction-months"
    )


def test_a_bill_is_told_where_it_counts_as_a_sanction(fines: Attribution) -> None:
    """Catches one word for people barred and for people with a bill."""
    assert all("or with a bill to pay" in sheet.caption for sheet in list(fines.tables())[:2])
    barred = by_hand(read("suining-2010", people=500), Players(read("suining-2010"), "full"), [30] * 8).told
    assert "bill" not in barred.sentence() + barred.said("sanction-months")[1]


def test_rules_that_wait_for_each_other_are_named() -> None:
    """Catches a convention that moves shares and that nobody is told of."""
    players = Players(read("suining-2010"), "full")
    told = by_hand(read("suining-2010", people=500), players, [30] * len(players)).told
    assert told.record["circles"] == [["suining.agencies", "suining.discretion", "suining.tips", "suining.ledger"]]
    assert any(
        "agencies, discretion, tips and ledger. None of them is made to come after" in line for line in told.limits
    )
    assert Players(read("robodebt-2016"), "full").circles == []


def test_worlds_that_share_alike_show_no_luck_however_much_was_added_in_them() -> None:
    """Catches a spread between worlds of how much there was, told as luck in how it was shared out."""
    scenario = read("plain-fines", people=500, months=2)
    players = Players(scenario, "full")
    rest, asked = [0] * (len(players) - 2), Asked("full", {"sanction-months": ["all"]}, 0)

    def of(*worlds: Sequence[int]) -> Attribution:
        tables = [{c: [sum(given[at] for at in members(c))] for c in range(1 << len(players))} for given in worlds]
        return Attribution(scenario, players, asked, tables)

    alike = [of([300 - 3 * n, 3 * n, *rest], [100 - n, n, *rest]) for n in range(24)]
    apart = [of([100 - n, n, *rest], [n, 100 - n, *rest]) for n in range(24)]
    for sets, luck in ((alike, 0.0), (apart, 1.0)):
        found = by_hand(scenario, players, [60, 40, *rest], sets=[*sets, of([80, 20, *rest], [80, 20, *rest])])
        assert found.across("sanction-months")[0].luck == pytest.approx(luck, abs=1e-9)


def test_a_set_is_what_the_same_question_of_its_own_scenario_gives() -> None:
    """Catches sets that are not laid over, are lived by another society, or under other seeds."""
    scenario = read("plain-fines", people=800, months=4)
    found = attribute(scenario, seeds=2, orders=0, assumptions=20, processes=2)
    laid = hypercube(scenario, 20, ["full"])[6].values
    alone = attribute(varied(scenario, laid), seeds=2, orders=0, processes=2)
    assert found.sets[6].worlds == alone.worlds != found.worlds
    assert len({json.dumps(one.worlds) for one in found.sets}) > 15


def test_every_set_takes_orders_of_its_own() -> None:
    """Catches the same few orders in all sets: their error would move every share alike and be in no band."""
    players = Players(read("suining-2010"), "full")
    as_written = Asked("full", {}, 3)
    taken = [replace(as_written, drawn=drawn).taken(players, seed) for drawn in range(4) for seed in range(2)]
    assert len({tuple(orders) for orders in taken}) == 8 and taken[1] == players.orders((1, 1), 3)
    small = replace(as_written, drawn=3)
    assert {sum(1 << p for p in order[:4]) for order in small.taken(players, 1)} <= small.coalitions(players, 1)


def test_every_unfounded_month_rests_on_something_that_is_told() -> None:
    """Catches causes that are left out, so that months copied from another scheme rest on nothing and are hidden."""
    scenario = read("bike-sharing", people=3000, months=24)
    everybody = Players(scenario, "full").everybody
    measures = {"unfounded": [f"{scheme}.unfounded.unfounded" for scheme in ("bikes", "central")]}
    job = {
        "arm": "full",
        "measures": measures,
        "orders": 1,
        "seed": 1,
        "laid": {},
        "coalitions": [everybody],
        "behind": {},
    }
    found = live(scenario, Path(), job, print)
    ((_, (unfounded,)),) = found["values"]
    assert 0 < unfounded <= sum(found["causes"].values()) and found["causes"]["miscopied"]


# -- the face


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"arm": "ful"}, "'ful' is no arm.*did you mean 'full'"),
        ({"arm": "none"}, "no scheme has a rule in the arm none"),
        ({"measure": "silence.held_tonge"}, "is no count of plain-fines.*did you mean 'silence.held_tongue'"),
        ({"seeds": 1}, "seeds: 1 cannot be used; allowed is a whole number from 2"),
        ({"orders": -1}, "orders: -1 cannot be used"),
        ({"assumptions": 5}, "--assumptions: 5 cannot be used; allowed is a whole number of sets from 20"),
        ({"processes": 0}, "processes: 0 cannot be used"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        attribute(read("plain-fines", people=500, months=2), **asked)
    assert len(refused.value.problems) == 1 and "\n" not in str(refused.value)


def test_every_order_of_many_rules_is_refused() -> None:
    with pytest.raises(InvalidInput, match="more than 512 coalitions can be; allowed is a number of orders"):
        attribute(read("suining-2010", people=500), arm="all_safeguards", orders=0)


def test_coalitions_of_a_world_follow_from_its_seed(fines: Attribution) -> None:
    players = Players(read("suining-2010"), "full")
    asked = Asked("full", {}, 4)
    assert asked.job(players, 3) == asked.job(players, 3) != asked.job(players, 4)
    assert all(players.stands(coalition) for coalition in asked.coalitions(players, 3))


def test_the_verb_reads_a_run_or_a_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run("plain-fines", people=600, months=4, seeds=1, arms=["full"], out=tmp_path, processes=1, report=False)
    chart, page = tmp_path / "chart.svg", tmp_path / "page.html"
    few = ["--seeds", "2", "--processes", "1", "--people", "500"]
    assert cli.main(["attribute", str(done.path), *few, "--chart", str(chart), "--page", str(page)]) == 0
    out = capsys.readouterr().out
    assert "too few to share out" in out and "taken away" in out and str(page) in out
    assert "synthetic society" in chart.read_text() and "src=" not in page.read_text()
    assert cli.main(["attribute", str(done.path), *few, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["synthetic"] is True and told["people"] == 500 and told["months"] == 4 and told["orders"] == "all"
    again = done.attribute(people=500, seeds=2, processes=1)
    assert json.loads(json.dumps(again.to_dict())) == told
    assert cli.main(["attribute", str(tmp_path)]) == 2
    assert "no manifest.json here" in capsys.readouterr().err
    (done.path / "scenario.resolved.yaml").write_text("months: 3\n", encoding="utf-8")
    assert cli.main(["attribute", str(done.path)]) == 4
    assert "changed or damaged" in capsys.readouterr().err


def test_the_scenario_is_left_as_it_was() -> None:
    scenario: Scenario = read("plain-fines", people=500)
    before = list(scenario.arms)
    Players(scenario, "full").as_arms([0, 3])
    assert list(scenario.arms) == before
