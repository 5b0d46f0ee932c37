"""What the suggester learns from, put in order: utterances, codes, codebook entries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError
from qualkit.model import Code, Codebook
from qualkit.suggest.context import AROUND, roles_of
from qualkit.suggest.languages import document_languages

__all__ = [
    "DETECT",
    "KEY",
    "Entries",
    "coded_rows",
    "codes_in_use",
    "deal",
    "entries_of",
    "evenly",
    "in_blocks",
    "in_order",
    "label_matrix",
    "near_rows",
    "need",
    "themes_of",
    "with_context",
]

DETECT = "detect"
KEY = ["document", "position"]


@dataclass(frozen=True)
class Entries:
    """Texts of the codebook, each an example of its code.

    Attributes:
        texts: a name with definition and rules, one example, or the markers of a code.
        code: for each text, which code it belongs to.
        marks: for the markers of a code, its id; None for the others.
    """

    texts: list[str]
    code: npt.NDArray[np.int64]
    marks: list[str | None]


def need(frame: pd.DataFrame, columns: Sequence[str], name: str) -> None:
    """Check that a table has its columns.

    Raises:
        OptionError: it lacks one.
    """
    missing = [column for column in columns if column not in frame]
    if missing:
        what = f"lacks the column {', '.join(missing)}"
        raise OptionError(what, where=name, remedy=f"it needs {', '.join(columns)}")


def in_order(
    utterances: pd.DataFrame, language: str | None, known: dict[Any, str | None] | None = None
) -> pd.DataFrame:
    """Return utterances by document and position, described the same way whatever was given.

    Args:
        utterances: columns document, position, text; if there, speaker, role, stakeholder_type
            and is_moderator.
        language: of all documents; "detect" to tell it for each.
        known: languages of documents that have been told before.

    Returns:
        Columns document, position, text, speaker, role, order (number in this table), place
        (number in its document) and language; the index says which row of ``utterances`` it was.
    """
    count = len(utterances)
    number = pd.factorize(utterances["document"], sort=True)[0]
    order = np.lexsort((utterances["position"].to_numpy(), number))
    number = number[order]
    starts = np.flatnonzero(np.diff(number, prepend=-1))
    place = np.arange(count) - np.repeat(starts, np.diff(starts, append=count))
    given = utterances.iloc[order]
    document = given["document"].to_numpy(object)
    text = given["text"].fillna("").astype(str).to_numpy(object)
    speaker = given["speaker"].fillna("").to_numpy(object) if "speaker" in given else ""
    spoken = [language] * count
    if language == DETECT:
        told = dict(known or {})
        new = ~pd.Index(document[starts]).isin(list(told))
        if new.any():
            rows = np.repeat(new, np.diff(starts, append=count))
            usual = pd.Series(list(told.values()), dtype=object).mode()
            common = None if usual.empty else usual.iloc[0]
            told |= document_languages(document[rows].tolist(), text[rows].tolist(), common)
        spoken = [told[one] for one in document]
    columns = {
        "document": document,
        "position": given["position"].to_numpy(),
        "text": text,
        "speaker": speaker,
        "role": np.array(roles_of(given), dtype=object),
        "order": np.arange(count),
        "place": place,
        "language": pd.Series(spoken, index=order, dtype=object),
    }
    return pd.DataFrame(columns, index=order)


def with_context(
    utterances: pd.DataFrame, context: pd.DataFrame | None, known: pd.DataFrame
) -> pd.DataFrame:
    """Return utterances and, after them, all others known of their documents.

    Args:
        utterances: columns document, position, text, and perhaps who speaks. Where nothing says
            who speaks, ``known`` is asked.
        context: further utterances, with the same columns.
        known: columns document, position, text, speaker, role: those learned from.
    """
    given = utterances
    if not {"speaker", "role", "stakeholder_type", "is_moderator"} & set(utterances.columns):
        spoken = known.drop(columns="text").drop_duplicates(KEY)
        given = utterances[[*KEY, "text"]].merge(spoken, on=KEY, how="left")
    tables = [given]
    for other in (context, known):
        if other is not None:
            need(other, [*KEY, "text"], "context")
            here = other[other["document"].isin(utterances["document"].unique())]
            taken = pd.concat([table[KEY] for table in tables])
            is_new = ~pd.MultiIndex.from_frame(here[KEY]).isin(pd.MultiIndex.from_frame(taken))
            tables.append(here[is_new])
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if len(filled) > 1 else given


def near_rows(frame: pd.DataFrame, chosen: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return which utterances are chosen or stand beside a chosen one in its document."""
    document = pd.factorize(frame["document"])[0]
    near = chosen.copy()
    for distance in range(1, min(AROUND, len(frame) - 1) + 1):
        same = document[distance:] == document[:-distance]
        near[distance:] |= chosen[:-distance] & same
        near[:-distance] |= chosen[distance:] & same
    return near


def codes_in_use(codebook: Codebook | None, used: pd.Series[Any]) -> list[Code]:
    """Return the codes in use: the codebook's, then those it does not know, by name."""
    known = codebook.codes if codebook is not None else ()
    strangers = sorted(set(used) - {code.name for code in known})
    return [code for code in known if not code.retired] + [Code(name, name) for name in strangers]


