"""Two schemes in one society: each with its own columns, record and luck, meeting only in what people live with."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
import pytest
import worlds
from worlds import columns, record

from goodstanding import runs
from goodstanding.engine import Engine, Outcome, simulate
from goodstanding.scenario import Scenario

MONTHS = 14
UNAWARE = {**dict.fromkeys((f"conduct.awareness.{news}" for news in ("campaign", "word", "own")), 0),
           "conduct.compliance.resolve": 0}  # fmt: skip
"""Nobody has either scheme on their mind or takes care of a class, so that nobody answers the call for reports that
both schemes make together, nor a class that either tells."""


def scheme(**changes: Any) -> dict[str, Any]:
    told = deepcopy(worlds.tree()["schemes"][worlds.SCHEME])
    for path, value in changes.items():
        worlds.put(told, path.replace("__", "."), value)
    return told


def observing() -> dict[str, Any]:
    """A scheme that sees and scores, and does nothing."""
    told = scheme()
    return {folder: told[folder] for folder in ("observation", "scoring")}


def both(
    schemes: dict[str, Any], changes: dict[str, Any] | None = None, arms: dict[str, Any] | None = None
) -> Scenario:
    told = worlds.tree(changes={"society.people": 3000, "months": MONTHS, **(changes or {})})
    return worlds.read({**told, "schemes": schemes, "arms": arms or {}}, "two")


def lived(scenario: Scenario, *arms: str) -> Engine:
    engine = Engine(scenario, 21, 5, arms=[*arms])
    for _ in range(scenario.months):
        engine.step()
    return engine


def of_scheme(outcome: Outcome, arm: str, name: str) -> dict[str, np.ndarray]:
    """Monthly counts of one scheme, by what follows its name."""
    counts = outcome.counts[arm].sum(axis=2)
    names = list(outcome.names[arm])
    return {n.removeprefix(f"{name}."): counts[:, at] for at, n in enumerate(names) if n.startswith(f"{name}.")}


def test_results_carry_both_names(tmp_path: Any) -> None:
    done = runs.run(
        both({"north": scheme(), "south": scheme()}, {"months": 3}), seeds=1, arms=["none", "full"], out=tmp_path
    )
    measures = set(done.measures().to_arrow()["measure"].unique().to_pylist())
    for count in ("agencies.recorded", "ledger.expired", "appeal.filed", "sanctions.people", "unfounded.unfounded"):
        assert {f"north.{count}", f"south.{count}"} <= measures <= set(done.cards["measures"])
    paths = {m["path"] for m in done.cards["mechanisms"]}
    assert {"schemes.north.safeguards.appeal", "schemes.south.safeguards.appeal", "conduct.voice"} <= paths


def test_the_order_of_schemes_does_not_matter() -> None:
    """A scheme's luck belongs to its name, whatever stands before it in the file."""
    mild = scheme(observation__agencies__coverage=0.3)
    one = simulate(both({"north": scheme(), "south": mild}), 21, 5)
    other = simulate(both({"south": mild, "north": scheme()}), 21, 5)
    assert one.digest == other.digest
    swapped = simulate(both({"north": mild, "south": scheme()}), 21, 5)
    assert swapped.digest != one.digest


def test_a_scheme_that_only_observes_disturbs_nobody() -> None:
    """What north does to people, and what it has on record, is the same with a silent south beside it."""
    beside = lived(both({"north": scheme(), "south": observing()}, UNAWARE), "full")
    alone = lived(both({"north": scheme()}, UNAWARE), "full")
    assert (record(alone, "full", "north") == record(beside, "full", "north")).all()
    with_south, without = columns(beside, "full"), columns(alone, "full")
    assert all((with_south[name] == column).all() for name, column in without.items() if name != "told")
    ours, theirs = (of_scheme(e.outcome(), "full", "north") for e in (alone, beside))
    assert all((ours[name] == theirs[name]).all() for name in ours)
    assert len(record(beside, "full", "south"))


def test_switching_one_scheme_to_observe_leaves_the_others_view_alone() -> None:
    """Blind: what south sees of unchanged conduct does not depend on what north does with its record."""
    blind = {path: value for path, value in worlds.BLIND.items() if path.startswith("conduct.")}
    north = scheme(sanctions__recovery__instalment=0)
    idle = {f"schemes.north.{folder}.{key}": "off" for folder in {*north} - {*observing()} for key in north[folder]}
    schemes = {"north": north, "south": scheme()}
    one = both(schemes, {**blind, "conduct.borrowing.taking": 0}, {"watching": idle})
    engine = lived(one, "full", "watching")
    assert (record(engine, "full", "south") == record(engine, "watching", "south")).all()
    here, there = (of_scheme(engine.outcome(), arm, "south") for arm in ("full", "watching"))
    shared = {f"untouched.{count}" for count in ("shut_out", "named")}  # by any scheme
    assert all((here[name] == there[name]).all() for name in {*here} - shared)
    assert of_scheme(engine.outcome(), "full", "north")["sanctions.people"].sum()
    assert not of_scheme(engine.outcome(), "watching", "north")["sanctions.people"].any()


def test_a_person_is_barred_by_either_and_told_the_worse() -> None:
    """`barred` is the union of what the schemes bar from, `told` the lower of the two standings. No family here."""
    alone: dict[str, Any] = {"sanctions__family__drawn_in": {}}
    north = scheme(sanctions__restrictions__domains={"C": ["travel"], "D": ["travel", "credit"]}, **alone)
    south = scheme(sanctions__restrictions__domains={"D": ["jobs"]}, observation__agencies__coverage=0.6, **alone)
    with worlds.mirrored():
        engine = lived(both({"north": north, "south": south}), "full")
    now = columns(engine, "full")
    barred = [now[f"{name}.mirror.barred_now"] for name in ("north", "south")]
    standing = [now[f"{name}.mirror.standing_now"].astype(int) for name in ("north", "south")]
    adult = engine.population.columns["age"] > 0
    assert (now["barred"] == barred[0] | barred[1]).all()
    assert (now["told"] == (1 + np.maximum(*standing)) * adult).all()
    assert ((barred[0] > 0) & (barred[1] == 0)).any() and ((barred[1] > 0) & (barred[0] == 0)).any()
    assert (standing[0] > standing[1]).any() and (standing[1] > standing[0]).any()


@pytest.mark.slow
@pytest.mark.parametrize("count", ["agencies.recorded", "agencies.mistaken"])
def test_m22_identical_observers_agree_in_law(count: str) -> None:
    """Two observers of one kind see alike, not the same: each has its own luck, since luck belongs to the name.

    So their scores differ person by person, and their counts over eight lucks agree within five standard errors.
    """
    scenario = both({"north": observing(), "south": observing()}, {"months": 10})
    gaps, sums = [], []
    for luck in range(8):
        outcome = simulate(scenario, 21, luck, arms=["full"], observe=[])
        north, south = (int(of_scheme(outcome, "full", name)[count].sum()) for name in ("north", "south"))
        gaps.append(north - south)
        sums.append(north + south)
    assert any(gaps), "two schemes share one luck"
    assert abs(sum(gaps)) < 5 * (1.5 * sum(sums)) ** 0.5
