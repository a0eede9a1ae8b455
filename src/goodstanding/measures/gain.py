"""Measure 14: what a scheme is for: less harm done by people to each other."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import PATHS
from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.tally import lowest

HARM, UNABLE, FALSE, ACTS, PEOPLE = 0, *range(len(PATHS) + 1, len(PATHS) + 5)
"""The rows of the counts; after the first comes one for each path, in the order of the catalogue."""


class Gain(Measure):
    """How much people harm each other, all of it, whether or not anybody sees or punishes it.

    Each act that harms somebody and is not protected weighs its gravity (0 to 100, a scale of our own), in the month in
    which it is done; what a scheme has on record makes no difference. The gain of an arm is how much less there is of
    it than without the scheme. Displaced harm is in the sum and apart: acts that hardship, grievance or broken ties
    lead to can rise while all others fall. A payment missed for want of money harms a creditor, and so is in the sum;
    it is nobody's choice, and so stands apart as well. What a scheme invites stands beside it: false accusations have
    no gravity in the catalogue. All harmful acts of the catalogue come from society, none from gaming a scheme. One act
    of a kind counts once a month, so that harm done again and again is counted too low.
    """

    unit = "points of gravity"
    persons = "people"
    better = "lower"
    objective = "never"
    leads = ("harm",)
    counts = {
        "harm": "harm done, in points of gravity",
        "direct": "harm by acts that no scheme leads to, in points of gravity",
        "livelihood": "harm by acts that hardship leads to, in points of gravity",
        "grievance": "harm by acts that grievance leads to, in points of gravity",
        "tie": "harm by acts that broken ties lead to, in points of gravity",
        "unable": "harm by payments missed for want of money, in points of gravity",
        "false_accusations": "adults who set out to accuse somebody falsely",
        "harmful_acts": "acts that harm somebody and are not protected",
        "people": "adults who did such an act",
    }

    @kernel
    def weigh(acts, act_gravity, act_protected, act_path, act_seen_as, stratum, counts):
        harmful = np.int64(0)
        for k in range(act_gravity.size - 1):
            harmful |= np.int64(act_gravity[k] > 0 and act_protected[k] == 0) << k
        for i in range(acts.size):
            left = acts[i] & harmful
            if left != 0:
                s = stratum[i]
                counts[PEOPLE, s] += 1
                while left != 0:
                    k = lowest(left)
                    left &= left - 1
                    counts[HARM, s] += act_gravity[k]
                    counts[1 + act_path[k], s] += act_gravity[k]
                    if act_seen_as[k] != k:
                        counts[UNABLE, s] += act_gravity[k]
                    counts[ACTS, s] += 1

    @kernel
    def accuse(accuses, stratum, counts):
        for i in range(accuses.size):
            if accuses[i]:
                counts[FALSE, stratum[i]] += 1
