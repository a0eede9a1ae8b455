"""Attack: people keep out of sight."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Attack
from goodstanding.tally import tally
from goodstanding.world import OWN, RECORD, SEEN, Column


class Evasion(Attack):
    """People who have the scheme on their mind and some money to spare go out of their way not to be seen.

    They pay cash, take the longer road, use another's name: it costs them each month, and of what agencies would note
    of them a share goes unseen. They do as before; only the file knows less. A neighbour's report still reaches it. Who
    gives it a thought is drawn afresh each month, the more likely the more the scheme is on the mind.
    """

    touches = "observation"
    columns = {"hides": Column(dtype="uint8", label="keeps out of sight this month")}
    writes = ("entry_flags", "drained")
    relies_on = ("told",)
    counts = {"evading": "adults who keep out of sight", "unseen_acts": "acts that went unseen by it"}

    reach: float = setting(
        0.05, low=0, high=1, unit="share once a month", prior=uniform(0, 0.2),
        help="of those with the scheme most on their mind who keep out of sight",
        source="assumed", because="most have nothing to hide or no time for it; nought is in the range",
    )  # fmt: skip
    success: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0.1, 0.9), help="of what would be noted that goes unseen",
        source="assumed", because="some acts can be hidden and some cannot; nobody has measured it",
    )  # fmt: skip
    cost: int = setting(
        3, low=0, high=1000, unit="percent of a month's needs", prior=uniform(0, 15), help="what it costs in a month",
        source="assumed", because="a day's detours and fees",
    )  # fmt: skip

    @kernel
    def withdraw(draw_thought, told, salience, cushion, reach, cost, hides, drained, stratum, evading):
        for i in range(hides.size):
            minded = np.int64(draw_thought[i]) < (reach * np.int64(salience[i])) >> 8
            hides[i] = minded & (told[i] > 0) & (np.int64(cushion[i]) - np.int64(drained[i]) >= cost)
        for i in range(hides.size):
            drained[i] += cost * np.int64(hides[i])
        tally(hides, stratum, evading)

    @kernel
    def hide(
        month, first, seed, use_act, hides, entry_person, entry_act, entry_month, entry_origin, entry_flags, success,
        stratum, unseen_acts,
    ):  # fmt: skip
        e = entry_person.size - 1
        while e >= 0 and np.int64(entry_month[e]) == month:
            i, flags = entry_person[e], np.int64(entry_flags[e])
            noted = hides[i] and entry_origin[e] == OWN and flags & RECORD
            if noted and np.int64(luck(seed, use_act, month, first + i, entry_act[e])) < success:
                entry_flags[e] = flags & ~(RECORD | SEEN)
                unseen_acts[stratum[i]] += 1
            e -= 1
