"""Harm against gain: what each arm did to people, beside how much less they harmed each other.

Harm is counted in sanction-months: one person barred from one domain, or with a fine to pay, in one month. They are
not alike, and no scale of ours makes them so: that is why what rests on no act of the person, and how many more people
owed money, stand in columns of their own. Gain is the fall in gravity-weighted harmful acts against the arm without the
scheme, what is displaced included. Points of several runs stand side by side only where the arm without the scheme is
the same in all of them, world by world.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from goodstanding.counts import Sums, World
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import ONE_WORLD, Estimate, estimate
from goodstanding.frames import Frame, marked, notebook, terminal
from goodstanding.headline import number
from goodstanding.pairing import WITHOUT as WITHOUT
from goodstanding.pairing import refuse

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.comparison import Readable

UNFELT = ("ghost", "aware")
"""Arms in which what the record would bring is felt by nobody, so that its sanctions count as none."""
SANCTIONS = (".unfounded.sanction_months", ".fines.billed", ".recovery.billed")
UNFOUNDED = (".unfounded.unfounded", ".fines.unfounded", ".recovery.unfounded")
GAIN, DIRECT, FALSE = "gain.harm", "gain.direct", "gain.false_accusations"
DISPLACED = ("gain.livelihood", "gain.grievance", "gain.tie")
OWING, SILENT = "inequality.owing", "silence.held_tongue"
"""The measures of a frontier; a scheme's own by the end of their name."""
HEAD = (
    "run", "arm", "sanction-months", "of them unfounded", "more owing", "tongues held", "gain",
    "in acts no scheme leads to", "in acts a scheme can lead to", "false accusations",
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One arm of one run, all per 1,000 adult-months: what was done to people, and what was gained by it.

    Months for which children are barred for a parent's sake are among the sanction-months.

    `owing`, `silent` and `accused` are how many more there were than without the scheme. `gain` is the fall in points
    of gravity; it is the sum of `direct`, in acts that no scheme leads to, and `displaced`, in those that hardship,
    grievance or broken ties lead to, which is below nought where these acts rose.
    """

    run: str
    arm: str
    harm: Estimate
    unfounded: Estimate
    owing: Estimate
    silent: Estimate
    gain: Estimate
    direct: Estimate
    displaced: Estimate
    accused: Estimate


class Frontier(Frame):
    """The points of some arms of one or more runs that share the arm without the scheme."""

    def __init__(
        self,
        runs: Mapping[str, Readable],
        arms: Sequence[str] | None = None,
    ) -> None:
        if not runs:
            raise InvalidInput("frontier: no run; allowed are one or more runs of the same society")
        self.runs = dict(runs)
        self._counts = {name: run.counts for name, run in runs.items()}
        first, *others = self.runs
        for name in others:
            pair = self._counts[first], self._counts[name]
            refuse(f"frontier: {plain(first)} and {plain(name)}", runs[first], runs[name], pair)
        known = list(dict.fromkeys(arm for run in runs.values() for arm in run.manifest["arms"]))
        for arm in arms or ():
            if arm not in known:
                raise InvalidInput(
                    f"frontier: '{plain(arm)}' is no arm of these runs; "
                    f"allowed is {', '.join(known)}{nearest(arm, known)}"
                )
        self.arms = known if arms is None else list(arms)

    def points(self) -> list[Point]:
        """A point for each arm of each run, the arm without the scheme left out: it is the origin."""
        return [
            self._point(name, arm)
            for name, run in self.runs.items()
            for arm in run.manifest["arms"]
            if arm != WITHOUT and arm in self.arms
        ]

    def _worlds(self, name: str) -> list[World]:
        return sorted((int(society), int(luck)) for society, luck in self.runs[name].manifest["seeds"])

    def _counted(self, name: str, arm: str, ends: Iterable[str]) -> list[Sums]:
        """World by world, the measures whose name ends so added up, among the adults of all months."""
        found = self._counts[name].sums(arm)
        adults = found.get((GAIN, ""), {})
        rows = [sums for (measure, _), sums in found.items() if measure.endswith(tuple(ends))]
        return [
            Sums(sum(sums[world].count for sums in rows if world in sums), adults.get(world, Sums()).base)
            for world in self._worlds(name)
        ]

    def _point(self, name: str, arm: str) -> Point:
        def stood(ends: Iterable[str]) -> Estimate:
            return estimate([self._counted(name, arm, () if arm in UNFELT else ends)])

        def rose(*ends: str) -> Estimate:
            return estimate([self._counted(name, arm, ends), self._counted(name, WITHOUT, ends)])

        def fell(*ends: str) -> Estimate:
            return estimate([self._counted(name, WITHOUT, ends), self._counted(name, arm, ends)])

        return Point(
            run=name, arm=arm, harm=stood(SANCTIONS), unfounded=stood(UNFOUNDED), owing=rose(OWING),
            silent=rose(SILENT), gain=fell(GAIN), direct=fell(DIRECT), displaced=fell(*DISPLACED), accused=rose(FALSE),
        )  # fmt: skip

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {"synthetic": True, **self._of(), "points": [asdict(point) for point in self.points()]}

    def to_arrow(self) -> pyarrow.Table:
        """The points as a table: each number with low and high, per 1,000 adult-months."""
        import pyarrow

        rows = [
            {"run": point.run, "arm": point.arm, **{
                f"{name}{end}": value
                for name in ESTIMATES
                for end, value in zip(("", "_low", "_high"), _ends(getattr(point, name)), strict=True)
            }}
            for point in self.points()
        ]  # fmt: skip
        ends = [f"{name}{end}" for name in ESTIMATES for end in ("", "_low", "_high")]
        text, rate = pyarrow.string(), pyarrow.float64()
        schema = pyarrow.schema([("run", text), ("arm", text), *((name, rate) for name in ends)])
        return marked(pyarrow.Table.from_pylist(rows, schema), self._of())

    def table(self) -> Table:
        """The points as a table for the terminal."""
        return terminal(HEAD, self._cells(), *self._said(), numbers=HEAD[2:])

    def __rich__(self) -> Table:
        return self.table()

    def _repr_html_(self) -> str:
        return notebook(HEAD, self._cells(), *self._said())

    def __repr__(self) -> str:
        return f"<Frontier of {', '.join(self.runs)}, synthetic society>"

    def _cells(self) -> Iterator[list[str]]:
        for point in self.points():
            yield [point.run, point.arm, *(_shown(getattr(point, name)) for name in ESTIMATES)]

    def _said(self) -> tuple[str, str]:
        worlds = len(self._worlds(next(iter(self.runs))))
        luck = f"95 % interval of {worlds} worlds (luck only)" if worlds > 1 else ONE_WORLD
        told = f"per 1,000 adult-months; gain in points of gravity, against {WITHOUT}; {luck}"
        return "Harm against gain", f"synthetic society · {told}"

    def _of(self) -> dict[str, Any]:
        return {"runs": {name: run.manifest["digest"] for name, run in self.runs.items()}}


ESTIMATES = tuple(field.name for field in fields(Point) if field.name not in ("run", "arm"))


def _ends(found: Estimate) -> tuple[float | None, float | None, float | None]:
    return found.mean, found.low, found.high


def _shown(found: Estimate) -> str:
    if found.low is None:
        return number(found.mean)
    return f"{number(found.mean)} ({number(found.low)} to {number(found.high)})"


def frontier(*runs: Readable, arms: Sequence[str] | None = None) -> Frontier:
    """The points of one or more runs; runs are named by their scenario, with a number where a name comes again."""
    named: dict[str, Readable] = {}
    for run in runs:
        name = str(run.manifest["scenario"])
        again = sum(known.partition(" #")[0] == name for known in named)
        named[f"{name} #{again + 1}" if again else name] = run
    return Frontier(named, arms)


def matched(to: Point, points: Iterable[Point]) -> Point | None:
    """Of some points the one whose gain is nearest to that of another: the same gain, for which harm? None of none."""
    known = [point for point in points if point.gain.mean is not None]
    if to.gain.mean is None or not known:
        return None
    goal = to.gain.mean
    return min(known, key=lambda point: abs((point.gain.mean or 0.0) - goal))
