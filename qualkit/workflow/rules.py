"""Rules beside learning: how far markers and queries find what people coded."""

from __future__ import annotations

import pandas as pd

from qualkit.errors import NotEnoughError
from qualkit.model import Codebook, CoderKind, Origin
from qualkit.text.markers import find_markers
from qualkit.workflow import blindness
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import reviewed_layer

__all__ = ["rate_rules"]

_PLACE = ["document", "position"]
_QUERY = "query: "
_BY_RULE = (Origin.MARKER, Origin.QUERY)


def rate_rules(project: Handle, *, round_name: str | None = None) -> pd.DataFrame:
    """Return precision and recall of every rule, judged by what people coded themselves.

    The rules are the markers of each code, and the queries that codings were made by. Judged is on
    utterances that a human coder has looked at; a code that stands there only because somebody
    applied it by a rule is no judgement, and counts neither for nor against.

    Args:
        project: an open project.
        round_name: take people's codings from one round; None takes all.

    Returns:
        One row for each rule: code, rule ("markers", or "query: " and the query), found, looked_at,
        right (int64), precision, precision_low, precision_high (float64), given (int64), recall,
        recall_low, recall_high (float64), documents (int64), reason (str). Columns in full at
        ``qualkit.suggest.rules.rate_rules``.

    Raises:
        NotEnoughError: there are no rules.
        RefusedError: the round is blind and still open.
        UnknownNameError: no such round.
    """
    from qualkit.suggest.rules import rate_rules as rate  # noqa: PLC0415  loads scipy

    layer = reviewed_layer(project, round_name=round_name)
    with project.database.read() as connection:
        everything = blindness.coding_frame(connection, None)
    hits = pd.concat([_marked(layer.codebook, layer.utterances), _queried(everything)])
    if hits.empty:
        raise NotEnoughError(
            "there is no rule yet",
            where=project.location,
            remedy="add markers to codes, or code by a query: qualkit autocode --query",
        )
    is_rule = layer.codings["origin"].isin(_BY_RULE)
    cell = [*_PLACE, "code"]
    own, ruled = layer.codings.loc[~is_rule, cell], layer.codings.loc[is_rule, cell]
    only = ruled[~_keys(ruled).isin(_keys(own))]
    table = rate(hits, own, layer.reviewed, only)
    table.attrs["about"] = {
        "judged by": layer.label or "nobody yet",
        "interval": "95 %, leaving out one document at a time (jackknife, t with G-1 df)",
        **({} if layer.left_out is None else {"left_out": layer.left_out}),
        "revision": project.revision,
    }
    return table


def _keys(rows: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(rows[[*_PLACE, "code"]])


def _marked(codebook: Codebook, utterances: pd.DataFrame) -> pd.DataFrame:
    """Return code, rule, document, position of what the markers hit."""
    live = [code for code in codebook.tree() if code.markers and not code.retired]
    names = {code.id: code.name for code in live}
    found = find_markers(list(utterances["text"]), {code.id: code.markers for code in live})
    placed = utterances[_PLACE].iloc[found["row"].to_numpy("int64")].reset_index(drop=True)
    placed = placed.assign(code=found["code"].map(names).to_numpy(), rule="markers")
    return placed.drop_duplicates()[["code", "rule", *_PLACE]]


def _queried(codings: pd.DataFrame) -> pd.DataFrame:
    """Return the same of what queries found, whoever coded by them."""
    is_query = (codings["origin"] == Origin.QUERY) & codings["memo"].str.startswith(
        _QUERY, na=False
    )
    made = codings[is_query & (codings["coder_kind"] != CoderKind.CONSENSUS)]
    return made.assign(rule=made["memo"])[["code", "rule", *_PLACE]].drop_duplicates()
