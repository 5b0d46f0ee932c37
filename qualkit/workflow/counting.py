"""What the findings share: the layer they count, names given in any case, and the method note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from qualkit.analysis.groups import NOT_SET, with_attributes, with_thirds
from qualkit.formats.frames import read_frame
from qualkit.model import Codebook
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.layers import Chosen, Layer, counted_layer, reviewed_layer

__all__ = [
    "BY_CODING",
    "INTERVALS",
    "Attributes",
    "attributed",
    "code_name",
    "counted",
    "group_name",
    "how_tested",
    "method_note",
]

Attributes = str | Path | pd.DataFrame | None
"""A table, or the file of one, with a column speaker or document and one for each attribute."""

BY_CODING = ("coder", "round")
"""What belongs to a coding, not to who spoke: its groups share utterances."""

INTERVALS = {
    "utterances": "95 %, leaving out one speaker at a time (jackknife, t with S-1 df)",
    "words": "95 %, leaving out one speaker at a time (jackknife, t with S-1 df)",
    "speakers": "95 %, Wilson",
    "documents": "95 %, Wilson",
}


def counted(
    project: Handle,
    coders: Sequence[str] | None,
    round_name: str | None,
    *,
    by: str | None = None,
    attributes: Attributes = None,
) -> Layer:
    """Return the layer to count, with the attribute ``by`` among the columns of its utterances.

    By coder or round the layer holds what each of them did, without a consensus.
    """
    if by in BY_CODING:
        layer = reviewed_layer(project, coders=coders, round_name=round_name)
    else:
        layer = counted_layer(project, coders=coders, round_name=round_name)
    return attributed(layer, by, attributes)


def attributed(layer: Layer, by: str | None, attributes: Attributes) -> Layer:
    """Return the layer with attributes from a table, and thirds if they are asked for."""
    utterances = layer.utterances
    if attributes is not None:
        if not isinstance(attributes, pd.DataFrame):
            attributes = read_frame(attributes)
        utterances = with_attributes(utterances, attributes)
    if by in ("third", "time_third"):
        utterances = with_thirds(utterances)
    if utterances is layer.utterances:
        return layer
    return Layer(
        layer.codings,
        utterances,
        layer.reviewed,
        layer.codebook,
        layer.label,
        layer.left_out,
    )


def code_name(codebook: Codebook, wanted: str | None) -> str | None:
    """Return the exact name of a code, given by name or id in any case; None stays None."""
    if wanted is None:
        return None
    names = {code.name: code for code in codebook.codes}
    return (codebook.find(wanted) or known("code", wanted, names)).name


def group_name(layer: Layer, by: str, wanted: str) -> str:
    """Return the exact name of a group, given in any case; an unknown one as it is."""
    if by not in layer.utterances.columns:
        return wanted
    present = [str(value) for value in layer.utterances[by].dropna().unique()]
    return known(by.replace("_", " "), wanted, {name: name for name in [*present, NOT_SET]})


def how_tested(attributes: Mapping[Any, Any], what: str = "the groups") -> str:
    """Return how p was made, in a sentence."""
    if not attributes["permutations"]:
        return "none: there is nothing to shuffle"
    place = "within speakers" if attributes.get("within_speakers") else "over speakers"
    how = (
        f"all {attributes['permutations']:,} arrangements"
        if attributes["exact"]
        else f"{attributes['permutations']:,} random arrangements, seed {attributes['seed']}"
    )
    return (
        f"{what} shuffled {place}, {how}; smallest p possible {attributes['smallest_p']:.2g}; "
        "q after Benjamini and Hochberg"
    )


_SAID = ("about", "exact", "within_speakers", "permutations")  # stand in the sentence on the test


def _is_none(name: Any, value: Any) -> bool:
    """Return whether nothing was left out, which need not be said."""
    return value == 0 and str(name).endswith(("left_out", "elsewhere", "several_groups"))


def method_note(
    project: Handle, layer: Layer | Chosen, table: pd.DataFrame, moderators: bool, **more: Any
) -> dict[str, Any]:
    """Return what a finding says of itself: whose codings, which utterances, how it was made."""
    plain = {
        str(name): round(value, 6) if isinstance(value, float) else value
        for name, value in table.attrs.items()
        if isinstance(value, (str, int, float)) and name not in _SAID and not _is_none(name, value)
    }
    left_out = {} if layer.left_out is None else {"left_out": layer.left_out}
    return {
        "counted": f"codings of {layer.label}",
        "moderators": "counted" if moderators else "left out",
        **plain,
        **more,
        **left_out,
        "codebook_version": layer.codebook.version,
        "revision": project.revision,
    }
