"""One life as a page that opens from disk: the story, and the courses of both lives as small drawings.

Nothing comes from outside and nothing on it runs. The sentences are those of the text (story.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from goodstanding import story
from goodstanding.report import wording
from goodstanding.words import FROM, amount, parts

if TYPE_CHECKING:
    from goodstanding.lives import Life

LIMITS = (
    "How often such a life is lived: the measures of the run say that.",
    "That the scheme is the cause of every difference: both worlds share their draws, which is a convention, and what "
    "people around did differs too.",
    "Other assumptions: they are as in the run. What is not counted as unfounded is not thereby rightful.",
)
"""What a life cannot show."""
OF = ("goodstanding", "scenario", "scenario_hash", "title", "note", "digest")
"""What is told of its run."""
WIDE, HIGH, LEFT, TOP, FOOT = 340, 130, 44, 8, 18
"""The size of a drawing, and the room at its edges for what stands there."""
LETTER, SPELT = 6.2, " from here"
"""How wide a letter is at most, on average, and what follows the name of a class at its line."""
APART = 11
"""How far apart two names have to stand to be read."""


def told(life: Life) -> dict[str, Any]:
    """All that is told of a life, as plain values: a page and a report are made from it alone."""
    from goodstanding.lives import ONE_OF_MANY

    manifest = life.run.manifest
    barred = [(s["from"], s["to"]) for s in life.sanctions]
    return {
        "synthetic": True, "kind": "life", "limits": [ONE_OF_MANY, *LIMITS], "person": life.person, "arm": life.arm,
        "world": life.world, "seeds": list(life.seeds), "months": life.here.months, "first": FROM,
        "of": {name: manifest[name] for name in OF},
        "opening": story.opening(life), "parting": story.parting(life), "beside": life.beside,
        "sanctions": list(story.sanctions(life)), "rows": story.by_month(life),
        "drawings": [drawing(course, barred) for course in life.courses],
    }  # fmt: skip


def render(life: Life) -> str:
    """The page of one life as one HTML text."""
    style = (files("goodstanding.report") / "style.css").read_text(encoding="utf-8")
    return str(_shelf().get_template("life.html.j2").render(life=told(life), style=style))


def drawings(record: Mapping[str, Any]) -> str:
    """The courses of both lives as small drawings, each with what it is, for a notebook."""
    draw = _shelf().get_template("drawing.html.j2").module.drawing
    return "".join(f"<div>{draw(one)}</div>" for one in record["drawings"])


def _shelf() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    shelf = Environment(
        loader=PackageLoader("goodstanding", "report/templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shelf.filters.update({said.__name__: said for said in wording.SAID})
    return shelf


def drawing(course: dict[str, Any], shaded: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """One course of both lives as places in a drawing: two lines, the classes' lines, and the months of sanctions.

    The axis holds the whole range that the unit declares, and nought where it declares none, so that no fall looks
    larger than it is.
    """
    lives, unit, lines = [course["arm"], course["without"] or []], course["unit"], course["lines"]
    values = [0, *lives[0], *lives[1], *(line["value"] for line in lines)]
    low, high = (0, parts(unit) or 0) if unit.startswith("0 to ") else (min(values), max(values))
    named = max((len(line["name"]) + len(SPELT) for line in lines), default=0)
    right = WIDE - round(LETTER * named)
    step = (right - LEFT) / max(1, len(lives[0]) - 1)

    def x(month: float) -> float:
        return float(round(LEFT + min(max(month, 0), len(lives[0]) - 1) * step, 1))

    def y(value: int) -> float:
        return float(round(TOP + (HIGH - TOP - FOOT) * (high - value) / max(1, high - low), 1))

    def said(value: int) -> str:
        return amount(value, unit) if parts(unit) else f"{value:,}".replace("-", "−")

    return {
        "what": course["what"], "unit": "" if parts(unit) else unit, "low": said(low), "high": said(high),
        "flat": low == high, "last": len(lives[0]) - 1, "first": FROM, "right": right,
        "paths": [" ".join(f"{x(month)},{y(value)}" for month, value in enumerate(one)) for one in lives],
        "lines": list(_apart({"name": line["name"] + SPELT, "y": y(line["value"])} for line in lines)),
        "shaded": [{"x": x(a - 0.5), "width": round(x(b + 0.5) - x(a - 0.5), 1)} for a, b in shaded],
        "y_low": y(low), "y_high": y(high), "ends": [said(one[-1]) if one else None for one in lives],
    }  # fmt: skip


def _apart(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Lines from the lowest place up, the name left out where it would lie on the one before."""
    last = float("-inf")
    for line in sorted(lines, key=lambda line: line["y"]):
        near = line["y"] - last < APART
        yield {**line, "name": ""} if near else line
        last = last if near else line["y"]
