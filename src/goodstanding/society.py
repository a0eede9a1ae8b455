"""The society: invented people, generated from a short declaration and never read from anywhere.

A person is a number from 0 to people - 1, which is also the place in every column. Numbers run by county, by group
and by household, so that a county, a group's part of it and a household are each a range of neighbours. Every trait is
a byte, picked from a declared table by one draw of `luck` under the society's own seed.

There is no reader for people and no constructor from arrays. A declared cell of fewer than 50 expected people is
refused, so that margins cannot rebuild a register.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.card import Card, exactly, rows_named, scaled, setting, table, uniform
from goodstanding.errors import InvalidInput, plain
from goodstanding.kernels import helper, kernel
from goodstanding.luck import CERTAIN, draws, share, times, uses
from goodstanding.native import compiled

MOST_PEOPLE = 2**31 - 65
"""Numbers of people are 32-bit, and the last 64 share their blocks of luck."""

SMALLEST_CELL = 50
TENTHS = 10
TILE = 1000
"""Households in the pattern that is laid over every range of people again and again."""

SEXES = ("women", "men")
AGES = ("child", "young", "middle", "old")
"""Under 18, 18 to 34, 35 to 59, 60 and over."""
SCHOOLING = ("primary", "lower", "upper", "college")
"""Primary school or none, lower secondary, upper secondary, college or more; a child counts as primary."""
DIGITAL = ("none", "light", "regular", "constant")
ROLES = ("head", "spouse", "child", "other adult")
TRAITS = {
    "integrity": "keeping to rules when nobody looks",
    "conviction": "private conviction against the order of things",
    "caution": "how much a threat weighs",
    "grudge": "readiness to use a report against somebody",
    "thrift": "readiness to put money by",
    "mercenary": "wish to inform for money",
    "threshold": "how many others must speak first",
    "sociability": "readiness to keep ties",
}
HEAD, SPOUSE, CHILD, OTHER = range(4)

rows_named("sizes", lambda: ("1", "2", "3", "4", "5", "6"))
rows_named("adult ages", lambda: AGES[1:])
rows_named("ages", lambda: AGES)
rows_named("schooling", lambda: SCHOOLING)
rows_named("digital use", lambda: DIGITAL[1:])
rows_named("traits", lambda: tuple(TRAITS))

PRESETS: dict[str, dict[str, Any]] = {
    "county": {"people": 100_000, "counties": 1},
    "city": {"people": 1_000_000, "counties": 8},
}


class Society(Card):
    """The people of an invented place: how many, in what households and groups, and what they are like."""

    people: int = setting(
        100_000, low=1, high=MOST_PEOPLE, unit="people", prior=exactly(), help="the people of the society",
        source="assumed", because="a county small enough to run in seconds and large enough for shares of 1 in 1,000",
    )  # fmt: skip
    counties: int = setting(
        1, low=1, high=64, unit="count", prior=exactly(), help="the counties the people are spread over evenly",
        source="assumed", because="one county is one scheme's reach; more are for schemes that differ by place",
    )  # fmt: skip
    tiles: int = setting(
        100, low=1, high=4096, unit="count", prior=exactly(), help="the tiles of a county's map, for pictures only",
        source="assumed", because="ten by ten reads well; a tile decides nothing",
    )  # fmt: skip
    groups: dict[str, float] = table(
        {"A": 0.9, "B": 0.1}, keys="any", defines="groups", low=0, high=1, unit="share", prior=exactly(),
        help="the groups of the society, each a letter, and their shares",
        source="assumed", because="a minority of one in ten; by default nothing but ties within differs by group",
    )  # fmt: skip
    household_sizes: dict[str, float] = table(
        {"1": 0.145, "2": 0.244, "3": 0.269, "4": 0.176, "5": 0.100, "6": 0.066},
        keys="sizes", low=0, high=1, unit="share", prior=exactly(),
        help="the households of each size; 6 stands for six and more",
        source="census-2010", mark="recalled", because="family households of the 2010 census, from memory",
    )  # fmt: skip
    men: float = setting(
        0.512, low=0, high=1, unit="share", prior=uniform(0.48, 0.53), help="men among those who are not spouses",
        source="census-2010", mark="recalled", because="51.2 or 51.3 % in 2010; a spouse is of the head's other sex",
    )  # fmt: skip
    licensed: float = setting(
        0.2, low=0, high=1, unit="share", prior=uniform(0.1, 0.35),
        help="adults who live on a licence to trade or practise",
        source="assumed", because="self-employed and licensed occupations together",
    )  # fmt: skip
    couples: float = setting(
        0.85, low=0, high=1, unit="share", prior=uniform(0.75, 0.92),
        help="households of two and more in which the head has a spouse",
        source="assumed", because="most households of two and more are built around a couple",
    )  # fmt: skip
    minors: float = setting(
        0.48, low=0, high=1, unit="share", prior=uniform(0.4, 0.56),
        help="children under 18 among those who are neither head nor spouse",
        source="derived", because="makes a fifth of all people minors, as recalled of the census of 2010",
    )  # fmt: skip
    head_ages: dict[str, float] = table(
        {"young": 0.25, "middle": 0.60, "old": 0.15}, keys="adult ages", low=0, high=1, unit="share", prior=exactly(),
        help="the ages of heads of household; a spouse is as old as the head",
        source="derived", because="with the ages of other adults gives 13 % aged 60 and over, as recalled of 2010",
    )  # fmt: skip
    other_ages: dict[str, float] = table(
        {"young": 0.60, "middle": 0.20, "old": 0.20}, keys="adult ages", low=0, high=1, unit="share", prior=exactly(),
        help="the ages of adults who are neither head nor spouse",
        source="assumed", because="mostly grown children who have not left, and parents who have moved in",
    )  # fmt: skip
    schooling_young: dict[str, float] = table(
        {"primary": 0.10, "lower": 0.47, "upper": 0.21, "college": 0.22},
        keys="schooling", low=0, high=1, unit="share", prior=exactly(), help="the schooling of adults under 35",
        source="assumed", because="rounded from what is remembered of the 2010 census; nine years are compulsory",
    )  # fmt: skip
    schooling_middle: dict[str, float] = table(
        {"primary": 0.31, "lower": 0.46, "upper": 0.15, "college": 0.08},
        keys="schooling", low=0, high=1, unit="share", prior=exactly(), help="the schooling of adults from 35 to 59",
        source="assumed", because="rounded from what is remembered of the 2010 census",
    )  # fmt: skip
    schooling_old: dict[str, float] = table(
        {"primary": 0.71, "lower": 0.19, "upper": 0.07, "college": 0.03},
        keys="schooling", low=0, high=1, unit="share", prior=exactly(), help="the schooling of people of 60 and over",
        source="assumed", because="rounded from what is remembered of the 2010 census",
    )  # fmt: skip
    income_by_schooling: float = setting(
        0.8, low=0, high=0.95, unit="share", prior=uniform(0.3, 0.9),
        help="how closely a household's income tenth follows its head's schooling, 0 for not at all",
        source="assumed", because="gives a correlation near 0.3, the order that surveys find for schooling and income",
    )  # fmt: skip
    online: dict[str, float] = table(
        {"child": 0.35, "young": 0.65, "middle": 0.28, "old": 0.05},
        keys="ages", low=0, high=1, unit="share", prior=scaled(0.4, 1.5),
        help="people who use the internet at all, by age, before schooling counts",
        source="assumed",
        because="about a third of all people in 2010, far more of the young; a poor county may have had less than half",
    )  # fmt: skip
    online_by_schooling: dict[str, float] = table(
        {"primary": 0.5, "lower": 1.0, "upper": 1.3, "college": 1.5},
        keys="schooling", low=0, high=4, unit="count", prior=exactly(),
        help="what an adult's share online is multiplied by, by schooling; the product is cut at 1",
        source="assumed", because="use rose steeply with schooling everywhere it was asked about",
    )  # fmt: skip
    online_use: dict[str, float] = table(
        {"light": 0.4, "regular": 0.4, "constant": 0.2},
        keys="digital use", low=0, high=1, unit="share", prior=exactly(), help="how much those online use it",
        source="assumed", because="no survey splits use this way",
    )  # fmt: skip
    centres: dict[str, int] = table(
        {
            "integrity": 150, "conviction": 96, "caution": 128, "grudge": 80, "thrift": 128, "mercenary": 64,
            "threshold": 128, "sociability": 128,
        },
        keys="traits", low=0, high=255, unit="0 to 255", prior=scaled(0.8, 1.25),
        help="the middle of each fixed trait, the same for every group",
        source="assumed", because="nobody measured these on one scale; most people keep rules, few inform for money",
    )  # fmt: skip
    spreads: dict[str, int] = table(
        {
            "integrity": 105, "conviction": 96, "caution": 127, "grudge": 80, "thrift": 127, "mercenary": 64,
            "threshold": 127, "sociability": 127,
        },
        keys="traits", low=0, high=255, unit="0 to 255", prior=scaled(0.6, 1.0),
        help="how far each trait reaches to both sides of its middle; it thins out evenly, as the mean of two draws",
        source="assumed",
        because="a triangle is the plainest shape with a middle and two ends; wider ones would leave the scale, so the "
        "default is the high end of the prior",
    )  # fmt: skip

    def __init__(self, **values: Any) -> None:
        tables = {name: value for name, value in values.items() if isinstance(value, Mapping)}
        # the order of rows in a file is of no consequence
        rows = {name: sorted((str(row), v) for row, v in t.items()) for name, t in tables.items()}
        super().__init__(**values | {name: dict(t) for name, t in rows.items()})
        faults = self.faults()
        if faults:
            raise InvalidInput(*(".".join((self.key(), *path)) + f": {fault}" for path, fault in faults))

    def faults(self) -> list[tuple[tuple[str, ...], str]]:
        """What is wrong between settings that are each in range, with the path of each fault."""
        found: list[tuple[tuple[str, ...], str]] = []
        for letter in self.groups:
            if not (len(letter) == 1 and "A" <= letter <= "Z"):
                found.append((("groups", letter), f"groups are letters from A to Z; '{plain(letter)}' is not one"))
        for name in SHARES:
            total = fsum(getattr(self, name).values())
            if abs(total - 1) > 1e-9:
                found.append(((name,), f"the shares sum to {total:.10g}; they must sum to 1"))
        if len(self.groups) * self.counties > 1:
            for letter, part in self.groups.items():
                expected = self.people * part / self.counties
                if expected < SMALLEST_CELL:
                    what = f"{expected:.4g} people expected in a county; a cell has at least {SMALLEST_CELL}"
                    found.append((("groups", letter), f"{what}; allowed {self._fewest()}fewer counties or groups"))
        for name, rows in ROWS.items():
            missing = [row for row in rows if row not in getattr(self, name)]
            if missing:
                found.append(((name,), f"no row for {', '.join(missing)}"))
        return found

    def _fewest(self) -> str:
        """The fewest people with whom every cell of these counties and groups is large enough, in words."""
        smallest = min(self.groups.values())
        if smallest <= 0:
            return "are "
        fewest = math.ceil(SMALLEST_CELL * self.counties / smallest)
        fewest += fewest * smallest / self.counties < SMALLEST_CELL  # a fraction is not always as it is written
        return f"are at least {fewest:,} people, or "


SHARES = (
    "groups", "household_sizes", "head_ages", "other_ages", "schooling_young", "schooling_middle", "schooling_old",
    "online_use",
)  # fmt: skip
"""Tables whose rows must sum to 1; a row left out of one of them is nought."""

ROWS: dict[str, Sequence[str]] = {
    "online": AGES, "online_by_schooling": SCHOOLING, "centres": tuple(TRAITS), "spreads": tuple(TRAITS),
}  # fmt: skip
"""Tables that need every row."""


class Population:
    """The people of one society: a declaration and a seed, nothing else.

    `columns` holds one array (people,) for each fact, bytes unless said: county, group, sex (0 women, 1 men), age,
    schooling, tenth (of household income, 0 the poorest), digital, role, household_offset (own place in the
    household), household_size, licensed, stratum (uint16, (county * groups + group) * 10 + tenth) and the fixed traits.
    """

    def __init__(self, declaration: Society, seed: int) -> None:
        self.declaration = declaration
        self.seed = seed
        self.people = declaration.people
        self.groups = tuple(declaration.groups)
        self._uses = uses(f"society/{name}" for name in DRAWN)
        self._ranges = _ranges(declaration)
        self.columns = self._places()
        self.columns |= self._persons()
        self.columns |= self._traits()
        county, group, tenth = (self.columns[name].astype(np.uint16) for name in ("county", "group", "tenth"))
        self.columns["stratum"] = (county * np.uint16(len(self.groups)) + group) * np.uint16(TENTHS) + tenth
        adults = self.columns["stratum"][self.columns["age"] > 0]
        for column in self.columns.values():
            column.flags.writeable = False
        self.adults: NDArray[np.int64] = np.bincount(adults, minlength=len(self.strata)).astype(np.int64)

    def __repr__(self) -> str:
        return f"Population({self.declaration!r}, seed={self.seed})"

    @property
    def strata(self) -> list[tuple[int, str, int]]:
        """County, group and income tenth (1 to 10) of every stratum, in the order of `stratum`."""
        counties = range(self.declaration.counties)
        return [(c, letter, tenth + 1) for c in counties for letter in self.groups for tenth in range(TENTHS)]

    def range_of(self, county: int, group: int) -> range:
        """The people of one group in one county; `group` is the place of its letter."""
        return self._ranges[county * len(self.groups) + group]

    def county_range(self, county: int) -> range:
        """All people of one county."""
        return range(self.range_of(county, 0).start, self.range_of(county, len(self.groups) - 1).stop)

    def tile(self, person: int) -> int:
        """The tile of the county's map that a person lives on; neighbours share one, groups are spread alike."""
        home = next(part for part in self._ranges if person in part)
        return (person - home.start) * self.declaration.tiles // len(home)

    def summary(self) -> dict[str, Any]:
        """A few figures to print: people, households and the shares that the declaration led to."""
        columns = self.columns

        def shares(name: str, labels: Sequence[str], among: Any = slice(None)) -> dict[str, float]:
            counts = np.bincount(columns[name][among], minlength=len(labels))
            return {label: int(n) / max(int(counts.sum()), 1) for label, n in zip(labels, counts, strict=True)}

        households = int((columns["role"] == HEAD).sum())
        return {
            "people": self.people,
            "adults": int(self.adults.sum()),
            "households": households,
            "people in a household": self.people / households,
            "counties": self.declaration.counties,
            "groups": shares("group", self.groups),
            "sex": shares("sex", SEXES),
            "age": shares("age", AGES),
            "schooling of adults": shares("schooling", SCHOOLING, columns["age"] > 0),
            "digital use": shares("digital", DIGITAL),
        }

    def _draws(self, name: str, people: int = 0) -> NDArray[np.uint32]:
        return draws(self.seed, self._uses[f"society/{name}"], 0, 0, people or self.people)

    def _places(self) -> dict[str, NDArray[Any]]:
        """County, group and place in the household: what follows from the number alone."""
        sizes = [int(size) for size in self.declaration.household_sizes]
        counts = apportion(TILE, list(self.declaration.household_sizes.values()))
        pattern = np.repeat(np.array(sizes, np.uint8), counts)
        pattern = pattern[np.argsort(self._draws("household", TILE), kind="stable")]
        columns = {name: np.empty(self.people, np.uint8) for name in PLACES}
        for number, part in enumerate(self._ranges):
            here = slice(part.start, part.stop)
            columns["county"][here], columns["group"][here] = divmod(number, len(self.groups))
            compiled(settle)(pattern, columns["household_offset"][here], columns["household_size"][here])
        return columns

    def _persons(self) -> dict[str, NDArray[Any]]:
        """Role, age, sex, schooling, income tenth and digital use: what depends on the place in the household."""
        told = self.declaration
        offset = self.columns["household_offset"]
        columns = {name: np.empty(self.people, np.uint8) for name in PERSONS}
        role, age, sex, schooling, tenth, digital = columns.values()
        schools = [_row(t, SCHOOLING) for t in (told.schooling_young, told.schooling_middle, told.schooling_old)]
        ages = [_row(t, AGES[1:]) for t in (told.head_ages, told.other_ages)]
        online = [
            [min(1.0, told.online[a] * (told.online_by_schooling[s] if a != "child" else 1)) for s in SCHOOLING]
            for a in AGES
        ]
        level = _row(told.online_use, DIGITAL[1:])
        use = [[[1 - p, *(p * part for part in level)] for p in row] for row in online]
        heads = [fsum(ages[0][a] * schools[a][s] for a in range(3)) for s in range(len(SCHOOLING))]

        compiled(family)(self._draws("role"), offset, share(told.couples), share(told.minors), role)
        compiled(grow)(self._draws("age"), offset, role, ladders(ages), age)
        compiled(born)(self._draws("sex"), offset, role, share(told.men), sex)
        compiled(learn)(self._draws("schooling"), age, ladders(schools), schooling)
        compiled(earn)(self._draws("tenth"), offset, schooling, ladders(fitted(heads, told.income_by_schooling)), tenth)
        compiled(connect)(self._draws("digital"), age, schooling, ladders(use), digital)
        return columns

    def _traits(self) -> dict[str, NDArray[Any]]:
        columns = {}
        for name in TRAITS:
            columns[name] = np.empty(self.people, np.uint8)
            centre, spread = self.declaration.centres[name], self.declaration.spreads[name]
            compiled(shape)(self._draws(name), centre, spread, columns[name])
        columns["licensed"] = np.empty(self.people, np.uint8)
        drawn, ages = self._draws("licensed"), self.columns["age"]
        compiled(license_)(drawn, ages, share(self.declaration.licensed), columns["licensed"])
        return columns


