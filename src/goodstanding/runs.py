"""Runs: one scenario lived through under several seeds, and the folder in which it is kept.

Every seed pair (society, luck) is a job of its own: this process does some, child processes do the others, and the
numbers do not depend on who did what. Files of a run are written once; only the manifest, written last, makes them a
run. Nothing in the folder is about anybody: all of it says that it is synthetic.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.acts import ACTS
from goodstanding.errors import Integrity, InvalidInput, Resources, plain
from goodstanding.scenario import Scenario, read, rows
from goodstanding.version import __version__
from goodstanding.workers import side_by_side

if TYPE_CHECKING:
    import pyarrow

    from goodstanding.comparison import Comparison
    from goodstanding.engine import Outcome

FORMAT = 1
SEEDS = 8
MOST_WORLDS = 100_000
SYNTHETIC = "synthetic society: generated people, no real person anywhere"
Progress = Callable[[int, int, str], None]
Seeds = tuple[int, int]

ARMS = {
    "none": "the scheme is absent; ordinary law stays",
    "ghost": "the scheme observes and scores, nobody knows, nothing follows",
    "aware": "people know the scheme and their class, nothing follows",
    "full": "people know, and sanctions bite",
}


class Run:
    """A finished run, read from its folder. Raises Integrity where a file is not what the manifest says."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was run, with which seeds and versions, and the hash of every file."""
        return _checked(_json(self.path / "manifest.json"), MANIFEST, self.path / "manifest.json")

    @cached_property
    def cards(self) -> dict[str, Any]:
        """Definitions of measures, settings and arms as they were in the run."""
        content = json.loads(self._whole("cards.json"))
        return _checked(content, CARDS, self.path / "cards.json")

    @property
    def digest(self) -> str:
        """The digest of everything that was lived through."""
        return str(self.manifest["digest"])

    def measures(self) -> pyarrow.Table:
        """Every count as one tidy table: arm, seeds, month, county, group, tenth, measure, count and denominator."""
        import pyarrow
        from pyarrow import parquet

        names = sorted(name for name in self.manifest["files"] if name.startswith("measures/"))
        parts = [pyarrow.BufferReader(self._whole(name)) for name in names]
        try:
            tables = [parquet.read_table(part) for part in parts]
            return pyarrow.concat_tables(tables).unify_dictionaries()
        except (pyarrow.ArrowException, OSError) as error:
            raise Integrity(f"{self.path / 'measures'}: cannot be read: {plain(str(error))}") from None

    def compare(self, arm: str = "full", against: str = "none") -> Comparison:
        """Paired differences of one arm against another, over the seeds."""
        from goodstanding.comparison import compare

        return compare(self, arm, against)

    def report(self) -> Path:
        """Write the report page again and return where it is."""
        from goodstanding.report.page import write

        return write(self)

    def _whole(self, name: str) -> bytes:
        """The content of one file, if it is the run's own and what the manifest says."""
        path = self.path / name
        if not FILE.fullmatch(name) or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            raise Integrity(f"{path}: missing, or no plain file; the manifest names this file of the run")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(name):
            raise Integrity(f"{path}: its content is not what the manifest says; it was changed or damaged")
        return content


FILE = re.compile(r"(measures/)?[a-z0-9][a-z0-9._-]{0,99}")
"""Names of a run's files: nothing outside its folder can be meant."""
MANIFEST: dict[str, type | tuple[type, ...]] = {
    "format": int, "synthetic": bool, "scenario": str, "title": str, "digest": str, "people": int, "months": int,
    "arms": list, "seeds": list, "files": dict, "seconds": (int, float), "person_months": int,
}  # fmt: skip
CARDS: dict[str, type | tuple[type, ...]] = {
    "measures": dict, "settings": list, "acts": list, "mechanisms": list, "arms": dict, "groups": list,
}  # fmt: skip
"""What a manifest and cards must hold, and of which type."""


def _checked(found: Any, fields: Mapping[str, type | tuple[type, ...]], path: Path) -> dict[str, Any]:
    """A manifest or cards that hold what is due. Raises Integrity for the first thing that is not."""
    if not isinstance(found, dict):
        raise Integrity(f"{path}: is not an object")
    for name, kind in fields.items():
        if not isinstance(found.get(name), kind) or (isinstance(found[name], bool) and kind is int):
            raise Integrity(f"{path}: '{name}' is missing or of another type")
    for text in (*found["arms"], *(found[name] for name in ("title", "scenario") if name in found)):
        if not isinstance(text, str) or not text.isprintable():
            raise Integrity(f"{path}: holds a name that cannot be printed")
    for pair in found.get("seeds", ()):
        if not isinstance(pair, list) or len(pair) != 2 or not all(type(s) is int and 0 <= s < 1 << 64 for s in pair):
            raise Integrity(f"{path}: 'seeds' are no pairs of seeds")
    return found


