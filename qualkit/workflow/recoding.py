"""Codes merged and split with their codings, and codings to look at again."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from qualkit.errors import NotEnoughError, OptionError, RefusedError, UnknownNameError
from qualkit.model import Code, Codebook
from qualkit.store import codebooks as stored
from qualkit.store import codings, documents, recoding, rounds
from qualkit.store.journal import Row, writing
from qualkit.text.markers import compile_marker
from qualkit.workflow.blindness import coding_frame
from qualkit.workflow.codebook_changes import Changing, changing, code_in, new_code
from qualkit.workflow.handle import Handle, known

__all__ = [
    "Assignment",
    "confirm_codings",
    "list_code_codings",
    "list_outdated",
    "merge_codes",
    "split_code",
]

Assignment = (
    Mapping[str, str | Sequence[str]] | Sequence[tuple[str, str] | tuple[str, Sequence[str]]]
)
"""Name of a new code, and the codings it takes: a marker to find in their words, or their ids.

A mapping, or pairs when one code takes codings in several ways.
"""

_RULES = ("definition", "include", "exclude")
_OUTDATED = [
    *("document", "position", "code", "coder", "round", "codebook_version", "changed_in"),
    *("what", "text", "id"),
]


def merge_codes(
    project: Handle,
    keep: str,
    others: Sequence[str],
    *,
    reason: str,
    coder: str | None = None,
    include_closed: bool = False,
) -> Codebook:
    """Make one code of several and return the new version of the codebook.

    Codings of the others become codings of ``keep``; where both stand on the same words, by the
    same coder in the same round, one stays, with both memos. The others are retired; what was
    said of them goes into the notes of ``keep``, their examples and markers are added to its own,
    and codes below them come below it. It is one change, which ``undo`` takes back whole.

    Args:
        project: an open project.
        keep: name or id of the code that stays.
        others: the codes that become part of it.
        reason: why.
        coder: who does it.
        include_closed: move codings in closed rounds too, which else stay as they were.

    Raises:
        UnknownNameError: no such code.
        OptionError: ``keep`` is retired, is among the others, or there are none.
        RefusedError: codings of the others stand in a closed round, and nobody said to move them.
    """
    with changing(project, reason, coder) as change:
        kept = code_in(change.book, keep)
        gone = list({code.id: code for code in (code_in(change.book, o) for o in others)}.values())
        if not gone or kept in gone or kept.retired:
            what = "is retired" if kept.retired else "needs other codes to be merged into it"
            raise OptionError(f"'{kept.name}' {what}", remedy="name two codes or more")
        connection = change.journal.connection
        rows = [row for one in gone for row in recoding.of_code(connection, one.id)]
        frozen = _frozen(connection, rows, include_closed=include_closed)
        made = change.put(_merged(change.book, kept, gone))
        moved = sum(recoding.hand_over(change.journal, one.id, kept.id) for one in gone)
        said = {"keep": kept.id, "others": [one.id for one in gone], "codings": moved}
        return change.record("merge", made, **said, **frozen)


def _frozen(connection: Any, rows: Sequence[Row], *, include_closed: bool) -> dict[str, Any]:
    """Return what the log is to say of codings in closed rounds that move; refuse unless told."""
    closed = recoding.in_closed_rounds(connection, rows)
    if closed and not include_closed:
        number = sum(closed.values())
        stand = "coding stands" if number == 1 else "codings stand"
        names = ", ".join(f"'{name}'" for name in closed)
        raise RefusedError(
            f"{number} {stand} in closed round{'s' if len(closed) > 1 else ''} {names}",
            remedy="say include_closed=True (--include-closed) to move what is frozen too",
        )
    return {"closed_rounds": closed} if closed else {}


def _merged(book: Codebook, kept: Code, gone: Sequence[Code]) -> list[Code]:
    """Return the codes after a merge, in tree order."""
    ids = {code.id for code in gone}
    above, is_inside = kept.parent, False
    place = above
    while place is not None:  # when one of the others stands above it, it takes that one's place
        if place in ids:
            above, is_inside = book.by_id[place].parent, True
        place = book.by_id[place].parent
    whole = replace(
        kept,
        parent=above if is_inside else kept.parent,
        notes="\n\n".join(one for one in (kept.notes, *map(_told, gone)) if one),
        examples=tuple(dict.fromkeys([*kept.examples, *(e for one in gone for e in one.examples)])),
        markers=tuple(dict.fromkeys([*kept.markers, *(m for one in gone for m in one.markers)])),
    )
    codes: list[Code] = []
    for code in book.codes:
        if code.id == kept.id:
            codes.append(whole)
        elif code.id in ids:
            retired = replace(code, retired=True, shortcut=None, merged_into=kept.id)
            codes.append(retired)
        else:
            codes.append(replace(code, parent=kept.id) if code.parent in ids else code)
    return list(Codebook("", tuple(codes)).tree())


def _told(code: Code) -> str:
    said = [f"{name.capitalize()}: {getattr(code, name)}" for name in _RULES if getattr(code, name)]
    return "\n".join([f"Merged from '{code.name}'.", *said, *([code.notes] if code.notes else [])])


def split_code(  # noqa: PLR0913 - which code, into what, why, by whom, how far
    project: Handle,
    code: str,
    into: Sequence[str | Code],
    *,
    reason: str,
    assign: Assignment | None = None,
    coder: str | None = None,
    include_closed: bool = False,
) -> Codebook:
    """Make new codes beside a code, give them codings of it, and return the new version.

    A coding that two new codes claim is given to both; what none claims stays where it is. It is
    one change, which ``undo`` takes back whole.

    Args:
        project: an open project.
        code: name or id of the code to split.
        into: the new codes: names, or codes with their definitions (id and parent are given here).
        reason: why.
        assign: name of a new code -> a marker (word, phrase, ``stem*``, ``/regular expression/``)
            that the coded words must hold, or ids of codings as ``list_code_codings`` shows them.
        coder: who does it.
        include_closed: give codings in closed rounds too, which else stay as they were.

    Raises:
        UnknownNameError: no such code, or no such coding of it.
        OptionError: ``assign`` names no new code, or a marker is none.
        CodebookError: a name is taken.
        RefusedError: such codings stand in a closed round, and nobody said to give them.
    """
    with changing(project, reason, coder) as change:
        old = code_in(change.book, code)
        new = _new_codes(change, old, into)
        if not new:
            raise OptionError("there is nothing to split into", remedy="name new codes")
        at = next(n for n, one in enumerate(change.book.codes) if one.id == old.id) + 1
        codes = [*change.book.codes[:at], *new, *change.book.codes[at:]]
        made = change.put(list(Codebook("", tuple(codes)).tree()))
        rows = recoding.of_code(change.journal.connection, old.id)
        words = _words(change.journal.connection, old.id) if assign else {}
        given = _given({one.name: one.id for one in new}, assign or {}, words)
        wanted = [row for row in rows if given.get(row["id"])]
        frozen = _frozen(change.journal.connection, wanted, include_closed=include_closed)
        moved = recoding.split_up(change.journal, old.id, given, rows)
        said = {"code": old.id, "into": [one.id for one in new], "codings": moved}
        return change.record("split", made, **said, **frozen)


def _new_codes(change: Changing, old: Code, into: Sequence[str | Code]) -> list[Code]:
    new: list[Code] = []
    for one in into:
        name = one if isinstance(one, str) else one.name
        fresh = new_code(change, name, new)
        base = Code("", "") if isinstance(one, str) else one
        new.append(replace(base, id=fresh.id, name=fresh.name, parent=old.parent, guid=None))
    return new


def _given(
    new: Mapping[str, str], assign: Assignment, words: Mapping[str, str]
) -> dict[str, list[str]]:
    """Return id of a coding -> ids of the new codes that take it."""
    given: dict[str, list[str]] = {}
    pairs = assign.items() if isinstance(assign, Mapping) else assign
    for name, wanted in pairs:
        code = known("new code", name, new)
        if isinstance(wanted, str):
            pattern = compile_marker(wanted)
            ids = [one for one, text in words.items() if pattern.search(text)]
        else:
            ids = list(dict.fromkeys(wanted))
        for one in ids:
            if one not in words:
                remedy = "list_code_codings shows the ids"
                raise UnknownNameError(f"the code has no coding '{one}'", remedy=remedy)
            takers = given.setdefault(one, [])
            if code not in takers:
                takers.append(code)
    return given


def _words(connection: Any, code: str) -> dict[str, str]:
    """Return id -> coded words of every coding of a code."""
    ids = {row["id"] for row in recoding.of_code(connection, code)}
    table = codings.frame(connection)
    return dict(_with_text(connection, table[table["id"].isin(ids)])[["id", "text"]].to_numpy())


def _with_text(connection: Any, codings: pd.DataFrame) -> pd.DataFrame:
    """Return codings with the words they stand on, in the column text."""
    if codings.empty:
        return codings.assign(text=pd.Series(dtype="str"))
    utterances = documents.utterance_frame(connection)[["document", "position", "text"]]
    table = codings.merge(utterances, on=["document", "position"], how="left")
    spans = table[table["start"].notna()]
    for name, some in spans.groupby("document"):
        text = documents.text_of(connection, str(name))
        pairs = zip(some["start"], some["end"], strict=True)
        table.loc[some.index, "text"] = [text[start:end] for start, end in pairs]
    return table


def list_code_codings(project: Handle, code: str, *, viewer: str | None = None) -> pd.DataFrame:
    """Return the codings of one code with their words, to choose from for ``split_code``.

    Args:
        project: an open project.
        code: name or id.
        viewer: who asks; of a blind round still open they see their own codings only.

    Returns:
        Columns id, document, position, coder, round, start, end (Int64), memo, text.
    """
    with project.database.read() as connection:
        wanted = code_in(stored.current(connection), code)
        table = coding_frame(connection, viewer)
        table = _with_text(connection, table[table["code_id"] == wanted.id])
    columns = ["id", "document", "position", "coder", "round", "start", "end", "memo", "text"]
    return table[columns].reset_index(drop=True)


def list_outdated(
    project: Handle, coder: str | None = None, *, viewer: str | None = None
) -> pd.DataFrame:
    """Return the codings whose code has been defined otherwise since they were made.

    Args:
        project: an open project.
        coder: only the codings of this coder.
        viewer: who asks, if not that coder; of a blind round still open they see their own only.

    Returns:
        Columns document, position (int64), code, coder, round, codebook_version (int64: the
        coding was made, or last confirmed, under it), changed_in (int64: the version that changed
        it last), what ("definition, include"), text (the coded words), id; in order of coder,
        document and position. A code merged or split keeps its codings' versions; one that did
        not exist yet at that version is compared from its first.

    Raises:
        UnknownNameError: no such coder.
    """
    with project.database.read() as connection:
        table = coding_frame(connection, viewer or coder)
        if coder is not None:
            names = {str(name): str(name) for name in codings.frame(connection)["coder"].unique()}
            table = table[table["coder"] == known("coder", coder, names)]
        books = stored.snapshots(connection)
        pairs = table[["code_id", "codebook_version"]].drop_duplicates()
        found = [
            (code, version, *changed)
            for code, version in pairs.itertuples(index=False, name=None)
            if (changed := _changed(books, code, version)) is not None
        ]
        columns = ["code_id", "codebook_version", "changed_in", "what"]
        changes = pd.DataFrame(found, columns=columns)
        told = table.attrs
        table = table.merge(changes, on=["code_id", "codebook_version"])
        table = _with_text(connection, table)
    in_order = table.sort_values(["coder", "document", "position"], kind="stable")
    out = in_order[_OUTDATED].reset_index(drop=True)
    out.attrs = told
    return out


def _changed(books: Mapping[int, Codebook], code: str, version: int) -> tuple[int, str] | None:
    """Return the last version that changed the rules of a code, and which; None when none did."""
    seen = [(n, book.by_id[code]) for n, book in books.items() if code in book.by_id]
    earlier = [one for n, one in seen if n <= version]
    base = earlier[-1] if earlier else seen[0][1]
    newest = seen[-1][1]
    fields = [name for name in _RULES if getattr(base, name) != getattr(newest, name)]
    if not fields:
        return None
    last = max(
        n
        for (_, before), (n, after) in itertools.pairwise(seen)
        if any(getattr(before, name) != getattr(after, name) for name in fields)
    )
    return last, ", ".join(fields)


def confirm_codings(
    project: Handle,
    coder: str,
    *,
    code: str | None = None,
    document: str | None = None,
    ids: Sequence[str] | None = None,
) -> int:
    """Note that a coder has looked at outdated codings again and they hold; return how many.

    They count as made under the newest version of the codebook from now on; ``undo`` takes it
    back. Codings in a closed round stay as they are.

    Args:
        project: an open project.
        coder: whose codings; nobody confirms another's.
        code: only those of this code.
        document: only those in this document.
        ids: only these, as ``list_outdated`` shows them.

    Raises:
        UnknownNameError: no such coder, code or document.
        NotEnoughError: there is nothing to confirm.
    """
    table = list_outdated(project, coder)
    if code is not None:
        table = table[table["code"] == code_in(project.codebook(), code).name]
    if document is not None:
        table = table[table["document"] == project.document_name(document)]
    if ids is not None:
        table = table[table["id"].isin(list(ids))]
    with project.database.read() as connection:
        all_rounds = rounds.round_frame(connection)
    closed = all_rounds.loc[all_rounds["closed_at"].notna(), "round"]
    table = table[~table["round"].isin(closed)]
    if table.empty:
        raise NotEnoughError(f"{coder} has no such coding to look at again in an open round")
    actor = str(table["coder"].iloc[0])
    with writing(project.database) as journal:
        version = stored.current(journal.connection).version
        done = recoding.confirm(journal, list(table["id"]), version)
        said = {"codings": done, "number": version}
        journal.record("codings.confirm", said, actor=actor)
    return done
