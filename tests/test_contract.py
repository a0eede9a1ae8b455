"""The contract of a mechanism, over the whole catalogue: a new file is tested the moment it exists.

What is checked here of a card is checked by functions that take a class, so that a test can hold an extension to the
same contract. Months are lived once for all tests of a kind: every setting has two arms in one society.
"""

from __future__ import annotations

import hashlib
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import numpy as np
import pytest
import worlds

from goodstanding import cases, wiring
from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.bibliography import NOT_A_SOURCE
from goodstanding.bibliography import keys as bibliography
from goodstanding.card import KEYS, MARKS, UNITS, Card, Setting
from goodstanding.engine import Engine, simulate
from goodstanding.errors import InvalidInput
from goodstanding.estimates import student
from goodstanding.kernels import arguments
from goodstanding.measures import Measure, measures
from goodstanding.mechanism import FOLDERS, Mechanism, catalogue
from goodstanding.native import Cell, Plain, bound, form
from goodstanding.scenario import Scenario
from goodstanding.society import SHARES, Population, Society
from goodstanding.ties import Ties, partners
from goodstanding.world import COLUMNS, ENTRY

MECHANISMS = {f"{folder}.{key}": cls for folder, found in catalogue().items() for key, cls in found.items()}
MEASURES = {f"measures.{key}": cls for key, cls in measures().items()}
CARDS: dict[str, type[Card]] = {**MECHANISMS, **MEASURES, "society": Society, "ties": Ties}
SETTINGS = [(where, name) for where, cls in CARDS.items() for name in cls.settings]
OF_MECHANISMS = [(where, name) for where, name in SETTINGS if where in MECHANISMS]

every_card = pytest.mark.parametrize("where", CARDS)
every_counter = pytest.mark.parametrize("where", [*MECHANISMS, *MEASURES])
every_mechanism = pytest.mark.parametrize("where", MECHANISMS)
every_setting = pytest.mark.parametrize(("where", "name"), SETTINGS)

whole = partial(worlds.tree, everything=True)
LUCK = (1, 2, 3, 4, 5, 6)
LEVEL = 0.95

WORLD_OF = {
    **{f"attacks.{key}": "attacked" for key in catalogue()["attacks"]},
    "attacks.sybils": "weighed",
    "attacks.breach.fraud": "leaky",
    "attacks.breach.loss": "leaky",
    "conduct.borrowing.deterrence": "indebted",
    "conduct.closure": "weighed",
    "conduct.enrolment": "joined",
    "conduct.voice.memory": "loud",
    "observation.claw_back": "dunned",
    "observation.face_search": "searched",
    "observation.face_watch": "searched",
    "observation.income_averaging": "dunned",
    "observation.matching": "shared",
    "observation.patronage": "weighed",
    "observation.quota": "tiered",
    "observation.sharing_in": "shared",
    "observation.sharing_out": "shared",
    "safeguards.debt_review": "dunned",
    "safeguards.deletion": "joined",
    "safeguards.licence": "licensed",
    "safeguards.proportionality_cap": "spared",
    "safeguards.ruling": "ended",
    "sanctions.fines": "fined",
    "sanctions.friends_rule": "weighed",
    "sanctions.joint_punishment": "listed",
    "sanctions.performance": "listed",
    "sanctions.prices": "tiered",
    "sanctions.queue": "tiered",
    "sanctions.recovery": "dunned",
    "scoring.court_list": "listed",
    "scoring.dimensions": "weighed",
    "scoring.ledger.repair_heavy": "long",
    "scoring.ledger.repair_light": "long",
    "scoring.lifelong_file": "filed",
}
"""The named world in which a mechanism, or one setting of it, shows; `stress` for all others."""


def world_of(where: str, name: str = "") -> str:
    return WORLD_OF.get(f"{where}.{name}", WORLD_OF.get(where, "stress"))


NOT_ALIVE: dict[tuple[str, str], str] = {}
"""Settings that need not move anything, each with its reason."""

