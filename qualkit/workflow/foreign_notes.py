"""The memos, cases and attributes of another program's project as memos and speakers here."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from qualkit.formats.foreign import UNKNOWN_CODER, Case, Foreign, ForeignMemo
from qualkit.model import StakeholderType, Typology, slug
from qualkit.store import memos, speakers, typologies
from qualkit.text.places import touched
from qualkit.workflow.foreign_codings import Placing
from qualkit.workflow.foreign_documents import Texts
from qualkit.workflow.foreign_report import Report

__all__ = ["Notes", "typology_of"]

_FIELDS = {"role": "role", "organisation": "organisation", "organization": "organisation"}
_ATTRIBUTES = {"stakeholder_type_id": "stakeholder_type"}
_TYPES = {"stakeholder type", "stakeholder_type", "stakeholder"}


def typology_of(foreign: Foreign) -> Typology | None:
    """Return the stakeholder types that the cases name; None where no variable is called so."""
    named = {
        slug(value): value
        for case in foreign.cases
        for name, value in case.attributes
        if name.casefold() in _TYPES
    }
    types = tuple(StakeholderType(one, value) for one, value in named.items())
    return Typology(foreign.name, types) if types else None


class Notes:
    """Writes memos, and gives speakers the attributes of the case that is called like them.

    Args:
        placing: has placed the codings.
        ids: id of a code in its codebook -> id here.
        texts: its sources, brought in.
        report: what became of each is told here.
    """

    def __init__(
        self,
        placing: Placing,
        ids: dict[str, str],
        texts: Texts,
        report: Report,
    ) -> None:
        journal, utterances = placing.journal, placing.utterances
        self._journal, self._foreign, self._ids = journal, placing.foreign, ids
        self._texts, self._report = texts, report
        rows = memos.rows(journal.connection)
        self._present = {(row["about"], row["target"], row["text"]) for row in rows}
        self._own = {row["guid"]: " ".join(row["text"].split()) for row in rows}
        self._places = dict(list(utterances.groupby("document", sort=False)))
        self._guids = {name: str(rows["guid"].iloc[0]) for name, rows in self._places.items()}
        self._types = {
            name.casefold(): one.id
            for one in typologies.current(journal.connection).types
            for name in (one.id, one.name)
        }
        self._new = self._known = 0

    def add_all(self, writer: str) -> None:
        """Bring in memos, attributes of documents, and cases; ``writer`` signs the last two."""
        for one in self._foreign.memos:
            if self._is_own(one):
                self._known += 1
                continue
            target = self._target(one.about, one.key, one.start, one.end)
            coder = writer if one.coder == UNKNOWN_CODER else one.coder
            if target is None:
                self._report.tell("memos", "left out", 1, "what it is on is not here", one.key)
            else:
                self._write(*target, one.text, coder)
        for source in self._foreign.sources:
            guid = self._guids.get(self._texts.documents.get(source.key, ""))
            text = "\n".join(filter(None, [source.memo, _listed(source.attributes)]))
            if guid is not None and text:
                self._write("document", guid, text, writer)
        self._add_cases(writer)
        self._report.tell("memos", "new", self._new)
        self._report.tell("memos", "there already", self._known)
        if self._new:
            self._journal.record("memos.import", {"memos": self._new})

    def _target(self, about: str, key: str, start: int, end: int) -> tuple[str, str] | None:
        if about == "project":
            return about, ""
        if about == "code":
            code = self._ids.get(self._foreign.code_ids.get(key, ""))
            return None if code is None else (about, code)
        document = self._texts.documents.get(key)
        if document is None or document not in self._places:
            return None
        if about == "document":
            return about, self._guids[document]
        begin, stop = self._texts.placed(key, start, end)
        span = pd.DataFrame({"start": [begin], "end": [max(stop, begin + 1)]})
        here = self._places[document].reset_index(drop=True)
        found = touched(span, here, self._texts.texts[key])
        if found.empty:
            return "document", self._guids[document]
        return "utterance", str(here["utterance_id"].iloc[found["utterance"].iloc[0]])

    def _is_own(self, memo: ForeignMemo) -> bool:
        """Return whether a memo left this project before: its words may have got a title.

        The title is the beginning of the words; on a speaker, his or her name stands before it.
        """
        text, said = self._own.get(memo.guid), " ".join(memo.text.split())
        if text is None or not said.endswith(text):
            return False
        parts = said.removesuffix(text).strip().split(": ")
        return any(text.startswith(": ".join(parts[at:])) for at in range(len(parts)))

    def _write(self, about: str, target: str, text: str, coder: str) -> None:
        if (about, target, text) in self._present:
            self._known += 1
            return
        memos.add(self._journal, about, target, text, coder)
        self._present.add((about, target, text))
        self._new += 1

    def _add_cases(self, writer: str) -> None:
        people: dict[str, list[tuple[int, str | None]]] = {}
        for row in speakers.rows(self._journal.connection):
            for name in {row["name"].casefold(), *map(str.casefold, row["aliases"])}:
                people.setdefault(name, []).append((row["id"], row["document"]))
        spoken = 0
        for case in self._foreign.cases:
            known = self._speakers(case, people.get(case.name.strip().casefold(), []))
            spoken += bool(known)
            for one in known:
                others = case._replace(attributes=self._describe(one, case))
                self._case_memo("speaker", str(one), others, writer)
            if not known:
                self._case_elsewhere(case, writer)
        rest = len(self._foreign.cases) - spoken
        self._report.tell("cases", "in the file", len(self._foreign.cases))
        self._report.tell("cases", "placed", spoken, "on the speaker of that name")
        self._report.tell("cases", "placed", rest, "as memos: no speaker has this name")

    def _speakers(self, case: Case, named: list[tuple[int, str | None]]) -> list[int]:
        """Return who a case is, of those called so: in its documents, if it says which."""
        keys = (*case.sources, *case.heard)
        here = {self._texts.documents[key] for key in keys if key in self._texts.documents}
        return [one for one, document in named if not here or document is None or document in here]

    def _case_elsewhere(self, case: Case, writer: str) -> None:
        keys = (one for one in case.sources if one in self._texts.documents)
        documents = [self._texts.documents[key] for key in keys]
        places = [("document", self._guids[one]) for one in documents if one in self._guids]
        for about, target in places or [("project", "")]:
            self._case_memo(about, target, case, writer)

    def _case_memo(self, about: str, target: str, case: Case, writer: str) -> None:
        said = "\n".join(filter(None, [case.memo, _listed(case.attributes)]))
        is_named = about == "speaker" or not case.name
        text = said if is_named else f"Case {case.name}: {said}".rstrip(": ")
        if text:
            self._write(about, target, text, writer)

    def _describe(self, speaker_id: int, case: Case) -> tuple[tuple[str, str], ...]:
        """Give a speaker what a case says and is not set yet; return the other attributes."""
        if not case.attributes:
            return ()
        old = speakers.load(self._journal.connection, speaker_id)
        values: dict[str, str | bool] = {}
        rest = []
        for name, value in case.attributes:
            field, said = self._field(name.casefold(), value)
            if field is None:
                rest.append((name, value))
            elif not getattr(old, _ATTRIBUTES.get(field, field)):
                values[field] = said
            elif str(getattr(old, _ATTRIBUTES.get(field, field))) != str(said):
                rest.append((name, value))
        if "stakeholder_type_id" in values:
            values["type_reason"] = f"case in {self._foreign.program}"
        values = {name: value for name, value in values.items() if value is not False}
        if values:
            speakers.change(self._journal, speaker_id, values)
            self._journal.record("speaker.set", {"speaker": old.name, **values})
        return tuple(rest)

    def _field(self, name: str, value: str) -> tuple[str | None, str | bool]:
        """Return what a variable is called here, with its value; None for one of its own."""
        if name in _FIELDS:
            return _FIELDS[name], value
        if name == "moderator" and value.casefold() in {"true", "false"}:
            return "is_moderator", value.casefold() == "true"
        if name in _TYPES and value.casefold() in self._types:
            return "stakeholder_type_id", self._types[value.casefold()]
        return None, value


def _listed(attributes: Iterable[tuple[str, str]]) -> str:
    said = "; ".join(f"{name}: {value}" for name, value in attributes)
    return f"Attributes: {said}" if said else ""
