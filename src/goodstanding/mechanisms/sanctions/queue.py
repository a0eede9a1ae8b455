"""Sanction: where places are short, whoever stands high is served first."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, setting, table, uniform
from goodstanding.kernels import between, kernel
from goodstanding.luck import CERTAIN
from goodstanding.mechanism import Sanction
from goodstanding.world import Column

REST, FIRST = 1, 2


class Queue(Sanction):
    """People of some classes are served first where places are short, and all others wait the longer.

    Each month adults come to need a place, and a number of places is given out: by lot among those who wait and
    come first, and what is left by lot among the rest. Some tire and give up. Each adult stands in a second queue
    as well, where the same places go by lot among all, with the same luck. Whoever waits in the first and would not
    in the second is pushed back: for as long, they are barred from the domain. Whoever waits in the second alone is
    ahead; what that brings is told by rewards and not here. Places are as many either way, in the mean, so that
    order alone helps some as much as it sets others back. Whoever stands outside the scheme waits with the rest.
    The order goes by the record as it is; whom a false entry pushed back is not told apart.

    Sources: [suining-reports]
    """

    columns = {
        "waits": Column(dtype="uint8", label="waits for a place: 1 with the rest, 2 in front of them", kept=True),
        "waits_evenly": Column(dtype="uint8", label="would wait for a place if nobody came first", kept=True),
        "chance_first": Column(dtype="int64", label="chance of a place, of who comes first", scalar=True),
        "chance_rest": Column(dtype="int64", label="chance of a place, of the rest", scalar=True),
        "chance_evenly": Column(dtype="int64", label="chance of a place if nobody came first", scalar=True),
    }  # fmt: skip
    writes = ("pushed_back",)
    counts = {
        "in_front": "adults who wait and come first",
        "behind": "adults who wait behind them",
        "evenly": "adults who would wait if nobody came first",
        "back": "adults who wait and would not if nobody came first, before any safeguard",
        "ahead": "adults who do not wait and would if nobody came first",
        "gave_up": "adults who gave up waiting",
    }

    place: str = setting(
        "school", among=tuple(SANCTION_DOMAINS), unit="name", prior=exactly(), help="what people wait for",
        source="assumed", because="priority in school entry comes first in what is told of Suining's class A",
    )  # fmt: skip
    priority: dict[str, int] = table(
        {}, keys="classes", low=0, high=1, unit="count", prior=exactly(),
        help="classes that come first, each marked 1",
        source="assumed", because="empty until a scenario names who comes first",
    )  # fmt: skip
    asking: float = setting(
        5.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(2, 10), help="adults who come to need a place",
        source="assumed", because="about once in 17 years; what matters is how short places are",
    )  # fmt: skip
    places: float = setting(
        4.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(1, 8), help="places given out, for 1,000 adults",
        source="assumed", because="for four in five who ask; where they suffice nobody waits, which is in the range",
    )  # fmt: skip
    tiring: float = setting(
        0.05, low=0, high=1, unit="share a month", prior=uniform(0.01, 0.2), help="of those who wait, who give up",
        source="assumed", because="a child is too old in the end; after a year about half have given up",
    )  # fmt: skip

    @between
    def give_out(adults, places, total_in_front, total_behind, total_evenly, chance_first, chance_rest, chance_evenly):
        given = places * adults
        left = max(0, given - (total_in_front[0] << 32))
        chance_first[0] = min(CERTAIN, given // max(1, total_in_front[0]))
        chance_rest[0] = min(CERTAIN, left // max(1, total_behind[0]))
        chance_evenly[0] = min(CERTAIN, given // max(1, total_evenly[0]))

    @kernel
    def wait(
        standing, age, outside, wanted, draw_need, draw_lot, draw_tire, place, priority, asking, tiring, chance_first,
        chance_rest, chance_evenly, waits, waits_evenly, pushed_back, stratum, in_front, behind, evenly, back, ahead,
        gave_up,
    ):  # fmt: skip
        for i in range(waits.size):
            s, lot, tired = stratum[i], np.int64(draw_lot[i]), np.int64(draw_tire[i]) < tiring
            needs = np.int64(draw_need[i]) < asking and age[i] > 0
            served = lot < (chance_first[0] if waits[i] == FIRST else chance_rest[0])
            gave_up[s] += waits[i] > 0 and tired and not served
            still = needs or (waits[i] > 0 and not served and not tired)
            would = needs or (waits_evenly[i] > 0 and lot >= chance_evenly[0] and not tired)
            high = priority[standing[i]] and wanted[0] and not outside[i]
            waits[i] = still * (FIRST if high else REST)
            waits_evenly[i] = would
            pushed_back[i] = np.int64(still and not would) << place
            in_front[s] += waits[i] == FIRST
            behind[s] += waits[i] == REST
            evenly[s] += would
            back[s] += still and not would
            ahead[s] += would and not still
