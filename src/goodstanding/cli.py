"""The command line: `goodstanding run check list explain compare report about schema`.

Results go to stdout, progress and problems to stderr, one line a problem. Exit codes: 0 ok, 1 our bug, 2 invalid
input, 3 resources, 4 integrity, 5 locked, 130 interrupted. Nothing heavy is imported before a verb needs it.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodstanding.errors import GoodstandingError, Integrity, InvalidInput, nearest, plain

if TYPE_CHECKING:
    from rich.console import Console

    from goodstanding import scenario as scenarios
    from goodstanding.card import Card, Setting
    from goodstanding.runs import Run

PURPOSE = """\
goodstanding simulates social-scoring systems on wholly synthetic societies and measures what they do to people.
Every result is a comparison with the same invented people and the same luck, without the system.
"""

app = typer.Typer(
    help="What does a system that rates every citizen do to people? Tried on invented ones. Synthetic societies only; "
    "`goodstanding about` says what it will never be.",
    epilog="SCENARIO is a name from `goodstanding list scenarios` or a path. RUN is the folder of a run.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
Scenario = Annotated[str, typer.Argument(metavar="SCENARIO", help="a name from the library, or a path")]
RunFolder = Annotated[Path, typer.Argument(metavar="RUN", help="the folder of a run")]
People = Annotated[int | None, typer.Option(help="how many people live in the society", min=1)]
Months = Annotated[int | None, typer.Option(help="how many months are simulated", min=0)]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="change one value; may be repeated")]
Json = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Extensions = Annotated[bool, typer.Option("--allow-extensions", help="load the mechanisms that the scenario names")]
Beside = Annotated[
    str | None, typer.Option("--scenario", metavar="SCENARIO", help="with the mechanisms that stand beside it as well")
]


@app.callback()
def _every_verb(
    debug: Annotated[bool, typer.Option("--debug", help="show tracebacks instead of one line")] = False,
) -> None:
    """Take the options that hold for every verb; `main` reads --debug."""


@app.command()
def run(
    context: typer.Context,
    scenario: Scenario,
    people: People = None,
    months: Months = None,
    seeds: Annotated[int, typer.Option(help="how many worlds, each with its own luck", min=1)] = 8,
    processes: Annotated[int | None, typer.Option(help="worlds at once; one a core unless said", min=1)] = None,
    threads: Annotated[int, typer.Option(help="threads a world", min=1)] = 1,
    set_: Set = None,
    arms: Annotated[str | None, typer.Option(help="only these arms, with commas between")] = None,
    out: Annotated[Path, typer.Option(help="where the run folder goes")] = Path("runs"),
    as_json: Json = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress and no table")] = False,
    report: Annotated[bool, typer.Option(help="write the report's page as well")] = True,
    allow_extensions: Extensions = False,
) -> None:
    """Simulate a scenario in all its arms, and print what the rules did beside the same people without them."""
    from goodstanding import runs
    from goodstanding.scenario import read

    told = read(scenario, set=set_ or [], people=people, months=months, allow_extensions=allow_extensions)
    _name_unused(told)
    with _progress(quiet or as_json) as progress:
        done = runs.run(
            told,
            seeds=seeds,
            processes=processes,
            threads=threads,
            arms=[a.strip() for a in arms.split(",") if a.strip()] if arms is not None else None,
            out=out,
            report=report,
            progress=progress,
            command=shlex.join(["goodstanding", *context.obj]),
        )
    page = str(done.path / "report.html") if report else None
    found = _main_comparison(done)
    headline = found.headline() if found else "One arm only: there is nothing to compare it with."
    if as_json:
        facts = {key: done.manifest[key] for key in ("digest", "seconds", "person_months")}
        _print_json({"run": str(done.path), **facts, "headline": headline, "report": page, "synthetic": True})
        return
    console = _console()
    if found and told.months and not quiet:
        _arms_table(console, done)
    console.print(headline, highlight=False, soft_wrap=True)
    if not quiet:
        speed = done.manifest["person_months"] / max(done.manifest["seconds"], 1e-9) / 1e6
        console.print(f"{done.manifest['seconds']:.1f} s, {speed:.1f} million person-months a second", style="dim")
    typer.echo(f"run     {done.path}" + (f"\nreport  {page}" if page else ""))


@app.command()
def check(
    scenario: Scenario,
    people: People = None,
    months: Months = None,
    set_: Set = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """Read a scenario, and say every mistake in it at once."""
    from goodstanding.scenario import read

    found = read(scenario, set=set_ or [], people=people, months=months, allow_extensions=allow_extensions)
    _name_unused(found)
    marks = [p.mark for p in found.provenance.values()]
    told = {
        "scenario": found.name,
        "title": found.title,
        "months": found.months,
        "arms": list(found.arms),
        "parameters": len(marks),
        "assumed": marks.count("assumed"),
        "hash": found.hash,
        "synthetic": True,
    }
    if as_json:
        _print_json(told)
        return
    typer.echo(
        f"{found.name} is in order: {found.months} months, {len(found.arms)} arms ({', '.join(found.arms)}), "
        f"{len(marks)} parameters of which {told['assumed']} assumed, hash {found.hash[:8]}"
    )


@app.command("list")
def list_(
    what: Annotated[str | None, typer.Argument(help="scenarios, measures, acts, or a folder of mechanisms")] = None,
    beside: Beside = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """List scenarios, mechanisms by folder, measures and acts."""
    _load_beside(beside, allow_extensions)
    shelves = _shelves()
    if what is not None and what not in shelves:
        raise InvalidInput(
            f"list: '{plain(what)}' is unknown{nearest(what, shelves)}; allowed is one of {', '.join(shelves)}"
        )
    chosen = {name: make() for name, make in shelves.items() if what in (None, name)}
    if as_json:
        _print_json({**chosen, "synthetic": True})
        return
    console = _console()
    for name, rows in chosen.items():
        _print_rows(console, name, rows)


@app.command()
def explain(
    what: Annotated[
        str, typer.Argument(help="a scenario, a mechanism, a setting's path, a measure, an act, an arm or a column")
    ],
    society: Annotated[bool, typer.Option("--society", help="generate its people and print who they are")] = False,
    people: People = None,
    arm: Annotated[str, typer.Option(help="whose month is printed")] = "full",
    beside: Beside = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """Say what a scenario, a mechanism, a setting, a measure, an act, an arm or a column is."""
    _load_beside(beside, allow_extensions)
    from goodstanding.scenario import library

    if what in library() or Path(what).suffix in (".yaml", ".yml", ".json"):
        told = _society(what, people, allow_extensions) if society else _scenario(what, people, arm, allow_extensions)
    elif society:
        raise InvalidInput(f"explain --society: '{plain(what)}' is no scenario{nearest(what, library())}")
    else:
        told = _card(what)
    if as_json:
        _print_json({**told, "synthetic": True})
        return
    if "settings" in told and "scenario" in told:
        shown = ("path", "value", "unit", "mark", "source")
        told["settings"] = [{name: row[name] for name in shown} for row in told["settings"]]
    _print_told(told)


@app.command()
def compare(
    run: RunFolder,
    arm: Annotated[str, typer.Option(help="the arm that is looked at")] = "full",
    against: Annotated[str, typer.Option(help="the arm it is held against")] = "none",
    as_json: Json = False,
) -> None:
    """Print the paired differences between two arms of a run."""
    from goodstanding.runs import open_run

    found = open_run(run).compare(arm, against)
    if as_json:
        _print_json(found.to_dict())
        return
    console = _console()
    console.print(found)
    console.print(found.headline(), highlight=False, soft_wrap=True)


@app.command()
def report(run: RunFolder, as_json: Json = False) -> None:
    """Write the report of a run again, and print where it is."""
    from goodstanding.runs import open_run

    page = open_run(run).report()
    if as_json:
        _print_json({"report": str(page), "synthetic": True})
    else:
        typer.echo(page)


@app.command()
def about(as_json: Json = False) -> None:
    """Say what this is for, and what it will never be."""
    here = Path(__file__).parent
    vision = next((p for p in (here / "VISION.md", here.parents[1] / "VISION.md") if p.exists()), None)
    if vision is None:
        raise Integrity(f"about: there is no VISION.md in {here}; install goodstanding again")
    told = PURPOSE + "\n" + vision.read_text(encoding="utf-8").lstrip("# ")
    if as_json:
        _print_json({"about": told.splitlines(), "synthetic": True})
    else:
        typer.echo(told.rstrip())


@app.command()
def schema(beside: Beside = None, allow_extensions: Extensions = False) -> None:
    """Print the JSON Schema of scenario files, made from the cards."""
    _load_beside(beside, allow_extensions)
    from goodstanding.scenario import schema as of_scenarios

    _print_json(of_scenarios())


def _load_beside(scenario: str | None, allow_extensions: bool) -> None:
    """Read a scenario for the sake of the mechanisms that stand beside it."""
    if scenario is not None:
        from goodstanding.scenario import read

        read(scenario, allow_extensions=allow_extensions)


def _name_unused(scenario: scenarios.Scenario) -> None:
    """Say on stderr which mechanisms were loaded from beside a scenario and work in none of its arms."""
    from goodstanding.kernels import EXTENSION
    from goodstanding.mechanism import catalogue

    modules = {EXTENSION + Path(name).stem for name, _ in scenario.extensions}
    worlds = [scenario.world(arm) for arm in scenario.arms]
    used = {type(rule) for world in worlds for rule in world.conduct}
    used |= {type(rule) for world in worlds for scheme in world.schemes for rule in scheme.mechanisms}
    for found in catalogue().values():
        for key, cls in found.items():
            if cls.__module__ in modules and cls not in used:
                print(f"{key} is loaded and used in no arm", file=sys.stderr)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    asked = sys.argv[1:] if arguments is None else arguments
    for quiet in ("SIGTERM", "SIGHUP"):
        with suppress(ValueError, AttributeError):  # not the main thread, or not such a system
            signal.signal(getattr(signal, quiet), signal.default_int_handler)
    debug, asked = "--debug" in asked, [a for a in asked if a != "--debug"]
    try:
        code = app(["--debug"] * debug + asked, prog_name="goodstanding", standalone_mode=False, obj=asked)
    except GoodstandingError as error:
        if debug:
            raise
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return error.exit_code
    except typer.TyperException as error:
        print(f"goodstanding: {' '.join(error.format_message().split())} (see --help)", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read our output has had enough of it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if debug:
            raise
        print(
            f"a bug of ours: {type(error).__name__}: {plain(str(error))}; traceback in {_traceback()}", file=sys.stderr
        )
        return 1
    if code == 130:  # Typer turns an interrupt into this code
        print("interrupted", file=sys.stderr)
    return code if isinstance(code, int) else 0


def _traceback() -> str:
    """Write the traceback to a file of its own and return its path."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", prefix="goodstanding-", suffix=".txt", delete=False) as file:
        traceback.print_exc(file=file)
    return file.name


