"""Conduct: ties fall asleep, wake up and are cut."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel, pair
from goodstanding.luck import LOW
from goodstanding.mechanism import Conduct
from goodstanding.tally import how_many, tally
from goodstanding.ties import MOST_SLOTS
from goodstanding.world import Column

REST = int(LOW)


class KeepingTies(Conduct):
    """People lose touch and find each other again, and some cut the tie to whoever is named on a public list.

    A tie is open where neither end keeps it closed. Each month everybody looks at one of 16 slots: an open tie may fall
    asleep, one that fell asleep or was cut may be taken up again, and one that never was open may be opened. The people
    around somebody listed last month decide besides whether to close the tie; the household never does. With the
    defaults and no list, ties per person stay within 2 % of what they were for five years, new ones taking the place of
    old ones. Children are not told from adults.

    Sources: [genevsky-2025]
    """

    columns = {"faded_now": Column(dtype="uint16", label="ties that fell asleep this month, one bit a slot")}
    writes = ("closed", "cut", "formed")
    counts = {
        "cut_ends": "tie ends cut because of a list, children's included",
        "faded": "tie ends fallen asleep",
        "opened": "tie ends opened or taken up again, children's included",
    }

    shunning: float = setting(
        0.05, low=0, high=1, unit="share a month", prior=uniform(0, 0.2),
        help="people around somebody listed who cut the tie, in a month",
        source="assumed",
        because="shown scores lowered cooperation in laboratory games; whether ties are cut over a list nobody has "
        "measured, so nought is in the range",
    )  # fmt: skip
    drift: float = setting(
        0.02, low=0, high=1, unit="share once a month", prior=uniform(0.005, 0.06),
        help="open ties that fall asleep when an end looks at them",
        source="assumed", because="one in 30 ties a year is then lost, and most are found again",
    )  # fmt: skip
    mending: float = setting(
        0.3, low=0, high=1, unit="share once a month", prior=uniform(0.1, 0.6),
        help="closed ties that are taken up again when the end that closed them looks at them",
        source="assumed", because="such an end comes back after some four years",
    )  # fmt: skip
    forming: float = setting(
        0.3, low=0, high=1, unit="share once a month", prior=uniform(0.1, 0.6),
        help="ties not yet begun that are opened when an end looks at them",
        source="assumed", because="with it the number of ties stays about what it was for five years",
    )  # fmt: skip

    @pair(of="listed", slots=True, says={1: "cut the tie with {other}, who was on a list"})
    def shun(mine, theirs, relation, draw, shunning):
        return 1 if np.int64(draw) < shunning else 0

    @kernel
    def keep(draw_look, did_shun, tied, dormant, drift, mending, forming, closed, faded_now, cut, formed):
        for i in range(closed.size):
            look = np.int64(draw_look[i]) * MOST_SLOTS
            slot, rest = look >> 32, look & REST
            now = np.int64(closed[i])
            shut, new = (now >> slot) & 1, (dormant >> slot) & 1
            chance = drift + shut * (mending - drift + new * (forming - mending))
            turns = (np.int64(rest < chance) << slot) & np.int64(tied[i])
            faded_now[i] = turns & ~now
            formed[i] = turns & now
            closed[i] = (now ^ turns) | did_shun[i]
            cut[i] = did_shun[i]

    @kernel
    def count(cut, faded_now, formed, room, stratum, cut_ends, faded, opened):
        for i in range(cut.size):
            if cut[i]:
                cut_ends[stratum[i]] += how_many(np.int64(cut[i]))
        for i in range(room.size):
            room[i] = faded_now[i] > 0
        tally(room, stratum, faded)
        for i in range(room.size):
            room[i] = formed[i] > 0
        tally(room, stratum, opened)
