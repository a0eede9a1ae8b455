"""Lives: one synthetic person's story and its causes, under a scheme and without it.

A life is no part of what a run keeps. The world in which it was lived is lived through once more from the run's folder,
with somebody looking on (trace.py); what comes out is held against what the run counted. It is one of many possible
lives: other luck gives the same person another, and the same luck in both worlds is a convention.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodstanding.causes import Causes
from goodstanding.errors import Integrity, InvalidInput, nearest, plain
from goodstanding.frames import SYNTHETIC, Frame, marked, notebook, terminal
from goodstanding.history import Change, History
from goodstanding.parting import beside, courses, parting
from goodstanding.society import AGES, DIGITAL, ROLES, SCHOOLING, SEXES, TRAITS
from goodstanding.story import Event, events
from goodstanding.words import FROM, Words, dotted, many

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.engine import Engine
    from goodstanding.folder import Run
    from goodstanding.picks import Picked
    from goodstanding.scenario import Scenario
    from goodstanding.trace import Trace

ONE_OF_MANY = (
    "One of many possible lives of an invented person. Other luck gives the same person another, and that both worlds "
    "share their luck is a convention. It shows how the rules work on somebody, and is evidence of nothing beyond that."
)
WITHOUT = "none"
FIRST = 8
"""Rows of a story that a notebook shows."""


@dataclass
class Life(Frame):
    """One person's life in one arm of one world, beside the same person's without the scheme.

    `to_dict` gives all of it, `text` a story, `to_arrow` every change that a step made to a column of the person.
    """

    run: Run = field(repr=False)
    scenario: Scenario = field(repr=False)
    person: int
    arm: str
    world: int
    seeds: tuple[int, int]
    picked: Picked | None
    who: dict[str, Any] = field(repr=False)
    histories: dict[str, dict[int, History]] = field(repr=False)
    roles: dict[int, str] = field(repr=False)

    @cached_property
    def words(self) -> Words:
        """What things are called in the arm."""
        return Words(self.scenario, self.arm)

    @property
    def here(self) -> History:
        """The person under the scheme."""
        return self.histories[self.arm][self.person]

    @property
    def without(self) -> History:
        """The same person without it."""
        return self.histories[WITHOUT][self.person]

    @cached_property
    def _causes(self) -> Causes:
        return Causes(self.words, self.histories[self.arm], self.roles)

    @cached_property
    def sanctions(self) -> list[dict[str, Any]]:
        """What weighed on the person, each with the chain of its causes."""
        return self._causes.sanctions(self.person)

    @cached_property
    def sanction_months(self) -> list[dict[str, Any]]:
        """Each month of each sanction, and what it rests on."""
        return list(self._causes.verdicts(self.person))

    @cached_property
    def parting(self) -> dict[str, Any]:
        """The first month in which the two lives part, and the month for each thing that is the person's own."""
        return parting(self.here, self.without, self.words)

    @cached_property
    def beside(self) -> list[dict[str, str]]:
        """What both lives came to, side by side."""
        return beside(self.here, self.without, self.words)

    @cached_property
    def courses(self) -> list[dict[str, Any]]:
        """What can be drawn of both lives, month by month."""
        return courses(self.here, self.without, self.words)

    def events(self, arm: str) -> list[Event]:
        """What is told of the person's months in one of both arms, in order."""
        words = self.words if arm == self.arm else Words(self.scenario, arm)
        return events(self.histories[arm][self.person], words)

    @cached_property
    def record(self) -> list[dict[str, Any]]:
        """Every entry that ever stood on a scheme's record of the person, with the month in which it went."""
        return self._causes.record(self.person)

    def changes(self, arm: str) -> list[Change]:
        """Every change that a step made to a column of the person."""
        return self.histories[arm][self.person].changes

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values; months are counted from 0 here, where sentences tell them from 1."""
        manifest = self.run.manifest
        return {
            "synthetic": True, "what": SYNTHETIC, "label": ONE_OF_MANY, "scenario": manifest["scenario"],
            "title": manifest["title"], "digest": self.run.digest, "world": self.world, "seeds": list(self.seeds),
            "arm": self.arm, "against": WITHOUT, "months": self.here.months, "person": self.person,
            "pick": vars(self.picked) if self.picked else None, "who": self.who, "parting": self.parting,
            "beside": self.beside, "courses": self.courses, "sanctions": self.sanctions,
            "sanction_months": self.sanction_months, "record": self.record,
            "events": {arm: [vars(event) for event in self.events(arm)] for arm in (self.arm, WITHOUT)},
            "changes": self._rows(),
        }  # fmt: skip

    def text(self) -> str:
        """The story in plain sentences."""
        from goodstanding.story import text

        return text(self)

    def to_html(self) -> str:
        """The story as a page that opens from disk."""
        from goodstanding.report.life import render

        return render(self)

    @property
    def place(self) -> str:
        """What tells it from other lives that are kept beside the run."""
        return f"life-{self.arm}-{self.world}-{self.person}"

    def kept(self) -> dict[str, Any]:
        """The story as it is told, without every change behind it: what is kept of it beside the run."""
        from goodstanding.report.life import told

        return told(self)

    def to_arrow(self) -> pyarrow.Table:
        """Every change that a step made to a column of the person, in both arms."""
        import pyarrow

        fields = ("arm", "month", "step", "column", "before", "after", "told")
        rows = self._rows()
        table = pyarrow.table({name: [row[name] for row in rows] for name in fields})
        return marked(table, {"label": ONE_OF_MANY, "person": self.person})

    def __str__(self) -> str:
        return self.text()

    def __rich__(self) -> Table:
        return terminal(("month", "what happened", "by"), self._lines(), *self._said())

    def _repr_html_(self) -> str:
        from goodstanding.report.life import drawings

        story = notebook(("month", "what happened", "by"), self._lines()[:FIRST], *self._said())
        return drawings(self.kept()) + story

    def _lines(self) -> list[list[str]]:
        return [[str(event.month + FROM), event.text, event.step] for event in self.events(self.arm)]

    def _said(self) -> tuple[str, str]:
        shown = f"{many(len(self._lines()), 'event')}; print() tells the story. {ONE_OF_MANY}"
        return f"Person {self.person:,} of an invented county, arm {self.arm} · synthetic society", shown

    def _rows(self) -> list[dict[str, Any]]:
        """Every change as a row of plain values."""
        rows = []
        for arm in (self.arm, WITHOUT):
            words = self.words if arm == self.arm else Words(self.scenario, arm)
            rows += [
                {
                    "arm": arm, "month": c.month, "step": c.step, "column": dotted(c.key), "before": c.before,
                    "after": c.after, "told": words.change(c.key, c.before, c.after),
                }
                for c in self.changes(arm)
            ]  # fmt: skip
        return rows


def life(
    run: Run,
    person: int | None = None,
    *,
    pick: str | None = None,
    arm: str = "full",
    world: int = 1,
    allow_extensions: bool = False,
) -> Life:
    """Live through one world of a run again, and tell one person's life in an arm and without the scheme.

    `person` is a number from 0, or `pick` says whom; `world` counts the run's pairs of seeds from 1. Raises
    InvalidInput where that is no person, pick, arm or world, or the run is another version's; Integrity where what
    comes out is not what the run counted.
    """
    from goodstanding import picks
    from goodstanding.engine import Engine
    from goodstanding.trace import Trace

    if (person is None) == (pick is None):
        raise InvalidInput(f"life: allowed is either a person or a pick; picks are {', '.join(picks.RULES)}")
    if pick is not None:
        picks.check(pick)
    scenario = run.scenario(allow_extensions=allow_extensions)
    arms, worlds, people = run.manifest["arms"], run.manifest["seeds"], scenario.society.people
    if arm not in arms or arm == WITHOUT:
        allowed = ", ".join(a for a in arms if a != WITHOUT) or "none in this run"
        raise InvalidInput(
            f"--arm: '{plain(arm)}' cannot be told beside {WITHOUT}; allowed is one of {allowed}{nearest(arm, arms)}"
        )
    if scenario.months == 0:
        raise InvalidInput(f"{run.path}: a run of no months holds no life; allowed is one of at least a month")
    if type(world) is not int or not 1 <= world <= len(worlds):
        raise InvalidInput(f"--world: {plain(world)} is none of this run's; allowed is 1 to {len(worlds)}")
    if person is not None and (type(person) is not int or not 0 <= person < people):
        raise InvalidInput(f"--person: {plain(person)} does not live here; allowed is 0 to {people - 1}")
    seeds = (int(worlds[world - 1][0]), int(worlds[world - 1][1]))
    picked = picks.find(scenario, seeds, arm, pick) if pick is not None else None
    chosen = picked.person if picked else int(person or 0)
    trace = Trace(chosen)
    engine = Engine(scenario, *seeds, arms=[arm], observe=("unfounded",), onlooker=trace)
    trace.begin(engine)
    for _ in range(scenario.months):
        engine.step()
        trace.end(engine)
    _same(run, engine, world, arm)
    return lived(run, engine, trace, chosen, arm, world, picked)


def lived(
    run: Run, engine: Engine, trace: Trace, person: int, arm: str, world: int, picked: Picked | None = None
) -> Life:
    """The life of somebody who was followed, with their household, through a world that was lived to its end."""
    from goodstanding.trace import household

    at_home, seeds = household(engine.traits, person), run.manifest["seeds"][world - 1]
    roles = {i: ROLES[engine.traits["role"][i]] for i in at_home}
    histories = {}
    for name in (arm, WITHOUT):
        words = Words(engine.scenario, name)
        histories[name] = {i: History(trace.of[(name, i)], words, engine.month) for i in at_home}
    return Life(
        run, engine.scenario, person, arm, world, (seeds[0], seeds[1]), picked, portrait(engine, person, roles),
        histories, roles,
    )  # fmt: skip


def _same(run: Run, engine: Engine, number: int, arm: str) -> None:
    """Hold what was counted against what the run counted. Raises Integrity where one count is another."""
    import pyarrow.compute as pc

    table = run.world(number)
    for world in engine.worlds:
        if world.name not in (arm, WITHOUT):
            continue
        there = table.filter(pc.equal(table["arm"], world.name)).group_by("measure").aggregate([("count", "sum")])
        kept = dict(zip(there["measure"].to_pylist(), there["count_sum"].to_pylist(), strict=True))
        for (path, count), row in world.rows.items():
            name = f"{path}.{count}"
            if kept.get(name) != int(world.history[:, row].sum()):
                raise Integrity(
                    f"{run.path}: {name} in arm {world.name} comes out otherwise here than the run says; it was lived "
                    "by other code or on another machine, and its lives cannot be told"
                )


def portrait(engine: Engine, person: int, roles: dict[int, str]) -> dict[str, Any]:
    """What the person is like: traits that are fixed for a run, none of which could tell who they are."""
    told = {name: int(column[person]) for name, column in engine.traits.items() if name != "tied"}
    return {
        "age": AGES[told["age"]], "sex": SEXES[told["sex"]], "role": ROLES[told["role"]],
        "group": list(engine.scenario.society.groups)[told["group"]], "income_tenth": told["tenth"] + 1,
        "schooling": SCHOOLING[told["schooling"]], "digital": DIGITAL[told["digital"]],
        "lives_on_a_licence": bool(told["licensed"]),
        "traits": {name: {"is": label, "value": told[name]} for name, label in TRAITS.items()},
        "household": [{"person": i, "role": role} for i, role in roles.items() if i != person],
    }  # fmt: skip
