"""Appeal, notice, human check and an unpublished list: what they must do, and what they must leave alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import worlds
from worlds import SCHEME, columns, read, record, tree

from goodstanding.acts import ACTS
from goodstanding.engine import Engine
from goodstanding.measures.discovery import Discovery
from goodstanding.measures.redress import Redress
from goodstanding.world import FOUND, PENDING, RECORD, REFUSED, TRUE

TOWN = f"schemes.{SCHEME}"
GUARDS = f"{TOWN}.safeguards"
APPEAL, NOTICE, CHECK = f"{GUARDS}.appeal", f"{GUARDS}.notice", f"{GUARDS}.human_check"
DOMAINS = f"{TOWN}.sanctions.restrictions.domains"
LIST_OFF = f"{GUARDS}.public_list_off"
NONE_ELSE = {NOTICE: "off", CHECK: "off"}
MONTHS = 10
COSTLY = [at for at, act in enumerate(ACTS) if worlds.POINTS.get(act.seen_as or act.key, 0) < 0]
PERSON, ACT, MONTH, ORIGIN, FLAGS = range(5)


def lived(arms: dict[str, dict[str, Any]], *names: str) -> Engine:
    crowded = {f"{TOWN}.observation.agencies.misattribution": 0.2, f"{APPEAL}.reach": 0.4, f"{APPEAL}.capacity": 8}
    told = {**tree(changes={"society.people": 640, "months": MONTHS, **crowded}), "arms": arms}
    engine = Engine(read(told), 6, 6, arms=[*names, *arms])
    for _ in range(MONTHS):
        engine.step()
    return engine


@pytest.fixture(scope="module")
def town() -> Engine:
    return lived(
        {
            "in_the_dark": {**NONE_ELSE, f"{APPEAL}.discovery": 0.0},
            "at_the_counter": {**NONE_ELSE, f"{APPEAL}.discovery": 1.0},
            "by_letter": {CHECK: "off", f"{NOTICE}.reach": 1.0, f"{APPEAL}.discovery": 0.0},
            "free_to_go": {DOMAINS: {}, f"{NOTICE}.reach": 1.0},
            "free_in_the_dark": {DOMAINS: {}, **NONE_ELSE, f"{APPEAL}.discovery": 1.0},
            "lost_letters": {CHECK: "off", f"{NOTICE}.reach": 0.0, f"{APPEAL}.discovery": 0.0},
            "sharp": {**NONE_ELSE, APPEAL: "off", CHECK: {"reach": 1.0, "scrutiny": 1.0, "leniency": 0.0}},
            "blind": {**NONE_ELSE, APPEAL: "off", CHECK: {"reach": 1.0, "scrutiny": 0.0, "leniency": 0.0}},
            "unchecked": {**NONE_ELSE, APPEAL: "off", CHECK: {"reach": 0.0}},
            "absent": {**NONE_ELSE, APPEAL: "off"},
            "unlisted": {f"{LIST_OFF}.reach": 1.0},
            "listed": {f"{LIST_OFF}.reach": 0.0},
        },
        "ghost", "full",
    )  # fmt: skip


def total(engine: Engine, arm: str, count: str) -> int:
    return worlds.totals(engine.outcome(), arm)[f"{SCHEME}.{count}"]


def monthly(engine: Engine, arm: str, count: str) -> np.ndarray:
    outcome = engine.outcome()
    return outcome.counts[arm].sum(axis=2)[:, list(outcome.names[arm]).index(f"{SCHEME}.{count}")]


def test_nobody_appeals_against_what_they_do_not_know_of(town: Engine) -> None:
    for arm in ("in_the_dark", "lost_letters"):
        assert total(town, arm, "sanctions.people") and not total(town, arm, "appeal.filed")
        assert not (record(town, arm)[:, FLAGS] & (FOUND | PENDING | REFUSED)).any()
    for arm in ("at_the_counter", "by_letter", "full"):
        flags = record(town, arm)[:, FLAGS]
        assert total(town, arm, "appeal.filed") and (flags[(flags & (PENDING | REFUSED)) != 0] & FOUND).all()


def test_without_a_letter_one_has_to_be_barred_to_appeal(town: Engine) -> None:
    assert total(town, "free_to_go", "appeal.filed") and not total(town, "free_to_go", "sanctions.people")
    assert not total(town, "free_to_go", "appeal.discovered") and total(town, "at_the_counter", "appeal.discovered")
    assert not total(town, "free_in_the_dark", "appeal.filed")


def test_letters_go_to_every_fresh_entry_that_costs_points_and_cost_hours(town: Engine) -> None:
    assert total(town, "by_letter", "notice.letters") == total(town, "by_letter", "notice.arrived")
    assert total(town, "by_letter", "notice.letters") == total(town, "by_letter", "publicity.fresh")
    assert not total(town, "lost_letters", "notice.arrived")
    rows, bad = record(town, "by_letter"), monthly(town, "by_letter", "remedies.false_entries")[-1]
    false = (rows[:, FLAGS] & RECORD != 0) & ((TRUE >> rows[:, ORIGIN]) & 1 == 0) & (rows[:, FLAGS] & FOUND != 0)
    assert false.sum() == bad == monthly(town, "by_letter", "remedies.found")[-1]
    hours = total(town, "by_letter", "notice.officer_hours")
    letters = total(town, "by_letter", "notice.letters")
    assert abs(hours - letters * 0.05) < 5 * (letters * 0.05) ** 0.5
    decided = sum(total(town, "by_letter", f"appeal.{c}") for c in ("upheld", "refused"))
    assert total(town, "by_letter", "appeal.officer_hours") == 4 * decided > 0


def test_a_scheme_nobody_knows_of_sends_no_letters(town: Engine) -> None:
    assert not total(town, "ghost", "notice.letters") and not total(town, "ghost", "appeal.filed")


def test_a_check_holds_a_restriction_back_for_a_month(town: Engine) -> None:
    """Blind eyes strike nothing: they spare people their first month and cost hours; then the bars fall as before."""
    checked = monthly(town, "blind", "human_check.checked")
    first = int(np.argmax(monthly(town, "unchecked", "sanctions.people") > 0))
    assert checked[first] and not checked[:first].any()
    assert monthly(town, "blind", "sanctions.people")[first] == 0
    assert monthly(town, "unchecked", "sanctions.people")[first] >= checked[first]
    assert monthly(town, "blind", "sanctions.people")[first + 1 :].any()
    assert not total(town, "blind", "human_check.struck")
    assert total(town, "blind", "human_check.officer_hours") == 2 * checked.sum()


def test_sharp_eyes_strike_false_entries_and_no_true_ones(town: Engine) -> None:
    assert total(town, "sharp", "human_check.struck")
    rows, kept = record(town, "sharp"), record(town, "blind")
    assert total(town, "sharp", "unfounded.people") < total(town, "blind", "unfounded.people")
    lost = {tuple(r) for r in kept[:, :4].tolist()} - {tuple(r) for r in rows[:, :4].tolist()}
    first = {r for r in lost if r[MONTH] <= int(np.argmax(monthly(town, "blind", "human_check.checked") > 0))}
    assert all(not (TRUE >> r[ORIGIN]) & 1 for r in first), "what differs later may come of what people then did"


def test_a_check_that_checks_nobody_is_no_check(town: Engine) -> None:
    idle, absent = columns(town, "unchecked"), columns(town, "absent")
    assert all((idle[name] == column).all() for name, column in absent.items())
    assert (record(town, "unchecked") == record(town, "absent")).all()


def test_a_name_withheld_is_seen_by_nobody(town: Engine) -> None:
    assert total(town, "unlisted", "publicity.listed_now") == total(town, "unlisted", "public_list_off.withheld") > 0
    assert not total(town, "listed", "public_list_off.withheld")
    full = lived({}, "full")
    assert 0 < total(full, "full", "public_list_off.withheld") < total(full, "full", "publicity.listed_now")


def test_remedies_agree_with_the_record(town: Engine) -> None:
    for arm in ("full", "at_the_counter"):
        got = {name: int(monthly(town, arm, f"remedies.{name}")[-1]) for name in ("people", "holders", "silent")}
        parts = {c: monthly(town, arm, f"remedies.{c}") for c in ("false_entries", "found", "pending", "refused")}
        ages = [monthly(town, arm, f"remedies.{what}_{age}") for what in ("false", "found") for age in
                ("1_3", "4_12", "13_24", "25")]  # fmt: skip
        assert (sum(ages[:4]) == parts["false_entries"]).all() and (sum(ages[4:]) == parts["found"]).all()
        assert (parts["pending"] + parts["refused"] <= parts["found"]).all()
        rows = record(town, arm)
        held = rows[(rows[:, FLAGS] & RECORD != 0) & np.isin(rows[:, ACT], COSTLY)]
        false = held[(TRUE >> held[:, ORIGIN]) & 1 == 0]
        assert parts["false_entries"][-1] == len(false) and got["people"] == len(set(false[:, PERSON].tolist()))
        assert parts["pending"][-1] == (false[:, FLAGS] & PENDING != 0).sum()
        assert got["silent"] <= got["holders"]


def test_times_in_the_dark_are_those_of_a_diary() -> None:
    """Measure 17, person by person: who knows of none of the false entries that stand, since when, and how it ended."""
    changes = {
        "society.people": 2000, f"{TOWN}.conduct.backlash": "off", f"{TOWN}.observation.agencies.misattribution": 0.1,
        f"{NOTICE}.reach": 0.1, f"{GUARDS}.expiry.reach": 0.5,
    }  # fmt: skip
    engine = Engine(read(tree("long", changes)), 5, 5, arms=["full"])
    plain = dict.fromkeys(Discovery.counts, 0)
    diary: dict[int, int] = {}
    knew: set[int] = set()
    for _ in range(engine.scenario.months):
        engine.step()
        known, unknown = set[int](), set[int]()
        for person, act, _, origin, flags in record(engine, "full").tolist():
            if flags & RECORD and not (TRUE >> origin) & 1 and act in COSTLY:
                (known if flags & FOUND else unknown).add(person)
        for person in {*diary} - (unknown - known):
            plain[f"{'found' if person in known else 'gone'}_{age(diary.pop(person))}"] += 1
            plain["ended"] += 1
            knew.add(person)  # so that it is not told again below
        fresh = known - knew
        plain["at_once"] += len(fresh)
        plain["ended"] += len(fresh)
        knew = known
        for person in unknown - known:
            diary[person] = diary.get(person, 0) + 1
            plain[f"still_{age(diary[person])}"] += 1
    told = worlds.totals(engine.outcome(), "full")
    assert {name: told[f"{SCHEME}.discovery.{name}"] for name in plain} == plain
    assert all(any(plain[name] for name in plain if name.startswith(how)) for how in ("at", "found", "gone", "still"))
    assert plain["found_13_24"] and plain["still_25"], "some were in the dark for long"


def test_times_until_a_decision_are_those_of_a_diary() -> None:
    """Measure 17, entry by entry: when each appeal was filed and how it ended; and whose entries were struck."""
    changes = {
        "society.people": 2000, f"{TOWN}.conduct.backlash": "off", f"{TOWN}.observation.agencies.misattribution": 0.1,
        f"{TOWN}.scoring.ledger.repair_light": 240, f"{GUARDS}.expiry": "off", CHECK: "off", f"{NOTICE}.reach": 1.0,
        f"{APPEAL}.reach": 0.02, f"{APPEAL}.delay": 9, f"{APPEAL}.capacity": 1000, f"{APPEAL}.leniency": 0.3,
    }  # fmt: skip
    engine = Engine(read(tree("long", changes)), 5, 5, arms=["full"])
    plain, open_since = dict.fromkeys(Redress.counts, 0), dict[tuple[int, ...], int]()
    waiting_since, struck_of, righted = dict[int, int](), set[int](), set[int]()
    for month in range(engine.scenario.months):
        engine.step()
        flags = {tuple(row[:4]): row[FLAGS] for row in record(engine, "full").tolist() if row[ACT] in COSTLY}
        now = {entry for entry, held in flags.items() if held & RECORD and held & PENDING}
        decided = {*open_since} - now
        for entry in decided:
            (person, _, since, origin), left = entry, bool(flags.get(entry, 0) & REFUSED)
            of = "true" if (TRUE >> origin) & 1 else "false"
            plain["decided"] += 1
            plain[f"heard_{of}"] += 1
            del open_since[entry]
            if not left:
                plain[f"won_{of}"] += 1
                plain["changed"] += person not in struck_of
                struck_of.add(person)
            if not left and of == "false":
                plain["struck"] += 1
                plain["stood"] += month - since
                plain["righted"] += person not in righted
                righted.add(person)
        open_since |= dict.fromkeys(now - {*open_since}, month)
        plain["waiting"] += len(now)
        people = {entry[PERSON] for entry in now}
        plain["concerned"] += len(people | {entry[PERSON] for entry in decided})
        for person in {*waiting_since} - people:
            plain["ended"] += 1
            plain[f"ended_{age(month - waiting_since.pop(person))}"] += 1
        for person in people:
            plain[f"still_{age(month + 1 - waiting_since.setdefault(person, month))}"] += 1
    told = worlds.totals(engine.outcome(), "full")
    assert {name: told[f"{SCHEME}.redress.{name}"] for name in plain} == plain
    assert all(plain[name] for name in plain if not name.startswith(("checked", "caught")) and not name.endswith("_25"))
    won = plain["won_false"] + plain["won_true"]
    own = {"waiting": plain["waiting"], "upheld": won, "refused": plain["decided"] - won}
    assert {name: told[f"{SCHEME}.appeal.{name}"] for name in own} == own
    assert 8 < plain["waiting"] / plain["decided"] < 10, "nine months, as was set, where there is no queue"


def test_what_a_check_catches_and_what_it_lets_pass(town: Engine) -> None:
    for arm, caught in (("sharp", 1), ("blind", 0)):
        false, true = (total(town, arm, f"redress.checked_{of}") for of in ("false", "true"))
        assert false > 0 < true
        assert total(town, arm, "redress.caught_false") == caught * false == total(town, arm, "redress.struck")
        assert total(town, arm, "redress.caught_true") == total(town, arm, "redress.waiting") == 0
        assert total(town, arm, "human_check.struck") == caught * false
    assert 0 < total(town, "sharp", "redress.righted") <= total(town, "sharp", "redress.struck")
    told = worlds.totals(town.outcome(), "absent")
    assert f"{SCHEME}.redress.struck" not in told, "nobody is asked where nobody looks"


def age(months: int) -> str:
    """The bin of so many months in the dark."""
    return next((key for most, key in ((3, "1_3"), (12, "4_12"), (24, "13_24")) if months <= most), "25")
