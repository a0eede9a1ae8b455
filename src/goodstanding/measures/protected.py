"""Measure 3: who is punished for what everybody has a right to do."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import ARTICLES
from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.world import RECORD, Column


class Protected(Measure):
    """Entries about protected acts that cost points, who holds one, and who of those is barred from something.

    Protected is what the Covenant on Civil and Political Rights names: an act counts under its article. This says what
    people hold, not yet what alone would have sufficed to bar them; whether the entry is true makes no difference.
    """

    of_scheme = True
    unit = "adults"
    better = "lower"
    objective = "never"
    columns = {"articles": Column(dtype="uint8", label="articles of the protected acts on record, one bit each")}
    counts = {
        "fresh": "entries of this month about protected acts",
        "standing_now": "entries about protected acts that cost points",
        "holders": "adults with such an entry",
        "shut_out": "adults with such an entry who are barred from something",
        **{f"holders_{n}": f"adults with an entry about {label} (ICCPR {n})" for n, label in ARTICLES.items()},
        **{f"shut_out_{n}": f"adults barred with an entry about {label} (ICCPR {n})" for n, label in ARTICLES.items()},
    }
    per = {count: count.replace("shut_out", "holders") for count in counts if count.startswith("shut_out")}

    @kernel
    def look(
        month, entry_person, entry_act, entry_month, entry_flags, act_protected, act_seen_as, losing, articles,
        stratum, counts,
    ):  # fmt: skip
        articles[:] = 0
        for e in range(entry_person.size):
            article = act_protected[entry_act[e]]
            if article and entry_flags[e] & RECORD and (losing[0] >> act_seen_as[entry_act[e]]) & 1:
                i = entry_person[e]
                articles[i] |= article
                counts[0, stratum[i]] += np.int64(entry_month[e]) == month
                counts[1, stratum[i]] += 1

    @kernel
    def count(articles, restricted, stratum, counts):
        for i in range(articles.size):
            if articles[i]:
                s, out, left = stratum[i], np.int64(restricted[i] > 0), np.int64(articles[i])
                counts[2, s] += 1
                counts[3, s] += out
                for n in range(4):
                    counts[4 + n, s] += (left >> n) & 1
                    counts[8 + n, s] += (left >> n) & out
