"""Checks: what an indicator would be under another table of relatedness, gravity or weight.

Only what the recorded counts allow is reckoned again: how many months fell in each domain is on record, what each
person had on record is not. So a check gives the least and the most that another table leaves possible, and where
those are the same it is exact.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from goodstanding.audit.evidence import Evidence, Missing
from goodstanding.audit.rules import Rules

TIMES = (0.5, 1.0, 2.0)
"""All weights so many times: the prior of the table of weights."""


@dataclass(frozen=True)
class Check:
    """What was changed, and the share of 1,000 months between which that leaves the indicator."""

    what: str
    low: float | None
    high: float | None
    said: str = ""


def relatedness(evidence: Evidence, scheme: str, threshold: float) -> list[Check]:
    """The first limb under other matrices: what no record changes, and how many domains would have to be related."""
    rules, months = _rules(evidence, scheme), _months(evidence, scheme)
    whole = sum(months.values())
    own, unrelated = (_total(evidence, scheme, measure) for measure in ("unfounded.own_name", "unfounded.unrelated"))
    if not whole or own != whole:
        raise Missing("the months of this run cannot be parted by domain")
    if rules.out_of_reach is None:
        raise Missing("which acts count against people cannot be read from the rules")
    apart = sum(months[domain] for domain in rules.out_of_reach)
    found = [
        Check("whatever is on record: domains to which no act that counts is related", 1000 * apart / whole, 1000.0),
        Check("were every domain related to every act", 0.0, 0.0),
        Check("were no domain related to any act", 1000.0, 1000.0),
    ]  # fmt: skip
    left, needed = unrelated, 0
    for count in sorted((n for n in months.values() if n), reverse=True):
        if 1000 * left <= threshold * whole:
            break
        left, needed = max(0, left - count), needed + 1
    hit = sum(n > 0 for n in months.values())
    said = f"at least {needed} of the {hit} domains that anybody is barred from would have to be related to every act"
    return [*found, Check("before a flag falls", None, None, said)]


def weights(evidence: Evidence, scheme: str, threshold: float) -> list[Check]:
    """The second limb with all weights halved, as they are, and doubled, against the gravity of the acts that count."""
    rules, months = _rules(evidence, scheme), _months(evidence, scheme)
    whole, gravities = sum(months.values()), [rules.acts[act]["gravity"] for act in rules.losing]
    if not whole or not gravities:
        raise Missing("nobody was barred")
    found = []
    for times in TIMES:
        low, high = (
            1000 * sum(months[domain] for domain in rules.outweighing(gravity, times)) / whole
            for gravity in (max(gravities), min(gravities))
        )
        found.append(Check(f"all weights {times:g} times as they are", low, high))
    return found


CHECKS: Mapping[str, Callable[[Evidence, str, float], list[Check]]] = {
    check.__name__: check for check in (relatedness, weights)
}


def _rules(evidence: Evidence, scheme: str) -> Rules:
    if scheme not in evidence.rules:
        raise Missing("the rules of this run could not be read")
    return evidence.rules[scheme]


def _months(evidence: Evidence, scheme: str) -> dict[str, int]:
    """Months in the own name by domain, all worlds together."""
    return {name: _total(evidence, scheme, name) for name in _rules(evidence, scheme).barred}


def _total(evidence: Evidence, scheme: str, measure: str) -> int:
    return sum(sums.count for sums in evidence.sums({measure: 1}, scheme))
