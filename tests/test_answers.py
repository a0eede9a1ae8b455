"""Answers: what is asked of a run is kept beside it, and stands in its report word for word as when it was found."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from goodstanding import cli
from goodstanding.attribution import Attribution
from goodstanding.errors import Integrity
from goodstanding.folder import Run, open_run
from goodstanding.harms import Harms
from goodstanding.outcomes import Outcomes
from goodstanding.runs import run
from goodstanding.shares import Shares

PARTS = ("attribution", "outcomes", "lives", "audit")
TOO_MANY = 5_000_000


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A few years of a small county under a scheme that bars, and the same with appeals."""
    return run(
        "suining-2010", people=3000, months=18, seeds=2, arms=["full", "with_appeal"], processes=1,
        set=["schemes.suining.scoring.ledger.classes={A: 990, B: 980, C: 975, D: 0}"],
        out=tmp_path_factory.mktemp("runs"),
    )  # fmt: skip


@pytest.fixture(scope="module")
def before(lived: Run) -> str:
    return (lived.path / "report.html").read_text()


@pytest.fixture(scope="module")
def found(lived: Run, before: str) -> dict[str, Any]:
    """An answer to every question, all of them kept."""
    asked = {
        "attribution": lived.attribute(people=800, seeds=2, orders=2, processes=1),
        "outcomes": lived.outcomes(people=1200, lucks=4, processes=1),
        "life": lived.life(pick="most-harmed"),
    }
    for answer in asked.values():
        lived.keep(answer)
    return asked


@pytest.fixture(scope="module")
def page(lived: Run, found: dict[str, Any]) -> str:
    return open_run(lived.path).report().read_text()


def part(html: str, key: str) -> str:
    return html.split(f'<section id="{key}">', 1)[1].split("</section>", 1)[0]


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", "", html).replace("&#39;", "'").replace("&amp;", "&").split())


def test_what_was_not_asked_stands_there_as_the_command_that_asks_it(before: str) -> None:
    for key, verb in (("attribution", "attribute"), ("outcomes", "outcomes"), ("lives", "life")):
        told = part(before, key)
        assert f"<code>goodstanding {verb} RUN" in told and "<code>goodstanding report RUN</code>" in told
        assert "<svg" not in told
    assert "<svg" in part(before, "audit"), "the audit reads what the run counted, and is always there"


def test_the_page_tells_what_was_found_with_its_picture_and_its_limits_first(page: str, found: dict[str, Any]) -> None:
    for key in ("attribution", "outcomes"):
        told, answer = words(part(page, key)), found[key]
        assert answer.sentence() in told
        for line in answer.told.limits:
            assert told.index(line) < told.index(answer.sentence())
        assert told.index("The assumptions were not varied") < 200
        for sheet in answer.tables():
            assert sheet.caption[1:] in told
            assert all(cell in told for row in sheet.rows for cell in row[1:])
        assert part(page, key).count("<svg") == 1
    lives, life = part(page, "lives"), found["life"].kept()
    assert all(line in words(lives) for line in (*life["limits"], *life["opening"], *life["parting"]))
    assert lives.count("<svg") == len(life["drawings"]) > 0
    assert lives.count("(synthetic society)") == lives.count("<svg")


def test_the_audit_says_flag_or_cannot_tell_and_no_grade(lived: Run, page: str) -> None:
    told, audit = words(part(page, "audit")), lived.audit()
    assert "Nothing here says that a system is lawful" in told and 'href="#cannot"' in part(page, "audit")
    for finding in audit.flags:
        assert finding.indicator.asks[1:] in told
    assert not re.search(r"\b(pass|passes|passed|grade [A-F0-9]|score of)\b", told)
    assert "<svg" in audit._repr_html_() and "this model cannot tell" in audit.chart()


def test_every_number_of_an_answer_has_a_passport(page: str) -> None:
    ids = {*re.findall(r' id="([^"]+)"', page)}
    assert {*re.findall(r'popovertarget="([^"]+)"', page)} <= ids
    for key in PARTS:
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", part(page, key), re.DOTALL):
            bare = re.sub(r"<button .*?</button>", "", cell, flags=re.DOTALL).replace("Left out: ", "")
            assert not re.search(r"\d", re.sub(r'<span class="ends">[^<]*</span>', "", bare)), cell
        for row in re.findall(r"<tr>(<th scope=.row.*?)</tr>", part(page, key), re.DOTALL):
            reached = [tag for tag in re.findall(r"<button [^>]*>", row) if "tabindex" not in tag]
            assert len(reached) == 1 or "<button" not in row


def test_the_page_is_the_same_each_time_and_asks_nothing_of_anybody(lived: Run, page: str) -> None:
    assert open_run(lived.path).report().read_text() == page
    assert len(page.encode()) < TOO_MANY
    assert not re.search(r'<script|<link|<iframe|src=|href="[^#]', page)


