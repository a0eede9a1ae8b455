"""The parts of the page that tell what was asked of the run: its audit, and the answers that were kept beside it.

Lives, attribution and outcomes are lived again when somebody asks, and kept (see folder.py); what was not asked stands
here as the command that asks it. The audit only reads what the run counted, so that it is always here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from goodstanding.errors import Integrity, InvalidInput
from goodstanding.report.book import Book, Origin

if TYPE_CHECKING:
    from goodstanding.answer import Told
    from goodstanding.audit import Audit

MOST_LIVES = 8
"""Lives that are told on the page; more would make it long, and no life stands for others."""
LIFE = {
    "person": int, "world": int, "months": int, "arm": str, "limits": list, "opening": list, "parting": list,
    "beside": list, "drawings": list, "sanctions": list,
}  # fmt: skip
"""What is told of a life, and of which type."""
UNREAD = (
    "Nothing was held against the yardsticks here: the rules of this run cannot be read by this version, or it was "
    "written by hand."
)


def attribution(book: Book) -> dict[str, Any]:
    """What came of which rule, in each arm of which that was asked."""
    from goodstanding.shares import Shares

    asks = "goodstanding attribute RUN", "It lives the scenario again in many coalitions of its rules: minutes."
    return {"asks": asks, "answers": _all_told(book, Shares)}


def outcomes(book: Book) -> dict[str, Any]:
    """Who was harmed, as far as it can be known, in each arm of which that was asked."""
    from goodstanding.harms import Harms

    asks = "goodstanding outcomes RUN", "It lets one society of the run live under many lucks: minutes."
    return {"asks": asks, "answers": _all_told(book, Harms)}


def lives(book: Book) -> dict[str, Any]:
    """Single lives that somebody looked at."""
    asks = "goodstanding life RUN --pick most-harmed", "It lives one world of the run again: seconds to minutes."
    found = list(_kept(book, "life"))
    if any(not isinstance(life.get(name), kind) for life in found for name, kind in LIFE.items()):
        raise _unread(book, "life", KeyError())
    origin = book.origin(Origin(
        "life", "What two lives of one person came to",
        "Counted of one invented person in one world of this run, under the scheme and without it: whole numbers, "
        "exact for that world, and one of many possible lives. Lived through once more, and held against what the run "
        "counted.", asks[0],
    )) if found else ""  # fmt: skip
    return {"asks": asks, "lives": found[:MOST_LIVES], "more": len(found[MOST_LIVES:]), "origin": origin}


def audit(book: Book) -> dict[str, Any]:
    """What the main arm raises under the yardsticks of the law."""
    from goodstanding.audit import Audit, pages
    from goodstanding.audit.yardsticks import yardsticks
    from goodstanding.report.single import flags

    asks = "goodstanding audit RUN --page"
    try:
        found = Audit(book.run, book.main)
    except InvalidInput:
        return {"why": UNREAD, "asks": asks}
    origin = book.origin(Origin(
        "audit", "A number that an indicator reads",
        "Read from the rules as they are written, from points of Canada's questionnaire, or from several arms at once; "
        f"{asks.replace(' --page', '')} says how, and where the threshold would turn.", asks,
    ))  # fmt: skip
    chart, said = flags(found)
    return {
        "why": "", "asks": asks, "found": found, "several": len(found.evidence.schemes) > 1,
        "no_verdict": pages.NO_VERDICT, "figure": book.figure("audit", "", chart, said),
        "flags": list(_flags(book, found, origin)),
        "yardsticks": [
            (each, [f for f in found.of(each) if not f.flagged and not f.gate]) for each in yardsticks().values()
        ],
    }  # fmt: skip


def _flags(book: Book, found: Audit, origin: str) -> Iterator[dict[str, Any]]:
    """Each flag as a row: what is asked, the number with its bands, the threshold, and where the number comes from."""
    from goodstanding.audit import pages
    from goodstanding.audit.yardsticks import yardsticks

    for finding in found.flags:
        read = [name for name in (finding.number.reads if finding.number else ()) if name in book.cards["measures"]]
        yield {
            "yardstick": yardsticks()[finding.yardstick].title, "scheme": finding.scheme,
            "asks": finding.indicator.asks, "shown": pages.shown(finding), "bands": "; ".join(pages.bands(finding)),
            "threshold": pages.threshold(finding), "limits": finding.indicator.limits,
            "origin": book.passport(read[0]) if read else origin,
        }  # fmt: skip


def _kept(book: Book, kind: str) -> Iterator[dict[str, Any]]:
    """What is kept of one kind."""
    for record in book.answers:
        if record.get("kind") == kind:
            yield record


def _all_told(book: Book, reads: type[Told]) -> list[dict[str, Any]]:
    return [_told(book, reads, record, f"{reads.kind}{at}") for at, record in enumerate(_kept(book, reads.kind))]


def _told(book: Book, reads: type[Told], record: dict[str, Any], key: str) -> dict[str, Any]:
    """One answer as the page takes it. Raises Integrity where what is kept is no answer of this version."""
    try:
        arm, told = str(record["arm"]), reads(record)
        chart, said = told.drawn()
        tables = [
            (sheet, book.origin(Origin(f"{key}-{at}", sheet.title, sheet.caption, told.command)))
            for at, sheet in enumerate(told.tables())
        ]
        return {
            "arm": arm, "limits": told.limits, "sentence": told.sentence(), "command": told.command,
            "figure": book.figure(key, "", chart, said), "tables": tables,
        }  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unread(book, reads.kind, error) from None


def _unread(book: Book, kind: str, error: Exception) -> Integrity:
    return Integrity(f"{book.run.path}: the {kind} kept beside it cannot be read ({type(error).__name__}); ask again")
