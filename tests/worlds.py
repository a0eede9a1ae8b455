"""Small invented worlds that several tests share.

`WORLDS` are scenario files as Python values, all of one scheme, `town`. In `stress` points are heavy, so that within a
year people stand in every class; every mechanism of the catalogue is in it, also one that was added a minute ago. The
others differ from it in what they say. `read` writes a value to a file and reads it as any scenario is read.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from goodstanding import measures, mechanism, scenario
from goodstanding.engine import Engine
from goodstanding.mechanism import catalogue
from goodstanding.world import COLUMNS

SCHEME = "town"
POINTS = {
    "missed_loan_payment": -150, "unpaid_bill": -90, "illegal_stall": -45, "red_light": -90, "workplace_absence": -45,
    "repeated_petitioning": -60, "petition": -30, "online_criticism": -90, "shared_news": -90, "gathering": -60,
    "public_insult": -40, "noise": -40, "skipped_duty": -40, "volunteering": 20, "donation": 20,
    "withheld_data": -60, "joining_association": -60,
}  # fmt: skip
CLASSES = {"A": 970, "B": 920, "C": 840, "D": 0}
STRESS: dict[str, Any] = {
    "months": 24,
    "society": {"people": 5000},
    "conduct": {
        "voice": {"occasion": 0.3},
        "awareness": {"campaign": 80},
        "informing": {"telling": 0.05, "misreading": 5, "spite": 15, "pull": 0.1, "inventing": 0.3},
        "compliance": {"resolve": 160},
    },
    "schemes": {
        SCHEME: {
            "conduct": {"backlash": {"tipping": 0.02, "patience": 14}},
            "observation": {
                "agencies": {"coverage": 0.8, "misattribution": 0.02},
                "discretion": {"insiders": 0.1, "retaliation": 0.3},
                "placebo": {"share": 0.02, "entries": 1, "when": 15},
                "tips": {"reward": 50, "verification": 0.5},
            },
            "scoring": {"ledger": {"points": POINTS, "repair_light": 12, "classes": CLASSES}},
            "sanctions": {
                "restrictions": {"domains": {"C": ["credit"], "D": ["licence", "jobs", "welfare", "credit"]}},
                "publicity": {"names": 20},
                "family": {"drawn_in": {"D": 1}, "domains": {"child": ["school"], "partner": ["vetting"]}},
                "rewards": {"domains": {"A": ["jobs", "welfare"], "B": ["welfare"]}},
            },
            "safeguards": {
                "appeal": {"reach": 0.2, "capacity": 20},
                "blind_spot": {"share": 0.02},
                "corroboration": {"reach": 0.3},
                "expiry": {"term": 10, "reach": 0.3},
                "human_check": {"reach": 0.3},
                "no_family_extension": {"reach": 0.3},
                "notice": {"reach": 0.3},
                "public_list_off": {"reach": 0.3},
                "purpose_limit": {"reach": 0.3},
            },
        }
    },
}
WORLDS: dict[str, dict[str, Any]] = {
    "stress": {},
    "loud": {
        "society.people": 3000, "conduct.voice.occasion": 0.9, "conduct.voice.hurdle": 60, "conduct.voice.fear": 20,
        f"schemes.{SCHEME}.scoring.ledger.points": {"petition": -5, "repeated_petitioning": -100},
    },
    "long": {"society.people": 2000, "months": 44},
    "fined": {
        "society.people": 3000, "months": 30, f"schemes.{SCHEME}.scoring.ledger.repair_light": 36,
        f"schemes.{SCHEME}.sanctions.fines": {
            "tariff": {"missed_loan_payment": 20, "workplace_absence": 25, "skipped_duty": 25, "bike_misparking": 15},
            "most": 40,
        },
    },
    "indebted": {
        "conduct.borrowing.taking": 200, "conduct.borrowing.refusal": 100, "conduct.borrowing.instalment": 5,
        "conduct.awareness.campaign": 255,
    },
}  # fmt: skip
"""What each world changes in `stress`, by dotted path: everybody speaks up and insisting is what costs points, years
pass, acts cost money as well, or half the town has a loan."""

BLIND = {
    **{f"conduct.awareness.{news}": 0 for news in ("campaign", "word", "own")},
    **{f"conduct.informing.{motive}": 0 for motive in ("telling", "misreading", "spite", "pull")},
    **{f"conduct.livelihood.{what}": 0 for what in ("licence_loss", "job_loss", "relief", "job_gain", "relief_gain")},
    **{f"conduct.support.{why}": 0 for why in ("hurt", "thanks", "sobering")},
    "conduct.compliance.resolve": 0, "conduct.dealing.custom": 0, "conduct.dealing.looking_up": 0,
    "conduct.keeping_ties.shunning": 0, "conduct.voice.anger": 0, f"schemes.{SCHEME}.observation.tips.reward": 0,
    f"schemes.{SCHEME}.sanctions.restrictions.domains": {"D": ["vetting", "travel"]},
}  # fmt: skip
"""Cuts every way from a scheme back to conduct: nobody has it in mind or tells on others, and being barred, listed or
put first changes nobody's income, ties, care, opinion or anger."""


