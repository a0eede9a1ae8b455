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

from goodstanding.card import Setting
from goodstanding.checked import MOST_ARMS, NAME, OFF, UNSOURCED, Checked, Provenance
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.mechanism import FOLDERS, Catalogue, Mechanism, catalogue, load_extension, standing
from goodstanding.reader import MOST_BYTES, SUFFIXES, Mark, Node, Problems, joined, read_file, read_text, unmarked
from goodstanding.schema import schema as schema
from goodstanding.society import Society
from goodstanding.ties import Ties
from goodstanding.version import __version__

if TYPE_CHECKING:
    from goodstanding.odd import Odd

NESTED: dict[str, frozenset[str]] = {
    "none": frozenset(),
    "ghost": frozenset({"known", "bites"}),
    "aware": frozenset({"bites"}),
    "full": frozenset(),
}
"""The arms that every scenario has, with the gates that each keeps closed; `none` is without the schemes."""

LEVELS = {
    "conduct": ("", "mechanism", "setting", "row"),
    "schemes": ("", "scheme", "folder", "mechanism", "setting", "row"),
    "society": ("", "setting", "row"),
    "ties": ("", "setting", "row"),
    "months": ("setting",),
    "title": ("setting",),
    "note": ("setting",),
}
"""What each part of a dotted path names, by its first part."""

SPELLINGS = {"society.ties": "ties.graph"}
"""Paths that `--set` also takes: who knows whom is part of the society, and has a card of its own."""


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
    """A scenario as it was read: everything that is due is there, and says where it comes from."""

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

    def world(self, arm: str) -> World:
        """Society, ties, conduct and schemes as they are in an arm."""
        if arm not in self.worlds:
            raise InvalidInput(
                f"'{plain(arm)}' is no arm; allowed is one of: {', '.join(self.arms)}{nearest(arm, self.arms)}"
            )
        return self.worlds[arm]

    def odd(self) -> Odd:
        """This scenario in the order of the ODD protocol, so that somebody else can build it again; and its card."""
        from goodstanding.odd import odd

        return odd(self)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of everything that is set, whatever the order in the file."""
        text = json.dumps(self.tree, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return hashlib.sha256(text.encode()).hexdigest()

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
    allow_extensions: bool = False,
) -> Scenario:
    """Read a scenario file, or one of the library by its name, and check all of it.

    `set` are texts `path=value` laid over the file. Raises InvalidInput with every problem, one line each.
    """
    path = find(path_or_name)
    problems = Problems()
    root = read_file(path, problems)
    extensions = _extensions(root, path, problems, allow_extensions)
    known = catalogue()
    name = path.name.removesuffix(path.suffix)
    base = Checked(root, name, known, problems)
    for text in set:
        root = _laid_over(root, text, base.tree, known, problems)
        base = Checked(root, name, known, problems)
    for where, value in (("society.people", people), ("months", months)):
        if value is not None:
            root = _put(root, where.split("."), unmarked(value, Mark(f"--{where.split('.')[-1]}")), base.tree)
    base = Checked(root, name, known, problems)
    base.tree["arms"] = {}
    base.tree["extensions"] = [file for file, _ in extensions]
    trees = {}
    arms = {name: Arm(name, closed, name == "none", {}) for name, closed in NESTED.items()}
    for arm, changed in _arms(root, base, known, problems):
        base.tree["arms"][arm] = {where: value_at(changed.tree, where.split(".")) for where in changed.laid_over}
        arms[arm] = Arm(arm, frozenset(), False, base.tree["arms"][arm])
        trees[arm] = changed.tree
        for where in changed.replaced():
            base.provenance[f"arms.{arm}.{where}"] = changed.provenance[where]
            base.settings[f"arms.{arm}.{where}"] = changed.settings[where]
    problems.tell()
    worlds = {name: lived(trees.get(name, base.tree), known, arm.without) for name, arm in arms.items()}
    return Scenario(
        name=base.name, title=base.tree["title"], note=base.tree["note"], months=base.tree["months"],
        society=worlds["none"].society, ties=worlds["none"].ties, arms=arms, tree=base.tree,
        provenance=base.provenance, extensions=extensions, folder=path.parent, settings=base.settings, worlds=worlds,
    )  # fmt: skip


def library() -> dict[str, Path]:
    """The scenarios that come with the package, by name."""
    here = Path(__file__).parent
    folders = (here / "scenarios", here.parents[1] / "scenarios")
    folder = next((f for f in folders if f.is_dir()), folders[0])
    return {path.stem: path for path in sorted(folder.glob("*.yaml"))}


def find(path_or_name: str | Path) -> Path:
    """The file that a path or a name of the library stands for."""
    text = str(path_or_name)
    if isinstance(path_or_name, Path) or "/" in text or Path(text).suffix:
        return Path(path_or_name)
    if text in library():
        return library()[text]
    names = ", ".join(library())
    raise InvalidInput(
        f"'{plain(text)}' is no scenario; allowed is a file ({', '.join(SUFFIXES)}) or one of: {names}"
        f"{nearest(text, library())}"
    )


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


# -- laying nodes over a tree


@dataclass
class _ArmChecked(Checked):
    """The tree of an arm, with the paths that the arm replaces."""

    laid_over: tuple[str, ...] = ()

    def replaced(self) -> Iterator[str]:
        """The parameters at and below the paths laid over; a row without provenance of its own has its table's."""
        for laid in self.laid_over:
            if laid not in self.provenance and laid.rpartition(".")[0] in self.provenance and laid in self.marks:
                above = laid.rpartition(".")[0]
                self.provenance[laid], self.settings[laid] = self.provenance[above], self.settings[above]
            yield from [where for where in self.provenance if f"{where}.".startswith(f"{laid}.")]


