"""Tables and lists of coded passages, as programs export them: a quote and its codes.

Known are ATLAS.ti's list of quotations, MAXQDA's retrieved segments, QualCoder's report of codings,
Taguette's highlights (csv, xlsx, docx, html), lists of Word comments, and any table with a column
for the document, one for the code, and one for the words or two for start and end.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from qualkit.errors import CodingsFileError
from qualkit.formats.documents import read_document
from qualkit.formats.frames import file_bytes, table_of

__all__ = ["Segment", "bare_quote", "read_segments"]

_FIELDS = {
    "document": "document_name document_title file filename file_name transcript source documento "
    "interview dokument dokumentname dokumenttitel source_name media_title nombre_del_documento "
    "nome_do_documento nome_documento nom_du_document titre_du_document entrevista intervista",
    "code": "codes codename code_name codes_applied_combined tag tags node nodes theme category "
    "kode kodes codigo codigos codice codici quirk",
    "quote": "text_content segment coded content quotation quotation_content coded_segment excerpt "
    "selected_text snippet coded_text text excerpt_copy zitat zitatinhalt textinhalt segmento "
    "cita contenido_de_la_cita conteudo_da_citacao conteudo_do_texto conteudo contenuto citation "
    "contenu_de_la_citation comment_text",
    "coder": "author created_by coded_by user rater annotator creator excerpt_creator autor autora "
    "autore auteur erstellt_von kodiert_von creado_por criado_por creato_da cree_par",
    "memo": "coded_memo comment comments note notes comentario commentaire commento kommentar",
    "start": "start_offset from begin_offset pos0",
    "end": "end_offset to pos1",
}  # the names of several programs, in several languages, without accents
_LISTS = {".docx", ".html", ".htm"}
_LINE = re.compile(r"\s*Document:\s*(?P<document>.+?)\s+Tags:\s*(?P<tags>.*?)\s*")
_MOST_SHOWN, _SHOWN = 12, 40  # columns named in a message, characters of each
_NUMBER = re.compile(r"\d{1,12}")


class Segment(NamedTuple):
    """A coded passage: row in the file, and start and end in code points where it says them."""

    row: int
    document: str
    quote: str
    code: str
    coder: str = ""
    memo: str = ""
    start: int | None = None
    end: int | None = None


def read_segments(source: str | Path, codes: Sequence[str] = ()) -> list[Segment]:
    """Return the coded passages in a file, one row for each passage and code.

    A passage without a code is one row, whose code is "".

    Args:
        source: .csv, .tsv, .xlsx, or the .docx or .html that Taguette exports.
        codes: names that are known; a cell with several codes is parted where they are.

    Returns:
        One for each passage and code; what the file does not say is "" or None.

    Raises:
        CodingsFileError: no column for the document, the code or the words.
        FileError: the file is missing, empty, damaged, hostile or of another kind.
    """
    place = Path(source)
    if place.suffix.casefold() in _LISTS:
        found = list(_listed(place))
        if not found:
            what = "there is no line 'Document: ... Tags: ...', so it is no export of Taguette"
            remedy = "export the highlights as .csv"
            raise CodingsFileError(what, where=place.name, remedy=remedy)
    else:
        found = list(_cells(table_of(file_bytes(place, place.name), place.name), place.name))
    known = {name.casefold(): name for name in sorted(codes, key=len, reverse=True)}
    return [
        one._replace(code=code)
        for one in found
        for code in dict.fromkeys(_parted(one.code, known) or [""])
    ]


def _listed(place: Path) -> Iterator[Segment]:
    """Yield what stands in a list of Taguette: words, then document and tags."""
    words: list[str] = []
    lines = read_document(place).text.split("\n")
    for number, line in enumerate(lines[1:], start=2):
        found = _LINE.fullmatch(line)
        if found is None:
            words.append(line)
            continue
        quote = "\n".join(words).strip()
        yield Segment(number, found["document"], quote, found["tags"].replace(", ", "\n"))
        words = []


def _cells(table: pd.DataFrame, name: str) -> Iterator[Segment]:
    places = _places([str(one) for one in table.columns])
    is_placed = "quote" in places or {"start", "end"} <= places.keys()
    missing = [one for one in ("document", "code") if one not in places]
    missing += [] if is_placed else ["quote"]
    if missing:
        titles = [repr(str(title)[:_SHOWN]) for title in table.columns if title]
        there = ", ".join(titles[:_MOST_SHOWN]) + (" ..." if len(titles) > _MOST_SHOWN else "")
        what = f"there is no column for the {missing[0]}"
        raise CodingsFileError(what, where=f"{name}, row 1", remedy=f"the columns are: {there}")
    for row, cells in zip(table.index, table.to_numpy().tolist(), strict=True):
        said = {field: str(cells[place]).strip() for field, place in places.items()}
        ends = (said.pop("start", ""), said.pop("end", ""))
        start, end = (int(one) if _NUMBER.fullmatch(one) else None for one in ends)
        said.setdefault("quote", "")
        yield Segment(int(row), **said, start=start, end=end)


def _places(titles: list[str]) -> dict[str, int]:
    """Return field -> place of its column; its usual names in order of how sure they are."""
    plain = [re.sub(r"[\s_-]+", "_", _unaccented(one.strip().casefold())) for one in titles]
    places: dict[str, int] = {}
    for field, others in _FIELDS.items():
        free = [one for one in (field, *others.split()) if one in plain]
        taken = (plain.index(one) for one in free)
        found = next((one for one in taken if one not in places.values()), None)
        if found is not None:
            places[field] = found
    if "quote" not in places and "start" not in places and "memo" in places:
        places["quote"] = places.pop("memo")  # lists of comments on passages
    return places


def _unaccented(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title)
    return "".join(one for one in letters if not unicodedata.combining(one))


def bare_quote(quote: str) -> str:
    """Return a quote without quotation marks that stand around the whole of it.

    Example:
        >>> bare_quote('"More pay."'), bare_quote('"Yes" and "no"')
        ('More pay.', '"Yes" and "no"')
    """
    is_around = len(quote) > 1 and quote[0] == quote[-1] == '"' and '"' not in quote[1:-1]
    return quote[1:-1] if is_around else quote


def _parted(cell: str, known: dict[str, str]) -> list[str]:
    """Return the codes in a cell: known names first, then what line ends, ";", "|" or ", " part.

    Example:
        >>> _parted("Pay, hours, Rota", {"pay, hours": "Pay, hours"})
        ['Pay, hours', 'Rota']
    """
    if cell.casefold() in known:
        return [known[cell.casefold()]]
    for mark in ("\n", "|", ";"):
        if mark in cell:
            return [one.strip() for one in cell.split(mark) if one.strip()]
    found, rest = [], cell
    while rest:
        name = next(
            (
                one
                for one in known
                if rest.casefold().startswith(one) and rest[len(one) :][:2] in {"", ", "}
            ),
            None,
        )
        taken = rest[: len(name)] if name else rest.partition(", ")[0]
        found.append(known[name] if name else taken)
        rest = rest[len(taken) :].removeprefix(", ").strip()
    return [one for one in found if one.strip()]
