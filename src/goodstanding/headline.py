"""The headline: what was found, in the past tense, in the model and with its uncertainty; and numbers as they are read.

No country, people or firm is its subject; nothing in it proves, and nobody in it "would have".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from goodstanding.estimates import ONE_WORLD, Estimate, estimate

if TYPE_CHECKING:
    from goodstanding.comparison import Comparison, Difference

BARRED, UNFOUNDED, INDUCED = ".sanctions.people", ".unfounded.unfounded", ".unfounded.induced"
SILENT, SPOKE = "silence.held_tongue", "silence.voices"
"""The measures of the headline, by the end of their name: a scheme's own begin with its name."""
LATE = 12
"""Months at the end of a run that are told beside the average of all."""


def headline(found: Comparison) -> str:
    """One sentence about an arm beside another one."""
    months, people = found.manifest["months"], f"{found.manifest['people']:,} synthetic people"
    counties = int(found.cards.get("counties", 1))
    place = "an invented county" if counties == 1 else f"an invented society of {counties} counties"
    arm = "" if found.arm == "full" else f" (arm {found.arm})"
    worlds = f"{len(found.worlds)} worlds" if len(found.worlds) > 1 else ONE_WORLD
    said = "; ".join([*_barred(found), *_resting(found), *_silent(found)]) if months else "no month was lived"
    return (
        f"In {place} of {people} under {modelled(found.manifest['title'])}{arm}, at one set of assumptions and over "
        f"the first {months} months: {said or 'nobody was barred from anything'}. Beside it stand the same people "
        f"with the same luck in the arm {found.against}. (Luck only: {worlds}; the assumptions were not varied, and "
        f"{found.assumed} % of the parameters are assumptions.)"
    )


def _barred(found: Comparison) -> Iterator[str]:
    rows = found.find(BARRED)
    for row in rows:
        said = f"{_scheme(row, rows)}{of_every(row.arm)} adults were barred from something in their own name in a month"
        late = found.manifest["months"] - LATE
        if late > 0 and row.arm.mean:
            sums = found.counts.sums(found.arm, since=late).get((row.measure, ""))
            said += f" ({of_every(estimate([found.per_world(sums, True)], least=0.0))} in the last {LATE})"
        yield said


def _resting(found: Comparison) -> Iterator[str]:
    """What the sanction-months rested on; a share is told only where there is enough of it."""
    unit = "of the months for which people were barred (one person, one domain, one month)"
    for suffix, what in (
        (UNFOUNDED, "fell away once entries about what the person had not done were taken out of the record"),
        (
            INDUCED,
            "rested on conduct that did not occur for the same person in the same world without the scheme",
        ),
    ):
        rows = found.find(suffix)
        for row in rows:
            if row.arm.mean is None or not row.base:
                continue
            few = f"{row.count:,} of {row.base:,}" if row.count else f"none of {row.base:,}"
            share = few if row.arm.reason and len(found.worlds) > 1 else f"{spoken(row.arm, 0.1)} in every 100"
            yield f"{unit + ', ' if suffix == UNFOUNDED else ''}{_scheme(row, rows)}{share} {what}"


def _silent(found: Comparison) -> Iterator[str]:
    for row in found.find(SILENT):
        if row.arm.mean is not None and row.arm.mean > 0:
            yield f"{of_every(row.arm)} times that somebody was ready to speak up ended in silence from fear"
    for row in found.find(SPOKE):
        gap = row.difference
        if gap.low is not None and gap.high is not None and gap.low * gap.high > 0:
            fewer, ends = ("fewer", (-gap.high, -gap.low)) if gap.high < 0 else ("more", (gap.low, gap.high))
            size = spoken(Estimate(sum(ends) / 2, *ends, gap.worlds))
            yield f"there were {size} {fewer} voices in 1,000 adult-months than in the arm {found.against}"


def modelled(title: str) -> str:
    """'rules modelled on X' for a title 'After X', and the title in quotes otherwise."""
    return f"rules modelled on {title[6:]}" if title.startswith("After ") else f"the rules of “{title}”"


def number(value: float | None) -> str:
    """A rate as it is printed: about three digits that count, a true minus sign, a dash for none."""
    if value is None:
        return "–"
    size = abs(value)
    places = next((d for least, d in ((99.95, 0), (9.995, 1), (0.9995, 2), (0.09995, 3)) if size >= least), 4)
    text = f"{size:,.{places}f}" if size else "0"
    return f"−{text}" if value < 0 else text


def spoken(found: Estimate, scale: float = 1.0) -> str:
    """An interval in words: '212 to 219', or 'about 215' where there is one world or no width."""
    if found.mean is None:
        return "an unknown number"
    ends = [number(v * scale) for v in (found.low, found.high) if v is not None]
    if len(set(ends)) == 2:
        return " to ".join(ends)
    middle = number(found.mean * scale)
    return middle if found.mean == 0 else f"about {middle}"


def of_every(found: Estimate) -> str:
    """An interval of a rate in words: '212 to 219 of every 1,000', or of every 100,000 where few are meant."""
    largest = found.high if found.high is not None else found.mean
    rare = largest is not None and 0 < largest < 1
    return f"{spoken(found, 100 if rare else 1)} of every {'100,000' if rare else '1,000'}"


def _scheme(row: Difference, rows: Sequence[Difference]) -> str:
    return f"under the scheme {row.measure.split('.')[0]} " if len(rows) > 1 else ""