def tree(world: str = "stress", changes: Mapping[str, Any] = {}) -> dict[str, Any]:
    """A world as a scenario file's value, with every mechanism of the catalogue and with changes by dotted path."""
    told = deepcopy(STRESS)
    for folder, found in catalogue().items():
        for key, cls in found.items():
            if cls.__module__.startswith("goodstanding."):
                place = (told["schemes"][SCHEME] if cls.of_scheme else told).setdefault(folder, {})
                place.setdefault(key, {})
    for path, value in {**WORLDS[world], **changes}.items():
        put(told, path, value)
    return told


def put(told: dict[str, Any], path: str, value: Any) -> None:
    """Set what is at a dotted path; `off` takes it away."""
    *above, last = path.split(".")
    for part in above:
        told = told.setdefault(part, {})
    if value == "off" and above[:1] == ["schemes"]:
        told.pop(last, None)
    else:
        told[last] = deepcopy(value)


def read(told: Mapping[str, Any], name: str = "stress", **more: Any) -> scenario.Scenario:
    """Write a scenario's value to a file and read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.json"
        path.write_text(json.dumps(told), encoding="utf-8")
        return scenario.read(path, **more)


def columns(engine: Engine, arm: str) -> dict[str, np.ndarray]:
    """Copies of everybody's lasting columns in one arm as the last month left them, by dotted name."""
    world = next(w for w in engine.worlds if w.name == arm)
    last = 1 - (engine.month & 1)
    state = {f"{owner}.{name}".lstrip("."): c for (owner, name), c in world.state.items()}
    return {name: (c[last] if c.ndim == 2 else c).copy() for name, c in state.items()}


def off_scheme(engine: Engine, arm: str) -> dict[str, np.ndarray]:
    """Everybody's lasting columns that no scheme makes, and to which none is added."""
    rules = [cls for found in catalogue().values() for cls in found.values() if cls.of_scheme]
    made = {name for cls in rules for name in cls.writes}
    made |= {COLUMNS[name].into for name in made & {*COLUMNS}}
    others = {*(scheme.name for scheme in engine.scenario.world("full").schemes), *measures.measures()}
    found = columns(engine, arm)
    return {name: c for name, c in found.items() if name not in made and name.partition(".")[0] not in others}


def record(engine: Engine, arm: str, scheme: str = SCHEME) -> np.ndarray:
    """The live entries (entries, 5) of one scheme in one arm: person, act, month, origin, flags."""
    world = next(w for w in engine.worlds if w.name == arm)
    return np.concatenate([e.sorted(first) for e, first in zip(world.entries[scheme], engine.firsts, strict=True)])


def totals(outcome: Any, arm: str) -> dict[str, int]:
    """Every count of one arm, over all months and strata."""
    summed = outcome.counts[arm].sum(axis=(0, 2))
    return {name: int(n) for name, n in zip(outcome.names[arm], summed, strict=True)}


@contextmanager
def restored() -> Iterator[None]:
    """Let a test add mechanisms and measures, and forget them afterwards."""
    mechanism.catalogue(), measures.measures()
    kept, seen = {folder: dict(found) for folder, found in mechanism._seen.items()}, dict(measures._seen)
    try:
        yield
    finally:
        for folder, found in kept.items():
            mechanism._seen[folder].clear()
            mechanism._seen[folder].update(found)
        measures._seen.clear()
        measures._seen.update(seen)


@contextmanager
def mirrored() -> Iterator[None]:
    """Let the measure of mirror.py look on, so that a test can follow persons."""
    here = str(Path(__file__).parent)
    with restored(), pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", here, prepend=os.pathsep)  # for the processes that compile beside this one
        import mirror

        measures._seen[mirror.Mirror.key()] = mirror.Mirror
        yield
