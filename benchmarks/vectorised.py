"""Vectorisation: each hot kernel against itself compiled without vectors; ends with 1 where one has lost them.

`vectorised.json` names the kernels that run in vectors and the least ratio that each must keep. `--record` measures
and writes it again: a kernel is listed that runs at least twice as fast with vectors, and must keep a third
of its gain. Limits belong to a machine with AVX2 or more; elsewhere ratios are printed and nothing is demanded.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path

from _bench import ARMS, SCENARIO, child, tell

LIMITS = Path(__file__).with_suffix(".json")
LISTED = 2.0
PEOPLE, MONTHS, REPEATS, ROUNDS, TURNS = 16_384, 6, 8, 7, 3


def times() -> dict[str, float]:
    """Nanoseconds a person of every kernel of a block's month that leaves the record alone, the quickest of several."""
    import numpy as np

    from goodstanding.engine import Engine
    from goodstanding.kernels import arguments
    from goodstanding.scenario import read

    engine = Engine(read(SCENARIO, people=PEOPLE, months=MONTHS + 1), 0, 0, arms=ARMS)
    for _ in range(MONTHS):
        engine.step()
    month, found = np.int64(MONTHS), dict[str, float]()
    for call in engine.month_of(0, MONTHS & 1):
        if any(name in ("to", "shown") or name.startswith(("entry_", "new_")) for name in arguments(call.source)):
            continue
        for _ in range(ROUNDS):
            began = time.perf_counter()
            for _ in range(REPEATS):
                call(month)
            took = (time.perf_counter() - began) / REPEATS / PEOPLE * 1e9
            name = f"{call.source.__module__.removeprefix('goodstanding.')}.{call.source.__qualname__}"
            found[name] = min(took, found.get(name, took))
    column = np.zeros(PEOPLE * 8, np.uint8)
    found["copy of 8 bytes a person"] = min(_copy(column, column.copy()) for _ in range(ROUNDS))
    return found


def _copy(one: object, other: object) -> float:
    import numpy as np

    began = time.perf_counter()
    for _ in range(REPEATS):
        np.copyto(one, other)  # type: ignore[call-overload]
    return (time.perf_counter() - began) / REPEATS / PEOPLE * 1e9


def in_a_process(**environment: str) -> dict[str, float]:
    """The same from a process with other environment variables."""
    found: dict[str, float] = json.loads(child(__file__, "--child", **environment).stdout)
    return found


def has_vectors() -> bool:
    """Whether this machine has the vectors that the limits were measured with."""
    from llvmlite import binding as llvm

    return bool(llvm.get_host_cpu_features().get("avx2"))


def main() -> int:
    with tempfile.TemporaryDirectory() as cache:
        turns = [
            (in_a_process(), in_a_process(GOODSTANDING_CACHE=cache, NUMBA_LOOP_VECTORIZE="0")) for _ in range(TURNS)
        ]
    with_vectors, without = (
        {name: min(t[name] for t in told) for name in told[0]} for told in zip(*turns, strict=True)
    )
    ratios = {name: without[name] / with_vectors[name] for name in with_vectors}
    copy = with_vectors["copy of 8 bytes a person"]
    if "--record" in sys.argv:
        least = {name: round(1 + (ratio - 1) / 3, 2) for name, ratio in sorted(ratios.items()) if ratio >= LISTED}
        LIMITS.write_text(json.dumps(least, indent=1) + "\n", encoding="utf-8")
    limits: dict[str, float] = json.loads(LIMITS.read_text(encoding="utf-8"))
    least_of = {name: f"{least:.2f}" for name, least in limits.items()}
    rows = [
        (name, f"{took:.2f}", f"{took / copy:.1f}", f"{ratios[name]:.2f}", least_of.get(name, ""))
        for name, took in sorted(with_vectors.items(), key=lambda item: -item[1])
    ]
    heads = ("kernel", "ns a person", "times a copy of 8 bytes", "times as fast as without vectors", "at least")
    tell("Vectors", heads, rows, "One block, all in cache; the quickest of several rounds.")
    lost = [name for name, least in limits.items() if ratios.get(name, 0) < least]
    for name in lost:
        said = f"{ratios[name]:.2f} times as fast with vectors" if name in ratios else "no longer there"
        print(f"{name}: {said}; allowed is {limits[name]:.2f} or more (see --record)", file=sys.stderr)
    return 1 if lost and has_vectors() else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(times()))
    else:
        sys.exit(main())
