"""Sanction: whoever stands high comes first."""

from __future__ import annotations

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, table
from goodstanding.kernels import kernel
from goodstanding.mechanism import Sanction
from goodstanding.tally import tally


class Rewards(Sanction):
    """People of a class come first in domains of life, as long as anybody is rated; it is worked out each month.

    The same is worked out on each copy of the record, so that one can say who lost a reward to a false entry.
    Coming first brings some income where people depend on it, and approval: see livelihood and support. Whoever comes
    first pushes somebody else back; that loss is followed by a queue alone.

    Sources: [suining-reports]
    """

    writes = ("rewarded",)
    counts = {"favours": "adults whom the class puts first in something, before any safeguard"}

    domains: dict[str, list[str]] = table(
        {}, keys="classes", among=tuple(SANCTION_DOMAINS), otherwise=(), unit="names", prior=exactly(),
        help="domains in which a class comes first",
        source="assumed", because="empty until a scenario names what good standing brings",
    )  # fmt: skip

    @kernel(copies=True)
    def favour(standing, age, outside, wanted, domains, rewarded):
        rewarded[:] = 0
        for c in range(domains.size):
            given = domains[c] * (wanted[0] != 0)
            if given:
                for i in range(rewarded.size):
                    rewarded[i] |= given * ((standing[i] == c) & (age[i] > 0) & (outside[i] == 0))

    @kernel
    def count(rewarded, room, stratum, favours):
        for i in range(rewarded.size):
            room[i] = rewarded[i] > 0
        tally(room, stratum, favours)
