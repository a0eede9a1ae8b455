"""Sets of assumptions: a Latin hypercube over the priors, and what may not be varied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from goodstanding.draws import Draw, assumptions, hypercube
from goodstanding.scenario import Scenario, read, rows, value_of
from goodstanding.variants import varied

SETS = 40


@pytest.fixture(scope="module")
def suining() -> Scenario:
    return read("suining-2010", people=4_000)


@pytest.fixture(scope="module")
def draws(suining: Scenario) -> list[Draw]:
    return hypercube(suining, SETS)


def test_every_part_of_every_range_is_taken_once(suining: Scenario, draws: list[Draw]) -> None:
    """With n sets and a continuous prior, the k-th smallest value lies in the k-th of n equal parts."""
    looked_at = 0
    for one in assumptions(suining):
        low, high = one.prior.low, one.prior.high
        if one.prior.kind != "uniform" or one.declared.kind != "float":
            continue
        looked_at += 1
        for part, value in enumerate(sorted(draw.drawn[one.path] for draw in draws)):
            where = (value - low) / (high - low) * SETS
            assert part - 1e-3 <= where <= part + 1 + 1e-3, one.path
    assert looked_at > 30


def test_whole_numbers_and_names_are_all_tried(suining: Scenario, draws: list[Draw]) -> None:
    ending = {draw.drawn["schemes.suining.conduct.backlash.ending"] for draw in draws}
    assert ending == {"softened", "repealed", "none"}
    for one in assumptions(suining):
        found = [draw.drawn[one.path] for draw in draws]
        if one.prior.kind == "uniform" and one.declared.kind == "int" and one.prior.high - one.prior.low < SETS / 2:
            assert {*found} == {*range(int(one.prior.low), int(one.prior.high) + 1)}, one.path


def test_assumptions_are_drawn_apart_from_each_other(suining: Scenario, draws: list[Draw]) -> None:
    """Ranks of two assumptions are as little alike as shuffled ones: no correlation beyond what chance gives."""
    import numpy as np

    from goodstanding.assumptions import _ranks

    places = np.array(
        [_ranks(np.array([one.place(d.drawn[one.path]) for d in draws], float)) for one in assumptions(suining)]
    )
    alike = places @ places.T / SETS
    np.fill_diagonal(alike, 0)
    pairs = len(places) * (len(places) - 1) / 2
    assert np.abs(alike).max() < (2 * np.log(2 * pairs) / (SETS - 1)) ** 0.5 * 1.15
    assert abs(alike.mean()) < 0.01


def test_every_set_is_a_scenario_that_may_be_lived(suining: Scenario, draws: list[Draw]) -> None:
    """Each value is within its prior and its setting's range, and the sets differ."""
    hashes = set()
    for draw in draws:
        for one in assumptions(suining):
            drawn = draw.drawn[one.path]
            assert one.prior.kind == "among" or one.prior.low <= drawn <= one.prior.high
        told = varied(suining, draw.values)
        hashes.add(told.hash)
        assert told.society.people == 4_000 and told.months == suining.months
    assert len(hashes) == SETS and suining.hash not in hashes


def test_what_is_held_fixed_stays_and_everything_else_moves(suining: Scenario, draws: list[Draw]) -> None:
    """Value by value: what the most exact row about it holds fixed is the same in every set, all else is not."""
    governed = {row["path"]: row for row in rows(suining) if not row["path"].startswith("arms.")}
    written, found = dict(_leaves(suining.tree)), [dict(_leaves(varied(suining, draw.values).tree)) for draw in draws]
    stayed = 0
    for path, value in written.items():
        row = next((governed[above] for above in _upwards(path) if above in governed), None)
        if row is None:
            continue
        same = all(told[path] == value for told in found)
        if row["prior"] == "held fixed" or _fixed(row["prior"]):
            stayed += 1
            assert same, path
        elif value:  # a factor leaves nought as it is
            assert not same, path
    assert stayed > 20


def _leaves(tree: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every single value of a tree but those of the arms, with its path."""
    if isinstance(tree, dict):
        for name, inner in tree.items():
            if path or name != "arms":
                yield from _leaves(inner, f"{path}.{name}".lstrip("."))
    else:
        yield path, tree


def _upwards(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition(".")[0]


def _fixed(prior: str) -> bool:
    """True for a range of no width."""
    words = prior.split()
    return len(words) >= 4 and words[1] == words[3]


def test_one_prior_more_leaves_the_other_draws(suining: Scenario, draws: list[Draw]) -> None:
    fewer = read("suining-2010", people=4_000, set=["conduct.informing=off"])
    for ours, theirs in zip(hypercube(fewer, SETS), draws, strict=True):
        shared = ours.drawn.keys() & theirs.drawn.keys()
        assert len(shared) > 50 and all(ours.drawn[path] == theirs.drawn[path] for path in shared)


def test_settings_that_only_an_arm_adds_are_varied_where_that_arm_is_lived(suining: Scenario) -> None:
    path = "schemes.suining.safeguards.appeal.success"
    assert path not in hypercube(suining, 20)[0].drawn
    draw = hypercube(suining, 20, ("with_appeal", "all_safeguards"))[0]
    told = varied(suining, {path: draw.values[path]})
    for arm in ("with_appeal", "all_safeguards"):
        rules = {rule.key(): rule for scheme in told.world(arm).schemes for rule in scheme.mechanisms}
        assert rules["appeal"].success == draw.values[path]  # type: ignore[attr-defined]


def test_tables_that_only_an_arm_adds_are_varied_row_by_row() -> None:
    suining = read("suining-2010", people=4_000, with_=["safeguards"])
    tables = {one.table for one in assumptions(suining, suining.laid) if one.declared.keys}
    added = {table for table in tables if value_of(suining.tree, table) == "off"}
    assert added, "some safeguard has a table"
    for draw in hypercube(suining, 20, suining.laid):
        told = varied(suining, draw.values)
        for table in added:
            declared = suining.settings[f"arms.all.{table}"]
            assert draw.values[table].keys() == dict(declared.default).keys()
            assert draw.values[table] != dict(declared.default) and told.hash != suining.hash


def test_what_an_arm_sets_itself_is_its_own(suining: Scenario, draws: list[Draw]) -> None:
    told = varied(suining, draws[0].values)
    rules = {rule.key(): rule for scheme in told.world("softened").schemes for rule in scheme.mechanisms}
    assert rules["backlash"].tipping == 0.02  # type: ignore[attr-defined]


def test_a_row_with_a_prior_of_its_own_is_drawn_by_itself(tmp_path: Path) -> None:
    said = "source: assumed, because: a test"
    file = tmp_path / "rows.yaml"
    file.write_text(
        "schema_version: 1\ntitle: Rows\nnote: a test\nschemes:\n  s:\n    scoring:\n      ledger:\n        points:\n"
        f"          red_light: {{value: -10, {said}, prior: [-20, -5]}}\n"
        f"          fraud: {{value: -100, {said}, prior: [-100, -100]}}\n"
        f"          theft: -40\n".replace("theft", "petty_theft"),
        encoding="utf-8",
    )
    told = read(file)
    table = "schemes.s.scoring.ledger.points"
    names = {one.path for one in assumptions(told) if one.table == table}
    found = [draw.values[table] for draw in hypercube(told, 20)]
    assert f"{table}.red_light" in names
    assert {row["fraud"] for row in found} == {-100}
    assert min(row["red_light"] for row in found) == -20 and max(row["red_light"] for row in found) == -5
    assert len({row["red_light"] / row["petty_theft"] for row in found}) > 10, "not the table's common factor"
