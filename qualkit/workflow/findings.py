"""The findings: theme by group, and what goes with what.

None of them looks into a blind round before it is closed: asked for one, they refuse; asked for
all rounds, they leave it out and say so in ``attrs["about"]``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from qualkit import analysis
from qualkit.analysis.cooccurrence import cooccurrence_of
from qualkit.analysis.frequency import frequency_of
from qualkit.workflow.counting import (
    BY_CODING,
    INTERVALS,
    Attributes,
    code_name,
    counted,
    how_tested,
    method_note,
)
from qualkit.workflow.handle import Handle
from qualkit.workflow.layers import Chosen, Layer
from qualkit.workflow.material import counted_material, counted_meetings, is_plain

__all__ = ["UNITS", "cooccurrence", "frequency"]


def frequency(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    by: str = "stakeholder_type",
    of: str = "utterances",
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    attributes: Attributes = None,
    suppress: int | None = None,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return how often each code and theme comes up in each group, with its denominator.

    Args:
        project: an open project.
        by: what makes the groups: stakeholder_type, organisation, role, speaker, document, kind,
            section, reported; third or time_third (of the document, by order or by the clock);
            coder or round; or a column of ``attributes``.
        of: what is counted: utterances, words, speakers or documents.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        attributes: further attributes of speakers or documents: a table, or a csv, tsv or xlsx
            file, with a column speaker or document (or both) and one for each attribute.
        suppress: for publication: leave cells below this number empty, and others with them so
            that no sum gives them away.
        seed: of the random numbers behind p.
        permutations: how many random arrangements p rests on.

    Returns:
        Columns code, level ("theme" rolls its codes up, "code" counts the code itself), the
        grouping column, denominator, n, total, share, low, high, residual, p, q, note.
        ``attrs["about"]`` is the method note.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown column or denominator.
        UnknownNameError: a coder, round, speaker or document that the project lacks.
    """
    how = {"of": of, "suppress": suppress, "seed": seed, "permutations": permutations}
    whose = _Whose(coders, round_name, moderators, attributes)
    layer, table = _frequency(project, whose, by, how)
    table.attrs["said_below"] = ["denominator"]
    small = {} if suppress is None else {"suppressed": f"cells below {suppress}, and next to them"}
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        denominator=f"{of} of each {by}",
        interval=INTERVALS[of],
        test=how_tested(table.attrs),
        **small,
    )
    return table


def cooccurrence(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    project: Handle,
    *,
    within: str = "utterance",
    by: str | None = None,
    code: str | None = None,
    level: str | None = None,
    coders: Sequence[str] | None = None,
    round_name: str | None = None,
    moderators: bool = False,
    attributes: Attributes = None,
) -> pd.DataFrame:
    """Return how often two codes share a unit, for every pair that could.

    Args:
        project: an open project.
        within: the unit: utterance, span, turn, window:K or document.
        by: what makes groups, each counted by itself, as for ``frequency``; None makes none.
        code: only what goes with this code (name or id): the closest first.
        level: theme takes only pairs of themes; None all pairs.
        coders: whose codings; None takes the consensus where there is one, else any human coder.
        round_name: one round; None takes all.
        moderators: count what moderators said, too.
        attributes: further attributes, as for ``frequency``.

    Returns:
        Columns (the group,) code_a, code_b, n_a, n_b, n_ab, units, share_a (of the units with a
        those with both), share_b, jaccard, lift, npmi, phi, log_odds, documents, p, q.
        ``attrs["about"]`` is the method note.

    Raises:
        NotEnoughError: nobody has coded yet.
        RefusedError: the round is blind and still open.
        OptionError: an unknown unit or column.
        UnknownNameError: a code, coder, round, speaker or document that the project lacks.
    """
    whose = _Whose(coders, round_name, moderators, attributes)
    layer, table = _cooccurrence(project, whose, (within, by), code, level)
    if code is not None:
        first = [] if by is None else [by]
        order = [*first, "share_a", "n_ab"]
        up = [True] * len(first) + [False, False]
        table = table.sort_values(order, ascending=up, kind="stable", ignore_index=True)
    table.attrs["about"] = method_note(
        project,
        layer,
        table,
        moderators,
        denominator=f"{UNITS[within.partition(':')[0]]}, each once",
        test=_how_paired(table.attrs["documents_tested"]),
    )
    return table


def _how_paired(documents: int) -> str:
    """Return how p of a pair was made, in a sentence."""
    if documents < 2:
        return "none: it compares documents, and fewer than two have anything to compare"
    return (
        f"t over {documents} documents: do the two meet more, or less, than each document "
        "by itself would give by chance; q after Benjamini and Hochberg"
    )


@dataclass(frozen=True)
class _Whose:
    """Whose codings are counted, and where attributes come from."""

    coders: Sequence[str] | None
    round_name: str | None
    moderators: bool
    attributes: Attributes

    def layer(self, project: Handle, by: str | None) -> Layer:
        """Return what is counted as tables, with everything that can make groups."""
        return counted(project, self.coders, self.round_name, by=by, attributes=self.attributes)


def _frequency(
    project: Handle, whose: _Whose, by: str, how: dict[str, Any]
) -> tuple[Layer | Chosen, pd.DataFrame]:
    """Return what was counted, and the table; without a copy of it where that will do."""
    if whose.attributes is None and how["of"] != "words" and is_plain(by):
        chosen, material = counted_material(
            project, whose.coders, whose.round_name, moderators=whose.moderators
        )
        parents = chosen.codebook.parents()
        return chosen, frequency_of(material, by=by, parents=parents, **how)
    layer = whose.layer(project, by)
    table = analysis.frequency(
        layer.codings,
        layer.utterances,
        by=by,
        parents=layer.codebook.parents(),
        moderators=whose.moderators,
        reviewed=layer.reviewed if by in BY_CODING else None,
        **how,
    )
    return layer, table


def _cooccurrence(
    project: Handle,
    whose: _Whose,
    units: tuple[str, str | None],
    code: str | None,
    level: str | None,
) -> tuple[Layer | Chosen, pd.DataFrame]:
    """Return what was counted, and the table; without a copy of it where that will do."""
    within, by = units
    if whose.attributes is None and within != "span" and is_plain(by):
        chosen, material, found = counted_meetings(
            project, whose.coders, whose.round_name, moderators=whose.moderators,
            within=within, by=by,
        )  # fmt: skip
        wanted, parents = code_name(chosen.codebook, code), chosen.codebook.parents()
        table = cooccurrence_of(material, found, code=wanted, level=level, parents=parents)
        return chosen, table
    layer = whose.layer(project, by)
    table = analysis.cooccurrence(
        layer.codings,
        layer.utterances,
        within=within,
        by=by,
        code=code_name(layer.codebook, code),
        level=level,
        parents=layer.codebook.parents(),
        moderators=whose.moderators,
    )
    return layer, table


UNITS = {
    "utterance": "utterances looked at",
    "span": "pieces of text between the ends of spans",
    "turn": "turns (consecutive utterances of one speaker)",
    "window": "windows ending at each utterance; the two meet when one is in its last utterance",
    "document": "documents",
}
"""What the numbers of co-occurrence count."""
