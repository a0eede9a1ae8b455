"""Safeguard: what people are barred from must have to do with what they did."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import RELATED, SANCTION_DOMAINS
from goodstanding.card import exactly, setting, table, uniform
from goodstanding.kernels import kernel, start
from goodstanding.mechanism import Safeguard
from goodstanding.world import RECORD, Column


class PurposeLimit(Safeguard):
    """People are barred only from what is related to something they lose points for.

    A restriction stands where at least one losing entry of the same copy is about an act of a domain related to it,
    and is lifted otherwise, month by month. The class stays as it is, and so does everything told or published. What
    befalls a child or partner for somebody's sake is left out: they have no entry of their own in it. Whom the limit
    reaches is drawn once and for all.
    """

    touches = "sanctions"
    columns = {
        "reached": Column(dtype="uint8", label="is covered by the limit", kept=True),
        "related_to": Column(dtype="uint16", label="domains related to losing entries, one bit each"),
    }
    writes = ("restricted",)
    counts = {"lifted": "months in which something that a person was barred from was lifted"}

    related: dict[str, list[str]] = table(
        RELATED,
        keys="act_domains", among=tuple(SANCTION_DOMAINS), otherwise=(), unit="names", prior=exactly(),
        help="what an act of a domain may bar people from",
        source="assumed",
        because="the same debt, trade or service; to drive is not to trade, and protected acts are related to nothing",
    )  # fmt: skip
    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="of the people whom the limit covers",
        source="assumed", because="a limit in law covers everybody; agencies may keep to it or not",
    )  # fmt: skip

    @start
    def cover(draw_covered, reach, reached):
        for i in range(reached.size):
            reached[i] = np.int64(draw_covered[i]) < reach

    @kernel(copies=True)
    def lift(
        copy, entry_person, entry_act, entry_flags, act_seen_as, act_domain, act_room, losing, related, reached,
        related_to, restricted, stratum, lifted,
    ):  # fmt: skip
        worth = act_room[0]
        for k in range(worth.size):
            seen = act_seen_as[k]
            worth[k] = related[act_domain[seen]] * ((losing[0] >> seen) & 1)
        for i in range(reached.size):
            related_to[i] = 0xFFFF * (1 - np.int64(reached[i]))
        for e in range(entry_person.size):
            if entry_flags[e] & copy:
                related_to[entry_person[e]] |= worth[entry_act[e]]
        if copy == RECORD:
            for i in range(restricted.size):
                if restricted[i] & ~related_to[i]:
                    lifted[stratum[i]] += 1
        for i in range(restricted.size):
            restricted[i] &= related_to[i]
