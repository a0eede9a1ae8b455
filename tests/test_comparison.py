"""Paired differences: quantiles against printed tables, rates against counts by hand, wording against its rules."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from small_run import MEASURES, MONTHS, SEEDS, Folder, build, counted

from goodstanding import headline
from goodstanding.assumptions import Spread, band
from goodstanding.comparison import ABSENT, ALONE, MARK, WIDENED, Comparison, Difference, compare, unmoved
from goodstanding.counts import NEVER, Counts, Sums
from goodstanding.errors import InvalidInput
from goodstanding.estimates import ALIKE, ONE_WORLD, Band, Estimate, estimate, possible, skewness, straight, student
from goodstanding.headline import BARRED, modelled, number, of_every, spoken


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(build(tmp_path_factory.mktemp("runs") / "small"))


def by_hand(measure: str, arm: str, luck: int, **only: object) -> tuple[int, int]:
    """Count and denominator of one world, added up with nothing but loops."""
    count = base = 0
    for month in range(MONTHS):
        for group in ("A", "B"):
            for tenth in range(1, 11):
                cell = {"month": month, "group": group, "income_tenth": tenth}
                found = counted(measure, arm, luck, month, group, tenth)
                if found is not None and all(cell[k] == v for k, v in only.items()):
                    count, base = count + found[0], base + found[1]
    return count, base


@pytest.mark.parametrize(
    ("df", "level", "published"),
    [(1, 0.95, 12.706), (2, 0.95, 4.303), (3, 0.95, 3.182), (4, 0.95, 2.776), (7, 0.95, 2.365), (8, 0.95, 2.306),
     (19, 0.95, 2.093), (30, 0.95, 2.042), (120, 0.95, 1.980), (1, 0.99, 63.657), (7, 0.99, 3.499), (10, 0.90, 1.812)],
)  # fmt: skip
def test_quantiles_of_t_are_those_of_the_printed_tables(df: int, level: float, published: float) -> None:
    assert student(df, level) == pytest.approx(published, abs=6e-4)


def worlds(*counts: int, base: int = 1000) -> list[Sums]:
    return [Sums(count, base, count, base) for count in counts]


def test_with_equal_denominators_it_is_the_interval_of_the_mean() -> None:
    found = estimate([worlds(10, 20, 30, 40, 50)])
    half = 2.776445 * math.sqrt(250 / 5)
    assert (found.mean, found.low, found.high) == pytest.approx((30, 30 - half, 30 + half), abs=1e-4)


def test_no_end_lies_where_nothing_can() -> None:
    """Each of these had an end outside what can be before it was cut; an end inside stays where it was."""
    few, most, many, nothing = (
        worlds(1, 9, 30, 60, 12),
        worlds(999, 991, 970, 940, 999),
        worlds(999, 2001, 970, 940, 999),
        worlds(*[0] * 5),
    )
    assert estimate([few]).low == 0 and (estimate([few]).high or 0) > 60
    assert estimate([most]).high == 1000 and (estimate([most]).low or 0) < 940
    assert (estimate([many]).high or 0) > 1800, "no share: more than its denominator was counted in a world"
    assert estimate([few, nothing]) == estimate([few]), "the headline tells the rate, the table the difference"
    less = estimate([nothing, few])
    assert (less.low, less.high) == (-(estimate([few]).high or 0), 0)
    assert (estimate([few, worlds(30, 5, 9, 2, 7)]).low or 0) < 0, "two arms with some of it differ either way"
    assert estimate([few[:4], [NEVER] * 4]).low == 0, "without the scheme there is none of it, in however few worlds"
    assert (estimate([few[:4], nothing[:4]]).low or 0) < 0, "that four worlds had none of it does not say there is none"
    signed = [Sums(-20, 1000), Sums(5, 1000)]
    assert possible([signed]) == (-math.inf, 1000), "what can be below nought is not cut there"


def test_a_ratio_is_of_totals_and_its_error_is_the_jackknife() -> None:
    """Leaving out one world after the other, by hand; four worlds are too few to tell skewness."""
    arm = [Sums(30, 100), Sums(10, 200), Sums(40, 100), Sums(20, 400)]
    left = [1000 * (100 - w.count) / (800 - w.base) for w in arm]
    middle = sum(left) / 4
    error = math.sqrt(3 / 4 * sum((x - middle) ** 2 for x in left))
    found = estimate([arm])
    assert found.mean == pytest.approx(1000 * 100 / 800)
    assert found.high == pytest.approx(found.mean + student(3) * error)


def test_skewness_is_that_of_a_mean_where_denominators_are_equal() -> None:
    counts = np.array([1, 4, 2, 9, 3, 3, 20, 6])
    away = counts - counts.mean()
    skew = (away**3).mean() / (away**2).mean() ** 1.5
    assert skewness([worlds(*counts.tolist())]) == pytest.approx((skew / 3, skew / 6))
    assert skewness([worlds(*(-counts + 50).tolist())]) == pytest.approx((-skew / 3, -skew / 6))
    assert skewness([worlds(7, 7, 7, 7, 7)]) == (0, 0)


def test_a_ratio_leans_with_its_denominators() -> None:
    """Worlds in which small denominators go with high rates: the terms p and q, by hand."""
    base = np.array([100, 200, 300, 400, 500])
    count = np.array([20, 30, 36, 40, 44])
    e = 1000 * (count - count.sum() / base.sum() * base) / base.mean()
    d = base / base.mean() - 1
    sigma, q = np.sqrt((e**2).mean()), (e * d).mean() / np.sqrt((e**2).mean())
    third = (e**3).mean() / sigma**3
    found = skewness([[Sums(int(c), int(b)) for c, b in zip(count, base, strict=True)]])
    assert found == pytest.approx((third / 3 - q, third / 6))


@pytest.mark.parametrize(("a", "b"), [(0.0, 0.0), (0.2, 0.1), (-0.3, 0.0), (0.1, -0.2)])
def test_what_was_straightened_is_turned_round(a: float, b: float) -> None:
    for x in (-1.9, 0.4, 2.1):
        turned = straight(x, 20, a, b)
        root = math.sqrt(20)
        assert turned + (a * turned**2 + b) / root + a**2 * turned**3 / 60 == pytest.approx(x)
    assert straight(9.0, 20, -2.0, 0.0) == pytest.approx(18, rel=0.01)  # no end more than twice as far away


def test_the_interval_covers() -> None:
    """Nominal 95 % of a binomial rate in eight worlds: 94 to 96 % of 4,000 trials (five standard errors are 1.7 %)."""
    chance = np.random.default_rng(5)
    counts = chance.binomial(2000, 0.05, (4000, 8))
    found = [estimate([worlds(*map(int, row), base=2000)]) for row in counts]
    inside = sum(f.low <= 50 <= f.high for f in found if f.low is not None and f.high is not None)
    assert 0.94 < inside / 4000 < 0.96


def test_a_difference_is_paired() -> None:
    """Where luck moves both arms alike, the difference has no width although each arm does."""
    one, other = worlds(20, 30, 40, 50, 60), worlds(10, 20, 30, 40, 50)
    gap = estimate([one, other])
    assert (gap.mean, gap.low, gap.high) == pytest.approx((10, 10, 10))


def test_too_few_events_have_no_interval_but_say_how_few() -> None:
    assert estimate([worlds(3)]).reason == ONE_WORLD
    rare = estimate([worlds(0, 0, 3, 0, 0, 0, 0, 0)])
    assert (rare.mean, rare.low) == (pytest.approx(0.375), None)
    assert rare.reason == "3 of 8,000, in 1 of 8 worlds: too few for an interval"
    assert estimate([worlds(0, 0, 0)]).reason == "none of 3,000"
    assert estimate([[Sums(5, 10), Sums(0, 0)]]).reason == "all of the denominator lies in one world"
    assert estimate([[Sums(), Sums()]]).mean is None


def test_a_rate_is_a_ratio_of_sums(small: Folder) -> None:
    row = next(r for r in small.compare().rows() if r.measure == "suining.unfounded.unfounded")
    counts, bases = zip(*(by_hand(row.measure, "full", luck) for _, luck in SEEDS), strict=True)
    assert row.arm.mean == pytest.approx(1000 * sum(counts) / sum(bases))
    assert row.per == "adults barred from something"
    assert row.count == sum(by_hand(row.measure, "full", luck)[0] for _, luck in SEEDS)


def test_differences_are_taken_world_by_world(small: Folder) -> None:
    row = next(r for r in small.compare().rows() if r.measure == "silence.voices")
    rates = {
        arm: [1000 * c / b for c, b in (by_hand(row.measure, arm, luck) for _, luck in SEEDS)]
        for arm in ("full", "none")
    }
    gaps = [a - b for a, b in zip(rates["full"], rates["none"], strict=True)]
    assert row.difference.mean == pytest.approx(sum(gaps) / 2)
    assert row.same == 2
    assert row.paired == pytest.approx(1.0)  # luck adds the same to both arms here


@pytest.mark.parametrize(("by", "cell"), [("month", 3), ("group", "A"), ("income_tenth", 7)])
def test_cells_are_those_counted_by_hand(small: Folder, by: str, cell: str | int) -> None:
    row = next(r for r in small.compare().by(by, "suining.sanctions.people") if r.cell == cell)
    rates = [1000 * c / b for c, b in (by_hand(row.measure, "full", luck, **{by: cell}) for _, luck in SEEDS)]
    assert row.arm.mean == pytest.approx(sum(rates) / 2)


def test_small_cells_are_not_shown(small: Folder) -> None:
    row = next(r for r in small.compare().by("group", "silence.voices") if r.cell == "B")
    assert row.people == 2 * 10 * len(SEEDS) < 50
    assert (row.arm.mean, row.difference.mean, row.count) == (None, None, 0)
    assert "fewer than 50 people" in row.difference.reason


@pytest.mark.parametrize(("by", "cell", "level"), [("month", 2, 0.95), ("income_tenth", 4, 1 - 0.05 / 10)])
def test_tenths_are_corrected_for_their_number(small: Folder, by: str, cell: int, level: float) -> None:
    row = next(r for r in small.compare().by(by, "suining.sanctions.people") if r.cell == cell)
    one, two = (1000 * c / b for c, b in (by_hand(row.measure, "full", luck, **{by: cell}) for _, luck in SEEDS))
    assert row.difference.high == pytest.approx((one + two) / 2 + student(1, level) * abs(one - two) / 2)


def test_an_absent_scheme_counts_as_nought_and_says_so(small: Folder) -> None:
    row = next(r for r in small.compare().rows() if r.measure == "suining.sanctions.people")
    assert row.against.mean == 0
    assert row.note == f"none: {ABSENT}"
    assert row.name == f"adults barred from something {MARK}"


def test_the_mark_stands_wherever_it_is_printed(small: Folder) -> None:
    found = small.compare()
    marked = {row.measure for row in found.rows() if row.note}
    assert marked == {name for name in MEASURES if name.startswith("suining.")}
    for shown in (str(found), found._repr_html_(), by_cells(found, "group")):
        assert shown.count(MARK) >= 2 and ABSENT.replace("this arm", "one of the two") in " ".join(shown.split())


def test_an_arm_s_own_rate_stands_without_the_other_s(small: Folder) -> None:
    """Nobody in `ghost` is barred, so that there is no share of them: only the difference is withheld."""
    row = next(r for r in small.compare("full", "ghost").rows() if r.measure == "suining.unfounded.unfounded")
    assert row.arm.mean is not None and row.count > 0
    assert (row.against.mean, row.difference.mean, row.same) == (None, None, 0)
    assert row.difference.reason == "nobody in the denominator of ghost"
    cells = next(c for c in small.compare("full", "ghost")._cells([row]))
    assert cells[2:5] == [number(row.arm.mean), "–", row.difference.reason]


def test_captions_say_what_is_adjusted_for(small: Folder) -> None:
    found = small.compare()
    assert ALONE in found._said(found.rows())[1]
    assert WIDENED in found._said(found.by("stratum", "silence.voices"))[1]
    assert WIDENED not in found._said(found.by("month", "silence.voices"))[1]


def test_small_strata_are_not_shown(small: Folder) -> None:
    """Group A has 400 adults in a tenth, group B two: of every crossing, only those of A may be seen."""
    rows = small.compare().by("stratum", "silence.voices")
    assert [row.cell for row in rows] == [f"{group} {tenth:02}" for group in "AB" for tenth in range(1, 11)]
    for row in rows:
        shown = str(row.cell).startswith("A")
        assert (row.arm.mean is not None) == (row.count > 0) == shown
        assert shown or row.difference.reason == "fewer than 50 people"
    assert rows[3].arm.mean == pytest.approx(
        sum(1000 * c / b for c, b in (by_hand("silence.voices", "full", luck, group="A", income_tenth=4)
                                      for _, luck in SEEDS)) / 2
    )  # fmt: skip


def test_no_two_rows_have_the_same_label(small: Folder, tmp_path: Path) -> None:
    other = Folder(build(tmp_path / "other"))
    for name in ("suining.appeal.filed", "suining.sanctions.people", "silence.voices"):
        other.cards["measures"][name]["label"] = "people"
    labels = other.compare().labels
    assert len({*labels.values()}) == len(labels)
    assert labels["silence.voices"] == "people"
    assert labels["suining.appeal.filed"] == "suining appeal: people"
    names = [row.name for row in other.compare().by("group", "silence.voices")]
    assert names == ["people, group A", "people, group B"]


def by_cells(found: Comparison, what: str) -> str:
    from rich.console import Console

    console = Console(width=110, no_color=True)
    with console.capture() as captured:
        console.print(found.table(found.by(what, "suining.sanctions.people")))
    return captured.get()


def changed(path: Path, **told: object) -> Folder:
    """The small run once more, with other facts in its manifest, or other settings in its cards."""
    other = Folder(build(path))
    for name, value in told.items():
        if name in other.manifest:
            other.manifest[name] = value
        else:
            row = {"path": name.replace("__", "."), "value": value, "mark": "assumed"}
            kept = [one for one in other.cards["settings"] if one["path"] != row["path"]]
            other.cards["settings"] = [*kept, row]
    return other


def test_one_arm_of_two_runs_is_paired_by_seeds(small: Folder, tmp_path: Path) -> None:
    """The second run is the first one, but for its scenario, one setting, and nobody barred in its full arm."""
    name = "schemes.suining.safeguards.appeal.reach"
    other = changed(tmp_path / "other", scenario="milder", schemes__suining__safeguards__appeal__reach=0.6)
    found = compare(small, other=other)
    assert found.heads == ("full in A", "full in B")
    assert all(row.difference.mean in (0, None) and not row.note for row in found.rows())
    assert [str(each) for each in found.differs] == ["scenario small in A, milder in B", f"{name} 0.3 in A, 0.6 in B"]
    said = found.headline()
    assert "What differs: scenario small in A, milder in B" in said and "with the same luck" in said
    told = found.to_dict()
    assert told["other"]["scenario"] == "milder" and told["differs"][1]["second"] == 0.6
    assert json.loads(json.dumps(told, allow_nan=False))["synthetic"] is True


def test_a_scheme_of_another_name_is_held_against_the_only_one(small: Folder, tmp_path: Path) -> None:
    path = build(tmp_path / "renamed")
    for part in (path / "measures").glob("*.parquet"):
        table = pq.read_table(part)
        names = [str(name).replace("suining.", "fines.") for name in table["measure"].to_pylist()]
        at = table.column_names.index("measure")
        pq.write_table(table.set_column(at, "measure", pa.array(names).dictionary_encode()), part)
    other = Folder(path)
    told = json.loads(json.dumps(other.cards).replace("suining", "fines"))
    other.__dict__["cards"] = told
    found = compare(small, other=other)
    row = next(r for r in found.rows() if r.measure == "suining.sanctions.people")
    assert row.difference.mean == 0 and row.arm.mean == row.against.mean and row.note == ""
    assert found.differs == [] and len(found.by("group", "suining.sanctions.people")) == 2


@pytest.mark.parametrize(
    ("told", "reason"),
    [({"people": 8041}, "society.people 8040 in A, 8041 in B"), ({"months": 7}, "months 6 in A, 7 in B"),
     ({"seeds": [[11, 1]]}, "seeds 11 1, 11 2 in A, 11 1 in B"), ({"goodstanding": "9.0"}, "goodstanding 0.1.0 in A"),
     ({"ties__homophily": 0.9}, "ties.homophily absent in A, 0.9 in B"),
     ({"society__homophily": 0.1}, "society.homophily 0.3 in A, 0.1 in B")],
)  # fmt: skip
def test_runs_of_other_people_or_luck_are_refused(
    small: Folder, tmp_path: Path, told: dict[str, object], reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        compare(small, other=changed(tmp_path / "other", **told))
    assert len(refused.value.problems) == 1 and reason in refused.value.problems[0]


def test_two_runs_are_compared_in_one_arm(small: Folder, tmp_path: Path) -> None:
    other = changed(tmp_path / "other", arms=["none", "ghost"])
    with pytest.raises(InvalidInput, match="allowed is --arm alone"):
        compare(small, "full", "none", other=other)
    with pytest.raises(InvalidInput, match="'full' is no arm of run B; allowed is none, ghost"):
        compare(small, other=other)


def test_nothing_is_held_against_itself(small: Folder) -> None:
    """Differences of nought with an interval would look like a finding."""
    for arm in ("full", "none"):
        with pytest.raises(InvalidInput, match=f"compare: {arm} is held against itself; allowed beside it is"):
            compare(small, arm, arm)
    with pytest.raises(InvalidInput, match="allowed is another run, or one run alone"):
        compare(small, other=Folder(small.path))


def test_one_world_is_said_in_words(tmp_path: Path) -> None:
    alone = Folder(build(tmp_path / "alone", seeds=[[11, 1]])).compare()
    assert ONE_WORLD in alone.headline()
    assert all(row.difference.low is None for row in alone.rows())


def test_the_headline_keeps_to_its_wording(small: Folder) -> None:
    said = small.compare().headline()
    assert said.startswith(
        "In an invented county of 8,040 synthetic people under rules modelled on a table of points, "
    )
    for part in (
        "at one set of assumptions and over the first",
        "were barred from something in their own name in a month",
        "fell away once entries about what the person had not done were taken out",
        "times that somebody was ready to speak up ended in silence from fear",
        "Luck only: 2 worlds; the assumptions were not varied, and 33 % of the parameters are assumptions",
    ):
        assert part in said
    for never in ("proves", "would have", "China", "people are"):
        assert never not in said
    lines = said.split("\n")
    assert len(lines) == 5 and all(line[0].isupper() or line[0].isdigit() or line[0] == "(" for line in lines)
    assert lines[1].startswith("In the arm full: ") and "rest" in lines[2] and "silence" in lines[3]
    assert lines[4].startswith("(Luck only"), "what was lived, who was barred, on what, who spoke, how certain"


def test_every_share_of_the_headline_names_its_base(tmp_path: Path) -> None:
    """Catches induced months told of those in the own name, and a pairing told as a cause."""
    folder = Folder(build(tmp_path / "thirds", thirds=True))
    said = folder.compare().headline()
    assert said.index("the same people with the same luck were compared in the arms full and none") < said.index(
        "barred"
    )
    own, whole = (
        next(s for s in re.split(r"\.\s", said) if base in s) for base in ("Of the months for which", "Of all sanct")
    )
    assert "entries about what the person had not done" in own and "induced" not in own
    assert "relatives' included" in whole and "(induced: under the same draws, a convention)" in whole


class Sets:
    """Made-up sets: rates of every measure by hand, and the rows that follow."""

    sets, people, worlds, arms = 200, 5000, 2, ("none", "full")

    def __init__(self, rates: dict[str, list[float]], some: float = 1.0) -> None:
        self.some = some
        self.given = {f"suining{name}": np.array(each * 100) for name, each in rates.items()}

    def rates(self, measure: str, arm: str = "full") -> Any:
        return self.given.get(measure)

    def rows(self, arm: str = "full", against: str = "none") -> list[Spread]:
        nought = Band(0.0, 0.0, 0.0, 200)
        return [
            Spread(
                name,
                name,
                "",
                "",
                band(rates),
                nought,
                band(rates),
                1.0,
                self.some,
                band(rates[rates > 0]),
                0.0,
                1.0,
                0.5,
            )
            for name, rates in self.given.items()
        ]


def test_bands_come_with_medians_and_induced_with_what_was_averted(small: Folder) -> None:
    rates = {".sanctions.people": [12.0, 80.0], ".unfounded.false": [10.0, 90.0], ".unfounded.induced": [100.0, 300.0],
             ".unfounded.averted": [150.0, 150.0]}  # fmt: skip
    found = small.compare()
    found.tried = Sets(rates)  # type: ignore[assignment]
    said = found.headline()
    assert "12.0 to 80.0 (median 46.0) of every 1,000" in said
    assert "10.0 to 30.0 (median 20.0) in every 100 stood on the record" in said
    assert "−5.00 to 15.0 (median 5.00) in every 100 remained of these less those the other way round" in said
    assert "in so small a county (5,000 people, 2 worlds), in 200 of 200 sets" in said


@pytest.mark.parametrize(
    ("unrecorded", "false", "none"), [([999.0, 1000.0], False, 1), ([0.0, 400.0], True, 2), ([0.0, 0.0], True, 0)]
)
def test_months_on_no_entry_are_not_told_as_entries(
    small: Folder, unrecorded: list[float], false: bool, none: int
) -> None:
    """Catches refusals for the sake of friends, told as entries about what the person had not done."""
    rates = {".sanctions.people": [5.0, 5.0], ".unfounded.false": [999.0, 1000.0], ".unfounded.unrecorded": unrecorded}
    found = small.compare()
    found.tried = Sets(rates)  # type: ignore[assignment]
    assert found.headline().count("rested on no false entry") == none
    assert ("entries about what the person had not done" in found.headline()) is false
    assert ("0 to 40.0 (median 20.0) in every 100 rested on no false entry" in found.headline()) is (none == 2)


def test_the_dictionary_is_json_and_synthetic(small: Folder) -> None:
    told = small.compare().to_dict()
    assert told["synthetic"] is True
    assert json.loads(json.dumps(told, allow_nan=False))["rows"][0]["measure"] == "suining.sanctions.people"


def test_notebooks_and_terminals_show_the_same_rows(small: Folder) -> None:
    found = small.compare()
    assert found.__rich__().row_count == len(found.rows())
    assert found._repr_html_().count("<tr>") == len(found.rows()) + 1
    assert "ynthetic society" in found._repr_html_()


def test_what_is_printed_opens_with_what_leads_and_what_one_arm_lacks(small: Folder) -> None:
    """Catches the counts of a rule that one arm adds, far down in hundreds of rows, most of them noughts."""
    rows, nought = small.compare("full", "none").telling()
    leads = [small.cards["measures"][row.measure]["leads"] for row in rows]
    assert leads == sorted(leads, reverse=True) and True in leads and False in leads
    lacking = [bool(row.note) for row, lead in zip(rows, leads, strict=True) if not lead]
    assert lacking == sorted(lacking, reverse=True)
    alike = small.compare("ghost", "none")
    shown, nought = alike.telling()
    assert len(shown) + nought == len(alike.rows()) and nought > 0
    assert f"{nought} more are nought in both" in " ".join(str(alike).split())


@pytest.mark.parametrize(("arm", "against"), [("ful", "none"), ("full", "nothing")])
def test_an_unknown_arm_is_one_line(small: Folder, arm: str, against: str) -> None:
    with pytest.raises(InvalidInput, match="allowed is none, ghost, full"):
        Comparison(small, arm, against)


def test_an_unknown_cut_is_one_line(small: Folder) -> None:
    with pytest.raises(InvalidInput, match="did you mean 'group'"):
        small.compare().by("groups", "silence.voices")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "–"),
        (0.0, "0"),
        (-0.001, "−0.0010"),
        (1.234, "1.23"),
        (0.1234, "0.123"),
        (9.999, "10.0"),
        (99.96, "100"),
        (-24.9, "−24.9"),
        (12345.6, "12,346"),
    ],
)
def test_numbers_are_printed_with_three_digits(value: float | None, said: str) -> None:
    assert number(value) == said


def test_intervals_are_spoken() -> None:
    assert spoken(Estimate(5, 4, 6, 8)) == "4.00 to 6.00"
    assert spoken(Estimate(5, 5, 5, 8)) == "about 5.00"
    assert spoken(Estimate(5, None, None, 1)) == "about 5.00"
    assert spoken(Estimate(0, 0, 0, 8)) == "0"


def test_rare_things_are_told_of_more_people() -> None:
    assert of_every(Estimate(0.04, 0.02, 0.06, 8)) == "2.00 to 6.00 of every 100,000"
    assert of_every(Estimate(40, 20, 60, 8)) == "20.0 to 60.0 of every 1,000"


def test_titles_become_rules() -> None:
    assert modelled("After Suining's table of 2010") == "rules modelled on Suining's table of 2010"
    assert modelled("Plain fines") == "the rules of “Plain fines”"


def told(*worlds: tuple[int, int]) -> list[Sums]:
    return [Sums(count, base) for count, base in worlds]


def test_a_difference_that_is_nought_in_every_world_has_no_interval() -> None:
    """Catches an interval of no width, told as certainty where two arms merely share what was counted."""
    shared = told((300, 9000), (310, 9000), (290, 9000), (305, 9000), (299, 9000))
    found = estimate([shared, shared])
    assert (found.mean, found.low, found.high, found.reason) == (0.0, None, None, ALIKE)
    one_more = [Sums(301, 9000), *shared[1:]]
    assert estimate([one_more, shared]).low is not None
    assert estimate([shared]).low is not None, "an arm's own rate has its interval"
    nothing = told(*[(0, 9000)] * 5)
    assert estimate([nothing, nothing]).reason == "none of 45,000"


def test_what_is_too_little_for_an_interval_is_counted_in_the_headline(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches 'about 1.63 of every 100,000' beside a table that refuses an interval."""
    rows = [a_row(Estimate(0.0163, None, None, 6, "14 of 857,988, in 5 of 6 worlds: too few for an interval"))]

    class Found:
        manifest, arm, counts = {"months": 6}, "full", None

        def find(self, suffix: str) -> list[Difference]:
            return rows if suffix == BARRED else []

    assert [*headline._barred(Found())] == [  # type: ignore[arg-type]
        "in 14 of 857,988 adult-months somebody was barred from something in their own name"
    ]
    rows[:] = [a_row(Estimate(0.0163, None, None, 1, ONE_WORLD))]
    assert "about 1.63 of every 100,000 adults" in next(headline._barred(Found()))  # type: ignore[arg-type]


