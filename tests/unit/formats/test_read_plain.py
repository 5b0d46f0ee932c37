from __future__ import annotations

from qualkit.formats.decode import Decoded
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_plain import encoding_remarks


def test_a_guessed_encoding_is_in_the_report_and_a_stated_one_is_not() -> None:
    guessed = read_bytes("It’s a café.".encode("cp1252"), "a.txt")
    assert [f.kind for f in guessed.findings] == ["encoding"]
    assert guessed.encoding == "cp1252"
    assert read_bytes("It’s a café.".encode(), "a.txt").findings == ()
    assert encoding_remarks(Decoded("x", "utf-8")) == ()


def test_markdown_headings_and_bold_labels_are_read() -> None:
    text = "# Group two\n\n## Pay\n\n**Moderator:** And pay?\n\n**P1 (nurse)**: Low."
    document = read_bytes(text.encode(), "a.md")
    assert document.title == "Group two"
    assert [(u.kind.value, u.level) for u in document.utterances[:2]] == [
        ("heading", 1),
        ("heading", 2),
    ]
    assert [(s.name, s.role) for s in document.speakers] == [("Moderator", None), ("P1", "nurse")]
