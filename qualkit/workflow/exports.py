"""What leaves the project: workbook, tables, codebook."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import NotEnoughError, UnknownFileKindError
from qualkit.formats.tables import write_csv, write_json, write_parquet
from qualkit.formats.workbook import write_workbook
from qualkit.store import documents
from qualkit.text.pseudonyms import Key
from qualkit.workflow.agreements import agreement
from qualkit.workflow.blindness import coding_frame, review_frame
from qualkit.workflow.codebooks import export_codebook, list_codes
from qualkit.workflow.codings import list_codings
from qualkit.workflow.documents import list_documents, list_utterances
from qualkit.workflow.findings import cooccurrence, frequency
from qualkit.workflow.handle import Handle
from qualkit.workflow.memos import list_memos
from qualkit.workflow.project_exports import export_project
from qualkit.workflow.pseudonyms import load_pseudonyms, mask
from qualkit.workflow.speakers import list_speakers

__all__ = ["KINDS", "export", "matrix", "workbook_sheets"]


def matrix(project: Handle) -> pd.DataFrame:
    """Return one row per codable utterance and coder who looked at it, one 0/1 column per code.

    Columns: document, position, label, speaker, stakeholder_type, coder, round, text, then the
    codes in codebook order (int64). Blind rounds that are still open are left out.
    """
    with project.database.read() as connection:
        utterances = documents.utterance_frame(connection)
        codings = coding_frame(connection, None)
        reviews = review_frame(connection, None)
    codes = [code.name for code in project.codebook().tree()]
    keys = ["document", "position", "coder", "round"]
    ones = codings.drop_duplicates([*keys, "code"]).assign(one=1)
    wide = ones.pivot_table(index=keys, columns="code", values="one", fill_value=0, aggfunc="max")
    wide = wide.reindex(columns=codes, fill_value=0).reset_index()
    rows = reviews[keys].merge(wide, on=keys, how="left")
    rows[codes] = rows[codes].fillna(0).astype("int64")
    told = utterances[["document", "position", "label", "speaker", "stakeholder_type", "text"]]
    table = rows.merge(told, on=["document", "position"], how="left")
    first = [
        "document",
        "position",
        "label",
        "speaker",
        "stakeholder_type",
        "coder",
        "round",
        "text",
    ]
    return table[[*first, *codes]]


def workbook_sheets(
    project: Handle, key: Key | None = None
) -> tuple[dict[str, pd.DataFrame], list[tuple[str, str]]]:
    """Return the sheets of the workbook, and the lines of its first sheet that explain them."""
    sheets = {
        "Utterances x codes": matrix(project),
        "Utterances": list_utterances(project),
        "Codings": list_codings(project),
        "Memos": list_memos(project),
        "Codebook": list_codes(project),
        "Speakers": list_speakers(project),
    }
    left_out = sheets["Codings"].attrs.get("about", {}).get("left_out")
    lines = [
        ("Project", project.name),
        ("Written", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")),
        ("Newest change", str(project.revision)),
        ("Codebook version", str(project.codebook().version)),
        ("Documents", str(len(list_documents(project)))),
        ("Coders", ", ".join(dict.fromkeys(sheets["Codings"]["coder"])) or "none yet"),
        ("Names", _NAMES if key is None else _PSEUDONYMS),
        *([("Left out", left_out)] if left_out else []),
    ]
    for title, make in _FINDINGS.items():
        try:
            sheets[title] = make(project)
            about: dict[str, Any] = sheets[title].attrs.get("about", {})
            lines += [(f"{title}: {name}", str(value)) for name, value in about.items()]
        except NotEnoughError as problem:
            lines.append((title, f"left out: {problem}"))
    return {title: mask(sheet, key) for title, sheet in sheets.items()}, lines


_NAMES = "speakers stand under the names they have in the documents"
_PSEUDONYMS = "names are replaced by labels; start and end count in the text with the real names"


def _all_denominators(project: Handle) -> pd.DataFrame:
    tables = [frequency(project, of=of) for of in ("utterances", "words", "speakers", "documents")]
    whole = pd.concat(tables, ignore_index=True)
    whole.attrs["about"] = tables[0].attrs["about"] | {"denominator": "named in its column"}
    return whole


_FINDINGS: dict[str, Callable[[Handle], pd.DataFrame]] = {
    "Theme x stakeholder": _all_denominators,
    "Co-occurrence": cooccurrence,
    "Agreement": agreement,
}


def _workbook(project: Handle, path: Path, key: Key | None) -> None:
    sheets, lines = workbook_sheets(project, key)
    write_workbook(path, sheets, lines)


def _json(project: Handle, path: Path, key: Key | None) -> None:
    lists = {
        "documents": list_documents(project),
        "utterances": list_utterances(project),
        "codes": list_codes(project),
        "codings": list_codings(project),
        "memos": list_memos(project),
    }
    about = {
        "project": project.name,
        "revision": project.revision,
        "names": _NAMES if key is None else _PSEUDONYMS,
    }
    about |= lists["codings"].attrs.get("about", {})
    rows = {name: mask(table, key).to_dict("records") for name, table in lists.items()}
    write_json(path, {"about": about, **rows})


_Writer = Callable[[Handle, Path, Key | None], object]
KINDS: dict[str, _Writer] = {
    ".csv": lambda project, path, key: write_csv(path, mask(matrix(project), key)),
    ".json": _json,
    ".parquet": lambda project, path, key: write_parquet(path, mask(matrix(project), key)),
    ".qdc": lambda project, path, _: export_codebook(project, path),
    ".qdpx": lambda project, path, key: export_project(project, path, key=key),
    ".xlsx": _workbook,
    ".yaml": lambda project, path, _: export_codebook(project, path),
    ".yml": lambda project, path, _: export_codebook(project, path),
}


def export(
    project: Handle,
    *paths: str | Path,
    pseudonyms: str | Path | None = None,
    variant: str = "standard",
) -> list[Path]:
    """Write the project to files, by suffix, and return where they are.

    .xlsx is the whole study as a workbook; .csv and .parquet the matrix of utterances and codes;
    .json documents, utterances, codebook, codings and memos; .yaml the codebook; .qdpx all of it
    for other programs (see ``export_project``). Blind rounds that are still open are left out.
    Every file appears whole or not at all.

    Args:
        project: an open project.
        *paths: where to write.
        pseudonyms: a key file; every name in it is replaced by its label in what is written.
        variant: of a .qdpx, for which program: standard, nvivo, maxqda, atlas, qualcoder.

    Raises:
        OptionError: there is no such variant.
        UnknownFileKindError: a suffix that cannot be written; nothing is.
        UnwritableError: the folder refuses.
    """
    targets = [Path(path) for path in paths]
    for path in targets:
        if path.suffix.casefold() not in KINDS:
            raise UnknownFileKindError(
                f"qualkit cannot write files of kind '{path.suffix}'",
                where=str(path),
                remedy=f"use one of {', '.join(sorted(KINDS))}",
            )
    key = None if pseudonyms is None else load_pseudonyms(pseudonyms)
    for path in targets:
        kind = path.suffix.casefold()
        if kind == ".qdpx":
            export_project(project, path, variant=variant, key=key)
        else:
            KINDS[kind](project, path, key)
    return targets
