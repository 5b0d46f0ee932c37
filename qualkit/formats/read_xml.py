"""XML containers, read without entities, network or document types."""

from __future__ import annotations

from typing import Any

from lxml import etree

from qualkit.errors import UnreadableFileError

__all__ = ["parse_xml"]


def parse_xml(source: bytes, source_name: str, kind: str) -> Any:
    """Return the root element of an XML file.

    A document type that is only named (Transcriber files name one) is not fetched.

    Args:
        source: the bytes.
        source_name: for the message.
        kind: what the file should be, for the message.

    Raises:
        UnreadableFileError: it is no XML, breaks off, or declares entities.

    Example:
        >>> parse_xml(b"<Trans/>", "a.trs", "Transcriber file").tag
        'Trans'
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(source.lstrip(b" \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if "entity amplification" in str(error):
            raise _declares(source_name, kind) from error
        reason = str(error).split(", line")[0].split("\n")[0].rstrip(".")
        if "Excessive depth" in reason:
            what = f"this {kind} is nested too deep"
            raise UnreadableFileError(what, where=source_name, remedy="export it again") from error
        line = getattr(error, "lineno", None)
        place = f" at line {line}" if line else ""
        raise UnreadableFileError(
            f"this is no {kind}, or it is damaged or breaks off{place} ({reason})",
            where=source_name,
            remedy="export it again",
        ) from error
    declared: Any = root.getroottree().docinfo.internalDTD
    if declared is not None and next(declared.iterentities(), None) is not None:
        raise _declares(source_name, kind)
    return root


def _declares(source_name: str, kind: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"the file declares entities, which no {kind} needs",
        where=source_name,
        remedy="export it again",
    )
