"""How often each group says what: code x group, with denominators, intervals and one test a code.

The rows of the table do not exclude each other, since an utterance can carry several codes. So each
code is tested by itself, never the whole table at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.material import (
    Floats,
    Ints,
    Material,
    ancestors_of,
    gather,
    incidence,
    require,
    speaker_keys,
)
from qualkit.analysis.permutation import (
    Counter,
    Shuffled,
    by_group,
    by_group_in_documents,
    shuffled_test,
)
from qualkit.analysis.shares import LeftOut, adjusted, divide, leave_one_out, residuals, wilson
from qualkit.errors import OptionError

__all__ = ["DENOMINATORS", "NOT_SET", "frequency"]

DENOMINATORS = ("utterances", "words", "speakers", "documents")
NOT_SET = "(not set)"
"""The group of utterances for which the attribute is empty."""

_NO_GROUPS = ("position", "text", "words", "start", "end")
_RESULTS = (
    "code", "level", "denominator", "n", "total", "share", "low", "high", "residual", "p", "q",
    "note",
)  # fmt: skip


@dataclass(frozen=True)
class _Voices:
    """Who said what: one line per speaker in a group, sorted by group and speaker.

    Attributes:
        groups: the names of the groups, sorted.
        group: the group of each line.
        line: the line of each utterance.
        said: utterances x rows of the table: 1 where it is said.
        document: number of the document of each utterance.
    """

    groups: tuple[str, ...]
    group: Ints
    line: Ints
    said: sparse.csr_array
    document: Ints


def frequency(  # noqa: PLR0913 - each option is one that a researcher has to be able to state
    codings: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    by: str = "stakeholder_type",
    of: str = "utterances",
    parents: Mapping[str, str | None] | None = None,
    moderators: bool = False,
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
        seed: of the random numbers behind p.
        permutations: how many random arrangements p rests on, where not all can be looked at.

    Returns:
        A frame with a row for every code and group and the columns code, level ("theme": itself
        or any code below; "code": the code alone), the attribute, denominator (str), n, total
        (int64), share, low, high, residual, p, q (float64, NaN where not defined) and note
        (object, None or a remark). A theme with codings of its own has a second row as a code.
        Low and high are 95 %: Wilson's for speakers and documents, the jackknife over speakers for
        utterances and words. Residual is the adjusted residual of the 2 x groups table, to colour
        a cell by, not to test it. p tests one code over all groups by shuffling the groups over
        the speakers, and is repeated on the code's rows; q is p after Benjamini and Hochberg over
        the codes of the same level.
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
    _check_options(utterances, by, of, permutations)
    material = gather(codings, utterances, parents=parents, moderators=moderators)
    names, levels, feeds = _table_rows(material, parents)
    voices = _voices(material, by, feeds)
    line_count, line_total, count = _counter(material, voices, of)
    sums = count.sums(voices.group[None, :])[0]
    n, total = sums[:, :-1], sums[:, -1]
    left_out = leave_one_out(line_count, line_total, voices.group, len(voices.groups))
    independent = of in ("speakers", "documents")
    low, high = wilson(n, total[:, None] + 0 * n) if independent else (left_out.low, left_out.high)
    test = shuffled_test(
        count, voices.group, len(voices.groups), permutations=permutations, seed=seed
    )
    notes = _notes(n, total, None if independent else left_out, test)
    table = pd.DataFrame(
        _labels(names, levels, by, voices.groups)
        | {"denominator": of}
        | _columns(n, total)
        | {"low": low.T.ravel(), "high": high.T.ravel(), "residual": residuals(n, total).T.ravel()}
        | _each(len(voices.groups), p=test.p, q=_over_levels(test.p, levels))
    )
    table["note"] = pd.Series(notes, index=table.index, dtype=object)
    table.attrs.update(material.about, **_about(material, voices, test), seed=seed)
    return table


def _labels(
    names: list[str], levels: list[str], by: str, groups: tuple[str, ...]
) -> dict[str, object]:
    """Return the columns that say which row it is: the groups of one code together."""
    return {
        "code": np.repeat(np.array(names, dtype=object), len(groups)),
        "level": np.repeat(np.array(levels, dtype=object), len(groups)),
        by: np.tile(np.array(groups, dtype=object), len(names)),
    }


def _columns(n: Floats, total: Floats) -> dict[str, object]:
    """Return count, denominator and share, in the order of the rows."""
    return {
        "n": n.T.ravel().astype(np.int64),
        "total": np.tile(total, n.shape[1]).astype(np.int64),
        "share": divide(n, total[:, None]).T.ravel(),
    }


def _each(groups: int, **values: Floats) -> dict[str, object]:
    """Return what is known per code, repeated for each group."""
    return {name: np.repeat(value, groups) for name, value in values.items()}


def _check_options(utterances: pd.DataFrame, by: str, of: str, permutations: int) -> None:
    """Raise OptionError for an option that cannot be."""
    require(utterances, "utterances", ("document", "position"))
    if of not in DENOMINATORS:
        raise OptionError(
            f"there is no denominator {of!r}",
            where="of",
            remedy=f"one of {', '.join(DENOMINATORS)}",
        )
    allowed = [str(name) for name in utterances.columns if name not in (*_NO_GROUPS, *_RESULTS)]
    if by not in allowed:
        raise OptionError(
            f"utterances cannot be grouped by {by!r}",
            where="by",
            remedy=f"one of {', '.join(allowed)}",
        )
    if of == "words" and "words" not in utterances.columns:
        require(utterances, "utterances", ("text",))
    if permutations < 1:
        raise OptionError(
            f"{permutations} permutations are too few", where="permutations", remedy="at least 1"
        )


def _table_rows(
    material: Material, parents: Mapping[str, str | None] | None
) -> tuple[list[str], list[str], sparse.csr_array]:
    """Return names and levels of the rows, and codes x rows: 1 where a code counts for a row."""
    above = ancestors_of(parents) if parents is not None else {}
    applied = np.zeros(len(material.codes), dtype=np.bool_)
    applied[material.coding_code] = True
    rows: list[tuple[str, str]] = []
    for code, direct in zip(material.codes, applied, strict=True):
        if parents is not None and parents[code] is None:
            rows.append((code, "theme"))
        if direct or parents is None or parents[code] is not None:
            rows.append((code, "code"))
    place = {row: number for number, row in enumerate(rows)}
    pairs = [
        (number, place[row])
        for number, code in enumerate(material.codes)
        for row in ((code, "code"), ((code, *above.get(code, ()))[-1], "theme"))
        if row in place
    ]
    at = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    feeds = incidence(at[:, 0], at[:, 1], (len(material.codes), len(rows)))
    return [name for name, _ in rows], [level for _, level in rows], feeds


def _voices(material: Material, by: str, feeds: sparse.csr_array) -> _Voices:
    """Return who said what, in an order that does not depend on the order of the rows."""
    spoken = material.utterances
    values = spoken[by]
    if not pd.api.types.is_numeric_dtype(values):
        words = values.astype(str).str.strip()
        values = words.where(values.notna() & ~words.isin(["", NOT_SET]))
    group, labels = pd.factorize(values, sort=True)
    groups = [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in labels]
    if (group < 0).any():
        group = np.where(group < 0, len(groups), group)
        groups.append(NOT_SET)
    speaker, speakers = pd.factorize(speaker_keys(spoken), sort=True)
    keys, line = np.unique(group.astype(np.int64) * max(len(speakers), 1) + speaker,
                           return_inverse=True)  # fmt: skip
    said = sparse.csr_array(material.coded() @ feeds)
    said.data[:] = 1.0
    return _Voices(
        groups=tuple(groups),
        group=keys // max(len(speakers), 1),
        line=line.astype(np.int64),
        said=said,
        document=pd.factorize(spoken["document"])[0].astype(np.int64),
    )


def _counter(material: Material, voices: _Voices, of: str) -> tuple[Floats, Floats, Counter]:
    """Return count and total of each line, and the function from labels to sums by group."""
    lines, many = len(voices.group), len(voices.line)
    weight = np.ones(many)
    if of == "words":
        weight = _words(material.utterances)
    member = sparse.csr_array((weight, (voices.line, np.arange(many))), shape=(lines, many))
    count = np.asarray((member @ voices.said).todense(), dtype=np.float64)
    total = np.bincount(voices.line, weight, minlength=lines).astype(np.float64)
    if of == "speakers":
        count, total = (count > 0).astype(np.float64), np.ones(lines)
    if of != "documents":
        return count, total, by_group(count, total, len(voices.groups))
    documents = int(voices.document.max(initial=-1)) + 1
    keys, cell = np.unique(voices.line * max(documents, 1) + voices.document, return_inverse=True)
    shape = (len(keys), many)
    place = sparse.csr_array((np.ones(many), (cell, np.arange(many))), shape=shape)
    said = sparse.csr_array(place @ voices.said)
    said.data[:] = 1  # said in this document, however often
    speaker, document = np.divmod(keys, max(documents, 1))
    counter = by_group_in_documents(said, speaker, document, len(voices.groups))
    return count, total, counter


def _words(utterances: pd.DataFrame) -> Floats:
    """Return the number of words of each utterance: as stated, else runs without a space."""
    if "words" in utterances.columns:
        try:
            return utterances["words"].to_numpy(np.float64, na_value=0.0)
        except (ValueError, TypeError) as error:
            raise OptionError(
                "the column 'words' takes numbers only", where="utterances"
            ) from error
    words = utterances["text"].fillna("").astype(str).str.count(r"\S+")
    return np.asarray(words, dtype=np.float64)


def _over_levels(p: Floats, levels: list[str]) -> Floats:
    """Return p adjusted for the number of rows of the same level."""
    q = np.full(p.shape, np.nan)
    for level in set(levels):
        mine = np.array([one == level for one in levels], dtype=np.bool_)
        q[mine] = adjusted(p[mine])
    return q


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
        return (
            f"carried by one speaker, who has {left_out.largest[at]:.0%} of it; "
            f"the share runs from {least:.1%} to {most:.1%} when each speaker is left out"
        )
    if np.isnan(left_out.low[at]):
        return (
            "no interval, as it is the same whichever speaker is left out"
            if left_out.flat[at]
            else "no interval, as one speaker has all that counts"
        )
    return None


def _about(material: Material, voices: _Voices, test: Shuffled) -> dict[str, object]:
    """Return what the result should say of itself."""
    people = pd.Series(speaker_keys(material.utterances)).nunique()
    return {
        "speakers": int(people),
        "speakers_in_several_groups": int(len(voices.group) - people),
        "documents": int(material.utterances["document"].nunique()),
        "smallest_p": test.smallest_p,
        "exact": test.exact,
        "permutations": test.arrangements,
    }
