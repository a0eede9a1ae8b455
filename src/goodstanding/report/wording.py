"""Wording: numbers, intervals, values and definitions as the page prints them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from goodstanding.headline import number, of_sets

LEAST = 0.001
"""Rates under this, of 1,000, are printed without digits."""
FEW = "too few for an interval"


def rate(value: float | None) -> str:
    """A rate as the page prints it: what is too small to have digits is said to be small."""
    if value is None or value == 0 or abs(value) >= LEAST:
        return number(value)
    return f"under {LEAST}" if value > 0 else f"over −{LEAST}"


def interval(found: Any) -> str:
    """An interval in words, or why there is none: of an estimate over worlds, or of a band over assumptions."""
    if found.low is None or found.high is None:
        return FEW if found.reason.endswith(FEW) else str(found.reason)
    if max(abs(found.low), abs(found.high)) < LEAST:
        return f"within ±{LEAST}" if found.low or found.high else "0"
    return f"{rate(found.low)} to {rate(found.high)}"


def percent(share: float | None) -> str:
    """A share as a whole percentage; those next to none and next to all are not rounded away."""
    if share is None:
        return "–"
    whole = round(100 * share)
    if whole in (0, 100) and share not in (0, 1):
        return "under 1 %" if whole == 0 else "over 99 %"
    return f"{whole} %"


def signed(value: float) -> str:
    """A correlation with its sign and two digits."""
    return f"{value:+.2f}".replace("-", "−")


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


def breakable(path: str) -> Any:
    """A dotted path that may be broken after its dots and underscores."""
    from markupsafe import Markup, escape

    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(path))))


def prose(text: str) -> Any:
    """A definition as paragraphs; what stands in backticks is code."""
    from markupsafe import Markup, escape

    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    coded = (re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(part))) for part in paragraphs if part)
    return Markup("".join(f"<p>{part}</p>" for part in coded))


def capital(text: str) -> str:
    """A label as the beginning of a line."""
    return text[:1].upper() + text[1:]


def numeric(text: str) -> bool:
    """Whether something printed holds a number."""
    return any(letter.isdigit() for letter in text)


SAID = (rate, interval, percent, of_sets, signed, words, breakable, prose, capital, numeric)
"""What the templates may say a value with."""
