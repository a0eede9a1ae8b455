"""Kernels: the short loops in which a month happens, marked here and compiled at their first use.

A marked function stays plain Python until `compiled` is called, so that reading a scenario never imports Numba, and
so that the same source runs uncompiled in the tests (NUMBA_DISABLE_JIT=1). Compiled code is cached on disk in a
folder named by the hash of every source that could be in it: Numba itself does not notice that a helper in another
file was edited, and would return the old result.
"""

from __future__ import annotations

import fcntl
import gc
import hashlib
import inspect
import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from types import FunctionType
from typing import Any

from goodstanding.errors import Resources

PACKAGE = Path(__file__).parent
FACES = (
    "audit", "cli", "odd", "report", "answer.py", "arm_files.py", "assumptions.py", "attribution.py", "beside.py",
    "causes.py", "comparison.py", "contests.py", "counts.py", "doctor.py", "draws.py", "effects.py", "estimates.py",
    "folder.py", "frames.py", "frontier.py", "harms.py", "headline.py", "history.py", "laying.py", "library.py",
    "lives.py", "outcomes.py", "parting.py", "picks.py", "plan.py", "players.py", "reader.py", "runs.py",
    "schema.py", "shares.py", "story.py", "structure.py", "sweep.py", "telling.py", "trace.py", "trial.py",
    "validity.py", "variants.py", "words.py", "workers.py",
)  # fmt: skip
"""What only reads files or finished runs: no compiled code comes from there, so an edit there costs no compilation."""
DONE, LOCK = "compiled.txt", "one-writer.lock"
EXTENSION = "goodstanding_extension_"
"""How the modules of files beside a scenario are called."""


def kernel(function: Any = None, *, copies: bool = False) -> Any:
    """Mark a loop over the people of one block; its arguments are bound by name.

    With `copies=True` it runs once for each copy of the record (record, seen, twin), with that copy's columns.
    """
    return _marked(function, "copies" if copies else "block")


def start(function: Any) -> Any:
    """Mark a loop that sets the first state of a society's people, once, before the first month."""
    return _marked(function, "start")


def between(function: Any) -> Any:
    """Mark a step between two months: it turns last month's totals into scalars of the scheme."""
    return _marked(function, "between")


def case(function: Any) -> Any:
    """Mark a loop of a measure over the few people whom its column `cases` names, gathered with their entries.

    It asks for the same names as any kernel and finds these people alone; `entry_person` is a place among them. One
    that sets `struck` (entries,), a bit for each of the measure's `replays`, leaves those entries out there; a later
    one gets `replayed_<column>` (replays, cases), what the scheme's rules then make of it (see cases.py).
    """
    return _marked(function, "case")


def pair(*, of: str = "", by: str = "", slots: bool = False, says: Mapping[int, str] = {}) -> Callable[[Any], Any]:
    """Mark what one person does to another who showed `of` last month, or what whoever showed `by` does to others.

    With both, only who showed `by` does it, and only to who showed `of`; name the rarer one `by`, as those are visited.
    A pure function `(mine, theirs, relation, draw, …)` of both public boards, the relation (0 the household, s + 1 tie
    slot s) and the draw of the pair and direction; further arguments are settings of the card, `month`, and
    `at_<column>`, the place of a shown column on a board. It returns the motive, 1 to 6, or 0 where nothing is done.
    Kernels of the mechanism get `did_<function>` and `got_<function>`: counts by motive, five bits each; with `slots`,
    one bit for each tie slot in which it was done, and the household is left out. `says` puts each motive into words,
    with `{other}` for whom it is done to; a motive without words is not told in a life.
    """

    def mark(function: Any) -> Any:
        function.of, function.by, function.slots, function.says = of, by, slots, says
        return _marked(function, "pair")

    return mark