def test_an_answer_is_told_from_its_record_alone(lived: Run, found: dict[str, Any]) -> None:
    """Catches a table or a chart that needs more than what is kept."""
    for kind, told in (("attribution", Shares), ("outcomes", Harms)):
        record = json.loads((lived.path / "answers" / f"{kind}-full.json").read_text())
        again, answer = told(record), found[kind]
        assert isinstance(answer, (Attribution, Outcomes)) and record["synthetic"] is True
        assert list(record)[:4] == ["synthetic", "kind", "limits", "sentence"]
        assert again.sentence() == answer.sentence() and again.chart() == answer.chart()
        assert list(map(tuple, again.tables())) == list(map(tuple, answer.tables()))


def test_what_is_kept_is_the_run_s_own_or_is_refused(lived: Run, found: dict[str, Any]) -> None:
    path = lived.path / "answers" / "outcomes-full.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"synthetic", b"authentic", 1))
    with pytest.raises(Integrity, match="changed or damaged"):
        open_run(lived.path).report()
    path.write_bytes(content)
    assert open_run(lived.path).digest == lived.digest
    assert len(open_run(lived.path).answers()) == 3


def test_an_answer_that_cannot_be_read_is_told_in_a_line(lived: Run, found: dict[str, Any]) -> None:
    record = {**found["outcomes"].to_dict(), "kinds": [{"label": "nothing else"}]}

    files = dict(lived.manifest["files"])
    lived.keep(SimpleNamespace(place="outcomes-other", kept=lambda: record))  # type: ignore[arg-type]
    with pytest.raises(Integrity, match=r"the outcomes kept beside it cannot be read \(KeyError\); ask again"):
        open_run(lived.path).report()
    (lived.path / "answers" / "outcomes-other.json").unlink()
    lived.manifest["files"] = files
    lived.keep(found["life"])


def test_what_a_stranger_kept_is_inert_on_the_page(lived: Run, found: dict[str, Any]) -> None:
    evil = """x" onload="alert(1)"><script>alert(1)</script>"""
    record = json.loads(json.dumps(found["outcomes"].to_dict()))
    record |= {"arm": evil, "title": evil, "kinds": [{**kind, "label": evil} for kind in record["kinds"]]}
    life = {**found["life"].kept(), "arm": evil, "opening": [evil], "drawings": [
        {**one, "what": evil, "paths": [evil, evil]} for one in found["life"].kept()["drawings"]
    ]}  # fmt: skip
    files = dict(lived.manifest["files"])
    for place, told in (("outcomes-evil", record), ("life-evil", life)):
        lived.keep(SimpleNamespace(place=place, kept=lambda told=told: told))  # type: ignore[arg-type]
    html = open_run(lived.path).report().read_text()
    for place in ("outcomes-evil", "life-evil"):
        (lived.path / "answers" / f"{place}.json").unlink()
    lived.manifest["files"] = files
    lived.keep(found["life"])
    assert "alert(1)" in html and "<script" not in html and not re.search(r'<[^>"]*("[^"]*"[^>"]*)*onload=', html)


def test_the_verbs_keep_what_they_found(lived: Run, found: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    few = ["--people", "600", "--months", "6", "--processes", "1"]
    asked = (
        ["attribute", *few, "--seeds", "2", "--orders", "1", "--arm", "with_appeal", "--quiet"],
        ["outcomes", *few, "--lucks", "4", "--arm", "with_appeal", "--quiet"],
        ["life", "--person", "7", "--arm", "with_appeal"],
    )
    for verb, *rest in asked:
        assert cli.main([verb, str(lived.path), *rest]) == 0
    out = capsys.readouterr().out
    assert out.startswith("The assumptions were not varied")
    names = {name.name for name in (lived.path / "answers").iterdir()}
    assert {"attribution-with_appeal.json", "outcomes-with_appeal.json", "life-with_appeal-1-7.json"} <= names
    html = open_run(lived.path).report().read_text()
    for key in ("attribution", "outcomes"):
        assert "In the arm full" in part(html, key) and "In the arm with_appeal" in part(html, key)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len({*ids})
    before = sorted(names)
    changed = ["--set", "schemes.suining.observation.agencies.coverage=0.1"]
    assert cli.main(["outcomes", str(lived.path), *few, "--lucks", "4", *changed, "--quiet"]) == 0
    assert sorted(n.name for n in (lived.path / "answers").iterdir()) == before, "other values are another scenario's"


def test_where_nothing_can_be_kept_the_answer_is_given_all_the_same(
    lived: Run, found: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(path: Path, content: bytes) -> None:
        from goodstanding.errors import Resources

        raise Resources(f"{path}: No space left on device; {len(content)} bytes were to be written")

    monkeypatch.setattr("goodstanding.folder.write", full)
    assert cli.main(["life", str(lived.path), "--person", "7"]) == 0
    told = capsys.readouterr()
    assert "Person 7 of an invented county" in told.out
    assert told.err.startswith("not kept for the report:") and told.err.count("\n") == 1


def test_a_notebook_shows_a_life_with_its_drawings_and_what_it_is(found: dict[str, Any]) -> None:
    shown = found["life"]._repr_html_()
    assert shown.count("<svg") == len(found["life"].courses) and "One of many possible lives" in shown
    assert all("<svg" in found[key]._repr_html_() for key in ("attribution", "outcomes"))
    assert found["outcomes"]._repr_html_().index("not varied") < 200
