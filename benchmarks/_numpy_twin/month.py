"""The month: one society under one stream of luck, in several arms at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from _numpy_twin import conduct, measures, observation, safeguards, sanctions, scoring
from _numpy_twin.arm import EVERYDAY, FORMS, Arm, Entries, of_acts
from _numpy_twin.around import around, sent
from _numpy_twin.luck import BLOCK, Array, Luck
from goodstanding.acts import ACTS
from goodstanding.scenario import Scenario
from goodstanding.society import CHILD, SPOUSE, Population
from goodstanding.ties import partners

LOOKED_AT = 16


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
        self.scenario, self.month, self.luck = scenario, 0, Luck(seed, luck)
        self.population = Population(scenario.society, society_seed)
        self.people, self.columns = self.population.people, self.population.columns
        self.slices = [slice(a, min(a + block, self.people)) for a in range(0, self.people, block)]
        self.noughts, self.nobody = np.zeros(self.people, np.uint8), np.zeros(0, np.int64)
        self.strata, self.stratum = len(self.population.strata), self.columns["stratum"].astype(np.int64)
        self.adult, self.group, self.tenth = self.columns["age"] > 0, self.columns["group"], self.columns["tenth"]
        self.adults = np.flatnonzero(self.adult)
        self.bin = np.where(self.adult, self.stratum, self.strata)
        self.adults_by_stratum = self.by_stratum(self.adults)
        self.partner = np.ascontiguousarray(partners(self.population, scenario.ties).T)  # (people, slots)
        self.size = self.columns["household_size"].astype(np.int64)
        self.head = np.arange(self.people) - self.columns["household_offset"]
        self.children = self.by_stratum(np.flatnonzero(self.columns["role"] == CHILD))
        self.partners = 2 * self.by_stratum(np.flatnonzero(self.columns["role"] == SPOUSE))
        self.traits = {t: self.columns[t].astype(np.float32) for t in ("integrity", "conviction", "caution")}
        self._begin()
        self.arms = {name: Arm(self, name) for name in arms}
        self.without = self.arms["none"]
        for arm in self.arms.values():
            if arm.scheme:
                arm.announce()

    def _begin(self) -> None:
        """What people begin with, and what their chances are made of."""
        rng = self.luck.rng
        rules: dict[str, Any] = {rule.key(): rule for rule in self.scenario.world("none").conduct}
        living, aware, borrowing, voice = (rules[k] for k in ("livelihood", "awareness", "borrowing", "voice"))
        tenth, slots = self.tenth.astype(np.int16), np.arange(self.partner.shape[1])
        self.first_savings = (living.ceiling * (1 + tenth) // 10 * rng.random(self.people)).astype(np.int16)
        odds = borrowing.taking / 1000 * borrowing.term  # months owed to months not, where everybody is lent to
        owes = self.adult & (rng.random(self.people) < odds / (1 + odds))
        self.first_loans = (owes * rng.integers(1, borrowing.term, self.people, endpoint=True)).astype(np.uint8)
        self.trade = self.columns["licensed"] > 0
        self.incomes = living.lowest + living.step * np.arange(10)
        self.income = self.incomes.astype(np.int16)[tenth]
        self.campaign = (aware.campaign * (1 + self.columns["digital"].astype(np.int16)) // 4).astype(np.int16)
        self.tied = ((self.partner >= 0) << slots).sum(1).astype(np.uint16)
        begun = np.bitwise_count(self.tied & ~np.uint16(self.scenario.ties.closed_at_first)).astype(np.int64)
        self.open_at_first = self.sums(self.adults, begun[self.adults])
        threshold = self.columns["threshold"].astype(np.int32)
        self.hurdle = np.floor(2 * voice.threshold_spread * (threshold - 128)).astype(np.int32)
        self.forms = np.cumsum([ACTS[k].rate for k in FORMS])
        share, drawn = rules["support"].approving, rng.random(self.people)
        likes, far = drawn < share, np.abs(share - drawn)
        strength = np.floor((far / np.where(likes, share, 1 - share)) ** 2 * 128).astype(np.int64)
        liking = np.where(likes, np.minimum(255, 128 + strength), np.maximum(0, 127 - strength))
        self.first_approval = (liking * self.adult).astype(np.uint8)

        rule = rules["everyday_acts"]
        each = np.array([rule.rates.get(act.key, 100) / 100 for act in ACTS])
        rate, self.rate = (of_acts("rate") / 1000 * rule.level / 100 * each,) * 2
        strain, integrity, conviction = of_acts("strain"), of_acts("integrity"), of_acts("conviction")
        self.most = np.minimum(rate * (1 + strain / 64) * (1 + np.abs(integrity) / 256) * (1 + conviction / 256), 1)
        self.by_strain = strain * np.float32(rule.strain_matters) / (64 * 255)
        self.by_integrity = integrity * np.float32(rule.integrity_matters) / (256 * 128)
        self.by_conviction = conviction / (256 * 128)
        self.by_fear = of_acts("caution") * np.float32(rule.deterrence) / 256 / 65536
        self.by_care = of_acts("caution") / np.float32(65536)

    # counting

    def by_stratum(self, who: Array) -> Array:
        """People counted by stratum."""
        return np.bincount(self.stratum[who], minlength=self.strata)

    def sums(self, who: Array, values: Array) -> Array:
        """Whole numbers of people, added up by stratum."""
        return np.bincount(self.stratum[who], values, self.strata).astype(np.int64)

    def by_bin(self, bins: Array, count: int) -> Array:
        """All adults by what bin they are in (bins, strata)."""
        every = np.bincount(self.bin + (self.strata + 1) * bins.astype(np.int64), minlength=count * (self.strata + 1))
        table: Array = every.reshape(count, self.strata + 1)[:, : self.strata]
        return table

    # a month

    def step(self) -> None:
        """Let everybody, in every arm, live through one more month."""
        luck = self.luck
        chances, occasions, looks = self._everyday(), self._occasions(), self._looks()
        fade = [self._block_luck(s) for s in self.slices]
        mixed, turn = luck.hits(self._misattribution(), self.people), int(luck.rng.integers(self.people))
        last = {name: (arm.did, arm.acts) for name, arm in self.arms.items()}
        for name, arm in self.arms.items():
            tongues, listed = self._live(arm, chances, occasions, looks, fade)
            if arm.scheme:
                self._be_rated(arm, last[name], last["none"], mixed, turn)
            measures.of_society(self, arm, tongues, listed)
            if arm.scheme:
                measures.of_scheme(self, arm)
        self.month += 1

    def _live(
        self,
        arm: Arm,
        chances: tuple[Array, ...],
        occasions: tuple[Array, Array],
        looks: tuple[Array, Array, Array],
        fade: list[conduct.Events],
    ) -> tuple[Array, Array]:
        """Conduct in one arm; returns who spoke up or held their tongue, and how many listed each had around."""
        luck = self.luck
        self._turn_of_month(arm)
        spoke, opposed = sent(self, arm, arm.spoke), sent(self, arm, arm.opposed)
        at, other, slot = around(self, arm, arm.listed)
        listed = np.bincount(other, minlength=self.people).astype(np.uint8) if other.size else self.noughts
        seen = arm.listed[np.unique(at)]
        conduct.tell(self, arm)
        conduct.heed(self, arm)
        conduct.deal(self, arm, at, slot, seen)
        conduct.keep_ties(self, arm, at, other, slot, looks)
        if arm.scheme:
            conduct.resent(self, arm)
        worse = np.flatnonzero((arm.barred > 0) | (arm.spurned > 0))
        thanks = arm.conduct["support"].thanks / 12 * arm.thanked
        lucky = luck.hits(thanks % 1, self.people) if arm.rated else self.nobody
        missed, sides = [], []
        for s, drawn in zip(self.slices, fade, strict=True):
            if arm.scheme:
                conduct.hear(self, arm, s, drawn, listed)
            pays, those = conduct.borrow(self, arm, s, drawn)
            missed.append(those)
            conduct.earn(self, arm, s, drawn, pays, worse)
            if arm.rated:
                conduct.think(self, arm, s, drawn, listed, int(thanks), lucky)
                sides.append(conduct.take_sides(self, arm, s, opposed))
        tongues = conduct.speak(self, arm, *occasions, spoke)
        done = conduct.act(self, arm, chances)
        for_rating = [np.concatenate(part) for part in zip(*sides, strict=True)] if sides else [self.nobody] * 2
        owed = np.concatenate(missed, 1)
        voices = conduct.tally(self, arm, owed, tongues, (for_rating[0], for_rating[1]))
        arm.did = np.concatenate((done, owed, voices), 1)
        arm.acts = np.zeros(self.people, np.int64)
        np.bitwise_or.at(arm.acts, arm.did[0], np.left_shift(1, arm.did[1]))
        conduct.inform(self, arm)
        return tongues, listed

    def _be_rated(self, arm: Arm, here: observation.Deeds, without: observation.Deeds, mixed: Array, turn: int) -> None:
        """What the scheme does in a month."""
        arm.fresh = Entries.none()
        observation.agencies(self, arm, here, without, mixed, turn)
        observation.discretion(self, arm, here, without)
        observation.placebo(self, arm)
        observation.tips(self, arm, here, without)
        safeguards.corroborate(self, arm)
        safeguards.expire(self, arm)
        safeguards.notify(self, arm)
        scoring.rate(self, arm)
        sanctions.restrict(self, arm)
        sanctions.draw_in(self, arm)
        sanctions.publish(self, arm)
        safeguards.check(self, arm)
        safeguards.spare_kin(self, arm)
        safeguards.withhold(self, arm)
        safeguards.lift(self, arm)
        safeguards.review(self, arm)
        sanctions.bear(self, arm)

    def _turn_of_month(self, arm: Arm) -> None:
        """What follows from last month's totals before anybody does anything."""
        if self.month:
            ahead = (arm.counts[f"{key}.ahead"][-1].sum() / self.adults.size for key in ("livelihood", "support"))
            arm.edge, arm.thanked = ((1 - share) * (share > 0) for share in ahead)
        if not arm.scheme:
            return
        tips, losing = arm.rules.get("tips"), arm.losing
        if tips and self.month:
            arm.hotline, arm.bounty = losing, tips.reward * bool(losing.any())
        given_up = arm.given_up
        conduct.give_way(self, arm)
        if arm.given_up != given_up:
            arm.announce()

    # what the arms share

    def _everyday(self) -> tuple[Array, ...]:
        """Everyday acts that somebody may do this month: person, act, a draw, and the chance but for the arm."""
        found = [self.adults[self.luck.hits(float(self.most[k]), self.adults.size)] for k in EVERYDAY]
        person = np.concatenate(found)
        act = np.repeat(EVERYDAY, [f.size for f in found])
        drawn = self.luck.shares(person.size) * self.most[act]
        likely = self.rate[act] * (1 + self.by_integrity[act] * (128 - self.traits["integrity"][person]))
        likely *= 1 + self.by_conviction[act] * (self.traits["conviction"][person] - 128)
        return person, act, drawn, likely

    def _occasions(self) -> tuple[Array, Array]:
        """Adults with something to speak up about, and which form it would take."""
        who = self.adults[self.luck.hits(self.without.conduct["voice"].occasion, self.adults.size)]
        return who, self.luck.rng.random(who.size)

    def _looks(self) -> tuple[Array, Array, Array]:
        """Who looks at which of their ties, and how likely a change must be for them to make it."""
        rule = self.without.conduct["keeping_ties"]
        most = max(rule.drift, rule.mending, rule.forming)
        who = self.luck.hits(most, self.people)
        slot = self.luck.numbers(who.size) % LOOKED_AT
        tied = (self.tied[who] >> slot) & 1 > 0
        who, slot = who[tied], slot[tied].astype(np.int64)
        return who, slot, self.luck.shares(who.size) * np.float32(most)

    def _block_luck(self, s: slice) -> conduct.Events:
        """What happens to the people of a block by chance."""
        n, hits = s.stop - s.start, self.luck.hits
        borrowing, living = self.without.conduct["borrowing"], self.without.conduct["livelihood"]
        refuse = hits(2 * borrowing.refusal / 1000, n)
        return {
            "refuse": refuse, "refused": self.luck.rng.random(refuse.size) * 2 * borrowing.refusal / 1000,
            "take": hits(borrowing.taking / 1000, n), "blow": hits(living.blow / 1000, n),
            "fade": self.luck.halves(n), "think": self.luck.halves(n) >> 8,
        }  # fmt: skip

    def _misattribution(self) -> float:
        rules = (a.rules.get("agencies") for a in self.arms.values())
        return next((float(rule.misattribution) for rule in rules if rule), 0.0)
