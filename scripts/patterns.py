"""The pattern table: published figures, and what the model as it stands makes of them. Nothing is fitted to them.

    python scripts/patterns.py [--people 50000] [--worlds 8]

It lives through each scenario that a figure is about, as written, and writes the table of `docs/patterns.md` afresh;
the text around it is written by hand. A pattern is in view where the reason of a default names it or a card of its
scenario cites one of its sources, so that a hit is no evidence; the cards are asked for that. Misses stay.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
APPEAL, NOTICE, ASKED = "with_appeal", "with_notice_and_appeal", "one_in_five_asks"
BEGIN, END = "<!-- table: written by scripts/patterns.py -->", "<!-- end of table -->"
HIT, MISS, UNCLEAR = "hit", "**miss**", "unclear"
RIGHT, WRONG = "right sign", "**wrong sign**"
"""What a pattern without a figure can come to: half of all models would have the sign right."""
Share = tuple[float, float]
"""What was counted, and of how much."""


@dataclass(frozen=True)
class Place:
    """A scenario that figures are held against: its arms, what is laid over it, and what is set for the figure's sake.

    `people` and `months` are those of the file where nothing is said.
    """

    scenario: str
    arms: tuple[str, ...] = ("full",)
    with_: tuple[str, ...] = ()
    set: tuple[str, ...] = ()
    people: int | None = None
    months: int | None = None

    def read(self, people: int | None = None, months: int | None = None) -> Scenario:
        size, time = people or self.people, months or self.months
        return read(self.scenario, with_=self.with_, set=self.set, people=size, months=time)


COUNTY = "suining"
WATCH_LIST = "schemes.gallery.observation.face_watch.watch_list"
PLACES: Mapping[str, Place] = {
    COUNTY: Place("suining-2010", ("none", "full", APPEAL, NOTICE), people=50_000),
    "suining, everybody told at once": Place(
        "suining-2010", set=("conduct.awareness.campaign=255", "conduct.awareness.campaign_months=2"),
        people=20_000, months=3,
    ),
    "courts": Place("joint-punishment-2016", ("full", "appeal"), with_=("safeguards/appeal",)),
    "rongcheng": Place("rongcheng"),
    "lender": Place("facebook-friends-rule", ("patent_only",)),
    "sesame": Place("sesame-credit", ("no_friends",)),
    "gallery": Place("dragon-eye"),
    "gallery, a list of half a million": Place("dragon-eye", set=(f"{WATCH_LIST}=500000",)),
    "debts": Place("robodebt-2016", ("full", ASKED)),
}  # fmt: skip


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
        return len(next(iter(self.outcome.counts.values())))

    def of(self, name: str, arm: str = "full", months: slice = slice(None), strata: slice = slice(None)) -> int:
        """A count added up, over all months and strata or some; tenths and groups follow from the strata."""
        at = list(self.outcome.names[arm]).index(name)
        return int(self.outcome.counts[arm][months, at, strata].sum())


@dataclass(frozen=True)
class Pattern:
    """A published figure with its band, and how the model's counterpart is reckoned.

    `reckon` gives the share of one world, or two of which the second is taken off the first; `times` turns a share
    into the unit. `view` is the setting whose reason names the pattern, empty where none does. With `sign` only the
    direction was published. `place` is where it is measured.
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
    place: str = COUNTY


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


def of_ties(figure: str) -> Callable[[Lived], Sequence[Share]]:
    return lambda world: [(world.ties[figure] * world.ties["people"], world.ties["people"])]


def decided(world: Lived, arm: str, scheme: str = COUNTY) -> float:
    return world.of(f"{scheme}.appeal.upheld", arm) + world.of(f"{scheme}.appeal.refused", arm)


def performed(world: Lived, months: int) -> Share:
    """Of the entries that brought people on the list in the first months, those that were paid in them."""
    first = slice(months)
    return world.of("courts.performance.performed", months=first), world.of("courts.court_list.booked", months=first)


