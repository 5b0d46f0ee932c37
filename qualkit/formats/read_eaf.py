"""ELAN annotations: .eaf.

Read with lxml: pympi-ling, the library for the format, expands entities and holds every tier in
dictionaries without saying which of them is speech.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import refuse_other_kind
from qualkit.formats.read_lines import one_line, tidy
from qualkit.formats.read_tiers import Piece, Tier, add_tiers, told_tiers
from qualkit.formats.read_xml import parse_xml
from qualkit.formats.turn_text import TurnText
from qualkit.text.reading import Reading

__all__ = ["read_eaf"]

_KIND = "ELAN file"
_ONE_TO_ONE = {"Symbolic_Association", "Included_In"}
_REFERENCES = 1.2


@dataclass
class _Found:
    """A tier with its place among the others."""

    tier: Tier
    parent: str | None
    is_whole: bool
    children: list[_Found] = field(default_factory=list)


def read_eaf(source: bytes, source_name: str) -> Reading:
    """Return the annotations of an ELAN file as turns, in order of time.

    The speech is on the tiers without a parent; where those hold only references (one word each)
    and a tier linked to them one to one holds more, on that one. The speaker is the tier's
    participant, or else its name. All other tiers are named in a finding.

    Raises:
        EmptyFileError: there are no annotations with words.
        UnreadableFileError: it is no ELAN file, breaks off, or declares entities.
    """
    refuse_other_kind(source, source_name)
    root = parse_xml(source, source_name, _KIND)
    if root.tag != "ANNOTATION_DOCUMENT":
        raise UnreadableFileError(
            f"this is no {_KIND}; its first element is '{root.tag}'",
            where=source_name,
            remedy="export it again",
        )
    found = _tiers(root)
    speech = [_speech(tier) for tier in found if tier.parent is None]
    left_out = [one.tier for one in found if all(one.tier is not tier for tier in speech)]
    text = TurnText()
    add_tiers(text, speech)
    reading = text.reading("utf-8", (*told_tiers(left_out), *_shared(speech)))
    if not reading.turns:
        raise EmptyFileError("there are no annotations with words", where=source_name)
    return reading


def _tiers(root: Any) -> list[_Found]:
    times = dict(_times(root))
    kinds = {
        kind.get("LINGUISTIC_TYPE_ID"): kind.get("CONSTRAINTS")
        for kind in root.iter("LINGUISTIC_TYPE")
    }
    starts: dict[str, float | None] = {}
    links: dict[str, str] = {}
    for annotation in root.iter("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        name = annotation.get("ANNOTATION_ID") or ""
        starts.setdefault(name, times.get(annotation.get("TIME_SLOT_REF1") or ""))
        links.setdefault(name, annotation.get("ANNOTATION_REF") or "")
    found = []
    for element in root.iterchildren("TIER"):
        name = one_line(element.get("TIER_ID") or "")
        tier = Tier(name, one_line(element.get("PARTICIPANT") or "") or name or None)
        tier.pieces = list(_pieces(element, starts, links))
        whole = kinds.get(element.get("LINGUISTIC_TYPE_REF")) in _ONE_TO_ONE
        found.append(_Found(tier, element.get("PARENT_REF"), whole))
    by_name = {one.tier.name: one for one in found}
    for one in found:
        parent = by_name.get(one_line(one.parent)) if one.parent else None
        if parent is not None and parent is not one:
            parent.children.append(one)
        elif one.parent is not None and parent is None:
            one.parent = one.parent if found[0] is not one else None
    return found


def _times(root: Any) -> Iterator[tuple[str, float]]:
    for slot in root.iter("TIME_SLOT"):
        value = slot.get("TIME_VALUE") or ""
        if value.isdecimal() and len(value) < 13:
            yield slot.get("TIME_SLOT_ID") or "", int(value) / 1000


def _pieces(
    element: Any, starts: dict[str, float | None], links: dict[str, str]
) -> Iterator[Piece]:
    for annotation in element.iter("ALIGNABLE_ANNOTATION", "REF_ANNOTATION"):
        words = (
            tidy("".join(annotation.find("ANNOTATION_VALUE").itertext())).strip()
            if (annotation.find("ANNOTATION_VALUE") is not None)
            else ""
        )
        if words:
            yield Piece(words, _start(annotation.get("ANNOTATION_ID") or "", starts, links))


def _start(name: str, starts: dict[str, float | None], links: dict[str, str]) -> float | None:
    """Return the time of an annotation, or of the one that it hangs on."""
    for _ in range(20):
        if starts.get(name) is not None or not links.get(name):
            break
        name = links[name]
    return starts.get(name)


def _speech(root: _Found) -> Tier:
    """Return the tier that holds the words: the root, or a fuller one linked one to one."""
    if root.tier.mean_words > _REFERENCES:
        return root.tier
    fuller = [one.tier for one in root.children if one.is_whole]
    best = max(fuller, key=lambda tier: tier.mean_words, default=root.tier)
    return best if best.mean_words > 2 * root.tier.mean_words else root.tier


def _shared(tiers: list[Tier]) -> tuple[tuple[str, str], ...]:
    owners: dict[str | None, list[str]] = {}
    for tier in tiers:
        owners.setdefault(tier.speaker, []).append(f"'{tier.name}'")
    return tuple(
        ("speaker", f"The tiers {' and '.join(names)} belong to one participant, '{speaker}'.")
        for speaker, names in owners.items()
        if len(names) > 1
    )
