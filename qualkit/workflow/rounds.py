"""Rounds: opening one on documents or on a drawn sample, closing it, and how far it has come."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from qualkit.errors import NotEnoughError, OptionError
from qualkit.model import Coder, Round, RoundMode, SuggestionRule
from qualkit.store import coders as stored_coders
from qualkit.store import documents as stored_documents
from qualkit.store import progress as counts
from qualkit.store import rounds as stored
from qualkit.store.journal import writing
from qualkit.workflow.handle import Handle, known

__all__ = [
    "STRATA",
    "close_round",
    "counted_in",
    "draw_sample",
    "list_round_progress",
    "list_rounds",
    "open_drawn",
    "open_round",
    "rule_of",
    "shows_others",
    "told_of",
]

STRATA = ("document", "stakeholder_type")


def open_round(  # noqa: PLR0913 - the rules of a round
    project: Handle,
    name: str,
    *,
    mode: str = "open",
    suggestions: str | None = None,
    coders: Sequence[str] | None = None,
    documents: Sequence[str] | None = None,
    sample: float | None = None,
    per: str | Sequence[str] = STRATA,
    seed: int = 1,
) -> pd.DataFrame:
    """Open a round of coding under rules of its own.

    Args:
        project: an open project.
        name: of the round, not used before.
        mode: "open", or "blind": nobody is shown what others code in it until it is closed.
        suggestions: when they show: "always", "after own decision" or "never"; None takes "never"
            for a blind round and "always" for an open one.
        coders: who takes part; None: everybody.
        documents: what is coded; None: all documents.
        sample: code only so many utterances of these: a number from 1 up, or a share below 1;
            drawn without replacement from the codable ones, in proportion to each stratum.
        per: what makes the strata: "document", "stakeholder_type" or both.
        seed: of the draw; the same seed draws the same utterances.

    Returns:
        What was drawn, one row per stratum: document, stakeholder_type (those of ``per``), of,
        drawn (int64). Without a sample: all codable utterances, per document.

    Raises:
        OptionError: an unknown rule, a name that is taken, a sample that is too large or empty.
        UnknownNameError: no such document.
        NotEnoughError: there is nothing to code in it.
    """
    plan = rule_of(name, mode, suggestions)
    chosen = None if documents is None else [project.document_name(one) for one in documents]
    if coders is not None and not any(one.strip() for one in coders):
        raise OptionError("a round needs a coder", remedy="name one, or leave it to everybody")
    with project.database.read() as connection:
        table = stored_documents.utterance_frame(connection)
    table = table[table["codable"]]
    table = table if chosen is None else table[table["document"].isin(chosen)]
    if table.empty:
        raise NotEnoughError("there is nothing to code in this round", where=project.location)
    strata = [per] if isinstance(per, str) else list(per)
    drawn = table if sample is None else draw_sample(table, sample, per=strata, seed=seed)
    counted = counted_in(table, drawn, ["document"] if sample is None else strata)
    how = None if sample is None else told_of(sample, strata, seed, counted)
    everything = chosen is None and sample is None
    open_drawn(project, plan, coders or (), None if everything else drawn, how, size=len(drawn))
    return counted


def open_drawn(
    project: Handle,
    rule: Round,
    coders: Sequence[str],
    drawn: pd.DataFrame | None,
    how: str | None,
    *,
    size: int,
    **more: Any,
) -> None:
    """Store a new round in one transaction.

    Args:
        project: an open project.
        rule: name, mode and suggestion rule.
        coders: who takes part; empty: everybody.
        drawn: what is coded, with the column utterance_id; None: everything.
        how: how it was drawn, JSON; None: it was not.
        size: how many utterances the log says it has.
        more: what else the log says of it.
    """
    with writing(project.database) as journal:
        people = dict.fromkeys(" ".join(one.split()) for one in coders)
        ids = [stored_coders.ensure(journal, Coder(one)) for one in people]
        places = [] if drawn is None else [int(one) for one in drawn["utterance_id"]]
        stored.open_new(journal, stored.Plan(rule, ids, places, how))
        said: dict[str, Any] = {"round": rule.name, "mode": rule.mode}
        said |= {"suggestions": rule.suggestions}
        said |= {"coders": list(people), "utterances": size}
        journal.record("round.new", said | more)


def rule_of(name: str, mode: str, suggestions: str | None = None) -> Round:
    """Return the round of this name and these rules.

    Raises:
        OptionError: a name that is none, or an unknown rule.
    """
    wanted = " ".join(name.split())
    if not 1 <= len(wanted) <= 60:
        raise OptionError("a round's name has 1 to 60 characters")
    kind = _one_of("mode", mode, [str(one) for one in RoundMode])
    default = SuggestionRule.NEVER if kind == RoundMode.BLIND else SuggestionRule.ALWAYS
    rule = _one_of(
        "rule for suggestions", suggestions or default, [str(one) for one in SuggestionRule]
    )
    return Round(wanted, RoundMode(kind), SuggestionRule(rule))


def _one_of(what: str, wanted: str, allowed: list[str]) -> str:
    if wanted not in allowed:
        raise OptionError(f"'{wanted}' is no {what}", remedy=f"use {', '.join(allowed)}")
    return wanted


def draw_sample(
    utterances: pd.DataFrame, wanted: float, *, per: Sequence[str] = STRATA, seed: int = 1
) -> pd.DataFrame:
    """Return a stratified random sample of utterances, in their order.

    Each stratum gives its share of the sample, rounded by largest remainder (Hamilton), so the
    sizes add up exactly; within a stratum every utterance is as likely as any other.

    Args:
        utterances: one row each; the columns of ``per``, where a missing value is a stratum too.
        wanted: how many (1 or more), or which share (below 1).
        per: columns that make the strata.
        seed: of the draw.

    Raises:
        OptionError: an unknown stratum, or more wanted than there are.

    Example:
        >>> turns = pd.DataFrame({"document": ["a"] * 30 + ["b"] * 10})
        >>> draw_sample(turns, 8, per=["document"])["document"].value_counts().to_dict()
        {'a': 6, 'b': 2}
    """
    if not per or any(one not in STRATA for one in per):
        raise OptionError(
            f"a sample cannot be drawn per '{', '.join(per)}'", remedy=f"use {' and '.join(STRATA)}"
        )
    size = _size(wanted, len(utterances))
    keys = utterances[list(per)].astype(object)
    strata = keys.where(keys.notna(), "").agg("\x1f".join, axis=1).to_numpy()
    names, member = np.unique(strata.astype(str), return_inverse=True)
    counts = np.bincount(member, minlength=len(names))
    exact = counts * size / counts.sum()
    quota = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - quota), kind="stable")[: size - quota.sum()]
    quota[rest] += 1
    luck = np.random.default_rng(seed).random(len(utterances))
    order = np.lexsort((luck, member))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - (np.cumsum(counts) - counts)[member[order]]
    drawn: pd.DataFrame = utterances[rank < quota[member]]
    return drawn


def _size(wanted: float, available: int) -> int:
    size = max(1, round(wanted * available)) if 0 < wanted < 1 else int(wanted)
    if size < 1 or (wanted >= 1 and size != wanted):
        raise OptionError(
            f"{wanted:g} is no size of a sample", remedy="give a whole number, or a share below 1"
        )
    if size > available:
        raise OptionError(
            f"a sample of {size} needs more than the {available} codable utterances there are",
            remedy="draw fewer, or from more documents",
        )
    return size


def counted_in(table: pd.DataFrame, drawn: pd.DataFrame, strata: list[str]) -> pd.DataFrame:
    """Return one row per stratum: its columns, of, drawn (int64)."""
    of = table.groupby(strata, dropna=False, sort=False).size().rename("of").reset_index()
    got = drawn.groupby(strata, dropna=False, sort=False).size().rename("drawn").reset_index()
    both = of.merge(got, on=strata, how="left")
    return both.assign(drawn=both["drawn"].fillna(0).astype("int64"))


def told_of(wanted: float, strata: list[str], seed: int, counted: pd.DataFrame, **more: str) -> str:
    """Return how a sample was drawn, and what else there is to say of it, as JSON."""
    rows = counted.astype(object).where(counted.notna(), None).to_dict("records")
    said: dict[str, Any] = {"wanted": wanted, "per": strata, "seed": seed}
    return json.dumps(said | {"drawn": rows} | more, ensure_ascii=False)


def close_round(project: Handle, name: str) -> None:
    """Close a round for good: nothing is coded in it any more, and no coding in it undone.

    What was blind can be seen and compared from now on. A closed round is not opened again.

    Raises:
        UnknownNameError: no such round.
        RefusedError: it is closed already.
    """
    with writing(project.database) as journal:
        present = {one: one for one in stored.round_frame(journal.connection)["round"]}
        found = known("round", name, present)
        stored.close(journal, found)
        journal.record("round.close", {"round": found})


def list_rounds(project: Handle) -> pd.DataFrame:
    """Return all rounds, oldest first.

    Columns: round, mode, suggestions, created_at, closed_at (str), codebook_version (Int64; that
    it was opened with, missing for the first round), sample (JSON: wanted, per, seed, drawn),
    coders (who takes part, joined; missing: everybody), progress (such as "Ana 3 of 40").
    """
    with project.database.read() as connection:
        table = stored.round_frame(connection)
        members = stored.members(connection)
    done = list_round_progress(project)
    people = [", ".join(members[one].values()) if one in members else None for one in table["id"]]
    words = [
        f"{coder} {reviewed} of {total}"
        for coder, reviewed, total in done[["coder", "reviewed", "total"]].itertuples(index=False)
    ]
    told = done.assign(words=words).groupby("round")["words"].agg(", ".join)
    progress = table["round"].map(told.to_dict())
    return table.drop(columns="id").assign(
        coders=pd.Series(people, dtype=object), progress=progress
    )


def shows_others(project: Handle, name: str) -> bool:
    """Return whether coders of a round may see each other's codings: open, or closed by now."""
    with project.database.read() as connection:
        rules = stored.round_frame(connection).set_index("round")
    if name not in rules.index:
        return False
    rule = rules.loc[name]
    return bool(rule["mode"] != RoundMode.BLIND or pd.notna(rule["closed_at"]))


def list_round_progress(project: Handle) -> pd.DataFrame:
    """Return how far each coder has come in each round.

    Columns: round, coder (str), reviewed, total (int64: codable utterances of the round, and those
    of them that the coder has looked at).
    """
    with project.database.read() as connection:
        return counts.progress(connection)
