"""Headings, titles and stage directions among the lines of a document."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from qualkit.text.blocks import Page
from qualkit.text.lines import Line, starts_low
from qualkit.text.names import has_role_word, is_full_name, is_name, words_of
from qualkit.text.shapes import (
    box_state,
    has_finite_verb,
    is_heading_shape,
    is_lead_in_heading,
    is_web_furniture,
)
from qualkit.text.vocabulary import CHAT
from qualkit.text.zones import is_row

__all__ = ["is_heading", "is_person_heading", "is_stage_direction", "is_sworn", "is_title"]

_STAGE = re.compile(
    r"\b(?:nods?|nodding|laughs?|laughing|laughter|applauds?|applause|claps?|pauses?|silence|"
    r"gestures?|agrees?|agreement|joins?|leaves|smiles?|shakes?|shaking|raises?|interrupts?|"
    r"whispers?|coughs?|sighs?|murmurs?|cheers?|crosstalk|inaudible|indistinct|chatter|cries|"
    r"points?|waves?|stands?|sits?|enters?|exits?|background noise|break)\b",
    re.IGNORECASE,
)
_CROWD = re.compile(
    r"(?:(?:all|some|several|most|many|other|the|two|three)\s+)*(?:participants?|people|members|"
    r"attendees|group|audience|speakers?|everyone|everybody|all|room|others|interviewer|"
    r"interviewee|respondents?|delegates|laughter|applause|silence|pause|crosstalk|inaudible)\b",
    re.IGNORECASE,
)
_SITTING = re.compile(
    r"(?:the\s+)?(?:sitting|meeting|session|hearing|recording|tape|interview|committee|audio|video|"
    r"proceedings|inquiry|call|zoom)\s+(?:is\s+|was\s+|has\s+|had\s+|then\s+|been\s+)*(?:suspended|"
    r"adjourned|resumed|resumes|paused|pauses|stopped|stops|interrupted|ended|ends|began|begins|"
    r"starts|cut|cuts|breaks|restarted|reconvened)\b|on resuming\b",
    re.IGNORECASE,
)
_SWORN = re.compile(
    r"(?P<name>[^()a-z]{3,60}(?:\b[a-z]{2,3}\b[^()a-z]{2,40})?)\s*"
    r"\((?:(?:re)?sworn|(?:re)?affirmed|(?:re)?called|continued|resumed|under oath|on oath)\)"
)
_NOISE = re.compile(r"(?:laughter|applause|silence|pause|crosstalk|inaudible)", re.IGNORECASE)
_PERSONAL = re.compile(r"\b(?:i|we|you|my|our|your|me|us|i'm|we're|don't)\b", re.IGNORECASE)
_ASKING = re.compile(r"(?:how|what|why|when|where|who|which)\b", re.IGNORECASE)
_ADDRESSED = re.compile(r"(?:to|from|re|subject)\s*:|dear\b", re.IGNORECASE)
_TITLE_WORDS = 45
_WEB_LINES = 6
_MATCH = 90.0


def is_title(line: Line, page: Page) -> bool:
    """Return whether a line is the first of its document and looks like a title."""
    if page.is_timed or not _is_first(line, page) or not _may_stand_above(line, page):
        return False
    if is_web_furniture(line.text):
        return False
    if page.is_transcript and line.index in page.labels:
        return False
    words = line.text.split()
    if (
        _ADDRESSED.match(line.text)
        or len(words) > _TITLE_WORDS
        or len(page.lines) < 2
        or starts_low(line.text)
    ):
        return False
    return line.text[-1] not in ".!?,؟。" and page.opening(line).sort == ""


def _is_first(line: Line, page: Page) -> bool:
    """Return whether nothing but what a web page prints stands above a line."""
    above = page.lines[: line.index] if line.index <= _WEB_LINES else ()
    return line.index == 0 or (bool(above) and all(is_web_furniture(old.text) for old in above))


def _may_stand_above(line: Line, page: Page) -> bool:
    """Return whether something follows that a heading could stand above."""
    after = page.lines[line.index + 1 : line.index + 2]
    if not after or after[0].hint.is_continued:
        return False
    return not page.wrapped or _stands_alone(line, page)


def _stands_alone(line: Line, page: Page) -> bool:
    after = page.lines[line.index + 1] if line.index + 1 < len(page.lines) else None
    return (line.gap > 0 or line.index == 0) and (after is None or after.gap > 0)


def is_heading(line: Line, page: Page, in_turns: bool) -> bool:
    """Return whether a line is a heading, by its look and by what stands around it.

    Args:
        line: to be judged.
        page: its document.
        in_turns: it stands between the first and the last turn of a transcript.
    """
    if page.is_timed or is_row(line) or not _may_stand_above(line, page):
        return False
    if in_turns:
        return _is_heading_in_turns(line, page)
    opening = page.opening(line)
    text = line.text[opening.length :]
    if opening.sort == "number":
        return _is_entry(text, page) or _is_numbered_heading(line, text, page)
    if opening.sort or box_state(text) is not None or line.hint.is_item:
        return False
    return _is_plain_heading(text, page) or is_person_heading(text, ())


def _is_plain_heading(text: str, page: Page) -> bool:
    if _is_entry(text, page) or is_lead_in_heading(text):
        return True
    if not is_heading_shape(text):
        return False
    shouted = text.isupper() and len(text) >= 3
    return shouted or not has_finite_verb(text) or bool(_ASKING.match(text))


def _is_entry(text: str, page: Page) -> bool:
    core = text.strip("*_ .:").casefold()
    if len(core) > 200:
        return False
    return any(
        abs(len(entry) - len(core)) <= 6 and fuzz.ratio(entry.casefold(), core) >= _MATCH
        for entry in page.zones.entries
    )


def _is_numbered_heading(line: Line, text: str, page: Page) -> bool:
    after = page.lines[line.index + 1]
    if not is_heading_shape(text, longest=10) or box_state(text) is not None:
        return False
    if has_finite_verb(text) and not text.isupper():
        return False
    own, below = page.opening(line).label or "", page.opening(after)
    if below.sort == "number":
        return (below.label or "").startswith(own.strip("().") + ".") and below.label != own
    return not below.sort or (after.gap > 0 and line.gap > 0)


def _is_heading_in_turns(line: Line, page: Page) -> bool:
    after = page.lines[line.index + 1]
    if not line.gap or not (after.gap or after.index in page.labels):
        return False
    opening = page.opening(line)
    text = line.text[opening.length :].strip("*_ ")
    words = text.split()
    if opening.sort == "heading" or is_sworn(text):
        return True
    quoted = not text[:1].isalnum() or "..." in text
    if quoted or not is_heading_shape(text, longest=12) or words[0].strip(",.").casefold() in CHAT:
        return False
    if text.isupper() and len(text) >= 4:
        return True
    long_words = [word for word in words if len(word) > 3]
    if len(words) >= 3 and long_words and all(word[0].isupper() for word in long_words):
        return not has_finite_verb(text)
    plain = after.index in page.labels and len(words) <= 8 and not has_finite_verb(text)
    return plain and text[-1] not in "?\"'”’" and not _PERSONAL.search(text)


def is_sworn(text: str) -> str | None:
    """Return the name of a witness whom a line of a hearing calls, or None.

    Example:
        >>> is_sworn("MR YUSUF ADLER (sworn)")
        'MR YUSUF ADLER'
    """
    found = _SWORN.fullmatch(text)
    name = found.group("name").strip(" ,") if found else ""
    return name if found and is_name(name.title()) else None


def is_person_heading(text: str, listed: tuple[str, ...]) -> bool:
    """Return whether a line is a heading that names who speaks below it.

    Example:
        >>> is_person_heading("Dan Lund, Organiser, Northgate Union", ())
        True
        >>> is_person_heading("Adult Social Care, Health and Housing", ())
        False
    """
    core = text.strip("*_ ").rstrip(":")
    if not core or len(core) > 160 or core[-1] in ".;!?":
        return False
    name, comma, rest = core.partition(",")
    if comma:
        return (
            (is_full_name(name) or is_name(name))
            and has_role_word(rest)
            and rest.strip()[:1].isupper()
        )
    return any(core.casefold().startswith(person.casefold()) for person in listed)


def is_stage_direction(text: str, page: Page) -> bool:
    """Return whether a line inside the turns tells what people do rather than what they say."""
    words = words_of(text)
    if not 1 <= len(words) <= 14 or _PERSONAL.search(text) or text.endswith("?"):
        return False
    if _SITTING.match(text):
        return True
    crowd = _CROWD.match(text)
    if crowd is None:
        named = next((name for name in page.names if text.startswith(name + " ")), None)
        if named is None:
            return False
        return bool(_STAGE.match(text[len(named) + 1 :]))
    rest = text[crowd.end() :]
    if not rest.strip(" ."):
        return _NOISE.match(text) is not None
    return not rest.startswith(",") and _STAGE.search(rest[:40]) is not None
