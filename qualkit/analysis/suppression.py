"""Tables to publish: small cells left empty, and others with them, so that no sum gives them away.

A number below the threshold may point to a person. Leaving it out is not enough: whoever knows the
sum of a row finds it by subtraction. So in each row of the table (one code over all groups) and in
each column of a theme (its codes in one group) no cell is left empty alone: the smallest other one
goes with it. Zeros are shown, unless one is needed to hide another cell.

Source: Hundepool et al. (2012), Statistical Disclosure Control, chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from qualkit.analysis.material import Bools, Floats, ancestors_of
from qualkit.errors import OptionError

__all__ = ["NOTE", "cells_to_hide", "suppressed"]

NOTE = "left empty: fewer than {}, or next to such a number"


def suppressed(
    table: pd.DataFrame, by: str, threshold: int, parents: Mapping[str, str | None] | None = None
) -> pd.DataFrame:
    """Return a table of :func:`qualkit.analysis.frequency` that can be published.

    n, share, low, high and residual of a hidden cell are missing and its note says so; residuals
    are missing in the whole row, since they would give the sum away.

    Args:
        table: as ``frequency`` returns it.
        by: its column with the groups.
        threshold: the smallest number to show, other than 0.
        parents: code -> its parent, as given to ``frequency``.

    Raises:
        OptionError: a threshold below 2 hides nothing.
    """
    if threshold < 2:
        raise OptionError(
            f"a threshold of {threshold} hides nothing", where="suppress", remedy="take 2 or more"
        )
    groups = max(int(table[by].nunique()), 1)
    n = table["n"].to_numpy(np.float64).reshape(-1, groups)
    first = table.iloc[::groups]
    blocks = _blocks(first["code"].tolist(), first["level"].tolist(), parents)
    hidden = cells_to_hide(n, threshold, blocks)
    flat, rows = hidden.ravel(), np.repeat(hidden.any(axis=1), groups)
    shown = table.assign(n=table["n"].astype("Int64").mask(flat))
    for column in ("share", "low", "high"):
        shown[column] = shown[column].mask(flat)
    shown["residual"] = shown["residual"].mask(rows)
    notes = [NOTE.format(threshold) if hide else note
             for hide, note in zip(flat, table["note"], strict=True)]  # fmt: skip
    shown["note"] = pd.Series(notes, index=table.index, dtype=object)
    shown.attrs = table.attrs | {"suppressed_below": threshold, "cells_left_empty": int(flat.sum())}
    return shown


def _blocks(
    codes: list[str], levels: list[str], parents: Mapping[str, str | None] | None
) -> list[list[int]]:
    """Return the rows that add up, roughly, to the row of one theme."""
    if parents is None:
        return []
    above = ancestors_of(parents)
    blocks: dict[str, list[int]] = {}
    for number, (code, level) in enumerate(zip(codes, levels, strict=True)):
        if level == "code":
            blocks.setdefault((code, *above[code])[-1], []).append(number)
    return list(blocks.values())


def cells_to_hide(n: Floats, threshold: int, blocks: list[list[int]]) -> Bools:
    """Return which cells to leave empty.

    Args:
        n: counts, rows x groups.
        threshold: cells from 1 up to below it are hidden.
        blocks: rows that belong together, so that no column of them may hide one cell alone.

    Example:
        >>> cells_to_hide(np.array([[2.0, 9.0, 30.0]]), 5, []).tolist()
        [[True, True, False]]
    """
    hidden = (n > 0) & (n < threshold)
    lines: list[tuple[Any, Any]] = [(row, slice(None)) for row in range(n.shape[0])]
    lines += [(block, group) for block in blocks if len(block) > 1 for group in range(n.shape[1])]
    changed = True
    while changed:
        changed = False
        for line in lines:
            cells = hidden[line]
            if cells.sum() == 1 and len(cells) > 1:
                cells = cells.copy()
                cells[_companion(n[line], cells)] = True
                hidden[line] = cells
                changed = True
    return np.asarray(hidden, dtype=np.bool_)


def _companion(counts: Floats, hidden: Bools) -> int:
    """Return the smallest cell that is still shown; a zero only where there is nothing else."""
    cost = np.where(counts > 0, counts, counts.max() + 1)
    return int(np.argmin(np.where(hidden, np.inf, cost)))
