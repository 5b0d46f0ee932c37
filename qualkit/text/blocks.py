"""Blocks: what becomes an utterance, while the document is still being read."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from qualkit.model import UtteranceKind
from qualkit.text.labels import Label
from qualkit.text.lines import Line, ends_sentence
from qualkit.text.shapes import Opening, opening_of
from qualkit.text.zones import Zones

__all__ = ["Block", "Page", "Remark", "numbered_runs"]

_MAIN_RUN = 8
_LOW_WORD = re.compile(r"\b[a-z]{3,}\b")


@dataclass(frozen=True, slots=True)
class Remark:
    """A line of the import report, while utterances have no positions yet.

    Attributes:
        kind, message: as in ``Finding``.
        at: offset where the utterance concerned, with its label, begins.
    """

    kind: str
    message: str
    at: int | None = None


@dataclass(slots=True)
class Block:
    """One utterance in the making.

    Attributes:
        kind: what it is on the page.
        start, end: span of its words; equal while a label waits for them.
        mark: where its printed label or bullet begins.
        pieces: spans of its lines, in order.
        label: as printed.
        voice: speaker as printed, or as found by reading.
        details: what stands in brackets behind the speaker's name.
        reported, codable, time, level, note, section, asides: as in ``Utterance``.
        breaks: offsets where a further paragraph, or caption, of it begins.
    """

    kind: UtteranceKind
    start: int
    end: int
    mark: int
    pieces: list[tuple[int, int]] = field(default_factory=list)
    label: str | None = None
    voice: str | None = None
    details: tuple[str, ...] = ()
    reported: bool = False
    codable: bool = True
    time: float | None = None
    level: int | None = None
    note: str | None = None
    section: str | None = None
    asides: list[tuple[int, int]] = field(default_factory=list)
    breaks: list[int] = field(default_factory=list)

    def words_in(self, text: str) -> str:
        """Return its words, without the asides."""
        if not self.asides:
            return text[self.start : self.end]
        edges = [self.start, *(edge for aside in self.asides for edge in aside), self.end]
        return "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))

    def take(self, line: Line, aside_from: int | None) -> None:
        """Go on with a line; what stands between from ``aside_from`` is not part of it."""
        if self.start == self.end:
            self.start = line.start
        elif aside_from is not None:
            self.asides.append((aside_from, line.start))
        self.end = line.end
        self.pieces.append((line.start, line.end))


@dataclass(frozen=True)
class Page:
    """Everything known about a document before its lines are put together.

    Attributes:
        text: of the document.
        lines: that are not blank.
        labels: believed speaker labels by index of the line.
        is_transcript: whether turns follow each other.
        furniture: indices of lines that a page prints around its text.
        zones: lists of people, contents, glossary.
        wrapped: paragraphs run over several lines.
        is_flowing: each line is a whole paragraph.
        is_timed: lines are captions.
        main_numbers: indices of lines whose number belongs to a long run of paragraphs.
        forms: indices of lines that are printed word for word three times or more.
        fields: indices of lines "Field: value", two or more below each other.
    """

    text: str
    lines: Sequence[Line]
    labels: dict[int, Label]
    is_transcript: bool
    furniture: Collection[int]
    zones: Zones
    wrapped: bool
    is_flowing: bool
    is_timed: bool
    main_numbers: Collection[int] = frozenset()
    forms: Collection[int] = frozenset()
    fields: Collection[int] = frozenset()

    @cached_property
    def names(self) -> frozenset[str]:
        """Names on the believed labels."""
        return frozenset(label.name for label in self.labels.values())

    @cached_property
    def low_words(self) -> frozenset[str]:
        """Words that the document prints in small letters somewhere."""
        return frozenset(_LOW_WORD.findall(self.text))

    @cached_property
    def is_punctuated(self) -> bool:
        """Whether at least one line in ten ends as a sentence does."""
        ended = sum(1 for line in self.lines if ends_sentence(line.text))
        return ended >= 0.1 * len(self.lines)

    def opening(self, line: Line) -> Opening:
        """Return how a line opens."""
        return opening_of(line.text)


def _value(label: str) -> int | None:
    digits = label.strip("().")
    return int(digits) if digits.isdecimal() else None


def numbered_runs(lines: Sequence[Line], longest: int = _MAIN_RUN) -> set[int]:
    r"""Return the indices of lines whose numbers belong to a run of at least ``longest``.

    Such numbers count a document's paragraphs; shorter runs are lists.

    Example:
        >>> from qualkit.text.lines import split_lines
        >>> text = "\n".join(f"{n}. Para." for n in range(1, 10)) + "\n1. Item"
        >>> sorted(numbered_runs(split_lines(text)))
        [0, 1, 2, 3, 4, 5, 6, 7, 8]
    """
    runs: dict[int, list[list[int]]] = {}
    done: list[list[int]] = []
    for line in lines:
        opening = opening_of(line.text)
        value = _value(opening.label or "") if opening.sort == "number" else None
        if value is None:
            continue
        waiting = runs.get(value)
        run = waiting.pop() if waiting else []
        if not run:
            done.append(run)
        run.append(line.index)
        runs.setdefault(value + 1, []).append(run)
    return {index for run in done if len(run) >= longest for index in run}
