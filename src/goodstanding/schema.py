"""The JSON Schema of scenario files, made from the cards, so that editors complete and check while one types.

It says less than the reader: that shares sum to 1, that classes fall and that paths of arms lead somewhere is beyond
a schema. What it refuses, the reader refuses too.
"""

from __future__ import annotations

import math
from typing import Any

from goodstanding import bibliography
from goodstanding.card import KEYS, MARKS, MOST_ROWS, UNITS, Card, Setting
from goodstanding.checked import (
    MONTHS,
    MOST_BECAUSE,
    MOST_NOTE,
    MOST_TITLE,
    NAME,
    OFF,
    ROW_NAME,
    SCENARIO_NAME,
    SCHEMA_VERSION,
)
from goodstanding.mechanism import FOLDERS, catalogue, standing
from goodstanding.society import PRESETS, Society
from goodstanding.ties import Ties


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file."""
    known = catalogue()

    def cards(folder: str, of_scheme: bool = True) -> dict[str, Any]:
        return {key: _or_off(_card(cls)) for key, cls in standing(folder, of_scheme=of_scheme, known=known).items()}

    folders = {folder: _mapping(cards(folder)) for folder in FOLDERS}
    society = _card(Society)
    society["properties"]["preset"] = {"enum": list(PRESETS), "description": "settings to start from"}
    arm = {"type": "object", "propertyNames": {"pattern": r"^(conduct|schemes)\.[a-z0-9_.A-Z+-]+$"}, "minProperties": 1}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A scenario of goodstanding",
        "description": "A synthetic society, the schemes it lives under and the arms in which it is lived.",
        **_mapping({
            "schema_version": {"const": SCHEMA_VERSION},
            "scenario": {
                "type": "string",
                "pattern": f"^{SCENARIO_NAME.pattern}$",
                "description": "the name, where the file is called otherwise",
            },
            "title": {"type": "string", "maxLength": MOST_TITLE},
            "note": {"type": "string", "maxLength": MOST_NOTE},
            "months": _setting(MONTHS),
            "society": society,
            "ties": _card(Ties),
            "conduct": _mapping(cards("conduct", of_scheme=False)),
            "schemes": {
                "type": "object",
                "propertyNames": {"pattern": f"^{NAME.pattern}$"},
                "additionalProperties": _mapping(folders),
            },
            "arms": {
                "type": "object",
                "propertyNames": {"pattern": f"^{NAME.pattern}$"},
                "additionalProperties": arm,
            },
            "extensions": {"type": "array", "items": {"type": "string", "pattern": r"^[a-z][a-z0-9_]*\.py$"}},
        }),
        "$defs": {"provenance": _provenance()},
    }  # fmt: skip


def _mapping(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _or_off(node: dict[str, Any]) -> dict[str, Any]:
    return {"title": node["title"], "description": node["description"], "anyOf": [node, {"const": OFF}]}


def _card(cls: type[Card]) -> dict[str, Any]:
    properties = {name: _setting(declared) for name, declared in cls.settings.items()}
    return {"title": cls.key(), "description": cls.summary(), **_mapping(properties)}


def _provenance() -> dict[str, Any]:
    """What may stand beside a value; `value` itself is added where it is known."""
    return {
        "properties": {
            "source": {"enum": [*bibliography.NOT_A_SOURCE, *bibliography.keys()]},
            "mark": {"enum": list(MARKS)},
            "because": {"type": "string", "maxLength": MOST_BECAUSE},
            "prior": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        },
        "required": ["value", "source"],
    }


def _sourced(value: dict[str, Any]) -> dict[str, Any]:
    """A value, or the same with its provenance."""
    inside = {"properties": {"value": value}, "unevaluatedProperties": False}
    return {"anyOf": [value, {"type": "object", "$ref": "#/$defs/provenance", **inside}]}


def _setting(declared: Setting) -> dict[str, Any]:
    value = _cell(declared)
    if declared.keys:
        known = KEYS.get(declared.keys)
        names = (
            {"enum": list(known())}
            if known
            else {"pattern": "^[A-Z]$" if declared.defines == "groups" else f"^{ROW_NAME.pattern}$"}
        )
        value = {
            "type": "object",
            "propertyNames": names,
            "additionalProperties": _sourced(value),
            "maxProperties": MOST_ROWS,
        }
    return {
        "title": declared.name,
        "description": f"{declared.help} ({UNITS.get(declared.unit, declared.unit)})",
        "default": declared.default,
        "x-unit": declared.unit,
        "x-source": declared.source,
        "x-mark": declared.mark,
        "x-because": declared.because,
        "x-prior": str(declared.prior),
        **_sourced(value),
    }


def _cell(declared: Setting) -> dict[str, Any]:
    """A scalar, or one cell of a table."""
    if declared.among:
        names = {"enum": list(declared.among)}
        return {"anyOf": [names, {"type": "array", "items": names}]} if declared.keys else names
    if declared.kind == "flag":
        return {"type": "boolean"}
    bounds = {"minimum": declared.low, "maximum": declared.high}
    kind = "integer" if declared.kind == "int" else "number"
    return {"type": kind, **{word: bound for word, bound in bounds.items() if math.isfinite(bound)}}
