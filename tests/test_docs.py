"""The documentation runs: the site builds without a warning, tutorials are executed, and nothing in it is fetched."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import goodstanding
from goodstanding.acts import ACTS
from goodstanding.bibliography import keys
from goodstanding.measures import measures
from goodstanding.mechanism import catalogue
from goodstanding.world import COLUMNS

pytestmark = [pytest.mark.slow, pytest.mark.skipif("NUMBA_DISABLE_JIT" in os.environ, reason="tutorials run compiled")]
PACKAGE = Path(goodstanding.__file__).parent
DOCS = Path(__file__).parents[1] / "docs"
TUTORIALS = ("first-run", "first-comparison", "first-mechanism", "who-and-what", "one-life", "first-audit")
FETCHED = {
    "script": "src", "img": "src", "source": "src", "iframe": "src", "link": "href", "image": "href", "use": "href",
}  # fmt: skip


class Page(HTMLParser):
    """What a page fetches, where it leads, which anchors it has, and its text."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.leads: list[str] = []
        self.anchors: set[str] = set()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.anchors.add(told.get("id", ""))
        if tag == "a" and "href" in told:
            self.leads.append(told["href"])
        if tag in FETCHED and FETCHED[tag] in told:
            self.fetched.append(told[FETCHED[tag]])
        self.fetched += [url for value in told.values() for url in urls(value)]

    def handle_data(self, data: str) -> None:
        self.text += data


def urls(style: str) -> Iterator[str]:
    """What a style fetches."""
    yield from re.findall(r"""(?:url\(|@import)\s*["']?([^"')\s;]+)""", style)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make docs` builds it; the tutorials find a `goodstanding` whichever way the tests did."""
    folder = tmp_path_factory.mktemp("docs")
    command = folder / "goodstanding"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m goodstanding "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    told = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", folder / "doctrees", DOCS, folder / "html"],
        env={**os.environ, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(PACKAGE.parent)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr[-4000:]
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return {path.relative_to(site).as_posix(): Page(path) for path in sorted(site.rglob("*.html"))}


def test_every_tutorial_ran(pages: dict[str, Page]) -> None:
    """That a cell fails ends the build; that one says nothing would not."""
    assert sorted(TUTORIALS) == sorted(path.stem for path in (DOCS / "tutorials").glob("*.md"))
    for name in TUTORIALS:
        text = pages[f"tutorials/{name}.html"].text
        cells = (DOCS / "tutorials" / f"{name}.md").read_text(encoding="utf-8").count("```{code-cell}")
        assert "Traceback" not in text and "object at 0x" not in text
        assert cells >= 4 and "synthetic" in text
    assert "coverage: 1.6 is outside 0 to 1" in pages["tutorials/first-comparison.html"].text
    told = pages["tutorials/first-mechanism.html"].text
    assert "only with --allow-extensions" in told and "the report tells of it: True" in told


def test_everything_that_has_a_card_is_in_the_reference(pages: dict[str, Page]) -> None:
    for folder, found in catalogue().items():
        page = pages[f"reference/{folder}.html"]
        for key, cls in found.items():
            assert f"mechanism-{folder}-{key}".replace("_", "-") in page.anchors, key
            for name in (*cls.settings, *cls.counts, *cls.writes):
                assert name in page.text, f"{key}.{name}"
    for key, measure in measures().items():
        assert f"measure-{key}".replace("_", "-") in pages["reference/measures.html"].anchors, key
        assert all(label in pages["reference/measures.html"].text for label in measure.counts.values()), key
    for where, kind, names in (
        ("acts", "act", [act.key for act in ACTS]),
        ("columns", "column", list(COLUMNS)),
        ("bibliography", "source", list(keys())),
    ):
        anchors = {anchor.replace("_", "-") for anchor in pages[f"reference/{where}.html"].anchors}
        assert not {f"{kind}-{name}".replace("_", "-") for name in names} - anchors


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[str, Page]) -> None:
    fetched = [url for page in pages.values() for url in page.fetched]
    fetched += [url for path in site.rglob("*.css") for url in urls(path.read_text(encoding="utf-8"))]
    assert fetched
    assert not {url for url in fetched if urlsplit(url).netloc or urlsplit(url).scheme not in ("", "data")}


def test_links_inside_the_site_lead_somewhere(pages: dict[str, Page]) -> None:
    for name, page in pages.items():
        for link in page.leads:
            there = urlsplit(link)
            if there.scheme or there.netloc:
                continue
            path = os.path.normpath(os.path.join(os.path.dirname(name), unquote(there.path))) if there.path else name
            assert path in pages, f"{name}: {link}"
            assert not there.fragment or unquote(there.fragment) in pages[path].anchors, f"{name}: {link}"
