"""The audit of one arm of a run: every yardstick, every indicator, every scheme; and what none of it can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from goodstanding.audit import pages
from goodstanding.audit.checks import CHECKS, Check
from goodstanding.audit.evidence import Evidence, Missing
from goodstanding.audit.readings import read_off
from goodstanding.audit.rules import Rules, rules_of, safeguarded
from goodstanding.audit.verdict import CANNOT_TELL, IN_SCOPE, UNSEEN, Finding, judge, opened
from goodstanding.audit.yardsticks import Indicator, Yardstick, yardsticks
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.frames import Frame, marked, notebook, terminal
from goodstanding.frontier import UNFELT, WITHOUT

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow
    from rich.table import Table

    from goodstanding.comparison import Readable

HEAD = ("yardstick", "question", "number", "threshold", "says")


class Audit(Frame):
    """What an arm of a run raises under every yardstick; `cannot` is the page that it never comes without.

    Raises InvalidInput for an arm that the run does not have, and where the run beside it is of another society.
    """

    def __init__(
        self,
        run: Readable,
        arm: str = "full",
        *,
        beside: Readable | None = None,
        allow_extensions: bool = False,
    ) -> None:
        arms = run.manifest["arms"]
        if arm not in arms:
            raise InvalidInput(
                f"audit: '{plain(arm)}' is no arm of this run; allowed is {', '.join(arms)}{nearest(arm, arms)}"
            )
        self.run, self.arm, self.manifest = run, arm, run.manifest
        self.evidence = Evidence(run, arm, *_rules(run, arm, allow_extensions), beside)
        self.findings: list[Finding] = [
            finding for yardstick in yardsticks().values() for finding in _asked(self.evidence, yardstick)
        ]

    @property
    def flags(self) -> list[Finding]:
        """The indicators that raise a flag."""
        return [finding for finding in self.findings if finding.flagged]

    @property
    def basis(self) -> str:
        """What a flag of this arm is beyond: luck and the assumptions that were tried, or luck alone."""
        tried = self.evidence.tried
        if tried is None:
            return (
                f"In the arm {self.arm} the assumptions were not varied: a flag is beyond luck alone, and its flags "
                "cannot be counted against those of an arm in which they were."
            )
        return (
            f"A flag is beyond luck; where its number was taken under the {tried.sets} sets of assumptions as well, it "
            "holds in nine of ten of those that could tell."
        )

    @cached_property
    def cannot(self) -> list[str]:
        """What this cannot show, line by line, as on the page of the report."""
        return pages.cannot(self.run)

    def of(self, yardstick: Yardstick) -> list[Finding]:
        """The findings of one yardstick, its gate first."""
        return [finding for finding in self.findings if finding.yardstick == yardstick.key]

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {
            "synthetic": True,
            **self._of(),
            "flags": len(self.flags),
            "basis": self.basis,
            "yardsticks": {key: _said(each) for key, each in yardsticks().items()},
            "findings": [pages.row(finding) for finding in self.findings],
            "cannot_show": self.cannot,
        }

    def to_arrow(self) -> pyarrow.Table:
        """The findings as a table, a row each."""
        import pyarrow

        rows = [pages.row(finding) for finding in self.findings]
        flat = [{key: value for key, value in row.items() if not isinstance(value, list)} for row in rows]
        numbers = {"number", "luck_low", "luck_high", "band_low", "band_high", "threshold", "turns"}
        whole = {"sets_beyond", "sets"}
        kinds = ((pyarrow.float64(), numbers), (pyarrow.int64(), whole), (pyarrow.bool_(), {"exact", "gate"}))
        schema = pyarrow.schema([
            (key, next((kind for kind, keys in kinds if key in keys), pyarrow.string())) for key in flat[0]
        ])  # fmt: skip
        return marked(pyarrow.Table.from_pylist(flat, schema), {**self._of(), "cannot_show": self.cannot})

    def text(self) -> str:
        """The audit as plain text, the page "what this cannot show" at its end."""
        return pages.text(self)

    def page(self) -> Path:
        """Write the audit as one HTML file into the run's folder, and return where it is."""
        return pages.write(self)

    def chart(self) -> str:
        """One chart as SVG: of each yardstick, how many indicators raise a flag, and of how many it cannot tell."""
        from goodstanding.report import charts
        from goodstanding.report.single import flags

        chart, said = flags(self)
        return charts.svg(charts.specification(chart), "flags", said)

    def table(self) -> Table:
        """The findings as a table for the terminal."""
        return terminal(HEAD, self._cells(), *self._title())

    def __rich__(self) -> Table:
        return self.table()

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Audit of {self.arm}: {len(self.flags)} flags, synthetic society>"

    def _repr_html_(self) -> str:
        title, caption = self._title()
        return self.chart() + notebook(
            HEAD, self._cells(), title, f"{caption}. What this cannot show: {' '.join(self.cannot)}"
        )

    def _cells(self) -> Iterator[list[str]]:
        for finding in self.findings:
            known = yardsticks()[finding.yardstick]
            shown = pages.shown(finding)
            yield [known.title, finding.indicator.asks, shown, pages.threshold(finding), finding.says]

    def _title(self) -> tuple[str, str]:
        told = f"{len(self.flags)} flags, and no verdict: a model without a flag shows nothing about a real system"
        return f"{self.manifest['title']}: audit of the arm {self.arm}", f"synthetic society · {told}"

    def _of(self) -> dict[str, Any]:
        return {**{name: self.manifest[name] for name in ("scenario", "title", "digest")}, "arm": self.arm}


