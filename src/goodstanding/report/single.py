"""Single charts: one that a newspaper could print, and the page around it with its tables.

They are drawn in the hand of the report's charts, and say in their own text that the society is synthetic.
"""

from __future__ import annotations

import re
import textwrap
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.estimates import LEVEL, student
from goodstanding.folder import write as write_whole
from goodstanding.headline import number
from goodstanding.report import charts
from goodstanding.report.wording import capital
from goodstanding.shares import rounded

if TYPE_CHECKING:
    from goodstanding.answer import Told
    from goodstanding.audit import Audit
    from goodstanding.harms import Harms
    from goodstanding.shares import Shares

WIDTH, ROW = 340, 32
GIVEN, ALONE, WITHOUT = "its share, 95 % interval", "its share", "fell away without it"
TRIED = "its share over the assumptions, 5 to 95 %"
ANY = "whatever the pairing"
ON_COLOUR = "#111"
"""Text on a coloured bar, dark on light paper and on dark."""
PAIRINGS = {
    "same luck": (charts.COLOURS["full"], "circle"),
    "luck redrawn": (charts.BAR, "diamond"),
    "scheme in neither life": (charts.CHANCE, "triangle-up"),
    ANY: ("#dddddd", "square"),
}
"""How two lives can be paired, each with its colour and shape."""


