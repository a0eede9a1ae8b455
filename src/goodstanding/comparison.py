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
FEWEST_EVENTS, FEWEST_WORLDS = 20, 5
"""Below these numbers of events, and of worlds that have any, no interval is given."""
LATE = 12
"""Months at the end of a run that are told beside the average of all."""
SIZE = ("months", "society.people", "society.tiles")
"""Settings of size, length and pictures, which are no parameters of the model."""
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
    """A rate over worlds with its interval; `reason` says why a number is missing."""

    mean: float | None
    low: float | None
    high: float | None
    worlds: int
    reason: str = ""


@dataclass(frozen=True)
class Sums:
    """Integers of one arm, world, measure and cell: count, denominator, and the largest month of each."""

    count: int = 0
    base: int = 0
    most: int = 0
    people: int = 0


def pooled(worlds: Sequence[Sums]) -> float | None:
    """Count per 1,000 of the denominator, totals over worlds; None where nobody is in the denominator."""
    base = sum(w.base for w in worlds)
    return 1000 * sum(w.count for w in worlds) / base if base else None


def estimate(arms: Sequence[Sequence[Sums]], *, least: float = -math.inf, level: float = LEVEL) -> Estimate:
    """The pooled rate of one arm, or the first less the second of two, with its interval over worlds.

    A ratio of totals with the jackknife over worlds and Student's t; with equal denominators this is the mean over
    worlds with its t-interval. Cut at `least` where less is impossible. No interval is given, and `reason` says so,
    for one world, where all of a denominator lies in one world, where nothing was counted, and where what was counted
    is too little: fewer than 20 events, or events in fewer than five worlds.
    """
    n = len(arms[0])
    rates = [pooled(worlds) for worlds in arms]
    if any(rate is None for rate in rates):
        return Estimate(None, None, None, 0, "nobody in the denominator")
    mean = _less(rates)
    if n == 1:
        return Estimate(mean, None, None, 1, ONE_WORLD)
    without = [[pooled([*worlds[:at], *worlds[at + 1 :]]) for worlds in arms] for at in range(n)]
    if any(rate is None for left in without for rate in left):
        return Estimate(mean, None, None, n, "all of the denominator lies in one world")
    if reason := _too_few(arms):
        return Estimate(mean, None, None, n, reason)
    half = student(n - 1, level) * _jackknife([_less(left) for left in without])
    return Estimate(mean, max(least, mean - half), mean + half, n)


def _less(rates: Sequence[float | None]) -> float:
    return (rates[0] or 0.0) - ((rates[1] or 0.0) if len(rates) > 1 else 0.0)


def _jackknife(without: Sequence[float]) -> float:
    """Standard error from the estimates that leave out one world each."""
    n = len(without)
    return (n - 1) / math.sqrt(n) * math.sqrt(_variance(without))


