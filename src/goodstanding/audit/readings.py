"""Readings: how an indicator's number is had from a run, by the word that the yardstick's file uses for it.

A reading is a function of the evidence, a scheme and what the file asks for. Raises Missing where the run does not have
what it needs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from goodstanding.audit.aia import raw_impact
from goodstanding.audit.evidence import DECIDED, Evidence, Missing
from goodstanding.audit.numbers import Number, of_sums, ratio, times, times_over
from goodstanding.audit.rules import RULES
from goodstanding.comparison import SMALLEST_CELL, per
from goodstanding.counts import Sums
from goodstanding.estimates import ALIKE, LEVEL, ONE_WORLD, Estimate, estimate
from goodstanding.frontier import GAIN, UNFELT, UNFOUNDED, WITHOUT, frontier


def rate(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """A measure of the arm, of 1,000 of whatever it is a share of; `where` is what has to hold of the rules."""
    if "where" in told:
        fact(evidence, scheme, {"fact": told["where"], "unit": "", "otherwise": told["otherwise"]})
    name = evidence.name(told["rate"], scheme)
    sums = evidence.sums({told["rate"]: 1}, scheme)
    found = _hidden(evidence, name, sums) or estimate([sums])
    sets = evidence.rates({told["rate"]: 1}, scheme)
    return of_sums(found, f"of 1,000 {per(name, evidence.run.cards)}", (name,), sets, sums)


def change(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """How much more of a measure there is in the arm than without the scheme, of 1,000."""
    measure = {str(told["change"]): 1}
    name = evidence.name(told["change"], scheme)
    pair = [evidence.sums(measure, scheme, arm) for arm in (evidence.arm, WITHOUT)]
    ours, theirs = (evidence.rates(measure, scheme, arm) for arm in (evidence.arm, WITHOUT))
    sets = None if ours is None or theirs is None else ours - theirs
    unit = f"more than without the scheme (below nought: fewer), of 1,000 {per(name, evidence.run.cards)}"
    return of_sums(estimate(pair), unit, (name,), sets, pair[0])


def share(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """Some counts, each with its weight, as a share of others; both are measures or selections of the rules."""
    some, whole = (_weights(evidence, scheme, told[part]) for part in ("share", "of"))
    if not some:
        return Number(Estimate(0.0, 0.0, 0.0, len(evidence.worlds)), told["unit"], tuple(told["of"]), exact=True)
    over, under = evidence.sums(some, scheme), evidence.sums(whole, scheme)
    sums = [Sums(x.count, y.count, 0, y.people) for x, y in zip(over, under, strict=True)]
    plain = estimate([evidence.sums(dict.fromkeys(whole, 1), scheme)])
    found = estimate([sums])
    if plain.low is None and found.mean is not None:
        found = Estimate(found.mean, None, None, found.worlds, plain.reason)
    sets = ratio(evidence.rates(some, scheme), evidence.rates(whole, scheme), evidence.least)
    scale = float(told.get("scale", 1))
    return of_sums(
        _scaled(found, scale),
        told["unit"],
        _counted(evidence, scheme, {**some, **whole}),
        sets,
        sums,
        scale,
    )


def uneven(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """How many times as often a measure falls on one part of society as on the rest: the one it falls on most.

    Where that part was picked after looking, its interval is widened for all parts that were looked at (Bonferroni).
    """
    measure, by = {str(told["uneven"]): 1}, str(told["by"])
    name = evidence.name(told["uneven"], scheme)
    cells = sorted({cell for _, cell in evidence.counts.sums(evidence.arm, by, name)}, key=str)
    cells = [cell for cell in cells if "cell" not in told or cell == told["cell"]]
    whole = evidence.sums(measure, scheme)
    best: tuple[float, str | int, list[Sums]] | None = None
    for cell in cells:
        part = evidence.sums(measure, scheme, by=by, cell=cell)
        value = times(part, whole)
        if value is not None and (best is None or value > best[0]):
            best = (value, cell, part)
    if best is None:
        raise Missing(f"nobody was barred, or society has one {by.replace('_', ' ')} only")
    value, cell, part = best
    found = times_over(part, whole, value, 1 - (1 - LEVEL) / len(cells))
    groups = list(evidence.run.cards["groups"])
    number = groups.index(str(cell)) if by == "group" else int(cell)
    ours, all_ = evidence.rates(measure, scheme, by=by, cell=number), evidence.rates(measure, scheme)
    weight = sum(s.base for s in part) / max(1, sum(s.base for s in whole))
    sets = None if ours is None or all_ is None else ratio(ours * (1 - weight), all_ - ours * weight, evidence.least)
    unit = f"times as often in {by.replace('_', ' ')} {cell} as in the rest of society"
    made = of_sums(found, unit, (name,), None if sets is None else sets / 1000, part)
    widened = f"the most of {len(cells)}, so that the interval is widened (Bonferroni)" if len(cells) > 1 else ""
    return replace(made, note=widened)


def fact(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """Something that the rules say themselves."""
    if scheme not in evidence.rules:
        raise Missing("the rules of this run could not be read")
    value = getattr(evidence.rules[scheme], told["fact"])
    if value is None or value is False:
        raise Missing(str(told.get("otherwise", "the rules do not say")))
    return Number(Estimate(value, value, value, 0), told["unit"], (RULES,), exact=True)


def months(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """In how many months of the run there was any of it, in any world."""
    name = evidence.name(told["months"], scheme)
    found = evidence.counts.sums(evidence.arm, "month", name)
    value = float(sum(any(s.count for s in worlds.values()) for worlds in found.values()))
    return Number(Estimate(value, value, value, 0), "months of the run", (name,), exact=True)


def worlds(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """In which share of the worlds, and of the sets of assumptions, a measure is above a rate."""
    measure, least = {str(told["worlds"]): 1}, float(told["from"])
    name = evidence.name(told["worlds"], scheme)
    above = [1000 * s.count > least * s.base for s in evidence.sums(measure, scheme) if s.base]
    value, several = 1000 * sum(above) / max(1, len(above)), len(above) > 1
    found = Estimate(value, value, value, len(above)) if several else Estimate(value, None, None, 1, ONE_WORLD)
    rates = evidence.rates(measure, scheme)
    sets = None if rates is None else tuple(1000.0 * (each > least) for each in rates.tolist() if each == each)
    note = "" if sets is None else f"more than that in {sum(map(bool, sets)):,} of {len(sets):,} sets of assumptions"
    unit = f"of 1,000 worlds had more than {least:g} of 1,000"
    return Number(found, unit, (name,), sets=sets, exact=several, count=sum(above), base=len(above), note=note)


def net(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """The fall in a measure against the world without, less what sanctions weigh on the same scale, of 1,000."""
    measure, weights = {str(told["net"]): 1}, _weights(evidence, scheme, told.get("less", {told["net"]: 0}))
    ours, theirs = (evidence.sums(measure, scheme, arm) for arm in (evidence.arm, WITHOUT))
    borne = evidence.sums(weights, scheme)
    both = [Sums(x.count + y.count, x.base, 0, x.people) for x, y in zip(ours, borne, strict=True)]
    rates = [evidence.rates(measure, scheme, arm) for arm in (evidence.arm, WITHOUT)]
    weighed = evidence.rates(weights, scheme)
    sets = None
    if rates[0] is not None and rates[1] is not None and weighed is not None:
        sets = rates[1] - rates[0] - weighed
    names = _counted(evidence, scheme, {**measure, **weights})
    return of_sums(estimate([theirs, both]), told["unit"], names, sets, both)


def alternative(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """How many sanction-months fewer the mildest arm has whose gain is not shown to be less; nought where none has.

    Months are of all schemes of an arm together.
    """
    others = (evidence.beside,) if evidence.beside else ()
    points = frontier(evidence.run, *others).points()
    this = next(p for p in points if p.arm == evidence.arm)
    if not this.harm.mean:
        raise Missing("nobody was sanctioned")
    rest = [p for p in points if p is not this and p.arm not in UNFELT]
    if not rest:
        raise Missing("no other arm in this run, and no run of another system beside it (--beside RUN)")
    gained = 0.0 if this.gain.reason == ALIKE else this.gain.low
    if this.harm.low is None or gained is None:
        raise Missing(f"the intervals that arms are told apart by are missing: {this.harm.reason or this.gain.reason}")
    names = {id(p): p.arm if p.run == this.run else f"{p.arm} of {p.run}" for p in rest}
    looked = f"looked at: {', '.join(names.values())}"
    milder = [p for p in rest if _most(p.harm) < this.harm.low and _most(p.gain) >= gained]
    if not milder:
        none = f"none of the {len(rest)} others has fewer and is not shown to gain less"
        return Number(Estimate(0.0, None, None, this.harm.worlds, none), told["unit"], note=looked, never=True)
    best = min(milder, key=lambda p: _most(p.harm))
    gap = this.harm.mean - (best.harm.mean or 0.0)
    found = Estimate(gap, this.harm.low - _most(best.harm), _most(this.harm) - (best.harm.low or 0.0), this.harm.worlds)
    return Number(found, told["unit"], note=f"in the arm {names[id(best)]}, the mildest of {len(milder)}; {looked}")


def _most(found: Estimate) -> float:
    """The upper end of an interval, or what there is of it."""
    return next((end for end in (found.high, found.mean) if end is not None), math.inf)


def left(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """The months of every unfounded kind in the arm that has fewest, of those that only add safeguards."""
    if scheme not in evidence.rules:
        raise Missing("the rules of this run could not be read")
    adults, decided = evidence.name(GAIN, scheme), evidence.name(DECIDED, scheme)
    there: dict[str, list[Sums]] = {}
    reads: set[str] = set()
    for arm in evidence.safeguarded:
        found = evidence.counts.sums(arm) if arm in evidence.run.manifest["arms"] else {}
        names = [scheme + end for end in UNFOUNDED if (scheme + end, "") in found]
        if names and any(sums.count for sums in found.get((decided, ""), {}).values()):
            counted = evidence.sums(dict.fromkeys(names, 1), scheme, arm)
            whole = evidence.sums({adults: 1}, scheme, arm)
            there[arm] = [Sums(x.count, y.base, 0, y.people) for x, y in zip(counted, whole, strict=True)]
            reads |= {*names}
    if not there:
        lived = [arm for arm in evidence.safeguarded if arm in evidence.run.manifest["arms"]]
        raise Missing(
            f"nothing was decided against anybody in {', '.join(lived)}, so that nothing is left to be unfounded"
            if lived
            else "no arm of this run adds safeguards and changes nothing else"
        )
    estimates = {arm: estimate([sums]) for arm, sums in there.items()}
    shown = [arm for arm in there if estimates[arm].mean is not None]
    if not shown:
        raise Missing("too few people stand behind it in every arm")
    least = min(shown, key=lambda arm: estimates[arm].mean or 0.0)
    made = of_sums(estimates[least], told["unit"], tuple(sorted(reads)), None, there[least])
    return replace(made, note=f"in the arm {least}; looked at: {', '.join(there)}")


def absent(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """Whether the rules lack every one of some mechanisms, told in words; where people are barred in their own name."""
    if scheme not in evidence.rules:
        raise Missing("the rules of this run could not be read")
    if not any(sums.count for sums in evidence.sums({"unfounded.own_name": 1}, scheme)):
        raise Missing("nobody was barred in their own name")
    there = [name for name in told["absent"] if name in evidence.rules[scheme].mechanisms]
    value = float(not there)
    said = f"this arm has {', '.join(there)}" if there else str(told["said"])
    return Number(Estimate(value, value, value, 0), "a fact of the rules", (RULES,), exact=True, said=said)


def impact(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """The least raw impact of Canada's assessment, from the questions that a run answers; the note says the most."""
    found = raw_impact(evidence, scheme)
    value = float(found.least)
    return Number(Estimate(value, value, value, 0), f"of {found.of} points at least", found.reads, exact=True,
                  note=found.note)  # fmt: skip


