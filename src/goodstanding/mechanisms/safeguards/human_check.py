"""Safeguard: a human looks before anybody is barred."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.record import BY_CHECK, LEFT, OF_TRUE, decide, index_of
from goodstanding.world import PENDING, RECORD, SEEN, TRUE, Column


class HumanCheck(Safeguard):
    """Before people are newly barred, an officer looks at the entries against them; meanwhile they are not.

    Those checked are spared for the month, and entries struck do not count from the next one on; if what is left still
    bars, it does so then. Nobody is checked twice in a row; whoever was free for a month is new again. Only what is
    done to people is held back. What the rules make of the shadows of the record stays: nobody is barred by a shadow,
    it only says what a restriction rests on that does take effect.

    Sources: [robodebt-carney-2020]
    """

    touches = "sanctions"
    columns = {
        "was": Column(dtype="uint8", label="was to be barred the month before", kept=True),
        "looked_at": Column(dtype="uint8", label="is being checked"),
    }
    writes = ("restricted", "entry_flags", "decisions", "had_stood")
    counts = {"checked": "people checked", "struck": "entries struck", "officer_hours": "officers' hours for checks"}

    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="of those newly barred who are checked first",
        source="assumed", because="the safeguard at its best; staff that falls short leaves the rest unchecked",
    )  # fmt: skip
    scrutiny: float = setting(
        0.4, low=0, high=1, unit="share", prior=uniform(0.05, 0.8),
        help="of entries about what the person did not do that the officer recognises and strikes",
        source="assumed",
        because="the officer sees the file and not the person; people who look at machines' results often nod",
    )  # fmt: skip
    leniency: float = setting(
        0.05, low=0, high=1, unit="share", prior=uniform(0, 0.2), help="of true entries that are struck",
        source="assumed", because="less than on appeal, where somebody pleads",
    )  # fmt: skip
    hours: int = setting(
        2, low=0, high=1000, unit="count", prior=uniform(1, 8), help="officers' hours for each person checked",
        source="assumed", because="long enough to read a file and ring an agency",
    )  # fmt: skip

    @kernel
    def hold(
        month, first, seed, use_case, reach, hours, restricted, was, looked_at, stratum, checked, officer_hours
    ):  # fmt: skip
        for i in range(restricted.size):
            looked_at[i] = (restricted[i] > 0) & (was[i] == 0)
            was[i] = restricted[i] > 0
        for i in range(restricted.size):
            if looked_at[i]:
                looked_at[i] = np.int64(luck(seed, use_case, month, first + i, 0)) < reach
                if looked_at[i]:
                    restricted[i] = 0
                    checked[stratum[i]] += 1
                    officer_hours[stratum[i]] += hours

    @kernel
    def strike(
        month, first, seed, use_finding, losing, act_seen_as, entry_person, entry_act, entry_month, entry_origin,
        entry_flags, scrutiny, leniency, looked_at, decisions, had_stood, stratum, struck,
    ):  # fmt: skip
        for e in range(entry_person.size):
            i, flags = entry_person[e], np.int64(entry_flags[e])
            if looked_at[i] and flags & RECORD and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                true, kind = (TRUE >> np.int64(entry_origin[e])) & 1, BY_CHECK | LEFT
                strikes = leniency if true else scrutiny
                what = index_of(entry_act[e], entry_origin[e], entry_month[e])
                if np.int64(luck(seed, use_finding, month, first + i, what)) < strikes:
                    entry_flags[e] = flags & ~(RECORD | SEEN | PENDING)
                    struck[stratum[i]] += 1
                    kind = BY_CHECK
                decide(decisions, had_stood, i, kind | OF_TRUE * true, month - np.int64(entry_month[e]))
