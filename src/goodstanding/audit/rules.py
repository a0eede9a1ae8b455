"""Rules: what a scheme counts, for how much, and what that has to do with what people are barred from.

Read from the scenario of the run, setting by setting, by what its cards declare: a table keyed by acts under scoring is
what counts, whatever the mechanism is called. Which act is related to which domain, how grave it is and how much a
month without a domain weighs are the tables that the run itself was judged by.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from goodstanding.kernels import arguments
from goodstanding.mechanism import Mechanism
from goodstanding.scenario import Scenario, Scheme
from goodstanding.society import PERSONS, TRAITS

RULES = "the rules of the scenario"
"""What a fact is read from."""
BARS = "sanctions."
"""What the counts of adults barred from each domain begin with."""
TABLES = "measures.unfounded."
"""Where the cards of a run keep the tables that sanctions are judged by."""
FACTS = {*PERSONS, *TRAITS} - {"age"}
"""What is true of a person as such; age parts adults from children and rates nobody."""


@dataclass(frozen=True)
class Rules:
    """One scheme's rules in one arm: `points` that an act gives or takes, and the tables that judge them.

    `read` is what its scoring reads of a life (see `_read`), None where its rules do not say. `mechanisms` are all of
    its own, and `bars_by_score` is whether every bar in the own name reads the scheme's score or a class made of it.
    `unfavourable` are those by which people are treated worse than others, `favouring` those of them that only put
    others first, and `monthly` those that rate people each month.
    """

    points: Mapping[str, int]
    acts: Mapping[str, Mapping[str, Any]]
    related: Mapping[str, list[str]]
    weight: Mapping[str, int]
    scored_by: int
    read: frozenset[str] | None = None
    mechanisms: frozenset[str] = frozenset()
    bars_by_score: bool = False
    unfavourable: tuple[str, ...] = ()
    favouring: tuple[str, ...] = ()
    monthly: tuple[str, ...] = ()

    @cached_property
    def losing(self) -> dict[str, int]:
        """The acts that count against a person, with what they cost."""
        return {act: -points for act, points in self.points.items() if points < 0}

    # -- facts of the rules, in whole numbers or as a coefficient

    @property
    def scorings(self) -> float | None:
        """Ways in which the scheme rates people; None where it has none, as a bill or a fine may be a rating or not."""
        return float(self.scored_by) if self.scored_by else None

    @property
    def rated_by(self) -> float | None:
        """What people are rated by, of three: what is recorded of them, the scores of others, traits."""
        return None if self.read is None else float(len(self.read))

    @property
    def sources(self) -> float | None:
        """Domains of life from which acts are counted; None where the rules hold no points."""
        return self._told(len({self.acts[act]["domain"] for act, points in self.points.items() if points}))

    @property
    def harmless_acts(self) -> float | None:
        """Acts that count against a person and harm nobody; None where the rules hold no points."""
        return self._told(sum(self.acts[act]["gravity"] == 0 for act in self.losing))

    @property
    def private_acts(self) -> float | None:
        """Acts of privacy and family life that count against a person; None where the rules hold no points."""
        return self._told(sum(self.acts[act]["protected"] == "17" for act in self.losing))

    @property
    def gravity_order(self) -> float | None:
        """Spearman's rank correlation of what an act costs with how grave it is; None where nothing can be ranked."""
        return _spearman(list(self.losing.values()), [self.acts[act]["gravity"] for act in self.losing])

    @property
    def cost_ratio(self) -> float | None:
        """How many times as much a point of gravity costs where it costs most as where it costs least."""
        costs = [cost / self.acts[act]["gravity"] for act, cost in self.losing.items() if self.acts[act]["gravity"]]
        return max(costs) / min(costs) if len(costs) > 1 else None

    # -- which bars count, with which weight

    @property
    def barred(self) -> dict[str, int]:
        """Every domain, each alike."""
        return {BARS + domain: 1 for domain in self.weight}

    @property
    def barred_by_weight(self) -> dict[str, int]:
        """Every domain, with what a month without it weighs."""
        return dict(self._weighed(self.barred))

    @property
    def out_of_reach(self) -> dict[str, int] | None:
        """Domains to which no act that counts against a person is related; None where the rules hold no points."""
        if not self.points:
            return None
        reached = {domain for act in self.losing for domain in self.related.get(self.acts[act]["domain"], ())}
        return {BARS + domain: 1 for domain in self.weight if domain not in reached}

    @property
    def out_of_reach_by_weight(self) -> dict[str, int] | None:
        """The same, with what a month without them weighs."""
        return None if self.out_of_reach is None else dict(self._weighed(self.out_of_reach))

    def outweighing(self, gravity: int, times: float = 1.0) -> dict[str, int]:
        """Domains a month without which weighs more than an act of this gravity, with all weights so many times."""
        return {BARS + domain: 1 for domain, weight in self.weight.items() if times * weight > gravity}

    def _told(self, many: int) -> float | None:
        return float(many) if self.points else None

    def _weighed(self, domains: Mapping[str, int]) -> list[tuple[str, int]]:
        return [(name, self.weight[name.removeprefix(BARS)]) for name in domains]


