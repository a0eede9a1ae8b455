"""Observation: the firm that rates people sees what they buy from it."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.mechanism import Observation
from goodstanding.tally import tally
from goodstanding.world import Column

WHOLE = 255
"""Custom at its fullest."""


class Patronage(Observation):
    """People who know that they are rated buy more from the firm that rates them, if they can afford it.

    The firm sells what it also scores people for, so that its custom counts for good conduct: each month of buying
    fills a part of what is left to fill, each month without empties a part (see dimensions, under behaviour). The money
    goes on things that people would not have bought. Whoever has the scheme on their mind buys more often, whoever has
    no savings not at all. Debts, returns and what the goods are worth to people are left out.

    Sources: [caixin-2017]
    """

    columns = {"buys": Column(dtype="uint8", label="buys from the firm for the score's sake this month")}
    writes = ("loyalty", "drained")
    counts = {
        "buying": "adults who buy for the score's sake",
        "takings": "what they spend, in percent of a month's needs",
        "regulars": "adults whose custom counts for half or more of what it can",
    }

    reach: float = setting(
        0.3, low=0, high=1, unit="share once a month", prior=uniform(0, 0.6),
        help="of those with the scheme most on their mind, who buy for the score's sake",
        source="assumed", because="that custom lifts a score is told by every page of advice; who follows it is not",
    )  # fmt: skip
    spending: int = setting(
        8, low=0, high=1000, unit="percent of a month's needs", prior=uniform(2, 20), help="what they buy for",
        source="assumed", because="some days' meals a month; no firm published what a score brings it in sales",
    )  # fmt: skip
    habit: int = setting(
        6, low=1, high=240, unit="months", prior=uniform(2, 24), help="in which custom fills or empties by two thirds",
        source="assumed", because="scores are said to weigh the last months; half a year",
    )  # fmt: skip

    @kernel
    def buy(
        draw_thought, told, salience, cushion, outside, reach, spending, habit, buys, loyalty, drained, stratum, buying,
        takings, regulars,
    ):  # fmt: skip
        for i in range(buys.size):
            minded = np.int64(draw_thought[i]) < (reach * np.int64(salience[i])) >> 8
            can = np.int64(cushion[i]) - np.int64(drained[i]) >= spending
            buys[i] = minded & can & (told[i] > 0) & (outside[i] == 0)
        tally(buys, stratum, buying)
        for i in range(buys.size):
            had = np.int64(loyalty[i])
            gap = WHOLE - had if buys[i] else had
            part = (gap + habit - 1) // habit
            loyalty[i] = had + part if buys[i] else had - part
            if buys[i]:
                drained[i] += spending
                takings[stratum[i]] += spending
            regulars[stratum[i]] += loyalty[i] > WHOLE // 2
