"""The order of a month, and how the arguments of a kernel find what they name.

Nothing here names a mechanism or a column: everything follows from declared attributes. A kernel may ask for

    month first people adults seed    the month, the block's first person, sizes, the luck seed
    dormant                           the tie slots that begin closed, one bit each
    copy                              the copy's bit
    draw_<name> use_<name>            a column of draws, and its identity for scalar `luck`
    <setting> <count> <column>        of its own card
    <column> last_ others_ seen_ twin_  shared columns: now, last month's, everybody's last month, the shadows'
    around_<flag>                     how many of the people around showed the flag last month
    parent_<flag> spouse_<flag>       whether a child's parents, or one's partner, did
    did_<pair> got_<pair>             what one did to others, and what was done to one, counted by motive
    entry_<field> new_<field>         the record's entries, and where to add to it
    struck replayed_<column>          of cases: what each replay leaves out, and what the rules make of the rest
    <lagged column>_without           last month's in the world without any scheme
    total_<count>                     last month's total of its own count
    room act_room                     bytes (people,) and numbers (4, acts) to work in: of no meaning before or after
    <trait> act_<attribute> tied      fixed traits of a person, attributes of the acts, slots with somebody at the end
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from types import FunctionType
from typing import TYPE_CHECKING, Any

from goodstanding.acts import PLACES
from goodstanding.acts import arrays as act_arrays
from goodstanding.card import FRACTIONS, KEYS, Card, Setting
from goodstanding.errors import InvalidInput, nearest
from goodstanding.kernels import arguments
from goodstanding.luck import share
from goodstanding.mechanism import SLOTS, Mechanism
from goodstanding.world import COLUMNS, ENTRY, Column

if TYPE_CHECKING:
    from goodstanding.measures import Measure
    from goodstanding.scenario import Scenario, World

PREFIXES = ("last_", "others_", "seen_", "twin_")
WITHOUT = "_without"
ROLES = {"attacks": 1, "safeguards": 2}
FINER = {
    "percent a month": 256 / 100, "percent of a month's needs a month": 256, "0 to 255 a month": 256,
    "0 to 255 a year": 256 / 12,
}  # fmt: skip
"""Units of what flows, of which kernels get 256ths a month."""
FIELD_BITS = 5
"""Bits of a flag's field on the board, so that up to 31 people around can be counted by adding boards."""


@dataclass(frozen=True)
class Step:
    """One mechanism (or measure) of one scheme at its place in the month; `scheme` is empty for society's own."""

    scheme: str
    rule: Mechanism | Measure

    @cached_property
    def path(self) -> str:
        """The dotted name in results, such as `suining.appeal`."""
        return f"{self.scheme}.{self.rule.key()}" if self.scheme else self.rule.key()

    @property
    def rank(self) -> tuple[int, int]:
        """Slot first; then the mechanisms, those who game them, those who guard."""
        slot = self.rule.slot()
        return (SLOTS.index(slot) if slot in SLOTS else len(SLOTS), ROLES.get(self.rule.folder, 0))

    @property
    def names(self) -> frozenset[str]:
        """Every argument that its kernels ask for each month."""
        return _names(type(self.rule))  # type: ignore[arg-type]  # mypy takes no class for hashable

    @property
    def pairs(self) -> tuple[FunctionType, ...]:
        """What its people do to each other."""
        return _pairs(type(self.rule))  # type: ignore[arg-type]

    @property
    def side(self) -> str:
        """`people` where the kernels see a scheme only through gates, `system` where they are the scheme."""
        return "people" if self.rule.folder in ("conduct", "attacks", "safeguards") else "system"

    def column(self, name: str) -> tuple[str, str, Column] | None:
        """(prefix, plain name, declaration) of a column argument, or None where the name is not a column."""
        return _column(type(self.rule), name)  # type: ignore[arg-type]  # mypy takes no class for hashable

    def owner(self, name: str) -> str:
        """Whose a column is: `` society's, `<scheme>` the scheme's, `<path>` the mechanism's own."""
        if name in self.rule.columns:
            return self.path
        return self.scheme if COLUMNS[name].scope == "scheme" else ""

    def shows(self, name: str) -> tuple[str, str]:
        """The key of a shown column on the board."""
        return self.owner(name), name

    def makes(self) -> set[tuple[str, str]]:
        """The shared columns it writes, as (owner, name)."""
        return {(self.owner(n), n) for n in self.rule.writes if not n.startswith(("entry_", "new_"))}

    def reads(self) -> set[tuple[str, str, str]]:
        """The shared columns it only reads, as (prefix, owner, name)."""
        found = (self.column(n) for n in self.names)
        return {
            (prefix, self.owner(plain), plain)
            for prefix, plain, _ in filter(None, found)
            if plain not in self.rule.columns and (prefix or plain not in self.rule.writes)
        }


