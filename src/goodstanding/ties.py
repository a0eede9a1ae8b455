"""Who knows whom: ties that are looked up, in slots, and never drawn one by one.

A slot gives everybody at most one partner, and the partner's partner is oneself. People stand in a row (a keyed
permutation of a range of people, Feistel with cycle walking on its exact size; neighbourhoods keep the order of ids),
and a rule on places in that row, its own inverse, says who meets whom:

    facing   neighbourhood, work, school   the row is cut into circles of 8, 16, 24, 32 and 40 people, over and over
                                           (the last circle of a range is what is left), and pairs on one side face
                                           pairs on the other: with household ties this closes triangles
    clique   friends, far, dormant         place x meets x xor 1, 2, 3, …: three slots make a clique of four

The row of a kind is either everybody of one group in one county (within) or everybody of a county, for far ties of
the society (wide); homophily is the share of slots that are within. Each group therefore keeps the declared degree.
A tie that is also a household tie, or stands in an earlier slot, is dropped; of the others a share stands, by a draw
of the pair and the sociability of both. Dormant slots are ties that can form: everybody keeps them closed at first.
Ages are not looked at: a child's work circle is a club, an adult's school circle the class of old.

A stored graph (`graphs.py`) stands behind the same interface, for societies that fit in memory: as many ties in another
structure, so that a conclusion that hangs on the structure is seen to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.card import Card, exactly, setting, uniform
from goodstanding.errors import InvalidInput
from goodstanding.graphs import GRAPHS, store
from goodstanding.kernels import helper, kernel
from goodstanding.luck import HALF, LOW, MULTIPLY_0, MULTIPLY_2, draws, luck, share, use_of
from goodstanding.native import compiled
from goodstanding.society import Population

MOST_SLOTS = 16
"""Slots have one bit each on the public board."""

CIRCLES = np.array([0, 8, 24, 48, 80, 120])
"""Where circles of 8, 16, 24, 32 and 40 begin in a superblock of 120 people."""

ROUNDS = 8
NOBODY = -1
LOOKED_UP = "looked_up"


class Ties(Card):
    """Who knows whom beyond the household: so many slots of each kind, and how many of them stand.

    Under a stored `graph` the other settings say how many ties there are on average, dormant ones apart, and nothing
    else: kinds, homophily and sociability have no say in who meets whom, except that the sociable are the hubs of
    `heavy_tailed`. A person then has all 16 slots, the last of them dormant, and never more ties than slots.
    `clustered`, `lattice` and `small_world` tie neighbours, so mostly people of one group; the others ignore groups.
    """

    neighbourhood: int = setting(
        2, low=0, high=4, unit="count", prior=uniform(1, 3), help="ties within a neighbourhood's circle",
        source="assumed", because="two doors one knocks at; neighbours are always of one's own group",
    )  # fmt: skip
    work: int = setting(
        2, low=0, high=4, unit="count", prior=uniform(1, 3), help="ties within a circle of colleagues",
        source="assumed", because="two colleagues one would speak freely with",
    )  # fmt: skip
    school: int = setting(
        1, low=0, high=4, unit="count", prior=uniform(0, 1), help="ties within a school class",
        source="assumed",
        because="one tie that is kept from school, or none; the high ends of all kinds fill the sixteen slots",
    )  # fmt: skip
    friends: int = setting(
        3, low=0, high=6, unit="count", prior=uniform(2, 4), help="friends, who mostly know one another",
        source="assumed", because="people name two to four others for important matters in surveys of close ties",
    )  # fmt: skip
    far: int = setting(
        2, low=0, high=4, unit="count", prior=uniform(1, 3), help="ties across the whole society",
        source="assumed", because="a few far ties make any society a small world",
    )  # fmt: skip
    dormant: int = setting(
        2, low=0, high=4, unit="count", prior=uniform(1, 2), help="ties that may form later, closed at first",
        source="assumed",
        because="friends of friends, so that a tie lost can be made good; more would not fit the slots",
    )  # fmt: skip
    homophily: float = setting(
        0.6, low=0, high=1, unit="share", prior=uniform(0.3, 0.9),
        help="slots whose ties stay within one's group and county; the nearest share that whole kinds allow",
        source="assumed", because="groups keep to themselves nearly everywhere, by how much differs widely",
    )  # fmt: skip
    kept: float = setting(
        0.75, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="ties that stand, on average",
        source="assumed", because="brings people to some ten regular ties, household included",
    )  # fmt: skip
    sociability_spread: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.3, 1),
        help="how much the sociability of both ends bears on whether a tie stands",
        source="assumed",
        because="the most sociable then keep three times a recluse's ties; counted degrees differ by more, so the "
        "default is the high end of what the rule can do",
    )  # fmt: skip
    graph: str = setting(
        LOOKED_UP, among=(LOOKED_UP, *GRAPHS), unit="name", prior=exactly(),
        help="whether ties are looked up, or stored as a graph with as many ties in another structure",
        source="assumed", because="nobody published who knew whom; a conclusion should survive another structure",
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        count = self.neighbourhood + self.work + self.school + self.friends + self.far + self.dormant
        if count > MOST_SLOTS:
            raise InvalidInput(
                f"{self.key()}: {count} slots in all; allowed are {MOST_SLOTS}, which fit on the public board"
            )

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Every slot in its order, dormant ones last; a stored graph has as many as fit."""
        if self.graph != LOOKED_UP:
            kinds = [self.graph] * (MOST_SLOTS - self.dormant) + ["dormant"] * self.dormant
            return tuple(Slot(kind, number, False, self.friends) for number, kind in enumerate(kinds))
        within = self._within()
        every = ("neighbourhood", "work", "school", "friends", "far", "dormant")
        return tuple(
            Slot(kind, number, (kind if kind != "dormant" else "friends") in within, self.friends)
            for kind in every
            for number in range(getattr(self, kind))
        )

    @property
    def closed_at_first(self) -> int:
        """The bits of the dormant slots."""
        return sum(1 << place for place, slot in enumerate(self.slots) if slot.kind == "dormant")

    def _within(self) -> tuple[str, ...]:
        """The kinds that stay within the group: the share of slots nearest to homophily, friends and school first."""
        count = {kind: getattr(self, kind) for kind in ("friends", "school", "work", "far")}
        every = self.neighbourhood + sum(count.values())
        choices = [kinds for size in range(len(count) + 1) for kinds in combinations(count, size)]

        def miss(kinds: tuple[str, ...]) -> float:
            return abs(self.neighbourhood + sum(count[kind] for kind in kinds) - self.homophily * every)

        return ("neighbourhood", *min(choices, key=miss))


