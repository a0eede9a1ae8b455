"""The verbs that live a scenario again to ask who did what to whom: attribute, outcomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from goodstanding.cli.shared import (
    Assumptions,
    Extensions,
    Json,
    Months,
    People,
    Processes,
    Quiet,
    Set,
    console,
    file,
    keep,
    print_json,
    progress,
    whole,
)

if TYPE_CHECKING:
    from goodstanding.attribution import Attribution
    from goodstanding.outcomes import Outcomes

What = Annotated[str, typer.Argument(metavar="RUN|SCENARIO", help="the folder of a run, or a scenario")]
Arm = Annotated[str, typer.Option(help="the arm that is looked at")]
Chart = Annotated[Path | None, file("--chart", "write the one chart there", "svg")]
Page = Annotated[Path | None, file("--page", "write the chart and all tables there", "html")]


def attribute(
    what: What,
    measure: Annotated[str, typer.Option(help="the count that is shared out, such as unfounded.unfounded")] = "",
    arm: Arm = "full",
    people: People = None,
    months: Months = None,
    seeds: Annotated[int, whole("--seeds", "how many worlds, each with its own luck and orders", 2, 1000)] = 20,
    orders: Annotated[int, whole("--orders", "orders of the rules a world", 1, 10_000, nought="all")] = 10,
    assumptions: Assumptions = 0,
    processes: Processes = None,
    set_: Set = None,
    chart: Chart = None,
    page: Page = None,
    as_json: Json = False,
    quiet: Quiet = False,
    allow_extensions: Extensions = False,
) -> None:
    """Share out what came of a scheme over its rules.

    Those who game it and those who guard it are among them. The scenario is lived again in many coalitions of them, by
    20,000 people where nothing is said. Of a run, the answer is kept beside it, for its report.
    """
    from goodstanding.attribution import PEOPLE, attribute

    ask = partial(
        attribute,
        arm=arm,
        measure=measure,
        seeds=seeds,
        orders=orders,
        assumptions=assumptions,
        processes=processes,
    )
    _answer(ask, what, people, months, set_, allow_extensions, chart, page, as_json, quiet, most=PEOPLE)


def outcomes(
    what: What,
    arm: Arm = "full",
    people: People = None,
    months: Months = None,
    lucks: Annotated[int, whole("--lucks", "how many lucks the one society lives under", 4, 1000)] = 20,
    society: Annotated[int, whole("--society", "the seed of the society")] = 0,
    assumptions: Assumptions = 0,
    processes: Processes = None,
    set_: Set = None,
    chart: Chart = None,
    page: Page = None,
    as_json: Json = False,
    quiet: Quiet = False,
    allow_extensions: Extensions = False,
) -> None:
    """Say who was harmed, as far as that can be known.

    One society lives under many lucks, with the scheme and without. Means need no pairing of the two lives; shares of
    people do, and stand beside their bounds. Of a run, the answer is kept beside it, for its report.
    """
    from goodstanding.outcomes import outcomes

    ask = partial(outcomes, arm=arm, lucks=lucks, society=society, assumptions=assumptions, processes=processes)
    _answer(ask, what, people, months, set_, allow_extensions, chart, page, as_json, quiet)


def _answer(
    ask: Callable[..., Attribution | Outcomes],
    what: str,
    people: int | None,
    months: int | None,
    set_: list[str] | None,
    allow_extensions: bool,
    chart: Path | None,
    page: Path | None,
    as_json: bool,
    quiet: bool,
    most: int | None = None,
) -> None:
    """Ask of a run's scenario, or of one by name or path, tell what was found, and keep it beside a run.

    Where nothing is said, at most so many people live it.
    """
    from goodstanding.folder import open_run, write
    from goodstanding.scenario import read

    given = open_run(what).scenario if Path(what).is_dir() else partial(read, what)
    meant = partial(given, set=set_ or [], months=months, allow_extensions=allow_extensions)
    scenario = meant(people=people)
    if people is None and most is not None and scenario.society.people > most:
        scenario = meant(people=most)
    with progress(quiet or as_json) as tell:
        found = ask(scenario, progress=tell)
    if chart is not None:
        write(chart, (found.chart() + "\n").encode())
    if page is not None:
        found.page(page)
    if as_json:
        print_json(found.to_dict())
    else:
        _tell(found, quiet)
        for name, path in (("chart", chart), ("page", page)):
            if path is not None:
                typer.echo(f"{name:7} {path}")
    keep(what, found, changed=bool(set_))


def _tell(found: Attribution | Outcomes, quiet: bool) -> None:
    """Print what was found: its limits first, its tables, the sentence."""
    from goodstanding.frames import terminal

    screen = console(wide=140)
    for line in found.told.limits[: 1 if quiet else None]:
        screen.print(line, highlight=False, soft_wrap=True)
    if not quiet:
        for head, rows, title, caption in found.tables():
            screen.print(terminal(head, rows, title, caption, numbers=head[1:]))
    screen.print(found.sentence(), highlight=False, soft_wrap=True)