def a_row(found: Estimate) -> Difference:
    return Difference("bikes.sanctions.people", "barred", "", "", found, found, found, 0, None, 14, 857_988, 100)


def test_the_whole_run_and_its_last_months_have_one_base() -> None:
    """Catches '12.4 to 48.5 of every 100,000 (0.365 to 1.38 of every 1,000 in the last 12)'."""
    assert headline._base(Estimate(0.3, 0.12, 0.48, 8)) == 100_000 and headline._base(Estimate(1, 0.5, 1.4, 8)) == 1_000
    assert headline._of(Estimate(0.9, 0.365, 1.38, 8), 100_000) == "36.5 to 138 of every 100,000"


def test_which_way_the_sets_go_is_counted_three_ways() -> None:
    """Catches 'fewer in 17 of 20 sets' where none of the other three says more, and sets that could not tell."""
    gaps = np.array([-1.0] * 17 + [0.0] * 3 + [np.nan])
    assert headline.either_way(gaps) == "fewer in 17, no difference in 3, more in 0"


def test_rules_that_bar_nobody_are_not_told_as_a_finding(small: Folder) -> None:
    """Catches 'in 0 of 20 sets' of a scheme without any rule that bars people."""
    found = small.compare()
    found.tried = Sets({".sanctions.people": [0.0, 0.0]}, some=0.0)  # type: ignore[assignment]
    path = "schemes.suining.sanctions.{}.level"
    for sanction, said in (("rewards", "no rule bars anybody"), ("restrictions", "in 0 of 200 sets")):
        found.cards["settings"].append({"path": path.format(sanction), "mark": "assumed", "source": "assumed"})
        assert said in found.headline(), sanction


