"""Observation: a year's income, spread evenly, says who was overpaid."""

from __future__ import annotations

import numpy as np

from goodstanding.card import exactly, loguniform, setting, uniform
from goodstanding.kernels import helper, kernel, start
from goodstanding.luck import luck
from goodstanding.mechanism import Observation
from goodstanding.tally import tally
from goodstanding.world import ALL, Column

YEAR = 26
"""Fortnights for which a year's income is averaged."""
NOTHING, STEADY, REPORTED, CONCEALED, IRREGULAR = range(5)
"""Draws no benefit; no earnings; earns a little beside it and says so, or does not; worked part of the year."""


@helper
def withheld(income, benefit, free, taper):
    """What a year's income, spread evenly, takes off the benefit of a fortnight, in 2600ths; taper in percent."""
    return min(100 * YEAR * benefit, taper * max(0, income - YEAR * free))


@helper
def debt_of(income, reported, fortnights, benefit, free, taper):
    """What is said to be overpaid in as many fortnights, for a year's income, where reported was a fortnight's."""
    more = withheld(income, benefit, free, taper) - withheld(YEAR * reported, benefit, free, taper)
    return fortnights * max(0, more) // (100 * YEAR)


class IncomeAveraging(Observation):
    """Whoever worked part of the year and drew a benefit in the rest is told to pay back money they were owed.

    An agency lays a year's income, as the tax office knows it, beside what people reported fortnight by fortnight, and
    spreads it evenly over the 26 of them. For even earnings that is exact. Whoever earned in some fortnights and drew
    the benefit in the others seems to have earned all the time; the debt is asserted without a look at the fortnights
    themselves. Of a debt, overpaid is what the real fortnights come to; a debt is unfounded where that is nought.

    Claimants are drawn once from the poorest tenths; the weeks of work are drawn for each check, which is about some
    past year. All other people are left in peace. What people earn in the model itself is even: only the agency's files
    know of the seasons.

    Sources: [robodebt-carney-2020] [odonovan-2020]
    """

    columns = {
        "work": Column(dtype="uint8", label="draws a benefit, and how the person works beside it", kept=True),
        "accused": Column(dtype="uint8", label="was told of a debt before", kept=True),
    }
    writes = ("claimed", "overpaid")
    counts = {
        "drawing": "adults who draw the benefit at some time of the year",
        "working": "of them, those who worked part of the year",
        "checked": "claimants checked",
        "raised": "debts asserted",
        "people": "adults told of a debt for the first time",
        "unfounded": "debts asserted though nothing was overpaid",
        "unfounded_irregular": "of them, those of people who worked part of the year",
        "amount": "debts asserted, in percent of a month's needs",
        "amount_unfounded": "of them, what was not overpaid",
    }

    claimants: float = setting(
        0.3, low=0, high=1, unit="share", prior=uniform(0.15, 0.5),
        help="adults of the poorest tenths who draw the benefit at some time of a year",
        source="assumed", because="about one adult in eleven, unemployed, students and carers together",
    )  # fmt: skip
    tenths: int = setting(
        3, low=1, high=10, unit="count", prior=uniform(2, 5), help="poorest tenths whose adults may draw it",
        source="assumed", because="a benefit tested for means goes to the poor; some of them are not the poorest",
    )  # fmt: skip
    irregular: float = setting(
        0.4, low=0, high=1, unit="share", prior=uniform(0.2, 0.7), help="claimants who worked part of the year",
        source="assumed",
        because="casual and seasonal work is common among claimants; how common in the files matched nobody published",
    )  # fmt: skip
    side: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0.05, 0.4),
        help="other claimants who earn a little beside the benefit, evenly",
        source="assumed", because="the free area is there so that they can",
    )  # fmt: skip
    concealed: float = setting(
        0.3, low=0, high=1, unit="share", prior=uniform(0, 0.6), help="of them, those who do not report it",
        source="assumed", because="some debts were owed; which share nobody could say, so nought is in the range",
    )  # fmt: skip
    pay: int = setting(
        60, low=0, high=1000, unit="percent of a month's needs", prior=uniform(40, 120),
        help="earnings of a fortnight worked",
        source="assumed", because="a third more than the benefit: the work that claimants find",
    )  # fmt: skip
    side_pay: int = setting(
        25, low=0, high=1000, unit="percent of a month's needs", prior=uniform(12, 40),
        help="earnings beside the benefit in a fortnight",
        source="assumed", because="a day or two of work, beyond the free area",
    )  # fmt: skip
    benefit: int = setting(
        46, low=0, high=1000, unit="percent of a month's needs", prior=uniform(35, 55), help="benefit of a fortnight",
        source="derived", because="twenty-six of them are the needs of twelve months, as the poorest tenth lives",
    )  # fmt: skip
    free: int = setting(
        9, low=0, high=1000, unit="percent of a month's needs", prior=uniform(5, 14),
        help="earnings of a fortnight that take nothing off the benefit",
        source="assumed", because="about a fifth of the benefit, as recalled of the allowance for the unemployed",
    )  # fmt: skip
    taper: int = setting(
        50, low=0, high=100, unit="percent", prior=uniform(40, 70), help="of further earnings taken off the benefit",
        source="assumed", because="fifty to sixty cents in the dollar, as recalled",
    )  # fmt: skip
    checks: float = setting(
        19.0, low=0, high=1000, unit="per 1000 a month", prior=loguniform(5, 50), help="claimants checked",
        source="derived",
        because="brings about as many debts as the 470,000 reported, among some 19 million adults in 40 months",
    )  # fmt: skip
    reckoned: str = setting(
        "averaged", among=("averaged", "by_fortnight"), unit="name", prior=exactly(),
        help="whether a year's income is spread evenly or every fortnight looked at",
        source="robodebt-carney-2020", because="averaging is how the debts were reckoned, and why they were unlawful",
    )  # fmt: skip

    @start
    def begin(age, tenth, draw_claims, draw_work, draw_side, claimants, tenths, irregular, side, concealed, work):
        for i in range(work.size):
            kind = STEADY
            if np.int64(draw_work[i]) < irregular:
                kind = IRREGULAR
            elif np.int64(draw_side[i]) < (side * (concealed >> 2)) >> 30:
                kind = CONCEALED
            elif np.int64(draw_side[i]) < side:
                kind = REPORTED
            work[i] = kind * ((np.int64(draw_claims[i]) < claimants) & (tenth[i] < tenths) & (age[i] > 0))

    @kernel
    def match(
        month, first, seed, draw_check, use_worked, given_up, pay, side_pay, benefit, free, taper, checks, reckoned,
        work, accused, claimed, overpaid, stratum, checked, raised, people, unfounded, unfounded_irregular, amount,
        amount_unfounded,
    ):  # fmt: skip
        chance = checks * ((given_up[0] & ALL) == 0)
        for i in range(work.size):
            if work[i] and np.int64(draw_check[i]) < chance:
                s, kind = stratum[i], work[i]
                checked[s] += 1
                worked = 1 + ((np.int64(luck(seed, use_worked, month, first + i, 0)) * (YEAR - 1)) >> 32)
                worked *= kind == IRREGULAR
                beside = side_pay * ((kind == REPORTED) | (kind == CONCEALED))
                told = side_pay * (kind == REPORTED)
                on_benefit = YEAR - worked
                true = debt_of(YEAR * beside, told, on_benefit, benefit, free, taper)
                debt = debt_of(worked * pay + on_benefit * beside, told, on_benefit, benefit, free, taper)
                debt = true if reckoned else debt
                claimed[i] += debt
                overpaid[i] += true
                if debt:
                    raised[s] += 1
                    people[s] += 1 - np.int64(accused[i])
                    accused[i] = 1
                    unfounded[s] += true == 0
                    unfounded_irregular[s] += true == 0 and kind == IRREGULAR
                    amount[s] += debt
                    amount_unfounded[s] += max(0, debt - true)

    @kernel
    def count(work, stratum, drawing, working):
        these = np.empty(work.size, np.uint8)
        for i in range(work.size):
            these[i] = work[i] > 0
        tally(these, stratum, drawing)
        for i in range(work.size):
            these[i] = work[i] == IRREGULAR
        tally(these, stratum, working)
