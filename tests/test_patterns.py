"""The pattern table: every pattern has a band and a source and is reckoned from a run; its verdict follows."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from goodstanding import bibliography
from goodstanding.estimates import Estimate
from goodstanding.mechanism import catalogue
from goodstanding.scenario import Scenario
from goodstanding.ties import Ties

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "scripts"))
import patterns  # noqa: E402  (it stands among the scripts)
from patterns import COUNTY, HIT, MISS, PATTERNS, PLACES, RIGHT, UNCLEAR, WRONG, Lived, Pattern  # noqa: E402

TEXT = (REPOSITORY / "docs" / "patterns.md").read_text(encoding="utf-8")
CELLS = ("key", "level", "published", "band", "place", "measured", "value", "verdict", "view")
BAND = re.compile(r"(\S+) to (\S+): ")
VALUE = re.compile(r"(\S+) .*?\((?:(\S+) to (\S+)|.*)\)$")


def rows(text: str) -> dict[str, dict[str, str]]:
    """The rows of a page's table by pattern."""
    told = text.split(patterns.BEGIN)[1].split(patterns.END)[0]
    lines = [line.strip("|").split(" | ") for line in told.splitlines() if line.startswith("| ")][1:]
    assert all(len(cells) == len(CELLS) for cells in lines)
    return {cells[0].strip(): dict(zip(CELLS, map(str.strip, cells), strict=True)) for cells in lines}


@pytest.fixture(scope="module")
def scenarios() -> Mapping[str, Scenario]:
    return {name: place.read(1500, place.months or 26) for name, place in PLACES.items()}


@pytest.fixture(scope="module")
def scenario(scenarios: Mapping[str, Scenario]) -> Scenario:
    return scenarios[COUNTY]


@pytest.fixture(scope="module")
def cards(scenarios: Mapping[str, Scenario]) -> patterns.Cards:
    return {place: patterns.cited(scenario) for place, scenario in scenarios.items()}


@pytest.fixture(scope="module")
def everywhere(scenarios: Mapping[str, Scenario]) -> Mapping[str, Sequence[Lived]]:
    return {name: patterns.live(scenarios[name], place.arms, 2) for name, place in PLACES.items()}


@pytest.fixture(scope="module")
def lived(everywhere: Mapping[str, Sequence[Lived]]) -> Sequence[Lived]:
    return everywhere[COUNTY]


@pytest.mark.parametrize("pattern", PATTERNS, ids=lambda pattern: pattern.key)
def test_a_pattern_has_a_band_and_a_source(pattern: Pattern) -> None:
    assert pattern.low < pattern.high and pattern.band
    assert pattern.sources or "assumed" in pattern.band
    assert {*pattern.sources} <= {*bibliography.keys()}
    folder, _, rest = pattern.view.partition(".")
    if folder == "ties":
        assert rest in Ties.settings
    elif folder:
        key, _, setting = rest.partition(".")
        assert setting in catalogue()[folder][key].settings


def test_there_are_several_patterns_at_several_levels() -> None:
    assert len({pattern.key for pattern in PATTERNS}) == len(PATTERNS) >= 12
    assert len({pattern.level for pattern in PATTERNS}) >= 4


def test_a_pattern_is_in_view_where_any_card_cites_its_source(scenario: Scenario) -> None:
    cards = patterns.cited(scenario)
    known = {pattern.key: pattern for pattern in PATTERNS}
    for folder, found in catalogue().items():
        for key, card in found.items():
            if f"{folder}.{key}" in {name for names in cards.values() for name in names}:
                assert all(f"{folder}.{key}" in cards[source] for source in card.sources()), key
    assert "safeguards.appeal" in cards["robodebt-carney-2020"], "a mechanism of an arm counts"
    assert "scoring.ledger" in cards["global-voices-2010"], "what an entry refers to was read as well"
    assert "scoring.ledger" in cards["hou-2010"], "a source named in a reason counts"
    assert not known["disapproval in surveys"].view
    assert patterns.view(known["disapproval in surveys"], cards) == ["conduct.support"]
    assert patterns.view(known["approval in surveys"], cards) == ["conduct.support.approving"]
    assert patterns.view(known["known victims become more"], cards) == []
    assert patterns.view(known["ties per person"], {}) == ["ties.kept"], "a reason may name a figure without a source"


def test_a_sign_alone_is_no_hit(cards: patterns.Cards) -> None:
    signs = [pattern for pattern in PATTERNS if pattern.sign]
    assert signs == [pattern for pattern in PATTERNS if pattern.band.startswith("the sign only")]
    assert patterns.verdict(signs[0], Estimate(4, 3, 5, 8)) == RIGHT
    assert patterns.verdict(signs[0], Estimate(-4, -5, -3, 8)) == WRONG
    assert patterns.verdict(signs[0], Estimate(1, -1, 3, 8)) == UNCLEAR
    told = [*patterns.summary([(signs[0], RIGHT), (signs[0], WRONG), (PATTERNS[0], HIT)], cards)]
    assert told[0] == ("- *Not in view: evidence*, 0 of 3: 0 hit, 0 missed, 0 with the right sign alone, "
                       "0 with the wrong sign, 0 unclear.")  # fmt: skip
    assert "1 hit, 0 missed, 1 with the right sign alone, 1 with the wrong sign, 0 unclear" in told[1]


