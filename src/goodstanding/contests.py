"""Which safeguard buys most: what each spares people, alone and last in, over all sets of assumptions.

Every safeguard is looked at twice. *Alone*: the scheme with it, against the scheme as it is. *Last in*: all safeguards
that apply, against all but this one. Within a set of assumptions all of these are lived by the same people with the
same luck, so that a set is a contest; over the sets come a band, the share of sets in which it spares anything, its
rank, and the share in which it is the best. There is no total: what is spared is told by kind, beside what it costs.
A safeguard that comes first by one kind of harm may come last by another, and the assumptions decide among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.assumptions import Assumptions, Floats, band
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import Band
from goodstanding.frames import Frame, marked, notebook, terminal
from goodstanding.frontier import GAIN, SANCTIONS, SILENT, UNFOUNDED
from goodstanding.headline import number
from goodstanding.sweep import AS_WRITTEN, FEWEST

if TYPE_CHECKING:
    import pyarrow
    from rich.table import Table

    from goodstanding.folder import Run

FULL, ALL, BUT = "full", "all", "all_but_"
HARMS = {
    "unfounded": (UNFOUNDED, "unfounded sanction-months"),
    "sanctions": (SANCTIONS, "sanction-months"),
    "silence": ((SILENT,), "tongues held"),
}
"""What a safeguard may spare people, by the end of the measures that count it."""
COSTS = {
    "hours": ((".officer_hours",), "officers' hours"),
    "waiting": ((".remedies.pending",), "entries that wait for a review, each month"),
    "harm": ((GAIN,), "harm by people to others, in points of gravity"),
}
"""What it may cost, likewise: more of any is a cost."""
ALONE, LAST = "alone", "last"
TOLD_BY = ("group", "income_tenth")
HEAD = (
    "safeguard", "spared alone", "best in", "rank", "spared last in", "best in", "rank", "officers' hours",
    "more harm to others",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """How a safeguard did against the others, alone or last in: what it spared per 1,000 adult-months, over the sets.

    `spares` is the share of the sets, of those with any such harm, in which it spared something; `best` the share in
    which it spared the most, ties shared; `rank` the band of its rank, 1 the first, ties at their mean.
    """

    spared: Band
    spares: float
    best: float
    rank: Band


@dataclass(frozen=True)
class Bought:
    """What one safeguard spares and costs, per 1,000 adult-months; None alone where the scheme has it already.

    `costs` are bands of how much more there is of each where the scheme has it, alone if it can be, else last in.
    """

    safeguard: str
    title: str
    alone: Place | None
    last: Place | None
    costs: Mapping[str, Band]


class Safeguards(Frame):
    """The safeguards of a run against each other, by one kind of harm.

    The run must have tried assumptions with its safeguards laid over it: `goodstanding run SCENARIO --with safeguards
    --assumptions 100`. Raises InvalidInput otherwise, and for a kind of harm that there is not.
    """

    def __init__(self, run: Run, harm: str = "unfounded") -> None:
        if harm not in HARMS:
            raise InvalidInput(
                f"safeguards: '{plain(harm)}' is no kind of harm; allowed is {', '.join(HARMS)}{nearest(harm, HARMS)}"
            )
        found = run.assumptions()
        self.manifest, self.titles, self.harm = run.manifest, dict(run.cards["arms"]), harm
        arms = found.arms if found else []
        self.names = [arm for arm in arms if f"{BUT}{arm}" in arms]
        self.names += [arm.removeprefix(BUT) for arm in arms if arm.startswith(BUT) and arm[len(BUT) :] not in arms]
        if found is None or not self.names:
            raise InvalidInput(
                f"safeguards: {run.path.name} tried none over assumptions; allowed is a run with `--with safeguards "
                "--assumptions N`"
            )
        self.tried: Assumptions = found

    # -- what each spares, set by set

    def spared(self, name: str, how: str = ALONE, **cut: Any) -> Floats | None:
        """What a safeguard spares in every set (sets,), per 1,000 adult-months; None where it was not tried so.

        `cut` is `by` with `cell`, or `variant`, as Assumptions.total takes them.
        """
        arms = self._pair(name, how)
        if arms is None:
            return None
        without, with_ = (self.tried.total(arm, HARMS[self.harm][0], **cut) for arm in arms)
        gap: Floats = without - with_
        return gap

    def cost(self, name: str, what: str) -> Floats | None:
        """How much more there is of a cost, in every set, where the scheme has this safeguard; None if uncounted.

        Officers' hours are counted by the safeguard itself: one that counts none is not thereby free.
        """
        arms = self._pair(name, ALONE) or self._pair(name, LAST)
        counted = what != "hours" or any(m.endswith(f".{name}.officer_hours") for m in self.tried.cards["measures"])
        if arms is None or not counted:
            return None
        without, with_ = (self.tried.total(arm, COSTS[what][0]) for arm in arms)
        gap: Floats = with_ - without
        return gap

    def _pair(self, name: str, how: str) -> tuple[str, str] | None:
        """The arm without a safeguard and the arm with it."""
        whole = ALL if ALL in self.tried.arms else FULL
        arms = (FULL, name) if how == ALONE else (f"{BUT}{name}", whole)
        return arms if {*arms} <= {*self.tried.arms} else None

    def contest(self, how: str = ALONE, **cut: Any) -> tuple[list[str], Floats]:
        """What each spares in the sets in which there is such a harm to spare (safeguards, sets)."""
        names = [name for name in self.names if self._pair(name, how)]
        if not names:
            return [], np.zeros((0, 0))
        without = (self.tried.total(pair[0], HARMS[self.harm][0], **cut) for n in names if (pair := self._pair(n, how)))
        there = np.any([harm > 0 for harm in without], axis=0)
        gaps = (self.spared(name, how, **cut) for name in names)
        return names, np.array([gap[there] for gap in gaps if gap is not None])

    def dominance(self, how: str = ALONE) -> Floats:
        """The share of sets in which the one of a row spares more than the one of a column, ties as half."""
        names, spared = self.contest(how)
        if not spared.size:
            return np.full((len(names), len(names)), 0.5)
        more, alike = (of(spared[:, None], spared[None, :]) for of in (np.greater, np.equal))
        found: Floats = (more + alike / 2).mean(axis=2)
        return found

    def places(self, how: str = ALONE) -> dict[str, Place]:
        """How every safeguard did against the others."""
        names, spared = self.contest(how)
        if not spared.size:
            return {}
        beaten_by = (spared[None, :] > spared[:, None]).sum(1)
        ranks = 1 + beaten_by + ((spared[None, :] == spared[:, None]).sum(1) - 1) / 2
        most = spared.max(axis=0)
        wins = (spared == most) & (most > 0)
        best = (wins / np.maximum(1, wins.sum(axis=0))).mean(axis=1)
        return {
            name: Place(band(spared[at]), float((spared[at] > 0).mean()), float(best[at]), band(ranks[at]))
            for at, name in enumerate(names)
        }

    # -- what is told

    def rows(self) -> list[Bought]:
        """A row for each safeguard, the one that is best most often first; by name where they are alike."""
        alone, last = self.places(ALONE), self.places(LAST)
        found = []
        for name in self.names:
            costs = {what: cost for what in COSTS if (cost := self.cost(name, what)) is not None}
            bands = {what: band(cost) for what, cost in costs.items()}
            found.append(Bought(name, str(self.titles.get(name, "")), alone.get(name), last.get(name), bands))
        won = {row.safeguard: -sum(place.best for place in (row.alone, row.last) if place) for row in found}
        return sorted(found, key=lambda row: (won[row.safeguard], row.safeguard))

    def whom(self, name: str, how: str = ALONE) -> dict[str, dict[str, Band]]:
        """What a safeguard spares by group and by income tenth, per 1,000 adult-months of each; empty if uncounted."""
        measures = [m for m in self.tried.cards["measures"] if m.endswith(tuple(HARMS[self.harm][0]))]
        if not all(self.tried.cards["measures"][m]["leads"] for m in measures):
            return {}
        found: dict[str, dict[str, Band]] = {}
        for by in TOLD_BY:
            gaps = {self.tried.cell_name(by, at): self.spared(name, how, by=by, cell=at) for at in self.tried.cells(by)}
            found[by] = {cell: band(gap) for cell, gap in gaps.items() if gap is not None}
        return found

    def structures(self, how: str = ALONE) -> dict[str, dict[str, float]]:
        """What each spares as the scenario is written and in every other structure, per 1,000 adult-months, added up
        over worlds; a structure in which there is no such harm to spare is left out.
        """
        found = {}
        for variant in (AS_WRITTEN, *self.tried.told["structures"]):
            names, spared = self.contest(how, variant=variant)
            if spared.size:
                found[variant] = dict(zip(names, spared.sum(axis=1).tolist(), strict=True))
        return found

    def best(self, how: str = ALONE) -> str:
        """The one that is the best in most sets, empty where none ever spares anything."""
        places = self.places(how)
        first = max(places, key=lambda name: places[name].best, default="")
        return first if first and places[first].best else ""

    def to_dict(self) -> dict[str, Any]:
        """Everything here, ready for JSON."""
        return {
            "synthetic": True, **self._of(), "harm": self.harm, "what": HARMS[self.harm][1],
            "per": "1,000 adult-months", "sets": self.tried.sets,
            "safeguards": [
                asdict(row) | {"whom": {how: self.whom(row.safeguard, how) for how in (ALONE, LAST)}}
                for row in self.rows()
            ],
            "contests": {
                how: {
                    "sets": self.contest(how)[1].shape[1], "names": self.contest(how)[0],
                    "dominance": self.dominance(how).tolist(), "structures": self.structures(how),
                }
                for how in (ALONE, LAST)
            },
        }  # fmt: skip

    def to_arrow(self) -> pyarrow.Table:
        """The rows as a table, with the ends of every band."""
        import pyarrow

        rows = []
        for row in self.rows():
            told: dict[str, Any] = {"safeguard": row.safeguard}
            bands: dict[str, Band | None] = dict(row.costs)
            for how, place in ((ALONE, row.alone), (LAST, row.last)):
                told |= {f"{how}_{what}": place and getattr(place, what) for what in ("spares", "best")}
                bands |= {f"{how}_{what}": getattr(place, what) if place else None for what in ("spared", "rank")}
            for name, found in bands.items():
                told |= {f"{name}_{end}": found and getattr(found, end) for end in ("low", "middle", "high")}
            rows.append(told)
        return marked(pyarrow.Table.from_pylist(rows), self._of() | {"harm": self.harm})

    def table(self) -> Table:
        """The rows as a table for the terminal."""
        return terminal(HEAD, self.cells(), *self._said(), numbers=HEAD[1:])

    def __rich__(self) -> Table:
        return self.table()

    def _repr_html_(self) -> str:
        return notebook(HEAD, self.cells(), *self._said())

    def __repr__(self) -> str:
        return f"<Safeguards by {HARMS[self.harm][1]}, {len(self.names)} of them, synthetic society>"

    def cells(self) -> Iterator[list[str]]:
        """The rows as they are read, under HEAD."""
        for row in self.rows():
            places = [cell for place in (row.alone, row.last) for cell in _placed(place)]
            yield [row.safeguard, *places, told(row.costs.get("hours")), told(row.costs.get("harm"))]

    def _said(self) -> tuple[str, str]:
        title = f"{self.manifest['title']}: {HARMS[self.harm][1]} that each safeguard spares, per 1,000 adult-months"
        alone, last = (self.contest(how)[1].shape[1] for how in (ALONE, LAST))
        said = (
            f"5th to 95th of every 100 sets of assumptions: those of {self.tried.sets} in which there was any to "
            f"spare, {alone} alone and {last} last in ({FEWEST} make a band); costs over all sets; "
            f"{self.tried.worlds} worlds a set, so that a part of every rank is luck"
        )
        return title, f"synthetic society · {said}"

    def _of(self) -> dict[str, Any]:
        return {name: self.manifest[name] for name in ("scenario", "digest")}


def _placed(place: Place | None) -> list[str]:
    return ["–"] * 3 if place is None else [told(place.spared), f"{100 * place.best:.0f} %", told(place.rank)]


def told(found: Band | None) -> str:
    """A band as it is read; `too few` sets to have one, and a dash where nothing was counted."""
    if found is None:
        return "–"
    if found.low is None or found.high is None:
        return "too few"
    return f"{number(found.low)} to {number(found.high)}"
