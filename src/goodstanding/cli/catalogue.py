"""The verbs that say what there is: list, explain, schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goodstanding.cli.shared import (
    Beside,
    Extensions,
    Json,
    OneScheme,
    People,
    Set,
    With,
    console,
    print_json,
    print_rows,
    print_story,
    print_told,
)
from goodstanding.errors import InvalidInput, nearest, plain

if TYPE_CHECKING:
    from goodstanding.scenario import Scenario


def list_(
    what: Annotated[
        str | None, typer.Argument(help="scenarios, arms, mechanisms or a folder of them, measures, acts")
    ] = None,
    beside: Beside = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """List scenarios, arms, mechanisms by folder, measures and acts."""
    from goodstanding.mechanism import FOLDERS

    _load_beside(beside, allow_extensions)
    known = shelves()
    if what == "mechanisms":
        known = {folder: known[folder] for folder in FOLDERS}
    elif what is not None and what not in known:
        raise InvalidInput(
            f"list: '{plain(what)}' is unknown; allowed is one of {', '.join(known)}{nearest(what, known)}"
        )
    chosen = {name: make() for name, make in known.items() if what in (None, "mechanisms", name)}
    if as_json:
        print_json({**chosen, "synthetic": True})
        return
    screen = console()
    for name, rows in chosen.items():
        print_rows(screen, name, rows)


def explain(
    what: Annotated[
        str,
        typer.Argument(
            help="a scenario, a mechanism, a setting's path, a measure or its count, an act, an arm, a column"
        ),
    ],
    society: Annotated[bool, typer.Option("--society", help="generate its people and print who they are")] = False,
    people: People = None,
    set_: Set = None,
    with_: With = None,
    scheme: OneScheme = None,
    arm: Annotated[str, typer.Option(help="whose month is printed")] = "full",
    beside: Beside = None,
    as_json: Json = False,
    allow_extensions: Extensions = False,
) -> None:
    """Say what a scenario, rule, setting, measure, act or arm is."""
    mine = _load_beside(beside, allow_extensions)
    from goodstanding.scenario import library, read

    if what in library() or Path(what).suffix in (".yaml", ".yml", ".json"):
        found = read(
            what, set=set_ or [], people=people, with_=with_ or [], scheme=scheme, allow_extensions=allow_extensions
        )
        told = _society(found) if society else _scenario(found, arm)
    elif society:
        raise InvalidInput(
            f"--society: '{plain(what)}' is no scenario; allowed is one of {', '.join(library())}"
            f"{nearest(what, library())}"
        )
    else:
        from goodstanding.meanings import explain as meaning
        from goodstanding.meanings import named

        told = meaning(what, named(mine) if mine else ())
    if as_json:
        print_json({**told, "synthetic": True})
        return
    if "settings" in told and "scenario" in told:
        print_told({name: told.pop(name) for name in ("scenario", "title", "note", "months", "schemes", "parameters")})
        print_story(told.pop("story"), told.pop("arms"))
        shown = ("path", "value", "unit", "mark", "source")
        told["settings"] = [{name: row[name] for name in shown} for row in told["settings"]]
    print_told(told)


def schema(beside: Beside = None, as_json: Json = True, allow_extensions: Extensions = False) -> None:
    """Print the JSON Schema of scenario files, made from the cards.

    It is JSON with --json and without.
    """
    _load_beside(beside, allow_extensions)
    from goodstanding.scenario import schema as of_scenarios

    print_json(of_scenarios())


def _load_beside(scenario: str | None, allow_extensions: bool) -> Scenario | None:
    """Read a scenario for the sake of the mechanisms that stand beside it."""
    if scenario is None:
        return None
    from goodstanding.scenario import read

    return read(scenario, allow_extensions=allow_extensions)


def shelves() -> dict[str, Callable[[], dict[str, str]]]:
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

    def arms() -> dict[str, str]:
        from goodstanding.arm_files import titles

        return titles()

    return {
        "scenarios": scenarios,
        "arms": arms,
        **{f: mechanisms(f) for f in FOLDERS},
        "measures": measures,
        "acts": acts,
    }


def _scenario(found: Scenario, arm: str) -> dict[str, Any]:
    """What a scenario is, and its month as rows."""
    from goodstanding.acts import ACTS
    from goodstanding.binding import month
    from goodstanding.comparison import SIZE
    from goodstanding.runs import provenances
    from goodstanding.scenario import rows
    from goodstanding.telling import changes, story

    if arm not in found.arms:
        raise InvalidInput(
            f"--arm: '{plain(arm)}' is no arm; allowed is {', '.join(found.arms)}{nearest(arm, found.arms)}"
        )
    marks, settings = provenances(found), rows(found)
    own = sum(row["path"] not in SIZE and not row["path"].startswith("arms.") for row in settings)
    world = found.world(arm)
    return {
        "scenario": found.name,
        "title": found.title,
        "note": found.note,
        "months": found.months,
        "schemes": {s.name: [f"{m.folder}.{m.key()}" for m in s.mechanisms] for s in world.schemes},
        "parameters": (
            f"{sum(marks.values())}, of which {marks.get('assumed', 0)} assumed: {own} of the settings below, "
            f"{len(ACTS)} acts, and {sum(marks.values()) - own - len(ACTS)} that measures judge by; the other "
            f"{len(settings) - own} settings below are size, length and what only arms set"
        ),
        "story": story(found, arm),
        "arms": dict(changes(found)),
        f"a month in {arm}": month(found, arm),
        "settings": settings,
    }


def _society(found: Scenario) -> dict[str, Any]:
    """Who lives in a scenario's society, and how they are tied."""
    from goodstanding import ties
    from goodstanding.society import Population

    world = found.world("full")
    population = Population(world.society, 0)
    told = population.summary()
    nested = {name: value for name, value in told.items() if isinstance(value, Mapping)}
    plain_values = {name: value for name, value in told.items() if name not in nested}
    return {"people": {"all": plain_values, **nested}, "ties": ties.describe(population, world.ties)}
