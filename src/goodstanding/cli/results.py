"""The verbs that take a run: compare, safeguards, report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodstanding.cli.shared import Json, Quiet, RunFolder, console, print_json


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
    screen.print(found.headline(), highlight=False, soft_wrap=True)


def safeguards(
    run: RunFolder,
    harm: Annotated[str, typer.Option(help="what is to be spared: unfounded, sanctions or silence")] = "unfounded",
    as_json: Json = False,
) -> None:
    """Say which safeguard spares people most, alone and last in, and what it costs."""
    from goodstanding.runs import open_run
    from goodstanding.safeguards import Safeguards

    found = Safeguards(open_run(run), harm)
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
