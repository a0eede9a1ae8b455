"""Measures: what is counted about people after the month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.arm import (
    ARTICLE,
    BROUGHT_BY,
    DOMAINS,
    FORGED,
    FOUND,
    HARMS,
    INVENTED,
    MALICIOUS,
    MISCOPIED,
    MISREAD,
    MISTAKEN,
    PENDING,
    RECORD,
    REFUSED,
    SEEN,
    SEEN_AS,
    TOLD,
    TWIN,
    apart,
    domains,
    of_acts,
)
from _numpy_twin.luck import Array
from _numpy_twin.scoring import bars_on
from goodstanding.acts import ACTS, ARTICLES, PATHS, RELATED
from goodstanding.measures.unfounded import Unfounded
from goodstanding.measures.validity import GRAVE, LOST, SCORES, SIGHT, SIGHTS, YEAR
from goodstanding.society import CHILD

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm
    from _numpy_twin.month import Twin

CAUSES = ("misfiled", "misread", "malicious", "invented", "forged", "miscopied")
WEIGHT = np.array([Unfounded.settings["weight"].default[d] for d in DOMAINS])
RELATES = np.array([domains(RELATED[act.domain]) for act in ACTS])
EDGES = (-100, 0, 50, 100, 150, 200, 300, 400, 500)
SAVINGS = ("below", "minus_100", *EDGES[1:])
LENGTHS = ("1_3", "4_6", "7_12", "13_24", "25_48", "49")
AGES = ("1_3", "4_12", "13_24", "25")


def of_society(twin: Twin, arm: Arm, tongues: Array, listed: Array) -> None:
    """The measures of a whole society; `listed` counts the people around each who were on a list."""
    who, held, _ = tongues
    arm.count("silence.voices", twin.by_stratum(arm.spoke))
    arm.count("silence.held_tongue", twin.by_stratum(who[held == 1]))
    arm.count("silence.would_speak", twin.by_stratum(who))
    inequality(twin, arm)
    legitimacy(twin, arm)
    association(twin, arm, listed)
    gain(twin, arm)


def inequality(twin: Twin, arm: Arm) -> None:
    """Measure 12: adults by savings and by the standing they are told; and livelihood's count of debtors."""
    bins = np.zeros(twin.people, np.uint8)
    for s in twin.slices:
        cushion, here = arm.cushion[s], bins[s]
        for edge in EDGES:
            here += cushion >= edge
    savings = twin.by_bin(bins, len(SAVINGS))
    for at, low in enumerate(SAVINGS):
        arm.count(f"inequality.savings_{low}", savings[at])
    arm.count("inequality.owing", savings[0] + savings[1])
    arm.count("livelihood.in_debt", savings[0] + savings[1])
    arm.owing = savings[0] + savings[1]
    told = np.zeros((twin.strata, 4), np.int64)
    if arm.rated:
        for c in range(arm.by_class.shape[1]):
            told[:, min(c, 3)] += arm.by_class[:, c]
    for at, name in enumerate(("best", "second", "third", "lower")):
        arm.count(f"inequality.{name}", told[:, at])


def legitimacy(twin: Twin, arm: Arm) -> None:
    """Measure 15: what people think of being rated, and what they say; without a scheme nothing moves."""
    if arm.scheme or arm.liked.size == 0:
        arm.liked = twin.by_bin(arm.approval >> 5, 8)
    approve = arm.liked[4:].sum(0)
    falsify = twin.by_stratum(arm.falsified)
    arm.count("legitimacy.approve", approve)
    arm.count("legitimacy.say_so", approve + falsify)
    arm.count("legitimacy.falsify", falsify)
    arm.count("legitimacy.oppose", twin.by_stratum(arm.opposed))
    for at in range(8):
        arm.count(f"legitimacy.bin_{at + 1}", arm.liked[at])


def association(twin: Twin, arm: Arm, around: Array) -> None:
    """Measure 7: ties kept, cut and formed, and whether the people around whoever is named stay."""
    opened, grown, named = arm.opened[twin.adult[arm.opened]], twin.adult, np.zeros(twin.people, bool)
    named[arm.listed] = True
    near = np.flatnonzero((around > 0) & grown)
    met, fellow, cut = around[near].astype(np.int64), named[near], arm.cut[grown[arm.cut]]
    meetings, cut_ends, on_list = twin.sums(near, met), twin.by_stratum(cut), twin.by_stratum(arm.listed)
    for name, counted in {
        "cut_ends": cut_ends, "formed_ends": twin.by_stratum(opened), "open_ends": arm.open_ends,
        "refused": twin.by_stratum(np.flatnonzero((arm.spurned > 0) & grown)), "on_list": on_list,
        "off_list": twin.adults_by_stratum - on_list, "around_the_listed": twin.sums(near, met * fellow),
        "around_others": twin.sums(near, met * ~fellow), "meetings": meetings, "stayed": meetings - cut_ends,
    }.items():  # fmt: skip
        arm.count(f"association.{name}", counted)


