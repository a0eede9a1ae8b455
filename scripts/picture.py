"""Draw the README's picture (docs/picture.svg) from the newest run of the demo, or from the run folder that is named.

python scripts/picture.py [RUN]
"""

from __future__ import annotations

import sys
from pathlib import Path

from goodstanding.folder import open_run
from goodstanding.report.page import picture

ROOT = Path(__file__).parents[1]


def main(*named: str) -> Path:
    """Draw it; without a name the newest run of `suining-2010` in runs/ is taken."""
    run = Path(named[0]) if named else max((ROOT / "runs").glob("*-suining-2010-*"), key=lambda found: found.name)
    return picture(open_run(run), ROOT / "docs" / "picture.svg")


if __name__ == "__main__":
    print(main(*sys.argv[1:]))
