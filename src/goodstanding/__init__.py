"""goodstanding simulates social-scoring systems on wholly synthetic societies and measures what they do to people.

The public face is flat: every name promised here is listed in `__all__`. A name is imported when first asked for, so
that `import goodstanding` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from goodstanding.version import __version__

if TYPE_CHECKING:
    from goodstanding.card import among, exactly, loguniform, scaled, setting, table, uniform
    from goodstanding.kernels import between, helper, kernel, pair, start
    from goodstanding.meanings import explain
    from goodstanding.measures import Measure
    from goodstanding.mechanism import Attack, Conduct, Observation, Safeguard, Sanction, Scoring
    from goodstanding.runs import open_run, run
    from goodstanding.scenario import library as scenarios
    from goodstanding.scenario import read
    from goodstanding.world import Column

    attacks: SimpleNamespace
    conduct: SimpleNamespace
    observation: SimpleNamespace
    safeguards: SimpleNamespace
    sanctions: SimpleNamespace
    scoring: SimpleNamespace

_HOMES = {
    "runs": ("run", "open_run"),
    "meanings": ("explain",),
    "scenario": ("read",),
    "mechanism": ("Conduct", "Observation", "Scoring", "Sanction", "Attack", "Safeguard"),
    "measures": ("Measure",),
    "world": ("Column",),
    "kernels": ("kernel", "start", "between", "pair", "helper"),
    "card": ("setting", "table", "uniform", "loguniform", "among", "scaled", "exactly"),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_FOLDERS = ("conduct", "observation", "scoring", "sanctions", "attacks", "safeguards")

__all__ = [
    "Attack", "Column", "Conduct", "Measure", "Observation", "Safeguard", "Sanction", "Scoring", "__version__",
    "among", "attacks", "between", "conduct", "exactly", "explain", "helper", "kernel", "loguniform", "observation",
    "open_run", "pair", "read", "run", "safeguards", "sanctions", "scaled", "scenarios", "scoring", "setting",
    "start", "table", "uniform",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"goodstanding.{_HOME[name]}"), name)
    if name == "scenarios":
        return import_module("goodstanding.scenario").library
    if name in _FOLDERS:
        found = import_module("goodstanding.mechanism").catalogue()[name]
        return SimpleNamespace(**{cls.__name__: cls for cls in found.values()})
    raise AttributeError(f"module 'goodstanding' has no attribute '{name}'")


def __dir__() -> list[str]:
    return list(__all__)
