"""Measure 5: who answers for the family."""

from __future__ import annotations

from goodstanding.kernels import kernel
from goodstanding.measures import Measure
from goodstanding.society import CHILD, SPOUSE
from goodstanding.tally import tally


class Relatives(Measure):
    """How many children and partners a scheme bars for somebody else's sake, and how many of them for nothing else.

    What is left after every safeguard; a child or partner barred in a month counts once, from however many domains. In
    the arms `ghost` and `aware` nobody learns of anybody's class, so that there are none.
    """

    of_scheme = True
    unit = "people"
    better = "lower"
    counts = {
        "child_months": "children barred for a parent's sake",
        "spouse_months": "adults barred for a partner's sake",
        "only": "children and partners barred for somebody else's sake alone",
        "children": "children with their parents",
        "partners": "adults who live with a partner",
        "kin": "children and partners",
    }
    per = {"child_months": "children", "spouse_months": "partners", "only": "kin"}

    @kernel
    def count(family_barred, restricted, role, room, stratum, counts):
        for i in range(role.size):
            if family_barred[i]:
                counts[0 if role[i] == CHILD else 1, stratum[i]] += 1
                counts[2, stratum[i]] += restricted[i] == 0
        for i in range(role.size):
            room[i] = role[i] == CHILD
        tally(room, stratum, counts[3])
        for i in range(role.size):
            room[i] = 2 * (role[i] == SPOUSE)  # a household has one income tenth, so both are counted here
        tally(room, stratum, counts[4])
        for s in range(counts.shape[1]):
            counts[5, s] = counts[3, s] + counts[4, s]
