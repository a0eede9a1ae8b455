"""What the verbs share: their options, tables in the terminal, one JSON object, and a bar of progress on stderr."""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodstanding.errors import InvalidInput, plain

if TYPE_CHECKING:
    from rich.console import Console

    from goodstanding.answer import Answer
    from goodstanding.lives import Life

Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="a name from the library, or a path")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="the folder of a run")]


def whole(option: str, help: str, low: int = 0, high: float = math.inf, none: str = "", nought: str = "0") -> Any:
    """An option that takes a whole number, or `nought` for `none`; help and refusal say what is allowed."""
    spared = [nought] if none or nought != "0" else []
    allowed = f"from {low:,}" if high == math.inf else f"from {low:,} to {high:,}"
    allowed += "".join(f", or {each} {none}".rstrip() for each in spared)

    def number(given: object) -> int:
        text = str(given)
        if text in spared:
            return 0
        if re.fullmatch("[0-9]{1,20}", text) and low <= int(text) <= high:
            return int(text)
        raise InvalidInput(f"{option}: '{plain(text)}' cannot be used; allowed is a whole number {allowed}")

    return typer.Option(option, help=f"{help}: {allowed}", parser=number, metavar="NUMBER")


def file(option: str, help: str, kind: str) -> Any:
    """An option that takes a file to be written, refused before any work where it cannot be."""

    def place(given: object) -> Path:
        path = Path(str(given))
        if os.path.isdir(path) or not os.access(path.parent, os.W_OK):
            what = "is a folder" if os.path.isdir(path) else f"{plain(str(path.parent))} is no folder to write into"
            raise InvalidInput(f"{option}: {plain(str(path))}: {what}; allowed is a file in a folder that is there")
        return path

    return typer.Option(option, help=help, parser=place, metavar=f"FILE.{kind}")


People = Annotated[int | None, whole("--people", "how many people live in the society", 1)]
Months = Annotated[int | None, whole("--months", "how many months are simulated", 0, 240)]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="change one value; may be repeated")]
With = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="ARM", help="lay an arm of `list arms` over it, or a folder; may be repeated"),
]
OneScheme = Annotated[str | None, typer.Option("--scheme", help="the one scheme that --with is laid over")]
Quiet = Annotated[bool, typer.Option("--quiet", help="print what was found and nothing around it")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Extensions = Annotated[bool, typer.Option("--allow-extensions", help="load the mechanisms that the scenario names")]
Beside = Annotated[
    str | None, typer.Option("--scenario", metavar="SCENARIO", help="with the mechanisms that stand beside it as well")
]
Arms = Annotated[
    str | None, typer.Option(help="only these arms, with commas between; `none`, and what --with lays, besides")
]
Processes = Annotated[int | None, whole("--processes", "worlds at once, one a core unless said", 1)]
Assumptions = Annotated[
    int,
    whole("--assumptions", "sets of assumptions to try in a small county besides, 200 for what is to be quoted",
          20, 10_000, "to leave them as they are"),
]  # fmt: skip
Across = Annotated[
    str | None,
    typer.Option(help="further arms to try over the assumptions, with commas between, beside the nested and laid ones"),
]
Seeds = Annotated[int, whole("--seeds", "how many worlds, each with its own luck", 1, 100_000)]
Threads = Annotated[int | None, whole("--threads", "threads a world, the spare cores unless said", 1)]


def listed(arms: str | None) -> list[str] | None:
    """The arms named with commas between, or None for all of them."""
    return None if arms is None else [arm.strip() for arm in arms.split(",") if arm.strip()]


def console(wide: int = 120) -> Console:
    """A terminal, or plain text of a fixed width where there is none."""
    from rich.console import Console

    return Console(markup=False, width=None if sys.stdout.isatty() else wide)


def keep(what: str | Path, found: Answer | Life, *, changed: bool = False) -> None:
    """Keep what was asked of a run beside it, for its report; where nothing can be written, one line on stderr says so.

    What was asked of a scenario, or of a run's with other values, is nowhere to be kept.
    """
    from goodstanding.errors import Resources
    from goodstanding.folder import open_run

    if changed or not Path(what).is_dir():
        return
    try:
        open_run(what).keep(found)
    except Resources as error:
        typer.echo(f"not kept for the report: {plain(str(error))}", err=True)


def print_json(told: Mapping[str, Any]) -> None:
    """One JSON object on stdout; escaped where the stream cannot hold every sign."""
    every = getattr(sys.stdout, "encoding", "").lower().startswith("utf")
    typer.echo(json.dumps(told, indent=2, ensure_ascii=not every, allow_nan=False, default=str))


class progress:
    """A bar on stderr where that is a terminal, and nothing elsewhere."""

    def __init__(self, silent: bool) -> None:
        self.silent = silent or not sys.stderr.isatty()

    def __enter__(self) -> Callable[[int, int, str], None] | None:
        if self.silent:
            return None
        from rich.console import Console
        from rich.progress import Progress

        self.bar = Progress(console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task("")
        return lambda done, total, text: self.bar.update(task, completed=done, total=total, description=plain(text))

    def __exit__(self, *_: object) -> None:
        if not self.silent:
            self.bar.stop()


def print_rows(screen: Console, title: str, rows: Mapping[str, str]) -> None:
    """Two columns under a title."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for key, text in rows.items():
        table.add_row(key, text)
    if title:
        screen.print(f"\n{title}", style="bold")
    if rows:
        screen.print(table)


def print_told(told: Mapping[str, Any], title: str = "") -> None:
    """Print a card: plain values first, then what has values of its own, then lists of rows as tables."""
    from goodstanding.frames import terminal

    screen = console(wide=200)
    nested = {
        k: v for k, v in told.items() if isinstance(v, Mapping) and any(isinstance(c, Mapping) for c in v.values())
    }
    tables = {k: v for k, v in told.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)}
    print_rows(screen, title, {k: _words(v) for k, v in told.items() if k not in nested and k not in tables})
    for key, value in nested.items():
        for name, inner in value.items():
            print_told(inner if isinstance(inner, Mapping) else {"": inner}, f"{key}: {name}")
    for key, rows in tables.items():
        screen.print(f"\n{key}", style="bold")
        cells = [[_words(cell) for cell in row.values()] for row in rows]
        screen.print(terminal([*rows[0]], cells, "", "", whole=["path"] if screen.width > 150 else []))


def print_story(story: Mapping[str, Mapping[str, list[str]]], arms: Mapping[str, str]) -> None:
    """Print what happens in a month, heading by heading, and what each arm changes."""
    from rich.padding import Padding

    screen = console(wide=120)
    for heading, mechanisms in story.items():
        screen.print(f"\n{heading}", style="bold")
        for does, said in mechanisms.items():
            screen.print(Padding(does, (0, 0, 0, 2)))
            for line in said:
                screen.print(Padding(line, (0, 0, 0, 6)), style="dim")
    screen.print("\nWhat the arms change", style="bold")
    for arm, told in arms.items():
        screen.print(Padding(f"{arm}: {told}", (0, 0, 0, 2)))


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items()) or "none"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(_words, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
