"""Native: marked functions as machine code, kept on disk and called with a table of words.

A function is compiled once for the forms of its arguments (compiler.py). What is kept is bare object code with one
entry that reads all arguments from a table of 64-bit words; a later run links it without loading the compiler, lays
out each table once, and then changes the month in it. Code lies in a folder named by the hash of the package's sources;
what comes from elsewhere (a file beside a scenario, a notebook) is called after its own content and that of all it
uses. So nothing that was edited is answered by old machine code.
"""

from __future__ import annotations

import ctypes
import dis
import fcntl
import hashlib
import os
import pickle
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any, Protocol

import numpy as np

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
LOCK = "one-writer.lock"
ALONE, WITH_NUMBA = b"\0", b"\1"
"""How kept code begins: it stands alone, or calls what Numba has in store (to make an array, say)."""
Form = tuple[Any, ...]
"""The form of an argument, all of it that machine code depends on: a number, an array or a tuple of forms."""
Part = tuple[str, FunctionType]
Parts = tuple[Part, ...]
"""The functions that stand in for helpers of that name."""


CONSTANT: tuple[type, ...] = (bool, int, float, str, tuple, np.generic)
"""What compiled code takes over from outside a function as it stands."""


def form(value: Any) -> Form:
    """The form of a value: dtype, and of an array the dimensions, the layout and whether it may be written to."""
    if isinstance(value, np.ndarray):
        flags = value.flags
        layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
        return ("array", value.dtype.str, value.ndim, layout, flags.writeable)
    if isinstance(value, tuple):
        return ("tuple", *map(form, value))
    return ("number", np.asarray(value).dtype.str)


def words(value: Any) -> Iterator[int]:
    """The words of a value, in the order in which compiled functions take its parts.

    An array is owner and parent (nobody's here), places, bytes each, address, shape and strides.
    """
    if isinstance(value, np.ndarray):
        yield from (0, 0, value.size, value.itemsize, value.ctypes.data, *value.shape, *value.strides)
    elif isinstance(value, tuple):
        for each in value:
            yield from words(each)
    elif isinstance(value, float | np.floating):
        yield int(struct.unpack("<q", struct.pack("<d", value))[0])
    else:
        yield int(value)


class Bound(Protocol):
    """A function with its arguments laid out; a place can be given another value of the same form."""

    def __setitem__(self, at: int, value: Any) -> None: ...

    def __call__(self) -> None: ...


class Plain:
    """A function bound to its arguments, uncompiled."""

    def __init__(self, function: Callable[..., None], args: Sequence[Any]) -> None:
        self.function, self.args = function, list(args)

    def __setitem__(self, at: int, value: Any) -> None:
        self.args[at] = value

    def __call__(self) -> None:
        self.function(*self.args)


class Table:
    """A compiled function bound to its arguments: an address, and the words that it reads.

    The first word is left for where an error is described. What the others point at must outlive the table, which keeps
    the arguments that it was given.
    """

    def __init__(self, entry: int, args: Sequence[Any]) -> None:
        laid = [[0], *(list(words(arg)) for arg in args)]
        self.entry, self.args = entry, list(args)
        self.starts = list(accumulate(map(len, laid)))
        every = [word for each in laid for word in each]
        self.words = (ctypes.c_int64 * len(every))(*every)
        self.address = ctypes.addressof(self.words)

    def __setitem__(self, at: int, value: Any) -> None:
        self.args[at] = value
        for place, word in enumerate(words(value), self.starts[at]):
            self.words[place] = word

    def __call__(self) -> None:
        Row([self])()


class Row:
    """Tables whose functions are called one after the other, in one go and without Python in between."""

    def __init__(self, tables: Sequence[Table]) -> None:
        pairs = [word for table in tables for word in (table.entry, table.address)]
        self.tables, self.pairs, self.many = tables, (ctypes.c_int64 * len(pairs))(*pairs), len(tables)

    def __call__(self) -> None:
        if past := _caller()(ctypes.addressof(self.pairs), self.many):
            raise _raised(self.tables[past - 1].words[0])


def _raised(address: int) -> BaseException:
    """The error that Numba describes there: a pickle of what was raised, and how long it is."""
    length = ctypes.c_int32.from_address(address + ctypes.sizeof(ctypes.c_void_p)).value
    kind, args, _ = pickle.loads(ctypes.string_at(ctypes.c_void_p.from_address(address).value or 0, length))
    return kind(*(args or ()))  # type: ignore[no-any-return]


def bound(function: FunctionType, args: Sequence[Any], **parts: FunctionType) -> Bound:
    """A marked function, compiled for what it is called with, with these arguments.

    Helpers that it calls are compiled into it; `parts` stand in for helpers of that name.
    """
    named = tuple(parts.items())
    if uncompiled() or rehearsing():
        if _noted is not None:
            _noted[(function, named, tuple(map(form, args)))] = None
        return Plain(replaced(function, parts), args)
    return Table(_entry(function, named, tuple(map(form, args))), args)


