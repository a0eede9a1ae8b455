"""Sanction: whoever stands low is barred."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, table
from goodstanding.kernels import kernel
from goodstanding.mechanism import Sanction
from goodstanding.tally import how_many


class Restrictions(Sanction):
    """People of a class are shut out of domains of life; what is barred is worked out afresh each month.

    The same is worked out on each copy of the record, so that one can say what a sanction rests on. Being barred costs
    income, relief and credit where people depend on them, and angers them: see livelihood, borrowing and voice.
    """

    writes = ("restricted",)
    counts = {"months_barred": "months, by domain, for which the class bars people, before any safeguard"}

    domains: dict[str, list[str]] = table(
        {}, keys="classes", among=tuple(SANCTION_DOMAINS), otherwise=(), unit="names", prior=exactly(),
        help="domains that a class is barred from",
        source="assumed", because="empty until a scenario names what follows",
    )  # fmt: skip

    def brings(self) -> set[str]:
        return super().brings() | {f"restricted.{domain}" for barred in self.domains.values() for domain in barred}

    @kernel(copies=True)
    def restrict(standing, age, outside, domains, restricted):
        for c in range(domains.size):
            if domains[c]:
                for i in range(restricted.size):
                    restricted[i] |= domains[c] * ((standing[i] == c) & (age[i] > 0) & (outside[i] == 0))

    @kernel
    def count(restricted, stratum, months_barred):
        for i in range(restricted.size):
            if restricted[i]:
                months_barred[stratum[i]] += how_many(np.int64(restricted[i]))
