"""PDF: the text layer, page by page."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

from pypdf import PasswordType, PdfReader
from pypdf.errors import DependencyError, PyPdfError

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import refuse_other_kind
from qualkit.formats.read_archive import BROKEN
from qualkit.formats.read_lines import one_line, tidy
from qualkit.text.reading import Reading

__all__ = ["read_pdf"]

_BROKEN: tuple[type[Exception], ...] = (*BROKEN, PyPdfError, DependencyError)
_MOST_PAGES = 2_000
_MOST_CONTENT = 30_000_000
_HEAVIEST_PAGE = 2_000_000
_MOST_STEPS = 3_000_000
_CALL = 50
_BLANKS = re.compile(r"[ \t\xa0]+")
_BREAK = "\f"


def read_pdf(source: bytes, source_name: str) -> Reading:
    """Return the text layer of a PDF; a form feed stands before each page but the first.

    The lines are as printed: page headers and footers stand among them and are recognised later
    by their repetition. Columns of a table are not parted. At most 2,000 pages are read.

    Raises:
        EmptyFileError: there are no pages.
        UnreadableFileError: it is no PDF, damaged, locked by a password, a scan without text, or
            far too long.
    """
    refuse_other_kind(source, source_name, "PDF")
    try:
        with _listening() as listener:
            read = _pages(source, source_name)
            title = _title(source)
    except _BROKEN as error:
        raise UnreadableFileError(
            "this is no PDF, or it is damaged",
            where=source_name,
            remedy="open it in its own program and print it to PDF again, or save it as docx",
        ) from error
    if not read:
        raise EmptyFileError("there are no pages in the PDF", where=source_name)
    pages = [_tidied(words or "") for words in read]
    if not any(page.strip() for page in pages):
        raise UnreadableFileError(
            f"there is no text in the PDF, {_pictures(len(pages))}",
            where=source_name,
            remedy="let a program recognise its text (OCR) and save it as PDF or docx",
        )
    remarks = tuple(_remarks(read, pages, listener.skipped))
    return Reading(f"\n{_BREAK}".join(pages), remarks=remarks, title=title)


def _remarks(read: list[str | None], pages: list[str], skipped: int) -> Iterator[tuple[str, str]]:
    drawings = [str(number) for number, words in enumerate(read, 1) if words is None]
    blank = sum(1 for page in pages if not page.strip()) - len(drawings)
    if blank:
        said = f"{blank} of {len(pages)} pages hold no text; they may be pictures."
        yield "pages without text", said
    if drawings:
        said = f"Words in the large drawings on these pages were not read: {', '.join(drawings)}."
        yield "left out", said
    if skipped:
        said = f"{skipped} parts of the PDF are damaged or too deep and were skipped; compare it."
        yield "left out", said


def _pictures(pages: int) -> str:
    return "its page is a picture" if pages == 1 else f"its {pages} pages are pictures"


class _Listener(logging.Handler):
    """Keeps what pypdf notes of parts that it skips."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.skipped = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.skipped += "skip" in record.getMessage().lower()


@contextmanager
def _listening() -> Iterator[_Listener]:
    """Keep pypdf's notes out of the terminal and listen to them."""
    logger = logging.getLogger("pypdf")
    listener = _Listener()
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(listener)
    try:
        yield listener
    finally:
        logger.removeHandler(listener)
        logger.propagate = propagates


def _open(source: bytes, source_name: str) -> PdfReader:
    reader = PdfReader(io.BytesIO(source))
    if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
        raise _locked(source_name)
    return reader


def _locked(source_name: str) -> UnreadableFileError:
    return UnreadableFileError(
        "the PDF is locked by a password",
        where=source_name,
        remedy="open it with the password and print it to a new PDF",
    )


def _pages(source: bytes, source_name: str) -> list[str | None]:
    """Return the words of each page; None for one that is too heavy a drawing to be searched."""
    try:
        reader = _open(source, source_name)
    except (DependencyError, NotImplementedError) as error:
        raise _locked(source_name) from error
    if len(reader.pages) > _MOST_PAGES:
        raise UnreadableFileError(
            f"the PDF has {len(reader.pages):,} pages; at most {_MOST_PAGES:,} are read",
            where=source_name,
            remedy="split it",
        )
    steps = _Steps(source_name)
    words: list[str | None] = []
    for page in reader.pages:
        stream = page.get_contents()
        size = len(stream.get_data()) if stream is not None else 0
        steps.add_bytes(size)
        is_drawing = size > _HEAVIEST_PAGE
        words.append(None if is_drawing else page.extract_text(visitor_operand_before=steps.count))
    return words


class _Steps:
    """Counts what the pages unpack to and the steps of reading them; a bomb has too many."""

    def __init__(self, source_name: str) -> None:
        self._source_name = source_name
        self._bytes = self._steps = 0

    def add_bytes(self, number: int) -> None:
        self._bytes += number if number <= _HEAVIEST_PAGE else 0
        if self._bytes > _MOST_CONTENT:
            raise self._refusal()

    def count(self, operator: bytes, *_: object) -> None:
        self._steps += _CALL if operator == b"Do" else 1
        if self._steps > _MOST_STEPS:
            raise self._refusal()

    def _refusal(self) -> UnreadableFileError:
        return UnreadableFileError(
            "the PDF unpacks to far more than its text can be",
            where=self._source_name,
            remedy="save its text as docx",
        )


def _tidied(words: str) -> str:
    lines = (_BLANKS.sub(" ", line).rstrip() for line in tidy(words).split("\n"))
    return "\n".join(lines).replace(_BREAK, "\n").strip("\n")


def _title(source: bytes) -> str | None:
    metadata = PdfReader(io.BytesIO(source)).metadata if b"/Title" in source else None
    title = metadata.title if metadata is not None else None
    return (one_line(title) or None) if isinstance(title, str) else None
