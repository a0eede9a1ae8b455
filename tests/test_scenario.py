"""The scenario reader: everything wrong is told at once, in one line each; everything right comes back unchanged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from goodstanding import mechanism
from goodstanding.card import Setting
from goodstanding.errors import GoodstandingError, InvalidInput
from goodstanding.mechanism import catalogue, standing
from goodstanding.reader import MOST_BYTES, MOST_NODES, MOST_PROBLEMS, NO_PERSONS
from goodstanding.scenario import NESTED, Scenario, library, read, rows, schema
from goodstanding.society import Society

BAD = Path(__file__).parent / "bad_scenarios"
EXPECTED = {line.split(":", 1)[0]: line for line in (BAD / "expected.txt").read_text().splitlines()}
RIGHT = ("allowed", "write ", "must sum to 1", "a cell has at least 50", "groups are letters", NO_PERSONS)
NOT_LINES = [*map(chr, range(32)), "\x7f", "\u2028", "\u2029", "\u202e", "\u2066"]

MINIMAL = """\
schemes:
  points:
    scoring:
      ledger: {points: {red_light: -10}, classes: {A: 900, B: 0}}
    sanctions:
      restrictions: {domains: {B: [licence]}}
arms:
  with_appeal: {schemes.points.safeguards.appeal: {delay: 2}}
