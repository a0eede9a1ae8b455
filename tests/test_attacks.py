"""Attacks: who is hit and who pays, held against a plain twin; and what gaming costs, as it is measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import worlds
from worlds import SCHEME, columns, off_scheme, record

from goodstanding.acts import ACTS, RELATED, SANCTION_DOMAINS, WEIGHT, code
from goodstanding.engine import Engine
from goodstanding.luck import draws, luck, share
from goodstanding.measures.context import BINS, DETRIMENT, GRAVITY, association
from goodstanding.world import FORGED, MALICIOUS, OWN, RECORD, SEEN, TOLD

TOWN = f"schemes.{SCHEME}"
ATTACKS = f"{TOWN}.attacks"
PERSON, ACT, MONTH, ORIGIN, FLAGS = range(5)
POINTS = {**worlds.POINTS, "volunteering": 20, "donation": 20}
CLASSES = {"A": 980, "B": 920, "C": 840, "D": 0}


@pytest.fixture(autouse=True, scope="module")
def mirror() -> Iterator[None]:
    with worlds.mirrored():
        yield


def town(arms: Mapping[str, Any] = {}, people: int = 1500, society: Mapping[str, Any] = {}, **changes: Any) -> Engine:
    """Agencies, tips, a ledger and bars, everybody with the scheme in mind; `changes` of the scheme, __ for a dot."""
    told: dict[str, Any] = {
        "months": 12,
        "society": {"people": people},
        "conduct": {"awareness": {"campaign": 255, "campaign_months": 240}},
        "schemes": {
            SCHEME: {
                "observation": {"agencies": {"coverage": 1, "misattribution": 0.02}, "tips": {"verification": 0}},
                "scoring": {"ledger": {"points": POINTS, "classes": CLASSES}},
                "sanctions": {"restrictions": {"domains": {"C": ["credit"], "D": ["licence", "jobs", "welfare"]}}},
            }
        },
        "arms": arms,
    }  # fmt: skip
    for path, value in society.items():
        worlds.put(told, path, value)
    for path, value in changes.items():
        worlds.put(told, f"{TOWN}.{path.replace('__', '.')}", value)
    return Engine(worlds.read(told), 5, 3, arms=["ghost", "full", *arms], block=640)


def counted(engine: Engine, path: str, arm: str = "full") -> np.ndarray:
    """A count of one of the town's mechanisms or measures, month by month."""
    world = next(w for w in engine.worlds if w.name == arm)
    where, _, name = f"{SCHEME}.{path}".rpartition(".")
    told: np.ndarray = world.history[: engine.month, world.rows[(where, name)]].sum(axis=1)
    return told


def picked(engine: Engine, what: str, month: int, chance: float) -> set[int]:
    """The adults whose draw of a month lies below a chance."""
    use = engine.uses[f"{SCHEME}/{what}"]
    found = draws(int(engine.constants["seed"]), use, month, 0, engine.people) < share(chance)
    return set(np.flatnonzero(found & (engine.traits["age"] > 0)).tolist())


QUIET = {
    **{f"conduct.informing.{why}": 0 for why in ("telling", "misreading", "spite", "pull")},
    "conduct.voice.occasion": 0,
}


def ring(zeal: float = 0.5, **changes: Any) -> Engine:
    """A town in which nobody but the ring reports anybody, and nobody speaks up."""
    how = {"picks": 8, "members": 4, "zeal": zeal}
    return town(society=QUIET, attacks={"malicious_ring": how}, **changes)


def test_the_ring_reports_whom_a_slow_twin_says() -> None:
    engine = ring()
    use, seed = engine.uses[f"{SCHEME}/malicious_ring/join"], engine.constants["seed"]
    for month in range(10):
        engine.step()
        filed = {
            person: sum(int(luck(seed, use, month, person, n)) < share(0.5) for n in range(4))
            for person in picked(engine, "malicious_ring/pick", month, 8 / 1000)
        }
        if month == 0:
            assert not counted(engine, "malicious_ring.filed").any(), "nobody has asked for reports yet"
            continue
        hit = {person for person, reports in filed.items() if reports}
        assert counted(engine, "malicious_ring.targets")[month] == len(hit) > 0
        assert counted(engine, "malicious_ring.filed")[month] == sum(filed.values())
        assert counted(engine, "tips.received")[month] == sum(filed.values())
        fresh = record(engine, "full")
        fresh = fresh[(fresh[:, MONTH] == month) & (fresh[:, ORIGIN] == MALICIOUS)]
        assert set(fresh[:, PERSON].tolist()) == hit
    assert not counted(engine, "malicious_ring.filed", "ghost").any()


