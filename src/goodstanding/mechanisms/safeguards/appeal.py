"""Safeguard: a restriction can be appealed."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.record import LEFT, OF_TRUE, decide, index_of
from goodstanding.world import FOUND, PENDING, RECORD, REFUSED, SEEN, TRUE, Column


class Appeal(Safeguard):
    """People who know of an entry against them may ask a human to review it.

    They know of it from a letter where there is notice; without, somebody barred comes upon each entry, with a monthly
    chance, when turned away. Whoever knows appeals against it once, with a monthly chance, barred or not. Reviewers
    decide as many as they can; the rest waits. A successful appeal strikes the entry from the record and from the seen
    shadow, and next month's class follows from what is left. Success is not the error rate: it depends on who appeals.

    Sources: [robodebt-carney-2020] [robodebt-aap-2018] [ftc-2012] [southern-weekly-2015] [caixin-blog-ningbo]
    """

    touches = "sanctions"
    columns = {
        "admitted": Column(dtype="int64", label="chance that a waiting appeal is decided", scope="scheme", scalar=True)
    }
    writes = ("entry_flags", "reviews", "decisions", "had_stood")
    counts = {
        "discovered": "entries that people came upon when turned away",
        "filed": "appeals filed",
        "waiting": "appeals waiting at the end of the month",
        "upheld": "entries struck",
        "refused": "appeals refused",
        "officer_hours": "officers' hours for decisions",
    }

    discovery: float = setting(
        0.2, low=0, high=1, unit="share a month", prior=loguniform(0.01, 1),
        help="unknown bad entries that barred people come upon, in a month",
        source="assumed",
        because="one wrongly listed person found out within days, at a ticket counter; others live with it for "
        "years, so half of it within three months is a guess",
    )  # fmt: skip
    reach: float = setting(
        0.02, low=0, high=1, unit="share a month", prior=loguniform(0.0001, 0.05),
        help="bad entries known to a person that they appeal against, in a month",
        source="assumed",
        because="a fifth within a year, as of disputed credit files; of Robodebt's debts under one in a "
        "thousand ever reached a tribunal",
    )  # fmt: skip
    success: float = setting(
        0.6, low=0, high=1, unit="share", prior=uniform(0.3, 0.9),
        help="appeals that succeed where the entry is about what the person did not do",
        source="assumed",
        because="of disputed errors in credit files about four in five were changed; proof is harder without notice",
    )  # fmt: skip
    leniency: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.3), help="appeals that succeed where the entry is true",
        source="assumed",
        because="a third of tribunal reviews in Robodebt set a debt aside, but those debts were unlawful",
    )  # fmt: skip
    capacity: float = setting(
        0.5, low=0, high=1000, unit="per 1000 a month", prior=loguniform(0.02, 5),
        help="decisions that the office can take, among adults",
        source="assumed",
        because="one officer for 80,000 adults, at four hours a decision; no capacity of such an office was published",
    )  # fmt: skip
    delay: int = setting(
        2, low=1, high=120, unit="months", prior=uniform(1, 11), help="mean time to a decision where there is no queue",
        source="assumed", because="two documented corrections of wrong listings took 32 days and seven months",
    )  # fmt: skip
    hours: int = setting(
        4, low=0, high=1000, unit="count", prior=uniform(1, 16), help="officers' hours for each decision",
        source="assumed", because="half a day to read, ask the agency and write; nobody published it",
    )  # fmt: skip

    @between
    def admit(reach, capacity, delay, adults, total_waiting, reviews, admitted):
        reviews[0] |= reach > 0 and capacity > 0
        admitted[0] = min((1 << 32) // delay, capacity * adults // max(1, total_waiting[0]))

    @kernel
    def discover(
        month, first, seed, use_discovery, restricted, losing, act_seen_as, entry_person, entry_act, entry_month,
        entry_origin, entry_flags, discovery, stratum, discovered,
    ):  # fmt: skip
        for e in range(entry_person.size):
            i, flags = entry_person[e], np.int64(entry_flags[e])
            dark = restricted[i] and flags & RECORD and not flags & FOUND
            if dark and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                what = index_of(entry_act[e], entry_origin[e], entry_month[e])
                if np.int64(luck(seed, use_discovery, month, first + i, what)) < discovery:
                    entry_flags[e] = flags | FOUND
                    discovered[stratum[i]] += 1

    @kernel
    def review(
        month, first, seed, use_file, use_decide, use_outcome, losing, act_seen_as, entry_person, entry_act,
        entry_month, entry_origin, entry_flags, reach, success, leniency, hours, admitted, decisions, had_stood,
        stratum, filed, waiting, upheld, refused, officer_hours,
    ):  # fmt: skip
        for e in range(entry_person.size):
            flags = np.int64(entry_flags[e])
            bad = (losing[0] >> act_seen_as[entry_act[e]]) & 1
            if not (flags & RECORD) or not (flags & FOUND) or not bad or flags & REFUSED:
                continue
            i = entry_person[e]
            what = index_of(entry_act[e], entry_origin[e], entry_month[e])
            if not flags & PENDING:
                if np.int64(luck(seed, use_file, month, first + i, what)) < reach:
                    entry_flags[e] = flags | PENDING
                    filed[stratum[i]] += 1
                    waiting[stratum[i]] += 1
            elif np.int64(luck(seed, use_decide, month, first + i, what)) >= admitted[0]:
                waiting[stratum[i]] += 1
            else:
                officer_hours[stratum[i]] += hours
                true, since = (TRUE >> np.int64(entry_origin[e])) & 1, np.int64(entry_month[e])
                wins = leniency if true else success
                if np.int64(luck(seed, use_outcome, month, first + i, what)) < wins:
                    entry_flags[e] = flags & ~(RECORD | SEEN | PENDING)
                    decide(decisions, had_stood, i, OF_TRUE * true, month - since)
                    upheld[stratum[i]] += 1
                else:
                    entry_flags[e] = (flags & ~PENDING) | REFUSED
                    decide(decisions, had_stood, i, LEFT | OF_TRUE * true, month - since)
                    refused[stratum[i]] += 1
