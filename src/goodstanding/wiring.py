"""Wiring: the arguments of every kernel, found once before a run and called month after month.

An arm's lasting columns live in its `ArmWorld`; columns that do not outlive a block's month live in a thread's
`Scratch` and are shared by the arms. A column that a shut gate hides, or that nobody makes in this arm, binds as
noughts.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from types import FunctionType
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from goodstanding.acts import PLACES
from goodstanding.arm import FLAG, ArmWorld, Array, Do, Scratch
from goodstanding.around import GOT, Mail, collect, kin, part
from goodstanding.binding import WITHOUT, Step, is_luck
from goodstanding.cases import Cases
from goodstanding.kernels import arguments, kernel
from goodstanding.luck import fill_many
from goodstanding.native import Bound, bound, row
from goodstanding.world import COLUMNS, COPIES, Column

if TYPE_CHECKING:
    from goodstanding.engine import Engine


@kernel
def clear(column: Any) -> None:
    """Set a column to nought before its first maker adds to it."""
    column[:] = 0


@kernel
def add(column: Any, felt: Any) -> None:
    """Add a scheme's bits to what people feel of all schemes."""
    for i in range(column.size):
        felt[i] |= column[i]


@kernel
def show(column: Any, shift: Any, mask: Any, board: Any) -> None:
    """Put a column into its field of the public board."""
    for i in range(column.size):
        board[i] |= (np.int64(column[i]) & mask) << shift


class Call:
    """A kernel with its arguments bound, and what is done in Python after it."""

    def __init__(self, source: FunctionType, args: Sequence[Any], after: Do | None = None) -> None:
        self.source, self.bound, self.after = source, bound(source, args), after

    def __call__(self) -> None:
        self.bound()
        if self.after is not None:
            self.after()


def in_rows(every: Iterable[Do]) -> Iterator[Do]:
    """The same, with kernels together that follow one another; what is done after one of them ends a row."""
    together: list[Bound] = []
    for each in every:
        then: Do | None = each
        if isinstance(each, Call):
            together.append(each.bound)
            then = each.after
        if then is not None:
            if together:
                yield row(together)
                together = []
            yield then
    if together:
        yield row(together)


class Onlooker(Protocol):
    """Somebody who looks on while people live, arm by arm and block by block, and touches nothing."""

    def after(self, wiring: Wiring, step: Step | None, cases: Cases | None) -> Iterable[Do]:
        """What to call each month once a step was taken; without a step, once people feel what all of them did."""