@dataclass(frozen=True)
class Slot:
    """One slot: its kind, its number among those of the kind, and whether its ties stay within the group."""

    kind: str
    number: int
    within: bool
    friends: int

    @property
    def name(self) -> str:
        """The name its draws go by."""
        return f"ties/{self.kind}/{self.number}"

    @property
    def row(self) -> str:
        """The row people stand in; dormant ties are friends of friends and share theirs."""
        return "ties/" + ("friends" if self.kind == "dormant" else self.kind)

    @property
    def facing(self) -> bool:
        """Whether pairs face pairs in circles, or places meet by xor."""
        return self.kind in ("neighbourhood", "work", "school")

    @property
    def rule(self) -> int:
        """The number that the rule of matching goes by."""
        return self.number if self.facing else self.number + 1 + (self.friends if self.kind == "dormant" else 0)

    def ranges(self, population: Population) -> Iterator[range]:
        """The ranges of people that are matched among themselves."""
        counties = range(population.declaration.counties)
        if self.within:
            yield from (population.range_of(c, g) for c in counties for g in range(len(population.groups)))
        elif self.kind == "far":
            yield range(population.people)
        else:
            yield from map(population.county_range, counties)


@helper
def scramble(x: Any, key: Any) -> Any:
    """A keyed number of 32 bits from another, without products beyond 64 bits."""
    p = ((x ^ key) & LOW) * MULTIPLY_0
    q = (((p >> HALF) ^ p) & LOW) * MULTIPLY_2
    return ((q >> HALF) ^ q) & LOW


@helper
def bits_of(size: int) -> int:
    """How many bits the places of a row of this size need."""
    bits = 0
    while (1 << bits) < size:
        bits += 1
    return bits


