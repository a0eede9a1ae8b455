"""Every refusal keeps one form: where, what is wrong, what is allowed, and the nearest right name last."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from goodstanding import attribution, errors, outcomes, runs, sweep
from goodstanding.cli import app, main
from goodstanding.world import MOST_MONTHS

SOURCE = Path(errors.__file__).parent
SAID = {"what", "fault", "faults", "known", "said", "NO_PERSONS"}
"""Names of texts that are put together above the raise, what is allowed with them."""
VERBS = {command.callback.__name__.rstrip("_") for command in app.registered_commands if command.callback}
ASKED = {"acts", "bibliography", "block", "board", "by", "draws", "frontier", "scenario", "share", "since", "validity"}
"""What Python alone can be asked for, and the argument that is no option."""


def refusals() -> Iterator[tuple[str, ast.expr]]:
    """Every text with which InvalidInput is raised, and where; lists of problems are put together elsewhere."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                raised = node.exc
                if isinstance(raised.func, ast.Name) and raised.func.id == "InvalidInput":
                    for text in raised.args:
                        if not isinstance(text, ast.Starred):
                            yield f"{path.relative_to(SOURCE)}:{text.lineno}", text


def words(text: ast.expr) -> str:
    """A text as it stands in the source, what is filled in in braces."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(
        str(part.value) if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
        for part in parts
        if isinstance(part, (ast.Constant, ast.FormattedValue))
    )


REFUSALS = [pytest.param(words(text), id=where) for where, text in refusals()]


def options() -> set[str]:
    return {
        option
        for command in typer.main.get_command(app).commands.values()  # type: ignore[attr-defined]
        for each in command.params
        for option in each.opts
    }


def test_there_are_refusals_to_look_at() -> None:
    assert len(REFUSALS) > 80


@pytest.mark.parametrize("text", REFUSALS)
def test_a_refusal_says_where_and_what_is_allowed(text: str) -> None:
    """Where is a file or a path, filled in; a verb; or an option as it is written."""
    where = re.match(r"(--[a-z-]+|[a-z]+)?(.)", text)
    assert where is not None
    if where[1] is None:
        assert text.startswith(("{", "plugin")), text
    else:
        assert where[1] in VERBS | ASKED | options() | {"plugin"} and where[2] in ": ", text
    assert "allowed" in text or set(re.findall(r"\{(\w+)", text)) & SAID, text


@pytest.mark.parametrize("text", REFUSALS)
def test_the_nearest_name_comes_last(text: str) -> None:
    assert "{nearest(" not in text or re.search(r"\{nearest\([^{}]*\)\}$", text), text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("run suining-2010 --people 0", "--people: '0' cannot be used; allowed is a whole number from 1"),
        ("run suining-2010 --people 1_000", "--people: '1_000' cannot be used"),
        ("run suining-2010 --people=abc", "--people: 'abc' cannot be used"),
        ("plan suining-2010 --assumptions 7", "allowed is a whole number from 20 to 10,000, or 0 to leave them"),
        ("check suining-2010 --with attcks", "did you mean 'attacks'?"),
        ("check suining-2010 --with insider", "did you mean 'attacks/insiders'?"),
        ("explain suining.sanctoins.people", "did you mean 'sanctions.people'?"),
        ("explain unfounded.unfouned", "did you mean 'unfounded'?"),
        ("check plain-fines --people 10", "--people: 9 people expected in a county; a cell has at least 50; allowed"
         " are at least 500 people, or fewer counties or groups"),
        ("check plain-fines --people 99999999999", "--people: 99999999999 is outside 1 to"),
        ("check plain-fines --set months=3 --months 4", "--months: would replace --set months; allowed is one of"),
        ("run plain-fines --across half", "--across: --assumptions is missing; allowed is --across beside --assump"),
        ("attribute plain-fines --orders 0", "--orders: '0' cannot be used; allowed is a whole number from 1 to 10,000,"
         " or all"),
        ("attribute plain-fines --chart no/such.svg", "--chart: no/such.svg: no is no folder to write into;"),
        ("outcomes plain-fines --page /", "--page: /: is a folder; allowed is a file in a folder that is"),
        ("rnu", "rnu: no such verb; allowed are run"),
        ("run suining-2010 --poeple 3", "did you mean '--people'?"),
        ("run", "SCENARIO: missing; allowed is a name from the library, or a path"),
        ("run suining-2010 more", "allowed is what --help says"),
    ],
)  # fmt: skip
def test_a_command_line_is_refused_in_one_line_of_ours(
    line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(line.split()) == 2
    said = capsys.readouterr().err
    assert told in said and said.count("\n") == 1 and "Input should be" not in said


def test_a_name_that_is_known_is_not_meant_for_itself() -> None:
    """`life --arm none` was answered with "none cannot be told beside none; did you mean 'none'?"."""
    assert errors.nearest("none", ["none", "nose"]) == "" and errors.nearest("nome", ["none"]) != ""


def test_the_help_has_the_limits_that_hold(capsys: pytest.CaptureFixture[str]) -> None:
    """They stand in the command line once more, as nothing heavy is imported for a help page."""
    for verb, name, most in (
        ("run", "assumptions", f"from {sweep.FEWEST} to {sweep.MOST:,}"), ("run", "months", f"from 0 to {MOST_MONTHS}"),
        ("run", "seeds", f"from 1 to {runs.MOST_WORLDS:,}"), ("outcomes", "lucks", f"from {outcomes.FEWEST} to 1,000"),
    ):  # fmt: skip
        assert main([verb, "--help"]) == 0
        page = " ".join(capsys.readouterr().out.split())
        assert re.search(f"--{name} NUMBER [^-]*{most}", page), name
    assert attribution.SEEDS >= 2
