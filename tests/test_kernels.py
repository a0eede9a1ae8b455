"""Kernels: nothing compiles before its time, and an edited helper is never answered by old machine code."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import goodstanding
from goodstanding import kernels
from goodstanding.kernels import helper, kernel
from goodstanding.native import compiled

PACKAGE = Path(goodstanding.__file__).parent


@helper
def twice(x: int) -> int:
    return 2 * x


@kernel
def double(column: list[int]) -> None:
    for i in range(len(column)):
        column[i] = twice(column[i])


def test_plain_and_compiled_agree() -> None:
    import numpy as np

    plain, fast = np.arange(5), np.arange(5)
    double(plain)
    compiled(double)(fast)
    assert plain.tolist() == fast.tolist() == [0, 2, 4, 6, 8]


def test_marks_stay_plain_functions() -> None:
    assert double.__name__ == "double" and double.when == "block"
    assert kernels.arguments(double) == ("column",)


def test_reading_a_scenario_imports_no_compiler() -> None:
    code = (
        "import sys; from goodstanding.scenario import read; from goodstanding.binding import month; "
        "month(read('suining-2010')); sys.exit('numba' in sys.modules or 'pyarrow' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


STALE = """
import numpy as np, sys
sys.path.insert(0, sys.argv[1])
from goodstanding import kernels
import goodstanding.mechanism
kernels.PACKAGE = __import__("pathlib").Path(sys.argv[1])
import caller
column = np.ones(3, np.int64)
kernels.compiled(caller.change)(column)
print(column[0])
"""


def test_an_edited_helper_is_noticed(tmp_path: Path) -> None:
    """Numba's own cache looks at the caller's file only; ours is keyed by all sources."""
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "helped.py").write_text(
        "from goodstanding.kernels import helper\n\n\n@helper\ndef amount():\n    return 1\n"
    )
    (sources / "caller.py").write_text(
        "from goodstanding.kernels import kernel\nfrom helped import amount\n\n\n"
        "@kernel\ndef change(column):\n    column[0] += amount()\n"
    )
    environment = {**os.environ, "GOODSTANDING_CACHE": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"}

    def once() -> str:
        command = [sys.executable, "-c", STALE, str(sources)]
        return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.strip()

    assert [once(), once()] == ["2", "2"]
    text = (sources / "helped.py").read_text()
    (sources / "helped.py").write_text(text.replace("return 1", "return 9"))
    assert once() == "10"
    assert len(list((tmp_path / "cache" / "kernels").iterdir())) == 2


def test_the_key_covers_every_source() -> None:
    """Each module from which compiled code can come is part of the key under which it is kept."""
    marks = ("@kernel", "@helper", "@start", "@between", "@pair")
    for face in kernels.FACES:
        for path in [*PACKAGE.glob(face), *PACKAGE.glob(f"{face}/**/*.py")]:
            assert path.is_dir() or not any(mark in path.read_text() for mark in marks), path
    kernels.sources.cache_clear()
    before = kernels.sources()
    new = PACKAGE / "mechanisms" / "zz_only_in_a_test.py"
    try:
        new.write_text('"""Written by a test."""\n')
        kernels.sources.cache_clear()
        assert kernels.sources() != before
    finally:
        new.unlink()
        kernels.sources.cache_clear()
    assert kernels.sources() == before