def _console(wide: int = 120) -> Console:
    from rich.console import Console

    return Console(markup=False, width=None if sys.stdout.isatty() else wide)


def _print_json(told: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False, allow_nan=False, default=str))


class _progress:
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


def _main_comparison(done: Run) -> Any:
    """`full` against `none`, or whatever comes nearest to it in a run of few arms."""
    arms = done.manifest["arms"]
    against = "none" if "none" in arms else arms[0]
    others = [a for a in arms if a != against]
    return done.compare("full" if "full" in others else others[-1], against) if others else None


def _arms_table(console: Console, done: Run) -> None:
    """The measures of the headline in every arm, each with its paired difference from the first."""
    from rich.table import Table

    from goodstanding.comparison import BARRED, INDUCED, SILENT, SPOKE, UNFOUNDED, Comparison, number

    main = _main_comparison(done)
    columns = [(suffix, row) for suffix in (BARRED, UNFOUNDED, INDUCED, SILENT, SPOKE) for row in main.find(suffix)]
    worlds = len(main.worlds)
    noted = f"95 % interval of {worlds} worlds, luck only" if worlds > 1 else "one world: no interval"
    table = Table(
        title=f"{main.manifest['title']} · synthetic society",
        caption=f"over {main.manifest['months']} months; in brackets the difference from {main.against}, {noted}; "
        "in ghost and aware what the record would bring, and nobody feels",
    )
    table.add_column("arm")
    for _, row in columns:
        table.add_column(f"{row.label}\nper 1,000 {row.per}", justify="right")
    for arm in main.manifest["arms"]:
        found = {r.measure: r for r in Comparison(done, arm, main.against, main.counts).rows()}
        cells = []
        for _, row in columns:
            here = found.get(row.measure)
            if here is None or here.arm.mean is None:
                cells.append("–")
            elif arm == main.against or here.difference.low is None or here.arm.mean == here.against.mean == 0:
                cells.append(number(here.arm.mean))
            else:
                cells.append(
                    f"{number(here.arm.mean)}\n({number(here.difference.low)} to {number(here.difference.high)})"
                )
        table.add_row(arm, *cells)
    console.print(table)


