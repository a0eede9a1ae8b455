"""Native: marked functions as machine code, bound to their arguments and called one after the other.

A compiled function reads its arguments by way of a table: an address for each number and array, where its words lie. An
argument that changes while a society lives (the month, the columns of a record that grows) stands in a `Cell`, and
every table points there; so a month is laid out once, and nothing is handed over again from call to call.
"""

from __future__ import annotations

import ctypes
import pickle
import struct
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from types import FunctionType
from typing import Any, Protocol

import numpy as np

from goodstanding.kept import ALONE, Form, entry, linker, replaced
from goodstanding.rehearsal import note, rehearsing, uncompiled

WORD = ctypes.sizeof(ctypes.c_int64)


def form(value: Any) -> Form:
    """The form of a value: dtype, and of an array the dimensions, the layout and whether it may be written to."""
    if isinstance(value, np.ndarray):
        flags = value.flags
        layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
        return ("array", value.dtype.str, value.ndim, layout, flags.writeable)
    if isinstance(value, tuple):
        return ("tuple", *map(form, value))
    if isinstance(value, Cell):
        return value.form
    return ("number", np.asarray(value).dtype.str)


def words(value: Any) -> tuple[int, ...]:
    """The words of a number or an array, in the order in which compiled functions take its parts.

    An array is owner and parent (nobody's here), places, bytes each, address, shape and strides.
    """
    if isinstance(value, np.ndarray):
        address = value.__array_interface__["data"][0]
        return (0, 0, value.size, value.itemsize, address, *value.shape, *value.strides)
    if isinstance(value, float | np.floating):
        return (int(struct.unpack("<q", struct.pack("<d", value))[0]),)
    return (int(value),)


def leaves(value: Any) -> Iterator[Any]:
    """The numbers and arrays of an argument, those inside tuples one after the other."""
    if isinstance(value, tuple):
        for each in value:
            yield from leaves(each)
    else:
        yield value


class Cell:
    """An argument that changes: what was put there last is what everybody finds who was bound to it."""

    def __init__(self, value: Any) -> None:
        self.form, laid = form(value), words(value)
        self.value, self.words = value, (ctypes.c_int64 * len(laid))(*laid)
        self.address = ctypes.addressof(self.words)

    def put(self, value: Any) -> None:
        """Another value of the same form."""
        self.value, self.words[:] = value, list(words(value))


class Plain:
    """A function bound to its arguments, uncompiled."""

    def __init__(self, function: Callable[..., None], args: Sequence[Any]) -> None:
        self.function, self.args = function, list(args)

    def __call__(self) -> None:
        self.function(*map(_found, self.args))


def _found(arg: Any) -> Any:
    """An argument with the values of its cells."""
    if isinstance(arg, tuple):
        return tuple(map(_found, arg))
    return arg.value if isinstance(arg, Cell) else arg


class Table:
    """A compiled function bound to its arguments: where it begins, and the addresses that it reads.

    The first word is left for where an error is described. What stays as it is lies beside the table; the arguments are
    kept, as what an address points at must outlive it.
    """

    def __init__(self, begins: int, args: Sequence[Any]) -> None:
        found = [each for arg in args for each in leaves(arg)]
        laid = [() if isinstance(each, Cell) else words(each) for each in found]
        self.begins, self.args = begins, list(args)
        self.fixed = (ctypes.c_int64 * sum(map(len, laid)))(*(word for each in laid for word in each))
        first = ctypes.addressof(self.fixed)
        starts = accumulate(map(len, laid), initial=0)
        places = (
            each.address if isinstance(each, Cell) else first + WORD * at
            for each, at in zip(found, starts, strict=False)
        )  # fmt: skip
        self.words = (ctypes.c_int64 * (1 + len(found)))(0, *places)
        self.address = ctypes.addressof(self.words)

    def __call__(self) -> None:
        Row([self])()


class Row:
    """Tables whose functions are called one after the other, in one go and without Python in between."""

    def __init__(self, tables: Sequence[Table]) -> None:
        pairs = [word for table in tables for word in (table.begins, table.address)]
        self.tables, self.pairs = tables, (ctypes.c_int64 * len(pairs))(*pairs)
        self.call, self.given = _caller(), (ctypes.addressof(self.pairs), len(tables))

    def __call__(self) -> None:
        if past := self.call(*self.given):
            raise _raised(self.tables[past - 1].words[0])


def _raised(address: int) -> BaseException:
    """The error that Numba describes there: a pickle of what was raised, and how long it is."""
    length = ctypes.c_int32.from_address(address + ctypes.sizeof(ctypes.c_void_p)).value
    kind, args, _ = pickle.loads(ctypes.string_at(ctypes.c_void_p.from_address(address).value or 0, length))
    return kind(*(args or ()))  # type: ignore[no-any-return]


class Bound(Protocol):
    """A function with its arguments laid out."""

    def __call__(self) -> None: ...


def bound(function: FunctionType, args: Sequence[Any], **parts: FunctionType) -> Bound:
    """A marked function, compiled for what it is called with, with these arguments; those in a `Cell` may change.

    Helpers that it calls are compiled into it; `parts` stand in for helpers of that name.
    """
    named = tuple(parts.items())
    if uncompiled() or rehearsing():
        note(function, named, tuple(map(form, args)))
        return Plain(replaced(function, parts), args)
    return Table(entry(function, named, tuple(map(form, args))), args)


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
    into = linker(ALONE)
    from llvmlite import binding as llvm

    into.add_module(llvm.parse_assembly(IN_A_ROW))
    into.finalize_object()
    kind = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_int64)
    return kind(into.get_function_address("in_a_row"))
