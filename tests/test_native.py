"""Native: compiled functions do what the plain ones do with every form of argument, are kept, and are never stale."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import worlds

from goodstanding import kept
from goodstanding.engine import simulate
from goodstanding.errors import Resources
from goodstanding.kept import ALONE, PACKAGE, cache_folder
from goodstanding.kernels import helper, kernel
from goodstanding.native import Cell, Plain, Row, Table, bound, compiled
from goodstanding.rehearsal import uncompiled

compiles = pytest.mark.skipif(uncompiled(), reason="compilation is switched off")


def said(code: str, *, cwd: str | None = None, **environment: str) -> str:
    """What a process of its own prints."""
    known = {**os.environ, "PYTHONPATH": str(PACKAGE.parent), **environment}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=cwd, env=known).stdout.strip()


@helper
def twice(x: int) -> int:
    return 2 * x


@kernel
def double(column: Any) -> None:
    for i in range(column.size):
        column[i] = twice(column[i])


@kernel
def note(number: Any, pair: Any, told: Any) -> None:
    told[0] = number
    told[1] = pair[0]
    told[2] = pair[1][0]


@kernel
def add_up(table: Any, told: Any) -> None:
    for row in range(table.shape[0]):
        for column in range(table.shape[1]):
            told[0] = 31 * told[0] + table[row, column]


@kernel
def refuse_seven(number: Any, done: Any) -> None:
    if number == 7:
        raise Resources("seven is too many")
    done[0] += number


@kernel
def with_room(column: Any) -> None:
    kept = np.zeros(column.size, np.int64)
    for i in range(column.size):
        kept[i] = column[i] * 3
    for i in range(column.size):
        column[i] = kept[column.size - 1 - i]


@kernel
def answer(column: Any) -> Any:
    return column[0]


def test_plain_and_compiled_agree() -> None:
    plain, fast = np.arange(5), np.arange(5)
    double(plain)
    compiled(double)(fast)
    assert plain.tolist() == fast.tolist() == [0, 2, 4, 6, 8]


@pytest.mark.parametrize(
    "number",
    [
        np.int64(-3), np.int32(-3), np.int8(-3), np.uint8(250), np.uint16(65_000), np.uint32(4_000_000_000), 5, -5,
        True, False, 0.1, np.float64(-1e300), np.float32(0.5), np.uint64(2**63 - 1),
    ],
)  # fmt: skip
def test_every_number_arrives_as_it_was(number: Any) -> None:
    told = np.zeros(3, np.asarray(number).dtype)
    compiled(note)(number, (number, (number,)), told)
    assert told.tolist() == [number] * 3


def test_the_largest_seed_arrives_as_it_was() -> None:
    told = np.zeros(3, np.uint64)
    compiled(note)(np.uint64(2**64 - 1), (np.uint64(2**63), (np.uint64(1),)), told)
    assert told.tolist() == [2**64 - 1, 2**63, 1]


TABLE = np.arange(60, dtype=np.int64).reshape(6, 10)
TABLES = {
    "rows": TABLE, "turned": TABLE.T, "every other": TABLE[::2, 1::3], "backwards": TABLE[::-1],
    "by columns": np.asfortranarray(TABLE), "empty": TABLE[:0], "read alone": np.broadcast_to(TABLE[0], (3, 10)),
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_array_arrives_as_it_was(table: Any) -> None:
    plain, fast = np.zeros(1, np.int64), np.zeros(1, np.int64)
    with np.errstate(over="ignore"):
        add_up(table, plain)
    compiled(add_up)(table, fast)
    assert plain[0] == fast[0]


@compiles
def test_a_cell_takes_another_value_and_a_row_stops_where_one_fails() -> None:
    done, number = np.zeros(1, np.int64), Cell(np.int64(10))
    into = Cell(done)
    calls = [bound(refuse_seven, [n, into]) for n in (np.int64(1), number, np.int64(100))]
    assert all(isinstance(call, Table) for call in calls)
    row = Row([call for call in calls if isinstance(call, Table)])
    row()
    assert done[0] == 111
    number.put(np.int64(7))
    with pytest.raises(Resources, match="seven is too many"):
        row()
    assert done[0] == 112, "what comes after a failure is not called"
    other = np.zeros(1, np.int64)
    number.put(np.int64(20)), into.put(other)
    row()
    assert (done[0], other[0]) == (112, 121), "everybody who was bound to a cell finds what is there"


@pytest.mark.parametrize("way", ["plain", "compiled"])
def test_a_cell_may_stand_in_a_tuple(way: str) -> None:
    told, number = np.zeros(3, np.int64), Cell(np.int64(1))
    args = [np.int64(5), (np.int64(6), (number,)), told]
    call = Plain(note, args) if way == "plain" else bound(note, args)
    for value in (7, 8):
        number.put(np.int64(value))
        call()
        assert told.tolist() == [5, 6, value]


def test_a_column_that_grows_is_read_whole() -> None:
    told, table = np.zeros(1, np.int64), Cell(np.ones((2, 2), np.int64))
    call = bound(add_up, [table, told])
    call()
    small = int(told[0])
    table.put(np.ones((7, 3), np.int64)), told.fill(0)
    call()
    assert int(told[0]) == sum(31**k for k in range(21)) % 2**64 - (2**64 if told[0] < 0 else 0) != small


@compiles
def test_a_kernel_gives_nothing_back() -> None:
    with pytest.raises(TypeError, match="answer: a kernel gives nothing back"):
        compiled(answer)(np.arange(3))


@compiles
def test_a_kernel_may_make_arrays_and_is_found_again() -> None:
    """It is compiled here; the second process finds it kept, and must have from Numba what it calls."""
    for _ in range(2):
        assert said(OTHER, cwd=str(Path(__file__).parent)) == "[9, 6, 3, 0]\n[0, 2, 4, 6]"


OTHER = """
import sys
sys.path.insert(0, ".")
import numpy as np, test_native
from goodstanding.native import compiled
for function in (test_native.with_room, test_native.double):
    column = np.arange(4)
    compiled(function)(column)
    print(column.tolist())
