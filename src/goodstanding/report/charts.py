"""Charts: one function, one specification, and the SVG that a browser, a printer and a screen reader can take.

Colour tells arms apart, and dashes or shapes do so again. Of two shades the darker is luck, the paler the assumptions.
Every chart says in its own text that the society is synthetic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from goodstanding.comparison import SMALLEST_CELL, Difference
from goodstanding.estimates import LEVEL, Band, Estimate
from goodstanding.report.wording import rate

if TYPE_CHECKING:
    from goodstanding.assumptions import Spread
    from goodstanding.frontier import Point

# Okabe and Ito (2008), set up to be told apart with any colour vision, a shade darker where white paper needs it.
COLOURS = {"none": "#6e6e6e", "ghost": "#0072b2", "aware": "#b07900", "full": "#d55e00"}
FURTHER = ("#008a64", "#b8558f", "#3c8fc4", "#8f6d00", "#7a5cc0", "#a03030")
DASHES = {"none": [1, 3], "ghost": [6, 3], "aware": [2, 2], "full": [1, 0]}
FURTHER_DASHES = ([8, 2, 2, 2], [4, 2], [10, 3], [2, 4], [6, 2, 2, 2, 2, 2], [12, 2])
SHAPES = ("circle", "square", "triangle-up", "diamond")
PARTS = ("#d55e00", "#b98500", "#3c8fc4", "#b8558f", "#868e99")
"""The parts of a whole, in order; the last is what is left."""
BAR, CHANCE = "#0072b2", "#6e6e6e"
DARK = {
    "#6e6e6e": "#a9aeb7", "#0072b2": "#56b4e9", "#b07900": "#e6b422", "#d55e00": "#ff8b45", "#008a64": "#2fc79b",
    "#b8558f": "#e58cc0", "#3c8fc4": "#7cc0ea", "#8f6d00": "#c9a63a", "#7a5cc0": "#ab93e6", "#a03030": "#e57373",
    "#b98500": "#f0c24a", "#868e99": "#757d88", "#dddddd": "#363a42",
}  # fmt: skip
"""The same colours on dark paper; `#dddddd` is the grid."""
TOGETHER = 0.01
"""Lines no further apart than this, of the highest rate in a chart, are told to lie on one another."""
MARK = "synthetic society"
LONG = 20
"""Letters from which names of parts stand below one another, so that a legend is no wider than its chart."""
LUCK, ASSUMED = f"luck, {100 * LEVEL:.0f} %", "assumptions, 5 to 95 %"
SHADES = {LUCK: 0.3, ASSUMED: 0.14}
SPARE = (
    r'<path class="foreground"[^>]* display="none"/>|<path class="background"[^>]* d="M0,0h0v0h0Z"[^>]*/>'
    r'| (?:pointer-events="none"|opacity="1"|stroke-width="1"|font-family="sans-serif"|transform="translate\(0,0\)")'
    r'| (?:aria-hidden|aria-roledescription|role)="[^"]*"'
)
"""What the drawing says without need: defaults, empty paths, and roles within what is one image to a screen reader."""
WIDTH, NARROW, HEIGHT = 370, 290, 200


class Figure(NamedTuple):
    """A chart as the page takes it: drawn, told in a sentence, with its specification and a note; or why none."""

    key: str
    title: str
    svg: str = ""
    spec: str = ""
    why: str = ""
    note: str = ""


class Step(NamedTuple):
    """A difference between two arms, over luck and, where they were varied, over the assumptions."""

    name: str
    found: Estimate
    band: Band | None


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
    bands: Mapping[str, Sequence[tuple[int, Band]]] | None = None,
    width: int = WIDTH,
    height: int = HEIGHT,
    title: str = MARK,
    of: str = "per 1,000",
) -> Any:
    """One measure over the months: a line for each arm, with luck as a band, and the assumptions as a paler one."""
    import altair as alt

    series = _shown(series)
    values = [
        {"arm": arm, "month": int(row.cell) + 1, **_ends(row.arm)}
        for arm, rows in sorted(series.items(), key=lambda item: item[0] != "full")  # solid below, dashes above
        for row in rows
        if row.arm.mean is not None
    ]
    around = [{**value, "shade": LUCK} for value in values if value["low"] is not None]
    around += [
        {"arm": arm, "month": month + 1, "low": band.low, "high": band.high, "shade": ASSUMED}
        for arm, months in (bands or {}).items()
        for month, band in months
        if band.low is not None
    ]
    last = max((int(row.cell) + 1 for rows in series.values() for row in rows), default=1)
    colour, dash = _scales(list(series), all_arms)
    x = alt.X(
        "month:Q",
        title="month",
        scale=alt.Scale(domain=[1, last], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False),
    )
    legend = _legend(series, width, "stroke")
    layers = []
    if around:
        band = alt.Chart(alt.InlineData(values=around)).mark_area()
        layers.append(
            band.encode(
                x=x,
                y=alt.Y("low:Q", title=of),
                y2="high:Q",
                color=alt.Color("arm:N", scale=colour, legend=legend),
                opacity=_shades({str(value["shade"]) for value in around}),
            )
        )
    line = alt.Chart(alt.InlineData(values=values)).mark_line(strokeWidth=2)
    layers.append(
        line.encode(
            x=x,
            y=alt.Y("mean:Q", title=of),
            color=alt.Color("arm:N", scale=colour, legend=legend),
            strokeDash=alt.StrokeDash("arm:N", scale=dash, legend=legend),
        )
    )
    return _framed(alt.layer(*layers), width, height, title)


def cells(series: Mapping[str, Sequence[Difference]], what: str, *, all_arms: Sequence[str]) -> Any:
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
    width = min(WIDTH, 40 + 60 * len(names))
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


def steps(found: Sequence[Step], width: int = NARROW) -> Any:
    """Differences below one another: a point with its interval over worlds, on the pale bar of the assumptions."""
    import altair as alt

    order = [step.name for step in found]
    y = alt.Y("step:N", title=None, sort=order, scale=alt.Scale(domain=order))
    zero = alt.Chart(alt.InlineData(values=[{"at": 0}])).mark_rule(color=CHANCE).encode(x=alt.X("at:Q"))
    bars = [
        {"step": s.name, "low": s.band.low, "high": s.band.high, "shade": ASSUMED}
        for s in found
        if s.band is not None and s.band.low is not None
    ]
    luck = [{"step": s.name, "shade": LUCK, **_ends(s.found)} for s in found]
    shade = _shades({LUCK, ASSUMED} if bars else {LUCK})
    layers = [zero]
    for values, size in ((bars, 17), ([v for v in luck if v["low"] is not None], 9)):
        if values:
            layer = alt.Chart(alt.InlineData(values=values)).mark_bar(size=size, color=BAR)
            layers.append(
                layer.encode(y=y, x=alt.X("low:Q", title="difference, per 1,000"), x2="high:Q", opacity=shade)
            )
    ends = [{"step": v["step"], "at": v[end]} for v in luck for end in ("low", "high") if v[end] is not None]
    if ends:  # higher than the dot, so that an interval narrower than it can be seen
        tick = alt.Chart(alt.InlineData(values=ends)).mark_tick(thickness=1.5, size=18, color=BAR, orient="vertical")
        layers.append(tick.encode(y=y, x=alt.X("at:Q", title="difference, per 1,000")))
    point = alt.Chart(alt.InlineData(values=luck)).mark_point(filled=True, size=30, opacity=1, color=BAR)
    layers.append(point.encode(y=y, x=alt.X("mean:Q", title="difference, per 1,000")))
    return _framed(alt.layer(*layers), width, 30 * len(order))


def points(found: Sequence[Point], *, all_arms: Sequence[str], width: int = WIDTH) -> Any:
    """A point for each arm: what was done to people across, what was kept from others upwards, with luck as bars."""
    import altair as alt

    values = [
        {"arm": point.arm, "harm": point.harm.mean, "gain": point.gain.mean}
        | {f"harm_{end}": value for end, value in _ends(point.harm).items()}
        | {f"gain_{end}": value for end, value in _ends(point.gain).items()}
        for point in found
    ]
    arms = [point.arm for point in found]
    base = alt.Chart(alt.InlineData(values=values))
    colour = alt.Color("arm:N", scale=_scales(arms, all_arms)[0], legend=_legend(arms, width, "circle"))
    x = alt.X("harm:Q", title="sanction-months")
    y = alt.Y("gain:Q", title="gain, in points of gravity")
    across = base.mark_rule(strokeWidth=2).encode(x=alt.X("harm_low:Q"), x2="harm_high:Q", y=y, color=colour)
    upward = base.mark_rule(strokeWidth=2).encode(x=x, y=alt.Y("gain_low:Q"), y2="gain_high:Q", color=colour)
    nought = alt.Chart(alt.InlineData(values=[{"gain": 0}])).mark_rule(strokeDash=[2, 2], color="#6e6e6e").encode(y=y)
    dots = base.mark_point(size=60, filled=True, opacity=1).encode(x=x, y=y, color=colour)
    return _framed(alt.layer(nought, across, upward, dots), width, HEIGHT)


def stack(wholes: Mapping[str, Mapping[str, float]], width: int = NARROW) -> Any:
    """Wholes below one another, each in its parts: what is left of it comes last, in grey."""
    import altair as alt

    parts = list(dict.fromkeys(part for whole in wholes.values() for part in whole))
    colours = [*PARTS[: len(parts) - 1], PARTS[-1]]
    columns = 3 if max(map(len, parts)) < LONG else 1
    values = [
        {"whole": whole, "part": part, "share": share, "at": parts.index(part)}
        for whole, shares in wholes.items()
        for part, share in shares.items()
    ]
    bars = alt.Chart(alt.InlineData(values=values)).mark_bar(size=20).encode(
        y=alt.Y("whole:N", title=None, sort=list(wholes)),
        x=alt.X("share:Q", stack="normalize", title=None, axis=alt.Axis(format="%")),
        color=alt.Color(
            "part:N",
            scale=alt.Scale(domain=parts, range=colours),
            legend=alt.Legend(title=None, orient="bottom", columns=columns, labelLimit=0, symbolType="square"),
        ),
        order=alt.Order("at:Q"),
    )  # fmt: skip
    return _framed(alt.layer(bars), width, 32 * len(wholes))


def ranked(rows: Sequence[tuple[str, float]], chance: float, width: int = NARROW - 70) -> Any:
    """Correlations below one another, the strongest first, with the line that an inert parameter stays under."""
    import altair as alt

    order = [name for name, _ in rows]
    values = [{"name": name, "size": abs(value), "sign": "+" if value > 0 else "−"} for name, value in rows]
    x = alt.X("size:Q", title="strength of the rank correlation", scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("name:N", title=None, sort=order, axis=alt.Axis(labelLimit=190))
    )
    bars = base.mark_bar(size=11, color=BAR).encode(x=x)
    signs = base.mark_text(align="left", dx=4, fontSize=12).encode(x=x, text="sign:N")
    line = alt.Chart(alt.InlineData(values=[{"at": chance}])).mark_rule(color=CHANCE, strokeDash=[4, 3], strokeWidth=2)
    return _framed(alt.layer(bars, signs, line.encode(x=alt.X("at:Q"))), width, 20 * len(order))


def svg(spec: str, name: str, said: str) -> str:
    """A specification as SVG to be set into a page; `name` keeps its ids apart, `said` is what a screen reader says."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(spec)
    drawn = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', drawn)
    drawn = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", drawn)
    drawn = re.sub(r'\b(d|transform)="[^"]+"', lambda places: re.sub(r"(\.\d)\d+", r"\1", places.group()), drawn)
    drawn = re.sub(SPARE, "", drawn)
    spoken = escape(f"{said} ({MARK})")
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{spoken}" font-family="sans-serif" ', 1)


