"""The promise: a mechanism is one file, and with no other edit it is everywhere.

Two files are written to a temporary folder, a safeguard and something that people do. They are used in both ways there
are: named by a scenario that stands beside them, and put into the folder of their kind.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import test_contract as contract
import worlds

import goodstanding
from goodstanding import mechanism, runs
from goodstanding.cli import main
from goodstanding.engine import simulate
from goodstanding.scenario import read

SECOND_LOOK = '''"""Safeguard: somebody looks again before an entry counts."""

from __future__ import annotations

import numpy as np

from goodstanding import Safeguard, kernel, setting, uniform
from goodstanding.luck import luck
from goodstanding.world import OWN, RECORD


class SecondLook(Safeguard):
    """People are spared some entries about others' acts, because a second clerk looks at fresh ones.

    Sources: [ftc-2012]
    """

    touches = "observation"
    writes = ("entry_flags",)
    counts = {"looked": "entries looked at again", "struck": "entries struck at the second look"}

    reach: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0.1, 0.9), help="fresh entries that are looked at again",
        source="assumed", because="a file here, a file there",
    )
    eye: float = setting(
        0.5, low=0, high=1, unit="share", prior=uniform(0.1, 1), help="mistakes that the second clerk notices",
        source="ftc-2012", mark="derived", because="about half of the disputed errors were mended",
    )

    @kernel
    def look(
        month, first, seed, use_pick, use_eye, entry_person, entry_act, entry_month, entry_origin, entry_flags,
        reach, eye, stratum, looked, struck,
    ):
        for e in range(entry_person.size):
            if entry_month[e] == month and entry_flags[e] & RECORD:
                i, act = entry_person[e], np.int64(entry_act[e])
                if np.int64(luck(seed, use_pick, month, first + i, act)) < reach:
                    looked[stratum[i]] += 1
                    if entry_origin[e] != OWN and np.int64(luck(seed, use_eye, month, first + i, act)) < eye:
                        entry_flags[e] = np.int64(entry_flags[e]) & ~RECORD
                        struck[stratum[i]] += 1
'''

GOSSIP = '''"""Conduct: people talk about those on the list."""

from __future__ import annotations

import numpy as np

from goodstanding import Column, Conduct, kernel, setting, uniform


class Gossip(Conduct):
    """People who see a name on a list talk about it, for as long as it is news to them."""

    columns = {"news": Column(dtype="uint8", label="months for which it stays news", unit="months", kept=True)}
    counts = {"talking": "adults who talk about somebody on a list"}

    appetite: float = setting(
        0.4, low=0, high=1, unit="share", prior=uniform(0.1, 0.9), help="people around a listed person who take it up",
        source="assumed", because="not everybody cares",
    )
    lasts: int = setting(
        3, low=1, high=24, unit="months", prior=uniform(1, 6), help="for which a name stays news",
        source="assumed", because="longer than a list stands",
    )

    @kernel
    def talk(around_listed, age, draw_take_up, appetite, lasts, news, stratum, talking):
        for i in range(news.size):
            news[i] -= news[i] > 0
            if around_listed[i] > 0 and age[i] > 0 and np.int64(draw_take_up[i]) < appetite:
                news[i] = lasts
            if news[i] > 0:
                talking[stratum[i]] += 1
'''
FILES = {"second_look.py": SECOND_LOOK, "gossip.py": GOSSIP}
LOOK = f"schemes.{worlds.SCHEME}.safeguards.second_look"
ARMS = "none,full,one_look"
COUNTS = {f"{worlds.SCHEME}.second_look.looked", f"{worlds.SCHEME}.second_look.struck", "gossip.talking"}


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    with worlds.restored():
        yield
    for name in [name for name in sys.modules if name.startswith("goodstanding_extension_")]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario with its two files beside it."""
    folder = tmp_path_factory.mktemp("town")
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    told = worlds.tree(changes={"society.people": 3000, "months": 12, LOOK: {"reach": 0.6}, "conduct.gossip": {}})
    told |= {"extensions": [*FILES], "arms": {"one_look": {LOOK: "off"}}}
    path = folder / "town.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def lived(town: Path) -> runs.Run:
    """A run of two worlds, one of them in a process of its own."""
    code = main([
        "run", str(town), "--allow-extensions", "--seeds", "2", "--processes", "2", "--quiet", "--arms", ARMS,
        "--out", str(town.parent / "runs"), "--set", f"{LOOK}.reach=0.7",
    ])  # fmt: skip
    assert code == 0
    [folder] = (town.parent / "runs").iterdir()
    return runs.open_run(folder)


@pytest.fixture(scope="module")
def classes(town: Path) -> dict[str, type[mechanism.Mechanism]]:
    read(town, allow_extensions=True)
    found = mechanism.catalogue()
    return {"safeguards.second_look": found["safeguards"]["second_look"], "conduct.gossip": found["conduct"]["gossip"]}


