"""Debts out of averaged income, the claw-back, and points that few mind: known answers, and what each must show."""

from __future__ import annotations

from functools import cache, partial
from statistics import fmean, stdev

import numpy as np
import pytest
import worlds
from asked import asked

from goodstanding.engine import Engine, simulate
from goodstanding.estimates import student
from goodstanding.mechanisms.observation.income_averaging import YEAR, debt_of
from goodstanding.scenario import read

LUCK = (1, 2, 3, 4)
LEVEL = 0.95


def within(gaps: list[float]) -> tuple[float, float]:
    """The interval of a mean of paired gaps."""
    middle, half = fmean(gaps), student(len(gaps) - 1, LEVEL) * stdev(gaps) / len(gaps) ** 0.5
    return middle - half, middle + half


# -- robodebt-2016


def plain_debt(incomes: list[int], reported: list[int], benefit: int, free: int, taper: int) -> float:
    """What was overpaid, fortnight after fortnight; benefit is drawn where nothing but what is reported was earned."""

    def entitled(income: float) -> float:
        return max(0.0, benefit - taper / 100 * max(0.0, income - free))

    return sum(entitled(told) - entitled(income) for income, told in zip(incomes, reported, strict=True))


def test_the_published_example_comes_out() -> None:
    """26,000 earned in 13 fortnights, a free area of 100, half of the rest taken: 5,850 asserted, nothing overpaid."""
    reckon = partial(asked, debt_of)
    assert reckon(26_000, 13, 450, 100, 50) == 5850
    assert reckon(26_000, 13, 400, 100, 50) == 13 * 400, "no more than the benefit can be claimed"
    assert plain_debt([0] * 13, [0] * 13, 450, 100, 50) == 0


@pytest.mark.parametrize("pay", [0, 8, 12, 25, 60, 200])
def test_averaging_is_exact_for_even_earnings_and_for_no_others(pay: int) -> None:
    reckon, (benefit, free, taper) = partial(asked, debt_of), (46, 9, 50)
    even = plain_debt([pay] * YEAR, [0] * YEAR, benefit, free, taper)
    assert reckon(YEAR * pay, YEAR, benefit, free, taper) == int(even)
    for worked in range(1, YEAR):
        rest = YEAR - worked
        per_fortnight = min(benefit, taper / 100 * max(0, worked * pay / YEAR - free))
        assert reckon(worked * pay, rest, benefit, free, taper) == int(rest * per_fortnight + 1e-9)


@cache
def robodebt(luck: int) -> dict[str, dict[str, int]]:
    many = {"observation.income_averaging.checks=80", "observation.income_averaging.claimants=0.6"}
    here = read("robodebt-2016", people=4000, months=24, set=[f"schemes.debts.{one}" for one in sorted(many)])
    arms = ["full", "by_fortnight", "one_in_five_asks", "agency_proves", "stopped_when_ruled"]
    outcome = simulate(here, 7, luck, arms=arms)
    return {arm: worlds.totals(outcome, arm) for arm in arms}


def told(luck: int, arm: str, count: str) -> int:
    return robodebt(luck)[arm][f"debts.{count}"]


def test_all_of_the_error_falls_on_those_who_worked_part_of_the_year() -> None:
    for luck in LUCK:
        wrong = told(luck, "full", "income_averaging.unfounded")
        assert wrong == told(luck, "full", "income_averaging.unfounded_irregular") > 0
        assert told(luck, "full", "income_averaging.raised") > wrong, "some debts were owed"


def test_the_error_is_there_with_averaging_and_gone_where_fortnights_are_looked_at() -> None:
    counts = ("income_averaging.unfounded", "recovery.collected_unfounded", "recovery.children")
    for count in counts:
        low, _ = within([told(x, "full", count) - told(x, "by_fortnight", count) for x in LUCK])
        assert low > 0 and all(told(x, "by_fortnight", count) == 0 for x in LUCK)
    assert all(told(x, "by_fortnight", "income_averaging.raised") for x in LUCK), "what was owed is still claimed"


def test_the_error_falls_on_the_poor() -> None:
    outcome = simulate(read("robodebt-2016", people=4000, months=12), 7, 1, arms=["full"])
    at = outcome.names["full"].index("debts.income_averaging.unfounded")
    by_tenth = outcome.counts["full"][:, at].sum(axis=0).reshape(-1, 10).sum(axis=0)
    assert by_tenth[:3].sum() > 0 and by_tenth[3:].sum() == 0


