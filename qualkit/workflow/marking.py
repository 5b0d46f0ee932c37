"""One coder, one utterance: apply a code, take it away, note that it was looked at."""

from __future__ import annotations

import dataclasses
from typing import Any

from qualkit.errors import OptionError, UnknownNameError
from qualkit.model import Code, Codebook, Coder, Coding, Origin, coding_id, slug
from qualkit.store import batches, codebooks, coders, documents
from qualkit.store import codings as stored
from qualkit.store.batches import Batch
from qualkit.store.journal import writing
from qualkit.workflow import blindness
from qualkit.workflow.codings import apply_codings, check_spans, commit_batches
from qualkit.workflow.handle import Handle, known

__all__ = [
    "code_in_vivo",
    "code_utterance",
    "remove_coding",
    "review_utterance",
    "unreview_utterance",
]

_LONGEST_NAME = 60

Words = str | tuple[int, int] | None


def code_utterance(  # noqa: PLR0913 - a coding: on what, which, by whom, and how sure
    project: Handle,
    document: str,
    position: int,
    code: str,
    *,
    coder: str,
    round_name: str = "main",
    words: Words = None,
    certainty: int | None = None,
    memo: str | None = None,
) -> bool:
    """Apply one code to one utterance, or to words in it; return whether it was new.

    Args:
        project: an open project.
        document: its name.
        position: the utterance.
        code: name or id.
        coder: who codes; a new name is entered.
        round_name: the round.
        words: the words to code, as they stand there once, or their start and end in code points
            of the document; None codes the whole utterance.
        certainty: 1 (unsure) to 3 (sure), or None.
        memo: why, or None.

    Raises:
        UnknownNameError: a document, utterance or code that the project lacks.
        OptionError: the words do not stand there, or stand there twice; a certainty that is none.
        RefusedError: the round is closed, or not for this coder, utterance or code.
    """
    chosen, name = _code(project, code), project.document_name(document)
    if certainty is not None and not 1 <= certainty <= 3:
        raise OptionError(f"{certainty} is no certainty", remedy="use 1 (unsure) to 3 (sure)")
    start, end = _span(project, name, position, words)
    coding = Coding(
        name,
        position,
        chosen.id,
        coder,
        round_name,
        start=start,
        end=end,
        origin=Origin.MANUAL,
        certainty=certainty,
        memo=(memo or "").strip() or None,
    )
    return apply_codings(project, [coding]) == 1


def remove_coding(  # noqa: PLR0913 - which coding, and whose
    project: Handle,
    document: str,
    position: int,
    code: str,
    *,
    coder: str,
    round_name: str = "main",
    words: Words = None,
) -> None:
    """Take one's own coding away; the utterance stays looked at, and ``undo`` brings it back.

    Arguments as ``code_utterance``: without ``words`` the coding of the whole utterance is meant.

    Raises:
        UnknownNameError: the coder has not coded this there.
        OptionError: the words do not stand there, or stand there twice.
        RefusedError: the round is closed.
    """
    chosen, name = _code(project, code), project.document_name(document)
    start, end = _span(project, name, position, words)
    coding = Coding(name, position, chosen.id, coder, round_name, start=start, end=end)
    with project.database.read() as connection:
        place = stored.spans(connection, [(name, position)])[name, position]
    gone = coding_id(place.guid, place.start, coding)
    with writing(project.database) as journal:
        done = batches.commit(journal, Batch(Coder(coder), round_name, remove=[gone]))
        if not done.removed:
            part = "the whole" if words is None else "those words"
            raise UnknownNameError(
                f"{coder} has not coded '{chosen.name}' on {part}",
                where=f"{name}, utterance {position}",
            )


def review_utterance(
    project: Handle, document: str, position: int, *, coder: str, round_name: str = "main"
) -> bool:
    """Note that a coder has looked at an utterance, whether or not a code applies.

    Returns whether it was new. Errors as ``code_utterance``.
    """
    place = (project.document_name(document), position)
    batch = Batch(Coder(coder), round_name, reviewed=[place])
    return commit_batches(project, [batch])[0].reviewed == 1


