from __future__ import annotations

from collections.abc import Callable

import pytest

from qualkit.errors import UnreadableFileError
from qualkit.formats.documents import read_bytes
from qualkit.formats.read_pdf import read_pdf


def test_pages_are_parted_by_a_form_feed(write_pdf: Callable[..., bytes]) -> None:
    reading = read_pdf(write_pdf([["Ann: We left.", "Early."], ["Bo: Why (so)?"]]), "a.pdf")
    assert reading.text == "Ann: We left.\nEarly.\n\fBo: Why (so)?"


def test_a_head_that_stands_on_every_page_is_set_aside(write_pdf: Callable[..., bytes]) -> None:
    talk = [
        ["Chair: What do you think of the new rota?", "Ann Lee: It is worse than before."],
        ["Bo Day: For me it is better.", "Chair: Better in which way?"],
        ["Bo Day: I sleep at night.", "Ann Lee: I do not."],
        ["Chair: Thank you.", "Ann Lee: Thanks."],
    ]
    pages = [["Northgate study of care", *lines, f"Page {n}"] for n, lines in enumerate(talk, 1)]
    document = read_bytes(write_pdf(pages, packed=True), "a.pdf")
    said = [(u.speaker, u.text_in(document.text)) for u in document.utterances if u.codable]
    assert said == [tuple(line.split(": ", 1)) for lines in talk for line in lines]


def test_pages_without_text_are_counted(write_pdf: Callable[..., bytes]) -> None:
    document = read_bytes(write_pdf([["Ann: We left."], [], []]), "a.pdf")
    assert "2 of 3 pages hold no text" in " ".join(f.message for f in document.findings)


def test_damage_is_said_in_one_sentence_and_nothing_is_printed(
    write_pdf: Callable[..., bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    source = write_pdf([["Ann: We left."]])
    with pytest.raises(UnreadableFileError, match="damaged"):
        read_bytes(source[:200], "a.pdf")
    broken = source.replace(b"startxref\n", b"startxref\n9")
    assert "We left." in read_bytes(broken, "a.pdf").text
    assert capfd.readouterr() == ("", "")
