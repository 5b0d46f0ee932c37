"""Mentions: which person a told sentence has for its subject."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from qualkit.text.cast import Cast, Voice
from qualkit.text.names import (
    bare_name,
    has_role_word,
    initials_of,
    is_moderating,
    is_name,
    words_of,
)
from qualkit.text.verbs import SAYING
from qualkit.text.vocabulary import ACRONYMS, ADVERBS, HONORIFICS, OPENERS, ROLE_WORDS, THINGS

__all__ = ["Mention", "Mentions", "names_in"]

_REACH = 320
_NAME_RUN = r"[^\W\d_a-z][\w’'\-]*(?:\s+(?:de|van|der|von|la|di|of|[^\W\d_a-z][\w’'.\-]*)){0,4}"
_TOKEN = re.compile(r"\w+")
_GOES_ON = re.compile(r"[\w-]")
_RUN = re.compile(_NAME_RUN)
_ROLES = "|".join(sorted(map(re.escape, ROLE_WORDS), key=len, reverse=True))
_THE_ROLE = re.compile(rf"\bthe\s+((?:[\w’'\-]+\s+){{0,5}}?(?:{_ROLES}))\b", re.IGNORECASE)
_THE_LONG_ROLE = re.compile(rf"\bthe\s+((?:[\w’'\-]+\s+){{0,5}}(?:{_ROLES}))\b", re.IGNORECASE)
_SOMEBODY = re.compile(
    rf"(?:(?:An?|One|Another|Some|Several|Two|Three)\s+|(?=[A-Z]))"
    rf"((?:[\w’'\-]+\s+){{0,5}}?(?:{_ROLES})s?(?:\s+(?:of the public|of staff|of the audience))?)\b"
)
_SOMEBODY_LONG = re.compile(
    rf"(?:(?:An?|One|Another|Some|Several|Two|Three)\s+|(?=[A-Z]))"
    rf"((?:[\w’'\-]+\s+){{0,5}}(?:{_ROLES})s?(?:\s+(?:of the public|of staff|of the audience))?)\b"
)
_ASKED_BY = re.compile(
    r"\b(?:question|query|point|concern|comment|suggestion|issue|request|challenge)s?\s+"
    r"(?:was|were|is|then)\s+(?:then\s+|also\s+)?(?:asked|raised|put|posed|made|voiced|expressed)\s+by\s+",
)
_SAID_BY = re.compile(
    r"(?:It|This|That|The (?:point|question|concern|issue|suggestion|same point))\s+(?:was|were)\s+"
    r"(?:also\s+|then\s+|further\s+|\w+ly\s+)?(?P<verb>\w+)\s+by\s+"
)
_TOOK_FROM = re.compile(
    r"\b(?:[Tt]here (?:was|were|came)|took|takes|heard|hears|received|receives|answered|invited|"
    r"fielded|had)\s+"
    r"(?:an?\s+|the\s+|further\s+|another\s+|\w+\s+)?(?:question|comment|query|point|contribution)s?\s+from\s+",
)
_NOBODY = re.compile(
    r"(?:It|There)\s+(?:was|were|has been|had been)\b|"
    r"(?:Actions?|Decisions?|Resolved|Agreed|Next steps?|Next meeting|Outcomes?)\b[^:]{0,20}:|"
    r"The (?:meeting|session|hearing) (?:was )?(?:ended|closed|opened|started|began|finished|adj)",
    re.IGNORECASE,
)
_CROWD = re.compile(
    r"(?:The\s+)?(?:[Aa]ttendees|[Pp]articipants|[Mm]embers|[Gg]roup|[Cc]ommittee|[Pp]anel|[Mm]eeting|"
    r"[Bb]oard|[Ff]orum|[Dd]elegates|[Ss]everal (?:members|people|participants)|[Ee]veryone)\s+"
    r"(?=\w+)"
)
_ACTS = re.compile(r"\s+(?:(?:also|then|later)\s+)?[a-z]{3,}ed\b")
_NEXT = 80
_DOING = re.compile(r"(?:also\s+|then\s+)?[a-z]+ing\b|(?:in|by|on|with|as|via|from) ")
_SPEAKS_FOR = re.compile(
    r"(?:representing|(?:speaking|attending|here|appearing) (?:for|on behalf of)|on behalf of|"
    r"from|of)"
    r"\s+(?:the\s+)?"
)
_STREET = re.compile(
    r"\b(?:road|street|lane|avenue|close|drive|crescent|terrace|way)$", re.IGNORECASE
)
_PEERS = frozenset(["lord", "lady", "baroness", "baron", "viscount", "earl", "duke", "bishop"])
_INITIALS = re.compile(r"[A-Z]{2,3}(?=\s)")
_SHORT = re.compile(r"\s*\(([A-Z]{2,5})\)")
_BRACKET = re.compile(r"\s*\([^()]{1,80}\)")
_BESIDE = re.compile(
    r"\s*,\s+([^,;.]{2,120}?(?:,\s+(?!and\b|who\b)[^,;.]{2,60}?){0,2})(?:,|\s[–—-])\s+(?=\w+)"
)
_DASHED = re.compile(r"\s+[–—-]\s+([^–—,]{2,140})(?:\s+[–—-]\s+|,\s+)(?=\w+)")
_FROM = re.compile(
    rf"\s+(?:from|at|of|representing)\s+([^,.;]{{2,60}}?)(?=\s+(?:{'|'.join(SAYING)})\b)"
)
_TAIL = re.compile(r"\s*,\s+(?:(?:who|which)\b.*|([^.;]{2,140}))?", re.DOTALL)
_NOT_BEFORE = re.compile(
    r"(?:\b(?:of|to|from|with|by|than|that|which|who|whom|what|where|as|if|whether|asked|thanked|"
    r"told|invited|for|and|or|about|when|points?)\s+(?:the\s+)?|[’'`]s\s+)$",
    re.IGNORECASE,
)
_AND = re.compile(r"\s*(?:,?\s+and|&)\s+(?:[A-Z][a-z]{1,11}\.?\s+)?")
_TITLED = re.compile(rf"\b(?:{'|'.join(HONORIFICS)})\.?\s+$", re.IGNORECASE)
_LEAD = re.compile(r"(?:[^,.;]{2,160},\s+)?")


@dataclass(frozen=True, slots=True)
class Mention:
    """The subject of a told sentence.

    Attributes:
        name: as printed.
        voice: who that is, if known already.
        apposition: what is said of a new name beside it, such as a role.
        short: initials introduced in brackets behind the name.
        is_group: a body or everybody present, not one person.
        is_described: a person without a name, such as "one carer".
        is_nobody: the sentence says that nobody in particular spoke.
    """

    name: str
    voice: Voice | None = None
    apposition: str | None = None
    short: str | None = None
    is_group: bool = False
    is_described: bool = False
    is_nobody: bool = False


def names_in(text: str) -> list[str]:
    """Return the runs of two to four capitalised words in a text that have the shape of a name.

    Example:
        >>> names_in("Then Nora Lund took a question.")
        ['Nora Lund']
    """
    found = []
    for run in _RUN.finditer(text):
        words = run.group().split()
        while words and words[0].casefold() in OPENERS:
            words = words[1:]
        if 2 <= len(words) <= 4 and is_name(" ".join(words)):
            found.append(" ".join(words))
    return found


class Mentions:
    """Finds the subject of told sentences among the people of a document.

    Args:
        cast: of the document.
        low_words: words that the document prints in small letters too: no names.
        no_initials: short forms that its glossary, or a bracket, explains as something else.

    Example:
        >>> from qualkit.model import Person
        >>> mentions = Mentions(Cast([Person("Nora Lund")]))
        >>> mentions.subject("In reply, Nora Lund (NL) said that pay is low.").voice.name
        'Nora Lund'
        >>> mentions.subject("Pay is low.") is None
        True
    """

    def __init__(
        self, cast: Cast, no_initials: Collection[str] = (), low_words: Collection[str] = ()
    ) -> None:
        self.cast = cast
        self.low_words = low_words
        self.no_initials = {*no_initials, *ACRONYMS}
        self._forms: dict[str, set[str]] = defaultdict(set)
        self._taken: set[str] = set()
        self.refresh()

    def refresh(self) -> None:
        """Take the names that have joined the cast."""
        for key, voice in self.cast.voices.items():
            if key not in self._taken:
                self._taken.add(key)
                self.learn(voice)

    def learn(self, voice: Voice) -> None:
        """Take every form of a voice's name."""
        bare = bare_name(voice.name)
        words = bare.split()
        forms = {voice.name, bare, *voice.aliases, words[0], words[-1], *initials_of(bare)}
        if voice.role and len(voice.role.split()) >= 2:
            forms.add(voice.role)
        for form in forms:
            first = _TOKEN.match(form)
            if first and len(form) > 1:
                self._forms[first.group()].add(form)

    def subject(self, sentence: str, is_first: bool = False) -> Mention | None:
        """Return whose words a sentence reports; None when it does not say.

        Args:
            sentence: of a told paragraph.
            is_first: it begins its paragraph; only there are initials that nobody has explained
                taken for somebody.
        """
        text = sentence[:_REACH]
        return (
            self._asker(text)
            or self._known_subject(text)
            or self._new_subject(text)
            or (self._unexplained(text) if is_first else None)
            or self._crowd(text)
        )

    def _asker(self, text: str) -> Mention | None:
        for pattern in (_ASKED_BY, _TOOK_FROM):
            found = pattern.search(text)
            if found:
                return self._person_at(text[found.end() :])
        said = _SAID_BY.match(text)
        known = said and said.group("verb") in SAYING
        return self._person_at(text[said.end() :]) if said and known else None

    def _person_at(self, rest: str) -> Mention | None:
        role = _THE_ROLE.match(rest)
        if role:
            voice = self.cast.by_role(role.group(1))
            if voice is not None:
                return Mention(role.group(0), voice)
        run = re.match(_NAME_RUN, rest)
        name = run.group().rstrip(".") if run else ""
        if name and is_name(name):
            tail = _TAIL.match(rest[len(name) :])
            return self._mention(name, tail.group(1) if tail else None, None)
        phrase = re.match(r"(?:the|an?)\s+([^.,;]{3,80})", rest, re.IGNORECASE)
        if phrase and has_role_word(phrase.group(1)):
            return Mention(phrase.group(1).strip(), None, phrase.group(1).strip())
        return None

    def _known_subject(self, text: str) -> Mention | None:
        places = self._finds(text)
        for pattern in (_THE_ROLE, _THE_LONG_ROLE):
            places += [(m.start(), m.end(), m.group(1)) for m in pattern.finditer(text)]
        before = -1
        for start, end, role in sorted(places):
            after = _after(text, end)
            if after is None and not role and _ACTS.match(text, end) and not text[:start].strip():
                after = (None, None)
            if after is None:
                before = start if not _NOT_BEFORE.search(text[:start]) else -1
            elif before >= 0 and _AND.fullmatch(text, _end_of(places, before), start):
                titled = _TITLED.search(text[:before])
                both = text[titled.start() if titled else before : end]
                return Mention(both, self.cast.find(both), is_group=True)
            elif not _NOT_BEFORE.search(text[:start]):
                return self._told_by(text[start:end], role, after)
        return None

    def _told_by(
        self, printed: str, role: str, after: tuple[str | None, str | None]
    ) -> Mention | None:
        voice = self.cast.by_role(role or printed) if role else self.cast.find(printed)
        voice = voice or self.cast.by_role(printed)
        if voice is not None:
            return Mention(printed, voice, *after)
        if role and (role[0].isupper() or is_moderating(role)):
            name = role[0].upper() + role[1:]
            return Mention(name, self.cast.find(name), role, after[1], is_described=True)
        return None

    def _finds(self, text: str) -> list[tuple[int, int, str]]:
        found = []
        end = 0
        for token in _TOKEN.finditer(text):
            start = token.start()
            if start < end or text[start - 1 : start] in {"-", "’", "'"}:
                continue
            fits = [
                form
                for form in self._forms.get(token.group(), ())
                if text.startswith(form, start) and not _GOES_ON.match(text, start + len(form))
            ]
            if fits:
                end = start + max(map(len, fits))
                found.append((start, end, ""))
        return found

    def _new_subject(self, text: str) -> Mention | None:
        lead = _LEAD.match(text)
        for start in {0, lead.end() if lead else 0}:
            run = re.match(_NAME_RUN, text[start:])
            if not run or words_of(run.group())[:1] == []:
                continue
            name = _without_place(run.group().rstrip("."))
            if words_of(name)[0] in OPENERS or not is_name(name) or name.isupper():
                continue
            after = _after(text, start + len(name))
            if after is not None and self._is_somebody(name, text[start + len(name) :], after[0]):
                return self._mention(name, *after)
        return self._somebody(text)

    def _unexplained(self, text: str) -> Mention | None:
        found = _INITIALS.match(text)
        if found is None or found.group() in self.no_initials:
            return None
        return None if _after(text, found.end()) is None else Mention(found.group())

    def _is_somebody(self, name: str, rest: str, beside: str | None) -> bool:
        """Return whether one unknown word before a verb is a name, not a noun: "Hunger shows"."""
        if " " in name or beside is not None:
            return True
        plain = name.casefold()
        verb = next((word for word in words_of(rest[:_NEXT]) if word in SAYING), "")
        now = verb.endswith("s") and not verb.endswith("ss")
        return plain not in self.low_words and plain not in THINGS and not now

    def _somebody(self, text: str) -> Mention | None:
        """Return who is described but not named, as in "One carer asked"."""
        after = None
        for pattern in (_SOMEBODY, _SOMEBODY_LONG):
            found = pattern.match(text)
            if not found or words_of(found.group(1))[0] in OPENERS:
                return None
            after = _after(text, found.end())
            if after is not None:
                break
        if after is None or found is None:
            return None
        phrase = found.group(1)
        name = phrase[0].upper() + phrase[1:]
        return Mention(name, self.cast.find(name), phrase, is_described=True)

    def _mention(self, name: str, beside: str | None, short: str | None) -> Mention:
        return Mention(name, self.cast.find(name), beside, short)

    def _crowd(self, text: str) -> Mention | None:
        if _NOBODY.match(text):
            return Mention("", is_nobody=True)
        crowd = _CROWD.match(text)
        if crowd and _says(text[crowd.end() :]):
            name = crowd.group().strip().removeprefix("The ")
            return Mention(name[0].upper() + name[1:], self.cast.find(name), is_group=True)
        return None


