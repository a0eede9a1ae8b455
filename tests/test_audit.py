"""The audit: flags follow numbers, thresholds and bands; nothing is ever said to be in order."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import worlds
from small_run import EVIL, build

from goodstanding import bibliography, cli, scenario
from goodstanding.audit import Audit, aia, pages, readings
from goodstanding.audit.audit import _asked
from goodstanding.audit.checks import relatedness, weights
from goodstanding.audit.evidence import Evidence
from goodstanding.audit.numbers import Number, of_sums
from goodstanding.audit.readings import READINGS
from goodstanding.audit.rules import Rules, rules_of, safeguarded
from goodstanding.audit.verdict import CANNOT_TELL, FLAG, IN_SCOPE, UNSEEN, Finding, judge, opened
from goodstanding.audit.yardsticks import FLAGS, Indicator, Threshold, yardsticks
from goodstanding.card import MARKS
from goodstanding.counts import Sums
from goodstanding.estimates import ONE_WORLD, Estimate, estimate
from goodstanding.frontier import frontier
from goodstanding.measures import measures
from goodstanding.mechanism import catalogue
from goodstanding.runs import Run, open_run, run
from goodstanding.scenario import library

SCHEME = f"schemes.{worlds.SCHEME}"
ARMS = {
    "no_family": {f"{SCHEME}.sanctions.family": "off"},
    "nothing_follows": {f"{SCHEME}.sanctions": "off"},
    "checked": {f"{SCHEME}.safeguards.human_check.reach": 1.0},
    "shared": {f"{SCHEME}.safeguards.corroboration.reach": 0.9, f"{SCHEME}.safeguards.expiry.reach": 0.9},
    "unheard": {f"{SCHEME}.safeguards.notice": "off", f"{SCHEME}.safeguards.appeal": "off"},
}
ALLOWED = {FLAG, CANNOT_TELL, IN_SCOPE}
ORDER = re.compile(r"\bpass(es|ed|ing)?\b|\bcompliant\b|\bin order\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A small town under every mechanism, in arms that each take something away."""
    told = {**worlds.tree(), "arms": ARMS}
    told["society"] = {"people": 2000}
    folder = tmp_path_factory.mktemp("runs")
    return run(worlds.read(told), seeds=5, processes=1, out=folder, report=False, arms=["none", "ghost", "full", *ARMS])


@pytest.fixture(scope="module")
def audited(lived: Run) -> Audit:
    return lived.audit()


def flags(found: Audit) -> set[str]:
    return {finding.indicator.key for finding in found.flags}


def every() -> Iterator[Indicator]:
    for yardstick in yardsticks().values():
        yield from (*yardstick.gate, *yardstick.indicators)


# -- the files


def test_every_yardstick_has_a_source_and_every_threshold_a_reason() -> None:
    assert len(yardsticks()) >= 7
    for yardstick in yardsticks().values():
        assert bibliography.entry(yardstick.source)["title"]
        assert yardstick.indicators and yardstick.asks and yardstick.cannot
        keys = [i.key for i in (*yardstick.gate, *yardstick.indicators)]
        assert len(keys) == len({*keys})
    for indicator in every():
        assert indicator.flag.mark in MARKS and indicator.flag.when in FLAGS
        assert len(indicator.flag.because) > 20, indicator.key
        assert not indicator.flag.source or bibliography.entry(indicator.flag.source)
        assert indicator.asks.endswith("?")
        assert sum(key in READINGS for key in indicator.number) == 1, indicator.key


def test_every_measure_that_is_named_is_counted_by_this_version() -> None:
    known = {f"{key}.{count}" for key, cls in measures().items() for count in cls.counts}
    for indicator in every():
        for key, asked in indicator.number.items():
            if key in ("rate", "change", "uneven", "months", "worlds", "net", "alternative"):
                assert asked in known, indicator.key
            if key in ("share", "of", "less") and not isinstance(asked, str):
                assert {*asked} <= known, indicator.key
            if key == "absent":
                assert all(name.split(".")[1] in catalogue()[name.split(".")[0]] for name in asked), indicator.key
            if key in ("share", "of", "less", "fact", "where") and isinstance(asked, str):
                assert isinstance(getattr(Rules, asked), (property, object)) and hasattr(Rules, asked)


