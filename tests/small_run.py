"""A run folder made by hand: 2 worlds, 3 arms, 6 months, two groups, with every number known in advance.

`build` writes the folder; `Folder` reads it as the report and the comparison do, without the engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from goodstanding.assumptions import Built, Moved, Spread, Structure, Tipped
from goodstanding.comparison import Comparison
from goodstanding.counts import Counts
from goodstanding.errors import InvalidInput
from goodstanding.estimates import Band, Estimate
from goodstanding.folder import digest_of
from goodstanding.report import page
from goodstanding.scenario import Scenario, read

SEEDS = [[11, 1], [11, 2]]
ARMS = ["none", "ghost", "full"]
MONTHS = 6
ADULTS = {"A": 400, "B": 2}
EVIL = "<script>alert(1)</script>"

MEASURES = {
    "suining.sanctions.people": ("adults barred from something", "adults"),
    "suining.unfounded.unfounded": ("unfounded sanction-months", "suining.sanctions.people"),
    "suining.unfounded.false": ("unfounded sanction-months in the own name", "suining.sanctions.people"),
    "silence.would_speak": ("adults with something to say", "adults"),
    "silence.held_tongue": ("held their tongue", "silence.would_speak"),
    "silence.voices": ("adults who spoke up", "adults"),
    "suining.appeal.filed": ("appeals filed", "adults"),
}
THIRDS = {
    "suining.unfounded.sanction_months": ("sanction-months", "adults"),
    "suining.unfounded.unfounded": ("unfounded sanction-months", "suining.unfounded.sanction_months"),
    "suining.unfounded.induced": ("induced sanction-months", "suining.unfounded.sanction_months"),
    "suining.unfounded.own": ("sanction-months for own conduct", "suining.unfounded.sanction_months"),
    "suining.unfounded.misfiled": ("sanction-months of misfiled entries", "suining.unfounded.sanction_months"),
}
"""What a sanction rests on, for runs built with `thirds`."""
LEADS = {*MEASURES} - {"silence.would_speak", "suining.appeal.filed", "suining.unfounded.false"}
SETTING = {
    "path": "schemes.suining.safeguards.appeal.reach", "value": 0.3, "unit": "share", "low": 0.0, "high": 1.0,
    "prior": "uniform 0.05 to 0.6", "help": "restricted people who appeal", "mark": "assumed", "source": "assumed",
    "because": f"nobody knows {EVIL}", "given": False,
}  # fmt: skip


def counted(measure: str, arm: str, luck: int, month: int, group: str, tenth: int) -> tuple[int, int] | None:
    """Count and denominator of one cell, or None where the arm has no such row."""
    adults = ADULTS[group]
    full = arm == "full"
    restricted = adults * (12 - tenth) * (month + 1) // 200 + luck if full else 0
    would = adults // 10
    found = {
        "suining.sanctions.people": (restricted, adults),
        "suining.unfounded.unfounded": (restricted // 5, restricted),
        "suining.unfounded.false": (restricted // 5, restricted),
        "suining.appeal.filed": (restricted // 7, adults),
        "silence.would_speak": (would, adults),
        "silence.held_tongue": (would // 4 if full else 0, would),
        "silence.voices": (would - (would // 4 if full else 0) + luck, adults),
        "suining.unfounded.sanction_months": (restricted, adults),
        "suining.unfounded.induced": (restricted // 3, restricted),
        "suining.unfounded.own": (restricted - restricted // 3 - restricted // 5, restricted),
        "suining.unfounded.misfiled": (restricted // 7, restricted),
    }
    return None if arm == "none" and measure.startswith("suining.") else found[measure]


def table(society: int, luck: int, measures: Iterable[str] = MEASURES) -> pa.Table:
    """One world's counts as the engine writes them."""
    rows = [
        (arm, society, luck, 0, month, 0, group, tenth, measure, *found)
        for arm in ARMS
        for month in range(MONTHS)
        for group in ADULTS
        for tenth in range(1, 11)
        for measure in measures
        if (found := counted(measure, arm, luck, month, group, tenth)) is not None
    ]
    words = pa.dictionary(pa.int32(), pa.string())
    fields = {
        "arm": words, "society_seed": pa.uint64(), "luck_seed": pa.uint64(), "draw": pa.int32(), "month": pa.int16(),
        "county": pa.int16(), "group": words, "income_tenth": pa.int8(), "measure": words, "count": pa.int64(),
        "denominator": pa.int64(),
    }  # fmt: skip
    columns = zip(*rows, strict=True)
    made = [
        pa.array(list(c), pa.string()).dictionary_encode() if t is words else pa.array(list(c), t)
        for c, t in zip(columns, fields.values(), strict=True)
    ]
    return pa.table(made, names=list(fields)).replace_schema_metadata({"goodstanding": json.dumps({"synthetic": True})})


