"""Who said what: speakers by group, and how often each of them said what a row stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.groups import grouped
from qualkit.analysis.material import (
    Floats,
    Ints,
    Material,
    ancestors_of,
    incidence,
    require,
)
from qualkit.analysis.permutation import Counter, by_group, by_group_in_documents
from qualkit.analysis.shares import adjusted
from qualkit.errors import OptionError

__all__ = [
    "DENOMINATORS",
    "TableRows",
    "Voices",
    "check_denominator",
    "counter",
    "over_levels",
    "table_rows",
    "voices",
]

DENOMINATORS = ("utterances", "words", "speakers", "documents")

_FEW = 1_000_000
_AT_ONCE = 1_000_000  # utterances


@dataclass(frozen=True)
class TableRows:
    """The rows of a table of codes: themes rolled up, and codes by themselves.

    Attributes:
        names: the code of each row.
        levels: "theme" or "code".
        feeds: codes x rows: 1 where a code counts for a row.
    """

    names: list[str]
    levels: list[str]
    feeds: sparse.csr_array


@dataclass(frozen=True)
class Voices:
    """Who said what: one line per speaker in a group, sorted by group and speaker.

    Attributes:
        groups: the names of the groups, sorted.
        group: the group of each line.
        person: the speaker of each line.
        line: the line of each utterance.
        said: utterances x rows of the table: 1 where it is said.
        document: number of the document of each utterance.
    """

    groups: tuple[str, ...]
    group: Ints
    person: Ints
    line: Ints
    said: sparse.csr_array
    document: Ints

    @property
    def people(self) -> int:
        """How many speakers there are."""
        return len(np.unique(self.person))

    @property
    def crossed(self) -> Ints | None:
        """The speaker of each line where most lines belong to speakers of several groups."""
        lines = np.bincount(self.person, minlength=1)[self.person]
        return self.person if (lines > 1).sum() > 0.5 * len(lines) else None


def check_denominator(utterances: pd.DataFrame, of: str, permutations: int) -> None:
    """Raise OptionError for an option that cannot be."""
    require(utterances, "utterances", ("document", "position"))
    if of not in DENOMINATORS:
        raise OptionError(
            f"there is no denominator {of!r}",
            where="of",
            remedy=f"one of {', '.join(DENOMINATORS)}",
        )
    if of == "words" and "words" not in utterances.columns:
        require(utterances, "utterances", ("text",))
    if permutations < 1:
        raise OptionError(
            f"{permutations} permutations are too few", where="permutations", remedy="at least 1"
        )


def table_rows(material: Material, parents: Mapping[str, str | None] | None) -> TableRows:
    """Return the rows: a theme rolled up, and every code that stands by itself."""
    above = ancestors_of(parents) if parents is not None else {}
    applied = np.zeros(len(material.codes), dtype=np.bool_)
    applied[material.coding_code] = True
    rows: list[tuple[str, str]] = []
    for code, direct in zip(material.codes, applied, strict=True):
        if parents is not None and parents[code] is None:
            rows.append((code, "theme"))
        if direct or parents is None or parents[code] is not None:
            rows.append((code, "code"))
    place = {row: number for number, row in enumerate(rows)}
    pairs = [
        (number, place[row])
        for number, code in enumerate(material.codes)
        for row in ((code, "code"), ((code, *above.get(code, ()))[-1], "theme"))
        if row in place
    ]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    feeds = incidence(at[:, 0], at[:, 1], (len(material.codes), len(rows)))
    return TableRows([name for name, _ in rows], [level for _, level in rows], feeds)


def voices(material: Material, by: str, feeds: sparse.csr_array) -> Voices:
    """Return who said what, in an order that does not depend on the order of the rows."""
    spoken = material.utterances
    groups, group = grouped(spoken, by)
    speaker, speakers = material.speakers
    many = max(speakers, 1)
    keys, line = _different(group * many + speaker, len(groups) * many)
    said = sparse.csr_array(material.coded @ feeds)
    said.data[:] = 1.0
    return Voices(
        groups=groups,
        group=keys // many,
        person=keys % many,
        line=line,
        said=said,
        document=material.document,
    )


def _different(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the different keys below a size, sorted, and the number of each one's key."""
    if size > max(len(keys), _FEW):
        found, number = np.unique(keys, return_inverse=True)
        return found, number.astype(np.int64)
    found = np.flatnonzero(np.bincount(keys, minlength=size)).astype(np.int64)
    place = np.zeros(size, dtype=np.int64)
    place[found] = np.arange(len(found))
    return found, place[keys]


def counter(material: Material, spoken: Voices, of: str) -> tuple[Floats, Floats, Counter]:
    """Return count and total of each line, and the function from labels to sums by group."""
    lines, many = len(spoken.group), len(spoken.line)
    weight = _words(material.utterances) if of == "words" else None
    count = _summed(spoken, weight)
    total = np.bincount(spoken.line, weight, minlength=lines).astype(np.float64)
    if of == "speakers":
        count, total = (count > 0).astype(np.float64), np.ones(lines)
    if of != "documents":
        return count, total, by_group(count, total, len(spoken.groups))
    documents = int(spoken.document.max(initial=-1)) + 1
    keys, cell = np.unique(spoken.line * max(documents, 1) + spoken.document, return_inverse=True)
    shape = (len(keys), many)
    place = sparse.csr_array((np.ones(many), (cell, np.arange(many))), shape=shape)
    said = sparse.csr_array(place @ spoken.said)
    said.data[:] = 1  # said in this document, however often
    speaker, document = np.divmod(keys, max(documents, 1))
    found = by_group_in_documents(said, speaker, document, len(spoken.groups))
    return count, total, found


def _summed(spoken: Voices, weight: Floats | None) -> Floats:
    """Return how much of each row each line says, some utterances at a time."""
    said, rows = spoken.said, spoken.said.shape[1]
    count = np.zeros(len(spoken.group) * rows)
    for first in range(0, said.shape[0], _AT_ONCE):
        ends = said.indptr[first : first + _AT_ONCE + 1]
        each = np.diff(ends)
        cell = np.repeat(spoken.line[first : first + _AT_ONCE] * rows, each)
        cell += said.indices[ends[0] : ends[-1]]
        heavy = None if weight is None else np.repeat(weight[first : first + _AT_ONCE], each)
        count += np.bincount(cell, heavy, minlength=len(count))
    return count.reshape(len(spoken.group), rows)


def _words(utterances: pd.DataFrame) -> Floats:
    """Return the number of words of each utterance: as stated, else runs without a space."""
    if "words" in utterances.columns:
        try:
            return utterances["words"].to_numpy(np.float64, na_value=0.0)
        except (ValueError, TypeError) as error:
            raise OptionError(
                "the column 'words' takes numbers only", where="utterances"
            ) from error
    texts = utterances["text"].fillna("").astype(object)
    return np.fromiter((len(str(text).split()) for text in texts), np.float64, len(texts))


def over_levels(p: Floats, levels: list[str]) -> Floats:
    """Return p adjusted for the number of rows of the same level (Benjamini & Hochberg 1995)."""
    q = np.full(p.shape, np.nan)
    for level in set(levels):
        mine = np.array([one == level for one in levels], dtype=np.bool_)
        q[mine] = adjusted(p[mine])
    return q
