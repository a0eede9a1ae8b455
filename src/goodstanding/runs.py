"""Runs: one scenario lived through under several seeds, and the folder in which it is kept.

Every seed pair (society, luck) is a job of its own: this process does some, child processes do the others, and the
numbers do not depend on who did what. Files of a run are written once; only the manifest, written last, makes them a
run (see folder.py). Nothing in it is about anybody: all of it says that it is synthetic.
"""

from __future__ import annotations

import json
import os
import platform
import re
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.acts import ACTS
from goodstanding.checked import of_card
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.folder import FORMAT, Run, crate, digest_of, dump, hashes, new_folder, open_run, versions, write
from goodstanding.frames import SYNTHETIC, parquet
from goodstanding.plan import check_memory
from goodstanding.scenario import Scenario, read, row, rows
from goodstanding.sweep import PARTS, Sweep, gather, number_of_sets
from goodstanding.telling import changes
from goodstanding.version import __version__
from goodstanding.workers import side_by_side
from goodstanding.world import COLUMNS

if TYPE_CHECKING:
    from goodstanding.binding import Step
    from goodstanding.engine import Outcome

__all__ = ["Run", "cards", "live", "open_run", "run", "tidy", "write"]
SEEDS = 8
MOST_WORLDS = 100_000
Progress = Callable[[int, int, str], None]
Seeds = tuple[int, int]


def run(
    scenario: str | Path | Scenario,
    *,
    people: int | None = None,
    months: int | None = None,
    seeds: int | Sequence[Seeds] = SEEDS,
    processes: int | None = None,
    threads: int | None = None,
    set: Sequence[str] = (),
    with_: Sequence[str] = (),
    scheme: str | None = None,
    arms: Sequence[str] | None = None,
    out: str | Path = "runs",
    allow_extensions: bool = False,
    report: bool = True,
    assumptions: int = 0,
    across: Sequence[str] = (),
    progress: Progress | None = None,
    command: str | None = None,
) -> Run:
    """Let a scenario's society live through its months in every arm, under every seed, and keep what came out.

    `seeds` is how many pairs (0, 0), (1, 1), … are lived through, or the pairs themselves. `processes` work side by
    side, one a core where nothing is said, and share the cores that are left as `threads`. Without `report` the page
    is left for later. `assumptions` is how many sets of them, drawn from the priors, are tried in a small county
    besides, with other structures of the model; none where nothing is said, and then the run speaks of luck alone;
    they are tried in the nested arms, those laid over the scenario, and those named in `across`. Raises InvalidInput,
    Resources; returns the run.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    if isinstance(scenario, Scenario):
        if set or with_ or scheme is not None or people is not None or months is not None:
            raise InvalidInput(
                "run: a scenario that was read stays as it is; allowed is to give people, months, set, with_ and "
                "scheme to read"
            )
    else:
        scenario = read(
            scenario, set=set, people=people, months=months, with_=with_, scheme=scheme,
            allow_extensions=allow_extensions,
        )  # fmt: skip
    pairs, chosen = seed_pairs(seeds), chosen_arms(scenario, arms)
    for name, number in (("processes", processes), ("threads", threads)):
        if number is not None and (type(number) is not int or number < 1):
            raise InvalidInput(f"run: {name}: {plain(number)} cannot be used; allowed is a whole number from 1")
    sweep = Sweep.of(scenario, number_of_sets(assumptions), chosen, across)
    at_once = beside(processes, len(pairs) + assumptions)
    threads = threads or spare(at_once)
    check_memory(scenario, chosen, len(pairs), min(at_once, len(pairs)), threads=threads, report=report)
    folder = new_folder(Path(out), f"{started:%Y%m%dt%H%M%Sz}-{scenario.name}-{scenario.hash[:8]}")
    with _named(folder):
        cores = len(os.sched_getaffinity(0))
        if sweep:
            (folder / PARTS).mkdir()
        digests, others = side_by_side(scenario, folder, pairs, chosen, at_once, threads, progress, sweep)
        if sweep:
            gather(sweep, folder)
        manifest: dict[str, Any] = {
            "format": FORMAT, "synthetic": True, "what": SYNTHETIC, "goodstanding": __version__,
            "scenario": scenario.name, "title": scenario.title, "note": scenario.note, "scenario_hash": scenario.hash,
            "digest": digest_of(digests, others), "people": scenario.society.people, "months": scenario.months,
            "arms": chosen, "seeds": sorted(digests), "sets": assumptions,
            "command": command or f"goodstanding run {scenario.name}", "started": started.isoformat(timespec="seconds"),
            "person_months": scenario.society.people * scenario.months * len(chosen) * len(pairs),
            "extensions": [list(e) for e in scenario.extensions], "versions": versions(),
            "machine": {"system": platform.system(), "machine": platform.machine(), "cores": cores},
        }  # fmt: skip
        write(folder / "cards.json", dump(cards(scenario, chosen)))
        manifest["seconds"] = round(time.monotonic() - began, 3)
        write(folder / "log.jsonl", "".join(json.dumps(line) + "\n" for line in _log(manifest, digests)).encode())
        write(folder / "ro-crate-metadata.json", dump(crate(manifest, folder)))
        manifest["files"] = hashes(folder)
        done = Run(folder)
        done.__dict__["manifest"] = manifest  # the page reads the run as it will be; the manifest itself comes last
        if report:
            done.report()
            manifest["files"] = hashes(folder)
        write(folder / "manifest.json", dump(manifest))
        return done


@contextmanager
def _named(folder: Path) -> Iterator[None]:
    """Say which folder is left behind where a run is interrupted."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"{folder} holds no finished run and may be removed") from None


