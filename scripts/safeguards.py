"""Which safeguard buys most, scenario by scenario: contests over sets of assumptions, as one page of tables.

    python scripts/safeguards.py [SCENARIO ...] [--sets 40] [--months M] [--out runs/safeguards]

It lays every safeguard of the library over each scenario (all of the library where none is named), alone, all
together and all but one, tries them over the sets in a small county, and prints the tables in Markdown. A run that
stands in `--out` already is read instead of lived again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from goodstanding.contests import ALONE, HARMS, HEAD, LAST, Safeguards
from goodstanding.errors import InvalidInput
from goodstanding.folder import Run, open_run
from goodstanding.library import library
from goodstanding.runs import run
from goodstanding.scenario import read

PEOPLE, HARM = 5_000, "unfounded"
FIRST = ("scenario", "sets", "best alone", "in", "structures", "best last in", "in", "structures")


def live(name: str, sets: int, months: int | None, out: Path) -> Run | None:
    """The run of one scenario with every safeguard that touches it; None where none does."""
    for folder in sorted(out.glob(f"*-{name}-*"), reverse=True):
        if (folder / "manifest.json").exists() and open_run(folder).manifest.get("sets") == sets:
            return open_run(folder)
    try:
        told = read(name, people=PEOPLE, months=months, with_=["safeguards"])
    except InvalidInput as error:
        print(f"{name}: {error}")
        return None
    return run(told, seeds=1, arms=["none", "full", *told.laid], assumptions=sets, out=out, report=False)


def page(found: dict[str, Safeguards]) -> Iterator[str]:
    """The table across scenarios, then one for each."""
    yield from table(FIRST, (line(name, told) for name, told in found.items()))
    for name, told in found.items():
        yield from ("", f"## `{name}`", "")
        yield from table(HEAD, told.cells())


def line(name: str, told: Safeguards) -> list[str]:
    """One scenario: which is best most often, in what share of the sets, and in how many structures it still is."""
    contested = " and ".join(str(told.contest(how)[1].shape[1]) for how in (ALONE, LAST))
    shown = [f"`{name}`", f"{contested} of {told.tried.sets}"]
    for how in (ALONE, LAST):
        places, built = told.places(how), told.structures(how)
        first = max(places, key=lambda one: places[one].best, default="")
        if not first or not places[first].best:
            shown += ["none", "–", "–"]
            continue
        held = sum(best == first for best in built.values())
        shown += [first, f"{100 * places[first].best:.0f} %", f"{held} of {len(built)}"]
    return shown


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown."""
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join(' --- ' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def main() -> None:
    """Live and print."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    asked.add_argument("scenarios", nargs="*", default=list(library()))
    asked.add_argument("--sets", type=int, default=40)
    asked.add_argument("--months", type=int)
    asked.add_argument("--out", type=Path, default=Path("runs/safeguards"))
    told = asked.parse_args()
    lived = ((name, live(name, told.sets, told.months, told.out)) for name in told.scenarios)
    found = {name: of.safeguards(HARM) for name, of in lived if of is not None}
    print(f"{HARMS[HARM][1].capitalize()} spared, per 1,000 adult-months, in counties of {PEOPLE:,} people.\n")
    print("\n".join(page(found)))


if __name__ == "__main__":
    main()
