"""What this package will never be able to do, checked by absence: no way in for real people, no way out for scores."""

from __future__ import annotations

import ast
import inspect
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import goodstanding
from goodstanding.card import KEYS, MOST_ROWS
from goodstanding.errors import InvalidInput
from goodstanding.mechanism import catalogue
from goodstanding.reader import NO_PERSONS
from goodstanding.scenario import read
from goodstanding.society import SMALLEST_CELL, Population, Society
from goodstanding.ties import Ties
from goodstanding.world import COLUMNS, ENTRY

PACKAGE = Path(goodstanding.__file__).parent
SOURCES = {path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text()) for path in PACKAGE.rglob("*.py")}

NETWORK = {
    "socket", "ssl", "http", "urllib", "requests", "httpx", "aiohttp", "ftplib", "smtplib", "imaplib", "poplib",
    "xmlrpc", "websockets", "socketserver", "paramiko", "grpc", "boto3",
}  # fmt: skip
TABLES = {"csv", "sqlite3", "pandas", "polars", "pyarrow", "duckdb", "openpyxl", "dbm"}
EYES = {"cv2", "PIL", "face_recognition", "dlib", "sounddevice", "spacy", "nltk", "torch", "tensorflow"}
READS_FROM_DISK = {
    "open", "loadtxt", "genfromtxt", "fromfile", "memmap", "load", "read_csv", "read_parquet", "read_table",
    "read_text", "read_bytes", "read_json", "frombuffer",
}  # fmt: skip
PEOPLE = re.compile(
    r"(^|_)((sur|first|last)?name|names|birth\w*|dob|address|street|city|postcode|zip|phone|mobile|mail|email|passport|ssn"
    r"|document|face|photo|image|fingerprint|iris|voiceprint|biometric\w*|lat|lon|latitude|longitude|gps|ethnic\w*"
    r"|religion|nationality|text|message)(_|$)"
)
SPINE = (
    "society.py", "ties.py", "graphs.py", "luck.py", "record.py", "engine.py", "binding.py", "wiring.py", "world.py",
    "acts.py", "around.py", "arm.py", "tally.py",
)  # fmt: skip


def imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield getattr(node.func, "attr", getattr(node.func, "id", "")), node


# -- no way in


@pytest.mark.parametrize("file", sorted(SOURCES))
def test_no_network_no_camera_no_text_of_people(file: str) -> None:
    assert not set(imports(SOURCES[file])) & (NETWORK | EYES)


@pytest.mark.parametrize("file", sorted(f for f in SOURCES if f in SPINE or f.startswith(("mechanisms/", "measures/"))))
def test_society_engine_and_mechanisms_read_nothing(file: str) -> None:
    """What makes, moves and measures people opens no file and knows no table format."""
    if file == "mechanisms/__init__.py":
        return
    assert not set(imports(SOURCES[file])) & TABLES
    assert not [name for name, _ in calls(SOURCES[file]) if name in READS_FROM_DISK]


def test_people_come_from_a_declaration_and_a_seed_alone() -> None:
    assert list(inspect.signature(Population.__init__).parameters) == ["self", "declaration", "seed"]
    assert not [n for n, v in vars(Population).items() if isinstance(v, (classmethod, staticmethod))]
    for file, tree in SOURCES.items():
        for name, call in calls(tree):
            assert name not in ("__setstate__", "__new__") or file == "card.py", file
            if name == "Population":
                assert len(call.args) == 2, file
                assert not call.keywords, file
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.returns is not None:
                assert "Population" not in ast.unparse(node.returns), f"{file}: {node.name} returns people"


def test_nothing_promised_takes_persons() -> None:
    for name in getattr(goodstanding, "__all__", ()):
        promised = getattr(goodstanding, name)
        if not inspect.isfunction(promised):
            continue
        for parameter in inspect.signature(promised).parameters.values():
            assert not re.fullmatch(r"persons?|population|records?|data|frame|array|register|table", parameter.name)
            told = str(parameter.annotation)
            assert not re.search(r"ndarray|NDArray|DataFrame|Table", told), f"{name}({parameter.name}: {told})"
            if parameter.name == "people":
                assert told in ("int", "int | None")


def test_nothing_scores_or_predicts_a_record() -> None:
    for file, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                assert node.name not in (
                    "score",
                    "score_person",
                    "predict",
                    "predict_proba",
                    "from_arrays",
                    "from_records",
                ), file