def test_a_scheme_that_bars_nobody_is_told_by_what_leads() -> None:
    """Catches a headline that says 'no rule bars anybody' of Sesame Credit and nothing else."""

    class Found:
        cards = {"measures": {
            "sesame.rewards.favours": {"label": "adults whom the class puts first", "leads": True},
            "other.rewards.favours": {"label": "adults whom the class puts first", "leads": True},
            "sesame.rewards.other": {"label": "adults with something else", "leads": False},
            "gain.harm": {"label": "adults of society", "leads": True},
        }}  # fmt: skip

    rows = [replace(a_row(Estimate(104, 102, 107, 6)), measure=name) for name in Found.cards["measures"]]
    said = "102 to 107 of every 1,000 adults were, in a month, those whom the class puts first"
    assert [*headline._instead(Found(), "sesame.sanctions.people", rows)] == [said]  # type: ignore[arg-type]
    assert [*headline._instead(Found(), "", rows)] == [said, said]  # type: ignore[arg-type]


def test_an_arm_that_moves_no_count_is_named(small: Folder) -> None:
    """Somebody counted a month later is a count that moved; what one arm alone counts is none."""
    worlds = list(small.parts())

    def told(change: int) -> str:
        as_full = []
        for world in worlds:
            rows = world.to_pylist()
            twins = [{**row, "arm": "twin"} for row in rows if row["arm"] == "full"]
            twins.append({**twins[-1], "measure": "suining.notice.letters", "count": 7})
            as_full.append(pa.Table.from_pylist([*rows, *twins], world.schema))
        moved = as_full[0].to_pylist()
        for month, sign in ((0, 1), (1, -1)):
            first = next(row for row in moved if row["arm"] == "twin" and row["month"] == month)
            first["count"] += sign * change
        as_full[0] = pa.Table.from_pylist(moved, as_full[0].schema)
        return unmoved(Counts(lambda: as_full), "full", ["none", "twin"])

    assert "No monthly count of full differs in twin, in any world" in told(0)
    assert not told(1)