ENDS: dict[tuple[str, str], tuple[Any, Any]] = {
    ("society", "people"): (3000, 6000),
    ("society", "counties"): (1, 4),
    ("attacks.breach", "hazard"): (0.001, 0.9),
    ("scoring.court_list", "breaches"): ({"petition": 1}, {"petition": 1, "missed_loan_payment": 1}),
    ("scoring.court_list", "classes"): ({"A": 0, "B": -1, "C": -2, "D": -3}, {"A": -1, "B": -2, "C": -3, "D": -4}),
    ("scoring.court_list", "extension"): (0, 36),
    ("scoring.lifelong_file", "classes"): ({"A": 0, "D": -1}, {"D": 0, "A": -1}),
    ("sanctions.joint_punishment", "punished"): ({"D": 1}, {"B": 1, "C": 1, "D": 1}),
    ("scoring.dimensions", "weights"): (
        {"history": 0.35, "capacity": 0.25, "behaviour": 0.2, "identity": 0.15, "friends": 0.05},
        {"history": 0.2, "capacity": 0.25, "behaviour": 0.2, "identity": 0.15, "friends": 0.2},
    ),
    ("scoring.dimensions", "losses"): ({"unpaid_bill": 10, "red_light": 15}, {"unpaid_bill": 30, "red_light": 45}),
    ("scoring.dimensions", "low"): (300, 400),
    ("scoring.dimensions", "high"): (850, 950),
    ("scoring.dimensions", "newcomer"): (350, 600),
    ("sanctions.friends_rule", "lowest"): (300, 400),
    ("sanctions.friends_rule", "highest"): (720, 950),
    ("safeguards.deletion", "reach"): (0.0, 1.0),
    ("sanctions.friends_rule", "minimum"): (600, 700),
    ("sanctions.friends_rule", "least"): (1, 6),
    ("sanctions.prices", "levels"): ({"A": 80, "C": 150}, {"A": 90, "C": 300}),
    ("sanctions.queue", "place"): ("jobs", "platform"),
    ("sanctions.queue", "priority"): ({"A": 1}, {"A": 1, "B": 1, "C": 1}),
    ("sanctions.fines", "tariff"): ({"red_light": 15, "littering": 5}, {"red_light": 45, "littering": 15}),
}
"""What is laid against each other where the ends would be too large a society for a test, or the table is empty."""


# -- what a card says


def check_card(cls: type[Card]) -> None:
    """Built from defaults; a summary that is a sentence; sources that are in the bibliography."""
    card = cls()
    assert card == cls() and card.values() == {name: s.default for name, s in cls.settings.items()}
    assert cls.summary().endswith(".") and len(cls.summary()) > 15
    assert set(cls.sources()) <= set(bibliography())
    with pytest.raises(AttributeError):
        setattr(card, next(iter(cls.settings), "anything"), 1)
    with pytest.raises(InvalidInput, match="no_such_setting"):
        cls(no_such_setting=1)


def check_setting(declared: Setting) -> None:
    """Help, a known unit, a finite range, a prior inside it, a default inside the prior, a source and a reason."""
    assert declared.help and declared.help[-1] != "."
    assert declared.unit in UNITS
    assert declared.mark in MARKS
    assert declared.source in (*bibliography(), *NOT_A_SOURCE)
    if declared.source in NOT_A_SOURCE or declared.mark in ("assumed", "derived", "recalled"):
        assert declared.because
    assert (declared.mark == "assumed") == (declared.source == "assumed")
    assert not declared.check(declared.default)
    if not declared.keys or declared.prior.kind in ("scaled", "exactly"):
        assert declared.prior.contains(declared.default, declared.default)
    if declared.kind in ("int", "float"):
        assert math.isfinite(declared.low) and math.isfinite(declared.high) and declared.low < declared.high
        if declared.unit == "share":
            assert (declared.low >= 0 and declared.high <= 1) or declared.keys
        if declared.prior.kind in ("uniform", "loguniform"):
            assert declared.low <= declared.prior.low < declared.prior.high <= declared.high
            assert declared.prior.kind == "uniform" or declared.prior.low > 0
        for cell in cells(declared, declared.default):
            if declared.prior.kind == "scaled":
                factors = (declared.prior.low, declared.prior.high)
                assert factors[0] <= 1 <= factors[1] and factors[0] < factors[1]
                assert all(declared.low <= cell * factor <= declared.high for factor in factors)
            elif declared.prior.kind in ("uniform", "loguniform"):
                assert declared.prior.contains(cell, cell)
    for value in declared.prior.values:
        assert not declared.check(value)


def check_refusals(cls: type[Card], declared: Setting) -> None:
    """Just outside the range, and what is no value at all: refused, and the setting is named."""
    wrong: list[Any] = [None, "much", "\u202e", [1], math.nan, math.inf, -math.inf, "1"]
    if declared.kind in ("int", "float"):
        step = 1 if declared.kind == "int" else max(1e-9, abs(declared.low) * 1e-9, abs(declared.high) * 1e-9)
        wrong += [declared.low - step, declared.high + step, True, 10**30]
    if declared.kind == "int":
        wrong.append((declared.low + declared.high) / 2 + 0.25)
    if declared.kind == "flag":
        wrong += [0, 1]
    row = next(iter(declared.default), "A") if declared.keys else ""
    for value in [{row: value} for value in wrong] + wrong if declared.keys else [*wrong, {"row": 1}]:
        with pytest.raises(InvalidInput) as refused:
            cls(**{declared.name: value})
        assert f"{cls.key()}.{declared.name}" in str(refused.value)
        assert "\u202e" not in str(refused.value) and "allowed is" in str(refused.value)


def check_names(cls: type[Mechanism] | type[Measure]) -> None:
    """Counts and columns have labels; no name of its own hides a shared column or a trait, or stands for two things."""
    traits = Population(Society(people=500), 1).columns
    own = [*cls.settings, *cls.counts, *cls.columns]
    assert len(own) == len(set(own)) and not set(own) & {*COLUMNS, *traits}
    assert all(label.strip() for label in cls.counts.values())
    for name, column in cls.columns.items():
        assert column.label, name
        assert np.dtype(column.dtype).kind in "iu"
    for name in cls.writes:
        assert name in COLUMNS or name.removeprefix("entry_") in ENTRY or name.removeprefix("new_") in ENTRY, name
    assert cls.counts, "what is not counted cannot be seen in a result"
    assert cls.kernels
    for f in cls.kernels:
        assert not f.__defaults__ and not f.__kwdefaults__ and "self" not in arguments(f)


