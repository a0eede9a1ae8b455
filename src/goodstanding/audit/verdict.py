"""Verdicts: a flag, or that this model cannot tell, and at which threshold the one would turn into the other.

A flag is raised where the number is beyond its threshold by more than luck leaves open, and, where the assumptions were
varied, in nine of ten of the sets that could tell. There is no third answer: a number on the other side of a threshold
shows that this model raises no flag there, and nothing about a real system.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

from goodstanding.assumptions import DETERMINES
from goodstanding.audit.checks import Check
from goodstanding.audit.numbers import Number
from goodstanding.audit.rules import RULES
from goodstanding.audit.yardsticks import Indicator, Threshold
from goodstanding.headline import number as digits
from goodstanding.sweep import FEWEST

FLAG, CANNOT_TELL, IN_SCOPE = "flag", "this model cannot tell", "in scope"
NO_ALL_CLEAR = "which is no all-clear"
UNSEEN = "the gate was not seen to open in this run"


@dataclass(frozen=True)
class Finding:
    """What one indicator says of one scheme; `number` is missing where the run does not have it, and `why` says so.

    Of a gate it says "in scope" where it was seen to open, by a count of any size or by the rules.
    `turns` is the threshold at which a flag would fall, or at which one would be raised that is not. `beyond` of `of`
    sets of assumptions are beyond the threshold. `untold` is where the run or its rules do not have the number; a gate
    that is untold does not shut.
    """

    yardstick: str
    indicator: Indicator
    scheme: str
    says: str
    why: str
    number: Number | None = None
    turns: float | None = None
    beyond: int | None = None
    of: int | None = None
    checks: tuple[Check, ...] = field(default=())
    gate: bool = False
    untold: bool = False

    @property
    def flagged(self) -> bool:
        """Whether a flag is raised."""
        return self.says == FLAG


def judge(found: Number, flag: Threshold) -> dict[str, Any]:
    """What a number says against a threshold: `says`, `why`, `turns`, `beyond` and `of`."""
    sign = -1 if flag.when == "below" else 1
    burden = flag.when == "unless_above"
    ends, sets = found.estimate, found.sets
    luck = _end(found, sign)
    held = _held(sets, sign, flag.at)
    told: dict[str, Any] = {"turns": None, **held}
    if ends.mean is None or (luck is None and not burden):
        return {**told, "says": CANNOT_TELL, "why": ends.reason or "no number"}
    if sets is not None and len(sets) < FEWEST:
        return {**told, "says": CANNOT_TELL, "why": f"only {len(sets)} sets of assumptions have enough to tell"}
    nearest = [sign * end for end in (luck, _turning(sets, sign)) if end is not None]
    told["turns"] = None if luck is None else sign * min(nearest) or None
    past = sign * flag.at < (min(nearest) if luck is not None else -math.inf)
    why = _why(found, flag, sign, held)
    if burden:
        if past:
            return {**told, "says": CANNOT_TELL, "why": f"shown in this model, {NO_ALL_CLEAR}"}
        return {**told, "says": FLAG, "why": f"not shown: {why.removesuffix(f', {NO_ALL_CLEAR}')}"}
    return {**told, "says": FLAG if past else CANNOT_TELL, "why": why}


def opened(found: Number, gate: Indicator, ruled: tuple[str, ...]) -> dict[str, Any]:
    """What a number says to a gate: `says` and `why`.

    Any count beyond the threshold opens it, and so do `ruled`, the mechanisms that it asks for: whether a text applies
    is no question of luck. One that was not seen to open is no all-clear.
    """
    sign, mean = (-1 if gate.flag.when == "below" else 1), found.estimate.mean
    if mean is not None and sign * mean > sign * gate.flag.at:
        why = f"{found.count:,} of {found.base:,} were counted" if found.base else "above the threshold"
        return {"says": IN_SCOPE, "why": "a fact of the rules" if found.reads == (RULES,) else why}
    if ruled:
        return {"says": IN_SCOPE, "why": f"by the rules: {', '.join(ruled)}"}
    why = "not above the threshold" if found.exact else found.estimate.reason or "nothing was counted"
    return {"says": CANNOT_TELL, "why": f"{why}: {UNSEEN}, {NO_ALL_CLEAR}"}


def _held(sets: tuple[float, ...] | None, sign: int, at: float) -> dict[str, int | None]:
    """In how many of the sets that could tell the number is beyond the threshold."""
    if sets is None:
        return {"beyond": None, "of": None}
    return {"beyond": sum(sign * value > sign * at for value in sets), "of": len(sets)}


def _turning(sets: tuple[float, ...] | None, sign: int) -> float | None:
    """The threshold that nine of ten of the sets are still beyond."""
    if not sets:
        return None
    ordered = sorted((sign * value for value in sets), reverse=True)
    return sign * ordered[math.ceil(DETERMINES * len(ordered)) - 1]


def _why(found: Number, flag: Threshold, sign: int, held: dict[str, int | None]) -> str:
    """Why a number is beyond a threshold or not, in words."""
    side, mean = ("above" if sign > 0 else "below"), found.estimate.mean or 0.0
    luck = _end(found, sign)
    if found.said:
        return "a fact of the rules" if sign * mean > sign * flag.at else f"{found.said}, {NO_ALL_CLEAR}"
    if sign * mean <= sign * flag.at:
        return f"not {side} the threshold in this model, {NO_ALL_CLEAR}"
    if luck is None:
        return found.estimate.reason
    if sign * luck <= sign * flag.at:
        return f"the interval leaves it open: {digits(found.estimate.low)} to {digits(found.estimate.high)}"
    if held["of"] and (held["beyond"] or 0) < DETERMINES * held["of"]:
        return (
            f"the assumptions tried do not determine it: {side} the threshold in {held['beyond']} of {held['of']} sets"
        )
    if found.exact:
        return f"{side} the threshold"
    tried = (
        f" and in {held['beyond']} of the {held['of']} sets that could tell"
        if held["of"]
        else ", at one set of assumptions"
    )
    return f"{side} the threshold{f': {found.estimate.reason}' if found.never else ' beyond luck'}{tried}"


def _end(found: Number, sign: int) -> float | None:
    """The end of the interval over luck that is nearer to the threshold; what never happened is nought."""
    return 0.0 if found.never else found.estimate.low if sign > 0 else found.estimate.high
