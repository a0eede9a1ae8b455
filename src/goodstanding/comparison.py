"""Two arms side by side: the same people and the same luck, under the rules and without them.

Counts are summed in integers; rates are taken once, at the end, as ratios of sums. Every world, that is one society
seed with one luck seed, gives one rate for each arm and one difference between them, and the intervals say how far
worlds differ by luck alone. Pairing arms under common luck is a convention: it narrows the interval of a difference,
and says nothing about who in particular was harmed.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from goodstanding.errors import InvalidInput, nearest, plain

if TYPE_CHECKING:
    from rich.table import Table

SMALLEST_CELL = 50
LEVEL = 0.95
BY = ("month", "county", "group", "income_tenth")
ONE_WORLD = "one world: no interval"
ABSENT = "no such scheme in this arm: counted as nought"
BARRED, UNFOUNDED, INDUCED = ".sanctions.people", ".unfounded.unfounded", ".unfounded.induced"
SILENT, SPOKE = "silence.held_tongue", "silence.voices"
"""The measures of the headline, by the end of their name: a scheme's own begin with its name."""
World = tuple[int, int]


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


@cache
def student(df: int, level: float = LEVEL) -> float:
    """Half-width, in standard errors, of a two-sided interval of Student's t with a whole number of degrees of freedom.

    The share inside ±t is a finite series in the angle atan(t / √df) (Abramowitz and Stegun 1964, 26.7.3 and 26.7.4);
    it is inverted by bisection. Valid for df ≥ 1 and 0 < level < 1.
    """

    def inside(t: float) -> float:
        angle = math.atan(t / math.sqrt(df))
        cosine = math.cos(angle)
        odd = df % 2
        term = cosine if odd else 1.0
        total = term if df > 1 else 0.0
        for k in range(3 if odd else 2, df - 1, 2):
            term *= cosine * cosine * (k - 1) / k
            total += term
        total *= math.sin(angle)
        return 2 / math.pi * (angle + total) if odd else total

    low, high = 0.0, 1.0
    while inside(high) < level:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if inside(middle) < level else (low, middle)
    return high


@dataclass(frozen=True)
class Estimate:
    """A mean over worlds with its interval; `reason` says why a number is missing."""

    mean: float | None
    low: float | None
    high: float | None
    worlds: int
    reason: str = ""


def estimate(values: Sequence[float], *, least: float = -math.inf, level: float = LEVEL) -> Estimate:
    """Mean and t-interval over worlds, cut at `least` where less is impossible."""
    n = len(values)
    if n == 0:
        return Estimate(None, None, None, 0, "nobody in the denominator")
    mean = math.fsum(values) / n
    if n == 1:
        return Estimate(mean, None, None, 1, ONE_WORLD)
    half = student(n - 1, level) * math.sqrt(_variance(values) / n)
    return Estimate(mean, max(least, mean - half), mean + half, n)


def _variance(values: Sequence[float]) -> float:
    mean = math.fsum(values) / len(values)
    return math.fsum((v - mean) ** 2 for v in values) / (len(values) - 1)


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


@dataclass(frozen=True)
class Sums:
    """Integers of one arm, world, measure and cell: count, denominator, and the denominator's largest month."""

    count: int
    base: int
    people: int

    @property
    def rate(self) -> float | None:
        """Per 1,000 of the denominator; None where nobody is in it."""
        return 1000 * self.count / self.base if self.base else None


class Counts:
    """The counts of a run, added up by DuckDB in memory; nothing outside the table can be reached."""

    def __init__(self, table: Any) -> None:
        import duckdb

        self._connection = duckdb.connect(":memory:")
        self._connection.register("measures", table)
        for rule in (
            "autoinstall_known_extensions = false",
            "autoload_known_extensions = false",
            "enable_external_access = false",
            "lock_configuration = true",
        ):
            self._connection.execute(f"SET {rule}")
        self._known: dict[tuple[str, str], dict[tuple[str, str | int], dict[World, Sums]]] = {}

    def sums(self, arm: str, by: str = "") -> dict[tuple[str, str | int], dict[World, Sums]]:
        """(measure, cell) -> world -> sums of one arm, over all months or by month, county, group or income_tenth."""
        if (arm, by) not in self._known:
            self._known[arm, by] = self._ask(arm, by)
        return self._known[arm, by]

    def _ask(self, arm: str, by: str) -> dict[tuple[str, str | int], dict[World, Sums]]:
        if by and by not in BY:
            raise InvalidInput(f"by: '{plain(by)}' is unknown{nearest(by, BY)}; allowed is one of {', '.join(BY)}")
        cell = f'"{by}"' if by else "''"
        found = self._connection.execute(
            f"""
            SELECT measure, cell, society_seed, luck_seed, SUM(c)::BIGINT, SUM(d)::BIGINT, MAX(d)::BIGINT
            FROM (SELECT measure::VARCHAR AS measure, {cell} AS cell, society_seed, luck_seed, month,
                         SUM("count") AS c, SUM(denominator) AS d
                  FROM measures WHERE arm::VARCHAR = ? GROUP BY ALL)
            GROUP BY ALL ORDER BY ALL
            """,
            [arm],
        ).fetchall()
        sums: dict[tuple[str, str | int], dict[World, Sums]] = {}
        for measure, name, society, luck, count, base, people in found:
            sums.setdefault((measure, name), {})[society, luck] = Sums(count, base, people)
        return sums