def shares(found: Shares) -> tuple[Any, str]:
    """The first count of an attribution, shared out: a bar for each rule, a tick at what fell away without it.

    Where assumptions were varied, a paler bar behind spans their band; where worlds are too few, a share has no
    interval; where events or people are too few, it says so instead.
    """
    import altair as alt

    measure = found.measures[0]
    heading = f"What the {measure} came of"
    about = f"{found.people:,} invented people, {found.months} months, {found.worlds} worlds · {charts.MARK}"
    if why := found.unshared(measure):
        return _titled(_written(why), ROW, heading, about), f"{capital(why)}."
    whole = found.added(measure)
    way, given = found.way(measure), GIVEN if found.certain else ALONE
    half = student(found.worlds - 1, LEVEL)
    rows = [s for s in found.shares(measure) if s.mean or s.taken]
    order = [found.name(s.player) for s in rows]
    bars: list[dict[str, Any]] = [
        {"rule": name, "share": s.share, "mark": given}
        | ({"low": s.share - half * s.share_error, "high": s.share + half * s.share_error} if found.certain else {})
        for name, s in zip(order, rows, strict=True)
        if s.share is not None and s.share_error is not None
    ]
    ticks: list[dict[str, Any]] = [
        {"rule": name, "share": s.taken / whole, "mark": WITHOUT} for name, s in zip(order, rows, strict=True)
    ]
    bands: list[dict[str, Any]] = [
        {"rule": found.name(row.player), "from": row.share.low / 100, "to": row.share.high / 100, "mark": TRIED}
        for row in found.across(measure)
        if row.share.low is not None and row.share.high is not None and found.name(row.player) in order
    ]
    y = alt.Y("rule:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(labelLimit=260))
    x = alt.X("share:Q", title=f"of {number(abs(whole))} {measure} a world that rules {way}", axis=alt.Axis(format="%"))
    looks = {given: charts.COLOURS["full"], WITHOUT: charts.BAR} | ({TRIED: "#dddddd"} if bands else {})
    marks = alt.Scale(domain=[*looks], range=[*looks.values()])
    legend = alt.Legend(title=None, orient="bottom", columns=2, labelLimit=0, symbolType="square")
    pale = alt.Chart(alt.InlineData(values=bands)).mark_bar(size=27)
    bar = alt.Chart(alt.InlineData(values=bars)).mark_bar(size=15)
    rule = alt.Chart(alt.InlineData(values=bars)).mark_rule(strokeWidth=2, color=charts.CHANCE)
    tick = alt.Chart(alt.InlineData(values=ticks)).mark_tick(thickness=3, size=22)
    colour = alt.Color("mark:N", scale=marks, legend=legend)
    layers = [
        *([pale.encode(y=y, x=alt.X("from:Q"), x2="to:Q", color=colour)] if bands else []),
        bar.encode(y=y, x=x, color=colour),
        tick.encode(y=y, x=x, color=colour),
        *([rule.encode(y=y, x=alt.X("low:Q"), x2="high:Q")] if found.certain else []),
    ]
    chart = _titled(alt.layer(*layers), ROW * len(order), heading, about)
    over = {bar["rule"]: f"{_span(bar['from'], bar['to'])} over the assumptions" for bar in bands}
    spans = {bar["rule"]: _span(bar["low"], bar["high"]) for bar in bars if found.certain}
    said = "; ".join(
        f"{bar['rule']} {rounded(100 * bar['share'])} %{_bracketed(spans.get(bar['rule']), over.get(bar['rule']))}, "
        f"{rounded(100 * tick['share'])} % fell away without it"
        for bar, tick in zip(bars, ticks, strict=True)
    )
    sure = "" if found.certain else f" ({found.worlds} worlds: no interval)"
    return chart, f"Of {number(abs(whole))} {measure} a world that rules {way}, by rule{sure}: {said}."


def _span(low: float, high: float) -> str:
    return f"{rounded(100 * low)} to {rounded(100 * high)} %"


def _bracketed(*parts: str | None) -> str:
    return f" ({', '.join(filter(None, parts))})" if any(parts) else ""


def _written(why: str) -> Any:
    """A line of text where there is nothing to draw."""
    import altair as alt

    lines = textwrap.wrap(f"{capital(why)}.", 58)
    text = alt.Chart(alt.InlineData(values=[{"said": lines}])).mark_text(fontSize=12, align="left", baseline="top")
    return alt.layer(text.encode(text="said:N", x=alt.value(0), y=alt.value(0)))


def pairings(found: Harms) -> tuple[Any, str]:
    """Of 1,000 adults those worse off, by how two lives are paired, on the bar of all that any pairing could make."""
    import altair as alt

    kinds = found.kinds
    order = [kind.label for kind in kinds]
    bars = [
        {"kind": k.label, "low": 1000 * k.worse_bounds[0], "high": 1000 * k.worse_bounds[1], "paired": ANY}
        for k in kinds
    ]
    points = [
        {"kind": k.label, "share": 1000 * share, "paired": how}
        for k in kinds
        for how, share in zip(PAIRINGS, (k.worse, k.worse_redrawn, k.worse_without), strict=False)
    ]
    y = alt.Y("kind:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(labelLimit=260))
    title = "of 1,000 adults, those worse off with the scheme"
    colours, shapes = zip(*PAIRINGS.values(), strict=True)
    legend = alt.Legend(title=None, orient="bottom", labelLimit=0)
    colour = alt.Color("paired:N", scale=alt.Scale(domain=[*PAIRINGS], range=[*colours]), legend=legend)
    shape = alt.Shape("paired:N", scale=alt.Scale(domain=[*PAIRINGS], range=[*shapes]), legend=legend)
    bar = alt.Chart(alt.InlineData(values=bars)).mark_bar(size=24)
    point = alt.Chart(alt.InlineData(values=points)).mark_point(filled=True, size=60, opacity=1)
    apart = alt.YOffset("paired:N", scale=alt.Scale(domain=[*PAIRINGS][:-1]))
    layers = [
        bar.encode(y=y, x=alt.X("low:Q", title=title), x2="high:Q", color=colour),
        point.encode(y=y, yOffset=apart, x=alt.X("share:Q", title=title), color=colour, shape=shape),
    ]
    told = f"{found.adults:,} invented adults, {found.months} months, {found.lucks} lucks · {charts.MARK}"
    chart = _titled(alt.layer(*layers), ROW * len(order), "Who was worse off depends on what life is laid beside", told)
    said = "; ".join(
        f"{k.label} {number(1000 * k.worse)} with the same luck, {number(1000 * k.worse_redrawn)} with luck redrawn, "
        f"{number(1000 * k.worse_without)} with the scheme in neither life, "
        f"{' to '.join(number(1000 * end) for end in k.worse_bounds)} whatever the pairing"
        for k in kinds
    )
    return chart, f"Of 1,000 adults, those worse off with the scheme: {said}."


def flags(found: Audit) -> tuple[Any, str]:
    """Of each yardstick, how many indicators raise a flag and of how many this model cannot tell; gates left out."""
    import altair as alt

    from goodstanding.audit.verdict import CANNOT_TELL, FLAG
    from goodstanding.audit.yardsticks import yardsticks

    told = {
        re.split("[:,]", each.title)[0]: [f.flagged for f in found.of(each) if not f.gate]
        for each in yardsticks().values()
    }
    bars = [
        {"yardstick": name, "says": says, "indicators": many, "at": at, "middle": before + many / 2}
        for name, raised in told.items()
        for at, (says, many, before) in enumerate(
            ((FLAG, sum(raised), 0), (CANNOT_TELL, len(raised) - sum(raised), sum(raised)))
        )
        if many
    ]
    order = list(told)
    y = alt.Y("yardstick:N", title=None, sort=order, scale=alt.Scale(domain=order), axis=alt.Axis(labelLimit=260))
    x = alt.X("indicators:Q", title="indicators", stack="zero", axis=alt.Axis(tickMinStep=1, format="d"))
    colour = alt.Color(
        "says:N",
        scale=alt.Scale(domain=[FLAG, CANNOT_TELL], range=[charts.COLOURS["full"], "#dddddd"]),
        legend=alt.Legend(title=None, orient="bottom", labelLimit=0, symbolType="square"),
    )
    base = alt.Chart(alt.InlineData(values=bars))
    flagged = alt.Chart(alt.InlineData(values=[bar for bar in bars if bar["says"] == FLAG]))
    others = alt.Chart(alt.InlineData(values=[bar for bar in bars if bar["says"] != FLAG]))
    layers = [
        base.mark_bar(size=20).encode(y=y, x=x, color=colour, order=alt.Order("at:Q")),
        flagged.mark_text(fontSize=12, color=ON_COLOUR).encode(y=y, x=alt.X("middle:Q"), text="indicators:Q"),
        others.mark_text(fontSize=12).encode(y=y, x=alt.X("middle:Q"), text="indicators:Q"),
    ]
    said = "; ".join(f"{name} {sum(raised)} of {len(raised)}" for name, raised in told.items())
    chart = charts._framed(alt.layer(*layers), WIDTH, ROW * len(order))
    return (
        chart,
        f"How many of the indicators of each yardstick raise a flag; of the others this model cannot tell: {said}.",
    )


def _titled(chart: Any, height: int, title: str, told: str) -> Any:
    """The chart in the report's hand, with a title of its own over what it is about."""
    import altair as alt

    framed = charts._framed(chart, WIDTH, height)
    heading = alt.TitleParams(
        title, subtitle=told, anchor="start", frame="group", fontSize=15, subtitleColor=charts.CHANCE, offset=8
    )
    return framed.properties(title=heading)


def page(found: Told, path: Path) -> Path:
    """Write an answer as one HTML file: limits, a sentence, a chart, the tables; nothing in it comes from outside."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    shelf = Environment(
        loader=PackageLoader("goodstanding", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (files("goodstanding.report") / "style.css").read_text(encoding="utf-8") + charts.dark()
    told = shelf.get_template("single.html.j2").render(
        heading=found.heading, title=found.record["title"], note=found.record["note"], limits=found.limits,
        sentence=found.sentence(), chart=found.chart(), tables=list(found.tables()), style=style,
    )  # fmt: skip
    write_whole(path, told.encode())
    return path
