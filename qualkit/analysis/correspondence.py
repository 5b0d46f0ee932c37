"""Which codes lean to which group: a map of both, from the table of codes and groups."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qualkit.analysis.frequency import frequency
from qualkit.analysis.material import Floats
from qualkit.analysis.shares import divide
from qualkit.errors import NotEnoughError, OptionError

__all__ = ["correspondence", "correspondence_of"]


def correspondence(
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    by: str = "stakeholder_type",
    level: str = "theme",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return where codes and groups lie on a map on which a code is near the groups that raise it.

    The table behind it has utterances of a group with a code in its cells. Utterances with several
    codes count in several rows, so the map describes, and no test belongs to it.

    Args:
        codings: as for :func:`qualkit.analysis.frequency`.
        utterances: as for ``frequency``.
        by: the column that makes the groups.
        level: "theme", rolled up, or "code"; without parents all are codes.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.

    Returns:
        As :func:`correspondence_of`, with kind "code" or "group".

    Raises:
        NotEnoughError: fewer than two codes or two groups have anything in them.
        OptionError: an option has a value it cannot take.

    Example:
        >>> said = pd.DataFrame(
        ...     [("d", n, f"S{n}", "carer" if n < 5 else "funder") for n in range(1, 9)],
        ...     columns=["document", "position", "speaker", "stakeholder_type"],
        ... )
        >>> rows = [("d", 1, "Pay"), ("d", 2, "Pay"), ("d", 5, "Pay"), ("d", 6, "Fees")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> correspondence(codings, said)[["kind", "name", "n"]].to_numpy().tolist()
        [['code', 'Fees', 1], ['code', 'Pay', 3], ['group', 'carer', 2], ['group', 'funder', 2]]
    """
    if level not in ("theme", "code"):
        raise OptionError(f"there is no level {level!r}", where="level", remedy="theme or code")
    table = frequency(
        codings, utterances, by=by, parents=parents, moderators=moderators, permutations=1
    )
    rows = table if parents is None else table[table["level"] == level]
    counts = rows.pivot_table(index="code", columns=by, values="n", sort=False)
    found = correspondence_of(counts)
    found["kind"] = found["kind"].map({"row": "code", "column": "group"})
    found.attrs |= {
        name: value
        for name, value in table.attrs.items()
        if name in ("utterances", "moderators_left_out", "not_codable_left_out", "documents")
    } | {"by": by, "level": level}
    return found


def correspondence_of(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the correspondence analysis of a table of counts; empty rows and columns are left out.

    Args:
        counts: numbers from 0; index and columns are the names.

    Returns:
        A frame with a row for every row and then every column: kind ("row", "column"), name (str),
        n (int64: its sum), mass (float64: its share of all), x, y (float64: principal coordinates
        on the first two axes), quality (float64: how much of its distance from the middle the two
        axes show), inertia (float64: its part of the total inertia), part_x, part_y (float64: its
        part of each axis). ``attrs`` holds ``inertia`` (the total: chi-square / n), ``axes`` (the
        principal inertias) and ``shares`` (theirs of the total). Of two rows or columns there is
        one axis, and y is 0. Signs are fixed by the column with the largest part, which lies on
        the positive side.

    Raises:
        NotEnoughError: fewer than two rows or columns have anything in them, or nothing differs.

    Example:
        >>> staff = pd.DataFrame([[4, 2], [1, 9]], index=["senior", "junior"], columns=["a", "b"])
        >>> found = correspondence_of(staff)
        >>> found[["kind", "name", "x"]].round(3).to_numpy().tolist()[0]
        ['row', 'senior', 0.764]

    Source: Greenacre (2017), Correspondence Analysis in Practice, appendix A.
    """
    kept = counts.loc[counts.sum(axis=1) > 0, counts.sum(axis=0) > 0]
    if min(kept.shape) < 2:
        raise NotEnoughError("a map needs two codes and two groups with something in them")
    n = kept.to_numpy(np.float64)
    p = n / n.sum()
    r, c = p.sum(axis=1), p.sum(axis=0)
    expected = np.outer(r, c)
    left, size, right = np.linalg.svd((p - expected) / np.sqrt(expected), full_matrices=False)
    axes = min(min(n.shape) - 1, len(size))
    left, size, right = left[:, :axes], size[:axes], right[:axes].T
    if size[0] < 1e-9:
        raise NotEnoughError("all groups raise the codes alike, so there is no map")
    signs = np.where(right[np.abs(right).argmax(axis=0), np.arange(axes)] < 0, -1.0, 1.0)
    rows = _points("row", kept.index, n.sum(axis=1), r, left * signs * size, size)
    columns = _points("column", kept.columns, n.sum(axis=0), c, right * signs * size, size)
    table = pd.concat([rows, columns], ignore_index=True)
    inertia = size**2
    table.attrs.update(
        inertia=float(inertia.sum()),
        axes=inertia.tolist(),
        shares=(inertia / inertia.sum()).tolist(),
        left_out=[str(name) for name in counts.index.difference(kept.index, sort=False)],
    )
    return table


def _points(
    kind: str, names: pd.Index, n: Floats, mass: Floats, scaled: Floats, size: Floats
) -> pd.DataFrame:
    """Return one cloud: ``scaled`` are the singular vectors times the singular values."""
    at = scaled / np.sqrt(mass)[:, None]
    square = (at**2).sum(axis=1)
    first = np.column_stack([at, np.zeros(len(mass))])[:, :2]
    parts = np.column_stack([scaled**2 / size**2, np.zeros(len(mass))])[:, :2]
    return pd.DataFrame(
        {
            "kind": kind,
            "name": names.astype(str),
            "n": n.astype(np.int64),
            "mass": mass,
            "x": first[:, 0],
            "y": first[:, 1],
            "quality": divide((first**2).sum(axis=1), square),
            "inertia": mass * square,
            "part_x": parts[:, 0],
            "part_y": parts[:, 1],
        }
    )
