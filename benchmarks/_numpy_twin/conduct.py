"""Conduct: what people come to know, do, and do to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.arm import (
    AGAIN,
    CREDIT,
    DUTY,
    ERROR,
    FORMS,
    INVENTION,
    JOBS,
    LICENCE,
    MALICE,
    MOTIVES,
    PETITION,
    REWARD,
    SEEN_AS,
    UNABLE,
    UNWILLING,
    WELFARE,
)
from _numpy_twin.around import HOME, around, at_home, by_ties
from _numpy_twin.luck import Array
from goodstanding.acts import ACTS

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm
    from _numpy_twin.month import Twin

AWARE = 64
MOST_LOST = 230
MOST_WON = 32_767
#: 0 harms somebody, 1 harms nobody and is protected, 2 does good
SORT = np.array([0 if act.gravity else 1 if act.protected else 2 for act in ACTS])
Events = dict[str, Array]


def here(who: Array, s: slice) -> Array:
    """Those of a sorted list of people who are in a block, counted from its first."""
    first, last = np.searchsorted(who, (s.start, s.stop))
    found: Array = who[first:last] - s.start
    return found


# what people do to each other: once a month for everybody


def tell(twin: Twin, arm: Arm) -> None:
    """Informing: who reports whom this month, by what they showed in the last."""
    rule, offended, hunters = arm.conduct["informing"], arm.offended, arm.hunters
    slots, mindful = twin.partner.shape[1], arm.salience >= arm.conduct["informing"].mindful_from
    cells = twin.luck.hits(rule.telling, offended.size * slots)
    at, witness, _ = by_ties(twin, arm, offended, cells)
    home_at, home = at_home(twin, offended)
    hit = twin.luck.hits(rule.telling, home.size)
    actor = np.concatenate((witness, home[hit]))
    target = offended[np.concatenate((at, home_at[hit]))]
    tells = mindful[actor]
    actor, target = actor[tells], target[tells]
    motive = np.full(actor.size, DUTY)
    if hunters.size:  # they tell of everything, so their luck is looked at in their own round
        hunts, offends = np.zeros(twin.people, bool), np.zeros(twin.people, bool)
        hunts[hunters], offends[offended] = True, True
        others = ~hunts[actor]
        at, prey, _ = around(twin, arm, hunters)
        at, prey = at[offends[prey]], prey[offends[prey]]
        why = np.where(twin.luck.shares(prey.size) < rule.telling, DUTY, REWARD)
        actor = np.concatenate((actor[others], hunters[at]))
        target, motive = np.concatenate((target[others], prey)), np.concatenate((motive[others], why))
    if arm.accusers.size:
        at, named, _ = around(twin, arm, arm.accusers)
        falls = twin.adult[named] & (twin.luck.shares(named.size) < rule.aim)
        actor, target = np.concatenate((actor, arm.accusers[at[falls]])), np.concatenate((target, named[falls]))
        motive = np.concatenate((motive, arm.accuses[at[falls]]))
    arm.reports = actor, target, motive


def heed(twin: Twin, arm: Arm) -> None:
    """Compliance: whoever is barred, on a list, or in a lower class takes care."""
    rule, care = arm.conduct["compliance"], arm.care
    if arm.scheme:
        careful = np.flatnonzero(care)
        care[careful] = twin.luck.rounded(care[careful] * (1 - rule.fade))
        punished = (arm.barred > 0) | (arm.told > 1)
        punished[arm.listed] = True
        hit = np.flatnonzero(punished & twin.adult)
        care[hit] = np.maximum(care[hit], rule.resolve)
    arm.count("compliance.careful", twin.by_stratum(np.flatnonzero(care >= 64)))


def deal(twin: Twin, arm: Arm, at: Array, slot: Array, seen: Array) -> None:
    """Dealing: people around somebody listed refuse dealings, and the name is looked up."""
    rule, workless, listed = arm.conduct["dealing"], arm.workless, arm.listed
    idle = np.flatnonzero(workless)
    workless[idle] -= 1
    found = twin.luck.some(seen, rule.looking_up)
    workless[found] = np.maximum(workless[found], rule.months_lost)
    met = listed[at[slot != HOME]]
    refuses = twin.luck.shares(met.size) < rule.refusal
    times = np.bincount(met[refuses], minlength=twin.people) if met.size else twin.noughts
    worse = np.flatnonzero((workless > 0) | (times > 0))
    idle = np.flatnonzero(workless)
    lost = 256 * (rule.custom * times[worse] + rule.dismissal * (workless[worse] > 0))
    lost = np.minimum(MOST_LOST, lost.astype(np.int64))
    arm.spurned[:] = 0
    arm.spurned[worse] = lost
    arm.count("dealing.refused", twin.by_stratum(met[refuses]))
    arm.count("dealing.dealt", twin.by_stratum(met[~refuses]))
    arm.count("dealing.dismissed", twin.by_stratum(idle))
    arm.count("dealing.income_lost", twin.sums(worse, lost))


def keep_ties(twin: Twin, arm: Arm, at: Array, other: Array, slot: Array, looks: tuple[Array, Array, Array]) -> None:
    """Keeping ties: ties fall asleep, wake up, and are cut by people around somebody listed."""
    rule, closed = arm.conduct["keeping_ties"], arm.closed
    who, where, rest = looks
    shut = (closed[who] >> where) & 1
    new = (twin.scenario.ties.closed_at_first >> where) & 1
    turns = rest < np.array([rule.drift, rule.mending, rule.drift, rule.forming])[shut + 2 * new]
    was_shut, who = shut[turns] > 0, who[turns]
    closed[who] ^= np.left_shift(1, where[turns]).astype(np.uint16)
    faded, opened = who[~was_shut], who[was_shut]
    tie = np.flatnonzero(slot != HOME)
    cuts = twin.luck.some(tie, rule.shunning)
    cutter = np.unique(other[cuts])
    before = np.bitwise_count(closed[cutter] & twin.tied[cutter]).astype(np.int64)
    np.bitwise_or.at(closed, other[cuts], np.left_shift(1, slot[cuts]).astype(np.uint16))
    after = np.bitwise_count(closed[cutter] & twin.tied[cutter])
    grown = twin.adult
    arm.open_ends = arm.open_ends + twin.by_stratum(opened[grown[opened]]) - twin.by_stratum(faded[grown[faded]])
    arm.open_ends -= twin.sums(cutter, (after - before) * grown[cutter])
    arm.opened, arm.cut = opened, other[cuts]
    arm.count("keeping_ties.cut_ends", twin.by_stratum(arm.cut))
    arm.count("keeping_ties.faded", twin.by_stratum(faded))
    arm.count("keeping_ties.opened", twin.by_stratum(opened))


def resent(twin: Twin, arm: Arm) -> None:
    """Voice: grievances cool, and being barred makes new ones."""
    rule, grievance, out = arm.conduct["voice"], arm.grievance, np.flatnonzero(arm.barred)
    bears = np.flatnonzero(grievance)
    grievance[bears] = twin.luck.rounded(grievance[bears] * (1 - rule.cooling))
    grievance[out] = np.maximum(grievance[out], rule.anger)


# what concerns everybody: block by block


def hear(twin: Twin, arm: Arm, s: slice, luck: Events, listed: Array) -> None:
    """Awareness: salience rises to what the month's news make of it and fades otherwise."""
    rule, told, salience = arm.conduct["awareness"], arm.told[s], arm.salience[s]
    news = rule.own * (np.maximum(told, 1).astype(np.int16) - 1)
    if twin.month < rule.campaign_months:
        news += twin.campaign[s]
    near = np.flatnonzero(listed[s])
    news[near] += rule.word * listed[s][near].astype(np.int16)
    news *= told > 0
    kept = (salience * np.uint32(round((1 - rule.fade) * 65536)) + luck["fade"]) >> np.uint32(16)
    salience[:] = np.minimum(np.maximum(kept, news.astype(np.uint32)), 255)


