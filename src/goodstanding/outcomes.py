"""Potential outcomes: what befell the same people with the scheme and without, and how far that can be known.

One society lives under several lucks, in the arm asked for, without the scheme, and in probes. Of every adult the
months of each kind are kept, a byte or two a kind. Nobody has both lives: who was harmed depends on how the two are
paired. Means do not; neither does what is expected of a person over lucks; shares of people do, so that they stand
beside the bounds that hold whatever the pairing (Fréchet 1951; for differences Makarov 1981), beside a pairing with
other luck, and beside how many of the untouched are worse off where a few others are each given one small entry.

Where sets of assumptions are asked for, each set is the same question in a small county under a few lucks, and every
mean and share then has a band over the sets.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.answer import Answer
from goodstanding.assumptions import band, by_luck
from goodstanding.beside import Job, Tell, answers
from goodstanding.effects import Array, Gathered, gini, over_lucks, top
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import LEVEL, Band, Estimate
from goodstanding.frames import marked
from goodstanding.harms import ORDER, PAIRING, SHARE, Harms, Kind, Over
from goodstanding.measures.ever import LESS_IS_HARM, Ever
from goodstanding.mechanism import probe
from goodstanding.scenario import Arm, Scenario
from goodstanding.society import SMALLEST_CELL, Population
from goodstanding.sweep import Sweep
from goodstanding.variants import varied

if TYPE_CHECKING:
    import pyarrow

LUCKS, FEWEST = 20, 4
WITHOUT, BLIND, FLOOR = "none", "out of sight", "one small entry"
"""Arms that are lived beside the one asked for; a name with a space no scenario can take."""


def outcomes(
    scenario: Scenario,
    *,
    arm: str = "full",
    lucks: int = LUCKS,
    society: int = 0,
    assumptions: int = 0,
    processes: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Outcomes:
    """Let one society live under so many lucks with a scheme, without it and in the probes, and compare its people.

    `assumptions` is how many sets of assumptions are tried besides, each in a small county under a few lucks. Raises
    InvalidInput for an arm that is not there or has no scheme, for too few lucks and for a society that is none.
    """
    given = _probed(scenario, arm)
    for name, value, least, most in (("lucks", lucks, FEWEST, 1000), ("society", society, 0, (1 << 64) - 1)):
        if type(value) is not int or not least <= value <= most:
            what = f"allowed is a whole number from {least} to {most:,}"
            raise InvalidInput(f"outcomes: {name}: {plain(value)} cannot be used; {what}")
    sweep = Sweep.asked(scenario, assumptions, arm)
    asks = {"arm": arm, "society": society}
    jobs = [Job({**asks, "luck": luck}, f"luck {luck}", "lucks") for luck in range(lucks)]
    with tempfile.TemporaryDirectory(prefix="goodstanding-outcomes-") as name:
        files = answers("goodstanding.outcomes:live", scenario, jobs, Path(name), processes, progress)
        found, cells = _gathered(given, arm, society, [Path(name) / file for file in files])
    jobs = [Job({**asks, "laid": laid}, f"set {at + 1}", "sets") for at, laid in enumerate(sweep.laid if sweep else ())]
    with tempfile.TemporaryDirectory(prefix="goodstanding-outcomes-") as name:
        sets = answers("goodstanding.outcomes:small", scenario, jobs, Path(name), processes, progress) if jobs else []
    return Outcomes(scenario, arm, society, found, cells, sets)


def small(scenario: Scenario, folder: Path, job: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """The same question at another set of assumptions, in a small county under a few lucks: its kinds, in numbers."""
    scenario, arm, society = varied(scenario, job["laid"]), job["arm"], job["society"]
    with tempfile.TemporaryDirectory(dir=folder) as name:
        lucks = [{"arm": arm, "society": society, "luck": luck} for luck in range(FEWEST)]
        files = [Path(name) / live(scenario, Path(name), luck, tell) for luck in lucks]
        found, cells = _gathered(_probed(scenario, arm), arm, society, files)
    kinds = [asdict(kind) for kind in Outcomes(scenario, arm, society, found, cells).kinds]
    by_luck = {kind: [int((a - b).sum()) / gathered.strata.size for a, b in gathered.sums]
               for kind, gathered in found.items()}  # fmt: skip
    return {"people": scenario.society.people, "kinds": kinds, "by_luck": by_luck}


def _gathered(given: Scenario, arm: str, society: int, files: Sequence[Path]) -> tuple[dict[str, Gathered], list[str]]:
    """What the lucks of one society left in files, kind by kind, with the names of the strata."""
    people = Population(given.society, society)
    adults = people.columns["age"] > 0
    names = [f"{group} {tenth:02}" for _, group, tenth in people.strata]
    cells = sorted({*names})
    strata = np.array([cells.index(name) for name in names])[people.columns["stratum"][adults]]
    found = {kind: Gathered(strata, -1 if kind in LESS_IS_HARM else 1) for kind in Ever.columns}
    for file in files:
        with np.load(file, allow_pickle=False) as kept:
            for kind, gathered in found.items():
                told = {side: kept[f"{side}.{kind}"] for side in given.arms if f"{side}.{kind}" in kept.files}
                gathered.add(
                    told[arm], told[WITHOUT], blind=told[BLIND], hidden=kept["hidden"], full=told.get("full"),
                    placebo=told.get(FLOOR), untouched=kept["untouched"],
                )  # fmt: skip
    for gathered in found.values():
        gathered.close()
    return found, cells


def live(scenario: Scenario, folder: Path, job: Mapping[str, Any], tell: Tell) -> str:
    """Let the society live under one luck, and leave the months of its adults in a file; returns the file's name."""
    from goodstanding.engine import Engine

    given = _probed(scenario, job["arm"])
    engine = Engine(given, job["society"], job["luck"], observe=[Ever.key()])
    for _ in range(given.months):
        engine.step()
    adults = engine.traits["age"] > 0
    kept: dict[str, Array] = {"hidden": np.zeros(adults.sum(), np.uint8), "untouched": np.ones(adults.sum(), np.uint8)}
    for world in engine.worlds:
        for (_, name), column in world.state.items():
            if name in Ever.columns:
                kept[f"{world.name}.{name}"] = column[adults]
            elif name in probe("direct")[1].columns:
                kept["hidden"] |= column[adults]
            elif name == "touched":
                kept["untouched"] &= column[adults] == 0
    file = f"luck-{job['luck']}.npz"
    np.savez(folder / file, **kept)  # type: ignore[arg-type]
    return file


