"""Safeguard: a regulator that nobody owns can refuse a scheme its licence."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Safeguard
from goodstanding.world import ALL, RECORD, TRUE, Column

ISLAND, CONFLICT, CARELESS = 1, 2, 4


class Licence(Safeguard):
    """A scheme has a trial period; then a regulator looks at it, and one that falls short ends for good.

    Three grounds, as the central bank named them of the eight pilots: a scheme that rates only its own customers (an
    island), one whose owner sells to the people whom it rates and counts their custom (a conflict of interest), and one
    in whose file too much is about somebody else. What share of people it rates, who of them buys, and what the file
    holds is seen as it is in the month of the decision: a regulator who sees less refuses less. Whether the regulator
    would be listened to is not asked.

    Sources: [caixin-2017] [yicai-2018]
    """

    touches = "conduct"
    columns = {
        "refused": Column(
            dtype="int64", label="grounds on which the licence was refused, one bit each", scope="scheme", scalar=True
        )
    }
    writes = ("given_up",)
    relies_on = ("wanted",)
    counts = {
        "rated": "adults whom the scheme rates",
        "customers": "of them, those whose custom counts in their score",
        "entries": "entries on file",
        "wrong": "of them, about what the person did not do",
        "island": "months after it was refused a licence as an island, counted once a month",
        "conflict": "months after it was refused one for a conflict of interest",
        "careless": "months after it was refused one for what is wrong in its file",
    }
    tips = ("island", "conflict", "careless")

    decided: int = setting(
        24, low=1, high=240, unit="months", prior=uniform(6, 36), help="of trial before the regulator decides",
        source="assumed", because="the eight pilots were to prepare for half a year and were judged after 27 months",
    )  # fmt: skip
    widest_gap: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0.2, 0.9), help="adults who may be missing from the scheme",
        source="assumed", because="each firm sat on an island of data of its own; how large one has to be nobody said",
    )  # fmt: skip
    own_customers: float = setting(
        0.0, low=0, high=1, unit="share", prior=exactly(),
        help="of those rated whose custom may count in their score",
        source="caixin-2017", mark="derived", because="a rating firm is to be independent of what it rates",
    )  # fmt: skip
    errors: float = setting(
        0.05, low=0, high=1, unit="share", prior=uniform(0.01, 0.2), help="of the entries that may be wrong",
        source="assumed", because="a twentieth: of credit files, which are licensed, a fifth has an error of some kind",
    )  # fmt: skip

    @between
    def decide(
        month, adults, total_rated, total_customers, total_entries, total_wrong, decided, widest_gap, own_customers,
        errors, refused, given_up,
    ):  # fmt: skip
        if month == decided:
            island = (adults - total_rated[0]) << 32 > widest_gap * adults
            conflict = total_customers[0] << 32 > own_customers * total_rated[0]
            careless = total_wrong[0] << 32 > errors * total_entries[0]
            refused[0] = ISLAND * island | CONFLICT * conflict | CARELESS * careless
        given_up[0] |= ALL * (refused[0] != 0)

    @kernel
    def look(
        first, age, outside, loyalty, entry_person, entry_origin, entry_flags, refused, stratum, rated, customers,
        entries, wrong, island, conflict, careless,
    ):  # fmt: skip
        for i in range(age.size):
            inside = np.int64((age[i] > 0) & (outside[i] == 0))
            rated[stratum[i]] += inside
            customers[stratum[i]] += inside & (loyalty[i] > 0)
        for e in range(entry_person.size):
            if entry_flags[e] & RECORD:
                entries[stratum[entry_person[e]]] += 1
                wrong[stratum[entry_person[e]]] += 1 - ((TRUE >> np.int64(entry_origin[e])) & 1)
        if first == 0:
            island[stratum[0]] += (refused[0] & ISLAND) != 0
            conflict[stratum[0]] += (refused[0] & CONFLICT) != 0
            careless[stratum[0]] += (refused[0] & CARELESS) != 0
