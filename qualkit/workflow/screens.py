"""What a screen shows at once: one transcript for one coder, and the words behind a number."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualkit.analysis import NOT_SET
from qualkit.errors import OptionError
from qualkit.model import Codebook, Coder, CoderKind, RoundMode
from qualkit.store import changes
from qualkit.store import coders as stored_coders
from qualkit.store import documents as stored_documents
from qualkit.store import memos as stored_memos
from qualkit.store import progress as stored_progress
from qualkit.store import rounds as stored_rounds
from qualkit.store import speakers as stored_speakers
from qualkit.workflow import blindness
from qualkit.workflow.counting import BY_CODING, counted
from qualkit.workflow.documents import import_report
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.layers import Layer

__all__ = [
    "NOT_SET",
    "check_coder",
    "how_often",
    "list_coders",
    "list_names",
    "list_progress",
    "open_rounds",
    "placed_report",
    "transcript",
    "utterances_behind",
]

_PLACE = ["document", "position"]
_SHOWN = [*_PLACE, "label", "speaker", "stakeholder_type", "text"]
_TEXTS = ["kind", "label", "speaker", "stakeholder_type", "section", "note", "text"]


def list_coders(project: Handle, kind: CoderKind = CoderKind.HUMAN) -> list[str]:
    """Return the names of all coders of a kind, in order of appearance."""
    with project.database.read() as connection:
        return [coder.name for coder in stored_coders.all_coders(connection) if coder.kind == kind]


def check_coder(project: Handle, name: str) -> str:
    """Return the name under which somebody codes: as entered before, whatever its case.

    Raises:
        OptionError: the name is empty or long, or a machine or the consensus has it.
    """
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= 60:
        raise OptionError("a coder's name has 1 to 60 characters", remedy="give name or initials")
    with project.database.read() as connection:
        present = {one.name.casefold(): one for one in stored_coders.all_coders(connection)}
    coder = present.get(wanted.casefold(), Coder(wanted))
    if coder.kind != CoderKind.HUMAN:
        raise OptionError(f"'{coder.name}' is a {coder.kind} coder", remedy="choose another name")
    return coder.name


def open_rounds(project: Handle, coder: str) -> pd.DataFrame:
    """Return the open rounds in which somebody takes part, oldest first.

    Columns: round (str), is_blind (bool), is_named (bool: it has coders of its own, and this is
    one of them).
    """
    with project.database.read() as connection:
        table = stored_rounds.round_frame(connection)
        members = stored_rounds.members(connection)
    people = [set(members.get(one, {}).values()) for one in table["id"]]
    is_mine = [not named or coder in named for named in people]
    found = table.assign(
        is_blind=table["mode"] == RoundMode.BLIND, is_named=pd.Series(map(bool, people), dtype=bool)
    )[table["closed_at"].isna() & pd.Series(is_mine, index=table.index, dtype=bool)]
    return found[["round", "is_blind", "is_named"]].reset_index(drop=True)


def list_progress(
    project: Handle,
    *,
    coder: str,
    round_name: str = "main",
    documents: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return how far a coder has come.

    Args:
        project: an open project.
        coder: who codes.
        round_name: in which round.
        documents: their exact names; None takes all.

    Returns:
        Columns document (str), codable, reviewed (int64: codable utterances that belong to the
        round, and those of them that the coder has looked at), in order of import.
    """
    with project.database.read() as connection:
        there = list(stored_documents.names(connection).values())
        wanted = set(there if documents is None else documents)
        names = [one for one in there if one in wanted]
        codable = stored_progress.codable_per_document(connection, round_name, names)
        seen = stored_progress.seen_per_document(connection, coder, round_name, names)
    rows = [(one, codable.get(one, 0), seen.get(one, 0)) for one in names]
    table = pd.DataFrame(rows, columns=["document", "codable", "reviewed"])
    return table.astype({"document": "str", "codable": "int64", "reviewed": "int64"})


def how_often(project: Handle) -> dict[str, int]:
    """Return name -> utterances of all who may speak in several documents."""
    with project.database.read() as connection:
        spoken = stored_speakers.spoken_by_named(connection)
    sums = spoken.groupby("speaker")["utterances"].sum()
    return {str(name): int(number) for name, number in sums.items()}


def list_names(project: Handle) -> list[str]:
    """Return the names of all documents, in order of import."""
    with project.database.read() as connection:
        return list(stored_documents.names(connection).values())


