"""Where the words are: concordance, keywords and collocations of a project."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import qualkit.analysis.collocations as collocations_room
import qualkit.analysis.concordance as concordance_room
import qualkit.analysis.keywords as keywords_room
from qualkit.analysis.query import parse_words
from qualkit.analysis.query_terms import wordings
from qualkit.analysis.words import STOP_WORDS
from qualkit.errors import OptionError, UnreadableFileError
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import counted_layer
from qualkit.workflow.retrieval import answer

__all__ = ["collocations", "concordance", "keywords"]

_EVERYTHING = "is:codable"

StopWords = str | Path | Collection[str]


def concordance(
    project: Handle,
    word: str | None = None,
    *,
    query: str | None = None,
    viewer: str | None = None,
    width: int = 40,
    sort: str = "position",
) -> pd.DataFrame:
    """Return every place of a word, a phrase or a regular expression, with its context.

    Args:
        project: an open project.
        word: ``wage``, ``minimum wage``, ``retain*`` or ``/wages?/i``; None takes the words that
            the query looks for.
        query: only in utterances that it finds.
        viewer: who asks; matters for the query while a blind round is open.
        width: characters of context on either side.
        sort: position, left, right or keyword.

    Returns:
        Columns document, position, speaker, stakeholder_type, left, keyword, right (str), start,
        end (int64: where the keyword stands in the document's text). ``attrs["about"]`` says what
        was searched.

    Raises:
        OptionError: nothing to look for, or a wrong query, pattern, width or order.
        UnknownNameError: the query names something that the project lacks.
    """
    if word is None and query is None:
        raise OptionError("there is no word to look for", remedy="give one, or a query with words")
    found = answer(project, query or _EVERYTHING, viewer=viewer)
    wanted = [parse_words(word)] if word is not None else list(wordings(found.query.root))
    if not wanted:
        what = f"the query looks for no words: {query}"
        raise OptionError(what, remedy="give the word to show, or add one to the query")
    text = word or found.query.text
    holding = np.logical_or.reduce([found.material.texts.find(one, text) for one in wanted])
    inside = found.material.utterances.loc[found.rows[holding[found.rows]]]
    if query is None:
        inside = inside[inside["codable"]]
    table = concordance_room.concordance(inside, wanted, query=text, width=width, sort=sort)
    about = {"word": word} if word is not None else {}
    table.attrs["about"] = about | _where(found.about, query)
    return table


def _where(about: dict[str, Any], query: str | None) -> dict[str, Any]:
    """Return what was searched, in words, without the query that nobody wrote."""
    if query is None:
        return {"searched": f"{about['found']} codable utterances", "revision": about["revision"]}
    return {"query": about["query"], "searched": f"{about['found']} utterances found"} | {
        name: about[name] for name in ("codings", "left_out", "revision") if name in about
    }


def keywords(  # noqa: PLR0913 - the options of the analysis, and whose codings
    project: Handle,
    *,
    by: str = "code",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    top: int = 20,
    at_least: int = 3,
    least_z: float = 1.96,
    prior: float = 500.0,
    stop_words: StopWords = (),
) -> pd.DataFrame:
    """Return the words by which codes, or groups of speakers, differ from all the rest.

    Args:
        project: an open project.
        by: code, theme, or a column: stakeholder_type, role, organisation, speaker, document.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        top: so many words of each group.
        at_least: only words that the group says so many times.
        least_z: only words that differ so clearly; it orders words and is no test.
        prior: strength of the prior, in words.
        stop_words: words not to show: a language ("english"), a text file, or the words. "" and ()
            leave none out.

    Returns:
        Columns as ``qualkit.analysis.keywords``: the group, word, n, total, share, share_elsewhere,
        log_odds, z, speakers, documents, note.

    Raises:
        NotEnoughError: nobody has coded yet.
        OptionError: no such column, or a number that cannot be.
        RefusedError: the round is blind and still open.
    """
    layer = counted_layer(project, coders=coders, round_name=round_name)
    left_away = _stop_words(stop_words)
    table = keywords_room.keywords(
        layer.codings,
        layer.utterances,
        by=by,
        parents=layer.codebook.parents(),
        moderators=moderators,
        top=top,
        at_least=at_least,
        least_z=least_z,
        prior=prior,
        stop_words=left_away,
    )
    about = {
        "counted": f"codings of {layer.label}",
        "words": table.attrs["words"],
        "utterances": table.attrs["utterances"],
        "moderators": "counted" if moderators else "left out",
        "compared": f"each {by.replace('_', ' ')} with all other utterances",
        "measure": f"log-odds with an informative Dirichlet prior of {prior:g} words",
        **_stopped(left_away),
    }
    if layer.left_out is not None:
        about["left_out"] = layer.left_out
    table.attrs = {"about": about | {"revision": project.revision}}
    return table


def collocations(  # noqa: PLR0913 - the options of the analysis, and where
    project: Handle,
    word: str | None = None,
    *,
    query: str | None = None,
    viewer: str | None = None,
    order: str = "likelihood_ratio",
    at_least: int = 5,
    window: int = 2,
    top: int = 50,
    moderators: bool = False,
    stop_words: StopWords = (),
) -> pd.DataFrame:
    """Return words that stand side by side more often than their numbers explain.

    Args:
        project: an open project.
        word: only pairs with this word; None takes all.
        query: only in utterances that it finds.
        viewer: who asks; matters for the query while a blind round is open.
        order: likelihood_ratio or pmi.
        at_least: only pairs that stand there so many times.
        window: 2 takes neighbours, 3 also words with one between them, up to 10.
        top: at most so many.
        moderators: count what moderators said, too.
        stop_words: words that no pair shown holds: a language ("english"), a text file, or the
            words. "" and () leave none out.

    Returns:
        Columns word_a, word_b, n, n_a, n_b, pmi, likelihood_ratio, speakers, documents, note.

    Raises:
        OptionError: a wrong query, order or number.
        UnknownNameError: the query names something that the project lacks.
    """
    found = answer(project, query or _EVERYTHING, viewer=viewer)
    inside = found.material.utterances.loc[found.rows]
    inside = inside[inside["codable"] & (moderators | ~inside["is_moderator"])]
    left_away = _stop_words(stop_words)
    table = collocations_room.collocations(
        inside.reset_index(drop=True),
        order=order,
        at_least=at_least,
        window=window,
        containing=word,
        top=top,
        stop_words=left_away,
    )
    told = _where(found.about | {"found": len(inside)}, query)
    told["moderators"] = "counted" if moderators else "left out"
    table.attrs["about"] = told | {"floor": f"{at_least} times"} | _stopped(left_away)
    return table


def _stopped(words: Collection[str]) -> dict[str, str]:
    return {
        "stop_words": f"{len(words)} words are not shown" if words else "none: every word counts"
    }


def _stop_words(wanted: StopWords) -> Collection[str]:
    """Return the words not to show.

    Raises:
        UnreadableFileError: neither a language nor a file that can be read.
    """
    if not isinstance(wanted, str | Path):
        return wanted
    if wanted == "":
        return ()
    if str(wanted).casefold() in STOP_WORDS:
        return STOP_WORDS[str(wanted).casefold()]
    try:
        return Path(wanted).read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        what = "is no list of words that can be read"
        remedy = f"give a text file in UTF-8, or {' or '.join(sorted(STOP_WORDS))}"
        raise UnreadableFileError(what, where=str(wanted), remedy=remedy) from error
