"""Minutes told in prose: whose words each sentence reports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qualkit.model import UtteranceKind
from qualkit.text.blocks import Block, Page, Remark
from qualkit.text.cast import Cast, Voice
from qualkit.text.mentions import Mention, Mentions, names_in
from qualkit.text.names import (
    bare_name,
    has_role_word,
    is_full_name,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.people import split_role
from qualkit.text.sentences import sentence_spans
from qualkit.text.units import cut, shown

__all__ = ["give_reported"]

_Kind = UtteranceKind
_PROSE = {_Kind.PARAGRAPH, _Kind.LIST_ITEM}
_BY = re.compile(
    r"\b(?:welcome|introductions?|remarks|presentation|address|update|overview|opening|closing|"
    r"report|speech|talk|comments)\b[^.]{0,60}?\b(?:by|from)\s+(?P<who>[^.]{2,120})",
    re.IGNORECASE,
)
_SPEECH_HEADING = re.compile(
    r"\b(?:introduction|presentation|remarks|opening|welcome|address|response|update|statement|"
    r"speech|comments|contribution|overview|intervention|evidence)s?\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[a-z)’'][.?!])\s+(?=[A-Z])")
_LOOK = 600
_LEAST_BLOCKS = 3
_LEAST_SHARE = 0.25


def give_reported(blocks: list[Block], page: Page, cast: Cast) -> tuple[list[Block], list[Remark]]:
    """Return the blocks of minutes with the speakers whose words they report.

    A section under a person's name is that person's. Elsewhere the subject of each sentence
    decides; a sentence without one goes on with the speaker before it, within its section. Where a
    block holds two speakers it is cut at the sentence where the speaker changes. A document where
    fewer than a quarter of the blocks name a speaker is no minutes: it comes back as it was.

    Args:
        blocks: in reading order, with sections.
        page: what is known of the document.
        cast: everybody on its lists; speakers found here are added.
    """
    trial = Cast(cast.people)
    if not _are_minutes(blocks, page, trial):
        return blocks, []
    return _Teller(page, cast).tell(blocks)


def _prose(blocks: Sequence[Block]) -> list[Block]:
    return [block for block in blocks if block.kind in _PROSE and block.codable]


def _are_minutes(blocks: Sequence[Block], page: Page, cast: Cast) -> bool:
    prose = _prose(blocks)
    if not prose:
        return False
    teller = _Teller(page, cast)
    owned = named = 0
    owner: Voice | None = None
    for block in blocks:
        if block.kind is _Kind.HEADING:
            owner = teller.owner(block)
        elif block.kind in _PROSE and block.codable:
            owned += owner is not None
            named += owner is None and teller.names_speaker(block)
    return owned + named >= _LEAST_BLOCKS and owned + named >= _LEAST_SHARE * len(prose)


class _Teller:
    def __init__(self, page: Page, cast: Cast) -> None:
        self.page = page
        self.cast = cast
        self.mentions = Mentions(cast)
        self.findings: list[Remark] = []

    def owner(self, heading: Block) -> Voice | None:
        """Return whom a heading gives the section below it to."""
        words = " ".join(self.page.text[heading.start : heading.end].strip("*_# ").split())
        words = words.rstrip(":")
        name, comma, rest = words.partition(",")
        if comma and is_name(name) and has_role_word(rest):
            voice = self.cast.find(name) if not is_full_name(name) else None
            voice = voice or self.cast.know(name)
            role, organisation = split_role(rest)
            voice.role, voice.organisation = role or voice.role, organisation or voice.organisation
            return voice
        return self._named_in(words)

    def _named_in(self, words: str) -> Voice | None:
        for voice in list(self.cast.voices.values()):
            for name in (voice.name, bare_name(voice.name)):
                if words.casefold().startswith(name.casefold()):
                    rest = words[len(name) :].strip(" -–—:'’s")
                    if not rest or _SPEECH_HEADING.search(rest):
                        return voice
        return None

    def names_speaker(self, block: Block) -> bool:
        """Return whether a block begins with what one person says."""
        start = _SENTENCE.split(block.words_in(self.page.text)[:_LOOK], maxsplit=1)[0]
        mention = self.mentions.subject(start)
        return mention is not None and not mention.is_nobody and not mention.is_group

    def tell(self, blocks: Sequence[Block]) -> tuple[list[Block], list[Remark]]:
        for block in blocks:
            named = self.owner(block) if block.kind is _Kind.HEADING else None
            if named is not None:
                named.is_prominent = True
        self.mentions.refresh()
        told: list[Block] = []
        owner: Voice | None = None
        last: Voice | None = None
        for block in blocks:
            if block.kind is _Kind.HEADING:
                owner = self.owner(block)
                last = None
            elif block.kind in _PROSE and block.codable:
                if owner is not None:
                    self._give(block, owner)
                else:
                    parts, last = self._told(block, last)
                    told += parts
                    continue
            told.append(block)
        self._say_unclear(told)
        return sorted(told, key=lambda block: block.start), self.findings

    def _say_unclear(self, told: Sequence[Block]) -> None:
        silent = [block for block in told if block.reported and block.voice is None]
        if silent:
            sentence = f"{len(silent)} told utterances name nobody as their speaker."
            self.findings.append(Remark("speaker unclear", sentence, silent[0].mark))

    def _give(self, block: Block, voice: Voice | None) -> None:
        block.reported = True
        if voice is not None:
            voice.speaks = True
            block.kind, block.voice = _Kind.SPEECH, voice.name

    def _told(self, block: Block, last: Voice | None) -> tuple[list[Block], Voice | None]:
        spans, places = self._sentences(block)
        starts: list[int] = []
        voices: list[Voice | None] = []
        for number, sentence in enumerate(spans):
            mention = self.mentions.subject(sentence) or self._introduced(sentence)
            voice = self._voice(mention, last)
            if number == 0:
                voices.append(voice)
            elif voice is not last:
                starts.append(places[number])
                voices.append(voice)
            last = voice
        parts = cut(block, starts) if starts else [block]
        for part, voice in zip(parts, voices, strict=True):
            self._give(part, voice)
        return parts, last

    def _introduced(self, sentence: str) -> Mention | None:
        """Return who is named in "Welcome by the Chair, Nora Lund"."""
        found = _BY.match(sentence)
        for name in names_in(found.group("who")) if found else ():
            voice = self.cast.find(name)
            if voice is not None:
                return Mention(name, voice)
        return None

    def _sentences(self, block: Block) -> tuple[list[str], list[int]]:
        words, places = shown(block, self.page.text)
        spans = sentence_spans(words) or [(0, len(words))]
        return [words[a:b] for a, b in spans], [places[a] for a, _ in spans]

    def _voice(self, mention: Mention | None, last: Voice | None) -> Voice | None:
        if mention is None:
            return last
        if mention.is_nobody:
            return None
        voice = mention.voice or self._new(mention)
        if mention.short:
            self.cast.introduce(mention.short, name_key(voice.name))
            self.mentions.learn(voice)
        return voice

    def _new(self, mention: Mention) -> Voice:
        voice = self.cast.know(mention.name)
        beside = mention.apposition or ""
        role, organisation = (beside, None) if beside[:1].islower() else split_role(beside)
        voice.learn(role or None, organisation)
        voice.is_group = mention.is_group or mention.is_described
        self._say_alike(mention.name)
        self.mentions.refresh()
        return voice

    def _say_alike(self, name: str) -> None:
        if len(name.split()) > 1:
            self._say_described(name)
            return
        owners = [p.name for p in self.cast.people if bare_name(p.name).split()[0] == name]
        if len(owners) > 1:
            listed = ", ".join(owners)
            self.findings.append(
                Remark("speaker unclear", f"'{name}' may be any of these: {listed}.")
            )

    def _say_described(self, described: str) -> None:
        """Say who on the list of people fits a speaker that is only described."""
        words = {word.removesuffix("’s").removesuffix("'s") for word in words_of(described)}
        for person in self.cast.people:
            role, organisation = words_of(person.role or ""), words_of(person.organisation or "")
            if role and organisation and set(role) | set(organisation) <= words:
                sentence = f"'{described}' and '{person.name}' may be the same speaker, by role."
                self.findings.append(Remark("same speaker?", sentence))