def _shelves() -> dict[str, Callable[[], dict[str, str]]]:
    """What can be listed: a name, and how to get key -> one line."""
    from goodstanding.mechanism import FOLDERS, catalogue

    def mechanisms(folder: str) -> Callable[[], dict[str, str]]:
        return lambda: {key: cls.summary() for key, cls in catalogue()[folder].items()}

    def scenarios() -> dict[str, str]:
        from goodstanding.scenario import library, read

        return {name: read(name).title for name in library()}

    def measures() -> dict[str, str]:
        from goodstanding.measures import measures as found

        return {key: cls.summary() for key, cls in found().items()}

    def acts() -> dict[str, str]:
        from goodstanding.acts import ACTS

        return {act.key: act.label for act in ACTS}

    return {"scenarios": scenarios, **{f: mechanisms(f) for f in FOLDERS}, "measures": measures, "acts": acts}


def _print_rows(console: Console, title: str, rows: Mapping[str, str]) -> None:
    """Two columns under a title."""
    from rich.table import Table

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True)
    table.add_column()
    for key, text in rows.items():
        table.add_row(key, text)
    if title:
        console.print(f"\n{title}", style="bold")
    if rows:
        console.print(table)


def _scenario(name: str, people: int | None, arm: str, allow_extensions: bool) -> dict[str, Any]:
    """What a scenario is, and its month as rows."""
    from goodstanding.binding import month
    from goodstanding.scenario import read, rows

    found = read(name, people=people, allow_extensions=allow_extensions)
    if arm not in found.arms:
        raise InvalidInput(
            f"explain --arm: '{plain(arm)}' is no arm{nearest(arm, found.arms)}; allowed is {', '.join(found.arms)}"
        )
    marks = [p.mark for p in found.provenance.values()]
    world = found.world(arm)
    return {
        "scenario": found.name,
        "title": found.title,
        "note": found.note,
        "months": found.months,
        "arms": list(found.arms),
        "schemes": {s.name: [f"{m.folder}.{m.key()}" for m in s.mechanisms] for s in world.schemes},
        "parameters": f"{len(marks)}, of which {marks.count('assumed')} assumed",
        f"a month in {arm}": month(found, arm),
        "settings": rows(found),
    }


