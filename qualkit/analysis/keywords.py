"""Keywords: the words that mark a code or a group of speakers off from everything else."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.material import (
    Floats,
    Ints,
    Material,
    ancestors_of,
    gather,
    incidence,
    require,
    speaker_keys,
)
from qualkit.analysis.words import Tokens, tokenise
from qualkit.errors import OptionError

__all__ = ["keywords"]

_COLUMNS = ["n", "total", "share", "share_elsewhere", "log_odds", "z", "speakers", "documents"]


@dataclass(frozen=True)
class _Groups:
    """Which utterances belong to which group; an utterance with two codes belongs to two."""

    names: tuple[str, ...]
    members: sparse.csr_array  # utterances x groups


def keywords(  # noqa: PLR0913 - what makes the groups, and which words are shown
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    by: str = "code",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
    top: int = 20,
    at_least: int = 3,
    least_z: float = 1.96,
    prior: float = 500.0,
    stop_words: Collection[str] = (),
) -> pd.DataFrame:
    """Return the words that a group uses more than the rest, each against all other utterances.

    With y the count of a word in the group, n the group's words, and y', n' the same elsewhere, and
    a prior count for each word in proportion to its share in all of it, a = prior (y+y') / (n+n'):

    log_odds = ln (y+a)/(n+prior-y-a) - ln (y'+a)/(n'+prior-y'-a)
    z = log_odds / sqrt(1/(y+a) + 1/(y'+a))

    The prior draws rare words to no difference, so a word said twice cannot come out on top.

    Args:
        codings: columns document, position, code.
        utterances: columns document, position, text, speaker or speaker_id, and the column of
            ``by``; optional codable and is_moderator.
        by: "code", "theme" (with all codes below it), or a column such as "stakeholder_type".
        parents: code -> its parent, or None for a theme, in the order of the codebook.
        moderators: count what moderators say as well.
        top: so many words of each group, those with the highest z.
        at_least: only words that the group says so many times.
        least_z: only words with a z of so much, 0 or more. It orders words and is no test: there
            are as many of them as words, and people repeat themselves.
        prior: strength of the prior, in words; any number above 0.
        stop_words: words not to show. They still count as words.

    Returns:
        A row for each group and word, groups in the order of the codebook (else by name), words by
        falling z. Columns: the group (named by ``by``), word (str), n (int64: times in the group),
        total (int64: all words of the group), share, share_elsewhere, log_odds, z (float64),
        speakers, documents (int64: how many in the group have it), note (str: says so when a word
        comes from one speaker or one document alone).

    Raises:
        OptionError: a column is missing, or a number that cannot be.

    Example:
        >>> said = pd.DataFrame({"document": ["d"] * 3, "position": [1, 2, 3],
        ...                      "speaker": ["Ann", "Bob", "Ann"],
        ...                      "text": ["low pay low pay", "the bus is late", "the bus"]})
        >>> codings = pd.DataFrame({"document": ["d"], "position": [1], "code": ["Pay"]})
        >>> keywords(codings, said, at_least=1, least_z=0)[["code", "word", "n", "total", "note"]]
          code word  n  total      note
        0  Pay  low  2      4  only Ann
        1  Pay  pay  2      4  only Ann

    Source: Monroe, Colaresi and Quinn (2008), Fightin' Words, Political Analysis 16, 372-403:
    log-odds-ratio with informative Dirichlet prior.
    """
    _check(prior, least_z, (top, at_least))
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    require(material.utterances, "utterances", ("text",))
    groups = _grouped(material, by, parents)
    words = tokenise(material.utterances["text"].tolist())
    table = _scored(words, groups, prior)
    is_stop = words.among(stop_words)[table["word"].to_numpy()]
    kept = table[(table["n"] >= at_least) & (table["z"] > 0) & (table["z"] >= least_z) & ~is_stop]
    kept = kept.sort_values(["group", "z", "n"], ascending=[True, False, False], kind="stable")
    kept = kept.groupby("group").head(top).reset_index(drop=True)
    kept = _spread(kept, words, groups, material)
    names, vocabulary = np.array([*groups.names, ""]), np.array([*words.vocabulary, ""])
    kept.insert(0, by, pd.Series(names[kept.pop("group")], dtype="str"))
    kept["word"] = pd.Series(vocabulary[kept["word"]], dtype="str")
    result = kept[[by, "word", *_COLUMNS, "note"]]
    result.attrs.update(material.about, words=len(words.word), vocabulary=len(words.vocabulary))
    return result


def _check(prior: float, least_z: float, numbers: tuple[int, int]) -> None:
    if not 0 < prior < np.inf:
        raise OptionError(f"{prior} is no strength of a prior", remedy="use a number above 0")
    if not 0 <= least_z < np.inf:
        raise OptionError(f"{least_z} is no least z", remedy="use 0 or more")
    for name, value in zip(("top", "at_least"), numbers, strict=True):
        if value < 1:
            raise OptionError(f"{name} cannot be {value}", remedy="use 1 or more")


def _grouped(material: Material, by: str, parents: Mapping[str, str | None] | None) -> _Groups:
    rows = len(material.utterances)
    if by == "code":
        return _Groups(material.codes, material.coded)
    if by == "theme":
        above = ancestors_of(parents or dict.fromkeys(material.codes))
        themes = [code for code in material.codes if not above[code]]
        place = {theme: number for number, theme in enumerate(themes)}
        up = np.array([place[(code, *above[code])[-1]] for code in material.codes], dtype=np.int64)
        on = material.coding_row >= 0
        shape = (rows, len(themes))
        theme = up[material.coding_code[on]]
        return _Groups(tuple(themes), incidence(material.coding_row[on], theme, shape))
    require(material.utterances, "utterances", (by,))
    number, names = pd.factorize(material.utterances[by], sort=True)
    known = np.flatnonzero(number >= 0)
    shape = (rows, len(names))
    members = incidence(known.astype(np.int64), number[known].astype(np.int64), shape)
    return _Groups(tuple(map(str, names)), members)


def _scored(words: Tokens, groups: _Groups, prior: float) -> pd.DataFrame:
    """Return a row for each group and word that it says, with the measures."""
    counts = words.counts()
    inside = sparse.coo_array(groups.members.T @ counts)
    group, word = (axis.astype(np.int64) for axis in inside.coords)
    y: Floats = inside.data.astype(np.float64)
    everywhere = np.asarray(counts.sum(axis=0)).ravel()
    n_group = np.asarray(groups.members.T @ counts.sum(axis=1)).ravel()
    n = n_group[group]
    y_rest, n_rest = everywhere[word] - y, everywhere.sum() - n
    a = prior * everywhere[word] / everywhere.sum() if len(y) else y
    log_odds, z = _compared((y, n), (y_rest, n_rest), a, prior)
    return pd.DataFrame(
        {
            "group": group,
            "word": word,
            "n": y.astype(np.int64),
            "total": n.astype(np.int64),
            "share": y / n,
            "share_elsewhere": np.divide(y_rest, n_rest, out=np.zeros_like(y), where=n_rest > 0),
            "log_odds": log_odds,
            "z": z,
        }
    )


def _compared(
    here: tuple[Floats, Floats], there: tuple[Floats, Floats], a: Floats, prior: float
) -> tuple[Floats, Floats]:
    """Return log-odds ratio and z of words counted (times, of all) in two places."""
    (y, n), (y_rest, n_rest) = here, there
    with np.errstate(divide="ignore", invalid="ignore"):
        log_odds = np.log((y + a) / (n + prior - y - a))
        log_odds -= np.log((y_rest + a) / (n_rest + prior - y_rest - a))
        z = log_odds / np.sqrt(1 / (y + a) + 1 / (y_rest + a))
    return log_odds, z


def _spread(kept: pd.DataFrame, words: Tokens, groups: _Groups, material: Material) -> pd.DataFrame:
    """Return the rows with the number of speakers and documents each word comes from."""
    speaker, speakers = pd.factorize(speaker_keys(material.utterances))
    document, documents = pd.factorize(material.utterances["document"])
    shown = material.utterances.get("speaker", material.utterances["document"])
    called = dict(zip(speakers[speaker], shown, strict=True))
    presence = words.counts()
    presence.data[:] = 1.0
    many, who = _sources(kept, groups, presence, speaker.astype(np.int64))
    in_many, where = _sources(kept, groups, presence, document.astype(np.int64))
    notes = []
    for row in range(len(kept)):
        name = called[speakers[who[row]]] if many[row] == 1 else None
        said = f"only {name}" if isinstance(name, str) else "only one speaker"
        parts = [said] if many[row] == 1 else []
        if in_many[row] == 1 and len(documents) > 1:
            parts.append(f"only document {documents[where[row]]}")
        notes.append(", ".join(parts))
    note = pd.Series(notes, dtype="str")
    return kept.assign(speakers=many, documents=in_many, note=note)


def _sources(
    kept: pd.DataFrame, groups: _Groups, presence: sparse.csr_array, source: Ints
) -> tuple[Ints, Ints]:
    """Return for each group and word how many sources have it, and one of them."""
    rows, group = groups.members.nonzero()
    width = int(source.max(initial=0)) + 1
    pair, keys = pd.factorize(group.astype(np.int64) * width + source[rows])
    shape = (len(keys), groups.members.shape[0])
    of_pair = incidence(pair.astype(np.int64), rows.astype(np.int64), shape)
    shown = np.unique(kept["word"])
    there = sparse.coo_array(of_pair @ presence[:, shown])
    whose, word = there.coords
    cell = np.asarray(keys)[whose] // width * presence.shape[1] + shown[word]
    order = np.argsort(cell, kind="stable")
    cell, whose = cell[order], np.asarray(keys)[whose][order] % width
    wanted = kept["group"].to_numpy() * presence.shape[1] + kept["word"].to_numpy()
    first = np.searchsorted(cell, wanted, side="left")
    many = np.searchsorted(cell, wanted, side="right") - first
    return many.astype(np.int64), whose[first].astype(np.int64)
