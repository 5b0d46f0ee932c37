"""What goes into a report about agreement: the methods paragraph, and other programs' figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pandas as pd

from qualkit import __version__
from qualkit.agreement import paragraph, peers
from qualkit.model import RoundMode
from qualkit.store import documents as stored_documents
from qualkit.store import rounds as stored_rounds
from qualkit.workflow.agreements import agreement
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.reliability import about, compared_layer

__all__ = ["methods_paragraph", "peer_figures"]


def peer_figures(
    project: Handle,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    tool: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return what NVivo, MAXQDA, ATLAS.ti, Dedoose and QualCoder would print for these codings.

    For translation only: the programs count different things, and each row says which.

    Args:
        project: an open project.
        coders: names; None takes every human coder, two at a time.
        round_name: one round; None takes all.
        tool: one of the programs; None takes all.
        moderators: count what moderators said, too.

    Returns:
        Columns tool, figure, code, document, coder_a, coder_b, value, n (float64), denominator,
        reason (why there is no value, or how it differs from what the program prints).

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        UnknownNameError: a coder, round or program that is not known.
        RefusedError: the round is blind and still open.
    """
    layer, _ = compared_layer(project, coders=coders, round_name=round_name, moderators=moderators)
    with project.database.read() as connection:
        names = layer.reviewed["document"].unique()
        lengths = {name: len(stored_documents.text_of(connection, name)) for name in names}
    table = peers.peer_figures(
        layer.codings,
        layer.reviewed,
        layer.utterances,
        lengths=lengths,
        parents=layer.codebook.parents(),
    )
    if tool is not None:
        present = {name: name for name in peers.TOOLS}
        table = table[table["tool"] == known("program", tool, present)].reset_index(drop=True)
    table.attrs["about"] = about(project, layer, moderators)
    return table


def methods_paragraph(
    project: Handle,
    *,
    coefficient: str = "alpha",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    level: str = "code",
    moderators: bool = False,
) -> str:
    """Return a paragraph on agreement for a methods section, and when none of it is called for.

    Args:
        project: an open project.
        coefficient: one that ``agreement`` knows; "kappa" takes Cohen's or Conger's.
        coders: names; None takes every human coder.
        round_name: one round; None takes all.
        level: "code", or "theme".
        moderators: count what moderators said, too.

    Raises:
        NotEnoughError: fewer than two human coders have looked at an utterance.
        OptionError: no such coefficient.
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: the round is blind and still open.
    """
    layer, _ = compared_layer(project, coders=coders, round_name=round_name, moderators=moderators)
    table = agreement(
        project,
        coders=coders,
        round_name=round_name,
        level=level,
        coefficients=[coefficient],
        moderators=moderators,
    )
    with project.database.read() as connection:
        rounds = stored_rounds.round_frame(connection).set_index("round")
    names = list(dict.fromkeys(layer.reviewed["round"]))
    study = paragraph.Study(
        coders=layer.names,
        codable=len(layer.utterances),
        documents=int(layer.utterances["document"].nunique()),
        rounds=[_coded(name, rounds.loc[name]) for name in names],
        codebook=layer.codebook.name,
        versions=sorted({int(one) for one in layer.codings["codebook_version"]}),
        software=f"qualkit {__version__}",
        moderators=moderators,
        level=level,
    )
    found = str(table.loc[table["code"] != paragraph.ALL_CODES, "coefficient"].iloc[0])
    return paragraph.methods_paragraph(table, study, coefficient=found)


def _coded(name: str, row: Any) -> paragraph.CodedRound:
    sample = json.loads(row["sample"]) if isinstance(row["sample"], str) else None
    return paragraph.CodedRound(name, row["mode"] == RoundMode.BLIND, sample)
