"""Kernels: marks leave functions as they are, and nothing loads the compiler before its time."""

from __future__ import annotations

import subprocess
import sys

from goodstanding import kernels
from goodstanding.kernels import kernel


@kernel
def nothing(column: list[int]) -> None:
    """Do nothing."""


def test_marks_stay_plain_functions() -> None:
    assert nothing.__name__ == "nothing" and nothing.when == "block"
    assert kernels.arguments(nothing) == ("column",)


def test_reading_a_scenario_imports_no_compiler() -> None:
    code = (
        "import sys; from goodstanding.scenario import read; from goodstanding.binding import month; "
        "month(read('suining-2010')); sys.exit(bool({'numba', 'llvmlite', 'pyarrow'} & {*sys.modules}))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
