"""The headline: what was found, in the past tense, in the model and with its uncertainty; and numbers as they are read.

No country, people or firm is its subject; nothing in it proves, and nobody in it "would have".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from goodstanding.estimates import ONE_WORLD, Band, Estimate, estimate

if TYPE_CHECKING:
    from goodstanding.assumptions import Assumptions, Floats, Spread
    from goodstanding.comparison import Comparison, Difference
    from goodstanding.counts import Sums

BARRED, FAMILY, FALSE, UNRECORDED, UNABLE, INDUCED, AVERTED = (
    ".sanctions.people", ".unfounded.family", ".unfounded.false", ".unfounded.unrecorded", ".unfounded.unable",
    ".unfounded.induced", ".unfounded.averted",
)  # fmt: skip
DUNNED = ".recovery.unfounded"
SILENT, SPOKE = "silence.held_tongue", "silence.voices"
"""The measures of the headline, by the end of their name: a scheme's own begin with its name."""
UNPAID = "fell away once payments that were beyond the person's means were taken out of the record"
UNTRUE = "fell away once entries about what the person had not done were taken out"
NO_ENTRY = "rested on no false entry, but on what is on no record of the person's own, such as friends' scores"
BROUGHT = (
    "stood on the record, but not on the record that the same rules made of the same person's acts in the world "
    "without the scheme (induced: under the same draws, a convention)"
)
NET = (
    "remained of these less those the other way round, which that world brought and which fell on nobody (this hangs "
    "on no pairing, but where an unfounded month stood in both)"
)
RELATIVES, REST = "were for a relative's sake", "the rest is not thereby rightful"
"""What the months rested on, for which people were barred."""
OWN = "of the months for which people were barred in their own name"
ALL = "of all sanction-months, relatives' included"
ENOUGH, IN_WHICH_SOME = "that had enough of them to tell", "in which there were any"
"""Which sets of assumptions a band is over."""
MONTH = " (a month: one person, one domain, one month)"
UNFELT, NOBODY, NO_RULE = ("ghost", "aware"), "nobody was barred from anything", "no rule bars anybody"
"""The arms in which nothing follows from a class."""
LATE = 12
"""Months at the end of a run that are told beside the average of all."""


def headline(found: Comparison) -> str:
    """What was found in an arm beside another one: across the assumptions where they were varied, else on luck.

    A line each: what was lived, who was barred, what that rested on, who spoke, and how far all of it is certain.
    """
    months, people = found.manifest["months"], f"{found.manifest['people']:,} synthetic people"
    lived = f"over the first {months} month{'s' * (months != 1)}"
    counties = int(found.cards.get("counties", 1))
    place = "an invented county" if counties == 1 else f"an invented society of {counties} counties"
    under = f"under {modelled(found.manifest['title'])}"
    beside = f"the same people with the same luck were compared in the arms {found.arm} and {found.against}"
    share = f"{found.assumed} % of the parameters are assumptions"
    tried = found.tried if found.tried and {found.arm, found.against} <= {*found.tried.arms} else None
    if tried and months:
        rows = tried.rows(found.arm, found.against)
        felt = _felt(found)
        return _lines(
            f"In {place} {under}, {beside}, across the assumptions tried ({tried.sets:,} sets) and {lived}.",
            f"In the arm {found.arm}: {_sentences(_barred_across(found, tried, rows) if felt else [NOBODY])}",
            _capital(_sentences(_resting_across(found.arm, tried, rows))) if felt else "",
            _capital(_sentences(_spoken_across(found.arm, found.against, tried, rows))),
            f"As written, at one set of assumptions ({people}, {_worlds(found)}): {_sentences(_barred(found))}"
            if felt and any(row.count for row in found.find(BARRED))
            else "",
            f"(From the 5th to the 95th of every 100 sets, with the median, each over {tried.worlds} worlds of "
            f"{tried.people:,} synthetic people; {share}.)",
        )
    felt = _felt(found)
    barred = _sentences(_barred(found) if felt else [NOBODY]) if months else "no month was lived."
    return _lines(
        f"In {place} of {people} {under}, {beside}, at one set of assumptions and {lived}.",
        f"In the arm {found.arm}: {barred}",
        _capital(_sentences(_resting(found))) if felt and months else "",
        _capital(_sentences(_silent(found))) if months else "",
        f"(Luck only: {_worlds(found)}; the assumptions were not varied, and {share}.)",
    )


