"""Potential outcomes: bounds by every pairing, hand-made lives with known answers, and the probes in a small town."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import permutations
from pathlib import Path
from statistics import fmean, variance
from typing import Any

import numpy as np
import pytest
import worlds

from goodstanding import cli
from goodstanding.assumptions import BAND
from goodstanding.draws import hypercube
from goodstanding.effects import Gathered, bounds, gini, over_lucks, top
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput
from goodstanding.estimates import student
from goodstanding.harms import VIEWS, Harms, Over
from goodstanding.headline import number
from goodstanding.measures.ever import Ever
from goodstanding.mechanism import catalogue, probe
from goodstanding.mechanisms.safeguards.blind_spot import BlindSpot
from goodstanding.outcomes import BLIND, Outcomes, _floor, _probed, live, outcomes
from goodstanding.runs import run
from goodstanding.scenario import read
from goodstanding.variants import varied
from goodstanding.world import COLUMNS

# -- bounds


def test_bounds_of_known_marginals() -> None:
    """Barred or not: 3 of 10 with, 1 of 10 without. Worse off are 2 to 3 of 10; better off none to 1."""
    given, without = np.array([7, 3]), np.array([9, 1])
    assert bounds(given, without) == pytest.approx((0.2, 0.3))
    assert bounds(without, given) == pytest.approx((0.0, 0.1))
    assert bounds(np.array([5, 5]), np.array([5, 5])) == pytest.approx((0.0, 0.5))
    assert bounds(np.array([0, 0, 4]), np.array([0, 4, 0])) == (1.0, 1.0)
    assert bounds(np.array([0, 4, 0]), np.array([0, 0, 4])) == (0.0, 0.0)


@pytest.mark.parametrize("seed", range(40))
def test_bounds_are_what_the_best_and_the_worst_pairing_of_six_people_give(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    given, without = (numbers.integers(0, 5, 6) for _ in range(2))
    shares = [float(np.mean(given > without[list(order)])) for order in permutations(range(6))]
    told = bounds(*(np.bincount(column, minlength=6) for column in (given, without)))
    assert told == pytest.approx((min(shares), max(shares)))


# -- hand-made lives


def gathered(given: Any, without: Any, strata: Any = None, sign: int = 1, **probes: Any) -> Gathered:
    """Lives by luck and person."""
    given, without = np.array(given), np.array(without)
    found = Gathered(np.zeros(given.shape[1], int) if strata is None else np.array(strata), sign)
    for luck in range(len(given)):
        found.add(given[luck], without[luck], **{name: np.array(column)[luck] for name, column in probes.items()})
    found.close()
    return found


GIVEN = [[3, 0, 1, 0], [5, 0, 0, 0], [3, 1, 0, 0], [5, 1, 3, 0]]
WITHOUT = [[1, 0, 1, 0], [1, 0, 0, 2], [1, 0, 2, 0], [1, 0, 1, 2]]


def test_a_hand_made_world_of_four_people_under_four_lucks() -> None:
    found = gathered(GIVEN, WITHOUT, strata=[0, 0, 1, 1])
    assert found.expected().tolist() == [3.0, 0.5, 0.0, -1.0]
    assert found.total().mean == pytest.approx((12 + 2 + 0 - 4) / 16)
    assert found.total(0).mean == pytest.approx(14 / 8) and found.total(1).mean == pytest.approx(-4 / 8)
    # worse off with the same luck: the first always, the second twice, the third once, the fourth never
    assert found.share("paired", 0) == 7 / 16 and found.share("paired", 1) == 3 / 16
    before = [WITHOUT[luck - 1] for luck in range(4)]
    assert found.share("redrawn", 0) == np.mean(np.array(GIVEN) > np.array(before))
    assert found.share("without", 0) == np.mean(np.array(WITHOUT) > np.array(before))
    low, high = found.bounds(0)
    assert low <= found.share("paired", 0) <= high and low <= found.share("redrawn", 0) <= high
    mirrored = gathered(GIVEN, WITHOUT, strata=[0, 0, 1, 1], sign=-1)
    assert mirrored.share("paired", 0) == 3 / 16 and mirrored.bounds(0) == found.bounds(1)
    assert mirrored.expected().tolist() == [-3.0, -0.5, 0.0, 1.0] and mirrored.total() == found.total()


def test_intervals_are_those_of_student_over_lucks_and_say_what_pairing_saved() -> None:
    found = gathered(GIVEN, WITHOUT)
    sums = [sum(a) - sum(b) for a, b in zip(GIVEN, WITHOUT, strict=True)]
    half = student(3) * (variance(sums) / 4) ** 0.5 / 4
    total = found.total()
    assert (total.low, total.high) == pytest.approx((fmean(sums) / 4 - half, fmean(sums) / 4 + half))
    apart = variance(map(sum, GIVEN)) + variance(map(sum, WITHOUT))
    assert found.saved() == pytest.approx(1 - variance(sums) / apart)
    same = gathered([[n, n, 2 * n] for n in range(5)], [[n, n, 2 * n] for n in range(5)])
    assert same.saved() == 1.0 and gathered([[1, 1]] * 4, [[1, 0]] * 4).saved() is None


def test_no_pairing_enters_the_means() -> None:
    found, other = gathered(GIVEN, WITHOUT), gathered(GIVEN, WITHOUT[1:] + WITHOUT[:1])
    assert found.total().mean == other.total().mean and found.expected().tolist() == other.expected().tolist()
    assert found.bounds(0) == other.bounds(0) and found.share("paired", 0) != other.share("paired", 0)


def test_what_belongs_to_the_person_is_told_from_luck() -> None:
    """Effects of 0 or 4 months by person, and luck of the same spread added: half of it is the person's own."""
    numbers = np.random.default_rng(1)
    own = np.tile([0, 4], 4000)
    given = own + numbers.choice([0, 4], (40, 8000))
    assert gathered(given, np.zeros_like(given)).fixed() == pytest.approx(0.5, abs=0.02)
    assert gathered(numbers.choice([0, 4], (40, 8000)), np.zeros_like(given)).fixed() == pytest.approx(0, abs=0.02)
    assert gathered(np.tile(own, (4, 1)), np.zeros((4, 8000), int)).fixed() == pytest.approx(1.0)


