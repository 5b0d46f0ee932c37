"""Authored documents: who wrote the report, the letter, the foreword."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from qualkit.model import Person, UtteranceKind
from qualkit.text.blocks import Block, Page, Remark
from qualkit.text.cast import Cast, Voice
from qualkit.text.names import has_role_word, is_full_name, words_of
from qualkit.text.people import inline_people, parse_person, split_role
from qualkit.text.verbs import SAYING
from qualkit.text.vocabulary import KNOWING, ORGANISATION_WORDS

__all__ = ["give_authors"]

_Kind = UtteranceKind
_BODY = (
    r"(?:Task(?:-| and Finish)? Group|Working (?:Group|Party)|Committee|Panel|Commission|Inquiry|"
    r"Board|Task ?[Ff]orce|Review Team|Group|Network|Coalition|Alliance|Forum)"
)
_REFERENCE = re.compile(
    rf"\bThe\s+((?:[A-Z][\w-]+\s+){{0,3}}{_BODY})\s+(?:(?:also|has|was|were|is|had)\s+){{0,3}}(\w+)"
)
_LONG_FORM = r"(?:[A-Z][\w-]+\s+(?:(?:as|of|for|and|on|in|to|a|an)\s+){{0,2}}){{1,8}}{name}\b"
_JOINT = re.compile(
    r"\b(?P<kind>(?:(?:open|joint|position|written) ){0,3}(?:letter|submission|statement|response|"
    r"briefing|declaration|paper|manifesto|evidence))\s+(?:is\s+)?(?:sent\s+|signed\s+|submitted\s+|made\s+)?"
    r"(?:from|by|on behalf of)\s+(?P<who>[^\n]{20,900})",
    re.IGNORECASE,
)
_JOINT_END = re.compile(
    r"\s+(?:can be|is |are |has |have |to (?:ask|call|urge)|was |were |will |which |who )|[.;(]"
)
_LIST_JOINT = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+(?=(?:the\s+)?[A-Z])")
_SUBMITTED = re.compile(
    r"\b(?:submitted|written|prepared|produced|compiled)\s+by\s+(?P<who>[A-Z][^\n.;(]{2,100})|"
    r"^(?:authors?|by)\s*:?\s+(?P<byline>[A-Z][^\n.;(]{2,100})$"
)
_SIGN_OFF = re.compile(
    r"(?:yours|kind regards|best wishes|sincerely|faithfully|regards|signed)\b", re.IGNORECASE
)
_SALUTATION = re.compile(r"(?:dear|to)\b[^.!?]{2,70}[,:]|to:\s.{2,100}", re.IGNORECASE)
_HEADING_WORDS = frozenset(
    ["purpose", "role", "membership", "members", "member", "chair", "remit", "report", "response"]
) | frozenset(
    ["terms", "aim", "aims", "the", "recommendations", "findings", "views", "meeting", "visit"]
)
_COPIES = re.compile(r"(?:cc|bcc|enc|encl|copy to|copies to)\s*[.:]", re.IGNORECASE)
_LONGEST_NAME = 10
_LEAST = 5
_HEAD = 25


def give_authors(blocks: Sequence[Block], page: Page, cast: Cast) -> list[Remark]:
    """Give the prose of an authored document to its author, and return what was found.

    The author is, in this order: several organisations that a letter says it comes from; the body
    that the text has speak ("The Task Group heard ..."); whoever the first lines or the closing
    lines name. A section that ends in a name and a role is that person's own.
    """
    found = _joint(blocks, page, cast) or _body(page, cast) or _named(blocks, page, cast)
    signed = _signed(blocks, page, cast)
    _set_letter_aside(blocks, page)
    findings = []
    if found is not None:
        found.is_author = True
        for block in blocks:
            if block.codable and block.voice is None and block.kind is not _Kind.TABLE_ROW:
                block.voice, found.speaks = found.name, True
        findings.append(Remark("author", f"The prose is given to '{found.name}' as its author."))
    for voice, section in signed:
        findings.append(Remark("author", f"The section '{section}' is signed by '{voice.name}'."))
    return findings


def _set_letter_aside(blocks: Sequence[Block], page: Page) -> None:
    """Set the frame of a letter aside: addresses above, salutation, and the closing formula."""
    for place, block in enumerate(blocks):
        words = page.text[block.start : block.end]
        if not block.codable or len(words) > 80:
            continue
        if place < _HEAD and _SALUTATION.fullmatch(words):
            for above in blocks[:place]:
                if above.level != 1 and above.note is None:
                    _set_aside(above, "letterhead")
            _set_aside(block, "salutation")
        elif _COPIES.match(words) and place > len(blocks) // 2:
            _set_aside(block, "signature")
        elif _SIGN_OFF.match(words) and words.rstrip().endswith((",", "sincerely", "faithfully")):
            _set_aside(block, "closing formula")


def _set_aside(block: Block, why: str) -> None:
    block.kind, block.codable, block.note = _Kind.NOTE, False, why
    block.level = block.voice = None


def _joint(blocks: Sequence[Block], page: Page, cast: Cast) -> Voice | None:
    for block in blocks[:_HEAD]:
        for found in _JOINT.finditer(block.words_in(page.text)):
            bodies = _organisations(found.group("who"))
            if len(bodies) >= 2:
                return _joint_voice(found.group("kind"), bodies, blocks, page, cast)
    return None


def _organisations(text: str) -> list[str]:
    end = _JOINT_END.search(text)
    parts = _LIST_JOINT.split(text[: end.start()] if end else text)
    names = [re.sub(r"^(?:the|and)\s+", "", part.strip()) for part in parts]
    return [name for name in names if name[:1].isupper() and 1 < len(name.split()) <= 12]


def _joint_voice(
    kind: str, bodies: list[str], blocks: Sequence[Block], page: Page, cast: Cast
) -> Voice:
    for body in bodies:
        cast.know(body, "author").is_organisation = True
    cast.people += tuple(Person(body, "author") for body in bodies)
    sort = kind.lower().split()[-1]
    title = next((b for b in blocks if b.kind is _Kind.HEADING and b.level == 1), None)
    words = page.text[title.start : title.end].strip("*_# ") if title else ""
    name = f"Authors of “{words}”" if words else f"Authors of the joint {sort}"
    voice = cast.know(name, f"joint {sort}", "; ".join(bodies))
    voice.is_organisation = True
    return voice


def _body(page: Page, cast: Cast) -> Voice | None:
    times = Counter(
        name for name, verb in _REFERENCE.findall(page.text) if verb.casefold() in SAYING | KNOWING
    )
    if not times or times.most_common(1)[0][1] < _LEAST:
        return None
    short = times.most_common(1)[0][0]
    longest = _longest_form(short, page)
    voice = cast.know(longest)
    voice.is_organisation = True
    voice.also(short)
    return voice


def _longest_form(short: str, page: Page) -> str:
    pattern = re.compile(_LONG_FORM.format(name=re.escape(short)))
    found = (re.sub(r"^(?:The|A|An|Our)\s+", "", form) for form in pattern.findall(page.text))
    forms = {form for form in found if "\n" not in form and _is_body_name(form, short)}
    return max(sorted(forms), key=len, default=short)


def _is_body_name(form: str, short: str) -> bool:
    """Return whether a longer form is a name, not a heading that ends in one."""
    if form == short or len(form.split()) > _LONGEST_NAME:
        return False
    before = words_of(form.removesuffix(short))
    return not set(before) & _HEADING_WORDS and before[-1:] not in (["the"], ["of"], ["a"])


def _named(blocks: Sequence[Block], page: Page, cast: Cast) -> Voice | None:
    for block in blocks[:_HEAD]:
        found = _SUBMITTED.search(page.text[block.start : block.end])
        if found:
            name = (found.group("who") or found.group("byline")).strip(" ,")
            return _author(name, cast)
    for place, block in enumerate(blocks):
        if len(page.text[block.start : block.end]) < 60 and _SIGN_OFF.match(
            page.text[block.start : block.end]
        ):
            return _signer(blocks[place + 1 : place + 4], page, cast)
    return None


def _signer(below: Sequence[Block], page: Page, cast: Cast) -> Voice | None:
    """Return who signs in the lines below a closing formula, and set those lines aside."""
    words = [page.text[block.start : block.end].strip("*_ ") for block in below]
    for place, line in enumerate(words):
        person = parse_person(line)
        if person is None:
            continue
        voice = cast.know(person.name, person.role, person.organisation)
        _set_aside(below[place], "signature")
        role = words[place + 1] if place + 1 < len(words) else ""
        if person.role is None and has_role_word(role) and len(role.split()) <= 16:
            voice.learn(*split_role(role))
            _set_aside(below[place + 1], "signature")
        return voice
    return None


def _author(printed: str, cast: Cast) -> Voice | None:
    people = inline_people(printed)
    if len(people) == 1:
        return cast.know(people[0].name, people[0].role, people[0].organisation)
    if set(words_of(printed)) & ORGANISATION_WORDS or printed.isupper():
        voice = cast.know(printed)
        voice.is_organisation = True
        return voice
    return cast.know(printed) if is_full_name(printed) else None


def _signed(blocks: Sequence[Block], page: Page, cast: Cast) -> list[tuple[Voice, str]]:
    """Give sections that end in a name line and a role line to the person who signed."""
    found = []
    for place, block in enumerate(blocks[:-1]):
        words = page.text[block.start : block.end].strip("*_ ")
        if not _is_signature(words, blocks, place, page):
            continue
        after = blocks[place + 1]
        role = page.text[after.start : after.end].strip("*_ ")
        section = list(_section_above(blocks, place))
        if not section:
            continue
        voice = cast.find(words) or cast.know(words)
        cast.rename(voice, words)
        voice.learn(*split_role(role))
        voice.speaks = voice.is_author = True
        for part in section:
            part.voice = voice.name
        for line in (block, after):
            _set_aside(line, "signature")
            line.section = section[-1].section
        found.append((voice, section[-1].section or ""))
    return found


def _is_signature(words: str, blocks: Sequence[Block], place: int, page: Page) -> bool:
    after = blocks[place + 1]
    role = page.text[after.start : after.end]
    short = len(role.split()) <= 16 and not role.rstrip().endswith(".")
    plain = {block.kind for block in (blocks[place], after)} <= {_Kind.HEADING, _Kind.PARAGRAPH}
    return plain and short and is_full_name(words) and has_role_word(role)


def _section_above(blocks: Sequence[Block], place: int) -> Iterable[Block]:
    for block in reversed(blocks[:place]):
        if block.kind is _Kind.HEADING:
            return
        if block.codable and block.kind in {_Kind.PARAGRAPH, _Kind.LIST_ITEM}:
            yield block
