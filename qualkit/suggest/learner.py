"""What is learned from codings: one linear model a code, on the weighted words of an utterance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold

from qualkit.suggest.calibration import Matrix, calibrate, expected_f1, sigmoid
from qualkit.suggest.words import Stems

__all__ = ["LENGTH", "Learner", "WordWeights"]

LENGTH = "(length of the utterance)"

_COST = 2.0  # inverse strength of the regularisation; measured, and flat between 1 and 4
_FOLDS = 5
_FEW_FOLDS = 3  # enough from _MANY utterances on
_MANY = 20_000
_RARE_WORDS_COUNT_BELOW = 200  # with more utterances than this a word must occur in two
_LENGTH_SCALE = 0.2  # makes the length of an ordinary utterance weigh like a telling word


class WordWeights:
    """TF-IDF of stems and their n-grams, with the length of the utterance as one more column.

    Args:
        stems: cuts a text into stems.
        ngrams: shortest and longest run of stems that counts as one feature.
    """

    def __init__(self, stems: Stems, ngrams: tuple[int, int]) -> None:
        self.stems = stems
        self.ngrams = ngrams

    def fit(self, texts: Sequence[str]) -> WordWeights:
        """Learn which words there are and how rare each is."""
        self.vectorizer_ = TfidfVectorizer(
            tokenizer=self.stems,
            token_pattern=None,
            lowercase=False,
            ngram_range=self.ngrams,
            sublinear_tf=True,
            min_df=2 if len(texts) >= _RARE_WORDS_COUNT_BELOW else 1,
        )
        try:
            self.vectorizer_.fit(texts)
        except ValueError:  # not one word left: keep a vocabulary that matches nothing
            self.vectorizer_.set_params(vocabulary={"": 0}).fit(["", *texts])
        self.words_: list[str] = [*self.vectorizer_.get_feature_names_out(), LENGTH]
        return self

    def transform(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return utterances x features, sparse."""
        if not texts:
            return sparse.csr_matrix((0, len(self.words_)))
        words = self.vectorizer_.transform(texts)
        sizes = np.array([text.count(" ") + 1 if text else 0 for text in texts], dtype=float)
        length = sparse.csr_matrix(np.log1p(sizes)[:, None] * _LENGTH_SCALE)
        return sparse.csr_matrix(sparse.hstack([words, length]))

    def surface(self, text: str) -> dict[str, str]:
        """Return feature -> the words of this text that it stands for."""
        pairs = self.stems.pairs(text)
        found: dict[str, str] = {}
        for size in range(self.ngrams[0], self.ngrams[1] + 1):
            for first in range(len(pairs) - size + 1):
                part = pairs[first : first + size]
                found.setdefault(" ".join(s for _, s in part), " ".join(w for w, _ in part))
        return found


@dataclass(frozen=True)
class Learner:
    """Models of all codes that have enough codings, calibrated on documents held out.

    Attributes:
        words: turns texts into features.
        weights: features x codes; log-odds for the code by each unit of a feature.
        intercepts: log-odds of each code for an utterance without known words.
        expected_f1: best F1 to expect of each code on new documents.
    """

    words: WordWeights
    weights: Matrix
    intercepts: Matrix
    expected_f1: Matrix

    @classmethod
    def learn(
        cls,
        words: WordWeights,
        texts: Sequence[str],
        labels: npt.NDArray[np.int8],
        documents: npt.NDArray[Any],
        seed: int,
    ) -> Learner:
        """Learn from reviewed utterances.

        Args:
            words: unfitted features.
            texts: one for each reviewed utterance.
            labels: utterances x codes, 1 where the code applies; every column has both values.
            documents: the document of each utterance; whole documents are held out.
            seed: for the order of folds where there are fewer than three documents.
        """
        features = words.fit(texts).transform(texts)
        weights, intercepts = _fit_all(features, labels, seed)
        margins = np.full(labels.shape, np.nan)
        for train, test in _folds(documents, seed):
            part, base = _fit_all(features[train], labels[train], seed)
            margins[test] = features[test] @ part + base
        line = calibrate(margins, labels)
        best = expected_f1(line.probabilities(margins))
        return cls(words, weights * line.slope, intercepts * line.slope + line.intercepts, best)

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """Return the probability of each code, utterances x codes."""
        return sigmoid(self.words.transform(texts) @ self.weights + self.intercepts)

    def explain(self, text: str, code: int) -> list[tuple[str, float]]:
        """Return (words as written, log-odds for or against) for one code."""
        row = self.words.transform([text])
        surface = self.words.surface(text)
        weight = row.data * self.weights[row.indices, code]
        names = [self.words.words_[column] for column in row.indices]
        return [(surface.get(n, n), float(w)) for n, w in zip(names, weight, strict=True) if w != 0]


def _fit_all(
    features: sparse.csr_matrix, labels: npt.NDArray[np.int8], seed: int
) -> tuple[Matrix, Matrix]:
    """Return weights and intercepts of every code; NaN where a code has one value only."""
    weights = np.zeros((features.shape[1], labels.shape[1]))
    intercepts = np.full(labels.shape[1], np.nan)
    mixed = np.flatnonzero((labels.min(axis=0) == 0) & (labels.max(axis=0) == 1))
    for code in mixed:
        model = LogisticRegression(
            C=_COST, class_weight="balanced", solver="liblinear", max_iter=300, random_state=seed
        ).fit(features, labels[:, code])
        weights[:, code], intercepts[code] = model.coef_[0], model.intercept_[0]
    return weights, intercepts


def _folds(
    documents: npt.NDArray[Any], seed: int
) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Yield (train, test): whole documents where there are three, utterances else."""
    wanted = _FOLDS if len(documents) < _MANY else _FEW_FOLDS
    different = len(np.unique(documents))
    if different >= 3:
        yield from GroupKFold(min(wanted, different)).split(documents, groups=documents)
    else:
        parts = KFold(min(wanted, len(documents)), shuffle=True, random_state=seed)
        yield from parts.split(documents)
