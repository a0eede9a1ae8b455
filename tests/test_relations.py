"""Relations that hold whatever the numbers: equalities and orders between worlds that differ in one thing.

Numbers are those of the project's list of metamorphic relations. Where a test says "blind" (`worlds.BLIND`), nobody
knows of the scheme, and what people are barred from costs and angers nobody, so that conduct is the same in every
arm; points only take. Outside the stated conditions a relation is not claimed. M18, a scheme that starts later, cannot
be said in a scenario yet; M12, M13, M16 and others of the list come with what they are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
import pytest
import worlds
from worlds import BLIND, SCHEME, columns, off_scheme, read, record, totals, tree

from goodstanding.acts import ACTS, code
from goodstanding.engine import Engine, simulate
from goodstanding.errors import InvalidInput
from goodstanding.luck import draws, use_of
from goodstanding.scenario import Scenario
from goodstanding.society import Society
from goodstanding.world import MISTAKEN, OWN, RECORD, TOLD, TRUE

TOWN = f"schemes.{SCHEME}"
LEDGER, AGENCIES, APPEAL = f"{TOWN}.scoring.ledger", f"{TOWN}.observation.agencies", f"{TOWN}.safeguards.appeal"
CHECK = f"{TOWN}.safeguards.human_check"
DOMAINS = f"{TOWN}.sanctions.restrictions.domains"
CASES = 4
MONTHS = 14
LONG_TERMS = {f"{LEDGER}.repair_light": 240, f"{LEDGER}.repair_heavy": 240}
NO_SECOND_LOOK = {APPEAL: "off", CHECK: "off"}
OTHER_SOURCES = (f"{TOWN}.observation.tips", f"{TOWN}.observation.discretion")

every_case = pytest.mark.parametrize("case", range(CASES))


@pytest.fixture(autouse=True, scope="module")
def mirror() -> Iterator[None]:
    with worlds.mirrored():
        yield


def generated(case: int) -> dict[str, Any]:
    """Another town for each case: what counts, for how much, how much is seen, and how people are."""
    told = iter(draws(977, use_of("tests/relations"), 0, 0, 640, case).tolist())

    def pick(low: int, high: int) -> int:
        return low + next(told) * (high - low + 1) // 2**32

    acts = [act.key for act in ACTS if act.rate >= 0.3 and not act.seen_as]
    chosen = [key for key in acts if pick(0, 2)]
    return {
        "society.people": 64 * pick(16, 30) + pick(0, 63), "months": MONTHS,
        f"{LEDGER}.points": {key: -pick(20, 200) for key in chosen},
        f"{AGENCIES}.coverage": pick(50, 100) / 100, f"{AGENCIES}.misattribution": pick(1, 8) / 100,
        "conduct.voice.occasion": pick(10, 60) / 100, "conduct.everyday_acts.level": pick(80, 300),
        f"{TOWN}.sanctions.publicity.names": pick(1, 40),
    }  # fmt: skip


def engine(case: int, arms: dict[str, dict[str, Any]], *changes: dict[str, Any], **more: Any) -> Engine:
    """A generated town with some changes and arms, before its first month."""
    laid: dict[str, Any] = {}
    for change in changes:
        laid |= change
    told = {**tree(changes={**generated(case), **laid}), "arms": arms}
    return Engine(read(told, "relations"), 31 + case, 17 + case, arms=["full", *arms], **more)


def months(world: Engine, n: int | None = None) -> Iterator[int]:
    """Live month after month."""
    for month in range(n or world.scenario.months):
        world.step()
        yield month


def barred(world: Engine, arm: str) -> np.ndarray:
    return columns(world, arm)[f"{SCHEME}.mirror.barred_now"] > 0


def score(world: Engine, arm: str) -> np.ndarray:
    return columns(world, arm)[f"{SCHEME}.mirror.score_now"]


def entries(world: Engine, arm: str, origin: int) -> set[tuple[int, ...]]:
    """Person, act and month of the entries that the record holds, of one origin."""
    rows = record(world, arm)
    rows = rows[(rows[:, 3] == origin) & ((rows[:, 4] & RECORD) != 0)]
    return {tuple(row) for row in rows[:, :3].tolist()}


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)


def town(case: int, **more: Any) -> Scenario:
    return read(tree(changes={**generated(case), **more}), "relations")


# -- what must not matter


@every_case
def test_m1_m3_blocks_their_order_and_threads_do_not_matter(case: int) -> None:
    """Catches a draw keyed by block, a total that depends on who came first, scratch shared by two threads."""
    there = simulate(town(case), 1, 1, arms=["full"])
    for block, threads in ((64, 1), (192, 2), (320, 3), (640, 5)):
        assert simulate(town(case), 1, 1, arms=["full"], block=block, threads=threads).digest == there.digest
    backwards = Engine(town(case), 1, 1, arms=["full"], block=192)
    taken: list[int] = []

    def each_block(work: Any) -> None:
        for at in reversed(range(len(backwards.firsts))):
            taken.append(at)
            work(at)

    backwards._each_block = each_block  # type: ignore[method-assign]
    for _ in months(backwards):
        pass
    assert (
        taken[:2] == [len(backwards.firsts) - 1, len(backwards.firsts) - 2]
        and len(taken) == len(backwards.firsts) * MONTHS
    )
    assert backwards.digest() == there.digest


def reversed_maps(value: Any, keep: tuple[str, ...] = ("classes", "groups")) -> Any:
    """The same scenario with everything in the opposite order; classes are ordered by what they mean."""
    if not isinstance(value, dict):
        return value
    turned = reversed(value.items())
    return {name: inner if name in keep else reversed_maps(inner, keep) for name, inner in turned}


@every_case
def test_m4_the_order_in_the_file_does_not_matter(case: int) -> None:
    """Catches a stream keyed by position, and steps taken as they were written."""
    told = tree(changes=generated(case))
    told["arms"] = {"b": {APPEAL: "off"}, "a": {f"{AGENCIES}.coverage": 0.1}}
    one, other = read(told, "relations"), read(reversed_maps(told), "relations")
    assert list(one.tree["schemes"][SCHEME]) != list(other.tree["schemes"][SCHEME]) or list(one.arms) != list(
        other.arms
    )
    assert one.hash == other.hash
    assert simulate(one, 2, 2).digest == simulate(other, 2, 2).digest


@pytest.mark.parametrize("name", [name for name, s in Society.settings.items() if s.keys])
def test_m4_the_order_of_a_table_of_the_society_does_not_matter(name: str) -> None:
    """Catches a row known by its place in the file instead of by its name."""
    rows = Society.settings[name].default
    one, other = (town(0, **{f"society.{name}": table}) for table in (rows, dict(reversed(rows.items()))))
    assert one.hash == other.hash
    assert simulate(one, 2, 2).digest == simulate(other, 2, 2).digest


@every_case
def test_m5_titles_and_notes_change_labels_only(case: int) -> None:
    """Catches a name that people read being hashed into luck."""
    one, other = town(case), town(case, title="Another title", note="and another note")
    assert simulate(one, 3, 3, arms=["full"]).digest == simulate(other, 3, 3, arms=["full"]).digest


@every_case
def test_m6_observers_are_inert(case: int) -> None:
    """Catches a measure that changes what it looks at, or that shifts somebody's luck."""
    every = simulate(town(case), 4, 4)
    for observe in ([], ["silence"], ["sanctions", "mirror"]):
        fewer = simulate(town(case), 4, 4, observe=observe)
        assert fewer.digest == every.digest
        for arm, names in fewer.names.items():
            at = [list(every.names[arm]).index(name) for name in names]
            assert (every.counts[arm][:, at] == fewer.counts[arm]).all()


