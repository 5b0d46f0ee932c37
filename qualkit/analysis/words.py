"""The words that people use, counted: one sparse matrix for keywords and collocations.

No word is left out unasked: negations and modal verbs ("not", "should") are often the finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from qualkit.analysis.material import Ints

__all__ = ["STOP_WORDS", "Tokens", "tokenise"]

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+(?:['\u2019\u2010\u2011-][^\W_]+)*")
_STRAIGHT = str.maketrans("\u2019\u2010\u2011", "'--")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP_WORDS = {
    "english": _words(
        """
        a about above across after again against ago all along already also although always am among
        an and another any anybody anyone anything anyway are around as at away back be because been
        before being below between both but by came come did do does doing done down during each
        either else er erm even every everybody everyone everything except far few for from further
        get gets getting go goes going gone got had has have having he he'd he'll he's her here
        here's hers herself hi him himself his how how's however i i'd i'll i'm i've if in into is
        it it'd it'll it's its itself just know let let's like lot lots made make makes many maybe
        me mean mine more most much my myself near now of off oh ok okay on once one ones only onto
        or other others our ours ourselves out over own per perhaps please put quite rather really
        said same say saying says see seem seems since so some somebody someone something sort still
        such than that that'd that'll that's the their theirs them themselves then there there's
        these they they'd they'll they're they've thing things think this those though through thus
        to together too toward towards um under until up upon us very was way we we'd we'll we're
        we've well went were what what's when where where's whether which while who who's whole
        whom whose why with within yeah yes yet you you'd you'll you're you've your yours
        yourself yourselves
        """
    )
}
"""Words without content, by language; no negation and no modal verb is among them."""


@dataclass(frozen=True)
class Tokens:
    """Every word of every text, in order.

    Attributes:
        text: for each word the number of its text.
        word: for each word its number in ``vocabulary``.
        vocabulary: the different words, in order of appearance.
        texts: how many texts there are.
    """

    text: Ints
    word: Ints
    vocabulary: tuple[str, ...]
    texts: int

    def counts(self) -> sparse.csr_array:
        """Return texts x words: how often each word stands in each text (float64)."""
        ones = np.ones(len(self.word))
        shape = (self.texts, len(self.vocabulary))
        return sparse.csr_array((ones, (self.text, self.word)), shape=shape)

    def among(self, words: Iterable[str]) -> np.ndarray:
        """Return for each word of the vocabulary whether it is one of these, in any case."""
        wanted = {word.translate(_STRAIGHT).casefold() for word in words}
        return np.array([word in wanted for word in self.vocabulary], dtype=np.bool_)


def tokenise(texts: Sequence[str]) -> Tokens:
    """Cut texts into words, in lower case; "don't" and "low-paid" are one word each.

    Example:
        >>> found = tokenise(["We don’t.", "WE won't, low-paid"])
        >>> found.vocabulary
        ('we', "don't", "won't", 'low-paid')
        >>> found.counts().toarray().tolist()
        [[1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 1.0]]
    """
    cut = [_WORD.findall(text.translate(_STRAIGHT).casefold()) for text in texts]
    lengths = np.array([len(words) for words in cut], dtype=np.int64)
    flat = np.array([word for words in cut for word in words] + [""], dtype=object)[:-1]
    number, vocabulary = pd.factorize(flat)
    owner = np.repeat(np.arange(len(cut), dtype=np.int64), lengths)
    return Tokens(owner, number.astype(np.int64), tuple(map(str, vocabulary)), len(cut))