def specification(chart: Any) -> str:
    """The chart's Vega-Lite specification as JSON that may stand inside a page."""
    spec = str(chart.to_json(indent=None, validate=False))
    return spec.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def dark() -> str:
    """The rules that set the colours of all charts anew on dark paper."""
    paints = ((paint, light, colour) for light, colour in DARK.items() for paint in ("fill", "stroke"))
    rules = " ".join(f'figure svg [{paint}="{light}"] {{ {paint}: {colour} }}' for paint, light, colour in paints)
    return f"@media screen and (prefers-color-scheme: dark) {{ {rules} }}"


def anything(series: Mapping[str, Sequence[Difference]]) -> bool:
    """True where at least one cell may be shown."""
    return bool(_shown(series))


def told(label: str, series: Mapping[str, Sequence[Difference]], per: str) -> str:
    """A chart in a sentence: where every arm starts and where it ends."""
    parts = []
    for arm, rows in series.items():
        shown = [r for r in rows if r.arm.mean is not None]
        if shown:
            first, last = shown[0].arm.mean, shown[-1].arm.mean
            parts.append(f"{arm} from {rate(first)} to {rate(last)}")
    return f"{label}, per 1,000 {per}, first to last: {'; '.join(parts) or 'nothing to show'}."


def hidden(series: Mapping[str, Sequence[Difference]]) -> str:
    """Which lines lie on one another, so that the upper one hides the rest; empty where all can be told apart."""
    found = {arm: [row.arm.mean for row in rows] for arm, rows in _shown(series).items()}
    highest = max((abs(mean) for means in found.values() for mean in means if mean is not None), default=0.0)
    groups: list[list[str]] = []
    for arm, means in found.items():
        mine = next((group for group in groups if _close(found[group[0]], means, highest * TOGETHER)), None)
        if mine is None:
            groups.append([arm])
        else:
            mine.append(arm)
    told = []
    for group in groups:
        if len(group) > 1:
            same = all(found[arm] == found[group[0]] for arm in group)
            names = f"{', '.join(group[:-1])} and {group[-1]}"
            told.append(f"{names} are the same in every month" if same else f"{names} lie on one another")
    return f"{'; '.join(told)}." if told else ""