def borrow(twin: Twin, arm: Arm, s: slice, luck: Events) -> tuple[Array, Array]:
    """Borrowing: returns who pays an instalment, and (person, act) of those who missed one."""
    rule, cushion, loan, barred = arm.conduct["borrowing"], arm.cushion[s], arm.loan[s], arm.barred[s]
    able, due = cushion >= rule.instalment, loan > 0
    who = luck["refuse"][due[luck["refuse"]]]
    chance = rule.refusal / 1000 * (256 - twin.traits["integrity"][s][who]) / 128
    if arm.losing[UNWILLING]:
        chance *= 1 - rule.deterrence * arm.salience[s][who] * (twin.traits["caution"][s][who] / 65536)
        chance *= 1 - arm.care[s][who] / np.float32(256)
    who = who[(luck["refused"][due[luck["refuse"]]] < chance) & able[who]]
    pays = due & able
    pays[who] = False
    unable = np.flatnonzero(due & ~able)
    takers = luck["take"]
    free = ~due[takers] & twin.adult[s][takers] & (cushion[takers] >= rule.reserve) & (barred[takers] & CREDIT == 0)
    loan -= pays
    loan[takers[free]] = rule.term
    missed = np.concatenate((unable, who)) + s.start
    return pays, np.stack((missed, np.repeat((UNABLE, UNWILLING), (unable.size, who.size))))


