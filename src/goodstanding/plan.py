"""A plan: the memory, disk and time that a run will take, reckoned from a trial before it begins.

A process of its own lives the scenario's months with a few thousand people, twice, and says what it took: what one
more person adds to the greatest need of each part of a world (set-up, months, digest), what an interpreter with its
compiled kernels and Arrow takes up whatever the size, the bytes of a table of counts, the seconds of a full block of
people. A world of any size is a straight line through that. What reading the counts and the report take is measured
once, and stands below; they are read world by world, so that more worlds hardly take more memory. Memory is within 15 %
of what was measured, a report of less than a year apart, which takes less; disk is within a quarter; time is rough,
half to twice.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.errors import Resources
from goodstanding.folder import dump
from goodstanding.trial import tried

if TYPE_CHECKING:
    from goodstanding.scenario import Scenario

READ_MEMORY, READ_A_ROW, KEPT_A_ROW = 130e6, 92.0, 2.5
"""What it takes to add up the counts: Arrow and DuckDB themselves, a row of the one world that is being read, and what
is kept of a row of all worlds; measured with `suining-2010` in 2 to 25 arms over 2 to 60 months and 1 to 8 worlds."""
PAGE_MEMORY = 200e6
PAGE_SECONDS, PAGE_SECONDS_A_ROW = 2.0, 2e-6
PAGE_DISK, PAGE_DISK_AN_ARM, PAGE_DISK_A_MONTH, PAGE_DISK_OF_SETS, REST_DISK = 500e3, 75e3, 1.7e3, 250e3, 5e3
"""What the page of a run takes beside that: its frame, each arm and each of its months, bands over sets of assumptions;
and the small files beside it. Measured with `suining-2010` in 2 to 25 arms over 2 to 60 months."""
DISK_A_SET, DISK_OF_STRUCTURES, PACE_OF_FEW = 13.5e3, 150e3, 2.0
"""Bytes that a set of assumptions leaves and that the other structures do, and how much longer a person-month takes in
a small county, where Python's part weighs more; measured with `suining-2010` in 20, 40 and 200 sets."""
KEPT = 48 * 2**20
"""What stays with a process, at most, of the memory that a world gave back: the C library keeps small blocks."""
SURELY = 4
"""A run is tried before it begins where its rough need is within this factor of the memory that is free."""
HALF_SURE = (0.5, 2.0)
"""The time that is told may be off by these factors."""


@dataclass(frozen=True)
class Plan:
    """What a run will take; bytes and seconds. `each` is the greatest of its processes, `together` all of them."""

    scenario: str
    people: int
    months: int
    arms: tuple[str, ...]
    worlds: int
    processes: int
    each: int
    together: int
    disk: int
    seconds: float
    tried: int

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        low, high = (round(self.seconds * factor, 1) for factor in HALF_SURE)
        return {**asdict(self), "seconds_low": low, "seconds_high": high, "synthetic": True}


def plan(
    scenario: Scenario,
    arms: Sequence[str],
    worlds: int,
    processes: int,
    threads: int | None = None,
    report: bool = True,
    assumptions: int = 0,
    across: Sequence[str] = (),
) -> Plan:
    """Reckon what so many worlds of a scenario will take, so many of them at once, with sets of assumptions besides.

    `across` names further arms that the sets are tried in. Tries it on a few people first. Raises InvalidInput for more
    worlds or sets than a run may have.
    """
    from goodstanding.engine import BLOCK, even
    from goodstanding.runs import cards, seed_pairs, spare
    from goodstanding.sweep import Sweep, number_of_sets

    seed_pairs(worlds)
    sweep = Sweep.of(scenario, number_of_sets(assumptions), arms, across)
    found = tried(scenario, arms)
    people, months, beside = scenario.society.people, scenario.months, min(processes, worlds)
    threads, in_turn = threads or spare(beside), math.ceil(worlds / beside)
    alone = min(threads, max(1, people // found.pace))
    lives = max(law.bytes_of(people, even(people, BLOCK, threads), threads) for law in found.law.values())
    begins = found.with_arrow if in_turn > 1 else found.before_arrow
    world = max(begins + lives, found.writing + min(lives, KEPT))
    rows = found.rows * worlds
    reading = found.before_arrow + READ_MEMORY + READ_A_ROW * found.rows + KEPT_A_ROW * rows + min(lives, KEPT)
    page = reading + (PAGE_MEMORY if report else 0.0)
    table = max(found.table / 2, found.table + found.doubling * math.log2(people / found.people))
    beside_it = len(dump(cards(scenario, arms))) + len(scenario.yaml()) + REST_DISK
    one = people / found.pace * (found.begin_seconds + months * found.month_seconds / alone) + found.write_seconds
    seconds = found.start_seconds * (2 if beside > 1 else 1) + in_turn * one
    if sweep:
        few, lived = sweep.scenario.society.people, sum(len(pairs) for _, pairs in sweep.jobs())
        small = few / found.pace * months * found.month_seconds * PACE_OF_FEW * len(sweep.arms) / len(arms)
        seconds += math.ceil(lived / beside) * small
    disk = table * worlds + beside_it
    disk += PAGE_DISK + len(arms) * (PAGE_DISK_AN_ARM + months * PAGE_DISK_A_MONTH) if report else 0.0
    disk += DISK_OF_STRUCTURES + DISK_A_SET * assumptions + PAGE_DISK_OF_SETS * report if sweep else 0.0
    return Plan(
        scenario=scenario.name, people=people, months=months, arms=tuple(arms), worlds=worlds, processes=beside,
        each=int(max(world, page)), together=int(max(beside * world, page)),
        disk=int(disk), tried=found.people,
        seconds=round(seconds + (PAGE_SECONDS + PAGE_SECONDS_A_ROW * rows if report else 0), 1),
    )  # fmt: skip


def check_memory(
    scenario: Scenario, arms: Sequence[str], worlds: int, processes: int, *, threads: int = 1, report: bool = True
) -> None:
    """Raise Resources for a run larger than the memory that is free, before anything is allocated.

    What is plainly small, or plainly too large, by its declared columns alone is not tried first.
    """
    from goodstanding.engine import bytes_needed

    rough, free = bytes_needed(scenario, arms) * min(processes, worlds), free_memory()
    if rough > SURELY * free:
        needed = rough
    elif rough * SURELY < free - PAGE_MEMORY:
        return
    else:
        needed = plan(scenario, arms, worlds, processes, threads, report).together
    if needed > free:
        raise Resources(
            f"{scenario.society.people:,} people in {len(arms)} arms, {min(processes, worlds)} worlds at once, need "
            f"about {needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free; fewer people, --arms or --processes "
            "help"
        )


def free_memory() -> int:
    """Bytes that can still be allocated, by the kernel's own estimate and the limit of the control group."""
    if not Path("/proc/meminfo").exists():
        return 1 << 62  # not Linux: nobody to ask
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(lines["MemAvailable"].split()[0]) * 1024
    group = Path("/sys/fs/cgroup")
    try:
        limit, used = ((group / f"memory.{name}").read_text().strip() for name in ("max", "current"))
    except OSError:
        return free
    return free if limit == "max" else min(free, int(limit) - int(used))