def _probed(scenario: Scenario, arm: str) -> Scenario:
    """The scenario with the arms that are lived: without, the one asked for, a blind one, what the floor needs."""
    world = scenario.world(arm)
    if not world.schemes:
        raise InvalidInput(f"outcomes: there is no scheme in the arm {arm}; allowed is an arm with one")
    hides = probe("direct")[1](share=SHARE)
    schemes = tuple(replace(s, mechanisms=(*s.mechanisms, hides)) for s in world.schemes)
    arms = {name: scenario.arms[name] for name in dict.fromkeys((WITHOUT, arm))}
    worlds = {name: scenario.worlds[name] for name in arms}
    arms[BLIND], worlds[BLIND] = Arm(BLIND, scenario.arms[arm].closed, False, {}), replace(world, schemes=schemes)
    if (floor := _floor(scenario)) is not None:
        arms["full"], worlds["full"] = scenario.arms["full"], scenario.worlds["full"]
        arms[FLOOR], worlds[FLOOR] = replace(scenario.arms[floor], name=FLOOR), scenario.worlds[floor]
    return replace(scenario, arms=arms, worlds=worlds)


def _floor(scenario: Scenario) -> str | None:
    """The first arm that changes nothing in the full one but what the probe of the floor does."""
    path = f".{probe('floor')[0]}"
    return next((n for n, arm in scenario.arms.items() if arm.nodes and all(path in node for node in arm.nodes)), None)


