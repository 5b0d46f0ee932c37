"""What one group raises and another does not: the difference of two shares, with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from qualkit.analysis.groups import grouped
from qualkit.analysis.material import Floats, Ints, gather, require
from qualkit.analysis.permutation import Counter, shuffled_test
from qualkit.analysis.shares import divide, wilson
from qualkit.analysis.voices import (
    Voices,
    check_denominator,
    counter,
    over_levels,
    table_rows,
    voices,
)
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["differences", "jackknifed_difference", "newcombe"]


def differences(  # noqa: PLR0913 - the options of ``frequency``, and two groups
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    group_a: str,
    group_b: str,
    *,
    by: str = "stakeholder_type",
    of: str = "utterances",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return how much more often one group says what each code stands for than another.

    Args:
        codings: as for :func:`qualkit.analysis.frequency`.
        utterances: as for ``frequency``.
        group_a: a value of the column ``by``.
        group_b: another one.
        by: the column that makes the groups.
        of: utterances, words, speakers or documents.
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.
        seed: of the random numbers behind p.
        permutations: how many random arrangements p rests on, where not all can be looked at.

    Returns:
        A frame with a row for every code, in the order of the codebook: code, level, denominator,
        group_a (str), n_a, total_a (int64), share_a (float64), the same for b, difference
        (share_a less share_b), low, high (95 %), least, most (the difference when each speaker
        is left out; utterances and words only), p, q (float64, NaN where not defined) and note.
        The interval of utterances and words comes from leaving out one speaker at a time, with t
        and Welch's degrees of freedom; that of speakers and documents is Newcombe's. p comes from
        shuffling the two groups over their speakers, as in ``frequency``, so it asks whether
        chance could do it; the note says when one speaker does.

    Raises:
        OptionError: a column is missing, the groups are the same, or an option cannot be.
        UnknownNameError: there is no such group, or a coding has an unknown code.

    Example:
        >>> columns = ["document", "position", "speaker", "stakeholder_type"]
        >>> said = [("d", n, f"S{n}", "carer" if n < 5 else "funder") for n in range(1, 9)]
        >>> utterances = pd.DataFrame(said, columns=columns)
        >>> codings = pd.DataFrame({"document": "d", "position": [1, 2, 3, 8], "code": "Pay"})
        >>> table = differences(codings, utterances, "carer", "funder")
        >>> table[["code", "n_a", "total_a", "n_b", "total_b", "difference"]]
          code  n_a  total_a  n_b  total_b  difference
        0  Pay    3        4    1        4         0.5

    Sources: Newcombe (1998), method 10; Welch (1947); :mod:`qualkit.analysis.permutation`.
    """
    check_denominator(utterances, of, permutations)
    require(utterances, "utterances", (by,))
    two = _only(utterances, by, (group_a, group_b))
    material = gather(codings, two, parents=parents, moderators=moderators)
    rows = table_rows(material, parents)
    spoken = voices(material, by, rows.feeds)
    order = [_place(spoken, name, by) for name in (group_a, group_b)]
    said = counter(material, spoken, of)
    test = shuffled_test(
        said[2], spoken.group, 2, permutations=permutations, seed=seed, person=spoken.crossed
    )
    table, carried = _compared(spoken, said, order, (group_a, group_b), of)
    table = table.assign(p=test.p, q=over_levels(test.p, rows.levels))
    for name, values in {"denominator": of, "level": rows.levels, "code": rows.names}.items():
        table.insert(0, name, values)
    table["note"] = _notes(table, carried)
    counted = {name: many for name, many in material.about.items() if name != "codings_elsewhere"}
    table.attrs.update(
        counted,
        speakers=spoken.people,
        smallest_p=test.smallest_p,
        exact=test.exact,
        within_speakers=test.within_speakers,
        permutations=test.arrangements,
        seed=seed,
    )
    return table


def _shares(names: tuple[str, str], n: Floats, total: Floats, share: Floats) -> pd.DataFrame:
    """Return the columns of the two groups, and the difference."""
    table = pd.DataFrame(index=range(n.shape[1]))
    for letter, name, one in zip("ab", names, range(2), strict=True):
        table[f"group_{letter}"] = name
        table[f"n_{letter}"] = n[one].astype(np.int64)
        table[f"total_{letter}"] = np.int64(total[one])
        table[f"share_{letter}"] = share[one]
    return table.assign(difference=share[0] - share[1])


def _compared(
    spoken: Voices,
    said: tuple[Floats, Floats, Counter],
    order: list[int],
    names: tuple[str, str],
    of: str,
) -> tuple[pd.DataFrame, Floats]:
    """Return the columns from group_a to most, and how much of each row one speaker has.

    Args:
        spoken: the speakers of two groups.
        said: what ``counter`` returns of them.
        order: the numbers of the first and the second group.
        names: theirs.
        of: the denominator.
    """
    line_count, line_total, count = said
    sums = count.sums(spoken.group[None, :])[0][order]
    n, total = sums[:, :-1], sums[:, -1]
    share = divide(n, total[:, None])
    sign = (1, -1) if order == [0, 1] else (-1, 1)
    interval = (
        newcombe(n[0], total[0], n[1], total[1])
        if of in ("speakers", "documents")
        else jackknifed_difference(line_count, line_total, spoken.group, spoken.person, sign)
    )
    louder = np.where(share[0] >= share[1], *order)
    table = _shares(names, n, total, share).assign(**interval)
    return table, _carried(line_count, spoken.group, louder)


def _only(utterances: pd.DataFrame, by: str, wanted: tuple[str, str]) -> pd.DataFrame:
    """Return the utterances of two groups."""
    if wanted[0] == wanted[1]:
        raise OptionError("a group cannot be compared with itself", where=by)
    names, group = grouped(utterances, by)
    for name in wanted:
        if name not in names:
            raise UnknownNameError(
                f"there is no group {name!r}", where=by, remedy=f"there is {', '.join(names)}"
            )
    return utterances[np.isin(group, [names.index(name) for name in wanted])]


