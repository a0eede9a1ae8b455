"""A story: what happened to one person, month by month and sanction by sanction, in plain sentences.

Every mechanism is told in the same way, from the words that its card and its columns say of themselves. Months are
told from 1; an event, a row and every table of a run keep theirs from 0. The page and the text hold the same sentences.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from goodstanding.causes import dealings, entry
from goodstanding.history import History, numbered
from goodstanding.words import FROM, Words, listed, many, months, plain_name
from goodstanding.world import RECORD, TURNS

if TYPE_CHECKING:
    from goodstanding.lives import Life
    from goodstanding.trace import Key

WIDE = 110
AGES = {"child": "under 18", "young": "18 to 34 years old", "middle": "35 to 59 years old", "old": "60 or older"}
SEXES = {"women": ("a girl", "a woman"), "men": ("a boy", "a man")}
RESTS = {
    "own conduct": "own conduct: on what the person did the rules bar all the same, and so they do on what the same "
    "person did without the scheme; it is not thereby rightful",
    "induced": "induced: on what the same person did without the scheme, the same rules do not bar",
    "unfounded": "unfounded: without entries about what the person did not do, the record does not bar",
}
"""What a sanction-month rests on, in the words of the measure `unfounded`."""
KIN = "unfounded: it falls on the person for a relative's sake, and the own record does not bar"
PARTED = 5
"""Things that are named of those in which two lives part."""


@dataclass(frozen=True)
class Event:
    """Something that is told of a month: what happened to the person or what they did, and by which step."""

    month: int
    step: str
    text: str


def events(history: History, words: Words) -> list[Event]:
    """What is told of a person's months in one arm, in the order in which it came about."""
    order = [*words.steps, ""]
    found = [*_changes(history, words), *_entries(history, words), *_dealings(history, words)]
    return sorted(found, key=lambda event: (event.month, order.index(event.step)))


def _changes(history: History, words: Words) -> Iterator[Event]:
    """What columns tell: what lasts, when a month ends otherwise than the last; what happens, in each step."""
    for key in history.ends:
        if words.state(key) and plain_name(key[1]) == key[1]:
            before = history.traced.begins.get(key, 0)
            for month in range(history.months):
                after = history.at(key, month)
                if after != before and (text := words.event(key, before, after)):
                    yield Event(month, history.maker(key, month), text)
                before = after
    for (month, key), made in history.made.items():
        if not words.state(key) and plain_name(key[1]) == key[1]:
            before = 0
            for step, after in made:
                if after != before and (text := words.event(key, before, after)):
                    yield Event(month, step, text)
                before = after
    heard: dict[Key, int] = {}
    for month, key, value in history.traced.scalars:
        if value != heard.get(key, 0) and (text := words.event(key, heard.get(key, 0), value)):
            yield Event(month, "", text)
        heard[key] = value


def _entries(history: History, words: Words) -> Iterator[Event]:
    """What the record tells: an entry is made, found, reviewed, and ends."""
    before: dict[str, dict[Any, Any]] = {}
    for month, step, scheme, rows in history.traced.records:
        was, now = before.get(scheme, {}), numbered(rows)
        for key in [*was, *(key for key in now if key not in was)]:
            old, new = was.get(key, (0, 0, 0, 0))[3], now.get(key, (0, 0, 0, 0))[3]
            told = entry(words, history, scheme, now.get(key) or was[key])
            looks = f", which looked like {told['looked_like']}" if told["looked_like"] else ""
            if new & RECORD and not old & RECORD:
                yield Event(month, step, f"got an entry with {scheme}: {told['label']}{looks}; {told['why']}")
            for flag, text in TURNS.items():
                if new & flag and not old & flag and (new | old) & RECORD:
                    yield Event(month, step, f"{text} of {_in(told['month'])}: {told['label']}")
            if old & RECORD and not new & RECORD:
                yield Event(month, step, f"was rid of the entry of {_in(told['month'])}: {told['label']}")
        before[scheme] = now