def cards(measures: Mapping[str, tuple[str, str]] = MEASURES) -> dict[str, Any]:
    """Cards of the measures, the settings and the mechanisms."""
    return {
        "measures": {
            name: {
                "label": label, "unit": "adults", "better": "neither", "objective": "never", "definition": label,
                "denominator": per, "leads": name in LEADS,
            }
            for name, (label, per) in measures.items()
        },
        "acts": [],
        "settings": [
            SETTING,
            {**SETTING, "path": "schemes.suining.scoring.ledger.classes", "value": {"A": 970, "D": 0},
             "unit": "points", "low": 0, "high": 2000, "prior": "as documented", "help": "lowest score of each class",
             "mark": "documented", "source": "creemers-2018", "because": "", "given": True},
            {**SETTING, "path": "society.homophily", "low": None, "high": None, "source": "nobody-1999",
             "mark": "reported"},
        ],
        "mechanisms": [
            {"path": "schemes.suining.safeguards.appeal", "summary": f"People may appeal. {EVIL}",
             "sources": ["creemers-2018"], "counts": {"filed": "appeals filed"}},
        ],
        "arms": {"none": "no scheme at all", "ghost": "scored, and nobody knows", "full": "the whole scheme"},
        "groups": list(ADULTS),
        "counties": 1,
    }  # fmt: skip


def lived(seeds: list[list[int]]) -> dict[tuple[int, int], str]:
    """A made-up digest for every world."""
    return {(society, luck): f"{society:032x}{luck:032x}" for society, luck in seeds}


DIGEST = digest_of(lived(SEEDS), {})