class Comparison:
    """An arm beside another one, measure by measure, with intervals over worlds."""

    def __init__(self, run: Readable, arm: str = "full", against: str = "none", counts: Counts | None = None) -> None:
        arms = run.manifest["arms"]
        for name in (arm, against):
            if name not in arms:
                raise InvalidInput(
                    f"compare: '{plain(name)}' is no arm of this run{nearest(name, arms)}; allowed is {', '.join(arms)}"
                )
        self.manifest, self.cards = run.manifest, run.cards
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
                    self._difference(name, cell, ours.get((name, cell)), theirs.get((name, cell)), present, level)
                )
        return found

    def _difference(
        self,
        name: str,
        cell: str | int,
        ours: dict[World, Sums] | None,
        theirs: dict[World, Sums] | None,
        present: tuple[set[str], set[str]],
        level: float,
    ) -> Difference:
        card = self.cards["measures"].get(name, {})
        ours_rate = self._rates(ours, name in present[0])
        theirs_rate = self._rates(theirs, name in present[1])
        both = [w for w in self.worlds if ours_rate[w] is not None and theirs_rate[w] is not None]
        a, b = [ours_rate[w] or 0.0 for w in both], [theirs_rate[w] or 0.0 for w in both]
        gaps = [x - y for x, y in zip(a, b, strict=True)]
        sums = list((ours or theirs or {}).values())
        people = sum(s.people for s in sums)
        note = "; ".join(
            f"{arm}: {ABSENT}"
            for arm, there in zip((self.arm, self.against), present, strict=True)
            if name not in there
        )
        arm = estimate([r for r in ours_rate.values() if r is not None], least=0.0, level=level)
        against = estimate([r for r in theirs_rate.values() if r is not None], least=0.0, level=level)
        difference = estimate(gaps, level=level)
        if people < SMALLEST_CELL:
            hidden = Estimate(None, None, None, len(both), f"fewer than {SMALLEST_CELL} people")
            arm = against = difference = hidden
        shown = difference.mean is not None
        sign = math.copysign(1, difference.mean or 0.0)
        apart = _variance(a) + _variance(b) if len(both) > 1 else 0.0
        return Difference(
            measure=name,
            label=str(card.get("label", name)),
            per=per(name, self.cards),
            cell=cell,
            arm=arm,
            against=against,
            difference=difference,
            same=sum(g * sign > 0 for g in gaps) if shown else 0,
            paired=1 - _variance(gaps) / apart if apart and shown else None,
            count=sum(s.count for s in (ours or {}).values()) if shown else 0,
            base=sum(s.base for s in sums),
            people=people,
            note=note,
        )

    def _rates(self, sums: dict[World, Sums] | None, there: bool) -> dict[World, float | None]:
        """World -> rate: nought where the arm has no such scheme, None where nobody is in the denominator."""
        if not there:
            return dict.fromkeys(self.worlds, 0.0)
        return {w: sums[w].rate if sums and w in sums else None for w in self.worlds}

    @cached_property
    def assumed(self) -> int:
        """Percent of the parameters that are assumptions."""
        marks = [row["mark"] for row in self.cards["settings"]]
        return round(100 * marks.count("assumed") / len(marks)) if marks else 0

    def find(self, suffix: str) -> list[Difference]:
        """The measures whose name ends so, one for each scheme that has it."""
        return [row for row in self.rows() if row.measure.endswith(suffix)]

    def headline(self) -> str:
        """What was found, in the past tense, in the model and with its uncertainty."""
        barred, unfounded, induced, silent = map(self.find, (BARRED, UNFOUNDED, INDUCED, SILENT))
        said = []
        for row in barred:
            what = f"{of_every(row.arm)} adults were barred from something in an average month"
            said.append(_scheme(row, barred) + what)
        for row in unfounded:
            if row.arm.mean is not None:
                said.append(
                    f"{_scheme(row, unfounded)}of these sanction-months {spoken(row.arm, 0.1)} in every 100 were "
                    "unfounded (they fell away once entries about other people's acts were taken out)"
                )
        for row in induced:
            if row.arm.mean is not None:
                said.append(
                    f"{_scheme(row, induced)}{spoken(row.arm, 0.1)} in every 100 rested on conduct that the scheme "
                    "itself brought about (the same people did not do it without the scheme)"
                )
        for row in silent:
            if row.arm.mean is not None:
                said.append(
                    f"people held their tongue in {of_every(row.arm)} months in which they had something to say"
                )
        counties = int(self.cards.get("counties", 1))
        place = "an invented county" if counties == 1 else f"an invented society of {counties} counties"
        arm = "" if self.arm == "full" else f" (arm {self.arm})"
        worlds = len(self.worlds)
        luck = f"luck only: {worlds} worlds" if worlds > 1 else f"luck only: {ONE_WORLD}"
        return (
            f"In {place} of {self.manifest['people']:,} synthetic people under "
            f"{modelled(self.manifest['title'])}{arm}, {'; '.join(said) or 'nobody was barred from anything'}. "
            f"Beside it stand the same people with the same luck in the arm {self.against}. "
            f"({luck}; the assumptions were not varied, {self.assumed} % of the parameters are assumptions.)"
        )

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {
            "synthetic": True,
            "scenario": self.manifest["scenario"],
            "digest": self.manifest["digest"],
            "arm": self.arm,
            "against": self.against,
            "worlds": len(self.worlds),
            "level": LEVEL,
            "headline": self.headline(),
            "rows": [asdict(row) for row in self.rows()],
        }

    def table(self, rows: Sequence[Difference] | None = None) -> Table:
        """The rows as a table for the terminal."""
        from rich.table import Table

        worlds = len(self.worlds)
        table = Table(
            title=f"{self.manifest['title']}: {self.arm} against {self.against}",
            caption=f"synthetic society · mean over the run, 95 % interval of {worlds} worlds (luck only)"
            if worlds > 1
            else f"synthetic society · {ONE_WORLD}",
        )
        table.add_column("measure")
        table.add_column("per 1,000 of")
        for name in (self.arm, self.against, "difference", "95 % interval", "same direction"):
            table.add_column(name, justify="right")
        for row in self.rows() if rows is None else rows:
            gap = row.difference
            if gap.mean is None:
                table.add_row(row.label, row.per, "–", "–", gap.reason, "", "")
                continue
            interval = gap.reason if gap.low is None else f"{number(gap.low)} to {number(gap.high)}"
            table.add_row(
                row.label, row.per, number(row.arm.mean), number(row.against.mean), number(gap.mean), interval,
                f"{row.same} of {gap.worlds}",
            )  # fmt: skip
        return table

    def __rich__(self) -> Table:
        return self.table()

    def __repr__(self) -> str:
        return f"<Comparison of {self.arm} with {self.against}, {len(self.worlds)} worlds, synthetic society>"

    def _repr_html_(self) -> str:
        from html import escape

        head = ("measure", "per 1,000 of", self.arm, self.against, "difference", "95 % interval", "same direction")
        body = []
        for row in self.rows():
            gap = row.difference
            interval = gap.reason if gap.low is None else f"{number(gap.low)} to {number(gap.high)}"
            cells = (row.label, row.per, number(row.arm.mean), number(row.against.mean), number(gap.mean), interval)
            body.append((*cells, f"{row.same} of {gap.worlds}"))
        lines = ["<tr>" + "".join(f"<th>{escape(h)}</th>" for h in head) + "</tr>"]
        lines += ["<tr>" + "".join(f"<td>{escape(c)}</td>" for c in cells) + "</tr>" for cells in body]
        return f"<p>Synthetic society. {escape(self.headline())}</p><table>{''.join(lines)}</table>"


