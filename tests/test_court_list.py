"""The list of a court: who is on it, until when, who pays, and that one cannot pay what one does not owe."""

from __future__ import annotations

from typing import Any

import numpy as np
import worlds
from worlds import columns, record

from goodstanding.acts import ACTS, code
from goodstanding.engine import Engine
from goodstanding.mechanisms.scoring.court_list import GROUNDS
from goodstanding.scenario import Scenario
from goodstanding.world import COPIES, RECORD, SEEN, TRUE

LIST = "schemes.courts.scoring.court_list"
BREACHES = ("unpaid_bill", "missed_loan_payment")
TERM, LONGER, DEBT = 5, 3, 40


def town(people: int = 1500, months: int = 20, **changes: Any) -> Scenario:
    """People, agencies and a list, and nothing else of a scheme."""
    told: dict[str, Any] = {
        "months": months,
        "society": {"people": people},
        "schemes": {
            "courts": {
                "observation": {"agencies": {"coverage": 1, "misattribution": 0.05}},
                "scoring": {
                    "court_list": {
                        "breaches": dict.fromkeys(BREACHES, 1), "classes": {"clear": 0, "listed": -1},
                        "grounds": dict.fromkeys(GROUNDS, 1), "extension": LONGER, "debt": DEBT,
                        "terms": {ground: TERM * (ground != "refusing") for ground in GROUNDS},
                    }
                },
                "sanctions": {"restrictions": {"domains": {"listed": ["licence", "jobs"]}}},
            }
        },
    }  # fmt: skip
    for path, value in changes.items():
        worlds.put(told, path, value)
    return worlds.read(told, "listed")


def seen_as(act: int) -> int:
    return code(ACTS[act].seen_as or ACTS[act].key)


def term_of(act: int, ground: int) -> int:
    """The term of an entry, nought where it has none: whoever could not pay is booked as refusing."""
    return TERM * (ground != 0 and seen_as(act) == act)


def test_the_list_is_the_one_kept_by_hand() -> None:
    """Month by month and copy by copy: what was on the list, what is new, and what has come to its end."""
    engine, lived_by_hand = Engine(town(), 5, 5, arms=["full"]), dict.fromkeys(COPIES.values(), 0)
    kept: dict[int, list[tuple[int, int, int]]] = {copy: [] for copy in COPIES.values()}
    for month in range(engine.scenario.months):
        engine.step()
        rows, ground = record(engine, "full", "courts"), columns(engine, "full")["courts.court_list.ground"]
        for copy in COPIES.values():
            now = [(p, a, m) for p, a, m, _, flags in rows.tolist() if flags & copy]
            before = [entry for entry in kept[copy] if entry in now]  # those paid are gone
            for p, a, m in sorted(set(before)):
                stands = sum(entry[0] == p for entry in now)
                term = term_of(a, int(ground[p]))
                assert term == 0 or month - m < term + LONGER * (stands > 1), "it has come to its end"
                lived_by_hand[copy] += term > 0 and month - m >= term
            kept[copy] = now
    assert all(lived_by_hand.values()), "a second entry keeps the first for longer"
    told = worlds.totals(engine.outcome(), "full")
    assert told["courts.court_list.expired"] and told["courts.court_list.performed"]
    assert told["courts.court_list.nothing_owed"] and told["courts.court_list.booked_unable"]


def test_whoever_has_the_money_and_minds_the_list_pays_and_nobody_pays_what_others_owe() -> None:
    minded = {"conduct.compliance.resolve": 255, f"{LIST}.performing": 1, f"{LIST}.early": 1}
    engine, foreign = Engine(town(months=10, **minded), 5, 5, arms=["full"]), 0
    for month in range(engine.scenario.months):
        engine.step()
        here = columns(engine, "full")
        left = here["cushion"].astype(np.int64) - here["fined"]
        rows = record(engine, "full", "courts")
        old = rows[(rows[:, 2] < month - 1) & ((rows[:, 4] & RECORD) != 0)]
        true = (TRUE >> old[:, 3]) & 1 == 1
        assert (left[old[true, 0]] < DEBT).all()
        assert ((old[:, 4] & SEEN) != 0)[true].all() and not ((old[:, 4] & SEEN) != 0)[~true].any()
        foreign += int((~true & (left[old[:, 0]] >= DEBT)).sum())
    assert foreign, "who has money and owes nothing stays on the list"
    assert (columns(engine, "full")["fined"] % DEBT == 0).all()


def test_a_list_that_nobody_feels_is_paid_by_nobody() -> None:
    engine = Engine(town(months=8), 5, 5, arms=["none", "ghost", "full"])
    for _ in range(8):
        engine.step()
        none, ghost = (worlds.off_scheme(engine, arm) for arm in ("none", "ghost"))
        assert all((column == none[name]).all() for name, column in ghost.items())
    outcome = engine.outcome()
    assert worlds.totals(outcome, "ghost")["courts.court_list.on_list"]
    assert not worlds.totals(outcome, "ghost")["courts.court_list.performed"]
    assert worlds.totals(outcome, "full")["courts.court_list.performed"]
