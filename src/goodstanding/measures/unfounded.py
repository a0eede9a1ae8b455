"""Measure 2: what a sanction rests on."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import HARM, RELATION
from goodstanding.kernels import case, kernel
from goodstanding.measures import Measure
from goodstanding.tally import how_many
from goodstanding.world import (
    FORGED,
    FOUND,
    INVENTED,
    MALICIOUS,
    MISCOPIED,
    MISREAD,
    MISTAKEN,
    RECORD,
    SEEN,
    TRUE,
    TWIN,
    Column,
)

CAUSES = {
    "misfiled": "unfounded but for entries filed on the wrong person",
    "misread": "unfounded but for reports made in error",
    "malicious": "unfounded but for reports made out of malice",
    "invented": "unfounded but for reports made for the reward",
    "forged": "unfounded but for entries that an insider made up",
    "miscopied": "unfounded but for false entries copied from another scheme",
}
PATHS = {
    "elsewhere": "induced but for acts of neither hardship, grievance nor ties",
    "livelihood": "induced but for acts that hardship leads to",
    "grievance": "induced but for acts of grievance",
    "tie": "induced but for acts that ties lead to",
}
"""In the order of `acts.PATHS`."""
RESTS = (*CAUSES, "family", "unrecorded", "joint")
"""All that an unfounded month can rest on."""
COUNTS = {
    "sanction_months": "sanction-months",
    "own_name": "sanction-months in the person's own name",
    "unfounded": "sanction-months that rest on what the person did not do",
    "false": "sanction-months in the own name that rest on what the person did not do",
    **CAUSES,
    "family": "unfounded, for a relative's sake",
    "unrecorded": "unfounded with every false entry struck: through what is on no record, such as friends' scores",
    "joint": "unfounded through several causes together",
    "induced": "sanction-months that the world without the scheme lacks",
    **PATHS,
    "no_path_alone": "induced, by no single path",
    "averted": "sanction-months that the world without the scheme brings, and that fell on nobody",
    "own": "sanction-months for own conduct",
    "protected": "sanction-months in the own name but for protected acts",
    "unable": "sanction-months in the own name but for payments that were beyond the person's means",
    "unrelated": "sanction-months in the own name from a domain to which no act on record is related",
    "disproportionate": "sanction-months in the own name from a domain that outweighs the gravest act on record",
    "unnoticed": "sanction-months in the own name of people who knew of no entry",
    "unreviewed": "sanction-months in the own name while nobody decided appeals",
    "people": "adults with an unfounded sanction",
    "shut_out": "adults barred from anything, in their own name or for a relative's sake",
}
(
    MONTHS, OWN_NAME, UNFOUNDED, FALSE, FIRST_CAUSE, FAMILY, UNRECORDED, JOINT, INDUCED, FIRST_PATH, NO_PATH, AVERTED,
    OWN,
) = (
    list(COUNTS).index(name) for name in (
        "sanction_months", "own_name", "unfounded", "false", "misfiled", "family", "unrecorded", "joint", "induced",
        "elsewhere", "no_path_alone", "averted", "own",
    )
)  # fmt: skip
PROTECTED, UNABLE, UNRELATED, OUTWEIGHED, UNNOTICED, UNREVIEWED, PEOPLE, SHUT_OUT = range(OWN + 1, len(COUNTS))
"""The rows of the counts."""
BUT_FOR_PROTECTED, BUT_FOR_UNABLE, FROM_SEEN = len(CAUSES), len(CAUSES) + 1, len(CAUSES) + 2
WAYS, KINDS = len(PATHS), len(CAUSES)
NOTHING_FALSE = FROM_SEEN + WAYS
"""The replays: a kind of cause struck from the record each, then two kinds of acts; then a path each from the record
without false entries; at last the record with every false entry struck."""


class Unfounded(Measure):
    """Sanction-months that rest on what a person did not do, on conduct the scheme brought about, or on own conduct.

    A sanction-month is one person barred from one domain in one month, in their own name or for a relative's sake. It
    is unfounded where the person's record without entries about what the person did not do would not bar; induced where
    that one bars but the same rules on the same person's acts in the world without the scheme, under the same draws,
    would not; own conduct otherwise. The draws are a convention, so that induced, its paths and own conduct hang on the
    pairing. The rest is not thereby rightful. Months the other way round, which the world without the scheme brings and
    the record does not, are counted apart; induced less these hangs on the pairing only where an unfounded month stood
    in both. What a false entry led somebody to do counts as induced, so that
    unfounded is the least that errors did.

    Causes and paths are each but-for: a month counts under one where the rules, run again on the same record without
    its entries, no longer bar. It can count under several; `joint` is where none is alone. `unrecorded` is where the
    rules bar all the same once every false entry is struck: through what stands on nobody's record, such as the scores
    of friends, which the record without errors leaves out. For a relative's sake means that the person's own record
    does not bar. The causes are struck from the record, the paths from the record without false entries, and only what
    the world without the scheme lacks.

    Across that, for months in the person's own name: but for protected acts; but for what somebody could not pay and
    was booked as refusing; from a domain to which no act on record is related; from a domain that weighs more in one
    month than the gravest act on record; while the person knew of no entry; while nobody decided appeals. Which acts
    are related to which domains and what a domain weighs are assumed here, and not varied.
    """

    of_scheme = True
    unit = "sanction-months"
    persons = "shut_out"
    better = "lower"
    leads = ("unfounded", "false", "unable", "induced", "protected")
    cases = "restricted"
    replays = (*CAUSES, "protected", "unable", *PATHS, "unrecorded")
    columns = {
        "about": Column(dtype="uint16", label="domains to which an act on record is related, one bit each"),
        "gravest": Column(dtype="uint8", label="gravity of the gravest act on record"),
        "knows": Column(dtype="uint8", label="knows of an entry that costs points"),
    }
    counts = COUNTS
    per = {
        **{count: "sanction_months" for count in COUNTS if count not in ("sanction_months", "people", "shut_out")},
        **dict.fromkeys(
            ("false", "unrecorded", "protected", "unable", "unrelated", "disproportionate", "unnoticed", "unreviewed"),
            "own_name",
        ),
    }

    related: dict[str, list[str]] = RELATION
    weight: dict[str, int] = HARM

    @case
    def strike(entry_act, entry_origin, entry_flags, act_protected, act_seen_as, act_path, struck):
        causes = (MISTAKEN, MISREAD, MALICIOUS, INVENTED, FORGED, MISCOPIED)
        for e in range(struck.size):
            k, origin, flags = np.int64(entry_act[e]), np.int64(entry_origin[e]), np.int64(entry_flags[e])
            bits, true = np.int64(0), (TRUE >> origin) & 1
            for r in range(KINDS):
                bits |= np.int64(origin == causes[r]) << r
            bits |= np.int64(act_protected[k] != 0) << BUT_FOR_PROTECTED
            bits |= np.int64(true & (act_seen_as[k] != k)) << BUT_FOR_UNABLE
            bits |= np.int64(flags & (RECORD | SEEN) != RECORD | SEEN) << NOTHING_FALSE
            if not flags & RECORD:
                bits |= (1 << FROM_SEEN) - 1
            if not flags & SEEN:
                bits |= ((1 << WAYS) - 1) << FROM_SEEN
            elif not flags & TWIN:
                bits |= np.int64(1) << (FROM_SEEN + act_path[k])
            struck[e] = bits

    @case
    def weigh(
        entry_person, entry_act, entry_flags, act_seen_as, act_domain, act_gravity, losing, related, about, gravest,
        knows,
    ):  # fmt: skip
        about[:] = 0
        gravest[:] = 0
        knows[:] = 0
        for e in range(entry_person.size):
            i, k = entry_person[e], np.int64(entry_act[e])
            if entry_flags[e] & RECORD and (losing[0] >> act_seen_as[k]) & 1:
                about[i] |= related[act_domain[k]]
                gravest[i] = max(np.int64(gravest[i]), act_gravity[k])
                knows[i] |= (entry_flags[e] & FOUND) != 0

    @case
    def part(
        restricted, family_barred, seen_restricted, twin_restricted, replayed_restricted, about, gravest, knows,
        reviews, weight, stratum, counts,
    ):  # fmt: skip
        for i in range(restricted.size):
            s, own, kin = stratum[i], np.int64(restricted[i]), np.int64(family_barred[i])
            if own == 0:  # spared since by a safeguard
                continue
            counts[SHUT_OUT, s] += 1
            counts[PEOPLE, s] += ((own | kin) & ~np.int64(seen_restricted[i])) != 0
            for d in range(16):
                mine, theirs = (own >> d) & 1, (kin >> d) & 1
                if not mine | theirs:
                    continue
                counts[MONTHS, s] += 1
                counts[OWN_NAME, s] += mine
                if not (np.int64(seen_restricted[i]) >> d) & 1:
                    counts[UNFOUNDED, s] += 1
                    counts[FALSE, s] += mine
                    alone = 1 - mine
                    counts[FAMILY, s] += alone
                    for r in range(KINDS):
                        but_for = mine & (1 - theirs) & (1 - ((np.int64(replayed_restricted[r, i]) >> d) & 1))
                        counts[FIRST_CAUSE + r, s] += but_for
                        alone |= but_for
                    all_the_same = mine & (1 - theirs) & ((np.int64(replayed_restricted[NOTHING_FALSE, i]) >> d) & 1)
                    counts[UNRECORDED, s] += all_the_same
                    counts[JOINT, s] += 1 - (alone | all_the_same)
                elif not (np.int64(twin_restricted[i]) >> d) & 1:
                    counts[INDUCED, s] += 1
                    alone = np.int64(0)
                    for way in range(WAYS):
                        but_for = 1 - ((np.int64(replayed_restricted[FROM_SEEN + way, i]) >> d) & 1)
                        counts[FIRST_PATH + way, s] += but_for
                        alone |= but_for
                    counts[NO_PATH, s] += 1 - alone
                else:
                    counts[OWN, s] += 1
                if mine:
                    counts[PROTECTED, s] += 1 - ((np.int64(replayed_restricted[BUT_FOR_PROTECTED, i]) >> d) & 1)
                    counts[UNABLE, s] += 1 - ((np.int64(replayed_restricted[BUT_FOR_UNABLE, i]) >> d) & 1)
                    counts[UNRELATED, s] += 1 - ((np.int64(about[i]) >> d) & 1)
                    counts[OUTWEIGHED, s] += weight[d] > gravest[i]
                    counts[UNNOTICED, s] += 1 - np.int64(knows[i])
                    counts[UNREVIEWED, s] += reviews[0] == 0

    @kernel
    def others(restricted, family_barred, seen_restricted, twin_restricted, age, stratum, counts):
        for i in range(restricted.size):
            s, own, kin = stratum[i], np.int64(restricted[i]), np.int64(family_barred[i])
            if twin_restricted[i]:
                counts[AVERTED, s] += how_many(np.int64(twin_restricted[i]) & ~(own | kin))
            if kin and not own:
                seen, twin = np.int64(seen_restricted[i]), np.int64(twin_restricted[i])
                counts[SHUT_OUT, s] += age[i] > 0
                counts[PEOPLE, s] += (kin & ~seen) != 0 and age[i] > 0
                while kin:
                    if kin & 1:
                        counts[MONTHS, s] += 1
                        if not seen & 1:
                            counts[UNFOUNDED, s] += 1
                            counts[FAMILY, s] += 1
                        elif not twin & 1:
                            counts[INDUCED, s] += 1
                            counts[NO_PATH, s] += 1
                        else:
                            counts[OWN, s] += 1
                    kin, seen, twin = kin >> 1, seen >> 1, twin >> 1