def test_a_yardstick_is_found_and_not_listed() -> None:
    """The package names none of them, except where one has a scoring rule of its own."""
    folder = Path(aia.__file__).parent
    for file in folder.glob("*.py"):
        for key in yardsticks():
            assert key not in file.read_text(encoding="utf-8") or (file.name, key) == ("aia.py", aia.FILE)


# -- the rule


@pytest.mark.parametrize("when", FLAGS)
@pytest.mark.parametrize("sets", [None, tuple(range(-10, 190)), tuple([5.0] * 200)])
def test_a_flag_is_raised_up_to_where_it_turns_and_not_beyond(when: str, sets: tuple[float, ...] | None) -> None:
    number = Number(Estimate(20.0, 12.0, 31.0, 8), "of 1,000", sets=sets)
    turns = judge(number, Threshold(when, 0.0, "assumed", ""))["turns"]
    for at in [turns + d for d in (-30, -1, -0.01, 0.01, 1, 30)]:
        says = judge(number, Threshold(when, at, "assumed", ""))["says"]
        raised = at > turns if when != "above" else at < turns
        assert says == (FLAG if raised else CANNOT_TELL), (when, at, turns)


def test_where_a_flag_turns_is_the_worse_of_luck_and_nine_sets_in_ten() -> None:
    at = Threshold("above", 0.0, "assumed", "")
    luck = Estimate(20.0, 12.0, 31.0, 8)
    assert judge(Number(luck, ""), at)["turns"] == 12.0
    assert judge(Number(luck, "", sets=tuple(float(v) for v in range(1, 201))), at)["turns"] == 12.0
    low = tuple([1.0] * 20 + [3.0] * 180)
    assert judge(Number(luck, "", sets=low), at)["turns"] == 3.0
    assert judge(Number(luck, "", sets=(1.0, *low)), at)["turns"] == 1.0
    below = judge(Number(luck, "", sets=tuple([50.0] * 19 + [40.0] * 181)), Threshold("below", 0.0, "assumed", ""))
    assert below["turns"] == 40.0


def test_what_luck_or_assumptions_leave_open_is_no_flag() -> None:
    at = Threshold("above", 10.0, "assumed", "")
    open_ = judge(Number(Estimate(20.0, 9.0, 31.0, 8), ""), at)
    assert open_["says"] == CANNOT_TELL and "leaves it open" in open_["why"]
    unsure = judge(Number(Estimate(20.0, 15.0, 31.0, 8), "", sets=tuple([5.0] * 60 + [30.0] * 140)), at)
    assert unsure["says"] == CANNOT_TELL and "140 of 200 sets" in unsure["why"]
    few = judge(Number(Estimate(20.0, 15.0, 31.0, 8), "", sets=(30.0,) * 5), at)
    assert few["says"] == CANNOT_TELL and "only 5 sets" in few["why"]
    alone = judge(Number(Estimate(20.0, None, None, 1, ONE_WORLD), ""), at)
    assert alone["says"] == CANNOT_TELL and alone["why"] == ONE_WORLD
    burden = judge(Number(Estimate(20.0, None, None, 1, ONE_WORLD), ""), Threshold("unless_above", 0.0, "derived", ""))
    assert burden["says"] == FLAG and "not shown" in burden["why"]


# -- known answers


def test_ranks_and_costs() -> None:
    acts = {
        key: {"gravity": gravity, "domain": "credit", "protected": ""}
        for key, gravity in {"a": 10, "b": 20, "c": 40, "d": 0}.items()
    }
    rules = Rules({"a": -10, "b": -20, "c": -30, "d": 5}, acts, {"credit": ["credit"]}, {"credit": 15, "jobs": 40}, 1)
    assert rules.gravity_order == pytest.approx(1.0) and rules.cost_ratio == pytest.approx(4 / 3)
    assert (rules.sources, rules.harmless_acts) == (1, 0)
    assert rules.out_of_reach == {"sanctions.jobs": 1} and rules.barred_by_weight["sanctions.jobs"] == 40
    assert rules.outweighing(20) == {"sanctions.jobs": 1} and rules.outweighing(20, 0.5) == {}
    back = Rules({"a": -30, "b": -20, "c": -10, "d": -1}, acts, {}, {}, 1)
    assert back.gravity_order == pytest.approx(0.2) and back.harmless_acts == 1
    assert Rules({"a": -30}, acts, {}, {}, 1).gravity_order is None


