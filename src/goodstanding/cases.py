"""Cases: the few people whom a measure looks at closely, and what the rules make of them with less on record.

A measure may name a column and look at those alone who have it, with their entries as they stood when it was made; a
kernel marked `@case` is written as any other and finds these few people in place of the block's. It may then have the
scheme's own rules work again on their records with entries struck out: whoever is no longer barred once a kind of entry
is gone was barred but for it. Nobody feels any of this; it says what a sanction rests on.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.binding import ROLES
from goodstanding.kernels import arguments, kernel
from goodstanding.measures import Measure
from goodstanding.native import Cell, bound, row
from goodstanding.world import COLUMNS, ENTRY, RECORD

if TYPE_CHECKING:
    from goodstanding.arm import Array, Do
    from goodstanding.binding import Step
    from goodstanding.wiring import Wiring

STRUCK, REPLAYED = "struck", "replayed_"


@kernel
def pick(column: Any, case_of: Any, people: Any, found: Any) -> None:
    """Find the people with anything in the column: their places (people,), and how many."""
    cases, step = 0, 8 // column.itemsize
    eights = column[: column.size // step * step].view(np.uint64)  # bytes; nearly always all of them noughts
    for eight in range(eights.size + 1):
        if eight == eights.size or eights[eight]:
            for i in range(eight * step, min(column.size, (eight + 1) * step)):
                if column[i]:
                    case_of[i] = cases
                    people[cases] = i
                    cases += 1
    found[0] = cases


class Cases:
    """The cases of one measure in one block: picked when their column has been made, looked at when measured.

    What a kernel about cases or a rule that works again is given stands in cells, which are filled before it is called:
    facts of the cases, and of everybody in a replay; person r * cases + i is case i in replay r.
    """

    def __init__(self, wiring: Wiring, step: Step, measure: Measure) -> None:
        self.wiring, self.step, self.measure = wiring, step, measure
        self.entries = wiring.world.entries[step.scheme][wiring.at]
        made = step.owner(measure.cases), measure.cases
        makers = [s.path for s in wiring.world.steps if made in s.makes() and s.rule.folder not in ROLES]
        self.maker = makers[-1] if makers else ""
        self.column, self.month = wiring.value(step, measure.cases), -1
        self.people, self.found = np.zeros(0, np.int64), np.zeros(1, np.int64)
        room = wiring.scratch.column
        self.case_of, self.places = (room(("case", n), "int32", wiring.engine.block) for n in ("of", "people"))
        self.kept = {f"entry_{name}": Cell(np.zeros(0, dtype)) for name, dtype in ENTRY.items()}
        self.kept[STRUCK] = Cell(np.zeros(0, np.uint32))
        self.record = {f"entry_{name}": Cell(np.zeros(0, dtype)) for name, dtype in ENTRY.items()}
        self.facts: dict[str, tuple[Cell, Array]] = {}
        self.again: dict[Any, tuple[Cell, Array]] = {}
        self.columns: dict[tuple[str, str], tuple[Cell, Array]] = {}
        self.replayed: dict[str, Cell] = {}
        self._bind()

    @classmethod
    def of(cls, wiring: Wiring) -> dict[str, Cases]:
        """Those of every measure of an arm that can have any, by the path of the measure."""
        looking = ((step, step.rule) for step in wiring.world.measures)
        found = (cls(wiring, s, rule) for s, rule in looking if isinstance(rule, Measure) and rule.cases)
        return {cases.step.path: cases for cases in found if cases.maker}

    def _bind(self) -> None:
        """Find the kernels about cases, before and after a replay, and the scheme's rules that work on its records."""
        self._find = bound(pick, [self.column, self.case_of, self.places, self.found])
        steps = [step for step in self.wiring.world.steps if step.scheme == self.step.scheme]
        rules = [(step, f) for step in steps for f in step.rule.kernels if f.when == "copies"]  # type: ignore[attr-defined]
        kernels = [f for f in self.measure.kernels if f.when == "case"]  # type: ignore[attr-defined]
        afterwards = [any(name.startswith(REPLAYED) for name in arguments(f)) for f in kernels]
        first = afterwards.index(True) if any(afterwards) else len(kernels)
        self._look, self._then = self._row(kernels[:first]), self._row(kernels[first:])
        if self._then is not None:
            self._rules = row([bound(f, [self._again(step, name) for name in arguments(f)]) for step, f in rules])

    def _row(self, kernels: list[FunctionType]) -> Do | None:
        return row([bound(f, [self._seen(name) for name in arguments(f)]) for f in kernels]) if kernels else None

    def pick(self) -> None:
        """Find the cases, and keep their entries as they stand now."""
        self._find()
        self.people = self.places[: self.found[0]].astype(np.int64)
        if self.people.size:
            person = self.entries.view("person")
            mine = np.flatnonzero(self.column[person])
            for name in ENTRY:
                kept = self.entries.view(name)[mine]
                self.kept[f"entry_{name}"].put(self.case_of[kept] if name == "person" else kept)

    def look(self) -> None:
        """Let the kernels about cases see them, those with replays after the rules have been run again."""
        if not self.people.size:
            return
        self.month = self.wiring.engine.month
        self.kept[STRUCK].put(np.zeros(self.kept["entry_act"].value.size, np.uint32))
        for cell, value in self.facts.values():
            cell.put(value[self.people])
        if self._look is not None:
            self._look()
        if self._then is not None:
            self._replay()
            self._then()

    def _seen(self, name: str) -> Any:
        """An argument of a kernel about cases."""
        if name.startswith("entry_") or name == STRUCK:
            return self.kept[name]
        if name.startswith(REPLAYED):
            plain = name.removeprefix(REPLAYED)
            return self.replayed.setdefault(plain, Cell(np.zeros((1, 0), COLUMNS[plain].dtype)))
        value = self.wiring.value(self.step, name)
        if not self.wiring.per_person(self.step, name):
            return value
        return self.facts.setdefault(name, (Cell(value[self.people]), value))[0]

    def _again(self, step: Step, name: str) -> Any:
        """An argument of a rule that works again: the cases' own facts, a record with less in it."""
        if name == "copy":
            return np.int64(RECORD)
        if name.startswith("entry_"):
            return self.record[name]
        value, found = self.wiring.value(step, name), step.column(name)
        if name in step.rule.counts:
            return np.zeros_like(value)  # which nobody reads
        if not self.wiring.per_person(step, name):
            return value
        if found is None or found[0]:
            return self.again.setdefault((step.path, name), (Cell(value[self.people]), value))[0]
        begins = np.zeros_like(value) if found[2].copies else value
        return self.columns.setdefault((step.owner(found[1]), found[1]), (Cell(value[self.people]), begins))[0]

    def _replay(self) -> None:
        """Run the scheme's rules on the records of all replays."""
        replays, cases = len(self.measure.replays), self.people.size
        everybody = np.tile(self.people, replays)
        struck = self.kept[STRUCK].value
        for name, column in strike_out({n: self.kept[n].value for n in self.record}, struck, cases, replays).items():
            self.record[name].put(column)
        for cell, value in (*self.again.values(), *self.columns.values()):
            cell.put(value[everybody])
        self._rules()
        for name, cell in self.replayed.items():
            cell.put(self.made(name))

    def made(self, name: str) -> Array:
        """What the rules last made of one of the scheme's columns (replays, cases)."""
        there = self.columns.get((self.step.scheme, name))
        shape = len(self.measure.replays), self.people.size
        return np.zeros(shape, COLUMNS[name].dtype) if there is None else there[0].value.reshape(shape)


def strike_out(kept: dict[str, Array], struck: Array, cases: int, replays: int) -> dict[str, Array]:
    """The records of all replays as one, in the order of time; person r * cases + i is case i in replay r.

    `struck` has a bit for each replay that an entry is left out of. Why an entry stands is not for the rules to know.
    """
    entry, replay = ((struck[:, None] >> np.arange(replays, dtype=np.uint32)) & 1 == 0).nonzero()
    left = {name: column[entry] for name, column in kept.items()}
    left["entry_person"] += (cases * replay).astype(left["entry_person"].dtype)
    left["entry_flags"][:] = RECORD
    left["entry_origin"][:] = 0
    return left
