"""Documents and the utterances in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from qualkit.model.speaker import Person, Speaker

__all__ = ["Document", "Finding", "Utterance", "UtteranceKind"]


class UtteranceKind(StrEnum):
    """What an utterance is on the page."""

    SPEECH = "speech"
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    LIST_ITEM = "list item"
    NOTE = "note"
    TABLE_ROW = "table row"


@dataclass(frozen=True)
class Utterance:
    """One turn, paragraph, list item, cue or row: the default unit of coding.

    Attributes:
        position: number in its document, from 1, in reading order.
        kind: what it is on the page.
        start, end: half-open span in the document's text, in code points. The speaker's name and
            a printed label stand outside the span.
        label: as printed: "12.", "Recommendation 4", "Q7"; None when there is none.
        speaker: name of a speaker in ``Document.speakers``; None when nobody is named.
        reported: the words are told by somebody else, as in minutes.
        codable: takes part in coding; headings, notes and page furniture do not.
        time: seconds from the start of the recording, if known.
        section: the nearest heading above, for orientation.
        level: level of a heading, from 1; None for anything else.
        asides: spans inside [start, end) that are not part of it, such as a page header printed in
            the middle of a paragraph; sorted, disjoint.
        note: why it is set aside, when it is.
    """

    position: int
    kind: UtteranceKind
    start: int
    end: int
    label: str | None = None
    speaker: str | None = None
    reported: bool = False
    codable: bool = True
    time: float | None = None
    section: str | None = None
    level: int | None = None
    asides: tuple[tuple[int, int], ...] = ()
    note: str | None = None

    def text_in(self, document_text: str) -> str:
        """Return its words: the slice of the document's text, without the asides.

        Example:
            >>> text = "We need PAGE 2 more pay."
            >>> Utterance(1, UtteranceKind.SPEECH, 0, 24, asides=((8, 15),)).text_in(text)
            'We need more pay.'
        """
        if not self.asides:
            return document_text[self.start : self.end]
        edges = [self.start, *(edge for aside in self.asides for edge in aside), self.end]
        return "".join(document_text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))


@dataclass(frozen=True)
class Finding:
    """Something the reader noticed that a person should know: a line of the import report.

    Attributes:
        kind: short word for the sort of finding, such as "set aside" or "speaker unclear".
        message: one sentence.
        position: the utterance concerned, if one is.
    """

    kind: str
    message: str
    position: int | None = None


@dataclass(frozen=True)
class Document:
    """One source text, normalised once (NFC, line ends as one newline) and never changed again.

    Attributes:
        name: unique in a project; the file's name without its suffix.
        text: the normalised text that every offset points into.
        sha256: hash of ``text`` encoded as UTF-8, hexadecimal.
        source: the bytes it came from.
        source_name: file name with suffix.
        utterances: in reading order; positions 1, 2, 3 ...
        speakers: everybody an utterance names, each once.
        people: who is listed as present or as author, whether or not they speak.
        abbreviations: (long form, short form) pairs from a glossary.
        findings: what a person should know about the reading.
        title: as printed, if recognised.
        encoding: how ``source`` was decoded.
    """

    name: str
    text: str
    sha256: str
    source: bytes = field(repr=False)
    source_name: str
    utterances: tuple[Utterance, ...]
    speakers: tuple[Speaker, ...] = ()
    people: tuple[Person, ...] = ()
    abbreviations: tuple[tuple[str, str], ...] = ()
    findings: tuple[Finding, ...] = ()
    title: str | None = None
    encoding: str = "utf-8"
