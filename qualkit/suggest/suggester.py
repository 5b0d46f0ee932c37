"""The suggester: learns from human codings which code an utterance may deserve, and says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.base import BaseEstimator

from qualkit.errors import NotEnoughError, OptionError, UnknownNameError
from qualkit.model import Code, Codebook
from qualkit.suggest.calibration import Matrix
from qualkit.suggest.codebook_ranker import LEAST_MATCH, LEAST_MATCH_BESIDE_LEARNED, CodebookRanker
from qualkit.suggest.learner import Learner, WordWeights
from qualkit.suggest.words import Stems

__all__ = ["Suggester"]

_FLOOR = 0.2  # an offer that is right less often than one time in five costs more than it gives
_BLOCK = 50_000  # utterances scored at once: bounds the memory
_KEY = ["document", "position"]


class Suggester(BaseEstimator):  # type: ignore[misc]  # scikit-learn ships no types
    """Offers codes for utterances, learned from what people coded.

    A code with at least ``minimum`` coded utterances gets a model of its own: logistic regression
    on TF-IDF of word stems, balanced, regularised, and calibrated on documents held out, so its
    probability can be taken at its word. A code with fewer is ranked by its entry in the codebook:
    name, definition, when to apply it, examples, markers, and the few utterances coded so far.

    Args:
        minimum: coded utterances that a code needs to be learned; 2 or more.
        threshold: strictness, above 0 to 1. A learned code is offered from ``threshold`` times the
            best F1 it can be expected to reach on new documents, but never below a probability of
            0.2. At 0.5 missed and wrong offers balance; higher means fewer and surer offers.
        language: whose endings are cut off, as a Snowball stemmer is called ("english",
            "german" ...); None leaves words whole.
        ngrams: shortest and longest run of words that counts as one feature.
        random_state: seed, for folds where there are fewer than three documents.

    Attributes:
        codes_: names of the codes it knows, in the order of the codebook.
        basis_: Series, code -> "codings" or "codebook".
        counts_: Series, code -> number of reviewed utterances coded with it.
        notes_: Series, code -> one phrase on what its suggestions rest on.
        thresholds_: Series, code -> least score at which it is offered.

    Example:
        >>> words = ["low pay", "pay is low", "poor pay", "nice garden", "a garden", "garden work"]
        >>> utterances = pd.DataFrame({"document": "d", "position": range(1, 7), "text": words})
        >>> codings = pd.DataFrame({"document": "d", "position": [1, 2, 3], "code": "pay"})
        >>> suggester = Suggester(minimum=3).fit(utterances, codings, utterances)
        >>> new = pd.DataFrame({"document": "e", "position": [1], "text": ["so little pay"]})
        >>> suggester.offers(new)[["code", "rank", "basis"]].values.tolist()
        [['pay', 1, 'codings']]
    """

    def __init__(
        self,
        *,
        minimum: int = 5,
        threshold: float = 0.5,
        language: str | None = "english",
        ngrams: tuple[int, int] = (1, 2),
        random_state: int = 0,
    ) -> None:
        self.minimum = minimum
        self.threshold = threshold
        self.language = language
        self.ngrams = ngrams
        self.random_state = random_state

    def fit(
        self,
        utterances: pd.DataFrame,
        codings: pd.DataFrame,
        reviewed: pd.DataFrame,
        codebook: Codebook | None = None,
    ) -> Self:
        """Learn from human codings.

        Args:
            utterances: columns document, position, text; one row for each utterance.
            codings: columns document, position, code (name or id), one row for each coding, by
                people only. An utterance has a code when any coder gave it. Codings of utterances
                that are not reviewed teach nothing: what else applies there is not known.
            reviewed: columns document, position: the utterances that a coder has looked at; those
                without a coding teach what a code is not.
            codebook: entries to rank the other codes by; retired codes are left out.

        Returns:
            The suggester itself.

        Raises:
            NotEnoughError: there is neither a coding to learn from nor a codebook.
            OptionError: a parameter cannot take its value, a column is missing, or an utterance
                stands twice in ``utterances``.
        """
        self._check_parameters()
        _need(utterances, [*_KEY, "text"], "utterances")
        _need(codings, [*_KEY, "code"], "codings")
        _need(reviewed, _KEY, "reviewed")
        stems = Stems(self.language)
        self._codebook = codebook
        seen, table = _coded(utterances, codings, reviewed)
        table["code"] = self._named(table["code"])
        table = table.drop_duplicates()
        entries = _entries(codebook, table["code"])
        if not entries:
            what = "there is neither a coding on a reviewed utterance nor a codebook to suggest by"
            raise NotEnoughError(what, remedy="code some utterances or apply a codebook first")
        self.codes_ = [code.name for code in entries]
        labels = _labels(table, len(seen), self.codes_)
        counts = labels.sum(axis=0, dtype=np.int64)
        learned = (counts >= self.minimum) & (counts < len(seen))
        texts = seen["text"].tolist()
        self._learner = None
        if learned.any():
            words = WordWeights(stems, self.ngrams)
            documents = seen["document"].to_numpy()
            self._learner = Learner.learn(
                words, texts, labels[:, learned], documents, self.random_state
            )
        few = pd.Index(self.codes_)[~learned]
        shown = _examples(table[table["code"].isin(few)], texts)
        self._ranker = CodebookRanker(entries, shown, stems).fit(_texts(utterances))
        self._describe(counts, learned, len(seen))
        return self

    def score(self, utterances: pd.DataFrame) -> pd.DataFrame:
        """Return how well each code fits each utterance.

        Args:
            utterances: columns document, position, text.

        Returns:
            One row for each utterance, index (document, position); one float column for each code
            of ``codes_``: the probability where ``basis_`` says "codings", else the likeness to
            the codebook entry, from 0 to 1, which orders codes but is no probability.

        Raises:
            NotEnoughError: ``fit`` has not been called.
            OptionError: a column is missing.
        """
        self._check_fitted()
        _need(utterances, [*_KEY, "text"], "utterances")
        index = pd.MultiIndex.from_frame(utterances[_KEY])
        scores = self._scores(_texts(utterances))
        return pd.DataFrame(scores, index=index, columns=pd.Index(self.codes_, name="code"))

    def offers(
        self, utterances: pd.DataFrame, top: int = 3, exclude: pd.DataFrame | None = None
    ) -> pd.DataFrame:
        """Return the codes worth showing to a coder, best first; none where none is worth it.

        Args:
            utterances: columns document, position, text.
            top: most codes offered for one utterance.
            exclude: columns document, position, code: what need not be offered any more.

        Returns:
            Columns document, position, code, probability (float; missing where the codebook alone
            ranked it), rank (int, from 1 within an utterance), basis ("codings", "codebook") and
            note. Learned codes stand before codes ranked by the codebook.

        Raises:
            NotEnoughError: ``fit`` has not been called.
            OptionError: a column is missing, or ``top`` is below 1.
        """
        scores = self.score(utterances)
        if top < 1:
            raise OptionError(f"top must be 1 or more, not {top}", where="top")
        values = scores.to_numpy()
        is_learned = (self.basis_ == "codings").to_numpy()
        is_offered = values >= self.thresholds_.to_numpy()
        has_words = utterances["text"].fillna("").astype(str).str.contains(r"\w")
        is_offered &= has_words.to_numpy(bool)[:, None]
        key = np.where(is_offered, values + is_learned, -np.inf)
        if exclude is not None:
            _need(exclude, [*_KEY, "code"], "exclude")
            _strike(key, scores, exclude.assign(code=self._named(exclude["code"])))
        row, column, rank = _best(key, top)
        code = np.array(self.codes_, dtype=object)[column]
        at = utterances[_KEY].iloc[row].reset_index(drop=True)
        return at.assign(
            code=pd.Series(code, dtype="str"),
            probability=np.where(is_learned[column], values[row, column], np.nan),
            rank=rank,
            basis=self.basis_.iloc[column].to_numpy(),
            note=self.notes_.iloc[column].to_numpy(),
        )

    def explain(self, text: str, code: str) -> pd.DataFrame:
        """Return which words of a text speak for a code, and which against.

        Args:
            text: an utterance.
            code: name or id of a code.

        Returns:
            Columns word (as written in the text), weight (float) and basis; strongest first.
            Basis "codings": the weight is what the word adds to the log-odds, below 0 when it
            speaks against. Basis "codebook": the word's part of the likeness to the entry. Basis
            "marker": a marker of the code found it.

        Raises:
            UnknownNameError: it knows no such code.
            NotEnoughError: ``fit`` has not been called.
        """
        self._check_fitted()
        found = self._codebook.find(code) if self._codebook else None
        name = found.name if found else code
        if name not in self.codes_:
            what = f"the suggester knows no code {code!r}"
            raise UnknownNameError(what, remedy=f"it knows {', '.join(self.codes_[:10])}")
        place = self.codes_.index(name)
        is_learned = (self.basis_ == "codings").to_numpy()
        reasons: list[tuple[str, float, str]] = []
        if self._learner is not None and is_learned[place]:
            among_learned = int(is_learned[:place].sum())
            reasons = [(w, x, "codings") for w, x in self._learner.explain(text, among_learned)]
        reasons += self._ranker.explain(text, place)
        reasons.sort(key=lambda reason: (-abs(reason[1]), reason[0]))
        columns = list(zip(*reasons, strict=True)) or [(), (), ()]
        return pd.DataFrame(
            {
                "word": pd.Series(columns[0], dtype="str"),
                "weight": pd.Series(columns[1], dtype="float64"),
                "basis": pd.Series(columns[2], dtype="str"),
            }
        )

    def _named(self, codes: pd.Series[Any]) -> pd.Series[Any]:
        """Return the names of codes given by name or id; what the codebook lacks stays."""
        if self._codebook is None:
            return codes
        found = {code: self._codebook.find(str(code)) for code in codes.unique()}
        return codes.map({given: code.name if code else given for given, code in found.items()})

    def _scores(self, texts: list[str]) -> Matrix:
        """Return utterances x codes, worked out in blocks."""
        is_learned = (self.basis_ == "codings").to_numpy()
        scores = np.zeros((len(texts), len(self.codes_)))
        for first in range(0, len(texts), _BLOCK):
            part = texts[first : first + _BLOCK]
            block = scores[first : first + _BLOCK]
            if self._learner is not None:
                block[:, is_learned] = self._learner.probabilities(part)
            if not is_learned.all():
                block[:, ~is_learned] = self._ranker.likeness(part)[:, ~is_learned]
        return scores

    def _describe(
        self, counts: npt.NDArray[np.int64], learned: npt.NDArray[np.bool_], total: int
    ) -> None:
        """Set the attributes that say of each code what is known of it."""
        index = pd.Index(self.codes_, name="code")
        self.counts_ = pd.Series(counts, index=index)
        self.basis_ = pd.Series(np.where(learned, "codings", "codebook"), index=index, dtype="str")
        notes = [_note(int(n), total, self.minimum) for n in counts]
        self.notes_ = pd.Series(notes, index=index, dtype="str")
        least = LEAST_MATCH_BESIDE_LEARNED if learned.any() else LEAST_MATCH
        thresholds = np.full(len(counts), least)
        if self._learner is not None:
            thresholds[learned] = np.maximum(self.threshold * self._learner.expected_f1, _FLOOR)
        self.thresholds_ = pd.Series(thresholds, index=index)

    def _check_parameters(self) -> None:
        if self.minimum < 2:
            raise OptionError(f"minimum must be 2 or more, not {self.minimum}", where="minimum")
        if not 0 < self.threshold <= 1:
            what = f"threshold must be above 0 and at most 1, not {self.threshold}"
            raise OptionError(what, where="threshold")
        shortest, longest = self.ngrams
        if not 1 <= shortest <= longest:
            what = f"ngrams must be two numbers from 1, the smaller first, not {self.ngrams}"
            raise OptionError(what, where="ngrams")

    def _check_fitted(self) -> None:
        if not hasattr(self, "thresholds_"):
            raise NotEnoughError("the suggester has learned nothing yet", remedy="call fit first")


def _need(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        what = f"lacks the column {', '.join(missing)}"
        raise OptionError(what, where=name, remedy=f"it needs {', '.join(columns)}")


def _texts(utterances: pd.DataFrame) -> list[str]:
    return utterances["text"].fillna("").tolist()


def _coded(
    utterances: pd.DataFrame, codings: pd.DataFrame, reviewed: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the reviewed utterances, and a table row (among them), code without repeats."""
    index = pd.MultiIndex.from_frame(utterances[_KEY])
    if index.has_duplicates:
        document, position = index[index.duplicated()][0]
        what = f"utterance {position} of {document!r} stands twice"
        raise OptionError(what, where="utterances", remedy="give each utterance once")
    is_seen = index.isin(pd.MultiIndex.from_frame(reviewed[_KEY]))
    seen = utterances.loc[is_seen, [*_KEY, "text"]].fillna({"text": ""})
    row = index[is_seen].get_indexer(pd.MultiIndex.from_frame(codings[_KEY]))
    table = pd.DataFrame({"row": row, "code": codings["code"].to_numpy()})
    return seen, table[(table["row"] >= 0) & table["code"].notna()].copy()


