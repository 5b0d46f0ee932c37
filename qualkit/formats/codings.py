"""Files of human codings: comma- or tab-separated text and workbooks."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from pathlib import Path

import pandas as pd

from qualkit.errors import CodingsFileError
from qualkit.formats.frames import file_bytes, table_of

__all__ = ["read_codings"]

_FIELDS = {
    "document": "doc document_id document_name file filename file_name transcript source interview",
    "position": "line utterance utterance_id utterance_index utterance_number number no nr turn",
    "label": "item label_as_printed",
    "code": "codes code_name theme themes tag tags node nodes category",
    "coder": "coder_name coded_by rater annotator user",
    "round": "round_name",
    "start": "start_offset from",
    "end": "end_offset to",
    "certainty": "confidence",
    "memo": "memos comment comments note notes",
    "quote": "text segment excerpt content utterance_text",
    "created_at": "created date timestamp",
}
_NUMBERS = ("position", "start", "end", "certainty")
_YES = {"1", "x", "yes", "y", "true", "✓", "✔"}
_NO = {"", "0", "no", "n", "false", "-"}
_WHOLE = re.compile(r"[+-]?\d+(?:\.0+)?")


def read_codings(
    source: str | Path | bytes,
    source_name: str | None = None,
    codes: Sequence[str] | None = None,
) -> pd.DataFrame:
    r"""Read codings that people made elsewhere.

    Two layouts are known. Long: a row for each coding, or for each utterance with its codes in one
    cell, parted by "|" or ";"; an empty cell says "looked at, nothing applies". Wide: a row for
    each utterance and a column for each code, holding 1, x or yes, or 0 or nothing; for this
    ``codes`` must say which columns are codes. Columns are known by their names in any case, or by
    usual other ones (file, line, theme, rater, comment, text ...). In a workbook a sheet called
    "Codings" is read, else the first one.

    Args:
        source: a .csv, .tsv or .xlsx file, or the bytes of one.
        source_name: how messages call it; needed only for bytes.
        codes: names of the codes. A cell that is one of them as a whole is not parted.

    Returns:
        One row for each coding, and one for each utterance without. Columns document, label, code,
        coder, round, memo, quote, created_at (str, empty where the file has none), position,
        start, end, certainty (Int64, missing where the file has none) and row (int64, the row in
        the file as a person counts: the header is row 1), in the order of the contract.
        ``attrs["left_out"]`` lists the columns of the file that were not used.

    Raises:
        CodingsFileError: no column for the document, the position or the codes; a position that is
            no whole number; a certainty other than 1, 2, 3; half a span; a row longer than the
            header; a wide cell that says neither yes nor no.
        FileError: the file is not there, empty, damaged, hostile or of another kind.

    Example:
        >>> frame = read_codings(b"file;line;codes\nA;1;pay|rota\nA;2;\n", "ana.csv")
        >>> frame[["document", "position", "code", "row"]].values.tolist()
        [['A', 1, 'pay', 2], ['A', 1, 'rota', 2], ['A', 2, '', 3]]
    """
    name = source_name or ("the file" if isinstance(source, bytes) else Path(source).name)
    table = table_of(file_bytes(source, name), name)
    known = {code.strip().casefold(): code for code in codes or ()}
    columns = _columns(list(table.columns), known, name)
    rows = pd.DataFrame({"row": table.index.astype("int64")})
    for field in _FIELDS:
        place = columns.get(field)
        if place is None:
            rows[field] = pd.Series("", index=rows.index, dtype="str")
        else:
            rows[field] = table.iloc[:, place].str.strip().array
    titles = {place: title for place, title in enumerate(table.columns)}
    used = set(columns.values())
    if "code" in columns:
        rows = _split(rows, known)
    else:
        wide = {
            p: known[t.casefold()]
            for p, t in titles.items()
            if t.casefold() in known and p not in used
        }
        rows = _from_wide(rows, table, wide, name)
        used |= set(wide)
    rows = _with_numbers(rows, {f: titles[p] for f, p in columns.items()}, name)
    out = rows[["document", "position", *list(_FIELDS)[2:], "row"]].reset_index(drop=True)
    out.attrs["left_out"] = [title for place, title in titles.items() if place not in used]
    return out


def _columns(titles: list[str], known: Container[str], name: str) -> dict[str, int]:
    """Return field -> place of its column; its own name wins, and a code's name is no other one."""
    plain = [re.sub(r"[\s_-]+", "_", title.casefold()) for title in titles]
    found: dict[str, int] = {}
    for field, others in _FIELDS.items():
        own = [place for place, title in enumerate(plain) if title == field]
        free = [place for place, title in enumerate(titles) if title.casefold() not in known]
        places = own or [place for place in free if plain[place] in others.split()]
        if len(places) > 1:
            both = " and ".join(repr(titles[place]) for place in places)
            what = f"the columns {both} both mean {field}"
            raise CodingsFileError(what, where=f"{name}, row 1", remedy=f"call one '{field}'")
        if places:
            found[field] = places[0]
    there = ", ".join(repr(title) for title in titles if title)
    for field, or_else in (("document", "document"), ("position", "label")):
        if field not in found and or_else not in found:
            what = f"there is no column '{field}'"
            remedy = f"the columns are: {there}"
            raise CodingsFileError(what, where=f"{name}, row 1", remedy=remedy)
    return found


