"""The sources behind the numbers: one list of keys, read from `bibliography.yaml` when first asked for."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from goodstanding.errors import InvalidInput, nearest, plain

NOT_A_SOURCE = ("assumed", "derived", "recalled")
"""What stands in place of a key where no text has the value; it needs a reason."""


@cache
def _entries() -> dict[str, dict[str, str]]:
    from ruamel.yaml import YAML

    text = (files("goodstanding") / "bibliography.yaml").read_text(encoding="utf-8")
    read = YAML(typ="safe", pure=True).load(text)
    return {key: {field: str(value) for field, value in fields.items()} for key, fields in read.items()}


def keys() -> tuple[str, ...]:
    """Every source key, in the order of the file."""
    return tuple(_entries())


def entry(key: str) -> dict[str, str]:
    """Title, author, year and address of a source, and which ones to `see`. InvalidInput where nobody entered it."""
    if key not in _entries():
        raise InvalidInput(
            f"bibliography: '{plain(key)}' is no source; allowed is a key of the bibliography{nearest(key, keys())}"
        )
    return dict(_entries()[key])
