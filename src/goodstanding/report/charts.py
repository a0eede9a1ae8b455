"""Charts: one function, one specification, and the SVG that a browser, a printer and a screen reader can take.

Colour tells arms apart, and dashes do so again. Every chart says in its own text that the society is synthetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from goodstanding.comparison import Difference
from goodstanding.estimates import Estimate
from goodstanding.headline import number

# Okabe and Ito (2008), set up to be told apart with any colour vision, a shade darker where white paper needs it.
COLOURS = {"none": "#6e6e6e", "ghost": "#0072b2", "aware": "#b07900", "full": "#d55e00"}
FURTHER = ("#008a64", "#b8558f", "#3c8fc4", "#8f6d00", "#7a5cc0", "#a03030")
DASHES = {"none": [1, 3], "ghost": [6, 3], "aware": [2, 2], "full": [1, 0]}
FURTHER_DASHES = ([8, 2, 2, 2], [4, 2], [10, 3], [2, 4], [6, 2, 2, 2, 2, 2], [12, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond")
MARK = "synthetic society"
WIDTH, HEIGHT = 330, 190
LEAST = 0.001
"""Rates under this, of 1,000, are printed without digits."""


def looks(arms: Sequence[str]) -> tuple[list[str], list[list[int]]]:
    """Colour and dashes of each arm, the same on every chart of a run."""
    further = [a for a in arms if a not in COLOURS]
    colours = COLOURS | {a: FURTHER[i % len(FURTHER)] for i, a in enumerate(further)}
    dashes = DASHES | {a: FURTHER_DASHES[i % len(FURTHER_DASHES)] for i, a in enumerate(further)}
    return [colours[a] for a in arms], [dashes[a] for a in arms]


def course(
    series: Mapping[str, Sequence[Difference]],
    *,
    all_arms: Sequence[str],
    width: int = WIDTH,
    height: int = HEIGHT,
    title: str = MARK,
) -> Any:
    """One measure over the months: a line for each arm, with the interval over worlds as a band."""
    import altair as alt

    series = _shown(series)
    values = [
        {"arm": arm, "month": int(row.cell) + 1, **_ends(row.arm)}
        for arm, rows in sorted(series.items(), key=lambda item: item[0] != "full")  # solid below, dashes above
        for row in rows
        if row.arm.mean is not None
    ]
    last = max((int(row.cell) + 1 for rows in series.values() for row in rows), default=1)
    colour, dash = _scales(list(series), all_arms)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X(
            "month:Q",
            title="month",
            scale=alt.Scale(domain=[1, last], nice=False),
            axis=alt.Axis(format="d", tickMinStep=1, grid=False),
        )
    )
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title="per 1,000"),
        y2="high:Q",
        color=alt.Color("arm:N", scale=colour, legend=_legend(series, width, "stroke")),
    )
    line = base.mark_line(strokeWidth=2).encode(
        y=alt.Y("mean:Q"),
        color=alt.Color("arm:N", scale=colour, legend=_legend(series, width, "stroke")),
        strokeDash=alt.StrokeDash("arm:N", scale=dash, legend=_legend(series, width, "stroke")),
    )
    return _framed(alt.layer(band, line), width, height, title)


def cells(series: Mapping[str, Sequence[Difference]], what: str, *, all_arms: Sequence[str], width: int = WIDTH) -> Any:
    """One measure by group or income tenth: a point for each arm, with its interval over worlds."""
    import altair as alt

    series = _shown(series)
    values = [
        {"arm": arm, "cell": str(row.cell), **_ends(row.arm)}
        for arm, rows in series.items()
        for row in rows
        if row.arm.mean is not None
    ]
    names = list(dict.fromkeys(str(row.cell) for rows in series.values() for row in rows))
    colour, _ = _scales(list(series), all_arms)
    base = alt.Chart(alt.InlineData(values=values)).encode(
        x=alt.X("cell:N", title=what, scale=alt.Scale(domain=names), axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("arm:N", scale=alt.Scale(domain=list(series))),
        color=alt.Color("arm:N", scale=colour, legend=_legend(series, width)),
    )
    interval = base.mark_rule(strokeWidth=2).encode(y=alt.Y("low:Q", title="per 1,000"), y2="high:Q")
    shapes = alt.Scale(domain=list(series), range=[SHAPES[all_arms.index(arm) % len(SHAPES)] for arm in series])
    point = base.mark_point(filled=True, size=55, opacity=1).encode(
        y=alt.Y("mean:Q", scale=alt.Scale(zero=True)),
        shape=alt.Shape("arm:N", scale=shapes, legend=_legend(series, width)),
    )
    return _framed(alt.layer(interval, point), width, HEIGHT)


def svg(chart: Any, name: str, said: str) -> str:
    """The chart as SVG to be set into a page; `name` keeps its ids apart, `said` is what a screen reader says."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(chart.to_json(indent=None))
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawn)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{escape(f"{said} ({MARK})")}" ', 1)


