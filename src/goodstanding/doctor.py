"""The doctor: whether this installation is in order, one line a check, with what to do where it is not.

ok: as it should be. warn: a run works, but not as well as it could. fail: a known answer is another one, or something
that a run needs is missing.
"""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, entry_points, requires, version
from pathlib import Path

from goodstanding.errors import GoodstandingError, Integrity, Resources, plain
from goodstanding.version import __version__

OLDEST = (3, 11)
MEMORY = 1e9
"""Bytes with which the scenarios of the library run at their default size, one world at a time."""
DISK = 200e6
PHILOX = (((0, 0, 0, 0), (0, 0), 0x6627E8D5), ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, 0x408F276D))
"""Counter, key and first word: two of the known answers of Random123 for philox4x32-10 (Salmon et al. 2011)."""
SEEN = {"avx512f": "AVX-512", "avx2": "AVX2", "neon": "NEON"}


@dataclass(frozen=True)
class Check:
    """What was looked at, how it stands (ok, warn, fail), what was found, what to do, the exit code of a failure."""

    what: str
    state: str
    found: str
    do: str = ""
    code: int = 3


def examine() -> list[Check]:
    """Every check, in the order in which they are read; one that breaks down is a failure and stops no other."""
    found: list[Check] = []
    for look in (_versions, _machine, _memory, _cache, _extensions, _terminal, _luck, _digest):
        try:
            found += look()
        except Exception as error:
            told = "; ".join(error.problems) if isinstance(error, GoodstandingError) else plain(str(error))
            what, code = look.__name__.strip("_"), getattr(error, "exit_code", Integrity.exit_code)
            found.append(Check(what, "fail", f"{type(error).__name__}: {told}", "install goodstanding again", code))
    return found


def verdict(found: list[Check]) -> int:
    """The exit code: 4 where a known answer fails, 3 where something is missing, 0 otherwise."""
    codes = {check.code for check in found if check.state == "fail"}
    if Integrity.exit_code in codes:
        return Integrity.exit_code
    return Resources.exit_code if codes else 0


def _versions() -> Iterator[Check]:
    """Python and the packages that goodstanding declares."""
    told = f"{platform.python_implementation()} {platform.python_version()}, goodstanding {__version__}"
    old = sys.version_info < OLDEST
    need = ".".join(map(str, OLDEST))
    yield Check("Python", "fail" if old else "ok", told, f"install Python {need} or later" if old else "")
    try:
        declared = [text for text in requires("goodstanding") or [] if "extra ==" not in text]
    except PackageNotFoundError:
        yield Check("packages", "warn", "goodstanding is not installed, only found", "pip install -e .")
        return
    wrong, right = list[str](), list[str]()
    for text in declared:
        name = re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0]
        try:
            there = version(name)
        except PackageNotFoundError:
            wrong.append(f"{name} is missing")
            continue
        (right if _within(there, text[len(name) :]) else wrong).append(f"{name} {there}")
    if wrong:
        yield Check("packages", "fail", ", ".join(wrong), "pip install --upgrade goodstanding")
    else:
        yield Check("packages", "ok", ", ".join(right))


def _within(there: str, bounds: str) -> bool:
    """True where a version keeps to bounds such as `>=5.5,<7`; only these two signs are used here."""
    for sign, bound in re.findall(r"(>=|<)\s*([0-9.]+)", bounds):
        if (_numbers(there) >= _numbers(bound)) != (sign == ">="):
            return False
    return True


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", text.split("+")[0])[:4]))


def _machine() -> Iterator[Check]:
    """Cores and vectors."""
    import numba
    from llvmlite import binding as llvm

    on = {feature for feature, there in llvm.get_host_cpu_features().items() if there}
    vectors = [name for feature, name in SEEN.items() if feature in on]
    cores = len(os.sched_getaffinity(0))
    told = f"{platform.system()} {platform.machine()}, {cores} cores, {', '.join(vectors) or 'no vectors known'}"
    off = bool(numba.config.DISABLE_JIT)
    yield Check("machine", "ok" if vectors else "warn", told, "" if vectors else "a run works, and is slower")
    if off:
        yield Check("compilation", "warn", "switched off", "unset NUMBA_DISABLE_JIT: uncompiled runs are very slow")


