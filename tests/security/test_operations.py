"""What can be asked of the kit is known: the URLconf, the OpenAPI document and the cases name the same."""

from __future__ import annotations

from rest_framework.views import APIView

from .accounts_cases import is_sign_in
from .cases import all_cases, by_operation
from .operations import anonymised, documented, operations, other_routes
from .pages import page_view
from .world import WORLDS, build_world

HOW_IT_LOOKS = {"/look/theme/", "/look/language/"}
"""What strangers may set too; ``test_pages_safety`` asks for the token."""
HOSTS_OWN = {"/api/schema/"}
"""Routes below /api/ that are not the kit's."""


def test_urlconf_and_document_name_the_same_operations():
    routed = {f"{operation.method} {anonymised(operation.route)}" for operation in operations()}
    described = {operation for operation in documented() if not is_sign_in(operation.partition(" ")[2])}
    assert routed == described - {f"GET {route}" for route in HOSTS_OWN}


def test_there_is_one_route_to_each_operation():
    """No format suffixes, no second spelling."""
    routed = [f"{operation.method} {anonymised(operation.route)}" for operation in operations()]
    assert len(routed) == len(set(routed)) > 80
    assert all(operation.route.startswith("/api/") and operation.route.endswith("/") for operation in operations())


def test_nothing_else_is_routed():
    others = {
        route for route, callback in other_routes() if not route.startswith("/admin/") and not page_view(callback)
    }
    assert {route for route in others if not is_sign_in(route)} == HOSTS_OWN | HOW_IT_LOOKS


def test_only_views_of_the_framework_check_tokens_themselves():
    """And the guard before allauth's, which asks for them where cookies count."""
    exempt = [
        route
        for route, callback in other_routes()
        if getattr(callback, "csrf_exempt", False) and not getattr(callback, "skillswap_guarded", False)
    ]
    assert {route for route in exempt if not _is_framework_view(route)} == set()


def _is_framework_view(route):
    view = next(getattr(callback, "cls", None) for name, callback in other_routes() if name == route)
    return isinstance(view, type) and issubclass(view, APIView)


def test_every_operation_has_a_case_in_which_somebody_succeeds():
    missing = [str(operation) for operation, cases in by_operation().items() if not any(c.allowed for c in cases)]
    assert missing == []


def test_every_case_is_of_an_operation():
    assert {case.operation for case in all_cases()} - set(map(str, operations())) == set()


def test_every_app_has_a_world():
    assert build_world.__module__
    from . import exchange_world, matching_world  # noqa: F401

    assert {operation.app for operation in operations()} <= WORLDS.keys()
