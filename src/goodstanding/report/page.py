"""One HTML file that opens from disk: what was found, how, and what it cannot show.

Nothing comes from outside; it is written from the run folder alone, and byte for byte the same each time. The page as
it is written for everybody holds no script; a second one, which can be pointed at, holds the same specifications.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from goodstanding.comparison import Readable
from goodstanding.estimates import LEVEL
from goodstanding.folder import write as write_whole
from goodstanding.report import asked, charts, parts, wording
from goodstanding.report.book import Book


class Part(NamedTuple):
    """A part of the page: its place in addresses, its heading, and what its template is given."""

    key: str
    heading: str
    found: Callable[[Book], dict[str, Any] | None]


PARTS = (
    Part("arms", "Watched, and punished", parts.arms),
    Part("rests", "What a sanction rested on", parts.rests),
    Part("attribution", "What came of which rule", asked.attribution),
    Part("whom", "Whom it hit", parts.whom),
    Part("outcomes", "Who was harmed, as far as it can be known", asked.outcomes),
    Part("lives", "Single lives, each one of many possible", asked.lives),
    Part("time", "Over time", parts.time),
    Part("map", "On the map", parts.county_map),
    Part("bought", "What it bought, and what the score foretold", parts.bought),
    Part("assumptions", "How far the assumptions carry it", parts.assumptions),
    Part("audit", "What it raises under the law", asked.audit),
    Part("cannot", "What this cannot show", parts.cannot),
    Part("measures", "All measures, arm by arm", parts.measures),
    Part("rules", "The rules, one by one", parts.rules),
    Part("parameters", "Parameters and where they come from", parts.parameters),
    Part("acts", "The acts", parts.acts),
    Part("methods", "How the numbers were reckoned", parts.methods),
    Part("definitions", "Definitions", parts.definitions),
    Part("sources", "Sources", parts.sources),
    Part("passports", "Every number, asked for its origin", parts.passports),
)
"""The contents of the page, in order."""
FIRST = "cannot"
"""What stands first in the list of contents, wherever it stands on the page."""


def render(run: Readable, *, interactive: bool = False) -> str:
    """The report of a run as one HTML text; with `interactive`, charts that answer to a pointer, bundled into it."""
    from altair.utils.schemapi import debug_mode
    from jinja2 import Environment, PackageLoader, StrictUndefined

    shelf = Environment(
        loader=PackageLoader("goodstanding", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    book = Book(run)
    shelf.filters.update({said.__name__: said for said in wording.SAID})
    shelf.globals.update(passport=book.passport, interactive=interactive)
    with debug_mode(False):  # the tests hold every chart against its schema; a reader need not wait for that
        return shelf.get_template("page.html.j2").render(
            book=book,
            cards=run.cards,
            manifest=run.manifest,
            headline=book.of(book.main).headline(),
            level=round(100 * LEVEL),
            luck=book.luck,
            assumed=book.of(book.main).assumed,
            parts=_parts(book),
            first=FIRST,
            style=(files("goodstanding.report") / "style.css").read_text(encoding="utf-8") + charts.dark(),
            **(_script() if interactive else {"script": "", "policy": ""}),
        )


def write(run: Readable, *, interactive: bool = False) -> Path:
    """Write the report into the run's folder, whole or not at all; the interactive page beside the other."""
    name = "report-interactive.html" if interactive else "report.html"
    return _put(run.path / name, render(run, interactive=interactive))


def picture(run: Readable, path: Path) -> Path:
    """One SVG for the README: the first leading measure month by month, with the scheme and without it, and luck."""
    import altair as alt

    book = Book(run)
    name, arms = book.leading[0], list(dict.fromkeys((book.against, book.main)))
    series = book.months(name, arms)
    per = book.per(name).removesuffix("-months") + "s" * book.per(name).endswith("-months")
    chart = charts.course(series, all_arms=book.arms, width=640, height=280, of=f"of 1,000 {per}")
    about = f"{book.manifest['people']:,} invented people, {book.worlds} worlds; the band is luck · {charts.MARK}"
    heading = alt.TitleParams(
        wording.capital(book.label(name)), subtitle=[about, book.nought(name, arms)], anchor="start", frame="group",
        fontSize=16, subtitleFontSize=12, subtitleColor=charts.CHANCE, offset=8,
    )  # fmt: skip
    chart = chart.properties(background="white", title=heading)
    said = charts.told(book.label(name), series, book.per(name))
    return _put(path, charts.svg(charts.specification(chart), "picture", said) + "\n")


def _parts(book: Book) -> list[dict[str, Any]]:
    """The parts that this run has something for."""
    return [
        {"key": part.key, "heading": part.heading, "found": found}
        for part in PARTS
        if (found := part.found(book)) is not None
    ]


def _script() -> dict[str, str]:
    """The one script of the interactive page, and the policy that lets this one run and no other."""
    import vl_convert

    wanted = (files("goodstanding.report") / "live.js").read_text(encoding="utf-8")
    script = vl_convert.javascript_bundle(wanted).replace("</script", "<\\/script").replace("<!--", "<\\!--")
    known = b64encode(sha256(script.encode()).digest()).decode()
    return {"script": script, "policy": f" script-src 'sha256-{known}';"}


def _put(path: Path, text: str) -> Path:
    write_whole(path, text.encode())
    return path
