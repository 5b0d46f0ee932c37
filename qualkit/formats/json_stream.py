"""JSON read piece by piece, so that a file of any length needs little memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import IO, Any

from qualkit.errors import UnreadableFileError

__all__ = ["JsonStream"]

_BLOCK = 1 << 16  # characters
_MOST_VALUE = 400_000_000  # characters of one value: the file that a document came from
_BLANK = " \t\r\n"
_OF_NUMBERS = ".eE+-0123456789"
_NEAR = 12  # a word, number or escape that was cut off ends this near to what has been read


class JsonStream:
    """A JSON text of which objects and arrays are walked through and values are taken one by one.

    Args:
        source: the text.
        name: how messages call it.

    Example:
        >>> import io
        >>> stream = JsonStream(io.StringIO('{"a": [1, {"b": 2}], "c": "d"}'), "x.json")
        >>> [(key, stream.value()) for key in stream.keys()]
        [('a', [1, {'b': 2}]), ('c', 'd')]
    """

    def __init__(self, source: IO[str], name: str) -> None:
        self._source, self._name = source, name
        self._text, self._at, self._is_whole = "", 0, False
        self._decode = json.JSONDecoder(parse_constant=self._refuse_constant).raw_decode

    def keys(self) -> Iterator[str]:
        """Yield the keys of the object that comes next; the caller takes each one's value."""
        for _ in self._members("{", "}", "an object"):
            key = self.value()
            if not isinstance(key, str):
                raise self.refusal("a key of it is no text")
            self._take(":")
            yield key

    def elements(self) -> Iterator[Any]:
        """Yield the values of the array that comes next."""
        for _ in self._members("[", "]", "a list"):
            yield self.value()

    def value(self) -> Any:
        """Return the value that comes next, whole."""
        self._peek()
        while True:
            try:
                found, end = self._decode(self._text, self._at)
            except json.JSONDecodeError as error:
                if self._is_wrong(error):
                    raise self.refusal("it is no JSON, or it is cut off") from error
            except RecursionError as error:
                raise self.refusal("it is nested too deep") from error
            except ValueError as error:
                raise self.refusal("a number of it is too long") from error
            else:
                if self._is_whole or not self._may_go_on(end):
                    self._at = end
                    return found
            self._read_on()

    def _may_go_on(self, end: int) -> bool:
        """Return whether a number that seems to end here may have been cut off."""
        rest = self._text[end : end + 3]
        return end + len(rest) == len(self._text) and not rest.strip(_OF_NUMBERS)

    def finish(self) -> None:
        """See that nothing follows."""
        if self._peek():
            raise self.refusal("something follows after its end")

    def refusal(self, what: str) -> UnreadableFileError:
        """Return the error that says why this file cannot be read."""
        remedy = "export the project again"
        return UnreadableFileError(f"cannot be read: {what}", where=self._name, remedy=remedy)

    def _members(self, first: str, last: str, kind: str) -> Iterator[None]:
        if self._peek() != first:
            raise self.refusal(f"there is no {kind.rsplit(maxsplit=1)[-1]} where {kind} belongs")
        self._at += 1
        if self._peek() == last:
            self._at += 1
            return
        while True:
            yield
            if self._peek() == last:
                self._at += 1
                return
            self._take(",")

    def _take(self, sign: str) -> None:
        if self._peek() != sign:
            raise self.refusal("it is no JSON, or it is cut off")
        self._at += 1

    def _peek(self) -> str:
        """Return the next character that is not blank; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANK:
                    return self._text[self._at]
                self._at += 1
            if self._is_whole:
                return ""
            self._read_on()

    def _is_wrong(self, error: json.JSONDecodeError) -> bool:
        """Return whether reading on would not help."""
        may_be_cut = "Unterminated" in error.msg or error.pos > len(self._text) - _NEAR
        return self._is_whole or not may_be_cut

    def _read_on(self) -> None:
        """Read as much again as lies ahead already, so that no value is tried too often."""
        ahead = self._text[self._at :]
        if len(ahead) > _MOST_VALUE:
            raise self.refusal(f"a value of it is longer than {_MOST_VALUE:,} characters")
        try:
            more = self._source.read(max(_BLOCK, len(ahead)))
        except UnicodeDecodeError as error:
            raise self.refusal("it is not text in UTF-8") from error
        self._is_whole = not more
        self._text, self._at = ahead + more, 0

    def _refuse_constant(self, word: str) -> None:
        raise self.refusal(f"'{word}' is no JSON")