def beside(processes: int | None, worlds: int) -> int:
    """How many worlds are lived through at once: one a core where nothing is said."""
    return min(processes or len(os.sched_getaffinity(0)), worlds)


def spare(at_once: int) -> int:
    """How many threads each of the worlds that are lived through at once can have."""
    return max(1, len(os.sched_getaffinity(0)) // at_once)


def seed_pairs(seeds: int | Sequence[Seeds]) -> list[Seeds]:
    """The pairs of seeds that are meant: as many as a number says, or those listed."""
    if type(seeds) is int and 1 <= seeds <= MOST_WORLDS:
        return [(s, s) for s in range(seeds)]
    if isinstance(seeds, (list, tuple)) and 1 <= len(seeds) <= MOST_WORLDS:
        pairs = [tuple(pair) if isinstance(pair, (list, tuple)) else () for pair in seeds]
        whole = all(len(p) == 2 and all(type(s) is int and 0 <= s < 1 << 64 for s in p) for p in pairs)
        if whole and len({*pairs}) == len(pairs):
            return [(society, luck) for society, luck in pairs]
    raise InvalidInput(
        f"--seeds: {plain(seeds)} cannot be used; "
        f"allowed is how many worlds, 1 to {MOST_WORLDS:,}, or as many different "
        "pairs of seeds"
    )


def chosen_arms(scenario: Scenario, arms: Sequence[str] | None) -> list[str]:
    """The arms to live through: those named, the one without the scheme, and those laid over the scenario."""
    if arms is None:
        return list(scenario.arms)
    if not isinstance(arms, (list, tuple)) or not arms or len({*arms}) < len(arms):
        raise InvalidInput(f"--arms: {plain(arms)} cannot be used; allowed is a list of different arms")
    for arm in arms:
        if arm not in scenario.arms:
            allowed = ", ".join(scenario.arms)
            raise InvalidInput(
                f"--arms: '{plain(arm)}' is no arm of {scenario.name}"
                f"; allowed are {allowed}{nearest(arm, scenario.arms)}"
            )
    return [arm for arm in scenario.arms if arm in arms or arm == "none" or arm in scenario.laid]


def cards(scenario: Scenario, arms: Sequence[str]) -> dict[str, Any]:
    """What every count, setting, mechanism and arm of a scenario means.

    A report opens with the counts that its measures name, where a rule makes what they look at; a scheme of which none
    does opens with the first count of each of its sanctions.
    """
    from goodstanding.arm import made, watching
    from goodstanding.binding import steps
    from goodstanding.measures import measures

    counts: dict[str, Any] = {}
    leading, felt = set[str](), dict[str, dict[str, None]]()
    mechanisms: dict[str, Any] = {}
    found = measures(file for file, _ in scenario.extensions)
    for arm in arms:
        world = scenario.world(arm)
        month = steps(world)
        for step in month:
            root = f"schemes.{step.scheme}." if step.scheme else ""
            mechanisms[f"{root}{step.rule.folder}.{step.rule.key()}"] = {
                "summary": step.rule.summary(), "sources": list(step.rule.sources()), "counts": dict(step.rule.counts),
            }  # fmt: skip
            if step.rule.folder == "sanctions" and step.rule.counts:
                felt.setdefault(step.scheme, {})[f"{step.path}.{next(iter(step.rule.counts))}"] = None
            whole = ""
            for count, label in step.rule.counts.items():
                whole = label if alone(label, "it") == label else whole  # of a rule, `of them` is of the count before
                counts[f"{step.path}.{count}"] = {
                    "label": alone(label, whole), "unit": "a month", "better": "neither", "objective": "never",
                    "definition": step.rule.summary(), "denominator": "adults", "leads": False,
                    "tips": count in step.rule.tips,
                }  # fmt: skip
        there = made(month)
        for step in watching((cls() for cls in found.values()), world, there):
            cls, path = found[step.rule.key()], step.path
            leading |= {f"{path}.{count}" for count in cls.leads if _any(step, there)}
            for count, label in cls.counts.items():
                per = cls.per.get(count, "adults")
                counts[f"{path}.{count}"] = {
                    "label": label, "unit": cls.unit, "better": cls.better, "objective": cls.objective,
                    "definition": (cls.__doc__ or "").strip(),
                    "denominator": per if per == "adults" else f"{path}.{per}",
                    "persons": f"{path}.{cls.persons}" if cls.persons and per != "adults" else None,
                    "leads": f"{path}.{count}" in leading, "tips": count in cls.tips,
                }  # fmt: skip
    for scheme, names in felt.items():
        if not any(name.startswith(f"{scheme}.") for name in leading):
            counts |= {name: {**counts[name], "leads": True} for name in names}
    short = {name: card["label"] for name, card in counts.items()}
    counts = {name: {**card, "label": alone(short[name], short.get(card["denominator"], ""))}
              for name, card in counts.items()}  # fmt: skip
    return {
        "synthetic": True,
        "measures": counts,
        "settings": [*rows(scenario), *_of_measures(scenario)],
        "acts": [asdict(act) for act in ACTS],
        "mechanisms": [{"path": path, **card} for path, card in mechanisms.items()],
        "arms": {arm: told for arm, told in changes(scenario) if arm in arms},
        "groups": list(scenario.society.groups),
        "counties": scenario.society.counties,
    }


def alone(label: str, whole: str) -> str:
    """A label that can be read without the one before it: what `of them` means is told, and told once."""
    said = re.sub("^of (them|it),? ", "", label)
    if said == label or not whole:
        return label
    _, comma, rest = whole.partition(", ")
    return f"of {whole}: {said.removesuffix(comma + rest) if comma else said}"


def provenances(scenario: Scenario) -> dict[str, int]:
    """How many parameters a scenario has of each provenance, as the cards of its runs count them."""
    from goodstanding.comparison import parameters

    settings = [*rows(scenario), *_of_measures(scenario)]
    return parameters({"settings": settings, "acts": [asdict(act) for act in ACTS]})


def _any(step: Step, there: Container[tuple[str, str]]) -> bool:
    """True where somebody makes one of the scheme's own facts about people that a measure reads, or it reads none."""
    mine = {(owner, name) for _, owner, name in step.reads() if owner and not COLUMNS[name].scalar}
    return not mine or any(key in there for key in mine)


def _of_measures(scenario: Scenario) -> Iterator[dict[str, Any]]:
    """The tables that measures judge by, as rows like those of a scenario; nothing sets or varies them."""
    from goodstanding.measures import measures

    for key, cls in measures(file for file, _ in scenario.extensions).items():
        for name, told in cls.settings.items():
            yield row(f"measures.{key}.{name}", told.default, told, of_card(told))


def _log(manifest: Mapping[str, Any], digests: Mapping[Seeds, str]) -> Iterator[dict[str, Any]]:
    yield {"what": SYNTHETIC, "command": manifest["command"], "at": manifest["started"]}
    for (society, luck), digest in sorted(digests.items()):
        yield {"society_seed": society, "luck_seed": luck, "digest": digest}
    yield {"digest": manifest["digest"], "seconds": manifest["seconds"]}


def live(
    scenario: Scenario,
    folder: Path,
    seeds: Seeds,
    arms: Sequence[str],
    threads: int = 1,
    tell: Callable[[int], None] | None = None,
    observe: Sequence[str] | None = None,
) -> str:
    """Live through one pair of seeds, write its counts to the folder, and return its digest."""
    from goodstanding.engine import simulate

    progress = None if tell is None else lambda month, _: tell(month)
    outcome = simulate(scenario, *seeds, arms=arms, threads=threads, observe=observe, progress=progress)
    write(folder / "measures" / f"society-{seeds[0]}-luck-{seeds[1]}.parquet", tidy(scenario, outcome, seeds, arms))
    return outcome.digest


def bases(outcome: Outcome, arm: str, told: Mapping[str, Any]) -> Any:
    """What every count of an arm is a share of, (months, counts, strata): adults, or another count of the same arm."""
    import numpy as np

    counts, names = outcome.counts[arm], list(outcome.names[arm])
    base = np.broadcast_to(np.asarray(outcome.population.adults, np.int64), counts.shape).copy()
    for at, name in enumerate(names):
        if told[name]["denominator"] != "adults":
            base[:, at] = counts[:, names.index(told[name]["denominator"])]
    return base


def tidy(scenario: Scenario, outcome: Outcome, seeds: Seeds, arms: Sequence[str]) -> bytes:
    """The counts of one world as a Parquet file: a row for each arm, month, stratum and measure."""
    import numpy as np
    import pyarrow

    cells, told = outcome.population.strata, cards(scenario, arms)["measures"]
    letters, parts = list(scenario.society.groups), []
    for arm in arms:
        counts, names = outcome.counts[arm], outcome.names[arm]
        months, measures, _ = counts.shape
        base = bases(outcome, arm, told)

        def spread(values: Any, axis: int, kind: Any, shape: tuple[int, ...] = counts.shape) -> Any:
            wide = np.asarray(values, kind.to_pandas_dtype()).reshape([-1 if a == axis else 1 for a in range(3)])
            return pyarrow.array(np.broadcast_to(wide, shape).ravel(), kind)

        def coded(places: Any, axis: int, words: Sequence[str], spread: Any = spread) -> Any:
            return pyarrow.DictionaryArray.from_arrays(spread(places, axis, pyarrow.int32()), list(words))

        parts.append(pyarrow.table({
            "arm": coded(np.zeros(months), 0, [arm]),
            "society_seed": spread(np.full(months, seeds[0], np.uint64), 0, pyarrow.uint64()),
            "luck_seed": spread(np.full(months, seeds[1], np.uint64), 0, pyarrow.uint64()),
            "draw": spread(np.zeros(months, np.int32), 0, pyarrow.int32()),
            "month": spread(np.arange(months), 0, pyarrow.int16()),
            "county": spread([cell[0] for cell in cells], 2, pyarrow.int16()),
            "group": coded([letters.index(cell[1]) for cell in cells], 2, letters),
            "income_tenth": spread([cell[2] for cell in cells], 2, pyarrow.int8()),
            "measure": coded(np.arange(measures), 1, names),
            "count": pyarrow.array(counts.ravel()),
            "denominator": pyarrow.array(base.ravel()),
        }))  # fmt: skip
    return parquet(pyarrow.concat_tables(parts).unify_dictionaries(), scenario.stamp)
