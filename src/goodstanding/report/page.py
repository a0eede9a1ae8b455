"""One HTML file that opens from disk: what was found, how, and what it cannot show.

No script, no request, nothing from outside; written from the run folder alone, and byte for byte the same each time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from goodstanding.comparison import SIZE, SMALLEST_CELL, Comparison, Difference, Readable, per
from goodstanding.estimates import FEWEST_EVENTS, FEWEST_WORLDS, LEVEL
from goodstanding.folder import write as write_whole
from goodstanding.headline import BARRED, FALSE, FAMILY, INDUCED, SILENT, SPOKE
from goodstanding.report import charts

NESTED = ("none", "ghost", "aware", "full")
SHOWN = (BARRED, FAMILY, FALSE, INDUCED, SILENT, SPOKE)
FEW = "too few for an interval"


def render(run: Readable) -> str:
    """The report of a run as one HTML text."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    shelf = Environment(
        loader=PackageLoader("goodstanding", "report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shelf.filters.update(rate=charts.rate, words=words, interval=interval, breakable=breakable)
    style = (files("goodstanding.report") / "style.css").read_text(encoding="utf-8")
    return shelf.get_template("page.html.j2").render(style=style, **_contents(run))


def write(run: Readable) -> Path:
    """Write the report into the run's folder, whole or not at all."""
    return _put(run.path / "report.html", render(run))


def picture(run: Readable, path: Path) -> Path:
    """One SVG for the README: adults barred from something, month by month, in the nested arms."""
    book = _Book(run)
    name = book.shown()[0]
    series = book.over_months(name, [arm for arm in book.arms if arm in NESTED] or book.arms)
    title = f"{book.label(name)}, of 1,000 {book.per(name)} · {charts.MARK}"
    chart = charts.course(series, all_arms=book.arms, width=640, height=280, title=title)
    chart = chart.properties(background="white")
    return _put(path, charts.svg(chart, "picture", charts.told(book.label(name), series, book.per(name))) + "\n")


def words(value: Any) -> str:
    """A value of a setting as it is read: tables row by row."""
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {words(cell)}" for key, cell in value.items()) or "empty"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(words, value)) or "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def interval(found: Any) -> str:
    """An interval in words, or why there is none."""
    if found.low is None:
        return FEW if found.reason.endswith(FEW) else str(found.reason)
    if max(abs(found.low), abs(found.high)) < charts.LEAST:
        return f"within ±{charts.LEAST}" if found.low or found.high else "0"
    return f"{charts.rate(found.low)} to {charts.rate(found.high)}"


def breakable(path: str) -> Any:
    """A dotted path that may be broken after its dots and underscores."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(path))))


def _put(path: Path, text: str) -> Path:
    write_whole(path, text.encode())
    return path


class _Book:
    """The comparisons of a run, each made once over the same sums."""

    def __init__(self, run: Readable) -> None:
        self.run = run
        self.arms: list[str] = list(run.manifest["arms"])
        self.against = "none" if "none" in self.arms else self.arms[0]
        self.first = Comparison(run, self.arms[0], self.against)
        others = [a for a in self.arms if a != self.against]
        self.worlds = len(run.manifest["seeds"])
        self.printed = self.drawn = 0
        self.main = "full" if "full" in others else (others or self.arms)[-1]

    def of(self, arm: str) -> Comparison:
        """An arm beside the one without the scheme."""
        return Comparison(self.run, arm, self.against, self.first.counts)

    def shown(self) -> list[str]:
        """The measures that the page opens with, as they are named in this run."""
        known = self.run.cards["measures"]
        return [name for end in SHOWN for name in known if name.endswith(end)] or list(known)[:1]

    def label(self, name: str) -> str:
        return str(self.run.cards["measures"][name]["label"])

    def per(self, name: str) -> str:
        return per(name, self.run.cards)

    def over_months(self, name: str, arms: list[str]) -> dict[str, list[Difference]]:
        return {arm: self.of(arm).by("month", name) for arm in arms}

    def over_cells(self, name: str, what: str) -> dict[str, list[Difference]]:
        return {arm: self.of(arm).by(what, name) for arm in dict.fromkeys((self.against, self.main))}

    def has(self, name: str, arm: str) -> bool:
        """Whether an arm counts this at all."""
        return (name, "") in self.first.counts.sums(arm)

    def too_few(self, name: str, arms: Sequence[str]) -> str:
        """How few events there are, where none of these arms has enough for a chart; empty where one has."""
        said, most = "", -1
        for arm in arms:
            row = next((r for r in self.of(arm).rows({name}) if self.has(name, arm)), None)
            if row is None or row.arm.mean is None:
                continue
            hit = sum(sums.count > 0 for sums in self.first.counts.sums(arm)[name, ""].values())
            if row.count >= FEWEST_EVENTS and hit >= min(FEWEST_WORLDS, self.worlds):
                return ""
            if row.count > most:
                counted = f"{row.count:,} of {row.base:,} {row.per}, in {hit} of {self.worlds} worlds"
                said, most = f"In {arm}, {counted}: too few for a chart.", row.count
        return said if most else "Nought in these arms: nothing to draw."


def _contents(run: Readable) -> dict[str, Any]:
    book = _Book(run)
    manifest, cards = run.manifest, run.cards
    worlds = book.worlds
    marks = [row["mark"] for row in cards["settings"]]
    parameters = [r for r in cards["settings"] if r["path"] not in SIZE and not r["path"].startswith("arms.")]
    main = book.of(book.main)
    courses, cells = _courses(book), _cells(book)
    order = dict.fromkeys((book.main, *book.arms))
    tables = [(arm, _parted(book, book.of(arm).rows())) for arm in order if arm != book.against]
    return {
        "manifest": manifest,
        "cards": cards,
        "headline": main.headline(),
        "main": book.main,
        "against": book.against,
        "worlds": worlds,
        "luck": f"{worlds} worlds, luck only" if worlds > 1 else "one world, no interval",
        "level": round(100 * LEVEL),
        "smallest": SMALLEST_CELL,
        "few": {"events": FEWEST_EVENTS, "worlds": FEWEST_WORLDS},
        "assumed": main.assumed,
        "marks": {mark: marks.count(mark) for mark in dict.fromkeys(marks)},
        "assumptions": [row for row in cards["settings"] if row["mark"] == "assumed"],
        "by_sanction": any(name.endswith(FALSE) for name in cards["measures"]),
        "poorest": _poorest(book),
        "courses": courses,
        "tables": tables,
        "cells": cells,
        "mechanisms": _mechanisms(book),
        "acts": cards.get("acts", ()),
        "parameters": len(parameters) + len(cards.get("acts", ())),
        "sources": _sources(cards),
        "printed": book.printed,
        "drawn": book.drawn,
    }


def _parted(book: _Book, rows: Sequence[Difference]) -> dict[str, Any]:
    """Rows with something to read, and a line each for those that are nought or may not be shown."""
    kept: list[Difference] = []
    aside: dict[str, list[str]] = {}
    for row in rows:
        name = row.label if row.cell == "" else str(row.cell)
        if row.difference.mean is None:
            aside.setdefault(f"Not shown ({row.difference.reason})", []).append(name)
        elif row.arm.mean == row.against.mean == 0:
            aside.setdefault("Nought in both arms", []).append(name)
        else:
            kept.append(row)
    book.printed += sum(row.difference.low is not None for row in kept)
    return {"rows": kept, "aside": [f"{why}: {'; '.join(names)}." for why, names in aside.items()]}


def _courses(book: _Book) -> list[dict[str, Any]]:
    """Every opening measure over time: the nested arms, and the further ones beside the full arm."""
    nested = [a for a in book.arms if a in NESTED]
    further = [a for a in book.arms if a not in NESTED]
    panels = [("nested", "from nothing to everything", nested)]
    if further:
        panels.append(("further", f"{book.main} with one thing changed", [book.main, *further]))
    cards, found = book.run.cards["measures"], []
    defined: set[str] = set()
    for at, name in enumerate(book.shown()):
        drawn = []
        for kind, title, arms in panels:
            few = book.too_few(name, arms)
            series = {} if few else book.over_months(name, arms)
            chart = charts.course(series, all_arms=book.arms) if charts.anything(series) else None
            drawn.append({"title": title, "few": few, "svg": _drawn(book, name, series, chart, f"{kind}{at}")})
        said = cards[name]["definition"].replace("`", "")
        found.append({
            "label": book.label(name), "per": book.per(name), "charts": drawn,
            "definition": "" if said in defined else said,
        })  # fmt: skip
        defined.add(said)
    return found


def _cells(book: _Book) -> list[dict[str, Any]]:
    """The opening measures by group and by income tenth."""
    found = []
    for what, title in (("group", "By group"), ("income_tenth", "By income tenth, 1 the poorest")):
        blocks = []
        for at, name in enumerate(book.shown()):
            few = book.too_few(name, [book.against, book.main])
            series = {} if few else book.over_cells(name, what)
            chart = (
                charts.cells(series, what.replace("_", " "), all_arms=book.arms) if charts.anything(series) else None
            )
            blocks.append({
                "label": book.label(name), "per": book.per(name), "few": few,
                "parted": _parted(book, series.get(book.main, [])),
                "svg": _drawn(book, name, series, chart, f"{what}{at}"),
            })  # fmt: skip
        found.append({"title": title, "what": what.replace("_", " "), "blocks": blocks})
    return found


def _poorest(book: _Book) -> int | None:
    """Percent of the months in which adults were barred that fell on the poorest tenth; None where too few were."""
    barred = [name for name in book.shown() if name.endswith(BARRED)]
    rows = [row for name in barred for row in book.of(book.main).by("income_tenth", name)]
    total = sum(row.count for row in rows)
    return round(100 * sum(row.count for row in rows if row.cell == 1) / total) if total >= FEWEST_EVENTS else None


def _drawn(book: _Book, name: str, series: Mapping[str, list[Difference]], chart: Any, key: str) -> str:
    """A chart with its text alternative, or nothing where no cell may be shown."""
    if chart is None:
        return ""
    book.drawn += sum(row.arm.low is not None for rows in series.values() for row in rows)
    return charts.svg(chart, key, charts.told(book.label(name), series, book.per(name)))


def _mechanisms(book: _Book) -> list[dict[str, Any]]:
    """Every mechanism with its card and what it counts: in the main arm, or in the first arm that has it."""
    order = list(dict.fromkeys((book.main, *book.arms)))
    found = []
    for card in book.run.cards["mechanisms"]:
        parts = card["path"].split(".")
        prefix = f"{parts[1]}.{parts[-1]}" if parts[0] == "schemes" else parts[-1]
        names = [f"{prefix}.{count}" for count in card["counts"]]
        arm = next((arm for arm in order if any(book.has(name, arm) for name in names)), book.main)
        found.append({**card, "arm": arm, "counted": book.of(arm).rows(names) if names else []})
    return found


def _sources(cards: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The bibliography of this run, in alphabetical order of the keys."""
    from goodstanding.bibliography import NOT_A_SOURCE, entry, keys

    named = {row["source"] for row in cards["settings"]} | {s for m in cards["mechanisms"] for s in m["sources"]}
    known = set(keys())
    wanted = sorted(named - {*NOT_A_SOURCE, ""})
    found = {key: entry(key) if key in known else {"title": "not in the bibliography"} for key in wanted}
    fields = ("author", "year", "title", "address")
    return [{"key": key, "said": ". ".join(e[f] for f in fields if e.get(f))} for key, e in found.items()]
