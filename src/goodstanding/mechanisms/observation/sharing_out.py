"""Observation: a scheme passes on what it has on record."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Observation
from goodstanding.record import index_of
from goodstanding.world import COPY, RECORD, TRUE, TWIN, Column


class SharingOut(Observation):
    """What one scheme has on record about people is there for other schemes to read.

    Every month the scheme lays open, of each kind of act, whether it now has one on record about the person: what it
    strikes is gone from there a month later, what it enters is there a month later. Whether an entry is ever passed on
    is drawn once. What it has itself copied from others it does not pass on, so that nothing goes round in circles.
    Others see that there is an entry, and neither how many nor why; see sharing_in for what they do with it.

    Sources: [iv-2018]
    """

    columns = {
        "laid_open": Column(dtype="int64", label="acts that this scheme passes on, one bit each"),
        "grounded": Column(dtype="int64", label="of these, acts that the person did with the scheme and without"),
    }
    writes = ("passed_on", "passed_groundless")
    counts = {"passed": "people about whom the scheme passes on something"}

    reach: float = setting(
        0.9, low=0, high=1, unit="share", prior=uniform(0.2, 1), help="entries that are passed on",
        source="assumed", because="agreements to share are documented, what really flowed is not",
    )  # fmt: skip

    @kernel
    def pass_on(
        first, seed, use_pass, entry_person, entry_act, entry_month, entry_origin, entry_flags, reach, laid_open,
        grounded, passed_on, passed_groundless, stratum, passed,
    ):  # fmt: skip
        laid_open[:] = 0
        grounded[:] = 0
        for e in range(entry_person.size):
            origin, flags = np.int64(entry_origin[e]), np.int64(entry_flags[e])
            if flags & RECORD and not (COPY >> origin) & 1:
                i, k = entry_person[e], np.int64(entry_act[e])
                what = index_of(k, origin, 0)
                if np.int64(luck(seed, use_pass, np.int64(entry_month[e]), first + i, what)) < reach:
                    true = (TRUE >> origin) & 1
                    laid_open[i] |= np.int64(1) << k
                    passed_on[i] |= true << k
                    grounded[i] |= np.int64(true and flags & TWIN != 0) << k
        for i in range(laid_open.size):
            if laid_open[i]:
                passed_groundless[i] |= laid_open[i] & ~grounded[i]
                passed[stratum[i]] += 1
