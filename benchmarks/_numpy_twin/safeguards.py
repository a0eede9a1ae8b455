"""Safeguards: entries are struck and what is done to people is lifted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.arm import FOUND, LIVE, MISTAKEN, OWN, PENDING, RECORD, REFUSED, SEEN, SEEN_AS, TOLD, TWIN, code

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm
    from _numpy_twin.month import Twin


def corroborate(twin: Twin, arm: Arm) -> None:
    """Corroboration: what was told stands only where others tell of the person too, or an agency knows of it."""
    rule, fresh, entries = arm.rules.get("corroboration"), arm.fresh, arm.entries
    if rule is None:
        return
    path = f"{arm.scheme}.corroboration."
    told = np.flatnonzero((fresh.origin != OWN) & (fresh.origin != MISTAKEN) & (fresh.flags & RECORD > 0))
    told = twin.luck.some(told, rule.reach)
    person, act = fresh.person[told], SEEN_AS[fresh.act[told]]
    late = entries.of(entries.since(twin.month - rule.window + 1))
    known = []
    for held in (late, fresh) if rule.window else ():
        filed = ((held.origin == OWN) | (held.origin == MISTAKEN)) & (held.flags & RECORD > 0)
        known.append(code(held.person[filed], SEEN_AS[held.act[filed]]))
    backed = np.isin(code(person, act), np.concatenate(known)) if known else np.zeros(told.size, bool)
    reports = np.bincount(arm.reports[1], minlength=twin.people)
    falls = ~backed & (reports[person] < rule.needed)
    arm.count(path + "officer_hours", rule.hours * twin.by_stratum(person))
    true = fresh.origin[told] == TOLD
    arm.count(path + "struck_true", twin.by_stratum(person[falls & true]))
    arm.count(path + "struck_false", twin.by_stratum(person[falls & ~true]))
    fresh.flags[told[falls]] = 0


def expire(twin: Twin, arm: Arm) -> None:
    """Expiry: what has come of age is struck from every copy."""
    rule, entries = arm.rules.get("expiry"), arm.entries
    if rule is None:
        return
    old = np.arange(entries.person.size)[entries.of_month(twin.month - rule.term)]
    old = twin.luck.some(old, rule.reach)
    held = old[entries.flags[old] & RECORD > 0]
    arm.count(f"{arm.scheme}.expiry.expired_early", twin.by_stratum(entries.person[held]))
    entries.flags[old] &= np.uint8(255 - LIVE)


def notify(twin: Twin, arm: Arm) -> None:
    """Notice: a letter tells people of each fresh entry that costs them points."""
    rule, fresh = arm.rules.get("notice"), arm.fresh
    if rule is None:
        return
    path, costly = f"{arm.scheme}.notice.", arm.losing[SEEN_AS][fresh.act]
    letters = np.flatnonzero((fresh.flags & RECORD > 0) & costly)
    arrived, work = twin.luck.some(letters, rule.reach), twin.luck.some(letters, rule.hours / 1000)
    fresh.flags[arrived] |= FOUND
    for name, which in (("letters", letters), ("arrived", arrived), ("officer_hours", work)):
        arm.count(path + name, twin.by_stratum(fresh.person[which]))


def check(twin: Twin, arm: Arm) -> None:
    """Human check: an officer looks at the entries of whoever is to be newly barred, who is spared meanwhile."""
    rule, entries = arm.rules.get("human_check"), arm.entries
    if rule is None:
        return
    path = f"{arm.scheme}.human_check."
    checked = twin.luck.some(arm.out[~arm.had_been[arm.out]], rule.reach)
    arm.had_been[:] = False
    arm.had_been[arm.out] = True
    arm.restricted[checked] = 0
    looked = np.zeros(twin.people, bool)
    looked[checked] = True
    read = np.flatnonzero(looked[entries.person] & (entries.flags & RECORD > 0) & arm.bad)
    likely = np.where(entries.origin[read] <= TOLD, rule.leniency, rule.scrutiny)
    struck = read[twin.luck.shares(read.size) < likely]
    entries.flags[struck] &= np.uint8(255 - (RECORD | SEEN | PENDING))
    arm.count(path + "checked", twin.by_stratum(checked))
    arm.count(path + "struck", twin.by_stratum(entries.person[struck]))
    arm.count(path + "officer_hours", rule.hours * twin.by_stratum(checked))


def spare_kin(twin: Twin, arm: Arm) -> None:
    """No family extension: nobody is barred for the family, where the rule is kept."""
    if "no_family_extension" not in arm.rules:
        return
    spared = arm.kin[arm.spared[arm.kin]]
    arm.family_barred[spared] = 0
    arm.kin = arm.kin[~arm.spared[arm.kin]]
    arm.count(f"{arm.scheme}.no_family_extension.spared", twin.by_stratum(spared))


def withhold(twin: Twin, arm: Arm) -> None:
    """Public list off: names are kept from the public."""
    if "public_list_off" not in arm.rules:
        return
    hidden = arm.withheld[arm.names]
    arm.count(f"{arm.scheme}.public_list_off.withheld", twin.by_stratum(arm.names[hidden]))
    arm.names = arm.names[~hidden]


def lift(twin: Twin, arm: Arm) -> None:
    """Purpose limit: people are barred only from what is related to a losing entry, in every copy of the record."""
    if "purpose_limit" not in arm.rules:
        return
    out, entries = arm.out, arm.entries
    place = np.full(twin.people, -1, np.int32)
    place[out] = np.arange(out.size, dtype=np.int32)
    at = place[entries.person]
    theirs = np.flatnonzero((at >= 0) & arm.bad)
    at, flags, related = at[theirs], entries.flags[theirs], arm.related[entries.act[theirs]]
    kept = []
    for copy in (RECORD, SEEN, TWIN):
        to = np.where(arm.covered[out], 0, 0xFFFF)
        held = flags & copy > 0
        np.bitwise_or.at(to, at[held], related[held])
        kept.append(to.astype(np.uint16))
    lifted = out[arm.restricted[out] & ~kept[0] > 0]
    arm.count(f"{arm.scheme}.purpose_limit.lifted", twin.by_stratum(lifted))
    arm.restricted[out] &= kept[0]
    arm.seen_bars, arm.twin_bars = arm.seen_bars & kept[1], arm.twin_bars & kept[2]


def review(twin: Twin, arm: Arm) -> None:
    """Appeal: people come upon entries when turned away, appeal against those they know of, and are heard."""
    rule, entries, path = arm.rules.get("appeal"), arm.entries, f"{arm.scheme}.appeal."
    if rule is None:
        return
    flags, person = entries.flags, entries.person
    admitted = min(1 / rule.delay, rule.capacity / 1000 * twin.adults.size / max(1, arm.waiting))
    open_ = np.flatnonzero((flags & RECORD > 0) & arm.bad)
    dark = open_[(flags[open_] & FOUND == 0) & (arm.restricted[person[open_]] > 0)]
    discovered = twin.luck.some(dark, rule.discovery)
    flags[discovered] |= FOUND
    open_ = open_[flags[open_] & (FOUND | REFUSED) == FOUND]
    waited = flags[open_] & PENDING > 0
    pending = open_[waited]
    fresh = open_[~waited]
    filed = fresh[twin.luck.hits(rule.reach, fresh.size)]
    flags[filed] |= PENDING
    decided = twin.luck.shares(pending.size) < admitted
    wins = np.where(entries.origin[pending] <= TOLD, rule.leniency, rule.success)
    won = twin.luck.shares(pending.size) < wins
    upheld, refused = pending[decided & won], pending[decided & ~won]
    flags[upheld] &= np.uint8(255 - (RECORD | SEEN | PENDING))
    flags[refused] = (flags[refused] & (255 - PENDING)) | REFUSED
    waits = np.concatenate((filed, pending[~decided]))
    arm.waiting = waits.size
    arm.count(path + "officer_hours", rule.hours * twin.by_stratum(person[pending[decided]]))
    for name, which in (
        ("discovered", discovered), ("filed", filed), ("waiting", waits), ("upheld", upheld), ("refused", refused),
    ):  # fmt: skip
        arm.count(path + name, twin.by_stratum(person[which]))