def cells(declared: Setting, value: Any) -> list[Any]:
    return [*value.values()] if declared.keys else [value]


@every_card
def test_a_card_says_what_it_is(where: str) -> None:
    check_card(CARDS[where])


@every_setting
def test_a_setting_says_what_it_is(where: str, name: str) -> None:
    check_setting(CARDS[where].settings[name])


@every_setting
def test_what_is_no_value_of_a_setting_is_refused_by_name(where: str, name: str) -> None:
    check_refusals(CARDS[where], CARDS[where].settings[name])


@every_counter
def test_names_are_its_own_and_have_labels(where: str) -> None:
    check_names({**MECHANISMS, **MEASURES}[where])


@pytest.mark.parametrize("where", MEASURES)
def test_a_measure_says_how_it_is_read(where: str) -> None:
    check_measure(MEASURES[where])


def check_measure(cls: type[Measure]) -> None:
    """Direction, objective and denominators are words that are known; an observer changes nothing."""
    assert cls.better in ("higher", "lower", "neither") and cls.objective in ("never", "allowed") and cls.unit
    assert set(cls.per) <= set(cls.counts) and set(cls.per.values()) <= {*cls.counts, "adults"}
    assert not cls.writes, "an observer changes nothing"


# -- only what is declared is changed


def declared_changes(cls: type[Mechanism] | type[Measure], names: Sequence[str]) -> set[str]:
    """The arguments that a mechanism's kernel may change."""
    free = {*cls.columns, *cls.counts, *(cls.writes), "counts", "struck", "room", "act_room"}
    if any(name.startswith("new_") for name in cls.writes):
        free |= {name for name in names if name.startswith("new_")}
    return free


def watched_month(monkeypatch: pytest.MonkeyPatch, scenario: Scenario, months: int) -> dict[str, dict[str, set[str]]]:
    """Live some months and write down what each kernel changed: {class: {kernel: arguments}}."""
    changed: dict[str, dict[str, set[str]]] = {}

    class Watched(Plain):
        """A compiled function and its arguments, looked at before and after each call."""

        def __init__(self, source: Any, args: Sequence[Any]) -> None:
            super().__init__(source, args)
            self.table = bound(source, args)

        def __call__(self) -> None:
            found = [arg.value if isinstance(arg, Cell) else arg for arg in self.args]
            before = [a.tobytes() if isinstance(a, np.ndarray) else a for a in found]
            self.table()
            cls, _, kernel = self.function.__qualname__.rpartition(".")
            names = changed.setdefault(cls, {}).setdefault(kernel, set())
            for name, was, arg in zip(arguments(self.function), before, found, strict=True):
                if isinstance(arg, np.ndarray) and arg.tobytes() != was:
                    names.add(name)

    put = Cell.put

    def checked(cell: Cell, value: Any) -> None:
        assert form(value) == cell.form, "whoever is bound to a cell takes no other form"
        put(cell, value)

    with monkeypatch.context() as patch:
        patch.setattr(wiring, "bound", Watched)
        patch.setattr(cases, "bound", Watched)
        patch.setattr(Cell, "put", checked)
        engine = Engine(scenario, 1, 1, arms=["full"], block=640)
        for _ in range(months):
            engine.step()
    return changed


@pytest.fixture(scope="session")
def changed() -> dict[str, dict[str, set[str]]]:
    found: dict[str, dict[str, set[str]]] = {}
    soon = {f"schemes.{worlds.SCHEME}.scoring.ledger.repair_light": 12}
    ruled = {f"schemes.{worlds.SCHEME}.safeguards.ruling": {"ruled": 20, "delay": 2}}
    for world, more in (("fined", {**soon, **ruled}), ("listed", {}), ("weighed", {}), ("filed", {})):
        told = whole(world, changes={"society.people": 1500, "months": 24, **more})
        with pytest.MonkeyPatch.context() as patch:
            for cls, kernels in watched_month(patch, worlds.read(told), 24).items():
                for kernel, names in kernels.items():
                    found.setdefault(cls, {}).setdefault(kernel, set()).update(names)
    return found


def check_changes(cls: type[Mechanism] | type[Measure], changed: Mapping[str, Mapping[str, set[str]]]) -> None:
    """What its kernels changed is what it declares, no more and, in a world where it is alive, no less."""
    found = changed[cls.__qualname__]
    kernels = [f for f in cls.kernels if f.when != "pair"]  # a pair function is part of the shared pass
    assert set(found) == {f.__name__ for f in kernels}, "a kernel that never ran"
    for f in kernels:
        assert found[f.__name__] <= declared_changes(cls, arguments(f)), f.__name__
    everything = set().union(*found.values())
    assert set(cls.writes) <= everything, "declares that it changes what it leaves alone"


