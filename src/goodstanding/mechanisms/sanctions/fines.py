"""Sanction: a recorded act costs money."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, scaled, setting, table, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import stochastic_round
from goodstanding.mechanism import Sanction
from goodstanding.world import ALL, FOUND, RECORD, VOICES, Column

LARGEST = 10_000
"""The largest fine of a month, in percent of a month's needs."""


class Fines(Sanction):
    """People pay for each act that goes on record, more for the grave and the repeated, up to a share of their income.

    A known tariff: an act entered this month is paid for in the next, dearer for every earlier entry within the months
    that count, and no more in a month than somebody of the income tenth can be asked for. Whoever is fined gets a bill,
    so knows of the entry, and has the scheme on their mind as if they stood a class lower, the more the dearer; all
    others are told that there is a tariff. Beside a ledger, an entry ends with the ledger's term. What was paid is not
    given back where an entry is struck later; nobody goes to prison for a fine; what becomes of the money is left out.
    In the arms `ghost` and `aware` these are the fines that the record would bring; nobody pays them.
    """

    columns = {
        "due": Column(
            dtype="int16", label="fines for this month's entries", unit="percent of a month's needs",
            scope="scheme", copies=True,
        ),
        "earlier": Column(dtype="uint8", label="earlier entries that make a fine dearer"),
        "owed": Column(dtype="int64", label="fines before they are rounded and cut"),
    }  # fmt: skip
    writes = ("fined", "told", "counted", "wanted", "losing", "entry_flags")
    counts = {
        "billed": "adults with a fine to pay",
        "unfounded": "adults fined more than for what they did",
        "repeated": "fines raised for repetition",
        "capped": "adults whose fine was cut to what they can be asked for",
        "revenue": "fines, in percent of a month's needs",
    }

    tariff: dict[str, int] = table(
        {}, keys="acts", low=0, high=1000, unit="percent of a month's needs", prior=scaled(0.5, 1.5),
        help="fine for a first recorded act",
        source="assumed", because="empty until a scenario names its acts",
    )  # fmt: skip
    level: int = setting(
        100, low=0, high=1000, unit="percent", prior=exactly(), help="of the tariff that is asked",
        source="assumed", because="one knob for the whole tariff, so that its gain can be matched to another scheme's",
    )  # fmt: skip
    rise: int = setting(
        50, low=0, high=1000, unit="percent", prior=uniform(0, 100),
        help="what each earlier entry that counts adds to a fine",
        source="assumed", because="tariffs often double for the third time; that repetition costs nothing is in range",
    )  # fmt: skip
    most_repeats: int = setting(
        3, low=0, high=100, unit="count", prior=uniform(1, 6), help="earlier entries that count at most",
        source="assumed", because="a tariff names a few steps and ends",
    )  # fmt: skip
    memory: int = setting(
        24, low=1, high=240, unit="months", prior=uniform(12, 36), help="for which an entry makes later fines dearer",
        source="assumed", because="as long as a light entry stands in the ledger",
    )  # fmt: skip
    most: int = setting(
        25, low=0, high=1000, unit="percent of a month's needs", prior=uniform(10, 50),
        help="most that the poorest tenth pays in a month",
        source="assumed", because="a quarter of its income, as much as US law lets be taken from pay (15 U.S.C. 1673)",
    )  # fmt: skip
    most_step: int = setting(
        3, low=0, high=100, unit="percent of a month's needs", prior=uniform(0, 6),
        help="what each income tenth above it can be asked for in addition",
        source="assumed", because="a quarter of what each tenth earns above the one below",
    )  # fmt: skip
    sting: int = setting(
        20, low=1, high=1000, unit="percent of a month's needs", prior=uniform(5, 60),
        help="fine that is felt like standing one class lower",
        source="assumed",
        because="so that a drunk driver's is felt about as class D is; nobody has laid the one against the other",
    )  # fmt: skip

    @between
    def announce(tariff, act_protected, given_up, counted, wanted, losing):
        costly = np.int64(0)
        for k in range(tariff.size - 1):
            stands = (given_up[0] & ALL) == 0 and not (given_up[0] & VOICES and act_protected[k])
            costly |= np.int64(stands and tariff[k] > 0) << k
        wanted[0] |= costly
        losing[0] |= costly
        counted[0] |= costly

    @kernel(copies=True)
    def assess(
        month, draw_cents, copy, wanted, tariff, level, rise, most_repeats, memory, most, most_step, tenth,
        act_seen_as, act_room, entry_person, entry_act, entry_month, entry_flags, earlier, owed, due, stratum,
        repeated, capped,
    ):  # fmt: skip
        costs = act_room[0]
        for k in range(tariff.size):
            costs[k] = tariff[act_seen_as[k]] * ((wanted[0] >> act_seen_as[k]) & 1)
        earlier[:] = 0
        owed[:] = 0
        due[:] = 0
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            e -= 1
        fresh = e + 1
        while e >= 0 and month - np.int64(entry_month[e]) <= memory:
            if entry_flags[e] & copy and costs[entry_act[e]]:
                i = entry_person[e]
                earlier[i] = min(most_repeats, earlier[i] + 1)
            e -= 1
        for e in range(fresh, entry_person.size):
            if entry_flags[e] & copy and costs[entry_act[e]]:
                i = entry_person[e]
                owed[i] += costs[entry_act[e]] * (100 + rise * np.int64(earlier[i]))
                repeated[stratum[i]] += copy == RECORD and earlier[i] > 0
                if copy == RECORD:
                    entry_flags[e] = entry_flags[e] | FOUND
        for i in range(due.size):
            if owed[i]:
                whole = min(owed[i] * level // 100, LARGEST * 100)
                asked = stochastic_round((whole << 16) // 100, 16, draw_cents[i])
                can = most + most_step * np.int64(tenth[i])
                due[i] = min(asked, can)
                capped[stratum[i]] += copy == RECORD and asked > can

    @kernel
    def bill(due, seen_due, age, outside, unknowing, wanted, sting, fined, told, stratum, billed, unfounded, revenue):
        stands = np.int64(wanted[0] != 0)
        for i in range(due.size):
            fined[i] = min(LARGEST, np.int64(fined[i]) + np.int64(due[i]))
            lower = min(3, (np.int64(due[i]) + sting - 1) // sting)
            rated = (age[i] > 0) & (outside[i] == 0) & ((unknowing[i] == 0) | (due[i] > 0))
            told[i] = max(np.int64(told[i]), (1 + lower) * rated * stands)
        for i in range(due.size):
            if due[i]:
                s = stratum[i]
                billed[s] += 1
                unfounded[s] += due[i] > seen_due[i]
                revenue[s] += due[i]
