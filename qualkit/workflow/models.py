"""Models as files: what a project taught, to be used without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from qualkit.workflow.evaluation import evaluate, human_layer
from qualkit.workflow.handle import Handle

if TYPE_CHECKING:
    from qualkit.suggest import Suggester

__all__ = ["describe_model", "load_model", "save_model"]

_PLACE = ["document", "position"]
_MEASURES = ("average_precision", "f1")
_QUALITY = ["code", "measure", "value", "low", "high", "n", "positives", "documents", "reason"]


def save_model(
    project: Handle,
    path: str | Path,
    *,
    coder: str | None = None,
    measured: bool = False,
    texts: bool = True,
) -> str:
    """Write the model that a project's human codings teach; return its id.

    What coders only accepted of suggestions teaches it nothing. Of a blind round that is still
    open it learns nothing but what the coder named did. The file says what it has learned from:
    codebook and version, documents, utterances, codings of each code, coders, rounds, newest
    coding, languages, a hash of the data, parameters, version of qualkit. The same project gives
    the same bytes.

    Args:
        project: an open project.
        path: the file to write or to replace.
        coder: learn from this coder's codings only.
        measured: also work out, on documents held out, how good it is, and keep that with it;
            takes as long as ``evaluate``.
        texts: keep the utterances learned from, so that the model can show what was coded alike.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
        UnknownNameError: no such coder.
        UnwritableError: the file cannot be written.
    """
    from qualkit.suggest import Suggester  # noqa: PLC0415  scikit-learn is slow to load
    from qualkit.suggest.threads import one_thread  # noqa: PLC0415

    layer, accepted = human_layer(project, coder, None)
    seen = layer.reviewed[_PLACE].drop_duplicates()
    echo = pd.MultiIndex.from_frame(seen).isin(pd.MultiIndex.from_frame(accepted))
    taught = seen[~echo]
    own = layer.codings.merge(taught, on=_PLACE)
    about: dict[str, Any] = {
        "coders": sorted(own["coder"].unique().tolist()),
        "rounds": sorted(own["round"].unique().tolist()),
        "newest_coding": None if own.empty else str(own["created_at"].astype("str").max()),
        "quality": None,
    }
    if measured:
        table = evaluate(project, coder=coder, measures=_MEASURES)[_QUALITY]
        about["quality"] = table.astype(object).where(table.notna(), None).to_dict("records")
    with one_thread():  # so that the same project gives the same bytes everywhere
        suggester = Suggester().fit(layer.utterances, own, taught, layer.codebook)
        return suggester.save(path, about=about, texts=texts)


def load_model(path: str | Path) -> Suggester:
    """Return the suggester in a model file; ``about_`` says what it has learned from.

    Nothing in the file can run. It scores as the one that was saved, bit for bit.

    Raises:
        UnreadableFileError: the file is missing, damaged, cut short, or no model of this qualkit.
        NewerProjectError: a newer qualkit wrote it.
    """
    from qualkit.suggest import Suggester  # noqa: PLC0415  scikit-learn is slow to load

    return Suggester.load(path)


def describe_model(path: str | Path) -> pd.DataFrame:
    """Return what a model file says of its codes, and in ``attrs["about"]`` of itself.

    Returns:
        Columns code (str), codings (int64: reviewed utterances with it), basis ("codings" or
        "codebook"), threshold (float64); where it was measured also average_precision and f1
        (float64, on documents held out).

    Raises:
        UnreadableFileError, NewerProjectError: as ``load_model``.
    """
    about = load_model(path).about_
    table = pd.DataFrame(about["codes"])
    quality = pd.DataFrame(about.get("quality") or [], columns=_QUALITY)
    for measure in _MEASURES if len(quality) else ():
        of_codes = quality[quality["measure"] == measure].drop_duplicates("code")
        table[measure] = table["code"].map(of_codes.set_index("code")["value"].astype("float64"))
    book, training = about["codebook"], about["training"]
    said = {
        "model": about["model"],
        "qualkit": about["qualkit"],
        "codebook": f"{book['name']}, version {book['version']}" if book else "none",
        "documents": training["documents"],
        "utterances": training["utterances"],
        "languages": ", ".join(training["languages"]) or "none known",
        "data": training["data"],
        "coders": ", ".join(about.get("coders", [])) or "not said",
        "rounds": ", ".join(about.get("rounds", [])) or "not said",
        "newest_coding": about.get("newest_coding") or "not said",
        "utterances_inside": "yes" if about["texts"] else "no",
        "quality": "measured on documents held out" if len(quality) else "not measured",
        **{name: value for name, value in about["parameters"].items()},
    }
    table.attrs["about"] = said
    return table
