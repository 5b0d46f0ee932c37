"""How often each group says what: code x group, with denominators, intervals and one test a code.

The rows of the table do not exclude each other, since an utterance can carry several codes. So each
code is tested by itself, never the whole table at once.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from qualkit.analysis.groups import seen_by
from qualkit.analysis.material import Floats, Material, gather
from qualkit.analysis.permutation import Shuffled, not_tested, shuffled_test
from qualkit.analysis.shares import LeftOut, divide, leave_one_out, residuals, wilson
from qualkit.analysis.suppression import suppressed
from qualkit.analysis.voices import (
    TableRows,
    Voices,
    check_denominator,
    counter,
    over_levels,
    table_rows,
    voices,
)

__all__ = ["frequency", "frequency_of"]


def frequency(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    by: str = "stakeholder_type",
    of: str = "utterances",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
    reviewed: pd.DataFrame | None = None,
    suppress: int | None = None,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return how often each group says what each code stands for.

    An utterance counts once for a code, however many coders or spans apply it: to count one coder
    or the consensus, hand in those codings alone. Utterances that are not codable do not count,
    and those of moderators only when asked for.

    Args:
        codings: columns document (str), position (int), code (str); others are ignored.
        utterances: columns document, position, the grouping attribute, and speaker or speaker_id;
            optional words (int) or text (str) to count words, codable and is_moderator (bool).
            An utterance without a speaker belongs to one voice per document.
        by: the column that makes the groups; empty cells make the group "(not set)".
        of: what is counted and divided by. "utterances"; "words" of those utterances; "speakers"
            who said it at least once; "documents" in which the group said it at least once.
        parents: code -> its parent, or None for a theme, in the order of the codebook. A theme
            counts where it or any code below it was applied; without parents nothing is rolled up.
        moderators: count what moderators say as well.
        reviewed: who looked at what: columns document, position and ``by``. With it ``by`` is a
            column of ``codings``, such as coder or round, and an utterance counts in each group
            that has looked at it; there is no test, as the groups share their utterances.
        suppress: for publication: cells below this number are left empty, and as many others as
            it takes that no sum gives them away (see :mod:`qualkit.analysis.suppression`).
        seed: of the random numbers behind p.
        permutations: how many random arrangements p rests on, where not all can be looked at.

    Returns:
        A frame with a row for every code and group and the columns code, level ("theme": itself
        or any code below; "code": the code alone), the attribute, denominator (str), n, total
        (int64, with ``suppress`` Int64), share, low, high, residual, p, q (float64, NaN where not
        defined) and note (object, None or a remark; "carried by one speaker (70%): 2.0% to 9.1%
        without each" gives how much of it that speaker has, and the least and the largest share
        when each speaker is left out). A theme with codings of its own has a second
        row as a code. Low and high are 95 %: Wilson's for speakers and documents, the jackknife
        over speakers for utterances and words. Residual is the adjusted residual of the 2 x groups
        table, to colour a cell by, not to test it. p tests one code over all groups by shuffling
        the groups over the speakers, and is repeated on the code's rows; where most speakers are
        in several groups, their groups are shuffled within each speaker. q is p after Benjamini
        and Hochberg over the codes of the same level.
        ``attrs`` holds the seed, what was counted, what was left out, and the smallest p that the
        numbers of speakers allow.

    Raises:
        OptionError: a column is missing, or an option has a value it cannot take.
        UnknownNameError: a coding has a code that ``parents`` does not name.

    Example:
        >>> columns = ["document", "position", "speaker", "stakeholder_type"]
        >>> said = [("d", 1, "Ana", "carer"), ("d", 2, "Ben", "funder"), ("d", 3, "Ana", "carer")]
        >>> utterances = pd.DataFrame(said, columns=columns)
        >>> codings = pd.DataFrame({"document": ["d"], "position": [1], "code": ["Pay"]})
        >>> frequency(codings, utterances)[["code", "stakeholder_type", "n", "total", "share"]]
          code stakeholder_type  n  total  share
        0  Pay            carer  1      2    0.5
        1  Pay           funder  0      1    0.0

    Sources: :mod:`qualkit.analysis.shares` and :mod:`qualkit.analysis.permutation`.
    """
    check_denominator(utterances, of, permutations)
    if reviewed is not None:
        codings, utterances = seen_by(codings, utterances, reviewed, by)
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    return frequency_of(
        material,
        by=by,
        of=of,
        parents=parents,
        shared=reviewed is not None,
        suppress=suppress,
        seed=seed,
        permutations=permutations,
    )


