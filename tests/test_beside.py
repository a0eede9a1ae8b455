"""Processes beside one another: one answer whoever gives it, and one line for whatever ends one of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from goodstanding import beside
from goodstanding.beside import Job, answers
from goodstanding.engine import simulate
from goodstanding.errors import GoodstandingError, Integrity, Resources
from goodstanding.scenario import Scenario, read

HERE = os.getpid()


def twice(scenario: Scenario, folder: Path, asks: Any, tell: Any) -> Any:
    """A question of the tests: what is asked, twice over; in a child it goes wrong where that is asked."""
    tell(1)
    time.sleep(0.2)  # so that every process gets a job
    if os.getpid() != asks["here"]:
        if asks.get("does") == "is killed":
            os.kill(os.getpid(), signal.SIGKILL)
        if asks.get("does") == "ends":
            os._exit(7)
        if asks.get("does") == "finds":
            raise Integrity("a file is another", "and so is a second one")
        if asks.get("does") == "has a bug":
            return 1 // 0
        if asks.get("does") == "prints":
            sys.stdout.write("what is no answer\n")
            sys.stdout.flush()
            time.sleep(9)
    return 2 * asks["what"]


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]))
    monkeypatch.setattr(beside, "warm", lambda: True)
    scenario = read("plain-fines", people=500, months=2)

    def ask(does: str = "", processes: int = 2, progress: Any = None) -> Any:
        told = [{"what": at, "does": does, "here": os.getpid()} for at in range(6)]
        jobs = [Job(each, f"world {at}", "worlds" if at < 4 else "variants", 2) for at, each in enumerate(told)]
        return answers("test_beside:twice", scenario, jobs, tmp_path, processes, progress)

    return ask


def test_answers_come_in_the_order_of_the_jobs_whoever_gave_them(asked: Any) -> None:
    said: list[tuple[int, int, str]] = []
    assert asked(processes=3, progress=lambda *told: said.append(told)) == asked(processes=1) == [0, 2, 4, 6, 8, 10]
    assert said[-1] == (12, 12, "4 of 4 worlds, 2 of 2 variants") and said[0][0] == 1
    assert [done for done, _, _ in said] == sorted(done for done, _, _ in said)


@pytest.mark.parametrize(
    ("does", "kind", "said"),
    [
        ("is killed", Resources, "its process was killed, as a system does that is short of memory"),
        ("ends", Resources, "its process ended early, exit code 7"),
        ("prints", Resources, "its process said what is no answer"),
        ("finds", Integrity, "a file is another"),
    ],
)
def test_what_ends_a_process_is_told_in_a_line(asked: Any, does: str, kind: type[GoodstandingError], said: str) -> None:
    """Catches a wait for a process that is gone, and a fault that loses its kind, and so its exit code."""
    with pytest.raises(kind, match=said) as told:
        asked(does)
    assert all("\n" not in problem for problem in told.value.problems)


def test_a_bug_in_a_process_is_a_bug_here_with_its_own_traceback(asked: Any, capfd: pytest.CaptureFixture[str]) -> None:
    """Catches a traceback on the terminal, and a bug that passes for a machine that is too small."""
    with pytest.raises(RuntimeError, match=r"world \d: ZeroDivisionError") as told:
        asked("has a bug")
    assert "in twice" in told.value.__notes__[0]
    assert capfd.readouterr().err == ""


def test_ctrl_c_ends_a_run_and_all_its_processes(tmp_path: Path) -> None:
    """Catches children that live on, and a traceback of each of them."""
    simulate(read("plain-fines", people=500, months=2), 0, 0)  # compiled first, so that children begin at once
    command = [sys.executable, "-m", "goodstanding", "run", "plain-fines", "--people", "20000", "--months", "120",
               "--seeds", "6", "--processes", "3", "--out", str(tmp_path)]  # fmt: skip
    run = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    children: list[str] = []
    for _ in range(600):
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(run.pid)], capture_output=True, text=True)
        children = found.stdout.split()
        if len(children) >= 2 or run.poll() is not None:
            break
        time.sleep(0.1)
    assert len(children) >= 2
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130 and said.startswith("interrupted; ") and "holds no finished run" in said
    time.sleep(0.5)
    left = subprocess.run(["ps", "-o", "stat=", "-p", ",".join(children)], capture_output=True, text=True).stdout
    assert not left.replace("Z", "").strip()
