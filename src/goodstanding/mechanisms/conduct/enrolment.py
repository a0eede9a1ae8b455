"""Conduct: people come into a scheme, by choice or without being asked, and leave it."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, setting, uniform
from goodstanding.kernels import kernel, start
from goodstanding.luck import luck
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally
from goodstanding.world import Column


class Enrolment(Conduct):
    """People are enrolled without being asked or join by themselves; whoever comes to know of it may leave.

    With nobody enrolled it is opt-in; with everybody enrolled and told, opt-out; with everybody enrolled and hardly
    anybody told, the hidden default of a box ticked in advance, at the beginning or in a later month. Whoever is in
    without knowing is watched and rated like the rest, meets what follows from it, and is told nothing. Whoever comes
    to know decides once, the cautious against it more often, and does not come back after leaving. About people outside
    nothing is filed, and nothing follows from what was; whether their record goes is a safeguard, see deletion. Adults
    only. Neither the score nor what it brings has a bearing on who joins or leaves, so that it is the same people
    whether or not anything follows.

    Sources: [caixin-2018]
    """

    of_scheme = True
    columns = {"gone": Column(dtype="uint8", label="has left for good", kept=True)}
    writes = ("outside", "unknowing")
    counts = {
        "members": "adults in the scheme",
        "unaware": "adults in the scheme who do not know it",
        "noticed": "adults who came to know that they are in",
        "joined": "adults who joined",
        "left": "adults who left",
    }

    default_in: float = setting(
        1.0, low=0, high=1, unit="share", prior=exactly(), help="adults outside who are enrolled without being asked",
        source="assumed", because="a design choice of the scheme: all of them, or none where one has to opt in",
    )  # fmt: skip
    when: int = setting(
        0, low=0, high=240, unit="months", prior=exactly(), help="months before they are enrolled",
        source="assumed", because="a design choice of the scheme: when it begins, or when the box is ticked",
    )  # fmt: skip
    knowing: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.5), help="of those enrolled, adults who know it at once",
        source="assumed", because="few read small print; where a scheme tells everybody it is 1",
    )  # fmt: skip
    noticing: float = setting(
        0.05, low=0, high=1, unit="share a month", prior=uniform(0.005, 0.3),
        help="of those who do not know, adults who come to know in a month",
        source="assumed", because="half of them within about a year; the documented case was noticed within days by "
        "a few, and nobody counted the others",
    )  # fmt: skip
    leaving: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.5),
        help="adults of average caution who leave when they come to know",
        source="assumed", because="few people change a default wherever that has been counted; of this one nobody "
        "published it",
    )  # fmt: skip
    joining: float = setting(
        5.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(0, 30),
        help="adults outside, and not gone, who join",
        source="assumed", because="a twentieth in a year; what was published counts accounts and not who chose them",
    )  # fmt: skip

    @start
    def begin(age, outside):
        for i in range(outside.size):
            outside[i] = age[i] > 0

    @kernel
    def decide(
        month, first, seed, use_default, use_know, age, caution, draw_notice, draw_leave, draw_join, default_in, when,
        knowing, noticing, leaving, joining, gone, outside, unknowing, stratum, noticed, joined, left,
    ):  # fmt: skip
        for i in range(outside.size):
            if age[i] == 0 or gone[i]:
                continue
            asks = False
            if outside[i]:
                if month == when and np.int64(luck(seed, use_default, 0, first + i, 0)) < default_in:
                    outside[i] = 0
                    asks = np.int64(luck(seed, use_know, 0, first + i, 0)) < knowing
                    unknowing[i] = not asks
                elif np.int64(draw_join[i]) < joining:
                    outside[i] = 0
                    joined[stratum[i]] += 1
            elif unknowing[i] and np.int64(draw_notice[i]) < noticing:
                unknowing[i] = 0
                asks = True
                noticed[stratum[i]] += 1
            if asks and np.int64(draw_leave[i]) < leaving * np.int64(caution[i]) // 128:
                outside[i] = 1
                gone[i] = 1
                left[stratum[i]] += 1

    @kernel
    def count(age, outside, unknowing, room, stratum, members, unaware):
        for i in range(outside.size):
            room[i] = (age[i] > 0) & (outside[i] == 0)
        tally(room, stratum, members)
        tally(unknowing, stratum, unaware)
