"""Identity: one scenario and one seed give one digest, however it is computed; ends with 1 where they do not."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from _bench import ARMS, SCENARIO, child, tell

from goodstanding.engine import Engine, simulate
from goodstanding.scenario import Scenario, read
from goodstanding.workers import side_by_side

PEOPLE, MONTHS = 100_000, 6
TINY, TINY_MONTHS = 640, 3
BLOCKS = (4_096, 8_192, 16_384, 32_768)


class Backwards(Engine):
    """Takes its blocks from the last to the first."""

    def _each_block(self, work: Callable[[int], None]) -> None:
        for at in reversed(range(len(self.firsts))):
            work(at)


def digest(scenario: Scenario, **how: Any) -> str:
    """The digest of one world, computed in one way."""
    return simulate(scenario, 3, 4, arms=ARMS, **how).digest


def backwards(scenario: Scenario, block: int) -> str:
    """The same with the blocks in reverse order."""
    engine = Backwards(scenario, 3, 4, arms=ARMS, block=block)
    for _ in range(scenario.months):
        engine.step()
    return engine.digest()


def beside(scenario: Scenario, processes: int, worlds: int) -> dict[tuple[int, int], str]:
    """The digests of several worlds, shared by some processes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "measures").mkdir()
        (folder / "scenario.resolved.yaml").write_text(scenario.yaml(), encoding="utf-8")
        return side_by_side(scenario, folder, [(s, s) for s in range(worlds)], ARMS, processes, 1, None)[0]


def elsewhere(people: int, months: int, **environment: str) -> str:
    """The digest from a process of its own, with its own cache of kernels."""
    with tempfile.TemporaryDirectory() as cache:
        told = child(__file__, "--child", str(people), str(months), GOODSTANDING_CACHE=cache, **environment).stdout
    return str(json.loads(told))


def without_avx512() -> str:
    """This processor's features, those of AVX-512 switched off."""
    from llvmlite import binding as llvm

    features = llvm.get_host_cpu_features()
    return ",".join(f"{'+' if on and 'avx512' not in f else '-'}{f}" for f, on in sorted(features.items()))


def ways(
    people: int = PEOPLE, months: int = MONTHS, threads: Sequence[int] = (2, 3, 5), blocks: Sequence[int] = BLOCKS
) -> Iterator[tuple[str, bool]]:
    """Every way in this process, and whether its digest is that of the plain one."""
    scenario = read(SCENARIO, people=people, months=months)
    plain = digest(scenario)
    for count in threads:
        yield f"{count} threads", digest(scenario, threads=count, block=blocks[0]) == plain
    for block in blocks:
        yield f"blocks of {block:,}, last block first", backwards(scenario, block) == plain
    for observe in ((), ("silence",), ("sanctions", "unfounded")):
        yield f"measures: {', '.join(observe) or 'none'}", digest(scenario, observe=observe) == plain


def processes(
    people: int = PEOPLE, months: int = MONTHS, counts: Sequence[int] = (2, 3, 5)
) -> Iterator[tuple[str, bool]]:
    """Several worlds, shared by more and more processes."""
    scenario = read(SCENARIO, people=people, months=months)
    worlds = max(counts)
    plain = beside(scenario, 1, worlds)
    for count in counts:
        yield f"{count} processes, {worlds} worlds", beside(scenario, count, worlds) == plain


def uncompiled() -> tuple[str, bool]:
    """A tiny world in plain Python."""
    plain = digest(read(SCENARIO, people=TINY, months=TINY_MONTHS))
    return f"not compiled ({TINY} people)", elsewhere(TINY, TINY_MONTHS, NUMBA_DISABLE_JIT="1") == plain


def processors(people: int = PEOPLE, months: int = MONTHS) -> Iterator[tuple[str, bool]]:
    """Compiled for other processors than this one."""
    plain = digest(read(SCENARIO, people=people, months=months))
    yield "generic processor", elsewhere(people, months, NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="") == plain
    yield "without AVX-512", elsewhere(people, months, NUMBA_CPU_FEATURES=without_avx512()) == plain


def main() -> int:
    found = [*ways(), *processes(), uncompiled(), *processors()]
    rows = [(what, "same" if same else "DIFFERENT", "same") for what, same in found]
    note = f"Scenario {SCENARIO}, {PEOPLE:,} people, {MONTHS} months, arms {' and '.join(ARMS)}."
    tell("Identity", ("what", "digest", "goal"), rows, note)
    return 0 if all(same for _, same in found) else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        assert os.environ["GOODSTANDING_CACHE"]
        print(json.dumps(digest(read(SCENARIO, people=int(sys.argv[2]), months=int(sys.argv[3])))))
    else:
        sys.exit(main())
