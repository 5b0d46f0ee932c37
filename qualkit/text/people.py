"""Lists of people: who was present, who signed, who belongs to a group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qualkit.model import Person
from qualkit.text.names import (
    bare_name,
    has_role_word,
    initials_of,
    is_full_name,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.shapes import opening_of
from qualkit.text.vocabulary import ORGANISATION_WORDS

__all__ = [
    "inline_people",
    "merge_people",
    "parse_person",
    "people_from_rows",
    "person_from_cells",
    "shortened",
    "split_role",
]

_BRACKET = re.compile(r"^([^()\[\]]{1,80}?)\s*[(\[]([^()\[\]]{1,200})[)\]]\s*[,:–-]?\s*(.{0,200})$")
_DASH = re.compile(r"\s+[-–—]\s+|\s*:\s+")
_AT = re.compile(r"\s+(?:at|from|of behalf of|on behalf of|for the)\s+(?:the\s+)?")
_JOINT = re.compile(
    r"\s*[,;]\s*(?:and\s+(?=[A-Z]))?(?![^()]{0,200}\))|\s+and\s+(?![^()]{0,200}\))|\s+&\s+"
)
_CROWD = re.compile(r"(?:\d{1,4}|about|some|several|around)\s+[a-z]")
_ROMAN = re.compile(r"^[IVX]{1,4}\s*[:.]\s+")
_LONGEST_SHORT = 5
_BESIDE = 12
_SHORT_WORD = re.compile(r"(?<![\w.])[A-Z][A-Za-z.]{1,4}(?![\w])")
_FIRST = frozenset({"first name", "forename", "forenames", "given name", "christian name"})
_LAST = frozenset({"surname", "last name", "family name", "second name"})
_WHOLE = frozenset(
    {"name", "full name", "attendee", "attendees", "participant", "member", "person"}
)
_ROLE = frozenset(
    {"job title", "role", "title", "position", "post", "job", "job role", "designation", "capacity"}
)
_ORGANISATION = frozenset(
    {"company", "organisation", "organization", "employer", "affiliation", "institution", "body"}
)


def split_role(text: str) -> tuple[str | None, str | None]:
    """Return (role, organisation) out of what is printed behind a name.

    Example:
        >>> split_role("Director of Care at the Ministry of Health")
        ('Director of Care', 'Ministry of Health')
        >>> split_role("Organiser, Northgate Union")
        ('Organiser', 'Northgate Union')
        >>> split_role("Home Care Ltd")
        (None, 'Home Care Ltd')
    """
    plain = text.strip(" .;,")
    if not plain:
        return None, None
    parts = [part.strip() for part in plain.split(",") if part.strip()]
    if len(parts) == 1:
        halves = _AT.split(plain, maxsplit=1)
        if len(halves) == 2 and has_role_word(halves[0]):
            return halves[0], halves[1]
    if len(parts) >= 2 and (has_role_word(parts[0]) or not _is_organisation(parts[0])):
        return parts[0], ", ".join(parts[1:])
    if has_role_word(plain) or not (_is_organisation(plain) or _is_capitalised(plain)):
        return plain, None
    return None, plain


def _is_organisation(text: str) -> bool:
    before, joint, _ = text.partition(" for ")
    if joint and not set(words_of(before)) & ORGANISATION_WORDS:
        return False
    return text.isupper() or bool(set(words_of(text)) & ORGANISATION_WORDS)


def _is_capitalised(text: str) -> bool:
    words = text.split()
    return len(words) >= 2 and all(word[0].isupper() for word in words)


def parse_person(text: str) -> Person | None:
    """Return the person that a line of a list names, or None when it names nobody.

    Example:
        >>> parse_person("- Liz Holt MP (Chair)")
        Person(name='Liz Holt MP', role='Chair', organisation=None)
        >>> parse_person("Sandra, Care Worker, Northgate Home")
        Person(name='Sandra', role='Care Worker', organisation='Northgate Home')
        >>> parse_person("The roof leaks.") is None
        True
    """
    plain = text[opening_of(text).length :].strip().strip("*_").strip().rstrip(".;,")
    if not plain or len(plain) > 220:
        return None
    if found := _BRACKET.match(plain):
        name, inner, rest = (part.strip(" ,") for part in found.groups())
        if is_name(name):
            return Person(name, *split_role(", ".join(_details(name, f"{inner}, {rest}"))))
        return _from_commas(plain)
    return _from_commas(plain)


def _details(name: str, text: str) -> list[str]:
    """Return what stands behind a name, in parts, its own initials left out."""
    parts = (part.strip() for part in text.split(","))
    return [part for part in parts if part and not _is_short(part, name)]


def _is_short(part: str, name: str) -> bool:
    """Return whether a word is a name's initials, as in "JA" or "JAd" for Joseph Adeyemi."""
    core = part.strip(". ")
    if not 2 <= len(core) <= _LONGEST_SHORT or not core[0].isupper() or " " in core:
        return False
    plain = core.replace(".", "")
    known = initials_of(name)
    capital = "".join(letter for letter in plain if letter.isupper())
    return plain in known or (
        capital in known
        and plain.startswith(capital)
        and bare_name(name).split()[-1].startswith(plain[len(capital) - 1 :])
    )


