"""The description of a scenario: everything in it is named, nothing is left open, and it is the same everywhere."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import worlds
from small_run import build

import goodstanding
from goodstanding import cli, luck
from goodstanding.acts import ACTS
from goodstanding.binding import month
from goodstanding.comparison import parameters
from goodstanding.measures import measures
from goodstanding.odd import submodels
from goodstanding.odd.elements import ELEMENTS
from goodstanding.odd.sources import constants, helpers, lines
from goodstanding.runs import cards, open_run
from goodstanding.scenario import Scenario, library, read, rows
from goodstanding.world import COLUMNS, ENTRY

SOURCE = Path(goodstanding.__file__).parents[1]
SLOTS = re.compile(r"\{\{|\}\}|\bTODO\b|\bNone\b(?! \w)|\bnan\b|<function|<class|object at 0x|\| +\|")


@pytest.fixture(scope="module")
def suining() -> Scenario:
    return read("suining-2010")


@pytest.fixture(scope="module")
def text(suining: Scenario) -> str:
    return suining.odd().text()


def outside_code(text: str) -> str:
    return re.sub(r"```python\n.*?```", "", text, flags=re.DOTALL)


def code_in(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)


def test_the_seven_elements_stand_in_their_order(text: str) -> None:
    headings = re.findall(r"^## (.*)$", text, flags=re.MULTILINE)
    assert headings == list(ELEMENTS) and [h.split(".")[0] for h in headings] == list("1234567")


def test_every_parameter_with_its_value_and_where_it_comes_from(suining: Scenario, text: str) -> None:
    found = rows(suining)
    assert len(found) > 150
    for row in found:
        line = next((li for li in text.splitlines() if li.startswith(f"| `{row['path']}` |")), None)
        assert line is not None, row["path"]
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        assert cells[1] == submodels.value(row["value"]).replace("|", "\\|"), row["path"]
        assert row["mark"] in cells and row["source"] in cells, row["path"]


def test_values_have_all_their_digits() -> None:
    assert submodels.value({"a": 0.123456789, "b": [1, True], "c": "x"}) == "a: 0.123456789, b: [1, true], c: x"


def test_every_mechanism_of_every_arm_in_the_order_of_the_month(suining: Scenario, text: str) -> None:
    places = []
    for step, arms in submodels.in_order(suining):
        places.append(text.index(f"### {step.path}\n"))
        assert arms and step.rule.summary() in text
        for kernel in step.rule.kernels:
            assert lines(kernel) in text, f"{step.path}.{kernel.__name__}"
    assert places == sorted(places)
    order = [text.index(f"| {row['step']} | {row['slot']} | {row['mechanism']} | `{row['kernel']}` |")
             for row in month(suining)]  # fmt: skip
    assert order == sorted(order)


def test_every_column_with_its_width_every_act_and_every_measure(text: str) -> None:
    for name, column in COLUMNS.items():
        assert f"| `{name}` | {column.dtype} |" in text, name
    for name, width in ENTRY.items():
        assert f"| `entry_{name}` | {width} |" in text, name
    for act in ACTS:
        assert f"| `{act.key}` | {act.label} |" in text, act.key
    for key, cls in measures().items():
        assert f"{key}\n" in text
        assert all(f"- {count}: {label}" in text for count, label in cls.counts.items()), key


@pytest.mark.parametrize("name", library())
def test_nothing_is_left_open(name: str) -> None:
    text = read(name).odd().text()
    found = SLOTS.search(outside_code(text).replace("None. No series", ""))
    assert found is None, text[found.start() - 80 : found.end() + 80]


def test_every_line_that_is_told_can_be_read(suining: Scenario, text: str) -> None:
    """What stands as code is code, and asks for no helper and no constant that is not told as well."""
    told = [ast.parse(block) for block in code_in(text)]
    assert len(told) > 100
    nodes = [node for block in told for node in ast.walk(block)]
    asked = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    made = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made |= {node.name for node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    rules = [f for step, _ in submodels.in_order(suining) for f in step.rule.kernels]
    rules += [f for cls in measures().values() for f in cls.kernels]
    needed = {h.__name__ for h in helpers(rules)} | {name for name in asked if name.isupper()}
    assert len(needed) > 60
    assert needed - made == {"ACTS", "COLUMNS"}  # which have tables of their own


def test_a_rule_told_by_its_lines_does_what_it_does() -> None:
    """What stands in the text, run as it stands there, gives the same draws: the published numbers of Philox."""
    functions = (luck.turn, luck.philox)
    told = "\n".join([
        "import numpy as np", "from typing import Any",
        *(f"{name} = np.uint64({value})" if value.isdigit() else f"{name} = tuple(map(np.uint64, {value}))"
          for name, value in constants(functions).items()),
        *map(lines, functions),
    ])  # fmt: skip
    here: dict = {}
    exec(compile(told, "odd", "exec"), here)
    with np.errstate(over="ignore"):
        found = here["philox"](*(np.uint64(0),) * 6)
    assert [f"{int(word):08x}" for word in found] == ["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]


def test_it_changes_with_the_scenario(suining: Scenario, text: str) -> None:
    other = read("suining-2010", set=["schemes.suining.observation.agencies.coverage=0.1234"]).odd().text()
    changed = {*other.splitlines()} - {*text.splitlines()}
    assert any("0.1234" in line for line in changed) and len(changed) < 10
    assert read("suining-2010", people=777_000).odd().text() != text
    assert "plain-fines" in read("plain-fines").odd().text()
    graph = read("suining-2010", set=["ties.graph=small_world"]).odd().text()
    assert "The stored graph" in graph and "The stored graph" not in text


def test_a_scenario_without_a_scheme_is_told_too() -> None:
    told = worlds.read({**worlds.tree(), "schemes": {}}).odd()
    assert not SLOTS.search(outside_code(told.text()).replace("None. No series", ""))


def test_it_is_the_same_text_on_any_machine(suining: Scenario, text: str) -> None:
    code = (
        "import sys; from goodstanding.scenario import read; sys.stdout.reconfigure(encoding='utf-8')\n"
        "told = read('suining-2010').odd(); print(told.text() + told.card()); print('numba' in sys.modules)"
    )
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "UTC")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C", "PYTHONPATH": str(SOURCE)}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=environment, cwd="/")
        assert done.stdout.decode() == f"{text + suining.odd().card()}\nFalse\n"
    assert str(SOURCE) not in text


# -- the card


def test_the_card_fits_a_page_and_says_what_it_must(suining: Scenario) -> None:
    card = suining.odd().card()
    assert len(card.splitlines()) < 70
    for said in ("What", "For whom", "Not for", "What it cannot show", "Parameters", "Seeds", "Digest", "Version"):
        assert f"**{said}" in card
    assert suining.hash in card and re.search(r"\d+ % are assumptions", card) and "It is no forecast" in card
    assert "](" not in card and suining.odd()._repr_markdown_() == card


def test_the_card_of_a_run_names_its_seeds_and_its_digest(tmp_path: Path) -> None:
    run = open_run(build(tmp_path / "small"))
    card = run.odd().card()
    assert run.digest in card and "11, 1; 11, 2" in card and "assumptions not varied" in card


# -- the command


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def ask(*arguments: str) -> tuple[int, str, str]:
        return (cli.main(list(arguments)), *capsys.readouterr())

    return ask


@pytest.mark.parametrize("name", ["suining-2010", "dragon-eye"])
def test_every_verb_counts_the_same_parameters(say: Say, name: str) -> None:
    """Catches a second definition of what a parameter is: one total for `check`, `explain`, the card and a run."""
    told = parameters(cards(read(name), ["none", "full"]))
    total, assumed = sum(told.values()), told["assumed"]
    assert f" {total} parameters of which {assumed} assumed" in say("check", name)[1]
    assert f" {total}, of which {assumed} assumed" in say("explain", name)[1]
    assert (
        f"{total}, of which {round(100 * assumed / total)} % are assumptions: {assumed} "
        in say("odd", name, "--card")[1]
    )


def test_the_command(say: Say, text: str, tmp_path: Path) -> None:
    assert say("odd", "suining-2010") == (0, text + "\n", "")
    code, out, _ = say("odd", "suining-2010", "--card")
    assert code == 0 and out.startswith("# Simulation card")
    code, out, _ = say("odd", "suining-2010", "--json")
    told = json.loads(out)
    assert code == 0 and told["synthetic"] and list(told["elements"]) == list(ELEMENTS) and told["parameters"]
    assert {row["column"] for row in told["columns"]} >= {*COLUMNS}
    folder = str(build(tmp_path / "small"))
    assert say("odd", folder, "--card")[0] == 0
    for asked, part in (
        (["odd", "suining-2011"], "did you mean 'suining-2010'"),
        (["odd", folder, "--months", "3"], "a run stays as it was"),
        (["odd", str(tmp_path)], "no manifest.json here"),
    ):
        code, out, err = say(*asked)
        assert (code, out, err.count("\n")) == (2, "", 1) and part in err
