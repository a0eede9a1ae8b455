"""Workers: worlds lived through side by side, one process each, from one list of seeds.

This process works too. A child is a fresh interpreter that reads the resolved scenario from the run's folder, takes one
job a line (a variant and its pairs of seeds) and answers with its months and, at the end, its digest; so it does not
matter whether the caller is a script, a notebook or the command line. On a machine without compiled kernels the
children wait until this process has them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.errors import GoodstandingError, Resources, plain

if TYPE_CHECKING:
    from goodstanding.scenario import Scenario
    from goodstanding.sweep import Sweep

Seeds = tuple[int, int]
Job = tuple[str, tuple[Seeds, ...]]
"""A variant by its name (empty: the scenario itself) and the pairs of seeds under which it is lived."""
Progress = Callable[[int, int, str], None]


def side_by_side(
    scenario: Scenario,
    folder: Path,
    pairs: Sequence[Seeds],
    arms: list[str],
    processes: int,
    threads: int,
    progress: Progress | None,
    sweep: Sweep | None = None,
) -> tuple[dict[Seeds, str], dict[str, str]]:
    """Live through every pair of seeds, and through every variant of a sweep; returns the digests of both.

    Raises Resources where a child failed.
    """
    from goodstanding.kernels import warm
    from goodstanding.runs import live

    jobs: list[Job] = [("", (pair,)) for pair in pairs] + (sweep.jobs() if sweep else [])
    waiting, months = list(reversed(jobs)), dict[Job, int]()
    due = len(pairs) * scenario.months + sum(len(seeds) * sweep.months(name) for name, seeds in jobs if sweep and name)
    digests, faults = dict[Job, str](), list[str]()
    lock = threading.Lock()

    def take() -> Job | None:
        with lock:
            return waiting.pop() if waiting and not faults else None

    def tell(job: Job, month: int) -> None:
        with lock:
            months[job] = month
            if progress is not None:
                worlds = sum(not name for name, _ in digests)
                sets = len(digests) - worlds
                said = f"{worlds} of {len(pairs)} worlds" + (
                    f", {sets} of {len(jobs) - len(pairs)} variants" * (sets > 0)
                )
                progress(sum(months.values()), due, said)

    def lead(child: subprocess.Popen[str]) -> None:
        try:
            lead_on(child)
        except Exception as error:  # a world must not be lost with the thread that waited for it
            faults.append(f"workers: a process could not be led: {type(error).__name__}: {plain(str(error))}")

    def lead_on(child: subprocess.Popen[str]) -> None:
        with child:
            assert child.stdin is not None and child.stdout is not None
            while (job := take()) is not None:
                print(json.dumps(job), file=child.stdin, flush=True)
                for answer in map(json.loads, child.stdout):
                    if "month" in answer:
                        tell(job, answer["month"])
                        continue
                    if "digest" in answer:
                        digests[job] = answer["digest"]
                    faults.extend(answer.get("faults", ()))
                    break
                else:
                    faults.append(f"{_named(job)}: its process ended early, exit code {child.wait()}")

    # -P: a child must never import what lies in the folder that the command happens to be run in
    order = {
        "folder": str(folder),
        "arms": arms,
        "threads": threads,
        "extensions": bool(scenario.extensions),
        "hash": scenario.hash,
        "sweep": [sweep.scenario.society.people, sweep.sets, sweep.arms] if sweep else None,
    }
    children: list[subprocess.Popen[str]] = []
    leaders: list[threading.Thread] = []

    def start() -> None:
        for _ in range(min(processes - 1, len(waiting)) - len(children)):
            command = [sys.executable, "-P", "-m", "goodstanding.workers", json.dumps(order)]
            # a group of its own: Ctrl-C reaches this process alone, which then ends its children
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0)
            children.append(child)
            leaders.append(threading.Thread(target=lead, args=(child,), daemon=True))
            leaders[-1].start()

    try:
        first = take()
        if warm():
            start()
        while first is not None:
            job = first

            def here(month: int, job: Job = job) -> None:
                start()
                tell(job, month)

            name, under = job
            if name and sweep:
                digests[job] = sweep.live(name, under, folder, here)
            else:
                digests[job] = live(scenario, folder, under[0], arms, threads, here)
            first = take()
        for leader in leaders:
            leader.join()
    except BaseException:
        for child in children:
            child.kill()
        raise
    if faults:
        raise Resources(*dict.fromkeys(faults))
    if lost := [job for job in jobs if job not in digests]:
        raise Resources(*(f"{_named(job)}: it was not lived through" for job in lost))
    of_run = {seeds[0]: digest for (name, seeds), digest in digests.items() if not name}
    return of_run, {name: digest for (name, _), digest in digests.items() if name}


def _named(job: Job) -> str:
    name, seeds = job
    return f"variant {name}" if name else f"world {seeds[0][0]}-{seeds[0][1]}"


def work(order: dict[str, Any]) -> None:
    """What a child does: a job a line from standard input, months and digest to standard output."""
    from goodstanding.runs import live
    from goodstanding.scenario import read
    from goodstanding.sweep import Sweep
    from goodstanding.variants import varied

    folder = Path(str(order["folder"]))
    scenario = read(folder / "scenario.resolved.yaml", allow_extensions=bool(order["extensions"]))
    if scenario.hash != order["hash"]:
        _say(faults=[f"{folder / 'scenario.resolved.yaml'}: is not the scenario that was started"])
        return
    arms, threads = order["arms"], order["threads"]
    people, sets, tried = order["sweep"] or (0, 0, [])
    sweep = Sweep(varied(scenario, {"society.people": people}), sets, tuple(tried)) if sets else None
    for line in sys.stdin:
        name, pairs = json.loads(line)
        seeds = [(int(society), int(luck)) for society, luck in pairs]
        try:
            if name and sweep:
                digest = sweep.live(name, seeds, folder, lambda month: _say(month=month))
            else:
                digest = live(scenario, folder, seeds[0], arms, threads, lambda month: _say(month=month))
            _say(digest=digest)
        except GoodstandingError as error:
            _say(faults=error.problems)


def _say(**answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        work(json.loads(sys.argv[1]))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)  # whoever asked is gone or tells the user; nothing of this process is to be kept
