"""The reference catalogue: what the cards say of themselves, written out as pages of MyST.

`docs/conf.py` calls `write` before it builds the site, so a new mechanism, measure, act or source is in the
documentation without an edit. Files whose names begin with `_` are parts that `docs/model.md` includes.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from goodstanding import acts, society, ties
from goodstanding.acts import ACTS, ARTICLES, DOMAINS, SANCTION_DOMAINS
from goodstanding.arm_files import fitting
from goodstanding.bibliography import NOT_A_SOURCE, entry, keys
from goodstanding.binding import month
from goodstanding.card import Card, Setting
from goodstanding.library import arm_files, library
from goodstanding.measures import Measure, measures
from goodstanding.mechanism import FOLDERS, SLOTS, Mechanism, catalogue
from goodstanding.scenario import read
from goodstanding.world import COLUMNS, ENTRY

EXAMPLE = "suining-2010"
"""The scenario whose month stands in the description of the model."""
KINDS = {
    "conduct": "What people do",
    "observation": "What a scheme gets to see",
    "scoring": "How a scheme rates",
    "sanctions": "What a rating does to people",
    "attacks": "How somebody games a scheme",
    "safeguards": "How people are guarded",
}
GATES = {"known": "felt only where the scheme is known", "bites": "felt only where the scheme bites"}
WEIGHTS = ("strain", "integrity", "conviction", "caution")


def write(folder: Path) -> None:
    """Bring the pages in a folder up to date; what has not changed is not touched."""
    for name, text in pages().items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """Every page, and every part of one, by its file name."""
    kinds = {f"{folder}.md": _kind(folder, found.values()) for folder, found in catalogue().items()}
    parts = {
        "measures.md": _measures(),
        "acts.md": _acts(),
        "society.md": _society(),
        "columns.md": _columns(),
        "bibliography.md": _bibliography(),
        "scenarios.md": _scenarios(),
        "_month.md": _month(),
        "_submodels.md": _submodels(),
        "_people.md": _people(),
    }
    return {name: "\n".join(lines).rstrip() + "\n" for name, lines in {**kinds, **parts}.items()}


def prose(text: str) -> str:
    """Plain text as Markdown: only what stands between backticks keeps its meaning."""
    pieces = re.split(r"(`[^`\n]+`)", text)
    return "".join(p if at % 2 else re.sub(r"([\\*_\[\]<>|$#~{}^`])", r"\\\1", p) for at, p in enumerate(pieces))


def words(value: Any) -> str:
    """A default as it is read aloud: rows of a table with commas between, none for an empty one."""
    if isinstance(value, Mapping):
        return ", ".join(f"{row} {words(cell)}" for row, cell in value.items()) or "no rows"
    if isinstance(value, (list, tuple)):
        return " + ".join(map(words, value)) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:,}" if isinstance(value, int) else f"{value:g}" if isinstance(value, float) else str(value)


def _kind(folder: str, found: Iterable[type[Mechanism]]) -> Iterator[str]:
    yield from (f"# {KINDS[folder]}: `{folder}`", "")
    if not (listed := list(found)):
        yield "There is no mechanism of this kind yet."
    for cls in listed:
        yield from _heading("mechanism", cls)
        yield from _told(cls)
        after = "" if folder in SLOTS else ", after the mechanisms that make it up"
        yield from (f"Works in the part of the month called *{cls.slot()}*{after}.", "")
        yield from _settings(cls)
        yield from _list("Counts each month", {f"`{count}`": label for count, label in cls.counts.items()})
        yield from _list("Shared columns it may change", {_column(name): "" for name in cls.writes})
        yield from _list("Columns of its own", {f"`{name}`": column.label for name, column in cls.columns.items()})


def _measures() -> Iterator[str]:
    yield from ("# What is measured", "")
    for cls in measures().values():
        yield from _heading("measure", cls)
        yield from _told(cls)
        yield from (f"Counted {'once for every scheme' if cls.of_scheme else 'once for the society'}, in {cls.unit}; "
                    f"{_direction(cls)}", "")  # fmt: skip
        yield from _settings(cls)
        yield from _list("Counts each month", {
            f"`{count}`": f"{label}, of {cls.counts.get(cls.per.get(count, ''), 'adults')}"
            for count, label in cls.counts.items()
        })  # fmt: skip


def _direction(cls: type[Measure]) -> str:
    better = "neither more nor less is better" if cls.better == "neither" else f"{cls.better} is better"
    return better + ("; nothing may ever be optimised for it." if cls.objective == "never" else ".")


def _acts() -> Iterator[str]:
    yield from ("# Acts", "", *_module(acts), "")
    for domain, label in DOMAINS.items():
        yield from (f"## {label.capitalize()}: `{domain}`", "")
        for act in (a for a in ACTS if a.domain == domain):
            weights = [f"{name} {getattr(act, name)}" for name in WEIGHTS if getattr(act, name)]
            facts = [
                f"gravity {act.gravity}" if act.gravity else "harms nobody",
                f"protected by Article {act.protected} ICCPR ({ARTICLES[act.protected]})" if act.protected else "",
                f"{act.rate:g} among 1,000 adults in a month",
                f"noticed with chance {act.detectability:g}",
                f"moved by {', '.join(weights)}" if weights else "",
                f"seen as `{act.seen_as}`" if act.seen_as else "",
                f"brought about by a scheme through {act.path}" if act.path else "",
                f"comes from the {act.origin}" if act.origin != "society" else "",
                f"made by `{act.maker}`",
            ]
            yield from _entry(f"[`{act.key}`]{{#act-{act.key}}}", prose(act.label), " · ".join(filter(None, facts)),
                              _provenance(act.mark, act.source, act.because))  # fmt: skip
    yield from _list(
        "## What people can be barred from", {f"`{key}`": label for key, label in SANCTION_DOMAINS.items()}
    )


def _society() -> Iterator[str]:
    yield from ("# Society and ties", "")
    for path, cls, module in (("society", society.Society, society), ("ties", ties.Ties, ties)):
        yield from (f"(card-{path})=", f"## {path.capitalize()}: `{path}`", "", *_module(module), "")
        yield from _settings(cls)


def _columns() -> Iterator[str]:
    yield from (
        "# Columns",
        "",
        "What the world knows of a person, month by month. Each mechanism reads and changes",
    )
    yield from ("only what it declares. `scope` is whose it is: society's, or each scheme's own.", "")
    for name, column in COLUMNS.items():
        facts = [
            f"scope {column.scope}",
            prose(f"unit {column.unit}") if column.unit else "",
            "outlives the month" if column.kept else "",
            "one number for all" if column.scalar else "",
            "one for each copy of the record" if column.copies else "",
            "seen by others" if column.shown else "",
            GATES.get(column.gate, ""),
        ]
        yield from _entry(f"[`{name}`]{{#column-{name}}}", prose(column.label), " · ".join(filter(None, facts)))
    yield from (
        "## The record",
        "",
        "A scheme's record is a list of dated entries, each of them with these fields.",
        "",
    )
    yield from (f"- [`entry_{field}`]{{#column-entry_{field}}}: {kind}" for field, kind in ENTRY.items())
    yield from ("", "A new entry is added through fields of the same names that begin with `new_`.", "")


def _bibliography() -> Iterator[str]:
    yield from ("# Sources", "", "Addresses stand as we found them. A title in square brackets is a description.", "")
    for key in keys():
        told = entry(key)
        title = prose(f"{told['author']} ({told['year']}): {told['title']}")
        see = ", ".join(map(_source, filter(None, told.get("see", "").split(", "))))
        yield from _entry(f"[`{key}`]{{#source-{key}}}", title, f"`{told['address']}`", f"See {see}." if see else "")


def _month() -> Iterator[str]:
    """The month of the example, kernel by kernel, in the order in which they run."""
    kinds = {key: folder for folder, found in catalogue().items() for key in found}
    yield from ("| part of the month | mechanism | step | changes or counts |", "| --- | --- | --- | --- |")
    for row in month(read(EXAMPLE)):
        key = row["mechanism"].rpartition(".")[2]
        changes = ", ".join(f"`{name}`" for name in row["writes"])
        yield f"| {row['slot']} | [{row['mechanism']}](#mechanism-{kinds[key]}-{key}) | `{row['kernel']}` | {changes} |"


def _scenarios() -> Iterator[str]:
    """Which scenario has which mechanism, as it is in `full`, and in how many of its schemes."""
    there = {}
    for name in library():
        schemes = read(name).world("full").schemes
        there[name] = Counter(f"{m.folder}.{m.key()}" for scheme in schemes for m in scheme.mechanisms)
    said = "A number says in how many schemes of a scenario. What belongs to the society is in all; arms add others."
    yield from ("# Mechanisms by scenario", "", said, "")
    for folder in FOLDERS:
        keys = [key for key, cls in catalogue()[folder].items() if cls.of_scheme]
        used = [key for key in keys if any(found[f"{folder}.{key}"] for found in there.values())]
        if used:
            yield from (f"**{KINDS[folder]}**", "")
            yield f"| scenario | {' | '.join(f'[{key}](#mechanism-{folder}-{key})' for key in used)} |"
            yield f"| --- |{' --- |' * len(used)}"
            for name, found in there.items():
                yield f"| {name} | {' | '.join(str(found[f'{folder}.{key}'] or '') for key in used)} |"
            yield ""
    yield from _arms()


def _arms() -> Iterator[str]:
    """Which arm in a file of its own has something to act on in which scenario."""
    said = "What `--with` lays over a scenario; where there is no ×, it would touch nothing and is refused."
    yield from ("(arms-by-scenario)=", "## Arms by scenario", "", said, "")
    fits = {name: fitting(path) for name, path in library().items()}
    for folder in ("attacks", "safeguards"):
        arms = [arm for arm in arm_files() if arm.startswith(f"{folder}/") and "/all" not in arm]
        yield f"| scenario | {' | '.join(f'`{arm}`' for arm in arms)} |"
        yield f"| --- |{' --- |' * len(arms)}"
        yield from (
            f"| {name} | {' | '.join('×' if arm in fit else '' for arm in arms)} |" for name, fit in fits.items()
        )
        yield ""


def _submodels() -> Iterator[str]:
    for folder in FOLDERS:
        if found := catalogue()[folder]:
            yield from (f"**{KINDS[folder]}**", "")
            yield from (f"- [{key}](#mechanism-{folder}-{key}): {prose(cls.summary())}" for key, cls in found.items())
            yield ""


def _people() -> Iterator[str]:
    """What a person is made of: fixed traits, then what else stands in the society's own columns."""
    yield from _list("", {f"`{name}`": label for name, label in society.TRAITS.items()})


