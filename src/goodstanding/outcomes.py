"""Potential outcomes: what befell the same people with the scheme and without, and how far that can be known.

One society lives under several lucks, in the arm asked for, without the scheme, and in probes. Of every adult the
months of each kind are kept, a byte or two a kind. Nobody has both lives: who was harmed depends on how the two are
paired. Means do not; neither does what is expected of a person over lucks; shares of people do, so that they stand
beside the bounds that hold whatever the pairing (Fréchet 1951; for differences Makarov 1981), beside a pairing with
other luck, and beside what one small entry changes for people it does not concern.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.beside import answers
from goodstanding.effects import Array, Gathered, gini, over_lucks, top
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import LEVEL, Estimate
from goodstanding.frames import Frame, marked, notebook, terminal
from goodstanding.headline import number
from goodstanding.measures.ever import LESS_IS_HARM, Ever
from goodstanding.mechanisms.safeguards.blind_spot import BlindSpot
from goodstanding.scenario import Arm, Scenario
from goodstanding.society import SMALLEST_CELL, Population

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

LUCKS, FEWEST = 20, 4
WITHOUT, BLIND, PLACEBO = "none", "out of sight", "placebo"
SHARE = 0.05
"""Adults out of the scheme's sight in an arm of that name, which no scenario can take."""
VIEWS: dict[str, tuple[str, tuple[str, ...]]] = {
    "means": (
        "months added for every 1,000 adults",
        ("months", "total", "95 % interval", "pairing saved", "direct", "interval ", "spill-over", "interval  "),
    ),
    "worse": (
        "of 1,000 adults, those worse off",
        ("months", "same luck", "luck redrawn", "neither life with it", "whatever the pairing", "floor", "above it"),
    ),
    "better": (
        "of 1,000 adults, those better off",
        ("months", "same luck", "luck redrawn", "neither life with it", "whatever the pairing", "floor", "above it"),
    ),
    "unequal": (
        "how unequally the harm fell",
        ("months", "worse off in expectation", "own, not luck", "Gini, at most", "top 1 % bore", "top 10 % bore"),
    ),
}
"""The tables, with the heads of their columns."""


@dataclass(frozen=True)
class Kind:
    """One kind of months in numbers: what the scheme changed on the average, for whom, and how unequally.

    Means are months for each adult over the run. `total` is `direct` plus `spill` among those whom the probe hid;
    `direct` comes last: it is measured where the scheme is on for everybody else. Shares are of all adults. `saved` is
    the share of the variance that pairing by common luck took away. `top_1` and `top_10` are what the hardest hit bear
    of the expected harm: ranked by some lucks and measured in others, so that luck alone gives no rank, which is too
    little; `plain_1` and `plain_10` rank by the same lucks, which is too much. The former are left out where some
    gained.
    """

    kind: str
    label: str
    total: Estimate
    saved: float | None
    direct: Estimate
    spill: Estimate
    moved: float
    worse: float
    better: float
    worse_redrawn: float
    better_redrawn: float
    worse_without: float
    better_without: float
    worse_bounds: tuple[float, float]
    better_bounds: tuple[float, float]
    floor_worse: float | None
    floor_better: float | None
    expected_worse: float
    fixed: float | None
    gini: float | None
    top_1: float | None
    top_10: float | None
    plain_1: float | None
    plain_10: float | None


