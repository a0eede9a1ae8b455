"""The scenarios of lists and files in detail: where what each must show (test_must_show) comes from.

Small counties in which what matters happens more often than in the scenario; arms paired over a few lucks.
"""

from __future__ import annotations

from typing import Any

import worlds

from goodstanding.counts import Sums
from goodstanding.engine import simulate
from goodstanding.estimates import Estimate, estimate
from goodstanding.scenario import Scenario, read

LUCKS = range(6)


def lived(scenario: Scenario, *arms: str) -> dict[str, list[dict[str, int]]]:
    """Totals of each arm under each luck."""
    outcomes = [simulate(scenario, luck, luck, arms=[*arms]) for luck in LUCKS]
    return {arm: [worlds.totals(outcome, arm) for outcome in outcomes] for arm in arms}


def gap(found: dict[str, list[dict[str, int]]], count: str, arm: str, other: str) -> Estimate:
    """How much more often something is counted in one arm than in the other, paired by luck."""
    return estimate([[Sums(told.get(count, 0), 1) for told in found[which]] for which in (arm, other)])


def above(found: Estimate) -> bool:
    return found.low is not None and found.low > 0


def same(found: dict[str, list[dict[str, int]]], count: str, arm: str, other: str) -> bool:
    """True where something is counted often, and as often in either arm of every world."""
    numbers = [(told[count], against[count]) for told, against in zip(found[arm], found[other], strict=True)]
    return sum(one for one, _ in numbers) >= 100 and all(one == two for one, two in numbers)


# -- joint-punishment-2016

PUNISHMENT = "schemes.courts.sanctions.joint_punishment"


def courts(**changes: Any) -> Scenario:
    often = {f"conduct.everyday_acts.rates.{act}": 400 for act in ("ignored_judgment", "ignored_judgment_unable")}
    often |= {"conduct.everyday_acts.level": 400, f"{PUNISHMENT}.joining.licence": 100, **changes}
    return read("joint-punishment-2016", people=4000, months=40, set=[f"{path}={to}" for path, to in often.items()])


def test_people_without_the_money_are_booked_as_refusing() -> None:
    told = lived(courts(), "full")["full"]
    assert all(t["courts.court_list.booked_unable"] and t["courts.unfounded.unable"] for t in told)
    never = lived(courts(**{"conduct.everyday_acts.rates.ignored_judgment_unable": 0}), "full")["full"]
    assert not any(t["courts.court_list.booked_unable"] or t["courts.unfounded.unable"] for t in never)


def test_what_the_list_bars_keeps_people_on_it() -> None:
    """A lost licence costs the income that the debt is to be paid from; where it costs nothing, nobody is trapped."""
    trapped = lived(courts(), "full", "no_licence_bar")
    assert above(gap(trapped, "courts.performance.unable", "full", "no_licence_bar"))
    assert above(gap(trapped, "courts.court_list.on_list", "full", "no_licence_bar"))
    free = lived(courts(**{"conduct.livelihood.licence_loss": 0}), "full", "no_licence_bar")
    assert same(free, "courts.performance.unable", "full", "no_licence_bar")


def test_whoever_pays_comes_off_the_list() -> None:
    paying = lived(courts(), "full", "nobody_pays")
    assert above(gap(paying, "courts.court_list.on_list", "nobody_pays", "full"))
    careless = lived(courts(**{"conduct.compliance.resolve": 0}), "full", "nobody_pays")
    assert same(careless, "courts.court_list.on_list", "nobody_pays", "full")


def test_children_pay_for_parents_and_no_longer_without_the_extension() -> None:
    told = lived(courts(), "full", "excess_against_children", "no_children")
    assert above(gap(told, "courts.relatives.child_months", "full", "no_children"))
    assert above(gap(told, "courts.unfounded.family", "excess_against_children", "full"))
    assert not any(t["courts.relatives.child_months"] for t in told["no_children"])


# -- dangan

FILE = "schemes.file.scoring.lifelong_file"


def files(**changes: Any) -> Scenario:
    often = {"conduct.voice.occasion": 0.4, f"{FILE}.reading": 0.1, **changes}
    return read("dangan", people=2000, months=84, set=[f"{path}={to}" for path, to in often.items()])


def test_protected_acts_of_years_ago_still_bar_and_no_longer_where_entries_end() -> None:
    told = lived(files(), "full", "with_expiry", "no_protected_acts")
    assert above(gap(told, "file.lifelong_file.old", "full", "with_expiry"))
    assert above(gap(told, "file.unfounded.protected", "full", "with_expiry"))
    assert above(gap(told, "file.lifelong_file.old", "full", "no_protected_acts"))
    assert not any(t["file.lifelong_file.old"] for t in told["with_expiry"])
    assert not any(t["file.unfounded.protected"] for t in told["no_protected_acts"])


def test_nobody_knows_of_the_file_until_somebody_may_ask() -> None:
    told = lived(files(), "full", "with_appeal")
    assert all(t["file.unfounded.unnoticed"] == t["file.unfounded.own_name"] > 0 for t in told["full"])
    assert not any(t["silence.held_tongue"] or t["awareness.aware"] for t in told["full"])
    assert above(gap(told, "file.unfounded.unnoticed", "full", "with_appeal"))


def test_a_file_that_nobody_reads_bars_nobody() -> None:
    told = lived(files(**{f"{FILE}.reading": 0}), "full")["full"]
    assert all(t["file.protected.holders"] for t in told)
    assert not any(t["file.sanctions.people"] for t in told)


# -- honest-shanghai


def test_an_app_has_three_classes_and_bars_nobody() -> None:
    scenario = read("honest-shanghai", people=2000, months=10)
    told = lived(scenario, "full")
    assert all(all(t[f"inequality.{place}"] for place in ("best", "second", "third")) for t in told["full"])
    assert not any(t["inequality.lower"] for t in told["full"])
    assert not any(t["app.sanctions.people"] or t["association.on_list"] for t in told["full"])
