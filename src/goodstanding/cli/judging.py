"""The verbs for whoever has to judge: audit a run, describe a scenario so that it can be built again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodstanding.cli.shared import Extensions, Json, Months, People, Quiet, RunFolder, Set, print_json
from goodstanding.errors import InvalidInput


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
    """Hold a run against the yardsticks of the law.

    Flags, and what this model cannot tell; never a verdict, and never without what it cannot show.
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


def odd(
    what: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="a name from the library, a path, or the folder of a run")
    ],
    card: Annotated[bool, typer.Option("--card", help="the simulation card alone: one page")] = False,
    people: People = None,
    months: Months = None,
    set_: Set = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """Describe a scenario so that others can build it again.

    In the order of the ODD protocol; Markdown, the same on every machine. Of a run the card names seeds and digest.
    """
    from goodstanding.runs import open_run
    from goodstanding.scenario import read

    if Path(what).is_dir():
        if set_ or people is not None or months is not None:
            raise InvalidInput("odd: a run stays as it was; allowed with --set, --people and --months is a scenario")
        found = open_run(what).odd(allow_extensions=allow_extensions)
    else:
        found = read(what, set=set_ or [], people=people, months=months, allow_extensions=allow_extensions).odd()
    if as_json:
        print_json(found.to_dict())
    else:
        typer.echo(found.card() if card else found.text())
