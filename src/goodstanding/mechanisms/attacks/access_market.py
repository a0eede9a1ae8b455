"""Attack: what people are barred from is sold to them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from goodstanding.card import loguniform, setting, table, uniform
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Attack
from goodstanding.world import Column

NOT_TO_BE_HAD = 1 << 31
"""Dearer than anything that has a price."""


class AccessMarket(Attack):
    """Whoever is barred and has the money gets in all the same, through somebody who sells; the others stay out.

    A friend's name on the ticket, a clerk who looks away, a borrowed account: each month people who are barred ask for
    what can be had, and pay for each thing by itself, in the order of the list of domains and as long as the money
    lasts, where a seller can serve them. Whoever is barred only from what is not to be had asks for nothing. What
    stands on file stays as it was, and so does the class. A sale is not found out.
    """

    touches = "sanctions"
    columns = {"served": Column(dtype="int64", label="chance to be served", scope="scheme", scalar=True)}
    writes = ("restricted", "drained")
    counts = {
        "asking": "barred adults who would pay to get in",
        "sold": "bars got round, one a month and domain",
        "takings": "paid for it, in percent of a month's needs",
        "too_poor": "barred adults who would ask if they had the money",
    }

    price: dict[str, int] = table(
        {"travel": 10, "leisure": 3, "credit": 30, "platform": 2, "school": 40, "licence": 60, "housing": 20},
        keys="sanction_domains", low=0, high=10_000, unit="percent of a month's needs", prior=loguniform(1, 200),
        help="for one month's access; what has no price is not to be had",
        source="assumed", because="a ticket in another name costs little, a licence in another name most of a month",
    )  # fmt: skip
    demand: float = setting(
        0.2, low=0, high=1, unit="share a month", prior=uniform(0.02, 0.6), help="of those barred who would pay",
        source="assumed", because="most go without or ask the family; nobody has counted who pays",
    )  # fmt: skip
    supply: float = setting(
        5.0, low=0, high=1000, unit="per 1000 a month", prior=loguniform(0.2, 50),
        help="people whom the sellers can serve, among adults",
        source="assumed", because="touts at stations served many before names were checked; clerks serve few",
    )  # fmt: skip

    def lacks(self, brought: Collection[str]) -> list[str]:
        sold = any(f"restricted.{domain}" in brought for domain, price in self.price.items() if price)
        return super().lacks(brought) + ["bars from what has a price"] * (not sold)

    @between
    def open(adults, supply, total_asking, served):
        served[0] = min(1 << 32, supply * adults // max(1, total_asking[0]))

    @kernel
    def sell(
        draw_ask, draw_serve, restricted, cushion, price, demand, served, drained, stratum, asking, sold, takings,
        too_poor,
    ):  # fmt: skip
        for i in range(restricted.size):
            cheapest = np.int64(NOT_TO_BE_HAD)
            for d in range(price.size):
                if (np.int64(restricted[i]) >> d) & 1 and price[d]:
                    cheapest = min(cheapest, price[d])
            if cheapest < NOT_TO_BE_HAD and np.int64(draw_ask[i]) < demand:
                s, left = stratum[i], np.int64(cushion[i]) - np.int64(drained[i])
                too_poor[s] += left < cheapest
                asking[s] += left >= cheapest
                if np.int64(draw_serve[i]) < served[0]:
                    for d in range(price.size):
                        if (np.int64(restricted[i]) >> d) & 1 and 0 < price[d] <= left:
                            restricted[i] &= 0xFFFF ^ (1 << d)
                            left -= price[d]
                            drained[i] += price[d]
                            sold[s] += 1
                            takings[s] += price[d]
