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
    initials_of,
    is_full_name,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.people import parse_person, split_role
from qualkit.text.sentences import sentence_spans
from qualkit.text.units import cut, shown
from qualkit.text.verbs import SAYING
from qualkit.text.vocabulary import HONORIFICS

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
_LINK = (
    r"(?:and|but|while|whereas|whilst|to which|after which)"
    r"(?:\s+(?:in|to) (?:reply|response|turn))?"
)
_JOINT = re.compile(
    rf"(?:[;:]|,(?=\s+{_LINK}\s)|\s[–—-](?=\s))\s+(?P<cut>(?:{_LINK},?\s+)?)(?=[^\W\d_])",
    re.IGNORECASE,
)
_CONJUNCTION = re.compile(rf"{_LINK},?\s+", re.IGNORECASE)
_LEADS = re.compile(
    rf"(?:the\s+|(?:{'|'.join(sorted(HONORIFICS))})\.?\s+|in (?:reply|response|turn),?\s+)*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(r"\(([A-Z]{2,3})\)")
_REFERS = re.compile(
    r"(?:he|she|they|his|her|their|this|these|that|those|also|it|in addition|additionally|further|"
    r"furthermore|moreover|finally|similarly|lastly|instead|however|another|"
    r"an? (?:additional|further|important|second|third|final|last|other|related)|"
    r"one (?:further|other|more|final))\b",
    re.IGNORECASE,
)
_ROLE_FIRST = re.compile(r"(?:[Tt]he\s+)?(?P<role>[^(),]{3,80})\s+\((?P<name>[^(),]{3,50})\)")
_WORD = 40
_INITIALS = 3
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
    trial = Cast(cast.people, cast.shorts)
    if not _are_minutes(blocks, page, trial):
        return blocks, []
    return _Teller(page, cast).tell(blocks)


def _explained(page: Page) -> set[str]:
    """Return the short forms that the document explains as no person."""
    shorts = {short for _, short in page.zones.abbreviations}
    for found in _BRACKETED.finditer(page.text):
        words = page.text[max(0, found.start() - 60) : found.start()].split()
        name = " ".join(words[-len(found.group(1)) :])
        if found.group(1) not in initials_of(name) or not is_full_name(name):
            shorts.add(found.group(1))
    return shorts - page.zones.shorts.keys()


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
        self.mentions = Mentions(cast, _explained(page), page.low_words)
        self.findings: list[Remark] = []

    def owner(self, heading: Block) -> Voice | None:
        """Return whom a heading gives the section below it to."""
        words = " ".join(self.page.text[heading.start : heading.end].strip("*_# ").split())
        words = words.rstrip(":")
        turned = _ROLE_FIRST.fullmatch(words)
        if turned and has_role_word(turned.group("role")) and is_full_name(turned.group("name")):
            return self._own(turned.group("name"), turned.group("role"), None)
        name, comma, rest = words.partition(",")
        if comma and is_name(name) and has_role_word(rest):
            return self._own(name, *split_role(rest))
        person = parse_person(words) if re.search(r"\s[–—-]\s|\(|:\s", words) else None
        if person and is_full_name(person.name) and has_role_word(person.role or ""):
            return self._own(person.name, person.role, person.organisation)
        return self._named_in(words)

    def _own(self, name: str, role: str | None, organisation: str | None) -> Voice:
        voice = self.cast.find(name) if not is_full_name(name) else None
        voice = voice or self.cast.know(name)
        voice.role, voice.organisation = role or voice.role, organisation or voice.organisation
        return voice

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
        mention = self.mentions.subject(start, is_first=True)
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
        above: Block | None = None
        for block in blocks:
            if block.kind is _Kind.HEADING:
                owner = self.owner(block)
                last = above = None
            elif block.kind in _PROSE and block.codable:
                if owner is None:
                    parts, last = self._told(block, last if self._goes_on(block, above) else None)
                    told += parts
                    above = block if above is None or not self._is_below(block, above) else above
                    continue
                self._give(block, owner)
            told.append(block)
        self._say_unclear(told)
        return sorted(told, key=lambda block: block.start), self.findings

    def _goes_on(self, block: Block, above: Block | None) -> bool:
        """Return whether a paragraph without a subject goes on with the speaker above it.

        It does below "TS said that:", and where its first words refer back.
        """
        if above is not None and self._is_below(block, above):
            return True
        words = self.page.text[block.start : block.end]
        first = words_of(words[:_WORD])[:1]
        return bool(_REFERS.match(words)) or words[:1].islower() or bool(SAYING & set(first))

    def _is_below(self, block: Block, above: Block) -> bool:
        listed = block.kind is _Kind.LIST_ITEM or block.label is not None
        return listed and self.page.text[above.start : above.end].rstrip().endswith(":")

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
        for number, sentence in enumerate(
            _CONJUNCTION.sub("", part, count=1) if _CONJUNCTION.match(part) else part
            for part in spans
        ):
            mention = self.mentions.subject(sentence, number == 0) or self._introduced(sentence)
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
        parts = [part for a, b in spans for part in self._clauses(words, a, b)]
        return [words[a:b] for a, b in parts], [places[a] for a, _ in parts]

    def _clauses(self, words: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return a sentence cut where another person begins to speak: "...; TS replied ..."."""
        edges = [start]
        for joint in _JOINT.finditer(words, start, end):
            begins = joint.end()
            mention = self.mentions.subject(words[begins:end])
            if mention is None or mention.is_nobody or mention.is_described:
                continue
            before = self.mentions.subject(words[edges[-1] : joint.start()])
            leads = _LEADS.match(words, begins)
            at = leads.end() if leads else begins
            name = mention.name.casefold()
            is_lead = any(words[place:].casefold().startswith(name) for place in (begins, at))
            other = before is None or before.voice is None or before.voice is not mention.voice
            if is_lead and other and (before is not None or edges != [start]):
                edges.append(joint.start("cut"))
        return list(zip(edges, [*edges[1:], end], strict=True))

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
        if mention.is_described:
            self._say_several(mention)
        self._say_alike(mention.name)
        self.mentions.refresh()
        return voice

    def _say_several(self, mention: Mention) -> None:
        """Say who may be meant by a role that several people have."""
        wanted = set(words_of(mention.apposition or mention.name))
        fits = [p.name for p in self.cast.people if p.role and wanted <= set(words_of(p.role))]
        if len(fits) > 1:
            sentence = f"'{mention.name}' may be any of these: {', '.join(fits)}."
            self.findings.append(Remark("speaker unclear", sentence))

    def _say_alike(self, name: str) -> None:
        if len(name.split()) > 1:
            self._say_described(name)
            return
        if name.isupper() and len(name) <= _INITIALS:
            sentence = f"No list of people explains the initials '{name}'."
            self.findings.append(Remark("speaker unclear", sentence))
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
