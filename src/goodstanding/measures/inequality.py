"""Measure 12: who has how much, and who stands where."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally
from goodstanding.world import Column

EDGES = (-100, 0, 50, 100, 150, 200, 300, 400, 500)
"""Savings, in percent of a month's needs, at which the next bin begins."""
OWING, BEST = len(EDGES) + 1, len(EDGES) + 2


class Inequality(Measure):
    """Adults by what they have saved, and by the standing they are told, so that gaps between groups can be seen.

    Savings come in ten bins, in percent of a month's needs: the first ends below -100, the others begin at -100, 0,
    50, 100, 150, 200, 300, 400 and 500. Standing is the worst that any scheme tells; in the arm `ghost` nobody is told
    anything. Shares and gaps by group and tenth follow from the strata.
    """

    unit = "adults"
    better = "neither"
    columns = {"bin": Column(dtype="uint8", label="bin of savings")}
    counts = {
        "savings_below": "adults who owe more than a month's needs",
        "savings_minus_100": "adults who owe up to a month's needs",
        **{f"savings_{low}": f"adults with savings from {low} percent of a month's needs" for low in EDGES[1:]},
        "owing": "adults whose savings are below nought",
        "best": "adults told the best class",
        "second": "adults told the second class",
        "third": "adults told the third class",
        "lower": "adults told a lower class",
    }

    @kernel
    def sort(cushion, bin):
        bin[:] = 0
        for edge in EDGES:
            for i in range(cushion.size):
                bin[i] += cushion[i] >= edge

    @kernel
    def count(bin, told, age, room, stratum, counts):
        for i in range(bin.size):
            counts[bin[i], stratum[i]] += age[i] > 0
        for s in range(counts.shape[1]):
            counts[OWING, s] = counts[0, s] + counts[1, s]
        for i in range(told.size):
            room[i] = (told[i] == 1) & (age[i] > 0)
        tally(room, stratum, counts[BEST])
        for i in range(told.size):
            if told[i] > 1:
                counts[BEST - 1 + min(np.int64(told[i]), 4), stratum[i]] += age[i] > 0
