"""Sanction: the same service costs people of another class another price."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, loguniform, setting, table, uniform
from goodstanding.kernels import kernel, start
from goodstanding.luck import stochastic_round
from goodstanding.mechanism import Sanction
from goodstanding.world import Column

LARGEST = 10_000
"""The most that prices add in a month, in percent of a month's needs."""


class Prices(Sanction):
    """People of a class pay more for a service than others, or less, and go without where it is too dear for them.

    Every adult uses the service. The most that somebody would pay for it is drawn once, whatever they do, evenly from
    the ordinary price to the highest that anybody would pay. Whoever's class is asked for more than that is barred from
    the service by its price; everybody else pays the difference, month after month. Who goes without is worked out on
    each copy of the record; who pays is not, so that a surcharge over a false entry counts as no false sanction. Nobody
    uses less of a service that is dearer, and nobody more of one that is cheaper.

    Sources: [technode-2018] [mobike-rules-2017]
    """

    columns = {"worth": Column(dtype="int16", label="most that the person would pay", unit="percent", kept=True)}
    writes = ("restricted", "surcharged")
    counts = {
        "priced_out": "adults for whom the service is too dear, before any safeguard",
        "dearer": "adults who pay more than the ordinary price",
        "cheaper": "adults who pay less than the ordinary price",
        "surcharges": "what they pay more, in percent of a month's needs",
        "rebates": "what they pay less, in percent of a month's needs",
    }

    service: str = setting(
        "platform", among=tuple(SANCTION_DOMAINS), unit="name", prior=exactly(), help="what is priced by class",
        source="assumed", because="of all that is told of prices by a score, most is told of platforms",
    )  # fmt: skip
    levels: dict[str, int] = table(
        {}, keys="classes", low=0, high=10_000, unit="percent", prior=exactly(), otherwise=100,
        help="what a class pays, of the ordinary price",
        source="assumed", because="empty until a scenario names what a class pays",
    )  # fmt: skip
    spending: float = setting(
        2.0, low=0, high=100, unit="percent of a month's needs a month", prior=uniform(0.5, 5),
        help="what everybody spends on the service at the ordinary price",
        source="assumed", because="some dozen rides of a yuan; what riders spent in a month was not published",
    )  # fmt: skip
    dearest: int = setting(
        1000, low=101, high=10_000, unit="percent", prior=loguniform(300, 3000),
        help="the highest price that anybody would pay, of the ordinary one",
        source="assumed", because="at ten times a bicycle's fare there are taxis; nobody has measured it",
    )  # fmt: skip

    @start
    def value(draw_worth, dearest, worth):
        for i in range(worth.size):
            worth[i] = 100 + (((dearest - 100) * np.int64(draw_worth[i])) >> 32)

    @kernel(copies=True)
    def price_out(standing, age, outside, wanted, worth, service, levels, restricted):
        for c in range(levels.size):
            if levels[c] > 100 and wanted[0]:
                for i in range(restricted.size):
                    asked = (standing[i] == c) & (age[i] > 0) & (outside[i] == 0)
                    restricted[i] |= (asked & (levels[c] > worth[i])) << service

    @kernel
    def charge(
        standing, age, outside, wanted, draw_cents, worth, levels, spending, surcharged, stratum, priced_out, dearer,
        cheaper, surcharges, rebates,
    ):  # fmt: skip
        for c in range(levels.size):
            more = spending * (levels[c] - 100) * np.int64(wanted[0] != 0)
            if more:
                for i in range(surcharged.size):
                    if standing[i] == c and age[i] > 0 and not outside[i]:
                        s, stays = stratum[i], levels[c] <= worth[i]
                        priced_out[s] += not stays
                        if stays:
                            paid = stochastic_round((more << 8) // 100, 16, draw_cents[i])
                            surcharged[i] = min(LARGEST, surcharged[i] + paid)
                            dearer[s] += more > 0
                            cheaper[s] += more < 0
                            surcharges[s] += max(paid, 0)
                            rebates[s] -= min(paid, 0)
