"""Replacing names by stable labels, and looking for names that were missed."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from qualkit.model import Document, Person, Speaker, Utterance

__all__ = ["Key", "find_leaks", "label_names", "moved_by", "pseudonymise"]

_LETTER = r"[^\W_]"
_GAP = re.compile(r"[\s_-]+")  # names of files are written ann_lee and ann-lee
_SHORT = 3  # names up to this length (initials) are replaced only in just this spelling
_TOLD = (
    ("e-mail address", re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w")),
    ("web address", re.compile(r"\b(?:https?://|www\.)\S+")),
    ("telephone number", re.compile(r"(?<![\d.])(?:\+?\d[\d ()-]{8,16}\d)(?!\d)")),
    ("postcode", re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")),
)
_CAPITALISED = re.compile(r"(?<![.!?:] )(?<!^)(?<!\n)\b[A-Z][a-z]+(?:[ '-](?:[A-Z][a-z]+))*")


class Key:
    """What stands for whom: names and the labels that replace them.

    Args:
        labels: name -> label, such as {"Ann Lee": "Person 1", "Elm House": "Organisation 1"}.

    Example:
        >>> key = Key({"Ann Lee": "Person 1", "Ann": "Person 1", "Elm House": "Organisation 1"})
        >>> key.replace("Ann Lee's sister says Ann likes elm house, not annuals.")
        "Person 1's sister says Person 1 likes Organisation 1, not annuals."
        >>> key.replace("visit_ann_lee.txt")
        'visit_Person 1.txt'
    """

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = {name.strip(): label for name, label in labels.items() if name.strip()}
        self._folded = {_folded(name): label for name, label in self.labels.items()}
        names = sorted(self.labels, key=len, reverse=True)
        parts = [_pattern(name) for name in names]
        self._pattern = (
            re.compile(rf"(?<!{_LETTER})(?:{'|'.join(parts)})(?!{_LETTER})") if parts else None
        )

    def replace(self, text: str) -> str:
        """Return the text with every name of the key replaced by its label."""
        if self._pattern is None:
            return text
        return self._pattern.sub(lambda match: self._folded[_folded(match.group())], text)

    def replace_maybe(self, text: str | None) -> str | None:
        """Return None for None, else as ``replace``."""
        return None if text is None else self.replace(text)

    def spans(self, text: str) -> list[tuple[int, int, str]]:
        """Return (start, end, label) of every name in a text, in order."""
        if self._pattern is None:
            return []
        return [
            (match.start(), match.end(), self._folded[_folded(match.group())])
            for match in self._pattern.finditer(text)
        ]


def _folded(name: str) -> str:
    return _GAP.sub(" ", name.casefold()).strip()


def _pattern(name: str) -> str:
    words = _GAP.pattern.join(re.escape(word) for word in name.split())
    return words if len(name) <= _SHORT else f"(?i:{words})"


def label_names(
    names: Iterable[tuple[str, str]], known: Mapping[str, tuple[str, str]] | None = None
) -> dict[str, tuple[str, str]]:
    """Return name -> (kind, label) for names not labelled yet, after those that are.

    Args:
        names: (name, kind), where kind is "person", "organisation" or "place".
        known: name -> (kind, label) of an earlier key; its labels stay.

    Example:
        >>> label_names([("Ann Lee", "person"), ("Bob", "person")], {"Bob": ("person", "Person 1")})
        {'Bob': ('person', 'Person 1'), 'Ann Lee': ('person', 'Person 2')}
    """
    key = dict(known or {})
    taken = {label for _, label in key.values()}
    present = {_folded(name) for name in key}
    for name, kind in names:
        if _folded(name) in present or not name.strip():
            continue
        number = 1
        while f"{kind.capitalize()} {number}" in taken:
            number += 1
        key[name] = (kind, f"{kind.capitalize()} {number}")
        taken.add(key[name][1])
        present.add(_folded(name))
    return key


def pseudonymise(document: Document, key: Key) -> Document:
    """Return the document with all names replaced; no trace of the original text is left in it.

    Utterances keep their number and order; offsets follow the changed text.
    """
    text = key.replace(document.text)
    moved = moved_by(key.spans(document.text))

    def utterance(one: Utterance) -> Utterance:
        return dataclasses.replace(
            one,
            start=moved(one.start),
            end=moved(one.end),
            asides=tuple((moved(a), moved(b)) for a, b in one.asides),
            speaker=key.replace_maybe(one.speaker),
            section=key.replace_maybe(one.section),
        )

    source = text.encode("utf-8")
    return dataclasses.replace(
        document,
        name=key.replace(document.name),
        text=text,
        sha256=hashlib.sha256(source).hexdigest(),
        source=source,
        source_name=key.replace(document.source_name),
        title=key.replace_maybe(document.title),
        encoding="utf-8",
        utterances=tuple(map(utterance, document.utterances)),
        speakers=_speakers(document.speakers, key),
        people=tuple(_person(person, key) for person in document.people),
        findings=tuple(
            dataclasses.replace(one, message=key.replace(one.message)) for one in document.findings
        ),
    )


def moved_by(spans: Sequence[tuple[int, int, str]]) -> Callable[[int], int]:
    """Return where an offset goes when these spans become their labels."""
    starts = [0, *(end for _, end, _ in spans)]
    shifts = [0]
    for start, end, label in spans:
        shifts.append(shifts[-1] + len(label) - (end - start))

    def moved(offset: int) -> int:
        at = bisect_right(starts, offset) - 1
        if at < len(spans) and spans[at][0] < offset < spans[at][1]:
            return moved(spans[at][1])  # a boundary within a name goes behind its label
        return offset + shifts[at]

    return moved


def _speakers(speakers: Sequence[Speaker], key: Key) -> tuple[Speaker, ...]:
    replaced: dict[str, Speaker] = {}
    for speaker in speakers:
        name = key.replace(speaker.name)
        plain = dataclasses.replace(
            speaker,
            name=name,
            role=key.replace_maybe(speaker.role),
            organisation=key.replace_maybe(speaker.organisation),
            aliases=(),
        )
        replaced.setdefault(name, plain)
    return tuple(replaced.values())


def _person(person: Person, key: Key) -> Person:
    return Person(
        key.replace(person.name),
        key.replace_maybe(person.role),
        key.replace_maybe(person.organisation),
    )


def find_leaks(texts: Sequence[str], *, allowed: Iterable[str] = ()) -> pd.DataFrame:
    """Return what may still give somebody away: addresses, numbers, capitalised words.

    A capitalised word that also occurs in lower case somewhere in the texts is taken for an
    ordinary word.

    Args:
        texts: what is about to leave the house, names already replaced.
        allowed: words that are known to be harmless, such as the labels themselves.

    Returns:
        Columns words, kind (str), times (int64), row (int64: index of the first text), most
        frequent first.

    Example:
        >>> find_leaks(["Then we met Zoe Hall in Leeds.", "The leeds are leeds."])["words"].tolist()
        ['Zoe Hall']
    """
    harmless = {_folded(word) for word in allowed}
    lower = {word for text in texts for word in re.findall(r"\b[a-z][a-z'-]+", text)}
    found: dict[tuple[str, str], list[int]] = {}
    for row, text in enumerate(texts):
        for kind, pattern in (*_TOLD, ("name?", _CAPITALISED)):
            for match in pattern.finditer(text):
                words = match.group()
                parts = words.casefold().split()
                if _folded(words) in harmless or (
                    kind == "name?" and all(part in lower for part in parts)
                ):
                    continue
                found.setdefault((words, kind), []).append(row)
    rows = [(words, kind, len(at), at[0]) for (words, kind), at in found.items()]
    table = pd.DataFrame(rows, columns=["words", "kind", "times", "row"])
    return table.sort_values("times", ascending=False, kind="stable", ignore_index=True)
