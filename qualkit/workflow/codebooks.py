"""The project's codebook: listing, comparing its versions, files in and out."""

from __future__ import annotations

import dataclasses
import difflib
from pathlib import Path

import pandas as pd

from qualkit.errors import CodebookError, OptionError
from qualkit.formats.codebooks import load_codebook, write_codebook
from qualkit.model import Code, Codebook
from qualkit.store import codebooks as stored
from qualkit.store.journal import writing
from qualkit.text.pseudonyms import Key
from qualkit.workflow.handle import Handle
from qualkit.workflow.masking import masked_codebook
from qualkit.workflow.pseudonyms import load_pseudonyms
from qualkit.workflow.reading import everything

__all__ = [
    "apply_codebook",
    "check_codebook",
    "diff_codebooks",
    "export_codebook",
    "list_codebook_versions",
    "list_codes",
]

_TEXTS = ("definition", "include", "exclude", "notes", "colour", "shortcut")
_LISTS = ("examples", "markers")
_DIFF = ["code", "field", "before", "after", "what"]


def check_codebook(path: str | Path) -> Codebook:
    """Return the codebook in a file of any kind, if nothing is wrong with it.

    Its ``remarks`` say what the file holds besides.

    Raises:
        CodebookError: what is wrong, with line (or row) and field.
        FileError: the file cannot be read, or is of another kind.
    """
    return load_codebook(path)


def list_codes(project: Handle) -> pd.DataFrame:
    """Return the codebook in tree order.

    Columns: code, id, theme, parent (str or missing), depth (int64, 0 for a theme), shortcut,
    definition, include, exclude, examples, markers (str, joined with " | "), codings (int64:
    utterances that carry the code itself, whoever the coder; blind rounds that are still open are
    left out), retired (bool).
    """
    read = everything(project)
    codebook, codings = read.codebook, read.codings
    units = codings.drop_duplicates(["document", "position", "code_id"])
    counted = units["code_id"].astype("str").value_counts().to_dict()
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
    listed = pd.DataFrame(rows)
    listed.attrs = dict(codings.attrs)
    return listed


def list_codebook_versions(project: Handle) -> pd.DataFrame:
    """Return every version of the codebook: columns number, name, reason, created_at."""
    with project.database.read() as connection:
        return stored.versions(connection)


def apply_codebook(project: Handle, path: str | Path, *, reason: str) -> Codebook:
    """Make the codebook in a file the project's next version and return it.

    Codes that the file lacks are retired, not deleted: their codings stay, and every coding keeps
    the version that it was made under. A code of a ``.qdc`` file is the project's code of the same
    guid, whatever its name is now. Kinds of files that hold no name of the codebook leave the
    project's own.

    Raises:
        CodebookError: the file is wrong, or no reason is given.
    """
    codebook = load_codebook(path)
    if not reason.strip():
        raise CodebookError("a new version needs a reason", remedy="say why the codebook changes")
    with writing(project.database) as journal:
        old = stored.current(journal.connection)
        codes = _known_again(codebook, stored.guids(journal.connection))
        about = (codebook.name, codebook.description)
        if Path(path).suffix.casefold() in {".csv", ".qdc", ".xlsx"}:
            about = (old.name, old.description)
        codes = [
            dataclasses.replace(code, merged_into=old.by_id[code.id].merged_into)
            if code.retired and code.id in old.by_id
            else code
            for code in codes
        ]
        gone = _gone(old, Codebook("", tuple(codes)))
        whole = Codebook(about[0], (*codes, *gone), about[1])
        made = stored.save(journal, whole, reason=reason)
        return dataclasses.replace(made, remarks=codebook.remarks)


def _known_again(codebook: Codebook, guids: dict[str, str]) -> list[Code]:
    """Return the codes with the ids that the project has for their guids."""
    ids = {guid.casefold(): one for one, guid in guids.items()}
    new: dict[str, str] = {}
    for code in codebook.codes:
        known = ids.get((code.guid or "").casefold())
        if known is not None:
            new[code.id] = known
    taken = set(new.values())
    for code in codebook.codes:
        if code.id in new:
            continue
        chosen, number = code.id, 1
        while chosen in taken:
            number += 1
            chosen = f"{code.id[:95]}_{number}"
        new[code.id] = chosen
        taken.add(chosen)
    return [
        dataclasses.replace(code, id=new[code.id], parent=new[code.parent] if code.parent else None)
        for code in codebook.codes
    ]


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


