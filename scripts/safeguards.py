"""Which safeguard buys most, scenario by scenario: contests over sets of assumptions, as the tables of a page.

    python scripts/safeguards.py [SCENARIO ...] [--sets 40] [--months M] [--out runs/safeguards] [--write]

It lays every safeguard of the library over each scenario (all of the library where none is named), alone, all together
and all but one, tries them over the sets in a small county, and prints the tables in Markdown; `--write` puts them
into `docs/safeguards.md`, whose text is written by hand. A run of the same scenario that stands in `--out` already is
read, not lived again.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from goodstanding.contests import ALONE, HARMS, LAST, Bought, Safeguards, told
from goodstanding.errors import InvalidInput
from goodstanding.folder import Run, open_run
from goodstanding.library import library
from goodstanding.runs import run
from goodstanding.scenario import Scenario, read, rows

PAGE = Path(__file__).parents[1] / "docs" / "safeguards.md"
BEGIN, END = "<!-- tables: written by scripts/safeguards.py -->", "<!-- end of tables -->"
PEOPLE, HARM = 5_000, "unfounded"
HOWS = {ALONE: "alone", LAST: "last in"}
FIRST = (
    "scenario", "how", "sets with any to spare", "best most often", "best in", "spares in", "spares",
    "first, of structures", "spares, of structures", "officers' hours", "more harm to others",
)  # fmt: skip
EACH = (
    "safeguard", "spares alone", "best in", "rank", "spares last in", "best in ", "rank ", "officers' hours",
    "wait for a review", "more harm to others",
)  # fmt: skip
WHOM = ("scenario", "safeguard", "everybody", "poorest tenth", "richest tenth", "first group", "last group")


def live(name: str, sets: int, months: int | None, out: Path) -> Run | str:
    """The run of one scenario with every safeguard that touches it; a sentence where there is none."""
    try:
        scenario = read(name, people=PEOPLE, months=months, with_=["safeguards"])
    except InvalidInput as error:
        return str(error)
    arms = ["none", "full", *scenario.laid]
    return kept(scenario, sets, out) or run(scenario, seeds=1, arms=arms, assumptions=sets, out=out, report=False)


def kept(scenario: Scenario, sets: int, out: Path) -> Run | None:
    """The newest run of just this scenario, with its priors, over so many sets; None where none stands in a folder."""
    folders = sorted(out.glob(f"*-{scenario.name}-{scenario.hash[:8]}"), reverse=True)
    runs = (open_run(folder) for folder in folders if (folder / "manifest.json").exists())
    meant = {(row["path"], row["prior"], row["mark"]) for row in rows(scenario)}
    return next((run for run in runs if run.manifest.get("sets") == sets and meant <= _meant(run)), None)


def _meant(run: Run) -> set[tuple[str, str, str]]:
    return {(row["path"], row["prior"], row["mark"]) for row in run.cards["settings"]}


def asked_for(script: str, scenarios: Sequence[str]) -> str:
    """The command of a script, with the scenarios named where they are not all."""
    return " ".join([f"python scripts/{script}.py", *(scenarios if [*scenarios] != [*library()] else ())])


def put(page: Path, begin: str, end: str, lines: str) -> None:
    """Write the tables of a page between their marks; the text around them stays."""
    before, _, rest = page.read_text().partition(begin)
    page.write_text(f"{before}{begin}\n\n{lines}\n\n{end}{rest.partition(end)[2]}")


def page(found: dict[str, Safeguards | str]) -> Iterator[str]:
    """Across scenarios, for whom, and then one table for each."""
    tried = {name: of for name, of in found.items() if not isinstance(of, str)}
    yield from ("## Across the scenarios", "")
    yield from table(FIRST, (line(name, of, how) for name, of in tried.items() for how in HOWS))
    yield from (f"\n`{name}` is not in the table: {of}" for name, of in found.items() if isinstance(of, str))
    yield from ("", "## For whom: the best alone", "")
    yield from table(WHOM, (row for name, of in tried.items() for row in whom(name, of)))
    for name, of in tried.items():
        yield from ("", f"## `{name}`", "")
        yield from table(EACH, (each(of, row) for row in of.rows()))


def line(name: str, of: Safeguards, how: str) -> list[str]:
    """One scenario: the one that is best most often, in what share of the sets and structures sign and rank hold."""
    contested, best = of.contest(how)[1].shape[1], of.best(how)
    start = [f"`{name}`", HOWS[how], f"{contested} of {of.tried.sets}"]
    if not best:
        return [*start, "none", *["–"] * (len(FIRST) - len(start) - 1)]
    place, built = of.places(how)[best], of.structures(how).values()
    first = Counter(name for spared in built for name in spared if spared[name] == max(spared.values()) > 0)
    other = next((f"; {name} in {many}" for name, many in first.most_common(1) if many > first[best]), "")
    spares, row = sum(spared[best] > 0 for spared in built), next(row for row in of.rows() if row.safeguard == best)
    held = [f"{first[best]} of {len(built)}{other}", f"{spares} of {len(built)}"] if built else ["–", "–"]
    costs = [told(row.costs.get("hours")), told(row.costs.get("harm"))]
    return [*start, best, percent(place.best), percent(place.spares), told(place.spared), *held, *costs]


def whom(name: str, of: Safeguards) -> Iterator[list[str]]:
    """For whom the one that is best most often spares anything."""
    if (best := of.best()) and (cells := of.whom(best)):
        tenths, groups = [*cells["income_tenth"].values()], [*cells["group"].values()]
        spared = (of.places()[best].spared, tenths[0], tenths[-1], groups[0], groups[-1])
        yield [f"`{name}`", best, *map(told, spared)]


def each(of: Safeguards, row: Bought) -> list[str]:
    """One safeguard of one scenario."""
    safeguard, *cells, hours, harm = next(cells for cells in of.cells() if cells[0] == row.safeguard)
    return [safeguard, *cells, hours, told(row.costs.get("waiting")), harm]


def percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield f"| {' | '.join(map(str.strip, head))} |"
    yield f"|{'|'.join(' --- ' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def main() -> None:
    """Live and print, or write."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    asked.add_argument("scenarios", nargs="*", default=list(library()))
    asked.add_argument("--sets", type=int, default=40)
    asked.add_argument("--months", type=int)
    asked.add_argument("--out", type=Path, default=Path("runs/safeguards"))
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    found: dict[str, Safeguards | str] = {}
    for name in given.scenarios:
        lived = live(name, given.sets, given.months, given.out)
        found[name] = lived if isinstance(lived, str) else lived.safeguards(HARM)
    command = f"{asked_for('safeguards', given.scenarios)} --sets {given.sets}"
    command += f" --months {given.months}" * bool(given.months)
    what = f"{HARMS[HARM][1].capitalize()} spared, per 1,000 adult-months, in counties of {PEOPLE:,} people"
    lines = "\n".join([f"`{command}`, {datetime.now(UTC):%Y-%m-%d}. {what}.", "", *page(found)])
    if given.write:
        put(PAGE, BEGIN, END, lines)
    else:
        print(lines)


if __name__ == "__main__":
    main()
