"""The shapes of names, roles and organisations, as documents print them."""

from __future__ import annotations

import re
from functools import lru_cache

from qualkit.text.vocabulary import (
    HONORIFICS,
    MODERATING,
    ORGANISATION_WORDS,
    PARTICLES,
    POSTNOMINALS,
    ROLE_WORDS,
)

__all__ = [
    "bare_name",
    "has_role_word",
    "initials",
    "initials_of",
    "is_caseless",
    "is_full_name",
    "is_generic",
    "is_moderating",
    "is_name",
    "name_key",
    "words_of",
]

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")

_GENERIC = re.compile(
    r"""(?:(?:the|an?|another|unidentified|unknown|male|female|first|second|third|new|other|older|
    younger)\s+)*(?:participants?|speakers?|respondents?|interviewe[er]s?|interviewee|facilitators?|
    moderators?|voices?|persons?|people|subjects?|patients?|clients?|residents?|students?|pupils?|
    teachers?|nurses?|doctors?|carers?|workers?|parents?|members?|managers?|officers?|users?|guests?|
    witness(?:es)?|delegates?|attendees?|audience|group|chair|chairman|chairwoman|chairperson|
    convener|convenor|host|presenter|researchers?|all|everyone|several|unidentified|unknown|
    therapists?|men|man|women|woman|boy|girl|spk|part|int|iv|resp|id|sub|inv|exa|mod|fac|facil|
    interviewé|befragter?|entrevistad[oa]r?|moderador[ae]?|intervieweur|enquêteur|sprecher(?:in)?|
    المحاور|المحاورة|מראיין|מראיינת|מנחה|主持人|采访者|受访者)
    [\s_\-\#.]*(?:no\.?\s*)?(?:[a-z]|\d{1,4}[a-z]?|one|two|three|four|five|six)?""",
    re.VERBOSE | re.IGNORECASE,
)
_NAME_JOINT = re.compile(r"[-‑’']")
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e30-\u0eff\u200c\u200d"
_LETTERS = re.compile(rf"(?:[^\W\d_]|[’'\-.‑{_MARKS}])+")
_MODERATING_ABROAD = frozenset(
    [
        "moderador",
        "moderadora",
        "entrevistador",
        "entrevistadora",
        "intervieweur",
        "intervieweuse",
        "enquêteur",
        "animateur",
        "animatrice",
        "moderatorin",
        "interviewerin",
        "المحاور",
        "المحاورة",
        "מראיין",
        "מראיינת",
        "מנחה",
        "主持人",
        "采访者",
    ]
)
_NO_NAME = frozenset({"for", "and", "in", "on", "to", "the", "with", "by", "from", "at", "an"})
_ROLE_ENDS = (
    "ologist",
    "ologists",
    "trician",
    "tricians",
    "nician",
    "tician",
    "iatrist",
    "ographer",
)
_CODE = re.compile(r"[A-Za-z]{1,3}[\s_-]?\d{1,4}[A-Za-z]?|[A-Z]|[QA]\.?")


def words_of(text: str) -> list[str]:
    """Return the words of a text in small letters, punctuation left out.

    Example:
        >>> words_of("Cllr Val O'Dwyer, M.P.")
        ['cllr', 'val', "o'dwyer", 'm', 'p']
    """
    return [word.casefold() for word in _WORD.findall(text)]


