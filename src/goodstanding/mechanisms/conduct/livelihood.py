"""Conduct: people live on what they earn."""

from __future__ import annotations

import numpy as np

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, loguniform, setting, uniform
from goodstanding.kernels import between, kernel, start
from goodstanding.luck import stochastic_round, times
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally
from goodstanding.world import Column

LICENCE, JOBS, WELFARE = (list(SANCTION_DOMAINS).index(d) for d in ("licence", "jobs", "welfare"))


class Livelihood(Conduct):
    """People earn, spend and are hit by bad luck; bars, fines, prices and fraud cost them money, and strain follows.

    Income rises with the income tenth. Savings are counted in hundredths of what a person needs for a month; whoever
    has little of both savings and income gets relief, unless barred from it. Coming first, for jobs or for relief, is
    worth the less the more people come first, and nothing where all do. Strain falls evenly from full, at some debt,
    to nought at as much in savings.
    """

    columns = {
        "edge": Column(dtype="int64", label="share of adults whom those who come first are before", scalar=True),
    }
    writes = ("cushion", "strain")
    counts = {"in_debt": "adults whose savings are used up", "ahead": "adults who come first for jobs or relief"}

    needs: float = setting(
        100.0, low=0, high=100, unit="percent of a month's needs a month", prior=exactly(),
        help="what everybody spends on what they need",
        source="derived", because="a month's needs are the unit that all amounts are counted in",
    )  # fmt: skip
    lowest: float = setting(
        100.0, low=0, high=400, unit="percent of a month's needs a month", prior=uniform(80, 120),
        help="income of the poorest tenth",
        source="assumed",
        because="the poorest live at about what they need, a fifth more or less; nobody has measured it",
    )  # fmt: skip
    step: float = setting(
        12.0, low=0, high=100, unit="percent of a month's needs a month", prior=loguniform(5, 60),
        help="what each income tenth earns above the one below",
        source="assumed",
        because="the richest tenth then earns about twice as much as the poorest, cautious for most societies; at the "
        "high end six times as much",
    )  # fmt: skip
    blow: float = setting(
        25.0, low=0, high=1000, unit="per 1000 a month", prior=uniform(10, 50),
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
    low_income: float = setting(
        110.0, low=0, high=400, unit="percent of a month's needs a month", prior=uniform(100, 140),
        help="income below which it is low",
        source="assumed", because="the poorest tenth and those who lost income are meant",
    )  # fmt: skip
    relief: float = setting(
        10.0, low=0, high=100, unit="percent of a month's needs a month", prior=uniform(0, 25),
        help="relief in a month for those short of income and savings",
        source="assumed", because="minimum-income aid fills part of a gap",
    )  # fmt: skip
    licence_loss: float = setting(
        0.4, low=0, high=1, unit="share", prior=uniform(0, 0.8),
        help="income that such a person loses without the licence",
        source="assumed",
        because="some of them find other work; the reports speak of new licences, so nought is in the range",
    )  # fmt: skip
    job_loss: float = setting(
        0.3, low=0, high=1, unit="share", prior=uniform(0, 0.8), help="income that a person barred from jobs loses",
        source="assumed", because="some keep the work they have or find informal work",
    )  # fmt: skip

    job_gain: float = setting(
        0.05, low=0, high=1, unit="share", prior=uniform(0, 0.2),
        help="income that a person gains who comes first for jobs, before everybody else",
        source="assumed", because="priority decides between equals now and then; nobody has measured what it brings",
    )  # fmt: skip
    relief_gain: float = setting(
        5.0, low=0, high=100, unit="percent of a month's needs a month", prior=uniform(0, 15),
        help="relief on top for somebody in need who comes first, before everybody else",
        source="assumed", because="priority in minimum-income aid is reported from Suining, not its worth",
    )  # fmt: skip

    @start
    def begin(tenth, draw_first_savings, ceiling, cushion):
        for i in range(cushion.size):
            most = ceiling * (1 + np.int64(tenth[i])) // 10
            cushion[i] = (most * np.int64(draw_first_savings[i])) >> 32

    @between
    def compare(adults, total_ahead, edge):
        edge[0] = ((adults - total_ahead[0]) << 32) // adults * (total_ahead[0] > 0)

    @kernel
    def earn(
        tenth, barred, favoured, edge, spurned, last_bounty_won, paid, fined, surcharged, drained, age, licensed,
        draw_blow, draw_cents, needs, lowest, step, blow, blow_cost, ceiling, debt_limit, ease, short, low_income,
        relief, relief_gain, licence_loss, job_loss, job_gain, cushion, strain,
    ):  # fmt: skip
        slope = (255 << 16) // (2 * ease)
        job_edge, relief_edge = times(job_gain, edge[0]), (relief_gain * edge[0]) >> 32
        for i in range(cushion.size):
            out = np.int64(barred[i])
            income = lowest + step * np.int64(tenth[i])  # in 256ths of a percent
            income -= (income * licence_loss * (np.int64(licensed[i]) & (out >> LICENCE) & 1)) >> 32
            income -= (income * job_loss * ((out >> JOBS) & 1)) >> 32
            income += (income * job_edge * ((np.int64(favoured[i]) >> JOBS) & 1)) >> 32
            income -= (income * np.int64(spurned[i])) >> 8
            needy = (cushion[i] < short) & (income < low_income)
            helped = relief + relief_edge * ((np.int64(favoured[i]) >> WELFARE) & 1)
            income += helped * (needy & (((out >> WELFARE) & 1) == 0))
            got = stochastic_round(income - needs, 8, draw_cents[i]) + np.int64(last_bounty_won[i])
            hit = np.int64(draw_blow[i]) < blow
            spent = np.int64(paid[i]) + np.int64(fined[i]) + np.int64(surcharged[i]) + np.int64(drained[i])
            left = np.int64(cushion[i]) + got - spent - blow_cost * hit
            cushion[i] = max(-debt_limit, min(left, ceiling))
            strain[i] = max(0, min(255, ((ease - left) * slope) >> 16)) * (age[i] > 0)

    @kernel
    def count(cushion, age, favoured, room, stratum, in_debt, ahead):
        for i in range(cushion.size):
            room[i] = (cushion[i] < 0) & (age[i] > 0)
        tally(room, stratum, in_debt)
        for i in range(cushion.size):
            room[i] = ((favoured[i] >> JOBS) | (favoured[i] >> WELFARE)) & 1
        tally(room, stratum, ahead)
