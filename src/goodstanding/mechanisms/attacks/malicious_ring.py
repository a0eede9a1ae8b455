"""Attack: a few people file false reports together."""

from __future__ import annotations

import numpy as np

from goodstanding.around import MOTIVE_BITS
from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Attack
from goodstanding.mechanisms.conduct.informing import MALICE

AT = MOTIVE_BITS * (MALICE - 1)
MOST = (1 << MOTIVE_BITS) - 1
"""Where reports out of malice are counted, and how many of them can be in a month."""


class MaliciousRing(Attack):
    """People are falsely reported by a small group that acts together, those who speak up more than others.

    The ring picks its targets anew each month, and each member reports each target with a chance of its own. To the
    scheme these are reports like any other, by several people who bear each other out: that two witnesses agree is no
    guard against them. Nothing is filed where nobody asks for reports. Who is in the ring, what binds it and what it is
    paid for its reports is left out; it neither tires nor is found out as a ring.
    """

    touches = "conduct"
    writes = ("reported",)
    relies_on = ("hotline",)
    counts = {"targets": "adults whom the ring reported", "filed": "false reports that the ring filed"}

    members: int = setting(
        3, low=2, high=31, unit="people", prior=uniform(2, 8), help="people in the ring",
        source="assumed", because="a family or a few colleagues; the least that can bear each other out is two",
    )  # fmt: skip
    picks: float = setting(
        0.5, low=0, high=1000, unit="per 1000 a month", prior=loguniform(0.05, 2),
        help="adults whom a ring picks who keep quiet",
        source="assumed", because="as many as are reported out of malice by single people, or a tenth of it",
    )  # fmt: skip
    voices: int = setting(
        5, low=0, high=100, unit="count", prior=uniform(1, 20),
        help="times as likely to be picked is whoever spoke up in the month",
        source="assumed", because="critics were reported in concert; that they are picked no more often is in range",
    )  # fmt: skip
    zeal: float = setting(
        0.8, low=0, high=1, unit="share", prior=uniform(0.3, 1), help="members who report a target that was picked",
        source="assumed", because="most do what was agreed",
    )  # fmt: skip

    @kernel
    def gang_up(
        month, first, seed, use_join, draw_pick, hotline, age, spoke, members, picks, voices, zeal, reported, stratum,
        counts,
    ):  # fmt: skip
        if hotline[0] == 0:
            return
        for i in range(reported.size):
            likely = picks * (1 + (voices - 1) * np.int64(spoke[i]))
            if np.int64(draw_pick[i]) < likely and age[i] > 0:
                made = np.int64(0)
                for n in range(members):
                    made += np.int64(luck(seed, use_join, month, first + i, n)) < zeal
                made = min(made, MOST - ((np.int64(reported[i]) >> AT) & MOST))
                reported[i] += made << AT
                counts[0, stratum[i]] += made > 0
                counts[1, stratum[i]] += made