def _arms(root: Node, base: Checked, known: Catalogue, problems: Problems) -> Iterator[tuple[str, _ArmChecked]]:
    """Every arm of the file, checked as a tree of its own."""
    arms = base.mapping(root.value.get("arms"), "arms", None) if isinstance(root.value, dict) else {}
    if len(arms) > MOST_ARMS:
        problems.add(root.value["arms"].mark, "arms", f"{len(arms)} arms are too many; allowed are {MOST_ARMS}")
        return
    for arm, nodes in arms.items():
        path = joined("arms", arm)
        if not NAME.fullmatch(arm) or arm in NESTED:
            what = f"'{joined('', arm)}' is no name of an arm; allowed is {NAME.pattern}, and not {', '.join(NESTED)}"
            problems.add(nodes.key, path, what)
            continue
        changed = root
        laid: list[str] = []
        for where, node in base.mapping(nodes, path, None).items():
            fault = _misplaced(where, node, base.tree, known, create=False)
            other = next((o for o in laid if f"{o}.".startswith(f"{where}.") or f"{where}.".startswith(f"{o}.")), None)
            if where.split(".")[0] in LEVELS and where.split(".")[0] not in ("conduct", "schemes"):
                fault = "people, ties and months are the same in every arm; allowed are paths below conduct and schemes"
            elif fault is None and other is not None:
                fault = f"it overlaps with {other}; allowed are paths that do not contain each other"
            if fault:
                problems.add(node.key, joined(path, where), fault)
            else:
                laid.append(where)
                changed = _put(changed, where.split("."), node, base.tree)
        if nodes.value == {}:
            problems.add(nodes.mark, path, "an arm that changes nothing; allowed is a path with what replaces it")
        yield arm, _ArmChecked(changed, base.name, known, problems, laid_over=tuple(laid))


