"""Conduct: a scheme gives way to open opposition."""

from __future__ import annotations

from goodstanding.card import among, loguniform, setting, uniform
from goodstanding.kernels import between, kernel
from goodstanding.mechanism import Conduct
from goodstanding.tally import tally
from goodstanding.world import ALL, LIST, VOICES, Column


class Backlash(Conduct):
    """When enough people oppose being rated openly for long enough, the scheme is softened or ends.

    Softened: the public list ends and protected acts no longer cost points, past ones included. Repealed: nobody is
    rated any more. There is no way back. The reports on Suining conflict: one has it abandoned after protest, another
    still finds everybody rated every year in 2014, with milder labels as far as we recall; so the ending is a choice,
    and what softening gives up is assumed. Where most opposition is there from the start, this dates a change of rules
    more than it explains one.
    Opposition is to being rated at all: where there are two schemes, both meet it. Courts, the press and superiors who
    put an end to schemes elsewhere are left out.

    Sources: [iv-2018] [xinhua-2014-suining]
    """

    of_scheme = True
    columns = {
        "above": Column(
            dtype="int64", label="months in a row with enough opposition", unit="months", scope="scheme", scalar=True
        ),
        "yielded": Column(dtype="int64", label="has given way", scope="scheme", scalar=True),
    }
    writes = ("given_up",)
    counts = {
        "opposed_now": "adults in open opposition, as the scheme sees them",
        "given_way": "months after the scheme gave way, counted once a month",
    }
    tips = ("given_way",)

    tipping: float = setting(
        0.1, low=0, high=1, unit="share", prior=loguniform(0.02, 0.3),
        help="adults in open opposition above which a scheme is in trouble",
        source="assumed", because="nobody measured it; at one adult in ten nearly everybody knows an opponent",
    )  # fmt: skip
    patience: int = setting(
        6, low=1, high=240, unit="months", prior=uniform(1, 36), help="for which the opposition has to last",
        source="assumed",
        because="half a year; Robodebt stopped 32 months after a first adverse ruling, other schemes sooner or never",
    )  # fmt: skip
    ending: str = setting(
        "softened", among=("softened", "repealed", "none"), unit="name", prior=among("softened", "repealed", "none"),
        help="what the scheme then gives up",
        source="assumed", because="the sources conflict; nobody reported what exactly was softened",
    )  # fmt: skip

    @between
    def yield_to(adults, total_opposed_now, tipping, patience, ending, above, yielded, given_up):
        above[0] = (above[0] + 1) * (total_opposed_now[0] << 32 > tipping * adults)
        yielded[0] |= above[0] >= patience and ending < 2
        given_up[0] |= yielded[0] * (ALL if ending else VOICES | LIST)

    @kernel
    def count(first, opposed, yielded, stratum, opposed_now, given_way):
        tally(opposed, stratum, opposed_now)
        if first == 0:
            given_way[stratum[0]] += yielded[0]
