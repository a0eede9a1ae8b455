"""Measure 1: who is barred from what."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import lowest
from goodstanding.world import Column


class Sanctions(Measure):
    """How many people a scheme bars, how many of them newly, and from which domains of life.

    Stock: adults barred from anything in the month. Flow: those who were not the month before. A month in which
    a person is barred from two domains counts once in `people` and once in each domain. Who is barred for the sake of a
    parent or partner is counted by `relatives`, and not here.
    In the arms `ghost` and `aware` these are the restrictions that the record would bring; nobody feels them.
    """

    of_scheme = True
    unit = "adults"
    better = "lower"
    columns = {"was": Column(dtype="uint8", label="was barred the month before", kept=True)}
    leads = ("people",)
    counts = {
        "people": "adults barred from anything in their own name", "new": "adults newly barred",
        **{domain: f"adults barred from {label}" for domain, label in SANCTION_DOMAINS.items()},
    }  # fmt: skip

    @kernel
    def count(restricted, was, stratum, counts):
        for i in range(restricted.size):
            if restricted[i]:
                counts[0, stratum[i]] += 1
                counts[1, stratum[i]] += was[i] == 0
                left = np.int64(restricted[i])
                while left:
                    counts[2 + lowest(left), stratum[i]] += 1
                    left &= left - 1
        for i in range(restricted.size):
            was[i] = restricted[i] > 0