def _entries(codebook: Codebook | None, used: pd.Series[Any]) -> list[Code]:
    """Return the codes in use: the codebook's, then those it does not know."""
    known = codebook.codes if codebook is not None else ()
    strangers = sorted(set(used) - {code.name for code in known})
    return [c for c in known if not c.retired] + [Code(name, name) for name in strangers]


def _labels(table: pd.DataFrame, rows: int, codes: list[str]) -> npt.NDArray[np.int8]:
    labels = np.zeros((rows, len(codes)), dtype=np.int8)
    column = pd.Index(codes).get_indexer(pd.Index(table["code"]))
    labels[table["row"].to_numpy()[column >= 0], column[column >= 0]] = 1
    return labels


def _examples(table: pd.DataFrame, texts: list[str]) -> dict[str, list[str]]:
    return {str(c): [texts[row] for row in part] for c, part in table.groupby("code")["row"]}


def _note(count: int, total: int, minimum: int) -> str:
    if count < minimum:
        return f"not enough codings yet ({count} of {minimum})"
    if count == total:
        return f"applied to all {total} reviewed utterances, so nothing tells when it does not"
    return f"learned from {count} coded utterances"


def _strike(key: Matrix, scores: pd.DataFrame, exclude: pd.DataFrame) -> None:
    """Take what is coded already out of the running."""
    wanted = pd.MultiIndex.from_frame(exclude[_KEY])
    groups, known = pd.factorize(scores.index)
    group = pd.Index(known).get_indexer(wanted)
    column = scores.columns.get_indexer(pd.Index(exclude["code"]))
    pairs = pd.DataFrame({"group": group, "column": column})[(group >= 0) & (column >= 0)]
    rows = pd.DataFrame({"group": groups, "row": np.arange(len(groups))})
    hit = rows.merge(pairs, on="group")
    key[hit["row"].to_numpy(), hit["column"].to_numpy()] = -np.inf


def _best(
    key: Matrix, top: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], npt.NDArray[np.int64]]:
    """Return row, column and rank of the highest keys in each row, in order."""
    key = key - np.arange(key.shape[1]) * 1e-12  # of two equal codes the first in the codebook
    top = min(top, key.shape[1])
    places = np.argpartition(-key, top - 1, axis=1)[:, :top]
    values = np.take_along_axis(key, places, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    places = np.take_along_axis(places, order, axis=1)
    kept = np.isfinite(np.take_along_axis(values, order, axis=1))
    row, rank = np.nonzero(kept)
    return row, places[row, rank], rank.astype(np.int64) + 1
