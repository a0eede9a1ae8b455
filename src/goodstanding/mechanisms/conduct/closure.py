"""Conduct: a scheme is shut down on a day."""

from __future__ import annotations

from goodstanding.card import exactly, setting
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Conduct
from goodstanding.world import ALL, Column


class Closure(Conduct):
    """From a month on nobody is rated any more, as a firm or its regulator has shut the scheme down.

    Why is not asked: the month is given, and no opinion of people has a part in it (see backlash for that). What is on
    record then stays there and grows old; nothing follows from it.

    Sources: [caixin-2018] [financeasia-2018]
    """

    of_scheme = True
    columns = {"shut": Column(dtype="int64", label="has been shut down", scope="scheme", scalar=True)}
    writes = ("given_up",)
    counts = {"closed_months": "months after the scheme was shut down, counted once a month"}
    tips = ("closed_months",)

    after: int = setting(
        60, low=0, high=240, unit="months", prior=exactly(), help="months after which the scheme is shut down",
        source="assumed", because="a date that the scenario gives; no scheme is shut down before somebody does it",
    )  # fmt: skip

    @between
    def shut_down(month, after, shut, given_up):
        shut[0] = month >= after
        given_up[0] |= ALL * shut[0]

    @kernel
    def count(first, shut, stratum, closed_months):
        if first == 0:
            closed_months[stratum[0]] += shut[0]
