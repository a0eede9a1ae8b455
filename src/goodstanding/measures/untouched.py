"""The floor of chaos: what happens to those whom no probe touched."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import tally


class Untouched(Measure):
    """What adults whom the scheme's placebo did not pick do and suffer.

    Laid against `full`, an arm in which the placebo gives its entries shows here what one small entry passes on to
    others, by chance and by crowding the list: a floor for what is called harm. Both arms pick the same people. Without
    a placebo everybody is untouched.
    """

    of_scheme = True
    unit = "adults"
    better = "neither"
    counts = {
        "untouched": "adults whom no probe picked",
        "shut_out": "of them barred from anything, for themselves or for a partner",
        "named": "of them named on a public list",
        "owing": "of them with savings below nought",
        "voices": "of them speaking up",
        "active": "of them with any act of the catalogue",
    }
    per = {count: "untouched" for count in counts if count != "untouched"}

    @kernel
    def count(touched, age, barred, listed, cushion, spoke, acts, stratum, counts):
        free = np.empty(touched.size, np.uint8)
        these = np.empty(touched.size, np.uint8)
        for i in range(touched.size):
            free[i] = (age[i] > 0) & (touched[i] == 0)
        tally(free, stratum, counts[0])
        for i in range(touched.size):
            these[i] = free[i] & (barred[i] > 0)
        tally(these, stratum, counts[1])
        for i in range(touched.size):
            these[i] = free[i] & (listed[i] > 0)
        tally(these, stratum, counts[2])
        for i in range(touched.size):
            these[i] = free[i] & (cushion[i] < 0)
        tally(these, stratum, counts[3])
        for i in range(touched.size):
            these[i] = free[i] & (spoke[i] > 0)
        tally(these, stratum, counts[4])
        for i in range(touched.size):
            these[i] = free[i] & (acts[i] != 0)
        tally(these, stratum, counts[5])
