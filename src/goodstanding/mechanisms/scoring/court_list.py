"""Scoring: a list of people, with grounds and terms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from goodstanding.card import exactly, loguniform, rows_named, setting, table, uniform
from goodstanding.errors import InvalidInput
from goodstanding.kernels import between, kernel, start
from goodstanding.luck import luck
from goodstanding.mechanism import Scoring
from goodstanding.record import index_of
from goodstanding.world import ALL, RECORD, SEEN, TRUE, VOICES, Column

GROUNDS = ("refusing", "obstructing", "hiding", "misreporting", "spending", "reneging")
REFUSING = GROUNDS.index("refusing")
OTHERS = len(GROUNDS) - 1
LARGEST = 10_000
"""The most that is paid in a month, in percent of a month's needs."""
rows_named("grounds", lambda: GROUNDS)


class CourtList(Scoring):
    """Whoever is on record for not doing what was due is listed, until it is done or a term is over.

    There are no points: an entry stands or it does not. On the first ground, refusing while able, a name stays until
    the debt is paid; on the five others (obstructing, hiding assets, misreporting them, spending in spite of an order,
    going back on a settlement) for a term, longer where a second entry stands beside it. Who cannot pay is booked like
    somebody who will not, always on the first ground. Listed people pay once they have the money, with a chance that
    follows their care (see compliance), out of their savings; most are then taken off. Whoever is listed for somebody
    else's debt has nothing to pay, and stays until it is found out. On which of the grounds a person would be listed
    is drawn once and for all. Violence as a reason for a longer term, and seizure and charges, are left out. In the
    arms `ghost` and `aware` nobody pays anything.

    Sources: [clt-court-blacklist] [the-wire-2017]
    """

    columns = {
        "ground": Column(dtype="uint8", label="ground on which the person would be listed", kept=True),
        "listings": Column(dtype="uint8", label="entries that keep the name on the list", scope="scheme", copies=True),
    }
    writes = ("standing", "told", "counted", "wanted", "losing", "entry_flags", "fined")
    counts = {
        "booked": "entries that bring people on the list",
        "booked_unable": "of these, about people without the money, booked as refusing",
        "performed": "debts paid after listing",
        "performed_unable": "of these, by people booked as refusing who had no money",
        "expired": "entries whose term has passed",
        "on_list": "adults on the list",
        "unable": "adults on the list who owe and do not have the money",
        "nothing_owed": "adults on the list for nothing but somebody else's debt",
    }

    breaches: dict[str, int] = table(
        {}, keys="acts", low=0, high=1, unit="count", prior=exactly(),
        help="acts that bring people on the list, each marked 1",
        source="assumed", because="empty until a scenario names its acts",
    )  # fmt: skip
    classes: dict[str, int] = table(
        {"clear": 0, "listed": -1}, keys="classes", defines="classes", low=-255, high=0, unit="count",
        prior=exactly(),
        help="entries that stand, with a minus, from which a person is in a class, best class first; below the last "
        "but one everybody is in the last",
        source="clt-court-blacklist", mark="reported", because="a name is on the list or it is not",
    )  # fmt: skip
    grounds: dict[str, int] = table(
        {"refusing": 70, "obstructing": 3, "hiding": 8, "misreporting": 10, "spending": 5, "reneging": 4},
        keys="grounds", low=0, high=1000, unit="count", prior=uniform(0, 100),
        help="how often people who are able are listed on each ground, against the others",
        source="assumed", because="the grounds are documented, how often each is used nobody published",
    )  # fmt: skip
    terms: dict[str, int] = table(
        {"refusing": 0, "obstructing": 24, "hiding": 24, "misreporting": 24, "spending": 24, "reneging": 24},
        keys="grounds", low=0, high=240, unit="months", prior=exactly(),
        help="for which a name stays on each ground; nought stands for no end but payment",
        source="clt-court-blacklist", mark="recalled",
        because="two years on all grounds but the first, which has no term; the length is recalled",
    )  # fmt: skip
    extension: int = setting(
        24, low=0, high=240, unit="months", prior=uniform(12, 36),
        help="by which terms are longer as long as two entries stand",
        source="clt-court-blacklist", mark="recalled", because="one to three years more for repeats; recalled",
    )  # fmt: skip
    debt: int = setting(
        300, low=0, high=LARGEST, unit="percent of a month's needs", prior=loguniform(50, 1200),
        help="what has to be paid for each entry",
        source="assumed", because="three months' needs; no distribution of judgment debts of persons was published",
    )  # fmt: skip
    performing: float = setting(
        0.06, low=0, high=1, unit="share a month", prior=uniform(0, 0.2),
        help="of those listed who have the money, who pays in a month if they take all care not to stay listed",
        source="assumed",
        because="with the usual care a sixth of the able in a year; 9 in 100 of the listed had performed by 2017, for "
        "reasons that the figure does not tell, so nought is in the range",
    )  # fmt: skip
    early: float = setting(
        0.8, low=0, high=1, unit="share", prior=uniform(0.3, 1),
        help="of fixed terms that end when the debt is paid; of the others nobody pays before the end",
        source="assumed", because="the provisions allow removal before the term; how often, nobody published",
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        faults = []
        for (above, held), (lowest, least) in [*pairwise(self.classes.items())][-1:]:
            if least != held - 1:
                faults.append(f"classes.{lowest}: {least} leaves a gap below {above}; allowed is {held - 1}")
        if absent := [ground for ground in GROUNDS if ground not in self.terms]:
            said = "allowed is a row for each ground, nought where payment alone ends it"
            faults.append(f"terms: no term for {', '.join(absent)}; {said}")
        if faults:
            raise InvalidInput(*(f"{self.key()}.{fault}" for fault in faults))

    @start
    def sort(draw_ground, grounds, ground):
        reached = np.cumsum(grounds[:OTHERS])
        total = reached[OTHERS - 1] + grounds[OTHERS]
        for i in range(ground.size):
            ground[i] = 0
            for g in range(OTHERS):
                ground[i] += (np.int64(draw_ground[i]) * total) >> 32 >= reached[g] and total > 0

    @between
    def announce(breaches, act_protected, given_up, counted, wanted, losing):
        named = np.int64(0)
        for k in range(breaches.size - 1):
            stands = (given_up[0] & ALL) == 0 and not (given_up[0] & VOICES and act_protected[k])
            named |= np.int64(stands and breaches[k] > 0) << k
        wanted[0] |= named
        losing[0] |= named
        counted[0] |= named

    @kernel
    def perform(
        month, first, seed, use_pay, use_early, entry_person, entry_act, entry_month, entry_origin, entry_flags,
        act_seen_as, breaches, terms, ground, cushion, care, debt, performing, early, fined, stratum, booked,
        booked_unable, performed, performed_unable,
    ):  # fmt: skip
        for e in range(entry_person.size):
            k, i, flags = np.int64(entry_act[e]), entry_person[e], np.int64(entry_flags[e])
            if not flags & RECORD or breaches[act_seen_as[k]] == 0:
                continue
            unable = act_seen_as[k] != k and (TRUE >> np.int64(entry_origin[e])) & 1
            if np.int64(entry_month[e]) == month:
                booked[stratum[i]] += 1
                booked_unable[stratum[i]] += unable
            elif flags & SEEN and np.int64(cushion[i]) - np.int64(fined[i]) >= debt:
                what = index_of(k, entry_origin[e], entry_month[e])
                term = terms[REFUSING if act_seen_as[k] != k else np.int64(ground[i])]
                worth_it = term == 0 or np.int64(luck(seed, use_early, 0, first + i, what)) < early
                likely = performing * np.int64(care[i]) // 255
                if worth_it and np.int64(luck(seed, use_pay, month, first + i, what)) < likely:
                    fined[i] = min(LARGEST, np.int64(fined[i]) + debt)
                    entry_flags[e] = flags & ~(RECORD | SEEN)
                    performed[stratum[i]] += 1
                    performed_unable[stratum[i]] += unable

    @kernel(copies=True)
    def enlist(
        month, copy, entry_person, entry_act, entry_month, entry_flags, act_seen_as, breaches, wanted, terms, extension,
        ground, listings, stratum, expired,
    ):  # fmt: skip
        listings[:] = 0
        for e in range(entry_person.size):
            if entry_flags[e] & copy and (wanted[0] >> act_seen_as[entry_act[e]]) & breaches[act_seen_as[entry_act[e]]]:
                i = entry_person[e]
                listings[i] = min(255, np.int64(listings[i]) + 1)
        for e in range(entry_person.size):
            k, i = np.int64(entry_act[e]), entry_person[e]
            if entry_flags[e] & copy and listings[i] and breaches[act_seen_as[k]]:
                term = terms[REFUSING if act_seen_as[k] != k else np.int64(ground[i])]
                if term and month - np.int64(entry_month[e]) >= term + extension * (listings[i] > 1):
                    entry_flags[e] = entry_flags[e] & (255 - copy)
                    listings[i] -= 1
                    expired[stratum[i]] += copy == RECORD

    @kernel(copies=True)
    def classify(listings, classes, standing):
        standing[:] = 0
        for c in range(classes.size - 1):
            for i in range(listings.size):
                standing[i] += -np.int64(listings[i]) < classes[c]

    @kernel
    def tell(standing, told, age, wanted):
        stands = wanted[0] != 0
        for i in range(told.size):
            told[i] = max(np.int64(told[i]), (1 + np.int64(standing[i])) * (age[i] > 0) * stands)

    @kernel
    def count(listings, seen_listings, cushion, debt, stratum, on_list, unable, nothing_owed):
        for i in range(listings.size):
            if listings[i]:
                s, owes = stratum[i], seen_listings[i] > 0
                on_list[s] += 1
                unable[s] += owes and cushion[i] < debt
                nothing_owed[s] += not owes