def outcomes(
    scenario: Scenario,
    *,
    arm: str = "full",
    lucks: int = LUCKS,
    society: int = 0,
    processes: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Outcomes:
    """Let one society live under so many lucks with a scheme, without it and in the probes, and compare its people.

    Raises InvalidInput for an arm that is not there or has no scheme, for too few lucks and for a society that is none.
    """
    given = _probed(scenario, arm)
    for name, value, least, most in (("lucks", lucks, FEWEST, 1000), ("society", society, 0, (1 << 64) - 1)):
        if type(value) is not int or not least <= value <= most:
            what = f"allowed is a whole number from {least} to {most:,}"
            raise InvalidInput(f"outcomes: {name}: {plain(value)} cannot be used; {what}")
    people = Population(scenario.society, society)
    adults = people.columns["age"] > 0
    names = [f"{group} {tenth:02}" for _, group, tenth in people.strata]
    cells = sorted({*names})
    strata = np.array([cells.index(name) for name in names])[people.columns["stratum"][adults]]
    found = {kind: Gathered(strata, -1 if kind in LESS_IS_HARM else 1) for kind in Ever.columns}
    jobs = [{"arm": arm, "society": society, "luck": luck} for luck in range(lucks)]
    with tempfile.TemporaryDirectory(prefix="goodstanding-outcomes-") as name:
        files = answers("goodstanding.outcomes:live", scenario, jobs, Path(name), processes, progress)
        for file in files:
            with np.load(Path(name) / file, allow_pickle=False) as kept:
                for kind, gathered in found.items():
                    told = {side: kept[f"{side}.{kind}"] for side in given.arms if f"{side}.{kind}" in kept.files}
                    gathered.add(
                        told[arm], told[WITHOUT], blind=told[BLIND], hidden=kept["hidden"], full=told.get("full"),
                        placebo=told.get(PLACEBO), untouched=kept["untouched"],
                    )  # fmt: skip
    for gathered in found.values():
        gathered.close()
    return Outcomes(scenario, arm, society, found, cells)


def live(scenario: Scenario, job: Mapping[str, Any], folder: Path) -> str:
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
            elif name in BlindSpot.columns:
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
    schemes = tuple(replace(s, mechanisms=(*s.mechanisms, BlindSpot(share=SHARE))) for s in world.schemes)
    floor = ("full", PLACEBO) if PLACEBO in scenario.arms else ()
    arms = {name: scenario.arms[name] for name in dict.fromkeys((WITHOUT, arm, *floor))}
    worlds = {name: scenario.worlds[name] for name in arms}
    arms[BLIND] = Arm(BLIND, scenario.arms[arm].closed, False, {})
    return replace(scenario, arms=arms, worlds={**worlds, BLIND: replace(world, schemes=schemes)})


class Outcomes(Frame):
    """One society's people under many lucks, in an arm and without the scheme, kind of month by kind of month."""

    def __init__(
        self, scenario: Scenario, arm: str, society: int, gathered: Mapping[str, Gathered], cells: Sequence[str]
    ) -> None:
        self.scenario, self.arm, self.society, self.gathered, self.cells = scenario, arm, society, gathered, cells
        first = next(iter(gathered.values()))
        self.lucks, self.adults = first.lucks, int(first.strata.size)

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
            expected_worse=float((harm > 0).mean()),
            fixed=found.fixed(),
            gini=gini(own),
            top_1=fair[0],
            top_10=fair[1],
            plain_1=top(own, own, 0.01),
            plain_10=top(own, own, 0.1),
        )

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

    def sentence(self) -> str:
        """What was found, in the past tense and in the model: where one pairing and another told most apart."""
        most = max(self.kinds, key=lambda kind: abs(kind.worse - kind.worse_redrawn))
        low, high = (number(1000 * end) for end in most.worse_bounds)
        floor = (
            ""
            if most.floor_worse is None
            else f", and {number(1000 * most.floor_worse)} where one small entry was made elsewhere"
        )
        return (
            f"In an invented society of {self.adults:,} synthetic adults under rules modelled on "
            f"“{self.scenario.title}” (arm {self.arm}), lived under {self.lucks} lucks: of every 1,000, with the same "
            f"luck in both lives, {number(1000 * most.worse)} were worse off in {most.label} with the scheme than "
            f"without; with luck redrawn {number(1000 * most.worse_redrawn)}, and {number(1000 * most.worse_without)} "
            f"were so by luck alone, with the scheme in neither life{floor}. Whatever the pairing, it is {low} to "
            f"{high}. (One society; luck only, the assumptions were not varied. Nobody lives both lives: pairing them "
            "by common luck is a convention.)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        strata = {
            kind: [{"stratum": cell, "adults": n, **asdict(found)} for cell, n, found in self.by_stratum(kind)]
            for kind in self.gathered
        }
        return {
            "synthetic": True, **self._told(), "sentence": self.sentence(),
            "kinds": [asdict(kind) for kind in self.kinds], "strata": strata,
        }  # fmt: skip

    def _told(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario.name, "hash": self.scenario.hash, "arm": self.arm, "society": self.society,
            "adults": self.adults, "months": self.scenario.months, "lucks": self.lucks, "level": LEVEL,
            "pairing": PAIRING, "order": ORDER,
        }  # fmt: skip

    def to_arrow(self) -> pyarrow.Table:
        """The kinds as a table, a row each, as means for an adult and shares of adults."""
        import pyarrow

        return marked(pyarrow.Table.from_pylist([dict(_flat(asdict(kind))) for kind in self.kinds]), self._told())

    def table(self, view: str = "means") -> Table:
        """One of the three tables for the terminal: means, shares, unequal."""
        head = VIEWS[view][1]
        return terminal(head, self.cells_of(view), *self.said(view), numbers=head[1:])

    def __rich__(self) -> Table:
        return self.table()

    def __repr__(self) -> str:
        return f"<Outcomes of {self.adults:,} adults under {self.lucks} lucks, synthetic society>"

    def _repr_html_(self) -> str:
        return self.chart() + "".join(notebook(*each) for each in self.tables())

    def chart(self) -> str:
        """One chart as SVG: who was worse off, by how lives are paired, within the bounds."""
        from goodstanding.report.single import pairings

        return pairings(self)

    def page(self, path: Path) -> Path:
        """Write the chart and the tables as one page that opens from disk, and return where it is."""
        from goodstanding.report.single import page

        return page(self, path, "Who was harmed, as far as it can be known")

    def tables(self) -> Iterator[tuple[Sequence[str], list[list[str]], str, str]]:
        """Every table, ready for a page: heads, rows, title and caption."""
        for view, (_, head) in VIEWS.items():
            yield head, list(self.cells_of(view)), *self.said(view)

    def _shares(self, told: Mapping[str, Any], way: str) -> list[str]:
        """The shares of those worse off, or better off, by pairing, with their bounds and the floor."""
        low, high = told[f"{way}_bounds"]
        floor, same = told[f"floor_{way}"], told[way]
        shares = [same, told[f"{way}_redrawn"], told[f"{way}_without"]]
        above = None if floor is None else same - floor
        return [*map(_of_1000, shares), f"{_of_1000(low)} to {_of_1000(high)}", _of_1000(floor), _of_1000(above)]

    def said(self, view: str) -> tuple[str, str]:
        """Title and caption of one of the tables."""
        title = f"{self.scenario.title}, {self.arm}: {VIEWS[view][0]}"
        whole = f"synthetic society · {self.adults:,} adults of one society under {self.lucks} lucks"
        return title, f"{whole}; {NOTES[view]}"

    def cells_of(self, view: str) -> Iterator[list[str]]:
        """The rows of one of the tables."""
        for kind in self.kinds:
            if view == "means":
                spans = [_span(found) for found in (kind.direct, kind.spill)]
                yield [
                    kind.label, _of_1000(kind.total.mean), _span(kind.total), _percent(kind.saved),
                    _of_1000(kind.direct.mean), spans[0], _of_1000(kind.spill.mean), spans[1],
                ]  # fmt: skip
            elif view in ("worse", "better"):
                yield [kind.label, *self._shares(asdict(kind), view)]
            else:
                tops = [_between(kind.top_1, kind.plain_1), _between(kind.top_10, kind.plain_10)]
                yield [kind.label, _of_1000(kind.expected_worse), _percent(kind.fixed), number(kind.gini), *tops]


