"""What each of the sixteen scenarios is there to show, as claims: more of something in one arm than in another.

The tests live them where they are easy to see; `scripts/findings.py` lives them as the scenarios are shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import worlds
from ruamel.yaml import YAML

from goodstanding.scenario import Scenario, read


@dataclass(frozen=True)
class Claim:
    """There is more of what is counted in one arm than in the other; `of` looks at one group alone."""

    shows: str
    more: str
    less: str
    counts: str
    of: str = ""


@dataclass(frozen=True)
class Case:
    """How a scenario is lived here: smaller, and with more of what is rare where that is the only way to see it."""

    claims: tuple[Claim, ...]
    people: int
    months: int
    busier: Mapping[str, Any] = field(default_factory=dict)
    arms: Mapping[str, Any] = field(default_factory=dict)
    lucks: int = 5


BREACHES = ("fraud", "counterfeit_sale", "tax_evasion", "ignored_judgment")
CASES: Mapping[str, Case] = {
    "planning-outline-2014": Case(
        (
            Claim("exposure: people are refused dealings", "full", "no_exposure", "association.refused"),
            Claim("the crowd: more people are barred", "full", "no_crowd", "outline.sanctions.people"),
            Claim("pay: people are barred for inventions", "paid_reporting", "full", "outline.unfounded.invented"),
            Claim("joint punishment: people run into debt", "full", "no_joint_punishment", "livelihood.in_debt"),
            Claim("joint reward: people approve", "full", "no_joint_reward", "legitimacy.approve"),
            Claim("records shared: more people are barred", "data_sharing", "full", "outline.sanctions.people"),
            Claim("every member: more people are barred", "every_member", "full", "outline.sanctions.people"),
        ),
        2500, 18,
        {**{f"conduct.everyday_acts.rates.{act}": 400 for act in BREACHES}, "conduct.informing.telling": 0.1,
         "conduct.informing.pull": 0.5, "conduct.awareness.campaign": 160, "conduct.everyday_acts.level": 400},
    ),
    "pboc-pilots-2015": Case(
        (
            Claim("who buys from the scorer comes first", "full", "nobody_sells", "firm_1.rewards.favours"),
            Claim("what is bought for the score is spent", "full", "nobody_sells", "inequality.owing"),
            Claim("licences refused: favours end", "no_regulator", "full", "firm_1.rewards.favours"),
            Claim("a wide and independent firm goes on", "one_wide_and_independent", "full", "firm_5.rewards.favours"),
        ),
        2000, 36,
    ),
    "sesame-credit": Case(
        (
            Claim("a ticked box: more people come first", "full", "opt_in", "sesame.rewards.favours"),
            Claim("friends: people lose their place", "full", "no_friends", "sesame.rewards_lost.lost"),
            Claim("favours by tier: people approve", "full", "no_rewards", "legitimacy.approve"),
            Claim("bought friends: more people come first", "sybils", "full", "sesame.rewards.favours"),
        ),
        2500, 48,
        arms={"sybils": {"schemes.sesame.attacks.sybils": {"demand": 0.3, "accounts": 15}}},
    ),
    "tencent-credit": Case(
        (
            Claim("shut down: favours end", "not_shut", "full", "tencent.rewards.favours"),
            Claim("opened to all: far more come first", "full", "test_users_only", "tencent.rewards.favours"),
        ),
        2500, 12,
    ),
    "bike-sharing": Case(
        (
            Claim("passed on: barred elsewhere", "full", "no_sharing", "central.sanctions.people"),
            Claim("errors live on in copies", "corrections_never_follow", "corrections_follow",
                  "central.unfounded.miscopied"),
            Claim("pay for reports: false entries stand", "full", "no_rewards_for_reports", "bikes.remedies.people"),
        ),
        5000, 24, {"conduct.informing.pull": 0.5},
    ),
    "joint-punishment-2016": Case(
        (
            Claim("unable, listed as refusing", "full", "nobody_unable", "courts.unfounded.unable"),
            Claim("ground one has no end", "full", "terms_for_all", "courts.traps.still_25_48"),
            Claim("a lost licence: people run into debt", "full", "no_licence_bar", "livelihood.in_debt"),
            Claim("performance: people come off the list", "nobody_pays", "full", "courts.sanctions.people"),
            Claim("publicity: people are refused dealings", "full", "no_publicity", "association.refused"),
            Claim("children are barred", "full", "no_children", "courts.relatives.child_months"),
            Claim("excesses: more months for a relative's sake", "excess_against_children", "full",
                  "courts.unfounded.family"),
        ),
        4000, 40,
        {"conduct.everyday_acts.level": 400, "schemes.courts.sanctions.joint_punishment.joining.licence": 100},
        {"nobody_unable": {"conduct.everyday_acts.rates.ignored_judgment_unable": 0},
         "terms_for_all": {"schemes.courts.scoring.court_list.terms.refusing": 12}},
    ),
    "facebook-friends-rule": Case(
        (
            Claim("refused for friends", "full", "patent_only", "lender.sanctions.credit"),
            Claim("without a loan there is none to miss", "patent_only", "full", "borrowing.unable"),
            Claim("given up: fewer are refused", "full", "ended_2016", "lender.sanctions.credit"),
        ),
        4000, 36, {"conduct.borrowing.taking": 60},
    ),
    "dangan": Case(
        (
            Claim("no term: people are barred for what is long past", "full", "with_expiry", "file.sanctions.people"),
            Claim("protected acts bar", "full", "no_protected_acts", "file.sanctions.people"),
            Claim("looked for again out of revenge: people are barred", "revenge", "no_revenge",
                  "file.sanctions.people"),
            Claim("nobody is told", "full", "with_appeal", "file.unfounded.unnoticed"),
        ),
        2500, 84,
        {"conduct.voice.occasion": 0.4, "schemes.file.scoring.lifelong_file.reading": 0.1},
    ),
    "honest-shanghai": Case(
        (
            Claim("rewards: people approve", "full", "no_rewards", "legitimacy.approve"),
            Claim("voluntary: who stays away comes first in nothing", "full", "voluntary", "app.rewards.favours"),
            Claim("punished, if ever: people are barred", "hypothetical_punishments", "full", "app.sanctions.people"),
        ),
        4000, 24,
    ),
    "suining-2010": Case(
        (
            Claim("petitions and speech: tongues are held", "full", "no_protected_acts", "silence.held_tongue"),
            Claim("the list: people are refused dealings", "full", "no_publication", "association.refused"),
            Claim("softened: fewer are refused dealings", "no_backlash", "softened", "association.refused"),
            Claim("repealed: nobody is barred", "no_backlash", "repealed", "suining.sanctions.people"),
        ),
        5000, 40, {"conduct.everyday_acts.level": 250},
    ),
    "dragon-eye": Case(
        (
            Claim("taken for somebody: barred", "full", "no_face_search", "gallery.sanctions.people"),
            Claim("the gallery's size", "full", "of_a_county", "gallery.unfounded.misfiled"),
            Claim("the engine's errors", "full", "few_errors", "gallery.sanctions.people"),
            Claim("a group it knows worse", "worse_for_b", "full", "gallery.sanctions.people", of="B"),
            Claim("several photos find more", "several_photos", "full", "gallery.sanctions.people"),
            Claim("what an officer lets pass", "full", "careful_officers", "gallery.sanctions.people"),
        ),
        8000, 18,
    ),
    "rongcheng": Case(
        (
            Claim("low salience: where people mind, tongues are held", "noticed", "full", "silence.held_tongue"),
            Claim("low salience: where people mind, opinion turns", "full", "noticed", "legitimacy.approve"),
            Claim("without petitions: fewer tongues are held", "noticed", "noticed_without_petitions",
                  "silence.held_tongue"),
            Claim("without petitions: more come first", "without_petitions", "full", "rongcheng.rewards.favours"),
            Claim("joining by choice: fewer come first", "full", "opt_in", "rongcheng.rewards.favours"),
        ),
        6000, 18, {"conduct.voice.occasion": 0.3},
    ),
    "everything-at-once": Case(
        (
            Claim("namesakes are barred", "full", "no_matching", "centre.unfounded.misfiled"),
            Claim("children are barred", "full", "no_family", "centre.relatives.child_months"),
            Claim("protected acts: tongues are held", "full", "no_protected_acts", "silence.held_tongue"),
        ),
        20_000, 24, lucks=8,
    ),
    "plain-fines": Case(
        (
            Claim("fines: people run into debt", "full", "free", "livelihood.in_debt"),
            Claim("fines deter", "free", "full", "gain.direct"),
        ),
        6000, 30, arms={"free": {"schemes.fines.sanctions.fines.level": 0}},
    ),
    "robodebt-2016": Case(
        (
            Claim("averaging: people run into debt", "full", "by_fortnight", "livelihood.in_debt"),
            Claim("averaging: people pay what they never owed", "full", "by_fortnight",
                  "debts.recovery.collected_unfounded"),
            Claim("every month after the ruling: people run into debt", "full", "stopped_when_ruled",
                  "livelihood.in_debt"),
        ),
        4000, 36,
        {"schemes.debts.observation.income_averaging.checks": 80,
         "schemes.debts.observation.income_averaging.claimants": 0.6},
    ),
    "toeslagen": Case(
        (
            Claim("all or nothing: people run into debt", "full", "in_proportion", "livelihood.in_debt"),
            Claim("selection by group: that group runs into debt", "full", "blind_selection", "livelihood.in_debt",
                  of="B"),
        ),
        6000, 24,
        {"schemes.allowance.observation.claw_back.checks": 60,
         "schemes.allowance.observation.claw_back.claimants": 0.8},
    ),
}  # fmt: skip


def shipped(name: str, people: int | None = None, months: int | None = None, **more: Any) -> Scenario:
    """A scenario as it is shipped, with the arms that its claims need besides; with its sources and its priors."""
    told = YAML(typ="safe", pure=True).load(read(name).yaml())
    told["arms"] = {**told["arms"], **CASES[name].arms}
    return worlds.read(told, name, people=people, months=months, **more)