def _dealings(history: History, words: Words) -> Iterator[Event]:
    """What people did to each other."""
    for month, path, pair, did, got in history.traced.dealings:
        for what, n in dealings(words, path, pair, did, "somebody around").items():
            yield Event(month, path, what + (f", {n} times" if n > 1 else ""))
        for what, n in dealings(words, path, pair, got, "the person").items():
            yield Event(
                month, path, f"had this done to them: somebody around {what}" + (f", {n} times" if n > 1 else "")
            )


def opening(life: Life) -> list[str]:
    """Who this is, why this life is told, and how it was made."""
    who, person = life.who, f"Person {life.person:,}"
    lives_on = ", lives on a licence to trade or practise" * who["lives_on_a_licence"]
    others = [f"person {other['person']:,} ({other['role']})" for other in who["household"]]
    sex = SEXES[who["sex"]][who["age"] != "child"]
    told = [
        f"{person} of an invented county: {AGES[who['age']]}, {sex}, {who['role']} of a household, group "
        f"{who['group']}, income tenth {who['income_tenth']} of 10, schooling: {who['schooling']}{lives_on}. "
        f"Lives with {listed(others) if others else 'nobody'}."
    ]
    if life.picked:
        found = f": {life.picked.found}" if life.picked.found else ""
        told.append(f"Picked as {life.picked.pick}{found}. The rule: {life.picked.rule}.")
    if "bites" in life.scenario.arms[life.arm].closed:
        told.append(
            "In this arm nothing follows from a record: what is told as done is what it would bring; nobody feels it."
        )
    return told


def parting(life: Life) -> list[str]:
    """The first month in which the two lives part, and in what."""
    parted = life.parting
    if parted["month"] is None:
        return [f"The two lives never part: in all {life.here.months} months nothing of the person's own differs."]
    first = [c for c in parted["columns"] if c["month"] == parted["month"]]
    told = [
        f"The two lives part in {_in(parted['month'])}: "
        + "; ".join(f"{c['what']}: {c['arm']}, without the scheme {c['without']}" for c in first)
        + "."
    ]
    later = [c for c in parted["columns"] if c["month"] > parted["month"] and not c["does"]][:PARTED]
    if parted["acts"] is None:
        told.append("What the person did is the same in both, month by month.")
    elif parted["acts"] > parted["month"]:
        act = next(c for c in parted["columns"] if c["does"])
        told.append(
            f"What the person did first differs in {_in(parted['acts'])}: {act['arm']}; without the scheme: "
            f"{act['without']}."
        )
    if later:
        told.append("Then: " + "; ".join(f"{c['what']}, from {_in(c['month'])}" for c in later) + ".")
    return told


def sanctions(life: Life) -> Iterator[dict[str, Any]]:
    """Each sanction with the sentences of its cause chain."""
    for told in life.sanctions:
        whose = "" if told["own_name"] else ", for somebody else's sake"
        span = f"{months(told['from'], told['to'])}, {many(told['to'] - told['from'] + 1, 'month')}"
        yield {
            "title": f"{_capital(told['what'])}{whose} ({span})", "rules": list(_links(told["chain"])),
            "entries": list(_stood(told["entries"])), "rests": list(_rests(told)),
            "sake": [
                {
                    "who": f"For the sake of person {r['person']:,} ({r['role']}): {r['shown']}.",
                    "rules": list(_links(r["chain"])), "entries": list(_stood(r["entries"])),
                }
                for r in told["relatives"]
            ],
            "others": list(_others(told)),
        }  # fmt: skip