def holes(series: Mapping[str, Sequence[Difference]], what: str) -> str:
    """Which cells of a chart are left empty because too few people stand behind them; empty where none is."""
    rows = [row for shown in _shown(series).values() for row in shown]
    told = {row.cell for row in rows if row.arm.mean is not None}
    empty = [cell for cell in dict.fromkeys(row.cell for row in rows) if cell not in told]
    names = [str(cell) for cell in empty]
    if what == "month":
        runs = groupby(enumerate(map(int, empty)), lambda pair: pair[1] - pair[0])
        spans = [[month + 1 for _, month in run] for _, run in runs]
        names = [f"{span[0]} to {span[-1]}" if len(span) > 1 else str(span[0]) for span in spans]
    return f"Left empty, with fewer than {SMALLEST_CELL} people: {what} {', '.join(names)}." if names else ""


def _close(one: Sequence[float | None], other: Sequence[float | None], apart: float) -> bool:
    return len(one) == len(other) and all(
        a == b if a is None or b is None else abs(a - b) <= apart for a, b in zip(one, other, strict=True)
    )


def by_cell(spreads: Iterable[Spread], side: str) -> list[tuple[int, Band]]:
    """The bands of one side (`arm`, `against`) by month."""
    return [(int(s.cell), s.arm if side == "arm" else s.against) for s in spreads]


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


