"""A trace: what each step of a month made of a few people, read after the step in every arm.

It looks on and touches nothing, so that a traced world comes to the same digest. What is noted follows from what a
mechanism declares: the columns it writes, the entries it makes and strikes, and what people did to each other. No
mechanism carries code for it, and none is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.around import GOT
from goodstanding.engine import Engine
from goodstanding.record import LIVE
from goodstanding.world import COLUMNS, COPIES, ENTRY

if TYPE_CHECKING:
    from goodstanding.arm import Do
    from goodstanding.binding import Step
    from goodstanding.cases import Cases
    from goodstanding.wiring import Wiring

Key = tuple[str, str]
"""Whose a column is, and its name; that of a shadow begins with `seen.` or `twin.`."""
Row = tuple[int, int, int, int]
"""An entry: act, month, origin and flags."""
SENT = (1 << GOT) - 1


@dataclass
class Traced:
    """What was noted of one person in one arm, in the order in which it came about.

    `values` are (month, step, column, value) after each step that writes the column; the step is empty where schemes
    are put together. `records` are (month, step, scheme, entries) wherever the live entries changed. `dealings` are
    (month, step, pair, what they did, what was done to them), and `shown` the flags around that a step asked for.
    `rests` says what the rules made of the record with something struck from it, by month, measure and replay. `ties`
    counts the open ties after each month; `scalars` are numbers of a scheme of which everybody hears.
    """

    begins: dict[Key, int] = field(default_factory=dict)
    values: list[tuple[int, str, Key, int]] = field(default_factory=list)
    records: list[tuple[int, str, str, tuple[Row, ...]]] = field(default_factory=list)
    dealings: list[tuple[int, str, str, int, int]] = field(default_factory=list)
    shown: dict[tuple[int, str, str], int] = field(default_factory=dict)
    rests: dict[tuple[int, str], dict[str, int]] = field(default_factory=dict)
    ties: list[int] = field(default_factory=list)
    scalars: list[tuple[int, Key, int]] = field(default_factory=list)


class Trace:
    """Looks on while some people live, or one with their household; `of` gives what was noted, by arm and person."""

    def __init__(self, people: range | int) -> None:
        self.asked = people
        self.people = range(0) if isinstance(people, int) else people
        self.of: dict[tuple[str, int], Traced] = {}

    def begin(self, engine: Engine) -> None:
        """Note what everybody begins with."""
        for world in engine.worlds:
            for person in self.people:
                traced = self.of.setdefault((world.name, person), Traced())
                for key, column in world.state.items():
                    traced.begins[key] = int(column[1, person] if column.ndim == 2 else column[person])

    def end(self, engine: Engine) -> None:
        """Note how many ties were open after a month: those that neither end keeps closed."""
        closes = next(name for name, column in COLUMNS.items() if column.closes)
        slots = 1 << np.arange(engine.partner.shape[1])
        for world in engine.worlds:
            closed = world.state[("", closes)]
            for person in self.people:
                others = engine.partner[person]
                there = (others >= 0) & ((closed[person] & slots) == 0) & ((closed[others] & slots) == 0)
                self.of[(world.name, person)].ties.append(int(there.sum()))

    def after(self, wiring: Wiring, step: Step | None, cases: Cases | None) -> Iterator[Do]:
        """What to call each month after a step of a block in which somebody is followed."""
        if isinstance(self.asked, int):
            self.people = household(wiring.engine.traits, self.asked)
        here = [(i - wiring.people.start, self._traced(wiring, i)) for i in self.people if _inside(i, wiring.people)]
        if not here:
            return
        if cases is not None:
            yield partial(_rests, wiring.engine, here, cases)
        elif step is None:
            yield partial(_values, wiring.engine, here, "", [(key, wiring.felt(key[1])) for key in _felt(wiring)])
            announced = [
                (key, c) for key, c in wiring.world.scalars.items() if key[1] in COLUMNS and COLUMNS[key[1]].says
            ]
            yield partial(_scalars, wiring.engine, here, announced)
        else:
            yield partial(_values, wiring.engine, here, step.path, list(_written(wiring, step)))
            if around := list(_asked(wiring, step)):
                yield partial(_shown, wiring.engine, here, step.path, around)
            if step.scheme and any(name.startswith(("entry_", "new_")) for name in step.rule.writes):
                yield partial(_records, wiring.engine, here, step, wiring.world.entries[step.scheme][wiring.at])
            for pair in step.pairs:
                if (step.path, pair.__name__) in wiring.world.meetings:
                    mail = wiring.world.meetings[(step.path, pair.__name__)]
                    to, shown = (partial(mail.messages, wiring.at, what) for what in ("to", "shown"))
                    yield partial(
                        _dealings, wiring.engine, here, step.path, pair.__name__, wiring.people.start, to, shown
                    )

    def _traced(self, wiring: Wiring, person: int) -> Traced:
        return self.of.setdefault((wiring.world.name, person), Traced())


def household(columns: Mapping[str, Any], person: int) -> range:
    """The people who live with somebody, themselves among them."""
    head = person - int(columns["household_offset"][person])
    return range(head, head + int(columns["household_size"][person]))


Here = list[tuple[int, Traced]]


def _inside(person: int, people: slice) -> bool:
    return bool(people.start <= person < people.stop)


def _felt(wiring: Wiring) -> list[Key]:
    """What people feel of all schemes together, where they may feel it."""
    columns = {COLUMNS[name].into for _, name in wiring.world.merged}
    return [("", name) for name in sorted(columns) if COLUMNS[name].gate not in wiring.world.closed]


def _written(wiring: Wiring, step: Step) -> Iterator[tuple[Key, Any]]:
    """The columns of people that a step writes, its own among them, with their shadows where there are any."""
    names = {name for f in step.rule.kernels for name in _bare(f)}
    for name in (*step.rule.writes, *step.rule.columns):
        found = step.column(name)
        if found is None or found[2].scalar or found[2].scope == "luck":
            continue
        for copy in COPIES if found[2].copies and _on_copies(step, name) else ("record",):
            prefix = "" if copy == "record" else f"{copy}."
            if name in names:
                yield (step.owner(name), prefix + name), wiring.value(step, name, copy)


def _on_copies(step: Step, name: str) -> bool:
    return any(f.when == "copies" and name in _bare(f) for f in step.rule.kernels)  # type: ignore[attr-defined]


def _bare(f: Any) -> tuple[str, ...]:
    from goodstanding.kernels import arguments

    return () if f.when == "pair" else arguments(f)


def _asked(wiring: Wiring, step: Step) -> Iterator[tuple[str, Any]]:
    """What a step asks of the people around, as it finds it."""
    for name in sorted(step.names):
        if name.startswith(("around_", "parent_", "spouse_")):
            yield name, wiring.value(step, name)


def _values(engine: Engine, here: Here, path: str, columns: list[tuple[Key, Any]]) -> None:
    for i, traced in here:
        traced.values += [(engine.month, path, key, int(column[i])) for key, column in columns]


def _shown(engine: Engine, here: Here, path: str, columns: list[tuple[str, Any]]) -> None:
    for i, traced in here:
        traced.shown.update({(engine.month, path, name): int(column[i]) for name, column in columns})


def _scalars(engine: Engine, here: Here, columns: list[tuple[Key, Any]]) -> None:
    for _, traced in here:
        traced.scalars += [(engine.month, key, int(column[0])) for key, column in columns]


def _records(engine: Engine, here: Here, step: Step, entries: Any) -> None:
    person = entries.view("person")
    columns = [entries.view(name) for name in ENTRY if name != "person"]
    for i, traced in here:
        mine = np.flatnonzero(person == i)
        rows = [tuple(int(column[e]) for column in columns) for e in mine]
        live: Any = tuple(row for row in rows if row[-1] & LIVE)
        before = next((told for _, _, scheme, told in reversed(traced.records) if scheme == step.scheme), ())
        if live != before:
            traced.records.append((engine.month, step.path, step.scheme, live))


def _dealings(
    engine: Engine, here: Here, path: str, pair: str, first: int, to: Callable[[], Any], shown: Callable[[], Any]
) -> None:
    addressed = to()
    for i, traced in here:
        total = int(shown()[addressed == first + i].sum())
        if total:
            traced.dealings.append((engine.month, path, pair, total & SENT, total >> GOT))


def _rests(engine: Engine, here: Here, cases: Cases) -> None:
    """What the rules made of the record of a case once something was struck from it, replay by replay."""
    if cases.month != engine.month or not cases.columns:
        return
    rows = cases.made(cases.measure.cases)
    for i, traced in here:
        for at in np.flatnonzero(cases.people == i):
            told = {name: int(row[at]) for name, row in zip(cases.measure.replays, rows, strict=True)}
            traced.rests[(engine.month, cases.step.path)] = told
