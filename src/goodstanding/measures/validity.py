"""Measure 11: whether a score tells who will harm others, and how much rests on it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import lowest
from goodstanding.world import Column

YEAR = 12
GRAVE = 20
"""Gravity from which an act is called grave: a loan payment refused, tax evasion, theft and all above them."""
MOST, DID_GRAVE = 127, 128
"""How far the gravity of a year's acts is added up, and the bit beside it that one of them was grave."""
LOST = (-29, 0, 1, 11, 21, 31, 51, 71, 101, 151, 301)
"""Points lost since the beginning at which the next bin of the score begins; below nought are points gained."""
SCORES = ("gained_30", "gained", "as_begun", *(f"lost_{low}" for low in LOST[2:]))
SIGHTS = (1, 6, 16, 31, 61, 121)
"""Gravity of a year's own acts at which the next bin of perfect sight begins."""
SIGHT = ("none", *(f"gravity_{low}" for low in SIGHTS))
OUTCOMES = {"adults": "adults", "harmful": "of them who then did harm", "grave": "of them who then did grave harm"}
WIDE = len(SIGHT)
BY_SIGHT = len(OUTCOMES) * len(SCORES)
DECIDED = BY_SIGHT + len(OUTCOMES) * WIDE
"""The rows of the counts: by score, by sight, decisions; a row for each outcome in every bin."""


def spans(lows: tuple[int, ...]) -> list[str]:
    """'1 to 5' and so on, for bins that begin at these whole numbers."""
    return [
        *(f"{a} to {b - 1}" if b - a > 1 else f"{a}" for a, b in pairwise(lows)),
        f"{lows[-1]} or more",
    ]


class Validity(Measure):
    """Whether those whom the score puts low are those who harm others in the year that follows.

    Once a year everybody's score is kept, in bins of points lost since the beginning; twelve months later adults are
    counted in their bins, and those of them who meanwhile did an act that harms somebody and is not protected, or a
    grave one (gravity of 20 or more). What counts is what they did, seen or not. A payment missed for want of money is
    left out, though the score takes it for a refusal: to foretell it is to tell who is poor. Beside it the same for
    perfect sight of the past: the gravity of everything harmful, inability again left out, that the person did in the
    twelve months before. It knows what no agency sees and is no upper limit in logic, since strain and character tell
    something of their own. In arms in which the score is felt, it changes what it foretells. The first count is at the
    end of the second year; before it all is nought. `goodstanding.validity` makes areas under the curve of it.

    Reliance is the share of what is decided against people (bars in their own name and for a relative's sake, by
    domain, months on the public list, months with a fine) that follows from their own score alone. Fines are those of
    all schemes; whether a human looked first is not seen here.

    Sources: [hanley-1982]
    """

    of_scheme = True
    unit = "adults"
    better = "neither"
    objective = "never"
    columns = {
        "begun": Column(dtype="int64", label="score at the beginning", unit="points", scalar=True),
        "year": Column(
            dtype="uint8", label="gravity of this year's own acts, up to 127, and 128 where one was grave", kept=True
        ),
        "place": Column(dtype="uint8", label="bins of score and sight as a year began, 0 for none", kept=True),
    }
    counts = {
        **{
            f"{outcome}_{name}": f"{label}, {told} points lost since the beginning a year before"
            for name, told in zip(SCORES, ("-30 or fewer", "-29 to -1", *spans(LOST[1:])), strict=True)
            for outcome, label in OUTCOMES.items()
        },
        **{
            f"{outcome}_{name}": f"{label}, who had done harm of gravity {told} in the year before"
            for name, told in zip(SIGHT, ("0", *spans(SIGHTS)), strict=True)
            for outcome, label in OUTCOMES.items()
        },
        "decided": "decisions against people, by person, month and domain",
        "by_score": "decisions against people that follow from their own score alone",
    }
    per = {
        **{f"{outcome}_{name}": f"adults_{name}" for name in (*SCORES, *SIGHT) for outcome in ("harmful", "grave")},
        "by_score": "decided",
    }

    @kernel
    def follow(acts, act_gravity, act_protected, act_seen_as, year):
        harmful = np.int64(0)
        for k in range(act_gravity.size - 1):
            chosen = act_seen_as[k] == k
            harmful |= np.int64(act_gravity[k] > 0 and act_protected[k] == 0 and chosen) << k
        for i in range(acts.size):
            left = acts[i] & harmful
            while left != 0:
                k = lowest(left)
                left &= left - 1
                now = np.int64(year[i])
                grave = max(now & DID_GRAVE, DID_GRAVE * np.int64(act_gravity[k] >= GRAVE))
                year[i] = grave + min(MOST, (now & MOST) + act_gravity[k])

    @kernel
    def judge(month, first, score, age, begun, year, place, stratum, counts):
        if month == 0 and first == 0:
            begun[0] = score[0]
        if month % YEAR != YEAR - 1:
            return
        for i in range(score.size):
            if age[i] > 0:
                if place[i] > 0:
                    s, at = stratum[i], np.int64(place[i]) - 1
                    for row in (3 * (at // WIDE), BY_SIGHT + 3 * (at % WIDE)):
                        counts[row, s] += 1
                        counts[row + 1, s] += year[i] > 0
                        counts[row + 2, s] += year[i] >= DID_GRAVE
                lost, low, dark = begun[0] - np.int64(score[i]), 0, 0
                for edge in LOST:
                    low += lost >= edge
                for edge in SIGHTS:
                    dark += (np.int64(year[i]) & MOST) >= edge
                place[i] = 1 + WIDE * low + dark
            year[i] = 0

    @kernel
    def rely(restricted, family_barred, published, fined, stratum, counts):
        for i in range(restricted.size):
            if restricted[i] or family_barred[i] or published[i] or fined[i]:
                s, own, kin = stratum[i], np.int64(restricted[i]), np.int64(family_barred[i])
                both = own | kin
                counts[DECIDED, s] += np.int64(published[i] > 0) + np.int64(fined[i] > 0)
                while both:
                    counts[DECIDED, s] += both & 1
                    counts[DECIDED + 1, s] += own & 1
                    both, own = both >> 1, own >> 1
