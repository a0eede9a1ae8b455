"""Speed: person-months a second, two worlds side by side, plain NumPy beside it, and a run from process start."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _bench import CASES, SPINE, TIMES, WHOLE, Case, median, one_core, seconds, tell
from _numpy_twin import LEFT_OUT, Twin

from goodstanding.engine import Engine
from goodstanding.measures import measures
from goodstanding.runs import live
from goodstanding.scenario import Scenario, read

DRAWN = {
    "philox": "a number each, Philox",
    "sfc64": "a number each, SFC64",
    "skip": "rare events by the distance between them",
}
SIZES = {100_000: 60, 1_000_000: 12}
MONTHS_BESIDE = 96


def lived(case: Case, scenario: Scenario, seed: int) -> tuple[float, float]:
    """Person-months a second after the first month, storage included; and seconds until the first month is over."""
    told: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "measures").mkdir()
        began = time.perf_counter()
        said = lambda _: told.append(time.perf_counter())  # noqa: E731
        live(scenario, Path(folder), (0, seed), case.arms, tell=said, observe=case.observe)
        ended = time.perf_counter()
    months = scenario.society.people * (scenario.months - 1) * len(case.arms)
    return months / (ended - told[0]), told[0] - began


def beside(worlds: int) -> float:
    """Person-months a second of some worlds that are lived through at once, a process each."""
    processes = [
        subprocess.Popen(
            [sys.executable, __file__, "--child", str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for seed in range(worlds)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    return sum(float(process.communicate()[0]) for process in processes)


def one_of_several(seed: int) -> None:
    """What such a process does: make ready, wait for the word, and say how quick it was."""
    scenario = read(WHOLE.scenario, people=100_000, months=MONTHS_BESIDE)
    lived(WHOLE, read(WHOLE.scenario, people=100_000, months=2), seed)
    print("ready", flush=True)
    sys.stdin.readline()
    print(lived(WHOLE, scenario, seed)[0], flush=True)


def against_numpy(people: int, months: int) -> dict[str, tuple[float, float]]:
    """By way of drawing: how many times as long NumPy takes for the same months, and its person-months a second.

    Both take the measures that the twin has.
    """
    scenario = read(WHOLE.scenario, people=people, months=(months + 1) * TIMES + 1)
    both = [key for key in measures() if key not in LEFT_OUT]
    engine = Engine(scenario, 0, 0, arms=WHOLE.arms, observe=both)
    worlds = {luck: Twin(scenario, 0, 0, arms=WHOLE.arms, luck=luck) for luck in DRAWN}

    def some_months(world: Engine | Twin) -> float:
        return seconds(lambda: [world.step() for _ in range(months)])

    for world in (engine, *worlds.values()):
        world.step()
    rounds = [(some_months(engine), {luck: some_months(twin) for luck, twin in worlds.items()}) for _ in range(TIMES)]
    done = people * months * len(WHOLE.arms)
    return {
        luck: (
            statistics.median(theirs[luck] / ours for ours, theirs in rounds),
            done / statistics.median(theirs[luck] for _, theirs in rounds),
        )
        for luck in worlds
    }


def from_start(case: Case, cache: Path | None = None, page: bool = False) -> float:
    """Seconds of `goodstanding run` from the start of the process, with or without the report's page."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}  # as by default
    environment = {**kept, **({"GOODSTANDING_CACHE": str(cache)} if cache else {})}
    command = [sys.executable, "-m", "goodstanding", "run", case.scenario, "--people", "100000", "--months", "120"]
    with tempfile.TemporaryDirectory() as out:
        command += ["--seeds", "1", "--arms", ",".join(case.arms), "--quiet", "--out", out]
        command += [] if page else ["--no-report"]
        return seconds(lambda: subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL))


def cold_start(case: Case) -> tuple[float, int]:
    """Seconds of the same without compiled kernels, and how many functions were then compiled."""
    with tempfile.TemporaryDirectory() as cache:
        return from_start(case, Path(cache)), sum(1 for _ in Path(cache).rglob("*.o"))


GOALS = {SPINE: ("at least 20", "at most 12"), WHOLE: ("at least 10", "at most 15")}


def main() -> None:
    rows: list[tuple[str, str, str]] = []
    for case in CASES.values():
        from_start(case)  # compiles what is missing
    with one_core():
        for name, case in CASES.items():
            for people, months in SIZES.items():
                scenario = read(case.scenario, people=people, months=months)
                found = [lived(case, scenario, seed) for seed in range(TIMES)]
                speed = statistics.median(rate for rate, _ in found) / 1e6
                begin = statistics.median(start for _, start in found)
                what = f"{name}, one core, {people:,} people, million person-months a second"
                rows.append((what, f"{speed:.1f}", GOALS[case][0]))
                what = f"before that: society, ties and first month of {months}, seconds"
                rows.append((what, f"{begin:.2f}", ""))
        for people, months in ((100_000, 8), (1_000_000, 1)):
            for luck, (ratio, rate) in against_numpy(people, months).items():
                what = f"times as fast as plain NumPy ({DRAWN[luck]}; {rate / 1e6:.1f} million), {people:,} people"
                rows.append((what, f"{ratio:.2f}", "at least 3"))
    pairs = [(beside(1), beside(2)) for _ in range(TIMES)]
    ratio = statistics.median(two / one for one, two in pairs)
    rows.append(("two seeds side by side, times one", f"{ratio:.2f}", "at least 1.9"))
    for name, case in CASES.items():
        what = f"{name}, `goodstanding run`, 100,000 people, 120 months, 2 arms, one seed, seconds"
        rows.append((f"{what}, warm", f"{median(lambda case=case: from_start(case)):.2f}", "at most 3"))
        cold = [cold_start(case) for _ in range(3)]
        began_cold = statistics.median(took for took, _ in cold)
        rows.append((f"{what}, nothing compiled yet (median of 3)", f"{began_cold:.2f}", GOALS[case][1]))
        rows.append(("kernels compiled, helpers in them", str(cold[0][1]), ""))
    what = "everything, the same run warm, and the report's page"
    rows.append((what, f"{median(lambda: from_start(WHOLE, page=True)):.2f}", ""))
    tell("Speed", ("what", "measured", "goal"), rows, "; ".join(f"{n} is {c.told()}" for n, c in CASES.items()) + ".")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        one_of_several(int(sys.argv[2]))
    else:
        main()
