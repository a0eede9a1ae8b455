"""The command line: exit codes, one line a problem, quick where it must be, and the promised names of the package."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_run import build

import goodstanding
from goodstanding import cli, doctor, errors, mechanism
from goodstanding.cli import catalogue, workshop
from goodstanding.measures import measures

ROOT = Path(__file__).parents[1]
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run the command line here: exit code, stdout, stderr."""

    def ask(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(list(arguments))
        return (code, *capsys.readouterr())

    return ask


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return build(tmp_path / "small")


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    told = os.environ | {"PYTHONPATH": str(ROOT / "src")} | environment
    asked = [sys.executable, "-c", code, *arguments]
    return subprocess.run(asked, capture_output=True, text=True, errors="replace", env=told, check=False)


def test_the_face_of_the_package_is_what_we_promise() -> None:
    promised = """Attack Column Conduct Measure Observation Safeguard Sanction Scoring __version__ among attacks between
    conduct exactly explain helper kernel loguniform observation open_run pair read run safeguards sanctions scaled
    scenarios scoring setting start table uniform"""
    assert goodstanding.__all__ == promised.split()
    assert dir(goodstanding) == goodstanding.__all__
    for name in goodstanding.__all__:
        assert getattr(goodstanding, name) is not None
    assert issubclass(goodstanding.safeguards.Appeal, goodstanding.Safeguard)
    with pytest.raises(AttributeError, match="nonsense"):
        goodstanding.nonsense  # noqa: B018


def test_importing_the_package_imports_nothing_heavy() -> None:
    done = python("import goodstanding, sys; print(*({'numpy', 'numba', 'pyarrow', 'typer'} & {*sys.modules}))")
    assert done.stdout.strip() == ""


@pytest.mark.parametrize(
    "asked",
    [
        "--help",
        "check suining-2010",
        "list",
        "explain suining-2010",
        "explain appeal",
        "schema",
        "odd suining-2010 --card",
        "about",
    ],
)
def test_what_only_reads_never_imports_numba(asked: str) -> None:
    code = "import sys; from goodstanding.cli import main; code = main(sys.argv[1:])"
    code += "; print('numba' in sys.modules, file=sys.stderr); sys.exit(code)"
    done = python(code, *asked.split())
    assert (done.returncode, done.stderr.strip()) == (0, "False"), done.stderr


def test_help_is_quick() -> None:
    """0.3 s is the goal; processor time is measured, the best of five, so that a busy machine does not count."""

    def spent() -> float:
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return children.ru_utime + children.ru_stime

    best = 9.0
    for _ in range(5):
        before = spent()
        assert python("import sys; from goodstanding.cli import main; sys.exit(main(['--help']))").returncode == 0
        best = min(best, spent() - before)
    assert best < 0.3


def test_python_m_is_the_same() -> None:
    def words(*command: str) -> str:
        done = subprocess.run(
            [sys.executable, *command, "about"],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )
        return done.stdout

    assert words("-m", "goodstanding") == words("-c", "import sys; from goodstanding.cli import main; sys.exit(main())")


def test_about_prints_the_vision(say: Say) -> None:
    code, out, _ = say("about")
    assert code == 0
    assert out.count("\n10. ") == 1
    assert (ROOT / "VISION.md").read_text(encoding="utf-8").lstrip("# ").strip() in out


@pytest.mark.parametrize(
    "asked",
    ["rn", "run", "run x --people many", "check no-such-scenario", "list act", "explain appeel", "explain appeal.reech",
     "explain nonsense.unfounded",
     "explain appeal --society", "report nowhere", "compare nowhere", "plan nowhere", "new",
     "new safeguard", "--nonsense"],
)  # fmt: skip
def test_wrong_input_is_one_line_and_exit_2(say: Say, asked: str) -> None:
    code, out, err = say(*asked.split())
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("error", "code"),
    [(errors.InvalidInput("a", "b"), 2), (errors.Resources("a", "b"), 3), (errors.Integrity("a", "b"), 4)],
)  # fmt: skip
def test_errors_end_in_their_exit_code(say: Say, monkeypatch: pytest.MonkeyPatch, error: Exception, code: int) -> None:
    monkeypatch.setattr(catalogue, "shelves", _raises(error))
    assert say("list") == (code, "", "a\nb\n")


