"""Zipped containers (docx, odt, xlsx): opened only after a look at what they would unpack to."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from lxml import etree

from qualkit.errors import UnreadableFileError
from qualkit.formats.decode import refuse_other_kind

__all__ = ["BROKEN", "check_archive", "damaged", "read_part"]

# What the libraries for containers raise on damaged files; none of them has one base of its own.
BROKEN: tuple[type[Exception], ...] = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    etree.LxmlError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
_MOST_BYTES = 400_000_000
_MOST_XML = 80_000_000
_MOST_TIMES = 400
_SMALL = 20_000_000
_MOST_PARTS = 20_000


def check_archive(source: bytes, source_name: str, kind: str = "Word document") -> None:
    """Refuse an archive that is damaged, unpacks to far too much, or declares entities.

    Sizes are looked at before anything is unpacked: 400 MB in all, 80 MB of XML, 20,000 parts, and
    no part over 20 MB that grows more than 400 times. Of each XML part only the beginning is read.

    Args:
        source: the bytes.
        source_name: for the message.
        kind: what the file should be, for the message.

    Raises:
        UnreadableFileError: for each of these.
    """
    refuse_other_kind(source, source_name, kind)
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            entries = archive.infolist()
            _check_sizes(entries, source_name)
            for entry in entries:
                if _is_xml(entry) and entry.file_size:
                    _check_beginning(archive, entry, source_name, kind)
    except BROKEN as error:
        raise damaged(source_name, kind) from error


def read_part(source: bytes, part: str, source_name: str, kind: str) -> bytes:
    """Return one part of a checked archive.

    Raises:
        UnreadableFileError: it is not there, damaged, or locked.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(source)) as archive:
            return archive.read(part)
    except BROKEN as error:
        raise damaged(source_name, kind) from error


def damaged(source_name: str, kind: str) -> UnreadableFileError:
    """Return the error for an archive that cannot be read."""
    article = "an" if kind[0] in "AEIO" else "a"
    return UnreadableFileError(
        f"this is no {kind}, or it is damaged or locked by a password",
        where=source_name,
        remedy=f"open it in its own program and save it again as {article} {kind}",
    )


def _is_xml(entry: zipfile.ZipInfo) -> bool:
    return entry.filename.lower().endswith((".xml", ".rels"))


def _check_sizes(entries: list[zipfile.ZipInfo], source_name: str) -> None:
    total = sum(entry.file_size for entry in entries)
    markup = sum(entry.file_size for entry in entries if _is_xml(entry))
    swollen = any(
        entry.file_size > _SMALL and entry.file_size > _MOST_TIMES * max(1, entry.compress_size)
        for entry in entries
    )
    if total > _MOST_BYTES or markup > _MOST_XML or swollen or len(entries) > _MOST_PARTS:
        raise UnreadableFileError(
            f"the document unpacks to {total // 1_000_000} MB in {len(entries)} parts, which no "
            "document needs",
            where=source_name,
            remedy="save its text as a new document",
        )


def _check_beginning(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, source_name: str, kind: str
) -> None:
    with archive.open(entry) as part:
        events = etree.iterparse(
            part, events=("start",), resolve_entities=False, no_network=True, load_dtd=False
        )
        _, root = next(iter(events))
        declared = root.getroottree().docinfo.internalDTD
    if declared is not None:
        raise UnreadableFileError(
            f"the document declares entities, which no {kind} does",
            where=source_name,
            remedy="save its text as a new document",
        )
