"""The command line: a verb for everything that is asked of a scenario or of a run.

Results go to stdout, progress and problems to stderr, one line a problem. Exit codes: 0 ok, 1 our bug, 2 invalid
input, 3 resources, 4 integrity, 130 interrupted. Nothing heavy is imported before a verb needs it.
"""

from __future__ import annotations

import codecs
import io
import os
import signal
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer

from goodstanding.cli.catalogue import explain, list_, schema
from goodstanding.cli.causes import attribute, outcomes
from goodstanding.cli.judging import audit, odd
from goodstanding.cli.results import compare, life, report, safeguards
from goodstanding.cli.scenarios import check, plan, run
from goodstanding.cli.workshop import about, doctor, new
from goodstanding.errors import GoodstandingError, Resources, nearest, plain

app = typer.Typer(
    help="What does a system that rates every citizen do to people? Tried on invented ones. Synthetic societies only; "
    "`goodstanding about` says what it will never be.",
    epilog="SCENARIO is a name from `goodstanding list scenarios` or a path. RUN is the folder of a run.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def _every_verb(
    debug: Annotated[bool, typer.Option("--debug", help="show tracebacks instead of one line")] = False,
) -> None:
    """Take the options that hold for every verb; `main` reads --debug."""


for verb in (
    run, list_, explain, check, plan, compare, safeguards, outcomes, attribute, life, report, audit, odd, schema, new,
    about, doctor,
):  # fmt: skip
    app.command(verb.__name__.rstrip("_"))(verb)


NEAR = "goodstanding-near"
SIGNS = str.maketrans("−–—‘’“”×·†", "---''\"\"x.*")
"""Signs that mean something in a number or a quotation, and what stands for them where a terminal lacks them."""


def _near(error: UnicodeError) -> tuple[str, int]:
    """What is printed in place of what a stream cannot encode: the nearest plain sign, else a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    signs = error.object[error.start : error.end].translate(SIGNS)
    return "".join(sign if sign.isascii() else "?" for sign in signs), error.end


codecs.register_error(NEAR, _near)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    asked = sys.argv[1:] if arguments is None else arguments
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  closed by whoever called
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign that it cannot show is no reason to lose what was found
            stream.reconfigure(errors=NEAR)
    for quiet in ("SIGTERM", "SIGHUP"):
        with suppress(ValueError, AttributeError):  # not the main thread, or not such a system
            signal.signal(getattr(signal, quiet), signal.default_int_handler)
    debug, asked = "--debug" in asked, [a for a in asked if a != "--debug"]
    try:
        code = app(["--debug"] * debug + asked, prog_name="goodstanding", standalone_mode=False, obj=asked)
        sys.stdout.flush()
    except GoodstandingError as error:
        if debug:
            raise
        for problem in error.problems:
            _complain(problem)
        return error.exit_code
    except typer.TyperException as error:
        _complain(_misread(error, asked))
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        _complain("interrupted")
        return 130
    except (BrokenPipeError, SystemExit):  # whoever read our output has had enough of it; Typer then wants to exit
        _say_no_more()
        return 0
    except OSError as error:
        if debug or error.filename is not None:  # a file's own errors are told where they happen
            return _our_bug(error, debug)
        _say_no_more()
        _complain(f"stdout: {error.strerror}; what was found could not be printed, send it where there is room")
        return Resources.exit_code
    except Exception as error:
        return _our_bug(error, debug)
    if code == 130:  # Typer turns an interrupt into this code
        _complain("interrupted")
    return code if isinstance(code, int) else 0


def _misread(error: typer.TyperException, asked: list[str]) -> str:
    """What cannot be read of a command line, in the words of all our errors."""
    command: Any = getattr(error, "cmd", None)
    if option := getattr(error, "possibilities", None) is not None and str(getattr(error, "option_name", "")):
        known = [name for each in command.params for name in each.opts if name.startswith("--")]
        return f"{plain(option)}: no such option; allowed are {', '.join(known)}{nearest(option, known)}"
    if verbs := getattr(command, "commands", None):
        verb = next((word for word in asked if not word.startswith("-")), "")
        return f"{plain(verb)}: no such verb; allowed are {', '.join(verbs)}{nearest(verb, verbs)}"
    if (missing := getattr(error, "param", None)) is not None:
        return f"{(missing.metavar or missing.name).upper()}: missing; allowed is {missing.help}"
    return f"goodstanding: {' '.join(error.format_message().split()).rstrip('.')}; allowed is what --help says"


def _our_bug(error: Exception, debug: bool) -> int:
    """One line for what should not have happened, with its traceback in a file; or, to debug it, the error itself."""
    if debug:
        raise error
    _complain(f"a bug of ours: {type(error).__name__}: {plain(str(error))}; traceback in {_traceback()}")
    return 1


def _complain(line: str) -> None:
    """One line on stderr; where that is closed or full the exit code must do."""
    with suppress(OSError):
        typer.echo(line, err=True)


def _say_no_more() -> None:
    """Send the rest of the output nowhere, so that the end of the process does not try to print it again."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _traceback() -> str:
    """Write the traceback to a file of its own and return its path."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="goodstanding-", suffix=".txt", delete=False) as file:
        traceback.print_exc(file=file)
    return file.name
