"""The rules written a second time, in plain NumPy, come to the same mean counts."""

from __future__ import annotations

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.engine import simulate
from goodstanding.measures import measures
from goodstanding.scenario import Scenario, find, read

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
from _numpy_twin import LEFT_OUT, Twin

PEOPLE, HARSHLY, MONTHS, SEEDS = 16_000, 8_000, 26, 8
OBSERVED = [key for key in measures() if key not in LEFT_OUT]
"""The measures that the twin takes."""
LUCK = ("philox", "sfc64", "skip")
ARMS = ("none", "full", "all_safeguards")
SCHEME = "schemes.suining"
Totals = list[dict[tuple[str, str], int]]
"""For each seed the sum of every count, by arm and name."""
SAFEGUARDS: dict[str, dict[str, Any]] = {
    "notice": {"reach": 0.5, "hours": 300}, "expiry": {"term": 8, "reach": 0.5},
    "corroboration": {"reach": 0.6, "window": 2}, "human_check": {"reach": 0.5}, "purpose_limit": {"reach": 0.4},
    "no_family_extension": {"reach": 0.5}, "public_list_off": {"reach": 0.5},
    "appeal": {"reach": 0.1, "capacity": 5},
}  # fmt: skip
#: Every rule is at work: all classes fill, points come back, people inform, oppose, are barred from what they live on,
#: and the scheme gives way at last.
HARSH = (
    f"{SCHEME}.conduct.backlash.tipping=0.05", f"{SCHEME}.conduct.backlash.patience=16",
    f"{SCHEME}.observation.agencies.coverage=1",
    f"{SCHEME}.observation.agencies.misattribution=0.1",
    f"{SCHEME}.observation.agencies.attention={{A: 70}}",
    f"{SCHEME}.observation.discretion={{insiders: 0.1, retaliation: 0.4}}",
    f"{SCHEME}.observation.placebo={{share: 0.05, entries: 1, when: 6}}",
    f"{SCHEME}.observation.tips={{reward: 100, verification: 0.6}}",
    f"{SCHEME}.scoring.ledger.points.missed_loan_payment=-250",
    f"{SCHEME}.scoring.ledger.points.unpaid_bill=-150",
    f"{SCHEME}.scoring.ledger.points.red_light=-150",
    f"{SCHEME}.scoring.ledger.points.online_criticism=-300",
    f"{SCHEME}.scoring.ledger.points.petty_theft=-300",
    f"{SCHEME}.scoring.ledger.points.withheld_data=-200",
    f"{SCHEME}.scoring.ledger.points.joining_association=-200",
    f"{SCHEME}.scoring.ledger.repair_light=6",
    f"{SCHEME}.scoring.ledger.repair_heavy=10",
    f"{SCHEME}.scoring.ledger.repair_heavy_from=200",
    f"{SCHEME}.sanctions.restrictions.domains.B=[platform]",
    f"{SCHEME}.sanctions.restrictions.domains.C=[jobs, credit]",
    f"{SCHEME}.sanctions.restrictions.domains.D=[licence, welfare, vetting, jobs, credit, business]",
    f"{SCHEME}.sanctions.family.drawn_in={{C: 1, D: 1}}",
    f"{SCHEME}.sanctions.family.domains={{child: [school], partner: [vetting, jobs]}}",
    f"{SCHEME}.sanctions.publicity={{names: 20, months_up: 3}}",
    "conduct.everyday_acts.deterrence=0.6", "conduct.awareness.campaign=120", "conduct.voice.company=25",
    "conduct.voice.fear=150", "conduct.voice.memory=24", "conduct.voice.occasion=0.3", "conduct.borrowing.taking=40",
    "conduct.borrowing.deterrence=0.6", "conduct.borrowing.refusal=60",
    "conduct.awareness.campaign_months=10", "conduct.voice.general_fear=0.3", "conduct.livelihood.debt_limit=300",
    "conduct.livelihood.ease=100", "conduct.livelihood.short=80", "conduct.livelihood.low_income=120",
    "conduct.livelihood.job_gain=0.3", "conduct.livelihood.relief_gain=60",
    "conduct.informing={telling: 0.05, misreading: 8, spite: 20, pull: 0.2, inventing: 0.3, aim: 0.15}",
    "conduct.compliance.resolve=160", "conduct.dealing={refusal: 0.3, custom: 0.06, looking_up: 0.1}",
    "conduct.keeping_ties={shunning: 0.2, drift: 0.05}",
    "conduct.support={company: 20, hurt: 10, sobering: 20, thanks: 20}",
)  # fmt: skip


