"""Safeguard: a probe that shows what a scheme does to a person through that person's own record."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, setting
from goodstanding.kernels import kernel, start
from goodstanding.mechanism import Safeguard
from goodstanding.record import LIVE
from goodstanding.world import RECORD, Column


class BlindSpot(Safeguard):
    """A few adults are out of the scheme's sight: nothing about them stays on record.

    A probe and no rule. Whoever is out of sight lives among people who are not: knows of the scheme, fears it, meets
    those it names, may be barred for a relative's sake, and is told the class of an empty record. Laid against the same
    person in sight, this is the direct effect; what is left to the world without the scheme is spill-over. Those picked
    are adults as far apart as their share allows, in the order of households, so that hardly any two of them meet;
    another luck picks the next ones. Every scheme with a blind spot of the same share misses the same people.
    """

    touches = "observation"
    probes = "direct"
    columns = {"hidden": Column(dtype="uint8", label="is out of the scheme's sight", kept=True)}
    writes = ("entry_flags",)
    counts = {"kept_off": "entries kept off the record of people out of sight"}

    share: float = setting(
        0.0, low=0, high=1, unit="share", prior=exactly(), help="adults who are out of the scheme's sight",
        source="assumed", because="nobody, so that the probe rests until something is asked of it",
    )  # fmt: skip

    @start
    def hide(first, seed, age, share, hidden):
        hidden[:] = 0
        if share:
            every = ((1 << 32) + share // 2) // share
            turn = np.int64(seed % np.uint64(every))
            for i in range(hidden.size):
                hidden[i] = ((first + i) % every == turn) & (age[i] > 0)

    @kernel
    def overlook(month, entry_person, entry_month, entry_flags, hidden, stratum, kept_off):
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            i = entry_person[e]
            if hidden[i] and entry_flags[e] & LIVE:
                kept_off[stratum[i]] += (entry_flags[e] & RECORD) != 0
                entry_flags[e] = entry_flags[e] & (255 - LIVE)
            e -= 1
