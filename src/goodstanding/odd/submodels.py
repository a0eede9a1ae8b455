"""Submodels: each mechanism and measure in words, with its parameters, and by the lines that run."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from goodstanding.binding import Step, steps
from goodstanding.card import Card
from goodstanding.kernels import arguments
from goodstanding.measures import Measure
from goodstanding.odd.arguments import meaning
from goodstanding.odd.sources import constants, helpers, lines
from goodstanding.scenario import Scenario

NONE = "none"
ELSEWHERE = ("goodstanding.luck", "goodstanding.record", "goodstanding.around", "goodstanding.tally")
"""Modules whose helpers are told once, with the ground that everything stands on."""


def in_order(scenario: Scenario) -> list[tuple[Step, list[str]]]:
    """Every mechanism of any arm, those of `full` in their order first, with the arms that have it."""
    found: dict[str, tuple[Step, list[str]]] = {}
    for arm in sorted(scenario.arms, key=lambda a: a != "full"):
        for step in steps(scenario.world(arm)):
            found.setdefault(f"{step.rule.folder}.{step.path}", (step, []))[1].append(arm)
    order = list(scenario.arms)
    return [(step, sorted(arms, key=order.index)) for step, arms in found.values()]


def own(step: Step, rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The parameters of one mechanism, of those of a scenario; those that arms lay over it have a list of their own."""
    where = f"{f'schemes.{step.scheme}.' if step.scheme else ''}{step.rule.folder}.{step.rule.key()}."
    return [row for row in rows if row["path"].startswith(where)]


def mechanism(step: Step, arms: Sequence[str], parameters: Iterator[str]) -> Iterator[str]:
    """One mechanism: what it does, its place, its parameters, what it writes and counts, and its rules."""
    rule_, whose = step.rule, f" of the scheme `{step.scheme}`" if step.scheme else ""
    yield from (f"### {step.path}", "", *_docstring(type(rule_)), "")
    order = "after the mechanisms that make it up, " if rule_.folder != rule_.slot() else ""
    yield from (f"Kind: {rule_.folder}{whose}. Works in the part *{rule_.slot()}*, {order}in the arms "
                f"{', '.join(arms)}.", "")  # fmt: skip
    yield from parameters
    yield from _listed("Shared columns that it may change", rule_.writes)
    yield from _listed("Columns of its own", [f"{n} ({c.dtype}): {c.label}" for n, c in rule_.columns.items()])
    yield from _listed("Counts", [f"{name}: {label}" for name, label in rule_.counts.items()])
    yield from _rules(step)


def measure(step: Step) -> Iterator[str]:
    """One measure: its definition, what it counts of what, and its rules."""
    rule_ = step.rule
    assert isinstance(rule_, Measure)
    yield from (f"### Measure: {step.path}", "", *_docstring(type(rule_)), "")
    for name, declared in rule_.settings.items():
        yield from (
            f"`{name}`: {value(getattr(rule_, name))} ({declared.help}; {declared.mark}: {declared.because})",
            "",
        )
    yield from _listed("Columns of its own", [f"{n} ({c.dtype}): {c.label}" for n, c in rule_.columns.items()])
    yield from _listed(
        "Counts", [f"{n}: {label}, of {rule_.per.get(n, 'adults')}" for n, label in rule_.counts.items()]
    )
    yield from _listed("Replays", rule_.replays)
    yield from _rules(step)


def rule(step: Step, kernel: Any) -> Iterator[str]:
    """One rule: what each name in it stands for, and its lines."""
    when = str(kernel.when)
    ends = {"to whoever showed": getattr(kernel, "of", ""), "by whoever showed": getattr(kernel, "by", "")}
    shown = "".join(f", {end} `{name}`" for end, name in ends.items() if name)
    slots = ", tie by tie and the household left out" if getattr(kernel, "slots", False) else ""
    yield from (f"**`{kernel.__name__}`** (*{when}*{shown}{slots})", "")
    yield from (f"- `{name}`: {meaning(step, name)}" for name in arguments(kernel))
    yield from ("", "```python", lines(kernel), "```", "")


def _rules(step: Step) -> Iterator[str]:
    kernels = [f for f in step.rule.kernels if f.when != "start"]  # type: ignore[attr-defined]
    used = [h for h in helpers(kernels) if h.__module__ not in ELSEWHERE]
    if numbers := constants([*kernels, *used]):
        yield from ("```python", *(f"{name} = {told}" for name, told in numbers.items()), "```", "")
    for kernel in kernels:
        yield from rule(step, kernel)
    if used:
        yield from ("Called by these:", "", "```python", "\n\n\n".join(map(lines, used)), "```", "")


def _docstring(cls: type[Card]) -> list[str]:
    told = inspect.cleandoc(cls.__doc__ or "").splitlines()
    return "\n".join(line for line in told if not line.startswith("Sources:")).strip().splitlines()


def _listed(title: str, names: Iterable[str]) -> Iterator[str]:
    told = list(names)
    if told:
        yield from (f"**{title}**", "", *(f"- {name}" for name in told), "")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table in Markdown; nothing where it has no rows. An empty cell says so."""
    told = [[cell.replace("|", "\\|").replace("\n", " ") or NONE for cell in row] for row in rows]
    if told:
        yield from (f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}")
        yield from (f"| {' | '.join(row)} |" for row in told)
        yield ""


def value(told: Any) -> str:
    """A value with all its digits: tables row by row, lists with commas between."""
    if isinstance(told, Mapping):
        return ", ".join(f"{key}: {value(cell)}" for key, cell in told.items()) or "no rows"
    if isinstance(told, (list, tuple)):
        return "[" + ", ".join(map(value, told)) + "]"
    return told if isinstance(told, str) else json.dumps(told)
