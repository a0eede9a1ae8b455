"""What the benchmarks share: the machine in words, medians, a table in the terminal, and its section of the page."""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """What is lived through: a scenario, two of its arms, and the measures that look on (all where none are named)."""

    scenario: str
    arms: tuple[str, str]
    observe: tuple[str, ...] | None = None

    @property
    def mechanisms(self) -> int:
        """How many mechanisms the second arm has."""
        from goodstanding.binding import steps
        from goodstanding.scenario import read

        return len(steps(read(self.scenario).world(self.arms[1])))

    def told(self) -> str:
        """The case in words."""
        looking = f"measures {', '.join(self.observe)}" if self.observe else "all measures"
        name = Path(self.scenario).stem
        return f"{name}: {self.mechanisms} mechanisms, arms {' and '.join(self.arms)}, {looking}"


SPINE = Case(
    str(Path(__file__).with_name("spine.yaml")), ("none", "with_appeal"), ("sanctions", "unfounded", "silence")
)
WHOLE = Case("suining-2010", ("none", "all_safeguards"))
CASES = {"the spine": SPINE, "everything": WHOLE}
SCENARIO, ARMS = WHOLE.scenario, list(WHOLE.arms)
TIMES = 5
PAGE = """# Benchmarks

Every figure is printed by `make bench`, and this page by `python benchmarks/<name>.py --write docs/benchmarks.md`. A
person-month is one person, one month, one arm and one seed, with ties, shadows, measures and storage. Compilation is
excluded unless a row says otherwise; times are medians of 5; what is compared was measured in one run, in turns.
"""
Row = Sequence[str]


def median(work: Callable[[], float], times: int = TIMES) -> float:
    """The median of what some repetitions give."""
    return statistics.median(work() for _ in range(times))


def seconds(work: Callable[[], Any]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def one_core() -> Any:
    """Keep this process, and those it starts meanwhile, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def child(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a Python process says that runs with other environment variables."""
    return subprocess.run(
        [sys.executable, *command], env={**os.environ, **environment}, check=True, text=True, stdout=subprocess.PIPE
    )


def machine() -> str:
    """Processor, cores, vector features, system and versions in one line."""
    import numba
    import numpy
    from llvmlite import binding as llvm

    cpu = Path("/proc/cpuinfo")
    name = re.search(r"model name\s*:\s*(.*)", cpu.read_text()) if cpu.exists() else None
    on = {feature for feature, there in llvm.get_host_cpu_features().items() if there}
    features = [f for f in ("sse4.2", "avx", "avx2", "avx512f", "avx512bw", "avx512vl", "neon", "sve") if f in on]
    cores = len(os.sched_getaffinity(0))
    return (
        f"{name[1] if name else platform.machine()} (LLVM: {llvm.get_host_cpu_name()}), {cores} cores, "
        f"{' '.join(features)}; {platform.system()}, Python {platform.python_version()}, NumPy {numpy.__version__}, "
        f"Numba {numba.__version__}"
    )


def tell(section: str, heads: Row, rows: Sequence[Row], note: str = "") -> None:
    """Print a table, and with `--write PAGE` put it into its section of the page."""
    asked = argparse.ArgumentParser(description=f"{section}: prints a table")
    asked.add_argument("--write", type=Path, metavar="PAGE", help="put the table into this page")
    page: Path | None = asked.parse_known_args()[0].write
    widths = [max(len(row[k]) for row in (heads, *rows)) for k in range(len(heads))]
    for row in (heads, *rows):
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    told = f"{machine()}; {datetime.now(UTC):%Y-%m-%d}."
    print(*filter(None, (note, told)), "", sep="\n")
    if page is not None:
        lines = ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows)]
        body = "\n".join([f"## {section}", "", *lines, "", *filter(None, (note, told))])
        text = page.read_text(encoding="utf-8") if page.exists() else PAGE
        found = re.search(rf"^## {section}\n.*?(?=\n\n## |\Z)", text, re.S | re.M)
        text = text.replace(found[0], body) if found else f"{text.rstrip()}\n\n{body}"
        page.write_text(text.rstrip() + "\n", encoding="utf-8")
