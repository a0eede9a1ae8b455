"""Conduct: people borrow, and pay back or do not."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS, code
from goodstanding.card import exactly, setting, uniform
from goodstanding.kernels import kernel, start
from goodstanding.mechanism import Conduct
from goodstanding.mechanisms.conduct.compliance import deterred
from goodstanding.tally import tally
from goodstanding.world import Column

CREDIT = list(SANCTION_DOMAINS).index("credit")
UNWILLING = code("missed_loan_payment")
UNABLE = code("missed_loan_payment_unable")


class Borrowing(Conduct):
    """People take loans; some months they cannot pay the instalment, and some could and do not.

    A lender sees no difference between the two, the model does. A missed instalment stays due, so that somebody
    without money misses month after month. A loan buys something and leaves no cash. At first people owe as many
    instalments as they would in the long run if everybody were lent to.
    """

    columns = {
        "loan": Column(dtype="uint8", label="instalments that are still due", unit="instalments", kept=True),
        "due": Column(dtype="uint8", label="one of them falls due now"),
    }
    writes = ("acts", "paid")
    counts = {"unable": "instalments missed for want of money", "unwilling": "instalments missed by people able to pay"}

    taking: float = setting(
        12.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(4, 25),
        help="adults without a loan who take one",
        source="assumed", because="about a fifth of adults are then in debt at any time",
    )  # fmt: skip
    term: int = setting(
        24, low=1, high=120, unit="count", prior=uniform(12, 48), help="instalments of a loan",
        source="assumed", because="a usual consumer loan runs for two years",
    )  # fmt: skip
    instalment: int = setting(
        12, low=0, high=200, unit="percent of a month's needs", prior=uniform(5, 25), help="what is due each time",
        source="assumed", because="a loan of three months' needs over two years",
    )  # fmt: skip
    interval: int = setting(
        1, low=1, high=12, unit="months", prior=exactly(), help="from one instalment to the next",
        source="assumed", because="instalments are due each month nearly everywhere",
    )  # fmt: skip
    refusal: float = setting(
        8.0, low=0, high=1000, unit="per 1000", prior=uniform(0, 20),
        help="instalments that people of average integrity could pay and do not",
        source="assumed",
        because="most who miss an instalment are supposed to be unable; how many are unwilling is unknown, so nought "
        "is in the range",
    )  # fmt: skip
    reserve: int = setting(
        50, low=-200, high=1000, unit="percent of a month's needs", prior=uniform(0, 150),
        help="savings that a lender wants to see",
        source="assumed", because="lenders turn away those without any means, or most instalments would be missed",
    )  # fmt: skip
    deterrence: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0, 0.8),
        help="refusals that a full threat prevents in the most cautious",
        source="assumed",
        because="evidence for deterrence by scores is lacking, so nought is in the range, and much of what advocates "
        "hope",
    )  # fmt: skip

    @start
    def owe(age, draw_owes, draw_left, taking, term, interval, loan):
        months = term * interval
        share = (1 << 32) - (1 << 62) // (((1 << 32) + taking * months) >> 2)  # taking * months / (1 + taking * months)
        for i in range(loan.size):
            left = 1 + ((term * np.int64(draw_left[i])) >> 32)
            loan[i] = left * ((np.int64(draw_owes[i]) < share) & (age[i] > 0))

    @kernel
    def fall_due(month, first, interval, loan, due):
        for i in range(due.size):
            due[i] = loan[i] > 0
        if interval > 1:
            for i in range(due.size):
                due[i] &= (month + first + i) % interval == 0

    @kernel
    def refuse(
        draw_refuse, due, last_cushion, integrity, threat, unseen, care, counted, act_detectability, refusal,
        instalment, deterrence, acts,
    ):  # fmt: skip
        watched = (counted[0] >> UNWILLING) & 1
        weight = watched * deterred(deterrence, act_detectability[UNWILLING], unseen[0])
        for i in range(due.size):
            if (np.int64(draw_refuse[i]) < 2 * refusal) & (due[i] > 0):
                chance = refusal * (256 - np.int64(integrity[i])) // 128
                chance -= (chance * ((weight * np.int64(threat[i])) >> 32)) >> 16
                chance -= (chance * np.int64(care[i]) * watched) >> 8
                if last_cushion[i] >= instalment and np.int64(draw_refuse[i]) < chance:
                    acts[i] |= np.int64(1) << UNWILLING

    @kernel
    def pay(last_cushion, age, barred, draw_take, taking, term, instalment, reserve, due, loan, paid, acts):
        for i in range(loan.size):
            able = np.int64(last_cushion[i] >= instalment)
            pays = np.int64(due[i]) & able & ~(acts[i] >> UNWILLING)
            paid[i] = instalment * pays
            acts[i] |= (np.int64(due[i]) & ~able) << UNABLE
            offered = np.int64(last_cushion[i] >= reserve) & ~(np.int64(barred[i]) >> CREDIT) & np.int64(age[i] > 0)
            takes = offered & np.int64(loan[i] == 0) & np.int64(np.int64(draw_take[i]) < taking)
            loan[i] = np.int64(loan[i]) - pays + term * takes

    @kernel
    def count(acts, room, stratum, unable, unwilling):
        for i in range(acts.size):
            room[i] = (acts[i] >> UNABLE) & 1
        tally(room, stratum, unable)
        for i in range(acts.size):
            room[i] = (acts[i] >> UNWILLING) & 1
        tally(room, stratum, unwilling)
