"""What firms scored, in detail: where what each scenario must show (test_must_show) comes from."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import worlds

from goodstanding.counts import Sums
from goodstanding.engine import Outcome, simulate
from goodstanding.estimates import estimate
from goodstanding.scenario import read

LUCK = (1, 2, 3, 4)
PEOPLE = 2500
ARMS: Mapping[str, tuple[str, ...]] = {
    "sesame-credit": ("full", "opt_in", "no_friends", "weights_b", "no_rewards", "with_deletion"),
    "tencent-credit": ("full", "not_shut", "test_users_only"),
    "facebook-friends-rule": ("full", "patent_only", "ended_2016"),
}


@cache
def lived(name: str, *change: str) -> list[Outcome]:
    """A small county under a few lucks, in the arms that tell something."""
    scenario = read(name, people=PEOPLE, set=list(change))
    looked_at = ["sanctions", "rewards_lost", "unfounded"]
    return [simulate(scenario, 7, luck, arms=[*ARMS[name]], observe=looked_at) for luck in LUCK]


def total(outcome: Outcome, arm: str, count: str) -> int:
    return worlds.totals(outcome, arm).get(count, 0)


def beyond(name: str, arm: str, against: str, count: str, sign: int = 1, change: tuple[str, ...] = ()) -> bool:
    """True where one arm has more (or, with -1, less) of a count than another, beyond the interval of luck."""
    told: list[list[Sums]] = [[Sums(total(o, a, count), PEOPLE) for o in lived(name, *change)] for a in (arm, against)]
    found = estimate(told)
    assert found.low is not None and found.high is not None
    return sign * (found.low if sign > 0 else found.high) > 0


def equal(name: str, arm: str, against: str, count: str) -> bool:
    return all(total(o, arm, count) == total(o, against, count) for o in lived(name))


def monthly(outcome: Outcome, arm: str, count: str) -> list[int]:
    row = list(outcome.names[arm]).index(count)
    return [int(n) for n in outcome.counts[arm][:, row].sum(axis=1)]


def rows(weights: Mapping[str, Any]) -> dict[str, float]:
    return {side: row["value"] if isinstance(row, dict) else row for side, row in weights.items()}


# -- sesame-credit


def test_a_box_ticked_in_advance_enrols_people_who_do_not_know() -> None:
    assert beyond("sesame-credit", "full", "opt_in", "sesame.enrolment.members")
    assert beyond("sesame-credit", "full", "opt_in", "sesame.enrolment.unaware")
    assert beyond("sesame-credit", "full", "opt_in", "sesame.rewards.favours")
    for outcome in lived("sesame-credit"):
        unaware = monthly(outcome, "full", "sesame.enrolment.unaware")
        assert not any(unaware[:36]) and unaware[36] > PEOPLE // 5 and unaware[47] < unaware[36]
        assert total(outcome, "opt_in", "sesame.enrolment.unaware") == 0
        assert monthly(outcome, "full", "sesame.enrolment.members")[:36] == monthly(
            outcome, "opt_in", "sesame.enrolment.members"
        )[:36]  # fmt: skip


def test_friends_lift_some_and_lower_others() -> None:
    for moved in ("lifted", "lowered"):
        assert beyond("sesame-credit", "full", "no_friends", f"sesame.dimensions.{moved}")
        assert not any(total(o, "no_friends", f"sesame.dimensions.{moved}") for o in lived("sesame-credit"))
    assert beyond("sesame-credit", "full", "no_friends", "sesame.rewards_lost.lost")


def test_both_reported_weightings_are_there_and_tell_people_apart() -> None:
    tree = read("sesame-credit").tree
    one = rows(tree["schemes"]["sesame"]["scoring"]["dimensions"]["weights"])
    other = rows(tree["arms"]["weights_b"]["schemes.sesame.scoring.dimensions.weights"])
    assert one == {"history": 0.35, "capacity": 0.25, "behaviour": 0.2, "identity": 0.15, "friends": 0.05}
    assert other == {**one, "capacity": 0.2, "behaviour": 0.25}
    assert not equal("sesame-credit", "full", "weights_b", "sesame.dimensions.points")
    assert beyond("sesame-credit", "weights_b", "full", "sesame.dimensions.points", -1)
    assert equal("sesame-credit", "full", "no_rewards", "sesame.dimensions.points")


def test_good_standing_brings_rewards_by_tier_and_nobody_is_punished() -> None:
    assert beyond("sesame-credit", "full", "no_rewards", "sesame.rewards.favours")
    for outcome in lived("sesame-credit"):
        assert total(outcome, "no_rewards", "sesame.rewards.favours") == 0
        assert total(outcome, "full", "sesame.sanctions.people") == 0


def test_what_is_kept_of_those_who_left_goes_with_deletion() -> None:
    """Many come to know and half of them leave, so that a small county has enough to count."""
    many = tuple(f"schemes.sesame.conduct.enrolment.{what}" for what in ("leaving=0.5", "noticing=0.3", "knowing=0.5"))
    assert beyond("sesame-credit", "full", "with_deletion", "sesame.deletion.kept", change=many)
    assert not any(total(o, "with_deletion", "sesame.deletion.kept") for o in lived("sesame-credit", *many))


# -- tencent-credit


def test_nearly_everybody_could_be_scored_and_a_month_later_nobody_is() -> None:
    adults = 0
    for outcome in lived("tencent-credit"):
        adults = int(outcome.population.adults.sum())
        rated = monthly(outcome, "full", "tencent.dimensions.rated")
        assert rated[5] > 0.8 * adults > 10 * rated[4] and not any(rated[6:])
        assert all(monthly(outcome, "not_shut", "tencent.dimensions.rated")[5:])
        assert not any(monthly(outcome, "full", "tencent.rewards.favours")[6:])
    assert beyond("tencent-credit", "full", "not_shut", "tencent.dimensions.rated", -1)
    assert beyond("tencent-credit", "full", "test_users_only", "tencent.dimensions.rated")
    assert beyond("tencent-credit", "full", "test_users_only", "tencent.enrolment.unaware")
    assert not any(total(o, "test_users_only", "tencent.enrolment.unaware") for o in lived("tencent-credit"))


# -- facebook-friends-rule


def test_people_are_refused_for_their_friends_and_for_nothing_else() -> None:
    name = "facebook-friends-rule"
    assert beyond(name, "full", "patent_only", "lender.sanctions.credit")
    assert beyond(name, "full", "ended_2016", "lender.sanctions.credit")
    assert beyond(name, "ended_2016", "patent_only", "lender.sanctions.credit")
    for outcome in lived(name):
        assert total(outcome, "patent_only", "lender.sanctions.people") == 0
        assert not any(monthly(outcome, "ended_2016", "lender.sanctions.people")[6:])
        refused = total(outcome, "full", "lender.sanctions.credit")
        assert total(outcome, "full", "lender.unfounded.unfounded") == refused
        assert total(outcome, "full", "lender.unfounded.unrecorded") == refused
        assert total(outcome, "full", "lender.friends_rule.sound") > refused // 4
