"""Observation: officers have to bring in a number of cases."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import times
from goodstanding.mechanism import Observation
from goodstanding.mechanisms.observation.placebo import least_of
from goodstanding.record import enter
from goodstanding.world import FORGED, MISTAKEN, OWN, RECORD, Column


class Quota(Observation):
    """Officers who have to bring in so many cases a month make up some of those that are missing.

    What counts is what agencies filed in the month before that costs points or money. Of what it falls short, a part is
    made up: an entry about the least of all such acts, on an adult picked by lot, which stands in the record alone and
    comes from nobody's report. A quota that is met does nothing, and officers neither stop once it is met nor look
    harder before it is: how hard they look is told by the agencies' coverage.
    """

    columns = {"pressed": Column(dtype="int64", label="chance that a case is made up about somebody", scalar=True)}
    writes = ("new_person",)
    counts = {
        "brought_in": "entries by agencies that cost points or money",
        "made_up": "entries that officers made up to fill the quota",
    }

    cases: float = setting(
        50.0, low=0, high=1000, unit="per 1000 a month", prior=loguniform(10, 250),
        help="cases that officers have to bring in, for 1,000 adults",
        source="assumed", because="quotas are told of in many forces, their number hangs on the place",
    )  # fmt: skip
    making_up: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0, 0.5), help="missing cases that are made up",
        source="assumed", because="how many, nobody can have counted; none is in the range",
    )  # fmt: skip

    @between
    def press(month, adults, cases, making_up, total_brought_in, pressed):
        missing = max(0, cases - (total_brought_in[0] << 32) // adults)
        pressed[0] = times(missing, making_up) * (month > 1)  # what is done in the first month is filed in the second

    @kernel
    def fill(
        month, draw_pick, age, outside, losing, act_gravity, act_protected, act_seen_as, pressed, entry_person,
        entry_act, entry_month, entry_origin, entry_flags, stratum, brought_in, made_up, new_person, new_act,
        new_origin, new_flags, new_count,
    ):  # fmt: skip
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            theirs = entry_origin[e] == OWN or entry_origin[e] == MISTAKEN
            if theirs and entry_flags[e] & RECORD and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                brought_in[stratum[entry_person[e]]] += 1
            e -= 1
        act = least_of(losing[0], act_gravity, act_protected, act_seen_as)
        if act >= 0 and pressed[0] > 0:
            for i in range(age.size):
                if np.int64(draw_pick[i]) < pressed[0] and age[i] > 0 and not outside[i]:
                    enter(new_person, new_act, new_origin, new_flags, new_count, i, act, FORGED, RECORD)
                    made_up[stratum[i]] += 1
