from __future__ import annotations

import pytest

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode

_ENGLISH = "We don’t pay £5 – it’s “too much”. The café is closed."
_POLISH = "Zażółć gęślą jaźń. Płace są zbyt niskie, a godziny zbyt długie. Wiele odchodzi. " * 6
_RUSSIAN = "Сиделки говорят, что зарплаты слишком низкие, а рабочий день слишком длинный. " * 6


@pytest.mark.parametrize(
    ("encoding", "named", "is_guess"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8", False),
        ("utf-16", "utf-16-le", False),
        ("utf-32", "utf-32-le", False),
        ("utf-16-le", "utf-16-le", True),
        ("utf-16-be", "utf-16-be", True),
        ("cp1252", "cp1252", True),
    ],
)
def test_common_encodings_give_the_text_back(encoding: str, named: str, is_guess: bool) -> None:
    decoded = decode(_ENGLISH.encode(encoding), "a.txt")
    assert (decoded.text, decoded.encoding, decoded.is_guess) == (_ENGLISH, named, is_guess)


@pytest.mark.parametrize(("text", "encoding"), [(_POLISH, "cp1250"), (_RUSSIAN, "cp1251")])
def test_other_languages_are_recognised_by_their_letters(text: str, encoding: str) -> None:
    decoded = decode(text.encode(encoding), "a.txt")
    assert (decoded.text, decoded.is_guess) == (text, True)


def test_a_few_accents_are_taken_for_western_european() -> None:
    assert decode("café naïve".encode("latin-1"), "a.txt").text == "café naïve"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (b"%PDF-1.7 rest", "PDF"),
        (b"PK\x03\x04rest", "zip"),
        (b"\xd0\xcf\x11\xe0rest", "old Word"),
        (b"\x89PNG\r\n", "picture"),
        (b"\x00\x01\x02\x00\x07", "not text"),
        (bytes(range(256)) * 4, "not text"),
        (b"\xff\xfea", "broken"),
    ],
)
def test_what_is_no_text_is_refused_in_one_sentence(source: bytes, said: str) -> None:
    with pytest.raises(UnreadableFileError, match=said) as caught:
        decode(source, "a.txt")
    assert str(caught.value).startswith("a.txt: ")


@pytest.mark.parametrize("source", [b"", b" \n\t", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_nothing_but_white_space_is_empty(source: bytes) -> None:
    with pytest.raises(EmptyFileError):
        decode(source, "a.txt")
