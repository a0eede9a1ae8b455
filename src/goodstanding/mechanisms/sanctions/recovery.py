"""Sanction: what is said to be owed is collected."""

from __future__ import annotations

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.mechanism import Sanction
from goodstanding.tally import tally
from goodstanding.world import ALL, Column

LARGEST = 10_000
"""The most that falls due in a month, in percent of a month's needs."""


class Recovery(Sanction):
    """People pay off what they are said to owe, month by month, and so do without; their children live with it.

    A debt that is claimed is collected in instalments, without a court, from the month after. What was truly overpaid
    is taken to be paid first; a bill beyond it is unfounded. Where the scheme is stopped, so is the collecting; what
    was paid stays paid.

    Sources: [robodebt-carney-2020]
    """

    columns = {
        "owed": Column(dtype="int32", label="claimed and not yet paid", unit="percent of a month's needs", kept=True),
        "really": Column(
            dtype="int32", label="overpaid and not yet paid back", unit="percent of a month's needs", kept=True
        ),
        "dunned": Column(dtype="uint8", label="has an unfounded bill to pay", shown=1),
    }
    writes = ("fined",)
    counts = {
        "owing": "adults who are said to owe something",
        "billed": "adults with an instalment to pay",
        "unfounded": "adults with an instalment beyond all they really owe",
        "collected": "instalments, in percent of a month's needs",
        "collected_unfounded": "of them, what was never owed",
        "children": "children under 18 whose parent had an unfounded instalment to pay the month before",
    }

    instalment: int = setting(
        10, low=0, high=1000, unit="percent of a month's needs", prior=uniform(3, 25),
        help="what is asked each month of somebody who owes as much",
        source="assumed",
        because="a tenth of what somebody on a benefit lives on; plans and deductions differed from case to case",
    )  # fmt: skip

    @kernel
    def collect(
        claimed, overpaid, given_up, instalment, owed, really, dunned, fined, stratum, billed, unfounded, collected,
        collected_unfounded,
    ):  # fmt: skip
        asked = min(LARGEST, instalment) * ((given_up[0] & ALL) == 0)
        for i in range(owed.size):
            owed[i] += claimed[i]
            really[i] += overpaid[i]
            dunned[i] = 0
            if owed[i] > 0:
                due = min(asked, owed[i])
                just = min(due, max(0, really[i]))
                owed[i] -= due
                really[i] -= just
                fined[i] = min(LARGEST, fined[i] + due)
                dunned[i] = just < due
                billed[stratum[i]] += due > 0
                unfounded[stratum[i]] += just < due
                collected[stratum[i]] += due
                collected_unfounded[stratum[i]] += due - just

    @kernel
    def count(owed, parent_dunned, stratum, owing, children):
        for i in range(owed.size):
            owing[stratum[i]] += owed[i] > 0
        tally(parent_dunned, stratum, children)
