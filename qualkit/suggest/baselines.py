"""Two plain ways of suggesting codes, for the suggester to be measured against.

Both are used like the suggester: ``fit``, then ``score`` and ``offers``.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from qualkit.model import Codebook
from qualkit.suggest.material import KEY, label_matrix

__all__ = ["PlainTfidf", "PrevalenceOrder"]

_HALF = 0.5


class _Baseline:
    """What both share: the codes are those of the codings, and offers come from the scores."""

    codes_: list[str]
    basis_: pd.Series[Any]

    def fit(
        self,
        utterances: pd.DataFrame,
        codings: pd.DataFrame,
        reviewed: pd.DataFrame,
        codebook: Codebook | None = None,
    ) -> Self:
        """Learn from human codings; frames and columns as for the suggester."""
        del codebook  # plain ways do not read it
        seen = utterances.merge(reviewed[KEY].drop_duplicates(), on=KEY)
        self.codes_ = sorted(codings["code"].unique())
        self.basis_ = pd.Series("codings", index=pd.Index(self.codes_, name="code"), dtype="str")
        self._learn(seen["text"].fillna("").tolist(), label_matrix(seen, codings, self.codes_))
        return self

    def score(self, utterances: pd.DataFrame) -> pd.DataFrame:
        """Return a probability for each utterance and code."""
        index = pd.MultiIndex.from_frame(utterances[KEY])
        scores = self._scores(utterances["text"].fillna("").tolist())
        return pd.DataFrame(scores, index=index, columns=pd.Index(self.codes_, name="code"))

    def offers(self, utterances: pd.DataFrame, top: int = 3) -> pd.DataFrame:
        """Return what it would show: columns document, position, code."""
        scores = self.score(utterances).to_numpy()
        best = np.argsort(-scores, axis=1, kind="stable")[:, :top]
        shown = np.take_along_axis(self._is_offered(scores, top), best, axis=1)
        row, rank = np.nonzero(shown)
        at = utterances[KEY].iloc[row].reset_index(drop=True)
        codes = np.array(self.codes_, dtype=object)[best[row, rank]]
        return at.assign(code=pd.Series(codes, dtype="str"))

    def _learn(self, texts: list[str], labels: npt.NDArray[np.int8]) -> None:
        raise NotImplementedError

    def _scores(self, texts: list[str]) -> npt.NDArray[np.float64]:
        raise NotImplementedError

    def _is_offered(self, scores: npt.NDArray[np.float64], top: int) -> npt.NDArray[np.bool_]:
        del top
        return scores >= _HALF


class PrevalenceOrder(_Baseline):
    """Says the same of every utterance: each code is as likely as it is frequent.

    It offers the most frequent codes everywhere, as many (up to ``top``) as make the best micro F1
    on what it has learned from.

    Example:
        >>> utterances = pd.DataFrame({"document": "d", "position": [1, 2], "text": ["a", "b"]})
        >>> codings = pd.DataFrame({"document": "d", "position": [1, 2, 2], "code": list("ppq")})
        >>> PrevalenceOrder().fit(utterances, codings, utterances).score(utterances).values.tolist()
        [[1.0, 0.5], [1.0, 0.5]]
    """

    def _learn(self, texts: list[str], labels: npt.NDArray[np.int8]) -> None:
        self._share = labels.mean(axis=0) if len(texts) else np.zeros(labels.shape[1])

    def _scores(self, texts: list[str]) -> npt.NDArray[np.float64]:
        return np.tile(self._share, (len(texts), 1))

    def _is_offered(self, scores: npt.NDArray[np.float64], top: int) -> npt.NDArray[np.bool_]:
        ordered = -np.sort(-self._share)[:top]
        f1 = 2 * ordered.cumsum() / (np.arange(1, len(ordered) + 1) + self._share.sum())
        least = ordered[f1.argmax()] if len(ordered) else np.inf
        return np.asarray(scores >= least)


class PlainTfidf(_Baseline):
    """What a user would write in ten lines: TF-IDF of words and pairs, a balanced logistic model.

    One ``LogisticRegression(class_weight="balanced")`` for each code; it offers from a probability
    of one half. A code on all utterances or on none gets its share as probability.

    Args:
        seed: of the solver.
    """

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def _learn(self, texts: list[str], labels: npt.NDArray[np.int8]) -> None:
        self._vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
        self._share = labels.mean(axis=0) if len(texts) else np.zeros(labels.shape[1])
        try:
            features = self._vectorizer.fit_transform(texts)
        except ValueError:  # not one word to learn from: the shares are all there is
            self._learned = np.array([], dtype=np.intp)
            return
        self._learned = np.flatnonzero((self._share > 0) & (self._share < 1))
        self._models = [
            LogisticRegression(
                class_weight="balanced",
                solver="liblinear",
                dual=True,  # the same optimum, many times sooner where words outnumber utterances
                max_iter=200,
                random_state=self.seed,
            ).fit(features, labels[:, code])
            for code in self._learned
        ]

    def _scores(self, texts: list[str]) -> npt.NDArray[np.float64]:
        scores = np.tile(self._share, (len(texts), 1))
        if len(self._learned) and texts:
            features = self._vectorizer.transform(texts)
            weights = np.vstack([model.coef_[0] for model in self._models])
            base = np.array([model.intercept_[0] for model in self._models])
            log_odds = np.asarray(features @ weights.T) + base
            scores[:, self._learned] = 1 / (1 + np.exp(-np.clip(log_odds, -35, 35)))
        return scores