def test_direct_and_spill_over_are_the_total_of_those_whom_the_probe_hid() -> None:
    hidden = [[1, 0, 0, 1], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 1, 0]]
    blind = [[1, 0, 1, 0], [5, 1, 0, 0], [2, 1, 0, 0], [5, 1, 1, 0]]
    found = gathered(GIVEN, WITHOUT, blind=blind, hidden=hidden)
    assert found.probed == [(2, 2, 0), (1, -1, 1), (1, 1, 1), (1, 2, 0)]
    direct = over_lucks([(d, n) for n, d, _ in found.probed])
    spill = over_lucks([(s, n) for n, _, s in found.probed])
    assert direct.mean == 4 / 5 and spill.mean == 2 / 5
    whole = (np.array(GIVEN) - np.array(WITHOUT))[np.array(hidden) > 0].sum()
    assert direct.mean + spill.mean == pytest.approx(whole / 5)
    assert found.moved == [0, 11], "nobody else's months changed"


def test_the_floor_is_what_the_placebo_moves_of_the_untouched() -> None:
    untouched = [[1, 1, 1, 0]] * 4
    placebo = [list(row) for row in GIVEN]
    placebo[0][0] += 1  # one of the untouched is worse off under one luck
    placebo[1][3] += 9  # and somebody who was touched: not counted
    found = gathered(GIVEN, WITHOUT, full=GIVEN, placebo=placebo, untouched=untouched)
    assert found.share("floor", 0) == 1 / 12 and found.share("floor", 1) == 0
    assert np.isnan(gathered(GIVEN, WITHOUT).share("floor", 0))


