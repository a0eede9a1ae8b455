"""Draws: sets of assumptions, taken from the priors of a scenario so that each is tried over its whole range.

A Latin hypercube: for n sets the range of every assumption is cut into n parts of equal plausibility, each part is
taken once, and which sets the parts fall to is shuffled for every assumption by itself. The shuffle follows from the
assumption's name and n alone, so that one prior more leaves the other draws as they are. What the priors hold fixed,
and what an arm says of itself, is not varied.

Source: McKay, Beckman and Conover 1979, Technometrics 21(2):239-245.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from goodstanding.binding import row_names
from goodstanding.card import KEYS, Prior, Setting
from goodstanding.luck import luck, use_of
from goodstanding.scenario import Scenario, value_of

SEED = 0
"""The draws of the assumptions have a luck of their own; nobody's life depends on it."""


@dataclass(frozen=True)
class Assumption:
    """Something that is varied: a setting, a row of its table, or one factor for all rows that have no own prior."""

    path: str
    table: str
    declared: Setting
    prior: Prior
    value: Any

    def at(self, share: float) -> Any:
        """The value under which this share of the prior's plausibility lies; a factor where the prior is one."""
        prior = self.prior
        if prior.kind == "among":
            return prior.values[min(int(share * len(prior.values)), len(prior.values) - 1)]
        if prior.kind == "loguniform":
            found = prior.low * (prior.high / prior.low) ** share
        elif self.declared.kind == "int" and prior.kind == "uniform":
            found = math.floor(prior.low + share * (prior.high - prior.low + 1))
        else:
            found = prior.low + share * (prior.high - prior.low)
        return min(prior.high, float(f"{found:.6g}"))  # six digits, so that no machine's rounding can tell

    def place(self, drawn: Any) -> float:
        """A drawn value as a number by which sets can be put in order."""
        return float(self.prior.values.index(drawn) if self.prior.kind == "among" else drawn)


@dataclass(frozen=True)
class Draw:
    """One set of assumptions: what to lay over a scenario, and what was drawn for each assumption."""

    values: dict[str, Any]
    drawn: dict[str, Any]


def assumptions(scenario: Scenario, arms: Sequence[str] = ()) -> list[Assumption]:
    """What is varied: every setting whose prior does not hold it fixed, in the scenario and as these arms add it."""
    found: dict[str, Assumption] = {}
    for path, told in scenario.provenance.items():
        declared, plain = scenario.settings[path], path
        if path.startswith("arms."):
            arm, plain = path.split(".", 2)[1:]
            if arm not in arms or told.given:
                continue
        prior = told.prior or declared.prior
        if prior.kind != "exactly" and not (prior.low == prior.high and not prior.values):
            for one in _of(scenario, plain, value_of(scenario.tree, path), declared, prior, own=told.prior is not None):
                found.setdefault(one.path, one)
    return list(found.values())


def hypercube(scenario: Scenario, sets: int, arms: Sequence[str] = ()) -> list[Draw]:
    """So many sets of assumptions."""
    varied = assumptions(scenario, arms)
    columns = {one.path: [one.at(share) for share in _shares(one.path, sets)] for one in varied}
    return [_draw(scenario, varied, {path: column[at] for path, column in columns.items()}) for at in range(sets)]


def _draw(scenario: Scenario, varied: Sequence[Assumption], drawn: dict[str, Any]) -> Draw:
    """The values that follow from what was drawn; the rows of a table come together."""
    values: dict[str, Any] = {}
    own = {one.path for one in varied if one.path != one.table}
    for one in varied:
        what, declared = drawn[one.path], one.declared
        if not declared.keys:
            values[one.path] = _allowed(declared, what)
            continue
        written = value_of(scenario.tree, one.table)  # off where only arms add the mechanism, with its defaults
        rows = values.setdefault(one.table, dict(written if isinstance(written, Mapping) else declared.default))
        if one.path != one.table:
            row = one.path.rpartition(".")[2]
            rows[row] = _allowed(declared, what * one.value if one.prior.kind == "scaled" else what)
        else:
            for row, cell in one.value.items():
                if f"{one.table}.{row}" not in own:
                    rows[row] = _allowed(declared, what * cell)
    return Draw(values, drawn)


def _of(
    scenario: Scenario, path: str, value: Any, declared: Setting, prior: Prior, *, own: bool
) -> Iterator[Assumption]:
    """What is varied at one path: one number, one factor for a table, or each of its rows."""
    whole = isinstance(value, Mapping)
    table = path if whole or not declared.keys else path.rpartition(".")[0]
    if prior.kind == "scaled" and (whole or not own):
        rows = value if whole else value_of(scenario.tree, table)
        fixed = [row for row in rows if (told := scenario.provenance.get(f"{table}.{row}")) and told.prior]
        yield Assumption(table, table, declared, prior, {row: cell for row, cell in rows.items() if row not in fixed})
    elif whole:
        for row in value or _rows(scenario, declared):
            yield Assumption(f"{path}.{row}", table, declared, prior, value.get(row, declared.otherwise))
    else:
        yield Assumption(path, table, declared, prior, value)


def _rows(scenario: Scenario, declared: Setting) -> Sequence[str]:
    """Every row that an empty table could have."""
    names = row_names([scenario.society]).get(declared.keys, ())
    return names or (tuple(KEYS[declared.keys]()) if declared.keys in KEYS else ())


def _allowed(declared: Setting, value: Any) -> Any:
    """A drawn value as its setting takes it: whole where it is a whole number, and within what is valid."""
    if declared.among or declared.kind == "flag":
        return value
    within = min(max(float(value), declared.low), declared.high)
    return round(within) if declared.kind == "int" else float(f"{within:.6g}")


def _shares(path: str, sets: int) -> list[float]:
    """One point in each of so many equal parts of 0 to 1, in an order that follows from the path."""
    use = use_of(f"draws/{path}")
    order = sorted(range(sets), key=lambda at: int(luck(SEED, use, 0, at, 0)))
    part = {at: place for place, at in enumerate(order)}
    return [(part[at] + int(luck(SEED, use, 0, at, 1)) / 2**32) / sets for at in range(sets)]
