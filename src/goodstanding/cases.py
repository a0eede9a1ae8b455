"""Cases: the few people whom a measure looks at closely, and what the rules make of them with less on record.

A measure may name a column and look at those alone who have it, with their entries as they stood when it was made; a
kernel marked `@case` is written as any other and finds these few people in place of the block's. It may then have the
scheme's own rules work again on their records with entries struck out: whoever is no longer barred once a kind of entry
is gone was barred but for it. Nobody feels any of this; it says what a sanction rests on.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.binding import ROLES
from goodstanding.kernels import arguments, kernel
from goodstanding.measures import Measure
from goodstanding.native import compiled, rehearsing
from goodstanding.world import COLUMNS, ENTRY, RECORD

if TYPE_CHECKING:
    from goodstanding.arm import Array
    from goodstanding.binding import Step
    from goodstanding.wiring import Wiring

Give = Callable[[], Any]
STRUCK, REPLAYED = "struck", "replayed_"


@kernel
def pick(column: Any, case_of: Any, people: Any, entry_person: Any, entries: Any, found: Any) -> None:
    """Find the people with anything in the column, and their entries: places (people,), (entries,) and how many."""
    cases, mine, step = 0, 0, 8 // column.itemsize
    eights = column[: column.size // step * step].view(np.uint64)  # bytes; nearly always all of them noughts
    for eight in range(eights.size + 1):
        if eight == eights.size or eights[eight]:
            for i in range(eight * step, min(column.size, (eight + 1) * step)):
                if column[i]:
                    case_of[i] = cases
                    people[cases] = i
                    cases += 1
    if cases:
        for e in range(entry_person.size):
            if column[entry_person[e]]:
                entries[mine] = e
                mine += 1
    found[0] = cases
    found[1] = mine


@kernel
def strike_out(
    person: Any, act: Any, month: Any, struck: Any, cases: Any, replays: Any, to_person: Any, to_act: Any,
    to_month: Any, to_flags: Any, found: Any,
) -> None:  # fmt: skip
    """Write the records of all replays as one, in the order of time: person r * cases + i is case i in replay r."""
    n = 0
    for e in range(person.size):
        for r in range(replays):
            if not (struck[e] >> r) & 1:
                to_person[n] = r * cases + person[e]
                to_act[n] = act[e]
                to_month[n] = month[e]
                to_flags[n] = RECORD
                n += 1
    found[0] = n


class Cases:
    """The cases of one measure in one block: picked when their column has been made, looked at when measured."""

    def __init__(self, wiring: Wiring, step: Step, measure: Measure) -> None:
        self.wiring, self.step, self.measure = wiring, step, measure
        self.entries = wiring.world.entries[step.scheme][wiring.at]
        made = step.owner(measure.cases), measure.cases
        makers = [s.path for s in wiring.world.steps if made in s.makes() and s.rule.folder not in ROLES]
        self.maker = makers[-1] if makers else ""
        self.column = wiring.value(step, self.measure.cases)
        self.month, self.people, self.everybody = np.int64(0), np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.kept: dict[str, Array] = {f"entry_{name}": np.zeros(0, dtype) for name, dtype in ENTRY.items()}
        self.record: dict[str, Array] = {}
        self.facts: dict[str, Array] = {}
        self.replayed: dict[tuple[str, str], Array] = {}

    @classmethod
    def of(cls, wiring: Wiring) -> dict[str, Cases]:
        """Those of every measure of an arm that can have any, by the path of the measure."""
        looking = ((step, step.rule) for step in wiring.world.measures)
        found = (cls(wiring, s, rule) for s, rule in looking if isinstance(rule, Measure) and rule.cases)
        return {cases.step.path: cases for cases in found if cases.maker}

    def pick(self, month: np.int64) -> None:
        """Find the cases, and keep their entries as they stand now."""
        person, found = self.entries.view("person"), np.zeros(2, np.int64)
        room = self.wiring.scratch.column
        case_of, places = (room(("case", name), "int32", self.wiring.engine.block) for name in ("of", "people"))
        entries = room(("case", "entries"), "int32", person.size)
        compiled(pick)(self.column, case_of, places, person, entries, found)
        self.people, mine = places[: found[0]].astype(np.int64), entries[: found[1]]
        self.kept = {f"entry_{name}": self.entries.view(name)[mine] for name in ENTRY}
        self.kept["entry_person"] = case_of[self.kept["entry_person"]]

    def look(self, month: np.int64) -> None:
        """Let the kernels about cases see them, those with replays after the rules have been run again."""
        if not self.people.size and not rehearsing():
            return
        self.month, self.facts, self.replayed = month, {}, {}
        self.kept[STRUCK] = np.zeros(self.kept["entry_act"].size, np.uint32)
        for f, again, given in self._looks:
            if again and not self.replayed:
                self._replay()
            compiled(f)(*(give() for give in given))

    @cached_property
    def _looks(self) -> list[tuple[FunctionType, bool, list[Give]]]:
        """The kernels about cases, whether they want replays, and what gives their arguments."""
        kernels = [f for f in self.measure.kernels if f.when == "case"]  # type: ignore[attr-defined]
        return [
            (f, any(name.startswith(REPLAYED) for name in arguments(f)), [self._seen(name) for name in arguments(f)])
            for f in kernels
        ]

    @cached_property
    def _rules(self) -> list[tuple[FunctionType, list[Give]]]:
        """The scheme's rules that work on copies of the record, in the order of the month."""
        steps = [step for step in self.wiring.world.steps if step.scheme == self.step.scheme]
        rules = [(step, f) for step in steps for f in step.rule.kernels if f.when == "copies"]  # type: ignore[attr-defined]
        return [(f, [self._again(step, name) for name in arguments(f)]) for step, f in rules]

    def _seen(self, name: str) -> Give:
        """What gives a kernel about cases an argument."""
        if name == "month":
            return lambda: self.month
        if name.startswith("entry_") or name == STRUCK:
            return lambda: self.kept[name]
        if name.startswith(REPLAYED):
            key, dtype = (self.step.scheme, name.removeprefix(REPLAYED)), COLUMNS[name.removeprefix(REPLAYED)].dtype
            rows = len(self.measure.replays)
            return lambda: self.replayed.get(key, np.zeros(self.everybody.size, dtype)).reshape(rows, self.people.size)
        value = self.wiring.value(self.step, name)
        if not self.wiring.per_person(self.step, name):
            return lambda: value

        def gathered() -> Array:
            if name not in self.facts:
                self.facts[name] = value[self.people]
            return self.facts[name]

        return gathered

    def _again(self, step: Step, name: str) -> Give:
        """What gives a rule that works again an argument: the cases' own facts, a record with less in it."""
        if name in ("month", "copy"):
            return lambda: self.month if name == "month" else np.int64(RECORD)
        if name.startswith("entry_"):
            return lambda: self.record[name]
        value, found = self.wiring.value(step, name), step.column(name)
        if name in step.rule.counts:
            nobody_reads = np.zeros_like(value)
            return lambda: nobody_reads
        if not self.wiring.per_person(step, name):
            return lambda: value
        if found is None or found[0]:
            return lambda: value[self.everybody]
        key, copies = (step.owner(found[1]), found[1]), found[2].copies

        def column() -> Array:
            if key not in self.replayed:
                self.replayed[key] = np.zeros(self.everybody.size, value.dtype) if copies else value[self.everybody]
            return self.replayed[key]

        return column

    def _replay(self) -> None:
        """Run the scheme's rules on the record of every replay; person r * cases + i is case i in replay r."""
        kept, found, replays = self.kept, np.zeros(1, np.int64), len(self.measure.replays)
        self.everybody = np.tile(self.people, replays)
        room = {name: np.empty(replays * kept[STRUCK].size, dtype) for name, dtype in ENTRY.items()}
        compiled(strike_out)(
            *(kept[f"entry_{name}"] for name in ("person", "act", "month")), kept[STRUCK], np.int64(self.people.size),
            np.int64(replays), *(room[name] for name in ("person", "act", "month", "flags")), found,
        )  # fmt: skip
        room["origin"][:] = 0  # why an entry stands is not for the rules to know
        self.record = {f"entry_{name}": column[: found[0]] for name, column in room.items()}
        for f, given in self._rules:
            compiled(f)(*(give() for give in given))
