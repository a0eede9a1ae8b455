"""Which safeguard buys most: contests whose outcome is known in advance, and a small run of them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from goodstanding.assumptions import Assumptions
from goodstanding.contests import ALONE, LAST, Safeguards
from goodstanding.errors import InvalidInput
from goodstanding.scenario import read
from goodstanding.sweep import AS_WRITTEN, DRAWN, Sweep

SETS, ADULTS = 40, 1_000
UNFOUNDED, PEOPLE = "s.unfounded.unfounded", "s.sanctions.people"
CARDS: dict[str, Any] = {
    "groups": ["A", "B"],
    "arms": {"notice": "people are told", "appeal": "people may ask"},
    "measures": {
        UNFOUNDED: {"denominator": "s.unfounded.sanction_months", "leads": True},
        PEOPLE: {"denominator": "adults", "leads": True},
        "s.appeal.officer_hours": {"denominator": "adults", "leads": False},
    },
}
HARM = {
    "none": lambda _: 0,
    "full": lambda at: 100 if at >= 10 else 0,  # in ten sets there is nothing to spare
    "notice": lambda at: 80 if at >= 10 else 0,
    "appeal": lambda at: (70 if at >= 16 else 95) if at >= 10 else 0,  # better in 24 of the 30 sets
    "all": lambda at: 50 if at >= 10 else 0,
    "all_but_notice": lambda at: 50 if at >= 10 else 0,  # last in, notice spares nothing more
    "all_but_appeal": lambda at: 60 if at >= 10 else 0,
}
"""Unfounded sanction-months in a set; half of them in each group but that group B has none with appeals."""


def tables() -> Assumptions:
    variants = [(f"{DRAWN}{at + 1:04d}", at, 2) for at in range(SETS)] + [(AS_WRITTEN, 20, 8), ("half_month", 12, 8)]
    rows = []
    for variant, at, worlds in variants:
        for luck in range(worlds):
            for arm, harm in HARM.items():
                hours = 12 if arm in ("appeal", "all", "all_but_notice") else 0
                counts = {UNFOUNDED: (harm(at), 300), PEOPLE: (5, ADULTS), "s.appeal.officer_hours": (hours, ADULTS)}
                for measure, (count, base) in counts.items():
                    rows.append((variant, luck, luck, arm, "", 0, measure, count, base))
                    if CARDS["measures"][measure]["leads"]:
                        of_b = 0 if arm == "appeal" else count // 2
                        rows.append((variant, luck, luck, arm, "group", 0, measure, count - of_b, ADULTS // 2))
                        rows.append((variant, luck, luck, arm, "group", 1, measure, of_b, ADULTS // 2))
                        rows.append((variant, luck, luck, arm, "income_tenth", 1, measure, count, ADULTS))
    names = ["variant", "society_seed", "luck_seed", "arm", "by", "cell", "measure", "count", "denominator"]
    sets = pd.DataFrame([(at + 1, "x", 0.0) for at in range(SETS)], columns=["set", "path", "place"])
    told = {
        "sets": SETS, "people": 2_000, "months": 1, "pairs": [[0, 0], [1, 1]], "arms": list(HARM),
        "structures": {"half_month": "half months"}, "assumptions": {},
    }  # fmt: skip
    return Assumptions(told, CARDS, pa.Table.from_pandas(pd.DataFrame(rows, columns=names)), pa.Table.from_pandas(sets))


def of(found: Assumptions | None, harm: str = "unfounded") -> Safeguards:
    run = SimpleNamespace(
        assumptions=lambda: found, cards=CARDS, path=Path("r"),
        manifest={"scenario": "s", "digest": "d", "title": "A town"},
    )  # fmt: skip
    return Safeguards(run, harm)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def known() -> Safeguards:
    return of(tables())


def test_a_contest_is_held_where_there_is_something_to_spare(known: Safeguards) -> None:
    names, spared = known.contest()
    assert names == ["notice", "appeal"] and spared.shape == (2, 30)
    assert {*spared[0]} == {20.0} and sorted({*spared[1]}) == [5.0, 30.0]


def test_the_best_is_best_in_a_share_of_the_sets_and_ranks_follow(known: Safeguards) -> None:
    alone = known.places(ALONE)
    assert (alone["appeal"].best, alone["notice"].best) == (0.8, 0.2)
    assert alone["notice"].spares == 1 and (alone["notice"].rank.low, alone["notice"].rank.high) == (1, 2)
    assert known.dominance().tolist() == [[0.5, pytest.approx(0.2)], [pytest.approx(0.8), 0.5]]


def test_what_comes_last_may_spare_nothing_more(known: Safeguards) -> None:
    last = known.places(LAST)
    assert last["notice"].spares == 0 and last["notice"].best == 0
    assert last["appeal"].best == 1 and last["appeal"].spared.middle == 10


def test_costs_stand_beside_what_is_spared(known: Safeguards) -> None:
    rows = {row.safeguard: row for row in known.rows()}
    assert [row.safeguard for row in known.rows()] == ["appeal", "notice"], "the one that is best most often first"
    assert rows["appeal"].costs["hours"].middle == 12 and "hours" not in rows["notice"].costs, "uncounted is not free"


def test_for_whom_is_told_by_group_per_their_own_adults(known: Safeguards) -> None:
    """Of what appeals spare in most sets, 50 of every 1,000 adult-months were B's whole share, and A lost 0 to 20."""
    found = known.whom("appeal")["group"]
    assert found["B"].middle == 100.0 and found["A"].middle == pytest.approx(-40.0)