@pytest.mark.parametrize(("needed", "stands"), [(2, True), (4, True), (5, False)])
def test_a_ring_passes_as_many_witnesses_as_it_has_members(needed: int, stands: bool) -> None:
    """The safeguard that asks for several witnesses strikes nothing of a ring that is large enough, and all else."""
    engine = ring(zeal=1, safeguards={"corroboration": {"needed": needed, "window": 0}})
    for _ in range(8):
        engine.step()
    struck, filed = (counted(engine, path).sum() for path in ("corroboration.struck_false", "malicious_ring.filed"))
    assert filed > 0 and (struck == 0) == stands
    assert (record(engine, "full")[:, ORIGIN] == MALICIOUS).any() == stands


def test_whoever_speaks_up_is_picked_more_often() -> None:
    arms = {"more": {f"{ATTACKS}.malicious_ring.voices": 20}, "never": {f"{ATTACKS}.malicious_ring.voices": 0}}
    loud = {"conduct.voice.occasion": 0.9, "conduct.voice.hurdle": 60}
    engine = town(arms, society=loud, attacks={"malicious_ring": {"picks": 2, "voices": 1}})
    for _ in range(8):
        engine.step()
    never, alike, more = (counted(engine, "malicious_ring.targets", arm).sum() for arm in ("never", "full", "more"))
    assert never < alike < more


def test_insiders_forge_whom_a_slow_twin_says_and_take_out_what_is_paid_for() -> None:
    engine = town(attacks={"insiders": {"orders": 8, "voices": 1, "price": 100, "reach": 0.3}})
    gravest = max((act for act in ACTS if POINTS.get(act.key, 0) < 0), key=lambda act: act.gravity)
    paid = 0
    for month in range(10):
        engine.step()
        rows, now = record(engine, "full"), columns(engine, "full")
        fresh = rows[(rows[:, MONTH] == month) & (rows[:, ORIGIN] == FORGED)]
        forged = picked(engine, "insiders/order", month, 8 / 1000)
        assert set(fresh[:, PERSON].tolist()) <= forged, "some are paid for at once"
        assert counted(engine, "insiders.forged")[month] == len(forged)
        assert (fresh[:, ACT] == code(gravest.key)).all() and not (fresh[:, FLAGS] & SEEN).any()
        spent = now["drained"].astype(np.int64)
        assert spent.sum() == counted(engine, "insiders.bribes")[month]
        assert (now["cushion"][spent > 0] >= spent[spent > 0]).all(), "the poor cannot"
        paid += int(spent.sum())
    assert paid == 100 * counted(engine, "insiders.bought_off").sum() > 0
    taken = rows[((rows[:, FLAGS] & SEEN) != 0) & ((rows[:, FLAGS] & RECORD) == 0)]
    assert len(taken) and (taken[:, ORIGIN] == OWN).any(), "what the person did is still there to be seen"
    assert counted(engine, "unfounded.forged").any()


def test_what_is_drained_is_missing_the_month_after() -> None:
    arms = {"dear": {f"{ATTACKS}.evasion.cost": 50}}
    engine = town(arms, attacks={"evasion": {"reach": 1, "cost": 0}})
    spent = np.zeros(engine.people, np.int64)
    while not spent.any():
        engine.step()
        spent = columns(engine, "dear")["drained"].astype(np.int64)
    engine.step()
    free, dear = (columns(engine, arm)["cushion"].astype(np.int64) for arm in ("full", "dear"))
    saving = np.maximum(free, dear) < 60 * (1 + engine.traits["tenth"].astype(np.int64))
    assert (free - dear == spent)[saving].all() and (spent[saving] > 0).any()


def test_whoever_hides_is_not_seen_by_agencies() -> None:
    engine = town(attacks={"evasion": {"reach": 1, "success": 1, "cost": 1}})
    hidden = 0
    for month in range(8):
        engine.step()
        rows, hides = record(engine, "full"), columns(engine, "full")["drained"] > 0
        own = rows[(rows[:, MONTH] == month) & (rows[:, ORIGIN] == OWN) & ((rows[:, FLAGS] & RECORD) != 0)]
        assert not hides[own[:, PERSON]].any()
        assert counted(engine, "evasion.evading")[month] == hides.sum()
        hidden += int(hides.sum())
    assert hidden and counted(engine, "evasion.unseen_acts").sum() > 0
    assert not counted(engine, "evasion.evading", "ghost").any()


