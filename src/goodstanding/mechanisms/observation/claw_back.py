"""Observation: a small slip, and a year's allowance is claimed back."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, loguniform, setting, table, uniform
from goodstanding.kernels import kernel, start
from goodstanding.luck import CERTAIN, luck
from goodstanding.mechanism import Observation
from goodstanding.society import HEAD
from goodstanding.tally import tally
from goodstanding.world import ALL, Column


class ClawBack(Observation):
    """Parents who made a small mistake, or none, are told to pay back all of an allowance; whom to check a list says.

    Heads of households with children draw an allowance. Each month some are checked, more often where the list of risks
    gives their group more weight. Whoever made a slip, and some who made none, are said to have had no right to any of
    it, so that all of the years looked at is claimed. Overpaid is the slip itself. A group's own conduct is the same
    as any other's: what differs between groups in the claims comes from the weights.

    Sources: [nrc-2021] [nl-times-2022]
    """

    columns = {"draws": Column(dtype="uint8", label="draws the allowance", kept=True)}
    writes = ("claimed", "overpaid")
    counts = {
        "drawing": "adults who draw the allowance",
        "checked": "of them, those checked",
        "raised": "claims",
        "unfounded": "claims though nothing was overpaid",
        "amount": "claims, in percent of a month's needs",
        "amount_overpaid": "of them, what was overpaid",
        "children": "children of households with a claim",
    }

    claimants: float = setting(
        0.3, low=0, high=1, unit="share", prior=uniform(0.15, 0.6),
        help="households with children that draw the allowance",
        source="assumed", because="an allowance for those who work and have somebody else mind the children",
    )  # fmt: skip
    tenths: int = setting(
        6, low=1, high=10, unit="count", prior=uniform(4, 10), help="poorest tenths whose households may draw it",
        source="assumed", because="it falls with income, so that the richest get little",
    )  # fmt: skip
    allowance: int = setting(
        50, low=0, high=1000, unit="percent of a month's needs", prior=uniform(20, 90), help="allowance of a month",
        source="assumed", because="minding a child for three days a week costs about so much; claims were of thousands",
    )  # fmt: skip
    years: int = setting(
        1, low=1, high=10, unit="years", prior=uniform(1, 4), help="for which it is claimed back",
        source="nrc-2021", mark="reported", because="full years were claimed, of many parents several",
    )  # fmt: skip
    slips: float = setting(
        0.15, low=0, high=1, unit="share", prior=uniform(0.05, 0.4), help="files looked at that have a slip in them",
        source="assumed", because="a contribution not proved, hours that differ, a form unsigned; no rate is published",
    )  # fmt: skip
    slip: int = setting(
        20, low=1, high=1000, unit="percent of a month's needs", prior=uniform(5, 60),
        help="what a slip comes to, on average",
        source="assumed", because="a small part of a year's allowance; small is what the reports call it",
    )  # fmt: skip
    mistaken: float = setting(
        0.1, low=0, high=1, unit="share", prior=uniform(0, 0.4), help="of files in order, those found to be wrong",
        source="assumed", because="whole groups were accused, by the agency they used; nought is in the range",
    )  # fmt: skip
    checks: float = setting(
        4.0, low=0, high=1000, unit="per 1000 a month", prior=loguniform(0.5, 20), help="those who draw it, checked",
        source="assumed",
        because="some 26,000 parents were accused in 15 years by an early count, most of them in a few; how many were "
        "checked is not published",
    )  # fmt: skip
    attention: dict[str, int] = table(
        {}, keys="groups", low=0, high=2000, unit="percent", prior=loguniform(50, 200), otherwise=100,
        help="how often a group is picked for a check, of the plain rate, at most always",
        source="assumed", because="no default differs by group without a source; either group may be looked at more",
    )  # fmt: skip
    rule: str = setting(
        "all_or_nothing", among=("all_or_nothing", "in_proportion"), unit="name", prior=exactly(),
        help="whether all of the allowance is claimed back or what the slip comes to",
        source="nrc-2021", mark="reported", because="any failing was read to take away the right to all of it",
    )  # fmt: skip

    @start
    def begin(
        first, people, age, tenth, role, household_offset, household_size, others_age, draw_claims, claimants, tenths,
        draws,
    ):  # fmt: skip
        for i in range(draws.size):
            if role[i] == HEAD and age[i] > 0 and tenth[i] < tenths and np.int64(draw_claims[i]) < claimants:
                home = first + i - np.int64(household_offset[i])
                for member in range(home, min(people, home + household_size[i])):
                    draws[i] |= others_age[member] == 0

    @kernel
    def check(
        month, first, people, seed, draw_check, use_slip, use_size, use_mistaken, given_up, group, household_offset,
        household_size, others_age, allowance, years, slips, slip, mistaken, checks, attention, rule, draws, claimed,
        overpaid, stratum, checked, raised, unfounded, amount, amount_overpaid, children,
    ):  # fmt: skip
        going_on = (given_up[0] & ALL) == 0
        for i in range(draws.size):
            if draws[i] and np.int64(draw_check[i]) < min(checks * attention[group[i]] // 100, CERTAIN) * going_on:
                s, person = stratum[i], first + i
                checked[s] += 1
                slipped = np.int64(luck(seed, use_slip, month, person, 0)) < slips
                if not slipped and np.int64(luck(seed, use_mistaken, month, person, 0)) >= mistaken:
                    continue
                found = 1 + ((np.int64(luck(seed, use_size, month, person, 0)) * (2 * slip - 1)) >> 32)
                debt = found if rule else max(found, 12 * years * allowance)
                claimed[i] += debt
                overpaid[i] += found * slipped
                raised[s] += 1
                unfounded[s] += not slipped
                amount[s] += debt
                amount_overpaid[s] += found * slipped
                home = person - np.int64(household_offset[i])
                for member in range(home, min(people, home + household_size[i])):
                    children[s] += others_age[member] == 0

    @kernel
    def count(draws, stratum, drawing):
        tally(draws, stratum, drawing)
