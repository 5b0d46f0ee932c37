"""What leaves the project: workbook, tables, codebook."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qualkit.errors import OptionError, UnknownFileKindError
from qualkit.formats.workbook_sheets import Progress
from qualkit.text.pseudonyms import Key
from qualkit.workflow.codebooks import export_codebook
from qualkit.workflow.handle import Handle
from qualkit.workflow.matrix_exports import export_matrix, export_r, export_r_zip, export_sav
from qualkit.workflow.project_exports import export_project, export_whole
from qualkit.workflow.pseudonyms import load_pseudonyms
from qualkit.workflow.reporting import ReportOptions, build_report, write_report

if TYPE_CHECKING:
    from typing import TypedDict, Unpack

    class Options(TypedDict, total=False):
        """How the project leaves, as ``Asked`` says."""

        variant: str
        layout: str
        codings: str
        plain: bool
        codes: Sequence[str]
        by: str
        quotes: int | None
        round_name: str | None
        coders: Sequence[str]
        seed: int
        progress: Progress | None


__all__ = ["KINDS", "REPORTS", "Asked", "Kind", "export"]


@dataclass(frozen=True)
class Asked:
    """How the project is to leave: each kind of file takes of this what concerns it.

    Attributes:
        key: pseudonyms; None leaves the names.
        variant: of a .qdpx, for which program.
        layout: of the matrix, as in ``qualkit.workflow.matrices``.
        codings: of the matrix: "each" coder's, "pooled" or "consensus".
        plain: .csv without what makes it safe to open in a spreadsheet program.
        codes, by, quotes, round_name, coders, seed: of a report, as ``ReportOptions`` says.
        progress: told what is being done, and how much of one file is done, 0 to 1; so far only
            the workbook tells.
    """

    key: Key | None = None
    variant: str = "standard"
    layout: str = "coders"
    codings: str = "each"
    plain: bool = False
    codes: Sequence[str] = ()
    by: str = "stakeholder_type"
    quotes: int | None = 3
    round_name: str | None = None
    coders: Sequence[str] = ()
    seed: int = 1
    progress: Progress | None = None


@dataclass(frozen=True)
class Kind:
    """A kind of file that the project can be written as.

    Attributes:
        write: writes the project to a path.
        title: what it is called.
        about: what is in it, in a sentence.
        has_codings: it tells who said what and what was coded; else only the codebook.
        has_key: it can leave under pseudonyms.
    """

    write: Callable[[Handle, Path, Asked], object]
    title: str
    about: str
    has_codings: bool = True
    has_key: bool = True


def _workbook(project: Handle, path: Path, asked: Asked) -> None:
    from qualkit.workflow.workbook import write_study  # noqa: PLC0415 - openpyxl is slow

    write_study(project, path, asked.key, asked.progress)


def _json(project: Handle, path: Path, asked: Asked) -> None:
    export_whole(project, path, key=asked.key)


def _matrix(project: Handle, path: Path, asked: Asked) -> list[Path]:
    return export_matrix(
        project,
        path,
        layout=asked.layout,
        codings=asked.codings,
        excel_safe=not asked.plain,
        key=asked.key,
    )


def _sav(project: Handle, path: Path, asked: Asked) -> None:
    export_sav(project, path, codings=asked.codings, key=asked.key)


def _r(project: Handle, path: Path, asked: Asked) -> list[Path]:
    if path.suffix.casefold() == ".zip":
        return [export_r_zip(project, path, codings=asked.codings, key=asked.key)]
    return export_r(project, path, codings=asked.codings, key=asked.key)


def _qdpx(project: Handle, path: Path, asked: Asked) -> None:
    export_project(project, path, variant=asked.variant, key=asked.key)


def _codebook(project: Handle, path: Path, asked: Asked) -> None:
    export_codebook(project, path, key=asked.key)


def _report(project: Handle, path: Path, asked: Asked) -> None:
    options = ReportOptions(
        tuple(asked.codes),
        asked.by,
        asked.quotes,
        asked.round_name,
        tuple(asked.coders),
        asked.seed,
    )
    write_report(path, build_report(project, options, asked.key))


_YAML = Kind(
    _codebook,
    "Codebook (yaml)",
    "The codebook alone, to edit or to start another project.",
    has_codings=False,
)
_FOR_R = Kind(_r, "Tables for R (zip)", "A script, and the csv files it loads with their types.")
KINDS: dict[str, Kind] = {
    ".xlsx": Kind(
        _workbook, "Workbook", "Everything in one spreadsheet: matrix, codings, findings, methods."
    ),
    ".html": Kind(
        _report, "Report (page)", "Findings, charts, quotations, agreement and codebook, to read."
    ),
    ".docx": Kind(
        _report, "Report (Word)", "The same as a Word document, with a table of contents."
    ),
    ".csv": Kind(
        _matrix, "Matrix (csv)", "One row per utterance and coder, one 0/1 column per code."
    ),
    ".parquet": Kind(
        _matrix, "Matrix (parquet)", "The same, for Python and R: every column keeps its type."
    ),
    ".sav": Kind(
        _sav, "Matrix (SPSS)", "One case per utterance, with labels; 9 is what was not looked at."
    ),
    ".zip": _FOR_R,
    ".r": _FOR_R,
    ".json": Kind(
        _json,
        "Whole project (json)",
        "All that the project has, its log and its files, to make the same project again.",
        has_key=False,
    ),
    ".qdpx": Kind(
        _qdpx, "Project (qdpx)", "For NVivo, MAXQDA, ATLAS.ti, QualCoder and others that know it."
    ),
    ".yaml": _YAML,
    ".yml": _YAML,
    ".qdc": Kind(
        _codebook, "Codebook (qdc)", "The codebook alone, for other programs.", has_codings=False
    ),
}  # fmt: skip
"""Suffix -> how such a file is written, and what it is called; every door goes by this table."""


def export(
    project: Handle,
    *paths: str | Path,
    pseudonyms: str | Path | None = None,
    **options: Unpack[Options],
) -> list[Path]:
    """Write the project to files, by suffix, and return where they are.

    .xlsx is the whole study as a workbook; .csv, .parquet and .sav (SPSS) the matrix of utterances
    and codes; .R a script with the csv files that it loads, .zip all of these in one file; .json
    the whole project, to make the same again; .html and .docx a report; .yaml the codebook; .qdpx
    all of it for other programs (see ``export_project``). Blind rounds that are still open are left
    out. Every file appears whole or not at all, and says what it contains, or has it beside
    (``.about.json``).

    Args:
        project: an open project.
        *paths: where to write.
        pseudonyms: a key file; every name in it is replaced by its label in what is written.
        **options: variant, of a .qdpx, for which program: standard, nvivo, maxqda, atlas,
            qualcoder; layout, of .csv and .parquet: coders, wide, long; codings, of the matrix:
            each, pooled, consensus; plain, of .csv: not made safe for spreadsheet programs; of a
            report: codes, by, quotes (None: all), round_name, coders, seed, as ``ReportOptions``;
            progress, called with what is being done and how much is done of a file, 0 to 1.

    Returns:
        Every file that was written, those beside the ones asked for too.

    Raises:
        OptionError: there is no such variant, layout ...; or .sav without pyreadstat; or what only
            a report can do is asked for, and none is written.
        RefusedError: .json under pseudonyms, or while a blind round is open.
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
    _check_reported(targets, options)
    key = None if pseudonyms is None else load_pseudonyms(pseudonyms)
    written: list[Path] = []
    for path in targets:
        made = KINDS[path.suffix.casefold()].write(project, path, Asked(key, **options))
        written += made if isinstance(made, list) else [path]
    return written


REPORTS = frozenset(suffix for suffix, kind in KINDS.items() if kind.write is _report)
"""The suffixes of reports."""

_ONLY_REPORTED = {"codes", "by", "quotes", "round_name", "coders", "seed"}


def _check_reported(targets: Sequence[Path], options: Options) -> None:
    """See that nobody takes a file for less than it holds.

    Raises:
        OptionError: an option that only a report heeds, and no report is written.
    """
    asked = sorted(_ONLY_REPORTED & set(options))
    if asked and not any(path.suffix.casefold() in REPORTS for path in targets):
        raise OptionError(
            f"only a report heeds {', '.join(asked)}",
            where=str(targets[0]) if targets else "export",
            remedy="name a file that ends in .html or .docx, too",
        )
