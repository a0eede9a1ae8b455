"""Safeguard: old entries are forgotten."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard
from goodstanding.record import LIVE, index_of
from goodstanding.world import RECORD


class Expiry(Safeguard):
    """People are no longer judged by what is older than a term, be it good or bad, small or grave.

    In the month in which an entry comes of age it is struck from every copy, unless the office forgets to, once and
    for all. The ledger's own terms stay, and end what is left. Copies outside the scheme are left out.
    """

    touches = "observation"
    writes = ("entry_flags",)
    counts = {"expired_early": "entries struck because of their age, before the ledger's own term"}

    term: int = setting(
        12, low=1, high=240, unit="months", prior=uniform(6, 24), help="age at which an entry is struck",
        source="assumed",
        because="a year, half of the two years after which small entries end in documented schemes",
    )  # fmt: skip
    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="of the entries of age that are struck",
        source="assumed", because="deletion is promised in full; files that nobody looks at tend to stay",
    )  # fmt: skip

    @kernel
    def strike(
        month, first, seed, use_strike, entry_person, entry_act, entry_month, entry_origin, entry_flags, term, reach,
        stratum, expired_early,
    ):  # fmt: skip
        for e in range(entry_person.size):
            if month - np.int64(entry_month[e]) == term and entry_flags[e] & LIVE:
                i = entry_person[e]
                what = index_of(entry_act[e], entry_origin[e], entry_month[e])
                if np.int64(luck(seed, use_strike, month, first + i, what)) < reach:
                    expired_early[stratum[i]] += entry_flags[e] & RECORD
                    entry_flags[e] = entry_flags[e] & (255 - LIVE)