def steps(world: World) -> list[Step]:
    """The steps of a month in their order, whatever the order in the scenario file.

    Sorted by slot, then mechanism, attack, safeguard; inside such a group a maker runs before those who read this
    month's value and after those who read last month's; ties are broken by name. Raises InvalidInput on a circle.
    """
    everything = [Step("", rule) for rule in world.conduct]
    everything += [Step(scheme.name, rule) for scheme in world.schemes for rule in scheme.mechanisms]
    found = {step.path: step for step in everything}
    return [found[path] for path in _order(tuple((step.scheme, type(step.rule)) for step in everything))]


@cache
def _order(kinds: tuple[tuple[str, type[Mechanism | Measure]], ...]) -> list[str]:
    """The same as paths; it hangs on what the steps are and not on their values."""
    everything = sorted((Step(scheme, kind()) for scheme, kind in kinds), key=lambda s: (s.rank, s.path))
    ordered: list[str] = []
    for rank in sorted({s.rank for s in everything}):
        waiting = [s for s in everything if s.rank == rank]
        while waiting:
            ready = next((s for s in waiting if not any(_before(o, s) for o in waiting if o is not s)), None)
            if ready is None:
                raise InvalidInput(
                    f"{', '.join(s.path for s in waiting)}: each waits for a column of the other; "
                    "allowed is last_<column> in one of them"
                )
            ordered.append(ready.path)
            waiting.remove(ready)
    return ordered


def _before(one: Step, other: Step) -> bool:
    """True where `one` has to run before `other`."""
    made, needed = one.makes(), other.reads()
    if any((owner, name) in made for prefix, owner, name in needed if prefix not in ("last_", "others_", WITHOUT)):
        return True
    made, needed = other.makes(), one.reads()
    return any(
        (owner, name) in made and not COLUMNS[name].lagged for prefix, owner, name in needed if prefix == "last_"
    )


def month(scenario: Scenario, arm: str = "full") -> list[dict[str, Any]]:
    """The month of one arm as rows: step, slot, mechanism, kernel, reads, writes."""
    rows: list[dict[str, Any]] = []
    for step in steps(scenario.world(arm)):
        writes = {*step.rule.writes, *step.rule.counts, *step.rule.columns}
        for f in step.rule.kernels:
            asked = [n for n in arguments(f) if n not in step.rule.settings]  # what it sees of the world
            rows.append({
                "step": len(rows) + 1, "slot": step.rule.slot(), "mechanism": step.path, "kernel": f.__name__,
                "reads": [n for n in asked if n not in writes and not n.startswith("new_")],
                "writes": [n for n in asked if n in writes or n.startswith("new_")],
            })  # fmt: skip
    return rows


def board_layout(everything: Iterable[Step]) -> dict[tuple[str, str], tuple[int, int]]:
    """(shift, bits) of every shown column, by (owner, name), on the 63-bit public board; InvalidInput if it overflows.

    Flags that are counted around a person come first, each in a field of five bits, so that boards can be added up.
    """
    shown, counted = {("", n): c for n, c in COLUMNS.items() if c.shown and c.scope == "society"}, set()
    for step in everything:
        names = {*step.names, *step.rule.writes, *step.rule.columns}
        around = {n.removeprefix("around_") for n in names if n.startswith("around_")}
        kin = {n.partition("_")[2] for n in names if n.startswith(("parent_", "spouse_"))}
        for name in names | around | kin:
            column = step.rule.columns.get(name) or COLUMNS.get(name)
            if column and column.shown:
                shown[(step.owner(name), name)] = column
        counted |= {(step.owner(n), n) for n in around if n in step.rule.columns or n in COLUMNS}
    layout: dict[tuple[str, str], tuple[int, int]] = {}
    shift = 0
    for key, column in sorted(shown.items(), key=lambda item: (item[0] not in counted, item[0])):
        layout[key] = (shift, column.shown)
        shift += FIELD_BITS if key in counted else column.shown
    if shift > 63:
        told = ", ".join(name for _, name in layout)
        raise InvalidInput(f"board: the public board needs {shift} bits for {told}; allowed are 63")
    return layout