def _split(rows: pd.DataFrame, known: dict[str, str]) -> pd.DataFrame:
    """Return one row for each code of a cell, and one for each cell without."""
    is_whole = rows["code"].str.casefold().isin(list(known))
    parted = rows["code"].where(is_whole, rows["code"].str.replace(";", "|", regex=False))
    several = parted.str.contains("|", regex=False) & ~is_whole
    if not several.any():
        return rows
    lists = [
        list(dict.fromkeys(part.strip() for part in cell.split("|") if part.strip())) or [""]
        if more
        else [cell]
        for cell, more in zip(parted, several, strict=True)
    ]
    return (
        rows.assign(code=pd.Series(lists, index=rows.index, dtype=object))
        .explode("code")
        .astype({"code": "str"})
    )


def _from_wide(
    rows: pd.DataFrame, table: pd.DataFrame, wide: dict[int, str], name: str
) -> pd.DataFrame:
    """Return one row for each code that is marked, and one for each row without a mark."""
    if not wide:
        there = ", ".join(repr(title) for title in table.columns if title)
        what = "there is no column 'code', and no column is called like a code"
        remedy = f"the columns are: {there}"
        raise CodingsFileError(what, where=f"{name}, row 1", remedy=remedy)
    cells = table.iloc[:, list(wide)].apply(lambda column: column.str.strip().str.casefold())
    is_marked = cells.isin(_YES).to_numpy()
    is_unclear = ~is_marked & ~cells.isin(_NO).to_numpy()
    if is_unclear.any():
        row, column = (int(place[0]) for place in is_unclear.nonzero())
        where = f"{name}, row {table.index[row]}, column {cells.columns[column]}"
        cell = str(table.iloc[row, list(wide)[column]])
        what = f"'{cell}' says neither yes nor no"
        raise CodingsFileError(what, where=where, remedy="use 1 or 0")
    row, column = is_marked.nonzero()
    marks = pd.DataFrame({"place": row, "code": pd.Series(list(wide.values())).iloc[column].array})
    rows = rows.drop(columns="code").assign(place=range(len(rows)))
    return rows.merge(marks, on="place", how="left").fillna({"code": ""}).astype({"code": "str"})


def _with_numbers(rows: pd.DataFrame, titles: dict[str, str], name: str) -> pd.DataFrame:
    """Turn the number columns into Int64 and refuse what they cannot hold."""

    def refuse(is_wrong: pd.Series[bool], field: str, what: str, remedy: str) -> None:
        if is_wrong.any():
            first = rows[is_wrong.to_numpy()].iloc[0]
            where = f"{name}, row {first['row']}, column {titles.get(field, field)}"
            raise CodingsFileError(what.format(first[field]), where=where, remedy=remedy)

    numbers = {}
    for field in _NUMBERS:
        is_empty = rows[field] == ""
        if is_empty.all():
            numbers[field] = pd.Series(pd.NA, index=rows.index, dtype="Int64")
            continue
        is_whole = rows[field].str.fullmatch(_WHOLE.pattern) & (rows[field].str.len() < 16)
        refuse(~(is_empty | is_whole), field, "'{}' is not a whole number", "give a number or none")
        digits = rows[field].where(~is_empty).str.partition(".")[0]
        numbers[field] = pd.to_numeric(digits).astype("Int64")
    is_lost = numbers["position"].isna() & (rows["label"] == "")
    refuse(is_lost, "position", "the position is missing", "give the number of the utterance")
    certainty, start, end = (numbers[field] for field in ("certainty", "start", "end"))
    is_odd = certainty.notna() & ~certainty.isin([1, 2, 3])
    refuse(is_odd, "certainty", "the certainty '{}' is not 1, 2 or 3", "1 is unsure, 3 is sure")
    half = "half a span: start '{}' and no end, or the other way round"
    refuse(start.isna() != end.isna(), "start", half, "give both, or neither")
    is_empty_span = ((start < 0) | (start >= end)).fillna(False).astype(bool)
    refuse(is_empty_span, "start", "the span begins at '{}' and not before its end", "correct it")
    return rows.assign(**numbers)
