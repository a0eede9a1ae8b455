"""The page of priors says what the cards and the scenario say, and no prior changes unseen."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from goodstanding.card import KEYS, Prior, exactly, loguniform, scaled, uniform
from goodstanding.errors import InvalidInput
from goodstanding.mechanism import catalogue
from goodstanding.scenario import Scenario, find, read, rows

REPOSITORY = Path(__file__).parents[1]
sys.path.insert(0, str(REPOSITORY / "scripts"))
import priors  # noqa: E402  (it stands among the scripts)

TEXT = (REPOSITORY / "docs" / "priors.md").read_text(encoding="utf-8")
CUT = "C: {value: 600, source: recalled, mark: recalled, prior: [581, 650]"


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return read(priors.SCENARIO)


def changed(folder: Path, old: str, new: str) -> Scenario:
    """The scenario with one place of its file changed."""
    text = find(priors.SCENARIO).read_text(encoding="utf-8")
    assert text.count(old) == 1
    path = folder / f"{priors.SCENARIO}.yaml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return read(path)


def test_the_page_says_what_the_cards_say(scenario: Scenario) -> None:
    assert priors.page(TEXT, scenario) == TEXT, "run scripts/priors.py, and read what it says"


def test_the_page_names_the_hashes_of_its_priors(scenario: Scenario) -> None:
    assert priors.untold(TEXT, scenario) == ""
    assert priors.HASHES[0].startswith("83145dd0"), "the first is the one of the day of freezing"


@pytest.mark.parametrize("at", range(len(priors.HASHES)))
def test_a_hash_that_was_overwritten_is_missed(scenario: Scenario, at: int) -> None:
    text = TEXT.replace(priors.HASHES[at], priors.HASHES[at - 1])
    assert priors.untold(priors.page(text, scenario), scenario) == (priors.UNTOLD if at else priors.FIRST)


@pytest.mark.parametrize(
    ("prior", "value", "side"),
    [
        (uniform(0, 1), 0, "at it or above"), (uniform(0, 1), 1.0, "at it or below"), (uniform(0, 1), 0.5, ""),
        (loguniform(1, 2), 1, "at it or above"), (scaled(0.6, 1), {"a": 3}, "at it or below"),
        (scaled(0.5, 2), {"a": 3}, ""), (exactly(), 3, ""), (uniform(0, 1), {}, ""),
    ],
)  # fmt: skip
def test_an_edge_has_a_side(prior: Prior, value: object, side: str) -> None:
    assert priors.edge(prior, value) == side


@pytest.mark.parametrize("prior", ["[581, 700]", "[600, 600]"])
def test_a_changed_prior_is_told_of(tmp_path: Path, prior: str) -> None:
    other = changed(tmp_path, CUT, CUT.replace("[581, 650]", prior))
    assert priors.untold(priors.page(TEXT, other), other) == priors.UNTOLD


def test_a_changed_reason_alone_changes_no_hash(scenario: Scenario, tmp_path: Path) -> None:
    other = changed(tmp_path, "given as a gain of 100", "told as a gain of a hundred")
    assert priors.digest(priors.told(other)) == priors.digest(priors.told(scenario))
    assert priors.page(TEXT, other) != TEXT


def test_every_setting_has_a_reason_and_every_number_lies_in_its_prior(scenario: Scenario) -> None:
    values = {row["path"]: row["value"] for row in rows(scenario)}
    for path, told in scenario.provenance.items():
        declared, value = scenario.settings[path], values[path]
        prior = told.prior or declared.prior
        assert told.because or declared.because, path
        if isinstance(value, (int, float)) and prior.kind in ("uniform", "loguniform"):
            assert prior.low <= value <= prior.high, path
        if "nought is in" in told.because and not path.startswith("arms."):
            assert prior.low <= 0 <= prior.high, path


# -- a row with a prior of its own


def prior_of(scenario: Scenario, row: str) -> str:
    return str(next(r["prior"] for r in rows(scenario) if r["path"].endswith(f"ledger.{row}")))


def test_a_row_may_have_a_prior_of_its_own(scenario: Scenario, tmp_path: Path) -> None:
    assert prior_of(scenario, "points.missed_loan_payment") == "uniform -50 to -30"
    assert prior_of(scenario, "points.bravery") == "held fixed"
    without = changed(tmp_path, "prior: [-50, -30], because: a published", "because: a published")
    assert prior_of(without, "points.missed_loan_payment") == "scaled 0.5 to 1.5 times the table"
    path = tmp_path / f"{priors.SCENARIO}.yaml"
    path.write_text(scenario.yaml(), encoding="utf-8")
    assert priors.digest(priors.told(read(path))) == priors.digest(priors.told(scenario))


@pytest.mark.parametrize(
    ("prior", "fault"),
    [
        ("[581, 590]", "600 is outside the prior given with it; allowed is 581 to 590"),
        ("[-200000, 650]", "goes beyond what is valid"),
        ("[650, 581]", "is no range"),
        ("650", "is no range"),
    ],
)
def test_a_wrong_prior_of_a_row_is_refused(tmp_path: Path, prior: str, fault: str) -> None:
    with pytest.raises(InvalidInput, match=fault) as refused:
        changed(tmp_path, CUT, CUT.replace("[581, 650]", prior))
    assert "ledger.classes.C" in str(refused.value)


# -- tables of everyday acts and of acts as seen


def test_acts_that_others_make_or_that_are_taken_for_others_have_no_row() -> None:
    everyday, seen = catalogue()["conduct"]["everyday_acts"], catalogue()["observation"]["agencies"]
    everyday(rates={"red_light": 50})
    seen(noticing={"petition": 50, "missed_loan_payment": 200})
    for act in ("petition", "missed_loan_payment", "missed_loan_payment_unable"):
        with pytest.raises(InvalidInput, match=f"'{act}' is none of the everyday acts"):
            everyday(rates={act: 50})
    with pytest.raises(InvalidInput, match="'unpaid_bill_unable' is none of the acts as seen"):
        seen(noticing={"unpaid_bill_unable": 50})
    assert {*KEYS["everyday acts"]()} < {*KEYS["acts"]()} > {*KEYS["acts as seen"]()}