def test_shares_of_the_hardest_hit_and_gini_have_known_values() -> None:
    one, equal = np.array([0.0] * 99 + [5.0]), np.full(100, 2.0)
    assert top(one, one, 0.01) == 1.0 and top(equal, equal, 0.1) == pytest.approx(0.1)
    assert gini(one) == pytest.approx(0.99) and gini(equal) == pytest.approx(0.0)
    assert gini(np.array([1.0, 2.0, 3.0, 4.0])) == pytest.approx(0.25)
    assert top(np.arange(100.0), np.arange(100.0), 0.1) == pytest.approx(sum(range(90, 100)) / sum(range(100)))
    assert top(equal, one, 0.01) == pytest.approx(0.01), "those alike bear alike, whoever stands first"
    assert gini(np.zeros(4)) is None and top(np.zeros(4), np.zeros(4), 0.1) is None


# -- lived


def town(**changes: Any) -> Any:
    """The stress world with a placebo that is made and one that rests."""
    told = worlds.tree(changes={"society.people": 1500, "months": 18, **changes})
    told["arms"] = {
        "placebo": {f"schemes.{worlds.SCHEME}.observation.placebo": {"share": 0.01, "entries": 1, "when": 3}},
    }
    told["schemes"][worlds.SCHEME]["observation"]["placebo"] = {"share": 0.01, "entries": 0}
    del told["schemes"][worlds.SCHEME]["safeguards"]["blind_spot"]
    return worlds.read(told, "town")


@pytest.fixture(scope="module")
def found() -> Outcomes:
    return outcomes(town(), lucks=4, processes=1)


def test_months_so_far_are_the_sum_of_the_months() -> None:
    engine = Engine(town(), 1, 1, arms=["full"], observe=["ever"])
    world = engine.worlds[1]
    popcount = np.vectorize(lambda bits: int(bits).bit_count())
    by_hand = {"barred_so_far": 0, "named_so_far": 0, "owing_so_far": 0}
    for _ in range(12):
        engine.step()
        state = {name: column for (owner, name), column in world.state.items() if not owner}
        by_hand["barred_so_far"] += popcount(state["barred"])
        by_hand["named_so_far"] += state["listed"] > 0
        by_hand["owing_so_far"] += state["cushion"] < 0
    for name, months in by_hand.items():
        assert np.array_equal(world.state["ever", name], months) and np.any(months), name
    adults = engine.traits["age"] > 0
    firsts = {count: int(world.history[:, at].sum()) for (path, count), at in world.rows.items() if path == "ever"}
    pairs = zip(Ever.counts, Ever.columns, strict=True)
    assert firsts == {count: int((world.state["ever", name][adults] > 0).sum()) for count, name in pairs}


def test_nothing_about_people_out_of_sight_stays_on_record() -> None:
    scenario = _probed(town(), "full")
    engine = Engine(scenario, 2, 3, observe=["ever"])
    for _ in range(18):
        engine.step()
    hidden = next(w for w in engine.worlds if w.name == BLIND).state[f"{worlds.SCHEME}.blind_spot", "hidden"] > 0
    places = np.flatnonzero(hidden)
    assert places.size > 30 and np.all(np.diff(places) % 20 == 0) and not hidden[engine.traits["age"] == 0].any()
    assert not np.isin(worlds.record(engine, BLIND)[:, 0], places).any()
    assert np.isin(worlds.record(engine, "full")[:, 0], places).any()
    barred = {w.name: w.state["ever", "barred_so_far"] for w in engine.worlds}
    assert barred["full"][hidden].sum() > barred[BLIND][hidden].sum()


def test_a_scheme_that_sees_nobody_bars_nobody() -> None:
    told = worlds.tree(changes={"society.people": 800, "months": 12})
    told["schemes"][worlds.SCHEME]["safeguards"] = {"blind_spot": {"share": 1.0}}
    engine = Engine(worlds.read(told), 1, 1, arms=["full"], observe=["ever", "sanctions"])
    for _ in range(12):
        engine.step()
    assert not engine.worlds[1].state["ever", "barred_so_far"].any()
    assert not len(worlds.record(engine, "full"))
    assert BlindSpot().share == 0 and "hidden" not in COLUMNS


