"""The report: one file, nothing from outside, everything escaped, every figure with unit, denominator and worlds."""

from __future__ import annotations

import importlib
import json
import re
import xml.etree.ElementTree as ET
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import altair as alt
import pytest
from small_run import DIGEST, EVIL, MONTHS, Folder, Tried, build, counted

from goodstanding.acts import ACTS
from goodstanding.estimates import Estimate
from goodstanding.report import book as books
from goodstanding.report import charts, page, parts, wording
from goodstanding.runs import cards
from goodstanding.scenario import read


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(build(tmp_path_factory.mktemp("runs") / "small"))


@pytest.fixture(scope="module")
def html(small: Folder) -> str:
    return small.report().read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> str:
    return page.render(Folder(build(tmp_path_factory.mktemp("runs") / "tried"), Tried()))


def part(html: str, key: str) -> str:
    """One part of the page."""
    return html.split(f'<section id="{key}">', 1)[1].split("</section>", 1)[0]


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
    assert len(html.encode()) < 2_000_000


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
    "said",
    [
        "In an invented county", "Watched, and punished", "Whom it hit", "Over time",
        "Parameters and where they come from", "How the numbers were reckoned", "What this cannot show",
        "luck only", "2 worlds", "Nobody is born, dies", "Creemers",
        "not validated against any real population", "Pairing the arms under common luck is a convention",
        "fewer than 50 people", "nobody-1999", "not in the bibliography", "not the default",
        "jackknife", "No steady state is reached", "children's among them", "one person barred from one domain",
        "ready to speak up", "Nothing corrects for their number", "uniform 0.05 to 0.6",
        DIGEST, "11, 1; 11, 2", "The assumptions were not varied", "so that there is no map to colour",
    ],
)  # fmt: skip
def test_the_page_holds(html: str, said: str) -> None:
    assert said in html


def test_every_assumption_is_listed_under_what_it_cannot_show(small: Folder, html: str) -> None:
    limits = part(html, "cannot")
    for row in small.cards["settings"]:
        assert (f"<code>{wording.breakable(row['path'])}</code>" in limits) == (row["mark"] == "assumed")


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
    for key in ("arms", "whom", "time"):
        assert "<svg" not in part(html, key)
        assert "othing to draw" in part(html, key)


def test_what_happened_too_rarely_is_told_and_not_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(books, "FEWEST_EVENTS", 10**9)
    html = page.render(Folder(build(tmp_path / "rare")))
    assert "<svg" not in part(html, "whom") + part(html, "time")
    assert re.search(r"In full, [\d,]+ of [\d,]+ adult-months, in 2 of 2 worlds: too few for a chart\.", html)


def test_the_main_arm_comes_first_and_the_others_are_folded_with_their_counts(html: str) -> None:
    told = part(html, "measures")
    assert told.index("<details open>") < told.index("full against none") < told.index("<details>")
    assert told.index("<details>") < told.index("ghost against none")
    assert re.search(r"<td[^>]*><button [^>]*>[\d,]+ of [\d,]+</button></td></tr>", told)
    assert re.search(r"Nought in both arms: [^<]*held their tongue", told)


def test_an_arm_without_the_scheme_is_drawn_at_nought_and_the_page_says_so(html: str) -> None:
    """Catches a chart headed by two arms that draws one."""
    drawn = re.findall(r'id="chart-nested(\d)"><svg .*?</svg>', html, re.DOTALL)
    assert len(drawn) == 4
    barred, silent = (html.split(f'id="chart-nested{at}">', 1)[1].split("</svg>", 1)[0] for at in (0, 3))
    assert ">none</text>" in barred
    assert ">none</text>" in silent
    notes = [html.split(f'id="chart-nested{at}">', 1)[1].split("</figure>", 1)[0] for at in (0, 3)]
    assert ["is counted as nought" in note for note in notes] == [True, False]


def test_every_number_has_a_passport_and_one_of_a_row_is_reached_by_keyboard(tmp_path: Path) -> None:
    html = page.render(Folder(build(tmp_path / "asked", thirds=True), Tried()))
    ids = [value for name, value in Seen(html).attributes if name == "id"]
    asked = re.findall(r'<button popovertarget="([^"]+)"', html)
    assert {*asked} <= {*ids}
    assert len(asked) > 300
    for key in ("arms", "rests", "whom", "time", "assumptions", "measures"):
        for cell in re.findall(r"<td[^>]*>(.*?)</td>", part(html, key), re.DOTALL):
            bare = re.sub(r"<button .*?</button>", "", cell, flags=re.DOTALL)
            assert not re.search(r"\d", bare), cell
        for row in re.findall(r"<tr>(<th scope=.row.*?)</tr>", part(html, key), re.DOTALL):
            reached = [tag for tag in re.findall(r"<button [^>]*>", row) if "tabindex" not in tag]
            assert len(reached) == 1 or "<button" not in row


