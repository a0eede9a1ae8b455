"""The parts of the page: of each, what its template needs, drawn from the book of a run.

A part that a run has nothing for returns None and is left out, with its line in the contents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from goodstanding.assumptions import DETERMINES
from goodstanding.comparison import SIZE, SMALLEST_CELL, Difference, unmoved
from goodstanding.estimates import FEWEST_EVENTS, FEWEST_WORLDS
from goodstanding.report import charts
from goodstanding.report.book import BARRED, RESTS, Book, family
from goodstanding.report.charts import Step
from goodstanding.report.wording import capital, rate

if TYPE_CHECKING:
    from goodstanding.assumptions import Spread

THIRDS = ("unfounded", "induced", "own")
"""What a sanction-month rests on: the three parts that make up the whole."""
KIN = "family"
"""Of the unfounded, those that fall on somebody for a relative's sake."""
YEAR = 12
"""Months from one line to the next in the table behind a chart over time."""
RANKED = 12
"""Parameters that are shown of a ranking; the rest moved the difference less."""
TOLD = 3
"""Parameters that are told in words where none of them passes the line of chance."""


def arms(book: Book) -> dict[str, Any]:
    """Watched against punished: the nested arms side by side."""
    inner = [arm for arm in book.nested if arm != book.against] or [book.main]
    pairs = [(arm, book.against) for arm in inner if arm != book.against]
    if {"aware", "full"} <= {*book.arms}:
        pairs.append(("full", "aware"))
    rows = []
    for at, name in enumerate(book.leading):
        found = [book.row(name, *pair) for pair in pairs]
        spreads = [book.spread(name, *pair) for pair in pairs]
        steps = [
            Step(_pair(book, *pair), row.difference, spread.difference if spread else None)
            for pair, row, spread in zip(pairs, found, spreads, strict=True)
            if row is not None and row.difference.mean is not None
        ]
        rows.append({
            "name": name, "label": book.label(name), "per": book.per(name),
            "base": book.row(name, book.against), "found": found, "spreads": spreads,
            "note": next((row.note for row in found if row is not None and row.note), ""),
            "figure": _steps(book, name, steps, f"arms{at}"),
        })  # fmt: skip
    return {
        "pairs": [_pair(book, *pair) for pair in pairs],
        "rows": rows,
        "unmoved": unmoved(book.counts, book.main, book.further),
    }


def rests(book: Book) -> dict[str, Any] | None:
    """What a sanction rests on: the whole in its parts, then causes, paths and crossings as rows."""
    barring = [name.removesuffix(BARRED) for name in book.leading if name.endswith(BARRED)]
    schemes = [_resting(book, total) for total in book.ends(RESTS) if total.removesuffix(RESTS) in barring]
    return {"schemes": schemes} if schemes else None


def whom(book: Book) -> dict[str, Any]:
    """Whom it hit: by group, by income tenth, and by both at once."""
    blocks = []
    for at, name in enumerate(book.leading):
        few = book.too_few(name, [book.against, book.main])
        shown: dict[str, Any] = {"name": name, "label": book.label(name), "per": book.per(name), "few": few}
        for what in () if few else ("group", "income_tenth"):
            series = {arm: book.of(arm).by(what, name) for arm in dict.fromkeys((book.against, book.main))}
            said = what.replace("_", " ")
            shown[what] = {
                "figure": _drawn(book, name, series, f"{what}{at}", f"by {said}", charts.cells, what=said)._replace(
                    note=charts.holes(series, said)
                ),
                "parted": parted(book, series[book.main]),
            }
        shown["heat"] = None if few else _heat(book, name)
        blocks.append(shown)
    return {"blocks": blocks, "smallest": SMALLEST_CELL}


