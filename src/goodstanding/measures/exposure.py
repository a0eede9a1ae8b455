"""Measure 13: what a breach lays open."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally
from goodstanding.world import RECORD, TRUE, Column


class Exposure(Measure):
    """Whose file is out for good, and what of them stands in it: true or not, protected or not.

    Counted each month as a stock, since what is out stays out; the entries are those that the file holds now. A file
    that holds nothing bad tells whoever reads it where the person stands all the same. Where no file leaks all of it is
    nought, which says that no breach was assumed and not that none can happen. What is done with what is out, and to
    whom, is counted by the attack.
    """

    of_scheme = True
    about = ("leaked",)
    unit = "people"
    better = "lower"
    columns = {
        "protected_out": Column(dtype="uint8", label="a protected act stands in a file that is out"),
        "false_out": Column(dtype="uint8", label="what the person did not do stands in a file that is out"),
    }
    counts = {
        "people": "adults whose file is out",
        "entries": "entries in files that are out",
        "false": "of them, entries about what the person did not do",
        "protected": "of them, entries about protected acts",
        "people_protected": "adults of whom a protected act is out",
        "people_false": "adults of whom something is out that they did not do",
    }
    per = {"false": "entries", "protected": "entries", "people_protected": "people", "people_false": "people"}

    @kernel
    def look(
        leaked, entry_person, entry_act, entry_origin, entry_flags, act_protected, protected_out, false_out, stratum,
        counts,
    ):  # fmt: skip
        protected_out[:] = 0
        false_out[:] = 0
        tally(leaked, stratum, counts[0])
        for e in range(entry_person.size):
            i = entry_person[e]
            if leaked[i] and entry_flags[e] & RECORD:
                false = 1 - ((TRUE >> np.int64(entry_origin[e])) & 1)
                protected = np.int64(act_protected[entry_act[e]] != 0)
                counts[1, stratum[i]] += 1
                counts[2, stratum[i]] += false
                counts[3, stratum[i]] += protected
                false_out[i] |= false
                protected_out[i] |= protected
        tally(protected_out, stratum, counts[4])
        tally(false_out, stratum, counts[5])