PLACES = ("county", "group", "household_offset", "household_size")
PERSONS = ("role", "age", "sex", "schooling", "tenth", "digital")
DRAWN = ("household", *PERSONS, *TRAITS, "licensed")


def apportion(total: int, shares: Sequence[float]) -> list[int]:
    """A whole number split by shares: the largest remainders get what rounding down leaves."""
    exact = [total * part for part in shares]
    parts = [int(number) for number in exact]
    order = sorted(range(len(shares)), key=lambda k: parts[k] - exact[k])
    for k in order[: total - sum(parts)]:
        parts[k] += 1
    return parts


def ladders(shares: Any) -> NDArray[np.int64]:
    """Rows of shares (..., kinds) as rising thresholds (..., kinds - 1), for `pick`."""
    rows = np.array(shares, np.float64)
    kinds = rows.shape[-1]
    flat = [[share(min(1.0, fsum(row[: k + 1]))) for k in range(kinds - 1)] for row in rows.reshape(-1, kinds)]
    return np.array(flat, np.int64).reshape(*rows.shape[:-1], kinds - 1)


def fitted(heads: Sequence[float], closeness: float) -> list[list[float]]:
    """Shares (schooling, tenth) of the income tenths for each schooling of the head.

    Every tenth holds a tenth of all households (iterative proportional fitting of a plane that tilts by `closeness`).
    """
    most = len(heads) - 1
    cells = [
        [1 + closeness * (2 * s / most - 1) * (2 * t / (TENTHS - 1) - 1) for t in range(TENTHS)]
        for s in range(most + 1)
    ]
    for _ in range(100):
        for t in range(TENTHS):
            column = fsum(heads[s] * cells[s][t] for s in range(most + 1))
            for s in range(most + 1):
                cells[s][t] /= column * TENTHS
        for row in cells:
            total = fsum(row)
            row[:] = [cell / total for cell in row]
    return cells