def open_run(path: str | Path) -> Run:
    """Open a run's folder. Raises InvalidInput where it is none, Integrity where the manifest cannot be read."""
    try:
        folder = Path(path)
        there = (folder / "manifest.json").is_file()
    except (OSError, TypeError, ValueError):
        raise InvalidInput(f"{plain(path)}: no path; allowed is the folder of a finished run") from None
    if not there:
        raise InvalidInput(f"{plain(str(folder))}: no manifest.json here; allowed is the folder of a finished run")
    found = Run(folder)
    if found.manifest["format"] != FORMAT:
        raise InvalidInput(f"{folder}: format {found.manifest['format']} of a run; this version reads {FORMAT}")
    return found


def run(
    scenario: str | Path | Scenario,
    *,
    people: int | None = None,
    months: int | None = None,
    seeds: int | Sequence[Seeds] = SEEDS,
    processes: int | None = None,
    threads: int = 1,
    set: Sequence[str] = (),
    arms: Sequence[str] | None = None,
    out: str | Path = "runs",
    allow_extensions: bool = False,
    report: bool = True,
    progress: Progress | None = None,
    command: str | None = None,
) -> Run:
    """Let a scenario's society live through its months in every arm, under every seed, and keep what came out.

    `seeds` is how many pairs (0, 0), (1, 1), … are lived through, or the pairs themselves. `processes` work side by
    side (a core each where nothing is said). Without `report` the page is left for later. Raises InvalidInput,
    Resources; returns the run.
    """
    began, started = time.monotonic(), datetime.now(UTC)
    if isinstance(scenario, Scenario):
        if set or people is not None or months is not None:
            raise InvalidInput("run: a scenario that was read stays as it is; give people, months and set to read")
    else:
        scenario = read(scenario, set=set, people=people, months=months, allow_extensions=allow_extensions)
    pairs, chosen = _pairs(seeds), _chosen(scenario, arms)
    for name, number in (("processes", processes), ("threads", threads)):
        if number is not None and (type(number) is not int or number < 1):
            raise InvalidInput(f"{name}: {plain(number)} cannot be used; allowed is a whole number from 1")
    beside = min(processes or len(os.sched_getaffinity(0)), len(pairs))
    _check_memory(scenario, chosen, beside)
    folder = _new_folder(Path(out), f"{started:%Y%m%dt%H%M%Sz}-{scenario.name}-{scenario.hash[:8]}")
    write(folder / "scenario.resolved.yaml", scenario.yaml().encode())
    for name, sha256 in scenario.extensions:
        code = (scenario.folder / name).read_bytes()
        if hashlib.sha256(code).hexdigest() != sha256:
            raise InvalidInput(f"{scenario.folder / name}: was changed while it was being read; run again")
        write(folder / name, code)
    cores = len(os.sched_getaffinity(0))
    digests = side_by_side(scenario, folder, pairs, chosen, beside, threads, progress)
    manifest: dict[str, Any] = {
        "format": FORMAT, "synthetic": True, "what": SYNTHETIC, "goodstanding": __version__, "scenario": scenario.name,
        "title": scenario.title, "note": scenario.note, "scenario_hash": scenario.hash, "digest": _digest(digests),
        "people": scenario.society.people, "months": scenario.months, "arms": chosen, "seeds": sorted(digests),
        "command": command or f"goodstanding run {scenario.name}", "started": started.isoformat(timespec="seconds"),
        "person_months": scenario.society.people * scenario.months * len(chosen) * len(pairs),
        "extensions": [list(e) for e in scenario.extensions], "versions": _versions(),
        "machine": {"system": platform.system(), "machine": platform.machine(), "cores": cores},
    }  # fmt: skip
    write(folder / "cards.json", _dump(cards(scenario, chosen)))
    manifest["seconds"] = round(time.monotonic() - began, 3)
    write(folder / "log.jsonl", "".join(json.dumps(line) + "\n" for line in _log(manifest, digests)).encode())
    write(folder / "ro-crate-metadata.json", _dump(_crate(manifest, folder)))
    manifest["files"] = _hashes(folder)
    if report:
        done = Run(folder)
        done.__dict__["manifest"] = manifest  # the page reads the run as it will be; the manifest itself comes last
        done.report()
        manifest["files"] = _hashes(folder)
    write(folder / "manifest.json", _dump(manifest))
    return Run(folder)