PAIRING = "each person with themselves, under the same draws in both arms (common luck): a convention"
ORDER = (
    "spill-over first, direct last: direct is what a person's own record brings while everybody else is on record; "
    "spill-over is the rest, living among them"
)
NOTES = {
    "means": (
        f"pairing: {PAIRING}; it narrows the intervals (Student's t over lucks, of this society) and enters no mean. "
        f"{ORDER[0].upper()}{ORDER[1:]}, both among one adult in {round(1 / SHARE)}, whom the probe hid"
    ),
    "worse": (
        "worse off: more such months than in the other life (of speaking up: fewer). The bounds hold whatever the "
        "pairing within group and income tenth; floor: those so beside one small entry that concerns somebody else"
    ),
    "better": "better off: fewer such months than in the other life (of speaking up: more); otherwise as above",
    "unequal": (
        "in expectation: on the average over lucks. Own: of how unlike effects were under one luck, what belongs to "
        "the person. Top: the hardest hit, at least (ranked in half of the lucks, measured in the other) and at most "
        "(ranked in the same ones); where some gained, only at most"
    ),
}


def _flat(row: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """A row of plain values: an estimate as three of them, bounds as two."""
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}_{end}", value[end]) for end in ("mean", "low", "high"))
        elif isinstance(value, tuple):
            yield from zip((f"{name}_low", f"{name}_high"), value, strict=True)
        else:
            yield name, value


def _of_1000(value: float | None) -> str:
    return number(None if value is None else 1000 * value)


def _span(found: Estimate) -> str:
    return found.reason or f"{_of_1000(found.low)} to {_of_1000(found.high)}"


def _between(low: float | None, high: float | None) -> str:
    return f"at most {_percent(high)}" if low is None else f"{_percent(low)} to {_percent(high)}"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{number(100 * value)} %"
