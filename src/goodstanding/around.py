"""Around: what the people whom one knows showed last month.

Every tie slot is an involution, so that fetching from one's partner and sending to one's partner are the same. Few
people show anything in a month; so whoever showed something sends it along the open ties and through the household,
once for each arm, and each block then adds up what its people were sent. The sums are those of a gather over all ties,
at a fraction of the cost: docs/decisions/0006.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.kernels import helper, kernel


@helper
def is_open(one: Any, other: Any, slot: int, closed_shift: int) -> bool:
    """True where neither end, by its board, has closed the tie in this slot."""
    return bool(((one | other) >> (closed_shift + slot)) & 1 == 0)


@kernel
def send(
    board: Any, partner: Any, household_offset: Any, household_size: Any, closed_shift: Any, mask: Any, block:
    Any, ends: Any, to: Any, shown: Any,
) -> None:  # fmt: skip
    """Send what each person showed to the people around.

    Called twice: with empty `to` it counts the messages to each block in `ends`; then, with `ends` turned into where
    each block's messages begin, it writes them, and `ends` is where they end.
    """
    count_only = to.size == 0
    for j in range(board.size):
        value = board[j] & mask
        if value == 0:
            continue
        head = j - np.int64(household_offset[j])
        for i in range(head, head + np.int64(household_size[j])):
            if i != j:
                at = i // block
                if not count_only:
                    to[ends[at]] = i
                    shown[ends[at]] = value
                ends[at] += 1
        for slot in range(partner.shape[0]):
            i = partner[slot, j]
            if i >= 0 and is_open(board[i], board[j], slot, closed_shift):
                at = i // block
                if not count_only:
                    to[ends[at]] = i
                    shown[ends[at]] = value
                ends[at] += 1


@kernel
def collect(to: Any, shown: Any, first: Any, sums: Any) -> None:
    """Add up what the people of one block were sent."""
    sums[:] = 0
    for at in range(to.size):
        sums[to[at] - first] += shown[at]


class Mail:
    """What was sent this month in one arm, by block."""

    def __init__(self, blocks: int) -> None:
        self.ends = np.zeros(blocks, np.int64)
        self.begins = np.zeros(blocks, np.int64)
        self.to, self.shown = np.zeros(0, np.int32), np.zeros(0, np.int64)
        self.nothing = (np.zeros(0, np.int32), np.zeros(0, np.int64))

    def send(self, function: Any, *args: Any) -> None:
        """Count, make room, and send; `args` are those of `send` up to `block`."""
        self.ends[:] = 0
        function(*args, self.ends, *self.nothing)
        total = int(self.ends.sum())
        if total > self.to.size:
            self.to, self.shown = np.zeros(total * 5 // 4, np.int32), np.zeros(total * 5 // 4, np.int64)
        self.begins[1:] = np.cumsum(self.ends)[:-1]
        self.ends[:] = self.begins
        if total:
            function(*args, self.ends, self.to, self.shown)

    def messages(self, block: int, what: str) -> NDArray[Any]:
        """`to` or `shown` of the messages to one block."""
        column: NDArray[Any] = getattr(self, what)
        return column[self.begins[block] : self.ends[block]]
