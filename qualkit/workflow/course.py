"""The course of a study, and of one document: saturation, length, portrait, progress."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qualkit import analysis
from qualkit.model import CoderKind
from qualkit.store import documents
from qualkit.workflow import blindness
from qualkit.workflow.counting import counted, method_note
from qualkit.workflow.handle import Handle

__all__ = ["coding_progress", "over_length", "portrait", "saturation"]

_PLACE = ["document", "position"]


def saturation(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    order: Sequence[str] | None = None,
    level: str = "code",
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return how many new codes each document brings, and when the study was saturated.

    Args:
        project: an open project.
        order: names of the documents in the order they were collected; None takes that of import.
        level: code, or theme with what is below it.
        base: documents that later ones are compared with (Guest, Namey & Chen 2020).
        run: documents that are looked at together for something new.
        threshold: at most this share of new codes means saturated.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        seed: of the random orders behind the band.
        permutations: how many random orders.

    Returns:
        A row for each document: step, document, codes, new, total, expected, low, high,
        new_in_run, new_information, new_codes. ``attrs["about"]`` says when the threshold was met.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown option, or an order that lacks a document.
        UnknownNameError: a document, coder or round that the project lacks.
    """
    layer = counted(project, coders, round_name)
    named = None if order is None else [project.document_name(name) for name in order]
    table = analysis.saturation(
        layer.codings,
        layer.utterances,
        order=named or list(dict.fromkeys(layer.utterances["document"])),
        level=level,
        base=base,
        run=run,
        threshold=threshold,
        parents=layer.codebook.parents(),
        moderators=moderators,
        seed=seed,
        permutations=permutations,
    )
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        order="as imported" if order is None else "as given",
        saturation=_verdict(len(table), table.attrs["reached"], (base, run, threshold)),
        band=f"where 95 % of {permutations:,} random orders of the documents lie, seed {seed}",
        source="Guest, Namey & Chen (2020)",
    )
    return table


def _verdict(many: int, reached: int | None, rule: tuple[int, int, float]) -> str:
    base, run, threshold = rule
    asked = f"at most {threshold:.0%} new in {run} documents, of the codes in the first {base}"
    if many < base + run:
        return f"not to be said yet: {asked} takes {base + run} documents, and there are {many}"
    if reached is None:
        return f"not reached: {asked}"
    return f"reached with document {reached} of {many}: {asked}"


def over_length(
    project: Handle,
    *,
    parts: int = 10,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return where in the documents each code comes, from beginning to end.

    Args:
        project: an open project.
        parts: how many equal stretches each document is parted into.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.

    Returns:
        Columns code, level, part, from_share, to_share, n, total, share, low, high.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: fewer than two parts.
        UnknownNameError: a coder or round that the project lacks.
    """
    layer = counted(project, coders, round_name)
    table = analysis.over_length(
        layer.codings,
        layer.utterances,
        parts=parts,
        parents=layer.codebook.parents(),
        moderators=moderators,
    )
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        denominator="utterances in this stretch of all documents",
        interval="95 %, leaving out one document at a time (jackknife, t with G-1 df)",
    )
    return table


def portrait(
    project: Handle,
    document: str,
    *,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
) -> pd.DataFrame:
    """Return one document as a strip: each utterance with its codes and the room it takes.

    Args:
        project: an open project.
        document: its name.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.

    Returns:
        Columns position, from_word, to_word, speaker, stakeholder_type, moderator, code, theme;
        a row for each code on an utterance, and one for an utterance without a code.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        UnknownNameError: a document, coder or round that the project lacks.
    """
    layer = counted(project, coders, round_name)
    table = analysis.portrait(
        layer.codings,
        layer.utterances,
        project.document_name(document),
        parents=layer.codebook.parents(),
    )
    table.attrs["about"] = method_note(project, layer, table, moderators=True)
    return table


def coding_progress(project: Handle, *, viewer: str | None = None) -> pd.DataFrame:
    """Return how far the coding has come, for each coder, round and document.

    Args:
        project: an open project.
        viewer: who asks: of a blind round that is open, only their own work shows; None: nobody's.

    Returns:
        A row for every person in a round and every document with something to code, also those not
        begun, and for consensus and machines where they have begun: coder, round, document (str),
        utterances (int64: those that can be coded), reviewed, coded (int64: looked at, and of
        those with a code), codings (int64), share (float64: reviewed of utterances). Nobody has
        coded: no rows.
    """
    with project.database.read() as connection:
        utterances = documents.utterance_frame(connection)
        codings = blindness.coding_frame(connection, viewer)
        reviewed = blindness.review_frame(connection, viewer)
    utterances = utterances[utterances["codable"]]
    whole = utterances.groupby("document", sort=False).size().rename("utterances").reset_index()
    keys = ["coder", "round", "document"]
    who = reviewed[["coder", "round"]].drop_duplicates().sort_values(["round", "coder"])
    codings, looked = (frame.merge(utterances[_PLACE], on=_PLACE) for frame in (codings, reviewed))
    numbers = {
        "reviewed": looked.groupby(keys).size(),
        "coded": codings.drop_duplicates([*keys, "position"]).groupby(keys).size(),
        "codings": codings.groupby(keys).size(),
    }
    table = who.merge(whole, how="cross")
    place = pd.MultiIndex.from_frame(table[keys])
    for name, count in numbers.items():
        table[name] = count.reindex(place, fill_value=0).to_numpy("int64")
    kinds = reviewed.drop_duplicates("coder").set_index("coder")["coder_kind"]
    begun = (table["coder"].map(kinds) == str(CoderKind.HUMAN)) | (table["reviewed"] > 0)
    table = table[begun].assign(share=lambda rows: rows["reviewed"] / rows["utterances"])
    columns = [*keys, "utterances", "reviewed", "coded", "codings", "share"]
    table = table[columns].reset_index(drop=True)
    left_out = reviewed.attrs.get("about", {}).get("left_out")
    table.attrs["about"] = {
        "counted": "utterances that can be coded, and those looked at, with a code or without",
        **({} if left_out is None else {"left_out": left_out}),
        "revision": project.revision,
    }
    return table
