"""One person followed: the same digest, the same changes as a plain twin finds, causes that add up to the measure."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import worlds

import goodstanding
from goodstanding import Column, Safeguard, causes, cli, kernel, lives, picks, runs, story
from goodstanding.acts import ACTS
from goodstanding.binding import Step
from goodstanding.causes import Causes
from goodstanding.engine import Engine
from goodstanding.errors import Integrity, InvalidInput
from goodstanding.folder import Run
from goodstanding.frames import told_in
from goodstanding.history import Change
from goodstanding.lives import Life, lived
from goodstanding.report.life import drawing
from goodstanding.scenario import Scenario
from goodstanding.trace import Key, Trace, household
from goodstanding.wiring import Call, Wiring
from goodstanding.words import Words, amount
from goodstanding.world import COLUMNS, ENTRY

PEOPLE, MONTHS, SEEDS = 640, 20, (3, 5)
SMALL = {"society.people": PEOPLE, "months": MONTHS}


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return worlds.read(worlds.tree(changes=SMALL))


def follow(scenario: Scenario, people: range, months: int = MONTHS, **more: Any) -> tuple[Engine, Trace]:
    trace = Trace(people)
    engine = Engine(scenario, *SEEDS, arms=["full"], observe=("unfounded",), onlooker=trace, **more)
    trace.begin(engine)
    for _ in range(months):
        engine.step()
        trace.end(engine)
    return engine, trace


@pytest.fixture(scope="module")
def everybody(scenario: Scenario) -> tuple[Engine, Trace]:
    return follow(scenario, range(PEOPLE))


@pytest.fixture(scope="module")
def run(scenario: Scenario, tmp_path_factory: pytest.TempPathFactory) -> Run:
    pairs = [SEEDS, (4, 4)]
    arms = ["none", "full"]
    return runs.run(scenario, seeds=pairs, arms=arms, out=tmp_path_factory.mktemp("runs"), processes=1, report=False)


@pytest.fixture(scope="module")
def told(run: Run, everybody: tuple[Engine, Trace]) -> dict[int, Life]:
    """Everybody's life; nothing is lived through again for it."""
    engine, found = everybody[0], dict[int, Life]()
    for person in range(PEOPLE):
        at_home = household(engine.traits, person)
        if person == at_home.start:
            found[person] = lived(run, *everybody, person, "full", 1)
        whole = found[at_home.start]
        found[person] = replace(whole, person=person, who=lives.portrait(engine, person, whole.roles))
    return found


# -- looking on touches nothing


@pytest.mark.parametrize(("block", "threads"), [(64, 1), (64, 3), (32_768, 1)])
def test_a_traced_run_has_the_same_digest(scenario: Scenario, block: int, threads: int) -> None:
    """And what was noted is the same, wherever blocks begin: with 64 a household lies in two of them."""
    engine = Engine(scenario, *SEEDS, arms=["full"], observe=("unfounded",))
    for _ in range(MONTHS):
        engine.step()
    at = next(i for i in range(64, PEOPLE, 64) if engine.traits["household_offset"][i])
    people = household(engine.traits, at)
    traced, trace = follow(scenario, people, block=block, threads=threads)
    assert traced.digest() == engine.digest()
    _, whole = follow(scenario, people)
    assert trace.of == whole.of