def _society(name: str, people: int | None, allow_extensions: bool) -> dict[str, Any]:
    """Who lives in a scenario's society, and how they are tied."""
    from goodstanding import ties
    from goodstanding.scenario import read
    from goodstanding.society import Population

    world = read(name, people=people, allow_extensions=allow_extensions).world("full")
    population = Population(world.society, 0)
    told = population.summary()
    nested = {name: value for name, value in told.items() if isinstance(value, Mapping)}
    plain_values = {name: value for name, value in told.items() if name not in nested}
    return {"people": {"all": plain_values, **nested}, "ties": ties.describe(population, world.ties)}


def _card(what: str) -> dict[str, Any]:
    """The card that a name or a dotted path leads to."""
    from goodstanding.acts import ACTS
    from goodstanding.measures import measures
    from goodstanding.mechanism import catalogue
    from goodstanding.runs import ARMS
    from goodstanding.scenario import library
    from goodstanding.world import COLUMNS

    parts = what.split(".")
    cards: dict[str, type[Card]] = {key: cls for found in catalogue().values() for key, cls in found.items()}
    cards |= measures()
    acts = {act.key: act for act in ACTS}
    if what in acts:
        return {"act": what, **{k: v for k, v in vars(acts[what]).items() if k != "key"}}
    if what in ARMS:
        return {"arm": what, "is": ARMS[what]}
    if what in COLUMNS and what not in cards:
        column = COLUMNS[what]
        return {"column": what, "label": column.label, "unit": column.unit or "none", "scope": column.scope}
    at = next((i for i, part in enumerate(parts) if part in cards), None)
    if at is None:
        society = _declarations().get(parts[0])
        if society is None:
            names = [*library(), *cards, *acts, *_declarations(), *ARMS, *COLUMNS]
            raise InvalidInput(
                f"explain: '{plain(what)}' is unknown{nearest(parts[-1], names)}; "
                "allowed is a scenario, a mechanism, a setting's path, a measure, an act (`goodstanding list`), "
                "an arm or a column"
            )
        cls, rest = society, parts[1:]
    else:
        cls, rest = cards[parts[at]], parts[at + 1 :]
    counts: Mapping[str, str] = getattr(cls, "counts", {})
    if rest and rest[0] in cls.settings:
        return {"setting": f"{cls.key()}.{rest[0]}", **_setting(cls.settings[rest[0]])}
    if rest and rest[0] in counts:
        return {"count": f"{cls.key()}.{rest[0]}", "label": counts[rest[0]], "of": cls.summary()}
    if rest:
        names = [*cls.settings, *counts]
        known = f"{nearest(rest[0], names)}; allowed is one of {', '.join(names)}"
        raise InvalidInput(f"explain: {cls.key()} has no '{plain(rest[0])}'{known}")
    return {
        getattr(cls, "folder", "card"): cls.key(),
        "summary": cls.summary(),
        "settings": {name: _setting(s) for name, s in cls.settings.items()},
        "counts": dict(counts),
        "sources": list(cls.sources()),
    }


