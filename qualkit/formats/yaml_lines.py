"""Reading a YAML file so that every fault can be told with its line and field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from qualkit.errors import BadInputError, EmptyFileError, OptionError, UnreadableFileError
from qualkit.model import slug
from qualkit.text.markers import compile_marker

__all__ = ["MAX_BYTES", "YamlFile", "YamlPath", "dump_yaml"]

MAX_BYTES = 5_000_000
_MAX_DEPTH = 30
_KINDS = {
    "string_type": "text; put it in quotes",
    "list_type": "a list; write it as [one, two] or one per line with a dash",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "model_type": "a block of fields",
}

YamlPath = tuple[str | int, ...]
_Model = TypeVar("_Model", bound=BaseModel)


class _LineError(Exception):
    """Something that YAML allows and a codebook does not; carries the line, from 1."""

    def __init__(self, line: int, what: str, remedy: str) -> None:
        super().__init__(what)
        self.line, self.what, self.remedy = line, what, remedy


class _Loader(yaml.SafeLoader):
    """Composes nodes as SafeLoader does, without references and without bottomless nesting."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _LineError(
                line, "uses a reference (& or *)", "write the text out, or put it in quotes"
            )
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise _LineError(
                line, f"is nested more than {_MAX_DEPTH} levels deep", "make it flatter"
            )
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


