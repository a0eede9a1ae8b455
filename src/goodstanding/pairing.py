"""Two runs beside each other: whether the same people lived through both with the same luck, and in what they differ.

Runs may differ in their scenario and in the settings of schemes. What makes the people and their luck must be the
same: society and ties, months, seeds, the version of the program, and what came of it without any scheme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodstanding.errors import InvalidInput, plain

if TYPE_CHECKING:
    from goodstanding.comparison import Readable
    from goodstanding.counts import Counts

WITHOUT = "none"
SOCIETY = ("society", "ties")
"""Settings that make the people and who knows whom."""
ABSENT = "absent"
"""What stands for a setting that one of two runs lacks."""


@dataclass(frozen=True)
class Differs:
    """A setting, a mechanism or a fact that is another one in the second run."""

    path: str
    first: Any
    second: Any

    def __str__(self) -> str:
        return f"{self.path} {plain(str(self.first))} in A, {plain(str(self.second))} in B"


def refuse(verb: str, first: Readable, second: Readable, counts: tuple[Counts, Counts]) -> None:
    """Raise InvalidInput, in one line and with the reason, where two runs cannot be paired."""
    reasons = [str(found) for found in _apart(first, second)] or list(_elsewhere(*counts))
    if reasons:
        more = f"; and {len(reasons) - 3} more" if len(reasons) > 3 else ""
        raise InvalidInput(
            f"{verb}: these runs are not of the same people with the same luck: {'; '.join(reasons[:3])}{more}; "
            f"allowed are runs of one society, one length, the same seeds, one version and one arm {WITHOUT}"
        )


def differences(first: Readable, second: Readable, arm: str) -> list[Differs]:
    """What is not the same in two runs that can be paired: the scenario, and what it sets for one arm."""
    found = [Differs("scenario", *(run.manifest["scenario"] for run in (first, second)))]
    names = other_name(first, second)
    rules = first.manifest["arms"] == second.manifest["arms"]  # a mechanism without settings shows in its arms alone
    one, two = (_settings(run, arm, rules) for run in (first, second))
    two = {_renamed(path, names): value for path, value in two.items()}
    found += [Differs(path, one.get(path, ABSENT), two.get(path, ABSENT)) for path in {**one, **two}]
    return [each for each in found if each.first != each.second]


def other_name(first: Readable, second: Readable) -> tuple[str, str] | None:
    """Where two runs have one scheme each, of different names: what it is called in the second, and in the first."""
    one, two = ({row["path"].split(".")[1] for row in run.cards["mechanisms"] if row["path"].startswith("schemes.")}
                for run in (first, second))  # fmt: skip
    return (two.pop(), one.pop()) if len(one) == len(two) == 1 and one != two else None


def _apart(first: Readable, second: Readable) -> Iterator[Differs]:
    """What keeps two runs from being paired."""
    told = first.manifest, second.manifest
    yield from _other("goodstanding", *(manifest.get("goodstanding", "?") for manifest in told))
    yield from _other("months", *(manifest["months"] for manifest in told))
    yield from _other("society.people", *(manifest["people"] for manifest in told))
    yield from _other("seeds", *(_seeds(manifest["seeds"]) for manifest in told))
    one, two = ({row["path"]: row["value"] for row in run.cards["settings"]} for run in (first, second))
    for path in {**one, **two}:
        if path.split(".")[0] in SOCIETY and path != "society.people":
            yield from _other(path, one.get(path, ABSENT), two.get(path, ABSENT))


def _elsewhere(first: Counts, second: Counts) -> Iterator[str]:
    """The counts of both runs that are others although no scheme is there: people conduct themselves otherwise."""
    one, two = first.sums(WITHOUT), second.sums(WITHOUT)
    apart = dict.fromkeys(name for name, cell in one if two.get((name, cell), one[name, cell]) != one[name, cell])
    yield from (f"{name} is not the same in the arm {WITHOUT}" for name in apart)


def _other(path: str, first: Any, second: Any) -> Iterator[Differs]:
    if first != second:
        yield Differs(path, first, second)


def _seeds(pairs: list[list[int]]) -> str:
    """Pairs of seeds in words, in the order of their numbers."""
    return ", ".join(f"{society} {luck}" for society, luck in sorted(pairs))


def _settings(run: Readable, arm: str, rules: bool) -> dict[str, Any]:
    """The settings that hold in one arm, society apart; with `rules` every mechanism is named as well."""
    found: dict[str, Any] = {row["path"]: "present" for row in run.cards["mechanisms"]} if rules else {}
    changed: Mapping[str, str] = run.cards["arms"]
    for row in run.cards["settings"]:
        root = row["path"].split(".")[0]
        if root not in (*SOCIETY, "months", "arms") or row["path"].startswith(f"arms.{arm}."):
            found[row["path"]] = row["value"]
    return found | ({f"arms.{arm}": changed[arm]} if arm in changed else {})


def _renamed(path: str, names: tuple[str, str] | None) -> str:
    """A path of the second run as the first one would call it."""
    if names is None:
        return path
    second, first = names
    return ".".join(first if part == second else part for part in path.split("."))
