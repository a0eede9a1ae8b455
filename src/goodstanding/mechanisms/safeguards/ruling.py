"""Safeguard: a court finds a scheme unlawful, and it ends when it ends."""

from __future__ import annotations

from goodstanding.card import setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Safeguard
from goodstanding.world import ALL


class Ruling(Safeguard):
    """A scheme found unlawful goes on for as long as its makers let it, and whoever it meets meanwhile pays.

    From some month on after the first adverse ruling nothing more is counted, claimed or collected. Both dates are
    declared; who moved whom to stop is left out.

    Sources: [robodebt-reports]
    """

    touches = "conduct"
    writes = ("given_up",)
    counts = {"after_ruling": "months under a scheme that was ruled unlawful", "ended": "months after the scheme's end"}
    tips = ("ended",)

    ruled: int = setting(
        8, low=0, high=240, unit="months", prior=uniform(0, 36),
        help="in which a tribunal first finds against the scheme",
        source="robodebt-reports", mark="derived", because="March 2017, counted from July 2016",
    )  # fmt: skip
    delay: int = setting(
        32, low=0, high=240, unit="months", prior=uniform(0, 48), help="from there to the end of the scheme",
        source="robodebt-reports", mark="derived", because="from March 2017 to November 2019",
    )  # fmt: skip

    @between
    def end(month, ruled, delay, given_up):
        given_up[0] |= ALL * (month >= ruled + delay)

    @kernel
    def count(month, first, ruled, delay, stratum, after_ruling, ended):
        if first == 0:
            ended[stratum[0]] += month >= ruled + delay
            after_ruling[stratum[0]] += (month >= ruled) & (month < ruled + delay)
