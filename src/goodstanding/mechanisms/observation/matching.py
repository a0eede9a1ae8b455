"""Observation: records are matched to people by their names."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, table, uniform
from goodstanding.kernels import kernel
from goodstanding.likeness import first_of, passes, taken_for
from goodstanding.luck import luck, times
from goodstanding.mechanism import Observation
from goodstanding.record import LIVE, enter
from goodstanding.tally import lowest
from goodstanding.world import MISTAKEN, OWN, RECORD, Column


class Matching(Observation):
    """What one person did is filed on another who bears the same name.

    Of what agencies file this month, some is matched by name and not by a number that nobody shares. Whoever bears the
    same name and agrees in whatever else is compared (sex, year of birth, place) passes for the person, and the record
    goes to one of those who pass: it moves to a namesake, a month late, and is missing where it belongs. Names are
    shared within a county and group, by a few people or by many: the commonest by so many, and every octave of rarer
    names by half as many each and as many people together. A clerk's own slip is another matter, see agencies.

    Sources: [southern-weekly-2015] [caixin-blog-ningbo]
    """

    columns = {
        "astray": Column(dtype="int64", label="acts of the person filed on a namesake, one bit each", lagged=True),
    }
    writes = ("entry_flags", "new_person")
    counts = {
        "moved": "acts filed on a namesake of who did them",
        "mixed_up": "entries about what a namesake did",
    }

    by_name: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0, 1), help="records that are matched by name",
        source="assumed", because="wrong listings of namesakes are documented one by one; none to all in the range",
    )  # fmt: skip
    alike: float = setting(
        0.02, low=0, high=1, unit="share", prior=loguniform(0.0005, 1),
        help="namesakes who pass for one another in whatever else is compared",
        source="assumed",
        because="about as many as share a year of birth; 1 where the name alone decides, 0.5 with sex, next to "
        "nobody with a full date and place",
    )  # fmt: skip
    bearers: dict[str, int] = table(
        {}, keys="groups", low=1, high=10_000, unit="people", prior=loguniform(8, 512), otherwise=64,
        help="people who bear each of the commonest names of a group, in a county",
        source="assumed",
        because="commonest full names are borne by some tens to hundreds among 100,000; no default differs by group "
        "without a source",
    )  # fmt: skip

    @kernel
    def send_astray(
        month, first, seed, use_turn, use_moved, others_county, others_group, others_age, by_name, alike,
        bearers, entry_person, entry_act, entry_month, entry_origin, entry_flags, astray, stratum, moved,
    ):  # fmt: skip
        astray[:] = 0
        turn = np.int64(luck(seed, use_turn, month, 0, 0))
        low, high = np.int64(0), np.int64(0)
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            i, k = entry_person[e], np.int64(entry_act[e])
            person = first + i
            if entry_origin[e] == OWN and entry_flags[e] & LIVE:
                group = np.int64(others_group[person])
                if not low <= person < high:
                    county = np.int64(others_county[person])
                    low = first_of(county, group, others_county, others_group)
                    high = first_of(county, group + 1, others_county, others_group)
                same, place = taken_for(person - low, high - low, bearers[group], turn)
                other = low + place
                goes = times(by_name, passes(same, alike)) * (other != person and others_age[other] > 0)
                if np.int64(luck(seed, use_moved, month, person, k)) < goes:
                    if entry_flags[e] & RECORD:
                        astray[i] |= np.int64(1) << k
                        moved[stratum[i]] += 1
                    entry_flags[e] = 0
            e -= 1

    @kernel
    def file_wrongly(
        month, first, seed, use_turn, total_moved, others_astray, others_county, others_group, bearers, stratum,
        mixed_up, new_person, new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        if total_moved[0]:
            turn = np.int64(luck(seed, use_turn, month - 1, 0, 0))
            low, high = np.int64(0), np.int64(0)
            for i in range(stratum.size):
                person = first + i
                group = np.int64(others_group[person])
                if person >= high:
                    county = np.int64(others_county[person])
                    low = first_of(county, group, others_county, others_group)
                    high = first_of(county, group + 1, others_county, others_group)
                other = low + taken_for(person - low, high - low, bearers[group], turn)[1]
                theirs = others_astray[other]
                while theirs != 0:
                    enter(new_person, new_act, new_origin, new_flags, new_count, i, lowest(theirs), MISTAKEN, RECORD)
                    mixed_up[stratum[i]] += 1
                    theirs &= theirs - 1
