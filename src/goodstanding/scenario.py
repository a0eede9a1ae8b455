"""A scenario: a society, the schemes it lives under, and the arms in which it is lived.

`read` takes a file, or a name of the library, and returns it checked, with every default written out and with the
provenance of every value; or it raises InvalidInput with everything that is wrong, one line each. It imports neither
Numba nor Arrow, and it builds a society's declaration, never its people.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.arm_files import laid_beside
from goodstanding.card import Setting
from goodstanding.checked import OFF, SOURCED, UNSOURCED, Checked, Provenance
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.laying import NESTED as NESTED
from goodstanding.laying import SPELLINGS as SPELLINGS
from goodstanding.laying import arms_of, laid_over, path_of, put_node
from goodstanding.laying import value_at as value_at
from goodstanding.library import find as find
from goodstanding.library import library as library
from goodstanding.mechanism import FOLDERS, Catalogue, Mechanism, catalogue, load_extension
from goodstanding.reader import MOST_BYTES, Mark, Node, Problems, joined, read_file, unmarked
from goodstanding.schema import schema as schema
from goodstanding.society import Society
from goodstanding.ties import Ties
from goodstanding.version import __version__

if TYPE_CHECKING:
    from goodstanding.odd import Odd


@dataclass(frozen=True)
class Arm:
    """One change to a scenario: the gates it closes, whether it is without the schemes, the nodes it replaces."""

    name: str
    closed: frozenset[str]
    without: bool
    nodes: Mapping[str, Any]


@dataclass(frozen=True)
class Scheme:
    """The mechanisms of one scheme, in the order of a month's slots and then of their keys."""

    name: str
    mechanisms: tuple[Mechanism, ...]


@dataclass(frozen=True)
class World:
    """The scenario as it is in one arm."""

    society: Society
    ties: Ties
    conduct: tuple[Mechanism, ...]
    schemes: tuple[Scheme, ...]


