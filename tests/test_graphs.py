"""Stored graphs: partners of partners, as many ties as looked up, proper colours, and each graph its character."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from goodstanding.engine import simulate
from goodstanding.errors import InvalidInput
from goodstanding.graphs import GRAPHS, colour
from goodstanding.native import compiled
from goodstanding.scenario import read
from goodstanding.society import Population, Society
from goodstanding.ties import LOOKED_UP, MOST_SLOTS, NOBODY, Ties, describe, partner_of, partners

every_graph = pytest.mark.parametrize("graph", GRAPHS)


@cache
def population(people: int = 4097, seed: int = 1) -> Population:
    """A society with a minority of one in ten."""
    return Population(Society(people=people), seed)


@cache
def hermits() -> Population:
    """Everybody in a household of one, so that the figures are those of the graph alone."""
    return Population(Society(people=4097, household_sizes={"1": 1.0}), 1)


@cache
def figures(graph: str) -> dict[str, Any]:
    """What is measured of a graph without households."""
    found: dict[str, Any] = describe(hermits(), Ties(graph=graph))["all"]
    return found


def ties_in(partner: NDArray[np.int32]) -> int:
    return int((partner != NOBODY).sum()) // 2


# -- the interface


@every_graph
@pytest.mark.parametrize("people", [1000, 4097])
def test_partners_of_partners(graph: str, people: int) -> None:
    """Each slot is an involution, nobody is a household mate, and no pair stands twice, dormant slots included."""
    ties = Ties(graph=graph)
    partner = partners(population(people), ties)
    assert partner.shape == (len(ties.slots), people) == (MOST_SLOTS, people) and partner.dtype == np.int32
    everybody = np.arange(people)
    home = everybody - population(people).columns["household_offset"]
    for slot, row in enumerate(partner):
        tied = row != NOBODY
        assert row.min() >= NOBODY and row.max() < people
        assert np.array_equal(row[row[tied]], everybody[tied])
        assert (home[row[tied]] != home[tied]).all()
        for earlier in range(slot):
            assert not (partner[earlier][tied] == row[tied]).any()


@every_graph
@pytest.mark.parametrize(
    "values", [{}, {"kept": 0.4}, {"work": 1, "far": 0, "dormant": 3}, {"homophily": 0.9, "kept": 0.9}]
)
def test_as_many_ties_as_looked_up(graph: str, values: dict[str, Any]) -> None:
    """A comparison changes the structure, not the amount: standing and dormant ties are as many, to a tie."""
    looked_up, dormant = partners(population(), Ties(**values)), Ties(**values).dormant
    stored = partners(population(), Ties(graph=graph, **values))
    assert ties_in(stored[:-dormant]) == ties_in(looked_up[:-dormant])
    assert ties_in(stored[-dormant:]) == ties_in(looked_up[-dormant:])


@every_graph
def test_dormant_slots_come_last(graph: str) -> None:
    ties = Ties(graph=graph, dormant=3)
    assert [slot.kind for slot in ties.slots] == [graph] * 13 + ["dormant"] * 3
    assert ties.closed_at_first == 0b1110_0000_0000_0000
    assert Ties(graph=graph, dormant=0).closed_at_first == 0


@every_graph
def test_dormant_ties_are_mostly_friends_of_friends(graph: str) -> None:
    partner = partners(population(), Ties(graph=graph))
    friends = [{int(other) for other in column if other >= 0} for column in partner[:14].T]
    for row in partner[14:]:
        pairs = [(i, int(j)) for i, j in enumerate(row) if j > i]
        assert np.mean([bool(friends[i] & friends[j]) for i, j in pairs]) > 0.85


@every_graph
def test_a_pure_function_of_the_seed(graph: str) -> None:
    ties = Ties(graph=graph)
    once = partners(population(1000), ties)
    assert np.array_equal(partners(Population(Society(people=1000), 1), ties), once)
    assert not np.array_equal(partners(population(1000, 2), ties), once)


@every_graph
def test_same_uncompiled(graph: str, monkeypatch: pytest.MonkeyPatch) -> None:
    once = partners(population(1000), Ties(graph=graph))
    for module in ("ties", "graphs"):
        monkeypatch.setattr(f"goodstanding.{module}.compiled", lambda function: function)
    assert np.array_equal(partners(population(1000), Ties(graph=graph)), once)


@every_graph
def test_one_person_read_alone(graph: str) -> None:
    partner = partners(population(1000), Ties(graph=graph))
    for slot, person in ((0, 0), (5, 17), (15, 999)):
        assert partner_of(population(1000), Ties(graph=graph), slot, person) == partner[slot, person]


@every_graph
@pytest.mark.parametrize("people", [1, 2, 3, 9])
def test_tiny_societies(graph: str, people: int) -> None:
    society = Population(Society(people=people, groups={"A": 1.0}), seed=1)
    assert describe(society, Ties(graph=graph))["all"]["people"] == people


@every_graph
@pytest.mark.parametrize("values", [{"kept": 0.0}, dict.fromkeys(["neighbourhood", "work", "friends", "far"], 0)])
def test_few_ties_or_none(graph: str, values: dict[str, Any]) -> None:
    looked_up = partners(population(1000), Ties(**values))
    assert ties_in(partners(population(1000), Ties(graph=graph, **values))) <= ties_in(looked_up)


def test_an_unknown_graph_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"ties.graph: latice is not a known name; did you mean 'lattice'\?"):
        Ties(graph="latice")


# -- what is lost


@every_graph
def test_nothing_is_lost_at_the_defaults(graph: str) -> None:
    lost = describe(population(), Ties(graph=graph))["dropped"]
    assert lost["to colours"] == lost["short of the wanted"] == 0
    assert lost["to full slots"] < (4 if graph == "heavy_tailed" else 0.05)


def test_what_finds_no_room_is_told() -> None:
    """As many ties as there are slots leave no room for a tail: what is missing is counted."""
    full = {"neighbourhood": 3, "work": 4, "school": 2, "friends": 4, "far": 3, "dormant": 0, "kept": 1.0}
    looked_up, stored = Ties(**full), Ties(graph="heavy_tailed", **full)
    short = ties_in(partners(population(), looked_up)) - ties_in(partners(population(), stored))
    assert describe(population(), stored)["dropped"]["short of the wanted"] == pytest.approx(2 * short / 4097)
    assert short > 0


# -- colours


def coloured(lists: list[set[int]], slots: int, *, width: int, turned: int = 1) -> tuple[NDArray[np.int32], int]:
    """The table of a graph given by everybody's friends, listed forwards or backwards, and how many are stuck."""
    friends = np.full((len(lists), width), -1, np.int32)
    for person, known in enumerate(lists):
        friends[person, : len(known)] = sorted(known)[::turned]
    partner, stuck = np.full((slots, len(lists)), NOBODY, np.int32), np.zeros(1, np.int64)
    compiled(colour)(friends, partner, stuck)
    return partner, int(stuck[0])