def excess(luck: int, arm: str) -> float:
    """The share of wrong debts among all, less the share set aside of those disputed."""
    review = {n: told(luck, arm, f"debt_review.{n}") for n in ("silent", "silent_wrong", "filed", "filed_wrong")}
    wrong = (review["silent_wrong"] + review["filed_wrong"]) / (review["silent"] + review["filed"])
    return wrong - told(luck, arm, "debt_review.set_aside") / review["filed"]


def test_the_success_of_reviews_is_not_the_error_rate_unless_the_agency_has_to_prove_it() -> None:
    low, _ = within([excess(x, "one_in_five_asks") for x in LUCK])
    assert low > 0.2
    low, high = within([excess(x, "agency_proves") for x in LUCK])
    assert low < 0 < high
    low, _ = within([excess(x, "one_in_five_asks") - excess(x, "agency_proves") for x in LUCK])
    assert low > 0


def test_every_month_after_the_ruling_is_paid_for_by_somebody() -> None:
    paid = [told(x, "full", "recovery.collected_unfounded") for x in LUCK]
    if_stopped = [told(x, "stopped_when_ruled", "recovery.collected_unfounded") for x in LUCK]
    assert within([a - b for a, b in zip(paid, if_stopped, strict=True)])[0] > 0
    assert all(told(x, "stopped_when_ruled", "ruling.after_ruling") == 0 for x in LUCK)


def test_what_is_claimed_is_collected_and_no_more() -> None:
    """Beside every person a plain account: owed, paid, and what of it was unfounded."""
    settings = ["schemes.debts.observation.income_averaging.checks=200", "schemes.debts.safeguards.debt_review.reach=0"]
    engine = Engine(read("robodebt-2016", people=2000, months=10, set=settings), 3, 3, arms=["full"])
    paid = np.zeros(engine.people, np.int64)
    for _ in range(10):
        engine.step()
        now = worlds.columns(engine, "full")
        paid += now["fined"]
        assert (now["fined"] <= 10).all() and (now["debts.recovery.owed"] >= now["debts.recovery.really"]).all()
    counts = worlds.totals(engine.outcome(), "full")
    assert paid.sum() == counts["debts.recovery.collected"]
    owed = int(now["debts.recovery.owed"].sum())
    assert counts["debts.debt_review.set_aside"] == 0
    assert counts["debts.income_averaging.amount"] == paid.sum() + owed


# -- toeslagen


@cache
def toeslagen(luck: int) -> dict[str, dict[str, int]]:
    more = ["claw_back.checks=60", "claw_back.claimants=0.8"]
    here = read("toeslagen", people=6000, months=24, set=[f"schemes.allowance.observation.{one}" for one in more])
    arms = ["full", "in_proportion", "blind_selection", "both", "three_years"]
    outcome = simulate(here, 7, luck, arms=arms)
    totals = {arm: worlds.totals(outcome, arm) for arm in arms}
    for arm, sums in totals.items():
        for count in ("raised", "drawing"):
            at = outcome.names[arm].index(f"allowance.claw_back.{count}")
            of_groups = outcome.counts[arm][:, at].sum(axis=0).reshape(2, 10).sum(axis=1)
            sums |= {f"{count}.A": int(of_groups[0]), f"{count}.B": int(of_groups[1])}
    return totals


def beyond(luck: int, arm: str) -> float:
    """How many times what was overpaid is claimed."""
    sums = toeslagen(luck)[arm]
    return sums["allowance.claw_back.amount"] / sums["allowance.claw_back.amount_overpaid"]


def ratio(luck: int, arm: str) -> float:
    """Claims among those of group B who draw the allowance, by the same in group A, as a logarithm."""
    sums = toeslagen(luck)[arm]
    return float(np.log(sums["raised.B"] * sums["drawing.A"] / (sums["raised.A"] * sums["drawing.B"])))


def test_claims_are_out_of_proportion_unless_the_rule_follows_the_slip() -> None:
    assert within([beyond(x, "full") - beyond(x, "in_proportion") for x in LUCK])[0] > 20
    honest = ["schemes.allowance.observation.claw_back.mistaken=0", "schemes.allowance.observation.claw_back.checks=60"]
    here = read("toeslagen", people=6000, months=12, set=honest)
    sums = worlds.totals(simulate(here, 7, 1, arms=["in_proportion"]), "in_proportion")
    claimed, slipped = (sums[f"allowance.claw_back.{n}"] for n in ("amount", "amount_overpaid"))
    assert claimed == slipped > 0, "in proportion, and where nothing is found that is not there, the claim is the slip"
    assert sums["allowance.recovery.unfounded"] == 0


