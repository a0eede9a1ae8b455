"""The verbs that take a scenario: run, check, plan."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodstanding.cli.shared import (
    Across,
    Arms,
    Assumptions,
    Extensions,
    Json,
    Months,
    OneScheme,
    People,
    Processes,
    Quiet,
    Scenario,
    Seeds,
    Set,
    Threads,
    With,
    console,
    listed,
    print_json,
    progress,
)
from goodstanding.errors import Interrupted

if TYPE_CHECKING:
    from rich.console import Console

    from goodstanding import scenario as scenarios
    from goodstanding.runs import Run

ENOUGH = 40
"""Sets of assumptions under which a band hangs on one or two of them at each end."""


def run(
    context: typer.Context,
    scenario: Scenario,
    people: People = None,
    months: Months = None,
    seeds: Seeds = 8,
    processes: Processes = None,
    threads: Threads = None,
    set_: Set = None,
    with_: With = None,
    scheme: OneScheme = None,
    arms: Arms = None,
    out: Annotated[Path, typer.Option(help="where the run folder goes")] = Path("runs"),
    as_json: Json = False,
    quiet: Quiet = False,
    report: Annotated[bool, typer.Option(help="write the report's page as well")] = True,
    assumptions: Assumptions = 0,
    across: Across = None,
    allow_extensions: Extensions = False,
) -> None:
    """Simulate a scenario in all its arms, and print what rules did.

    Each arm is held against the same people with the same luck, without the rules.
    """
    from goodstanding import runs
    from goodstanding.scenario import read

    told = read(
        scenario, set=set_ or [], people=people, months=months, with_=with_ or [], scheme=scheme,
        allow_extensions=allow_extensions,
    )  # fmt: skip
    _name_unused(told)
    if 0 < assumptions < ENOUGH:
        typer.echo(f"--assumptions {assumptions}: bands of fewer than {ENOUGH} sets say little", err=True)
    try:
        with progress(quiet or as_json) as tell:
            done = runs.run(
                told,
                seeds=seeds,
                processes=processes,
                threads=threads,
                arms=listed(arms),
                out=out,
                report=report,
                assumptions=assumptions,
                across=listed(across) or (),
                progress=tell,
                command=shlex.join(["goodstanding", *context.obj]),
            )
    except KeyboardInterrupt as stopped:  # Typer would swallow what it says
        raise Interrupted("; ".join(("interrupted", *map(str, stopped.args)))) from None
    page = str(done.path / "report.html") if report else None
    found = _main_comparison(done)
    headline = found.headline() if found else "One arm only: there is nothing to compare it with."
    if as_json:
        facts = {key: done.manifest[key] for key in ("digest", "seconds", "person_months")}
        print_json({"run": str(done.path), **facts, "headline": headline, "report": page, "synthetic": True})
        return
    screen = console()
    if found and told.months and not quiet:
        _arms_table(screen, done)
    screen.print(headline, highlight=False, soft_wrap=not screen.is_terminal)
    if not quiet:
        speed = done.manifest["person_months"] / max(done.manifest["seconds"], 1e-9) / 1e6
        screen.print(f"{done.manifest['seconds']:.1f} s, {speed:.1f} million person-months a second", style="dim")
    typer.echo(f"run     {done.path}" + (f"\nreport  {page}" if page else ""))


def check(
    scenario: Scenario,
    people: People = None,
    months: Months = None,
    set_: Set = None,
    with_: With = None,
    scheme: OneScheme = None,
    as_json: Json = False,
    quiet: Quiet = False,
    allow_extensions: Extensions = False,
) -> None:
    """Read a scenario, and say every mistake in it at once."""
    from goodstanding.runs import provenances
    from goodstanding.scenario import read

    found = read(
        scenario, set=set_ or [], people=people, months=months, with_=with_ or [], scheme=scheme,
        allow_extensions=allow_extensions,
    )  # fmt: skip
    _name_unused(found)
    marks = provenances(found)
    told = {
        "scenario": found.name,
        "title": found.title,
        "months": found.months,
        "arms": list(found.arms),
        "parameters": sum(marks.values()),
        "assumed": marks.get("assumed", 0),
        "hash": found.hash,
        "synthetic": True,
    }
    if as_json:
        print_json(told)
        return
    if quiet:
        return
    typer.echo(
        f"{found.name} is in order: {found.months} months, {len(found.arms)} arms ({', '.join(found.arms)}), "
        f"{told['parameters']} parameters of which {told['assumed']} assumed, hash {found.hash[:8]}"
    )


def plan(
    scenario: Scenario,
    people: People = None,
    months: Months = None,
    seeds: Seeds = 8,
    processes: Processes = None,
    threads: Threads = None,
    set_: Set = None,
    with_: With = None,
    scheme: OneScheme = None,
    arms: Arms = None,
    report: Annotated[bool, typer.Option(help="reckon with the report's page as well")] = True,
    assumptions: Assumptions = 0,
    across: Across = None,
    as_json: Json = False,
    quiet: Quiet = False,
    allow_extensions: Extensions = False,
) -> None:
    """Say how much memory, disk and time a run will take.

    It tries the scenario on a few thousand people first, which takes some seconds.
    """
    from goodstanding import plan as plans
    from goodstanding.runs import beside, chosen_arms
    from goodstanding.scenario import read

    told = read(
        scenario, set=set_ or [], people=people, months=months, with_=with_ or [], scheme=scheme,
        allow_extensions=allow_extensions,
    )  # fmt: skip
    at_once = beside(processes, seeds)
    with progress(quiet or as_json) as tell:
        if tell is not None:
            tell(0, 1, f"trying {told.name} on a few people")
        found = plans.plan(
            told, chosen_arms(told, listed(arms)), seeds, at_once, threads, report, assumptions,
            listed(across) or (),
        )  # fmt: skip
    free = plans.free_memory()
    if as_json:
        print_json({**found.to_dict(), "memory_free": free})
        return
    low, high = (found.seconds * factor for factor in plans.HALF_SURE)
    typer.echo(
        f"{found.scenario}: {found.people:,} people, {found.months} months, {len(found.arms)} arms, {found.worlds} "
        f"worlds, {found.processes} at once\n"
        f"memory  {_size(found.together)} in all, at most {_size(found.each)} a process (within 15 %); "
        f"{_size(free)} are free\n"
        f"disk    {_size(found.disk)} (within a quarter)\n"
        f"time    about {_time(found.seconds)}, {_time(low)} to {_time(high)}; more where it first compiles\n"
        f"Reckoned from a trial of the same months with {found.tried:,} people and four times as many."
    )
    if found.together > free:
        typer.echo("This is more memory than is free: fewer people, --arms or --processes help.", err=True)


def _size(number: float) -> str:
    """Bytes as they are read."""
    unit, name = next((u, n) for u, n in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")) if number >= u or u == 1e3)
    return f"{number / unit:.{1 if unit > 1e6 else 0}f} {name}"


def _time(seconds: float) -> str:
    """Seconds as they are read."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


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
                typer.echo(f"{key} is loaded and used in no arm", err=True)


