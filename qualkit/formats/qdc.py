"""The codebook of the REFI-QDA exchange format (``.qdc``), which other programs read and write.

Format: REFI-QDA standard 1.5 (2019), Codebook.xsd, namespace ``urn:QDA-XML:codebook:1.0``. It has
a guid, a name, a colour and a description for each code. What a code of qualkit has besides stands
in the description, in paragraphs with a label, so that people read it in any program and qualkit
finds it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lxml import etree

from qualkit.errors import CodebookError, EmptyFileError, OptionError
from qualkit.formats.frames import file_bytes
from qualkit.formats.read_xml import parse_xml
from qualkit.model import Code, Codebook, slug
from qualkit.text.markers import compile_marker

__all__ = ["description_of", "dump_qdc", "fields_of", "read_codes", "read_qdc"]

_NAMESPACE = "urn:QDA-XML:codebook:1.0"
_MAX_BYTES = 5_000_000
_MAX_LEVELS = 10
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_TEXTS = {"Include": "include", "Exclude": "exclude", "Notes": "notes"}
_LISTS = {"Examples": "examples", "Markers": "markers"}
_WORDS = {"Shortcut": "shortcut", "Id": "id", "Retired": "retired"}
_LABELS = _TEXTS | _LISTS | _WORDS
_LABEL = re.compile(rf"({'|'.join(_LABELS)}):(?: (.*)|)", re.DOTALL)
_LIKE_LABEL = re.compile(rf"\\*(?:{'|'.join(_LABELS)}):")


def description_of(code: Code) -> str:
    r"""Return what stands in the description of a code: its definition, then labelled paragraphs.

    A line of the definition that looks like a label gets a backslash, which ``fields_of`` takes
    off again.

    Example:
        >>> print(description_of(Code("pay", "Pay", definition="Money.", markers=("wage*",))))
        Money.
        <BLANKLINE>
        Markers:
        - wage*
    """
    parts = [_guarded(code.definition)] if code.definition else []
    parts += [
        _guarded(f"{label}: {getattr(code, name)}").removeprefix("\\")
        for label, name in _TEXTS.items()
        if getattr(code, name)
    ]
    for label, name in _LISTS.items():
        items = [item.replace("\n", "\n  ") for item in getattr(code, name)]
        if items:
            parts.append("\n- ".join([f"{label}:", *items]))
    if code.shortcut:
        parts.append(f"Shortcut: {code.shortcut}")
    if code.id != _slug(code.name):
        parts.append(f"Id: {code.id}")
    if code.retired:
        parts.append("Retired: yes")
    return "\n\n".join(parts)


def fields_of(description: str) -> dict[str, Any]:
    r"""Return what a description says, by field of a code; what has no label is the definition.

    Example:
        >>> fields_of("Money. Include: not a label here.")["definition"]
        'Money. Include: not a label here.'
        >>> fields_of("Money.\n\nInclude: wages")["include"]
        'wages'
    """
    sections: dict[str, list[str]] = {"definition": []}
    lines = sections["definition"]
    for line in re.split(r"\r\n?|\n", description):
        label = _LABEL.fullmatch(line)
        if label is None:
            lines.append(line[1:] if line[:1] == "\\" and _LIKE_LABEL.match(line) else line)
            continue
        lines = sections.setdefault(_LABELS[label[1]], [])
        lines.append(label[2] or "")
    said: dict[str, Any] = {}
    for name, found in sections.items():
        is_list = name in _LISTS.values()
        said[name] = tuple(_items(found)) if is_list else "\n".join(found).strip()
    return said


def _guarded(text: str) -> str:
    """Return the text with a backslash before each line that looks like a label."""
    lines = text.split("\n")
    return "\n".join(f"\\{line}" if _LIKE_LABEL.match(line) else line for line in lines)


def _items(lines: Sequence[str]) -> Iterator[str]:
    item: list[str] = []
    for line in lines:
        if line.startswith("- "):
            yield from _item(item)
            item = [line[2:]]
        else:
            item.append(line.removeprefix("  "))
    yield from _item(item)


def _item(lines: Sequence[str]) -> Iterator[str]:
    text = "\n".join(lines).strip()
    if text:
        yield text


def _slug(name: str) -> str:
    return slug(name)[:100]


def dump_qdc(codebook: Codebook) -> str:
    """Return the codebook as the XML text of a ``.qdc`` file, valid under Codebook.xsd.

    A retired code is marked as one that cannot be applied (``isCodable="false"``). Colours are
    those the codebook states.

    Raises:
        CodebookError: a code has no guid, or a text a character that XML cannot hold; or there
            are no codes.

    Example:
        >>> guid = "5f2d2d0e-6b0d-4c7b-9d58-6e1f6f0c2a11"
        >>> text = dump_qdc(Codebook("Small", (Code("pay", "Pay", guid=guid),)))
        >>> 'name="Pay"' in text and "urn:QDA-XML:codebook:1.0" in text
        True
    """
    if not codebook.codes:
        raise CodebookError("the codebook has no codes", remedy="add at least one")
    default: dict[Any, str] = {None: _NAMESPACE}
    root = etree.Element(f"{{{_NAMESPACE}}}CodeBook", nsmap=default, origin="qualkit")
    places: dict[str | None, Any] = {None: etree.SubElement(root, f"{{{_NAMESPACE}}}Codes")}
    for code in codebook.tree():
        if code.guid is None or not _GUID.fullmatch(code.guid):
            remedy = "bring the codebook into a project, which gives guids, and export it there"
            raise CodebookError(f"the code '{code.name}' has no guid", remedy=remedy)
        told = description_of(code)
        if _CONTROL.search(code.name + told):
            what = f"a text of the code '{_CONTROL.sub('?', code.name)}' holds a control character"
            raise CodebookError(what, remedy="take it out of the codebook, or write YAML")
        element = etree.SubElement(places[code.parent], f"{{{_NAMESPACE}}}Code")
        element.attrib.update({"guid": code.guid, "name": code.name})
        element.set("isCodable", "false" if code.retired else "true")
        if code.colour:
            element.set("color", code.colour)
        if told:
            etree.SubElement(element, f"{{{_NAMESPACE}}}Description").text = told
        places[code.id] = element
    etree.indent(root)
    body = etree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def read_qdc(source: str | Path) -> Codebook:
    """Return the codebook in a ``.qdc`` file; it is called like the file, which has no name for it.

    Codes keep their guid, name, tree, colour and description; see ``fields_of``. Two codes of one
    name, which other programs allow under different parents, are told apart by the name of the
    parent. Sets of codes have no place in a codebook; they and every other change are told in its
    ``remarks``.

    Raises:
        CodebookError: the file is no codebook of REFI-QDA, too large, too deep, or without codes.
        FileError: the file is missing, empty, damaged, or declares entities.
    """
    name = Path(source).name
    data = file_bytes(source, name)
    if not data.strip():
        raise EmptyFileError("nothing stands in it", where=name, remedy="export it again")
    if len(data) > _MAX_BYTES:
        what = f"is larger than {_MAX_BYTES // 1_000_000} MB"
        raise CodebookError(what, where=name, remedy="check that it is the right file")
    root = parse_xml(data, name, "REFI-QDA codebook")
    if _tag(root) != "CodeBook":
        what = f"holds a '{_tag(root)}', not a REFI-QDA codebook"
        raise CodebookError(what, where=name, remedy="export the codebook alone, as .qdc")
    reading = _Reading(name)
    for child in root:
        if _tag(child) == "Codes":
            reading.below(child, None, 1)
        elif _tag(child) == "Sets" and len(child):
            reading.remarks.append(f"sets of codes are left out ({len(child)})")
    if not reading.codes:
        raise CodebookError("the codebook has no codes", where=name, remedy="add at least one")
    remarks = tuple(dict.fromkeys(reading.remarks))
    return Codebook(Path(source).stem, tuple(reading.codes), remarks=remarks)


def read_codes(element: Any, name: str) -> tuple[tuple[Code, ...], tuple[str, ...]]:
    """Return the codes below an element ``Codes``, and what was changed about them.

    It stands in codebooks (.qdc) and in projects (.qdpx) alike; ``name`` is for messages.

    Raises:
        CodebookError: the tree has more than ten levels, or a code a marker that cannot be read.
    """
    reading = _Reading(name)
    reading.below(element, None, 1)
    return tuple(reading.codes), tuple(dict.fromkeys(reading.remarks))


def _tag(element: Any) -> str:
    """Return the name of an element, whatever its namespace: programs write several."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


