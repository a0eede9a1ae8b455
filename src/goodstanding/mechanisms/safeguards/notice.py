"""Safeguard: people are told what is entered about them."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.record import index_of
from goodstanding.world import FOUND, RECORD


class Notice(Safeguard):
    """A letter tells people of each entry that costs them points, in the month in which it is made.

    Whoever gets it knows of the entry and can appeal at once, whether barred or not; without it people find out when
    they are turned away. A lost letter is not sent again, and a scheme that nobody knows of sends none. Clerks' work is
    counted in whole hours, each by chance, so that the sum is right. Left out: that a letter puts the scheme on one's
    mind, and that it may frighten.

    Sources: [southern-weekly-2015] [caixin-blog-ningbo]
    """

    touches = "observation"
    writes = ("entry_flags",)
    counts = {
        "letters": "letters sent",
        "arrived": "letters that reached the person",
        "officer_hours": "officers' hours for letters",
    }

    reach: float = setting(
        0.9, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="letters that reach the person",
        source="assumed",
        because="people move, and addresses on file are old; those wrongly listed whom we know of got no letter",
    )  # fmt: skip
    hours: int = setting(
        50, low=0, high=1000, unit="count", prior=uniform(10, 250), help="officers' hours for 1,000 letters",
        source="assumed", because="three minutes a letter once the form is printed",
    )  # fmt: skip

    @kernel
    def tell_them(
        month, first, seed, use_post, use_clerk, losing, counted, act_seen_as, entry_person, entry_act, entry_month,
        entry_origin, entry_flags, reach, hours, stratum, letters, arrived, officer_hours,
    ):  # fmt: skip
        costly = losing[0] & counted[0]
        for e in range(entry_person.size):
            fresh = np.int64(entry_month[e]) == month and entry_flags[e] & RECORD
            if fresh and (costly >> act_seen_as[entry_act[e]]) & 1:
                i = entry_person[e]
                what = index_of(entry_act[e], entry_origin[e], 0)
                letters[stratum[i]] += 1
                spent = (np.int64(luck(seed, use_clerk, month, first + i, what)) * 1000) >> 32 < hours
                officer_hours[stratum[i]] += spent
                if np.int64(luck(seed, use_post, month, first + i, what)) < reach:
                    entry_flags[e] = entry_flags[e] | FOUND
                    arrived[stratum[i]] += 1
