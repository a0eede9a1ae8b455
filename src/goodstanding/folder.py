"""The folder of a run: what is in it, how it is written whole or not at all, and how it is read again with care.

A folder may come from a stranger: nothing outside it is read or written for what stands in it, every file is what the
manifest says or is refused, and what should be there is looked at before it is used.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.errors import Integrity, InvalidInput, Resources, plain
from goodstanding.frames import SYNTHETIC, Measures, notebook, terminal
from goodstanding.version import __version__

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.answer import Answer
    from goodstanding.assumptions import Assumptions
    from goodstanding.attribution import Attribution
    from goodstanding.audit import Audit
    from goodstanding.comparison import Comparison
    from goodstanding.contests import Safeguards
    from goodstanding.counts import Counts
    from goodstanding.frontier import Frontier
    from goodstanding.lives import Life
    from goodstanding.odd import Odd
    from goodstanding.outcomes import Outcomes
    from goodstanding.scenario import Scenario
    from goodstanding.validity import Validity

FORMAT = 1


class Run:
    """A finished run, read from its folder. Raises Integrity where a file is not what the manifest says."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    def __rich__(self) -> Table:
        return terminal(("", ""), self._facts(), *self._said())

    def _repr_html_(self) -> str:
        return notebook(("", ""), self._facts(), *self._said())

    def _facts(self) -> list[tuple[str, str]]:
        """What a notebook and a terminal show of it."""
        told = self.manifest
        return [
            ("people", f"{told['people']:,}, all of them synthetic"),
            ("months", f"{told['months']}"),
            ("arms", ", ".join(told["arms"])),
            ("worlds", f"{len(told['seeds'])}"),
            ("digest", self.digest[:16]),
            ("folder", str(self.path)),
        ]

    def _said(self) -> tuple[str, str]:
        return f"{self.manifest['title']} · synthetic society", ".compare() holds one arm against another"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What was run, with which seeds and versions, and the hash of every file."""
        path = self.path / "manifest.json"
        told = _json(path)
        _known(told, self.path)
        return _form(told, path)

    @cached_property
    def cards(self) -> dict[str, Any]:
        """Definitions of measures, settings and arms as they were in the run."""
        content = json.loads(self._whole("cards.json"))
        return _checked(content, CARDS, self.path / "cards.json")

    @property
    def digest(self) -> str:
        """The digest of everything that was lived through."""
        return str(self.manifest["digest"])

    def measures(self) -> Measures:
        """Every count as one tidy table: arm, seeds, month, county, group, tenth, measure, count and denominator."""
        import pyarrow

        try:
            return Measures(pyarrow.concat_tables(self.parts()).unify_dictionaries())
        except pyarrow.ArrowException as error:
            raise Integrity(f"{self.path / 'measures'}: cannot be read: {plain(str(error))}") from None

    def world(self, number: int) -> pyarrow.Table:
        """The counts of one world, by the place of its seeds in the manifest, from 1."""
        society, luck = self.manifest["seeds"][number - 1]
        return self._part(f"measures/society-{society}-luck-{luck}.parquet")

    def scenario(
        self,
        *,
        set: Sequence[str] = (),
        people: int | None = None,
        months: int | None = None,
        allow_extensions: bool = False,
    ) -> Scenario:
        """The scenario as it was lived, with other people, months or values where some are given.

        Raises InvalidInput where this version would live it otherwise.
        """
        from goodstanding.scenario import read

        made, files = self.manifest.get("goodstanding"), [str(name) for name, _ in self.manifest.get("extensions", ())]
        if made != __version__:
            raise InvalidInput(
                f"{self.path}: was made with goodstanding {plain(made)}; allowed is {__version__}, this version"
            )
        if files and not allow_extensions:
            raise InvalidInput(
                f"{self.path}: code stands beside its scenario; allowed is to load it, only with --allow-extensions"
            )
        for name in ("scenario.resolved.yaml", *files):
            self._whole(name)
        scenario = read(self.path / "scenario.resolved.yaml", allow_extensions=allow_extensions)
        if scenario.hash != self.manifest.get("scenario_hash"):
            raise InvalidInput(
                f"{self.path}: its scenario reads otherwise here than where it was lived; allowed is to run it again"
            )
        if not set and people is None and months is None:
            return scenario
        path = self.path / "scenario.resolved.yaml"
        return read(path, set=set, people=people, months=months, allow_extensions=allow_extensions)

    def assumptions(self) -> Assumptions | None:
        """What came out over the sets of assumptions that were tried; None where they were left as they are."""
        return self._assumptions

    @cached_property
    def _assumptions(self) -> Assumptions | None:
        from pyarrow import BufferReader, parquet

        from goodstanding.assumptions import Assumptions

        if not self.manifest.get("sets"):
            return None
        variants, sets = (parquet.read_table(BufferReader(self._whole(f"{n}.parquet"))) for n in ("variants", "sets"))
        told = _checked(json.loads(self._whole("sweep.json")), SWEEP, self.path / "sweep.json")
        return Assumptions(told, self.cards, variants, sets)

    @cached_property
    def counts(self) -> Counts:
        """Every count of every world, added up when first asked for."""
        from goodstanding.counts import Counts

        return Counts(self.parts)

    def parts(self) -> Iterator[pyarrow.Table]:
        """The same table world by world, each let go before the next one is read: the memory of one is enough."""
        for name in sorted(name for name in self.manifest["files"] if name.startswith("measures/")):
            yield self._part(name)

    def _part(self, name: str) -> pyarrow.Table:
        import pyarrow
        from pyarrow import parquet

        try:
            return parquet.read_table(pyarrow.BufferReader(self._whole(name)))
        except (pyarrow.ArrowException, OSError) as error:
            raise Integrity(f"{self.path / name}: cannot be read: {plain(str(error))}") from None

    def compare(self, arm: str = "full", against: str | None = None, *, other: Run | None = None) -> Comparison:
        """Paired differences of one arm against another, over the seeds; or of one arm of two runs of one society.

        `against` is `none` where nothing is said. With `other` the arm stands beside the same one of that run.
        """
        from goodstanding.comparison import compare

        return compare(self, arm, against, other=other)

    def safeguards(self, harm: str = "unfounded") -> Safeguards:
        """Which safeguard spares people most of a kind of harm, and at what cost, over the assumptions tried."""
        from goodstanding.contests import Safeguards

        return Safeguards(self, harm)

    def validity(self, arms: Sequence[str] | None = None) -> Validity:
        """How well each score told who did harm in the year that followed, beside what tells it without a score."""
        from goodstanding.validity import Validity

        return Validity(self, arms)

    def frontier(self, *others: Run, arms: Sequence[str] | None = None) -> Frontier:
        """Harm done to people against harm kept from them, for the arms of this run and of others of one society."""
        from goodstanding.frontier import frontier

        return frontier(self, *others, arms=arms)

    def life(
        self,
        person: int | None = None,
        *,
        pick: str | None = None,
        arm: str = "full",
        world: int = 1,
        allow_extensions: bool = False,
    ) -> Life:
        """One person's life in an arm beside the same person's without the scheme, lived through once more.

        Name a `person` from 0, or a `pick`: typical, unlucky, most-harmed, falsely-flagged, informer or child. `world`
        counts the pairs of seeds of the run from 1.
        """
        from goodstanding.lives import life

        return life(self, person, pick=pick, arm=arm, world=world, allow_extensions=allow_extensions)

    def audit(self, arm: str = "full", *, beside: Run | None = None, allow_extensions: bool = False) -> Audit:
        """What one arm raises under the yardsticks of the law: a flag, or that this model cannot tell."""
        from goodstanding.audit import audit

        return audit(self, arm, beside=beside, allow_extensions=allow_extensions)

    def odd(self, *, allow_extensions: bool = False) -> Odd:
        """The scenario of this run in the order of the ODD protocol, and its simulation card with seeds and digest."""
        from goodstanding.odd import odd

        return odd(self.scenario(allow_extensions=allow_extensions), self)

    def attribute(self, *, people: int | None = None, allow_extensions: bool = False, **asked: Any) -> Attribution:
        """What came of which rule: the run's scenario, lived again in many coalitions of its rules, by fewer people.

        Takes what `attribution.attribute` takes: `arm`, `measure`, `seeds`, `orders`, `assumptions`,
        `processes`, `progress`.
        """
        from goodstanding.attribution import PEOPLE, attribute

        few = min(PEOPLE, int(self.manifest["people"])) if people is None else people
        return attribute(self.scenario(people=few, allow_extensions=allow_extensions), **asked)

    def outcomes(self, *, people: int | None = None, allow_extensions: bool = False, **asked: Any) -> Outcomes:
        """Who was harmed, as far as it can be known: one society of the run, lived again under many lucks.

        Takes what `outcomes.outcomes` takes: `arm`, `lucks`, `society`, `assumptions`, `processes`, `progress`.
        """
        from goodstanding.outcomes import outcomes

        return outcomes(self.scenario(people=people, allow_extensions=allow_extensions), **asked)

    def keep(self, found: Answer | Life) -> Path:
        """Keep a life, an attribution or outcomes beside the run, for its report; the same asked again replaces it.

        The manifest is written last, with the hash of the new file. Raises Resources where nothing can be written.
        """
        name, content = f"{ANSWERS}{found.place}.json", dump(found.kept())
        try:
            (self.path / ANSWERS).mkdir(exist_ok=True)
        except OSError as error:
            raise Resources(f"{self.path / ANSWERS}: {error.strerror}; an answer is kept in this folder") from None
        if not FILE.fullmatch(name) or (self.path / ANSWERS).is_symlink():
            raise Integrity(f"{self.path / name}: is no place of this run's own")
        write(self.path / name, content)
        self.manifest["files"][name] = hashlib.sha256(content).hexdigest()
        write(self.path / "manifest.json", dump(self.manifest))
        return self.path / name

    def answers(self) -> list[dict[str, Any]]:
        """The records of all that is kept beside the run."""
        return [json.loads(self._whole(name)) for name in sorted(self.manifest["files"]) if name.startswith(ANSWERS)]

    def report(self, *, interactive: bool = False) -> Path:
        """Write the report page again and return where it is; the interactive one stands beside it."""
        from goodstanding.report.page import write

        return write(self, interactive=interactive)

    def unchanged(self) -> None:
        """Raise Integrity where a file is not what the manifest says, or the manifest not what the files say.

        Counts and answers are looked at when they are read, and pages, which are written again, not at all.
        """
        from goodstanding.scenario import NESTED, hash_of, tree_written

        told = self.manifest
        content = {
            name: self._whole(name)
            for name in {"scenario.resolved.yaml", "cards.json", "log.jsonl", *told["files"]}
            if not name.startswith(("measures/", ANSWERS)) and not name.endswith(".html")
        }
        try:
            tree = tree_written(content["scenario.resolved.yaml"].decode())
            log = [json.loads(line) for line in content["log.jsonl"].splitlines()]
            worlds = {(line["society_seed"], line["luck_seed"]): line["digest"] for line in log if "luck_seed" in line}
            people, months, arms = tree["society"]["people"], tree["months"], {*NESTED, *tree["arms"]}
            digest = log[-1]["digest"]
        except (ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise Integrity(f"{self.path}: scenario or log cannot be read: {plain(str(error))}") from None
        seeds = {(society, luck) for society, luck in told["seeds"]}
        counts = {f"measures/society-{society}-luck-{luck}.parquet" for society, luck in seeds}
        lived = people * months * len(told["arms"]) * len(seeds)
        for name, holds, by in (
            ("scenario_hash", told["scenario_hash"] == hash_of(tree), "scenario.resolved.yaml"),
            ("people", told["people"] == people, "scenario.resolved.yaml"),
            ("months", told["months"] == months, "scenario.resolved.yaml"),
            ("arms", arms.issuperset(told["arms"]), "scenario.resolved.yaml"),
            ("arms", self.cards["arms"].keys() == {*told["arms"]}, "cards.json"),
            ("seeds", counts == {n for n in told["files"] if n.startswith("measures/")}, "the files in measures/"),
            ("seeds", worlds.keys() == seeds, "log.jsonl"),
            ("digest", told["digest"] == digest, "log.jsonl"),
            ("digest", told["sets"] or digest == digest_of(worlds, {}), "log.jsonl"),  # those of variants are not kept
            ("person_months", told["person_months"] == lived, "people, months, arms and seeds"),
        ):
            if not holds:
                path = self.path / "manifest.json"
                raise Integrity(f"{path}: '{name}' is not what {by} says; it was changed or damaged")

    def _whole(self, name: str) -> bytes:
        """The content of one file, if it is the run's own and what the manifest says."""
        path = self.path / name
        if not FILE.fullmatch(name) or path.is_symlink() or path.parent.is_symlink() or not path.is_file():
            raise Integrity(f"{path}: missing, or no plain file; the manifest names this file of the run")
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != self.manifest["files"].get(name):
            raise Integrity(f"{path}: its content is not what the manifest says; it was changed or damaged")
        return content