@every_counter
def test_only_declared_columns_change(where: str, changed: dict[str, dict[str, set[str]]]) -> None:
    check_changes({**MECHANISMS, **MEASURES}[where], changed)


# -- one world, one result


@cache
def digest(block: int, threads: int) -> str:
    told = whole(changes={"society.people": 2000, "months": 8})
    return simulate(worlds.read(told), 7, 7, block=block, threads=threads).digest


def test_the_same_world_twice_is_the_same() -> None:
    told = whole(changes={"society.people": 2000, "months": 8})
    again = simulate(worlds.read(told), 7, 7)
    assert again.digest == digest(16_384, 1)
    assert simulate(worlds.read(told), 7, 8).digest != again.digest
    assert simulate(worlds.read(told), 8, 7).digest != again.digest


@pytest.mark.parametrize(("block", "threads"), [(64, 1), (640, 1), (640, 2), (192, 3), (192, 5), (32_768, 2)])
def test_blocks_and_threads_do_not_matter(block: int, threads: int) -> None:
    assert digest(block, threads) == digest(16_384, 1)


@pytest.mark.slow
def test_compilation_does_not_matter() -> None:
    """The library's scenario with all its arms, and the stress world, as compiled and as plain Python."""
    code = "import test_contract; print(test_contract.digests_of_small_worlds())"
    told = {
        **os.environ,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join([*map(str, sys.path), str(Path(__file__).parent)]),
    }
    plain = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=told, capture_output=True, text=True, check=False
    )
    assert plain.returncode == 0, plain.stderr
    assert plain.stdout.split() == digests_of_small_worlds().split()


def digests_of_small_worlds() -> str:
    from goodstanding.scenario import read

    heavy = {f"schemes.{worlds.SCHEME}.scoring.ledger.classes": {"A": 990, "B": 960, "C": 950, "D": 0}, "months": 5}
    stress = worlds.read(whole(changes={"society.people": 500, **heavy}))
    ours = (read("suining-2010", people=500, months=3), stress)
    return " ".join(simulate(s, 3, 3, arms=None if s is ours[0] else ["full"]).digest for s in ours)


# -- a trip through a file


def other_values(where: str) -> dict[str, Any]:
    """Every setting of a mechanism at another value than the stress world's."""
    return {name: ends(where, name)[1] for name in MECHANISMS[where].settings}


@every_mechanism
def test_it_survives_a_trip_through_a_file(where: str, tmp_path: Path) -> None:
    from goodstanding.scenario import read

    there = worlds.read(worlds.tree(world_of(where), {place(where): other_values(where)}))
    path = tmp_path / "stress.yaml"
    path.write_text(there.yaml(), encoding="utf-8")
    back = read(path)
    assert back.hash == there.hash and back.tree == there.tree
    for arm in there.arms:
        assert back.world(arm) == there.world(arm)
    mine = next(m for m in mechanisms(there) if type(m) is MECHANISMS[where])
    assert mine == MECHANISMS[where](**other_values(where))


def mechanisms(scenario: Scenario) -> list[Mechanism]:
    world = scenario.world("full")
    return [*world.conduct, *(m for scheme in world.schemes for m in scheme.mechanisms)]


def place(where: str) -> str:
    """The dotted path of a mechanism in the worlds of worlds.py."""
    scheme = "village" if where == "observation.sharing_in" else worlds.SCHEME
    return f"schemes.{scheme}.{where}" if MECHANISMS[where].of_scheme else where


# -- alive


def ends(where: str, name: str) -> tuple[Any, Any]:
    """Low and high of a setting: the prior's ends, or those of the valid range where the prior is one value.

    A table is scaled row by row, or filled with one value where it is empty; a table of names is empty or full.
    """
    declared, cls = CARDS[where].settings[name], CARDS[where]
    if (where, name) in ENDS:
        return ENDS[(where, name)]
    now = declared.default
    if where in MECHANISMS:
        now = getattr(next(m for m in mechanisms(alone(world_of(where, name))) if type(m) is cls), name)
    prior = declared.prior
    if declared.kind == "flag":
        return False, True
    if declared.among:
        full = [*declared.among]
        return ({}, dict.fromkeys(now, full)) if declared.keys else (full[0], full[-1])
    if prior.kind == "among":
        return prior.values[0], prior.values[-1]
    between = (prior.low, prior.high) if prior.kind in ("uniform", "loguniform") else (declared.low, declared.high)
    low, high = (int(v) for v in between) if declared.kind == "int" else between
    if not declared.keys:
        return low, high
    if prior.kind in ("uniform", "loguniform"):
        rows = rows_of(declared)
        return dict.fromkeys(rows, low), dict.fromkeys(rows, high)
    factors = (
        (prior.low, prior.high) if prior.kind == "scaled" else (0.5, 1.0) if declared.unit == "share" else (0.8, 1.25)
    )
    if name in SHARES:
        first, *_, last = now
        half = now[first] / 2
        return now, {**now, first: now[first] - half, last: now[last] + half}
    scaled = [{row: within(declared, cell * factor) for row, cell in now.items()} for factor in factors]
    return scaled[0], scaled[1]


