"""The matrix of utterances and codes, in the shapes that other programs want."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from qualkit.errors import NotEnoughError, OptionError
from qualkit.formats.column_names import column_names
from qualkit.model import CoderKind
from qualkit.text.pseudonyms import Key
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import counted_layer, reviewed_layer
from qualkit.workflow.reading import everything

__all__ = ["CODINGS", "LAYOUTS", "coder_matrix", "long_matrix", "matrix", "wide_matrix"]

_PLACE = ["document", "position"]
_TOLD = [*_PLACE, "label", "speaker", "stakeholder_type"]

LAYOUTS = ("coders", "wide", "long")
CODINGS = ("each", "pooled", "consensus")


@dataclass(frozen=True)
class _Reader:
    """What one coder did in one round, or all of them together.

    Attributes:
        name: what distinguishes its columns: coder, and round where there are several; or nothing.
        coder: the coder, or whose codings are pooled, in words.
        round: the round; empty for all together.
        seen: of each utterance, whether it was looked at.
        applied: utterances x codes, 0 or 1.
    """

    name: tuple[str, ...]
    coder: str
    round: str
    seen: np.ndarray[Any, np.dtype[np.bool_]]
    applied: np.ndarray[Any, np.dtype[np.int8]]


def coder_matrix(project: Handle) -> pd.DataFrame:
    """Return one row per codable utterance and coder who looked at it, one 0/1 column per code.

    Columns: document, position, label, speaker, stakeholder_type, coder, round, text, then the
    codes in codebook order (int64). Blind rounds that are still open are left out.
    """
    read = everything(project)
    codes = [code.name for code in read.codebook.tree()]
    seen = read.reviewed[[*_PLACE, "coder", "round"]].reset_index(drop=True)
    at, of_coding = _rows(read.utterances, seen), _rows(read.utterances, read.codings)
    keys = pd.Index(_reader_keys(seen, seen, at))
    places = keys.get_indexer(pd.Index(_reader_keys(seen, read.codings, of_coding)))
    columns = pd.Index(codes).get_indexer(pd.Index(read.codings["code"]))
    kept = (places >= 0) & (columns >= 0)
    applied = np.zeros((len(seen), len(codes)), dtype=np.int64)
    applied[places[kept], columns[kept]] = 1
    told = read.utterances[["label", "speaker", "stakeholder_type", "text"]].take(at)
    table = pd.concat([seen, told.reset_index(drop=True)], axis=1)
    first = table[[*_TOLD, "coder", "round", "text"]]
    return pd.concat([first, pd.DataFrame(applied, columns=codes)], axis=1)


def matrix(
    project: Handle, layout: str = "coders", codings: str = "each", *, key: Key | None = None
) -> pd.DataFrame:
    """Return the matrix in one of its layouts.

    Args:
        project: an open project.
        layout: "coders", "wide" or "long": as ``coder_matrix``, ``wide_matrix``, ``long_matrix``.
        codings: whose, in the last two: "each" coder's, "pooled", or "consensus".
        key: pseudonyms for what stands in the names of columns.

    Raises:
        OptionError: another layout, or other codings; pooled codings of each coder.
        NotEnoughError: nobody has coded, or there is no consensus.
    """
    for chosen, known, what in ((layout, LAYOUTS, "layout"), (codings, CODINGS, "codings")):
        if chosen not in known:
            raise OptionError(f"there is no {what} '{chosen}'", remedy=f"use {', '.join(known)}")
    if layout == "coders":
        if codings != "each":
            what = f"{codings} codings have no coders to be told apart"
            raise OptionError(what, remedy="use the layout wide or long")
        return coder_matrix(project)
    if layout == "long":
        return long_matrix(project, codings)
    return wide_matrix(project, codings, key=key)


def wide_matrix(project: Handle, codings: str = "each", *, key: Key | None = None) -> pd.DataFrame:
    """Return one row per codable utterance and one 0/1 column per code, per coder or for all.

    A coder who has not looked at an utterance has missing values there: that is not "no code".

    Args:
        project: an open project.
        codings: "each": a column per code and coder (and round, where there are several);
            "pooled": a column per code, of what findings count (``layers.counted_layer``);
            "consensus": a column per code, of the consensus coder.
        key: pseudonyms for the names of the columns.

    Returns:
        Columns document, position, label, speaker, stakeholder_type, text, then those of the codes
        (Int8), called as ``formats.column_names`` says, which R and SPSS accept.
        ``attrs["columns"]`` lists them: column, code, coder, round.

    Raises:
        NotEnoughError: nobody has coded; or there is no consensus.
    """
    utterances, readers = _readers(project, codings)
    codes = [code.name for code in project.codebook().tree()]
    plain: Callable[[str], str] = (lambda one: one) if key is None else key.replace
    cells = [(place, code, reader) for place, code in enumerate(codes) for reader in readers]
    told = [*_TOLD, "text"]
    wanted = [tuple(map(plain, (code, *reader.name))) for _, code, reader in cells]
    names = column_names(wanted, told)
    columns = {
        name: pd.arrays.IntegerArray(reader.applied[:, place].copy(), ~reader.seen)
        for name, (place, _, reader) in zip(names, cells, strict=True)
    }
    table = pd.concat([utterances[told], pd.DataFrame(columns, index=utterances.index)], axis=1)
    table.attrs["columns"] = [
        {"column": name, "code": code, "coder": reader.coder, "round": reader.round}
        for name, (_, code, reader) in zip(names, cells, strict=True)
    ]
    return table


def long_matrix(project: Handle, codings: str = "each") -> pd.DataFrame:
    """Return one row per utterance, coder who looked at it, and code: 1 where it was applied.

    Args:
        project: an open project.
        codings: as in ``wide_matrix``.

    Returns:
        Columns document, position (int64), label, speaker, stakeholder_type, coder, round, code
        (category, but for the position), applied (int8). Rows of what nobody looked at are absent.

    Raises:
        NotEnoughError: nobody has coded; or there is no consensus.
    """
    utterances, readers = _readers(project, codings)
    codes = [code.name for code in project.codebook().tree()]
    seen = [np.flatnonzero(reader.seen) for reader in readers]
    rows = np.repeat(np.concatenate([np.empty(0, np.int64), *seen]), len(codes))
    lengths = [len(one) * len(codes) for one in seen]
    whose = np.repeat(np.arange(len(readers)), lengths)
    table = {
        name: utterances[name].astype("category").array.take(rows)
        if name != "position"
        else utterances[name].to_numpy()[rows]
        for name in _TOLD
    }
    for name in ("coder", "round"):
        words = pd.Categorical([getattr(reader, name) for reader in readers])
        table[name] = words.take(whose)
    within = np.tile(np.arange(len(codes)), len(rows) // max(len(codes), 1))
    table["code"] = pd.Categorical.from_codes(within, pd.Index(codes))
    parts = [reader.applied[at].ravel() for reader, at in zip(readers, seen, strict=True)]
    table["applied"] = np.concatenate([np.empty(0, np.int8), *parts])
    return pd.DataFrame(table)


def _reader_keys(
    seen: pd.DataFrame, frame: pd.DataFrame, rows: np.ndarray[Any, np.dtype[np.int64]]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return one number for utterance, coder and round; -1 for a coder or round not in ``seen``."""
    keys, is_known = rows.copy(), np.ones(len(rows), dtype=np.bool_)
    for name in ("coder", "round"):
        named = pd.Index(seen[name].unique())
        found = named.get_indexer(pd.Index(frame[name]))
        keys, is_known = keys * len(named) + found, is_known & (found >= 0)
    return np.where(is_known, keys, -1)