def test_a_passport_tells_definition_denominator_counts_and_command(html: str) -> None:
    told = html.split('aria-label="adults barred from something"', 1)[1].split("</div>\n<div popover", 1)[0]
    for said in ("per 1,000 adult-months", "unit adults", "objective: never", "adults barred from something"):
        assert said in told
    count, base = re.search(r">full</th>.*?>([\d,]+) of ([\d,]+)<", told, re.DOTALL).groups()  # type: ignore[union-attr]
    assert int(base.replace(",", "")) == 2 * 6 * 10 * 402
    assert int(count.replace(",", "")) > 0
    assert 'popovertarget="origin-run"' in told
    run = html.split('id="origin-run"', 1)[1].split("</div>", 1)[0]
    assert "goodstanding run small &lt;script&gt;" in run and "2 pairs of seeds" in run


def test_what_this_cannot_show_stands_first_in_the_contents_and_on_a_page_of_its_own(html: str) -> None:
    contents = html.split('<ul class="contents">', 1)[1].split("</ul>", 1)[0]
    keys = re.findall(r'href="#(\w+)"', contents)
    assert keys[0] == "cannot"
    assert {*keys} == {one.key for one in page.PARTS} - {"acts", "rests", "bought"}  # of these the small run has none
    printed = Path(page.__file__).with_name("style.css").read_text(encoding="utf-8").split("@media print", 1)[1]
    assert re.search(r"#cannot[^{]*\{ break-before: page; \}", printed)
    assert "#cannot { break-after: page; }" in printed


