"""Safeguard: a restriction can be appealed."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.world import OWN, PENDING, RECORD, REFUSED, SEEN, Column


class Appeal(Safeguard):
    """People who are barred from something may ask a human to review the entries against them.

    Whoever is barred appeals against each bad entry once, with a monthly chance. Reviewers decide as many as they can;
    the rest waits. A successful appeal strikes the entry from the record and from the seen shadow, and next month's
    class follows from what is left. Success is not the error rate: it depends on who appeals.

    Sources: [robodebt-carney-2020] [ftc-2012]
    """

    touches = "sanctions"
    columns = {
        "admitted": Column(dtype="int64", label="chance that a waiting appeal is decided", scope="scheme", scalar=True)
    }
    writes = ("entry_flags",)
    counts = {
        "shut_out": "adults barred by the scheme",
        "filed": "appeals filed",
        "waiting": "appeals waiting at the end of the month",
        "upheld": "entries struck",
        "refused": "appeals refused",
    }

    reach: float = setting(
        0.02, low=0, high=1, unit="share", prior=loguniform(0.0001, 0.05),
        help="bad entries that barred people appeal against, in a month",
        source="assumed",
        because="a fifth within a year, as of disputed credit files; of Robodebt's debts under one in a "
        "thousand ever reached a tribunal",
    )  # fmt: skip
    success: float = setting(
        0.6, low=0, high=1, unit="share", prior=uniform(0.3, 0.9),
        help="appeals that succeed where the entry is about somebody else",
        source="assumed",
        because="of disputed errors in credit files about four in five were changed; proof is harder without notice",
    )  # fmt: skip
    leniency: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.3), help="appeals that succeed where the entry is true",
        source="assumed",
        because="a third of tribunal reviews in Robodebt set a debt aside, but those debts were unlawful",
    )  # fmt: skip
    capacity: float = setting(
        0.02, low=0, high=1, unit="share", prior=uniform(0.005, 0.2),
        help="decisions in a month, of the number of people barred",
        source="assumed", because="two decisions a month for a hundred people barred; capacity was never published",
    )  # fmt: skip
    delay: int = setting(
        2, low=1, high=120, unit="months", prior=uniform(1, 11), help="mean time to a decision where there is no queue",
        source="assumed", because="documented corrections of wrong listings took 32 days, seven and eleven months",
    )  # fmt: skip

    @between
    def admit(capacity, delay, total_shut_out, total_waiting, admitted):
        admitted[0] = min((1 << 32) // delay, capacity * total_shut_out[0] // max(1, total_waiting[0]))

    @kernel
    def review(
        month, first, seed, use_file, use_decide, use_outcome, restricted, losing, act_seen_as, entry_person,
        entry_act, entry_month, entry_origin, entry_flags, reach, success, leniency, admitted, stratum, shut_out, filed,
        waiting, upheld, refused,
    ):  # fmt: skip
        for i in range(restricted.size):
            if restricted[i]:
                shut_out[stratum[i]] += 1
        for e in range(entry_person.size):
            flags = np.int64(entry_flags[e])
            bad = (losing[0] >> act_seen_as[entry_act[e]]) & 1
            if not (flags & RECORD) or not bad or flags & REFUSED:
                continue
            i = entry_person[e]
            what = np.int64(entry_act[e]) + (np.int64(entry_origin[e]) << 6) + (np.int64(entry_month[e]) << 8)
            if not flags & PENDING:
                if restricted[i] and np.int64(luck(seed, use_file, month, first + i, what)) < reach:
                    entry_flags[e] = flags | PENDING
                    filed[stratum[i]] += 1
                    waiting[stratum[i]] += 1
            elif np.int64(luck(seed, use_decide, month, first + i, what)) >= admitted[0]:
                waiting[stratum[i]] += 1
            else:
                wins = success if entry_origin[e] != OWN else leniency
                if np.int64(luck(seed, use_outcome, month, first + i, what)) < wins:
                    entry_flags[e] = flags & ~(RECORD | SEEN | PENDING)
                    upheld[stratum[i]] += 1
                else:
                    entry_flags[e] = (flags & ~PENDING) | REFUSED
                    refused[stratum[i]] += 1
