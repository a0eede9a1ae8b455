"""Measure 2: what a sanction rests on."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import RELATED, SANCTION_DOMAINS
from goodstanding.card import exactly, scaled, table
from goodstanding.kernels import case, kernel
from goodstanding.measures import Measure
from goodstanding.world import FOUND, INVENTED, MALICIOUS, MISREAD, MISTAKEN, RECORD, SEEN, TRUE, TWIN, Column

CAUSES = ("misfiled", "misread", "malicious", "invented")
PATHS = ("elsewhere", "livelihood", "grievance", "tie")
"""In the order of `acts.PATHS`."""


class Unfounded(Measure):
    """Sanction-months that rest on what a person did not do, on conduct the scheme brought about, or on own conduct.

    A sanction-month is one person barred from one domain in one month, in their own name or for a relative's sake. It
    is unfounded where the person's record without entries about what the person did not do would not bar; induced where
    that one bars but the same rules on the same person's acts in the world without the scheme would not; own conduct
    otherwise. The rest is not thereby rightful.

    Causes and paths are each but-for: a month counts under one where the rules, run again on the same record without
    its entries, no longer bar. It can count under several; `joint` is where none is alone, or where no entry but the
    scores of friends are the cause. For a relative's sake means that the person's own record does not bar. The causes
    are struck from the record, the paths from the record without false entries, and only what the world without the
    scheme lacks.

    Across that, for months in the person's own name: but for protected acts; but for what somebody could not pay and
    was booked as refusing; from a domain to which no act on record is related; from a domain that weighs more in one
    month than all acts on record together; while the person knew of no entry; while nobody decided appeals. Which acts
    are related to which domains and what a domain weighs are assumed here.
    """

    of_scheme = True
    unit = "sanction-months"
    persons = "shut_out"
    better = "lower"
    leads = ("unfounded", "false", "induced", "protected")
    cases = "restricted"
    replays = (*CAUSES, "protected", "unable", *PATHS)
    columns = {
        "about": Column(dtype="uint16", label="domains to which an act on record is related, one bit each"),
        "held_against": Column(dtype="int32", label="gravity of the acts on record, added up"),
        "knows": Column(dtype="uint8", label="knows of an entry that costs points"),
    }
    counts = {
        "sanction_months": "sanction-months",
        "own_name": "sanction-months in the person's own name",
        "unfounded": "sanction-months that rest on what the person did not do",
        "false": "sanction-months in the own name that rest on what the person did not do",
        "misfiled": "unfounded but for entries filed on the wrong person",
        "misread": "unfounded but for reports made in error",
        "malicious": "unfounded but for reports made out of malice",
        "invented": "unfounded but for reports made for the reward",
        "family": "unfounded, for a relative's sake",
        "joint": "unfounded through several causes, none of them alone",
        "induced": "sanction-months for conduct that the scheme brought about",
        "elsewhere": "induced but for acts of neither hardship, grievance nor ties",
        "livelihood": "induced but for acts that hardship leads to",
        "grievance": "induced but for acts of grievance",
        "tie": "induced but for acts that ties lead to",
        "no_path_alone": "induced through several paths, none of them alone",
        "own": "sanction-months for own conduct",
        "protected": "sanction-months in the own name but for protected acts",
        "unable": "sanction-months in the own name but for payments that were beyond the person's means",
        "unrelated": "sanction-months in the own name from a domain to which no act on record is related",
        "disproportionate": "sanction-months in the own name from a domain that outweighs all acts on record",
        "unnoticed": "sanction-months in the own name of people who knew of no entry",
        "unreviewed": "sanction-months in the own name while nobody decided appeals",
        "people": "people with an unfounded sanction",
        "shut_out": "people barred from anything, in their own name or for a relative's sake",
    }
    per = {
        **{count: "sanction_months" for count in counts if count not in ("sanction_months", "people", "shut_out")},
        **dict.fromkeys(
            ("false", "protected", "unable", "unrelated", "disproportionate", "unnoticed", "unreviewed"), "own_name"
        ),
    }

    related: dict[str, list[str]] = table(
        RELATED, keys="act_domains", among=tuple(SANCTION_DOMAINS), otherwise=(), unit="names", prior=exactly(),
        help="what an act of a domain has to do with",
        source="assumed", because="the same debt, trade or service; protected acts are related to nothing",
    )  # fmt: skip
    weight: dict[str, int] = table(
        {
            "licence": 40, "jobs": 40, "welfare": 50, "vetting": 15, "credit": 15, "school": 30, "travel": 10,
            "housing": 25, "leisure": 3, "honours": 2, "business": 20, "association": 15, "insurance": 5,
            "internet": 15, "exit": 20, "platform": 3,
        },
        keys="sanction_domains", low=0, high=100, unit="count", prior=scaled(0.5, 2),
        help="harm of a month without a domain, on the scale of the acts' gravity",
        source="assumed", because="what feeds people weighs most; there is no agreed scale, so it may be off by two",
    )  # fmt: skip

    @case
    def strike(entry_act, entry_origin, entry_flags, act_protected, act_seen_as, act_path, struck):
        for e in range(struck.size):
            k, origin, flags = np.int64(entry_act[e]), np.int64(entry_origin[e]), np.int64(entry_flags[e])
            true = (TRUE >> origin) & 1
            bits = np.int64(origin == MISTAKEN) | np.int64(origin == MISREAD) << 1
            bits |= np.int64(origin == MALICIOUS) << 2 | np.int64(origin == INVENTED) << 3
            bits |= np.int64(act_protected[k] != 0) << 4 | np.int64(true & (act_seen_as[k] != k)) << 5
            if not flags & RECORD:
                bits |= 0b111111
            if not flags & SEEN:
                bits |= 0b1111 << 6
            elif not flags & TWIN:
                bits |= np.int64(1) << (6 + act_path[k])
            struck[e] = bits

    @case
    def weigh(
        entry_person, entry_act, entry_flags, act_seen_as, act_domain, act_gravity, losing, related, about,
        held_against, knows,
    ):  # fmt: skip
        about[:] = 0
        held_against[:] = 0
        knows[:] = 0
        for e in range(entry_person.size):
            i, k = entry_person[e], np.int64(entry_act[e])
            if entry_flags[e] & RECORD and (losing[0] >> act_seen_as[k]) & 1:
                about[i] |= related[act_domain[k]]
                held_against[i] += act_gravity[k]
                knows[i] |= (entry_flags[e] & FOUND) != 0

    @case
    def part(
        restricted, family_barred, seen_restricted, twin_restricted, replayed_restricted, about, held_against, knows,
        reviews, weight, stratum, counts,
    ):  # fmt: skip
        for i in range(restricted.size):
            s, own = stratum[i], np.int64(restricted[i])
            if own == 0:  # spared since by a safeguard
                continue
            barred = own | np.int64(family_barred[i])
            counts[24, s] += 1
            counts[23, s] += (barred & ~np.int64(seen_restricted[i])) != 0
            for d in range(16):
                if not (barred >> d) & 1:
                    continue
                mine, kin = (own >> d) & 1, (np.int64(family_barred[i]) >> d) & 1
                counts[0, s] += 1
                counts[1, s] += mine
                if not (np.int64(seen_restricted[i]) >> d) & 1:
                    counts[2, s] += 1
                    counts[3, s] += mine
                    alone = 1 - mine
                    counts[8, s] += alone
                    for r in range(4):
                        but_for = mine & (1 - kin) & (1 - ((np.int64(replayed_restricted[r, i]) >> d) & 1))
                        counts[4 + r, s] += but_for
                        alone |= but_for
                    counts[9, s] += 1 - alone
                elif not (np.int64(twin_restricted[i]) >> d) & 1:
                    counts[10, s] += 1
                    alone = np.int64(0)
                    for r in range(4):
                        but_for = 1 - ((np.int64(replayed_restricted[6 + r, i]) >> d) & 1)
                        counts[11 + r, s] += but_for
                        alone |= but_for
                    counts[15, s] += 1 - alone
                else:
                    counts[16, s] += 1
                if mine:
                    counts[17, s] += 1 - ((np.int64(replayed_restricted[4, i]) >> d) & 1)
                    counts[18, s] += 1 - ((np.int64(replayed_restricted[5, i]) >> d) & 1)
                    counts[19, s] += 1 - ((np.int64(about[i]) >> d) & 1)
                    counts[20, s] += weight[d] > held_against[i]
                    counts[21, s] += 1 - np.int64(knows[i])
                    counts[22, s] += reviews[0] == 0

    @kernel
    def for_kin(restricted, family_barred, seen_restricted, twin_restricted, stratum, counts):
        for i in range(restricted.size):
            if family_barred[i] and not restricted[i]:
                s, barred = stratum[i], np.int64(family_barred[i])
                seen, twin = np.int64(seen_restricted[i]), np.int64(twin_restricted[i])
                counts[24, s] += 1
                counts[23, s] += (barred & ~seen) != 0
                while barred:
                    if barred & 1:
                        counts[0, s] += 1
                        if not seen & 1:
                            counts[2, s] += 1
                            counts[8, s] += 1
                        elif not twin & 1:
                            counts[10, s] += 1
                            counts[15, s] += 1
                        else:
                            counts[16, s] += 1
                    barred, seen, twin = barred >> 1, seen >> 1, twin >> 1
