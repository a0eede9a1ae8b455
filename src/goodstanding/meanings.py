"""Meanings: what a word of the model stands for, read on the cards and told as plain values.

A mechanism, a measure, one of its counts, a setting's path, an act, an arm, a column: whatever a scenario or a result
names can be asked here, from Python and on the command line alike.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from goodstanding.errors import InvalidInput, nearest, plain

if TYPE_CHECKING:
    from goodstanding.card import Card, Setting
    from goodstanding.measures import Measure
    from goodstanding.scenario import Scenario

CANNOT = (
    "It counts synthetic people under assumptions: it is no estimate for any real population. Its difference between "
    "two arms is one of means: it does not say who in particular was harmed. The interval beside it covers luck alone, "
    "not the assumptions."
)
"""What no measure can say."""


def explain(what: str, names: Iterable[str] = ()) -> dict[str, Any]:
    """Say what a mechanism, measure, count, setting, act, arm or column is; the first key says which of them.

    `what` is a name or a dotted path, as it stands in scenarios and results; `names` are those of schemes and arms that
    may stand in it beside the library's. Raises InvalidInput for an unknown one.
    """
    from goodstanding.acts import ACTS
    from goodstanding.checked import MONTHS
    from goodstanding.library import arm_files, library
    from goodstanding.mechanism import catalogue
    from goodstanding.reader import Problems, read_file
    from goodstanding.scenario import SPELLINGS
    from goodstanding.telling import NESTED
    from goodstanding.world import COLUMNS

    acts = {act.key: act for act in ACTS}
    cards, folders = _cards(), catalogue()
    if what in acts:
        return {"act": what, **{k: v for k, v in vars(acts[what]).items() if k != "key"}}
    if what in NESTED:
        return {"arm": what, "is": NESTED[what]}
    if what in COLUMNS and what not in cards:
        column = COLUMNS[what]
        return {"column": what, "label": column.label, "unit": column.unit or "none", "scope": column.scope}
    if what == MONTHS.name:
        return {"setting": what, **_setting(MONTHS)}
    if what in (laid := arm_files()):
        told = read_file(laid[what], Problems()).plain()
        return {"arm": what, "is": told.pop("title"), "changes": [*told]}
    parts = SPELLINGS.get(what, what).split(".")
    places = [at for at, part in enumerate(parts) if part in cards]
    for at in places:
        if (told := _on(cards[parts[at]], parts[at + 1 :])) is not None:
            _known(what, parts[:at], {"schemes", "arms", "measures", *folders, *cards, *NESTED, *names})
            return told
    if what in folders:
        return {"folder": what, "holds": {key: cls.summary() for key, cls in folders[what].items()}}
    if places:
        cls, asked = cards[parts[places[-1]]], parts[places[-1] + 1]
        names = [*cls.settings, *getattr(cls, "counts", ())]
        known = f"; allowed is one of {', '.join(names)}{nearest(asked, names)}"
        raise InvalidInput(f"explain: {cls.key()} has no '{plain(asked)}'{known}")
    names = [*library(), *cards, *acts, *NESTED, *laid, *COLUMNS, *folders, *SPELLINGS]
    names += [f"{key}.{name}" for key, cls in cards.items() for name in (*cls.settings, *getattr(cls, "counts", ()))]
    hint = next(filter(None, (nearest(word, names) for word in (what, *parts))), "")
    raise InvalidInput(
        f"explain: '{plain(what)}' is unknown; allowed is a scenario, a mechanism, a "
        f"setting's path, a measure or one of its counts, an act (`goodstanding list`), an arm or a column{hint}"
    )


def named(scenario: Scenario) -> set[str]:
    """The names of a scenario's schemes and arms."""
    return {*scenario.arms, *(scheme.name for world in scenario.worlds.values() for scheme in world.schemes)}


