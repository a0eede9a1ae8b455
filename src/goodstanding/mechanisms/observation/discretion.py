"""Observation: officers decide whom they look at."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import MAKERS
from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel, start
from goodstanding.luck import luck, times
from goodstanding.mechanism import Observation
from goodstanding.record import enter
from goodstanding.tally import lowest
from goodstanding.world import OWN, RECORD, SEEN, TWIN, Column

VOICE = MAKERS.index("voice")


class Discretion(Observation):
    """Officers look away for insiders, and look twice at whoever spoke up.

    Insiders are adults drawn once, whatever they do; what agencies file against them may vanish the same month. Whoever
    spoke up the month before gets a second look: what they did and the agencies missed is looked for again, and noticed
    as at the first look. All of it is true; what is unequal is who gets off. Insiders are never looked at twice. A tip
    about an insider is filed like any other.
    """

    columns = {
        "insider": Column(dtype="uint8", label="officers look away for the person", kept=True),
        "seen_to": Column(dtype="int64", label="acts the agencies filed this month, one bit each"),
    }
    writes = ("entry_flags", "new_person")
    counts = {
        "spared": "entries of insiders that vanished",
        "retaliated": "acts of people who spoke up, found at a second look",
    }

    insiders: float = setting(
        0.02, low=0, high=1, unit="share", prior=uniform(0, 0.05), help="adults who are insiders",
        source="assumed", because="officials, their friends and families; nobody has counted them",
    )  # fmt: skip
    immunity: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0, 1), help="bad entries of insiders that vanish",
        source="assumed", because="favours are told of in every such file, their number is not; nought is in the range",
    )  # fmt: skip
    retaliation: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.5),
        help="acts that the agencies missed of people who spoke up, looked for again",
        source="assumed", because="revenge on petitioners is told of, its extent is not known; nought is in the range",
    )  # fmt: skip

    @start
    def admit(age, draw_admit, insiders, insider):
        for i in range(insider.size):
            insider[i] = (np.int64(draw_admit[i]) < insiders) & (age[i] > 0)

    @kernel
    def look_away(
        month, first, seed, use_spare, insider, losing, act_seen_as, entry_person, entry_act, entry_month,
        entry_origin, entry_flags, immunity, seen_to, stratum, spared,
    ):  # fmt: skip
        seen_to[:] = 0
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            i, k = entry_person[e], np.int64(entry_act[e])
            if entry_origin[e] == OWN:
                seen_to[i] |= np.int64(1) << k
                bad = (losing[0] >> act_seen_as[k]) & 1
                if insider[i] and bad and np.int64(luck(seed, use_spare, month, first + i, k)) < immunity:
                    spared[stratum[i]] += (entry_flags[e] & RECORD) != 0
                    entry_flags[e] = 0
            e -= 1

    @kernel
    def look_twice(
        month, first, seed, use_again, insider, last_acts, acts_without, losing, act_seen_as, act_maker,
        act_detectability, seen_to, outside, retaliation, stratum, retaliated, new_person, new_act, new_origin,
        new_flags, new_count,
    ):  # fmt: skip
        asked, voices = np.int64(0), np.int64(0)
        for k in range(act_seen_as.size - 1):
            asked |= ((losing[0] >> act_seen_as[k]) & 1) << k
            voices |= np.int64(act_maker[k] == VOICE) << k
        for i in range(last_acts.size):
            if (last_acts[i] | acts_without[i]) & voices and not (insider[i] or outside[i]):
                here = last_acts[i] * ((last_acts[i] & voices) != 0)
                there = acts_without[i] * ((acts_without[i] & voices) != 0)
                missed = (here | there) & asked & ~seen_to[i]
                while missed != 0:
                    k = lowest(missed)
                    missed &= missed - 1
                    found = times(act_detectability[k], retaliation)
                    if np.int64(luck(seed, use_again, month, first + i, k)) < found:
                        did = (here >> k) & 1
                        flags = did * (RECORD | SEEN) + ((there >> k) & 1) * TWIN
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, OWN, flags)
                        retaliated[stratum[i]] += did
