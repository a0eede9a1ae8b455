"""A measure for tests alone: what the scheme holds of everybody, month by month, so that a test can look at persons.

It is loaded by `worlds.mirrored`, and nothing outside the tests knows of it.
"""

from __future__ import annotations

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.world import Column


class Mirror(Measure):
    """Score, class and restrictions of everybody, in the record and in the seen shadow."""

    of_scheme = True
    columns = {
        "score_now": Column(dtype="int32", label="score", kept=True),
        "standing_now": Column(dtype="uint8", label="class", kept=True),
        "barred_now": Column(dtype="uint16", label="restrictions", kept=True),
        "barred_as_seen": Column(dtype="uint16", label="restrictions in the seen shadow", kept=True),
    }
    counts = {"adults": "adults that were looked at"}

    @kernel
    def look(
        score, standing, restricted, seen_restricted, age, stratum,
        score_now, standing_now, barred_now, barred_as_seen, adults,
    ):  # fmt: skip
        for i in range(score_now.size):
            score_now[i] = score[i]
            standing_now[i] = standing[i]
            barred_now[i] = restricted[i]
            barred_as_seen[i] = seen_restricted[i]
            if age[i] > 0:
                adults[stratum[i]] += 1