def _memory() -> Iterator[Check]:
    """Memory and the disk that runs are written to."""
    import shutil

    from goodstanding.plan import free_memory

    free = free_memory()
    known = free < 1 << 62
    small = free < MEMORY
    told = f"{free / 1e9:.1f} GB free" if known else "unknown on this system"
    yield Check("memory", "fail" if small else "ok", told, "close something, or run fewer people" if small else "")
    room = shutil.disk_usage(Path()).free
    little = room < DISK
    yield Check(
        "disk",
        "fail" if little else "ok",
        f"{room / 1e9:.1f} GB free here",
        "make room, or run elsewhere" if little else "",
    )


def _cache() -> Iterator[Check]:
    """Where compiled kernels are kept."""
    from goodstanding.kept import cache_folder
    from goodstanding.rehearsal import warm

    folder = cache_folder()
    first = next(part for part in (folder, *folder.parents) if part.exists())
    if not os.access(first, os.W_OK):
        yield Check("cache", "fail", f"{first} cannot be written to", "name another folder with GOODSTANDING_CACHE")
        return
    root = folder.parent
    size = sum(path.stat().st_size for path in root.rglob("*") if path.is_file()) if root.exists() else 0
    told = f"{root}, {size / 1e6:.0f} MB of compiled kernels"
    large = size > 1e9
    yield Check("cache", "warn" if large else "ok", told, "old ones may be deleted" if large else "")
    ready = warm()
    told = "compiled and kept" if ready else "not compiled yet"
    yield Check("kernels", "ok" if ready else "warn", told, "" if ready else "the first run takes some 12 s longer")


def _extensions() -> Iterator[Check]:
    """Mechanisms that come with other packages; they are named, so that nobody runs them unawares."""
    points = sorted(point.name for point in entry_points(group="goodstanding.mechanisms"))
    yield Check("plugins", "ok", ", ".join(points) or "none installed")


def _terminal() -> Iterator[Check]:
    """Whether everything that is printed can be shown."""
    encoding = sys.stdout.encoding or "unknown"
    wide = encoding.lower().replace("-", "") == "utf8"
    told = f"{'a terminal' if sys.stdout.isatty() else 'no terminal'}, {encoding}"
    yield Check("output", "ok" if wide else "warn", told, "" if wide else "set PYTHONIOENCODING=utf-8")


def _luck() -> Iterator[Check]:
    """The known answers of the generator that all luck comes from."""
    import numpy as np

    from goodstanding.luck import known
    from goodstanding.native import compiled

    for counter, key, first in PHILOX:
        words = np.zeros(4, np.uint64)
        compiled(known)(np.array(counter, np.uint64), np.array(key, np.uint64), words)
        if int(words[0]) & 0xFFFFFFFF != first:
            yield _wrong("luck", f"{int(words[0]) & 0xFFFFFFFF:08x} where {first:08x} is known")
            return
    yield Check("luck", "ok", "the known answers of philox4x32-10")


def _digest() -> Iterator[Check]:
    """A tiny world lived twice, in blocks of two sizes: its digest is the same both times."""
    from goodstanding.engine import simulate
    from goodstanding.scenario import library, read

    name = next(iter(library()))
    tiny = read(name, people=1000, months=3)
    found = [simulate(tiny, 1, 1, block=block).digest for block in (1024, 256)]
    if found[0] != found[1]:
        yield _wrong("digest", f"{found[0][:16]} and {found[1][:16]} for the same world")
    else:
        yield Check("digest", "ok", f"{found[0][:16]}, twice the same ({name}, 1,000 people, 3 months)")


def _wrong(what: str, found: str) -> Check:
    return Check(what, "fail", found, "do not trust results of this machine; tell us", Integrity.exit_code)