def _heading(what: str, cls: type[Mechanism] | type[Measure]) -> Iterator[str]:
    name = f"{what}-{cls.folder}-{cls.key()}" if what == "mechanism" else f"{what}-{cls.key()}"
    yield from (f"({name})=", f"## `{cls.key()}`", "")


def _told(cls: type[Card]) -> Iterator[str]:
    """The docstring, its line of sources as links."""
    lines = [line for line in inspect.cleandoc(cls.__doc__ or "").splitlines() if not line.startswith("Sources:")]
    yield from (prose("\n".join(lines)).strip(), "")
    if cls.sources():
        yield from (f"Sources: {', '.join(map(_source, cls.sources()))}.", "")


def _module(module: Any) -> Iterator[str]:
    """A module's docstring; its lists and what is set apart by four blanks stay as they are."""
    for line in inspect.cleandoc(module.__doc__).splitlines():
        bullet = "* " if line.startswith("* ") else ""
        yield line if line.startswith("    ") else bullet + prose(line.removeprefix(bullet))


def _settings(cls: type[Card]) -> Iterator[str]:
    if cls.settings:
        yield from ("**Settings**", "")
    for name, declared in cls.settings.items():
        yield from _entry(f"`{name}`", prose(declared.help), prose(_range(declared)),
                          _provenance(declared.mark, declared.source, declared.because))  # fmt: skip


def _range(declared: Setting) -> str:
    return f"default {words(declared.default)} · allowed {declared.allowed} · plausible {declared.prior}"


def _provenance(mark: str, source: str, because: str) -> str:
    told = f"*{mark}*" + ("" if source in NOT_A_SOURCE else f", {_source(source)}")
    return f"{told}: {prose(because)}" if because else told


def _source(key: str) -> str:
    return f"[{key}](#source-{key})"


def _column(name: str) -> str:
    known = name in COLUMNS or name.startswith("entry_")
    return f"[`{name}`](#column-{name})" if known else f"`{name}`"


def _entry(term: str, *told: str) -> Iterator[str]:
    yield from (term, *(f": {line}\n" for line in told if line), "")


def _list(title: str, rows: Mapping[str, str]) -> Iterator[str]:
    if rows:
        yield from (title if title.startswith("#") or not title else f"**{title}**", "")
        yield from (f"- {name}: {prose(label)}" if label else f"- {name}" for name, label in rows.items())
        yield ""