def time(book: Book) -> dict[str, Any]:
    """Every leading measure over the months, with both bands."""
    panels: list[tuple[str, str, list[str], bool]] = [
        ("nested", "The nested arms, with luck", book.nested or book.arms, False)
    ]
    if book.varied is not None:
        ends = list(dict.fromkeys((book.against, book.main)))
        panels.append(("both", f"{book.against} and {book.main}, with luck and assumptions", ends, True))
    if book.further and book.nested:
        panels.append(("further", f"{book.main} with one thing changed", [book.main, *book.further], False))
    measures = []
    for at, name in enumerate(book.leading):
        figures: list[charts.Figure] = []
        rows: list[tuple[str, list[Difference]]] = []
        for kind, title, arms, both in panels:
            key, few = f"{kind}{at}", book.too_few(name, arms)
            if few:
                figures.append(charts.Figure(key, title, why=few))
                continue
            series = book.months(name, arms)
            bands = _bands(book, name, arms) if both else {}
            figure = _drawn(book, name, series, key, title, charts.course, bands=bands)
            notes = charts.hidden(series), charts.holes(series, "month"), book.nought(name, arms)
            figures.append(figure._replace(note=" ".join(filter(None, notes))))
            rows += [(arm, _yearly(months)) for arm, months in series.items() if arm not in {a for a, _ in rows}]
        measures.append({
            "name": name, "label": book.label(name), "per": book.per(name), "figures": figures,
            "rows": [(arm, found) for arm, found in rows if any(r.arm.mean is not None for r in found)],
        })  # fmt: skip
    return {"measures": measures}


def county_map(book: Book) -> dict[str, Any]:
    """The counties as tiles, where there are several and something was counted in them."""
    counties = int(book.cards.get("counties", 1))
    blocks = []
    for name in book.leading if counties > 1 else ():
        rows = book.of(book.main).by("county", name)
        shown = [row.difference.mean for row in rows if row.difference.mean is not None]
        if shown:
            blocks.append({
                "name": name, "label": book.label(name), "per": book.per(name), "rows": rows,
                "most": max(abs(mean) for mean in shown),
            })  # fmt: skip
    return {"counties": counties, "blocks": blocks}


def bought(book: Book) -> dict[str, Any] | None:
    """Harm done to people against harm kept from them, arm by arm; and what the score told of who would do harm."""
    from goodstanding.frontier import GAIN, OWING, SILENT, Frontier
    from goodstanding.validity import Validity

    if GAIN not in book.cards["measures"] or len(book.arms) < 2 or book.against != "none":
        return None
    points = Frontier({"this run": book.run}).points()
    sanctions = next(iter((*book.ends(RESTS), *book.ends(".fines.billed"))), GAIN)
    shown = [p for p in points if p.harm.mean is not None and p.gain.mean is not None]
    said = "; ".join(f"{p.arm}: {rate(p.harm.mean)} sanction-months, gain {rate(p.gain.mean)}" for p in shown)
    title = "Harm done and harm kept from people, per 1,000 adult-months"
    figure = (
        book.figure("bought", title, charts.points(shown, all_arms=book.arms), f"{title}: {said}") if shown else None
    )
    asked = {"harm": sanctions, "gain": GAIN, "owing": OWING, "silent": SILENT}
    arms = [arm for arm in ("ghost", book.main) if arm in book.arms]
    told = [row for row in Validity(book.run, arms).rows() if row.area.mean is not None]
    return {"points": points, "figure": figure, "measures": asked, "told": told}


def assumptions(book: Book) -> dict[str, Any]:
    """How far the assumptions carry the result, which of them do, and what another structure turns round."""
    found = book.varied
    if found is None:
        return {"tried": None}
    spreads = book.spreads(book.main)
    leading = [s for name in book.leading for s in spreads if s.measure == name]
    return {
        "tried": {"sets": found.sets, "people": found.people, "worlds": found.worlds},
        "sure": round(100 * DETERMINES),
        "spreads": leading,
        "others": [s for s in spreads if s.measure not in book.leading and s.difference.low is not None],
        "ranked": [_ranked(book, name, at) for at, name in enumerate(book.leading)],
        "structures": book.structures(),
        "tipped": found.tipped(),
    }


def cannot(book: Book) -> dict[str, Any]:
    """What this cannot show, and what was assumed."""
    counted = (row for row in book.cards["settings"] if row["path"] not in SIZE and not row["path"].startswith("arms."))
    rows = [row for row in counted if row["mark"] == "assumed"]
    strongest = [next(iter(book.ranked(name)), None) for name in book.leading]
    moved = {row.path: row for row in strongest if row is not None and row.stands_out}
    return {
        "poorest": _poorest(book),
        "assumed": rows,
        "all": book.parameters.get("assumed", 0),
        "moved_by": [*moved.values()],
        "structures": book.structures(),
    }


