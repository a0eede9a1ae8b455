"""Informing: who reports whom and why, what goes on file of it, whom officers spare, and what one report is worth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import worlds
from asked import asked
from worlds import SCHEME

from goodstanding.acts import ACTS, code
from goodstanding.around import pair_draw
from goodstanding.engine import WITHOUT_ARM, Engine
from goodstanding.luck import share
from goodstanding.mechanisms.conduct.informing import DUTY, ERROR, INVENTED, MALICE, REWARD
from goodstanding.world import INVENTED as MADE_UP
from goodstanding.world import MALICIOUS, MISREAD, MISTAKEN, OWN, RECORD, SEEN, TOLD, TWIN

TOWN = f"schemes.{SCHEME}"
MOTIVES = {DUTY: "duty", ERROR: "error", MALICE: "malice", REWARD: "reward", INVENTED: "invented"}
INFORMING = {"telling": 0.1, "misreading": 20, "spite": 40, "pull": 0.3, "inventing": 0.4, "aim": 0.2}
FALSE = (MISREAD, MALICIOUS, MADE_UP)
PERSON, ACT, MONTH, ORIGIN, FLAGS = range(5)
SEEN_AS = [code(act.seen_as or act.key) for act in ACTS]
VOICES = sum(1 << k for k, act in enumerate(ACTS) if act.maker == "voice")
LOSING = sum(1 << code(key) for key, points in worlds.POINTS.items() if points < 0)
AGENCY = 1 << OWN | 1 << MISTAKEN


def engine_of(people: int = 900, **changes: Any) -> Engine:
    """A town where everybody has the scheme in mind and many inform; `changes` by path with double underscores."""
    told: dict[str, Any] = {
        "months": 12,
        "society": {"people": people},
        "conduct": {
            "awareness": {"campaign": 255, "campaign_months": 240}, "informing": INFORMING, "voice": {"occasion": 0.5},
        },
        "schemes": {
            SCHEME: {
                "observation": {"agencies": {"coverage": 0.5, "misattribution": 0.02}, "tips": {"reward": 100}},
                "scoring": {"ledger": {"points": worlds.POINTS, "repair_light": 240}},
            }
        },
    }  # fmt: skip
    for path, value in changes.items():
        worlds.put(told, path.replace("__", "."), value)
    return Engine(worlds.read(told), 5, 3, arms=["ghost", "full"], block=640)


def lived(months: int = 8, **changes: Any) -> Engine:
    """The town after some months."""
    engine = engine_of(**changes)
    for _ in range(months):
        engine.step()
    return engine


def count(engine: Engine, path: str, arm: str = "full") -> int:
    """A count over all months and strata."""
    world = next(w for w in engine.worlds if w.name == arm)
    where, _, name = path.rpartition(".")
    return int(world.history[:, world.rows[(where, name)]].sum())


def monthly(months: int = 8, **changes: Any) -> Iterator[tuple[int, np.ndarray, np.ndarray, np.ndarray]]:
    """Month after month: acts of the month before in `full` and `none`, and the entries that the month added."""
    engine = engine_of(**changes)
    for month in range(months):
        before, without = (
            next(w for w in engine.worlds if w.name == arm).state[("", "acts")][1 - (month & 1)].copy()
            for arm in ("full", WITHOUT_ARM)
        )
        engine.step()
        entries = worlds.record(engine, "full")
        yield month, before, without, entries[entries[:, MONTH] == month]


def test_a_slow_twin_agrees_on_who_reports_whom() -> None:
    engine = lived()
    world, traits, month = engine.worlds[-1], engine.traits, engine.month
    board = world.board[1 - (month & 1)].astype(object)
    engine.step()
    told, reported = dict.fromkeys(MOTIVES.values(), 0), set()
    won = np.zeros(engine.people, np.int64)
    shown = {name: world.layout[(owner, name)][0] for owner, name in world.layout}
    for actor in range(engine.people):
        for target, relation in around(engine, actor):
            if relation and (int(board[actor]) | int(board[target])) >> (shown["closed"] + relation - 1) & 1:
                continue
            if (board[target] >> shown["offended"]) & 1 and (board[actor] >> shown["mindful"]) & 1:
                if drawn(engine, "tell", month, actor, target, relation) < share(INFORMING["telling"]):
                    motive = DUTY
                else:
                    motive = REWARD if (board[actor] >> shown["hunts"]) & 1 else 0
                if motive:
                    told[MOTIVES[motive]] += 1
                    won[actor] += 100
                    reported.add(target)
            why = (board[actor] >> shown["accuses"]) & 3
            named = drawn(engine, "accuse", month, actor, target, relation) < share(INFORMING["aim"])
            if why and named and traits["age"][target] > 0:
                told[MOTIVES[(ERROR, MALICE, INVENTED)[why - 1]]] += 1
                won[actor] += 100
                reported.add(target)
    for name, expected in told.items():
        assert expected > 0, name
        assert world.history[month, world.rows[("informing", name)]].sum() == expected, name
        assert world.history[month, world.rows[("informers", name)]].sum() == expected, name
    assert np.array_equal(world.state[("", "bounty_won")], won)
    assert world.history[month, world.rows[("informers", "people")]].sum() == len(reported)
    assert world.history[month, world.rows[("informing", "informers")]].sum() == (won > 0).sum()
    assert world.history[month, world.rows[("informers", "false")]].sum() == (
        told["error"] + told["malice"] + told["invented"]
    )
    assert not won[traits["age"] == 0].any() and all(traits["age"][target] > 0 for target in reported)


def around(engine: Engine, person: int) -> Iterator[tuple[int, int]]:
    """Everybody around a person with the relation: 0 the household, then the tie slots."""
    head = person - int(engine.traits["household_offset"][person])
    yield from ((p, 0) for p in range(head, head + int(engine.traits["household_size"][person])) if p != person)
    yield from ((int(p), slot + 1) for slot, p in enumerate(engine.partner[person]) if p >= 0)


def drawn(engine: Engine, what: str, month: int, actor: int, target: int, relation: int) -> int:
    """The draw of what one person may do to another."""
    use = np.int64(engine.uses[f"society/informing/{what}"])
    return asked(pair_draw, engine.constants["seed"], use, np.int64(month), actor, target, relation)


def test_nobody_informs_where_nobody_asks() -> None:
    unasked, asked = lived(schemes__town__observation__tips="off"), lived()
    for engine, arm in ((unasked, "full"), (asked, "none"), (asked, "ghost")):
        assert all(count(engine, f"informing.{name}", arm) == 0 for name in (*MOTIVES.values(), "informers"))
    assert count(unasked, "awareness.aware") > 0


def test_ghost_is_none() -> None:
    engine = lived(schemes__town__observation__discretion={}, schemes__town__safeguards={"corroboration": {}})
    none, ghost = (worlds.columns(engine, arm) for arm in ("none", "ghost"))
    assert all((ghost[name] == column).all() for name, column in none.items())


def test_without_a_reward_nobody_is_paid_and_nobody_invents() -> None:
    engine = lived(schemes__town__observation__tips={"reward": 0})
    assert count(engine, "informing.reward") == count(engine, "informing.invented") == 0
    assert not worlds.columns(engine, "full")["bounty_won"].any()
    assert count(engine, "informing.duty") > 0


def test_tips_say_what_was_done_and_what_was_not() -> None:
    seen = set()
    for month, before, without, entries in monthly(10):
        filed = {(e[PERSON], e[ACT]) for e in entries if e[ORIGIN] == OWN}
        for person, act, _, origin, flags in entries:
            seen.add(origin)
            bad = LOSING >> SEEN_AS[act] & 1
            if origin == TOLD:
                did = before[person] >> act & 1
                assert month > 0 and bad and did and (person, act) not in filed
                assert flags == RECORD | SEEN | (TWIN if without[person] >> act & 1 else 0)
            if origin in FALSE:
                assert flags == RECORD and bad and SEEN_AS[act] == act
    assert seen >= {OWN, TOLD, *FALSE}


@pytest.mark.parametrize(("worth", "motives"), [("gravity", {"telling": 0.2}), ("detectability", {"pull": 1})])
def test_duty_tells_the_gravest_and_the_reward_what_is_easiest_to_see(worth: str, motives: dict[str, float]) -> None:
    busy = {"conduct__everyday_acts": {"level": 400}, "schemes__town__observation__tips": {"reward": 200}}
    choices, silent = 0, dict.fromkeys(INFORMING, 0)
    for _, before, _, entries in monthly(10, conduct__informing={**silent, **motives}, **busy):
        filed = {(e[PERSON], e[ACT]) for e in entries if e[ORIGIN] in (OWN, TOLD)}
        for person in {e[PERSON] for e in entries if e[ORIGIN] == TOLD}:
            told = [getattr(ACTS[e[ACT]], worth) for e in entries if e[ORIGIN] == TOLD and e[PERSON] == person]
            did = {k for k in range(len(ACTS)) if before[person] >> k & 1 and LOSING >> SEEN_AS[k] & 1}
            left = [getattr(ACTS[k], worth) for k in did if (person, k) not in filed]
            assert min(told) >= max(left, default=0)
            choices += bool(left)
    assert choices > 0


def test_false_tips_that_are_all_examined_and_found_out_do_not_go_on_file() -> None:
    engine = lived(schemes__town__observation__tips={"reward": 100, "verification": 1, "exposure": 1})
    assert not np.isin(worlds.record(engine, "full")[:, ORIGIN], FALSE).any()
    received, hours = (count(engine, f"{SCHEME}.tips.{name}") for name in ("received", "officer_hours"))
    exposed = count(engine, f"{SCHEME}.tips.exposed")
    assert hours == 2 * received and exposed == count(engine, "informers.false") > 0
    blind = lived(schemes__town__observation__tips={"reward": 100, "verification": 0})
    assert count(blind, f"{SCHEME}.tips.exposed") == count(blind, f"{SCHEME}.tips.officer_hours") == 0
    assert count(blind, f"{SCHEME}.tips.accepted_false") == count(blind, "informers.false") > exposed / 2


def test_officers_look_away_for_insiders_and_twice_at_those_who_spoke() -> None:
    agencies, no_tips = {"coverage": 1, "misattribution": 0}, {"schemes__town__observation__tips": "off"}
    spared = {"insiders": 1, "immunity": 1, "retaliation": 1}
    for _, _, _, entries in monthly(
        5, schemes__town__observation__agencies=agencies, schemes__town__observation__discretion=spared, **no_tips
    ):
        assert all(not LOSING >> SEEN_AS[act] & 1 for act in entries[:, ACT])
    deaf, angry, found, twins = {"coverage": 0, "misattribution": 0}, {"insiders": 0, "retaliation": 1}, 0, 0
    for _, before, without, entries in monthly(
        6, schemes__town__observation__agencies=deaf, schemes__town__observation__discretion=angry, **no_tips
    ):
        for person, act, _, origin, flags in entries:
            assert origin == OWN and LOSING >> SEEN_AS[act] & 1
            here, there = (acts[person] if acts[person] & VOICES else 0 for acts in (before, without))
            assert flags == (RECORD | SEEN) * (here >> act & 1) + TWIN * (there >> act & 1)
            found, twins = found + (here >> act & 1), twins + (there >> act & 1)
    assert found > 0 and twins > 0


def test_one_report_is_not_enough_where_two_are_needed() -> None:
    def standing(**settings: Any) -> np.ndarray:
        engine = lived(schemes__town__safeguards={"corroboration": settings})
        return worlds.record(engine, "full")

    def told(entries: np.ndarray) -> int:
        return int((np.isin(entries[:, ORIGIN], (TOLD, *FALSE)) & (entries[:, FLAGS] > 0)).sum())

    without = worlds.record(lived(), "full")
    assert told(standing(needed=31, window=0)) == 0
    assert np.array_equal(standing(needed=1, window=0), without)
    assert np.array_equal(standing(needed=31, reach=0), without)
    backed = standing(needed=31, window=4)
    agency = {(p, SEEN_AS[a], m) for p, a, m, o, f in backed if AGENCY >> o & 1 and f & RECORD}
    for person, act, month, origin, _ in backed:
        if origin in (TOLD, *FALSE):
            assert any((person, SEEN_AS[act], m) in agency for m in range(month - 3, month + 1))
    assert 0 < told(backed) < told(standing(needed=2, window=4)) < told(without)
