"""The groups that an attribute makes, and attributes that follow from the place of an utterance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qualkit.analysis.material import Ints
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["NOT_SET", "THIRDS", "grouped", "seen_by", "with_attributes", "with_thirds"]

NOT_SET = "(not set)"
"""The group of utterances for which the attribute is empty."""

THIRDS = ("1 beginning", "2 middle", "3 end")

_NO_GROUPS = ("position", "text", "words", "start", "end", "asides", "codable", "utterance_id")
_RESULTS = (
    "code", "level", "denominator", "n", "total", "share", "low", "high", "residual", "p", "q",
    "note", "code_a", "code_b", "n_a", "n_b", "n_ab", "units", "share_a", "share_b", "jaccard",
    "lift", "npmi", "phi", "log_odds", "documents",
)  # fmt: skip


def grouped(utterances: pd.DataFrame, by: str) -> tuple[tuple[str, ...], Ints]:
    """Return the names of the groups, sorted, and the number of the group of each utterance.

    Empty cells make a last group "(not set)".

    Raises:
        OptionError: there is no such column, or it cannot make groups.

    Example:
        >>> names, group = grouped(pd.DataFrame({"role": ["nurse", None, "cook"]}), "role")
        >>> names, group.tolist()
        (('cook', 'nurse', '(not set)'), [1, 2, 0])
    """
    allowed = [str(name) for name in utterances.columns if name not in (*_NO_GROUPS, *_RESULTS)]
    if by not in allowed:
        raise OptionError(
            f"utterances cannot be grouped by {by!r}",
            where="by",
            remedy=f"one of {', '.join(allowed)}",
        )
    values = utterances[by]
    if isinstance(values.dtype, pd.CategoricalDtype):
        return _of_categories(values)
    if not pd.api.types.is_numeric_dtype(values):
        words = values.astype(str).str.strip()
        values = words.where(values.notna() & ~words.isin(["", NOT_SET]))
    group, labels = pd.factorize(values, sort=True)
    names = [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in labels]
    if (group < 0).any():
        group = np.where(group < 0, len(names), group)
        names.append(NOT_SET)
    return tuple(names), group.astype(np.int64)


def _of_categories(values: pd.Series) -> tuple[tuple[str, ...], Ints]:
    """Return what ``grouped`` gives, looking at each category once."""
    codes = values.cat.codes.to_numpy()
    is_used = np.zeros(len(values.cat.categories) + 1, dtype=np.bool_)  # the last is for -1
    is_used[codes] = True
    words = values.cat.categories.astype(str).str.strip()
    is_name = is_used[:-1] & ~words.isin(["", NOT_SET])
    names = sorted({str(one) for one in words[is_name]})
    number = {name: place for place, name in enumerate(names)}
    place = [number.get(str(one), len(names)) for one in words]
    group = np.array([*place, len(names)], dtype=np.int64)[codes]
    if is_used[-1] or (is_used[:-1] & ~is_name).any():
        names.append(NOT_SET)
    return tuple(names), group


def with_thirds(utterances: pd.DataFrame) -> pd.DataFrame:
    """Return the utterances with the columns ``third`` and, where times are known, ``time_third``.

    ``third`` parts the utterances of each document that can be coded into three by their order;
    ``time_third`` parts the time from its first to its last time mark. Values are
    :data:`THIRDS`, empty where there is nothing to go by.

    Example:
        >>> rows = pd.DataFrame({"document": ["d"] * 3, "position": [1, 2, 3]})
        >>> with_thirds(rows)["third"].tolist()
        ['1 beginning', '2 middle', '3 end']
    """
    counts = np.ones(len(utterances), dtype=np.bool_)
    if "codable" in utterances.columns:
        counts = utterances["codable"].fillna(True).to_numpy(np.bool_)
    position = utterances["position"].where(counts)
    by_document = position.groupby(utterances["document"])
    place = (by_document.rank() - 1) / by_document.transform("count").replace(0, np.nan)
    table = utterances.assign(third=_third(place))
    if "time" in utterances.columns and utterances["time"].notna().any():
        times = utterances["time"].astype("float64")
        by_document = times.groupby(utterances["document"])
        first, last = by_document.transform("min"), by_document.transform("max")
        table["time_third"] = _third((times - first) / (last - first).where(last > first))
    return table


def _third(place: pd.Series) -> pd.Series:
    """Return the third that a place from 0 to 1 lies in, empty where it is not known."""
    number = np.clip(np.floor(place.to_numpy(np.float64) * 3 + 1e-9), 0, 2)
    names = {float(at): name for at, name in enumerate(THIRDS)}
    return pd.Series([names.get(one) for one in number.tolist()], index=place.index, dtype=object)


def seen_by(
    codings: pd.DataFrame, utterances: pd.DataFrame, reviewed: pd.DataFrame, by: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return codings and utterances once for each value of ``by``, such as each coder or round.

    An utterance that two coders have looked at stands there twice, each time with the codings of
    one of them, in a document of that name and coder.
    """
    for name, frame in (("codings", codings), ("reviewed", reviewed)):
        if by not in frame.columns:
            there = ", ".join(map(str, frame.columns))
            raise OptionError(f"{name} has no column {by!r}", where="by", remedy=f"it has {there}")
    keys = ["document", "position"]
    looked = reviewed[[*keys, by]].drop_duplicates()
    apart = utterances.drop(columns=[by], errors="ignore").merge(looked, on=keys)
    apart["document"] = apart["document"].astype(str) + "\x1f" + apart[by].astype(str)
    document = codings["document"].astype(str) + "\x1f" + codings[by].astype(str)
    return codings.assign(document=document), apart


def with_attributes(utterances: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return the utterances with further columns: attributes of their speakers or documents.

    Args:
        utterances: columns document and speaker.
        table: a column speaker, a column document, or both, which say whose attributes a row has,
            and any others; each speaker or document once.

    Raises:
        OptionError: neither column is there, a row stands twice, or a name is taken.
        UnknownNameError: a speaker or document that no utterance has.

    Example:
        >>> said = pd.DataFrame({"document": "d", "position": [1, 2], "speaker": ["Ana", "Ben"]})
        >>> ages = pd.DataFrame({"speaker": ["Ana"], "age": ["40 to 59"]})
        >>> with_attributes(said, ages)["age"].fillna("?").tolist()
        ['40 to 59', '?']
    """
    keys = [name for name in ("document", "speaker") if name in table.columns]
    if not keys:
        raise OptionError(
            "the attributes have neither a column speaker nor a column document",
            where="attributes",
            remedy=f"the columns are: {', '.join(map(str, table.columns))}",
        )
    if taken := [str(name) for name in table if name not in keys and name in utterances]:
        raise OptionError(f"every utterance has {taken[0]!r} already", where="attributes")
    whose = table[keys].astype(str)
    if whose.duplicated().any():
        twice = " of ".join(whose[whose.duplicated()].iloc[0][::-1])
        raise OptionError(f"{twice!r} stands there twice", where="attributes")
    there = pd.MultiIndex.from_frame(utterances[keys].astype(str))
    unknown = ~pd.MultiIndex.from_frame(whose).isin(there)
    if unknown.any():
        first = " of ".join(whose[unknown].iloc[0][::-1])
        raise UnknownNameError(f"nobody and nothing is called {first!r}", where="attributes")
    place = pd.MultiIndex.from_frame(whose).get_indexer(there)
    extra = table.drop(columns=keys).reset_index(drop=True).reindex(place)
    return utterances.assign(**{str(name): extra[name].to_numpy() for name in extra})
