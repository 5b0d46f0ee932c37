"""Bringing a decoded text into the one form that every offset points into."""

from __future__ import annotations

import hashlib
import unicodedata

__all__ = ["fingerprint", "normalise"]

_BYTE_ORDER_MARK = "\ufeff"


def normalise(text: str) -> str:
    r"""Return the text in NFC with one newline per line end; nothing else is changed.

    A byte-order mark at the start is dropped. Doing it twice changes nothing more.

    Example:
        >>> normalise("\ufeffone\r\ntwo\rthree")
        'one\ntwo\nthree'
        >>> len(normalise("e\u0301"))
        1
    """
    plain = text.removeprefix(_BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).removeprefix(_BYTE_ORDER_MARK)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text encoded as UTF-8, in hexadecimal.

    A lone surrogate, which UTF-8 has no bytes for, enters as its own three bytes.

    Example:
        >>> fingerprint("pay")[:8]
        '9350872d'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
