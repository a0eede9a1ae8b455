"""The simulation card: on one page what this is, for whom, what it cannot show, and how to have it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

from goodstanding.errors import Integrity
from goodstanding.frames import SYNTHETIC
from goodstanding.runs import provenances
from goodstanding.scenario import Scenario
from goodstanding.telling import NESTED
from goodstanding.version import __version__

if TYPE_CHECKING:
    from goodstanding.folder import Run

WIDE = 118
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")


def card(scenario: Scenario, run: Run | None = None) -> str:
    """The card as Markdown."""
    return "\n".join([f"# Simulation card: {scenario.title}", "", *_told(scenario, run)]).rstrip() + "\n"


def marks(scenario: Scenario) -> dict[str, int]:
    """How many parameters there are of each provenance, the commonest first."""
    return dict(sorted(provenances(scenario).items(), key=lambda row: (-row[1], row[0])))


def readme(start: str, end: str) -> str:
    """A part of the README, which says these things once; links are told by their words."""
    here = Path(__file__).parents[1]
    found = next((p for p in (here / "README.md", here.parents[1] / "README.md") if p.exists()), None)
    if found is None:
        raise Integrity(f"odd: there is no README.md in {here}; install goodstanding again")
    text = found.read_text(encoding="utf-8")
    return unlinked(text.split(start, 1)[1].split(end, 1)[0].strip())


def unlinked(text: str) -> str:
    """Markdown with the words of its links and without where they lead."""
    return LINK.sub(r"\1", text)


def _told(scenario: Scenario, run: Run | None) -> Iterator[str]:
    counted = marks(scenario)
    total = sum(counted.values())
    assumed = round(100 * counted.get("assumed", 0) / total)
    society = scenario.society
    yield from (f"*{SYNTHETIC}. {scenario.note}*".replace("..", "."), "")
    yield from _row("What", readme("# goodstanding\n", "!["))
    arms = ", ".join(NESTED) + (f" and {more} more" if (more := len(scenario.arms) - len(NESTED)) > 0 else "")
    size = f"{society.people:,} people in {society.counties} count{'y' if society.counties == 1 else 'ies'}"
    yield from _row("This scenario", f"`{scenario.name}`: {size}, {scenario.months} months, "
                    f"{len(scenario.arms)} arms ({arms})")  # fmt: skip
    yield from _row("For whom", readme("## What it is for", "It answers"))
    yield from _row("Not for", "rating, finding or foretelling any real person; there is no way in for one")
    yield from ("**What it cannot show**", "", readme("## What it cannot show", "## What it is for"), "")
    parts = ", ".join(f"{number} {mark}" for mark, number in counted.items())
    yield from _row("Parameters", f"{total}, of which {assumed} % are assumptions: {parts}")
    if run is None:
        yield from _row("Seeds", "as many pairs of a society seed and a luck seed as are asked for: (0, 0), (1, 1), …")
        yield from _row("Digest", "of a run, which this is not; the scenario's hash stands below")
    else:
        told = run.manifest
        seeds = "; ".join(f"{society}, {luck}" for society, luck in told["seeds"])
        sets = told.get("sets", 0)
        lived = f"{told['people']:,} people, {told['months']} months, arms {', '.join(told['arms'])}"
        yield from _row("Run", f"{lived}; {f'{sets} sets of assumptions' if sets else 'assumptions not varied'}")
        yield from _row("Seeds", f"(society, luck): {seeds}")
        yield from _row("Digest", f"`{told['digest']}`: it can be had again bit for bit, and is not thereby true")
    version = __version__ if run is None else str(run.manifest["goodstanding"])
    yield from _row("Version", f"goodstanding {version}, scenario hash `{scenario.hash}`")


def _row(name: str, text: str) -> Iterator[str]:
    yield from (fill(f"**{name}.** {' '.join(text.split())}", WIDE, break_on_hyphens=False), "")