def test_each_is_reckoned_from_a_run(
    scenarios: Mapping[str, Scenario], everywhere: Mapping[str, Sequence[Lived]]
) -> None:
    written = patterns.page(TEXT, everywhere, scenarios)
    found = rows(written)
    assert [*found] == [pattern.key for pattern in PATTERNS]
    told = {pattern.key: patterns.value(pattern, everywhere[pattern.place]) for pattern in PATTERNS}
    assert told["approval in surveys"].mean == pytest.approx(70, abs=5)
    assert told["ties per person"].mean == pytest.approx(10, abs=1)
    assert told["the sociable know the sociable"].mean == pytest.approx(0.07, abs=0.1)
    for pattern in PATTERNS:
        assert found[pattern.key]["verdict"] == patterns.verdict(pattern, told[pattern.key])
    assert {pattern.place for pattern in PATTERNS} == {*PLACES}
    assert all(f"- *{place}*: `{how.scenario}`" in written for place, how in PLACES.items())


def test_false_alarms_are_comparisons_times_rate(everywhere: Mapping[str, Sequence[Lived]]) -> None:
    """One in a billion, at a list of ten thousand and of half a million: 10 of a million faces, and 0.5 of 1,000."""
    known = {pattern.key: pattern for pattern in PATTERNS}
    for key, of in (("false alerts at a festival", 10), ("false alerts at a final", 0.5)):
        found = patterns.value(known[key], everywhere[known[key].place])
        assert found.mean == pytest.approx(of, rel=0.4 if of > 1 else 0.1), key


def test_approval_after_a_shock_is_that_of_one_month(everywhere: Mapping[str, Sequence[Lived]]) -> None:
    """Worked out by hand: who approves in the second month, over who did in the first, all worlds together."""
    pattern = next(pattern for pattern in PATTERNS if pattern.key == "approval after reading")
    worlds = everywhere[pattern.place]
    rows_of = [list(world.outcome.names["full"]).index("legitimacy.approve") for world in worlds]
    months = [world.outcome.counts["full"][:, row].sum(axis=1) for world, row in zip(worlds, rows_of, strict=True)]
    after = sum(int(told[1]) for told in months) / sum(int(told[0]) for told in months)
    assert patterns.value(pattern, worlds).mean == pytest.approx(after) and after < 1


def test_a_rate_is_a_ratio_of_sums_over_worlds(lived: Sequence[Lived]) -> None:
    """Worked out by hand for one pattern of one rate, and for one of a difference."""
    known = {pattern.key: pattern for pattern in PATTERNS}
    counts = [world.outcome.counts["full"][:, list(world.outcome.names["full"]).index("awareness.aware"), :]
              for world in lived]  # fmt: skip
    adults = [int(world.outcome.population.adults.sum()) for world in lived]
    assert patterns.value(known["people pay it no heed"], lived).mean == pytest.approx(
        100 * sum(int(c.sum()) for c in counts) / (25 * sum(adults))
    )
    rich, poor = ([patterns.tenths(world, which) for world in lived] for which in (range(7, 10), range(3)))
    gap = sum(c for c, _ in rich) / sum(b for _, b in rich) - sum(c for c, _ in poor) / sum(b for _, b in poor)
    assert patterns.value(known["the better off approve more"], lived).mean == pytest.approx(100 * gap)


@pytest.mark.parametrize(
    ("mean", "low", "high", "said"),
    [
        (0.55, 0.5, 0.6, HIT), (0.75, 0.7, 0.8, MISS), (0.55, 0.4, 0.7, UNCLEAR), (0.7, 0.64, 0.76, UNCLEAR),
        (0.55, None, None, HIT), (0.7, None, None, MISS), (None, None, None, UNCLEAR),
    ],
)  # fmt: skip
def test_the_verdict_is_by_the_mean_and_its_interval(
    mean: float | None, low: float | None, high: float | None, said: str
) -> None:
    pattern = next(p for p in PATTERNS if (p.low, p.high) == (0.45, 0.65))
    assert patterns.verdict(pattern, Estimate(mean, low, high, 8)) == said


def test_the_page_shows_what_the_script_says(cards: patterns.Cards) -> None:
    """Values are of a longer run; the rest of the table is the script's, and each verdict follows from its row."""
    found = rows(TEXT)
    for line in patterns.summary([(pattern, found[pattern.key]["verdict"]) for pattern in PATTERNS], cards):
        assert line in TEXT
    assert [*found] == [pattern.key for pattern in PATTERNS]
    for pattern in PATTERNS:
        row = found[pattern.key]
        assert row["published"].startswith(pattern.published) and row["measured"] == pattern.measured
        assert row["view"] == patterns.shown(patterns.view(pattern, cards[pattern.place]))
        assert row["place"] == pattern.place
        assert BAND.match(row["band"]).groups() == (patterns.number(pattern.low), patterns.number(pattern.high))  # type: ignore[union-attr]
        told = VALUE.match(row["value"])
        assert told is not None, row["value"]
        mean, low, high = (None if n in (None, "–") else float(n.replace(",", "")) for n in told.groups())
        assert patterns.verdict(pattern, Estimate(mean, low, high, 8)) == row["verdict"] or at_an_edge(pattern, row)


def at_an_edge(pattern: Pattern, row: dict[str, str]) -> bool:
    """True where a rounded number is an edge of the band, so that the page cannot say on which side it lay."""
    return any(patterns.number(edge) in re.findall(r"[\d.,]+", row["value"]) for edge in (pattern.low, pattern.high))
