"""The stakeholder types of a project and the rules that assign them."""

from __future__ import annotations

import json
from dataclasses import asdict

from sqlalchemy import Connection, select

from qualkit.model import StakeholderType, TypeRule, Typology
from qualkit.store.journal import Journal
from qualkit.store.schema import stakeholder_types, type_rules, typologies

__all__ = ["current", "save"]


def save(journal: Journal, typology: Typology) -> None:
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
    named = {"id": 1, "name": typology.name, "description": typology.description}
    journal.insert(typologies, [named])
    journal.insert(stakeholder_types, types)
    journal.insert(type_rules, rules)
    journal.record("typology.set", {"name": typology.name, "types": len(types)})


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
    named = connection.execute(select(typologies)).first()
    name, description = (named.name, named.description) if named else ("", "")
    return Typology(name, types, rules, description)


def _rule(type_id: str, conditions: dict[str, list[str]]) -> TypeRule:
    lists = {name: tuple(conditions[name]) for name in ("name", "role", "organisation")}
    return TypeRule(type_id, moderator=conditions.get("moderator"), **lists)  # type: ignore[arg-type]  # JSON
