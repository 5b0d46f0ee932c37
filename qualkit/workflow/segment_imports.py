"""Bringing in coded passages that say their words, not their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

import pandas as pd

from qualkit.errors import OptionError, RefusedError
from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    CodeRow,
    Foreign,
    ForeignCoding,
    ForeignMemo,
    Loss,
    Source,
    with_codes,
)
from qualkit.formats.segments import Segment, bare_quote, read_segments
from qualkit.model import Codebook
from qualkit.store import codebooks, documents
from qualkit.store.journal import writing
from qualkit.text.quotes import Found, Quoted
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.handle import Handle
from qualkit.workflow.project_imports import Options, bring_in

__all__ = ["match_codings"]

_EXACT = 100
_SHOWN = 60  # characters of a quote in the report


def match_codings(
    project: Handle,
    path: str | Path,
    *,
    coder: str | None = None,
    round_name: str = "main",
    threshold: float = 90,
) -> pd.DataFrame:
    """Bring in a list of coded passages; each is found in its document by its words.

    Words that stand there several times are taken in the order of the file: a code that comes with
    the same words of the same coder again is meant for the next place. What is only like them
    is taken where it is like enough, and told. New codes go into the codebook.

    Args:
        project: with the documents that the passages are from.
        path: as in ``qualkit.formats.segments``.
        coder: whose codings those are that name nobody; None calls them "imported".
        round_name: the round they belong to; it must be open.
        threshold: least likeness in percent of words that are not there exactly (see
            ``qualkit.text.quotes``); 100 takes exact words alone.

    Returns:
        As ``import_project``; every passage that was not found is a row with its words.

    Raises:
        CodingsFileError: a column is missing.
        RefusedError: none of the documents is in the project.
        OptionError: the threshold is none.
    """
    if not 50 <= threshold <= 100:
        raise OptionError(f"the threshold {threshold:g} is not from 50 to 100")
    with without_pauses(), writing(project.database) as journal:
        book = codebooks.current(journal.connection)
        rows = read_segments(path, [code.name for code in book.codes])
        texts = {
            row["name"]: documents.text_of(journal.connection, row["name"])
            for row in documents.rows(journal.connection)
        }
        named = dict.fromkeys(row.code for row in rows if row.code)
        paths = {one: _path(one, book) for one in named}
        foreign = _foreign(Path(path).name, rows, texts, paths, threshold)
        report = bring_in(journal, foreign, Options(coder, round_name))
        journal.record("codings.match", {"file": Path(path).name, "threshold": threshold})
    return report.table(foreign, Path(path).name)


def _path(code: str, book: Codebook) -> list[str]:
    """Return the names of the codes above a code and its own, as MAXQDA and NVivo list them.

    A name that is a code here is one name.
    """
    parts = [one.strip() for one in re.split(r"\\+| > ", code) if one.strip()]
    return parts if len(parts) > 1 and book.find(code) is None else [code]


def _code_rows(paths: Iterable[list[str]]) -> Iterator[CodeRow]:
    """Yield a row for each code on the paths, called by its path."""
    for names in paths:
        for depth, name in enumerate(names, start=1):
            above = _key(names[: depth - 1]) if depth > 1 else None
            yield CodeRow(_key(names[:depth]), name, above)


def _key(names: list[str]) -> str:
    return "\n".join(names).casefold()


def _foreign(
    file: str,
    rows: list[Segment],
    texts: dict[str, str],
    paths: dict[str, list[str]],
    threshold: float,
) -> Foreign:
    """Return the passages as codings of documents that are here."""
    names: dict[str, str] = {}
    for name in texts:
        names |= {name.casefold(): name, PurePath(name).stem.casefold(): name}
    wanted = dict.fromkeys(row.document for row in rows)
    here = {one: _named(one, names) for one in wanted}
    if not any(here.values()):
        what = f"none of its documents is in the project, such as '{next(iter(wanted), '')}'"
        remedy = "import the documents first: qualkit import PROJECT FILE..."
        raise RefusedError(what, where=file, remedy=remedy)
    codes = _code_rows(paths.values())
    foreign = with_codes(f"a list of coded passages ({file})", file, codes, file)
    used = {name for name in here.values() if name}
    foreign.sources = [Source(name, name, texts[name]) for name in texts if name in used]
    placed = _Placed({name: texts[name] for name in used}, rows, threshold)
    for row in rows:
        document = here[row.document]
        if document is None:
            reason = f"there is no document '{row.document}'"
            foreign.losses.append(Loss(_kind(row), 1, reason))
        else:
            _add_row(foreign, row, document, placed, _key(paths.get(row.code, [])))
    foreign.remarks += placed.remarks()
    foreign.coders = list(dict.fromkeys(one.coder for one in foreign.codings))
    return foreign


def _kind(row: Segment) -> str:
    return "Coding" if row.code else "passage without code"


def _add_row(foreign: Foreign, row: Segment, document: str, placed: _Placed, code: str) -> None:
    """Add a passage as a coding, as a memo where only a comment is on it, or as a loss."""
    span, problem = placed.span(document, row)
    who = row.coder or UNKNOWN_CODER
    if span is None:
        words = " ".join(row.quote.split())[:_SHOWN]
        told = f"row {row.row}: {problem} in '{document}': '{words}' ({row.code or 'no code'})"
        foreign.losses.append(Loss(_kind(row), 1, told))
    elif row.code:
        foreign.codings.append(ForeignCoding(document, code, who, *span, row.memo))
    elif row.memo:
        foreign.memos.append(ForeignMemo("span", document, row.memo, who, *span))
    else:
        foreign.losses.append(Loss(_kind(row), 1, "there is nothing on it"))


def _named(wanted: str, names: dict[str, str]) -> str | None:
    folded = wanted.strip().casefold()
    return names.get(folded) or names.get(PurePath(folded).stem)


class _Placed:
    """Finds rows in documents; remembers where in each it has come to.

    Of words that stand there several times, a coder cannot have given one place the same code
    twice: only then the next place is meant.
    """

    def __init__(self, texts: dict[str, str], rows: list[Segment], threshold: float) -> None:
        self._texts, self._threshold = texts, threshold
        self._given: dict[int, list[tuple[str, str]]] = {}
        for row in rows:
            self._given.setdefault(row.row, []).append((row.code.casefold(), row.coder))
        self._quoted: dict[str, Quoted] = {}
        self._known: dict[tuple[str, str, int], Found | None] = {}
        self._after: dict[tuple[str, ...], int] = {}
        self._counts: Counter[str] = Counter()

    def span(self, name: str, row: Segment) -> tuple[tuple[int, int] | None, str]:
        """Return where a row's words stand, or None and why not."""
        text = self._texts[name]
        if row.start is not None and row.end is not None:
            words = text[row.start : row.end]
            if words and row.end <= len(text) and (not row.quote or _same(words, row.quote)):
                return (row.start, row.end), ""
            if not row.quote:
                return None, f"{row.start} to {row.end} is no place"
        if not row.quote:
            return None, "there are no words"
        found = self._find(name, row)
        if found is None:
            return None, f"nothing is {self._threshold:g} % like these words"
        kind = "exact" if found.score >= _EXACT else "like"
        self._counts[kind] += 1
        self._counts["often"] += found.times > 1
        return (found.start, found.end), ""

    def _find(self, name: str, row: Segment) -> Found | None:
        key = (name, row.quote, row.row)
        if key not in self._known:
            text = self._quoted.setdefault(name, Quoted(self._texts[name]))
            given = [(name, row.quote, *one) for one in self._given[row.row]]
            after = max(self._after.get(one, 0) for one in given)
            bare = bare_quote(row.quote)  # some programs put quotation marks around, some do not
            found = (
                text.find(row.quote, after=after, threshold=_EXACT) if bare != row.quote else None
            )
            found = found or text.find(bare, after=after, threshold=self._threshold)
            self._known[key] = found
            if found is not None:
                self._after |= dict.fromkeys(given, found.end)
        return self._known[key]

    def remarks(self) -> list[tuple[str, str, str]]:
        """Return how the words were found."""
        said = {
            "exact": "word for word",
            "like": f"at least {self._threshold:g} % like the words: look at them",
            "often": "with words that stand there several times: each code in the file's order",
        }
        return [
            ("quotes", "", f"{self._counts[kind]} {words}")
            for kind, words in said.items()
            if self._counts[kind]
        ]


def _same(words: str, quote: str) -> bool:
    said, *quoted = (" ".join(one.split()).casefold() for one in (words, quote, bare_quote(quote)))
    return said in quoted
