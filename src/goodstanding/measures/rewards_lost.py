"""Measure 1, its other half: who comes first, and who should have."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally


class RewardsLost(Measure):
    """How many people a scheme puts first in something, and how many lost that to a false entry.

    Lost: the same record without entries about what the person did not do, and without what friends' scores bring where
    a scheme weighs them, would put the person first where the scheme does not. Being put first is not a good in itself:
    where places are few, others are pushed back.
    """

    of_scheme = True
    about = ("rewarded",)
    unit = "adults"
    counts = {
        "people": "adults who come first in something",
        "due": "adults whom the record without false entries puts first in something",
        "lost": "adults who do not come first in something because of what they did not do",
    }
    per = {"lost": "due"}

    @kernel
    def count(rewarded, seen_rewarded, room, stratum, counts):
        for i in range(rewarded.size):
            room[i] = rewarded[i] > 0
        tally(room, stratum, counts[0])
        for i in range(rewarded.size):
            room[i] = seen_rewarded[i] > 0
        tally(room, stratum, counts[1])
        for i in range(rewarded.size):
            room[i] = (np.int64(seen_rewarded[i]) & ~np.int64(rewarded[i])) != 0
        tally(room, stratum, counts[2])