def uncounted(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """Nothing: no measure counts it, and the file says so."""
    raise Missing(str(told["uncounted"]))


READINGS: Mapping[str, Callable[[Evidence, str, Mapping[str, Any]], Number]] = {
    reading.__name__: reading
    for reading in (
        rate,
        change,
        share,
        uneven,
        fact,
        months,
        worlds,
        net,
        alternative,
        left,
        absent,
        impact,
        uncounted,
    )
}


def read_off(evidence: Evidence, scheme: str, told: Mapping[str, Any]) -> Number:
    """The number that an indicator asks for. Raises Missing where the run does not have it."""
    reading = next(key for key in told if key in READINGS)
    return READINGS[reading](evidence, scheme, told)


def _weights(evidence: Evidence, scheme: str, asked: Any) -> dict[str, int]:
    """Measures with weights: listed, or selected by the scheme's rules."""
    if isinstance(asked, str):
        if scheme not in evidence.rules:
            raise Missing("the rules of this run could not be read")
        found = getattr(evidence.rules[scheme], asked)
        if found is None:
            raise Missing("which acts count against people cannot be read from the rules")
        return dict(found)
    return dict.fromkeys(map(str, asked), 1) if isinstance(asked, list) else {str(k): int(v) for k, v in asked.items()}


def _counted(evidence: Evidence, scheme: str, measures: Mapping[str, int]) -> tuple[str, ...]:
    """The measures, of those asked for, of which there was any."""
    return tuple(
        evidence.name(measure, scheme) for measure in measures
        if any(sums.count for sums in evidence.sums({measure: 1}, scheme))
    )  # fmt: skip


def _hidden(evidence: Evidence, name: str, sums: Sequence[Sums]) -> Estimate | None:
    """Why a rate is not shown: too few people behind it."""
    persons = evidence.cards[name].get("persons")
    behind = evidence.counts.sums(evidence.arm).get((persons or name, ""), {}).values()
    people = sum(s.most if persons else s.people for s in behind)
    few = people < SMALLEST_CELL and any(s.base for s in sums)
    return Estimate(None, None, None, len(sums), f"fewer than {SMALLEST_CELL} people") if few else None


def _scaled(found: Estimate, scale: float) -> Estimate:
    low, high = (None if end is None else end * scale for end in (found.low, found.high))
    return Estimate(None if found.mean is None else found.mean * scale, low, high, found.worlds, found.reason)
