"""The documentation as a site: ``make site``. Nothing is fetched, and every warning is an error."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(DOCS.parent), str(DOCS)]

project = "qualkit"
author = "The qualkit maintainers"
project_copyright = "The qualkit maintainers; MIT licence"
language = "en-GB"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "jupyter_execute"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
napoleon_google_docstring = True
napoleon_numpy_docstring = False

html_theme = "furo"
html_title = "qualkit"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False

# What is not of qualkit's public names has no page here, and no other site is asked for it.
nitpick_ignore_regex = [
    (r"py:.*", r"(?!qualkit\.).*"),
    (r"py:.*", r"qualkit\.(agreement|analysis|formats|model|store|suggest|text|workflow)\..*"),
]


def _returns_are_prose(_app: Sphinx, *about: object) -> None:
    """Keep napoleon from taking what stands before a colon in "Returns" for a type."""
    lines = about[-1]
    assert isinstance(lines, list)
    for number, line in enumerate(lines[:-1]):
        if line.strip() in {"Returns:", "Yields:"}:
            text = lines[number + 1]
            lines[number + 1] = text[: len(text) - len(text.lstrip())] + ": " + text.lstrip()


def _nothing_is_fetched(app: Sphinx, problem: Exception | None) -> None:
    """Fail when a page would ask another host for a script, a style, a font or a picture."""
    if problem is not None:
        return
    asked = re.compile(
        r"""<(?:script|link|img|iframe)[^>]*(?:src|href)=["']?(?:https?:)?//|cdn\."""
    )
    pages = sorted(Path(app.outdir).rglob("*.html"))
    found = [page.name for page in pages if asked.search(page.read_text(encoding="utf-8"))]
    if found:
        raise ExtensionError(f"these pages ask another host: {', '.join(found)}")


def setup(app: Sphinx) -> None:
    """Hook in before napoleon, whose priority is 500."""
    app.connect("autodoc-process-docstring", _returns_are_prose, priority=400)
    app.connect("build-finished", _nothing_is_fetched)
