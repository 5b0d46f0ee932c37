"""Sentences: where each begins and ends, exactly."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from qualkit.text.vocabulary import ABBREVIATIONS

__all__ = ["sentence_spans"]

_QUICK = re.compile(r"[.!?…]")


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer  # noqa: PLC0415

    parameters = PunktParameters()
    parameters.abbrev_types = set(ABBREVIATIONS)
    return PunktSentenceTokenizer(parameters)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Return the spans of the sentences of a text, white space between them left out.

    By Kiss and Strunk's Punkt (2006) as NLTK has it, untrained, with a list of abbreviations.

    Example:
        >>> text = "Mr. Day left. Why?"
        >>> [text[a:b] for a, b in sentence_spans(text)]
        ['Mr. Day left.', 'Why?']
    """
    if not text.strip():
        return []
    if not _QUICK.search(text):
        first = len(text) - len(text.lstrip())
        return [(first, len(text.rstrip()))]
    spans = ((int(a), int(b)) for a, b in _tokenizer().span_tokenize(text))
    return [_trim(text, a, b) for a, b in spans if text[a:b].strip()]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    body = text[start:end]
    return start + len(body) - len(body.lstrip()), end - len(body) + len(body.rstrip())
