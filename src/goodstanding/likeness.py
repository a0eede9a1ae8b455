"""Likeness: who is taken for whom, because of a name that others bear or a face that others look like.

Nobody has a name or a face here. There are classes of people who share a name, a few large and many small, looked up
from one's place among the people of a county and group; and there are counts of comparisons and the chance of each to
go wrong. For which act somebody is taken who did none of them follows from how common the acts are.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from goodstanding.card import loguniform, setting
from goodstanding.kernels import helper
from goodstanding.luck import times

CERTAIN = 1 << 32
TRILLION = 10**12
SPREAD = 2_654_435_769
"""Gives every name a turn of its own out of a month's: the golden section of 2^32."""
PER_TRILLION: Any = setting(
    1000, low=0, high=100_000_000, unit="count", prior=loguniform(10, 1_000_000),
    help="false matches among a trillion comparisons of two different people",
    source="assumed",
    because="none was published for the systems; tested ones lie between one in a million and far less than one in a "
    "billion",
)  # fmt: skip
"""How often an engine errs, as a setting."""


@helper
def first_of(county: Any, group: Any, others_county: Any, others_group: Any) -> Any:
    """The first person of a county and group, or of those that come next."""
    low, high = np.int64(0), np.int64(others_group.size)
    while low < high:
        middle = (low + high) >> 1
        if (np.int64(others_county[middle]) - county) * 256 + np.int64(others_group[middle]) - group < 0:
            low = middle + 1
        else:
            high = middle
    return low


@helper
def namesakes(place: Any, count: Any, most: Any) -> Any:
    """Who bears the same name among `count` people: how many, the first of them, the step to the next, and one's place.

    The names of every octave are borne by half as many people each as those of the octave before, and by as many
    people together: the heavy tail of Zipf's law, from `most` bearers down to one.
    """
    octaves = np.int64(0)
    while most >> octaves:
        octaves += 1
    octave, within = place % octaves, place // octaves
    people = (count - octave + octaves - 1) // octaves
    bearers = most >> octave
    names = (people + bearers - 1) // bearers
    name = within % names
    return (people - name + names - 1) // names, octave + octaves * name, octaves * names, within // names


@helper
def taken_for(place: Any, count: Any, most: Any, turn: Any) -> Any:
    """How many bear one's name, and for whom of them one is taken this month: two people for each other, or nobody."""
    same, start, step, at = namesakes(place, count, most)
    own_turn = (turn + start * SPREAD) & (CERTAIN - 1)
    return same, start + step * ((((own_turn * same) >> 32) - at) % same)


@helper
def passes(bearers: Any, alike: Any) -> Any:
    """The chance on 2^32 that a record by name goes to a namesake, given that one of the others was tried.

    Each of the others passes for the right person with chance `alike`, and one of those who pass is picked blindly:
    1 - (1 - (1 - alike)^bearers) / (bearers alike) go wrong in all.
    """
    if bearers < 2 or alike == 0:
        return np.int64(0)
    unlike = np.int64(CERTAIN)
    for _ in range(bearers):
        unlike = times(unlike, CERTAIN - alike)
    right = ((CERTAIN - unlike) << 20) // (bearers * alike)
    return (((1 << 20) - right) << 12) * bearers // (bearers - 1)


@helper
def per_search(gallery: Any, tested: Any, per_trillion: Any, growth: Any, candidates: Any) -> Any:
    """False matches expected from one search, in trillionths, at most as many as are looked at.

    Up to the gallery in which the rate was measured, photos times rate; beyond, each doubling adds `growth` percent.
    """
    most = candidates * TRILLION
    size = min(gallery, tested)
    expected = min(most, per_trillion * size)
    while gallery >= 2 * size:
        expected = min(most, expected * (100 + growth) // 100)
        size *= 2
    further = ((gallery - size) << 10) // size
    return min(most, expected + ((expected * growth // 100 * further) >> 10))


@helper
def in_thresholds(trillionths: Any) -> Any:
    """A number in trillionths as one on 2^32."""
    return trillionths // 1000 * 4_294_967 // 1_000_000


@helper
def kinds_of(sought: Any, act_seen_as: Any) -> Any:
    """The kinds of act that people are sought for, as they are seen, one bit each."""
    kinds = np.int64(0)
    for k in range(act_seen_as.size - 1):
        kinds |= np.int64(sought[k] > 0 and act_seen_as[k] == k) << k
    return kinds


@helper
def rates_of(acts: Any, rate: Any) -> Any:
    """The rates of a set of acts, added up."""
    total = np.int64(0)
    for k in range(rate.size - 1):
        total += rate[k] * ((acts >> k) & 1)
    return total


@helper
def by_rate(acts: Any, rate: Any, draw: Any, spare: Any) -> Any:
    """The act of a set that a draw of 32 bits falls on where each takes room by its rate, or -1 where none has any.

    The sum of the rates loses its last `spare` bits first, so that its product with the draw has room in 63.
    """
    left = (draw * (rates_of(acts, rate) >> spare)) >> (32 - spare)
    for k in range(rate.size - 1):
        if (acts >> k) & 1:
            if left < rate[k]:
                return k
            left -= rate[k]
    return -1
