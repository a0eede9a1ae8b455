"""The ground: what every scenario stands on, told by its own lines: luck, numbers, people, ties, messages, records."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

from goodstanding import acts, around, binding, cases, graphs, luck, record, society, tally, ties
from goodstanding.card import FRACTIONS
from goodstanding.odd.sources import constants, helpers, lines
from goodstanding.scenario import Scenario


class Part(NamedTuple):
    """One part of the ground: what its module says of itself, and the functions that do it."""

    title: str
    module: Any
    functions: tuple[Any, ...]
    note: str = ""


def parts(scenario: Scenario) -> list[Part]:
    """The parts that a scenario stands on; a stored graph only where it has one."""
    stored = scenario.ties.graph != ties.LOOKED_UP
    graph = (graphs.store, *_functions(graphs)) if stored else ()
    return [
        Part("Luck", luck, (luck.use_of, luck.share, luck.times, luck.stochastic_round, luck.turn, luck.philox,
                            luck.counter_1, luck.luck)),
        Part("How values reach the rules", binding, (binding.bound_settings, binding._number, acts.arrays,
                                                     binding.board_layout, binding.steps, binding._before),
             "Units of what flows come as 256ths a month, by these factors: "
             + ", ".join(f"{unit} {factor:g}" for unit, factor in binding.FINER.items())
             + f". Of shares, thresholds are taken: {', '.join(FRACTIONS)}."),
        Part("How people are made", society, (
            society.Population.__init__, society.Population._draws, society.Population._places,
            society.Population._persons, society.Population._traits, *_functions(society))),
        Part("How ties are made", ties, (
            *(vars(ties.Ties)[name].fget for name in ("slots", "closed_at_first")), ties.Ties._within, ties.Slot,
            *_functions(ties, "scramble", "_turns"))),
        *([Part("The stored graph", graphs, graph)] if graph else []),
        Part("What people hear of each other", around, _functions(around)),
        Part("The record", record, (record.enter, record.index_of)),
        Part("Counting", tally, (tally.tally, tally.how_many, tally.lowest)),
        Part("Cases and replays", cases, (cases.pick, cases.strike_out)),
    ]  # fmt: skip


def told(part: Part) -> Iterator[str]:
    """A part as Markdown."""
    yield from (f"### {part.title}", "", *_docstring(part.module), "")
    if part.note:
        yield from (part.note, "")
    functions = [*part.functions, *(h for h in helpers(part.functions) if h not in part.functions)]
    here = [f for f in functions if f.__module__ == part.module.__name__ or f in part.functions]
    if numbers := constants(here):
        yield from ("```python", *(f"{name} = {value}" for name, value in numbers.items()), "```", "")
    yield from ("```python", "\n\n\n".join(lines(function) for function in here), "```", "")


def _functions(module: Any, first: str = "", last: str = "") -> tuple[Any, ...]:
    """The functions of a module in the order of its file, those that only describe left out."""
    found = [
        value for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and name not in DESCRIBES
    ]  # fmt: skip
    names = [f.__name__ for f in found]
    return tuple(found[names.index(first) if first else 0 : names.index(last) + 1 if last else len(found)])


DESCRIBES = ("describe", "partner_of", "gather", "cluster", "walk")
"""Functions that measure ties, or look one up, and make nothing."""


def _docstring(module: Any) -> list[str]:
    """What a module says of itself; what is set apart by four blanks stays as it is."""
    return inspect.cleandoc(module.__doc__ or "").splitlines()
