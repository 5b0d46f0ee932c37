"""A corrected text: codings follow their words to it, and the doubtful ones wait for a decision."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.formats.documents import read_document
from qualkit.model import Coder, Document, Typology
from qualkit.store import codebooks as stored_codebooks
from qualkit.store import (
    coders,
    corrections,
    documents,
    handwork,
    recoding,
    revisions,
    speakers,
    typologies,
)
from qualkit.store.journal import Journal, Row, writing
from qualkit.text.pseudonyms import pseudonymise
from qualkit.text.report import report
from qualkit.text.stakeholders import assign_type
from qualkit.workflow.blindness import veil
from qualkit.workflow.handle import Handle
from qualkit.workflow.pseudonyms import load_pseudonyms
from qualkit.workflow.reanchoring import Plan, plan, words_of

__all__ = ["list_quarantine", "revise_document", "settle_quarantine"]

_EVERYBODY = "qualkit"
_REVISED = ["what", "document", "position", "code", "coder", "round", "outcome", "new_position"]
_REVISED += ["reason", "quote"]
_AGAIN, _NOT_AGAIN = "made again", "not made again"
_SET = {"speaker_id": "speaker", "codable": "codable", "reported": "reported"}
_WAITING = ["number", "document", "code", "coder", "round", "quote", "utterance", "reason"]
_WAITING += ["position", "text", "start", "end", "certainty", "memo", "created_at"]


def revise_document(
    project: Handle,
    document: str,
    path: str | Path,
    *,
    dry_run: bool = False,
    pseudonyms: str | Path | None = None,
) -> pd.DataFrame:
    """Put a corrected file in the place of a document's text; nothing that was coded is lost.

    A coding of a whole utterance moves with it where the utterance is certainly the same: equal,
    or at least 85 % alike and neither split nor joined. A coding of a span moves with its words
    where they occur in that utterance as often as before. Every other coding goes into the
    quarantine with the words that were coded: see ``list_quarantine``. Reviews follow the certain
    utterances, and so does what was set by hand. The old text stays in the project.

    Args:
        project: an open project.
        document: its name.
        path: the corrected file, read as the document was.
        dry_run: say what would become of each coding, change nothing.
        pseudonyms: a key file; every name in it is replaced before anything is stored.

    Returns:
        Columns what, document, position (int64, before), code, coder, round, outcome,
        new_position (Int64), reason, quote. A row per "coding" and per "decision" on a
        disagreement, "moved" or "quarantined"; a row per handwork ("split", "join", "recut",
        "speaker", "codable", "reported"), "made again" or "not made again". Rows of a blind round
        that is still open are left out; ``attrs["about"]`` counts the codings: codings = moved +
        quarantined.

    Raises:
        UnknownNameError: no such document.
        OptionError: the text is the same.
        UnreadableFileError: the file cannot be read.
    """
    name = project.document_name(document)
    with project.database.read() as connection:
        unit = str(documents.details(connection, name)["unit"])
    read = read_document(path, unit=unit)
    if pseudonyms is not None:
        read = pseudonymise(read, load_pseudonyms(pseudonyms))
    if dry_run:
        with project.database.read() as connection:
            return _told(connection, plan(revisions.load(connection, name), read))
    with writing(project.database) as journal:
        planned = plan(revisions.load(journal.connection, name), read)
        table = _told(journal.connection, planned)
        _carry_out(journal, planned)
    return table


def _carry_out(journal: Journal, planned: Plan) -> None:
    standing, read = planned.standing, planned.read
    rows: list[dict[str, Any]] = json.loads(report(read).to_json(orient="records"))
    unit, document_id = standing.document["unit"], standing.document["id"]
    row = documents.contents(journal, read, unit=unit, report=rows)
    if planned.recut.utterances != read.utterances:
        as_read = [(one.start, one.end, one.speaker, one.asides) for one in read.utterances]
        about = json.loads(row["about"]) | {handwork.AS_READ: as_read}
        row["about"] = json.dumps(about, ensure_ascii=False)
    row |= {
        "revision": standing.document["revision"] + 1,
        "imported_at": standing.document["imported_at"],
    }
    ids = _speaker_ids(journal, read, document_id)
    fresh = [documents.utterance_row(document_id, one, ids) for one in planned.recut.utterances]
    revisions.replace(journal, standing, row, fresh, planned.kept, planned.fates)
    said = {
        "document": standing.document["name"],
        "revision": row["revision"],
        "sha256": read.sha256,
        "moved": sum(fate.doubt is None for fate in planned.fates),
        "quarantined": sum(fate.doubt is not None for fate in planned.fates),
    }
    journal.record("document.revise", said)


def _speaker_ids(journal: Journal, read: Document, document_id: int) -> dict[str, int]:
    """Return the id of each speaker: one of this document, one known by name or alias, or new."""
    typology: Typology = typologies.current(journal.connection)
    own = documents.names(journal.connection)[document_id]
    present = [row for row in speakers.rows(journal.connection) if row["document"] in (None, own)]
    present.sort(key=lambda row: row["document"] is not None)  # one of this document goes first
    known = {alias.casefold(): row["id"] for row in present for alias in row["aliases"]}
    known |= {row["name"].casefold(): row["id"] for row in present}
    ids = {}
    for speaker in read.speakers:
        found = known.get(speaker.name.casefold())
        if found is None:
            place = document_id if speaker.is_generic else None
            found = speakers.add(journal, assign_type(speaker, typology), document_id=place)
        ids[speaker.name] = found
    return ids


def _told(connection: Any, planned: Plan) -> pd.DataFrame:
    names = _Names(connection)
    standing = planned.standing
    at = {row["id"]: index for index, row in enumerate(standing.utterances)}
    rows = []
    for fate in planned.fates:
        old = standing.utterances[at[fate.row["utterance_id"]]]
        start, end = fate.row.get("start"), fate.row.get("end")
        quote = words_of(old, standing.text) if start is None else standing.text[start:end]
        rows.append(
            {
                "what": "coding" if fate.table == "codings" else "decision",
                "position": old["position"],
                **names.of(fate.table, fate.row),
                "outcome": "moved" if fate.doubt is None else "quarantined",
                "new_position": None if fate.new is None else fate.new + 1,
                "reason": fate.doubt.reason if fate.doubt else None,
                "quote": quote,
            }
        )
    rows += [*_recuts_told(planned), *_settings_told(planned)]
    table = pd.DataFrame(rows, columns=_REVISED).astype({"new_position": "Int64"})
    table["document"] = standing.document["name"]
    seen = veil(connection, None).keep(table)
    outcomes = seen.loc[seen["what"] == "coding", "outcome"]
    counts = {"codings": len(outcomes)}
    counts |= {one: int((outcomes == one).sum()) for one in ("moved", "quarantined")}
    seen.attrs["about"] = {**seen.attrs.get("about", {}), **counts}
    return seen


def _recuts_told(planned: Plan) -> Iterator[Row]:
    """Yield a row of the report for each stretch that was cut or joined by hand."""
    kept = planned.kept
    for one in planned.recut.stretches:
        parts = [planned.standing.utterances[index] for index in one.made]
        places = [kept[index] for index in one.made if index in kept]
        is_there = not one.reason or len(places) == len(parts)  # or the new text has it itself
        yield {
            "what": one.what,
            "position": parts[0]["position"],
            "outcome": _AGAIN if is_there else _NOT_AGAIN,
            "new_position": [*one.new, *places][0] + 1 if is_there else None,
            "reason": None if is_there else one.reason,
            "quote": " | ".join(words_of(part, planned.standing.text) for part in parts),
        }


def _settings_told(planned: Plan) -> Iterator[Row]:
    """Yield a row of the report for each thing that was set by hand on an utterance."""
    kept = planned.kept
    for index, row in enumerate(planned.standing.utterances):
        for name in sorted(planned.standing.by_hand.get(row["id"], set()) & _SET.keys()):
            new = kept.get(index)
            yield {
                "what": _SET[name],
                "position": row["position"],
                "outcome": _NOT_AGAIN if new is None else _AGAIN,
                "new_position": None if new is None else new + 1,
                "reason": planned.matches[index].reason,
                "quote": words_of(row, planned.standing.text),
            }


class _Names:
    """Says code, coder and round of a stored row in words."""

    def __init__(self, connection: Any) -> None:
        self.codes = {code.id: code.name for code in stored_codebooks.current(connection).codes}
        self.coders = coders.names(connection)
        self.rounds = revisions.round_names(connection)

    def of(self, table: str, row: Row) -> dict[str, Any]:
        decided = table != "codings"
        who = self.coders.get(row["decided_by" if decided else "coder_id"])
        return {
            "code": self.codes.get(row["code_id"], row["code_id"]),
            "coder": f"decided by {who}" if decided else who,
            "round": self.rounds.get(row["round_id"]),
        }


def list_quarantine(project: Handle, *, viewer: str | None = None) -> pd.DataFrame:
    """Return the codings that wait for a decision, beside the place that comes nearest.

    Args:
        project: an open project.
        viewer: who asks: of a blind round that is still open, only their own.

    Returns:
        Columns number (int64, what ``settle_quarantine`` takes), document, code, coder, round,
        quote (the words that were coded), utterance (all its words then), reason, position (Int64)
        and text of the nearest utterance now, start and end (Int64) of the nearest words in the
        document, certainty (Int64), memo, created_at.
    """
    with project.database.read() as connection:
        names = _Names(connection)
        rows = []
        texts: dict[str, str] = {}
        for one in revisions.waiting(connection):
            name = one["document"]
            if name not in texts:
                texts[name] = documents.text_of(connection, name)
            rows.append(_waiting_row(one, texts[name], names))
        table = veil(connection, viewer).keep(pd.DataFrame(rows, columns=_WAITING))
    return table.astype(dict.fromkeys(("position", "start", "end", "certainty"), "Int64"))


def _waiting_row(one: Row, text: str, names: _Names) -> Row:
    candidate, span = one["candidate"], one["span"] or (None, None)
    row = one["row"]
    return {
        **one,
        **names.of(one["table"], row),
        "position": candidate and candidate["position"],
        "text": None if candidate is None else words_of(candidate, text),
        "start": span[0] if candidate else None,
        "end": span[1] if candidate else None,
        "certainty": row.get("certainty"),
        "memo": row.get("memo", row.get("reason")),
    }


def settle_quarantine(
    project: Handle,
    number: int,
    position: int | None,
    *,
    words: str | None = None,
    whole: bool = False,
    actor: str = _EVERYBODY,
) -> None:
    """Decide on a coding in the quarantine: give it a place, or drop it.

    Args:
        project: an open project.
        number: as ``list_quarantine`` gives it.
        position: the utterance it belongs to now; None drops the coding (``undo`` brings it back).
        words: for a coding of a span: its words now, which must occur there once; None takes the
            words that were coded.
        whole: let a coding of a span cover the whole utterance.
        actor: the coder who decides; entered if new.

    Raises:
        UnknownNameError: no such number or utterance.
        OptionError: the words do not occur in the utterance, or more than once.
        RefusedError: the same coding stands there already, or a coding of a closed round would be
            dropped.
    """
    with writing(project.database) as journal:
        connection = journal.connection
        found = {one["number"]: one for one in revisions.waiting(connection)}
        if number not in found:
            raise UnknownNameError(
                f"there is no number {number} in the quarantine", remedy="see: qualkit quarantine"
            )
        held = found[number]
        frozen = recoding.in_closed_rounds(connection, [held["row"]])
        if position is None and frozen:
            raise RefusedError(
                f"it is a coding of the closed round '{next(iter(frozen))}', which stays as it is",
                remedy="give it a place, or leave it in the quarantine",
            )
        utterance, span = None, None
        where = f"{held['document']}, utterance {position}"
        if position is not None:
            utterance = corrections.find(connection, held["document"], position)
            if utterance is None:
                raise UnknownNameError(f"there is no utterance {position}", where=held["document"])
            if held["row"].get("start") is not None and not whole:
                text = documents.text_of(connection, held["document"])
                span = _span_of(words or held["quote"], utterance, text, where)
        if actor != _EVERYBODY:
            coders.ensure(journal, Coder(actor))
        revisions.settle(journal, number, utterance, span)
        action = "quarantine.drop" if position is None else "quarantine.settle"
        said = {"number": number, "document": held["document"], "position": position}
        journal.record(action, said, actor=actor)


def _span_of(words: str, utterance: Row, text: str, where: str) -> tuple[int, int]:
    there = text[utterance["start"] : utterance["end"]]
    times = there.count(words)
    if times != 1:
        raise OptionError(
            f"'{words}' occurs {times} times in it" if times else f"'{words}' does not occur in it",
            where=where,
            remedy="give the words it covers now, or let it cover the whole utterance",
        )
    start = utterance["start"] + there.index(words)
    return start, start + len(words)
