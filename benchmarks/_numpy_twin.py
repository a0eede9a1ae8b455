"""The same model in plain NumPy, as somebody would write it who knows NumPy well and does not have this engine.

It takes the engine's society, ties and settings, and nothing else: every rule is written a second time, from its
description, over whole columns. It draws its own numbers, so single people differ and mean counts must agree; it is
both the peer of `speed.py` and a check on the mechanisms (tests/test_numpy_twin.py).

What is done for speed, because an expert would: narrow types, blocks that stay in the cache, what is rare done on the
few it concerns, what the arms share done once, boards sent by the few who show something (measured against a gather
over all ties: less than half the time), shadows worked out for those who are barred only. `luck` chooses how a chance
is drawn for everybody:

    philox  a number for each person (and act) from NumPy's Philox: what the engine does, but for the keys
    sfc64   the same from NumPy's quickest generator
    skip    no number for those whom it does not hit: the distance to the next hit is drawn instead

The engine's promise, that one more person, act or mechanism moves nobody else's luck, is kept by none of the three.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from goodstanding.acts import ACT_KEYS, ACTS, PATHS, SANCTION_DOMAINS
from goodstanding.scenario import Scenario
from goodstanding.society import Population
from goodstanding.ties import partners

Array = NDArray[Any]
BLOCK = 65_536
RECORD, SEEN, TWIN, PENDING, REFUSED = 1, 2, 4, 8, 16
DOMAINS = list(SANCTION_DOMAINS)
LICENCE, JOBS, WELFARE, CREDIT = (1 << DOMAINS.index(d) for d in ("licence", "jobs", "welfare", "credit"))
UNWILLING, UNABLE = ACT_KEYS.index("missed_loan_payment"), ACT_KEYS.index("missed_loan_payment_unable")
PETITION, AGAIN = ACT_KEYS.index("petition"), ACT_KEYS.index("repeated_petitioning")
ENTRY = ("person", "act", "month", "ends", "worth", "origin", "flags")
VOICES = np.array([k for k, act in enumerate(ACTS) if act.maker == "voice"])
FORMS = VOICES[VOICES != AGAIN]
SEEN_AS = np.array([ACT_KEYS.index(act.seen_as or act.key) for act in ACTS])
BROUGHT_BY = np.array([1 << PATHS.index(act.path) for act in ACTS])
LIVELIHOOD, GRIEVANCE = 1 << PATHS.index("livelihood"), 1 << PATHS.index("grievance")
EVERYDAY = [k for k, act in enumerate(ACTS) if act.maker == "everyday" and act.rate > 0]
#: 0 harms somebody, 1 harms nobody and is protected, 2 does good
SORT = np.array([0 if act.gravity else 1 if act.protected else 2 for act in ACTS])


def weights(name: str) -> Array:
    """One weight of all acts, negative integrity for kind ones."""
    return np.array([getattr(a, name) * (-1 if name == "integrity" and a.kind else 1) for a in ACTS], np.float32)


class Arm:
    """What is true of people in one arm."""

    def __init__(self, twin: Twin, name: str) -> None:
        world, n = twin.scenario.world(name), twin.people
        self.scheme = world.schemes[0].name if world.schemes else ""
        self.conduct = {rule.key(): rule for rule in world.conduct}
        self.rules: dict[str, Any] = {r.key(): r for s in world.schemes for r in s.mechanisms}
        self.counts: dict[str, list[Array]] = {}
        self.salience, self.told = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
        self.barred, self.restricted = np.zeros(n, np.uint16), np.zeros(n, np.uint16)
        self.grievance, self.petitioned = np.zeros(n, np.uint8), np.zeros(n, np.uint8)
        self.loan, self.cushion = twin.first_loans.copy(), twin.first_savings.copy()
        self.strain = np.zeros(n, np.uint8)
        self.acts, self.did = np.zeros(n, np.int64), np.zeros((2, 0), np.int64)
        self.spoke, self.listed = np.zeros(0, np.int64), np.zeros(0, np.int64)
        self.until = np.zeros(n, np.int16)
        self.closed = np.full(n, twin.scenario.ties.closed_at_first, np.uint16)
        self.entries = {name: np.zeros(0, np.int32) for name in ENTRY}
        self.fresh = self.waiting = self.shut_out = 0
        self.watched = 0.0
        if not self.scheme:
            return
        ledger, bars = self.rules["ledger"], self.rules["restrictions"]
        self.points = np.array([ledger.points.get(key, 0) for key in ACT_KEYS])[SEEN_AS]
        losing = self.points < 0
        if losing.any():  # the share of speaking up that costs points, and of the rest what frightens all the same
            rates, rest = weights("rate")[VOICES], self.conduct["voice"].general_fear
            self.watched = rest + (1 - rest) * float(rates[losing[VOICES]].sum() / rates.sum())
        heavy = -self.points >= ledger.repair_heavy_from
        self.term = np.where(heavy, ledger.repair_heavy, ledger.repair_light)
        self.cuts = list(ledger.classes.values())[:-1]
        barred = [sum(1 << DOMAINS.index(d) for d in bars.domains.get(c, ())) for c in ledger.classes]
        self.bars = np.array(barred, np.uint16)
        agencies = self.rules["agencies"]
        attention = np.array([agencies.attention.get(g, 1.0) for g in twin.population.groups])
        self.noticed = weights("detectability")[:, None] * agencies.coverage * attention  # (acts, groups)

    def count(self, name: str, by_stratum: Array) -> None:
        """Keep a month's count."""
        self.counts.setdefault(name, []).append(by_stratum)


