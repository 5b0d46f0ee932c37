"""A project on its way out with labels in place of names."""

from __future__ import annotations

from dataclasses import replace

from qualkit.formats.qdpx_write import Outgoing, OutText
from qualkit.model import Codebook
from qualkit.text.pseudonyms import Key, moved_by

__all__ = ["masked", "masked_codebook"]


def masked(project: Outgoing, key: Key) -> Outgoing:
    """Return what is to be written with every name of the key replaced; spans follow the text."""
    return replace(
        project,
        name=key.replace(project.name),
        users={guid: key.replace(name) for guid, name in project.users.items()},
        codebook=masked_codebook(project.codebook, key),
        cases=[
            one._replace(
                name=key.replace(one.name),
                values=tuple((guid, kind, key.replace(value)) for guid, kind, value in one.values),
            )
            for one in project.cases
        ],
        texts=[_text(one, key) for one in project.texts],
        notes=[
            one._replace(name=key.replace(one.name), text=key.replace(one.text))
            for one in project.notes
        ],
    )


def masked_codebook(book: Codebook, key: Key) -> Codebook:
    """Return the codebook with every name of the key replaced, in its rules and examples too."""
    codes = tuple(
        replace(
            code,
            name=key.replace(code.name),
            definition=key.replace(code.definition),
            include=key.replace(code.include),
            exclude=key.replace(code.exclude),
            notes=key.replace(code.notes),
            examples=tuple(map(key.replace, code.examples)),
            markers=tuple(map(key.replace, code.markers)),
        )
        for code in book.codes
    )
    return replace(
        book, name=key.replace(book.name), description=key.replace(book.description), codes=codes
    )


def _text(text: OutText, key: Key) -> OutText:
    moved = moved_by(key.spans(text.text))
    return replace(
        text,
        name=key.replace(text.name),
        text=key.replace(text.text),
        selections=[
            one._replace(start=moved(one.start), end=moved(one.end), memo=key.replace(one.memo))
            for one in text.selections
        ],
    )
