"""Bike-sharing and dragon-eye in detail: where what each must show (test_must_show) comes from."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import pytest
import worlds

from goodstanding.bibliography import NOT_A_SOURCE
from goodstanding.counts import Sums
from goodstanding.engine import simulate
from goodstanding.estimates import Estimate, estimate
from goodstanding.scenario import Scenario, read

SEEDS = 6
PEOPLE = {"bike-sharing": 6000, "dragon-eye": 8000}
MONTHS = {"bike-sharing": 24, "dragon-eye": 18}
ARMS = {
    "bike-sharing": ("full", "version_two", "five_yuan", "from_the_police", "no_rewards_for_reports", "no_reports",
                     "no_sharing", "corrections_follow", "corrections_never_follow"),
    "dragon-eye": ("full", "no_face_search", "no_gallery", "no_cameras", "of_a_county", "normalised", "few_errors",
                   "many_errors", "several_photos", "worse_for_b", "careful_officers"),
}  # fmt: skip


@cache
def town(name: str) -> Scenario:
    return read(name, people=PEOPLE[name], months=MONTHS[name])


@cache
def lived(name: str) -> list[dict[str, dict[str, int]]]:
    """The totals of each arm in worlds with a society and a luck of their own; B stands by itself where it is asked."""
    found = []
    for seed in range(SEEDS):
        outcome = simulate(town(name), seed, seed, arms=ARMS[name], observe=["unfounded", "copies", "sanctions"])
        of_b = [place for place, (_, letter, _) in enumerate(outcome.population.strata) if letter == "B"]
        arms = {}
        for arm in ("none", *ARMS[name]):
            told = worlds.totals(outcome, arm)
            in_b = outcome.counts[arm][:, :, of_b].sum(axis=(0, 2))
            arms[arm] = told | {f"B {count}": int(n) for count, n in zip(outcome.names[arm], in_b, strict=True)}
        found.append(arms)
    return found


def paired(name: str, count: str | Iterable[str], arm: str, other: str = "none") -> Estimate:
    """The mean paired difference of a count, or a sum of counts, between two arms, for 1,000 person-months."""
    counts = [count] if isinstance(count, str) else [*count]
    size = PEOPLE[name] * MONTHS[name]
    sides = [[Sums(sum(w[a].get(c, 0) for c in counts), size) for w in lived(name)] for a in (arm, other)]
    return estimate(sides)


def above(given: Estimate) -> bool:
    return given.low is not None and given.low > 0


def none(name: str, count: str, arm: str) -> bool:
    return not any(w[arm].get(count, 0) for w in lived(name))


# -- bike-sharing

BIKES = "bike-sharing"
REWARDED = ("informing.reward", "informing.invented")


def test_errors_live_on_at_the_central_platform_and_are_gone_without_sharing() -> None:
    for count in ("central.copies.living_on", "central.unfounded.miscopied", "central.sanctions.people"):
        assert above(paired(BIKES, count, "full")), count
        assert none(BIKES, count, "no_sharing"), count


def test_more_errors_live_on_the_fewer_corrections_follow() -> None:
    count = "central.copies.living_on"
    assert above(paired(BIKES, count, "corrections_never_follow", "full"))
    assert above(paired(BIKES, count, "full", "corrections_follow"))


def test_pay_brings_reports_and_inventions_and_without_pay_there_are_none() -> None:
    assert above(paired(BIKES, REWARDED, "full"))
    assert above(paired(BIKES, "bikes.tips.accepted_false", "full"))
    assert all(none(BIKES, count, "no_rewards_for_reports") for count in REWARDED)
    assert not any(w["no_reports"].get("bikes.tips.received", 0) for w in lived(BIKES))


def test_the_firms_bar_hangs_on_what_a_low_score_costs() -> None:
    """A hundred points off freezes an account; at 5 yuan some pay; the second version has six classes."""
    assert above(paired(BIKES, "bikes.sanctions.people", "from_the_police"))
    assert none(BIKES, "bikes.prices.dearer", "full") and not none(BIKES, "bikes.prices.dearer", "five_yuan")
    assert above(paired(BIKES, "bikes.prices.priced_out", "version_two", "full"))
    assert above(paired(BIKES, "bikes.prices.surcharges", "version_two", "full"))
    ledgers = [
        next(m for m in scheme.mechanisms if m.key() == "ledger")
        for arm in ("full", "version_two")
        for scheme in town(BIKES).world(arm).schemes
        if scheme.name == "bikes"
    ]
    assert [ledger.values()["start"] for ledger in ledgers] == [100, 550]
    assert [len(ledger.values()["classes"]) for ledger in ledgers] == [3, 6]


def test_the_second_version_keeps_more_on_the_platform() -> None:
    """Points come back later there (assumed), so that what the firm has passed on stands longer in both."""
    assert above(paired(BIKES, "central.copies.copies", "version_two", "full"))


# -- dragon-eye

EYE = "dragon-eye"
MATCHES, ALARMS = "gallery.face_search.false_matches", "gallery.face_watch.false_alarms"
MISFILED = "gallery.unfounded.misfiled"


def test_people_are_barred_for_faces_like_theirs_and_without_face_search_nobody_is() -> None:
    for count in (MATCHES, ALARMS, MISFILED):
        assert above(paired(EYE, count, "full")), count
        assert none(EYE, count, "no_face_search"), count
    assert none(EYE, MATCHES, "no_gallery") and not none(EYE, ALARMS, "no_gallery")
    assert none(EYE, ALARMS, "no_cameras") and not none(EYE, MATCHES, "no_cameras")


def test_false_matches_grow_with_the_gallery() -> None:
    assert above(paired(EYE, MATCHES, "full", "of_a_county"))
    assert above(paired(EYE, MATCHES, "full", "normalised"))


def test_the_range_of_error_rates_decides() -> None:
    assert above(paired(EYE, (MATCHES, ALARMS), "full", "few_errors"))
    assert above(paired(EYE, (MATCHES, ALARMS), "many_errors", "full"))


def test_a_group_for_which_the_engine_is_worse_is_mistaken_more_often() -> None:
    assert above(paired(EYE, (f"B {MATCHES}", f"B {ALARMS}"), "worse_for_b", "full"))
    for count in (MATCHES, ALARMS):
        others = [[w[arm][count] - w[arm][f"B {count}"] for arm in ("full", "worse_for_b")] for w in lived(EYE)]
        assert all(abs(a - b) <= 1 + 0.1 * a for a, b in others), "nothing changes for A but by what B then does"


def test_several_photos_find_more_and_mistake_no_more() -> None:
    assert above(paired(EYE, "gallery.face_search.found", "several_photos", "full"))
    assert all(w["several_photos"][MATCHES] == w["full"][MATCHES] for w in lived(EYE))


def test_officers_who_look_twice_spare_people() -> None:
    assert above(paired(EYE, MISFILED, "full", "careful_officers"))


@pytest.mark.parametrize("name", [BIKES, EYE])
def test_every_value_says_where_it_comes_from(name: str) -> None:
    told = read(name)
    given = {path: p for path, p in told.provenance.items() if p.given}
    assert given
    for path, p in given.items():
        assert p.because or p.source not in NOT_A_SOURCE, path