@dataclass(frozen=True)
class Scenario:
    """A scenario as it was read: everything that is due is there, and says where it comes from.

    `laid` are the arms from files of their own; once written out they are arms as any other.
    """

    name: str
    title: str
    note: str
    months: int
    society: Society
    ties: Ties
    arms: dict[str, Arm]
    tree: dict[str, Any]
    provenance: dict[str, Provenance]
    extensions: tuple[tuple[str, str], ...]
    folder: Path = field(repr=False, compare=False)
    settings: dict[str, Setting] = field(repr=False)
    worlds: dict[str, World] = field(repr=False)
    laid: tuple[str, ...] = field(default=(), compare=False)

    def world(self, arm: str) -> World:
        """Society, ties, conduct and schemes as they are in an arm."""
        if arm not in self.worlds:
            raise InvalidInput(
                f"--arm: '{plain(arm)}' is no arm; allowed is one of: {', '.join(self.arms)}{nearest(arm, self.arms)}"
            )
        return self.worlds[arm]

    def odd(self) -> Odd:
        """This scenario in the order of the ODD protocol, so that somebody else can build it again; and its card."""
        from goodstanding.odd import odd

        return odd(self)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that is set, whatever the order in the file."""
        return hash_of(self.tree)

    @property
    def stamp(self) -> dict[str, str]:
        """What a table says of where it comes from."""
        return {"scenario": self.name, "goodstanding": __version__}

    def yaml(self) -> str:
        """The file with every default written out, and with the provenance of what is not a default."""
        return "\n".join([*_lines({"scenario": self.name, **self._sourced(self.tree, "")}), ""])

    def _sourced(self, value: Any, path: str) -> Any:
        if isinstance(value, dict):
            value = {name: self._sourced(inner, f"{path}.{name}" if path else name) for name, inner in value.items()}
        told = self.provenance.get(path)
        if told is None or not told.given or told == UNSOURCED:
            return value
        prior = {"prior": [told.prior.low, told.prior.high]} if told.prior else {}
        return {"value": value, "source": told.source, "mark": told.mark, "because": told.because, **prior}


def read(
    path_or_name: str | Path,
    *,
    set: Sequence[str] = (),
    people: int | None = None,
    months: int | None = None,
    with_: Sequence[str] = (),
    scheme: str | None = None,
    allow_extensions: bool = False,
) -> Scenario:
    """Read a scenario file, or one of the library by its name, and check all of it.

    `set` are texts `path=value` laid over the file; `with_` names arms that stand in files of their own, such as
    `attacks/insiders`, laid over every scheme that they touch, or over `scheme` alone. Raises InvalidInput with every
    problem, one line each.
    """
    path = find(path_or_name)
    problems = Problems()
    root = read_file(path, problems)
    extensions = _extensions(root, path, problems, allow_extensions)
    known = catalogue()
    name = path.name.removesuffix(path.suffix)
    base = Checked(root, name, known, problems)
    given: list[str] = []
    for text in set:
        _once(path_of(text), "--set", given, problems)
        root = laid_over(root, text, base.tree, known, problems)
        base = Checked(root, name, known, problems)
    taken = [where for where in given if value_at(base.tree, where.split(".")) == OFF]
    for where, value in (("society.people", people), ("months", months)):
        if value is not None:
            _once(where, f"--{where.split('.')[-1]}", given, problems)
            root = put_node(root, where.split("."), unmarked(value, Mark(f"--{where.split('.')[-1]}")), base.tree)
    base = Checked(root, name, known, problems)
    root, asked = laid_beside(root, with_, scheme, base, known, problems)
    base.tree["arms"] = {}
    base.tree["extensions"] = [file for file, _ in extensions]
    trees = {}
    arms = {name: Arm(name, closed, name == "none", {}) for name, closed in NESTED.items()}
    for arm, changed in arms_of(root, base, known, problems, taken):
        base.tree["arms"][arm] = {where: value_at(changed.tree, where.split(".")) for where in changed.laid_over}
        arms[arm] = Arm(arm, frozenset(), False, base.tree["arms"][arm])
        trees[arm] = changed.tree
        if arm in asked and not problems and changed.tree["schemes"] == base.tree["schemes"]:
            problems.add(Mark("--with"), asked[arm], f"touches nothing: {base.name} has all of it already")
        for where in changed.replaced():
            base.provenance[f"arms.{arm}.{where}"] = changed.provenance[where]
            base.settings[f"arms.{arm}.{where}"] = changed.settings[where]
    problems.tell()
    worlds = {name: lived(trees.get(name, base.tree), known, arm.without) for name, arm in arms.items()}
    return Scenario(
        name=base.name, title=base.tree["title"], note=base.tree["note"], months=base.tree["months"],
        society=worlds["none"].society, ties=worlds["none"].ties, arms=arms, tree=base.tree,
        provenance=base.provenance, extensions=extensions, folder=path.parent, settings=base.settings, worlds=worlds,
        laid=tuple(asked),
    )  # fmt: skip


def _once(where: str, option: str, given: list[str], problems: Problems) -> None:
    """Note that an option sets a path, and a problem where that would replace what another one set."""
    if other := next((path for path in given if f"{path}.".startswith(f"{where}.")), None):
        problems.add(Mark(option), joined("", where), f"would replace --set {plain(other)}; allowed is one of the two")
    given.append(where)


def rows(scenario: Scenario) -> list[dict[str, Any]]:
    """Every parameter as a row: path, value, unit, low, high, prior, help, mark, source, because, given."""
    return [
        row(path, value_of(scenario.tree, path), scenario.settings[path], told)
        for path, told in scenario.provenance.items()
    ]


def row(path: str, value: Any, declared: Setting, told: Provenance) -> dict[str, Any]:
    """One parameter as a row."""
    low, high = (bound if math.isfinite(bound) else None for bound in (declared.low, declared.high))
    return {
        "path": path, "value": value, "unit": declared.unit, "low": low, "high": high,
        "prior": str(told.prior or declared.prior), "help": declared.help, "mark": told.mark, "source": told.source,
        "because": told.because, "given": told.given,
    }  # fmt: skip


def value_of(tree: Mapping[str, Any], path: str) -> Any:
    """The value at a path; below `arms` the path that an arm replaces is one key."""
    parts = path.split(".")
    if parts[0] != "arms":
        return value_at(tree, parts)
    nodes = tree["arms"][parts[1]]
    laid = next(key for key in nodes if f"{path}.".startswith(f"arms.{parts[1]}.{key}."))
    return value_at(nodes[laid], parts[2 + len(laid.split(".")) :])


# -- extensions


def _extensions(root: Node, path: Path, problems: Problems, allow: bool) -> tuple[tuple[str, str], ...]:
    """Name and hash of the mechanism files that stand beside the scenario, loaded where that is allowed."""
    node = root.value.get("extensions") if isinstance(root.value, dict) else None
    if node is None:
        return ()
    names = node.plain()
    if not isinstance(names, list) or not all(
        isinstance(n, str) and re.fullmatch(r"[a-z][a-z0-9_]*\.py", n) for n in names
    ):
        what = (
            f"{plain(names)} is no list of files; allowed are names such as [my_rule.py], in the scenario's own folder"
        )
        problems.add(node.mark, "extensions", what)
    elif names and not allow:
        what = "files with code load only with --allow-extensions; allowed is none without it"
        problems.add(node.mark, "extensions", what)
    problems.tell()
    return tuple(_extension(path.parent / n.value, n, problems) for n in node.value)


def _extension(file: Path, node: Node, problems: Problems) -> tuple[str, str]:
    where = f"extensions.{file.name}"
    if not file.is_file() or file.resolve().parent != file.parent.resolve() or file.stat().st_size > MOST_BYTES:
        problems.add(
            node.mark, where, f"no file of at most {MOST_BYTES} bytes; allowed is a file in the scenario's own folder"
        )
        problems.tell()
    try:
        load_extension(file)
    except InvalidInput as error:
        for problem in error.problems:
            problems.add(node.mark, where, problem)
    except (Exception, SystemExit) as error:
        what = (
            f"cannot be loaded ({type(error).__name__}: {plain(str(error))}); allowed is a Python file with a mechanism"
        )
        problems.add(node.mark, where, what)
    problems.tell()
    return file.name, hashlib.sha256(file.read_bytes()).hexdigest()


# -- what is lived


def lived(tree: Mapping[str, Any], known: Catalogue, without: bool) -> World:
    """The cards of a checked tree, without the schemes in the arm that has none."""
    conduct = tuple(known["conduct"][key](**told) for key, told in sorted(tree["conduct"].items()) if told != OFF)
    schemes = tuple(
        Scheme(name, tuple(
            known[folder][key](**told) for folder in FOLDERS for key, told in sorted(scheme.get(folder, {}).items())
        ))
        for name, scheme in sorted(tree["schemes"].items())
    )  # fmt: skip
    return World(Society(**tree["society"]), Ties(**tree["ties"]), conduct, () if without else schemes)


def hash_of(tree: Mapping[str, Any]) -> str:
    """SHA-256 of a checked tree, whatever its order."""
    text = json.dumps(tree, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


# -- written out


def _lines(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """YAML in block form, text and lists in the form of JSON."""
    for key, inner in value.items():
        name = key if re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_.]*", key) else json.dumps(key)
        if isinstance(inner, dict) and inner:
            yield f"{indent}{name}:"
            yield from _lines(inner, indent + "  ")
        else:
            yield f"{indent}{name}: {json.dumps(inner, ensure_ascii=False, allow_nan=False)}"


WRITTEN = re.compile(r'( *)("(?:[^"\\]|\\.)*"|[a-zA-Z_][a-zA-Z0-9_.]*):(?: (.+))?')


def tree_written(text: str) -> dict[str, Any]:
    """The tree of a file that `Scenario.yaml` wrote, in a moment and without any code beside it; nothing is checked.

    Raises ValueError for any other text.
    """
    root: dict[str, Any] = {}
    above = [root]
    for number, line in enumerate(text.splitlines(), 1):
        found = WRITTEN.fullmatch(line)
        if found is None or not isinstance(above[: len(found[1]) // 2 + 1][-1], dict):
            raise ValueError(f"line {number} is not as it was written")
        key = json.loads(found[2]) if found[2].startswith('"') else found[2]
        del above[len(found[1]) // 2 + 1 :]
        above[-1][key] = inner = {} if found[3] is None else json.loads(found[3])
        above.append(inner)
    told: dict[str, Any] = _unsourced(root)
    told.pop("scenario", None)
    return told


def _unsourced(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    sourced = "value" in value and value.keys() <= {*SOURCED}
    return _unsourced(value["value"]) if sourced else {name: _unsourced(inner) for name, inner in value.items()}
