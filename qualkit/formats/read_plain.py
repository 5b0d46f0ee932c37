"""Plain text: .txt, .text and .md."""

from __future__ import annotations

from qualkit.formats.decode import Decoded, decode
from qualkit.text.reading import Reading

__all__ = ["encoding_remarks", "read_plain"]


def encoding_remarks(decoded: Decoded) -> tuple[tuple[str, str], ...]:
    """Return the lines of the import report about a guessed encoding and about broken bytes."""
    said = []
    if decoded.is_guess:
        said.append(
            f"The file does not say how its letters are encoded; it was read as "
            f"{decoded.encoding}. Look at accents and quotation marks."
        )
    if decoded.broken:
        said.append(
            f"{decoded.broken} bytes stand for no letter and are shown as \ufffd; the file may "
            "break off or be put together from several."
        )
    return tuple(("encoding", sentence) for sentence in said)


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