def faces(world: Lived) -> int:
    """Faces that passed a camera: of every adult twice a day, as in the scenario."""
    return 2 * 30 * world.adults * world.months


def alarms(world: Lived) -> int:
    """False alarms of cameras, whatever an officer made of them."""
    return sum(world.of(f"gallery.face_watch.{name}") for name in ("false_alarms", "waved_on"))


def brought_up(world: Lived) -> int:
    """People whom searches brought up: the one who was sought, and others."""
    return sum(world.of(f"gallery.face_search.{name}") for name in ("found", "false_matches", "sent_away"))


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
        "errors alleged", "person",
        "of 1,001 people who looked through their credit files 26.2 % alleged a material error",
        ("ftc-2012",), 13, 39, "a half either way, assumed",
        "adults who asked for a review of an entry so far, of adults with an entry, with letters about each, in the "
        "last month",
        "percent", 100,
        lambda w: [(
            w.of("suining.remedies.holders", NOTICE, LAST) - w.of("suining.remedies.silent", NOTICE, LAST),
            w.of("suining.remedies.holders", NOTICE, LAST),
        )],
        "safeguards.appeal.reach",
    ),
    Pattern(
        "files whose score changed", "person",
        "of the same people 12.9 % had their score changed for an error",
        ("ftc-2012",), 6.5, 19, "a half either way, assumed",
        "adults with a false entry that lowers the score, of adults with a lender's file, in the last month",
        "percent", 100,
        lambda w: [(w.of("lender.remedies.people", "patent_only", LAST), w.adults)],
        "observation.agencies.misattribution", place="lender",
    ),
    Pattern(
        "files that came into a better tier", "person",
        "of the same people 5.2 % came into a better risk tier",
        ("ftc-2012",), 2.6, 7.8, "a half either way, assumed",
        "adults kept from favours by a false entry, of adults who are scored, without friends, in the last month",
        "percent", 100,
        lambda w: [(
            w.of("sesame.rewards_lost.lost", "no_friends", LAST), w.of("sesame.enrolment.members", "no_friends", LAST)
        )],
        place="sesame",
    ),
    Pattern(
        "debts before a tribunal", "person",
        "about 400 tribunal decisions on some 470,000 unlawful debts: under 0.1 %",
        ("robodebt-aap-2018", "robodebt-carney-2020"), 0.03, 0.3, "a factor of three either way, assumed",
        "debts disputed, of debts asserted: put in", "percent", 100,
        lambda w: [(w.of("debts.debt_review.filed"), w.of("debts.income_averaging.raised"))],
        "safeguards.debt_review.reach", place="debts",
    ),
    Pattern(
        "debts set aside", "person",
        "one third of the tribunal decisions set a debt aside",
        ("robodebt-aap-2018",), 25, 42, "a quarter either way, assumed",
        "debts set aside, of debts disputed, where one in five asks, so that there are enough to count: put in",
        "percent", 100,
        lambda w: [(w.of("debts.debt_review.set_aside", ASKED), w.of("debts.debt_review.filed", ASKED))],
        "safeguards.debt_review.proof", place="debts",
    ),
    Pattern(
        "debts per person", "person",
        "470,000 unlawful debts of 373,000 people: 1.26 each",
        ("robodebt-carney-2020",), 1.1, 1.6, "from nearly one to half as many again, assumed",
        "debts asserted, over adults told of one", "each", 1,
        lambda w: [(w.of("debts.income_averaging.raised"), w.of("debts.income_averaging.people"))],
        place="debts",
    ),
    Pattern(
        "what a debt came to", "person",
        "721 million dollars for 470,000 debts, 1,534 each: nearly three fortnights of the benefit (its size recalled)",
        ("robodebt-carney-2020",), 1.9, 4.4, "a factor of one and a half either way, assumed",
        "debts asserted, in fortnights of the benefit, over their number", "fortnights", 1,
        lambda w: [(w.of("debts.income_averaging.amount") / 46, w.of("debts.income_averaging.raised"))],
        place="debts",
    ),
    Pattern(
        "right among alerts", "person",
        "of 2,470 alerts of cameras at a final 173 met the right person, of about 190 at a festival 25: 7.0 and 13.2 %",
        ("south-wales-2018", "china-daily-2017-qingdao"), 7.0, 13.2, "from the one to the other",
        "people who were sought, of all whom a search of the gallery brought up; searches and not cameras, whose right "
        "alarms are left out here",
        "percent", 100,
        lambda w: [(w.of("gallery.face_search.found"), brought_up(w))],
        place="gallery",
    ),
    Pattern(
        "false alerts at a festival", "person",
        "some 165 alerts that met nobody wanted among 2.3 million faces: 72 in a million; how long the list was is not "
        "known",
        ("china-daily-2017-qingdao",), 24, 220, "a factor of three either way, assumed",
        "false alarms of cameras, over faces that passed one, with a list of 10,000", "of a million faces", 1_000_000,
        lambda w: [(alarms(w), faces(w))],
        "observation.face_watch.watch_list", place="gallery",
    ),
    Pattern(
        "false alerts at a final", "person",
        "2,297 false alerts among 170,000 visitors, against half a million custody pictures: 13.5 of 1,000",
        ("south-wales-2018",), 4.5, 41, "a factor of three either way, assumed; a visitor may pass more than once",
        "false alarms of cameras, over faces that passed one, with a list of half a million", "of 1,000 faces", 1000,
        lambda w: [(alarms(w), faces(w))],
        "observation.face_watch.watch_list", place="gallery, a list of half a million",
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
        "appeals waiting over appeals decided in a month: the wait alone, without the time until somebody found out",
        "months", 1,
        lambda w: [(w.of("courts.appeal.waiting", "appeal"), decided(w, "appeal", "courts"))],
        "safeguards.appeal.delay", place="courts",
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
        "over 580,000 had complied by December 2016, of 6.73 million listed as judgment defaulters by February 2017: "
        "derived, 9 % after 40 months",
        ("legal-daily-2018", "the-wire-2017"), 4.3, 13,
        "a half either way, assumed; assets were seized as well, and firms are counted",
        "entries paid in the first 40 months, of entries that brought somebody on the list", "percent", 100,
        lambda w: [performed(w, 40)],
        "sanctions.performance.performing", place="courts",
    ),
    Pattern(
        "performed in the end", "person",
        "some 3.5 million of 13 to 14 million had performed by the end of 2018, after 62 months (recalled): 25 to 27 %",
        ("scmp-2019",), 13, 40, "a half either way, assumed; records and not persons, and recalled",
        "entries paid in 60 months, of entries that brought somebody on the list", "percent", 100,
        lambda w: [performed(w, 60)],
        "sanctions.performance.performing", place="courts",
    ),
    Pattern(
        "people pay it no heed", "society",
        "the points of Rongcheng brought little, and many residents ignored them",
        ("clt-rongcheng",), 0, 50, "no figure was given; half is what 'many' allows, assumed",
        "adults with the scheme on their mind, from the second month on", "percent", 100,
        lambda w: [(w.of("awareness.aware"), w.adults * (w.months - 1))],
        "conduct.awareness.campaign", place="rongcheng",
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
        "approval after reading", "society",
        "the same students, before and after reading: 53 and 29 % at once",
        ("merics-2020",), 0.45, 0.65, "a tenth either way, assumed",
        "adults who approve in private a month after the loudest campaign that the model has, over the month before",
        "times", 1,
        lambda w: [(w.of("legitimacy.approve", months=slice(1, 2)), w.of("legitimacy.approve", months=FIRST))],
        "conduct.support.sobering", place="suining, everybody told at once",
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


def live(scenario: Scenario, arms: Sequence[str], worlds: int) -> list[Lived]:
    """So many worlds of the scenario, each under the arms that the patterns need."""
    lived = []
    for seed in range(worlds):
        outcome = simulate(scenario, seed, seed, arms=arms)
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


Cards = Mapping[str, dict[str, list[str]]]
"""Place by place and source by source, the cards that cite it."""


def summary(verdicts: Sequence[tuple[Pattern, str]], cards: Cards) -> Iterator[str]:
    """What the verdicts come to, in view and not, those of a sign alone apart."""
    words = {HIT: "hit", MISS: "missed", RIGHT: "with the right sign alone", WRONG: "with the wrong sign",
             UNCLEAR: "unclear"}  # fmt: skip
    for title, seen in (("Not in view: evidence", False), ("In view: no evidence", True)):
        told = [said for pattern, said in verdicts if bool(view(pattern, cards[pattern.place])) == seen]
        counted = ", ".join(f"{told.count(said)} {word}" for said, word in words.items())
        yield f"- *{title}*, {len(told)} of {len(verdicts)}: {counted}."


def table(lived: Mapping[str, Sequence[Lived]], cards: Cards) -> Iterator[str]:
    """The rows of the table, and what they come to."""
    rows = [
        (pattern, found, verdict(pattern, found))
        for pattern in PATTERNS
        for found in [value(pattern, lived[pattern.place])]
    ]
    yield from summary([(pattern, said) for pattern, _, said in rows], cards)
    yield from (
        "", "| pattern | level | published | band | where | measured in the model | value (95 %, luck) | | in view |",
        "|---|---|---|---|---|---|---|---|---|",
    )  # fmt: skip
    for pattern, found, said in rows:
        keys = "".join(f" `{key}`" for key in pattern.sources)
        interval = found.reason if found.low is None else f"{number(found.low)} to {number(found.high)}"
        yield (f"| {pattern.key} | {pattern.level} | {pattern.published}{keys} | {number(pattern.low)} to "
               f"{number(pattern.high)}: {pattern.band} | {pattern.place} | {pattern.measured} | {number(found.mean)} "
               f"{pattern.unit} ({interval}) | {said} | {shown(view(pattern, cards[pattern.place]))} |")  # fmt: skip


def shown(places: Sequence[str]) -> str:
    return " ".join(f"`{place}`" for place in places) or "no"


def told(place: str, scenario: Scenario, worlds: Sequence[Lived]) -> str:
    """A line on what was lived: the scenario, what was changed in it, and its hash."""
    how = PLACES[place]
    changed = ", ".join([*(f"`--set {one}`" for one in how.set), *(f"`--with {one}`" for one in how.with_)])
    return (f"- *{place}*: `{how.scenario}`{', ' * bool(changed)}{changed}, {len(worlds)} worlds of "
            f"{scenario.society.people:,} people over {scenario.months} months, arms {', '.join(how.arms)}; scenario "
            f"hash `{scenario.hash[:16]}`.")  # fmt: skip


def page(text: str, lived: Mapping[str, Sequence[Lived]], scenarios: Mapping[str, Scenario]) -> str:
    """The page with its table written afresh."""
    before, rest = text.split(BEGIN)
    run = [f"`python scripts/patterns.py`, {datetime.now(UTC):%Y-%m-%d}:", "",
           *(told(place, scenarios[place], worlds) for place, worlds in lived.items())]  # fmt: skip
    cards = {place: cited(scenario) for place, scenario in scenarios.items()}
    return "\n".join([f"{before}{BEGIN}", "", *run, "", *table(lived, cards), "", f"{END}{rest.split(END)[1]}"])


def main() -> None:
    asked = argparse.ArgumentParser(description=str(__doc__).split("\n", 1)[0])
    asked.add_argument("--people", type=int, help="in every place; where nothing is said, each has its own number")
    asked.add_argument("--worlds", type=int, default=8)
    how = asked.parse_args()
    scenarios = {place: where.read(how.people) for place, where in PLACES.items()}
    lived = {place: live(scenarios[place], where.arms, how.worlds) for place, where in PLACES.items()}
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), lived, scenarios), encoding="utf-8")


if __name__ == "__main__":
    main()