"""
SMALL = """
import sys
from goodstanding.engine import simulate
from goodstanding.scenario import read
print(simulate(read("suining-2010", people=500, months=2), 1, 1, arms=["none", "full"]).digest)
print("numba" in sys.modules)
"""


@compiles
def test_a_later_start_loads_no_compiler(tmp_path: Path) -> None:
    """The first run compiles; the second links what it left, to the same digest, and never loads Numba."""
    environment = {**os.environ, "GOODSTANDING_CACHE": str(tmp_path)}
    told = [
        subprocess.run(
            [sys.executable, "-c", SMALL], check=True, capture_output=True, text=True, env=environment
        ).stdout
        for _ in range(2)
    ]
    (first, _), (again, loaded) = (each.split() for each in told)
    assert first == again and loaded == "False"


@compiles
def test_the_library_stands_alone() -> None:
    """A kernel makes no array but asks for `room`, so that its code needs nothing from Numba.

    What stores a graph and what describes one may: few starts come to it.
    """
    for world in worlds.WORLDS:
        simulate(worlds.read(worlds.tree(world), people=600, months=1), 0, 0)
    kept = [*cache_folder().glob("*.o")]
    assert len(kept) > 150
    others = {path.name.partition("-")[0] for path in kept if path.read_bytes()[32:33] != ALONE}
    assert others <= {"colour", "walk", "with_room"}


@compiles
def test_what_was_damaged_is_compiled_again(tmp_path: Path) -> None:
    """Half an object file would end the process that links it."""
    once = partial(said, OTHER, cwd=str(Path(__file__).parent), GOODSTANDING_CACHE=str(tmp_path))
    first = once()
    for path in tmp_path.rglob("*.o"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert once() == first


ALIKE = """
import numpy as np
from goodstanding.kernels import helper, kernel
from goodstanding.native import compiled
column = np.zeros(4, np.int64)
for at, amount in enumerate((1, 10, 100, 1000)):
    if at % 2:
        @helper
        def much(x): return x + AMOUNT
    else:
        @helper
        def much(x): return x - AMOUNT
    @kernel
    def put(column, at): column[at] = much(column[at])
    put.__globals__["AMOUNT"] = amount
    compiled(put)(column, np.int64(at))