def _shades(shown: set[str]) -> Any:
    """Two shades, and a legend that names those in the chart."""
    import altair as alt

    kinds = [kind for kind in SHADES if kind in shown]
    look: dict[str, Any] = {
        "symbolType": "square",
        "symbolFillColor": CHANCE,
        "symbolStrokeWidth": 0,
        "symbolSize": 400,
    }
    return alt.Opacity(
        "shade:O",
        scale=alt.Scale(type="ordinal", domain=kinds, range=[SHADES[kind] for kind in kinds]),
        legend=alt.Legend(title=None, orient="bottom", columns=2, labelLimit=0, **look),
    )


def _legend(arms: Iterable[str], width: int, symbol: str | None = None) -> Any:
    import altair as alt

    look: dict[str, Any] = {}
    if symbol:
        look = {"symbolType": symbol, "symbolSize": 400, "symbolStrokeWidth": 2, "symbolOpacity": 1}
    columns = max(1, width // (40 + 7 * max(map(len, arms))))
    return alt.Legend(title=None, orient="bottom", columns=columns, labelLimit=0, **look)


def _framed(chart: Any, width: int, height: int, text: str = MARK) -> Any:
    import altair as alt

    title = alt.TitleParams(text, anchor="end", fontSize=11, fontWeight="normal", color="#6e6e6e", offset=2)
    framed = chart.properties(width=width, height=height, background="transparent", title=title)
    return (
        framed.configure(font="sans-serif", aria=False)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", gridOpacity=0.5, tickCount=5, labelLimit=220
        )
        .configure_view(stroke=None)
        .configure_legend(labelFontSize=12)
    )