def compare(run: Readable, arm: str = "full", against: str = "none") -> Comparison:
    """Compare two arms of a run."""
    return Comparison(run, arm, against)


def per(measure: str, cards: Mapping[str, Any]) -> str:
    """What the 1,000 of a rate are: adults in an average month, or whatever the measure is a share of."""
    denominator = cards["measures"].get(measure, {}).get("denominator", "adults")
    if denominator == "adults":
        return "adult-months"
    return str(cards["measures"].get(denominator, {}).get("label", denominator))


def modelled(title: str) -> str:
    """'rules modelled on X' for a title 'After X', and the title in quotes otherwise."""
    return f"rules modelled on {title[6:]}" if title.startswith("After ") else f"the rules of “{title}”"


def number(value: float | None) -> str:
    """A rate as it is printed: about three digits that count, a true minus sign, a dash for none."""
    if value is None:
        return "–"
    size = abs(value)
    places = next((d for least, d in ((99.95, 0), (9.995, 1), (0.9995, 2), (0.09995, 3)) if size >= least), 4)
    text = f"{size:,.{places}f}" if size else "0"
    return f"−{text}" if value < 0 else text


def spoken(found: Estimate, scale: float = 1.0) -> str:
    """An interval in words: '212 to 219', or 'about 215' where there is one world or no width."""
    if found.mean is None:
        return "an unknown number"
    ends = [number(v * scale) for v in (found.low, found.high) if v is not None]
    if len(set(ends)) == 2:
        return " to ".join(ends)
    middle = number(found.mean * scale)
    return middle if found.mean == 0 else f"about {middle}"


def of_every(found: Estimate) -> str:
    """An interval of a rate in words: '212 to 219 of every 1,000', or of every 100,000 where few are meant."""
    largest = found.high if found.high is not None else found.mean
    rare = largest is not None and 0 < largest < 1
    return f"{spoken(found, 100 if rare else 1)} of every {'100,000' if rare else '1,000'}"


def _scheme(row: Difference, rows: Sequence[Difference]) -> str:
    return f"under the scheme {row.measure.split('.')[0]} " if len(rows) > 1 else ""
