"""Who knows whom, stored: five textbook graphs of as many ties, to ask what hangs on the structure of ties alone.

A generator lists candidate ties, the best first; `take` keeps those that are no household tie, stand only once and find
room at both ends, until there are as many as wanted; `colour` spreads them over slots so that nobody has two partners
in one. Ids run by county, group and household, so that people who are near in number live near one another.

    clustered      circles of some ten neighbours who know one another; one tie in twenty leads to anybody
    heavy_tailed   the expected ties fall as one over the root of the rank in sociability: a tail of exponent 3, as
                   preferential attachment gives, but cut where a person's slots are full
    lattice        a ring: the nearest in number who are not of one's household
    small_world    the lattice, with one tie in ten led to anybody (Watts and Strogatz 1998)
    random         both ends anybody (Erdős and Rényi 1959)

The shares of one in twenty and one in ten are assumed. Dormant ties are friends of friends, or anybody where no such is
free. Nothing is decided by floating point, and every number is looked up by the seed of the society.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from goodstanding.kernels import helper, kernel
from goodstanding.luck import draws, share, use_of
from goodstanding.native import compiled
from goodstanding.society import Population

Pairs: TypeAlias = tuple[NDArray[np.int32], NDArray[np.int32]]

LED_AWAY = {"clustered": 0.05, "small_world": 0.1}
"""The share of ties that lead to anybody instead of to a neighbour (assumed)."""

SPARE = 2
"""Pairs drawn for each tie wanted, since some are household ties, stand already or find no room."""

TURNS = 16
"""How often everybody is shown a friend of a friend before anybody at all will do as a dormant tie."""


def store(
    population: Population, graph: str, wanted: int, dormant: Sequence[int], partner: NDArray[np.int32]
) -> dict[str, int]:
    """Fill the empty table partner (slots, people) with `wanted` ties and, slot by slot at its end, dormant ones.

    Returns how many candidates met a person whose slots were all taken (others stand in for them), how many ties found
    no slot that was free at both ends, and how many are not there in the end, dormant ones included.
    """
    people = population.people
    household = _household(population)
    active = len(partner) - len(dormant)
    friends, degree = np.full((people, len(partner)), -1, np.int32), np.zeros(people, np.int64)
    full, stuck = np.zeros(1, np.int64), np.zeros(1, np.int64)
    compiled(take)(*GRAPHS[graph](population, wanted), household, wanted, degree + active, friends, degree, full)
    compiled(colour)(friends, partner[:active], stuck)
    settled = degree.copy()
    for number, sleeping in enumerate(dormant):
        before, slot = degree.copy(), active + number
        for one, other in _friends_of_friends(population, f"{graph}/dormant/{number}", friends, settled):
            left = sleeping - int((degree - before).sum()) // 2
            compiled(take)(one, other, household, left, before + 1, friends, degree, np.zeros(1, np.int64))
        found = np.flatnonzero(degree > before)
        partner[slot, found] = friends[found, before[found]]
    missing = wanted + sum(dormant) - int((partner >= 0).sum()) // 2
    return {"to full slots": int(full[0]), "to colours": int(stuck[0]), "short of the wanted": missing}


def lattice(population: Population, wanted: int) -> Pairs:
    """Pairs on a ring of ids, the nearest first; pairs of one distance in a drawn order."""
    return _ring(population, "lattice", _around(population, wanted) // 2 + 2)


def small_world(population: Population, wanted: int) -> Pairs:
    """The lattice with a share of its ties led to anybody."""
    return _led_away(population, "small_world", lattice(population, wanted))


def clustered(population: Population, wanted: int) -> Pairs:
    """Pairs within circles of neighbours in a drawn order, with a share led to anybody."""
    size = _around(population, wanted) + 2
    one, other = _ring(population, "clustered", size - 1)
    inside = one // size == other // size
    one, other = one[inside], other[inside]
    order = np.argsort(_drawn(population, "clustered/order", one.size), kind="stable")
    return _led_away(population, "clustered", (one[order], other[order]))


def random(population: Population, wanted: int) -> Pairs:
    """Pairs of anybody with anybody."""
    count = (wanted + 1) * SPARE
    return _anybody(population, "random/one", count), _anybody(population, "random/other", count)


def heavy_tailed(population: Population, wanted: int) -> Pairs:
    """Pairs of ranks that are the square of an even draw, so that the first, the most sociable, are in many of them."""
    tie_break = _drawn(population, "heavy_tailed/rank", population.people)
    ranked = np.lexsort((tie_break, 255 - population.columns["sociability"])).astype(np.int32)

    def end(name: str) -> NDArray[np.int32]:
        even = _drawn(population, f"heavy_tailed/{name}", (wanted + 1) * SPARE).astype(np.uint64)
        return np.take(ranked, (even * even >> 32) * population.people >> 32)

    return end("one"), end("other")


GRAPHS: dict[str, Callable[[Population, int], Pairs]] = {
    make.__name__: make for make in (clustered, heavy_tailed, lattice, small_world, random)
}
"""The generators by the name in a scenario."""


@kernel
def take(one: Any, other: Any, household: Any, wanted: int, room: Any, friends: Any, degree: Any, full: Any) -> None:
    """Write candidates into both ends' lists of friends until as many as wanted stand."""
    taken = 0
    for k in range(one.size):
        if taken == wanted:
            break
        a = one[k]
        b = other[k]
        stands = household[a] == household[b]
        for place in range(degree[a]):
            stands |= friends[a, place] == b
        if stands:
            continue
        if degree[a] >= room[a] or degree[b] >= room[b]:
            full[0] += 1
            continue
        friends[a, degree[a]] = b
        friends[b, degree[b]] = a
        degree[a] += 1
        degree[b] += 1
        taken += 1


