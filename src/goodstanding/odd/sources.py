"""Sources: a rule's own lines, the helpers and the numbers that they name, in the order in which they are first needed.

The lines are those that run; only the marks of the engine above them are left out.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from textwrap import dedent
from types import CodeType, FunctionType
from typing import Any

FOR_TOOLS = re.compile(r"  # (fmt|noqa|type): ?.*$", re.MULTILINE)
"""What stands behind a line for the tools that look it over."""
ELSEWHERE = ("ACTS", "COLUMNS")
"""What has a table of its own."""


def lines(thing: Any) -> str:
    """The source of a function or class, without its decorators and at the left margin."""
    told = FOR_TOOLS.sub("", dedent(inspect.getsource(thing))).rstrip().split("\n")
    first = next(at for at, line in enumerate(told) if line.lstrip().startswith(("def ", "class ")))
    return "\n".join(told[first:])


def helpers(kernels: Iterable[Any]) -> list[FunctionType]:
    """Every helper that some functions call, and that those call in turn, each once."""
    found: dict[str, FunctionType] = {}
    waiting = list(kernels)
    while waiting:
        for _, value in named(waiting.pop(0)):
            if getattr(value, "when", "") == "helper" and value.__qualname__ not in found:
                found[value.__qualname__] = value
                waiting.append(value)
    return list(found.values())


def constants(functions: Iterable[Any]) -> dict[str, str]:
    """The numbers and names that some functions read from around them, as they are written."""
    found: dict[str, str] = {}
    for function in functions:
        for name, value in named(function):
            if name.isupper() and not callable(value) and name not in ELSEWHERE:
                found.setdefault(name, told(value))
    return found


def told(value: Any) -> str:
    """A constant as it is written, whatever number type it has."""
    if callable(value):  # a generator by its name; what gives the names that a table's rows may have by these names
        return told(value()) if not inspect.signature(value).parameters else value.__name__
    if isinstance(value, (list, tuple, range)):
        return f"({', '.join(map(told, value))}{',' * (len(value) == 1)})"
    if isinstance(value, Mapping):
        cells = sorted(value.items()) if any(map(callable, value.values())) else value.items()  # named as files load
        return f"{{{', '.join(f'{told(key)}: {told(cell)}' for key, cell in cells)}}}"
    if isinstance(value, str):
        return f'"{value}"'
    return told(value.tolist()) if hasattr(value, "tolist") else str(value)


def named(function: Any) -> Iterator[tuple[str, Any]]:
    """What a function finds by name around it, in the order of its code."""
    function = inspect.unwrap(function)
    if not isinstance(function, FunctionType):
        return
    for name in _names(function.__code__):
        if name in function.__globals__:
            yield name, function.__globals__[name]


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _names(inner)
