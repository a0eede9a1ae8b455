"""Joining and leaving: about whom nothing is filed, whom nothing befalls, who is told, and what is kept."""

from __future__ import annotations

from typing import Any

import pytest
import worlds
from worlds import SCHEME, columns, off_scheme, record

from goodstanding.engine import Engine
from goodstanding.scenario import Scenario
from goodstanding.world import RECORD

TOWN = f"schemes.{SCHEME}"
ENROLMENT, DELETION = f"{TOWN}.conduct.enrolment", f"{TOWN}.safeguards.deletion"
EVERYBODY = {"default_in": 1, "knowing": 1, "leaving": 0}
NOBODY = {"default_in": 0, "joining": 0}
HIDDEN = {"default_in": 1, "knowing": 0, "noticing": 0}


def town(enrolment: dict[str, Any] | str, arms: dict[str, Any] | None = None, **more: Any) -> Scenario:
    changes = {"society.people": 1500, "months": 10, f"{TOWN}.conduct.backlash": "off"}
    told = worlds.tree(changes={**changes, ENROLMENT: enrolment, **more})
    return worlds.read({**told, "arms": arms or {}})


def lived(scenario: Scenario, *arms: str) -> Engine:
    engine = Engine(scenario, 3, 3, arms=[*arms])
    for _ in range(scenario.months):
        engine.step()
    return engine


def test_whoever_is_outside_is_left_alone() -> None:
    """Half the adults are outside: no entry names them, and they stand where people without a scheme stand."""
    half = {"default_in": 0.5, "knowing": 1, "leaving": 0, "joining": 0}
    engine = lived(town(half, **{f"{TOWN}.observation.placebo.share": 0.5, f"{TOWN}.sanctions.family": "off"}), "full")
    now, adult = columns(engine, "full"), engine.traits["age"] > 0
    outside = now[f"{SCHEME}.outside"] > 0
    assert 0.4 < outside.sum() / adult.sum() < 0.6 and not outside[~adult].any()
    rows = record(engine, "full")
    about = rows[(rows[:, 4] & RECORD) != 0][:, 0]
    assert len(about) > 200 and not outside[about].any()
    felt = [now[name] for name in ("told", "barred", "favoured", "listed", "fined")]
    assert not any(column[outside].any() for column in felt) and now["told"][~outside & adult].all()
    totals = worlds.totals(engine.outcome(), "full")
    assert totals[f"{SCHEME}.enrolment.members"] == 10 * int((adult & ~outside).sum())


def test_everybody_in_and_told_is_no_enrolment() -> None:
    engine = lived(town(EVERYBODY, {"absent": {ENROLMENT: "off"}}), "full", "absent")
    with_it, without = columns(engine, "full"), columns(engine, "absent")
    assert all((with_it[name] == column).all() for name, column in without.items())
    assert (record(engine, "full") == record(engine, "absent")).all()


def test_nobody_in_is_no_scheme() -> None:
    engine = lived(town(NOBODY), "full")
    none = off_scheme(engine, "none")
    assert all((column == none[name]).all() for name, column in off_scheme(engine, "full").items())
    assert not len(record(engine, "full"))


def test_whoever_does_not_know_is_rated_and_told_nothing() -> None:
    engine = lived(town(HIDDEN), "full")
    now = columns(engine, "full")
    assert now[f"{SCHEME}.unknowing"][engine.traits["age"] > 0].all() and not now["told"].any()
    assert now["barred"].any() and now["favoured"].any()


def test_who_comes_to_know_follows_the_rates() -> None:
    """Known answer: of those who do not know, a fixed share a month comes to know; a share of them leaves for good."""
    engine = lived(town({"default_in": 1, "knowing": 0, "noticing": 0.2, "leaving": 0.4, "joining": 1000}), "full")
    totals = worlds.totals(engine.outcome(), "full")
    adults = int((engine.traits["age"] > 0).sum())
    noticed = totals[f"{SCHEME}.enrolment.noticed"]
    assert noticed / adults == pytest.approx(1 - 0.8**9, abs=0.03)
    assert totals[f"{SCHEME}.enrolment.left"] / noticed == pytest.approx(0.4, abs=0.05)
    assert totals[f"{SCHEME}.enrolment.joined"] == 0, "whoever left is gone"


def test_a_box_ticked_later_enrols_in_that_month() -> None:
    engine = lived(town({"default_in": 0.8, "when": 4, "knowing": 0, "noticing": 0, "joining": 20}), "full")
    rows = engine.worlds[1].rows
    members, unaware = (
        engine.worlds[1].history[:, rows[(f"{SCHEME}.enrolment", name)]].sum(axis=1) for name in ("members", "unaware")
    )
    adults = int((engine.traits["age"] > 0).sum())
    assert not unaware[:4].any() and 0 < members[3] < 0.15 * adults
    assert unaware[4] / (adults - members[3]) == pytest.approx(0.8, abs=0.04)


def test_what_is_deleted_is_gone_and_what_is_kept_is_counted() -> None:
    leaving = {"default_in": 1, "knowing": 0.1, "noticing": 0.2, "leaving": 0.5, "joining": 0}
    arms = {"kept": {f"{DELETION}.reach": 0}, "absent": {DELETION: "off"}}
    engine = lived(town(leaving, arms, **{f"{DELETION}.reach": 1}), "full", "kept", "absent")
    held = {}
    for arm in ("full", "kept", "absent"):
        outside, rows = columns(engine, arm)[f"{SCHEME}.outside"] > 0, record(engine, arm)
        held[arm] = int((outside[rows[:, 0]] & ((rows[:, 4] & RECORD) != 0)).sum())
    assert held["full"] == 0 < held["absent"] == held["kept"]
    kept = engine.outcome().counts["kept"][-1, engine.outcome().names["kept"].index(f"{SCHEME}.deletion.kept")]
    assert kept.sum() == held["kept"]
    assert worlds.totals(engine.outcome(), "full")[f"{SCHEME}.deletion.deleted"] > 20
