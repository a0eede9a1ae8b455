"""Scoring: a list of people, with grounds and terms."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from goodstanding.card import exactly, rows_named, setting, table, uniform
from goodstanding.errors import InvalidInput
from goodstanding.kernels import between, kernel, start
from goodstanding.mechanism import Scoring
from goodstanding.world import ALL, RECORD, TRUE, VOICES, Column

GROUNDS = ("refusing", "obstructing", "hiding", "misreporting", "spending", "reneging")
REFUSING = GROUNDS.index("refusing")
OTHERS = len(GROUNDS) - 1
rows_named("grounds", lambda: GROUNDS)


class CourtList(Scoring):
    """Whoever is on record for not doing what was due is listed, until it is done or a term is over.

    There are no points: an entry stands or it does not. On the first ground, refusing while able, a name stays until
    the debt is paid; on the five others (obstructing, hiding assets, misreporting them, spending in spite of an order,
    going back on a settlement) for a term, longer where a second entry stands beside it. Who cannot pay is booked like
    somebody who will not, always on the first ground. On which of the grounds a person would be listed is drawn once
    and for all. Who pays and comes off the list is another matter, see performance. Violence as a reason for a longer
    term is left out.

    Sources: [clt-court-blacklist] [the-wire-2017]
    """

    columns = {
        "ground": Column(dtype="uint8", label="ground on which the person would be listed", kept=True),
        "listings": Column(dtype="uint8", label="entries that keep the name on the list", scope="scheme", copies=True),
    }
    writes = ("standing", "told", "counted", "wanted", "losing", "fixed_term", "entry_flags")
    counts = {
        "booked": "entries that bring people on the list",
        "booked_unable": "of these, about people without the money, booked as refusing",
        "expired": "entries whose term has passed",
        "on_list": "adults on the list",
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
        keys="grounds", low=0, high=240, unit="months", prior=exactly(), reasoned=(0,),
        help="for which a name stays on each ground; nought stands for no end but payment",
        source="clt-court-blacklist", mark="recalled",
        because="two years on all grounds but the first, which has no term; the length is recalled",
    )  # fmt: skip
    extension: int = setting(
        24, low=0, high=240, unit="months", prior=uniform(12, 36),
        help="by which terms are longer as long as two entries stand",
        source="clt-court-blacklist", mark="recalled", because="one to three years more for repeats; recalled",
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
    def sort(draw_ground, grounds, terms, ground, fixed_term):
        total = np.int64(0)
        for g in range(OTHERS + 1):
            total += grounds[g]
        for i in range(ground.size):
            drawn, reached = (np.int64(draw_ground[i]) * total) >> 32, np.int64(0)
            ground[i] = 0
            for g in range(OTHERS):
                reached += grounds[g]
                ground[i] += drawn >= reached and total > 0
            fixed_term[i] = terms[ground[i]] > 0

    @between
    def announce(breaches, act_protected, given_up, counted, wanted, losing):
        named = np.int64(0)
        for k in range(breaches.size - 1):
            stands = (given_up[0] & ALL) == 0 and not (given_up[0] & VOICES and act_protected[k])
            named |= np.int64(stands and breaches[k] > 0) << k
        wanted[0] |= named
        losing[0] |= named
        counted[0] |= named

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
    def count(
        month, entry_person, entry_act, entry_month, entry_origin, entry_flags, act_seen_as, losing, listings, stratum,
        on_list, booked, booked_unable,
    ):  # fmt: skip
        for i in range(listings.size):
            on_list[stratum[i]] += listings[i] > 0
        for e in range(entry_person.size):
            k = np.int64(entry_act[e])
            if entry_month[e] == month and entry_flags[e] & RECORD and (losing[0] >> act_seen_as[k]) & 1:
                booked[stratum[entry_person[e]]] += 1
                booked_unable[stratum[entry_person[e]]] += act_seen_as[k] != k and (TRUE >> entry_origin[e]) & 1