def _links(chain: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for link in chain:
        parts = [link["does"].rstrip("."), *link["settings"]]
        made = f" Here: {'; '.join(link['made'])}." if link["made"] else ""
        yield f"{link['step']}: {'. '.join(map(_capital, parts))}.{made}"


def _stood(entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Entries that are alike in one sentence: what, how often, what each weighs, why it stands, whether it happened."""
    alike: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for e in entries:
        alike.setdefault((e["label"], e["looked_like"] or "", e["why"]), []).append(e)
    for (label, looked, why), found in alike.items():
        looks = f", which looked like {looked}" if looked else ""
        weighs = f", {listed(found[0]['weighs'])} each" if found[0]["weighs"] else ""
        protected = "; a protected act" if found[0]["protected"] else ""
        happened = "it happened" if found[0]["happened"] else "it did not happen"
        when = months(found[0]["month"], found[-1]["month"])
        yield f"{many(len(found), 'entry', 'entries')} of {when}: {label}{looks}{weighs}; {happened}: {why}{protected}."


def _rests(told: Mapping[str, Any]) -> Iterator[str]:
    for phase in told["phases"]:
        rests = KIN if phase["rests_on"] == "unfounded" and not told["own_name"] else RESTS[phase["rests_on"]]
        but_for = f". Counted as: {'; '.join(phase['labels'])}" if phase["labels"] else ""
        many_months = many(phase["sanction_months"], "sanction-month")
        yield f"{_capital(months(phase['from'], phase['to']))} ({many_months}), {rests}{but_for}."


def _others(told: Mapping[str, Any]) -> Iterator[str]:
    for other in told["family"]:
        span = months(other["from"], other["to"])
        yield f"At home, person {other['person']:,} ({other['role']}) was {other['what']}, {span}."
    for done in told["around"]["done"]:
        yield f"Around, {many(done['times'], 'person', 'people')} {done['what']}."
    before, end = told["around"]["ties_before"], told["around"]["ties_at_the_end"]
    yield f"Open ties: {before} before, {end} at the end."


def by_month(life: Life) -> list[dict[str, Any]]:
    """Both lives beside each other: of each month in which anything is told, what happened here and without."""
    both = [life.events(arm) for arm in (life.arm, "none")]
    rows = []
    for month in range(life.here.months):
        here, without = ([_capital(e.text) for e in told if e.month == month] for told in both)
        if here or without:
            same = [text for text in here if text in without]
            rows.append({
                "month": month, "both": same, "arm": [t for t in here if t not in same],
                "without": [t for t in without if t not in same],
            })  # fmt: skip
    return rows


def text(life: Life) -> str:
    """The whole story as text."""
    from goodstanding.lives import ONE_OF_MANY

    head = f"Person {life.person:,} of an invented county, arm {life.arm} · synthetic society"
    lines = [head, "", ONE_OF_MANY, "", *opening(life), ""]
    lines += [*parting(life), "", f"What both came to (arm {life.arm}; without the scheme)"]
    lines += [f"  {row['what']}: {row['arm']}; {row['without']}" for row in life.beside]
    lines += ["", "What was done to the person"]
    found = list(sanctions(life))
    for told in found:
        lines += ["", told["title"], *(f"  {line}" for line in (*told["rules"], *told["entries"], *told["rests"]))]
        for sake in told["sake"]:
            lines += [f"  {sake['who']}", *(f"    {line}" for line in (*sake["rules"], *sake["entries"]))]
        lines += [f"  {line}" for line in told["others"]]
    if not found:
        lines.append("  Nothing by which a scheme weighs on anybody.")
    lines += ["", "Month by month"]
    for row in by_month(life):
        for where, told in (("", row["both"]), (f"{life.arm} only: ", row["arm"]), ("none only: ", row["without"])):
            lines += [f"  {row['month'] + FROM:>3}  {where}{line}" for line in told]
    seeds = f"society seed {life.seeds[0]}, luck seed {life.seeds[1]}"
    lines += ["", f"Lived through once more ({seeds}); every count of both arms came out as the run says."]
    return "\n".join(part for line in lines for part in _wrapped(line))


def _in(month: int) -> str:
    return months(month, month)


def _wrapped(line: str) -> list[str]:
    deep = len(line) - len(line.lstrip())
    return textwrap.wrap(line, WIDE, subsequent_indent=" " * (deep + 2)) or [""]


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
