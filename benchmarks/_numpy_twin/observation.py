"""Observation: what a scheme gets to see of last month, here and in the world without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.arm import (
    DUTY,
    ERROR,
    INVENTED,
    MALICE,
    MALICIOUS,
    MISREAD,
    MISTAKEN,
    OWN,
    RECORD,
    REWARD,
    SEEN,
    SEEN_AS,
    TOLD,
    TWIN,
    VOICE_BITS,
    bits,
    code,
    of_acts,
)
from _numpy_twin.luck import Array
from goodstanding.acts import ACTS

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm
    from _numpy_twin.month import Twin

DETECTABILITY, GRAVITY, RATE = of_acts("detectability"), of_acts("gravity"), of_acts("rate")
Deeds = tuple[Array, Array]
"""(person, act) of last month, and each person's acts as bits."""


def agencies(twin: Twin, arm: Arm, here: Deeds, without: Deeds, mixed: Array, turn: int) -> None:
    """Agencies report acts; what is recorded of some people is filed on somebody else."""
    if "agencies" not in arm.rules:
        return
    wanted, (did, acts), (did_without, acts_without) = arm.wanted[SEEN_AS], here, without
    did, only = did[:, wanted[did[1]]], did_without[:, wanted[did_without[1]]]
    only = only[:, (acts[only[0]] >> only[1]) & 1 == 0]
    flags = (RECORD | SEEN) + TWIN * ((acts_without[did[0]] >> did[1]) & 1)
    person, act = np.concatenate((did, only), 1)
    flags = np.concatenate((flags, np.full(only.shape[1], TWIN)))
    seen = twin.luck.shares(person.size) < arm.noticed[act, twin.group[person]]
    person, act, flags = person[seen], act[seen], flags[seen]
    files = np.zeros(twin.people, bool)
    files[mixed[twin.adult[mixed]]] = True
    other = (turn - person) % twin.people
    moved = files[other] & (other != person)
    flags[moved] &= RECORD
    person = np.where(moved, other, person)
    filed = flags > 0
    person, act, flags, moved = person[filed], act[filed], flags[filed], moved[filed]
    arm.count(f"{arm.scheme}.agencies.recorded", twin.by_stratum(person[~moved & (flags & RECORD > 0)]))
    arm.count(f"{arm.scheme}.agencies.mistaken", twin.by_stratum(person[moved]))
    arm.fresh = arm.fresh.and_then(person, act, twin.month, np.where(moved, MISTAKEN, OWN), flags)


def discretion(twin: Twin, arm: Arm, here: Deeds, without: Deeds) -> None:
    """Discretion: officers look away for insiders, and look twice at whoever spoke up."""
    rule, fresh = arm.rules.get("discretion"), arm.fresh
    if rule is None:
        return
    own, losing = fresh.origin == OWN, arm.losing[SEEN_AS]
    filed = code(fresh.person[own], fresh.act[own])
    spared = np.flatnonzero(own & arm.insider[fresh.person] & losing[fresh.act])
    spared = twin.luck.some(spared, rule.immunity)
    here_too = spared[fresh.flags[spared] & RECORD > 0]
    arm.count(f"{arm.scheme}.discretion.spared", twin.by_stratum(fresh.person[here_too]))
    fresh.flags[spared] = 0

    deeds = []
    for (person, act), acts in (here, without):
        of_voices = losing[act] & (acts[person] & VOICE_BITS > 0) & ~arm.insider[person]
        deeds.append(code(person[of_voices], act[of_voices]))
    missed = np.setdiff1d(np.concatenate(deeds), filed)
    person, act = missed >> 6, missed & 63
    found = twin.luck.shares(person.size) < DETECTABILITY[act] * rule.retaliation
    person, act, missed = person[found], act[found], missed[found]
    did, would = np.isin(missed, deeds[0]), np.isin(missed, deeds[1])
    arm.count(f"{arm.scheme}.discretion.retaliated", twin.by_stratum(person[did]))
    arm.fresh = fresh.and_then(person, act, twin.month, OWN, did * (RECORD | SEEN) + would * TWIN)


