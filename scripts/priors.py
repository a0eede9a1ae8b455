"""The page of priors: every setting of a scenario with what is plausible, why, and on whose word.

    python scripts/priors.py

It writes the tables of `docs/priors.md` afresh from the cards and the scenario; the text around them is written by
hand. Beside them stands a SHA-256 over path, default and prior of every setting. The page goes on naming the first one,
and each later one in its list of changes; a hash that it does not name belongs to priors that were changed unseen.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from goodstanding.bibliography import NOT_A_SOURCE
from goodstanding.card import KEYS, Prior
from goodstanding.draws import hypercube
from goodstanding.scenario import Scenario, read, rows

sys.path.insert(0, str(Path(__file__).parent))
from reference import prose, words

PAGE = Path(__file__).parents[1] / "docs" / "priors.md"
SCENARIO = "suining-2010"
BEGIN, END = "<!-- tables: written by scripts/priors.py -->", "<!-- end of tables -->"
HASHES = (
    "83145dd0ed0d7cec158fcef612d7e02c41cf9c6d19262a3de7f8409321e17a58",
    "2cf7368826a17d1ddfe447a0bb5d389fbcc316e430820ae075f436679f8f5d54",
    "e56a0e13456e39f6304d1b12b339a410fbbef87e1be38ed41b134a1609d0717c",
    "587fdaca3952ee2418235d69ebedba520cb175d9d3e7cee2f38e656fe4499152",
)
"""Of the priors as first frozen, and after each change; none is ever taken out."""
CHANGES = "## List of changes after the freezing"
FIRST = "the page does not name the first hash where it tells of the freezing"
UNTOLD = "changed after freezing: add the hash to HASHES, and say so in the page's list of changes"
POINTS, SETS = ".scoring.ledger.points.", 200
"""The table of points, and the sets of assumptions in which its losses are added up."""


def told(scenario: Scenario) -> list[dict[str, Any]]:
    """Every setting of the scenario as written, arms left out, with the prior of one row where rows have their own."""
    return [row for row in rows(scenario) if not row["path"].startswith("arms.")]


def digest(table: list[dict[str, Any]]) -> str:
    """SHA-256 over path, default and prior of every setting, in alphabetical order."""
    lines = sorted([row["path"], row["value"], row["prior"]] for row in table)
    return hashlib.sha256(json.dumps(lines, sort_keys=True).encode()).hexdigest()


def tables(scenario: Scenario) -> str:
    """The tables of the page, one for each part of the scenario."""
    return "\n".join(_tables(scenario)).rstrip() + "\n"


def _tables(scenario: Scenario) -> Iterator[str]:
    table = told(scenario)
    fixed = sum(row["prior"] == "held fixed" for row in table)
    yield (f"{len(table)} settings and rows, {fixed} of them held fixed. SHA-256 over path, default and prior of each: "
           f"`{digest(table)}`.")  # fmt: skip
    yield from ("", "## Defaults at an edge of their prior", "", "| setting | default | prior | sets lie |",
                "|---|---|---|---|", *_edges(scenario), "", _losses(scenario, table))  # fmt: skip
    for part, found in groupby(table, key=lambda row: _part(row["path"])):
        yield from ("", f"## {part}", "", "| setting | default | prior | mark | why |", "|---|---|---|---|---|")
        yield from (_line(scenario, row, part) for row in found)


def _edges(scenario: Scenario) -> Iterator[str]:
    """The settings whose sets all lie to one side of the default."""
    values = {row["path"]: row["value"] for row in rows(scenario)}
    for path, said in scenario.provenance.items():
        prior, value = said.prior or scenario.settings[path].prior, values.get(path)
        if not path.startswith("arms.") and (side := edge(prior, value)):
            default = "the table" if prior.kind == "scaled" else words(value)
            yield f"| `{path}` | {prose(default)} | {prose(str(prior))} | {side} |"


def edge(prior: Prior, value: Any) -> str:
    """To which side of its default a prior reaches; empty where it reaches to both or has no sides."""
    middle = 1.0 if prior.kind == "scaled" else value
    if prior.kind not in ("uniform", "loguniform", "scaled") or not isinstance(middle, (int, float)):
        return ""
    return "at it or above" if middle <= prior.low else "at it or below" if middle >= prior.high else ""


def _losses(scenario: Scenario, table: list[dict[str, Any]]) -> str:
    """How many sets take more points for one of each act than the scenario as written."""
    written = {row["path"]: row["value"] for row in table if POINTS in row["path"] and row["prior"] != "held fixed"}
    sets = [-sum(draw.drawn[path] for path in written) for draw in hypercube(scenario, SETS)]
    loss = -sum(written.values())
    return (f"Of {SETS} sets, {sum(taken > loss for taken in sets)} take more points for one of each of the "
            f"{len(written)} acts whose points are drawn: {min(sets):.0f} to {max(sets):.0f}, "
            f"as written {loss}.")  # fmt: skip


def _part(path: str) -> str:
    parts = path.split(".")
    depth = {"schemes": 4, "conduct": 2}.get(parts[0], 1)
    return "`" + ".".join(parts[:depth]) + "`"


def _line(scenario: Scenario, row: dict[str, Any], part: str) -> str:
    name = row["path"].removeprefix(part.strip("`") + ".")
    keys = scenario.settings[row["path"]].keys
    prior = row["prior"]
    if row["value"] == {} and prior != "held fixed":
        prior += f", each of {len(KEYS[keys]()) if keys in KEYS else 'the'} {keys} for itself"
    unit = "" if row["unit"] in ("name", "names", "count") else f" ({row['unit']})"
    source = "" if row["source"] in NOT_A_SOURCE else f", `{row['source']}`"
    return (f"| `{name}`: {prose(row['help'])} | {prose(words(row['value']))}{prose(unit)} | {prose(prior)} "
            f"| {row['mark']}{source} | {prose(row['because'])} |")  # fmt: skip


def page(text: str, scenario: Scenario) -> str:
    """The page with its tables written afresh."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n\n{tables(scenario)}\n{END}{rest.split(END)[1]}"


def untold(text: str, scenario: Scenario) -> str:
    """What is wrong where the text written by hand does not name each hash at its place; empty where it does."""
    before, changes = text.split(BEGIN)[0].split(CHANGES)
    if HASHES[0] not in before:
        return FIRST
    named = all(later in changes for later in HASHES[1:])
    return "" if named and digest(told(scenario)) == HASHES[-1] else UNTOLD


def main() -> None:
    scenario = read(SCENARIO)
    text = page(PAGE.read_text(encoding="utf-8"), scenario)
    PAGE.write_text(text, encoding="utf-8")
    print(untold(text, scenario) or "the page is up to date")


if __name__ == "__main__":
    main()
