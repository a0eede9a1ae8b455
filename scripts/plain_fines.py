"""The table of plain fines beside Suining: what each brought upon people, and what it gained, in the same worlds.

    python scripts/plain_fines.py [--people 10000] [--worlds 8] [--write]

It lives through both scenarios in the arms below and prints the table in Markdown; with `--write` it puts it into
`docs/scenarios/plain-fines.md`. The text around it is written by hand.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from goodstanding.counts import Counts, Sums
from goodstanding.estimates import Estimate, estimate
from goodstanding.folder import Run
from goodstanding.frontier import GAIN, UNFELT, WITHOUT, Frontier, Point, matched
from goodstanding.headline import number
from goodstanding.runs import run

PAGE = Path(__file__).parents[1] / "docs" / "scenarios" / "plain-fines.md"
POINTS, FINES = "suining-2010", "plain-fines"
ARMS = {
    POINTS: (WITHOUT, "aware", "full"),
    FINES: (WITHOUT, "aware", "full", "fifth", "half", "double", "no_late_charges"),
}
FALSE, FAMILY, UNABLE = (".unfounded.false", ".fines.unfounded"), (".unfounded.family",), ("gain.unable",)
HEAD = (
    "scenario, arm", "sanction-months", "for a false entry", "for a relative's sake", "more people owing",
    "tongues held", "gain", "in acts no scheme leads to", "in acts a scheme can lead to",
    "of these, payments missed for want of money",
)  # fmt: skip
BEGIN, END = "<!-- table: written by scripts/plain_fines.py -->", "<!-- end of table -->"


@dataclass(frozen=True)
class Row:
    """A point of the frontier, what of its sanctions rested on no act of the person, and what of the gain on no choice.

    All per 1,000 adult-months. `unable` is the fall in harm by payments missed for want of money.
    """

    point: Point
    false: Estimate
    family: Estimate
    unable: Estimate


def live(people: int, worlds: int, months: int, folder: Path) -> dict[str, Run]:
    """Both scenarios in the same worlds, each in its arms."""
    return {
        name: run(name, people=people, months=months, seeds=worlds, arms=arms, out=folder, report=False)
        for name, arms in ARMS.items()
    }


def counted(counts: Counts, arm: str, ends: tuple[str, ...]) -> list[Sums]:
    """World by world, the measures whose name ends so added up, among the adults of all months."""
    found = counts.sums(arm)
    rows = [sums for (measure, _), sums in found.items() if measure.endswith(ends)]
    adults = found[GAIN, ""]
    return [
        Sums(sum(sums[world].count for sums in rows if world in sums), adults[world].base) for world in sorted(adults)
    ]


def rows(runs: Mapping[str, Run]) -> list[Row]:
    """A row for each arm with a scheme."""
    counts = {name: lived.counts for name, lived in runs.items()}

    def stood(point: Point, ends: tuple[str, ...]) -> Estimate:
        felt = () if point.arm in UNFELT else ends
        return estimate([counted(counts[point.run], point.arm, felt)])

    def fell(point: Point, ends: tuple[str, ...]) -> Estimate:
        return estimate([counted(counts[point.run], arm, ends) for arm in (WITHOUT, point.arm)])

    return [
        Row(point, stood(point, FALSE), stood(point, FAMILY), fell(point, UNABLE)) for point in Frontier(runs).points()
    ]


def apart(runs: Mapping[str, Run], one: Point, other: Point) -> Estimate:
    """The gain of one point less that of another, paired world by world: the arm without the scheme is the same."""
    return estimate([counted(runs[p.run].counts, p.arm, (GAIN,)) for p in (other, one)])


def table(runs: Mapping[str, Run]) -> Iterator[str]:
    """The table, and the tariff whose gain is nearest."""
    found = rows(runs)
    without = estimate([counted(runs[POINTS].counts, WITHOUT, (GAIN,))])
    yield (f"All per 1,000 adult-months, against the arm `none`; gain in points of gravity, of {number(without.mean)} "
           f"without any scheme; 95 % intervals of {without.worlds} worlds, luck only, at the defaults.")  # fmt: skip
    yield from ("", f"| {' | '.join(HEAD)} |", f"|{'---|' * len(HEAD)}")
    for row in found:
        point = row.point
        told = (point.harm, row.false, row.family, point.owing, point.silent,
                point.gain, point.direct, point.displaced, row.unable)  # fmt: skip
        yield f"| `{point.run}`, `{point.arm}` | {' | '.join(map(shown, told))} |"
    suining = next(row.point for row in found if (row.point.run, row.point.arm) == (POINTS, "full"))
    nearest = matched(suining, [row.point for row in found if row.point.run == FINES and row.point.arm not in UNFELT])
    if nearest is not None:
        yield from ("", f"Of the tariffs that somebody pays, `{nearest.arm}` has the gain nearest to that of "
                    f"`{POINTS}` in `full`; the gain of `{POINTS}` less that of `{nearest.arm}`, world by world: "
                    f"{shown(apart(runs, suining, nearest))}.")  # fmt: skip


def shown(found: Estimate) -> str:
    """An interval; where there is none, the mean, and why."""
    if found.low is not None and found.high is not None:
        ends = [number(found.low), number(found.high)]
        return " to ".join(dict.fromkeys(ends))
    return f"{number(found.mean)} ({found.reason})" if found.mean else "0"


def page(text: str, runs: Mapping[str, Run]) -> str:
    """The page with its table written afresh."""
    before, rest = text.split(BEGIN)
    told = runs[POINTS].manifest
    said = (f"`python scripts/plain_fines.py --write`, {datetime.now(UTC):%Y-%m-%d}: {len(told['seeds'])} worlds of "
            f"{told['people']:,} people over {told['months']} months.")  # fmt: skip
    return "\n".join([f"{before}{BEGIN}", "", said, *table(runs), "", f"{END}{rest.split(END)[1]}"])


def main() -> None:
    asked = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--worlds", type=int, default=8)
    asked.add_argument("--write", action="store_true")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        runs = live(told.people, told.worlds, 60, Path(folder))
        print("\n".join(table(runs)))
        if told.write:
            PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), runs), encoding="utf-8")


if __name__ == "__main__":
    main()
