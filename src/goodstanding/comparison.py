"""Two arms side by side: the same people and the same luck, under the rules and without them.

Counts are summed in integers; rates are taken once, at the end, as ratios of sums. Every world, that is one society
seed with one luck seed, gives one rate for each arm and one difference between them, and the intervals say how far
worlds differ by luck alone. Pairing arms under common luck is a convention: it narrows the interval of a difference,
and says nothing about who in particular was harmed.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from goodstanding.counts import Counts, Sums, World
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import (
    LEVEL,
    ONE_WORLD,
    Estimate,
    estimate,
    less,
    paired,
    pooled,
)
from goodstanding.frames import Frame, marked, notebook, terminal
from goodstanding.headline import (
    headline,
    number,
)

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.assumptions import Assumptions

SMALLEST_CELL = 50
ABSENT = "no such scheme in this arm: counted as nought"
SIZE = ("months", "society.people", "society.tiles")
"""Settings of size, length and pictures, which are no parameters of the model."""


class Readable(Protocol):
    """What a comparison reads of a run."""

    @property
    def path(self) -> Path:
        """The run's folder."""
        ...

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Seeds, arms, title and digest."""
        ...

    @property
    def cards(self) -> Mapping[str, Any]:
        """Measures, settings and mechanisms."""
        ...

    def measures(self) -> Any:
        """Every count, as a table of Arrow."""
        ...

    def assumptions(self) -> Assumptions | None:
        """What came out over all assumptions that were tried."""
        ...


@dataclass(frozen=True)
class Difference:
    """One measure in two arms, per 1,000 of its denominator.

    `cell` is the month, group or tenth, and empty for everybody over the whole run. `same` counts the worlds whose
    difference has the sign of the mean. `paired` is the share of the variance that common luck takes away. `people`
    is how many stand in the denominator at least: the largest month of every world, added up.
    """

    measure: str
    label: str
    per: str
    cell: str | int
    arm: Estimate
    against: Estimate
    difference: Estimate
    same: int
    paired: float | None
    count: int
    base: int
    people: int
    note: str = ""


class Comparison(Frame):
    """An arm beside another one, measure by measure, with intervals over worlds."""

    def __init__(self, run: Readable, arm: str = "full", against: str = "none", counts: Counts | None = None) -> None:
        arms = run.manifest["arms"]
        for name in (arm, against):
            if name not in arms:
                raise InvalidInput(
                    f"compare: '{plain(name)}' is no arm of this run{nearest(name, arms)}; allowed is {', '.join(arms)}"
                )
        self.manifest, self.cards, self.tried = run.manifest, run.cards, run.assumptions()
        self.arm, self.against = arm, against
        self.counts = counts or Counts(run.measures())
        self.worlds: list[World] = sorted((int(society), int(luck)) for society, luck in run.manifest["seeds"])

    def rows(self, only: Container[str] | None = None) -> list[Difference]:
        """Every measure, or only the named ones, over the whole run and in the order of the cards."""
        return self._differences("", [name for name in self._names() if only is None or name in only])

    def by(self, what: str, measure: str) -> list[Difference]:
        """One measure by month, county, group or income_tenth.

        Intervals by group, tenth or county are widened (Bonferroni), so that they hold for all cells at once.
        """
        return self._differences(what, [measure])

    def _names(self) -> list[str]:
        known = list(self.cards["measures"])
        seen = {name for arm in (self.arm, self.against) for name, _ in self.counts.sums(arm)}
        return [n for n in known if n in seen] + sorted(seen - set(known))

    def _differences(self, by: str, names: Iterable[str]) -> list[Difference]:
        ours, theirs = self.counts.sums(self.arm, by), self.counts.sums(self.against, by)
        present = {name for name, _ in ours}, {name for name, _ in theirs}
        found = []
        for name in names:
            cells = sorted(
                {cell for measure, cell in (*ours, *theirs) if measure == name}, key=lambda c: (str(type(c)), c)
            )
            level = LEVEL if by in ("", "month") else 1 - (1 - LEVEL) / max(1, len(cells))
            for cell in cells:
                found.append(
                    self._difference(by, name, cell, ours.get((name, cell)), theirs.get((name, cell)), present, level)
                )
        return found

    def _difference(
        self,
        by: str,
        name: str,
        cell: str | int,
        ours: dict[World, Sums] | None,
        theirs: dict[World, Sums] | None,
        present: tuple[set[str], set[str]],
        level: float,
    ) -> Difference:
        card = self.cards["measures"].get(name, {})
        pair = [self.per_world(sums, name in there) for sums, there in zip((ours, theirs), present, strict=True)]
        a, b = pair
        people = max(self._people(name, cell, by, arm) for arm in (self.arm, self.against))
        note = "; ".join(
            f"{arm}: {ABSENT}"
            for arm, there in zip((self.arm, self.against), present, strict=True)
            if name not in there
        )
        arm = estimate([a], least=0.0, level=level)
        against = estimate([b], least=0.0, level=level)
        difference = estimate(pair, level=level)
        if people < SMALLEST_CELL:
            hidden = Estimate(None, None, None, len(self.worlds), f"fewer than {SMALLEST_CELL} people")
            arm = against = difference = hidden
        shown = difference.mean is not None
        sign = math.copysign(1, difference.mean or 0.0)
        gaps = [less([pooled([x]), pooled([y])]) for x, y in zip(a, b, strict=True)]
        return Difference(
            measure=name,
            label=str(card.get("label", name)),
            per=per(name, self.cards),
            cell=cell,
            arm=arm,
            against=against,
            difference=difference,
            same=sum(g * sign > 0 for g in gaps) if shown else 0,
            paired=paired(pair) if shown else None,
            count=sum(w.count for w in a) if shown else 0,
            base=sum(w.base for w in (a if name in present[0] else b)),
            people=people,
            note=note,
        )

    def per_world(self, sums: dict[World, Sums] | None, there: bool) -> list[Sums]:
        """The sums of every world; an arm that has no such scheme counts as nought of one."""
        if not there:
            return [Sums(0, 1, 0, 1)] * len(self.worlds)
        return [(sums or {}).get(world, Sums()) for world in self.worlds]

    def _people(self, name: str, cell: str | int, by: str, arm: str) -> int:
        """How many people stand behind a denominator at least: the largest month of every world, added up."""
        persons = self.cards["measures"].get(name, {}).get("persons")
        found = self.counts.sums(arm, by).get((persons or name, cell), {}).values()
        return sum(w.most if persons else w.people for w in found)

    @cached_property
    def assumed(self) -> int:
        """Percent of the parameters that are assumptions: settings and acts, without arms, size and length."""
        settings = [row for row in self.cards["settings"] if not row["path"].startswith("arms.")]
        marks = [row["mark"] for row in settings if row["path"] not in SIZE]
        marks += [act["mark"] for act in self.cards.get("acts", ())]
        return round(100 * marks.count("assumed") / len(marks)) if marks else 0

    def find(self, suffix: str) -> list[Difference]:
        """The measures whose name ends so, one for each scheme that has it."""
        return [row for row in self.rows() if row.measure.endswith(suffix)]

    def headline(self) -> str:
        """What was found, in the past tense, in the model and with its uncertainty."""
        return headline(self)

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {
            "synthetic": True,
            **self._told(),
            "worlds": len(self.worlds),
            "level": LEVEL,
            "headline": self.headline(),
            "rows": [asdict(row) for row in self.rows()],
        }

    def to_arrow(self) -> pyarrow.Table:
        """The rows as a table: rates per 1,000 in both arms, their difference, each with low and high."""
        import pyarrow

        rows = [_flat(row) for row in self.rows()]
        return marked(pyarrow.Table.from_pylist(rows, _schema()), self._told())

    def _told(self) -> dict[str, Any]:
        manifest = {name: self.manifest[name] for name in ("scenario", "digest")}
        return {**manifest, "arm": self.arm, "against": self.against}

    def table(self, rows: Sequence[Difference] | None = None) -> Table:
        """The rows as a table for the terminal."""
        return terminal(self._head(), self._cells(rows), *self._said(), numbers=self._head()[2:])

    def __rich__(self) -> Table:
        return self.table()

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=110, no_color=True)
        with console.capture() as captured:
            console.print(self)
        return f"{captured.get()}{self.headline()}"

    def __repr__(self) -> str:
        return f"<Comparison of {self.arm} with {self.against}, {len(self.worlds)} worlds, synthetic society>"

    def _repr_html_(self) -> str:
        title, caption = self._said()
        return notebook(self._head(), self._cells(), title, f"{caption}. {self.headline()}")

    def _head(self) -> list[str]:
        return ["measure", "per 1,000 of", self.arm, self.against, "difference", "95 % interval", "same direction"]

    def _cells(self, rows: Sequence[Difference] | None = None) -> Iterator[list[str]]:
        for row in self.rows() if rows is None else rows:
            gap = row.difference
            if gap.mean is None:
                yield [row.label, row.per, "–", "–", gap.reason, "", ""]
                continue
            interval = gap.reason if gap.low is None else f"{number(gap.low)} to {number(gap.high)}"
            rates = [number(found.mean) for found in (row.arm, row.against, gap)]
            yield [row.label, row.per, *rates, interval, f"{row.same} of {gap.worlds}"]

    def _said(self) -> tuple[str, str]:
        """Title and caption."""
        worlds = len(self.worlds)
        luck = f"mean over the run, 95 % interval of {worlds} worlds (luck only)" if worlds > 1 else ONE_WORLD
        return f"{self.manifest['title']}: {self.arm} against {self.against}", f"synthetic society · {luck}"


def _flat(row: Difference) -> dict[str, Any]:
    """A row of plain values."""
    rates = {
        name: value
        for side, found in (("arm", row.arm), ("against", row.against), ("difference", row.difference))
        for name, value in ((side, found.mean), (f"{side}_low", found.low), (f"{side}_high", found.high))
    }
    told = asdict(row)
    kept = {name: told[name] for name in ("measure", "label", "per")}
    counted = {name: told[name] for name in ("same", "paired", "count", "base", "people", "note")}
    return {**kept, **rates, "worlds": row.difference.worlds, "reason": row.difference.reason, **counted}


def _schema() -> Any:
    import pyarrow

    text, rate, whole = pyarrow.string(), pyarrow.float64(), pyarrow.int64()
    rates = [f"{side}{end}" for side in ("arm", "against", "difference") for end in ("", "_low", "_high")]
    return pyarrow.schema([
        *((name, text) for name in ("measure", "label", "per")), *((name, rate) for name in rates),
        ("worlds", whole), ("reason", text), ("same", whole), ("paired", rate),
        *((name, whole) for name in ("count", "base", "people")), ("note", text),
    ])  # fmt: skip


def compare(run: Readable, arm: str = "full", against: str = "none") -> Comparison:
    """Compare two arms of a run."""
    return Comparison(run, arm, against)


def per(measure: str, cards: Mapping[str, Any]) -> str:
    """What the 1,000 of a rate are: adults in an average month, or whatever the measure is a share of."""
    denominator = cards["measures"].get(measure, {}).get("denominator", "adults")
    if denominator == "adults":
        return "adult-months"
    return str(cards["measures"].get(denominator, {}).get("label", denominator))