def test_without_an_entry_the_placebo_has_no_floor() -> None:
    scenario = town()
    told = json.loads(json.dumps(scenario.tree))
    told["arms"]["placebo"] = {f"schemes.{worlds.SCHEME}.observation.placebo.entries": 0}
    rested = outcomes(worlds.read(told, "town"), lucks=4, processes=1)
    assert all(kind.floor_worse == kind.floor_better == 0 for kind in rested.kinds)


def test_the_floor_is_there_and_pairings_lie_within_the_bounds(found: Outcomes) -> None:
    assert any(kind.floor_worse for kind in found.kinds)
    for kind in found.kinds:
        for share in (kind.worse, kind.worse_redrawn):
            assert kind.worse_bounds[0] - 1e-12 <= share <= kind.worse_bounds[1] + 1e-12, kind.kind
        for share in (kind.better, kind.better_redrawn):
            assert kind.better_bounds[0] - 1e-12 <= share <= kind.better_bounds[1] + 1e-12, kind.kind
    debts = next(kind for kind in found.kinds if kind.kind == "owing_so_far")
    assert debts.saved is not None and debts.saved > 0.3
    assert debts.worse < debts.worse_redrawn, "luck redrawn tells two lives apart that the scheme does not"
    barred = found.kinds[0]
    assert barred.worse == barred.worse_redrawn == barred.worse_bounds[0] == pytest.approx(barred.worse_bounds[1])
    assert barred.worse > 0 and barred.top_10 is not None and barred.plain_10 is not None
    assert barred.top_10 <= barred.plain_10


def test_no_share_of_people_lies_outside_its_bounds(found: Outcomes) -> None:
    """Catches those hit in any of several lucks, told as a share: it grows with the lucks and is no estimate."""
    for kind in found.kinds:
        for name, share in asdict(kind).items():
            if name.endswith(("worse", "better")) and not name.startswith("floor"):
                least, most = kind.worse_bounds if "worse" in name else kind.better_bounds
                assert least - 1e-12 <= share <= most + 1e-12, f"{kind.kind}: {name}"


def test_the_sentence_leads_with_the_clearest_mean_and_no_number_of_people_is_negative(found: Outcomes) -> None:
    """Catches the noisiest row told first, and fewer than nobody above the floor."""
    told = Harms(found.record)
    kind, clear = told.leading
    assert clear and all(abs(k.total.mean or 0) <= abs(kind.total.mean or 0) for k in told.kinds if k.total.low)
    assert f"{kind.label} changed by" in told.sentence() and "one for one adult" not in told.sentence()
    assert told.entries == "one small entry each for one adult in 100" and told.entries in told.sentence()
    assert told.entries in told.said("worse")[1] and told.entries in " ".join(told.limits)
    over = [row[-1] for view in ("worse", "better") for row in told.cells_of(view)]
    assert "not above it" in over and not any(cell.startswith("−") for cell in over)


def test_what_is_kept_of_a_person_is_a_byte_or_two_a_kind(tmp_path: Path) -> None:
    file = live(town(), tmp_path, {"arm": "full", "society": 0, "luck": 0}, print)
    with np.load(tmp_path / file, allow_pickle=False) as kept:
        sizes = {name: kept[name].itemsize for name in kept.files}
    assert max(sizes.values()) <= 2 and sum(size for name, size in sizes.items() if name.startswith("full.")) == 6


def test_strata_add_up_and_small_ones_are_left_out(found: Outcomes) -> None:
    rows = found.by_stratum("owing_so_far")
    assert rows and all(adults >= 50 for _, adults, _ in rows) and sum(n for _, n, _ in rows) <= found.adults
    with pytest.raises(InvalidInput, match="did you mean 'owing_so_far'"):
        found.by_stratum("owing_so_fa")


def test_processes_do_not_matter(found: Outcomes) -> None:
    assert outcomes(found.scenario, lucks=4, processes=2).to_dict() == found.to_dict()


