"""Picks: which life is told where nobody names a person, by a rule that is told with it.

One world of the run is lived through once more and everybody is looked at, in the arm that is asked about alone. Each
pick has a measure and a rule; of equals the smallest number is taken, so that a pick is always the same person. No pick
says how many are like this one: the measures do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.acts import arrays as act_arrays
from goodstanding.around import GOT, MOTIVE_BITS
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.society import CHILD, TRAITS
from goodstanding.world import COLUMNS

if TYPE_CHECKING:
    from goodstanding.arm import Do
    from goodstanding.binding import Step
    from goodstanding.cases import Cases
    from goodstanding.scenario import Scenario
    from goodstanding.wiring import Wiring

RULES = {
    "typical": "the adult nearest to the middle of all adults, by rank, in eight traits, income tenth, acts that cost "
    "points, tongues held and sanction-months together",
    "unlucky": "of the adults barred in their own name, for nothing that they did not do and for nobody else's sake, "
    "the one who did fewest acts that cost points; of those, the one with most sanction-months",
    "most-harmed": "the adult with most sanction-months, in the own name or for a relative's sake",
    "falsely-flagged": "the adult with most sanction-months in the own name that rest on what they did not do",
    "informer": "the adult who reported others most often",
    "child": "the child with most sanction-months for a parent's sake",
}
"""What is asked for with each pick; of equals it is the person with the smallest number."""
NOBODY = {
    "typical": "there is no adult",
    "unlucky": "nobody was barred for own conduct alone",
    "most-harmed": "nobody was barred",
    "falsely-flagged": "nobody was falsely flagged",
    "informer": "nobody reported anybody",
    "child": "no child was barred",
}


@dataclass(frozen=True)
class Picked:
    """Who was picked, by which rule, and what was found of this person."""

    pick: str
    person: int
    rule: str
    found: str


class Counted:
    """Looks on and counts, of everybody in one arm, what the picks ask for: columns (people,) of whole numbers."""

    def __init__(self, arm: str, people: int) -> None:
        self.arm = arm
        self.barred, self.own, self.false, self.kin, self.costly, self.held, self.reports = (
            np.zeros(people, np.int64) for _ in range(7)
        )

    def after(self, wiring: Wiring, step: Step | None, cases: Cases | None) -> Iterator[Do]:
        """What to call each month for a block, once people feel what all steps did."""
        if step is None and wiring.world.name == self.arm:
            yield from self._counts(wiring)

    def _counts(self, wiring: Wiring) -> Iterator[Do]:
        here, makers = wiring.people, {key: step for step in wiring.world.steps for key in step.makes()}
        values = {key: wiring.value(step, key[1]) for key, step in makers.items() if key[1] in COLUMNS}
        bars = [key for key in values if COLUMNS[key[1]].burden and COLUMNS[key[1]].bits == "domains"]
        if ("", "held") in values:
            yield partial(_add, self.held[here], values[("", "held")])
        for scheme in sorted({key[0] for key in bars}):
            mine = [key for key in bars if key[0] == scheme]
            own = [key for key in mine if COLUMNS[key[1]].copies]
            kin = [values[key] for key in mine if key not in own]
            seen = [wiring.value(makers[key], key[1], "seen") for key in own]
            totals = [total[here] for total in (self.barred, self.own, self.false, self.kin)]
            yield partial(_add_bars, totals, [values[key] for key in own], seen, kin)
        losing = [value for key, value in values.items() if key[1] == "losing"]
        if losing and ("", "acts") in values:
            yield partial(_add_costly, self.costly[here], values[("", "acts")], losing)

    def month(self, engine: Engine) -> None:
        """Count the reports that people made this month, from what was sent between them."""
        world = next(w for w in engine.worlds if w.name == self.arm)
        telling = [step for step in world.steps if ("", "reported") in step.makes()]
        for step in telling:
            for pair in step.pairs:
                mail = world.meetings.get((step.path, pair.__name__))
                sent = int(mail.ends[-1]) if mail else 0
                if mail and sent:
                    did = mail.shown.value[:sent] & np.int64((1 << GOT) - 1)
                    many = sum((did >> MOTIVE_BITS * k) & 31 for k in range(GOT // MOTIVE_BITS))
                    np.add.at(self.reports, mail.to.value[:sent], many)


def _add(total: Any, column: Any) -> None:
    total += column


def _add_bars(totals: Sequence[Any], own: Sequence[Any], seen: Sequence[Any], kin: Sequence[Any]) -> None:
    """Add a block's sanction-months of one scheme, one for each domain: all, in the own name, false, and for kin."""
    none = np.zeros(totals[0].size, np.uint16)
    mine, shadow, theirs = (np.bitwise_or.reduce([none, *columns]) for columns in (own, seen, kin))
    for total, bits in zip(totals, (mine | theirs, mine, mine & ~shadow, theirs), strict=True):
        total += np.bitwise_count(bits)


