"""Measure 17: what becomes of false entries."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.world import FOUND, PENDING, RECORD, REFUSED, TRUE, Column

AGES = {"1_3": "1 to 3", "4_12": "4 to 12", "13_24": "13 to 24", "25": "25 or more"}
BAD, FALSE, TRIED = 1, 2, 4
FIRST_AGE, FIRST_PERSON = 6, 14


class Remedies(Measure):
    """How many false entries stand in the record, whether people know of them, and whether anybody did something.

    False: about somebody else's act, or about an act that nobody did. Only entries that cost points are looked at, and
    only those that stand: what was struck is gone from every count here, and appeal counts it. Take-up is `contested`
    of `known`: entries that the person knows of, true or false, which are under review or were refused. How long people
    stay in the dark is read from `found` by age: of the false entries so many months old, those the person knows
    of (the first month is 1). The silent never asked for a review, of any entry, in all months so far; the error among
    them is not what appeals show, since who appeals is not everybody. Only notice and appeals let people know of an
    entry here: without either nobody is counted as knowing, which says nothing about what people guess.
    """

    of_scheme = True
    unit = "entries"
    persons = "holders"
    columns = {
        "tried": Column(dtype="uint8", label="has asked for a review", kept=True),
        "holds": Column(dtype="uint8", label="what the person holds: 1 a bad entry, 2 a false one, 4 one reviewed"),
    }
    counts = {
        "false_entries": "false entries that stand and cost points",
        "found": "of them, those the person knows of",
        "pending": "of them, those under review",
        "refused": "of them, those reviewed and left standing",
        "known": "entries, true or false, that the person knows of",
        "contested": "of them, those under review or refused",
        **{f"false_{key}": f"false entries that stand for {label} months" for key, label in AGES.items()},
        **{f"found_{key}": "of them, those the person knows of" for key in AGES},
        "holders": "adults with an entry that costs points",
        "people": "adults with a false entry that costs points",
        "silent": "adults with an entry that costs points who never asked for a review",
        "silent_false": "of them, those with a false entry",
    }
    per = {
        "found": "false_entries", "pending": "false_entries", "refused": "false_entries", "contested": "known",
        **{f"found_{key}": f"false_{key}" for key in AGES}, "people": "holders", "silent_false": "silent",
    }  # fmt: skip

    @kernel
    def read(
        month, entry_person, entry_act, entry_month, entry_origin, entry_flags, act_seen_as, losing, holds, stratum,
        counts,
    ):  # fmt: skip
        holds[:] = 0
        for e in range(entry_person.size):
            flags = np.int64(entry_flags[e])
            if flags & RECORD and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                i = entry_person[e]
                s, known, reviewed = stratum[i], (flags & FOUND) != 0, (flags & (PENDING | REFUSED)) != 0
                counts[4, s] += known
                counts[5, s] += known & reviewed
                holds[i] |= BAD | (TRIED * reviewed)
                if not (TRUE >> entry_origin[e]) & 1:
                    holds[i] |= FALSE
                    counts[0, s] += 1
                    counts[1, s] += known
                    counts[2, s] += (flags & PENDING) != 0
                    counts[3, s] += (flags & REFUSED) != 0
                    age = month - np.int64(entry_month[e])
                    row = FIRST_AGE + (age >= 3) + (age >= 12) + (age >= 24)
                    counts[row, s] += 1
                    counts[row + 4, s] += known

    @kernel
    def ask(holds, tried, stratum, counts):
        for i in range(holds.size):
            tried[i] |= holds[i] >= TRIED
        for i in range(holds.size):
            if holds[i]:
                s, false = stratum[i], (holds[i] & FALSE) != 0
                counts[FIRST_PERSON, s] += 1
                counts[FIRST_PERSON + 1, s] += false
                counts[FIRST_PERSON + 2, s] += tried[i] == 0
                counts[FIRST_PERSON + 3, s] += false & (tried[i] == 0)
