"""What a coder might look at next: utterances that teach most, and what may have been missed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from qualkit.errors import RefusedError
from qualkit.model import Codebook, SuggestionRule
from qualkit.store import coders
from qualkit.workflow.evaluation import human_layer
from qualkit.workflow.exposures import log_missed
from qualkit.workflow.fitting import fit_suggester
from qualkit.workflow.gating import Gate, gate
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import reviewed_layer

__all__ = ["list_missed", "next_to_code"]

_PLACE = ["document", "position"]
_WORDS = 4  # in a reason
_TELLING = 0.3  # of the weight of the strongest word, or a word is not named


def next_to_code(
    project: Handle,
    coder: str,
    *,
    top: int = 20,
    round_name: str = "main",
    documents: bool = False,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return what is worth coding next, best first, each with the reason in words.

    The order is that of :func:`qualkit.suggest.ordering.next_utterances`: unsure probabilities,
    rare codes, and stakeholder types and documents that have hardly been coded.

    Args:
        project: an open project.
        coder: who codes; what this coder has looked at in the round is left out.
        top: at most so many.
        round_name: the round that is coded in.
        documents: order documents instead of utterances.
        moderators: take what moderators said, too.

    Returns:
        Columns document, position, speaker, stakeholder_type, gain (float64, the first is 1),
        reason, text; or, for documents, document, waiting (int64, utterances), gain, reason. Where
        nothing waits the table is empty, and ``attrs["about"]`` says why.

    Raises:
        NotEnoughError: neither codings nor a codebook to go by.
        OptionError: ``top`` is below 1.
        RefusedError: the round shows no suggestions before the coder's own decision.
        UnknownNameError: no such round.
    """
    from qualkit.suggest.ordering import Coded, next_documents, next_utterances  # noqa: PLC0415

    coder = _exact(project, coder)
    allowed = _allowed(project, coder, round_name, decided=False)
    waiting = allowed.utterances
    if not moderators:
        waiting = waiting[~waiting["is_moderator"]]
    waiting = waiting.reset_index(drop=True)
    layer = reviewed_layer(project, viewer=coder)
    suggester = fit_suggester(project, viewer=coder)
    looked = layer.utterances.merge(layer.reviewed[_PLACE].drop_duplicates(), on=_PLACE)
    types = looked["stakeholder_type"].value_counts()
    coded = Coded(suggester.counts_, looked["document"].value_counts(), types)
    order = next_documents if documents else next_utterances
    is_learned = suggester.basis_ == "codings"
    scores = suggester.score(waiting, context=layer.utterances)
    table = order(waiting, scores, is_learned, coded, top)
    table.attrs["about"] = _about(project, allowed, layer.codebook) | {
        "counted": f"what {layer.label} looked at" if len(looked) else "nothing yet",
        "waiting": len(waiting),
        "moderators": "taken, too" if moderators else "left out",
    }
    return table


