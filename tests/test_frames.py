"""Results as tables: Arrow first, pandas and Polars where they are there, a notebook, and always the mark."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pytest
from small_run import EVIL, build

from goodstanding import open_run
from goodstanding.errors import Resources
from goodstanding.folder import Run
from goodstanding.frames import Frame, told_in


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return open_run(build(tmp_path_factory.mktemp("runs") / "small"))


@pytest.fixture(params=["measures", "compare"])
def frame(request: pytest.FixtureRequest, run: Run) -> Frame:
    found: Frame = getattr(run, request.param)()
    return found


def test_whatever_reads_the_stream_takes_it(frame: Frame) -> None:
    """PyArrow and DuckDB, each twice: a stream may be asked for again."""
    table = frame.to_arrow()
    assert table.num_rows > 0
    for _ in range(2):
        assert pyarrow.table(frame).equals(table)
        assert duckdb.from_arrow(pyarrow.table(frame)).aggregate("count(*)").fetchall() == [(table.num_rows,)]


def test_every_table_is_marked(frame: Frame) -> None:
    assert told_in(frame.to_arrow())["synthetic"] is True
    assert "synthetic society" in told_in(pyarrow.table(frame))["what"]


def test_pandas_has_the_same_rows(frame: Frame) -> None:
    pandas = pytest.importorskip("pandas")
    table, found = frame.to_arrow(), frame.to_pandas()
    assert isinstance(found, pandas.DataFrame) and found.attrs["synthetic"] is True
    assert list(found.columns) == table.column_names and len(found) == table.num_rows
    assert list(found["count"]) == table["count"].to_pylist()


def test_polars_has_the_same_rows(frame: Frame) -> None:
    polars = pytest.importorskip("polars")
    table, found = frame.to_arrow(), frame.to_polars()
    assert isinstance(found, polars.DataFrame)
    assert found.columns == table.column_names and found["measure"].to_list() == table["measure"].to_pylist()
    assert polars.DataFrame(frame).height == table.num_rows


@pytest.mark.parametrize(("package", "ask"), [("pandas", "to_pandas"), ("polars", "to_polars")])
def test_a_missing_package_is_one_line_that_names_it(
    frame: Frame, package: str, ask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(Resources, match=f"pip install {package}") as refused:
        getattr(frame, ask)()
    assert len(refused.value.problems) == 1


def test_a_comparison_keeps_missing_numbers_missing(run: Run) -> None:
    rows = run.compare().to_arrow().to_pylist()
    assert {"arm", "arm_low", "against", "difference", "difference_high", "reason"} <= {*rows[0]}
    assert [row["measure"] for row in rows] == [row.measure for row in run.compare().rows()]
    assert all((row["difference_low"] is None) == (row["difference_high"] is None) for row in rows)
    assert told_in(run.compare("ghost").to_arrow())["arm"] == "ghost"


@pytest.mark.parametrize("what", ["run", "measures", "compare"])
def test_a_notebook_shows_a_small_escaped_table(what: str, run: Run) -> None:
    shown: Any = run if what == "run" else getattr(run, what)()
    run.manifest["title"] = EVIL
    try:
        html = shown._repr_html_()
    finally:
        del run.__dict__["manifest"]
    assert "<script>" not in html and "ynthetic society" in html
    assert html.count("<tr>") <= 12


@pytest.mark.parametrize("what", ["run", "measures", "compare"])
def test_a_terminal_shows_it_too(what: str, run: Run) -> None:
    from rich.console import Console

    console = Console(width=200)
    with console.capture() as shown:
        console.print(run if what == "run" else getattr(run, what)())
    assert "ynthetic society" in shown.get()


def test_the_mark_comes_with_the_file(run: Run) -> None:
    assert told_in(run.measures().to_arrow()) == {"synthetic": True, **told_in(run.measures().to_arrow())}
    assert len(run.measures()) == run.measures().num_rows == len(run.measures().to_pylist())
    assert Path(run.path).name in repr(run)