def measures(book: Book) -> dict[str, Any]:
    """All measures of every arm; the main one stands open."""
    order = [arm for arm in dict.fromkeys((book.main, *book.arms)) if arm != book.against]
    return {"tables": [(arm, parted(book, [*book.rows(arm).values()])) for arm in order]}


def rules(book: Book) -> dict[str, Any]:
    """Every mechanism with its card and what it counts: in the main arm, or in the first arm that has it."""
    order = list(dict.fromkeys((book.main, *book.arms)))
    found = []
    for card in book.cards["mechanisms"]:
        place = card["path"].split(".")
        prefix = f"{place[1]}.{place[-1]}" if place[0] == "schemes" else place[-1]
        names = [f"{prefix}.{count}" for count in card["counts"]]
        arm = next((arm for arm in order if any(book.has(name, arm) for name in names)), book.main)
        found.append({**card, "arm": arm, "counted": [row for n in names if (row := book.rows(arm).get(n))]})
    return {"mechanisms": found}


def parameters(book: Book) -> dict[str, Any]:
    """Every setting with its value, prior and provenance, and the share of each provenance."""
    marks = book.parameters
    total = sum(marks.values())
    said = f"Provenance of {total} parameters: " + ", ".join(f"{n} {mark}" for mark, n in marks.items())
    order = sorted(marks, key=lambda mark: mark != "assumed")
    chart = charts.stack({"parameters": {mark: marks[mark] for mark in order}}) if total else None
    return {
        "marks": {mark: marks[mark] for mark in order},
        "figure": book.figure("marks", "", chart, said) if chart is not None else None,
        "settings": book.cards["settings"],
        "varied": book.varied is not None,
    }


def acts(book: Book) -> dict[str, Any] | None:
    """What people can do, and how often they would."""
    return {"acts": book.cards["acts"]} if book.cards["acts"] else None


def definitions(book: Book) -> dict[str, Any]:
    """The definition of every measure, once for all that is counted under it."""
    found: dict[str, dict[str, Any]] = {}
    for name, card in book.cards["measures"].items():
        entry = found.setdefault(family(name), {"definition": card["definition"], "labels": {}})
        entry["labels"][card["label"]] = name
    return {"families": found}


def methods(book: Book) -> dict[str, Any]:
    """How the numbers were reckoned."""
    tried = book.varied and {"sets": book.varied.sets, "people": book.varied.people, "worlds": book.varied.worlds}
    few = {"events": FEWEST_EVENTS, "worlds": FEWEST_WORLDS}
    return {
        "printed": book.printed, "drawn": book.drawn, "few": few, "smallest": SMALLEST_CELL, "tried": tried,
        "versions": book.manifest.get("versions", {}),
    }  # fmt: skip


def passports(book: Book) -> dict[str, Any]:
    """The passport of every measure of which a number stands on the page: known when all else is written."""
    return {"of": book.passports, "origins": book.origins}


def sources(book: Book) -> dict[str, Any]:
    """The bibliography of this run, in alphabetical order of the keys; what an entry refers to stands there too."""
    from goodstanding.bibliography import NOT_A_SOURCE, entry, keys

    cards = book.cards
    named = {row["source"] for row in (*cards["settings"], *cards["acts"])}
    named |= {source for mechanism in cards["mechanisms"] for source in mechanism["sources"]}
    wanted, known = sorted(named - {*NOT_A_SOURCE, ""}), set(keys())
    found = {}
    while wanted:
        key = wanted.pop()
        found[key] = entry(key) if key in known else {"title": "not in the bibliography"}
        wanted += [see for see in found[key].get("see", "").replace(",", " ").split() if see not in found]
    fields = ("author", "year", "title", "address")
    return {
        "sources": [
            {
                "key": key,
                "said": ". ".join(found[key][field] for field in fields if found[key].get(field)),
                "see": found[key].get("see", "").replace(",", " ").split(),
            }
            for key in sorted(found)
        ]
    }