ANSWERS = "answers/"
FILE = re.compile(r"(measures/|answers/)?[a-z0-9][a-z0-9._-]{0,99}")
"""Names of a run's files: nothing outside its folder can be meant."""
MANIFEST: dict[str, type | tuple[type, ...]] = {
    "format": int, "synthetic": bool, "what": str, "goodstanding": str, "scenario": str, "title": str, "note": str,
    "scenario_hash": str, "digest": str, "people": int, "months": int, "arms": list, "seeds": list, "sets": int,
    "command": str, "started": str, "person_months": int, "extensions": list, "versions": dict, "machine": dict,
    "seconds": (int, float), "files": dict,
}  # fmt: skip
CARDS: dict[str, type | tuple[type, ...]] = {
    "measures": dict, "settings": list, "acts": list, "mechanisms": list, "arms": dict, "groups": list,
}  # fmt: skip
SWEEP: dict[str, type | tuple[type, ...]] = {
    "sets": int, "people": int, "months": int, "arms": list, "pairs": list, "structures": dict, "assumptions": dict,
}  # fmt: skip
"""What a manifest, cards and a sweep must hold, and of which type."""


def _checked(found: Any, fields: Mapping[str, type | tuple[type, ...]], path: Path) -> dict[str, Any]:
    """A manifest or cards that hold what is due. Raises Integrity for the first thing that is not."""
    if not isinstance(found, dict):
        raise Integrity(f"{path}: is not an object")
    for name, kind in fields.items():
        if not isinstance(found.get(name), kind) or (isinstance(found[name], bool) and kind is int):
            raise Integrity(f"{path}: '{name}' is missing or of another type")
    for text in (*found["arms"], *(found[name] for name in ("title", "scenario", "goodstanding") if name in found)):
        if not isinstance(text, str) or not text.isprintable():
            raise Integrity(f"{path}: holds a name that cannot be printed")
    return found


