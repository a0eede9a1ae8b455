"""Scoring: points are given and taken, and people are put into classes."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, scaled, setting, table, uniform
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Scoring
from goodstanding.world import ALL, VOICES


class Ledger(Scoring):
    """Everybody starts with the same points, recorded acts add or take some, and the sum decides the class.

    Points come back after a term that depends on how many were lost. What the scheme has given up to count weighs
    nothing, past entries included. The same sum is done on three copies of the
    record: what the scheme holds, the same without entries about somebody else, and the same rules on the acts of
    the world without the scheme. Only adults are rated, and told their class if they know of the scheme. The table's
    defaults are empty: a scenario names its acts.

    Sources: [creemers-2018]
    """

    writes = ("score", "standing", "told", "counted", "wanted", "losing", "earning", "entry_flags")
    counts = {"expired": "entries whose term has passed"}

    start: int = setting(
        1000, low=-100_000, high=100_000, unit="points", prior=exactly(), help="points that everybody starts with",
        source="xinhua-2014-suining",
    )  # fmt: skip
    points: dict[str, int] = table(
        {}, keys="acts", low=-1000, high=1000, unit="points", prior=scaled(0.5, 1.5),
        help="points that a recorded act gives or takes",
        source="assumed", because="empty until a scenario names its acts",
    )  # fmt: skip
    classes: dict[str, int] = table(
        {"A": 970, "B": 850, "C": 600, "D": 0}, keys="classes", defines="classes", low=-100_000, high=100_000,
        unit="points", prior=exactly(),
        help="points from which a person is in a class, best class first; below the last but one everybody "
        "is in the last",
        source="recalled", because="in no text that was read; a case of 420 lost points ended in class D, which fits",
    )  # fmt: skip
    repair_light: int = setting(
        24, low=1, high=240, unit="months", prior=uniform(18, 36),
        help="after which lost or gained points come back, for small entries",
        source="creemers-2018", mark="recalled",
        because="two to five years by severity; recalled, so half a year less is in the range",
    )  # fmt: skip
    repair_heavy: int = setting(
        60, low=1, high=240, unit="months", prior=uniform(36, 72),
        help="after which points come back, for heavy entries",
        source="creemers-2018", mark="recalled",
        because="two to five years by severity; recalled, so a year more is in the range",
    )  # fmt: skip
    repair_heavy_from: int = setting(
        50, low=1, high=100_000, unit="points", prior=uniform(20, 60), help="points lost from which an entry is heavy",
        source="assumed", because="the reports give two to five years without the limit between them",
    )  # fmt: skip

    def brings(self) -> set[str]:
        return super().brings() - ({"earning"} if max(self.points.values(), default=0) <= 0 else set())

    @between
    def announce(points, act_protected, given_up, counted, wanted, losing, earning):
        for k in range(points.size - 1):
            stands = (given_up[0] & ALL) == 0 and not (given_up[0] & VOICES and act_protected[k])
            wanted[0] |= np.int64(stands and points[k] != 0) << k
            losing[0] |= np.int64(stands and points[k] < 0) << k
            earning[0] |= np.int64(stands and points[k] > 0) << k
        counted[0] |= losing[0]

    @kernel(copies=True)
    def add_up(
        month, copy, entry_person, entry_act, entry_month, entry_flags, act_seen_as, act_room, start, points, wanted,
        repair_light, repair_heavy, repair_heavy_from, score, stratum, expired,
    ):  # fmt: skip
        score[:] = start
        worth_now = act_room[0]
        for k in range(points.size):
            worth_now[k] = points[act_seen_as[k]] * ((wanted[0] >> act_seen_as[k]) & 1)
        for e in range(entry_person.size):
            if entry_flags[e] & copy:
                i = entry_person[e]
                worth = points[act_seen_as[entry_act[e]]]
                if month - np.int64(entry_month[e]) < (repair_heavy if -worth >= repair_heavy_from else repair_light):
                    score[i] += worth_now[entry_act[e]]
                else:
                    entry_flags[e] = entry_flags[e] & (255 - copy)
                    expired[stratum[i]] += copy == 1

    @kernel(copies=True)
    def classify(score, classes, retuned, standing):
        standing[:] = 0
        for c in range(classes.size - 1):
            cut = classes[c] + retuned[0]
            for i in range(score.size):
                standing[i] += score[i] < cut

    @kernel
    def tell(standing, told, age, outside, unknowing, wanted):
        stands = wanted[0] != 0
        for i in range(told.size):
            rated = (age[i] > 0) & (outside[i] == 0) & (unknowing[i] == 0)
            told[i] = max(np.int64(told[i]), (1 + np.int64(standing[i])) * rated * stands)