def _too_few(arms: Sequence[Sequence[Sums]]) -> str:
    """Why events are too rare for an interval; empty where one arm at least has enough of them."""
    for worlds in arms:
        events, having = sum(w.count for w in worlds), sum(w.count > 0 for w in worlds)
        if events >= FEWEST_EVENTS and having >= min(FEWEST_WORLDS, len(worlds)):
            return ""
    events, having = (sum(w.count for w in arms[0]), sum(w.count > 0 for w in arms[0]))
    base = sum(w.base for w in arms[0])
    if events == 0:
        return f"none of {base:,}"
    return f"{events:,} of {base:,}, in {having} of {len(arms[0])} worlds: too few for an interval"


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
        self._known: dict[tuple[str, str, int], dict[tuple[str, str | int], dict[World, Sums]]] = {}

    def sums(self, arm: str, by: str = "", since: int = 0) -> dict[tuple[str, str | int], dict[World, Sums]]:
        """(measure, cell) -> world -> sums of one arm, over all months or by month, county, group or income_tenth.

        `since` leaves out the months before it.
        """
        if (arm, by, since) not in self._known:
            self._known[arm, by, since] = self._ask(arm, by, since)
        return self._known[arm, by, since]

    def _ask(self, arm: str, by: str, since: int) -> dict[tuple[str, str | int], dict[World, Sums]]:
        if by and by not in BY:
            raise InvalidInput(f"by: '{plain(by)}' is unknown{nearest(by, BY)}; allowed is one of {', '.join(BY)}")
        cell = f'"{by}"' if by else "''"
        found = self._connection.execute(
            f"""
            SELECT measure, cell, society_seed, luck_seed, SUM(c)::BIGINT, SUM(d)::BIGINT,
                   MAX(c)::BIGINT, MAX(d)::BIGINT
            FROM (SELECT measure::VARCHAR AS measure, {cell} AS cell, society_seed, luck_seed, month,
                         SUM("count") AS c, SUM(denominator) AS d
                  FROM measures WHERE arm::VARCHAR = ? AND month >= ? GROUP BY ALL)
            GROUP BY ALL ORDER BY ALL
            """,
            [arm, since],
        ).fetchall()
        sums: dict[tuple[str, str | int], dict[World, Sums]] = {}
        for measure, name, society, luck, *numbers in found:
            sums.setdefault((measure, name), {})[society, luck] = Sums(*numbers)
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
        pair = [self._worlds(sums, name in there) for sums, there in zip((ours, theirs), present, strict=True)]
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
        gaps = [_less([pooled([x]), pooled([y])]) for x, y in zip(a, b, strict=True)]
        return Difference(
            measure=name,
            label=str(card.get("label", name)),
            per=per(name, self.cards),
            cell=cell,
            arm=arm,
            against=against,
            difference=difference,
            same=sum(g * sign > 0 for g in gaps) if shown else 0,
            paired=self._paired(pair) if shown else None,
            count=sum(w.count for w in a) if shown else 0,
            base=sum(w.base for w in (a if name in present[0] else b)),
            people=people,
            note=note,
        )

    def _worlds(self, sums: dict[World, Sums] | None, there: bool) -> list[Sums]:
        """The sums of every world; an arm that has no such scheme counts as nought of one."""
        if not there:
            return [Sums(0, 1, 0, 1)] * len(self.worlds)
        return [(sums or {}).get(world, Sums()) for world in self.worlds]

    def _people(self, name: str, cell: str | int, by: str, arm: str) -> int:
        """How many people stand behind a denominator at least: the largest month of every world, added up."""
        persons = self.cards["measures"].get(name, {}).get("persons")
        found = self.counts.sums(arm, by).get((persons or name, cell), {}).values()
        return sum(w.most if persons else w.people for w in found)

    def _paired(self, pair: list[list[Sums]]) -> float | None:
        """The share of the variance that common luck takes away; None for one world or without any variance."""
        if len(self.worlds) < 2:
            return None
        left = [[pooled([*ws[:at], *ws[at + 1 :]]) for ws in pair] for at in range(len(self.worlds))]
        apart = sum(_variance([rates[side] or 0.0 for rates in left]) for side in (0, 1))
        return 1 - _variance([_less(rates) for rates in left]) / apart if apart else None

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
        months, people = self.manifest["months"], f"{self.manifest['people']:,} synthetic people"
        counties = int(self.cards.get("counties", 1))
        place = "an invented county" if counties == 1 else f"an invented society of {counties} counties"
        arm = "" if self.arm == "full" else f" (arm {self.arm})"
        worlds = f"{len(self.worlds)} worlds" if len(self.worlds) > 1 else ONE_WORLD
        said = "; ".join([*self._barred(), *self._resting(), *self._silent()]) if months else "no month was lived"
        return (
            f"In {place} of {people} under {modelled(self.manifest['title'])}{arm}, at one set of assumptions and over "
            f"the first {months} months: {said or 'nobody was barred from anything'}. Beside it stand the same people "
            f"with the same luck in the arm {self.against}. (Luck only: {worlds}; the assumptions were not varied, and "
            f"{self.assumed} % of the parameters are assumptions.)"
        )

    def _barred(self) -> Iterator[str]:
        rows = self.find(BARRED)
        for row in rows:
            said = f"{_scheme(row, rows)}{of_every(row.arm)} adults were barred from something in an average month"
            late = self.manifest["months"] - LATE
            if late > 0 and row.arm.mean:
                sums = self.counts.sums(self.arm, since=late).get((row.measure, ""))
                said += f" ({of_every(estimate([self._worlds(sums, True)], least=0.0))} in the last {LATE})"
            yield said

    def _resting(self) -> Iterator[str]:
        """What the sanction-months rested on; a share is told only where there is enough of it."""
        unit = "of the months for which people were barred (one person, one domain, one month)"
        for suffix, what in (
            (UNFOUNDED, "fell away once entries about other people's acts were taken out of the record"),
            (
                INDUCED,
                "rested on conduct that did not occur for the same person in the same world without the scheme",
            ),
        ):
            rows = self.find(suffix)
            for row in rows:
                if row.arm.mean is None or not row.base:
                    continue
                few = f"{row.count:,} of {row.base:,}" if row.count else f"none of {row.base:,}"
                share = few if row.arm.reason and len(self.worlds) > 1 else f"{spoken(row.arm, 0.1)} in every 100"
                yield f"{unit + ', ' if suffix == UNFOUNDED else ''}{_scheme(row, rows)}{share} {what}"

    def _silent(self) -> Iterator[str]:
        for row in self.find(SILENT):
            if row.arm.mean is not None and row.arm.mean > 0:
                yield f"{of_every(row.arm)} times that somebody was ready to speak up ended in silence from fear"
        for row in self.find(SPOKE):
            gap = row.difference
            if gap.low is not None and gap.high is not None and gap.low * gap.high > 0:
                fewer, ends = ("fewer", (-gap.high, -gap.low)) if gap.high < 0 else ("more", (gap.low, gap.high))
                size = spoken(Estimate(sum(ends) / 2, *ends, gap.worlds))
                yield f"there were {size} {fewer} voices in 1,000 adult-months than in the arm {self.against}"

    def __str__(self) -> str:
        from rich.console import Console

        console = Console(width=110, no_color=True)
        with console.capture() as captured:
            console.print(self)
        return f"{captured.get()}{self.headline()}"

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
