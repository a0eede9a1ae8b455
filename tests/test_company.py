"""Ties, dealings and families: who is left alone, who is turned away, and who answers for somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from worlds import BLIND, SCHEME, columns, read, totals, tree

from goodstanding.acts import SANCTION_DOMAINS
from goodstanding.engine import Engine
from goodstanding.luck import draws
from goodstanding.measures.association import how_many
from goodstanding.mechanisms.conduct.keeping_ties import KeepingTies
from goodstanding.native import compiled
from goodstanding.society import CHILD, HEAD, SPOUSE, Population, Society
from goodstanding.ties import MOST_SLOTS, Ties, partners

TOWN = f"schemes.{SCHEME}"
NO_GUARDS = dict.fromkeys((f"{TOWN}.safeguards.{key}" for key in ("public_list_off", "no_family_extension")), "off")
STILL = {f"conduct.keeping_ties.{name}": 0 for name in ("drift", "mending", "forming")}
SCHOOL, VETTING = (1 << list(SANCTION_DOMAINS).index(domain) for domain in ("school", "vetting"))


def town(arms: dict[str, Any], months: int = 9, people: int = 1500, **changes: Any) -> tuple[Engine, Iterator[int]]:
    """A small town of many listed people, and its months as they pass."""
    made = {"society.people": people, "months": months, **NO_GUARDS, **changes}
    told = tree(changes={path: value for path, value in made.items() if value is not None})
    engine = Engine(read({**told, "arms": arms}, "company"), 4, 4, arms=["ghost", "full", *arms], block=640)

    def pass_by() -> Iterator[int]:
        for month in range(months):
            engine.step()
            yield month

    return engine, pass_by()


def shown(engine: Engine, arm: str, name: str, owner: str = "") -> np.ndarray:
    """What everybody showed of a column in the month just lived."""
    world = next(w for w in engine.worlds if w.name == arm)
    shift, bits = world.layout[(owner, name)]
    return (world.board[(engine.month - 1) & 1] >> shift) & ((1 << bits) - 1)


def counted(engine: Engine, arm: str) -> dict[str, int]:
    return totals(engine.outcome(), arm)


# -- ties


def degree(closed: np.ndarray, partner: np.ndarray) -> float:
    """Open ties a person has on average, the household apart."""
    slot = np.arange(len(partner))[:, None]
    there = partner >= 0
    mine, theirs = closed[None, :] >> slot & 1, closed[partner] >> slot & 1
    return float((there & (mine | theirs == 0)).sum() / closed.size)


def test_ties_come_and_go_and_their_number_stays() -> None:
    people, ties, card = Population(Society(people=6000), 1), Ties(), KeepingTies()
    partner = partners(people, ties)
    n, dormant = people.people, np.int64(ties.closed_at_first)
    tied = sum((row >= 0).astype(np.uint16) << np.uint16(slot) for slot, row in enumerate(partner))
    given = [np.int64(round(getattr(card, name) * 2**32)) for name in ("drift", "mending", "forming")]
    closed = np.full(n, dormant, np.uint16)
    faded, cut, formed = (np.zeros(n, np.uint16) for _ in range(3))
    at_first, seen = degree(closed.astype(np.int64), partner), []
    for month in range(60):
        look, before = draws(3, 7, month, 0, n), closed.copy()
        compiled(KeepingTies.keep)(look, np.zeros(n, np.int64), tied, dormant, *given, closed, faded, cut, formed)
        assert not cut.any() and (closed ^ before == faded | formed).all() and not (faded & formed).any()
        assert not ((faded | formed) & ~tied).any(), "nothing turns where nobody is at the other end"
        seen.append(degree(closed.astype(np.int64), partner) / at_first)
    assert all(0.97 < share < 1.03 for share in seen) and closed.std() > 0


def test_a_look_as_told_by_a_slow_twin() -> None:
    n, dormant, slots = 640, 0b110000000000, MOST_SLOTS
    tied = (draws(1, 5, 0, 0, n) | draws(1, 6, 0, 0, n)).astype(np.uint16) & np.uint16(0xFFF)
    chance = {"drift": 0.2, "mending": 0.5, "forming": 0.7}
    given = [np.int64(round(p * 2**32)) for p in chance.values()]
    closed = (draws(1, 1, 0, 0, n) & 0xFFF).astype(np.uint16)
    shunned = (draws(1, 2, 0, 0, n) & draws(1, 3, 0, 0, n) & 0xFFF).astype(np.int64) & ~closed.astype(np.int64)
    look, before = draws(1, 4, 0, 0, n), closed.copy()
    faded, cut, formed = (np.zeros(n, np.uint16) for _ in range(3))
    compiled(KeepingTies.keep)(
        look, shunned, tied, np.int64(dormant), *given, closed, faded, cut, formed
    )  # fmt: skip
    for i in range(n):
        slot, rest = divmod(int(look[i]) * slots, 2**32)
        was_closed, is_new = int(before[i]) >> slot & 1, dormant >> slot & 1
        name = ("forming" if is_new else "mending") if was_closed else "drift"
        turned = (rest / 2**32 < chance[name]) << slot & int(tied[i])
        assert faded[i] == (0 if was_closed else turned) and formed[i] == (turned if was_closed else 0)
        assert closed[i] == int(before[i]) ^ turned | int(shunned[i]) and cut[i] == shunned[i]


def test_only_ties_to_the_listed_are_cut_and_never_at_home() -> None:
    arms = {"all": {"conduct.keeping_ties.shunning": 1}, "nobody": {"conduct.keeping_ties.shunning": 0}}
    engine, months = town(arms, **BLIND, **STILL)
    partner = partners(engine.population, engine.scenario.ties)
    closed = dict.fromkeys(arms, np.full(engine.people, engine.constants["dormant"]))
    listed = dict.fromkeys(arms, np.zeros(engine.people, np.int64))
    for _ in months:
        for arm in arms:
            expected = closed[arm].copy()
            for slot, other in enumerate(partner if arm == "all" else ()):
                stood = (other >= 0) & ((closed[arm] | closed[arm][other]) >> slot & 1 == 0)
                expected |= (stood & (listed[arm][other] == 1)).astype(np.int64) << slot
            now = columns(engine, arm)["closed"].astype(np.int64)
            assert (now == expected).all()
            closed[arm], listed[arm] = now, shown(engine, arm, "listed")
    assert counted(engine, "all")["keeping_ties.cut_ends"] > 0 == counted(engine, "nobody")["keeping_ties.cut_ends"]
    assert (columns(engine, "nobody")["closed"] == columns(engine, "none")["closed"]).all()


def test_without_a_list_ties_are_those_without_a_scheme() -> None:
    engine, months = town({"unlisted": {f"{TOWN}.sanctions.publicity": "off"}})
    for _ in months:
        for arm in ("ghost", "unlisted"):
            assert (columns(engine, arm)["closed"] == columns(engine, "none")["closed"]).all()
    for arm in ("none", "ghost", "unlisted"):
        told = counted(engine, arm)
        assert told["association.meetings"] == told["association.cut_ends"] == told["dealing.refused"] == 0
        assert told["keeping_ties.faded"] > 0 < told["keeping_ties.opened"]


# -- dealings


def test_dealings_are_refused_or_not() -> None:
    arms = {
        "all": {"conduct.dealing.refusal": 1},
        "nobody": {"conduct.dealing.refusal": 0},
        "looked_up": {"conduct.dealing.looking_up": 1},
    }
    engine, months = town(arms, **BLIND)
    before = np.zeros(engine.people, np.int64)
    for _ in months:
        workless = columns(engine, "looked_up")["dealing.workless"]
        assert (workless[before == 1] == 3).sum() >= 0.97 * before.sum(), "all but those with nobody around"
        before = shown(engine, "looked_up", "listed")
    every, nobody = counted(engine, "all"), counted(engine, "nobody")
    assert every["dealing.dealt"] == nobody["dealing.refused"] == nobody["dealing.dismissed"] == 0
    assert every["dealing.refused"] == nobody["dealing.dealt"] > 0
    assert every["dealing.income_lost"] == 0 < counted(engine, "looked_up")["dealing.dismissed"]


def test_refusals_and_lost_work_cost_income() -> None:
    lost = {"conduct.dealing.custom": 0.08, "conduct.dealing.looking_up": 0.3}
    engine, months = town({"costly": lost, "free": dict.fromkeys(lost, 0)})
    for _ in months:
        pass
    costly, free = (columns(engine, arm)["cushion"].astype(int) for arm in ("costly", "free"))
    assert (costly - free).mean() < 0
    assert counted(engine, "costly")["association.refused"] > 0 == counted(engine, "free")["association.refused"]


# -- care


def test_care_comes_from_being_punished_and_from_nothing_else() -> None:
    engine, months = town({"careless": {"conduct.compliance.resolve": 0}})
    before, adult = columns(engine, "full"), engine.traits["age"] > 0
    for _ in months:
        now = columns(engine, "full")
        hit = adult & ((before["barred"] > 0) | (before["told"] > 1) | (before["listed"] > 0))
        assert (now["care"][hit] == 160).all()
        assert (now["care"][~hit] <= before["care"][~hit]).all()
        before = now
        for arm in ("none", "ghost", "careless"):
            assert not columns(engine, arm)["care"].any()
    assert 0 < (before["care"] > 0).mean() < 1


# -- families


def kin_of_the_condemned(engine: Engine, condemned: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Children of, and partners of, whoever was condemned, by going through the households."""
    traits = engine.traits
    child, partner = np.zeros(engine.people, bool), np.zeros(engine.people, bool)
    for i in range(engine.people):
        head = i - int(traits["household_offset"][i])
        couple = traits["household_size"][i] > 1 and traits["role"][head + 1] == SPOUSE
        role = traits["role"][i]
        child[i] = role == CHILD and (condemned[head] or (couple and condemned[head + 1]))
        if couple and role in (HEAD, SPOUSE):
            partner[i] = condemned[head + (role == HEAD)]
    return child, partner


