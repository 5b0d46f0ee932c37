"""Putting right what the reader made of a document: split, join, another speaker, set aside."""

from __future__ import annotations

from typing import Any

from qualkit.errors import OptionError, RefusedError, UnknownNameError
from qualkit.store import corrections as stored
from qualkit.store import documents, speakers
from qualkit.store.journal import Row, writing
from qualkit.workflow.handle import Handle

__all__ = ["join_utterances", "set_utterance", "split_utterance"]


def split_utterance(project: Handle, document: str, position: int, at: int | str) -> None:
    """Make two utterances of one; later ones are renumbered, and no coding is lost.

    Codings of the whole utterance, and reviews, stand on both parts afterwards.

    Args:
        project: an open project.
        document: its name.
        position: the utterance.
        at: where the second part begins: an offset within the utterance's words (code points), or
            the words it begins with, which must occur there once.

    Raises:
        UnknownNameError: no such document or utterance.
        OptionError: the cut does not lie inside the utterance, or the words occur twice.
    """
    name = project.document_name(document)
    with writing(project.database) as journal:
        connection = journal.connection
        row = _required(connection, name, position)
        if row["asides"]:
            raise OptionError(
                "this utterance has a page header inside and cannot be split",
                where=f"{name}, utterance {position}",
            )
        words = documents.text_of(connection, name)[row["start"] : row["end"]]
        cut = _offset(words, at, f"{name}, utterance {position}")
        left, right = words[:cut].rstrip(), words[cut:].lstrip()
        if not left or not right:
            raise OptionError(
                "a part would be empty",
                where=f"{name}, utterance {position}",
                remedy=f"cut between 1 and {len(words) - 1}",
            )
        stored.split(journal, row, row["start"] + len(left), row["end"] - len(right))
        journal.record("utterance.split", {"document": name, "position": position})


def _offset(words: str, at: int | str, where: str) -> int:
    if isinstance(at, int):
        return max(0, min(at, len(words)))
    found = words.count(at) if at.strip() else 0
    if found != 1:
        times = "not" if not found else f"{found} times"
        raise OptionError(f"'{at}' does occur {times} in it", where=where, remedy="give more words")
    return words.index(at)


def join_utterances(project: Handle, document: str, position: int) -> None:
    """Join an utterance with the next codable one; later ones are renumbered.

    What is set aside between the two (a page header) stays set aside. Codings of either part stand
    on the whole.

    Raises:
        UnknownNameError: no such document or utterance.
        RefusedError: there is no next one, or it is another speaker's.
    """
    name = project.document_name(document)
    with writing(project.database) as journal:
        connection = journal.connection
        first, between = _required(connection, name, position), []
        place = position + 1
        second = stored.find(connection, name, place)
        while second is not None and not second["codable"] and second["kind"] == "note":
            between.append(second)
            place += 1
            second = stored.find(connection, name, place)
        where = f"{name}, utterance {position}"
        if second is None or not (first["codable"] and second["codable"]):
            raise RefusedError("there is no codable utterance next to it", where=where)
        if first["speaker_id"] != second["speaker_id"]:
            raise RefusedError(
                "the next utterance is another speaker's",
                where=where,
                remedy="give it to the same speaker first",
            )
        stored.join(journal, first, second, between)
        journal.record("utterance.join", {"document": name, "position": position})


def set_utterance(
    project: Handle,
    document: str,
    position: int,
    *,
    speaker: str | None = None,
    codable: bool | None = None,
    reported: bool | None = None,
) -> None:
    """Give an utterance to another speaker, set it aside from coding, or take it back in.

    Args:
        project: an open project.
        document: its name.
        position: the utterance.
        speaker: a speaker of the project, or a new name.
        codable: False sets it aside; what was coded on it stays, but is no longer counted.
        reported: whether somebody else tells what was said.

    Raises:
        UnknownNameError: no such document or utterance.
        OptionError: nothing to set.
    """
    values: dict[str, Any] = {}
    if codable is not None:
        values |= {"codable": codable, "note": None if codable else "set aside by hand"}
    if reported is not None:
        values["reported"] = reported
    name = project.document_name(document)
    with writing(project.database) as journal:
        row = _required(journal.connection, name, position)
        if speaker is not None:
            values["speaker_id"] = speakers.find_or_add(journal, speaker, row["document_id"])
        if not values:
            raise OptionError("nothing to set", remedy="give speaker, codable or reported")
        stored.change(journal, row, values)
        journal.record("utterance.set", {"document": name, "position": position, **values})


def _required(connection: Any, document: str, position: int) -> Row:
    row = stored.find(connection, document, position)
    if row is None:
        raise UnknownNameError(f"there is no utterance {position}", where=document)
    return row
