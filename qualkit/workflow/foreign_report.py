"""What became of each thing in another program's project, in one table."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pandas as pd

from qualkit.formats.foreign import Foreign
from qualkit.model import Code, Codebook
from qualkit.store import codebooks
from qualkit.store.journal import Journal

__all__ = ["Report", "merged_codes"]

_COLUMNS = ["what", "item", "outcome", "count", "reason"]


@dataclass
class Report:
    """Rows as they come: what, item, outcome, count, reason."""

    rows: list[tuple[str, str, str, int | None, str]] = field(default_factory=list)

    def tell(
        self, what: str, outcome: str, count: int | None, reason: str = "", item: str = ""
    ) -> None:
        """Note what became of some things; a count of 0 is not told."""
        if count != 0:
            self.rows.append((what, item, outcome, count, reason))

    def table(self, foreign: Foreign, file: str) -> pd.DataFrame:
        """Return the whole report, with what the reader said, and program and file beside it."""
        for topic, item, sentence in foreign.remarks:
            outcome = "read as" if topic in {"offsets", "quotes"} else "changed"
            self.tell(topic, outcome, None, sentence, item)
        for loss in foreign.losses:
            what = "codings" if loss.what == "Coding" else loss.what
            self.tell(what, "left out", loss.count, loss.reason)
        counts: dict[tuple[str, str, str, str], int | None] = {}
        for what, item, outcome, count, reason in self.rows:
            key = (what, item, outcome, reason)
            counts[key] = count if count is None else (counts.get(key) or 0) + count
        told = [(*key[:3], count, key[3]) for key, count in counts.items()]
        rows = pd.DataFrame(told, columns=_COLUMNS).astype({"count": "Int64"})
        rows.attrs["about"] = {"file": file, "program": foreign.program}
        return rows


def merged_codes(
    journal: Journal, foreign: Foreign, report: Report, *, is_new: bool = False
) -> dict[str, str]:
    """Put the codes that are new into the codebook; return id in the file's codebook -> id here.

    With ``is_new`` the project's codebook is the file's.
    """
    book = codebooks.current(journal.connection)
    guids = {guid.casefold(): one for one, guid in codebooks.guids(journal.connection).items()}
    same: dict[str, str] = {}
    fresh: list[Code] = []
    for code in foreign.codebook.codes:
        there = guids.get((code.guid or "").casefold())
        named = book.find(code.name)
        if there is None and named is not None:
            there = named.id
        if there is not None:
            same[code.id] = there
            continue
        same[code.id] = _free_id(code.id, book, fresh)
        parent = None if code.parent is None else same[code.parent]
        fresh.append(replace(code, id=same[code.id], parent=parent, shortcut=None))
    report.tell("codes", "in the file", len(foreign.codebook.codes))
    known = 0 if is_new else len(foreign.codebook.codes) - len(fresh)
    report.tell("codes", "there already", known)
    report.tell("codes", "new", len(foreign.codebook.codes) - known)
    if fresh:
        wider = Codebook(book.name, (*book.codes, *fresh), book.description)
        codebooks.save(journal, wider, reason=f"codes from {foreign.program}")
    return same


def _free_id(wanted: str, book: Codebook, fresh: list[Code]) -> str:
    taken = {code.id for code in (*book.codes, *fresh)}
    chosen, number = wanted, 1
    while chosen in taken:
        number += 1
        chosen = f"{wanted[:95]}_{number}"
    return chosen
