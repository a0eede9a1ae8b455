"""Players: the rules of schemes among which an outcome is shared out, and the orders in which they can come.

Whatever stands in a scheme plays, and whoever games or guards it; what people do is no player, and is there from the
start. A player that reads what only players make cannot come before one of those who make it: nobody is named before
there is a list, and nothing is copied from a scheme that passes nothing on. This follows from the columns that their
kernels ask for, and from nobody's name. Where rules wait for each other (a record for what is wanted, what is wanted
for a record), none of them is made to wait: a convention, which moves shares, so that these rules are named with them.
Probes are no rules: they are there from the start too, and nobody needs what they make.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from goodstanding.binding import ROLES, Step
from goodstanding.errors import InvalidInput, Resources
from goodstanding.kernels import arguments
from goodstanding.scenario import Arm, Scenario, Scheme
from goodstanding.world import COLUMNS

MOST_TRIES = 200_000
"""Orders of one scheme's rules, or of all schemes together, that are tried until one of them can be."""
RECORD = "the record"
Column = tuple[str, str]
"""Whose a column is, and its name."""
Sets = Sequence[frozenset[int]]
"""What a player needs: one of each of these sets of players."""


class Players:
    """The players of one arm, each by its number, with whom each of them needs.

    `needs[i]` are sets of players, one of each of which comes before player i. `circles` are those who wait for each
    other, at some remove, and are not made to. A coalition is an integer, one bit for each player.
    """

    def __init__(self, scenario: Scenario, arm: str) -> None:
        self.scenario, self.arm = scenario, arm
        self.world = scenario.world(arm)
        rules = [(scheme.name, rule) for scheme in self.world.schemes for rule in scheme.mechanisms]
        found = [Step(scheme, rule) for scheme, rule in rules if not rule.probes]
        self.steps = [step for step in found if step.rule.folder != "conduct"]
        if not self.steps:
            raise InvalidInput(f"attribute: no scheme has a rule in the arm {arm}; allowed is an arm with a scheme")
        given = [Step("", rule) for rule in self.world.conduct] + [s for s in found if s.rule.folder == "conduct"]
        there = {column for step in given for column in _made(step)}
        made = [_made(step) for step in self.steps]
        wanted = [
            {
                frozenset(at for at, columns in enumerate(made) if column in columns)
                for column in _read(step)
                if column not in there and column not in mine
            }
            for step, mine in zip(self.steps, made, strict=True)
        ]
        self.needs, self.circles = _without_circles([sorted(filter(None, sets), key=sorted) for sets in wanted])

    def __len__(self) -> int:
        return len(self.steps)

    @property
    def names(self) -> list[str]:
        """The players' names, such as `suining.publicity`."""
        return [step.path for step in self.steps]

    @property
    def everybody(self) -> int:
        """The coalition of all."""
        return (1 << len(self)) - 1

    def may_come(self, player: int, there: int) -> bool:
        """True where a player finds in a coalition what it needs."""
        return _met(self.needs[player], there)

    def stands(self, coalition: int) -> bool:
        """True where everybody in a coalition finds what they need in it, one after the other."""
        return self._grown(coalition) == coalition

    def _grown(self, coalition: int) -> int:
        """Those of a coalition who can come, in any order."""
        there, before = 0, -1
        while there != before:
            before = there
            for player in members(coalition & ~there):
                there |= int(self.may_come(player, there)) << player
        return there

    def before(self, player: int) -> int:
        """All that a player rests on: everybody who makes what it needs, and what those need."""
        found, waiting = 0, [player]
        while waiting:
            for maker in frozenset().union(*self.needs[waiting.pop()]):
                if not (found >> maker) & 1 and maker != player:
                    found |= 1 << maker
                    waiting.append(maker)
        return found

    def left_without(self, *players: int) -> int:
        """Everybody but some players and those who cannot stand without them."""
        return self._grown(self.everybody & ~sum(1 << player for player in players))

    def orders(self, seeds: tuple[int, int], many: int) -> list[tuple[int, ...]]:
        """So many orders in which all can come, each of all possible ones equally likely; looked up by seeds.

        Nearly all that rules need is of their own scheme: an order of each scheme is taken as it comes until one can
        be, and the schemes are shuffled into each other, again where a rule comes before what it needs of another.
        """
        return [self._order(f"{seeds[0]} {seeds[1]} {which}") for which in range(many)]

    def _order(self, key: str) -> tuple[int, ...]:
        tries = (self._shuffled_into(f"{key} again {again}" if again else key) for again in range(MOST_TRIES))
        found = next(filter(self.possible, tries), None)
        if found is None:
            raise Resources(f"attribute: too few orders of {len(self)} rules can be, to find one")
        return found

    def _shuffled_into(self, key: str) -> tuple[int, ...]:
        """An order of each scheme's rules that can be as far as that scheme goes, shuffled into each other."""
        places = self._shuffled(range(len(self)), key)
        queues = {}
        for scheme, mine in self._by_scheme.items():
            tries = (self._shuffled(mine, f"{key} {again}") for again in range(MOST_TRIES))
            found = next((order for order in tries if self.possible(order, self._at_home)), None)
            if found is None:
                raise Resources(f"attribute: {scheme}: too few orders of its {len(mine)} rules can be, to find one")
            queues[scheme] = iter(found)
        return tuple(next(queues[self.steps[at].scheme]) for at in places)

    @cached_property
    def _by_scheme(self) -> dict[str, list[int]]:
        return {
            scheme: [at for at, step in enumerate(self.steps) if step.scheme == scheme]
            for scheme in dict.fromkeys(step.scheme for step in self.steps)
        }

    @cached_property
    def _at_home(self) -> list[list[frozenset[int]]]:
        """The needs that only rules of the own scheme can meet."""
        homes = [frozenset(self._by_scheme[step.scheme]) for step in self.steps]
        return [[makers for makers in sets if makers <= home] for sets, home in zip(self.needs, homes, strict=True)]

    def _shuffled(self, players: Iterable[int], key: str) -> list[int]:
        return sorted(players, key=lambda at: hashlib.sha256(f"order {key} {self.steps[at].path}".encode()).digest())

    def possible(self, order: Iterable[int], needs: Sequence[Sets] | None = None) -> bool:
        """True where everybody finds what they need when their turn comes."""
        there = 0
        for player in order:
            if not _met((needs or self.needs)[player], there):
                return False
            there |= 1 << player
        return True

    def lattice(self, most: int) -> list[int] | None:
        """Every coalition that can come about, the smallest first; None where there are more than `most`."""
        found, level = [0], {0}
        while level:
            level = {
                there | 1 << player
                for there in level
                for player in members(self.everybody & ~there)
                if self.may_come(player, there)
            }
            found += sorted(level)
            if len(found) > most:
                return None
        return found

    def as_arms(self, coalitions: Sequence[int]) -> Scenario:
        """The scenario with an arm for each coalition, beside the one without any scheme."""
        arms, worlds = {"none": self.scenario.arms["none"]}, {"none": self.scenario.worlds["none"]}
        closed = self.scenario.arms[self.arm].closed
        for coalition in coalitions:
            name = arm_of(coalition)
            out = {id(self.steps[at].rule) for at in members(self.everybody & ~coalition)}
            schemes = tuple(
                Scheme(s.name, tuple(rule for rule in s.mechanisms if id(rule) not in out)) for s in self.world.schemes
            )
            arms[name], worlds[name] = Arm(name, closed, False, {}), replace(self.world, schemes=schemes)
        return replace(self.scenario, arms=arms, worlds=worlds)


