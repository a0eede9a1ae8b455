"""Two arms side by side: the same people and the same luck, under the rules and without them.

Counts are summed in integers; rates are taken once, at the end, as ratios of sums. Every world, that is one society
seed with one luck seed, gives one rate for each arm and one difference between them, and the intervals say how far
worlds differ by luck alone. Pairing arms under common luck is a convention: it narrows the interval of a difference,
and says nothing about who in particular was harmed.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from goodstanding.counts import NEVER, Counts, Found, Sums, World
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
    BARRED,
    SILENT,
    headline,
    number,
    of_every,
)
from goodstanding.pairing import WITHOUT, Differs, differences, other_name, refuse

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.assumptions import Assumptions
    from goodstanding.scenario import Scenario

SMALLEST_CELL = 50
ABSENT = "no such scheme or rule in this arm: counted as nought"
MARK = "†"
"""Stands wherever a number is printed that comes of an arm without the scheme or rule."""
ALONE = "each interval stands alone, unadjusted for the number of rows"
WIDENED = "intervals widened (Bonferroni), so that they hold for all cells at once"
TOLD = 8
"""Differences between two runs that are told in words; all of them stand in the dictionary."""
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

    @property
    def counts(self) -> Counts:
        """Every count, added up."""
        ...

    def assumptions(self) -> Assumptions | None:
        """What came out over all assumptions that were tried."""
        ...

    def answers(self) -> list[dict[str, Any]]:
        """What was asked of it and kept."""
        ...

    def scenario(self, *, allow_extensions: bool = False) -> Scenario:
        """The scenario as it was lived. Raises InvalidInput where it cannot be read as it was."""
        ...


@dataclass(frozen=True)
class Difference:
    """One measure in two arms, per 1,000 of its denominator.

    `cell` is the month, county, group, tenth or stratum that `by` names, and empty for everybody over the whole run.
    An arm's own rate stands although the other arm has nobody in the denominator; the difference then has a reason.
    `same` counts the worlds whose difference has the sign of the mean. `paired` is the share of the variance that
    common luck takes away. `people` is how many stand in the denominator at least: the largest month of every world,
    added up. `note` names an arm that lacks the scheme or rule.
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
    by: str = ""

    @property
    def name(self) -> str:
        """The label with its cell, and the mark of an arm that lacks the scheme or rule."""
        cell = f", {self.by.replace('_', ' ')} {self.cell}" if self.by else ""
        return f"{self.label}{cell}{' ' + MARK if self.note else ''}"


