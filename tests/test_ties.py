"""Ties: partners of partners, declared degree at any size, and figures inside their bands."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from asked import asked

from goodstanding.errors import InvalidInput
from goodstanding.society import Population, Society
from goodstanding.ties import (
    BANDS,
    CIRCLES,
    NOBODY,
    ROUNDS,
    Ties,
    describe,
    meets,
    partner_of,
    partners,
    person_at,
    place_of,
)

#: Odd, just above a power of two, and the preset.
SIZES = [1000, 4097, 65_537, 100_000]


@cache
def population(people: int) -> Population:
    """A society with a minority of one in ten."""
    return Population(Society(people=people), seed=1)


@cache
def figures(people: int) -> dict[str, Any]:
    """What is measured of the default ties."""
    return describe(population(people), Ties())


@pytest.mark.parametrize("size", [1, 2, 3, 5, 64, 65, 120, 1000])
def test_rows_are_permutations(size: int) -> None:
    keys = np.arange(3, 3 + ROUNDS, dtype=np.uint64)
    places = [int(place_of(person, size, keys)) for person in range(size)]
    assert sorted(places) == list(range(size))
    assert [int(person_at(place, size, keys)) for place in places] == list(range(size))
    assert [asked(place_of, person, size, keys) for person in range(size)] == places
    assert [int(place_of(person, size, keys[:0])) for person in range(size)] == list(range(size))


@pytest.mark.parametrize("facing", [True, False])
@pytest.mark.parametrize("rule", range(1, 4))
def test_rules_are_their_own_inverse(facing: bool, rule: int) -> None:
    for size in [*range(1, 260), 1000]:
        met = [int(meets(place, size, facing, rule)) for place in range(size)]
        assert all(met[other] == place for place, other in enumerate(met))
        alone = sum(place == other for place, other in enumerate(met))
        assert alone <= (3 if facing else rule)


def test_circles() -> None:
    """Facing never leaves a circle of 8 to 40, and each slot meets somebody else."""
    sizes = np.diff(CIRCLES)
    assert sizes.min() == 8 and sizes.max() == 40
    circle = np.searchsorted(CIRCLES, np.arange(120), side="right")
    for place in range(120):
        met = [int(meets(place, 1200, True, rule)) for rule in range(4)]
        assert len({place, *met}) == 5
        assert {circle[other] for other in met} == {circle[place]}


@pytest.mark.parametrize("people", SIZES)
def test_partners_of_partners(people: int) -> None:
    partner = partners(population(people), Ties())
    assert partner.shape == (12, people) and partner.dtype == np.int32
    everybody = np.arange(people)
    columns = population(people).columns
    home = everybody - columns["household_offset"]
    for slot, row in enumerate(partner):
        tied = row != NOBODY
        assert row.min() >= NOBODY and row.max() < people
        assert np.array_equal(row[row[tied]], everybody[tied])
        assert (home[row[tied]] != home[tied]).all()
        for earlier in range(slot):
            assert not (partner[earlier][tied] == row[tied]).any()


@pytest.mark.parametrize("people", SIZES)
def test_declared_degree_for_each_group(people: int) -> None:
    """With every tie kept nearly everybody has a partner in every slot, the minority of one in ten too."""
    society = population(people)
    count = (partners(society, Ties(kept=1.0, sociability_spread=0.0)) != NOBODY)[:10].sum(0)
    margin = 0.6 if people == 1000 else 0.15  # a hundred people leave circles over and meet each other twice
    for group in range(2):
        assert abs(count[society.columns["group"] == group].mean() - 10) < margin
    kept = (partners(society, Ties()) != NOBODY)[:10].sum(0)
    assert abs(kept.mean() - 7.5) < 0.3 and kept.std() > 1.8


def test_kept_is_the_share_that_stands() -> None:
    society = population(65_537)
    every = (partners(society, Ties(kept=1.0, sociability_spread=0.0)) != NOBODY).sum()
    for kept in (0.0, 0.3, 0.6):
        share = (partners(society, Ties(kept=kept)) != NOBODY).sum() / every
        assert abs(share - kept) < 0.01


def test_keeping_more_only_adds() -> None:
    few, many = (partners(population(4097), Ties(kept=kept, dormant=0, neighbourhood=0)) for kept in (0.4, 0.8))
    moved = (few != NOBODY) & (few != many)
    assert moved.mean() < 0.002  # a tie gives way only where an earlier slot now holds it


def test_the_sociable_know_more() -> None:
    society = population(65_537)
    count = (partners(society, Ties()) != NOBODY).sum(0)
    sociable = society.columns["sociability"] > 200
    assert count[sociable].mean() > count[~sociable].mean() + 1


@pytest.mark.parametrize("homophily", [0.2, 0.4, 0.6, 0.8, 1.0])
def test_homophily_is_the_share_of_slots_within(homophily: float) -> None:
    ties = Ties(homophily=homophily)
    active = [slot for slot in ties.slots if slot.kind != "dormant"]
    assert sum(slot.within for slot in active) == round(homophily * len(active))
    society = population(65_537)
    group = society.columns["group"]
    row = partners(society, ties)[:10]
    minority = np.flatnonzero(group == 1)
    tied = row[:, minority] != NOBODY
    own = (group[row[:, minority]] == 1)[tied].mean()
    assert abs(own - (homophily + (1 - homophily) * 0.1)) < 0.015


def test_within_stays_in_group_and_county() -> None:
    society = Population(Society(people=9001, counties=3), seed=2)
    columns = society.columns
    ties = Ties()
    for slot, row in zip(ties.slots, partners(society, ties), strict=True):
        tied = row != NOBODY
        crosses_county = (columns["county"][row[tied]] != columns["county"][tied]).any()
        crosses_group = (columns["group"][row[tied]] != columns["group"][tied]).any()
        assert crosses_county == (slot.kind == "far"), slot
        assert crosses_group != slot.within, slot


@pytest.mark.parametrize("people", [1000, 4097])
def test_one_person_looked_up_alone(people: int) -> None:
    society, ties = population(people), Ties()
    partner = partners(society, ties)
    for person in (0, 17, people - 101, people - 1):
        for slot in (0, 1, 4, 7, 9, 11):
            assert partner_of(society, ties, slot, person) == partner[slot, person]


@pytest.mark.parametrize("people", [1, 2, 3, 9])
def test_tiny_societies(people: int) -> None:
    society = Population(Society(people=people, groups={"A": 1.0}), seed=1)
    assert partners(society, Ties()).shape == (12, people)
    assert describe(society, Ties())["all"]["people"] == people


def test_same_uncompiled(monkeypatch: pytest.MonkeyPatch) -> None:
    society = population(1000)
    compiled_ties = partners(society, Ties())
    monkeypatch.setattr("goodstanding.ties.compiled", lambda function: function)
    assert np.array_equal(partners(society, Ties()), compiled_ties)


@pytest.mark.parametrize("people", [4097, 100_000])
@pytest.mark.parametrize("who", ["all", "A", "B"])
def test_figures_are_inside_their_bands(people: int, who: str) -> None:
    found = figures(people)[who]
    for name, band in BANDS.items():
        assert band.low <= found[name] <= band.high, (name, found[name])
        assert band.source and band.because
    assert sum(found["degrees"]) == found["people"]


def test_groups_know_alike_many() -> None:
    found = figures(100_000)
    assert abs(found["A"]["degree"] - found["B"]["degree"]) < 0.1
    assert abs(found["A"]["clustering"] - found["B"]["clustering"]) < 0.01
    assert found["B"]["own-group share"] < found["A"]["own-group share"]


def test_few_ties_are_dropped() -> None:
    lost = figures(100_000)["dropped"]
    assert 0 < lost["to household ties"] < 0.03 and lost["to earlier slots"] < 0.01


def test_figures_against_a_slow_count() -> None:
    """Clustering, degree and steps of a small society, counted with sets."""
    society, ties = Population(Society(people=300, groups={"A": 1.0}), seed=4), Ties()
    partner, columns = partners(society, ties), society.columns
    home = np.arange(300) - columns["household_offset"]
    knows = [
        {int(j) for j in np.flatnonzero(home == home[i])} - {i} | {int(row[i]) for row in partner[:10] if row[i] >= 0}
        for i in range(300)
    ]
    found = describe(society, ties)["all"]
    assert found["degree"] == pytest.approx(np.mean([len(k) for k in knows]))
    closed = [np.mean([a in knows[b] for a in k for b in k if a != b]) for k in knows if len(k) > 1]
    assert found["clustering"] == pytest.approx(np.mean(closed))
    ends = np.array([(len(k), len(knows[other])) for k in knows for other in k])
    assert found["degree assortativity"] == pytest.approx(np.corrcoef(ends.T)[0, 1])


def test_closed_at_first() -> None:
    ties = Ties()
    assert [slot.kind for slot in ties.slots] == (
        ["neighbourhood"] * 2 + ["work"] * 2 + ["school"] + ["friends"] * 3 + ["far"] * 2 + ["dormant"] * 2
    )
    assert ties.closed_at_first == 0b1100_0000_0000
    assert Ties(dormant=0).closed_at_first == 0


def test_too_many_slots_are_refused() -> None:
    with pytest.raises(InvalidInput, match="allowed are 16"):
        Ties(friends=6, work=4, dormant=3)
    with pytest.raises(InvalidInput, match="outside 0 to 1"):
        Ties(homophily=1.5)


def test_every_setting_is_told() -> None:
    for name, declared in Ties.settings.items():
        assert declared.help and declared.source and declared.because, name
        assert declared.prior.contains(declared.default, declared.default), name
