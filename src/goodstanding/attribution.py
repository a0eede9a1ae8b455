"""Attribution: what a scheme did, shared out over its rules, over those who gamed it and over those who guarded it.

Each coalition of rules is lived as an arm of its own, by the same people with the same luck. A rule is given what
changed when it came, on the average over the orders in which all could have come (Shapley 1953; under precedence
Faigle and Kern 1992, International Journal of Game Theory 21: 249-266). Everything is counted in whole numbers: in
every order, what the rules are given adds up to the whole, exactly. A share is no blame: who needs another rule comes
after it, and is given what both do together; what fell away without a rule stands beside it.

Where sets of assumptions are asked for, each set is an attribution of its own in a small county, under the same pairs
of seeds; a share then has a band over the sets in which there was enough to share out, and the rules pulled one way.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from goodstanding.answer import Answer
from goodstanding.assumptions import DETERMINES, band, by_luck
from goodstanding.beside import Job, Tell, answers
from goodstanding.comparison import SMALLEST_CELL
from goodstanding.errors import InvalidInput, nearest, plain
from goodstanding.estimates import variance
from goodstanding.frames import marked
from goodstanding.frontier import SANCTIONS, UNFOUNDED
from goodstanding.measures.unfounded import RESTS
from goodstanding.players import Player, Players, arm_of, told
from goodstanding.scenario import Scenario
from goodstanding.shares import FEWEST, Across, Pair, Share, Shares
from goodstanding.sweep import PAIRS, Sweep
from goodstanding.variants import varied

if TYPE_CHECKING:
    import pyarrow

PEOPLE, SEEDS, ORDERS, MOST_SEEDS = 20_000, 20, 10, 1000
MOST_COALITIONS = 512
"""Coalitions that are all lived where every order is asked for."""
SMALL = "worlds of sets"
"""What the worlds in which assumptions are tried are called while they are lived."""
AT_ONCE = 96
"""Coalitions that are lived in lockstep; more would only take more memory."""
HARM: dict[str, tuple[str, ...]] = {"sanction-months": SANCTIONS, "unfounded sanction-months": UNFOUNDED}
"""What is shared out unless something else is asked for, and always beside it: by the end of the counts' names."""
SUMMED = {"adults": "adult-months", "people": "person-months", "sanction-months": "sanction-months"}
"""What the unit of a count is called when its months are added up; of other units the counts of the months are."""
Values = Mapping[int, Sequence[int]]
"""What one world counted, by coalition: a whole number for each thing that is shared out."""


