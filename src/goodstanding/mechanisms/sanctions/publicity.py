"""Sanction: names are published."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import luck, times
from goodstanding.mechanism import Sanction
from goodstanding.record import index_of
from goodstanding.tally import tally
from goodstanding.world import LIST, RECORD, Column


class Publicity(Sanction):
    """Some of those with a fresh entry are named on a public list, and the people around them see it.

    The list has so many names a month, for good and for bad; only being named for something bad is followed here. The
    chance of a fresh bad entry to be published is the room on the list over the number of such entries in the month
    before: over all adults where there were none, and in the first two months, before which nothing, or next to
    nothing, was filed.

    Sources: [suining-reports]
    """

    columns = {
        "named": Column(dtype="uint8", label="months for which the name stays on the list", unit="months", kept=True),
        "chance": Column(
            dtype="int64", label="chance of a fresh bad entry to be published", scope="scheme", scalar=True
        ),
    }
    writes = ("published",)
    counts = {"fresh": "fresh bad entries", "listed_now": "adults whose name is on the list"}

    names: float = setting(
        1.3, low=0, high=1000, unit="per 1000 a month", prior=uniform(0.5, 3),
        help="names put on the list, good and bad",
        source="suining-reports", mark="derived",
        because="more than 3,000 people in the first two months among 1.14 million rated; that it went on so "
        "is assumed",
    )  # fmt: skip
    share_of_negative_entries: float = setting(
        0.67, low=0, high=1, unit="share", prior=uniform(0.5, 0.8), help="names published for something bad",
        source="suining-reports", because="two thirds",
    )  # fmt: skip
    months_up: int = setting(
        2, low=1, high=240, unit="months", prior=uniform(1, 12), help="for which a name stays on the list",
        source="assumed", because="the web page and the papers were open for at least the two months reported",
    )  # fmt: skip

    @between
    def make_room(month, adults, names, share_of_negative_entries, given_up, total_fresh, chance):
        room = times(names, share_of_negative_entries) * adults * ((given_up[0] & LIST) == 0)
        chance[0] = min(1 << 32, room // (total_fresh[0] if total_fresh[0] and month > 1 else adults))

    @kernel
    def publish(
        month, first, seed, use_name, entry_person, entry_act, entry_month, entry_origin, entry_flags, act_seen_as,
        losing, outside, chance, months_up, named, published, stratum, fresh, listed_now,
    ):  # fmt: skip
        for i in range(named.size):
            named[i] -= named[i] > 0
        for e in range(entry_person.size):
            bad = (losing[0] >> act_seen_as[entry_act[e]]) & 1
            if np.int64(entry_month[e]) == month and (entry_flags[e] & RECORD) and bad:
                i = entry_person[e]
                fresh[stratum[i]] += 1
                what = index_of(entry_act[e], entry_origin[e], 0)
                if np.int64(luck(seed, use_name, month, first + i, what)) < chance[0]:
                    named[i] = months_up
        for i in range(named.size):
            published[i] = (named[i] > 0) & (outside[i] == 0)
        tally(published, stratum, listed_now)