def test_a_life_is_told_only_where_it_is_that_of_the_run(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    found = run.life(17)
    assert found.to_dict() == run.life(17).to_dict()
    kept = Run.world

    def other(self: Run, number: int) -> Any:
        table = kept(self, number)
        counts = table["count"].to_numpy().copy()
        counts[0] += 1
        return table.set_column(table.column_names.index("count"), "count", [counts])

    monkeypatch.setattr(Run, "world", other)
    with pytest.raises(Integrity, match="comes out otherwise"):
        run.life(17)


# -- a slow plain twin


def twin(scenario: Scenario, people: list[int], months: int) -> dict[tuple[str, int], list[Change]]:
    """Every change, from copies of all columns of an arm after each of its kernels; only kernels' names are known."""
    engine = Engine(scenario, *SEEDS, arms=["full"], observe=())
    last: dict[tuple[str, int], dict[Key, int]] = {}
    found: dict[tuple[str, int], list[Change]] = {(w.name, i): [] for w in engine.worlds for i in people}
    for world in engine.worlds:
        for i in people:
            column = {key: c[1] if c.ndim == 2 else c for key, c in world.state.items()}
            last[(world.name, i)] = {key: int(c[i]) for key, c in column.items()}

    def look(world: Any, path: str, write: set[Key], everything: dict[Key, Any], month: int) -> None:
        for i in people:
            now = last[(world.name, i)]
            for key in write:
                column = COLUMNS.get(key[1].rpartition(".")[2])
                cleared = column and column.combine and not column.kept and (world.name, i, key, month) not in begun
                before, after = 0 if cleared else now.get(key, 0), int(everything[key][i])
                begun.add((world.name, i, key, month))
                if before != after:
                    found[(world.name, i)].append(Change(month, path, key, before, after))
                now[key] = after

    def live() -> None:
        parity = engine.month & 1
        shared = {key: call for w in engine.worlds for key, call in Wiring(engine, w, 0, parity).luck()}
        for call in (Wiring(engine, engine.reference, 0, parity).draws(engine.use_numbers), *shared.values()):
            call()
        for world in engine.worlds:
            for path, write, everything in stepwise(engine, world, parity):
                look(world, path, write, everything, engine.month)

    begun: set[tuple[str, int, Key, int]] = set()
    engine.blocks = [[[live], [live]]]
    for _ in range(months):
        engine.step()
    return found


def stepwise(engine: Engine, world: Any, parity: int) -> Iterator[tuple[str, set[Key], dict[Key, Any]]]:
    """Run an arm's month; after the last kernel of each mechanism, what it may write and copies of all columns."""
    paths = {type(step.rule).__name__: step for step in world.steps}
    merged = {("", COLUMNS[name].into) for _, name in world.merged}
    calls = [*Wiring(engine, world, 0, parity).month()]
    owners: list[Step | None] = []
    for call in calls:
        name = call.source.__qualname__.rpartition(".")[0] if isinstance(call, Call) else ""
        owners.append(paths.get(name.rpartition(".")[2]))
    kept = snapshot(engine, world, parity)
    for at, call in enumerate(calls):
        call()
        step, following = owners[at], next((o for o in owners[at + 1 :] if o), None)
        if step is not None and step is not following:
            now = snapshot(engine, world, parity)
            write = {(step.owner(n), n) for n in (*step.rule.writes, *step.rule.columns) if step.column(n)}
            write |= {(owner, f"{copy}.{name}") for owner, name in write for copy in ("seen", "twin")}
            write = {key for key in write if key in now}
            for key in kept.keys() & now.keys() - write - merged:
                if key in world.state:
                    assert (kept[key] == now[key]).all(), (step.path, key)
            kept = now
            yield step.path, write, now
    now = snapshot(engine, world, parity)
    yield "", merged & now.keys(), now


def snapshot(engine: Engine, world: Any, parity: int) -> dict[Key, Any]:
    found = {key: (c[parity] if c.ndim == 2 else c).copy() for key, c in world.state.items()}
    for key, column in engine.scratch[0].columns.items():
        if len(key) == 2 and key[0] not in ("around", "parent", "spouse", "shut"):
            name = re.sub("^(seen|twin)_(?=restricted|score|standing|rewarded|due)", r"\1.", key[1])
            found.setdefault((key[0], name), column.copy())
    return found


def test_changes_are_those_that_copies_of_all_columns_show(scenario: Scenario) -> None:
    months, people = 12, [*range(40, 52), *range(300, 304)]
    found = twin(scenario, people, months)
    _, trace = follow(scenario, range(PEOPLE), months)
    lasting = Counter[bool]()
    for arm in ("none", "full"):
        words = Words(scenario, arm)
        for i in people:
            ours = lives.History(trace.of[(arm, i)], words, months).changes
            assert Counter(ours) == Counter(found[(arm, i)]), (arm, i)
            lasting.update(c.step == "" for c in ours)
    assert lasting[False] > 500 and lasting[True] > 20


# -- what the record says


def test_entries_are_those_on_record_and_what_happened_was_done(everybody: tuple[Engine, Trace]) -> None:
    engine, trace = everybody
    there = [tuple(row) for row in worlds.record(engine, "full")]
    noted = [
        (person, *row)
        for person in range(PEOPLE)
        for row in (trace.of[("full", person)].records or [(0, "", "", ())])[-1][3]
    ]
    assert sorted(noted) == sorted(there) and len(there) > 300
    assert list(ENTRY)[1:] == ["act", "month", "origin", "flags"]


def test_what_is_said_to_have_happened_was_done(told: dict[int, Life]) -> None:
    entries = [entry for life in told.values() for entry in life.record]
    happened = Counter(entry["happened"] for entry in entries)
    assert happened[True] > 300 and happened[False] > 20
    for person, life in told.items():
        acts = life.here.ends[("", "acts")]
        for entry in life.record:
            code = next(k for k, act in enumerate(ACTS) if act.key == entry["act"])
            assert (entry["done"] is not None) == entry["happened"], person
            assert not entry["happened"] or acts[entry["done"]] >> code & 1
            assert entry["happened"] or "not" in entry["why"] or "nobody" in entry["why"] or "wrong" in entry["why"]
    late = [e for e in entries if e["happened"] and e["by"] == "town.agencies" and e["done"] != e["month"] - 1]
    assert not late


def test_sanction_months_of_all_lives_are_the_measure(everybody: tuple[Engine, Trace], told: dict[int, Life]) -> None:
    """Each in total, and each but-for cause: what a life says of a month is what the measure counts."""
    engine, _ = everybody
    world = next(w for w in engine.worlds if w.name == "full")
    measured = {
        c: int(world.history[:, row].sum()) for (path, c), row in world.rows.items() if path == "town.unfounded"
    }
    verdicts = [verdict for life in told.values() for verdict in life.sanction_months]
    found = Counter(v["rests_on"].partition(" ")[0] for v in verdicts)
    found.update(cause for v in verdicts for cause in v["but_for"])
    found.update(sanction_months=len(verdicts), own_name=sum(v["own_name"] for v in verdicts))
    told_of = ("sanction_months", "own_name", "unfounded", "induced", "own", "family", "unrecorded", "joint",
               "misfiled", "misread", "malicious", "invented", "protected", "unable", "elsewhere", "livelihood",
               "grievance", "tie", "no_path_alone")  # fmt: skip
    assert {name: found[name] for name in told_of} == {name: measured[name] for name in told_of}
    assert found["unfounded"] > 20 and found["induced"] > 20 and found["misfiled"] > 5
    by_sanction = sum(s["sanction_months"] for life in told.values() for s in life.sanctions if s["domains"])
    both = sum(_also_kin(life, v) for life in told.values() for v in life.sanction_months if v["own_name"])
    assert by_sanction == len(verdicts), both


def _also_kin(life: Life, verdict: dict[str, Any]) -> bool:
    return any(not s["own_name"] and s["from"] <= verdict["month"] <= s["to"] for s in life.sanctions)


def test_a_chain_ends_at_what_stood_on_record(told: dict[int, Life]) -> None:
    barred = [s for life in told.values() for s in life.sanctions if s["own_name"] and s["domains"]]
    assert len(barred) > 50
    for sanction in barred:
        assert [link["step"] for link in sanction["chain"]] == ["town.restrictions", "town.ledger"]
        assert sanction["entries"] and any("class: " in made for made in sanction["chain"][1]["made"])
        assert any("points" in line for line in sanction["chain"][1]["settings"])
    kin = [s for life in told.values() for s in life.sanctions if not s["own_name"]]
    assert kin and all(s["relatives"] and s["relatives"][0]["entries"] for s in kin)
    for life in told.values():
        for sanction in life.sanctions:
            for other in sanction["family"]:
                theirs = told[other["person"]].sanctions
                assert any(not s["own_name"] and s["from"] == other["from"] for s in theirs)


# -- the two lives


def test_the_month_of_parting_is_the_first_that_differs(scenario: Scenario, told: dict[int, Life]) -> None:
    """Against everybody's lasting columns, copied month by month from a run that nobody looks on at."""
    engine = Engine(scenario, *SEEDS, arms=["full"], observe=())
    first: dict[tuple[int, str], int] = {}
    for month in range(MONTHS):
        engine.step()
        here, without = worlds.off_scheme(engine, "full"), worlds.off_scheme(engine, "none")
        for name in here.keys() & without.keys():
            for person in np.flatnonzero(here[name] != without[name]):
                first.setdefault((int(person), name), month)
    lasting = {*worlds.off_scheme(engine, "none")}
    for person, life in told.items():
        parted = {told["column"]: told["month"] for told in life.parting["columns"] if told["column"] in lasting}
        assert parted == {name: month for (i, name), month in first.items() if i == person and name in parted}
        missing = {name for i, name in first if i == person} - parted.keys()
        assert not missing, missing
        earliest = [told["month"] for told in life.parting["columns"]]
        assert life.parting["month"] == (min(earliest) if earliest else None)


def test_how_a_scheme_sees_an_act_is_no_parting(told: dict[int, Life]) -> None:
    """Catches a flag that only a scheme sets, told as an act of the person's that the other life lacks."""
    flag, acts = ("", "offended"), ("", "acts")
    seen = [
        life for life in told.values()
        if any(life.here.ends[flag]) and life.here.ends[acts] == life.without.ends[acts]
    ]  # fmt: skip
    assert seen, "somebody is seen to do what they do in both lives"
    for life in told.values():
        columns = {column["column"] for column in life.parting["columns"]}
        assert not columns & {"offended", "mindful", "spoke"}
        assert "people are asked to report" not in " ".join(story.parting(life))


def test_months_are_told_from_1_and_kept_from_0(told: dict[int, Life]) -> None:
    life = next(life for life in told.values() if life.parting["month"] is not None and life.sanctions)
    assert f"part in month {life.parting['month'] + 1}:" in story.parting(life)[0]
    first = life.sanctions[0]["from"]
    assert re.search(rf"\(months? {first + 1}\b", next(iter(story.sanctions(life)))["title"])
    row = story.by_month(life)[0]
    assert f"\n  {row['month'] + 1:>3}  " in life.text()
    assert life.kept()["first"] == 1


def test_parts_of_a_whole_are_told_in_percent_and_drawn_on_the_whole() -> None:
    """Catches an axis cut so close that a moderate change fills it, and numbers such as `3,660 of 65025`."""
    assert amount(255, "0 to 255") == "100 %" and amount(51, "0 to 255") == "20 %"
    assert amount(3660, "65025ths") == "5.63 %" and amount(128, "256ths of income") == "50 % of income"
    assert amount(-3, "points") == "−3 points"
    course = {"what": "a", "unit": "0 to 255", "lines": [], "arm": [128, 75], "without": [128, 128]}
    drawn = drawing(course, [])
    assert (drawn["low"], drawn["high"], drawn["y_low"], drawn["y_high"]) == ("0 %", "100 %", 112, 8)
    score = {**course, "unit": "points", "arm": [1000, 900], "lines": [{"name": "A", "value": 950}]}
    drawn = drawing(score, [])
    assert drawn["low"] == "0" and drawn["right"] < 340, "names of lines stand beside the drawing"
    close = [{"name": name, "value": value} for name, value in (("A", 950), ("B", 940), ("C", 500))]
    names = [line["name"] for line in drawing({**score, "lines": close}, [])["lines"]]
    assert names == ["A from here", "", "C from here"]


def test_nothing_parts_where_the_scheme_does_not_reach(tmp_path: Path, told: dict[int, Life]) -> None:
    """In `ghost` the two lives are one."""
    scenario = worlds.read(worlds.tree(changes={**SMALL, "months": 8}))
    run = runs.run(scenario, seeds=1, arms=["none", "ghost"], out=tmp_path, processes=1, report=False)
    life = run.life(40, arm="ghost")
    assert life.parting == {"month": None, "acts": None, "columns": []}
    assert "The two lives never part" in life.text()
    assert "nobody feels it" in life.text() and "nobody feels it" not in told[40].text()


# -- in plain sentences


def test_every_life_is_told_whole(told: dict[int, Life]) -> None:
    """No slot is left open, for any mechanism of the catalogue, and every change has words."""
    steps = set()
    for life in [*told.values()][::8]:
        text = life.text()
        for wrong in ("{", "}", "None", "nan", " ,", ": .", "()", "number -", "object at"):
            assert wrong not in text, (life.person, wrong)
        assert text.startswith(f"Person {life.person:,} of an invented county") and lives.ONE_OF_MANY[:40] in text
        for arm in ("full", "none"):
            steps |= {event.step for event in life.events(arm)}
            words = Words(life.scenario, arm)
            for change in life.changes(arm):
                line = words.change(change.key, change.before, change.after)
                assert line and "{" not in line
                steps.add(change.step)
    assert {"", "borrowing", "voice", "informing", "town.ledger", "town.restrictions", "town.appeal"} <= steps


def test_every_mechanism_and_column_of_the_catalogue_has_words(told: dict[int, Life]) -> None:
    """Whether or not it did anything to anybody here, and whatever its columns may hold."""
    life = told[40]
    for path, step in life.words.steps.items():
        held = {name: {*rows} for name, rows in life.words.rows.get(step.scheme, {}).items()}
        for line in (life.words.does(path), *life.words.said(path, {**held, "acts": {act.key for act in ACTS}})):
            assert line and not re.search("[{}]|None|  ", line), path
        for pair in step.pairs:
            bits = sum(1 << 5 * (motive - 1) for motive in range(1, 7))
            for what in causes.dealings(life.words, path, pair.__name__, bits, "somebody"):
                assert what and "{" not in what
    for history in (life.here, life.without):
        for key in history.ends:
            for before, after in ((0, 1), (1, 0), (2, 3), (0, (1 << 16) - 1)):
                event = history.words.event(key, before, after)
                for line in (history.words.change(key, before, after), history.words.holds(key, after), event or "-"):
                    assert line and not re.search("[{}]|None|  ", line), key


def test_the_page_holds_the_same_sentences(told: dict[int, Life]) -> None:
    harmed = max(told.values(), key=lambda life: len(life.sanction_months))
    for life in (told[3], told[40], harmed):
        page = html.unescape(re.sub("<[^>]*>", "", life.to_html()))
        assert "Synthetic society." in page and lives.ONE_OF_MANY in page and "http" not in page
        sentences = [*story.opening(life), *story.parting(life)]
        for sanction in story.sanctions(life):
            sentences += [sanction["title"], *sanction["rules"], *sanction["entries"], *sanction["rests"]]
        assert not [sentence for sentence in sentences if sentence not in page]
        assert not [line for line in sentences if line not in re.sub(r"\s+", " ", life.text())]


def test_a_mechanism_is_followed_from_its_card_alone(catalogue_stays: None) -> None:
    class Stamp(Safeguard):
        """People get a stamp in every third month."""

        touches = "sanctions"
        columns = {"stamped": Column(dtype="uint8", label="has got a stamp", kept=True, says="got a stamp", ends="-")}

        @kernel
        def press(month, stamped):
            for i in range(stamped.size):
                stamped[i] = month % 3 == 2

    tree = worlds.tree(changes={**SMALL, "months": 6, f"schemes.{worlds.SCHEME}.safeguards.stamp": {}})
    tree["schemes"][worlds.SCHEME]["safeguards"]["stamp"] = {}
    scenario = worlds.read(tree)
    _, trace = follow(scenario, range(8), 6)
    history = lives.History(trace.of[("full", 3)], Words(scenario, "full"), 6)
    mine = [(c.month, c.before, c.after) for c in history.changes if c.step == "town.stamp"]
    assert mine == [(2, 0, 1), (3, 1, 0), (5, 0, 1)]
    assert [e.month for e in lives.events(history, Words(scenario, "full")) if e.text == "got a stamp"] == [2, 5]


SCHEMA = {
    "synthetic": bool, "what": str, "label": str, "scenario": str, "title": str, "digest": str, "world": int,
    "seeds": list, "arm": str, "against": str, "months": int, "person": int, "pick": (dict, type(None)), "who": dict,
    "parting": dict, "beside": list, "courses": list, "sanctions": list, "sanction_months": list, "record": list,
    "events": dict, "changes": list,
}  # fmt: skip
ROWS = {
    "sanctions": "scheme what domains from to own_name rule chain entries sanction_months phases relatives family "
    "around",
    "sanction_months": "month scheme domain own_name rests_on but_for",
    "record": "scheme act label looked_like month happened done why protected weighs by until ended_by",
    "changes": "arm month step column before after told",
    "beside": "what arm without",
    "courses": "what unit lines arm without",
}


def test_the_schema_stays(told: dict[int, Life]) -> None:
    seen = Counter[str]()
    for life in [*told.values()][::3]:
        found = life.to_dict()
        assert list(found) == list(SCHEMA)
        for name, kind in SCHEMA.items():
            assert isinstance(found[name], kind), name
        for name, keys in ROWS.items():
            for row in found[name]:
                assert {*row} == {*keys.split()}, name
                seen[name] += 1
        assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert min(seen.values()) > 10 and seen.keys() == ROWS.keys()


def test_changes_as_a_table(told: dict[int, Life]) -> None:
    table = told[40].to_arrow()
    assert told_in(table)["synthetic"] is True and "One of many" in told_in(table)["label"]
    assert table.num_rows == len(told[40].changes("full")) + len(told[40].changes("none"))
    assert "synthetic society" in told[40]._repr_html_() and "synthetic society" in told[40].text().splitlines()[0]


# -- picks


def test_picks_follow_their_rules(scenario: Scenario, told: dict[int, Life]) -> None:
    """Held against everybody's life: who is picked has the most of what the rule names, the smallest number first."""
    of = {i: Counter({"all": 0}) for i in told}
    for i, life in told.items():
        for v in life.sanction_months:
            of[i].update({"all": 1, "own": v["own_name"], "false": v["own_name"] and v["rests_on"] == "unfounded"})
        of[i]["kin"] = sum((s["to"] - s["from"] + 1) * len(s["domains"]) for s in life.sanctions if not s["own_name"])
        of[i]["told"] = sum(sum(_reports(got)) for _, _, pair, got, _ in life.here.traced.dealings if pair in REPORTING)
    child = {i: life.who["role"] == "child" for i, life in told.items()}
    most: dict[str, tuple[Callable[[int], bool], str]] = {
        "most-harmed": (lambda i: told[i].who["age"] != "child", "all"),
        "falsely-flagged": (lambda i: told[i].who["age"] != "child", "false"),
        "informer": (lambda i: told[i].who["age"] != "child", "told"),
        "child": (lambda i: child[i], "kin"),
    }
    for pick, (among, what) in most.items():
        best = max((i for i in told if among(i)), key=lambda i: (of[i][what], -i))
        assert of[best][what] > 0
        found = picks.find(scenario, SEEDS, "full", pick)
        assert (found.person, found.rule) == (best, picks.RULES[pick])
    unlucky = picks.find(scenario, SEEDS, "full", "unlucky").person
    assert of[unlucky]["own"] > 0 and of[unlucky]["false"] == of[unlucky]["kin"] == 0
    assert told[picks.find(scenario, SEEDS, "full", "typical").person].who["age"] != "child"


REPORTING = ("tell", "accuse")


def _reports(bits: int) -> Iterator[int]:
    while bits:
        yield bits & 31
        bits >>= 5


def test_a_pick_without_a_candidate_is_told_in_a_line(tmp_path: Path) -> None:
    quiet = {**SMALL, "months": 3, f"schemes.{worlds.SCHEME}.sanctions.restrictions.domains": {}}
    scenario = worlds.read(worlds.tree(changes=quiet))
    for pick, said in (("falsely-flagged", "nobody was falsely flagged"), ("unlucky", "nobody was barred for own")):
        with pytest.raises(InvalidInput, match=said):
            picks.find(scenario, SEEDS, "full", pick)


# -- asked for wrongly, and on the command line


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"person": PEOPLE}, f"person: {PEOPLE} does not live here; allowed is 0 to {PEOPLE - 1}"),
        ({"person": -1}, "allowed is 0 to"),
        ({"person": True}, "allowed is 0 to"),
        ({}, "allowed is either a person or a pick"),
        ({"person": 3, "pick": "child"}, "allowed is either a person or a pick"),
        ({"pick": "falsly-flagged"}, "did you mean 'falsely-flagged'"),
        ({"person": 3, "arm": "none"}, "cannot be told beside none; allowed is one of full"),
        ({"person": 3, "arm": "ful"}, "allowed is one of full"),
        ({"person": 3, "world": 3}, "allowed is 1 to 2"),
        ({"person": 3, "world": 0}, "allowed is 1 to 2"),
    ],
)
def test_what_cannot_be_told(run: Run, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(said)):
        run.life(**asked)


