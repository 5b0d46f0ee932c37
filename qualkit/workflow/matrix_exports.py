"""The matrix of utterances and codes in files: csv, parquet, for SPSS and for R."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.errors import OptionError
from qualkit.formats.atomic import replacing
from qualkit.formats.r_script import RTable, write_r
from qualkit.formats.spss import Variable, write_sav
from qualkit.formats.tables import write_csv, write_parquet
from qualkit.text.pseudonyms import Key
from qualkit.workflow.bulk import without_pauses
from qualkit.workflow.codebooks import list_codes
from qualkit.workflow.codings import list_codings, list_reviews
from qualkit.workflow.contents import contained
from qualkit.workflow.documents import list_utterances
from qualkit.workflow.handle import Handle
from qualkit.workflow.matrices import matrix, wide_matrix
from qualkit.workflow.pseudonyms import mask
from qualkit.workflow.speakers import list_speakers

__all__ = ["export_matrix", "export_r", "export_r_zip", "export_sav"]

_APPLIED = {0: "not applied", 1: "applied", 9: "not looked at"}
_NOT_SEEN = 9
_LABELS = {
    "document": "Document",
    "position": "Number of the utterance in its document",
    "label": "Label as printed",
    "speaker": "Speaker",
    "stakeholder_type": "Stakeholder type",
    "text": "What was said",
}


def export_matrix(
    project: Handle,
    path: str | Path,
    *,
    layout: str = "coders",
    codings: str = "each",
    excel_safe: bool = True,
    key: Key | None = None,
) -> list[Path]:
    """Write the matrix as ``.csv`` or ``.parquet``, by suffix, with what it contains.

    Args:
        project: an open project.
        path: where to.
        layout: "coders" (a row per utterance and coder), "wide" (a row per utterance) or "long" (a
            row per utterance, coder and code), as in ``qualkit.workflow.matrices``.
        codings: of the last two: "each", "pooled" or "consensus".
        excel_safe: of csv, whether a spreadsheet program may open it.
        key: pseudonyms.

    Returns:
        The file; of csv also the ``.about.json`` beside it.

    Raises:
        OptionError: another layout, or other codings.
        NotEnoughError: nobody has coded; or there is no consensus.
        UnwritableError: the folder refuses.
    """
    with without_pauses():
        shape = matrix(project, layout, codings, key=key)
    columns = [{name: _masked([word], key)[0] for name, word in one.items()}
               for one in shape.attrs.pop("columns", [])]  # fmt: skip
    about = contained(project, key) | {"layout": layout, "codings_of": codings}
    if columns:
        about["columns"] = columns
    table = mask(shape, key)
    if Path(path).suffix.casefold() == ".parquet":
        write_parquet(path, table, about)
        return [Path(path)]
    return write_csv(path, table, excel_safe=excel_safe, about=about)


def export_sav(
    project: Handle, path: str | Path, *, codings: str = "each", key: Key | None = None
) -> Path:
    """Write the wide matrix for SPSS: one case per codable utterance, one variable per code.

    A code is 1 (applied), 0 (not applied) or 9 (not looked at, declared missing). Stakeholder types
    are numbers with labels, in the order of the typology. Notes in the file say what it contains.

    Args:
        project: an open project.
        path: where to.
        codings: "each", "pooled" or "consensus", as in ``matrices.wide_matrix``.
        key: pseudonyms.

    Raises:
        OptionError: pyreadstat is not installed.
        NotEnoughError: nobody has coded; or there is no consensus.
        UnwritableError: the folder refuses.
    """
    wide = wide_matrix(project, codings, key=key)
    columns = wide.attrs["columns"]
    table = mask(wide, key)
    types = _masked([one.name for one in project.typology().types], key)
    order = {name: number for number, name in enumerate(types, start=1)}
    table["stakeholder_type"] = table["stakeholder_type"].map(order).astype("Int64")
    variables = {name: Variable(label) for name, label in _LABELS.items()}
    variables["position"] = Variable(_LABELS["position"], "ordinal")
    variables["stakeholder_type"] = Variable(
        _LABELS["stakeholder_type"], values={number: name for name, number in order.items()}
    )
    for name, label in _told(columns, key).items():
        variables[name] = Variable(label, values=_APPLIED, missing=_NOT_SEEN)
    about = contained(project, key) | {"codings_of": _whose(codings, columns, key)}
    write_sav(path, table, variables, about)
    return Path(path)


def _whose(codings: str, columns: list[dict[str, str]], key: Key | None) -> str:
    if codings == "each":
        return "each coder, in variables of their own"
    return _masked([columns[0]["coder"]], key)[0] if columns else codings


def _masked(words: list[str], key: Key | None) -> list[str]:
    return words if key is None else [key.replace(one) for one in words]


def export_r(
    project: Handle, path: str | Path, *, codings: str = "each", key: Key | None = None
) -> list[Path]:
    """Write a script for R, and beside it the csv files that it loads with types and factors.

    Of ``study.R`` these are ``study_utterances.csv``, ``study_wide.csv`` (the wide matrix),
    ``study_codings.csv``, ``study_reviews.csv``, ``study_codes.csv``, ``study_speakers.csv`` and
    ``study.about.json``, which says what they contain.

    Args:
        project: an open project.
        path: where the script is to be.
        codings: of the matrix: "each", "pooled" or "consensus".
        key: pseudonyms.

    Returns:
        All files, the script first.

    Raises:
        NotEnoughError: nobody has coded; or there is no consensus.
        UnwritableError: the folder refuses.
    """
    if not Path(path).stem.strip("."):
        raise OptionError("the script needs a name", where=str(path), remedy="call it study.R")
    wide = wide_matrix(project, codings, key=key)
    told = _told(wide.attrs["columns"], key)
    frames = {
        "utterances": list_utterances(project),
        "wide": wide.drop(columns="text"),
        "codings": list_codings(project),
        "reviews": list_reviews(project),
        "codes": list_codes(project),
        "speakers": list_speakers(project),
    }
    levels = _levels(project, frames, key)
    times = {"codings": ("created_at",), "reviews": ("reviewed_at",)}
    tables = {
        name: RTable(
            mask(frame, key),
            {one: words for one, words in levels.items() if one in frame.columns}
            if name not in {"codes", "speakers"}
            else {},
            times.get(name, ()),
            told if name == "wide" else {},
        )
        for name, frame in frames.items()
    }
    about: dict[str, Any] = contained(project, key)
    about["columns_of_wide"] = told
    return write_r(path, tables, about)


def export_r_zip(
    project: Handle, path: str | Path, *, codings: str = "each", key: Key | None = None
) -> Path:
    """Write what ``export_r`` writes as one archive, in which the script is ``study.R``."""
    with tempfile.TemporaryDirectory(prefix="qualkit-") as place, replacing(path) as draft:
        folder = Path(place) / "study"
        folder.mkdir()
        export_r(project, folder / "study.R", codings=codings, key=key)
        made = shutil.make_archive(str(Path(place) / "made"), "zip", folder)
        shutil.copyfile(made, draft)
    return Path(path)


def _told(columns: list[dict[str, str]], key: Key | None) -> dict[str, str]:
    """Return column -> what it says: its code, coder, and round where there are several."""
    several = len({one["round"] for one in columns}) > 1
    told = {}
    for one in columns:
        whose = f"{one['coder']}, {one['round']}" if several else one["coder"]
        told[one["column"]] = _masked([f"{one['code']} ({whose})"], key)[0]
    return told


def _levels(
    project: Handle, frames: dict[str, pd.DataFrame], key: Key | None
) -> dict[str, list[str]]:
    """Return the levels of each factor: codes and types in their own order, the rest as read."""
    spoken = frames["utterances"]
    named = {
        "code": [code.name for code in project.codebook().tree()],
        "stakeholder_type": [one.name for one in project.typology().types],
        "document": spoken["document"].unique().tolist(),
        "speaker": spoken["speaker"].dropna().unique().tolist(),
        "kind": spoken["kind"].unique().tolist(),
        "coder": sorted({*frames["codings"]["coder"], *frames["reviews"]["coder"]}),
        "round": sorted({*frames["codings"]["round"], *frames["reviews"]["round"]}),
        "origin": sorted(frames["codings"]["origin"].unique().tolist()),
        "coder_kind": sorted(frames["reviews"]["coder_kind"].unique().tolist()),
    }
    return {name: list(dict.fromkeys(_masked(words, key))) for name, words in named.items()}