def _pairs(seeds: int | Sequence[Seeds]) -> list[Seeds]:
    if type(seeds) is int and 1 <= seeds <= MOST_WORLDS:
        return [(s, s) for s in range(seeds)]
    if isinstance(seeds, (list, tuple)) and 1 <= len(seeds) <= MOST_WORLDS:
        pairs = [tuple(pair) if isinstance(pair, (list, tuple)) else () for pair in seeds]
        whole = all(len(p) == 2 and all(type(s) is int and 0 <= s < 1 << 64 for s in p) for p in pairs)
        if whole and len({*pairs}) == len(pairs):
            return [(society, luck) for society, luck in pairs]
    raise InvalidInput(
        f"seeds: {plain(seeds)} cannot be used; allowed is how many worlds, 1 to {MOST_WORLDS:,}, or as many different "
        "pairs of seeds"
    )


def _chosen(scenario: Scenario, arms: Sequence[str] | None) -> list[str]:
    """The arms to live through, the one without the scheme always among them."""
    if arms is None:
        return list(scenario.arms)
    if not isinstance(arms, (list, tuple)) or not arms or len({*arms}) < len(arms):
        raise InvalidInput(f"arms: {plain(arms)} cannot be used; allowed is a list of different arms")
    for arm in arms:
        if arm not in scenario.arms:
            allowed = ", ".join(scenario.arms)
            raise InvalidInput(f"arms: '{plain(arm)}' is no arm of {scenario.name}; allowed are {allowed}")
    return [arm for arm in scenario.arms if arm in arms or arm == "none"]


def cards(scenario: Scenario, arms: Sequence[str]) -> dict[str, Any]:
    """What every count, setting, mechanism and arm of a scenario means."""
    from goodstanding.binding import steps
    from goodstanding.measures import measures

    counts: dict[str, Any] = {}
    mechanisms: dict[str, Any] = {}
    for arm in arms:
        world = scenario.world(arm)
        for step in steps(world):
            root = f"schemes.{step.scheme}." if step.scheme else ""
            mechanisms[f"{root}{step.rule.folder}.{step.rule.key()}"] = {
                "summary": step.rule.summary(), "sources": list(step.rule.sources()), "counts": dict(step.rule.counts),
            }  # fmt: skip
            for count, label in step.rule.counts.items():
                counts[f"{step.path}.{count}"] = {
                    "label": label, "unit": "a month", "better": "neither", "objective": "never",
                    "definition": step.rule.summary(), "denominator": "adults",
                }  # fmt: skip
        for key, cls in measures().items():
            for scheme in [s.name for s in world.schemes] if cls.of_scheme else [""]:
                path = f"{scheme}.{key}" if scheme else key
                for count, label in cls.counts.items():
                    per = cls.per.get(count, "adults")
                    counts[f"{path}.{count}"] = {
                        "label": label, "unit": cls.unit, "better": cls.better, "objective": cls.objective,
                        "definition": (cls.__doc__ or "").strip(),
                        "denominator": per if per == "adults" else f"{path}.{per}",
                        "persons": f"{path}.{cls.persons}" if cls.persons and per != "adults" else None,
                    }  # fmt: skip
    return {
        "synthetic": True,
        "measures": counts,
        "settings": rows(scenario),
        "acts": [asdict(act) for act in ACTS],
        "mechanisms": [{"path": path, **card} for path, card in mechanisms.items()],
        "arms": {arm: ARMS.get(arm, _changes(scenario.arms[arm].nodes)) for arm in arms},
        "groups": list(scenario.society.groups),
        "counties": scenario.society.counties,
    }


def _changes(nodes: Mapping[str, Any]) -> str:
    told = (f"{path} is {'off' if node == 'off' else 'changed'}" for path, node in nodes.items())
    return "like full, but " + ", ".join(told)


def _log(manifest: Mapping[str, Any], digests: Mapping[Seeds, str]) -> Iterator[dict[str, Any]]:
    yield {"what": SYNTHETIC, "command": manifest["command"], "at": manifest["started"]}
    for (society, luck), digest in sorted(digests.items()):
        yield {"society_seed": society, "luck_seed": luck, "digest": digest}
    yield {"digest": manifest["digest"], "seconds": manifest["seconds"]}