def test_children_and_partners_are_barred_a_month_later_and_nobody_else() -> None:
    guard = f"{TOWN}.safeguards.no_family_extension"
    arms = {"guarded": {guard: {"reach": 1.0}}, "half": {guard: {"reach": 0.5}}}
    engine, months = town(arms, 14, **BLIND)
    condemned, child_months = np.zeros(engine.people, np.int64), 0
    for _ in months:
        child, partner = kin_of_the_condemned(engine, condemned)
        barred = columns(engine, "full")["barred"]
        assert ((barred & SCHOOL > 0) == child).all()
        assert (barred[partner] & VETTING > 0).all(), "the blind town bars the last class itself from vetting as well"
        spared, half = columns(engine, "guarded")["barred"], columns(engine, "half")["barred"]
        assert not (spared & SCHOOL).any() and not (half & ~barred).any()
        child_months += int(child.sum())
        condemned = shown(engine, "full", "condemned", SCHEME)
        assert not condemned[engine.traits["age"] == 0].any()
        assert not columns(engine, "ghost")["barred"].any()
    full, guarded, half_way = (counted(engine, arm) for arm in ("full", "guarded", "half"))
    assert full[f"{SCHEME}.relatives.child_months"] == full[f"{SCHEME}.family.children_barred"] == child_months > 0
    assert full[f"{SCHEME}.relatives.spouse_months"] == full[f"{SCHEME}.family.partners_barred"] > 0
    assert guarded[f"{SCHEME}.relatives.only"] == guarded[f"{SCHEME}.relatives.child_months"] == 0
    assert 0 < half_way[f"{SCHEME}.relatives.child_months"] < child_months
    spared_months = half_way[f"{SCHEME}.no_family_extension.spared"]
    assert spared_months + sum(half_way[f"{SCHEME}.relatives.{kin}_months"] for kin in ("child", "spouse")) == sum(
        full[f"{SCHEME}.relatives.{kin}_months"] for kin in ("child", "spouse")
    )
    role, months_lived = engine.traits["role"], engine.month
    assert full[f"{SCHEME}.relatives.children"] == (role == CHILD).sum() * months_lived
    assert full[f"{SCHEME}.relatives.partners"] == 2 * (role == SPOUSE).sum() * months_lived


