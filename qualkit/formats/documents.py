"""Files to documents: one door for every kind of file that can be read."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path, PurePath

from qualkit.errors import UnknownFileKindError, UnreadableFileError
from qualkit.model import Document
from qualkit.text.normalise import fingerprint
from qualkit.text.reading import Reading
from qualkit.text.segmentation import segment

__all__ = ["KINDS", "MOST_BYTES", "MOST_CHARACTERS", "read_bytes", "read_document"]

_Reader = Callable[[bytes, str], Reading]
# Suffix: module and function; a reader is loaded when the first file of its kind comes.
_READERS: dict[str, tuple[str, str]] = {
    ".cha": ("read_cha", "read_cha"),
    ".csv": ("read_table", "read_csv"),
    ".docx": ("read_docx", "read_docx"),
    ".eaf": ("read_eaf", "read_eaf"),
    ".htm": ("read_html", "read_html"),
    ".html": ("read_html", "read_html"),
    ".json": ("read_json", "read_json"),
    ".md": ("read_markup", "read_md"),
    ".odt": ("read_odt", "read_odt"),
    ".pdf": ("read_pdf", "read_pdf"),
    ".rst": ("read_markup", "read_rst"),
    ".rtf": ("read_rtf", "read_rtf"),
    ".slt": ("read_slt", "read_slt"),
    ".srt": ("read_vtt", "read_srt"),
    ".text": ("read_plain", "read_plain"),
    ".textgrid": ("read_textgrid", "read_textgrid"),
    ".trs": ("read_trs", "read_trs"),
    ".tsv": ("read_table", "read_tsv"),
    ".txt": ("read_plain", "read_plain"),
    ".vtt": ("read_vtt", "read_vtt"),
    ".xlsx": ("read_xlsx", "read_xlsx"),
}
KINDS = tuple(sorted(_READERS))
MOST_BYTES = 50_000_000
_MOST_PACKED = 200_000_000
_PACKED = {".docx", ".odt", ".pdf", ".xlsx"}
MOST_CHARACTERS = 20_000_000


def read_document(path: str | Path, *, unit: str = "auto") -> Document:
    """Return the document in a file, cut into utterances.

    Args:
        path: file whose suffix says of what kind it is; ``KINDS`` lists them.
        unit: "auto" (turns where there are turns, else paragraphs), "turn", "paragraph",
            "sentence".

    Raises:
        UnknownFileKindError: the suffix is of no kind that is read.
        EmptyFileError: the file holds nothing but white space.
        UnreadableFileError: the file is missing, locked, damaged, not what its name says, or too
            big: 200 MB for docx, odt, pdf and xlsx, 50 MB for others, 20 million characters of
            text.
        OptionError: the unit is another.
    """
    place = Path(path)
    _reader(place.name)
    try:
        _check_size(place.stat().st_size, place.name)
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
    reader = _reader(source_name)
    _check_size(len(source), source_name)
    reading = reader(source, source_name)
    if len(reading.text) > MOST_CHARACTERS:
        raise UnreadableFileError(
            f"the text is {len(reading.text):,} characters long; at most {MOST_CHARACTERS:,} are "
            "read as one document",
            where=source_name,
            remedy="split it",
        )
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
    place = _READERS.get(suffix)
    if place is None:
        raise UnknownFileKindError(
            f"files of kind '{suffix or source_name}' are not read",
            where=source_name,
            remedy=f"these are: {', '.join(KINDS)}",
        )
    module, function = place
    reader: _Reader = getattr(import_module(f"qualkit.formats.{module}"), function)
    return reader


def _check_size(size: int, source_name: str) -> None:
    """Refuse a file that is too big before it is read."""
    most = _MOST_PACKED if PurePath(source_name).suffix.lower() in _PACKED else MOST_BYTES
    if size > most:
        raise UnreadableFileError(
            f"the file is {size // 1_000_000:,} MB big; at most {most // 1_000_000} MB are read",
            where=source_name,
            remedy="split it, or save its text alone",
        )
