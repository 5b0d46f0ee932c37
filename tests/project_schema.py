"""The JSON Schema of a whole project, from the schema of the database; ``python -m`` writes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Column, LargeBinary, Table

from qualkit.formats.project_json import FORMAT, VERSION
from qualkit.store.schema import metadata, projects

PLACE = Path(__file__).parents[1] / "qualkit" / "formats" / "project.schema.json"
TABLES = [table for table in metadata.sorted_tables if table is not projects]
_KINDS = {str: "string", int: "integer", float: "number", bool: "boolean", bytes: "string"}


def _cell(column: Column[Any]) -> dict[str, Any]:
    kind = _KINDS[column.type.python_type]
    told: dict[str, Any] = {"type": [kind, "null"] if column.nullable else kind}
    if isinstance(column.type, LargeBinary):
        told["contentEncoding"] = "base64"
    return {"title": column.name, **told}


def _table(table: Table) -> dict[str, Any]:
    names = [column.name for column in table.c]
    binary = [column.name for column in table.c if isinstance(column.type, LargeBinary)]
    row = {
        "type": "array",
        "prefixItems": [_cell(column) for column in table.c],
        "minItems": len(names),
        "maxItems": len(names),
    }
    told: dict[str, Any] = {"columns": {"const": names}}
    if binary:
        told["base64"] = {"const": binary}
    told["rows"] = {"type": "array", "items": row}
    return {
        "type": "object",
        "properties": told,
        "required": ["columns", "rows"],
        "additionalProperties": False,
    }


def built() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A whole project of qualkit",
        "description": "Described in docs/project-json.md.",
        "type": "object",
        "properties": {
            "format": {"const": FORMAT},
            "version": {"const": VERSION},
            "qualkit": text,
            "schema": {"type": "string", "pattern": "^[0-9]{4}$"},
            "about": {"type": "object"},
            "project": {
                "type": "object",
                "properties": {"name": text, "guid": text, "created_at": text},
                "required": ["name", "guid", "created_at"],
                "additionalProperties": False,
            },
            "tables": {
                "type": "object",
                "properties": {table.name: _table(table) for table in TABLES},
                "required": [table.name for table in TABLES],
                "additionalProperties": False,
            },
        },
        "required": ["format", "version", "schema", "project", "tables"],
    }


def text() -> str:
    return json.dumps(built(), indent=1) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text(), encoding="utf-8")