def test_ctrl_c_is_130(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "shelves", _raises(KeyboardInterrupt()))
    assert say("list")[0] == 130


def test_a_bug_is_one_line_that_says_where_the_traceback_is(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "shelves", _raises(ZeroDivisionError("nought")))
    code, out, err = say("list")
    assert (code, out, err.count("\n")) == (1, "", 1)
    kept = Path(err.strip().rsplit(" ", 1)[1])
    assert "ZeroDivisionError: nought" in kept.read_text(encoding="utf-8")
    kept.unlink()
    with pytest.raises(ZeroDivisionError):
        say("--debug", "list")


def _raises(error: BaseException) -> Callable[[], Any]:
    def raising() -> Any:
        raise error

    return raising


def test_compare_prints_the_headline(say: Say, folder: Path) -> None:
    code, out, err = say("compare", str(folder))
    assert (code, err) == (0, "")
    assert "In an invented county" in out
    assert "synthetic society" in out


def test_compare_as_json(say: Say, folder: Path) -> None:
    told = json.loads(say("compare", str(folder), "--arm", "ghost", "--json")[1])
    assert told["synthetic"] is True
    assert (told["arm"], told["against"]) == ("ghost", "none")


def test_two_runs_are_compared(say: Say, folder: Path, tmp_path: Path) -> None:
    other = build(tmp_path / "other")
    told = json.loads((other / "manifest.json").read_text(encoding="utf-8"))
    (other / "manifest.json").write_text(json.dumps({**told, "scenario": "milder"}), encoding="utf-8")
    code, out, err = say("compare", str(folder), str(other))
    assert (code, err) == (0, "")
    assert "full in A against full in B" in out and "What differs: scenario small in A, milder in B" in out
    told = json.loads(say("compare", str(folder), str(other), "--arm", "ghost", "--json")[1])
    assert (told["arm"], told["against"], told["other"]["scenario"]) == ("ghost", "ghost", "milder")


def test_runs_that_are_no_pair_are_exit_2(say: Say, folder: Path, tmp_path: Path) -> None:
    other = build(tmp_path / "other", seeds=[[11, 1]])
    code, out, err = say("compare", str(folder), str(other))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "seeds 11 1, 11 2 in A, 11 1 in B" in err
    assert say("compare", str(folder), str(folder), "--against", "none")[0] == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
@pytest.mark.parametrize("asked", ["list acts", "explain suining-2010 --json", "about"])
def test_a_full_output_is_one_line_and_exit_3(asked: str) -> None:
    code = "import sys; from goodstanding.cli import main; sys.exit(main(sys.argv[1:]))"
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-c", code, *asked.split()], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
        )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert done.stderr.startswith("stdout: ")


@pytest.mark.parametrize(
    "stream",
    [{"PYTHONIOENCODING": "ascii"}, {"PYTHONIOENCODING": "latin-1"},
     {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}],
)  # fmt: skip
def test_a_stream_without_all_signs_gets_the_nearest_ones(folder: Path, stream: dict[str, str]) -> None:
    """Tables bypassed what `echo` does, and the run that had just been lived was lost to a dash."""
    code = "import sys; from goodstanding.cli import main; sys.exit(main(sys.argv[1:]))"
    done = python(code, "compare", str(folder), **stream)
    assert (done.returncode, done.stderr) == (0, "")
    assert "full against none" in done.stdout and "In an invented county" in done.stdout
    assert "-24.9" in done.stdout, "a number lost its sign"
    told = json.loads(python(code, "compare", str(folder), "--json", **stream).stdout)
    assert "?" not in json.dumps(told["headline"])


def test_explaining_a_measure_says_what_it_cannot_say(say: Say) -> None:
    told = json.loads(say("explain", "unfounded", "--json")[1])
    assert {"definition", "unit", "direction", "objective", "cannot", "counts"} <= {*told}
    assert all({*row} == {"count", "label", "denominator"} for row in told["counts"])
    assert told == {**goodstanding.explain("unfounded"), "synthetic": True}
    for measure in measures():
        assert goodstanding.explain(measure)["measure"] == measure