def transcript(
    project: Handle, document: str, *, coder: str, round_name: str = "main"
) -> dict[str, Any]:
    """Return all that a coding screen needs of one document: one coder's view, nobody else's.

    Returns:
        A mapping that is ready for JSON: document, title, round, revision (of the project, when
        this was read), suggestions (when they may show), codebook_version; speakers (names: those
        who speak, then those who are only listed); utterances (position, kind, label, speaker,
        stakeholder_type, section, level, time, note, reported, codable, start, end, text,
        is_whole: the text is the document's from start to end, so a span of it can be coded,
        findings: what the reader noticed there, memo: this coder's on it); codings of this coder
        in this round (position, code (id), start, end, origin, certainty, memo); reviewed
        (positions).

    Raises:
        UnknownNameError: no such document or round.
    """
    name = project.document_name(document)
    with project.database.read() as connection:
        rounds = stored_rounds.round_frame(connection).set_index("round", drop=False)
        utterances = stored_documents.utterance_frame(connection, name)
        codings = blindness.coding_frame(connection, coder, document=name)
        reviews = blindness.review_frame(connection, coder, document=name)
        details = stored_documents.details(connection, name)
        memos = blindness.visible_memos(connection, coder, stored_memos.rows(connection))
        revision = changes.count(connection)
    rule = rounds.loc[known("round", round_name, {one: one for one in rounds["round"]})]
    mine = codings[(codings["coder"] == coder) & (codings["round"] == rule["round"])]
    seen = reviews[(reviews["coder"] == coder) & (reviews["round"] == rule["round"])]
    return {
        "document": name,
        "title": details["title"],
        "round": rule["round"],
        "revision": revision,
        "suggestions": rule["suggestions"],
        "codebook_version": project.codebook().version,
        "speakers": _names(utterances, details["people"]),
        "utterances": _utterance_rows(utterances, details["findings"], _memos(memos, coder)),
        "codings": _coding_rows(mine),
        "reviewed": [int(position) for position in seen["position"]],
    }


def _names(utterances: pd.DataFrame, people: list[dict[str, Any]]) -> list[str]:
    """Return who speaks, in order of appearance, and then who is listed and does not."""
    spoken = [str(name) for name in utterances["speaker"].dropna()]
    return list(dict.fromkeys([*spoken, *(str(person["name"]) for person in people)]))


def _memos(rows: list[dict[str, Any]], coder: str) -> dict[int, str]:
    """Return id of an utterance -> the coder's newest memo on it."""
    mine = [row for row in rows if row["about"] == "utterance" and row["coder"] == coder]
    return {int(row["target"]): str(row["text"]) for row in mine}


def _utterance_rows(
    utterances: pd.DataFrame, findings: list[dict[str, Any]], memos: dict[int, str]
) -> list[dict[str, Any]]:
    columns = ["position", *_TEXTS, "level", "time", "reported", "codable", "start", "end"]
    rows = _plain(utterances[columns])
    noticed: dict[int, list[str]] = {}
    for finding, position in zip(findings, _places_now(findings, utterances), strict=True):
        if position is not None:
            noticed.setdefault(position, []).append(str(finding["message"]))
    for row, asides in zip(rows, utterances["asides"], strict=True):
        row |= {"is_whole": not asides, "findings": noticed.get(row["position"], [])}
    for row, utterance in zip(rows, utterances["utterance_id"], strict=True):
        row["memo"] = memos.get(int(utterance))
    return rows


def _places_now(findings: list[dict[str, Any]], utterances: pd.DataFrame) -> list[int | None]:
    """Return the utterance of each finding as it is numbered now, after splits and joins."""
    starts, positions = utterances["start"].to_numpy(), utterances["position"].tolist()
    places: list[int | None] = []
    for finding in findings:
        start = finding.get("start")
        if start is None or not positions:
            places.append(finding["position"])
        else:
            at = int(starts.searchsorted(start, side="right")) - 1
            places.append(positions[max(0, at)])
    return places


def placed_report(project: Handle, document: str) -> pd.DataFrame:
    """Return the import report of one document with the places to look at.

    Columns: those of ``import_report``, then position (Int64): the utterance concerned, or the
    first of those counted, as numbered now; missing where there is none.

    Raises:
        UnknownNameError: no such document.
    """
    name = project.document_name(document)
    report = import_report(project, name)
    with project.database.read() as connection:
        utterances = stored_documents.utterance_frame(connection, name)
        findings = stored_documents.details(connection, name)["findings"]
    firsts = _firsts(utterances)
    keys = zip(report["topic"], report["item"], report["note"], strict=True)
    positions = [
        firsts.get((topic, item, note if topic == "kind" else "")) for topic, item, note in keys
    ]
    is_finding = (report["topic"] == "finding").to_numpy().nonzero()[0]
    for row, position in zip(is_finding, _places_now(findings, utterances), strict=True):
        told = str(report["note"].iloc[row])
        positions[row] = _named_place(told, firsts) if position is None else position
    return report.assign(position=pd.array(positions, dtype="Int64"))


