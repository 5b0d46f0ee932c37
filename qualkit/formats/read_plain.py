"""Plain text: .txt, .text and .md."""

from __future__ import annotations

from qualkit.formats.decode import Decoded, decode
from qualkit.text.reading import Reading

__all__ = ["encoding_remarks", "read_plain"]


def encoding_remarks(decoded: Decoded) -> tuple[tuple[str, str], ...]:
    """Return the line of the import report that says an encoding was guessed, if it was."""
    if not decoded.is_guess:
        return ()
    sentence = (
        f"The file does not say how its letters are encoded; it was read as {decoded.encoding}. "
        "Look at accents and quotation marks."
    )
    return (("encoding", sentence),)


def read_plain(source: bytes, source_name: str) -> Reading:
    """Return the text of a plain text file.

    Raises:
        EmptyFileError: there is nothing but white space.
        UnreadableFileError: the bytes are no text.

    Example:
        >>> read_plain(b"Ann: Hello.", "a.txt").text
        'Ann: Hello.'
    """
    decoded = decode(source, source_name)
    return Reading(decoded.text, encoding=decoded.encoding, remarks=encoding_remarks(decoded))