def test_a_year_is_claimed_whatever_the_slip() -> None:
    for arm, years in (("full", 1), ("three_years", 3)):
        for luck in LUCK:
            sums = toeslagen(luck)[arm]
            assert sums["allowance.claw_back.amount"] == sums["allowance.claw_back.raised"] * years * 12 * 50


def test_the_ratio_between_groups_goes_where_the_selection_is_blind() -> None:
    low, high = within([ratio(x, "full") for x in LUCK])
    assert low > 0 and low < np.log(3) < high
    low, high = within([ratio(x, "blind_selection") for x in LUCK])
    assert low < 0 < high
    assert within([ratio(x, "full") - ratio(x, "blind_selection") for x in LUCK])[0] > 0
    assert all(toeslagen(x)["full"]["raised.A"] == toeslagen(x)["blind_selection"]["raised.A"] for x in LUCK)


def test_blind_selection_leaves_the_rule_and_the_rule_leaves_the_selection() -> None:
    for luck in LUCK:
        assert ratio(luck, "in_proportion") == ratio(luck, "full")
        assert beyond(luck, "blind_selection") > 10


def test_children_live_with_it() -> None:
    for count in ("claw_back.children", "recovery.children"):
        gaps = [toeslagen(x)["full"][f"allowance.{count}"] for x in LUCK]
        assert within([float(gap) for gap in gaps])[0] > 0
    worse = [toeslagen(x)["full"]["livelihood.in_debt"] - toeslagen(x)["both"]["livelihood.in_debt"] for x in LUCK]
    assert within([float(gap) for gap in worse])[0] > 0


def test_who_draws_the_allowance_has_a_child_at_home() -> None:
    engine = Engine(read("toeslagen", people=3000, months=1), 3, 3, arms=["full"])
    engine.step()
    draws, trait = worlds.columns(engine, "full")["allowance.claw_back.draws"], engine.traits
    home = np.arange(engine.people) - trait["household_offset"]
    with_child = {int(house) for house in home[trait["age"] == 0]}
    assert draws.any() and all(int(house) in with_child for house in home[draws > 0])
    assert (trait["role"][draws > 0] == 0).all() and (trait["tenth"][draws > 0] < 6).all()


# -- rongcheng


@cache
def rongcheng(luck: int) -> dict[str, dict[str, int]]:
    here = read("rongcheng", people=8000, months=18, set=["conduct.voice.occasion=0.2"])
    arms = ["full", "without_petitions", "noticed", "noticed_without_petitions"]
    outcome = simulate(here, 7, luck, arms=arms)
    return {arm: worlds.totals(outcome, arm) for arm in ("none", *arms)}


def gap(count: str, arm: str, other: str) -> tuple[float, float]:
    return within([float(rongcheng(x)[arm][count] - rongcheng(x)[other][count]) for x in LUCK])


def test_little_happens_where_few_people_mind() -> None:
    """What the same table does to opinion and speech where everybody minds it, it does not do here."""
    for count in ("legitimacy.approve", "silence.held_tongue", "compliance.careful"):
        sign = -1 if count == "legitimacy.approve" else 1
        gaps = [sign * (rongcheng(x)["noticed"][count] - rongcheng(x)["full"][count]) for x in LUCK]
        assert within([float(one) for one in gaps])[0] > 0, count
    for luck in LUCK:
        full, noticed, none = (rongcheng(luck)[arm] for arm in ("full", "noticed", "none"))
        assert full["awareness.aware"] < noticed["awareness.aware"] / 100
        lost, lost_noticed = (none["legitimacy.approve"] - arm["legitimacy.approve"] for arm in (full, noticed))
        assert lost < lost_noticed / 3
        assert full["silence.held_tongue"] <= noticed["silence.held_tongue"] / 5


def test_petitions_on_record_and_tongues_held_go_with_the_petitions() -> None:
    for count in ("rongcheng.protected.standing_now", "rongcheng.protected.holders"):
        assert gap(count, "full", "without_petitions")[0] > 0
        assert all(rongcheng(x)["without_petitions"][count] == 0 for x in LUCK)
    assert gap("silence.held_tongue", "noticed", "noticed_without_petitions")[0] > 0
    assert all(rongcheng(x)["noticed_without_petitions"]["silence.held_tongue"] == 0 for x in LUCK)
