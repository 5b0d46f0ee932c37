"""The words of an utterance as the suggester sees them: lower case, cut to their stems."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qualkit.errors import OptionError

__all__ = ["Stems", "Tokens", "tokenise", "written_words"]

Ints = npt.NDArray[np.int64]

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"  # Kana, Han
)
_WORD = re.compile(
    rf"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\W_])+(?:['\u2019](?:(?![{_UNSPACED}])[^\W_])+)*"
)
_PLAIN = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SIGN = r"|[?!]|[^\w\s\x00-\u024f\u2000-\u206f]"  # a question, a call, an emoji
_WORDS_AND_SIGNS = re.compile(_WORD.pattern + _SIGN)
_PLAIN_AND_SIGNS = re.compile(_PLAIN.pattern + _SIGN)
_EDGE = "\x00"  # stands between two texts; never part of a word
_WORDS_SIGNS_EDGES = re.compile(f"{_WORDS_AND_SIGNS.pattern}|{_EDGE}")
_PLAIN_SIGNS_EDGES = re.compile(f"{_PLAIN_AND_SIGNS.pattern}|{_EDGE}")
_LOOSE_APOSTROPHE = re.compile("'(?:(?<![a-z0-9]')|(?![a-z0-9]))")
_NO_WORD = {code: " " for code in range(1, 128) if not (chr(code).isalnum() or chr(code) in "'?!")}


class Stems:
    """Cut a text into stems: ``Stems("english")(text)`` is a list of them, in order.

    Scripts that put no space between words (Chinese, Japanese, Thai and others) are cut into
    single characters; runs of two then do the work of words.

    Args:
        language: a language that NLTK's Snowball stemmer knows, in English and lower case; None
            keeps words whole.

    Raises:
        OptionError: Snowball does not know the language.

    Example:
        >>> Stems("english")("The carers' wages weren't rising.")
        ['the', 'carer', 'wage', "weren't", 'rise']
        >>> Stems(None)("Löhne steigen")
        ['löhne', 'steigen']
    """

    def __init__(self, language: str | None) -> None:
        self.language = language
        self._known: dict[str, str] = {}
        self._stemmer = None if language is None else _snowball(language)

    def __call__(self, text: str) -> list[str]:
        """Return the stems of the text."""
        return [self.stem(word) for word in _words(text)]

    def pairs(self, text: str) -> list[tuple[str, str]]:
        """Return (word as written, its stem) for every word of the text."""
        return [(word, self.stem(word)) for word in _words(text)]

    def stem(self, word: str) -> str:
        """Return the stem of one word; each word is worked out once."""
        found = self._known.get(word)
        if found is None:
            plain = word.lower().replace("\u2019", "'")
            found = plain if self._stemmer is None else str(self._stemmer.stem(plain))
            self._known[word] = found
        return found

    def __getstate__(self) -> dict[str, Any]:
        return {"language": self.language}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["language"])  # type: ignore[misc]  # rebuilds what is left out above


class Tokens:
    """Running words of many texts, each written as a number.

    Attributes:
        words: the different words, lower case; a word of two languages stands twice.
        stems: the stem of each of them.
        row: the text of each running word, in order.
        word: which of ``words`` it is.
    """

    def __init__(self, words: list[str], stems: list[str], row: Ints, word: Ints) -> None:
        self.words = words
        self.stems = stems
        self.row = row
        self.word = word


def tokenise(texts: Sequence[str], languages: Sequence[str | None]) -> Tokens:
    """Cut texts into words; question marks, exclamation marks and emoji count as words.

    All texts are cut at once, which is several times as fast as one after the other.

    Args:
        texts: one for each utterance.
        languages: the language of each, as Snowball calls it; None keeps words whole.

    Example:
        >>> tokens = tokenise(["Low wages?", "A wage"], ["english", "english"])
        >>> [tokens.stems[place] for place in tokens.word]
        ['low', 'wage', '?', 'a', 'wage']
        >>> tokens.row.tolist()
        [0, 0, 0, 1, 1]
    """
    plain = np.fromiter(map(str.isascii, texts), bool, len(texts))
    found, rows = [], []
    for of_these, cut in ((plain, _cut_plain), (~plain, _cut)):
        which = np.flatnonzero(of_these)
        if len(which):
            pieces = [_EDGE, *cut([texts[row] for row in which.tolist()])]
            found.append(np.array(pieces, dtype=object))
            rows.append(which)
    number, different = pd.factorize(np.concatenate([*found, np.empty(0, dtype=object)]))
    is_edge = number == pd.Index(different, dtype=object).get_indexer([_EDGE])[0]
    row = np.concatenate([*rows, np.empty(0, np.int64)])[np.cumsum(is_edge)[~is_edge] - 1]
    number = number[~is_edge]
    if len(found) > 1:
        order = np.argsort(row, kind="stable")
        row, number = row[order], number[order]
    return _stemmed(row, number, different, languages)


def _stemmed(
    row: Ints, number: Ints, different: npt.NDArray[Any], languages: Sequence[str | None]
) -> Tokens:
    """Return running words with their stems; different words in order of appearance."""
    tongues = list(dict.fromkeys(languages))
    if len(tongues) > 1:
        place = {language: at for at, language in enumerate(tongues)}
        spoken = np.array([place[language] for language in languages], dtype=np.int64)
        number = number * len(tongues) + spoken[row]
    word, seen = pd.factorize(number)
    which, tongue = np.divmod(seen, max(len(tongues), 1))
    words = different[which].tolist()
    stem = [_shared_stems(language).stem for language in tongues]
    stems = [stem[at](one) for at, one in zip(tongue.tolist(), words, strict=True)]
    return Tokens(words, stems, row, word.astype(np.int64))


def written_words(text: str, language: str | None) -> list[tuple[str, str]]:
    """Return (as written, stem) of every word and sign of a text, as ``tokenise`` cuts it.

    Example:
        >>> written_words("Low WAGES?", "english")
        [('Low', 'low'), ('WAGES', 'wage'), ('?', '?')]
    """
    stemmer = _shared_stems(language)
    return [(word, stemmer.stem(word.lower())) for word in _words_and_signs(text)]


def _cut_plain(texts: Sequence[str]) -> list[str]:
    """Return words and signs of ASCII texts, an edge between each two: as ``_cut``, but faster."""
    joined = _joined(texts)
    joined = _LOOSE_APOSTROPHE.sub(" ", joined).translate(_NO_WORD)
    for sign in ("?", "!", _EDGE):
        joined = joined.replace(sign, f" {sign} ")
    return joined.split()


def _cut(texts: Sequence[str]) -> list[str]:
    """Return words and signs of texts, an edge between each two."""
    joined = _joined(texts)
    pattern = _WORDS_SIGNS_EDGES if _HAS_UNSPACED.search(joined) else _PLAIN_SIGNS_EDGES
    return pattern.findall(joined)


def _joined(texts: Sequence[str]) -> str:
    joined = _EDGE.join(texts)
    if joined.count(_EDGE) >= len(texts):
        joined = _EDGE.join([text.replace(_EDGE, " ") for text in texts])
    return joined.lower()


def _words(text: str) -> list[str]:
    pattern = _WORD if _HAS_UNSPACED.search(text) else _PLAIN
    return pattern.findall(text)


def _words_and_signs(text: str) -> list[str]:
    pattern = _WORDS_AND_SIGNS if _HAS_UNSPACED.search(text) else _PLAIN_AND_SIGNS
    return pattern.findall(text)


@lru_cache(maxsize=32)
def _shared_stems(language: str | None) -> Stems:
    """Return the stemmer that all suggesters of this process share, with what it has worked out."""
    return Stems(language)


@lru_cache(maxsize=32)
def _snowball(language: str) -> Any:
    from nltk.stem.snowball import SnowballStemmer  # noqa: PLC0415 - slow to load

    if language not in SnowballStemmer.languages:
        known = ", ".join(name for name in SnowballStemmer.languages if name != "porter")
        what = f"no stemmer for the language {language!r}"
        raise OptionError(what, where="language", remedy=f"choose None or one of: {known}")
    return SnowballStemmer(language)
