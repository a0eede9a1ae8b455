"""The audit as it is read: rows for other programs, text for a terminal, a page; none without what it cannot show."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

from goodstanding.audit.checks import Check
from goodstanding.audit.rules import RULES
from goodstanding.audit.verdict import Finding
from goodstanding.audit.yardsticks import yardsticks
from goodstanding.bibliography import entry
from goodstanding.folder import write as write_whole
from goodstanding.headline import number as digits
from goodstanding.report import charts, parts, wording
from goodstanding.report.book import Book

if TYPE_CHECKING:
    from goodstanding.audit.audit import Audit
    from goodstanding.comparison import Readable

WIDE = 118
FILE = "audit.html"
WHEN = {"above": "above", "below": "below", "unless_above": "unless shown to be above"}
"""When a flag is raised, in words."""
NO_VERDICT = (
    "A flag is a question to put to a real system, and no finding about one. Nothing here says that a system is "
    "lawful: where no flag is raised, this model cannot tell."
)


def row(finding: Finding) -> dict[str, Any]:
    """A finding as plain values: what is asked, the number with both bands, threshold and why, and what it says."""
    asked, found = finding.indicator, finding.number
    luck, band = (found.estimate, found.band) if found else (None, None)
    return {
        "yardstick": finding.yardstick, "indicator": asked.key, "scheme": finding.scheme, "gate": finding.gate,
        "asks": asked.asks, "says": finding.says, "why": finding.why,
        "measure": ", ".join(found.reads) if found else None,
        "number": luck.mean if luck else None, "unit": found.unit if found else None,
        "luck_low": luck.low if luck else None, "luck_high": luck.high if luck else None,
        "band_low": band.low if band else None, "band_high": band.high if band else None,
        "exact": found.exact if found else None, "sets_beyond": finding.beyond, "sets": finding.of,
        "flag_when": asked.flag.when, "threshold": asked.flag.at, "threshold_mark": asked.flag.mark,
        "threshold_because": asked.flag.because, "turns": finding.turns, "limits": asked.limits or None,
        "note": found.note if found and found.note else None, "said": found.said if found and found.said else None,
        "checks": [check(each) for each in finding.checks],
    }  # fmt: skip


def check(found: Check) -> str:
    """What an indicator would be under another table, in words."""
    if found.low is None or found.high is None:
        return f"{found.what}: {found.said}"
    one = digits(found.low) == digits(found.high)
    return f"{found.what}: {digits(found.low) if one else f'{digits(found.low)} to {digits(found.high)}'} of 1,000"


def shown(finding: Finding) -> str:
    """The number of a finding with its unit."""
    found = finding.number
    if found is None or found.estimate.mean is None:
        return "no number"
    return found.said or f"{_value(finding, found.estimate.mean)} {found.unit}"


def bands(finding: Finding) -> list[str]:
    """Both bands of a number: luck, and assumptions; or why there is no number."""
    found = finding.number
    if found is None or found.estimate.mean is None:
        return [found.estimate.reason if found else finding.why]
    if found.exact:
        of = "a fact of the rules" if found.reads == (RULES,) else "as counted, without an interval"
        return [f"{of}{f'; {found.note}' if found.note else ''}"]
    ends = found.estimate
    luck = f"{digits(ends.low)} to {digits(ends.high)}, {ends.worlds} worlds"
    said = [ends.reason if found.never else f"luck: {luck if ends.low is not None else ends.reason}"]
    if found.band is None:
        said.append("assumptions: not varied for this number")
    elif found.band.low is None:
        said.append(f"assumptions: {found.band.reason}")
    else:
        said.append(
            f"assumptions: {digits(found.band.low)} to {digits(found.band.high)}, {found.band.sets} sets could tell"
        )
    return [*said, found.note] if found.note else said


def threshold(finding: Finding) -> str:
    """From where on a flag is raised, and with which other thresholds it would be or would not be."""
    flag = finding.indicator.flag
    if finding.number is not None and finding.number.said:
        return f"where the rules have none ({flag.mark})"
    at = f"{WHEN[flag.when]} {flag.at:g} ({flag.mark})"
    if finding.turns is None or finding.gate:
        return at
    here = _value(finding, finding.turns)
    if flag.when == "unless_above":
        turned = "no flag would be raised" if finding.flagged else "no flag is raised"
        return f"{at}; {turned} with any threshold under {here}"
    side, other = ("over", "or less") if flag.when == "below" else ("under", "or more")
    if finding.flagged:
        return f"{at}; with a threshold of {here} {other} no flag would be raised"
    return f"{at}; a flag would be raised with any threshold {side} {here}"


def _value(finding: Finding, value: float) -> str:
    """A number as it is read; a fact of the rules that is whole has no more digits than it has."""
    exact = finding.number is not None and finding.number.exact and value == round(value)
    return f"{value:,.0f}" if exact else digits(value)


def cannot(run: Readable) -> list[str]:
    """What this cannot show, line by line: the same list as on the page of the report, without its markup."""
    lines = _Lines(_cannot(run))
    return lines.found


def text(audit: Audit) -> str:
    """The whole audit as text."""
    lines = [f"Audit of the arm {audit.arm}: {audit.manifest['title']} · synthetic society", "", *_wrapped(NO_VERDICT)]
    lines += ["", f"Flags: {len(audit.flags)}. Their number grades nothing.", ""]
    lines += _wrapped(audit.basis)
    for yardstick in yardsticks().values():
        lines += ["", yardstick.title, *_wrapped(yardstick.asks, "  ")]
        for finding in audit.of(yardstick):
            lines += ["", *_told(finding, several=len(audit.evidence.schemes) > 1)]
        lines += ["", *_wrapped(f"No run can tell: {yardstick.cannot}", "  ")]
    lines += ["", "What this cannot show", *(line for said in audit.cannot for line in _wrapped(f"- {said}", "  "))]
    return "\n".join(lines)


def write(audit: Audit) -> Path:
    """Write the page into the run's folder, whole or not at all."""
    path = audit.run.path / FILE
    write_whole(path, render(audit).encode())
    return path