def helper(function: Any = None, *, inline: bool = False) -> Any:
    """Mark a small function that kernels call; with `inline` it is put into the caller, so that loops keep vectors."""
    if function is None:
        return lambda f: helper(f, inline=inline)
    function.inline = inline
    return _marked(function, "helper")


def _marked(function: Any, when: str) -> Any:
    if function is None:
        return lambda f: _marked(f, when)
    function.when = when
    return function


@cache
def arguments(function: FunctionType) -> tuple[str, ...]:
    """The names a kernel asks for, in its own order."""
    return tuple(inspect.signature(function).parameters)


@cache
def sources(extensions: tuple[str, ...] = ()) -> str:
    """Hash of every source that compiled code may contain, with Python, Numba and the CPU."""
    import numba
    from llvmlite import binding as llvm

    cpu = numba.config.CPU_NAME or llvm.get_host_cpu_name()
    features = numba.config.CPU_FEATURES or ",".join(sorted(k for k, on in llvm.get_host_cpu_features().items() if on))
    told = hashlib.sha256(f"{sys.version_info[:2]} {numba.__version__} {cpu} {features}".encode())
    inside = (p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in FACES)
    for path in sorted([*inside, *map(Path, extensions)]):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


def cache_folder(*functions: FunctionType) -> Path:
    """Where compiled kernels are kept; GOODSTANDING_CACHE moves it.

    What comes from a file beside a scenario is kept apart, so that an extension costs no other kernel its place.
    """
    from platformdirs import user_cache_path

    files = tuple(sorted({f.__code__.co_filename for f in functions if f.__module__.startswith(EXTENSION)}))
    root = os.environ.get("GOODSTANDING_CACHE")
    return (Path(root) if root else user_cache_path("goodstanding")) / "kernels" / sources(files)


Call = tuple[FunctionType, tuple[tuple[str, FunctionType], ...], tuple[Any, ...]]
"""A function, the parts that stand in for its helpers, and the Numba types of the arguments."""