def rows_of(declared: Setting) -> list[str]:
    if declared.keys == "groups":
        return [*Society().groups]
    return [*declared.default] or [*KEYS[declared.keys]()]


def within(declared: Setting, value: float) -> Any:
    value = min(max(value, declared.low), declared.high)
    return int(value) if declared.kind == "int" else value


@cache
def alone(world: str) -> Scenario:
    """A world without arms."""
    return worlds.read(worlds.tree(world))


@cache
def lived(world: str) -> list[dict[str, dict[str, int]]]:
    """Totals of every arm under each luck: two arms for every setting that shows in this world, beside `full`."""
    arms: dict[str, Any] = {}
    for where, name in OF_MECHANISMS:
        if world_of(where, name) == world and (where, name) not in NOT_ALIVE:
            for end, value in zip(("low", "high"), ends(where, name), strict=True):
                arms[arm_of(where, name, end)] = {f"{place(where)}.{name}": value}
    arms |= {f"nought{n}": dict(nodes) for n, (nodes, _) in enumerate(NOUGHTS) if world_of_nodes(nodes) == world}
    if world == "stress":
        arms["without_appeal"] = {APPEAL: "off"}
    scenario = worlds.read({**worlds.tree(world), "arms": arms})
    chosen = ["full", *arms]
    found = []
    for luck in LUCK:
        outcome = simulate(scenario, 11, luck, arms=chosen)
        found.append({arm: worlds.totals(outcome, arm) for arm in chosen})
    return found


def world_of_nodes(nodes: Mapping[str, Any]) -> str:
    """The world in which what an arm replaces shows; where it is several mechanisms, the first."""
    parts = next(iter(nodes)).split(".")
    return world_of(".".join(parts[:2] if parts[0] == "conduct" else parts[2:4]))


def arm_of(where: str, name: str, end: str) -> str:
    """A short name, since arms have at most 32 letters."""
    return f"{end}_{hashlib.sha256(f'{where}.{name}'.encode()).hexdigest()[:8]}"


def moved(
    worlds_lived: Sequence[Mapping[str, Mapping[str, int]]], low: str, high: str
) -> dict[str, tuple[float, float]]:
    """Counts whose paired difference between two arms is beyond its interval; the level holds for all at once."""
    names = worlds_lived[0][low]
    level = 1 - (1 - LEVEL) / len(names)
    found = {}
    for name in names:
        gaps = [float(w[high][name] - w[low][name]) for w in worlds_lived]
        middle, half = fmean(gaps), student(len(gaps) - 1, level) * stdev(gaps) / len(gaps) ** 0.5
        if abs(middle) > half:
            found[name] = (middle - half, middle + half)
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("where", "name"), [pair for pair in OF_MECHANISMS if pair not in NOT_ALIVE])
def test_a_setting_is_alive(where: str, name: str) -> None:
    found = lived(world_of(where, name))
    assert moved(found, arm_of(where, name, "low"), arm_of(where, name, "high")), "low against high moves no count"


@pytest.mark.parametrize("name", Society.settings)
def test_a_setting_of_the_society_is_alive(name: str) -> None:
    low, high = (Population(Society(**{"people": 3000, name: value}), 5) for value in ends("society", name))
    assert seen_of(low) != seen_of(high)


def seen_of(people: Population) -> dict[str, bytes]:
    tiles = np.array([people.tile(person) for person in range(0, people.people, 50)])
    return {name: column.tobytes() for name, column in {**people.columns, "tile": tiles}.items()}


@pytest.mark.parametrize("name", Ties.settings)
def test_a_setting_of_the_ties_is_alive(name: str) -> None:
    people = Population(Society(people=3000), 5)
    low, high = (Ties(**room_for(name), **{name: value}) for value in ends("ties", name))
    one, other = partners(people, low), partners(people, high)
    assert one.shape != other.shape or (one != other).any()


def room_for(name: str) -> dict[str, Any]:
    """The other kinds of tie at the low end of their priors, since a person has room for so many slots in all."""
    kinds = [kind for kind, s in Ties.settings.items() if s.unit == "count"]
    return {kind: ends("ties", kind)[0] for kind in kinds if kind != name and name in kinds}


# -- nought means nothing

