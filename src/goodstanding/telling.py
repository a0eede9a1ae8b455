"""A scenario in words: what happens to people in a month, told from the cards, and what each arm changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from goodstanding.acts import ACTS, SANCTION_DOMAINS
from goodstanding.binding import Step, steps
from goodstanding.card import Setting
from goodstanding.checked import OFF
from goodstanding.mechanism import catalogue
from goodstanding.scenario import Scenario, value_at

SLOTS = {
    "conduct": "What people do",
    "observation": "What the scheme gets to see",
    "scoring": "How it rates people",
    "sanctions": "What follows for people",
}
NAMED = {**{act.key: act.label for act in ACTS}, **SANCTION_DOMAINS}
"""What is called by a word in a file, in the words of its declaration."""
NESTED = {
    "none": "the scheme is absent; ordinary law stays",
    "ghost": "the scheme observes and scores, nobody knows, nothing follows",
    "aware": "people know the scheme and their class, nothing follows",
    "full": "people know, and sanctions bite",
}


def story(scenario: Scenario, arm: str = "full") -> dict[str, dict[str, list[str]]]:
    """The month of one arm by headings, in its order: what each mechanism does, and what the scenario says of it."""
    told: dict[str, dict[str, list[str]]] = {}
    for step in steps(scenario.world(arm)):
        place = f"schemes.{step.scheme}.{step.rule.folder}" if step.scheme else step.rule.folder
        said = list(_said(scenario, f"{place}.{step.rule.key()}", step))
        told.setdefault(SLOTS[step.rule.slot()], {})[_does(step)] = said
    return told


def changes(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Every arm and what it changes, in words."""
    known = {key: cls for found in catalogue().values() for key, cls in found.items()}
    for name, arm in scenario.arms.items():
        told: dict[str, list[str]] = {}
        for path, node in arm.nodes.items():
            last = path.rsplit(".", 1)[-1]
            how = "without" if node == OFF else "with" if _set(scenario, path) == OFF else "otherwise"
            if last in known:
                told.setdefault(how, []).append(known[last].summary())
            elif last in catalogue() and isinstance(node, Mapping):
                told.setdefault("with", []).extend(known[key].summary() for key in node)
            elif node == OFF:
                told.setdefault("no longer counted", []).append(_row(path))
            else:
                declared = scenario.settings.get(f"arms.{name}.{path}")
                told.setdefault(declared.help if declared else path, []).append(_words(node, declared))
        yield (
            name,
            NESTED.get(name)
            or "; ".join(f"{how}: {'; '.join(text.rstrip('.') for text in what)}" for how, what in told.items()),
        )


def _does(step: Step) -> str:
    whose = f"{step.scheme}, " if step.scheme else ""
    return f"{whose}{step.rule.key().replace('_', ' ')}: {step.rule.summary()}"


def _said(scenario: Scenario, place: str, step: Step) -> Iterator[str]:
    """What the scenario itself says of a mechanism's settings, with the mark of each value."""
    for name, declared in step.rule.settings.items():
        path = f"{place}.{name}"
        given = {p: told for p, told in scenario.provenance.items() if told.given and f"{p}.".startswith(f"{path}.")}
        if declared.keys and given:
            rows = (f"{_row(p)} {_words(_set(scenario, p), declared)} ({told.mark})" for p, told in given.items())
            yield f"{declared.help}: {'; '.join(rows)}"
        elif given:
            yield f"{declared.help}: {_words(_set(scenario, path), declared)} ({given[path].mark})"


def _set(scenario: Scenario, path: str) -> Any:
    return value_at(scenario.tree, path.split("."))


def _row(path: str) -> str:
    key = path.rsplit(".", 1)[-1]
    return NAMED.get(key, key)


def _words(value: Any, declared: Setting | None = None) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(NAMED.get(v, str(v)) for v in value) or "nothing"
    if isinstance(value, Mapping):
        return ", ".join(f"{NAMED.get(k, k)} {_words(v)}" for k, v in value.items()) or "empty"
    unit = declared.unit if declared and declared.unit not in ("share", "count", "name", "names") else ""
    return f"{value} {unit}".strip()