def anything(series: Mapping[str, Sequence[Difference]]) -> bool:
    """True where at least one cell may be shown."""
    return bool(_shown(series))


def rate(value: float | None) -> str:
    """A rate as the page prints it: what is too small to have digits is said to be small."""
    if value is None or value == 0 or abs(value) >= LEAST:
        return number(value)
    return f"under {LEAST}" if value > 0 else f"over −{LEAST}"


def told(label: str, series: Mapping[str, Sequence[Difference]], per: str) -> str:
    """A chart in a sentence: where every arm starts and where it ends."""
    parts = []
    for arm, rows in series.items():
        shown = [r for r in rows if r.arm.mean is not None]
        if shown:
            first, last = shown[0].arm.mean, shown[-1].arm.mean
            parts.append(f"{arm} from {rate(first)} to {rate(last)}")
    return f"{label}, per 1,000 {per}, first to last: {'; '.join(parts) or 'nothing to show'}."


def _shown(series: Mapping[str, Sequence[Difference]]) -> dict[str, Sequence[Difference]]:
    """The arms of which at least one cell may be shown: only they stand in the legend."""
    return {arm: rows for arm, rows in series.items() if any(row.arm.mean is not None for row in rows)}


def _ends(found: Estimate) -> dict[str, float | None]:
    return {"mean": found.mean, "low": found.low, "high": found.high}


def _scales(arms: list[str], all_arms: Sequence[str]) -> tuple[Any, Any]:
    import altair as alt

    colours, dashes = looks(all_arms)
    colour, dash = dict(zip(all_arms, colours, strict=True)), dict(zip(all_arms, dashes, strict=True))
    return (
        alt.Scale(domain=arms, range=[colour[a] for a in arms]),
        alt.Scale(domain=arms, range=[dash[a] for a in arms]),
    )


def _legend(arms: Iterable[str], width: int, symbol: str | None = None) -> Any:
    import altair as alt

    look: dict[str, Any] = {}
    if symbol:
        look = {"symbolType": symbol, "symbolSize": 400, "symbolStrokeWidth": 2, "symbolOpacity": 1}
    columns = max(1, width // (40 + 7 * max(map(len, arms))))
    return alt.Legend(title=None, orient="bottom", columns=columns, **look)


def _framed(chart: Any, width: int, height: int, text: str = MARK) -> Any:
    import altair as alt

    title = alt.TitleParams(text, anchor="end", fontSize=9, fontWeight="normal", color="#6e6e6e", offset=2)
    framed = chart.properties(width=width, height=height, background="transparent", title=title)
    return (
        framed.configure(font="sans-serif", aria=False)
        .configure_axis(labelFontSize=10, titleFontSize=10, titleFontWeight="normal", gridOpacity=0.5, tickCount=5)
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=11)
    )
