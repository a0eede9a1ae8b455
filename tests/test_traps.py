"""Forgetting, purpose, the probe, and four measures: what each must do, held against a plain and slow twin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import worlds
from worlds import BLIND, SCHEME, columns, off_scheme, read, record, tree

from goodstanding.acts import ACTS, ARTICLES, SANCTION_DOMAINS, code
from goodstanding.engine import Engine
from goodstanding.mechanism import catalogue
from goodstanding.world import MISTAKEN, OWN, RECORD, SEEN, TWIN

TOWN = f"schemes.{SCHEME}"
PLACEBO, AGENCIES = f"{TOWN}.observation.placebo", f"{TOWN}.observation.agencies"
EXPIRY, LIMIT = f"{TOWN}.safeguards.expiry", f"{TOWN}.safeguards.purpose_limit"
POINTS, CLASSES = f"{TOWN}.scoring.ledger.points", f"{TOWN}.scoring.ledger.classes"
PEOPLE, MONTHS = 1500, 14
OURS = {
    "awareness", "borrowing", "everyday_acts", "livelihood", "voice", "agencies", "placebo", "ledger", "restrictions",
    "publicity", "expiry", "purpose_limit",
}  # fmt: skip
"""The mechanisms of this town: others of the catalogue, whatever they are, stay out."""
ALONE = {
    f"{folder}.{key}" if folder == "conduct" and not cls.of_scheme else f"{TOWN}.{folder}.{key}": "off"
    for folder, found in catalogue().items()
    for key, cls in found.items()
    if key not in OURS
}


@pytest.fixture(autouse=True, scope="module")
def mirror() -> Iterator[None]:
    with worlds.mirrored():
        yield


def town(arms: dict[str, dict[str, Any]], *changes: dict[str, Any]) -> Engine:
    """A small town with some arms, before its first month."""
    laid: dict[str, Any] = {"society.people": PEOPLE, "months": MONTHS, f"{PLACEBO}.entries": 0}
    for change in changes:
        laid |= {path: value for path, value in change.items() if path.rpartition(".")[0] not in ALONE}
    laid |= ALONE
    return Engine(read({**tree(changes=laid), "arms": arms}), 5, 5, arms=["full", *arms])


def months(engine: Engine) -> Iterator[int]:
    for month in range(engine.scenario.months):
        engine.step()
        yield month


def barred(engine: Engine, arm: str = "full") -> np.ndarray:
    found: np.ndarray = columns(engine, arm)[f"{SCHEME}.mirror.barred_now"].astype(np.int64)
    return found


def counted(engine: Engine, name: str, arm: str = "full") -> np.ndarray:
    """One count of an arm, month by month."""
    outcome = engine.outcome()
    found: np.ndarray = outcome.counts[arm][: engine.month, list(outcome.names[arm]).index(name)].sum(axis=1)
    return found


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all((one[name] == other[name]).all() for name in one)


# -- expiry


def test_nothing_older_than_the_term_is_left() -> None:
    here = town({"short": {EXPIRY: {"term": 4}}, "kept": {EXPIRY: {"term": 4, "reach": 0}}, "absent": {EXPIRY: "off"}})
    for month in months(here):
        ages = month - record(here, "short")[:, 2]
        assert not (ages >= 4).any()
        assert same(columns(here, "kept"), columns(here, "absent"))
        assert (record(here, "kept") == record(here, "absent")).all()
    assert (MONTHS - 1 - record(here, "absent")[:, 2] >= 4).any()
    assert counted(here, f"{SCHEME}.expiry.expired_early", "short").any()


def test_expiry_forgets_for_good_and_a_higher_reach_only_forgets_more() -> None:
    arms = {name: {EXPIRY: {"term": 4, "reach": reach}} for name, reach in (("few", 0.3), ("many", 0.7))}
    here = town(arms, BLIND)
    for _ in months(here):
        few, many = ({tuple(row) for row in record(here, arm).tolist()} for arm in arms)
        assert many <= few
    assert len(many) < len(few)


# -- purpose limit


def test_a_restriction_stands_only_on_what_is_related_to_it() -> None:
    """Blind, so that both arms hold the same record: what is left is what the class bars and an entry is related to."""
    related = {"bills": ["credit"], "trade": ["licence", "jobs"], "speech": ["welfare"]}
    arms: dict[str, Any] = {
        "limited": {LIMIT: {"related": related}},
        "nothing": {LIMIT: {"related": {}}},
        "absent": {LIMIT: "off"},
    }
    here = town(
        arms, BLIND, {f"{TOWN}.sanctions.restrictions.domains": {"D": [*related["trade"], "credit", "welfare"]}}
    )
    bit = {domain: 1 << at for at, domain in enumerate(SANCTION_DOMAINS)}
    losing = {key for key, worth in worlds.POINTS.items() if worth < 0}
    lifted = []
    for _ in months(here):
        rows = record(here, "absent")
        assert (record(here, "limited") == rows).all()
        may = np.zeros(PEOPLE, np.int64)
        for person, act, _, _, flags in rows.tolist():
            if flags & RECORD and (ACTS[act].seen_as or ACTS[act].key) in losing:
                may[person] |= sum(bit[domain] for domain in related.get(ACTS[act].domain, ()))
        whole = barred(here, "absent")
        assert (barred(here, "limited") == whole & may).all() and not barred(here, "nothing").any()
        lifted.append(int(((whole & ~may) != 0).sum()))
    assert (counted(here, f"{SCHEME}.purpose_limit.lifted", "limited") == lifted).all()
    assert barred(here, "limited").any() and (barred(here, "limited") != barred(here, "absent")).any()


def test_protected_acts_are_related_to_nothing_by_default() -> None:
    limit = catalogue()["safeguards"]["purpose_limit"]
    domains = {act.domain for act in ACTS if act.protected}
    assert not any(limit().related[domain] for domain in domains | {"help"})  # type: ignore[attr-defined]
    assert set(limit().related) == {act.domain for act in ACTS}  # type: ignore[attr-defined]


def test_a_limit_that_reaches_nobody_is_no_limit() -> None:
    here = town({"idle": {f"{LIMIT}.reach": 0}, "absent": {LIMIT: "off"}})
    for _ in months(here):
        idle, absent = columns(here, "idle"), columns(here, "absent")
        assert same({n: c for n, c in idle.items() if not n.endswith(".reached")}, absent)


# -- placebo


def test_the_probe_gives_its_people_one_small_entry_and_nothing_else() -> None:
    """Blind, and nobody is barred from anything, so that nothing else can follow."""
    mild = {**BLIND, f"{TOWN}.sanctions.restrictions.domains": {}}
    here = town({"probed": {f"{PLACEBO}.entries": 1, f"{PLACEBO}.when": 3}}, mild)
    picked = columns(here, "full")[f"{SCHEME}.touched"] > 0
    assert 0 < picked.sum() < 60 and (picked == (columns(here, "probed")[f"{SCHEME}.touched"] > 0)).all()
    assert (here.traits["age"][picked] > 0).all()
    stall = code("illegal_stall")
    for month in months(here):
        bare, probed = (Counter(map(tuple, record(here, arm).tolist())) for arm in ("full", "probed"))
        given = {(int(i), stall, 3, OWN, RECORD | SEEN | TWIN) for i in np.flatnonzero(picked)} if month >= 3 else set()
        if month < 10:  # before anything expires
            assert probed - bare == Counter(given) and not bare - probed
        assert same(off_scheme(here, "full"), off_scheme(here, "probed"))
    assert counted(here, f"{SCHEME}.placebo.given", "probed").sum() == picked.sum()


def test_a_probe_at_rest_changes_nothing() -> None:
    here = town({"absent": {PLACEBO: "off"}})
    for _ in months(here):
        resting, absent = columns(here, "full"), columns(here, "absent")
        assert same(
            {n: c for n, c in resting.items() if not n.endswith(".touched")},
            {n: c for n, c in absent.items() if not n.endswith(".touched")},
        )
        assert (record(here, "full") == record(here, "absent")).all()


def test_the_probe_is_neither_unfounded_nor_a_protected_act_where_another_loses_points() -> None:
    sensitive = {POINTS: {"petition": -100, "red_light": -1}, CLASSES: {"A": 1000, "D": 0}, "months": 5}
    narrow = {**sensitive, POINTS: {"petition": -100}}
    for told, act in ((sensitive, "red_light"), (narrow, "petition")):
        changes = {f"{AGENCIES}.coverage": 0, f"{PLACEBO}.entries": 1, f"{PLACEBO}.share": 0.2, f"{PLACEBO}.when": 1}
        here = town({}, told, changes, {f"{TOWN}.sanctions.restrictions.domains": {"D": ["credit"]}})
        for _ in months(here):
            pass
        assert set(record(here, "full")[:, 1]) == {code(act)}
        assert not counted(here, f"{SCHEME}.unfounded.unfounded").any()


def test_a_ghost_probe_touches_nobody() -> None:
    here = town({}, {f"{PLACEBO}.entries": 1, f"{PLACEBO}.when": 1})
    ghost = Engine(here.scenario, 5, 5, arms=["ghost"])
    for _ in months(ghost):
        assert same(off_scheme(ghost, "ghost"), off_scheme(ghost, "none"))


# -- measures


def test_spells_are_as_a_slow_twin_finds_them() -> None:
    here = town({}, {f"{TOWN}.scoring.ledger.repair_light": 2, "months": 22}, {EXPIRY: "off"})
    spell, free = np.zeros(PEOPLE, int), np.full(PEOPLE, 99)
    edges = (3, 6, 12, 24, 48)
    keys = ("1_3", "4_6", "7_12", "13_24", "25_48", "49")
    told: list[Counter[str]] = []
    for _ in months(here):
        now, found = barred(here) > 0, Counter[str]()
        for i in range(PEOPLE):
            found["lately_free"] += 1 <= free[i] <= 12 and not spell[i]
            if now[i]:
                found["returned"] += not spell[i] and free[i] <= 12
                spell[i] += 1
                found["still_" + keys[sum(spell[i] > edge for edge in edges)]] += 1
            elif spell[i]:
                found["ended_" + keys[sum(spell[i] > edge for edge in edges)]] += 1
                spell[i], free[i] = 0, 1
            else:
                free[i] += 1
        told.append(found)
    total = sum(told, Counter[str]())
    assert total["returned"] and total["ended_1_3"] and total["still_4_6"]
    for name in ("returned", "lately_free", *(f"{what}_{key}" for what in ("ended", "still") for key in keys)):
        assert counted(here, f"{SCHEME}.traps.{name}").tolist() == [found[name] for found in told], name
    still = [sum(month) for month in zip(*(counted(here, f"{SCHEME}.traps.still_{key}") for key in keys), strict=True)]
    assert still == counted(here, f"{SCHEME}.sanctions.people").tolist()


def test_protected_entries_are_as_a_slow_twin_finds_them() -> None:
    here = town({}, {f"{AGENCIES}.coverage": 1})
    for month in months(here):
        now, held = barred(here) > 0, dict[int, set[str]]()
        fresh = standing = 0
        for person, act, made, _, flags in record(here, "full").tolist():
            if flags & RECORD and ACTS[act].protected and worlds.POINTS.get(ACTS[act].key, 0) < 0:
                held.setdefault(person, set()).add(ACTS[act].protected)
                standing += 1
                fresh += made == month
        expected = {"fresh": fresh, "standing_now": standing, "holders": len(held)}
        expected["shut_out"] = sum(bool(now[i]) for i in held)
        for article in ARTICLES:
            expected[f"holders_{article}"] = sum(article in has for has in held.values())
            expected[f"shut_out_{article}"] = sum(article in has and bool(now[i]) for i, has in held.items())
        for name, n in expected.items():
            assert counted(here, f"{SCHEME}.protected.{name}")[month] == n, name
    assert expected["holders_19"] > expected["shut_out_19"] > 0 and expected["holders_22"]


def test_a_mistake_makes_a_holder_too() -> None:
    here = town({}, {f"{AGENCIES}.misattribution": 1})
    for _ in months(here):
        pass
    assert set(record(here, "full")[:, 3]) <= {OWN, MISTAKEN} and counted(here, f"{SCHEME}.protected.holders").any()


def test_everybody_is_in_one_bin_and_in_one_class() -> None:
    here = town({})
    adults = int((here.traits["age"] > 0).sum())
    for month in months(here):
        cushion = columns(here, "full")["cushion"][here.traits["age"] > 0]
        low = (-10_000, -100, 0, 50, 100, 150, 200, 300, 400, 500, 100_000)
        keys = ("below", "minus_100", *low[2:-1])
        bins = [int(counted(here, f"inequality.savings_{key}")[month]) for key in keys]
        assert bins == np.histogram(cushion, low)[0].tolist() and sum(bins) == adults
        in_debt = counted(here, "livelihood.in_debt")[month]
        assert counted(here, "inequality.owing")[month] == in_debt == (cushion < 0).sum()
        told, unrated = (
            [counted(here, f"inequality.{name}", arm)[month] for name in ("best", "second", "third", "lower")]
            for arm in ("full", "none")
        )
        assert sum(told) == adults and not any(unrated)
    assert min(told) > 0


def test_the_untouched_are_all_whom_no_probe_picked() -> None:
    here = town({"none_picked": {f"{PLACEBO}.share": 0}})
    for _ in months(here):
        pass
    adults = int((here.traits["age"] > 0).sum())
    left, all_of_them = (counted(here, f"{SCHEME}.untouched.untouched", arm) for arm in ("full", "none_picked"))
    assert (left == adults - (columns(here, "full")[f"{SCHEME}.touched"] > 0).sum()).all() and (left < adults).all()
    assert (all_of_them == adults).all()
    told = {"voices": "silence.voices", "owing": "livelihood.in_debt", "shut_out": f"{SCHEME}.sanctions.people"}
    for name, other in {**told, "named": f"{SCHEME}.publicity.listed_now"}.items():
        mine, theirs = (counted(here, told, "none_picked") for told in (f"{SCHEME}.untouched.{name}", other))
        assert (mine == theirs).all(), name
    acts = columns(here, "none_picked")["acts"]
    assert counted(here, f"{SCHEME}.untouched.active", "none_picked")[-1] == (acts != 0).sum()
