"""The area under the curve against known answers, and harm beside gain: sums, refusals, the nearest gain."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest

from goodstanding.errors import InvalidInput
from goodstanding.estimates import Estimate, student
from goodstanding.folder import Run
from goodstanding.frontier import ESTIMATES, SANCTIONS, UNFOUNDED, Frontier, Point, frontier, matched
from goodstanding.runs import cards, run
from goodstanding.scenario import library, read
from goodstanding.validity import KNOWING, OUTCOMES, Validity, area, area_over

SEEDS = 2


def lived(name: str, out: Path, *arms: str, months: int = 24, people: int = 1000, seeds: Any = SEEDS) -> Run:
    return run(
        name, people=people, months=months, seeds=seeds, arms=["none", *arms], out=out, processes=1, report=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="module")
def suining(folder: Path) -> Run:
    return lived("suining-2010", folder, "ghost", "full")


@pytest.fixture(scope="module")
def fines(folder: Path) -> Run:
    return lived("plain-fines", folder, "full", "half", "double")


# -- the area under the curve


def by_pairs(did: list[int], not_: list[int]) -> float:
    """Every pair of somebody who did and somebody who did not, one after the other."""
    won = sum((a > b) + (a == b) / 2 for a in did for b in not_)
    return won / (len(did) * len(not_))


@pytest.mark.parametrize(
    ("bins", "known"),
    [
        ([(0, 10), (5, 0)], 1.0),
        ([(5, 0), (0, 10)], 0.0),
        ([(5, 10)], 0.5),
        ([(2, 4), (3, 6), (10, 20)], 0.5),
        ([(1, 1), (1, 0)], 0.75),
        ([(4, 0)], None),
        ([(0, 4)], None),
        ([], None),
    ],
)
def test_known_areas(bins: list[tuple[int, int]], known: float | None) -> None:
    assert area(bins) == known


def test_the_area_is_the_share_of_pairs_in_the_right_order() -> None:
    chance = np.random.default_rng(3)
    for _ in range(20):
        did, not_ = (sorted(chance.integers(0, 7, int(n)).tolist()) for n in chance.integers(1, 40, 2))
        assert area([(did.count(b), not_.count(b)) for b in range(7)]) == pytest.approx(by_pairs(did, not_))


def test_a_score_by_lot_tells_nothing_and_the_interval_says_so() -> None:
    """Of 200 sets of eight worlds in which bins are drawn by lot, 0.5 is inside in about 95 of 100 (± 3 errors)."""
    chance = np.random.default_rng(4)
    inside = 0
    for _ in range(200):
        sets = [
            list(zip(chance.multinomial(60, [0.1] * 10), chance.multinomial(300, [0.1] * 10), strict=True))
            for _ in range(8)
        ]
        found = area_over([[(int(a), int(b)) for a, b in bins] for bins in sets])
        assert found.low is not None and found.high is not None and found.mean == pytest.approx(0.5, abs=0.1)
        inside += found.low <= 0.5 <= found.high
    assert 0.9 <= inside / 200 <= 0.995


def test_the_interval_is_the_jackknife_of_the_summed_counts() -> None:
    worlds = [[(3 + w, 40), (12, 30 - w), (9 + 2 * w, 10)] for w in range(5)]
    left = [area([(sum(w[b][0] for w in rest), sum(w[b][1] for w in rest)) for b in range(3)])
            for at in range(5) for rest in [worlds[:at] + worlds[at + 1 :]]]  # fmt: skip
    middle = sum(filter(None, left)) / 5
    error = math.sqrt(4 / 5 * sum(((x or 0) - middle) ** 2 for x in left))
    found = area_over(worlds)
    assert found.high == pytest.approx((found.mean or 0) + student(4) * error)


def test_too_little_has_a_reason_and_no_interval() -> None:
    assert area_over([[(3, 5), (1, 2)]] * 3).reason == "12 who did: too few for an interval"
    assert area_over([[(30, 5), (10, 2)]]).reason == "one world: no interval"
    alone = area_over([[(30, 5), (0, 0)]] * 3)
    assert (alone.mean, alone.reason) == (0.5, "all stood alike: it told nothing")
    assert area_over([[(30, 0)]] * 3).mean is None


def test_a_row_for_each_arm_with_the_scheme_and_each_thing_known(suining: Run, fines: Run) -> None:
    found = Validity(suining)
    rows = found.rows()
    assert {(row.arm, row.outcome, row.by) for row in rows} == {
        (arm, outcome, by) for arm in ("ghost", "full") for outcome in OUTCOMES for by in KNOWING
    }
    assert len({row.adults for row in rows}) == 1, "everybody is in each of them, once"
    assert all(row.area.mean is not None and 0 <= row.area.mean <= 1 for row in rows)
    groups = [row.area.mean for row in rows if row.by == "group"]
    assert all(mean is not None and mean >= 0.5 for mean in groups), "the group that turned out worse stands lower"
    bare = [row.area for row in Validity(fines, ["full"]).rows() if row.by == "score"]
    assert all(found.mean == 0.5 and found.reason for found in bare), "fines give no score"
    with pytest.raises(InvalidInput, match="did you mean 'full'"):
        Validity(suining, ["fulll"])


def test_it_is_a_table_that_says_what_it_is(suining: Run, fines: Run) -> None:
    for found in (Validity(suining), frontier(suining, fines)):
        table = found.to_arrow()
        assert isinstance(table, pyarrow.Table) and table.num_rows
        assert b'"synthetic": true' in (table.schema.metadata or {})[b"goodstanding"]
        assert json.loads(json.dumps(found.to_dict()))["synthetic"] is True
        assert "synthetic society" in found._repr_html_() and "synthetic society" in repr(found)
        assert found.table().row_count == table.num_rows


# -- harm beside gain


def test_points_are_sums_of_counts(suining: Run, fines: Run) -> None:
    both = frontier(suining, fines)
    points = {(point.run, point.arm): point for point in both.points()}
    assert [*points] == [
        ("suining-2010", "ghost"), ("suining-2010", "full"), *(("plain-fines", a) for a in ("full", "half", "double"))
    ]  # fmt: skip
    for (name, arm), point in points.items():
        here = {"suining-2010": suining, "plain-fines": fines}[name]
        rows = {row.measure: row for row in here.compare(arm, "none").rows()}
        gained = rows["gain.harm"].difference.mean
        assert point.gain.mean == pytest.approx(-(gained or 0.0))
        assert point.gain.mean == pytest.approx((point.direct.mean or 0) + (point.displaced.mean or 0))
        if arm != "ghost":
            barred = [row for end in (".unfounded.sanction_months", ".fines.billed") for row in ends(rows, end)]
            assert point.harm.mean == pytest.approx(sum(row.arm.mean or 0 for row in barred))
    assert points["plain-fines", "full"].harm.mean
    assert (points["plain-fines", "double"].owing.mean or 0) > (points["plain-fines", "half"].owing.mean or 0)


def ends(rows: dict[str, Any], end: str) -> list[Any]:
    return [row for name, row in rows.items() if name.endswith(end)]


def test_what_nobody_feels_is_no_harm(suining: Run) -> None:
    ghost = next(point for point in frontier(suining, arms=["ghost"]).points())
    assert all(getattr(ghost, name).mean == 0 for name in ESTIMATES)


def test_runs_that_do_not_share_their_world_are_refused(suining: Run, folder: Path) -> None:
    other = lived("plain-fines", folder, "full", months=2)
    with pytest.raises(InvalidInput, match=r"frontier: suining-2010 and plain-fines: .*months 24 in A, 2 in B"):
        frontier(suining, other)
    with pytest.raises(InvalidInput, match="seeds 0 0, 1 1 in A, 5 5, 6 6 in B"):
        frontier(other, lived("plain-fines", folder, months=2, seeds=[(5, 5), (6, 6)]))
    poorer = run(
        "plain-fines", people=1000, months=2, seeds=SEEDS, arms=["none"], out=folder, processes=1, report=False,
        set=["conduct.livelihood.blow=300"],
    )  # fmt: skip
    for side_by_side in (frontier, lambda one, two: one.compare("none", other=two)):
        with pytest.raises(InvalidInput, match=r"in_debt is not the same in the arm none; .* and one arm none"):
            side_by_side(other, poorer)
    with pytest.raises(InvalidInput, match="did you mean 'full'"):
        frontier(suining, arms=["ful"])
    with pytest.raises(InvalidInput, match="no run"):
        Frontier({})


def test_a_name_that_comes_again_gets_a_number(fines: Run) -> None:
    assert [*frontier(fines, fines, fines).runs] == ["plain-fines", "plain-fines #2", "plain-fines #3"]


def point(arm: str, gain: float | None) -> Point:
    none = Estimate(None, None, None, 0)
    told = dict.fromkeys(ESTIMATES, none) | {"gain": Estimate(gain, None, None, 1)}
    return Point(run="fines", arm=arm, **told)


def test_matched_is_the_nearest_gain() -> None:
    points = [point("none known", None), point("small", 1.0), point("large", 9.0)]
    assert matched(point("full", 4.0), points) is points[1]
    assert matched(point("full", 40.0), points) is points[2]
    assert matched(point("full", None), points) is None and matched(point("full", 1.0), []) is None


@pytest.mark.parametrize("name", sorted(library()))
def test_what_is_unfounded_is_a_part_of_the_sanctions_counted(name: str) -> None:
    """A debt asserted is no month of a sanction: each count of unfounded ones stands beside the whole it is part of."""
    counts = cards(read(name), ["full"])["measures"]
    whole, part = (
        {count.rpartition(".")[0] for count in counts if count.endswith(ends)} for ends in (SANCTIONS, UNFOUNDED)
    )
    assert part == whole != set()
