"""Why a code was suggested: which words speak for it, which against, and what was coded alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.suggest.calibration import Calibration
from qualkit.suggest.context import AROUND, Setting
from qualkit.suggest.features import WordFeatures
from qualkit.suggest.learner import Learner
from qualkit.suggest.parts import Weights

__all__ = ["Model", "Reason", "Scale", "explain", "reason_table"]


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for a code or against it.

    Attributes:
        word: as written in the utterance, or a remark in brackets.
        weight: what it adds; below 0 when it speaks against.
        basis: what taught it.
    """

    word: str
    weight: float
    basis: str


@dataclass(frozen=True)
class Scale:
    """How the score of one code becomes what is shown.

    Attributes:
        calibration: None where nothing is coded yet.
        share: share of utterances with the code.
        full: the score that counts as likeness 1, where nothing is coded yet.
    """

    calibration: Calibration | None
    share: float
    full: float

    def line(self, score: float) -> tuple[float, float]:
        """Return start and slope: ``start + slope x score`` is the log-odds, or the likeness."""
        if self.calibration is None:
            return 0.0, 1 / self.full
        share = np.array([self.share])
        start = float(self.calibration.log_odds(np.zeros(1), share)[0])
        if abs(score) < 1e-9:
            slope = self.calibration.straight + self.calibration.bent / self.share
            return start, slope * (self.calibration.slopes or (1.0,))[0]
        there = float(self.calibration.log_odds(np.array([score]), share)[0])
        return start, (there - start) / score


@dataclass(frozen=True)
class Model:
    """What is needed to take a score apart.

    Attributes:
        features, setting, learner: as learned.
        weights: of the one code asked about.
        code: its number.
        beside: what the likely codes just before and just after the utterance add.
    """

    features: WordFeatures
    setting: Setting
    learner: Learner
    weights: Weights
    code: int
    beside: tuple[float, float]


def explain(model: Model, frame: pd.DataFrame, row: int, scale: Scale) -> pd.DataFrame:
    """Return what speaks for a code and against it, as ``Suggester.explain`` describes it.

    Args:
        model: what was learned.
        frame: the utterances of the document, in order.
        row: which of them is asked about.
        scale: turns what is added to the score into what is shown.
    """
    first = max(0, row - AROUND)  # what stands farther away adds nothing
    frame, row = frame.iloc[first : row + AROUND + 1], row - first
    words = model.features.transform(frame["text"].tolist(), frame["language"].tolist())
    context = model.setting.describe(frame, words)
    roles = context.roles[row]
    own, before, after, facts = (
        np.tensordot(roles, part[:, :, 0], axes=1)
        for part in (
            model.weights.own,
            model.weights.before,
            model.weights.after,
            model.weights.facts,
        )
    )
    loud = context.loudness[row]
    said_here = (frame["text"].iloc[row], frame["language"].iloc[row])
    reasons = _of_words(model, said_here, loud * own, loud * roles)
    for basis, band, weights in (
        ("before", context.before, before),
        ("after", context.after, after),
    ):
        said = float((band[row] @ words.times(weights[:, None]))[0, 0])
        reasons.append(Reason(f"(utterances {basis})", said, basis))
    reasons += [
        Reason(f"(likely codes just {basis})", value, basis)
        for basis, value in zip(("before", "after"), model.beside, strict=True)
    ]
    values = context.facts[row] * facts
    reasons += [
        Reason(name, float(value), "setting")
        for name, value in zip(model.setting.fact_names(), values, strict=True)
    ]
    start, slope = scale.line(sum(reason.weight for reason in reasons))
    shown = [Reason(reason.word, slope * reason.weight, reason.basis) for reason in reasons]
    return reason_table([*shown, Reason("(how common the code is)", start, "share")])


def _of_words(
    model: Model,
    said: tuple[str, str | None],
    own: npt.NDArray[np.float32],
    roles: npt.NDArray[np.float32],
) -> list[Reason]:
    """Return what each word adds, what codings and what the codebook taught apart."""
    by_codebook = model.learner.taught_by_codebook(model.code, roles)
    weights = np.column_stack([own - by_codebook, by_codebook])
    found = []
    for written, is_marker, values in model.features.contributions(*said, weights):
        if is_marker:
            found.append(Reason(written, float(values.sum()), "marker"))
        else:
            found.append(Reason(written, float(values[0]), "codings"))
            found.append(Reason(written, float(values[1]), "codebook"))
    return found


def reason_table(reasons: Sequence[Reason]) -> pd.DataFrame:
    """Return reasons, the strongest first; what adds nothing is left out.

    Columns word (str), weight (float64), basis (str); the same word of the same basis once.
    """
    summed: dict[tuple[str, str], float] = {}
    for reason in reasons:
        key = (reason.word, reason.basis)
        summed[key] = summed.get(key, 0.0) + reason.weight
    found = [(-abs(weight), *key, weight) for key, weight in summed.items() if weight != 0]
    ranked = sorted(found)
    return pd.DataFrame(
        {
            "word": pd.Series([word for _, word, _, _ in ranked], dtype="str"),
            "weight": pd.Series([weight for *_, weight in ranked], dtype="float64"),
            "basis": pd.Series([basis for _, _, basis, _ in ranked], dtype="str"),
        }
    )
