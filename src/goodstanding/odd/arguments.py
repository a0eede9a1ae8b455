"""Arguments: what every name that a rule asks for stands for, in the words of its declaration."""

from __future__ import annotations

from goodstanding.binding import WITHOUT, Step
from goodstanding.luck import use_of
from goodstanding.society import TRAITS
from goodstanding.wiring import use_name

FIXED = {
    "month": "the month, from 0", "first": "the number of the first person", "people": "how many people there are",
    "adults": "how many adults there are", "seed": "the luck seed", "copy": "the bit of the copy of the record",
    "dormant": "the tie slots that begin closed, one bit each", "tied": "tie slots with somebody at the other end",
    "stratum": "county, group and income tenth: (county * groups + group) * 10 + tenth",
    "room": "a byte for each person to work in", "act_room": "four numbers for each act to work in",
    "counts": "the counts of this measure, in the order of its card, by stratum",
    "struck": "what each replay leaves out of the record, one bit each",
    "age": "0 under 18, 1 18 to 34, 2 35 to 59, 3 60 and over", "role": "0 head, 1 spouse, 2 child, 3 other adult",
    "sex": "0 women, 1 men", "schooling": "0 primary or none, 1 lower, 2 upper secondary, 3 college",
    "tenth": "income tenth of the household, 0 the poorest", "digital": "use of the internet, 0 none to 3 constant",
    "household_offset": "own place in the household", "household_size": "people in the household",
    "licensed": "lives on a licence to trade or practise", "county": "county", "group": "the place of its letter",
    "mine": "the board of whoever does it", "theirs": "the board of whom it is done to",
    "relation": "0 the household, s + 1 tie slot s", "draw": "the draw of the pair and direction",
}  # fmt: skip
"""Names that mean the same to every rule."""
BEFORE = {
    "last_": "last month's: ", "others_": "of everybody, last month: ", "seen_": "on the seen copy: ",
    "twin_": "on the twin copy: ", "": "", WITHOUT: "last month's, in the arm without the scheme: ",
}  # fmt: skip
WHOSE = {"around": "how many of the people around", "parent": "whether a parent", "spouse": "whether the partner"}
ACTS = "of every act of the catalogue: "
"""What begins with `act_` is a table of 64 places, one an act."""


def meaning(step: Step, name: str) -> str:
    """What one argument of a rule stands for."""
    rule, (kind, _, rest) = step.rule, name.partition("_")
    if name in rule.settings:
        return f"setting: {rule.settings[name].help}"
    if name in rule.counts:
        return f"count, by stratum: {rule.counts[name]}"
    if kind in ("draw", "use") and rest:
        use = use_name(step, name)
        told = "draw of every person" if kind == "draw" else "use of draws"
        return f"{told}, use `{use}`, number {use_of(use)}"
    if kind == "total" and rest in rule.counts:
        return f"last month's total: {rule.counts[rest]}"
    if kind in ("did", "got"):
        return f"{'what one did to others' if kind == 'did' else 'what was done to one'} by {rest}, five bits a motive"
    if kind == "replayed":
        return f"{_column(step, rest)}, as the rules make it of each replay's record"
    if kind == "entry":
        return f"of every entry of the record: {rest}"
    if kind == "new":
        return f"entries to be added: {rest}"
    if kind == "act" and rest:
        return f"{ACTS}{rest.replace('_', ' ')}"
    if kind == "at" and rest:
        return f"place on the board of: {_column(step, rest)}"
    if kind in ("around", "parent", "spouse"):
        return f"{WHOSE[kind]} showed last month: {_column(step, rest)}"
    if name in FIXED or name in TRAITS:
        return FIXED.get(name) or f"fixed trait: {TRAITS[name]}"
    if name.startswith("others_") and (rest in FIXED or rest in TRAITS):
        return f"of everybody: {FIXED.get(rest) or TRAITS[rest]}"
    return _column(step, name)


def _column(step: Step, name: str) -> str:
    found = step.column(name)
    if found is None:
        return name
    before, _, column = found
    unit = f" ({column.unit})" if column.unit else ""
    return f"{BEFORE[before]}{column.label}{unit}"
