"""A trial: a process of its own lives a scenario with few people, and says what memory, disk and time that took.

It asks NumPy's and Python's own books for what was allocated (tracemalloc), so that what a person, a place in a block
and a block add is exact to the byte; the kernel of the system for what interpreter, kernels and Arrow take up; and the
clock for a full block of people.
"""

from __future__ import annotations

import gc
import json
import math
import os
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.errors import Resources, plain
from goodstanding.folder import lay_out

if TYPE_CHECKING:
    from goodstanding.engine import Outcome
    from goodstanding.scenario import Scenario

TRIED = 2048
"""People of the smaller trial; the larger one has four times as many."""
WARM = 2
"""Months after which everything is compiled, loaded and allocated."""
TIMED = 6
"""Months of a full block that are timed."""


@dataclass(frozen=True)
class Law:
    """Bytes that are always there, and those that a person, a place in a block and a block add."""

    fixed: float
    person: float
    place: float
    block: float

    def bytes_of(self, people: int, block: int, threads: int) -> float:
        """What so many people take up, in blocks of that size."""
        blocks = -(-people // block)
        return self.fixed + self.person * people + self.place * block * min(threads, blocks) + self.block * blocks


@dataclass(frozen=True)
class Trial:
    """What a process of its own found out with `people`; bytes and seconds.

    `before_arrow` and `with_arrow` are in memory when kernels are loaded and when a table has been written, `writing`
    at most so far. `table` is a file of counts with `rows`, `doubling` what twice the people add to it. Set-up and
    month are those of a block of `pace` people.
    """

    people: int
    start_seconds: float
    before_arrow: float
    with_arrow: float
    writing: float
    law: dict[str, Law]
    rows: int
    table: float
    doubling: float
    begin_seconds: float
    month_seconds: float
    pace: int
    write_seconds: float


def tried(scenario: Scenario, arms: Sequence[str]) -> Trial:
    """Let a process of its own try the scenario. Raises Resources where it fails."""
    with tempfile.TemporaryDirectory(prefix="goodstanding-plan-") as folder:
        lay_out(scenario, Path(folder))
        job = {"folder": folder, "arms": list(arms), "people": scenario.society.people, "began": time.time()}
        # -P: a child must never import what lies in the folder that the command happens to be run in
        command = [sys.executable, "-P", "-m", "goodstanding.trial", json.dumps(job)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Resources(f"plan: the trial of {scenario.name} ended early: {plain(said)}")
    told = json.loads(done.stdout)
    return Trial(**{**told, "law": {part: Law(**law) for part, law in told["law"].items()}})


def _try(job: dict[str, Any]) -> Trial:
    """What the child does: live the months with few people and with four times as many, and a block for the clock."""
    from goodstanding.engine import BLOCK, Engine, simulate
    from goodstanding.scenario import read

    path = Path(job["folder"]) / "scenario.resolved.yaml"
    full, arms = int(job["people"]), [str(arm) for arm in job["arms"]]

    def sized(people: int) -> Scenario:
        return read(path, people=people, allow_extensions=True)

    told = read(path, allow_extensions=True)
    few = min(full, max(TRIED, _fewest(told)))
    many, pace = min(full, 4 * few), min(full, max(BLOCK, few))

    def live(people: int, block: int, months: int) -> tuple[dict[str, float], Outcome]:
        """The greatest bytes that set-up, months and digest had allocated, and what came out."""
        told, found = sized(people), dict[str, float]()
        gc.collect()
        tracemalloc.start()
        engine = Engine(told, 0, 0, arms=arms, block=-(-block // 64) * 64)
        found["set-up"] = _greatest()
        for _ in range(months):
            engine.step()
        found["months"] = _greatest()
        outcome = engine.outcome()
        found["digest"] = _greatest()
        tracemalloc.stop()
        return found, outcome

    first = min(WARM, told.months)
    simulate(replace(sized(few), months=first), 0, 0, arms=arms)
    start, before = time.time() - float(job["began"]), _resident()
    rows, table, write_seconds = _written(told, simulate(sized(few), 0, 0, arms=arms), arms)
    with_arrow, writing = _resident(), _resident("VmHWM")
    begin, month = _timed(lambda: Engine(sized(pace), 0, 0, arms=arms), min(WARM + TIMED, told.months))
    law = {part: Law(found, 0.0, 0.0, 0.0) for part, found in live(few, few, told.months)[0].items()}
    doubling = 0.0
    if many == 4 * few:
        long, outcome = live(many, many, told.months)
        doubling = (_written(told, outcome, arms)[1] - table) / 2
        one, two, four = (live(many, many // blocks, first)[0] for blocks in (1, 2, 4))
        law = {part: law_of(law[part].fixed, long[part], few, one[part], two[part], four[part]) for part in long}
    return Trial(
        few, start, before, with_arrow, writing, law, rows, table, doubling, begin, month, pace, write_seconds,
    )  # fmt: skip


def law_of(small: float, large: float, few: int, one: float, two: float, four: float) -> Law:
    """What a person, a place in a block and a block add, from the bytes of four times as many people in 1, 2, 4 blocks.

    With P people in blocks of B there are c + p P + q B + r P / B bytes: four unknowns and five measurements.
    """
    block = max(0.0, ((one - two) - 2 * (two - four)) / 3)
    place = max(0.0, (one - two + block) / (2 * few))
    person = max(0.0, (large - small) / (3 * few) - place)
    return Law(small - (person + place) * few - block, person, place, block)


def _fewest(scenario: Scenario) -> int:
    """People below which the society would be refused: 50 expected in every cell of a county and a group."""
    from goodstanding.society import SMALLEST_CELL

    shares = [share for share in scenario.society.groups.values() if share > 0]
    return math.ceil(SMALLEST_CELL * scenario.society.counties / min(shares)) + 1


def _greatest() -> float:
    """Bytes allocated at most since the last time of asking."""
    peak = float(tracemalloc.get_traced_memory()[1])
    tracemalloc.reset_peak()
    return peak


def _written(scenario: Scenario, outcome: Outcome, arms: Sequence[str]) -> tuple[int, float, float]:
    """Rows and bytes of the table of counts of a world, and the seconds of writing it."""
    import pyarrow
    from pyarrow import parquet

    from goodstanding.runs import tidy

    began = time.perf_counter()
    content = tidy(scenario, outcome, (0, 0), arms)
    took = time.perf_counter() - began
    return parquet.read_metadata(pyarrow.BufferReader(content)).num_rows, len(content), took


def _timed(make: Callable[[], Any], months: int) -> tuple[float, float]:
    """Seconds of the set-up, and of a month after the first ones."""
    began = time.perf_counter()
    engine = make()
    begin = time.perf_counter() - began
    for month in range(months):
        if month == min(WARM, months - 1):
            began = time.perf_counter()
        engine.step()
    return begin, (time.perf_counter() - began) / max(1, months - WARM) if months else 0.0


def _resident(what: str = "VmRSS") -> float:
    """Bytes of this process that are in memory, or with `VmHWM` that were at most."""
    status = Path("/proc/self/status")
    if not status.exists():
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0)
    line = next(line for line in status.read_text().splitlines() if line.startswith(what))
    return int(line.split()[1]) * 1024.0


if __name__ == "__main__":
    try:
        sys.stdout.write(json.dumps(asdict(_try(json.loads(sys.argv[1])))))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)
