"""Conduct: people who were marked down take care."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import stochastic_round
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally


class Compliance(Conduct):
    """People who are barred, named on a list or told of a lower class take care not to lose more points.

    Care rises at once and fades when all of it is over. It keeps people from acts that a known scheme counts (see
    everyday acts and borrowing), the guilty and the wrongly listed alike; nobody can take care of what they cannot pay.
    Most who do are merely told of a lower class. Of the national list's defaulters about 9 in 100 had performed by
    early 2017 and, as we recall, about 25 by the end of 2018, but assets were seized and charges brought as well: a
    band of what is plausible for another system, and no measurement.

    Sources: [the-wire-2017]
    """

    writes = ("care",)
    counts = {"careful": "adults who take care not to lose points (care of 64 or more)"}

    resolve: int = setting(
        64, low=0, high=255, unit="0 to 255", prior=uniform(0, 128),
        help="care of a person who is barred, listed or below the best class",
        source="assumed",
        because="a quarter, as many as had performed of the defaulters listed by 2018, as we recall; what the list "
        "had to do with it is not known, so nought is in the range",
    )  # fmt: skip
    fade: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0.03, 0.3),
        help="care that is lost in a month once all is over",
        source="assumed", because="half of it is gone after about half a year, as of awareness",
    )  # fmt: skip

    @kernel
    def heed(barred, told, listed, age, draw_fade, resolve, fade, care):
        stays = (1 << 32) - fade
        for i in range(care.size):
            hit = np.int64((age[i] > 0) & ((barred[i] > 0) | (told[i] > 1) | (listed[i] > 0)))
            kept = stochastic_round(np.int64(care[i]) * stays, 32, draw_fade[i])
            care[i] = max(kept, resolve * hit)

    @kernel
    def count(care, stratum, age, careful):
        takes = np.empty(care.size, np.uint8)
        for i in range(care.size):
            takes[i] = (care[i] >= 64) & (age[i] > 0)
        tally(takes, stratum, careful)
