"""What the sixteen scenarios show, each over luck and over the assumptions, as the tables of a page.

    python scripts/findings.py [SCENARIO ...] [--sets 40] [--out runs/findings] [--write]

A claim of `tests/claims.py` holds two arms of a scenario against each other. The tests live it where it is easy to see;
here the scenario is lived as it is shipped, in a small county, under eight lucks and under sets of assumptions, and
what is not seen then is told as not seen. `--write` puts the tables into `docs/findings.md`, whose text is written by
hand, and each scenario's rows into its own page. A run of the same scenario that stands in `--out` already is read, not
lived again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from safeguards import asked_for, kept, put, table

from goodstanding.assumptions import Assumptions
from goodstanding.comparison import Comparison
from goodstanding.counts import Counts
from goodstanding.folder import Run
from goodstanding.headline import number
from goodstanding.library import library
from goodstanding.runs import run
from goodstanding.sweep import PEOPLE

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from claims import CASES, Claim, shipped  # the tests' own claims, said once

PAGE = Path(__file__).parents[1] / "docs" / "findings.md"
BEGIN, END = "<!-- tables: written by scripts/findings.py -->", "<!-- end of tables -->"
OWN = "<!-- rows: written by scripts/findings.py -->", "<!-- end of rows -->"
"""What stands around the rows of a scenario on its own page."""
FIRST = (
    "scenario",
    "share assumed",
    "claims",
    "of them open",
    "luck says so",
    "most sets say so",
    "all structures say so",
)
EACH = (
    "what it shows", "arms", "counted", "luck, 8 worlds", "over the assumptions", "so in", "structures", "moved most by"
)  # fmt: skip
MOST, FORCED = 0.9, " †"
"""The share of the sets from which most of them say so; the mark of a row in which one arm has none or all."""


def live(name: str, sets: int, out: Path) -> Run:
    """The run of one scenario as it is shipped, with the arms of its claims tried over the assumptions."""
    scenario = shipped(name, people=PEOPLE)
    if there := kept(scenario, sets, out):
        return there
    arms = [
        *dict.fromkeys(["none", "full", *(arm for claim in CASES[name].claims for arm in (claim.more, claim.less))])
    ]
    return run(scenario, seeds=8, arms=arms, assumptions=sets, across=arms, out=out, report=False)


class Shown:
    """A claim as a run bears it out: what luck, the sets of assumptions and the structures say."""

    def __init__(self, run: Run, claim: Claim, tried: Assumptions, counts: Counts) -> None:
        self.claim, lived = claim, Comparison(run, claim.more, claim.less, counts)
        rows = lived.by("group", claim.counts) if claim.of else lived.rows({claim.counts})
        self.row = next(row for row in rows if not claim.of or row.cell == claim.of)
        self.over = next((row for row in tried.rows(claim.more, claim.less, {claim.counts})), None)
        built = tried.structures(claim.more, claim.less, {claim.counts})
        self.built = [one for structure in built for one in structure.measures]
        rates = [tried.rates(claim.counts, arm) for arm in (claim.more, claim.less)]
        self.forced = any(
            one is None or {*one[np.isfinite(one)]} <= {0.0} or {*one[np.isfinite(one)]} <= {1000.0} for one in rates
        )
        self.gaps = tried.differences(claim.counts, claim.more, claim.less)
        self.moved = [one for one in tried.ranked(claim.counts, claim.more, claim.less)[:1] if one.stands_out]

    @property
    def by_luck(self) -> bool:
        """True where the interval over luck, at the scenario's own values, lies above nought."""
        return self.row.difference.low is not None and self.row.difference.low > 0

    @property
    def so(self) -> float:
        """The share of the sets in which there is more, of those with enough people to tell."""
        told = self.gaps[np.isfinite(self.gaps)]
        return float((told > 0).mean()) if told.size else 0.0

    @property
    def held(self) -> int:
        """The structures in which the interval over luck lies above nought."""
        return sum(one.otherwise.low is not None and one.otherwise.low > 0 for one in self.built)

    def cells(self) -> list[str]:
        """The row of the table."""
        gap, over = self.row.difference, self.over
        low_high = "–" if over is None or over.difference.low is None or over.difference.high is None else (
            f"{number(over.difference.low)} to {number(over.difference.high)}"
        )  # fmt: skip
        luck = gap.reason if gap.low is None or gap.high is None else f"{number(gap.low)} to {number(gap.high)}"
        told = f"{self.row.per}{' of group ' + self.claim.of if self.claim.of else ''}"
        whole = "everybody: " * bool(self.claim.of)
        return [
            self.claim.shows, f"`{self.claim.more}` less `{self.claim.less}`", f"{self.row.label}, of 1,000 {told}",
            f"**{luck}**" if not self.by_luck else luck, whole + low_high,
            f"{whole}{100 * self.so:.0f} %{FORCED * self.forced}", f"{whole}{self.held} of {len(self.built)}",
            ", ".join(f"`{moved.path}`" for moved in self.moved) or "–",
        ]  # fmt: skip


