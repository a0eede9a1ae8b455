"""What every mechanism is: a card with settings, a few short kernels, and a place in the month.

One file in the folder of its kind is a mechanism: it is found, not listed. Its kind gives its slot; an attack or a
safeguard names the slot it touches. From the card alone it appears in the scenario schema, on the command line, in
results, in the report and in the contract tests.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from types import FunctionType
from typing import Any, ClassVar

from goodstanding.card import Card
from goodstanding.errors import InvalidInput, plain
from goodstanding.kernels import EXTENSION
from goodstanding.world import Column, called

SLOTS = ("conduct", "observation", "scoring", "sanctions")
FOLDERS = (*SLOTS, "attacks", "safeguards")


class Mechanism(Card):
    """A rule by which people act, or by which something is done to them.

    Its key is the name of its class in lower case. `counts` are what it counts each month, by stratum, and `tips` those
    of them that happen in one world and in another never; `columns` are its own; `writes` are the shared columns it may
    change, and `relies_on` those without which it has nothing to do (see `lacks`). Kernels run in the order written.
    With `of_scheme` it stands in a scheme and concerns that one, without in the society. A probe is no rule but stands
    among them for its place in the month; `probes` says what it measures: `direct` (its own columns say who was out of
    the scheme's sight) or `floor` (those it picked are `touched`).
    """

    folder: ClassVar[str] = ""
    touches: ClassVar[str] = ""
    of_scheme: ClassVar[bool] = True
    probes: ClassVar[str] = ""
    counts: ClassVar[Mapping[str, str]] = {}
    tips: ClassVar[tuple[str, ...]] = ()
    columns: ClassVar[Mapping[str, Column]] = {}
    writes: ClassVar[tuple[str, ...]] = ()
    relies_on: ClassVar[tuple[str, ...]] = ()
    kernels: ClassVar[tuple[FunctionType, ...]] = ()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.kernels = tuple(f for f in vars(cls).values() if isinstance(f, FunctionType) and hasattr(f, "when"))
        if not cls.kernels:
            return  # a kind, not yet a mechanism
        if cls.slot() not in SLOTS:
            raise InvalidInput(f"{cls.key()}.touches: '{cls.touches}' is no slot; allowed is {', '.join(SLOTS)}")
        _seen[cls.folder][cls.key()] = cls

    @classmethod
    def slot(cls) -> str:
        """The part of the month in which it works."""
        return cls.touches or cls.folder

    def brings(self) -> set[str]:
        """What its settings leave for others to go by: the shared columns of which it makes something.

        A domain that it bars people from stands beside them as `restricted.<domain>`.
        """
        return {*self.writes}

    def lacks(self, brought: Collection[str]) -> list[str]:
        """What it relies on and nobody brings, in words; empty where it has something to do."""
        return [called(name) for name in self.relies_on if name not in brought]

    @classmethod
    def beside(cls, others: Sequence[type[Mechanism]]) -> str | None:
        """Why it cannot stand in a scheme with these, itself among them; None where it can."""
        return None


class Conduct(Mechanism):
    """What people do, and what they know; of a scheme where it is about that one alone."""

    folder = "conduct"
    of_scheme = False


class Observation(Mechanism):
    """What a scheme gets to see."""

    folder = "observation"


class Scoring(Mechanism):
    """How a scheme rates what it has seen; in one way."""

    folder = "scoring"

    @classmethod
    def beside(cls, others: Sequence[type[Mechanism]]) -> str | None:
        first = next(other for other in others if other.folder == cls.folder)
        if first is cls:
            return None
        return f"a second rating beside {first.key()}; allowed is one a scheme, and the other in a scheme of its own"


class Sanction(Mechanism):
    """What a rating does to people."""

    folder = "sanctions"


class Attack(Mechanism):
    """How somebody games a scheme."""

    folder = "attacks"


class Safeguard(Mechanism):
    """How somebody is guarded against a scheme."""

    folder = "safeguards"


_seen: dict[str, dict[str, type[Mechanism]]] = {folder: {} for folder in FOLDERS}
Catalogue = dict[str, dict[str, type[Mechanism]]]


@cache
def _load_package() -> None:
    for folder in FOLDERS:
        package = importlib.import_module(f"goodstanding.mechanisms.{folder}")
        for module in sorted(m.name for m in pkgutil.iter_modules(package.__path__)):
            importlib.import_module(f"{package.__name__}.{module}")
    for point in sorted(entry_points(group="goodstanding.mechanisms"), key=lambda p: p.name):
        try:
            point.load()
        except Exception as error:
            raise InvalidInput(
                f"plugin {point.name}: cannot be loaded: {plain(str(error))}; allowed is one that can"
            ) from None


def catalogue() -> Catalogue:
    """Every mechanism there is, by folder and key, in alphabetical order."""
    _load_package()
    return {folder: dict(sorted(found.items())) for folder, found in _seen.items()}


def probe(of: str) -> tuple[str, type[Mechanism]]:
    """The probe that measures something, with its path inside a scheme."""
    return next(
        (f"{folder}.{key}", cls)
        for folder, kind in catalogue().items()
        for key, cls in kind.items()
        if cls.probes == of
    )


def standing(folder: str, *, of_scheme: bool, known: Catalogue) -> dict[str, type[Mechanism]]:
    """The mechanisms of a kind that stand in a scheme, or those that stand in the society."""
    return {key: cls for key, cls in known[folder].items() if cls.of_scheme == of_scheme}


def load_extension(path: Path) -> list[type[Card]]:
    """Load the mechanisms and measures of one file beside a scenario; refuses a key that is already taken.

    Only called when the command line allows extensions.
    """
    from goodstanding.measures import Measure, measures
    from goodstanding.measures import _seen as seen_measures

    measures()
    seen: dict[str, dict[str, Any]] = {**_seen, "measures": seen_measures}
    before = {(folder, key): cls for folder, found in seen.items() for key, cls in found.items()}
    before |= {(folder, key): cls for folder, found in catalogue().items() for key, cls in found.items()}
    name = f"{EXTENSION}{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise InvalidInput(f"{plain(str(path))}: not a Python file; allowed is a .py file with a mechanism or measure")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    kinds = (Mechanism, Measure)
    new = [c for c in vars(module).values() if isinstance(c, type) and issubclass(c, kinds) and c.kernels]
    new = [cls for cls in new if cls.__module__ == name]
    for cls in new:
        taken = before.get((cls.folder, cls.key()))
        if taken is not None and taken.__module__ != name:
            seen[cls.folder][cls.key()] = taken
            raise InvalidInput(f"{path.name}: {cls.folder}.{cls.key()} is a name that is taken; allowed is any other")
    if not new:
        said = "no mechanism and no measure in this file; allowed is a class of Conduct, Safeguard, Measure, …"
        raise InvalidInput(f"{path.name}: {said}")
    return list(new)
