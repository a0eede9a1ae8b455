"""Variants: other values in every arm but those that set them themselves, and a hash of their own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from goodstanding.errors import InvalidInput
from goodstanding.mechanism import Mechanism
from goodstanding.scenario import World, read
from goodstanding.variants import varied

TOWN = """\
schemes:
  town:
    scoring:
      ledger: {points: {red_light: {value: -10, source: creemers-2018}, noise: -5}, classes: {A: 900, B: 0}}
    sanctions:
      restrictions: {domains: {B: [licence]}}
arms:
  strict: {schemes.town.scoring.ledger.points: {red_light: -50}}
  lenient: {schemes.town.scoring.ledger.points.noise: off}
  appeal: {schemes.town.safeguards.appeal: {}}
  short_appeal: {schemes.town.safeguards: {appeal: {reach: 0.5}, notice: {}}}
  silent: {conduct.voice: off}
"""
POINTS, REACH = "schemes.town.scoring.ledger.points", "schemes.town.safeguards.appeal.reach"


@pytest.fixture
def town(tmp_path: Path) -> Any:
    path = tmp_path / "town.yaml"
    path.write_text(TOWN, encoding="utf-8")
    return read(path, people=5000)


def card(world: World, key: str) -> Mechanism:
    everything = [*world.conduct, *(rule for scheme in world.schemes for rule in scheme.mechanisms)]
    return next(rule for rule in everything if rule.key() == key)


def test_every_arm_has_the_value_but_those_that_set_it(town: Any) -> None:
    other = varied(town, {"conduct.voice.fear": 25, POINTS: {"red_light": -20, "noise": -10}})
    assert {n for n, w in other.worlds.items() if any(c.key() == "voice" for c in w.conduct)} == {*town.arms} - {
        "silent"
    }
    assert card(other.world("none"), "voice").fear == card(other.world("strict"), "voice").fear == 25
    assert card(other.world("full"), "ledger").points == {"red_light": -20, "noise": -10}
    assert card(other.world("strict"), "ledger").points == {"red_light": -50}
    assert card(other.world("lenient"), "ledger").points == {"red_light": -20}
    assert card(town.world("full"), "ledger").points == {"red_light": -10, "noise": -5}


def test_what_only_arms_add_is_reached(town: Any) -> None:
    other = varied(town, {REACH: 0.125})
    assert card(other.world("appeal"), "appeal").reach == 0.125
    assert card(other.world("short_appeal"), "appeal").reach == 0.5
    again = varied(other, {REACH: 0.25})
    assert card(again.world("appeal"), "appeal").reach == 0.25


def test_people_ties_and_months_change_everywhere(town: Any) -> None:
    other = varied(town, {"society.men": 0.6, "ties.homophily": 0.5, "society.ties": "clustered", "months": 7})
    assert {w.society.men for w in other.worlds.values()} == {other.society.men} == {0.6}
    assert {w.ties for w in other.worlds.values()} == {other.ties}
    assert (other.ties.homophily, other.ties.graph, other.months) == (0.5, "clustered", 7)


@pytest.mark.parametrize("path", ["conduct.voice.fear", REACH, f"{POINTS}.noise", POINTS, "society.men", "months"])
def test_the_hash_is_its_own_and_survives_a_file(town: Any, path: str, tmp_path: Path) -> None:
    value = {POINTS: {"red_light": -3, "noise": -1}, f"{POINTS}.noise": -7, "months": 9, "conduct.voice.fear": 25}.get(
        path, 0.375
    )
    other = varied(town, {path: value})
    assert other.hash != town.hash and varied(town, {path: value}).hash == other.hash
    again = tmp_path / "again.yaml"
    again.write_text(other.yaml(), encoding="utf-8")
    assert read(again).hash == other.hash
    assert read(again).worlds == other.worlds


def test_nothing_varied_is_the_same(town: Any) -> None:
    assert varied(town, {}).hash == town.hash and varied(town, {}).worlds == town.worlds


def test_what_is_wrong_is_told_in_one_line_each(town: Any) -> None:
    with pytest.raises(InvalidInput) as caught:
        varied(town, {"conduct.voice.feer": 0.1, "conduct.voice.fear": 2000, f"{POINTS}.petition": -1, "title": "x"})
    told = caught.value.problems
    assert len(told) == 4 and all("allowed" in line for line in told)
    assert "did you mean 'conduct.voice.fear'" in told[0] and "2000 is outside 0 to 512" in told[1]


def test_a_table_must_keep_the_rows_that_others_name(town: Any) -> None:
    with pytest.raises(InvalidInput, match="none of the classes"):
        varied(town, {"schemes.town.scoring.ledger.classes": {"A": 900, "C": 0}})
