"""The one way from a text to its utterances, whatever file it came in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from qualkit.errors import OptionError
from qualkit.model import Finding, Person, Speaker, Utterance, UtteranceKind
from qualkit.text.authors import give_authors
from qualkit.text.blocks import Block, Page, Remark, numbered_runs
from qualkit.text.cast import Cast, similar_names
from qualkit.text.furniture import find_furniture
from qualkit.text.labels import Labels, find_labels
from qualkit.text.lines import Line, is_wrapped, split_lines
from qualkit.text.mentions import names_in
from qualkit.text.paragraphs import build_blocks
from qualkit.text.reading import Reading, Turn
from qualkit.text.responses import responses
from qualkit.text.sections import give_sections, set_front_matter_aside
from qualkit.text.shapes import box_state, opening_of
from qualkit.text.told import give_reported
from qualkit.text.turns import give_voices, give_witnesses, learn_fields, mark_moderator
from qualkit.text.units import UNITS, split_units
from qualkit.text.zones import PEOPLE, find_zones

__all__ = ["Segmentation", "segment"]

_FORM_TIMES = 3
_FORM_LENGTH = 24
_FIELD_LENGTH = 160
_FIELD = re.compile(
    r"[*_]{0,2}[A-Z][^:.\n]{1,70}:[*_]{0,2}\s+[*_]{0,2}[A-Z0-9£“\"'][^:]{0,110}[^:.?!;]"
)
_FORM_MARK = re.compile(r"[:.?]")


@dataclass(frozen=True)
class Segmentation:
    """What a text is made of; the fields are those of ``Document``."""

    utterances: tuple[Utterance, ...]
    speakers: tuple[Speaker, ...]
    people: tuple[Person, ...]
    abbreviations: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    title: str | None


def segment(reading: Reading, unit: str = "auto") -> Segmentation:
    r"""Return the utterances, speakers and findings of a text.

    Args:
        reading: what the container gave.
        unit: "auto" (turns where there are turns, else paragraphs and list items), "turn",
            "paragraph" or "sentence".

    Raises:
        OptionError: the unit is another.

    Example:
        >>> found = segment(Reading("Chair: Who starts?\n\nAnn Lee: I do.\n\nChair: Thanks."))
        >>> [(u.position, u.speaker) for u in found.utterances]
        [(1, 'Chair'), (2, 'Ann Lee'), (3, 'Chair')]
    """
    if unit not in UNITS:
        raise OptionError(
            f"'{unit}' is no unit", where="unit", remedy=f"choose one of {', '.join(UNITS)}"
        )
    findings = [Remark(kind, sentence) for kind, sentence in reading.remarks]
    if reading.turns:
        return _given(reading, unit, findings)
    return _found(reading, unit, findings)


def _found(reading: Reading, unit: str, findings: list[Remark]) -> Segmentation:
    lines = split_lines(reading.text, reading.hints)
    page, labels = _page(reading, lines)
    blocks = build_blocks(page)
    cast = Cast(page.zones.people, page.zones.shorts)
    if labels.is_transcript:
        learn_fields(page, cast)
        give_witnesses(blocks, reading.text)
        findings += give_voices(blocks, cast)
        mark_moderator(blocks, reading.text, cast)
        give_sections(blocks, page)
    else:
        set_front_matter_aside(blocks, page)
        give_sections(blocks, page)
        blocks, noted = give_reported(blocks, page, cast)
        findings += noted
        if not any(block.reported for block in blocks):
            findings += give_authors(blocks, page, cast)
            give_sections(blocks, page)
        findings += responses(blocks, page, cast)
    findings += _label_remarks(labels, lines)
    if unit == "turn" and not labels.is_transcript:
        findings.append(Remark("unit", "There are no turns here; it was read by paragraphs."))
    return _finish(reading, blocks, cast, unit, findings, page)


def _page(reading: Reading, lines: list[Line]) -> tuple[Page, Labels]:
    first = find_labels(lines, (), frozenset())
    furniture = set() if reading.is_timed else find_furniture(lines, first.believed.keys())
    zones = find_zones(lines, furniture, first.recurring)
    listed = [person.name for person in zones.people]
    skip = furniture | {index for index, why in zones.notes.items() if why != "field"}
    labels = find_labels(lines, listed, skip) if skip or listed else first
    taken = skip | labels.believed.keys()
    return Page(
        text=reading.text,
        lines=lines,
        labels=labels.believed,
        is_transcript=labels.is_transcript,
        furniture=furniture,
        zones=zones,
        wrapped=not reading.is_flowing and not reading.is_timed and is_wrapped(lines),
        is_flowing=reading.is_flowing,
        is_timed=reading.is_timed,
        main_numbers=numbered_runs([line for line in lines if line.index not in taken]),
        forms=_forms(lines, taken) if not labels.is_transcript else frozenset(),
        fields=_fields(
            lines[: min(labels.believed, default=len(lines))],
            skip,
            {index for index, why in zones.notes.items() if why in {PEOPLE, "field"}},
        ),
    ), labels


def _forms(lines: Sequence[Line], taken: set[int]) -> frozenset[int]:
    """Return the lines of a form: printed word for word again and again, nothing filled in."""
    usable = [
        line
        for line in lines
        if line.index not in taken
        and len(line.text) >= _FORM_LENGTH
        and _FORM_MARK.search(line.text)
        and opening_of(line.text).sort == ""
        and box_state(line.text) is None
        and "\t" not in line.text
    ]
    times = Counter(line.text for line in usable)
    return frozenset(line.index for line in usable if times[line.text] >= _FORM_TIMES)


def _fields(lines: Sequence[Line], taken: set[int], beside: set[int]) -> frozenset[int]:
    """Return the lines "Field: value" that stand below each other, as on the front of a form."""
    alike = [
        line.index in beside
        or bool(
            line.index not in taken
            and len(line.text) < _FIELD_LENGTH
            and _FIELD.fullmatch(line.text)
        )
        for line in lines
    ]
    return frozenset(
        place
        for place, is_field in enumerate(alike)
        if is_field
        and place not in taken
        and (alike[place + 1 : place + 2] == [True] or (place and alike[place - 1]))
    )


def _given(reading: Reading, unit: str, findings: list[Remark]) -> Segmentation:
    cast = Cast()
    has_speakers = any(turn.speaker for turn in reading.turns)
    kind = UtteranceKind.SPEECH if has_speakers else UtteranceKind.PARAGRAPH
    blocks = [_given_block(turn, kind, cast) for turn in reading.turns]
    mark_moderator(blocks, reading.text, cast)
    return _finish(reading, blocks, cast, unit, findings, None)


def _given_block(turn: Turn, kind: UtteranceKind, cast: Cast) -> Block:
    block = Block(kind, turn.start, turn.end, turn.mark, list(turn.parts))
    block.pieces = block.pieces or [(turn.start, turn.end)]
    block.breaks = [start for start, _ in block.pieces[1:]]
    block.time, block.section = turn.time, turn.section
    if turn.speaker:
        voice = cast.know(turn.speaker, turn.role, turn.organisation)
        voice.speaks = True
        block.voice = voice.name
    return block


def _label_remarks(labels: Labels, lines: Sequence[Line]) -> list[Remark]:
    return [
        Remark("speaker label", sentence, lines[index].start) for index, sentence in labels.remarks
    ]


def _finish(
    reading: Reading,
    blocks: list[Block],
    cast: Cast,
    unit: str,
    findings: list[Remark],
    page: Page | None,
) -> Segmentation:
    blocks = split_units(blocks, reading.text, unit)
    for block in blocks:
        block.voice = cast.name_of(block.voice) if block.voice is not None else None
        block.end = block.start + len(reading.text[block.start : block.end].rstrip())
    utterances = tuple(_utterance(place, block) for place, block in enumerate(blocks, 1))
    order = dict.fromkeys(u.speaker for u in utterances if u.speaker is not None)
    speakers = cast.as_speakers(tuple(order))
    names = [s.name for s in speakers if not s.is_organisation]
    turns: dict[str, list[int]] = defaultdict(list)
    for block in blocks:
        if block.voice is not None and block.codable:
            turns[block.voice].append(block.mark)
    listed = [*(p.name for p in cast.people), *_printed(blocks, reading)]
    findings += similar_names(names, listed, turns)
    findings += _counts(blocks)
    return Segmentation(
        utterances,
        speakers,
        cast.people,
        tuple(page.zones.abbreviations) if page else (),
        _positioned(findings, blocks),
        reading.title or _title(blocks, reading.text),
    )


def _positioned(remarks: Sequence[Remark], blocks: Sequence[Block]) -> tuple[Finding, ...]:
    """Return the remarks with the positions of the utterances that hold their offsets."""
    marks = {block.mark: place for place, block in reversed(list(enumerate(blocks, 1)))}
    starts = [block.start for block in blocks]

    def place_of(offset: int) -> int | None:
        return marks.get(offset) or bisect_right(starts, offset) or None

    return tuple(
        Finding(remark.kind, remark.message, None if remark.at is None else place_of(remark.at))
        for remark in remarks
    )


def _counts(blocks: Sequence[Block]) -> list[Remark]:
    aside = Counter(b.note for b in blocks if not b.codable and b.note)
    return [
        Remark("set aside", f"{times} utterance{'s' if times > 1 else ''} set aside: {why}.")
        for why, times in sorted(aside.items())
    ]


def _printed(blocks: Sequence[Block], reading: Reading) -> list[str]:
    """Return the names printed in words that are told by somebody else."""
    told = (block.words_in(reading.text) for block in blocks if block.reported)
    return list(dict.fromkeys(name for words in told for name in names_in(words)))


def _title(blocks: Sequence[Block], text: str) -> str | None:
    first = next((b for b in blocks if b.kind is UtteranceKind.HEADING), None)
    if first is None or first.level != 1:
        return None
    return " ".join(text[first.start : first.end].strip("*_#: ").split())


def _utterance(position: int, block: Block) -> Utterance:
    return Utterance(
        position=position,
        kind=block.kind,
        start=block.start,
        end=block.end,
        label=block.label,
        speaker=block.voice,
        reported=block.reported,
        codable=block.codable,
        time=block.time,
        section=block.section,
        level=block.level if block.kind is UtteranceKind.HEADING else None,
        asides=tuple(block.asides),
        note=block.note,
    )
