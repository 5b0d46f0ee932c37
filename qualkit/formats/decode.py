"""Bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from charset_normalizer import from_bytes

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.text.normalise import normalise

__all__ = ["Decoded", "decode"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_KINDS = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive, such as a Word or Excel file"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "rich text"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"ID3", "a sound file"),
    (b"RIFF", "a sound or video file"),
    (b"\x1f\x8b", "a compressed file"),
    (b"SQLite format 3", "a database"),
)
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 27})
_SAMPLE = 200_000
_WESTERN = "cp1252"
_EUROPEAN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2")
_MOST_ACCENTS = 0.3
_AHEAD = 0.1


@dataclass(frozen=True)
class Decoded:
    """A file's text.

    Attributes:
        text: normalised (NFC, one newline per line end).
        encoding: by which the bytes were read.
        is_guess: nothing in the file says so; a person should look at accents and quotes.
    """

    text: str
    encoding: str
    is_guess: bool = False


def decode(source: bytes, source_name: str) -> Decoded:
    r"""Return the text that the bytes of a file stand for.

    A byte-order mark decides; else UTF-8 if the bytes are valid; else UTF-16 by its zero bytes;
    else the 8-bit encoding that charset-normalizer finds likeliest, Windows-1252 before others
    that fit as well.

    Raises:
        EmptyFileError: there is nothing but white space.
        UnreadableFileError: the bytes are no text.

    Example:
        >>> decode("café".encode("cp1252"), "a.txt").text
        'café'
        >>> decode(b"\xff\xfea\x00", "a.txt").encoding
        'utf-16-le'
    """
    for start, kind in _OTHER_KINDS:
        if source.startswith(start):
            raise UnreadableFileError(
                f"this is {kind}, whatever its name says",
                where=source_name,
                remedy="open it in its own program and save it as text or docx",
            )
    decoded = _decode(source, source_name)
    if not decoded.text.strip():
        raise EmptyFileError("the file is empty", where=source_name)
    return decoded


def _decode(source: bytes, source_name: str) -> Decoded:
    for mark, encoding in _MARKS:
        if source.startswith(mark):
            return _by(source[len(mark) :], encoding, source_name)
    if b"\0" in source:
        return _by(source, _wide(source, source_name), source_name, is_guess=True)
    if len(source.translate(None, _CONTROL)) < 0.98 * len(source):
        raise _no_text(source_name)
    try:
        return Decoded(normalise(source.decode("utf-8")), "utf-8")
    except UnicodeDecodeError:
        return _guessed(source, source_name)


def _by(source: bytes, encoding: str, source_name: str, *, is_guess: bool = False) -> Decoded:
    try:
        text = source.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"the bytes are broken for {encoding} at byte {error.start}",
            where=source_name,
            remedy="save it again as UTF-8",
        ) from error
    if "\0" in text:
        raise _no_text(source_name)
    return Decoded(normalise(text), encoding, is_guess)


def _no_text(source_name: str) -> UnreadableFileError:
    return UnreadableFileError(
        "this is not text but some other kind of file",
        where=source_name,
        remedy="save it as text or docx in the program it came from",
    )


def _wide(source: bytes, source_name: str) -> str:
    sample = source[:_SAMPLE]
    half = max(1, len(sample) // 2)
    low, high = sample[1::2].count(0) / half, sample[::2].count(0) / half
    if low > 0.4 and high < 0.1:
        return "utf-16-le"
    if high > 0.4 and low < 0.1:
        return "utf-16-be"
    raise _no_text(source_name)


def _guessed(source: bytes, source_name: str) -> Decoded:
    for name in (_likeliest(source[:_SAMPLE]), _WESTERN, "latin-1"):
        try:
            return Decoded(normalise(source.decode(name)), name, is_guess=True)
        except (UnicodeDecodeError, LookupError):
            continue
    raise _no_text(source_name)


def _likeliest(sample: bytes) -> str:
    """Return the likeliest 8-bit encoding, or one of several bytes where most bytes are high.

    Where few bytes are high, the languages of Europe are tried alone: a handful of accents says
    too little to tell them from Chinese.
    """
    high = sum(byte >= 0x80 for byte in sample) / len(sample)
    if high > _MOST_ACCENTS:
        best = from_bytes(sample).best()
        return best.encoding if best is not None else _WESTERN
    found = list(from_bytes(sample, cp_isolation=[*_EUROPEAN]))
    coherence = {match.encoding: match.coherence for match in found}
    likeliest = max(coherence, key=lambda name: coherence[name], default=_WESTERN)
    ahead = coherence.get(likeliest, 0.0) - coherence.get(_WESTERN, 0.0)
    return likeliest if ahead > _AHEAD else _WESTERN