@dataclass(frozen=True)
class Player:
    """One player as results tell of it: its path, its kind, and of whom it needs one each before it."""

    path: str
    kind: str
    needs: list[list[str]]


def told(players: Players) -> list[Player]:
    """The players in words."""
    return [
        Player(step.path, step.rule.folder, [[players.steps[at].path for at in sorted(makers)] for makers in needs])
        for step, needs in zip(players.steps, players.needs, strict=True)
    ]


def arm_of(coalition: int) -> str:
    """The name of the arm in which a coalition is lived."""
    return f"with_{coalition:x}"


def members(coalition: int) -> Iterator[int]:
    """The players of a coalition."""
    while coalition:
        yield (coalition & -coalition).bit_length() - 1
        coalition &= coalition - 1


def _met(needs: Sets, there: int) -> bool:
    return all(any((there >> maker) & 1 for maker in makers) for makers in needs)


def _made(step: Step) -> set[Column]:
    """The columns that a rule makes; who games or guards only takes away, but may add to the record."""
    takes = step.rule.folder in ROLES
    made = set() if takes else {(owner, name) for owner, name in step.makes() if _passes(name)}
    return made | ({(step.scheme, RECORD)} if any(name.startswith("new_") for name in step.rule.writes) else set())


def _read(step: Step) -> set[Column]:
    """The columns that a rule reads, or takes away from, in whatever form."""
    read = {(owner, name) for _, owner, name in step.reads() if _passes(name)}
    if step.rule.folder in ROLES:
        read |= {(owner, name) for owner, name in step.makes() if _taken(name)}
    asked = {name for f in step.rule.kernels for name in arguments(f)}
    kin = {name.partition("_")[2] for name in asked if name.startswith(("around_", "parent_", "spouse_"))}
    read |= {(step.scheme, n) for n in kin if n in COLUMNS and COLUMNS[n].scope == "scheme"}
    return read | ({(step.scheme, RECORD)} if any(name.startswith("entry_") for name in asked) else set())


def _passes(name: str) -> bool:
    """True for what rules hand each other; what people come to know of reaches a rule through people, who play not."""
    return not COLUMNS[name].gate or COLUMNS[name].scope == "scheme"


def _taken(name: str) -> bool:
    """True for what is done to people by a scheme, which a safeguard can only take away."""
    return COLUMNS[name].scope == "scheme" and not COLUMNS[name].scalar


def _without_circles(needs: list[list[frozenset[int]]]) -> tuple[list[list[frozenset[int]]], list[list[int]]]:
    """The needs but those of which a maker waits, at some remove, for whoever has the need; and who waits so."""
    behind: list[set[int]] = [set().union(*sets) for sets in needs]
    for middle in range(len(needs)):
        for at in range(len(needs)):
            if middle in behind[at]:
                behind[at] |= behind[middle]
    kept = [[makers for makers in sets if not any(at in behind[m] for m in makers)] for at, sets in enumerate(needs)]
    circles = {tuple(m for m in sorted(behind[at]) if at in behind[m]) for at in range(len(needs)) if at in behind[at]}
    return kept, [list(circle) for circle in sorted(circles)]
