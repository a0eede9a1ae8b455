"""Pairs: what people do to each other is told to both ends, once, and to nobody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from asked import asked

from goodstanding.around import GOT, MOTIVE_BITS, pair_draw
from goodstanding.binding import Step
from goodstanding.card import setting, uniform
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput
from goodstanding.kernels import kernel, pair
from goodstanding.mechanism import Conduct
from goodstanding.scenario import read
from goodstanding.world import Column

pytestmark = pytest.mark.usefixtures("catalogue_stays")


def nudge_engine(block: int = 640, threads: int = 1, chance: float = 0.3) -> Engine:
    """A society in which those who spoke up are nudged: motive 1 by anybody by chance, motive 2 at home otherwise."""

    class Nudging(Conduct):
        """People nudge those around them who spoke up."""

        columns = {
            "did": Column(dtype="int64", label="nudges given, by motive", kept=True),
            "got": Column(dtype="int64", label="nudges got, by motive", kept=True),
            "gave_back": Column(dtype="int64", label="answers given, by motive", kept=True),
            "got_back": Column(dtype="int64", label="answers got, by motive", kept=True),
            "agreed": Column(dtype="int64", label="others who spoke up and were agreed with", kept=True),
            "left": Column(dtype="int64", label="slots in which one turned away", kept=True),
            "was_left": Column(dtype="int64", label="slots in which others did", kept=True),
            "at_home": Column(dtype="uint8", label="parent (1) or partner (2) spoke up", kept=True),
        }
        counts = {"given": "nudges given", "got_by": "nudges got"}
        chance_of: float = setting(
            chance, low=0, high=1, unit="share", prior=uniform(0, 1),
            help="of a nudge", source="assumed", because="a test",
        )  # fmt: skip

        @pair(of="spoke")
        def nudge(mine, theirs, relation, draw, chance_of, at_spoke):
            if draw < chance_of and (theirs >> at_spoke) & 1:
                return 1
            return 2 if relation == 0 else 0

        @pair(by="spoke")
        def answer(mine, theirs, relation, draw, chance_of, at_spoke):
            return 3 if draw < chance_of and (mine >> at_spoke) & 1 else 0

        @pair(of="spoke", by="spoke")
        def agree(mine, theirs, relation, draw, chance_of):
            return draw < chance_of

        @pair(of="spoke", slots=True)
        def leave(mine, theirs, relation, draw, chance_of):
            return draw < chance_of

        @kernel
        def note(
            did_nudge, got_nudge, did_answer, got_answer, did_agree, did_leave, got_leave, parent_spoke, spouse_spoke,
            did, got, gave_back, got_back, agreed, left, was_left, at_home, stratum, given, got_by,
        ):  # fmt: skip
            for i in range(did.size):
                did[i] = did_nudge[i]
                gave_back[i] = did_answer[i]
                got_back[i] = got_answer[i]
                agreed[i] = did_agree[i]
                left[i] = did_leave[i]
                was_left[i] = got_leave[i]
                got[i] = got_nudge[i]
                at_home[i] = parent_spoke[i] + 2 * spouse_spoke[i]
                given[stratum[i]] += (did_nudge[i] & 31) + (did_nudge[i] >> 5 & 31)
                got_by[stratum[i]] += (got_nudge[i] & 31) + (got_nudge[i] >> 5 & 31)

    scenario = read("suining-2010", people=2500, months=3, set=["conduct.voice.occasion=0.8"])
    world = scenario.world("none")
    nudging = {"none": replace(world, conduct=(*world.conduct, Nudging()))}
    engine = Engine(replace(scenario, worlds=nudging), 1, 2, arms=["none"], block=block, threads=threads)
    for _ in range(3):
        engine.step()
    return engine


Done = list[tuple[int, int, int, int]]


def meetings(engine: Engine, pair: str) -> Done:
    """Everybody and everybody around, in the plain way: (actor, target, relation, draw)."""
    world, seed = engine.worlds[0], engine.constants["seed"]
    board = world.board[(engine.month - 1) & 1 ^ 1]
    closes, use = world.layout[("", "closed")][0], np.int64(engine.uses[f"society/nudging/{pair}"])
    offset, size = engine.traits["household_offset"].astype(int), engine.traits["household_size"].astype(int)
    found: Done = []
    for actor in range(engine.people):
        head = actor - offset[actor]
        around = [(mate, 0) for mate in range(head, head + size[actor]) if mate != actor]
        for slot, row in enumerate(engine.partner.T):
            if row[actor] >= 0 and not (int(board[actor]) | int(board[row[actor]])) >> (closes + slot) & 1:
                around.append((int(row[actor]), slot + 1))
        for target, relation in around:
            luck = asked(pair_draw, seed, use, np.int64(engine.month - 1), actor, target, relation)
            found.append((actor, target, relation, luck))
    return found


def test_both_ends_are_told_and_a_slow_twin_agrees() -> None:
    engine = nudge_engine()
    world, share = engine.worlds[0], round(0.3 * 2**32)
    board, shift = world.board[(engine.month - 1) & 1 ^ 1], world.layout[("", "spoke")][0]
    spoke = (board >> shift) & 1
    expected = np.zeros((7, engine.people), np.int64)
    for actor, target, relation, luck in meetings(engine, "nudge"):
        motive = 1 if luck < share else 2 if relation == 0 else 0
        if spoke[target] and motive:
            expected[0, actor] += 1 << MOTIVE_BITS * (motive - 1)
            expected[1, target] += 1 << MOTIVE_BITS * (motive - 1)
    for actor, target, _, luck in meetings(engine, "answer"):
        if spoke[actor] and luck < share:
            expected[2, actor] += 1 << MOTIVE_BITS * 2
            expected[3, target] += 1 << MOTIVE_BITS * 2
    for actor, target, relation, luck in meetings(engine, "leave"):
        if spoke[target] and relation and luck < share:
            expected[4, actor] += 1 << relation - 1
            expected[5, target] += 1 << relation - 1
    for actor, target, _, luck in meetings(engine, "agree"):
        if spoke[actor] and spoke[target] and luck < share:
            expected[6, actor] += 1
    assert expected.any(axis=1).all() and expected[0].max() >> MOTIVE_BITS > 0
    for row, name in zip(expected, ("did", "got", "gave_back", "got_back", "left", "was_left", "agreed"), strict=True):
        assert np.array_equal(world.state[("nudging", name)], row), name
    assert GOT >= 6 * MOTIVE_BITS
    given, gotten = (world.history[:, world.rows[("nudging", name)]].sum() for name in ("given", "got_by"))
    assert given == gotten > 0


def test_kin_see_kin() -> None:
    engine = nudge_engine()
    world, traits = engine.worlds[0], engine.traits
    spoke = world.board[(engine.month - 1) & 1 ^ 1] >> world.layout[("", "spoke")][0] & 1
    at_home = world.state[("nudging", "at_home")]
    for i in range(engine.people):
        head = i - int(traits["household_offset"][i])
        partnered = traits["household_size"][i] > 1 and traits["role"][head + 1] == 1
        parents = spoke[head] | (spoke[head + 1] if partnered else 0)
        role = traits["role"][i]
        partner = spoke[head] if role == 1 else spoke[head + 1] if role == 0 and partnered else 0
        assert at_home[i] == (parents if role == 2 else 0) + 2 * partner


def test_pairs_do_not_depend_on_blocks_or_threads() -> None:
    digests = {nudge_engine(block, threads).digest() for block, threads in ((640, 1), (64, 3), (4096, 1))}
    assert len(digests) == 1


def test_a_higher_chance_only_adds() -> None:
    few, many = (nudge_engine(chance=c).worlds[0].state[("nudging", "did")] for c in (0.1, 0.5))
    assert np.all((few & 31) <= (many & 31)) and (few & 31).sum() < (many & 31).sum()


def test_a_pair_sees_boards_and_settings_only() -> None:
    from goodstanding.binding import check_names

    class Prying(Conduct):
        """Prying."""

        @pair(of="spoke")
        def pry(mine, theirs, relation, draw, cushion): ...

    class Blind(Conduct):
        """Blind."""

        @pair(of="strain")
        def look(mine, theirs, relation, draw): ...

    for rule, told in ((Prying(), "not to be seen by a pair"), (Blind(), "is not on the board")):
        with pytest.raises(InvalidInput, match=told):
            check_names(Step("", rule), ())