TOWN = worlds.TOWN
AGENCIES, LEDGER = f"{TOWN}.observation.agencies", f"{TOWN}.scoring.ledger"
PUBLICITY, APPEAL = f"{TOWN}.sanctions.publicity", f"{TOWN}.safeguards.appeal"
AWARENESS = "conduct.awareness"
TIPS, DISCRETION = f"{TOWN}.observation.tips", f"{TOWN}.observation.discretion"
MATCHING = f"{TOWN}.observation.matching"
FACES, WATCH = f"{TOWN}.observation.face_search", f"{TOWN}.observation.face_watch"
ATTACKS = f"{TOWN}.attacks"
RING, INSIDERS, MARKET = f"{ATTACKS}.malicious_ring", f"{ATTACKS}.insiders", f"{ATTACKS}.score_market"
ENROLMENT = f"{TOWN}.conduct.enrolment"
PLACEBO, EXPIRY = f"{TOWN}.observation.placebo", f"{TOWN}.safeguards.expiry"
QUOTA, PRICES, QUEUE = f"{TOWN}.observation.quota", f"{TOWN}.sanctions.prices", f"{TOWN}.sanctions.queue"
AVERAGING = f"{TOWN}.observation.income_averaging"
CLAW_BACK = f"{TOWN}.observation.claw_back"
NOUGHTS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({f"{AGENCIES}.coverage": 0, f"{PLACEBO}.entries": 0, TIPS: "off", DISCRETION: "off"},
     ("agencies.recorded", "agencies.mistaken", "sanctions.people", "publicity.fresh")),
    ({f"{AGENCIES}.misattribution": 0, TIPS: "off"},
     ("agencies.mistaken", "unfounded.false")),
    ({f"{MATCHING}.by_name": 0}, ("matching.moved", "matching.mixed_up")),
    ({f"{MATCHING}.alike": 0}, ("matching.moved", "matching.mixed_up")),
    ({f"{MATCHING}.bearers": {"A": 1, "B": 1}}, ("matching.moved", "matching.mixed_up")),
    (
        {f"{TOWN}.observation.sharing_out.reach": 0},
        ("sharing_out.passed", "copied_true", "copied_false", "village.copies.copies"),
    ),
    ({f"{FACES}.per_trillion": 0}, ("false_matches", "sent_away")),
    ({f"{WATCH}.per_trillion": 0}, ("false_alarms", "waved_on")),
    ({f"{FACES}.candidates": 0}, ("false_matches",)),
    ({f"{WATCH}.passing": 0}, ("false_alarms", "waved_on")),
    ({f"{WATCH}.sought": {}}, ("false_alarms", "waved_on")),
    ({f"{WATCH}.sent": 0}, ("waved_on",)),
    ({f"{FACES}.sought": {}}, ("searches", "face_search.found", "false_matches", "sent_away")),
    ({f"{FACES}.finding": 0}, ("face_search.found",)),
    ({f"{FACES}.sent": 0}, ("sent_away",)),
    ({f"{AGENCIES}.attention": {"A": 0, "B": 0}}, ("agencies.recorded", "agencies.mistaken")),
    ({f"{AGENCIES}.noticing": dict.fromkeys(KEYS["acts as seen"](), 0)}, ("agencies.recorded", "agencies.mistaken")),
    ({f"{LEDGER}.points": {}}, ("agencies.recorded", "sanctions.people", "publicity.listed_now", "held_tongue")),
    ({f"{TOWN}.sanctions.restrictions.domains": {}}, ("months_barred", "sanctions.people", "appeal.discovered")),
    ({f"{PUBLICITY}.names": 0}, ("publicity.listed_now",)),
    ({f"{PUBLICITY}.share_of_negative_entries": 0}, ("publicity.listed_now",)),
    (
        {f"{APPEAL}.reach": 0, f"{APPEAL}.discovery": 0},
        ("appeal.discovered", "appeal.filed", "appeal.waiting", "appeal.upheld", "appeal.refused"),
    ),
    ({f"{APPEAL}.capacity": 0}, ("appeal.upheld", "appeal.refused")),
    ({f"{APPEAL}.success": 0, f"{APPEAL}.leniency": 0}, ("appeal.upheld",)),
    ({f"{TOWN}.safeguards.notice.reach": 0}, ("notice.arrived",)),
    ({f"{TOWN}.safeguards.notice.hours": 0}, ("notice.officer_hours",)),
    (
        {f"{TOWN}.safeguards.human_check.reach": 0},
        ("human_check.checked", "human_check.struck", "human_check.officer_hours"),
    ),
    ({f"{TOWN}.safeguards.public_list_off.reach": 0}, ("public_list_off.withheld",)),
    ({f"{TOWN}.sanctions.rewards.domains": {}}, ("rewards.favours", "rewards_lost.people", "rewards_lost.lost")),
    ({f"{TOWN}.conduct.backlash.tipping": 1}, ("given_way",)),
    ({"conduct.support.fear": 0}, ("support.falsifying", "legitimacy.falsify")),
    ({"conduct.borrowing.taking": 0}, ("borrowing.unable", "borrowing.unwilling")),
    ({"conduct.borrowing.refusal": 0}, ("borrowing.unwilling",)),
    ({"conduct.everyday_acts.level": 0}, ("everyday_acts.harmful", "everyday_acts.harmless", "everyday_acts.kind")),
    (
        {"conduct.everyday_acts.rates": dict.fromkeys(KEYS["everyday acts"](), 0)},
        ("everyday_acts.harmful", "everyday_acts.harmless", "everyday_acts.kind"),
    ),
    ({"conduct.voice.occasion": 0}, ("petitions", "silence.voices", "held_tongue", "would_speak")),
    ({"conduct.voice.fear": 0}, ("silence.held_tongue",)),
    ({"conduct.keeping_ties.shunning": 0}, ("keeping_ties.cut_ends", "association.cut_ends")),
    ({"conduct.keeping_ties.drift": 0}, ("keeping_ties.faded",)),
    (
        {"conduct.keeping_ties.mending": 0, "conduct.keeping_ties.forming": 0},
        ("keeping_ties.opened", "association.formed_ends"),
    ),
    ({"conduct.dealing.refusal": 0}, ("dealing.refused",)),
    ({"conduct.dealing.looking_up": 0}, ("dealing.dismissed",)),
    (
        {"conduct.dealing.custom": 0, "conduct.dealing.looking_up": 0},
        ("dealing.income_lost", "association.refused"),
    ),
    ({"conduct.compliance.resolve": 0}, ("compliance.careful",)),
    (
        {f"{TOWN}.sanctions.family.drawn_in": {}},
        ("children_barred", "partners_barred", "relatives.only", "no_family_extension.spared"),
    ),
    ({f"{TOWN}.safeguards.no_family_extension.reach": 0}, ("no_family_extension.spared",)),
    ({f"{PLACEBO}.share": 0}, ("placebo.probed", "placebo.given")),
    ({f"{PLACEBO}.entries": 0}, ("placebo.given",)),
    ({f"{EXPIRY}.reach": 0}, ("expiry.expired_early",)),
    ({f"{TOWN}.safeguards.blind_spot.share": 0}, ("blind_spot.kept_off",)),
    ({f"{TOWN}.safeguards.purpose_limit.reach": 0}, ("purpose_limit.lifted",)),
    ({"conduct.informing.telling": 0}, ("informing.duty", "informers.duty")),
    ({"conduct.informing.misreading": 0}, ("informing.error", "informers.error")),
    ({"conduct.informing.spite": 0}, ("informing.malice", "informers.malice")),
    ({"conduct.informing.pull": 0}, ("informing.reward", "informing.invented", "informers.reward")),
    ({"conduct.informing.inventing": 0}, ("informing.invented", "informers.invented")),
    ({"conduct.informing.aim": 0}, ("informers.false", "accepted_false", "tips.exposed", "struck_false")),
    ({f"{TIPS}.reward": 0}, ("informing.reward", "informing.invented")),
    ({f"{TIPS}.verification": 0}, ("tips.exposed", "tips.officer_hours")),
    ({f"{TIPS}.exposure": 0}, ("tips.exposed",)),
    ({f"{DISCRETION}.insiders": 0}, ("discretion.spared",)),
    ({f"{DISCRETION}.immunity": 0}, ("discretion.spared",)),
    ({f"{DISCRETION}.retaliation": 0}, ("discretion.retaliated",)),
    ({f"{ENROLMENT}.leaving": 0}, ("enrolment.left", "deletion.deleted", "deletion.kept")),
    ({f"{ENROLMENT}.joining": 0}, ("enrolment.joined",)),
    ({f"{ENROLMENT}.noticing": 0}, ("enrolment.noticed",)),
    ({f"{TOWN}.safeguards.deletion.reach": 0}, ("deletion.deleted",)),
    ({f"{TOWN}.safeguards.corroboration.reach": 0}, ("struck_false", "struck_true", "corroboration.officer_hours")),
    ({f"{RING}.picks": 0}, ("malicious_ring.targets", "malicious_ring.filed")),
    ({f"{RING}.zeal": 0}, ("malicious_ring.filed",)),
    ({f"{INSIDERS}.orders": 0}, ("insiders.forged",)),
    ({f"{INSIDERS}.reach": 0}, ("insiders.bought_off", "insiders.bribes")),
    ({f"{MARKET}.supply": 0}, ("score_market.sold", "score_market.takings")),
    ({f"{MARKET}.demand": 0}, ("score_market.asking", "score_market.sold")),
    ({f"{ATTACKS}.evasion.reach": 0}, ("evasion.evading", "evasion.unseen_acts")),
    ({f"{ATTACKS}.evasion.success": 0}, ("evasion.unseen_acts",)),
    ({f"{ATTACKS}.breach.hazard": 0}, ("breach.leaking", "breach.exposed", "breach.robbed")),
    ({f"{ATTACKS}.breach.spread": 0}, ("breach.exposed", "breach.informers_named", "breach.out_now")),
    ({f"{ATTACKS}.breach.fraud": 0}, ("breach.robbed", "breach.loot")),
    ({f"{QUOTA}.cases": 0}, ("quota.made_up",)),
    ({f"{QUOTA}.making_up": 0}, ("quota.made_up",)),
    ({f"{PRICES}.levels": {}}, ("priced_out", "dearer", "cheaper", "surcharges", "rebates")),
    ({f"{PRICES}.spending": 0}, ("dearer", "cheaper", "surcharges", "rebates")),
    ({f"{QUEUE}.priority": {}}, ("in_front", "queue.back", "queue.ahead")),
    ({f"{QUEUE}.asking": 0}, ("in_front", "queue.behind", "queue.evenly", "queue.back", "queue.ahead", "gave_up")),
    ({f"{QUEUE}.tiring": 0}, ("gave_up",)),
    ({f"{AVERAGING}.checks": 0}, ("income_averaging.checked", "income_averaging.raised")),
    ({f"{AVERAGING}.claimants": 0}, ("income_averaging.drawing", "working", "income_averaging.checked")),
    ({f"{AVERAGING}.irregular": 0}, ("working", "unfounded_irregular")),
    ({f"{CLAW_BACK}.checks": 0}, ("claw_back.checked", "claw_back.raised", "claw_back.children")),
    ({f"{CLAW_BACK}.claimants": 0}, ("claw_back.drawing", "claw_back.checked")),
    ({f"{CLAW_BACK}.slips": 0, f"{CLAW_BACK}.mistaken": 0}, ("claw_back.raised",)),
    ({f"{CLAW_BACK}.attention": {"A": 0, "B": 0}}, ("claw_back.checked",)),
    ({f"{CLAW_BACK}.checks": 0, f"{AVERAGING}.checks": 0}, ("recovery.owing", "recovery.billed", "debt_review.filed")),
    ({f"{TOWN}.sanctions.recovery.instalment": 0}, ("recovery.billed", "collected", "recovery.children")),
    (
        {f"{TOWN}.safeguards.debt_review.{who}": 0 for who in ("reach", "reach_owing")},
        ("debt_review.filed", "set_aside", "debt_review.officer_hours"),
    ),
    ({f"{AWARENESS}.{news}": 0 for news in ("campaign", "word", "own")}, ("aware", "held_tongue")),
]  # fmt: skip
"""Where a rate has a natural nought: what is set to it, and the counts that are then nought, and in `full` are not."""


