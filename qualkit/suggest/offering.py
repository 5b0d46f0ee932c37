"""From scores to the few codes that a coder is shown."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.suggest.calibration import Matrix
from qualkit.suggest.material import KEY

__all__ = ["best", "note_of", "strike"]


def note_of(count: int, total: int, minimum: int) -> str:
    """Return one phrase on what the suggestions of a code rest on."""
    if count < minimum:
        return f"not enough codings yet ({count} of {minimum})"
    if count == total:
        return f"applied to all {total} reviewed utterances, so nothing tells when it does not"
    return f"learned from {count} coded utterances"


def strike(key: Matrix, scores: pd.DataFrame, exclude: pd.DataFrame) -> None:
    """Take what is coded already out of the running."""
    wanted = pd.MultiIndex.from_frame(exclude[KEY])
    groups, known = pd.factorize(scores.index)
    group = pd.Index(known).get_indexer(wanted)
    column = scores.columns.get_indexer(pd.Index(exclude["code"]))
    pairs = pd.DataFrame({"group": group, "column": column})[(group >= 0) & (column >= 0)]
    rows = pd.DataFrame({"group": groups, "row": np.arange(len(groups))})
    hit = rows.merge(pairs, on="group")
    key[hit["row"].to_numpy(), hit["column"].to_numpy()] = -np.inf


def best(
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