@every_case
def test_m9_before_the_first_month_there_is_the_society_and_nothing_else(case: int) -> None:
    """Catches state that is set up differently where a scheme is declared."""
    here = engine(case, {})
    assert same(off_scheme(here, "full"), off_scheme(here, "none"))
    assert not len(record(here, "full"))
    assert not any(totals(here.outcome(), "full").values())
    nothing = simulate(town(case, months=0), 31 + case, 17 + case, arms=["full"])
    assert nothing.digest == here.digest()


@every_case
def test_m10_months_continued_are_the_months_in_one_go(case: int) -> None:
    """Catches a month that knows how many will follow: the first months of a longer life are the shorter life."""
    short = simulate(town(case, months=5), 5, 5)
    longer = Engine(town(case), 5, 5)
    for _ in months(longer, 5):
        pass
    assert longer.digest() == short.digest
    for _ in months(longer, MONTHS - 5):
        pass
    assert longer.digest() == simulate(town(case), 5, 5).digest


@every_case
def test_m20_an_arm_in_company_is_the_arm_alone(case: int) -> None:
    """Catches arms that share scratch, records or luck beyond what does not differ between them."""
    told = {**tree(changes=generated(case)), "arms": {"mild": {f"{AGENCIES}.coverage": 0.2}, "lone": {APPEAL: "off"}}}
    together = simulate(read(told, "relations"), 6, 6)
    for arm in together.counts:
        alone = simulate(read(told, "relations"), 6, 6, arms=[arm])
        assert (alone.counts[arm] == together.counts[arm]).all()


