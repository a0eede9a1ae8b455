"""Counting people by stratum: most loops over people end in it, and few people have what is counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from goodstanding.kernels import helper


@helper
def tally(flag: Any, stratum: Any, count: Any) -> None:
    """Add everybody's flag (people,), a byte of 0 or 1, to the count (strata,) of their stratum.

    Eight people are looked at together and passed over where none has the flag.
    """
    whole = flag.size & ~7
    eights = flag[:whole].view(np.uint64)
    for eight in range(eights.size):
        if eights[eight]:
            for i in range(8 * eight, 8 * eight + 8):
                count[stratum[i]] += flag[i]
    for i in range(whole, flag.size):
        count[stratum[i]] += flag[i]