def of_scheme(twin: Twin, arm: Arm) -> None:
    """The measures of a scheme; people who are barred here are barred in their own name, after every safeguard."""
    keep = arm.restricted[arm.out] > 0
    arm.out, arm.seen_bars, arm.twin_bars = arm.out[keep], arm.seen_bars[keep], arm.twin_bars[keep]
    every = apart(arm.restricted[arm.out], len(DOMAINS))
    sanctions(twin, arm, every)
    unfounded(twin, arm, every)
    traps(twin, arm)
    protected(twin, arm)
    relatives(twin, arm)
    remedies(twin, arm)
    rewards_lost(twin, arm)
    untouched(twin, arm)
    validity(twin, arm)


def sanctions(twin: Twin, arm: Arm, every: Array) -> None:
    """Measure 1: who is barred from what."""
    path, out = f"{arm.scheme}.sanctions.", arm.out
    arm.count(path + "people", twin.by_stratum(out))
    arm.count(path + "new", twin.by_stratum(out[arm.spell[out] == 0]))
    for at, domain in enumerate(DOMAINS):
        arm.count(path + domain, twin.by_stratum(out[every[:, at] == 1]))


def unfounded(twin: Twin, arm: Arm, every: Array) -> None:
    """Measure 2: on what a sanction rests."""
    path, out = f"{arm.scheme}.unfounded.", arm.out
    who = np.union1d(out, arm.kin)
    of = apart(arm.restricted[who], len(DOMAINS))
    kin = apart(arm.family_barred[who], len(DOMAINS))
    copies = np.zeros((2, who.size), np.int64)
    copies[:, np.searchsorted(who, out)] = arm.seen_bars, arm.twin_bars
    only = np.setdiff1d(arm.kin, out)
    left = (arm.entries.of(arm.entries.flags & copy > 0) for copy in (SEEN, TWIN))
    copies[:, np.searchsorted(who, only)] = [bars_on(twin, arm, entries, only) for entries in left]
    seen, own = (apart(copy, len(DOMAINS)) for copy in copies)
    every = of | kin
    without, induced = every & (1 - seen), every & seen & (1 - own)
    again = replayed(twin, arm, who)
    causes = [without & of & (1 - kin) & (1 - bars) for bars in again[: len(CAUSES)]] + [without & (1 - of)]
    paths = [induced & (1 - bars) for bars in again[len(CAUSES) + 2 : -1]]
    unrecorded = without & of & (1 - kin) & again[-1]
    held = np.flatnonzero(arm.against.flags & RECORD > 0)
    held = held[arm.losing[SEEN_AS][arm.against.act[held]]]
    person, act = arm.against.person[held], arm.against.act[held]
    about, weight, knows = np.zeros(twin.people, np.int64), np.zeros(twin.people, np.int64), np.zeros(twin.people, bool)
    np.bitwise_or.at(about, person, RELATES[act])
    np.maximum.at(weight, person, of_acts("gravity")[act].astype(np.int64))
    knows[person[arm.against.flags[held] & FOUND > 0]] = True
    for name, counted in {
        "sanction_months": every, "own_name": of, "unfounded": without, "false": without & of,
        **dict(zip((*CAUSES, "family"), causes, strict=True)), "unrecorded": unrecorded,
        "joint": without & (1 - np.bitwise_or.reduce([*causes, unrecorded])),
        "people": (without.sum(1) > 0)[:, None] & twin.adult[who][:, None], "induced": induced,
        **dict(zip(("elsewhere", "livelihood", "grievance", "tie"), paths, strict=True)),
        "no_path_alone": induced & (1 - np.bitwise_or.reduce(paths)), "own": every - without - induced,
        "protected": of & (1 - again[len(CAUSES)]), "unable": of & (1 - again[len(CAUSES) + 1]),
        "unrelated": of & (1 - apart(about[who], len(DOMAINS))),
        "disproportionate": of & (weight[who][:, None] < WEIGHT), "unnoticed": of & ~knows[who][:, None],
        "unreviewed": of * ("appeal" not in arm.rules), "shut_out": twin.adult[who][:, None],
    }.items():  # fmt: skip
        arm.count(path + name, twin.sums(who, counted.sum(1)))
    paired = arm.entries.of(arm.entries.flags & TWIN > 0)
    holders = np.unique(paired.person)
    spared = bars_on(twin, arm, paired, holders) & ~(arm.restricted[holders] | arm.family_barred[holders])
    arm.count(path + "averted", twin.sums(holders, apart(spared, len(DOMAINS)).sum(1)))


