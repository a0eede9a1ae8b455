"""Sanction: people pay what they owe to come off a list."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Sanction
from goodstanding.record import index_of
from goodstanding.world import RECORD, SEEN, TRUE, Column

LARGEST = 10_000
"""The most that is paid in a month, in percent of a month's needs."""
LISTED, OWES = 1, 2


class Performance(Sanction):
    """Whoever is on record for what they owe pays once they have the money, and the entry goes.

    They pay out of their savings, with a chance that follows their care (see compliance); where an entry has a term of
    its own, not all think it worth it. Whoever is on record for somebody else's debt has nothing to pay, and stays
    until it is found out. In the arms `ghost` and `aware` nobody pays anything. Seizure and charges are left out.

    Sources: [clt-court-blacklist] [legal-daily-2018] [the-wire-2017]
    """

    columns = {"burden": Column(dtype="uint8", label="1 something against the person stands, 2 they owe it")}
    writes = ("entry_flags", "fined")
    counts = {
        "performed": "debts paid after listing",
        "performed_unable": "of these, by people booked as refusing who had no money",
        "unable": "adults on record who owe and do not have the money",
        "nothing_owed": "adults on record for nothing but somebody else's debt",
    }

    debt: int = setting(
        300, low=0, high=LARGEST, unit="percent of a month's needs", prior=loguniform(50, 1200),
        help="what has to be paid for each entry",
        source="assumed", because="three months' needs; no distribution of judgment debts of persons was published",
    )  # fmt: skip
    performing: float = setting(
        0.06, low=0, high=1, unit="share a month", prior=uniform(0, 0.2),
        help="of those listed who have the money, who pays in a month if they take all care not to stay listed",
        source="assumed",
        because="with the usual care a sixth of the able in a year; 9 in 100 of the listed had performed by 2017 "
        "(derived), for reasons that the figure does not tell, so nought is in the range",
    )  # fmt: skip
    early: float = setting(
        0.8, low=0, high=1, unit="share", prior=uniform(0.3, 1),
        help="of fixed terms that end when the debt is paid; of the others nobody pays before the end",
        source="assumed", because="the provisions allow removal before the term; how often, nobody published",
    )  # fmt: skip

    @kernel
    def perform(
        month, first, seed, use_pay, use_early, entry_person, entry_act, entry_month, entry_origin, entry_flags,
        act_seen_as, losing, fixed_term, cushion, care, debt, performing, early, burden, fined, stratum, performed,
        performed_unable,
    ):  # fmt: skip
        burden[:] = 0
        for e in range(entry_person.size):
            k, i, flags = np.int64(entry_act[e]), entry_person[e], np.int64(entry_flags[e])
            if not flags & RECORD or not (losing[0] >> act_seen_as[k]) & 1:
                continue
            if flags & SEEN and entry_month[e] < month and np.int64(cushion[i]) - np.int64(fined[i]) >= debt:
                what, booked = index_of(k, entry_origin[e], entry_month[e]), act_seen_as[k] != k
                endless = booked or not fixed_term[i]
                worth_it = endless or np.int64(luck(seed, use_early, 0, first + i, what)) < early
                likely = performing * np.int64(care[i]) // 255
                if worth_it and np.int64(luck(seed, use_pay, month, first + i, what)) < likely:
                    fined[i] = min(LARGEST, np.int64(fined[i]) + debt)
                    entry_flags[e] = flags & ~(RECORD | SEEN)
                    performed[stratum[i]] += 1
                    performed_unable[stratum[i]] += booked and (TRUE >> np.int64(entry_origin[e])) & 1
                    continue
            burden[i] |= LISTED | OWES * ((flags & SEEN) != 0)

    @kernel
    def count(burden, cushion, debt, stratum, unable, nothing_owed):
        for i in range(burden.size):
            unable[stratum[i]] += (burden[i] & OWES) != 0 and cushion[i] < debt
            nothing_owed[stratum[i]] += burden[i] == LISTED
