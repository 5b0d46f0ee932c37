"""What to look at next: utterances that would teach most, and codings worth a second look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError
from qualkit.model import Codebook
from qualkit.suggest.holdout import HeldOut
from qualkit.suggest.measures import by_document

__all__ = ["FEWER", "MISSED", "Coded", "Explain", "doubtful", "next_documents", "next_utterances"]

MISSED, FEWER = "probably missed", "worth a second look"

Matrix = npt.NDArray[np.float64]
Explain = Callable[[int, str], list[str]]
"""Row among the held-out utterances, and code -> words that speak for it; what is no word stands
in brackets."""

_PLACE = ["document", "position"]
_LIKELY = 0.5  # above this a code that was not given is probably missed
_UNLIKELY = 0.05  # below this a code that was given is worth a second look
_UNUSUAL = 0.25  # of a code's codings may look unlikely for each of them to be doubted
_NAMED = 2  # codes named in a reason
_WORTH_NAMING = 0.1  # least chance, and least part of the gain, for a code to be named
_RARE = 5


@dataclass(frozen=True)
class Coded:
    """What is coded so far.

    Attributes:
        counts: code -> codings.
        documents: document -> utterances looked at.
        types: stakeholder type -> utterances looked at.
    """

    counts: pd.Series[Any]
    documents: pd.Series[Any]
    types: pd.Series[Any]


@dataclass
class _Pool:
    """Candidates, and how much has been seen of the groups they are in; picks count as seen.

    Attributes:
        chance: candidates x codes: how likely each code is.
        doubt: candidates x codes: how much there is to learn about each code.
        codings: codings of each code so far.
        groups: for each way of grouping, the group of each candidate (-1: none).
        seen: for each way of grouping, how much of each group has been looked at.
        twin: candidates with the same number have the same words.
        is_learned: of each code, whether its chance is a probability.
        names: of the codes.
    """

    chance: Matrix
    doubt: Matrix
    codings: Matrix
    groups: list[npt.NDArray[np.intp]]
    seen: list[Matrix]
    twin: npt.NDArray[np.intp]
    is_learned: npt.NDArray[np.bool_]
    names: list[str]

    def gains(self) -> tuple[Matrix, Matrix]:
        """Return the gain of each candidate, and how it spreads over codes."""
        parts = self.doubt / np.sqrt(1.0 + self.codings)
        spread = np.ones(len(parts))
        for group, seen in zip(self.groups, self.seen, strict=True):
            known = np.append(1.0 / (1.0 + seen), 0.0)  # the last for -1
            spread += known[group]
        return parts.sum(axis=1) * spread, parts

    def pick(self, one: int) -> None:
        """Count a candidate as if it had been coded."""
        self.codings = self.codings + self.chance[one]
        for group, seen in zip(self.groups, self.seen, strict=True):
            if group[one] >= 0:
                seen[group[one]] += 1


def next_utterances(
    waiting: pd.DataFrame, scores: pd.DataFrame, is_learned: pd.Series[Any], coded: Coded, top: int
) -> pd.DataFrame:
    """Return the utterances that are worth coding next, best first.

    The gain of an utterance is, summed over codes, how unsure its probability is (entropy; before
    any code is learned, how much it is like its entry in the codebook), divided by the root of
    one more than the code's codings, so that rare codes weigh more. It grows by 1 / (1 + n) for
    the n utterances looked at of its document, and of its speaker's stakeholder type: by twice
    its size where there are none. Utterances are picked one by one, and each pick counts as coded
    for the next (greedy maximisation; Settles 2012, "Active learning", chapters 2 and 5).

    Args:
        waiting: columns document, position, speaker, stakeholder_type, text: what nobody has
            looked at yet.
        scores: waiting utterances x codes, from 0 to 1, in the same order.
        is_learned: code -> its scores are probabilities.
        coded: what is coded so far.
        top: how many to return.

    Returns:
        Columns document, position, speaker, stakeholder_type, gain (float64, the first is 1),
        reason, text; at most ``top`` rows. Of utterances with the same words only one is there.

    Raises:
        OptionError: ``top`` is below 1.
    """
    pool = _pool(waiting, scores, is_learned, coded)
    types = waiting["stakeholder_type"].where(waiting["stakeholder_type"].notna(), None)
    words = [list(waiting["document"]), [f"no one of type {one}" if one else "" for one in types]]
    picks = _greedy(pool, top, lambda one, parts: _reason(pool, words, one, parts))
    columns = ["document", "position", "speaker", "stakeholder_type", "text"]
    rows = waiting[columns].iloc[[row for row, _, _ in picks]].reset_index(drop=True)
    return _with_gains(rows, picks, before="text")


def next_documents(
    waiting: pd.DataFrame, scores: pd.DataFrame, is_learned: pd.Series[Any], coded: Coded, top: int
) -> pd.DataFrame:
    """Return the documents that are worth coding next, best first.

    As :func:`next_utterances`, with the mean gain of the utterances of a document that wait; its
    stakeholder type is the one among its speakers that has been looked at least.

    Returns:
        Columns document, waiting (int64, utterances), gain, reason.
    """
    if waiting.empty:
        return pd.DataFrame(columns=["document", "waiting", "gain", "reason"])
    pool = _pool(waiting, scores, is_learned, coded)
    document, names = pd.factorize(waiting["document"])
    size = np.bincount(document)
    seen = waiting["stakeholder_type"].map(coded.types).astype("float64").fillna(0.0)
    order = np.lexsort(
        (np.arange(len(waiting)), seen, waiting["stakeholder_type"].isna(), document)
    )
    least = order[np.append(0, size.cumsum()[:-1])]
    means = _Pool(
        by_document(pool.chance, document, len(names)),
        by_document(pool.doubt, document, len(names)) / size[:, None], pool.codings,
        [pool.groups[0][least], pool.groups[1][least]], pool.seen, np.arange(len(names)),
        pool.is_learned, pool.names,
    )  # fmt: skip
    types = waiting["stakeholder_type"].iloc[least]
    words = [
        list(names),
        [f"no one of type {one}" if isinstance(one, str) else "" for one in types],
    ]
    picks = _greedy(means, top, lambda one, parts: _reason(means, words, one, parts))
    rows = [row for row, _, _ in picks]
    table = pd.DataFrame({"document": names[rows], "waiting": size[rows]})
    return _with_gains(table, picks)


def doubtful(
    held: HeldOut,
    codebook: Codebook | None,
    explain: Explain,
    top: int,
) -> pd.DataFrame:
    """Return what a coder may have missed, and codings that are worth a second look.

    A code is probably missed where it was not given, nor any code below it, and its probability
    is above one half. A coding is worth a second look where the probability of its code is at most
    0.05, and at most half of the code's share in the documents that were learned from; a code of
    which more than a quarter of the codings look so unlikely is one that words hardly tell, and
    is not judged. All probabilities are those of models that learned nothing from the document;
    what they rank by the codebook alone is not judged either.

    Args:
        held: held-out predictions of a model named "suggester", and what this coder gave.
        codebook: says which code is below which; None: none.
        explain: words that speak for a code.
        top: at most so many of each of the two.

    Returns:
        Columns document, position, speaker, code, what ("probably missed" or "worth a second
        look"), probability, share (float64: of the utterances learned from, those with the code),
        reason, text; what is most surprising first, within each of the two.

    Raises:
        OptionError: ``top`` is below 1.
    """
    _check(top)
    one = held.models["suggester"]
    share, given = _share_elsewhere(held), held.labels
    implied = (given @ _above(held.codes, codebook)) > 0
    missed = (given == 0) & ~implied & one.is_probability & (one.scores > _LIKELY)
    seldom = one.scores <= np.minimum(_UNLIKELY, share / 2)
    doubted = (given == 1) & one.is_probability & seldom
    told = doubted.sum(axis=0) <= _UNUSUAL * given.sum(axis=0)
    parts = []
    for what, cells, rank in ((MISSED, missed, -one.scores), (FEWER, doubted & told, one.scores)):
        row, code = np.nonzero(cells)
        order = np.argsort(rank[row, code], kind="stable")[:top]
        row, code = row[order], code[order]
        names = [held.codes[place] for place in code]
        part = held.utterances.iloc[row].reindex(columns=[*_PLACE, "speaker", "text"])
        part = part.reset_index(drop=True)
        words = [explain(at, name) for at, name in zip(row.tolist(), names, strict=True)]
        parts.append(
            part.assign(
                code=pd.Series(names, dtype="str"),
                what=pd.Series([what] * len(names), dtype="str"),
                probability=one.scores[row, code],
                share=share[row, code],
                reason=pd.Series([_said(what, some) for some in words], dtype="str"),
            )
        )
    columns = [*_PLACE, "speaker", "code", "what", "probability", "share", "reason", "text"]
    return pd.concat(parts, ignore_index=True)[columns]


def _share_elsewhere(held: HeldOut) -> Matrix:
    """Return, for each utterance and code, the share with the code in the other parts."""
    fold = held.fold[held.document]
    many = int(held.fold.max()) + 1
    given = by_document(held.labels, fold, many)
    count = np.bincount(fold, minlength=many)[:, None]
    share = (given.sum(axis=0) - given) / np.maximum(count.sum() - count, 1)
    return np.asarray(share[fold])


def _said(what: str, words: list[str]) -> str:
    quoted = ", ".join(one[1:-1] if one.startswith("(") else f"“{one}”" for one in words)
    if what == MISSED:
        return f"because of {quoted}" if quoted else "because of the utterance as a whole"
    return f"little speaks for it: {quoted}" if quoted else "nothing in it speaks for it"


def _above(codes: list[str], codebook: Codebook | None) -> npt.NDArray[np.int8]:
    """Return 1 where the code of the column is above the code of the row."""
    above = np.zeros((len(codes), len(codes)), dtype=np.int8)
    place = {name: number for number, name in enumerate(codes)}
    parents = codebook.parents() if codebook is not None else {}
    for name, number in place.items():
        higher = parents.get(name)
        while higher is not None:
            if higher in place:
                above[number, place[higher]] = 1
            higher = parents.get(higher)
    return above


def _pool(
    waiting: pd.DataFrame, scores: pd.DataFrame, is_learned: pd.Series[Any], coded: Coded
) -> _Pool:
    values = np.clip(scores.to_numpy(dtype=np.float64), 1e-12, 1 - 1e-12)
    entropy = -(values * np.log2(values) + (1 - values) * np.log2(1 - values))
    learned = is_learned.reindex(scores.columns, fill_value=False).to_numpy(bool)
    codings = coded.counts.reindex(scores.columns, fill_value=0).to_numpy(np.float64)
    groups, seen = [], []
    for column, counts in (("document", coded.documents), ("stakeholder_type", coded.types)):
        group, present = pd.factorize(waiting[column])
        groups.append(group)
        seen.append(counts.reindex(present, fill_value=0).to_numpy(np.float64).copy())
    twin, _ = pd.factorize(waiting["text"].fillna("").str.casefold().str.strip())
    names = [str(name) for name in scores.columns]
    doubt = entropy if learned.any() else values
    return _Pool(values, doubt, codings, groups, seen, twin, learned, names)


def _greedy(
    pool: _Pool, top: int, reason: Callable[[int, Matrix], str]
) -> list[tuple[int, float, str]]:
    """Return (row, gain, reason) of the picks, in order."""
    _check(top)
    left = np.ones(len(pool.twin), dtype=bool)
    picks: list[tuple[int, float, str]] = []
    while len(picks) < top and left.any():
        gains, parts = pool.gains()
        one = int(np.where(left, gains, -np.inf).argmax())
        picks.append((one, float(gains[one]), reason(one, parts[one])))
        left &= pool.twin != pool.twin[one]
        pool.pick(one)
    return picks


def _check(top: int) -> None:
    if top < 1:
        raise OptionError(f"top must be 1 or more, not {top}", where="top")


def _with_gains(
    rows: pd.DataFrame, picks: list[tuple[int, float, str]], *, before: str | None = None
) -> pd.DataFrame:
    gains = np.array([gain for _, gain, _ in picks], dtype=np.float64)
    largest = gains.max(initial=0.0)
    place = rows.columns.get_loc(before) if before is not None else len(rows.columns)
    assert isinstance(place, int)
    rows.insert(place, "gain", gains / largest if largest > 0 else gains)
    rows.insert(place + 1, "reason", pd.Series([why for _, _, why in picks], dtype="str"))
    return rows


def _reason(pool: _Pool, words: list[list[str]], one: int, parts: Matrix) -> str:
    """Return why a candidate is picked, in words."""
    document, person = (names[one] for names in words)
    is_new = [
        group[one] >= 0 and seen[group[one]] == 0
        for group, seen in zip(pool.groups, pool.seen, strict=True)
    ]
    said = [f"{person} is coded yet"] if is_new[1] and person else []
    said += [f"nothing of {document} is coded yet"] if is_new[0] else []
    best = np.argsort(-parts, kind="stable")[:_NAMED]
    telling = best[parts[best] >= _WORTH_NAMING * parts.sum()]
    likely = [code for code in telling if pool.chance[one, code] >= _WORTH_NAMING]
    unsure = [pool.names[code] for code in likely if pool.is_learned[code]]
    alike = [pool.names[code] for code in likely if not pool.is_learned[code]]
    rare = [pool.names[code] for code in likely if pool.codings[code] < _RARE]
    said += [f"unsure about {' and '.join(unsure)}"] if unsure else []
    said += [f"like the codebook's entry of {' and '.join(alike)}"] if alike else []
    said += [f"few codings of {' and '.join(rare)} so far"] if rare else []
    if not likely:
        most = " and ".join(pool.names[code] for code in best)
        said += [f"a little unsure about many codes, most about {most}"]
    return "; ".join(said)
