"""Everything at once: in the society as shipped each part is at work, and two of them change next to nothing."""

from __future__ import annotations

from functools import cache

import pytest
import worlds

from goodstanding.counts import Sums
from goodstanding.engine import simulate
from goodstanding.estimates import estimate
from goodstanding.scenario import read

WORLDS, ADULTS = 6, 20_000
AT_WORK = {
    "no_sharing": "centre.sharing_in.copied_true", "no_matching": "centre.matching.mixed_up",
    "no_faces": "centre.face_search.searches", "no_family": "centre.family.children_barred",
    "no_protected_acts": "centre.protected.holders",
}  # fmt: skip


@cache
def lived() -> list[dict[str, dict[str, int]]]:
    """Totals of each arm in a fifth of the county, with nothing else changed."""
    scenario, arms = read("everything-at-once", people=ADULTS), ["full", *AT_WORK]
    found = [simulate(scenario, n, n, arms=arms, observe=["protected", "sanctions"]) for n in range(WORLDS)]
    return [{arm: worlds.totals(outcome, arm) for arm in arms} for outcome in found]


@pytest.mark.parametrize(("arm", "count"), AT_WORK.items())
def test_each_part_is_at_work_and_rests_where_it_is_left_out(arm: str, count: str) -> None:
    """No finding: what the parts do to people is told in test_must_show, and below."""
    assert sum(told["full"][count] for told in lived()) >= 20
    assert not any(told[arm].get(count) for told in lived())


@pytest.mark.parametrize("arm", ["no_faces", "no_sharing"])
def test_two_parts_bar_next_to_nobody_beside_the_others(arm: str) -> None:
    """A null result that the page reports: of all who are barred, less than one in fifty is by either part."""
    count = "centre.sanctions.people"
    found = estimate([[Sums(told[which][count], told["full"][count]) for told in lived()] for which in ("full", arm)])
    assert sum(told["full"][count] for told in lived()) > 1000
    assert found.high is not None and -20 < found.low <= found.high < 20


def test_it_says_on_its_face_that_it_never_existed() -> None:
    assert "never existed in this form" in read("everything-at-once").note
