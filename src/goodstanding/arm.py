"""An arm: one society's state under one variant of a scenario, and the working memory of a thread.

Lasting columns, boards, records and counts belong to the arm. What does not outlive a block's month belongs to the
thread that works on the block and is shared by the arms, one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.around import Mail, Sending, look_for, meet, send
from goodstanding.binding import FIELD_BITS, ROLES, Step, board_layout, bound_settings, check_names, row_names, steps
from goodstanding.kernels import arguments
from goodstanding.native import bound
from goodstanding.record import Entries, new_entries
from goodstanding.world import COLUMNS, Column

if TYPE_CHECKING:
    from goodstanding.engine import Engine
    from goodstanding.measures import Measure
    from goodstanding.scenario import World

Array = NDArray[Any]
Do = Callable[[], None]
"""Something that is done each month."""
Key = tuple[str, str]
FLAG = np.int64((1 << FIELD_BITS) - 1)
"""The bits of a flag's field on the board."""


@dataclass
class Scratch:
    """What one thread needs while it works on a block; nothing in it outlives the block's month."""

    draws: Array
    new: dict[str, Array]
    columns: dict[tuple[str, ...], Array] = field(default_factory=dict)

    def column(self, key: tuple[str, ...], dtype: str, size: int) -> Array:
        """A working column under this key, made at its first use, and again where a larger one is wanted."""
        if key not in self.columns or self.columns[key].size < size:
            self.columns[key] = np.zeros(size, dtype)
        return self.columns[key]


class ArmWorld:
    """One society's state in one arm: its steps in order, lasting columns, boards, records and counts."""

    def __init__(self, engine: Engine, name: str) -> None:
        arm, world, people = engine.scenario.arms[name], engine.scenario.world(name), engine.people
        self.name, self.closed = name, arm.closed
        self.steps = steps(world)
        self.made = made(self.steps)
        self.measures = watching(engine.observed, world, self.made)
        rows = {"": row_names([world.society])}
        rows |= {s.name: row_names([world.society, *s.mechanisms]) for s in world.schemes}
        for step in self.all:
            check_names(step, engine.traits)
        self.settings = {s.path: bound_settings(s.rule, rows[s.scheme]) for s in self.all}
        self.layout = board_layout(self.all)
        self.merged = sorted((owner, name) for owner, name in self.made if COLUMNS[name].into)
        self.own = {(s.path, name) for s in self.all for name in s.rule.columns}
        self.rows = {pair: at for at, pair in enumerate((s.path, c) for s in self.all for c in s.rule.counts)}
        self.world_rows = sum(len(s.rule.counts) for s in self.steps)
        self.history = np.zeros((engine.scenario.months, len(self.rows), engine.strata), np.int64)
        self.counters = [np.zeros((len(self.rows), engine.strata), np.int64) for _ in range(engine.threads)]
        self.totals = np.zeros((len(self.rows), 1), np.int64)
        self.board = np.zeros((2, people), np.int64)
        self.watched = sorted({s.shows(n[7:]) for s in self.all for n in s.names if n.startswith("around_")})
        self.mail = Mail(people, engine.block)
        self.meetings = {
            (s.path, f.__name__): Mail(people, engine.block) for s in self.steps for f in s.pairs if self._meet(s, f)
        }
        self.entries = {s.name: [Entries() for _ in engine.firsts] for s in world.schemes}
        self.state: dict[Key, Array] = {}
        self.scalars: dict[Key, Array] = {}
        for key, column in declared(self.all):
            begins = engine.constants[column.begins] if column.begins else 0
            if column.scalar:
                self.scalars[key] = np.full(1, begins, column.dtype)
            elif column.lagged or column.kept:
                self.state[key] = np.full((2, people) if column.lagged else people, begins, column.dtype)
        self.lasting = [key for key, _ in declared(self.steps) if key in self.state]

    def sending(self, engine: Engine) -> tuple[Do, Do]:
        """What sends all that people showed on one of the two boards, and lets them do to each other what they do."""
        closes = next(("", name) for name, column in COLUMNS.items() if column.closes)
        pairs = [(s, f) for s in self.steps for f in s.pairs if (s.path, f.__name__) in self.meetings]
        watched = sum(int(FLAG) << self.layout[flag][0] for flag in self.watched)
        visited = {self._field(step, f.by or f.of) for step, f in pairs}  # type: ignore[attr-defined]
        bits = sum(1 << int(shift) + bit for shift, mask in visited for bit in range(int(mask).bit_length()))
        where = np.int64(watched | bits)
        around = (
            engine.partner, engine.traits["household_offset"], engine.traits["household_size"],
            np.int64(self.layout[closes][0]),
        )  # fmt: skip

        def of(board: Array) -> Do:
            common = (engine.showing, engine.many, board, *around)
            looks = bound(look_for, [board, where, engine.showing, engine.many])
            sends = [self._meeting(engine, s, f, common) for s, f in pairs]
            if watched:
                sends.append(Sending(self.mail, send, [*common, np.int64(watched)]))

            def send_all() -> None:
                looks()
                for each in sends:
                    each()

            return send_all

        return of(self.board[0]), of(self.board[1])

    def _meeting(self, engine: Engine, step: Step, f: Any, common: Sequence[Any]) -> Sending:
        """What lets people meet whom a pair concerns."""
        use = np.int64(engine.uses[f"{step.scheme or 'society'}/{step.rule.key()}/{f.__name__}"])
        how = (self._field(step, f.of), self._field(step, f.by), np.int64(f.slots))
        given = tuple(self._given(engine, step, name) for name in arguments(f)[4:])
        args = [*common, *how, engine.constants["seed"], use, engine.now, given]
        return Sending(self.meetings[(step.path, f.__name__)], meet, args, decide=f)

    def _meet(self, step: Step, f: Any) -> bool:
        """True where somebody can show what a pair asks for."""
        return all(self.shown(step.shows(n)) for n in (f.of, f.by) if n)

    def shown(self, key: Key) -> bool:
        """True where a column of the board is made in this arm, so that somebody can show it."""
        return key in self.made or key in self.own

    def _field(self, step: Step, name: str) -> tuple[np.int64, np.int64]:
        """(shift, mask) of a column on the board, noughts for no column."""
        shift, bits = self.layout[step.shows(name)] if name else (0, 0)
        return np.int64(shift), np.int64((1 << bits) - 1)

    def _given(self, engine: Engine, step: Step, name: str) -> Any:
        """A further argument of a pair function."""
        if name == "month":
            return engine.now
        return np.int64(self.layout[step.shows(name[3:])][0]) if name[:3] == "at_" else self.settings[step.path][name]

    @property
    def all(self) -> list[Step]:
        """The steps of the month and then the measures."""
        return [*self.steps, *self.measures]


