"""Conduct: a scheme is on people's minds."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import stochastic_round
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally


class Awareness(Conduct):
    """People come to know that they are rated, from the campaign, from those listed around them, from their own class.

    Salience rises at once to what the month's news make of it and fades otherwise. Where no scheme is announced it
    stays at nought. Many residents of documented schemes took little notice of them, so the campaign starts low.

    Sources: [clt-rongcheng]
    """

    writes = ("salience",)
    counts = {"aware": "adults who have a scheme on their mind (salience of 64 or more)"}

    campaign: int = setting(
        40, low=0, high=255, unit="0 to 255", prior=uniform(0, 160),
        help="salience that the campaign gives the best connected",
        source="assumed",
        because="residents of Rongcheng largely ignored their points, so far below the middle of the scale",
    )  # fmt: skip
    campaign_months: int = setting(
        12, low=0, high=240, unit="months", prior=uniform(3, 36), help="for which the campaign runs",
        source="assumed",
        because="a scheme is announced when it begins; the reports tell of publicity in its first months",
    )  # fmt: skip
    word: int = setting(
        20, low=0, high=255, unit="0 to 255", prior=uniform(0, 60),
        help="salience added by each person around who is on a list",
        source="assumed", because="being listed is rare and talked about; nobody has measured how much",
    )  # fmt: skip
    own: int = setting(
        60, low=0, high=255, unit="0 to 255", prior=uniform(20, 200),
        help="salience added by each class one stands below the best",
        source="assumed", because="what has happened to oneself is remembered more than a campaign",
    )  # fmt: skip
    fade: float = setting(
        0.1, low=0, high=1, unit="share a month", prior=uniform(0.03, 0.3),
        help="salience that is lost in a month without news",
        source="assumed", because="half of it is gone after about half a year",
    )  # fmt: skip

    @kernel
    def hear(
        month, told, around_listed, digital, age, salience, draw_fade, campaign, campaign_months, word, own, fade,
        room, stratum, aware,
    ):  # fmt: skip
        stays = (1 << 32) - fade
        told_of = campaign * np.int64(month < campaign_months)
        for i in range(salience.size):
            rated = (told[i] > 0) & (age[i] > 0)
            steps = max(np.int64(told[i]), 1) - 1
            news = told_of * (1 + np.int64(digital[i])) // 4 + word * np.int64(around_listed[i]) + own * steps
            kept = stochastic_round(np.int64(salience[i]) * stays, 32, draw_fade[i])
            salience[i] = min(255, max(kept, news * rated))
            room[i] = salience[i] >= 64
        tally(room, stratum, aware)