def _form(told: dict[str, Any], path: Path) -> dict[str, Any]:
    """A manifest of the form that a run writes. Raises Integrity for the first thing that is not."""
    _checked(told, MANIFEST, path)
    seeds, files = told["seeds"], told["files"]
    pairs = [p for p in seeds if isinstance(p, list) and len(p) == 2 and all(type(s) is int for s in p)]
    named = [e for e in told["extensions"] if isinstance(e, list) and len(e) == 2 and files.get(str(e[0])) == e[1]]
    for holds, what in (
        (told.keys() <= MANIFEST.keys(), "holds what no manifest of this format does"),
        (told["synthetic"] is True, "'synthetic' is not true; there are no other runs"),
        (told["people"] >= 1 and told["months"] >= 0 and told["sets"] >= 0, "holds a number below what is possible"),
        (told["arms"] and len({*told["arms"]}) == len(told["arms"]), "'arms' are none, or one stands there twice"),
        (len(pairs) == len(seeds) and all(0 <= s < 1 << 64 for p in pairs for s in p), "'seeds' are no pairs of seeds"),
        (seeds and len({*map(tuple, pairs)}) == len(seeds), "'seeds' are none, or one pair stands there twice"),
        (all(isinstance(h, str) for h in files.values()), "'files' are no hashes"),
        (len(named) == len(told["extensions"]), "'extensions' are no files of the run with their hashes"),
    ):
        if not holds:
            raise Integrity(f"{path}: {what}; it was changed or damaged")
    return told


