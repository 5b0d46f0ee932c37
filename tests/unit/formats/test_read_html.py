from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_html import read_html

_PAGE = """<!DOCTYPE html><html><head><title>Care &amp; pay</title><style>p{}</style>
<script>var x = "<p>no</p>";</script></head><body><nav>Home <a>News</a></nav>
<h1>Pay</h1><p>It&rsquo;s&nbsp;low,
really <b>low</b>.<br>Everywhere.</p><ul><li>Better pay<li>Less <i>work</i></ul>
<table><tr><th>Year<th>Posts<tr><td><p>2020</p><td>40</table>
<noscript>Turn on</noscript><!-- hidden --><footer>Cookies</footer></body></html>"""


def test_headings_lists_tables_entities_and_furniture() -> None:
    reading = read_html(_PAGE.encode(), "a.html")
    assert reading.text.split("\n") == [
        "Home News", "Pay", "It’s low, really low.", "Everywhere.", "Better pay", "Less work",
        "Year\tPosts", "2020\t40", "Cookies",
    ]  # fmt: skip
    hints = list(reading.hints.values())
    assert (hints[0].note, hints[-1].note) == ("web-page furniture", "web-page furniture")
    assert hints[1].level == 1
    assert hints[3].is_continued
    assert [hint.is_item for hint in hints[4:6]] == [True, True]
    assert [hint.is_row for hint in hints[6:8]] == [True, True]
    assert reading.title == "Care & pay"


@pytest.mark.parametrize("encoding", ["iso-8859-2", "windows-1251", "shift_jis", "utf-8"])
def test_the_encoding_that_the_page_names_is_believed(encoding: str) -> None:
    words = {"iso-8859-2": "żółć", "windows-1251": "щука", "shift_jis": "介護", "utf-8": "żщ介"}
    page = f'<html><head><meta charset="{encoding}"></head><p>{words[encoding]}</p></html>'
    assert read_html(page.encode(encoding), "a.html").text == words[encoding]


def test_turns_in_paragraphs_become_turns() -> None:
    page = b"<p><strong>Ann:</strong> We left.</p><p>Early.</p><p><strong>Bo:</strong> Why?</p>"
    document = read_bytes(page + b"<p><strong>Ann:</strong> Tired.</p>", "a.html")
    assert [u.speaker for u in document.utterances] == ["Ann", "Bo", "Ann"]


def test_a_page_of_script_alone_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        read_bytes(b"<html><script>alert(1)</script></html>", "a.html")
