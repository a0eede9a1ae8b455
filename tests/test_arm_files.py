"""Arms in files of their own: laid over any scenario, they become arms like any other, or say why not in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import worlds
from typer.testing import CliRunner

from goodstanding.arm_files import fitting, titles
from goodstanding.cli import app
from goodstanding.engine import simulate
from goodstanding.errors import InvalidInput
from goodstanding.library import arm_files, library
from goodstanding.mechanism import catalogue
from goodstanding.mechanisms.attacks.access_market import AccessMarket
from goodstanding.reader import Problems, read_file
from goodstanding.scenario import read
from goodstanding.telling import changes

KINDS = ("attacks", "safeguards")
PROBES = {key for kind in catalogue().values() for key, cls in kind.items() if cls.probes}
"""What is laid over a scheme to measure it and guards nobody."""
ENDING = {"ruling", "licence"}


def stem(key: str) -> str:
    return key.replace("_", "-")


def two_schemes() -> dict[str, Any]:
    ledger = {"ledger": {"points": {"red_light": -40}}}
    rates = {"observation": {"agencies": {}, "tips": {}}, "scoring": ledger}
    barred = {"sanctions": {"restrictions": {"domains": {"D": ["credit"]}}}}
    return {"society": {"people": 500}, "months": 3, "schemes": {"one": {**rates, **barred}, "two": rates}}


@pytest.mark.parametrize("kind", KINDS)
def test_every_attack_and_safeguard_has_a_file_of_its_own(kind: str) -> None:
    there = {f"{kind}/{stem(key)}" for key in catalogue()[kind].keys() - PROBES}
    assert there <= set(arm_files()) and all(titles()[name] for name in there)


def test_all_together_and_each_last() -> None:
    """`all` is every safeguard but those which end a scheme; `all-but-x` is all of them without x."""
    every = {f"safeguards.{key}" for key in catalogue()["safeguards"].keys() - PROBES - ENDING}
    copies = {"observation.sharing_in.corrections": 1}
    assert told_of("safeguards/all") == copies | {key: {} for key in every}
    assert told_of("safeguards/all-but-corrected-copies") == {key: {} for key in every}
    for key in sorted(every):
        but = {other: "off" if other == key else {} for other in every}
        assert told_of(f"safeguards/all-but-{stem(key[11:])}") == copies | but
        assert told_of(f"safeguards/{stem(key[11:])}") == {key: {}}


def told_of(name: str) -> dict[str, Any]:
    told: dict[str, Any] = read_file(arm_files()[name], Problems()).plain()
    return {path: value for path, value in told.items() if path != "title"}


def test_only_what_has_something_to_act_on_is_laid_over() -> None:
    told = read("suining-2010", with_=["safeguards"])
    own = {name.removeprefix("with_") for name in told.arms if name.startswith("with_")} - {"notice_and_appeal"}
    for key in own:
        assert told.world(key) == told.world(f"with_{key}")
        assert f"all_but_{key}" in told.arms and f"schemes.suining.safeguards.{key}" in told.arms["all"].nodes
    assert told.world("all_but_proportionality_cap") == told.world("all_safeguards")
    assert not {"deletion", "debt_review", "all_but_deletion"} & set(told.arms)


def test_what_is_there_already_stays_as_it_is() -> None:
    own = ["schemes.fines.safeguards.appeal={capacity: 3}"]
    told = read("plain-fines", set=own, with_=["safeguards/all", "safeguards/all-but-appeal"])
    all_of, but = (told.world(arm).schemes[0].mechanisms for arm in ("all", "all_but_appeal"))
    appeals = [m for m in all_of if m.key() == "appeal"]
    assert [a.values()["capacity"] for a in appeals] == [3.0] and len(all_of) == len(but) + 1 > 5
    assert "appeal" not in [m.key() for m in but]


def test_the_scenario_itself_stays_as_it_is() -> None:
    plain, laid = read("suining-2010"), read("suining-2010", with_=["safeguards/appeal"])
    assert list(laid.arms) == [*plain.arms, "appeal"] and laid.hash != plain.hash
    assert all(laid.world(arm) == plain.world(arm) for arm in plain.arms)
    assert {**laid.tree, "arms": {}} == {**plain.tree, "arms": {}}


@pytest.mark.parametrize("name", library())
def test_what_is_laid_over_survives_a_trip_through_a_file(name: str, tmp_path: Path) -> None:
    record = any("ledger" in scheme.get("scoring", {}) for scheme in read(name).tree["schemes"].values())
    there = read(name, with_=["safeguards", *(["attacks"] if record else [])])
    path = tmp_path / f"{name}.yaml"
    path.write_text(there.yaml(), encoding="utf-8")
    back = read(path)
    assert back.hash == there.hash and list(back.arms) == list(there.arms)
    assert all(back.world(arm) == there.world(arm) for arm in there.arms)
    assert all(text for _, text in changes(there))


def test_values_and_where_they_come_from_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "many-tips.yaml"
    reason = "{value: 60, source: assumed, mark: assumed, because: a test}"
    file.write_text(f"title: Well paid\nobservation.tips.reward: {reason}\n", encoding="utf-8")
    told = read("suining-2010", with_=[str(file)])
    path = "schemes.suining.observation.tips.reward"
    assert told.arms["many_tips"].nodes == {path: 60}
    assert told.provenance[f"arms.many_tips.{path}"].because == "a test"


def test_an_arm_is_laid_over_every_scheme_that_it_touches() -> None:
    told = worlds.read(two_schemes(), with_=["safeguards/appeal", "safeguards/purpose-limit"])
    assert set(told.arms["appeal"].nodes) == {"schemes.one.safeguards.appeal", "schemes.two.safeguards.appeal"}
    assert set(told.arms["purpose_limit"].nodes) == {"schemes.one.safeguards.purpose_limit"}
    one = worlds.read(two_schemes(), with_=["safeguards/appeal"], scheme="two")
    assert set(one.arms["appeal"].nodes) == {"schemes.two.safeguards.appeal"}
    assert simulate(one, 0, 0, arms=["appeal"]).counts["appeal"].any()


@pytest.mark.parametrize(
    ("scenario", "with_", "scheme", "said"),
    [
        ("suining-2010", ["safeguards/apeal"], None, "did you mean 'safeguards/appeal'?"),
        ("suining-2010", ["safeguard"], None, "allowed is a file"),
        ("suining-2010", ["safeguards/appeal"], "suing", "did you mean 'suining'?"),
        ("suining-2010", [], "suining", "nothing to lay over"),
        ("suining-2010", ["safeguards/appeal", "safeguards/appeal"], None, "already; allowed is each name once"),
        ("plain-fines", ["safeguards/no-family-extension"], None, "touches nothing in fines"),
        ("plain-fines", ["safeguards/human-check"], None, "touches nothing in fines"),
        ("plain-fines", ["attacks/score-market"], None, "touches nothing in fines"),
        ("dragon-eye", ["safeguards/corroboration"], None, "with rules for 'acts that people are asked to report'"),
        ("plain-fines", ["no-such-arm.yaml"], None, "no such file"),
        ("sesame-credit", ["attacks/score-market"], None, "with rules for 'acts that earn points with this scheme'"),
        ("bike-sharing", ["attacks/score-market"], None, "with rules for 'acts that earn points with this scheme'"),
        ("dangan", ["attacks/score-market"], None, "'own standing as one is told' and 'acts that earn points"),
        ("dangan", ["attacks/evasion"], None, "with rules for 'own standing as one is told'"),
        ("dangan", ["attacks/access-market"], None, "with rules for 'bars from what has a price'"),
    ],
)
def test_what_cannot_be_laid_over_is_told_in_one_line(
    scenario: str, with_: list[str], scheme: str | None, said: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        read(scenario, with_=with_, scheme=scheme)
    assert said in str(refused.value) and len(refused.value.problems) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("safeguards.apeal: {}", "did you mean 'appeal'?"),
        ("safegards.appeal: {}", "did you mean 'safeguards'?"),
        ("safeguards.appeal: {capacty: 1}", "did you mean 'capacity'?"),
        ("safeguards.appeal.capacity: 1", "is absent in this scenario"),
        ("sanctions.publicity.months_up: 2", "has all of it already"),
        ("title: nothing else", "touches nothing"),
    ],
)
def test_a_file_that_does_not_fit_is_told_in_one_line(text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "own-arm.yaml"
    file.write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(InvalidInput) as refused:
        read("suining-2010", with_=[str(file)])
    assert said in str(refused.value) and len(refused.value.problems) == 1


def test_what_is_there_already_touches_nothing() -> None:
    with pytest.raises(InvalidInput, match="is there already"):
        read("plain-fines", set=["schemes.fines.safeguards.appeal={}"], with_=["safeguards/appeal"])


def test_what_an_attack_finds_hangs_on_the_settings_of_both(tmp_path: Path) -> None:
    """A table in which a good deed counts can be gamed; what the file bars people from can be sold, at a price."""
    deeds = ["schemes.bikes.scoring.ledger.points={illegal_stall: -10, volunteering: 5}"]
    assert "score_market" in read("bike-sharing", set=deeds, with_=["attacks/score-market"]).arms
    file = tmp_path / "posts.yaml"
    file.write_text("attacks.access_market: {price: {jobs: 50}}\n", encoding="utf-8")
    assert "posts" in read("dangan", with_=[str(file)]).arms
    no_friends = "schemes.sesame.scoring.dimensions.weights={history: 0.5, capacity: 0.5}"
    with pytest.raises(InvalidInput, match="touches nothing in sesame"):
        read("sesame-credit", set=[no_friends], with_=["attacks/sybils"])


HARD: dict[str, Any] = {
    "access_market": {"price": dict.fromkeys(AccessMarket().price, 1), "demand": 1, "supply": 1000},
    "breach": {"hazard": 1, "spread": 1, "fraud": 1}, "evasion": {"reach": 1, "success": 1, "cost": 1},
    "insiders": {"orders": 50}, "malicious_ring": {"picks": 50},
    "score_market": {"opens": 1, "price": 1, "demand": 1, "supply": 1000}, "sybils": {"demand": 1, "price": 1},
}  # fmt: skip
"""Every attack as hard as can be, so that one which finds anything does something within months."""


@pytest.mark.slow
@pytest.mark.parametrize("name", library())
def test_an_attack_that_is_laid_over_does_something(name: str, tmp_path: Path) -> None:
    """The other way round: whatever is not refused counts something of its own within three years, or moves a count."""
    fits = [arm.partition("/")[2].replace("-", "_") for arm in fitting(library()[name]) if arm.startswith("attacks/")]
    files = []
    for attack in HARD.keys() & {*fits}:
        files.append(tmp_path / f"{attack}.yaml")
        files[-1].write_text(json.dumps({f"attacks.{attack}": HARD[attack]}), encoding="utf-8")
    assert {*HARD} == {*catalogue()["attacks"]}
    if files:
        told = read(name, people=4000, months=36, with_=sorted(map(str, files)))
        outcome = simulate(told, 1, 1, arms=["full", *told.laid], observe=["sanctions"])
        for attack in told.laid:
            full, gamed = (worlds.totals(outcome, arm) for arm in ("full", attack))
            assert any(gamed[count] != full.get(count, 0) for count in gamed), attack


def test_the_command_line_lists_lays_and_refuses() -> None:
    ask = CliRunner().invoke
    assert "safeguards/appeal" in ask(app, ["list", "arms"]).stdout
    assert ", appeal)" in ask(app, ["check", "plain-fines", "--with", "safeguards/appeal"]).stdout
    told = ask(app, ["explain", "plain-fines", "--with", "safeguards/appeal", "--arm", "appeal"]).stdout
    assert "fines, appeal:" in told and "appeal: with: People who know" in told


def test_an_arm_that_came_to_nothing_is_told_on_screen_and_page(tmp_path: Path) -> None:
    """Letters alone change what people know and nothing that is counted of them."""
    asked = ["run", "plain-fines", "--with", "safeguards/notice", "--arms", "none,full,notice,no_tips"]
    asked += ["--people", "4000", "--months", "12", "--seeds", "2", "--out", str(tmp_path)]
    told = CliRunner().invoke(app, asked, obj=asked)
    said = "No monthly count of full differs in notice, in any world"
    assert told.exit_code == 0 and said in " ".join(told.stdout.split())
    assert said in next(tmp_path.glob("*/report.html")).read_text(encoding="utf-8")


@pytest.mark.parametrize("scenario", ["robodebt-2016", "plain-fines", "dangan"])
def test_the_table_of_what_fits_says_what_with_does(scenario: str) -> None:
    """The documentation tells it of every scenario and arm; here a few are tried as the command line would."""
    fits = fitting(library()[scenario])
    for arm in ("attacks/breach", "attacks/score-market", "safeguards/appeal"):
        if arm in fits:
            read(scenario, with_=[arm])
        else:
            with pytest.raises(InvalidInput, match="touches nothing"):
                read(scenario, with_=[arm])
