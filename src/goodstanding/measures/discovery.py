"""Measure 17, its clock: how long people do not know of what is wrong in their file."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import helper, kernel
from goodstanding.measures import Measure
from goodstanding.world import FOUND, RECORD, TRUE, Column

MONTHS = {"1_3": "1 to 3", "4_12": "4 to 12", "13_24": "13 to 24", "25": "25 or more"}
UNKNOWN, KNOWN = 1, 2
LAST = 255
FOUND_AFTER, GONE_AFTER, STILL, ALL = 1, 5, 9, 13


@helper
def bin_of(months):
    """The bin of so many months, 0 the first."""
    return np.int64(months > 3) + (months > 12) + (months > 24)


class Discovery(Measure):
    """How long people live with a false entry before they learn of one, and how many never do.

    False: about what the person did not do, standing and costing points. A time in the dark is the months on end at the
    end of which somebody holds such entries and knows of none. It ends by finding out, or because the entries are gone
    first: their term was over, or somebody else struck them; who was in the dark until then has never known. At once
    are those who knew by the end of the month. Still are those in the dark now, by how long so far: in a short run most
    of the long times are among them, so that those that ended look shorter than times are. Only notice, appeals and
    bills let people know of an entry here; what people guess is not counted.
    """

    of_scheme = True
    unit = "adults"
    better = "neither"
    columns = {
        "dark": Column(dtype="uint8", label="months in the dark so far", unit="months", kept=True),
        "knew": Column(dtype="uint8", label="knew of a false entry the month before", kept=True),
        "wrong": Column(
            dtype="uint8", label="false entries: 1 one that the person does not know of, 2 one that they do"
        ),
    }
    counts = {
        "at_once": "adults who learned of a false entry in the month in which it came",
        **{
            f"found_{key}": f"adults who learned of a false entry after {label} months" for key, label in MONTHS.items()
        },
        **{
            f"gone_{key}": f"adults whose false entries were gone after {label} months, before they knew"
            for key, label in MONTHS.items()
        },
        **{f"still_{key}": f"adults in the dark for {label} months so far" for key, label in MONTHS.items()},
        "ended": "adults who learned of a false entry, or whose false entries were gone before",
    }
    per = {"at_once": "ended", **{f"{how}_{key}": "ended" for how in ("found", "gone") for key in MONTHS}}

    @kernel
    def read(entry_person, entry_act, entry_origin, entry_flags, act_seen_as, losing, wrong):
        wrong[:] = 0
        for e in range(entry_person.size):
            flags, false = np.int64(entry_flags[e]), 1 - ((TRUE >> np.int64(entry_origin[e])) & 1)
            if false and flags & RECORD and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                wrong[entry_person[e]] |= KNOWN if flags & FOUND else UNKNOWN

    @kernel
    def follow(wrong, dark, knew, stratum, counts):
        for i in range(wrong.size):
            if wrong[i] | dark[i] | knew[i]:
                s, months, knows = stratum[i], np.int64(dark[i]), np.int64(wrong[i] >= KNOWN)
                if wrong[i] == UNKNOWN:
                    dark[i] = min(LAST, months + 1)
                    counts[STILL + bin_of(months + 1), s] += 1
                elif months:
                    dark[i] = 0
                    counts[(FOUND_AFTER if knows else GONE_AFTER) + bin_of(months), s] += 1
                    counts[ALL, s] += 1
                elif knows and not knew[i]:
                    counts[0, s] += 1
                    counts[ALL, s] += 1
                knew[i] = knows