def render(audit: Audit) -> str:
    """The audit as one HTML text that opens from disk."""
    known = yardsticks()
    shelf = _shelf()
    shelf.filters.update(shown=shown, bands=bands, threshold=threshold, check=check)
    return str(
        shelf.get_template("audit_page.html.j2").render(
            audit=audit,
            manifest=audit.manifest,
            yardsticks=[(each, audit.of(each), entry(each.source)) for each in known.values()],
            no_verdict=NO_VERDICT,
            several=len(audit.evidence.schemes) > 1,
            cannot=_cannot(audit.run),
            chart=audit.chart(),
            style=(files("goodstanding.report") / "style.css").read_text(encoding="utf-8") + charts.dark(),
        )
    )


def _told(finding: Finding, several: bool) -> Iterator[str]:
    """One finding as lines of text."""
    whose = f"{finding.scheme}: " if several and finding.scheme else ""
    says = finding.says.upper() if finding.flagged else finding.says
    yield from _wrapped(f"{says}: {whose}{finding.indicator.asks}", "  ")
    if finding.number is not None:
        label = f"{finding.indicator.label}: " if finding.indicator.label else ""
        yield from _wrapped(f"{label}{shown(finding)} ({'; '.join(bands(finding))})", "      ")
        yield from _wrapped(f"read from {', '.join(finding.number.reads) or 'the frontier of arms'}", "      ")
    yield from _wrapped(f"{'scope' if finding.gate else 'flag'} {threshold(finding)}: {finding.indicator.flag.because}",
                        "      ")  # fmt: skip
    yield from _wrapped(f"why: {finding.why}", "      ")
    for each in finding.checks:
        yield from _wrapped(f"reckoned again: {check(each)}", "      ")
    if finding.indicator.limits:
        yield from _wrapped(f"left out: {finding.indicator.limits}", "      ")


def _wrapped(said: str, indent: str = "") -> list[str]:
    text = " ".join(said.split())
    return fill(text, WIDE, initial_indent=indent, subsequent_indent=indent + "  " * bool(indent)).splitlines()


def _shelf() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    shelf = Environment(
        loader=PackageLoader("goodstanding", "report/templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    shelf.filters.update({said.__name__: said for said in wording.SAID})
    return shelf


def _cannot(run: Readable) -> str:
    """The page "what this cannot show" of a run, as the report has it; its links lead to the report beside it."""
    book = Book(run)
    told = _shelf().get_template("cannot.html.j2").render(book=book, found=parts.cannot(book), luck=book.luck)
    return str(told).replace('href="#', 'href="report.html#')


class _Lines(HTMLParser):
    """The items of the first list, as plain text; what is folded away below it is left to the page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within = False
        self.feed(html.split("<details>")[0])
        self.found = [" ".join(line.split()) for line in self.found]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "li":
            self._within = True
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._within = self._within and tag != "li"

    def handle_data(self, data: str) -> None:
        if self._within:
            self.found[-1] += data
