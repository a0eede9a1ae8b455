"""Measure 16: errors that live on in copies."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally
from goodstanding.world import COPY, MISCOPIED, RECORD, Column


class Copies(Measure):
    """Copies of other schemes' entries that a scheme holds, and the false ones that the first record no longer holds.

    A copy is false where it is about what the person did not do. It lives on where no other scheme passes on that act
    of the person any more: the first record was corrected, or is past its term, or that scheme is over. Counted each
    month as a stock. Whoever is barred while a false copy lives on is not thereby barred because of it; what a sanction
    rests on is counted under unfounded.
    """

    of_scheme = True
    about = ("passed_on",)
    unit = "copies"
    persons = "people"
    better = "lower"
    columns = {
        "haunted": Column(dtype="uint8", label="a false copy about the person lives on"),
        "has_copy": Column(dtype="uint8", label="a copy about the person is on record"),
    }
    counts = {
        "copies": "copies of other schemes' entries on record",
        "false": "copies about what the person did not do",
        "living_on": "false copies that the first record no longer holds",
        "people": "adults about whom a copy is on record",
        "haunted_people": "adults about whom a false copy lives on",
        "haunted_barred": "adults about whom a false copy lives on and whom the scheme bars",
    }
    per = {"false": "copies", "living_on": "copies", "haunted_people": "people", "haunted_barred": "people"}

    @kernel
    def count(
        passed_on, passed_groundless, entry_person, entry_act, entry_origin, entry_flags, restricted, haunted,
        has_copy, stratum, counts,
    ):  # fmt: skip
        haunted[:] = 0
        has_copy[:] = 0
        for e in range(entry_person.size):
            origin = np.int64(entry_origin[e])
            if (COPY >> origin) & 1 and entry_flags[e] & RECORD:
                i = entry_person[e]
                s, there = stratum[i], passed_on[i] | passed_groundless[i]
                lives_on = origin == MISCOPIED and not (there >> np.int64(entry_act[e])) & 1
                counts[0, s] += 1
                counts[1, s] += origin == MISCOPIED
                counts[2, s] += lives_on
                haunted[i] |= lives_on
                has_copy[i] = 1
        tally(has_copy, stratum, counts[3])
        tally(haunted, stratum, counts[4])
        for i in range(haunted.size):
            haunted[i] &= restricted[i] != 0
        tally(haunted, stratum, counts[5])