def rules_of(scenario: Scenario, arm: str, cards: Mapping[str, Any]) -> dict[str, Rules]:
    """The rules of every scheme of an arm."""
    acts = {str(act["key"]): act for act in cards["acts"]}
    tables = {row["path"].removeprefix(TABLES): row["value"] for row in cards["settings"] if TABLES in row["path"]}
    return {
        scheme.name: Rules(
            points=_points(scheme), acts=acts, related=tables.get("related", {}), weight=tables.get("weight", {}),
            scored_by=sum(rule.folder == "scoring" for rule in scheme.mechanisms), read=_read(scheme),
            mechanisms=frozenset(_named(scheme)),
            bars_by_score=_bars_by_score(scheme), unfavourable=_named(scheme, "sanctions", _bites),
            favouring=_named(scheme, "sanctions", lambda rule: _bites(rule) and "rewarded" in rule.writes),
            monthly=_named(scheme, "scoring", _monthly),
        )
        for scheme in scenario.world(arm).schemes
    }  # fmt: skip


def safeguarded(scenario: Scenario) -> tuple[str, ...]:
    """The arms that change nothing but safeguards and take none away."""
    full = _mechanisms(scenario, "full")
    return tuple(
        name for name, arm in scenario.arms.items()
        if arm.nodes and all(re.match(r"schemes\.[^.]+\.safeguards(\.|$)", path) for path in arm.nodes)
        and full <= _mechanisms(scenario, name)
    )  # fmt: skip


def _mechanisms(scenario: Scenario, arm: str) -> set[tuple[str, str, str]]:
    return {(s.name, rule.folder, rule.key()) for s in scenario.world(arm).schemes for rule in s.mechanisms}


def _named(scheme: Scheme, folder: str = "", which: Callable[[Mechanism], bool] = lambda _: True) -> tuple[str, ...]:
    """The scheme's mechanisms of a folder, or of all, by their names."""
    found = (rule for rule in scheme.mechanisms if folder in ("", rule.folder) and which(rule))
    return tuple(f"{rule.folder}.{rule.key()}" for rule in found)


def _bites(rule: Mechanism) -> bool:
    """Whether a sanction does anything at all: one whose tables name no domain does not."""
    tables = [getattr(rule, name) for name, declared in rule.settings.items() if declared.kind == "names"]
    return not tables or any(any(table.values()) for table in tables)


def _monthly(rule: Mechanism) -> bool:
    """Whether a way of scoring goes over people each month."""
    return any(kernel.when in ("block", "copies") for kernel in rule.kernels)  # type: ignore[attr-defined]


def _bars_by_score(scheme: Scheme) -> bool:
    """Whether there is a score, and whatever bars people in their own name reads it, or the class made of it."""
    scored = any("score" in rule.writes for rule in scheme.mechanisms if rule.folder == "scoring")
    bars = [rule for rule in scheme.mechanisms if rule.folder == "sanctions" and "restricted" in rule.writes]
    asked = [[{*arguments(kernel)} for kernel in rule.kernels] for rule in bars]
    by_it = [any("restricted" in names and names & {"score", "standing"} for names in rule) for rule in asked]
    return scored and bool(bars) and all(by_it)


def _points(scheme: Scheme) -> dict[str, int]:
    """What every act that some way of scoring keys a table by gives or takes."""
    return {
        act: int(value)
        for rule in scheme.mechanisms if rule.folder == "scoring"
        for name, declared in rule.settings.items() if declared.keys == "acts" and declared.unit == "points"
        for act, value in getattr(rule, name).items()
    }  # fmt: skip


def _read(scheme: Scheme) -> frozenset[str] | None:
    """What of a life the scheme's scoring reads, by what its cards and kernels declare; None where they do not say."""
    rules = [rule for rule in scheme.mechanisms if rule.folder == "scoring"]
    found = frozenset(kind for rule in rules for kind in _kinds(rule))
    told = any(declared.keys == "acts" for rule in rules for declared in rule.settings.values())
    return found if found or told else None


def _kinds(rule: Mechanism) -> set[str]:
    """What one way of scoring reads. A table of acts in which none has a value means that it counts none."""
    monthly = [kernel for kernel in rule.kernels if kernel.when != "start"]  # type: ignore[attr-defined]
    asked = {name for kernel in monthly for name in arguments(kernel)}
    tables = [getattr(rule, name) for name, declared in rule.settings.items() if declared.keys == "acts"]
    counts = any(any(table.values()) for table in tables) or not tables
    kinds = {
        "record": counts and any(name == "acts" or name.startswith("entry_") for name in asked),
        "others": any(kernel.when == "pair" for kernel in monthly),  # type: ignore[attr-defined]
        "traits": not asked.isdisjoint(FACTS),
    }
    return {kind for kind, there in kinds.items() if there}


def _spearman(one: list[int], other: list[int]) -> float | None:
    """Spearman's rank correlation, ties at their mean; None for fewer than three or where either does not vary."""
    if len(one) < 3 or len({*one}) == 1 or len({*other}) == 1:
        return None
    ranks = [[sum(v < x for v in values) + (values.count(x) + 1) / 2 for x in values] for values in (one, other)]
    middle = (len(one) + 1) / 2
    a, b = ([rank - middle for rank in found] for found in ranks)
    products = [sum(x * y for x, y in zip(*pair, strict=True)) for pair in ((a, b), (a, a), (b, b))]
    return float(products[0] / (products[1] * products[2]) ** 0.5)