@dataclass
class _Reading:
    """What has been read of a file so far."""

    name: str
    codes: list[Code] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    guids: set[str] = field(default_factory=set)
    shortcuts: set[str] = field(default_factory=set)

    def below(self, element: Any, parent: Code | None, level: int) -> None:
        """Read the codes directly in an element, each with what stands below it."""
        children = [child for child in element if _tag(child) == "Code"]
        if children and level > _MAX_LEVELS:
            what = f"has codes on more than {_MAX_LEVELS} levels"
            raise CodebookError(what, where=self.name, remedy="make the tree flatter")
        for child in children:
            code = self._code(child, parent)
            self.codes.append(code)
            self.below(child, code, level + 1)

    def _code(self, element: Any, parent: Code | None) -> Code:
        told = next((one.text or "" for one in element if _tag(one) == "Description"), "")
        said = fields_of(told)
        written = " ".join(str(element.get("name", "")).split())
        name = self._name(written or "(no name)", parent)
        if element.get("isCodable") in {"false", "0"} and not said.get("retired"):
            remark = "codes that only group others are codes like the others now"
            self.remarks.append(f"{remark}: '{name}'")
        return Code(
            self._id(said.get("id", ""), name),
            name,
            None if parent is None else parent.id,
            **{one: said.get(one, "") for one in ("definition", "include", "exclude", "notes")},
            examples=said.get("examples", ()),
            markers=self._markers(said.get("markers", ()), name),
            colour=self._colour(element.get("color"), name),
            shortcut=self._shortcut(said.get("shortcut", ""), name),
            retired=bool(said.get("retired")),
            guid=self._guid(element.get("guid", ""), name),
        )

    def _name(self, written: str, parent: Code | None) -> str:
        base = written
        if base.casefold() in self.names and parent is not None:
            base = f"{written} ({parent.name})"
        name, number = base, 1
        while name.casefold() in self.names:
            number += 1
            name = f"{base} ({number})"
        if name != written:
            self.remarks.append(f"the name '{written}' occurs twice; one is '{name}' now")
        self.names.add(name.casefold())
        return name

    def _id(self, given: str, name: str) -> str:
        base = given if re.fullmatch(r"[\w-]{1,100}", given) else _slug(name)
        chosen, number = base, 1
        while chosen.casefold() in self.ids:
            number += 1
            chosen = f"{base[:95]}_{number}"
        self.ids.add(chosen.casefold())
        return chosen

    def _guid(self, written: str, name: str) -> str | None:
        guid = written.strip().removeprefix("{").removesuffix("}")
        if not _GUID.fullmatch(guid) or guid.casefold() in self.guids:
            self.remarks.append(f"the code '{name}' gets a new guid, its own is wrong or taken")
            return None
        self.guids.add(guid.casefold())
        return guid

    def _colour(self, written: str | None, name: str) -> str | None:
        found = re.fullmatch(r"#([0-9A-Fa-f]{3,8})", (written or "").strip())
        digits = found[1] if found else ""
        if len(digits) == 3:
            return "#" + "".join(2 * digit for digit in digits)
        if written and len(digits) != 6:
            self.remarks.append(f"the colour '{written}' of '{name}' is not #rrggbb")
        return f"#{digits[:6]}" if len(digits) in {6, 8} else None

    def _shortcut(self, written: str, name: str) -> str | None:
        if not re.fullmatch(r"\S", written) or written.casefold() in self.shortcuts:
            if written:
                self.remarks.append(f"the shortcut '{written}' of '{name}' is no key, or taken")
            return None
        self.shortcuts.add(written.casefold())
        return written

    def _markers(self, markers: Sequence[str], name: str) -> tuple[str, ...]:
        for marker in markers:
            try:
                compile_marker(marker)
            except OptionError as error:
                where = f"{self.name}, code '{name}', markers"
                raise CodebookError(error.what, where=where, remedy=error.remedy) from error
        return tuple(markers)