@lru_cache(maxsize=4096)
def bare_name(name: str) -> str:
    """Return a name without titles before it and letters after it.

    Example:
        >>> bare_name("Cllr Val Armstrong MP"), bare_name("The Chair")
        ('Val Armstrong', 'Chair')
    """
    words = name.replace(",", " ").split()
    while len(words) > 1 and words[0].strip(".").casefold() in HONORIFICS | {"the"}:
        words = words[1:]
    while len(words) > 1 and words[-1].strip(".").casefold() in POSTNOMINALS:
        words = words[:-1]
    return " ".join(words)


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Return what two printed forms of one name share: no titles, case or punctuation.

    Example:
        >>> name_key("Dr. ANNA Lund"), name_key("anna lund")
        ('anna lund', 'anna lund')
    """
    return " ".join(words_of(bare_name(name))) or name.casefold()


def initials(name: str) -> str:
    """Return the capital first letters of a name without its titles.

    Example:
        >>> initials("Cllr Finn Turner Berry")
        'FTB'
    """
    return "".join(word[0] for word in bare_name(name).split() if word[0].isupper())


def initials_of(name: str) -> frozenset[str]:
    """Return every way in which minutes may shorten a name to capital letters.

    Example:
        >>> sorted(initials_of("Prof. Eva Nowak-Hill"))
        ['EH', 'EN', 'ENH']
        >>> sorted(initials_of("Lucy van der Berg"))
        ['LB', 'LVB', 'LVDB']
    """
    words = bare_name(name).split()
    parts = [part for word in words for part in _NAME_JOINT.split(word) if part]
    capital = [part[0] for part in parts if part[0].isupper()]
    every = [word[0].upper() for word in words]
    first_and_last = capital[:1] + capital[-1:]
    short = first_and_last
    if len(words) > 2 and words[1].islower():
        short = [every[0], every[1], every[-1]]
    found = (initials(name), *map("".join, (capital, every, first_and_last, short)))
    return frozenset(form for form in found if len(form) >= 2)


def is_caseless(text: str) -> bool:
    """Return whether a text is in a script that knows no capital letters.

    Example:
        >>> is_caseless("李娜"), is_caseless("Nora"), is_caseless("12")
        (True, False, False)
    """
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and not any(
        letter.isupper() or letter.islower() or letter.istitle() for letter in letters
    )


def has_role_word(text: str) -> bool:
    """Return whether a text holds a word for what somebody is or does.

    Example:
        >>> has_role_word("Head of Pay"), has_role_word("Pay and conditions")
        (True, False)
    """
    return any(
        word in ROLE_WORDS
        or word.endswith(_ROLE_ENDS)
        or any(part in ROLE_WORDS for part in word.split("-"))
        for word in words_of(text)
    )


def _is_name_word(word: str) -> bool:
    core = word.strip(".,'’\"“”")
    if not core or any(letter.isdigit() for letter in core):
        return False
    return _is_capital(core[0]) and _LETTERS.fullmatch(core) is not None


def _is_capital(letter: str) -> bool:
    """Return whether a letter may begin a name; scripts without capitals have only such."""
    return letter.isalpha() and not letter.islower()


@lru_cache(maxsize=8192)
def is_name(text: str) -> bool:
    """Return whether a text has the shape of a person's name, one to five words.

    Example:
        >>> is_name("Nigel Taylor"), is_name("Sandra"), is_name("Lord Hunt of Wirral")
        (True, True, True)
        >>> is_name("Head of Pay"), is_name("Pay per hour"), is_name("Adult Social Care")
        (False, False, False)
    """
    words = text.split()
    if not 1 <= len(words) <= 7 or (not _is_capital(words[0][0]) and words[0] not in PARTICLES):
        return False
    titled = words[0].strip(".").casefold() in HONORIFICS
    core = bare_name(text).split()
    if not 1 <= len(core) <= 5 or not any(_is_capital(word[0]) for word in core):
        return False
    if not all(_is_name_word(word) or word in PARTICLES for word in core):
        return False
    plain = {word.casefold().strip(".'’") for word in core}
    if plain & _NO_NAME:
        return False
    return titled or not plain & (ROLE_WORDS | ORGANISATION_WORDS)


def is_full_name(text: str) -> bool:
    """Return whether a text is a name of two words or more, or one word with a title.

    Example:
        >>> is_full_name("Nigel Taylor"), is_full_name("Mr Keith"), is_full_name("Nigel")
        (True, True, False)
    """
    return is_name(text) and len(text.split()) >= 2


def is_generic(label: str) -> bool:
    """Return whether a label means another person in another document.

    Example:
        >>> is_generic("Participant A"), is_generic("P1"), is_generic("Ann Lee")
        (True, True, False)
    """
    plain = label.strip().strip(".:")
    return _GENERIC.fullmatch(plain) is not None or _CODE.fullmatch(plain) is not None


def is_moderating(text: str) -> bool:
    """Return whether a label or role is that of somebody who asks and gives the word.

    Example:
        >>> is_moderating("Interviewer 2"), is_moderating("The Chair"), is_moderating("Vice Chair")
        (True, True, False)
    """
    words = [word for word in words_of(text) if word not in {"the", "a", "an", "acting", "co"}]
    if not words or words[0] in {"vice", "deputy"}:
        return False
    first = words[0].rstrip("0123456789")
    return first in MODERATING | _MODERATING_ABROAD or (len(words) == 2 and words[0] == "presiding")
