"""Sharing: what a scheme copies from another, when, what follows a correction, and the errors that live on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import worlds
from worlds import record

from goodstanding.binding import steps
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput
from goodstanding.scenario import Scenario
from goodstanding.world import COPIED, COPY, MISCOPIED, RECORD, SEEN, TRUE, TWIN

POINTS = {"red_light": -10, "noise": -10, "unpaid_bill": -10}
MONTHS = 16
IN, OUT = "schemes.hub.observation.sharing_in", "schemes.edge.observation.sharing_out"


def two(months: int = MONTHS, people: int = 2000, **changes: Any) -> Scenario:
    """`edge` sees, errs, forgets after four months and passes on; `hub` knows nothing of its own, forgets after ten."""
    told: dict[str, Any] = {
        "months": months,
        "society": {"people": people},
        "conduct": {"everyday_acts": {"level": 300}},
        "schemes": {
            "edge": {
                "observation": {"agencies": {"coverage": 1, "misattribution": 0.2}, "sharing_out": {"reach": 1}},
                "scoring": {"ledger": {"points": POINTS, "repair_light": 4}},
            },
            "hub": {
                "observation": {"sharing_in": {"delay": 1, "corrections": 0}},
                "scoring": {"ledger": {"points": POINTS, "repair_light": 10}},
            },
        },
    }
    for path, value in changes.items():
        worlds.put(told, path, value)
    return worlds.read(told, "sharing")


def months_of(scenario: Scenario, *arms: str, seed: int = 5) -> Any:
    """The engine month after month."""
    engine = Engine(scenario, seed, seed, arms=["full", *arms], observe=["copies"])
    for _ in range(scenario.months):
        engine.step()
        yield engine


def held(rows: np.ndarray, people: int) -> np.ndarray:
    """The kinds of act on a record, one bit each, worked out entry by entry: (people, 2), true ones and others."""
    found = np.zeros((people, 2), np.int64)
    for person, act, _, origin, flags in rows.tolist():
        if flags & RECORD and not (COPY >> origin) & 1:
            found[person, 0 if (TRUE >> origin) & 1 else 1] |= 1 << act
    return found


@pytest.mark.parametrize("corrections", [0, 1])
def test_the_copies_are_those_worked_out_by_hand(corrections: int) -> None:
    """Everything is passed on and copied at once: month by month the hub has the copies that a plain twin has.

    The edge lays its record open before its ledger strikes what is past its term, so the twin keeps a month's view.
    """
    people = 2000
    shown, dealt = np.zeros((people, 2), np.int64), np.zeros(people, np.int64)
    standing: dict[tuple[int, int], tuple[bool, int]] = {}
    copied = struck = 0
    for engine in months_of(two(**{f"{IN}.corrections": corrections})):
        month = engine.month - 1
        there = shown[:, 0] | shown[:, 1]
        for (person, act), (_, since) in list(standing.items()):
            gone = (dealt[person] >> act) & 1 and not (there[person] >> act) & 1
            if month - since >= 10 or (gone and corrections):
                struck += gone and corrections  # at ten months the ledger comes after
                del standing[(person, act)]
        dealt &= there
        for person in np.flatnonzero(there & ~dealt):
            for act in range(63):
                if ((there[person] & ~dealt[person]) >> act) & 1:
                    standing[(int(person), act)] = (bool((shown[person, 0] >> act) & 1), month)
                    copied += 1
        dealt |= there
        rows = record(engine, "full", "hub")
        mine = {(p, a): (o == COPIED, m) for p, a, m, o, f in rows.tolist() if f & RECORD}
        assert mine == {at: told for at, told in standing.items() if month - told[1] < 10}
        edge = record(engine, "full", "edge")
        shown = laid_open(engine, edge)
    told = worlds.totals(engine.outcome(), "full")
    assert told["hub.sharing_in.copied_true"] + told["hub.sharing_in.copied_false"] == copied > 500
    assert told["hub.sharing_in.followed"] == struck and (struck > 100) == bool(corrections)


def laid_open(engine: Engine, edge: np.ndarray) -> np.ndarray:
    """What the edge laid open this month, from the columns that the engine keeps."""
    now = worlds.columns(engine, "full")
    on, groundless = now["passed_on"], now["passed_groundless"]
    found = np.stack([on, groundless & ~on], axis=1)
    standing = held(edge, engine.people)
    assert (standing[:, 0] & ~found[:, 0] == 0).all()
    assert (standing[:, 1] & ~(found[:, 0] | found[:, 1]) == 0).all()
    return found


def test_a_copy_stands_where_its_first_record_would() -> None:
    """True copies stand in the seen shadow, and in the twin where the act has ground there too; false ones in none."""
    blind = {path: value for path, value in worlds.BLIND.items() if path.startswith("conduct.")}
    *_, engine = months_of(two(**blind))
    rows = record(engine, "full", "hub")
    true, false = (rows[rows[:, 3] == origin] for origin in (COPIED, MISCOPIED))
    assert len(true) > 100 and len(false) > 20
    assert (true[:, 4] & (RECORD | SEEN | TWIN) == RECORD | SEEN | TWIN).all(), "nobody here answers to a scheme"
    assert (false[:, 4] & (RECORD | SEEN | TWIN) == RECORD).all()


def test_the_reader_comes_before_the_maker() -> None:
    order = [step.path for step in steps(two().world("full"))]
    assert order.index("hub.sharing_in") < order.index("edge.sharing_out")


def test_nothing_goes_round_in_circles() -> None:
    """A scheme that both takes and sends would take back what it has itself struck; so none may."""
    for scheme, missing in (("edge", "sharing_in"), ("hub", "sharing_out")):
        with pytest.raises(InvalidInput, match=f"schemes.{scheme}.observation.sharing_in: .* closes a cycle"):
            two(**{f"schemes.{scheme}.observation.{missing}": {}})


def living_on(engine: Engine) -> int:
    return worlds.totals(engine.outcome(), "full").get("hub.copies.living_on", 0)


def test_errors_live_on_in_copies_where_corrections_do_not_follow() -> None:
    """Measure 16: nought without sharing, a month's lag where corrections follow, far more where they do not."""
    found = {}
    for name, changes in {
        "never": {f"{IN}.corrections": 0}, "always": {f"{IN}.corrections": 1}, "not sent": {OUT: "off"},
        "not taken": {IN: "off"},
    }.items():  # fmt: skip
        *_, engine = months_of(two(**changes))
        found[name] = living_on(engine)
    assert found["never"] > 3 * found["always"] > 0
    assert found["not sent"] == found["not taken"] == 0


