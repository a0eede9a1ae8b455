"""Skeletons: a new mechanism or measure as one file that works as it is, to be changed.

Each kind has its own, in `skeletons/`. It keeps the contract of the catalogue, a run can use it at once, and it says
where to begin.
"""

from __future__ import annotations

import builtins
import keyword
import re
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from string import Template

from goodstanding.errors import InvalidInput, Resources, nearest, plain

KINDS = {
    "conduct": "conduct",
    "observation": "observation",
    "scoring": "scoring",
    "sanction": "sanctions",
    "attack": "attacks",
    "safeguard": "safeguards",
    "measure": "measures",
}
"""What can be written, and the folder that it belongs to."""
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*")
RESERVED = (
    "month", "first", "people", "adults", "seed", "copy", "counts", "stratum", "dormant", "room", "act_room", "struck",
    "none", "ghost", "aware", "full", "off", "self", "society", "ties", "schemes", "arms",
)  # fmt: skip
"""What kernels, arms and scenarios call by these names already."""
MOST_LETTERS = 27
"""An arm is called with_NAME and has at most 32."""
ALONE = {"scoring": "ledger", "sanction": "restrictions"}
"""Kinds whose skeleton does by itself what a mechanism of the package does, which is then left out."""


def write(kind: str, name: str, folder: Path) -> Path:
    """Write the skeleton of a kind under a name and return its file; nothing is ever overwritten.

    Raises InvalidInput for a kind that is unknown, for a name that cannot be used or is taken, and for a file that is
    there already.
    """
    text = skeleton(kind, name)
    path = folder / f"{name}.py"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InvalidInput(f"new: {plain(str(path))} is there already; allowed is a name without a file") from None
    except OSError as error:
        raise Resources(f"{plain(str(path))}: {error.strerror}; the file is written to the current folder") from None
    return path


def skeleton(kind: str, name: str) -> str:
    """The text of the file."""
    if kind not in KINDS:
        raise InvalidInput(
            f"new: '{plain(kind)}' is no kind; allowed is one of {', '.join(KINDS)}{nearest(kind, KINDS)}"
        )
    _usable(kind, name)
    text = (files("goodstanding") / "skeletons" / f"{kind}.py.txt").read_text(encoding="utf-8")
    return Template(text).substitute(Name="".join(part.capitalize() for part in name.split("_")))


def lines(kind: str, name: str, scheme: str = "suining") -> str:
    """What a scenario says to use it: for a mechanism an arm of its own, beside the same people without it."""
    if kind == "measure":
        return f"extensions: [{name}.py]"
    path = f"conduct.{name}" if kind == "conduct" else f"schemes.{scheme}.{KINDS[kind]}.{name}"
    told = [f"extensions: [{name}.py]", "arms:", f"  with_{name}:", f"    {path}: {{}}"]
    if kind in ALONE:
        told.append(f"    schemes.{scheme}.{KINDS[kind]}.{ALONE[kind]}: off")
    return "\n".join(told)


def _usable(kind: str, name: str) -> None:
    from goodstanding.measures import measures
    from goodstanding.mechanism import catalogue
    from goodstanding.world import COLUMNS

    if not NAME.fullmatch(name) or len(name) > MOST_LETTERS or keyword.iskeyword(name) or keyword.issoftkeyword(name):
        meant = re.sub(r"[^a-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()).strip("_")
        hint = f"; did you mean '{meant}'?" if meant != name and NAME.fullmatch(meant) else ""
        raise InvalidInput(
            f"new: '{plain(name)}' cannot be used; allowed is a name such as second_look, of at most "
            f"{MOST_LETTERS} small letters, digits and underscores, every part beginning with a letter{hint}"
        )
    taken = dict.fromkeys(dir(builtins), "a word of Python") | dict.fromkeys(
        RESERVED, "a word of kernels, arms or scenarios"
    )
    if find_spec(name) is not None:  # the file would be imported in its place by whatever runs in this folder
        taken[name] = "a module of Python or of a package"
    taken |= {key: f"{folder}.{key}" for folder, found in catalogue().items() for key in found}
    taken |= {key: f"measures.{key}" for key in measures()} | dict.fromkeys(COLUMNS, "a column of the world")
    if name in taken:
        raise InvalidInput(f"new: '{name}' is taken already ({taken[name]}); allowed is any other name")
