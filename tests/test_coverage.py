"""How often the intervals hold: worlds with a known truth, drawn by the script that writes the tables of the page."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from goodstanding import estimates

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
from interval_coverage import EVENTS, KINDS, Case, cell, covered  # noqa: E402  a script is no package

PAGE = (ROOT / "docs" / "intervals.md").read_text(encoding="utf-8")
TRIALS = 1000
"""At 95 % their error is 0.7 %; what is asked of them below lies more than three errors below what was found."""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("spread", [0.0, 1.0])
@pytest.mark.parametrize("worlds", [8, 20])
def test_nine_in_ten_intervals_hold(kind: str, worlds: int, spread: float) -> None:
    found = covered(Case(kind, worlds, spread, 10.0), TRIALS)
    assert found.given > 0.95
    assert 0.9 < found.held < 0.98


def test_without_straightening_fewer_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skewed worlds: the plain t-interval of the same trials holds in fewer than nine in ten."""
    case = Case("single", 8, 2.0, 100.0)
    straight = covered(case, TRIALS)
    monkeypatch.setattr(estimates, "skewness", lambda _: (0.0, 0.0))
    plain = covered(case, TRIALS)
    assert plain.given == straight.given
    assert plain.held < 0.83 < 0.86 < straight.held


def test_rare_events_are_given_no_interval() -> None:
    assert covered(Case("single", 8, 0.0, 1.0), TRIALS).given < 0.01


@pytest.mark.parametrize(("kind", "worlds", "spread"), [("single", 8, 0.0), ("halved", 20, 1.0), ("share", 5, 0.5)])
def test_the_page_says_what_was_found(kind: str, worlds: int, spread: float) -> None:
    """A row of the page again, within four errors of trials as many as these; NumPy may draw otherwise one day."""
    table = PAGE.partition(f"### {KINDS[kind][0]}\n")[2].partition("###")[0]
    row = next(line for line in table.splitlines() if line.startswith(f"| {worlds} | {spread:g} |"))
    for said, events in zip(row.strip("| ").split(" | ")[2:], EVENTS, strict=True):
        found = cell(covered(Case(kind, worlds, spread, events), TRIALS))
        if said == "none" or found == "none":
            assert said == found
        elif "(" not in said:
            assert abs(float(said.strip("*")) - float(found.split()[0].strip("*"))) < 3, events