def test_rules_without_points_are_not_read_as_counting_nothing() -> None:
    """Catches a court list all of whose domains are held to be unrelated, or none of whose acts to be harmless."""
    bare = Rules({}, {}, {}, {"credit": 15}, 1)
    assert bare.out_of_reach is None and bare.out_of_reach_by_weight is None
    assert bare.sources is None and bare.harmless_acts is None and bare.private_acts is None


def test_the_canadian_points_are_those_of_the_questionnaire() -> None:
    """119 points of risk, 90 of mitigation; 36 of these take 15 % off, rounded half up; levels end at quarters."""
    told = yardsticks()[aia.FILE].told
    assert sum(question["most"] for question in told["questions"].values()) == 119
    assert told["most_mitigation"] == 90
    assert (aia.scored(50, 36, 90), aia.scored(50, 35, 90), aia.scored(20, 90, 90)) == (43, 50, 17)
    assert [aia.level(points, 119) for points in (0, 29, 30, 59, 60, 89, 90, 119)] == [1, 1, 2, 2, 3, 3, 4, 4]
    for indicator, part in zip(yardsticks()[aia.FILE].indicators, aia.LEVELS, strict=True):
        assert indicator.flag.at == part * 119


NOTHING_TO_JUDGE_BY: dict[str, Any] = {"acts": [], "settings": []}


def ruled(name: str, arm: str = "full") -> dict[str, Rules]:
    return rules_of(scenario.read(name), arm, NOTHING_TO_JUDGE_BY)


@pytest.mark.parametrize("name", list(library()))
def test_no_scheme_of_the_library_is_held_to_rate_people_by_nothing(name: str) -> None:
    """Catches a gate that knows one table of points and shuts before court lists, files, and scores of friends."""
    for rules in ruled(name).values():
        assert rules.rated_by != 0 and rules.scorings != 0
        assert (rules.scorings is None) <= (rules.rated_by is None)


def test_what_people_are_rated_by_is_read_from_what_the_rules_declare() -> None:
    read = {name: {scheme: rules.read for scheme, rules in ruled(name).items()} for name in (
        "dangan", "joint-punishment-2016", "facebook-friends-rule", "robodebt-2016", "plain-fines")}  # fmt: skip
    assert read["dangan"] == {"file": {"record"}} and read["joint-punishment-2016"] == {"courts": {"record"}}
    assert read["facebook-friends-rule"]["lender"] >= {"others", "traits"}
    assert read["robodebt-2016"] == {"debts": None} and read["plain-fines"] == {"fines": None}
    told = worlds.tree()
    told["schemes"][worlds.SCHEME]["scoring"]["ledger"]["points"] = {}
    empty = rules_of(worlds.read(told), "full", NOTHING_TO_JUDGE_BY)[worlds.SCHEME]
    assert empty.read == frozenset() and empty.rated_by == 0


def test_a_gate_that_the_rules_do_not_answer_does_not_shut(lived: Run) -> None:
    """Catches an article that is held not to apply because nothing called a rating is in the rules."""
    rules = rules_of(lived.scenario(), "full", lived.cards)
    known = yardsticks()["eu_ai_act_5_1_c"]
    for read, shut in ((None, False), (frozenset[str](), True), (frozenset({"traits"}), False)):
        some = {name: replace(each, read=read, scored_by=read is not None) for name, each in rules.items()}
        found = {f.indicator.key: f for f in _asked(Evidence(lived, "full", some), known)}
        assert (found["behaviour"].says == IN_SCOPE) == bool(read)
        assert found["behaviour"].says in (IN_SCOPE, CANNOT_TELL)
        assert found["no_act"].why.startswith(UNSEEN) == shut, read


