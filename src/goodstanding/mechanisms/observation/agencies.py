"""Observation: agencies hand their records to the scheme."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, table, uniform
from goodstanding.kernels import helper, kernel
from goodstanding.luck import CERTAIN, luck, times
from goodstanding.mechanism import Observation
from goodstanding.record import enter
from goodstanding.tally import lowest
from goodstanding.world import MISTAKEN, OWN, RECORD, SEEN, TWIN


@helper
def mixed_up_with(person, people, turn):
    """The person with whom clerks mix somebody up this month: an involution, keyed anew each month."""
    other = turn - person
    return other + people if other < 0 else other


class Agencies(Observation):
    """Agencies report acts to the scheme a month later; they miss most, and file some on the wrong person.

    An act is recorded where it is noticed (detectability of the act), its group attended to, and the note reaches the
    file (coverage), each drawn afresh for every act: nobody's acts are missed for good. With the mistaken share,
    everything recorded of one person in a month is filed on another one instead: it moves, it is not copied. The
    mistake is drawn for whom it happens to. On somebody outside the scheme nothing is filed; what agencies know of them
    may still be filed on another by mistake.

    Sources: [southern-weekly-2015] [caixin-blog-ningbo] [ftc-2012]
    """

    writes = ("new_person",)
    counts = {"recorded": "acts recorded on the person who did them", "mistaken": "acts recorded on somebody else"}

    coverage: float = setting(
        0.6, low=0, high=1, unit="share", prior=uniform(0.1, 0.95),
        help="noticed acts that reach the file, afresh for each act",
        source="assumed",
        because="nobody published which share of what agencies knew reached a local file; nearly none to nearly all",
    )  # fmt: skip
    misattribution: float = setting(
        0.01, low=0, high=1, unit="share", prior=loguniform(0.0005, 0.2),
        help="people on whom the records of somebody else are filed, in a month",
        source="assumed",
        because="wrong listings are documented one by one, their rate is not; at the upper end about as "
        "many people hold a wrong entry within five years as had an error that moved their credit score (12.9 %)",
    )  # fmt: skip
    noticing: dict[str, int] = table(
        {}, keys="acts as seen", low=0, high=400, unit="percent", prior=loguniform(50, 200), otherwise=100,
        help="how often each act is noticed, of the catalogue's detectability, at most always",
        source="assumed",
        because="what nobody notices is in no statistics, so each may be off by a factor of two either way; acts that "
        "an agency takes for one another share a row",
    )  # fmt: skip
    attention: dict[str, int] = table(
        {}, keys="groups", low=0, high=400, unit="percent", prior=loguniform(50, 200), otherwise=100,
        help="how often a group's noticed acts reach the file, of the coverage, at most always",
        source="assumed",
        because="no default differs by group without a source; closer eyes on either group are as plausible",
    )  # fmt: skip

    @kernel
    def report(
        month, first, people, seed, use_seen, draw_mixed, use_mixed, use_turn, last_acts, acts_without,
        others_acts, others_group, others_age, wanted, coverage, misattribution, noticing, attention,
        act_detectability, act_seen_as, act_room, outside, stratum, recorded, mistaken, new_person, new_act, new_origin,
        new_flags, new_count,
    ):  # fmt: skip
        kept = np.int64(0)
        for k in range(act_seen_as.size - 1):
            kept |= ((wanted[0] >> act_seen_as[k]) & 1) << k
        noticed = act_room[0]
        for k in range(noticed.size):
            noticed[k] = min(act_detectability[k] * noticing[act_seen_as[k]] // 100, CERTAIN)
        turn = (np.int64(luck(seed, use_turn, month, 0, 0)) * people) >> 32
        for i in range(last_acts.size):
            own = (last_acts[i] | acts_without[i]) & kept * np.int64(outside[i] == 0)
            if own != 0:
                person = first + i
                other = mixed_up_with(person, people, turn)
                moved = other != person and others_age[other] > 0
                moved = moved and np.int64(luck(seed, use_mixed, month, other, 0)) < misattribution
                attended = min(coverage * attention[others_group[person]] // 100, CERTAIN)
                while own != 0 and not moved:
                    k = lowest(own)
                    own &= own - 1
                    likely = times(noticed[k], attended)
                    if np.int64(luck(seed, use_seen, month, person, k)) < likely:
                        did = (last_acts[i] >> k) & 1
                        flags = did * (RECORD | SEEN) + ((acts_without[i] >> k) & 1) * TWIN
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, OWN, flags)
                        recorded[stratum[i]] += did
            if np.int64(draw_mixed[i]) < misattribution and others_age[first + i] > 0 and not outside[i]:
                other = mixed_up_with(first + i, people, turn)
                theirs = others_acts[other] & kept
                attended = min(coverage * attention[others_group[other]] // 100, CERTAIN)
                while theirs != 0 and other != first + i:
                    k = lowest(theirs)
                    theirs &= theirs - 1
                    likely = times(noticed[k], attended)
                    if np.int64(luck(seed, use_seen, month, other, k)) < likely:
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, MISTAKEN, RECORD)
                        mistaken[stratum[i]] += 1
