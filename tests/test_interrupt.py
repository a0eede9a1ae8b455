"""Ctrl-C from a terminal, at whatever time: one line, exit code 130, within a second, and nothing half-written."""

from __future__ import annotations

import os
import pty
import select
import signal
import sys
import time
from pathlib import Path

import pytest

from goodstanding.errors import InvalidInput
from goodstanding.runs import open_run

RUN = ("run", "suining-2010", "--people", "20000", "--seeds", "4", "--processes", "2")
LONGEST = 120.0
"""Seconds for which a test waits until there is something to interrupt; compiling comes before it."""


def interrupted(folder: Path, when: float | str) -> tuple[int, float, str]:
    """Exit code, seconds from Ctrl-C to the end, and what stood on the screen; `when` is a time or what is shown."""
    pid, screen = pty.fork()
    if pid == 0:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # what runs in the background is told to ignore it
        os.execv(sys.executable, [sys.executable, "-m", "goodstanding", *RUN, "--out", str(folder)])
    began, pressed, shown = time.monotonic(), 0.0, b""
    while time.monotonic() - began < LONGEST:
        if select.select([screen], [], [], 0.01)[0]:
            try:
                more = os.read(screen, 65536)
            except OSError:  # the terminal is gone with the last process that had it
                more = b""
            if not more:
                break
            shown += more
        due = when.encode() in shown if isinstance(when, str) else time.monotonic() - began > when
        if due and not pressed:
            os.write(screen, b"\x03")
            pressed = time.monotonic()
    else:
        os.kill(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    os.close(screen)
    return code, time.monotonic() - pressed, shown.decode(errors="replace")


def working_on(folder: Path) -> list[str]:
    """Processes that name the folder on their command line."""
    lines = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    return [line.decode(errors="replace") for line in lines if str(folder).encode() in line]


@pytest.mark.parametrize("when", [0.15, 0.6, "of 4 worlds"])
def test_ctrl_c_ends_a_run_at_once(tmp_path: Path, when: float | str) -> None:
    code, seconds, shown = interrupted(tmp_path, when)
    assert code == 130, "a shell, a script and make all read this as interrupted"
    assert seconds < 1
    assert "interrupted" in shown and "Traceback" not in shown
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix == ".part" or path.name == "manifest.json"]
    for folder in tmp_path.iterdir():
        assert f"interrupted; {folder} holds no finished run" in shown.replace("\r\n", "")
        with pytest.raises(InvalidInput, match=r"no manifest\.json"):
            open_run(folder)
    time.sleep(0.2)
    assert not working_on(tmp_path), "no process of it goes on"
