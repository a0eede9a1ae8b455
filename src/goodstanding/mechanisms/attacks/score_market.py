"""Attack: good standing is for sale."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Attack
from goodstanding.mechanisms.observation.tips import foremost
from goodstanding.record import enter
from goodstanding.world import FORGED, RECORD, Column


class ScoreMarket(Attack):
    """People with money buy entries about good deeds that they did not do, and cut-offs rise for everybody.

    Whoever was told of a lower class and has the savings may buy, as far as the sellers can serve them; the poor
    cannot. What is bought is the commonest good deed that earns points. The office takes the deeds for true, and the
    more of them stand on file, the more points it asks of everybody for every class; so those who bought nothing fall
    behind. Nobody is found out, and what the sellers gain is nobody's here. False details and the points
    of driving licences were reported for sale; good deeds were not.

    Sources: [cnr-2017] [global-times-2014]
    """

    touches = "observation"
    columns = {
        "served": Column(dtype="int64", label="chance to be served", scope="scheme", scalar=True),
    }  # fmt: skip
    writes = ("new_person", "drained", "retuned")
    relies_on = ("standing", "told", "earning")
    counts = {
        "asking": "adults who would buy",
        "sold": "good deeds sold",
        "takings": "paid for them, in percent of a month's needs",
        "deeds": "bought deeds that stand",
    }

    price: int = setting(
        60, low=0, high=10_000, unit="percent of a month's needs", prior=uniform(10, 300),
        help="price of one good deed, for whoever has as much in savings",
        source="assumed",
        because="false details for a score cost 100 to 140 yuan (cnr-2017), a point of a driving licence 70 to 600 "
        "(global-times-2014); more than half of a month's needs here, as it takes an insider to file a deed",
    )  # fmt: skip
    demand: float = setting(
        0.1, low=0, high=1, unit="share a month", prior=loguniform(0.01, 0.5),
        help="of those below the best class with such savings who would buy, in a month",
        source="assumed", because="a loss that can be bought back is bought back by some; nobody has counted them",
    )  # fmt: skip
    supply: float = setting(
        2.0, low=0, high=1000, unit="per 1000 a month", prior=loguniform(0.1, 20),
        help="deeds that the sellers can provide, among adults",
        source="assumed", because="a seller needs an insider or a charity that signs; few can",
    )  # fmt: skip
    opens: int = setting(
        6, low=1, high=240, unit="months", prior=uniform(1, 24), help="months before the first deed is sold",
        source="assumed", because="a market needs to see what a class is worth; half a year",
    )  # fmt: skip
    step: int = setting(
        2, low=0, high=1000, unit="points", prior=uniform(0, 10),
        help="by which cut-offs rise for each bought deed among 100 adults",
        source="assumed", because="whether an office retunes at all is not known, so nought is in the range",
    )  # fmt: skip
    most: int = setting(
        25, low=0, high=10_000, unit="points", prior=uniform(5, 30), help="by which cut-offs rise at most",
        source="assumed", because="so that who has nothing on file stays in the best class",
    )  # fmt: skip

    @between
    def retune(month, adults, supply, opens, step, most, total_asking, total_deeds, served, retuned):
        served[0] = min(1 << 32, supply * adults // max(1, total_asking[0])) * (month >= opens)
        retuned[0] += min(most, step * 100 * total_deeds[0] // adults)

    @kernel
    def sell(
        draw_ask, draw_serve, told, cushion, earning, act_rate, act_seen_as, price, demand, served, drained,
        stratum, asking, sold, takings, new_person, new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        act = foremost(earning[0], act_rate)
        if act < 0:
            return
        for i in range(told.size):
            can = np.int64(cushion[i]) - np.int64(drained[i]) >= price
            if told[i] > 1 and can and np.int64(draw_ask[i]) < demand:
                asking[stratum[i]] += 1
                if np.int64(draw_serve[i]) < served[0]:
                    enter(new_person, new_act, new_origin, new_flags, new_count, i, act_seen_as[act], FORGED, RECORD)
                    drained[i] += price
                    sold[stratum[i]] += 1
                    takings[stratum[i]] += price

    @kernel
    def count(entry_person, entry_act, entry_origin, entry_flags, earning, act_seen_as, stratum, deeds):
        for e in range(entry_person.size):
            good = (earning[0] >> act_seen_as[entry_act[e]]) & 1
            deeds[stratum[entry_person[e]]] += entry_origin[e] == FORGED and good and (entry_flags[e] & RECORD) != 0
