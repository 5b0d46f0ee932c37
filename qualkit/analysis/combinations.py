"""Which codes stand together on an utterance: whole sets, as an UpSet chart shows them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.material import gather
from qualkit.analysis.voices import table_rows
from qualkit.errors import OptionError

__all__ = ["combinations"]


def combinations(
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    level: str = "theme",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how often each set of codes stands on an utterance, and no other code with it.

    Args:
        codings: columns document (str), position (int), code (str).
        utterances: columns document, position; optional codable and is_moderator (bool).
        level: "theme", rolled up, or "code", each by itself; without parents all are codes.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every set that is there, most frequent first: codes (object: a tuple
        in the order of the codebook, empty where nothing applies), size (int64), n (int64:
        utterances with these codes exactly), share (float64: of all utterances). The n add up to
        all utterances.

    Raises:
        OptionError: an unknown level.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": [1, 2, 3]})
        >>> rows = [("d", 1, "a"), ("d", 1, "b"), ("d", 2, "b"), ("d", 2, "a"), ("d", 3, "b")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> combinations(codings, said)[["codes", "n"]].to_numpy().tolist()
        [[('a', 'b'), 2], [('b',), 1]]

    Source: Lex et al. (2014) for the chart these sets make.
    """
    if level not in ("theme", "code"):
        raise OptionError(f"there is no level {level!r}", where="level", remedy="theme or code")
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    rows = table_rows(material, parents)
    kept = [number for number, one in enumerate(rows.levels) if parents is None or one == level]
    said = sparse.csr_array(material.coded @ rows.feeds)[:, kept]
    there = np.asarray(said.todense()) > 0
    packed = np.packbits(there, axis=1)
    _, first, number = np.unique(packed, axis=0, return_index=True, return_inverse=True)
    n = np.bincount(np.ravel(number), minlength=len(first))
    names = [rows.names[one] for one in kept]
    sets = [tuple(names[at] for at in np.flatnonzero(there[one])) for one in first]
    table = pd.DataFrame(
        {
            "codes": pd.Series(sets, dtype=object),
            "size": np.array([len(one) for one in sets], dtype=np.int64),
            "n": n.astype(np.int64),
            "share": n / max(len(there), 1),
        }
    )
    table = table.sort_values(["n", "size"], ascending=[False, True], kind="stable")
    table = table.reset_index(drop=True)
    table.attrs.update(material.about, level=level)
    return table