def _row(given: Mapping[str, float], rows: Sequence[str]) -> list[float]:
    return [given.get(row, 0.0) for row in rows]


def _ranges(declaration: Society) -> list[range]:
    """The people of each county and group, in order; counties are of one size, to a person."""
    ranges, start = [], 0
    counties = declaration.counties
    for people in apportion(declaration.people, [1 / counties] * counties):
        for part in apportion(people, list(declaration.groups.values())):
            ranges.append(range(start, start + part))
            start += part
    return ranges


@helper
def pick(draw: Any, ladder: Any) -> int:
    """Which of several kinds a draw stands for: the number of thresholds that it has reached."""
    kind = 0
    for threshold in ladder:
        kind += np.int64(draw) >= threshold
    return kind


@kernel
def settle(pattern: Any, household_offset: Any, household_size: Any) -> None:
    """Lay households over a range of people, the last one cut at the range's end."""
    person = 0
    household = 0
    while person < household_size.size:
        size = min(np.int64(pattern[household % pattern.size]), household_size.size - person)
        for place in range(size):
            household_offset[person + place] = place
            household_size[person + place] = size
        person += size
        household += 1


@kernel
def family(draw: Any, household_offset: Any, couples: int, minors: int, role: Any) -> None:
    """The first is the head, the second mostly the spouse, the others children or further adults."""
    single = couples + times(CERTAIN - couples, minors)  # the draws of a second person who is a child
    for i in range(role.size):
        place = household_offset[i]
        if place == 0:
            role[i] = HEAD
        elif place == 1 and np.int64(draw[i]) < couples:
            role[i] = SPOUSE
        elif np.int64(draw[i]) < (single if place == 1 else minors):
            role[i] = CHILD
        else:
            role[i] = OTHER