def _place(spoken: Voices, name: str, by: str) -> int:
    if name not in spoken.groups:
        raise UnknownNameError(
            f"nothing that {name!r} says counts", where=by, remedy="count moderators, too"
        )
    return spoken.groups.index(name)


def jackknifed_difference(
    count: Floats, total: Floats, group: Ints, person: Ints, sign: tuple[int, int]
) -> dict[str, Floats]:
    """Return low, high, least and most of the difference between two groups.

    Each speaker is left out of every group they are in. Where nobody is in both, the squares of
    the two groups add up, with Welch's degrees of freedom; else the speakers are one sample:
    se^2 = (S - 1) / S * sum of (difference without s - their mean)^2, with S - 1.

    Args:
        count: what each line said of it, shape (lines, rows).
        total: what each line said in all.
        group: 0 or 1 for each line.
        person: the speaker of each line.
        sign: of the share of group 0 and of group 1.
    """
    people, who = np.unique(person, return_inverse=True)
    without, sizes = [], []
    for one in (0, 1):
        mine = group == one
        member = (who[mine][None, :] == np.arange(len(people))[:, None]).astype(np.float64)
        of_it, in_all = count[mine].sum(axis=0), total[mine].sum()
        left = divide(of_it - member @ count[mine], (in_all - member @ total[mine])[:, None])
        without.append(left * sign[one])
        sizes.append(np.unique(who[mine]))
    difference = without[0] + without[1]
    least, most = difference.min(axis=0), difference.max(axis=0)
    in_all = np.stack([total[group == one].sum() for one in (0, 1)])
    whole = np.stack([count[group == one].sum(axis=0) for one in (0, 1)])
    at = sign @ divide(whole, in_all[:, None])
    if len(np.intersect1d(sizes[0], sizes[1])):
        square, freedom = _square(difference), np.full(len(least), len(people) - 1.0)
    else:
        squares = [_square(without[one][sizes[one]]) for one in (0, 1)]
        square = squares[0] + squares[1]
        parts = [one**2 / max(len(size) - 1, 1) for one, size in zip(squares, sizes, strict=True)]
        freedom = divide(square**2, parts[0] + parts[1])
        if min(map(len, sizes)) < 2:
            square = np.full_like(square, np.nan)
    square = np.where(square > 1e-24, square, np.nan)
    half = special.stdtrit(np.maximum(freedom, 1), 0.975) * np.sqrt(square)
    low, high = np.clip(at - half, -1, 1), np.clip(at + half, -1, 1)
    return {"low": low, "high": high, "least": least, "most": most}


def _square(without: Floats) -> Floats:
    many = len(without)
    spread = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray((many - 1) / max(many, 1) * spread, dtype=np.float64)


def newcombe(n_a: Floats, total_a: Floats, n_b: Floats, total_b: Floats) -> dict[str, Floats]:
    """Return low and high of Newcombe's 95 % interval of n_a / total_a - n_b / total_b.

    Example:
        >>> one = newcombe(np.array([56.0]), 70.0, np.array([48.0]), 80.0)
        >>> one["low"].round(4).tolist(), one["high"].round(4).tolist()
        ([0.0524], [0.3339])

    Source: Newcombe (1998), Statistics in Medicine 17, method 10, and its example (a).
    """
    a, b = divide(n_a, total_a + 0 * n_a), divide(n_b, total_b + 0 * n_b)
    (low_a, high_a), (low_b, high_b) = (
        wilson(n, total + 0 * n) for n, total in ((n_a, total_a), (n_b, total_b))
    )
    low = a - b - np.sqrt((a - low_a) ** 2 + (high_b - b) ** 2)
    high = a - b + np.sqrt((high_a - a) ** 2 + (b - low_b) ** 2)
    unknown = np.full(len(a), np.nan)
    return {"low": low, "high": high, "least": unknown, "most": unknown}


def _notes(table: pd.DataFrame, carried: Floats) -> pd.Series:
    """Return the remark on each row."""
    rows = zip(table.to_dict("records"), carried.tolist(), strict=True)
    notes = [_note({str(name): value for name, value in row.items()}, one) for row, one in rows]
    return pd.Series(notes, index=table.index, dtype=object)


def _note(row: dict[str, Any], carried: float) -> str | None:
    """Return the remark on a row: whether one person makes the difference."""
    difference = float(row["difference"])
    if row["n_a"] == row["n_b"] == 0:
        return "neither group says it"
    if np.isnan(difference):
        return "nothing to divide by"
    against = float(row["least"] if difference > 0 else row["most"])
    worth_it = abs(difference) >= 0.005  # half a point
    if worth_it and np.isfinite(against) and difference * against <= 0:
        points = f"{against * 100:+.1f}"
        return f"rests on one speaker: without them {points} points"
    if carried > 0.5 and np.isfinite(against):
        points = f"{against * 100:+.1f}"
        return f"one speaker has {carried:.0%} of it: without them {points} points"
    if row["denominator"] in ("utterances", "words") and np.isnan(float(row["low"])):
        return "no interval: a group has one speaker, or nothing varies"
    return None


def _carried(count: Floats, group: Ints, louder: Ints) -> Floats:
    """Return the share that one speaker holds of what the louder group says, for each row."""
    found = [divide(count[group == one].max(axis=0), count[group == one].sum(axis=0))
             for one in (0, 1)]  # fmt: skip
    held = np.nan_to_num(np.where(louder == 0, found[0], found[1]))
    return np.asarray(held * (count.sum(axis=0) > 1), dtype=np.float64)
