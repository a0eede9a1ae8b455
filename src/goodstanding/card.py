"""Cards: what every setting says about itself, said once and read everywhere.

A card is a class whose settings carry default, valid range, unit, meaning, prior and provenance. The scenario
reader, the command line, the report, the JSON Schema and the tests read them here and nowhere else. This module
imports neither NumPy nor Numba, so that `check`, `explain` and `--help` stay quick.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, dataclass_transform

from goodstanding.bibliography import NOT_A_SOURCE
from goodstanding.errors import InvalidInput, nearest, plain

MARKS = ("documented", "reported", "recalled", "derived", "assumed")
UNITS = {
    "share": "a share from 0 to 1",
    "share a month": "a share from 0 to 1 of what is left, lost or reached in a month",
    "share once a month": "a share from 0 to 1 of what comes up once in a month",
    "per 1000": "out of 1,000",
    "per 1000 a month": "events among 1,000 people in a month",
    "months": "months",
    "years": "years",
    "people": "people",
    "points": "points of the score",
    "count": "a count",
    "seed": "a seed",
    "0 to 255": "a strength on a scale from 0 to 255",
    "0 to 255 a month": "steps in a month on a scale from 0 to 255",
    "0 to 255 a year": "steps in a year on a scale from 0 to 255",
    "0 to 255 for one a month": "a strength on a scale from 0 to 255, of something that happens once in a month",
    "percent": "hundredths",
    "percent a month": "hundredths of how often something happens in a month",
    "percent of a month's needs": "hundredths of what a person needs for one month",
    "percent of a month's needs a month": "hundredths of what a person needs for one month, each month",
    "name": "one of the names listed",
    "names": "names from the list given",
}
FRACTIONS = ("share", "share a month", "share once a month", "per 1000", "per 1000 a month")
MOST_ROWS = 64


class Table(dict[str, Any]):
    """The rows of a table: a dict that cannot be changed."""

    def _refuse(self, *_: object, **__: object) -> Any:
        raise AttributeError("a card's table is frozen; build another card to change it")

    __setitem__ = __delitem__ = update = pop = popitem = clear = setdefault = __ior__ = _refuse

    def __reduce__(self) -> tuple[type[Table], tuple[dict[str, Any]]]:
        return Table, (dict(self),)


@dataclass(frozen=True)
class Prior:
    """The plausible values of a setting: narrower than the valid ones, frozen before a headline is computed.

    `kind` is uniform, loguniform, among (listed values), scaled (one common factor on every row of a table) or
    exactly (a design choice that is held fixed).
    """

    kind: str
    low: float = 0.0
    high: float = 0.0
    values: tuple[Any, ...] = ()

    def __str__(self) -> str:
        if self.kind == "among":
            return "one of " + ", ".join(map(str, self.values))
        if self.kind == "exactly":
            return "held fixed"
        return f"{self.kind} {self.low:g} to {self.high:g}" + (" times the table" if self.kind == "scaled" else "")

    def contains(self, value: Any, default: Any) -> bool:
        """True where a value is plausible under this prior; `default` is what a scaled or exact prior is about."""
        if self.kind == "among":
            return value in self.values
        if self.kind in ("exactly", "scaled"):
            return bool(value == default) and (self.kind == "exactly" or self.low <= 1 <= self.high)
        cells = value.values() if isinstance(value, Mapping) else [value]
        return all(self.low <= cell <= self.high for cell in cells)


def uniform(low: float, high: float) -> Prior:
    """Every value from low to high is equally plausible."""
    return Prior("uniform", low, high)


def loguniform(low: float, high: float) -> Prior:
    """Every order of magnitude from low to high is equally plausible."""
    return Prior("loguniform", low, high)


def among(*values: Any) -> Prior:
    """Only the listed values are plausible, each as much as the other."""
    return Prior("among", values=values)


def scaled(low: float, high: float) -> Prior:
    """All rows of a table are off by one common factor from low to high."""
    return Prior("scaled", low, high)


def exactly() -> Prior:
    """The default is a design choice of the scheme and is held fixed."""
    return Prior("exactly")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One number, name or table that a scenario may set.

    `keys` names what the rows of a table stand for (`acts`, `classes`, `groups`, …, or `any` with `defines`);
    `among` lists the names allowed for a choice, or, in a table of names, for each cell. `otherwise` is the value of
    the rows that a table leaves out. `reasoned` are values that nobody may set without saying why.
    """

    name: str = ""
    default: Any
    kind: str
    low: float = -math.inf
    high: float = math.inf
    unit: str
    prior: Prior
    help: str
    source: str
    because: str = ""
    mark: str
    among: tuple[str, ...] = ()
    keys: str = ""
    defines: str = ""
    otherwise: Any = 0
    reasoned: tuple[int, ...] = ()

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""
        listed = ", by `goodstanding list acts`" if self.keys == "acts" else ""
        rows = f"a table of at most {MOST_ROWS} rows ({self.keys}: value{listed}), each value " if self.keys else ""
        if self.among:
            return rows + ("names from: " if self.keys else "one of: ") + ", ".join(self.among)
        if self.kind == "flag":
            return rows + "true or false"
        number = "a whole number" if self.kind == "int" else "a number"
        return rows + f"{number} from {self.low:.10g} to {self.high:.10g} ({self.unit})"

    def fault(self, value: Any) -> str | None:
        """Why a scalar, or one cell of the table, is refused; None where it is allowed."""
        if self.among:
            names = value if self.keys and isinstance(value, (list, tuple)) else [value]
            for name in names:
                if not isinstance(name, str) or name not in self.among:
                    return f"{plain(name)} is not a known name{nearest(str(name), self.among)}"
            twice = next((name for at, name in enumerate(names) if name in names[:at]), None)
            return None if twice is None else f"{twice} stands there twice"
        if self.kind == "flag":
            return None if isinstance(value, bool) else f"{plain(value)} is neither true nor false"
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            quoted = isinstance(value, str) and value.strip("+-").replace(".", "", 1).isdecimal()
            return f"'{plain(value)}' is text, not a number" if quoted else f"{plain(value)} is not a number"
        if isinstance(value, float) and not math.isfinite(value):
            return f"{plain(value)} is not a finite number"
        if self.kind == "int" and not isinstance(value, int):
            return f"{plain(value)} is not a whole number"
        if not self.low <= value <= self.high:
            return f"{plain(value)} is outside {self.low:.10g} to {self.high:.10g}"
        return None

    def check(self, value: Any) -> list[tuple[tuple[str, ...], str]]:
        """All faults of a value, each with the row it is in (an empty path for a scalar)."""
        if not self.keys:
            fault = self.fault(value)
            return [((), fault)] if fault else []
        if not isinstance(value, Mapping):
            return [((), f"{plain(value)} is not a table")]
        if len(value) > MOST_ROWS:
            return [((), f"{len(value)} rows are too many")]
        faults: list[tuple[tuple[str, ...], str]] = []
        known = KEYS.get(self.keys)
        for row, cell in value.items():
            if known is not None and row not in known():
                faults.append(((str(row),), f"'{plain(row)}' is none of the {self.keys}{nearest(str(row), known())}"))
                continue
            fault = self.fault(cell)
            if fault:
                faults.append(((str(row),), fault))
        return faults


