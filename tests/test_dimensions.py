"""The weighed score against a plain and slow twin; friends, newcomers, the end of a scheme, weights that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import worlds
from worlds import SCHEME, columns, record

from goodstanding.acts import ACTS
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput
from goodstanding.mechanism import catalogue
from goodstanding.scenario import Scenario
from goodstanding.world import RECORD, SEEN

LOW, HIGH, NEWCOMER, SETTLING, TERM = 300, 860, 500, 3, 4
WEIGHTS = {"history": 0.4, "capacity": 0.2, "behaviour": 0.1, "identity": 0.1, "friends": 0.2}
LOSSES = {"unpaid_bill": 40, "red_light": 25, "missed_loan_payment": 60}
CUTS = {"A": 640, "B": 600, "C": 560, "D": LOW}
SCORING = f"schemes.{SCHEME}.scoring.dimensions"
ALONE = {"history": 0.5, "capacity": 0.25, "behaviour": 0.125, "identity": 0.125}


def town(arms: dict[str, Any] | None = None, people: int = 800, months: int = 8, **changes: Any) -> Scenario:
    told: dict[str, Any] = {
        "months": months,
        "society": {"people": people},
        "conduct": {"everyday_acts": {"level": 300}, "keeping_ties": {"drift": 0.2}},
        "schemes": {
            SCHEME: {
                "observation": {"agencies": {"coverage": 1, "misattribution": 0.05}},
                "scoring": {
                    "dimensions": {
                        "weights": WEIGHTS, "losses": LOSSES, "low": LOW, "high": HIGH, "newcomer": NEWCOMER,
                        "settling": SETTLING, "term": TERM, "classes": CUTS,
                    }
                },
                "sanctions": {"restrictions": {"domains": {"D": ["credit"]}}},
            }
        },
        "arms": arms or {},
    }  # fmt: skip
    for path, value in changes.items():
        worlds.put(told, path, value)
    return worlds.read(told, "weighed")


def bands(engine: Engine, arm: str = "full", at: str = f"{SCHEME}.dimensions", name: str = "band") -> np.ndarray:
    """What everybody showed last month."""
    world = next(w for w in engine.worlds if w.name == arm)
    shift, bits = world.layout[(at, name)]
    shown: np.ndarray = (world.board[1 - (engine.month & 1)] >> shift) & ((1 << bits) - 1)
    return shown


def around(engine: Engine, person: int, closed: np.ndarray) -> list[int]:
    """The people at the other end of a person's open ties."""
    ends = [(slot, int(other)) for slot, other in enumerate(engine.partner[person]) if other >= 0]
    return [other for slot, other in ends if not ((closed[person] | closed[other]) >> slot) & 1]


def score_of(engine: Engine, person: int, rows: np.ndarray, friends: list[int], filled: int, copy: int) -> int:
    """A score worked out by hand, friends by their bands; without any where there are none."""
    month, history = engine.month - 1, 1000
    for _, act, when, _, flags in rows[rows[:, 0] == person].tolist():
        lost = LOSSES.get(ACTS[act].seen_as or ACTS[act].key, 0)
        if flags & copy and month - when < TERM:
            history = max(0, history - 10 * lost)
    tenth, digital = (int(engine.traits[name][person]) for name in ("tenth", "digital"))
    sides = {
        "history": history, "capacity": 1000 * tenth // 9, "behaviour": 1000 * digital // 3,
        "identity": 1000 * filled // 255,
    }  # fmt: skip
    own = sum(round(WEIGHTS[side] * 2**32) * worth for side, worth in sides.items())
    worth = own // (2**32 - round(WEIGHTS["friends"] * 2**32))
    if friends:
        mean = 1000 * sum(2 * band - 1 for band in friends) // (12 * len(friends))
        worth = (own + round(WEIGHTS["friends"] * 2**32) * mean) >> 32
    weighed = LOW + (HIGH - LOW) * worth // 1000
    gap, steps = weighed - NEWCOMER, min(month + 1, SETTLING)
    return NEWCOMER + gap * steps // SETTLING


def test_the_score_is_the_one_worked_out_by_hand() -> None:
    engine = Engine(town(), 5, 5, arms=["full"])
    adults, lonely, met = np.flatnonzero(engine.traits["age"] > 0), 0, 0
    world = next(w for w in engine.worlds if w.name == "full")
    for _ in range(8):
        shown, closed = bands(engine), columns(engine, "full")["closed"]
        engine.step()
        rows, filled = record(engine, "full"), columns(engine, "full")[f"{SCHEME}.dimensions.filled"]
        scratch = engine.scratch[0]
        score, seen = (scratch.column((SCHEME, name), "int32", 1) for name in ("score", "seen_score"))
        for person in adults[::3].tolist():
            friends = [int(shown[other]) for other in around(engine, person, closed) if shown[other]]
            met, lonely = met + len(friends), lonely + (not friends)
            assert score[person] == score_of(engine, person, rows, friends, int(filled[person]), RECORD)
            assert seen[person] == score_of(engine, person, rows, [], int(filled[person]), SEEN)
    assert met > 1000 and lonely > 100
    assert world.history[:, world.rows[(f"{SCHEME}.dimensions", "lowered")]].sum() > 50