def _known(told: Any, folder: Path) -> None:
    """Raise InvalidInput for a run of another format, or of a later version than this one."""
    if not isinstance(told, dict):
        return
    if type(told.get("format")) is int and told["format"] != FORMAT:
        raise InvalidInput(
            f"{folder}: format {told['format']} of a run; allowed is format {FORMAT}, which this version reads"
        )
    made, ours = (re.match(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})", str(v)) for v in (told.get("goodstanding"), __version__))
    if made and ours and tuple(map(int, made.groups())) > tuple(map(int, ours.groups())):
        raise InvalidInput(
            f"{folder}: was made with goodstanding {plain(told['goodstanding'])}; allowed is up to {__version__}, "
            "this version"
        )


def open_run(path: str | Path) -> Run:
    """Open a run's folder. Raises InvalidInput where it is none, Integrity where manifest or scenario were changed."""
    try:
        folder = Path(path)
        there = (folder / "manifest.json").is_file()
    except (OSError, TypeError, ValueError):
        raise InvalidInput(f"{plain(path)}: no path; allowed is the folder of a finished run") from None
    if not there:
        raise InvalidInput(f"{plain(str(folder))}: no manifest.json here; allowed is the folder of a finished run")
    found = Run(folder)
    found.unchanged()
    return found


