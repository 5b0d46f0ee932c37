"""Codebooks as files: YAML, which is told here, tables and the REFI-QDA exchange format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from qualkit.errors import CodebookError, UnknownFileKindError
from qualkit.formats.atomic import write_text
from qualkit.formats.codebook_tables import read_codebook_table, write_codebook_table
from qualkit.formats.qdc import dump_qdc, read_qdc
from qualkit.formats.yaml_lines import YamlFile, YamlPath, dump_yaml
from qualkit.model import Code, Codebook

__all__ = ["CODEBOOK_KINDS", "dump_codebook", "load_codebook", "write_codebook"]

CODEBOOK_KINDS = (".csv", ".qdc", ".xlsx", ".yaml", ".yml")
"""What a codebook can be read from and written to; to .docx it can be written alone."""

_MAX_LEVELS = 10
_TEXTS = ("definition", "include", "exclude", "notes")
_LISTS = ("examples", "markers")
_FIELDS = {
    "": ["name", "description", "version", "codes"],
    "codes": [
        *("name", "id", "colour", "shortcut", "definition", "include", "exclude"),
        *("examples", "markers", "retired", "notes", "codes"),
    ],
}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Code(_Strict):
    name: str
    id: str | None = None
    colour: str | None = None
    shortcut: str | None = None
    definition: str | None = None
    include: str | None = None
    exclude: str | None = None
    examples: list[str] | None = None
    markers: list[str] | None = None
    retired: bool | None = None
    notes: str | None = None
    codes: list[_Code] | None = None


class _Book(_Strict):
    name: str
    description: str | None = None
    version: int | None = None
    codes: list[_Code] | None = None


def load_codebook(source: str | Path) -> Codebook:
    r"""Return the codebook in a file, of the kind that its suffix says.

    YAML: every code may hold codes of its own, down to ten levels; a code without ``id`` gets the
    slug of its name. ``.csv`` and ``.xlsx``: see ``read_codebook_table``; ``.qdc``, the exchange
    format of REFI-QDA: see ``read_qdc``. Text is taken without the white space around it. Codes
    come in reading order.

    Args:
        source: path of the file, at most 5 MB; YAML in UTF-8.

    Raises:
        CodebookError: anything wrong in the file, with line or row, and field.
        UnknownFileKindError: a codebook cannot be read from files of this kind.
        UnreadableFileError: the file is missing, damaged or cannot be opened.
        EmptyFileError: nothing stands in it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "small.yaml"
        ...     text = "name: Small\ncodes: [{name: Pay, codes: [{name: Sick pay}]}]"
        ...     _ = path.write_text(text, encoding="utf-8")
        ...     load_codebook(path).parents()
        {'Pay': None, 'Sick pay': 'Pay'}
    """
    kind = _kind(source) if Path(source).suffix else ".yaml"
    if kind == ".qdc":
        return read_qdc(source)
    return read_codebook_table(source) if kind in {".csv", ".xlsx"} else _load_yaml(source)


def write_codebook(path: str | Path, codebook: Codebook) -> Path:
    """Write a codebook as the suffix says, whole or not at all, and return where it is.

    Raises:
        UnknownFileKindError: a codebook cannot be written to files of this kind.
        CodebookError: it holds what this kind cannot: in ``.qdc`` a control character, or a code
            without a guid.
        UnwritableError: the folder refuses.
    """
    kind = _kind(path, also=(".docx",))
    if kind == ".docx":
        from qualkit.formats.codebook_docx import write_codebook_docx  # noqa: PLC0415 - slow to load

        return write_codebook_docx(path, codebook)
    if kind in {".csv", ".xlsx"}:
        return write_codebook_table(path, codebook)
    return write_text(path, dump_qdc(codebook) if kind == ".qdc" else dump_codebook(codebook))


def _kind(path: str | Path, *, also: tuple[str, ...] = ()) -> str:
    kind = Path(path).suffix.casefold()
    if kind not in (*CODEBOOK_KINDS, *also):
        raise UnknownFileKindError(
            f"a codebook cannot be {'written to' if also else 'read from'} a '{kind}' file",
            where=Path(path).name,
            remedy=f"use one of {', '.join(sorted((*CODEBOOK_KINDS, *also)))}",
        )
    return kind


def _load_yaml(source: str | Path) -> Codebook:
    file = YamlFile.read(source, CodebookError)
    book = file.check(_Book, _FIELDS)
    name = file.name_at(("name",), book.name)
    version = 1 if book.version is None else book.version
    if version < 1:
        raise file.fault(("version",), "must be 1 or more")
    if not book.codes:
        raise file.fault(("codes",), "the codebook has no codes", "add at least one with a name")
    codes = list(_codes(file, book.codes, None, ()))
    file.refuse_doubles((path, {"name": code.name, "id": code.id}) for path, code in codes)
    file.refuse_doubles((p, {"shortcut": code.shortcut}) for p, code in codes if code.shortcut)
    return Codebook(name, tuple(c for _, c in codes), (book.description or "").strip(), version)


def dump_codebook(codebook: Codebook) -> str:
    """Return the YAML text from which ``load_codebook`` makes the same codebook again.

    Codes are written in tree order; fields that say nothing are left out.

    Example:
        >>> print(dump_codebook(Codebook("Small", (Code("pay", "Pay", colour="#1b6ca8"),))))
        name: Small
        codes:
        - name: Pay
          id: pay
          colour: '#1b6ca8'
        <BLANKLINE>
    """
    head: dict[str, object] = {"name": codebook.name}
    if codebook.description:
        head["description"] = codebook.description
    if codebook.version != 1:
        head["version"] = codebook.version
    return dump_yaml({**head, "codes": _below(codebook, None)})


def _below(codebook: Codebook, parent: str | None) -> list[dict[str, object]]:
    """Return the codes under one code as they are written down."""
    rows = []
    for code in codebook.children(parent):
        fields = {
            field: getattr(code, field) for field in ("name", "id", "colour", "shortcut", *_TEXTS)
        }
        fields |= {field: list(getattr(code, field)) for field in _LISTS}
        fields |= {"retired": code.retired, "codes": _below(codebook, code.id)}
        rows.append({field: value for field, value in fields.items() if value})
    return rows


def _codes(
    file: YamlFile, codes: list[_Code], parent: str | None, above: YamlPath
) -> Iterator[tuple[YamlPath, Code]]:
    """Yield every code with its path, each parent before what stands below it."""
    level = above.count("codes") + 1
    for number, code in enumerate(codes):
        path = (*above, "codes", number)
        if level > _MAX_LEVELS:
            what = f"'{code.name}' stands on level {level} of at most {_MAX_LEVELS}"
            raise file.fault(path, what, "move it up")
        made = _code(file, code, parent, path)
        yield path, made
        yield from _codes(file, code.codes or [], made.id, path)


def _code(file: YamlFile, code: _Code, parent: str | None, path: YamlPath) -> Code:
    """Return one checked code."""
    name = file.name_at((*path, "name"), code.name)
    if code.shortcut is not None and not re.fullmatch(r"\S", code.shortcut):
        what = f"'{code.shortcut}' is not one key"
        raise file.fault((*path, "shortcut"), what, "give one letter or digit")
    return Code(
        id=file.id_at((*path, "id"), code.id, name),
        name=name,
        parent=parent,
        definition=(code.definition or "").strip(),
        include=(code.include or "").strip(),
        exclude=(code.exclude or "").strip(),
        examples=_examples(file, code.examples or [], (*path, "examples")),
        markers=file.markers_at((*path, "markers"), code.markers),
        colour=file.colour_at((*path, "colour"), code.colour),
        shortcut=code.shortcut,
        retired=bool(code.retired),
        notes=(code.notes or "").strip(),
    )


def _examples(file: YamlFile, examples: list[str], path: YamlPath) -> tuple[str, ...]:
    stripped = tuple(example.strip() for example in examples)
    if "" in stripped:
        raise file.fault((*path, stripped.index("")), "has an empty entry", "take it out")
    return stripped
