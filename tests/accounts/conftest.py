"""Clients of the sign-in API, and what they need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import cache

from .api import PASSWORD, address_of

collect_ignore_glob = [] if apps.is_installed("skillswap_kit.accounts") else ["test_*.py"]


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    """Limits are counted in the cache, which outlives a test."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def amina(make_user) -> Any:
    return with_password(make_user("amina"))


@pytest.fixture
def bruno(make_user) -> Any:
    return with_password(make_user("bruno"))


def with_password(user: Any) -> Any:
    from allauth.account.models import EmailAddress

    user.set_password(PASSWORD)
    user.save()
    EmailAddress.objects.create(user=user, email=address_of(user), verified=True, primary=True)
    return user
