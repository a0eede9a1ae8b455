"""How often an interval holds what it should: worlds with a known truth are drawn, and the intervals counted.

    python scripts/interval_coverage.py [--trials 4000] [--write]

It prints the tables of `docs/intervals.md` in Markdown; with `--write` it puts them there. Each trial draws worlds of
10,000 adult-months; what a hundred of them can suffer differs by world (a beta distribution whose standard deviation
is `spread` times its mean), and events fall binomially: the beta-binomial law of clustered counts. The numbers are
NumPy's, seeded by the case, so that the tables come out the same each time.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.counts import Sums
from goodstanding.estimates import estimate

BASE = 10_000
"""Adult-months of a world."""
WORLDS, SPREADS, EVENTS = (2, 3, 4, 5, 8, 20), (0.0, 0.5, 1.0, 2.0), (1.0, 3.0, 10.0, 30.0, 100.0)
"""Worlds of a run; spread of the risk between worlds, as a share of its mean; events expected in a world."""
COMMON, FEW = 300, 0.1
"""Events a world that two arms share which differ slightly, and how many fewer than `EVENTS` differ."""
MARK = "<!-- what stands below is written by scripts/interval_coverage.py -->"
AT_LEAST = 0.9
"""Coverage below which a case is marked."""
SELDOM = 0.05
"""Cases given an interval more seldom than this have no coverage that could be told."""


@dataclass(frozen=True)
class Case:
    """One kind of estimate, with worlds, spread and events expected in a world."""

    kind: str
    worlds: int
    spread: float
    events: float


@dataclass(frozen=True)
class Covered:
    """Out of all trials: the share that was given an interval, and the share of those intervals that held the truth."""

    given: float
    held: float


def risks(chance: Any, mean: float, spread: float, size: tuple[int, ...]) -> NDArray[np.float64]:
    """Risks of a beta distribution with a mean and, as a share of it, a standard deviation."""
    if spread == 0:
        return np.full(size, mean)
    both = (1 - mean) / (mean * spread**2) - 1
    found: NDArray[np.float64] = chance.beta(mean * both, (1 - mean) * both, size)
    return found


def single(chance: Any, case: Case, trials: int) -> tuple[list[Any], float]:
    """One arm: a rate of adults."""
    risk = risks(chance, case.events / BASE, case.spread, (trials, case.worlds))
    return [(chance.binomial(BASE, risk), np.full(risk.shape, BASE))], 1000 * case.events / BASE


def halved(chance: Any, case: Case, trials: int) -> tuple[list[Any], float]:
    """Two arms with common luck: of what happens in the one, every second thing happens in the other."""
    [(count, base)], truth = single(chance, case, trials)
    return [(count, base), (chance.binomial(count, 0.5), base)], truth / 2


def alike(chance: Any, case: Case, trials: int) -> tuple[list[Any], float]:
    """Two arms of one risk, and luck of their own beyond it: there is no difference."""
    risk = risks(chance, case.events / BASE, case.spread, (trials, case.worlds))
    base = np.full(risk.shape, BASE)
    return [(chance.binomial(BASE, risk), base), (chance.binomial(BASE, risk), base)], 0.0


def share(chance: Any, case: Case, trials: int) -> tuple[list[Any], float]:
    """One arm: a share of a denominator that is counted itself, on average five for each event."""
    base = chance.binomial(BASE, risks(chance, 5 * case.events / BASE, case.spread, (trials, case.worlds)))
    return [(chance.binomial(base, risks(chance, 0.2, case.spread / 2, base.shape)), base)], 200.0


def shares(chance: Any, case: Case, trials: int) -> tuple[list[Any], float]:
    """Two arms of counted denominators with common luck: the share is a fifth in the one, and a tenth in the other."""
    risk = risks(chance, 5 * case.events / BASE, case.spread, (trials, case.worlds))
    part = risks(chance, 0.2, case.spread / 2, risk.shape)
    both = [chance.binomial(BASE, risk) for _ in range(2)]
    return [(chance.binomial(base, part * times), base) for base, times in zip(both, (1, 0.5), strict=True)], 100.0


def slight(chance: Any, case: Case, trials: int) -> tuple[list[Any], float]:
    """Two arms with common luck that share 300 events a world; the first has a few more, and these alone differ."""
    risk = risks(chance, COMMON / BASE, case.spread, (trials, case.worlds))
    common, base = chance.binomial(BASE, risk), np.full(risk.shape, BASE)
    few = case.events * FEW
    more = chance.poisson(BASE * risks(chance, few / BASE, case.spread, risk.shape))
    return [(common + more, base), (common, base)], 1000 * few / BASE


KINDS: dict[str, tuple[str, Callable[..., tuple[list[Any], float]]]] = {
    "single": ("A rate of adults", single),
    "halved": ("A paired difference: half of what happens goes with the scheme", halved),
    "alike": ("A paired difference that is nought", alike),
    "share": ("A share of a counted denominator", share),
    "shares": ("A paired difference of two such shares", shares),
    "slight": ("A paired difference of arms that share 300 events a world; by events that differ", slight),
}


def covered(case: Case, trials: int) -> Covered:
    """How often the interval of a case is given, and holds the truth."""
    chance = np.random.default_rng(  # noqa: TID251  trials of an estimate, nobody's luck
        [sorted(KINDS).index(case.kind), case.worlds, int(10 * case.spread), int(10 * case.events)]
    )
    arms, truth = KINDS[case.kind][1](chance, case, trials)
    given = held = 0
    for trial in range(trials):
        pairs = ((count[trial].tolist(), base[trial].tolist()) for count, base in arms)
        found = estimate([[Sums(c, d) for c, d in zip(*pair, strict=True)] for pair in pairs])
        if found.low is not None and found.high is not None:
            given += 1
            held += found.low <= truth <= found.high
    return Covered(given / trials, held / given if given else float("nan"))


def table(kind: str, trials: int) -> Iterator[str]:
    """One kind of estimate as a table in Markdown: coverage in percent, in brackets how often there is an interval."""
    yield from (f"### {KINDS[kind][0]}", "")
    times = FEW if kind == "slight" else 1
    heads = " | ".join(f"{events * times:g} a world" for events in EVENTS)
    yield from (f"| worlds | spread | {heads} |", f"|{' --- |' * (2 + len(EVENTS))}")
    for worlds in WORLDS:
        for spread in SPREADS:
            found = (covered(Case(kind, worlds, spread, events), trials) for events in EVENTS)
            yield f"| {worlds} | {spread:g} | {' | '.join(map(cell, found))} |"
    yield ""


def cell(found: Covered) -> str:
    """One cell of a table; what holds too seldom stands in bold."""
    if found.given < SELDOM:
        return "none"
    held = f"{100 * found.held:.1f}"
    often = "" if found.given > 0.995 else f" ({100 * found.given:.0f})"
    return (f"**{held}**" if found.held < AT_LEAST else held) + often


def main() -> None:
    asked = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    asked.add_argument("--trials", type=int, default=4000)
    asked.add_argument("--write", action="store_true", help="put the tables into docs/intervals.md")
    told = asked.parse_args()
    text = "\n".join(line for kind in KINDS for line in table(kind, told.trials))
    if not told.write:
        print(text)
        return
    page = Path(__file__).parents[1] / "docs" / "intervals.md"
    before, _, _ = page.read_text(encoding="utf-8").partition(MARK)
    page.write_text(f"{before}{MARK}\n\n{text.rstrip()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