def _worlds(found: Comparison) -> str:
    return f"{len(found.worlds)} worlds" if len(found.worlds) > 1 else ONE_WORLD


def _lines(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _barred_across(found: Comparison, tried: Assumptions, rows: Sequence[Spread]) -> Iterator[str]:
    """Who was barred or dunned across the sets of assumptions, and in how many of them anybody was."""
    for row in _ending(rows, DUNNED):
        yield f"{of_every(row.arm)} adults had to pay in an average month for a debt beyond all that they owed"
    for row in _ending(rows, BARRED):
        if not row.some and not _bars(found, row.measure):
            yield f"{_scheme(row, rows)}{NO_RULE}"
            yield from _instead(found, row.measure, rows)
            continue
        said = f"{_scheme(row, rows)}{of_every(row.arm)} adults were barred from something in their own name"
        yield f"{said} in an average month"
        yield (
            f"{_scheme(row, rows)}anybody at all was barred, in so small a county ({tried.people:,} people, "
            f"{tried.worlds} worlds), in {of_sets(row.some, tried.sets)}"
        )


def _spoken_across(arm: str, against: str, tried: Assumptions, rows: Sequence[Spread]) -> Iterator[str]:
    """Who held their tongue and who spoke, with the share of the sets in which the direction holds."""
    for row in _ending(rows, SILENT):
        if row.arm.high:
            few = f"in the {row.arm.sets:,} of {tried.sets:,} sets {ENOUGH}, " * (row.arm.sets < tried.sets)
            yield f"{few}{of_every(row.arm)} times that somebody was ready to speak up ended in silence from fear"
    for row in _ending(rows, SPOKE):
        gap = row.difference
        if gap.low is None or gap.high is None or gap.middle is None or row.same is None:
            continue
        fewer = "fewer" if gap.middle < 0 else "more"
        if row.determined:
            yield (
                f"in {of_sets(row.same, gap.sets)} there were {fewer} voices than in the arm {against} "
                f"({spoken(gap)} for 1,000 adult-months, below nought is fewer)"
            )
        else:
            yield (
                f"whether there were fewer or more voices the assumptions tried do not determine "
                f"({either_way(tried.differences(row.measure, arm, against))})"
            )


def _felt(found: Comparison) -> bool:
    """True where the arm has a scheme, and its sanctions are felt."""
    counted = found.counts.sums(found.arm)
    return found.arm not in UNFELT and any((row.measure, "") in counted for row in found.find(BARRED))


def _instead(found: Comparison, measure: str, rows: Sequence[Difference | Spread]) -> Iterator[str]:
    """What leads for the scheme of a measure that bars nobody, or for every scheme: how many adults each month."""
    cards, scheme = found.cards["measures"], measure.partition(".")[0]
    for row in rows:
        who = cards.get(row.measure, {}).get("label", "").partition("adults ")
        of_scheme = row.measure.count(".") > 1 and row.measure.startswith(scheme)
        if of_scheme and cards[row.measure]["leads"] and who[1] and not who[0] and row.arm.high:
            yield f"{of_every(row.arm)} adults were, in a month, those {who[2]}"


def _bars(found: Comparison, measure: str) -> bool:
    """True where a sanction of the scheme, in any arm of the run, is one that can bar somebody from something."""
    from goodstanding.mechanism import catalogue

    bars = {"restricted", "family_barred"}
    milder = {key for key, cls in catalogue()["sanctions"].items() if bars.isdisjoint(cls.writes)}
    of = f"schemes.{measure.partition('.')[0]}.sanctions."
    paths = (row["path"].partition(of)[2] for row in found.cards["settings"] if of in row["path"])
    return any(path.partition(".")[0] not in milder for path in paths)


def _resting_across(arm: str, tried: Assumptions, rows: Sequence[Spread]) -> Iterator[str]:
    """What the months rested on: sentences of one base and one number of sets each, scheme by scheme."""
    from goodstanding.assumptions import band

    gloss, any_told = MONTH, False
    for scheme in _schemes(rows):
        mine = {row.measure.removeprefix(scheme): row for row in rows if row.measure.startswith(f"{scheme}.unfounded.")}
        apart, false = (tried.rates(f"{scheme}{end}", arm) for end in (UNRECORDED, FALSE))
        some, whole = (False, False) if apart is None else (bool((apart > 0).any()), _alike(apart, false))
        own = ((OWN, suffix, what) for suffix, what in {UNABLE: UNPAID, **_untrue(some, whole)}.items())
        parts: list[tuple[str, Band, str, str]] = []
        for base, suffix, what in (*own, (ALL, INDUCED, BROUGHT)):
            if suffix in mine and mine[suffix].arm.high is not None:
                parts.append((base, mine[suffix].arm, what, ENOUGH))
        if parts and parts[-1][2] == BROUGHT and AVERTED in mine:
            both = [tried.rates(f"{scheme}{suffix}", arm) for suffix in (INDUCED, AVERTED)]
            if both[0] is not None and both[1] is not None and (net := band(both[0] - both[1])).high is not None:
                parts.append((ALL, net, NET, ENOUGH))
        if FAMILY in mine and mine[FAMILY].where_any.high is not None:
            parts.append((ALL, mine[FAMILY].where_any, RELATIVES, IN_WHICH_SOME))
        told: dict[tuple[str, str, int], list[str]] = {}
        for base, found, what, which in parts:
            told.setdefault((base, which, found.sets), []).append(f"{spoken(found, 0.1)} in every 100 {what}")
        for (base, which, sets), shares in told.items():
            few = f", in the {sets:,} of {tried.sets:,} sets {which}" * (sets < tried.sets)
            yield f"{_under(scheme, rows)}{base}{gloss}{few}, {'; '.join(shares)}"
            gloss, any_told = "", True
    if any_told:
        yield REST


def _sentences(parts: Iterable[str]) -> str:
    """Parts as sentences; the first may go on from a colon."""
    return " ".join(f"{_capital(part) if at else part}." for at, part in enumerate(filter(None, parts)))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ending(rows: Sequence[Spread], suffix: str) -> Iterator[Spread]:
    return (row for row in rows if row.measure.endswith(suffix))


def of_sets(share: float, sets: int) -> str:
    """A share of the sets, counted: '179 of 200 sets'."""
    return f"{round(share * sets):,} of {sets:,} sets"


def either_way(gaps: Floats) -> str:
    """In how many sets a difference goes which way; sets that could not tell are left out."""
    fewer, none, more = (int(there.sum()) for there in (gaps < 0, gaps == 0, gaps > 0))
    return f"fewer in {fewer:,}, no difference in {none:,}, more in {more:,}"


def _barred(found: Comparison) -> Iterator[str]:
    rows = found.find(BARRED)
    if not any(row.count for row in rows):
        yield NOBODY if any(_bars(found, row.measure) for row in rows) else NO_RULE
        yield from _instead(found, "", found.rows())
        rows = []
    for row in rows:
        base = _base(row.arm)
        said = (
            f"in {_count(row.count, row.base)} adult-months somebody was barred from something in their own name"
            if _few(row.arm)
            else f"{_of(row.arm, base)} adults were barred from something in their own name in a month"
        )
        late = found.manifest["months"] - LATE
        if late > 0 and row.arm.mean:
            sums = found.per_world(found.counts.sums(found.arm, since=late).get((row.measure, "")), True)
            last, counted = estimate([sums]), _count(sum(s.count for s in sums), sum(s.base for s in sums))
            said += f" ({counted if _few(last) or _few(row.arm) else _of(last, base)} in the last {LATE})"
        yield f"{_scheme(row, rows)}{said}"
    for row in found.find(DUNNED):
        yield (
            f"in {_count(row.count, row.base)} adult-months somebody had to pay for a debt beyond all that they owed"
            if _few(row.arm)
            else f"{of_every(row.arm)} adults had to pay in a month for a debt beyond all that they owed"
        )


def _resting(found: Comparison) -> Iterator[str]:
    """What the sanction-months rested on; a share is told only where there is enough of it."""
    rows, gloss, any_told = found.rows(), MONTH, False
    for scheme in _schemes(rows):
        mine = {row.measure.removeprefix(scheme): row for row in rows if row.measure.startswith(f"{scheme}.")}
        apart, false = (mine[end].count if end in mine else 0 for end in (UNRECORDED, FALSE))
        for base, parts in {
            OWN: {UNABLE: UNPAID, **_untrue(apart > 0, apart == false)},
            ALL: {INDUCED: BROUGHT, AVERTED: NET, FAMILY: RELATIVES},
        }.items():  # fmt: skip
            shares = []
            for suffix, what in parts.items():
                row = mine.get(suffix)
                if row is None or row.arm.mean is None or not row.base or (suffix == FAMILY and not row.count):
                    continue
                few, rate = _count(row.count, row.base), row.arm
                if suffix == AVERTED:
                    if INDUCED not in mine or not mine[INDUCED].count + row.count:
                        continue
                    few = f"{number(mine[INDUCED].count - row.count)} of {row.base:,}"
                    rate = estimate([_per_world(found, f"{scheme}{end}") for end in (INDUCED, AVERTED)])
                shares.append(f"{few if _few(rate) else f'{spoken(rate, 0.1)} in every 100'} {what}")
            if shares:
                yield f"{_under(scheme, rows)}{base}{gloss}, {'; '.join(shares)}"
                gloss, any_told = "", True
    if any_told:
        yield REST


def _per_world(found: Comparison, measure: str) -> list[Sums]:
    return found.per_world(found.counts.sums(found.arm).get((measure, "")), True)


def _untrue(some: bool, whole: bool) -> dict[str, str]:
    """How false months are told: some of them, or all, may rest on no false entry."""
    if not some:
        return {FALSE: UNTRUE}
    return {FALSE: NO_ENTRY} if whole else {FALSE: f"{UNTRUE}, or {NO_ENTRY}", UNRECORDED: NO_ENTRY}


def _alike(one: Floats, other: Floats | None) -> bool:
    """True where two rates are the same in every set, the sets without either left out."""
    return other is not None and bool(((one == other) | ((one != one) & (other != other))).all())


def _schemes(rows: Sequence[Difference | Spread]) -> list[str]:
    """The schemes that bar people, in the order of their measures."""
    return list(dict.fromkeys(row.measure.partition(".")[0] for row in rows if ".unfounded." in row.measure))


def _under(scheme: str, rows: Sequence[Difference | Spread]) -> str:
    return f"under the scheme {scheme}, " if len(_schemes(rows)) > 1 else ""


def _silent(found: Comparison) -> Iterator[str]:
    for row in found.find(SILENT):
        if row.arm.mean is not None and row.arm.mean > 0:
            often = _count(row.count, row.base) if _few(row.arm) else of_every(row.arm)
            yield f"{often} times that somebody was ready to speak up ended in silence from fear"
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


def spoken(found: Estimate | Band, scale: float = 1.0) -> str:
    """An interval in words: '212 to 219', a band with its median, or 'about 215' where there is no width."""
    middle = found.middle if isinstance(found, Band) else found.mean
    if middle is None:
        return "an unknown number"
    ends = [number(v * scale) for v in (found.low, found.high) if v is not None]
    if len(set(ends)) == 2:
        median = f" (median {number(middle * scale)})" if isinstance(found, Band) else ""
        return f"{' to '.join(ends)}{median}"
    return number(0) if middle == 0 else f"about {number(middle * scale)}"


def of_every(found: Estimate | Band) -> str:
    """An interval of a rate in words: '212 to 219 of every 1,000', or of every 100,000 where few are meant."""
    return _of(found, _base(found))


def _base(found: Estimate | Band) -> int:
    """Of how many a rate is told: of 1,000, or of 100,000 where few are meant."""
    largest = found.high if found.high is not None or isinstance(found, Band) else found.mean
    return 100_000 if largest is not None and 0 < largest < 1 else 1_000


def _of(found: Estimate | Band, base: int) -> str:
    return f"{spoken(found, base / 1_000)} of every {base:,}"


def _few(found: Estimate) -> bool:
    """True where several worlds had too little of it for an interval, so that what was counted is told and no rate."""
    return found.mean is not None and found.worlds > 1 and bool(found.reason)


def _count(count: int, base: int) -> str:
    return f"{count:,} of {base:,}" if count else f"none of {base:,}"


def _scheme(row: Difference | Spread, rows: Sequence[Difference | Spread]) -> str:
    """Under which scheme, where a measure is taken of several."""
    scheme, _, measure = row.measure.partition(".")
    several = sum(other.measure.partition(".")[2] == measure for other in rows) > 1
    return f"under the scheme {scheme} " if several else ""
