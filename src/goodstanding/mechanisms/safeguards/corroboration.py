"""Safeguard: one report alone is not enough."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.record import index_of
from goodstanding.world import MISTAKEN, OWN, RECORD, TIPS, TRUE, Column

AGENCY = 1 << OWN | 1 << MISTAKEN
"""The origins of entries that an agency filed, one bit each."""


class Corroboration(Safeguard):
    """What somebody told about a person stands only where others report the person too, or an agency knows of it.

    A fresh entry from a tip is checked at once. It stands where enough reports about the person came in this month,
    whatever they say, or where an agency filed the same act, as it looks, a short time before; otherwise it is struck.
    True reports by a single witness fall with the false ones: that is its price. People who agree on a false report
    pass, and so does an agency's own mistake.
    """

    touches = "observation"
    relies_on = ("hotline",)
    columns = {"backed": Column(dtype="int64", label="acts that agencies filed of late, as they look, one bit each")}
    writes = ("entry_flags",)
    counts = {
        "struck_false": "entries struck about what nobody did",
        "struck_true": "entries struck about what the person did",
        "officer_hours": "officers' hours spent on looking for a second source",
    }

    needed: int = setting(
        2, low=1, high=31, unit="people", prior=uniform(2, 4), help="reports in a month that support each other",
        source="assumed", because="two witnesses is the oldest rule there is",
    )  # fmt: skip
    window: int = setting(
        3, low=0, high=240, unit="months", prior=uniform(0, 12),
        help="within which an agency's entry about the same act supports a report, this month included",
        source="assumed", because="a quarter of a year; an older act is another act",
    )  # fmt: skip
    hours: int = setting(
        1, low=0, high=1000, unit="count", prior=uniform(1, 4), help="officers' hours to look for a second source",
        source="assumed", because="a look into the files",
    )  # fmt: skip
    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="fresh entries from tips that are checked",
        source="assumed", because="a rule on paper is not followed everywhere; at best everywhere",
    )  # fmt: skip

    @kernel
    def recall(
        month, entry_person, entry_act, entry_month, entry_origin, entry_flags, act_seen_as, window, backed
    ):  # fmt: skip
        backed[:] = 0
        e = entry_person.size - 1
        while e >= 0 and month - np.int64(entry_month[e]) < window:
            if (AGENCY >> np.int64(entry_origin[e])) & 1 and entry_flags[e] & RECORD:
                backed[entry_person[e]] |= np.int64(1) << act_seen_as[entry_act[e]]
            e -= 1

    @kernel
    def strike(
        month, first, seed, use_check, reported, backed, act_seen_as, entry_person, entry_act, entry_month,
        entry_origin, entry_flags, needed, hours, reach, stratum, struck_false, struck_true, officer_hours,
    ):  # fmt: skip
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            i, k, origin = entry_person[e], np.int64(entry_act[e]), np.int64(entry_origin[e])
            what = index_of(k, origin, 0)
            told = (TIPS >> origin) & 1 and entry_flags[e] & RECORD
            if told and np.int64(luck(seed, use_check, month, first + i, what)) < reach:
                officer_hours[stratum[i]] += hours
                people, left = np.int64(0), reported[i]
                while left:
                    people += left & 31
                    left >>= 5
                if people < needed and not (backed[i] >> act_seen_as[k]) & 1:
                    if (TRUE >> origin) & 1:
                        struck_true[stratum[i]] += 1
                    else:
                        struck_false[stratum[i]] += 1
                    entry_flags[e] = 0
            e -= 1
