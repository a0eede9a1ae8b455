"""Compiler: from a marked function to object code with one entry, by way of Numba.

The only file that loads Numba, and only where something has to be compiled. Numba makes the function itself; in place
of Numba's wrapper, which takes Python objects apart at each call, the entry made here hands it the words that a table
points to.
"""

from __future__ import annotations

import gc
import importlib
import pickle
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FunctionType
from typing import Any

import numba
import numpy as np
from llvmlite import ir
from numba.core import types
from numba.core.compiler import Flags, compile_extra
from numba.core.compiler_lock import global_compiler_lock
from numba.core.errors import NumbaError
from numba.core.registry import cpu_target

from goodstanding.kept import ALONE, WITH_NUMBA, Form, Parts, content, helpers, keep, replaced

WORD, HALF = ir.IntType(64), ir.IntType(32)


def type_of(form: Form) -> Any:
    """What Numba calls a form."""
    kind, *told = form
    if kind == "array":
        dtype, dimensions, layout, writeable = told
        return types.Array(numba.from_dtype(np.dtype(dtype)), dimensions, layout, readonly=not writeable)
    if kind == "tuple":
        return types.BaseTuple.from_types([type_of(each) for each in told])  # type: ignore[attr-defined]
    return numba.from_dtype(np.dtype(told[0]))


@cache
def _helper(function: FunctionType, room: bool) -> Any:
    """A helper as Numba has it, with the helpers that it calls in turn."""
    twin, inline = replaced(function, _helpers(function, (), room)), getattr(function, "inline", False)
    twin.__qualname__ += f"-{content(function)}"  # symbols are called after it, and two of one name must not meet
    return numba.njit(
        error_model="numpy", forceinline=inline, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=room
    )(twin)  # fmt: skip


def _helpers(function: FunctionType, parts: Parts, room: bool) -> dict[str, Any]:
    return {name: _helper(found, room) for name, found in helpers(function, parts).items()}


@global_compiler_lock  # type: ignore[untyped-decorator]
def object_code(function: FunctionType, parts: Parts, forms: tuple[Form, ...], entry: str) -> bytes:
    """The machine code of a function for arguments of these forms, as an object file with an entry of this name.

    It is compiled as code that makes no arrays, which is sooner done, and only else as code that may. Raises TypeError
    where the function gives something back, as nothing would take it, and what Numba raises where it cannot compile it.
    """
    try:
        made = _made(function, parts, forms, entry, room=False)
    except NumbaError:
        made = _made(function, parts, forms, entry, room=True)
    if made.signature.return_type is not types.none:
        raise TypeError(f"{function.__qualname__}: a kernel gives nothing back; write into an argument")
    made.library.add_ir_module(_with_entry(made, forms, entry))
    made.library.finalize()
    final = made.library._final_module
    outside = [each.name for each in (*final.functions, *final.global_variables) if each.is_declaration]
    alone = all(name.startswith("llvm.") for name in outside)
    return (ALONE if alone else WITH_NUMBA) + bytes(made.library._get_compiled_object())


def _made(function: FunctionType, parts: Parts, forms: tuple[Form, ...], entry: str, room: bool) -> Any:
    """What Numba makes of a function, not yet linked; with `room` it may make arrays."""
    cpu_target.typing_context.refresh()
    cpu_target.target_context.refresh()
    flags = Flags()
    flags.no_compile = flags.no_cpython_wrapper = flags.no_cfunc_wrapper = True
    flags.nrt, flags.error_model = room, "numpy"
    twin = replaced(function, _helpers(function, parts, room))
    twin.__qualname__ = entry  # as for a helper
    types_ = tuple(map(type_of, forms))
    return compile_extra(cpu_target.typing_context, cpu_target.target_context, twin, types_, None, flags, {})


def _with_entry(made: Any, forms: tuple[Form, ...], entry: str) -> ir.Module:
    """A function that takes the address of a table, and hands on the words to which the table points."""
    module = made.library.create_ir_module(entry)
    kind = cpu_target.target_context.call_conv.get_function_type(made.fndesc.restype, made.fndesc.argtypes)
    inner = ir.Function(module, kind, made.fndesc.llvm_func_name)
    outer = ir.Function(module, ir.FunctionType(HALF, [WORD.as_pointer()]), entry)
    build, table = ir.IRBuilder(outer.append_basic_block()), outer.args[0]
    result, error, *wanted = kind.args
    given = [build.alloca(result.pointee), build.alloca(error.pointee)]
    for word, each in zip(_words(build, table, forms), wanted, strict=True):
        if isinstance(each, ir.PointerType):
            given.append(build.inttoptr(word, each))
        elif isinstance(each, ir.IntType):
            given.append(build.trunc(word, each) if each.width < WORD.width else word)
        else:
            number = build.bitcast(word, ir.DoubleType())
            given.append(build.fptrunc(number, each) if isinstance(each, ir.FloatType) else number)
    status = build.call(inner, given)
    with build.if_then(build.icmp_signed("!=", status, ir.Constant(HALF, 0)), likely=False):
        build.store(build.ptrtoint(build.load(given[1]), WORD), table)
    build.ret(status)
    return module


def _words(build: ir.IRBuilder, table: Any, forms: tuple[Form, ...]) -> Iterator[Any]:
    """The words of all arguments: of a number one, of an array those that native.py lays out."""
    for at, form in enumerate(_leaves(forms), 1):
        place = build.inttoptr(build.load(build.gep(table, [ir.Constant(WORD, at)])), WORD.as_pointer())
        for word in range(5 + 2 * form[2] if form[0] == "array" else 1):
            yield build.load(build.gep(place, [ir.Constant(WORD, word)]))


def _leaves(forms: tuple[Form, ...]) -> Iterator[Form]:
    for form in forms:
        if form[0] == "tuple":
            yield from _leaves(form[1:])
        else:
            yield form


@cache
def in_store() -> None:
    """Let object code find what Numba has in store for it."""
    cpu_target.target_context.refresh()


def _found(place: tuple[str, str]) -> Any:
    found: Any = importlib.import_module(place[0])
    for name in place[1].split("."):
        found = getattr(found, name)
    return found


def main(claims: Path) -> None:
    """Compile what is asked for on standard input, places of functions, of their parts, and forms, beside others.

    Whoever makes the file of a job in `claims` does it.
    """
    for at, (place, parts, forms) in enumerate(pickle.load(sys.stdin.buffer)):
        try:
            (claims / str(at)).touch(exist_ok=False)
        except FileExistsError:
            continue
        keep(_found(place), tuple((name, _found(part)) for name, part in parts), forms)


if __name__ == "__main__":
    gc.disable()  # a short life, in which the compiler makes much and drops little
    try:
        main(Path(sys.argv[1]))
    except KeyboardInterrupt:
        sys.exit(130)
