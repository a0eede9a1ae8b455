"""Scoring: a score is weighed from several sides of a life, the company one keeps among them."""

from __future__ import annotations

from math import fsum
from typing import Any

import numpy as np

from goodstanding.card import exactly, rows_named, scaled, setting, table, uniform
from goodstanding.errors import InvalidInput
from goodstanding.kernels import between, helper, kernel, pair, start
from goodstanding.mechanism import Scoring
from goodstanding.world import ALL, RECORD, TWIN, VOICES, Column

DIMENSIONS = ("history", "capacity", "behaviour", "identity", "friends")
HISTORY, CAPACITY, BEHAVIOUR, IDENTITY, FRIENDS = range(5)
rows_named("dimensions", lambda: DIMENSIONS)

BANDS = 6
"""Parts of a range of scores that people show to the scheme, from 1, the lowest; a pair counts up to six motives."""
WHOLE = 1000
"""A side of life is worth from 0 to this."""


@helper
def band_of(score, low, high):
    """The sixth of the range in which a score is, from 1 to 6."""
    return 1 + max(0, min(BANDS - 1, BANDS * (score - low) // (high - low)))


@helper
def company(counted, hollow):
    """What the bands of the people around come to: (their middles in twelfths of the range added up, people).

    Friends who are nobody stand in the highest.
    """
    people = np.int64(hollow)
    twelfths = (2 * BANDS - 1) * people
    for band in range(BANDS):
        here = (counted >> (5 * band)) & 31
        twelfths += (2 * band + 1) * here
        people += here
    return twelfths, people


class Dimensions(Scoring):
    """People are scored on what they repaid, earn, use, have told about themselves, and on the scores of their friends.

    History begins whole and loses by recorded acts, until their term is over; capacity is the income tenth; behaviour
    is how much of one's life is online, and one's custom where whoever rates also sells; identity is how complete one's
    details are, drawn once; friends are the people around, the household left out, each taken for the middle of the
    sixth of the range in which last month's score was. Weights add up to one. Everybody begins at the newcomer's score
    and moves to the weighed one in equal steps, counted from the beginning of the scheme.

    What friends do is nothing that the person did, so both shadows are scored without it, the other sides weighing as
    much more; so is whoever has nobody around with a score. No published formula is behind any of this: the names of
    the sides and their weights are what others reported, what each is made of is assumed. Only adults are rated.

    Sources: [zhima-consumer-pages] [caixin-2018]
    """

    columns = {
        "apart": Column(dtype="int32", label="score without the friends", unit="points"),
        "filled": Column(dtype="uint8", label="how complete the person's details are", unit="0 to 255", kept=True),
        "band": Column(dtype="uint8", label="sixth of the range the score is in, 1 the lowest", shown=3),
    }
    writes = ("score", "standing", "told", "counted", "wanted", "losing", "looks_around", "entry_flags")
    counts = {
        "rated": "adults with a score",
        "points": "their scores added up, in points above the lowest",
        "lifted": "adults in a better class for their friends' sake",
        "lowered": "adults in a worse class for their friends' sake",
        "outdated": "entries whose term has passed",
    }

    weights: dict[str, float] = table(
        {"history": 0.35, "capacity": 0.25, "behaviour": 0.2, "identity": 0.15, "friends": 0.05},
        keys="dimensions", low=0, high=1, unit="share", prior=exactly(), help="what each side of life weighs",
        source="zhima-consumer-pages", mark="reported",
        because="the version told most often; others swap capacity and behaviour, and the firm confirmed neither",
    )  # fmt: skip
    low: int = setting(
        350, low=-100_000, high=100_000, unit="points", prior=exactly(), help="the lowest score",
        source="zhima-consumer-pages", mark="reported",
    )  # fmt: skip
    high: int = setting(
        950, low=-100_000, high=100_000, unit="points", prior=exactly(), help="the highest score",
        source="zhima-consumer-pages", mark="reported",
    )  # fmt: skip
    newcomer: int = setting(
        600, low=-100_000, high=100_000, unit="points", prior=exactly(), help="the score that everybody begins with",
        source="zhima-consumer-pages", mark="reported", because="another page has new users begin at the lowest score",
    )  # fmt: skip
    settling: int = setting(
        6, low=1, high=240, unit="months", prior=uniform(1, 24), help="until the score is the weighed one",
        source="assumed", because="half a year of data before a score tells somebody from a newcomer",
    )  # fmt: skip
    losses: dict[str, int] = table(
        {}, keys="acts", low=0, high=100, unit="percent", prior=scaled(0.5, 1.5),
        help="what a recorded act takes from the history",
        source="assumed", because="empty until a scenario names its acts",
    )  # fmt: skip
    term: int = setting(
        24, low=1, high=240, unit="months", prior=uniform(12, 60), help="after which an act is forgotten",
        source="assumed", because="two years of history, as pages for consumers advise; five in a credit file",
    )  # fmt: skip
    completeness: int = setting(
        128, low=0, high=255, unit="0 to 255", prior=uniform(64, 192),
        help="how complete people's details are in the middle; they spread evenly as far as the scale allows",
        source="assumed", because="half of what is asked for; nobody published how much people fill in",
    )  # fmt: skip
    classes: dict[str, int] = table(
        {"excellent": 700, "very_good": 650, "good": 600, "fair": 550, "poor": 350}, keys="classes", defines="classes",
        low=-100_000, high=100_000, unit="points", prior=exactly(),
        help="points from which a person is in a class, best class first; below the last but one everybody is in the "
        "last",
        source="zhima-consumer-pages", mark="reported",
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        total, faults = fsum(self.weights.values()), []
        if abs(total - 1) > 1e-9:
            faults.append(f"weights: the shares sum to {total:.10g}; they must sum to 1")
        if not self.low <= self.newcomer <= self.high or self.low == self.high:
            faults.append(f"newcomer: {self.newcomer} is no score; allowed is one from low to high, which differ")
        if faults:
            raise InvalidInput(*(f"{self.key()}.{fault}" for fault in faults))

    def brings(self) -> set[str]:
        return super().brings() - ({"looks_around"} if not self.weights.get("friends") else set())

    @pair(of="band")
    def know(mine, theirs, relation, draw, at_band):
        return 0 if relation == 0 else (theirs >> at_band) & 7

    @start
    def fill_in(draw_filled, completeness, filled):
        reach = min(completeness, 255 - completeness)
        for i in range(filled.size):
            filled[i] = completeness - reach + (((2 * reach + 1) * np.int64(draw_filled[i])) >> 32)

    @between
    def announce(weights, losses, act_protected, given_up, counted, wanted, losing, looks_around):
        costly = np.int64(0)
        for k in range(losses.size - 1):
            stands = not given_up[0] & ALL and not (given_up[0] & VOICES and act_protected[k])
            costly |= np.int64(stands and losses[k] > 0) << k
        wanted[0] |= costly
        losing[0] |= costly
        counted[0] |= costly
        looks_around[0] |= weights[FRIENDS] > 0

    @kernel(copies=True)
    def weigh(
        month, copy, weights, low, high, newcomer, settling, losses, term, tenth, digital, loyalty, filled, did_know,
        hollow, act_seen_as, act_room, wanted, entry_person, entry_act, entry_month, entry_flags, score, apart,
        stratum, outdated,
    ):  # fmt: skip
        takes = act_room[0]
        for k in range(losses.size):
            takes[k] = 10 * losses[act_seen_as[k]] * ((wanted[0] >> act_seen_as[k]) & 1)
        score[:] = WHOLE
        for e in range(entry_person.size):
            if entry_flags[e] & copy and losses[act_seen_as[entry_act[e]]]:
                i = entry_person[e]
                if month - np.int64(entry_month[e]) < term:
                    score[i] = max(0, score[i] - takes[entry_act[e]])
                else:
                    entry_flags[e] = entry_flags[e] & (255 - copy)
                    outdated[stratum[i]] += copy == RECORD
        alone = max(1, (1 << 32) - weights[FRIENDS])
        steps = min(month + 1, settling)
        for i in range(score.size):
            own = weights[HISTORY] * np.int64(score[i]) + weights[CAPACITY] * (WHOLE * np.int64(tenth[i]) // 9)
            online = WHOLE * np.int64(digital[i]) // 3
            bought = (WHOLE - online) * np.int64(loyalty[i]) // 255 * (copy != TWIN)
            own += weights[BEHAVIOUR] * (online + bought)
            own += weights[IDENTITY] * (WHOLE * np.int64(filled[i]) // 255)
            weighed = low + (high - low) * (own // alone) // WHOLE
            score[i] = newcomer + (weighed - newcomer) * steps // settling
            if copy == RECORD:
                apart[i] = score[i]
                twelfths, people = company(np.int64(did_know[i]), hollow[i])
                if people:
                    worth = (own + weights[FRIENDS] * (WHOLE * twelfths // (2 * BANDS * people))) >> 32
                    weighed = low + (high - low) * worth // WHOLE
                    score[i] = newcomer + (weighed - newcomer) * steps // settling

    @kernel(copies=True)
    def classify(score, classes, given_up, standing):
        standing[:] = 0
        for c in range((classes.size - 1) * ((given_up[0] & ALL) == 0)):
            for i in range(score.size):
                standing[i] += score[i] < classes[c]

    @kernel
    def tell(
        score, apart, standing, age, outside, unknowing, given_up, low, high, classes, band, told, stratum,
        rated, points, lifted, lowered,
    ):  # fmt: skip
        stands = (given_up[0] & ALL) == 0
        for i in range(band.size):
            inside = np.int64(stands & (age[i] > 0) & (outside[i] == 0))
            band[i] = inside * band_of(np.int64(score[i]), low, high)
            told[i] = max(np.int64(told[i]), (1 + np.int64(standing[i])) * (inside & (unknowing[i] == 0)))
            if inside:
                alone = np.int64(0)
                for c in range(classes.size - 1):
                    alone += apart[i] < classes[c]
                rated[stratum[i]] += 1
                points[stratum[i]] += score[i] - low
                lifted[stratum[i]] += standing[i] < alone
                lowered[stratum[i]] += standing[i] > alone
