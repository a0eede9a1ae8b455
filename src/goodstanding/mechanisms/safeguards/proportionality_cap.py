"""Safeguard: nobody is barred from what weighs more than what they did."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import HARM
from goodstanding.card import exactly, setting, uniform
from goodstanding.kernels import kernel, start
from goodstanding.mechanism import Safeguard
from goodstanding.world import RECORD, Column


class ProportionalityCap(Safeguard):
    """A bar that weighs more than the gravest act on record is lifted; lighter ones stay, each for itself.

    Both are laid on one scale, on which acts have a gravity and domains the harm of a month without them (see context).
    Only entries of the same copy of the record that cost something count. Several bars together may still weigh more
    than the act: each is looked at alone. What befalls a child or partner is left out. Whom the cap reaches is drawn
    once and for all.
    """

    touches = "sanctions"
    columns = {
        "reached": Column(dtype="uint8", label="is covered by the cap", kept=True),
        "gravest": Column(dtype="uint8", label="gravity of the gravest act on the copy of the record"),
    }
    writes = ("restricted",)
    counts = {"lifted": "months in which something that a person was barred from was lifted"}

    weight: dict[str, int] = HARM
    most: int = setting(
        100, low=0, high=1000, unit="percent", prior=exactly(), help="of the act's gravity that a bar may weigh",
        source="assumed", because="as much as the act; a choice of whoever writes the rule",
    )  # fmt: skip
    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="of the people whom the cap covers",
        source="assumed", because="a limit in law covers everybody; agencies may keep to it or not",
    )  # fmt: skip

    @start
    def cover(draw_covered, reach, reached):
        for i in range(reached.size):
            reached[i] = np.int64(draw_covered[i]) < reach

    @kernel(copies=True)
    def lift(
        copy, entry_person, entry_act, entry_flags, act_seen_as, act_gravity, losing, weight, most, reached, gravest,
        restricted, stratum, lifted,
    ):  # fmt: skip
        gravest[:] = 0
        for e in range(entry_person.size):
            k = act_seen_as[entry_act[e]]
            if entry_flags[e] & copy and (losing[0] >> k) & 1:
                gravest[entry_person[e]] = max(gravest[entry_person[e]], act_gravity[k])
        for i in range(restricted.size):
            if restricted[i] and reached[i]:
                may = np.int64(0)
                for d in range(weight.size):
                    may |= np.int64(100 * weight[d] <= most * np.int64(gravest[i])) << d
                lifted[stratum[i]] += copy == RECORD and (restricted[i] & ~may) != 0
                restricted[i] &= may
