"""Tables of utterances: .csv and .tsv, one row each."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from qualkit.errors import EmptyFileError, UnreadableFileError
from qualkit.formats.decode import decode
from qualkit.formats.read_plain import encoding_remarks
from qualkit.formats.table_limits import MOST_COLUMNS, narrow, within
from qualkit.formats.turn_text import TurnText, Who
from qualkit.text.normalise import normalise
from qualkit.text.reading import Reading
from qualkit.text.shapes import seconds

__all__ = ["read_csv", "read_rows", "read_tsv"]

_NAMES = {
    "text": "text utterance utterances comment comments content message words sentence answer "
    "response quote speech turn_text said what transcript_text body form",
    "speaker": "speaker speakers speaker_name speaker_id name who participant participant_id actor "
    "from author interviewee voice person respondent user label case case_id",
    "time": "time start start_time starttime timestamp begin onset start_s start_seconds in tc "
    "start_ms",
    "role": "role speaker_role job_title job role_in_study position",
    "organisation": "organisation organization company org employer affiliation",
    "section": "document document_id transcript transcript_id section topic session file question",
}
_COLUMNS = {kind: frozenset(words.split()) for kind, words in _NAMES.items()}
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_CLOCK = re.compile(r"\d{1,3}:\d{2}(?::\d{2})?(?:[.,]\d{1,3})?")
_LONGEST_CELL = 4_000_000
_MOST_SECTIONS = 0.2
_TOKENS = 1.6
_LOOKED_AT = 400
_SHOWN = 12


@dataclass(frozen=True)
class _Columns:
    text: int
    speaker: int | None = None
    time: int | None = None
    role: int | None = None
    organisation: int | None = None
    section: int | None = None
    has_header: bool = True


def read_csv(source: bytes, source_name: str) -> Reading:
    r"""Return the utterances of a comma-separated file; semicolons, tabs and bars part as well.

    The columns are known by their names; where the names say nothing, the text is the column with
    the longest cells and the speaker one with few different, short cells.

    Raises:
        EmptyFileError: there are no rows with text.
        UnreadableFileError: the file is no table.

    Example:
        >>> reading = read_csv(b"speaker,text\nAnn,We left.\nBo,Why?\n", "a.csv")
        >>> [(turn.speaker, reading.text[turn.start : turn.end]) for turn in reading.turns]
        [('Ann', 'We left.'), ('Bo', 'Why?')]
    """
    return _read(source, source_name, None)


def read_tsv(source: bytes, source_name: str) -> Reading:
    r"""Return the utterances of a tab-separated file, as ``read_csv`` does.

    Example:
        >>> read_tsv(b"speaker\ttext\nAnn\tWe left.\n", "a.tsv").turns[0].speaker
        'Ann'
    """
    return _read(source, source_name, "\t")


def _read(source: bytes, source_name: str, delimiter: str | None) -> Reading:
    decoded = decode(source, source_name)
    rows = _rows(decoded.text, delimiter or _delimiter(decoded.text), source_name)
    return read_rows(rows, source_name, decoded.encoding, encoding_remarks(decoded))


def _delimiter(text: str) -> str:
    head = text[:20_000].split("\n")[:20]
    counted = {mark: [line.count(mark) for line in head if line.strip()] for mark in ",;\t|"}
    return max(counted, key=lambda mark: (min(counted[mark], default=0) > 0, sum(counted[mark])))


def _rows(text: str, delimiter: str, source_name: str) -> list[list[str]]:
    before = csv.field_size_limit(_LONGEST_CELL)
    lines = narrow(text.splitlines(keepends=True), delimiter, source_name)
    try:
        if delimiter == "\t" and text.count('"') % 2:
            bare = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
            return within(bare, source_name)
        return within(csv.reader(lines, delimiter=delimiter), source_name)
    except csv.Error as error:
        raise UnreadableFileError(
            f"this is no table ({error})", where=source_name, remedy="save it as CSV again"
        ) from error
    finally:
        csv.field_size_limit(before)


def read_rows(
    rows: Sequence[Sequence[str]],
    source_name: str,
    encoding: str = "utf-8",
    remarks: tuple[tuple[str, str], ...] = (),
) -> Reading:
    """Return the utterances of rows of cells, the first of which may be the header.

    Raises:
        EmptyFileError: there are no rows with text.
        UnreadableFileError: a row has more than 2,000 columns.

    Example:
        >>> read_rows([["who", "said"], ["Ann", "We left."]], "a.xlsx").text
        'Ann: We left.'
    """
    filled = [[cell.strip() for cell in row] for row in rows if any(cell.strip() for cell in row)]
    if not filled:
        raise EmptyFileError("there are no rows in the table", where=source_name)
    widest = max(len(row) for row in filled)
    if widest > MOST_COLUMNS:
        raise UnreadableFileError(
            f"a row of the table has {widest:,} columns; at most {MOST_COLUMNS:,} are read",
            where=source_name,
            remedy="keep one row per utterance",
        )
    columns = _columns(filled)
    body = filled[1:] if columns.has_header else filled
    is_tokens = _is_tokens(body, columns)
    text = TurnText()
    left_out = 0
    for row in _joined(body, columns) if is_tokens else body:
        words = normalise(_cell(row, columns.text) or "")
        if words.strip():
            _add(text, row, words.strip(), columns)
        else:
            left_out += 1
    reading = text.reading(encoding, (*remarks, *_said(filled, columns, left_out)))
    if not reading.turns:
        raise EmptyFileError("no row of the table holds any text", where=source_name)
    return reading


def _add(text: TurnText, row: Sequence[str], words: str, columns: _Columns) -> None:
    text.add(
        words,
        speaker=_name(_cell(row, columns.speaker)),
        time=_time(_cell(row, columns.time)),
        section=_name(_cell(row, columns.section)),
        who=Who(_name(_cell(row, columns.role)), _name(_cell(row, columns.organisation))),
    )


def _cell(row: Sequence[str], place: int | None) -> str | None:
    return row[place] if place is not None and place < len(row) else None


def _name(cell: str | None) -> str | None:
    return normalise(" ".join(cell.split())) or None if cell else None


def _time(cell: str | None) -> float | None:
    if not cell:
        return None
    if _CLOCK.fullmatch(cell):
        return seconds(cell)
    return float(cell) if _NUMBER.fullmatch(cell) else None


def _columns(rows: Sequence[Sequence[str]]) -> _Columns:
    header = [_NOT_WORD.sub("_", cell.casefold()).strip("_") for cell in rows[0]]
    found = {
        kind: next((place for place, name in enumerate(header) if name in names), None)
        for kind, names in _COLUMNS.items()
    }
    named = any(place is not None for place in found.values())
    body = (rows[1:] if named and len(rows) > 1 else rows)[:_LOOKED_AT]
    has_header = named and len(rows) > 1
    text = found["text"] if found["text"] is not None else _longest(body, set(found.values()))
    speaker = found["speaker"]
    if speaker is None and not named:
        speaker = _fewest(body, text)
    section = found["section"] if _repeats(body, found["section"]) else None
    return _Columns(
        text,
        speaker if speaker != text else None,
        found["time"],
        found["role"],
        found["organisation"],
        section,
        has_header or (not named and _is_header(rows, text)),
    )


def _longest(rows: Sequence[Sequence[str]], taken: set[int | None]) -> int:
    width = max(len(row) for row in rows)
    lengths = {
        place: mean(len(_cell(row, place) or "") for row in rows)
        for place in range(width)
        if place not in taken or width == 1
    }
    return max(lengths, key=lambda place: lengths[place]) if lengths else 0


def _fewest(rows: Sequence[Sequence[str]], text: int) -> int | None:
    width = max(len(row) for row in rows)
    for place in range(width):
        cells = [_cell(row, place) or "" for row in rows]
        short = all(len(cell) <= 40 for cell in cells) and all(cells)
        worded = any(letter.isalpha() for cell in cells for letter in cell)
        if place != text and short and worded and len(set(cells)) <= max(2, 0.5 * len(cells)):
            return place
    return None


def _repeats(rows: Sequence[Sequence[str]], place: int | None) -> bool:
    if place is None:
        return False
    cells = {_cell(row, place) for row in rows}
    return len(cells) <= max(1, _MOST_SECTIONS * len(rows))


def _is_header(rows: Sequence[Sequence[str]], text: int) -> bool:
    if len(rows) < 3:
        return False
    if _is_above_numbers(rows):
        return True
    first = _cell(rows[0], text) or ""
    others = mean(len(_cell(row, text) or "") for row in rows[1:])
    return len(first) <= 25 and len(first.split()) <= 3 and others > 2 * len(first)


def _is_above_numbers(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether words alone stand in the first row, above a column of numbers."""
    if any(_NUMBER.fullmatch(cell) for cell in rows[0]):
        return False
    body = rows[1:_LOOKED_AT]
    return any(
        all(_NUMBER.fullmatch(_cell(row, place) or "") for row in body)
        for place in range(len(rows[0]))
    )