class Twin:
    """One society under one stream of luck in the arm `none` and in others, all with open gates."""

    def __init__(
        self,
        scenario: Scenario,
        society_seed: int,
        seed: int,
        arms: tuple[str, ...] = ("none", "full"),
        luck: str = "skip",
        block: int = BLOCK,
    ) -> None:
        self.scenario, self.month, self.skip = scenario, 0, luck == "skip"
        self.bits: Any = np.random.Philox(seed) if luck == "philox" else np.random.SFC64(seed)
        self.rng = np.random.Generator(self.bits)
        self.population = Population(scenario.society, society_seed)
        self.people, columns = self.population.people, self.population.columns
        self.slices = [slice(a, min(a + block, self.people)) for a in range(0, self.people, block)]
        self.strata, self.stratum = len(self.population.strata), columns["stratum"].astype(np.int64)
        self.adult, self.group = columns["age"] > 0, columns["group"]
        self.adults = np.flatnonzero(self.adult)
        self.partner = partners(self.population, scenario.ties)
        self.columns, self.size = columns, columns["household_size"].astype(np.int64)
        self.traits = {t: columns[t].astype(np.float32) for t in ("integrity", "conviction", "caution", "threshold")}
        self.head = np.arange(self.people) - columns["household_offset"]
        conduct = {rule.key(): rule for rule in scenario.world("none").conduct}
        living, aware, borrowing = conduct["livelihood"], conduct["awareness"], conduct["borrowing"]
        tenth = columns["tenth"].astype(np.int16)
        self.first_savings = (living.ceiling * (1 + tenth) // 10 * self.rng.random(self.people)).astype(np.int16)
        odds = borrowing.taking / 1000 * borrowing.term  # months owed to months not, where everybody is lent to
        owes = self.adult & (self.rng.random(self.people) < odds / (1 + odds))
        self.first_loans = (owes * self.rng.integers(1, borrowing.term, self.people, endpoint=True)).astype(np.uint8)
        self.trade = columns["licensed"] > 0
        self.income = (living.lowest + living.step * tenth).astype(np.int16)
        self.campaign = (aware.campaign * (1 + columns["digital"].astype(np.int16)) // 4).astype(np.int16)
        self._everyday(conduct["everyday_acts"])
        self.arms = {name: Arm(self, name) for name in arms}
        self.without = self.arms["none"]

    def _everyday(self, rule: Any) -> None:
        """What the chances of everyday acts are made of."""
        rate = weights("rate") / 1000 * rule.level / 100
        strain, integrity, conviction = weights("strain"), weights("integrity"), weights("conviction")
        self.rate = rate
        self.most = np.minimum(rate * (1 + strain / 64) * (1 + np.abs(integrity) / 256) * (1 + conviction / 256), 1)
        self.by_strain = strain * np.float32(rule.strain_matters) / (64 * 255)
        self.by_integrity = integrity * np.float32(rule.integrity_matters) / (256 * 128)
        self.by_conviction = conviction / (256 * 128)
        self.by_fear = weights("caution") * np.float32(rule.deterrence) / 256 / 65536

    # luck

    def numbers(self, n: int) -> Array:
        """A number of 32 bits for each of n people."""
        raw: Array = self.bits.random_raw(-(-n // 2)).view(np.uint32)
        return raw[:n]

    def halves(self, n: int) -> Array:
        """A number of 16 bits for each of n people, for rounding."""
        raw: Array = self.bits.random_raw(-(-n // 4)).view(np.uint16)
        return raw[:n]

    def hits(self, share: float, n: int) -> Array:
        """The places, in order, of those of n whom something of this chance hits."""
        if share <= 0 or n == 0:
            return np.zeros(0, np.int64)
        if not self.skip or share >= 1:
            parts = [
                np.flatnonzero(self.numbers(min(BLOCK, n - a)) < np.uint32(min(share * 2**32, 2**32 - 1))) + a
                for a in range(0, n, BLOCK)
            ]
            return np.concatenate(parts)
        likely = int(n * share + 6 * (n * share) ** 0.5 + 6)
        at: Array = np.cumsum(self.rng.geometric(share, likely)) - 1
        while at[-1] < n:
            at = np.concatenate((at, at[-1] + np.cumsum(self.rng.geometric(share, likely))))
        return at[: np.searchsorted(at, n)]

    # a month

    def step(self) -> None:
        """Let everybody, in every arm, live through one more month."""
        found = [self.adults[self.hits(float(self.most[k]), self.adults.size)] for k in EVERYDAY]
        person = np.concatenate(found)
        act = np.repeat(EVERYDAY, [f.size for f in found])
        drawn = self.rng.random(person.size, np.float32) * self.most[act]
        likely = self.rate[act] * (1 + self.by_integrity[act] * (128 - self.traits["integrity"][person]))
        likely *= 1 + self.by_conviction[act] * (self.traits["conviction"][person] - 128)
        around = {name: self.around(arm) for name, arm in self.arms.items()}
        events: dict[str, list[Array]] = {name: [] for name in self.arms}
        tongues: dict[str, list[Array]] = {name: [] for name in self.arms}
        borrowing, living, voice = (self.without.conduct[key] for key in ("borrowing", "livelihood", "voice"))
        for s in self.slices:
            n = s.stop - s.start
            luck = {
                "refuse": self.hits(2 * borrowing.refusal / 1000, n), "take": self.hits(borrowing.taking / 1000, n),
                "blow": self.hits(living.blow / 1000, n), "occasion": self.hits(voice.occasion, n),
                "fade": self.halves(n), "cool": self.halves(n),
            }  # fmt: skip
            luck["form"] = self.rng.random(luck["occasion"].size)
            luck["refused"] = self.rng.random(luck["refuse"].size) * 2 * borrowing.refusal / 1000
            for name, arm in self.arms.items():
                if arm.scheme:
                    self.hear(arm, s, luck, around[name][1])
                events[name] += self.borrow_and_earn(arm, s, luck)
                tongues[name].append(self.speak(arm, s, luck, around[name][0]))
        mixed = self.hits(self._misattribution(), self.people)
        turn = int(self.rng.integers(self.people))
        last = {name: arm.did for name, arm in self.arms.items()}
        last_acts = {name: arm.acts for name, arm in self.arms.items()}
        for name, arm in self.arms.items():
            arm.did = self.act(arm, person, act, drawn, likely, events[name], tongues[name])
            arm.acts = np.zeros(self.people, np.int64)
            np.bitwise_or.at(arm.acts, arm.did[0], np.left_shift(1, arm.did[1]))
            if arm.scheme:
                self.report(arm, last[name], last["none"], last_acts[name], last_acts["none"], mixed, turn)
                self.rate_people(arm)
        self.month += 1

    def around(self, arm: Arm) -> tuple[Array, Array]:
        """How many around each person spoke up, and how many were on a list, last month."""
        return self._sent(arm, arm.spoke), self._sent(arm, arm.listed)

    def _sent(self, arm: Arm, shown: Array) -> Array:
        to = self.partner[:, shown]
        slot, at = np.nonzero(to >= 0)
        one, other = shown[at], to[slot, at]
        other = other[((arm.closed[one] | arm.closed[other]) >> slot) & 1 == 0]
        size = self.size[shown]
        home = np.repeat(self.head[shown], size) + np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        home = home[home != np.repeat(shown, size)]
        return np.bincount(np.concatenate((other, home)), minlength=self.people).astype(np.uint8)

    def hear(self, arm: Arm, s: slice, luck: dict[str, Array], listed: Array) -> None:
        """Conduct: awareness."""
        rule, told, salience = arm.conduct["awareness"], arm.told[s], arm.salience[s]
        news = rule.own * (np.maximum(told, 1).astype(np.int16) - 1)
        if self.month < rule.campaign_months:
            news += self.campaign[s]
        near = np.flatnonzero(listed[s])
        news[near] += rule.word * listed[s][near].astype(np.int16)
        news *= (told > 0) & self.adult[s]
        kept = (salience * np.uint32(round((1 - rule.fade) * 65536)) + luck["fade"]) >> np.uint32(16)
        salience[:] = np.minimum(np.maximum(kept, news.astype(np.uint32)), 255)

    def borrow_and_earn(self, arm: Arm, s: slice, luck: dict[str, Array]) -> list[Array]:
        """Conduct: borrowing and livelihood; returns who missed an instalment."""
        rule, cushion, loan, barred = arm.conduct["borrowing"], arm.cushion[s], arm.loan[s], arm.barred[s]
        able, due = cushion >= rule.instalment, loan > 0
        who = luck["refuse"][due[luck["refuse"]]]
        chance = rule.refusal / 1000 * (256 - self.traits["integrity"][s][who]) / 128
        if arm.scheme and arm.points[UNWILLING] < 0:
            chance *= 1 - rule.deterrence * arm.salience[s][who] * (self.traits["caution"][s][who] / 65536)
        who = who[(luck["refused"][due[luck["refuse"]]] < chance) & able[who]]
        pays = due & able
        pays[who] = False
        unable = np.flatnonzero(due & ~able)
        takers = luck["take"]
        free = ~due[takers] & self.adult[s][takers] & (cushion[takers] >= rule.reserve) & (barred[takers] & CREDIT == 0)
        loan -= pays
        loan[takers[free]] = rule.term

        rule, income, out = arm.conduct["livelihood"], self.income[s], np.flatnonzero(barred)
        if out.size:
            income = income.copy()
            lost = income[out] * (self.trade[s][out] & (barred[out] & LICENCE > 0)) * rule.licence_loss
            income[out] -= lost.astype(np.int16)
            income[out] -= (income[out] * (barred[out] & JOBS > 0) * rule.job_loss).astype(np.int16)
        short = (cushion < rule.short) & (income < rule.low_income)
        short[out] &= barred[out] & WELFARE == 0
        cushion += income
        cushion += rule.relief * short.view(np.int8)
        cushion -= 100 + arm.conduct["borrowing"].instalment * pays.astype(np.int16)
        cushion[luck["blow"]] -= rule.blow_cost
        missing = np.clip(rule.ease - cushion, 0, 2 * rule.ease).astype(np.float32)
        arm.strain[s] = missing * np.float32(255 / (2 * rule.ease)) * self.adult[s]
        np.clip(cushion, -rule.debt_limit, rule.ceiling, out=cushion)
        missed = np.concatenate((unable, who)) + s.start
        return [np.stack((missed, np.repeat((UNABLE, UNWILLING), (unable.size, who.size))))]

    def speak(self, arm: Arm, s: slice, luck: dict[str, Array], spoke: Array) -> Array:
        """Conduct: voice; returns (person, held, form) of those who spoke up or held their tongue."""
        rule, grievance = arm.conduct["voice"], arm.grievance[s]
        if arm.scheme:
            kept = (grievance * np.uint32(round((1 - rule.cooling) * 65536)) + luck["cool"]) >> np.uint32(16)
            grievance[:] = kept
            out = np.flatnonzero(arm.barred[s])
            grievance[out] = np.maximum(grievance[out], rule.anger)
        petitioned = arm.petitioned[s]
        petitioned -= petitioned > 0
        who, drawn = luck["occasion"], luck["form"]
        drawn, who = drawn[self.adult[s][who]], who[self.adult[s][who]]
        push = self.columns["conviction"][s][who].astype(np.int32) + grievance[who]
        push += rule.company * spoke[s][who].astype(np.int32)
        push += rule.hardship * arm.strain[s][who].astype(np.int32) >> 8
        spread = np.floor(2 * rule.threshold_spread * (self.traits["threshold"][s][who] - 128)).astype(np.int32)
        push -= rule.hurdle + spread
        who, drawn, push = who[push > 0], drawn[push > 0], push[push > 0]
        scare = rule.fear * arm.salience[s][who].astype(np.int32) * self.columns["caution"][s][who] >> 16
        held = push <= scare * arm.watched
        steps = np.cumsum([ACTS[k].rate for k in FORMS])
        form = FORMS[np.searchsorted(steps[:-1], drawn * steps[-1], "right")]
        petitions = who[(form == PETITION) & ~held]
        form[(form == PETITION) & (petitioned[who] > 0)] = AGAIN
        petitioned[petitions] = rule.memory + 1
        return np.stack((who + s.start, held, form))

    def act(
        self,
        arm: Arm,
        person: Array,
        act: Array,
        drawn: Array,
        likely: Array,
        events: list[Array],
        tongues: list[Array],
    ) -> Array:
        """Conduct: everyday acts, and the counts of all conduct; returns (person, act) of the month."""
        likely = likely * (1 + self.by_strain[act] * arm.strain[person])
        if arm.scheme:
            feared = self.by_fear * (arm.points < 0)
            threat = arm.salience[person] * self.traits["caution"][person]
            likely *= 1 - feared[act] * threat
        done = drawn < likely
        person, act = person[done], act[done]
        sorts = np.bincount(SORT[act] * self.strata + self.stratum[person], minlength=3 * self.strata)
        for at, name in enumerate(("harmful", "harmless", "kind")):
            arm.count(f"everyday_acts.{name}", sorts[at * self.strata : (at + 1) * self.strata])
        missed, (who, held, form) = np.concatenate(events, 1), np.concatenate(tongues, 1)
        arm.spoke, form = who[held == 0], form[held == 0]
        arm.count("borrowing.unable", self.by_stratum(missed[0, missed[1] == UNABLE]))
        arm.count("borrowing.unwilling", self.by_stratum(missed[0, missed[1] == UNWILLING]))
        arm.count("livelihood.in_debt", self.by_stratum(np.flatnonzero((arm.cushion < 0) & self.adult)))
        arm.count("awareness.aware", self.by_stratum(np.flatnonzero(arm.salience >= 64)))
        arm.count("voice.petitions", self.by_stratum(arm.spoke[(form == PETITION) | (form == AGAIN)]))
        arm.count("silence.voices", self.by_stratum(arm.spoke))
        arm.count("silence.held_tongue", self.by_stratum(who[held == 1]))
        arm.count("silence.would_speak", self.by_stratum(who))
        return np.concatenate((np.stack((person, act)), missed, np.stack((arm.spoke, form))), 1)

    def by_stratum(self, who: Array) -> Array:
        """People counted by stratum."""
        return np.bincount(self.stratum[who], minlength=self.strata)

    # the scheme

    def _misattribution(self) -> float:
        return next((float(a.rules["agencies"].misattribution) for a in self.arms.values() if a.scheme), 0.0)

    def report(
        self, arm: Arm, did: Array, without: Array, acts: Array, acts_without: Array, mixed: Array, turn: int
    ) -> None:
        """Observation: agencies, on the acts of last month here and in the world without the scheme."""
        did, without = did[:, arm.points[did[1]] != 0], without[:, arm.points[without[1]] != 0]
        only = without[:, (acts[without[0]] >> without[1]) & 1 == 0]
        flags = (RECORD | SEEN) + TWIN * ((acts_without[did[0]] >> did[1]) & 1)
        person, act = np.concatenate((did, only), 1)
        flags = np.concatenate((flags, np.full(only.shape[1], TWIN)))
        seen = self.rng.random(person.size, np.float32) < arm.noticed[act, self.group[person]]
        person, act, flags = person[seen], act[seen], flags[seen]
        files = np.zeros(self.people, bool)
        files[mixed[self.adult[mixed]]] = True
        other = (turn - person) % self.people
        moved = files[other] & (other != person)
        flags[moved] &= RECORD
        person = np.where(moved, other, person)
        arm.count(f"{arm.scheme}.agencies.recorded", self.by_stratum(person[~moved & (flags & RECORD > 0)]))
        arm.count(f"{arm.scheme}.agencies.mistaken", self.by_stratum(person[moved & (flags > 0)]))
        new = {
            "person": person, "act": act, "month": np.full(person.size, self.month), "ends": self.month + arm.term[act],
            "worth": arm.points[act], "origin": moved, "flags": flags,
        }  # fmt: skip
        filed = flags > 0
        arm.entries = {name: np.concatenate((arm.entries[name], new[name][filed].astype(np.int32))) for name in new}

    def rate_people(self, arm: Arm) -> None:
        """Scoring, sanctions, safeguard, and the measures of them."""
        entries, path = arm.entries, arm.scheme
        over = entries["ends"] <= self.month
        arm.count(f"{path}.ledger.expired", self.by_stratum(entries["person"][over & (entries["flags"] & RECORD > 0)]))
        if over.any():
            entries = arm.entries = {name: column[~over] for name, column in entries.items()}
        here, start = entries["flags"] & RECORD, arm.rules["ledger"].start
        score = np.bincount(entries["person"], entries["worth"] * here, self.people)
        was = arm.restricted
        arm.restricted = np.empty(self.people, np.uint16)
        for s in self.slices:
            standing = self.standing(arm, start + score[s])
            arm.told[s] = (1 + standing) * self.adult[s]
            np.multiply(arm.bars[standing], self.adult[s], out=arm.restricted[s])
        arm.barred = arm.restricted
        barred = np.flatnonzero(arm.restricted)
        self.publish(arm)
        self.review(arm)
        self.measure(arm, barred, was)

    def standing(self, arm: Arm, score: Array) -> Array:
        """The class of a score, 0 the best."""
        standing = np.zeros(score.size, np.uint8)
        for cut in arm.cuts:
            standing += score < cut
        return standing

    def publish(self, arm: Arm) -> None:
        """Sanction: publicity."""
        rule, entries, path = arm.rules.get("publicity"), arm.entries, arm.scheme
        if rule is None:
            return
        new = (entries["month"] == self.month) & (entries["flags"] & RECORD > 0) & (entries["worth"] < 0)
        person = entries["person"][new]
        chance = rule.names / 1000 * rule.share_of_negative_entries * self.adults.size / (arm.fresh or self.adults.size)
        arm.fresh = person.size
        arm.until[person[self.rng.random(person.size) < chance]] = self.month + rule.months_up
        arm.listed = np.flatnonzero(arm.until > self.month)
        arm.count(f"{path}.publicity.fresh", self.by_stratum(person))
        arm.count(f"{path}.publicity.listed_now", self.by_stratum(arm.listed))

    def review(self, arm: Arm) -> None:
        """Safeguard: appeal."""
        rule, entries, path = arm.rules.get("appeal"), arm.entries, arm.scheme
        if rule is None:
            return
        flags, person = entries["flags"], entries["person"]
        admitted = min(1 / rule.delay, rule.capacity * arm.shut_out / max(1, arm.waiting))
        open_ = np.flatnonzero((flags & RECORD > 0) & (entries["worth"] < 0) & (flags & REFUSED == 0))
        pending = open_[flags[open_] & PENDING > 0]
        fresh = open_[(flags[open_] & PENDING == 0) & (arm.restricted[person[open_]] > 0)]
        filed = fresh[self.rng.random(fresh.size) < rule.reach]
        flags[filed] |= PENDING
        decided = self.rng.random(pending.size) < admitted
        wins = np.where(entries["origin"][pending] == 1, rule.success, rule.leniency)
        won = self.rng.random(pending.size) < wins
        upheld, refused = pending[decided & won], pending[decided & ~won]
        flags[upheld] &= ~(RECORD | SEEN | PENDING)
        flags[refused] = (flags[refused] & ~PENDING) | REFUSED
        waits = np.concatenate((filed, pending[~decided]))
        arm.waiting, shut_out = waits.size, np.flatnonzero(arm.restricted)
        arm.shut_out = shut_out.size
        arm.count(f"{path}.appeal.shut_out", self.by_stratum(shut_out))
        for name, which in (("filed", filed), ("waiting", waits), ("upheld", upheld), ("refused", refused)):
            arm.count(f"{path}.appeal.{name}", self.by_stratum(person[which]))

    def measure(self, arm: Arm, barred: Array, was: Array) -> None:
        """Measures 1 and 2: who is barred from what, and on what that rests."""
        path, strata = arm.scheme, self.stratum[barred]
        bits = (arm.restricted[barred][:, None] >> np.arange(len(SANCTION_DOMAINS))) & 1
        arm.count(f"{path}.sanctions.people", self.by_stratum(barred))
        arm.count(f"{path}.sanctions.new", self.by_stratum(barred[was[barred] == 0]))
        for at, domain in enumerate(SANCTION_DOMAINS):
            arm.count(f"{path}.sanctions.{domain}", self.by_stratum(barred[bits[:, at] == 1]))
        every = bits.sum(1)
        arm.count(f"{path}.restrictions.barred_months", self._sum(strata, every))
        arm.count(f"{path}.unfounded.sanction_months", self._sum(strata, every))

        place = np.full(self.people, -1, np.int32)
        place[barred] = np.arange(barred.size, dtype=np.int32)
        at = place[arm.entries["person"]]
        mine = at >= 0
        at, flags = at[mine], arm.entries["flags"][mine]
        act, worth, origin = (arm.entries[name][mine] for name in ("act", "worth", "origin"))
        shadows = []
        for copy in (SEEN, TWIN):
            score = np.bincount(at, worth * (flags & copy > 0), barred.size)
            shadows.append(arm.bars[self.standing(arm, arm.rules["ledger"].start + score)])
        seen, twin = ((shadow[:, None] >> np.arange(len(SANCTION_DOMAINS))) & 1 for shadow in shadows)
        false = np.bincount(at, (flags & RECORD > 0) & (origin == 1), barred.size) > 0
        led = np.zeros(barred.size, np.int64)
        np.bitwise_or.at(led, at, np.where((flags & SEEN > 0) & (flags & TWIN == 0), BROUGHT_BY[act], 0))
        unfounded = (bits & (1 - seen)).sum(1)
        induced = (bits & seen & (1 - twin)).sum(1)
        name = f"{path}.unfounded."
        arm.count(name + "unfounded", self._sum(strata, unfounded))
        arm.count(name + "mistaken", self._sum(strata, unfounded * false))
        arm.count(name + "people", self._sum(strata, unfounded > 0))
        arm.count(name + "shut_out", self.by_stratum(barred))
        arm.count(name + "induced", self._sum(strata, induced))
        for kind, which in (
            ("livelihood", led == LIVELIHOOD), ("grievance", led == GRIEVANCE),
            ("joint", (led & (LIVELIHOOD | GRIEVANCE) > 0) & (led != LIVELIHOOD) & (led != GRIEVANCE)),
            ("elsewhere", led & (LIVELIHOOD | GRIEVANCE) == 0),
        ):  # fmt: skip
            arm.count(name + kind, self._sum(strata, induced * which))
        arm.count(name + "own", self._sum(strata, every - unfounded - induced))

    def _sum(self, strata: Array, values: Array) -> Array:
        return np.bincount(strata, values, self.strata).astype(np.int64)
