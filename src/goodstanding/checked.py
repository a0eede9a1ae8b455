"""A scenario's tree, checked against the cards: every default filled in, every value with where it comes from.

The tree of a file, of a file with `--set` laid over it, and of every arm all go through `Checked`, so that a rule
holds in each of them or in none. What is wrong is noted beside its line and column, and the check goes on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from goodstanding import bibliography
from goodstanding.bibliography import NOT_A_SOURCE
from goodstanding.card import KEYS, MARKS, Card, Prior, Setting, exactly, scaled, uniform
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.mechanism import FOLDERS, Catalogue, Mechanism, standing
from goodstanding.reader import NO_PERSONS, Mark, Node, Problems, joined
from goodstanding.society import PRESETS, Society
from goodstanding.ties import Ties
from goodstanding.world import MOST_MONTHS

SCHEMA_VERSION = 1
TOP = (
    "schema_version",
    "scenario",
    "title",
    "note",
    "months",
    "society",
    "ties",
    "conduct",
    "schemes",
    "arms",
    "extensions",
)
SOURCED = ("value", "source", "mark", "because", "prior")
NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
SCENARIO_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
MOST_SCHEMES, MOST_ARMS, MOST_DEFINED = 16, 512, 26
"""Schemes and arms of a scenario, and rows that a table may define, such as classes: no table is a list of people."""
ROW_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_+-]{0,31}")
MOST_TITLE, MOST_NOTE, MOST_BECAUSE = 200, 1000, 500
OFF = "off"

MONTHS = Setting(
    name="months", default=60, kind="int", low=0, high=MOST_MONTHS, unit="months", prior=exactly(),
    help="how long the society is followed", source="assumed", because="what is claimed reaches five years",
    mark="assumed",
)  # fmt: skip

#: Words that speak of a real person; none of them is a setting, and none may become one.
PERSON_WORDS = re.compile(
    r"\b(persons?|people|population|individuals?|citizens?|(sur|first|last|full)?names?|birth(day|date|place)?|dob|born"
    r"|ids?|ssn|passport|address(es)?|street|e?mails?|(tele)?phones?|mobile|faces?|photos?|fingerprints?|biometrics?"
    r"|iris|lat(itude)?|lon(gitude)?|coordinates|gps|register|csv|parquet)\b"
)


@dataclass(frozen=True)
class Provenance:
    """Where a value comes from. `given`: the scenario set it, else the card did; `prior` where the file has one."""

    mark: str
    source: str
    because: str
    given: bool
    prior: Prior | None = None


UNSOURCED = Provenance("assumed", "assumed", "set in this scenario without a source", True)
COMMANDED = Provenance("assumed", "assumed", "set on the command line", True)


def of_card(declared: Setting) -> Provenance:
    """The provenance of a default."""
    return Provenance(declared.mark, declared.source, declared.because, False)


def about_persons(key: str) -> bool:
    """True where a key looks like a fact about a real person."""
    return PERSON_WORDS.search(re.sub("[^a-z]+", " ", key.lower())) is not None


def allowed(what: str, declared: Setting) -> str:
    """A fault with what is allowed and what the setting is, the nearest right name last."""
    what, hint, name = what.partition("; did you mean")
    return f"{what}; allowed is {declared.allowed}. It is {declared.help}{hint}{name}"


@dataclass
class Checked:
    """One tree of nodes and what became of it: plain values, their provenance, settings and marks, by dotted path."""

    root: Node
    name: str
    catalogue: Catalogue
    problems: Problems
    tree: dict[str, Any] = field(default_factory=dict)
    provenance: dict[str, Provenance] = field(default_factory=dict)
    settings: dict[str, Setting] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Check everything but the arms, which are checked as trees of their own."""
        top = self.mapping(self.root, "", TOP)
        self.version(top.get("schema_version"))
        self.name = self.scenario_name(top.get("scenario"))
        self.tree = {"schema_version": SCHEMA_VERSION}
        self.tree["title"] = self.text(top.get("title"), "title", MOST_TITLE, self.name)
        self.tree["note"] = self.text(top.get("note"), "note", MOST_NOTE, "")
        self.tree["months"] = self.setting(MONTHS, top.get("months"), "months")
        self.tree["society"] = self.society(top.get("society"))
        self.tree["ties"] = self.card(Ties, top.get("ties"), "ties")
        self.built(Ties, "ties", self.tree["ties"])
        self.tree["conduct"] = self.conduct(top.get("conduct"))
        self.tree["schemes"] = self.schemes(top.get("schemes"))

    # -- what stands at the top

    def version(self, node: Node | None) -> None:
        if node is not None and (node.value != SCHEMA_VERSION or isinstance(node.value, bool)):
            what = f"{plain(node.plain())} is no version that this program knows; allowed is {SCHEMA_VERSION}"
            self.problems.add(node.mark, "schema_version", what)

    def scenario_name(self, node: Node | None) -> str:
        name = self.name if node is None else node.value
        if not isinstance(name, str) or not SCENARIO_NAME.fullmatch(name):
            what = (
                f"{plain(name)} is no name of a scenario; allowed is {SCENARIO_NAME.pattern}, as in suining-2010.yaml"
            )
            self.problems.add(self.root.mark if node is None else node.mark, "scenario", what)
        return str(name)

    def text(self, node: Node | None, path: str, most: int, default: str) -> str:
        if node is None:
            return default
        if not isinstance(node.value, str):
            what = f"{plain(node.plain())} is not text, quote it if it should be"
        elif len(node.value) > most:
            what = f"{len(node.value)} characters are too many"
        else:
            return " ".join(node.value.split())
        self.problems.add(node.mark, path, f"{what}; allowed is plain text of at most {most} characters")
        return default

    def society(self, node: Node | None) -> dict[str, Any]:
        own = self.mapping(node, "society", ("preset", *Society.settings))
        preset = own.pop("preset", None)
        values = {}
        if preset is not None and preset.value in tuple(PRESETS):
            values = PRESETS[preset.value]
        elif preset is not None:
            hint = nearest(str(preset.value), PRESETS)
            what = f"{plain(preset.plain())} is no preset; allowed is one of: {', '.join(PRESETS)}{hint}"
            self.problems.add(preset.mark, "society.preset", what)
        people = own.get("people")
        if people is not None and isinstance(people.value, (list, dict)) and "value" not in people.value:
            self.problems.add(people.mark, "society.people", f"a table where a number is due: {NO_PERSONS}")
            del own["people"]
        told = self.card(Society, Node(own, (node or self.root).mark, (node or self.root).key), "society")
        for name, value in values.items():
            if name not in own:
                told[name] = value
                if value != Society.settings[name].default:
                    because = f"the preset '{preset.value}'" if preset else ""
                    self.provenance[f"society.{name}"] = Provenance("assumed", "assumed", because, True)
        self.built(Society, "society", told)
        return told

    def conduct(self, node: Node | None) -> dict[str, Any]:
        known = standing("conduct", of_scheme=False, known=self.catalogue)
        own = self.mapping(node, "conduct", known)
        told: dict[str, Any] = {}
        for key, cls in known.items():
            if key in own or cls.__module__.startswith("goodstanding."):
                told[key] = self.mechanism(cls, own.get(key), f"conduct.{key}")
        self.rows("conduct", {f"conduct.{key}": (known[key], v) for key, v in told.items() if v != OFF})
        return told

    def schemes(self, node: Node | None) -> dict[str, Any]:
        told: dict[str, Any] = {}
        taken = ("society", *self.catalogue["conduct"])
        named = self.mapping(node, "schemes", None)
        if node is not None and len(named) > MOST_SCHEMES:
            self.problems.add(node.mark, "schemes", f"{len(named)} schemes are too many; allowed are {MOST_SCHEMES}")
        for name, scheme in list(named.items())[:MOST_SCHEMES]:
            if not NAME.fullmatch(name) or name in taken:
                what = f"'{plain(name)}' is no name of a scheme; allowed is {NAME.pattern}"
                self.problems.add(scheme.key, joined("schemes", name), what + ", and no word of the society")
            told[name] = self.scheme(scheme, joined("schemes", name))
        return told

    def scheme(self, node: Node, path: str) -> dict[str, Any]:
        told: dict[str, Any] = {}
        present: dict[str, tuple[type[Mechanism], dict[str, Any]]] = {}
        for folder, found in self.mapping(node, path, FOLDERS).items():
            known = standing(folder, of_scheme=True, known=self.catalogue)
            for key, own in self.mapping(found, f"{path}.{folder}", known).items():
                here = f"{path}.{folder}.{key}"
                values = self.mechanism(known[key], own, here)
                if values != OFF:
                    self.marks[here] = own.key
                    told.setdefault(folder, {})[key] = values
                    present[here] = (known[key], values)
        for here, (cls, _) in present.items():
            if fault := cls.beside([other for other, _ in present.values()]):
                self.problems.add(self.mark_of(here), here, fault)
        self.rows(path, present)
        return told

    # -- a card and its settings

    def mechanism(self, cls: type[Mechanism], node: Node | None, path: str) -> Any:
        if node is not None and node.value == OFF:
            self.marks[path] = node.mark
            return OFF
        values = self.card(cls, node, path)
        self.built(cls, path, values)
        return values

    def card(self, cls: type[Card], node: Node | None, path: str) -> dict[str, Any]:
        own = self.mapping(node, path, cls.settings)
        return {name: self.setting(s, own.get(name), f"{path}.{name}") for name, s in cls.settings.items()}

    def built(self, cls: type[Card], path: str, values: Mapping[str, Any]) -> None:
        """Let the card itself say what is wrong between settings that are each in range."""
        before = f"{path}."
        if any(p == path or p.startswith(before) for _, p in self.problems.found):
            return
        try:
            cls(**values)
        except InvalidInput as error:
            for problem in error.problems:
                where, _, what = problem.partition(": ")
                place = where.replace(cls.key(), path, 1)
                asked = self.marks.get("society.people")
                if place.startswith("society.groups.") and asked and not asked.line and self.mark_of(place).line:
                    place = "society.people"  # the file was in order before fewer were asked for
                self.problems.add(self.mark_of(place), place, what)

    def setting(self, declared: Setting, node: Node | None, path: str) -> Any:
        """The value of one setting, in the form that its card has it in."""
        self.settings[path] = declared
        if node is None:
            self.provenance[path] = of_card(declared)
            return dict(declared.default) if declared.keys else declared.default
        self.marks[path] = node.mark
        node, told = self.sourced(declared, node, path)
        if declared.keys and isinstance(node.value, dict):
            value: Any = {row: self.cell(declared, cell, joined(path, row)) for row, cell in node.value.items()}
        else:
            value = exact(declared, node.plain())
        for row, fault in [((), "nothing where a value is due")] if value is None else declared.check(value):
            place = ".".join((path, *(joined("", name) for name in row)))
            self.problems.add(self.marks.get(place, node.mark), place, allowed(fault, declared))
        if told is None:
            told = of_card(declared) if value == declared.default else _plainly(node.mark)
        own = isinstance(value, dict) and [f"{path}.{row}" in self.provenance for row in value]
        if not own or not all(own):
            self.provenance[path] = told  # else every row says for itself where it comes from
        self.plausible(declared, value, told, path)
        self.reasoned(declared, value, told, path)
        return value

    def cell(self, declared: Setting, node: Node, path: str) -> Any:
        """One row of a table, which may have a provenance of its own."""
        self.marks[path] = node.mark
        node, told = self.sourced(declared, node, path, row=True)
        value = exact(declared, node.plain())
        if told is not None:
            self.provenance[path], self.settings[path] = told, declared
            self.plausible(declared, value, told, path)
        return value

    def sourced(self, declared: Setting, node: Node, path: str, row: bool = False) -> tuple[Node, Provenance | None]:
        """The value inside `{value: …, source: …}` and its provenance; the node itself where it is a plain value."""
        if not isinstance(node.value, dict) or ("value" not in node.value and not set(node.value) & set(SOURCED)):
            return node, None
        if declared.keys and "value" not in node.value:
            return node, None
        own = self.mapping(node, path, SOURCED)
        if "value" not in own:
            self.problems.add(node.mark, path, f"no value; allowed is {{{', '.join(SOURCED)}}} with a value")
            return Node(declared.default, node.mark, node.key), None
        because = self.text(own.get("because"), f"{path}.because", MOST_BECAUSE, "")
        if "source" not in own:
            what = "missing; allowed is a key of the bibliography, assumed, derived or recalled"
            self.problems.add(node.mark, f"{path}.source", what)
        source = self.word(own.get("source"), f"{path}.source", "", NOT_A_SOURCE, bibliography.keys)
        by_source = source if source in NOT_A_SOURCE else "documented"
        mark = self.word(own.get("mark"), f"{path}.mark", by_source, MARKS)
        if source in NOT_A_SOURCE and mark and mark != source:
            what = f"'{mark}' for a value that is {source}; allowed is {source}"
            self.problems.add(own["mark"].mark, f"{path}.mark", what)
        if (source in NOT_A_SOURCE or mark in ("assumed", "derived")) and not because:
            what = f"missing for a value that is {mark}; allowed is one sentence that says why"
            self.problems.add(node.mark, f"{path}.because", what)
        prior = self.prior(declared, own.get("prior"), f"{path}.prior", row or not declared.keys)
        return own["value"], Provenance(mark, source, because, True, prior)

    def word(self, node: Node | None, path: str, default: str, known: Sequence[str], more: Any = tuple) -> str:
        """One of the known words; `more` is asked for others only where it is none of them."""
        if node is None:
            return default
        if isinstance(node.value, str) and (node.value in known or node.value in more()):
            return node.value
        allowed = ", ".join(known) + (" or a key of the bibliography" if more() else "")
        hint = nearest(str(node.value), (*known, *more()))
        self.problems.add(node.mark, path, f"{plain(node.plain())} is not known here; allowed is {allowed}{hint}")
        return ""

    def prior(self, declared: Setting, node: Node | None, path: str, alone: bool) -> Prior | None:
        """The range given with a number or one row of a table, which stand alone; with a whole table, of one factor."""
        if node is None:
            return None
        bounds = node.plain()
        number = isinstance(bounds, list) and len(bounds) == 2
        number = number and all(isinstance(b, (int, float)) and not isinstance(b, bool) for b in bounds)
        if declared.kind not in ("int", "float") or not number or not bounds[0] <= bounds[1]:
            what = f"{plain(bounds)} is no range; allowed is [low, high], two numbers, for a setting that is a number"
        elif not alone and bounds[0] >= 0:
            return scaled(*bounds)
        elif alone and declared.low <= bounds[0] and bounds[1] <= declared.high:
            return uniform(*bounds) if bounds[0] < bounds[1] else Prior("exactly", *bounds)
        else:
            what = f"{plain(bounds)} goes beyond what is valid; allowed is {declared.allowed}"
        self.problems.add(node.mark, path, what)
        return None

    def plausible(self, declared: Setting, value: Any, told: Provenance, path: str) -> None:
        prior = told.prior
        if not prior or prior.kind == "scaled" or not isinstance(value, (int, float)) or declared.fault(value):
            return
        if not prior.low <= value <= prior.high:
            what = f"{plain(value)} is outside the prior given with it; allowed is {prior.low:g} to {prior.high:g}"
            self.problems.add(self.mark_of(path), path, what)

    def reasoned(self, declared: Setting, value: Any, told: Provenance, path: str) -> None:
        """Refuse the rows of a table that only a reason allows, where neither they nor the table have one."""
        for row, cell in value.items() if declared.reasoned and isinstance(value, dict) else ():
            place = f"{path}.{row}"
            own = self.provenance.get(place, told)
            if cell in declared.reasoned and cell != declared.default.get(row) and own in (UNSOURCED, COMMANDED):
                right = f"allowed is another number, or {{value: {cell}, source: …, because: …}}"
                what = f"{plain(cell)} without a reason; {right}. It is {declared.help}"
                self.problems.add(self.mark_of(place), place, what)

    # -- tables whose rows are named by other tables

    def rows(self, scheme: str, present: Mapping[str, tuple[type[Mechanism], dict[str, Any]]]) -> None:
        """Check the rows of tables that are keyed by what another table of the scheme, or the society, defines."""
        names: dict[str, list[str]] = {}
        cards: list[tuple[str, type[Card], dict[str, Any]]] = [("society", Society, self.tree["society"])]
        cards += [(path, cls, values) for path, (cls, values) in present.items()]
        for path, cls, values in cards:
            for name, declared in cls.settings.items():
                if declared.defines and isinstance(values[name], dict):
                    names.setdefault(declared.defines, []).extend(values[name])
                    self.row_names(f"{path}.{name}", values[name])
                    if declared.defines == "classes":
                        self.descending(f"{path}.{name}", values[name])
        for path, cls, values in cards:
            for name, declared in cls.settings.items():
                if (
                    declared.keys
                    and declared.keys not in KEYS
                    and not declared.defines
                    and isinstance(values[name], dict)
                ):
                    self.known_rows(scheme, f"{path}.{name}", declared, values[name], names.get(declared.keys))

    def row_names(self, path: str, table: Collection[str]) -> None:
        if len(table) > MOST_DEFINED:
            what = f"{len(table)} rows are too many to be defined; allowed are {MOST_DEFINED}"
            self.problems.add(self.mark_of(path), path, what)
        for row in table:
            if not ROW_NAME.fullmatch(row) or row in SOURCED:
                place = joined(path, row)
                self.problems.add(
                    self.mark_of(place), place, f"'{plain(row)}' is no name of a row; allowed is {ROW_NAME.pattern}"
                )

    def known_rows(
        self, scheme: str, path: str, declared: Setting, table: Collection[str], names: list[str] | None
    ) -> None:
        if declared.keys == "any":
            return self.row_names(path, table)
        for row in table:
            if names is None or row not in names:
                place = joined(path, row)
                right = f"one of: {', '.join(names)}" if names else f"none, as no table of {scheme} defines them"
                what = f"'{plain(row)}' is none of the {declared.keys}; allowed is {right}{nearest(row, names or ())}"
                self.problems.add(self.mark_of(place), place, what)
        return None

    def descending(self, path: str, table: Mapping[str, Any]) -> None:
        rows = [(row, cut) for row, cut in table.items() if isinstance(cut, (int, float))]
        for (above, high), (below, low) in pairwise(rows):
            if not low < high:
                what = f"{plain(low)} after {above}: {plain(high)}; allowed are cut-offs that fall from class to class"
                self.problems.add(self.mark_of(f"{path}.{below}"), f"{path}.{below}", what)

    # -- places

    def mapping(self, node: Node | None, path: str, known: Iterable[str] | None) -> dict[str, Node]:
        """The known keys below a node; the others are told, people above all."""
        if node is None:
            return {}
        self.marks[path] = node.mark
        names = None if known is None else tuple(known)
        if not isinstance(node.value, dict):
            if isinstance(node.value, list) and about_persons(path.rpartition(".")[2]):
                self.problems.add(node.mark, path, f"a list: {NO_PERSONS}")
                return {}
            what = (
                "nothing" if node.value is None else "a list" if isinstance(node.value, list) else plain(node.plain())
            )
            keys = ", ".join(names) if names else "none yet" if names is not None else "names of your own"
            self.problems.add(node.mark, path, f"{what} where a mapping is due; allowed are keys: {keys}")
            return {}
        if names is None:
            return dict(node.value)
        for key, inner in node.value.items():
            if key not in names:
                what = (
                    f"'{joined('', key)}' is no setting: {NO_PERSONS}"
                    if about_persons(key)
                    else f"unknown key '{joined('', key)}'"
                )
                keys = f"allowed are {', '.join(names)}" if names else "allowed is no key here yet"
                self.problems.add(inner.key, joined(path, key), f"{what}; {keys}{nearest(key, names)}")
        return {key: inner for key, inner in node.value.items() if key in names}

    def mark_of(self, path: str) -> Mark:
        """The mark of the nearest thing that the file itself says about a path."""
        while path and path not in self.marks:
            path = path.rpartition(".")[0]
        return self.marks.get(path, self.root.mark)


def _plainly(mark: Mark) -> Provenance:
    return UNSOURCED if mark.line else COMMANDED


def exact(declared: Setting, value: Any) -> Any:
    """The same value in the one form that its card has it in, so that 1 and 1.0 give one hash."""
    if declared.keys and not declared.default and isinstance(value, float) and value.is_integer():
        return int(value)  # nothing says whether the cells are whole numbers
    if declared.keys and not declared.default and isinstance(value, int):
        return value
    if declared.kind == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if declared.kind == "names" and isinstance(value, str):
        return [value]
    return value
