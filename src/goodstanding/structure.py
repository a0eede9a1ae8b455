"""The same scenario built in another way: does a finding hang on the numbers, or on how the model is made?

Each variant changes one thing that no range of values can stand for: who knows whom, how speech and deterrence work,
how fine the clock is. What flips between them is a choice of ours and no finding.

A finer clock follows from the units of the cards, not from a list of names. Half as long a step has half as much of
what flows, terms last for twice as many steps, and a chance becomes the one that comes to the same in two steps. What
cannot be halved, because it is the step itself, stays and is part of what the check tries: what is known of others and
felt of a scheme comes one step later, so after half a month; people act at most once in a step; who spoke up is looked
at twice for the acts of the same step; two reports support each other within a step; a human check and a lookup on a
list take a step; and measures that tell lengths of time tell them in steps (traps, discovery,
redress, remedies by age).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from goodstanding.card import Card, Setting
from goodstanding.checked import MONTHS, OFF, Provenance
from goodstanding.mechanism import catalogue
from goodstanding.scenario import Scenario, rows, value_at
from goodstanding.society import Society
from goodstanding.ties import Ties
from goodstanding.variants import rebuilt, varied
from goodstanding.world import MOST_MONTHS

CHANGES: dict[str, tuple[str, str, str]] = {
    "clustered": (
        "ties.graph", "clustered",
        "People knew each other in a stored graph in which friends of friends are mostly friends.",
    ),
    "heavy_tailed": (
        "ties.graph", "heavy_tailed",
        "People knew each other in a stored graph in which a few know very many.",
    ),
    "speech_independent": (
        "conduct.voice.rule", "independent",
        "Whether people spoke was a matter of chance and conviction, without thresholds and without the others.",
    ),
    "deterrence_rational": (
        "conduct.compliance.rule", "rational",
        "People were deterred by the chance to be caught, whether or not the score was on their mind.",
    ),
    "deterrence_none": (
        "conduct.compliance.rule", "none",
        "Nobody was deterred from anything but speaking.",
    ),
}  # fmt: skip
"""What each variant changes: a path, its value, and what is then so in the model."""
HALF_MONTH = "The clock went by half months, with half as much in each; what happens is told for half a month here."

HALVED: dict[str, Callable[[float], float]] = {
    "share a month": lambda share: 1 - math.sqrt(1 - share),
    **dict.fromkeys(
        ("share once a month", "per 1000 a month", "percent a month", "percent of a month's needs a month",
         "0 to 255 a month", "0 to 255 a year"),
        lambda flow: flow / 2,
    ),
    **dict.fromkeys(("months", "0 to 255 for one a month"), lambda steps: steps * 2),
}  # fmt: skip
"""What becomes of a value of each unit of time at half a month; all others stay. Two halves of a share make one."""
PART = Provenance("derived", "derived", "half a month's part of the scenario's own value", True)


def structures(scenario: Scenario) -> dict[str, tuple[Scenario, str]]:
    """Variants of a scenario by name, each with one sentence on what was so in it.

    Left out is a variant that is the scenario itself, that changes a mechanism which the scenario has not, and
    `half_month` where the steps would be too many (240). Months and counts can be held against those of the scenario;
    for `half_month` see there.
    """
    found = {}
    for name, (path, value, sentence) in CHANGES.items():
        if value_at(scenario.tree, path.split(".")) not in (OFF, value):
            found[name] = (varied(scenario, {path: value}), sentence)
    if 2 * scenario.months <= MOST_MONTHS:
        found["half_month"] = (half_month(scenario), HALF_MONTH)
    return found


def half_month(scenario: Scenario) -> Scenario:
    """The scenario with twice as many steps, each with half as much.

    Its months are half months. Counts of what happens (acts, reports, entries) add up to the same over the whole time,
    so that a rate a step is half of a rate a month; counts of how people are (barred, listed, afraid) add up to twice
    as much, and their rate a step can be held against a rate a month as it is. Shares of two counts of one kind stay.
    Numbers that must be whole are rounded. Raises InvalidInput where something then lasts longer than is allowed.
    """
    tree = _halved(scenario.tree, ())
    tree["arms"] = {
        arm: {path: _halved(node, tuple(path.split("."))) for path, node in nodes.items()}
        for arm, nodes in scenario.tree["arms"].items()
    }
    provenance = dict(scenario.provenance)
    provenance |= {row["path"]: PART for row in rows(scenario) if row["unit"] in HALVED}
    return rebuilt(scenario, tree, provenance, scenario.settings)


def _halved(value: Any, path: Sequence[str]) -> Any:
    """What stands at a path of a tree, with every value below it that has a unit of time changed."""
    declared = _setting(path)
    if isinstance(value, dict):
        return {name: _halved(inner, (*path, name)) for name, inner in value.items()}
    if declared is None or declared.unit not in HALVED or value == OFF:
        return value
    half = HALVED[declared.unit](value)
    return round(half) if declared.kind == "int" else half


def _setting(path: Sequence[str]) -> Setting | None:
    """The card's entry for a path, or for the table that has a row of this name."""
    card: type[Card] | None = {"society": Society, "ties": Ties}.get(path[0]) if path else None
    at = 1
    if path and path[0] in ("conduct", "schemes"):
        folder, at = (0, 2) if path[0] == "conduct" else (2, 4)
        card = catalogue()[path[folder]][path[folder + 1]] if len(path) > at else None
    if card is None:
        return MONTHS if path == ("months",) else None
    return card.settings[path[at]] if len(path) > at else None