# -- nothing comes of nothing


@every_case
def test_m7_points_of_nought_that_nobody_knows_of_do_nothing(case: int) -> None:
    """Catches a way from a scheme to people beside its record. With awareness only "no sanctions" is claimed."""
    nought = dict.fromkeys(generated(case)[f"{LEDGER}.points"], 0)
    unaware = {path: 0 for path in BLIND if ".awareness." in path or ".recovery." in path}
    here = engine(case, {"zero": {f"{LEDGER}.points": nought}}, unaware)
    for _ in months(here):
        assert not barred(here, "zero").any()
        assert same(off_scheme(here, "zero"), off_scheme(here, "none"))
    assert not same(off_scheme(here, "full"), off_scheme(here, "none"))
    aware = engine(case, {"zero": {f"{LEDGER}.points": nought}})
    assert not any(barred(aware, "zero").any() for _ in months(aware))


@every_case
def test_m8_a_threshold_that_nobody_reaches_does_nothing(case: int) -> None:
    """Catches sanctions without a crossing; no list of names here, since a list needs no threshold."""
    low = {"A": -90_000, "B": -91_000, "C": -92_000, "D": -93_000}
    unaware = {path: 0 for path in BLIND if ".awareness." in path or ".recovery." in path}
    here = engine(case, {"far": {f"{LEDGER}.classes": low}}, unaware, {f"{TOWN}.sanctions.publicity": "off"})
    for _ in months(here):
        assert same(off_scheme(here, "far"), off_scheme(here, "none"))
    assert len(record(here, "far"))


@every_case
def test_m11_a_source_that_sees_nothing_is_no_source(case: int) -> None:
    """Catches an observer that acts by being there, among other sources and alone."""
    alone = dict.fromkeys(OTHER_SOURCES, "off")
    idle, absent = {f"{AGENCIES}.coverage": 0}, {AGENCIES: "off"}
    arms = {"idle": idle, "absent": absent, "idle_alone": {**idle, **alone}, "absent_alone": {**absent, **alone}}
    here = engine(case, arms)
    for _ in months(here):
        assert same(columns(here, "idle"), columns(here, "absent"))
        assert (record(here, "idle") == record(here, "absent")).all()
        assert same(columns(here, "idle_alone"), columns(here, "absent_alone"))
    told = {arm: totals(here.outcome(), arm) for arm in arms}
    assert len(record(here, "idle"))
    assert not len(record(here, "idle_alone")) and not len(record(here, "absent_alone"))
    for kind in ("", "_alone"):
        of_idle = {name: n for name, n in told[f"idle{kind}"].items() if ".agencies." not in name}
        assert told[f"absent{kind}"] == of_idle


def test_m14_an_empty_group_is_refused() -> None:
    """The relation is not claimed: a cell of fewer than 50 people is refused, and an empty one is such a cell."""
    with pytest.raises(InvalidInput, match=r"society\.groups\.D: 0 people expected"):
        town(0, **{"society.groups": {"A": 0.8, "B": 0.2, "D": 0}})