def row(every: Sequence[Bound]) -> Callable[[], None]:
    """What calls them all, one after the other."""
    tables = [each for each in every if isinstance(each, Table)]
    if len(tables) == len(every):
        return Row(tables)

    def one_by_one() -> None:
        for each in every:
            each()

    return one_by_one


def compiled(function: FunctionType, **parts: FunctionType) -> Callable[..., None]:
    """The compiled twin of a marked function, for a single call; it gives nothing back."""
    return lambda *args: bound(function, args, **parts)()


def replaced(function: FunctionType, others: dict[str, Any]) -> FunctionType:
    """The same function with other functions in place of those it names."""
    twin = FunctionType(function.__code__, {**function.__globals__, **others}, function.__name__, function.__defaults__)
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    return twin


def uncompiled() -> bool:
    """True where compilation is switched off, for the tests."""
    return os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")


# ---- what is kept


@cache
def sources() -> str:
    """Hash of every source of the package that compiled code may contain, with Python, Numba and the CPU."""
    from llvmlite import binding as llvm

    cpu = os.environ.get("NUMBA_CPU_NAME") or llvm.get_host_cpu_name()
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if features is None:
        features = ",".join(sorted(name for name, on in llvm.get_host_cpu_features().items() if on))
    versions = f"{sys.version_info[:2]} {version('numba')} {version('llvmlite')}"
    told = hashlib.sha256(f"{versions} {cpu} {features}".encode())
    for path in sorted(p for p in PACKAGE.rglob("*.py") if p.relative_to(PACKAGE).parts[0] not in FACES):
        told.update(path.read_bytes())
    return told.hexdigest()[:16]


def used(function: FunctionType, parts: Parts = ()) -> dict[str, Any]:
    """What a function loads by name from outside itself, `parts` in the place of what is called so."""
    known: dict[str, Any] = {**function.__globals__, **dict(parts)}
    named, codes = dict[str, None](), [function.__code__]
    for code in codes:
        named |= dict.fromkeys(step.argval for step in dis.get_instructions(code) if step.opname == "LOAD_GLOBAL")
        codes += [inner for inner in code.co_consts if isinstance(inner, CodeType)]
    return {name: known[name] for name in named if name in known}


def helpers(function: FunctionType, parts: Parts = ()) -> dict[str, FunctionType]:
    """The marked functions that a function calls, by the names that it has for them."""
    return {name: found for name, found in used(function, parts).items() if getattr(found, "when", None)}


def ours(function: FunctionType) -> bool:
    """True for a function of the package, whose source is in the name of the folder."""
    return function.__module__.startswith(f"{__package__}.")


@cache
def content(function: FunctionType, parts: Parts = ()) -> str:
    """A hash that tells a function from every other: by its place, or by its code and all that it uses."""
    told: list[Any] = [_place(function), *((name, content(part)) for name, part in parts)]
    if not ours(function):
        told.append(_bare(function.__code__))
        for name, value in sorted(used(function, parts).items()):
            if getattr(value, "when", None):
                told.append((name, content(value)))
            elif isinstance(value, np.ndarray):
                told.append((name, form(value), value.tobytes()))
            elif isinstance(value, ModuleType):
                of_it = ((each, getattr(value, each, None)) for each in function.__code__.co_names)
                told.append((name, [(each, found) for each, found in of_it if isinstance(found, CONSTANT)]))
            elif isinstance(value, CONSTANT):
                told.append((name, type(value).__name__, value))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _bare(code: CodeType) -> tuple[Any, ...]:
    """What a code object does, without where it stands."""
    constants = (_bare(each) if isinstance(each, CodeType) else (type(each).__name__, each) for each in code.co_consts)
    return (code.co_code, *constants, code.co_names, code.co_varnames)


def cache_folder() -> Path:
    """Where compiled kernels are kept; GOODSTANDING_CACHE moves it."""
    from platformdirs import user_cache_path

    root = os.environ.get("GOODSTANDING_CACHE")
    return (Path(root) if root else user_cache_path("goodstanding")) / "kernels" / sources()


@cache
def _writable(folder: Path) -> Path:
    """The folder, made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Resources(f"{folder}: {error.strerror}; name another folder with GOODSTANDING_CACHE") from None
    if not os.access(folder, os.W_OK):
        raise Resources(f"{folder}: cannot be written to; name another folder with GOODSTANDING_CACHE")
    return folder


def _place(function: FunctionType) -> tuple[str, str]:
    return function.__module__, function.__qualname__


def _name(function: FunctionType, parts: Parts, forms: tuple[Form, ...]) -> str:
    """What a function's entry, and the file that it is kept in, are called."""
    told = hashlib.sha256(f"{content(function, parts)} {forms}".encode()).hexdigest()[:16]
    return f"{function.__qualname__.replace('<locals>', 'in')}-{told}"