"""


def write(folder: Path, text: str | bytes, name: str = "try-out.yaml") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def faults(folder: Path, text: str | bytes, name: str = "try-out.yaml", **options: Any) -> list[str]:
    with pytest.raises(InvalidInput) as caught:
        read(write(folder, text, name), **options)
    return [line.replace(f"{folder}/", "") for line in caught.value.problems]


# -- what is wrong


@pytest.mark.parametrize("file", sorted(p.name for p in BAD.iterdir() if p.name != "expected.txt"))
def test_bad_file_is_told_in_one_line(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BAD)
    start = time.process_time()
    with pytest.raises(InvalidInput) as caught:
        read(file)
    assert time.process_time() - start < 30  # what is not refused in time takes minutes; speed itself is benchmarked
    assert caught.value.exit_code == 2
    first, *_ = caught.value.problems
    assert first.startswith(EXPECTED[file])
    for line in caught.value.problems:
        assert line.startswith(f"{file}:")
        assert any(right in line for right in RIGHT)
        assert not any(character in line for character in NOT_LINES)


def test_corpus_is_large_and_complete() -> None:
    files = {p.name for p in BAD.iterdir()} - {"expected.txt"}
    assert files == set(EXPECTED)
    assert len(files) >= 60


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title: " + "[" * 20_000, "nesting > 32"),
        ("b: {" + "<<: *a, " * 20_000 + "}", "an alias"),
        ("title: [" + "1," * (MOST_NODES + 9) + "]", f"more than {MOST_NODES} values"),
        ("months: " + "9" * 200_000, "a number of 200000 digits"),
        ("months: 0." + "9" * 200_000 + "e", "is not a number"),
        ("x" * 10_000_000, f"more than {MOST_BYTES} bytes"),
        ("title: '" + "x " * (MOST_BYTES // 2 - 8) + "'", "characters are too many"),
        ("#" * MOST_BYTES, "empty"),
        ("\n" * MOST_BYTES, "empty"),
        ("x: " * 50_000, "not YAML"),
    ],
    ids=range(10),
)
def test_bombs_do_not_go_off(tmp_path: Path, text: str, told: str) -> None:
    start = time.process_time()
    assert any(told in line for line in faults(tmp_path, text))
    assert time.process_time() - start < 30  # what is not refused in time takes minutes; speed itself is benchmarked


def test_only_plain_files_are_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    (tmp_path / "folder.yaml").mkdir()
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("opened"))
    for name, what in (
        ("pipe", "special file"),
        ("zero", "special file"),
        ("folder", "folder"),
        ("none", "no such file"),
    ):
        with pytest.raises(InvalidInput, match=what):
            read(tmp_path / f"{name}.yaml")


def test_all_mistakes_at_once_by_line(tmp_path: Path) -> None:
    text = "months: 500\nsociety: {men: 2, poeple: 3}\nties: {friends: many}\narms: {full: {}}\n"
    told = faults(tmp_path, text)
    assert [line.split(": ")[1] for line in told] == [
        "months", "society.men", "society.poeple", "ties.friends", "arms.full",
    ]  # fmt: skip
    assert [int(line.split(":")[1]) for line in told] == [1, 2, 2, 3, 4]


def test_at_most_twenty_are_told(tmp_path: Path) -> None:
    told = faults(tmp_path, "".join(f"wrong{n}: 1\n" for n in range(30)))
    assert len(told) == MOST_PROBLEMS + 1
    assert told[-1] == "and 10 more"


def test_file_names_are_escaped(tmp_path: Path) -> None:
    told = faults(tmp_path, "months: x", "\x1b[31m\u202e.yaml")
    assert all("\\u001b[31m\\u202e.yaml" in line and line.isprintable() for line in told)


def test_single_typos_are_understood(tmp_path: Path) -> None:
    """A missing, a doubled, a swapped letter in every key of the society: at least 95 % get the right name back."""
    hits = tries = 0
    for key in (key for key in Society.settings if len(key) > 3):
        for at in range(1, len(key) - 1):
            for typo in (key[:at] + key[at + 1 :], key[:at] + key[at] + key[at:], key[:at] + "q" + key[at + 1 :]):
                if typo not in Society.settings:
                    tries += 1
                    hits += f"did you mean '{key}'?" in faults(tmp_path, f"society: {{{typo}: 1}}")[0]
    assert tries > 300
    assert hits >= 0.95 * tries


def test_wrong_file_is_quick_and_light(tmp_path: Path) -> None:
    path = write(tmp_path, "months: 500")
    code = (
        "import resource, sys, time\n"
        "from goodstanding.scenario import read\n"
        "try: read(sys.argv[1])\n"
        "except Exception as e: print(e.exit_code)\n"
        "print(*[m for m in ('numba', 'pyarrow', 'pandas', 'duckdb', 'altair') if m in sys.modules], 'none')\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 200_000, time.process_time() < 30)\n"
    )
    # through a shell that stays: a process begins with the peak of the one that starts it, here all of this test run
    call = ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", code, str(path)]
    told = subprocess.run(call, capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["2", "none", "True", "True"]
    assert list(tmp_path.iterdir()) == [path]


def test_library_names_are_told() -> None:
    with pytest.raises(InvalidInput, match="did you mean 'suining-2010'"):
        read("suning-2010")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_ends_in_plain_lines(tmp_path: Path, data: st.DataObject) -> None:
    """A right file, with a few characters put in, taken out or replaced: accepted, or refused in plain lines."""
    text = MINIMAL
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(st.text(max_size=3) | st.sampled_from(list("{}[]:,-&*!|>'\"%@`#?\n\t 01.e~<")))\
            + text[at + data.draw(st.integers(0, 3)) :]  # fmt: skip
    try:
        read(write(tmp_path, text.encode("utf-8", "surrogatepass")))
    except GoodstandingError as error:
        refused = error
    else:
        return
    assert refused.exit_code == 2
    assert not any(character in line for line in refused.problems for character in NOT_LINES)


# -- what is right


def twin(value: Any) -> Any:
    """The same mapping with its keys the other way round, but for classes, whose order says something."""
    if not isinstance(value, dict):
        return value
    items = [(key, value[key] if key == "classes" else twin(value[key])) for key in value]
    return dict(reversed(items))


def same(one: Scenario, other: Scenario) -> None:
    assert other.tree == one.tree
    assert other.hash == one.hash
    assert other.provenance == one.provenance
    assert other.name == one.name


@pytest.mark.parametrize("name", [*library(), "minimal"])
def test_round_trip(name: str, tmp_path: Path) -> None:
    one = read(write(tmp_path, MINIMAL)) if name == "minimal" else read(name)
    same(one, read(write(tmp_path, one.yaml(), "scenario.resolved.yaml")))
    told = YAML(typ="safe", pure=True).load(one.yaml())
    same(one, read(write(tmp_path, json.dumps(told, indent="\t"), "scenario.json")))
    same(one, read(write(tmp_path, json.dumps(twin(told)), "scenario.json")))
    assert not list(Draft202012Validator(schema()).iter_errors(told))


def cells(declared: Setting) -> st.SearchStrategy[Any]:
    """Values that a setting accepts, within what the society's own rules leave free."""
    if declared.among:
        names = st.sampled_from(declared.among)
        return st.lists(names, max_size=3, unique=True) if declared.keys else names
    if declared.kind == "flag":
        return st.booleans()
    low, high = max(declared.low, -1e6), min(declared.high, 1e6)
    return st.integers(int(low), int(high)) if declared.kind == "int" else st.floats(low, high)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_generated_scenarios_come_back(tmp_path: Path, data: st.DataObject) -> None:
    def card(cls: Any) -> dict[str, Any]:
        free = {name: s for name, s in cls.settings.items() if not s.keys}
        chosen = data.draw(st.sets(st.sampled_from(sorted(free)), max_size=4)) if free else ()
        return {name: data.draw(cells(free[name])) for name in sorted(chosen)}

    scheme: dict[str, Any] = {}
    for folder in ("observation", "scoring", "sanctions", "safeguards"):
        scheme[folder] = {key: card(cls) for key, cls in catalogue()[folder].items() if data.draw(st.booleans())}
    scheme["scoring"]["ledger"] = {"classes": {"A": data.draw(st.integers(1, 900)), "D": 0}}
    told = {
        "title": data.draw(
            st.text(st.characters(exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Cn", "Co")), max_size=60)
        ),
        "months": data.draw(st.integers(0, 240)),
        "society": {"people": data.draw(st.integers(1000, 10**6))},
        "conduct": {key: card(cls) for key, cls in catalogue()["conduct"].items()},
        "schemes": {"one": scheme},
        "arms": {"without_ledger": {"schemes.one.scoring.ledger": "off"}} if not scheme["sanctions"] else {},
    }
    try:
        one = read(write(tmp_path, json.dumps(told)))
    except InvalidInput as error:
        refused = error.problems
    else:
        same(one, read(write(tmp_path, one.yaml())))
        same(one, read(write(tmp_path, json.dumps(twin(told)))))
        return
    # cards may bind their settings to each other; whatever they say has a place in the file
    assert all(line.startswith(f"{tmp_path}/try-out.yaml:1:") for line in refused)


def test_defaults_are_written_out_with_provenance(tmp_path: Path) -> None:
    scenario = read(write(tmp_path, MINIMAL))
    told = {row["path"]: row for row in rows(scenario)}
    for row in told.values():
        assert row["mark"]
        assert row["source"]
        assert row["help"]
        assert row["unit"]
        assert row["because"] or row["mark"] in ("documented", "reported", "recalled")
    assert told["months"]["given"] is False
    points = told["schemes.points.scoring.ledger.points"]
    assert points["value"] == {"red_light": -10}
    assert (points["source"], points["because"]) == ("assumed", "set in this scenario without a source")
    assert told["arms.with_appeal.schemes.points.safeguards.appeal.delay"]["value"] == 2
    assert set(scenario.tree["conduct"]) == set(standing("conduct", of_scheme=False, known=catalogue()))
    assert json.loads(json.dumps(rows(scenario), allow_nan=False)) == rows(scenario)


def test_provenance_beside_a_value(tmp_path: Path) -> None:
    node = "{value: 0.5, source: census-2010, mark: recalled, because: from memory, prior: [0.49, 0.52]}"
    scenario = read(write(tmp_path, f"society: {{men: {node}}}"))
    told = scenario.provenance["society.men"]
    assert (told.mark, told.source, told.because, told.given) == ("recalled", "census-2010", "from memory", True)
    assert next(r for r in rows(scenario) if r["path"] == "society.men")["prior"] == "uniform 0.49 to 0.52"
    assert read(write(tmp_path, "society: {men: 0.5}")).hash == scenario.hash


def test_nested_arms_and_worlds(tmp_path: Path) -> None:
    scenario = read(write(tmp_path, MINIMAL))
    assert list(scenario.arms) == [*NESTED, "with_appeal"]
    assert [scenario.arms[name].closed for name in NESTED] == [
        frozenset(), frozenset({"known", "bites"}), frozenset({"bites"}), frozenset(),
    ]  # fmt: skip
    assert scenario.world("none").schemes == ()
    assert scenario.arms["none"].without
    (scheme,) = scenario.world("with_appeal").schemes
    assert [m.key() for m in scheme.mechanisms] == ["ledger", "restrictions", "appeal"]
    assert scheme.mechanisms[-1].delay == 2  # type: ignore[attr-defined]
    assert scenario.world("full").conduct == scenario.world("none").conduct == scenario.world("with_appeal").conduct
    with pytest.raises(InvalidInput, match="did you mean 'ghost'"):
        scenario.world("gohst")


def test_an_arm_replaces_the_node_and_off_removes_it(tmp_path: Path) -> None:
    arms = (
        "  fewer: {schemes.points.scoring.ledger.points.red_light: off}\n"
        "  lighter: {schemes.points.scoring.ledger.points.red_light: -1}\n"
        "  more: {schemes.points.scoring.ledger.points: {}}\n"
        "  free: {schemes.points.sanctions: off}\n"
        "  gone: {schemes.points: off}\n"
        "  mute: {conduct.voice: off}\n"
    )
    scenario = read(write(tmp_path, MINIMAL + arms))

    def ledger(arm: str) -> Any:
        return scenario.world(arm).schemes[0].mechanisms[0]

    assert ledger("full").points == {"red_light": -10}
    assert ledger("fewer").points == ledger("more").points == {}
    assert ledger("lighter").points == {"red_light": -1}
    assert ledger("lighter").classes == {"A": 900, "B": 0}
    assert [m.key() for m in scenario.world("free").schemes[0].mechanisms] == ["ledger"]
    assert scenario.world("gone").schemes == ()
    assert "voice" not in [m.key() for m in scenario.world("mute").conduct]
    same(scenario, read(write(tmp_path, scenario.yaml())))


def test_rows_are_checked_in_every_arm(tmp_path: Path) -> None:
    arm = "  other: {schemes.points.scoring.ledger.classes: {X: 10, Y: 0}}\n"
    (told,) = faults(tmp_path, MINIMAL + arm)
    assert "domains.B: 'B' is none of the classes; allowed is one of: X, Y" in told


def test_set_is_laid_over_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, MINIMAL)
    scenario = read(
        path,
        set=[
            "schemes.points.safeguards.appeal={}",
            "schemes.points.safeguards.appeal.delay=4",
            "society.groups={A: 1}",
            "schemes.points.sanctions=off",
            "title=x",
        ],
        people=321,
        months=7,
    )
    assert (scenario.society.people, scenario.months, scenario.title) == (321, 7, "x")
    assert [m.key() for m in scenario.world("full").schemes[0].mechanisms] == ["ledger", "appeal"]
    assert scenario.provenance["society.people"].because == "set on the command line"
    same(scenario, read(write(tmp_path, scenario.yaml())))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("months", "--set: 'months' sets nothing; allowed is path=value, as in months=24"),
        ("months=soon", "--set: months: soon is not a number; allowed is a whole number from 0 to 240"),
        ("month=3", "--set: month: there is nothing called 'month' at the top; allowed are"),
        ("months=0x10", "--set: months: 0x10 is a number in a form"),
        ("society.preset={}", "--set: society.preset: {} is no preset; allowed is one of"),
        ("months=[", "--set: months: not YAML"),
        ("months=*a", "--set: months: an alias"),
        ("society.people=[1, 2]", f"--set: society.people: a table where a number is due: {NO_PERSONS}"),
        ("schemes.other.scoring.ledger=off", "--set: schemes.other.scoring.ledger: there is no scheme schemes.other"),
        ("schemes.points.safeguards.apeal.delay=2", "--set: schemes.points.safeguards.apeal.delay: there is no mech"),
        ("schemes.points.safeguards.appeal.delay=2",
         "--set: schemes.points.safeguards.appeal.delay: schemes.points.safeguards.appeal is absent in this scenario; "
         "allowed is what is there, or a whole mechanism"),
        ("months=", "--set: months: nothing where a value is due; allowed is path=value"),
        ("months='12'", "--set: months: '12' is text, not a number; allowed is a whole number from 0 to 240"),
        ("schemes.points.safeguards.appeal=off", "--set: schemes.points.safeguards.appeal: schemes.points.safe"),
        ("schemes=3", "--set: schemes: too much at once"),
        ("arms.full=off", "--set: arms.full: there is nothing called 'arms'"),
    ],
)  # fmt: skip
def test_set_is_checked_like_the_file(tmp_path: Path, text: str, told: str) -> None:
    told = told.replace("'months' sets", "months sets")
    assert faults(tmp_path, MINIMAL, set=[text])[0].startswith(told)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"set": ["months=3", "months=4"]}, "--set: months: would replace --set months; allowed is one of the two"),
        ({"set": ["months=3"], "months": 4}, "--months: would replace --set months; allowed is one of the two"),
        ({"set": ["society.ties=small_world", "ties.graph=lookup"]}, "--set: ties.graph: would replace --set ties.g"),
        ({"set": ["conduct.voice.occasion=0.5", "conduct.voice={}"]}, "--set: conduct.voice: would replace --set con"),
    ],
)  # fmt: skip
def test_what_is_set_twice_is_refused(told: dict[str, Any], said: str) -> None:
    """The last one won in silence."""
    with pytest.raises(InvalidInput) as refused:
        read("plain-fines", **told)
    assert refused.value.problems[0].startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("observation.tips=off", "the arm no_tips ("),
        ("sanctions.fines=off", "changes schemes.fines.sanctions.fines.level; allowed is a copy of the file without"),
    ],
)
def test_what_set_takes_from_an_arm_is_the_fault_of_set(text: str, said: str) -> None:
    """The line of the file was blamed, for an arm that nobody had asked for."""
    with pytest.raises(InvalidInput) as refused:
        read("plain-fines", set=[f"schemes.fines.{text}"])
    assert refused.value.problems[0].startswith("--set: schemes.fines.") and said in refused.value.problems[0]


