"""Words: what the columns, settings and steps of one arm are called where one person's life is told.

Every mechanism is told in the same way, from the words of its card and of the columns it writes. A column that says
nothing of itself is found among all changes, with its label. Months are counted from 0 in every table of a run and in
every JSON key, and told to people from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodstanding.acts import ACTS, SANCTION_DOMAINS
from goodstanding.around import MOTIVE_BITS
from goodstanding.binding import Step, row_names, steps
from goodstanding.measures import measures
from goodstanding.world import COLUMNS, GIVEN_UP, ORIGINS, Column

if TYPE_CHECKING:
    from goodstanding.card import Setting
    from goodstanding.scenario import Scenario
    from goodstanding.trace import Key

BITS = {"acts": [act.label for act in ACTS], "domains": list(SANCTION_DOMAINS.values()), "given up": list(GIVEN_UP)}
"""What the bits of a column stand for, by what it declares."""
COUNTED = {"ties": (1, "tie", "ties"), "reports": (MOTIVE_BITS, "report", "reports")}
"""Bits that are counted and not named: the width of each count, and what is counted."""
CODED = ", "
"""What begins, in the label of a column of bits, how they are packed: that is of no use to a reader."""
MOST_SCALARS = 4
FEW = 3
FROM = 1
"""The number by which the first month is told to people; in tables and JSON it is month 0."""
WHOLE = re.compile(r"(?:0 to ([0-9]+)|([0-9]+)ths)(?: (of .+))?")
"""A unit of so many parts of a whole, and of what."""


class Words:
    """The words of one arm: its steps, its columns and what their values stand for."""

    def __init__(self, scenario: Scenario, arm: str) -> None:
        self.scenario, self.arm = scenario, arm
        self.world = scenario.world(arm)
        self.steps: dict[str, Step] = {step.path: step for step in steps(self.world)}
        found = measures(file for file, _ in scenario.extensions)
        self.unfounded = found["unfounded"]

    @cached_property
    def rows(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """The names that the tables of each scheme define, classes among them."""
        return {s.name: row_names([self.world.society, *s.mechanisms]) for s in self.world.schemes}

    def column(self, key: Key) -> Column:
        """The declaration of a column, also of a shadow."""
        owner, name = key[0], plain_name(key[1])
        if owner in self.steps and name in self.steps[owner].rule.columns:
            return self.steps[owner].rule.columns[name]
        return COLUMNS[name]

    def label(self, key: Key) -> str:
        """What a column is called; a shadow says which it is."""
        label, shadow = self.column(key).label, key[1].rpartition(".")[0]
        label = label.partition(CODED)[0] if self.column(key).bits else label
        return label + (f" ({shadow} shadow)" if shadow else "")

    def state(self, key: Key) -> bool:
        """True for what lasts until it ends, and not for what happens in a month."""
        column = self.column(key)
        return bool(column.ends) or (not column.says and column.kept)

    def items(self, key: Key, value: int) -> list[str]:
        """What is in a set of bits."""
        names = BITS[self.column(key).bits]
        return [names[k] if k < len(names) else f"number {k}" for k in range(64) if (value >> k) & 1]

    def value(self, key: Key, value: int) -> str:
        """A value in words: of a set what is in it, of a class its name, of a number its unit."""
        column = self.column(key)
        if column.bits in BITS:
            return listed(self.items(key, value))
        if column.bits in COUNTED:
            width, one, several = COUNTED[column.bits]
            mask = (1 << width) - 1
            return many(sum((value >> at) & mask for at in range(0, 63, width)), one, several)
        names = self.rows.get(key[0], {}).get(column.bits, ())
        if 0 <= value < len(names):
            return names[value]
        return amount(value, column.unit)

    def sign(self, key: Key) -> bool:
        """True for a flag that others see and that says nothing of its own: what made it is told by other columns.

        It may be how a scheme asks people to look at an act, so that it differs where the act does not.
        """
        column = self.column(key)
        return column.shown == 1 and not column.kept and not column.says

    def flag(self, key: Key, *values: int) -> bool:
        """True for a column that is or is not, and for such values."""
        column = self.column(key)
        return not column.bits and not column.unit and {*values} <= {0, 1}

    def holds(self, key: Key, value: int) -> str:
        """What a column holds, in a few words."""
        return self.label(key) if self.flag(key, value) and value else f"{self.label(key)}: {self.value(key, value)}"

    def event(self, key: Key, before: int, after: int) -> str | None:
        """What is told of a change, to go on after "the person"; None for what is found among all changes alone."""
        column = self.column(key)
        if column.bits not in BITS:
            told = column.says if after or not column.ends else column.ends
            return told.format(now=self.value(key, after)) or None
        added, dropped = self.items(key, after & ~before), self.items(key, before & ~after)
        says = column.says.format(added=listed(added)) if added else ""
        ends = column.ends.format(dropped=listed(dropped)) if dropped else ""
        return "; ".join(filter(None, (says, ends))) or None

    def change(self, key: Key, before: int, after: int) -> str:
        """A change as a line of its own, for any column: label, what it was, what it is."""
        label = self.label(key)
        if self.flag(key, before, after):
            return label if after else f"no longer: {label}"
        return f"{label}: {self.value(key, before)} → {self.value(key, after)}"

    def does(self, path: str) -> str:
        """What a step does to people, as its card says; without a step, that schemes are put together."""
        return self.steps[path].rule.summary() if path else "what all schemes do to people, taken together"

    def said(self, path: str, held: Mapping[str, Iterable[str]]) -> list[str]:
        """The settings of a step that bear on a person: the rows they hold, each with where its number comes from.

        `held` names, by what a table is keyed by, the rows that the person has something to do with.
        """
        rule, found = self.steps[path].rule, []
        for name, declared in rule.settings.items():
            value, at = getattr(rule, name), self._place(path, name)
            if not declared.keys:
                continue
            mine = held.get(declared.defines or declared.keys)
            mine = held.get("acts") if mine is None and declared.keys == "acts as seen" else mine
            rows = [row for row in value if (len(value) <= FEW if mine is None else row in mine)]
            told = [f"{row}: {setting_words(value[row], declared)}{self._mark(f'{at}.{row}')}" for row in rows]
            if told:
                found.append(f"{declared.help}: {'; '.join(told)}")
        scalars = [(n, s) for n, s in rule.settings.items() if not s.keys]
        if not found and len(scalars) <= MOST_SCALARS:
            found = [
                f"{s.help}: {setting_words(getattr(rule, n), s)}{self._mark(self._place(path, n))}" for n, s in scalars
            ]
        return found

    def weights(self, scheme: str, act: str) -> list[str]:
        """What an act weighs with a scheme, as it looks: every table of acts, each row with its unit."""
        found = []
        for path, step in self.steps.items():
            for name, declared in step.rule.settings.items():
                worth = getattr(step.rule, name).get(act) if declared.keys == "acts" and not declared.among else None
                if step.scheme == scheme and worth:
                    mark = self._mark(f"{self._place(path, name)}.{act}")
                    found.append(f"{setting_words(worth, declared)}{mark}")
        return found

    def _place(self, path: str, setting: str) -> str:
        step = self.steps[path]
        root = f"schemes.{step.scheme}." if step.scheme else ""
        return f"{root}{step.rule.folder}.{step.rule.key()}.{setting}"

    def _mark(self, path: str) -> str:
        """Where a number comes from, in brackets; of a row without its own provenance, its table's."""
        told = self.scenario.provenance
        for where in (path, path.rpartition(".")[0]):
            for place in (f"arms.{self.arm}.{where}", where):
                if place in told:
                    return f" ({told[place].mark})"
        return ""