def test_it_is_told_in_tables_a_chart_and_a_sentence(found: Outcomes, tmp_path: Path) -> None:
    for view in VIEWS:
        heads = VIEWS[view][1]
        assert all(len(row) == len(heads) for row in found.told.cells_of(view))
    page = found.page(tmp_path / "page.html").read_text()
    assert "convention" in page and "Synthetic society" in page and "src=" not in page and "<svg" in page
    assert "<svg" in found._repr_html_() and "Nobody lives both lives" in found.sentence()
    assert found.to_arrow().num_rows == 5 and b"common luck" in found.to_arrow().schema.metadata[b"goodstanding"]


def test_over_assumptions_every_set_is_the_same_question_of_its_own_scenario() -> None:
    """Catches sets that are not laid over or live under other lucks, and bands of something else than the sets."""
    scenario = town(months=6)
    found = outcomes(scenario, lucks=4, assumptions=20, processes=2)
    laid = hypercube(scenario, 20, ["full"])[4].values
    alone = outcomes(varied(scenario, laid), lucks=4, processes=2)
    kinds = [asdict(kind) for kind in alone.kinds]
    assert json.loads(json.dumps(kinds)) == json.loads(json.dumps(found.sets[4]["kinds"]))
    for at, row in enumerate(found.across()):
        totals = [one["kinds"][at]["total"]["mean"] for one in found.sets]
        least, most = ([one["kinds"][at]["worse_bounds"][end] for one in found.sets] for end in (0, 1))
        assert [row.total.low, row.total.middle, row.total.high] == pytest.approx([*np.quantile(totals, BAND)])
        assert row.worse_least.low == pytest.approx(np.quantile(least, 0.05))
        assert row.worse_most.high == pytest.approx(np.quantile(most, 0.95))
        assert row.more == sum(t > 0 for t in totals) / 20 and row.total.sets == 20
    told = Harms(json.loads(json.dumps(found.record)))
    assert told.sentence().startswith("Across the assumptions tried (20 sets), ")
    assert "not varied" not in " ".join([told.sentence(), *told.limits]) and "--assumptions 20" in told.command
    sheet = next(told.tables())
    assert "over 20 sets of assumptions" in sheet.title and all(len(row) == len(sheet.head) for row in sheet.rows)
    assert "Across the assumptions" not in Harms({**found.record, "assumptions": None}).sentence()


def test_a_direction_that_the_sets_do_not_share_is_not_told_as_one(found: Outcomes) -> None:
    record = json.loads(json.dumps(found.record))
    band = {"low": -1.0, "middle": 0.0, "high": 1.0, "sets": 40, "reason": ""}
    bands = {name: band for name, kind in Over.__annotations__.items() if kind == "Band"}
    for more, said in ((0.89, True), (0.9, False)):
        rows = [
            {"kind": k["kind"], "label": k["label"], **bands, "more": more, "fewer": 1 - more, "luck": None}
            for k in record["kinds"]
        ]
        record["assumptions"] = {"sets": 40, "people": 500, "lucks": 4, "kinds": rows}
        assert ("do not determine" in Harms(record).sentence()) is said


def over_sets(record: dict[str, Any], **totals: tuple[float, float, float]) -> Harms:
    """The outcomes with made-up sets: of each kind the size of its band, and the shares with more and with fewer."""
    bands = [name for name, kind in Over.__annotations__.items() if kind == "Band"]
    rows = []
    for k in record["kinds"]:
        size, more, fewer = totals.get(k["kind"], (0.0, 0.0, 0.0))
        band = {"low": size / 2, "middle": size, "high": 2 * size, "sets": 20, "reason": ""}
        rows.append({**k, **dict.fromkeys(bands, band), "more": more, "fewer": fewer, "luck": None})
    rows = [{name: row[name] for name in Over.__annotations__} for row in rows]
    return Harms({**record, "assumptions": {"sets": 20, "people": 500, "lucks": 4, "kinds": rows}})


def test_over_assumptions_the_kind_is_that_of_the_sets(found: Outcomes) -> None:
    """Catches the first kind told because all of them are nought as written, though the sets change another one."""
    record = json.loads(json.dumps(found.record))
    for kind in record["kinds"]:
        kind["total"] |= {"mean": 0.0, "low": 0.0, "high": 0.0}
    told = over_sets(record, silent_so_far=(0.03, 1.0, 0.0), owing_so_far=(0.5, 0.5, 0.5))
    label = next(kind.label for kind in told.kinds if kind.kind == "silent_so_far")
    assert told.leading[0].label == label and f"(20 sets), {label} changed by 15.0 to 60.0" in told.sentence()
    assert f"nought; {label} changed by 0 " in told.sentence(), "the same kind as it is written"
    assert "no kind of months changed in any set" in over_sets(record).sentence()


