"""The verbs for whoever has to judge: audit a run, describe a scenario so that it can be built again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodstanding.cli.shared import Extensions, Json, Quiet, RunFolder, print_json


def audit(
    run: RunFolder,
    arm: Annotated[str, typer.Option(help="the arm that is audited")] = "full",
    beside: Annotated[
        Path | None,
        typer.Option(metavar="RUN", help="a run of another system in the same society: would it do as well?"),
    ] = None,
    page: Annotated[
        bool, typer.Option("--page", help="write it as a page into the run's folder, and print where")
    ] = False,
    as_json: Json = False,
    quiet: Quiet = False,
    allow_extensions: Extensions = False,
) -> None:
    """Hold a run against the yardsticks of the law: flags, and what this model cannot tell.

    Never a verdict, and never without what it cannot show.
    """
    from goodstanding.runs import open_run

    other = None if beside is None else open_run(beside)
    found = open_run(run).audit(arm, beside=other, allow_extensions=allow_extensions)
    written = str(found.page()) if page else None
    if as_json:
        print_json({**found.to_dict(), "page": written})
        return
    if not quiet:
        typer.echo(found.text())
    if written:
        typer.echo(f"{'' if quiet else chr(10)}page    {written}")
