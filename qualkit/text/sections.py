"""Sections: which heading an utterance stands under, and what stands before the body."""

from __future__ import annotations

from collections.abc import Sequence

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block, Page
from qualkit.text.headings import is_person_heading

__all__ = ["give_sections", "set_front_matter_aside"]

_Kind = UtteranceKind
_PROSE = {_Kind.PARAGRAPH, _Kind.LIST_ITEM, _Kind.TABLE_ROW}


def give_sections(blocks: Sequence[Block], page: Page) -> None:
    """Write the nearest heading above into each block, and a level into each heading.

    What stands before the end of the contents is no heading of the body.
    """
    above: list[tuple[int, str]] = []
    contents = page.zones.contents_end
    body = page.lines[contents].end if contents >= 0 else -1
    for block in blocks:
        if -1 < body <= block.start:
            above, body = above[:1], -1
        if block.kind is _Kind.HEADING:
            words = " ".join(page.text[block.start : block.end].strip("*_# ").split())
            words = words.rstrip(": ") or words
            block.level = block.level or _level(words)
            above = [(level, title) for level, title in above if level < block.level]
            block.section = above[-1][1] if above else None
            above.append((block.level, words))
        else:
            block.section = above[-1][1] if above else None


def _level(words: str) -> int:
    if words.isupper():
        return 2
    return 4 if is_person_heading(words, ()) else 3


def set_front_matter_aside(blocks: Sequence[Block], page: Page) -> None:
    """Set aside what stands before the body of a document: notices, addresses, who prints it.

    A list of contents ends the front matter; without one, a list of people near the top does.
    """
    last = _last_of_front(blocks, page)
    for block in blocks[: last + 1]:
        if block.kind in _PROSE and block.codable:
            block.codable, block.note = False, "front matter"
            if block.kind is _Kind.PARAGRAPH:
                block.kind = _Kind.NOTE


def _last_of_front(blocks: Sequence[Block], page: Page) -> int:
    contents = page.zones.contents_end
    if contents >= 0:
        end = page.lines[contents].start
        return max(place for place, block in enumerate(blocks) if block.start <= end)
    early = max(20, len(blocks) // 4)
    listed = [place for place, block in enumerate(blocks[:early]) if _is_present(block)]
    if not listed:
        return -1
    before = blocks[: listed[0]]
    prose = sum(1 for block in before if block.kind in _PROSE and block.codable)
    return listed[0] if prose <= 4 else -1


def _is_present(block: Block) -> bool:
    return block.note == "list of people"
