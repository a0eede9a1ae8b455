"""The seven elements of ODD for one scenario, each as lines of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources import files
from typing import Any

from goodstanding.acts import ACTS, PLACES
from goodstanding.bibliography import entry, keys
from goodstanding.binding import Step, board_layout, month, steps
from goodstanding.frames import SYNTHETIC
from goodstanding.measures import measures
from goodstanding.odd import ground, submodels
from goodstanding.odd.arguments import FIXED
from goodstanding.odd.card import marks, unlinked
from goodstanding.odd.submodels import table, value
from goodstanding.scenario import Scenario, rows
from goodstanding.society import TRAITS
from goodstanding.telling import changes, story
from goodstanding.version import __version__
from goodstanding.world import COLUMNS, ENTRY, Column

LASTS = {"luck": "the same in every arm that shares its settings"}
PEOPLE = (
    "county", "group", "sex", "age", "schooling", "tenth", "digital", "role", "household_offset", "household_size",
    "licensed", *TRAITS, "stratum", "tied",
)  # fmt: skip
"""What is fixed for a run, of every person."""
WIDER = ("stratum", "tied")
"""Of that, what takes two bytes and not one."""


def opening(scenario: Scenario) -> list[str]:
    """The title, and what this text is."""
    return [
        f"# {scenario.title}",
        "",
        f"*{SYNTHETIC}.* {scenario.note}",
        "",
        f"A description in the order of the ODD protocol (Grimm and others 2020) of the scenario `{scenario.name}` "
        f"(hash `{scenario.hash}`), generated from it and from the cards of goodstanding {__version__}, so that "
        "somebody else can build the model again. Rules are told in words and then by the lines that run: loops over "
        "plain arrays of whole numbers. Where both differ, the lines hold.",
    ]


def prose(name: str) -> str:
    """What is the same for every scenario, links told by their words."""
    return unlinked((files("goodstanding.odd") / "prose" / f"{name}.md").read_text(encoding="utf-8").strip())


def purpose(scenario: Scenario) -> Iterator[str]:
    """1. What it is for, and what is compared."""
    yield from (prose("purpose"), "", f"**This scenario.** {scenario.title}. {scenario.note}", "")
    yield from ("**Arms.** What is compared is the same society with the same luck in these variants:", "")
    yield from table(("arm", "what it is"), ((f"`{arm}`", told) for arm, told in changes(scenario)))


def entities(scenario: Scenario) -> Iterator[str]:
    """2. Who and what there is, and every column with its width."""
    society, ties = scenario.society, scenario.ties
    yield from (prose("people"), "")
    yield from table(("fixed for a run", "width", "what"), (
        (f"`{name}`", "uint16" if name in WIDER else "uint8", FIXED.get(name) or TRAITS[name]) for name in PEOPLE
    ))  # fmt: skip
    yield from (prose("entities"), "")
    slots = ", ".join(f"{slot.kind} {slot.number}{' within' * slot.within}" for slot in ties.slots)
    yield from (
        f"**Here** {society.people:,} people live through {scenario.months} months; counties: {society.counties}; "
        f"groups: {value(dict(society.groups))}. Ties come in {len(ties.slots)} slots: {slots}.",
        "",
        "**Columns.** Whole numbers of a fixed width; one for each person unless it says *one for all*. Those of a",
        "scheme are there once for each scheme.",
        "",
    )
    yield from table(("column", "width", "whose", "what", "how it behaves"), (
        (f"`{row['column']}`", row["dtype"], row["whose"], row["label"] + (f" ({row['unit']})" if row["unit"] else ""),
         row["behaves"]) for row in columns_of(scenario)
    ))  # fmt: skip
    yield from ("**The record** of a scheme is a table of entries with these fields:", "")
    yield from table(("field", "width"), ((f"`entry_{name}`", kind) for name, kind in ENTRY.items()))
    yield from ("**The public board** is one whole number of 63 bits a person, in the arm `full`:", "")
    layout = board_layout([*steps(scenario.world("full")), *_measures(scenario, "full")])
    yield from table(("column", "first bit", "bits"), (
        (f"`{'.'.join(filter(None, key))}`", str(shift), str(bits)) for key, (shift, bits) in layout.items()
    ))  # fmt: skip


def schedule(scenario: Scenario) -> Iterator[str]:
    """3. The order of a month, in words and rule by rule."""
    yield from (prose("schedule"), "", prose("month"), "", "In the arm `full`, in words:", "")
    for heading, told in story(scenario).items():
        yield from (f"**{heading}**", "", *(f"- {does}" for does in told), "")
    ran = [(step, f) for step in steps(scenario.world("full")) for f in step.rule.kernels]
    when = {(step.path, f.__name__): str(getattr(f, "when", "")) for step, f in ran}
    yield from ("Rule by rule, in the arm `full`:", "")
    yield from table(("step", "part", "mechanism", "rule", "runs", "reads", "writes"), (
        (str(row["step"]), row["slot"], row["mechanism"], f"`{row['kernel']}`", when[row["mechanism"], row["kernel"]],
         ", ".join(row["reads"]), ", ".join(row["writes"])) for row in month(scenario)
    ))  # fmt: skip
    yield from (
        "*block*: once a month; *start*: once, before the first month; *copies*: once for each copy of the record; "
        "*between*: between two months; *pair*: once for each two people who meet.",
        "",
    )


def concepts(scenario: Scenario) -> Iterator[str]:
    """4. The design concepts, which are the same for every scenario."""
    yield from (prose("concepts"), "", "### How much of it is assumed", "")
    counted = marks(scenario)
    yield from table(("provenance", "parameters"), ((mark, str(number)) for mark, number in counted.items()))


def initialization(scenario: Scenario) -> Iterator[str]:
    """5. How it begins."""
    yield from (prose("initialization"), "", "Society and ties are made by these settings:", "")
    yield from _parameters(row for row in rows(scenario) if row["path"].startswith(("society.", "ties.", "months")))
    begins = {name: column.begins for name, column in COLUMNS.items() if column.begins}
    told = ", ".join(f"`{name}` with `{constant}`" for name, constant in begins.items())
    yield from (f"Every column begins with nought, but {told}, and what these rules set once:", "")
    for step, _ in submodels.in_order(scenario):
        first = [f for f in step.rule.kernels if f.when == "start"]  # type: ignore[attr-defined]
        for rule in first:
            yield from submodels.rule(step, rule)


def inputs(_: Scenario) -> Iterator[str]:
    """6. What comes from outside: nothing."""
    yield prose("input")


def details(scenario: Scenario) -> Iterator[str]:
    """7. Every submodel: acts, mechanisms in the order of the month, measures, and what all of them stand on."""
    yield from ("### Acts", "", "What people can do, in the order of their bits; the catalogue has room for "
                f"{PLACES}.", "")  # fmt: skip
    yield from table(
        ("bit", "act", "what", "domain", "gravity", "protected", "noticed", "of 1,000 a month", "strain", "integrity",
         "conviction", "caution", "kind", "made by", "seen as", "path", "mark", "source", "because"),
        ((str(bit), f"`{a.key}`", a.label, a.domain, str(a.gravity), a.protected or "no", value(a.detectability),
          value(a.rate), str(a.strain), str(a.integrity), str(a.conviction), str(a.caution), "yes" if a.kind else "no",
          a.maker, a.seen_as or "itself", a.path or "elsewhere", a.mark, a.source, a.because)
         for bit, a in enumerate(ACTS)),
    )  # fmt: skip
    told = rows(scenario)
    for step, arms in submodels.in_order(scenario):
        yield from submodels.mechanism(step, arms, _parameters(submodels.own(step, told)))
    yield from ("### What the arms set otherwise", "")
    yield from _parameters(row for row in told if row["path"].startswith("arms."))
    for measured in _measures(scenario, "full"):
        yield from submodels.measure(measured)
    for part in ground.parts(scenario):
        yield from ground.told(part)
    yield from ("### References", "", prose("references"), "")
    used = {row["source"] for row in told} | {act.source for act in ACTS}
    used |= {key for step, _ in submodels.in_order(scenario) for key in step.rule.sources()}
    for key in keys():
        if key in used:
            known = entry(key)
            yield f"- `{key}`: {known['author']} ({known['year']}): {known['title']}. {known['address']}"
    yield ""


ELEMENTS: Mapping[str, Callable[[Scenario], Iterator[str]]] = {
    "1. Purpose and patterns": purpose,
    "2. Entities, state variables and scales": entities,
    "3. Process overview and scheduling": schedule,
    "4. Design concepts": concepts,
    "5. Initialization": initialization,
    "6. Input data": inputs,
    "7. Submodels": details,
}
"""The headings of the protocol, in its order."""


def columns_of(scenario: Scenario) -> list[dict[str, str]]:
    """Every column that the scenario's rules share or have of their own, with its width and how it behaves."""
    found = {name: ("" if column.scope != "scheme" else "scheme", column) for name, column in COLUMNS.items()}
    everything = [step for step, _ in submodels.in_order(scenario)] + _measures(scenario, "full")
    for step in everything:
        found |= {f"{step.path}.{name}": (step.path, column) for name, column in step.rule.columns.items()}
    return [
        {"column": name, "dtype": column.dtype, "whose": whose or "society", "label": column.label, "unit": column.unit,
         "behaves": _behaves(column)}
        for name, (whose, column) in found.items()
    ]  # fmt: skip


