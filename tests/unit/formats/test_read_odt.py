from __future__ import annotations

from qualkit.formats.documents import read_bytes
from qualkit.formats.read_odt import read_odt
from qualkit.model import Document


def _told(document: Document) -> list[tuple[str, str]]:
    return [(u.kind.value, " ".join(u.text_in(document.text).split())) for u in document.utterances]


def test_headings_lists_tables_and_footnotes_keep_their_kind(write_odt) -> None:
    source = write_odt(
        '<text:h text:outline-level="1">Pay in homes</text:h>'
        "<text:p>We ask for two things and name them below, one by one.</text:p>"
        "<text:list><text:list-item><text:p>Better pay</text:p>"
        "<text:list><text:list-item>"
        "<text:p>before the spring</text:p></text:list-item></text:list></text:list-item>"
        "</text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>Year</text:p></table:table-cell>"
        "<table:table-cell><text:p>Posts</text:p></table:table-cell></table:table-row>"
        '<table:table-row table:number-rows-repeated="1000000000"><table:table-cell>'
        "<text:p>2020</text:p></table:table-cell><table:table-cell><text:p>40</text:p>"
        "</table:table-cell></table:table-row></table:table>"
        "<text:p>It is low<text:note><text:note-citation>1</text:note-citation><text:note-body>"
        "<text:p>By our count.</text:p></text:note-body></text:note> everywhere.</text:p>"
    )
    reading = read_odt(source, "a.odt")
    assert reading.text.split("\n") == [
        "Pay in homes",
        "We ask for two things and name them below, one by one.",
        "Better pay",
        "before the spring",
        "Year\tPosts",
        "2020\t40",
        "It is low everywhere.",
        "By our count.",
    ]
    hints = list(reading.hints.values())
    assert hints[0].level == 1
    assert [hint.is_item for hint in hints[2:4]] == [True, True]
    assert [hint.is_row for hint in hints[4:6]] == [True, True]
    assert hints[-1].note == "footnote"
    kinds = [kind for kind, _ in _told(read_bytes(source, "a.odt"))]
    assert kinds[:6] == [
        "heading", "paragraph", "list item", "list item", "table row", "table row",
    ]  # fmt: skip


def test_deleted_text_and_comments_are_not_read_and_the_comments_are_counted(write_odt) -> None:
    source = write_odt(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p>"
        "</text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Ann: We<text:s/>left<office:annotation><text:p>check</text:p></office:annotation>"
        "<text:line-break/>early.</text:p>"
    )
    reading = read_odt(source, "a.odt")
    assert reading.text == "Ann: We left\nearly."
    assert reading.remarks == (("left out", "1 comments in the margin were not read."),)


def test_titles_by_style_and_text_boxes_are_read_once(write_odt) -> None:
    styles = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    source = write_odt(
        '<text:p text:style-name="P1">A study</text:p><text:p>Outside<draw:frame><draw:text-box>'
        "<text:p>Inside</text:p></draw:text-box></draw:frame> again</text:p>",
        styles,
    )
    reading = read_odt(source, "a.odt")
    assert reading.text.split("\n") == ["A study", "Outside again", "Inside"]
    assert next(iter(reading.hints.values())).level == 1
