"""Sweep: a scenario lived once more in a small county, under many sets of assumptions and built in other ways.

The run itself says what luck does under one set of assumptions. The sweep says what the assumptions do: each set drawn
from the priors, and each other structure of the model, is a variant with a name, lived by a few thousand people under
the same pairs of seeds. Of each world the sums over all months are kept, and for the measures that a report opens with
those by month, group and income tenth.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.draws import Assumption, Draw, assumptions, hypercube
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.folder import write
from goodstanding.frames import parquet
from goodstanding.scenario import NESTED, Scenario
from goodstanding.structure import structures
from goodstanding.variants import varied

if TYPE_CHECKING:
    from goodstanding.engine import Outcome

PEOPLE = 5_000
AS_WRITTEN = "as_written"
DRAWN = "set_"
PAIRS = ((0, 0), (1, 1))
"""The pairs of seeds under which every set of assumptions is lived; the same for all, so that only the set differs."""
MANY_PAIRS = tuple((seed, seed) for seed in range(8))
"""Those of the scenario as written and of other structures, where luck must be told from structure."""
FEWEST, MOST = 20, 10_000
PARTS = "variants"
Seeds = tuple[int, int]


def number_of_sets(assumptions: int) -> int:
    """How many sets of assumptions are meant. Raises InvalidInput where they are too few for a band, or too many."""
    if type(assumptions) is not int or (assumptions and not FEWEST <= assumptions <= MOST):
        what = f"allowed is a whole number of sets from {FEWEST} to {MOST:,}, or 0 to leave them as they are"
        raise InvalidInput(f"--assumptions: {plain(assumptions)} cannot be used; {what}")
    return assumptions


@dataclass(frozen=True)
class Sweep:
    """The variants of a scenario in a small county, and how each of them is lived."""

    scenario: Scenario
    sets: int
    arms: tuple[str, ...]

    @classmethod
    def of(cls, scenario: Scenario, sets: int, arms: Sequence[str], across: Sequence[str] = ()) -> Sweep | None:
        """The sweep of a run, None without sets: its nested arms but the ghost, whose society is that of none, the
        arms that were laid over the scenario, and those named in `across`. Raises InvalidInput for an arm named that
        the run does not live.
        """
        if across and not sets:
            raise InvalidInput("--across: --assumptions is missing; allowed is --across beside --assumptions N")
        for arm in across:
            if arm not in arms:
                allowed = f"an arm of the run: {', '.join(arms)}"
                raise InvalidInput(
                    f"--across: '{plain(arm)}' cannot be tried; allowed is {allowed}{nearest(arm, arms)}"
                )
        if not sets:
            return None
        few = min(PEOPLE, scenario.society.people)
        tried = {*NESTED, *scenario.laid, *across} - {"ghost"}
        return cls(varied(scenario, {"society.people": few}), sets, tuple(arm for arm in arms if arm in tried))

    @classmethod
    def asked(cls, scenario: Scenario, sets: int, arm: str) -> Sweep | None:
        """The sweep of a question about one arm, None without sets. Raises InvalidInput where nothing is varied."""
        sweep = cls.of(scenario, number_of_sets(sets), (arm,), (arm,) if sets else ())
        if sweep is not None and not sweep.varied:
            raise InvalidInput(
                f"--assumptions: {scenario.name} holds all its values fixed; allowed is a scenario with priors"
            )
        return sweep

    @cached_property
    def draws(self) -> list[Draw]:
        """The sets of assumptions."""
        return hypercube(self.scenario, self.sets, self.arms)

    @property
    def laid(self) -> list[dict[str, Any]]:
        """What each set lays over the scenario, the people of the small county with it."""
        return [{"society.people": self.scenario.society.people, **draw.values} for draw in self.draws]

    @cached_property
    def varied(self) -> list[Assumption]:
        """What differs between the sets."""
        return assumptions(self.scenario, self.arms)

    @cached_property
    def counted(self) -> dict[str, Any]:
        """What every count means; variants differ in values and count the same."""
        from goodstanding.runs import cards

        found: dict[str, Any] = cards(self.scenario, self.arms)["measures"]
        return found

    @cached_property
    def structures(self) -> dict[str, tuple[Scenario, str]]:
        """The other structures by name, each with one sentence on what was so in it."""
        return structures(self.scenario)

    def jobs(self) -> list[tuple[str, tuple[Seeds, ...]]]:
        """Every variant with the pairs of seeds under which it is lived."""
        told = [(name, MANY_PAIRS) for name in (AS_WRITTEN, *self.structures)]
        return told + [(f"{DRAWN}{at + 1:04d}", PAIRS) for at in range(self.sets)]

    def variant(self, name: str) -> Scenario:
        """The scenario of one variant."""
        if name.startswith(DRAWN):
            return varied(self.scenario, self.draws[int(name.removeprefix(DRAWN)) - 1].values)
        return self.scenario if name == AS_WRITTEN else self.structures[name][0]

    def live(self, name: str, pairs: Sequence[Seeds], folder: Path, tell: Callable[[int], None] | None = None) -> str:
        """Live through a variant under some pairs of seeds, write what came of it, and return its digest."""
        from goodstanding.engine import simulate

        scenario, told, rows = self.variant(name), hashlib.sha256(), []
        for at, seeds in enumerate(pairs):
            done = at * scenario.months
            progress = None if tell is None else lambda month, _, done=done: tell(done + month)
            outcome = simulate(scenario, *seeds, arms=self.arms, progress=progress)
            told.update(f"{seeds[0]} {seeds[1]} {outcome.digest}\n".encode())
            rows.append(self.sums(outcome, seeds, name))
        write(folder / PARTS / f"{name}.parquet", parquet(_together(rows), self.scenario.stamp))
        return told.hexdigest()

    def sums(self, outcome: Outcome, seeds: Seeds, variant: str) -> Any:
        """The counts of one world added up, as a table: a row for each arm, measure and cell."""
        import numpy as np
        import pyarrow

        from goodstanding.runs import bases

        strata, letters, told = outcome.population.strata, list(self.scenario.society.groups), self.counted
        of_stratum = {
            "county": [cell[0] for cell in strata],
            "group": [letters.index(cell[1]) for cell in strata],
            "income_tenth": [cell[2] for cell in strata],
        }
        parts = []
        for arm in self.arms:
            names = list(outcome.names[arm])
            both = np.stack([outcome.counts[arm], bases(outcome, arm, told)])
            every, leading = range(len(names)), [at for at, name in enumerate(names) if told[name]["leads"]]
            cuts: list[tuple[str, int, Sequence[int], Any]] = [("", 0, every, both.sum((1, 3)))]
            lead = both[:, :, leading]
            cuts += [("month", month, leading, sums) for month, sums in enumerate(lead.sum(3).swapaxes(0, 1))]
            for by, cells in of_stratum.items():
                for cell in sorted(set(cells)):
                    cuts.append((by, int(cell), leading, lead[..., np.array(cells) == cell].sum((1, 3))))
            sizes = [len(which) for _, _, which, _ in cuts]
            words, size = ["", "month", *of_stratum], sum(sizes)
            count, base = np.concatenate([sums for *_, sums in cuts], axis=1)
            parts.append(pyarrow.table({
                "variant": _coded([variant], np.zeros(size)),
                "society_seed": np.full(size, seeds[0], np.uint64), "luck_seed": np.full(size, seeds[1], np.uint64),
                "arm": _coded([arm], np.zeros(size)),
                "by": _coded(words, np.repeat([words.index(by) for by, *_ in cuts], sizes)),
                "cell": np.repeat([cell for _, cell, *_ in cuts], sizes).astype(np.int16),
                "measure": _coded(names, np.concatenate([which for _, _, which, _ in cuts])),
                "count": count, "denominator": base,
            }))  # fmt: skip
        return _together(parts)

    def months(self, name: str) -> int:
        """How many months one world of a variant lasts."""
        return self.variant(name).months if name in self.structures else self.scenario.months


def gather(sweep: Sweep, folder: Path) -> None:
    """Put the parts that the variants left into one table, and write down what was assumed in each set."""
    import pyarrow
    from pyarrow.parquet import read_table

    files = sorted((folder / PARTS).glob("*.parquet"))
    write(folder / "variants.parquet", parquet(_together([read_table(f) for f in files]), sweep.scenario.stamp))
    for file in files:
        file.unlink()
    (folder / PARTS).rmdir()
    rows = [
        {"set": at + 1, "path": one.path, "place": one.place(drawn), "value": json.dumps(drawn)}
        for at, draw in enumerate(sweep.draws)
        for one in sweep.varied
        for drawn in (draw.drawn[one.path],)
    ]
    schema = pyarrow.schema([
        ("set", pyarrow.int32()), ("path", pyarrow.string()), ("place", pyarrow.float64()), ("value", pyarrow.string()),
    ])  # fmt: skip
    write(folder / "sets.parquet", parquet(pyarrow.Table.from_pylist(rows, schema), sweep.scenario.stamp))
    write(folder / "sweep.json", (json.dumps(dict(_told(sweep)), indent=1) + "\n").encode())


def _told(sweep: Sweep) -> Iterator[tuple[str, Any]]:
    """What was tried, in words."""
    yield "synthetic", True
    yield "people", sweep.scenario.society.people
    yield "months", sweep.scenario.months
    yield "arms", list(sweep.arms)
    yield "sets", sweep.sets
    yield "pairs", [list(pair) for pair in PAIRS]
    yield "structures", {name: sentence for name, (_, sentence) in sweep.structures.items()}
    yield (
        "assumptions",
        {
            one.path: {"help": one.declared.help, "prior": str(one.prior), "unit": one.declared.unit}
            for one in sweep.varied
        },
    )


def _coded(words: Sequence[str], places: Any) -> Any:
    import pyarrow

    return pyarrow.DictionaryArray.from_arrays(places.astype("int32"), words)


def _together(tables: Sequence[Any]) -> Any:
    import pyarrow

    return pyarrow.concat_tables(tables).unify_dictionaries().combine_chunks()