class Comparison(Frame):
    """An arm beside another one, measure by measure, with intervals over worlds.

    With `other` the second arm is one of another run, of the same people with the same luck; then the two are called A
    and B, and `differs` says what else sets them apart. Where each has one scheme, its measures are held against each
    other whatever it is called.
    """

    def __init__(
        self,
        run: Readable,
        arm: str = "full",
        against: str = "none",
        other: Readable | None = None,
    ) -> None:
        second = other or run
        self.counts, self.theirs = run.counts, second.counts
        if other is not None:
            refuse("compare", run, other, (self.counts, self.theirs))
        for whose, found, name in (("A", run, arm), ("B", second, against)):
            if name not in (arms := found.manifest["arms"]):
                this = f"run {whose}" if other else "this run"
                raise InvalidInput(
                    f"compare: '{plain(name)}' is no arm of {this}; allowed is {', '.join(arms)}{nearest(name, arms)}"
                )
        self.manifest, self.cards, self.other = run.manifest, run.cards, other
        self.tried = run.assumptions() if other is None else None
        self.arm, self.against = arm, against
        self.differs: list[Differs] = differences(run, other, arm) if other else []
        self.heads = (f"{arm} in A", f"{against} in B") if other else (arm, against)
        self.worlds: list[World] = sorted((int(society), int(luck)) for society, luck in run.manifest["seeds"])
        self._called = other_name(run, other) if other else None
        self._renamed: dict[tuple[str, str], Found] = {}
        self._cards: dict[str, Any] = {**(other.cards["measures"] if other else {}), **run.cards["measures"]}

    def rows(self, only: Container[str] | None = None) -> list[Difference]:
        """Every measure, or only the named ones, over the whole run and in the order of the cards.

        No interval is adjusted for the number of rows.
        """
        return self._differences("", [name for name in self._names() if only is None or name in only])

    def telling(self) -> tuple[list[Difference], int]:
        """The rows as they are printed: first what leads, then what one arm lacks; and how many are nought in both."""
        rows = self.rows()
        kept = [row for row in rows if not row.arm.mean == row.against.mean == 0]
        leads = {name for name, card in self._cards.items() if card.get("leads")}
        return sorted(kept, key=lambda row: (row.measure not in leads, not row.note)), len(rows) - len(kept)

    def by(self, what: str, measure: str) -> list[Difference]:
        """One measure by month, county, group, income_tenth, or stratum (a group with a tenth).

        Intervals by county, group, tenth or stratum are widened (Bonferroni), so that they hold for all cells at once.
        Raises InvalidInput for an unknown cut or measure.
        """
        if measure not in (known := {**self._cards, **dict.fromkeys(self._names())}):
            raise InvalidInput(
                f"by: '{plain(measure)}' is no measure of this run; allowed are those of its cards.json"
                f"{nearest(measure, known)}"
            )
        return self._differences(what, [measure])

    def _sums(self, by: str = "", measure: str = "") -> tuple[Found, Found]:
        """The sums of both arms, by a cut of one measure alone; those of a second run as the first would call them."""
        measure = measure if by else ""
        ours = self.counts.sums(self.arm, by, measure)
        if self._called is None:
            return ours, self.theirs.sums(self.against, by, measure)
        if (by, measure) not in self._renamed:
            there, here = self._called
            theirs = self.theirs.sums(self.against, by, _other_scheme(measure, here, there))
            found = {(_other_scheme(name, there, here), cell): sums for (name, cell), sums in theirs.items()}
            self._renamed[by, measure] = found
        return ours, self._renamed[by, measure]

    def _names(self) -> list[str]:
        seen = {name for sums in self._sums() for name, _ in sums}
        return [n for n in self._cards if n in seen] + sorted(seen - set(self._cards))

    def _differences(self, by: str, names: Iterable[str]) -> list[Difference]:
        present = tuple({name for name, _ in sums} for sums in self._sums())
        found = []
        for name in names:
            ours, theirs = self._sums(by, name)
            cells = list(dict.fromkeys(cell for _, cell in (*ours, *theirs))) if by else [""]
            level = LEVEL if by in ("", "month") else 1 - (1 - LEVEL) / max(1, len(cells))
            for cell in cells:
                pair = ours.get((name, cell)), theirs.get((name, cell))
                found.append(self._difference(by, name, cell, pair, tuple(name in there for there in present), level))
        return found

    def _difference(
        self,
        by: str,
        name: str,
        cell: str | int,
        sums: tuple[dict[World, Sums] | None, ...],
        present: tuple[bool, ...],
        level: float,
    ) -> Difference:
        pair = [self.per_world(found, there) for found, there in zip(sums, present, strict=True)]
        people = max(self._people(by, name, cell))
        if people < SMALLEST_CELL:
            arm = against = gap = Estimate(None, None, None, len(self.worlds), f"fewer than {SMALLEST_CELL} people")
        else:
            arm, against = (estimate([worlds], level=level) for worlds in pair)
            gap = estimate(pair, level=level)
            if gap.mean is None:
                gap = replace(gap, reason=self._nobody(arm, against))
        shown = gap.mean is not None
        gaps = [less([pooled([x]), pooled([y])]) for x, y in zip(*pair, strict=True)]
        return Difference(
            measure=name,
            label=self.labels.get(name, name),
            per=per(name, {"measures": self._cards}),
            cell=cell,
            arm=arm,
            against=against,
            difference=gap,
            same=sum(g * math.copysign(1, gap.mean or 0.0) > 0 for g in gaps) if shown else 0,
            paired=paired(pair) if shown else None,
            count=sum(w.count for w in pair[0]) if arm.mean is not None else 0,
            base=sum(w.base for w in pair[0 if present[0] else 1]),
            people=people,
            note="; ".join(f"{head}: {ABSENT}" for head, there in zip(self.heads, present, strict=True) if not there),
            by=by,
        )

    def _nobody(self, arm: Estimate, against: Estimate) -> str:
        """Whose denominator is empty, where there is no difference."""
        empty = [head for head, found in zip(self.heads, (arm, against), strict=True) if found.mean is None]
        return arm.reason if len(empty) == 2 else f"{against.reason or arm.reason} of {empty[0]}"

    def per_world(self, sums: dict[World, Sums] | None, there: bool) -> list[Sums]:
        """The sums of every world; an arm that has no such scheme counts as nought of one."""
        if not there:
            return [NEVER] * len(self.worlds)
        return [(sums or {}).get(world, Sums()) for world in self.worlds]

    def _people(self, by: str, name: str, cell: str | int) -> list[int]:
        """How many people stand behind each arm's denominator at least: the largest month of every world, added up."""
        persons = self._cards.get(name, {}).get("persons")
        found = [sums.get((persons or name, cell), {}).values() for sums in self._sums(by, persons or name)]
        return [sum(w.most if persons else w.people for w in worlds) for worlds in found]

    @cached_property
    def labels(self) -> dict[str, str]:
        """What every measure is called: its label, with the scheme, the family or the whole name where two share it."""
        label = {name: str(card.get("label", name)) for name, card in self._cards.items()}
        family = {name: name.rpartition(".")[0].replace(".", " ") for name in label}
        forms = [
            label,
            {n: f"{family[n].split(' ')[0]}: {label[n]}" if " " in family[n] else label[n] for n in label},
            {n: f"{family[n]}: {label[n]}".replace("_", " ") for n in label},
            {n: f"{label[n]} ({n})" for n in label},
        ]
        shared = [Counter(form.values()) for form in forms]
        return {n: next(f[n] for f, seen in zip(forms, shared, strict=True) if seen[f[n]] == 1) for n in label}

    @cached_property
    def assumed(self) -> int:
        """Percent of the parameters that are assumptions."""
        marks = parameters(self.cards)
        return round(100 * marks.get("assumed", 0) / sum(marks.values())) if marks else 0

    def find(self, suffix: str) -> list[Difference]:
        """The measures whose name ends so, one for each scheme that has it."""
        return self._differences("", [name for name in self._names() if name.endswith(suffix)])

    def headline(self) -> str:
        """What was found, in the past tense, in the model and with its uncertainty."""
        return headline(self) if self.other is None else self._beside(self.other)

    def _beside(self, other: Readable) -> str:
        """What was found in one arm of two runs, and in what they differ."""
        told = self.manifest
        people, titles = f"{told['people']:,} synthetic people", (told["title"], other.manifest["title"])
        said = [
            f"{row.label}: {of_every(row.arm)} {row.per} in A, {of_every(row.against)} in B"
            for row in self.rows()
            if row.measure.endswith((BARRED, SILENT)) and row.arm.mean is not None and row.against.mean is not None
        ]
        few, more = self.differs[:TOLD], len(self.differs) - TOLD
        apart = "; ".join(map(str, few)) + (f"; and {more} more" if more > 0 else "")
        return (
            f"The same {people} lived through {told['months']} months with the same luck under the arm {self.arm} of "
            f"“{titles[0]}” (A) and of “{titles[1]}” (B): {'; '.join(said) or 'nobody was barred from anything'}.\n"
            f"What differs: {apart or 'nothing'}.\n"
            f"(Luck only: {len(self.worlds)} worlds; the assumptions were not varied.)"
        )

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
        told = {**manifest, "arm": self.arm, "against": self.against}
        if self.other is None:
            return told
        beside = {name: self.other.manifest[name] for name in ("scenario", "digest")}
        return {**told, "other": beside, "differs": [asdict(each) for each in self.differs]}

    def table(self, rows: Sequence[Difference] | None = None) -> Table:
        """The rows as a table for the terminal."""
        shown, nought = self.telling() if rows is None else (rows, 0)
        return terminal(self._head(), self._cells(shown), *self._said(shown, nought), numbers=self._head()[2:])

    def __rich__(self) -> Table:
        return self.table()

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=110, no_color=True)
        with console.capture() as captured:
            console.print(self)
        return f"{captured.get()}{self.headline()}"

    def __repr__(self) -> str:
        return f"<Comparison of {' with '.join(self.heads)}, {len(self.worlds)} worlds, synthetic society>"

    def _repr_html_(self) -> str:
        rows, nought = self.telling()
        title, caption = self._said(rows, nought)
        return notebook(self._head(), self._cells(rows), title, f"{caption}. {self.headline()}")

    def _head(self) -> list[str]:
        return ["measure", "per 1,000 of", *self.heads, "difference", "95 % interval", "same direction"]

    def _cells(self, rows: Sequence[Difference]) -> Iterator[list[str]]:
        for row in rows:
            gap, rates = row.difference, [number(found.mean) for found in (row.arm, row.against)]
            if gap.mean is None:
                yield [row.name, row.per, *rates, gap.reason, "", ""]
                continue
            interval = gap.reason if gap.low is None else f"{number(gap.low)} to {number(gap.high)}"
            yield [row.name, row.per, *rates, number(gap.mean), interval, f"{row.same} of {gap.worlds}"]

    def _said(self, rows: Sequence[Difference], nought: int = 0) -> tuple[str, str]:
        """Title and caption."""
        worlds, cut = len(self.worlds), any(row.by not in ("", "month") for row in rows)
        said = ["synthetic society", ONE_WORLD]
        if worlds > 1:
            over = "month by month" if any(row.by == "month" for row in rows) else "mean over the run"
            said[1:] = [
                f"{over}, {round(100 * LEVEL)} % interval of {worlds} worlds (luck only)",
                WIDENED if cut else ALONE,
            ]
        if any(row.note for row in rows):
            said.append(f"{MARK} {ABSENT.replace('this arm', 'one of the two')}")
        if nought:
            said.append(f"{nought} more are nought in both")
        title = (
            self.manifest["title"]
            if self.other is None
            else f"A: {self.manifest['title']}, B: {self.other.manifest['title']}"
        )
        return f"{title}: {' against '.join(self.heads)}", " · ".join(said)