@every_case
def test_m29_a_mere_label_changes_nothing_before_the_first_sanction(case: int) -> None:
    """Catches a sanction that acts before it bites."""
    here = engine(case, {"label": {DOMAINS: {}}})
    ever = False
    for _ in months(here):
        ever = ever or bool(barred(here, "full").any())
        if not ever:
            assert same(off_scheme(here, "full"), off_scheme(here, "label"))
    assert ever and not same(off_scheme(here, "full"), off_scheme(here, "label"))


# -- orders, person by person, under the same luck


def blind(case: int, arms: dict[str, dict[str, Any]], *changes: dict[str, Any]) -> Engine:
    """A town in which conduct is the same in every arm; that it is so is asserted at the end by `unmoved`.

    Nobody looks at an entry again: who is barred decides whose entries are struck, so records would no longer nest.
    """
    return engine(case, arms, BLIND, NO_SECOND_LOOK, *changes)


def unmoved(world: Engine, arms: list[str]) -> None:
    for arm in arms:
        assert same(off_scheme(world, arm), off_scheme(world, "none"))


@every_case
def test_m23_more_mistakes_only_add_mistaken_entries(case: int) -> None:
    """Blind, nothing repaired. With a higher rate every mistaken entry stays and own entries only move away.

    A record that is mixed up leaves the one it is about, so neither scores nor unfounded sanctions are claimed to nest.
    Catches a mistake drawn anew where its rate changes, and a record that is copied instead of moved.
    """
    arms = {f"e{e}": {f"{AGENCIES}.misattribution": e / 100} for e in (0, 2, 10)}
    here = blind(case, arms, LONG_TERMS)
    for _ in months(here):
        pass
    none, some, many = (entries(here, arm, MISTAKEN) for arm in arms)
    assert none == set() and some < many
    none, some, many = (entries(here, arm, OWN) for arm in arms)
    assert none > some > many
    unmoved(here, list(arms))


@every_case
def test_m24_a_stricter_threshold_comes_earlier(case: int) -> None:
    """Blind. Catches a comparison the wrong way round, or one off at the cut."""
    arms = {f"d{cut}": {f"{LEDGER}.classes": {"A": 990, "B": 980, "C": cut, "D": 0}} for cut in (700, 800, 900)}
    here, seen = blind(case, arms, LONG_TERMS), dict.fromkeys(arms, 0)
    first = {arm: np.full(here.people, 10_000) for arm in arms}
    for month in months(here):
        for arm in arms:
            first[arm] = np.where(barred(here, arm), np.minimum(first[arm], month), first[arm])
            seen[arm] += int(barred(here, arm).sum())
    lax, middle, strict = first.values()
    assert (strict <= middle).all() and (middle <= lax).all()
    assert seen["d700"] < seen["d800"] < seen["d900"]
    unmoved(here, list(arms))


@every_case
def test_m25_heavier_points_never_raise_a_score(case: int) -> None:
    """Blind. Catches a sign, an overflow, and a heavy entry that is forgiven sooner than a light one."""
    points = generated(case)[f"{LEDGER}.points"]
    heavier = {key: worth - 5 * (at % 3) * 7 for at, (key, worth) in enumerate(points.items())}
    here = blind(
        case, {"heavy": {f"{LEDGER}.points": heavier}}, {f"{LEDGER}.repair_light": 6, f"{LEDGER}.repair_heavy": 9}
    )
    lower = 0
    for _ in months(here):
        assert (score(here, "heavy") <= score(here, "full")).all()
        assert (barred(here, "heavy") >= barred(here, "full")).all()
        lower += int((score(here, "heavy") < score(here, "full")).sum())
    assert lower
    unmoved(here, ["heavy"])


