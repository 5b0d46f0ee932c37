"""What the coding screen asks for, key by key: small operations that may arrive twice or late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from qualkit.errors import BadInputError, OptionError, QualkitError
from qualkit.model import Coder, Coding, Origin, coding_id
from qualkit.store import batches, changes, codebooks, documents
from qualkit.store import codings as stored
from qualkit.store.batches import Batch
from qualkit.store.journal import writing
from qualkit.workflow.handle import Handle, known

__all__ = ["ACTIONS", "CORRECTED", "apply_operations"]

ACTIONS = ("apply", "remove", "review", "unreview", "reject", "unreject")
CORRECTED = "the document was corrected meanwhile"
"""What is said of an operation that was made on an older reading of its document."""


def apply_operations(
    project: Handle,
    operations: Sequence[Mapping[str, Any]],
    *,
    coder: str,
    round_name: str = "main",
) -> list[dict[str, Any]]:
    """Carry out operations of one human coder, in order, each once; return an answer to each.

    Args:
        project: an open project.
        operations: mappings with op_id (made by the screen), action (apply, remove, review,
            unreview, or reject and unreject a suggestion), document, position and, but for the
            reviews, code (id); for apply and remove also start and end (code points in the
            document, both or neither), origin and quote. A quote that is not
            what stands at start to end refuses the operation. start_of and end_of, if given, are
            where the utterance began and ended when the operation was made: other ones refuse it,
            because positions change when utterances are split and joined.
        coder: who codes.
        round_name: the round.

    Returns:
        One mapping per operation, in order: op_id, ok (bool), message (None when ok). All that are
        ok are on disk together, in one transaction, when this returns.
    """
    answers: list[dict[str, Any]] = []
    wanted = [place for place in map(_named, operations) if place is not None]
    with writing(project.database) as journal:
        connection = journal.connection
        places = stored.spans(connection, wanted)
        codes = {code.id: code for code in codebooks.current(connection).codes}
        for one in operations:
            answer = {"op_id": one.get("op_id"), "ok": True, "message": None}
            try:
                batch = _batch(one, places, codes, coder, round_name)
                _check_quote(connection, one)
                with connection.begin_nested():
                    batches.commit(journal, batch)
            except QualkitError as problem:
                journal.discard()
                if not _is_done(connection, one):
                    answer |= {"ok": False, "message": str(problem)}
            answers.append(answer)
    return answers


def _named(one: Mapping[str, Any]) -> tuple[str, int] | None:
    try:
        return str(one["document"]), int(one["position"])
    except (KeyError, TypeError, ValueError):
        return None


def _is_done(connection: Any, one: Mapping[str, Any]) -> bool:
    """Return whether this operation was carried out before: then a repeat of it is no fault."""
    op_id = one.get("op_id")
    return isinstance(op_id, str) and changes.is_done(connection, op_id)


def _check_quote(connection: Any, one: Mapping[str, Any]) -> None:
    if one.get("quote") is None or one.get("start") is None:
        return
    document = str(one["document"])
    text = documents.text_of(connection, document)
    if text[one["start"] : one["end"]] != one["quote"]:
        raise OptionError("the words at this span are not the ones quoted", where=document)


def _batch(
    one: Mapping[str, Any],
    places: Mapping[tuple[str, int], Any],
    codes: Mapping[str, Any],
    coder: str,
    round_name: str,
) -> Batch:
    place = _place(one, places)
    who, op_id = Coder(coder), one.get("op_id")
    if not isinstance(op_id, str) or not 8 <= len(op_id) <= 100:
        raise OptionError("the operation has no id of its own")
    match one.get("action"):
        case "review":
            return Batch(who, round_name, reviewed=[place], op_id=op_id)
        case "unreview":
            return Batch(who, round_name, unreviewed=[place], op_id=op_id)
        case "reject" | "unreject" as action:
            what = [(*place, known("code", str(one.get("code")), codes).id)]
            if action == "reject":
                return Batch(who, round_name, reject=what, op_id=op_id)
            return Batch(who, round_name, unreject=what, op_id=op_id)
        case "apply" | "remove" as action:
            coding = _coding(one, place, places[place], codes, (coder, round_name))
            if action == "apply":
                return Batch(who, round_name, apply=[coding], op_id=op_id)
            identity = coding_id(places[place].guid, places[place].start, coding)
            return Batch(who, round_name, remove=[identity], reviewed=[place], op_id=op_id)
        case action:
            raise OptionError(f"unknown action '{action}'", remedy=f"use {', '.join(ACTIONS)}")


def _place(one: Mapping[str, Any], places: Mapping[tuple[str, int], Any]) -> tuple[str, int]:
    place = _named(one)
    if place is None:
        raise OptionError("the operation names no utterance")
    edges = (one.get("start_of"), one.get("end_of"))
    if edges != (None, None):
        _check_edges(edges, place, places)
    if place not in places:
        raise BadInputError(f"there is no utterance {place[1]}", where=place[0])
    if not places[place].codable:
        raise OptionError("this part of the document is set aside from coding", where=place[0])
    return place


def _check_edges(
    edges: tuple[Any, Any], place: tuple[str, int], places: Mapping[tuple[str, int], Any]
) -> None:
    now = (places[place].start, places[place].end) if place in places else (-1, -1)
    if any(edge not in (None, there) for edge, there in zip(edges, now, strict=True)):
        raise OptionError(CORRECTED, where=f"{place[0]}, utterance {place[1]}")


def _coding(
    one: Mapping[str, Any],
    place: tuple[str, int],
    utterance: Any,
    codes: Mapping[str, Any],
    owner: tuple[str, str],
) -> Coding:
    code = known("code", str(one.get("code")), codes)
    start, end = one.get("start"), one.get("end")
    if start is not None or end is not None:
        if not isinstance(start, int) or not isinstance(end, int):
            raise OptionError("a span needs a start and an end")
        if not utterance.start <= start < end <= utterance.end:
            raise OptionError("the span lies outside the utterance", where=place[0])
    origin = known(
        "origin", str(one.get("origin") or Origin.MANUAL), {kind: kind for kind in Origin}
    )
    return Coding(*place, code.id, *owner, start=start, end=end, origin=origin)
