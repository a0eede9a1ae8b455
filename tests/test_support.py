"""Support, backlash and rewards: who approves, who says so, when a scheme gives way, and who comes first."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from worlds import SCHEME, columns, read, tree

from goodstanding.engine import Engine
from goodstanding.luck import share
from goodstanding.mechanisms.conduct.backlash import Backlash
from goodstanding.mechanisms.conduct.support import Support
from goodstanding.native import compiled
from goodstanding.world import ALL, LIST, VOICES

TOWN = f"schemes.{SCHEME}"
BACKLASH, REWARDS = f"{TOWN}.conduct.backlash", f"{TOWN}.sanctions.rewards"
MONTHS = 10
LOUD = {f"{BACKLASH}.tipping": 0.001, f"{BACKLASH}.patience": 2}
ONE = 1 << 32


def lived(arms: dict[str, dict[str, Any]], *names: str, months: int = MONTHS, **changes: Any) -> Engine:
    told = {**tree(changes={"society.people": 640, "months": months, **changes}), "arms": arms}
    engine = Engine(read(told), 5, 5, arms=[*names, *arms])
    for _ in range(months):
        engine.step()
    return engine


def by_month(engine: Engine, arm: str, count: str) -> np.ndarray:
    outcome = engine.outcome()
    return outcome.counts[arm].sum(axis=2)[:, list(outcome.names[arm]).index(count)]


@pytest.fixture(scope="module")
def town() -> Engine:
    arms = {
        "softened": {**LOUD, f"{BACKLASH}.ending": "softened"}, "repealed": {**LOUD, f"{BACKLASH}.ending": "repealed"},
        "unmoved": {**LOUD, f"{BACKLASH}.ending": "none"}, "unrewarded": {f"{REWARDS}.domains": {}},
        "opponents": {"conduct.support.approving": 0.0}, "friends": {"conduct.support.approving": 1.0},
    }  # fmt: skip
    return lived(arms, "none", "ghost", "aware", "full")


def test_where_nobody_knows_of_a_scheme_nobody_changes_their_mind_or_takes_sides(town: Engine) -> None:
    without, ghost, full = (columns(town, arm) for arm in ("none", "ghost", "full"))
    assert (without["approval"] == ghost["approval"]).all()
    assert (without["approval"] != full["approval"]).any()
    assert not by_month(town, "ghost", "support.opposing").any()
    assert not by_month(town, "ghost", "support.falsifying").any()
    begun = np.histogram(without["approval"][town.traits["age"] > 0], bins=np.arange(0, 257, 32))[0]
    first = [by_month(town, arm, f"legitimacy.bin_{b + 1}")[0] for arm in ("none", "full") for b in range(8)]
    assert first == [*begun, *begun]


def test_about_as_many_approve_at_first_as_the_setting_says() -> None:
    people = 20_000
    draws = (np.arange(people, dtype=np.int64) * ONE // people).astype(np.uint32)
    for wanted in (0.0, 0.3, 0.7, 1.0):
        approval = np.zeros(people, np.uint8)
        compiled(Support.begin)(np.ones(people, np.uint8), draws, np.int64(share(wanted)), approval)
        assert abs((approval >= 128).mean() - wanted) < 1e-3
        assert (np.diff(approval.astype(int)) <= 0).all(), "a greater share lifts everybody, and turns nobody around"
        if wanted in (0.3, 0.7):
            assert approval.min() == 0 and approval.max() == 255


def test_opinion_moves_with_what_is_done() -> None:
    """A plain twin of a month in somebody's mind, where three in four do not come first, for some values of each."""
    told, barred, favoured, listed, others_listed, salience, now = np.meshgrid(
        [0, 1], [0, 4], [0, 2], [0, 1], [0, 3], [0, 100, 255], [0, 2, 126, 127, 128, 131, 200, 255]
    )
    size = now.size
    given = [x.ravel() for x in (told, barred, favoured, listed, others_listed, salience)]
    draws = (np.arange(size, dtype=np.int64) * ONE // size).astype(np.uint32)
    approval = now.ravel().astype(np.uint8)
    hurt, thanks, sobering = 4, 24, 30
    compiled(Support.weigh)(
        given[0].astype(np.uint8), np.ones(size, np.uint8), given[1].astype(np.uint16), given[2].astype(np.uint16),
        *(given[k].astype(np.uint8) for k in (3, 4, 5)), draws,
        *(np.int64(flow * 256) for flow in (hurt, thanks / 12, sobering)), np.array([3 << 14]), approval,
    )  # fmt: skip
    for i, before in enumerate(now.ravel().tolist()):
        rated, is_barred, is_favoured, is_listed, around, mind = (int(x[i]) for x in given)
        change = 0.75 * thanks / 12 * (is_favoured > 0) - hurt * (is_barred + is_listed > 0) - hurt / 4 * around
        change -= min(sobering * mind / 256, max(0, before - 127))
        wanted = min(255.0, max(0.0, before + change * rated))
        assert abs(int(approval[i]) - wanted) < 1


def test_nobody_who_approves_opposes_and_only_fear_falsifies() -> None:
    rows = np.array([(a, t, c, s, o) for a in (0, 60, 127, 128, 255) for t in (0, 50, 128) for c in (0, 255)
                     for s in (0, 255) for o in (0, 10)])  # fmt: skip
    size = len(rows)
    opposed, falsified = np.zeros(size, np.uint8), np.zeros(size, np.uint8)
    approval, threshold, caution, salience, around = (rows[:, k].astype(np.uint8) for k in range(5))
    told = np.ones(size, np.uint8)
    compiled(Support.say)(
        approval, told, told, threshold, caution, salience, around, np.int64(8), np.int64(60), opposed, falsified
    )
    either = (rows[:, 0] < 128) & (128 - rows[:, 0] + 8 * rows[:, 4] > rows[:, 1])
    assert ((opposed | falsified) == either).all() and not (opposed & falsified).any()
    assert not falsified[(caution == 0) | (salience == 0)].any() and falsified.any() and opposed.any()


def test_more_who_approve_is_less_opposition(town: Engine) -> None:
    against, middling, for_it = (by_month(town, a, "support.opposing").sum() for a in ("opponents", "full", "friends"))
    assert against > middling > for_it


def test_a_scheme_gives_way_for_good_and_what_it_gives_up_stays_given_up(town: Engine) -> None:
    for arm in ("softened", "repealed"):
        way = by_month(town, arm, f"{SCHEME}.backlash.given_way")
        assert 0 < way.sum() < MONTHS and (np.diff(way) >= 0).all() and way.max() == 1
    assert not by_month(town, "unmoved", f"{SCHEME}.backlash.given_way").any()


def test_softened_names_nobody_and_repealed_rates_nobody(town: Engine) -> None:
    since = int(np.argmax(by_month(town, "softened", f"{SCHEME}.backlash.given_way"))) + 2
    listed = f"{SCHEME}.publicity.listed_now"
    assert by_month(town, "unmoved", listed)[since:].any() and not by_month(town, "softened", listed)[since:].any()
    assert by_month(town, "softened", f"{SCHEME}.rewards.favours")[-1]
    for count in (listed, f"{SCHEME}.rewards.favours", f"{SCHEME}.sanctions.people", "support.opposing"):
        assert not by_month(town, "repealed", count)[since:].any(), count


@pytest.mark.parametrize(("ending", "given"), [(0, VOICES | LIST), (1, ALL), (2, 0)])
def test_only_months_in_a_row_count(ending: int, given: int) -> None:
    above, yielded, given_up = (np.zeros(1, np.int64) for _ in range(3))
    seen = []
    for opposed in (11, 11, 10, 11, 11, 11, 0, 0):
        given_up[0] = 0
        compiled(Backlash.yield_to)(
            np.int64(100), np.array([opposed]), np.int64(share(0.1)), np.int64(3), np.int64(ending), above, yielded,
            given_up,
        )  # fmt: skip
        seen.append(int(given_up[0]))
    assert seen == [0] * 5 + [given] * 3


def test_no_reward_no_favour_and_a_reward_is_of_the_class(town: Engine) -> None:
    assert not by_month(town, "unrewarded", f"{SCHEME}.rewards.favours").any()
    assert not columns(town, "unrewarded")["favoured"].any()
    full = columns(town, "full")
    assert full["favoured"].any() and not full["favoured"][town.traits["age"] == 0].any()
    assert not columns(town, "aware")["favoured"].any(), "nobody gets what only the record would bring"
    people, due, lost = (by_month(town, "full", f"{SCHEME}.rewards_lost.{c}") for c in ("people", "due", "lost"))
    assert (lost <= due).all() and (people >= due - lost).all() and lost.any()
