"""Fines: the bill against a plain and slow twin, who pays, whom a tariff deters, and the yardstick's file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import worlds
from worlds import columns, off_scheme, record

from goodstanding.acts import ACTS, code
from goodstanding.counts import Sums
from goodstanding.engine import Engine, simulate
from goodstanding.estimates import estimate
from goodstanding.scenario import Scenario, read
from goodstanding.world import FOUND, RECORD, TRUE

FINES = "schemes.fines.sanctions.fines"
MEMORY, RISE, REPEATS, MOST, STEP = 6, 50, 2, 30, 4
CEILING = 10_000
TARIFF = {"red_light": 10, "littering": 4, "unpaid_bill": 20, "noise": 26}


def town(arms: dict[str, Any], people: int = 1500, months: int = 14, **changes: Any) -> Scenario:
    """People, agencies, tips and a tariff, and nothing else of a scheme."""
    told: dict[str, Any] = {
        "months": months,
        "society": {"people": people},
        "conduct": {"everyday_acts": {"level": 300}},
        "schemes": {
            "fines": {
                "observation": {"agencies": {"coverage": 1, "misattribution": 0.05}, "tips": {}},
                "sanctions": {
                    "fines": {
                        "tariff": TARIFF, "memory": MEMORY, "rise": RISE, "most_repeats": REPEATS, "most": MOST,
                        "most_step": STEP,
                    }
                },
            }
        },
        "arms": arms,
    }  # fmt: skip
    for path, value in changes.items():
        worlds.put(told, path, value)
    return worlds.read(told, "fined")


def twin_of_bills(rows: np.ndarray, month: int, tenth: np.ndarray, true_only: bool = False) -> np.ndarray:
    """What everybody owes for the entries of a month, worked out person by person."""
    owed = np.zeros(tenth.size, np.int64)
    seen = {code(key): worth for key, worth in TARIFF.items()}
    worth = {at: seen.get(code(act.seen_as or act.key), 0) for at, act in enumerate(ACTS)}
    for person in np.unique(rows[:, 0]):
        own = [
            (act, when)
            for _, act, when, origin, flags in rows[rows[:, 0] == person].tolist()
            if flags & RECORD and worth[act] and (not true_only or (TRUE >> origin) & 1)
        ]
        earlier = min(REPEATS, sum(month - MEMORY <= when < month for _, when in own))
        hundredths = sum(worth[act] * (100 + RISE * earlier) for act, when in own if when == month)
        assert hundredths % 100 == 0
        owed[person] = min(hundredths // 100, MOST + STEP * int(tenth[person]))
    return owed


def test_the_bill_is_the_one_worked_out_by_hand() -> None:
    engine = Engine(town({}), 5, 5, arms=["full"])
    tenth, unfounded, ever_cut = engine.traits["tenth"], 0, False
    for month in range(engine.scenario.months):
        engine.step()
        rows = record(engine, "full", "fines")
        bills = twin_of_bills(rows, month, tenth)
        assert (columns(engine, "full")["fined"] == bills).all()
        fresh = rows[(rows[:, 2] == month) & ((rows[:, 4] & RECORD) != 0)]
        assert (fresh[:, 4] & FOUND).all(), "a bill tells of the entry"
        unfounded += int((bills > twin_of_bills(rows, month, tenth, true_only=True)).sum())
        ever_cut |= bool((bills == MOST + STEP * tenth).any())
    told = worlds.totals(engine.outcome(), "full")
    assert told["fines.fines.unfounded"] == unfounded > 20
    assert ever_cut and told["fines.fines.capped"] and told["fines.fines.repeated"]


def test_what_is_billed_is_paid_the_month_after() -> None:
    """Nobody has the tariff in mind or gets relief, so that savings differ by the bills alone, up to the ceiling."""
    quiet = {
        **{f"conduct.awareness.{news}": 0 for news in ("campaign", "word", "own")}, "conduct.compliance.resolve": 0,
        "conduct.livelihood.relief": 0, "conduct.livelihood.ceiling": CEILING, "conduct.livelihood.debt_limit": 10_000,
        "conduct.borrowing.taking": 0, "conduct.support.sobering": 0,
    }  # fmt: skip
    engine = Engine(town({}, months=5, **quiet), 5, 5, arms=["full"])
    billed = np.zeros(engine.people, np.int64)
    for _ in range(5):
        engine.step()
        with_fines, without = (columns(engine, arm)["cushion"].astype(np.int64) for arm in ("full", "none"))
        saving = np.maximum(with_fines, without) < CEILING
        assert (without - with_fines == billed)[saving].all() and saving.sum() > 1000
        billed += columns(engine, "full")["fined"]
    assert billed.any()


def test_a_tariff_that_nobody_knows_of_changes_nobody() -> None:
    engine = Engine(town({}), 5, 5, arms=["ghost", "full"])
    for _ in range(engine.scenario.months):
        engine.step()
        none = off_scheme(engine, "none")
        assert all((column == none[name]).all() for name, column in off_scheme(engine, "ghost").items())
        assert not columns(engine, "ghost")["fined"].any()
    assert worlds.totals(engine.outcome(), "ghost")["fines.fines.revenue"]


def test_what_is_given_up_is_free() -> None:
    """Repealed, nothing is on record any more; softened, whatever is protected is free and the rest is not."""
    give_way = {"conduct": {"backlash": {"tipping": 0, "patience": 1, "ending": "repealed"}}}
    changes = {"schemes.fines.conduct": give_way["conduct"], "conduct.voice.occasion": 0.9, "conduct.voice.hurdle": 60}
    told = {**TARIFF, "online_criticism": 20, "shared_news": 20}
    here = town(
        {"softened": {"schemes.fines.conduct.backlash.ending": "softened"}}, **changes, **{f"{FINES}.tariff": told}
    )
    engine = Engine(here, 5, 5, arms=["full", "softened"])
    for _ in range(8):
        engine.step()
    protected = [code(key) for key in ("online_criticism", "shared_news")]
    for arm, others in (("full", False), ("softened", True)):
        rows = record(engine, arm, "fines")
        late = rows[rows[:, 2] == 7]
        assert np.isin(rows[:, 1], protected).any() and not np.isin(late[:, 1], protected).any()
        assert columns(engine, arm)["fined"].any() == others == bool(len(late))


def test_fines_take_money_and_deter() -> None:
    """Paired over eight lucks: savings fall by fines, everyday harm by the known tariff; without it neither moves."""
    known = {"conduct.awareness.campaign": 200, "conduct.everyday_acts.deterrence": 0.6}
    here = town({"off": {FINES: "off"}}, people=1000, months=10, **known)
    owing: dict[str, list[Sums]] = {arm: [] for arm in ("none", "full", "off")}
    harm: dict[str, list[Sums]] = {arm: [] for arm in owing}
    for luck in range(8):
        outcome = simulate(here, 3, luck, arms=["full", "off"], observe=["gain", "inequality"])
        for arm in owing:
            told = worlds.totals(outcome, arm)
            owing[arm].append(Sums(told["inequality.owing"], 10_000))
            harm[arm].append(Sums(told["gain.direct"], 10_000))
    poorer, milder = (estimate([counted["full"], counted["none"]]) for counted in (owing, harm))
    assert poorer.low is not None and poorer.low > 0
    assert milder.high is not None and milder.high < 0
    assert owing["off"] == owing["none"] and harm["off"] == harm["none"]


# -- the yardstick


def test_the_yardstick_sees_what_suining_saw_and_counts_what_harms() -> None:
    fines, suining = (next(iter(read(name).tree["schemes"].values())) for name in ("plain-fines", "suining-2010"))
    counted = suining["scoring"]["ledger"]["points"]
    acts = {act.key: act for act in ACTS}
    tariff = {key: row["value"] if isinstance(row, dict) else row for key, row in tariff_of(fines).items()}
    assert set(tariff) == {key for key in counted if not acts[key].protected and not acts[key].kind}
    assert all(worth == acts[key].gravity for key, worth in tariff.items())
    for source in ("agencies", "tips", "discretion"):
        assert fines["observation"][source] == suining["observation"][source]
    assert "scoring" not in fines or not fines["scoring"]


def tariff_of(scheme: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = scheme["sanctions"]["fines"]["tariff"]
    return found


@pytest.mark.parametrize("arm", ["full", "fivefold"])
def test_the_yardstick_bars_nobody_and_names_nobody(arm: str) -> None:
    outcome = simulate(read("plain-fines", people=1000, months=12), 1, 1, arms=[arm])
    told = worlds.totals(outcome, arm)
    assert told["fines.fines.billed"] and told["fines.fines.revenue"]
    assert not told["fines.sanctions.people"] and not told["fines.unfounded.sanction_months"]
    assert not told["fines.untouched.named"] and not told["fines.relatives.only"]