def test_friends_move_a_score_only_while_they_weigh() -> None:
    engine = Engine(town({"alone": {f"{SCORING}.weights": ALONE}}, months=6), 5, 5, arms=["full", "alone"])
    for _ in range(6):
        engine.step()
    full, alone = (worlds.totals(engine.outcome(), arm) for arm in ("full", "alone"))
    for moved in ("lifted", "lowered"):
        assert full[f"{SCHEME}.dimensions.{moved}"] > 0 == alone[f"{SCHEME}.dimensions.{moved}"]
    exact = {f"schemes.{SCHEME}.observation.agencies.misattribution": 0}
    for arm, weights in (("friends", WEIGHTS), ("none of them", ALONE)):
        told = worlds.totals(_lived(town(**exact, **{f"{SCORING}.weights": weights})), "full")
        assert (told[f"{SCHEME}.unfounded.unfounded"] > 0) == (arm == "friends"), arm
        assert told[f"{SCHEME}.unfounded.unrecorded"] == told[f"{SCHEME}.unfounded.unfounded"]


def _lived(scenario: Scenario) -> Any:
    engine = Engine(scenario, 5, 5, arms=["full"])
    for _ in range(scenario.months):
        engine.step()
    return engine.outcome()


def test_a_scheme_that_is_shut_down_rates_nobody() -> None:
    closing = {f"schemes.{SCHEME}.conduct": {"closure": {"after": 5}}}
    engine = Engine(town(**closing), 5, 5, arms=["full"])
    for month in range(8):
        engine.step()
        now = columns(engine, "full")
        assert now["told"].any() == bands(engine).any() == (month < 5)
        assert month < 4 or now["barred"].any() == (month < 5)
    rated = engine.worlds[1].history[:, engine.worlds[1].rows[(f"{SCHEME}.dimensions", "rated")]].sum(axis=1)
    assert (rated > 0).tolist() == [True] * 5 + [False] * 3


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"weights": {"history": 0.5, "friends": 0.4}}, "dimensions.weights: the shares sum to 0.9"),
        ({"low": 900, "high": 900, "newcomer": 900}, "dimensions.newcomer"),
        ({"newcomer": 951}, "dimensions.newcomer"),
    ],
)
def test_weights_and_ranges_that_are_none_are_refused(given: dict[str, Any], where: str) -> None:
    with pytest.raises(InvalidInput, match=where):
        catalogue()["scoring"]["dimensions"](**given)
    with pytest.raises(InvalidInput, match=f"schemes.{SCHEME}.scoring.{where}"):
        town(**{f"{SCORING}.{name}": value for name, value in given.items()})


# -- refused for one's friends


def test_the_friends_rule_is_the_one_worked_out_by_hand() -> None:
    rule = {"lowest": LOW, "highest": HIGH, "minimum": 600, "least": 2}
    sanctions = {f"schemes.{SCHEME}.sanctions": {"friends_rule": rule}}
    engine = Engine(town(**sanctions, **{f"{SCORING}.weights": ALONE}), 5, 5, arms=["full"])
    place, adult = f"{SCHEME}.friends_rule", engine.traits["age"] > 0
    refused = judged = 0
    for _ in range(8):
        shown, closed = bands(engine, at=place, name="rung"), columns(engine, "full")["closed"]
        engine.step()
        barred = columns(engine, "full")["barred"]
        for person in range(engine.people):
            friends = [int(shown[other]) for other in around(engine, person, closed) if shown[other]]
            middles = [LOW + (HIGH - LOW) * (2 * band - 1) / 12 for band in friends]
            low = len(friends) >= 2 and sum(middles) / len(middles) < 600 - 1e-9
            assert bool(barred[person]) == (low and adult[person])
            refused += bool(barred[person])
            judged += len(friends) >= 2 and adult[person]
    told = worlds.totals(engine.outcome(), "full")
    assert 50 < refused < judged and told[f"{place}.refused"] == refused
    assert told[f"{SCHEME}.unfounded.unfounded"] == told[f"{SCHEME}.unfounded.unrecorded"] == refused
    assert 0 < told[f"{place}.sound"] < refused


def test_a_range_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidInput, match=r"friends_rule\.highest"):
        catalogue()["sanctions"]["friends_rule"](lowest=500, highest=500)
