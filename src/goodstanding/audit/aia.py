"""Canada's assessment, as its open questionnaire scores it: what a run can answer, and between what the rest leaves it.

The raw impact is the sum of the answers' points. Where the mitigation score reaches 80 % of half of its most, 15 % of
the raw impact is deducted and the rest rounded; the level is I up to a quarter of the most that the raw impact can be,
II up to a half, III up to three quarters, and IV above. Most questions are about an institution's own papers and staff:
no model answers them, so the result is the least and the most that they leave possible.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodstanding.audit.rules import RULES
from goodstanding.audit.yardsticks import yardsticks

if TYPE_CHECKING:
    from goodstanding.audit.evidence import Evidence

FILE = "canada_aia"
PERCENTAGE, DEDUCTION, LEVELS = 0.8, 0.15, (0.25, 0.5, 0.75)
"""The part of half the mitigation points from which something is deducted, how much, and where the levels end."""
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True)
class Impact:
    """The least and the most points that are possible, of how many; what was answered, and which measures say so."""

    least: int
    most: int
    of: int
    answered: Mapping[str, int]
    questions: int
    reads: tuple[str, ...]

    @property
    def note(self) -> str:
        """What the numbers leave open, in words."""
        low, high = (ROMAN[level(points, self.of) - 1] for points in (self.least, self.most))
        said = f"{low}" if low == high else f"{low} to {high}"
        return (
            f"at most {self.most}; {len(self.answered)} of {self.questions} risk questions answered by the run; "
            f"the level is {said}"
        )


def scored(raw: int, mitigation: int, most_mitigation: int) -> int:
    """The points after the deduction, rounded half up as the questionnaire rounds."""
    return math.floor((1 - DEDUCTION) * raw + 0.5) if mitigation >= PERCENTAGE * most_mitigation / 2 else raw


def level(points: int, of: int) -> int:
    """The level, 1 to 4, of so many points of the most there can be."""
    return 1 + sum(points > part * of for part in LEVELS)


def raw_impact(evidence: Evidence, scheme: str) -> Impact:
    """Answer what the run answers; a question that it does not answer counts for the least and for the most."""
    told = yardsticks()[FILE].told
    questions: Mapping[str, Mapping[str, Any]] = told["questions"]
    answers = {"domains": _domains, "spells": _spells, "counted": _counted, "always": _always}
    answered: dict[str, int] = {}
    reads: list[str] = []
    for name, question in questions.items():
        if "by" in question:
            points, read = answers[question["by"]](evidence, scheme, question)
            if points is not None:
                answered[name] = points
                reads += [each for each in read if each not in reads]
    least = sum(answered.get(name, q.get("least", 0)) for name, q in questions.items())
    most = sum(answered.get(name, q["most"]) for name, q in questions.items())
    deducted = scored(least, told["most_mitigation"], told["most_mitigation"])
    return Impact(min(least, deducted), most, sum(q["most"] for q in questions.values()), answered, len(questions),
                  tuple(reads))  # fmt: skip


Answer = tuple[int | None, list[str]]


def _domains(evidence: Evidence, scheme: str, question: Mapping[str, Any]) -> Answer:
    """A point for each sector in which anybody is barred from anything."""
    there = {name for name, _ in evidence.counts.sums(evidence.arm)}
    points, read = 0, []
    for domains in question["sectors"].values():
        names = [f"{scheme}.sanctions.{domain}" for domain in domains if f"{scheme}.sanctions.{domain}" in there]
        hit = [n for n in names if any(s.count for s in evidence.counts.sums(evidence.arm)[n, ""].values())]
        points += bool(hit)
        read += hit
    return points, read


def _spells(evidence: Evidence, scheme: str, question: Mapping[str, Any]) -> Answer:
    """The highest answer whose measure counted anybody; None where no measure of spells was counted."""
    found, read = None, []
    for points, measures in question["spells"].items():
        for measure in measures:
            worlds = evidence.counts.sums(evidence.arm).get((f"{scheme}.{measure}", ""), {})
            if any(s.count for s in worlds.values()):
                found = max(found or 0, int(points))
                read.append(f"{scheme}.{measure}")
    return found, read


def _counted(evidence: Evidence, scheme: str, question: Mapping[str, Any]) -> Answer:
    """All points where the rules count acts of more than one domain of life; None where they could not be read."""
    sources = evidence.rules[scheme].sources if scheme in evidence.rules else None
    return (None, []) if sources is None else (question["most"] if sources > 1 else 0, [RULES])


def _always(evidence: Evidence, scheme: str, question: Mapping[str, Any]) -> Answer:
    """All points: it is so in every scheme that this model can hold."""
    return question["most"], []