def earn(twin: Twin, arm: Arm, s: slice, luck: Events, pays: Array, worse: Array) -> None:
    """Livelihood: income less what people are barred from and refused, savings, strain; `worse` are those barred."""
    rule, income, cushion, barred = arm.conduct["livelihood"], twin.income[s], arm.cushion[s], arm.barred[s]
    favoured, out = arm.favoured[s], here(worse, s)
    better = np.float32(rule.job_gain * arm.edge)
    if arm.in_jobs and better > 0:
        cents = twin.luck.rng.random(income.size, np.float32)
        income = (income * (1 + better * (favoured & JOBS > 0)) + cents).astype(np.int16)
    elif out.size:
        income = income.copy()
    if out.size:
        left = twin.income[s][out] * (1 - rule.licence_loss * (twin.trade[s][out] & (barred[out] & LICENCE > 0)))
        left *= 1 - rule.job_loss * (barred[out] & JOBS > 0)
        left *= 1 + better * (favoured[out] & JOBS > 0)
        income[out] = left * (1 - arm.spurned[s][out] / 256) + twin.luck.rng.random(out.size)
    short = np.flatnonzero((cushion < rule.short) & (income < rule.low_income))
    short = short[barred[short] & WELFARE == 0]
    cushion += income
    helped = rule.relief + rule.relief_gain * arm.edge * (favoured[short] & WELFARE > 0)
    cushion[short] += (helped + twin.luck.rng.random(short.size)).astype(np.int16)
    cushion -= 100 + arm.conduct["borrowing"].instalment * pays.astype(np.int16)
    cushion[luck["blow"]] -= rule.blow_cost
    if arm.winners.size:
        first, last = np.searchsorted(arm.winners, (s.start, s.stop))
        cushion[arm.winners[first:last] - s.start] += arm.won[first:last]
    missing = np.clip(rule.ease - cushion, 0, 2 * rule.ease).astype(np.float32)
    arm.strain[s] = missing * np.float32(255 / (2 * rule.ease)) * twin.adult[s]
    np.clip(cushion, -rule.debt_limit, rule.ceiling, out=cushion)