def plainly_coloured(lists: list[set[int]], slots: int) -> tuple[dict[tuple[int, int], int], int]:
    """The same rule on a dictionary of ties: the first slot free at both ends, or one freed along a chain."""
    slot_of: dict[tuple[int, int], int] = {}

    def tie(person: int, slot: int) -> tuple[int, int] | None:
        return next((pair for pair, s in slot_of.items() if s == slot and person in pair), None)

    def chain(start: int, first: int, second: int) -> tuple[list[tuple[int, int]], int]:
        pairs, end, slot = [], start, first
        while pair := tie(end, slot):
            pairs.append(pair)
            end, slot = sum(pair) - end, first + second - slot
        return pairs, end

    def freed(a: int, b: int) -> int | None:
        for free in (s for s in range(slots) if not tie(a, s)):
            for taken in (s for s in range(slots) if not tie(b, s)):
                pairs, end = chain(b, free, taken)
                if end != a:
                    slot_of.update({pair: free + taken - slot_of[pair] for pair in pairs})
                    return free
        return None

    stuck = 0
    for a, b in sorted((a, b) for a, known in enumerate(lists) for b in known if b > a):
        slot = next((s for s in range(slots) if not tie(a, s) and not tie(b, s)), None)
        slot = freed(a, b) if slot is None else slot
        if slot is None:
            stuck += 1
        else:
            slot_of[(a, b)] = slot
    return slot_of, stuck


def drawn_graph(people: int, share: float, seed: int) -> list[set[int]]:
    luck = np.random.default_rng(seed).random((people, people))
    return [{b for b in range(people) if b != a and luck[min(a, b), max(a, b)] < share} for a in range(people)]


@pytest.mark.parametrize("slots", [3, 5, 8, 16])
@pytest.mark.parametrize("seed", range(4))
def test_colours_against_a_slow_plain_twin(slots: int, seed: int) -> None:
    """A proper colouring, the same for any order of the lists, and the same as with dictionaries."""
    lists = drawn_graph(24, 0.3, seed)
    partner, stuck = coloured(lists, slots, width=24)
    again, stuck_again = coloured(lists, slots, width=24, turned=-1)
    assert np.array_equal(partner, again) and stuck == stuck_again
    plain, plainly_stuck = plainly_coloured(lists, slots)
    table = {(a, int(row[a])): slot for slot, row in enumerate(partner) for a in range(24) if row[a] > a}
    assert table == plain and stuck == plainly_stuck
    assert len(table) + stuck == sum(map(len, lists)) // 2
    for row in partner:
        tied = np.flatnonzero(row != NOBODY)
        assert np.array_equal(row[row[tied]], tied)