def test_a_run_of_other_code_or_with_another_scenario(run: Run, tmp_path: Path) -> None:
    for changed, error, said in (
        ({"goodstanding": "0.0.9"}, InvalidInput, "was made with goodstanding 0.0.9; allowed is"),
        ({"scenario_hash": "0" * 64}, InvalidInput, "reads otherwise here"),
        ({"extensions": [["rule.py", "0"]]}, InvalidInput, "only with --allow-extensions"),
        ({"files": {}}, Integrity, "not what the manifest says"),
    ):
        other = Run(run.path)
        other.__dict__["manifest"] = {**run.manifest, **changed}
        with pytest.raises(error, match=re.escape(said)):
            other.life(3)


def test_the_verb(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["life", str(run.path), "--pick", "child", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["synthetic"] is True and found["pick"]["pick"] == "child"
    person = str(found["person"])
    page = tmp_path / "life.html"
    assert cli.main(["life", str(run.path), "--person", person, "--html", str(page)]) == 0
    assert capsys.readouterr().out.strip() == str(page) and "Synthetic society." in page.read_text()
    assert cli.main(["life", str(run.path), "--person", person]) == 0
    assert lives.ONE_OF_MANY[:30] in capsys.readouterr().out
    assert cli.main(["life", str(run.path), "--person", "99999"]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_numbers_are_those_of_the_same_person_in_both_worlds(told: dict[int, Life]) -> None:
    """Households are whole, and nobody is told who is not one of them."""
    for life in [*told.values()][::50]:
        assert {row["person"] for row in life.who["household"]} == {*life.roles} - {life.person}
        again = Causes(life.words, life.histories["full"], life.roles)
        assert again.sanctions(life.person) == life.sanctions
    assert told[3].to_dict() == goodstanding.open_run(told[3].run.path).life(3).to_dict()
