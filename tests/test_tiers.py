"""Prices, places and quotas: what a class pays, who waits for whom, and what officers make up, beside known answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import worlds
from worlds import columns, record

from goodstanding.engine import Engine, simulate
from goodstanding.scenario import Scenario
from goodstanding.world import FORGED, RECORD

MONTHS, PEOPLE = 12, 4000
PRICES, QUEUE, QUOTA = (
    f"{worlds.TOWN}.{rule}" for rule in ("sanctions.prices", "sanctions.queue", "observation.quota")
)


def town(changes: dict[str, Any], arms: dict[str, Any] | None = None, months: int = MONTHS) -> Scenario:
    """The stress world, in which nothing comes back from a scheme to what people do; B and C are well filled."""
    told = worlds.tree(changes={"society.people": PEOPLE, "months": months, **worlds.BLIND, **changes})
    return worlds.read({**told, "arms": arms or {}})


def within_luck(count: float, trials: float, chance: float) -> bool:
    """Whether a count is within five standard deviations of the binomial's mean."""
    return bool(abs(count - trials * chance) < 5 * (trials * chance * (1 - chance)) ** 0.5 + 1)


# -- prices


@pytest.mark.parametrize(("level", "dearest"), [(150, 300), (300, 1000), (600, 700)])
def test_as_many_go_without_as_the_price_is_on_its_way_to_the_dearest(level: int, dearest: int) -> None:
    """What people would pay is drawn evenly, so the share is (price - ordinary) / (dearest - ordinary)."""
    engine = Engine(town({PRICES: {"levels": {"A": level}, "dearest": dearest}}), 3, 3, arms=["full"])
    engine.step()
    told, everybody = worlds.totals(engine.outcome(), "full"), engine.traits["age"] > 0
    assert told["town.prices.priced_out"] + told["town.prices.dearer"] == everybody.sum(), (
        "in the first month all are A"
    )
    assert within_luck(told["town.prices.priced_out"], everybody.sum(), (level - 100) / (dearest - 100))


def test_whoever_stays_pays_the_difference() -> None:
    """In hundredths of a month's needs, rounded by luck: spending times what the price is above the ordinary one."""
    engine = Engine(town({PRICES: {"levels": {"A": 140, "C": 60}, "spending": 3.25}}), 3, 3, arms=["full"])
    surcharges = np.zeros(engine.people, np.int64)
    for _ in range(MONTHS):
        engine.step()
        surcharges += columns(engine, "full")["surcharged"]
    told = worlds.totals(engine.outcome(), "full")
    assert told["town.prices.surcharges"] - told["town.prices.rebates"] == surcharges.sum()
    for who, what in (("dearer", "surcharges"), ("cheaper", "rebates")):
        assert told[f"town.prices.{who}"] > 100
        assert within_luck(told[f"town.prices.{what}"] - told[f"town.prices.{who}"], told[f"town.prices.{who}"], 0.3)


def test_a_price_that_nobody_pays_is_a_bar() -> None:
    """All that happens, and all that is counted but by the rules themselves, is as where the class is barred."""
    barred = {f"{worlds.TOWN}.sanctions.restrictions.domains": {"C": ["platform"], "D": ["platform"]}}
    priced = {PRICES: {"levels": {"C": 10_000, "D": 10_000}}, f"{worlds.TOWN}.sanctions.restrictions.domains": {}}
    one, other = (worlds.totals(simulate(town(c), 3, 3, arms=["full"]), "full") for c in (barred, priced))
    assert one["town.sanctions.platform"] > 100
    assert one == {name: n for name, n in other.items() if ".prices." not in name}


def test_an_ordinary_price_is_no_price() -> None:
    with_price, without = town({PRICES: {"levels": {"A": 100, "D": 100}}}), town({})
    one, other = (worlds.totals(simulate(s, 3, 3, arms=["full"]), "full") for s in (with_price, without))
    assert {name: n for name, n in one.items() if ".prices." not in name} == other
    assert not any(n for name, n in one.items() if ".prices." in name)


def test_prices_are_felt_where_the_scheme_bites_and_nowhere_else() -> None:
    engine = Engine(town({PRICES: {"levels": {"A": 200}}}), 3, 3, arms=["none", "aware", "full"])
    for _ in range(3):
        engine.step()
    none, aware, full = (columns(engine, arm) for arm in ("none", "aware", "full"))
    assert (none["cushion"] == aware["cushion"]).all()
    poorer = full["cushion"] < none["cushion"]
    assert poorer[full["surcharged"] > 0].mean() > 0.8, "but for who is at the limit of debt or of savings"


# -- places


@pytest.mark.parametrize("priority", [{}, dict.fromkeys("ABCD", 1)])
def test_where_all_are_alike_nobody_is_pushed_back(priority: dict[str, int]) -> None:
    told = worlds.totals(simulate(town({QUEUE: {"priority": priority}}), 3, 3, arms=["full"]), "full")
    assert told["town.queue.evenly"] == told["town.queue.in_front"] + told["town.queue.behind"] > 100
    assert not told["town.queue.back"] and not told["town.queue.ahead"]


