"""The same scenario with other values: one tree, changed at named places, and lived in every arm.

A variant is a scenario like any other, with a hash of its own; its resolved file reads back to the same hash. Nothing
is read from a file again, so that hundreds of sets of assumptions can be made from one scenario.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from goodstanding.card import Setting
from goodstanding.checked import OFF, Checked, Provenance, allowed, exact
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.mechanism import catalogue
from goodstanding.reader import Mark, Problems, unmarked
from goodstanding.scenario import SPELLINGS, Scenario, lived, value_at

TRIED = Provenance("assumed", "assumed", "a value that is tried in place of the scenario's own", True)
"""Where a varied value comes from, whatever stood there before."""


def varied(scenario: Scenario, values: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at dotted paths, in every arm but those that set that value themselves.

    A path is that of a setting, or of a row that its table has; settings of a mechanism that only arms add are
    reached as if it stood at the top (`schemes.suining.safeguards.appeal.capacity`). Raises InvalidInput, one line
    each, for a path that is not there and a value that is not allowed.
    """
    tree, provenance, settings = scenario.tree, dict(scenario.provenance), dict(scenario.settings)
    problems = []
    for named, value in values.items():
        path = SPELLINGS.get(named, named)
        places = [*_places(scenario, path)]
        if not places:
            what = "no setting of this scenario; allowed is the path of one, or of a row that its table has"
            problems.append(f"{plain(named)}: {what}{nearest(path, scenario.settings)}")
        for place, declared, row in places:
            faults = declared.check({row: value} if row else value)
            problems += [f"{plain(named)}: {allowed(fault, declared)}" for _, fault in faults]
            where = ".".join(place)
            tree = put(tree, place, exact(declared, value))
            provenance = {told: why for told, why in provenance.items() if not told.startswith(f"{where}.")}
            provenance[where], settings[where] = TRIED, declared
    if problems:
        raise InvalidInput(*dict.fromkeys(problems))
    return rebuilt(scenario, tree, provenance, settings)


def rebuilt(
    scenario: Scenario, tree: dict[str, Any], provenance: dict[str, Provenance], settings: dict[str, Setting]
) -> Scenario:
    """The scenario of another tree, checked as a file is. Raises InvalidInput where a value is not allowed."""
    known, problems = catalogue(), Problems()
    top = {key: value for key, value in tree.items() if key not in ("arms", "extensions")}
    Checked(unmarked(top, Mark("varied")), scenario.name, known, problems)
    problems.tell()
    arms = {name: replace(arm, nodes=tree["arms"].get(name, {})) for name, arm in scenario.arms.items()}
    worlds = {}
    for name, arm in arms.items():
        own = tree
        for path, node in arm.nodes.items():
            own = put(own, path.split("."), node)
        worlds[name] = lived(own, known, arm.without)
    return replace(
        scenario, months=tree["months"], society=worlds["none"].society, ties=worlds["none"].ties, arms=arms, tree=tree,
        provenance=provenance, settings=settings, worlds=worlds,
    )  # fmt: skip


def put(tree: Mapping[str, Any], keys: Sequence[str], value: Any) -> dict[str, Any]:
    """The tree with another value at a place; `off` takes away what is there."""
    head, *rest = keys
    inside = dict(tree)
    if rest:
        below = inside.get(head)
        inside[head] = put(below if isinstance(below, Mapping) else {}, rest, value)
    elif value == OFF:
        inside.pop(head, None)
    else:
        inside[head] = value
    return inside


def _places(scenario: Scenario, path: str) -> Iterator[tuple[tuple[str, ...], Setting, str]]:
    """Where the tree has a setting, its card's entry and the row: at the top, and where arms leave it at a default."""
    keys = tuple(path.split("."))
    found = _setting(scenario, path)
    if found and keys[0] != "arms" and value_at(scenario.tree, keys) != OFF:
        yield keys, *found
    for arm, nodes in scenario.tree["arms"].items():
        for laid, node in nodes.items():
            within = path.removeprefix(f"{laid}.").split(".")
            found = _setting(scenario, f"arms.{arm}.{path}")
            if not found or not path.startswith(f"{laid}.") or value_at(node, within) == OFF:
                continue
            if not _own(scenario, f"arms.{arm}.{path}"):
                yield ("arms", arm, laid, *within), *found


def _setting(scenario: Scenario, path: str) -> tuple[Setting, str] | None:
    """The card's entry for a path and, where the path is that of a row of its table, the row."""
    above, _, row = path.rpartition(".")
    if above in scenario.settings:
        return scenario.settings[above], row
    return (scenario.settings[path], "") if path in scenario.settings else None


def _own(scenario: Scenario, path: str) -> bool:
    """True where the value at a path, its table or one of its rows was given, and not by a variant."""
    near = (told for where, told in scenario.provenance.items() if _nested(where, path))
    return any(told.given and told != TRIED for told in near)


def _nested(one: str, other: str) -> bool:
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")
