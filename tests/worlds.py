"""Small invented worlds that several tests share.

`WORLDS` are scenario files as Python values, all of one scheme, `town`, and one of two. In `stress` points are heavy,
so that within a year people stand in every class; every mechanism of the catalogue is in it, also one that was added a
minute ago, but those of `PARTICULAR` and those that rate people in another way. The others differ from it in what they
say. `read` writes a value to a file and reads it as any scenario is read.
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
TOWN = f"schemes.{SCHEME}"
PARTICULAR: dict[str, dict[str, dict[str, Any]]] = {
    "conduct": {
        "closure": {}, "enrolment": {"default_in": 0.95, "knowing": 0.2, "noticing": 0.1, "leaving": 0.3},
    },
    "observation": {
        "claw_back": {"checks": 200, "claimants": 0.8},
        "face_search": {
            "gallery": 1_000_000_000, "per_trillion": 100_000, "growth": 50, "finding": 0.4,
            "sought": {"petty_theft": 30, "assault": 50, "fraud": 50},
        },
        "face_watch": {"per_trillion": 100_000, "sought": {"petty_theft": 30, "assault": 50, "fraud": 50}},
        "income_averaging": {"claimants": 0.6, "concealed": 0.5, "checks": 400, "pay": 140},
        "matching": {},
        "patronage": {},
        "quota": {"cases": 250},
        "sharing_out": {},
    },
    "sanctions": {
        "friends_rule": {}, "joint_punishment": {}, "performance": {},
        "prices": {"levels": {"A": 80, "D": 300}},
        "queue": {"place": "jobs", "priority": {"A": 1}, "asking": 80, "places": 50},
        "recovery": {},
    },
    "attacks": {
        "access_market": {}, "breach": {"hazard": 0.25, "spread": 0.05, "fraud": 0.05}, "evasion": {"reach": 0.1},
        "insiders": {"orders": 1, "reach": 0.05}, "malicious_ring": {"picks": 2},
        "score_market": {"opens": 2, "supply": 5}, "sybils": {},
    },
    "safeguards": {
        "debt_review": {"reach": 0.5, "reach_owing": 0.5, "leniency": 0.5}, "deletion": {"reach": 0.5},
        "licence": {"decided": 23, "widest_gap": 0}, "proportionality_cap": {"reach": 0.3}, "ruling": {"ruled": 60},
    },
}  # fmt: skip
"""Mechanisms of particular systems, and attacks: most of what should hold of a scheme holds of one with points that
nobody games, so that they stand in worlds of their own, and in `stress` where everything is asked for."""
VILLAGE: dict[str, Any] = {
    "observation": {"sharing_in": {"delay": 1}},
    "scoring": {"ledger": {"points": POINTS, "repair_light": 18, "classes": CLASSES}},
    "sanctions": {"restrictions": {"domains": {"D": ["travel"]}}},
}
"""A second scheme, which knows only what it copies from the first."""


def own(*where: str) -> dict[str, Any]:
    """Mechanisms of `PARTICULAR`, by dotted path."""
    return {f"{TOWN}.{place}": PARTICULAR[place.split(".")[0]][place.split(".")[1]] for place in where}


WORLDS: dict[str, dict[str, Any]] = {
    "stress": {},
    "attacked": {f"{TOWN}.attacks": PARTICULAR["attacks"]},
    "searched": {"society.people": 3000, **own("observation.face_search", "observation.face_watch")},
    "shared": {"schemes.village": VILLAGE, **own("observation.matching", "observation.sharing_out")},
    "joined": {"society.people": 3000, **own("conduct.enrolment", "safeguards.deletion")},
    "loud": {
        "society.people": 3000, "conduct.voice.occasion": 0.9, "conduct.voice.hurdle": 60, "conduct.voice.fear": 20,
        f"{TOWN}.scoring.ledger.points": {"petition": -5, "repeated_petitioning": -100},
    },
    "long": {"society.people": 2000, "months": 44, f"{TOWN}.safeguards.appeal.delay": 20},
    "dunned": {
        "society.people": 3000,
        **own("observation.income_averaging", "observation.claw_back", "sanctions.recovery", "safeguards.debt_review"),
    },
    "licensed": {
        "society.people": 2000, "months": 20, **own("conduct.enrolment", "observation.patronage"),
        f"{TOWN}.safeguards.licence": {"decided": 9, "widest_gap": 0.2, "errors": 0.01},
        f"{TOWN}.conduct.enrolment": {"default_in": 0.5, "knowing": 0.9},
    },
    "tiered": {
        "society.people": 3000, **own("observation.quota", "sanctions.queue"),
        f"{TOWN}.sanctions.prices": {"levels": {"A": 80, "C": 200, "D": 300}},
    },
    "ended": {"society.people": 1000, "months": 30, f"{TOWN}.safeguards.ruling": {"ruled": 4, "delay": 6}},
    "fined": {
        "society.people": 3000, "months": 30, f"{TOWN}.scoring.ledger.repair_light": 36,
        f"{TOWN}.sanctions.fines": {
            "tariff": {"missed_loan_payment": 20, "workplace_absence": 25, "skipped_duty": 25, "bike_misparking": 15},
            "most": 40,
        },
    },
    "listed": {
        "society.people": 3000, "months": 36, "conduct.everyday_acts.level": 200,
        f"{TOWN}.scoring.ledger": "off",
        f"{TOWN}.sanctions.restrictions": "off",
        f"{TOWN}.sanctions.joint_punishment": {
            "punished": {"C": 1, "D": 1}, "joining": {"licence": 70, "jobs": 40, "welfare": 100, "credit": 60},
        },
        f"{TOWN}.sanctions.performance": {"debt": 100, "performing": 0.2},
        f"{TOWN}.scoring.court_list": {
            "breaches": {"missed_loan_payment": 1, "unpaid_bill": 1, "workplace_absence": 1, "petition": 1},
            "classes": {"A": 0, "B": -1, "C": -2, "D": -3},
            "terms": {"refusing": 0, "obstructing": 6, "hiding": 6, "misreporting": 6, "spending": 6, "reneging": 6},
        },
    },
    "weighed": {
        "society.people": 3000,
        f"{TOWN}.conduct.closure": {"after": 20},
        f"{TOWN}.scoring.ledger": "off",
        f"{TOWN}.scoring.dimensions": {
            "weights": {"history": 0.35, "capacity": 0.25, "behaviour": 0.2, "identity": 0.1, "friends": 0.1},
            "losses": {"missed_loan_payment": 40, "unpaid_bill": 20, "red_light": 30, "online_criticism": 20},
            "classes": {"A": 640, "B": 590, "C": 540, "D": 350}, "term": 18,
        },
        f"{TOWN}.sanctions.friends_rule": {"minimum": 680},
        f"{TOWN}.attacks.sybils": {"demand": 0.3}, f"{TOWN}.observation.patronage": {},
    },
    "filed": {
        "society.people": 3000, "months": 70, "conduct.voice.occasion": 0.6,
        f"{TOWN}.scoring.ledger": "off",
        f"{TOWN}.scoring.lifelong_file": {"classes": {"A": 0, "D": -1}, "reading": 0.2},
        f"{TOWN}.sanctions.restrictions.domains": {"D": ["licence", "jobs"]},
        f"{TOWN}.sanctions.rewards.domains": {"A": ["jobs"]},
        f"{TOWN}.safeguards.expiry.reach": 0.05,
    },
    "spared": {"society.people": 3000, f"{TOWN}.safeguards": {"proportionality_cap": {"reach": 0.8}}},
    "leaky": {f"{TOWN}.attacks.breach": {"hazard": 0.5, "fraud": 0.05}},
    "indebted": {
        "conduct.borrowing.taking": 200, "conduct.borrowing.refusal": 100, "conduct.borrowing.instalment": 5,
        "conduct.awareness.campaign": 255,
    },
}  # fmt: skip
"""What each world changes in `stress`, by dotted path: attackers are about, faces are searched for, records are matched
by name and copied by another scheme, people join and leave, everybody speaks up and insisting is what costs points,
years pass, many are said to owe, prices and places hang on a class and officers on a quota, a court ends the scheme,
acts cost money as well, there is a list or a file and no points, people are scored on several sides of their lives,
files leak, or half the town has a loan."""

BLIND = {
    **{f"conduct.awareness.{news}": 0 for news in ("campaign", "word", "own")},
    **{f"conduct.informing.{motive}": 0 for motive in ("telling", "misreading", "spite", "pull")},
    **{f"conduct.livelihood.{what}": 0 for what in ("licence_loss", "job_loss", "relief", "job_gain", "relief_gain")},
    **{f"conduct.support.{why}": 0 for why in ("hurt", "thanks", "sobering")},
    "conduct.compliance.resolve": 0, "conduct.dealing.custom": 0, "conduct.dealing.looking_up": 0,
    "conduct.keeping_ties.shunning": 0, "conduct.voice.anger": 0, f"{TOWN}.observation.tips.reward": 0,
    f"{TOWN}.sanctions.restrictions.domains": {"D": ["vetting", "travel"]},
}  # fmt: skip
"""Cuts every way from a scheme back to conduct: nobody has it in mind or tells on others, and being barred, listed or
put first changes nobody's income, ties, care, opinion or anger."""


def tree(world: str = "stress", changes: Mapping[str, Any] = {}, *, everything: bool = False) -> dict[str, Any]:
    """A world as a scenario file's value, with changes by dotted path.

    Every mechanism of the catalogue is in it but those of `PARTICULAR`, which come in with their worlds, or all of them
    where everything is asked for. People are rated in one way, by points where the world says nothing else.
    """
    told = deepcopy(STRESS)
    if everything:
        told["schemes"]["village"] = deepcopy(VILLAGE)
        for folder, found in PARTICULAR.items():
            told["schemes"][SCHEME].setdefault(folder, {}).update(deepcopy(found))
    for folder, found in catalogue().items():
        for key, cls in found.items():
            elsewhere = folder == "scoring" or key == "sharing_in" or key in PARTICULAR.get(folder, {})
            if cls.__module__.startswith("goodstanding.") and not elsewhere:
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
