"""Codings on several utterances as the one selection that they came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from qualkit.model import name_id
from qualkit.store.selections import Kept
from qualkit.text.places import touched

__all__ = ["identity_of", "joined"]

_Whole = tuple[str, str, str, str]


def identity_of(one: Kept) -> str:
    """Return the GUID under which a selection leaves: the one it came with, if it had any."""
    return one.guid or name_id("selection", *one[:5])


def joined(
    codings: pd.DataFrame, utterances: pd.DataFrame, kept: Sequence[Kept], text: str
) -> tuple[pd.DataFrame, list[_Whole]]:
    """Return the codings of a document as selections; those that came as one are one again.

    A selection of which a part has been taken away since is no longer one: its parts stand alone.

    Args:
        codings: of this document, columns as ``store.codings.frame``.
        utterances: its rows of ``with_asides``, index from 0.
        kept: what came from another program.
        text: of the document.

    Returns:
        Rows of codings with columns from, to (int64); and (code id, coding id, coder, created_at)
        of codings on the whole document.
    """
    units = _with_spans(codings, utterances)
    if not kept or codings.empty:
        return units, []
    names = ["code_id", "coder", "round", "from", "to"]
    keys = zip(*(units[name].tolist() for name in names), strict=True)
    present = dict(zip(keys, units.index, strict=True))
    gone: set[int] = set()
    rows, whole = [], []
    for one, pieces in _parts(kept, utterances, text):
        owner = (one.code_id, one.coder, one.round)
        found = [present[*owner, *piece] for piece in pieces if (*owner, *piece) in present]
        if len(found) < len(pieces):
            continue
        gone |= set(found)
        first = units.loc[found[0]]
        identity = identity_of(one)
        if one.is_whole:
            whole.append((one.code_id, identity, one.coder, str(first["created_at"])))
        else:
            rows.append({**first, "from": one.start, "to": one.end, "id": identity})
    rest = units[~units.index.isin(gone)]
    again = pd.DataFrame(rows, columns=units.columns)
    return (pd.concat([rest, again], ignore_index=True) if rows else rest), whole


def _with_spans(codings: pd.DataFrame, utterances: pd.DataFrame) -> pd.DataFrame:
    """Return codings with from and to: their span, or that of their utterance."""
    at = utterances.set_index("position").loc[codings["position"].to_numpy()]
    spans = {}
    for field, name, edge in (("from", "start", "start_of"), ("to", "end", "end_of")):
        own = codings[name].astype("Int64")
        spans[field] = own.fillna(pd.Series(at[edge].to_numpy(), codings.index)).astype("int64")
    return codings.assign(**spans)


def _parts(
    kept: Sequence[Kept], utterances: pd.DataFrame, text: str
) -> Iterator[tuple[Kept, list[tuple[int, int]]]]:
    """Yield each selection with the spans that it has on the utterances of today."""
    spans = pd.DataFrame([(one.start, one.end) for one in kept], columns=["start", "end"])
    parts = touched(spans, utterances, text)
    of_span: dict[int, list[tuple[int, int]]] = {}
    rows = zip(*(parts[name].tolist() for name in ("span", "start", "end")), strict=True)
    for number, start, end in rows:
        of_span.setdefault(number, []).append((start, end))
    return ((kept[number], pieces) for number, pieces in of_span.items())
