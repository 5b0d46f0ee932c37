"""Very many rows as arrays are the rows that the database has."""

from __future__ import annotations

import pytest
from sqlalchemy import Integer, cast, func, literal, select, update

from qualkit.store.numbers import read_numbers
from qualkit.store.schema import utterances

MOMENTS = {1: "2026-11-22", 2: "2026-11-22T07:00:00Z", 3: "x" * 32}


@pytest.mark.parametrize("moments", [{}, {1: MOMENTS[2]}, MOMENTS])
def test_numbers_and_moments_come_back_in_their_rows(project, moments):
    u = utterances.c
    with project.database.write() as connection:
        connection.execute(update(utterances).values(note="2026-11-22T06:59:59Z"))
        for number, moment in moments.items():
            connection.execute(update(utterances).where(u.id == number).values(note=moment))
    small = cast(-u.position * 70_000, Integer).label("small")
    large = cast(literal(2**31 - 1) - u.id, Integer).label("large")
    query = select(u.id, small, large, u.note)
    with project.database.read() as connection:
        expected = [tuple(row) for row in connection.execute(query.order_by(u.id))]
        for table in (utterances, None):
            told = read_numbers(connection, query, moments=("note",), table=table)
            names = ("id", "small", "large", "note")
            assert sorted(zip(*(told[name] for name in names), strict=True)) == expected


def test_no_rows_give_empty_columns(project):
    query = select(utterances.c.id, utterances.c.note).where(utterances.c.id < 0)
    with project.database.read() as connection:
        told = read_numbers(connection, query, moments=("note",), table=utterances)
        assert {name: len(values) for name, values in told.items()} == {"id": 0, "note": 0}
        assert connection.execute(select(func.count()).select_from(utterances)).scalar_one()
