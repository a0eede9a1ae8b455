"""`goodstanding plan`: memory, disk and time, held against what runs then took."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from goodstanding import plan as plans
from goodstanding.cli import main
from goodstanding.errors import Resources
from goodstanding.plan import Plan, check_memory, plan
from goodstanding.scenario import Scenario, read
from goodstanding.trial import Law, law_of

RUN = """
import json, sys
from goodstanding import runs
from goodstanding.scenario import read

asked = json.loads(sys.argv[1])
told = read("suining-2010", people=asked.pop("people"), months=asked.pop("months"))
done = runs.run(told, out=sys.argv[2], **asked)
done.compare().headline()
print(json.dumps(sum(path.stat().st_size for path in done.path.rglob("*") if path.is_file())))
"""
FEW = ["none", "full"]
SIZES: list[dict[str, Any]] = [
    {"people": 1000, "months": 2, "seeds": 1, "processes": 1, "arms": FEW, "report": False},
    {"people": 1000, "months": 60, "seeds": 4, "processes": 2, "arms": FEW, "report": True},
    {"people": 30_000, "months": 14, "seeds": 1, "processes": 1, "arms": None, "report": True},
    {"people": 100_000, "months": 60, "seeds": 2, "processes": 2, "arms": FEW, "report": False},
    {"people": 1_000_000, "months": 6, "seeds": 1, "processes": 1, "arms": FEW, "report": False},
    {"people": 2000, "months": 60, "seeds": 4, "processes": 1, "arms": None, "report": False},
]


def peaks(process: subprocess.Popen[str]) -> tuple[float, float]:
    """The greatest bytes of one of its processes, and of all of them at once, looked at every 10 ms."""
    each, together = 0.0, 0.0
    while process.poll() is None:
        found = [status(pid) for pid in family(process.pid)]
        each = max([each, *(top for top, _ in found)])
        together = max(together, sum(now for _, now in found))
        time.sleep(0.01)
    return each, together


def family(pid: int) -> list[int]:
    """A process and those it started."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(one for child in children for one in family(int(child)))]


def status(pid: int) -> tuple[float, float]:
    """Greatest and present bytes of a process; nought for one that has just ended."""
    try:
        lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return (int(lines["VmHWM"].split()[0]) * 1024.0, int(lines["VmRSS"].split()[0]) * 1024.0)
    except (OSError, KeyError):
        return 0.0, 0.0


@pytest.fixture(scope="module")
def compiled() -> None:
    """Compilation takes memory of its own, once; it is no part of a plan."""
    from goodstanding.engine import simulate

    simulate(read("suining-2010", people=500, months=2), 0, 0)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks the kernel of Linux")
@pytest.mark.parametrize("asked", SIZES, ids=lambda asked: f"{asked['people']}x{asked['months']}")
def test_memory_is_within_15_percent(asked: dict[str, Any], tmp_path: Path, compiled: None) -> None:
    scenario = read("suining-2010", people=asked["people"], months=asked["months"])
    arms = asked["arms"] or list(scenario.arms)
    told = plan(scenario, arms, asked["seeds"], asked["processes"], report=asked["report"])
    command = [sys.executable, "-c", RUN, json.dumps(asked), str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        each, together = peaks(process)
        assert process.stdout is not None
        disk = json.loads(process.stdout.read())
    errors = {"each": told.each / each - 1, "together": told.together / together - 1, "disk": told.disk / disk - 1}
    assert abs(errors["each"]) < 0.15 and abs(errors["together"]) < 0.15 and abs(errors["disk"]) < 0.3, errors


def test_the_command_line_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["plan", "suining-2010", "--people", "3000", "--months", "3", "--seeds", "3", "--arms", "none,full"]
    assert main([*asked, "--processes", "2"]) == 0
    told = capsys.readouterr()
    assert told.err == "" and [line.split()[0] for line in told.out.splitlines()[1:4]] == ["memory", "disk", "time"]
    assert main([*asked, "--json", "--no-report"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["synthetic"] is True and found["arms"] == FEW and found["worlds"] == 3
    assert 0 < found["each"] <= found["together"] and found["seconds_low"] < found["seconds"] < found["seconds_high"]


@pytest.mark.parametrize("wrong", [["--arms", "ful"], ["--seeds", "0"], ["--set", "monhts=3"], ["--people", "0"],
    ["--seeds", "100001"]])  # fmt: skip
def test_what_cannot_be_planned_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "suining-2010", *wrong]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_blocks_places_and_people_each_have_their_bytes() -> None:
    law = Law(fixed=100, person=3, place=2, block=10)
    assert law.bytes_of(1000, 1000, 1) == 100 + 3000 + 2000 + 10
    assert law.bytes_of(1000, 500, 1) == 100 + 3000 + 1000 + 20
    assert law.bytes_of(1000, 500, 8) == 100 + 3000 + 2000 + 20
    parts = (law.bytes_of(2000, 2000 // blocks, 1) for blocks in (1, 2, 4))
    found = law_of(law.bytes_of(500, 500, 1), law.bytes_of(2000, 2000, 1), 500, *parts)
    assert found == law


@pytest.mark.parametrize(("free", "asked", "refused"), [(1e12, False, False), (1e3, False, True), (3e9, True, True)])
def test_a_run_is_tried_only_where_it_is_close(
    free: float, asked: bool, refused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Plenty of memory: it begins. Far too little: it is refused. In between: a plan decides."""
    plan_of: list[Scenario] = []

    def planned(scenario: Scenario, arms: list[str], worlds: int, processes: int, *_: object) -> Plan:
        plan_of.append(scenario)
        return Plan("x", 1, 1, tuple(arms), worlds, processes, 1, 10**10, 1, 1.0, 1)

    monkeypatch.setattr(plans, "free_memory", lambda: int(free))
    monkeypatch.setattr(plans, "plan", planned)
    scenario = read("suining-2010", people=3_000_000, months=3)
    if refused:
        with pytest.raises(Resources, match="GB are free"):
            check_memory(scenario, FEW, 2, 2)
    else:
        check_memory(scenario, FEW, 2, 2)
    assert bool(plan_of) == asked