def placebo(twin: Twin, arm: Arm) -> None:
    """Placebo: those picked are given one entry about the least of all acts, once."""
    rule = arm.rules.get("placebo")
    if rule is None:
        return
    given = arm.touched[:0]
    asked = [k for k, act in enumerate(ACTS) if arm.losing[k] and SEEN_AS[k] == k]
    if rule.entries and twin.month == rule.when and asked:
        given = arm.touched
        least = min(asked, key=lambda k: ACTS[k].gravity + 101 * bool(ACTS[k].protected))
        arm.fresh = arm.fresh.and_then(given, least, twin.month, OWN, RECORD | SEEN | TWIN)
    arm.count(f"{arm.scheme}.placebo.probed", twin.by_stratum(arm.touched))
    arm.count(f"{arm.scheme}.placebo.given", twin.by_stratum(given))


def tips(twin: Twin, arm: Arm, here: Deeds, without: Deeds) -> None:
    """Tips: what people tell about each other goes on file, true or not."""
    rule, (_, target, motive) = arm.rules.get("tips"), arm.reports
    if rule is None:
        return
    path = f"{arm.scheme}.tips."
    if not arm.losing.any():
        target, motive = target[:0], motive[:0]
    examined = twin.luck.shares(target.size) < rule.verification
    arm.count(path + "received", twin.by_stratum(target))
    arm.count(path + "officer_hours", rule.hours * twin.by_stratum(target[examined]))
    false = (motive != DUTY) & (motive != REWARD)
    exposed = false & examined & (twin.luck.shares(target.size) < rule.exposure)
    arm.count(path + "exposed", twin.by_stratum(target[exposed]))

    person, act = _true_reports(twin, arm, target[~false], motive[~false], here[1])
    arm.count(path + "accepted_true", twin.by_stratum(person))
    would = (without[1][person] >> act) & 1
    arm.fresh = arm.fresh.and_then(person, act, twin.month, TOLD, (RECORD | SEEN) + TWIN * would)

    common = np.flatnonzero(arm.losing & (np.arange(len(ACTS)) == SEEN_AS))
    steps = np.cumsum(RATE[common])
    filed = false & ~exposed
    person, motive = target[filed], motive[filed]
    arm.count(path + "accepted_false", twin.by_stratum(person))
    if person.size:
        named = common[np.searchsorted(steps[:-1], twin.luck.shares(person.size) * steps[-1], "right")]
        origin = np.where(motive == ERROR, MISREAD, np.where(motive == MALICE, MALICIOUS, INVENTED))
        arm.fresh = arm.fresh.and_then(person, named, twin.month, origin, RECORD)


def _true_reports(twin: Twin, arm: Arm, target: Array, motive: Array, acts: Array) -> tuple[Array, Array]:
    """(person, act) that true reports add: of what is not on file the gravest by duty, the plainest by the reward."""
    people = np.unique(target)
    missed = acts[people] & bits(arm.losing[SEEN_AS])
    fresh = arm.fresh.of((arm.fresh.origin <= TOLD) & (arm.fresh.flags > 0) & np.isin(arm.fresh.person, people))
    np.bitwise_and.at(missed, np.searchsorted(people, fresh.person), ~np.left_shift(1, fresh.act.astype(np.int64)))
    added: list[tuple[Array, Array]] = [(people[:0], people[:0])]
    for why, worth in ((True, GRAVITY), (False, DETECTABILITY)):
        order = np.argsort(-worth, kind="stable")
        times = np.bincount(np.searchsorted(people, target[(motive == DUTY) == why]), minlength=people.size)
        for n in range(int(times.max(initial=0))):
            at = np.flatnonzero((times > n) & (missed != 0))
            first = order[np.argmax((missed[at, None] >> order) & 1, axis=1)]
            missed[at] &= ~np.left_shift(1, first)
            added.append((people[at], first))
    person, act = (np.concatenate(column) for column in zip(*added, strict=True))
    return person, act
