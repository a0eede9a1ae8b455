"""Variants of structure: each changes what it says, half a month keeps amounts, and the rules do what they claim."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import numpy as np
import pytest
import worlds

from goodstanding.acts import code
from goodstanding.card import UNITS
from goodstanding.engine import simulate
from goodstanding.luck import CERTAIN, share
from goodstanding.mechanism import catalogue
from goodstanding.mechanisms.conduct.compliance import RULES, Compliance, deterred
from goodstanding.mechanisms.conduct.voice import INDEPENDENT, Voice
from goodstanding.native import compiled
from goodstanding.scenario import Scenario, read, rows
from goodstanding.structure import HALVED, half_month, structures

SEEDS = range(1, 7)
AGREE = 5
"""Standard errors within which two clocks agree."""
FLOWS = (
    "everyday_acts.harmful", "everyday_acts.harmless", "everyday_acts.kind", "borrowing.unable", "borrowing.unwilling",
    "voice.petitions", "silence.voices", "keeping_ties.faded", "keeping_ties.opened",
)  # fmt: skip
"""What happens as often in two half months as in one month where there is no scheme."""
STOCKS = {"livelihood.in_debt": 0.1, "inequality.savings_500": 0.05, "association.open_ends": 0.02}
"""How people are, counted in every step: twice as often in two half months; off by at most this part."""


@cache
def suining(months: int = 24) -> Scenario:
    return read("suining-2010", people=8000, months=months)


def test_every_variant_is_another_scenario_that_reads_back(tmp_path: Path) -> None:
    found = structures(suining())
    assert [*found] == [
        "clustered", "heavy_tailed", "speech_independent", "deterrence_rational", "deterrence_none", "half_month",
    ]  # fmt: skip
    hashes = {scenario.hash for scenario, _ in found.values()}
    assert len(hashes) == len(found) and suining().hash not in hashes
    for name, (scenario, sentence) in found.items():
        assert sentence[0].isupper() and sentence[-1] == "." and [*scenario.arms] == [*suining().arms]
        path = tmp_path / f"{name}.yaml"
        path.write_text(scenario.yaml(), encoding="utf-8")
        assert read(path).hash == scenario.hash and read(path).worlds == scenario.worlds


def test_what_a_scenario_is_already_or_has_not_is_left_out() -> None:
    clustered = worlds.read(worlds.tree(changes={"ties": {"graph": "clustered"}, "conduct.voice": "off"}))
    assert {*structures(suining())} - {*structures(clustered)} == {"clustered", "speech_independent"}
    assert "half_month" not in structures(read("suining-2010", people=2000, months=121))


# -- half a month


def test_two_halves_make_one() -> None:
    assert set(HALVED) <= set(UNITS)
    for unit in UNITS:
        assert unit in HALVED or not (unit.endswith((" a month", " a year")) or unit == "months"), unit
    for told in (0.0, 0.03, 0.5, 1.0):
        half = HALVED["share a month"](told)
        assert 1 - (1 - half) ** 2 == pytest.approx(told)


def test_half_a_month_reaches_every_value_in_every_arm() -> None:
    whole = {row["path"]: row for row in rows(suining())}
    halves = {row["path"]: row["value"] for row in rows(half_month(suining()))}
    assert set(whole) == set(halves)
    changed = {path for path, row in whole.items() if row["value"] != halves[path]}
    assert changed == {path for path, row in whole.items() if row["unit"] in HALVED and row["value"]}
    assert "arms.with_expiry.schemes.suining.safeguards.expiry.term" in changed
    assert "arms.softened.schemes.suining.conduct.backlash.tipping" not in changed


def test_no_number_of_half_a_month_is_lost_to_rounding() -> None:
    """What flows may be a fraction; only steps are whole, and they double."""
    for folder in catalogue().values():
        for cls in folder.values():
            for declared in cls.settings.values():
                whole = declared.unit in HALVED and declared.kind == "int"
                assert not whole or HALVED[declared.unit](3) == 6, f"{cls.key()}.{declared.name}"


@cache
def lived(finer: bool) -> list[dict[str, int]]:
    scenario = half_month(suining()) if finer else suining()
    return [worlds.totals(simulate(scenario, seed, seed + 50 * finer, arms=["none"]), "none") for seed in SEEDS]


@pytest.mark.parametrize("count", FLOWS)
def test_as_much_happens_in_two_half_months(count: str) -> None:
    month, half = ([float(told[count]) for told in lived(finer)] for finer in (False, True))
    error = ((variance(month) + variance(half)) / len(SEEDS)) ** 0.5
    assert min(month) > 0 and abs(fmean(half) - fmean(month)) <= AGREE * error


@pytest.mark.parametrize(("count", "off"), STOCKS.items())
def test_as_many_are_so_in_a_half_month(count: str, off: float) -> None:
    month, half = (fmean(told[count] for told in lived(finer)) for finer in (False, True))
    assert half / month / 2 == pytest.approx(1, abs=off)


# -- deterrence


def everyday(rule: str, **more: Any) -> dict[str, int]:
    told = {"society.people": 5000, "months": 12, "conduct.awareness.campaign": 255, "conduct.compliance.rule": rule}
    scenario = worlds.read(worlds.tree(changes={**told, "conduct.everyday_acts.deterrence": 1.0, **more}))
    outcome = simulate(scenario, 3, 3, arms=["ghost", "full"])
    acts = "everyday_acts.harmful"
    return {arm: worlds.totals(outcome, arm)[acts] for arm in ("none", "full")} | {
        "careful": worlds.totals(outcome, "full")["compliance.careful"]
    }


def test_under_no_rule_nobody_is_deterred_and_nobody_takes_care() -> None:
    cut_off = {path: value for path, value in worlds.BLIND.items() if not path.startswith("conduct.awareness")}
    found = everyday("none", **cut_off)
    assert found["full"] == found["none"] and found["careful"] == 0


def test_each_rule_deters_in_its_own_way() -> None:
    by = {rule: everyday(rule) for rule in RULES}
    assert by["salience"]["full"] < by["rational"]["full"] < by["none"]["full"]
    assert by["salience"]["careful"] > 0 == by["rational"]["careful"]


def test_the_rational_weigh_whether_or_not_the_scheme_is_on_their_mind() -> None:
    unaware = {f"conduct.awareness.{news}": 0 for news in ("campaign", "word", "own")}
    found = everyday("rational", **unaware)
    assert found["full"] < found["none"]


def test_what_is_never_noticed_deters_nobody_rational() -> None:
    unseen = np.zeros(1, np.int64)
    for rule, certain in enumerate((CERTAIN, 0, 0)):  # in the order of RULES
        compiled(Compliance.weigh)(np.int64(rule), unseen)
        assert unseen[0] == certain
    half, seldom = share(0.5), share(0.25)
    assert deterred(half, 0, 0) == 0 and deterred(half, seldom, 0) == share(0.125)
    assert deterred(half, 0, CERTAIN) == deterred(half, seldom, CERTAIN) == half


@pytest.mark.parametrize("rule", RULES)
def test_borrowers_follow_the_same_rule(rule: str) -> None:
    told = {
        "society.people": 4000, "months": 12, "conduct.awareness.campaign": 255, "conduct.borrowing.deterrence": 1.0,
        "conduct.borrowing.taking": 200, "conduct.borrowing.refusal": 200, "conduct.compliance.rule": rule,
        **{path: value for path, value in worlds.BLIND.items() if not path.startswith("conduct.awareness")},
        f"schemes.{worlds.SCHEME}.scoring.ledger.points": {"missed_loan_payment": -1},
    }  # fmt: skip
    outcome = simulate(worlds.read(worlds.tree(changes=told)), 4, 4, arms=["full"])
    without, full = (worlds.totals(outcome, arm)["borrowing.unwilling"] for arm in ("none", "full"))
    assert full == without if rule == "none" else full < 0.9 * without


# -- speech


def spoken(fear: int, **columns: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Who speaks and who holds their tongue among 4,096 equals under the rule `independent`."""
    n = 4096
    made = {name: np.full(n, columns.get(name, 0), np.uint8) for name in (
        "conviction", "threshold", "caution", "age", "salience", "strain", "grievance"
    )}  # fmt: skip
    made["age"][:] = 1
    draw = (np.arange(n, dtype=np.uint64) << np.uint64(20)).astype(np.uint32)
    spoke, held = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
    maker, rate = np.zeros(64, np.int64), np.zeros(64, np.int64)
    maker[code("petition")], rate[code("petition")] = 2, 1 << 20
    counted = np.array([1 << code("petition")], np.int64)
    around = np.full(n, columns.get("around", 0), np.int64)
    compiled(Voice.decide)(
        made["conviction"], made["threshold"], made["caution"], made["age"], made["salience"], made["strain"], around,
        counted, maker, rate, draw, made["grievance"], np.int64(share(0.5)), np.int64(150), np.int64(share(0.2)),
        np.int64(8), np.int64(20), np.int64(fear), np.int64(0), np.int64(INDEPENDENT), spoke, held,
    )  # fmt: skip
    return spoke, held, draw


def test_the_chance_to_speak_rises_evenly_with_conviction() -> None:
    """Occasion one half, hurdle 150, thresholds 51.2 to both sides: the chance is known in closed form."""
    for conviction in (90, 99, 120, 150, 180, 201, 230):
        spoke, held, _ = spoken(0, conviction=conviction)
        expected = 0.5 * min(1, max(0, (conviction - 150 + 51.2) / 102.4))
        assert spoke.mean() == pytest.approx(expected, abs=0.001) and not held.any()


def test_others_and_thresholds_are_of_no_consequence() -> None:
    alone, _, _ = spoken(0, conviction=150)
    among, _, _ = spoken(0, conviction=150, around=12, threshold=255)
    assert (alone == among).all()


def test_a_tongue_is_held_by_whoever_would_speak_without_fear() -> None:
    free, _, _ = spoken(0, conviction=170, caution=200, salience=200)
    afraid, held, _ = spoken(60, conviction=170, caution=200, salience=200)
    assert (afraid | held == free).all() and not (afraid & held).any() and afraid.any() and held.any()