def test_headings_come_in_order(html: str, tried: str) -> None:
    for text in (html, tried):
        levels = [int(tag[1]) for tag in Seen(text).tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1 and levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_being_watched_is_told_from_being_punished(tmp_path: Path) -> None:
    folder = Folder(build(tmp_path / "nested"))
    folder.manifest["arms"] = ["none", "aware", "full"]
    folder.manifest["seeds"] = [[11, 1], [11, 2]]
    told = part(page.render(folder), "arms")
    assert ">full less aware</th>" in told
    assert "none has no such scheme" in told


def test_the_three_parts_add_up_and_are_drawn_where_the_run_has_them(tmp_path: Path, html: str) -> None:
    assert "chart-rests" not in html
    folder = Folder(build(tmp_path / "thirds", thirds=True))
    told = part(page.render(folder), "rests")
    assert 'id="chart-rests-suining"' in told
    whole = re.search(r"full: ([\d,]+) unfounded, ([\d,]+) induced, ([\d,]+) own conduct", told)
    assert whole is not None
    counts = [int(n.replace(",", "")) for n in whole.groups()]
    assert sum(counts) == parts._count(books.Book(folder), "suining.unfounded.sanction_months", "full")
    assert "Sanction-months of misfiled entries" in told and "rows may overlap" in told
    for name in ("Unfounded", "Induced", "Own conduct"):
        assert f'<th scope="row">{name}: ' in told, "rows are called as the chart and the text call them"


def test_the_crossing_is_a_heat_map_without_small_cells(html: str) -> None:
    heat = part(html, "whom").split('<table class="heat">', 1)[1].split("</table>", 1)[0]
    rows = re.findall(r'<tr><th scope="row">(\d+)</th>(.*?)</tr>', heat, re.DOTALL)
    assert [int(tenth) for tenth, _ in rows] == [*range(1, 11)]
    for _, cells in rows:
        assert [*re.findall(r'<td class="(more|hidden)', cells)] == ["more", "hidden"]  # A has 400 adults a cell, B 2


def test_the_crossing_adds_up_what_each_group_has_in_each_tenth(small: Folder) -> None:
    rows = {row.cell: row for row in small.compare().by("stratum", "silence.voices")}
    assert len(rows) == 20
    found = [counted("silence.voices", "full", luck, month, "A", 7) for luck in (1, 2) for month in range(MONTHS)]
    assert rows["A 07"].count == sum(cell[0] for cell in found if cell is not None)
    assert rows["A 07"].arm.mean == pytest.approx(1000 * rows["A 07"].count / (2 * MONTHS * 400))
    barred = "suining.sanctions.people"
    cell = {row.cell: row for row in small.compare().by("stratum", barred)}["A 07"].arm
    group = small.compare().by("group", barred)[0].arm
    assert cell.low is not None and cell.high is not None and group.low is not None and group.high is not None
    assert cell.high - cell.low > 5 * (group.high - group.low)  # twenty cells at once against two, with one degree left


def test_a_map_stands_only_where_there_are_counties(tmp_path: Path) -> None:
    folder = Folder(build(tmp_path / "two"))
    folder.cards["counties"] = 2
    told = part(page.render(folder), "map")
    assert '<ol class="tiles">' in told
    assert ">county 1</span>" in told


def test_assumptions_are_told_with_their_share_and_ranked_beside_chance(tried: str) -> None:
    told = part(tried, "assumptions")
    for said in ("200 sets of assumptions", "10,000 people", "199 of 200", "122 of 200"):
        assert said in told
    assert "+0.11" not in told  # what does not pass the line is drawn, and not told
    assert "−0.71" in told and "1 of 2 that were varied pass the line" in told
    assert told.count("does not determine") == 1 + 1  # in words, and beside the one that is unsure
    assert "turns round" in told and "The month is cut in half" in told
    assert "25 %</button> of 400 worlds" in told
    assert EVIL not in tried
    assert "The assumptions were not varied" not in tried


def test_both_shades_stand_in_the_legend_only_where_there_are_both(html: str, tried: str) -> None:
    for text, kinds in ((html, {charts.LUCK}), (tried, {charts.LUCK, charts.ASSUMED})):
        drawn = part(text, "arms") + part(text, "time")
        assert {kind for kind in charts.SHADES if f">{kind}</text>" in drawn} <= kinds
    assert f">{charts.ASSUMED}</text>" in part(tried, "time")
    assert 'opacity="NaN"' not in tried


def test_the_interactive_page_runs_one_script_that_its_policy_names(small: Folder) -> None:
    path = page.write(small, interactive=True)
    live = path.read_text(encoding="utf-8")
    assert path.name == "report-interactive.html"
    script = live.rsplit("<script>", 1)[1].rsplit("</script>", 1)[0]
    assert "</script" not in script
    assert f"script-src 'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" in live
    assert "unsafe-eval" not in live.split("</head>", 1)[0]
    specs = re.findall(r'<script type="application/json" data-chart="([^"]+)">(.*?)</script>', live, re.DOTALL)
    assert {key for key, _ in specs} == {*re.findall(r'<div class="chart" id="([^"]+)">', live)}
    assert all(json.loads(spec)["$schema"].startswith("https://vega.github.io") for _, spec in specs)
    for _, spec in specs:
        assert alt.Chart.from_dict(json.loads(spec), validate=True)  # raises where it is against the schema


def test_a_source_that_another_refers_to_is_listed_too(small: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {"creemers-2018": {"title": "one", "see": "iv-2018"}, "iv-2018": {"title": "two"}}
    monkeypatch.setattr("goodstanding.bibliography.keys", lambda: tuple(known))
    monkeypatch.setattr("goodstanding.bibliography.entry", lambda key: known[key])
    told = part(page.render(small), "sources")
    assert 'See <a href="#source-iv-2018">' in told
    assert 'id="source-iv-2018"' in told


def test_counts_come_from_the_first_arm_that_has_the_mechanism(tmp_path: Path) -> None:
    folder = Folder(build(tmp_path / "other"))
    folder.manifest["arms"] = ["none", "full", "ghost"]
    rules = part(page.render(folder), "rules")
    assert re.search(r"appeals filed: <button [^>]*>[\d.]+</button> of 1,000 adult-months</td>", rules)
    folder.manifest["arms"] = ["none", "ghost", "bare", "full"]
    book = books.Book(folder)
    book.main = "bare"
    (card,) = parts.rules(book)["mechanisms"]
    assert card["arm"] == "ghost"


def test_the_acts_are_listed_where_the_run_has_them(tmp_path: Path) -> None:
    folder = Folder(build(tmp_path / "acts"))
    folder.cards["acts"] = [vars(act) for act in ACTS]
    told = part(page.render(folder), "acts")
    for act in ACTS:
        assert f'<th scope="row">{wording.capital(act.label)}</th>'.replace("'", "&#39;") in told
    assert "article 19" in told


def test_small_rates_have_no_digits() -> None:
    assert [*map(wording.rate, (None, 0, 0.0004, -0.0004, 0.5))] == ["–", "0", "under 0.001", "over −0.001", "0.500"]
    assert wording.interval(Estimate(0.0, -0.0001, 0.0002, 8)) == "within ±0.001"
    assert wording.interval(Estimate(1.0, 0.0002, 2.0, 8)) == "under 0.001 to 2.00"


def test_the_style_prints_headings_that_do_not_overlap() -> None:
    style = Path(page.__file__).with_name("style.css").read_text(encoding="utf-8")
    assert style.count("{") == style.count("}")
    printed = style.split("@media print", 1)[1]
    assert "line-height: 0" not in printed
    assert "h2, h3, h4, caption, summary { break-after: avoid; }" in printed


def light(colour: str) -> float:
    """Relative luminance of a colour as WCAG 2 defines it."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, from 1 to 21 (WCAG 2)."""
    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_words_and_lines_can_be_told_from_the_paper_light_and_dark() -> None:
    style = Path(page.__file__).with_name("style.css").read_text(encoding="utf-8")
    roots = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", root))
        for root in re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    ]
    for root in roots[:2]:
        for ink in ("ink", "soft", "mark"):
            assert contrast(root[ink], root["paper"]) >= 4.5
            assert contrast(root[ink], root["tint"]) >= 4.5
    used = {*charts.COLOURS.values(), *charts.FURTHER, *charts.PARTS, charts.BAR, charts.CHANCE}
    assert used <= {*charts.DARK}
    for colour in used:
        assert contrast(colour, roots[0]["paper"]) >= 3
        assert contrast(charts.DARK[colour], roots[1]["paper"]) >= 3


def test_a_page_is_printed_by_a_browser_or_told_of_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[1] / "scripts"))
    report_pdf = importlib.import_module("report_pdf")
    assert "no report.html" in report_pdf.main(str(tmp_path))
    (tmp_path / "report.html").write_text("a page", encoding="utf-8")
    monkeypatch.setattr("shutil.which", lambda name: None)
    said = report_pdf.main(str(tmp_path))
    assert "is installed" in said and "\n" not in said
    monkeypatch.setattr("shutil.which", lambda name: "/bin/false")
    assert "did not print" in report_pdf.main(str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: "/bin/true")
    assert report_pdf.main(str(tmp_path)) == ""
    assert capsys.readouterr().out.strip().endswith("report.pdf")