def plain_name(name: str) -> str:
    """The name of a column without the shadow it is of."""
    return name.rpartition(".")[2]


def dotted(key: Key) -> str:
    """A column's name as it stands in results."""
    return ".".join(filter(None, key))


def setting_words(value: Any, declared: Setting) -> str:
    """A setting's value with its unit, and what is called by a word in a file in plain words."""
    if isinstance(value, list | tuple):
        return listed([SANCTION_DOMAINS.get(v, str(v)) for v in value])
    unit = declared.unit if declared.unit not in ("share", "count", "name", "names") else ""
    return f"{value:,} {unit}".strip().replace("-", "−") if isinstance(value, int | float) else str(value)


def parts(unit: str) -> int | None:
    """How many parts a whole has in a unit such as `0 to 255` or `256ths of income`; None in any other."""
    found = WHOLE.fullmatch(unit)
    return int(found[1] or found[2]) if found else None


def amount(value: int, unit: str) -> str:
    """A number with its unit; parts of a whole are told in percent of it."""
    found = WHOLE.fullmatch(unit)
    if found is None:
        return f"{value:,} {unit}".strip().replace("-", "−")
    return f"{100 * value / int(found[1] or found[2]):.3g} % {found[3] or ''}".strip()


def origin(number: int) -> str:
    """Why an entry stands, in words."""
    return ORIGINS[number] if number < len(ORIGINS) else f"origin number {number}"


def listed(items: Sequence[str]) -> str:
    """Several things as one reads them out."""
    if any("," in item or " and " in item for item in items):
        return "; ".join(items)
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]])) if items else "nothing"


def many(number: int, one: str, several: str = "") -> str:
    """A number of things."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def months(first: int, last: int) -> str:
    """A span of months, both ends within, told from 1."""
    return f"month {first + FROM}" if first == last else f"months {first + FROM} to {last + FROM}"
