r"""The marker language: words and phrases that hint at a code or a stakeholder type.

A marker is a word or a phrase. Case does not count, words are whole words, any run of white space
may stand between two words (so a phrase broken over two lines is found), and straight and curly
apostrophes are the same. A ``*`` at the end of a word stands for any ending: ``retain*``. A marker
between slashes is a regular expression: ``/£\d+ an hour/``; in it ``^`` and ``$`` are the start
and the end of a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError

__all__ = ["MAX_MARKER_LENGTH", "compile_marker", "compile_markers", "find_markers"]

MAX_MARKER_LENGTH = 200
_BLOCK = 4_000_000  # characters cut into words at once: bounds the memory
_BETWEEN = "\x00"  # stands between two texts; no marker may hold it
_FLAGS = re.IGNORECASE | re.MULTILINE
_APOSTROPHES = "\u2018\u2019"
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_ATOM = re.compile(r"(?P<gap>\s*)(?:(?P<word>\w+)(?P<star>\*?)|(?P<sign>[^\w\s]))")
_NOT_OFFERED = re.compile(r"(?<!\\)(?:\\\\)*(?:\\[1-9AZ]|\(\?[P(])")
_REPEAT = re.compile(r"[*+]|\{\d*,?\d*\}")
_PIECE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[:=!]|\(\?<[=!]|[()|*+]|\{\d*,?\d*\}")

_Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Atom:
    """A word, the beginning of a word, or one sign of a marker."""

    text: str
    is_word: bool
    is_stem: bool
    has_gap: bool


def compile_marker(pattern: str) -> re.Pattern[str]:
    r"""Return the regular expression that finds a marker.

    Args:
        pattern: a word, a phrase, ``stem*`` or ``/regular expression/``.

    Raises:
        OptionError: the marker is empty, too long, broken, or could take for ever.

    Example:
        >>> compile_marker("sick  pay").search("No SICK\npay at all").span()
        (3, 11)
        >>> compile_marker("retain*").findall("We retain, retained; not maintain.")
        ['retain', 'retained']
    """
    return re.compile(_source(pattern), _FLAGS)


def compile_markers(patterns: Sequence[str]) -> re.Pattern[str] | None:
    """Return one regular expression for all markers, or None when there are none.

    It finds the earliest hit; of two that begin at one place, the marker listed first.

    Raises:
        OptionError: as ``compile_marker``.

    Example:
        >>> compile_markers(["low pay", "wage*"]).findall("Low pay and low wages")
        ['Low pay', 'wages']
    """
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{_source(pattern)})" for pattern in patterns), _FLAGS)


def find_markers(texts: Sequence[str], markers: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return which codes have a marker in which texts.

    The texts are cut into words once; a phrase then meets the list of different words instead of
    the texts, so more markers cost next to nothing. Only regular expressions read every text. No
    hit reaches over two texts.

    Args:
        texts: any number of texts, such as the utterances of a project.
        markers: for each code, its markers.

    Returns:
        One row per text and code that meet, ordered by text, then by code as in ``markers``.
        Columns: ``row`` (int64, index into ``texts``), ``code`` (str), ``marker`` (str, the one
        that hits first; of two at one place the one listed first), ``start`` and ``end`` (int64,
        half-open, in code points inside that text).

    Raises:
        OptionError: as ``compile_marker``.

    Example:
        >>> hits = find_markers(["Pay is low.", "We all left."], {"pay": ["pay"], "exit": ["left"]})
        >>> hits[["row", "code", "start", "end"]].values.tolist()
        [[0, 'pay', 0, 3], [1, 'exit', 7, 11]]
    """
    owner = np.array([n for n, own in enumerate(markers.values()) for _ in own], dtype=np.int64)
    patterns = [pattern for own in markers.values() for pattern in own]
    hits = [
        part
        for first, block in _blocks(texts)
        for part in _hits(block, patterns, first)
        if len(part)
    ]
    found = np.concatenate(hits) if hits else np.empty((0, 4), dtype=np.int64)
    row, start, end, marker = found.T
    code = owner[marker] if len(marker) else marker
    order = np.lexsort((marker, start, code, row))
    key = np.column_stack((row, code))[order]
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (key[1:] != key[:-1]).any(axis=1)
    kept = order[is_first]
    names = np.array([*markers, ""], dtype=object)
    return pd.DataFrame(
        {
            "row": row[kept],
            "code": pd.Series(names[code[kept]], dtype="str"),
            "marker": pd.Series(np.array([*patterns, ""], dtype=object)[marker[kept]], dtype="str"),
            "start": start[kept],
            "end": end[kept],
        }
    )


