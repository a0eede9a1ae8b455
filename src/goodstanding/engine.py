"""The engine: a society lives through a month in every arm at once, block after block.

For each block of people, draws are looked up once; then each arm in turn (the world without first) sees what people
around showed last month, runs its steps in order, puts what is shown on the public board, and is measured. Nobody
reads what another person does in the same month, so blocks may be taken in any order and by any number of threads.
After all blocks, totals of the month become scalars of the next.

The engine knows columns by their declared attributes and mechanisms by their kernels; it names neither.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.acts import arrays as act_arrays
from goodstanding.arm import ArmWorld, Do, bytes_a_person, empty_scratch, made, watching
from goodstanding.binding import board_layout, steps
from goodstanding.errors import InvalidInput
from goodstanding.luck import uses, within_bits
from goodstanding.measures import Measure, measures
from goodstanding.native import Cell
from goodstanding.rehearsal import rehearse
from goodstanding.scenario import Scenario
from goodstanding.society import Population, Society
from goodstanding.ties import partners
from goodstanding.wiring import Call, Onlooker, Wiring, drawn, in_rows, use_name

BLOCK = 32_768
"""People in a block: a multiple of 64, small enough for the cache, large enough to pay for a call from Python."""
WITHOUT_ARM = "none"
"""The arm that the others are compared with; it is always lived through, and first."""


@dataclass(frozen=True)
class Outcome:
    """What one society and one luck gave.

    `counts[arm]` is (months, counts, strata) in int64, `names[arm]` names the counts; `digest` covers the monthly
    totals and the final state of every arm, and neither measures nor files.
    """

    counts: Mapping[str, NDArray[np.int64]]
    names: Mapping[str, Sequence[str]]
    digest: str
    population: Population


def simulate(
    scenario: Scenario,
    society_seed: int,
    luck_seed: int,
    *,
    arms: Sequence[str] | None = None,
    block: int = BLOCK,
    threads: int = 1,
    observe: Sequence[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Outcome:
    """Let one society live through its months in all arms, under one luck.

    `observe` names the measures, all where nothing is said. Raises InvalidInput where a mechanism asks for what it
    may not see, Resources where the key layout or a table is too small.
    """
    engine = Engine(scenario, society_seed, luck_seed, arms=arms, block=block, threads=threads, observe=observe)
    for month in range(scenario.months):
        engine.step()
        if progress is not None:
            progress(month + 1, scenario.months)
    return engine.outcome()


def bytes_needed(scenario: Scenario, arms: Sequence[str]) -> int:
    """About how much memory one world takes, before anything is allocated: society, ties, arms and records.

    A record is reckoned at four live entries a person and scheme, of 8 bytes, with a quarter of room.
    """
    society, ties = 40, 8 * len(scenario.ties.slots)  # traits, and the table of partners while it is turned
    total = society + ties
    for arm in arms:
        world, found = scenario.world(arm), measures(file for file, _ in scenario.extensions)
        month = steps(world)
        watch = watching((cls() for cls in found.values()), world, made(month))
        total += bytes_a_person([*month, *watch]) + 40 * len(world.schemes)
    return total * scenario.society.people


class Engine:
    """One society under one luck, in all its arms, a month at a time."""

    def __init__(
        self,
        scenario: Scenario,
        society_seed: int,
        luck_seed: int,
        *,
        arms: Sequence[str] | None = None,
        block: int = BLOCK,
        threads: int = 1,
        observe: Sequence[str] | None = None,
        onlooker: Onlooker | None = None,
    ) -> None:
        if block < 64 or block % 64:
            raise InvalidInput(f"block: {block} people cannot be used; allowed is a multiple of 64")
        within_bits(luck_seed, scenario.society.people, scenario.months + 1)
        rehearse(_played(scenario, arms, observe), lambda: _play(scenario, arms, observe))
        self.scenario, self.month, self.onlooker = scenario, 0, onlooker
        self.now = Cell(np.int64(0))
        self.population = Population(scenario.society, society_seed)
        self.people = self.population.people
        self.strata = len(self.population.strata)
        self.partner = np.ascontiguousarray(partners(self.population, scenario.ties).T)
        self.traits = {**self.population.columns, "tied": _tied(self.partner)}
        self.block = even(self.people, block, threads)
        self.firsts = range(0, self.people, self.block)
        self.threads = max(1, min(threads, len(self.firsts)))
        self.constants: dict[str, Any] = {
            "people": np.int64(self.people), "adults": np.int64(self.population.adults.sum()),
            "seed": np.uint64(luck_seed), "dormant": np.int64(scenario.ties.closed_at_first), **act_arrays(),
        }  # fmt: skip
        self.observed = _observed(scenario, observe)
        chosen = _chosen(scenario, arms)
        self.showing, self.many = np.zeros(self.people, np.int32), np.zeros(1, np.int64)
        self.worlds = [ArmWorld(self, name) for name in chosen]
        self.reference = self.worlds[0]
        self.uses = uses(sorted({use_name(s, n) for w in self.worlds for s in w.all for n in drawn(s)}))
        monthly = {use_name(s, n) for w in self.worlds for s in w.all for n in drawn(s, column=True)}
        ordered = sorted(self.uses, key=lambda use: use not in monthly)
        self.use_row = {use: row for row, use in enumerate(ordered)}
        self.use_numbers = np.array([self.uses[use] for use in ordered], np.int64)
        self.monthly = len(monthly)
        self.scratch = [empty_scratch(len(self.uses), self.block) for _ in range(self.threads)]
        self._wire()

    def _wire(self) -> None:
        """Bind every call of every block for even and odd months, and begin."""
        blocks = range(len(self.firsts))
        self.sending = [world.sending(self) for world in self.worlds]
        self.between = list(in_rows(call for w in self.worlds for call in Wiring(self, w, 0, 0).between()))
        self.blocks = [[list(in_rows(self.month_of(at, parity))) for parity in (0, 1)] for at in blocks]
        begin = [list(in_rows(self._beginning(at))) for at in blocks]
        self._each_block(lambda at: _all(begin[at]))

    def _beginning(self, at: int) -> Iterable[Call]:
        """What sets the first state of one block's people."""
        yield Wiring(self, self.reference, at, 0).draws(self.use_numbers)
        for world in self.worlds:
            yield from Wiring(self, world, at, 0).start()

    def month_of(self, at: int, parity: int) -> Iterable[Do]:
        """A month of one block: its draws, what all arms share of luck, then arm after arm."""
        yield Wiring(self, self.reference, at, parity).draws(self.use_numbers[: self.monthly])
        shared: dict[Any, Call] = {}
        for world in self.worlds:
            for key, call in Wiring(self, world, at, parity).luck():
                shared.setdefault(key, call)
        yield from shared.values()
        for world in self.worlds:
            yield from Wiring(self, world, at, parity).month()

    def step(self) -> None:
        """Let everybody, in every arm, live through one more month."""
        parity = self.month & 1
        self.now.put(np.int64(self.month))
        _all(self.between)
        _all(send_all[1 - parity] for send_all in self.sending)
        self._each_block(lambda at: _all(self.blocks[at][parity]))
        for world in self.worlds:
            counted = world.history[self.month]
            for part in world.counters:
                counted += part
                part.fill(0)
            world.totals[:, 0] = counted.sum(axis=1)
        self.month += 1

    def _each_block(self, work: Callable[[int], None]) -> None:
        """Do something for every block; block b belongs to thread b modulo threads, with that thread's scratch."""

        def share(thread: int) -> None:
            for at in range(thread, len(self.firsts), self.threads):
                work(at)

        if self.threads == 1:
            share(0)
        else:
            with ThreadPoolExecutor(self.threads) as pool:
                list(pool.map(share, range(self.threads)))

    def outcome(self) -> Outcome:
        """Counts and digest of the months lived so far."""
        return Outcome(
            {w.name: w.history for w in self.worlds},
            {w.name: [".".join(pair) for pair in w.rows] for w in self.worlds},
            self.digest(),
            self.population,
        )

    def digest(self) -> str:
        """SHA-256 over the monthly totals, the lasting columns, the board and the record of every arm."""
        told = hashlib.sha256(b"goodstanding digest 1")
        for world in sorted(self.worlds, key=lambda w: w.name):
            told.update(f"|{world.name}|{self.month}|{self.people}|".encode())
            names = list(world.rows)[: world.world_rows]
            for path, count in sorted(names):
                told.update(f"{path}.{count}".encode())
                told.update(world.history[: self.month, world.rows[(path, count)]].sum(axis=1).astype("<i8").tobytes())
            for owner, name in world.lasting:
                column = world.state[(owner, name)]
                last = column[1 - (self.month & 1)] if column.ndim == 2 else column
                told.update(f"{owner}.{name}".encode())
                told.update(np.ascontiguousarray(last).astype(last.dtype.newbyteorder("<")).tobytes())
            board = world.board[1 - (self.month & 1)]
            for key in sorted(board_layout(world.steps)):  # field by field: a place may depend on who looks on
                shift, bits = world.layout[key]
                told.update(((board >> shift) & ((1 << bits) - 1)).astype("<u2").tobytes())
            for scheme, blocks in sorted(world.entries.items()):
                rows = [entries.sorted(first) for entries, first in zip(blocks, self.firsts, strict=True)]
                told.update(scheme.encode())
                told.update(np.concatenate(rows).astype("<i8").tobytes())
        return told.hexdigest()