def themes_of(codes: Sequence[Code], codebook: Codebook | None) -> npt.NDArray[np.int64]:
    """Return for each code the number of its theme; -1 where no other code shares it."""
    tops = [
        codebook.theme(code.id).id if codebook and code.id in codebook.by_id else code.id
        for code in codes
    ]
    number, names = pd.factorize(pd.Series(tops, dtype=object))
    shared = np.bincount(number, minlength=len(names)) > 1
    dense = np.cumsum(shared) - 1
    return np.where(shared[number], dense[number], -1).astype(np.int64)


def entries_of(codes: Sequence[Code], codebook: Codebook | None) -> Entries:
    """Return what the codebook says of each code; what a code excludes is left out."""
    texts: list[str] = []
    place: list[int] = []
    marks: list[str | None] = []
    for number, code in enumerate(codes):
        above = codebook.by_id.get(code.parent or "") if codebook else None
        words = [code.name, code.name, code.definition, code.include]
        own = ["\n".join([*words, above.name if above else ""]), *code.examples]
        marks.extend([None] * len(own))
        if code.markers:
            plain = [marker.replace("*", "") for marker in code.markers if marker[:1] != "/"]
            own.append("\n".join(plain))
            marks.append(code.id)
        texts.extend(own)
        place.extend([number] * len(own))
    return Entries(texts, np.array(place, dtype=np.int64), marks)


def label_matrix(
    places: pd.DataFrame, codings: pd.DataFrame, codes: list[str]
) -> npt.NDArray[np.int8]:
    """Return 1 where a code was given, utterances x codes; codings elsewhere are left out.

    Args:
        places: columns document, position, each utterance once: the rows.
        codings: columns document, position, code.
        codes: the columns.

    Example:
        >>> places = pd.DataFrame({"document": "d", "position": [1, 2]})
        >>> codings = pd.DataFrame({"document": "d", "position": [2], "code": ["Pay"]})
        >>> label_matrix(places, codings, ["Pay", "Rota"]).tolist()
        [[0, 0], [1, 0]]
    """
    labels = np.zeros((len(places), len(codes)), dtype=np.int8)
    row = pd.MultiIndex.from_frame(places[KEY]).get_indexer(pd.MultiIndex.from_frame(codings[KEY]))
    column = pd.Index(codes).get_indexer(pd.Index(codings["code"]))
    kept = (row >= 0) & (column >= 0)
    labels[row[kept], column[kept]] = 1
    return labels


def deal(documents: npt.NDArray[Any], most: int, seed: int) -> list[npt.NDArray[np.intp]]:
    """Return rows in parts of about equal size, at most ``most`` rows, documents kept whole.

    A document of more rows than that is cut.

    Example:
        >>> parts = deal(np.array(["a", "a", "b", "c"]), most=2, seed=0)
        >>> sorted(len(part) for part in parts)
        [2, 2]
    """
    count = -(-len(documents) // most)
    if count <= 1:
        return [np.arange(len(documents))]
    number = pd.factorize(documents)[0]
    mixed = np.random.default_rng(seed).permutation(number.max() + 1)
    order = np.lexsort((np.arange(len(number)), mixed[number]))
    starts = np.flatnonzero(np.diff(number[order], prepend=-1))
    target = np.arange(1, count) * len(order) / count
    cuts = starts[np.clip(np.searchsorted(starts, target), 0, len(starts) - 1)]
    parts = []
    for piece in np.split(order, np.unique(cuts[cuts > 0])):
        parts += np.array_split(piece, -(-len(piece) // (2 * most)))
    return [np.sort(part) for part in parts if len(part)]


def coded_rows(
    frame: pd.DataFrame, codings: pd.DataFrame, reviewed: pd.DataFrame
) -> tuple[npt.NDArray[np.bool_], pd.DataFrame]:
    """Return which utterances are reviewed, and the codings (document, position, code) of these."""
    index = pd.MultiIndex.from_frame(frame[KEY])
    if index.has_duplicates:
        document, position = index[index.duplicated()][0]
        what = f"utterance {position} of {document!r} stands twice"
        raise OptionError(what, where="utterances", remedy="give each utterance once")
    seen = index.isin(pd.MultiIndex.from_frame(reviewed[KEY]))
    is_taught = pd.MultiIndex.from_frame(codings[KEY]).isin(index[seen])
    return np.asarray(seen), codings.loc[is_taught & codings["code"].notna(), [*KEY, "code"]]


def evenly(rows: npt.NDArray[np.intp], most: int) -> npt.NDArray[np.intp]:
    """Return at most so many of the rows, spread over all of them."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def in_blocks(frame: pd.DataFrame, most: int) -> Iterator[pd.DataFrame]:
    """Yield whole documents, together so many utterances that the memory is bounded."""
    starts = np.flatnonzero(frame["place"].to_numpy() == 0)
    first = 0
    for start in [*starts[1:], len(frame)]:
        if start - first >= most or start == len(frame):
            if start > first:
                yield frame.iloc[first:start]
            first = start
