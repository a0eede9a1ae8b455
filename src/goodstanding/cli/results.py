"""The verbs that take a run: compare, life, safeguards, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodstanding.cli.shared import Extensions, Json, Quiet, RunFolder, console, file, keep, print_json, whole


def compare(
    run: RunFolder,
    other: Annotated[
        Path | None, typer.Argument(metavar="B", help="another run of the same people, seeds, months and version")
    ] = None,
    arm: Annotated[str, typer.Option(help="the arm that is looked at")] = "full",
    against: Annotated[
        str | None, typer.Option(help="the arm it is held against: none unless said; of one run alone")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the paired differences between two arms or two runs."""
    from goodstanding.runs import open_run

    found = open_run(run).compare(arm, against, other=None if other is None else open_run(other))
    if as_json:
        print_json(found.to_dict())
        return
    screen = console()
    if not quiet:
        screen.print(found)
    screen.print(found.headline(), highlight=False, soft_wrap=not screen.is_terminal)


def life(
    run: RunFolder,
    person: Annotated[int | None, whole("--person", "whose life, by a number that is nobody's name")] = None,
    pick: Annotated[
        str | None,
        typer.Option(help="or: typical, unlucky, most-harmed, falsely-flagged, informer or child, by a rule it tells"),
    ] = None,
    arm: Annotated[str, typer.Option(help="the arm in which it is lived, beside none")] = "full",
    world: Annotated[int, whole("--world", "which of the run's pairs of seeds", 1)] = 1,
    html: Annotated[Path | None, file("--html", "write it as a page that opens from disk", "html")] = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """Tell one synthetic person's life, with the scheme and without.

    It is one of many possible. The world is lived through once more, with somebody looking on. What is told is kept
    beside the run, for its report.
    """
    from goodstanding.folder import write
    from goodstanding.runs import open_run

    found = open_run(run).life(person, pick=pick, arm=arm, world=world, allow_extensions=allow_extensions)
    if html is not None:
        write(html, found.to_html().encode())
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo(found.text() if html is None else html)
    keep(run, found)


def safeguards(
    run: RunFolder,
    harm: Annotated[str, typer.Option(help="what is to be spared: unfounded, sanctions or silence")] = "unfounded",
    as_json: Json = False,
) -> None:
    """Say which safeguard spares people most, and its cost.

    Of a run with `--with safeguards --assumptions N`: each alone, and each last in.
    """
    from goodstanding.runs import open_run

    found = open_run(run).safeguards(harm)
    if as_json:
        print_json(found.to_dict())
    else:
        console().print(found)


def report(
    run: RunFolder,
    interactive: Annotated[
        bool, typer.Option("--interactive", help="a second page, with charts that answer to a pointer")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write the report of a run again, and print where it is."""
    from goodstanding.runs import open_run

    page = open_run(run).report(interactive=interactive)
    if as_json:
        print_json({"report": str(page), "synthetic": True})
    else:
        typer.echo(page)
