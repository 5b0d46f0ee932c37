"""The import report: what a reader made of a document, in numbers and in words."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from qualkit.model import Document, UtteranceKind
from qualkit.text.coverage import coverage

__all__ = ["TOPICS", "report"]

TOPICS = ("words", "kind", "speaker", "set aside", "never speaks", "finding")


def report(document: Document) -> pd.DataFrame:
    """Return the import report of one document.

    Returns:
        Columns topic (one of ``TOPICS``), item (str), count (Int64), note (str), in this order:
        words in and out, which must be equal; utterances by kind; utterances by speaker; what was
        set aside and why; people listed who never speak; what the reader noticed, with the position
        of the utterance as count.

    Example:
        >>> from qualkit.model import Utterance
        >>> said = Utterance(1, UtteranceKind.SPEECH, 5, 13, speaker="Ann")
        >>> read = Document("d", "Ann: We left.", "", b"", "d.txt", (said,))
        >>> report(read)[["topic", "item", "count"]].values.tolist()[:2]
        [['words', 'in the document', 3], ['words', 'in utterances', 2]]
    """
    rows = [*_words(document), *_kinds(document), *_speakers(document), *_aside(document)]
    rows += [*_silent(document), *_findings(document)]
    table = pd.DataFrame(rows, columns=["topic", "item", "count", "note"])
    return table.astype({"count": "Int64"})


Row = tuple[str, str, int | None, str]


def _words(document: Document) -> list[Row]:
    found = coverage(document.text, document.utterances, document.speakers)
    lost = ", ".join(document.text[a:b].strip()[:60] for a, b in found.left_over)
    twice = ", ".join(document.text[a:b].strip()[:60] for a, b in found.counted_twice)
    return [
        ("words", "in the document", found.words.total(), ""),
        ("words", "in utterances", found.in_utterances.total(), ""),
        ("words", "in printed labels", found.in_labels.total(), ""),
        ("words", "not accounted for", len(found.left_over), lost),
        ("words", "accounted for twice", len(found.counted_twice), twice),
    ]


def _kinds(document: Document) -> list[Row]:
    kinds = Counter((one.kind, one.codable) for one in document.utterances)
    return [
        ("kind", str(kind), kinds[kind, codable], "codable" if codable else "set aside")
        for kind in UtteranceKind
        for codable in (True, False)
        if kinds[kind, codable]
    ]


def _speakers(document: Document) -> list[Row]:
    counted = Counter(one.speaker for one in document.utterances if one.codable)
    told = Counter(one.speaker for one in document.utterances if one.codable and one.reported)
    about: dict[str | None, Any] = {one.name: one for one in document.speakers}
    rows: list[Row] = []
    for name, count in counted.most_common():
        known = about.get(name)
        notes = [known.role, known.organisation] if known else []
        notes += ["moderator"] if known and known.is_moderator else []
        notes += [f"{told[name]} reported"] if told[name] else []
        notes += [f"also: {', '.join(known.aliases)}"] if known and known.aliases else []
        item = "(nobody named)" if name is None else name
        rows.append(("speaker", item, count, "; ".join(filter(None, notes))))
    return rows


def _aside(document: Document) -> list[Row]:
    reasons = Counter(one.note or str(one.kind) for one in document.utterances if not one.codable)
    first: dict[str, str] = {}
    for one in document.utterances:
        if not one.codable:
            words = " ".join(one.text_in(document.text).split())
            first.setdefault(one.note or str(one.kind), words[:80])
    return [("set aside", why, count, first[why]) for why, count in reasons.most_common()]


def _silent(document: Document) -> list[Row]:
    named = {one.name.casefold() for one in document.speakers}
    named |= {alias.casefold() for one in document.speakers for alias in one.aliases}
    silent = [person for person in document.people if person.name.casefold() not in named]
    about = ["; ".join(filter(None, (one.role, one.organisation))) for one in silent]
    return [("never speaks", one.name, None, note) for one, note in zip(silent, about, strict=True)]


def _findings(document: Document) -> list[Row]:
    return [("finding", one.kind, one.position, one.message) for one in document.findings]
