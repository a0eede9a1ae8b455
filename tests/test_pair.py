"""Pairs: what people do to each other is told to both ends, once, and to nobody else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from goodstanding.around import GOT, MOTIVE_BITS, pair_draw
from goodstanding.binding import Step
from goodstanding.card import setting, uniform
from goodstanding.engine import Engine
from goodstanding.errors import InvalidInput
from goodstanding.kernels import compiled, kernel, pair
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

        @kernel
        def note(did_nudge, got_nudge, parent_spoke, spouse_spoke, did, got, at_home, stratum, given, got_by):
            for i in range(did.size):
                did[i] = did_nudge[i]
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


def test_both_ends_are_told_and_a_slow_twin_agrees() -> None:
    engine = nudge_engine()
    world = engine.worlds[0]
    did, got = world.state[("nudging", "did")], world.state[("nudging", "got")]
    board, shift = world.board[(engine.month - 1) & 1 ^ 1], world.layout["spoke"][0]
    closes = world.layout["closed"][0]
    use, seed, share = engine.uses["society/nudging/nudge"], engine.constants["seed"], round(0.3 * 2**32)
    offset, size = engine.traits["household_offset"].astype(int), engine.traits["household_size"].astype(int)
    expected = np.zeros((2, engine.people), np.int64)
    draw = compiled(pair_draw)
    for actor in range(engine.people):
        head = actor - offset[actor]
        around = [(mate, 0) for mate in range(head, head + size[actor]) if mate != actor]
        for slot, row in enumerate(engine.partner.T):
            if row[actor] >= 0 and not (int(board[actor]) | int(board[row[actor]])) >> (closes + slot) & 1:
                around.append((int(row[actor]), slot + 1))
        for target, relation in around:
            if not int(board[target]) >> shift & 1:
                continue
            luck = int(draw(seed, np.int64(use), np.int64(engine.month - 1), actor, target, relation))
            motive = 1 if luck < share else 2 if relation == 0 else 0
            if motive:
                expected[0, actor] += 1 << MOTIVE_BITS * (motive - 1)
                expected[1, target] += 1 << MOTIVE_BITS * (motive - 1)
    assert expected.sum() > 0 and expected.max() >> MOTIVE_BITS > 0
    assert np.array_equal(did, expected[0]) and np.array_equal(got, expected[1])
    assert GOT >= 6 * MOTIVE_BITS
    given, gotten = (world.history[:, world.rows[("nudging", name)]].sum() for name in ("given", "got_by"))
    assert given == gotten > 0


def test_kin_see_kin() -> None:
    engine = nudge_engine()
    world, traits = engine.worlds[0], engine.traits
    spoke = world.board[(engine.month - 1) & 1 ^ 1] >> world.layout["spoke"][0] & 1
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
    from goodstanding.world import COLUMNS

    class Prying(Conduct):
        """Prying."""

        @pair(of="spoke")
        def pry(mine, theirs, relation, draw, cushion): ...

    class Blind(Conduct):
        """Blind."""

        @pair(of="strain")
        def look(mine, theirs, relation, draw): ...

    for rule, told in ((Prying(), "not to be seen by a pair"), (Blind(), "is no flag on the board")):
        with pytest.raises(InvalidInput, match=told):
            check_names(Step("", rule), (), COLUMNS)