def test_presets(tmp_path: Path) -> None:
    scenario = read(write(tmp_path, "society: {preset: city, counties: 2}"))
    assert (scenario.society.people, scenario.society.counties) == (1_000_000, 2)
    same(scenario, read(write(tmp_path, scenario.yaml())))


def test_forms_of_text_and_number(tmp_path: Path) -> None:
    text = '\ufefftitle: "caf\u00e9 \\ud83d\\ude00 =1+1 <script>"\nsociety: {men: -0.0, couples: 1}\n'
    scenario = read(write(tmp_path, text))
    assert scenario.title == "caf\u00e9 \U0001f600 =1+1 <script>"
    assert str(scenario.society.men) == "0.0"
    assert str(scenario.society.couples) == "1.0"
    assert read(write(tmp_path, "title: no\nmonths: 0")).months == 0
    same(scenario, read(write(tmp_path, scenario.yaml())))


EXTENSION = '''
from goodstanding.card import setting, uniform
from goodstanding.kernels import kernel
from goodstanding.mechanism import Safeguard


class Pardon(Safeguard):
    """Everybody is pardoned now and then."""

    touches = "sanctions"
    rate: float = setting(0.1, low=0, high=1, unit="share", prior=uniform(0, 0.5), help="people pardoned in a month",
                          source="assumed", because="a test")

    @kernel
    def pardon(restricted):
        pass
'''