def test_sets_without_a_difference_are_no_sets_of_the_other_sign(found: Outcomes) -> None:
    """Catches 'do not determine' where no set says the opposite."""
    record = json.loads(json.dumps(found.record))
    told = over_sets(record, spoken_so_far=(-0.1, 0.0, 0.85)).sentence()
    assert "(fewer in 17, no difference in 3, more in 0)" in told and "do not determine" not in told
    torn = over_sets(record, spoken_so_far=(-0.1, 0.15, 0.85)).sentence()
    assert "(fewer in 17, no difference in 0, more in 3: whether more or fewer" in torn


def test_direct_and_spill_over_add_up_to_the_total_that_stands_beside_them(found: Outcomes) -> None:
    """Catches a sum beside the total of other people: those of all adults, and not of the few who were hidden."""
    heads = VIEWS["means"][1]
    assert heads.index("of the hidden") + 2 == heads.index("direct")
    for kind, row in zip(found.kinds, found.told.cells_of("means"), strict=True):
        assert kind.hidden.mean == pytest.approx((kind.direct.mean or 0) + (kind.spill.mean or 0))
        assert row[heads.index("of the hidden")] == number(1000 * (kind.hidden.mean or 0))
    assert any(kind.hidden.mean != kind.total.mean for kind in found.kinds)


# -- the face


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"arm": "ful"}, "'ful' is no arm.*did you mean 'full'"),
        ({"arm": "none"}, "no scheme in the arm none; allowed is an arm with one"),
        ({"lucks": 3}, "lucks: 3 cannot be used; allowed is a whole number from 4"),
        ({"lucks": 4.0}, "lucks: 4.0 cannot be used"),
        ({"society": -1}, "society: -1 cannot be used"),
        ({"assumptions": 19}, "--assumptions: 19 cannot be used; allowed is a whole number of sets from 20"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=said) as refused:
        outcomes(read("plain-fines", people=500, months=2), **asked)
    assert len(refused.value.problems) == 1


def test_the_verb_reads_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = run("plain-fines", people=600, months=4, seeds=1, arms=["full"], out=tmp_path, processes=1, report=False)
    assert cli.main(["outcomes", str(done.path), "--lucks", "4", "--processes", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (
        told["synthetic"] is True and told["lucks"] == 4 and len(told["kinds"]) == 5 and "convention" in told["pairing"]
    )
    assert json.loads(json.dumps(done.outcomes(lucks=4, processes=1).to_dict())) == told
    assert cli.main(["outcomes", str(done.path), "--lucks", "1"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


# -- probes are known by what they measure


def test_the_floor_is_the_arm_that_only_makes_the_probe_s_entry_whatever_its_name() -> None:
    """Catches a floor that hangs on the name of an arm, and one that measures more than a small entry."""
    path, told = f"{worlds.TOWN}.observation.placebo", worlds.tree()
    for arms, floor in (
        ({"a_grain_of_sand": {f"{path}.entries": 1}}, "a_grain_of_sand"),
        ({"placebo": {f"{path}.entries": 1, f"{worlds.TOWN}.observation.tips": "off"}}, None),
        ({"other": {f"{worlds.TOWN}.observation.tips": "off"}}, None),
    ):
        assert _floor(worlds.read({**told, "arms": arms})) == floor


def test_each_thing_that_probes_measure_has_one_probe() -> None:
    """A probe is found by what its card declares: another class in another file would do as well."""
    declared = [cls.probes for kind in catalogue().values() for cls in kind.values() if cls.probes]
    assert sorted(declared) == ["direct", "floor"]
    for of in declared:
        path, cls = probe(of)
        assert path == f"{cls.folder}.{cls.key()}" and cls.probes == of
