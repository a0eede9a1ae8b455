"""Measure 2: what a sanction rests on."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import PATHS
from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.world import MISTAKEN, RECORD, SEEN, TRUE, TWIN, Column

LIVELIHOOD, GRIEVANCE = 1 << PATHS.index("livelihood"), 1 << PATHS.index("grievance")


class Unfounded(Measure):
    """Sanction-months that rest on what a person did not do, on conduct the scheme brought about, or on own conduct.

    A sanction-month is one person barred from one domain in one month, in their own name. It is unfounded where the
    same record without entries about what the person did not do would not bar; induced where that one bars but the same
    rules on the same person's acts in the world without the scheme would not; own conduct otherwise. The rest is not
    thereby rightful. The path of an induced one names the acts whose entries the twin shadow lacks: all of them acts
    that hardship leads to, all acts of grievance, one of the two with others (`joint`), or neither (`elsewhere`). They
    are what the person holds, not yet what alone would have sufficed.
    """

    of_scheme = True
    unit = "sanction-months"
    persons = "shut_out"
    better = "lower"
    columns = {
        "false_held": Column(dtype="uint8", label="holds 1 a misfiled entry, 2 a false report, 3 both"),
        "paths": Column(dtype="uint8", label="paths of entries that the twin shadow lacks, one bit each"),
    }
    counts = {
        "sanction_months": "sanction-months",
        "unfounded": "sanction-months that rest on what the person did not do",
        "misfiled": "unfounded sanction-months of people with entries filed on the wrong person alone",
        "misreported": "unfounded sanction-months of people with false reports alone",
        "of_both_kinds": "unfounded sanction-months of people with entries of both kinds",
        "people": "adults with an unfounded sanction",
        "induced": "sanction-months for conduct that the scheme brought about",
        "livelihood": "sanction-months induced by hardship alone",
        "grievance": "sanction-months induced by grievance alone",
        "joint": "sanction-months induced by hardship or grievance with others",
        "elsewhere": "sanction-months induced otherwise",
        "own": "sanction-months for own conduct",
        "shut_out": "adults barred from anything in their own name",
    }
    per = {count: "sanction_months" for count in counts if count not in ("sanction_months", "people", "shut_out")}

    @kernel
    def look(restricted, entry_person, entry_act, entry_origin, entry_flags, act_path, false_held, paths):
        false_held[:] = 0
        paths[:] = 0
        for e in range(entry_person.size):
            i, flags = entry_person[e], entry_flags[e]
            if restricted[i]:
                if flags & RECORD and not (TRUE >> entry_origin[e]) & 1:
                    false_held[i] |= 1 if entry_origin[e] == MISTAKEN else 2
                if flags & SEEN and not flags & TWIN:
                    paths[i] |= 1 << act_path[entry_act[e]]

    @kernel
    def part(restricted, seen_restricted, twin_restricted, false_held, paths, stratum, counts):
        for i in range(restricted.size):
            if restricted[i]:
                s = stratum[i]
                barred, seen, twin = np.int64(restricted[i]), np.int64(seen_restricted[i]), np.int64(twin_restricted[i])
                while barred:
                    if barred & 1:
                        counts[0, s] += 1
                        if not seen & 1:
                            counts[1, s] += 1
                            if false_held[i]:
                                counts[1 + false_held[i], s] += 1
                        elif not twin & 1:
                            counts[6, s] += 1
                            led = paths[i]
                            both = led & (LIVELIHOOD | GRIEVANCE)
                            row = 7 if led == LIVELIHOOD else 8 if led == GRIEVANCE else 9 if both else 10
                            counts[row, s] += 1
                        else:
                            counts[11, s] += 1
                    barred, seen, twin = barred >> 1, seen >> 1, twin >> 1
                counts[12, s] += 1
                counts[5, s] += (np.int64(restricted[i]) & ~np.int64(seen_restricted[i])) != 0