@cache
def _writable(folder: Path) -> Path:
    """The folder, made where it is missing; Numba keeps its code elsewhere, unseen, where it cannot write."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Resources(f"{folder}: {error.strerror}; name another folder with GOODSTANDING_CACHE") from None
    if not os.access(folder, os.W_OK):
        raise Resources(f"{folder}: cannot be written to; name another folder with GOODSTANDING_CACHE")
    return folder


_noted: dict[Call, None] | None = None
"""What a rehearsal has seen called; None where nothing is rehearsed."""


def compiled(function: FunctionType, **parts: FunctionType) -> Callable[..., Any]:
    """The compiled twin of a marked function, taken from the cache on disk where it is there.

    Helpers that the function calls are compiled first and stand in for the plain ones; `parts` stand in for helpers of
    that name.
    """
    if _noted is None:
        return _compiled(function, tuple(parts.items()))
    return partial(_note, function, tuple(parts.items()))


@cache
def _compiled(function: FunctionType, parts: tuple[tuple[str, FunctionType], ...] = ()) -> Callable[..., Any]:
    import numba

    _one_writer()
    numba.config.CACHE_DIR = str(_writable(cache_folder(function, *dict(parts).values())))
    inner = {
        name: _compiled(value)
        for name in function.__code__.co_names
        if getattr(value := dict(parts).get(name) or function.__globals__.get(name), "when", None)
    }
    on_disk = not numba.config.DISABLE_JIT
    twin = _twin(function, inner)
    twin.__qualname__ += "".join(f"_{part.__module__}_{part.__qualname__}" for _, part in parts)
    inline = getattr(function, "inline", False)
    # nothing calls a kernel from C, so that no wrapper is made for it
    return numba.njit(nogil=True, cache=on_disk, error_model="numpy", forceinline=inline, no_cfunc_wrapper=True)(twin)  # type: ignore[no-any-return]


@cache
def _one_writer() -> None:
    """Let one process at a time add to the cache.

    Numba reads a function's index, picks the next free name, and writes both; two processes that do so for two
    signatures of one function can pick the same name, and then one of them finds the other's machine code.
    """
    from numba.core.caching import IndexDataCacheFile

    plain = IndexDataCacheFile.save

    def save(self: Any, key: Any, data: Any) -> None:
        folder = Path(self._cache_path)
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            plain(self, key, data)

    IndexDataCacheFile.save = save


def _twin(function: FunctionType, inner: Mapping[str, Any]) -> FunctionType:
    """The same function with other functions in place of those it names."""
    twin = FunctionType(function.__code__, {**function.__globals__, **inner}, function.__name__, function.__defaults__)
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    return twin


def _note(function: FunctionType, parts: tuple[tuple[str, FunctionType], ...], *args: Any) -> Any:
    """Stand in for a compiled function: note the types of the arguments and do the work uncompiled."""
    import numba

    assert _noted is not None
    _noted[(function, parts, tuple(numba.typeof(arg) for arg in args))] = None
    return _twin(function, dict(parts))(*args)


def warm() -> bool:
    """True where an earlier run has left its compiled kernels on disk."""
    return (cache_folder() / DONE).exists()


def rehearsing() -> bool:
    """True while something small is done without compilation."""
    return _noted is not None


def rehearse(play: Callable[[], object]) -> None:
    """Do something small without compilation, to learn what it calls, and compile that beside one another.

    Without it a first run would compile one kernel after the other as it comes to them. What a child process cannot
    reach (an extension file) is left to be compiled here at its first call.
    """
    global _noted
    import numba

    if numba.config.DISABLE_JIT or _noted is not None or warm():
        return
    _noted = {}
    try:
        play()
        wanted = list(_noted)
    finally:
        _noted = None
    _compile_beside(wanted)


def _compile_beside(wanted: list[Call]) -> None:
    """Compile in child processes, one a core, whatever the cache does not hold yet; the longest functions first."""
    done, cores = _writable(cache_folder()) / DONE, len(os.sched_getaffinity(0))
    near = [
        call
        for call in wanted
        if not any(f.__module__.startswith(EXTENSION) for f in (call[0], *dict(call[1]).values()))
    ]
    near.sort(key=lambda call: -len(call[0].__code__.co_code))
    jobs = {
        f"{_place(f)}:{','.join(map(':'.join, told.values()))}:{types}": (_place(f), told, types)
        for f, parts, types in near
        for told in ({name: _place(part) for name, part in parts},)
    }
    children: list[subprocess.Popen[bytes]] = []
    try:
        for share in range(cores):
            child = subprocess.Popen([sys.executable, "-P", "-m", "goodstanding.kernels"], stdin=subprocess.PIPE)
            children.append(child)
            assert child.stdin is not None
            child.stdin.write(pickle.dumps(list(jobs.values())[share::cores]))
            child.stdin.close()
        codes = [child.wait() for child in children]
    except BaseException:
        for child in children:
            child.kill()
        raise
    if not any(codes):
        done.write_text("".join(name + "\n" for name in jobs))


def _place(function: FunctionType) -> tuple[str, str]:
    return function.__module__, function.__qualname__


def _found(place: tuple[str, str]) -> Any:
    import importlib

    found: Any = importlib.import_module(place[0])
    for name in place[1].split("."):
        found = getattr(found, name)
    return found


def _compile_here(jobs: list[tuple[tuple[str, str], dict[str, tuple[str, str]], tuple[Any, ...]]]) -> None:
    for place, parts, types in jobs:
        compiled(_found(place), **{name: _found(part) for name, part in parts.items()}).compile(types)  # type: ignore[attr-defined]


if __name__ == "__main__":
    gc.disable()  # a short life, in which the compiler makes much and drops little
    try:
        _compile_here(pickle.loads(sys.stdin.buffer.read()))
    except KeyboardInterrupt:
        sys.exit(130)