def watching(observed: Iterable[Measure], world: World, there: Container[Key]) -> list[Step]:
    """The measures as steps, once for society or once for each scheme; those about nothing that is `there` rest."""
    told = list(observed)
    asked = [("", m) for m in told if not m.of_scheme]
    asked += [(scheme.name, m) for scheme in world.schemes for m in told if m.of_scheme]
    found = [(Step(scheme, m), m.about) for scheme, m in asked]
    return [step for step, about in found if not about or any((step.owner(n), n) in there for n in about)]


def made(everything: Iterable[Step]) -> set[Key]:
    """The shared columns that somebody makes, or that begin as something.

    Who games or guards takes away what others made; they make what is anybody's to make.
    """
    found = {p for s in everything for p in s.makes() if s.rule.folder not in ROLES or COLUMNS[p[1]].anybodys}
    return (
        found
        | {("", COLUMNS[n].into) for _, n in found if COLUMNS[n].into}
        | {("", n) for n, c in COLUMNS.items() if c.begins}
    )


def declared(everything: list[Step]) -> Iterator[tuple[Key, Column]]:
    """Every column that one of the steps binds and that is there, and what closes ties, each once."""
    found, there = {("", n): c for n, c in COLUMNS.items() if c.closes}, made(everything)
    for step in everything:
        names = {n for f in step.rule.kernels for n in arguments(f)} | set(step.rule.columns)
        for _, name, column in filter(None, map(step.column, names)):
            own = name in step.rule.columns
            if column.scope != "luck" and (own or column.scalar or (step.owner(name), name) in there):
                found[(step.owner(name), name)] = column
    yield from sorted(found.items())


def bytes_a_person(everything: list[Step]) -> int:
    """What one person takes up in an arm: both boards and the lasting columns; records come on top."""
    lasting = (c for _, c in declared(everything) if (c.lagged or c.kept) and not c.scalar)
    return 16 + sum(np.dtype(c.dtype).itemsize * (2 if c.lagged else 1) for c in lasting)


def empty_scratch(uses: int, block: int) -> Scratch:
    """Working memory for one thread."""
    return Scratch(np.zeros((max(1, uses), block), np.uint32), new_entries(block))
