"""Measure 7: who stays with whom."""

from __future__ import annotations

import numpy as np

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import how_many, tally


class Association(Measure):
    """Ties kept, cut and formed, and whether the people around whoever is named on a list stay.

    A tie has two ends and is open where neither keeps it closed; ends are counted. A meeting is an adult and one person
    around, household included, who was on a list the month before. Trust is the share of meetings after which the adult
    kept the tie (`stayed`); dealings refused and not refused are counted by dealing. Segregation is how many such
    people adults on a list have around them, against how many the others have. `refused` counts whoever lost income to
    refused dealings or to being looked up.
    """

    unit = "adults"
    persons = "on_list"
    better = "neither"
    objective = "never"
    counts = {
        "cut_ends": "tie ends cut because of a list",
        "formed_ends": "tie ends opened or taken up again",
        "open_ends": "tie ends kept open",
        "refused": "adults who lost income to refused dealings or to being looked up",
        "on_list": "adults on a list",
        "off_list": "adults on no list",
        "around_the_listed": "listed people around adults on a list",
        "around_others": "listed people around adults on no list",
        "meetings": "meetings with somebody listed",
        "stayed": "meetings with somebody listed after which the tie was kept",
    }
    per = {"around_the_listed": "on_list", "around_others": "off_list", "stayed": "meetings"}

    @kernel
    def count(closed, cut, formed, spurned, listed, around_listed, age, tied, room, stratum, counts):
        for i in range(closed.size):
            room[i] = how_many(~np.int64(closed[i]) & np.int64(tied[i])) * (age[i] > 0)
        tally(room, stratum, counts[2])
        for i in range(closed.size):
            room[i] = (formed[i] > 0) & (age[i] > 0)
        tally(room, stratum, counts[1])
        for i in range(closed.size):
            room[i] = (spurned[i] > 0) & (age[i] > 0)
        tally(room, stratum, counts[3])
        tally(listed, stratum, counts[4])
        for i in range(closed.size):
            room[i] = (listed[i] == 0) & (age[i] > 0)
        tally(room, stratum, counts[5])
        for i in range(closed.size):
            if (around_listed[i] > 0) & (age[i] > 0):
                s, left, met = stratum[i], how_many(np.int64(cut[i])), np.int64(around_listed[i])
                counts[0, s] += left
                counts[7 - np.int64(listed[i]), s] += met
                counts[8, s] += met
                counts[9, s] += met - left
