"""What other programs would print for the same codings, named as theirs, with their denominator.

For translation only: none of these figures is the one to report. What is not known about a
program for certain is left empty, and the reason says what is not known.

Sources: the programs' own manuals (NVivo help, Coding Comparison query; ATLAS.ti manual,
Inter-coder agreement; MAXQDA manual, Intercoder agreement; Dedoose user guide, Training Center),
the source of QualCoder; Holsti (1969); Brennan & Prediger (1981); de Vries et al. (2008).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from qualkit.agreement.reading import Bools, Floats, Ints, alpha_of, read_units
from qualkit.agreement.units import themes_of

__all__ = ["PEER_COLUMNS", "TOOLS", "cohen_of", "peer_figures", "qualcoder_of"]

PEER_COLUMNS = (
    "tool", "figure", "code", "document", "coder_a", "coder_b", "value", "n", "denominator",
    "reason",
)  # fmt: skip

TOOLS = ("NVivo", "MAXQDA", "ATLAS.ti", "Dedoose", "QualCoder")
"""The programs, in the order of the table."""

EVERY = "(all codes)"
_PLACE = ["document", "position"]


def _divided(above: Floats, below: Floats) -> Floats:
    """Return above / below, NaN where nothing stands below."""
    result: Floats = np.full(np.broadcast_shapes(np.shape(above), np.shape(below)), np.nan)
    np.divide(above, below, out=result, where=np.abs(below) > 1e-12)
    return result


def cohen_of(both: Floats, first: Floats, second: Floats, neither: Floats) -> Floats:
    """Return Cohen's kappa of two coders from counts, or from lengths; NaN where nothing varies.

    kappa = 2 (ad - bc) / ((a + b)(b + d) + (a + c)(c + d)).

    Args:
        both: a, where both gave the code.
        first: b, where the first alone did.
        second: c, where the second alone did.
        neither: d.

    Example:
        >>> cohen_of(*np.array([[50.0], [100.0], [50.0], [800.0]])).round(3).tolist()
        [0.318]
    """
    a, b, c, d = both, first, second, neither
    return _divided(2 * (a * d - b * c), (a + b) * (b + d) + (a + c) * (c + d))


def qualcoder_of(both: Floats, first: Floats, second: Floats) -> Floats:
    """Return the faulty kappa that QualCoder prints (as of commit c320464, August 2026).

    It leaves out the characters that nobody coded, and takes the product of the two shares where
    chance agreement is their sum: a warning, not a coefficient.

    Args:
        both: characters that both coded.
        first: that the first alone did.
        second: that the second alone did.

    Example:
        >>> qualcoder_of(*np.array([[50.0], [100.0], [50.0]])).round(3).tolist()
        [0.213]
    """
    n = both + first + second
    yes = _divided((both + first) * (both + second), n * n)
    no = _divided(first * second, n * n)
    return _divided(_divided(both, n) - yes * no, 1 - yes * no)


def peer_figures(
    codings: pd.DataFrame,
    reviewed: pd.DataFrame,
    utterances: pd.DataFrame,
    *,
    lengths: Mapping[str, int],
    parents: Mapping[str, str | None],
    coders: Sequence[str] | None = None,
) -> pd.DataFrame:
    """Return what NVivo, MAXQDA, ATLAS.ti, Dedoose and QualCoder would print.

    Each two coders are compared on the utterances that both have finished; NVivo and QualCoder on
    the documents in which both have finished something.

    Args:
        codings: columns document, position, code, coder, start, end (missing: whole utterance).
        reviewed: columns document, position, coder.
        utterances: columns document, position, start, end.
        lengths: characters in each document.
        parents: code -> its parent or None; a theme with what is below it is a semantic domain.
        coders: whose; None takes everybody.

    Returns:
        Columns tool, figure (str), code, document (object; missing: all), coder_a, coder_b (str),
        value (float64), n (float64: what stands below the figure), denominator (str: what n
        counts), reason (object: why there is no value, or how it differs from the program's).

    Example:
        >>> rows = [("d", 1, "Pay", "Ana", 0, 15), ("d", 1, "Pay", "Ben", 5, 10)]
        >>> columns = ["document", "position", "code", "coder", "start", "end"]
        >>> codings = pd.DataFrame(rows, columns=columns)
        >>> spoken = pd.DataFrame([("d", 1, 0, 100)], columns=[*columns[:2], "start", "end"])
        >>> options = {"lengths": {"d": 100}, "parents": {"Pay": None}}
        >>> table = peer_figures(codings, codings, spoken, **options)
        >>> table[["tool", "figure", "value", "n"]].head(2).round(3)
            tool                      figure  value      n
        0  NVivo           Kappa coefficient  0.459  100.0
        1  NVivo  Percentage agreement (A+B)  0.900  100.0
    """
    names = sorted(set(reviewed["coder"]) | set(codings["coder"]))
    names = [name for name in names if coders is None or name in coders]
    codes = list(parents)
    used = codings[codings["code"].isin(codes)]
    spanned = _spans(used, utterances)
    parts = []
    for first, second in combinations(names, 2):
        pair = [first, second]
        seen = reviewed[reviewed["coder"].isin(pair)].drop_duplicates([*_PLACE, "coder"])
        shared = seen.loc[seen.duplicated(_PLACE), _PLACE]
        own = spanned[spanned["coder"].isin(pair)].merge(shared, on=_PLACE)
        looked = seen.merge(shared, on=_PLACE)
        if looked.empty:
            continue
        tables = [_characters(own, pair, lengths, shared, codes)]
        tables += [_maxqda(own, looked, pair, codes), _atlas(own, looked, parents)]
        tables += [_dedoose(own, looked, expert, pair, codes) for expert in pair]
        both = pd.concat(tables, ignore_index=True)
        parts.append(both.fillna({"coder_a": first, "coder_b": second}))
    empty = pd.DataFrame(columns=list(PEER_COLUMNS))
    table = pd.concat(parts, ignore_index=True) if parts else empty
    table = table.assign(place=table["tool"].map({one: n for n, one in enumerate(TOOLS)}))
    table = table.sort_values("place", kind="stable", ignore_index=True)
    return table.reindex(columns=list(PEER_COLUMNS)).astype({"value": "float64", "n": "float64"})


def _rows(tool: str, figure: str, denominator: str, **columns: Any) -> pd.DataFrame:
    """Return the rows of one figure, without those the program would not print."""
    base = {"code": None, "document": None, "reason": None}
    frame = pd.DataFrame({**base, **columns, "tool": tool, "figure": figure})
    return frame.assign(denominator=denominator).astype({"reason": object})


def _spans(codings: pd.DataFrame, utterances: pd.DataFrame) -> pd.DataFrame:
    """Return the codings with the characters they cover in the document."""
    whole = utterances[[*_PLACE, "start", "end"]]
    both = codings.merge(whole, on=_PLACE, suffixes=("", "_whole"))
    marked = {
        edge: both[edge].where(both["start"].notna(), both[f"{edge}_whole"]).astype("int64")
        for edge in ("end", "start")
    }
    return both.assign(**marked)


def _covered(spans: pd.DataFrame, keys: list[str]) -> pd.Series:
    """Return how many characters the spans cover together, by ``keys``; overlaps count once."""
    rows = spans.sort_values([*keys, "start", "end"])
    group = rows.groupby(keys, sort=False).ngroup().to_numpy(np.int64)
    width = int(rows["end"].max()) + 1 if len(rows) else 1
    start = group * width + rows["start"].to_numpy(np.int64)
    end = group * width + rows["end"].to_numpy(np.int64)
    before = np.maximum.accumulate(np.concatenate([[0], end]))[:-1]
    fresh = np.maximum(end - np.maximum(start, before), 0)
    return rows.assign(fresh=fresh).groupby(keys)["fresh"].sum()


def _coded_lengths(
    own: pd.DataFrame, pair: list[str], every: pd.MultiIndex
) -> tuple[Floats, Floats]:
    """Return how many characters each coder coded, and both together, by document and code."""
    keys = ["document", "code"]
    each = _covered(own, [*keys, "coder"]).unstack("coder").reindex(columns=pair)
    union = _covered(own, keys).reindex(every).fillna(0)
    return (
        each.reindex(every).fillna(0).to_numpy(dtype=np.float64),
        union.to_numpy(dtype=np.float64),
    )


def _characters(
    own: pd.DataFrame,
    pair: list[str],
    lengths: Mapping[str, int],
    shared: pd.DataFrame,
    codes: list[str],
) -> pd.DataFrame:
    """Return the figures that count characters: per code and document."""
    documents = list(dict.fromkeys(shared["document"]))
    every = pd.MultiIndex.from_product([documents, codes], names=["document", "code"])
    n = np.array([float(lengths[name]) for name in every.get_level_values("document")])
    one, union = _coded_lengths(own, pair, every)
    both = one.sum(axis=1) - union
    first, second = one[:, 0] - both, one[:, 1] - both
    kappa = cohen_of(both, first, second, n - union)
    undefined = "what NVivo prints where nothing varies is not established"
    places = {name: every.get_level_values(name) for name in ("document", "code")}
    characters = "characters of the document"
    parts = [
        _rows(
            "NVivo", "Kappa coefficient", characters,
            value=kappa, n=n, reason=_unless(np.isfinite(kappa), undefined), **places,
        ),
        _rows(
            "NVivo", "Percentage agreement (A+B)", characters,
            value=(n - first - second) / n, n=n, **places,
        ),
    ]  # fmt: skip
    wrong = [
        "faulty: it leaves out what nobody coded and multiplies where it should add; Cohen's "
        f"kappa is {f'{value:.3f}' if np.isfinite(value) else 'not defined'}"
        for value in kappa
    ]
    parts.append(
        _rows(
            "QualCoder", "Kappa", "characters that somebody coded",
            value=qualcoder_of(both, first, second), n=union, reason=wrong, **places,
        )
    )  # fmt: skip
    given = union > 0  # a code that nobody gave in a document is no row there
    return pd.concat(parts, ignore_index=True)[np.tile(given, len(parts))]


def _ones(own: pd.DataFrame, places: pd.DataFrame, coder: str, codes: list[str]) -> Floats:
    """Return ones where a coder gave a code, shape (places, codes)."""
    row = pd.MultiIndex.from_frame(places).get_indexer(
        pd.MultiIndex.from_frame(own.loc[own["coder"] == coder, list(places.columns)])
    )
    column = pd.Index(codes).get_indexer(pd.Index(own.loc[own["coder"] == coder, "code"]))
    given: Floats = np.zeros((len(places), len(codes)))
    given[row, column] = 1.0
    return given


def _maxqda(
    own: pd.DataFrame, looked: pd.DataFrame, pair: list[str], codes: list[str]
) -> pd.DataFrame:
    """Return MAXQDA's figures: code by code in documents, and on segments."""
    documents = looked[["document"]].drop_duplicates()
    there = [_ones(own, documents, coder, codes) for coder in pair]
    same = there[0] == there[1]
    cells = float(same.size)
    counts = own.drop_duplicates([*_PLACE, "code", "coder"])
    counts = counts.groupby(["document", "code", "coder"]).size().unstack("coder", fill_value=0)
    counts = counts.reindex(columns=pair, fill_value=0)
    unlike = int((counts[pair[0]] != counts[pair[1]]).sum())
    places = looked[_PLACE].drop_duplicates()
    first, second = (_ones(own, places, coder, codes) for coder in pair)
    a, either = float((first * second).sum()), float(np.maximum(first, second).sum())
    observed = a / either if either else np.nan
    partly = _is_partial(own)
    overlap = "the share of overlap that makes two segments one is not established"
    q = len(codes)
    chance = 1 / q if q > 1 else np.nan
    told = "whether q is the number of codes or one more is not established"
    if either and q > 1:
        told += f"; with the number of codes, {q}, it would be "
        told += f"{(observed - chance) / (1 - chance):.3f}"
    counted = "pairs of document and code"
    segments = "segments that either coder set"
    return pd.concat(
        [
            _rows("MAXQDA", "Code existence, percent", counted, value=[same.mean()], n=cells),
            _rows("MAXQDA", "Code frequency, percent", counted, value=[1 - unlike / cells],
                  n=cells),
            _rows("MAXQDA", "Segment agreement, percent", segments, n=either,
                  value=[np.nan if partly else observed], reason=overlap if partly else None),
            _rows("MAXQDA", "Kappa (kappa_n)", segments, value=[np.nan], n=either,
                  reason=overlap if partly else told),
        ],
        ignore_index=True,
    )  # fmt: skip


def _is_partial(own: pd.DataFrame) -> bool:
    """Return whether some code was given to unlike spans of one utterance."""
    spans = own.drop_duplicates([*_PLACE, "code", "start", "end"])
    return bool(spans.duplicated([*_PLACE, "code"]).any())


def _atlas(
    own: pd.DataFrame, looked: pd.DataFrame, parents: Mapping[str, str | None]
) -> pd.DataFrame:
    """Return ATLAS.ti's figures, carried over to utterances; a theme is a semantic domain."""
    weighs = "counted in utterances, where ATLAS.ti counts characters"
    themes = themes_of(parents)
    domains = tuple(dict.fromkeys(themes.values()))
    rolled = own.assign(theme=own["code"].map(themes))
    whole = read_units(own, looked, parents=parents, level="theme")
    one_group = np.zeros(len(whole.units), dtype=np.int64)
    binary = alpha_of(*whole.sums(one_group, 1))[0]
    j = whole.givers.toarray()
    both, single = (j == 2).sum(axis=0), (j == 1).sum(axis=0)
    size = float(len(whole.units))
    utterances, per_domain = "utterances both finished", {"code": domains, "reason": weighs}
    parts = [
        _rows("ATLAS.ti", "c-Alpha-binary", utterances, value=binary, n=size, **per_domain),
        _rows("ATLAS.ti", "Percent agreement", utterances, value=1 - single / size, n=size,
              **per_domain),
        _rows("ATLAS.ti", "Holsti index", "codings of both coders", n=2.0 * both + single,
              value=_divided(2.0 * both, 2.0 * both + single), **per_domain),
    ]  # fmt: skip
    parts += [_cu_alpha(rolled[rolled["theme"] == one], one, weighs) for one in domains]
    sets = rolled.drop_duplicates([*_PLACE, "coder", "theme"]).sort_values("theme")
    labels = sets.groupby([*_PLACE, "coder"])["theme"].agg("\x1f".join).rename("code").reset_index()
    every = looked[[*_PLACE, "coder"]].merge(labels, how="left").fillna({"code": "(none)"})
    parts.append(
        _rows("ATLAS.ti", "Cu-Alpha", utterances, value=[_nominal(every)], n=size, code=EVERY,
              reason=f"{weighs}; the sets of domains are the values")
    )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def _cu_alpha(own: pd.DataFrame, domain: str, weighs: str) -> pd.DataFrame:
    """Return cu-Alpha of one domain: which of its codes, where both coders gave one of them."""
    each = own.drop_duplicates([*_PLACE, "coder", "code"])
    several = each.duplicated([*_PLACE, "coder"]).any()
    pairs = each.groupby(_PLACE)["coder"].nunique()
    n = float((pairs == 2).sum())
    reason, value = weighs, np.nan
    if several:
        reason = "codes of a domain exclude each other there, and here one coder gave several"
    elif n:
        value = _nominal(each)
    else:
        reason = "both coders gave a code of the domain nowhere"
    counted = "utterances where both gave a code of the domain"
    return _rows("ATLAS.ti", "cu-Alpha", counted, value=[value], n=n, code=domain, reason=reason)


def _nominal(rows: pd.DataFrame) -> float:
    """Return nominal alpha of one value per utterance and coder."""
    found = read_units(rows, rows)
    one_group: Ints = np.zeros(len(found.units), dtype=np.int64)
    return float(alpha_of(*found.sums(one_group, 1), together=True)[0])


def _dedoose(
    own: pd.DataFrame, looked: pd.DataFrame, expert: str, pair: list[str], codes: list[str]
) -> pd.DataFrame:
    """Return Dedoose's figures when one of the two is the expert whose excerpts make the test."""
    trainee = next(one for one in pair if one != expert)
    places = own.loc[own["coder"] == expert, _PLACE].drop_duplicates()
    x, y = (
        _ones(own.merge(places), places, expert, codes),
        _ones(own.merge(places), places, trainee, codes),
    )
    a, b, c = (x * y).sum(axis=0), (x * (1 - y)).sum(axis=0), ((1 - x) * y).sum(axis=0)
    n = float(len(places))
    d = n - a - b - c
    kappa = cohen_of(a, b, c, d)
    observed = (a + d) / n if n else np.full(len(codes), np.nan)
    expected = ((a + b) * (a + c) + (c + d) * (b + d)) / n**2 if n else observed
    pooled = _divided(np.mean(observed - expected), np.asarray(1 - np.mean(expected)))
    excerpts = f"excerpts that {expert} coded (the expert's)"
    undefined = "the code does not vary on these excerpts"
    reason = _unless(np.isfinite(kappa), undefined)
    named: dict[str, Any] = {"coder_a": expert, "coder_b": trainee, "n": n}
    told = (
        f"the formula it prints is not established; de Vries et al. (2008) is {float(pooled):.3f}"
    )
    given: Bools = (a + b + c) > 0
    columns = {"value": kappa, "code": codes, "reason": reason}
    table = _rows("Dedoose", "Cohen's kappa", excerpts, **columns, **named)
    whole = _rows("Dedoose", "Pooled kappa", excerpts, value=[np.nan], code=EVERY, **named)
    return pd.concat([table.loc[given], whole.assign(reason=told)], ignore_index=True)


def _unless(fine: Bools, reason: str) -> list[str | None]:
    """Return the reason where something is not fine, None elsewhere."""
    return [None if one else reason for one in fine]
