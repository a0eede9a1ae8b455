"""Conduct: people live on what they earn."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel, start
from goodstanding.mechanism import Conduct

LICENCE, JOBS, WELFARE = (list(SANCTION_DOMAINS).index(d) for d in ("licence", "jobs", "welfare"))


class Livelihood(Conduct):
    """People earn, spend and are hit by bad luck; what they are barred from costs them income, and strain follows.

    Income rises with the income tenth. Savings are counted in hundredths of what a person needs for a month; whoever
    has little of both savings and income gets relief, unless barred from it. Strain falls evenly from full, at some
    debt, to nought at as much in savings.
    """

    writes = ("cushion", "strain")
    counts = {"in_debt": "adults whose savings are used up"}

    lowest: int = setting(
        100, low=0, high=400, unit="percent of a month's needs", prior=uniform(90, 110),
        help="income of the poorest tenth",
        source="assumed", because="the poorest live at about what they need",
    )  # fmt: skip
    step: int = setting(
        12, low=0, high=100, unit="percent of a month's needs", prior=uniform(6, 20),
        help="what each income tenth earns above the one below",
        source="assumed",
        because="the richest tenth then earns about twice as much as the poorest, cautious for most societies",
    )  # fmt: skip
    blow: float = setting(
        25, low=0, high=1000, unit="per 1000 a month", prior=uniform(10, 50),
        help="adults hit by illness, repair or loss of work",
        source="assumed", because="about once in three years",
    )  # fmt: skip
    blow_cost: int = setting(
        120, low=0, high=1000, unit="percent of a month's needs", prior=uniform(50, 300), help="what such a blow costs",
        source="assumed", because="a little more than a month's needs",
    )  # fmt: skip
    ceiling: int = setting(
        600, low=0, high=10_000, unit="percent of a month's needs", prior=uniform(300, 1200),
        help="savings above which all income is spent",
        source="assumed", because="half a year of reserves; richer people's wealth is not what this model is about",
    )  # fmt: skip
    debt_limit: int = setting(
        200, low=0, high=10_000, unit="percent of a month's needs", prior=uniform(50, 600),
        help="debt at which others step in", source="assumed",
        because="kin and neighbours keep people from falling further",
    )  # fmt: skip
    ease: int = setting(
        150, low=1, high=10_000, unit="percent of a month's needs", prior=uniform(75, 300),
        help="savings at which strain is nought; at as much debt it is full",
        source="assumed", because="a month and a half in hand is what lets people stop counting",
    )  # fmt: skip
    short: int = setting(
        50, low=-10_000, high=10_000, unit="percent of a month's needs", prior=uniform(0, 100),
        help="savings below which somebody of low income gets relief",
        source="assumed", because="relief is tested for means",
    )  # fmt: skip
    low_income: int = setting(
        110, low=0, high=400, unit="percent of a month's needs", prior=uniform(100, 125),
        help="income below which it is low",
        source="assumed", because="the poorest tenth and those who lost income are meant",
    )  # fmt: skip
    relief: int = setting(
        10, low=0, high=100, unit="percent of a month's needs", prior=uniform(0, 25),
        help="relief in a month for those short of income and savings",
        source="assumed", because="minimum-income aid fills part of a gap",
    )  # fmt: skip
    licence_loss: float = setting(
        0.4, low=0, high=1, unit="share", prior=uniform(0.1, 0.8),
        help="income that such a person loses without the licence",
        source="assumed", because="some of them find other work",
    )  # fmt: skip
    job_loss: float = setting(
        0.3, low=0, high=1, unit="share", prior=uniform(0.1, 0.8), help="income that a person barred from jobs loses",
        source="assumed", because="some keep the work they have or find informal work",
    )  # fmt: skip

    @start
    def begin(tenth, draw_first_savings, ceiling, cushion):
        for i in range(cushion.size):
            most = ceiling * (1 + np.int64(tenth[i])) // 10
            cushion[i] = (most * np.int64(draw_first_savings[i])) >> 32

    @kernel
    def earn(
        tenth, barred, paid, age, licensed, draw_blow, lowest, step, blow, blow_cost, ceiling, debt_limit, ease, short,
        low_income, relief, licence_loss, job_loss, cushion, strain,
    ):  # fmt: skip
        slope = (255 << 16) // (2 * ease)
        for i in range(cushion.size):
            out = np.int64(barred[i])
            income = lowest + step * np.int64(tenth[i])
            income -= (income * licence_loss * (np.int64(licensed[i]) & (out >> LICENCE) & 1)) >> 32
            income -= (income * job_loss * ((out >> JOBS) & 1)) >> 32
            needy = (cushion[i] < short) & (income < low_income)
            income += relief * (needy & (((out >> WELFARE) & 1) == 0))
            hit = np.int64(draw_blow[i]) < blow
            left = np.int64(cushion[i]) + income - 100 - np.int64(paid[i]) - blow_cost * hit
            cushion[i] = max(-debt_limit, min(left, ceiling))
            strain[i] = max(0, min(255, ((ease - left) * slope) >> 16)) * (age[i] > 0)

    @kernel
    def count(cushion, age, stratum, in_debt):
        for i in range(cushion.size):
            if (cushion[i] < 0) & (age[i] > 0):
                in_debt[stratum[i]] += 1
