"""Yardsticks: what a text of law or an assessment asks, as indicators that a run can be held against.

Each file of the folder is one yardstick. It names its source, what it asks, what of that no run can tell, the gate that
decides whether it applies at all, and its indicators.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

FLAGS = ("above", "below", "unless_above")
"""When a flag is raised: beyond a threshold, under it, or where it is not shown that the number is beyond it."""


@dataclass(frozen=True)
class Threshold:
    """From where on a flag is raised, and why there: `mark` is documented, recalled, derived or assumed."""

    when: str
    at: float
    mark: str
    because: str
    source: str = ""


@dataclass(frozen=True)
class Indicator:
    """One question of a yardstick, and the number that bears on it.

    `number` is a reading (see readings.py) with what it reads; `rules` is a fact of the rules that opens a gate too,
    where nothing was counted. `checks` name what is reckoned again under other tables (see checks.py). With `felt` it
    asks about what follows for people, so that arms in which nothing follows cannot tell; `limits` says what the number
    leaves out.
    """

    key: str
    asks: str
    number: Mapping[str, Any]
    flag: Threshold
    label: str = ""
    limits: str = ""
    felt: bool = True
    rules: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Yardstick:
    """What a text asks; `gate` are questions without which it does not apply, `told` is what else the file holds."""

    key: str
    title: str
    source: str
    asks: str
    cannot: str
    gate: tuple[Indicator, ...]
    indicators: tuple[Indicator, ...]
    told: Mapping[str, Any] = field(default_factory=dict)


@cache
def yardsticks() -> dict[str, Yardstick]:
    """Every yardstick of the folder by the name of its file, in the order in which the files ask to stand."""
    from ruamel.yaml import YAML

    found = []
    for file in sorted((f for f in files("goodstanding.audit").iterdir() if f.name.endswith(".yaml")), key=str):
        told = dict(YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8")))
        found.append((told.pop("place"), _yardstick(file.name.removesuffix(".yaml"), told)))
    return {made.key: made for _, made in sorted(found, key=lambda pair: (pair[0], pair[1].key))}


def _yardstick(key: str, told: dict[str, Any]) -> Yardstick:
    gate = tuple(_indicator(each) for each in told.pop("gate", ()))
    indicators = tuple(_indicator(each) for each in told.pop("indicators"))
    texts = {name: str(told.pop(name)).strip() for name in ("title", "source", "asks", "cannot")}
    return Yardstick(key=key, gate=gate, indicators=indicators, told=told, **texts)


def _indicator(told: Mapping[str, Any]) -> Indicator:
    flag = dict(told["flag"])
    when = next(each for each in FLAGS if each in flag)
    threshold = Threshold(when, float(flag.pop(when)), **{name: str(text).strip() for name, text in flag.items()})
    rest = {name: value for name, value in told.items() if name != "flag"}
    return Indicator(**{**rest, "flag": threshold, "checks": tuple(rest.get("checks", ()))})
