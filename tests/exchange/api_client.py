"""A signed-in person at the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from skillswap_kit.core.api.fields import UserKeyField
from skillswap_kit.core.policies import BaseContactPolicy

# DECLARE: a cursor in the server, by which long lists are read on PostgreSQL.
READS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "EXPLAIN", "DECLARE")

ROWS = [2, 20, pytest.param(200, marks=pytest.mark.slow)]


def key(user: Any) -> Any:
    """How the API writes the key of ``user``."""
    return UserKeyField().to_representation(user)


class Api:
    def __init__(self, user: Any = None) -> None:
        self.client = APIClient()
        self.client.force_authenticate(user)

    def get(self, path: str, **params: Any) -> Any:
        return self.client.get(f"/api/{path}", params)

    def send(self, method: str, path: str, data: Any = None, **headers: Any) -> Any:
        return getattr(self.client, method)(
            f"/api/{path}", {} if data is None else data, format="json", headers=headers
        )

    def post(self, path: str, data: Any = None, **headers: Any) -> Any:
        return self.send("post", path, data, **headers)

    def would(self, path: str, data: Any = None) -> int:
        """The status that a POST would get; whatever it does is undone."""
        with transaction.atomic():
            status: int = self.post(path, data).status_code
            transaction.set_rollback(True)
        return status

    def queries(self, path: str, **params: Any) -> list[str]:
        """The SQL of a successful GET, all of which must be reading."""
        with CaptureQueriesContext(connection) as captured:
            answer = self.get(path, **params)
        assert answer.status_code == 200, answer.json()
        statements = [query["sql"] for query in captured]
        assert all(sql.startswith(READS) for sql in statements), statements
        return statements


class Hiding(BaseContactPolicy):
    """Hides whoever is in ``hidden`` from everybody."""

    hidden: list[Any] = []

    def hidden_from(self, user: Any) -> Any:
        return get_user_model()._default_manager.filter(pk__in=[person.pk for person in self.hidden]).values("pk")
