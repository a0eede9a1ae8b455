"""Laying nodes over a scenario's tree: `--set`, the arms of a file, and the arms that stand in files of their own.

A path is checked against what is there before anything is laid over it, and the tree that comes out is checked like
any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from goodstanding.checked import MOST_ARMS, NAME, OFF, Checked
from goodstanding.errors import nearest, plain
from goodstanding.mechanism import FOLDERS, Catalogue, standing
from goodstanding.reader import Mark, Node, Problems, joined, read_text, unmarked

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


@dataclass
class ArmChecked(Checked):
    """The tree of an arm, with the paths that the arm replaces."""

    laid_over: tuple[str, ...] = ()

    def replaced(self) -> Iterator[str]:
        """The parameters at and below the paths laid over; a row without provenance of its own has its table's."""
        for laid in self.laid_over:
            if laid not in self.provenance and laid.rpartition(".")[0] in self.provenance and laid in self.marks:
                above = laid.rpartition(".")[0]
                self.provenance[laid], self.settings[laid] = self.provenance[above], self.settings[above]
            yield from [where for where in self.provenance if f"{where}.".startswith(f"{laid}.")]


def arms_of(
    root: Node, base: Checked, known: Catalogue, problems: Problems, taken: Sequence[str] = ()
) -> Iterator[tuple[str, ArmChecked]]:
    """Every arm of the file, checked as a tree of its own. What `--set` has `taken` away, no arm can change."""
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
            fault = misplaced(where, node, base.tree, known, create=False)
            other = next((o for o in laid if f"{o}.".startswith(f"{where}.") or f"{where}.".startswith(f"{o}.")), None)
            if where.split(".")[0] in LEVELS and where.split(".")[0] not in ("conduct", "schemes"):
                fault = "people, ties and months are the same in every arm; allowed are paths below conduct and schemes"
            elif fault is None and other is not None:
                fault = f"it overlaps with {other}; allowed are paths that do not contain each other"
            by = next((t for t in taken if f"{where}.".startswith(f"{t}.")), None)
            if fault and by:
                says, right = ("takes it away too", f"--arms with {arm} and without this")
                if (node.value, where) != (OFF, by):
                    says, right = f"changes {where}", "a copy of the file without that arm"
                problems.add(Mark("--set"), by, f"off, and the arm {arm} ({node.key}) {says}; allowed is {right}")
            elif fault:
                problems.add(node.key, joined(path, where), fault)
            else:
                laid.append(where)
                changed = put_node(changed, where.split("."), node, base.tree)
        if nodes.value == {}:
            problems.add(nodes.mark, path, "an arm that changes nothing; allowed is a path with what replaces it")
        yield arm, ArmChecked(changed, base.name, known, problems, laid_over=tuple(laid))


def path_of(text: str) -> str:
    """The path that a `--set path=value` means."""
    where = text.partition("=")[0].strip()
    return SPELLINGS.get(where, where)


def laid_over(root: Node, text: str, tree: Mapping[str, Any], known: Catalogue, problems: Problems) -> Node:
    """The tree with one `--set path=value` laid over it."""
    where, mark = path_of(text), Mark("--set")
    _, equals, value = text.partition("=")
    if not equals or not where:
        problems.add(mark, "", f"{plain(text)} sets nothing; allowed is path=value, as in months=24")
        return root
    if not value.strip():
        problems.add(mark, joined("", where), "nothing where a value is due; allowed is path=value, as in months=24")
        return root
    node = read_text(value, mark, problems, joined("", where))
    fault = misplaced(where, node, tree, known, create=False)
    if fault:
        problems.add(mark, joined("", where), fault)
        return root
    return put_node(root, where.split("."), node, tree)


def misplaced(where: str, node: Node, tree: Mapping[str, Any], known: Catalogue, *, create: bool) -> str | None:
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


def put_node(root: Node, parts: Sequence[str], node: Node, filled: Any, level: str = "") -> Node:
    """The tree with a node laid over it at a path; `filled` is the same tree with its defaults."""
    if not parts:
        return node
    level = level or LEVELS[parts[0]][len(parts) - 1]
    inside = dict(root.value) if isinstance(root.value, dict) else {}
    if "value" in inside and isinstance(inside["value"].value, dict):
        return Node({**inside, "value": put_node(inside["value"], parts, node, filled, level)}, root.mark, root.key)
    head, *rest = parts
    if rest:
        below = filled.get(head) if isinstance(filled, dict) else None
        inside[head] = put_node(inside.get(head, Node({}, node.mark, node.key)), rest, node, below, level)
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