#: Each of these is to be noticed in a count of its own, in the arm named: setting, other value, arm, count.
CHANGED = (
    ("conduct.informing.telling", 0.065, "full", "informing.duty"),
    ("conduct.informing.misreading", 11, "full", "informing.error"),
    ("conduct.dealing.refusal", 0.35, "full", "dealing.refused"),
    ("conduct.keeping_ties.drift", 0.06, "none", "keeping_ties.faded"),
    ("conduct.keeping_ties.shunning", 0.25, "full", "keeping_ties.cut_ends"),
    ("conduct.compliance.fade", 0.3, "full", "compliance.careful"),
    ("conduct.support.sobering", 12, "full", "legitimacy.approve"),
    (f"{SCHEME}.observation.tips.verification", 0.7, "full", "suining.tips.officer_hours"),
    (f"{SCHEME}.observation.discretion.immunity", 0.8, "full", "suining.discretion.spared"),
    (f"{SCHEME}.observation.discretion.retaliation", 0.5, "full", "suining.discretion.retaliated"),
    (f"{SCHEME}.sanctions.publicity.months_up", 4, "full", "suining.publicity.listed_now"),
    ("notice.hours", 400, "all_safeguards", "suining.notice.officer_hours"),
    ("expiry.reach", 0.7, "all_safeguards", "suining.expiry.expired_early"),
    ("corroboration.needed", 3, "all_safeguards", "suining.corroboration.struck_true"),
    ("human_check.scrutiny", 0.8, "all_safeguards", "suining.human_check.struck"),
    ("purpose_limit.reach", 0.55, "all_safeguards", "suining.purpose_limit.lifted"),
    ("no_family_extension.reach", 0.65, "all_safeguards", "suining.no_family_extension.spared"),
    ("public_list_off.reach", 0.6, "all_safeguards", "suining.public_list_off.withheld"),
    ("appeal.leniency", 0.25, "all_safeguards", "suining.appeal.upheld"),
)
#: In so few months nobody is barred for so long and no false entry lives on; from so much nobody is barred.
USED = {"platform", "jobs", "credit", "licence", "welfare", "vetting", "business"}
NEVER = {f"suining.sanctions.{domain}" for domain in SANCTION_DOMAINS.keys() - USED}
NEVER |= {f"suining.traps.{count}" for count in ("ended_25_48", "ended_49", "still_49")}
NEVER |= {f"suining.remedies.{kind}_{age}" for kind in ("false", "found") for age in ("13_24", "25")}
#: Points come in steps that leave these bins of the score nearly empty.
NEVER |= {
    f"suining.validity.{what}_{name}"
    for what in ("adults", "harmful", "grave")
    for name in ("gained_30", "gained", "lost_1", "lost_11", "lost_51", "lost_71")
}
#: Nobody forges an entry, there is no other scheme to copy from, and nobody's score hangs on friends.
NEVER |= {f"suining.unfounded.{cause}" for cause in ("forged", "miscopied", "unrecorded")}
#: Without notice or appeal nobody knows of an entry.
IN_THE_DARK = {"found", "pending", "refused", "known", "contested", "found_1_3", "found_4_12"}


