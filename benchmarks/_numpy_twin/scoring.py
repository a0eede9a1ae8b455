"""Scoring: the ledger adds up what is recorded, and puts people into classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.arm import JOBS, LIVE, RECORD, SEEN, SEEN_AS, TWIN, WELFARE
from _numpy_twin.luck import Array

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm, Entries
    from _numpy_twin.month import Twin


def rate(twin: Twin, arm: Arm) -> None:
    """Ledger: takes in this month's entries, lets old ones go, and works out classes and what they bring."""
    ledger, fresh, path = arm.rules["ledger"], arm.fresh, arm.scheme
    arm.entries = arm.entries.and_then(fresh.person, fresh.act, fresh.month, fresh.origin, fresh.flags)
    entries = arm.entries
    expired = [np.zeros(0, np.int64)]
    for term in {ledger.repair_light, ledger.repair_heavy}:
        old = np.arange(entries.person.size)[entries.of_month(twin.month - term)]
        old = old[arm.term[entries.act[old]] == term]
        expired.append(entries.person[old[entries.flags[old] & RECORD > 0]])
        entries.flags[old] = 0
    arm.count(f"{path}.ledger.expired", twin.by_stratum(np.concatenate(expired)))
    live = entries.flags & LIVE > 0
    entries = arm.entries = entries.of(live)

    worth = arm.worth[entries.act]
    arm.bad = arm.losing[SEEN_AS][entries.act]
    stands, start = bool(arm.wanted.any()), ledger.start
    lost = np.bincount(entries.person, worth * (entries.flags & RECORD > 0), twin.people)
    arm.held, moved = lost, np.flatnonzero(lost)
    standing = arm.standing(start + lost[moved])
    classes = np.bincount(twin.stratum[moved] * len(arm.classes) + standing, minlength=twin.strata * len(arm.classes))
    classes = classes.reshape(twin.strata, -1)
    classes[:, arm.base] += twin.adults_by_stratum - classes.sum(1)
    arm.by_class, arm.rated = classes, stands
    arm.told = spread(twin, moved, (1 + standing) * stands, (1 + arm.base) * stands, np.uint8)

    false = np.zeros(twin.people, bool)
    false[entries.person[(entries.flags & RECORD > 0) != (entries.flags & SEEN > 0)]] = True
    arm.doubted = np.flatnonzero(false)
    arm.doubted_seen = shadow(twin, arm, worth, SEEN, arm.doubted)
    arm.restricted = spread(twin, moved, arm.bars[standing], arm.bars[arm.base], np.uint16)
    arm.out = np.flatnonzero(arm.restricted)
    arm.seen_bars, arm.twin_bars = (arm.bars[shadow(twin, arm, worth, copy, arm.out)] for copy in (SEEN, TWIN))
    arm.against = entries.of(arm.restricted[entries.person] > 0)
    favours = arm.favours * stands
    arm.favoured = spread(twin, moved, favours[standing], favours[arm.base], np.uint16)
    arm.brings = favours
    arm.first = classes[:, favours > 0].sum(1)
    arm.first_for_income = classes[:, favours & (JOBS | WELFARE) > 0].sum(1)
    arm.in_jobs = bool((favours & JOBS).any())


def shadow(twin: Twin, arm: Arm, worth: Array, copy: int, who: Array) -> Array:
    """The classes of some people by another copy of the record."""
    place = np.full(twin.people, -1, np.int32)
    place[who] = np.arange(who.size, dtype=np.int32)
    at = place[arm.entries.person]
    theirs = at >= 0
    held = worth[theirs] * (arm.entries.flags[theirs] & copy > 0)
    return arm.standing(arm.rules["ledger"].start + np.bincount(at[theirs], held, who.size))


def bars_on(twin: Twin, arm: Arm, held: Entries, who: Array) -> Array:
    """From what some people would be barred (people,) if these entries were all that is on record."""
    place = np.full(twin.people, -1, np.int32)
    place[who] = np.arange(who.size, dtype=np.int32)
    at = place[held.person]
    theirs = at >= 0
    lost = np.bincount(at[theirs], arm.worth[held.act[theirs]], who.size)
    bars = arm.bars[arm.standing(arm.rules["ledger"].start + lost)]
    if "purpose_limit" in arm.rules:
        to = np.where(arm.covered[who], 0, 0xFFFF)
        bad = theirs & arm.losing[SEEN_AS][held.act]
        np.bitwise_or.at(to, at[bad], arm.related[held.act[bad]])
        bars = bars & to.astype(np.uint16)
    return bars


def spread(twin: Twin, who: Array, values: Array, otherwise: int, dtype: type) -> Array:
    """A column of values for some adults and one for all other adults."""
    column: Array = twin.adult * dtype(otherwise) if otherwise else np.zeros(twin.people, dtype)
    column[who] = values
    return column