def _main_comparison(done: Run) -> Any:
    """`full` against `none`, or whatever comes nearest to it in a run of few arms."""
    arms = done.manifest["arms"]
    against = "none" if "none" in arms else arms[0]
    others = [a for a in arms if a != against]
    return done.compare("full" if "full" in others else others[-1], against) if others else None


def _arms_table(screen: Console, done: Run) -> None:
    """The measures of the headline: step by step with both bands, and then in every further arm."""
    from goodstanding.comparison import MARK, Comparison, unmoved
    from goodstanding.frames import terminal
    from goodstanding.headline import BARRED, FALSE, FAMILY, INDUCED, SILENT, SPOKE, UNABLE, number
    from goodstanding.scenario import NESTED

    main = _main_comparison(done)
    short = {BARRED: "barred", UNABLE: "unable", FALSE: "false", INDUCED: "induced", FAMILY: "family",
             SILENT: "silent", SPOKE: "spoke"}  # fmt: skip
    found_by = [(word, row) for suffix, word in short.items() for row in main.find(suffix)]
    told = [row for _, row in found_by]
    names = {row.measure for row in told}
    arms = {arm: Comparison(done, arm, main.against) for arm in main.manifest["arms"]}
    found = {arm: {row.measure: number(row.arm.mean) for row in of.rows(names)} for arm, of in arms.items()}
    steps = [arm for arm in arms if arm in NESTED or arm in (main.arm, main.against)]
    bands = {row.measure: row.difference for row in main.tried.rows(main.arm, main.against)} if main.tried else {}
    over = f"over {main.manifest['months']} months; in ghost and aware what the record would bring, and nobody feels"
    gap_in = f"{main.arm} less {main.against}"
    head = ["measure", *steps, f"{gap_in}\nluck, {len(main.worlds)} worlds"]
    head += [f"{gap_in}\n{main.tried.sets} assumptions"] if main.tried else []
    lines = []
    for at, row in enumerate(told, 1):
        gap, band = row.difference, bands.get(row.measure)
        luck = gap.reason if gap.low is None else f"{number(gap.low)} to {number(gap.high)}"
        varied = f"{number(band.low)} to {number(band.high)}" if band and band.high is not None else "–"
        label = f"{at} {main.labels.get(row.measure, row.label)}{f' {MARK}' if row.note else ''}\nof 1,000 {row.per}"
        cells = [found[arm].get(row.measure, "–") for arm in steps]
        lines.append([label, *cells, luck, *([varied] if main.tried else [])])
    title = f"{main.manifest['title']} · synthetic society, per 1,000"
    screen.print(terminal(head, lines, title, over, numbers=head[1:]))
    if any(row.note for row in told):
        screen.print(f"{MARK} {main.against} has no such scheme and counts as nought", style="dim")
    if further := [arm for arm in arms if arm not in steps]:
        head = ["arm", *(f"{at}\n{word}" for at, (word, _) in enumerate(found_by, 1))]
        lines = [[arm, *(found[arm].get(row.measure, "–") for row in told)] for arm in (main.arm, *further)]
        title = f"{main.arm} with something changed, per 1,000"
        screen.print(terminal(head, lines, title, "the numbers are those of the measures above", numbers=head[1:]))
        if still := unmoved(main.counts, main.arm, further):
            screen.print(still, style="dim", soft_wrap=not screen.is_terminal)
