"""A scenario file as a tree in which every key and value remembers its line and column.

YAML 1.2, and JSON as its subset, without what can surprise: aliases, anchors, merge keys, tags, directives, second
documents, duplicate keys and the number forms of YAML 1.1 are refused while the events come in, before anything is
built. The limits are such that the slowest file within them is refused in less than a second.
"""

from __future__ import annotations

import math
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from goodstanding.errors import InvalidInput, Resources, plain

if TYPE_CHECKING:
    from ruamel.yaml.events import Event, ScalarEvent

MOST_BYTES = 256 * 1024
MOST_NODES = 20_000
DEEPEST = 32
MOST_DIGITS = 18
MOST_PROBLEMS = 20
SUFFIXES = (".yaml", ".yml", ".json")
TABLES = (".csv", ".tsv", ".parquet", ".xlsx", ".xls", ".sav", ".dta", ".feather", ".arrow", ".sqlite", ".db")
NO_PERSONS = "societies are generated; there is no import of persons (VISION.md)"

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_ODD = re.compile(
    r"[-+]?(0[0-9_]+(\.[0-9_]*)?|0[xob][0-9a-fA-F_]+|[0-9][0-9_]*_[0-9_.]*|[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?)"
)
_NOT_FINITE = re.compile(r"[-+]?\.inf|\.nan", re.IGNORECASE)
_NULL = ("", "~", "null", "Null", "NULL")
_FLAGS = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True)
class Mark:
    """Where something stands: a file with line and column from 1, or a word such as `--set` without them."""

    file: str
    line: int = 0
    col: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.col}" if self.line else self.file


