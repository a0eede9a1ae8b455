"""Sanctions: what a class brings upon people, and upon those around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.arm import RECORD, domains
from _numpy_twin.around import at_home
from goodstanding.society import CHILD, HEAD, SPOUSE

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm
    from _numpy_twin.month import Twin


def restrict(twin: Twin, arm: Arm) -> None:
    """Restrictions and rewards: counts what the classes bar people from, and whom they put first."""
    bars = np.bitwise_count(arm.bars).astype(np.int64)
    if "restrictions" in arm.rules:
        arm.count(f"{arm.scheme}.restrictions.months_barred", arm.by_class @ bars)
    if "rewards" in arm.rules:
        arm.count(f"{arm.scheme}.rewards.favours", arm.first)


def draw_in(twin: Twin, arm: Arm) -> None:
    """Family: children and partners of whoever stood low last month are barred."""
    rule, role, condemned = arm.rules.get("family"), twin.columns["role"], arm.condemned
    arm.family_barred[arm.kin] = 0
    arm.kin = condemned[:0]
    if rule is None:
        return
    at, other = at_home(twin, condemned)
    one, theirs = role[condemned[at]], role[other]
    child = np.unique(other[(theirs == CHILD) & ((one == HEAD) | (one == SPOUSE))])
    partner = other[((one == HEAD) & (theirs == SPOUSE)) | ((one == SPOUSE) & (theirs == HEAD))]
    for_child, for_partner = (domains(rule.domains.get(kin, ())) for kin in ("child", "partner"))
    child, partner = child[: child.size * bool(for_child)], partner[: partner.size * bool(for_partner)]
    arm.family_barred[child], arm.family_barred[partner] = for_child, for_partner
    arm.kin = np.concatenate((child, partner))
    arm.count(f"{arm.scheme}.family.children_barred", twin.by_stratum(child))
    arm.count(f"{arm.scheme}.family.partners_barred", twin.by_stratum(partner))
    drawn_in = np.array([0, *(rule.drawn_in.get(c, 0) for c in arm.classes)], bool)
    arm.condemned = np.flatnonzero(drawn_in[arm.told])


def publish(twin: Twin, arm: Arm) -> None:
    """Publicity: some fresh bad entries put a name on the public list."""
    rule, entries = arm.rules.get("publicity"), arm.entries
    arm.names = twin.nobody
    if rule is None:
        return
    new = entries.of_month(twin.month)
    person = entries.person[new][(entries.flags[new] & RECORD > 0) & arm.bad[new]]
    room = rule.names / 1000 * rule.share_of_negative_entries * twin.adults.size * (arm.given_up != "voices")
    chance = room / (arm.new_names or twin.adults.size)
    arm.new_names = person.size
    arm.until[twin.luck.some(person, chance)] = twin.month + rule.months_up
    arm.names = np.flatnonzero(arm.until > twin.month)
    arm.count(f"{arm.scheme}.publicity.fresh", twin.by_stratum(person))
    arm.count(f"{arm.scheme}.publicity.listed_now", twin.by_stratum(arm.names))


def bear(twin: Twin, arm: Arm) -> None:
    """What is left after every safeguard is what people get to feel."""
    arm.barred = arm.restricted
    if arm.kin.size:
        arm.barred = arm.restricted.copy()
        arm.barred[arm.kin] |= arm.family_barred[arm.kin]
    arm.listed = arm.names