# -- named by a scenario


def test_it_is_refused_unless_it_is_allowed(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for verb in (["check"], ["explain"], ["run", "--out", str(town.parent / "never")]):
        assert main([*verb, str(town)]) == 2
        told = capsys.readouterr()
        assert told.err.count("\n") == 1 and "extensions" in told.err and "--allow-extensions" in told.err
        assert not told.out
    assert not (town.parent / "never").exists()


def test_list_explain_and_schema_know_it(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the file beside a scenario alone, where the command line is told of the scenario."""
    beside = ["--scenario", str(town), "--allow-extensions"]
    assert main(["list", "safeguards", *beside]) == 0
    assert "second_look" in capsys.readouterr().out
    assert main(["explain", "second_look", *beside]) == 0
    assert "reach" in capsys.readouterr().out
    assert main(["schema", *beside]) == 0
    assert "second_look" in capsys.readouterr().out
    assert main(["list", "safeguards", "--scenario", str(town)]) == 2


def test_check_and_explain_know_it(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(town), "--allow-extensions", "--json"]) == 0
    checked = json.loads(capsys.readouterr().out)
    without = sum(runs.provenances(worlds.read(worlds.tree(), "town")).values())
    assert checked["parameters"] == without + 4
    assert main(["explain", str(town), "--allow-extensions", "--json"]) == 0
    explained = json.loads(capsys.readouterr().out)
    rows = {row["mechanism"]: row for row in explained["a month in full"]}
    look = rows[f"{worlds.SCHEME}.second_look"]
    assert look["slot"] == "observation" and look["kernel"] == "look"
    assert set(look["writes"]) == {"entry_flags", "looked", "struck"} and "entry_origin" in look["reads"]
    assert rows["gossip"]["slot"] == "conduct"
    steps = [row["mechanism"] for row in explained["a month in full"]]
    assert (
        steps.index(f"{worlds.SCHEME}.agencies")
        < steps.index(look["mechanism"])
        < steps.index(f"{worlds.SCHEME}.ledger")
    )


def test_a_setting_of_it_is_checked_and_set_by_path(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_ = f"{LOOK}.reach"
    tree = read(town, set=[f"{set_}=0.25"], allow_extensions=True).tree
    assert tree["schemes"][worlds.SCHEME]["safeguards"]["second_look"] == {"reach": 0.25, "eye": 0.5}
    for wrong, said in ((f"{set_}=1.5", "outside 0 to 1"), (f"{LOOK}.raech=0.5", "did you mean 'reach'")):
        assert main(["check", str(town), "--allow-extensions", "--set", wrong]) == 2
        told = capsys.readouterr().err
        assert said in told and LOOK in told


def test_results_carry_its_counts(lived: runs.Run) -> None:
    table = lived.measures().to_pylist()
    found = {(row["arm"], row["measure"]) for row in table}
    assert {("full", name) for name in COUNTS} <= found
    assert ("one_look", f"{worlds.SCHEME}.second_look.struck") not in found and ("none", "gossip.talking") in found
    sums = {
        name: sum(row["count"] for row in table if (row["arm"], row["measure"]) == ("full", name)) for name in COUNTS
    }
    assert all(sums.values()), sums
    assert not any(row["count"] for row in table if (row["arm"], row["measure"]) == ("none", "gossip.talking"))
    assert {row["luck_seed"] for row in table} == {seeds[1] for seeds in lived.manifest["seeds"]}


def test_cards_carry_it(lived: runs.Run) -> None:
    cards = lived.cards
    assert cards["measures"][f"{worlds.SCHEME}.second_look.struck"]["label"] == "entries struck at the second look"
    card = next(m for m in cards["mechanisms"] if m["path"] == LOOK)
    assert card["sources"] == ["ftc-2012"] and card["summary"].startswith("People are spared")
    settings = {row["path"]: row for row in cards["settings"]}
    assert settings[f"{LOOK}.reach"]["value"] == 0.7 and settings[f"{LOOK}.reach"]["given"]
    assert settings[f"{LOOK}.eye"]["mark"] == "derived" and settings[f"{LOOK}.eye"]["source"] == "ftc-2012"
    assert settings["conduct.gossip.lasts"]["unit"] == "months"


def test_the_report_tells_of_it(lived: runs.Run) -> None:
    page = (lived.path / "report.html").read_text(encoding="utf-8")
    for text in (
        f"{LOOK}.reach",
        "fresh entries that are looked at again",
        "about half of the disputed errors",
        "ftc-2012",
    ):
        assert text in page, text
    assert "People are spared some entries" in page, "no method paragraph"
    assert "entries struck at the second look" in page, "its counts are not in the report"
    assert "adults who talk about somebody on a list" in page


def test_the_manifest_holds_its_hash(lived: runs.Run) -> None:
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in FILES.items()}
    assert dict(lived.manifest["extensions"]) == hashes


def test_python_knows_it(classes: dict[str, type[mechanism.Mechanism]]) -> None:
    assert goodstanding.safeguards.SecondLook is classes["safeguards.second_look"]
    assert goodstanding.safeguards.SecondLook(reach=0.5).reach == 0.5
    assert goodstanding.conduct.Gossip().lasts == 3


# -- the contract holds for it


@pytest.mark.parametrize("where", ["safeguards.second_look", "conduct.gossip"])
def test_it_keeps_the_contract(where: str, classes: dict[str, Any]) -> None:
    cls = classes[where]
    contract.check_card(cls)
    contract.check_names(cls)
    for declared in cls.settings.values():
        contract.check_setting(declared)
        contract.check_refusals(cls, declared)


def test_it_changes_only_what_it_declares(town: Path, classes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = read(town, allow_extensions=True)
    changed = contract.watched_month(monkeypatch, scenario, 10)
    for m in contract.mechanisms(scenario):
        if m.key() in ("second_look", "gossip"):
            contract.check_changes(type(m), changed)


@pytest.mark.slow
def test_it_is_alive_and_its_nought_is_nothing(town: Path) -> None:
    told = json.loads(town.read_text())
    told["arms"] = {f"{name}_{end}": {path: value} for path, name, values in (
        (f"{LOOK}.reach", "reach", {"zero": 0, "low": 0.1, "high": 0.9}),
        (f"{LOOK}.eye", "eye", {"low": 0.1, "high": 1}),
        ("conduct.gossip.appetite", "appetite", {"zero": 0, "low": 0.1, "high": 0.9}),
        ("conduct.gossip.lasts", "lasts", {"low": 1, "high": 6}),
    ) for end, value in values.items()}  # fmt: skip
    path = town.with_name("alive.json")
    path.write_text(json.dumps(told), encoding="utf-8")
    scenario = read(path, allow_extensions=True)
    lived = []
    for luck in contract.LUCK:
        outcome = simulate(scenario, 3, luck, arms=[*told["arms"]])
        lived.append({arm: worlds.totals(outcome, arm) for arm in told["arms"]})
    for name in ("reach", "eye", "appetite", "lasts"):
        assert contract.moved(lived, f"{name}_low", f"{name}_high"), name
    assert not any(w["reach_zero"][f"{worlds.SCHEME}.second_look.looked"] for w in lived)
    assert not any(w["appetite_zero"]["gossip.talking"] for w in lived)
    small = {"block": 640, "threads": 2}
    assert simulate(scenario, 3, 1, arms=["full"]).digest == simulate(scenario, 3, 1, arms=["full"], **small).digest


# -- put into the folder of its kind


def asked(folder: Path, *arguments: str) -> Any:
    """What the command line says where the two files lie in the folders of their kinds, as JSON."""
    code = (
        "import sys\n"
        "from goodstanding.mechanisms import conduct, safeguards\n"
        "for package in (conduct, safeguards):\n"
        "    package.__path__.append(sys.argv[1] + '/' + package.__name__.split('.')[-1])\n"
        "from goodstanding.cli import main\n"
        "sys.exit(main(sys.argv[2:]))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder), *arguments], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    for kind, name in (("conduct", "gossip.py"), ("safeguards", "second_look.py")):
        (folder / kind).mkdir()
        (folder / kind / name).write_text(FILES[name], encoding="utf-8")
    return folder


def test_the_command_line_lists_and_explains_it(home: Path) -> None:
    assert asked(home, "list", "safeguards", "--json")["safeguards"]["second_look"].startswith("People are spared")
    assert "gossip" in asked(home, "list", "conduct", "--json")["conduct"]
    card = asked(home, "explain", "second_look", "--json")
    assert set(card["settings"]) == {"reach", "eye"} and "struck" in json.dumps(card["counts"])
    assert card["sources"] == ["ftc-2012"]
    setting = asked(home, "explain", "schemes.suining.safeguards.second_look.reach", "--json")
    assert setting["setting"] == "second_look.reach" and "a file here" in json.dumps(setting)


def test_the_schema_describes_it(home: Path) -> None:
    told = asked(home, "schema")
    text = json.dumps(told)
    assert "second_look" in text and "fresh entries that are looked at again" in text and "gossip" in text


def test_every_scenario_may_name_it(home: Path) -> None:
    plain = asked(home, "check", "suining-2010", "--json")
    more = asked(
        home, "check", "suining-2010", "--json", "--set", "schemes.suining.safeguards.second_look={reach: 0.5}"
    )
    assert more["parameters"] == plain["parameters"] + 2
    rows = asked(home, "explain", "suining-2010", "--json")["a month in full"]
    assert "gossip" in [row["mechanism"] for row in rows]