def test_any_count_opens_a_gate_and_what_did_not_open_is_no_all_clear() -> None:
    """Catches an article held not to apply where too few were barred for an interval."""
    gate = next(g for g in yardsticks()["eu_ai_act_5_1_c"].gate if g.key == "detriment")
    few = Number(Estimate(0.0175, None, None, 6, "8 of 456,528, in 6 of 6 worlds: too few"), "", count=8, base=456_528)
    assert opened(few, gate, ()) == {"says": IN_SCOPE, "why": "8 of 456,528 were counted"}
    none = Number(Estimate(0.0, None, None, 6, "none of 456,528"), "", base=456_528, never=True)
    assert opened(none, gate, ("sanctions.rewards",)) == {"says": IN_SCOPE, "why": "by the rules: sanctions.rewards"}
    shut = opened(none, gate, ())
    assert shut["says"] == CANNOT_TELL and UNSEEN in shut["why"] and "no all-clear" in shut["why"]
    assert "unfavourable" in gate.asks and "less favourably" in yardsticks()["eu_ai_act_5_1_c"].asks


def test_who_favours_by_class_treats_others_less_favourably(tmp_path: Path) -> None:
    """Catches a score with rewards alone put outside the scope of 'detrimental or unfavourable'."""
    sesame = ruled("sesame-credit")["sesame"]
    assert sesame.unfavourable == sesame.favouring == ("sanctions.rewards",) and sesame.monthly
    assert ruled("dangan")["file"].favouring == ()
    lived = run("sesame-credit", people=500, months=3, seeds=5, arms=["none", "full"], processes=1, out=tmp_path,
                report=False)  # fmt: skip
    found = {f.indicator.key: f for f in lived.audit().of(yardsticks()["eu_ai_act_5_1_c"])}
    assert {f.says for f in found.values() if f.gate} == {IN_SCOPE}
    assert found["no_act"].why.endswith("favours that a class goes without are not counted")
    assert found["gravity_order"].number is not None or "rules" in found["gravity_order"].why


def test_nought_is_told_as_none_of_so_many_and_turns_nowhere(audited: Audit) -> None:
    """Catches 'luck: 0 to 0, 6 worlds' and a flag 'with any threshold under 0'."""
    sums = [Sums(0, 1000)] * 6
    number = of_sums(estimate([sums]), "of 1,000", (), None, sums)
    asked = of(audited, "unable").indicator
    for at in (Threshold("above", 0.0, "assumed", ""), Threshold("below", 500.0, "assumed", "")):
        judged = judge(number, at)
        assert judged["turns"] is None and (judged["says"] == FLAG) == (at.when == "below")
        told = Finding("x", replace(asked, flag=at), "x", number=number, **judged)
        assert pages.bands(told)[0] == "none of 6,000" and "any threshold" not in pages.threshold(told)
    few = of_sums(estimate([sums[:4]]), "of 1,000", (), None, sums[:4])
    assert judge(few, Threshold("below", 500.0, "assumed", ""))["says"] == CANNOT_TELL, "four worlds are not enough"


def test_a_group_that_was_picked_has_a_wider_interval(audited: Audit) -> None:
    """Catches the worst of several groups told as beyond luck at the level of one."""
    told = {"uneven": "sanctions.people", "by": "group"}
    picked = readings.uneven(audited.evidence, worlds.SCHEME, told)
    cell = picked.unit.split("group ")[1].split(" ")[0]
    alone = readings.uneven(audited.evidence, worlds.SCHEME, {**told, "cell": cell})
    assert picked.estimate.mean == alone.estimate.mean and alone.note == "" and "Bonferroni" in picked.note
    assert picked.estimate.high > alone.estimate.high