@every_case
def test_m26_quicker_forgiveness_brings_scores_nearer_the_start(case: int) -> None:
    """Blind. Catches points that come back twice, or a term counted from the wrong end."""
    arms = {f"t{t}": {f"{LEDGER}.repair_light": t, f"{LEDGER}.repair_heavy": 2 * t} for t in (2, 4, 120)}
    here, gaps = blind(case, arms), dict.fromkeys(arms, 0)
    for _ in months(here):
        quick, slow, never = (score(here, arm) for arm in arms)
        assert (quick >= slow).all() and (slow >= never).all() and (quick <= 1000).all()
        assert (barred(here, "t2") <= barred(here, "t4")).all() and (barred(here, "t4") <= barred(here, "t120")).all()
        for arm in arms:
            gaps[arm] += int((1000 - score(here, arm)).sum())
    assert gaps["t2"] < gaps["t4"] < gaps["t120"]
    unmoved(here, list(arms))


@every_case
def test_m27_appeals_that_can_succeed_only_take_sanctions_away(case: int) -> None:
    """Blind, no queue, nothing repaired: against appeals that all fail, entries and sanctions are nested.

    Between two chances above nought it is not claimed: who is cleared early does not appeal against what comes later.
    Catches an appeal that strikes an entry of somebody else, or adds one.
    """
    quick = {"reach": 1, "capacity": 1000, "delay": 1}
    arms = {f"p{p}": {APPEAL: {**quick, "success": p / 10, "leniency": p / 20}} for p in (0, 3, 10)}
    here = engine(case, arms, BLIND, {CHECK: "off"}, LONG_TERMS)
    fewer = dict.fromkeys(arms, 0)
    for _ in months(here):
        for arm in ("p3", "p10"):
            assert (barred(here, arm) <= barred(here, "p0")).all()
            for origin in (OWN, MISTAKEN):
                assert entries(here, arm, origin) <= entries(here, "p0", origin)
            fewer[arm] += int(barred(here, "p0").sum() - barred(here, arm).sum())
    assert fewer["p3"] and fewer["p10"]
    unmoved(here, list(arms))


@every_case
def test_m28_whoever_sees_more_sees_what_others_saw(case: int) -> None:
    """Blind, no mistakes, nothing repaired. Catches a draw that moves with the rate it is held against."""
    arms = {f"c{c}": {f"{AGENCIES}.coverage": c / 100} for c in (10, 50, 100)}
    here = blind(case, arms, LONG_TERMS, {f"{AGENCIES}.misattribution": 0})
    for _ in months(here):
        pass
    little, half, whole = (entries(here, arm, OWN) for arm in arms)
    assert little < half < whole
    unmoved(here, list(arms))


# -- laws of what comes out


@pytest.mark.slow
def test_m33_mistakes_are_a_share_of_what_is_recorded_however_much_that_is() -> None:
    """A closed form: the record of an adult goes to another adult with rate e times the share of adults.

    So four times the conduct gives four times the mistakes and the same share of them; in schemes whose errors fall
    on the blameless at a fixed rate the share would fall instead. Blind; within five standard errors.
    """
    e, found = 0.05, {}
    for level in (50, 200):
        changes = {
            **BLIND,
            "conduct.everyday_acts.level": level,
            f"{AGENCIES}.misattribution": e,
            "society.people": 8000,
        }
        outcome = simulate(read(tree(changes={**changes, "months": 24}), "relations"), 8, 8, arms=["full"], observe=[])
        told = totals(outcome, "full")
        wrong, right = told[f"{SCHEME}.agencies.mistaken"], told[f"{SCHEME}.agencies.recorded"]
        expected = e * outcome.population.adults.sum() / outcome.population.people
        error = (
            1.5 * expected * (1 - expected) / (wrong + right)
        ) ** 0.5  # entries of one person's month move together
        assert abs(wrong / (wrong + right) - expected) < 5 * error
        found[level] = wrong
    assert found[200] > 1.5 * found[50]  # not four times: loans and voices do not follow the level


