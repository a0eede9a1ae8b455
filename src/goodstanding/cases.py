"""Cases: the few people whom a measure looks at closely, and what the rules make of them with less on record.

A measure may name a column and look at those alone who have it, with their entries as they stood when it was made; a
kernel marked `@case` is written as any other and finds these few people in place of the block's. It may then have the
scheme's own rules work again on their records with entries struck out: whoever is no longer barred once a kind of entry
is gone was barred but for it. Nobody feels any of this; it says what a sanction rests on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.binding import ROLES
from goodstanding.kernels import arguments, compiled, kernel, rehearsing
from goodstanding.measures import Measure
from goodstanding.world import ENTRY, RECORD

if TYPE_CHECKING:
    from goodstanding.arm import Array
    from goodstanding.binding import Step
    from goodstanding.wiring import Wiring

STRUCK, REPLAYED = "struck", "replayed_"


@kernel
def pick(column: Any, case_of: Any, people: Any, entry_person: Any, entries: Any, found: Any) -> None:
    """Find the people with anything in the column, and their entries: places (people,), (entries,) and how many."""
    cases, mine = 0, 0
    for i in range(column.size):
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
        self.case_of, self.places = np.zeros(self.column.size, np.int32), np.zeros(self.column.size, np.int64)
        self.people = self.places[:0]
        self.kept: dict[str, Array] = {}

    @classmethod
    def of(cls, wiring: Wiring) -> dict[str, Cases]:
        """Those of every measure of an arm that has any, by the path of the measure."""
        looking = ((step, step.rule) for step in wiring.world.measures)
        return {s.path: cls(wiring, s, rule) for s, rule in looking if isinstance(rule, Measure) and rule.cases}

    def pick(self, month: np.int64) -> None:
        """Find the cases, and keep their entries as they stand now."""
        person, found = self.entries.view("person"), np.zeros(2, np.int64)
        mine = np.empty(person.size, np.int64)
        compiled(pick)(self.column, self.case_of, self.places, person, mine, found)
        self.people, mine = self.places[: found[0]], mine[: found[1]]
        self.kept = {f"entry_{name}": self.entries.view(name)[mine] for name in ENTRY}
        self.kept["entry_person"] = self.case_of[self.kept["entry_person"]]
        self.kept[STRUCK] = np.zeros(mine.size, np.uint32)

    def look(self, month: np.int64) -> None:
        """Let the kernels about cases see them, those with replays after the rules have been run again."""
        if not self.people.size and not rehearsing():
            return
        self.kept[STRUCK][:] = 0
        known: dict[str, Any] = {**self.kept, "month": month}
        for f in self.measure.kernels:
            if f.when == "case":  # type: ignore[attr-defined]
                again = [name for name in arguments(f) if name.startswith(REPLAYED)]
                if not known.keys() >= set(again):
                    known |= self._replayed(month, again)
                compiled(f)(*(self._seen(name, known) for name in arguments(f)))

    def _seen(self, name: str, known: dict[str, Any]) -> Any:
        if name not in known:
            value = self.wiring.value(self.step, name)
            known[name] = value[self.people] if self.wiring.per_person(self.step, name) else value
        return known[name]

    def _replayed(self, month: np.int64, wanted: list[str]) -> dict[str, Array]:
        """The columns (replays, cases) that the scheme's rules make of the record of every replay."""
        cases, replays = self.people.size, len(self.measure.replays)
        everybody = np.tile(self.people, replays)
        record = self._records(cases, replays)
        columns: dict[tuple[str, str], Array] = {}
        for step in self.wiring.world.steps:
            for f in step.rule.kernels:
                if step.scheme == self.step.scheme and f.when == "copies":  # type: ignore[attr-defined]
                    values = [self._again(step, name, month, everybody, record, columns) for name in arguments(f)]
                    compiled(f)(*values)
        empty = np.zeros(everybody.size, np.uint16)
        found = {name: columns.get((self.step.scheme, name.removeprefix(REPLAYED)), empty) for name in wanted}
        return {name: column.reshape(replays, cases) for name, column in found.items()}

    def _records(self, cases: int, replays: int) -> dict[str, Array]:
        """The entries of all replays, as columns; person r * cases + i is case i in replay r."""
        kept, found = self.kept, np.zeros(1, np.int64)
        room = {name: np.zeros(replays * kept[STRUCK].size, dtype) for name, dtype in ENTRY.items()}
        compiled(strike_out)(
            *(kept[f"entry_{name}"] for name in ("person", "act", "month")), kept[STRUCK], np.int64(cases),
            np.int64(replays), *(room[name] for name in ("person", "act", "month", "flags")), found,
        )  # fmt: skip
        return {f"entry_{name}": column[: found[0]] for name, column in room.items()}

    def _again(
        self,
        step: Step,
        name: str,
        month: np.int64,
        everybody: Array,
        record: dict[str, Array],
        columns: dict[tuple[str, str], Array],
    ) -> Any:
        """What a rule gets that works again: the cases' own facts, a record with less in it, counts nobody reads."""
        if name in ("month", "copy"):
            return month if name == "month" else np.int64(RECORD)
        if name in record:
            return record[name]
        value = self.wiring.value(step, name)
        if name in step.rule.counts:
            return np.zeros_like(value)
        if not self.wiring.per_person(step, name):
            return value
        found = step.column(name)
        if found is None or found[0]:
            return value[everybody]
        key = step.owner(found[1]), found[1]
        if key not in columns:
            columns[key] = np.zeros(everybody.size, value.dtype) if found[2].copies else value[everybody]
        return columns[key]