@dataclass(frozen=True)
class YamlFile:
    """What a YAML file says, and where it says it.

    Attributes:
        name: the file's name, for messages.
        value: plain dicts, lists, texts, numbers and truth values.
        lines: line, from 1, of every field and list item, by its path.
        error: the class that faults in the file are raised as.
    """

    name: str
    value: object
    lines: Mapping[YamlPath, int]
    error: type[BadInputError]

    @classmethod
    def read(cls, source: str | Path, error: type[BadInputError]) -> YamlFile:
        """Return the file's content with its lines.

        Raises:
            UnreadableFileError: the file is missing or cannot be opened.
            EmptyFileError: nothing stands in it.
            BadInputError: of the class ``error``: too large, not UTF-8, not YAML, a field twice,
                a reference.
        """
        path = Path(source)
        text = _text(path, error)
        lines: dict[YamlPath, int] = {}
        try:
            loader = _Loader(text)
            node = loader.get_single_node()
            value = None if node is None else _plain(loader, node, (), lines)
        except _LineError as fault:
            where = f"{path.name}, line {fault.line}"
            raise error(fault.what, where=where, remedy=fault.remedy) from fault
        except yaml.YAMLError as fault:
            line = _line_of(fault, text)
            what = f"this is not YAML ({_problem(fault)})"
            remedy = "check dashes, colons and indents, and put text that holds a colon in quotes"
            raise error(what, where=f"{path.name}, line {line}", remedy=remedy) from fault
        if value is None:
            raise EmptyFileError(
                "nothing stands in it", where=path.name, remedy="fill it, or name another"
            )
        return cls(path.name, value, lines, error)

    def fault(self, path: YamlPath, what: str, remedy: str | None = None) -> BadInputError:
        """Return the error for something wrong at a path: file, line and field are added."""
        field = next((part for part in reversed(path) if isinstance(part, str)), None)
        place = f"{self.name}, line {self.line(path)}" + (f", field '{field}'" if field else "")
        return self.error(what, where=place, remedy=remedy)

    def line(self, path: YamlPath) -> int:
        """Return the line of a path, or of the nearest thing around it."""
        while path not in self.lines and path:
            path = path[:-1]
        return self.lines.get(path, 1)

    def check(self, model: type[_Model], fields: Mapping[str, Sequence[str]]) -> _Model:
        """Return the content as a pydantic model, or raise the fault that stands first.

        Args:
            model: strict, with extra fields forbidden.
            fields: right field names by the name of the list whose items have them; "" for the top.
        """
        try:
            return model.model_validate(self.value)
        except ValidationError as invalid:
            faults = invalid.errors(include_url=False)
            first = min(faults, key=lambda fault: self.line(fault["loc"]))
            raise self._sentence(first["type"], first["loc"], fields) from invalid

    def name_at(self, path: YamlPath, name: str) -> str:
        """Return a name without the white space around it, or raise what is wrong with it."""
        stripped = name.strip()
        if not stripped:
            raise self.fault(path, "is empty", "give a name")
        if len(stripped.splitlines()) > 1:
            raise self.fault(path, "has more than one line", "shorten it")
        return stripped

    def id_at(self, path: YamlPath, given: str | None, name: str) -> str:
        """Return the id given, or the slug of the name, or raise what is wrong with it."""
        if given is not None and not re.fullmatch(r"[\w-]{1,100}", given):
            remedy = "use letters, digits, _ and - only, at most 100"
            raise self.fault(path, f"'{given}' cannot be an id", remedy)
        return slug(name) if given is None else given

    def colour_at(self, path: YamlPath, colour: str | None) -> str | None:
        """Return a colour, or raise what is wrong with it."""
        if colour is not None and not re.fullmatch(r"#[0-9A-Fa-f]{6}", colour):
            raise self.fault(path, f"'{colour}' is not a colour", 'write it as "#1b6ca8"')
        return colour

    def markers_at(self, path: YamlPath, markers: Sequence[str] | None) -> tuple[str, ...]:
        """Return the markers, or raise the first that does not compile."""
        for number, marker in enumerate(markers or ()):
            try:
                compile_marker(marker)
            except OptionError as error:
                raise self.fault((*path, number), error.what, error.remedy) from error
        return tuple(marker.strip() for marker in markers or ())

    def refuse_doubles(self, owners: Iterable[tuple[YamlPath, Mapping[str, str]]]) -> None:
        """Raise when two owners share a value, whatever its case; fields are looked at together.

        Args:
            owners: the path of each owner, with its values by field.
        """
        taken: dict[str, tuple[YamlPath, str]] = {}
        for path, values in owners:
            for field, value in values.items():
                before, other = taken.setdefault(value.casefold(), (path, field))
                if before != path:
                    line = self.line((*before, other))
                    what = f"the {field} '{value}' is taken in line {line}"
                    raise self.fault((*path, field), what, "choose another")

    def _sentence(
        self, kind: str, path: YamlPath, fields: Mapping[str, Sequence[str]]
    ) -> BadInputError:
        if kind == "extra_forbidden":
            owner = next((str(part) for part in reversed(path[:-1]) if isinstance(part, str)), "")
            names = fields[owner]
            near = difflib.get_close_matches(str(path[-1]).casefold(), names, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else f"the fields are {', '.join(names)}"
            return self.fault(path, "there is no such field", remedy)
        if kind == "missing":
            return self.fault(path, "is missing", f"add '{path[-1]}: ...'")
        return self.fault(path, f"must be {_KINDS.get(kind, 'of another kind')}")


def dump_yaml(value: Mapping[str, object]) -> str:
    r"""Return YAML in the order given, in readable Unicode.

    Example:
        >>> dump_yaml({"name": "Study", "codes": [{"name": "Pay"}]})
        'name: Study\ncodes:\n- name: Pay\n'
    """
    text: str = yaml.safe_dump(dict(value), allow_unicode=True, sort_keys=False, width=96)
    return text


def _text(path: Path, error: type[BadInputError]) -> str:
    """Return the text of a file of sensible size in UTF-8."""
    try:
        if path.stat().st_size > MAX_BYTES:
            what = f"is larger than {MAX_BYTES // 1_000_000} MB"
            raise error(what, where=path.name, remedy="check that it is the right file")
        data = path.read_bytes()
    except (OSError, ValueError) as fault:
        reason = getattr(fault, "strerror", None) or str(fault)
        what = f"cannot be read ({reason})"
        raise UnreadableFileError(
            what, where=str(path), remedy="check the name and the place"
        ) from fault
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise error(
            "is not in UTF-8",
            where=f"{path.name}, line {line}",
            remedy="save it with the encoding UTF-8",
        ) from fault
    if not text.strip():
        raise EmptyFileError(
            "nothing stands in it", where=path.name, remedy="fill it, or name another"
        )
    return text


def _plain(loader: _Loader, node: yaml.Node, path: YamlPath, lines: dict[YamlPath, int]) -> object:
    """Return a node as plain Python, noting the line of everything in it."""
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(loader, item, (*path, n), lines) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    try:
        return loader.construct_object(node)
    except (ValueError, yaml.constructor.ConstructorError) as fault:
        line = node.start_mark.line + 1
        raise _LineError(
            line, f"has a value that YAML cannot read ({node.value!r:.40})", "put it in quotes"
        ) from fault


def _mapping(
    loader: _Loader, node: yaml.MappingNode, path: YamlPath, lines: dict[YamlPath, int]
) -> dict[Hashable, object]:
    value: dict[Hashable, object] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _LineError(line, "has a field whose name is not a word", "write 'name: value'")
        key = key_node.value
        if key in value:
            before = lines[(*path, key)]
            raise _LineError(
                line, f"has the field '{key}' twice, first in line {before}", "keep one"
            )
        lines[(*path, key)] = line
        value[key] = _plain(loader, value_node, (*path, key), lines)
    return value


def _line_of(fault: yaml.YAMLError, text: str) -> int:
    mark = getattr(fault, "problem_mark", None) or getattr(fault, "context_mark", None)
    if mark is not None:
        return int(mark.line) + 1
    return text.count("\n", 0, getattr(fault, "position", 0)) + 1


def _problem(fault: yaml.YAMLError) -> str:
    problem = getattr(fault, "problem", None) or getattr(fault, "reason", None)
    return str(problem or "unknown problem")
