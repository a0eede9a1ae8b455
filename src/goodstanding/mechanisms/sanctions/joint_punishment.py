"""Sanction: many agencies bar whoever one of them has listed."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, table, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Sanction
from goodstanding.world import Column

DOMAINS = len(SANCTION_DOMAINS)
WHOLE = 100


class JointPunishment(Sanction):
    """One breach, limits everywhere: people of a class are shut out by every agency that has joined.

    In each domain of life a share of the agencies has joined. Which of them somebody has to do with is drawn for each
    person and domain once and for all, the same in every arm, so that two people on the same list are not barred from
    the same things. It takes the place of plain restrictions; a scheme has the one or the other. The same is worked out
    on each copy of the record.

    Sources: [clt-2016-opinions] [nesta-redlists]
    """

    columns = {
        "joined": Column(dtype="uint16", label="domains in which the person's agency has joined", scope="luck"),
    }
    writes = ("restricted",)
    counts = {
        "months_shut_out": "months, by domain, for which an agency that has joined bars people, before any safeguard",
        "months_let_in": "months, by domain, for which an agency that has not joined lets listed people in",
    }

    punished: dict[str, int] = table(
        {}, keys="classes", low=0, high=1, unit="count", prior=exactly(),
        help="classes that the agencies shut out, each marked 1",
        source="assumed", because="empty until a scenario names the class",
    )  # fmt: skip
    joining: dict[str, int] = table(
        {}, keys="sanction_domains", low=0, high=WHOLE, unit="percent", prior=uniform(0, WHOLE),
        help="agencies of each domain that have joined",
        source="assumed", because="empty until a scenario names the domains; who joins on paper may not do it",
    )  # fmt: skip

    def brings(self) -> set[str]:
        return super().brings() | {f"restricted.{domain}" for domain, share in self.joining.items() if share}

    @kernel
    def join(first, seed, use_agency, joining, joined):
        for i in range(joined.size):
            joined[i] = 0
        for d in range(DOMAINS):
            if joining[d]:
                for i in range(joined.size):
                    has = (np.int64(luck(seed, use_agency, 0, first + i, d)) * WHOLE) >> 32 < joining[d]
                    joined[i] |= np.int64(has) << d

    @kernel(copies=True)
    def punish(standing, age, outside, punished, joined, restricted):
        for c in range(punished.size):
            if punished[c]:
                for i in range(restricted.size):
                    restricted[i] |= joined[i] * ((standing[i] == c) & (age[i] > 0) & (outside[i] == 0))

    @kernel
    def count(standing, age, punished, joining, restricted, stratum, months_shut_out, months_let_in):
        for c in range(punished.size):
            if punished[c]:
                for i in range(restricted.size):
                    if standing[i] == c and age[i] > 0:
                        for d in range(DOMAINS):
                            out = (np.int64(restricted[i]) >> d) & 1
                            months_shut_out[stratum[i]] += out
                            months_let_in[stratum[i]] += joining[d] > 0 and not out
