"""The project's codebook: listing, exporting, bringing in a new version."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd

from qualkit.errors import CodebookError
from qualkit.formats.atomic import write_text
from qualkit.formats.codebooks import dump_codebook, load_codebook
from qualkit.model import Code, Codebook
from qualkit.store import codebooks as stored
from qualkit.store import codings as stored_codings
from qualkit.store.journal import writing
from qualkit.workflow.handle import Handle

__all__ = [
    "apply_codebook",
    "check_codebook",
    "export_codebook",
    "list_codebook_versions",
    "list_codes",
]


def check_codebook(path: str | Path) -> Codebook:
    """Return the codebook in a file, if nothing is wrong with it.

    Raises:
        CodebookError: what is wrong, with line and field.
    """
    return load_codebook(path)


def list_codes(project: Handle) -> pd.DataFrame:
    """Return the codebook in tree order.

    Columns: code, id, theme, parent (str or missing), depth (int64, 0 for a theme), shortcut,
    definition, include, exclude, examples, markers (str, joined with " | "), codings (int64:
    utterances that carry the code itself, whoever the coder), retired (bool).
    """
    with project.database.read() as connection:
        codebook = stored.current(connection)
        codings = stored_codings.frame(connection)
    units = codings.drop_duplicates(["document", "position", "code_id"])
    counted = units.groupby("code_id").size()
    rows = [
        {
            "code": code.name,
            "id": code.id,
            "theme": codebook.theme(code.id).name,
            "parent": codebook.by_id[code.parent].name if code.parent else None,
            "depth": codebook.depth(code.id),
            "shortcut": code.shortcut,
            "definition": code.definition,
            "include": code.include,
            "exclude": code.exclude,
            "examples": " | ".join(code.examples),
            "markers": " | ".join(code.markers),
            "codings": int(counted.get(code.id, 0)),
            "retired": code.retired,
        }
        for code in codebook.tree()
    ]
    return pd.DataFrame(rows)


def list_codebook_versions(project: Handle) -> pd.DataFrame:
    """Return every version of the codebook: columns number, name, reason, created_at."""
    with project.database.read() as connection:
        return stored.versions(connection)


def apply_codebook(project: Handle, path: str | Path, *, reason: str) -> Codebook:
    """Make the codebook in a file the project's next version and return it.

    Codes that the file lacks are retired, not deleted: their codings stay, and every coding keeps
    the version that it was made under.

    Raises:
        CodebookError: the file is wrong, or no reason is given.
    """
    codebook = load_codebook(path)
    if not reason.strip():
        raise CodebookError("a new version needs a reason", remedy="say why the codebook changes")
    with writing(project.database) as journal:
        gone = _gone(stored.current(journal.connection), codebook)
        whole = Codebook(codebook.name, (*codebook.codes, *gone), codebook.description)
        return stored.save(journal, whole, reason=reason)


def _gone(old: Codebook, new: Codebook) -> list[Code]:
    """Return the old codes the new version lacks, retired, under a parent that still exists."""
    ids = set(new.by_id) | set(old.by_id)
    names = {code.name.casefold() for code in new.codes}
    return [
        dataclasses.replace(
            code,
            retired=True,
            shortcut=None,
            parent=code.parent if code.parent in ids else None,
            name=f"{code.name} (retired)" if code.name.casefold() in names else code.name,
        )
        for code in old.tree()
        if code.id not in new.by_id
    ]


def export_codebook(project: Handle, path: str | Path) -> Path:
    """Write the codebook as YAML and return where it is."""
    return write_text(path, dump_codebook(project.codebook()))