def replayed(twin: Twin, arm: Arm, who: Array) -> list[Array]:
    """What the rules make of some people's records (people, domains), for each kind of entry that is struck out."""
    held, act = arm.against, arm.against.act
    of_record = [held.origin == at for at in (MISTAKEN, MISREAD, MALICIOUS, INVENTED, FORGED, MISCOPIED)]
    of_record += [ARTICLE[act] > 0, (held.origin <= TOLD) & (SEEN_AS[act] != act)]
    made = held.flags & TWIN == 0
    left = [(held.flags & RECORD > 0) & ~kind for kind in of_record]
    left += [(held.flags & SEEN > 0) & ~(made & (BROUGHT_BY[act] == way)) for way in range(4)]
    left += [held.flags & (RECORD | SEEN) == RECORD | SEEN]
    return [apart(bars_on(twin, arm, held.of(which), who), len(DOMAINS)) for which in left]


def traps(twin: Twin, arm: Arm) -> None:
    """Measure 9: how long people stay barred, and who comes back."""
    path, spell, free = f"{arm.scheme}.traps.", arm.spell, arm.free
    who = np.flatnonzero((arm.restricted > 0) | (spell > 0) | (free > 0))
    out, months, since = arm.restricted[who] > 0, spell[who].astype(np.int64), free[who].astype(np.int64)
    still, ended = who[out], who[~out & (months > 0)]
    rows = {"still": (still, months[out] + 1), "ended": (ended, months[~out & (months > 0)])}
    for name, (these, length) in rows.items():
        place = np.searchsorted((3, 6, 12, 24, 48), length)
        for at, key in enumerate(LENGTHS):
            arm.count(f"{path}{name}_{key}", twin.by_stratum(these[place == at]))
    arm.count(path + "lately_free", twin.by_stratum(who[since > 0]))
    arm.count(path + "returned", twin.by_stratum(who[out & (since > 0)]))
    spell[who] = np.where(out, months + 1, 0)
    free[who] = np.where(out, 0, np.where(months > 0, 1, np.where(since < 12, since + 1, 0)))


def protected(twin: Twin, arm: Arm) -> None:
    """Measure 3: who is punished for what everybody has a right to do."""
    path, entries = f"{arm.scheme}.protected.", arm.entries
    held = entries.of((ARTICLE[entries.act] > 0) & (entries.flags & RECORD > 0) & arm.bad)
    who, at = np.unique(held.person, return_inverse=True)
    articles = np.zeros(who.size, np.int64)
    np.bitwise_or.at(articles, at, ARTICLE[held.act])
    barred, of_article = arm.restricted[who] > 0, apart(articles, len(ARTICLES)) > 0
    arm.count(path + "fresh", twin.by_stratum(held.person[held.month == twin.month]))
    arm.count(path + "standing_now", twin.by_stratum(held.person))
    arm.count(path + "holders", twin.by_stratum(who))
    arm.count(path + "shut_out", twin.by_stratum(who[barred]))
    for at_, key in enumerate(ARTICLES):
        arm.count(f"{path}holders_{key}", twin.by_stratum(who[of_article[:, at_]]))
        arm.count(f"{path}shut_out_{key}", twin.by_stratum(who[of_article[:, at_] & barred]))


def relatives(twin: Twin, arm: Arm) -> None:
    """Measure 5: who answers for the family."""
    path, kin, child = f"{arm.scheme}.relatives.", arm.kin, twin.columns["role"][arm.kin] == CHILD
    arm.count(path + "child_months", twin.by_stratum(kin[child]))
    arm.count(path + "spouse_months", twin.by_stratum(kin[~child]))
    arm.count(path + "only", twin.by_stratum(kin[arm.restricted[kin] == 0]))
    arm.count(path + "children", twin.children)
    arm.count(path + "partners", twin.partners)
    arm.count(path + "kin", twin.children + twin.partners)


def remedies(twin: Twin, arm: Arm) -> None:
    """Measure 17: what becomes of false entries."""
    path, entries = f"{arm.scheme}.remedies.", arm.entries
    stands = np.flatnonzero((entries.flags & RECORD > 0) & arm.bad)
    person, flags, origin = entries.person[stands], entries.flags[stands], entries.origin[stands]
    known, reviewed, false = flags & FOUND > 0, flags & (PENDING | REFUSED) > 0, origin > TOLD
    wrong, aware, pending = person[false], known[false], flags[false] & PENDING > 0
    age = np.searchsorted((2, 11, 23), twin.month - entries.month[stands[false]])
    arm.tried[person[reviewed]] = True
    holds, errs = np.zeros(twin.people, bool), np.zeros(twin.people, bool)
    holds[person], errs[wrong] = True, True
    for name, these in {
        "false_entries": wrong, "found": wrong[aware], "pending": wrong[pending],
        "refused": wrong[flags[false] & REFUSED > 0], "known": person[known], "contested": person[known & reviewed],
        **{f"false_{key}": wrong[age == at] for at, key in enumerate(AGES)},
        **{f"found_{key}": wrong[(age == at) & aware] for at, key in enumerate(AGES)},
        "holders": np.flatnonzero(holds), "people": np.flatnonzero(errs), "silent": np.flatnonzero(holds & ~arm.tried),
        "silent_false": np.flatnonzero(errs & ~arm.tried),
    }.items():  # fmt: skip
        arm.count(path + name, twin.by_stratum(these))


