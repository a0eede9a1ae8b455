"""Runs: the folder, its digest whoever did the work, and what happens when a file is touched."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from pyarrow import parquet
from small_run import build

from goodstanding import folder
from goodstanding.arm import bytes_a_person
from goodstanding.cli import main
from goodstanding.engine import Engine, bytes_needed
from goodstanding.errors import Integrity, InvalidInput, Resources
from goodstanding.runs import Run, alone, cards, chosen_arms, open_run, run
from goodstanding.scenario import read

Capture = pytest.CaptureFixture[str]
SMALL = {"people": 3000, "months": 6, "seeds": 3, "arms": ("none", "full")}


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run("suining-2010", out=tmp_path_factory.mktemp("runs"), processes=1, **SMALL)  # type: ignore[arg-type]


def test_digest_does_not_depend_on_who_worked(done: Run, tmp_path: Path) -> None:
    for processes, threads in ((2, 1), (3, 2)):
        other = run("suining-2010", out=tmp_path, processes=processes, threads=threads, **SMALL)  # type: ignore[arg-type]
        assert other.digest == done.digest
        assert other.measures().to_pylist() == done.measures().to_pylist()


def test_layout(done: Run) -> None:
    files = {p.relative_to(done.path).as_posix() for p in done.path.rglob("*") if p.is_file()}
    assert files == {*done.manifest["files"], "manifest.json"}
    assert {"scenario.resolved.yaml", "cards.json", "log.jsonl", "report.html", "ro-crate-metadata.json"} <= files
    assert sum(name.startswith("measures/") for name in files) == 3
    assert all(c.islower() or c.isdigit() or c in "._-" for c in done.path.name)
    assert "synthetic" in (done.path / "log.jsonl").read_text().splitlines()[0]
    crate = json.loads((done.path / "ro-crate-metadata.json").read_text())
    assert "@graph" in crate


def test_every_artefact_says_synthetic(done: Run) -> None:
    assert done.manifest["synthetic"] is True and done.cards["synthetic"] is True
    for part in (done.path / "measures").iterdir():
        assert b'"synthetic": true' in parquet.read_schema(part).metadata[b"goodstanding"]
    assert "synthetic" in (done.path / "report.html").read_text().lower()


def test_counts_and_denominators(done: Run) -> None:
    """Every measure has a card; denominators are adults, or the count that the card names."""
    table = done.measures().to_pylist()
    assert {row["measure"] for row in table} <= set(done.cards["measures"])
    assert {row["arm"] for row in table} == {"none", "full"}
    assert all(row["count"] >= 0 for row in table)
    held = [row for row in table if row["measure"] == "silence.held_tongue" and row["arm"] == "full"]
    would = [row for row in table if row["measure"] == "silence.would_speak" and row["arm"] == "full"]
    assert [row["denominator"] for row in held] == [row["count"] for row in would]
    assert sum(row["count"] for row in would) > 0


def test_a_changed_file_is_refused(done: Run, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(done.path, copy)
    part = next((copy / "measures").iterdir())
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    with pytest.raises(Integrity, match="not what the manifest says"):
        open_run(copy).measures()
    part.unlink()
    with pytest.raises(Integrity, match="the manifest names this file"):
        open_run(copy).measures()
    (copy / "manifest.json").write_text("{")
    with pytest.raises(Integrity):
        open_run(copy)


def test_a_scenario_edited_in_the_folder_is_refused_before_any_number(tmp_path: Path) -> None:
    """The page and the comparison print what the scenario says beside numbers that came of another one."""
    folder = build(tmp_path / "small")
    (folder / "scenario.resolved.yaml").write_text("scenario: small\ntitle: another\n", encoding="utf-8")
    for verb in ("compare", "report", "safeguards", "audit", "odd"):
        assert main([verb, str(folder)]) == 4, verb


def edited(folder: Path, **told: object) -> Path:
    """The run with other facts in its manifest; None takes one away."""
    kept = {**json.loads((folder / "manifest.json").read_text(encoding="utf-8")), **told}
    text = json.dumps({name: value for name, value in kept.items() if value is not None})
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    "told",
    [
        {"people": 99999}, {"people": -1}, {"people": True}, {"months": 7}, {"arms": []}, {"arms": ["none", "ghost"]},
        {"arms": ["none", "full", "full"]}, {"seeds": []}, {"seeds": [[11, 1]]}, {"seeds": [[11, 1], [11, 1]]},
        {"seeds": [[11, 1], [{}, 2]]}, {"digest": "0" * 64}, {"scenario_hash": "0" * 64}, {"synthetic": False},
        {"note": None}, {"extensions": ["x.py"]}, {"extensions": [["x.py", "0"]]}, {"extensions": [[{}, []]]},
        {"person_months": 1}, {"sets": -1}, {"files": {}}, {"files": {"cards.json": 3}}, {"later": 1},
    ],
    ids=str,
)  # fmt: skip
def test_an_edited_manifest_is_refused(told: dict[str, object], tmp_path: Path, capsys: Capture) -> None:
    """It was believed: runs of as many people, under as many seeds, as somebody had typed."""
    folder = edited(build(tmp_path / "small"), **told)
    for verb in ("report", "compare"):
        assert main([verb, str(folder)]) == 4, verb
        said = capsys.readouterr()
        assert said.out == "" and said.err.startswith(str(folder)) and said.err.count("\n") == 1


def test_a_run_of_a_later_version_names_both(tmp_path: Path, capsys: Capture) -> None:
    for told, code in ({"goodstanding": "9.9.9"}, 2), ({"goodstanding": "9.9.9", "later": 1}, 2), ({"format": 2}, 2):
        assert main(["report", str(edited(build(tmp_path / str(told)), **told))]) == code
        said = capsys.readouterr().err
        assert said.count("\n") == 1 and ("format 2" in said or "9.9.9; allowed is up to 0.1.0" in said)
    assert main(["report", str(edited(build(tmp_path / "earlier"), goodstanding="0.0.9"))]) == 0


@pytest.mark.parametrize("name", ["log.jsonl", "cards.json", "scenario.resolved.yaml", "ro-crate-metadata.json"])
@pytest.mark.parametrize("gone", [True, False])
def test_a_damaged_file_is_noticed_when_a_run_is_opened(done: Run, name: str, gone: bool, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(done.path, copy)
    assert open_run(copy).digest == done.digest
    if gone:
        (copy / name).unlink()
    else:
        (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    with pytest.raises(Integrity, match=name):
        open_run(copy)


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=r"no manifest\.json"):
        open_run(tmp_path)


def test_a_run_too_large_is_refused_before_it_begins(tmp_path: Path) -> None:
    with pytest.raises(Resources, match="GB of memory"):
        run("suining-2010", people=2_000_000_000, out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_memory_is_reckoned_from_declared_columns() -> None:
    """At most 45 bytes a person and arm for the ten mechanisms of the spine, society apart; the estimate follows.

    With everything at most 64, 6 for the months of each person that `ever` keeps, and 2 each for the clocks of
    `discovery` and `redress`.
    """
    spine = Path(__file__).parents[1] / "benchmarks" / "spine.yaml"
    first = ("sanctions", "silence", "unfounded")
    for name, arm, observe, most in ((spine, "with_appeal", first, 45), ("suining-2010", "all_safeguards", None, 74)):
        scenario = read(name, people=1000, months=1)
        engine = Engine(scenario, 0, 0, arms=["none", arm], observe=observe)
        for world in engine.worlds:
            held = sum(c.nbytes for c in world.state.values()) + world.board.nbytes
            assert held == bytes_a_person(world.all) * 1000 <= most * 1000
        assert bytes_needed(scenario, ["none", arm]) > bytes_needed(scenario, ["none"]) > 45 * 1000


@pytest.mark.parametrize("seeds", [0, [(1, 1), (1, 1)]])
def test_seeds_are_checked(seeds: object, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="seeds"):
        run("suining-2010", seeds=seeds, out=tmp_path)  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


def test_unknown_arm_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is no arm"):
        run("suining-2010", arms=["fool"], out=tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_is_laid_over_a_scenario_is_lived_beside_the_arms_that_are_named() -> None:
    """Catches --with dropped in silence beside --arms."""
    told = read("sesame-credit", people=1000, with_=["attacks/sybils"])
    assert chosen_arms(told, ["full"]) == ["none", "full", "sybils"]
    assert "sybils" not in chosen_arms(read("sesame-credit", people=1000), ["full"])


@pytest.mark.parametrize("name", ["suining-2010", "dragon-eye", "toeslagen"])
def test_every_label_of_a_run_can_be_read_alone(name: str) -> None:
    """Catches `of them, those the person knows of` in rows that stand far from what `them` is."""
    told = read(name)
    labels = {path: card["label"] for path, card in cards(told, list(told.arms))["measures"].items()}
    assert not [label for label in labels.values() if label.startswith(("of them", "of it"))]
    assert alone("of them, entries struck", "appeals decided") == "of appeals decided: entries struck"
    assert alone("of them who did harm, over 60", "adults, over 60") == "of adults, over 60: who did harm"
    assert alone("of it", "") == "of it" and alone("adults", "people") == "adults"


def test_a_file_is_whole_or_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut off between write and rename, the old content stands."""
    path = tmp_path / "manifest.json"
    folder.write(path, b"old")

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", cut)
    with pytest.raises(KeyboardInterrupt):
        folder.write(path, b"new and longer")
    assert path.read_bytes() == b"old"


def test_no_months_is_the_first_day(tmp_path: Path) -> None:
    nothing = run("suining-2010", people=1000, months=0, seeds=1, out=tmp_path)
    assert nothing.measures().num_rows == 0
