"""Conduct: people deal with each other, or refuse to."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel, pair
from goodstanding.mechanism import Conduct
from goodstanding.world import Column

REFUSES, DEALS = 1, 2
MOST = 230
"""Nine tenths of an income, in 256ths: something is always left."""


class Dealing(Conduct):
    """People refuse to deal with whoever is named on a public list, and employers and landlords look the name up.

    The month after, each person around somebody listed refuses dealings or goes on; the household goes on. Each refusal
    costs a little of the income, and whoever is looked up loses work for some months. Of the dealings with a listed
    person that came up, those that went on are `dealt`. Children around are not told from adults.

    Sources: [genevsky-2025]
    """

    columns = {"workless": Column(dtype="uint8", label="months without work to come", unit="months", kept=True)}
    writes = ("spurned",)
    counts = {
        "refused": "dealings refused because of a list",
        "dealt": "dealings with somebody listed that were not refused",
        "dismissed": "adults out of work because their name was looked up",
        "income_lost": "income lost to refused dealings and to being looked up, in 256ths of a month's",
    }

    refusal: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.4),
        help="people around somebody listed who refuse dealings, in a month",
        source="assumed",
        because="in laboratory games shown scores lowered trust and cooperation; no field figure is known, so nought "
        "is in the range",
    )  # fmt: skip
    custom: float = setting(
        0.02, low=0, high=1, unit="share", prior=uniform(0, 0.08),
        help="income that one such refusal costs in a month",
        source="assumed", because="most people live on wages and not on the custom of those around them",
    )  # fmt: skip
    looking_up: float = setting(
        0.02, low=0, high=1, unit="share a month", prior=uniform(0, 0.1),
        help="listed people who lose work in a month as the name is looked up",
        source="assumed", because="few employers and landlords search a list; nobody has counted them",
    )  # fmt: skip
    dismissal: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0, 0.9), help="income lost while out of such work",
        source="assumed", because="some have other work, or find some at once",
    )  # fmt: skip
    months_lost: int = setting(
        3, low=1, high=120, unit="months", prior=uniform(1, 12), help="for which the work is lost",
        source="assumed", because="a quarter of a year to find other work",
    )  # fmt: skip

    @pair(of="listed", says={REFUSES: "refused to deal with {other}, who was on a list"})
    def refuse(mine, theirs, relation, draw, refusal):
        if relation == 0:
            return 0
        return REFUSES if np.int64(draw) < refusal else DEALS

    @kernel
    def deal(got_refuse, listed, draw_look_up, custom, looking_up, dismissal, months_lost, workless, spurned):
        for i in range(spurned.size):
            found = (listed[i] > 0) & (np.int64(draw_look_up[i]) < looking_up)
            workless[i] = max(max(np.int64(workless[i]), 1) - 1, months_lost * found)
            lost = custom * (got_refuse[i] & 31) + dismissal * (workless[i] > 0)
            spurned[i] = min(MOST, lost >> 24)

    @kernel
    def count(got_refuse, workless, spurned, stratum, refused, dealt, dismissed, income_lost):
        for i in range(spurned.size):
            if got_refuse[i] | np.int64(workless[i]):
                refused[stratum[i]] += got_refuse[i] & 31
                dealt[stratum[i]] += (got_refuse[i] >> 5) & 31
                dismissed[stratum[i]] += workless[i] > 0
                income_lost[stratum[i]] += np.int64(spurned[i])
