"""Workers: the worlds of a run, and the variants of its sweep, lived side by side (see beside.py) into its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.beside import Job, Progress, Tell, answers

if TYPE_CHECKING:
    from goodstanding.scenario import Scenario
    from goodstanding.sweep import Sweep

Seeds = tuple[int, int]
_sweeps: dict[str, Sweep] = {}
"""The sweep that this process works at, by the hash of its scenario: draws are made once, and not once a variant."""


def side_by_side(
    scenario: Scenario,
    folder: Path,
    pairs: Sequence[Seeds],
    arms: list[str],
    processes: int,
    threads: int,
    progress: Progress | None,
    sweep: Sweep | None = None,
) -> tuple[dict[Seeds, str], dict[str, str]]:
    """Live through every pair of seeds, and through every variant of a sweep; returns the digests of both."""
    world = {"arms": arms, "threads": threads}
    jobs = [Job({**world, "seeds": pair}, f"world {pair[0]}-{pair[1]}", steps=scenario.months) for pair in pairs]
    variants = sweep.jobs() if sweep else []
    if sweep:
        _sweeps[scenario.hash] = sweep
        county = {"people": sweep.scenario.society.people, "sets": sweep.sets, "arms": sweep.arms}
        jobs += [
            Job({"variant": name, "pairs": seeds, "sweep": county}, f"variant {name}", "variants",
                len(seeds) * sweep.months(name))
            for name, seeds in variants
        ]  # fmt: skip
    try:
        found = answers("goodstanding.workers:live_one", scenario, jobs, folder, processes, progress)
    finally:
        _sweeps.pop(scenario.hash, None)
    of_run = dict(zip(pairs, found, strict=False))
    return of_run, {name: digest for (name, _), digest in zip(variants, found[len(pairs) :], strict=True)}


def live_one(scenario: Scenario, folder: Path, asks: Mapping[str, Any], tell: Tell) -> str:
    """Live through one world or one variant, leave what was counted in the folder, and return its digest."""
    from goodstanding.runs import live

    if "variant" in asks:
        return _sweep(scenario, asks["sweep"]).live(asks["variant"], _pairs(asks["pairs"]), folder, tell)
    return live(scenario, folder, _pairs([asks["seeds"]])[0], asks["arms"], asks["threads"], tell)


def _pairs(told: Sequence[Sequence[int]]) -> list[Seeds]:
    return [(int(society), int(luck)) for society, luck in told]


def _sweep(scenario: Scenario, county: Mapping[str, Any]) -> Sweep:
    from goodstanding.sweep import Sweep
    from goodstanding.variants import varied

    if scenario.hash not in _sweeps:
        few = varied(scenario, {"society.people": county["people"]})
        _sweeps[scenario.hash] = Sweep(few, county["sets"], tuple(county["arms"]))
    return _sweeps[scenario.hash]