def _known(what: str, words: Sequence[str], names: set[str]) -> None:
    """Raise InvalidInput where one of the words before a card is the name of nothing."""
    from goodstanding.library import library
    from goodstanding.scenario import read

    if {*words} <= names:
        return
    names = names.union(*(named(read(name)) for name in library()))
    if word := next((word for word in words if word not in names), ""):
        raise InvalidInput(
            f"explain: in '{plain(what)}' nothing is called '{plain(word)}'; allowed is a scheme or arm of the "
            f"library, or with --scenario of yours{nearest(word, names)}"
        )


def _cards() -> dict[str, type[Card]]:
    """Everything that has a card, by key."""
    from goodstanding.measures import measures
    from goodstanding.mechanism import catalogue
    from goodstanding.society import Society
    from goodstanding.ties import Ties

    mechanisms = {key: cls for found in catalogue().values() for key, cls in found.items()}
    return {"society": Society, "ties": Ties, **mechanisms, **measures()}


def _on(cls: type[Card], rest: Sequence[str]) -> dict[str, Any] | None:
    """What a card says of itself, or of the setting or count that the rest of a path names; None where it has none."""
    counts: Mapping[str, str] = getattr(cls, "counts", {})
    if not rest:
        return _card(cls, counts)
    if rest[0] in cls.settings:
        return {"setting": f"{cls.key()}.{rest[0]}", **_setting(cls.settings[rest[0]])}
    if rest[0] in counts:
        return {"count": f"{cls.key()}.{rest[0]}", "label": counts[rest[0]], **_counted(cls, rest[0])}
    return None


def _card(cls: type[Card], counts: Mapping[str, str]) -> dict[str, Any]:
    """A whole card: what it does, its settings, and what it counts of whom."""
    from goodstanding.measures import Measure

    told: dict[str, Any] = {getattr(cls, "folder", "card"): cls.key(), "summary": cls.summary()}
    if issubclass(cls, Measure):
        told = {"measure": cls.key(), **_measured(cls)}
    return {
        **told,
        "settings": {name: _setting(declared) for name, declared in cls.settings.items()},
        "counts": [{"count": n, "label": label, "denominator": _denominator(cls, n)} for n, label in counts.items()],
        "sources": list(cls.sources()),
    }


def _counted(cls: type[Card], count: str) -> dict[str, Any]:
    """What stands behind one count."""
    from goodstanding.measures import Measure

    told = {"denominator": _denominator(cls, count)}
    if issubclass(cls, Measure):
        return {**told, **_measured(cls)}
    return {**told, "definition": cls.summary(), "objective": "never", "cannot": CANNOT}


def _measured(cls: type[Measure]) -> dict[str, Any]:
    """What all counts of a measure have in common."""
    cannot = [f"It counts {cls.unit}, not people: one person may stand for many of them."] if cls.persons else []
    if cls.of_scheme:
        cannot += ["Where an arm has no such scheme it is counted as nought, which is no finding about that arm."]
    return {
        "definition": inspect.cleandoc(cls.__doc__ or ""),
        "unit": cls.unit,
        "counted": "once for every scheme" if cls.of_scheme else "once for the society",
        "direction": "neither more nor less is better" if cls.better == "neither" else f"{cls.better} is better",
        "objective": "never: nothing may be optimised for it" if cls.objective == "never" else cls.objective,
        "cannot": " ".join([*cannot, CANNOT]),
    }


def _denominator(cls: type[Card], count: str) -> str:
    """What the rate of a count is taken of."""
    counts: Mapping[str, str] = getattr(cls, "counts", {})
    per: str = getattr(cls, "per", {}).get(count, "adults")
    return counts.get(per, per)


def _setting(declared: Setting) -> dict[str, Any]:
    """A setting: meaning, default, what is allowed, what is plausible, and where the default comes from."""
    told = {
        "is": declared.help,
        "default": declared.default,
        "unit": declared.unit,
        "allowed": declared.allowed,
        "prior": str(declared.prior),
        "mark": declared.mark,
        "source": declared.source,
        "because": declared.because,
    }
    return {key: value for key, value in told.items() if value != ""}