# -- nothing in a person that could be somebody


def test_columns_are_numbers_and_name_nobody() -> None:
    columns = dict(COLUMNS)
    for found in catalogue().values():
        for cls in found.values():
            columns |= {f"{cls.key()}.{name}": column for name, column in cls.columns.items()}
    for name, column in columns.items():
        assert re.fullmatch(r"u?int(8|16|32|64)", column.dtype), name
        assert not PEOPLE.search(name.rpartition(".")[2]), name
    for name, dtype in ENTRY.items():
        assert re.fullmatch(r"u?int(8|16|32)", dtype), name
        assert not PEOPLE.search(name), name


def test_a_person_is_a_place_in_columns_of_small_integers() -> None:
    code = (
        "import json; from goodstanding.society import Population, Society\n"
        "made = Population(Society(people=600), 1)\n"
        "print(json.dumps({n: [c.dtype.kind, c.dtype.itemsize, c.shape] for n, c in made.columns.items()}))"
    )
    environment = {**os.environ, "NUMBA_DISABLE_JIT": "1"}
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    for name, (kind, size, shape) in json.loads(told.stdout).items():
        assert (kind, shape) == ("u", [600]), name
        assert size <= 2, name
        assert not PEOPLE.search(name), name


def test_no_setting_is_indexed_by_person() -> None:
    assert MOST_ROWS <= 64
    cards = [Society, Ties, *(cls for found in catalogue().values() for cls in found.values())]
    defined = {s.defines for cls in cards for s in cls.settings.values() if s.defines}
    for cls in cards:
        for name, declared in cls.settings.items():
            assert declared.keys in ("", "any", *KEYS, *defined), f"{cls.key()}.{name}"
            assert declared.keys != "any" or declared.defines, f"{cls.key()}.{name}"
    for word, names in KEYS.items():
        assert len(names()) <= 64, word
        assert not re.search("person|people|citizen", word)


# -- what a scenario file may not bring


@pytest.mark.parametrize(
    "text",
    [
        "society: {people: [{score: 950}, {score: 580}]}",
        "society: {people: {1: 950, 2: 580}}",
        "society: {persons: [1, 2]}",
        "society: {population: people.parquet}",
        "persons:\n- {name: Li, birth: 1980}",
        "citizens: [1]",
        "society: {id_number: 3}",
        "society: {home_address: x}",
        "society: {phone: 123}",
        "society: {face_id: 3}",
        "society: {latitude: 33.9}",
        "schemes: {points: {people: [1, 2]}}",
        "schemes: {points: {scoring: {ledger: {names: [Li]}}}}",
        "conduct: {voice: {email: x}}",
    ],
)
def test_a_list_of_people_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "people.yaml"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=re.escape(NO_PERSONS)):
        read(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx", "sqlite"])
def test_a_table_is_refused_unread(suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / f"people.{suffix}"
    path.write_bytes(b"PAR1")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda *_: pytest.fail("opened"))
        with pytest.raises(InvalidInput, match=re.escape(NO_PERSONS)):
            read(path)
    with pytest.raises(InvalidInput, match=re.escape(NO_PERSONS)):
        read(path.rename(tmp_path / "people.yaml"))


@pytest.mark.parametrize("group", ["Han", "Uyghur", "muslims", "a", "AB", "\u6f22", "1"])
def test_groups_are_letters(group: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="letters"):
        Society(groups={group: 1.0})
    path = tmp_path / "groups.yaml"
    path.write_text(json.dumps({"society": {"groups": {group: 1.0}}}))
    with pytest.raises(InvalidInput, match="letters"):
        read(path)


def test_a_cell_below_fifty_is_refused(tmp_path: Path) -> None:
    assert SMALLEST_CELL == 50
    path = tmp_path / "cells.yaml"
    path.write_text("society: {people: 499, groups: {A: 0.9, B: 0.1}}")
    with pytest.raises(InvalidInput, match="at least 50"):
        read(path)
    path.write_text("society: {people: 500, groups: {A: 0.9, B: 0.1}}")
    assert read(path).society.people == 500
    with pytest.raises(InvalidInput, match="at least 50"):
        read(path, people=499)
    with pytest.raises(InvalidInput, match="at least 50"):
        read(path, set=["society.counties=2"])
