"""Observation: a scheme takes in what people tell about each other."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import between, helper, kernel
from goodstanding.likeness import by_rate
from goodstanding.luck import luck
from goodstanding.mechanism import Observation
from goodstanding.mechanisms.conduct.informing import DUTY, ERROR, MALICE, TRULY
from goodstanding.record import LIVE, enter
from goodstanding.tally import lowest
from goodstanding.world import INVENTED, MALICIOUS, MISREAD, RECORD, SEEN, TOLD, TRUE, TWIN, Column


@helper
def foremost(acts, worth):
    """The act of a set that is worth most, the first of equals, or -1 where the set is empty."""
    best = -1
    while acts != 0:
        k = lowest(acts)
        acts &= acts - 1
        if best < 0 or worth[k] > worth[best]:
            best = k
    return best


class Tips(Observation):
    """Anybody may report anybody to the scheme: what is told goes on file, true or not, and may be paid for.

    From its second month on the scheme asks for reports of every act that loses points. Some reports are examined, and
    some of the false ones among them are found out; all others go on file. A true report adds one act of the month
    before that no agency filed: the gravest where duty told, the easiest to see where the reward did. A false one names
    an act that the person did not do the month before and that is not on file, by how common such acts are. Nobody is
    punished for a false report, and none is taken about somebody outside the scheme. In the world without the scheme
    nobody tells: there a report stands only for an act that the person did there as well.

    Sources: [atlantic-2011] [chinascope-2018] [global-times-2017]
    """

    columns = {"on_file": Column(dtype="int64", label="acts that are on file already this month, one bit each")}
    writes = ("hotline", "bounty", "new_person")
    counts = {
        "received": "reports received",
        "accepted_true": "reports filed about what the person did",
        "accepted_false": "reports filed about what nobody did",
        "exposed": "false reports found out",
        "officer_hours": "officers' hours spent on examining reports",
    }

    reward: int = setting(
        0, low=0, high=1000, unit="percent of a month's needs", prior=uniform(0, 50), help="paid for every report",
        source="assumed",
        because="none is reported from Suining; elsewhere rewards went from a few dollars to fortunes",
    )  # fmt: skip
    verification: float = setting(
        0.3, low=0, high=1, unit="share", prior=uniform(0.05, 0.9), help="reports that somebody examines",
        source="assumed", because="the share of reports that were checked was not even disclosed where it was asked",
    )  # fmt: skip
    exposure: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0.1, 0.9), help="false reports found out when examined",
        source="assumed", because="it is hard to show that something did not happen; nobody has measured how often",
    )  # fmt: skip
    hours: int = setting(
        2, low=0, high=1000, unit="count", prior=uniform(1, 8), help="officers' hours to examine a report",
        source="assumed", because="a visit and a note",
    )  # fmt: skip

    @between
    def ask(losing, reward, hotline, bounty):
        hotline[0] |= losing[0]
        bounty[0] = max(bounty[0], reward * np.int64(losing[0] != 0))

    @kernel
    def look_up(month, entry_person, entry_act, entry_month, entry_origin, entry_flags, on_file):
        on_file[:] = 0
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            stands = (TRUE >> np.int64(entry_origin[e])) & 1 and entry_flags[e] & LIVE
            on_file[entry_person[e]] |= np.int64(stands != 0) << np.int64(entry_act[e])
            e -= 1

    @kernel
    def take(
        month, first, seed, use_examine, use_expose, use_name, reported, last_acts, acts_without, losing,
        act_seen_as, act_rate, act_gravity, act_detectability, on_file, outside, verification, exposure, hours, stratum,
        received, accepted_true, accepted_false, exposed, officer_hours, new_person, new_act, new_origin, new_flags,
        new_count,
    ):  # fmt: skip
        asked, common = np.int64(0), np.int64(0)
        for k in range(act_seen_as.size - 1):
            asked |= ((losing[0] >> act_seen_as[k]) & 1) << k
        for k in range(act_seen_as.size - 1):
            if (asked >> k) & 1 and act_seen_as[k] == k:
                common |= np.int64(1) << k
        for i in range(reported.size):
            if reported[i] == 0 or asked == 0 or outside[i]:
                continue
            person, s = first + i, stratum[i]
            left, motive = reported[i], DUTY
            while left:
                for n in range(left & 31):
                    which = 32 * motive + n
                    received[s] += 1
                    examined = np.int64(luck(seed, use_examine, month, person, which)) < verification
                    officer_hours[s] += hours * examined
                    if (TRULY >> motive) & 1:
                        missed = last_acts[i] & asked & ~on_file[i]
                        k = foremost(missed, act_gravity if motive == DUTY else act_detectability)
                        if k >= 0:
                            flags = RECORD | SEEN | (((acts_without[i] >> k) & 1) * TWIN)
                            enter(new_person, new_act, new_origin, new_flags, new_count, i, k, TOLD, flags)
                            on_file[i] |= np.int64(1) << k
                            accepted_true[s] += 1
                    elif examined and np.int64(luck(seed, use_expose, month, person, which)) < exposure:
                        exposed[s] += 1
                    elif common & ~last_acts[i] & ~on_file[i]:  # what was not done, and is not on file already
                        undone = common & ~last_acts[i] & ~on_file[i]
                        k = by_rate(undone, act_rate, np.int64(luck(seed, use_name, month, person, which)), 2)
                        on_file[i] |= np.int64(1) << k
                        origin = MISREAD if motive == ERROR else MALICIOUS if motive == MALICE else INVENTED
                        enter(new_person, new_act, new_origin, new_flags, new_count, i, k, origin, RECORD)
                        accepted_false[s] += 1
                left >>= 5
                motive += 1
