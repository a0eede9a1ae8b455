"""One scenario and one seed give one digest, however it is computed: a small slice of benchmarks/identity.py."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))
import identity


def different(found: Iterable[tuple[str, bool]]) -> list[str]:
    return [what for what, same in found if not same]


def test_threads_blocks_and_measures() -> None:
    assert different(identity.ways(people=40_000, months=3, blocks=(4_096, 32_768))) == []


def test_processes() -> None:
    assert different(identity.processes(people=4_000, months=3, counts=(3,))) == []


def test_plain_python() -> None:
    assert different([identity.uncompiled()]) == []


@pytest.mark.nightly
def test_other_processors() -> None:
    assert different(identity.processors(people=40_000, months=3)) == []
