"""Bringing in codings that somebody made elsewhere, in a spreadsheet or another tool."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from qualkit.errors import CodingsFileError
from qualkit.formats.codings import read_codings
from qualkit.model import Codebook, Coder, CoderKind, Origin
from qualkit.store import batches, codebooks
from qualkit.store import documents as stored_documents
from qualkit.store.batches import Bulk
from qualkit.store.journal import writing
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.handle import Handle

__all__ = ["import_codings"]

_QUOTE_CHARACTERS = 24  # a quote this long must stand in the utterance that its row names
_MOST = 2**31  # positions in a document, and more than there are


def import_codings(
    project: Handle,
    path: str | Path,
    *,
    coder: str | None = None,
    finished: bool = False,
    kind: CoderKind = CoderKind.HUMAN,
    round_name: str | None = None,
) -> pd.DataFrame:
    """Bring in a file of codings, all or nothing.

    Args:
        project: an open project.
        path: csv, tsv or xlsx; one row per coding, or one row per utterance with codes side by
            side. A row without a code says: looked at, nothing applies.
        coder: whose codings these are; None takes the file's own column coder.
        finished: the coder has read every document in the file to its end, so utterances without a
            row count as looked at, nothing applied.
        kind: human, machine or consensus.
        round_name: the round they belong to; None takes the file's column round, or "main".

    Returns:
        One row per coder and round: coder, round, rows, codings (new ones), known (there already),
        reviewed (utterances looked at), not_reviewed (codable utterances without a row).

    Raises:
        CodingsFileError: a row is wrong; the message names it and nothing is stored.
        RefusedError: the round is closed or the coder of another kind.
    """
    source = Path(path).name
    report = []
    with without_pauses():
        names = [code.name for code in project.codebook().codes]
        rows = _with_owner(read_codings(path, codes=names), coder, round_name, source)
        with writing(project.database) as journal:
            places = stored_documents.place_frame(journal.connection)
            for bulk, size, missing in _bulks(journal.connection, rows, places, kind, source):
                if finished:
                    bulk.reviewed.extend(missing)
                new = batches.commit_bulk(journal, bulk).applied
                known, left = len(bulk.table) - new, 0 if finished else len(missing)
                counts = (size, new, known, len(bulk.reviewed), left)
                report.append((bulk.coder.name, bulk.round, *counts))
    columns = ["coder", "round", "rows", "codings", "known", "reviewed", "not_reviewed"]
    return pd.DataFrame(report, columns=columns)


def _bulks(
    connection: Any, rows: pd.DataFrame, places: pd.DataFrame, kind: CoderKind, source: str
) -> Iterator[tuple[Bulk, int, list[int]]]:
    """Yield, for each coder and round, what to store, its rows in the file, and who has none.

    The last are the ids of the codable utterances of these documents that no row names.
    """
    rows = _placed(rows, places, stored_documents.frame(connection), source)
    _check_quotes(connection, rows, source)
    table = _coded(rows, codebooks.current(connection), source)
    for (coder, round_name), group in rows.groupby(["coder", "round"], sort=False):
        seen = group["utterance_id"].drop_duplicates().tolist()
        mine = table[table.index.isin(group.index)]
        of_these = places["codable"] & places["document"].isin(group["document"].unique())
        missing = places.loc[of_these & ~places["utterance_id"].isin(seen), "utterance_id"]
        bulk = Bulk(Coder(str(coder), kind), str(round_name), _merged(mine), seen)
        yield bulk, len(group), missing.tolist()


def _with_owner(
    rows: pd.DataFrame, coder: str | None, round_name: str | None, source: str
) -> pd.DataFrame:
    if coder is not None:
        rows = rows.assign(coder=coder)
    if round_name is not None:
        rows = rows.assign(round=round_name)
    rows = rows.assign(round=rows["round"].replace("", "main").fillna("main"))
    nameless = rows[rows["coder"].fillna("").str.strip() == ""]
    if len(nameless):
        raise CodingsFileError(
            "it does not say whose codings these are",
            where=f"{source}, row {nameless['row'].iloc[0]}",
            remedy="name the coder: --coder NAME, or a column coder",
        )
    return rows


def _refuse(
    rows: pd.DataFrame, is_wrong: Any, source: str, what: str, remedy: str | None = None
) -> None:
    """Raise for the first row that is wrong; braces in the texts take its cells."""
    wrong = rows[np.asarray(is_wrong, dtype=bool)]
    if len(wrong):
        cells = {str(name): cell for name, cell in wrong.iloc[0].items()}
        hint = None if remedy is None else remedy.format(**cells)
        where = f"{source}, row {cells['row']}"
        raise CodingsFileError(what.format(**cells), where=where, remedy=hint)


def _placed(
    rows: pd.DataFrame, places: pd.DataFrame, sources: pd.DataFrame, source: str
) -> pd.DataFrame:
    """Return the rows with the utterance each names: document, position and columns of places."""
    rows = rows.assign(document=_documents(rows, sources, source))
    rows = rows.assign(position=_positions(rows, places, source))
    number = {name: n for n, name in enumerate(sources["document"])}
    at = pd.Index(_keys(places, number)).get_indexer(_keys(rows, number))
    last = places.groupby("document")["position"].max()
    told = rows.assign(last=rows["document"].map(last).fillna(0)) if (at < 0).any() else rows
    what = "document '{document}' has no utterance {position}"
    _refuse(told, at < 0, source, what, "it has 1 to {last:.0f}")
    found = places.drop(columns=["document", "position", "label"]).iloc[at]
    placed: pd.DataFrame = pd.concat([rows, found.set_axis(rows.index)], axis=1)
    return placed


def _keys(frame: pd.DataFrame, number: dict[str, int]) -> Any:
    """Return one whole number for document and position; no utterance has a position below 1."""
    position = frame["position"].to_numpy("int64")
    inside = np.where((position > 0) & (position < _MOST), position, 0)
    return frame["document"].map(number).to_numpy("int64") * _MOST + inside


def _documents(rows: pd.DataFrame, sources: pd.DataFrame, source: str) -> pd.Series[Any]:
    """Return the exact name of each row's document; an empty cell means the only one there is."""
    files = zip(sources["source"], sources["document"], strict=True)
    names = {file.casefold(): name for file, name in files}
    names |= {name.casefold(): name for name in sources["document"]}
    if len(sources) == 1:
        names[""] = sources["document"].iloc[0]
    wanted = rows["document"].str.strip().str.casefold()
    found = wanted.map({one: names.get(one) for one in wanted.unique()})
    present = ", ".join(sorted(sources["document"])[:8]) or "none yet"
    remedy = "there is: " + present.replace("{", "{{").replace("}", "}}")
    _refuse(rows, found.isna(), source, "there is no document '{document}'", remedy)
    return found


