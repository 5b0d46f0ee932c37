"""Ranking codes by what the codebook says of them, for codes with too few codings to learn from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from qualkit.model import Code
from qualkit.suggest.calibration import Matrix
from qualkit.suggest.words import Stems
from qualkit.text.markers import find_markers

__all__ = ["LEAST_MATCH", "LEAST_MATCH_BESIDE_LEARNED", "CodebookRanker"]

LEAST_MATCH = 0.1  # a weaker likeness is no reason to offer a code
LEAST_MATCH_BESIDE_LEARNED = 0.25  # where learned codes explain most utterances, ask for more
_NAME_COUNTS = 3  # the name says more than any other word of the entry
_MARKER = 0.5  # what a marker alone is worth


class CodebookRanker:
    """Likeness of utterances to codebook entries: cosine of TF-IDF, lifted by marker hits.

    Words that stand in the entries of many codes count for less, as do words that stand in many
    utterances.

    Args:
        codes: the entries to rank.
        more: code name -> further texts that show it, such as the utterances coded so far.
        stems: cuts a text into stems.
    """

    def __init__(
        self, codes: Sequence[Code], more: Mapping[str, Sequence[str]], stems: Stems
    ) -> None:
        self.codes = list(codes)
        self.stems = stems
        self._entries = [_entry(code, more.get(code.name, ())) for code in self.codes]

    def fit(self, texts: Sequence[str]) -> CodebookRanker:
        """Learn how rare each word is in these utterances."""
        self._vectorizer = TfidfVectorizer(
            tokenizer=self.stems, token_pattern=None, lowercase=False, sublinear_tf=True
        )
        try:
            self._vectorizer.fit([*texts, *self._entries])
        except ValueError:  # not one word: nothing can be alike
            self._vectorizer.set_params(vocabulary={"": 0}).fit([""])
        entries = self._vectorizer.transform(self._entries)
        holding = np.asarray((entries > 0).sum(axis=0)).ravel()
        telling = np.log((1 + len(self.codes)) / np.maximum(holding, 1))
        weighted = sparse.csr_matrix(entries.multiply(telling))
        norm = np.sqrt(np.asarray(weighted.multiply(weighted).sum(axis=1)).ravel())
        scale = np.divide(1.0, norm, out=np.zeros_like(norm), where=norm > 0)
        self.entries_ = sparse.csr_matrix(sparse.diags(scale) @ weighted)
        return self

    def likeness(self, texts: Sequence[str]) -> Matrix:
        """Return 0 (nothing in common) to 1, utterances x codes."""
        if not texts:
            return np.zeros((0, len(self.codes)))
        found = self._vectorizer.transform(texts) @ self.entries_.T
        alike = np.clip(np.asarray(found.todense(), dtype=np.float64), 0.0, 1.0)
        hits = self._hits(texts)
        column = pd.Index([code.id for code in self.codes]).get_indexer(pd.Index(hits["code"]))
        places: tuple[npt.NDArray[np.int64], npt.NDArray[np.intp]] = (
            hits["row"].to_numpy(),
            column,
        )
        alike[places] = _MARKER + (1 - _MARKER) * alike[places]
        return alike

    def explain(self, text: str, place: int) -> list[tuple[str, float, str]]:
        """Return (words as written, weight, "codebook" or "marker") for the code at a place."""
        row = self._vectorizer.transform([text])
        shared = row.multiply(self.entries_[place]).tocoo()
        words = self._vectorizer.get_feature_names_out()
        surface = {stem: word for word, stem in reversed(self.stems.pairs(text))}
        reasons = [
            (surface.get(words[column], words[column]), float(weight), "codebook")
            for column, weight in zip(shared.col, shared.data, strict=True)
        ]
        hits = self._hits([text])
        spans = hits.loc[hits["code"] == self.codes[place].id, ["start", "end"]].to_numpy()
        return reasons + [(text[start:end], _MARKER, "marker") for start, end in spans]

    def _hits(self, texts: Sequence[str]) -> pd.DataFrame:
        markers = {code.id: code.markers for code in self.codes if code.markers}
        return find_markers(texts, markers)


def _entry(code: Code, more: Sequence[str]) -> str:
    """Return all words for a code; what it excludes is left out."""
    words = [code.name] * _NAME_COUNTS
    return "\n".join([*words, code.definition, code.include, *code.examples, *more])
