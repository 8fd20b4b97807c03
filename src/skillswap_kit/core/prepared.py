"""Reads that are written as querysets and compiled once: for what is asked so often that building the SQL anew costs
more than the database's answer.

Only for querysets whose SQL depends on nothing but the values given: on no setting, language or policy.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, F, Field, Func, QuerySet

Statement = tuple[str, Sequence[Any], Sequence[Expression]]
"""SQL, its parameters, and the columns of its rows. Nothing in it belongs to the connection that it was written for."""


class Given(Expression):
    """A value that is given when the statement runs, in the form of this field."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [self]

    def prepared(self, value: Any, connection: BaseDatabaseWrapper) -> list[Any]:
        """The value as the driver takes it."""
        return [self.output_field.get_db_prep_value(value, connection)]


class GivenMany(Given):
    """Any number of values."""

    @property
    def mark(self) -> str:
        return f"@{self.name}@"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return f"({self.mark})", [self]

    def prepared(self, value: Collection[Any], connection: BaseDatabaseWrapper) -> list[Any]:
        return [self.output_field.get_db_prep_value(item, connection) for item in value]


def given_user(name: str) -> Given:
    """The key of a user."""
    return Given(name, get_user_model()._meta.pk)


def is_among(path: str, name: str, field: Field[Any, Any]) -> Func:
    """The condition that what ``path`` leads to is one of the values given."""
    values = GivenMany(name, field)
    return Func(F(path), values, template="%(expressions)s", arg_joiner=" IN ", output_field=BooleanField())


class Asking:
    """Stands in a prepared read for whoever is signed in and asks; their key is given as ``viewer``.

    Contact policies may ask anything of a person, so they are not asked about a stand-in: who uses it asks
    :func:`~skillswap_kit.core.policies.hidden_among` besides.
    """

    is_authenticated: ClassVar[bool] = True

    @cached_property
    def pk(self) -> Given:
        return given_user("viewer")


class Prepared:
    """``build`` makes the queryset, with :class:`Given` in the places of the values.

    It is a ``values_list``, or objects with all their columns and nothing that is joined with them.
    """

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._build = build
        self._statements: dict[str, Statement] = {}

    @cached_property
    def _queryset(self) -> QuerySet[Any, Any]:
        return self._build()

    def rows(self, **values: Any) -> list[tuple[Any, ...]]:
        """What the database answers for these values. A collection without any is found in no row."""
        connection = connections[self._queryset.db]
        if connection.alias not in self._statements:
            self._statements[connection.alias] = self._compiled(connection)
        sql, parameters, columns = self._statements[connection.alias]
        given = list[Any]()
        for parameter in parameters:
            if isinstance(parameter, Given):
                some = parameter.prepared(values[parameter.name], connection)
                if isinstance(parameter, GivenMany):
                    sql = sql.replace(parameter.mark, ", ".join(["%s"] * len(some)) or "NULL")
                given += some
            else:
                given.append(parameter)
        with connection.cursor() as cursor:
            cursor.execute(sql, given)
            return self._converted(cursor.fetchall(), columns, connection)

    def objects(self, **values: Any) -> list[Any]:
        """The same as objects of the queryset's model."""
        using, model = self._queryset.db, self._queryset.model
        names = [field.attname for field in model._meta.concrete_fields]
        return [model.from_db(using, names, row) for row in self.rows(**values)]

    def _compiled(self, connection: BaseDatabaseWrapper) -> Statement:
        compiler: Any = self._queryset.query.clone().get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return sql, parameters, [column for column, _sql, _alias in compiler.select]

    def _converted(
        self, rows: list[Any], columns: Sequence[Expression], connection: BaseDatabaseWrapper
    ) -> list[tuple[Any, ...]]:
        """The rows as Django reads them from this connection: the converters of some databases hold it."""
        compiler: Any = self._queryset.query.get_compiler(connection=connection)
        converters = compiler.get_converters(columns)
        return list(map(tuple, compiler.apply_converters(rows, converters))) if converters else rows
