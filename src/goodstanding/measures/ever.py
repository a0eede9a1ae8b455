"""What people's months came to: barred, named, in debt, silent or outspoken, since the beginning."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import how_many
from goodstanding.world import Column

LESS_IS_HARM = ("spoken_so_far",)
"""The columns of which a person is worse off with less; of all others with more."""


class Ever(Measure):
    """What happens to people for the first time, and how many months of it each of them has had so far.

    A rate tells how many are barred in a month, not whether it is always the same people. Firsts, added up over the
    months, are the adults to whom it ever happened. The months of each person stay with the world until it ends, for
    whoever asks what a scheme did to single people (see outcomes.py); no file of a run holds them. In arms where
    nothing follows from a class nobody is barred or named.
    """

    unit = "adults"
    better = "neither"
    columns = {
        "barred_so_far": Column(dtype="uint16", label="sanction-months", unit="domains and months", kept=True),
        "named_so_far": Column(dtype="uint8", label="months on a public list", unit="months", kept=True),
        "owing_so_far": Column(dtype="uint8", label="months with savings below nought", unit="months", kept=True),
        "silent_so_far": Column(dtype="uint8", label="months in which the tongue was held", unit="months", kept=True),
        "spoken_so_far": Column(dtype="uint8", label="months of speaking up", unit="months", kept=True),
    }
    counts = {
        "shut_out": "adults barred from anything for the first time",
        "named": "adults named on a public list for the first time",
        "in_debt": "adults with savings below nought for the first time",
        "silenced": "adults who held their tongue for the first time",
        "outspoken": "adults who spoke up for the first time",
    }

    @kernel
    def add_up(
        barred, listed, cushion, held, spoke, age, stratum, barred_so_far, named_so_far, owing_so_far, silent_so_far,
        spoken_so_far, counts,
    ):  # fmt: skip
        for i in range(barred.size):
            if barred[i]:
                counts[0, stratum[i]] += (barred_so_far[i] == 0) & (age[i] > 0)
                barred_so_far[i] += how_many(np.int64(barred[i]))
        for i in range(listed.size):
            if listed[i]:
                counts[1, stratum[i]] += (named_so_far[i] == 0) & (age[i] > 0)
                named_so_far[i] += 1
        for i in range(cushion.size):
            if cushion[i] < 0:
                counts[2, stratum[i]] += (owing_so_far[i] == 0) & (age[i] > 0)
                owing_so_far[i] += 1
        for i in range(held.size):
            if held[i]:
                counts[3, stratum[i]] += (silent_so_far[i] == 0) & (age[i] > 0)
                silent_so_far[i] += 1
        for i in range(spoke.size):
            if spoke[i]:
                counts[4, stratum[i]] += (spoken_so_far[i] == 0) & (age[i] > 0)
                spoken_so_far[i] += 1