def _named_place(message: str, firsts: dict[tuple[str, str, str], int]) -> int | None:
    """Return the first utterance of whom, or of what set aside, a finding's sentence names."""
    names = [("speaker", name, "") for name in re.findall(r"(?<!\w)'(.+?)'(?!\w)", message)]
    reason = ("set aside", message.rpartition(": ")[2].rstrip("."), "")
    return next((firsts[key] for key in [*names, reason] if key in firsts), None)


def _firsts(utterances: pd.DataFrame) -> dict[tuple[str, str, str], int]:
    """Return (topic, item, note) of the report -> the first utterance counted there."""
    codable = utterances["codable"]
    reasons = utterances["note"].fillna(utterances["kind"])
    keys = [
        ("kind", utterances["kind"], codable.map({True: "codable", False: "set aside"})),
        ("speaker", utterances["speaker"].fillna("(nobody named)").where(codable), ""),
        ("set aside", reasons.where(~codable), ""),
    ]
    found: dict[tuple[str, str, str], int] = {}
    for topic, items, note in keys:
        table = pd.DataFrame({"item": items, "note": note, "position": utterances["position"]})
        first = table.dropna(subset="item").drop_duplicates(["item", "note"])
        for item, told, position in first.itertuples(index=False, name=None):
            found[topic, str(item), str(told)] = int(position)
    return found


def _coding_rows(codings: pd.DataFrame) -> list[dict[str, Any]]:
    return _plain(
        codings[["position", "code_id", "start", "end", "origin", "certainty", "memo"]].rename(
            columns={"code_id": "code"}
        )
    )


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows with None for what is missing, and no type but those of JSON."""
    whole = table.astype(object)
    rows = whole.where(table.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows]


def utterances_behind(  # noqa: PLR0913 - the options of ``frequency``, and the cell of its table
    project: Handle,
    code: str,
    *,
    level: str = "code",
    by: str = "stakeholder_type",
    group: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return the utterances that ``frequency`` counts for a code, in one group or in all.

    Args:
        project: an open project.
        code: name or id.
        level: "theme" takes the codes below it, too; "code" the code alone.
        by: what makes the groups, as for ``frequency``.
        group: one of its values; "(not set)" where it is empty; None takes all.
        coders: as given to ``frequency``.
        round_name: as given to ``frequency``.
        moderators: as given to ``frequency``.

    Returns:
        Columns document, position, label, speaker, stakeholder_type, text, in reading order.

    Raises:
        UnknownNameError: no such code, coder or round.
        OptionError: no such column.
        NotEnoughError: nobody has coded yet.
    """
    layer = counted(project, coders, round_name, by=by)
    of_codings = by in BY_CODING
    if not of_codings and by not in layer.utterances.columns:
        raise OptionError(f"utterances cannot be grouped by '{by}'")
    if of_codings and group is not None:
        layer = dataclasses.replace(layer, codings=layer.codings[layer.codings[by] == group])
    found = _carrying(layer, _codes(layer.codebook, code, rolled_up=level == "theme"), moderators)
    if group is not None and not of_codings:
        found = found[found[by].astype("str").where(found[by].notna(), NOT_SET) == group]
    return found[_SHOWN].reset_index(drop=True)


def _codes(codebook: Codebook, wanted: str, *, rolled_up: bool) -> list[str]:
    """Return the ids of a code and, for a theme, of all below it."""
    names = {code.name: code for code in codebook.codes}
    chosen = codebook.find(wanted) or known("code", wanted, names)
    if chosen.parent is not None or not rolled_up:
        return [chosen.id]
    return [code.id for code in codebook.codes if codebook.theme(code.id) == chosen]


def _carrying(layer: Layer, codes: list[str], moderators: bool) -> pd.DataFrame:
    places = layer.codings.loc[layer.codings["code_id"].isin(codes), _PLACE].drop_duplicates()
    spoken = layer.utterances if moderators else layer.utterances[~layer.utterances["is_moderator"]]
    return spoken.merge(places, on=_PLACE)
