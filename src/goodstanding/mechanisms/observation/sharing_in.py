"""Observation: a scheme copies what other schemes have on record."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Mechanism, Observation
from goodstanding.record import LIVE, enter, index_of
from goodstanding.tally import lowest
from goodstanding.world import COPIED, COPY, MISCOPIED, RECORD, SEEN, TWIN, Column


class SharingIn(Observation):
    """What one scheme has on record about people is copied by another, errors and all, and may outlive its correction.

    The scheme reads a month later what others pass on and copies, after a while, every kind of act that it keeps a
    record of itself and has none of: as one entry with a term of its own. Once the first record no longer holds the
    act, be it struck or past its term, the copy is struck as well, or, where corrections do not follow, it is never
    looked at again and stands for its own term. An appeal against a copy reaches that copy alone.

    Sources: [iv-2018] [ftc-2012]
    """

    columns = {
        "dealt_with": Column(
            dtype="int64", label="acts passed on by others that are copied or on record already, one bit each",
            kept=True,
        ),
        "held_now": Column(dtype="int64", label="acts on record that are no copies, one bit each"),
    }  # fmt: skip
    writes = ("entry_flags", "new_person")
    counts = {
        "copied_true": "entries copied about what the person did",
        "copied_false": "entries copied about what the person did not do",
        "followed": "copies struck as the first record no longer holds them",
        "outlived": "copies that stay although the first record no longer holds them",
    }

    @classmethod
    def beside(cls, others: Sequence[type[Mechanism]]) -> str | None:
        if not any(other.key() == "sharing_out" for other in others):
            return None
        return "a scheme that copies and passes on closes a cycle of sharing; allowed is one of sharing_in, sharing_out"

    delay: int = setting(
        2, low=1, high=120, unit="months", prior=uniform(1, 12), help="mean time until what is passed on is copied",
        source="assumed", because="data sent in monthly lots, at best; a year where clerks carry lists",
    )  # fmt: skip
    corrections: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0, 1), help="copies that are struck with the first record",
        source="assumed", because="that corrections follow is promised and hardly ever checked; none to all in range",
    )  # fmt: skip

    @kernel
    def follow(
        month, first, seed, use_correct, last_passed_on, last_passed_groundless, dealt_with, held_now, entry_person,
        entry_act, entry_month, entry_origin, entry_flags, corrections, stratum, followed, outlived,
    ):  # fmt: skip
        held_now[:] = 0
        for e in range(entry_person.size):
            if entry_flags[e] & RECORD:
                i, k, origin = entry_person[e], np.int64(entry_act[e]), np.int64(entry_origin[e])
                there = (last_passed_on[i] | last_passed_groundless[i]) >> k & 1
                if not (COPY >> origin) & 1:
                    held_now[i] |= np.int64(1) << k
                elif (dealt_with[i] >> k) & 1 and not there:
                    what = index_of(k, origin, entry_month[e])
                    if np.int64(luck(seed, use_correct, month, first + i, what)) < corrections:
                        entry_flags[e] = entry_flags[e] & (255 - LIVE)
                        followed[stratum[i]] += 1
                    else:
                        outlived[stratum[i]] += 1

    @kernel
    def copy(
        month, first, seed, use_copy, last_passed_on, last_passed_groundless, wanted, act_seen_as, delay, dealt_with,
        held_now, stratum, copied_true, copied_false, new_person, new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        kept = np.int64(0)
        for k in range(act_seen_as.size - 1):
            kept |= ((wanted[0] >> act_seen_as[k]) & 1) << k
        for i in range(held_now.size):
            there = last_passed_on[i] | last_passed_groundless[i]
            dealt_with[i] &= there
            dealt_with[i] |= there & held_now[i]
            left = there & kept & ~dealt_with[i]
            while left != 0:
                k = lowest(left)
                left &= left - 1
                if np.int64(luck(seed, use_copy, month, first + i, k)) < (1 << 32) // delay:
                    dealt_with[i] |= np.int64(1) << k
                    if (last_passed_on[i] >> k) & 1:
                        flags = RECORD | SEEN | (1 - ((last_passed_groundless[i] >> k) & 1)) * TWIN
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, COPIED, flags)
                        copied_true[stratum[i]] += 1
                    else:
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, MISCOPIED, RECORD)
                        copied_false[stratum[i]] += 1