def _rows(utterances: pd.DataFrame, frame: pd.DataFrame) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the row of the utterance that each row is about; -1 where there is none."""
    named = pd.Index(utterances["document"].unique())
    far = int(utterances["position"].max() if len(utterances) else 0) + 1
    own, others = (
        named.get_indexer(pd.Index(one["document"])) * far + one["position"].to_numpy(np.int64)
        for one in (utterances, frame)
    )
    found: np.ndarray[Any, np.dtype[np.int64]]
    found = pd.Index(own).get_indexer(pd.Index(others)).astype(np.int64)
    return found


def _readers(project: Handle, codings: str) -> tuple[pd.DataFrame, list[_Reader]]:
    """Return the codable utterances, and who looked at which of them and applied what."""
    codes = [code.name for code in project.codebook().tree()]
    if codings != "each":
        return _together(project, codings, codes)
    read = everything(project)
    applied, reviews, utterances = read.codings, read.reviewed, _codable(project)
    seen = reviews[["coder", "round"]].drop_duplicates().sort_values(["coder", "round"])
    several = seen["round"].nunique() > 1
    readers = []
    for coder, one in seen.itertuples(index=False, name=None):
        own = [frame[(frame["coder"] == coder) & (frame["round"] == one)]
               for frame in (reviews, applied)]  # fmt: skip
        name = (coder, one) if several else (coder,)
        readers.append(_Reader(name, coder, one, *_cells(utterances, own[0], own[1], codes)))
    return utterances, readers


def _together(
    project: Handle, codings: str, codes: Sequence[str]
) -> tuple[pd.DataFrame, list[_Reader]]:
    if codings == "pooled":
        layer = counted_layer(project)
        seen = layer.utterances
    else:
        layer = reviewed_layer(project, kinds=(CoderKind.CONSENSUS,))
        seen = layer.reviewed
        if seen.empty:
            what, remedy = "there is no consensus yet", "settle disagreements: qualkit adjudicate"
            raise NotEnoughError(what, remedy=remedy)
    utterances = _codable(project)
    whose = layer.label if codings == "pooled" else "the consensus"
    cells = _cells(utterances, seen, layer.codings, codes)
    return utterances, [_Reader((), whose, "", *cells)]


def _codable(project: Handle) -> pd.DataFrame:
    """Return every codable utterance, looked at or not."""
    whole = everything(project).utterances
    return whole[whole["codable"]].reset_index(drop=True)


def _cells(
    utterances: pd.DataFrame, seen: pd.DataFrame, codings: pd.DataFrame, codes: Sequence[str]
) -> tuple[Any, Any]:
    """Return which utterances were looked at, and utterances x codes."""
    is_seen = np.zeros(len(utterances), dtype=np.bool_)
    applied = np.zeros((len(utterances), len(codes)), dtype=np.int8)
    rows = _rows(utterances, seen)
    is_seen[rows[rows >= 0]] = True
    at = _rows(utterances, codings)
    columns = pd.Index(codes).get_indexer(pd.Index(codings["code"]))
    kept = (at >= 0) & (columns >= 0)
    applied[at[kept], columns[kept]] = 1
    is_seen[at[kept]] = True
    return is_seen, applied
