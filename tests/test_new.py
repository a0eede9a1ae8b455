"""`goodstanding new`: whatever it writes keeps the contract as it is, is alive, and a run uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import test_contract as contract
import worlds

from goodstanding import measures, mechanism, open_run, skeleton
from goodstanding.card import Setting
from goodstanding.cli import main
from goodstanding.engine import simulate
from goodstanding.errors import InvalidInput
from goodstanding.kernels import EXTENSION
from goodstanding.scenario import Scenario, read

ROOT = Path(__file__).parents[1]
LIBRARY = ROOT / "scenarios" / "suining-2010.yaml"
BESIDE = [kind for kind in skeleton.KINDS if kind != "measure"]
TOWNS = {kind: "replaced" if kind in skeleton.ALONE else "added" for kind in BESIDE}
"""Skeletons that do by themselves what a mechanism of the package does live in a town without that one."""


@pytest.fixture(autouse=True, scope="module")
def forgotten() -> Iterator[None]:
    with worlds.restored():
        yield
    for name in [name for name in sys.modules if name.startswith(EXTENSION)]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file of each kind."""
    folder = tmp_path_factory.mktemp("new")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for kind in skeleton.KINDS:
            assert main(["new", kind, f"my_{kind}", "--quiet"]) == 0
    return folder


@pytest.fixture(scope="module")
def towns(home: Path) -> dict[str, Scenario]:
    """The stress world with the new mechanisms, and two arms for each of their settings."""
    found = {}
    for town in set(TOWNS.values()):
        kinds = [kind for kind in BESIDE if TOWNS[kind] == town]
        changes: dict[str, Any] = {place(kind): {} for kind in kinds}
        changes |= {f"{folder_of(k)}.{skeleton.ALONE[k]}": "off" for k in kinds if k in skeleton.ALONE}
        told = worlds.tree(changes={"society.people": 2000, "months": 12, **changes})
        path = home / f"{town}.json"
        told["extensions"] = [f"my_{kind}.py" for kind in kinds]
        path.write_text(json.dumps(told), encoding="utf-8")
        known = read(path, allow_extensions=True)
        told["arms"] = {
            f"{end}_{kind}_{name}": {f"{place(kind)}.{name}": value}
            for kind in kinds
            for name, declared in the_class(kind).settings.items()
            for end, value in zip(("low", "high"), ends(declared), strict=True)
        }
        path.write_text(json.dumps(told), encoding="utf-8")
        assert known.months == 12
        found[town] = read(path, allow_extensions=True)
    return found


def folder_of(kind: str) -> str:
    return "conduct" if kind == "conduct" else f"schemes.{worlds.SCHEME}.{skeleton.KINDS[kind]}"


def place(kind: str) -> str:
    return f"{folder_of(kind)}.my_{kind}"


def the_class(kind: str) -> type[mechanism.Mechanism]:
    return mechanism.catalogue()[skeleton.KINDS[kind]][f"my_{kind}"]


def ends(declared: Setting) -> tuple[Any, Any]:
    """Low and high: the ends of the prior, a table with all its rows scaled, or a table whose last class moves."""
    prior, now = declared.prior, declared.default
    if prior.kind == "among":
        return prior.values[0], prior.values[-1]
    if prior.kind == "scaled":
        return {row: int(cell * prior.low) for row, cell in now.items()}, {row: cell * 2 for row, cell in now.items()}
    if prior.kind == "exactly":
        return dict(now), {row: max(declared.low, cell * 2) for row, cell in now.items()}
    kind = int if declared.kind == "int" else float
    return kind(prior.low), kind(prior.high)


@pytest.mark.parametrize("kind", BESIDE)
def test_it_keeps_the_contract(kind: str, towns: dict[str, Scenario]) -> None:
    cls = the_class(kind)
    contract.check_card(cls)
    contract.check_names(cls)
    for declared in cls.settings.values():
        contract.check_setting(declared)
        contract.check_refusals(cls, declared)


@pytest.mark.slow
@pytest.mark.parametrize("town", ["added", "replaced"])
def test_it_changes_what_it_declares(town: str, towns: dict[str, Scenario], monkeypatch: pytest.MonkeyPatch) -> None:
    changed = contract.watched_month(monkeypatch, towns[town], 8)
    for kind in BESIDE:
        if TOWNS[kind] == town:
            contract.check_changes(the_class(kind), changed)


@pytest.mark.slow
@pytest.mark.parametrize("town", ["added", "replaced"])
def test_each_setting_moves_a_count(town: str, towns: dict[str, Scenario]) -> None:
    scenario = towns[town]
    outcome = simulate(scenario, 3, 3, arms=[arm for arm in scenario.arms if arm not in ("ghost", "aware")])
    full = worlds.totals(outcome, "full")
    for kind in BESIDE:
        if TOWNS[kind] != town:
            continue
        for count in the_class(kind).counts:
            assert next(n for name, n in full.items() if name.endswith(f"my_{kind}.{count}")) > 0, count
        for name in the_class(kind).settings:
            low, high = (worlds.totals(outcome, f"{end}_{kind}_{name}") for end in ("low", "high"))
            assert low != high, f"{kind}: {name} moves nothing"


