"""The report: one file, nothing from outside, everything escaped, every figure with unit, denominator and worlds."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path

import pytest
from small_run import EVIL, Folder, build

from goodstanding.acts import ACTS
from goodstanding.estimates import Estimate
from goodstanding.report import charts, page


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(build(tmp_path_factory.mktemp("runs") / "small"))


@pytest.fixture(scope="module")
def html(small: Folder) -> str:
    return small.report().read_text(encoding="utf-8")


class Seen(HTMLParser):
    """Tags, attributes and ids of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]


def test_the_page_is_the_same_byte_for_byte(small: Folder, html: str) -> None:
    assert Folder(small.path).report().read_text(encoding="utf-8") == html


def test_nothing_is_fetched_and_nothing_runs(html: str) -> None:
    seen = Seen(html)
    assert not {"script", "link", "iframe", "object", "embed", "img", "base", "form"} & {*seen.tags}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert all(value.startswith("#") for name, value in seen.attributes if name in ("href", "xlink:href", "src"))
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in html
    assert "@import" not in html
    assert len(html.encode()) < 5_000_000


def test_free_text_is_escaped(html: str) -> None:
    assert EVIL not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html


def test_the_page_and_each_chart_say_synthetic(html: str) -> None:
    drawn = re.findall(r"<svg .*?</svg>", html, re.DOTALL)
    assert len(drawn) >= 8
    assert 'name="synthetic" content="true"' in html
    for svg in drawn:
        assert ">synthetic society</text>" in svg
        assert 'role="img"' in svg
        assert "(synthetic society)" in svg.split(">", 1)[0]


def test_ids_are_unique_and_links_lead_somewhere(html: str) -> None:
    attributes = Seen(html).attributes
    ids = [value for name, value in attributes if name == "id"]
    assert len(ids) == len({*ids})
    assert {value[1:] for name, value in attributes if name == "href"} <= {*ids}
    assert {*re.findall(r"url\(#([^)]+)\)", html)} <= {*ids}


@pytest.mark.parametrize(
    "part",
    [
        "In an invented county", "The arms over time", "Whom it hit", "Parameters and where they come from",
        "How to read this", "What this cannot show", "luck only", "2 worlds", "Nobody is born, dies", "Creemers",
        "not validated against any real population", "Pairing the arms under common luck is a convention",
        "fewer than 50 people", "nobody-1999", "not in the bibliography", "not the default",
        "jackknife", "No steady state is reached", "has a measure of its own", "one person barred from one domain",
        "ready to speak up", "Nothing corrects for their number", "uniform 0.05 to 0.6",
        "0f" * 32, "11, 1; 11, 2",
    ],
)  # fmt: skip
def test_the_page_holds(html: str, part: str) -> None:
    assert part in html


def test_every_assumption_is_listed_under_what_it_cannot_show(small: Folder, html: str) -> None:
    limits = html.split('id="cannot"', 1)[1]
    for row in small.cards["settings"]:
        assert (f"<code>{page.breakable(row['path'])}</code>" in limits) == (row["mark"] == "assumed")


def test_arms_differ_in_colour_and_again_in_dashes() -> None:
    arms = ["none", "ghost", "aware", "full", "no_protected_acts", "no_publication", "with_appeal"]
    colours, dashes = charts.looks(arms)
    assert len({*colours}) == len(arms)
    assert len({tuple(d) for d in dashes}) >= len(arms) - 1


def test_one_world_has_no_band_and_says_so(tmp_path: Path) -> None:
    html = Folder(build(tmp_path / "alone", seeds=[[11, 1]])).report().read_text(encoding="utf-8")
    assert "one world: no interval" in html


def test_what_may_not_be_shown_is_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("goodstanding.comparison.SMALLEST_CELL", 10**9)
    html = page.render(Folder(build(tmp_path / "hidden")))
    assert "<svg" not in html
    assert "Nothing to draw" in html


def test_what_happened_too_rarely_is_told_and_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "FEWEST_EVENTS", 10**9)
    html = page.render(Folder(build(tmp_path / "rare")))
    assert "<svg" not in html
    assert re.search(r"In full, [\d,]+ of [\d,]+ adult-months, in 2 of 2 worlds: too few for a chart\.", html)


def test_the_main_arm_comes_first_and_the_others_are_folded_with_their_counts(html: str) -> None:
    part = html.split('id="table"', 1)[1].split("</section>", 1)[0]
    assert part.index("full against none") < part.index("<details>") < part.index("ghost against none")
    assert re.search(r'data-label="count of base">[\d,]+ of [\d,]+</td>', part)
    assert re.search(r"Nought in both arms: [^<]*held their tongue", part)


def test_an_arm_without_the_scheme_stands_in_no_legend(html: str) -> None:
    barred, silent = (part.split("</svg>", 1)[0] for part in html.split("<svg ")[1:8:3][::2])
    assert ">none</text>" not in barred
    assert ">none</text>" in silent


def test_counts_come_from_the_first_arm_that_has_the_mechanism(tmp_path: Path) -> None:
    folder = Folder(build(tmp_path / "other"))
    folder.manifest["arms"] = ["none", "full", "ghost"]
    rules = page.render(folder).split('id="rules"', 1)[1].split("</section>", 1)[0]
    assert re.search(r"appeals filed: [\d.]+ of 1,000 adult-months</td>", rules)
    folder.manifest["arms"] = ["none", "ghost", "bare", "full"]
    book = page._Book(folder)
    book.main = "bare"
    (card,) = page._mechanisms(book)
    assert card["arm"] == "ghost"


def test_the_acts_are_listed_where_the_run_has_them(tmp_path: Path) -> None:
    folder = Folder(build(tmp_path / "acts"))
    folder.cards["acts"] = [vars(act) for act in ACTS]
    part = page.render(folder).split('id="acts"', 1)[1].split("</section>", 1)[0]
    for act in ACTS:
        assert f"<td>{act.label}</td>".replace("'", "&#39;") in part
    assert "article 19" in part


def test_small_rates_have_no_digits() -> None:
    assert [*map(charts.rate, (None, 0, 0.0004, -0.0004, 0.5))] == ["–", "0", "under 0.001", "over −0.001", "0.500"]
    assert page.interval(Estimate(0.0, -0.0001, 0.0002, 8)) == "within ±0.001"
    assert page.interval(Estimate(1.0, 0.0002, 2.0, 8)) == "under 0.001 to 2.00"


def test_the_style_prints_headings_that_do_not_overlap() -> None:
    style = Path(page.__file__).with_name("style.css").read_text(encoding="utf-8")
    assert style.count("{") == style.count("}")
    printed = style.split("@media print", 1)[1]
    assert "line-height: 0" not in printed
    assert "h2, h3, h4, caption, summary { break-after: avoid; }" in printed


def test_the_picture_is_one_svg(small: Folder, tmp_path: Path) -> None:
    drawn = page.picture(small, tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert "synthetic society" in drawn
    assert ">full</text>" in drawn


def test_values_are_read_as_words() -> None:
    assert page.words({"A": 970, "D": 0.5}) == "A: 970, D: 0.5"
    assert page.words(["licence", "welfare"]) == "licence, welfare"
    assert page.words(True) == "true"
