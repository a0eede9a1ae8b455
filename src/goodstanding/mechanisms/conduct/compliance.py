"""Conduct: people refrain from what costs points, out of fear or out of care."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, setting, uniform
from goodstanding.kernels import between, helper, kernel
from goodstanding.luck import CERTAIN, stochastic_round, times
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally

RULES = ("salience", "rational", "none")
SALIENCE, RATIONAL = RULES.index("salience"), RULES.index("rational")


@helper
def deterred(deterrence, detectability, unseen):
    """Of a deterrence, as a share, what holds for an act: all of it, or as much as the act is noticed."""
    return times(deterrence, max(detectability, unseen))


class Compliance(Conduct):
    """People refrain from what loses points, as far as a threat or what was done to them has taught them to.

    How a threat works is one rule for all that people do but speak. By `salience` it weighs as much as the scheme is on
    one's mind, times one's caution, and whoever is barred, named on a list or told of a lower class takes care not to
    lose more. Under `rational` people weigh what they would lose with the chance to be caught, which they know from
    life: the threat is as good as full for whatever is always noticed and nought for what never is, whether or not the
    scheme is on their mind, and being punished teaches nothing, so nobody takes care. Points are not weighed: each act
    that a known scheme counts threatens alike. Under `none` nobody is deterred and nobody takes care. Fear of speaking
    is a thing of its own: see voice and support.

    Care rises at once and fades when all of it is over. It keeps people from acts that a known scheme counts (see
    everyday acts and borrowing), the guilty and the wrongly listed alike; nobody can take care of what they cannot pay.
    Most who do are merely told of a lower class. Of the national list's defaulters about 9 in 100 had performed by
    early 2017 (derived from two reports) and, as we recall, about 25 by the end of 2018, but assets were seized and
    charges brought as well: a band of what is plausible for another system, and no measurement.

    Sources: [legal-daily-2018] [the-wire-2017] [becker-1968]
    """

    writes = ("care", "threat", "unseen")
    counts = {"careful": "adults who take care not to lose points (care of 64 or more)"}

    resolve: int = setting(
        64, low=0, high=255, unit="0 to 255", prior=uniform(0, 128),
        help="care of a person who is barred, listed or below the best class",
        source="assumed",
        because="a quarter, as many as had performed of the defaulters listed by 2018, as we recall; what the list "
        "had to do with it is not known, so nought is in the range",
    )  # fmt: skip
    fade: float = setting(
        0.1, low=0, high=1, unit="share a month", prior=uniform(0.03, 0.3),
        help="care that is lost in a month once all is over",
        source="assumed", because="half of it is gone after about half a year, as of awareness",
    )  # fmt: skip

    rule: str = setting(
        "salience", among=RULES, unit="name", prior=exactly(),
        help="what deters people: what is on their mind, what they would lose with the chance of it, or nothing",
        source="assumed",
        because="a choice of structure and no number, so it is tried apart from the numbers",
    )  # fmt: skip

    @between
    def weigh(rule, unseen):
        unseen[0] = CERTAIN * (rule == SALIENCE)

    @kernel
    def dread(salience, caution, rule, threat):
        minded, always = np.int64(rule == SALIENCE), 255 * np.int64(rule == RATIONAL)
        for i in range(threat.size):
            threat[i] = (np.int64(salience[i]) * minded + always) * np.int64(caution[i])

    @kernel
    def heed(barred, told, listed, age, draw_fade, rule, resolve, fade, care):
        stays, taken = (1 << 32) - fade, resolve * (rule == SALIENCE)
        for i in range(care.size):
            hit = np.int64((age[i] > 0) & ((barred[i] > 0) | (told[i] > 1) | (listed[i] > 0)))
            kept = stochastic_round(np.int64(care[i]) * stays, 32, draw_fade[i])
            care[i] = max(kept, taken * hit)

    @kernel
    def count(care, room, stratum, age, careful):
        for i in range(care.size):
            room[i] = (care[i] >= 64) & (age[i] > 0)
        tally(room, stratum, careful)
