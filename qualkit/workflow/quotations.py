"""Which utterances are quoted for a code, by a rule that anybody can repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from qualkit.store import documents
from qualkit.text.pseudonyms import Key
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Layer

__all__ = ["LONGEST", "quotations", "rule"]

LONGEST = 150
"""Words of a quotation; what is longer is cut, unless all are asked for."""

_PLACE = ["document", "position"]
_TOLD = ["speaker", "stakeholder_type", "label", "reported", "asides", "first", "last"]


def rule(most: int | None, seed: int) -> str:
    """Return in words how quotations are chosen.

    Example:
        >>> rule(None, 1)
        'Every utterance with the code is quoted, whole, in the order of the documents.'
    """
    if most is None:
        return "Every utterance with the code is quoted, whole, in the order of the documents."
    if most == 0:
        return "Nothing is quoted."
    return (
        f"Up to {most} quotations stand for each code. They are drawn at random (seed {seed}) in "
        "turns: nobody is quoted a second time for a code before everybody who says it has been "
        "quoted once, and within a turn the draw goes round the stakeholder types and the "
        "documents. The choice follows from the seed, the code and the places alone, so the same "
        f"project gives the same quotations. What is longer than {LONGEST} words is cut where "
        "[…] stands."
    )


def quotations(
    project: Handle,
    layer: Layer,
    codes: Sequence[str],
    *,
    most: int | None = 3,
    seed: int = 1,
    key: Key | None = None,
) -> pd.DataFrame:
    """Return what is quoted for each code, in the order of codes, documents and utterances.

    Args:
        project: an open project.
        layer: whose codings, on which utterances; what moderators said is not quoted.
        codes: names; a code stands for itself, not for those below it.
        most: for each code; None takes all.
        seed: of the draw.
        key: pseudonyms: names in the quotations are replaced; in the other columns they stay.

    Returns:
        Columns code, document, position (int64), label, speaker, stakeholder_type, reported,
        coders (str: who applied it), quote (the words coded), of (int64: how many utterances have
        the code), speakers, documents (int64: how many say it, and in how many).
    """
    rows = _candidates(layer, codes)
    found = _only_widest(rows)
    if most is not None:
        found = _drawn(found, most, seed)
    found = found.merge(_coders(rows, found), on=[*_PLACE, "code"])
    order = {code: number for number, code in enumerate(codes)}
    place = {name: number for number, name in enumerate(layer.utterances["document"].unique())}
    found = found.assign(_code=found["code"].map(order), _document=found["document"].map(place))
    found = found.sort_values(["_code", "_document", "position"], kind="stable")
    with project.database.read() as connection:
        texts = {name: documents.text_of(connection, name) for name in found["document"].unique()}
    chosen = found.to_dict("records")
    words = [_words(texts[row["document"]], row, key) for row in chosen]
    found["quote"] = words if most is None else [_shortened(one) for one in words]
    columns = ["code", *_PLACE, "label", "speaker", "stakeholder_type", "reported", "coders"]
    return found[[*columns, "quote", "of", "speakers", "documents"]].reset_index(drop=True)


def _candidates(layer: Layer, codes: Sequence[str]) -> pd.DataFrame:
    """Return the codings of these codes, with who spoke and where the words stand."""
    said = layer.utterances
    said = said[~said["is_moderator"]].rename(columns={"start": "first", "end": "last"})
    voice = said["speaker_id"].astype("string").fillna("nobody in " + said["document"])
    said = said.assign(voice=voice)[[*_PLACE, *_TOLD, "voice"]]
    rows = layer.codings[layer.codings["code"].isin(list(codes))]
    rows = rows.astype(dict.fromkeys(("document", "code", "coder"), "str")).merge(said, on=_PLACE)
    rows["start"] = rows["start"].fillna(rows["first"]).astype("int64")
    rows["end"] = rows["end"].fillna(rows["last"]).astype("int64")
    return rows


def _only_widest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for every utterance and code, with the widest of its spans."""
    longest = (rows["end"] - rows["start"]).sort_values(ascending=False, kind="stable")
    table = rows.loc[longest.index].drop_duplicates([*_PLACE, "code"]).drop(columns="coder")
    per = table.groupby("code")
    return table.assign(
        of=per["position"].transform("size"),
        speakers=per["voice"].transform("nunique"),
        documents=per["document"].transform("nunique"),
    )


def _coders(rows: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Return who applied each code to each utterance found, as a column coders."""
    keys = [*_PLACE, "code"]
    who = rows[[*keys, "coder"]].merge(found[keys], on=keys).drop_duplicates().sort_values("coder")
    return who.groupby(keys)["coder"].agg(", ".join).rename("coders").reset_index()


def _drawn(table: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """Return at most so many rows of each code, as ``rule`` says."""
    named = str(seed) + "|" + table["code"] + "|" + table["document"] + "|"
    named += table["position"].astype(str)
    rows = table.assign(draw=pd.util.hash_array(named.to_numpy(object)))
    rows = rows.sort_values(["code", "draw", *_PLACE], kind="stable")
    rows["turn"] = rows.groupby(["code", "voice"]).cumcount()
    kind = rows["stakeholder_type"].fillna("")
    rows["again"] = rows.groupby(["code", "turn", kind]).cumcount()
    rows["twice"] = rows.groupby(["code", "turn", "document"]).cumcount()
    rows = rows.sort_values(["code", "turn", "again", "twice", "draw"], kind="stable")
    return rows.groupby("code").head(most)


def _words(text: str, row: Mapping[Any, Any], key: Key | None) -> str:
    """Return the words coded, without what is printed in between, under their pseudonyms."""
    start, end = row["start"], row["end"]
    for first, last, _ in key.spans(text[row["first"] : row["last"]]) if key else ():
        name = row["first"] + first, row["first"] + last
        start = name[0] if name[0] < start < name[1] else start  # half a name is no pseudonym
        end = name[1] if name[0] < end < name[1] else end
    asides = [(a, b) for a, b in row["asides"] if start <= a and b <= end]
    edges = [start, *(edge for aside in asides for edge in aside), end]
    told = "".join(text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True))
    told = " ".join(told.split())  # lines end where the page of the document ended
    if key is not None:
        told = key.replace(told)
    before = "… " if text[row["first"] : start].strip() else ""
    after = " …" if text[end : row["last"]].strip() else ""
    return f"{before}{told}{after}"


def _shortened(text: str) -> str:
    """Return a text of no more than ``LONGEST`` words."""
    ends = [word.end() for word in re.finditer(r"\S+", text)]
    return text if len(ends) <= LONGEST else f"{text[: ends[LONGEST - 1]]} […]"
