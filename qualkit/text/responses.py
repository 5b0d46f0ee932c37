"""Responses to recommendations: which box is ticked, and whose comment stands beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block, Page, Remark
from qualkit.text.cast import Cast, Voice
from qualkit.text.names import words_of
from qualkit.text.shapes import box_state

__all__ = ["responses"]

_Kind = UtteranceKind
_RESPONSE = re.compile(r"\b(?:responses?|reply|comments?)\b", re.IGNORECASE)
_RECOMMENDED = re.compile(r"(?:Recommendation|Proposal|Finding|Request|Action|Commitment)\b", re.I)
_MARKUP = re.compile(r"[*_☐☒☑□❏✓✔✅]|\[\s?[xX]?\s?\]")
_YES = re.compile(r"\s+(?:[YyXx]|[Yy]es)$")
_SAID = {
    "accept": "accepted",
    "agree": "agreed",
    "decline": "declined",
    "reject": "rejected",
    "note": "noted",
    "refuse": "refused",
    "approve": "approved",
    "defer": "deferred",
    "disagree": "disagreed",
    "support": "supported",
}


def responses(blocks: Sequence[Block], page: Page, cast: Cast) -> list[Remark]:
    """Read the boxes of a response form, and give its comments to whoever responds.

    Returns:
        A finding of kind "response" for each recommendation with boxes below it. A box that is
        not ticked is set aside; the ticked one, and comments below, are the responder's words.
    """
    findings: list[Remark] = []
    boxed = [place for place, block in enumerate(blocks) if _box(block, page) is not None]
    if len(boxed) < 2:
        return findings
    responder = _responder(blocks, page, cast)
    for place, block in enumerate(blocks):
        if block.label and _RECOMMENDED.match(block.label):
            below = _below(blocks, place)
            if any(_box(part, page) is not None for part in below):
                findings.append(_read(block, below, page, responder))
    _give_comments(blocks, responder)
    return findings + _printed_twice(blocks, page)


def _box(block: Block, page: Page) -> bool | None:
    if block.kind not in {_Kind.LIST_ITEM, _Kind.PARAGRAPH, _Kind.TABLE_ROW}:
        return None
    return box_state(page.text[block.start : block.end])


def _below(blocks: Sequence[Block], place: int) -> list[Block]:
    found: list[Block] = []
    for block in blocks[place + 1 :]:
        if block.label and _RECOMMENDED.match(block.label):
            break
        found.append(block)
    return found


def _read(head: Block, below: Sequence[Block], page: Page, responder: Voice | None) -> Remark:
    ticked = []
    for block in below:
        state = _box(block, page)
        if state is None:
            if block.kind is _Kind.PARAGRAPH and block.codable and responder is not None:
                block.voice, responder.speaks = responder.name, True
            continue
        block.kind = _Kind.LIST_ITEM
        block.voice = None
        if state:
            ticked.append(_decision(page.text[block.start : block.end]))
            if responder is not None:
                block.voice, responder.speaks = responder.name, True
        else:
            block.codable, block.note = False, "box not ticked"
    said = " and ".join(ticked) or "no box ticked"
    return Remark("response", f"{head.label}: {said}.", head.mark)


def _decision(text: str) -> str:
    plain = _YES.sub("", _MARKUP.sub("", text).strip()).strip(" .")
    words = plain.split()
    first = _SAID.get(words[0].casefold()) if words else None
    if first is None:
        return plain
    rest = [word for word in words[1:] if word.casefold() not in {"recommendation", "the", "this"}]
    return " ".join([first, *rest])


def _responder(blocks: Sequence[Block], page: Page, cast: Cast) -> Voice | None:
    """Return who responds: the person whose role a line about the response names."""
    asked = [
        page.text[block.start : block.end]
        for block in blocks
        if not block.codable and _RESPONSE.search(page.text[block.start : block.end][:120])
    ]
    best: tuple[int, Voice] | None = None
    for person in cast.people:
        roles = set(words_of(person.role or "")) - {"of", "for", "the", "and", "to"}
        shared = [roles & set(words_of(line)) for line in asked]
        hits = sum(2 * len(words - _COMMON) + len(words & _COMMON) for words in shared)
        if hits >= _LEAST_HITS and (best is None or hits > best[0]):
            best = (hits, cast.know(person.name))
    return best[1] if best else None


_LEAST_HITS = 2
_COMMON = frozenset(
    ["scrutiny", "report", "care", "group", "task", "recommendation", "member", "lead", "social"]
)


def _printed_twice(blocks: Sequence[Block], page: Page) -> list[Remark]:
    """Say which labelled paragraphs a response repeats, so that nobody codes them twice."""
    seen: dict[str, str] = {}
    again: list[Block] = []
    for block in blocks:
        if block.label and _RECOMMENDED.match(block.label):
            words = block.words_in(page.text)
            if seen.setdefault(block.label, words) == words and words is not seen[block.label]:
                again.append(block)
    if not again:
        return []
    labels = ", ".join(block.label or "" for block in again)
    return [Remark("printed twice", f"Printed word for word before: {labels}.", again[0].mark)]


def _give_comments(blocks: Sequence[Block], responder: Voice | None) -> None:
    """Give prose under a heading about comments or a response to the responder."""
    if responder is None:
        return
    for block in blocks:
        titled = block.section is not None and _RESPONSE.search(block.section)
        if titled and block.codable and block.kind is _Kind.PARAGRAPH and block.label is None:
            block.voice, responder.speaks = responder.name, True