_linking = threading.Lock()
_linked: dict[str, int] = {}
"""Where the code of an entry begins in this process."""


@cache
def _entry(function: FunctionType, parts: Parts, forms: tuple[Form, ...]) -> int:
    """Where a function's machine code begins, linked into this process; it is compiled where it is not kept."""
    from llvmlite import binding as llvm

    name = _name(function, parts, forms)
    with _linking:
        if name not in _linked:
            code = _whole(cache_folder() / f"{name}.o") or keep(function, parts, forms)
            linker = _linker(code[:1])
            linker.add_object_file(llvm.ObjectFileRef.from_data(code[1:]))
            linker.finalize_object()
            _linked[name] = int(linker.get_function_address(name))
        return _linked[name]


def _whole(kept: Path) -> bytes | None:
    """The code in a file, None where there is none or not what was written: half of it would end the process."""
    try:
        check, code = (told := kept.read_bytes())[:32], told[32:]
    except OSError:
        return None
    return code if hashlib.sha256(code).digest() == check else None


IN_A_ROW = """
define i64 @in_a_row(ptr %pairs, i64 %many) {
begin:
  br label %next
next:
  %at = phi i64 [ 0, %begin ], [ %past, %call ]
  %failed = phi i1 [ false, %begin ], [ %fails, %call ]
  %over = icmp eq i64 %at, %many
  %ends = or i1 %failed, %over
  br i1 %ends, label %end, label %call
call:
  %pair = getelementptr { ptr, ptr }, ptr %pairs, i64 %at
  %second = getelementptr { ptr, ptr }, ptr %pair, i64 0, i32 1
  %entry = load ptr, ptr %pair
  %table = load ptr, ptr %second
  %status = call i32 %entry(ptr %table)
  %fails = icmp ne i32 %status, 0
  %past = add i64 %at, 1
  br label %next
end:
  %told = select i1 %failed, i64 %at, i64 0
  ret i64 %told
}
"""
"""Calls entries with their tables; gives back how many it had called when one failed, nought where none did."""


@cache
def _caller() -> Callable[[int, int], int]:
    linker = _linker(ALONE)
    from llvmlite import binding as llvm

    linker.add_module(llvm.parse_assembly(IN_A_ROW))
    linker.finalize_object()
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)
    return kind(linker.get_function_address("in_a_row"))


@cache
def _linker(kind: bytes) -> Any:
    """What links object code of one kind into this process."""
    from llvmlite import binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    if kind == WITH_NUMBA:
        from goodstanding.compiler import in_store

        in_store()
    target = llvm.Target.from_default_triple().create_target_machine(jit=True, codemodel="jitdefault")
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), target)


def keep(function: FunctionType, parts: Parts, forms: tuple[Form, ...]) -> bytes:
    """Compile a function, and keep what came of it."""
    from goodstanding.compiler import object_code

    folder, name = _writable(cache_folder()), _name(function, parts, forms)
    code: bytes = object_code(function, parts, forms, name)
    written = folder / f".{name}.{os.getpid()}"
    written.write_bytes(hashlib.sha256(code).digest() + code)
    written.replace(folder / f"{name}.o")
    return code


# ---- a rehearsal

Wanted = tuple[FunctionType, Parts, tuple[Form, ...]]
_noted: dict[Wanted, None] | None = None
"""What a rehearsal has seen called; None where nothing is rehearsed."""


def warm() -> bool:
    """True where an earlier run has left its compiled kernels on disk."""
    return any(cache_folder().glob("*.txt"))


def rehearsing() -> bool:
    """True while something small is done without compilation."""
    return _noted is not None


def rehearse(what: str, play: Callable[[], object]) -> None:
    """Do something small without compilation, to learn what it calls, and compile that beside one another.

    Without it a first run would compile one kernel after the other as it comes to them. It is done once for all that
    goes by the name `what`. What a child process cannot reach (an extension file) is left to be compiled at its first
    call.
    """
    global _noted
    if uncompiled() or rehearsing():
        return
    done = cache_folder() / f"{hashlib.sha256(what.encode()).hexdigest()[:16]}.txt"
    if done.exists():
        return
    with _alone(_writable(done.parent)):
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
    near = [call for call in wanted if all(map(ours, (call[0], *dict(call[1]).values())))]
    missing = [call for call in near if _whole(done.parent / f"{_name(*call)}.o") is None]
    missing.sort(key=lambda call: -len(call[0].__code__.co_code))
    jobs = [(_place(f), [(name, _place(part)) for name, part in parts], forms) for f, parts, forms in missing]
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
        done.write_text("".join(f"{_name(*call)}\n" for call in wanted))