def borne_out(name: str, run: Run) -> Iterator[Shown]:
    """The claims of a scenario as its run bears them out; what was counted is read once for all."""
    tried, counts = run.assumptions(), run.counts
    assert tried is not None
    for claim in CASES[name].claims:
        yield Shown(run, claim, tried, counts)


def page(runs: dict[str, Run], shown: dict[str, list[Shown]]) -> Iterator[str]:
    """A line a scenario, and then a row a claim."""
    lines = [line(runs[name], each) for name, each in shown.items()]
    sums = (str(sum(map(int, column))) for column in [*zip(*lines, strict=True)][2:])
    yield from table(FIRST, [*lines, ["all", "", *sums]])
    for name, each in shown.items():
        yield from ("", f"## `{name}`", "")
        yield from table(EACH, (one.cells() for one in each))


def rows(name: str, run: Run, shown: list[Shown], sets: int) -> Iterator[str]:
    """A scenario's own rows for its page, with what they come to in a sentence."""
    assumed, claims, open_, luck, most, built = line(run, shown)[1:]
    forced = " Of the rest, marked †, the sign follows from what one of the two arms lacks." * (claims != open_)
    yield (
        "How much more there is in the first arm than in the second, in the scenario as it is shipped, in a county of "
        f"{PEOPLE:,}. *Luck* is the 95 % interval over 8 worlds at the scenario's own values, in bold where it does "
        "not lie above nought; *over the assumptions* goes from the 5th to the 95th of every 100 of "
        f"{sets} sets drawn from the priors. Of {claims} claims {open_} could have come out otherwise: luck says so in "
        f"{luck} of them, nine sets in ten in {most}, every other structure of the model in {built}.{forced} "
        f"{assumed} of the parameters are assumed. How to read a row, and what it cannot show: "
        "[findings](../findings.md)."
    )
    yield ""
    yield from table(EACH[:-1], (one.cells()[:-1] for one in shown))


def line(of: Run, shown: list[Shown]) -> list[str]:
    """How many of a scenario's claims hold over luck, assumptions and structures, of those whose sign is not forced."""
    told, open_ = of.manifest["scenario"], [one for one in shown if not one.forced]
    return [
        f"[`{told}`](scenarios/{told}.md)", f"{Comparison(of).assumed} %", str(len(shown)), str(len(open_)),
        str(sum(one.by_luck for one in open_)), str(sum(one.so >= MOST for one in open_)),
        str(sum(one.held == len(one.built) for one in open_)),
    ]  # fmt: skip


def main() -> None:
    """Live and print, or write."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else None)
    asked.add_argument("scenarios", nargs="*", default=list(library()))
    asked.add_argument("--sets", type=int, default=40)
    asked.add_argument("--out", type=Path, default=Path("runs/findings"))
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    runs = {name: live(name, given.sets, given.out) for name in given.scenarios}
    command = asked_for("findings", given.scenarios)
    said = (
        f"`{command} --sets {given.sets}`, {datetime.now(UTC):%Y-%m-%d}: {PEOPLE:,} people, 8 worlds "
        f"at the scenario's own values, {given.sets} sets of assumptions of 2 worlds each."
    )
    shown = {name: list(borne_out(name, of)) for name, of in runs.items()}
    lines = "\n".join([said, "", *page(runs, shown)])
    if given.write:
        put(PAGE, BEGIN, END, lines)
        for name, each in shown.items():
            put(PAGE.parent / "scenarios" / f"{name}.md", *OWN, "\n".join(rows(name, runs[name], each, given.sets)))
    else:
        print(lines)


if __name__ == "__main__":
    main()
