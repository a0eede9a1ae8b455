"""Cases: what the rules make of a record with less in it, against a plain reckoning of every barred person by hand."""

from __future__ import annotations

import json
from functools import cache
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goodstanding import rehearsal
from goodstanding.acts import ACTS
from goodstanding.arm import ArmWorld
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput
from goodstanding.kernels import case, kernel
from goodstanding.measures import Measure
from goodstanding.measures.unfounded import CAUSES
from goodstanding.mechanism import Safeguard
from goodstanding.scenario import read
from goodstanding.world import INVENTED, MALICIOUS, MISREAD, MISTAKEN, RECORD, SEEN, TRUE, TWIN

SUINING = "schemes.suining"
FAMILY_OFF = f"{SUINING}.sanctions.family.drawn_in.D=0"
HEAVY = (
    f"{SUINING}.scoring.ledger.points.red_light=-200",
    f"{SUINING}.scoring.ledger.points.unpaid_bill=-250",
    f"{SUINING}.scoring.ledger.points.online_criticism=-250",
    f"{SUINING}.observation.agencies.misattribution=0.1",
    "conduct.informing.spite=100",
    "conduct.informing.misreading=100",
    FAMILY_OFF,
)
"""Points so heavy that all kinds of sanction occur within months: for tests, not for findings."""
KINDS: dict[str, Any] = {
    "misfiled": lambda e: e["origin"] == MISTAKEN,
    "misread": lambda e: e["origin"] == MISREAD,
    "malicious": lambda e: e["origin"] == MALICIOUS,
    "invented": lambda e: e["origin"] == INVENTED,
    "protected": lambda e: bool(ACTS[e["act"]].protected),
    "unable": lambda e: (TRUE >> e["origin"]) & 1 and ACTS[e["act"]].seen_as != "",
}


@cache
def lived(months: int = 24) -> Engine:
    scenario = read("suining-2010", people=6000, months=months, set=list(HEAVY))
    engine = Engine(scenario, 5, 6, arms=["full"], block=2048)
    for _ in range(months):
        engine.step()
    return engine


def last(world: ArmWorld) -> dict[str, int]:
    """What the measure counted in the last month."""
    rows = {count: row for (path, count), row in world.rows.items() if path == "suining.unfounded"}
    return {count: int(world.history[-1, row].sum()) for count, row in rows.items()}


def by_hand(engine: Engine, world: ArmWorld) -> dict[str, int]:
    """The same, person by person, in plain Python."""
    ledger = next(s.rule for s in world.steps if s.path == "suining.ledger")
    entries: dict[int, list[dict[str, int]]] = {}
    for block, first in zip(world.entries["suining"], engine.firsts, strict=True):
        columns = {name: block.view(name).astype(int) for name in ("person", "act", "month", "origin", "flags")}
        for at in range(block.size):
            entry = {name: int(column[at]) for name, column in columns.items()}
            entries.setdefault(first + entry["person"], []).append(entry)

    def in_class_d(person: int, copy: int, without: Any = lambda e: False) -> bool:
        score = ledger.start
        for e in entries.get(person, []):
            if e["flags"] & copy and not without(e):
                act = ACTS[e["act"]]
                score += ledger.points.get(act.seen_as or act.key, 0)
        return bool(score < ledger.classes["C"])

    ages, found = engine.traits["age"], dict.fromkeys(last(world), 0)
    for person in (p for p in entries if ages[p] and in_class_d(p, RECORD)):
        seen, twin = in_class_d(person, SEEN), in_class_d(person, TWIN)
        rests = "unfounded" if not seen else "own" if twin else "induced"
        but_for = [kind for kind, false in KINDS.items() if not in_class_d(person, RECORD, false)]
        causes = [kind for kind in CAUSES if kind in but_for] if rests == "unfounded" else []
        told = ["sanction_months", "own_name", rests, *causes, *(k for k in but_for if k not in CAUSES)]
        if rests == "unfounded":
            told += ["false", *([] if causes else ["joint"])]
        for name in told:
            found[name] += 3  # class D is barred from three domains
    return found


def test_but_for_causes_are_those_that_a_plain_reckoning_finds() -> None:
    engine = lived()
    world = engine.worlds[1]
    found, plain = last(world), by_hand(engine, world)
    compared = ("sanction_months", "own_name", "unfounded", "false", "misfiled", "misread", "malicious", "invented",
                "joint", "induced", "own", "protected", "unable")  # fmt: skip
    assert {name: found[name] for name in compared} == {name: plain[name] for name in compared}
    for name in ("misfiled", "malicious", "misread", "joint", "induced", "own", "protected", "unable"):
        assert found[name] > 0, f"{name} is to be seen at all"


