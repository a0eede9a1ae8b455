"""Joint punishment: of the people listed, as many are barred from a domain as agencies of the domain have joined."""

from __future__ import annotations

from math import sqrt

import numpy as np
import worlds
from worlds import columns

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.engine import Engine

JOINING = {"travel": 100, "credit": 70, "licence": 20}


def test_a_share_of_agencies_bars_that_share_of_the_listed_and_the_same_people_each_month() -> None:
    told = {
        "months": 6,
        "society": {"people": 6000},
        "conduct": {"everyday_acts": {"level": 400}},
        "schemes": {
            "courts": {
                "observation": {"agencies": {"coverage": 1}},
                "scoring": {"court_list": {"breaches": {"unpaid_bill": 1}, "classes": {"clear": 0, "listed": -1}}},
                "sanctions": {"joint_punishment": {"punished": {"listed": 1}, "joining": JOINING}},
            }
        },
    }
    engine = Engine(worlds.read(told), 3, 3, arms=["full"])
    before = np.zeros(engine.people, np.int64)
    for _ in range(6):
        engine.step()
        barred = columns(engine, "full")["barred"].astype(np.int64)
        again = (before > 0) & (barred > 0)
        assert (barred[again] == before[again]).all(), "nobody changes the agency they have to do with"
        before = barred
    listed = barred > 0
    assert listed.sum() > 500
    for at, domain in enumerate(SANCTION_DOMAINS):
        share, due = ((barred[listed] >> at) & 1).mean(), JOINING.get(domain, 0) / 100
        assert abs(share - due) <= 4 * sqrt(due * (1 - due) / listed.sum())
    counted = worlds.totals(engine.outcome(), "full")
    months, people = counted["courts.joint_punishment.months_shut_out"], counted["courts.sanctions.people"]
    assert months + counted["courts.joint_punishment.months_let_in"] == len(JOINING) * people