def unreview_utterance(
    project: Handle, document: str, position: int, *, coder: str, round_name: str = "main"
) -> bool:
    """Take back that a coder has looked at an utterance; return whether they had.

    Raises:
        UnknownNameError: no such document or utterance.
        RefusedError: the round is closed.
    """
    place = (project.document_name(document), position)
    batch = Batch(Coder(coder), round_name, unreviewed=[place])
    return commit_batches(project, [batch])[0].unreviewed == 1


def code_in_vivo(  # noqa: PLR0913 - the words, whose code, and where it goes
    project: Handle,
    document: str,
    position: int,
    words: str | tuple[int, int],
    *,
    coder: str,
    parent: str | None = None,
    round_name: str = "main",
) -> Code:
    """Make a code of somebody's own words, apply it to them, and return it.

    The codebook gets a new version with the code, which the words name (at most 60 characters) and
    which has them as its first example. Code and coding are one change: one undo takes both back.

    Args:
        project: an open project.
        document: its name.
        position: the utterance.
        words: the words, as they stand there once, or their start and end in code points of the
            document.
        coder: who codes.
        parent: name or id of the code to stand under; None makes a theme.
        round_name: the round to code in.

    Raises:
        OptionError: the words lie outside the utterance, or there are none.
        RefusedError: the round is closed, or blind: others would read the new code.
        UnknownNameError: no such document, utterance, parent or round.
    """
    name = project.document_name(document)
    above = None if parent is None else _code(project, parent).id
    start, end = _span(project, name, position, words)
    with writing(project.database) as journal:
        connection = journal.connection
        blindness.check_not_blind(connection, round_name)
        codebook = codebooks.current(connection)
        coding = Coding(name, position, "", coder, round_name, start=start, end=end)
        check_spans(connection, [coding])
        quote = documents.text_of(connection, name)[start:end]
        code = _named_by(quote, codebook, above, set(codebooks.guids(connection)))
        coders.ensure(journal, Coder(coder))
        whole = dataclasses.replace(codebook, codes=(*codebook.codes, code))
        where = f"{name}, utterance {position}"
        codebooks.put(journal, whole, f"in-vivo code '{code.name}' from {where}, by {coder}")
        made = dataclasses.replace(coding, code=code.id)
        batches.commit(journal, Batch(Coder(coder), round_name, apply=[made]))
    return code


def _named_by(quote: str, codebook: Codebook, parent: str | None, taken: set[str]) -> Code:
    """Return a code that the words name; neither its name nor its id is there or was."""
    words = " ".join(quote.split())
    if not any(letter.isalnum() for letter in words):
        raise OptionError("there are no words to make a code of", remedy="mark some")
    short = words.strip(" .,;:!?\"'“”‘’")
    if len(short) > _LONGEST_NAME:
        cut = short[: _LONGEST_NAME - 1]
        short = f"{(cut.rsplit(' ', 1)[0] if ' ' in cut else cut).rstrip(' .,;:')}…"
    title, number = short, 1
    while codebook.find(title) is not None or slug(title)[:100] in taken:
        number += 1
        title = f"{short[: _LONGEST_NAME - 5]} ({number})"
    return Code(slug(title)[:100], title, parent, examples=(words,))


def _code(project: Handle, wanted: str) -> Code:
    codebook = project.codebook()
    names = {one.name: one for one in codebook.codes}
    return codebook.find(wanted) or known("code", wanted, names)


def _span(
    project: Handle, document: str, position: int, words: Words
) -> tuple[int | None, int | None]:
    """Return where the words begin and end in the document; (None, None) for the whole."""
    with project.database.read() as connection:
        found: dict[Any, Any] = stored.spans(connection, [(document, position)])
        place = found.get((document, position))
        if place is None:
            raise UnknownNameError(f"there is no utterance {position}", where=document)
        if not isinstance(words, str):
            return (None, None) if words is None else words
        text = documents.text_of(connection, document)[place.start : place.end]
    times = text.count(words) if words.strip() else 0
    if times != 1:
        said = f"stand there {times} times" if times else "do not stand there"
        raise OptionError(
            f"the words '{words}' {said}",
            where=f"{document}, utterance {position}",
            remedy="give them as they are printed, and enough of them to be found once",
        )
    at = place.start + text.index(words)
    return at, at + len(words)
