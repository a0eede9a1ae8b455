"""Beside one another: worlds that are lived for a question asked of a scenario, a core each.

This process answers too. The others are fresh interpreters that read the scenario from a folder of its own, take one
job a line and answer with its steps and, at the end, with one value; what came of a job does not depend on who did it,
nor on whether a script, a notebook or the command line asked. On a machine without compiled kernels the others wait
until this process has them.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from goodstanding.errors import GoodstandingError, Integrity, InvalidInput, Resources, plain
from goodstanding.folder import lay_out
from goodstanding.rehearsal import warm
from goodstanding.scenario import Scenario, read

Progress = Callable[[int, int, str], None]
Tell = Callable[[int], None]
"""Said by whoever answers: how many steps of the job are done."""


class Job(NamedTuple):
    """One thing to be done: what the question is given (a value of JSON), what it is called, and how long it takes."""

    asks: Any
    name: str
    kind: str = "worlds"
    steps: int = 1


def answers(
    question: str,
    scenario: Scenario,
    jobs: Sequence[Job],
    folder: Path,
    processes: int | None = None,
    progress: Progress | None = None,
) -> list[Any]:
    """What a function, named `module:function`, answers to each job about a scenario, in the order of the jobs.

    It is called as `function(scenario, folder, asks, tell)`; what is too large for an answer in JSON it leaves in the
    folder. Raises Resources where a process ended, what is wrong where one found it, and RuntimeError, with the
    traceback as a note, for a bug in one.
    """
    if processes is not None and (type(processes) is not int or processes < 1):
        raise InvalidInput(f"--processes: {plain(processes)} cannot be used; allowed is a whole number from 1")
    lay_out(scenario, folder)
    waiting, steps, due = list(enumerate(jobs))[::-1], Counter[int](), sum(job.steps for job in jobs)
    found, faults, lock = dict[int, Any](), list[Exception](), threading.Lock()

    def take() -> tuple[int, Job] | None:
        with lock:
            return waiting.pop() if waiting and not faults else None

    def tell(at: int, step: int) -> None:
        with lock:
            steps[at] = step
            if progress is not None:
                progress(steps.total(), due, _said(jobs, found))

    def keep(at: int, answer: Any) -> None:
        with lock:
            found[at] = answer
        tell(at, jobs[at].steps)

    def lead(child: subprocess.Popen[str]) -> None:
        try:
            with child:
                while (job := take()) is not None:
                    keep(job[0], _led(child, job[1], partial(tell, job[0])))
        except Exception as error:  # a world must not be lost with the thread that waited for it
            faults.append(error)

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

    def here(at: int, step: int) -> None:
        start()  # after the first step the kernels are compiled, and the others find them
        tell(at, step)

    try:
        job = take()
        if warm():
            start()
        while job is not None:
            at = job[0]
            keep(at, _asked(question)(scenario, folder, job[1].asks, partial(here, at)))
            start()
            job = take()
        for leader in leaders:
            leader.join()
    except BaseException:
        for child in children:
            child.kill()
        raise
    if bug := next((fault for fault in faults if not isinstance(fault, GoodstandingError)), None):
        raise bug
    if faults:
        told = dict.fromkeys(p for fault in faults if isinstance(fault, GoodstandingError) for p in fault.problems)
        raise type(faults[0])(*told)
    if lost := [job.name for at, job in enumerate(jobs) if at not in found]:
        raise Resources(*(f"{name}: it was not lived through" for name in lost))
    return [found[at] for at in range(len(jobs))]


def _said(jobs: Sequence[Job], found: dict[int, Any]) -> str:
    """How many of each kind are done; of the first kind always."""
    kinds, done = Counter(job.kind for job in jobs), Counter(jobs[at].kind for at in found)
    first = next(iter(kinds), "")
    return ", ".join(f"{done[kind]} of {many} {kind}" for kind, many in kinds.items() if kind == first or done[kind])


def _led(child: subprocess.Popen[str], job: Job, tell: Tell) -> Any:
    """What a child answers to one job. Raises what it found wrong, and Resources where it ended instead."""
    assert child.stdin is not None and child.stdout is not None
    try:
        print(json.dumps(job.asks), file=child.stdin, flush=True)
        for told in map(json.loads, child.stdout):
            if "step" in told:
                tell(told["step"])
            elif "answer" in told:
                return told["answer"]
            elif "problems" in told:
                raise KINDS[told["error"]](*told["problems"])
            else:
                bug = RuntimeError(f"{job.name}: {told['bug']}")
                bug.add_note(told["traceback"])
                raise bug
    except OSError:  # it went while it was spoken to
        pass
    except ValueError:  # half a line, or a line of something that prints
        with suppress(subprocess.TimeoutExpired):
            child.wait(1)
        if child.returncode is None:
            child.kill()
            raise Resources(f"{job.name}: its process said what is no answer") from None
    code = child.wait()
    if code == -signal.SIGKILL:
        ended = "was killed, as a system does that is short of memory; fewer --processes or people take less"
    else:
        ended = f"ended early, exit code {code}"
    raise Resources(f"{job.name}: its process {ended}")


KINDS: dict[str, type[GoodstandingError]] = {kind.__name__: kind for kind in (InvalidInput, Resources, Integrity)}
"""What a child may find wrong, by name."""


def _asked(question: str) -> Callable[[Scenario, Path, Any, Tell], Any]:
    module, _, function = question.partition(":")
    asked: Callable[[Scenario, Path, Any, Tell], Any] = getattr(import_module(module), function)
    return asked


def work(order: dict[str, Any]) -> None:
    """What a child does: a job a line from standard input, its steps and an answer to standard output."""
    folder = Path(str(order["folder"]))
    try:
        scenario = read(folder / "scenario.resolved.yaml", allow_extensions=bool(order["extensions"]))
        if scenario.hash != order["hash"]:
            raise Resources(f"{folder / 'scenario.resolved.yaml'}: is not the scenario that was started")
        for line in sys.stdin:
            _say(answer=_asked(order["question"])(scenario, folder, json.loads(line), lambda step: _say(step=step)))
    except GoodstandingError as error:
        _say(error=type(error).__name__, problems=list(error.problems))
    except Exception as error:
        _say(bug=f"{type(error).__name__}: {plain(str(error))}", traceback=traceback.format_exc())


def _say(**answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        work(json.loads(sys.argv[1]))
    except (KeyboardInterrupt, BrokenPipeError):
        os._exit(130)  # whoever asked is gone or tells the user; nothing of this process is to be kept
