"""Safeguard: whoever leaves is forgotten."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.record import LIVE
from goodstanding.world import PENDING, RECORD


class Deletion(Safeguard):
    """The record of people who have left the scheme is deleted; of some it stays.

    Nothing follows from a record that stays, as nobody outside is rated; but it can be read, copied and lost. For whom
    the office forgets to delete it forgets for good. With nobody's record deleted, what is kept is still counted.
    """

    touches = "observation"
    writes = ("entry_flags",)
    relies_on = ("outside",)
    counts = {"deleted": "entries deleted as people had left", "kept": "entries kept of people who have left"}

    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="people who leave whose record is deleted",
        source="assumed", because="promised in full; files that nobody looks at tend to stay",
    )  # fmt: skip

    @kernel
    def forget(
        first, seed, use_forget, outside, entry_person, entry_flags, reach, stratum, deleted, kept,
    ):  # fmt: skip
        for e in range(entry_person.size):
            i = entry_person[e]
            if outside[i] and entry_flags[e] & LIVE:
                held = np.int64((entry_flags[e] & RECORD) != 0)
                if np.int64(luck(seed, use_forget, 0, first + i, 0)) < reach:
                    deleted[stratum[i]] += held
                    entry_flags[e] = entry_flags[e] & (255 - LIVE - PENDING)
                else:
                    kept[stratum[i]] += held