def test_extensions_load_only_when_allowed(tmp_path: Path) -> None:
    write(tmp_path, EXTENSION, "pardon.py")
    text = (
        MINIMAL.replace("    sanctions:", "    safeguards: {pardon: {rate: 0.2}}\n    sanctions:")
        + "extensions: [pardon.py]\n"
    )
    assert "only with --allow-extensions" in faults(tmp_path, text)[0]
    assert "goodstanding_extension_pardon" not in sys.modules
    try:
        scenario = read(write(tmp_path, text), allow_extensions=True)
        assert scenario.extensions[0][0] == "pardon.py"
        assert len(scenario.extensions[0][1]) == 64
        assert [m.key() for m in scenario.world("full").schemes[0].mechanisms][-1] == "pardon"
    finally:
        mechanism._seen["safeguards"].pop("pardon", None)
        sys.modules.pop("goodstanding_extension_pardon", None)
    (tmp_path / "far").mkdir()
    write(tmp_path / "far", "raise ValueError('no')", "broken.py")
    (tmp_path / "linked.py").symlink_to(tmp_path / "far" / "broken.py")
    assert "own folder" in faults(tmp_path, "extensions: [linked.py]", allow_extensions=True)[0]
    write(tmp_path, "raise ValueError('no')", "broken.py")
    assert "ValueError: no" in faults(tmp_path, "extensions: [broken.py]", allow_extensions=True)[0]


