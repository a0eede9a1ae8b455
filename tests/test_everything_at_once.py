"""Everything at once: each part does something, beside all the others, and is gone without its mechanism."""

from __future__ import annotations

from functools import cache

import pytest
import worlds

from goodstanding.counts import Sums
from goodstanding.engine import simulate
from goodstanding.estimates import estimate
from goodstanding.scenario import read

LUCKS = (1, 2, 3, 4)
PARTS = {
    "no_sharing": ("centre.sharing_in.copied_true", "centre.copies.copies"),
    "no_matching": ("centre.matching.mixed_up",),
    "no_faces": ("centre.face_search.searches", "centre.face_search.found"),
    "no_family": ("centre.relatives.child_months",),
    "no_protected_acts": ("centre.unfounded.protected",),
}


@cache
def lived() -> list[dict[str, dict[str, int]]]:
    """Totals of each arm under each luck, where people do four times as much of what counts."""
    more = ["conduct.everyday_acts.level=400", "conduct.voice.occasion=0.5"]
    more.append("schemes.centre.sanctions.family.drawn_in={C: 1, D: 1}")
    scenario = read("everything-at-once", people=4000, set=more)
    arms = ["full", *PARTS]
    return [{arm: worlds.totals(o, arm) for arm in arms} for o in (simulate(scenario, n, n, arms=arms) for n in LUCKS)]


@pytest.mark.parametrize(("arm", "count"), [(arm, count) for arm, counts in PARTS.items() for count in counts])
def test_each_part_does_something_and_nothing_without_its_mechanism(arm: str, count: str) -> None:
    found = estimate([[Sums(told[which].get(count, 0), 1) for told in lived()] for which in ("full", arm)])
    assert found.low is not None and found.low > 0
    assert not any(told[arm].get(count) for told in lived())


def test_it_says_on_its_face_that_it_never_existed() -> None:
    assert "never existed in this form" in read("everything-at-once").note
