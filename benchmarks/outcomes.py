"""Who did what to whom: what it costs to keep each person's months, and how long an attribution takes."""

from __future__ import annotations

import os
import resource
import statistics
import time

from _bench import WHOLE, tell

from goodstanding.attribution import ORDERS, PEOPLE, SEEDS, attribute
from goodstanding.engine import Engine
from goodstanding.measures import measures
from goodstanding.measures.ever import Ever
from goodstanding.scenario import read

LIVED, MONTHS, TURNS = 100_000, 24, 5
MOST_SECONDS = 240


def months(observe: list[str]) -> float:
    """Processor seconds of a world, the first months left out."""
    engine = Engine(read(WHOLE.scenario, people=LIVED, months=MONTHS), 0, 0, arms=list(WHOLE.arms), observe=observe)
    for _ in range(4):
        engine.step()
    began = time.process_time()
    for _ in range(MONTHS - 4):
        engine.step()
    return time.process_time() - began


def spent() -> float:
    """Processor seconds of this process and of those it has waited for."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(used.ru_utime + used.ru_stime for used in found)


def main() -> None:
    every = sorted(measures())
    without = [key for key in every if key != Ever.key()]
    months(every)
    turns = [(months(every), months(without)) for _ in range(TURNS)]
    ratio = statistics.median(one / other for one, other in turns)
    width = Engine(read(WHOLE.scenario, people=1_000, months=1), 0, 0, observe=[Ever.key()]).worlds[1]
    kept = sum(column.itemsize for (owner, _), column in width.state.items() if owner == Ever.key())
    scenario, began, before = read(WHOLE.scenario, people=PEOPLE), time.perf_counter(), spent()
    found = attribute(scenario, seeds=SEEDS, orders=ORDERS)
    took, used, cores = time.perf_counter() - began, spent() - before, len(os.sched_getaffinity(0))
    rows = [
        ("a month with each person's months kept, times one without, processor time", f"{ratio:.3f}", "at most 1.15"),
        ("bytes a person and arm for it", f"{kept}", ""),
        (f"attribution of {WHOLE.scenario}, {len(found.players)} rules, {PEOPLE:,} people, {SEEDS} worlds, "
         f"{ORDERS} orders each, seconds on {cores} cores", f"{took:.0f}", f"at most {MOST_SECONDS}"),
        ("the same, processor seconds", f"{used:.0f}", ""),
    ]  # fmt: skip
    tell("Outcomes and attribution", ("what", "measured", "goal"), rows, f"Arms {' and '.join(WHOLE.arms)}.")


if __name__ == "__main__":
    main()