def _add_costly(total: Any, acts: Any, losing: Sequence[Any]) -> None:
    """Add a block's acts that cost points with some scheme."""
    looks_like, costly = act_arrays()["act_seen_as"], 0
    for lost in losing:
        costly |= sum(1 << k for k in range(looks_like.size - 1) if (int(lost[0]) >> int(looks_like[k])) & 1)
    total += np.bitwise_count(acts & np.int64(costly))


def check(pick: str) -> str:
    """The pick that is meant. Raises InvalidInput for an unknown one."""
    if pick not in RULES:
        raise InvalidInput(f"--pick: '{plain(pick)}' is none; allowed are {', '.join(RULES)}{nearest(pick, RULES)}")
    return pick


def find(scenario: Scenario, seeds: tuple[int, int], arm: str, pick: str) -> Picked:
    """Live through one world and pick a person. Raises InvalidInput where nobody is what was asked for."""
    counted = Counted(arm, scenario.society.people)
    engine = Engine(scenario, *seeds, arms=[arm], observe=(), onlooker=counted)
    for _ in range(scenario.months):
        engine.step()
        counted.month(engine)
    ages, roles = engine.traits["age"], engine.traits["role"]
    person, found = _choose(check(pick), counted, ages > 0, roles == CHILD, engine)
    if person < 0:
        raise InvalidInput(
            f"--pick {pick}: {NOBODY[pick]} in arm {arm} of this world; allowed is another pick, world or arm"
        )
    return Picked(pick, person, RULES[pick], found)


def _choose(pick: str, c: Counted, adult: Any, child: Any, engine: Engine) -> tuple[int, str]:
    """The person a pick means, or -1, and what was found of them."""
    if pick == "typical":
        facts = [engine.traits[name] for name in (*TRAITS, "tenth")]
        person = _middle([*facts, c.costly, c.held, c.barred], adult)
        did = _many(c.costly[person], "act that costs points", "acts that cost points")
        return person, f"{did}, {_sanction_months(c.barred[person])}"
    if pick == "unlucky":
        clean = adult & (c.own > 0) & (c.false == 0) & (c.kin == 0)
        person = _first(clean, -c.costly, c.barred)
        others = int((adult & (c.costly >= c.costly[person]) & (c.barred == 0)).sum())
        did, barred = _many(c.costly[person], "act that costs points", "acts that cost points"), c.barred[person]
        return person, f"{did}, {_sanction_months(barred)}; {others:,} adults did as many or more and were never barred"
    if pick == "child":
        person = _first(child & (c.kin > 0), c.barred)
        return person, _sanction_months(c.barred[person])
    if pick == "informer":
        person = _first(adult & (c.reports > 0), c.reports)
        return person, _many(c.reports[person], "report", "reports")
    by = c.barred if pick == "most-harmed" else c.false
    person = _first(adult & (by > 0), by)
    of = f" of {c.own[person]} in the own name" if pick == "falsely-flagged" else ""
    return person, _sanction_months(by[person]) + of


def _first(candidates: Any, *by: Any) -> int:
    """The candidate with the most of the first, then of the next, then with the smallest number; -1 for none."""
    left = np.flatnonzero(candidates)
    for column in by:
        if left.size:
            left = left[column[left] == column[left].max()]
    return int(left[0]) if left.size else -1


def _middle(facts: Sequence[Any], adult: Any) -> int:
    """The adult whose ranks, of equals the middle one, lie nearest to the middle in all facts together; -1 for none."""
    people = np.flatnonzero(adult)
    away = np.zeros(people.size, np.int64)
    for fact in facts:
        _, place, many = np.unique(fact[people], return_inverse=True, return_counts=True)
        twice = 2 * np.cumsum(many) - many
        away += np.abs(twice[place] - people.size)
    return int(people[away.argmin()]) if people.size else -1


def _many(number: Any, one: str, several: str) -> str:
    return f"{int(number):,} {one if number == 1 else several}"


def _sanction_months(number: Any) -> str:
    return _many(number, "sanction-month", "sanction-months")