@kernel
def grow(draw: Any, household_offset: Any, role: Any, ladder: Any, age: Any) -> None:
    """Heads and others are as old as their tables say, spouses as the head, children under 18."""
    for i in range(age.size):
        if role[i] == CHILD:
            age[i] = 0
        elif role[i] == SPOUSE:
            age[i] = age[i - np.int64(household_offset[i])]
        else:
            age[i] = 1 + pick(draw[i], ladder[0 if role[i] == HEAD else 1])


@kernel
def born(draw: Any, household_offset: Any, role: Any, men: int, sex: Any) -> None:
    """Women 0, men 1; a spouse is of the head's other sex."""
    for i in range(sex.size):
        sex[i] = 1 - sex[i - np.int64(household_offset[i])] if role[i] == SPOUSE else np.int64(draw[i]) < men


@kernel
def learn(draw: Any, age: Any, ladder: Any, schooling: Any) -> None:
    """Adults by the table of their age; children are still at school."""
    for i in range(schooling.size):
        schooling[i] = pick(draw[i], ladder[age[i] - 1]) if age[i] > 0 else 0


@kernel
def earn(draw: Any, household_offset: Any, schooling: Any, ladder: Any, tenth: Any) -> None:
    """A household earns together: everybody is in the tenth of the head."""
    for i in range(tenth.size):
        head = i - np.int64(household_offset[i])
        tenth[i] = pick(draw[i], ladder[schooling[i]]) if head == i else tenth[head]


@kernel
def connect(draw: Any, age: Any, schooling: Any, ladder: Any, digital: Any) -> None:
    """Digital use by age and schooling."""
    for i in range(digital.size):
        digital[i] = pick(draw[i], ladder[age[i], schooling[i]])


@kernel
def license_(draw: Any, age: Any, licensed: int, out: Any) -> None:
    """Some adults live on a licence to trade or practise."""
    for i in range(out.size):
        out[i] = (np.int64(draw[i]) < licensed) & (age[i] > 0)


@kernel
def shape(draw: Any, centre: int, spread: int, trait: Any) -> None:
    """A fixed trait: the mean of two half draws around a centre, cut at 0 and 255."""
    for i in range(trait.size):
        halves = np.int64(draw[i] & 0xFFFF) + np.int64(draw[i] >> 16)
        value = centre + (((halves - 0xFFFF) * spread + 0x8000) >> 16)
        trait[i] = min(max(value, 0), 255)
