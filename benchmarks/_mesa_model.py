"""The nearest form of the spine in Mesa, as somebody would write it who knows Mesa well: one object a person.

It takes the engine's society, ties and settings, and nothing else: five kinds of conduct and five mechanisms of the
scheme are written once more, from their description. It draws its own numbers, so single people differ and totals must
roughly agree (`mesa_form.py` prints them side by side). The idioms are Mesa's: `create_agents`, stages by `AgentSet.do`
(what others see of a person is last month's, so the order within a stage is no matter and nobody is shuffled), an
AgentSet of those it concerns instead of a look at everybody, a DataCollector of model attributes once a month. Ties are
a plain list a person: Mesa's network space takes longer to say who is around (docs/decisions/0012).

Where there was a choice, it is in Mesa's favour:

    mechanisms    the ten named below, where the scenario has about twice as many
    children      are people and do nothing, since nothing they do is counted; the engine lets them live as well
    rare acts     a number of those who are tempted, and a sample of that size, instead of a draw a person and act;
                  occasions to speak up likewise
    numbers       from one generator that moves, so one more person or act moves everybody's luck; floats, unrounded
    counts        one number a month; the engine counts by county, group and income tenth
    measures      none of the engine's, which are all taken along there, with the same ten as well
    shadows       no copies of the record, so nothing can be said of what a sanction rests on, and no paired arms
    storage       none; the engine's is left out of the comparison too
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from math import floor
from typing import Any

import mesa
import numpy as np

from goodstanding.acts import ACTS, Act
from goodstanding.scenario import Scenario
from goodstanding.society import Population
from goodstanding.ties import partners

CONDUCT = ("awareness", "borrowing", "livelihood", "everyday_acts", "voice")
SCHEME = ("agencies", "ledger", "restrictions", "publicity", "appeal")
NEEDS = 100
"""What a person needs for a month; savings and incomes are in hundredths of it."""

COUNTS = (
    "aware", "unable", "unwilling", "in_debt", "harmful", "harmless", "kind", "voices", "held_tongue", "petitions",
    "recorded", "mistaken", "expired", "months_barred", "fresh", "listed_now", "shut_out", "discovered", "filed",
    "waiting", "upheld", "refused",
)  # fmt: skip


class Deed:
    """A kind of act as this model needs it: how it varies among people, what it costs and who notices."""

    def __init__(self, act: Act, rule: Any, ledger: Any, agencies: Any) -> None:
        self.key, self.maker = act.key, act.maker
        self.count = "harmful" if act.gravity else "harmless" if act.protected else "kind"
        self.rate = act.rate / 1000 * rule.level / 100
        self.by_strain = act.strain * rule.strain_matters / (64 * 255)
        self.by_integrity = act.integrity * rule.integrity_matters / (256 * 128) * (-1 if act.kind else 1)
        self.by_conviction = act.conviction / (256 * 128)
        most = 1 + 255 * self.by_strain
        self.most = most * (1 + 128 * abs(self.by_integrity)) * (1 + 128 * self.by_conviction)
        self.points = ledger.points.get(act.seen_as or act.key, 0) if ledger else 0
        self.by_fear = act.caution * rule.deterrence / 256 / 65536 if self.points < 0 else 0.0
        self.noticed = act.detectability * agencies.coverage if agencies else 0.0
        if ledger:
            self.term = ledger.repair_heavy if -self.points >= ledger.repair_heavy_from else ledger.repair_light


@dataclass(slots=True, eq=False)
class Entry:
    """A line on somebody's file, and how far an appeal against it has come."""

    points: int
    ends: int
    mistaken: bool
    found: bool = False
    pending: bool = False
    refused: bool = False


