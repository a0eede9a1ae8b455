"""Observation: faces are searched for in a gallery."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, table, uniform
from goodstanding.kernels import between, kernel
from goodstanding.likeness import CERTAIN, PER_TRILLION, by_rate, in_thresholds, kinds_of, per_search, rates_of
from goodstanding.luck import luck, times
from goodstanding.mechanism import Observation
from goodstanding.record import enter
from goodstanding.world import MISTAKEN, OWN, RECORD, SEEN, TWIN, Column


class FaceSearch(Observation):
    """People are taken for somebody who is sought, because in a large gallery somebody always looks alike.

    For some acts a photo of whoever did it is searched for in a gallery; the search finds the person or does not, and
    besides brings up people who look alike. An officer sends some of those away; on the others the act is filed. Search
    by search, false matches are photos times error rate; all places that share the gallery search as much, so that
    everybody is taken for somebody as often as a search goes wrong, times the searches a head. Only counts and chances:
    there is no face and no image here. With more photos of each, whoever is sought is found more easily; in a gallery
    of so many photos it is all one to those who look alike. Being held or questioned is not modelled. Cameras that
    compare everybody who passes with a list are another matter, see face_watch.

    Sources: [nist-8280] [scmp-2017-dragonfly]
    """

    columns = {
        "looks_alike": Column(
            dtype="int64", label="chance of being taken for somebody in a search", scope="scheme", scalar=True
        )
    }
    writes = ("new_person",)
    counts = {
        "searches": "searches for somebody who did a thing",
        "found": "acts filed on whom a search was for",
        "false_matches": "people whom a search took for somebody else",
        "sent_away": "people taken for somebody else whom an officer sent away",
    }

    gallery: int = setting(
        10_000_000, low=1, high=10_000_000_000, unit="count", prior=loguniform(100_000, 2_000_000_000),
        help="photos in the gallery", source="assumed", because="from a county's to the largest claimed, 1.8 billion",
    )  # fmt: skip
    photos: int = setting(
        1, low=1, high=1000, unit="count", prior=uniform(1, 5), help="photos of each person in the gallery",
        source="assumed", because="an identity card, for some also borders and stations",
    )  # fmt: skip
    per_trillion: int = PER_TRILLION
    tested: int = setting(
        1_000_000, low=1, high=10_000_000_000, unit="count", prior=loguniform(100_000, 12_000_000),
        help="photos in the gallery in which that rate was measured",
        source="nist-8280", mark="derived", because="tests of searches use galleries of up to twelve million",
    )  # fmt: skip
    growth: int = setting(
        100, low=0, high=100, unit="percent", prior=uniform(0, 100),
        help="more false matches when a gallery doubles: 100 where comparisons are independent of each other, fewer "
        "where scores are normalised, nought where the engine holds them constant",
        source="assumed", because="independence is exact arithmetic; engines that normalise grow more slowly",
    )  # fmt: skip
    candidates: int = setting(
        20, low=0, high=1000, unit="count", prior=loguniform(1, 50), help="faces that a search brings up at most",
        source="assumed", because="a list that an officer can look through",
    )  # fmt: skip
    finding: float = setting(
        0.7, low=0, high=1, unit="share", prior=uniform(0.3, 0.95), help="photos of the person sought that are found",
        source="assumed", because="good portraits are nearly always found, faces from cameras far less often",
    )  # fmt: skip
    sent: float = setting(
        0.8, low=0, high=1, unit="share", prior=uniform(0, 0.99), help="false matches that an officer sends away",
        source="assumed", because="people tend to confirm what a machine proposes; none to nearly all in the range",
    )  # fmt: skip
    sought: dict[str, int] = table(
        {"petty_theft": 5, "assault": 20, "fraud": 20}, keys="acts as seen", low=0, high=100, unit="percent",
        prior=uniform(0, 60), help="acts for which a search is made",
        source="assumed", because="where a camera or a witness had a face; nobody published how often",
    )  # fmt: skip
    of_group: dict[str, int] = table(
        {}, keys="groups", low=0, high=10_000, unit="percent", prior=loguniform(10, 1000), otherwise=100,
        help="false matches of a group, of those of everybody",
        source="nist-8280", mark="recalled", because="false matches often differ ten- to hundredfold between groups, "
        "which way depends on the engine; so none by default",
    )  # fmt: skip

    @between
    def reckon(
        adults, total_searches, gallery, per_trillion, tested, growth, candidates, looks_alike,
    ):  # fmt: skip
        each = in_thresholds(per_search(gallery, tested, per_trillion, growth, candidates))
        a_head = min(1 << 20, (total_searches[0] << 20) // max(1, adults))
        looks_alike[0] = min(CERTAIN, (each * a_head) >> 20)

    @kernel
    def search(
        first, month, seed, use_search, use_find, last_acts, acts_without, sought, act_seen_as, photos, finding,
        stratum, searches, found, new_person, new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        kinds, missed = np.int64(0), np.int64(CERTAIN)
        for k in range(act_seen_as.size - 1):
            kinds |= np.int64(sought[act_seen_as[k]] > 0) << k
        for _ in range(photos):
            missed = times(missed, CERTAIN - finding)
        for i in range(last_acts.size):
            here, there, k = last_acts[i] & kinds, acts_without[i] & kinds, 0
            while here | there:
                often = (sought[act_seen_as[k]] << 32) // 100
                if (here | there) & 1 and np.int64(luck(seed, use_search, month, first + i, k)) < often:
                    searches[stratum[i]] += here & 1
                    if np.int64(luck(seed, use_find, month, first + i, k)) >= missed:
                        flags = (here & 1) * (RECORD | SEEN) + (there & 1) * TWIN
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, OWN, flags)
                        found[stratum[i]] += here & 1
                here, there, k = here >> 1, there >> 1, k + 1

    @kernel
    def mistake(
        first, month, seed, draw_search, use_sent, use_act, age, group, of_group, looks_alike, sent, sought, act_rate,
        act_seen_as, act_room, stratum, false_matches, sent_away, new_person, new_act, new_origin, new_flags, new_count,
    ):  # fmt: skip
        kinds, rate = kinds_of(sought, act_seen_as), act_room[0]
        for k in range(rate.size):
            rate[k] = act_rate[k] * sought[k]
        total = rates_of(kinds, rate)
        for i in range(age.size):
            matched = np.int64(draw_search[i]) < looks_alike[0] * of_group[group[i]] // 100
            if matched and age[i] > 0 and total:
                if np.int64(luck(seed, use_sent, month, first + i, 0)) < sent:
                    sent_away[stratum[i]] += 1
                else:
                    k = by_rate(kinds, rate, np.int64(luck(seed, use_act, month, first + i, 0)), 10)
                    enter(new_person, new_act, new_origin, new_flags, new_count, i, k, MISTAKEN, RECORD)
                    false_matches[stratum[i]] += 1
