"""Cutting blocks into the units that were asked for."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from qualkit.text.blocks import Block
from qualkit.text.sentences import sentence_spans

__all__ = ["UNITS", "cut", "shown", "split_units"]

UNITS = ("auto", "turn", "paragraph", "sentence")


def cut(block: Block, starts: list[int]) -> list[Block]:
    """Return a block cut into several that begin at the given offsets.

    The printed label stays with the first; asides go where they stand. White space before a cut
    belongs to neither side.

    Args:
        block: to be cut.
        starts: offsets inside the block, rising; where each further part begins.
    """
    edges = [block.start, *starts, block.end]
    parts = []
    for number, (start, end) in enumerate(pairwise(edges)):
        asides = [(a, b) for a, b in block.asides if start <= a and b <= end]
        part = replace(block, start=start, end=end, asides=asides)
        part.pieces = [
            (max(a, start), min(b, end)) for a, b in block.pieces if a < end and b > start
        ]
        part.end = max(b for _, b in part.pieces)
        part.asides = [(a, b) for a, b in asides if b <= part.end]
        if number:
            part.mark, part.label = start, None
        parts.append(part)
    return parts


def split_units(blocks: list[Block], text: str, unit: str) -> list[Block]:
    """Return the blocks as turns, as paragraphs or as sentences."""
    if unit in {"auto", "turn"}:
        return blocks
    splitter = _paragraphs if unit == "paragraph" else _sentences
    parts = [part for block in blocks for part in splitter(block, text)]
    return sorted(parts, key=lambda part: part.start)


def _paragraphs(block: Block, text: str) -> list[Block]:
    del text
    return cut(block, block.breaks) if block.breaks else [block]


def _sentences(block: Block, text: str) -> list[Block]:
    if not block.codable:
        return [block]
    words, places = shown(block, text)
    starts = [places[start] for start, _ in sentence_spans(words)][1:]
    return cut(block, starts) if starts else [block]


def shown(block: Block, text: str) -> tuple[str, list[int]]:
    """Return a block's words with the offset in the text that each character has."""
    if not block.asides:
        return text[block.start : block.end], list(range(block.start, block.end))
    edges = [block.start, *(edge for aside in block.asides for edge in aside), block.end]
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    places = [place for a, b in spans for place in range(a, b)]
    return "".join(text[a:b] for a, b in spans), places