class Person(mesa.Agent):
    """Somebody who earns, borrows, acts, speaks up, and is rated where there is a scheme."""

    def __init__(
        self, model: County, adult: bool, tenth: int, licensed: bool, digital: int, integrity: int, conviction: int,
        caution: int, threshold: int, savings: float, loan: int,
    ) -> None:  # fmt: skip
        super().__init__(model)
        living, borrowing, voice = model.living, model.borrowing, model.voice
        self.adult, self.licensed, self.digital = adult, licensed, digital
        self.integrity, self.conviction, self.caution = integrity, conviction, caution
        self.income = living.lowest + living.step * tenth
        self.cushion = int(living.ceiling * (1 + tenth) / 10 * savings)
        self.loan = loan
        self.refusal = borrowing.refusal / 1000 * (256 - integrity) / 128
        self.hurdle = voice.hurdle + floor(2 * voice.threshold_spread * (threshold - 128))
        self.around: list[Person] = []
        self.entries: list[Entry] = []
        self.barred: frozenset[str] = frozenset()
        self.salience = self.strain = self.grievance = 0.0
        self.standing = 0
        self.petition_counts_until = -1

    # conduct

    def live(self) -> None:
        """Hear of the scheme, pay what is due or take a loan, earn and spend."""
        model = self.model
        draw, cushion, income, spent = model.draw, self.cushion, self.income, NEEDS
        if model.scheme:
            self.hear()
        if self.loan:
            if cushion < model.instalment:
                model.unable += 1
                model.note(self, model.cannot_pay)
            elif draw() < self.refusal * (1 - model.deterrence * self.salience * self.caution):
                model.unwilling += 1
                model.note(self, model.will_not_pay)
            else:
                self.loan -= 1
                spent += model.instalment
        elif draw() < model.taking and cushion >= model.reserve and "credit" not in self.barred:
            self.loan = model.term
        living = model.living
        if self.barred:
            if self.licensed and "licence" in self.barred:
                income -= int(income * living.licence_loss)
            if "jobs" in self.barred:
                income -= int(income * living.job_loss)
        if cushion < model.short and income < living.low_income and "welfare" not in self.barred:
            income += living.relief
        cushion += income - spent
        if draw() < model.blow:
            cushion -= living.blow_cost
        missing = model.ease - cushion
        self.strain = min(255.0, missing * model.slope) if missing > 0 else 0.0
        if cushion < 0:
            model.in_debt += 1
            cushion = max(cushion, model.debt_limit)
        self.cushion = cushion if cushion < model.ceiling else model.ceiling

    def hear(self) -> None:
        """Conduct: awareness, and anger about what one is barred from."""
        model = self.model
        news = model.own * self.standing + model.word * model.listed_around.get(self, 0)
        if model.campaign:
            news += model.campaign * (1 + self.digital)
        kept = self.salience * model.remembered
        self.salience = salience = kept if kept > news else min(news, 255)
        if salience >= 64:
            model.aware += 1
        if self.barred:
            self.grievance = max(self.grievance * model.still_angry, model.anger)
        elif self.grievance:
            self.grievance *= model.still_angry

    def speak(self) -> None:
        """Conduct: voice, of somebody with an occasion."""
        model, voice = self.model, self.model.voice
        push = self.conviction + int(self.grievance) + voice.company * model.speaking_around.get(self, 0)
        push += int(voice.hardship * self.strain / 256) - self.hurdle
        if push <= 0:
            return
        if push <= voice.fear * self.salience * self.caution / 65536 * model.watched:
            model.held_tongue += 1
            return
        model.voices += 1
        model.speaking.append(self)
        form = self.random.choices(model.forms, cum_weights=model.forms_so_far)[0]
        if form is model.petition:
            model.petitions += 1
            if model.month <= self.petition_counts_until:
                form = model.again
            self.petition_counts_until = model.month + voice.memory
        model.note(self, form)

    def tempt(self, deed: Deed) -> None:
        """Conduct: everyday acts, of somebody whom one of them would hit if anybody."""
        likely = (1 + deed.by_strain * self.strain) * (1 + deed.by_integrity * (128 - self.integrity))
        likely *= 1 + deed.by_conviction * (self.conviction - 128)
        likely *= 1 - deed.by_fear * self.salience * self.caution
        model = self.model
        if model.draw() * deed.most < likely:
            setattr(model, deed.count, getattr(model, deed.count) + 1)
            model.note(self, deed)

    # the scheme

    def be_rated(self) -> None:
        """Scoring: ledger, and sanction: restrictions, of somebody with a file."""
        model = self.model
        held = [entry for entry in self.entries if entry.ends > model.month]
        model.expired += len(self.entries) - len(held)
        self.entries = held
        score = model.start + sum([entry.points for entry in held])
        self.standing = len(model.cuts) - bisect_right(model.cuts, score)
        self.barred = model.bars[self.standing]
        if self.barred:
            model.months_barred += len(self.barred)
            model.shut_out += 1
            self.turned_away()
        if not held:
            model.on_file.discard(self)

    def turned_away(self) -> None:
        """Safeguard: appeal; whoever is turned away comes upon an entry now and then."""
        model = self.model
        for entry in self.entries:
            if entry.points < 0 and not entry.found and model.draw() < model.discovery:
                entry.found = True
                model.discovered += 1
                model.knowing.add(self)

    def appeal(self) -> None:
        """Safeguard: appeal; those who know of entries file, wait, and are heard."""
        model, rule, draw = self.model, self.model.appeals, self.model.draw
        known = [entry for entry in self.entries if entry.found and not entry.refused]
        for entry in known:
            if not entry.pending:
                entry.pending = draw() < rule.reach
                model.filed += entry.pending
                model.waiting += entry.pending
            elif draw() >= model.admitted:
                model.waiting += 1
            elif draw() < (rule.success if entry.mistaken else rule.leniency):
                self.entries.remove(entry)
                model.upheld += 1
            else:
                entry.refused = True
                model.refused += 1
        if not known:
            model.knowing.discard(self)