def _digest(digests: Mapping[Seeds, str]) -> str:
    """One digest for the run, whatever the order in which its worlds were lived through."""
    lines = (f"{society} {luck} {digest}\n" for (society, luck), digest in sorted(digests.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _check_memory(scenario: Scenario, arms: Sequence[str], beside: int) -> None:
    """Refuse a run that is larger than the memory that is free, before anything is allocated."""
    from goodstanding.engine import bytes_needed

    needed, free = bytes_needed(scenario, arms) * beside, _free_memory()
    if needed > free:
        raise Resources(
            f"{scenario.society.people:,} people in {len(arms)} arms, {beside} worlds at once, need about "
            f"{needed / 1e9:.1f} GB of memory; {free / 1e9:.1f} GB are free; fewer people, --arms or --processes help"
        )


def _free_memory() -> int:
    """Bytes that can still be allocated, by the kernel's own estimate and the limit of the control group."""
    if not Path("/proc/meminfo").exists():
        return 1 << 62  # not Linux: nobody to ask
    lines = dict(line.split(":", 1) for line in Path("/proc/meminfo").read_text().splitlines())
    free = int(lines["MemAvailable"].split()[0]) * 1024
    group = Path("/sys/fs/cgroup")
    try:
        limit, used = ((group / f"memory.{name}").read_text().strip() for name in ("max", "current"))
    except OSError:
        return free
    return free if limit == "max" else min(free, int(limit) - int(used))


# One world


def live(
    scenario: Scenario,
    folder: Path,
    seeds: Seeds,
    arms: Sequence[str],
    threads: int = 1,
    tell: Callable[[int], None] | None = None,
) -> str:
    """Live through one pair of seeds, write its counts to the folder, and return its digest."""
    from goodstanding.engine import simulate

    outcome = simulate(
        scenario, *seeds, arms=arms, threads=threads, progress=None if tell is None else lambda month, _: tell(month)
    )
    write(folder / "measures" / f"society-{seeds[0]}-luck-{seeds[1]}.parquet", tidy(scenario, outcome, seeds, arms))
    return outcome.digest


def tidy(scenario: Scenario, outcome: Outcome, seeds: Seeds, arms: Sequence[str]) -> bytes:
    """The counts of one world as a Parquet file: a row for each arm, month, stratum and measure."""
    import numpy as np
    import pyarrow
    from pyarrow import parquet

    cells = outcome.population.strata
    adults = np.asarray(outcome.population.adults, np.int64)
    per = {name: card["denominator"] for name, card in cards(scenario, arms)["measures"].items()}
    letters, parts = list(scenario.society.groups), []
    for arm in arms:
        counts, names = outcome.counts[arm], outcome.names[arm]
        months, measures, _ = counts.shape
        base = np.broadcast_to(adults, counts.shape).copy()
        for at, name in enumerate(names):
            if per[name] != "adults":
                base[:, at] = counts[:, names.index(per[name])]

        def spread(values: Any, axis: int, kind: Any, shape: tuple[int, ...] = counts.shape) -> Any:
            wide = np.asarray(values).reshape([-1 if a == axis else 1 for a in range(3)])
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
    table = pyarrow.concat_tables(parts).unify_dictionaries()
    told = {"synthetic": True, "what": SYNTHETIC, "scenario": scenario.name, "goodstanding": __version__}
    sink = pyarrow.BufferOutputStream()
    marked = table.replace_schema_metadata({b"goodstanding": json.dumps(told).encode()})
    parquet.write_table(marked, sink, compression="zstd")
    return bytes(sink.getvalue().to_pybytes())


# The folder


def _new_folder(out: Path, name: str) -> Path:
    for again in range(1000):
        folder = out / (name if again == 0 else f"{name}-{again}")
        try:
            (folder / "measures").mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise Resources(f"{plain(str(folder))}: {error.strerror}; a run needs a folder it may write to") from None
        return folder
    raise Resources(f"{plain(str(out))}: a thousand runs began in this second; name another folder with --out")


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def write(path: Path, content: bytes) -> None:
    """Write a whole file or nothing: under another name first, never through a link, then moved to its place."""
    part = path.with_name(path.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise Resources(f"{path}: {error.strerror}; {len(content)} bytes were to be written") from None


def _dump(value: Any) -> bytes:
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise Integrity(f"{path}: cannot be read: {plain(str(error))}") from None


def _versions() -> dict[str, str]:
    from importlib.metadata import version

    names = ("numpy", "numba", "pyarrow", "duckdb")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def _crate(manifest: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """RO-Crate metadata (profile Process Run Crate): what was made, from what, with which program."""
    parts = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    program = {"@id": "#goodstanding", "@type": "SoftwareApplication", "name": "goodstanding", "version": __version__}
    action = {
        "@id": "#run", "@type": "CreateAction", "instrument": {"@id": "#goodstanding"}, "name": manifest["command"],
        "startTime": manifest["started"], "object": {"@id": "scenario.resolved.yaml"}, "result": {"@id": "./"},
    }  # fmt: skip
    root = {
        "@id": "./", "@type": "Dataset", "name": manifest["title"], "description": f"{SYNTHETIC}. {manifest['note']}",
        "datePublished": manifest["started"], "license": "https://www.apache.org/licenses/LICENSE-2.0",
        "hasPart": [{"@id": part} for part in parts], "mentions": {"@id": "#run"},
        "conformsTo": {"@id": "https://w3id.org/ro/wfrun/process/0.5"},
    }  # fmt: skip
    about = {
        "@id": "ro-crate-metadata.json", "@type": "CreativeWork", "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }  # fmt: skip
    files = [{"@id": part, "@type": "File", "name": part} for part in parts]
    return {"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": [about, root, program, action, *files]}
