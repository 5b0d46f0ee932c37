"""Which codes go together: how many units two codes share, and whether that is more than chance.

Units are counted, never pairs of spans, so no share can pass 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from qualkit.analysis.groups import grouped
from qualkit.analysis.material import Bools, Ints, Material, gather
from qualkit.analysis.pairs import Meetings, count_meetings, kinship, measures, rolled_up
from qualkit.analysis.pieces import Pieces, cut
from qualkit.analysis.shares import adjusted
from qualkit.errors import OptionError, UnknownNameError

__all__ = ["Met", "cooccurrence", "cooccurrence_of", "met", "of_level", "part", "wanted_pairs"]


def cooccurrence(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    within: str = "utterance",
    by: str | None = None,
    code: str | None = None,
    level: str | None = None,
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
) -> pd.DataFrame:
    """Return how often every two codes stand in the same unit.

    Args:
        codings: columns document (str), position (int), code (str); for "span" also start and end
            (half-open, places in the document's text; empty for the whole utterance).
        utterances: columns document, position; for "turn" also speaker or speaker_id; optional
            codable and is_moderator (bool), and for "span" start and end.
        within: the unit. "utterance"; "document"; "turn": consecutive utterances of one speaker;
            "window:K": K consecutive utterances of a document, one window ending at each (shorter
            at the start), in which two codes meet when one of them is in the last utterance;
            "span": the pieces into which the ends of all spans cut an utterance.
        by: a column of ``utterances`` that makes groups, each counted by itself; a document or a
            turn is then what one group says in it, and a window belongs to whoever ends it.
        code: only the pairs with this code, which then stands as ``code_a``.
        level: "theme": only pairs of top-level codes; None takes all. Fewer pairs lose less to q.
        parents: code -> its parent, or None for a theme, in the order of the codebook. A theme
            stands wherever it or any code below it was applied.
        moderators: count what moderators say as well.

    Returns:
        A frame with a row for every two codes of which neither is above the other, in the order of
        the codebook, also for those that never meet: the group if there is ``by``, code_a, code_b
        (str), n_a, n_b, n_ab, units (int64: units with the one, the other, both, and all),
        share_a and share_b (of the units with a, and with b, those with both), jaccard, lift,
        npmi, phi, log_odds (float64, NaN where not defined), documents (int64, those in which they
        meet), p and q (float64). With N units:
        jaccard = n_ab / (n_a + n_b - n_ab); lift = n_ab N / (n_a n_b);
        npmi = ln lift / -ln(n_ab / N), -1 when they never meet; phi is the correlation; log_odds
        has 0.5 added to all four cells. In windows lift compares with what lines and windows in
        any order would give, and npmi, phi and log_odds are not defined.
        p is from a t test over documents of n_ab less what chance would give within each document,
        those with two units or more; so it asks whether the codes meet more, or less, than
        documents that are about both explain. q is p after Benjamini and Hochberg over all rows.
        ``attrs`` holds the number of units and documents, how many documents p rests on, and what
        was left out.

    Raises:
        OptionError: a column is missing, or ``within`` or ``by`` has a value it cannot take.
        UnknownNameError: a coding has a code that ``parents`` does not name, or ``code`` is none.

    Example:
        >>> utterances = pd.DataFrame({"document": ["d"] * 4, "position": [1, 2, 3, 4]})
        >>> rows = [("d", 1, "Pay"), ("d", 1, "Hours"), ("d", 2, "Pay")]
        >>> codings = pd.DataFrame(rows, columns=["document", "position", "code"])
        >>> table = cooccurrence(codings, utterances)
        >>> table[["code_a", "code_b", "n_a", "n_b", "n_ab", "jaccard", "lift"]]
          code_a code_b  n_a  n_b  n_ab  jaccard  lift
        0  Hours    Pay    1    2     1      0.5   2.0

    Sources: Jaccard (1901); Bouma (2009) for npmi; Haldane (1956) and Anscombe (1956) for the
    half added; Siebert-Evenstone et al. (2017) for the moving window.
    """
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    found = met(material, codings, within=within, by=by, parents=parents)
    return cooccurrence_of(material, found, code=code, level=level, parents=parents)


@dataclass(frozen=True)
class Met:
    """How often codes meet, in each group.

    Attributes:
        within: the unit.
        by: the column that makes the groups; None: there is one without a name.
        groups: their names.
        found: for each of them how often codes meet.
        nothing: the same for no units at all.
        apart: which two codes are not kin.
        units: how many there are.
        documents: how many there are.
    """

    within: str
    by: str | None
    groups: tuple[str, ...]
    found: tuple[Meetings, ...]
    nothing: Meetings
    apart: Bools
    units: int
    documents: int


def met(
    material: Material,
    codings: pd.DataFrame,
    *,
    within: str,
    by: str | None,
    parents: Mapping[str, str | None] | None,
) -> Met:
    """Return how often codes meet, of what has been put in order before.

    Args:
        material: what counts.
        codings: the rows behind ``material``; only "span" looks at them.
        within: as for ``cooccurrence``.
        by: as for ``cooccurrence``.
        parents: those that ``material`` was gathered with.

    Raises:
        OptionError: as for ``cooccurrence``.
    """
    names, group = grouped(material.utterances, by) if by is not None else (("",), None)
    up, apart = kinship(material, parents)
    pieces = rolled_up(cut(material, codings, within, group), up)
    parts = pieces.owner * 0 if group is None else group[pieces.owner]
    found = tuple(count_meetings(part(pieces, parts, one)) for one in range(len(names)))
    nothing = count_meetings(part(pieces, parts, -1))
    documents = int(material.utterances["document"].nunique())
    return Met(within, by, names, found, nothing, apart, pieces.holds.shape[0], documents)


def cooccurrence_of(
    material: Material,
    found: Met,
    *,
    code: str | None,
    level: str | None,
    parents: Mapping[str, str | None] | None,
) -> pd.DataFrame:
    """Return what ``cooccurrence`` gives, of what has been counted before.

    Args:
        material: what counts.
        found: how often codes meet in it.
        code: as for ``cooccurrence``.
        level: as for ``cooccurrence``.
        parents: those that ``material`` was gathered with.

    Raises:
        OptionError: there is no such level.
        UnknownNameError: ``code`` is none.
    """
    a, b = wanted_pairs(material, of_level(material, found.apart, parents, level), code)
    rows = [_rows(material, one, a, b) for one in found.found]
    if found.by is not None:
        named = zip(found.groups, rows, strict=True)
        rows = [table.assign(**{found.by: name}) for name, table in named]
    table = pd.concat(rows or [_rows(material, found.nothing, a, b)], ignore_index=True)
    table["q"] = adjusted(table["p"].to_numpy(np.float64))
    first = [] if found.by is None else [found.by]
    table = table[[*first, *(name for name in table if name not in first)]]
    table.attrs.update(
        material.about,
        within=found.within,
        units=found.units,
        documents=found.documents,
        documents_tested=max((one.tested for one in found.found), default=0),
    )
    return table


def part(pieces: Pieces, parts: Ints, wanted: int) -> Pieces:
    """Return the units of one part."""
    mine = parts == wanted
    if mine.all():
        return pieces
    holds = pieces.holds[mine]
    line = holds if pieces.line is pieces.holds else pieces.line[mine]
    return Pieces(holds, line, pieces.document[mine], pieces.owner[mine])


def of_level(
    material: Material,
    apart: Bools,
    parents: Mapping[str, str | None] | None,
    level: str | None,
) -> Bools:
    """Return which two codes are compared: not kin, and of level "theme" only top-level ones.

    Raises:
        OptionError: there is no such level.
    """
    if level not in (None, "theme"):
        raise OptionError(f"there is no level {level!r}", where="level", remedy="theme, or none")
    if level is None or parents is None:
        return apart
    top = np.array([parents[code] is None for code in material.codes], dtype=np.bool_)
    return apart & top[:, None] & top[None, :]


def wanted_pairs(material: Material, apart: Bools, code: str | None) -> tuple[Ints, Ints]:
    """Return the numbers of the codes of each pair.

    Raises:
        UnknownNameError: there is no such code.
    """
    if code is None:
        a, b = np.nonzero(np.triu(apart, k=1))
        return a.astype(np.int64), b.astype(np.int64)
    if code not in material.codes:
        there = ", ".join(material.codes[:8]) or "none"
        raise UnknownNameError(f"there is no code {code!r}", remedy=f"the codes are: {there}")
    number = material.codes.index(code)
    b = np.flatnonzero(apart[number] & (np.arange(len(material.codes)) != number))
    return np.full(len(b), number, dtype=np.int64), b.astype(np.int64)


def _rows(material: Material, found: Meetings, a: Ints, b: Ints) -> pd.DataFrame:
    """Return a row for each pair."""
    names = np.array(material.codes, dtype=object)
    counts = {"n_a": found.holding[a], "n_b": found.holding[b], "n_ab": found.together[a, b]}
    return pd.DataFrame(
        {
            "code_a": names[a],
            "code_b": names[b],
            **{name: count.astype(np.int64) for name, count in counts.items()},
            "units": np.full(len(a), found.units, dtype=np.int64),
            **measures(found, a, b),
            "documents": found.in_documents[a, b],
            "p": found.p_values()[a, b],
        }
    )
