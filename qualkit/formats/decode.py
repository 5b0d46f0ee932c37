"""Bytes to text: which encoding a file is in, and whether it is text at all."""

from __future__ import annotations

import codecs
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePath
from unicodedata import category

from charset_normalizer import from_bytes

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.text.normalise import normalise

__all__ = ["Decoded", "decode", "kind_of", "refuse_other_kind"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OTHER_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", ".pdf"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file, or one locked by a password", ""),
    (b"{\\rtf", "rich text", ".rtf"),
    (b"\x89PNG", "a picture", ""),
    (b"\xff\xd8\xff", "a picture", ""),
    (b"GIF8", "a picture", ""),
    (b"ID3", "a sound file", ""),
    (b"RIFF", "a sound or video file", ""),
    (b"OggS", "a sound file", ""),
    (b"\x1f\x8b", "a compressed file", ""),
    (b"7z\xbc\xaf", "a compressed file", ""),
    (b"SQLite format 3", "a database", ""),
    (b"ooBinaryFile", "a binary Praat file", ""),
)
_ZIP = b"PK\x03\x04"
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
_DAMAGED = "a damaged zip archive, such as a Word or Excel file that breaks off"
_PARTS = (
    ("word/", "a Word document", ".docx"),
    ("xl/", "an Excel workbook", ".xlsx"),
    ("ppt/", "a PowerPoint presentation", ""),
)
_OPEN = {
    b"application/vnd.oasis.opendocument.text": ("an OpenDocument text", ".odt"),
    b"application/vnd.oasis.opendocument.spreadsheet": ("an OpenDocument spreadsheet", ""),
    b"application/epub+zip": ("an e-book", ""),
}
_CONTROL = bytes(set(range(32)) - {9, 10, 11, 12, 13, 21, 27})  # 21 parts times in CHAT
_SAMPLE = 200_000
_WESTERN = "cp1252"
_EUROPEAN = ("cp1252", "cp1250", "cp1254", "cp1257", "iso8859_2")
_MOST_ACCENTS = 0.3
_AHEAD = 0.1
_ODD = 0.02


@dataclass(frozen=True)
class Decoded:
    """A file's text.

    Attributes:
        text: normalised (NFC, one newline per line end).
        encoding: by which the bytes were read.
        is_guess: nothing in the file says so; a person should look at accents and quotes.
        broken: how many bytes stood for no character and are now "\ufffd".
    """

    text: str
    encoding: str
    is_guess: bool = False
    broken: int = 0


def kind_of(source: bytes) -> tuple[str, str] | None:
    """Return what a file is by its first bytes, and the suffix it should have.

    The suffix is "" for a kind that is not read; None stands for text and what is not known.

    Example:
        >>> kind_of(b"%PDF-1.7")
        ('a PDF', '.pdf')
    """
    for start, kind, suffix in _OTHER_KINDS:
        if source.startswith(start):
            return kind, suffix
    return _archive_kind(source) if source.startswith(_ZIP) else None


def _archive_kind(source: bytes) -> tuple[str, str]:
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            names = archive.namelist()
            with archive.open("mimetype") if "mimetype" in names else io.BytesIO() as part:
                mimetype = part.read(200)
    except _DAMAGE:
        return _DAMAGED, ""
    for kind, said in _OPEN.items():
        if mimetype.startswith(kind):
            return said
    for start, kind_name, suffix in _PARTS:
        if any(name.startswith(start) for name in names):
            return kind_name, suffix
    return "a zip archive", ""


def refuse_other_kind(source: bytes, source_name: str, wanted: str | None = None) -> None:
    """Refuse a file that is something else than its name says, and say what it is.

    Args:
        source: the bytes.
        source_name: the file's name.
        wanted: what it should be, as in "Word document"; None for text.

    Raises:
        EmptyFileError: there is nothing in it.
        UnreadableFileError: it is of another kind.
    """
    if not source.strip():
        raise EmptyFileError("the file is empty", where=source_name)
    found = kind_of(source)
    if found is None:
        if wanted is None or not source[:4000].isascii() or b"\0" in source[:4000]:
            return
        found = "plain text", ".txt"
    kind, suffix = found
    if wanted is not None and (kind.endswith(wanted) or kind == _DAMAGED):
        return
    if suffix:
        stem = PurePath(source_name).stem
        remedy = f"rename it to '{stem}{suffix}'"
    else:
        remedy = "open it in its own program and save it as text or docx"
    raise UnreadableFileError(
        f"this is {kind}, whatever its name says", where=source_name, remedy=remedy
    )


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
    refuse_other_kind(source, source_name)
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
    except UnicodeDecodeError as error:
        breaks_off = error.start >= len(source) - 3
        return _mostly(source, breaks_off) or _guessed(source, source_name)


def _mostly(source: bytes, breaks_off: bool) -> Decoded | None:
    """Return the text of bytes that are UTF-8 but for a few, as where a file breaks off."""
    text = source.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = sum(1 for letter in text if letter > "\x7f") - broken
    if whole < max(1, 0 if breaks_off else broken):
        return None
    return Decoded(normalise(text), "utf-8", broken=broken)


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
    """Return which UTF-16 it is that has zero bytes on one side of its pairs alone."""
    sample = source[: min(_SAMPLE, len(source) // 2 * 2)]
    half = max(1, len(sample) // 2)
    low, high = sample[1::2].count(0) / half, sample[::2].count(0) / half
    for share, other, encoding in ((low, high, "utf-16-le"), (high, low, "utf-16-be")):
        if share > 0.02 and other < 0.2 * share and _is_readable(sample, encoding):
            return encoding
    raise _no_text(source_name)


def _is_readable(sample: bytes, encoding: str) -> bool:
    """Return whether nearly all of a sample is letters, marks, digits, signs and blanks."""
    text = sample.decode(encoding, "replace")
    odd = sum(1 for letter in text if letter not in "\n\r\t\f\x15" and category(letter)[0] == "C")
    return odd < _ODD * len(text)


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
    same = sample.decode(likeliest, "replace") == sample.decode(_WESTERN, "replace")
    return likeliest if ahead > _AHEAD and not same else _WESTERN