def _behaves(column: Column) -> str:
    told = [
        "one for all" if column.scalar else f"{column.each} places a person" if column.each > 1 else "",
        LASTS.get(column.scope, ""),
        "outlives the month" if column.kept else "",
        "last month's can be read of everybody" if column.lagged else "",
        f"makers are combined by {column.combine}" if column.combine else "",
        f"learnt of only where the scheme {'is known' if column.gate == 'known' else 'bites'}" if column.gate else "",
        f"on the board, bits: {column.shown}" if column.shown else "",
        "one for each copy of the record" if column.copies else "",
        f"begins as {column.begins}" if column.begins else "",
        "its bits close ties" if column.closes else "",
        f"added to {column.into}" if column.into else "",
    ]
    return ", ".join(filter(None, told)) or "of this month alone"


def _measures(scenario: Scenario, arm: str) -> list[Step]:
    """The measures as steps of an arm: once for society, or once for each scheme."""
    known = [cls() for cls in measures(file for file, _ in scenario.extensions).values()]
    schemes = [scheme.name for scheme in scenario.world(arm).schemes]
    return [Step(scheme, rule) for rule in known for scheme in (schemes if rule.of_scheme else [""])]


def _parameters(found: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Parameters with value, what is plausible, and where the value comes from."""
    told = [
        (f"`{row['path']}`", value(row["value"]), row["unit"], row["prior"], row["help"], row["mark"], row["source"],
         row["because"]) for row in found
    ]  # fmt: skip
    yield from table(("parameter", "value", "unit", "plausible", "what", "mark", "source", "because"), told)