def test_copies_are_counted_entry_by_entry() -> None:
    """The measure against the record: all copies, the false ones, and those whose act the edge no longer shows."""
    sums = np.zeros(3, np.int64)
    for engine in months_of(two(months=9)):
        now = worlds.columns(engine, "full")
        there = now["passed_on"] | now["passed_groundless"]
        for person, act, _, origin, flags in record(engine, "full", "hub").tolist():
            if flags & RECORD and (COPY >> origin) & 1:
                false = origin == MISCOPIED
                sums += (1, false, false and not (there[person] >> act) & 1)
    told = worlds.totals(engine.outcome(), "full")
    assert [told[f"hub.copies.{name}"] for name in ("copies", "false", "living_on")] == sums.tolist()
    assert sums.all()


def test_waiting_takes_as_long_as_it_says() -> None:
    """With a mean delay of four months a quarter of what is there to be copied is copied in a month."""
    engines = months_of(two(months=3, people=6000, **{f"{IN}.delay": 4}))
    next(engines)
    engine = next(engines)
    there = worlds.columns(engine, "full")["passed_on"]
    engine = next(engines)
    waiting = sum(int(n).bit_count() for n in there)
    rows = record(engine, "full", "hub")
    copied = int((rows[:, 3] == COPIED).sum())
    assert abs(copied - waiting / 4) < 5 * (waiting * 3 / 16) ** 0.5
