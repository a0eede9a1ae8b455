"""Measure 8: who is reported, and why."""

from __future__ import annotations

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.mechanisms.conduct.informing import DUTY, TRULY


class Informers(Measure):
    """How many reports people make of each other, how many of them are false, and for what motive they are made.

    Counted where they arrive: the stratum is that of the person reported. A report is false where the person did
    nothing of the kind that was reported; whether a scheme believed it is counted by its tips, and who reported by
    informing.
    """

    unit = "reports"
    persons = "people"
    better = "neither"
    objective = "never"
    counts = {
        "duty": "reports of what the person did, out of duty",
        "error": "reports of what the person did not do, in good faith",
        "malice": "reports of what the person did not do, out of malice",
        "reward": "reports of what the person did, for the reward",
        "invented": "reports of what the person did not do, for the reward",
        "tips": "reports",
        "false": "reports of what the person did not do",
        "people": "adults who were reported",
    }
    per = {count: "tips" for count in counts if count not in ("tips", "people")}

    @kernel
    def count(reported, stratum, counts):
        for i in range(reported.size):
            if reported[i]:
                left, motive, s = reported[i], DUTY, stratum[i]
                while left:
                    counts[motive - 1, s] += left & 31
                    counts[5, s] += left & 31
                    counts[6, s] += (left & 31) * (1 - ((TRULY >> motive) & 1))
                    left >>= 5
                    motive += 1
                counts[7, s] += 1
