"""Matching: who bears whose name, the chance of a wrong match by closed form, and the record that moves."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest
import worlds
from worlds import record

from goodstanding.engine import Engine
from goodstanding.mechanisms.observation.matching import CERTAIN, first_of, namesakes, passes
from goodstanding.scenario import Scenario
from goodstanding.world import MISTAKEN, OWN, RECORD

MATCHING = "schemes.town.observation.matching"


def town(people: int = 4000, months: int = 12, **changes: Any) -> Scenario:
    """Adults alone, all of whose acts of a few kinds are filed, and whose names decide on whom."""
    acts = {"red_light": -10, "littering": -10, "noise": -10}
    told: dict[str, Any] = {
        "months": months,
        "society": {"people": people, "minors": 0, "groups": {"A": 0.7, "B": 0.3}},
        "conduct": {"everyday_acts": {"level": 300}},
        "schemes": {
            "town": {
                "observation": {
                    "agencies": {"coverage": 1, "misattribution": 0, "noticing": dict.fromkeys(acts, 400)},
                    "matching": {"by_name": 1, "alike": 1, "bearers": {"A": 16, "B": 16}},
                },
                "scoring": {"ledger": {"points": acts}},
            }
        },
    }
    for path, value in changes.items():
        worlds.put(told, path.replace("__", "."), value)
    return worlds.read(told, "named")


@pytest.mark.parametrize(("count", "most"), [(1, 1), (7, 64), (1000, 16), (4321, 64), (90_000, 100)])
def test_names_are_shared_as_zipf_has_it(count: int, most: int) -> None:
    """Everybody is in one class, classes are as large as they say, and every octave holds as many people."""
    found = [namesakes(place, count, most) for place in range(count)]
    classes: dict[int, list[int]] = {}
    for place, (same, start, step, at) in enumerate(found):
        assert start + step * at == place
        assert 0 <= at < same <= most
        classes.setdefault(start, []).append(place)
    assert all(len(members) == found[members[0]][0] for members in classes.values())
    octaves = most.bit_length()
    held = Counter(place % octaves for place in range(count))
    assert max(held.values()) - min(held.values()) <= 1 or count < octaves
    if count == 90_000:
        for octave in range(octaves):
            sizes = [len(members) for start, members in classes.items() if start % octaves == octave]
            assert max(sizes) == most >> octave and min(sizes) >= max(1, (most >> octave) - 1)


@pytest.mark.parametrize("bearers", [2, 3, 10, 64, 500])
@pytest.mark.parametrize("alike", [0.0005, 0.02, 0.5, 1.0])
def test_the_chance_of_a_wrong_match_is_the_closed_form(bearers: int, alike: float) -> None:
    """1 - (1 - (1 - a)^n) / (n a), for n bearers of a name of whom each passes for another with chance a."""
    wrong = 1 - (1 - (1 - alike) ** bearers) / (bearers * alike)
    given = passes(bearers, round(alike * CERTAIN)) / CERTAIN
    assert given * (bearers - 1) / bearers == pytest.approx(wrong, rel=2e-2, abs=5e-6)


def test_nobody_passes_where_nobody_is_alike() -> None:
    assert passes(50, 0) == passes(1, CERTAIN) == 0


def test_a_register_is_the_people_of_a_county_and_group() -> None:
    engine = Engine(town(society__counties=3), 4, 4, arms=["full"])
    county, group = engine.traits["county"], engine.traits["group"]
    for c in range(3):
        for g in range(2):
            mine = engine.population.range_of(c, g)
            assert (first_of(c, g, county, group), first_of(c, g + 1, county, group)) == (mine.start, mine.stop)


def bearers_of(engine: Engine, most: int) -> np.ndarray:
    """How many people bear the name of each person, worked out person by person."""
    sizes = np.zeros(engine.people, np.int64)
    for c in range(engine.scenario.society.counties):
        for g in range(2):
            mine = engine.population.range_of(c, g)
            sizes[mine.start : mine.stop] = [namesakes(p - mine.start, len(mine), most)[0] for p in mine]
    return sizes


def test_records_go_wrong_as_often_as_names_are_shared() -> None:
    """By name alone a record of one of n bearers goes to another in (n - 1) / n of cases, and nobody else gets it."""
    most, alike = 16, 0.3
    for chance in (1.0, alike):
        engine = Engine(town(**{f"{MATCHING}.alike": chance}), 5, 5, arms=["full"], observe=[])
        for _ in range(engine.scenario.months):
            engine.step()
        rows = record(engine, "full")
        rows = rows[(rows[:, 4] & RECORD) != 0]
        sizes = bearers_of(engine, most)
        own, wrong = (rows[(rows[:, 3] == origin)] for origin in (OWN, MISTAKEN))
        own = own[own[:, 2] < engine.scenario.months - 1]  # what was moved in the last month has not arrived
        for n in np.unique(sizes):
            right, mistaken = int((sizes[own[:, 0]] == n).sum()), int((sizes[wrong[:, 0]] == n).sum())
            expected = max(0.0, 1 - (1 - (1 - chance) ** n) / (n * chance))
            trials = right + mistaken
            spread = 5 * (trials * expected * (1 - expected)) ** 0.5 + 1
            assert abs(mistaken - trials * expected) < spread, (chance, n)
        assert len(wrong) > 500
        told = worlds.totals(engine.outcome(), "full")
        assert told["town.matching.mixed_up"] == len(wrong) <= told["town.matching.moved"]


def test_what_is_moved_arrives_a_month_later_with_a_namesake() -> None:
    """Month by month as many entries arrive as were moved; who gets one bears the name of somebody who did the act."""
    engine = Engine(town(), 5, 6, arms=["full"], observe=[])
    moved = 0
    for month in range(engine.scenario.months):
        engine.step()
        outcome = engine.outcome()
        names = list(outcome.names["full"])
        counted = outcome.counts["full"][month].sum(axis=1)
        assert counted[names.index("town.matching.mixed_up")] == moved
        moved = counted[names.index("town.matching.moved")]
    assert moved


def test_more_common_names_in_a_group_mean_more_mistakes_in_it() -> None:
    """With names of 64 bearers in B and none shared in A, every mistake is in B; without matching there is none."""
    changes = {f"{MATCHING}.bearers": {"A": 1, "B": 64}, f"{MATCHING}.alike": 0.05}
    engine = Engine(town(**changes), 5, 5, arms=["full"], observe=[])
    for _ in range(engine.scenario.months):
        engine.step()
    rows = record(engine, "full")
    wrong = rows[rows[:, 3] == MISTAKEN]
    assert len(wrong) > 50 and (engine.traits["group"][wrong[:, 0]] == 1).all()
    without = Engine(town(**{MATCHING: "off"}), 5, 5, arms=["full"], observe=[])
    for _ in range(without.scenario.months):
        without.step()
    assert not (record(without, "full")[:, 3] == MISTAKEN).any()
