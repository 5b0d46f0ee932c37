"""Bringing in codings that somebody made elsewhere, in a spreadsheet or another tool."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import CodingsFileError
from qualkit.formats.codings import read_codings
from qualkit.model import Code, Codebook, Coder, CoderKind, Coding, Origin
from qualkit.store import documents as stored_documents
from qualkit.store.batches import Batch
from qualkit.workflow.codings import commit_batches
from qualkit.workflow.handle import Handle

__all__ = ["import_codings"]

_QUOTE_CHARACTERS = 24  # a quote this long must stand in the utterance that its row names


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
    codebook = project.codebook()
    rows = read_codings(path, codes=[code.name for code in codebook.codes])
    with project.database.read() as connection:
        utterances = stored_documents.utterance_frame(connection)
        sources = stored_documents.frame(connection)
    lookup = _Lookup(codebook, utterances, sources, Path(path).name)
    rows = _with_owner(rows, coder, round_name, Path(path).name)
    batches, report = [], []
    for key, group in rows.groupby(["coder", "round"], sort=False):
        name, round_ = map(str, key)
        records = _records(group)
        places = [lookup.place(row) for row in records]
        missing = lookup.without_row(places)
        reviewed = [*dict.fromkeys(places), *(missing if finished else [])]
        codings = lookup.codings(records, places)
        batches.append(Batch(Coder(name, kind), round_, apply=codings, reviewed=reviewed))
        left = 0 if finished else len(missing)
        report.append((name, round_, len(group), len(codings), len(reviewed), left))
    columns = ["coder", "round", "rows", "known", "reviewed", "not_reviewed"]
    table = pd.DataFrame(report, columns=columns)
    new = [done.applied for done in commit_batches(project, batches)]
    table.insert(columns.index("known"), "codings", new)
    return table.assign(known=table["known"] - table["codings"])


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


class _Lookup:
    """Finds the utterance and the code that a row of the file means."""

    def __init__(
        self, codebook: Codebook, utterances: pd.DataFrame, sources: pd.DataFrame, source: str
    ) -> None:
        self.codebook = codebook
        self.source = source
        self.codes: dict[str, Code | None] = {}
        self.names: dict[str, str] = {name.casefold(): name for name in sources["document"]}
        self.names |= {
            file.casefold(): name
            for file, name in zip(sources["source"], sources["document"], strict=True)
            if file.casefold() not in self.names
        }
        plain = utterances[["document", "position", "label", "codable", "text", "start", "end"]]
        rows: list[Any] = list(plain.itertuples())
        self.rows = {(row.document, int(row.position)): row for row in rows}
        self.labels: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            if not isinstance(row.label, str):
                continue
            key = (row.document, _bare(row.label))
            self.labels.setdefault(key, []).append(int(row.position))
        self.codable: dict[str, list[int]] = {
            str(name): [int(position) for position in group]
            for name, group in plain[plain["codable"]].groupby("document")["position"]
        }

    def _fault(self, row: dict[str, Any], what: str, remedy: str | None = None) -> CodingsFileError:
        return CodingsFileError(what, where=f"{self.source}, row {row['row']}", remedy=remedy)

    def place(self, row: dict[str, Any]) -> tuple[str, int]:
        """Return (document, position) of the utterance a row names."""
        document = self._document(row)
        if row["position"] is not pd.NA:
            position = int(row["position"])
        else:
            position = self._labelled(row, document)
        if (document, position) not in self.rows:
            last = max((at for name, at in self.rows if name == document), default=0)
            raise self._fault(
                row, f"document '{document}' has no utterance {position}", f"it has 1 to {last}"
            )
        self._check_quote(row, document, position)
        return document, position

    def _document(self, row: dict[str, Any]) -> str:
        wanted = str(row["document"] or "").strip()
        if not wanted and len(set(self.names.values())) == 1:
            return next(iter(self.names.values()))
        found = self.names.get(wanted.casefold())
        if found is None:
            present = ", ".join(sorted(set(self.names.values()))[:8]) or "none yet"
            raise self._fault(row, f"there is no document '{wanted}'", f"there is: {present}")
        return found

    def _labelled(self, row: dict[str, Any], document: str) -> int:
        found = self.labels.get((document, _bare(row["label"])), [])
        if len(found) != 1:
            count = "no utterance" if not found else f"{len(found)} utterances"
            raise self._fault(
                row, f"{count} of '{document}' labelled '{row['label']}'", "give its position"
            )
        return found[0]

    def _check_quote(self, row: dict[str, Any], document: str, position: int) -> None:
        quote = " ".join(str(row["quote"] or "").split()).strip("…. ")[:_QUOTE_CHARACTERS]
        if not quote:
            return
        words = " ".join(str(self.rows[document, position].text).split())
        if quote.casefold() not in words.casefold():
            raise self._fault(
                row,
                f"utterance {position} of '{document}' does not have the words '{quote}'",
                "the text or the numbering has changed: correct the position",
            )

    def codings(self, records: list[dict[str, Any]], places: list[tuple[str, int]]) -> list[Coding]:
        """Return the codings of these rows; rows without a code make none."""
        merged: dict[tuple[object, ...], Coding] = {}
        for row, place in zip(records, places, strict=True):
            if str(row["code"] or "").strip():
                coding = self._coding(row, place)
                key = (*place, coding.code, coding.start, coding.end)
                merged[key] = _joined(merged.get(key), coding)
        return list(merged.values())

    def _coding(self, row: dict[str, Any], place: tuple[str, int]) -> Coding:
        name = str(row["code"])
        if name not in self.codes:
            self.codes[name] = self.codebook.find(name)
        code = self.codes[name]
        if code is None:
            raise self._fault(
                row,
                f"the codebook has no code '{row['code']}'",
                "correct the name, or add the code to the codebook",
            )
        start, end, certainty = (
            None if row[name] is pd.NA else int(row[name]) for name in ("start", "end", "certainty")
        )
        utterance = self.rows[place]
        if start is not None and end is not None:
            if not utterance.start <= start < end <= utterance.end:
                inside = f"{utterance.start} to {utterance.end}"
                raise self._fault(row, f"span {start} to {end} lies outside the utterance", inside)
            if (start, end) == (utterance.start, utterance.end):
                start = end = None
        return Coding(
            *place,
            code.id,
            str(row["coder"]),
            str(row["round"]),
            start=start,
            end=end,
            origin=Origin.IMPORT,
            certainty=certainty,
            memo=str(row["memo"]) if row["memo"] else None,
        )

    def without_row(self, places: list[tuple[str, int]]) -> list[tuple[str, int]]:
        """Return the codable utterances of these documents that no row names."""
        present = set(places)
        names = dict.fromkeys(name for name, _ in places)
        everything = [(name, at) for name in names for at in self.codable.get(name, [])]
        return [place for place in everything if place not in present]


def _joined(first: Coding | None, second: Coding) -> Coding:
    """Make one coding of two rows that say the same, keeping both memos and the lower certainty."""
    if first is None:
        return second
    memos = dict.fromkeys(memo for memo in (first.memo, second.memo) if memo)
    sure = [one.certainty for one in (first, second) if one.certainty is not None]
    return dataclasses.replace(
        first, memo="\n".join(memos) or None, certainty=min(sure, default=None)
    )


def _records(group: pd.DataFrame) -> list[dict[str, Any]]:
    names = [str(name) for name in group.columns]
    columns = [group[name].astype(object).tolist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _bare(label: object) -> str:
    return str(label or "").strip().rstrip(".:)").casefold()