def audit(run: Readable, arm: str = "full", *, beside: Readable | None = None, allow_extensions: bool = False) -> Audit:
    """Hold one arm of a run against every yardstick; `beside` is a run of another system in the same society."""
    return Audit(run, arm, beside=beside, allow_extensions=allow_extensions)


def _rules(run: Readable, arm: str, allow_extensions: bool) -> tuple[dict[str, Rules], tuple[str, ...]]:
    """The schemes' rules, and the arms that only add safeguards.

    Neither where the scenario brings files with code and these may not be loaded.
    """
    if run.manifest.get("extensions") and not allow_extensions:
        return {}, ()
    scenario = run.scenario(allow_extensions=allow_extensions)
    return rules_of(scenario, arm, run.cards), safeguarded(scenario)


def _asked(evidence: Evidence, yardstick: Yardstick) -> Iterator[Finding]:
    """What a yardstick's indicators say, scheme by scheme; beyond a gate that was not seen to open none can tell.

    A gate whose answer neither the run nor its rules have stands open: what it keeps out would be cleared by silence.
    """
    if not evidence.schemes:
        said = f"there is no scheme in the arm {evidence.arm}"
        yield from (_silent(yardstick, indicator, "", said) for indicator in (*yardstick.gate, *yardstick.indicators))
    for scheme in evidence.schemes:
        gate = [_gate(evidence, yardstick, indicator, scheme) for indicator in yardstick.gate]
        yield from gate
        closed = (g for g in gate if g.says != IN_SCOPE and not g.untold)
        shut = next((f"{UNSEEN}: {g.indicator.asks}" for g in closed), "")
        for indicator in yardstick.indicators:
            if shut:
                yield _silent(yardstick, indicator, scheme, shut)
            else:
                yield _finding(evidence, yardstick, indicator, scheme)


def _gate(evidence: Evidence, yardstick: Yardstick, indicator: Indicator, scheme: str) -> Finding:
    """What a gate says, of the scenario as written: it raises no flag but opens the way to those behind it."""
    found = replace(_silent(yardstick, indicator, scheme, ""), gate=True)
    if evidence.arm in (WITHOUT, *UNFELT):
        return replace(found, why=f"in the arm {evidence.arm} nothing follows for anybody: {UNSEEN}")
    try:
        number = read_off(evidence, scheme, indicator.number)
    except Missing as missing:
        return replace(found, why=str(missing), untold=True)
    rules = evidence.rules.get(scheme)
    ruled = getattr(rules, indicator.rules) if rules and indicator.rules else ()
    return replace(found, number=number, **opened(number, indicator, ruled))


def _finding(evidence: Evidence, yardstick: Yardstick, indicator: Indicator, scheme: str) -> Finding:
    """What one indicator says of one scheme."""
    if evidence.arm == WITHOUT:
        return _silent(yardstick, indicator, scheme, f"the arm {WITHOUT} has nothing to be set beside")
    if indicator.felt and (nothing := evidence.nothing_follows(scheme)):
        return _silent(yardstick, indicator, scheme, nothing)
    try:
        number = read_off(evidence, scheme, indicator.number)
        checks = tuple(check for name in indicator.checks for check in _checked(evidence, scheme, indicator, name))
    except Missing as missing:
        return replace(_silent(yardstick, indicator, scheme, str(missing)), untold=True)
    judged = judge(number, indicator.flag)
    return Finding(yardstick.key, indicator, scheme, number=number, checks=checks, **judged)


def _checked(evidence: Evidence, scheme: str, indicator: Indicator, name: str) -> list[Check]:
    try:
        return CHECKS[name](evidence, scheme, indicator.flag.at)
    except Missing as missing:
        return [Check("under other tables", None, None, f"not reckoned again: {missing}")]


def _silent(yardstick: Yardstick, indicator: Indicator, scheme: str, why: str) -> Finding:
    return Finding(yardstick.key, indicator, scheme, CANNOT_TELL, why)


def _said(yardstick: Yardstick) -> dict[str, str]:
    return {name: getattr(yardstick, name) for name in ("title", "source", "asks", "cannot")}
