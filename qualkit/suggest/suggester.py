"""The suggester: learns from human codings which code an utterance may deserve, and says why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import NotEnoughError, OptionError, UnknownNameError
from qualkit.model import Codebook
from qualkit.suggest.calibration import Matrix
from qualkit.suggest.fitted import Fitted, Teaching
from qualkit.suggest.manners import Estimator
from qualkit.suggest.material import (
    DETECT,
    KEY,
    coded_rows,
    codes_in_use,
    in_order,
    label_matrix,
    need,
    with_context,
)
from qualkit.suggest.offering import best, note_of, strike
from qualkit.suggest.reasons import Model, Scale, explain
from qualkit.suggest.saving import load, save
from qualkit.suggest.words import Stems

__all__ = ["Suggester"]


_LAST: WeakKeyDictionary[Suggester, tuple[Any, pd.DataFrame]] = WeakKeyDictionary()
"""The document that reasons were given in last, in order: the next are about it, too."""


class Suggester(Estimator):
    """Offers codes for utterances, learned from what people coded.

    One linear model for all codes: kernel ridge regression on stems, pairs of words, parts of
    words and markers, on the words of the utterances beside, and on who speaks and where. The
    entries of the codebook are examples among the others, so that they count for much while little
    is coded. A second look takes in which codes the utterances beside probably need, as far as that
    came true on documents held out. Probabilities are calibrated on these, too.

    Args:
        minimum: coded utterances from which on a code's probability is shown; 2 or more. Below
            it the code is ranked by the codebook and the few codings, and says so.
        threshold: strictness, above 0 to 1. A code is offered from ``threshold`` times the best
            F1 to be expected on new documents. At 0.5 missed and wrong offers balance; higher
            means fewer and surer offers.
        language: whose endings are cut off: "detect" tells it for each document; a name as a
            Snowball stemmer is called ("english", "german" ...); None leaves words whole.
        random_state: seed, for dealing the documents of a very large study into parts.

    Attributes:
        codes_: names of the codes it knows, in the order of the codebook.
        basis_: Series, code -> "codings" or "codebook".
        counts_: Series, code -> number of reviewed utterances coded with it.
        notes_: Series, code -> one phrase on what its suggestions rest on.
        thresholds_: Series, code -> least score at which it is offered.
        languages_: Series, document -> language of its stems; None: words are left whole.
        about_: dict, what a file says of the model; only where it was loaded from one.

    Example:
        >>> words = ["low pay", "pay is low", "poor pay", "nice garden", "a garden", "garden work"]
        >>> utterances = pd.DataFrame({"document": "d", "position": range(1, 7), "text": words})
        >>> codings = pd.DataFrame({"document": "d", "position": [1, 2, 3], "code": "pay"})
        >>> suggester = Suggester(minimum=3).fit(utterances, codings, utterances)
        >>> new = pd.DataFrame({"document": "e", "position": [1], "text": ["so little pay"]})
        >>> suggester.offers(new)[["code", "rank", "basis"]].values.tolist()
        [['pay', 1, 'codings']]
    """

    about_: dict[str, Any]

    def __init__(
        self,
        *,
        minimum: int = 5,
        threshold: float = 0.5,
        language: str | None = DETECT,
        random_state: int = 0,
    ) -> None:
        self.minimum = minimum
        self.threshold = threshold
        self.language = language
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
            utterances: columns document, position, text; one row for each utterance. Used where
                there: speaker, role, stakeholder_type, is_moderator. Give whole documents: what
                stands beside an utterance counts too.
            codings: columns document, position, code (name or id), one row for each coding, by
                people only. An utterance has a code when any coder gave it. Codings of utterances
                that are not reviewed teach nothing: what else applies there is not known.
            reviewed: columns document, position: the utterances that a coder has looked at; those
                without a coding teach what a code is not.
            codebook: entries to learn from before there are codings; retired codes are left out.

        Returns:
            The suggester itself. The order of the rows of all tables makes no difference.

        Raises:
            NotEnoughError: there is neither a coding to learn from nor a codebook.
            OptionError: a parameter cannot take its value, a column is missing, or an utterance
                stands twice in ``utterances``.
        """
        self._check_parameters()
        need(utterances, [*KEY, "text"], "utterances")
        need(codings, [*KEY, "code"], "codings")
        need(reviewed, KEY, "reviewed")
        self._codebook = codebook
        self.__dict__.pop("about_", None)
        _LAST.pop(self, None)
        frame = in_order(utterances, self.language)
        seen, table = coded_rows(frame, codings, reviewed)
        table = table.assign(code=self._named(table["code"]))
        if table.empty:  # looked at, but nothing given yet: the codebook alone can speak
            seen = np.zeros_like(seen)
        codes = codes_in_use(codebook, table["code"])
        if not codes:
            what = "there is neither a coding on a reviewed utterance nor a codebook to suggest by"
            raise NotEnoughError(what, remedy="code some utterances or apply a codebook first")
        self.codes_ = [code.name for code in codes]
        labels = label_matrix(frame.loc[seen, KEY], table, self.codes_).astype(np.float32)
        told = frame.drop_duplicates("document").set_index("document")["language"]
        self.languages_ = told.astype(object)
        given = Teaching(frame, seen, labels, codes, codebook, self.random_state)
        self._fitted = Fitted(given)
        self._known = frame[[*KEY, "text", "speaker", "role"]]
        self._describe(labels)
        return self

    def score(self, utterances: pd.DataFrame, context: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return how well each code fits each utterance.

        Args:
            utterances: columns document, position, text, and those that ``fit`` could use.
            context: further utterances of the same documents; they are not scored, but what
                stands beside an utterance counts. Those that ``fit`` was given need not be given
                again.

        Returns:
            One row for each utterance, index (document, position); one float column for each code
            of ``codes_``, from 0 to 1: the probability. Before anything is coded: the likeness to
            the codebook entry, which orders codes but is no probability.

        Raises:
            NotEnoughError: ``fit`` has not been called.
            OptionError: a column is missing.
        """
        self._check_fitted()
        need(utterances, [*KEY, "text"], "utterances")
        index = pd.MultiIndex.from_frame(utterances[KEY])
        scores = self._scores(utterances, context)
        return pd.DataFrame(scores, index=index, columns=pd.Index(self.codes_, name="code"))

    def offers(
        self,
        utterances: pd.DataFrame,
        top: int = 3,
        exclude: pd.DataFrame | None = None,
        context: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Return the codes worth showing to a coder, best first; none where none is worth it.

        Args:
            utterances: columns document, position, text, and those that ``fit`` could use.
            top: most codes offered for one utterance.
            exclude: columns document, position, code: what need not be offered any more.
            context: as for ``score``.

        Returns:
            Columns document, position, code, probability (float; missing where fewer than
            ``minimum`` codings stand behind it), rank (int, from 1 within an utterance), basis
            ("codings", "codebook") and note.

        Raises:
            NotEnoughError: ``fit`` has not been called.
            OptionError: a column is missing, or ``top`` is below 1.
        """
        scores = self.score(utterances, context)
        if top < 1:
            raise OptionError(f"top must be 1 or more, not {top}", where="top")
        values = scores.to_numpy()
        is_learned = (self.basis_ == "codings").to_numpy()
        is_offered = values >= self.thresholds_.to_numpy()
        has_words = utterances["text"].fillna("").astype(str).str.contains(r"\w")
        is_offered &= has_words.to_numpy(bool)[:, None]
        key = np.where(is_offered, values, -np.inf)
        if exclude is not None:
            need(exclude, [*KEY, "code"], "exclude")
            strike(key, scores, exclude.assign(code=self._named(exclude["code"])))
        row, column, rank = best(key, top)
        code = np.array(self.codes_, dtype=object)[column]
        at = utterances[KEY].iloc[row].reset_index(drop=True)
        return at.assign(
            code=pd.Series(code, dtype="str"),
            probability=np.where(is_learned[column], values[row, column], np.nan),
            rank=rank,
            basis=self.basis_.iloc[column].to_numpy(),
            note=self.notes_.iloc[column].to_numpy(),
        )

    def explain(
        self,
        utterance: str | tuple[Any, int],
        code: str,
        utterances: pd.DataFrame | None = None,
    ) -> pd.DataFrame:
        """Return what speaks for a code, and what against.

        Args:
            utterance: its words; or its document and position, then what stands beside it and who
                speaks is counted too.
            code: name or id of a code.
            utterances: the utterances of the document, as for ``score``; not needed for a document
                that ``fit`` was given.

        Returns:
            Columns word (as written; a remark in brackets for what is no word), weight (float)
            and basis; strongest first. The weights of all rows add up to the log-odds of the
            score; before anything is coded, to the likeness. Bases: "codings" (what coding
            taught of the word), "codebook" (what the codebook says of it), "marker", "before",
            "after" (the utterances beside: their words, and their likely codes where these tell),
            "setting" (speaker, place, length), "share" (how common the code is).

        Raises:
            UnknownNameError: it knows no such code, or there is no such utterance.
            NotEnoughError: ``fit`` has not been called.
        """
        self._check_fitted()
        place = self._place_of(code)
        frame, row = self._one(utterance, utterances)
        fitted = self._fitted
        weights = fitted.weights(slice(place, place + 1))
        beside = fitted.told_by_neighbours(frame, row, place)
        model = Model(fitted.features, fitted.setting, fitted.learner, weights, place, beside)
        calibration = fitted.calibration.of(place) if fitted.is_calibrated else None
        scale = Scale(calibration, float(fitted.learner.shares[place]), float(fitted.full[place]))
        return explain(model, frame, row, scale)

    def nearest(self, text: str, code: str, top: int = 3) -> pd.DataFrame:
        """Return the utterances coded with a code that are most like a text.

        Args:
            text: an utterance.
            code: name or id of a code.
            top: at most so many.

        Returns:
            Columns document, position, text, likeness (float, 0 to 1, of words and parts of
            words); most alike first; empty where nothing is alike.

        Raises:
            UnknownNameError: it knows no such code.
            NotEnoughError: ``fit`` has not been called.
        """
        self._check_fitted()
        fitted = self._fitted
        rows = np.flatnonzero(fitted.labels[:, self._place_of(code)])
        language = fitted.language if self.language == DETECT else self.language
        said = fitted.features.transform([text], [language])
        likeness = fitted.learner.likeness(said, rows)
        order = np.argsort(-likeness, kind="stable")[:top]
        order = order[likeness[order] > 0]
        found = fitted.coded.iloc[rows[order]][[*KEY, "text"]].reset_index(drop=True)
        return found.assign(likeness=likeness[order].astype(np.float64))

    def save(
        self, path: str | Path, *, about: Mapping[str, Any] | None = None, texts: bool = True
    ) -> str:
        """Write what was learned to a file and return the model's id, a hash of its content.

        The same model gives the same bytes. The file cannot run anything. It holds the words that
        were learned; see docs/batch.md before giving it to others.

        Args:
            path: the file to write or to replace.
            about: plain values to keep with it, such as the coders and the measured quality.
            texts: whether to keep the utterances learned from; without them ``nearest`` shows
                places without words, and nothing is known of documents that are not given.

        Raises:
            NotEnoughError: ``fit`` has not been called.
            UnwritableError: the file cannot be written.
        """
        return save(self, path, about=about, texts=texts)

    @classmethod
    def load(cls, path: str | Path) -> Suggester:
        """Return the suggester in a file; it scores as the one that was saved, bit for bit.

        ``about_`` (dict) says what it has learned from; ``about_["model"]`` is its id.

        Raises:
            UnreadableFileError: the file is missing, damaged, cut short, or no model of this
                qualkit.
            NewerProjectError: a newer qualkit wrote it.
        """
        return load(path)

    def _scores(self, utterances: pd.DataFrame, context: pd.DataFrame | None) -> Matrix:
        """Return utterances x codes, worked out in blocks."""
        whole = with_context(utterances, context, self._known)
        frame = in_order(whole, self.language, self.languages_.to_dict())
        return self._fitted.scores(frame)[: len(utterances)]

    def _one(
        self, utterance: str | tuple[Any, int], utterances: pd.DataFrame | None
    ) -> tuple[pd.DataFrame, int]:
        """Return a document in order, and the row of an utterance in it."""
        if isinstance(utterance, str):
            given = pd.DataFrame({"document": [""], "position": [1], "text": [utterance]})
            return in_order(given, self.language, {"": self._fitted.language}), 0
        document, position = utterance
        frame = self._document(document, utterances)
        row = np.flatnonzero(frame["position"] == position)
        if not len(row):
            raise UnknownNameError(f"there is no utterance {position} in {document!r}")
        return frame, int(row[0])

    def _document(self, document: Any, utterances: pd.DataFrame | None) -> pd.DataFrame:
        """Return a document in order; one that is known is kept until another is asked about."""
        name, frame = _LAST.get(self, (None, None))
        if utterances is None and name == document and frame is not None:
            return frame
        given = self._known if utterances is None else utterances
        whole = with_context(given[given["document"] == document], None, self._known)
        frame = in_order(whole, self.language, self.languages_.to_dict())
        if utterances is None:
            _LAST[self] = (document, frame)
        return frame

    def _place_of(self, code: str) -> int:
        found = self._codebook.find(code) if self._codebook else None
        name = found.name if found else code
        if name not in self.codes_:
            what = f"the suggester knows no code {code!r}"
            raise UnknownNameError(what, remedy=f"it knows {', '.join(self.codes_[:10])}")
        return self.codes_.index(name)

    def _named(self, codes: pd.Series[Any]) -> pd.Series[Any]:
        """Return the names of codes given by name or id; what the codebook lacks stays."""
        if self._codebook is None:
            return codes
        found = {code: self._codebook.find(str(code)) for code in codes.unique()}
        return codes.map({given: code.name if code else given for given, code in found.items()})

    def _describe(self, labels: npt.NDArray[np.float32]) -> None:
        """Set the attributes that say of each code what is known of it."""
        index = pd.Index(self.codes_, name="code")
        counts = labels.sum(axis=0).astype(np.int64)
        total = len(labels)
        learned = (counts >= self.minimum) & (counts < total)
        self.counts_ = pd.Series(counts, index=index)
        self.basis_ = pd.Series(np.where(learned, "codings", "codebook"), index=index, dtype="str")
        notes = [note_of(int(n), total, self.minimum) for n in counts]
        self.notes_ = pd.Series(notes, index=index, dtype="str")
        self.thresholds_ = pd.Series(self._fitted.threshold(self.threshold), index=index)

    def _check_parameters(self) -> None:
        if self.minimum < 2:
            raise OptionError(f"minimum must be 2 or more, not {self.minimum}", where="minimum")
        if not 0 < self.threshold <= 1:
            what = f"threshold must be above 0 and at most 1, not {self.threshold}"
            raise OptionError(what, where="threshold")
        if self.language not in (None, DETECT):
            Stems(self.language)

    def _check_fitted(self) -> None:
        if not hasattr(self, "thresholds_"):
            raise NotEnoughError("the suggester has learned nothing yet", remedy="call fit first")
