"""Lists of people: who was present, who signed, who belongs to a group."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from qualkit.model import Person
from qualkit.text.names import (
    has_role_word,
    initials,
    is_full_name,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.shapes import opening_of
from qualkit.text.vocabulary import ORGANISATION_WORDS

__all__ = ["inline_people", "merge_people", "parse_person", "people_from_rows", "split_role"]

_BRACKET = re.compile(r"^([^()\[\]]{1,80}?)\s*[(\[]([^()\[\]]{1,200})[)\]]\s*[,:–-]?\s*(.{0,200})$")
_DASH = re.compile(r"\s+[-–—]\s+|\s*:\s+")
_AT = re.compile(r"\s+(?:at|from|of behalf of|on behalf of|for the)\s+(?:the\s+)?")
_JOINT = re.compile(r"\s*[,;]\s*(?![^()]{0,200}\))|\s+and\s+(?![^()]{0,200}\))|\s+&\s+")
_ROMAN = re.compile(r"^[IVX]{1,4}\s*[:.]\s+")
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
    return [part for part in parts if part and part != initials(name)]


def _from_commas(plain: str) -> Person | None:
    name, _, rest = plain.partition(",")
    halves = _DASH.split(plain, maxsplit=1)
    if len(halves) == 2 and len(halves[0]) < len(name):
        name, rest = halves
    name, rest = name.strip(), rest.strip()
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
