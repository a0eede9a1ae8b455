"""The verbs that take a run: compare, report."""

from __future__ import annotations

from typing import Annotated

import typer

from goodstanding.cli.shared import Json, Quiet, RunFolder, console, print_json


def compare(
    run: RunFolder,
    arm: Annotated[str, typer.Option(help="the arm that is looked at")] = "full",
    against: Annotated[str, typer.Option(help="the arm it is held against")] = "none",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Print the paired differences between two arms of a run."""
    from goodstanding.runs import open_run

    found = open_run(run).compare(arm, against)
    if as_json:
        print_json(found.to_dict())
        return
    screen = console()
    if not quiet:
        screen.print(found)
    screen.print(found.headline(), highlight=False, soft_wrap=True)


def report(run: RunFolder, as_json: Json = False) -> None:
    """Write the report of a run again, and print where it is."""
    from goodstanding.runs import open_run

    page = open_run(run).report()
    if as_json:
        print_json({"report": str(page), "synthetic": True})
    else:
        typer.echo(page)
