"""What can go wrong, and the exit code each kind ends in.

GoodstandingError
├── InvalidInput  2   a scenario, a setting or a command line that cannot be run
├── Resources     3   memory, disk or a limit of the key layout
├── Integrity     4   a file or a digest that is not what it says it is
└── Interrupted 130   a run that was stopped, and the folder that it leaves

No two runs meet in one folder: each makes its own, under a name that is not yet there.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence


class GoodstandingError(Exception):
    """An error that is told in one plain line a problem, never in a traceback."""

    exit_code = 1

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems: Sequence[str] = problems


class InvalidInput(GoodstandingError):
    """What was asked for cannot be run as written."""

    exit_code = 2


class Resources(GoodstandingError):
    """The machine, or a declared limit, is too small for what was asked for."""

    exit_code = 3


class Integrity(GoodstandingError):
    """A file or digest differs from what the manifest says."""

    exit_code = 4


class Interrupted(GoodstandingError):
    """A run was stopped before it was finished."""

    exit_code = 130


def plain(value: object) -> str:
    """A value as it may be printed: one line, at most 60 characters, controls and bidi overrides escaped."""
    text = repr(value) if not isinstance(value, str) else value
    text = "".join(c if c.isprintable() and not ("\u202a" <= c <= "\u2069") else f"\\u{ord(c):04x}" for c in text)
    return text if len(text) <= 60 else text[:57] + "..."


def nearest(name: str, names: Iterable[str]) -> str:
    """'; did you mean 'x'?' for the closest of the right names, or an empty string.

    Of a right name with parts, such as `attacks/insiders`, the last part alone may be meant.
    """
    known = list(names)
    if name in known:
        return ""  # it is known, and refused for another reason
    last = {re.split("[./]", known_name)[-1]: known_name for known_name in known[::-1]}
    for right in ({name: name for name in known}, last):
        if close := difflib.get_close_matches(name, right, n=1, cutoff=0.6):
            return f"; did you mean '{right[close[0]]}'?"
    return ""
