"""Society: people made from a declaration, in ranges and households that hold together, with the shares declared."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import numpy as np
import pytest

from goodstanding.errors import InvalidInput
from goodstanding.society import (
    AGES,
    CHILD,
    HEAD,
    PRESETS,
    ROLES,
    SCHOOLING,
    SHARES,
    SPOUSE,
    TRAITS,
    Population,
    Society,
    apportion,
    fitted,
)

PEOPLE = 100_000


@cache
def county() -> Population:
    """The default county."""
    return Population(Society(people=PEOPLE), seed=1)


@cache
def three_counties() -> Population:
    """A small society with uneven parts."""
    return Population(Society(people=3001, counties=3, groups={"A": 0.55, "M": 0.25, "Z": 0.2}), seed=7)


def test_same_declaration_same_people() -> None:
    again, other = Population(Society(people=PEOPLE), seed=1), Population(Society(people=PEOPLE), seed=2)
    for name, column in county().columns.items():
        assert np.array_equal(column, again.columns[name]), name
    assert not np.array_equal(county().columns["integrity"], other.columns["integrity"])


def test_people_are_only_generated() -> None:
    assert list(inspect.signature(Population.__init__).parameters) == ["self", "declaration", "seed"]
    for declared in Society.settings.values():
        assert declared.kind in ("int", "float"), declared.name


def test_columns() -> None:
    society = three_counties()
    for name, column in society.columns.items():
        assert column.shape == (society.people,)
        assert column.dtype == (np.uint16 if name == "stratum" else np.uint8), name
    top = {"county": 2, "group": 2, "sex": 1, "age": 3, "schooling": 3, "tenth": 9, "digital": 3, "role": 3}
    for name, most in top.items():
        assert society.columns[name].min() == 0 and society.columns[name].max() == most, name


def test_ranges_by_county_then_group() -> None:
    society = three_counties()
    parts = [society.range_of(c, g) for c in range(3) for g in range(3)]
    assert parts[0].start == 0 and parts[-1].stop == society.people
    for number, part in enumerate(parts):
        here = slice(part.start, part.stop)
        assert set(society.columns["county"][here]) == {number // 3}
        assert set(society.columns["group"][here]) == {number % 3}
        assert number == 0 or parts[number - 1].stop == part.start
    assert [len(society.county_range(c)) for c in range(3)] == [1001, 1000, 1000]
    assert [len(part) for part in parts[3:6]] == [550, 250, 200]


@pytest.mark.parametrize("society", [county, three_counties])
def test_households_hold_together(society: Any) -> None:
    columns = society().columns
    offset, size, role = (columns[n].astype(int) for n in ("household_offset", "household_size", "role"))
    head = np.arange(society().people) - offset
    assert ((offset >= 0) & (offset < size)).all()
    assert np.array_equal(offset == 0, role == HEAD) and np.array_equal(np.unique(head), np.flatnonzero(role == HEAD))
    assert np.array_equal(np.bincount(head, minlength=role.size)[head], size)
    for name in ("county", "group", "tenth"):
        assert np.array_equal(columns[name], columns[name][head]), name
    spouse = role == SPOUSE
    assert (offset[spouse] == 1).all()
    assert np.array_equal(columns["age"][spouse], columns["age"][head][spouse])
    assert np.array_equal(columns["sex"][spouse], 1 - columns["sex"][head][spouse])
    assert np.array_equal(columns["age"] == 0, role == CHILD)
    assert (columns["schooling"][role == CHILD] == 0).all()
    assert len(ROLES) == 4


def test_declared_shares() -> None:
    """Within one point in a hundred (four standard errors or more) of what the tables say."""
    columns, told = county().columns, county().declaration
    heads = columns["role"] == HEAD
    sizes = np.bincount(columns["household_size"][heads], minlength=7)[1:] / heads.sum()
    assert np.abs(sizes - list(told.household_sizes.values())).max() < 0.001
    ages = np.bincount(columns["age"][heads], minlength=4)[1:] / heads.sum()
    assert np.abs(ages - list(told.head_ages.values())).max() < 0.01
    for band, shares in ((1, told.schooling_young), (2, told.schooling_middle), (3, told.schooling_old)):
        found = columns["schooling"][columns["age"] == band]
        assert np.abs(np.bincount(found, minlength=4) / found.size - list(shares.values())).max() < 0.01
    assert abs((columns["age"] == 0).mean() - 0.205) < 0.01
    assert abs((columns["age"] == 3).mean() - 0.13) < 0.01


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_tenth_holds_a_tenth(seed: int) -> None:
    tenths = np.bincount(Population(Society(people=PEOPLE), seed).columns["tenth"], minlength=10) / PEOPLE
    assert np.abs(tenths - 0.1).max() < 0.01


def test_income_follows_schooling() -> None:
    columns = county().columns
    heads = columns["role"] == HEAD
    assert 0.25 < np.corrcoef(columns["schooling"][heads], columns["tenth"][heads])[0, 1] < 0.35
    level = fitted([0.25] * 4, 0)
    assert all(abs(cell - 0.1) < 1e-12 for row in level for cell in row)
    tilted = fitted([0.4, 0.3, 0.2, 0.1], 0.9)
    for t in range(10):
        assert abs(sum(h * row[t] for h, row in zip([0.4, 0.3, 0.2, 0.1], tilted, strict=True)) - 0.1) < 1e-6


def test_digital_use_by_age_and_schooling() -> None:
    columns = county().columns
    online = columns["digital"] > 0
    by_age = [online[columns["age"] == band].mean() for band in range(len(AGES))]
    assert by_age[1] > by_age[2] > by_age[3]
    young = columns["age"] == 1
    by_school = [online[young & (columns["schooling"] == s)].mean() for s in range(len(SCHOOLING))]
    assert by_school == sorted(by_school)


def test_traits_have_their_shape() -> None:
    told = county().declaration
    for name in TRAITS:
        values = county().columns[name].astype(float)
        assert abs(values.mean() - told.centres[name]) < 1, name
        assert abs(values.std() - told.spreads[name] / 6**0.5) < 1, name  # the spread of a triangle


def test_no_default_differs_by_group() -> None:
    """Two groups of one size are alike in every column but their letter."""
    society = Population(Society(people=PEOPLE, groups={"A": 0.5, "B": 0.5}), seed=3)
    first, second = society.range_of(0, 0), society.range_of(0, 1)
    for name in ("tenth", "age", "schooling", "digital", "sex", *TRAITS):
        column = society.columns[name]
        gap = column[first.start : first.stop].mean() - column[second.start : second.stop].mean()
        assert abs(gap) < 5 * column.std() * (4 * 3 / PEOPLE) ** 0.5, name


def test_adults_by_stratum() -> None:
    society = three_counties()
    assert society.adults.dtype == np.int64 and society.adults.size == len(society.strata) == 90
    assert society.adults.sum() == (society.columns["age"] > 0).sum()
    county_, letter, tenth = society.strata[47]
    here = (society.columns["county"] == county_) & (society.columns["tenth"] == tenth - 1)
    here &= society.columns["group"] == society.groups.index(letter)
    assert society.adults[47] == (here & (society.columns["age"] > 0)).sum()
    assert (society.columns["stratum"][here] == 47).all()


def test_tiles_mix_the_groups() -> None:
    society = county()
    for group in range(2):
        tiles = [
            society.tile(person) for person in society.range_of(0, group)[:: len(society.range_of(0, group)) // 500]
        ]
        assert tiles == sorted(tiles) and tiles[0] == 0 and len(set(tiles)) == society.declaration.tiles


def test_summary_sums() -> None:
    summary = county().summary()
    assert summary["people"] == PEOPLE and abs(sum(summary["age"].values()) - 1) < 1e-12
    assert abs(summary["groups"]["B"] - 0.1) < 1e-9 and 3.0 < summary["people in a household"] < 3.1


def test_tiny_and_odd_societies() -> None:
    for people in (1, 2, 3, 7):
        society = Population(Society(people=people, groups={"A": 1.0}), seed=1)
        assert society.people == people and society.columns["role"][0] == HEAD
    alone = Population(Society(people=99, groups={"A": 1.0}, household_sizes={1: 1.0}), seed=1)
    assert (alone.columns["household_size"] == 1).all() and (alone.columns["age"] > 0).all()
    assert (Population(Society(people=999, groups={"A": 1.0}, couples=0, minors=1), 1).columns["role"] != SPOUSE).all()


def test_presets_are_societies() -> None:
    assert Society(**PRESETS["county"]).people == 100_000
    assert Society(**PRESETS["city"]).counties == 8


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"people": 0}, "outside 1 to"),
        ({"people": 2**31}, "outside 1 to"),
        ({"people": 10.5}, "not a whole number"),
        ({"groups": {"A": 0.9, "North": 0.1}}, "groups are letters"),
        ({"groups": {"a": 1.0}}, "groups are letters"),
        ({"groups": {"A": 0.9, "B": 0.2}}, "sum to 1.1"),
        ({"groups": {}}, "sum to 0"),
        ({"people": 400}, "40 people expected in a county; a cell has at least 50"),
        ({"people": 10_000, "counties": 25}, "40 people expected"),
        ({"people": 99, "groups": {"A": 1.0}, "counties": 2}, "49.5 people expected"),
        ({"household_sizes": {"1": 0.5, "2": 0.4}}, "sum to 0.9"),
        ({"household_sizes": {"7": 1.0}}, "is none of the sizes"),
        ({"online": {"child": 0.1}}, "no row for young"),
        ({"poeple": 5}, "did you mean 'people'"),
    ],
)
def test_refusals_say_what_is_allowed(values: dict[str, Any], told: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Society(**values)
    assert told in str(refused.value) and "society." in str(refused.value)


def test_all_faults_at_once() -> None:
    with pytest.raises(InvalidInput) as refused:
        Society(groups={"A": 0.5, "South": 0.4}, head_ages={"young": 0.5})
    assert len(refused.value.problems) == 3


def test_every_setting_is_told() -> None:
    for name, declared in Society.settings.items():
        assert declared.help and declared.source and declared.because, name
        cells = declared.default.values() if declared.keys else [declared.default]
        assert all(declared.fault(cell) is None for cell in cells), name
    for name in SHARES:
        assert abs(sum(Society.settings[name].default.values()) - 1) < 1e-9


def test_apportion_keeps_the_sum() -> None:
    assert apportion(10, [0.25, 0.25, 0.5]) == [3, 2, 5]
    assert apportion(7, [1 / 3] * 3) == [3, 2, 2]
    assert apportion(0, [0.9, 0.1]) == [0, 0]
