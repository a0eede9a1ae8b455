"""Whether a score told who harmed others: the area under the curve, beside what anybody could have known.

The area is the chance that somebody who did harm in the following year had stood worse than somebody who did none,
ties counting half: 0.5 where the score tells nothing, 1 where it tells all. It is the Mann-Whitney statistic over the
product of both numbers (Hanley and McNeil 1982), of integer counts by bin, summed over worlds and years; what lies in
one bin is a tie, so that bins can only lower it. The interval is the jackknife over worlds with Student's t.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from goodstanding.counts import World
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import FEWEST_EVENTS, ONE_WORLD, Estimate, student, variance
from goodstanding.frames import Frame, marked, notebook, terminal
from goodstanding.measures.validity import SCORES, SIGHT

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.comparison import Readable

OUTCOMES = {"harmful": "any act that harms somebody", "grave": "a grave act (gravity of 20 or more)"}
"""What is foretold; a payment missed for want of money is neither."""
KNOWING = {
    "score": "the score",
    "sight": "perfect sight of the past year",
    "income_tenth": "the income tenth alone, the poorest worst",
    "group": "the group alone, the worst as it turned out",
}
"""What can be known of people at the start of a year, each held against what they then did."""
HEAD = ("scheme", "arm", "those who then did", "told by", "area", "95 % interval", "adult-years")

Bins = Sequence[tuple[int, int]]
"""(did, did not) of each bin, from whom it calls the best to whom it calls the worst."""


def area(bins: Bins) -> float | None:
    """The chance that one who did stood worse than one who did not, ties half; None where one of them is missing."""
    twice, better = 0, 0
    for did, not_ in bins:
        twice += did * (2 * better + not_)
        better += not_
    pairs = sum(did for did, _ in bins) * better
    return twice / (2 * pairs) if pairs else None


def area_over(worlds: Sequence[Bins]) -> Estimate:
    """The area of all worlds together, with its interval; `reason` says why one is missing."""
    whole, n = area(_summed(worlds)), len(worlds)
    if whole is None:
        return Estimate(None, None, None, n, "nobody to tell apart")
    if sum(did + not_ > 0 for did, not_ in _summed(worlds)) == 1:
        return Estimate(whole, None, None, n, "all stood alike: it told nothing")
    if n == 1:
        return Estimate(whole, None, None, n, ONE_WORLD)
    without = [area(_summed([*worlds[:at], *worlds[at + 1 :]])) for at in range(n)]
    left = [found for found in without if found is not None]
    events = sum(did for did, _ in _summed(worlds))
    if len(left) < n or events < FEWEST_EVENTS:
        return Estimate(whole, None, None, n, f"{events:,} who did: too few for an interval")
    half = student(n - 1) * (n - 1) / math.sqrt(n) * math.sqrt(variance(left))
    return Estimate(whole, max(0.0, whole - half), min(1.0, whole + half), n)


def _summed(worlds: Sequence[Bins]) -> list[tuple[int, int]]:
    return [(sum(d for d, _ in bin), sum(n for _, n in bin)) for bin in zip(*worlds, strict=True)]


@dataclass(frozen=True)
class Told:
    """How well one thing that could be known told who then did harm, in one arm; `adults` are counted once a year."""

    scheme: str
    arm: str
    outcome: str
    by: str
    area: Estimate
    adults: int
    did: int


class Validity(Frame):
    """Every scheme and arm of a run that has a score: the area for the score and for what it is held against."""

    def __init__(self, run: Readable, arms: Sequence[str] | None = None) -> None:
        known = run.manifest["arms"]
        for name in arms or ():
            if name not in known:
                raise InvalidInput(
                    f"validity: '{plain(name)}' is no arm of this run; "
                    f"allowed is {', '.join(known)}{nearest(name, known)}"
                )
        self.manifest, self.arms = run.manifest, list(known if arms is None else arms)
        self.counts = run.counts
        self.worlds: list[World] = sorted((int(society), int(luck)) for society, luck in run.manifest["seeds"])

    def rows(self) -> list[Told]:
        """A row for each arm, scheme, outcome and thing that could be known; none before the second year is over."""
        return [row for arm in self.arms for scheme in self._schemes(arm) for row in self._told(arm, scheme)]

    def _schemes(self, arm: str) -> list[str]:
        end = f".validity.adults_{SCORES[0]}"
        return [name.removesuffix(end) for name, _ in self.counts.sums(arm) if name.endswith(end)]

    def _told(self, arm: str, scheme: str) -> Iterator[Told]:
        for outcome in OUTCOMES:
            for by in KNOWING:
                worlds = self._bins(arm, scheme, outcome, by)
                did, not_ = (sum(cell[at] for bins in worlds for cell in bins) for at in (0, 1))
                if did + not_:
                    yield Told(scheme, arm, outcome, by, area_over(worlds), did + not_, did)

    def _bins(self, arm: str, scheme: str, outcome: str, by: str) -> list[Bins]:
        """(did, did not) by bin of every world, the best bin first."""
        if by in ("score", "sight"):
            names = [[name] for name in (SCORES if by == "score" else SIGHT)]
            return [[self._pair(arm, scheme, outcome, bin, world) for bin in names] for world in self.worlds]
        cells = sorted({cell for _, cell in self.counts.sums(arm, by)})
        found = [[self._pair(arm, scheme, outcome, SCORES, world, by, cell) for cell in cells] for world in self.worlds]
        if by == "income_tenth":
            return [bins[::-1] for bins in found]
        rates = [did / max(1, did + not_) for did, not_ in _summed(found)]
        order = sorted(range(len(cells)), key=lambda at: rates[at])
        return [[bins[at] for at in order] for bins in found]

    def _pair(
        self, arm: str, scheme: str, outcome: str, bins: Sequence[str], world: World, by: str = "", cell: str | int = ""
    ) -> tuple[int, int]:
        sums = self.counts.sums(arm, by)
        did, adults = (
            sum(found[world].count for name in bins if world in (found := sums.get((f"{path}_{name}", cell), {})))
            for path in (f"{scheme}.validity.{outcome}", f"{scheme}.validity.adults")
        )
        return did, adults - did

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {"synthetic": True, **self._of(), "rows": [asdict(row) for row in self.rows()]}

    def to_arrow(self) -> pyarrow.Table:
        """The rows as a table: the area with its ends, and how many were counted."""
        import pyarrow

        rows = []
        for row in self.rows():
            told = {"scheme": row.scheme, "arm": row.arm, "outcome": row.outcome, "by": row.by}
            ends = {"area": row.area.mean, "low": row.area.low, "high": row.area.high, "reason": row.area.reason}
            rows.append({**told, **ends, "worlds": row.area.worlds, "adults": row.adults, "did": row.did})
        text, rate, whole = pyarrow.string(), pyarrow.float64(), pyarrow.int64()
        schema = pyarrow.schema([
            *((name, text) for name in ("scheme", "arm", "outcome", "by")),
            *((name, rate) for name in ("area", "low", "high")), ("reason", text),
            *((name, whole) for name in ("worlds", "adults", "did")),
        ])  # fmt: skip
        return marked(pyarrow.Table.from_pylist(rows, schema), self._of())

    def table(self) -> Table:
        """The rows as a table for the terminal."""
        return terminal(HEAD, self._cells(), *self._said(), numbers=HEAD[4:])

    def __rich__(self) -> Table:
        return self.table()

    def _repr_html_(self) -> str:
        return notebook(HEAD, self._cells(), *self._said())

    def __repr__(self) -> str:
        return f"<Validity in {', '.join(self.arms)}, {len(self.worlds)} worlds, synthetic society>"

    def _cells(self) -> Iterator[list[str]]:
        for row in self.rows():
            found = row.area
            mean = "–" if found.mean is None else f"{found.mean:.3f}"
            interval = found.reason if found.low is None else f"{found.low:.3f} to {found.high:.3f}"
            yield [row.scheme, row.arm, OUTCOMES[row.outcome], KNOWING[row.by], mean, interval, f"{row.adults:,}"]

    def _said(self) -> tuple[str, str]:
        told = "0.5 tells nothing, 1 tells all; what people did is true, seen or not; intervals are luck only"
        return f"{self.manifest['title']}: who the score told", f"synthetic society · {told}"

    def _of(self) -> dict[str, Any]:
        return {name: self.manifest[name] for name in ("scenario", "digest")}