def setting(
    default: Any,
    *,
    unit: str,
    prior: Prior,
    help: str,
    source: str,
    because: str = "",
    mark: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    among: Sequence[str] = (),
) -> Any:
    """Declare one number, switch or name on a card.

    `source` is a key of the bibliography, or "assumed", "derived" or, where no text that was read has it, "recalled";
    these three need `because`. `mark` is one of documented, reported, recalled, derived, assumed and follows from the
    source where it is left out.
    """
    kind = "name" if among else "flag" if isinstance(default, bool) else "int" if isinstance(default, int) else "float"
    if mark == "":
        mark = source if source in NOT_A_SOURCE else "documented"
    return Setting(
        default=default, kind=kind, low=low, high=high, unit=unit, prior=prior, help=help,
        source=source, because=because, mark=mark, among=tuple(among),
    )  # fmt: skip


def table(
    default: Mapping[str, Any],
    *,
    keys: str,
    unit: str,
    prior: Prior,
    help: str,
    source: str,
    because: str = "",
    mark: str = "",
    low: float = -math.inf,
    high: float = math.inf,
    among: Sequence[str] = (),
    defines: str = "",
    otherwise: Any = 0,
    reasoned: Sequence[int] = (),
) -> Any:
    """Declare a table of at most 64 rows on a card; rows are named by `keys`, cells are numbers or lists of names.

    A table that `defines` something (the classes of a ledger, the groups of a society) gives other tables their rows.
    """
    floats = unit in FRACTIONS or any(isinstance(cell, float) for cell in default.values())
    kind = "names" if among else "float" if floats else "int"
    if mark == "":
        mark = source if source in NOT_A_SOURCE else "documented"
    return Setting(
        default=Table(default), kind=kind, low=low, high=high, unit=unit, prior=prior, help=help,
        source=source, because=because, mark=mark, among=tuple(among), keys=keys, defines=defines, otherwise=otherwise,
        reasoned=tuple(reasoned),
    )  # fmt: skip


