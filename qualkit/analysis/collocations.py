"""Collocations: words that stand side by side more often than their numbers explain."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from qualkit.analysis.material import Ints, require, speaker_keys
from qualkit.analysis.words import Tokens, tokenise
from qualkit.errors import OptionError

__all__ = ["MEASURES", "collocations"]

MEASURES = ("likelihood_ratio", "pmi")
"""What collocations can be ordered by."""

_WIDEST = 10


def collocations(  # noqa: PLR0913 - which pairs count, and which are shown
    utterances: pd.DataFrame,
    *,
    order: str = "likelihood_ratio",
    at_least: int = 5,
    window: int = 2,
    containing: str | None = None,
    top: int = 50,
    stop_words: Collection[str] = (),
) -> pd.DataFrame:
    """Return pairs of words that follow each other within an utterance, the strongest first.

    NLTK scores them. With n_ab the pair's count, n_a and n_b those of its words, N all words:
    pmi = log2(n_ab N / (n_a n_b)), which rare pairs win, hence the floor ``at_least``; the
    likelihood ratio 2 Σ O ln(O/E) over the four cells asks how sure it is that the two belong
    together.

    Args:
        utterances: columns text, document, speaker or speaker_id.
        order: "likelihood_ratio" or "pmi".
        at_least: only pairs that stand there so many times.
        window: 2 takes neighbours, 3 also words with one between them, up to 10. As in NLTK,
            likelihood and pmi then take the wider window into account by a smaller n_ab.
        containing: only pairs with this word.
        top: at most so many.
        stop_words: words that no pair shown may hold; what stands side by side does not change.

    Returns:
        Columns word_a, word_b (str), n, n_a, n_b (int64), pmi, likelihood_ratio (float64),
        speakers, documents (int64: in how many the pair is found), note (str: says so when a pair
        comes from one speaker or one document alone). Pairs that stand together less often than by
        chance (pmi of 0 or below) are left out.

    Raises:
        OptionError: a column is missing, or a number or order that cannot be.

    Example:
        >>> said = pd.DataFrame({"document": ["d", "e"], "speaker": ["Ann", "Bob"],
        ...                      "text": ["the minimum wage, a minimum wage", "the minimum wage"]})
        >>> table = collocations(said, at_least=2)
        >>> table[["word_a", "word_b", "n", "n_a", "n_b", "pmi", "speakers"]].round(2)
            word_a   word_b  n  n_a  n_b   pmi  speakers
        0  minimum     wage  3    3    3  1.58         2
        1      the  minimum  2    2    3  1.58         2

    Sources: Church and Hanks (1990) for pmi; Dunning (1993) for the likelihood ratio.
    """
    _check(order, at_least, window, top)
    require(utterances, "utterances", ("text", "document"))
    words = tokenise(utterances["text"].tolist())
    pairs = _pairs(words, window)
    counted = pairs.groupby("pair").size()
    frequent = counted[counted >= at_least]
    table = _table(words, frequent, window)
    shown = table[table["pmi"] > 0]
    if stop_words:
        held = words.among(stop_words)
        shown = shown[~(held[shown["a"]] | held[shown["b"]])]
    if containing is not None:
        held = words.among([containing])
        shown = shown[held[shown["a"]] | held[shown["b"]]]
    shown = shown.sort_values([order, "n"], ascending=False, kind="stable").head(top)
    return _told(shown.reset_index(drop=True), pairs, words, utterances)


def _check(order: str, at_least: int, window: int, top: int) -> None:
    if order not in MEASURES:
        remedy = f"use {' or '.join(MEASURES)}"
        raise OptionError(f"collocations are not ordered by '{order}'", remedy=remedy)
    if not 2 <= window <= _WIDEST:
        raise OptionError(f"{window} is no window", remedy=f"use 2 to {_WIDEST} words")
    for name, value in (("at_least", at_least), ("top", top)):
        if value < 1:
            raise OptionError(f"{name} cannot be {value}", remedy="use 1 or more")


def _pairs(words: Tokens, window: int) -> pd.DataFrame:
    """Return every pair of words at most window - 1 apart: columns pair (number), text."""
    many = max(len(words.vocabulary), 1)
    parts = []
    for step in range(1, window):
        first, second = words.word[:-step], words.word[step:]
        together = words.text[:-step] == words.text[step:]
        pair = first[together] * many + second[together]
        parts.append(pd.DataFrame({"pair": pair, "text": words.text[:-step][together]}))
    return pd.concat(parts, ignore_index=True)


def _table(words: Tokens, frequent: pd.Series, window: int) -> pd.DataFrame:
    """Return the frequent pairs with NLTK's measures."""
    from nltk.collocations import BigramCollocationFinder  # noqa: PLC0415 - slow to load
    from nltk.metrics import BigramAssocMeasures  # noqa: PLC0415
    from nltk.probability import FreqDist  # noqa: PLC0415

    times = np.bincount(words.word, minlength=len(words.vocabulary))
    a, b = np.divmod(frequent.index.to_numpy(np.int64), max(len(words.vocabulary), 1))
    n = frequent.to_numpy(np.int64)
    unigrams = FreqDist(dict(enumerate(times.tolist())))
    bigrams = FreqDist(dict(zip(zip(a.tolist(), b.tolist(), strict=True), n.tolist(), strict=True)))
    finder = BigramCollocationFinder(unigrams, bigrams, window_size=window)
    keys = list(zip(a.tolist(), b.tolist(), strict=True))
    table = pd.DataFrame({"a": a, "b": b, "n": n, "n_a": times[a], "n_b": times[b]})
    for name in ("pmi", "likelihood_ratio"):
        measure = getattr(BigramAssocMeasures, name)
        table[name] = np.array([finder.score_ngram(measure, *key) for key in keys], dtype=float)
    return table


def _told(
    shown: pd.DataFrame, pairs: pd.DataFrame, words: Tokens, utterances: pd.DataFrame
) -> pd.DataFrame:
    """Return the table as people read it, with the sources of each pair."""
    many = max(len(words.vocabulary), 1)
    key = shown["a"] * many + shown["b"]
    there = pairs[pairs["pair"].isin(key)]
    speakers = _sources(there, pd.factorize(speaker_keys(utterances))[0].astype(np.int64), key)
    documents = _sources(there, pd.factorize(utterances["document"])[0].astype(np.int64), key)
    vocabulary = np.array([*words.vocabulary, ""], dtype=object)
    several = utterances["document"].nunique() > 1
    alone = np.where(speakers == 1, "only one speaker", "")
    one = np.where((documents == 1) & several, "only one document", "")
    notes = [", ".join(filter(None, both)) for both in zip(alone, one, strict=True)]
    return pd.DataFrame(
        {
            "word_a": pd.Series(vocabulary[shown["a"]], dtype="str"),
            "word_b": pd.Series(vocabulary[shown["b"]], dtype="str"),
            **{name: shown[name] for name in ("n", "n_a", "n_b", "pmi", "likelihood_ratio")},
            "speakers": speakers,
            "documents": documents,
            "note": pd.Series(notes, dtype="str"),
        }
    )


def _sources(pairs: pd.DataFrame, source: Ints, wanted: pd.Series) -> Ints:
    """Return for each pair wanted from how many sources it comes."""
    apart = pd.DataFrame({"pair": pairs["pair"], "source": source[pairs["text"]]})
    many = apart.drop_duplicates().groupby("pair").size()
    return many.reindex(wanted).fillna(0).to_numpy(np.int64).astype(np.int64)