def _declarations() -> dict[str, type[Card]]:
    from goodstanding.society import Society
    from goodstanding.ties import Ties

    return {"society": Society, "ties": Ties}


def _setting(declared: Setting) -> dict[str, Any]:
    told = {
        "is": declared.help,
        "default": declared.default,
        "allowed": declared.allowed,
        "prior": str(declared.prior),
        "mark": declared.mark,
        "source": declared.source,
        "because": declared.because,
    }
    return {key: value for key, value in told.items() if value != ""}


def _print_told(told: Mapping[str, Any], title: str = "") -> None:
    """Print a card: plain values first, then what has values of its own, then lists of rows as tables."""
    from rich.table import Table

    console = _console(wide=200)
    nested = {
        k: v for k, v in told.items() if isinstance(v, Mapping) and any(isinstance(c, Mapping) for c in v.values())
    }
    tables = {k: v for k, v in told.items() if isinstance(v, list) and v and isinstance(v[0], Mapping)}
    _print_rows(console, title, {k: _words(v) for k, v in told.items() if k not in nested and k not in tables})
    for key, value in nested.items():
        for name, inner in value.items():
            _print_told(inner if isinstance(inner, Mapping) else {"": inner}, f"{key}: {name}")
    for key, rows in tables.items():
        console.print(f"\n{key}", style="bold")
        table = Table()
        for name in rows[0]:
            table.add_column(name, no_wrap=name == "path", overflow="fold")
        for row in rows:
            table.add_row(*map(_words, row.values()))
        console.print(table)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items()) or "none"
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ", ".join(map(_words, value)) or "none"
    return f"{value:.4g}" if isinstance(value, float) else str(value)