def _without_place(run: str) -> str:
    """Return a name without the place behind it: "Mr Benn of Mill Road", but "Lord Hunt of Wirral".

    Only peers have a place in their name.
    """
    name, of, _ = run.partition(" of ")
    return run if not of or words_of(run)[0] in _PEERS else name


def _end_of(places: list[tuple[int, int, str]], start: int) -> int:
    return max(end for begin, end, _ in places if begin == start)


def _after(text: str, end: int) -> tuple[str | None, str | None] | None:
    """Return (apposition, initials) when a verb of saying follows a name; None otherwise."""
    rest = text[end:]
    short = _SHORT.match(rest)
    bracket = _BRACKET.match(rest)
    rest = rest[bracket.end() :] if bracket else rest
    beside = bracket.group().strip(" ()") if bracket and not short else None
    beside = beside if beside and has_role_word(beside) else None
    for pattern in (_BESIDE, _DASHED):
        found = pattern.match(rest)
        if found and _says(rest[found.end() :]):
            beside, rest = beside or _description(found.group(1)), rest[found.end() :]
            break
    placed = _FROM.match(rest)
    if placed and not _says(rest) and _says(rest[placed.end() :]):
        where = None if _STREET.search(placed.group(1)) else _description(placed.group(1))
        beside, rest = beside or where, rest[placed.end() :]
    if not _says(rest):
        return None
    return beside, short.group(1) if short else None


def _description(text: str) -> str | None:
    """Return what is said beside a name, when it tells who that is and not what they do."""
    speaks_for = _SPEAKS_FOR.match(text.strip())
    if speaks_for:
        return text.strip()[speaks_for.end() :]
    if _DOING.match(text.strip()):
        return None
    return re.sub(r"^(?:an?|the|who (?:is|was|has been)|who)\s+", "", text.strip())


def _says(rest: str) -> bool:
    words = words_of(rest[:80])
    for word in words[:4]:
        if word in SAYING:
            return True
        if word not in ADVERBS and not word.endswith("ly"):
            return False
    return False
