"""Safeguard: nobody answers for the family."""

from __future__ import annotations

import numpy as np

from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.luck import luck
from goodstanding.mechanism import Safeguard


class NoFamilyExtension(Safeguard):
    """Children and partners are no longer barred for what somebody else in the family did.

    Where the rule is not kept everywhere, it is the same people each month whom it does not reach. It asks for no
    decision and no office; what the family's own record brings stays.
    """

    touches = "sanctions"
    writes = ("family_barred",)
    counts = {"spared": "children and partners spared in the month"}

    reach: float = setting(
        1.0, low=0, high=1, unit="share", prior=uniform(0.5, 1), help="children and partners for whom the rule is kept",
        source="assumed", because="a rule that asks for no decision is kept nearly everywhere; half is cautious",
    )  # fmt: skip

    @kernel
    def spare(first, seed, use_kept, reach, family_barred, stratum, spared):
        for i in range(family_barred.size):
            if family_barred[i] and np.int64(luck(seed, use_kept, 0, first + i, 0)) < reach:
                family_barred[i] = 0
                spared[stratum[i]] += 1
