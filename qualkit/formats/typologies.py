"""Stakeholder typologies as YAML files: types, and the rules that assign them."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from qualkit.errors import TypologyError
from qualkit.formats.yaml_lines import YamlFile, YamlPath, dump_yaml
from qualkit.model import StakeholderType, TypeRule, Typology

__all__ = ["dump_typology", "load_typology"]

_PATTERNS = ("name", "role", "organisation")
_FIELDS = {
    "": ["name", "description", "types", "rules"],
    "types": ["name", "id", "definition", "colour", "moderator"],
    "rules": ["type", "name", "role", "organisation", "moderator"],
}


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Type(_Strict):
    name: str
    id: str | None = None
    definition: str | None = None
    colour: str | None = None
    moderator: bool | None = None


class _Rule(_Strict):
    type: str
    name: list[str] | None = None
    role: list[str] | None = None
    organisation: list[str] | None = None
    moderator: bool | None = None


class _Typology(_Strict):
    name: str
    description: str | None = None
    types: list[_Type] | None = None
    rules: list[_Rule] | None = None


def load_typology(source: str | Path) -> Typology:
    r"""Return the stakeholder typology that a YAML file states.

    Args:
        source: path of the file, in UTF-8, at most 5 MB.

    Raises:
        TypologyError: anything wrong in the file, with line and field.
        UnreadableFileError: the file is missing or cannot be opened.
        EmptyFileError: nothing stands in it.

    Example:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder) / "small.yaml"
        ...     text = "name: T\ntypes: [{name: Union}]\nrules: [{type: union, role: [steward]}]"
        ...     _ = path.write_text(text, encoding="utf-8")
        ...     load_typology(path).rules
        (TypeRule(type='union', name=(), role=('steward',), organisation=(), moderator=None),)
    """
    file = YamlFile.read(source, TypologyError)
    stated = file.check(_Typology, _FIELDS)
    name = file.name_at(("name",), stated.name)
    if not stated.types:
        raise file.fault(("types",), "the typology has no types", "add at least one with a name")
    types = tuple(_type(file, kind, ("types", n)) for n, kind in enumerate(stated.types))
    file.refuse_doubles(
        (("types", n), {"name": kind.name, "id": kind.id}) for n, kind in enumerate(types)
    )
    ids = {kind.id for kind in types}
    rules = tuple(_rule(file, rule, ("rules", n), ids) for n, rule in enumerate(stated.rules or []))
    return Typology(name, types, rules, (stated.description or "").strip())


def dump_typology(typology: Typology) -> str:
    """Return the YAML text from which ``load_typology`` makes the same typology again.

    Example:
        >>> print(dump_typology(Typology("Small", (StakeholderType("union", "Union"),))))
        name: Small
        types:
        - name: Union
          id: union
        <BLANKLINE>
    """
    types: list[dict[str, object]] = [
        {
            "name": kind.name,
            "id": kind.id,
            "definition": kind.definition,
            "colour": kind.colour,
            "moderator": kind.is_moderator or None,
        }
        for kind in typology.types
    ]
    rules: list[dict[str, object]] = [
        {"type": rule.type}
        | {field: list(getattr(rule, field)) for field in _PATTERNS}
        | {"moderator": rule.moderator}
        for rule in typology.rules
    ]
    head = {"name": typology.name, "description": typology.description}
    content: dict[str, object] = {**head, "types": _said(types), "rules": _said(rules)}
    return dump_yaml({field: value for field, value in content.items() if value})


def _said(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    """Return the rows without the fields that say nothing; False says something."""
    return [{k: v for k, v in row.items() if v not in (None, "", [])} for row in rows]


def _type(file: YamlFile, kind: _Type, path: YamlPath) -> StakeholderType:
    name = file.name_at((*path, "name"), kind.name)
    return StakeholderType(
        id=file.id_at((*path, "id"), kind.id, name),
        name=name,
        definition=(kind.definition or "").strip(),
        colour=file.colour_at((*path, "colour"), kind.colour),
        is_moderator=bool(kind.moderator),
    )


def _rule(file: YamlFile, rule: _Rule, path: YamlPath, ids: set[str]) -> TypeRule:
    if rule.type not in ids:
        remedy = f"the types are {', '.join(sorted(ids))}"
        raise file.fault((*path, "type"), f"there is no type '{rule.type}'", remedy)
    patterns = {field: file.markers_at((*path, field), getattr(rule, field)) for field in _PATTERNS}
    if not any(patterns.values()) and rule.moderator is None:
        remedy = "add name, role, organisation or moderator"
        raise file.fault(path, f"the rule for '{rule.type}' asks nothing", remedy)
    return TypeRule(rule.type, **patterns, moderator=rule.moderator)
