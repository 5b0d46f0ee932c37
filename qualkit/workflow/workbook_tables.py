"""The two large sheets of the workbook, made some thousand rows at a time."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from qualkit.formats.workbook_sheets import Marks, Sheet
from qualkit.model import Origin, Utterance
from qualkit.store import documents
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import is_counted
from qualkit.workflow.memos import list_memos
from qualkit.workflow.reading import Everything

__all__ = ["codings_sheet", "matrix_sheet"]

_TOLD = ["document", "position", "label", "speaker", "stakeholder_type"]
_MATRIX = (
    "One row for each utterance and each coder who has looked at it in a round, the consensus "
    "among them; 1: the code was applied, 0: looked at and not applied; counted: 1 in the rows "
    "that the findings count. Filter by coder and round"
)
_CODINGS = (
    "One row for each coding; quote: the words it stands on; start and end are empty where it "
    "stands on the whole utterance; counted: 1 where the findings count it"
)

_Numbers = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class _Rows:
    """Rows of codings or reviews, joined to their utterances by number.

    Attributes:
        at: row of the utterance.
        seat: one number for each utterance, coder and round.
    """

    at: _Numbers
    seat: _Numbers


def _joined(read: Everything) -> tuple[_Rows, _Rows]:
    """Return the rows of the reviews and those of the codings."""
    names = pd.Index(read.utterances["document"].unique())
    coders = pd.Index(read.reviewed["coder"].unique())
    rounds = pd.Index(read.reviewed["round"].unique())

    def place(frame: pd.DataFrame) -> _Numbers:
        numbers = names.get_indexer(pd.Index(frame["document"])).astype("int64")
        return np.asarray((numbers << 32) + frame["position"].to_numpy("int64"))

    index = pd.Index(place(read.utterances))

    def rows(frame: pd.DataFrame) -> _Rows:
        at = index.get_indexer(pd.Index(place(frame))).astype("int64")
        coder = coders.get_indexer(pd.Index(frame["coder"]))
        round_ = rounds.get_indexer(pd.Index(frame["round"]))
        seat = (at * max(len(coders), 1) + coder) * max(len(rounds), 1) + round_
        return _Rows(at, np.where((coder < 0) | (round_ < 0), -1, seat))

    return rows(read.reviewed), rows(read.codings)


def _counted(read: Everything, frame: pd.DataFrame, at: _Numbers) -> _Numbers:
    """Return 1 for each row that findings count when nobody in particular is asked for."""
    reviewed = read.reviewed[~read.reviewed["round"].isin(read.again)]
    is_first = ~frame["round"].isin(read.again).to_numpy()
    is_codable = read.utterances["codable"].to_numpy()[at]
    return np.asarray(is_counted(frame, reviewed) & is_first & is_codable, dtype="int64")


def matrix_sheet(project: Handle, read: Everything) -> Sheet:
    """Return one row per utterance and coder who looked at it, with a 0/1 column for each code.

    Columns: document, position, label, speaker, stakeholder_type, coder, round, counted (0 or 1),
    text, utterance_memo, coding_memo, then the codes in codebook order.
    """
    reviews, codings = _joined(read)
    seats = pd.Index(reviews.seat)
    rows = seats.get_indexer(pd.Index(codings.seat))
    codes = [code.name for code in read.codebook.tree()]
    columns = pd.Index(codes).get_indexer(pd.Index(read.codings["code"]))
    kept = (rows >= 0) & (columns >= 0)
    shape = (len(reviews.at), len(codes))
    ones = csr_matrix((np.ones(kept.sum(), "int32"), (rows[kept], columns[kept])), shape=shape)
    ones.data = np.ones(len(ones.data), "uint8")
    noted = _noted(project, read, reviews, rows)
    seen = read.reviewed
    counted = _counted(read, seen, reviews.at)

    def part(first: int, last: int) -> pd.DataFrame:
        at = reviews.at[first:last]
        told = read.utterances[[*_TOLD, "text"]].take(at).reset_index(drop=True)
        here = seen.iloc[first:last]
        return told.assign(
            coder=here["coder"].array,
            round=here["round"].array,
            counted=counted[first:last],
            **{name: memos[first:last] for name, memos in noted.items()},
        )[[*_TOLD, "coder", "round", "counted", "text", *noted]]

    marks = Marks(codes, ones)
    name = "utterances_x_codes"
    return Sheet(len(reviews.at), part, name=name, about=_MATRIX, marks=marks, keys=2)


def _noted(
    project: Handle, read: Everything, reviews: _Rows, rows: _Numbers
) -> dict[str, np.ndarray[Any, np.dtype[np.object_]]]:
    """Return the memos on the utterance of each row, and on the codings in it."""
    kept = {
        name: np.full(len(reviews.at), None, dtype=object)
        for name in ("utterance_memo", "coding_memo")
    }
    memos = list_memos(project, about="utterance")
    if len(memos):
        said = (memos["coder"] + ": " + memos["text"]).groupby(
            [memos["document"], memos["position"].astype("int64")]
        )
        places = read.utterances[["document", "position"]].take(reviews.at)
        found = said.agg(" | ".join).reindex(pd.MultiIndex.from_frame(places))
        kept["utterance_memo"][:] = found.astype(object).where(found.notna(), None).to_numpy()
    by_hand = ~read.codings["origin"].isin([Origin.MARKER, Origin.QUERY]).to_numpy()
    is_noted = by_hand & read.codings["memo"].notna().to_numpy() & (rows >= 0)
    mine = read.codings[is_noted]
    said = (mine["code"].astype("str") + ": " + mine["memo"].astype("str")).groupby(rows[is_noted])
    joined = said.agg(" | ".join) if len(mine) else pd.Series(dtype=object)
    kept["coding_memo"][joined.index.to_numpy("int64")] = joined.astype(object).to_numpy()
    return kept


_OWN = ("code", "coder", "coder_kind", "round", "start", "end")
_MORE = ("origin", "certainty", "memo", "codebook_version", "created_at", "code_id", "id")


def codings_sheet(project: Handle, read: Everything) -> Sheet:
    """Return one row per coding, with its utterance, its words and all that is known of it.

    Columns: document, position, label, speaker, stakeholder_type, theme, code, coder, coder_kind,
    round, counted (0 or 1), start, end (Int64, code points in the document), quote, origin,
    certainty (Int64), memo, codebook_version, created_at, code_id, coding (its id).
    """
    with project.database.read() as connection:
        whole = blindness.coding_frame(connection, read.viewer)  # with their ids
    _, codings = _joined(dataclasses.replace(read, codings=whole))
    read = dataclasses.replace(read, codings=whole.assign(utterance=codings.at))
    counted = _counted(read, read.codings, codings.at)
    book = read.codebook
    themes = {code.id: book.theme(code.id).name for code in book.codes}
    texts = _texts(project, read, codings.at)

    def part(first: int, last: int) -> pd.DataFrame:
        at = codings.at[first:last]
        here = read.codings.iloc[first:last].reset_index(drop=True)
        told = read.utterances[_TOLD].take(at).reset_index(drop=True)
        spoken = read.utterances[["document", "start", "text", "asides"]].take(at)
        return told.assign(
            theme=here["code_id"].map(themes).astype("str"),
            **{name: here[name] for name in _OWN[:4]},
            counted=counted[first:last],
            start=here["start"],
            end=here["end"],
            quote=_quotes(here, spoken, texts),
            **{name: here[name] for name in _MORE},
        ).rename(columns={"id": "coding"})

    return Sheet(
        len(codings.at), part, name="codings", about=_CODINGS, keys=2, formats={"certainty": "0"}
    )


def _texts(project: Handle, read: Everything, at: _Numbers) -> dict[str, str]:
    """Return the texts of the documents in which spans stand on utterances with asides."""
    is_span = read.codings["start"].notna().to_numpy()
    some = read.utterances.take(np.unique(at[is_span]))
    names = some.loc[some["asides"].str.len() > 0, "document"].unique()
    with project.database.read() as connection:
        return {name: documents.text_of(connection, name) for name in names}


def _quotes(codings: pd.DataFrame, spoken: pd.DataFrame, texts: dict[str, str]) -> Sequence[str]:
    """Return the words that each coding stands on."""
    quotes: list[str] = spoken["text"].tolist()
    is_span = np.flatnonzero(codings["start"].notna().to_numpy())
    if not len(is_span):
        return quotes
    spans = codings[["start", "end"]].take(is_span).astype("int64").itertuples(index=False)
    places = spoken.take(is_span)
    rows = zip(is_span, spans, places.itertuples(index=False), strict=True)
    for row, (start, end), (document, begin, text, asides) in rows:
        if not asides:
            quotes[row] = text[start - begin : end - begin]
            continue
        inside = tuple((max(a, start), min(b, end)) for a, b in asides if a < end and b > start)
        span = Utterance(1, "speech", start, end, asides=inside)  # type: ignore[arg-type]
        quotes[row] = span.text_in(texts[document])
    return quotes