def export_codebook(
    project: Handle,
    path: str | Path,
    *,
    pseudonyms: str | Path | None = None,
    key: Key | None = None,
) -> Path:
    """Write the codebook as the suffix says (.yaml, .csv, .xlsx, .qdc, .docx); return where it is.

    Args:
        project: an open project.
        path: where to.
        pseudonyms: a key file; its names are replaced, also in definitions and examples.
        key: the key itself, where it has been read already.

    Raises:
        UnknownFileKindError: a codebook cannot be written to files of this kind.
        UnwritableError: the folder refuses.
    """
    with project.database.read() as connection:
        book, guids = stored.current(connection), stored.guids(connection)
    codes = tuple(dataclasses.replace(code, guid=guids[code.id]) for code in book.codes)
    book = dataclasses.replace(book, codes=codes)
    chosen = key if pseudonyms is None else load_pseudonyms(pseudonyms)
    return write_codebook(path, book if chosen is None else masked_codebook(book, chosen))


def diff_codebooks(project: Handle, old: int, new: int | None = None) -> pd.DataFrame:
    """Return what differs between two versions of the codebook, in the order of the newer one.

    Args:
        project: an open project.
        old: number of a version.
        new: number of another one; None for the newest.

    Returns:
        Columns code (its name in the newer version), field, before, after (str, missing where
        there is nothing), what: "added", "retired", "restored", "merged" (after names the code
        that took the codings), "renamed", "moved" (under another parent, or to another place) or
        "changed".

    Raises:
        OptionError: no such version.
    """
    with project.database.read() as connection:
        books = stored.snapshots(connection)
    newest = max(books)
    for number in (old, newest if new is None else new):
        if number not in books:
            raise OptionError(
                f"there is no version {number} of the codebook",
                remedy=f"give a number from 1 to {newest}",
            )
    first, second = books[old], books[newest if new is None else new]
    moved = _moved_places(first, second)
    rows = [row for code in second.tree() for row in _differences(first, second, code, moved)]
    rows += [
        (code.name, "retired", "no", "yes", "retired")
        for code in first.tree()
        if code.id not in second.by_id and not code.retired
    ]
    return pd.DataFrame(rows, columns=_DIFF, dtype="str")


_Difference = tuple[str, str, str | None, str | None, str]


def _differences(
    first: Codebook, second: Codebook, code: Code, moved: dict[str, tuple[int, int]]
) -> list[_Difference]:
    before = first.by_id.get(code.id)
    if before is None:
        return [(code.name, "name", None, code.name, "added")]
    rows: list[_Difference] = []
    if before.name != code.name:
        rows.append((code.name, "name", before.name, code.name, "renamed"))
    above = [_parent(first, before), _parent(second, code)]
    if before.parent != code.parent:
        rows.append((code.name, "parent", above[0], above[1], "moved"))
    elif code.id in moved:
        places = moved[code.id]
        rows.append((code.name, "place", str(places[0]), str(places[1]), "moved"))
    rows += _state(second, before, code)
    for field in (*_TEXTS, *_LISTS):
        values = [_shown(getattr(one, field)) for one in (before, code)]
        if values[0] != values[1]:
            rows.append((code.name, field, values[0], values[1], "changed"))
    return rows


def _state(second: Codebook, before: Code, code: Code) -> list[_Difference]:
    """Return what became of a code: merged, retired or offered again."""
    if code.merged_into and code.merged_into != before.merged_into:
        keep = second.by_id[code.merged_into].name
        return [(code.name, "codings", code.name, keep, "merged")]
    if before.retired == code.retired:
        return []
    if code.retired:
        return [(code.name, "retired", "no", "yes", "retired")]
    return [(code.name, "retired", "yes", "no", "restored")]


def _parent(book: Codebook, code: Code) -> str | None:
    return book.by_id[code.parent].name if code.parent else None


def _shown(value: str | tuple[str, ...] | None) -> str | None:
    text = " | ".join(value) if isinstance(value, tuple) else value
    return text or None


def _moved_places(first: Codebook, second: Codebook) -> dict[str, tuple[int, int]]:
    """Return id -> places before and after of codes that changed order among their siblings."""
    moved: dict[str, tuple[int, int]] = {}
    for parent in [None, *second.by_id]:
        before = [code.id for code in first.children(parent)]
        after = [code.id for code in second.children(parent)]
        both = set(before) & set(after)
        old, new = ([one for one in ids if one in both] for ids in (before, after))
        matched = difflib.SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
        still = {old[block.a + step] for block in matched for step in range(block.size)}
        for one in both - still:
            moved[one] = (before.index(one) + 1, after.index(one) + 1)
    return moved