def _laid_over(root: Node, text: str, tree: Mapping[str, Any], known: Catalogue, problems: Problems) -> Node:
    """The tree with one `--set path=value` laid over it."""
    where, equals, value = text.partition("=")
    where, mark = SPELLINGS.get(where.strip(), where.strip()), Mark("--set")
    if not equals or not where:
        problems.add(mark, "", f"{plain(text)} sets nothing; allowed is path=value, as in months=24")
        return root
    node = read_text(value, mark, problems, joined("", where))
    fault = _misplaced(where, node, tree, known, create=True)
    if fault:
        problems.add(mark, joined("", where), fault)
        return root
    return _put(root, where.split("."), node, tree)


def _misplaced(where: str, node: Node, tree: Mapping[str, Any], known: Catalogue, *, create: bool) -> str | None:
    """Why nothing can be laid over a path; None where it can. With `create` a known mechanism need not be there."""
    parts = where.split(".")
    levels = LEVELS.get(parts[0])
    if levels is None:
        hint = nearest(parts[0], LEVELS)
        return f"there is nothing called '{plain(parts[0])}' at the top; allowed are {', '.join(LEVELS)}{hint}"
    if len(parts) > len(levels):
        lowest = ".".join(map(plain, parts[: len(levels)]))
        return f"there is nothing below {lowest}; allowed is a path down to a setting or a row of its table"
    level = levels[len(parts) - 1]
    if not level:
        return f"too much at once; allowed is the path of one {levels[1]} below {parts[0]}"
    if level == "row" and node.value != OFF:
        parts = parts[:-1]  # a new row is checked with its table
    here: Any = tree
    for depth, part in enumerate(parts):
        names = _names(levels[depth], parts[:depth], here, known)
        if part not in names:
            said = ".".join((*parts[:depth], plain(part)))
            right = f"allowed are {', '.join(names)}" if names else "there is none here"
            return f"there is no {levels[depth] or 'part'} {said}; {right}{nearest(part, names)}"
        absent = not isinstance(here, dict) or part not in here or here[part] == OFF
        if absent and (node.value == OFF or (not create and levels[depth] == "mechanism" and depth + 1 < len(parts))):
            said = ".".join(parts[: depth + 1])
            return f"{said} is absent in this scenario; allowed is what is there, or a whole mechanism"
        here = here[part] if not absent else {}
    return None


def _names(level: str, above: Sequence[str], here: Any, known: Catalogue) -> list[str]:
    """What may stand at this place of a path, whether or not it is there."""
    if level == "mechanism":
        return list(standing(above[-1], of_scheme=len(above) > 1, known=known))
    if level == "folder":
        return list(FOLDERS)
    if level == "setting" and above and above[0] in ("conduct", "schemes"):
        return list(known[above[-2]][above[-1]].settings)
    if level == "setting" and above == ["society"]:
        return ["preset", *here]
    return list(here) if isinstance(here, dict) else []


def _put(root: Node, parts: Sequence[str], node: Node, filled: Any, level: str = "") -> Node:
    """The tree with a node laid over it at a path; `filled` is the same tree with its defaults."""
    if not parts:
        return node
    level = level or LEVELS[parts[0]][len(parts) - 1]
    inside = dict(root.value) if isinstance(root.value, dict) else {}
    if "value" in inside and isinstance(inside["value"].value, dict):
        return Node({**inside, "value": _put(inside["value"], parts, node, filled, level)}, root.mark, root.key)
    head, *rest = parts
    if rest:
        below = filled.get(head) if isinstance(filled, dict) else None
        inside[head] = _put(inside.get(head, Node({}, node.mark, node.key)), rest, node, below, level)
        return Node(inside, root.mark, root.key)
    if level == "row" and not inside and isinstance(filled, dict):
        inside = unmarked(filled, node.mark).value
    inside[head] = node
    if node.value == OFF and level in ("scheme", "folder", "row"):
        del inside[head]
    return Node(inside, root.mark, root.key)


def value_at(tree: Any, parts: Sequence[str]) -> Any:
    """The value at a path of a checked tree; `off` where the arm took it away."""
    for part in parts:
        if not isinstance(tree, dict) or part not in tree:
            return OFF
        tree = tree[part]
    return tree


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
