"""Two coders on two laptops: a copy of the project for one, and bringing its codings back."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import RefusedError
from qualkit.model import Code, Codebook, Coder, CoderKind
from qualkit.store import apart, codebooks, coders, exposures
from qualkit.store.apart import Key, Sheet, Tables
from qualkit.store.database import Database
from qualkit.store.journal import Journal, Row, writing
from qualkit.store.projects import create, open_database
from qualkit.workflow.blindness import veil
from qualkit.workflow.handle import Handle

__all__ = ["merge_project", "split_project"]

_COLUMNS = ["what", "document", "position", "code", "coder", "round", "outcome", "here", "there"]
_COLUMNS += ["reason"]
_NOTED = ("memo", "certainty")
_SHOWN = 40  # characters of a differing text


def split_project(project: Handle, coder: str, target: str | Path) -> dict[str, int]:
    """Make a copy of the project for one coder, without what the others coded.

    The copy has the documents, speakers, codebook and rounds, and this coder's codings, reviews
    and memos. It begins a change log of its own: the project's would tell what others coded.

    Args:
        project: an open project.
        coder: for whom; a new name is entered in the copy.
        target: a file that does not exist yet.

    Returns:
        How many documents, codings and reviews the copy holds.

    Raises:
        ProjectExistsError: there is a file at the target.
        UnwritableError: the folder refuses.
        RefusedError: this coder is not a human one.
    """
    with project.database.read() as connection:
        present = {one.name: one for one in coders.all_coders(connection)}
        folded = {name.casefold(): name for name in present}
        name = folded.get(coder.strip().casefold(), coder.strip())
        if name in present and present[name].kind is not CoderKind.HUMAN:
            raise RefusedError(f"coder '{name}' is no person, so there is nobody to work apart")
        with create(target, project.name) as journal:
            counts = apart.fill(journal, connection, name)
            coders.ensure(journal, Coder(name))
    return counts


def merge_project(
    project: Handle, other: str | Path | Handle, *, add_codes: bool = False, dry_run: bool = False
) -> pd.DataFrame:
    """Bring codings, reviews and memos of a copy back; doing it twice changes nothing.

    Documents are the same when their texts are, utterances when they begin and end at the same
    place, codes by id or else by name. A copy made by ``split_project`` knows what it began with:
    what was removed in it is removed here, and what was removed here does not come back. Where
    both sides changed the same thing, this project keeps its own and the conflict is listed.

    Args:
        project: an open project.
        other: the copy: a project, or where it is.
        add_codes: take codes that only the copy has into the codebook.
        dry_run: say what would happen, change nothing.

    Returns:
        One row per thing that is not the same on both sides: what ("coding", "review", "memo",
        "code"), document, position (Int64), code, coder, round, outcome ("new", "removed",
        "changed", "conflict", "left out"), here, there (what either side says), reason.
        ``attrs["about"]`` counts the outcomes, and what both sides have ("same").

    Raises:
        RefusedError: a document has another text on the other side.
        NotAProjectError: there is no project at that place.
    """
    with _opened(other) as database, database.read() as connection:
        there = apart.tables(connection)
        base, book = apart.split_off(connection), codebooks.current(connection)
        with project.database.read() as own:
            _check_texts(own, connection, there)
    if dry_run:
        with project.database.read() as own:
            merge = _Merge(own, there, base, add_codes=add_codes)
            merge.compare()
            return merge.table(own)
    with writing(project.database) as journal:
        if add_codes:
            _add_codes(journal, there, book)
        merge = _Merge(journal.connection, there, base, add_codes=False)
        merge.compare()
        table = merge.table(journal.connection)
        merge.carry_out(journal)
        counts = {name: n for name, n in merge.counts().items() if name != "same"}
        journal.record(apart.MERGE, {"from": _whose(there), **counts})
    return table


def _whose(there: Tables) -> str:
    """Return whose copy it is: the coders with codings in it."""
    names = {row["id"]: row["name"] for row in there["coders"]}
    return ", ".join(sorted({names[row["coder_id"]] for row in there["codings"]}))


class _opened:  # noqa: N801  a context manager, used as a verb
    """Gives the database of a project; one that was opened here is closed again."""

    def __init__(self, other: str | Path | Handle) -> None:
        self.is_ours = not isinstance(other, Handle)
        self.database: Database = (
            other.database if isinstance(other, Handle) else open_database(other)
        )

    def __enter__(self) -> Database:
        return self.database

    def __exit__(self, *problem: object) -> None:
        if self.is_ours:
            self.database.close()


def _check_texts(own: Any, connection: Any, there: Tables) -> None:
    """Refuse a copy in which a document that somebody coded has another text."""
    here = apart.tables(own)["documents"]
    hashes = {row["sha256"] for row in here}
    by_name = {row["guid"]: row for row in here} | {row["name"]: row for row in here}
    worked = {row["utterance_id"] for name in ("codings", "reviews") for row in there[name]}
    busy = {row["document_id"] for row in there["utterances"] if row["id"] in worked}
    for row in there["documents"]:
        same = by_name.get(row["guid"]) or by_name.get(row["name"])
        if same is None or row["sha256"] in hashes or row["id"] not in busy:
            continue
        ours = apart.text_by_hash(own, same["sha256"])
        theirs = apart.text_by_hash(connection, row["sha256"])
        raise RefusedError(
            f"the texts differ; here: {_beginning(ours, theirs)}, "
            f"in the other project: {_beginning(theirs, ours)}",
            where=f"{row['name']}, character {_first_difference(ours, theirs) + 1}",
            remedy="correct the text that is wrong (qualkit revise), then merge again",
        )


def _first_difference(one: str, two: str) -> int:
    pairs = enumerate(zip(one, two, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(two)))


def _beginning(one: str, two: str) -> str:
    at = _first_difference(one, two)
    shown = one[max(0, at - 10) : at + _SHOWN].replace("\n", " ")
    return f"'{shown}'" if one[at:] else f"'{shown}' and no more"


def _code_map(here: Tables, there: Tables) -> dict[str, str]:
    """Return id there -> id here of the codes that both have."""
    ids = {row["id"] for row in here["codes"]}
    names = {row["name"].casefold(): row["id"] for row in here["codes"]}
    found = {}
    for row in there["codes"]:
        same = row["id"] if row["id"] in ids else names.get(row["name"].casefold())
        if same is not None:
            found[row["id"]] = same
    return found


def _add_codes(journal: Journal, there: Tables, theirs: Codebook) -> None:
    here = apart.tables(journal.connection)
    same = _code_map(here, there)
    book = codebooks.current(journal.connection)
    told = {code.id: code for code in theirs.codes}
    fresh: list[Code] = []
    for row in sorted(there["codes"], key=lambda one: one["position"]):
        code = told.get(row["id"])
        if row["id"] not in same and code is not None:
            fresh.append(dataclasses.replace(code, parent=same.get(code.parent or "", code.parent)))
    if fresh:
        known_ids = {code.id for code in (*book.codes, *fresh)}
        placed = [
            code if code.parent in known_ids else dataclasses.replace(code, parent=None)
            for code in fresh
        ]
        wider = Codebook(book.name, (*book.codes, *placed), book.description)
        codebooks.save(journal, wider, reason="codes of a merged copy")


class _Merge:
    """Compares a copy with this project: what is new, gone, changed, in conflict, left out."""

    def __init__(
        self, connection: Any, there: Tables, base: Tables | None, *, add_codes: bool
    ) -> None:
        self.here, self.there = apart.tables(connection), there
        codes = _code_map(self.here, there)
        self.new_codes = [row for row in there["codes"] if row["id"] not in codes]
        self.adding = {row["id"] for row in self.new_codes} if add_codes else set()
        self.ours, self.theirs = Sheet(self.here), Sheet(there, codes)
        began = apart.merged_before(connection, self.here)
        self.base = {**Sheet(began).rows(), **(Sheet(base, codes).rows() if base else {})}
        self.old_memos = {row["guid"]: row for row in began["memos"]}
        self.old_memos |= {row["guid"]: row for row in (base or {}).get("memos", [])}
        self.split = set(Sheet(base, codes).rows()) if base else set()
        self.new: list[tuple[Key, Row]] = []
        self.gone: list[Row] = []
        self.changed: list[tuple[Row, Row]] = []
        self.same = 0
        self.told: list[Row] = []
        self._known_codes = {row["id"] for row in self.here["codes"]} | self.adding
        self._places = self.ours.utterances()
        self._hashes = {row["sha256"]: row["name"] for row in self.here["documents"]}
        self._other_names = {row["sha256"]: row["name"] for row in there["documents"]}
        self._closed = {row["name"] for row in self.here["rounds"] if row["closed_at"]}
        self._kinds = {row["name"]: row["kind"] for row in self.here["coders"]}
        self._their_kinds = {row["name"]: row["kind"] for row in there["coders"]}

    def compare(self) -> None:
        """Go through both sides."""
        here, there = self.ours.rows(), self.theirs.rows()
        for key, row in there.items():
            self._one(key, row, here.get(key))
        for key in self.split - there.keys():
            if key in here:
                self._removed(key, here[key])
        self._compare_memos()

    def _one(self, key: Key, row: Row, ours: Row | None) -> None:
        if ours is not None:
            self._both(key, row, ours)
        elif key in self.base:
            self._tell(key, "left out", reason="it was removed here")
        elif (reason := self._obstacle(key)) is not None:
            self._tell(key, "left out", reason=reason)
        else:
            self.new.append((key, row))
            self._tell(key, "new", there=_noted(row))

    def _obstacle(self, key: Key) -> str | None:
        """Return why something of the copy has no place here."""
        _, sha256, _, _, code, coder, in_round, *_ = key
        if sha256 not in self._hashes:
            return "the document is not in this project: import it, then merge again"
        if key[1:4] not in self._places:
            return "the utterance begins or ends elsewhere here"
        if code is not None and code not in self._known_codes:
            return "the code is not in the codebook"
        if in_round in self._closed:
            return "the round is closed"
        if self._kinds.get(coder, self._their_kinds[coder]) != self._their_kinds[coder]:
            return f"{coder} is a coder of another kind here"
        return None

    def _both(self, key: Key, row: Row, ours: Row) -> None:
        theirs_now, ours_now = _noted(row), _noted(ours)
        if theirs_now == ours_now or key[0] == "review":
            self.same += 1
            return
        before = _noted(self.base.get(key, {}))
        if key in self.base and theirs_now == before:
            self.same += 1  # only this side has gone on
        elif key in self.base and ours_now == before and key[6] not in self._closed:
            self.changed.append((ours, {name: row[name] for name in _NOTED}))
            self._tell(key, "changed", here=ours_now, there=theirs_now)
        else:
            reason = "both sides say something else"
            self._tell(key, "conflict", here=ours_now, there=theirs_now, reason=reason)

    def _removed(self, key: Key, ours: Row) -> None:
        if key[1:4] not in self.theirs.utterances():
            return  # the copy has cut its utterances anew: nobody removed anything
        if key[6] in self._closed:
            self._tell(key, "left out", reason="it was removed there, but the round is closed")
        elif key[0] == "coding" and _noted(ours) != _noted(self.base[key]):
            reason = "it was removed there and changed here"
            self._tell(key, "conflict", here=_noted(ours), reason=reason)
        else:
            self.gone.append(ours)
            self._tell(key, "removed", here=_noted(ours))

    def _compare_memos(self) -> None:
        here = {row["guid"]: row for row in self.here["memos"]}
        names = {row["id"]: row["name"] for row in self.there["coders"]}
        for row in self.there["memos"]:
            ours, before = here.get(row["guid"]), self.old_memos.get(row["guid"])
            coder = names[row["coder_id"]]
            said = {"what": "memo", "coder": coder, "there": row["text"]}
            if ours is None:
                self._new_memo(row, coder, said, is_known=before is not None)
            elif ours["text"] == row["text"] or (before and before["text"] == row["text"]):
                self.same += 1
            elif before and before["text"] == ours["text"]:
                values = {"text": row["text"], "changed_at": row["changed_at"]}
                self.changed.append((ours, values))
                self.told.append(said | {"outcome": "changed", "here": ours["text"]})
            else:
                reason = "both sides say something else"
                self.told.append(
                    said | {"outcome": "conflict", "here": ours["text"], "reason": reason}
                )

    def _new_memo(self, row: Row, coder: str, said: Row, *, is_known: bool) -> None:
        target = self.theirs.target(row)
        there = None if target is None else self.ours.target_here(row["about"], target)
        if is_known or there is None:
            reason = "it was removed here" if is_known else "what it hangs on is not here"
            self.told.append(said | {"outcome": "left out", "reason": reason})
        else:
            self.new.append((("memo", there, coder), row))
            self.told.append(said | {"outcome": "new"})

    def _tell(self, key: Key, outcome: str, **more: str | None) -> None:
        place = self._places.get(key[1:4]) or self.theirs.utterances().get(key[1:4], {})
        self.told.append(
            {
                "what": key[0],
                "document": self._hashes.get(key[1], self._other_names.get(key[1])),
                "position": place.get("position"),
                "code": key[4],
                "coder": key[5],
                "round": key[6],
                "outcome": outcome,
                **more,
            }
        )

    def counts(self) -> dict[str, int]:
        """Return how many things came to what."""
        return {"same": self.same, **Counter(row["outcome"] for row in self.told)}

    def table(self, connection: Any) -> pd.DataFrame:
        """Return what was found, without what a blind round hides."""
        titles = {
            row["id"]: row["name"] for side in (self.there, self.here) for row in side["codes"]
        }
        rows = [{**row, "code": titles.get(row.get("code"), row.get("code"))} for row in self.told]
        outcome = "new" if self.adding else "left out"
        rows += [
            {
                "what": "code",
                "code": row["name"],
                "outcome": outcome,
                "reason": "only the copy has it",
            }
            for row in self.new_codes
        ]
        table = pd.DataFrame(rows, columns=_COLUMNS).astype({"position": "Int64"})
        seen = veil(connection, None)
        table = seen.keep(table)
        if seen.rounds:  # a memo may tell what is coded in a blind round
            table.loc[table["what"] == "memo", ["here", "there"]] = None
        table.attrs["about"] = {**table.attrs.get("about", {}), **self.counts()}
        return table

    def carry_out(self, journal: Journal) -> None:
        """Write what is new, gone and changed."""
        rounds = {row["name"]: row for row in self.there["rounds"]}
        for name in dict.fromkeys(key[-1 if key[0] == "memo" else 5] for key, _ in self.new):
            coders.ensure(journal, Coder(name, CoderKind(self._their_kinds[name])))
        present = {row["name"] for row in self.here["rounds"]}
        for name in dict.fromkeys(key[6] for key, _ in self.new if key[0] != "memo"):
            if name not in present:
                apart.add_round(journal, rounds[name])
        here = apart.tables(journal.connection)
        apart.write(journal, here, self.new, self.gone, self.changed)
        exposures.carry(journal, Sheet(here), self.theirs)


def _noted(row: Mapping[str, Any]) -> str | None:
    """Return memo and certainty in words; None when there is neither."""
    said = [f"{name}: {row[name]}" for name in _NOTED if row.get(name) is not None]
    return "; ".join(said) or None
