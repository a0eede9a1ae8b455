"""Workers: worlds lived through side by side, one process each, from one list of seeds.

This process works too. A child is a fresh interpreter that reads the resolved scenario from the run's folder, takes
one pair of seeds a line and answers with its months and, at the end, its digest; so it does not matter whether the
caller is a script, a notebook or the command line. On a machine without compiled kernels the children wait until this
process has them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from goodstanding.errors import GoodstandingError, Resources, plain

if TYPE_CHECKING:
    from goodstanding.scenario import Scenario

Seeds = tuple[int, int]
Progress = Callable[[int, int, str], None]


def side_by_side(
    scenario: Scenario,
    folder: Path,
    pairs: list[Seeds],
    arms: list[str],
    processes: int,
    threads: int,
    progress: Progress | None,
) -> dict[Seeds, str]:
    """Live through every pair of seeds; returns their digests. Raises Resources where a child failed."""
    from goodstanding.kernels import warm
    from goodstanding.runs import live

    waiting, months = list(reversed(pairs)), dict[Seeds, int]()
    digests, faults = dict[Seeds, str](), list[str]()
    lock = threading.Lock()

    def take() -> Seeds | None:
        with lock:
            return waiting.pop() if waiting and not faults else None

    def tell(pair: Seeds, month: int) -> None:
        with lock:
            months[pair] = month
            if progress is not None:
                progress(sum(months.values()), scenario.months * len(pairs), f"{len(digests)} of {len(pairs)} worlds")

    def lead(child: subprocess.Popen[str]) -> None:
        try:
            lead_on(child)
        except Exception as error:  # a world must not be lost with the thread that waited for it
            faults.append(f"workers: a process could not be led: {type(error).__name__}: {plain(str(error))}")

    def lead_on(child: subprocess.Popen[str]) -> None:
        with child:
            assert child.stdin is not None and child.stdout is not None
            while (pair := take()) is not None:
                print(json.dumps(pair), file=child.stdin, flush=True)
                for answer in map(json.loads, child.stdout):
                    if "month" in answer:
                        tell(pair, answer["month"])
                        continue
                    if "digest" in answer:
                        digests[pair] = answer["digest"]
                    faults.extend(answer.get("faults", ()))
                    break
                else:
                    faults.append(f"world {pair[0]}-{pair[1]}: its process ended early, exit code {child.wait()}")

    # -P: a child must never import what lies in the folder that the command happens to be run in
    job = {
        "folder": str(folder),
        "arms": arms,
        "threads": threads,
        "extensions": bool(scenario.extensions),
        "hash": scenario.hash,
    }
    children: list[subprocess.Popen[str]] = []
    leaders: list[threading.Thread] = []

    def start() -> None:
        for _ in range(min(processes - 1, len(waiting)) - len(children)):
            command = [sys.executable, "-P", "-m", "goodstanding.workers", json.dumps(job)]
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
            pair = first

            def here(month: int, pair: Seeds = pair) -> None:
                start()
                tell(pair, month)

            digests[pair] = live(scenario, folder, pair, arms, threads, here)
            first = take()
        for leader in leaders:
            leader.join()
    except BaseException:
        for child in children:
            child.kill()
        raise
    if faults:
        raise Resources(*dict.fromkeys(faults))
    if lost := set(pairs) - set(digests):
        raise Resources(*(f"world {society}-{luck}: it was not lived through" for society, luck in sorted(lost)))
    return digests


def work(job: dict[str, object]) -> None:
    """What a child does: a pair of seeds a line from standard input, months and digest to standard output."""
    from goodstanding.runs import live
    from goodstanding.scenario import read

    folder = Path(str(job["folder"]))
    scenario = read(folder / "scenario.resolved.yaml", allow_extensions=bool(job["extensions"]))
    if scenario.hash != job["hash"]:
        _say(faults=[f"{folder / 'scenario.resolved.yaml'}: is not the scenario that was started"])
        return
    arms, threads = [str(a) for a in job["arms"]], int(str(job["threads"]))  # type: ignore[attr-defined]
    for line in sys.stdin:
        society, luck = json.loads(line)
        try:
            digest = live(scenario, folder, (society, luck), arms, threads, lambda month: _say(month=month))
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
