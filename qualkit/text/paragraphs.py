"""Putting lines together: turns, paragraphs, list items, headings, notes."""

from __future__ import annotations

import re
from collections.abc import Callable

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block, Page
from qualkit.text.headings import is_heading, is_stage_direction, is_title
from qualkit.text.lines import Line, ends_sentence, starts_low
from qualkit.text.shapes import (
    box_state,
    is_contact,
    is_date,
    is_editorial,
    is_plain_note,
    is_rule,
    is_web_furniture,
    label_alone,
    notice_of,
    opening_of,
)
from qualkit.text.zones import is_row

__all__ = ["build_blocks"]

_Kind = UtteranceKind
_LONGEST_CAPTION = 1200
_LONGEST_PAUSE = 20.0
_OPEN_END = re.compile(
    r"(?:,|\b(?:the|a|an|of|and|or|to|in|on|at|by|for|with|from|that|which|is|are|was|were|has|"
    r"have|had|as|their|our|his|her|its|this|these|those|be|been|than|but))$",
    re.IGNORECASE,
)
_JOINABLE = {_Kind.SPEECH, _Kind.PARAGRAPH, _Kind.LIST_ITEM}
_LONE_BULLETS = frozenset("·•-*–◦▪▫○●")
_EDGE = 14
_LEAST_TEXT = 40


def build_blocks(page: Page) -> list[Block]:
    """Return the blocks of a document in order of their start."""
    builder = _Builder(page)
    for line in page.lines:
        builder.add(line)
    builder.close()
    return sorted(builder.blocks, key=lambda block: block.start)