def new_folder(out: Path, name: str) -> Path:
    """An empty folder for one run; a name already taken gets a number. Raises Resources where none can be made."""
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


def lay_out(scenario: Scenario, folder: Path) -> None:
    """Write the resolved scenario and its extensions to a folder, from which a child process can read them."""
    write(folder / "scenario.resolved.yaml", scenario.yaml().encode())
    for name, sha256 in scenario.extensions:
        code = (scenario.folder / name).read_bytes()
        if hashlib.sha256(code).hexdigest() != sha256:
            raise InvalidInput(
                f"{scenario.folder / name}: was changed while it was being read; allowed is to run again"
            )
        write(folder / name, code)


def digest_of(worlds: Mapping[tuple[int, int], str], others: Mapping[str, str]) -> str:
    """One digest for the worlds of a run and its variants, whatever the order in which they were lived through."""
    lines = [f"{society} {luck} {digest}\n" for (society, luck), digest in sorted(worlds.items())]
    lines += [f"{name} {digest}\n" for name, digest in sorted(others.items())]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a run but the manifest."""
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


def dump(value: Any) -> bytes:
    """JSON as it stands in a run."""
    return (json.dumps(value, indent=1, ensure_ascii=False, default=str) + "\n").encode()


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise Integrity(f"{path}: cannot be read: {plain(str(error))}") from None


def versions() -> dict[str, str]:
    """What the run was made with."""
    from importlib.metadata import version

    names = ("numpy", "numba", "pyarrow", "duckdb")
    return {"python": platform.python_version(), **{name: version(name) for name in names}}


def crate(manifest: Mapping[str, Any], folder: Path) -> dict[str, Any]:
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
