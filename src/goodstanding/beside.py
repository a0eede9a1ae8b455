"""Beside one another: worlds that are lived for a question asked of a scenario, a core each.

This process answers too. The others are fresh interpreters that read the scenario from a folder of its own, take one
job a line and answer with one line; what came of a job does not depend on who did it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from goodstanding.errors import GoodstandingError, InvalidInput, Resources, plain
from goodstanding.folder import lay_out
from goodstanding.kernels import warm
from goodstanding.scenario import Scenario, read

Told = Callable[[int, int, str], None]


def answers(
    question: str,
    scenario: Scenario,
    jobs: Sequence[Any],
    folder: Path,
    processes: int | None = None,
    progress: Told | None = None,
) -> list[Any]:
    """What a function, named `module:function`, answers to each job about a scenario, in the order of the jobs.

    It is called as `function(scenario, job, folder)`; jobs and answers are values of JSON, and what is too large for
    that is left in the folder. Raises Resources where a process failed.
    """
    if processes is not None and (type(processes) is not int or processes < 1):
        raise InvalidInput(f"--processes: {plain(processes)} cannot be used; allowed is a whole number from 1")
    lay_out(scenario, folder)
    waiting, due = list(enumerate(jobs))[::-1], len(jobs)
    found, faults, lock = dict[int, Any](), list[str](), threading.Lock()

    def take() -> tuple[int, Any] | None:
        with lock:
            return waiting.pop() if waiting and not faults else None

    def keep(at: int, answer: Any) -> None:
        with lock:
            found[at] = answer
            if progress is not None:
                progress(len(found), due, f"{len(found)} of {due} worlds")

    def lead(child: subprocess.Popen[str]) -> None:
        with child:
            assert child.stdin is not None and child.stdout is not None
            while (job := take()) is not None:
                try:
                    print(json.dumps(job[1]), file=child.stdin, flush=True)
                    told = json.loads(child.stdout.readline() or "{}")
                except (OSError, ValueError):
                    told = {}
                if "answer" not in told:
                    faults.extend(told.get("faults") or [f"a world's process ended early, exit code {child.wait()}"])
                else:
                    keep(job[0], told["answer"])

    order = {
        "question": question, "folder": str(folder), "hash": scenario.hash, "extensions": bool(scenario.extensions),
    }  # fmt: skip
    children: list[subprocess.Popen[str]] = []
    leaders: list[threading.Thread] = []

    def start() -> None:
        for _ in range(min((processes or len(os.sched_getaffinity(0))) - 1, len(waiting)) - len(children)):
            # -P: a child must never import what lies in the folder that the command happens to be run in
            command = [sys.executable, "-P", "-m", "goodstanding.beside", json.dumps(order)]
            # a group of its own: Ctrl-C reaches this process alone, which then ends its children
            child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0)
            children.append(child)
            leaders.append(threading.Thread(target=lead, args=(child,), daemon=True))
            leaders[-1].start()

    try:
        job = take()
        if warm():  # else the first job leaves what it compiled to all
            start()
        while job is not None:
            keep(job[0], _asked(question)(scenario, job[1], folder))
            start()
            job = take()
        for leader in leaders:
            leader.join()
    except BaseException:
        for child in children:
            child.kill()
        raise
    if faults or len(found) < due:
        raise Resources(*dict.fromkeys(faults or ["a world was not lived through"]))
    return [found[at] for at in range(due)]


def _asked(question: str) -> Callable[[Scenario, Any, Path], Any]:
    module, _, function = question.partition(":")
    asked: Callable[[Scenario, Any, Path], Any] = getattr(import_module(module), function)
    return asked


def work(order: dict[str, Any]) -> None:
    """What a child does: a job a line from standard input, an answer a line to standard output."""
    folder = Path(str(order["folder"]))
    scenario = read(folder / "scenario.resolved.yaml", allow_extensions=bool(order["extensions"]))
    if scenario.hash != order["hash"]:
        _say(faults=[f"{folder / 'scenario.resolved.yaml'}: is not the scenario that was started"])
        return
    for line in sys.stdin:
        try:
            _say(answer=_asked(order["question"])(scenario, json.loads(line), folder))
        except GoodstandingError as error:
            _say(faults=list(error.problems))


def _say(**answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        work(json.loads(sys.argv[1]))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)  # whoever asked is gone or tells the user; nothing of this process is to be kept