#: What a table's rows may be called, by the word in `keys`; words that a scenario itself defines are not listed.
KEYS: dict[str, Any] = {}


def rows_named(word: str, names: Any) -> None:
    """Let tables be keyed by `word`; `names` returns the right names, in order or each with its place."""
    KEYS[word] = names


@dataclass_transform(field_specifiers=(setting, table), frozen_default=True, kw_only_default=True)
class Card:
    """Something with settings: a mechanism, the society, its ties.

    Instances are frozen. Raises InvalidInput, naming every setting that is out of range and what is allowed.
    """

    settings: ClassVar[dict[str, Setting]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = {
            name: Setting(**{**vars(value), "name": name})
            for name, value in vars(cls).items()
            if isinstance(value, Setting)
        }
        cls.settings = {**cls.settings, **own}
        for name, declared in own.items():
            setattr(cls, name, declared.default)

    def __init__(self, **values: Any) -> None:
        problems = []
        for name, value in values.items():
            if name not in self.settings:
                problems.append(
                    f"{self.key()}.{name}: unknown setting; allowed are {', '.join(self.settings)}"
                    f"{nearest(name, self.settings)}"
                )
                continue
            declared = self.settings[name]
            for row, fault in declared.check(value):
                path = ".".join((self.key(), name, *row))
                problems.append(f"{path}: {fault}; allowed is {declared.allowed}. It is {declared.help}.")
            object.__setattr__(self, name, Table(value) if isinstance(value, Mapping) else value)
        if problems:
            raise InvalidInput(*problems)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{self.key()} is frozen; build another one to change '{name}'")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self.key()} is frozen; build another one to change '{name}'")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Card) and type(self) is type(other) and self.values() == other.values()

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        changed = {n: v for n, v in self.values().items() if v != self.settings[n].default}
        return f"{type(self).__name__}({', '.join(f'{n}={v!r}' for n, v in changed.items())})"

    def values(self) -> dict[str, Any]:
        """Every setting with its value, in the order declared."""
        return {name: getattr(self, name) for name in self.settings}

    @classmethod
    @cache
    def key(cls) -> str:
        """The name in files and on the command line: the class name in lower case with underscores."""
        return "".join("_" + c.lower() if c.isupper() else c for c in cls.__name__).lstrip("_")

    @classmethod
    def summary(cls) -> str:
        """The first line of the docstring: what it does to people."""
        return (cls.__doc__ or "").strip().split("\n", 1)[0]

    @classmethod
    def sources(cls) -> tuple[str, ...]:
        """Keys of the bibliography named by the settings and in the docstring's line `Sources: [a] [b]`."""
        named = [s.source for s in cls.settings.values() if s.source not in NOT_A_SOURCE]
        for line in (cls.__doc__ or "").splitlines():
            if line.strip().startswith("Sources:"):
                named += [part.strip(" ].") for part in line.split("[")[1:]]
        return tuple(dict.fromkeys(named))
