"""Around: what the people whom one knows showed last month.

Every tie slot is an involution, so that fetching from one's partner and sending to one's partner are the same. Few
people show anything in a month; so whoever showed something sends it along the open ties and through the household,
once for each arm, and each block then adds up what its people were sent. The sums are those of a gather over all ties,
at a fraction of the cost: docs/decisions/0006.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import FunctionType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.kernels import helper, kernel
from goodstanding.luck import luck
from goodstanding.native import Cell, bound
from goodstanding.society import CHILD, SPOUSE

MOTIVE_BITS = 5
"""Bits in which a motive is counted, so that up to 31 people can do a thing to one person in a month."""
GOT = 30
"""Where the counts of what was done to a person begin; those of what the person did are below."""


@helper
def is_open(one: Any, other: Any, slot: int, closed_shift: int) -> bool:
    """True where neither end, by its board, has closed the tie in this slot."""
    return bool(((one | other) >> (closed_shift + slot)) & 1 == 0)


@kernel
def look_for(board: Any, mask: Any, ones: Any, many: Any) -> None:
    """List those who showed anything of the mask, so that the others are passed over once and not by every pair."""
    count = 0
    whole = board.size & ~7
    for eight in range(0, whole, 8):
        any_of = np.int64(0)
        for j in range(eight, eight + 8):
            any_of |= board[j]
        if any_of & mask:
            for j in range(eight, eight + 8):
                ones[count] = j
                count += (board[j] & mask) != 0
    for j in range(whole, board.size):
        ones[count] = j
        count += (board[j] & mask) != 0
    many[0] = count


@kernel
def send(
    ones: Any, many: Any, board: Any, partner: Any, household_offset: Any, household_size: Any, closed_shift: Any,
    mask: Any, to: Any, shown: Any, sent: Any,
) -> None:  # fmt: skip
    """Send what each person showed to the people around; `sent` counts on where the messages find no more room.

    `partner` is (people, slots): the partners of one person lie side by side, as only few people's are read.
    """
    count = 0
    for at in range(many[0]):
        j = np.int64(ones[at])
        value = board[j] & mask
        if value == 0:
            continue
        head = j - np.int64(household_offset[j])
        for i in range(head, head + np.int64(household_size[j])):
            if i != j:
                if count < to.size:
                    to[count] = i
                    shown[count] = value
                count += 1
        for slot in range(partner.shape[1]):
            i = partner[j, slot]
            kept = (board[j] >> (closed_shift + slot)) & 1 == 0  # seen first, as the other's board is far away
            if i >= 0 and kept and is_open(board[i], board[j], slot, closed_shift):
                if count < to.size:
                    to[count] = i
                    shown[count] = value
                count += 1
    sent[0] = count


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
    ones: Any, many: Any, board: Any, partner: Any, household_offset: Any, household_size: Any, closed_shift: Any,
    of: Any, by: Any, slots: Any, seed: Any, use: Any, month: Any, given: Any, to: Any, shown: Any, sent: Any,
) -> None:  # fmt: skip
    """Let whoever showed a field of the board meet the people around, decide who does what, and tell both ends.

    `of` and `by` are (shift, mask) of what the one has shown to whom something is done, and the one who does it; a mask
    of nought asks for nothing. Where both are asked for, those who do it are visited. A message holds one count of the
    motive (with `slots`, the bit of the tie slot), in the low half for who did it and in the high half for whom it was
    done to; `sent` counts on where the messages find no more room.
    """
    count = 0
    acts = by[1] != 0
    shift, mask = by if acts else of
    for at in range(many[0]):
        one = np.int64(ones[at])
        if (board[one] >> shift) & mask == 0:
            continue
        head = one - np.int64(household_offset[one])
        size = np.int64(household_size[one])
        for place in range(size * slots, size + partner.shape[1]):
            relation = place - size + 1 if place >= size else 0
            other = head + place if relation == 0 else np.int64(partner[one, relation - 1])
            if other < 0 or other == one:
                continue
            if relation > 0 and not is_open(board[one], board[other], relation - 1, closed_shift):
                continue
            if acts and of[1] != 0 and (board[other] >> of[0]) & of[1] == 0:
                continue
            actor = one if acts else other
            target = other if acts else one
            draw = pair_draw(seed, use, month, actor, target, relation)
            motive = np.int64(decide(board[actor], board[target], relation, draw, *given))
            if motive > 0:
                bit = relation - 1 if slots else MOTIVE_BITS * (motive - 1)
                for end in range(2):
                    if count < to.size:
                        to[count] = actor if end == 0 else target
                        shown[count] = np.int64(1) << (bit + GOT * end)
                    count += 1
    sent[0] = count


@kernel
def sort_out(to: Any, shown: Any, sent: Any, block: Any, ends: Any, sorted_to: Any, sorted_shown: Any) -> None:
    """Put messages into the order of the blocks they go to; `ends` becomes where each block's messages end."""
    ends[:] = 0
    for at in range(sent[0]):
        ends[to[at] // block] += 1
    total = 0
    for b in range(ends.size):
        total += ends[b]
        ends[b] = total - ends[b]
    for at in range(sent[0]):
        b = to[at] // block
        sorted_to[ends[b]] = to[at]
        sorted_shown[ends[b]] = shown[at]
        ends[b] += 1


@kernel
def collect(to: Any, shown: Any, ends: Any, block: Any, first: Any, sums: Any) -> None:
    """Add up what the people of one block were sent."""
    sums[:] = 0
    for at in range(ends[block - 1] if block else 0, ends[block]):
        sums[to[at] - first] += shown[at]


@kernel
def part(sums: Any, shift: Any, mask: Any, out: Any) -> None:
    """Take one field out of the sums of what each person was sent."""
    for i in range(out.size):
        out[i] = (sums[i] >> shift) & mask


@kernel
def kin(
    board: Any, first: Any, household_offset: Any, household_size: Any, role: Any, shift: Any, parent: Any,
    spouse: Any,
) -> None:  # fmt: skip
    """Whether a child's parents, and a head's or spouse's partner, showed a flag last month.

    `role` and the household columns are everybody's; a household begins with its head, and a spouse is the second. Few
    show a flag, so each who does tells the household, which may begin before the block and end behind it.
    """
    parent[:] = 0
    spouse[:] = 0
    last = first + parent.size
    low = first - np.int64(household_offset[first])
    end = last - 1 - np.int64(household_offset[last - 1]) + np.int64(household_size[last - 1])
    for one in range(low, end):
        if (board[one] >> shift) & 1 == 0 or role[one] > SPOUSE:
            continue
        head = one - np.int64(household_offset[one])
        for other in range(max(head, first), min(head + np.int64(household_size[one]), last)):
            if role[other] == CHILD:
                parent[other - first] = 1
            elif other != one and role[other] <= SPOUSE:
                spouse[other - first] = 1


class Mail:
    """What was sent this month in one arm, by block; `to` and `shown` as they were sent and then in order."""

    def __init__(self, people: int, block: int) -> None:
        self.block = np.int64(block)
        self.ends = np.zeros(-(-people // block), np.int64)
        self.sent = np.zeros(1, np.int64)
        self.raw = Cell(np.zeros(64, np.int32)), Cell(np.zeros(64, np.int64))
        self.to, self.shown = Cell(np.zeros(64, np.int32)), Cell(np.zeros(64, np.int64))

    def make_room(self) -> None:
        """Hold as many messages as there were, and some more."""
        for cell in (*self.raw, self.to, self.shown):
            cell.put(np.zeros(int(self.sent[0]) * 5 // 4, cell.value.dtype))

    def messages(self, block: int, what: str) -> NDArray[Any]:
        """`to` or `shown` of the messages to one block."""
        column: NDArray[Any] = getattr(self, what).value
        return column[self.ends[block - 1] if block else 0 : self.ends[block]]


class Sending:
    """What sends the mail of a month, a kernel that ends in `to, shown, sent`, and then sorts its messages out."""

    def __init__(self, mail: Mail, function: FunctionType, args: Sequence[Any], **parts: FunctionType) -> None:
        self.mail = mail
        self.send = bound(function, [*args, *mail.raw, mail.sent], **parts)
        self.sort = bound(sort_out, [*mail.raw, mail.sent, mail.block, mail.ends, mail.to, mail.shown])

    def __call__(self) -> None:
        """Send, once more with more room where it did not suffice."""
        self.send()
        if self.mail.sent[0] > self.mail.to.value.size:
            self.mail.make_room()
            self.send()
        self.sort()
