"""Arms in files of their own: an attack or a safeguard, laid over any scenario without editing it.

A file names paths as they stand below a scheme, with values and where they come from, and has a title. It becomes an
arm of its name, in every scheme that it touches, and is then an arm like any other. Paths at which there is nothing to
change are left out: a safeguard that is there already stays as it is, and one that has nothing to act on is not put in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import Any

from goodstanding.checked import MOST_TITLE, OFF, Checked
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.laying import misplaced, value_at
from goodstanding.library import arm_files, find_arms
from goodstanding.mechanism import FOLDERS, SLOTS, Catalogue, Mechanism, catalogue
from goodstanding.reader import Mark, Node, Problems, read_file
from goodstanding.world import COLUMNS, called

TITLE = "title"


def laid_beside(
    root: Node, names: Sequence[str], scheme: str | None, base: Checked, known: Catalogue, problems: Problems
) -> tuple[Node, dict[str, str]]:
    """The tree with the arms of these files among its own, and the name that each arm was asked for by.

    An arm is laid over the one scheme named, or over every scheme that it touches; of a whole folder, arms that touch
    nothing, or no more than another one does, are left out. Raises InvalidInput where nothing is touched.
    """
    schemes = list(base.tree["schemes"])
    if scheme is not None and scheme not in schemes:
        raise InvalidInput(
            f"--scheme: '{plain(scheme)}' is no scheme of {base.name}; allowed is one of: {', '.join(schemes)}"
            f"{nearest(scheme, schemes)}"
        )
    if scheme is not None and not names:
        raise InvalidInput("--scheme: there is nothing to lay over it; allowed beside --with")
    own = root.value.get("arms") if isinstance(root.value, dict) else None
    arms: dict[str, Node] = dict(own.value) if own is not None and isinstance(own.value, dict) else {}
    asked: dict[str, str] = {}
    for text in names:
        found, faults = list(find_arms(text)), []
        for name, path in found:
            arm, node = path.stem.replace("-", "_"), read_file(path, problems)
            nodes = base.mapping(node, name, None)
            base.text(nodes.pop(TITLE, None), f"{name}.{TITLE}", MOST_TITLE, "")
            laid: dict[str, Node] = {}
            for where in [scheme] if scheme is not None else schemes:
                for below, inner in nodes.items():
                    _placed(below, where, base, known, name)
                    fault = _idle(below, inner, where, base, known)
                    faults += [f"{name}: {fault}"] if fault else []
                    laid |= {} if fault else {f"schemes.{where}.{below}": inner}
            same = any(_plain(laid) == _plain(arms[other].value) for other in asked)
            if same and len(found) > 1:
                continue
            if arm in arms:
                what = f"there is an arm '{arm}' already; allowed is each name once"
                problems.add(Mark("--with"), name, what)
            elif laid:
                arms[arm], asked[arm] = Node(laid, node.mark, node.key), name
        if not any(name in asked.values() for name, _ in found) and not problems:
            raise InvalidInput(f"--with: {faults[0] if faults else f'{text}: touches nothing in {base.name}'}")
    kept = own or root
    return Node({**root.value, "arms": Node(arms, kept.mark, kept.key)}, root.mark, root.key) if arms else root, asked


def fitting(path: Path) -> list[str]:
    """The arms of the package that have something to act on in a scenario's file."""
    problems, known, found = Problems(), catalogue(), []
    root = read_file(path, problems)
    base = Checked(root, path.stem, known, problems)
    for name in arm_files():
        try:
            laid_beside(root, [name], None, base, known, Problems())
        except InvalidInput:
            continue
        found.append(name)
    return found


def titles() -> dict[str, str]:
    """The arms that come with the package, with the title of each."""
    told = {}
    for name, path in arm_files().items():
        problems = Problems()
        told[name] = str(read_file(path, problems).value[TITLE].value)
        problems.tell()
    return told


def _plain(nodes: Mapping[str, Node]) -> dict[str, Any]:
    return {where: node.plain() for where, node in nodes.items()}


