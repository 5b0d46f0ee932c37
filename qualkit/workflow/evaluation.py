"""How good the suggestions are in this project, on documents they have learned nothing from."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

import pandas as pd

from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import Origin
from qualkit.store import coders
from qualkit.workflow.handle import Handle, known
from qualkit.workflow.layers import Layer, reviewed_layer

if TYPE_CHECKING:
    from qualkit.suggest.holdout import HeldOut, Material, Plan

__all__ = ["How", "calibration_curve", "evaluate", "human_layer", "learning_curve"]

_PLACE = ["document", "position"]
_LIBRARIES = ("qualkit", "scikit-learn", "numpy")


class How(TypedDict, total=False):
    """How to evaluate.

    Attributes:
        folds: parts that the documents are dealt into; None: each document by itself where there
            are ten or fewer, else five parts.
        seed: for the dealing and for what the suggester draws; 0 when not said.
        accepted: count accepted suggestions as codings; else the utterances they are on are left
            out, for learning and for judging.
        progress: is told in a few words what has just been done.
    """

    folds: int | None
    seed: int
    accepted: bool
    progress: Callable[[str], None] | None


def evaluate(
    project: Handle,
    *,
    coder: str | None = None,
    round_name: str | None = None,
    measures: Sequence[str] | None = None,
    **how: Unpack[How],
) -> pd.DataFrame:
    """Return how good suggestions are on documents held out whole, beside two plain ways.

    Only what human coders decided on utterances they looked at counts; machine coders and the
    consensus never do.

    Args:
        project: an open project.
        coder: only this coder's codings; None: an utterance has a code when any coder gave it.
        round_name: one round; None takes all.
        measures: which of each code, such as "average_precision" or "f1"; None takes all. Those
            over all codes together are always there.
        how: folds, seed, accepted, progress: see :class:`How`.

    Returns:
        Columns code, measure, value, low, high, by_prevalence, plain_tfidf, gain, gain_low,
        gain_high, n, positives, prevalence, documents, reason, as
        :func:`qualkit.suggest.evaluation.quality` describes them. ``attrs["about"]`` says what was
        held out, with seed, sizes and versions.

    Raises:
        NotEnoughError: fewer than two documents with reviewed utterances, or no coding.
        OptionError: an unknown measure, or fewer than two folds.
        UnknownNameError: a coder or round that the project lacks.
        RefusedError: without a coder, a round that is blind and still open.
    """
    from qualkit.suggest import evaluation  # noqa: PLC0415  slow to load

    wanted = evaluation.MEASURES if measures is None else tuple(measures)
    strange = sorted(set(wanted) - set(evaluation.MEASURES))
    if strange:
        choice = f"choose of {', '.join(evaluation.MEASURES)}"
        raise OptionError(f"there is no measure {strange[0]!r}", where="measures", remedy=choice)
    layer, material, plan, about = _begin(project, coder, round_name, how)
    held = evaluation.hold_out_all(material, plan)
    table = evaluation.quality(held)
    is_shown = (table["code"] == evaluation.ALL_CODES) | table["measure"].isin(wanted)
    table = table[is_shown].reset_index(drop=True)
    table.attrs["about"] = _about(project, layer, held, about) | {
        "by_prevalence": "every code is as likely as it is frequent",
        "plain_tfidf": "TF-IDF of words and pairs, one balanced logistic regression a code",
        "offered": f"at most {plan.top} codes an utterance, by each model's own threshold",
        "gain": "how much better than plain_tfidf: for calibration_error and brier how much less",
    }
    return table


def learning_curve(
    project: Handle,
    *,
    coder: str | None = None,
    round_name: str | None = None,
    until: float | None = None,
    **how: Unpack[How],
) -> pd.DataFrame:
    """Return how suggestions get better with every document coded.

    Args:
        project: an open project.
        coder: only this coder's codings; None: an utterance has a code when any coder gave it.
        round_name: one round; None takes all.
        until: the value to say for how many more coded utterances it takes; None: the next tenth.
        how: folds, seed, accepted, progress: see :class:`How`.

    Returns:
        Columns measure (macro_average_precision or micro_f1), utterances, documents (learned from,
        mean over the parts held out), value, low, high (float64), n (int64, utterances judged),
        reason. ``attrs["about"]`` says, as ``more_<measure>``, about how many more coded
        utterances it takes, with an interval, or why it cannot be said. ``attrs["until"]`` is
        that as rows (list of dict): measure, reached, target, more, low, high, reason.

    Raises:
        NotEnoughError: fewer than two documents with reviewed utterances, or no coding.
        OptionError: ``until`` is not between 0 and 1.
        UnknownNameError: a coder or round that the project lacks.
    """
    from qualkit.suggest.curve import learning_curve as follow  # noqa: PLC0415  slow to load

    layer, material, plan, about = _begin(project, coder, round_name, how)
    held, make = _suggester_alone(material, plan)
    curve = follow(material, held, make)
    answers = curve.until(until)
    table = curve.table()
    order = "documents are added in one random order for each part held out"
    rows = [dict(zip(answers.columns, row, strict=True)) for row in answers.itertuples(index=False)]
    told = {f"more_{row['measure']}": _more(row) for row in rows}
    table.attrs["about"] = _about(project, layer, held, about) | {"order": order} | told
    table.attrs["until"] = answers.astype(object).where(answers.notna(), None).to_dict("records")
    return table


def calibration_curve(
    project: Handle,
    *,
    coder: str | None = None,
    round_name: str | None = None,
    **how: Unpack[How],
) -> pd.DataFrame:
    """Return how often codes were given that had been said to be so and so likely.

    Args:
        project: an open project.
        coder: only this coder's codings; None: an utterance has a code when any coder gave it.
        round_name: one round; None takes all.
        how: folds, seed, accepted, progress: see :class:`How`.

    Returns:
        Columns model, from, to (a class of probability), mean_probability, share, low, high
        (float64), n, positives (int64, utterance-code pairs), reason.

    Raises:
        NotEnoughError: fewer than two documents with reviewed utterances, or no coding.
        UnknownNameError: a coder or round that the project lacks.
    """
    from qualkit.suggest.evaluation import calibration_table  # noqa: PLC0415  slow to load

    layer, material, plan, about = _begin(project, coder, round_name, how)
    held, _ = _suggester_alone(material, plan)
    table = calibration_table(held)
    table.attrs["about"] = _about(project, layer, held, about)
    return table


def human_layer(
    project: Handle, coder: str | None, round_name: str | None
) -> tuple[Layer, pd.DataFrame]:
    """Return what human coders decided, and the utterances with an accepted suggestion.

    With a coder, what this coder decided, also in a blind round that is still open.

    Raises:
        UnknownNameError: no such human coder.
        RefusedError: without a coder, a round that is blind and still open.
    """
    if coder is None:
        layer = reviewed_layer(project, round_name=round_name)
    else:
        with project.database.read() as connection:
            people = {one.name: one.name for one in coders.all_coders(connection)}
        name = known("coder", coder, people)
        humans = reviewed_layer(project, round_name=round_name, viewer=name)
        if name not in set(humans.reviewed["coder"]):
            what = f"coder '{name}' has looked at nothing as a human coder"
            raise NotEnoughError(what, where=round_name, remedy="name a coder who has")
        layer = dataclasses.replace(
            humans,
            codings=humans.codings[humans.codings["coder"] == name],
            reviewed=humans.reviewed[humans.reviewed["coder"] == name],
            label=name,
        )
    is_accepted = layer.codings["origin"] == Origin.ACCEPTED
    return layer, layer.codings.loc[is_accepted, _PLACE].drop_duplicates()


def _begin(
    project: Handle, coder: str | None, round_name: str | None, how: How
) -> tuple[Layer, Material, Plan, dict[str, Any]]:
    from qualkit.suggest.holdout import Plan, prepare  # noqa: PLC0415  slow to load

    layer, accepted = human_layer(project, coder, round_name)
    count = how.get("accepted", False)
    reviewed = layer.reviewed[_PLACE].drop_duplicates()
    if not count:
        reviewed = _without(reviewed, accepted)
    material = prepare(layer.utterances, layer.codings, reviewed, layer.codebook)
    plan = Plan(how.get("folds"), how.get("seed", 0), progress=how.get("progress"))
    treated = "counted as codings" if count else "left out, for learning and for judging"
    utterances = f"{len(accepted)} utterance{'s' * (len(accepted) != 1)}"
    told = f"on {utterances}, {treated}" if len(accepted) else "none"
    return layer, material, plan, {"accepted_suggestions": told}


def _without(reviewed: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    gone = pd.MultiIndex.from_frame(places)
    return reviewed[~pd.MultiIndex.from_frame(reviewed).isin(gone)]


def _suggester_alone(material: Material, plan: Plan) -> tuple[HeldOut, Callable[[], Any]]:
    from qualkit.suggest.holdout import hold_out  # noqa: PLC0415  slow to load
    from qualkit.suggest.suggester import Suggester  # noqa: PLC0415

    def make() -> Any:
        return Suggester(random_state=plan.seed)

    return hold_out(material, plan, {"suggester": make}), make


def _about(project: Handle, layer: Layer, held: HeldOut, more: dict[str, Any]) -> dict[str, Any]:
    from qualkit.suggest.measures import BINS  # noqa: PLC0415

    folds, documents = int(held.fold.max()) + 1, len(held.documents)
    each = f"each of {documents} documents by itself"
    dealt = f"{documents} documents in {folds} parts, whole documents only"
    people = f"any of {layer.label}" if ", " in layer.label else layer.label
    left_out = {} if layer.left_out is None else {"left_out": layer.left_out}
    return {
        "counted": f"codings of {people}, on utterances they looked at",
        "held_out": each if folds == documents else dealt,
        "learned": "words, weights, calibration and thresholds, from the other documents only",
        "seed": held.plan.seed,
        "documents": documents,
        "utterances": len(held.labels),
        "codings": int(held.labels.sum()),
        "codes": len(held.codes),
        **more,
        "calibration_error": f"expected calibration error over {BINS} equally wide classes",
        "interval": "95 %, leaving out one document of those judged at a time (jackknife, t)",
        **left_out,
        "versions": ", ".join(f"{name} {version(name)}" for name in _LIBRARIES),
        "codebook_version": layer.codebook.version,
        "revision": project.revision,
    }


def _more(row: dict[str, Any]) -> str:
    """Return an answer to "how many more" in words."""
    goal = f"{row['target']:.2f}, from {row['reached']:.2f} now"
    if pd.isna(row["more"]):
        return f"until {goal}: {row['reason']}"
    if row["reason"] is not None:
        return f"until {goal}: none, {row['reason']}"
    low, high = (f"{row[end]:,.0f}" for end in ("low", "high"))
    return f"until {goal}: about {row['more']:,.0f} more coded utterances ({low} to {high})"
