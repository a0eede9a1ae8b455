"""A first look at which assumptions decide a result: each setting at both ends of its prior, all others as they are.

    python scripts/prior_ends.py suining-2010 [--people 10000] [--worlds 2]

It prints a Markdown table. A setting whose prior has two ends (uniform, loguniform, or scaled: a whole table times one
factor) is varied alone; what is held fixed is not, nor is a table without rows. All runs share societies and luck.
Each factor is the most of low end, base and high end over the least, `FLOOR` added to each so that it does not come of
a handful of events; the larger one ranks. In the row `luck` nothing is changed but the worlds: what ranks below it was
not seen to matter. The extreme may lie between the ends, and settings may matter together; neither is looked for.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import Any

from goodstanding.card import Prior, Setting
from goodstanding.comparison import SIZE
from goodstanding.engine import simulate
from goodstanding.headline import BARRED, SILENT
from goodstanding.scenario import Scenario, read

ARMS, FLOOR = ["none", "full"], 5.0
READY = "silence.would_speak"
Rates = tuple[float, float]


def varied(scenario: Scenario) -> Iterator[tuple[str, Prior, Setting, Any]]:
    """Each setting whose prior has two ends: its path, prior, declaration and value."""
    done = set(SIZE)
    for path, told in scenario.provenance.items():
        declared = scenario.settings[path]
        prior = told.prior or declared.prior
        value: Any = scenario.tree
        if path.startswith("arms.") or prior.kind not in ("uniform", "loguniform", "scaled"):
            continue
        parts = path.split(".")
        if declared.keys and parts[-1] != declared.name and told.prior is None:
            parts.pop()  # a row with a source of its own: the prior is the table's
        for part in parts:
            value = value[part]
        if (path := ".".join(parts)) not in done and value != {}:
            done.add(path)
            yield path, prior, declared, value


def at(end: float, prior: Prior, declared: Setting, value: Any) -> Any:
    """The value of a setting at one end of its prior."""
    if isinstance(value, dict):
        return {row: at(end, prior, declared, cell) for row, cell in value.items()}
    kept = min(max(value * end if prior.kind == "scaled" else end, declared.low), declared.high)
    return round(kept) if declared.kind == "int" else round(kept, 6)


def rates(name: str, people: int, seeds: range, *changes: str) -> Rates:
    """The barred in a month per 100,000 adults, and the tongues held per 1,000 ready to speak, over the whole run."""
    scenario = read(name, people=people, set=changes)
    barred = adults = held = ready = 0
    for seed in seeds:
        found = simulate(scenario, seed, seed, arms=ARMS, observe=("sanctions", "silence"))
        total = dict(zip(found.names["full"], found.counts["full"].sum(axis=(0, 2)).tolist(), strict=True))
        barred += sum(count for measure, count in total.items() if measure.endswith(BARRED))
        adults += scenario.months * int(found.population.adults.sum())
        held, ready = held + total[SILENT], ready + total[READY]
    return 100_000 * barred / max(1, adults), 1_000 * held / max(1, ready)


def factors(*found: Rates) -> list[float]:
    """The most over the least, of the barred and of the held tongues."""
    return [(max(each) + FLOOR) / (min(each) + FLOOR) for each in zip(*found, strict=True)]


def main() -> None:
    asked = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    asked.add_argument("scenario")
    asked.add_argument("--people", type=int, default=10_000)
    asked.add_argument("--worlds", type=int, default=2)
    told = asked.parse_args()
    name, people, seeds = told.scenario, told.people, range(told.worlds)
    base = rates(name, people, seeds)
    luck = rates(name, people, range(told.worlds, 2 * told.worlds))
    lines = [("luck", "other worlds", base, luck, factors(base, luck))]
    for path, prior, *setting in varied(read(name)):
        low, high = (
            rates(name, people, seeds, f"{path}={json.dumps(at(end, prior, *setting))}")
            for end in (prior.low, prior.high)
        )
        lines.append((f"`{path}`", str(prior), low, high, factors(low, base, high)))
    print(f"| setting | prior | barred, base {base[0]:.0f} | times | tongues held, base {base[1]:.1f} | times |")
    print("|---|---|---|---|---|---|")
    for what, ends, low, high, by in sorted(lines, key=lambda line: -max(line[4])):
        cells = f"{low[0]:.0f} to {high[0]:.0f} | {by[0]:.1f} | {low[1]:.1f} to {high[1]:.1f} | {by[1]:.1f}"
        print(f"| {what} | {ends} | {cells} |")


if __name__ == "__main__":
    main()