def _all(every: Iterable[Do]) -> None:
    for each in every:
        each()


def even(people: int, block: int, threads: int) -> int:
    """The people of one block, all nearly alike and as many for each thread: a multiple of 64, at most `block`."""
    blocks = -(-people // block)
    if blocks > 1:
        blocks = -(-blocks // threads) * threads
    return -(-people // blocks // 64) * 64


def _chosen(scenario: Scenario, arms: Sequence[str] | None) -> list[str]:
    """The arms that are lived through, the world without first."""
    chosen = [a for a in scenario.arms if arms is None or a in arms or a == WITHOUT_ARM]
    return sorted(chosen, key=lambda a: a != WITHOUT_ARM)


def _observed(scenario: Scenario, observe: Sequence[str] | None) -> list[Measure]:
    """The measures that look on, all where none are named."""
    found = measures(file for file, _ in scenario.extensions)
    return [cls() for key, cls in found.items() if observe is None or key in observe]


def _played(scenario: Scenario, arms: Sequence[str] | None, observe: Sequence[str] | None) -> str:
    """What decides which kernels are called: the ties, the rules of the arms, and the measures."""
    rules = {type(step.rule) for arm in _chosen(scenario, arms) for step in steps(scenario.world(arm))}
    rules |= {type(measure) for measure in _observed(scenario, observe)}
    return " ".join([scenario.ties.graph, *sorted(f"{cls.__module__}.{cls.__qualname__}" for cls in rules)])


def _play(scenario: Scenario, arms: Sequence[str] | None, observe: Sequence[str] | None) -> None:
    """One month of a handful of people, in a block that is full and one that is not, as their draws lie otherwise."""
    Engine(_tiny(scenario), 0, 0, arms=arms, observe=observe, block=64).step()


def _tied(partner: NDArray[np.int32]) -> NDArray[np.uint16]:
    """The slots, one bit each, in which somebody stands at the other end."""
    tied = np.zeros(len(partner), np.uint16)
    for slot in range(partner.shape[1]):
        tied |= (partner[:, slot] >= 0).astype(np.uint16) << np.uint16(slot)
    return tied


def _tiny(scenario: Scenario) -> Scenario:
    """The same scenario with a handful of people, to be lived through uncompiled."""
    given = {**scenario.society.values(), "people": 100, "counties": 1, "groups": {"A": 1.0}}
    return replace(scenario, society=Society(**given), months=1)
