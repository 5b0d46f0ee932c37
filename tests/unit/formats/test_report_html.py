"""The report as a page: everything is text, nothing comes from elsewhere."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest
from lxml import html

from qualkit.formats.report_html import report_html, write_report_html
from qualkit.formats.report_parts import (
    Facts,
    Figure,
    Paragraph,
    Points,
    Quote,
    Quotes,
    Report,
    Section,
    Table,
    plain,
)

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><b>",
    "{{ 7 * 7 }} {% raw %}",
    "a\x00b\x1fc\ud800d\ufffe",
    "\u202eright to left override",
    "עברית قديم",
    "👩‍🏫 emoji 🏳️‍🌈",
    "x" * 5000,
    "]]> --> &amp; &lt;",
    "",
]
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="9" height="9"><desc>old</desc><defs><clipPath id="c"><rect/></clipPath></defs>'
    '<g clip-path="url(#c)" role="graphics-object" aria-label="x"><use xlink:href="#c"/></g></svg>'
)


def everything(text: str) -> Report:
    table = Table(text, (text, "n"), ((text, text), ("a\nb", "1")), numbers=(1,), note=text)
    blocks = (
        Paragraph(text),
        Paragraph(text, is_note=True),
        Points((text,)),
        Facts(((text, text),)),
        table,
        Figure(text, text, lambda kind: SVG.encode()),
        Figure("second", "second", lambda kind: SVG.encode()),
        Quotes((Quote(text, text, text),)),
    )
    inner = Section(text, blocks, (Section(text, (Paragraph(text),)),))
    return Report(text, text, Facts(((text, text),)), (inner, inner))


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_stands_in_a_text_it_stays_text(text):
    page = report_html(everything(text))
    read = html.document_fromstring(page)
    assert not read.xpath(
        "//script | //img | //iframe | //link | //object | //form | //b[not(../../*)]"
    )
    assert not read.xpath("//@*[starts-with(name(), 'on')]")
    shown = " ".join(read.xpath("//blockquote")[0].text_content().split())
    assert shown == " ".join(plain(text).split())


class Balance(HTMLParser):
    """Sees that every element is closed where it must be."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in {"meta", "br", "col"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("text", HOSTILE)
def test_every_element_is_closed_and_no_character_is_broken(text):
    page = report_html(everything(text))
    page.encode("utf-8")
    balance = Balance()
    balance.feed(page)
    balance.close()
    assert balance.open == []
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]", page)


def test_nothing_comes_from_elsewhere_and_nothing_runs():
    page = report_html(everything("plain"))
    assert "http://" not in page
    assert "https://" not in page
    assert "<script" not in page
    read = html.document_fromstring(page)
    assert all(one.startswith("#") for one in read.xpath("//@href"))
    assert not read.xpath("//@src")
    assert "default-src 'none'" in read.xpath("//meta/@content")[2]


def test_it_has_what_a_reader_without_eyes_needs():
    read = html.document_fromstring(report_html(everything("plain")))
    assert read.get("lang") == "en-GB"
    assert len(read.xpath("//h1")) == 1
    levels = [int(one.tag[1]) for one in read.xpath("//*[self::h1 or self::h2 or self::h3]")]
    assert all(b - a <= 1 for a, b in itertools.pairwise(levels))
    assert all(table.xpath("caption") for table in read.xpath("//table"))
    assert all(one.get("scope") for one in read.xpath("//th"))
    assert [one.get("role") for one in read.xpath("//svg")] == ["img"] * 4
    assert all(one.get("aria-label") for one in read.xpath("//svg"))
    ids = read.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {one[1:] for one in read.xpath("//@href[starts-with(., '#section')]")} <= set(ids)


def test_names_within_a_picture_belong_to_that_picture():
    page = report_html(everything("plain"))
    for number in (1, 2):
        assert f'id="f{number}-c"' in page
        assert f"url(#f{number}-c)" in page
        assert f'href="#f{number}-c"' in page


def test_the_page_is_written_whole(tmp_path):
    path = write_report_html(tmp_path / "a.html", everything("Löhne"))
    assert path.read_text("utf-8").rstrip().endswith("</html>")
