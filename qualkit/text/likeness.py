"""Which speakers of a project may be one: misprints, titles, initials, surnames, roles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from qualkit.model import Speaker
from qualkit.text.names import (
    bare_name,
    has_role_word,
    initials_of,
    is_caseless,
    is_generic,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.vocabulary import HONORIFICS

__all__ = ["Likeness", "likely_same", "misprint"]

_HIS = frozenset(["mr", "sir", "lord", "baron", "fr", "father"])
_HERS = frozenset(["mrs", "ms", "miss", "lady", "dame", "baroness", "mx"])
_BELOW = frozenset(["vice", "deputy", "former", "assistant", "associate", "shadow"])
_SMALL = frozenset(["the", "of", "for", "and", "a", "to"])
_TITLES, _ORDER, _ALIAS, _MIDDLE = 98, 95, 92, 90
_TITLED_SURNAME, _SHORT_FIRST, _SURNAME, _INITIALS = 88, 85, 82, 80
_ONE_LETTER, _FIRST_NAME, _ROLE = 80, 72, 70
_MOST_MISPRINT, _OTHER_HOUSE, _LEAST = 94, 12, 60
_SHORT_WORD, _LEAST_RATIO, _LEAST_PART, _LONGEST_INITIALS = 4, 75.0, 5, 4


_LETTERS = "The first names may be the letters, with the same surname."


class Likeness(NamedTuple):
    """Two speakers who may be one.

    Attributes:
        name: the shorter or rarer form.
        other: the fuller one, which the two would be called when merged.
        score: 0 to 100; from 90 on only titles, letters, order or an alias differ.
        why: a sentence for the person who decides.
    """

    name: str
    other: str
    score: int
    why: str


@dataclass(frozen=True, slots=True)
class _Known:
    speaker: Speaker
    words: tuple[str, ...]
    titles: frozenset[str]

    @property
    def name(self) -> str:
        return self.speaker.name


def likely_same(speakers: Sequence[Speaker]) -> list[Likeness]:
    """Propose which speakers may be one person, best first; nothing is merged.

    A short form (initials, a surname, a first name, a role) is proposed only where exactly one
    other speaker fits it. Generic labels such as "Participant A" are never proposed, nor are
    people whose titles contradict each other. Organisations are compared with organisations.

    Args:
        speakers: of one document or of a whole project; equal names count as one.

    Returns:
        Each pair once, by falling score, then by name.

    Example:
        >>> found = likely_same([Speaker("Gil Thorpe"), Speaker("Gil Manthorpe"), Speaker("GM")])
        >>> [(pair.name, pair.other, pair.score) for pair in found]
        [('Gil Thorpe', 'Gil Manthorpe', 87), ('GM', 'Gil Manthorpe', 80)]
    """
    usable = {speaker.name: speaker for speaker in speakers if not _is_generic(speaker)}
    people = [_known(one) for one in usable.values() if not one.is_organisation]
    bodies = [one for one in usable.values() if one.is_organisation]
    best: dict[tuple[str, str], Likeness] = {}
    for pair in (*_all_pairs(people), *_bodies(bodies)):
        key = (min(pair.name, pair.other), max(pair.name, pair.other))
        if key not in best or best[key].score < pair.score:
            best[key] = pair
    times = Counter(pair.name for pair in best.values() if pair.why.startswith(_LETTERS))
    kept = (
        pair
        for pair in best.values()
        if pair.score >= _LEAST and not (pair.why.startswith(_LETTERS) and times[pair.name] > 1)
    )
    return sorted(kept, key=lambda pair: (-pair.score, pair.name, pair.other))


def misprint(name: str, other: str) -> int | None:
    """Return how alike two names in full are, 0 to 100, or None when they are two names.

    One of first name and surname must be the same or nearly so, and the other nearly so: one or
    two letters apart, or the one word the end of the other. Two different short words, such as
    "Mary" and "Mark", are no misprint.

    Example:
        >>> misprint("Paul Cummins", "Paul Cummings"), misprint("Mary Day", "Mark Day")
        (96, None)
        >>> misprint("Samantha Baron", "Samantha Brennan") is None
        True
    """
    mine, theirs = words_of(bare_name(name)), words_of(bare_name(other))
    if mine == theirs or min(len(mine), len(theirs)) < 2:
        return None
    near = _near(mine[0], theirs[0]) and _near(mine[-1], theirs[-1])
    if not near or len(mine) != len(theirs) or not all(map(_near, mine, theirs)):
        return None
    return round(fuzz.ratio(" ".join(mine), " ".join(theirs)))


def _near(word: str, other: str) -> bool:
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    if len(short) >= _LEAST_PART and long.endswith(short):
        return True
    apart = OSA.distance(short, long)
    if len(short) <= _SHORT_WORD:
        return len(short) > 1 and apart == 1 and len(long) > len(short)
    alike = short[0] == long[0] or short[-3:] == long[-3:]
    return apart <= 2 and alike and fuzz.ratio(short, long) >= _LEAST_RATIO


def _is_generic(speaker: Speaker) -> bool:
    return speaker.is_generic or is_generic(speaker.name)


def _known(speaker: Speaker) -> _Known:
    name = speaker.name
    first, comma, last = name.partition(",")
    if comma and len(last.split()) == 1 and len(first.split()) == 1:
        name = f"{last.strip()} {first}"
    said = frozenset(words_of(name)) & HONORIFICS
    return _Known(speaker, tuple(words_of(bare_name(name))), said)


def _all_pairs(people: Sequence[_Known]) -> Iterator[Likeness]:
    full = [one for one in people if len(one.words) >= 2 and is_name(one.name)]
    yield from _full_names(full)
    owners = _owners(full)
    for one in people:
        for wanted, score, why in _short_forms(one):
            fits = {other.name: other for other in owners[wanted] if _may_be(one, other)}
            if len(fits) == 1:
                (other,) = fits.values()
                yield _pair(one, other, score, why)
    yield from _roles(people, full)


def _full_names(full: Sequence[_Known]) -> Iterator[Likeness]:
    """Compare people who share a first name or a surname, or the beginnings of both."""
    groups: dict[tuple[str, ...], list[_Known]] = defaultdict(list)
    for one in full:
        first, last = one.words[0], one.words[-1]
        for key in (("first", first), ("last", last), ("both", first[:2], last[:2])):
            groups[key].append(one)
    for group in groups.values():
        for one, other in combinations(group, 2):
            found = _same_name(one, other) if _may_be(one, other) else None
            if found is not None:
                yield _pair(one, other, *found)


def _same_name(one: _Known, other: _Known) -> tuple[int, str] | None:
    mine, theirs = set(one.words), set(other.words)
    ends = (one.words[0], one.words[-1]) == (other.words[0], other.words[-1])
    for fits, score, why in (
        (one.words == other.words, _TITLES, "The names differ only in titles or letters."),
        (sorted(one.words) == sorted(other.words), _ORDER, "The words stand in another order."),
        (ends and (mine <= theirs or theirs <= mine), _MIDDLE, "One has a middle name more."),
        (_is_initialled(one, other) or _is_initialled(other, one), _ONE_LETTER, _LETTERS),
        (_is_shortened(one, other), _SHORT_FIRST, "One first name may be short for the other."),
    ):
        if fits:
            return score, why
    alike = misprint(one.name, other.name)
    if alike is None:
        return None
    return min(alike, _MOST_MISPRINT), "The names differ by a few letters: perhaps a misprint."


def _is_initialled(one: _Known, other: _Known) -> bool:
    """Return whether the first names of one are letters that fit those of the other."""
    *letters, last = one.words
    fits = all(len(letter) == 1 for letter in letters) and len(other.words[0]) > 1
    return fits and last == other.words[-1] and other.words[0].startswith(letters[0])


def _is_shortened(one: _Known, other: _Known) -> bool:
    if one.words[1:] != other.words[1:] or len(one.words) > 2:
        return False
    short, long = sorted((one.words[0], other.words[0]), key=len)
    return len(short) > 2 and long.startswith(short) and len(long) > len(short) + 1


def _owners(full: Sequence[_Known]) -> dict[tuple[str, str], list[_Known]]:
    owners: dict[tuple[str, str], list[_Known]] = defaultdict(list)
    for one in full:
        owners["first", one.words[0]].append(one)
        owners["last", one.words[-1]].append(one)
        for form in initials_of(one.name):
            owners["initials", form].append(one)
        for alias in one.speaker.aliases:
            owners["alias", name_key(alias)].append(one)
    return owners


def _short_forms(one: _Known) -> Iterable[tuple[tuple[str, str], int, str]]:
    name = one.name.strip(" .")
    plain = name.replace(".", "")
    yield ("alias", name_key(name)), _ALIAS, f"'{name}' is another way the other is printed."
    if plain.isupper() and 2 <= len(plain) <= _LONGEST_INITIALS and not is_caseless(plain):
        yield ("initials", plain), _INITIALS, "The letters are the initials of nobody else."
    elif len(one.words) == 1 and is_name(one.name):
        word = one.words[0]
        score = _TITLED_SURNAME if one.titles else _SURNAME
        yield ("last", word), score, "Nobody else has this surname."
        if not one.titles:
            yield ("first", word), _FIRST_NAME, "Nobody else has this first name."


def _may_be(one: _Known, other: _Known) -> bool:
    """Return whether neither is the other already and no titles contradict each other."""
    his = bool(one.titles & _HIS and other.titles & _HERS)
    hers = bool(one.titles & _HERS and other.titles & _HIS)
    return one.name != other.name and not his and not hers


def _roles(people: Sequence[_Known], full: Sequence[_Known]) -> Iterator[Likeness]:
    for one in people:
        wanted = set(words_of(one.name)) - _SMALL
        if is_name(one.name) or not wanted or not has_role_word(one.name):
            continue
        fits = [other for other in full if _has_role(other.speaker, wanted)]
        if len(fits) == 1:
            yield _pair(one, fits[0], _ROLE, f"Nobody else is known as '{fits[0].speaker.role}'.")


def _has_role(speaker: Speaker, wanted: set[str]) -> bool:
    role = set(words_of(speaker.role or ""))
    about = role | set(words_of(speaker.organisation or ""))
    return bool(role & wanted) and wanted <= about and _BELOW & role <= wanted


def _pair(one: _Known, other: _Known, score: int, why: str) -> Likeness:
    if _from_other_houses(one.speaker, other.speaker) and score < _TITLES:
        score -= _OTHER_HOUSE
        why = f"{why} Their organisations differ."
    short, fuller = sorted((one, other), key=lambda known: len(known.name))
    return Likeness(short.name, fuller.name, score, why)


def _from_other_houses(one: Speaker, other: Speaker) -> bool:
    if not one.organisation or not other.organisation:
        return False
    return fuzz.token_set_ratio(one.organisation.casefold(), other.organisation.casefold()) < 60


def _bodies(bodies: Sequence[Speaker]) -> Iterator[Likeness]:
    groups: dict[str, list[Speaker]] = defaultdict(list)
    for body in bodies:
        for word in set(words_of(body.name)) - _SMALL:
            groups[word].append(body)
    for group in groups.values():
        for one, other in combinations(group, 2):
            score = round(fuzz.ratio(one.name.casefold(), other.name.casefold()))
            digits = [[c for c in body.name if c.isdigit()] for body in (one, other)]
            if score >= _MIDDLE and digits[0] == digits[1]:
                short, fuller = sorted((one.name, other.name), key=len)
                why = "The names differ by a few letters: perhaps a misprint."
                yield Likeness(short, fuller, min(score, _MOST_MISPRINT), why)
