"""Safeguard: a debt can be disputed."""

from __future__ import annotations

import numpy as np

from goodstanding.card import loguniform, setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard


class DebtReview(Safeguard):
    """People who are told that they owe may ask for a review; few do, and the proof is theirs to bring.

    Whoever is claimed more than was overpaid asks more often than whoever is not; a review leaves of their debt what
    was overpaid, where they can show it. A review is decided before the first instalment. The share of debts that
    reviews set aside says who asks and who still has the papers; it is not the share of debts that are wrong.

    Sources: [robodebt-aap-2018]
    """

    touches = "observation"
    writes = ("claimed", "overpaid")
    counts = {
        "filed": "debts disputed",
        "filed_wrong": "of them, debts of more than was overpaid",
        "set_aside": "disputed debts set aside, wholly or in part",
        "refused_wrong": "disputed debts of more than was overpaid that stand",
        "silent": "debts that nobody disputed",
        "silent_wrong": "of them, debts of more than was overpaid",
        "officer_hours": "officers' hours for reviews",
    }

    reach: float = setting(
        0.001, low=0, high=1, unit="share", prior=loguniform(0.0005, 0.3),
        help="debts of more than was overpaid that people dispute",
        source="robodebt-aap-2018", mark="derived",
        because="some 400 tribunal decisions, of 470,000 debts; a fifth of faulty credit files is disputed, and "
        "reviews short of a tribunal were more than nothing",
    )  # fmt: skip
    reach_owing: float = setting(
        0.0003, low=0, high=1, unit="share", prior=loguniform(0.0001, 0.1), help="other debts that people dispute",
        source="assumed", because="whoever knows that the debt is right has less cause; a third as often is a guess",
    )  # fmt: skip
    proof: float = setting(
        0.33, low=0, high=1, unit="share", prior=uniform(0.1, 1),
        help="of those who dispute such a debt, those who can show that it is wrong",
        source="robodebt-aap-2018", mark="derived",
        because="a third of the decisions set the debt aside; payslips of years ago were asked for, from the people",
    )  # fmt: skip
    leniency: float = setting(
        0.05, low=0, high=1, unit="share", prior=uniform(0, 0.2), help="right debts that a review sets aside",
        source="assumed", because="a few for procedure or hardship; none at all is in the range",
    )  # fmt: skip
    hours: int = setting(
        8, low=0, high=1000, unit="count", prior=uniform(2, 24), help="officers' hours for each review",
        source="assumed", because="a day for file, hearing and reasons",
    )  # fmt: skip

    @kernel
    def review(
        month, first, seed, use_file, use_outcome, reach, reach_owing, proof, leniency, hours, claimed, overpaid,
        stratum, filed, filed_wrong, set_aside, refused_wrong, silent, silent_wrong, officer_hours,
    ):  # fmt: skip
        for i in range(claimed.size):
            if claimed[i] > 0:
                s, wrong = stratum[i], np.int64(claimed[i] > overpaid[i])
                if np.int64(luck(seed, use_file, month, first + i, 0)) >= (reach if wrong else reach_owing):
                    silent[s] += 1
                    silent_wrong[s] += wrong
                    continue
                filed[s] += 1
                filed_wrong[s] += wrong
                officer_hours[s] += hours
                if np.int64(luck(seed, use_outcome, month, first + i, 0)) >= (proof if wrong else leniency):
                    refused_wrong[s] += wrong
                    continue
                set_aside[s] += 1
                overpaid[i] *= wrong
                claimed[i] = overpaid[i]
