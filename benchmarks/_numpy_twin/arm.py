"""What is true of people in one arm, and of the record that a scheme holds there."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from _numpy_twin.luck import Array
from goodstanding.acts import ACT_KEYS, ACTS, ARTICLES, PATHS, SANCTION_DOMAINS

if TYPE_CHECKING:
    from _numpy_twin.month import Twin

RECORD, SEEN, TWIN, PENDING, REFUSED, FOUND = 1, 2, 4, 8, 16, 32
LIVE = RECORD | SEEN | TWIN
OWN, TOLD, MISTAKEN, MISREAD, MALICIOUS, INVENTED, COPIED, MISCOPIED, FORGED = range(9)
DUTY, ERROR, MALICE, REWARD, INVENTION = range(1, 6)
MOTIVES = ("duty", "error", "malice", "reward", "invented")
DOMAINS = list(SANCTION_DOMAINS)
LICENCE, JOBS, WELFARE, CREDIT = (1 << DOMAINS.index(d) for d in ("licence", "jobs", "welfare", "credit"))
UNWILLING, UNABLE = ACT_KEYS.index("missed_loan_payment"), ACT_KEYS.index("missed_loan_payment_unable")
PETITION, AGAIN = ACT_KEYS.index("petition"), ACT_KEYS.index("repeated_petitioning")
VOICES = np.array([k for k, act in enumerate(ACTS) if act.maker == "voice"])
FORMS = VOICES[VOICES != AGAIN]
VOICE_BITS = sum(1 << int(k) for k in VOICES)
SEEN_AS = np.array([ACT_KEYS.index(act.seen_as or act.key) for act in ACTS])
BROUGHT_BY = np.array([PATHS.index(act.path) for act in ACTS])
ARTICLE = np.array([1 << list(ARTICLES).index(act.protected) if act.protected else 0 for act in ACTS])
HARMS = np.array([act.gravity * (not act.protected) for act in ACTS])
EVERYDAY = [k for k, act in enumerate(ACTS) if act.maker == "everyday" and act.rate > 0]


def of_acts(name: str) -> NDArray[np.float32]:
    """One number of all acts, negative integrity for kind ones."""
    return np.array([getattr(a, name) * (-1 if name == "integrity" and a.kind else 1) for a in ACTS], np.float32)


def bits(flags: Array) -> int:
    """The places that are true, one bit each."""
    return sum(1 << int(k) for k in np.flatnonzero(flags))


def domains(named: Any) -> int:
    """Domains of life, one bit each."""
    return sum(1 << DOMAINS.index(d) for d in named)


def apart(column: Array, places: int = 16) -> Array:
    """The bits of each person, side by side (people, places)."""
    return (column[:, None] >> np.arange(places)) & 1


def code(person: Array, act: Array) -> Array:
    """One number for each person and act."""
    return person.astype(np.int64) * 64 + act


@dataclass
class Entries:
    """Entries of a record in the order of their months."""

    person: Array
    act: Array
    month: Array
    origin: Array
    flags: Array

    @classmethod
    def none(cls) -> Entries:
        """No entries."""
        return cls(*(np.zeros(0, t) for t in (np.int32, np.uint8, np.int16, np.uint8, np.uint8)))

    def of(self, which: Any) -> Entries:
        """Some of them."""
        return Entries(*(getattr(self, f.name)[which] for f in fields(self)))

    def and_then(self, person: Array, act: Any, month: Any, origin: Any, flags: Any) -> Entries:
        """These and later ones; what is not said person by person is the same for all."""
        later = (person, act, month, origin, flags)
        together = []
        for f, new in zip(fields(self), later, strict=True):
            old = getattr(self, f.name)
            column = np.empty(old.size + person.size, old.dtype)
            column[: old.size], column[old.size :] = old, new
            together.append(column)
        return Entries(*together)

    def of_month(self, month: int) -> slice:
        """Those of one month."""
        first, last = np.searchsorted(self.month, (month, month + 1))
        return slice(int(first), int(last))

    def since(self, month: int) -> slice:
        """Those of a month and later."""
        return slice(int(np.searchsorted(self.month, month)), None)


class Arm:
    """What is true of people in one arm; where there is a scheme, what it announces, holds and does."""

    def __init__(self, twin: Twin, name: str) -> None:
        world, n = twin.scenario.world(name), twin.people
        self.scheme = world.schemes[0].name if world.schemes else ""
        self.conduct: dict[str, Any] = {rule.key(): rule for rule in world.conduct}
        self.rules: dict[str, Any] = {r.key(): r for s in world.schemes for r in s.mechanisms}
        self.counts: dict[str, list[Array]] = {}
        nobody = np.zeros(0, np.int64)
        self.closed = np.full(n, twin.scenario.ties.closed_at_first, np.uint16)
        self.open_ends = twin.open_at_first.copy()
        self.approval, self.liked = twin.first_approval.copy(), twin.noughts[:0]
        self.loan, self.cushion = twin.first_loans.copy(), twin.first_savings.copy()
        self.salience, self.care, self.strain = (np.zeros(n, np.uint8) for _ in range(3))
        self.grievance, self.workless, self.spurned = (np.zeros(n, np.uint8) for _ in range(3))
        self.remembered = np.full(n, -1, np.int16)
        self.acts, self.did = np.zeros(n, np.int64), np.zeros((2, 0), np.int64)
        self.spoke = self.opposed = self.listed = self.offended = self.hunters = self.accusers = nobody
        self.accuses, self.winners, self.won = nobody, nobody, nobody
        self.falsified = self.opened = self.cut = nobody
        self.reports = (nobody, nobody, nobody)
        self.told, self.rated = np.zeros(n, np.uint8), False
        self.barred, self.favoured = np.zeros(n, np.uint16), np.zeros(n, np.uint16)
        self.out, self.kin, self.condemned = nobody, nobody, nobody
        self.touched = nobody
        self.losing = self.wanted = np.zeros(len(ACTS), bool)
        self.hotline, self.bounty, self.watched = np.zeros(len(ACTS), bool), 0, 0.0
        self.first = self.first_for_income = self.owing = np.zeros(twin.strata, np.int64)
        self.edge, self.thanked, self.in_jobs = 0.0, 0.0, False
        if self.scheme:
            self._set_up(twin)

    def _set_up(self, twin: Twin) -> None:
        """What only a scheme needs."""
        n, ledger = twin.people, self.rules["ledger"]
        self.entries, self.fresh, self.against = Entries.none(), Entries.none(), Entries.none()
        self.restricted, self.family_barred = np.zeros(n, np.uint16), np.zeros(n, np.uint16)
        self.spell, self.free, self.tried = np.zeros(n, np.uint8), np.zeros(n, np.uint8), np.zeros(n, bool)
        self.until = np.zeros(n, np.int16)
        self.held, self.harm = np.zeros(n), np.zeros(n, np.int64)
        self.grave, self.low, self.dark = np.zeros(n, bool), np.full(n, -1, np.int8), np.zeros(n, np.int8)
        self.above, self.yielded, self.given_up = 0, False, ""
        self.names = self.doubted = self.doubted_seen = self.seen_bars = self.twin_bars = twin.nobody
        self.bad = np.zeros(0, bool)
        self.new_names = self.waiting = 0
        self.had_been = np.zeros(n, bool)
        points = np.array([ledger.points.get(key, 0) for key in ACT_KEYS])
        self.points, heavy = points, -points[SEEN_AS] >= ledger.repair_heavy_from
        self.term = np.where(heavy, ledger.repair_heavy, ledger.repair_light)
        self.cuts, self.classes = list(ledger.classes.values())[:-1], tuple(ledger.classes)
        self.base = int(sum(ledger.start < cut for cut in self.cuts))
        self.bars = self._by_class("restrictions", "domains")
        self.favours = self.brings = self._by_class("rewards", "domains")
        self.by_class = np.zeros((twin.strata, len(self.classes)), np.int64)
        agencies, groups = self.rules.get("agencies"), twin.population.groups
        if agencies:
            attention = np.array([agencies.attention.get(g, 100) / 100 for g in groups])
            noticing = np.array([agencies.noticing.get(ACT_KEYS[k], 100) / 100 for k in SEEN_AS])
            seen, filed = of_acts("detectability") * noticing, agencies.coverage * attention
            self.noticed = np.minimum(seen, 1)[:, None] * np.minimum(filed, 1)  # (acts, groups)
        self.insider = self._picked(twin, "discretion", "insiders") & twin.adult
        self.touched = np.flatnonzero(self._picked(twin, "placebo", "share") & twin.adult)
        self.covered = self._picked(twin, "purpose_limit", "reach")
        self.spared = self._picked(twin, "no_family_extension", "reach")
        self.withheld = self._picked(twin, "public_list_off", "reach")
        if "purpose_limit" in self.rules:
            related = self.rules["purpose_limit"].related
            self.related = np.array([domains(related.get(ACTS[k].domain, ())) for k in SEEN_AS])

    def _picked(self, twin: Twin, rule: str, name: str) -> Array:
        """Whom a rule picks once and for all; nobody where it is off."""
        picked = np.zeros(twin.people, bool)
        if rule in self.rules:
            picked[twin.luck.hits(getattr(self.rules[rule], name), twin.people)] = True
        return picked

    def _by_class(self, rule: str, name: str) -> Array:
        """What a sanction says about each class, as bits; nothing where the sanction is off."""
        given = getattr(self.rules[rule], name) if rule in self.rules else {}
        return np.array([domains(given.get(c, ())) for c in self.classes], np.uint16)

    def announce(self) -> None:
        """Scoring: what the ledger counts this month, and what speaking up is feared for."""
        counts = np.full(len(ACTS), self.given_up != "all")
        counts &= (ARTICLE == 0) | (self.given_up != "voices")
        self.worth = (self.points * counts)[SEEN_AS]
        self.wanted, self.losing = counts & (self.points != 0), counts & (self.points < 0)
        self.watched = 0.0
        if self.losing.any():  # the share of speaking up that costs points, and of the rest what frightens all the same
            rates, rest = of_acts("rate")[VOICES], self.conduct["voice"].general_fear
            self.watched = rest + (1 - rest) * float(rates[self.losing[VOICES]].sum() / rates.sum())

    def standing(self, score: Array) -> Array:
        """The class of a score, 0 the best."""
        standing = np.zeros(score.size, np.uint8)
        for cut in self.cuts:
            standing += score < cut
        return standing

    def count(self, name: str, by_stratum: Array) -> None:
        """Keep a month's count."""
        self.counts.setdefault(name, []).append(by_stratum)
