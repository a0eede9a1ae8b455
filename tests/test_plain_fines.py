"""The table of plain fines beside Suining says what the frontier and the comparison of the same runs say."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from goodstanding.folder import Run
from goodstanding.frontier import frontier

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "scripts"))
import plain_fines  # noqa: E402  (it stands among the scripts)
from plain_fines import ARMS, FINES, POINTS, WITHOUT, Row  # noqa: E402

TEXT = (REPOSITORY / "docs" / "scenarios" / "plain-fines.md").read_text(encoding="utf-8")
ORDER = [(name, arm) for name, arms in ARMS.items() for arm in arms if arm != WITHOUT]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Run]:
    return plain_fines.live(2000, 2, 30, tmp_path_factory.mktemp("runs"))


@pytest.fixture(scope="module")
def rows(lived: Mapping[str, Run]) -> dict[tuple[str, str], Row]:
    return {(row.point.run, row.point.arm): row for row in plain_fines.rows(lived)}


def test_points_are_those_of_the_frontier(lived: Mapping[str, Run], rows: dict[tuple[str, str], Row]) -> None:
    assert [row.point for row in rows.values()] == frontier(*lived.values()).points()
    assert [*rows] == ORDER


def test_a_false_entry_and_a_relative_are_all_that_is_unfounded(rows: dict[tuple[str, str], Row]) -> None:
    for row in rows.values():
        assert (row.false.mean or 0) + (row.family.mean or 0) == pytest.approx(row.point.unfounded.mean)
    assert rows[POINTS, "full"].family.mean and rows[FINES, "full"].false.mean


def test_they_are_what_the_run_counted_and_the_comparison_tells(
    lived: Mapping[str, Run], rows: dict[tuple[str, str], Row]
) -> None:
    for (name, arm), row in rows.items():
        told = {each.measure: each for each in lived[name].compare(arm, WITHOUT).rows()}
        assert row.unable.mean == pytest.approx(-(told["gain.unable"].difference.mean or 0))
    found = lived[POINTS].measures().to_pandas()
    full = found[found.arm == "full"].groupby("measure")[["count", "denominator"]].sum()
    family = full["count"]["suining.unfounded.family"] / full["denominator"]["gain.harm"]
    assert rows[POINTS, "full"].family.mean == pytest.approx(1000 * family)


def test_two_gains_are_held_against_each_other_world_by_world(
    lived: Mapping[str, Run], rows: dict[tuple[str, str], Row]
) -> None:
    one, other = rows[POINTS, "full"].point, rows[FINES, "no_late_charges"].point
    between = plain_fines.apart(lived, one, other)
    assert between.mean == pytest.approx((one.gain.mean or 0) - (other.gain.mean or 0))


def test_the_page_has_a_row_for_each_arm_and_column(lived: Mapping[str, Run]) -> None:
    written = plain_fines.page(TEXT, lived)
    for text in (TEXT, written):
        inside = text.split(plain_fines.BEGIN)[1].split(plain_fines.END)[0]
        lines = [line.strip("|").split(" | ") for line in inside.splitlines() if line.startswith("| ")]
        assert [cells[0].strip() for cells in lines] == ["scenario, arm", *(f"`{n}`, `{a}`" for n, a in ORDER)]
        assert {len(cells) for cells in lines} == {len(plain_fines.HEAD)}
    assert written.split(plain_fines.BEGIN)[0] == TEXT.split(plain_fines.BEGIN)[0]
