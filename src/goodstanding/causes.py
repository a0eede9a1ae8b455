"""Causes: why something was done to a person, followed back from the sanction to what stood on record.

The chain follows from declarations: a step that made a column, the columns it read, the steps that made those, down to
the entries and to whether what they say had happened. What a month rests on is told by the same rule as the measure
`unfounded`, for one person: a sum over everybody's lives is that measure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from goodstanding.acts import ACTS
from goodstanding.around import MOTIVE_BITS
from goodstanding.history import History, numbered
from goodstanding.measures.unfounded import CAUSES, PATHS
from goodstanding.words import Words, listed, origin, plain_name
from goodstanding.world import RECORD, TRUE, Column

if TYPE_CHECKING:
    from goodstanding.trace import Key, Row

JOINT, NO_PATH, FAMILY, UNRECORDED = "joint", "no_path_alone", "family", "unrecorded"
KIN, ADULTS = ("parent", "spouse"), ("head", "spouse")
NOT_DONE = "entered as an act of the person's own, and not done"
"""Of an entry that a probe makes: the measures look on it as own conduct."""


class Causes:
    """Why things were done to the people of one household in one arm."""

    def __init__(self, words: Words, lives: Mapping[int, History], roles: Mapping[int, str]) -> None:
        self.words, self.lives, self.roles = words, lives, roles

    def verdicts(self, person: int) -> Iterator[dict[str, Any]]:
        """What each sanction-month of a person rests on: unfounded, induced or own conduct, with its but-for causes."""
        history = self.lives[person]
        for scheme, own_key, kin_keys in self._bars():
            seen_key, twin_key = ((own_key[0], f"{copy}.{own_key[1]}") for copy in ("seen", "twin"))
            for month in range(history.months):
                own = history.at(own_key, month)
                kin = 0
                for key in kin_keys:
                    kin |= history.at(key, month)
                seen, twin = history.at(seen_key, month), history.at(twin_key, month)
                again = history.traced.rests.get((month, f"{scheme}.{self.words.unfounded.key()}"), {})
                for bit in range(16):
                    if (own | kin) >> bit & 1:
                        lacks = {name for name in again if not again[name] >> bit & 1}
                        lacks ^= {UNRECORDED} & {*again}  # the one cause of which a month counts that it does not lack
                        mine, theirs = own >> bit & 1, kin >> bit & 1
                        told = _verdict(mine, theirs, seen >> bit & 1, twin >> bit & 1, lacks)
                        yield {
                            "month": month, "scheme": scheme, "domain": self.words.items(own_key, 1 << bit)[0],
                            "own_name": bool(mine), "rests_on": told[0], "but_for": told[1],
                        }  # fmt: skip

    def _bars(self) -> Iterator[tuple[str, Key, list[Key]]]:
        """Of each scheme the column by which the own record bars, and those by which somebody else's does."""
        for scheme in self.words.world.schemes:
            keys = [key for key in self._burdens() if key[0] == scheme.name and self.words.column(key).into]
            bars = [key for key in keys if self.words.column(key).bits == "domains"]
            for own in (key for key in bars if self.words.column(key).copies):
                yield scheme.name, own, [key for key in bars if not self.words.column(key).copies]

    def _burdens(self) -> list[Key]:
        keys = {key for step in self.words.steps.values() for key in step.makes()}
        return sorted(key for key in keys if self.words.column(key).burden)

    def sanctions(self, person: int) -> list[dict[str, Any]]:
        """Everything that weighed on a person, spell by spell, each with the chain of its causes."""
        history, verdicts, found = self.lives[person], list(self.verdicts(person)), []
        for key in self._burdens():
            column = self.words.column(key)
            for value, first, last in history.spells(key):
                path = history.maker(key, first)
                scheme = self.words.steps[path].scheme if path else key[0]
                domains = self.words.items(key, value) if column.bits else []
                rests = [
                    v for v in verdicts
                    if v["scheme"] == scheme and v["domain"] in domains and first <= v["month"] <= last
                    and v["own_name"] == column.copies
                ] if column.into else []  # fmt: skip
                found.append({
                    "scheme": scheme, "what": self._what(key, value), "domains": domains, "from": first, "to": last,
                    "own_name": column.copies or not column.into or not column.bits, "rule": path,
                    "chain": self._chain(person, key, first), "entries": self._entries(person, scheme, first, last),
                    "sanction_months": len(rests), "phases": list(self._phases(rests)),
                    "relatives": self._relatives(person, key, first), "family": self._family(person, key, first, last),
                    "around": self._around(history, first, last),
                })  # fmt: skip
        return sorted(found, key=lambda told: (told["from"], told["to"], told["what"]))

    def _what(self, key: Key, value: int) -> str:
        column = self.words.column(key)
        if column.bits:
            return f"barred from {listed(self.words.items(key, value))}"
        return column.label if value == 1 and not column.unit else f"{column.label}: {self.words.value(key, value)}"

    def _chain(self, person: int, key: Key, month: int) -> list[dict[str, Any]]:
        """The steps behind a column, the last one first: what each does, by which numbers, and what it made."""
        history, waiting, links = self.lives[person], [key], list[dict[str, Any]]()
        while waiting:
            made = waiting.pop(0)
            path = history.maker(made, month)
            if not path or any(link["step"] == path for link in links):
                continue
            step = self.words.steps[path]
            held = self._held(history, step.scheme, month)
            mine = [k for k in sorted(history.ends) if path in dict(history.made.get((month, k), ()))]
            there = [k for k in mine if self._tells(k, step.scheme) and history.at(k, month)]
            links.append({
                "step": path, "does": step.rule.summary(), "settings": self.words.said(path, held),
                "made": [self.words.holds(k, history.at(k, month)) for k in there],
            })  # fmt: skip
            if self._asked_of_kin(history, path, month):
                continue  # what stands behind it is theirs
            reads = sorted((owner, name) for prefix, owner, name in step.reads() if prefix == "" and owner)
            waiting += [k for k in reads if k in history.ends and k[0] == step.scheme]
        return links

    def _asked_of_kin(self, history: History, path: str, month: int) -> list[str]:
        """The flags of relatives that a step found that month."""
        shown = history.traced.shown.items()
        found = [name for (at, step, name), value in shown if (at, step) == (month, path) and value]
        return [name.partition("_")[2] for name in found if name.partition("_")[0] in KIN]

    def _tells(self, key: Key, scheme: str) -> bool:
        """True for a column of the scheme itself, as the record has it."""
        column: Column = self.words.column(key)
        return key[0] == scheme and plain_name(key[1]) == key[1] and not column.combine

    def _held(self, history: History, scheme: str, month: int) -> dict[str, set[str]]:
        """The rows of tables that a person has to do with: their class and the one above, the acts on their record."""
        held: dict[str, set[str]] = {"acts": {_looks_like(row[0]) for row in history.entries(scheme, month)}}
        for key in history.ends:
            names = self.words.rows.get(key[0], {}).get(self.words.column(key).bits)
            if names and key[0] == scheme and plain_name(key[1]) == key[1]:
                at = history.at(key, month)
                held[self.words.column(key).bits] = {*names[max(0, at - 1) : at + 1]}
        return held

    def _entries(self, person: int, scheme: str, first: int, last: int) -> list[dict[str, Any]]:
        """What stood on the record in a span of months: each entry, what it weighs, and whether it had happened."""
        return [e for e in self.record(person) if e["scheme"] == scheme and _stood(e, first, last)]

    def record(self, person: int) -> list[dict[str, Any]]:
        """Every entry that ever stood on a scheme's record of a person, with the month in which it went."""
        found: dict[tuple[str, Any], dict[str, Any]] = {}
        history = self.lives[person]
        for month, step, scheme, rows in history.traced.records:
            there = numbered(rows)
            for key, row in there.items():
                if row[3] & RECORD and (scheme, key) not in found:
                    told = entry(self.words, history, scheme, row)
                    found[(scheme, key)] = {**told, "by": step, "until": None, "ended_by": None}
            for (of, key), told in found.items():
                if of == scheme and told["until"] is None and not there.get(key, (0, 0, 0, 0))[3] & RECORD:
                    told["until"], told["ended_by"] = month, step
        return list(found.values())

    def _phases(self, rests: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """The spans of a sanction that rest on the same, with their but-for causes in the words of their measure."""
        labels = self.words.unfounded.counts
        alike: list[dict[str, Any]] = []
        for verdict in sorted(rests, key=lambda v: v["month"]):
            ground = {"rests_on": verdict["rests_on"], "but_for": verdict["but_for"]}
            if not alike or any(alike[-1][name] != value for name, value in ground.items()):
                alike.append({"from": verdict["month"], **ground})
            alike[-1] |= {"to": verdict["month"], "sanction_months": alike[-1].get("sanction_months", 0) + 1}
        for phase in alike:
            yield {**phase, "labels": [labels[cause] for cause in phase["but_for"]]}

    def _relatives(self, person: int, key: Key, month: int) -> list[dict[str, Any]]:
        """For whose sake: the relatives whose flag a step asked for, with what stood behind it the month before."""
        found = []
        path = self.lives[person].maker(key, month)
        for flag in self._asked_of_kin(self.lives[person], path, month):
            shown = self.words.steps[path].shows(flag)
            for other, history in self.lives.items():
                if other != person and history.at(shown, month - 1) and self.roles[other] in ADULTS:
                    found.append({
                        "person": other, "role": self.roles[other], "shown": self.words.label(shown),
                        "chain": self._chain(other, shown, month - 1),
                        "entries": self._entries(other, shown[0], month - 1, month - 1),
                    })  # fmt: skip
        return found

    def _family(self, person: int, key: Key, first: int, last: int) -> list[dict[str, Any]]:
        """Who else at home was barred at the same time, for somebody else's sake."""
        found: list[dict[str, Any]] = []
        mine = self.words.column(key)
        if not mine.copies:
            return found
        for other, history in self.lives.items():
            for kin in [k for k in self._burdens() if k[0] == key[0] and self.words.column(k).into == mine.into]:
                for value, begun, ended in history.spells(kin) if other != person and kin != key else ():
                    if begun <= last + 1 and ended >= first:
                        found.append({
                            "person": other, "role": self.roles[other], "what": self._what(kin, value),
                            "from": begun, "to": ended,
                        })  # fmt: skip
        return found

    def _around(self, history: History, first: int, last: int) -> dict[str, Any]:
        """What people around did to the person meanwhile, and how many ties were open before and at the end."""
        done, ties = Counter[str](), history.traced.ties
        for month, path, pair, _, got in history.traced.dealings:
            if first < month <= last + 1:
                done.update(dealings(self.words, path, pair, got, "the person"))
        told = [{"what": what, "times": n} for what, n in sorted(done.items())]
        return {"done": told, "ties_before": ties[max(0, first - 1)], "ties_at_the_end": ties[last]}


def _stood(told: Mapping[str, Any], first: int, last: int) -> bool:
    return bool(told["month"] <= last and (told["until"] is None or told["until"] > first))


def entry(words: Words, history: History, scheme: str, row: Row) -> dict[str, Any]:
    """An entry in words: the act and what it looked like, when, why it stands, and whether it had happened."""
    act, month, why, _ = row
    looks = _looks_like(act)
    likely = (month - 1, month, *range(month - 2, -1, -1))
    done = next((m for m in likely if history.at(("", "acts"), m) >> act & 1), None)
    happened = bool(TRUE >> why & 1) and done is not None
    return {
        "scheme": scheme, "act": ACTS[act].key, "label": ACTS[act].label,
        "looked_like": None if looks == ACTS[act].key else next(a.label for a in ACTS if a.key == looks),
        "month": month, "happened": happened, "done": done if happened else None,
        "why": origin(why) if happened or not TRUE >> why & 1 else NOT_DONE, "protected": bool(ACTS[act].protected),
        "weighs": words.weights(scheme, looks),
    }  # fmt: skip


def dealings(words: Words, path: str, pair: str, bits: int, other: str) -> Counter[str]:
    """What was done between two people, in the words of the pair, with how often."""
    f = next(f for f in words.steps[path].pairs if f.__name__ == pair)
    said: Mapping[int, str] = f.says  # type: ignore[attr-defined]
    found = Counter[str]()
    if f.slots:  # type: ignore[attr-defined]
        found[_did(said, 1, path, pair, other)] += bits.bit_count()
    else:
        for motive in range(1, 7):
            found[_did(said, motive, path, pair, other)] += bits >> MOTIVE_BITS * (motive - 1) & 31
    return Counter({what: n for what, n in found.items() if n and what})


def _did(said: Mapping[int, str], motive: int, path: str, pair: str, other: str) -> str:
    if said:
        return said.get(motive, "").format(other=other)
    return f"did this to {other}: {pair.replace('_', ' ')} ({path})"


def _verdict(mine: int, kin: int, seen: int, twin: int, lacks: set[str]) -> tuple[str, list[str]]:
    """What one sanction-month rests on and its but-for causes, by the rule of the measure `unfounded`."""
    across: list[str] = [name for name in ("protected", "unable") if mine and name in lacks]
    if not seen:
        alone = [cause for cause in (*CAUSES, UNRECORDED) if cause in lacks] if mine and not kin else []
        return "unfounded", ([FAMILY] if not mine else alone or [JOINT]) + across
    if not twin:
        return "induced", ([path for path in PATHS if path in lacks] or [NO_PATH]) + across
    return "own conduct", across


def _looks_like(act: int) -> str:
    return ACTS[act].seen_as or ACTS[act].key