@pytest.mark.slow
@pytest.mark.parametrize(("n", "nodes", "counts"), [(n, *told) for n, told in enumerate(NOUGHTS)])
def test_nought_means_nothing(n: int, nodes: dict[str, Any], counts: tuple[str, ...]) -> None:
    here = lived(world_of_nodes(nodes))
    for world in here:
        for name in of_suffix(world["full"], counts):
            assert world[f"nought{n}"][name] == 0, name
    assert all(sum(w["full"][name] for w in here) for name in of_suffix(here[0]["full"], counts))


def of_suffix(names: Mapping[str, int], counts: Sequence[str]) -> Iterator[str]:
    for count in counts:
        found = [name for name in names if name.endswith(count)]
        assert len(found) == 1, f"{count} is {found}"
        yield found[0]


@pytest.mark.slow
def test_an_appeal_nobody_makes_is_no_appeal() -> None:
    """Reach 0 equals the safeguard left out: in every count, and in every column of everybody."""
    n = next(n for n, (nodes, _) in enumerate(NOUGHTS) if f"{APPEAL}.reach" in nodes)
    for world in lived("stress"):
        without, idle = world["without_appeal"], world[f"nought{n}"]
        assert without == {name: count for name, count in idle.items() if ".appeal." not in name}
    told = whole(changes={"society.people": 2000, "months": 15})
    told["arms"] = {"idle": {f"{APPEAL}.reach": 0, f"{APPEAL}.discovery": 0}, "absent": {APPEAL: "off"}}
    engine = Engine(worlds.read(told), 11, 1, arms=["full", "idle", "absent"])
    for _ in range(15):
        engine.step()
    idle, absent, full = (worlds.columns(engine, arm) for arm in ("idle", "absent", "full"))
    assert all((idle[name] == column).all() for name, column in absent.items())
    assert any((full[name] != column).any() for name, column in absent.items())
    assert (worlds.record(engine, "idle") == worlds.record(engine, "absent")).all()


