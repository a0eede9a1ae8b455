"""Measure 17, how it ends: how long appeals take, and whose false entries officers strike."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.measures.discovery import MONTHS, bin_of
from goodstanding.record import BY_CHECK, DECISION_BITS, DECISIONS, LEFT, OF_TRUE
from goodstanding.world import PENDING, RECORD, Column

LAST = 255
FALSE_ONE = 1
DECIDED, KINDS, STRUCK, STOOD, CONCERNED, CHANGED, RIGHTED, ENDED, STILL = 1, 2, 10, 11, 12, 13, 14, 15, 20


class Redress(Measure):
    """How long people wait for a decision on an appeal, and of whom officers strike an entry, or leave it.

    An appeal waits at the end of every month from the one in which it is filed, but for that of the decision. Waiting
    over decided, both added up over the months, is the mean time from filing to decision where every appeal is
    decided. Where some are still open, or lapsed when the term of their entry was over, it is how long an appeal would
    wait if nothing but a decision ended it; with a long queue that is far longer than anybody did wait. What lapsed is
    what was filed (appeal counts it), less what was decided, less what waits at the end. A wait is told by person: the
    months on end in which somebody waits for any decision, however it ends, so that appeals that overlap are one. In a
    short run most long waits are among those still going on.

    Decisions are told apart by whether the entry is about what the person did, by appeal and by officers who look of
    their own accord (human check). True entries struck are what that costs in misses. Stood over struck is how many
    months' ends a false entry had seen on record, on the average; one that nobody ever strikes stands longer, and is
    not in it. Reports that fall for want of a second source never stood (corroboration counts them), debts are no
    entries (debt review does), and a copy that follows a correction is not a decision of its own.
    """

    of_scheme = True
    about = ("decisions",)
    unit = "entries"
    persons = "concerned"
    columns = {
        "waited": Column(dtype="uint8", label="months of waiting for a decision so far", unit="months", kept=True),
        "had_struck": Column(dtype="uint8", label="entries struck so far: 1 a false one, 2 a true one", kept=True),
        "waits": Column(dtype="uint8", label="waits for a decision"),
    }
    counts = {
        "waiting": "appeals that wait at the end of the month",
        "decided": "appeals decided",
        "heard_false": "appeals decided against false entries",
        "won_false": "of them, entries struck",
        "heard_true": "appeals decided against true entries",
        "won_true": "of them, entries struck",
        "checked_false": "false entries that officers looked at of their own accord",
        "caught_false": "of them, entries struck",
        "checked_true": "true entries that officers looked at of their own accord",
        "caught_true": "of them, entries struck",
        "struck": "false entries struck, on appeal or by a check",
        "stood": "months for which they had stood, added up",
        "concerned": "adults who wait for a decision, or about whom one was taken",
        "changed": "adults of whom an entry, true or false, was struck for the first time",
        "righted": "adults of whom a false entry was struck for the first time",
        "ended": "adults whose wait was over",
        **{f"ended_{key}": f"adults whose wait was over after {label} months" for key, label in MONTHS.items()},
        **{f"still_{key}": f"adults who have waited for {label} months so far" for key, label in MONTHS.items()},
    }
    per = {
        "waiting": "decided", "won_false": "heard_false", "won_true": "heard_true", "caught_false": "checked_false",
        "caught_true": "checked_true", "stood": "struck", **{f"ended_{key}": "ended" for key in MONTHS},
    }  # fmt: skip

    @kernel
    def queue(entry_person, entry_act, entry_flags, act_seen_as, losing, waits, stratum, counts):
        waits[:] = 0
        for e in range(entry_person.size):
            filed = entry_flags[e] & RECORD and entry_flags[e] & PENDING
            if filed and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                waits[entry_person[e]] = 1
                counts[0, stratum[entry_person[e]]] += 1

    @kernel
    def wait(waits, waited, decisions, stratum, counts):
        for i in range(waits.size):
            if waits[i] | waited[i] or decisions[i]:
                s, months = stratum[i], np.int64(waited[i])
                counts[CONCERNED, s] += waits[i] | (decisions[i] != 0)
                if waits[i]:
                    waited[i] = min(LAST, months + 1)
                    counts[STILL + bin_of(months + 1), s] += 1
                elif months:
                    waited[i] = 0
                    counts[ENDED, s] += 1
                    counts[ENDED + 1 + bin_of(months), s] += 1

    @kernel
    def right(decisions, had_stood, had_struck, stratum, counts):
        for i in range(decisions.size):
            if decisions[i]:
                s, struck = stratum[i], np.int64(0)
                for kind in range(8):
                    many = (decisions[i] >> (DECISION_BITS * kind)) & DECISIONS
                    row = KINDS + 2 * (kind & OF_TRUE) + kind // BY_CHECK * 4
                    counts[DECIDED, s] += many * (kind < BY_CHECK)
                    counts[row, s] += many
                    if not kind & LEFT:
                        counts[row + 1, s] += many
                        counts[STRUCK, s] += many * (1 - (kind & OF_TRUE))
                        struck |= (many > 0) << (kind & OF_TRUE)
                counts[STOOD, s] += had_stood[i]
                counts[CHANGED, s] += (struck > 0) & (had_struck[i] == 0)
                counts[RIGHTED, s] += struck & FALSE_ONE & ~np.int64(had_struck[i])
                had_struck[i] |= struck
