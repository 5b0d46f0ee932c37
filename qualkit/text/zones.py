"""Stretches of a document that are not prose: lists of people, contents, glossaries."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from qualkit.model import Person
from qualkit.text.lines import Line
from qualkit.text.names import has_role_word, is_full_name, words_of
from qualkit.text.people import (
    inline_people,
    parse_person,
    people_from_rows,
    person_from_cells,
    shortened,
)
from qualkit.text.shapes import is_contact, is_date, is_rule, opening_of
from qualkit.text.vocabulary import PEOPLE_NOUNS

__all__ = ["CONTENTS", "GLOSSARY", "PEOPLE", "Zones", "find_zones", "is_row"]

PEOPLE, CONTENTS, GLOSSARY = "list of people", "contents", "glossary"

_PEOPLE_LINE = re.compile(
    r"(?:also |those |people |persons |members |staff )?(?:present|in attendance|attendees|"
    r"attending|apologies(?: for absence| received)?|membership|members|participants|panel|"
    r"signatories|signed by|observers?|officers?|witness(?:es)?|members present)\s*:\s*"
    r"(?P<rest>.*)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"(?P<field>[A-Z][\w '’/-]{2,60}?):\s+(?P<value>\S.{2,120})")
_CROWD_FIELD = re.compile(
    r"members|participants|panel|observers?|officers?|witness(?:es)?|those", re.I
)
_PAGE_REF = re.compile(
    r"(?:\t+|\s*\.{3,}\s*|\s{3,})(?:page\s*|p\.?\s*)?\d{1,4}(?:\s*[-–]\s*\d{1,4})?$", re.I
)
_PAGE_HEAD = re.compile(r"\b(?:page|item)\s*(?:no\.?|number)?\b", re.IGNORECASE)
_CONTENTS_HEAD = re.compile(r"(?:table of )?contents?(?: page)?|agenda|index", re.IGNORECASE)
_GLOSSARY_HEAD = re.compile(
    r"\b(?:glossary|abbreviations|acronyms)\b|^list of terms$|^definitions?$", re.IGNORECASE
)
_ENTRY_NUMBER = re.compile(r"^\d{1,2}(?:\.\d{1,2})*\.?\s+")
_PAIR = re.compile(r"\t+|\s{3,}|\s+[-–—=]\s+|:\s+")
_BARRED = re.compile(r"\|.+\|.*|[^|]+\|[^|]+\|.+")
_WIDE = re.compile(r"(?<=\S)\s{3,}(?=\S)")
_NUMERAL = re.compile(r"^[IVX]{1,4}\s*[:.]\s+(?=[A-Z])")
_REACH = 3
_SHORT_LIST = 16
_SIGNED = re.compile(r"(?:signed|yours \w+|kind regards|best wishes)\W*", re.IGNORECASE)


@dataclass
class Zones:
    """What lists and tables of a document say.

    Attributes:
        notes: by index of the line, why it is set aside.
        people: everybody listed, in order, repeats included.
        abbreviations: (long form, short form).
        entries: what the list of contents names, page numbers left out.
        shorts: initials printed beside a name on a list, and that name.
        contents_end: index of the last line of the contents, -1 when there are none.
    """

    notes: dict[int, str] = field(default_factory=dict)
    people: list[Person] = field(default_factory=list)
    abbreviations: list[tuple[str, str]] = field(default_factory=list)
    entries: list[str] = field(default_factory=list)
    shorts: dict[str, str] = field(default_factory=dict)
    contents_end: int = -1


def is_row(line: Line) -> bool:
    """Return whether a line is a row of a table: the container says so, or tabs or bars part it."""
    return line.hint.is_row or "\t" in line.text[opening_of(line.text).length :] or _is_drawn(line)


def _is_drawn(line: Line) -> bool:
    """Return whether bars, or wide gaps in two places, part a line into cells."""
    text = line.text
    if "|" not in text and "   " not in text:
        return False
    if text.count("|") >= 2 and _BARRED.fullmatch(text):
        return True
    gaps = _WIDE.findall(text) if "   " in text else ()
    return len(gaps) >= 2 and not any(mark in text for mark in ":?!")


def find_zones(
    lines: Sequence[Line], furniture: Collection[int] = (), turns: Collection[int] = ()
) -> Zones:
    """Return the lists of people, the contents and the glossary of a document.

    Args:
        lines: of the document.
        furniture: indices of lines that a page prints around its text; lists go on across them.
        turns: indices of lines that begin a speaker's turn; a list ends before them.
    """
    zones = Zones()
    stretch: list[Line] = []
    for line in lines:
        if line.index in turns:
            _read_stretch(stretch, zones)
            stretch = []
        elif line.index not in furniture:
            stretch.append(line)
    _read_stretch(stretch, zones)
    return zones


def _read_stretch(body: Sequence[Line], zones: Zones) -> None:
    place = 0
    while place < len(body):
        place = max(place + 1, _read_at(body, place, zones))


def _read_at(body: Sequence[Line], place: int, zones: Zones) -> int:
    text = body[place].text.strip("*_# ")
    for reader, fits in (
        (_read_table, is_row(body[place])),
        (_read_contents, _CONTENTS_HEAD.fullmatch(text.rstrip(":"))),
        (_read_glossary, len(text.split()) <= 8 and _GLOSSARY_HEAD.search(text)),
        (_read_people, True),
    ):
        if fits:
            after = reader(body, place, zones)
            if after > place:
                return after
    return place + 1


def _cells(line: Line) -> list[str]:
    text = line.text
    if "\t" not in text and _is_drawn(line):
        parts = text.strip("|").split("|") if "|" in text else _WIDE.split(text)
    else:
        parts = text.split("\t")
    return [cell.strip() for cell in parts]


def _read_table(body: Sequence[Line], place: int, zones: Zones) -> int:
    end = place
    while end < len(body) and is_row(body[end]) and opening_of(body[end].text).sort == "":
        end += 1
    if end == place:
        return place
    header = _cells(body[place])
    rows = (_cells(line) for line in body[place + 1 : end] if not is_rule(line.text))
    people = people_from_rows(header, rows)
    if people is not None:
        zones.people.extend(people)
        zones.notes.update((line.index, PEOPLE) for line in body[place:end])
    elif any(_PAGE_HEAD.fullmatch(cell) for cell in header):
        zones.notes.update((line.index, CONTENTS) for line in body[place:end])
    return end


def _read_contents(body: Sequence[Line], place: int, zones: Zones) -> int:
    last, look = place, place + 1
    while look < len(body) and look - last <= _REACH:
        if _PAGE_REF.search(body[look].text):
            last = look
        look += 1
    if last == place:
        return place
    for line in body[place + 1 : last + 1]:
        zones.notes[line.index] = CONTENTS
        entry = _PAGE_REF.sub("", line.text)
        entry = entry[opening_of(entry).length :].strip()
        zones.entries.append(_ENTRY_NUMBER.sub("", entry))
    zones.contents_end = body[last].index
    return last + 1


def _read_glossary(body: Sequence[Line], place: int, zones: Zones) -> int:
    end = place + 1
    while end < len(body):
        parts = [part.strip() for part in _PAIR.split(body[end].text, maxsplit=1)]
        if len(parts) != 2 or not all(parts) or len(body[end].text) > 160:
            break
        long, short = sorted(parts, key=len, reverse=True)
        zones.abbreviations.append((long, short))
        zones.notes[body[end].index] = GLOSSARY
        end += 1
    return end if end > place + 1 else place


def _is_people_heading(text: str) -> bool:
    words = words_of(text)
    if not 1 <= len(words) <= 7 or text[-1] in ".?!;" or not text[0].isupper():
        return False
    return (
        words[-1] in PEOPLE_NOUNS
        or words[0] in PEOPLE_NOUNS
        or words[-2:] == ["officer", "support"]
    )


def _read_people(body: Sequence[Line], place: int, zones: Zones) -> int:
    text = body[place].text.strip("*_# ")
    inline = _PEOPLE_LINE.fullmatch(text)
    if inline and inline.group("rest").strip():
        return _read_inline(body, place, inline.group("rest").strip(), zones)
    if inline or (text and _is_people_heading(text.rstrip(": "))):
        return _read_list(body, place + 1, zones)
    if _SIGNED.fullmatch(text) and all(_people_in(line) for line in body[place + 1 : place + 3]):
        return _read_list(body, place + 1, zones)
    return _read_field(body[place], zones) or place


def _read_inline(body: Sequence[Line], place: int, rest: str, zones: Zones) -> int:
    one, several = parse_person(rest), inline_people(rest)
    if len(several) <= 1 and one is not None:
        several = [one]
    said = body[place].text.strip("*_# ")
    if not several and (len(rest.split()) > _SHORT_LIST or _CROWD_FIELD.match(said)):
        return place
    _take(several, body[place], zones)
    return _read_list(body, place + 1, zones)


def _read_list(body: Sequence[Line], place: int, zones: Zones) -> int:
    end = place
    while end < len(body):
        line = body[end]
        if line.text.startswith("(") and end > place and zones.people:
            end = _read_detail(body, end, zones)
            continue
        if line.text in {"·", "•", "-", "*", "–"}:
            end += 1
            continue
        found = _people_in(line)
        if not found or (end > place and _is_next_heading(line, body[end - 1], found)):
            break
        _take(found, line, zones)
        end += 1
    return end


def _take(found: Sequence[Person], line: Line, zones: Zones) -> None:
    zones.people.extend(found)
    zones.notes[line.index] = PEOPLE
    zones.shorts.update(
        {short: person.name for person in found for short in shortened(line.text, person.name)}
    )


def _is_next_heading(line: Line, above: Line, found: Sequence[Person]) -> bool:
    """Return whether a line below a list only looks like a name: in capitals, further apart."""
    bare = len(found) == 1 and found[0].role is None and found[0].organisation is None
    shouted = line.text.isupper() and not above.text.isupper()
    apart = line.gap > above.gap and "," in above.text
    return bare and (shouted or apart)


def _people_in(line: Line) -> list[Person]:
    if is_date(line.text) or is_contact(line.text) or line.text.endswith(":") or line.hint.level:
        return []
    if ":" in line.text and _PEOPLE_LINE.fullmatch(line.text.strip("*_# ")):
        return []
    if is_row(line):
        if people_from_rows(_cells(line), ()) is not None:
            return []
        one = person_from_cells(_cells(line))
        return [one] if one is not None else []
    text = _NUMERAL.sub("", _WIDE.sub(", ", line.text))
    joined = " and " in text or ";" in text
    several = inline_people(text) if joined else []
    if len(several) >= 2:
        return several
    one = parse_person(text)
    return [one] if one is not None else []


def _read_detail(body: Sequence[Line], place: int, zones: Zones) -> int:
    end, said = place, []
    while end < len(body) and end - place < 4:
        said.append(body[end].text)
        zones.notes[body[end].index] = PEOPLE
        end += 1
        if said[-1].endswith(")"):
            break
    last = zones.people[-1]
    detail = " ".join(said).strip("()")
    zones.people[-1] = Person(last.name, last.role or detail, last.organisation)
    return end


def _read_field(line: Line, zones: Zones) -> int | None:
    """Take "Lead officer: Cllr Ann Lee, Chair of X" as a person; the line itself stays."""
    found = _FIELD.fullmatch(line.text)
    person = parse_person(found.group("value")) if found and len(line.text) < 160 else None
    if found is None or person is None or not is_full_name(person.name):
        return None
    names_role = has_role_word(found.group("field"))
    if names_role or (person.role and found.group("value").split()[0].istitle()):
        role = person.role or found.group("field")
        zones.people.append(Person(person.name, role, person.organisation))
        zones.notes.setdefault(line.index, "field")
    return None
