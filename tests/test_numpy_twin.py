"""The rules written a second time, in plain NumPy, come to the same mean counts."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from goodstanding.engine import simulate
from goodstanding.scenario import read

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from _numpy_twin import Twin

PEOPLE, MONTHS, SEEDS = 20_000, 24, 8
LUCK = ("philox", "sfc64", "skip")
SCHEME = "schemes.suining"
#: Every rule is at work: all classes fill, points come back, people are barred from what they live on, and appeal.
HARSH = (
    f"{SCHEME}.observation.agencies.coverage=1",
    f"{SCHEME}.observation.agencies.misattribution=0.1",
    f"{SCHEME}.observation.agencies.attention={{A: 0.7}}",
    f"{SCHEME}.scoring.ledger.points.missed_loan_payment=-250",
    f"{SCHEME}.scoring.ledger.points.unpaid_bill=-150",
    f"{SCHEME}.scoring.ledger.points.red_light=-150",
    f"{SCHEME}.scoring.ledger.points.online_criticism=-300",
    f"{SCHEME}.scoring.ledger.points.petty_theft=-300",
    f"{SCHEME}.scoring.ledger.repair_light=6",
    f"{SCHEME}.scoring.ledger.repair_heavy=10",
    f"{SCHEME}.scoring.ledger.repair_heavy_from=200",
    f"{SCHEME}.sanctions.restrictions.domains.C=[jobs, credit]",
    f"{SCHEME}.sanctions.restrictions.domains.D=[licence, welfare, vetting, jobs, credit]",
    f"{SCHEME}.sanctions.publicity.names=20",
    "conduct.everyday_acts.deterrence=0.6", "conduct.awareness.campaign=120", "conduct.voice.company=25",
    "conduct.voice.fear=150", "conduct.voice.memory=24", "conduct.voice.occasion=0.3", "conduct.borrowing.taking=40",
    "conduct.borrowing.deterrence=0.6", "conduct.borrowing.refusal=60",
    "conduct.awareness.campaign_months=10", "conduct.voice.general_fear=0.3", "conduct.livelihood.debt_limit=300",
    "conduct.livelihood.ease=100", "conduct.livelihood.short=80", "conduct.livelihood.low_income=120",
)  # fmt: skip


@pytest.mark.parametrize(("arm", "changes"), [("full", ()), ("with_appeal", HARSH)], ids=["suining", "harsh"])
def test_mean_counts_agree(arm: str, changes: tuple[str, ...]) -> None:
    scenario = read("suining-2010", people=PEOPLE, months=MONTHS, set=changes)
    ours: dict[tuple[str, str], list[int]] = {}
    theirs: dict[tuple[str, str], list[int]] = {}
    for seed in range(SEEDS):
        outcome = simulate(scenario, 1, seed, arms=["none", arm])
        twin = Twin(scenario, 1, seed, arms=("none", arm), luck=LUCK[seed % 3], block=8_192)
        for _ in range(MONTHS):
            twin.step()
        for name in ("none", arm):
            for at, count in enumerate(outcome.names[name]):
                ours.setdefault((name, count), []).append(int(outcome.counts[name][:, at].sum()))
            for count, months in twin.arms[name].counts.items():
                theirs.setdefault((name, count), []).append(int(np.sum(months)))
    assert ours.keys() == theirs.keys()

    def error(values: list[int]) -> float:
        return max(float(np.var(values, ddof=1)), float(np.mean(values)), 1.0) / SEEDS

    apart = {
        key: round((np.mean(ours[key]) - np.mean(theirs[key])) / np.sqrt(error(ours[key]) + error(theirs[key])), 1)
        for key in ours
    }
    assert {key: z for key, z in apart.items() if abs(z) > 5} == {}
    if changes:  # or the comparison would say little
        never = {"elsewhere", "school", "travel", "housing", "leisure", "honours", "business", "association"}
        never |= {"insurance", "internet", "exit", "platform"}
        silent = {count for name, count in theirs if name == arm and np.mean(theirs[(name, count)]) < 100}
        assert {count.split(".")[-1] for count in silent} <= never


def test_counts_by_stratum_add_up_to_the_same_people() -> None:
    scenario = read("suining-2010", people=PEOPLE, months=1)
    outcome = simulate(scenario, 1, 0, arms=["none"])
    twin = Twin(scenario, 1, 0, arms=("none",))
    twin.step()
    at = outcome.names["none"].index("everyday_acts.harmful")
    ours, theirs = outcome.counts["none"][0, at], twin.arms["none"].counts["everyday_acts.harmful"][0]
    assert np.all(np.abs(ours - theirs) < 6 * np.sqrt(ours + theirs + 1))
