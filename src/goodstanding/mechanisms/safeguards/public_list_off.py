"""Safeguard: no names are published."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard


class PublicListOff(Safeguard):
    """Names that the scheme would put on its public list are kept from the public.

    The scheme draws up its list as before and nobody gets to see the names withheld, so neighbours, dealers and friends
    do not react to them. Where only some are withheld, it is the same people every month.
    """

    touches = "sanctions"
    writes = ("published",)
    counts = {"withheld": "names kept from the public"}

    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="of people whose names are withheld",
        source="assumed", because="the safeguard at its best; copies and leaks leave some to be seen",
    )  # fmt: skip

    @kernel
    def withhold(first, seed, use_name, reach, published, stratum, withheld):
        for i in range(published.size):
            if published[i] and np.int64(luck(seed, use_name, 0, first + i, 0)) < reach:
                published[i] = 0
                withheld[stratum[i]] += 1