def test_every_path_of_a_scenario_can_be_explained(say: Say) -> None:
    rows = json.loads(say("explain", "suining-2010", "--json")[1])["settings"]
    for row in rows:
        found = goodstanding.explain(row["path"])
        assert row["path"].split(".")[-1] in found["setting"] or f".{found['setting'].split('.')[-1]}." in row["path"]


def test_report_prints_where_it_is(say: Say, folder: Path) -> None:
    code, out, _ = say("report", str(folder))
    assert (code, out.strip()) == (0, str(folder / "report.html"))
    assert "Synthetic society" in (folder / "report.html").read_text(encoding="utf-8")


def test_a_changed_file_is_exit_4(say: Say, folder: Path) -> None:
    part = next((folder / "measures").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-1] + b"!")
    code, out, err = say("compare", str(folder))
    assert (code, out) == (4, "")
    assert part.name in err


@pytest.mark.parametrize("shelf", ["scenarios", "conduct", "safeguards", "measures", "acts"])
def test_list_as_json(say: Say, shelf: str) -> None:
    told = json.loads(say("list", shelf, "--json")[1])
    assert told["synthetic"] is True
    assert told[shelf]


@pytest.mark.parametrize(
    ("what", "part"),
    [("suining-2010", "a month in full"), ("appeal", "settings"), ("safeguards.appeal.capacity", "allowed"),
     ("schemes.suining.safeguards.appeal.capacity", "prior"), ("suining.appeal.filed", "label"),
     ("sanctions", "counts"), ("full", "sanctions bite"), ("salience", "0 to 255"), ("score", "scheme"),
     ("missed_loan_payment", "gravity"), ("society.people", "default"), ("society.ties", "clustered"),
     ("schemes.suining.sanctions.restrictions.domains", "names from"), ("months", "240"), ("safeguards", "holds"),
     ("safeguards/all", "proportionality_cap"),
     ("unfounded", "cannot"), ("suining.unfounded.shut_out", "definition")],
)  # fmt: skip
def test_explain_finds_scenarios_cards_settings_counts_and_acts(say: Say, what: str, part: str) -> None:
    code, out, err = say("explain", what)
    assert (code, err) == (0, "")
    assert part in out
    assert json.loads(say("explain", what, "--json")[1])["synthetic"] is True


def test_explain_prints_every_setting_of_a_scenario_with_its_source(say: Say) -> None:
    out = say("explain", "suining-2010")[1]
    rows = json.loads(say("explain", "suining-2010", "--json")[1])["settings"]
    assert len(rows) > 50
    for row in rows:
        lines = [line for line in out.splitlines() if f" {row['path']} " in line]
        assert any(row["mark"] in line and row["source"] in line for line in lines), row["path"]


def test_an_extension_that_no_arm_uses_is_named(say: Say, tmp_path: Path) -> None:
    (tmp_path / "idle_rule.py").write_text(
        """
from goodstanding import Safeguard, kernel


class IdleRule(Safeguard):
    "Nothing happens."

    touches = "sanctions"

    @kernel
    def idle(month):
        pass
"""
    )
    told = (ROOT / "scenarios" / "suining-2010.yaml").read_text(encoding="utf-8") + "\nextensions: [idle_rule.py]\n"
    (tmp_path / "other.yaml").write_text(told, encoding="utf-8")
    try:
        code, out, err = say("check", str(tmp_path / "other.yaml"), "--allow-extensions")
    finally:
        mechanism._seen["safeguards"].pop("idle_rule", None)
    assert (code, err) == (0, "idle_rule is loaded and used in no arm\n")
    assert "other is in order" in out


