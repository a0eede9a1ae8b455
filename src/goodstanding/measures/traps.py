"""Measure 9: who never gets out again."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import helper, kernel
from goodstanding.measures import Measure
from goodstanding.world import Column

LENGTHS = {"1_3": "1 to 3", "4_6": "4 to 6", "7_12": "7 to 12", "13_24": "13 to 24", "25_48": "25 to 48", "49": "49 or more"}
LONGEST = (3, 6, 12, 24, 48)
"""The last month of each length but the last."""
LATELY = 12
"""Months after clearing within which somebody who is barred again has returned."""


@helper
def length(months):
    """In which of the lengths a number of months is."""
    row = 0
    for most in LONGEST:
        row += months > most
    return row


class Traps(Measure):
    """How long people stay barred, how many of them are in for how long already, and how many come back.

    A spell is the months on end in which somebody is barred from anything in their own name. Ended: the first month
    free again, by the length of the spell. Still: those barred now, by its length so far; whoever never clears is
    among them, so that ended spells alone look shorter than spells are. Back again: barred anew after 1 to 12 free
    months, of all who at the start of the month had been free for so long.
    """

    of_scheme = True
    unit = "adults"
    better = "lower"
    columns = {
        "spell": Column(dtype="uint8", label="months barred on end", unit="months", kept=True),
        "free": Column(dtype="uint8", label="months since then, up to a year", unit="months", kept=True),
    }
    counts = {
        **{f"ended_{key}": f"adults free again after {months} months" for key, months in LENGTHS.items()},
        **{f"still_{key}": f"adults barred for {months} months so far" for key, months in LENGTHS.items()},
        "returned": "adults barred again this month who had been free for 1 to 12 months",
        "lately_free": "adults who at the start of the month had been free for 1 to 12 months",
    }
    per = {"returned": "lately_free"}

    @kernel
    def follow(restricted, spell, free, stratum, counts):
        for i in range(restricted.size):
            out, months, since = restricted[i] > 0, np.int64(spell[i]), np.int64(free[i])
            if out or months + since > 0:
                s = stratum[i]
                counts[13, s] += since > 0
                if out:
                    counts[12, s] += since > 0
                    counts[6 + length(months + 1), s] += 1
                    spell[i], free[i] = months + 1, 0
                elif months > 0:
                    counts[length(months), s] += 1
                    spell[i], free[i] = 0, 1
                else:
                    free[i] = since + 1 if since < LATELY else 0
