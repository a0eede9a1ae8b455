"""Scoring: a file that nobody sees, kept for life."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, loguniform, scaled, setting, table, uniform
from goodstanding.kernels import between, kernel, start
from goodstanding.mechanism import Scoring
from goodstanding.world import ALL, RECORD, VOICES, Column

UNREAD, GRAVE, POLITICAL = range(3)
"""How a file was last read: not yet, for grave acts only, for protected acts as well."""
LONG_AGO = 60


class LifelongFile(Scoring):
    """Everything is kept for life, unseen by whom it is about; what a reader finds decides until the next one reads.

    There is no score, no term and no notice, and nobody is told where they stand. A file is opened for some, by their
    schooling, and goes with them. Now and then somebody has to read it, for a post or a promotion: one grave act in it
    is enough to be turned away, however old, and for some readers a protected act as well. What is decided holds until
    the next reading; what is entered in between waits unseen. People do not learn why, so that the file deters nobody
    and teaches nobody. Forged and missing files, and files that are lost with the post, are left out.

    Sources: [world-of-chinese-2023]
    """

    columns = {
        "filed": Column(dtype="uint8", label="has a file", kept=True),
        "reader": Column(dtype="uint8", label="how the file was last read", kept=True),
        "opened": Column(dtype="uint8", label="month in which the file was last read", unit="months", kept=True),
        "latest": Column(dtype="uint8", label="month after that of the last entry that weighs", unit="months"),
    }
    writes = ("standing", "wanted", "losing")
    counts = {
        "files": "adults with a file",
        "readings": "files read this month",
        "marked": "adults whom what a reader found bars",
        "old": "of these, for nothing younger than five years",
    }

    classes: dict[str, int] = table(
        {"clear": 0, "marked": -1}, keys="classes", defines="classes", low=-1, high=0, unit="count", prior=exactly(),
        help="the names of those with nothing against them (0) and of those marked (-1)",
        source="assumed", because="a file holds something against a person or it does not",
    )  # fmt: skip
    covered: dict[str, float] = table(
        {"primary": 0.05, "lower": 0.2, "upper": 0.7, "college": 1.0}, keys="schooling", low=0, high=1, unit="share",
        prior=scaled(0.5, 1), help="adults with a file, by schooling",
        source="assumed",
        because="the urban and employed have one, villagers largely not; the model has no towns, so schooling stands "
        "for them",
    )  # fmt: skip
    reading: float = setting(
        0.02, low=0, high=1, unit="share once a month", prior=loguniform(0.005, 0.1),
        help="files that somebody reads in a month",
        source="assumed", because="about once in four years, as people change posts or are up for promotion",
    )  # fmt: skip
    grave_from: int = setting(
        35, low=1, high=101, unit="count", prior=uniform(20, 70), help="gravity from which an act marks a person",
        source="assumed", because="files hold penalties and appraisals; what a reader cannot overlook nobody laid down",
    )  # fmt: skip
    political: float = setting(
        0.8, low=0, high=1, unit="share", prior=uniform(0.3, 1),
        help="readings in which a protected act marks a person as well",
        source="assumed", because="political history is a part of the file; some readers shrug it off",
    )  # fmt: skip

    @start
    def file(schooling, age, draw_filed, covered, filed):
        for i in range(filed.size):
            has = np.int64(draw_filed[i]) < covered[schooling[i]]
            filed[i] = has & (age[i] > 0)

    @between
    def ask(grave_from, act_gravity, act_protected, given_up, wanted, losing):
        for k in range(act_gravity.size - 1):
            stands = (given_up[0] & ALL) == 0 and not (given_up[0] & VOICES and act_protected[k])
            kept = act_gravity[k] >= grave_from or act_protected[k] > 0
            wanted[0] |= np.int64(stands and kept) << k
            losing[0] |= np.int64(stands and kept) << k

    @kernel
    def read(month, draw_read, draw_reader, filed, reading, political, opened, reader, stratum, files, readings):
        for i in range(filed.size):
            if filed[i]:
                files[stratum[i]] += 1
                if np.int64(draw_read[i]) < reading:
                    opened[i] = month
                    reader[i] = POLITICAL if np.int64(draw_reader[i]) < political else GRAVE
                    readings[stratum[i]] += 1

    @kernel(copies=True)
    def judge(
        copy, entry_person, entry_act, entry_month, entry_flags, act_gravity, act_protected, act_seen_as, grave_from,
        wanted, filed, opened, reader, standing,
    ):  # fmt: skip
        standing[:] = 0
        for e in range(entry_person.size):
            i, k = entry_person[e], act_seen_as[entry_act[e]]
            if entry_flags[e] & copy and filed[i] and reader[i] != UNREAD and (wanted[0] >> k) & 1:
                weighs = act_gravity[k] >= grave_from or (act_protected[k] > 0 and reader[i] == POLITICAL)
                if weighs and entry_month[e] <= opened[i]:
                    standing[i] = 1

    @kernel
    def count(
        month, entry_person, entry_act, entry_month, entry_flags, act_gravity, act_protected, act_seen_as, grave_from,
        opened, standing, latest, stratum, marked, old,
    ):  # fmt: skip
        latest[:] = 0
        for e in range(entry_person.size):
            i, k = entry_person[e], act_seen_as[entry_act[e]]
            weighs = act_gravity[k] >= grave_from or act_protected[k] > 0
            if weighs and entry_flags[e] & RECORD and entry_month[e] <= opened[i]:
                latest[i] = max(np.int64(latest[i]), np.int64(entry_month[e]) + 1)
        for i in range(standing.size):
            if standing[i]:
                marked[stratum[i]] += 1
                old[stratum[i]] += month + 1 - np.int64(latest[i]) >= LONG_AGO
