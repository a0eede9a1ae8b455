"""The verbs about the workshop itself: new, doctor, about."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goodstanding.cli.shared import Json, Quiet, print_json
from goodstanding.errors import Integrity

PURPOSE = """\
goodstanding simulates social-scoring systems on wholly synthetic societies and measures what they do to people.
Every result is a comparison with the same invented people and the same luck, without the system.
"""


WRITTEN = "{path}: {name}, of the kind {kind}, works as it is. Its first comment says where to change it."
USE = """
In a scenario that stands beside it, such as a copy of the library's, with what is below `arms:` under its own:

{lines}

Then, as this runs code from that file:

goodstanding check my-scenario.yaml --allow-extensions
goodstanding run my-scenario.yaml --allow-extensions --people 10000
goodstanding compare runs/FOLDER --arm with_{name} --against full"""


def new(
    kind: Annotated[
        str,
        typer.Argument(metavar="KIND", help="conduct, observation, scoring, sanction, attack, safeguard or measure"),
    ],
    name: Annotated[str, typer.Argument(metavar="NAME", help="what it is called in scenarios, such as second_look")],
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a new mechanism or measure, a file that works as it is.

    It is written into the current folder, and nothing is ever overwritten.
    """
    from goodstanding import skeleton

    path = skeleton.write(kind, name, Path())
    lines = skeleton.lines(kind, name)
    if as_json:
        print_json({"file": str(path), "kind": kind, "name": name, "scenario": lines, "synthetic": True})
    elif not quiet:
        typer.echo(WRITTEN.format(path=path, kind=kind, name=name))
        typer.echo(USE.format(lines=lines, name=name))


def doctor(as_json: Json = False, quiet: Quiet = False) -> int:
    """Say whether this installation is in order, and what to do.

    Exit code 4 where a known answer is another one, 3 where something is missing.
    """
    from goodstanding.doctor import examine, verdict

    found = examine()
    code = verdict(found)
    if as_json:
        print_json({"checks": [vars(check) for check in found], "exit_code": code, "synthetic": True})
        return code
    for check in found:
        if not quiet or check.state != "ok":
            typer.echo(f"{check.state:<5} {check.what:<14} {check.found}" + (f"; {check.do}" if check.do else ""))
    return code


def about(as_json: Json = False) -> None:
    """Say what this is for, and what it will never be."""
    here = Path(__file__).parents[1]
    vision = next((p for p in (here / "VISION.md", here.parents[1] / "VISION.md") if p.exists()), None)
    if vision is None:
        raise Integrity(f"about: there is no VISION.md in {here}; install goodstanding again")
    told = PURPOSE + "\n" + vision.read_text(encoding="utf-8").lstrip("# ")
    if as_json:
        print_json({"about": told.splitlines(), "synthetic": True})
    else:
        typer.echo(told.rstrip())