@pytest.mark.slow
def test_the_lines_it_prints_are_those_a_run_uses(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is put into the library's scenario as it was printed, and checked; then all of them are run at once."""
    monkeypatch.chdir(home)
    text, arms, names = LIBRARY.read_text(encoding="utf-8"), "", [f"other_{kind}" for kind in BESIDE]
    assert text.count("\narms:\n") == 1
    asked = ["--allow-extensions", "--people", "1000", "--months", "3"]
    for kind, name in zip(BESIDE, names, strict=True):
        assert main(["new", kind, name]) == 0
        lines = skeleton.lines(kind, name)
        assert lines in capsys.readouterr().out
        Path("mine.yaml").write_text(text.replace("\narms:\n", f"\n{lines}\n"), encoding="utf-8")
        assert main(["check", "mine.yaml", *asked, "--quiet"]) == 0
        assert capsys.readouterr() == ("", "")
        arms += lines.partition("arms:\n")[2] + "\n"
    files = ", ".join(f"{name}.py" for name in names)
    told = text.replace("\narms:\n", f"\nextensions: [{files}]\narms:\n{arms}")
    Path("mine.yaml").write_text(told, encoding="utf-8")
    lived = ",".join(["none", *(f"with_{name}" for name in names)])
    assert main(["run", "mine.yaml", *asked, "--seeds", "1", "--no-report", "--json", "--arms", lived]) == 0
    table = open_run(json.loads(capsys.readouterr().out)["run"]).measures().to_pylist()
    for name in names:
        assert any(f"{name}." in row["measure"] for row in table if row["arm"] == f"with_{name}"), name


@pytest.mark.slow
def test_a_measure_looks_on_where_a_scenario_names_its_file_and_nowhere_else(home: Path) -> None:
    told = {**worlds.tree(changes={"society.people": 1000, "months": 6}), "extensions": ["my_measure.py"]}
    path = home / "measured.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    named, plain = read(path, allow_extensions=True), worlds.read({k: v for k, v in told.items() if k != "extensions"})
    cls = measures.measures(["my_measure.py"])["my_measure"]
    contract.check_card(cls)
    contract.check_names(cls)
    contract.check_measure(cls)
    with_it, without = (simulate(scenario, 3, 3, arms=["full"]) for scenario in (named, plain))
    found = worlds.totals(with_it, "full")
    assert found["my_measure.hard_up"] > found["my_measure.hard_up_and_barred"] > 0
    assert with_it.digest == without.digest
    assert not any(name.startswith("my_measure.") for name in without.names["full"])


@pytest.mark.parametrize(
    ("kind", "name", "said"),
    [("safegard", "mine", "did you mean 'safeguard'"), ("sanctions", "mine", "did you mean 'sanction'"),
     ("safeguard", "SecondLook", "did you mean 'second_look'"), ("attack", "2nd", "cannot be used"),
     ("attack", "class", "cannot be used"), ("conduct", "x" * 28, "at most 27"),
     ("safeguard", "appeal", "taken already"),
     ("measure", "sanctions", "taken already"), ("conduct", "salience", "taken already"),
     ("safeguard", "print", "a word of Python"), ("safeguard", "random", "a module of Python"),
     ("safeguard", "numba", "a module of Python"), ("safeguard", "none", "arms or scenarios"),
     ("safeguard", "people", "a word of kernels"), ("safeguard", "match", "cannot be used"),
     ("safeguard", "ümlaut", "cannot be used"),
     ("conduct", "../mine", "cannot be used"), ("conduct", "\u202emine", "cannot be used")],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(
    kind: str, name: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["new", kind, name]) == 2
    told = capsys.readouterr()
    assert said in told.err and told.err.count("\n") == 1 and "\u202e" not in told.err
    assert not told.out and not list(tmp_path.iterdir())


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    path = skeleton.write("conduct", "mine", tmp_path)
    path.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="is there already"):
        skeleton.write("conduct", "mine", tmp_path)
    assert path.read_text(encoding="utf-8") == "# mine\n"


@pytest.mark.parametrize("kind", skeleton.KINDS)
def test_it_is_written_as_we_write(kind: str, tmp_path: Path) -> None:
    """Formatted and without a lint; kernels need no docstring."""
    path = skeleton.write(kind, f"plain_{kind}", tmp_path)
    for asked in (["format", "--check"], ["check", "--ignore", "D102"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *asked, "--config", str(ROOT / "pyproject.toml"), str(path)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
