"""The floor of chaos: what happens to those whom no probe touched."""

from __future__ import annotations

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
    def count(touched, age, barred, listed, cushion, spoke, acts, room, stratum, counts):
        for i in range(touched.size):
            room[i] = (age[i] > 0) & (touched[i] == 0)
        tally(room, stratum, counts[0])
        for i in range(touched.size):
            room[i] = (age[i] > 0) & (touched[i] == 0) & (barred[i] > 0)
        tally(room, stratum, counts[1])
        for i in range(touched.size):
            room[i] = (age[i] > 0) & (touched[i] == 0) & (listed[i] > 0)
        tally(room, stratum, counts[2])
        for i in range(touched.size):
            room[i] = (age[i] > 0) & (touched[i] == 0) & (cushion[i] < 0)
        tally(room, stratum, counts[3])
        for i in range(touched.size):
            room[i] = (age[i] > 0) & (touched[i] == 0) & (spoke[i] > 0)
        tally(room, stratum, counts[4])
        for i in range(touched.size):
            room[i] = (age[i] > 0) & (touched[i] == 0) & (acts[i] != 0)
        tally(room, stratum, counts[5])
