"""The codings of another program's project as codings on utterances here."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from qualkit.formats.foreign import UNKNOWN_CODER, Foreign, ForeignCoding
from qualkit.model import Coder, CoderKind, Origin, name_id
from qualkit.store import batches, coders, rounds, selections
from qualkit.store.batches import Bulk
from qualkit.store.journal import Journal
from qualkit.store.selections import Kept
from qualkit.text.places import touched
from qualkit.workflow.blindness import already_here
from qualkit.workflow.foreign_documents import Texts, with_asides
from qualkit.workflow.foreign_report import Report
from qualkit.workflow.foreign_selections import identity_of

__all__ = ["Placing"]

_SAME = ["utterance_id", "code_id", "coder", "start", "end"]
_NO_WORDS = "it covers no words of an utterance"
_SHOWN = 60  # characters of a quote in the report


class Placing:
    """Puts codings on the utterances they touch.

    Args:
        journal: of a write transaction.
        foreign: the project.
        ids: id of a code in its codebook -> id here.
        texts: its sources, brought in.
        report: what became of each coding is told here.
    """

    def __init__(
        self, journal: Journal, foreign: Foreign, ids: dict[str, str], texts: Texts, report: Report
    ) -> None:
        self.journal, self.foreign, self._ids = journal, foreign, ids
        self._texts, self._report = texts, report
        self.utterances = with_asides(journal.connection)
        self._here = dict(list(self.utterances.groupby("document", sort=False)))

    def code(self, nobody: str, round_name: str, *, finished: bool) -> None:
        """Store all codings; those of nobody are ``nobody``'s."""
        listed = sum(one.count for one in self.foreign.losses if one.what == "Coding")
        self._report.tell("codings", "in the file", len(self.foreign.codings) + listed)
        parts = [part for part in self._parts(nobody) if len(part)]
        everything = pd.concat(parts, ignore_index=True) if parts else _nothing()
        is_own = self._are_here(everything)
        pieces = everything[~is_own]
        is_again = pieces.duplicated(_SAME)
        self._tell_codings(pieces.assign(again=is_again))
        self._report.tell("codings", "there already", everything.loc[is_own, "coding"].nunique())
        new = self._store(_merged(pieces, _SAME), round_name, finished=finished)
        total = int((~is_again).sum() + is_own.sum())
        self._report.tell("pieces", "new", new, "codings on one utterance each")
        self._report.tell("pieces", "there already", total - new)
        self._tell_coders(everything)
        self._keep(pieces, round_name)

    def _store(self, pieces: pd.DataFrame, round_name: str, *, finished: bool) -> int:
        """Store the pieces of each coder; return how many are new."""
        new = 0
        here = {one.name: one.kind for one in coders.all_coders(self.journal.connection)}
        for coder, mine in pieces.groupby("coder", sort=False):
            seen = mine["utterance_id"].drop_duplicates().tolist()
            if finished:
                seen = self._all_of(mine, seen)
            name = str(coder)
            kind = self.foreign.kinds.get(name) or here.get(name, CoderKind.HUMAN)
            bulk = Bulk(Coder(name, CoderKind(kind)), round_name, mine, seen)
            new += batches.commit_bulk(self.journal, bulk).applied
        return new

    def _are_here(self, pieces: pd.DataFrame) -> pd.Series[bool]:
        """Return which pieces left this project before and still are in it, in whatever round.

        Such a coding has the GUID that it has here, and says the same.
        """
        connection = self.journal.connection
        guids = pieces["selection"].unique().tolist()
        known = already_here(connection, guids)
        kept = (one for some in selections.kept(connection).values() for one in some)
        known |= {identity_of(one) for one in kept}
        is_own = pieces["selection"].isin(known)
        said = ["guid", "start_of", "start", "end", "code_id", "coder"]
        keys = zip(*(pieces.loc[is_own, name].tolist() for name in said), strict=True)
        names = rounds.round_frame(connection)["round"].tolist()
        ids = [[name_id(*key, one) for one in names] for key in keys]
        there = already_here(connection, [one for some in ids for one in some])
        found = iter(not there.isdisjoint(some) for some in ids)
        return pd.Series([one and next(found) for one in is_own], pieces.index, dtype=bool)

    def _tell_codings(self, pieces: pd.DataFrame) -> None:
        repeats = pieces.groupby("coding")["again"].all() if len(pieces) else pd.Series(dtype=bool)
        again = int(repeats.sum())
        self._report.tell("codings", "placed", len(repeats) - again)
        self._report.tell("codings", "the same as another", again, "same words, code and coder")

    def _tell_coders(self, pieces: pd.DataFrame) -> None:
        worked = set(pieces["coder"])
        idle = [name for name in self.foreign.coders if name not in {*worked, UNKNOWN_CODER}]
        self._report.tell("coders", "in the file", len(worked) + len(idle))
        self._report.tell("coders", "placed", len(worked))
        self._report.tell("coders", "left out", len(idle), f"coded nothing: {', '.join(idle)}")

    def _parts(self, nobody: str) -> Iterator[pd.DataFrame]:
        """Yield the pieces of the codings of one document after the other."""
        of_source: dict[str, list[tuple[int, ForeignCoding]]] = {}
        for number, one in enumerate(self.foreign.codings):
            of_source.setdefault(one.source, []).append((number, one))
        names = {one.key: one.name for one in self.foreign.sources}
        for key, codings in of_source.items():
            if key in self._texts.documents:
                yield self._pieces(key, codings, nobody)
            else:
                reason = f"its text is not here: {names.get(key, key)}"
                self._report.tell("codings", "left out", len(codings), reason)

    def _pieces(
        self, key: str, codings: list[tuple[int, ForeignCoding]], nobody: str
    ) -> pd.DataFrame:
        document, text = self._texts.documents[key], self._texts.texts[key]
        spans = pd.DataFrame(
            [
                (0, len(text))
                if one.start is None or one.end is None
                else self._texts.placed(key, one.start, one.end)
                for _, one in codings
            ],
            columns=["start", "end"],
        )
        here = self._here.get(document, self.utterances.iloc[:0]).reset_index(drop=True)
        found = touched(spans, here, text)
        self._tell_unplaced(codings, spans, set(found["span"]), document, text)
        rows = here.iloc[found["utterance"]].reset_index(drop=True)
        span = found["span"].to_numpy()
        own = self._told(codings, nobody)
        own[["from", "to"]] = spans[["start", "end"]]
        pieces = pd.concat([rows, own.iloc[span].reset_index(drop=True)], axis=1)
        is_later = pd.Series(span).duplicated()
        memos = [
            None if late else memo or None
            for memo, late in zip(pieces["memo"], is_later, strict=True)
        ]
        pieces["memo"] = pd.Series(memos, dtype=object)
        gaps = found["whole"].to_numpy()
        for name in ("start", "end"):
            pieces[name] = pd.Series(
                [None if gap else int(one) for one, gap in zip(found[name], gaps, strict=True)],
                dtype=object,
            )
        return pieces.assign(origin=str(Origin.IMPORT), certainty=None)

    def _told(self, codings: list[tuple[int, ForeignCoding]], nobody: str) -> pd.DataFrame:
        """Return what each coding says, apart from its place."""
        own = pd.DataFrame(
            [
                (number, self._ids[self.foreign.code_ids[one.code]], one.coder, one.memo, one.guid)
                for number, one in codings
            ],
            columns=["coding", "code_id", "coder", "memo", "selection"],
        )
        own["coder"] = own["coder"].replace(UNKNOWN_CODER, nobody)
        return own.assign(is_whole=[one.start is None for _, one in codings])

    def _tell_unplaced(
        self,
        codings: list[tuple[int, ForeignCoding]],
        spans: pd.DataFrame,
        placed: set[int],
        document: str,
        text: str,
    ) -> None:
        for at, (_, one) in enumerate(codings):
            if at not in placed:
                begin, stop = spans.iloc[at]
                words = " ".join(text[begin:stop].split())[:_SHOWN]
                code = self.foreign.codebook.by_id[self.foreign.code_ids[one.code]]
                reason = f"{_NO_WORDS}: '{words}' ({code.name})"
                self._report.tell("codings", "left out", 1, reason, document)

    def _all_of(self, mine: pd.DataFrame, seen: list[int]) -> list[int]:
        """Return the coded utterances and all codable ones of the documents they stand in."""
        of_these = self.utterances["document"].isin(mine["document"].unique())
        everything = self.utterances.loc[of_these & self.utterances["codable"], "utterance_id"]
        return list(dict.fromkeys([*seen, *everything.tolist()]))

    def _keep(self, pieces: pd.DataFrame, round_name: str) -> None:
        """Keep the selections that are more than one coding, or other than it."""
        alone = ~pieces["coding"].duplicated(keep=False)
        begin = pieces["start"].where(pieces["start"].notna(), pieces["start_of"])
        stop = pieces["end"].where(pieces["end"].notna(), pieces["end_of"])
        is_same = alone & (begin == pieces["from"]) & (stop == pieces["to"]) & ~pieces["is_whole"]
        rest = pieces[~is_same].drop_duplicates("coding")
        count = 0
        for document, mine in rest.groupby("document", sort=False):
            names = ["code_id", "coder", "from", "to", "selection", "is_whole"]
            rows = zip(*(mine[name].tolist() for name in names), strict=True)
            wanted = [Kept(code, who, round_name, *more) for code, who, *more in rows]
            count += selections.keep(self.journal, str(document), wanted)
        if count:
            self.journal.record("selections.keep", {"selections": count})


def _nothing() -> pd.DataFrame:
    names = ["utterance_id", "code_id", "coder", "start", "end", "coding", "memo", "document"]
    names += ["start_of", "end_of", "from", "to", "selection", "guid"]
    return pd.DataFrame({name: pd.Series(dtype=object) for name in names}).assign(
        is_whole=pd.Series(dtype=bool)
    )


def _merged(pieces: pd.DataFrame, same: list[str]) -> pd.DataFrame:
    """Make one coding of pieces that say the same, keeping all their memos."""
    is_doubled = pieces.duplicated(same, keep=False)
    if not is_doubled.any():
        return pieces
    single = pieces[~pieces.duplicated(same)].copy()
    memos = pieces[is_doubled].groupby(same, sort=False, dropna=False)["memo"]
    first = pieces[is_doubled].drop_duplicates(same).index
    joined = ["\n".join(dict.fromkeys(filter(None, one))) or None for _, one in memos]
    whole = dict(zip(single.index, single["memo"], strict=True))
    whole |= dict(zip(first, joined, strict=True))
    return single.assign(memo=pd.Series(whole, dtype=object))
