"""Measure 10: what it costs to get round a scheme, and what that costs the others."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.world import FORGED, RECORD, Column


class Gaming(Measure):
    """What people pay to get round a scheme or lose through it, who holds a bought deed, and who holds none and is low.

    Money is that of all schemes together: bribes, bought deeds, detours, fraud. A bought deed is an entry that an
    insider made up and that earns points; once a scheme is over, no entry does. The burden on the honest is read
    between two arms, with a market whose deeds raise the cut-offs and with one where they do not: how many more of
    those who bought nothing stand below the best class. Against an arm without a market that number misleads, since
    buyers are drawn from those who stand low.
    """

    of_scheme = True
    about = ("drained", "retuned")
    unit = "adults"
    better = "lower"
    columns = {"bought": Column(dtype="uint8", label="holds a good deed that an insider made up")}
    counts = {
        "spent": "paid to get round schemes or lost through them, in percent of a month's needs",
        "payers": "adults who paid or lost anything",
        "deeds": "bought deeds that stand",
        "buyers": "adults who hold a bought deed",
        "others": "adults who hold none",
        "others_low": "of them, those below the best class",
        "forged_against": "entries against people that an insider made up and that stand",
        "raised_by": "points by which cut-offs stand higher, counted once a month",
    }
    per = {"others_low": "others"}

    @kernel
    def look(
        first, entry_person, entry_act, entry_origin, entry_flags, act_seen_as, losing, earning, standing, age, drained,
        retuned, bought, stratum, counts,
    ):  # fmt: skip
        bought[:] = 0
        for e in range(entry_person.size):
            if entry_origin[e] == FORGED and entry_flags[e] & RECORD:
                i, k = entry_person[e], act_seen_as[entry_act[e]]
                good = (earning[0] >> k) & 1
                bought[i] |= good
                counts[2, stratum[i]] += good
                counts[6, stratum[i]] += (losing[0] >> k) & 1
        for i in range(bought.size):
            s, adult = stratum[i], np.int64(age[i] > 0)
            counts[0, s] += drained[i]
            counts[1, s] += drained[i] > 0
            counts[3, s] += bought[i]
            counts[4, s] += adult & (bought[i] == 0)
            counts[5, s] += adult & (bought[i] == 0) & (standing[i] > 0)
        counts[7, stratum[0]] += retuned[0] * (first == 0)
