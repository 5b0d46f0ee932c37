"""A report as one HTML page: no script, nothing from elsewhere, charts drawn in the page."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from lxml import etree
from markupsafe import Markup

from qualkit.formats.atomic import write_text
from qualkit.formats.report_parts import Figure, Report, Table, plain

__all__ = ["report_html", "write_report_html"]

_TEMPLATES = resources.files("qualkit.formats").joinpath("templates")
_SVG = "{http://www.w3.org/2000/svg}"
_POINTER = re.compile(r"#([\w-]+)")


def write_report_html(path: str | Path, report: Report) -> Path:
    """Write a report as a page, whole or not at all, and return where it is.

    Raises:
        UnwritableError: the folder refuses.
    """
    return write_text(path, report_html(report))


def report_html(report: Report) -> str:
    """Return a report as a page that needs nothing beside it.

    Every text is text: whatever stands in names, codes, memos and documents, none of it is read
    as markup. Colours follow the reader's light or dark setting, and are black on white in print.

    Example:
        >>> from qualkit.formats.report_parts import Facts, Paragraph, Section
        >>> said = Section("Pay", (Paragraph("<b>low</b>"),))
        >>> page = report_html(Report("Study", "of pay", Facts(()), (said,)))
        >>> "&lt;b&gt;low&lt;/b&gt;" in page, "<script" in page
        (True, False)
    """
    return _template().render(report=report, style=Markup(_file("report.css")))


@cache
def _template() -> Template:
    page = Environment(
        loader=DictLoader({"report": _file("report.html.jinja")}),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_clean,
    )
    page.globals.update(kind_of=lambda one: type(one).__name__, picture=_picture, shares=_shares)
    return page.get_template("report")


def _shares(table: Table) -> list[float]:
    return [round(100 * share, 2) for share in table.shares()]


def _file(name: str) -> str:
    return _TEMPLATES.joinpath(name).read_text(encoding="utf-8")


def _clean(value: object) -> object:
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _picture(figure: Figure, number: int) -> Markup:
    """Return the chart as part of the page, with its description and with names of its own."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    svg = etree.fromstring(figure.draw(".svg"), parser)
    for one in svg.iter(etree.Element):
        for name, value in [(str(name), str(value)) for name, value in one.attrib.items()]:
            if name == "id":
                one.set(name, f"f{number}-{value}")
            elif name.endswith("href") or "url(#" in value:
                del one.attrib[name]
                plainly = name.rpartition("}")[2]  # a page has no names of elsewhere
                one.set(plainly, _POINTER.sub(rf"#f{number}-\1", value))
            elif name.startswith("aria-") or name == "role":
                del one.attrib[name]  # the description of the whole stands for its parts
    for old in svg.findall(f"{_SVG}desc"):
        svg.remove(old)
    svg.set("role", "img")
    svg.set("aria-label", plain(figure.text))
    etree.cleanup_namespaces(svg)
    drawn = etree.tostring(svg, encoding="unicode")
    return Markup(drawn.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1))
