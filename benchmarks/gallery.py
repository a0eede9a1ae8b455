"""How long every scenario of the library takes as it is shipped: all its arms, eight worlds, and the report's page."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from _bench import seconds, tell

from goodstanding.library import library
from goodstanding.runs import SEEDS
from goodstanding.scenario import read


def took(name: str, *more: str) -> float:
    """Seconds of `goodstanding run` from the start of the process."""
    with tempfile.TemporaryDirectory() as out:
        command = [sys.executable, "-m", "goodstanding", "run", name, "--quiet", "--out", out, *more]
        return seconds(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL))


def main() -> None:
    rows = []
    for name in library():
        took(name, "--months", "1", "--seeds", "1", "--no-report")  # compiles what is missing
        of = read(name)
        size = (f"{of.society.people:,}", str(of.months), str(len(of.arms)))
        rows.append((name, *size, f"{took(name):.0f}", "under 60"))
    note = f"Each once, from the start of the process, with all arms, {SEEDS} worlds and the page; compiled before."
    tell("Gallery", ("scenario", "people", "months", "arms", "seconds", "goal"), rows, note)


if __name__ == "__main__":
    main()
