"""Binding: the order of a month follows from what is declared, and what may not be seen is refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from goodstanding import acts, binding, engine, wiring
from goodstanding.binding import Step, board_layout, check_names, month, steps, written
from goodstanding.errors import InvalidInput
from goodstanding.kernels import kernel
from goodstanding.measures import measures
from goodstanding.mechanism import Conduct, Safeguard, catalogue
from goodstanding.scenario import Scenario, Scheme, World, read
from goodstanding.world import COLUMNS, Column

pytestmark = pytest.mark.usefixtures("catalogue_stays")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read("suining-2010")


def names(world: World) -> list[str]:
    return [step.path for step in steps(world)]


def test_order_of_a_month(scenario: Scenario) -> None:
    """Slots first; makers before readers of this month's value, after readers of last month's."""
    order = names(scenario.world("with_appeal"))
    where = {path: place for place, path in enumerate(order)}
    assert where["borrowing"] < where["livelihood"], "livelihood reads what is paid, borrowing last month's savings"
    assert where["livelihood"] < where["everyday_acts"], "acts read this month's strain"
    assert where["awareness"] < where["voice"], "voice reads this month's salience"
    assert where["voice"] < where["suining.agencies"] < where["suining.ledger"] < where["suining.restrictions"]
    assert order[-1] == "suining.appeal", "safeguards come after the mechanisms of their slot"


def test_order_does_not_follow_the_file(scenario: Scenario) -> None:
    world = scenario.world("with_appeal")
    turned = replace(
        world,
        conduct=world.conduct[::-1],
        schemes=tuple(Scheme(s.name, s.mechanisms[::-1]) for s in world.schemes),
    )
    assert names(turned) == names(world)


def test_month_as_a_table(scenario: Scenario) -> None:
    rows = month(scenario, "with_appeal")
    assert [row["step"] for row in rows] == list(range(1, len(rows) + 1))
    discover = next(row for row in rows if row["kernel"] == "discover")
    assert "restricted" in discover["reads"] and "entry_flags" in discover["writes"]
    assert "discovery" not in discover["reads"], "a setting is not part of the world"


def test_what_a_mechanism_writes_it_declares(scenario: Scenario) -> None:
    """A file beside a scenario that lets people off, and says nothing of it, is refused before a run."""

    class Amnesty(Safeguard):
        """People are let off."""

        touches = "sanctions"
        counts = {"freed": "people let off"}

        @kernel
        def free(restricted, age, stratum, freed):
            for i in range(restricted.size):
                freed[stratum[i]] += restricted[i] > 0
                if age[i] > 0:
                    restricted[i] = 0

    with pytest.raises(InvalidInput, match=r"suining\.amnesty\.free\(restricted\): it writes what it does not declare"):
        check_names(Step("suining", Amnesty()), ())
    Amnesty.writes = ("restricted",)
    check_names(Step("suining", Amnesty()), ("age",))


def test_the_package_declares_what_its_kernels_write() -> None:
    """All of it; a run looks at kernels from elsewhere alone."""
    cards = [cls for found in catalogue().values() for cls in found.values()] + [*measures().values()]
    kernels = [(cls, f) for cls in cards for f in cls.kernels]
    assert sum(bool(written(f)) for _, f in kernels) > 100
    for cls, f in kernels:
        declared = {*cls.columns, *cls.counts, *getattr(cls, "writes", ()), "counts", "struck", "room", "act_room"}
        assert {*written(f)} & {*binding.arguments(f)} <= declared, f"{cls.key()}.{f.__name__}"


def test_in_none_there_is_no_scheme(scenario: Scenario) -> None:
    assert all("." not in path for path in names(scenario.world("none")))


def refused(rule: Any, scheme: str = "x") -> str:
    with pytest.raises(InvalidInput) as caught:
        check_names(Step(scheme, rule), ("age", "stratum"))
    return str(caught.value)


def test_unknown_name_gets_the_nearest() -> None:
    class Odd(Safeguard):
        """Odd."""

        touches = "sanctions"

        @kernel
        def look(restrictd): ...

    assert "did you mean 'restricted'?" in refused(Odd())


def test_conduct_cannot_see_a_scheme() -> None:
    class Peek(Conduct):
        """Peek."""

        @kernel
        def look(score): ...

    class Pry(Conduct):
        """Pry."""

        @kernel
        def look(entry_person): ...

    assert "only through society's columns" in refused(Peek(), "")
    assert "only through society's columns" in refused(Pry(), "")


def test_other_people_are_seen_through_declared_columns_only() -> None:
    class Gaze(Conduct):
        """Gaze."""

        @kernel
        def look(others_cushion): ...

    class Recall(Conduct):
        """Recall."""

        @kernel
        def look(last_strain): ...

    assert "of other people cannot be read; allowed are acts" in refused(Gaze(), "")
    assert "does not outlive the month" in refused(Recall(), "")


def test_own_names_do_not_shadow() -> None:
    class Shadow(Conduct):
        """Shadow."""

        counts = {"strain": "of people"}

        @kernel
        def look(strain): ...

    assert "already the name" in refused(Shadow(), "")


def test_a_circle_is_told(scenario: Scenario) -> None:
    class First(Conduct):
        """First."""

        writes = ("paid",)

        @kernel
        def look(strain, paid): ...

    class Second(Conduct):
        """Second."""

        writes = ("strain",)

        @kernel
        def look(paid, strain): ...

    world = scenario.world("none")
    with pytest.raises(InvalidInput, match="first, second: each waits"):
        steps(replace(world, conduct=(First(), Second())))


def test_board_fields_do_not_overlap(scenario: Scenario) -> None:
    everything = steps(scenario.world("with_appeal"))
    layout = board_layout(everything)
    around = {n.removeprefix("around_") for s in everything for n in s.names if n.startswith("around_")}
    places = [
        bit
        for (_, name), (shift, bits) in layout.items()
        for bit in range(shift, shift + (binding.FIELD_BITS if name in around else bits))
    ]
    assert around and len(places) == len(set(places)) and max(places) < 63


def test_each_scheme_has_its_own_place_on_the_board(scenario: Scenario) -> None:
    class Low(Safeguard):
        """Shows who is low, and looks whether a parent is."""

        touches = "sanctions"
        columns = {"low": Column(dtype="uint8", label="is low", shown=1)}

        @kernel
        def look(parent_low, low): ...

    layout = board_layout([Step("north", Low()), Step("south", Low())])
    assert {("north.low", "low"), ("south.low", "low")} <= set(layout)


def test_a_full_board_is_an_error() -> None:
    class Many(Conduct):
        """Shows more than fits."""

        columns = {f"field{n}": Column(dtype="uint8", label="a field", shown=8) for n in range(8)}

        @kernel
        def look(field0): ...

    with pytest.raises(InvalidInput, match=r"the public board needs \d+ bits"):
        board_layout([Step("", Many())])


def test_engine_names_no_mechanism_and_no_column() -> None:
    """Binder, wiring and engine work from declared attributes: no name of the model stands in them."""
    words = {key for found in catalogue().values() for key in found} | set(COLUMNS) | set(acts.ACT_KEYS)
    for module in (binding, wiring, engine):
        text = Path(module.__file__).read_text()
        spoken = {word for word in words if f'"{word}"' in text or f"'{word}'" in text or f".{word}." in text}
        assert not spoken, f"{module.__name__} names {spoken}"