def _placed(where: str, scheme: str, base: Checked, known: Catalogue, name: str) -> None:
    """Raise InvalidInput for a path that no scheme could have."""
    if where.split(".")[0] not in FOLDERS:
        hint = nearest(where.split(".")[0], FOLDERS)
        what = f"'{plain(where)}' is no path below a scheme; allowed begin with {', '.join(FOLDERS)}{hint}"
        raise InvalidInput(f"--with: {name}: {what}")
    anything = Node({}, base.root.mark, base.root.key)
    if fault := misplaced(f"schemes.{scheme}.{where}", anything, base.tree, known, create=True):
        raise InvalidInput(f"--with: {name}: {fault}")


def _idle(where: str, node: Node, scheme: str, base: Checked, known: Catalogue) -> str | None:
    """Why there is nothing to change at a path of a scheme; None where there is."""
    path = f"schemes.{scheme}.{where}"
    if fault := misplaced(path, node, base.tree, known, create=False):
        return f"touches nothing in {scheme}: {fault}"
    if node.value == {} and value_at(base.tree, path.split(".")) != OFF:
        return f"touches nothing in {scheme}: {where} is there already"
    if base.problems:
        return None  # told with the scenario's own
    added = list(_added(where, node, path, base, known))
    there = [*_present(base.tree, scheme, known), *added]
    missing = [lacking(one, there) for one in added]
    if missing and all(missing):
        keys = ", ".join(one.key() for one in added)
        what = f"touches nothing in {scheme}, which has nothing for {keys} to act on"
        rules = " and ".join(f"'{each}'" for each in missing[0])
        return f"{what}; allowed is a scheme with rules for {rules}"
    return None


def lacking(one: Mechanism, there: Sequence[Mechanism]) -> list[str]:
    """What mechanisms that are there do not make, with their settings, and this one changes or goes by, in words.

    It changes entries, or columns that are not its own. Empty for one that stands by itself.
    """
    if one.folder in SLOTS:
        return []
    brought = {name for other in there if other.folder in SLOTS for name in other.brings()}
    brought |= {name for other in there for name in other.writes if name == "new_person"}
    brought |= {name for name, column in COLUMNS.items() if column.begins}
    could = {name for folder in SLOTS for other in catalogue()[folder].values() for name in other.writes}
    alone = {name for name, column in COLUMNS.items() if column.anybodys or column.scalar}
    needed = [name for name in one.writes if name in could - alone and not name.startswith(("entry_", "new_"))]
    needed += ["new_person" for name in one.writes if name.startswith("entry_")]
    needed += ["wanted" for name in one.writes if name.startswith("new_")]
    missing = [name for name in dict.fromkeys(needed) if name not in brought]
    return [*(called(name) for name in missing), *one.lacks(brought)]


def _added(where: str, node: Node, path: str, base: Checked, known: Catalogue) -> Iterator[Mechanism]:
    """The mechanisms that an arm brings at a path, with its settings; with their own where those are wrong."""
    folder, *rest = where.split(".")
    inside = {rest[0]: node} if len(rest) == 1 else node.value if not rest and isinstance(node.value, dict) else {}
    apart = copy(base)  # what is wrong is told when the arm itself is checked
    apart.problems, apart.provenance, apart.settings, apart.marks = Problems(), {}, {}, {}
    for key, own in inside.items():
        if key in known[folder] and own.value != OFF:
            values = apart.mechanism(known[folder][key], own, path)
            yield known[folder][key](**({} if apart.problems else values))


def _present(tree: Mapping[str, Any], scheme: str, known: Catalogue) -> Iterator[Mechanism]:
    """The mechanisms of the society and of one scheme."""
    yield from (known["conduct"][key](**told) for key, told in tree["conduct"].items() if told != OFF)
    for folder, found in tree["schemes"][scheme].items():
        yield from (known[folder][key](**told) for key, told in found.items())