def _is_tokens(rows: Sequence[Sequence[str]], columns: _Columns) -> bool:
    """Return whether each row holds one word: such rows are joined to turns."""
    cells = [(_cell(row, columns.text) or "").split() for row in rows]
    return (
        columns.speaker is not None
        and len(cells) >= 20
        and mean(len(words) for words in cells) < _TOKENS
        and max(len(words) for words in cells) <= 4
    )


def _joined(rows: Sequence[Sequence[str]], columns: _Columns) -> list[list[str]]:
    joined: list[list[str]] = []
    for row in rows:
        same = joined and _cell(joined[-1], columns.speaker) == _cell(row, columns.speaker)
        if same and columns.text < len(row):
            joined[-1][columns.text] += f" {row[columns.text]}"
        else:
            joined.append(list(row))
    return joined


def _said(
    rows: Sequence[Sequence[str]], columns: _Columns, left_out: int
) -> tuple[tuple[str, str], ...]:
    header = rows[0] if columns.has_header else None

    def title(place: int | None) -> str:
        if place is None:
            return "none"
        named = header[place] if header and place < len(header) and header[place] else None
        return f"'{named}'" if named else f"number {place + 1}"

    said = [
        (
            "columns",
            f"Column of the text: {title(columns.text)}; of the speaker: {title(columns.speaker)}; "
            f"of the time: {title(columns.time)}.",
        )
    ]
    if columns.section is not None:
        number = Counter(_cell(row, columns.section) for row in rows[1:])
        said.append(("columns", f"Column {title(columns.section)} gives {len(number)} sections."))
    taken = {columns.text, columns.speaker, columns.time}
    taken |= {columns.role, columns.organisation, columns.section}
    others = [title(place) for place in range(max(map(len, rows))) if place not in taken]
    if others:
        shown = f"{', '.join(others[:_SHOWN])}{' ...' if len(others) > _SHOWN else ''}"
        said.append(("left out", f"Columns that were not read: {shown}."))
    if left_out:
        said.append(("left out", f"{left_out} rows without text were left out."))
    return tuple(said)