def test_what_each_spares_is_told_in_every_structure(known: Safeguards) -> None:
    """As written appeal comes first; in half months notice does alone, and appeal where everything else stands."""
    first = {how: {v: max(of, key=of.__getitem__) for v, of in known.structures(how).items()} for how in (ALONE, LAST)}
    assert first[ALONE] == {AS_WRITTEN: "appeal", "half_month": "notice"}
    assert first[LAST] == {AS_WRITTEN: "appeal", "half_month": "appeal"}
    assert known.best() == known.best(LAST) == "appeal"


def test_a_safeguard_that_the_scheme_has_is_looked_at_last_in_alone() -> None:
    tables_ = tables()
    tables_.arms = [arm for arm in tables_.arms if arm != "notice"]
    rows = {row.safeguard: row for row in of(tables_).rows()}
    assert rows["notice"].alone is None and rows["notice"].last is not None
    assert rows["appeal"].alone is not None and rows["appeal"].alone.best == 1


def test_where_nobody_is_harmed_nobody_wins() -> None:
    found = of(tables(), "silence")
    assert found.contest()[1].shape == (2, 0) and found.places() == {}
    assert [(row.safeguard, row.alone) for row in found.rows()] == [("appeal", None), ("notice", None)]
    assert "those of 40 in which there was any to spare, 0 alone" in found._repr_html_()


def test_everything_is_told_in_every_form(known: Safeguards) -> None:
    told = known.to_dict()
    assert told["synthetic"] and told["contests"][ALONE]["sets"] == 30
    table = pa.table(known)
    assert table.num_rows == 2 and table.column("alone_best").to_pylist() == [0.8, 0.2]
    assert "80 %" in known._repr_html_() and "synthetic society" in repr(known)


def test_a_run_that_tried_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="tried none over assumptions; allowed is a run with `--with safeguards"):
        of(None)
    with pytest.raises(InvalidInput, match=r"'unfond' is no kind of harm; allowed is .*; did you mean 'unfounded'"):
        of(None, "unfond")


def test_a_sweep_tries_the_arms_that_are_laid_over_a_scenario_and_no_others_of_its_own() -> None:
    told = read("plain-fines", people=1_000, with_=["safeguards/appeal", "safeguards/expiry"])
    sweep = Sweep.of(told, 20, list(told.arms))
    assert sweep is not None and sweep.arms == ("none", "aware", "full", "appeal", "expiry")
    own = read("suining-2010", people=1_000)
    sweep = Sweep.of(own, 20, list(own.arms))
    assert sweep is not None and sweep.arms == ("none", "aware", "full")
    sweep = Sweep.of(own, 20, list(own.arms), ["no_family"])
    assert sweep is not None and sweep.arms == ("none", "aware", "full", "no_family")
    with pytest.raises(
        InvalidInput, match="--across: 'no_familie' cannot be tried; allowed is an arm of the run: none"
    ):
        Sweep.of(own, 20, list(own.arms), ["no_familie"])
    with pytest.raises(InvalidInput, match="allowed is --across beside --assumptions"):
        Sweep.of(own, 0, list(own.arms), ["no_family"])
