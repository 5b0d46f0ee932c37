"""Codebooks as tables, csv or xlsx: a row for each code, every fault told with row and column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from qualkit.errors import CodebookError, CodingsFileError, OptionError
from qualkit.formats.frames import file_bytes, table_of
from qualkit.formats.tables import write_csv
from qualkit.model import Code, Codebook, slug
from qualkit.text.markers import compile_marker

__all__ = [
    "CODEBOOK_COLUMNS",
    "codebook_frame",
    "joined",
    "parted",
    "read_codebook_table",
    "write_codebook_table",
]

CODEBOOK_COLUMNS = (
    *("id", "name", "parent", "definition", "include", "exclude", "examples", "markers"),
    *("colour", "shortcut", "retired", "notes"),
)
"""The columns of a codebook as a table, in their order."""

_OTHER_NAMES = {
    "name": "code code_name tag full_code_name",
    "definition": "description",
    "colour": "color",
    "markers": "keywords",
    "examples": "example",
    "include": "inclusion inclusion_criteria",
    "exclude": "exclusion exclusion_criteria",
}
_YES = {"1", "x", "yes", "y", "true", "retired"}
_NO = {"", "0", "no", "n", "false", "-"}
_BAR = re.compile(r"(?<!\S)(\\*)\|(?!\S)")
_ESCAPED = re.compile(r"(?<!\S)\\(\\*)\|(?!\S)")


def joined(values: Sequence[str]) -> str:
    r"""Return texts as one cell, parted by " | "; a bar on its own in a text gets a backslash.

    Example:
        >>> joined(["minimum wage", "/a|b/", "this | that"])
        'minimum wage | /a|b/ | this \\| that'
    """
    return " | ".join(_BAR.sub(r"\1\\|", value) for value in values)


def parted(cell: str) -> tuple[str, ...]:
    """Return the texts in one cell, those that say nothing left out.

    Example:
        >>> parted("minimum wage | /a|b/ |")
        ('minimum wage', '/a|b/')
    """
    parts = (part.strip() for part in re.split(r"(?<!\S)\|(?!\S)", cell))
    return tuple(_ESCAPED.sub(r"\1|", part) for part in parts if part)


def codebook_frame(codebook: Codebook) -> pd.DataFrame:
    """Return the codebook in tree order, one row per code, all columns as text.

    Columns are ``CODEBOOK_COLUMNS``: ``parent`` is the name of the code above, ``examples`` and
    ``markers`` are joined with " | ", ``retired`` is "yes" or empty.
    """
    rows = [
        {
            "id": code.id,
            "name": code.name,
            "parent": codebook.by_id[code.parent].name if code.parent else "",
            "definition": code.definition,
            "include": code.include,
            "exclude": code.exclude,
            "examples": joined(code.examples),
            "markers": joined(code.markers),
            "colour": code.colour or "",
            "shortcut": code.shortcut or "",
            "retired": "yes" if code.retired else "",
            "notes": code.notes,
        }
        for code in codebook.tree()
    ]
    return pd.DataFrame(rows, columns=list(CODEBOOK_COLUMNS), dtype="str")


def write_codebook_table(path: str | Path, codebook: Codebook) -> Path:
    """Write a codebook as csv or xlsx and return where it is.

    Raises:
        UnwritableError: the file cannot be written; an old one is left as it was.
    """
    frame = codebook_frame(codebook)
    if Path(path).suffix.casefold() == ".csv":
        write_csv(path, frame)
        return Path(path)
    about = [
        ("Codebook", codebook.name),
        ("Description", codebook.description),
        ("Version", str(codebook.version)),
        ("Several in a cell", 'examples and markers are parted by " | "'),
    ]
    from qualkit.formats.workbook import write_workbook  # noqa: PLC0415 - openpyxl is slow

    write_workbook(path, {"Codebook": frame}, about)
    return Path(path)


def read_codebook_table(source: str | Path) -> Codebook:
    r"""Return the codebook in a table; it is called like the file.

    A row is a code. Only the column ``name`` is needed; the others are those of
    ``CODEBOOK_COLUMNS``, in any order and case. ``parent`` is the name or id of another row,
    wherever it stands; a row without ``id`` gets the slug of its name. Of a workbook the sheet
    "Codebook" is read, else the first one. Columns of other names are left alone and named in
    the codebook's ``remarks``.

    Raises:
        CodebookError: anything wrong, with row and column.
        FileError: the file is missing, empty, damaged or of another kind.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "small.csv"
        ...     _ = path.write_text("name,parent\nSick pay,Pay\nPay,\n", encoding="utf-8")
        ...     read_codebook_table(path).parents()
        {'Pay': None, 'Sick pay': 'Pay'}
    """
    name = Path(source).name
    try:
        table = table_of(file_bytes(source, name), name, ("codebook", "codes"))
    except CodingsFileError as error:
        raise CodebookError(error.what, where=error.where, remedy=error.remedy) from error
    reader = _Reader(name, table)
    codes = reader.codes()
    left = [title for place, title in enumerate(table.columns) if place not in reader.used]
    told = ", ".join(f"'{title}'" for title in left if title)
    remarks = (f"columns that a codebook has no place for: {told}",) if told else ()
    whole = Codebook(Path(source).stem, tuple(codes))
    return Codebook(whole.name, tuple(whole.tree()), remarks=remarks)


class _Reader:
    """The cells of a table, and where they stand."""

    def __init__(self, name: str, table: pd.DataFrame) -> None:
        self.name = name
        self.titles = list(table.columns)
        self.rows = [int(number) for number in table.index]
        places = self._places()
        if "name" not in places:
            there = ", ".join(f"'{title}'" for title in self.titles if title)
            where = f"{name}, row 1"
            raise CodebookError(
                "there is no column 'name'", where=where, remedy=f"the columns are: {there}"
            )
        self.used = set(places.values())
        cells = {field: table.iloc[:, place].str.strip() for field, place in places.items()}
        blank = [""] * len(table)
        self.cells = {field: list(cells.get(field, blank)) for field in CODEBOOK_COLUMNS}
        self.called = {field: self.titles[place] for field, place in places.items()}

    def _places(self) -> dict[str, int]:
        plain = [re.sub(r"[\s_-]+", "_", title.casefold()) for title in self.titles]
        found: dict[str, int] = {}
        for field in CODEBOOK_COLUMNS:
            names = _OTHER_NAMES.get(field, "").split()
            places = [place for place, title in enumerate(plain) if title == field]
            places = places or [place for place, title in enumerate(plain) if title in names]
            if len(places) > 1:
                both = " and ".join(repr(self.titles[place]) for place in places[:2])
                raise CodebookError(
                    f"the columns {both} both mean {field}",
                    where=f"{self.name}, row 1",
                    remedy=f"call one '{field}'",
                )
            if places:
                found[field] = places[0]
        return found

    def fault(self, at: int, field: str, what: str, remedy: str) -> CodebookError:
        """Return the error for something wrong in one cell."""
        column = self.called.get(field, field)
        return CodebookError(
            what, where=f"{self.name}, row {self.rows[at]}, column {column}", remedy=remedy
        )

    def codes(self) -> list[Code]:
        """Return the codes in the order of the rows, every cell checked."""
        ids = [self._id(at) for at in range(len(self.rows))]
        self._refuse_doubles("name", self.cells["name"])
        self._refuse_doubles("id", ids)
        self._refuse_doubles("shortcut", self.cells["shortcut"])
        parents = self._parents(ids)
        return [self._code(at, ids[at], parents[at]) for at in range(len(self.rows))]

    def _id(self, at: int) -> str:
        name, given = self.cells["name"][at], self.cells["id"][at]
        if not name:
            raise self.fault(at, "name", "is empty", "give a name")
        if len(name.splitlines()) > 1:
            raise self.fault(at, "name", "has more than one line", "shorten it")
        chosen = given or slug(name)
        if not re.fullmatch(r"[\w-]{1,100}", chosen):
            remedy = "use letters, digits, _ and - only, at most 100"
            raise self.fault(at, "id", f"'{chosen:.40}' cannot be an id", remedy)
        return chosen

    def _refuse_doubles(self, field: str, values: Sequence[str]) -> None:
        taken: dict[str, int] = {}
        for at, value in enumerate(values):
            before = taken.setdefault(value.casefold(), at) if value else at
            if before != at:
                what = f"the {field} '{value}' is taken in row {self.rows[before]}"
                raise self.fault(at, field, what, "choose another")

    def _parents(self, ids: Sequence[str]) -> list[str | None]:
        by_id = {one.casefold(): one for one in ids}
        by_name = {n.casefold(): one for n, one in zip(self.cells["name"], ids, strict=True)}
        known = by_id | by_name
        found: list[str | None] = []
        for at, wanted in enumerate(self.cells["parent"]):
            if wanted and wanted.casefold() not in known:
                what = f"there is no code '{wanted}'"
                raise self.fault(at, "parent", what, "give the name or id of another row")
            found.append(known[wanted.casefold()] if wanted else None)
        above = dict(zip(ids, found, strict=True))
        for at, one in enumerate(ids):
            seen, place = {one}, above[one]
            while place is not None and place not in seen:
                seen.add(place)
                place = above[place]
            if place is not None:
                what = "the code stands below itself"
                raise self.fault(at, "parent", what, "give another parent, or none")
        return found

    def _code(self, at: int, identity: str, parent: str | None) -> Code:
        cell = {field: values[at] for field, values in self.cells.items()}
        if cell["colour"] and not re.fullmatch(r"#[0-9A-Fa-f]{6}", cell["colour"]):
            what = f"'{cell['colour']}' is not a colour"
            raise self.fault(at, "colour", what, "write it as #1b6ca8")
        if cell["shortcut"] and not re.fullmatch(r"\S", cell["shortcut"]):
            what = f"'{cell['shortcut']}' is not one key"
            raise self.fault(at, "shortcut", what, "give one letter or digit")
        if cell["retired"].casefold() not in _YES | _NO:
            what = f"'{cell['retired']}' says neither yes nor no"
            raise self.fault(at, "retired", what, "write yes, or leave it empty")
        return Code(
            identity,
            cell["name"],
            parent,
            **{field: cell[field] for field in ("definition", "include", "exclude", "notes")},
            examples=parted(cell["examples"]),
            markers=self._markers(at, cell["markers"]),
            colour=cell["colour"] or None,
            shortcut=cell["shortcut"] or None,
            retired=cell["retired"].casefold() in _YES,
        )

    def _markers(self, at: int, cell: str) -> tuple[str, ...]:
        markers = parted(cell)
        for marker in markers:
            try:
                compile_marker(marker)
            except OptionError as error:
                raise self.fault(at, "markers", error.what, error.remedy or "") from error
        return markers
