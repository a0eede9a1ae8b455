"""The page of priors: every setting of a scenario with what is plausible, why, and on whose word.

    python scripts/priors.py

It writes the tables of `docs/priors.md` afresh from the cards and the scenario; the text around them is written by
hand. Beside them stands a SHA-256 over path, default and prior of every setting. The one of the day of freezing stays
on the page; a hash that the page does not name belongs to priors that were changed and not yet told of.
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
from goodstanding.card import KEYS
from goodstanding.scenario import Scenario, read, rows

sys.path.insert(0, str(Path(__file__).parent))
from reference import prose, words

PAGE = Path(__file__).parents[1] / "docs" / "priors.md"
SCENARIO = "suining-2010"
BEGIN, END = "<!-- tables: written by scripts/priors.py -->", "<!-- end of tables -->"
UNTOLD = "changed after freezing: say so in the page's list of changes"


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
    for part, found in groupby(table, key=lambda row: _part(row["path"])):
        yield from ("", f"## {part}", "", "| setting | default | prior | mark | why |", "|---|---|---|---|---|")
        yield from (_line(scenario, row, part) for row in found)


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
    """What is wrong where the text written by hand does not name the hash of the priors; empty where it does."""
    by_hand = text.split(BEGIN)[0] + text.split(END)[1]
    return "" if digest(told(scenario)) in by_hand else UNTOLD


def main() -> None:
    scenario = read(SCENARIO)
    text = page(PAGE.read_text(encoding="utf-8"), scenario)
    PAGE.write_text(text, encoding="utf-8")
    print(untold(text, scenario) or "the page is up to date")


if __name__ == "__main__":
    main()
