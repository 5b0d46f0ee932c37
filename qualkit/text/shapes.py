"""The shapes that lines have on a page: bullets, numbers, dates, addresses, boxes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

__all__ = [
    "Opening",
    "box_state",
    "has_finite_verb",
    "is_contact",
    "is_date",
    "is_editorial",
    "is_heading_shape",
    "is_lead_in_heading",
    "is_page_number",
    "is_plain_note",
    "is_rule",
    "is_web_furniture",
    "label_alone",
    "notice_of",
    "opening_of",
    "seconds",
]

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE_TOKEN = re.compile(
    rf"(?:{_DAY}|{_MONTH}\.?|the|on|from|at|to|until|and|of|gmt|bst|noon|[ap]\.?m\.?|"
    r"\d{1,4}(?:st|nd|rd|th)?|\d{1,2}[:.]\d{2}(?:[ap]\.?m\.?)?|\d{1,2}[ap]\.?m\.?|"
    r"\d{1,4}[/.]\d{1,2}[/.]\d{1,4})\.?",
    re.IGNORECASE,
)
_DATE_JOINT = re.compile(r"[\s,;–—-]+")
_DATE_SEED = re.compile(
    rf"\b{_MONTH}\b|\b{_DAY}\b|\d{{1,4}}[/.-]\d{{1,2}}[/.-]\d{{2,4}}", re.IGNORECASE
)
_DATE_FIELD = re.compile(
    r"(?:date|time|when|date\s*(?:and|&|/)\s*time|day|held on|meeting date|start(?:ed)?|"
    r"date of (?:the )?next meeting|next meeting|finish(?:ed)?|location|venue|place|where)\s*:",
    re.IGNORECASE,
)
_BULLET = re.compile(r"(?:[-–—•·*◦▪▫‣⁃●○■□➢➤✓►–\uf0b7\uf0a7]|o(?=\t|\s{2}))\s+(?=\S)")
_NUMBER = re.compile(r"(\(?\d{1,3}[.)]|\d{1,2}(?:\.\d{1,3}){1,3}\.?)\s+(?=\S)")
_LETTER = re.compile(r"(\((?:[a-z]|[ivx]{1,5})\)|(?:[a-z]|[ivx]{1,5})\))\s+(?=\S)")
_NAMED = re.compile(
    r"[*_]{0,3}((?i:(?:Recommendation|Finding|Conclusion|Action|Proposal|Resolution|Question|"
    r"Principle|Objective|Priority|Paragraph|Para|Key message|Commitment|Request|Rec)s?\.?\s+"
    r"(?:no\.?\s*)?(?:\d{1,3}(?:\.\d{1,3})?|[A-Z])[a-z]?)|R\d{1,3}(?=[:.)\s–—-]))"
    r"[*_]{0,3}(?:\s*[:.)–—-][*_]{0,3}\s+(?=\S)(?!\d{1,3}$)|(?<=\d)\s+(?=[A-Z][a-z]*\s+[a-z])|"
    r"\s{2,}(?=[A-Z]))",
)
_NAMED_ALONE = re.compile(
    r"[*_#\s]{0,5}((?:Recommendation|Proposal|Finding|Conclusion|Request|Rec)\.?\s+(?:no\.?\s*)?"
    r"\d{1,3}[a-z]?|R\d{1,3})[*_]{0,3}\s*[:.]?[*_]{0,3}",
    re.IGNORECASE,
)
_FOOTNOTE = re.compile(r"\[\^?(\d{1,3})\]:?\s+(?=\S)")
_MARKDOWN_HEADING = re.compile(r"(#{1,6})\s+(?=\S)")
_RULE = re.compile(r"[-=_*~·.\s#+|]{3,}")
_PAGE = re.compile(
    r"(?:page\s+\d{1,4}(?:\s*(?:of|/)\s*\d{1,4})?|[-–—]\s*\d{1,4}\s*[-–—]|"
    r"\d{1,4}\s*\|\s*p\s*a\s*g\s*e|\d{1,4}\s+of\s+\d{1,4})",
    re.IGNORECASE,
)
_BLANK_PAGE = re.compile(
    r"\W*(?:this )?page (?:is |has been |was )?(?:intentionally |deliberately |left )+blank\W*",
    re.IGNORECASE,
)
_MAIL_OR_WEB = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,60}|https?://\S+|www\.\S+", re.IGNORECASE
)
_CONTACT = re.compile(
    r"\b(?:contact|further (?:information|copies|details)|more information|email|e-mail|tel|"
    r"telephone|phone|website|available (?:from|at)|enquiries|watch|rewatch|recording)\b",
    re.IGNORECASE,
)
_CONTACT_LEAD = re.compile(
    r"(?:for|to obtain)? ?(?:further|more) (?:information|copies|details)\b[^.]*[.:]?",
    re.IGNORECASE,
)
_ADDRESS_TOKEN = re.compile(
    r"<?(?:(?:https?://|www\.)\S{1,2000}|@\w{2,40}|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]{2,60})[>,;|]*",
    re.IGNORECASE,
)
_FIELD_LEAD = re.compile(r"[\w ]{0,24}:\s+")
_WEB = re.compile(
    r"(?:follow us(?: on .{1,30})?|skip to (?:main )?content|%[ds]\b.{0,40}|"
    r"like this:?(?: loading)?|loading\W*|"
    r"share this:?|leave a (?:comment|reply)|reply|log ?in|sign up|subscribe(?: .{0,30})?|"
    r"(?:accept|manage)? ?cookies?(?: policy| settings)?|privacy(?: policy| notice)?|"
    r"(?:proudly )?powered by .{1,40}|read more|back to top|print this page|related posts?|"
    r"terms (?:and|&) conditions|previous post|next post|search for:|site map|"
    r"(?:tweet|share|print) this|share on .{1,20}|click to share.{0,30})\W*",
    re.IGNORECASE,
)
_NAVIGATION = re.compile(
    r"(?:(?:home|about|us|contact|news|blog|menu|search|log|in|sign|up|login|donate|events|shop|get|"
    r"involved|our|work|resources|publications|media|jobs|careers|press|faqs?|toggle|navigation|"
    r"subscribe|cart|basket|account|my|site|map|sitemap|help|join|english|cymraeg)(?:[\s|>»·•/]+|$)){3,24}",
    re.IGNORECASE,
)
_LONG_NAVIGATION = 160
_NAVIGATION_START = re.compile(r"(?:home|menu|about|search|toggle|news)\b", re.IGNORECASE)
_EDITORIAL = re.compile(
    r"[*_]{0,2}(?:\[[^\[\]]{1,300}\]|\([^()]{1,300}\)|\(\([^()]{1,300}\)\)|<[^<>\n@:/]{1,80}>|"
    r"\{[^{}]{1,200}\}|([-–—=~]{1,3})\s*[^\W\d][^-–—=~]{2,60}\1)[*_]{0,2}\.?"
)
_STARRED = re.compile(r"(\*{1,3}|_{1,3})(?=\S)[^*_]{1,200}\1")
_PLAIN_NOTE = re.compile(r"n\.?b\.?\s*:|notes?\s*:", re.IGNORECASE)
_NOTICES = (
    (re.compile(r"!?\[(?:image|picture|logo|photo|figure)\b", re.IGNORECASE), "image placeholder"),
    (
        re.compile(
            r"(?:this is )?not an official publication|not been approved by|views expressed|"
            r"all rights reserved|no part of this|^©|^\(c\) \d{4}|^copyright|^disclaimer\b",
            re.IGNORECASE,
        ),
        "disclaimer",
    ),
    (
        re.compile(
            r"^\W{0,3}(?:transcriber|transcriptionist|editor|interviewer|author|moderator|observer)"
            r"(?:[’']?s?)? (?:notes?|n\.?b\.?)\s*:",
            re.IGNORECASE,
        ),
        "editorial note",
    ),
    (
        re.compile(r"^\W*(?:end of (?:transcript|recording|interview|meeting)|ends|end)\W*$", re.I),
        "end mark",
    ),
)
_TICKED = re.compile(
    r"[☒☑✓✔✅]|\[\s?[xX✓✔]\s?\]|\([xX✓✔]\)|[☐□❏]\s*(?:[✓✔]|[YyXx](?![\w.])|[Yy]es\s*$)"
)
_BOX = re.compile(r"[☐☒☑□❏✓✔✅]|\[\s?[xX✓✔]?\s?\]|\([xX✓✔ ]\)(?=\s|$)")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|be|been|have|has|had|do|does|did|will|would|can|could|should|may|must|"
    r"include[sd]?|including|means?|we|you|i|they|he|she|that|following|such|below)\b|^to\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opening:
    """How a line opens: a bullet, a number or a printed label before the words.

    Attributes:
        sort: "bullet", "number", "letter", "named", "footnote", "heading" or "".
        label: as printed, None for a bullet.
        length: characters before the words.
        level: of a heading written with number signs.
    """

    sort: str = ""
    label: str | None = None
    length: int = 0
    level: int | None = None


_PLAIN = Opening()
_OPENERS = (
    ("footnote", _FOOTNOTE),
    ("named", _NAMED),
    ("number", _NUMBER),
    ("letter", _LETTER),
)


# The first letters of "Recommendation", "Finding" and so on; "i", "v" and "x" begin numerals.
_OPENING_LETTERS = frozenset("RrFfCcAaPpQqOoKkivx")
_LETTER_ENDS = frozenset(")")


@lru_cache(maxsize=2048)
def opening_of(text: str) -> Opening:
    """Return how a line opens.

    Example:
        >>> opening_of("- pay").sort, opening_of("12. Pay").label, opening_of("Pay").sort
        ('bullet', '12.', '')
        >>> opening_of("Recommendation 4: Pay more.").label
        'Recommendation 4'
    """
    first = text[:1]
    if first.isalpha() and first not in _OPENING_LETTERS and text[1:2] not in _LETTER_ENDS:
        return _PLAIN
    if bullet := _BULLET.match(text):
        return Opening("bullet", None, bullet.end())
    if heading := _MARKDOWN_HEADING.match(text):
        return Opening("heading", None, heading.end(), len(heading.group(1)))
    for sort, pattern in _OPENERS:
        if found := pattern.match(text):
            if sort == "number" and "." in found.group(1)[:-1] and not text[found.end()].isupper():
                continue
            label = f"[{found.group(1)}]" if sort == "footnote" else found.group(1)
            return Opening(sort, label, found.end())
    return _PLAIN


_LONGEST_LABEL = 40


def label_alone(text: str) -> str | None:
    """Return the label that is all a line says, or None.

    Example:
        >>> label_alone("Recommendation 4"), label_alone("Recommendation 4 is good")
        ('Recommendation 4', None)
    """
    found = _NAMED_ALONE.fullmatch(text) if len(text) <= _LONGEST_LABEL else None
    return found.group(1) if found else None


def seconds(stamp: str) -> float:
    """Return the seconds that a printed time stamp stands for.

    Example:
        >>> seconds("00:01:02.5"), seconds("12:05")
        (62.5, 725.0)
    """
    total = 0.0
    for part in stamp.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return total


def is_date(text: str) -> bool:
    """Return whether a line is a date, a time or a place of meeting.

    Example:
        >>> is_date("June 2022"), is_date("Date and time: Monday"), is_date("In June we left.")
        (True, True, False)
    """
    if len(text) > 120:
        return False
    if _DATE_FIELD.match(text):
        return True
    head = text.split(",")
    if len(head) > 1 and len(head[-1].split()) <= 4 and _DATE_SEED.search(text):
        text = ",".join(head[:-1])
    if not _DATE_SEED.search(text):
        return False
    return all(_DATE_TOKEN.fullmatch(token) for token in _DATE_JOINT.split(text) if token)


def is_page_number(text: str) -> bool:
    """Return whether a line is a page number written as one, or says that its page is blank.

    Example:
        >>> is_page_number("Page 3 of 10"), is_page_number("3")
        (True, False)
    """
    return bool(_PAGE.fullmatch(text) or _BLANK_PAGE.fullmatch(text))


def is_rule(text: str) -> bool:
    """Return whether a line is drawn, not written.

    Example:
        >>> is_rule("-----"), is_rule("- a -")
        (True, False)
    """
    return _RULE.fullmatch(text) is not None


def is_contact(text: str) -> bool:
    """Return whether a line is an address, or says where to turn to.

    Example:
        >>> is_contact("Email: a@b.org"), is_contact("www.b.org"), is_contact("I saw www.b.org.")
        (True, True, False)
    """
    if len(text) > 400:
        return False
    lead = _FIELD_LEAD.match(text)
    tokens = text[lead.end() if lead else 0 :].split()
    if tokens and all(_ADDRESS_TOKEN.fullmatch(token) for token in tokens):
        return True
    if len(text) < 90 and _CONTACT_LEAD.fullmatch(text):
        return True
    if len(text) >= 300 or not any(sign in text for sign in ("@", "://", "www.", "WWW.")):
        return False
    return bool(_MAIL_OR_WEB.search(text) and _CONTACT.search(text))


def is_web_furniture(text: str) -> bool:
    """Return whether a line is one of those that web pages print around their text.

    Example:
        >>> is_web_furniture("Skip to content"), is_web_furniture("Home care matters")
        (True, False)
    """
    if len(text) < 60 and _WEB.fullmatch(text) is not None:
        return True
    starts = _NAVIGATION_START.match(text)
    return bool(starts and len(text) < _LONG_NAVIGATION and _NAVIGATION.fullmatch(text))


def is_editorial(text: str) -> bool:
    """Return whether a line is a remark in brackets, or set in stars, and nothing else.

    Example:
        >>> is_editorial("[laughter]"), is_editorial("(pause)."), is_editorial("(a) yes")
        (True, True, False)
    """
    return bool(_EDITORIAL.fullmatch(text) or _STARRED.fullmatch(text))


def notice_of(text: str) -> str | None:
    """Return what sort of notice a line is, or None.

    Example:
        >>> notice_of("[image: Logo of the group]"), notice_of("The views of staff matter.")
        ('image placeholder', None)
    """
    return next((sort for pattern, sort in _NOTICES if pattern.search(text[:400])), None)


def is_plain_note(text: str) -> bool:
    """Return whether a line begins with "Note:" and says no more of whose note it is.

    Example:
        >>> is_plain_note("Note: the tape is bad"), is_plain_note("Notes of the day")
        (True, False)
    """
    return _PLAIN_NOTE.match(text) is not None


def box_state(text: str) -> bool | None:
    """Return whether the box in a line is ticked; None when it has no box.

    Example:
        >>> box_state("Accept ☒"), box_state("Accept ☐ Y"), box_state("Accept ☐"), box_state("I do")
        (True, True, False, None)
    """
    if _TICKED.search(text):
        return True
    return False if _BOX.search(text) else None


def is_heading_shape(text: str, longest: int = 14) -> bool:
    """Return whether a line is short and written like a heading.

    Example:
        >>> is_heading_shape("Pay and conditions"), is_heading_shape("We left early.")
        (True, False)
    """
    core = text.strip("*_ ")
    if not core or len(core) > 160 or len(core.split()) > longest:
        return False
    if core[-1] in ".,;!:" or not any(letter.isalpha() for letter in core):
        return False
    first = core.lstrip("\"'“‘(")[:1]
    return (first.isupper() or first.isdigit()) and ". " not in core and "\t" not in core


def has_finite_verb(text: str) -> bool:
    """Return whether a line holds a word that sentences have and headings have not.

    Example:
        >>> has_finite_verb("Carers have many bodies"), has_finite_verb("Pay and conditions")
        (True, False)
    """
    return _FINITE.search(text) is not None


def is_lead_in_heading(text: str) -> bool:
    """Return whether a line that ends in a colon is a heading rather than half a sentence.

    Example:
        >>> is_lead_in_heading("Important considerations:"), is_lead_in_heading("We ask that:")
        (True, False)
    """
    core = text.strip("*_ ")
    if not core.endswith(":") or len(core.split()) > 9 or not core[:1].isupper():
        return False
    return not _FINITE.search(core[:-1]) and ". " not in core
