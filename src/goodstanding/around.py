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
from goodstanding.luck import luck

MOTIVE_BITS = 5
"""Bits in which a motive is counted, so that up to 31 people can do a thing to one person in a month."""
GOT = 30
"""Where the counts of what was done to a person begin; those of what the person did are below."""


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


@helper
def decide(mine: Any, theirs: Any, relation: int, draw: Any) -> int:
    """What one person does to another: the place that a mechanism's pair function takes."""
    return 0


@helper
def pair_draw(seed: Any, use: Any, month: Any, actor: int, target: int, relation: int) -> Any:
    """The draw of what one person may do to another: keyed by the unordered pair, the relation and a direction."""
    low = actor if actor < target else target
    which = abs(actor - target) if relation == 0 else 31 + relation
    return luck(seed, use, month, low, 2 * which + (actor == low))


@kernel
def meet(
    board: Any, partner: Any, household_offset: Any, household_size: Any, closed_shift: Any, flag: Any, block:
    Any, seed: Any, use: Any, month: Any, given: Any, ends: Any, to: Any, shown: Any,
) -> None:  # fmt: skip
    """Let the people around whoever showed a flag decide what they do to that person, and tell both ends.

    Called twice, as `send` is. A message holds one count of the motive, in the low half for who did it and in the
    high half for whom it was done to.
    """
    for target in range(board.size):
        if (board[target] >> flag) & 1 == 0:
            continue
        head = target - np.int64(household_offset[target])
        size = np.int64(household_size[target])
        for place in range(size + partner.shape[0]):
            relation = place - size + 1 if place >= size else 0
            actor = head + place if relation == 0 else np.int64(partner[relation - 1, target])
            if actor < 0 or actor == target:
                continue
            if relation > 0 and not is_open(board[actor], board[target], relation - 1, closed_shift):
                continue
            draw = pair_draw(seed, use, month, actor, target, relation)
            motive = decide(board[actor], board[target], relation, draw, *given)
            if motive > 0:
                for end in range(2):
                    person = actor if end == 0 else target
                    at = person // block
                    if to.size > 0:
                        to[ends[at]] = person
                        shown[ends[at]] = np.int64(1) << (MOTIVE_BITS * (motive - 1) + GOT * end)
                    ends[at] += 1


@kernel
def collect(to: Any, shown: Any, first: Any, sums: Any) -> None:
    """Add up what the people of one block were sent."""
    sums[:] = 0
    for at in range(to.size):
        sums[to[at] - first] += shown[at]


@kernel
def part(sums: Any, shift: Any, mask: Any, out: Any) -> None:
    """Take one field out of the sums of what each person was sent."""
    for i in range(out.size):
        out[i] = (sums[i] >> shift) & mask


HEAD, SPOUSE, CHILD = 0, 1, 2


@kernel
def kin(
    board: Any, first: Any, household_offset: Any, household_size: Any, role: Any, shift: Any, parent: Any,
    spouse: Any,
) -> None:  # fmt: skip
    """Whether a child's parents, and a head's or spouse's partner, showed a flag last month.

    `role` and the household columns are everybody's; a household begins with its head, and a spouse is the second.
    """
    for i in range(parent.size):
        person = first + i
        head = person - np.int64(household_offset[person])
        partnered = household_size[person] > 1 and role[head + 1] == SPOUSE
        heads = (board[head] >> shift) & 1
        spouses = (board[head + 1] >> shift) & 1 if partnered else 0
        parent[i] = heads | spouses if role[person] == CHILD else 0
        spouse[i] = heads if role[person] == SPOUSE else spouses if role[person] == HEAD else 0


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
