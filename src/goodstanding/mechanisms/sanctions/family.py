"""Sanction: the family is drawn in."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, rows_named, table
from goodstanding.kernels import kernel
from goodstanding.mechanism import Sanction

KIN = ("child", "partner")
CHILD, PARTNER = range(2)
rows_named("kin", lambda: KIN)


class Family(Sanction):
    """Children and partners are barred from domains of life for what somebody else in the family did.

    Whoever stands in a class that draws the family in is condemned; a month later the minor children and the partner
    are barred, and for as long. Nobody is rated for it, and nothing of it is in their own record. Grown children and
    parents are left out. Of judgment defaulters, high-fee private schools are documented, and one student's place that
    was held up over the father's debt until he paid; of Suining, only vetting and priority at school are told.

    Sources: [clt-2016-opinions] [wenzhou-2018]
    """

    writes = ("condemned", "family_barred")
    counts = {
        "children_barred": "children barred for a parent's sake, before any safeguard",
        "partners_barred": "adults barred for a partner's sake, before any safeguard",
    }

    drawn_in: dict[str, int] = table(
        {}, keys="classes", low=0, high=1, unit="count", prior=exactly(),
        help="classes that draw the family in, each marked 1",
        source="assumed", because="empty until a scenario names the class",
    )  # fmt: skip
    domains: dict[str, list[str]] = table(
        {}, keys="kin", among=tuple(SANCTION_DOMAINS), otherwise=(), unit="names", prior=exactly(),
        help="domains that a child or a partner is barred from",
        source="assumed", because="empty until a scenario names what follows",
    )  # fmt: skip

    @kernel
    def condemn(standing, age, outside, drawn_in, condemned):
        condemned[:] = 0
        for c in range(drawn_in.size):
            if drawn_in[c]:
                for i in range(condemned.size):
                    condemned[i] |= (standing[i] == c) & (age[i] > 0) & (outside[i] == 0)

    @kernel
    def extend(parent_condemned, spouse_condemned, domains, family_barred):
        for i in range(family_barred.size):
            for_parent = domains[CHILD] * np.int64(parent_condemned[i])
            family_barred[i] = for_parent | domains[PARTNER] * np.int64(spouse_condemned[i])

    @kernel
    def count(family_barred, parent_condemned, stratum, children_barred, partners_barred):
        for i in range(family_barred.size):
            if family_barred[i]:
                children_barred[stratum[i]] += parent_condemned[i]
                partners_barred[stratum[i]] += 1 - np.int64(parent_condemned[i])
