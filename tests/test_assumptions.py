"""Across the assumptions: bands, directions, ranks and structures with answers known in advance, and a sweep lived."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from goodstanding.assumptions import Assumptions, Built, _ranks
from goodstanding.counts import Counts
from goodstanding.errors import InvalidInput
from goodstanding.estimates import Estimate
from goodstanding.folder import Run, open_run
from goodstanding.report.wording import percent
from goodstanding.runs import run
from goodstanding.sweep import AS_WRITTEN, DRAWN

SETS, BASE = 100, 2_000
CARDS: dict[str, Any] = {
    "groups": ["A", "B", "C"],
    "measures": {
        "s.sanctions.people": {"label": "barred", "denominator": "adults", "leads": True, "tips": False},
        "s.silence.voices": {"label": "voices", "denominator": "adults", "leads": True, "tips": False},
        "s.backlash.given_way": {"label": "gave way", "denominator": "adults", "leads": False, "tips": True},
    },
}
TOLD: dict[str, Any] = {
    "sets": SETS, "people": 3_000, "months": 2, "pairs": [[0, 0], [1, 1]], "arms": ["none", "full"],
    "structures": {"half_month": "The clock went by half months."},
    "assumptions": {p: {"help": p, "prior": "uniform 0 to 1", "unit": "share"} for p in ("decides", "inert", "fixed")},
}  # fmt: skip


def count(measure: str, arm: str, at: int, luck: int) -> int | None:
    """What set `at` (from 0) gives in one world: barred rises with the set, voices fall in 80 sets and rise in 20."""
    if measure == "s.sanctions.people":
        return at + luck if arm == "full" else None
    if measure == "s.backlash.given_way":
        return (3 if at < 25 else 0) if arm == "full" else None
    return 500 + (0 if arm == "none" else -10 if at >= 20 else 5)


@pytest.fixture(scope="module")
def known() -> Assumptions:
    rows = []
    variants = [(f"{DRAWN}{at + 1:04d}", at, (0, 1)) for at in range(SETS)]
    variants += [(AS_WRITTEN, 50, range(8)), ("half_month", 10, range(8))]
    for variant, at, lucks in variants:
        for luck in lucks:
            for arm in ("none", "full"):
                for measure in CARDS["measures"]:
                    found = count(measure, arm, at, luck)
                    if found is not None:
                        rows.append((variant, luck, luck, arm, "", 0, measure, found, BASE))
                    if found is not None and CARDS["measures"][measure]["leads"]:
                        rows.append((variant, luck, luck, arm, "group", 0, measure, found, BASE - 40))
                        rows.append((variant, luck, luck, arm, "group", 1, measure, 0, 0.1))
                        rows.append((variant, luck, luck, arm, "group", 2, measure, int(at < 70), 10))
    names = ["variant", "society_seed", "luck_seed", "arm", "by", "cell", "measure", "count", "denominator"]
    frame = pd.DataFrame(rows, columns=names)
    drawn = [(at + 1, "decides", at / SETS) for at in range(SETS)]
    drawn += [(at + 1, "inert", (at * 37 % SETS) / SETS) for at in range(SETS)]
    drawn += [(at + 1, "fixed", 1.0) for at in range(SETS)]
    sets = pd.DataFrame(drawn, columns=["set", "path", "place"])
    return Assumptions(
        TOLD, CARDS, pa.Table.from_pandas(frame.astype({"denominator": "int64"})), pa.Table.from_pandas(sets)
    )


def spread(known: Assumptions, measure: str) -> Any:
    return next(row for row in known.rows() if row.measure == measure)


def test_bands_are_quantiles_over_the_sets(known: Assumptions) -> None:
    """Set at has 2 * at + 1 of 4,000 barred; the band is read off the straight line."""
    row = spread(known, "s.sanctions.people")
    rates = [1000 * (2 * at + 1) / (2 * BASE) for at in range(SETS)]
    assert (row.arm.low, row.arm.middle, row.arm.high) == pytest.approx(np.quantile(rates, (0.05, 0.5, 0.95)))
    assert row.difference.high == row.arm.high and row.against.middle == 0, "no such scheme is nought"
    assert row.same is None and row.some == 1, "it cannot go below nought, so that there is no direction to find"


def test_a_direction_holds_in_a_share_of_the_sets(known: Assumptions) -> None:
    row = spread(known, "s.silence.voices")
    assert row.same == 0.8 and not row.determined
    assert (row.difference.low, row.difference.middle, row.difference.high) == (-5, -5, 2.5)


def test_how_much_of_the_spread_is_luck(known: Assumptions) -> None:
    """Worlds of a set differ by one count; sets differ by up to two hundred."""
    luck = spread(known, "s.sanctions.people").luck
    assert luck == 0, "the second world has one more in every set: that is no luck between sets"
    sums = known._drawn("")["full", "s.sanctions.people", 0].copy()
    sums[::2, 1, 0] += 40  # now the second world has 40 more in every other set
    known._known[""]["full", "s.sanctions.people", 0], kept = sums, known._known[""]["full", "s.sanctions.people", 0]
    shifted = spread(known, "s.sanctions.people").luck
    known._known[""]["full", "s.sanctions.people", 0] = kept
    rates = 1000 * sums[..., 0] / BASE
    rates = rates - rates.mean(axis=0)
    assert shifted == pytest.approx(rates.var(axis=1, ddof=1).mean() / 2 / rates.mean(axis=1).var(ddof=1))
    assert shifted is not None and shifted > 0


def test_assumptions_are_ranked_by_spearmans_correlation(known: Assumptions) -> None:
    first, *rest = known.ranked("s.sanctions.people")
    assert first.path == "decides" and first.correlation == pytest.approx(1) and first.stands_out
    assert first.low < first.high
    assert not any(moved.stands_out for moved in rest)
    places = {"decides": range(SETS), "inert": [at * 37 % SETS for at in range(SETS)]}
    gaps = [2.5 if at < 20 else -5 for at in range(SETS)]
    for moved in known.ranked("s.silence.voices"):
        if moved.path in places:
            theirs = pd.DataFrame({"a": list(places[moved.path]), "b": gaps}).corr("spearman").iloc[0, 1]
            assert moved.correlation == pytest.approx(theirs)


def test_the_line_of_chance_holds_for_inert_assumptions() -> None:
    """Of shuffled assumptions, the largest correlation goes beyond the line in about one case of twenty."""
    from math import sqrt
    from statistics import NormalDist

    rng = np.random.Generator(np.random.PCG64(1))
    sets, many, cases = 200, 100, 300
    line = NormalDist().inv_cdf((1 + 0.95 ** (1 / many)) / 2) / sqrt(sets - 1)
    order = _ranks(np.arange(sets, dtype=float))
    beyond = 0
    for _ in range(cases):
        places = np.array([rng.permutation(order) for _ in range(many)])
        beyond += bool(np.abs(places @ order / sets).max() > line)
    assert 0.01 < beyond / cases < 0.1


def test_ranks_with_ties_are_those_of_pandas() -> None:
    values = np.array([3.0, 1.0, 3.0, 2.0, 2.0, 2.0, 9.0])
    theirs = pd.Series(values).rank()
    assert _ranks(values) == pytest.approx(((theirs - theirs.mean()) / theirs.std(ddof=0)).to_numpy())
    assert not _ranks(np.ones(5)).any()


def test_what_tips_is_told_as_a_share_of_worlds(known: Assumptions) -> None:
    (tipped,) = known.tipped()
    assert (tipped.arm, tipped.share, tipped.worlds) == ("full", 0.25, 2 * SETS)


def test_structures_say_what_flips(known: Assumptions) -> None:
    (built,) = known.structures()
    found = {one.measure: one for one in built.measures}
    assert built.name == "half_month" and found.keys() == {"s.sanctions.people", "s.silence.voices"}
    voices = found["s.silence.voices"]
    assert voices.as_written.mean == -5 and voices.otherwise.mean == 2.5
    assert voices.verdict == "turns round"
    assert found["s.sanctions.people"].verdict == "has no direction"


def test_verdicts_on_a_structure() -> None:
    def built(low: float, high: float, least: float, most: float, one_sided: bool = False) -> str:
        pair = (Estimate((a + b) / 2, a, b, 8) for a, b in ((low, high), (least, most)))
        return Built("m", "m", "adults", *pair, one_sided).verdict  # type: ignore[misc]

    assert built(1, 2, 3, 4) == built(-2, -1, -4, -3) == "same side"
    assert built(1, 2, -4, -3) == built(-2, -1, 3, 4) == "turns round"
    assert built(1, 2, -1, 3) == built(-1, 1, 1, 2) == "cannot be told"
    assert built(1, 2, 3, 4, one_sided=True) == "has no direction"


def test_small_cells_are_withheld(known: Assumptions) -> None:
    rows = {row.cell: row for row in known.by("group", "s.silence.voices")}
    assert rows["A"].difference.middle is not None
    assert rows["B"].difference.middle is None and "too few" in rows["B"].difference.reason


def test_sets_that_had_any_are_counted_among_all_whether_they_can_tell_a_rate_or_not(known: Assumptions) -> None:
    """Catches a count of the sets that can tell, set over all sets."""
    row = {row.cell: row for row in known.by("group", "s.sanctions.people")}["C"]
    assert row.difference.sets == 0 and row.difference.middle is None
    assert row.some == 0.7


def test_the_database_reaches_nothing_outside(known: Assumptions) -> None:
    for asked in ("SELECT * FROM read_text('/etc/hostname')", "SET enable_external_access = true"):
        with pytest.raises(duckdb.Error):
            known._connection.execute(asked)


def test_an_arm_that_was_not_tried_is_refused(known: Assumptions) -> None:
    with pytest.raises(InvalidInput, match=r"'ful' was not tried; allowed is none, full.*'full'"):
        known.rows("ful")


@pytest.mark.parametrize(
    ("share", "said"), [(0.999, "over 99 %"), (1, "100 %"), (0.001, "under 1 %"), (0, "0 %"), (0.5, "50 %")]
)
def test_a_share_is_never_rounded_to_all_or_none(share: float, said: str) -> None:
    assert percent(share) == said


# -- lived


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Run:
    out = tmp_path_factory.mktemp("swept")
    return run(
        "suining-2010", people=600, months=4, seeds=2, arms=["none", "aware", "full"], assumptions=20, out=out,
        report=False, processes=1,
    )  # fmt: skip


def test_a_sweep_is_part_of_the_run(swept: Run) -> None:
    tried = open_run(swept.path).assumptions()
    assert tried is not None and (tried.sets, tried.people, tried.worlds) == (20, 600, 2)
    assert {"variants.parquet", "sets.parquet", "sweep.json"} <= swept.manifest["files"].keys()
    assert not (swept.path / "variants").exists(), "the parts are put together"
    said = swept.compare().headline()
    assert "across the assumptions tried (20 sets)" in said and "were not varied" not in said
    barred = any(row.count for row in swept.compare().find(".sanctions.people"))
    assert ("As written, at one set of assumptions (600 synthetic people, 2 worlds): " in said) is barred
    sets = parquet.read_table(swept.path / "sets.parquet").to_pydict()
    assert len({*sets["set"]}) == 20 and all(json.loads(value) is not None for value in sets["value"])


def test_the_scenario_as_written_gives_what_the_run_gave(swept: Run) -> None:
    """The county of the sweep is the run's own here, so that its first two worlds are the run's."""
    table = parquet.read_table(swept.path / "variants.parquet").to_pandas()
    mine = table[(table["variant"] == AS_WRITTEN) & (table["by"] == "") & (table["luck_seed"] < 2)]
    for arm in ("none", "full"):
        sums = Counts(swept.parts).sums(arm)
        for row in mine[mine["arm"] == arm].itertuples():
            ours = sums[row.measure, ""][row.society_seed, row.luck_seed]
            assert (ours.count, ours.base) == (row.count, row.denominator), row.measure
    by_month = table[(table["variant"] == AS_WRITTEN) & (table["by"] == "month")]
    whole = mine.set_index(["arm", "luck_seed", "measure"])["count"]
    for key, part in by_month[by_month["luck_seed"] < 2].groupby(["arm", "luck_seed", "measure"], observed=True):
        assert part["count"].sum() == whole[key]


def test_the_digest_covers_the_sweep_and_not_who_lived_it(swept: Run, tmp_path: Path) -> None:
    told: dict[str, Any] = {
        "people": 600, "months": 4, "seeds": 2, "arms": ["none", "aware", "full"], "out": tmp_path, "report": False,
    }  # fmt: skip
    assert run("suining-2010", assumptions=20, processes=2, **told).digest == swept.digest
    assert run("suining-2010", **told).digest != swept.digest


@pytest.mark.parametrize("sets", [-1, 1, 19, 10_001, 2.5, True])
def test_a_number_of_sets_out_of_range_is_refused(sets: Any, tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInput, match=r"--assumptions: .* cannot be used; allowed is a whole number of sets from 20"
    ):
        run("suining-2010", people=600, months=1, seeds=1, assumptions=sets, out=tmp_path)
    assert not [*tmp_path.iterdir()], "nothing is begun"