def parted(book: Book, rows: Sequence[Difference]) -> dict[str, Any]:
    """Rows with something to read, and a line each for those that are nought or may not be shown."""
    kept: list[Difference] = []
    aside: dict[str, list[str]] = {}
    for row in rows:
        name = row.label if row.cell == "" else str(row.cell)
        if row.difference.mean is None and row.arm.mean is None:
            aside.setdefault(f"Not shown ({row.difference.reason})", []).append(name)
        elif row.arm.mean == row.against.mean == 0:
            aside.setdefault("Nought in both arms", []).append(name)
        else:
            kept.append(row)
    book.printed += sum(row.difference.low is not None for row in kept)
    return {"rows": kept, "aside": [f"{why}: {'; '.join(names)}." for why, names in aside.items()]}


def _pair(book: Book, arm: str, against: str) -> str:
    return arm if against == book.against else f"{arm} less {against}"


def _steps(book: Book, name: str, steps: Sequence[Step], key: str) -> charts.Figure:
    title = book.label(name)
    if not any(step.found.mean for step in steps):
        return charts.Figure(key, title, why="No difference in any of these arms: nothing to draw.")
    book.drawn += sum(step.found.low is not None for step in steps)
    said = "; ".join(f"{step.name} {rate(step.found.mean)}" for step in steps)
    return book.figure(key, title, charts.steps(steps), f"{title}, difference per 1,000 {book.per(name)}: {said}")


def _resting(book: Book, total: str) -> dict[str, Any]:
    """One scheme's sanction-months: the three parts, what else is told of the whole, and the rest by its own base."""
    root = total.removesuffix("sanction_months")
    parts = [f"{root}{part}" for part in THIRDS if f"{root}{part}" in book.cards["measures"]]
    arms = [arm for arm in dict.fromkeys((book.main, *book.arms)) if _count(book, total, arm)]
    told = [
        (row, book.spread(name, book.main))
        for name, row in book.rows(book.main).items()
        if name.startswith(root) and name != total and book.has(name, book.main)
    ]
    few = next((row.arm.reason for row, _ in told if row.measure in parts and row.arm.mean is None), "")
    others: dict[str, list[tuple[Difference, Spread | None]]] = {}
    for row, spread in told:
        if row.measure not in parts:
            others.setdefault(row.per, []).append((row, spread))
    return {
        "scheme": total.split(".", 1)[0],
        "total": total,
        "few": few,
        "counts": [(arm, _count(book, total, arm)) for arm in arms],
        "figure": _thirds(book, root, arms) if arms and len(parts) == len(THIRDS) and not few else None,
        "parts": []
        if few
        else [(replace(row, label=f"{_part(row.measure)}: {row.label}"), s) for row, s in told if row.measure in parts],
        "others": [(per, *_shown(rows)) for per, rows in others.items()],
    }


def _shown(rows: Sequence[tuple[Difference, Spread | None]]) -> tuple[list[Any], list[Difference], list[Difference]]:
    """Rows with a count, those that were never counted, and those of which too few people may be told."""
    hidden = [row for row, _ in rows if row.arm.mean is None]
    nought = [row for row, _ in rows if row.arm.mean is not None and not row.count]
    return [(row, spread) for row, spread in rows if row.arm.mean is not None and row.count], nought, hidden


def _thirds(book: Book, root: str, arms: Sequence[str]) -> charts.Figure:
    """The three parts of each arm's sanction-months, as a bar; of the unfounded, those for a relative's sake apart."""
    wholes = {arm: {_part(part): float(_count(book, f"{root}{part}", arm)) for part in THIRDS} for arm in arms}
    if f"{root}{KIN}" in book.cards["measures"]:
        for arm, whole in wholes.items():
            kin = float(_count(book, f"{root}{KIN}", arm))
            rest = {part: n for part, n in whole.items() if part != THIRDS[0]}
            own = whole[THIRDS[0]] - kin
            wholes[arm] = {f"{THIRDS[0]}, for a relative's sake": kin, f"{THIRDS[0]}, in the own name": own, **rest}
    told = (f"{arm}: " + ", ".join(f"{n:,.0f} {said}" for said, n in whole.items()) for arm, whole in wholes.items())
    said = f"Sanction-months by what they rest on. {'; '.join(told)}"
    return book.figure(f"rests-{root.split('.', 1)[0]}", "", charts.stack(wholes), said)