def test_the_picture_is_one_svg(small: Folder, tmp_path: Path) -> None:
    drawn = page.picture(small, tmp_path / "picture.svg").read_text(encoding="utf-8")
    assert ET.fromstring(drawn).tag.endswith("svg")
    assert "synthetic society" in drawn
    assert ">full</text>" in drawn


def test_values_are_read_as_words() -> None:
    assert wording.words({"A": 970, "D": 0.5}) == "A: 970, D: 0.5"
    assert wording.words(["licence", "welfare"]) == "licence, welfare"
    assert wording.words(True) == "true"


def test_lines_that_hide_one_another_are_named(small: Folder, html: str) -> None:
    """Catches a chart of three arms in which two lines are seen, without a word."""
    book = books.Book(small)
    name = "silence.voices"
    series = {arm: book.of(arm).by("month", name) for arm in book.arms}
    assert charts.hidden(series) == "none and ghost are the same in every month."
    near = [replace(row, arm=replace(row.arm, mean=(row.arm.mean or 0) * 1.001)) for row in series["none"]]
    assert charts.hidden({"none": series["none"], "near": near}) == "none and near lie on one another."
    assert charts.hidden({"none": series["none"], "full": series["full"]}) == ""
    assert "None and ghost are the same in every month." in part(html, "time")
    few = [replace(row, arm=replace(row.arm, mean=None)) if row.cell in (0, 1, 4) else row for row in series["none"]]
    assert charts.holes({"none": few}, "month") == "Left empty, with fewer than 50 people: month 1 to 2, 5."
    assert charts.holes({"none": few, "ghost": series["ghost"]}, "month") == ""


def test_a_report_opens_with_what_its_scheme_does() -> None:
    """Catches a page about fines that opens with nobody barred."""
    opens = {}
    for name in ("plain-fines", "tencent-credit", "robodebt-2016", "suining-2010"):
        scenario = read(name)
        told = cards(scenario, list(scenario.arms))["measures"]
        opens[name] = sorted((c for c, card in told.items() if card["leads"]), key=lambda c: -c.count("."))
    assert opens["plain-fines"] == ["fines.fines.billed", "gain.harm", "silence.voices", "silence.held_tongue"]
    assert (
        opens["tencent-credit"][0] == "tencent.rewards.favours" and opens["robodebt-2016"][0] == "debts.recovery.owing"
    )
    assert opens["suining-2010"][0] == "suining.sanctions.people"
    assert not any("publicity" in count for count in opens["suining-2010"])
