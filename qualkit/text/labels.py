"""Speaker labels: who is printed before what is said, and which of them are believed."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from qualkit.text.lines import Line
from qualkit.text.names import (
    bare_name,
    has_role_word,
    is_full_name,
    is_generic,
    is_name,
    name_key,
    words_of,
)
from qualkit.text.shapes import seconds
from qualkit.text.vocabulary import FIELDS, ORGANISATION_WORDS

__all__ = ["Label", "Labels", "candidate", "find_labels"]

_STAMP = r"[\[(<{]?(?:\d{1,2}:)?\d{1,3}:\d{2}(?:[.,:]\d{1,3})?[\])>}]?"
_NAME = r"[^\W_][\w .'’&/,\#\-]{0,59}?"
_COLON = re.compile(
    rf"(?P<mark>[*_]{{0,3}})(?:(?P<stamp>{_STAMP})\s*[-–—]?\s*)?(?:(?P<number>Q\d{{1,4}})[.:]?\s+)?"
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
_DOTTED = re.compile(r"(?P<mark>)(?P<name>[QA])(?P<detail>)\.(?P<after>)\s+(?=\S)")
_LEAD_STAMP = re.compile(rf"{_STAMP}(?=\s|$)\s*")
_FORMS = (
    ("colon", _COLON),
    ("stamped", _STAMPED),
    ("stamp first", _STAMP_FIRST),
    ("bracketed", _BRACKETED),
    ("tabbed", _TABBED),
    ("dotted", _DOTTED),
)
_DETAIL = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
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
        return "full" if is_full_name(name) else "word"
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
    if form == "colon" and name[-1].isdigit() and shape in {"weak", "field"}:
        return None
    if form in {"bracketed", "stamp first"} and shape not in {"generic", "code", "full"}:
        return None
    if form == "bracketed" and not any(letter.isalpha() for letter in name):
        return None
    return Label(
        name=name,
        details=tuple(item for item in details if item not in timed),
        number=parts.get("number"),
        time=_clock(stamp) if stamp else None,
        length=found.end(),
        form=form,
        shape=shape,
        is_alone=found.end() >= length,
    )


def _clock(stamp: str) -> float:
    parts = stamp.strip("[](){}<>").replace(",", ".").split(":")
    return seconds(":".join(parts[:3]))


def _tabs_are_labels(found: dict[int, Label], lines: Sequence[Line]) -> bool:
    names = [label.name for label in found.values() if label.form == "tabbed"]
    if len(names) < 4 or len(names) < 0.6 * len(lines):
        return False
    return len(set(names)) <= 0.34 * len(names) and not all(line.hint.is_row for line in lines)


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
        return Labels({}, is_transcript=False)
    return _with_singles(lines, found, sure, counts, _aliases(sure, listed))


def _candidates(lines: Sequence[Line], skip: Collection[int]) -> dict[int, Label]:
    found: dict[int, Label] = {}
    for line in lines:
        if line.index in skip or line.hint.level or line.hint.note:
            continue
        label = candidate(line.text)
        if label is not None:
            found[line.index] = label
    if not _tabs_are_labels(found, lines):
        found = {index: label for index, label in found.items() if label.form != "tabbed"}
    return found


def _is_sure(label: Label, count: int, is_listed: bool, lines: int) -> bool:
    if is_listed or label.form == "tabbed":
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
    return len(likely) >= 2 and len(likely) >= 0.5 * starts


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
    for index, label in found.items():
        if index in sure or label.shape == "field":
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