def test_whoever_comes_first_waits_a_month_as_long_as_places_suffice_for_them() -> None:
    """Those in front are all served the month after; who of them waits again has asked again. The rest wait on."""
    told = {"priority": {"B": 1, "C": 1, "D": 1}, "asking": 60, "places": 36, "tiring": 0}
    engine = Engine(town({QUEUE: told}), 3, 3, arms=["full"])
    front, again, behind, still, before = 0, 0, 0, 0, np.zeros(engine.people, np.uint8)
    for _ in range(MONTHS):
        engine.step()
        waits = columns(engine, "full")["town.queue.waits"]
        front, again = front + (before == 2).sum(), again + (waits[before == 2] > 0).sum()
        behind, still = behind + (before == 1).sum(), still + (waits[before == 1] > 0).sum()
        before = waits
    assert front > 200 and within_luck(again, front, 0.06)
    assert still > behind / 4


def test_order_makes_no_places() -> None:
    """A conservation law of queues: who comes first changes who waits and not how many, where nobody tires."""
    told = {"priority": {"A": 1}, "asking": 10, "places": 3, "tiring": 0}  # so short that no place stays empty
    gaps, waiting = [], 0
    for luck in range(8):
        found = worlds.totals(simulate(town({QUEUE: told}, months=30), 3, luck, arms=["full"]), "full")
        gaps.append(found["town.queue.in_front"] + found["town.queue.behind"] - found["town.queue.evenly"])
        assert found["town.queue.back"] - found["town.queue.ahead"] == gaps[-1]
        waiting += found["town.queue.evenly"]
    assert waiting > 5000 and abs(sum(gaps)) < 0.02 * waiting


def test_with_no_places_all_wait_until_they_tire() -> None:
    """The number who wait settles where as many tire as come to ask: asking times those who do not wait, by tiring."""
    rates = {"asking": 10, "places": 0, "tiring": 0.2}
    engine = Engine(town({QUEUE: {"priority": {"A": 1}, **rates}}, months=40), 3, 3, arms=["full"])
    waiting, adults = [], int((engine.traits["age"] > 0).sum())
    for month in range(40):
        engine.step()
        if month >= 20:
            waiting.append(int((columns(engine, "full")["town.queue.waits"] > 0).sum()))
    expected = 0.01 / (0.2 + 0.01 - 0.2 * 0.01)  # w' = w (1 - t) + a - w (1 - t) a at rest
    assert abs(np.mean(waiting) / adults / expected - 1) < 0.06


def test_being_pushed_back_is_being_barred_while_one_waits() -> None:
    """Where people wait for work, they are barred from it in the arm that bites, and in no other."""
    told = {"priority": {"B": 1, "C": 1}, "place": "jobs", "asking": 30, "places": 20}
    engine = Engine(town({QUEUE: told}), 3, 3, arms=["none", "aware", "full"])
    for _ in range(MONTHS):
        engine.step()
    full = columns(engine, "full")
    back = (full["town.queue.waits"] > 0) & (full["town.queue.waits_evenly"] == 0)
    assert back.sum() > 20 and (full["barred"][back] > 0).all()
    assert not columns(engine, "aware")["barred"].any()


# -- quotas


@pytest.mark.parametrize(("cases", "making_up"), [(40, 0.5), (200, 0.1)])
def test_of_what_is_missing_the_told_share_is_made_up(cases: int, making_up: float) -> None:
    """Agencies that see nothing bring in nothing: all of the quota is missing, from the third month on."""
    blind = {f"{worlds.TOWN}.observation.agencies.coverage": 0, f"{worlds.TOWN}.observation.placebo.entries": 0}
    asked = {f"{worlds.TOWN}.observation.discretion": "off", QUOTA: {"cases": cases, "making_up": making_up}}
    engine = Engine(town({**blind, **asked}), 3, 3, arms=["full"])
    for _ in range(MONTHS):
        engine.step()
    told, adults = worlds.totals(engine.outcome(), "full"), int((engine.traits["age"] > 0).sum())
    assert not told["town.quota.brought_in"]
    assert within_luck(told["town.quota.made_up"], adults * (MONTHS - 2), cases / 1000 * making_up)


def test_what_is_made_up_stands_in_the_record_alone_and_is_false() -> None:
    more = {f"{worlds.TOWN}.scoring.ledger.repair_light": 24, f"{worlds.TOWN}.safeguards": {}}
    engine = Engine(town({QUOTA: {"cases": 200}, **more}), 3, 3, arms=["full"])
    for _ in range(MONTHS):
        engine.step()
    told, rows = worlds.totals(engine.outcome(), "full"), record(engine, "full")
    forged = rows[rows[:, 3] == FORGED]
    assert len(forged) == told["town.quota.made_up"] > 100
    assert (forged[:, 4] & 7 == RECORD).all() and len({*forged[:, 1]}) == 1


def test_a_quota_that_is_met_does_nothing() -> None:
    """In all that agencies bring in nothing is missing, and no count of anything else moves."""
    one, other = (worlds.totals(simulate(town(c), 3, 3, arms=["full"]), "full") for c in ({QUOTA: {"cases": 1}}, {}))
    assert one["town.quota.brought_in"] > 1000 and not one["town.quota.made_up"]
    assert {name: n for name, n in one.items() if ".quota." not in name} == other