def shortened(text: str, name: str) -> list[str]:
    """Return the initials that a line of a list prints beside a name.

    Example:
        >>> shortened("Joseph Adeyemi (JAd), Chief Executive", "Joseph Adeyemi")
        ['JAd']
    """
    place = max(text.find(name), 0)
    words = _SHORT_WORD.findall(text, max(0, place - _BESIDE), place + len(name) + _BESIDE)
    return [word for word in words if _is_short(word, name) and word not in name.split()]


def person_from_cells(cells: Sequence[str]) -> Person | None:
    """Return the person that a row of a list without a header names, or None.

    Example:
        >>> person_from_cells(["Joseph Adeyemi", "JA", "Chief Executive", "Marlow Trust"])
        Person(name='Joseph Adeyemi', role='Chief Executive', organisation='Marlow Trust')
    """
    kept = [cell.strip(" *_") for cell in cells if cell.strip(" *_")]
    if len(kept) >= 2 and not is_full_name(kept[0]) and is_full_name(kept[1]):
        kept[0], kept[1] = kept[1], kept[0]
    if not kept or not is_full_name(kept[0]):
        return None
    details = _details(kept[0], ", ".join(kept[1:]))
    if any(letter.isdigit() for part in details for letter in part):
        return None
    return Person(kept[0], *split_role(", ".join(details)))


def _from_commas(plain: str) -> Person | None:
    name, _, rest = plain.partition(",")
    halves = _DASH.split(plain, maxsplit=1)
    if len(halves) == 2 and len(halves[0]) < len(name):
        name, rest = halves
    name, rest = name.strip(), rest.strip()
    rest = "" if _CROWD.match(rest) else rest
    if len(name) > 60 or len(rest.split()) > 24 or "." in rest.strip("."):
        return None
    if is_full_name(name) or (is_name(name) and has_role_word(rest)):
        return Person(name, *split_role(rest))
    return None


def inline_people(text: str) -> list[Person]:
    """Return the people named in a running list.

    Example:
        >>> [(p.name, p.role) for p in inline_people("Ann Lee, Scrutiny Officer and Bo Day, Clerk")]
        [('Ann Lee', 'Scrutiny Officer'), ('Bo Day', 'Clerk')]
        >>> [(p.name, p.role) for p in inline_people("Mr S E Lund (Chair), Ms K J Holt and Jo Ray")]
        [('Mr S E Lund', 'Chair'), ('Ms K J Holt', None), ('Jo Ray', None)]
    """
    if ";" in text:
        parts = (_ROMAN.sub("", part.strip()) for part in text.rstrip(". ").split(";"))
        found = [person for part in parts if (person := parse_person(part)) is not None]
        if len(found) >= 2:
            return found
    gathered: list[list[str]] = []
    for token in _JOINT.split(text.strip().rstrip(".")):
        plain = token.strip()
        if _CROWD.match(plain):
            continue
        bracket = _BRACKET.match(plain)
        name = bracket.group(1).strip() if bracket else plain
        if is_full_name(name):
            gathered.append([name, *(_details(name, bracket.group(2)) if bracket else ())])
        elif gathered and plain:
            gathered[-1].append(plain)
    return [Person(name, *split_role(_phrase(details))) for name, *details in gathered]


def _phrase(details: Sequence[str]) -> str:
    if len(details) == 2 and has_role_word(details[1]) and not has_role_word(details[0]):
        return " and ".join(details)
    return ", ".join(details)


def people_from_rows(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Person] | None:
    """Return the people of a table, or None when its header names no column of names.

    Args:
        header: cells of the first row.
        rows: cells of the rows below.

    Example:
        >>> people_from_rows(["Name", "Role"], [["Ann Lee", "Clerk"]])
        [Person(name='Ann Lee', role='Clerk', organisation=None)]
    """
    columns = {cell.strip().casefold(): place for place, cell in enumerate(header)}
    first = _column(columns, _FIRST)
    last = _column(columns, _LAST)
    whole = _column(columns, _WHOLE)
    names = [place for place in (first, last) if place is not None] or (
        [whole] if whole is not None else []
    )
    role, organisation = _column(columns, _ROLE), _column(columns, _ORGANISATION)
    if not names or (len(names) == 1 and role is None and organisation is None):
        return None
    people = []
    for cells in rows:
        name = " ".join(_cell(cells, place) or "" for place in names).strip()
        if name:
            people.append(Person(name, _cell(cells, role), _cell(cells, organisation)))
    return people


def _column(columns: dict[str, int], wanted: frozenset[str]) -> int | None:
    return next((place for name, place in columns.items() if name in wanted), None)


def _cell(cells: Sequence[str], place: int | None) -> str | None:
    if place is None or place >= len(cells):
        return None
    return cells[place].strip() or None


def merge_people(people: Iterable[Person]) -> tuple[Person, ...]:
    """Return the people each once: the same name, titles aside, is one person.

    Where two lines say different things of a person, the first that says anything holds.

    Example:
        >>> merge_people([Person("Ann Lee"), Person("Dr Ann Lee", "Chair")])
        (Person(name='Ann Lee', role='Chair', organisation=None),)
    """
    merged: dict[str, Person] = {}
    for person in people:
        key = name_key(person.name)
        seen = merged.get(key)
        merged[key] = (
            person
            if seen is None
            else Person(
                seen.name,
                seen.role or person.role,
                seen.organisation or person.organisation,
            )
        )
    return tuple(merged.values())