@helper
def place_of(person: int, size: int, keys: Any) -> Any:
    """The place in the row of a person counted from the range's start; keys are uint64, none where nobody moves."""
    bits = bits_of(size)
    right = np.uint64(bits - bits // 2)
    low = (np.uint64(1) << right) - np.uint64(1)
    high = (np.uint64(1) << np.uint64(bits // 2)) - np.uint64(1)
    x = np.uint64(person)
    walking = keys.size > 0 and size > 1
    while walking:
        a, b = x >> right, x & low
        for k in range(0, keys.size, 2):
            a = a ^ (scramble(b, keys[k]) & high)
            b = b ^ (scramble(a, keys[k + 1]) & low)
        x = (a << right) | b
        walking = x >= np.uint64(size)
    return np.int64(x)


@helper
def person_at(place: int, size: int, keys: Any) -> Any:
    """The person at a place: `place_of` walked backwards."""
    bits = bits_of(size)
    right = np.uint64(bits - bits // 2)
    low = (np.uint64(1) << right) - np.uint64(1)
    high = (np.uint64(1) << np.uint64(bits // 2)) - np.uint64(1)
    x = np.uint64(place)
    walking = keys.size > 0 and size > 1
    while walking:
        a, b = x >> right, x & low
        for k in range(keys.size - 2, -1, -2):
            b = b ^ (scramble(a, keys[k + 1]) & low)
            a = a ^ (scramble(b, keys[k]) & high)
        x = (a << right) | b
        walking = x >= np.uint64(size)
    return np.int64(x)


@helper
def meets(place: int, size: int, facing: bool, rule: int) -> int:
    """The place that meets this one, or the same place where nobody is left to meet; its own inverse."""
    if not facing:
        other = place ^ rule
        return other if other < size else place
    start = place // 120 * 120
    at = 0
    while CIRCLES[at + 1] <= place - start:
        at += 1
    end = min(start + CIRCLES[at + 1], size)
    start += CIRCLES[at]
    half = (end - start) >> 2  # pairs on either side of the circle
    pair = (place - start) >> 1
    if pair >= 2 * half:
        return place
    turn = rule >> 1
    other = half + (pair + turn) % half if pair < half else (pair - half + turn * (half - 1)) % half
    return start + 2 * other + ((place - start + rule) & 1)


@helper
def stands(one: Any, other: Any, kept: int, spread: int, draw: Any) -> Any:
    """Whether a tie stands: a symmetric function of the sociability of both."""
    lean = np.int64(one) + np.int64(other) - 255
    return np.int64(draw) < kept + (((kept * lean) >> 8) * spread >> 8)


@kernel
def match(first: int, size: int, keys: Any, order: Any) -> None:
    """Stand the people of a range in a row: order[place] is the person there."""
    for person in range(size):
        order[place_of(person, size, keys)] = first + person


@kernel
def join(
    slot: int, size: int, facing: bool, rule: int, order: Any, household: Any, sociability: Any,
    kept: int, spread: int, draw: Any, partner: Any, dropped: Any,
) -> None:  # fmt: skip
    """Fill one slot for the people of one row."""
    for place in range(size):
        other_place = meets(place, size, facing, rule)
        if other_place <= place:
            continue
        one = order[place]
        other = order[other_place]
        if household[one] == household[other]:
            dropped[0] += 1
            continue
        double = False
        for earlier in range(slot):
            double |= partner[earlier, one] == other
        if double:
            dropped[1] += 1
        elif stands(sociability[one], sociability[other], kept, spread, draw[min(one, other)]):
            partner[slot, one] = other
            partner[slot, other] = one


def partners(population: Population, ties: Ties) -> NDArray[np.int32]:
    """The partner (slots, people) of everybody in every slot, -1 for nobody; symmetric in each slot."""
    return _built(population, ties)[0]


def _built(population: Population, ties: Ties) -> tuple[NDArray[np.int32], dict[str, int]]:
    """Partners, and how many ties were dropped on what grounds."""
    return _looked_up(population, ties) if ties.graph == LOOKED_UP else _stored(population, ties)


def _stored(population: Population, ties: Ties) -> tuple[NDArray[np.int32], dict[str, int]]:
    """A stored graph of as many ties, standing and dormant, as the same settings give where they are looked up."""
    alike = Ties(**{**ties.values(), "graph": LOOKED_UP})
    known = (_looked_up(population, alike)[0] != NOBODY).sum(1) // 2
    dormant = [int(n) for n, slot in zip(known, alike.slots, strict=True) if slot.kind == "dormant"]
    partner = np.full((len(ties.slots), population.people), NOBODY, np.int32)
    return partner, store(population, ties.graph, int(known.sum()) - sum(dormant), dormant, partner)


def _looked_up(population: Population, ties: Ties) -> tuple[NDArray[np.int32], dict[str, int]]:
    people, columns = population.people, population.columns
    household = np.arange(people, dtype=np.int32) - columns["household_offset"]
    partner = np.full((len(ties.slots), people), NOBODY, np.int32)
    dropped = np.zeros(2, np.int64)
    rows: dict[str, NDArray[np.int32]] = {}
    for place, slot in enumerate(ties.slots):
        parts = list(slot.ranges(population))
        keys = _keys(population.seed, slot.row, len(parts))
        draw = draws(population.seed, use_of(slot.name), 0, 0, people)
        fresh = slot.row not in rows
        order = rows.setdefault(slot.row, np.empty(people, np.int32))
        for number, part in enumerate(parts):
            here = order[part.start : part.stop]
            if fresh:
                compiled(match)(part.start, len(part), _turns(slot, keys[number]), here)
            compiled(join)(
                place, len(part), slot.facing, slot.rule, here, household,
                columns["sociability"], share(ties.kept), round(ties.sociability_spread * 256), draw, partner, dropped,
            )  # fmt: skip
    return partner, {"to household ties": int(dropped[0]), "to earlier slots": int(dropped[1])}


def partner_of(population: Population, ties: Ties, slot: int, person: int) -> int:
    """The partner of one person in one slot, looked up without building anybody else's ties; -1 for nobody.

    A stored graph has no such short cut: it is built, and the partner read from it.
    """
    if ties.graph != LOOKED_UP:
        return int(partners(population, ties)[slot, person])
    columns = population.columns
    found: list[int] = []
    for sought in ties.slots[: slot + 1]:
        parts = list(sought.ranges(population))
        number, part = next((n, part) for n, part in enumerate(parts) if person in part)
        keys = _keys(population.seed, sought.row, len(parts))[number]
        place = place_of(person - part.start, len(part), _turns(sought, keys))
        other_place = meets(place, len(part), sought.facing, sought.rule)
        other = part.start + int(person_at(other_place, len(part), _turns(sought, keys)))
        homes = {p - int(columns["household_offset"][p]) for p in (person, other)}
        draw = luck(population.seed, use_of(sought.name), 0, min(person, other), 0)
        ends = columns["sociability"][person], columns["sociability"][other]
        kept = stands(*ends, share(ties.kept), round(ties.sociability_spread * 256), draw)
        found.append(other if kept and len(homes) == 2 and other not in found else NOBODY)
    return found[slot]


def _keys(seed: int, row: str, ranges: int) -> NDArray[np.uint64]:
    """The keys (ranges, rounds) of a row."""
    return np.stack([draws(seed, use_of(row), 0, 0, ranges, index=k) for k in range(ROUNDS)], 1).astype(np.uint64)


def _turns(slot: Slot, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return keys[: 0 if slot.kind == "neighbourhood" else ROUNDS]


@dataclass(frozen=True)
class Band:
    """Where a figure of a plausible society lies, and why."""

    low: float
    high: float
    source: str
    because: str = ""


BANDS: dict[str, Band] = {
    "degree": Band(5, 15, "assumed", "between the handful of close ties and the fifteen or so of regular contact"),
    "clustering": Band(0.1, 0.4, "assumed", "networks of acquaintance; 0.1 is far above a random one of this degree"),
    "degree assortativity": Band(-0.05, 0.4, "assumed", "social networks are assortative (Newman 2003, recalled)"),
    "path ratio": Band(0.9, 2.0, "assumed", "mean path length over log people / log degree, 1 in a random network"),
    "largest component": Band(0.99, 1, "assumed", "nearly everybody can be reached; a few loners are left"),
    "own-group excess": Band(0.3, 0.9, "assumed", "Coleman's index: 0 mixing by chance, 1 none at all"),
}
"""Bands for the default ties in any society of some thousand people and more; figures are published beside them."""

WALKS = 16


def describe(population: Population, ties: Ties) -> dict[str, Any]:
    """The figures of who knows whom, household ties included and dormant ones not, for everybody and by group.

    Returns `all` and one entry a group letter, each with people, ties by degree (`degrees`), degree, its spread,
    clustering, degree assortativity, own-group share, own-group excess, path length, path ratio and largest
    component; and `dropped`, ties a person lost to a household tie or to an earlier slot (in a stored graph: candidates
    that met full slots, ties without a slot free at both ends, ties short of the number wanted). Path length is the
    mean from 16 people to everybody they reach; clustering is the mean over people who know two others or more.
    """
    partner, dropped = _built(population, ties)
    columns, people = population.columns, population.people
    open_slots = np.array([slot.kind != "dormant" for slot in ties.slots], bool)
    known = np.full((people, int(open_slots.sum()) + int(columns["household_size"].max()) - 1), NOBODY, np.int32)
    degree = np.zeros(people, np.int64)
    compiled(gather)(partner[open_slots], columns["household_offset"], columns["household_size"], known, degree)
    closed = np.zeros(people)
    compiled(cluster)(known, degree, closed)
    group = columns["group"].astype(np.int64)
    same = np.array([(group[known[:, k]] == group) & (known[:, k] >= 0) for k in range(known.shape[1])]).sum(0)
    mates = np.array([np.where(known[:, k] >= 0, degree[known[:, k]], 0) for k in range(known.shape[1])]).sum(0)

    def figures(here: NDArray[np.bool_]) -> dict[str, Any]:
        ends, some = int(degree[here].sum()), np.flatnonzero(here)
        own = float(same[here].sum()) / max(ends, 1)
        by_chance = float(np.bincount(group[here], minlength=len(population.groups)) @ np.bincount(group)) / (
            int(here.sum()) * people
        )
        steps, reached = _walks(known, degree, some[:: max(1, some.size // WALKS)][:WALKS])
        mean = float(degree[here].mean())
        several = here & (degree > 1)
        return {
            "people": int(here.sum()),
            "degrees": np.bincount(degree[here]).tolist(),
            "degree": mean,
            "degree spread": float(degree[here].std()),
            "clustering": float(closed[several].mean()) if several.any() else 0.0,
            "degree assortativity": _assortativity(degree[here], mates[here]),
            "own-group share": own,
            "own-group excess": (own - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0,
            "path length": steps,
            "path ratio": steps * log(mean) / log(people) if mean > 1 and people > 1 else 0.0,
            "largest component": reached,
        }

    everybody = {"all": figures(np.ones(people, bool))}
    by_group = {letter: figures(group == g) for g, letter in enumerate(population.groups) if (group == g).any()}
    lost = {ground: 2 * ties_lost / people for ground, ties_lost in dropped.items()}
    return everybody | by_group | {"dropped": lost}


def _walks(known: NDArray[np.int32], degree: NDArray[np.int64], starts: NDArray[Any]) -> tuple[float, float]:
    """The mean steps from some people to all they reach, and the largest share of everybody that one reaches."""
    steps = np.zeros(2, np.int64)
    largest = 0
    for start in starts:
        before = steps[1]
        compiled(walk)(int(start), known, degree, steps)
        largest = max(largest, int(steps[1] - before) + 1)
    return int(steps[0]) / max(int(steps[1]), 1), largest / len(known)


def _assortativity(degree: NDArray[np.int64], mates: NDArray[np.int64]) -> float:
    """How alike the degrees at both ends of a tie are: the slope of the partners' mean on one's own, over all ends."""
    ends = float(degree.sum())
    if ends == 0:
        return 0.0
    mean = float((degree * degree).sum()) / ends
    other = float(mates.sum()) / ends
    spread = float((degree * (degree - mean) ** 2).sum()) / ends
    return (float((degree * mates).sum()) / ends - mean * other) / spread if spread else 0.0


@kernel
def gather(partner: Any, household_offset: Any, household_size: Any, known: Any, degree: Any) -> None:
    """List everybody each person knows: the household first, then partners."""
    for i in range(degree.size):
        head = i - np.int64(household_offset[i])
        for mate in range(head, head + np.int64(household_size[i])):
            if mate != i:
                known[i, degree[i]] = mate
                degree[i] += 1
        for slot in range(partner.shape[0]):
            if partner[slot, i] >= 0:
                known[i, degree[i]] = partner[slot, i]
                degree[i] += 1


@kernel
def cluster(known: Any, degree: Any, closed: Any) -> None:
    """The share of the pairs of people one knows who know each other."""
    for i in range(degree.size):
        pairs = 0
        for a in range(degree[i]):
            one = known[i, a]
            for b in range(a):
                for c in range(degree[one]):
                    pairs += known[one, c] == known[i, b]
        if degree[i] > 1:
            closed[i] = 2 * pairs / (degree[i] * (degree[i] - 1))


@kernel
def walk(start: int, known: Any, degree: Any, steps: Any) -> None:
    """Add the steps to everybody who can be reached, and their number, breadth first."""
    distance = np.full(degree.size, -1, np.int32)
    queue = np.empty(degree.size, np.int32)
    distance[start] = 0
    queue[0] = start
    done = 0
    waiting = 1
    while done < waiting:
        one = queue[done]
        done += 1
        for k in range(degree[one]):
            other = known[one, k]
            if distance[other] < 0:
                distance[other] = distance[one] + 1
                steps[0] += distance[other]
                steps[1] += 1
                queue[waiting] = other
                waiting += 1
