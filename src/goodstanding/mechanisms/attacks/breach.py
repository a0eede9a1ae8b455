"""Attack: the file leaks."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Attack
from goodstanding.tally import tally
from goodstanding.world import RECORD, Column


class Breach(Attack):
    """People's files leak; some who are in them are robbed with what is known of them, and informers are named.

    A leak begins with a monthly chance and lasts until it is noticed; as long as it does, part of the files of those
    with an entry get out, and each stays out for good. Whoever's file is out loses money to fraud now and then. With a
    file goes who was paid for a report, or set out to accuse somebody falsely. What neighbours do to an informer whose
    name is out is left out, and so is what a leaked entry does to trust in the scheme.
    """

    touches = "sanctions"
    columns = {
        "open_for": Column(dtype="int64", label="months for which the leak lasts", scope="scheme", scalar=True),
        "on_file": Column(dtype="uint8", label="has an entry on file"),
        "out": Column(dtype="uint8", label="the file is out", kept=True),
        "informed": Column(dtype="uint8", label="was paid for a report or accused somebody falsely", kept=True),
        "robbed_now": Column(dtype="uint8", label="loses money to fraud this month"),
    }
    writes = ("drained",)
    relies_on = ("new_person",)
    counts = {
        "leaking": "months in which the file leaks, counted once a month",
        "exposed": "adults whose file got out",
        "out_now": "adults whose file is out",
        "informers_named": "people whose reports got out",
        "robbed": "adults who lost money to fraud",
        "loot": "what they lost, in percent of a month's needs",
    }
    tips = ("leaking",)

    hazard: float = setting(
        0.01, low=0, high=1, unit="share a month", prior=loguniform(0.001, 0.05),
        help="chance of a leak to begin in a month",
        source="assumed", because="once in eight years; large public files have leaked more often and less often",
    )  # fmt: skip
    duration: int = setting(
        3, low=1, high=120, unit="months", prior=uniform(1, 14), help="for which a leak lasts",
        source="assumed", because="leaks are noticed after months, some after more than a year",
    )  # fmt: skip
    spread: float = setting(
        0.3, low=0, high=1, unit="share a month", prior=uniform(0.01, 1),
        help="files with an entry that get out in a month of a leak",
        source="assumed", because="from a clerk who copies some files to a whole table left open",
    )  # fmt: skip
    fraud: float = setting(
        0.01, low=0, high=1, unit="share a month", prior=uniform(0, 0.05),
        help="people whose file is out who are robbed in a month",
        source="assumed", because="most who are in a leak never notice; nought is in the range",
    )  # fmt: skip
    loss: int = setting(
        30, low=0, high=10_000, unit="percent of a month's needs", prior=uniform(5, 200),
        help="what whoever is robbed loses",
        source="assumed", because="a third of a month's needs; most frauds are small and a few ruin people",
    )  # fmt: skip

    @between
    def begin(month, seed, use_leak, hazard, duration, open_for):
        begins = np.int64(luck(seed, use_leak, month, 0, 0)) < hazard
        open_for[0] = max(open_for[0] - 1, duration * begins)

    @kernel
    def remember(accuses, bounty_won, informed):
        for i in range(informed.size):
            informed[i] |= (accuses[i] > 0) | (bounty_won[i] > 0)

    @kernel
    def leak(
        first, draw_file, open_for, entry_person, entry_flags, age, spread, on_file, out, informed, stratum, leaking,
        exposed, informers_named,
    ):  # fmt: skip
        if open_for[0] == 0:
            return
        leaking[stratum[0]] += first == 0
        on_file[:] = 0
        for e in range(entry_person.size):
            if entry_flags[e] & RECORD:
                on_file[entry_person[e]] = 1
        for i in range(out.size):
            named = on_file[i] and age[i] > 0 and np.int64(draw_file[i]) < spread
            if named and not out[i]:
                out[i] = 1
                exposed[stratum[i]] += 1
                informers_named[stratum[i]] += informed[i]

    @kernel
    def rob(draw_fraud, out, fraud, loss, robbed_now, drained, stratum, out_now, robbed, loot):
        for i in range(out.size):
            robbed_now[i] = out[i] & (np.int64(draw_fraud[i]) < fraud)
        tally(out, stratum, out_now)
        tally(robbed_now, stratum, robbed)
        for i in range(out.size):
            if robbed_now[i]:
                drained[i] += loss
                loot[stratum[i]] += loss
