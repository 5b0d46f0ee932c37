from __future__ import annotations

from qualkit.formats.documents import read_bytes
from qualkit.formats.read_markup import read_md, read_rst
from qualkit.model import Document


def _told(document: Document) -> list[tuple[str, str | None, str]]:
    return [
        (u.kind.value, u.speaker, " ".join(u.text_in(document.text).split()))
        for u in document.utterances
        if u.codable or u.level
    ]


def test_markdown_headings_lists_and_bold_names() -> None:
    text = "# Group one\n\n**Ann:** We left.\n\n**Bo:** Why?\n\nTell me.\n\n**Ann:** Tired.\n"
    assert _told(read_bytes(text.encode(), "a.md")) == [
        ("heading", None, "Group one"),
        ("speech", "Ann", "We left."),
        ("speech", "Bo", "Why? Tell me."),
        ("speech", "Ann", "Tired."),
    ]


def test_front_matter_and_the_lines_of_tables_are_known() -> None:
    text = "---\ntitle: Pay\n---\n\n| Year | Posts |\n|------|-------|\n| 2020 | 40 |\n"
    hints = list(read_md(text.encode(), "a.md").hints.values())
    assert [hint.note for hint in hints] == [*["front matter"] * 3, None, "drawn line", None]
    assert [hint.is_row for hint in hints] == [False, False, False, True, False, True]


def test_a_drawn_line_at_the_start_is_no_front_matter() -> None:
    assert read_md(b"---\nAnn: We left.\n", "a.md").hints == {}


def test_rst_titles_have_levels_by_the_order_of_their_marks() -> None:
    text = "=====\nStudy\n=====\n\nPay\n===\n\nLow pay\n-------\n\nHours\n=====\n"
    text += "\n.. image:: a.png\n   :alt: b\n\nText.\n"
    reading = read_rst(text.encode(), "a.rst")
    levels = [hint.level for hint in reading.hints.values() if hint.level]
    assert levels == [1, 2, 3, 2]
    assert sum(hint.note == "markup" for hint in reading.hints.values()) == 2
    kinds = [kind for kind, _, _ in _told(read_bytes(text.encode(), "a.rst"))]
    assert kinds == ["heading"] * 4 + ["paragraph"]
