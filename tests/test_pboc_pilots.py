"""Eight private scores side by side: who sells lifts its customers, and a regulator refuses the licences."""

from __future__ import annotations

from functools import cache

import worlds

from goodstanding.counts import Sums
from goodstanding.engine import simulate
from goodstanding.estimates import Estimate, estimate
from goodstanding.scenario import read

LUCKS = (1, 2, 3, 4)
FIRMS = tuple(f"firm_{number}" for number in range(1, 9))
SELLERS = FIRMS[:4]
ARMS = ("full", "no_regulator", "nobody_sells", "one_wide_and_independent")


@cache
def lived() -> list[dict[str, dict[str, int]]]:
    """Totals of each arm under each luck; the regulator decides in month 27 of 36."""
    scenario = read("pboc-pilots-2015", people=2000, months=36)
    outcomes = [simulate(scenario, luck, luck, arms=ARMS, observe=("inequality",)) for luck in LUCKS]
    return [{arm: worlds.totals(outcome, arm) for arm in ARMS} for outcome in outcomes]


def gap(count: str, arm: str, other: str) -> Estimate:
    return estimate([[Sums(told[which][count], 1) for told in lived()] for which in (arm, other)])


def above(found: Estimate) -> bool:
    return found.low is not None and found.low > 0


def test_one_person_has_as_many_scores_as_firms_and_few_are_in_all_of_them() -> None:
    for told in lived():
        members = [told["full"][f"{firm}.enrolment.members"] for firm in FIRMS]
        assert all(members) and max(members) > 3 * min(members)


def test_whoever_buys_from_the_scorer_is_scored_higher_and_not_where_nobody_sells() -> None:
    for firm in SELLERS[:2]:
        assert above(gap(f"{firm}.dimensions.points", "full", "nobody_sells")), firm
        assert above(gap(f"{firm}.rewards.favours", "full", "nobody_sells")), firm
    for told in lived():
        assert sum(told["full"][f"{firm}.patronage.takings"] for firm in SELLERS)
        assert not any(told["nobody_sells"].get(f"{firm}.patronage.takings") for firm in FIRMS)


def test_no_firm_gets_a_licence_and_nothing_ends_without_a_regulator() -> None:
    """All are islands; those that sell have a conflict of interest as well."""
    months_after = 36 - 27
    for told in lived():
        for firm in FIRMS:
            assert told["full"][f"{firm}.licence.island"] == months_after
            assert told["full"][f"{firm}.licence.conflict"] == months_after * (firm in SELLERS)
    for firm in FIRMS[:2]:
        assert above(gap(f"{firm}.rewards.favours", "no_regulator", "full"))


def test_a_firm_that_rates_everybody_and_sells_nothing_gets_one() -> None:
    for told in lived():
        wide = told["one_wide_and_independent"]
        assert not wide["firm_5.licence.island"] and not wide["firm_5.licence.conflict"]
    assert above(gap("firm_5.rewards.favours", "one_wide_and_independent", "full"))
