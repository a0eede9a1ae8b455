"""Rehearsal: a month of a handful of people, uncompiled, to learn what a run will call; then all cores compile it.

Without it a first run would compile one kernel after the other as it comes to them.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FunctionType

from goodstanding.kept import Form, Parts, cache_folder, entry_name, ours, place, whole, writable

LOCK = "one-writer.lock"
Wanted = tuple[FunctionType, Parts, tuple[Form, ...]]
_noted: dict[Wanted, None] | None = None
"""What a rehearsal has seen called; None where nothing is rehearsed."""


def uncompiled() -> bool:
    """True where compilation is switched off, for the tests."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


def warm() -> bool:
    """True where an earlier run has left its compiled kernels on disk."""
    return any(cache_folder().glob("*.txt"))


def rehearsing() -> bool:
    """True while something small is done without compilation."""
    return _noted is not None


def note(function: FunctionType, parts: Parts, forms: tuple[Form, ...]) -> None:
    """Take down, where something is rehearsed, that this will be called with arguments of these forms."""
    if _noted is not None:
        _noted[(function, parts, forms)] = None


def rehearse(what: str, play: Callable[[], object]) -> None:
    """Do something small without compilation, to learn what it calls, and compile that beside one another.

    It is done once for all that goes by the name `what`. What a child process cannot reach (an extension file) is left
    to be compiled at its first call.
    """
    global _noted
    if uncompiled() or rehearsing():
        return
    done = cache_folder() / f"{hashlib.sha256(what.encode()).hexdigest()[:16]}.txt"
    if done.exists():
        return
    with _alone(writable(done.parent)):
        if done.exists():
            return
        _noted = {}
        try:
            play()
            wanted = list(_noted)
        finally:
            _noted = None
        _compile_beside(wanted, done)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one process at a time rehearse; the others wait, and find what it has left."""
    with (folder / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _compile_beside(wanted: Iterable[Wanted], done: Path) -> None:
    """Compile in child processes, one a core, whatever is not kept yet; the longest functions first."""
    cores = len(os.sched_getaffinity(0))
    near = (call for call in wanted if all(map(ours, (call[0], *dict(call[1]).values()))))
    missing = [call for call in near if whole(done.parent / f"{entry_name(*call)}.o") is None]
    missing.sort(key=lambda call: -len(call[0].__code__.co_code))
    jobs = [(place(f), [(name, place(part)) for name, part in parts], forms) for f, parts, forms in missing]
    children: list[subprocess.Popen[bytes]] = []
    with tempfile.TemporaryDirectory() as claims:
        try:
            for _ in range(min(cores, len(jobs))):
                child = subprocess.Popen(
                    [sys.executable, "-P", "-m", "goodstanding.compiler", claims], stdin=subprocess.PIPE
                )
                children.append(child)
                assert child.stdin is not None
                with suppress(BrokenPipeError):  # a child that ended says itself why
                    child.stdin.write(pickle.dumps(jobs))
                    child.stdin.close()
            codes = [child.wait() for child in children]
        except BaseException:
            for child in children:
                child.kill()
                child.wait()
            raise
    if not any(codes):
        done.write_text("".join(f"{entry_name(*call)}\n" for call in wanted))
