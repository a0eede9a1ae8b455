"""The engine: nested arms, shadows, and mistaken identity that moves entries instead of copying them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.arm import ArmWorld
from goodstanding.engine import Engine, simulate
from goodstanding.errors import InvalidInput, Resources
from goodstanding.measures import measures
from goodstanding.scenario import Scenario, read
from goodstanding.world import COLUMNS, MISTAKEN, OWN, RECORD, SEEN, TOLD, TRUE, TWIN

PEOPLE, MONTHS = 6000, 30
HEAVY = [
    "schemes.suining.scoring.ledger.points.red_light=-200",
    "schemes.suining.scoring.ledger.points.unpaid_bill=-250",
    "schemes.suining.scoring.ledger.points.online_criticism=-250",
    "schemes.suining.observation.agencies.misattribution=0.05",
    "schemes.suining.sanctions.publicity.names=20",
    "conduct.livelihood.licence_loss=1.0",
    "society.licensed=0.9",
]
"""Points so heavy that class D is reached within months: for tests, not for findings."""
TIPS_OFF, FAMILY_OFF = "conduct.informing=off", "schemes.suining.sanctions.family.drawn_in.D=0"
APPEAL = "schemes.suining.safeguards.appeal"


@cache
def heavy(*more: str, months: int = MONTHS) -> Scenario:
    told = dict(each.split("=", 1) for each in (*HEAVY, *more))
    return read("suining-2010", people=PEOPLE, months=months, set=[f"{path}={value}" for path, value in told.items()])


@cache
def lived(*more: str, arms: tuple[str, ...] = ("none", "ghost", "aware", "full"), months: int = MONTHS) -> Engine:
    engine = Engine(heavy(*more, months=months), 3, 4, arms=arms, block=2048)
    for _ in range(months):
        engine.step()
    return engine


def world(engine: Engine, name: str) -> ArmWorld:
    return next(w for w in engine.worlds if w.name == name)


def total(engine: Engine, arm: str, count: str) -> int:
    lived_world = world(engine, arm)
    rows = {".".join(pair): row for pair, row in lived_world.rows.items()}
    return int(lived_world.history[:, rows[count]].sum())


def society_of(lived_world: ArmWorld) -> dict[Any, bytes]:
    """Everything in an arm that is not a scheme's own: lasting columns, the board, and what society counts."""
    own = {f"{s}." for s in lived_world.entries}
    found: dict[Any, bytes] = {
        key: column.tobytes()
        for key, column in lived_world.state.items()
        if not any(f"{key[0]}.".startswith(o) for o in own)
    }
    found["board"] = lived_world.board.tobytes()
    for (path, count), row in lived_world.rows.items():
        if not any(path.startswith(o) for o in own):
            found[(path, count, "counted")] = lived_world.history[:, row].tobytes()
    return found


def test_ghost_equals_none_off_the_scheme() -> None:
    """Nobody knows and nothing follows: the scheme leaves no trace in society, bit for bit."""
    engine = lived()
    none, ghost = society_of(world(engine, "none")), society_of(world(engine, "ghost"))
    assert {key for key in none if none[key] != ghost.get(key)} == set()
    extra = {key for key in ghost if key not in none}
    assert all(not any(ghost[key]) for key in extra), "what only the scheme could have made stays nought"
    assert total(engine, "ghost", "suining.sanctions.people") > 0, "the ghost does rate people"


def test_knowing_and_biting_each_change_something() -> None:
    engine = lived()
    arms = [society_of(world(engine, name)) for name in ("none", "aware", "full")]
    assert arms[0]["board"] != arms[1]["board"] != arms[2]["board"]
    assert total(engine, "aware", "silence.held_tongue") > 0
    assert total(engine, "aware", "suining.publicity.listed_now") > 0, "a name would be listed, …"
    assert not world(engine, "aware").state[("", "barred")].any(), "… and nobody is barred"
    assert total(engine, "ghost", "silence.held_tongue") == 0


def test_without_false_entries_the_record_is_the_seen_shadow() -> None:
    engine = lived("schemes.suining.observation.agencies.misattribution=0", TIPS_OFF, arms=("none", "full"))
    assert total(engine, "full", "suining.unfounded.sanction_months") > 100
    assert total(engine, "full", "suining.unfounded.false") == 0
    assert total(engine, "full", "suining.unfounded.unfounded") == total(engine, "full", "suining.unfounded.family") > 0
    assert total(engine, "full", "suining.agencies.mistaken") == 0
    alone = lived("schemes.suining.observation.agencies.misattribution=0", TIPS_OFF, FAMILY_OFF, arms=("none", "full"))
    assert total(alone, "full", "suining.unfounded.unfounded") == 0


def test_false_entries_make_unfounded_sanctions() -> None:
    engine, clean = lived(), lived(TIPS_OFF, FAMILY_OFF, arms=("none", "full"))
    parts = ("misfiled", "misread", "malicious", "family", "joint")
    found = {part: total(engine, "full", f"suining.unfounded.{part}") for part in parts}
    assert sum(found.values()) >= total(engine, "full", "suining.unfounded.unfounded") > 0
    assert all(found[part] for part in ("misfiled", "family", "joint"))
    misfiled, unfounded = (total(clean, "full", f"suining.unfounded.{name}") for name in ("misfiled", "unfounded"))
    assert misfiled == unfounded > 0, "with one cause only, that is the cause"