class _Builder:
    """Reads line after line; ``current`` is the block that may go on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocks: list[Block] = []
        self.current: Block | None = None
        self.last: Line | None = None
        self.aside_from: int | None = None
        self.first_label = min(page.labels, default=len(page.lines))
        self.last_label = max(page.labels, default=-1)
        self.in_image = False
        self._readers: tuple[Callable[[Line], Block | None], ...] = (
            self._image,
            self._zone,
            self._turn,
            self._hinted,
            self._set_aside,
            self._row,
        )

    def add(self, line: Line) -> None:
        if line.index in self.page.furniture:
            self._beside(line, self._note(line, "page furniture"))
            return
        for reader in self._readers:
            block = reader(line)
            if block is not None:
                self._place(line, block)
                return
        if self._continues(line):
            self._go_on(line)
        else:
            self._place(line, self._paragraph(line))

    def close(self) -> None:
        for block in self.blocks:
            if block.start == block.end:
                block.start, block.kind = block.mark, _Kind.NOTE
                block.codable, block.note, block.voice = False, "label without words", None
                block.pieces = [(block.start, block.end)]

    def _place(self, line: Line, block: Block) -> None:
        if block.kind is _Kind.NOTE and block.note in {"editorial note", "time stamp"}:
            self._beside(line, block)
            return
        self.blocks.append(block)
        self.current, self.last, self.aside_from = block, line, None

    def _beside(self, line: Line, block: Block) -> None:
        """Add a note that the current block may go on behind."""
        self.blocks.append(block)
        if self.aside_from is None:
            self.aside_from = line.start

    def _go_on(self, line: Line) -> None:
        current, last = self.current, self.last
        if current is None or last is None:
            return
        if current.start != current.end and self._is_new_paragraph(line, last):
            current.breaks.append(line.start)
        current.take(line, self.aside_from)
        self.last, self.aside_from = line, None

    def _is_new_paragraph(self, line: Line, last: Line) -> bool:
        if line.hint.is_continued or not (line.gap or self.page.is_flowing or self.page.is_timed):
            return False
        return ends_sentence(last.text) or not starts_low(line.text)

    def _new(self, kind: UtteranceKind, line: Line, skip: int = 0) -> Block:
        start = line.start + skip
        return Block(kind, start, line.end, line.start, [(start, line.end)], time=line.hint.time)

    def _note(self, line: Line, why: str) -> Block:
        block = self._new(_Kind.NOTE, line)
        block.codable, block.note = False, why
        return block

    # -- one reader per thing a line can be -------------------------------------------------

    def _image(self, line: Line) -> Block | None:
        """A placeholder for a picture runs to its closing bracket, over several lines."""
        if self.in_image:
            self.in_image = "]" not in line.text
            return self._note(line, "image placeholder")
        if notice_of(line.text) == "image placeholder":
            self.in_image = "]" not in line.text and self._closes_soon(line)
            return self._note(line, "image placeholder")
        return None

    def _closes_soon(self, line: Line) -> bool:
        return any("]" in later.text for later in self.page.lines[line.index + 1 : line.index + 5])

    def _zone(self, line: Line) -> Block | None:
        why = self.page.zones.notes.get(line.index)
        if why is None or why == "field":
            return None
        if is_row(line):
            block = self._new(_Kind.TABLE_ROW, line)
        else:
            block = self._new(_Kind.LIST_ITEM, line, self._bullet(line))
        block.codable, block.note = False, why
        return block

    def _bullet(self, line: Line) -> int:
        opening = self.page.opening(line)
        return opening.length if opening.sort == "bullet" else 0

    def _turn(self, line: Line) -> Block | None:
        label = self.page.labels.get(line.index)
        if label is None:
            return None
        block = self._new(_Kind.SPEECH, line, label.length)
        if label.is_alone:
            block.start, block.pieces = block.end, []
        block.voice, block.details, block.label = label.name, label.details, label.number
        block.time = label.time if label.time is not None else block.time
        return block

    def _hinted(self, line: Line) -> Block | None:
        if line.hint.level:
            return self._heading(line, line.hint.level)
        if line.hint.note:
            return self._note(line, line.hint.note)
        if is_rule(line.text):
            return self._underline(line)
        for why, fits in (
            ("empty list item", line.text in _LONE_BULLETS),
            ("form field", line.index in self.page.fields),
            ("form text", line.index in self.page.forms),
        ):
            if fits:
                return self._note(line, why)
        return None

    def _underline(self, line: Line) -> Block:
        current, last = self.current, self.last
        if current and last and self._is_underline(line, last, current):
            current.kind, current.codable, current.note = _Kind.HEADING, False, None
            current.level = 1 if "=" in line.text else 2
        return self._note(line, "drawn line")

    def _is_underline(self, line: Line, last: Line, current: Block) -> bool:
        drawn = set(line.text) <= set("=-~ ") and line.gap == 0
        plain = current.kind in _JOINABLE | {_Kind.HEADING} and len(current.pieces) == 1
        own = current.voice is None or current.start == last.start
        return drawn and plain and own and len(line.text) >= 0.6 * len(last.text)

    def _heading(self, line: Line, level: int | None, skip: int = 0) -> Block:
        block = self._new(_Kind.HEADING, line, skip)
        block.codable, block.level = False, level
        return block

    def _set_aside(self, line: Line) -> Block | None:
        if self.page.is_timed:
            return self._note(line, "editorial note") if is_editorial(line.text) else None
        why = self._why_aside(line)
        return self._note(line, why) if why else None

    def _why_aside(self, line: Line) -> str | None:
        text, index = line.text, line.index
        staged = self._in_turns(line) and not starts_low(text)
        if is_editorial(text) or (staged and is_stage_direction(text, self.page)):
            return "editorial note"
        if self._in_turns(line) and line.gap == 0:
            return None
        at_edge = index < _EDGE or index >= len(self.page.lines) - _EDGE
        if at_edge and is_web_furniture(text):
            return "page furniture"
        for why, fits in (("date", is_date), ("contact", is_contact)):
            if fits(text):
                return why
        noted = self.page.is_transcript and is_plain_note(text)
        return "editorial note" if noted else notice_of(text)

    def _in_turns(self, line: Line) -> bool:
        return self.first_label <= line.index <= self.last_label

    def _row(self, line: Line) -> Block | None:
        if not is_row(line) or (self.page.is_transcript and self._in_turns(line)):
            return None
        return self._new(_Kind.TABLE_ROW, line, self._bullet(line))

    # -- paragraphs -------------------------------------------------------------------------

    def _continues(self, line: Line) -> bool:
        current, last = self.current, self.last
        if current is None or last is None or current.kind not in _JOINABLE:
            return False
        if line.hint.is_continued or current.start == current.end:
            return True
        if self.page.is_timed and current.voice is None:
            return self._caption_goes_on(line, last, current)
        if current.kind is _Kind.SPEECH:
            return not self._is_heading(line) and not self._is_after_turns(line)
        begins = self.page.opening(line).sort or line.hint.is_item or self.page.is_timed
        return not begins and current.note is None and self._runs_on(line, last)

    def _caption_goes_on(self, line: Line, last: Line, current: Block) -> bool:
        """A sentence runs on over captions, unless the captions have no punctuation at all."""
        if line.hint.time is None:
            return True
        long = current.end - current.start > _LONGEST_CAPTION
        late = line.hint.time - (last.hint.time or line.hint.time) > _LONGEST_PAUSE
        return not (long or late or ends_sentence(last.text)) and self.page.is_punctuated

    def _is_after_turns(self, line: Line) -> bool:
        return line.index > self.last_label and line.gap >= 3

    def _runs_on(self, line: Line, last: Line) -> bool:
        closed = ends_sentence(last.text)
        near = line.gap == 0 and self.aside_from is None
        if near and self.page.wrapped:
            return not self._is_heading(line)
        if closed:
            return False
        if starts_low(line.text):
            return near or len(last.text) >= 40
        return len(last.text) >= 60 and bool(_OPEN_END.search(last.text[-12:])) and not near

    def _is_heading(self, line: Line) -> bool:
        return is_heading(line, self.page, self._in_turns(line))

    def _paragraph(self, line: Line) -> Block:
        if is_title(line, self.page):
            return self._heading(line, 1)
        label = label_alone(line.text)
        if label and self._labels_next(line):
            block = self._new(_Kind.PARAGRAPH, line, len(line.text))
            block.pieces, block.label = [], label
            return block
        opening = self.page.opening(line)
        if opening.sort == "heading" or self._is_heading(line):
            heading = self._heading(line, opening.level, opening.length)
            heading.label = opening.label
            return heading
        return self._opened(line) if opening.sort else self._plain(line)

    def _plain(self, line: Line) -> Block:
        kind = _Kind.LIST_ITEM if line.hint.is_item else _Kind.PARAGRAPH
        if self.page.is_timed:
            return self._new(_Kind.SPEECH, line)
        block = self._new(kind, line)
        if self.page.is_transcript and line.index < self.first_label:
            block.kind, block.codable, block.note = _Kind.NOTE, False, "front matter"
        return block

    def _labels_next(self, line: Line) -> bool:
        """Return whether a label on a line of its own has its paragraph on the next line."""
        after = self.page.lines[line.index + 1 : line.index + 2]
        if not after or after[0].index in {*self.page.furniture, *self.page.labels}:
            return False
        text = after[0].text
        plain = not opening_of(text).sort and box_state(text) is None and not is_row(after[0])
        return (
            plain and not after[0].hint.level and (len(text) > _LEAST_TEXT or ends_sentence(text))
        )

    def _opened(self, line: Line) -> Block:
        opening = self.page.opening(line)
        if opening.sort == "footnote":
            block = self._new(_Kind.NOTE, line, opening.length)
            block.codable, block.note, block.label = False, "footnote", opening.label
            return block
        is_prose = opening.sort == "named" or line.index in self.page.main_numbers
        is_prose = is_prose or (opening.sort == "number" and "." in (opening.label or "")[:-1])
        block = self._new(_Kind.PARAGRAPH if is_prose else _Kind.LIST_ITEM, line, opening.length)
        block.label = opening.label
        return block
