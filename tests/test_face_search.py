"""Face search: expected false matches by closed form, by group, in two modes, and who is found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import worlds
from worlds import record

from goodstanding.engine import Engine
from goodstanding.mechanisms.observation.face_search import TRILLION, in_thresholds, per_search
from goodstanding.scenario import Scenario
from goodstanding.world import MISTAKEN, OWN, RECORD

FACES = "schemes.town.observation.face_search"
BASE: dict[str, Any] = {
    "gallery": 1_000_000, "tested": 1_000_000, "per_trillion": 1_000_000, "growth": 100, "candidates": 1000,
    "finding": 0.5, "sent": 0, "sought": {"noise": 50, "assault": 50}, "passing": 0, "watch_list": 1000,
}  # fmt: skip


def town(months: int = 10, people: int = 6000, arms: dict[str, Any] | None = None, **faces: Any) -> Scenario:
    told: dict[str, Any] = {
        "months": months,
        "society": {"people": people, "minors": 0, "groups": {"A": 0.6, "B": 0.4}},
        "schemes": {
            "town": {
                "observation": {"face_search": {**BASE, **faces}},
                "scoring": {"ledger": {"points": {"noise": -10, "assault": -10}, "classes": {"A": 1000, "D": 0}}},
                "sanctions": {"restrictions": {"domains": {"D": ["travel"]}}},
            }
        },
        "arms": arms or {},
    }
    return worlds.read(told, "faces")


def lived(scenario: Scenario, luck: int = 5, observe: tuple[str, ...] = ()) -> Engine:
    engine = Engine(scenario, 5, luck, arms=["full", *scenario.arms], observe=[*observe])
    for _ in range(scenario.months):
        engine.step()
    return engine


def of(engine: Engine, count: str, group: int | None = None) -> np.ndarray:
    """A count of face_search month by month, of everybody or of one group."""
    outcome = engine.outcome()
    at = list(outcome.names["full"]).index(f"town.face_search.{count}")
    counted = outcome.counts["full"][:, at]
    strata = [
        place for place, (_, letter, _) in enumerate(engine.population.strata) if group in (None, "AB".index(letter))
    ]
    return counted[:, strata].sum(axis=1)


@pytest.mark.parametrize(
    ("gallery", "per_trillion"),
    [(10_000, 1_000_000), (12_000_000, 1000), (12_000_000, 1_000_000), (1_800_000_000, 1000)],
)
def test_where_comparisons_are_independent_it_is_photos_times_rate(gallery: int, per_trillion: int) -> None:
    """Daugman's table: 0.012 and 12 in a gallery of 12 million, 1.8 in one of 1.8 billion."""
    for tested in (1000, 1_000_000, 5_000_000_000):
        given = per_search(gallery, tested, per_trillion, 100, 1000) / TRILLION
        assert given == pytest.approx(gallery * per_trillion / TRILLION, rel=2e-3)


def test_a_normalised_engine_grows_by_the_power_it_is_given() -> None:
    """Each doubling adds 41.4 percent: the square root of the gallery, as against all of it and none of it."""
    for times in (1, 4, 64, 1024):
        given = [per_search(1_000_000 * times, 1_000_000, 1000, growth, 1000) / TRILLION for growth in (0, 41, 100)]
        assert given[0] == pytest.approx(0.001)
        assert given[1] == pytest.approx(0.001 * times**0.5, rel=0.05)
        assert given[2] == pytest.approx(0.001 * times)


def test_no_more_than_the_candidates_are_looked_at() -> None:
    assert per_search(1_800_000_000, 1_000_000, 1_000_000, 100, 20) == 20 * TRILLION
    assert per_search(1_800_000_000, 1_000_000, 1_000_000, 100, 0) == 0


def test_a_trillionth_becomes_a_threshold() -> None:
    for value in (0, 10**6, TRILLION // 3, TRILLION, 1000 * TRILLION):
        assert in_thresholds(value) == pytest.approx(value * 2**32 / TRILLION, rel=1e-6, abs=1)


def test_false_matches_are_searches_times_gallery_times_rate() -> None:
    """One false match a search is expected: as many as searches the month before, person by person on somebody else."""
    engine = lived(town())
    searches, false = of(engine, "searches"), of(engine, "false_matches")
    assert false[0] == 0
    expected = searches[:-1].sum()
    assert expected > 150 and abs(false[1:].sum() - expected) < 5 * expected**0.5
    tenth = lived(town(gallery=100_000))
    assert abs(of(tenth, "false_matches").sum() - expected / 10) < 5 * (expected / 10) ** 0.5


def test_a_group_with_ten_times_the_rate_has_ten_times_the_false_matches() -> None:
    engine = lived(town(of_group={"A": 100, "B": 1000}, gallery=500_000, months=14))
    a, b = (int(of(engine, "false_matches", group).sum()) for group in range(2))
    people = np.bincount(engine.traits["group"])
    expected = of(engine, "searches")[:-1].sum() * 0.5 * people / people.sum() * (1, 10)
    for given, awaited in zip((a, b), expected, strict=True):
        assert abs(given - awaited) < 5 * awaited**0.5 + 1


def test_alarms_are_faces_times_watch_list_times_rate() -> None:
    """Per day: two passings, a list of 1,000, one in 100 million: 2 in 100,000 a day, 30 days, 6,000 people: 3.6."""
    engine = lived(town(passing=2, per_trillion=10_000, months=30, candidates=0))
    expected = 2 * 1000 * 1e-8 * 30 * 6000 * 30
    assert abs(of(engine, "false_alarms").sum() - expected) < 5 * expected**0.5
    assert not of(engine, "false_matches").any()


def test_more_photos_find_more_of_those_sought() -> None:
    """One photo finds a half, three find 1 - 1/8."""
    for photos, share in ((1, 0.5), (3, 0.875)):
        engine = lived(town(photos=photos, candidates=0))
        searches, found = of(engine, "searches").sum(), of(engine, "found").sum()
        assert abs(found - searches * share) < 5 * (searches * share * (1 - share)) ** 0.5


def test_an_officer_sends_away_a_share() -> None:
    engine = lived(town(sent=0.75))
    away, stay = of(engine, "sent_away").sum(), of(engine, "false_matches").sum()
    assert abs(away - 0.75 * (away + stay)) < 5 * ((away + stay) * 3 / 16) ** 0.5


def test_entries_say_what_was_sought() -> None:
    """What is filed is one of the acts sought, on whoever did it or on somebody else."""
    rows = record(lived(town()), "full")
    rows = rows[(rows[:, 4] & RECORD) != 0]
    assert {*rows[:, 3]} == {OWN, MISTAKEN}
    from goodstanding.acts import code

    assert {*rows[:, 1]} == {code("noise"), code("assault")}


def test_whoever_is_matched_falsely_is_barred_and_without_a_gallery_nobody_is() -> None:
    arms = {"no_search": {FACES: "off"}}
    told = worlds.totals(lived(town(arms=arms), observe=("unfounded",)).outcome(), "full")
    assert told["town.unfounded.misfiled"] > 100
    without = worlds.totals(lived(town(arms=arms), observe=("unfounded",)).outcome(), "no_search")
    assert not any(count for name, count in without.items() if ".unfounded." in name)