@pytest.mark.parametrize("setting", ["drawn_in", "domains"])
def test_no_class_or_no_domain_draws_nobody_in(setting: str) -> None:
    engine, months = town({"empty": {f"{TOWN}.sanctions.family.{setting}": {}}}, 8)
    for _ in months:
        assert not (columns(engine, "empty")["barred"] & SCHOOL).any()
    assert counted(engine, "empty")[f"{SCHEME}.relatives.only"] == 0


# -- the measure


def test_association_adds_up() -> None:
    engine, months = town({})
    adults, tied, open_ends = engine.traits["age"] > 0, engine.traits["tied"], 0
    for _ in months:
        kept = tied & ~columns(engine, "full")["closed"]
        open_ends += sum(int(ends).bit_count() for ends in kept[adults])
    told = {name.removeprefix("association."): n for name, n in counted(engine, "full").items()}
    assert told["stayed"] + told["cut_ends"] == told["meetings"] == told["around_the_listed"] + told["around_others"]
    assert told["on_list"] + told["off_list"] == adults.sum() * engine.month and told["on_list"] > 0
    assert told["open_ends"] == open_ends > 0


def test_bits_are_counted() -> None:
    assert all(how_many(n) == bin(n).count("1") for n in [*range(0, 65536, 251), 65535])