@dataclass(frozen=True)
class Wiring:
    """Finds arguments for one arm, one block and one of the two parities of months."""

    engine: Engine
    world: ArmWorld
    at: int
    parity: int

    @property
    def people(self) -> slice:
        """The places of the block's people."""
        first = self.engine.firsts[self.at]
        return slice(first, min(first + self.engine.block, self.engine.people))

    @property
    def scratch(self) -> Scratch:
        """The scratch of the thread that this block belongs to."""
        return self.engine.scratch[self.at % self.engine.threads]

    def draws(self, numbers: Array) -> Call:
        """Look up the draws of the block's month, those of the uses in `numbers`."""
        engine, size = self.engine, self.people.stop - self.people.start
        first = np.int64(self.people.start)
        draws = self.scratch.draws[: numbers.size, :size]
        return Call(fill_many, [draws, engine.constants["seed"], numbers, engine.now, first])

    def luck(self) -> Iterator[tuple[Any, Call]]:
        """Kernels that depend on luck, traits and settings only, each with what identifies it among the arms."""
        for step in self.world.steps:
            for f in step.rule.kernels:
                if _when(f) == "block" and is_luck(step, f):
                    yield (step.path, repr(step.rule), f), self.call(step, f)

    def month(self) -> Iterator[Do]:
        """Everything that happens in the arm to the block in a month, in order."""
        yield from self._look_around()
        clean, cases = set(), Cases.of(self)
        for step in self.world.steps:
            for owner, name in sorted(step.makes()):
                if COLUMNS[name].combine and not COLUMNS[name].scalar and (owner, name) not in clean:
                    clean.add((owner, name))
                    for prefix in ("", "seen_", "twin_")[: 3 if COLUMNS[name].copies else 1]:
                        yield Call(clear, [self._column(prefix, owner, name, COLUMNS[name])])
            yield from self._kernels(step, ("block", "copies"))
            yield from (c.pick for c in cases.values() if c.maker == step.path)
            yield from self._seen(step)
        yield from self._merge()
        yield from self._seen(None)
        yield from self._show()
        for step in self.world.measures:
            yield from self._kernels(step, ("block", "copies"))
            if step.path in cases:
                yield cases[step.path].look
                yield from self._seen(step, cases[step.path])

    def _seen(self, step: Step | None, cases: Cases | None = None) -> Iterable[Do]:
        return self.engine.onlooker.after(self, step, cases) if self.engine.onlooker else ()

    def start(self) -> Iterator[Call]:
        """What sets the first state of the block's people."""
        for step in self.world.steps:
            yield from self._kernels(step, ("start",))

    def between(self) -> Iterator[Call]:
        """What turns last month's totals into scalars; a scalar is cleared before its first maker adds to it."""
        clean = set()
        for step in self.world.steps:
            for owner, name in sorted(step.makes()):
                if COLUMNS[name].combine and COLUMNS[name].scalar and (owner, name) not in clean:
                    clean.add((owner, name))
                    yield Call(clear, [self.world.scalars[(owner, name)]])
            yield from self._kernels(step, ("between",))

    def _kernels(self, step: Step, when: tuple[str, ...]) -> Iterator[Call]:
        for f in step.rule.kernels:
            if _when(f) in when and not (_when(f) == "block" and is_luck(step, f)):
                for copy in COPIES if _when(f) == "copies" else ("record",):
                    yield self.call(step, f, copy)

    def call(self, step: Step, f: FunctionType, copy: str = "record") -> Call:
        """A kernel of one step, bound."""
        names, after = arguments(f), None
        if any(name.startswith("new_") for name in names):
            after = partial(self.world.entries[step.scheme][self.at].take, self.scratch.new, self.engine.now)
        return Call(f, [self.value(step, name, copy) for name in names], after)

    def per_person(self, step: Step, name: str) -> bool:
        """True where a kernel's argument has one place for each person of the block."""
        if (
            name in self.engine.traits
            or name == "room"
            or name.startswith(("draw_", "around_", "parent_", "spouse_", "did_", "got_"))
        ):
            return True
        found = step.column(name)
        return found is not None and found[0] != "others_" and not found[2].scalar and found[2].each == 1

    def value(self, step: Step, name: str, copy: str = "record") -> Any:
        """What answers to one argument of a kernel."""
        engine, world, rule = self.engine, self.world, step.rule
        size = self.people.stop - self.people.start
        if name == "month":
            return engine.now
        if name.startswith("entry_"):
            return world.entries[step.scheme][self.at].columns[name[6:]]
        if name == "copy":
            return np.int64(COPIES[copy])
        if name == "first":
            return np.int64(self.people.start)
        if name == "room":
            return self.scratch.column((name,), "uint8", engine.block)[:size]
        if name == "act_room":
            return self.scratch.column((name,), "int64", 4 * PLACES).reshape(4, PLACES)
        if name.startswith("draw_"):
            return self.scratch.draws[engine.use_row[use_name(step, name)], :size]
        if name.startswith("use_"):
            return np.int64(engine.uses[use_name(step, name)])
        if name in world.settings[step.path]:
            return world.settings[step.path][name]
        counted = world.counters[self.at % engine.threads]
        if name in rule.counts:
            return counted[world.rows[(step.path, name)]]
        if name == "counts":
            top = world.rows[(step.path, next(iter(rule.counts)))]
            return counted[top : top + len(rule.counts)]
        if name.startswith("total_") and name[6:] in rule.counts:
            return world.totals[world.rows[(step.path, name[6:])]]
        if name.startswith("new_"):
            return self.scratch.new[name[4:]]
        if name in engine.constants:
            return engine.constants[name]
        who, _, flag = name.partition("_")
        if who in ("around", "parent", "spouse") and step.column(flag) and step.shows(flag) in world.layout:
            if not world.shown(step.shows(flag)):
                return np.zeros(size, np.uint8)
            return self.scratch.column((who, *step.shows(flag)), "uint8", engine.block)[:size]
        if who in ("did", "got") and flag in {f.__name__ for f in step.pairs}:
            if (step.path, flag) not in world.meetings:
                return np.zeros(size, np.int32)
            return self.scratch.column((step.path, name), "int32", engine.block)[:size]
        if name in engine.traits:
            return engine.traits[name][self.people]
        if name.startswith("others_") and name[7:] in engine.traits:
            return engine.traits[name[7:]]
        found = step.column(name)
        assert found is not None, name  # check_names has refused the rest
        prefix, plain, column = found
        if column.scope == "luck":
            key = (f"{step.path} {rule!r}", plain)
            return self.scratch.column(key, column.dtype, engine.block * column.each)
        felt = step.side == "people" or column.scope == "society"
        hidden = felt and column.gate in world.closed and plain not in rule.writes
        if prefix == "" and copy != "record" and column.copies:
            prefix = f"{copy}_"
        return self._column(prefix, step.owner(plain), plain, column, hidden)

    def _column(self, prefix: str, owner: str, name: str, column: Column, hidden: bool = False) -> Array:
        world, people, key = self.world, self.people, (owner, name)
        size = people.stop - people.start
        there = key in world.made or key in world.own or column.scalar
        if hidden or not there:
            return np.zeros(1 if column.scalar else self.engine.people if prefix == "others_" else size, column.dtype)
        if column.scalar:
            return world.scalars[key]
        if column.gate in world.closed and not owner:  # what a scheme would tell or do, and society never learns
            return self.scratch.column(("shut", name), column.dtype, self.engine.block)[:size]
        if column.lagged:
            if prefix == WITHOUT:
                return self.engine.reference.state[key][1 - self.parity, people]
            if prefix == "others_":
                return world.state[key][1 - self.parity, :]
            return world.state[key][1 - self.parity if prefix == "last_" else self.parity, people]
        if key in world.state:
            return world.state[key][people]
        shadow = prefix if prefix in ("seen_", "twin_") else ""
        return self.scratch.column((owner, shadow + name), column.dtype, self.engine.block)[:size]

    def _look_around(self) -> Iterator[Call]:
        engine, world, size = self.engine, self.world, self.people.stop - self.people.start
        if world.watched:
            sums = yield from self._collect(world.mail)
            for flag in filter(world.shown, world.watched):
                out = self.scratch.column(("around", *flag), "uint8", engine.block)[:size]
                yield Call(part, [sums, np.int64(world.layout[flag][0]), FLAG, out])
        for (path, name), mail in world.meetings.items():
            sums = yield from self._collect(mail)
            asked = {n for s in world.steps if s.path == path for n in s.names}
            for end, shift in (("did", 0), ("got", GOT)):
                if f"{end}_{name}" in asked:
                    out = self.scratch.column((path, f"{end}_{name}"), "int32", engine.block)[:size]
                    yield Call(part, [sums, np.int64(shift), np.int64((1 << GOT) - 1), out])
        kinship = {
            s.shows(name.partition("_")[2])
            for s in world.all for name in s.names if name.startswith(("parent_", "spouse_"))
        }  # fmt: skip
        for key in sorted(filter(world.shown, kinship)):
            outs = [self.scratch.column((who, *key), "uint8", engine.block)[:size] for who in ("parent", "spouse")]
            columns = [engine.traits[name] for name in ("household_offset", "household_size", "role")]
            first, shift = np.int64(self.people.start), world.layout[key][0]
            yield Call(kin, [world.board[1 - self.parity], first, *columns, np.int64(shift), *outs])

    def _collect(self, mail: Mail) -> Generator[Call, None, Array]:
        size = self.people.stop - self.people.start
        sums = self.scratch.column(("around", ""), "int64", self.engine.block)[:size]
        yield Call(collect, [mail.to, mail.shown, mail.ends, np.int64(self.at), np.int64(self.people.start), sums])
        return sums

    def _merge(self) -> Iterator[Call]:
        """Let people feel what is left of what each scheme does to them."""
        clean = set()
        for owner, name in self.world.merged:
            column, target = COLUMNS[name], COLUMNS[COLUMNS[name].into]
            if target.gate in self.world.closed:
                continue
            felt = self.felt(column.into)
            if column.into not in clean:
                clean.add(column.into)
                yield Call(clear, [felt])
            yield Call(add, [self._column("", owner, name, column), felt])

    def felt(self, name: str) -> Array:
        """What people feel of all schemes together: the society column that theirs are added to."""
        return self._column("", "", name, COLUMNS[name])

    def _show(self) -> Iterator[Call]:
        world, board = self.world, self.world.board[self.parity][self.people]
        yield Call(clear, [board])
        for (owner, name), (shift, bits) in world.layout.items():
            column = self._declared(owner, name)
            if world.shown((owner, name)) and column.gate not in world.closed:
                shown = self._column("", owner, name, column)
                yield Call(show, [shown, np.int64(shift), np.int64((1 << bits) - 1), board])

    def _declared(self, owner: str, name: str) -> Column:
        own = (s.rule.columns[name] for s in self.world.all if s.path == owner and name in s.rule.columns)
        return next(own, None) or COLUMNS[name]


def use_name(step: Step, name: str) -> str:
    """What a draw is for, by name: `<scheme or society>/<mechanism>/<draw>`."""
    return f"{step.scheme or 'society'}/{step.rule.key()}/{name.split('_', 1)[1]}"


def drawn(step: Step, column: bool = False) -> Iterator[str]:
    """The arguments of a step that are draws or their identities, and the draws of its pairs.

    With `column`, only those that are wanted of everybody each month.
    """
    for f in step.rule.kernels:
        if _when(f) == "pair" and not column:
            yield f"draw_{f.__name__}"
        elif _when(f) not in ("pair", "start") or not column:
            yield from (n for n in arguments(f) if n.startswith("draw_" if column else ("draw_", "use_")))


def _when(f: Any) -> str:
    return str(f.when)
