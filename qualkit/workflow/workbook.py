"""The whole study as an Excel workbook: material, codings, findings, log, each on its own sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.formats.workbook import write_workbook
from qualkit.formats.workbook_sheets import Progress, Sheet, sheet_of
from qualkit.store.documents import UTTERANCE_COLUMNS
from qualkit.text.pseudonyms import Key
from qualkit.workflow import blindness
from qualkit.workflow.adjudication import list_disagreements
from qualkit.workflow.agreements import agreement
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.codebooks import list_codes
from qualkit.workflow.findings import cooccurrence, frequency
from qualkit.workflow.handle import Handle
from qualkit.workflow.memos import list_memos
from qualkit.workflow.pseudonyms import mask
from qualkit.workflow.reading import everything
from qualkit.workflow.speakers import list_speakers
from qualkit.workflow.workbook_about import Findings, about_lines, chart_blocks
from qualkit.workflow.workbook_tables import codings_sheet, matrix_sheet

__all__ = ["DENOMINATORS", "write_study"]

DENOMINATORS = ("utterances", "words", "speakers", "documents")
_READING = 0.4  # of the time, spent before the first row is written
_MOMENTS = {"at", "first", "last", "created_at", "changed_at", "imported_at"}


def write_study(
    project: Handle, path: Path, key: Key | None = None, progress: Progress | None = None
) -> list[str]:
    """Write the workbook of the whole study.

    Its sheets: Read me, Charts, Utterances x codes, Codings, Utterances, Codebook, Speakers, Theme
    x stakeholder, Co-occurrence, Agreement, Adjudication, Memos, Log summary. Blind rounds that are
    still open are left out.

    Args:
        project: an open project.
        path: the file to write or to replace.
        key: pseudonyms for the names in it.
        progress: told what is being done, and how much of the whole is done, 0 to 1.

    Returns:
        What a workbook cannot hold and what became of it, as ``formats.workbook.write_workbook``.

    Raises:
        UnwritableError: the folder refuses.
    """
    with without_pauses():
        return _write(project, path, key, progress or (lambda _what, _done: None))


def _write(project: Handle, path: Path, key: Key | None, tell: Progress) -> list[str]:
    sheets: dict[str, Sheet] = {}
    findings: Findings = {}
    makers = [*_material(project), *_findings(project, findings), *_history(project)]
    for number, (title, make) in enumerate(makers):
        tell(title, _READING * number / len(makers))
        sheet = make()
        if sheet is not None:
            sheets[title] = _leaving(sheet, key)
    return write_workbook(
        path,
        sheets,
        about_lines(project, findings, key),
        charts=chart_blocks(project, findings, key),
        progress=lambda what, done: tell(what, _READING + (1 - _READING) * done),
    )


_Maker = tuple[str, Callable[[], Sheet | None]]


def _leaving(sheet: Sheet, key: Key | None) -> Sheet:
    """Return a sheet with moments as dates, under the names it is to leave with."""

    def part(first: int, last: int) -> pd.DataFrame:
        return mask(_dated(sheet.part(first, last)), key)

    marks = sheet.marks
    if marks is not None and key is not None:
        marks = replace(marks, names=[key.replace(name) for name in marks.names])
    return replace(sheet, part=part, marks=marks)


def _dated(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose moments, ISO texts in UTC, are dates without a zone."""
    found = [name for name in frame.columns if name in _MOMENTS]
    made = {
        name: pd.to_datetime(frame[name], format="ISO8601", utc=True).dt.tz_localize(None)
        for name in found
    }
    return frame.assign(**made) if made else frame


def _material(project: Handle) -> Iterator[_Maker]:
    read = everything(project)
    yield "Utterances x codes", lambda: matrix_sheet(project, read)
    yield "Codings", lambda: codings_sheet(project, read)
    yield (
        "Utterances",
        lambda: _named(
            read.utterances[UTTERANCE_COLUMNS],
            "utterances",
            "Every utterance in reading order, coded or not; start and end count characters in the "
            "document",
            keys=2,
            formats={"time": "0.0"},
        ),
    )
    yield (
        "Codebook",
        lambda: _named(
            list_codes(project),
            "codebook",
            "Every code in the order of the tree; codings: utterances that carry the code itself",
            keys=1,
        ),
    )
    yield (
        "Speakers",
        lambda: _named(
            list_speakers(project),
            "speakers",
            "Every speaker in every document he or she speaks in",
        ),
    )


def _named(frame: pd.DataFrame, name: str, about: str, **said: Any) -> Sheet:
    return sheet_of(frame, name=name, about=about, **said)


def _findings(project: Handle, findings: Findings) -> Iterator[_Maker]:
    """Yield the makers of the sheets of findings; each also keeps its table for the first sheet."""

    def found(
        title: str, make: Callable[[Handle], pd.DataFrame], said: dict[str, Any]
    ) -> Sheet | None:
        try:
            table = make(project)
        except NotEnoughError as problem:
            findings[title] = str(problem)
            return None
        findings[title] = table
        return sheet_of(table, **said)

    for title, (make, said) in _SAID.items():
        yield title, partial(found, title, make, said)


def _all_denominators(project: Handle) -> pd.DataFrame:
    tables = [frequency(project, of=of) for of in DENOMINATORS]
    whole = pd.concat(tables, ignore_index=True)
    whole.attrs = {"about": tables[0].attrs["about"] | {"interval": _INTERVALS}}
    whole.attrs["about"]["denominator"] = "named in its column"
    return whole


_INTERVALS = (
    "95 %: utterances and words leaving out one speaker at a time (jackknife), speakers and "
    "documents after Wilson"
)


_SAID: dict[str, tuple[Callable[[Handle], pd.DataFrame], dict[str, Any]]] = {
    "Theme x stakeholder": (
        _all_denominators,
        {
            "name": "frequency",
            "about": "How often each code and theme comes up with each stakeholder type, with four "
            "denominators, each with its 95 % interval (low, high)",
            "percent": ("share", "low", "high"),
            "heat": ("share",),
            "keys": 3,
        },
    ),
    "Co-occurrence": (
        cooccurrence,
        {
            "name": "cooccurrence",
            "about": "Every pair of codes that could share an utterance; n_ab: how many they share",
            "percent": ("share_a", "share_b"),
            "heat": ("n_ab", "jaccard"),
            "keys": 2,
        },
    ),
    "Agreement": (
        agreement,
        {
            "name": "agreement",
            "about": "How far the coders agree on each code and overall, with 95 % intervals",
            "heat": ("value",),
            "keys": 2,
        },
    ),
}
"""Title -> what makes the table, and how its sheet looks."""


def _history(project: Handle) -> Iterator[_Maker]:
    yield (
        "Adjudication",
        lambda: _named(
            list_disagreements(project),
            "adjudication",
            "Every code that some coders of a round applied to an utterance and others did not, "
            "and what was decided",
            keys=2,
        ),
    )
    yield (
        "Memos",
        lambda: _named(list_memos(project), "memos", "Every memo, with what it is about"),
    )
    yield "Log summary", lambda: _log(project)


def _log(project: Handle) -> Sheet:
    with project.database.read() as connection:
        log = blindness.change_frame(connection, None)
    counted = log.groupby(["actor", "action"], sort=False)["at"].agg(
        changes="size", first="min", last="max"
    )
    about = "What was done to the project, by whom, how often, first and last; the log itself stays"
    return _named(counted.reset_index(), "log_summary", about)