class Outcomes(Answer):
    """One society's people under many lucks, in an arm and without the scheme, kind of month by kind of month.

    `sets` is what came out at each set of assumptions (see `small`).
    """

    def __init__(
        self,
        scenario: Scenario,
        arm: str,
        society: int,
        gathered: Mapping[str, Gathered],
        cells: Sequence[str],
        sets: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.scenario, self.arm, self.society, self.gathered, self.cells = scenario, arm, society, gathered, cells
        self.sets = sets
        first = next(iter(gathered.values()))
        self.lucks, self.adults = first.lucks, int(first.strata.size)

    @property
    def probed(self) -> float | None:
        """The share of adults of whom one small entry each was made for the floor; None where there is no such arm."""
        floor, key = _floor(self.scenario), probe("floor")[1].key()
        rules: list[Any] = [m for s in self.scenario.worlds[floor].schemes for m in s.mechanisms] if floor else []
        return next((float(rule.share) for rule in rules if rule.key() == key), None)

    @cached_property
    def kinds(self) -> list[Kind]:
        """Every kind of months, in numbers."""
        return [self._kind(name, gathered) for name, gathered in self.gathered.items()]

    def _kind(self, name: str, found: Gathered) -> Kind:
        harm, halves = found.expected(), found.halves.astype(float)
        shares = [
            [top(halves[ranks], halves[bears], share) for ranks, bears in ((0, 1), (1, 0))] for share in (0.01, 0.1)
        ]
        gained = found.pairs["paired"][1] > 0
        fair = [None if gained or None in both else sum(filter(None, both)) / 2 for both in shares]
        own = np.maximum(harm, 0)
        return Kind(
            kind=name,
            label=Ever.columns[name].label,
            total=found.total(),
            saved=found.saved(),
            hidden=over_lucks([(direct + spill, people) for people, direct, spill in found.probed]),
            direct=over_lucks([(direct, people) for people, direct, _ in found.probed]),
            spill=over_lucks([(spill, people) for people, _, spill in found.probed]),
            moved=found.moved[0] / found.moved[1] if found.moved[1] else 0.0,
            worse=found.share("paired", 0),
            better=found.share("paired", 1),
            worse_redrawn=found.share("redrawn", 0),
            better_redrawn=found.share("redrawn", 1),
            worse_without=found.share("without", 0),
            better_without=found.share("without", 1),
            worse_bounds=found.bounds(0),
            better_bounds=found.bounds(1),
            floor_worse=found.share("floor", 0) if found.beside else None,
            floor_better=found.share("floor", 1) if found.beside else None,
            fixed=found.fixed(),
            gini=gini(own),
            top_1=fair[0],
            top_10=fair[1],
            plain_1=top(own, own, 0.01),
            plain_10=top(own, own, 0.1),
        )

    def across(self) -> list[Over]:
        """Every kind of months over the sets of assumptions; empty where they were not varied."""
        return [self._over(at, kind) for at, kind in enumerate(self.gathered)] if self.sets else []

    def _over(self, at: int, kind: str) -> Over:
        rows = [one["kinds"][at] for one in self.sets]

        def over(values: Sequence[float | None]) -> Band:
            return band(np.array([np.nan if value is None else value for value in values]))

        means = {name: over([row[name]["mean"] for row in rows]) for name in ("total", "direct", "spill")}
        shares = ("worse", "worse_redrawn", "worse_without", "better", "better_redrawn", "better_without")
        ends = {f"{way}_{end}": over([row[f"{way}_bounds"][place] for row in rows])
                for way in ("worse", "better") for place, end in enumerate(("least", "most"))}  # fmt: skip
        totals = [row["total"]["mean"] or 0.0 for row in rows]
        return Over(
            kind=kind,
            label=Ever.columns[kind].label,
            more=sum(total > 0 for total in totals) / len(totals),
            fewer=sum(total < 0 for total in totals) / len(totals),
            floor_worse=over([row["floor_worse"] for row in rows]),
            luck=by_luck(np.array([one["by_luck"][kind] for one in self.sets])),
            **means, **{name: over([row[name] for row in rows]) for name in shares}, **ends,
        )  # fmt: skip

    def by_stratum(self, kind: str) -> list[tuple[str, int, Estimate]]:
        """The total of one kind for each group with an income tenth, with its adults; no pairing enters the means.

        Intervals are widened (Bonferroni), so that they hold for all strata at once; small strata are left out.
        """
        if kind not in self.gathered:
            raise InvalidInput(
                f"outcomes: '{plain(kind)}' is no kind of months; allowed is one of "
                f"{', '.join(self.gathered)}{nearest(kind, self.gathered)}"
            )
        found = self.gathered[kind]
        many = np.bincount(found.strata, minlength=len(self.cells))
        level = 1 - (1 - LEVEL) / max(1, len(self.cells))
        return [
            (cell, int(many[at]), found.total(at, level))
            for at, cell in enumerate(self.cells)
            if many[at] >= SMALLEST_CELL
        ]

    @cached_property
    def told(self) -> Harms:
        """The outcomes as they are read."""
        return Harms(self.record)

    @cached_property
    def record(self) -> dict[str, Any]:
        """Every number as plain values."""
        strata = {
            kind: [{"stratum": cell, "adults": n, **asdict(found)} for cell, n, found in self.by_stratum(kind)]
            for kind in self.gathered
        }
        tried = {
            "sets": len(self.sets), "people": self.sets[0]["people"], "lucks": FEWEST,
            "kinds": [asdict(row) for row in self.across()],
        } if self.sets else None  # fmt: skip
        return {
            **self._facts, "kinds": [asdict(kind) for kind in self.kinds], "strata": strata, "assumptions": tried,
        }  # fmt: skip

    @property
    def _facts(self) -> dict[str, Any]:
        """What was lived."""
        return {
            "scenario": self.scenario.name, "title": self.scenario.title, "note": self.scenario.note,
            "hash": self.scenario.hash, "arm": self.arm, "society": self.society, "probed": self.probed,
            "people": self.scenario.society.people,
            "adults": self.adults, "months": self.scenario.months, "lucks": self.lucks, "level": LEVEL,
            "pairing": PAIRING, "order": ORDER,
        }  # fmt: skip

    def to_arrow(self) -> pyarrow.Table:
        """The kinds as a table, a row each, as means for an adult and shares of adults."""
        import pyarrow

        return marked(pyarrow.Table.from_pylist([dict(_flat(asdict(kind))) for kind in self.kinds]), self._facts)


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A row of plain values: an estimate as three of them, bounds as two."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}_{end}", value[end]) for end in ("mean", "low", "high"))
        elif isinstance(value, tuple):
            yield from zip((f"{name}_low", f"{name}_high"), value, strict=True)
        else:
            yield name, value
