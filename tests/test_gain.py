"""Harm done, and harm foretold: both measures against a plain and slow twin that follows persons."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import worlds
from worlds import SCHEME, columns, read, totals, tree

from goodstanding.acts import ACTS, PATHS
from goodstanding.engine import Engine
from goodstanding.measures.gain import Gain
from goodstanding.measures.validity import GRAVE, LOST, SCORES, SIGHT, SIGHTS, YEAR

HARMFUL = {at: act for at, act in enumerate(ACTS) if act.gravity and not act.protected}
MONTHS = 37


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[Engine, list[np.ndarray], list[np.ndarray]]]:
    """A town over three years and a month, with everybody's acts and scores month by month."""
    with worlds.mirrored():
        told = tree("fined", changes={"society.people": 1000, "months": MONTHS})
        engine = Engine(read(told), 5, 5, arms=["full"], observe=["gain", "validity", "mirror"])
        acts, scores = [], []
        for _ in range(MONTHS):
            engine.step()
            now = columns(engine, "full")
            acts.append(now["acts"])
            scores.append(now[f"{SCHEME}.mirror.score_now"].astype(np.int64))
        yield engine, acts, scores


def done(bits: int, unable: bool = True) -> list[int]:
    """The gravities of the harmful acts in a set, with or without those done for want of money."""
    return [act.gravity for at, act in HARMFUL.items() if (bits >> at) & 1 and (unable or not act.seen_as)]


def test_harm_is_what_was_done_and_weighs_its_gravity(lived: tuple[Engine, list[np.ndarray], list[np.ndarray]]) -> None:
    engine, acts, _ = lived
    told = totals(engine.outcome(), "full")
    everything = [done(int(bits)) for month in acts for bits in month]
    assert told["gain.harm"] == sum(map(sum, everything)) > 0
    assert told["gain.harmful_acts"] == sum(map(len, everything))
    assert told["gain.people"] == sum(map(bool, everything))
    chosen = [done(int(bits), unable=False) for month in acts for bits in month]
    assert told["gain.unable"] == told["gain.harm"] - sum(map(sum, chosen)) > 0
    for path in PATHS:
        along = {at for at, act in HARMFUL.items() if act.path == path}
        harm = sum(HARMFUL[at].gravity for month in acts for bits in month for at in along if (int(bits) >> at) & 1)
        assert told[f"gain.{path or 'direct'}"] == harm
    assert told["gain.harm"] == sum(told[f"gain.{path or 'direct'}"] for path in PATHS)


def test_all_harm_of_the_catalogue_comes_from_society() -> None:
    """The measure counts every harmful act; one that gaming a scheme brings about would have to stay out."""
    assert all(act.seen_as == act.key.removesuffix("_unable") for act in HARMFUL.values() if act.seen_as)
    assert {act.origin for act in HARMFUL.values()} == {"society"}
    assert list(Gain.counts)[1 : 1 + len(PATHS)] == ["direct", *PATHS[1:]]


def test_whoever_stood_low_is_counted_by_what_they_did_in_the_next_year(
    lived: tuple[Engine, list[np.ndarray], list[np.ndarray]],
) -> None:
    engine, acts, scores = lived
    adults = np.flatnonzero(engine.traits["age"] > 0)
    begun, told = int(scores[0][0]), totals(engine.outcome(), "full")
    expected = {f"{what}_{name}": 0 for name in (*SCORES, *SIGHT) for what in ("adults", "harmful", "grave")}
    for year in (1, 2):
        for person in adults:
            before, after = (
                [g for month in acts[YEAR * y : YEAR * (y + 1)] for g in done(int(month[person]), unable=False)]
                for y in (year - 1, year)
            )
            lost = begun - scores[YEAR * year - 1][person]
            bins = SCORES[sum(lost >= edge for edge in LOST)], SIGHT[sum(sum(before) >= edge for edge in SIGHTS)]
            for name in bins:
                expected[f"adults_{name}"] += 1
                expected[f"harmful_{name}"] += bool(after)
                expected[f"grave_{name}"] += any(gravity >= GRAVE for gravity in after)
    assert {name: told[f"{SCHEME}.validity.{name}"] for name in expected} == expected
    assert sum(expected[f"adults_{name}"] for name in SCORES) == 2 * len(adults)
    assert sum(expected[f"adults_{name}"] > 0 for name in SCORES) > 6


def test_nothing_is_counted_before_the_second_year_is_over() -> None:
    engine = Engine(read(tree(changes={"society.people": 500, "months": 24})), 5, 5, observe=["validity"])
    for month in range(24):
        assert not any(n for name, n in totals(engine.outcome(), "full").items() if ".validity.adults" in name), month
        engine.step()
    assert any(n for name, n in totals(engine.outcome(), "full").items() if ".validity.adults" in name)
    assert not any(".validity." in name for name in totals(engine.outcome(), "none"))


def test_reliance_is_nought_for_fines_and_whole_for_a_class() -> None:
    """Where only a class decides, all of it follows from the score; where only a tariff does, nothing."""
    town, alone = f"schemes.{SCHEME}", {"family": "off", "publicity": "off", "rewards": "off"}
    only = {f"{town}.sanctions.{key}": value for key, value in alone.items()}
    tariff = {f"{town}.sanctions.fines.tariff": {"red_light": 30, "noise": 30}}
    for changes, share in (
        ({**only, f"{town}.sanctions.fines": "off"}, 1),
        ({**only, f"{town}.sanctions.restrictions": "off", **tariff}, 0),
    ):
        told = tree(changes={"society.people": 800, "months": 12, **changes})
        engine = Engine(read(told), 5, 5, arms=["full"], observe=["validity"])
        for _ in range(12):
            engine.step()
        found = totals(engine.outcome(), "full")
        assert found[f"{SCHEME}.validity.by_score"] == share * found[f"{SCHEME}.validity.decided"]
        assert found[f"{SCHEME}.validity.decided"]
