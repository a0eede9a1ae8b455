"""The catalogue of acts and the sources: what a number says about itself, and that kernels see the same numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from goodstanding import acts, bibliography
from goodstanding.card import KEYS, MARKS
from goodstanding.errors import InvalidInput
from goodstanding.scenario import read

SCENARIOS = Path(__file__).parents[1] / "scenarios"
REQUIRED = {
    "missed_loan_payment", "missed_loan_payment_unable", "unpaid_bill", "neglect_of_parents", "extra_child",
    "drunk_driving", "red_light", "illegal_stall", "fare_evasion", "petition", "repeated_petitioning",
    "besieging_office", "online_criticism", "joining_association", "gathering", "public_insult", "petty_theft",
    "fraud", "fake_review", "bike_misparking", "counterfeit_sale", "noise", "illegal_building", "skipped_duty",
    "workplace_absence", "littering", "tax_evasion", "volunteering", "blood_donation", "bravery", "national_award",
}  # fmt: skip


@pytest.fixture(params=acts.ACTS, ids=lambda act: act.key)
def act(request: pytest.FixtureRequest) -> acts.Act:
    return request.param  # type: ignore[no-any-return]


def test_the_catalogue_is_wide_and_fits_a_set() -> None:
    assert 30 <= len(acts.ACTS) <= 60
    assert len(set(acts.ACT_KEYS)) == len(acts.ACTS)
    assert set(acts.ACT_KEYS) >= REQUIRED
    assert len({act.domain for act in acts.ACTS}) >= 12
    assert {act.domain for act in acts.ACTS} == set(acts.DOMAINS)
    assert len(acts.SANCTION_DOMAINS) <= 16
    assert KEYS["acts"]() == acts.ACT_KEYS


def test_an_act_is_declared_in_full(act: acts.Act) -> None:
    assert act.label and act.because and act.mark in MARKS
    assert act.source in bibliography.NOT_A_SOURCE or bibliography.entry(act.source)
    assert act.domain in acts.DOMAINS and act.maker in acts.MAKERS and act.path in acts.PATHS
    assert act.origin in ("society", "scheme") and act.protected in ("", *acts.ARTICLES)
    assert 0 <= act.gravity <= 100 and 0 < act.detectability <= 1 and 0 < act.rate < 1000
    for weight in (act.strain, act.integrity, act.conviction, act.caution):
        assert 0 <= weight <= 255
    assert act.seen_as in ("", *acts.ACT_KEYS)


def test_protected_and_kind_acts_harm_nobody(act: acts.Act) -> None:
    if act.protected or act.kind:
        assert act.gravity == 0
    assert act.kind == (act.domain == "help")


def test_who_cannot_pay_looks_like_who_will_not_and_cannot_be_deterred() -> None:
    for act in acts.ACTS:
        if act.key.endswith("_unable"):
            able = acts.ACTS[acts.code(act.seen_as)]
            assert able.key == act.key.removesuffix("_unable")
            assert (act.caution, act.integrity) == (0, 0)
            assert (act.gravity, act.detectability) == (able.gravity, able.detectability)


def test_everyday_life_is_modest() -> None:
    assert 150 <= sum(act.rate for act in acts.ACTS if act.maker == "everyday") <= 300


def test_kernels_see_the_same_numbers(act: acts.Act) -> None:
    tables, place = acts.arrays(), acts.code(act.key)
    assert all(t.dtype == np.int64 and t.shape == (acts.PLACES,) for t in tables.values())
    assert tables["act_rate"][place] == round(act.rate / 1000 * 2**32)
    assert 0 < tables["act_detectability"][place] <= 2**32
    assert bool(tables["act_protected"][place]) == bool(act.protected)
    assert acts.ACT_KEYS[tables["act_seen_as"][place]] == (act.seen_as or act.key)
    assert (tables["act_integrity"][place] < 0) == act.kind


def test_places_without_an_act_are_empty() -> None:
    tables, used = acts.arrays(), len(acts.ACTS)
    assert not any(table[used:].any() for name, table in tables.items() if name != "act_seen_as")
    assert list(tables["act_seen_as"][used:]) == list(range(used, acts.PLACES))


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(InvalidInput, match="did you mean 'red_light'"):
        acts.code("redlight")
    with pytest.raises(InvalidInput, match="did you mean 'ftc-2012'"):
        bibliography.entry("ftc-2013")


@pytest.mark.parametrize("key", bibliography.keys())
def test_a_source_can_be_found(key: str) -> None:
    source = bibliography.entry(key)
    assert {"title", "author", "year", "address"} == {*source} - {"see"} and all(source.values())
    assert {*source.get("see", key).split(", ")} <= {*bibliography.keys()}


def provenances(node: Any, path: str = "") -> list[tuple[str, dict[str, Any]]]:
    if not isinstance(node, dict):
        return []
    if "value" in node:
        return [(path, node)]
    return [found for key, child in node.items() for found in provenances(child, f"{path}.{key}".lstrip("."))]


@pytest.mark.parametrize("file", sorted(SCENARIOS.glob("*.yaml")), ids=lambda file: file.stem)
def test_every_number_of_a_scenario_says_where_it_is_from(file: Path) -> None:
    found = provenances(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
    assert found
    for path, node in found:
        assert {"value", "source", "mark", "because"} == {*node} - {"prior"}, path
        assert node["mark"] in MARKS, path
        assert node["source"] in (*bibliography.NOT_A_SOURCE, *bibliography.keys()), path


def test_the_arm_without_protected_acts_only_leaves_them_out() -> None:
    scenario = read("suining-2010")
    (full,), (arm,) = (scenario.world(name).schemes for name in ("full", "no_protected_acts"))
    here, there = ({m.key(): m.values() for m in scheme.mechanisms} for scheme in (full, arm))
    points = here["ledger"]["points"]
    kept = {key: worth for key, worth in points.items() if not acts.ACTS[acts.code(key)].protected}
    assert there == {**here, "ledger": {**here["ledger"], "points": kept}}
    assert len(kept) < len(points)
