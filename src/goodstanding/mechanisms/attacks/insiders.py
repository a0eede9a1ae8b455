"""Attack: officers write into the file, and out of it."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Attack
from goodstanding.mechanisms.observation.tips import foremost
from goodstanding.record import enter, index_of
from goodstanding.world import FORGED, PENDING, RECORD


class Insiders(Attack):
    """Officers forge entries against people on orders, and take entries out for those who can pay.

    A forged entry names the gravest act that costs points; it comes from nobody's report and from no agency, so that no
    second source is asked for. Whoever was told of a lower class and has the savings may find an officer who takes an
    entry out for a price; the poor cannot. In the seen shadow nothing is taken out: what the person did is still there.
    The deal is never found out, and the officer's gain is nobody's here.
    """

    touches = "observation"
    writes = ("new_person", "entry_flags", "drained")
    counts = {
        "forged": "entries that an insider made up",
        "bought_off": "entries taken out for money",
        "bribes": "paid for it, in percent of a month's needs",
    }

    orders: float = setting(
        0.2, low=0, high=1000, unit="per 1000 a month", prior=loguniform(0.01, 2),
        help="adults against whom an entry is forged who keep quiet",
        source="assumed", because="told of single cases; one adult in 80 within five years is a guess",
    )  # fmt: skip
    voices: int = setting(
        5, low=0, high=100, unit="count", prior=uniform(1, 20),
        help="times as likely to be picked is whoever spoke up in the month",
        source="assumed", because="orders come from those who were criticised; no more often is in range",
    )  # fmt: skip
    price: int = setting(
        150, low=0, high=10_000, unit="percent of a month's needs", prior=uniform(30, 600),
        help="price of taking an entry out, for whoever has as much in savings",
        source="assumed", because="a month's income of somebody in the middle; nobody published a price",
    )  # fmt: skip
    reach: float = setting(
        0.02, low=0, high=1, unit="share a month", prior=loguniform(0.001, 0.2),
        help="bad entries of those who could pay that are taken out",
        source="assumed", because="one has to know whom to ask; a fifth of the entries within a year",
    )  # fmt: skip

    @kernel
    def forge(
        month, draw_order, age, spoke, losing, act_seen_as, act_gravity, orders, voices, stratum, forged, new_person,
        new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        act = foremost(losing[0], act_gravity)
        if act < 0:
            return
        for i in range(age.size):
            if np.int64(draw_order[i]) < orders * (1 + (voices - 1) * np.int64(spoke[i])) and age[i] > 0:
                enter(new_person, new_act, new_origin, new_flags, new_count, i, act_seen_as[act], FORGED, RECORD)
                forged[stratum[i]] += 1

    @kernel
    def take_out(
        month, first, seed, use_deal, told, cushion, losing, act_seen_as, entry_person, entry_act, entry_month,
        entry_origin, entry_flags, price, reach, drained, stratum, bought_off, bribes,
    ):  # fmt: skip
        for e in range(entry_person.size):
            i, flags = entry_person[e], np.int64(entry_flags[e])
            bad = flags & RECORD and (losing[0] >> act_seen_as[entry_act[e]]) & 1
            if bad and told[i] > 1 and np.int64(cushion[i]) - np.int64(drained[i]) >= price:
                what = index_of(entry_act[e], entry_origin[e], entry_month[e])
                if np.int64(luck(seed, use_deal, month, first + i, what)) < reach:
                    entry_flags[e] = flags & ~(RECORD | PENDING)
                    drained[i] += price
                    bought_off[stratum[i]] += 1
                    bribes[stratum[i]] += price