def _source(pattern: str) -> str:
    """Return the regular expression of a marker as text, checked."""
    if len(pattern) > MAX_MARKER_LENGTH:
        raise _wrong(pattern, f"is longer than {MAX_MARKER_LENGTH} characters", "split it in two")
    expression = _expression(pattern)
    if expression is not None:
        return expression
    atoms = _atoms(pattern)
    pieces = [r"(?<!\w)"] if atoms[0].is_word else []
    for atom in atoms:
        gap = r"\s+" if atom.has_gap else ""
        text = f"['{_APOSTROPHES}]" if atom.text == "'" else re.escape(atom.text)
        pieces.append(gap + text + (r"\w*" if atom.is_stem else ""))
    if atoms[-1].is_word:
        pieces.append(r"(?!\w)")
    return "".join(pieces)


@lru_cache(maxsize=4096)
def _atoms(pattern: str) -> tuple[_Atom, ...]:
    """Return the parts of a word or phrase."""
    text = _straight(pattern.strip())
    if not text or _BETWEEN in text:
        raise _wrong(
            pattern, "is empty", "give a word, a phrase, a stem* or a /regular expression/"
        )
    atoms: list[_Atom] = []
    for match in _ATOM.finditer(text):
        word, sign = match["word"], match["sign"]
        if sign == "*" or (match["star"] and re.match(r"\w", text[match.end() :])):
            raise _wrong(pattern, "has a * that does not end a word", "write it as in retain*")
        has_gap = bool(match["gap"])
        atoms.append(_Atom((word or sign).lower(), bool(word), bool(match["star"]), has_gap))
    return tuple(atoms)


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> str | None:
    """Return what stands between the slashes, checked; None for a word or phrase."""
    text = pattern.strip()
    if len(text) < 2 or not (text.startswith("/") and text.endswith("/")):
        return None
    inside = text[1:-1]
    if _NOT_OFFERED.search(inside) or _BETWEEN in inside:
        remedy = "leave out named groups, references to groups, \\A and \\Z"
        raise _wrong(
            pattern, "uses a part of regular expressions that markers do not offer", remedy
        )
    if _explodes(inside):
        remedy = "repeat a single word or sign instead"
        raise _wrong(pattern, "repeats a group that repeats or offers a choice itself", remedy)
    try:
        compiled = re.compile(f"(?:{inside})", _FLAGS)
    except (re.error, OverflowError, RecursionError) as error:
        raise _wrong(pattern, f"is not a regular expression ({error})", "correct it") from error
    if compiled.search("") is not None:
        raise _wrong(pattern, "also finds the empty text", "make one part of it necessary")
    return f"(?:{inside})"


def _explodes(expression: str) -> bool:
    """Return whether a repeated group holds a repeat or a choice: the shape that may never end."""
    is_risky = [False]
    for match in _PIECE.finditer(expression):
        piece = match.group()
        if piece.startswith("("):
            is_risky.append(False)
        elif piece == ")" and len(is_risky) > 1:
            inner = is_risky.pop()
            if inner and _REPEAT.match(expression, match.end()):
                return True
            is_risky[-1] |= inner
        elif piece == "|" or _REPEAT.match(piece):
            is_risky[-1] = True
    return False


