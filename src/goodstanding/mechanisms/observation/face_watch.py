"""Observation: cameras compare whoever passes with a list of faces."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, table, uniform
from goodstanding.kernels import kernel
from goodstanding.likeness import PER_TRILLION, TRILLION, by_rate, in_thresholds, kinds_of, rates_of
from goodstanding.luck import luck
from goodstanding.mechanism import Observation
from goodstanding.record import enter
from goodstanding.world import MISTAKEN, RECORD

DAYS = 30


class FaceWatch(Observation):
    """People who pass a camera are taken for somebody on a list, because they are compared so often.

    Every face that passes is compared with every face on the list: false alarms are comparisons times error rate. An
    officer sends some of the people away; on the others an act of those sought is filed, by how common such acts are.
    Alarms for the right person are left out, and what is done about them. Only counts and chances: there is no face and
    no image here.

    Sources: [nist-8280] [scmp-2017-dragonfly]
    """

    writes = ("new_person",)
    counts = {
        "false_alarms": "people whom a camera took for somebody else, and on whom an act was filed",
        "waved_on": "people whom a camera took for somebody else and whom an officer sent away",
    }

    per_trillion: int = PER_TRILLION
    passing: int = setting(
        2, low=0, high=1000, unit="count", prior=uniform(0, 20), help="times a day that a camera compares one's face",
        source="assumed", because="a station or a square on the way; none outside towns",
    )  # fmt: skip
    watch_list: int = setting(
        1000, low=0, high=1_000_000, unit="count", prior=loguniform(100, 100_000), help="faces on the watch list",
        source="assumed", because="from those sought in one place to half a million custody photos",
    )  # fmt: skip
    sent: float = setting(
        0.8, low=0, high=1, unit="share", prior=uniform(0, 0.99), help="false alarms that an officer sends away",
        source="assumed", because="people tend to confirm what a machine proposes; none to nearly all in the range",
    )  # fmt: skip
    sought: dict[str, int] = table(
        {"petty_theft": 5, "assault": 20, "fraud": 20}, keys="acts as seen", low=0, high=100, unit="percent",
        prior=uniform(0, 60), help="how often people are on the list for an act, against the others",
        source="assumed", because="as often as a face is searched for after it",
    )  # fmt: skip
    of_group: dict[str, int] = table(
        {}, keys="groups", low=0, high=10_000, unit="percent", prior=loguniform(10, 1000), otherwise=100,
        help="false alarms of a group, of those of everybody",
        source="nist-8280", mark="recalled", because="false matches often differ ten- to hundredfold between groups, "
        "which way depends on the engine; so none by default",
    )  # fmt: skip

    @kernel
    def watch(
        first, month, seed, draw_camera, use_sent, use_act, age, group, of_group, per_trillion, watch_list, passing,
        sent, sought, act_rate, act_seen_as, act_room, stratum, false_alarms, waved_on, new_person, new_act,
        new_origin, new_flags, new_count,
    ):  # fmt: skip
        kinds, rate = kinds_of(sought, act_seen_as), act_room[0]
        for k in range(rate.size):
            rate[k] = act_rate[k] * sought[k]
        total = rates_of(kinds, rate)
        alarming = in_thresholds(min(TRILLION, min(TRILLION, watch_list * per_trillion) * passing * DAYS))
        for i in range(age.size):
            if np.int64(draw_camera[i]) < alarming * of_group[group[i]] // 100 and age[i] > 0 and total:
                if np.int64(luck(seed, use_sent, month, first + i, 0)) < sent:
                    waved_on[stratum[i]] += 1
                else:
                    k = by_rate(kinds, rate, np.int64(luck(seed, use_act, month, first + i, 0)), 10)
                    enter(new_person, new_act, new_origin, new_flags, new_count, i, k, MISTAKEN, RECORD)
                    false_alarms[stratum[i]] += 1
