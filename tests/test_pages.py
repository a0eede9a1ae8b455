"""Every scenario has a page with the same parts, and its rows of the findings are those of the page of findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from claims import CASES

from goodstanding.library import library

DOCS = Path(__file__).parents[1] / "docs"
PARTS = (
    "What stands behind the numbers", "Where the scenario differs from", "What came out",
    "What luck and the assumptions leave of it", "What this cannot show",
)  # fmt: skip


def parts(text: str) -> dict[str, str]:
    """The parts of a page by their heads."""
    pieces = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def rows(text: str, cells: int) -> list[list[str]]:
    """The rows of a table without its head, so many cells of each."""
    return [line.strip("| ").split(" | ")[:cells] for line in text.splitlines() if line.startswith("| ")][2:]


@pytest.mark.parametrize("name", library())
def test_a_page_has_its_parts_in_order(name: str) -> None:
    heads = list(parts((DOCS / "scenarios" / f"{name}.md").read_text(encoding="utf-8")))
    found = [next((at for at, head in enumerate(heads) if head.startswith(part)), -1) for part in PARTS]
    assert -1 not in found and found == sorted(found), heads


@pytest.mark.parametrize("name", library())
def test_a_page_has_its_own_rows_of_the_findings(name: str) -> None:
    """Neither page is written by hand or without the other, and both are about the claims as they are."""
    own = parts((DOCS / "scenarios" / f"{name}.md").read_text(encoding="utf-8"))[PARTS[3]]
    all_of = parts((DOCS / "findings.md").read_text(encoding="utf-8"))[f"`{name}`"]
    assert rows(own, 7) == rows(all_of, 7) and len(rows(own, 7)[0]) == 7
    told = [(shows, arms) for shows, arms, *_ in rows(own, 7)]
    assert told == [(claim.shows, f"`{claim.more}` less `{claim.less}`") for claim in CASES[name].claims]
