"""Kernels: the short loops in which a month happens, marked here as what they are.

A marked function stays plain Python, so that reading a scenario loads no compiler, and so that the same source runs
uncompiled in the tests (NUMBA_DISABLE_JIT=1). native.py turns it into machine code at its first use.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import cache
from types import FunctionType
from typing import Any

EXTENSION = "goodstanding_extension_"
"""How the modules of files beside a scenario are called."""


def kernel(function: Any = None, *, copies: bool = False) -> Any:
    """Mark a loop over the people of one block; its arguments are bound by name.

    With `copies=True` it runs once for each copy of the record (record, seen, twin), with that copy's columns.
    """
    return _marked(function, "copies" if copies else "block")


def start(function: Any) -> Any:
    """Mark a loop that sets the first state of a society's people, once, before the first month."""
    return _marked(function, "start")


def between(function: Any) -> Any:
    """Mark a step between two months: it turns last month's totals into scalars of the scheme."""
    return _marked(function, "between")


def case(function: Any) -> Any:
    """Mark a loop of a measure over the few people whom its column `cases` names, gathered with their entries.

    It asks for the same names as any kernel and finds these people alone; `entry_person` is a place among them. One
    that sets `struck` (entries,), a bit for each of the measure's `replays`, leaves those entries out there; a later
    one gets `replayed_<column>` (replays, cases), what the scheme's rules then make of it (see cases.py).
    """
    return _marked(function, "case")


def pair(*, of: str = "", by: str = "", slots: bool = False, says: Mapping[int, str] = {}) -> Callable[[Any], Any]:
    """Mark what one person does to another who showed `of` last month, or what whoever showed `by` does to others.

    With both, only who showed `by` does it, and only to who showed `of`; name the rarer one `by`, as those are visited.
    A pure function `(mine, theirs, relation, draw, …)` of both public boards, the relation (0 the household, s + 1 tie
    slot s) and the draw of the pair and direction; further arguments are settings of the card, `month`, and
    `at_<column>`, the place of a shown column on a board. It returns the motive, 1 to 6, or 0 where nothing is done.
    Kernels of the mechanism get `did_<function>` and `got_<function>`: counts by motive, five bits each; with `slots`,
    one bit for each tie slot in which it was done, and the household is left out. `says` puts each motive into words,
    with `{other}` for whom it is done to; a motive without words is not told in a life.
    """

    def mark(function: Any) -> Any:
        function.of, function.by, function.slots, function.says = of, by, slots, says
        return _marked(function, "pair")

    return mark


def helper(function: Any = None, *, inline: bool = False) -> Any:
    """Mark a small function that kernels call; with `inline` it is put into the caller, so that loops keep vectors."""
    if function is None:
        return lambda f: helper(f, inline=inline)
    function.inline = inline
    return _marked(function, "helper")


def _marked(function: Any, when: str) -> Any:
    if function is None:
        return lambda f: _marked(f, when)
    function.when = when
    return function


@cache
def arguments(function: FunctionType) -> tuple[str, ...]:
    """The names a kernel asks for, in its own order."""
    return tuple(inspect.signature(function).parameters)
