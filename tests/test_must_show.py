"""What each of the sixteen scenarios is there to show: what a mechanism does to people, and that it goes with it.

A claim holds two arms against each other over the same worlds. They differ in what the scenario is about and in nothing
else, and what is counted is made by another mechanism or looked at by a measure, so that it can be nought although the
mechanism is at work. Without the mechanism both arms are one world, and the claim falls.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from claims import CASES, Claim, shipped

from goodstanding.counts import Sums
from goodstanding.engine import simulate
from goodstanding.estimates import Estimate, estimate
from goodstanding.library import library
from goodstanding.scenario import Scenario

CLAIMS = [
    pytest.param(name, claim, id=f"{name}: {claim.shows}") for name, case in CASES.items() for claim in case.claims
]


@cache
def scenario(name: str) -> Scenario:
    case = CASES[name]
    changes = [f"{path}={value}" for path, value in case.busier.items()]
    return shipped(name, case.people, case.months, set=changes)


@cache
def lived(name: str) -> list[tuple[dict[tuple[str, str], dict[str, int]], int]]:
    """Each world's totals by arm and group, with the adult-months they are counted among."""
    case = CASES[name]
    arms = [*dict.fromkeys(arm for claim in case.claims for arm in (claim.more, claim.less))]
    observe = {part for claim in case.claims for part in claim.counts.split(".")[:-1]}
    found = []
    for seed in range(case.lucks):
        outcome = simulate(scenario(name), seed, seed, arms=arms, observe=sorted(observe))
        of_b = [place for place, (_, letter, _) in enumerate(outcome.population.strata) if letter == "B"]
        told = {}
        for arm in arms:
            for group, strata in (("", slice(None)), ("B", of_b)):
                summed = outcome.counts[arm][:, :, strata].sum(axis=(0, 2))
                told[arm, group] = dict(zip(outcome.names[arm], map(int, summed), strict=True))
        found.append((told, int(outcome.population.adults.sum()) * case.months))
    return found


def gap(name: str, claim: Claim) -> Estimate:
    return estimate([
        [Sums(told[arm, claim.of].get(claim.counts, 0), base) for told, base in lived(name)]
        for arm in (claim.more, claim.less)
    ])  # fmt: skip


def apart(name: str, one: str, other: str) -> Iterator[str]:
    """The mechanisms that are not the same in two arms, by the name that their counts begin with."""

    def rules(arm: str) -> dict[str, Any]:
        world = scenario(name).world(arm)
        of_schemes = {f"{scheme.name}.{m.key()}": m for scheme in world.schemes for m in scheme.mechanisms}
        return {**{m.key(): m for m in world.conduct}, **of_schemes}

    here, there = rules(one), rules(other)
    yield from sorted(key for key in here | there if here.get(key) != there.get(key))


def test_all_sixteen_are_here() -> None:
    assert {*CASES} == {*library()}


@pytest.mark.parametrize(("name", "claim"), CLAIMS)
def test_people_fare_otherwise_with_the_mechanism_than_without(name: str, claim: Claim) -> None:
    found = gap(name, claim)
    assert found.low is not None and found.low > 0, found


@pytest.mark.parametrize(("name", "claim"), CLAIMS)
def test_what_is_counted_is_not_what_was_taken_away(name: str, claim: Claim) -> None:
    taken = [*apart(name, claim.more, claim.less)]
    assert taken, "the arms differ in nothing"
    assert claim.counts.rpartition(".")[0] not in taken
