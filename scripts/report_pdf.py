"""The page of a run as PDF, printed by a Chromium or Chrome that is installed here.

python scripts/report_pdf.py [runs/FOLDER]
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)  # fmt: skip
LONGEST = 300
"""Seconds after which a browser that does not come to an end is given up; assumed."""


def newest(runs: Path) -> Path | None:
    """The page that was written last, of the runs in a folder."""
    return max(runs.glob("*/report.html"), key=lambda page: page.stat().st_mtime, default=None)


def print_page(page: Path, browser: str) -> Path:
    """Print the page beside itself, and return where it is. Raises OSError or CalledProcessError."""
    pdf = page.with_suffix(".pdf").resolve()
    free = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    asked = [browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", *free, f"--print-to-pdf={pdf}"]
    subprocess.run([*asked, page.resolve().as_uri()], check=True, capture_output=True, timeout=LONGEST)
    return pdf


def main(folder: str = "") -> str:
    """Print the named run's page, or the newest in `runs`; returns what went wrong, or nothing."""
    page = Path(folder) / "report.html" if folder else newest(Path("runs"))
    if page is None or not page.is_file():
        return f"report_pdf: no report.html in {folder or 'runs'}; name the folder of a run, FOLDER=runs/..."
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        return f"report_pdf: none of {', '.join(BROWSERS[:5])} is installed; open {page} in a browser and print it"
    try:
        print(print_page(page, browser))
    except (OSError, subprocess.SubprocessError) as error:
        return f"report_pdf: {browser} did not print {page}: {error}"
    return ""


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]) or 0)
