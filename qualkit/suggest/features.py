"""What of an utterance is weighed: its words, pairs of words, parts of words, and markers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from operator import contains
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from qualkit.suggest.word_parts import PARTS, bucketed, unit_rows
from qualkit.suggest.words import Tokens, tokenise, written_words
from qualkit.text.markers import find_markers

__all__ = ["LeanWords", "WordFeatures", "WordMatrix"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

_PARTS_WEIGH = 0.3  # beside 1 for words and pairs of words
_MARKERS_WEIGH = 1.0
_MOST_WORDS = 50_000
_MOST_PAIRS = 100_000
_PAIRS_WEIGH = 0.7  # rarity of a pair beside that of a word
_RARE_PAIRS_COUNT_BELOW = 400  # with more texts than this a pair of words must occur in two
_QUESTION = frozenset("?\u037e\u061f\uff1f\u2047\u2048\u2049")  # Greek, Arabic, full width, ?! ...
_START, _END = 0, 1  # stand before the first and after the last word of a text


@dataclass(frozen=True)
class WordMatrix:
    """Texts as rows of weights.

    Attributes:
        sparse: texts x (words, pairs, markers); the words and pairs of a row have length 1.
        parts: texts x buckets of parts of words; each row has length 0.3, or 0 without words.
        size: number of words and signs of each text.
        asks: whether it has a question mark.
    """

    sparse: sparse.csr_matrix
    parts: Floats
    size: Ints
    asks: npt.NDArray[np.bool_]

    def take(self, rows: npt.NDArray[np.intp]) -> WordMatrix:
        """Return some of the rows."""
        return WordMatrix(self.sparse[rows], self.parts[rows], self.size[rows], self.asks[rows])

    def times(self, weights: Floats, rows: npt.NDArray[np.intp] | None = None) -> Floats:
        """Return texts (all, or some rows) x outputs: what ``weights`` make of each text.

        Args:
            weights: features x outputs.
            rows: those of the texts that are wanted; None: all.
        """
        if rows is not None:
            return self.take(rows).times(weights)
        columns = self.sparse.shape[1]
        found = self.sparse @ weights[:columns] + self.parts @ weights[columns:]
        return np.asarray(found, dtype=np.float32)

    def transposed_times(self, values: Floats) -> Floats:
        """Return features x outputs: the features of the texts, each text times its values."""
        upper = np.asarray(self.sparse.T @ values, dtype=np.float32)
        return np.vstack([upper, self.parts.T @ values])

    def above(self, below: WordMatrix) -> WordMatrix:
        """Return these texts and, after them, others."""
        stacked = sparse.vstack([self.sparse, below.sparse])
        parts = np.vstack([self.parts, below.parts])
        size = np.concatenate([self.size, below.size])
        asks = np.concatenate([self.asks, below.asks])
        return WordMatrix(sparse.csr_matrix(stacked), parts, size, asks)

    def gram(self) -> Floats:
        """Return texts x texts: how much each two have in common."""
        holding = np.diff(self.sparse.tocsc().indptr)
        frequent = holding > max(8, 0.02 * self.sparse.shape[0])
        dense = np.hstack([self.sparse[:, frequent].toarray(), self.parts])
        rare = self.sparse[:, ~frequent]
        common = dense @ dense.T
        few = (rare @ rare.T).tocoo()
        common[few.row, few.col] += few.data
        return np.asarray(common, dtype=np.float32)


@dataclass(frozen=True)
class LeanWords:
    """Texts as rows of weights, to be scored only: parts of words are kept by different word.

    Attributes:
        counts: texts x different words; its product with ``buckets`` is what ``parts`` is there.
        buckets: different words x buckets.
        sparse, size, asks: as in ``WordMatrix``.
    """

    counts: sparse.csr_matrix
    buckets: sparse.csr_matrix
    sparse: sparse.csr_matrix
    size: Ints
    asks: npt.NDArray[np.bool_]

    def times(self, weights: Floats, rows: npt.NDArray[np.intp] | None = None) -> Floats:
        """Return texts (all, or some rows) x outputs: what ``weights`` make of each text."""
        columns = self.sparse.shape[1]
        words, counts = self.sparse, self.counts
        if rows is not None:
            words, counts = words[rows], counts[rows]
        found = words @ weights[:columns]
        found += counts @ (self.buckets @ weights[columns:])
        return np.asarray(found, dtype=np.float32)


class WordFeatures:
    """Learns which words there are, and how rare each is; then turns texts into weights.

    Words and pairs of words are weighed by TF-IDF, the count under a logarithm. Parts of words
    (two to four letters) make likeness of words that share no stem; they are sorted into a fixed
    number of buckets (Weinberger et al. 2009, "Feature hashing for large scale multitask
    learning"), so that their number does not grow with the text.

    Args:
        markers: id of a code -> its markers, for those that have any.
    """

    def __init__(self, markers: Mapping[str, Sequence[str]]) -> None:
        self.markers = {code: tuple(found) for code, found in markers.items() if found}

    def fit(self, texts: Sequence[str], languages: Sequence[str | None]) -> WordFeatures:
        """Learn words, pairs and their rarity from these texts."""
        tokens = tokenise(texts, languages)
        holding = pd.Series(tokens.stems, dtype=object).to_numpy()[tokens.word]
        seen = pd.DataFrame({"row": tokens.row, "stem": holding}).drop_duplicates()["stem"]
        counts = seen.value_counts().sort_index()
        if len(counts) > _MOST_WORDS:
            most = counts.sort_values(ascending=False, kind="stable").head(_MOST_WORDS)
            counts = most.sort_index()
        self.total_ = len(texts)
        self.stems_ = {str(stem): place for place, stem in enumerate(counts.index)}
        self._rarity = _rarity(counts.to_numpy(np.int64), self.total_)
        rows, keys = self._pairs(tokens, len(texts), self._stem_of_word(tokens))
        each = np.unique(np.column_stack([keys, rows]), axis=0)[:, 0]
        self.pairs_, times = np.unique(each, return_counts=True)
        least = 2 if len(texts) >= _RARE_PAIRS_COUNT_BELOW else 1
        if len(self.pairs_) > _MOST_PAIRS:
            least = max(least, int(np.sort(times)[-_MOST_PAIRS]) + 1)
        self.pairs_, times = self.pairs_[times >= least], times[times >= least]
        rare = _PAIRS_WEIGH * _rarity(times, self.total_)
        self._rarity = np.concatenate([self._rarity, rare]).astype(np.float32)
        return self

    @property
    def count(self) -> int:
        """Number of all features."""
        return len(self._rarity) + len(self.markers) + PARTS

    def entries(
        self,
        texts: Sequence[str],
        language: str | None,
        codes: Ints,
        marks: Sequence[str | None],
    ) -> WordMatrix:
        """Return the weights of codebook entries.

        A word that stands in the entries of many codes counts for less. Parts of words are left
        out where words are cut to stems: likeness of endings is no reason for a code.

        Args:
            texts: one for each entry.
            language: the language they are written in.
            codes: the number of the code each belongs to.
            marks: the id of the code whose markers count as found there, or None.
        """
        plain = self.transform(texts, [language] * len(texts), marks)
        many = int(codes.max(initial=-1)) + 1
        shape = (many, len(texts))
        each = sparse.csr_matrix((np.ones(len(texts)), (codes, np.arange(len(texts)))), shape=shape)
        holding = np.asarray(((each @ (plain.sparse > 0)) > 0).sum(axis=0)).ravel()
        telling = np.log((1 + many) / np.maximum(holding, 1)) / np.log(1 + many)
        words = len(self._rarity)
        weighed = unit_rows(plain.sparse[:, :words] @ sparse.diags(telling[:words]))
        both = sparse.hstack([weighed, plain.sparse[:, words:]])
        parts = plain.parts * np.float32(language is None)
        return WordMatrix(sparse.csr_matrix(both, dtype=np.float32), parts, plain.size, plain.asks)

    def transform(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        marks: Sequence[str | None] = (),
    ) -> WordMatrix:
        """Return the weights of these texts.

        Args:
            texts: one for each utterance or codebook entry.
            languages: the language of each.
            marks: for the last texts, the id of a code whose markers count as found there.
        """
        lean = self.lean(texts, languages, marks)
        found = np.asarray((lean.counts @ lean.buckets).toarray(), dtype=np.float32)
        return WordMatrix(lean.sparse, found, lean.size, lean.asks)

    def lean(
        self,
        texts: Sequence[str],
        languages: Sequence[str | None],
        marks: Sequence[str | None] = (),
    ) -> LeanWords:
        """Return what ``transform`` does in a form that is fast to score; same arguments."""
        many = len(texts)
        tokens = tokenise(texts, languages)
        stem = self._stem_of_word(tokens)
        both = self._weighted(tokens, stem, many)
        if self.markers:
            marked = self._marked(texts, marks)
            both = sparse.csr_matrix(sparse.hstack([both, marked]), dtype=np.float32)
        size = np.bincount(tokens.row, minlength=many)
        counts, buckets = self._word_counts(tokens, stem, many), bucketed(tokens.words)
        norm = _lengths(counts @ buckets)
        counts.data *= np.repeat(_PARTS_WEIGH / np.where(norm > 0, norm, 1), np.diff(counts.indptr))
        return LeanWords(counts, buckets, both, size, _ask(texts))

    def contributions(
        self, text: str, language: str | None, weights: Floats
    ) -> list[tuple[str, bool, Floats]]:
        """Return (words as written, whether a marker, what they add) for all of a text.

        Args:
            text: one utterance.
            language: its language.
            weights: features x outputs.

        Returns:
            One entry for each word, pair of words and marker; what all entries add is what
            ``transform`` times the weights gives. Parts of words are counted with their word.
        """
        tokens = tokenise([text], [language])
        stem = self._stem_of_word(tokens)
        row = self._weighted(tokens, stem, 1)
        pairs = written_words(text, language)
        written: dict[tuple[str, ...], str] = {}
        for first, second in zip([("", ""), *pairs], [*pairs, ("", "")], strict=True):
            written.setdefault((second[1],), second[0])
            written.setdefault((first[1], second[1]), f"{first[0]} {second[0]}".strip())
        names = [written.get(name, " ".join(name).strip()) for name in self._names(row.indices)]
        values = row.data[:, None] * weights[row.indices]
        found = [(name, False, value) for name, value in zip(names, values, strict=True)]
        shares = self._part_shares(tokens, stem) @ weights[-PARTS:]
        for name, value in zip(tokens.stems, shares, strict=True):
            found.append((written.get((name,), name), False, value))
        marked = self._marked([text])
        for column, value in zip(marked.indices, marked.data, strict=True):
            code = list(self.markers)[column]
            hit = find_markers([text], {code: self.markers[code]}).iloc[0]
            found.append(
                (text[hit["start"] : hit["end"]], True, value * weights[len(self._rarity) + column])
            )
        return found

    def _names(self, columns: npt.NDArray[Any]) -> list[tuple[str, ...]]:
        """Return the stems (one or two, empty at an edge) of word and pair columns."""
        stems = list(self.stems_)
        many = len(self.stems_)
        found: list[tuple[str, ...]] = []
        for column in columns:
            if column < many:
                found.append((stems[column],))
            else:
                first, second = divmod(int(self.pairs_[column - many]), many + 2)
                found.append((_at(stems, first), _at(stems, second)))
        return found

    def _stem_of_word(self, tokens: Tokens) -> Ints:
        """Return the column of each different word; -1 where it was not learned."""
        get = self.stems_.get
        return np.array([get(stem, -1) for stem in tokens.stems], dtype=np.int64)

    def _pairs(self, tokens: Tokens, texts: int, stem: Ints) -> tuple[Ints, Ints]:
        """Return the row and the key of every pair of neighbouring words, edges among them."""
        counted = np.bincount(tokens.row, minlength=texts)
        size = counted[counted > 0] + 2
        row = np.repeat(np.flatnonzero(counted), size)
        last = np.cumsum(size) - 1
        number = np.full(len(row), _START, dtype=np.int64)
        number[last] = _END
        is_word = np.ones(len(row), dtype=bool)
        is_word[last] = is_word[last - size + 1] = False
        number[is_word] = np.where(stem >= 0, stem + 2, -1)[tokens.word]
        here = (row[:-1] == row[1:]) & (number[:-1] >= 0) & (number[1:] >= 0)
        keys = number[:-1] * (len(self.stems_) + 2) + number[1:]
        return row[:-1][here], keys[here]

    def _weighted(self, tokens: Tokens, stem: Ints, texts: int) -> sparse.csr_matrix:
        """Return TF-IDF of words and pairs, each row of length 1."""
        column = stem[tokens.word]
        row, column = tokens.row[column >= 0], column[column >= 0]
        pair_row, keys = self._pairs(tokens, texts, stem)
        place = self._pair_places().get_indexer(pd.Index(keys))
        known = place >= 0
        rows = np.concatenate([row, pair_row[known]])
        columns = np.concatenate([column, place[known] + len(self.stems_)])
        shape = (texts, len(self._rarity))
        counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        counts.data = (1 + np.log(counts.data)) * self._rarity[counts.indices]
        return unit_rows(counts)

    def _pair_places(self) -> pd.Index[Any]:
        """Return the pairs as an index that finds their columns, made once."""
        found = _PAIR_PLACES.get(self)
        if found is None or len(found) != len(self.pairs_):
            found = _PAIR_PLACES[self] = pd.Index(self.pairs_)
        return found

    def _marked(self, texts: Sequence[str], marks: Sequence[str | None] = ()) -> sparse.csr_matrix:
        """Return texts x codes with markers: where one was found, or counts as found."""
        shape = (len(texts), len(self.markers))
        if not self.markers:
            return sparse.csr_matrix(np.zeros(shape, np.float32))
        hits = find_markers(texts, self.markers)[["row", "code"]]
        rows = range(len(texts) - len(marks), len(texts))
        given = pd.DataFrame({"row": rows, "code": pd.Series(list(marks), dtype=object)})
        found = pd.concat([hits, given[given["code"].isin(self.markers)]]).drop_duplicates()
        columns = pd.Index(list(self.markers)).get_indexer(pd.Index(found["code"], dtype=object))
        weight = np.full(len(found), _MARKERS_WEIGH, np.float32)
        where = (found["row"].to_numpy(np.int64), columns)
        return sparse.csr_matrix((weight, where), shape=shape)

    def _part_shares(self, tokens: Tokens, stem: Ints) -> Floats:
        """Return words x buckets: what each word gives to the parts of one text."""
        counts = self._word_counts(tokens, stem, 1).toarray()
        found = counts.T * bucketed(tokens.words).toarray()
        norm = np.sqrt((found.sum(axis=0) ** 2).sum())
        return np.asarray(_PARTS_WEIGH * found / (norm or 1), dtype=np.float32)

    def _word_counts(self, tokens: Tokens, stem: Ints, texts: int) -> sparse.csr_matrix:
        """Return texts x different words: how often, under a logarithm, times how rare."""
        unknown = np.log(1 + self.total_) + 1
        known = np.append(self._rarity[: len(self.stems_)], unknown)
        rarity = np.where(stem >= 0, known[stem], unknown).astype(np.float32)
        ones = np.ones(len(tokens.row), np.float32)
        shape = (texts, len(tokens.words))
        counts = sparse.csr_matrix((ones, (tokens.row, tokens.word)), shape=shape)
        counts.data = (1 + np.log(counts.data)) * rarity[counts.indices]
        return counts


_PAIR_PLACES: WeakKeyDictionary[WordFeatures, pd.Index[Any]] = WeakKeyDictionary()


def _rarity(holding: npt.NDArray[Any], texts: int) -> Floats:
    """Return the inverse document frequency, smoothed as scikit-learn does: never 0."""
    return np.asarray(np.log((1 + texts) / (1 + holding)) + 1, dtype=np.float32)


def _at(stems: list[str], number: int) -> str:
    return stems[number - 2] if number >= 2 else ""


def _lengths(rows: sparse.csr_matrix) -> Floats:
    """Return the length of each row."""
    found = np.zeros(rows.shape[0], np.float32)
    is_full = np.diff(rows.indptr) > 0
    if is_full.any():
        found[is_full] = np.add.reduceat(rows.data**2, rows.indptr[:-1][is_full])
    return np.sqrt(found)


def _ask(texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return which texts have a question mark."""
    found = np.fromiter(map(contains, texts, repeat("?")), bool, len(texts))
    strange = ~np.fromiter(map(str.isascii, texts), bool, len(texts))
    for row in np.flatnonzero(strange & ~found).tolist():
        found[row] = not _QUESTION.isdisjoint(texts[row])
    return found