class County(mesa.Model):
    """A society in one arm, with the scheme of that arm or without."""

    def __init__(self, scenario: Scenario, arm: str, society_seed: int, seed: int) -> None:
        super().__init__(rng=seed)
        world = scenario.world(arm)
        self.month, self.draw = 0, self.random.random
        rules: dict[str, Any] = {rule.key(): rule for rule in world.conduct}
        self.awareness, self.borrowing, self.living, everyday, self.voice = (rules[key] for key in CONDUCT)
        of_scheme: dict[str, Any] = {rule.key(): rule for scheme in world.schemes for rule in scheme.mechanisms}
        agencies, ledger, restrictions, self.publicity, self.appeals = (of_scheme.get(key) for key in SCHEME)
        self.scheme = ledger is not None
        self._deeds([Deed(act, everyday, ledger, agencies) for act in ACTS])
        self._conduct()
        if self.scheme:
            self.misattribution, self.start = agencies.misattribution, ledger.start
            self.cuts = sorted(list(ledger.classes.values())[:-1])
            self.bars = [frozenset(restrictions.domains.get(name, ())) for name in ledger.classes]
            self.discovery = self.appeals.discovery if self.appeals else 0.0
        self._people(scenario, Population(scenario.society, society_seed))
        self.noted: dict[Person, list[Deed]] = {}
        self.named: dict[Person, int] = {}
        self.speaking: list[Person] = []
        self.on_file, self.knowing = self.agents.select(at_most=0), self.agents.select(at_most=0)
        for name in COUNTS:
            setattr(self, name, 0)
        self.datacollector = mesa.DataCollector(model_reporters={name: name for name in COUNTS})

    def _deeds(self, deeds: Sequence[Deed]) -> None:
        """Sort the acts by what brings them about."""
        of = {deed.key: deed for deed in deeds}
        self.cannot_pay, self.will_not_pay = of["missed_loan_payment_unable"], of["missed_loan_payment"]
        self.petition, self.again = of["petition"], of["repeated_petitioning"]
        self.everyday = [deed for deed in deeds if deed.maker == "everyday" and deed.rate > 0]
        self.tempting = np.minimum([deed.rate * deed.most for deed in self.everyday], 1)
        voices = [deed for deed in deeds if deed.maker == "voice"]
        self.forms = [deed for deed in voices if deed is not self.again]
        self.forms_so_far = list(accumulate(deed.rate for deed in self.forms))
        costs = sum(deed.rate for deed in voices if deed.points < 0) / sum(deed.rate for deed in voices)
        rest = self.voice.general_fear
        self.watched = rest + (1 - rest) * costs if self.scheme else 0.0

    def _conduct(self) -> None:
        """Keep at hand what everybody asks for every month."""
        living, borrowing, awareness = self.living, self.borrowing, self.awareness
        self.blow, self.short, self.ease, self.ceiling = living.blow / 1000, living.short, living.ease, living.ceiling
        self.slope, self.debt_limit = 255 / (2 * living.ease), -living.debt_limit
        self.taking, self.term, self.reserve = borrowing.taking / 1000, borrowing.term, borrowing.reserve
        self.instalment = borrowing.instalment
        self.deterrence = borrowing.deterrence / 65536 if self.will_not_pay.points < 0 else 0.0
        self.own, self.word, self.remembered = awareness.own, awareness.word, 1 - awareness.fade
        self.anger, self.still_angry = self.voice.anger, 1 - self.voice.cooling

    def _people(self, scenario: Scenario, population: Population) -> None:
        """Everybody of the engine's society, with those around them who can do or show something."""
        n, columns = population.people, population.columns
        adult = columns["age"] > 0
        owing = self.taking * self.term / (1 + self.taking * self.term)
        loans = self.rng.integers(1, self.term, n, endpoint=True) * (adult & (self.rng.random(n) < owing))
        traits = ("tenth", "licensed", "digital", "integrity", "conviction", "caution", "threshold")
        told = [columns[name].tolist() for name in traits]
        people = list(Person.create_agents(self, n, adult.tolist(), *told, self.rng.random(n).tolist(), loans.tolist()))
        open_ = [slot for slot in range(len(scenario.ties.slots)) if not scenario.ties.closed_at_first >> slot & 1]
        known = partners(population, scenario.ties)[open_].T.tolist()
        heads = (np.arange(n) - columns["household_offset"]).tolist()
        sizes = columns["household_size"].tolist()
        for i, person in enumerate(people):
            ids = chain(range(heads[i], heads[i] + sizes[i]), known[i])
            person.around = [people[j] for j in ids if j not in (i, -1) and adult[j]]
        self.adults = self.agents.select(lambda person: person.adult)
        self.adult_list = list(self.adults)
        self.share_of_adults = len(self.adult_list) / n

    # a month

    def step(self) -> None:
        """Let everybody live through one more month."""
        waiting, last_fresh, noted = self.waiting, self.fresh, self.noted
        for name in COUNTS:
            setattr(self, name, 0)
        self.noted = {}
        self.speaking_around = Counter(chain.from_iterable(person.around for person in self.speaking))
        self.speaking = []
        if self.scheme:
            self.listed_around = Counter(chain.from_iterable(person.around for person in self.named))
            runs = 0 < self.month < self.awareness.campaign_months
            self.campaign = self.awareness.campaign / 4 if runs else 0
        self.adults.do("live")
        for person in self._some(int(self.rng.binomial(len(self.adult_list), self.voice.occasion))):
            person.speak()
        tempted = self.rng.binomial(len(self.adult_list), self.tempting).tolist()
        for deed, number in zip(self.everyday, tempted, strict=True):
            for person in self._some(number):
                person.tempt(deed)
        if self.scheme:
            fresh = self.report(noted)
            self.on_file.do("be_rated")
            self.publish(fresh, last_fresh)
            if self.appeals:
                able = self.appeals.capacity / 1000 * len(self.adult_list)
                self.admitted = min(1 / self.appeals.delay, able / max(1, waiting))
                self.knowing.do("appeal")
        self.datacollector.collect(self)
        self.month += 1

    def _some(self, number: int) -> list[Person]:
        """So many adults, whoever they are."""
        return self.random.sample(self.adult_list, number)

    def note(self, person: Person, deed: Deed) -> None:
        """Remember for the agencies an act that a table of points counts."""
        if deed.points:
            self.noted.setdefault(person, []).append(deed)

    def report(self, noted: dict[Person, list[Deed]]) -> list[Person]:
        """Observation: agencies, on last month's acts; returns on whom bad ones were filed."""
        fresh = []
        mixed_up = self.misattribution * self.share_of_adults
        for doer, deeds in noted.items():
            person = self.random.choice(self.adult_list) if self.draw() < mixed_up else doer
            mistaken = person is not doer
            for deed in deeds:
                if self.draw() < deed.noticed:
                    person.entries.append(Entry(deed.points, self.month + deed.term, mistaken))
                    self.on_file.add(person)
                    self.mistaken += mistaken
                    self.recorded += not mistaken
                    if deed.points < 0:
                        fresh.append(person)
        return fresh

    def publish(self, fresh: list[Person], last_fresh: int) -> None:
        """Sanction: publicity."""
        rule, adults = self.publicity, len(self.adult_list)
        chance = rule.names / 1000 * rule.share_of_negative_entries * adults / (last_fresh or adults)
        self.named = {person: until for person, until in self.named.items() if until > self.month}
        for person in fresh:
            if self.draw() < chance:
                self.named[person] = self.month + rule.months_up
        self.fresh, self.listed_now = len(fresh), len(self.named)
