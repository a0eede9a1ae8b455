"""Tables in a terminal: no word of a head is broken, and none is cut, where there are 80 columns or 120."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.console import Console
from small_run import Folder, build

from goodstanding.cli import scenarios
from goodstanding.cli.shared import print_told
from goodstanding.frames import terminal
from goodstanding.runs import open_run

HEAD = ("rule", "share", "Shapley", "standard error", "of it, orders", "alone", "taken away", "its error")


def printed(wide: int, *tables: object) -> str:
    screen = Console(width=wide, markup=False, no_color=True)
    with screen.capture() as captured:
        for table in tables:
            screen.print(table)
    return captured.get()


def whole(text: str, *words: str) -> None:
    assert "…" not in text, "a cell was cut"
    found = set(text.split())
    assert not {*" ".join(words).split()} - found, "a word was broken"


@pytest.mark.parametrize("wide", [80, 120])
def test_the_tables_of_a_run_break_no_word(wide: int, tmp_path: Path) -> None:
    run = open_run(build(tmp_path / "small"))
    screen = Console(width=wide, markup=False, no_color=True)
    with screen.capture() as captured:
        scenarios._arms_table(screen, run)  # type: ignore[arg-type]
    whole(captured.get(), "measure none ghost full less adults something")
    found = Folder(run.path).compare()
    labels = [word for row in found.rows() for word in row.label.split() if len(word) < 13 or wide > 80]
    whole(printed(wide, found), "measure difference interval direction adult-months", *labels)


@pytest.mark.parametrize("wide", [80, 120])
def test_a_table_of_many_columns_breaks_no_word(wide: int) -> None:
    row = ["safeguards.corroboration", "0.113", "−0.271", "0.0161", "0.0042", "12.1", "−1.13", "0.0002"]
    text = printed(wide, terminal(HEAD, [row], "title", "caption", numbers=HEAD[1:]))
    whole(text, *HEAD, *row[1:])


def test_what_further_arms_did_stands_in_narrow_columns(tmp_path: Path) -> None:
    """The heads are numbers and short words: the long labels of measures broke in the middle of words."""
    path = build(tmp_path / "small")
    run = open_run(path)
    run.__dict__["manifest"] = {**run.manifest, "arms": ["none", "ghost", "full", "full_again"]}
    screen = Console(width=80, markup=False, no_color=True)
    with screen.capture() as captured:
        scenarios._arms_table(screen, run)
    whole(captured.get(), "1 barred silent spoke full_again")


def test_a_list_of_rows_is_told_in_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goodstanding.cli.shared.console", lambda wide: Console(width=80, markup=False))
    print_told({"rows": [{"path": "schemes.suining.safeguards.appeal.capacity", "mark": "documented", "source": "x"}]})
    whole(capsys.readouterr().out, "path mark source documented")
