"""Responses to recommendations: what is decided, and whose comment stands beside it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block, Page, Remark
from qualkit.text.boxes import decision, options, stated_decision
from qualkit.text.cast import Cast, Voice
from qualkit.text.names import has_role_word, words_of
from qualkit.text.people import parse_person
from qualkit.text.shapes import box_state
from qualkit.text.vocabulary import ORGANISATION_WORDS

__all__ = ["responses"]

_Kind = UtteranceKind
_RESPONSE = re.compile(r"\b(?:responses?|reply|comments?)\b", re.IGNORECASE)
_RECOMMENDED = re.compile(
    r"(?:Recommendation|Proposal|Finding|Request|Action|Commitment|Conclusion|Rec\b|R\d|Para)", re.I
)
_ANSWER = re.compile(
    r"[*_]{0,3}(?P<label>(?:(?P<who>[A-Z][^\W\d][\w’'& ]{0,50}?)(?:[’']s)?\s+)?"
    r"(?:[Rr]esponse|[Rr]eply)(?:\s+(?:from|by)\s+(?P<by>[^:]{2,60}))?)\s*[*_]{0,3}:[*_]{0,3}\s+(?=\S)"
)
_HEADED = re.compile(
    r"(?:[Tt]he\s+)?(?P<who>[A-Z][\w’'&]*(?:\s+[\w’'&]+){0,4}?)(?:[’']s)?\s+"
    r"(?:[Rr]esponse|[Rr]eply)\b(?!\s+rate)"
)
_BY = re.compile(r"\b(?i:response|reply)\s+(?:by|from|of)\s+(?:the\s+)?(?P<who>[A-Z].{2,100})")
_BODIES = ORGANISATION_WORDS | {"cabinet", "executive", "management", "regulator", "provider"}
_LEAST_HITS = 2
_COMMON = frozenset(
    ["scrutiny", "report", "care", "group", "task", "recommendation", "member", "lead", "social"]
)


def responses(blocks: Sequence[Block], page: Page, cast: Cast) -> list[Remark]:
    """Read what is decided on each recommendation, and give comments to whoever responds.

    Boxes are read, and responses in prose: "Government response: Accept.", or paragraphs under a
    heading "Government response".

    Returns:
        A finding of kind "response" for each decision. A box that is not ticked is set aside; the
        ticked one, and the comments below, are the responder's words. Where nobody is named as
        responding, comments are nobody's, and a finding says so.
    """
    findings = _in_prose(blocks, page, cast)
    boxed = [block for block in blocks if _box(block, page) is not None]
    headed = [block for block in blocks if _is_headed(block)]
    if len(boxed) < 2 and not findings and len(headed) < 2:
        return findings
    responder = _responder(blocks, page, cast)
    heads = _heads(blocks, page) if len(boxed) >= 2 else []
    for number, place in enumerate(heads):
        end = heads[number + 1] if number + 1 < len(heads) else len(blocks)
        findings.append(_read(blocks[place], blocks[place + 1 : end], page, responder))
    findings += _give_comments(blocks, page, cast, responder)
    if heads and responder is None:
        sentence = "Nobody is named as responding; comments below the boxes are nobody's."
        findings.append(Remark("speaker unclear", sentence, blocks[heads[0]].mark))
    return findings + _printed_twice(blocks, page)


def _box(block: Block, page: Page) -> bool | None:
    if block.kind not in {_Kind.LIST_ITEM, _Kind.PARAGRAPH, _Kind.TABLE_ROW}:
        return None
    return box_state(page.text[block.start : block.end])


def _heads(blocks: Sequence[Block], page: Page) -> list[int]:
    """Return the places of labelled paragraphs that have boxes below them."""
    heads = []
    last: int | None = None
    for place, block in enumerate(blocks):
        if _box(block, page) is not None:
            if last is not None:
                heads.append(last)
            last = None
        elif block.label and (block.codable or _RECOMMENDED.match(block.label)):
            last = place
    return heads


def _read(head: Block, below: Sequence[Block], page: Page, responder: Voice | None) -> Remark:
    ticked: list[str] = []
    boxes = 0
    for block in below:
        if _box(block, page) is not None:
            boxes += 1
            ticked += _tick(block, page, responder)
        elif boxes and (block.kind is _Kind.HEADING or block.label):
            break
        elif boxes and block.codable and block.kind is not _Kind.TABLE_ROW:
            _give(block, responder)
    said = " and ".join(ticked) or "no box ticked"
    return _decided(head, said)


def _decided(head: Block, said: str) -> Remark:
    return Remark("response", f"{(head.label or '').rstrip('.')}: {said}.", head.mark)


def _tick(block: Block, page: Page, responder: Voice | None) -> list[str]:
    found = options(page.text[block.start : block.end])
    block.kind, block.voice = _Kind.LIST_ITEM, None
    ticked = [decision(option.words) for option in found if option.is_ticked]
    if ticked:
        _give(block, responder)
    else:
        block.codable, block.note = False, "box not ticked"
    return ticked


def _give(block: Block, responder: Voice | None) -> None:
    block.voice = responder.name if responder is not None else None
    if responder is not None:
        responder.speaks = True


def _in_prose(blocks: Sequence[Block], page: Page, cast: Cast) -> list[Remark]:
    """Read paragraphs that begin "Government response:"."""
    findings = []
    head: Block | None = None
    for block in blocks:
        if not block.codable or block.kind not in {_Kind.PARAGRAPH, _Kind.LIST_ITEM}:
            continue
        answer = _ANSWER.match(page.text, block.start, block.end)
        if answer is None or block.label:
            head = block if block.label else head
            continue
        block.label, block.start = answer.group("label"), answer.end()
        block.pieces = [(max(a, block.start), b) for a, b in block.pieces if b > block.start]
        _give(block, _body(answer.group("by") or answer.group("who") or "", cast))
        said = stated_decision(page.text[block.start : block.end])
        if head is not None and said is not None:
            findings.append(_decided(head, said))
    return findings


def _body(printed: str, cast: Cast) -> Voice | None:
    """Return the person or the body that a printed phrase names."""
    plain = re.sub(r"^(?:the|our)\s+", "", printed.strip(" .,:"), flags=re.IGNORECASE)
    known = cast.by_role(plain) if has_role_word(plain) else None
    if known is not None:
        return known
    person = parse_person(plain)
    if person is not None and not set(words_of(person.name)) & _BODIES:
        return cast.know(person.name, person.role, person.organisation)
    words = words_of(plain)
    if not words or not (set(words) & _BODIES or has_role_word(plain)):
        return None
    voice = cast.know(plain)
    voice.is_organisation = voice.is_organisation or bool(set(words) & _BODIES)
    return voice


def _is_headed(block: Block) -> bool:
    return block.section is not None and _HEADED.match(block.section) is not None and block.codable


def _responder(blocks: Sequence[Block], page: Page, cast: Cast) -> Voice | None:
    """Return who responds: named in a line about the response, by name or by role."""
    asked = [
        page.text[block.start : block.end]
        for block in blocks
        if not block.codable and _RESPONSE.search(page.text[block.start : block.end][:120])
    ]
    for line in asked:
        named = _BY.search(line)
        voice = _body(named.group("who"), cast) if named else None
        if voice is not None:
            return voice
    best: tuple[int, Voice] | None = None
    for person in cast.people:
        roles = set(words_of(person.role or "")) - {"of", "for", "the", "and", "to"}
        shared = [roles & set(words_of(line)) for line in asked]
        hits = sum(2 * len(words - _COMMON) + len(words & _COMMON) for words in shared)
        if hits >= _LEAST_HITS and (best is None or hits > best[0]):
            best = (hits, cast.know(person.name))
    return best[1] if best else None


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


def _give_comments(
    blocks: Sequence[Block], page: Page, cast: Cast, responder: Voice | None
) -> list[Remark]:
    """Give prose under a heading about comments or a response to the responder it names."""
    findings = []
    head: Block | None = None
    for block in blocks:
        if block.label and block.codable:
            head = block
        titled = block.section is not None and _RESPONSE.search(block.section)
        if not titled or not block.codable or block.kind is not _Kind.PARAGRAPH or block.label:
            continue
        named = _HEADED.match(block.section or "")
        voice = _body(named.group("who"), cast) if named else None
        if voice is not None or responder is not None:
            _give(block, responder or voice)
        said = stated_decision(block.words_in(page.text)) if named and head is not None else None
        if said is not None and head is not None:
            findings.append(_decided(head, said))
            head = None
    return findings
