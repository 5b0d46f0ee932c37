"""Who speaks: printed names, initials and roles brought together to one voice each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from qualkit.model import Person, Speaker
from qualkit.text.blocks import Remark
from qualkit.text.likeness import misprint
from qualkit.text.names import (
    bare_name,
    has_role_word,
    initials,
    initials_of,
    is_full_name,
    is_generic,
    is_moderating,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.people import merge_people, split_role

__all__ = ["Cast", "Voice", "similar_names"]

_LONGEST_SHORT = 5
_BELOW = frozenset({"vice", "deputy", "former", "assistant", "associate", "shadow"})
_FEW, _MANY = 2, 5
_MOST_PER_WORD = 60


@dataclass(slots=True)
class Voice:
    """Somebody known to the document, speaking or not.

    Attributes:
        name, role, organisation, aliases, is_organisation, is_moderator: as in ``Speaker``.
        speaks: some utterance is theirs.
        is_group: a body, everybody present, or a role without a name.
        is_prominent: a heading of the document names them.
        is_author: they wrote what is theirs; the chair of a panel moderates nothing in a foreword.
    """

    name: str
    role: str | None = None
    organisation: str | None = None
    aliases: list[str] = field(default_factory=list)
    is_organisation: bool = False
    is_moderator: bool = False
    speaks: bool = False
    is_group: bool = False
    is_prominent: bool = False
    is_author: bool = False

    def also(self, printed: str) -> None:
        """Note another way in which the document prints the name."""
        if printed != self.name and printed not in self.aliases:
            self.aliases.append(printed)

    def learn(self, role: str | None, organisation: str | None) -> None:
        """Fill in what is not known yet."""
        self.role = self.role or role
        self.organisation = self.organisation or organisation


class Cast:
    """Everybody whom a document names, found again by any printed form of the name.

    Args:
        people: from its lists; a name in full is one person, titles aside.
        shorts: initials that the lists print beside a name, and that name.

    Example:
        >>> cast = Cast([Person("Nora Lund", "Chair")])
        >>> cast.speaker("NL").name, cast.speaker("Nora").name
        ('Nora Lund', 'Nora Lund')
    """

    def __init__(
        self, people: Iterable[Person] = (), shorts: Mapping[str, str] | None = None
    ) -> None:
        self.people = merge_people(people)
        self.shorts = dict(shorts or {})
        self.voices: dict[str, Voice] = {}
        self._printed: dict[str, Voice] = {}
        self._partial: dict[str, set[str]] = defaultdict(set)
        self._short: dict[str, set[str]] = defaultdict(set)
        self._rarer: dict[str, set[str]] = defaultdict(set)
        for person in self.people:
            self.know(person.name, person.role, person.organisation)
        for short, name in self.shorts.items():
            self.introduce(short, name_key(name))

    def know(self, name: str, role: str | None = None, organisation: str | None = None) -> Voice:
        """Return the voice of a name in full, made if need be."""
        key = name_key(name)
        voice = self.voices.get(key)
        if voice is None:
            voice = self.voices[key] = self._printed[name] = Voice(name)
            self._index(key, name)
        self.rename(voice, name)
        voice.learn(role, organisation)
        return voice

    def rename(self, voice: Voice, printed: str) -> None:
        """Let a fuller print of the same name be the name, and any other print an alias."""
        if len(printed) > len(voice.name) and name_key(printed) == name_key(voice.name):
            voice.aliases = [voice.name, *(a for a in voice.aliases if a != printed)]
            voice.name = printed
            self._printed[printed] = voice
        else:
            voice.also(printed)

    def name_of(self, printed: str) -> str:
        """Return the final name of a voice that had this name at some time."""
        return self._printed[printed].name

    def _index(self, key: str, name: str) -> None:
        words = words_of(bare_name(name))
        if len(words) >= 2 and not is_generic(name):
            self._partial[words[0]].add(key)
            self._partial[words[-1]].add(key)
            self._short[initials(name)].add(key)
            for form in initials_of(name):
                self._rarer[form].add(key)

    def introduce(self, printed: str, key: str) -> None:
        """Remember that initials or a short form stand for a voice from here on."""
        self._short[printed] = {key}
        self.voices[key].also(printed)

    def find(self, printed: str) -> Voice | None:
        """Return the voice that a printed name, first name, surname or initials mean, if one."""
        voice = self.voices.get(name_key(printed))
        if voice is not None:
            return voice
        plain = printed.strip(" .")
        words = words_of(bare_name(plain))
        owners: set[str] = set()
        short = plain.replace(".", "")
        if short in self._short or (short.isupper() and 2 <= len(short) <= _LONGEST_SHORT):
            owners = self._short.get(short) or self._rarer.get(short, set())
        elif len(words) == 1 and not is_generic(plain):
            owners = self._partial.get(words[0], set())
        return self.voices[next(iter(owners))] if len(owners) == 1 else None

    def by_role(self, phrase: str) -> Voice | None:
        """Return the one voice whose role holds all the words of a phrase, as in "the Chair"."""
        wanted = {word for word in words_of(phrase) if word not in {"the", "of", "for", "and"}}
        if not wanted:
            return None
        fits = [
            voice
            for voice in {id(v): v for v in self.voices.values()}.values()
            if voice.role
            and wanted <= set(words_of(voice.role))
            and _BELOW & set(words_of(voice.role)) <= wanted
        ]
        prominent = [voice for voice in fits if voice.is_prominent]
        speaking = [voice for voice in fits if voice.speaks]
        exact = [voice for voice in fits if set(words_of(voice.role or "")) == wanted]
        own = [voice for voice in exact if voice.organisation is None and is_moderating(phrase)]
        for choice in (own, prominent, speaking, exact, fits):
            if len(choice) == 1:
                return choice[0]
        return None

    def speaker(self, printed: str, details: Sequence[str] = ()) -> Voice:
        """Return the voice of a printed label, made if need be, and let it speak."""
        name, role, organisation, alias = _read_label(printed, details)
        voice = self.find(name) or self._in_the_chair(name) or self._with_role(name)
        voice = voice or self.know(name)
        self.rename(voice, printed)
        if alias:
            voice.also(alias)
            self.voices.setdefault(name_key(alias), voice)
        voice.learn(role, organisation)
        voice.speaks = True
        return voice

    def _in_the_chair(self, printed: str) -> Voice | None:
        """Return the one person listed as chair of the meeting itself, for the label "Chair"."""
        role = name_key(printed)
        fits = [p for p in self.people if p.organisation is None and name_key(p.role or "") == role]
        return self.find(fits[0].name) if len(fits) == 1 and is_moderating(printed) else None

    def _with_role(self, printed: str) -> Voice | None:
        """Return the one voice already known by a role, for a label such as "The Minister"."""
        is_role = printed.casefold().startswith("the ") and has_role_word(printed)
        return self.by_role(printed) if is_role and not is_generic(printed) else None

    def speakers(self) -> list[Voice]:
        """Return those who speak, each once."""
        seen: dict[int, Voice] = {id(v): v for v in self.voices.values() if v.speaks}
        return list(seen.values())

    def as_speakers(self, order: Sequence[str]) -> tuple[Speaker, ...]:
        """Return the speakers named in ``order``, in that order."""
        named = {voice.name: voice for voice in self.speakers()}
        return tuple(_as_speaker(named[name]) for name in order)


def _read_label(
    printed: str, details: Sequence[str]
) -> tuple[str, str | None, str | None, str | None]:
    """Return name, role, organisation and alias out of a label and its brackets."""
    if not details:
        return printed, None, None, None
    first = details[0]
    titled = printed.lower().startswith("the ") or (has_role_word(printed) and not is_name(printed))
    if titled and is_full_name(first):
        return first, printed.removeprefix("The ").removeprefix("the "), None, printed
    if first == initials(printed):
        return printed, None, None, first
    if first.isupper() and len(first) <= 4 and len(details) == 1:
        return printed, first, None, None
    if not any(map(has_role_word, details)) and len(details) > 1:
        return printed, None, ", ".join(details), None
    role, organisation = split_role(", ".join(details))
    return printed, role, organisation, None


def _as_speaker(voice: Voice) -> Speaker:
    role = voice.role or ""
    bare = bare_name(voice.name)
    aliases = tuple(alias for alias in voice.aliases if alias != voice.name)
    if bare not in (voice.name, *aliases) and not voice.is_organisation and is_full_name(bare):
        aliases = (*aliases, bare)
    return Speaker(
        name=voice.name,
        role=voice.role,
        organisation=voice.organisation,
        aliases=aliases,
        is_moderator=voice.is_moderator
        or (not voice.is_author and any(map(is_moderating, (voice.name, role)))),
        is_generic=not voice.is_organisation and (voice.is_group or is_generic(voice.name)),
        is_organisation=voice.is_organisation,
    )


def similar_names(
    names: Sequence[str],
    others: Sequence[str] = (),
    turns: Mapping[str, Sequence[int]] | None = None,
) -> list[Remark]:
    """Return a remark for each pair of names that may be one name with a misprint.

    Args:
        names: of the speakers; each is compared with the other speakers and with ``others``.
        others: names on the lists of people.
        turns: where each speaker's utterances begin; a name that stands once or twice beside one
            that stands often is called a likely misprint, and the remark points at it.

    Example:
        >>> similar_names(["Gil Manthorpe", "Gil Thorpe"])[0].message
        "'Gil Thorpe' and 'Gil Manthorpe' may be the same speaker (alike to 87 %)."
        >>> similar_names(["Participant A", "Participant B"])
        []
    """
    by_word: dict[str, list[str]] = defaultdict(list)
    findings: dict[tuple[str, str], Remark] = {}
    listed = set(names)
    candidates = [*names, *(name for name in others if name not in listed)]
    for name in candidates:
        if is_generic(name) or not is_full_name(bare_name(name)):
            continue
        for word in set(words_of(bare_name(name))):
            for other in by_word[word][:_MOST_PER_WORD]:
                score = misprint(name, other) if name in listed or other in listed else None
                if score is not None:
                    pair = (name, other) if name in listed else (other, name)
                    findings.setdefault(pair, _same(pair, score, turns or {}))
            by_word[word].append(name)
    return list(findings.values())


def _same(pair: tuple[str, str], score: int, turns: Mapping[str, Sequence[int]]) -> Remark:
    rare, often = sorted(pair, key=lambda name: len(turns.get(name, ())))
    few, many = turns.get(rare, ()), turns.get(often, ())
    if few and len(few) <= _FEW and len(many) >= _MANY * len(few):
        text = (
            f"'{rare}' (stands {len(few)} times) is very likely a misprint of '{often}' (stands "
            f"{len(many)} times; alike to {score} %); they are two speakers until you merge them."
        )
        return Remark("same speaker?", text.replace("(stands 1 times)", "(stands once)"), few[0])
    text = f"'{pair[0]}' and '{pair[1]}' may be the same speaker (alike to {score} %)."
    return Remark("same speaker?", text)
