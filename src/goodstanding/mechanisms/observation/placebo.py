"""Observation: a probe that shows how far one small entry spreads."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, setting
from goodstanding.kernels import helper, kernel, start
from goodstanding.mechanism import Observation
from goodstanding.record import enter
from goodstanding.tally import tally
from goodstanding.world import OWN, RECORD, SEEN, TWIN


@helper
def least_of(losing, act_gravity, act_protected, act_seen_as):
    """The act of the least gravity that loses points, a protected one only where there is no other; -1 for none."""
    least, lowest = np.int64(-1), np.int64(1000)
    for k in range(act_gravity.size - 1):
        grave = act_gravity[k] + 101 * (act_protected[k] != 0)
        if (losing >> k) & 1 and act_seen_as[k] == k and grave < lowest:
            least, lowest = np.int64(k), grave
    return least


class Placebo(Observation):
    """A few adults are picked and, where asked, each is given one entry about the least of all acts, once.

    A probe and no rule: what then changes for those who were not picked is the floor of chaos, below which nobody
    counts as harmed. The pick is the same with and without the entry. The entry goes into every copy and stands as an
    own act, so that it weighs like any other and counts neither as unfounded nor as a tip. The least act is that of
    the least gravity among those that lose points.
    """

    probes = "floor"
    writes = ("touched", "new_person")
    counts = {"probed": "adults picked by the probe", "given": "entries that the probe made"}

    share: float = setting(
        0.001, low=0, high=1, unit="share", prior=exactly(), help="adults who are picked",
        source="assumed", because="few enough to be lost in the crowd, enough to start something if it can be started",
    )  # fmt: skip
    entries: int = setting(
        0, low=0, high=1, unit="count", prior=exactly(), help="entries that each of them is given",
        source="assumed", because="nought, so that the probe rests until an arm sets it to one",
    )  # fmt: skip
    when: int = setting(
        1, low=0, high=239, unit="months", prior=exactly(), help="months before they are given",
        source="assumed", because="early, so that there is time to spread",
    )  # fmt: skip

    @start
    def pick(draw_picked, age, share, touched):
        for i in range(touched.size):
            touched[i] = (np.int64(draw_picked[i]) < share) & (age[i] > 0)

    @kernel
    def give(
        month, touched, outside, losing, act_gravity, act_protected, act_seen_as, entries, when, stratum, probed, given,
        new_person, new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        act = least_of(losing[0], act_gravity, act_protected, act_seen_as)
        gives = entries if month == when and act >= 0 else 0
        tally(touched, stratum, probed)
        if gives:
            for i in range(touched.size):
                if touched[i] and not outside[i]:
                    given[stratum[i]] += 1
                    enter(new_person, new_act, new_origin, new_flags, new_count, i, act, OWN, RECORD | SEEN | TWIN)