def _positions(rows: pd.DataFrame, places: pd.DataFrame, source: str) -> pd.Series[Any]:
    """Return the position that each row names, or that its label has in its document."""
    is_lost = rows["position"].isna()
    if not is_lost.any():
        return rows["position"].astype("int64")
    labelled = places[places["label"].notna()]
    labelled = labelled.assign(bare=[_bare(label) for label in labelled["label"]])
    found = labelled.groupby(["document", "bare"])["position"].agg(["count", "first"])
    lost = rows[is_lost]
    keys = zip(lost["document"], [_bare(label) for label in lost["label"]], strict=True)
    at = found.reindex(pd.MultiIndex.from_tuples(keys)).set_axis(lost.index)
    lost = lost.assign(count=at["count"].fillna(0))
    what = "{count:.0f} utterances of '{document}' labelled '{label}'"
    _refuse(lost, lost["count"] != 1, source, what, "give its position")
    return rows["position"].fillna(at["first"].astype("Int64")).astype("int64")


def _check_quotes(connection: Any, rows: pd.DataFrame, source: str) -> None:
    """See that the words a row quotes, if any, stand in the utterance it names."""
    quoted = rows[rows["quote"] != ""]
    if quoted.empty:
        return
    texts = stored_documents.utterance_frame(connection).set_index("utterance_id")["text"]
    said = texts.loc[quoted["utterance_id"].unique()]
    words = {one: _plain(text) for one, text in said.items()}
    quotes = [" ".join(one.split()).strip("…. ")[:_QUOTE_CHARACTERS] for one in quoted["quote"]]
    is_strange = [
        quote.casefold() not in words[one]
        for quote, one in zip(quotes, quoted["utterance_id"], strict=True)
    ]
    _refuse(
        quoted.assign(quote=quotes),
        is_strange,
        source,
        "utterance {position} of '{document}' does not have the words '{quote}'",
        "the text or the numbering has changed: correct the position",
    )


def _coded(rows: pd.DataFrame, codebook: Codebook, source: str) -> pd.DataFrame:
    """Return the rows that have a code, with its id; a span over everything is none."""
    rows = rows[rows["code"] != ""]
    found = {name: codebook.find(name) for name in rows["code"].unique()}
    ids = rows["code"].map({name: code and code.id for name, code in found.items()})
    remedy = "correct the name, or add the code to the codebook"
    _refuse(rows, ids.isna(), source, "the codebook has no code '{code}'", remedy)
    start, end = rows["start"], rows["end"]
    if start.notna().any():
        is_outside = ((start < rows["start_of"]) | (end > rows["end_of"])).fillna(False)
        what = "span {start} to {end} lies outside the utterance"
        _refuse(rows, is_outside, source, what, "{start_of} to {end_of}")
        is_whole = ((start == rows["start_of"]) & (end == rows["end_of"])).fillna(False)
        start, end = start.mask(is_whole), end.mask(is_whole)
    return rows.assign(code_id=ids, start=start, end=end, origin=str(Origin.IMPORT))


def _merged(table: pd.DataFrame) -> pd.DataFrame:
    """Make one coding of rows that say the same, keeping all memos and the lowest certainty.

    What is missing becomes None.
    """
    same = ["utterance_id", "code_id", "start", "end"]
    doubled = table[table.duplicated(same, keep=False)]
    table = table.drop_duplicates(same)
    if len(doubled):
        groups = doubled.groupby(same, sort=False, dropna=False)
        first = doubled.drop_duplicates(same).index
        memos = [
            "\n".join(dict.fromkeys(memo for memo in one if memo)) for _, one in groups["memo"]
        ]
        table.loc[first, "memo"] = memos
        table.loc[first, "certainty"] = groups["certainty"].min().to_numpy()
    gaps: dict[str, Any] = {name: _or_none(table[name]) for name in ("start", "end", "certainty")}
    return table.assign(**gaps, memo=_or_none(table["memo"].mask(table["memo"] == "")))


def _or_none(column: pd.Series[Any]) -> pd.Series[Any]:
    if column.isna().all():
        return pd.Series([None] * len(column), index=column.index, dtype=object)
    return column.astype(object).where(column.notna(), None)


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _bare(label: object) -> str:
    return str(label or "").strip().rstrip(".:)").casefold()