def test_in_ghost_nothing_is_induced() -> None:
    """The twin shadow runs on the acts of the world without the scheme; the ghost's people act alike."""
    engine = lived()
    assert total(engine, "ghost", "suining.unfounded.sanction_months") > 100
    assert total(engine, "ghost", "suining.unfounded.induced") == 0
    assert total(engine, "full", "suining.unfounded.induced") > 0


@pytest.mark.parametrize("arm", ["ghost", "aware", "full"])
def test_sanction_months_are_parted_without_rest(arm: str) -> None:
    engine = lived()

    def of(name: str) -> int:
        return total(engine, arm, f"suining.unfounded.{name}")

    assert of("sanction_months") == of("unfounded") + of("induced") + of("own")
    assert of("unfounded") == of("false") + of("family")
    domains = sum(total(engine, arm, f"suining.sanctions.{d}") for d in ("licence", "welfare", "vetting"))
    assert of("own_name") == domains == total(engine, arm, "suining.restrictions.months_barred")


def test_a_mistaken_entry_is_moved_not_copied() -> None:
    """Whatever share is filed on the wrong person, as many entries are made in the first month of records."""
    recorded = {}
    for share in (0, 0.3, 1):
        engine = lived(f"schemes.suining.observation.agencies.misattribution={share}", arms=("none", "full"), months=2)
        both = [total(engine, "full", f"suining.agencies.{count}") for count in ("recorded", "mistaken")]
        recorded[share] = both
    assert recorded[0][1] == 0 < recorded[0.3][1] < recorded[1][1]
    assert len({sum(both) for both in recorded.values()}) == 1
    assert recorded[1][0] < 0.5 * recorded[0][0], "only those mixed up with a child or with themselves keep theirs"


def test_entries_carry_origin_and_copies() -> None:
    engine = lived()
    flags = np.concatenate([e.view("flags") for e in world(engine, "full").entries["suining"]])
    origin = np.concatenate([e.view("origin") for e in world(engine, "full").entries["suining"]])
    assert {OWN, MISTAKEN, TOLD} <= set(np.unique(origin).tolist()) <= set(range(6))
    own = (TRUE >> origin.astype(int)) & 1 == 1
    assert not np.any(~own & (flags & (SEEN | TWIN) > 0)), "a false entry is in no shadow"
    copies = flags & (RECORD | SEEN | TWIN)
    assert np.any(own & (copies == RECORD | SEEN | TWIN)) and np.any(copies == TWIN), "acts of the other world only"


def test_a_struck_entry_lifts_what_rested_on_it() -> None:
    """With reviewers at work, people are barred for fewer months."""
    without, reviewed = lived(), lived(f"{APPEAL}={{capacity: 50, reach: 0.3}}")
    assert total(reviewed, "full", "suining.appeal.upheld") > 0
    barred = "suining.sanctions.people"
    assert total(reviewed, "full", barred) < total(without, "full", barred)
    decided = sum(total(reviewed, "full", f"suining.appeal.{c}") for c in ("upheld", "refused"))
    assert decided <= total(reviewed, "full", "suining.appeal.filed")


def test_people_under_age_are_neither_rated_nor_act_nor_barred_for_themselves() -> None:
    engine = lived()
    children = engine.population.columns["age"] == 0
    full = world(engine, "full")
    for key in ("acts", "told", "listed", "salience", "care"):
        assert not full.state[("", key)][..., children].any(), key
    vetting = 1 << list(SANCTION_DOMAINS).index("vetting")
    assert set(np.unique(full.state[("", "barred")][children])) <= {0, vetting}, "for a parent's sake alone"
    rated = np.concatenate([e.sorted(f)[:, 0] for e, f in zip(full.entries["suining"], engine.firsts, strict=True)])
    assert not children[rated].any()


def test_society_seed_and_luck_seed_are_apart() -> None:
    scenario = heavy(months=3)
    one, same, luck, other = (simulate(scenario, *seeds, arms=["none"]) for seeds in ((1, 1), (1, 1), (1, 2), (2, 1)))
    assert one.digest == same.digest and len({one.digest, luck.digest, other.digest}) == 3
    assert np.array_equal(one.population.columns["integrity"], luck.population.columns["integrity"])
    assert not np.array_equal(one.population.columns["integrity"], other.population.columns["integrity"])


def test_a_measure_rests_where_nobody_makes_what_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked all the same it would count noughts: no file is out, and nothing was copied."""
    about = {key: cls.about for key, cls in measures().items() if cls.about}
    assert all({*names} <= {*COLUMNS} for names in about.values())
    asked = {key: [w.name for w in lived().worlds for s in w.measures if s.rule.key() == key] for key in about}
    assert asked == {
        "copies": [],
        "exposure": [],
        "gaming": [],
        "redress": [],
        "rewards_lost": ["ghost", "aware", "full"],
    }
    for key in about:
        monkeypatch.setattr(measures()[key], "about", ())
    outcome = simulate(heavy(months=6), 3, 4, arms=["full"], observe=["copies", "exposure"])
    rows = [at for at, name in enumerate(outcome.names["full"]) if ".copies." in name or ".exposure." in name]
    assert len(rows) == 12 and not outcome.counts["full"][:, rows].any()


def test_limits_are_refused() -> None:
    with pytest.raises(InvalidInput, match="multiple of 64"):
        Engine(heavy(), 0, 0, block=100)
    with pytest.raises(Resources, match="seed"):
        Engine(heavy(), 0, 1 << 64)