@dataclass(frozen=True)
class Asked:
    """What is lived for an attribution: the coalitions follow from it and from the seeds of a world.

    `drawn` is the number of a set of assumptions, 0 for the scenario as written. Every set takes orders of its own:
    the error of the same few, in all of them, would be in no band. `behind` names for each count the one of the people
    behind it, where they are counted. `narrow` is what is told of fewer than all adults, and not where these are few.
    """

    arm: str
    measures: dict[str, list[str]]
    orders: int
    drawn: int = 0
    behind: dict[str, str] = field(default_factory=dict)
    narrow: Sequence[str] = ()

    def job(self, players: Players, seed: int, laid: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """One world as it is handed to a process, with the values that are laid over the scenario."""
        return {**asdict(self), "seed": seed, "laid": laid or {}, "coalitions": sorted(self.coalitions(players, seed))}

    def taken(self, players: Players, seed: int) -> list[tuple[int, ...]]:
        """The orders that are taken in one world."""
        return players.orders((MOST_SEEDS + self.drawn if self.drawn else seed, seed), self.orders)

    def coalitions(self, players: Players, seed: int) -> set[int]:
        """Every coalition that one world needs."""
        found = {0, players.everybody}
        if not self.orders:
            found |= set(players.lattice(MOST_COALITIONS) or ())
        for order in self.taken(players, seed):
            found |= set(_growing(order))
        for player in range(len(players)):
            before = players.before(player)
            found |= {before, before | 1 << player, players.left_without(player)}
        return found | {players.left_without(*pair) for pair in pairs(players)}


def attribute(
    scenario: Scenario,
    *,
    arm: str = "full",
    measure: str = "",
    seeds: int = SEEDS,
    orders: int = ORDERS,
    assumptions: int = 0,
    processes: int | None = None,
    progress: Callable[[int, int, str], None] | None = None,
) -> Attribution:
    """Share out what the rules of one arm did, over so many worlds and, in each, so many orders of its own.

    `orders` 0 takes every order there is. Where few coalitions can be, all are lived anyhow. `assumptions` is how many
    sets of assumptions are tried in a small county besides. Raises InvalidInput.
    """
    players = Players(scenario, arm)
    for name, given, least, most in (("seeds", seeds, 2, MOST_SEEDS), ("orders", orders, 0, 10_000)):
        if type(given) is not int or not least <= given <= most:
            what = f"allowed is a whole number from {least} to {most:,}"
            raise InvalidInput(f"attribute: {name}: {plain(given)} cannot be used; {what}")
    sweep = Sweep.asked(scenario, assumptions, arm)
    measures, behind, narrow = _measures(scenario, arm, measure)
    lattice = players.lattice(MOST_COALITIONS)
    if lattice is None and not orders:
        what = f"more than {MOST_COALITIONS} coalitions can be; allowed is a number of orders"
        raise InvalidInput(f"attribute: orders: not every order of {len(players)} rules can be taken: {what}")
    if lattice is not None and len(lattice) <= orders * len(players):
        orders = 0
    asked = Asked(arm, measures, orders, behind=behind, narrow=narrow)
    jobs = [Job(asked.job(players, seed), f"world {seed}") for seed in range(seeds)]
    drawn = [replace(asked, drawn=at + 1) for at in range(sweep.sets if sweep else 0)]
    for one, laid in zip(drawn, sweep.laid if sweep else (), strict=True):
        jobs += [Job(one.job(players, s, laid), f"set {one.drawn}, world {s}", SMALL) for s in range(len(PAIRS))]
    with tempfile.TemporaryDirectory(prefix="goodstanding-attribution-") as folder:
        found = answers("goodstanding.attribution:live", scenario, jobs, Path(folder), processes, progress)
    small = [
        Attribution.of(sweep.scenario, players, one, found[at : at + len(PAIRS)])
        for at, one in zip(range(seeds, len(found), len(PAIRS)), drawn, strict=True)
        if sweep
    ]
    return Attribution.of(scenario, players, asked, found[:seeds], small)


def live(scenario: Scenario, folder: Path, job: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Let one world live in every coalition, some of them at a time; whole numbers over all months and everybody."""
    from goodstanding.engine import Engine

    scenario = varied(scenario, job["laid"])
    players, values, causes = Players(scenario, job["arm"]), list[tuple[int, list[int]]](), dict[str, int]()
    people: list[list[int | None]] = []
    names = [name for counts in job["measures"].values() for name in counts]
    families = {name.split(".")[-2] for name in names}
    for first in range(0, len(job["coalitions"]), AT_ONCE):
        some = job["coalitions"][first : first + AT_ONCE]
        engine = Engine(players.as_arms(some), job["seed"], job["seed"], observe=sorted(families))
        for _ in range(scenario.months):
            engine.step()
        worlds = {world.name: world for world in engine.worlds}
        for coalition in some:
            world = worlds[arm_of(coalition)]
            summed = {".".join(row): int(world.history[:, at].sum()) for row, at in world.rows.items()}
            counted = [sum(summed.get(n, 0) for n in counts) for counts in job["measures"].values()]
            values.append((coalition, counted))
            if coalition in (0, players.everybody):
                months = world.history.sum(axis=2)
                most = {".".join(row): int(months[:, at].max(initial=0)) for row, at in world.rows.items()}
                people.append([_people(counts, job["behind"], summed, most) for counts in job["measures"].values()])
            if coalition == players.everybody:
                causes = {c: sum(n for name, n in summed.items() if name.endswith(f".unfounded.{c}")) for c in RESTS}
    return {"values": values, "causes": causes, "people": people}


def _people(
    counts: Sequence[str], behind: Mapping[str, str], summed: Mapping[str, int], most: Mapping[str, int]
) -> int | None:
    """How many people stand behind some counts of one world at least: the largest month. None where nobody knows."""
    if any(summed.get(name) for name in counts if name not in behind):
        return None
    return max((most.get(behind[name], 0) for name in counts if name in behind), default=0)


class Attribution(Answer):
    """Shares of every rule in what was counted, over worlds that were each lived in many coalitions.

    `sets` are the same for each set of assumptions, in a small county. `people` is how many stand behind each count at
    least, with all rules or with none: the largest month of every world, added up; None where they are not counted.
    """

    def __init__(
        self,
        scenario: Scenario,
        players: Players,
        asked: Asked,
        worlds: Sequence[Values],
        causes: Sequence[Mapping[str, int]] = (),
        sets: Sequence[Attribution] = (),
        people: Mapping[str, int | None] | None = None,
    ) -> None:
        self.scenario, self.asked, self.worlds, self.sets = scenario, asked, worlds, sets
        self.players: list[Player] = told(players)
        self.measures = list(asked.measures)
        self._players = players
        self.causes = {name: sum(found.get(name, 0) for found in causes) / len(worlds) for name in RESTS}
        self.people = {name: (people or {}).get(name) for name in self.measures}

    @classmethod
    def of(
        cls,
        scenario: Scenario,
        players: Players,
        asked: Asked,
        found: Sequence[Mapping[str, Any]],
        sets: Sequence[Attribution] = (),
    ) -> Attribution:
        """From what its worlds came to (see `live`)."""
        worlds = [{int(coalition): counted for coalition, counted in world["values"]} for world in found]
        people: dict[str, int | None] = {}
        for at, name in enumerate(asked.measures):
            arms = [[arm[at] for arm in arms] for arms in zip(*(world["people"] for world in found), strict=True)]
            people[name] = None if any(None in arm for arm in arms) else max(sum(filter(None, arm)) for arm in arms)
        return cls(scenario, players, asked, worlds, [world["causes"] for world in found], sets, people)

    @cached_property
    def by_order(self) -> list[list[list[Sequence[int]]]]:
        """What every player was given of every count, in each order of each world; whole numbers."""
        return [
            [given(world, order) for order in self.asked.taken(self._players, seed)]
            for seed, world in enumerate(self.worlds)
        ]

    @cached_property
    def _shapley(self) -> list[list[list[float]]]:
        """The mean over orders, by world, player and count."""
        if not self.asked.orders:
            lattice = self._players.lattice(MOST_COALITIONS) or []
            return [[list(map(float, row)) for row in exactly(self._players, lattice, w)] for w in self.worlds]
        return [
            [[math.fsum(cell) / len(cell) for cell in zip(*rows, strict=True)] for rows in zip(*world, strict=True)]
            for world in self.by_order
        ]

    def total(self, measure: str) -> tuple[float, float]:
        """What is shared out of a count: all rules less none of them, per world, with its standard error."""
        at = self.measures.index(measure)
        return mean_error([world[self._players.everybody][at] - world[0][at] for world in self.worlds])

    def _means(self, at: int) -> list[float]:
        """What every player was given of a count, per world."""
        return [mean_error([world[player][at] for world in self._shapley])[0] for player in range(len(self.players))]

    def added(self, measure: str) -> float:
        """What the rules that pulled the stronger way were given of a count, per world: the whole of every percentage.

        Where safeguards undo what other rules do, all shares together may come to nought.
        """
        means = self._means(self.measures.index(measure))
        ways = [math.fsum(mean for mean in means if mean * way > 0) for way in (1, -1)]
        return max(ways, key=abs)

    def parts(self, measure: str) -> list[list[float]]:
        """By player, its part of what was added as each world would move it; their mean is the part.

        The terms of a ratio of totals (the delta method): what a world gave the rule beyond the part of what rules
        added there. Worlds that differ in how much was added, and not in how it is shared out, are alike, and a rule
        that was given all in every world has no error.
        """
        at = self.measures.index(measure)
        means, whole = self._means(at), self.added(measure)
        if not whole:
            return [[math.nan] * len(self.worlds)] * len(means)
        same = [player for player, mean in enumerate(means) if mean * whole > 0]
        added = [math.fsum(world[player][at] for player in same) for world in self._shapley]
        worlds = list(zip(self._shapley, added, strict=True))
        return [
            [mean / whole + (world[player][at] - mean / whole * there) / whole for world, there in worlds]
            for player, mean in enumerate(means)
        ]

    def enough(self, measure: str) -> bool:
        """True where a count is shared out: enough was changed, and not among a few people, as far as is known."""
        return abs(self.added(measure)) * len(self.worlds) >= FEWEST and not self.hidden(measure)

    def hidden(self, measure: str) -> bool:
        """True where nothing is told of a count, as in a comparison: it is one of few people, and not of all adults."""
        people = self.people[measure]
        few = people is not None and people < SMALLEST_CELL
        return few and measure in self.asked.narrow and bool(self.added(measure))

    def shares(self, measure: str) -> list[Share]:
        """Every rule's share of one count, the largest first."""
        at, players = self.measures.index(measure), self._players
        order_errors, parts = self._order_errors(at), self.parts(measure)
        found = []
        for player, name in enumerate(players.names):
            mean, error = mean_error([world[player][at] for world in self._shapley])
            before, without = players.before(player), players.left_without(player)
            alone = mean_error([w[before | 1 << player][at] - w[before][at] for w in self.worlds])
            taken = mean_error([w[players.everybody][at] - w[without][at] for w in self.worlds])
            found.append(
                Share(name, measure, mean, error, order_errors[player], *alone, *taken, *mean_error(parts[player]))
            )
        return sorted(found, key=lambda share: (-abs(share.mean), -abs(share.taken), share.player))

    def _order_errors(self, at: int) -> list[float]:
        """By player, the standard error of the mean over worlds that comes of taking a few orders in each."""
        if self.asked.orders < 2:
            return [0.0 if not self.asked.orders else math.nan] * len(self.players)
        within = [
            [variance([row[player][at] for row in world]) / len(world) for world in self.by_order]
            for player in range(len(self.players))
        ]
        return [math.sqrt(math.fsum(each)) / len(each) for each in within]

    def pairs(self, measure: str) -> list[Pair]:
        """How two rules that can stand without each other worked together at the end, the strongest first."""
        at, players, found = self.measures.index(measure), self._players, []
        for one, other in pairs(players):
            less = [players.left_without(*gone) for gone in ((one,), (other,), (one, other))]
            gaps = [w[players.everybody][at] - w[less[0]][at] - w[less[1]][at] + w[less[2]][at] for w in self.worlds]
            found.append(Pair(players.names[one], players.names[other], measure, *mean_error(gaps)))
        return sorted(found, key=lambda pair: (-abs(pair.mean), pair.one, pair.other))

    def _ways(self, measure: str) -> tuple[list[Attribution], list[Attribution]]:
        """The sets of assumptions with enough to share out in which rules added to a count, and took away from it."""
        told = [one for one in self.sets if one.enough(measure)]
        return [one for one in told if one.added(measure) > 0], [one for one in told if one.added(measure) < 0]

    def across(self, measure: str) -> list[Across]:
        """Every rule's share of one count over the sets of assumptions, in the order of the shares; empty without.

        Part of a rise and part of a fall are not alike: a band is of the sets that went the commoner way, and there is
        none where too few of them went the same.
        """
        ways = self._ways(measure)
        told = max(ways, key=len)
        if len(told) < DETERMINES * sum(map(len, ways)):
            told = []
        rows = [{share.player: share for share in one.shares(measure)} for one in told]
        whole = [one.added(measure) for one in told]
        parts = [one.parts(measure) for one in told]
        found = []
        for player in [share.player for share in self.shares(measure)] if self.sets else ():
            at = self._players.names.index(player)
            share = np.array([100 * math.fsum(part[at]) / len(part[at]) for part in parts])
            taken = np.array([100 * row[player].taken / of for row, of in zip(rows, whole, strict=True)])
            first = [next(iter(row)) == player for row in rows]
            found.append(Across(
                player, measure, band(share), band(taken), sum(first) / len(first) if first else None,
                by_luck(np.array([part[at] for part in parts])),
            ))  # fmt: skip
        return found

    @cached_property
    def told(self) -> Shares:
        """The attribution as it is read."""
        return Shares(self.record)

    @cached_property
    def record(self) -> dict[str, Any]:
        """Every number as plain values."""
        return {
            **self._facts,
            "players": [asdict(player) for player in self.players],
            "circles": [[self.players[at].path for at in circle] for circle in self._players.circles],
            "totals": {m: self._whole(m) for m in self.measures},
            "shares": self._rows,
            "pairs": [asdict(pair) for m in self.measures if not self.hidden(m) for pair in self.pairs(m)],
            "causes": self._rests,
            "assumptions": self._tried,
        }  # fmt: skip

    @property
    def _rests(self) -> dict[str, float]:
        """What unfounded months rested on, unless they fell on so few that nothing is told of them."""
        few = any(
            self.hidden(m) for m, counts in self.asked.measures.items() if any(c.endswith(UNFOUNDED) for c in counts)
        )
        return {} if few else self.causes

    def _whole(self, measure: str) -> dict[str, float | None]:
        """What is shared out of a count, what rules added, and how many people stand behind it."""
        mean, error = (None, None) if self.hidden(measure) else self.total(measure)
        added = None if self.hidden(measure) else self.added(measure)
        return {"mean": mean, "error": error, "added": added, "people": self.people[measure]}

    @property
    def _rows(self) -> list[dict[str, Any]]:
        """The shares as plain values, without those of counts of which nothing is told."""
        return [_plain(asdict(share)) for m in self.measures if not self.hidden(m) for share in self.shares(m)]

    @property
    def _tried(self) -> dict[str, Any] | None:
        """What came out over the sets of assumptions; None where they were not varied."""
        if not self.sets:
            return None
        wholes = {m: np.array([one.total(m)[0] for one in self.sets]) for m in self.measures}
        return {
            "sets": len(self.sets), "people": self.sets[0].scenario.society.people, "worlds": len(PAIRS),
            "totals": {m: asdict(band(whole)) for m, whole in wholes.items()},
            "ways": {m: [len(way) for way in self._ways(m)] for m in self.measures},
            "shares": [asdict(row) for m in self.measures for row in self.across(m)],
        }  # fmt: skip

    @property
    def _facts(self) -> dict[str, Any]:
        """What was lived."""
        return {
            "scenario": self.scenario.name, "title": self.scenario.title, "note": self.scenario.note,
            "hash": self.scenario.hash, "arm": self.asked.arm,
            "people": self.scenario.society.people, "months": self.scenario.months, "worlds": len(self.worlds),
            "orders": self.asked.orders or "all", "counts": self.asked.measures,
        }  # fmt: skip

    def to_arrow(self) -> pyarrow.Table:
        """The shares as a table, a row for each rule and count."""
        import pyarrow

        return marked(pyarrow.Table.from_pylist(self._rows), self._facts)


def given(values: Values, order: Sequence[int]) -> list[Sequence[int]]:
    """What each player changed of every count when it came, in one order; they add up to the whole."""
    found: list[Sequence[int]] = [()] * len(order)
    before = 0
    for player in order:
        after = before | 1 << player
        found[player] = [new - old for new, old in zip(values[after], values[before], strict=True)]
        before = after
    return found


def exactly(players: Players, lattice: Sequence[int], values: Values) -> list[list[Fraction]]:
    """What each player is given of every count on the average over all orders there are, without any error.

    An order is a way up the lattice of coalitions: with `up[S]` ways from none to S and `on[S]` from S to all, the step
    from S to S with i lies on up[S] on[S with i] of them.
    """
    up, on = dict.fromkeys(lattice, 0), dict.fromkeys(lattice, 0)
    steps = [
        (here, player, here | 1 << player)
        for here in lattice
        for player in range(len(players))
        if not (here >> player) & 1 and players.may_come(player, here)
    ]
    up[0] = on[players.everybody] = 1
    for here, _, after in steps:
        up[after] += up[here]
    for here, _, after in reversed(steps):
        on[here] += on[after]
    found = [[Fraction(0)] * len(values[0]) for _ in range(len(players))]
    for here, player, after in steps:
        for at, (new, old) in enumerate(zip(values[after], values[here], strict=True)):
            found[player][at] += Fraction(up[here] * on[after] * (new - old), on[0])
    return found


def pairs(players: Players) -> Iterator[tuple[int, int]]:
    """Two rules of one scheme of which neither falls with the other."""
    for one, other in combinations(range(len(players)), 2):
        if players.steps[one].scheme == players.steps[other].scheme and (
            (players.left_without(one) >> other) & 1 and (players.left_without(other) >> one) & 1
        ):
            yield one, other


def mean_error(values: Sequence[float]) -> tuple[float, float]:
    """The mean over worlds, and its standard error."""
    return math.fsum(values) / len(values), math.sqrt(variance(values) / len(values))


def _growing(order: Sequence[int]) -> Iterator[int]:
    there = 0
    for player in order:
        there |= 1 << player
        yield there


def _measures(scenario: Scenario, arm: str, measure: str) -> tuple[dict[str, list[str]], dict[str, str], list[str]]:
    """The counts that are shared out, by what they are called: the one asked for first, and the harm always.

    With the count of the people behind each of them, where there is one, and which are told of fewer than all adults.
    """
    from goodstanding.runs import cards

    known = cards(scenario, [arm])["measures"]
    found: dict[str, list[str]] = {}
    if measure:
        meant = [name for name in known if name == measure or name.endswith(f".{measure}")]
        if not meant:
            what = "allowed is a count, such as unfounded.unfounded"
            raise InvalidInput(
                f"attribute: '{plain(measure)}' is no count of {scenario.name}; {what}{nearest(measure, known)}"
            )
        found[_summed(known[meant[0]])] = meant
    for name, ends in HARM.items():
        counts = [count for count in known if count.endswith(ends)]
        if counts and counts not in found.values():
            found[name] = counts
    names = {name for counts in found.values() for name in counts}
    narrow = [m for m, counts in found.items() if all(known[name]["denominator"] != "adults" for name in counts)]
    return found, {name: people for name in sorted(names) if (people := _behind(known, name))}, narrow


def _summed(card: Mapping[str, Any]) -> str:
    """What a count is called when its months are added up: of adults there are adult-months."""
    label, unit = str(card["label"]), SUMMED.get(card["unit"], "monthly counts")
    return label if label.startswith(unit) else f"{unit} of “{label}”"


def _behind(known: Mapping[str, Mapping[str, Any]], name: str) -> str | None:
    """The count of people behind a count: what its measure names, or else its own denominator; None for all adults."""
    family, denominator = name.rpartition(".")[0], str(known[name]["denominator"])
    named = [card.get("persons") for other, card in known.items() if other.rpartition(".")[0] == family]
    return next(filter(None, named), None) or (None if denominator == "adults" else denominator)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row with what is not known as None."""
    return {name: None if value != value else value for name, value in row.items()}
