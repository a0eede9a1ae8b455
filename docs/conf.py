"""The site: built from the pages beside this file and from the cards. `make docs` runs it, without a network."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

from nbclient import NotebookClient
from sphinx.application import Sphinx

from goodstanding.version import __version__

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "scripts"))
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])  # for the tutorials
os.environ["TTY_COMPATIBLE"] = "0"  # a page is no terminal, whatever the notebook's kernel says of itself
import_module("reference").write(HERE / "reference")

project = "goodstanding"
author = "The goodstanding contributors"
copyright = "the goodstanding contributors, Apache-2.0"
release = version = __version__

extensions = ["myst_nb"]
exclude_patterns = ["reference/_*"]
nitpicky = True
smartquotes = False

myst_enable_extensions = ["attrs_inline", "colon_fence", "deflist"]
myst_heading_anchors = 3

# The tutorials are run afresh with every build, in a folder that is thrown away; a cell that fails ends the build.
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_timeout = 300
nb_execution_raise_on_error = nb_execution_show_tb = True
NotebookClient.coalesce_streams = True  # type: ignore[assignment]  # else the output of a command comes in pieces
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # else fetched from elsewhere

html_theme = "furo"
html_title = f"goodstanding {__version__}"
html_static_path = ["tutorials/page.css"]
html_css_files = ["page.css"]
html_copy_source = html_show_sourcelink = False
html_show_sphinx = False


def setup(app: Sphinx) -> None:
    """Lead what points out of this folder to where it stands in the site."""
    app.connect("source-read", _within)


def _within(_: Sphinx, __: str, source: list[str]) -> None:
    source[0] = source[0].replace("](../../VISION.md)", "](../index.md#what-it-will-never-be)")