def test_chains_find_what_the_first_free_slot_does_not() -> None:
    """One slot more than the most ties is always enough for these, as Vizing's theorem allows."""
    for seed in range(20):
        lists = drawn_graph(40, 0.2, seed)
        assert coloured(lists, max(map(len, lists)) + 1, width=40)[1] == 0


def test_what_cannot_be_coloured_is_counted() -> None:
    """Five people who all know each other have ten ties; two fit in each of four slots."""
    everybody = [set(range(5)) - {person} for person in range(5)]
    assert coloured(everybody, 5, width=5)[1] == 0
    partner, stuck = coloured(everybody, 4, width=5)
    assert ties_in(partner) + stuck == 10 and stuck >= 2


# -- characters


@pytest.mark.parametrize(
    ("graph", "clustering", "path_ratio", "spread"),
    [
        ("clustered", (0.70, 0.90), (2.0, 3.5), (0.7, 1.3)),
        ("heavy_tailed", (0.0, 0.01), (0.9, 1.2), (3.3, 4.2)),
        ("lattice", (0.60, 0.70), (50, 90), (0.4, 0.9)),
        ("small_world", (0.42, 0.55), (1.4, 2.0), (0.8, 1.3)),
        ("random", (0.0, 0.01), (0.9, 1.2), (2.4, 2.9)),
    ],
)
def test_the_character_of_each_graph(
    graph: str, clustering: tuple[float, float], path_ratio: tuple[float, float], spread: tuple[float, float]
) -> None:
    found = figures(graph)
    assert clustering[0] <= found["clustering"] <= clustering[1]
    assert path_ratio[0] <= found["path ratio"] <= path_ratio[1]
    assert spread[0] <= found["degree spread"] <= spread[1]
    assert found["largest component"] > 0.95
    assert found["degree"] == figures(LOOKED_UP)["degree"]


def test_characters_beside_one_another() -> None:
    clustering = {graph: figures(graph)["clustering"] for graph in GRAPHS}
    paths = {graph: figures(graph)["path length"] for graph in GRAPHS}
    spread = {graph: figures(graph)["degree spread"] for graph in GRAPHS}
    assert max(clustering, key=clustering.__getitem__) == "clustered"
    assert max(paths, key=paths.__getitem__) == "lattice"
    assert max(spread, key=spread.__getitem__) == "heavy_tailed"
    assert paths["small_world"] < paths["lattice"] / 20 and clustering["small_world"] > 0.6 * clustering["lattice"]
    assert clustering["random"] < 3 * figures("random")["degree"] / 4097


def test_hubs_are_the_sociable() -> None:
    """The most sociable tenth of `heavy_tailed` stands at the cut, and most people have fewer ties than the mean."""
    count = (partners(population(), Ties(graph="heavy_tailed"))[:14] != NOBODY).sum(0)
    order = np.argsort(population().columns["sociability"], kind="stable")
    assert count[order[-400:]].mean() > 13.5 and count[order[:400]].mean() < 6.5
    assert np.median(count) < count.mean()


def test_neighbours_on_the_lattice_are_near() -> None:
    partner = partners(population(), Ties(graph="lattice"))[:14]
    apart = np.abs(partner - np.arange(4097))[partner != NOBODY]
    assert np.minimum(apart, 4097 - apart).max() <= 7


def test_circles_of_clustered() -> None:
    """Nineteen in twenty ties stay within eleven neighbours, the others lead anywhere."""
    partner = partners(population(), Ties(graph="clustered"))[:14]
    apart = np.abs(partner - np.arange(4097))[partner != NOBODY]
    assert 0.94 < (apart < 12).mean() < 0.97


# -- a run


@cache
def lived(graph: str) -> set[str]:
    """The digests of one thread and of two."""
    scenario = read("suining-2010", people=1000, months=12, set=[f"ties.graph={graph}"])
    return {simulate(scenario, 1, 2, arms=["none", "full"], block=256, threads=n).digest for n in (1, 2)}


@every_graph
def test_the_same_scenario_runs_on_it(graph: str) -> None:
    """The same digest for any number of threads, and another than on the ties that are looked up."""
    assert len(lived(graph)) == 1 and lived(graph) != lived(LOOKED_UP)