def think(twin: Twin, arm: Arm, s: slice, luck: Events, listed: Array, gain: int, lucky: Array) -> None:
    """Support: approval falls with what one suffers, sees and thinks, and rises where one comes first.

    Everybody who comes first gains the whole points of `gain`, and the `lucky` among them one more.
    """
    rule, approval, barred = arm.conduct["support"], arm.approval[s], arm.barred[s]
    thought = arm.salience[s].astype(np.uint16)
    thought *= np.uint16(rule.sobering)
    thought += luck["think"]
    thought >>= 8
    approval -= np.minimum(thought.astype(np.uint8), np.maximum(approval, 127) - 127)
    hurt = barred > 0
    hurt[here(arm.listed, s)] = True
    moved = np.flatnonzero((hurt | (listed[s] > 0)) & twin.adult[s])
    loss = twin.luck.rounded(rule.hurt * (hurt[moved] + listed[s][moved] / 4))
    approval[moved] = np.maximum(approval[moved] - loss, 0)
    favoured = arm.favoured[s] > 0
    lucky = here(lucky, s)
    lucky = lucky[favoured[lucky]]
    approval[lucky] = np.minimum(approval[lucky], 254) + 1
    if gain:
        approval += np.minimum(255 - approval, np.uint8(gain) * favoured)


def take_sides(twin: Twin, arm: Arm, s: slice, opposed: Array) -> tuple[Array, Array]:
    """Support: returns who opposes rating openly, and who would but for fear."""
    rule, approval = arm.conduct["support"], arm.approval[s]
    held_back = twin.columns["threshold"][s].astype(np.int16) + approval
    near = np.flatnonzero(opposed[s])
    held_back[near] -= rule.company * opposed[s][near].astype(np.int16)
    would = np.flatnonzero((held_back < 128) & (approval < 128) & twin.adult[s])
    push = 128 - held_back[would].astype(np.int32)
    scare = rule.fear * arm.salience[s][would].astype(np.int32) * twin.columns["caution"][s][would] >> 8  # in 256ths
    return would[push * 256 > scare] + s.start, would[push * 256 <= scare] + s.start


# what few do: once a month


def speak(twin: Twin, arm: Arm, who: Array, drawn: Array, spoke: Array) -> Array:
    """Voice: returns (person, held, form) of those who spoke up or held their tongue."""
    rule = arm.conduct["voice"]
    push = twin.columns["conviction"][who].astype(np.int32) + arm.grievance[who]
    push += rule.company * spoke[who].astype(np.int32)
    push += rule.hardship * arm.strain[who].astype(np.int32) >> 8
    push -= rule.hurdle + twin.hurdle[who]
    who, drawn, push = who[push > 0], drawn[push > 0], push[push > 0]
    scare = rule.fear * arm.salience[who].astype(np.int32) * twin.columns["caution"][who] >> 8  # in 256ths
    held = push * 256 <= scare * arm.watched
    form = FORMS[np.searchsorted(twin.forms[:-1], drawn * twin.forms[-1], "right")]
    petitions = who[(form == PETITION) & ~held]
    form[(form == PETITION) & (arm.remembered[who] >= twin.month)] = AGAIN
    arm.remembered[petitions] = twin.month + rule.memory
    return np.stack((who, held, form))


def act(twin: Twin, arm: Arm, chances: tuple[Array, ...]) -> Array:
    """Everyday acts: returns (person, act) of those that are done."""
    person, act, drawn, likely = chances
    likely = likely * (1 + twin.by_strain[act] * arm.strain[person])
    if arm.losing.any():
        feared, heeded = twin.by_fear * arm.losing, twin.by_care * arm.losing
        likely *= 1 - feared[act] * (arm.salience[person] * twin.traits["caution"][person])
        likely *= 1 - heeded[act] * arm.care[person]
    done = drawn < likely
    person, act = person[done], act[done]
    sorts = np.bincount(SORT[act] * twin.strata + twin.stratum[person], minlength=3 * twin.strata)
    for at, name in enumerate(("harmful", "harmless", "kind")):
        arm.count(f"everyday_acts.{name}", sorts[at * twin.strata : (at + 1) * twin.strata])
    return np.stack((person, act))