print(column.tolist())
"""


@compiles
def test_a_folder_in_the_place_of_code_is_told_by_its_path(tmp_path: Path) -> None:
    """It ended in an error of ours, after all of it had been compiled again."""
    assert kept.whole(tmp_path / "nothing.o") is None
    with pytest.raises(Resources, match=f"{tmp_path.name}.*remove it"):
        kept.whole(tmp_path)


def test_the_home_folder_may_be_written_as_a_tilde(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOODSTANDING_CACHE", "~/kept")
    assert cache_folder().is_relative_to(Path.home() / "kept")


def test_functions_of_one_name_are_told_apart(tmp_path: Path) -> None:
    """By their code, their helpers' and the constants that these use, in one process and from what another left."""
    for _ in range(2):
        assert said(ALIKE, GOODSTANDING_CACHE=str(tmp_path)) == "[-1, 10, -100, 1000]"
    assert len([*tmp_path.rglob("*.o")]) == 4


HEAVY = "from goodstanding.kernels import helper, kernel\n\n\n@helper\ndef heavy(x):\n    t = 0\n"
HEAVY += "    for k in range(x + 50):\n        t = (t * FACTOR + k * x) % 99991\n    return t\n\n\n"
HEAVY += "@kernel\ndef fill(out):\n    for i in range(out.size):\n        out[i] = heavy(i) + heavy(2 * i)\n"
MEET = """
import importlib, sys
import numpy as np
from goodstanding.native import compiled
for folder in sys.argv[1:] or FOLDERS:
    sys.path.insert(0, folder)
    sys.modules.pop("mine", None)
    importlib.invalidate_caches()
    import mine
    fast, plain = np.zeros(5, np.int64), np.zeros(5, np.int64)
    compiled(mine.fill)(fast), mine.fill(plain)
    print(fast.tolist() == plain.tolist())
"""


@compiles
def test_helpers_of_one_name_from_two_files_do_not_meet(tmp_path: Path) -> None:
    """Compiled by two processes and linked into a third, neither stands in for the other."""
    folders = [str(tmp_path / name) for name in "ab"]
    for folder, factor in zip(folders, (31, 37), strict=True):
        Path(folder).mkdir()
        (Path(folder) / "mine.py").write_text(HEAVY.replace("FACTOR", str(factor)))
        said(MEET.replace("FOLDERS", repr([folder])), GOODSTANDING_CACHE=str(tmp_path), PYTHONDONTWRITEBYTECODE="1")
    code = MEET.replace("FOLDERS", repr(folders))
    assert said(code, GOODSTANDING_CACHE=str(tmp_path), PYTHONDONTWRITEBYTECODE="1") == "True\nTrue"


STALE = """
import numpy as np, sys
sys.path.insert(0, "FOLDER")
from goodstanding.native import compiled
import caller
column = np.ones(3, np.int64)
compiled(caller.change)(column)
print(column[0])
"""


@compiles
def test_an_edited_helper_is_noticed(tmp_path: Path) -> None:
    """The name covers every helper, and not the caller alone."""
    sources = tmp_path / "sources"
    sources.mkdir()
    (sources / "helped.py").write_text(
        "from goodstanding.kernels import helper\n\n\n@helper\ndef amount():\n    return 1\n"
    )
    (sources / "caller.py").write_text(
        "from goodstanding.kernels import kernel\nfrom helped import amount\n\n\n"
        "@kernel\ndef change(column):\n    column[0] += amount()\n"
    )
    code, cache = STALE.replace("FOLDER", str(sources)), str(tmp_path / "cache")
    once = partial(said, code, GOODSTANDING_CACHE=cache, PYTHONDONTWRITEBYTECODE="1")

    assert [once(), once()] == ["2", "2"]
    text = (sources / "helped.py").read_text()
    (sources / "helped.py").write_text(text.replace("return 1", "return 9"))
    assert once() == "10"
    assert len([*tmp_path.rglob("*.o")]) == 2


def test_the_key_covers_every_source() -> None:
    """Each module from which compiled code can come is part of the key under which it is kept."""
    marks = ("@kernel", "@helper", "@start", "@between", "@pair", "@case")
    for face in kept.FACES:
        for path in [*PACKAGE.glob(face), *PACKAGE.glob(f"{face}/**/*.py")]:
            assert path.is_dir() or not any(mark in path.read_text() for mark in marks), path
    kept.sources.cache_clear()
    before = kept.sources()
    new = PACKAGE / "mechanisms" / "zz_only_in_a_test.py"
    try:
        new.write_text('"""Written by a test."""\n')
        kept.sources.cache_clear()
        assert kept.sources() != before
    finally:
        new.unlink()
        kept.sources.cache_clear()
    assert kept.sources() == before
