"""The stakeholder types of a project and the rules that assign them."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import Connection, insert, select, update

from qualkit.model import StakeholderType, TypeRule, Typology
from qualkit.store import changes
from qualkit.store.schema import projects, stakeholder_types, type_rules

__all__ = ["current", "save"]


def save(connection: Connection, typology: Typology) -> None:
    """Store the typology of a project that has none yet."""
    types = [{"position": n, **asdict(kind)} for n, kind in enumerate(typology.types, start=1)]
    rules = [
        {
            "position": n,
            "stakeholder_type_id": rule.type,
            "conditions": json.dumps({**asdict(rule), "type": None}, ensure_ascii=False),
        }
        for n, rule in enumerate(typology.rules, start=1)
    ]
    if types:
        connection.execute(insert(stakeholder_types), types)
    if rules:
        connection.execute(insert(type_rules), rules)
    connection.execute(update(projects).values(typology_name=typology.name))
    changes.append(connection, "typology.set", {"name": typology.name, "types": len(types)})


def current(connection: Connection) -> Typology:
    """Return the typology; one without types where the project was made without."""
    types = tuple(
        StakeholderType(row.id, row.name, row.definition, row.colour, row.is_moderator)
        for row in connection.execute(
            select(stakeholder_types).order_by(stakeholder_types.c.position)
        )
    )
    rules = tuple(
        _rule(row.stakeholder_type_id, json.loads(row.conditions))
        for row in connection.execute(select(type_rules).order_by(type_rules.c.position))
    )
    name = connection.execute(select(projects.c.typology_name)).scalar_one()
    return Typology(name, types, rules)


def _rule(type_id: str, conditions: dict[str, list[str]]) -> TypeRule:
    lists = {name: tuple(conditions[name]) for name in ("name", "role", "organisation")}
    return TypeRule(type_id, moderator=conditions.get("moderator"), **lists)  # type: ignore[arg-type]  # JSON
