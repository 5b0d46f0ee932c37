"""A source of another program's project as a document: read like any other text."""

from __future__ import annotations

from pathlib import PurePath

from qualkit.errors import UnreadableFileError
from qualkit.formats.documents import MOST_CHARACTERS
from qualkit.formats.foreign import Source
from qualkit.model import Document
from qualkit.text.normalise import fingerprint, normalise
from qualkit.text.reading import Reading
from qualkit.text.segmentation import segment

__all__ = ["document_of"]


def document_of(source: Source, name: str, *, unit: str = "auto") -> Document:
    r"""Return the document in a source, cut into utterances by the reader of plain texts.

    Its offsets are those of the source where that is normalised, else see
    ``qualkit.text.places.normalised_places``. The file it was taken from is kept where it is known,
    else its text.

    Args:
        source: of another program's project.
        name: what the document is to be called.
        unit: as in ``qualkit.formats.documents.read_document``.

    Raises:
        UnreadableFileError: longer than 20 million characters.

    Example:
        >>> found = document_of(Source("1", "a.txt", "Ann: Yes.\n\nBob: No.\n\nAnn: Why?"), "a")
        >>> found.name, found.source_name, len(found.utterances)
        ('a', 'a.txt', 3)
    """
    text = normalise(source.text)
    if len(text) > MOST_CHARACTERS:
        what = f"the text is {len(text):,} characters long; at most {MOST_CHARACTERS:,} are read"
        raise UnreadableFileError(what, where=source.name, remedy="split it")
    found = segment(Reading(text), unit)
    stem = source.name if PurePath(source.name).suffix else f"{source.name}.txt"
    original = source.original
    return Document(
        name=name,
        text=text,
        sha256=fingerprint(text),
        source=text.encode("utf-8", "surrogatepass") if original is None else original,
        source_name=stem if original is None else source.original_name,
        utterances=found.utterances,
        speakers=found.speakers,
        people=found.people,
        abbreviations=found.abbreviations,
        findings=found.findings,
        title=found.title,
    )
