"""Speaker labels: who is printed before what is said, and which of them are believed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from qualkit.text.lines import Line
from qualkit.text.names import (
    bare_name,
    has_role_word,
    is_caseless,
    is_full_name,
    is_generic,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.shapes import seconds
from qualkit.text.vocabulary import FIELDS, ORGANISATION_WORDS

__all__ = ["Label", "Labels", "candidate", "find_labels", "is_remark"]

_STAMP = r"[\[(<{]?(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,:]\d{1,3})?[\])>}]?"
_MARKS = r"\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0dff\u0e30-\u0eff\u200c\u200d"
_NAME = rf"[^\W_][\w .'’&/,\#\-‑{_MARKS}]{{0,59}}?"
_COLON = re.compile(
    rf"(?P<mark>[*_]{{0,3}})(?:(?P<stamp>{_STAMP})\s*[-–—]?\s*)?(?:(?P<number>Q\s?\d{{1,4}}|\d{{1,3}}[.)](?=\s))[.:]?\s+)?"
    rf"[*_]{{0,3}}(?P<name>{_NAME})(?P<detail>(?: *[(\[][^()\[\]\n]{{1,70}}[)\]]){{0,2}})"
    rf"[*_]{{0,3}} *(?P<after>{_STAMP})? *[:：](?!//)[*_]{{0,3}}(?=\s|$|[^\W\d])\s*"
)
_STAMPED = re.compile(
    rf"(?P<mark>[*_]{{0,3}})(?P<name>{_NAME})(?P<detail>(?:\s*\([^()\n]{{1,70}}\))?)[*_]{{0,3}}"
    rf"[\s,–—-]+(?P<after>{_STAMP})(?=\s|$)\s*"
)
_STAMP_FIRST = re.compile(
    rf"(?P<stamp>{_STAMP})[\s–—-]+(?P<mark>)(?P<name>{_NAME})(?P<detail>)(?P<after>)$"
)
_BRACKETED = re.compile(
    rf"\[(?P<mark>)(?P<name>{_NAME})\](?P<detail>):?(?:\s+(?P<after>{_STAMP}))?(?=\s|$)\s*"
)
_TABBED = re.compile(r"(?P<mark>)(?P<name>[^\W_][\w .'’\-]{0,40}?)(?P<detail>)\t+(?P<after>)")
_DASHED = re.compile(
    r"(?P<mark>[*_]{0,3})(?P<name>[^\W_][\w .'’\-]{0,40}?)[*_]{0,3}(?P<detail>)(?P<after>)"
    r"\s+[–—-]\s+(?=\S)"
)
_BULLETED = re.compile(
    rf"[-–—•·*▪●○]\s+(?P<mark>[*_]{{0,3}})(?P<name>{_NAME})(?P<detail>(?: *\([^()\n]{{1,70}}\))?)"
    rf"[*_]{{0,3}}(?P<after>) *[:：][*_]{{0,3}}\s+(?=\S)"
)
_DOTTED = re.compile(r"(?P<mark>)(?P<name>[QA])(?P<detail>)\.(?P<after>)\s+(?=\S)")
_LEAD_STAMP = re.compile(rf"{_STAMP}(?=\s|$)\s*")
_FORMS = (
    ("colon", _COLON),
    ("stamped", _STAMPED),
    ("stamp first", _STAMP_FIRST),
    ("bracketed", _BRACKETED),
    ("tabbed", _TABBED),
    ("dotted", _DOTTED),
    ("bulleted", _BULLETED),
    ("dashed", _DASHED),
)
_DETAIL = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_DOUBTFUL = ("tabbed", "bulleted", "dashed")
_LONGEST_ALONE = 50
_MOST_STARTS = 0.6
_SHORT = 4
_COUNTED = re.compile(r"\d{1,3}\b|[^:]{0,60}\b\w+:\s")
_NUMERALS = frozenset(["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"])
_NOISE = re.compile(
    r"(?:LAUGH|NOISE|PAUSE|CROSS|MUSIC|BEEP|SIGH|SIC|END|AND|NOTE|TAPE|BELL)\w*", re.I
)
_REMARK = re.compile(
    r"(?:(?:speak|join|interrupt|laugh|read|cry|whisper|shout|translat|interpret|sign|typ|respond|"
    r"nodd|cough|answer|continu|address|turn|sigh|smil|point|gestur|sing|listen)ing|via|through|by|on|"
    r"off|from|over|translat(?:ed|ion)|interpreted|cont(?:inued|[.’']?d?)?|aside|softly|quietly|"
    r"loudly|laughs?|sighs?|whispers?|inaudible|unclear|in (?:english|french|welsh|spanish|german|"
    r"arabic|gaelic|irish|tears)|remotely|online|simultaneous\w*)\b[^A-Z]*(?:[A-Z]\w+)?[^A-Z]*",
)
_SPEAKING = ("generic", "role", "full", "code", "caps")


@dataclass(frozen=True, slots=True)
class Label:
    """A speaker label at the start of a line.

    Attributes:
        name: as printed, without markup.
        details: what stands in brackets behind the name.
        number: printed question number, such as "Q12".
        time: seconds from the start, if a stamp is printed.
        length: characters of the line before the words.
        form: how it is written: "colon", "stamped", "bracketed", "tabbed" ...
        shape: what the name looks like: "generic", "role", "full", "word", "weak", "field" ...
        is_alone: nothing follows on the line.
    """

    name: str
    details: tuple[str, ...]
    number: str | None
    time: float | None
    length: int
    form: str
    shape: str
    is_alone: bool


@dataclass(frozen=True)
class Labels:
    """The labels of a document.

    Attributes:
        believed: by index of the line.
        is_transcript: whether the document is one: turns follow each other under labels.
        recurring: indices of the lines whose label stands more than once.
        remarks: (line index, sentence) for labels that stand once.
    """

    believed: dict[int, Label]
    is_transcript: bool
    recurring: frozenset[int] = frozenset()
    remarks: tuple[tuple[int, str], ...] = ()


def _shape(name: str) -> str:
    words = words_of(name)
    if not words or not any(letter.isalpha() for letter in name):
        return "field"
    if is_generic(name):
        return "code" if len(name) == 1 else "generic"
    if words[0] in FIELDS or words[-1] in FIELDS or len(words) > 8:
        return "field"
    if has_role_word(name) and len(words) <= 6:
        return "role"
    if is_name(name):
        return "full" if is_full_name(name) and not is_caseless(name) else "word"
    return _rarer_shape(name, words)


def _rarer_shape(name: str, words: list[str]) -> str:
    if name.isupper() and len(words) <= 4:
        return "caps"
    if len(words) == 1 and any(letter.isdigit() for letter in name):
        return "code"
    if set(words) & ORGANISATION_WORDS and all(word[0].isupper() for word in name.split()):
        return "organisation"
    return "weak"


def candidate(text: str) -> Label | None:
    """Return the speaker label that a line may begin with, or None.

    Example:
        >>> found = candidate("[00:01:02] Ann Lee (carer): We left.")
        >>> found.name, found.details, found.time, found.shape
        ('Ann Lee', ('carer',), 62.0, 'full')
    """
    head = text[:220]
    for form, pattern in _FORMS:
        if form == "colon" and ":" not in head and "：" not in head:
            continue
        found = pattern.match(head)
        if found:
            return _label(form, found, len(text))
    return None


def _label(form: str, found: re.Match[str], length: int) -> Label | None:
    parts = found.groupdict()
    name = parts["name"].strip(" .,-*_") or parts["name"]
    details = tuple(inner.strip() for inner in _DETAIL.findall(parts["detail"] or ""))
    stamp = parts.get("stamp") or parts["after"]
    timed = tuple(item for item in details if _LEAD_STAMP.fullmatch(item))
    stamp = stamp or (timed[0] if timed else None)
    shape = _shape(name)
    if not _fits_form(form, name, shape, parts.get("number") or ""):
        return None
    said = tuple(item for item in details if is_remark(item))
    printed = [
        item.group() for item in _DETAIL.finditer(parts["detail"] or "") if is_remark(item.group(1))
    ]
    number = " ".join(filter(None, (parts.get("number"), *printed))) or None
    return Label(
        name=name,
        details=tuple(item for item in details if item not in {*timed, *said}),
        number=number,
        time=_clock(stamp) if stamp else None,
        length=found.end(),
        form=form,
        shape=shape,
        is_alone=found.end() >= length,
    )


def _fits_form(form: str, name: str, shape: str, number: str) -> bool:
    if form == "colon":
        listed = number[:1].isdigit() and shape not in {"generic", "role", "full"}
        return not listed and not (name[-1].isdigit() and shape in {"weak", "field"})
    if form == "bracketed":
        short = name.isupper() and len(name) <= _SHORT and not _NOISE.fullmatch(name)
        return (short or shape in {"generic", "code", "full"}) and any(map(str.isalpha, name))
    return form != "stamp first" or shape in {"generic", "role", "code", "full"}


def is_remark(bracket: str) -> bool:
    """Return whether a bracket behind a name tells how something is said, not who says it.

    Example:
        >>> is_remark("speaking in Welsh"), is_remark("via Teams"), is_remark("home manager")
        (True, True, False)
    """
    return _REMARK.match(bracket) is not None and not has_role_word(bracket)


def _clock(stamp: str) -> float:
    parts = stamp.strip("[](){}<>").replace(",", ".").split(":")
    return seconds(":".join(parts[:3]))


def _few_recur(found: dict[int, Label], lines: Sequence[Line], form: str) -> bool:
    """Return whether labels of a form that is often no label are few names said in turn."""
    names = [label.name for label in found.values() if label.form == form]
    if len(names) < 4 or len(names) < 0.6 * len(lines):
        return False
    shapes = {label.shape for label in found.values() if label.form == form}
    people = shapes <= {*_SPEAKING, "word"} and len(set(names)) >= 2
    most = 0.5 if people else 0.34
    if form != "tabbed" and not people:
        return False
    return len(set(names)) <= most * len(names) and not all(line.hint.is_row for line in lines)


def find_labels(lines: Sequence[Line], listed: Collection[str], skip: Collection[int]) -> Labels:
    """Return the labels of a document that are believed.

    A label is believed when it recurs, is listed among the people, or has the shape of a name or
    role and the document is a transcript.

    Args:
        lines: of the document.
        listed: names of the people on its lists.
        skip: indices of lines that are something else, such as a line of a list of people.
    """
    found = _candidates(lines, skip)
    keys = {index: name_key(label.name) for index, label in found.items()}
    counts = Counter(keys.values())
    known = {name_key(name) for name in listed}
    sure = {
        index: label
        for index, label in found.items()
        if _is_sure(label, counts[keys[index]], keys[index] in known, len(lines))
    }
    starts = sum(1 for line in lines if line.gap or line.index in found) or 1
    if not _is_transcript(found, sure, starts):
        alone = _alone(lines, skip)
        return Labels(alone, is_transcript=bool(alone), recurring=frozenset(alone))
    return _with_singles(lines, found, sure, counts, _aliases(sure, listed))


def _alone(lines: Sequence[Line], skip: Collection[int]) -> dict[int, Label]:
    """Return the names that stand on lines of their own above what is said, without a colon.

    Believed when at least two names recur and most paragraphs begin with one.
    """
    found: dict[int, Label] = {}
    for line, after in pairwise(lines):
        apart = (line.gap > 0 or line.index == 0) and after.gap == 0
        if not apart or line.index in skip or len(line.text) > _LONGEST_ALONE or line.hint.level:
            continue
        name = line.text.strip("*_ ")
        shape = _shape(name) if name and name[-1] not in ".,;:!?" else "weak"
        if shape in {"generic", "full", "caps"} and not after.text.startswith("("):
            found[line.index] = Label(
                name, (), None, None, len(line.text), "alone", shape, is_alone=True
            )
    counts = Counter(label.name for label in found.values())
    often = {name for name, count in counts.items() if count >= 2}
    starts = sum(1 for line in lines if line.gap or line.index == 0)
    if len(often) < 2 or sum(counts.values()) < _MOST_STARTS * starts:
        return {}
    return found


def _candidates(lines: Sequence[Line], skip: Collection[int]) -> dict[int, Label]:
    found: dict[int, Label] = {}
    for line in lines:
        if line.index in skip or line.hint.level or line.hint.note:
            continue
        label = candidate(line.text)
        if label is not None and not _is_numeral(label, line.text):
            found[line.index] = label
    for form in _DOUBTFUL:
        if not _few_recur(found, lines, form):
            found = {index: label for index, label in found.items() if label.form != form}
    return found


def _is_numeral(label: Label, text: str) -> bool:
    """Return whether a label is a Roman numeral before a person, as on a list of witnesses."""
    if label.name not in _NUMERALS:
        return False
    name, comma, rest = text[label.length :].partition(",")
    return bool(comma) and is_full_name(name) and has_role_word(rest)


def _is_sure(label: Label, count: int, is_listed: bool, lines: int) -> bool:
    if is_listed or label.form in _DOUBTFUL:
        return True
    if label.shape in {*_SPEAKING, "word"}:
        return count >= 2
    if label.shape == "organisation":
        return count >= 3
    return label.shape == "weak" and count >= 4 and count >= 0.1 * lines


def _is_transcript(found: dict[int, Label], sure: dict[int, Label], starts: int) -> bool:
    likely = [label for label in found.values() if label.shape in {*_SPEAKING, "word"}]
    if len(sure) >= 2 and (len(sure) >= 0.2 * starts or len(sure) >= max(10, 0.1 * starts)):
        return True
    certain = any(label.shape in _SPEAKING for label in likely)
    return certain and len(likely) >= 2 and len(likely) >= 0.5 * starts


def _introduces(value: str, sure: dict[int, Label]) -> bool:
    """Return whether "Interviewer: Jo March (JM)" explains a label that recurs below."""
    short = value.strip("*_ .").rpartition("(")[2].rstrip(") ")
    return any(short == label.name for label in sure.values())


def _aliases(sure: dict[int, Label], listed: Iterable[str]) -> set[str]:
    words: dict[str, set[str]] = defaultdict(set)
    for name in [*(label.name for label in sure.values()), *listed]:
        for word in words_of(bare_name(name)):
            words[word].add(name_key(name))
    return {word for word, owners in words.items() if len(owners) == 1}


def _with_singles(
    lines: Sequence[Line],
    found: dict[int, Label],
    sure: dict[int, Label],
    counts: Counter[str],
    aliases: set[str],
) -> Labels:
    believed = dict(sure)
    above = [lines[index].gap > 0 for index in sure if index > 0]
    spaced = bool(above) and sum(above) >= 0.8 * len(above)
    dense = len(found) >= 0.5 * sum(1 for line in lines if line.gap or line.index in found)
    remarks = []
    first = min(sure, default=-1)
    for index, label in found.items():
        if index in sure or label.shape == "field":
            continue
        if index < first and (
            _COUNTED.match(lines[index].text, label.length)
            or _introduces(lines[index].text[label.length :], sure)
        ):
            continue
        in_place = bool(lines[index].gap) or index == 0 or not spaced
        fits = label.shape in _SPEAKING or (
            label.shape == "word" and (dense or name_key(label.name) in aliases)
        )
        times = "once" if counts[name_key(label.name)] == 1 else "rarely"
        if fits and in_place:
            believed[index] = label
            remarks.append((index, f"The label '{label.name}' stands {times}; read as a speaker."))
        elif label.shape in {*_SPEAKING, "word"}:
            remarks.append((index, f"'{label.name}:' stands {times}; not read as a speaker."))
    return Labels(
        dict(sorted(believed.items())),
        is_transcript=True,
        recurring=frozenset(sure),
        remarks=tuple(remarks),
    )
