"""The words of an utterance as the suggester sees them: lower case, cut to their stems."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from qualkit.errors import OptionError

__all__ = ["Stems"]

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")


class Stems:
    """Cut a text into stems: ``Stems("english")(text)`` is a list of them, in order.

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
        return [self.stem(word) for word in _WORD.findall(text)]

    def pairs(self, text: str) -> list[tuple[str, str]]:
        """Return (word as written, its stem) for every word of the text."""
        return [(word, self.stem(word)) for word in _WORD.findall(text)]

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


@lru_cache(maxsize=32)
def _snowball(language: str) -> Any:
    from nltk.stem.snowball import SnowballStemmer  # noqa: PLC0415 - slow to load

    if language not in SnowballStemmer.languages:
        known = ", ".join(name for name in SnowballStemmer.languages if name != "porter")
        what = f"no stemmer for the language {language!r}"
        raise OptionError(what, where="language", remedy=f"choose None or one of: {known}")
    return SnowballStemmer(language)