def _wrong(pattern: str, what: str, remedy: str) -> OptionError:
    shown = pattern if len(pattern) <= 60 else f"{pattern[:57]}..."
    return OptionError(f"the marker {shown!r} {what}", remedy=remedy)


def _straight(text: str) -> str:
    return text.translate(dict.fromkeys(map(ord, _APOSTROPHES), "'"))


def _blocks(texts: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield (index of the first text, texts) so that each block stays small enough for memory."""
    first, block, length = 0, list[str](), 0
    for number, text in enumerate(texts):
        block.append(text)
        length += len(text)
        if length >= _BLOCK:
            yield first, block
            first, block, length = number + 1, [], 0
    yield first, block


def _hits(block: list[str], patterns: list[str], first: int) -> Iterator[_Ints]:
    """Yield, for each marker, its hits as columns row, start, end, number of the marker."""
    words = _Words(block)
    for number, pattern in enumerate(patterns):
        _source(pattern)
        if _expression(pattern) is None:
            spans = words.find(_atoms(pattern))
        else:
            spans = _search(block, compile_marker(pattern))
        spans[:, 0] += first
        yield np.column_stack((spans, np.full(len(spans), number)))


def _search(block: list[str], expression: re.Pattern[str]) -> _Ints:
    """Return row, start, end of the first hit of a regular expression in each text."""
    spans = [(row, *m.span()) for row, m in enumerate(map(expression.search, block)) if m]
    return np.array(spans, dtype=np.int64).reshape(-1, 3)


class _Words:
    """Texts cut into words and signs, with an index from each different word to its places."""

    def __init__(self, block: list[str]) -> None:
        tokens = np.array(_TOKEN.findall(_BETWEEN.join([*block, ""])), dtype=object)
        number, vocabulary = pd.factorize(tokens)
        lengths = np.array([len(word) for word in vocabulary], dtype=np.int64)[number]
        is_space = np.array([word.isspace() for word in vocabulary], dtype=bool)[number]
        ends = np.cumsum(lengths)[~is_space]
        kinds: dict[str, int] = {}
        kind = [kinds.setdefault(_straight(word.lower()), len(kinds)) for word in vocabulary]
        self.end = ends
        self.start = ends - lengths[~is_space]
        self.kind = np.array(kind, dtype=np.int64)[number][~is_space]
        self.kinds = kinds
        self.by_kind = np.argsort(self.kind, kind="stable")
        counts = np.bincount(self.kind, minlength=len(kinds))
        self.first_of_kind = np.concatenate(([0], np.cumsum(counts)))
        sizes = np.array([len(text) + 1 for text in block], dtype=np.int64)
        self.text_start = np.cumsum(sizes) - sizes

    def find(self, atoms: tuple[_Atom, ...]) -> _Ints:
        """Return row, start, end of every place where these atoms follow each other."""
        wanted = [self._kinds_of(atom) for atom in atoms]
        place = self._places(wanted[0])
        for offset, (atom, kinds) in enumerate(zip(atoms[1:], wanted[1:], strict=True), start=1):
            place = place[place + offset < len(self.kind)]
            here = place + offset
            has_gap = self.start[here] > self.end[here - 1]
            place = place[(has_gap == atom.has_gap) & np.isin(self.kind[here], kinds)]
        row = np.searchsorted(self.text_start, self.start[place], side="right") - 1
        begin = self.text_start[row] if len(row) else row
        last = place + len(atoms) - 1
        return np.column_stack((row, self.start[place] - begin, self.end[last] - begin))

    def _kinds_of(self, atom: _Atom) -> list[int]:
        if atom.is_stem:
            return [kind for word, kind in self.kinds.items() if word.startswith(atom.text)]
        return [self.kinds[atom.text]] if atom.text in self.kinds else []

    def _places(self, kinds: list[int]) -> _Ints:
        edges = self.first_of_kind
        parts = [self.by_kind[edges[kind] : edges[kind + 1]] for kind in kinds]
        return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