def build(folder: Path, seeds: list[list[int]] = SEEDS, *, thirds: bool = False) -> Path:
    """Write the run folder; with `thirds`, it tells what sanctions rest on."""
    measures = MEASURES | THIRDS if thirds else MEASURES
    (folder / "measures").mkdir(parents=True)
    for society, luck in seeds:
        pq.write_table(table(society, luck, measures), folder / "measures" / f"society-{society}-luck-{luck}.parquet")
    (folder / "cards.json").write_text(json.dumps(cards(measures)), encoding="utf-8")
    resolved = folder / "scenario.resolved.yaml"
    resolved.write_text("scenario: small\ntitle: small\n", encoding="utf-8")
    scenario = read(resolved, people=8040, months=MONTHS)
    resolved.write_text(scenario.yaml(), encoding="utf-8")
    digest = digest_of(lived(seeds), {})
    log = [{"society_seed": s, "luck_seed": k, "digest": told} for (s, k), told in lived(seeds).items()]
    lines = [{"what": "synthetic society"}, *log, {"digest": digest}]
    (folder / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    files = {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(folder.rglob("*"))
        if p.is_file()
    }
    manifest = {
        "format": 1, "synthetic": True, "what": "synthetic society", "sets": 0,
        "goodstanding": "0.1.0", "scenario": "small",
        "title": "After a table of points", "note": f"rules as reported, people and place invented {EVIL}",
        "scenario_hash": scenario.hash, "digest": digest,
        "people": 8040, "months": MONTHS, "arms": ARMS, "seeds": seeds, "command": f"goodstanding run small {EVIL}",
        "started": "2026-11-23T01:22:33Z", "seconds": 1.5, "person_months": 8040 * MONTHS * len(ARMS) * len(seeds),
        "versions": {"python": "3.11"},
        "machine": {}, "extensions": [], "files": files,
    }  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


@dataclass(frozen=True)
class Tried:
    """Made-up sets of assumptions: one direction that is sure, and one that is not."""

    sets: int = 200
    people: int = 10_000
    worlds: int = 2
    arms: tuple[str, ...] = ("none", "aware", "full")

    def rows(self, arm: str = "full", against: str = "none") -> list[Spread]:
        return [self._spread(measure, "") for measure in MEASURES]

    def by(self, what: str, measure: str, arm: str = "full", against: str = "none") -> list[Spread]:
        return [self._spread(measure, month) for month in range(MONTHS)]

    def rates(self, measure: str, arm: str = "full") -> None:
        """No rate of a single set was made up."""

    def differences(self, measure: str, arm: str = "full", against: str = "none") -> Any:
        return np.array([1.0] * 122 + [-1.0] * 70 + [0.0] * 8)

    def _spread(self, measure: str, cell: str | int) -> Spread:
        label, per = MEASURES[measure]
        unsure = measure == "silence.voices"
        gap = Band(-3.0, 1.0, 7.0, 200) if unsure else Band(11.0, 44.5, 88.0, 200)
        sides = Band(12.0, 45.5, 89.0, 200), Band(1.0, 1.0, 1.0, 200)
        same = 0.61 if unsure else 0.995
        return Spread(measure, label, per, cell, *sides, gap, same, 1.0, sides[0], 0.07, 40.0, 0.31)

    def ranked(self, measure: str, arm: str = "full", against: str = "none") -> list[Moved]:
        return [
            Moved("schemes.suining.safeguards.appeal.reach", f"who appeal {EVIL}", "uniform", -0.71, 0.2, 9.0, 3.0),
            Moved("conduct.support.reach", "people who are asked", "uniform", 0.11, 0.2, 5.0, 6.0),
        ]

    def tipped(self) -> list[Tipped]:
        return [Tipped("silence.voices", "adults who spoke up", "full", 0.25, 400)]

    def structures(self, arm: str = "full", against: str = "none") -> list[Structure]:
        less, more = Estimate(-3.0, -4.0, -2.0, 2), Estimate(2.0, 1.0, 3.0, 2)
        built = Built("silence.voices", "adults who spoke up", "adult-months", less, more)
        return [Structure("half_month", "The month is cut in half", (built,))]


@dataclass
class Folder:
    """A run folder as its readers see it."""

    path: Path
    tried: Tried | None = None

    @cached_property
    def manifest(self) -> dict[str, Any]:
        return json.loads((self.path / "manifest.json").read_text(encoding="utf-8"))

    @cached_property
    def cards(self) -> dict[str, Any]:
        return json.loads((self.path / "cards.json").read_text(encoding="utf-8"))

    def parts(self) -> Iterator[pa.Table]:
        yield from (pq.read_table(p) for p in sorted((self.path / "measures").glob("*.parquet")))

    @cached_property
    def counts(self) -> Counts:
        return Counts(self.parts)

    def compare(self, arm: str = "full", against: str = "none") -> Comparison:
        return Comparison(self, arm, against)

    def assumptions(self) -> Tried | None:
        return self.tried

    def answers(self) -> list[dict[str, Any]]:
        return []

    def scenario(self, *, allow_extensions: bool = False) -> Scenario:
        raise InvalidInput("written by hand: its rules are nowhere")

    def report(self) -> Path:
        return page.write(self)
