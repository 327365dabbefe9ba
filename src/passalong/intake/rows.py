"""Many rows at once, by plain SQL: a tenth of the work of making a model of each.

Columns are named as the model's fields (attname); a column left out gets the field's default, the same in all rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, models

Row = Mapping[str, Any]


def insert(model: type[models.Model], rows: Sequence[Row], *, ignore: bool = False) -> None:
    """Adds the rows. With `ignore`, those whose unique keys exist already are left as they are.

    Raises IntegrityError otherwise.
    """
    if not rows:
        return
    assert "id" in rows[0], "rows without ids of their own would all get the same one"
    sql, fields = _insertion(model, ignore, tuple(rows[0]))
    with connection.cursor() as cursor:
        cursor.executemany(sql, _tuples(fields, rows))


@lru_cache(maxsize=64)
def _insertion(model: type[models.Model], ignore: bool, given: tuple[str, ...]) -> tuple[str, tuple[Any, ...]]:
    """The statement, and the fields whose values go with it: plain defaults stand in the statement itself."""
    fields = model._meta.local_concrete_fields
    fixed = {field.attname: _literal(field) for field in fields if field.attname not in given}
    names = ", ".join(connection.ops.quote_name(field.column or "") for field in fields)
    marks = ", ".join(fixed.get(field.attname) or "%s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    end = " ON CONFLICT DO NOTHING" if ignore else ""
    sql = f"INSERT INTO {table} ({names}) VALUES ({marks}){end}"  # noqa: S608 - names of our own columns
    return sql, tuple(field for field in fields if not fixed.get(field.attname))


def _literal(field: Any) -> str:
    """A field's default as SQL; '' for one that is no plain word of SQL, or another each time."""
    if callable(field.default):
        return ""
    default = field.get_default()
    if default is None:
        return "NULL"
    if default == "":
        return "''"
    return str(default) if type(default) is int else ""


def select(model: type[models.Model], names: tuple[str, ...], where: Row) -> list[tuple[Any, ...]]:
    """These columns (none of them JSON) of the rows in which the columns of `where` have these values."""
    sql, times = _question(model, names, tuple(where))
    with connection.cursor() as cursor:
        cursor.execute(sql, list(where.values()))
        found: list[tuple[Any, ...]] = cursor.fetchall()
    if connection.vendor != "sqlite":
        return found
    # SQLite keeps all times in UTC and says so nowhere.
    return [
        tuple(
            value.replace(tzinfo=UTC) if is_time and value else value for value, is_time in zip(row, times, strict=True)
        )
        for row in found
    ]


@lru_cache(maxsize=64)
def _question(
    model: type[models.Model], names: tuple[str, ...], where: tuple[str, ...]
) -> tuple[str, tuple[bool, ...]]:
    fields = {field.attname: field for field in model._meta.local_concrete_fields}
    quoted = {name: connection.ops.quote_name(field.column or "") for name, field in fields.items()}
    columns = ", ".join(quoted[name] for name in names)
    conditions = " AND ".join(f"{quoted[name]} = %s" for name in where)
    sql = f"SELECT {columns} FROM {model._meta.db_table} WHERE {conditions}"  # noqa: S608 - names of our own columns
    return sql, tuple(isinstance(fields[name], models.DateTimeField) for name in names)


def add(instances: Sequence[models.Model], *, ignore: bool = False) -> None:
    """As `insert`, for instances of one model, which are kept from then on."""
    if instances:
        fields = instances[0]._meta.local_concrete_fields
        rows = [{field.attname: getattr(each, field.attname) for field in fields} for each in instances]
        insert(type(instances[0]), rows, ignore=ignore)
    for each in instances:
        each._state.adding = False


def update(model: type[models.Model], rows: Sequence[Row], *, held_by: str = "") -> None:
    """Sets the columns given in each row, which all have the same columns, on the row with its `id`.

    With `held_by`, only where that worker holds the lease.
    """
    if not rows:
        return
    fields = [
        field for field in model._meta.local_concrete_fields if field.attname in rows[0] and field.attname != "id"
    ]
    sets = ", ".join(f"{connection.ops.quote_name(field.column or '')} = %s" for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    key = model._meta.pk
    assert key
    values = _tuples([*fields, key], rows)
    leased = " AND leased_by = %s" if held_by else ""
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {sets} WHERE id = %s{leased}",  # noqa: S608 - names of our own columns
            [(*row, held_by) for row in values] if held_by else values,
        )


def _tuples(fields: Iterable[Any], rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    columns: list[Iterable[Any]] = []
    for field in fields:
        name, convert = field.attname, _converter(field)
        if name in rows[0]:
            values = [row[name] for row in rows]
            columns.append(map(convert, values) if convert else values)
        else:
            default = field.get_default()
            columns.append([convert(default) if convert else default] * len(rows))
    return list(zip(*columns, strict=True))


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """What Django would do with a value on its way to the database, where it would do anything."""
    if isinstance(field, models.JSONField):
        prepare = field.get_db_prep_save
        nothing = prepare([], connection)
        return lambda value: prepare(value, connection) if value != [] else nothing
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite":
        return Moments().__getitem__
    return None


class Moments(dict[datetime | None, str | None]):
    """Times as SQLite keeps them: many rows have the same."""

    def __missing__(self, moment: datetime | None) -> str | None:
        self[moment] = kept = str(moment.astimezone(UTC).replace(tzinfo=None)) if moment else None
        return kept