def inform(twin: Twin, arm: Arm) -> None:
    """Informing: counts this month's reports, pays for them, and settles what people show for the next month's."""
    rule, (actor, target, motive) = arm.conduct["informing"], arm.reports
    for at, name in enumerate(MOTIVES):
        arm.count(f"informing.{name}", twin.by_stratum(actor[motive == at + 1]))
        arm.count(f"informers.{name}", twin.by_stratum(target[motive == at + 1]))
    informers, made = np.unique(actor, return_counts=True)
    arm.count("informing.informers", twin.by_stratum(informers))
    arm.count("informers.tips", twin.by_stratum(target))
    arm.count("informers.false", twin.by_stratum(target[(motive != DUTY) & (motive != REWARD)]))
    arm.count("informers.people", twin.by_stratum(np.unique(target)))
    arm.winners, arm.won = informers, np.minimum(MOST_WON, made * arm.bounty)
    if arm.bounty == 0:
        arm.winners = arm.won = informers[:0]
    arm.offended = arm.hunters = arm.accusers = arm.accuses = informers[:0]
    if not arm.hotline.any():
        return
    offence = arm.hotline[SEEN_AS]
    offended = np.zeros(twin.people, bool)
    offended[arm.did[0, offence[arm.did[1]]]] = True
    arm.offended, mindful = np.flatnonzero(offended), np.flatnonzero(arm.salience >= rule.mindful_from)
    in_error = rule.misreading / 1000
    spiteful = in_error + rule.spite / 1000 * twin.columns["grudge"][mindful] / 256
    wishful = spiteful + rule.pull * arm.bounty / 100 * twin.columns["mercenary"][mindful] / 256
    drawn = twin.luck.rng.random(mindful.size)
    after = (drawn >= spiteful) & (drawn < wishful)
    arm.hunters = mindful[after]
    invents = after & (twin.luck.shares(mindful.size) < rule.inventing)
    why = np.where(drawn < in_error, ERROR, np.where(drawn < spiteful, MALICE, INVENTION * invents))
    arm.accusers, arm.accuses = mindful[why > 0], why[why > 0]


def tally(twin: Twin, arm: Arm, missed: Array, tongues: Array, sides: tuple[Array, Array]) -> Array:
    """The counts of conduct; returns (person, act) of those who spoke up."""
    who, held, form = tongues
    arm.spoke, form = who[held == 0], form[held == 0]
    arm.opposed, falsifying = sides
    arm.falsified = falsifying
    opposing = twin.by_stratum(arm.opposed)
    arm.count("borrowing.unable", twin.by_stratum(missed[0, missed[1] == UNABLE]))
    arm.count("borrowing.unwilling", twin.by_stratum(missed[0, missed[1] == UNWILLING]))
    arm.count("awareness.aware", twin.by_stratum(np.flatnonzero(arm.salience >= AWARE)))
    arm.count("voice.petitions", twin.by_stratum(arm.spoke[(form == PETITION) | (form == AGAIN)]))
    arm.count("livelihood.ahead", arm.first_for_income)
    arm.count("support.ahead", arm.first)
    arm.count("support.opposing", opposing)
    arm.count("support.falsifying", twin.by_stratum(falsifying))
    if "backlash" in arm.rules:
        yielded = np.zeros(twin.strata, np.int64)
        yielded[twin.stratum[0]] = arm.yielded
        arm.count(f"{arm.scheme}.backlash.opposed_now", opposing)
        arm.count(f"{arm.scheme}.backlash.given_way", yielded)
    return np.stack((arm.spoke, form))


def give_way(twin: Twin, arm: Arm) -> None:
    """Backlash: a scheme that meets enough open opposition for long enough gives something up."""
    rule = arm.rules.get("backlash")
    if rule is None:
        return
    arm.above = arm.above + 1 if arm.opposed.size > rule.tipping * twin.adults.size else 0
    if arm.above >= rule.patience and rule.ending != "none" and not arm.yielded:
        arm.yielded = True
        arm.given_up = "all" if rule.ending == "repealed" else "voices"
