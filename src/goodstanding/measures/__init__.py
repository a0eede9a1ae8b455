"""Measures: what is counted about people, one quantity or one family a file, each with a card.

A measure is observed after the month of each arm and changes nothing. It is asked once for every scheme where it
reads a scheme's columns, and once for society otherwise; in an arm in which nobody makes what it is about it rests.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from types import FunctionType
from typing import Any, ClassVar

from goodstanding.card import Card
from goodstanding.kernels import EXTENSION
from goodstanding.world import Column


class Measure(Card):
    """One measured quantity, or one family of them.

    `counts` gives each count its label; `per` names the count (or `adults`) that is its denominator, adults where
    nothing is said. `persons` names the count of people behind a denominator that does not count people, for the
    suppression of small cells. `better` is lower, higher or neither. `objective` is `never` where nothing may be
    optimised for it. `leads` are the counts that a report opens with, `tips` those that happen in
    one world and in another never. `cases` names the column of the few people that kernels marked `@case` look at, and
    `replays` says what each replay strikes from their record. `about` names shared columns of which somebody must make
    one, or the measure rests; empty where it always has something to say.
    """

    folder: ClassVar[str] = "measures"
    counts: ClassVar[Mapping[str, str]] = {}
    per: ClassVar[Mapping[str, str]] = {}
    unit: ClassVar[str] = "adults"
    persons: ClassVar[str] = ""
    better: ClassVar[str] = "neither"
    objective: ClassVar[str] = "allowed"
    of_scheme: ClassVar[bool] = False
    leads: ClassVar[tuple[str, ...]] = ()
    tips: ClassVar[tuple[str, ...]] = ()
    cases: ClassVar[str] = ""
    replays: ClassVar[tuple[str, ...]] = ()
    about: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[Mapping[str, Column]] = {}
    writes: ClassVar[tuple[str, ...]] = ()
    kernels: ClassVar[tuple[FunctionType, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kernels = tuple(f for f in vars(cls).values() if isinstance(f, FunctionType) and hasattr(f, "when"))
        _seen[cls.key()] = cls

    @classmethod
    def slot(cls) -> str:
        """After the month."""
        return "measures"


_seen: dict[str, type[Measure]] = {}


@cache
def _load_package() -> None:
    for module in sorted(m.name for m in pkgutil.iter_modules(__path__)):
        importlib.import_module(f"{__name__}.{module}")


def measures(files: Iterable[str] = ()) -> dict[str, type[Measure]]:
    """Every measure there is, by key; of those in files beside a scenario only what stands in one of `files`."""
    _load_package()
    named = {EXTENSION + file.removesuffix(".py") for file in files}
    return {
        key: cls
        for key, cls in sorted(_seen.items())
        if cls.__module__ in named or not cls.__module__.startswith(EXTENSION)
    }
