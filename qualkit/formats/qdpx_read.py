"""Projects of the REFI-QDA exchange format (``.qdpx``), as any program writes them.

Format: REFI-QDA standard 1.5 (2019), Project.xsd, namespace ``urn:QDA-XML:project:1.0``. Who coded
stands on the coding; where it does not, on the selection. How positions are counted is found out
(see ``qualkit.formats.offsets``). Nothing is unpacked onto the disk, and paths that lead out of the
archive are not followed.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath

from qualkit.errors import BadInputError, OptionError, RefusedError
from qualkit.formats.decode import decode
from qualkit.formats.documents import read_bytes
from qualkit.formats.foreign import (
    UNKNOWN_CODER,
    Case,
    Foreign,
    ForeignCoding,
    ForeignMemo,
    Loss,
    Source,
)
from qualkit.formats.offsets import NAMED, Counted, Rule, Verdict, find_rule, named_rule
from qualkit.formats.qdpx_archive import open_archive
from qualkit.formats.qdpx_parts import Coded, Selection, Text
from qualkit.formats.qdpx_raw import Raw

__all__ = ["read_qdpx"]

_LEAST_SCORE = 0.6
_ODD = 0.02  # share of NUL characters, above which a text is none in UTF-8
_FEW = 5  # selections, below which a score says little
_REASONS = {
    "SyncPoint": "times within a transcript are not kept",
    "Link": "qualkit has no links between codes or passages",
    "Graph": "qualkit keeps no drawn maps",
    "Set": "nothing is in it",
    "memo in a set": "qualkit has no sets of memos",
    "code of a case": "qualkit has no codes on speakers",
    "Description of a variable": "attributes have a name and a value here",
    "selections of a case": "who speaks is read from the text itself",
}
_NO_TEXT = "only text is coded in qualkit"
_OUTSIDE = "its positions lie outside the text"
_NOT_HERE = "the text of its source is not in the file"


def read_qdpx(path: str | Path, *, offsets: str | None = None) -> Foreign:
    """Return the project in a ``.qdpx`` file (or in a bare ``.qde``, then without its sources).

    Args:
        path: the file.
        offsets: how positions are counted, one of ``qualkit.formats.offsets.NAMED``; None finds it
            out.

    Raises:
        UnreadableFileError: no such project, damaged, or hostile: entities, far too large.
        CodebookError: codes on more than ten levels.
        RefusedError: no way of counting fits the selections; name one.
        OptionError: ``offsets`` is none of these.
    """
    rule = None
    if offsets is not None:
        rule = named_rule(offsets)
        if rule is None:
            known = ", ".join(NAMED)
            raise OptionError(f"there is no way of counting '{offsets}'", remedy=f"use {known}")
    with open_archive(path) as archive:
        raw = Raw(archive)
        raw.read()
        return _Project(raw, Path(path), rule).foreign()


class _Project:
    """Puts together what a project file says and what its sources hold."""

    def __init__(self, raw: Raw, path: Path, rule: Rule | None) -> None:
        self.raw, self.archive, self.rule = raw, raw.archive, rule
        name = raw.name.strip().removesuffix(".qda") or path.stem
        self.found = Foreign(raw.program, name, raw.codebook)
        self.found.remarks = list(raw.remarks)
        self.losses: Counter[tuple[str, str]] = Counter()
        self.noted = raw.noted
        self.places = {guid: ("code", guid) for guid in raw.code_ids}
        self.counted: dict[str, tuple[Counted, Rule]] = {}
        self.linked = raw.picked.union(*raw.links)

    def foreign(self) -> Foreign:
        """Return the project."""
        found, raw = self.found, self.raw
        found.coders, found.kinds = list(raw.users.values()), dict(raw.kinds)
        found.code_ids = dict(raw.code_ids)
        placed = [(text, counted) for text in raw.texts if (counted := self._counted(text))]
        rules = self._rules(placed)
        for (text, counted), rule in zip(placed, rules, strict=True):
            self._add(text, counted, rule)
        self._add_sets()
        self._add_cases()
        self._add_notes()
        if raw.description:
            found.memos.append(ForeignMemo("project", "", raw.description, self._user("")))
        for what, count in raw.losses.items():
            self.losses[what, _REASONS[what]] += count
        found.losses = [Loss(what, count, why) for (what, why), count in self.losses.items()]
        return found

    def _user(self, *guids: str) -> str:
        return next((self.raw.users[one] for one in guids if one in self.raw.users), UNKNOWN_CODER)

    def _counted(self, text: Text) -> Counted | None:
        """Return the text of a source; None, with what is lost, where there is none."""
        for (what, codings), count in text.lost.items():
            bare = what.partition(" (")[0]
            self.losses[what, _REASONS.get(bare, _NO_TEXT)] += count
            if codings:
                article = "an" if what.startswith("A") else "a"
                self.losses["Coding", f"it is on {article} {what}"] += codings * count
        stored = self._stored(text)
        if stored is None:
            why = "it is not in the file" if text.plain or text.rich else "no text"
            why = f"it is a {text.kind}, and {_NO_TEXT}" if text.kind else why
            self.losses["source without text", f"{text.name or text.guid}: {why}"] += 1
            lost = sum(len(one.codings) for one in text.selections) + len(text.codings)
            if lost:
                self.losses["Coding", _NOT_HERE] += lost
            return None
        return Counted(stored)

    def _stored(self, text: Text) -> str | None:
        if text.plain:
            data = self.archive.source(text.plain)
            if data is not None:
                return self._decoded(data, text)
        if text.content is not None:
            return text.content
        return self._rich_text(text)

    def _decoded(self, data: bytes, text: Text) -> str | None:
        """Return the text of a source, with its own line ends and byte-order mark."""
        with contextlib.suppress(UnicodeDecodeError):
            plain = data.decode("utf-8")
            if plain.count("\0") <= _ODD * len(plain):
                return plain
        name = text.name or text.plain
        try:
            found = decode(data, name)
        except BadInputError as problem:
            self.found.remarks.append(("source", name, str(problem)))
            return None
        if found.broken:
            said = f"{found.broken} bytes stand for no letter and are shown as \ufffd"
            self.found.remarks.append(("source", name, said))
        elif found.is_guess:
            said = f"it is not in UTF-8 and was read as {found.encoding}: look at its accents"
            self.found.remarks.append(("source", name, said))
        return data.decode(found.encoding, "replace")

    def _rich_text(self, text: Text) -> str | None:
        """Return the text of a document that has no plain text beside it."""
        data = self.archive.source(text.rich) if text.rich else None
        if data is None:
            return None
        try:
            return read_bytes(data, PurePosixPath(text.rich).name).text
        except BadInputError as problem:
            self.found.remarks.append(("source", text.name, str(problem)))
            return None

    def _rules(self, placed: list[tuple[Text, Counted]]) -> list[Rule]:
        """Return how each source counts, and say so; refuse when nothing fits."""
        judged = [
            (
                counted,
                [(one.start, one.end) for one in text.selections],
                [one.name for one in text.selections],
            )
            for text, counted in placed
        ]
        if self.rule is not None:
            chosen = f"as you said: {self.rule}"
            self.found.remarks += [("offsets", text.name, chosen) for text, _ in placed]
            return [self.rule] * len(placed)
        verdicts = find_rule(judged)
        self._check(verdicts)
        for (text, _), verdict in zip(placed, verdicts, strict=True):
            if verdict.score is not None:
                said = f"{verdict.rule}: {verdict.score:.0%} of {verdict.selections} fit"
                if verdict.others:
                    said += f"; as many fit when counted otherwise, such as: {verdict.others[0]}"
                    said += (
                        "; look at some codings, and name the way with --offsets if they are off"
                    )
                self.found.remarks.append(("offsets", text.name, said))
        return [verdict.rule for verdict in verdicts]

    def _check(self, verdicts: list[Verdict]) -> None:
        judged = sum(one.selections for one in verdicts)
        fit = sum(one.score * one.selections for one in verdicts if one.score is not None)
        if judged >= _FEW and fit < _LEAST_SCORE * judged:
            raise RefusedError(
                f"no way of counting fits: under the best one only {fit / judged:.0%} of "
                f"{judged} selections begin and end with words",
                where=self.archive.name,
                remedy="say how positions are counted, such as --offsets standard, and look at "
                "the codings afterwards",
            )

    def _add(self, text: Text, counted: Counted, rule: Rule) -> None:
        values = self._named(text.values)
        original = self.archive.source(text.rich, is_text=False) if text.rich else None
        suffix = PurePosixPath(text.rich).suffix
        source = Source(
            text.guid,
            text.name or text.guid,
            counted.text,
            original,
            f"{text.name}{'' if text.name.casefold().endswith(suffix) else suffix}",
            values,
            text.description,
        )
        self.found.sources.append(source)
        self.places[text.guid] = ("document", text.guid)
        self.counted[text.guid] = counted, rule
        for guid in text.notes:
            self.noted.setdefault(guid, []).append(("document", text.guid))
        positions = [(one.start, one.end) for one in text.selections]
        for one, span in zip(text.selections, counted.spans(positions, rule), strict=True):
            self._select(text, one, span)
        for coded in text.codings:
            self._code(text, coded, "", None, None, "")

    def _select(self, text: Text, one: Selection, span: tuple[int, int] | None) -> None:
        if span is None:
            if one.codings:
                self.losses["Coding", _OUTSIDE] += len(one.codings)
            else:
                self.losses["selection without code", _OUTSIDE] += 1
            return
        for coded in one.codings:
            self._code(text, coded, one.user, *span, one.description)
        place = f"{text.guid}:{span[0]}:{span[1]}"
        self.places[one.guid] = ("span", place)
        for guid in one.notes:
            self.noted.setdefault(guid, []).append(("span", place))
        if not one.codings and one.description:
            memo = ForeignMemo("span", text.guid, one.description, self._user(one.user), *span)
            self.found.memos.append(memo)
        elif not one.codings and not one.notes and one.guid not in self.linked:
            self.losses["selection without code", "there is nothing on it"] += 1

    def _code(
        self, text: Text, coded: Coded, user: str, start: int | None, end: int | None, memo: str
    ) -> None:
        if coded.code not in self.found.code_ids:
            self.losses["Coding", "its code is not in the file"] += 1
            return
        texts = [self._note_text(guid) for guid in coded.notes]
        said = "\n".join(dict.fromkeys(filter(None, [memo, *texts])))
        for guid in coded.notes:
            self.noted.setdefault(guid, []).append(("coding", ""))
        who = self._user(coded.user, user)
        self.found.codings.append(
            ForeignCoding(text.guid, coded.code, who, start, end, said, coded.guid)
        )

    def _named(self, values: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
        return tuple((self.raw.variables.get(guid, "variable"), value) for guid, value in values)

    def _add_sets(self) -> None:
        """Make groups of documents attributes of theirs; of other sets, say who is in them.

        ATLAS.ti writes attributes as sets called "gender: male".
        """
        names = {code: self.raw.codebook.by_id[code].name for code in self.found.code_ids.values()}
        for name, described, sources, codes in self.raw.sets:
            key, _, value = name.partition(":")
            pair = (key.strip(), value.strip()) if value.strip() else ("Set", name)
            members = set(sources)
            self.found.sources = [
                replace(one, attributes=(*one.attributes, pair)) if one.key in members else one
                for one in self.found.sources
            ]
            here = [names[self.found.code_ids[one]] for one in codes if one in self.found.code_ids]
            if here or described:
                listed = f": {', '.join(here)}" if here else ""
                said = f"Set '{name}'{listed}" + (f"\n{described}" if described else "")
                self.found.memos.append(ForeignMemo("project", "", said, self._user("")))
            missing = len(members - self.counted.keys())
            if missing:
                self.losses["member of a set", "its source has no text here"] += missing

    def _add_cases(self) -> None:
        for name, described, values, sources, picked in self.raw.cases:
            here = tuple(one for one in sources if one in self.counted)
            parts = (self.places.get(one, ("", "::"))[1] for one in picked)
            heard = tuple(dict.fromkeys(part.partition(":")[0] for part in parts))
            self.found.cases.append(Case(name, self._named(values), here, described, heard))

    def _add_notes(self) -> None:
        for ends in self.raw.links:
            origin, target = ends if ends[0] in self.raw.notes else ends[::-1]
            if origin in self.raw.notes and target in self.places:
                self.noted.setdefault(origin, []).append(self.places[target])
            else:
                self.losses["Link", _REASONS["Link"]] += 1
        for guid, note in self.raw.notes.items():
            coded = len(note.codings) + sum(len(one.codings) for one in note.selections)
            if coded:
                self.losses["Coding", "it is on a memo"] += coded
            for about, key in self.noted.get(guid, [("project", "")]):
                if about != "coding":
                    self._add_note(note, about, key)

    def _add_note(self, note: Text, about: str, key: str) -> None:
        said, start, end = self._note_text(note.guid), 0, 0
        if about == "document" and note.selections and key in self.counted:
            counted, rule = self.counted[key]
            positions = [(one.start, one.end) for one in note.selections]
            spans = [span for span in counted.spans(positions, rule) if span is not None]
            if spans:
                about, (start, end) = "span", spans[0]
        elif about == "span":
            key, start, end = _place(key)
        if not said:
            self.losses["Note", "nothing stands in it"] += 1
            return
        memo = ForeignMemo(about, key, said, self._user(note.user), start, end, note.guid)
        self.found.memos.append(memo)

    def _note_text(self, guid: str) -> str:
        """Return what a note says, with its name where that is not its beginning."""
        note = self.raw.notes.get(guid)
        if note is None:
            return ""
        text = self._stored(note) or ""
        words = "\n".join(filter(None, [note.description, Counted(text).text.strip()]))
        name = note.name.strip()
        is_said = " ".join(words.split()).startswith(" ".join(name.split()))
        return words if is_said else f"{name}\n{words}".strip()


def _place(key: str) -> tuple[str, int, int]:
    guid, start, end = key.rsplit(":", maxsplit=2)
    return guid, int(start), int(end)