def test_replays_with_nothing_struck_are_the_record_itself() -> None:
    class Mirror(Measure):
        """Holds a replay that strikes nothing against the record, and one that strikes all of it."""

        of_scheme = True
        cases = "restricted"
        replays = ("nothing", "everything")
        counts = {"same": "alike", "differs": "not alike", "left": "barred without any entry"}

        @case
        def strike(struck):
            for e in range(struck.size):
                struck[e] = 2

        @case
        def hold(restricted, replayed_restricted, stratum, counts):
            for i in range(restricted.size):
                counts[0 if replayed_restricted[0, i] == restricted[i] else 1, stratum[i]] += 1
                counts[2, stratum[i]] += replayed_restricted[1, i] != 0

    from goodstanding.measures import _seen

    try:
        engine = Engine(read("suining-2010", people=3000, months=12, set=list(HEAVY)), 1, 1, arms=["full"], block=1024)
        for _ in range(12):
            engine.step()
        world = engine.worlds[1]
        found = {c: int(world.history[:, row].sum()) for (p, c), row in world.rows.items() if p == "suining.mirror"}
        assert found["same"] > 40 and found["differs"] == found["left"] == 0
    finally:
        del _seen["mirror"]


@pytest.mark.parametrize("block", [64, 1024, 4096])
def test_cases_do_not_depend_on_the_blocks(block: int) -> None:
    scenario = read("suining-2010", people=4000, months=12, set=list(HEAVY))
    engine = Engine(scenario, 2, 3, arms=["full"], block=block)
    whole = Engine(scenario, 2, 3, arms=["full"], block=4032)
    for _ in range(12):
        engine.step()
        whole.step()
    for ours, theirs in zip(engine.worlds, whole.worlds, strict=True):
        assert (ours.history == theirs.history).all()


def test_a_rule_on_copies_may_not_know_where_people_stand() -> None:
    """It may have to work again on a few of them."""

    class Nosy(Safeguard):
        """Looks at places."""

        touches = "sanctions"
        writes = ("restricted",)

        @kernel(copies=True)
        def look(first, restricted):
            restricted[:] = first

    from goodstanding.binding import Step, check_names
    from goodstanding.mechanism import _seen

    try:
        with pytest.raises(InvalidInput, match="may work again on a few people"):
            check_names(Step("s", Nosy()), ())
    finally:
        del _seen["safeguards"]["nosy"]


def test_false_entries_alone_follow_the_compound_binomial_law(tmp_path: Path) -> None:
    """Nobody looks at group A, so its people hold entries of others only: as many as a binomial law says.

    A month gives somebody in A an entry where their record is mixed up (q) with a person of B whose act was recorded
    (r), the partner being drawn anew each month; two entries of 250 points each are class D.
    """
    q, months = 0.5, 24
    file = tmp_path / "binomial.json"
    file.write_text(json.dumps({
        "schema_version": 1, "title": "One group looked at", "note": "a known answer", "months": months,
        "society": {"preset": "county", "people": 12_000, "groups": {"A": 0.5, "B": 0.5}},
        "conduct": {"everyday_acts": {"level": 400}},
        "schemes": {"s": {
            "observation": {"agencies": {"coverage": 1.0, "misattribution": q, "attention": {"A": 0, "B": 100}}},
            "scoring": {"ledger": {"points": {"workplace_absence": -250}, "repair_heavy": 60}},
            "sanctions": {"restrictions": {"domains": {"D": ["travel"]}}},
        }},
    }), encoding="utf-8")  # fmt: skip
    share_in_d, expected = [], []
    for seed in range(6):
        engine = Engine(read(file), seed, seed, arms=["ghost"])
        for _ in range(months):
            engine.step()
        ghost = engine.worlds[1]
        group, age = engine.traits["group"], engine.traits["age"]
        groups = np.array([cell[1] == "A" for cell in engine.population.strata])
        filed = ghost.history[:, ghost.rows["s.agencies", "recorded"]][:, ~groups].sum()
        # of a person's months those that leave a note: what was filed on B itself, and what was moved (a share q)
        r = filed / (1 - q * ((age > 0).sum() / age.size)) / (months - 1) / age.size
        blamed = ghost.history[-1, ghost.rows["s.unfounded", "people"]][groups].sum()
        share_in_d.append(blamed / ((group == 0) & (age > 0)).sum())
        n, chance = months - 1, q * r
        expected.append(1 - sum(comb(n, k) * chance**k * (1 - chance) ** (n - k) for k in range(2)))
    error = np.std(share_in_d, ddof=1) / np.sqrt(len(share_in_d))
    assert np.mean(expected) > 1e-3
    assert abs(np.mean(share_in_d) - np.mean(expected)) < 5 * error, (np.mean(share_in_d), np.mean(expected), error)


def test_a_scheme_that_bars_nobody_can_be_rehearsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a maker of the measure's column there are no cases, on a first run before anything is compiled too."""
    monkeypatch.setattr(rehearsal, "_noted", {})
    Engine(read("plain-fines", people=500), 0, 0, arms=["full"]).step()
