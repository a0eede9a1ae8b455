"""Counting people by stratum: most loops over people end in it, and few people have what is counted."""

from __future__ import annotations

from typing import Any

import numpy as np

from goodstanding.kernels import helper


@helper
def tally(flag: Any, stratum: Any, count: Any) -> None:
    """Add everybody's flag (people,), a small number, to the count (strata,) of their stratum.

    Eight people are looked at together and passed over where all have nought. A household is of one stratum and lives
    side by side, so that its flags are added up before they are written down.
    """
    whole = flag.size & ~7
    eights = flag[:whole].view(np.uint64)
    for eight in range(eights.size):
        if eights[eight]:
            last, together = 8 * eight + 7, np.int64(0)
            for i in range(8 * eight, last):
                together += flag[i]
                if stratum[i] != stratum[i + 1]:
                    count[stratum[i]] += together
                    together = np.int64(0)
            count[stratum[last]] += together + flag[last]
    for i in range(whole, flag.size):
        count[stratum[i]] += flag[i]


@helper(inline=True)  # type: ignore[untyped-decorator]
def how_many(bits: Any) -> Any:
    """How many of 16 bits are set."""
    bits = bits - ((bits >> 1) & 0x5555)
    bits = (bits & 0x3333) + ((bits >> 2) & 0x3333)
    bits = (bits + (bits >> 4)) & 0x0F0F
    return (bits + (bits >> 8)) & 31


@helper
def lowest(bits: Any) -> Any:
    """The place of the lowest bit that is set, of 63; where none is set there is no answer."""
    below = (bits & -bits) - 1
    below = below - ((below >> 1) & 0x5555555555555555)
    below = (below & 0x3333333333333333) + ((below >> 2) & 0x3333333333333333)
    below = (below + (below >> 4)) & 0x0F0F0F0F0F0F0F0F
    below += below >> 8
    below += below >> 16
    return (below + (below >> 32)) & 127