def test_a_market_sells_what_it_can_to_who_can_pay_and_the_cut_offs_follow() -> None:
    market = {"opens": 3, "price": 80, "demand": 0.5, "supply": 10, "step": 3, "most": 9}
    engine = town(attacks={"score_market": market}, people=3000)
    cuts, lift, deeds = [980, 920, 840], 0, np.zeros((0, 5))
    adults = int((engine.traits["age"] > 0).sum())
    for month in range(12):
        lift = min(9, 3 * 100 * len(deeds) // adults)
        engine.step()
        now, rows = columns(engine, "full"), record(engine, "full")
        score, standing = now[f"{SCHEME}.mirror.score_now"], now[f"{SCHEME}.mirror.standing_now"]
        assert (standing == sum((score < cut + lift).astype(int) for cut in cuts)).all()
        deeds = rows[(rows[:, ORIGIN] == FORGED) & ((rows[:, FLAGS] & RECORD) != 0)]
        assert all(POINTS[ACTS[act].key] > 0 for act in deeds[:, ACT])
        assert counted(engine, "score_market.sold")[month] == (deeds[:, MONTH] == month).sum()
        assert counted(engine, "gaming.deeds")[month] == counted(engine, "score_market.deeds")[month] == len(deeds)
        assert counted(engine, "gaming.buyers")[month] == len(set(deeds[:, PERSON].tolist()))
        low = (standing > 0) & (engine.traits["age"] > 0) & ~np.isin(np.arange(engine.people), deeds[:, PERSON])
        assert counted(engine, "gaming.others_low")[month] == low.sum()
        assert counted(engine, "gaming.raised_by")[month] == lift
        spent = now["drained"]
        assert counted(engine, "gaming.spent")[month] == spent.sum()
        assert (now["cushion"][spent > 0] >= 80).all(), "the poor cannot"
    sold = counted(engine, "score_market.sold")
    assert not sold[:3].any() and 0 < sold[3:].sum() <= 2 * 9 * adults / 100
    assert lift > 0 and not counted(engine, "score_market.sold", "ghost").any()


def test_more_honest_people_stand_low_where_bought_deeds_raise_the_cut_offs() -> None:
    """The burden, and that it is gone where the office leaves the cut-offs, and where nothing is for sale."""
    market = {"opens": 2, "price": 20, "demand": 0.5, "supply": 40, "step": 5, "most": 19}
    arms = {"fixed": {f"{ATTACKS}.score_market.step": 0}, "absent": {f"{ATTACKS}.score_market": "off"}}
    engine = town(arms, attacks={"score_market": market}, people=3000)
    for _ in range(12):
        engine.step()
    low = {arm: int(counted(engine, "gaming.others_low", arm).sum()) for arm in ("full", "fixed")}
    raised = {arm: int(counted(engine, "gaming.raised_by", arm).sum()) for arm in ("full", "fixed")}
    assert low["full"] > 1.05 * low["fixed"]
    assert raised["full"] > 0 == raised["fixed"]
    absent = next(w for w in engine.worlds if w.name == "absent")
    assert not any(measure.rule.key() == "gaming" for measure in absent.measures), "nobody is asked where none is sold"


def test_a_leak_takes_files_with_entries_and_robs_only_those_who_are_in_it() -> None:
    told = {"hazard": 0.3, "duration": 2, "spread": 1, "fraud": 0.2, "loss": 10}
    engine = town(attacks={"breach": told})
    use, out, left = engine.uses[f"{SCHEME}/breach/leak"], np.zeros(engine.people, bool), 0
    for month in range(12):
        begins = int(luck(engine.constants["seed"], use, month, 0, 0)) < share(0.3)
        left = max(left - 1, 2 * begins)
        engine.step()
        now, rows = columns(engine, "full"), record(engine, "full")
        filed = np.zeros(engine.people, bool)
        filed[rows[(rows[:, FLAGS] & RECORD) != 0][:, PERSON]] = True
        fresh = filed & ~out & (engine.traits["age"] > 0) & (left > 0)
        out |= fresh
        assert counted(engine, "breach.leaking")[month] == (left > 0)
        assert counted(engine, "breach.exposed")[month] == fresh.sum()
        assert (now[f"{SCHEME}.leaked"] == out).all()
        robbed = now["drained"] > 0
        assert (out | ~robbed).all() and counted(engine, "breach.loot")[month] == 10 * robbed.sum()
    assert counted(engine, "breach.robbed").any() and counted(engine, "breach.exposed").any()


def test_what_is_out_is_what_a_plain_look_into_the_files_finds() -> None:
    """Measure 13, person by person: whose file is out, and what of it is false or about a protected act."""
    told = {"hazard": 0.5, "duration": 2, "spread": 0.5, "fraud": 0.2, "loss": 10}
    loud = {"conduct.voice.occasion": 0.9, "conduct.voice.hurdle": 60}
    engine = town(attacks={"breach": told}, society=loud)
    for month in range(12):
        engine.step()
        out = set(np.flatnonzero(columns(engine, "full")[f"{SCHEME}.leaked"]).tolist())
        rows = [row for row in record(engine, "full").tolist() if row[FLAGS] & RECORD and row[PERSON] in out]
        false = [person for person, _, _, origin, _ in rows if origin not in (OWN, TOLD)]
        protected = [person for person, act, _, _, _ in rows if ACTS[act].protected]
        plain = {
            "people": len(out), "entries": len(rows), "false": len(false), "protected": len(protected),
            "people_protected": len({*protected}), "people_false": len({*false}),
        }  # fmt: skip
        assert {name: counted(engine, f"exposure.{name}")[month] for name in plain} == plain, month
    assert all(plain.values()), "each is there to be counted"
    assert plain["people_protected"] < plain["protected"] and plain["people_false"] < plain["people"]


def test_nobody_is_robbed_or_hides_where_nobody_knows() -> None:
    attacks = {
        "breach": {"hazard": 1, "spread": 1, "fraud": 0.5}, "evasion": {}, "insiders": {"orders": 20, "reach": 1},
        "malicious_ring": {}, "score_market": {},
    }  # fmt: skip
    engine = town(attacks=attacks)
    for _ in range(8):
        engine.step()
        none = off_scheme(engine, "none")
        assert all((column == none[name]).all() for name, column in off_scheme(engine, "ghost").items())
    assert not columns(engine, "ghost")["drained"].any() and counted(engine, "breach.exposed", "ghost").any()


# -- measure 4


def test_context_is_what_a_plain_reckoning_finds() -> None:
    engine = town()
    for _ in range(10):
        engine.step()
    barred = columns(engine, "full")[f"{SCHEME}.mirror.barred_now"].astype(int)
    about: dict[int, set[str]] = {}
    gravity: dict[int, int] = {}
    for person, act, _, _, flags in record(engine, "full").tolist():
        seen = ACTS[code(ACTS[act].seen_as or ACTS[act].key)]
        if flags & RECORD and POINTS.get(seen.key, 0) < 0:
            about.setdefault(person, set()).update(RELATED[ACTS[act].domain])
            gravity[person] = gravity.get(person, 0) + ACTS[act].gravity
    months = harm = unrelated = 0
    cells = [0] * BINS * BINS
    noted = {*gravity, *np.flatnonzero(barred).tolist()}
    for person in noted:
        domains = [d for at, d in enumerate(SANCTION_DOMAINS) if barred[person] >> at & 1]
        months += len(domains)
        here = sum(WEIGHT[d] for d in domains)
        harm += here
        unrelated += sum(WEIGHT[d] for d in domains if d not in about.get(person, ()))
        grave, hard = (sum(value >= edge for edge in edges) for value, edges in
                       ((gravity.get(person, 0), GRAVITY), (here, DETRIMENT)))  # fmt: skip
        cells[BINS * grave + hard] += 1
    found = {name: int(counted(engine, f"context.{name}")[-1]) for name in ("months", "harm", "unrelated", "people")}
    assert found == {"months": months, "harm": harm, "unrelated": unrelated, "people": len(noted)}
    assert months > 0 and 0 < unrelated < harm
    told = [int(counted(engine, f"context.grave_{g}_hard_{h}")[-1]) for g in range(BINS) for h in range(BINS)]
    assert told == cells


@pytest.mark.parametrize(
    ("cells", "pairs"),
    [
        ([5, 0, 0, 0, 7, 0, 0, 0, 2], (5 * 7 + 5 * 2 + 7 * 2, 0)),
        ([0, 0, 5, 0, 7, 0, 2, 0, 0], (0, 5 * 7 + 5 * 2 + 7 * 2)),
        ([1] * 9, (9, 9)),
        ([3, 4, 5, 0, 0, 0, 0, 0, 0], (0, 0)),
    ],
)
def test_association_counts_pairs(cells: list[int], pairs: tuple[int, int]) -> None:
    assert association(cells) == pairs
    rows = [(g, h) for g in range(BINS) for h in range(BINS) for _ in range(cells[BINS * g + h])]
    plain = [(a[0] - b[0]) * (a[1] - b[1]) for at, a in enumerate(rows) for b in rows[:at]]
    assert pairs == (sum(p > 0 for p in plain), sum(p < 0 for p in plain))