def _part(measure: str) -> str:
    """What one of the three parts is called, in text, chart and rows."""
    part = measure.rpartition(".")[2]
    return "own conduct" if part == "own" else part


def _count(book: Book, name: str, arm: str) -> int:
    """What was counted in all worlds of an arm."""
    return sum(sums.count for sums in book.counts.sums(arm).get((name, ""), {}).values())


def _heat(book: Book, name: str) -> dict[str, Any] | None:
    """The difference by group and income tenth at once, as rows of cells; None where no cell may be shown."""
    rows = book.of(book.main).by("stratum", name)
    shown = [abs(row.difference.mean) for row in rows if row.difference.mean is not None]
    if not shown:
        return None
    cells = {(letter, int(tenth)): row for row in rows for letter, tenth in [str(row.cell).rsplit(" ", 1)]}
    groups = [group for group in book.cards["groups"] if any(letter == group for letter, _ in cells)]
    tenths = sorted({tenth for _, tenth in cells})
    book.printed += sum(row.difference.low is not None for row in rows)
    return {
        "groups": groups,
        "tenths": [(tenth, [cells.get((group, tenth)) for group in groups]) for tenth in tenths],
        "most": max(shown),
        "note": next((row.note for row in rows if row.note), ""),
    }


def _bands(book: Book, name: str, arms: Sequence[str]) -> Mapping[str, Any]:
    """The assumptions' bands over the months of the main arm and of the one beside it."""
    spreads = book.spreads(book.main, by=("month", name))
    sides = {book.main: "arm", book.against: "against"}
    return {arm: charts.by_cell(spreads, sides[arm]) for arm in arms if book.has(name, arm)}


def _drawn(
    book: Book, name: str, series: Mapping[str, list[Difference]], key: str, title: str, chart: Any, **more: Any
) -> charts.Figure:
    """A chart of several arms with its text alternative, or why there is none."""
    if not charts.anything(series):
        return charts.Figure(key, title, why=f"Nothing to draw: never {SMALLEST_CELL} people in the denominator.")
    book.drawn += sum(row.arm.low is not None for rows in series.values() for row in rows)
    said = charts.told(book.label(name), series, book.per(name))
    return book.figure(key, title, chart(series, all_arms=book.arms, **more), said)


def _yearly(months: Sequence[Difference]) -> list[Difference]:
    """The first month, then the last of every year, and the last of all."""
    last = max((int(row.cell) for row in months), default=0)
    return [row for row in months if int(row.cell) in (0, last) or (int(row.cell) + 1) % YEAR == 0]


def _ranked(book: Book, name: str, at: int) -> dict[str, Any]:
    """The parameters that move one measure's difference, strongest first, as a chart and as rows."""
    found = book.ranked(name)
    rows = found[:RANKED]
    label, figure = book.label(name), charts.Figure(f"ranked{at}", "", why="Nothing to rank.")
    if rows:
        short = _short([row.path for row in rows])
        chart = charts.ranked([(short[row.path], row.correlation) for row in rows], rows[0].chance)
        said = "; ".join(f"{short[row.path]} {row.correlation:.2f}" for row in rows)
        figure = book.figure(f"ranked{at}", "", chart, f"{capital(label)}, parameters by rank correlation: {said}")
    return {
        "name": name, "label": label, "per": book.per(name), "all": len(found), "figure": figure,
        "rows": [row for row in rows if row.stands_out] or rows[:TOLD],
    }  # fmt: skip


def _short(paths: Sequence[str]) -> dict[str, str]:
    """Paths by their last two words, or whole where two would be called the same."""
    ends = [".".join(path.split(".")[-2:]) for path in paths]
    return {path: end if ends.count(end) == 1 else path for path, end in zip(paths, ends, strict=True)}


def _poorest(book: Book) -> int | None:
    """Percent of the months in which adults were barred that fell on the poorest tenth; None where too few were."""
    rows = [row for name in book.ends(BARRED) for row in book.of(book.main).by("income_tenth", name)]
    total = sum(row.count for row in rows)
    return round(100 * sum(row.count for row in rows if row.cell == 1) / total) if total >= FEWEST_EVENTS else None
