"""The pattern table: published figures, and what the model as it stands makes of them. Nothing is fitted to them.

    python scripts/patterns.py [--people 50000] [--worlds 8]

It lives through the scenario as written and writes the table of `docs/patterns.md` afresh; the text around it is
written by hand. A pattern is in view where the reason of a default names it or a card of the scenario cites one of its
sources, so that a hit is no evidence; the cards are asked for that. Misses stay.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from goodstanding import bibliography
from goodstanding.acts import ACTS
from goodstanding.card import Card
from goodstanding.counts import Sums
from goodstanding.engine import Outcome, simulate
from goodstanding.estimates import Estimate, estimate
from goodstanding.scenario import Scenario, read
from goodstanding.ties import BANDS, describe

PAGE = Path(__file__).parents[1] / "docs" / "patterns.md"
SCENARIO = "suining-2010"
APPEAL, NOTICE = "with_appeal", "with_notice_and_appeal"
ARMS = ["none", "full", APPEAL, NOTICE]
BEGIN, END = "<!-- table: written by scripts/patterns.py -->", "<!-- end of table -->"
HIT, MISS, UNCLEAR = "hit", "**miss**", "unclear"
RIGHT, WRONG = "right sign", "**wrong sign**"
"""What a pattern without a figure can come to: half of all models would have the sign right."""
Share = tuple[float, float]
"""What was counted, and of how much."""


@dataclass(frozen=True)
class Lived:
    """One world under every arm, with the figures of who knows whom."""

    outcome: Outcome
    ties: dict[str, Any]

    @property
    def adults(self) -> int:
        return int(self.outcome.population.adults.sum())

    @property
    def months(self) -> int:
        return len(self.outcome.counts["full"])

    def of(self, name: str, arm: str = "full", months: slice = slice(None), strata: slice = slice(None)) -> int:
        """A count added up, over all months and strata or some; tenths and groups follow from the strata."""
        at = list(self.outcome.names[arm]).index(name)
        return int(self.outcome.counts[arm][months, at, strata].sum())


@dataclass(frozen=True)
class Pattern:
    """A published figure with its band, and how the model's counterpart is reckoned.

    `reckon` gives the share of one world, or two of which the second is taken off the first; `times` turns a share
    into the unit. `view` is the setting whose reason names the pattern, empty where none does. With `sign` only the
    direction was published.
    """

    key: str
    level: str
    published: str
    sources: tuple[str, ...]
    low: float
    high: float
    band: str
    measured: str
    unit: str
    times: float
    reckon: Callable[[Lived], Sequence[Share]]
    view: str = ""
    sign: bool = False


LAST, FIRST = slice(-1, None), slice(0, 1)
SECOND_YEAR, THIRD_MONTH = slice(23, 24), slice(2, 3)


def tenths(world: Lived, which: range) -> Share:
    """Adults of some income tenths who say that they approve, in the last month, of all adults there."""
    adults = world.outcome.population.adults
    strata = [s for s in range(adults.size) if s % 10 in which]
    return float(sum(world.of("legitimacy.say_so", months=LAST, strata=slice(s, s + 1)) for s in strata)), float(
        sum(int(adults[s]) for s in strata)
    )


def group(world: Lived, which: int) -> Share:
    """Person-months barred of one group, of its adult-months."""
    strata = slice(10 * which, 10 * which + 10)
    adults = float(world.outcome.population.adults[strata].sum())
    return float(world.of("suining.sanctions.people", strata=strata)), world.months * adults


def free_again(world: Lived) -> float:
    """Spells of being barred that ended."""
    names = [name for name in world.outcome.names["full"] if name.startswith("suining.traps.ended_")]
    return float(sum(world.of(name) for name in names))


def of_ties(figure: str) -> Callable[[Lived], Sequence[Share]]:
    return lambda world: [(world.ties[figure] * world.ties["people"], world.ties["people"])]


def decided(world: Lived, arm: str) -> float:
    return float(world.of("suining.appeal.upheld", arm) + world.of("suining.appeal.refused", arm))


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        "names for bad acts", "rule",
        "over 3,000 people's records in two months among 1.14 million rated, two thirds of them negative: 0.88 a month",
        ("suining-reports",), 0.66, 1.1, "a quarter either way, assumed",
        "adults on the list, over the two months for which a name stays", "of 1,000 adults a month", 1000,
        lambda w: [(w.of("association.on_list") / 2, w.adults * (w.months - 1))],
        "sanctions.publicity.names",
    ),
    Pattern(
        "the first list", "rule",
        "812 names on 15 March, ten weeks after the start: 0.71, or 0.48 if two thirds of them were negative",
        ("global-voices-2010",), 0.36, 0.89, "a quarter beyond both readings, assumed",
        "adults on the list in the third month", "of 1,000 adults", 1000,
        lambda w: [(w.of("association.on_list", months=THIRD_MONTH), w.adults)],
        "sanctions.publicity.names",
    ),
    Pattern(
        "files with an error", "person",
        "of 1,001 people with credit files 26.2 % alleged a material error and 12.9 % had their score changed for one",
        ("ftc-2012",), 12.9, 26.2, "from errors that moved a score to errors alleged",
        "adults with a false entry, of adults with an entry that costs points, in the last month", "percent", 100,
        lambda w: [(w.of("suining.remedies.people", months=LAST), w.of("suining.remedies.holders", months=LAST))],
        "observation.agencies.misattribution",
    ),
    Pattern(
        "errors that move a class", "person",
        "52 of the 129 people whose score changed came into a better risk tier: 40 %",
        ("ftc-2012",), 30, 50, "ten points either way, assumed",
        "adults who miss the best class for a false entry, of adults with a false entry, in the last month",
        "percent", 100,
        lambda w: [(w.of("suining.rewards_lost.lost", months=LAST), w.of("suining.remedies.people", months=LAST))],
    ),
    Pattern(
        "few appeal", "person",
        "about 400 tribunal decisions on some 470,000 unlawful debts: under 0.1 %",
        ("robodebt-aap-2018", "robodebt-carney-2020"), 0.03, 0.3, "a factor of three either way, assumed",
        "appeals filed, of entries that cost points, with letters and an appeal", "percent", 100,
        lambda w: [(w.of("suining.appeal.filed", NOTICE), w.of("suining.publicity.fresh", NOTICE))],
        "safeguards.appeal.reach",
    ),
    Pattern(
        "a third of appeals succeed", "person",
        "one third of the tribunal decisions set a debt aside",
        ("robodebt-aap-2018",), 25, 42, "a quarter either way, assumed",
        "entries struck, of appeals decided, with letters and an appeal", "percent", 100,
        lambda w: [(w.of("suining.appeal.upheld", NOTICE), decided(w, NOTICE))],
        "safeguards.appeal.leniency",
    ),
    Pattern(
        "months to a correction", "person",
        "wrong listings by courts, found out without notice, took 32 days, seven months and about eleven to correct",
        ("southern-weekly-2015", "caixin-blog-ningbo"), 1, 11, "from the shortest to the longest of three cases",
        "appeals waiting over appeals decided in a month, with an appeal and no letters", "months", 1,
        lambda w: [(w.of("suining.appeal.waiting", APPEAL), decided(w, APPEAL))],
        "safeguards.appeal.delay",
    ),
    Pattern(
        "entries per person", "person",
        "470,000 unlawful debts of 373,000 people: 1.26 each",
        ("robodebt-carney-2020",), 1.1, 1.6, "from nearly one to half as many again, assumed",
        "entries that cost points and are known, over adults with an entry, in the last month, with letters",
        "each", 1,
        lambda w: [(w.of("suining.remedies.known", NOTICE, LAST), w.of("suining.remedies.holders", NOTICE, LAST))],
    ),
    Pattern(
        "known victims become more", "society",
        "26,000 parents were first counted as wrongly accused; 47,000 had come forward by September 2021: 1.8 times",
        ("nrc-2021",), 1.3, 2.5, "a third less and more, assumed",
        "false entries known to the person in the last month over the end of the second year, with letters",
        "times", 1,
        lambda w: [(
            w.of("suining.remedies.found", NOTICE, LAST), w.of("suining.remedies.found", NOTICE, SECOND_YEAR)
        )],
    ),
    Pattern(
        "performed after listing", "person",
        "of those listed as judgment defaulters about 9 % had performed by February 2017, some 25 % by the end of 2018",
        ("the-wire-2017", "scmp-2019"), 9, 27,
        "from the earlier figure to the later, recalled; what the list did to it is unknown",
        "spells of being barred that ended, of those begun", "percent", 100,
        lambda w: [(free_again(w), w.of("suining.sanctions.new"))],
        "conduct.compliance.resolve",
    ),
    Pattern(
        "people pay it no heed", "society",
        "the points of Rongcheng brought little, and many residents ignored them",
        ("clt-rongcheng",), 0, 50, "no figure was given; half is what 'many' allows, assumed",
        "adults with the scheme on their mind, from the second month on", "percent", 100,
        lambda w: [(w.of("awareness.aware"), w.adults * (w.months - 1))],
        "conduct.awareness.campaign",
    ),
    Pattern(
        "approval in surveys", "society",
        "about 80 % of some 2,200 people asked online approved",
        ("kostka-2019",), 75, 85, "five points either way, assumed",
        "adults who say that they approve, in the first month", "percent", 100,
        lambda w: [(w.of("legitimacy.say_so", months=FIRST), w.adults)],
        "conduct.support.approving",
    ),
    Pattern(
        "disapproval in surveys", "society",
        "about 1 % of the same people disapproved",
        ("kostka-2019",), 0, 2, "a point either way, assumed",
        "adults who oppose the scheme openly, in the last month", "percent", 100,
        lambda w: [(w.of("legitimacy.oppose", months=LAST), w.adults)],
    ),
    Pattern(
        "the better off approve more", "group",
        "approval was higher among the wealthier (and the educated, the urban and the older)",
        ("kostka-2019",), 0, 100, "the sign only: no figure was noted",
        "adults who say that they approve, three richest tenths less three poorest, in the last month",
        "percentage points", 100,
        lambda w: [tenths(w, range(7, 10)), tenths(w, range(3))],
        sign=True,
    ),
    Pattern(
        "approval falls with information", "society",
        "53 % of students approved of a score before reading for and against it, 29 % after: 0.55 of it was left",
        ("merics-2020",), 0.45, 0.65, "a tenth either way, assumed",
        "adults who approve in private in the last month over the first", "times", 1,
        lambda w: [(w.of("legitimacy.approve", months=LAST), w.of("legitimacy.approve", months=FIRST))],
        "conduct.support.sobering",
    ),
    Pattern(
        "views of sensitive pages fall", "society",
        "after June 2013 views of sensitive pages of an encyclopaedia fell by a fifth at once, by 30 % in one sample",
        ("penney-2016",), 0.7, 0.9, "from 30 % less to half of a fifth, assumed",
        "adults who speak up, full over none", "times", 1,
        lambda w: [(w.of("silence.voices"), w.of("silence.voices", "none"))],
        "conduct.voice.fear",
    ),
    Pattern(
        "private motives of denunciation", "person",
        "in samples of old denunciation files shares between a twentieth and two fifths are named for private motives",
        ("gellately-1990", "bergemann-2019"), 5, 40, "recalled with little confidence, so an assumption",
        "reports made out of malice, of all reports", "percent", 100,
        lambda w: [(w.of("informers.malice"), w.of("informers.tips"))],
        "conduct.informing.spite",
    ),
    Pattern(
        "reports to a hotline", "society",
        "about 5,000 calls in a year of paid tips on spies in Beijing, of 21.7 million people (recalled): 0.019",
        ("chinascope-2018",), 0.006, 0.06, "a factor of three either way, assumed: other acts, other place, and paid",
        "reports", "of 1,000 people a month", 1000,
        lambda w: [(w.of("informers.tips"), w.outcome.population.people * w.months)],
    ),
    Pattern(
        "a minority is chosen more often", "group",
        "a second nationality was used to choose whom to examine in the childcare-benefit affair; no rate was noted",
        ("nl-times-2022",), 1.2, 10, "a fifth more at least, assumed",
        "person-months barred per adult, group B over group A", "times", 1,
        lambda w: [(group(w, 1)[0] * group(w, 0)[1], group(w, 0)[0] * group(w, 1)[1])],
        "observation.agencies.attention",
    ),
    Pattern(
        "shown scores lower cooperation", "ties",
        "in games in the laboratory trust and cooperation fell where the partner's score was shown",
        ("genevsky-2025",), 0, 1 - 1e-9, "the sign only: games are not ties",
        "open tie ends, full over none", "times", 1,
        lambda w: [(w.of("association.open_ends"), w.of("association.open_ends", "none"))],
        "conduct.dealing.refusal", sign=True,
    ),
    Pattern(
        "ties per person", "ties", "people have between a handful of close ties and some fifteen of regular contact",
        (), BANDS["degree"].low, BANDS["degree"].high, "assumed",
        "ties at the start, household included", "each", 1, of_ties("degree"), "ties.kept",
    ),
    Pattern(
        "friends of friends are friends", "ties",
        "in networks of acquaintance a tenth to two fifths of such pairs know each other",
        (), BANDS["clustering"].low, BANDS["clustering"].high, "assumed",
        "clustering, mean over people", "of pairs", 1, of_ties("clustering"), "ties.friends",
    ),
    Pattern(
        "the sociable know the sociable", "ties", "degrees at both ends of a tie are alike in social networks",
        ("newman-park-2003",), BANDS["degree assortativity"].low, BANDS["degree assortativity"].high,
        "from about nought to what was counted among co-authors, recalled",
        "correlation of degrees over ties", "correlation", 1,
        of_ties("degree assortativity"), "ties.sociability_spread",
    ),
)  # fmt: skip


def live(scenario: Scenario, worlds: int) -> list[Lived]:
    """So many worlds of the scenario, each under the arms that the patterns need."""
    lived = []
    for seed in range(worlds):
        outcome = simulate(scenario, seed, seed, arms=ARMS)
        lived.append(Lived(outcome, describe(outcome.population, scenario.ties)["all"]))
    return lived


def cited(scenario: Scenario) -> dict[str, list[str]]:
    """Source by source the cards that cite it: society, ties, acts and every mechanism, in any arm of the scenario.

    A card cites what stands in its line of sources, what a setting has for a source or names in its reason, and what
    an entry so cited refers to.
    """
    found: dict[str, set[str]] = {}
    for name, keys in _citations(scenario):
        for key in keys:
            found.setdefault(key, set()).add(name)
    return {key: sorted(names) for key, names in found.items()}


def _citations(scenario: Scenario) -> Iterator[tuple[str, set[str]]]:
    for world in scenario.worlds.values():
        yield from (("society", _read(world.society)), ("ties", _read(world.ties)))
        for rule in (*world.conduct, *(rule for scheme in world.schemes for rule in scheme.mechanisms)):
            yield f"{rule.folder}.{rule.key()}", _read(rule)
    for path, told in scenario.provenance.items():
        parts = path.split(".")
        name = ".".join(parts[2:4] if parts[0] == "schemes" else parts[:2])
        yield name, _named(f"{told.source} {told.because}")
    for act in ACTS:
        yield "acts", _named(f"{act.source} {act.because}")


def _read(card: Card) -> set[str]:
    reasons = " ".join(f"{s.source} {s.because}" for s in type(card).settings.values())
    return _named(" ".join([*card.sources(), reasons]))


def _named(text: str) -> set[str]:
    """The sources that a text names, and those that they refer to."""
    known = {*bibliography.keys()}
    named, waiting = set[str](), {*re.findall(r"[a-z0-9][a-z0-9-]*", text)} & known
    while waiting:
        named |= waiting
        waiting = {see for key in waiting for see in bibliography.entry(key).get("see", "").split(", ")} & known - named
    return named


def view(pattern: Pattern, cards: dict[str, list[str]]) -> list[str]:
    """Where a pattern was in view: the setting whose reason names it, then the cards that cite a source of it."""
    names = {name for source in pattern.sources for name in cards.get(source, [])}
    own = [pattern.view] if pattern.view else []
    return [*own, *sorted(name for name in names if not pattern.view.startswith(name))]


def value(pattern: Pattern, lived: Sequence[Lived]) -> Estimate:
    """The model's value in the pattern's unit, with its interval over worlds."""
    shares = [pattern.reckon(world) for world in lived]
    arms = [[Sums(count, base, count, base) for count, base in arm] for arm in zip(*shares, strict=True)]
    found = estimate(arms)
    mean, low, high = (
        None if told is None else told * pattern.times / 1000 for told in (found.mean, found.low, found.high)
    )
    return Estimate(mean, low, high, found.worlds, found.reason)


def verdict(pattern: Pattern, found: Estimate) -> str:
    """Hit or miss by the mean; unclear where there is none, or where an end of the interval says otherwise.

    Where the sign alone was published it is right or wrong, which is no hit and no miss.
    """
    if found.mean is None:
        return UNCLEAR
    inside = pattern.low <= found.mean <= pattern.high
    ends = [number for number in (found.low, found.high) if number is not None]
    if all((pattern.low <= end <= pattern.high) == inside for end in ends):
        return (RIGHT if inside else WRONG) if pattern.sign else HIT if inside else MISS
    return UNCLEAR


def number(told: float | None) -> str:
    return "–" if told is None else f"{told:.3g}" if abs(told) < 1000 else f"{told:,.0f}"


def summary(verdicts: Sequence[tuple[Pattern, str]], cards: dict[str, list[str]]) -> Iterator[str]:
    """What the verdicts come to, in view and not, those of a sign alone apart."""
    words = {HIT: "hit", MISS: "missed", RIGHT: "with the right sign alone", WRONG: "with the wrong sign",
             UNCLEAR: "unclear"}  # fmt: skip
    for title, seen in (("Not in view: evidence", False), ("In view: no evidence", True)):
        told = [said for pattern, said in verdicts if bool(view(pattern, cards)) == seen]
        counted = ", ".join(f"{told.count(said)} {word}" for said, word in words.items())
        yield f"- *{title}*, {len(told)} of {len(verdicts)}: {counted}."


def table(lived: Sequence[Lived], cards: dict[str, list[str]]) -> Iterator[str]:
    """The rows of the table, and what they come to."""
    rows = [(pattern, found, verdict(pattern, found)) for pattern in PATTERNS for found in [value(pattern, lived)]]
    yield from summary([(pattern, said) for pattern, _, said in rows], cards)
    yield from ("", "| pattern | level | published | band | measured in the model | value (95 %, luck) | | in view |",
                "|---|---|---|---|---|---|---|---|")  # fmt: skip
    for pattern, found, said in rows:
        keys = "".join(f" `{key}`" for key in pattern.sources)
        interval = found.reason if found.low is None else f"{number(found.low)} to {number(found.high)}"
        yield (f"| {pattern.key} | {pattern.level} | {pattern.published}{keys} | {number(pattern.low)} to "
               f"{number(pattern.high)}: {pattern.band} | {pattern.measured} | {number(found.mean)} {pattern.unit} "
               f"({interval}) | {said} | {shown(view(pattern, cards))} |")  # fmt: skip


def shown(places: Sequence[str]) -> str:
    return " ".join(f"`{place}`" for place in places) or "no"


def page(text: str, lived: Sequence[Lived], scenario: Scenario) -> str:
    """The page with its table written afresh."""
    before, rest = text.split(BEGIN)
    run = (f"`python scripts/patterns.py`, {datetime.now(UTC):%Y-%m-%d}: {len(lived)} worlds of "
           f"{scenario.society.people:,} people over {scenario.months} months, arms {', '.join(ARMS)}; scenario hash "
           f"`{scenario.hash[:16]}`.")  # fmt: skip
    return "\n".join(
        [f"{before}{BEGIN}", "", run, "", *table(lived, cited(scenario)), "", f"{END}{rest.split(END)[1]}"]
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    asked.add_argument("--people", type=int, default=50_000)
    asked.add_argument("--worlds", type=int, default=8)
    told = asked.parse_args()
    scenario = read(SCENARIO, people=told.people)
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), live(scenario, told.worlds), scenario), encoding="utf-8")


if __name__ == "__main__":
    main()
