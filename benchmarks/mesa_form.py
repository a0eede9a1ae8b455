"""Mesa: the spine as a Mesa model, and the engine with the same ten mechanisms and with all of them, side by side."""

from __future__ import annotations

import statistics
from importlib.metadata import version

from _bench import SPINE, TIMES, WHOLE, one_core, seconds, tell
from _mesa_model import County

from goodstanding.engine import Engine
from goodstanding.scenario import Scenario, read

SIZES = (2_000, 10_000, 100_000)
MONTHS = 12
"""Months in a round; the worlds live through five rounds after a first month that is not timed."""

#: What is laid side by side: counts of the Mesa model, and those of the engine.
SAME = {
    "voices": (("voices",), ("silence.voices",)),
    "tongues held": (("held_tongue",), ("silence.held_tongue",)),
    "instalments missed": (("unable", "unwilling"), ("borrowing.unable", "borrowing.unwilling")),
    "acts that harm": (("harmful",), ("everyday_acts.harmful",)),
    "adults in debt": (("in_debt",), ("livelihood.in_debt",)),
    "entries": (("recorded", "mistaken"), ("suining.agencies.recorded", "suining.agencies.mistaken")),
    "names on the list": (("listed_now",), ("suining.publicity.listed_now",)),
    "months barred": (("months_barred",), ("suining.restrictions.months_barred",)),
}


class Counties:
    """The Mesa models of all arms, lived through one after the other."""

    def __init__(self, scenario: Scenario) -> None:
        self.arms = {arm: County(scenario, arm, 0, 0) for arm in SPINE.arms}

    def step(self) -> None:
        """Let everybody, in every arm, live through one more month."""
        for county in self.arms.values():
            county.step()


def rounds(people: int) -> tuple[list[tuple[float, float, float]], Counties, Engine]:
    """Seconds of every round in Mesa, in the engine with the same ten and with all; and the first two worlds."""
    ten, whole = (read(case.scenario, people=people, months=1 + TIMES * MONTHS) for case in (SPINE, WHOLE))
    mesa, engine = Counties(ten), Engine(ten, 0, 0, arms=SPINE.arms, observe=SPINE.observe)
    worlds = (mesa, engine, Engine(whole, 0, 0, arms=WHOLE.arms))

    def some_months(world: Counties | Engine) -> float:
        return seconds(lambda: [world.step() for _ in range(MONTHS)])

    for world in worlds:
        world.step()
    first, second, third = worlds
    return [(some_months(first), some_months(second), some_months(third)) for _ in range(TIMES)], mesa, engine


def totals(mesa: Counties, engine: Engine) -> list[tuple[str, str]]:
    """Counts of all months in the last arm, in the Mesa model and in the engine with the same mechanisms."""
    arm, outcome = SPINE.arms[-1], engine.outcome()
    ours = dict(zip(outcome.names[arm], outcome.counts[arm].sum(axis=(0, 2)).tolist(), strict=True))
    theirs = {name: sum(months) for name, months in mesa.arms[arm].datacollector.model_vars.items()}
    return [
        (
            f"{what} in {arm}: Mesa, engine (same ten)",
            f"{sum(theirs[name] for name in here):,}, {sum(ours[name] for name in there):,}",
        )
        for what, (here, there) in SAME.items()
    ]


def main() -> None:
    rows: list[tuple[str, str]] = []
    with one_core():
        for people in SIZES:
            found, mesa, engine = rounds(people)
            done = people * MONTHS * len(SPINE.arms)
            speeds = [done / statistics.median(column) / 1e6 for column in zip(*found, strict=True)]
            for name, speed in zip(("Mesa", "engine, same ten", "engine, all"), speeds, strict=True):
                rows.append((f"{people:,} people, million person-months a second: {name}", f"{speed:.2f}"))
            for at, name in ((1, "same ten"), (2, "all")):
                ratio = statistics.median(once[0] / once[at] for once in found)
                rows.append((f"{people:,} people, engine ({name}) times as fast as Mesa", f"{ratio:.1f}"))
    rows += totals(mesa, engine)
    note = (
        f"The same ten are {SPINE.told()}; all are {WHOLE.told()}. {MONTHS} months a round, set-up, compilation and "
        "storage left out, one core. "
        f"Totals: {SIZES[-1]:,} people, {1 + TIMES * MONTHS} months. Mesa {version('mesa')}."
    )
    tell("Mesa", ("what", "measured"), rows, note)


if __name__ == "__main__":
    main()
