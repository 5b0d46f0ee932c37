"""What the codes that the utterances beside probably need tell of the codes of this one.

An answer follows its question, praise follows a result, and a theme goes on. The words beside an
utterance are looked at in the first place (``parts``); this is the second look, at what the model
made of them. It is learned from scores of documents held out, because those of utterances learned
from are surer than any new one's (Wolpert 1992, "Stacked generalization"): ridge regression from
the likely codes of the utterance just before and of the one just after to what the model left
unexplained. What it would say of each document without that document is worked out for all of
them, and it counts only as far as that came true, beyond what chance could give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["Neighbours", "follows", "look_beside"]

Matrix = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

_MOST = 40  # codes of those beside that are looked at, the commonest
_FEWEST = 5  # codings that a code must have to be looked at
_STRETCH = 1.3  # by how much scores lie nearer to nought than what comes true
_RIDGE = 300.0  # strength of the regularisation; flat between 300 and 1000


@dataclass(frozen=True)
class Neighbours:
    """What each code beside an utterance adds to the score of each code.

    Attributes:
        codes: numbers of the codes of those beside that are looked at.
        shares: how common these are.
        before, after: these codes, just before and just after, x all codes.
    """

    codes: npt.NDArray[np.int64]
    shares: Floats
    before: Floats
    after: Floats

    def beside(self, scores: Floats, following: Flags) -> tuple[Floats, Floats]:
        """Return what those just before and just after each utterance add, utterances x codes.

        Args:
            scores: utterances x codes, in order; of words and setting alone.
            following: which utterances stand right after the one above them.
        """
        before, after = _moved(_likely(scores[:, self.codes], self.shares), following)
        return before @ self.before, after @ self.after


def follows(frame: pd.DataFrame) -> Flags:
    """Return which rows stand right after the row above them, in the same document.

    Args:
        frame: columns order, place (its number in the document, from 0); in order.

    Example:
        >>> follows(pd.DataFrame({"order": [0, 1, 3, 4], "place": [0, 1, 3, 0]})).tolist()
        [False, True, False, False]
    """
    found = np.diff(frame["order"].to_numpy(np.int64), prepend=-2) == 1
    return np.asarray(found & (frame["place"].to_numpy() > 0))


def look_beside(
    scores: Floats,
    following: Flags,
    coded: Places,
    labels: Floats,
    shares: Matrix,
    blocks: Sequence[Places],
) -> tuple[Neighbours, Floats] | None:
    """Learn what those beside tell; None where that is nothing for documents held out.

    Args:
        scores: utterances x codes, in order: those coded, each worked out without its own
            document, and those beside them.
        following: which of them stand right after the one above.
        coded: which of them are coded.
        labels: coded utterances x codes; 1 where the code applies.
        shares: how common each code is.
        blocks: rows of each document, among the coded.

    Returns:
        What was learned, and for each coded utterance what it would add had the document not been
        learned from, utterances x codes.
    """
    usual = shares.astype(np.float32)
    counts = labels.sum(axis=0)
    commonest = np.argsort(-counts, kind="stable")[:_MOST]
    codes = np.sort(commonest[counts[commonest] >= _FEWEST]).astype(np.int64)
    if not len(codes) or not following.any():
        return None
    sides = np.hstack(_moved(_likely(scores[:, codes], usual[codes]), following))[coded]
    seen, left = sides.astype(np.float64), (labels - usual - scores[coded]).astype(np.float64)
    square = seen.T @ seen + _RIDGE * np.eye(seen.shape[1])
    product = seen.T @ left
    apart = np.zeros_like(left)
    for block in blocks:
        here = seen[block]
        without = np.linalg.solve(square - here.T @ here, product - here.T @ left[block])
        apart[block] = here @ without
    strength = _came_true(apart, left, blocks)
    if strength == 0:
        return None
    weights = (strength * np.linalg.solve(square, product)).astype(np.float32)
    learned = Neighbours(codes, usual[codes], weights[: len(codes)], weights[len(codes) :])
    return learned, np.asarray(strength * apart, dtype=np.float32)


def _came_true(apart: Matrix, left: Matrix, blocks: Sequence[Places]) -> float:
    """Return from 0 to 1 how far what was said of documents not learned from came true.

    The slope of the line through what was said and what was left unexplained, less what chance
    alone would give: documents are the draws (the positive-part rule of James & Stein).
    """
    alike = np.array([(apart[block] * left[block]).sum() for block in blocks])
    total = float(alike.sum())
    if total <= 0:
        return 0.0
    beyond_chance = max(0.0, 1 - float((alike**2).sum()) / total**2)
    return min(1.0, total / float((apart**2).sum())) * beyond_chance


def _likely(scores: Floats, shares: Floats) -> Floats:
    """Return how far a code is likelier than usual, in units of how much it varies."""
    lifted = np.clip(np.float32(_STRETCH) * scores, -shares, 1 - shares)
    return np.asarray(lifted / np.sqrt(shares * (1 - shares)), dtype=np.float32)


def _moved(values: Floats, following: Flags) -> tuple[Floats, Floats]:
    """Return for each row the values of the row just before, and of the one just after."""
    before, after = np.zeros_like(values), np.zeros_like(values)
    is_beside = following[1:, None]
    np.multiply(values[:-1], is_beside, out=before[1:])
    np.multiply(values[1:], is_beside, out=after[:-1])
    return before, after
