"""Files to documents: one door for every kind of file that can be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

from qualkit.errors import UnknownFileKindError, UnreadableFileError
from qualkit.formats.read_docx import read_docx
from qualkit.formats.read_plain import read_plain
from qualkit.formats.read_table import read_csv, read_tsv
from qualkit.formats.read_vtt import read_srt, read_vtt
from qualkit.model import Document
from qualkit.text.normalise import fingerprint
from qualkit.text.reading import Reading
from qualkit.text.segmentation import segment

__all__ = ["KINDS", "read_bytes", "read_document"]

_Reader = Callable[[bytes, str], Reading]
_READERS: dict[str, _Reader] = {
    ".csv": read_csv,
    ".docx": read_docx,
    ".md": read_plain,
    ".srt": read_srt,
    ".text": read_plain,
    ".tsv": read_tsv,
    ".txt": read_plain,
    ".vtt": read_vtt,
}
KINDS = tuple(sorted(_READERS))


def read_document(path: str | Path, *, unit: str = "auto") -> Document:
    """Return the document in a file, cut into utterances.

    Args:
        path: file whose suffix says of what kind it is; ``KINDS`` lists them.
        unit: "auto" (turns where there are turns, else paragraphs), "turn", "paragraph",
            "sentence".

    Raises:
        UnknownFileKindError: the suffix is of no kind that is read.
        EmptyFileError: the file holds nothing but white space.
        UnreadableFileError: the file is missing, locked, damaged, or not what its name says.
        OptionError: the unit is another.
    """
    place = Path(path)
    _reader(place.name)
    try:
        source = place.read_bytes()
    except FileNotFoundError as error:
        raise UnreadableFileError("there is no such file", where=str(path)) from error
    except IsADirectoryError as error:
        raise UnreadableFileError(
            "this is a folder", where=str(path), remedy="name the files in it"
        ) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UnreadableFileError(
            f"the file cannot be opened ({reason})", where=str(path)
        ) from error
    return read_bytes(source, place.name, unit=unit)


def read_bytes(source: bytes, source_name: str, *, unit: str = "auto") -> Document:
    r"""Return the document in the bytes of a file, as an upload gives them.

    Args:
        source: the file's bytes.
        source_name: its name with suffix.
        unit: as in ``read_document``.

    Raises:
        UnknownFileKindError, EmptyFileError, UnreadableFileError, OptionError: as
            ``read_document``.

    Example:
        >>> document = read_bytes(b"Chair: Who?\n\nAnn Lee: Me.\n\nChair: Thanks.", "talk.txt")
        >>> [(u.speaker, u.text_in(document.text)) for u in document.utterances]
        [('Chair', 'Who?'), ('Ann Lee', 'Me.'), ('Chair', 'Thanks.')]
    """
    reading = _reader(source_name)(source, source_name)
    found = segment(reading, unit)
    return Document(
        name=PurePath(source_name).stem,
        text=reading.text,
        sha256=fingerprint(reading.text),
        source=source,
        source_name=source_name,
        utterances=found.utterances,
        speakers=found.speakers,
        people=found.people,
        abbreviations=found.abbreviations,
        findings=found.findings,
        title=found.title,
        encoding=reading.encoding,
    )


def _reader(source_name: str) -> _Reader:
    suffix = PurePath(source_name).suffix.lower()
    reader = _READERS.get(suffix)
    if reader is None:
        raise UnknownFileKindError(
            f"files of kind '{suffix or source_name}' are not read",
            where=source_name,
            remedy=f"these are: {', '.join(KINDS)}",
        )
    return reader
