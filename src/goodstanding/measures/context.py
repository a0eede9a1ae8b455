"""Measure 4: whether what befalls people has to do with what they did, and is in proportion to it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from goodstanding.acts import HARM, RELATION
from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.world import RECORD, Column

GRAVITY, DETRIMENT = (21, 61), (1, 61)
"""Gravity on record, and harm of a month's sanctions, from which the next bin begins."""
FIRST = 4
BINS = len(GRAVITY) + 1
HOW_GRAVE = ("0 to 20", "21 to 60", "61 or more")
HOW_HARD = ("nothing", "1 to 60", "61 or more")


class Context(Measure):
    """How much of what people are barred from has nothing to do with any act on record, and how fitting the rest is.

    Each month barred from a domain weighs the harm of being without it. The distance from the context is the share of
    that harm in domains to which no act on record is related. Proportion is read from the table of adults with a bad
    entry by the gravity of all their bad entries and by the harm of the month: `association` counts in how many pairs
    of adults the graver record meets the harder month, and in how many the milder one does. Both scales, and what is
    related to what, are assumed here; entries about what the person did not do are on record like any other. Sanctions
    for a relative's sake are left out: the person has no act in them.
    """

    of_scheme = True
    unit = "points of harm"
    persons = "people"
    better = "lower"
    columns = {
        "about": Column(dtype="uint16", label="domains to which an act on record is related, one bit each"),
        "grave": Column(dtype="int32", label="gravity of the bad entries on record, added up"),
        "noted": Column(dtype="uint8", label="has a bad entry on record"),
    }
    counts = {
        "months": "sanction-months in the own name that are weighed",
        "harm": "harm of those sanction-months, in points of harm",
        "unrelated": "of that harm, in domains to which no act on record is related",
        "people": "adults with a bad entry, or barred",
        **{
            f"grave_{g}_hard_{h}": f"of them, gravity on record {grave}, harm of the month {hard}"
            for g, grave in enumerate(HOW_GRAVE)
            for h, hard in enumerate(HOW_HARD)
        },
    }
    per = {
        "unrelated": "harm",
        **{f"grave_{g}_hard_{h}": "people" for g in range(BINS) for h in range(BINS)},
    }

    related: dict[str, list[str]] = RELATION
    weight: dict[str, int] = HARM

    @kernel
    def gather(
        entry_person, entry_act, entry_flags, act_seen_as, act_domain, act_gravity, losing, related, about, grave, noted
    ):  # fmt: skip
        about[:] = 0
        grave[:] = 0
        noted[:] = 0
        for e in range(entry_person.size):
            i, k = entry_person[e], np.int64(entry_act[e])
            if entry_flags[e] & RECORD and (losing[0] >> act_seen_as[k]) & 1:
                about[i] |= related[act_domain[k]]
                grave[i] += act_gravity[k]
                noted[i] = 1

    @kernel
    def compare(restricted, about, grave, noted, weight, stratum, counts):
        for i in range(restricted.size):
            if noted[i] or restricted[i]:
                s, harm, apart = stratum[i], np.int64(0), np.int64(0)
                for d in range(16):
                    if (np.int64(restricted[i]) >> d) & 1:
                        counts[0, s] += 1
                        harm += weight[d]
                        apart += weight[d] * (1 - ((np.int64(about[i]) >> d) & 1))
                g, h = 0, 0
                for edge in GRAVITY:
                    g += grave[i] >= edge
                for edge in DETRIMENT:
                    h += harm >= edge
                counts[1, s] += harm
                counts[2, s] += apart
                counts[3, s] += 1
                counts[FIRST + BINS * g + h, s] += 1


def association(cells: Sequence[int]) -> tuple[int, int]:
    """Pairs of adults in which the graver record meets the harder month, and those in which the milder one does.

    `cells` are the counts `grave_0_hard_0`, `grave_0_hard_1`, … in their order. Goodman and Kruskal's gamma is the
    difference of the two over their sum: 1 where harm follows gravity, 0 where it does not, -1 where it is upside down.
    """
    concordant = discordant = 0
    for one, many in enumerate(cells):
        for other in range(one + 1, len(cells)):
            graver, harder = other // BINS - one // BINS, other % BINS - one % BINS
            concordant += many * cells[other] * (graver * harder > 0)
            discordant += many * cells[other] * (graver * harder < 0)
    return concordant, discordant