# -- the schema


def test_schema_says_what_the_cards_say() -> None:
    told = schema()
    Draft202012Validator.check_schema(told)
    json.dumps(told, allow_nan=False)
    men = told["properties"]["society"]["properties"]["men"]
    declared = Society.settings["men"]
    assert (men["default"], men["x-unit"], men["x-source"], men["x-mark"], men["x-prior"]) == (
        declared.default, declared.unit, declared.source, declared.mark, str(declared.prior),
    )  # fmt: skip
    assert men["description"].startswith(declared.help)


@pytest.mark.parametrize(
    "text",
    [
        "title: 3", "months: 241", "months: 2.5", "titel: x", "society: {people: true}", "society: {groups: {Han: 1}}",
        "society: {persons: []}", "months: {value: 3, source: nobody}", "months: {value: 3}", "schema_version: 2",
        "months: {value: 3, source: assumed, why: x}", "conduct: {voise: {}}", "schemes: {Big Name: {}}",
        "schemes: {a: {scoring: {ledger: {points: {red_lihgt: 3}}}}}", "extensions: [../x.py]", "arms: {a: {}}",
        "arms: {a: {society.people: 3}}",
    ],
)  # fmt: skip
def test_schema_refuses_what_the_reader_refuses(text: str, tmp_path: Path) -> None:
    told = YAML(typ="safe", pure=True).load(text)
    assert list(Draft202012Validator(schema()).iter_errors(told))
    faults(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "arms: {" + ", ".join(f"a{n}: {{conduct.voice: {{fear: 1}}}}" for n in range(600)) + "}",
            "600 arms are too many",
        ),
        ("schemes: {" + ", ".join(f"s{n}: {{}}" for n in range(20)) + "}", "20 schemes are too many"),
        (
            "schemes: {s: {scoring: {ledger: {classes: {"
            + ", ".join(f"jane_doe_{n}: {1000 - n}" for n in range(40))
            + "}}}}}",
            "40 rows are too many to be defined",
        ),
    ],
)
def test_nothing_is_a_list_of_people(tmp_path: Path, text: str, told: str) -> None:
    assert any(told in line for line in faults(tmp_path, text))


def test_a_term_without_end_is_taken_with_its_reason(tmp_path: Path) -> None:
    """And read again from what a run keeps of it."""
    text = (BAD / "term-without-end.yaml").read_text()
    said = text.replace("hiding: 0", "hiding: {value: 0, source: assumed, because: nobody is let off}")
    found = read(write(tmp_path, said))
    assert found.hash == read(write(tmp_path, found.yaml(), "again.yaml")).hash
    assert read(write(tmp_path, text.replace("hiding: 0", "hiding: 1")), set=[
        "schemes.courts.scoring.court_list.terms.hiding={value: 0, source: assumed, because: nobody is let off}"
    ]).tree == found.tree  # fmt: skip