def list_missed(  # noqa: PLR0913 - whose codings, and how they are judged
    project: Handle,
    coder: str,
    *,
    top: int = 20,
    round_name: str = "main",
    folds: int | None = None,
    seed: int = 0,
    shown: bool = False,
) -> pd.DataFrame:
    """Return codes that a coder may have missed, and codings that are worth a second look.

    Every utterance is judged by what the coder's own codings of other documents teach; see
    :func:`qualkit.suggest.ordering.doubtful`. Utterances with an accepted suggestion are left out.

    Args:
        project: an open project.
        coder: whose codings.
        top: at most so many of each of the two.
        round_name: the round; its rule for suggestions is kept to.
        folds: parts that the documents are dealt into, as for evaluating.
        seed: for the dealing.
        shown: the coder sees all of this: note it in the exposure log.

    Returns:
        Columns document, position, speaker, code, what ("probably missed" or "worth a second
        look"), probability, share (float64), reason, text.

    Raises:
        NotEnoughError: fewer than two documents looked at, or no coding.
        OptionError: ``top`` is below 1, or ``folds`` below 2.
        RefusedError: the round shows no suggestions.
        UnknownNameError: no such coder or round.
    """
    from qualkit.suggest.holdout import Plan, hold_out, prepare  # noqa: PLC0415  slow to load
    from qualkit.suggest.ordering import doubtful  # noqa: PLC0415
    from qualkit.suggest.suggester import Suggester  # noqa: PLC0415

    coder = _exact(project, coder)
    allowed = _allowed(project, coder, round_name, decided=True)
    layer, accepted = human_layer(project, coder, allowed.round)
    reviewed = _judged(layer.reviewed, allowed.utterances, accepted)
    material = prepare(layer.utterances, layer.codings, reviewed, layer.codebook)
    held = hold_out(
        material, Plan(folds, seed), {"suggester": lambda: Suggester(random_state=seed)}
    )

    def explain(row: int, code: str) -> list[str]:
        model = held.fitted["suggester"][held.fold[held.document[row]]]
        at = held.utterances.iloc[row]
        whole = material.of([at["document"]]).utterances
        return _for(model.explain((at["document"], int(at["position"])), code, whole))

    table = doubtful(held, layer.codebook, explain, top)
    table.attrs["about"] = _about(project, allowed, layer.codebook) | {
        "counted": f"codings of {coder}, on {len(held.labels)} utterances",
        "learned": "from the same coder's codings of other documents only",
        "accepted_suggestions": f"left out, on {len(accepted)} utterances",
        "seed": seed,
    }
    if shown:
        log_missed(project, table, coder=coder, round_name=allowed.round)
    return table


def _judged(reviewed: pd.DataFrame, inside: pd.DataFrame, accepted: pd.DataFrame) -> pd.DataFrame:
    """Return the reviews of utterances in the round that carry no accepted suggestion."""
    seen, within, gone = (
        pd.MultiIndex.from_frame(table[_PLACE]) for table in (reviewed, inside, accepted)
    )
    return reviewed[seen.isin(within) & ~seen.isin(gone)]


def _allowed(project: Handle, coder: str, round_name: str, *, decided: bool) -> Gate:
    """Return which utterances a coder may be told something about.

    Raises:
        RefusedError: the round shows no suggestions, or only after the coder's own decision.
    """
    with project.database.read() as connection:
        allowed = gate(connection, coder=coder, round_name=round_name, decided=decided)
    if allowed.rule == SuggestionRule.NEVER:
        raise RefusedError(
            f"round '{allowed.round}' shows no suggestions, and this would be one",
            remedy="name another round with --round",
        )
    if allowed.rule == SuggestionRule.AFTER and not decided:
        raise RefusedError(
            f"round '{allowed.round}' shows suggestions after the coder's own decision only",
            remedy="code in the order of the documents",
        )
    return allowed


def _about(project: Handle, allowed: Gate, codebook: Codebook) -> dict[str, Any]:
    reason = {} if allowed.reason is None else {"reason": allowed.reason}
    return {
        "round": allowed.round,
        "rule": str(allowed.rule),
        **reason,
        "codebook_version": codebook.version,
        "revision": project.revision,
    }


def _exact(project: Handle, coder: str) -> str:
    """Return a coder's name as it is written in the project, or as given where it is new."""
    with project.database.read() as connection:
        names = {one.name.casefold(): one.name for one in coders.all_coders(connection)}
    return names.get(coder.strip().casefold(), coder.strip())


def _at(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[_PLACE])


def _for(reasons: pd.DataFrame) -> list[str]:
    """Return what speaks most for a code, no word twice; what is no word stands in brackets."""
    table = reasons[reasons["weight"] > 0]
    strong = table.loc[table["weight"] >= _TELLING * table["weight"].max(), "word"]
    words: list[str] = []
    for word in strong:
        parts = set(word.casefold().split())
        if not any(parts & set(one.casefold().split()) for one in words):
            words.append(str(word))
    return words[:_WORDS]
