"""What a container hands over: plain text, and what it knows about the structure."""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = ["Hint", "Reading", "Turn"]


@dataclass(frozen=True)
class Hint:
    """What a container knows about the line that starts at an offset.

    Attributes:
        level: level of a heading, from 1.
        is_item: the line is an item of a list.
        is_row: the line is a row of a table, its cells parted by tabs.
        is_continued: the line goes on with the one above (a soft line break).
        time: seconds from the start of the recording.
        note: why the line is set aside, such as "footnote".
    """

    level: int | None = None
    is_item: bool = False
    is_row: bool = False
    is_continued: bool = False
    time: float | None = None
    note: str | None = None


@dataclass(frozen=True)
class Turn:
    """A span of the text that the container itself gives to a speaker.

    Attributes:
        mark: where the printed label before the words begins; ``start`` when there is none.
        start, end: half-open span of the words.
        speaker: label of the speaker, if known.
        role, organisation: of the speaker, if known.
        time: seconds from the start of the recording, if known.
        section: what the turn stands under, if known.
        parts: spans of its captions or paragraphs; empty for a turn of one.
    """

    mark: int
    start: int
    end: int
    speaker: str | None = None
    role: str | None = None
    organisation: str | None = None
    time: float | None = None
    section: str | None = None
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Reading:
    """A file's text with hints: what every container reader returns.

    Attributes:
        text: normalised text (see ``qualkit.text.normalise``).
        hints: by offset of the first character of a line.
        turns: spans given to speakers by the container; when there are any, the text is not
            searched for speakers any more.
        is_flowing: each line is a whole paragraph, whatever its length.
        is_timed: the lines are captions; there are no pages and no headings in them.
        encoding: how the bytes were decoded.
        remarks: (kind, sentence) pairs for the import report.
        title: if the container says so.
    """

    text: str
    hints: dict[int, Hint] = field(default_factory=dict)
    turns: tuple[Turn, ...] = ()
    is_flowing: bool = False
    is_timed: bool = False
    encoding: str = "utf-8"
    remarks: tuple[tuple[str, str], ...] = ()
    title: str | None = None