def test_how_probable_is_counted_in_sets_and_is_no_band(audited: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a share of the sets passed off as a band, 'X to X', and one set of assumptions widening luck."""
    rates = np.array([0.0] * 10 + [2.0] * 30)
    monkeypatch.setattr(Evidence, "rates", lambda *_, **__: rates)
    found = readings.worlds(audited.evidence, worlds.SCHEME, {"worlds": "sanctions.people", "from": 0})
    assert found.band is None and found.note == "more than that in 30 of 40 sets of assumptions"
    assert found.estimate.low == found.estimate.mean == 1000
    judged = judge(found, Threshold("above", 900.0, "assumed", ""))
    assert judged["says"] == CANNOT_TELL and "30 of 40 sets" in judged["why"]


# -- a run


def test_it_says_flag_or_that_this_model_cannot_tell_and_nothing_else(audited: Audit) -> None:
    assert {finding.says for finding in audited.findings} == ALLOWED
    assert all((finding.says == IN_SCOPE) <= finding.gate for finding in audited.findings)
    told = audited.to_dict()
    assert not ORDER.search(audited.text()) and not ORDER.search(json.dumps(told["findings"]))
    assert not {"grade", "score", "total", "verdict"} & {*told}
    assert "the assumptions were not varied" in told["basis"] and told["basis"] in " ".join(audited.text().split())
    for row in told["findings"]:
        if row["number"] is not None and row["says"] == FLAG:
            assert row["exact"] or row["luck_low"] is not None or row["flag_when"] == "unless_above", row["indicator"]
            assert row["unit"] and row["threshold_because"] and row["turns"] is not None


def test_a_flag_goes_with_what_raised_it(lived: Run, audited: Audit) -> None:
    assert {"unrelated", "punished_speech", "children", "reputation"} <= flags(audited)
    assert "children" not in flags(lived.audit("no_family"))
    felt = {indicator.key for indicator in every() if indicator.felt}
    assert not flags(lived.audit("nothing_follows")) & felt
    assert not flags(lived.audit("ghost")) & felt


@pytest.mark.parametrize("schemes", [{}, {worlds.SCHEME: {}}])
def test_without_mechanisms_of_a_scheme_nothing_is_flagged(schemes: dict, tmp_path: Path) -> None:
    told = {**worlds.tree(), "schemes": schemes, "society": {"people": 500}, "months": 3}
    quiet = run(worlds.read(told), seeds=5, processes=1, out=tmp_path, report=False).audit()
    assert quiet.findings and not quiet.flags
    assert {finding.says for finding in quiet.findings} == {CANNOT_TELL}


def test_the_arm_without_the_scheme_raises_nothing(lived: Run) -> None:
    assert not lived.audit("none").flags


def test_numbers_are_those_of_the_comparison(lived: Run, audited: Audit) -> None:
    rows = {row.measure: row for row in lived.compare().rows()}
    asked = 0
    for finding in audited.findings:
        if finding.number is not None and "rate" in finding.indicator.number:
            row = rows[finding.number.reads[0]]
            if row.count:
                assert finding.number.estimate == row.arm, finding.indicator.key
                asked += 1
        if finding.number is not None and "change" in finding.indicator.number:
            assert finding.number.estimate == rows[finding.number.reads[0]].difference
    assert asked > 8


def of(found: Audit, key: str) -> Finding:
    return next(finding for finding in found.findings if finding.indicator.key == key)


def test_what_is_left_is_the_least_of_the_arms_that_only_add_safeguards(lived: Run, audited: Audit) -> None:
    """Catches a least of an arm that is no mitigation, and one that leaves out unfounded fines and debts."""
    assert safeguarded(lived.scenario()) == ("checked", "shared")
    finding = of(audited, "residual")
    assert finding.number is not None and finding.number.note.endswith("looked at: checked, shared")
    points = {point.arm: point.unfounded for point in frontier(lived).points()}
    assert finding.number.estimate.mean == min(points[arm].mean or 0 for arm in ("checked", "shared")) > 0
    bare = replace(audited.evidence, safeguarded=())
    assert "adds safeguards" in left(bare).why


def left(evidence: Evidence) -> Finding:
    return next(f for f in _asked(evidence, yardsticks()["coe_225"]) if f.indicator.key == "residual")


def test_unfounded_debts_are_left_as_well(audited: Audit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a residual of nought where harm is done by bills: any measure that ends like these is added up."""
    one = left(audited.evidence).number
    monkeypatch.setattr(readings, "UNFOUNDED", (".unfounded.unfounded", ".unfounded.own"))
    two = left(audited.evidence).number
    assert one is not None and two is not None and two.count > one.count > 0 and two.base == one.base
    monkeypatch.setattr(readings, "UNFOUNDED", (".nothing.unfounded",))
    assert left(audited.evidence).says == CANNOT_TELL and left(audited.evidence).number is None


BY_CONSTRUCTION = {"hearing_notice", "hearing_review", "contest", "explanation", "remedies", "information"}


def test_whether_there_is_notice_or_appeal_is_told_as_a_fact_of_the_rules(lived: Run, audited: Audit) -> None:
    """Catches a flag beyond luck and in so many sets for what follows from a rule that is or is not there."""
    unheard = lived.audit("unheard")
    assert not flags(audited) & BY_CONSTRUCTION and flags(unheard) >= BY_CONSTRUCTION
    for key in BY_CONSTRUCTION:
        flag, silent = of(unheard, key), of(audited, key)
        assert flag.why == "a fact of the rules" and "threshold" not in pages.threshold(flag)
        assert pages.shown(flag).startswith(("nobody decides appeals in this arm", "this arm has no notice"))
        assert silent.says == CANNOT_TELL and silent.why.startswith("this arm has safeguards.")
        if "no notice" in pages.shown(flag):
            assert "is not counted as knowing of an entry" in flag.indicator.limits


def test_reliance_on_a_score_is_asked_only_where_bars_read_one(lived: Run, audited: Audit) -> None:
    """Catches bars by a file, a court list or the scores of friends taken for reliance on the own score."""
    systems = ("suining-2010", "dangan", "facebook-friends-rule", "joint-punishment-2016")
    by_score = {name: rules.bars_by_score for each in systems for name, rules in ruled(each).items()}
    assert by_score == {"suining": True, "file": False, "lender": False, "courts": False}
    assert of(audited, "reliance").number is not None
    rules = {name: replace(each, bars_by_score=False) for name, each in audited.evidence.rules.items()}
    found = {f.indicator.key: f for f in _asked(Evidence(lived, "full", rules), yardsticks()["gdpr_22"])}
    assert found["reliance"].says == CANNOT_TELL and "reads a score" in found["reliance"].why


def test_each_article_is_held_to_what_it_says() -> None:
    """Catches thresholds of ours marked as the law's, and articles asked for what stands in others."""
    after = [i for i in every() if i.flag.source == "eeoc-1978"]
    assert len(after) == 3 and all(i.flag.mark == "assumed" and i.flag.because.startswith("after ") for i in after)
    asked = {i.key: i for i in every()}
    assert asked["residual"].flag.mark == "assumed" and "Article 14(2)" in asked["information"].asks
    assert "19(2)" in asked["fear"].asks and "opinion" not in asked["fear"].flag.because
    assert "evaluated" in asked["period"].asks and "Articles 13 to 15" in asked["explanation"].asks
    assert "General Comment 32" in yardsticks()["iccpr"].cannot and "Article 15" in yardsticks()["coe_225"].cannot


def test_what_is_told_of_a_number_and_a_threshold_is_whole(audited: Audit) -> None:
    """Catches a number without a value told as a dash and empty brackets, and a count of flags told as a grade."""
    few = replace(of(audited, "unrelated"), number=Number(Estimate(None, None, None, 5, "fewer than 20 people"), "x"))
    assert (pages.shown(few), pages.bands(few)) == ("no number", ["fewer than 20 people"])
    flag = of(audited, "unrelated")
    assert re.search(r"with a threshold of \S+ or more no flag would be raised", pages.threshold(flag))
    page = audited.page().read_text(encoding="utf-8")
    for told in (audited.text(), page):
        assert "– ()" not in told and "would fall" not in told and not re.search(r"of \d+ indicators raise", told)
        assert not re.search(r"flags? among \d+", told)


def test_months_by_domain_are_the_months_in_the_own_name(lived: Run) -> None:
    evidence = Evidence(lived, "full", rules_of(lived.scenario(), "full", lived.cards))
    by_domain = evidence.sums(evidence.rules[worlds.SCHEME].barred, worlds.SCHEME)
    own = evidence.sums({"unfounded.own_name": 1}, worlds.SCHEME)
    assert [s.count for s in by_domain] == [s.count for s in own] and sum(s.count for s in own)


def test_other_tables_leave_the_measured_share_between_their_ends(lived: Run, audited: Audit) -> None:
    measured = {f.indicator.key: f.number.estimate.mean for f in audited.findings if f.number}
    evidence = audited.evidence
    apart, every_, none, fall = relatedness(evidence, worlds.SCHEME, 0)
    assert apart.low <= measured["unrelated"] <= apart.high
    assert (every_.low, none.high) == (0, 1000) and "at least" in fall.said
    assert relatedness(evidence, worlds.SCHEME, 1000)[-1].said.startswith("at least 0 of")
    half, as_is, double = weights(evidence, worlds.SCHEME, 0)
    assert as_is.low <= measured["disproportionate"] <= as_is.high
    assert half.low <= as_is.low <= double.low and half.high <= as_is.high <= double.high


# -- what it looks like


def test_it_never_comes_without_what_it_cannot_show(audited: Audit) -> None:
    lines = audited.cannot
    assert len(lines) > 10 and lines[0].startswith("The society is synthetic.")
    page = audited.page().read_text(encoding="utf-8")
    text, notebook = " ".join(audited.text().split()), audited._repr_html_()
    for line in lines[:4]:
        assert line in text and line in audited.to_dict()["cannot_show"]
        assert line.split(". ")[0] in page and line.split(". ")[0] in notebook
    assert audited.to_arrow().num_rows == len(audited.findings)
    assert b"cannot_show" in audited.to_arrow().schema.metadata[b"goodstanding"]


def test_the_page_fetches_nothing_and_is_the_same_each_time(audited: Audit) -> None:
    first = audited.page().read_bytes()
    assert audited.page().read_bytes() == first
    page = first.decode()
    assert (
        "default-src 'none'" in page
        and "<script" not in page
        and "http" not in re.sub(r"http-equiv|xmlns[:\w]*=\S+", "", page)
    )
    assert not re.findall(r'href="#(?!flags|cannot|' + "|".join(yardsticks()) + ")", page)


def test_what_stands_in_a_run_is_inert_on_the_page(tmp_path: Path) -> None:
    found = open_run(build(tmp_path / "small")).audit()
    assert EVIL not in found.page().read_text(encoding="utf-8")
    assert EVIL not in found._repr_html_()
    silent = [f for f in found.findings if f.number is None]
    assert any(f.why.startswith("this run did not count") for f in silent)


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    def ask(*arguments: str) -> tuple[int, str, str]:
        return (cli.main(list(arguments)), *capsys.readouterr())

    return ask


def test_bad_input_is_one_line(say: Say, tmp_path: Path) -> None:
    folder = str(build(tmp_path / "small"))
    for asked, code, part in (
        (["audit", folder, "--arm", "ful"], 2, "did you mean 'full'"),
        (["audit", str(tmp_path / "nowhere")], 2, "no manifest.json here"),
        (["audit", folder, "--beside", str(tmp_path)], 2, "no manifest.json here"),
    ):
        found, out, err = say(*asked)
        assert (found, out, err.count("\n")) == (code, "", 1) and part in err
    (tmp_path / "small" / "scenario.resolved.yaml").write_text("title: other\n", encoding="utf-8")
    found, _, err = say("audit", folder)
    assert (found, err.count("\n")) == (4, 1) and "not what the manifest says" in err


def test_the_command_prints_text_json_and_where_the_page_is(say: Say, tmp_path: Path) -> None:
    folder = build(tmp_path / "small")
    code, out, err = say("audit", str(folder))
    assert (code, err) == (0, "") and "What this cannot show" in out
    before = {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}
    code, out, _ = say("audit", str(folder), "--json", "--page")
    told = json.loads(out)
    assert code == 0 and told["synthetic"] and told["page"] == str(folder / "audit.html") and told["cannot_show"]
    assert {p: hashlib.sha256(p.read_bytes()).hexdigest() for p in before} == before
    code, out, _ = say("audit", str(folder), "--page", "--quiet")
    assert (code, out.split()) == (0, ["page", str(folder / "audit.html")])