def bound_settings(rule: Mechanism | Measure, rows: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Settings as kernels get them: shares and rates as int64 thresholds on 2^32, flows as 256ths a month, tables as
    arrays, names as bits.

    `rows` gives the names that tables of this scheme are keyed by, in order.
    """
    import numpy as np

    bound: dict[str, Any] = {}
    for name, declared in rule.settings.items():
        value = getattr(rule, name)
        if not declared.keys:
            bound[name] = np.int64(_number(declared, value))
            continue
        listed = None if declared.defines else KEYS.get(declared.keys)
        keys = tuple(value) if declared.defines else listed() if listed else rows.get(declared.keys, ())
        column = np.zeros(PLACES if listed else len(keys), np.int64)
        for key, at in (keys if isinstance(keys, Mapping) else {key: at for at, key in enumerate(keys)}).items():
            column[at] = _number(declared, value.get(key, declared.otherwise))
        bound[name] = column
    return bound


def _number(declared: Setting, cell: Any) -> int:
    if declared.among:
        return sum(1 << declared.among.index(n) for n in cell) if declared.keys else declared.among.index(cell)
    if declared.unit in FRACTIONS:
        return share(cell / 1000 if declared.unit.startswith("per 1000") else cell)
    return round(cell * FINER[declared.unit]) if declared.unit in FINER else int(cell)


def row_names(rules: Iterable[Card]) -> dict[str, tuple[str, ...]]:
    """The names that tables define for other tables: of classes, of groups."""
    return {
        declared.defines: tuple(getattr(rule, name))
        for rule in rules
        for name, declared in rule.settings.items()
        if declared.defines
    }


GIVEN = {
    "month": "the month", "first": "the place of the block's first person", "copy": "the copy of the record",
    "room": "a spare column", "act_room": "a spare row of acts",
}  # fmt: skip
"""What every kernel may ask for under a name that nobody else can have."""


def check_names(step: Step, traits: Iterable[str]) -> None:
    """Raise InvalidInput for the first argument that nothing answers to, or that the mechanism may not see."""
    columns = {**COLUMNS, **step.rule.columns}
    flags = [f"{who}_{n}" for who in ("around", "parent", "spouse") for n, c in columns.items() if c.shown == 1]
    flags += [f"{end}_{f.__name__}" for end in ("did", "got") for f in step.pairs]
    known = {
        *GIVEN, "people", "adults", "seed", "counts", "stratum", "dormant",
        *step.rule.settings, *step.rule.counts, *step.rule.columns, *COLUMNS, *traits, *act_arrays(), *flags,
        *(f"others_{t}" for t in traits),
        *(f"entry_{n}" for n in ENTRY), *(f"new_{n}" for n in (*ENTRY, "count")),
        *(f"total_{n}" for n in step.rule.counts),
        *(("struck", *(f"replayed_{n}" for n, c in columns.items() if c.copies)) if of_cases(step) else ()),
    }  # fmt: skip
    own = (*step.rule.settings, *step.rule.counts, *step.rule.columns)
    for name in own:
        given = name in GIVEN and name in step.names
        if name in COLUMNS or name in traits or given or own.count(name) > 1:
            what = f"is the name of {GIVEN[name]}" if given else "is already the name of a column or trait"
            raise InvalidInput(f"{step.path}: '{name}' {what}; allowed is any other name")
    for f in step.pairs:
        check_pair(step, f, columns)
    for f in step.rule.kernels:
        for name in undeclared(step.rule, f):
            what = (
                "it writes what it does not declare; allowed are columns and counts of its own, and what `writes` names"
            )
            raise InvalidInput(f"{step.path}.{f.__name__}({name}): {what}")
        for name in () if _when(f) == "pair" else arguments(f):
            where = f"{step.path}.{f.__name__}({name})"
            if _when(f) == "copies" and name.startswith(("first", "new_", "use_")):
                what = "a rule on copies may work again on a few people; allowed are columns, entries, draw_<name>"
                raise InvalidInput(f"{where}: {what}")
            if name in known or name.startswith(("draw_", "use_")):
                continue
            found = step.column(name)
            if found is None:
                raise InvalidInput(
                    f"{where}: nothing answers to this name; allowed is a column, setting, draw, total or counter"
                    f"{nearest(name, known)}"
                )
            prefix, plain, column = found
            if prefix in ("seen_", "twin_") and not column.copies:
                raise InvalidInput(f"{where}: '{plain}' has no copies; allowed are {_listed(columns, 'copies')}")
            if prefix == "others_" and not column.lagged:
                allowed = _listed(columns, "lagged")
                raise InvalidInput(f"{where}: '{plain}' of other people cannot be read; allowed are {allowed}")
            if prefix == "last_" and not (column.lagged or column.kept):
                allowed = _listed(columns, "kept")
                raise InvalidInput(f"{where}: '{plain}' does not outlive the month; allowed are {allowed}")
        if step.rule.folder == "conduct":
            for name in arguments(f):
                found = step.column(name)
                mine = found is not None and found[1] in (*step.rule.columns, *step.rule.writes)
                inside = found is not None and found[2].scope == "scheme" and not mine
                if name.startswith(("entry_", "new_")) or inside:
                    where = f"{step.path}.{f.__name__}({name})"
                    raise InvalidInput(
                        f"{where}: conduct sees a scheme only through society's columns; allowed are those"
                    )


def undeclared(rule: Mechanism | Measure, f: FunctionType) -> list[str]:
    """The arguments to whose places a kernel from outside the package assigns, and that its card does not declare.

    Those of the package are held by its tests: reading their source takes as long as binding all of them.
    """
    if f.__module__.startswith(f"{__package__}."):
        return []
    declared = {*rule.columns, *rule.counts, *getattr(rule, "writes", ()), "counts", "struck", "room", "act_room"}
    return [name for name in written(f) if name in arguments(f) and name not in declared]


@cache
def written(f: FunctionType) -> tuple[str, ...]:
    """The names to whose places a kernel assigns, as in `name[i] = …`; none where its source is not to be had.

    What it writes under another name, or through a helper, is not seen here.
    """
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(f)))
    except (OSError, TypeError, SyntaxError):
        return ()
    stored = (n.value for n in ast.walk(tree) if isinstance(n, ast.Subscript) and not isinstance(n.ctx, ast.Load))
    return tuple(dict.fromkeys(value.id for value in stored if isinstance(value, ast.Name)))


def of_cases(step: Step) -> bool:
    """True for a measure that looks closely at a few people."""
    return any(_when(f) == "case" for f in step.rule.kernels)


PAIR = ("mine", "theirs", "relation", "draw")
"""What a pair function is given first: both boards, the relation, and the draw of the pair and direction."""


def check_pair(step: Step, f: FunctionType, columns: Mapping[str, Column]) -> None:
    """Raise InvalidInput where a pair function asks for more than boards, relation, draw, month and settings."""
    fields = [n for n, c in columns.items() if c.shown]
    for shown in (str(n) for n in (f.of, f.by) if n):  # type: ignore[attr-defined]
        if shown not in fields:
            raise InvalidInput(
                f"{step.path}.{f.__name__}: '{shown}' is not on the board; allowed are {', '.join(fields)}"
                f"{nearest(shown, fields)}"
            )
    allowed = {"month", *step.rule.settings, *(f"at_{n}" for n, c in columns.items() if c.shown)}
    if arguments(f)[:4] != PAIR:
        raise InvalidInput(
            f"{step.path}.{f.__name__}: no pair function; allowed is one that begins with ({', '.join(PAIR)}, …)"
        )
    for name in arguments(f)[4:]:
        if name not in allowed:
            raise InvalidInput(
                f"{step.path}.{f.__name__}({name}): not to be seen by a pair; allowed are {', '.join(sorted(allowed))}"
                f"{nearest(name, allowed)}"
            )


@cache
def _names(rule: type[Mechanism | Measure]) -> frozenset[str]:
    return frozenset(name for f in rule.kernels if _when(f) not in ("start", "pair") for name in arguments(f))


@cache
def _pairs(rule: type[Mechanism | Measure]) -> tuple[FunctionType, ...]:
    return tuple(f for f in rule.kernels if _when(f) == "pair")


@cache
def _column(rule: type[Mechanism | Measure], name: str) -> tuple[str, str, Column] | None:
    if name.endswith(WITHOUT):
        found = COLUMNS.get(name.removesuffix(WITHOUT))
        return (WITHOUT, name.removesuffix(WITHOUT), found) if found and found.lagged else None
    for prefix in ("", *PREFIXES):
        if name.startswith(prefix):
            plain = name[len(prefix) :]
            found = rule.columns.get(plain) or COLUMNS.get(plain)
            if found is not None:
                return prefix, plain, found
    return None


def _when(f: Any) -> str:
    return str(f.when)


def _listed(columns: Mapping[str, Column], attribute: str) -> str:
    return ", ".join(n for n, c in columns.items() if getattr(c, attribute)) or "none"


def is_luck(step: Step, f: FunctionType) -> bool:
    """True where a kernel depends on nothing but luck, traits and settings, so that arms can share what it makes."""
    society = ("entry_", "new_", "total_", "around_", "parent_", "spouse_", "did_", "got_", "counts")
    for name in arguments(f):
        found = step.column(name)
        if name in step.rule.counts or name.startswith(society):
            return False
        if found and found[2].scope != "luck":
            return False
    return True
