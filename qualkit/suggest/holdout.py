"""Holding out whole documents: what a suggester says of documents it has learned nothing from.

Everything that is learned (words and how rare they are, weights, calibration, thresholds) is
learned from the other documents alone. Examples in the codebook that are words of a held-out
document are taken out of the codebook while that document is held out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import Codebook
from qualkit.suggest.material import label_matrix
from qualkit.suggest.measures import Places

__all__ = [
    "FEW_TO_HOLD_OUT",
    "HeldOut",
    "Material",
    "Model",
    "Plan",
    "Predictions",
    "assign_folds",
    "hold_out",
    "predict",
    "prepare",
]

FEW_TO_HOLD_OUT = 10
"""With so many documents or fewer, each is held out by itself."""

_FOLDS = 5
_PLACE = ["document", "position"]


class Model(Protocol):
    """What can be held to account: a suggester or a baseline."""

    basis_: pd.Series[Any]

    def fit(
        self,
        utterances: pd.DataFrame,
        codings: pd.DataFrame,
        reviewed: pd.DataFrame,
        codebook: Codebook | None = None,
    ) -> Any:
        """Learn from human codings."""

    def score(self, utterances: pd.DataFrame) -> pd.DataFrame:
        """Return utterances x codes."""

    def offers(self, utterances: pd.DataFrame, top: int = 3) -> pd.DataFrame:
        """Return columns document, position, code: what it would show."""


@dataclass(frozen=True)
class Plan:
    """How to hold out.

    Attributes:
        folds: parts that the documents are dealt into; None: each document by itself where there
            are ten or fewer, else five parts.
        seed: for the dealing, and for whatever a model draws.
        top: at most so many codes are offered for an utterance.
        progress: is told, in a few words, what has just been done.
    """

    folds: int | None = None
    seed: int = 0
    top: int = 3
    progress: Callable[[str], None] | None = None

    def tell(self, words: str) -> None:
        """Say what has just been done to whoever wants to know."""
        if self.progress is not None:
            self.progress(words)


@dataclass(frozen=True)
class Material:
    """What counts: reviewed utterances, with the documents around them.

    Attributes:
        utterances: every utterance of the documents with a reviewed one; at least the columns
            document, position, text.
        codings: columns document, position, code (name), on reviewed utterances.
        reviewed: columns document, position; each once.
        codebook: the codebook, or None.
        codes: names of the codes in use: the codebook's, then those it does not know.
    """

    utterances: pd.DataFrame
    codings: pd.DataFrame
    reviewed: pd.DataFrame
    codebook: Codebook | None
    codes: list[str]

    def of(self, documents: Sequence[str]) -> Material:
        """Return the part that lies in some documents."""
        return replace(
            self,
            utterances=_in(self.utterances, documents),
            codings=_in(self.codings, documents),
            reviewed=_in(self.reviewed, documents),
        )


@dataclass(frozen=True)
class Predictions:
    """What one model said of utterances it had learned nothing from; all utterances x codes.

    Attributes:
        scores: from 0 to 1.
        offered: it would show the code to a coder.
        is_probability: the score is a probability, and not a likeness to the codebook's entry.
    """

    scores: npt.NDArray[np.float64]
    offered: npt.NDArray[np.bool_]
    is_probability: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class HeldOut:
    """Reviewed utterances with what people gave them and what models said unseen.

    Attributes:
        utterances: the reviewed utterances, in order, with the columns of the material.
        codes: names of the codes.
        labels: utterances x codes; 1 where a person gave the code.
        documents: names of the documents.
        document: which of them each utterance is of.
        fold: in which part each document was held out.
        models: name -> what it said.
        fitted: name -> the models, one for each fold.
        plan: how it was held out.
    """

    utterances: pd.DataFrame
    codes: list[str]
    labels: npt.NDArray[np.int8]
    documents: list[str]
    document: Places
    fold: Places
    models: dict[str, Predictions]
    fitted: dict[str, list[Any]]
    plan: Plan


def prepare(
    utterances: pd.DataFrame,
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    codebook: Codebook | None = None,
) -> Material:
    """Return what counts; frames as for :meth:`qualkit.Suggester.fit`.

    Raises:
        OptionError: a column is missing, or an utterance stands twice.
        NotEnoughError: fewer than two documents have a reviewed utterance, or nobody gave a code.

    Example:
        >>> places = pd.DataFrame({"document": ["a", "b"], "position": 1, "text": ["x", "y"]})
        >>> codings = pd.DataFrame({"document": ["a"], "position": 1, "code": "Pay"})
        >>> prepare(places, codings, places).codes
        ['Pay']
    """
    _need(utterances, [*_PLACE, "text"], "utterances")
    _need(codings, [*_PLACE, "code"], "codings")
    _need(reviewed, _PLACE, "reviewed")
    if utterances.duplicated(_PLACE).any():
        raise OptionError("an utterance stands twice", where="utterances")
    seen = reviewed[_PLACE].drop_duplicates().merge(utterances[_PLACE], on=_PLACE)
    documents = list(seen["document"].unique())
    if len(documents) < 2:
        many = f"only {documents[0]!r} has" if documents else "none has"
        what = f"holding out whole documents takes two with reviewed utterances, and {many} any"
        raise NotEnoughError(what, remedy="code some of another document")
    given = codings[[*_PLACE, "code"]].merge(seen, on=_PLACE)
    given = given.assign(code=_named(given["code"], codebook)).drop_duplicates()
    entries = codebook.codes if codebook is not None else ()
    known = [code.name for code in entries if not code.retired]
    strangers = sorted(set(given["code"]) - {code.name for code in entries})
    codes = [*known, *strangers]
    given = given[given["code"].isin(codes)].reset_index(drop=True)
    if given.empty:
        what = "nobody has given a code of today's codebook to a reviewed utterance"
        raise NotEnoughError(what, remedy="code some utterances")
    return Material(_in(utterances, documents), given, seen, codebook, codes)


def assign_folds(sizes: pd.Series[Any], plan: Plan) -> Places:
    """Return in which part each document is held out, the parts about equally large.

    Args:
        sizes: document -> its reviewed utterances.
        plan: folds and seed.

    Raises:
        OptionError: fewer than two folds.

    Example:
        >>> assign_folds(pd.Series([9, 5, 4], index=list("abc")), Plan(folds=2)).tolist()
        [0, 1, 1]
    """
    if plan.folds is not None and plan.folds < 2:
        raise OptionError(f"folds must be 2 or more, not {plan.folds}", where="folds")
    few = len(sizes) <= FEW_TO_HOLD_OUT
    folds = (len(sizes) if few else _FOLDS) if plan.folds is None else plan.folds
    if folds >= len(sizes):
        return np.arange(len(sizes), dtype=np.intp)
    shuffled = np.random.default_rng(plan.seed).permutation(len(sizes))
    values = sizes.to_numpy()
    order = shuffled[np.argsort(-values[shuffled], kind="stable")]
    found, load = np.zeros(len(sizes), dtype=np.intp), np.zeros(folds)
    for one in order:
        found[one] = load.argmin()
        load[found[one]] += values[one]
    return found


def hold_out(material: Material, plan: Plan, makers: Mapping[str, Callable[[], Model]]) -> HeldOut:
    """Let models judge each document after learning from documents of other folds.

    Args:
        material: what counts.
        plan: how to hold out.
        makers: name -> makes a fresh model.

    Returns:
        What people gave and what the models said.
    """
    frame = material.utterances.merge(material.reviewed, on=_PLACE)
    document, documents = pd.factorize(frame["document"])
    sizes = pd.Series(np.bincount(document), index=documents)
    fold = assign_folds(sizes, plan)
    labels = label_matrix(frame, material.codings, material.codes)
    shape = labels.shape
    models = {
        name: Predictions(np.zeros(shape), np.zeros(shape, bool), np.zeros(shape, bool))
        for name in makers
    }
    fitted: dict[str, list[Any]] = {name: [] for name in makers}
    folds = int(fold.max()) + 1
    for one in range(folds):
        rows = np.flatnonzero(fold[document] == one)
        inside, outside = documents[fold == one], documents[fold != one]
        for name, make in makers.items():
            model, found = predict(make(), material.of(outside), material.of(inside), plan.top)
            fitted[name].append(model)
            models[name].scores[rows] = found.scores
            models[name].offered[rows] = found.offered
            models[name].is_probability[rows] = found.is_probability
        plan.tell(f"held out {one + 1} of {folds} parts of the documents")
    return HeldOut(
        frame, material.codes, labels, list(documents), document, fold, models, fitted, plan
    )


def predict(model: Model, known: Material, unseen: Material, top: int) -> tuple[Model, Predictions]:
    """Let a model learn from some documents and judge the reviewed utterances of others."""
    places = unseen.utterances[_PLACE].merge(unseen.reviewed, on=_PLACE)
    shape = (len(places), len(known.codes))
    nothing = Predictions(np.zeros(shape), np.zeros(shape, bool), np.zeros(shape, bool))
    book = _without_words_of(known.codebook, unseen.utterances["text"])
    try:
        model.fit(known.utterances, known.codings, known.reviewed, book)
    except NotEnoughError:  # these documents hold no coding, and there is no codebook
        return model, nothing
    index = pd.MultiIndex.from_frame(places)
    scores = model.score(unseen.utterances).reindex(columns=known.codes, fill_value=0.0)
    seen = pd.MultiIndex.from_frame(unseen.utterances[_PLACE]).isin(index)
    learned = (model.basis_ == "codings").reindex(known.codes, fill_value=False)
    offers = model.offers(unseen.utterances, top=top)
    offered = label_matrix(places, offers, known.codes) == 1
    is_probability = np.tile(learned.to_numpy(bool), (len(places), 1))
    return model, Predictions(scores.to_numpy()[seen], offered, is_probability)


def _without_words_of(codebook: Codebook | None, texts: pd.Series[Any]) -> Codebook | None:
    """Return the codebook without the examples that stand in these texts."""
    if codebook is None or not any(code.examples for code in codebook.codes):
        return codebook
    whole = _plain("\n".join(texts.fillna("")))
    codes = [
        replace(code, examples=tuple(one for one in code.examples if _plain(one) not in whole))
        for code in codebook.codes
    ]
    return replace(codebook, codes=tuple(codes))


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _named(codes: pd.Series[Any], codebook: Codebook | None) -> pd.Series[Any]:
    """Return the names of codes given by name or id; what the codebook lacks stays."""
    if codebook is None:
        return codes
    found = {code: codebook.find(str(code)) for code in codes.unique()}
    return codes.map({given: code.name if code else given for given, code in found.items()})


def _in(frame: pd.DataFrame, documents: Sequence[str]) -> pd.DataFrame:
    return frame[frame["document"].isin(list(documents))].reset_index(drop=True)


def _need(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    missing = [column for column in columns if column not in frame]
    if missing:
        what = f"lacks the column {', '.join(missing)}"
        raise OptionError(what, where=name, remedy=f"it needs {', '.join(columns)}")
