"""Texts coded in place in the manner of qcoder: ``(QCODE)words(/QCODE){#code, #other}``."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from qualkit.errors import UnreadableFileError
from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    CodeRow,
    Foreign,
    ForeignCoding,
    Loss,
    Source,
    with_codes,
)
from qualkit.formats.frames import file_bytes
from qualkit.formats.read_plain import read_plain

__all__ = ["read_qcoder"]

_OPEN = "(QCODE)"
_CODE = r"#[\w.:-]+"
_TAG = re.compile(rf"\(QCODE\)|\(/QCODE\)(?:\{{\s*({_CODE}(?:\s*,\s*{_CODE})*)\s*\}}?)?")
_STRAY = re.compile(rf"\{{\s*{_CODE}(?:\s*,\s*{_CODE})*\s*\}}")


def read_qcoder(path: Path) -> Foreign:
    """Return a text with its tags as a project of one document; the text is left without them.

    A tag that is not closed, or closed without a code, is listed.

    Raises:
        UnreadableFileError: there are no such tags in it.
        FileError: the file is missing, empty or no text.
    """
    written = read_plain(file_bytes(path, path.name), path.name).text
    if _OPEN not in written:
        what = "there is no (QCODE) in it, so it is no coded text"
        remedy = "import it as a document: qualkit import"
        raise UnreadableFileError(what, where=path.name, remedy=remedy)
    text, codings, losses = _parted(written)
    rows = [CodeRow(code, code) for code in dict.fromkeys(code for code, _, _ in codings)]
    found = with_codes("qcoder", path.stem, rows, path.name)
    found.sources.append(Source(path.stem, path.name, text))
    found.codings = [
        ForeignCoding(path.stem, code, UNKNOWN_CODER, start, end)
        for code, start, end in codings
        if text[start:end].strip()
    ]
    if empty := len(codings) - len(found.codings):
        losses["there are no words in it"] += empty
    found.losses = [Loss("Coding", count, why) for why, count in losses.items()]
    return found


def _parted(written: str) -> tuple[str, list[tuple[str, int, int]], Counter[str]]:
    """Return the text without tags, (code, start, end) of what they enclose, and what is amiss."""
    parts: list[str] = []
    opened: list[int] = []
    codings: list[tuple[str, int, int]] = []
    losses: Counter[str] = Counter()
    length = last = 0
    for tag in _TAG.finditer(written):
        parts.append(written[last : tag.start()])
        length += len(parts[-1])
        last = tag.end()
        if tag.group() == _OPEN:
            opened.append(length)
            continue
        codes = [one.strip()[1:] for one in (tag[1] or "").split(",") if one.strip()]
        start = opened.pop() if opened else None
        if start is None or not codes:
            why = "it is closed and was not opened" if codes else "no code stands behind it"
            losses[why] += max(1, len(codes))
        else:
            codings += [(code, start, length) for code in codes]
    text = "".join([*parts, written[last:]])
    losses["it is opened and not closed"] += len(opened)
    losses["a code stands without a tag; it is left in the text"] += len(_STRAY.findall(text))
    return text, codings, +losses