@dataclass(frozen=True)
class Node:
    """A value with its place: a scalar, a dict of nodes or a list of nodes; `key` is the place of its key."""

    value: Any
    mark: Mark
    key: Mark

    def plain(self) -> Any:
        """The value without its places."""
        if isinstance(self.value, dict):
            return {name: node.plain() for name, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value


def unmarked(value: Any, mark: Mark) -> Node:
    """A plain value as a node, all of it at one place."""
    if isinstance(value, dict):
        value = {name: unmarked(inner, mark) for name, inner in value.items()}
    elif isinstance(value, (list, tuple)):
        value = [unmarked(inner, mark) for inner in value]
    return Node(value, mark, mark)


@dataclass
class Problems:
    """What is wrong with a scenario, collected so that all of it is told at once, one line each."""

    found: dict[tuple[Mark, str], str] = field(default_factory=dict)

    def add(self, mark: Mark, path: str, what: str) -> None:
        """Note one problem; what follows from it at the same place is not told again."""
        self.found.setdefault((mark, path), what)

    def __bool__(self) -> bool:
        return bool(self.found)

    def tell(self) -> None:
        """Raise InvalidInput with every problem, sorted by line, where there is one."""
        if not self.found:
            return
        order = sorted(self.found.items(), key=lambda p: (p[0][0].line == 0, p[0][0].line, p[0][0].col))
        told = [
            (str(mark), "" if str(mark) == f"--{path.split('.')[-1]}" else path, what) for (mark, path), what in order
        ]
        lines = [": ".join(filter(None, each)) for each in told]
        if len(lines) > MOST_PROBLEMS:
            lines[MOST_PROBLEMS:] = [f"and {len(lines) - MOST_PROBLEMS} more"]
        raise InvalidInput(*lines)


def read_file(path: Path, problems: Problems) -> Node:
    """The tree of a scenario file. Raises InvalidInput where there is no tree to go on with."""
    file = shown(path)
    return read_text(_text(path, Mark(file, 1, 1)), Mark(file, 1, 1), problems)


def read_text(text: str, start: Mark, problems: Problems, path: str = "") -> Node:
    """The tree of a YAML text. What can be passed over is added to the problems; the rest raises InvalidInput."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    tree = _Tree(start, problems)
    try:
        tree.events = iter(YAML(typ="safe", pure=True).parse(text))
        return tree.document(path)
    except YAMLError as error:
        place = getattr(error, "problem_mark", None)
        what = plain(getattr(error, "problem", None) or "an unreadable character")
        problems.add(tree.at(place) if place else start, path, f"not YAML: {what}; allowed is YAML 1.2 or JSON")
    except (ValueError, OverflowError):
        problems.add(tree.last, path, "an escape that names no character; allowed is YAML 1.2 or JSON")
    except _Hopeless:
        pass
    problems.tell()
    raise AssertionError("unreachable")


def shown(path: Path | str) -> str:
    """A path as it may be printed."""
    return "/".join(plain(part) for part in str(path).split("/"))


def _text(path: Path, start: Mark) -> str:
    """The characters of a file. Special files are refused before they are opened."""
    try:
        mode = path.stat().st_mode
        if path.suffix.lower() in TABLES:
            raise InvalidInput(f"{start}: a table is no scenario: {NO_PERSONS}")
        if not stat.S_ISREG(mode):
            kind = "a folder" if stat.S_ISDIR(mode) else "a special file"
            raise InvalidInput(f"{start}: {kind}; allowed is a plain file ({', '.join(SUFFIXES)})")
        if path.suffix.lower() not in SUFFIXES:
            raise InvalidInput(f"{start}: no name of a scenario; allowed is a file that ends in {', '.join(SUFFIXES)}")
        with path.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        raise InvalidInput(f"{start}: no such file; allowed is a scenario file or a name of the library") from None
    except OSError as error:
        raise Resources(f"{start}: cannot be read ({error.strerror})") from None
    if len(data) > MOST_BYTES:
        raise InvalidInput(f"{start}: more than {MOST_BYTES} bytes; allowed are at most {MOST_BYTES}")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InvalidInput(f"{start}: UTF-16 at byte 0; allowed is UTF-8")
    if data.startswith(b"PAR1"):
        raise InvalidInput(f"{start}: a table is no scenario: {NO_PERSONS}")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        mark = Mark(start.file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise InvalidInput(f"{mark}: not UTF-8 at byte {error.start}; allowed is UTF-8") from None
    if odd := _UNPRINTABLE.search(text):
        before = text[: odd.start()].encode()
        mark = Mark(start.file, before.count(b"\n") + 1, odd.start() - text.rfind("\n", 0, odd.start()))
        what = f"the invisible character U+{ord(odd.group()):04X} at byte {len(before)}"
        raise InvalidInput(f"{mark}: {what}; allowed is text without control characters")
    return text


class _Hopeless(Exception):
    """The rest of the file makes no sense after the last problem."""


class _Tree:
    """Builds nodes from the events of a YAML text; never deeper or larger than the limits."""

    events: Iterator[Event]

    def __init__(self, start: Mark, problems: Problems) -> None:
        self.start, self.problems, self.last, self.nodes = start, problems, start, 0

    def at(self, place: Any) -> Mark:
        """The mark of a place that the parser names."""
        return Mark(self.start.file, place.line + 1, place.column + 1) if self.start.line else self.start

    def next(self) -> tuple[str, Any, Mark]:
        event = next(self.events)
        self.last = self.at(event.start_mark)
        return type(event).__name__, event, self.last

    def refuse(self, path: str, what: str) -> _Hopeless:
        self.problems.add(self.last, path, what)
        return _Hopeless()

    def document(self, path: str) -> Node:
        """The one document there may be."""
        self.next()
        kind, event, _ = self.next()
        if kind == "StreamEndEvent":
            raise self.refuse(path, "empty; allowed is a mapping of keys and values")
        if event.version or event.tags:
            self.problems.add(self.last, path, "a directive; allowed is YAML 1.2 without directives")
        root = self.node(*self.next(), path, 0, None)
        self.next()
        if self.next()[0] != "StreamEndEvent":
            raise self.refuse(path, "a second document; allowed is one")
        return root

    def node(self, kind: str, event: Any, mark: Mark, path: str, depth: int, key: Mark | None) -> Node:
        """One value with all that is in it; its first event has just come in."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self.refuse(path, f"more than {MOST_NODES} values; allowed are at most {MOST_NODES}")
        if kind == "AliasEvent":
            raise self.refuse(path, f"an alias (*{plain(event.anchor)}); write the value out")
        if event.anchor is not None:
            self.problems.add(mark, path, f"an anchor (&{plain(event.anchor)}); write the value out where it is due")
        if event.tag is not None:
            self.problems.add(mark, path, f"a tag ({plain(str(event.tag))}); allowed is a value without a tag")
        if kind == "ScalarEvent":
            mark = mark if event.value or event.style else key or mark  # nothing stands where its key stands
            return Node(self.scalar(event, mark, path), mark, key or mark)
        if depth == DEEPEST:
            raise self.refuse(path, f"nesting > {DEEPEST}; allowed is nesting of at most {DEEPEST}")
        build = self.mapping if kind == "MappingStartEvent" else self.sequence
        return Node(build(path, depth + 1), mark, key or mark)

    def sequence(self, path: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while (found := self.next())[0] != "SequenceEndEvent":
            items.append(self.node(*found, joined(path, str(len(items))), depth, None))
        return items

    def mapping(self, path: str, depth: int) -> dict[str, Node]:
        items: dict[str, Node] = {}
        while (found := self.next())[0] != "MappingEndEvent":
            kind, event, mark = found
            if kind != "ScalarEvent":
                raise self.refuse(path, "a key that is not plain text; allowed is a word before the colon")
            key = self.characters(event.value, mark, path, key=True)
            inner = joined(path, key)
            if event.anchor is not None or event.tag is not None:
                self.problems.add(mark, inner, "an anchor or a tag before a key; allowed is the key alone")
            if key == "<<" and not event.style:
                self.problems.add(mark, inner, "a merge key; write the values out where they are due")
            node = self.node(*self.next(), inner, depth, mark)
            if key in items:
                lines = f"line {items[key].key.line} and again in line {mark.line}" if mark.line else "twice"
                self.problems.add(mark, inner, f"a duplicate key, in {lines}; allowed is each key once")
            else:
                items[key] = node
        return items

    def characters(self, text: str, mark: Mark, path: str, *, key: bool = False) -> str:
        """Text after its escapes: JSON's surrogate pairs joined, nothing invisible in it."""
        text = _PAIR.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), text)
        if odd := _UNPRINTABLE.search(text):
            text = _UNPRINTABLE.sub("\ufffd", text)
            what = f"an escape that stands for the invisible character U+{ord(odd.group()):04X}"
            place = joined(path, text) if key else path
            self.problems.add(mark, place, f"{what}; allowed is text without control characters")
        return text

    def scalar(self, event: ScalarEvent, mark: Mark, path: str) -> Any:
        """Null, true, false, a number or text, as YAML 1.2 has it; a number only in plain decimals."""
        text: str = event.value
        if event.style:
            return self.characters(text, mark, path)
        if text in _NULL:
            return None
        if text in _FLAGS:
            return _FLAGS[text]
        if _ODD.fullmatch(text):
            what = f"{plain(text)} is a number in a form that readers take differently"
            self.problems.add(mark, path, f"{what}; write a plain decimal, or quote it where text is due")
            return 0
        if _WHOLE.fullmatch(text):
            digits = len(text.lstrip("+-"))
            if digits <= MOST_DIGITS:
                return int(text)
            self.problems.add(mark, path, f"a number of {digits} digits; allowed are at most {MOST_DIGITS}")
            return 0
        if _NOT_FINITE.fullmatch(text) or (_DECIMAL.fullmatch(text) and not math.isfinite(float(text))):
            self.problems.add(mark, path, f"{plain(text)} is not a finite number; write a plain decimal")
            return 0
        return float(text) + 0.0 if _DECIMAL.fullmatch(text) else self.characters(text, mark, path)


def joined(path: str, key: str) -> str:
    """A dotted path with one more key, which is escaped where it could mislead the eye."""
    key = key if key.isascii() else ascii(key)[1:-1]
    key = ".".join(map(plain, key.split("."))) if len(key) <= 200 else plain(key)
    return f"{path}.{key}" if path else key