def frequency_of(  # noqa: PLR0913 - as ``frequency``
    material: Material,
    *,
    by: str,
    of: str,
    parents: Mapping[str, str | None] | None,
    shared: bool = False,
    suppress: int | None = None,
    seed: int = 1,
    permutations: int = 999,
) -> pd.DataFrame:
    """Return what ``frequency`` gives, of what has been put in order before.

    Args:
        material: what counts.
        by: as for ``frequency``.
        of: as for ``frequency``.
        parents: those that ``material`` was gathered with.
        shared: the groups share their utterances, so there is no test.
        suppress: as for ``frequency``.
        seed: as for ``frequency``.
        permutations: as for ``frequency``.

    Raises:
        OptionError: as for ``frequency``.
    """
    check_denominator(material.utterances, of, permutations)
    rows = table_rows(material, parents)
    spoken = voices(material, by, rows.feeds)
    line_count, line_total, count = counter(material, spoken, of)
    sums = count.sums(spoken.group[None, :])[0]
    n, total = sums[:, :-1], sums[:, -1]
    left_out = leave_one_out(line_count, line_total, spoken.group, len(spoken.groups))
    test = (
        shuffled_test(count, spoken.group, len(spoken.groups), permutations=permutations,
                      seed=seed, person=spoken.crossed)
        if not shared
        else not_tested(n.shape[1])
    )  # fmt: skip
    table = _table(rows, spoken, (by, of), (n, total), left_out, test)
    if shared:
        table["note"] = [_shared(note) for note in table["note"]]
    table.attrs.update(material.about, **_about(material, spoken, test), seed=seed)
    return table if suppress is None else suppressed(table, by, suppress, parents)


def _shared(note: str | None) -> str:
    kept = [part for part in (note or "").split("; ") if part and not part.startswith("no test")]
    return "; ".join([*kept, "no test, as the groups share their utterances"])


def _table(
    rows: TableRows,
    spoken: Voices,
    named: tuple[str, str],
    counts: tuple[Floats, Floats],
    left_out: LeftOut,
    test: Shuffled,
) -> pd.DataFrame:
    """Return the rows, the groups of one code together."""
    (by, of), (n, total) = named, counts
    groups = len(spoken.groups)
    independent = of in ("speakers", "documents")
    low, high = wilson(n, total[:, None] + 0 * n) if independent else (left_out.low, left_out.high)
    q = over_levels(test.p, rows.levels)
    notes = _notes(n, total, None if independent else left_out, test)
    return pd.DataFrame(
        {
            "code": np.repeat(np.array(rows.names, dtype=object), groups),
            "level": np.repeat(np.array(rows.levels, dtype=object), groups),
            by: np.tile(np.array(spoken.groups, dtype=object), len(rows.names)),
            "denominator": of,
            "n": n.T.ravel().astype(np.int64),
            "total": np.tile(total, n.shape[1]).astype(np.int64),
            "share": divide(n, total[:, None]).T.ravel(),
            "low": low.T.ravel(),
            "high": high.T.ravel(),
            "residual": residuals(n, total).T.ravel(),
            "p": np.repeat(test.p, groups),
            "q": np.repeat(q, groups),
            "note": pd.Series(notes, dtype=object),
        }
    )


def _notes(n: Floats, total: Floats, left_out: LeftOut | None, test: Shuffled) -> list[str | None]:
    """Return the remark for each row of the table, rows of one code together."""
    notes = []
    said, everything = n.sum(axis=0), total.sum()
    for row in range(n.shape[1]):
        untested = None
        if not test.arrangements:
            one_group = n.shape[0] < 2
            untested = (
                f"no test, as {'there is one group' if one_group else 'each group is a speaker'}"
            )
        elif said[row] in (0, everything):
            untested = f"no test, as it is {'always' if said[row] else 'never'} said"
        for group in range(n.shape[0]):
            parts = [_spread_note(n, total, left_out, (group, row)), untested]
            notes.append("; ".join(part for part in parts if part) or None)
    return notes


def _spread_note(
    n: Floats, total: Floats, left_out: LeftOut | None, at: tuple[int, int]
) -> str | None:
    """Return the remark on how the speakers of a group share what was said."""
    if total[at[0]] == 0:
        return "nothing to divide by"
    if left_out is None:
        return None
    if left_out.speakers[at[0]] < 2:
        return "no interval from one speaker"
    if n[at] > 1 and left_out.largest[at] > 0.5:
        least, most = left_out.least[at], left_out.most[at]
        without = f"{least:.1%} to {most:.1%} without each"  # a line of a terminal holds it
        return f"carried by one speaker ({left_out.largest[at]:.0%}): {without}"
    return _no_interval(left_out, at, silent=n[at] == 0) if np.isnan(left_out.low[at]) else None


def _no_interval(left_out: LeftOut, at: tuple[int, int], *, silent: bool) -> str:
    """Return why a share of several speakers has no interval."""
    if silent:
        return "nobody in this group says it"
    if left_out.flat[at]:
        return "no interval, as it is the same whichever speaker is left out"
    return "no interval, as one speaker has all that counts"


def _about(material: Material, spoken: Voices, test: Shuffled) -> dict[str, object]:
    """Return what the result should say of itself."""
    names = material.utterances["document"].unique()  # with a coder or a round behind them
    return {
        "speakers": spoken.people,
        "speakers_in_several_groups": int((np.bincount(spoken.person, minlength=1) > 1).sum()),
        "documents": len({str(one).partition("\x1f")[0] for one in names}),
        "smallest_p": test.smallest_p,
        "exact": test.exact,
        "within_speakers": test.within_speakers,
        "permutations": test.arrangements,
    }