SHOWN = ("stress", *sorted(set(WORLD_OF.values())))
MAY_STAY_AT_NOUGHT = {
    **{
        ("measures.sanctions", domain): "nobody is barred from it in their own name in these worlds"
        for domain in SANCTION_DOMAINS
        if domain not in ("licence", "jobs", "welfare", "credit", "travel", "platform")
    },
    ("measures.discovery", "gone_25"): "terms are shorter than that, and whoever strikes an entry has told of it",
    ("measures.traps", "ended_49"): "no spell that began after the first years is over in so few months",
}
"""Counts that count nothing in any of these worlds, each with its reason."""


@pytest.mark.slow
@every_counter
def test_every_count_counts_something(where: str) -> None:
    cls = {**MECHANISMS, **MEASURES}[where]
    for count in cls.counts:
        paths = [f"{scheme}{cls.key()}.{count}" for scheme in ("", f"{worlds.SCHEME}.", "village.")]
        counted = any(lives["full"].get(path) for world in SHOWN for lives in lived(world) for path in paths)
        assert counted != ((where, count) in MAY_STAY_AT_NOUGHT), count


def test_every_mechanism_is_in_the_world_in_which_it_shows() -> None:
    for where, cls in MECHANISMS.items():
        assert cls.folder in FOLDERS and cls in {type(m) for m in mechanisms(alone(world_of(where)))}