def test_about_without_its_text_is_a_plain_error(say: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(workshop, "__file__", str(tmp_path / "a" / "b" / "cli" / "workshop.py"))
    code, out, err = say("about")
    assert (code, out, err.count("\n")) == (4, "", 1)


def test_check_says_that_a_scenario_is_in_order(say: Say) -> None:
    assert "suining-2010 is in order" in say("check", "suining-2010")[1]


@pytest.mark.parametrize("asked", ["list", "explain suining-2010", "schema", "about", "list acts --json"])
def test_a_reader_that_has_had_enough_is_no_mistake(asked: str) -> None:
    code = "import sys; from goodstanding.cli import main; sys.exit(main(sys.argv[1:]))"
    told = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        [sys.executable, "-c", code, *asked.split()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=told
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert (process.stderr.read(), process.wait()) == (b"", 0)


def test_the_verbs_are_what_we_promise(say: Say) -> None:
    out = say("--help")[1]
    verbs = [line.split()[0] for line in out.partition("Commands:")[2].splitlines() if line.startswith("  ")]
    promised = "run list explain check plan compare safeguards outcomes attribute life report audit odd schema new"
    assert " ".join(verbs[: verbs.index("SCENARIO")]) == f"{promised} about doctor"
    assert "..." not in out.partition("Commands:")[2]


def test_quiet_says_only_what_was_found(say: Say, folder: Path) -> None:
    assert say("check", "suining-2010", "--quiet") == (0, "", "")
    code, out, err = say("compare", str(folder), "--quiet")
    assert (code, err) == (0, "") and out.startswith("In an invented county")
    assert out == goodstanding.open_run(folder).compare().headline() + "\n"


def test_explain_takes_changes(say: Say) -> None:
    code, out, _ = say("explain", "suining-2010", "--set", "months=7", "--json")
    assert (code, json.loads(out)["months"]) == (0, 7)


@pytest.mark.slow
def test_doctor_finds_this_installation_in_order(say: Say) -> None:
    code, out, err = say("doctor", "--json")
    told = json.loads(out)
    assert (code, err, told["exit_code"], told["synthetic"]) == (0, "", 0, True)
    states = {check["what"]: check["state"] for check in told["checks"]}
    assert {"Python", "packages", "machine", "memory", "disk", "cache", "plugins", "output", "luck"} <= {*states}
    assert (states["luck"], states["digest"]) == ("ok", "ok")
    assert all(check["do"] for check in told["checks"] if check["state"] != "ok")
    assert all(line.startswith(("warn", "fail")) for line in say("doctor", "--quiet")[1].splitlines())


@pytest.mark.parametrize(
    ("checks", "code"),
    [([("ok", 3)], 0), ([("warn", 3)], 0), ([("fail", 3), ("ok", 4)], 3), ([("fail", 3), ("fail", 4)], 4)],
)
def test_the_doctor_s_verdict(checks: list[tuple[str, int]], code: int) -> None:
    assert doctor.verdict([doctor.Check("this", state, "that", "do", exits) for state, exits in checks]) == code


def test_a_known_answer_that_fails_is_exit_4(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "PHILOX", (((0, 0, 0, 0), (0, 0), 1),))
    monkeypatch.setattr(doctor, "_digest", lambda: iter(()))
    code, out, _ = say("doctor", "--quiet")
    assert code == 4 and "fail  luck" in out


@pytest.mark.parametrize(
    ("there", "bounds", "inside"),
    [("6.3.0", ">=5.5,<7", True), ("7.0", ">=5.5,<7", False), ("2.4.6", ">=2.3", True), ("2.2", ">=2.3", False),
     ("0.18.10", ">=0.18", True), ("20", ">=20", True), ("1.4", "<3,>=1.4", True)],
)  # fmt: skip
def test_versions_are_held_against_what_is_required(there: str, bounds: str, inside: bool) -> None:
    assert doctor._within(there, bounds) is inside


def test_schema_is_a_json_schema(say: Say) -> None:
    assert json.loads(say("schema")[1])["$schema"].startswith("https://json-schema.org/draft/2020-12")


def test_no_color_is_respected() -> None:
    done = python("from goodstanding.cli import main; main(['list', 'acts'])", NO_COLOR="1")
    assert "\x1b[3" not in done.stdout


@pytest.mark.slow
def test_run_prints_one_json_object(say: Say, tmp_path: Path) -> None:
    code, out, err = say(
        "run",
        "suining-2010",
        "--people",
        "2000",
        "--months",
        "3",
        "--seeds",
        "2",
        "--processes",
        "1",
        "--out",
        str(tmp_path),
        "--json",
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    assert {"run", "digest", "headline", "seconds", "person_months"} <= {*told}
    assert told["synthetic"] is True
    assert Path(told["report"]).exists()
    kept = json.loads((Path(told["run"]) / "manifest.json").read_text(encoding="utf-8"))
    assert kept["command"].startswith("goodstanding run suining-2010 --people 2000")