def rewards_lost(twin: Twin, arm: Arm) -> None:
    """Measure 1, its other half: who comes first, and who should have."""
    path, doubted = f"{arm.scheme}.rewards_lost.", arm.doubted
    people, has, due = arm.first, arm.favoured[doubted], arm.brings[arm.doubted_seen]
    arm.count(path + "people", people)
    arm.count(path + "due", people - twin.by_stratum(doubted[has > 0]) + twin.by_stratum(doubted[due > 0]))
    arm.count(path + "lost", twin.by_stratum(doubted[due & ~has > 0]))


def untouched(twin: Twin, arm: Arm) -> None:
    """The floor of chaos: what those do and suffer whom no probe touched."""
    touched, out = arm.touched, np.flatnonzero((arm.barred > 0) & twin.adult)
    left = np.ones(twin.people, bool)
    left[touched] = False
    for name, counted in {
        "untouched": twin.adults_by_stratum - twin.by_stratum(touched), "shut_out": twin.by_stratum(out[left[out]]),
        "named": twin.by_stratum(arm.listed[left[arm.listed]]),
        "owing": arm.owing - twin.by_stratum(touched[arm.cushion[touched] < 0]),
        "voices": twin.by_stratum(arm.spoke[left[arm.spoke]]),
        "active": twin.by_stratum(np.flatnonzero((arm.acts > 0) & left)),
    }.items():  # fmt: skip
        arm.count(f"{arm.scheme}.untouched.{name}", counted)


def gain(twin: Twin, arm: Arm) -> None:
    """Measure 14: how much people harm each other, by what leads to it."""
    who, act = arm.did[:, HARMS[arm.did[1]] > 0]
    gravity, path = HARMS[act], BROUGHT_BY[act]
    arm.count("gain.harm", twin.sums(who, gravity))
    for at, name in enumerate(("direct", *PATHS[1:])):
        arm.count(f"gain.{name}", twin.sums(who[path == at], gravity[path == at]))
    unable = SEEN_AS[act] != act
    arm.count("gain.unable", twin.sums(who[unable], gravity[unable]))
    arm.count("gain.false_accusations", twin.by_stratum(arm.accusers))
    arm.count("gain.harmful_acts", twin.by_stratum(who))
    arm.count("gain.people", twin.by_stratum(np.unique(who)))


def validity(twin: Twin, arm: Arm) -> None:
    """Measure 11: adults by what they stood at a year ago, and what they have done since; and what decides."""
    who, act = arm.did[:, SEEN_AS[arm.did[1]] == arm.did[1]]
    arm.harm += np.bincount(who, HARMS[act], twin.people).astype(np.int64)
    arm.grave[who[HARMS[act] >= GRAVE]] = True
    due = twin.month % YEAR == YEAR - 1
    for place, names in ((arm.low, SCORES), (arm.dark, SIGHT)):
        for at, name in enumerate(names):
            here = np.flatnonzero(due & (arm.low >= 0) & (place == at))
            arm.count(f"{arm.scheme}.validity.adults_{name}", twin.by_stratum(here))
            arm.count(f"{arm.scheme}.validity.harmful_{name}", twin.by_stratum(here[arm.harm[here] > 0]))
            arm.count(f"{arm.scheme}.validity.grave_{name}", twin.by_stratum(here[arm.grave[here]]))
    if due:
        arm.low = np.where(twin.adult, np.searchsorted(LOST, -arm.held, "right"), -1).astype(np.int8)
        arm.dark = np.searchsorted(SIGHTS, arm.harm, "right").astype(np.int8)
        arm.harm[:], arm.grave[:] = 0, False
    own = np.bitwise_count(arm.restricted).astype(np.int64)
    felt = np.flatnonzero(arm.barred)
    decided = twin.sums(felt, np.bitwise_count(arm.barred[felt])) + twin.by_stratum(arm.names)
    arm.count(f"{arm.scheme}.validity.decided", decided)
    arm.count(f"{arm.scheme}.validity.by_score", twin.sums(arm.out, own[arm.out]))
