"""Kept: machine code on disk, made once for each form of the arguments and linked into every later run.

Code lies in a folder named by the hash of the package's sources; what comes from elsewhere (a file beside a scenario, a
notebook) is called after its own content and that of all it uses. So nothing that was edited is answered by old machine
code. What was damaged is made again.
"""

from __future__ import annotations

import dis
import hashlib
import os
import sys
import threading
from functools import cache
from importlib.metadata import version
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

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
ALONE, WITH_NUMBA = b"\0", b"\1"
"""How kept code begins: it stands alone, or calls what Numba has in store (to make an array, say)."""
Form = tuple[Any, ...]
"""The form of an argument, all of it that machine code depends on: a number, an array or a tuple of forms."""
Part = tuple[str, FunctionType]
Parts = tuple[Part, ...]
"""The functions that stand in for helpers of that name."""

CONSTANT: tuple[type, ...] = (bool, int, float, str, tuple, np.generic)
"""What compiled code takes over from outside a function as it stands."""


def replaced(function: FunctionType, others: dict[str, Any]) -> FunctionType:
    """The same function with other functions in place of those it names."""
    twin = FunctionType(function.__code__, {**function.__globals__, **others}, function.__name__, function.__defaults__)
    twin.__qualname__, twin.__module__ = function.__qualname__, function.__module__
    return twin


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
    told: list[Any] = [place(function), *((name, content(part)) for name, part in parts)]
    if not ours(function):
        told.append(_bare(function.__code__))
        for name, value in sorted(used(function, parts).items()):
            if getattr(value, "when", None):
                told.append((name, content(value)))
            elif isinstance(value, np.ndarray):
                told.append((name, value.dtype.str, value.shape, value.tobytes()))
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
    return (Path(root).expanduser() if root else user_cache_path("goodstanding")) / "kernels" / sources()


@cache
def writable(folder: Path) -> Path:
    """The folder, made where it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Resources(f"{folder}: {error.strerror}; name another folder with GOODSTANDING_CACHE") from None
    if not os.access(folder, os.W_OK):
        raise Resources(f"{folder}: cannot be written to; name another folder with GOODSTANDING_CACHE")
    return folder


def place(function: FunctionType) -> tuple[str, str]:
    """Where a function is found: its module, and its name there."""
    return function.__module__, function.__qualname__


def entry_name(function: FunctionType, parts: Parts, forms: tuple[Form, ...]) -> str:
    """What a function's entry, and the file that it is kept in, are called."""
    told = hashlib.sha256(f"{content(function, parts)} {forms}".encode()).hexdigest()[:16]
    return f"{function.__qualname__.replace('<locals>', 'in')}-{told}"


_linking = threading.Lock()
_linked: dict[str, int] = {}
"""Where the code of an entry begins in this process."""


@cache
def entry(function: FunctionType, parts: Parts, forms: tuple[Form, ...]) -> int:
    """Where a function's machine code begins, linked into this process; it is compiled where it is not kept."""
    from llvmlite import binding as llvm

    name = entry_name(function, parts, forms)
    with _linking:
        if name not in _linked:
            code = whole(cache_folder() / f"{name}.o") or keep(function, parts, forms)
            into = linker(code[:1])
            into.add_object_file(llvm.ObjectFileRef.from_data(code[1:]))
            into.finalize_object()
            _linked[name] = int(into.get_function_address(name))
        return _linked[name]


def whole(kept: Path) -> bytes | None:
    """The code in a file, None where there is none or not what was written: half of it would end the process."""
    try:
        check, code = (told := kept.read_bytes())[:32], told[32:]
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Resources(
            f"{kept}: {error.strerror}; remove it, or name another folder with GOODSTANDING_CACHE"
        ) from None
    return code if hashlib.sha256(code).digest() == check else None


@cache
def linker(kind: bytes) -> Any:
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

    folder, name = writable(cache_folder()), entry_name(function, parts, forms)
    code: bytes = object_code(function, parts, forms, name)
    written = folder / f".{name}.{os.getpid()}"
    written.write_bytes(hashlib.sha256(code).digest() + code)
    written.replace(folder / f"{name}.o")
    return code
