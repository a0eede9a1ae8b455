"""How long the reader takes over the worst of the bad scenario files, and over the scenario of the library."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from _bench import SCENARIO, tell

from goodstanding.errors import GoodstandingError
from goodstanding.scenario import read

BAD = Path(__file__).parent.parent / "tests" / "bad_scenarios"


def took(path: str | Path) -> float:
    """Seconds until a file is read or refused."""
    began = time.perf_counter()
    with suppress(GoodstandingError):
        read(path)
    return time.perf_counter() - began


def main() -> None:
    read(SCENARIO)  # the first reading imports the mechanisms
    files = [path for path in sorted(BAD.iterdir()) if path.suffix in (".yaml", ".json", ".csv")]
    worst = max(files, key=took)
    rows = [
        (f"{SCENARIO}, seconds", f"{took(SCENARIO):.2f}", "under 1"),
        (f"the slowest of {len(files)} bad files ({worst.name}), seconds", f"{took(worst):.2f}", "under 1"),
    ]
    tell("Reading", ("what", "measured", "goal"), rows, "In one process, after the imports.")


if __name__ == "__main__":
    main()
