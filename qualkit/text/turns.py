"""Transcripts: labels become speakers, and the one who asks is found."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from statistics import mean

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block, Page, Remark
from qualkit.text.cast import Cast, Voice
from qualkit.text.headings import is_sworn
from qualkit.text.names import is_full_name, is_moderating, is_name, name_key, words_of

__all__ = ["give_voices", "give_witnesses", "learn_fields", "mark_moderator"]

_ANSWERS = frozenset(["A", "THE WITNESS", "The Witness", "WITNESS", "Witness"])
_EXAMINED = re.compile(
    r"(?:further\s+)?(?:(?:re|cross)-?\s?)?(?:questions?|questioned|questioning|examin(?:ation|ed))"
    r"(?:[-\s]in[-\s]chief)?\s+(?:from|by)\s+(?P<who>[^()]{3,60})",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\?|\bthank(?:s| you)\b|\bplease\b|\bwould you\b|\bcould you\b", re.IGNORECASE
)


def learn_fields(page: Page, cast: Cast) -> None:
    """Take the roles that the front of a transcript gives to its labels.

    "Interviewer: MK" makes MK the interviewer; "Interviewee: Home manager (HM)" makes HM one.
    """
    for index in page.fields:
        field, _, value = page.lines[index].text.strip("*_ ").partition(":")
        value = value.strip("*_ ")
        for name in page.names:
            said = value.removesuffix(f"({name})").strip(" ,")
            if value == name:
                cast.know(name, field)
            elif said != value and is_full_name(said):
                cast.know(said, field)
                cast.introduce(name, name_key(said))
            elif said != value:
                cast.know(name, said)


def give_witnesses(blocks: Sequence[Block], text: str) -> None:
    """Give "A." to the witness who was sworn, and "Q." to whom a heading lets ask.

    The printed letter stays as the label of the utterance.
    """
    witness = counsel = None
    for block in blocks:
        if block.kind is UtteranceKind.HEADING:
            words = " ".join(text[block.start : block.end].split())
            sworn, asks = is_sworn(words), _EXAMINED.fullmatch(words)
            witness, counsel = (sworn, None) if sworn else (witness, counsel)
            counsel = asks.group("who") if asks and is_name(asks.group("who").title()) else counsel
            continue
        who = witness if block.voice in _ANSWERS else counsel if block.voice == "Q" else None
        if who is not None and block.voice is not None:
            block.label, block.voice = block.label or block.voice, who


def give_voices(blocks: Sequence[Block], cast: Cast) -> list[Remark]:
    """Replace the printed label of each turn by the speaker's name.

    Full names are read first, so that a first name or initials find their owner wherever
    they stand.

    Returns:
        A remark for each short form that was read as somebody's full name.
    """
    said = [block for block in blocks if block.voice is not None]
    forms = {(block.voice, block.details): None for block in said}
    ordered = sorted(forms, key=lambda form: -len(words_of(form[0] or "")))
    named: dict[tuple[str | None, tuple[str, ...]], Voice] = {}
    for printed, details in ordered:
        named[printed, details] = cast.speaker(printed or "", details)
    for block in said:
        block.voice = named[block.voice, block.details].name
    pairs = {(form[0] or "", voice.name) for form, voice in named.items()}
    return [
        Remark("short name", f"'{printed}' was read as '{name}'.")
        for printed, name in sorted(pairs)
        if name_key(printed) != name_key(name)
    ]


def mark_moderator(blocks: Sequence[Block], text: str, cast: Cast) -> str | None:
    """Mark who asks and gives the word, when no label or role says so; return the name.

    By conduct: at least a quarter of the turns, more often than not with a question or thanks, and
    clearly shorter than those of the others.
    """
    voices = {voice.name: voice for voice in cast.speakers()}
    if any(is_moderating(v.name) or is_moderating(v.role or "") for v in voices.values()):
        return None
    said: dict[str, list[str]] = defaultdict(list)
    for block in blocks:
        if block.kind is UtteranceKind.SPEECH and block.voice:
            said[block.voice].append(block.words_in(text))
    total = sum(len(turns) for turns in said.values())
    if len(said) < 2 or total < 4:
        return None
    for name in sorted(said, key=lambda voice: -len(said[voice]))[:2]:
        others = [turn for voice, turns in said.items() if voice != name for turn in turns]
        if _moderates(said[name], others, total):
            voices[name].is_moderator = True
            return name
    return None


def _moderates(turns: list[str], others: list[str], total: int) -> bool:
    asks = sum(1 for turn in turns if _ASKING.search(turn)) / len(turns)
    length = mean(len(turn.split()) for turn in turns)
    other = mean(len(turn.split()) for turn in others)
    return len(turns) >= max(2, 0.25 * total) and asks >= 0.4 and length <= 0.75 * other