@helper
def free_slot(partner: Any, a: int, b: int) -> Any:
    """The first slot in which neither has a partner, or the number of slots."""
    slot = 0
    while slot < partner.shape[0] and (partner[slot, a] >= 0 or partner[slot, b] >= 0):
        slot += 1
    return slot


@helper
def freed_slot(partner: Any, a: int, b: int) -> Any:
    """A slot free at one end, freed at the other: two slots trade places along the chain of ties that begins there."""
    slots = partner.shape[0]
    for free in range(slots):
        for taken in range(slots):
            if partner[free, a] >= 0 or partner[taken, b] >= 0:
                continue
            end = b
            slot = free
            while partner[slot, end] >= 0:
                end = partner[slot, end]
                slot = free + taken - slot
            if end == a:
                continue
            person = b
            slot = free
            while person >= 0:
                following = partner[slot, person]
                partner[free, person], partner[taken, person] = partner[taken, person], partner[free, person]
                person = following
                slot = free + taken - slot
            return free
    return slots


@kernel
def colour(friends: Any, partner: Any, stuck: Any) -> None:
    """Give each tie the first slot that is free at both ends, in the order of ids whatever that of the lists."""
    for a in range(friends.shape[0]):
        for b in np.sort(friends[a]):
            if b < a:
                continue
            slot = free_slot(partner, a, b)
            if slot == partner.shape[0]:
                slot = freed_slot(partner, a, b)
            if slot == partner.shape[0]:
                stuck[0] += 1
            else:
                partner[slot, a] = b
                partner[slot, b] = a


def _around(population: Population, wanted: int) -> int:
    """How many people everybody knows on average, the household included, rounded down."""
    at_home = int((population.columns["household_size"].astype(np.int64) - 1).sum())
    return (2 * wanted + at_home) // population.people


def _ring(population: Population, name: str, reach: int) -> Pairs:
    """Pairs at most so many places apart on the ring of ids, the nearest first."""
    people = population.people
    order = [np.argsort(_drawn(population, name, people, step), kind="stable") for step in range(1, reach + 1)]
    one = np.concatenate(order).astype(np.int32)
    return one, ((one + np.repeat(np.arange(1, reach + 1), people)) % people).astype(np.int32)


def _household(population: Population) -> NDArray[np.int32]:
    """The first person of everybody's household."""
    head: NDArray[np.int32] = np.arange(population.people, dtype=np.int32) - population.columns["household_offset"]
    return head


def _led_away(population: Population, name: str, pairs: Pairs) -> Pairs:
    """The pairs, with a share of those that are no household tie led to anybody."""
    (one, other), household = pairs, _household(population)
    away = _drawn(population, f"{name}/away", one.size) < share(LED_AWAY[name])
    away &= household[one] != household[other]
    return one, np.where(away, _anybody(population, f"{name}/anybody", one.size), other)


def _friends_of_friends(
    population: Population, name: str, friends: NDArray[np.int32], degree: NDArray[np.int64]
) -> Iterator[Pairs]:
    """Everybody with a friend of a friend, several times over, and with anybody in the end."""
    everybody = np.arange(population.people, dtype=np.int32)
    for turn in range(TURNS):
        drawn = _drawn(population, name, population.people, turn).astype(np.int64)
        friend = friends[everybody, (drawn >> 16) * degree >> 16]
        other = friends[friend, (drawn & 0xFFFF) * degree[friend] >> 16]
        yield everybody, np.where(degree > 0, other, everybody)
    for turn in range(TURNS):
        yield everybody, _anybody(population, f"{name}/anybody", population.people, turn)


def _anybody(population: Population, name: str, count: int, index: int = 0) -> NDArray[np.int32]:
    drawn = _drawn(population, name, count, index).astype(np.int64)
    return (drawn * population.people >> 32).astype(np.int32)


def _drawn(population: Population, name: str, count: int, index: int = 0) -> NDArray[np.uint32]:
    return draws(population.seed, use_of(f"ties/{name}"), 0, 0, count, index)
