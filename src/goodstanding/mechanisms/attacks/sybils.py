"""Attack: friends are for sale who are nobody."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import kernel
from goodstanding.mechanism import Attack


class Sybils(Attack):
    """People with money surround themselves with invented accounts of good score; the scheme takes them for friends.

    Where a score, or a refusal, looks at the scores of the people around, whoever was told of a lower class and has the
    savings may buy a set of accounts that stand in the best sixth of the range. Each month a part of the buyers is
    found out, and loses the accounts and nothing else. Who would buy such a set is drawn afresh each month. What was
    reported for sale is false schooling, jobs and cars, and not friends: friends are our assumption.

    Sources: [cnr-2017]
    """

    touches = "observation"
    writes = ("hollow", "drained")
    relies_on = ("looks_around",)
    counts = {
        "holders": "adults with invented friends",
        "sold": "sets of invented friends sold",
        "takings": "paid for them, in percent of a month's needs",
        "purged": "adults whose invented friends were found out",
    }

    accounts: int = setting(
        5, low=1, high=31, unit="count", prior=uniform(2, 15), help="accounts in a set",
        source="assumed", because="as many as half of the friends that people have around them here",
    )  # fmt: skip
    price: int = setting(
        10, low=0, high=10_000, unit="percent of a month's needs", prior=uniform(1, 60), help="price of a set",
        source="assumed", because="accounts are sold by the dozen for some meals; groomed ones cost more",
    )  # fmt: skip
    demand: float = setting(
        0.05, low=0, high=1, unit="share a month", prior=loguniform(0.005, 0.3),
        help="of those below the best class with such savings who would buy, in a month",
        source="assumed",
        because="the best shop for false details had a thousand sales a month (cnr-2017); among how many is not told",
    )  # fmt: skip
    purge: float = setting(
        0.05, low=0, high=1, unit="share a month", prior=uniform(0, 0.3), help="holders who are found out in a month",
        source="assumed", because="platforms delete accounts in waves; nought is in the range",
    )  # fmt: skip

    @kernel
    def befriend(
        draw_ask, draw_purge, told, cushion, looks_around, accounts, price, demand, purge, hollow, drained, stratum,
        holders, sold, takings, purged,
    ):  # fmt: skip
        for i in range(hollow.size):
            s, left = stratum[i], np.int64(cushion[i]) - np.int64(drained[i])
            would = looks_around[0] and told[i] > 1 and np.int64(draw_ask[i]) < demand
            if hollow[i] and np.int64(draw_purge[i]) < purge:
                hollow[i] = 0
                purged[s] += 1
            elif would and not hollow[i] and left >= price:
                hollow[i] = accounts
                drained[i] += price
                sold[s] += 1
                takings[s] += price
            holders[s] += hollow[i] > 0
