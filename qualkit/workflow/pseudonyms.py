"""Pseudonyms: a key file kept apart, names replaced on the way in or out, and a look for leaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.formats.keys import read_key, write_key
from qualkit.store import documents as stored
from qualkit.store import speakers as stored_speakers
from qualkit.text.pseudonyms import Key, find_leaks, label_names
from qualkit.workflow.handle import Handle

__all__ = ["list_leaks", "load_pseudonyms", "mask", "propose_pseudonyms"]


def load_pseudonyms(path: str | Path) -> Key:
    """Return the key in a file with the columns name, kind, label.

    Raises:
        CodingsFileError: a column is missing.
        FileError: the file cannot be read.
    """
    return Key({name: label for name, (_, label) in read_key(path).items() if label})


def propose_pseudonyms(project: Handle, path: str | Path) -> int:
    """Write a key file with a label for everybody and every organisation the project knows.

    A key file that is there already keeps its labels; what it lacks is added at the end. Edit it
    as you like: other labels, further names (places above all), or an empty label to leave a name
    as it is. Whoever has it can undo the pseudonyms: keep it apart from what you share.

    Returns:
        How many names were added.
    """
    known = read_key(path) if Path(path).exists() else {}
    named = label_names(_names(project), known)
    aliases = {
        alias: ("person", named[row["name"]][1])
        for row in _speaker_rows(project)
        for alias in row["aliases"]
        if row["name"] in named and alias not in named
    }
    write_key(path, named | aliases)
    return len(named | aliases) - len(known)


def _speaker_rows(project: Handle) -> list[dict[str, Any]]:
    with project.database.read() as connection:
        return stored_speakers.rows(connection)


def _names(project: Handle) -> list[tuple[str, str]]:
    with project.database.read() as connection:
        spoken = stored.utterance_frame(connection)
        everybody = stored_speakers.rows(connection)
        people = [
            person
            for name in stored.hashes(connection)
            for person in stored.details(connection, name)["people"]
        ]
    persons = [row["name"] for row in everybody if row["document"] is None]
    persons += [person["name"] for person in people]
    bodies = [*spoken["organisation"].dropna(), *(one["organisation"] for one in people)]
    return [(name, "person") for name in dict.fromkeys(persons)] + [
        (name, "organisation") for name in dict.fromkeys(filter(None, bodies))
    ]


def mask(frame: pd.DataFrame, key: Key | None) -> pd.DataFrame:
    """Return a table with every name of the key replaced: in its texts, its titles, its attrs."""
    if key is None:
        return frame
    masked = frame.copy()
    for column in frame.columns:
        if frame[column].dtype.kind not in "OU" and str(frame[column].dtype) != "str":
            continue
        cells = {one: key.replace(one) for one in frame[column].unique() if isinstance(one, str)}
        masked[column] = frame[column].map(lambda one, cells=cells: cells.get(one, one))
    masked.columns = pd.Index([key.replace(str(name)) for name in frame.columns])
    masked.attrs = _masked(frame.attrs, key)
    return masked


def _masked(value: Any, key: Key) -> Any:
    """Return what a table is about with names replaced, however deep they stand."""
    if isinstance(value, str):
        return key.replace(value)
    if isinstance(value, dict):
        return {name: _masked(inner, key) for name, inner in value.items()}
    return [_masked(one, key) for one in value] if isinstance(value, list | tuple) else value


def list_leaks(project: Handle, pseudonyms: str | Path) -> pd.DataFrame:
    """Return what would still give somebody away in an export under these pseudonyms.

    Columns: words, kind (name?, e-mail address, telephone number ...), times (int64), document,
    position (int64): where it stands first.
    """
    key = load_pseudonyms(pseudonyms)
    with project.database.read() as connection:
        utterances = stored.utterance_frame(connection)
    leaks = find_leaks(list(mask(utterances[["text"]], key)["text"]), allowed=key.labels.values())
    places = utterances[["document", "position"]]
    return leaks.join(places, on="row").drop(columns="row")
