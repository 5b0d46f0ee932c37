"""What of an utterance is weighed: its words, pairs of words, parts of words, and markers."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from qualkit.suggest.words import Tokens, tokenise, written_words
from qualkit.text.markers import find_markers

__all__ = ["WordFeatures", "WordMatrix"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]

_PARTS = 512  # buckets that parts of words are sorted into
_PART_SIZES = (2, 3, 4)
_PARTS_WEIGH = 0.3  # beside 1 for words and pairs of words
_MARKERS_WEIGH = 1.0
_MOST_WORDS = 50_000
_MOST_PAIRS = 100_000
_PAIRS_WEIGH = 0.7  # rarity of a pair beside that of a word
_RARE_PAIRS_COUNT_BELOW = 400  # with more texts than this a pair of words must occur in two
_START, _END = 0, 1  # stand before the first and after the last word of a text


@dataclass(frozen=True)
class WordMatrix:
    """Texts as rows of weights.

    Attributes:
        sparse: texts x (words, pairs, markers); the words and pairs of a row have length 1.
        parts: texts x buckets of parts of words; each row has length 0.3, or 0 without words.
        size: number of words and signs of each text.
    """

    sparse: sparse.csr_matrix
    parts: Floats
    size: Ints

    def take(self, rows: npt.NDArray[np.intp]) -> WordMatrix:
        """Return some of the rows."""
        return WordMatrix(self.sparse[rows], self.parts[rows], self.size[rows])

    def times(self, weights: Floats) -> Floats:
        """Return texts x outputs: what ``weights`` (features x outputs) make of each text."""
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
        return WordMatrix(sparse.csr_matrix(stacked), parts, size)

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
        return len(self._rarity) + len(self.markers) + _PARTS

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
        weighed = _unit_rows(plain.sparse[:, :words] @ sparse.diags(telling[:words]))
        both = sparse.hstack([weighed, plain.sparse[:, words:]])
        parts = plain.parts * np.float32(language is None)
        return WordMatrix(sparse.csr_matrix(both, dtype=np.float32), parts, plain.size)

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
        tokens = tokenise(texts, languages)
        stem = self._stem_of_word(tokens)
        words = self._weighted(tokens, stem, len(texts))
        marked = self._marked(texts, marks)
        size = np.bincount(tokens.row, minlength=len(texts))
        both = sparse.csr_matrix(sparse.hstack([words, marked]), dtype=np.float32)
        return WordMatrix(both, self._parts(tokens, stem, len(texts)), size)

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
        shares = self._part_shares(tokens, stem) @ weights[-_PARTS:]
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
        has_words = np.bincount(tokens.row, minlength=texts) > 0
        edges = np.flatnonzero(has_words)
        first = np.searchsorted(tokens.row, edges, side="left")
        after = np.searchsorted(tokens.row, edges, side="right")
        number = np.where(stem >= 0, stem + 2, -1)[tokens.word]
        number = np.insert(
            number, np.concatenate([first, after]), np.repeat([_START, _END], len(edges))
        )
        row = np.insert(tokens.row, np.concatenate([first, after]), np.concatenate([edges, edges]))
        order = np.argsort(row, kind="stable")
        row, number = row[order], number[order]
        here = (row[:-1] == row[1:]) & (number[:-1] >= 0) & (number[1:] >= 0)
        keys = number[:-1] * (len(self.stems_) + 2) + number[1:]
        return row[:-1][here], keys[here]

    def _weighted(self, tokens: Tokens, stem: Ints, texts: int) -> sparse.csr_matrix:
        """Return TF-IDF of words and pairs, each row of length 1."""
        column = stem[tokens.word]
        row, column = tokens.row[column >= 0], column[column >= 0]
        pair_row, keys = self._pairs(tokens, texts, stem)
        place = np.searchsorted(self.pairs_, keys)
        known = place < len(self.pairs_)
        known[known] = self.pairs_[place[known]] == keys[known]
        rows = np.concatenate([row, pair_row[known]])
        columns = np.concatenate([column, place[known] + len(self.stems_)])
        shape = (texts, len(self._rarity))
        counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
        counts.data = (1 + np.log(counts.data)) * self._rarity[counts.indices]
        return _unit_rows(counts)

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

    def _parts(self, tokens: Tokens, stem: Ints, texts: int) -> Floats:
        """Return texts x buckets: the parts of its words, rare words first."""
        counts = self._word_counts(tokens, stem, texts)
        found = np.asarray((counts @ _buckets(tokens.words)).toarray(), dtype=np.float32)
        norm = np.sqrt((found**2).sum(axis=1, keepdims=True))
        return np.asarray(_PARTS_WEIGH * found / np.where(norm > 0, norm, 1), dtype=np.float32)

    def _part_shares(self, tokens: Tokens, stem: Ints) -> Floats:
        """Return words x buckets: what each word gives to the parts of one text."""
        counts = self._word_counts(tokens, stem, 1).toarray()
        found = counts.T * _buckets(tokens.words).toarray()
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


def _rarity(holding: npt.NDArray[Any], texts: int) -> Floats:
    """Return the inverse document frequency, smoothed as scikit-learn does: never 0."""
    return np.asarray(np.log((1 + texts) / (1 + holding)) + 1, dtype=np.float32)


def _unit_rows(rows: Any) -> sparse.csr_matrix:
    matrix = sparse.csr_matrix(rows)
    norm = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix.data = matrix.data / np.repeat(np.where(norm > 0, norm, 1), np.diff(matrix.indptr))
    return matrix


def _at(stems: list[str], number: int) -> str:
    return stems[number - 2] if number >= 2 else ""


def _buckets(words: Sequence[str]) -> sparse.csr_matrix:
    """Return words x buckets; each word has length 1."""
    found = [_word_parts(word) for word in words]
    sizes = np.array([len(parts) for parts in found], dtype=np.int64)
    signed = np.array([part for parts in found for part in parts], dtype=np.int64)
    column = np.abs(signed) - 1
    row = np.repeat(np.arange(len(words)), sizes)
    sign = np.sign(signed).astype(np.float32)
    return _unit_rows(sparse.csr_matrix((sign, (row, column)), shape=(len(words), _PARTS)))


@lru_cache(maxsize=200_000)
def _word_parts(word: str) -> tuple[int, ...]:
    """Return the buckets of the parts of a word, counted from 1; below 0: counts against."""
    whole = f"<{word[:60]}>"
    parts = [
        whole[place : place + size]
        for size in _PART_SIZES
        for place in range(len(whole) - size + 1)
    ]
    found = []
    for part in parts:
        number = zlib.crc32(part.encode("utf-8", "surrogatepass"))
        bucket = number % _PARTS + 1
        found.append(bucket if number >> 31 else -bucket)
    return tuple(found)