@pytest.fixture(scope="module")
def suining(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Reads the scenario (`harsh=False`), or a harsh form of it in which each safeguard reaches some only."""
    told = YAML(typ="safe", pure=True).load(find("suining-2010").read_text(encoding="utf-8"))
    folder = tmp_path_factory.mktemp("harsh")

    def scenario(*, harsh: bool, changed: bool = False) -> Scenario:
        if not harsh:
            return read("suining-2010", people=PEOPLE, months=MONTHS)
        other = [(path, value) for path, value, *_ in CHANGED] if changed else []
        safeguards = {key: dict(settings) for key, settings in SAFEGUARDS.items()}
        for path, value in other:
            key, name = path.split(".")[-2:]
            if key in safeguards:
                safeguards[key][name] = value
        told["arms"] = {"all_safeguards": {f"{SCHEME}.safeguards": safeguards}}
        file = folder / "harsh.json"
        file.write_text(json.dumps(told), encoding="utf-8")
        sets = [*HARSH, *(f"{path}={value}" for path, value in other if path.split(".")[0] not in safeguards)]
        return read(file, people=HARSHLY, months=MONTHS, set=sets)

    return scenario


@pytest.fixture(scope="module")
def engine(suining: Any) -> Any:
    """The totals of the engine."""

    @cache
    def totals(harsh: bool) -> Totals:
        found = []
        for seed in range(SEEDS):
            outcome = simulate(suining(harsh=harsh), 1, seed, arms=ARMS, observe=OBSERVED)
            names = [(arm, at, count) for arm in ARMS for at, count in enumerate(outcome.names[arm])]
            found.append({(arm, count): int(outcome.counts[arm][:, at].sum()) for arm, at, count in names})
        return found

    return totals


def in_numpy(scenario: Scenario) -> Totals:
    """The totals of the twin."""
    found = []
    for seed in range(SEEDS):
        twin = Twin(scenario, 1, seed, arms=ARMS, luck=LUCK[seed % 3], block=4_096)
        for _ in range(scenario.months):
            twin.step()
        found.append({(arm, c): int(np.sum(months)) for arm in ARMS for c, months in twin.arms[arm].counts.items()})
    return found


def apart(ours: Totals, theirs: Totals) -> dict[tuple[str, str], float]:
    """How many standard errors of the difference lie between both means, count by count."""

    def error(values: Any) -> float:
        return max(float(np.var(values, ddof=1)), float(np.mean(values)), 1.0) / SEEDS

    found = {}
    for key in ours[0]:
        one, other = (np.array([totals[key] for totals in side]) for side in (ours, theirs))
        found[key] = float(round((one.mean() - other.mean()) / np.sqrt(error(one) + error(other)), 1))
    return found


@pytest.mark.parametrize("harsh", [False, True], ids=["suining", "harsh"])
def test_mean_counts_agree(suining: Any, engine: Any, harsh: bool) -> None:
    ours, theirs = engine(harsh), in_numpy(suining(harsh=harsh))
    assert ours[0].keys() == theirs[0].keys()
    assert {key: z for key, z in apart(ours, theirs).items() if abs(z) > 5} == {}
    if harsh:  # or the comparison would say little
        few = {key for key in theirs[0] if key[0] != "none" and sum(totals[key] for totals in theirs) < 20}
        silent = {("full", f"suining.remedies.{count}") for count in IN_THE_DARK}
        backlash = {(arm, "suining.backlash.given_way") for arm in ARMS}
        heard = {("all_safeguards", "suining.unfounded.unreviewed")}  # with appeals, somebody decides them
        assert few <= silent | backlash | heard | {(arm, count) for arm in ARMS for count in NEVER}
        assert any(totals["full", "suining.backlash.given_way"] for totals in theirs)


def test_another_rate_is_noticed(suining: Any, engine: Any) -> None:
    found = apart(engine(True), in_numpy(suining(harsh=True, changed=True)))
    assert {path: z for path, _, *count in CHANGED if abs(z := found[tuple(count)]) <= 5} == {}


def test_counts_by_stratum_add_up_to_the_same_people() -> None:
    scenario = read("suining-2010", people=20_000, months=1)
    outcome = simulate(scenario, 1, 0, arms=["none"])
    twin = Twin(scenario, 1, 0, arms=("none",))
    twin.step()
    at = outcome.names["none"].index("everyday_acts.harmful")
    ours, theirs = outcome.counts["none"][0, at], twin.arms["none"].counts["everyday_acts.harmful"][0]
    assert np.all(np.abs(ours - theirs) < 6 * np.sqrt(ours + theirs + 1))
