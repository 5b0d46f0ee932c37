"""What a report is made of, whatever kind of file it becomes: plain values, all texts ready."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

__all__ = [
    "Block",
    "Facts",
    "Figure",
    "Paragraph",
    "Points",
    "Quote",
    "Quotes",
    "Report",
    "Section",
    "Table",
    "is_right_to_left",
    "plain",
]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; ``is_note`` sets it apart, as a remark on what stands before."""

    text: str
    is_note: bool = False


@dataclass(frozen=True)
class Points:
    """A list of sentences."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Names with what stands behind them."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Table:
    """A table with its caption.

    Attributes:
        title: the caption, without its number.
        columns: headings.
        rows: cells; a line break parts lines within a cell. The first cell heads its row.
        numbers: places of the columns that hold numbers.
        widths: how wide the columns are to each other; empty: all alike.
        note: below the table.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    widths: tuple[float, ...] = ()
    note: str = ""

    def shares(self) -> list[float]:
        """Return how much of the width each column takes; together 1."""
        parts = self.widths or (1.0,) * len(self.columns)
        return [one / sum(parts) for one in parts]


@dataclass(frozen=True)
class Figure:
    """A chart.

    Attributes:
        title: the caption, without its number.
        text: says what there is to see to those who cannot see it.
        draw: gives the picture as ".svg" or ".png" (two dots to a point of the screen).
    """

    title: str
    text: str
    draw: Callable[[str], bytes]


@dataclass(frozen=True)
class Quote:
    """What somebody said: the words, who said them, and where they stand."""

    text: str
    who: str
    where: str


@dataclass(frozen=True)
class Quotes:
    """Quotations, one below the other."""

    quotes: tuple[Quote, ...]


Block = Paragraph | Points | Facts | Table | Figure | Quotes


@dataclass(frozen=True)
class Section:
    """A heading, what stands below it, and the sections within."""

    title: str
    blocks: tuple[Block, ...] = ()
    sections: tuple[Section, ...] = ()

    def outline(self, level: int = 1) -> Iterator[tuple[int, str]]:
        """Yield level and title of this section and those within it.

        Example:
            >>> list(Section("Findings", sections=(Section("Themes"),)).outline())
            [(1, 'Findings'), (2, 'Themes')]
        """
        yield level, self.title
        for section in self.sections:
            yield from section.outline(level + 1)


@dataclass(frozen=True)
class Report:
    """A whole report.

    Attributes:
        title: of the report.
        subtitle: a line below it.
        contains: what the report holds: names or pseudonyms, whose codings, which round ...
        sections: its chapters.
        language: of the report itself, not of what is quoted.
        kind: what it calls itself.
    """

    title: str
    subtitle: str
    contains: Facts
    sections: tuple[Section, ...]
    language: str = "en-GB"
    kind: str = "report"


def plain(text: str) -> str:
    r"""Return a text that any file can hold: characters that none may hold become U+FFFD.

    Example:
        >>> plain("bell\x07, tab\t.") == "bell\ufffd, tab\t."
        True
    """
    return _ILLEGAL.sub("\ufffd", text)


def is_right_to_left(text: str) -> bool:
    """Return whether the first letter of a text belongs to a script written from the right.

    Example:
        >>> is_right_to_left("שלום"), is_right_to_left("1. Ann")
        (True, False)
    """
    ways = (unicodedata.bidirectional(letter) for letter in text)
    return next((way in ("R", "AL") for way in ways if way in ("L", "R", "AL")), False)
