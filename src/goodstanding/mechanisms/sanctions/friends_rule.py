"""Sanction: people are refused for the scores of their friends."""

from __future__ import annotations

from typing import Any

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.card import exactly, setting
from goodstanding.errors import InvalidInput
from goodstanding.kernels import between, kernel, pair
from goodstanding.mechanism import Sanction
from goodstanding.mechanisms.scoring.dimensions import BANDS, band_of, company
from goodstanding.world import RECORD, Column

CREDIT = 1 << list(SANCTION_DOMAINS).index("credit")


class FriendsRule(Sanction):
    """People are refused credit where the scores of those around them lie, on average, below a minimum.

    What they did themselves has no part in it. Friends are the adults around who have a score, the household left out,
    each taken for the middle of the sixth of the range that last month's score was in. A friend need not be a customer:
    all that it takes to be looked at is to know somebody. Nothing of it is on a person's own record, so that both
    shadows know of no refusal: it is unfounded, and no entry is the cause. Whoever asks for no loan does not notice.

    Sources: [fortune-2016] [iv-2018]
    """

    columns = {"rung": Column(dtype="uint8", label="sixth of the range the score is in, 1 the lowest", shown=3)}
    writes = ("restricted", "looks_around")
    counts = {
        "refused": "adults who would be refused for their friends' scores",
        "sound": "of those, adults whose own score would do",
        "looked_at": "adults whose score counts for somebody else",
        "friendless": "adults with too few friends to be judged by",
    }

    lowest: int = setting(
        350, low=-100_000, high=100_000, unit="points", prior=exactly(), help="the lowest score",
        source="assumed", because="the range of the scheme's scores; what lies beyond counts as its end",
    )  # fmt: skip
    highest: int = setting(
        950, low=-100_000, high=100_000, unit="points", prior=exactly(), help="the highest score",
        source="assumed", because="the range of the scheme's scores; what lies beyond counts as its end",
    )  # fmt: skip
    minimum: int = setting(
        600, low=-100_000, high=100_000, unit="points", prior=exactly(),
        help="mean of the friends' scores below which credit is refused",
        source="assumed", because="the patent leaves the minimum to the lender; here that of small loans elsewhere",
    )  # fmt: skip
    least: int = setting(
        1, low=1, high=16, unit="count", prior=exactly(),
        help="friends with a score whom it takes to be judged by them",
        source="assumed", because="the patent names no smallest number; one friend is then enough",
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        if not self.lowest < self.highest:
            what = f"{self.highest} is not above lowest; allowed is more than {self.lowest}"
            raise InvalidInput(f"{self.key()}.highest: {what}")

    def brings(self) -> set[str]:
        return super().brings() | {"restricted.credit"}

    @pair(of="rung")
    def ask_about(mine, theirs, relation, draw, at_rung):
        return 0 if relation == 0 else (theirs >> at_rung) & 7

    @between
    def announce(looks_around):
        looks_around[0] = 1

    @kernel(copies=True)
    def refuse(copy, did_ask_about, hollow, age, outside, wanted, lowest, highest, minimum, least, restricted):
        if copy != RECORD or wanted[0] == 0:
            return
        for i in range(restricted.size):
            twelfths, people = company(did_ask_about[i], hollow[i])
            judged = (people >= least) & (age[i] > 0) & (outside[i] == 0)
            if judged and (highest - lowest) * twelfths < (minimum - lowest) * 2 * BANDS * people:
                restricted[i] |= CREDIT

    @kernel
    def show(score, age, outside, wanted, lowest, highest, rung):
        for i in range(rung.size):
            scored = (age[i] > 0) & (outside[i] == 0) & (wanted[0] != 0)
            rung[i] = scored * band_of(score[i], lowest, highest)

    @kernel
    def count(
        did_ask_about, hollow, got_ask_about, score, age, outside, wanted, lowest, highest, minimum, least, stratum,
        refused, sound, looked_at, friendless,
    ):  # fmt: skip
        if wanted[0] == 0:
            return
        for i in range(age.size):
            s = stratum[i]
            looked_at[s] += got_ask_about[i] != 0
            if age[i] > 0 and outside[i] == 0:
                twelfths, people = company(did_ask_about[i], hollow[i])
                if people < least:
                    friendless[s] += 1
                elif (highest - lowest) * twelfths < (minimum - lowest) * 2 * BANDS * people:
                    refused[s] += 1
                    sound[s] += score[i] >= minimum
