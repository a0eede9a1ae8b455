"""The people around: a household, and a partner in each slot whose tie neither end keeps closed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from _numpy_twin.luck import Array

if TYPE_CHECKING:
    from _numpy_twin.arm import Arm
    from _numpy_twin.month import Twin

HOME = -1
Edges = tuple[Array, Array, Array]
"""Place in a list of people, the person around, and the slot of the tie (HOME for the household)."""


def at_home(twin: Twin, who: Array) -> tuple[Array, Array]:
    """The households of some people: place in their list, and the other person."""
    size = twin.size[who]
    at = np.repeat(np.arange(who.size), size)
    other = np.repeat(twin.head[who] - (np.cumsum(size) - size), size) + np.arange(at.size)
    apart = other != who[at]
    return at[apart], other[apart]


def by_ties(twin: Twin, arm: Arm, who: Array, cells: Array | None = None) -> Edges:
    """The open ties of some people; `cells` are the places (person, slot) to look at where not all are."""
    slots = twin.partner.shape[1]
    if cells is None:
        cells = np.arange(who.size * slots)
        other = twin.partner[who].ravel()
    else:
        other = twin.partner[who[cells // slots], cells % slots]
    there = other >= 0
    cells, other = cells[there], other[there]
    at = cells // slots
    slot = cells - at * slots
    opened = ((arm.closed[who[at]] | arm.closed[other]) >> slot) & 1 == 0
    return at[opened], other[opened], slot[opened]


def around(twin: Twin, arm: Arm, who: Array) -> Edges:
    """Everybody around some people."""
    at, other, slot = by_ties(twin, arm, who)
    home_at, home = at_home(twin, who)
    return (
        np.concatenate((at, home_at)), np.concatenate((other, home)), np.concatenate((slot, np.full(home.size, HOME))),
    )  # fmt: skip


def sent(twin: Twin, arm: Arm, shown: Array) -> Array:
    """How many around each person showed something."""
    if shown.size == 0:
        return twin.noughts
    return np.bincount(around(twin, arm, shown)[1], minlength=twin.people).astype(np.uint8)