@every_case
def test_m35_the_ledger_adds_up(case: int) -> None:
    """Score, class, restriction, entry and act of everybody, recounted from the record alone.

    No entry without an act of the month before, but for what is told falsely, no sanction without a crossing, and every
    adult in one class. Without those who lift sanctions, and without the family's.
    """
    guards = ("safeguards.human_check", "safeguards.purpose_limit", "sanctions.family")
    scenario = town(case, **{f"{TOWN}.{guard}": "off" for guard in guards})
    points, classes = generated(case)[f"{LEDGER}.points"], [920, 840]
    here = Engine(scenario, 9, 9, arms=["full"], block=320)
    worth = np.zeros(64, np.int64)
    for at, act in enumerate(ACTS):
        worth[at] = points.get(act.seen_as or act.key, 0)
    adult = here.population.columns["age"] > 0
    told = {name: setting for name, setting in vars_of(scenario, "ledger").items() if name.startswith("repair")}
    was, upheld, seen = here.population.columns["age"] * np.int64(0), 0, set[int]()
    for month in months(here):
        now = columns(here, "full")
        mine = {name: now[f"{SCHEME}.mirror.{name}"] for name in ("score_now", "standing_now", "barred_now")}
        rows = record(here, "full")
        held = rows[rows[:, 4] & RECORD != 0]
        before, upheld = upheld, totals(here.outcome(), "full")[f"{SCHEME}.appeal.upheld"]
        if upheld == before:  # an appeal that is upheld this month strikes an entry after this month's sum
            expected = np.full(here.people, 1000, np.int64)
            np.add.at(expected, held[:, 0], worth[held[:, 1]])
            assert (mine["score_now"] == expected).all()
            light = worth[held[:, 1]] > -told["repair_heavy_from"]
            term = np.where(light, told["repair_light"], told["repair_heavy"])
            assert (month - held[:, 2] < term).all()
        standing = 3 - np.searchsorted([840, 920, 970], mine["score_now"], side="right")
        assert (mine["standing_now"] == standing).all()
        assert np.bincount(standing[adult], minlength=4).sum() == adult.sum()
        assert ((mine["barred_now"] > 0) == ((mine["score_now"] < classes[0]) & adult)).all()
        assert (now["barred"] == mine["barred_now"]).all()
        assert (now["told"] == (1 + standing) * adult).all()
        fresh = held[(held[:, 2] == month) & ((TRUE >> held[:, 3]) & 1 == 1)]
        assert ((was[fresh[:, 0]] >> fresh[:, 1]) & 1 == 1).all()
        mistaken = held[(held[:, 2] == month) & (held[:, 3] == MISTAKEN)]
        assert all(((was >> act) & 1).any() for act in mistaken[:, 1])
        assert adult[held[:, 0]].all()
        seen |= set(held[:, 3].tolist())
        was = now["acts"]
    assert upheld and {OWN, TOLD, MISTAKEN} <= seen


def vars_of(scenario: Scenario, key: str) -> dict[str, Any]:
    return next(m for m in scenario.world("full").schemes[0].mechanisms if m.key() == key).values()


@cache
def lived() -> tuple[Any, Any]:
    told = {f"{LEDGER}.points": {"missed_loan_payment": -100, "red_light": -60}, "months": 24}
    return town(1, **told), simulate(town(1, **told), 10, 10)


def test_m37_months_add_up_to_years() -> None:
    """Blocks and strata are summed month by month; years and groups of them are plain sums, with nothing left over."""
    _, outcome = lived()
    strata = outcome.population.strata
    for arm, counts in outcome.counts.items():
        yearly = counts.reshape(2, 12, *counts.shape[1:]).sum(axis=1)
        groups = [[at for at, cell in enumerate(strata) if cell[1] == letter] for letter in ("A", "B")]
        assert (yearly.sum(axis=(0, 2)) == sum(yearly[:, :, at].sum(axis=(0, 2)) for at in groups)).all()
        assert {name: int(n) for name, n in zip(outcome.names[arm], yearly.sum(axis=(0, 2)), strict=True)} == totals(
            outcome, arm
        )


def test_acts_that_look_alike_are_one_to_a_scheme() -> None:
    """A scheme that counts missed payments cannot tell who was unable: both stand in its record, at one price."""
    scenario, _ = lived()
    here = Engine(scenario, 10, 10, arms=["full"])
    for _ in months(here):
        pass
    acts = set(record(here, "full")[:, 1].tolist())
    assert {code("missed_loan_payment"), code("missed_loan_payment_unable"), code("red_light")} >= acts
    assert code("missed_loan_payment_unable") in acts