def _other_scheme(measure: str, scheme: str, other: str) -> str:
    """A scheme's measure under another scheme's name; any other measure as it is."""
    return other + measure[len(scheme) :] if measure.startswith(f"{scheme}.") else measure


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


def compare(
    run: Readable, arm: str = "full", against: str | None = None, *, other: Readable | None = None
) -> Comparison:
    """Compare two arms of a run, or one arm of two runs of the same people with the same luck.

    Raises InvalidInput for an unknown arm, and, with the reason, for runs that cannot be paired.
    """
    if other is not None and against not in (None, arm):
        raise InvalidInput("compare: two runs are held against each other in one arm; allowed is --arm alone")
    against = against or (WITHOUT if other is None else arm)
    if other is None and arm == against and arm in run.manifest["arms"]:
        allowed = ", ".join(each for each in run.manifest["arms"] if each != arm)
        raise InvalidInput(f"compare: {arm} is held against itself; allowed beside it is {allowed or 'another run'}")
    if other is not None and other.path.resolve() == run.path.resolve():
        raise InvalidInput(f"compare: {run.path.name} is held against itself; allowed is another run, or one run alone")
    return Comparison(run, arm, against, other=other)


def unmoved(counts: Counts, main: str, arms: Iterable[str]) -> str:
    """Which arms leave every count of the main one as it is, month by month, in a sentence; empty for none."""
    still = ", ".join(arm for arm in arms if counts.alike(arm, main))
    what = "what they change found nothing to act on here, or moved nothing else"
    return still and f"No monthly count of {main} differs in {still}, in any world: {what}."


def parameters(cards: Mapping[str, Any]) -> dict[str, int]:
    """How many parameters there are of each provenance: settings and acts, without arms, size and length."""
    settings = [row for row in cards["settings"] if row["path"] not in SIZE and not row["path"].startswith("arms.")]
    marks = [row["mark"] for row in (*settings, *cards.get("acts", ()))]
    return {mark: marks.count(mark) for mark in sorted({*marks})}


def per(measure: str, cards: Mapping[str, Any]) -> str:
    """What the 1,000 of a rate are: adults in an average month, or whatever the measure is a share of."""
    denominator = cards["measures"].get(measure, {}).get("denominator", "adults")
    if denominator == "adults":
        return "adult-months"
    return str(cards["measures"].get(denominator, {}).get("label", denominator))
