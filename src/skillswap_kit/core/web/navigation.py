"""The entries of the header as one request sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from ..navigation import Audience, NavItem, Section
from ..permissions import is_signed_in, may_browse


class NavLink:
    """An entry as one request sees it."""

    def __init__(self, item: NavItem, url: str, request: HttpRequest) -> None:
        self.item, self.url, self.request = item, url, request

    @property
    def label(self) -> Any:
        return self.item.label

    @property
    def is_post(self) -> bool:
        return self.item.method == "post"

    @property
    def is_current(self) -> bool:
        return self.request.path == self.url

    @cached_property
    def count(self) -> int:
        return int(import_string(self.item.badge)(self.request.user)) if self.item.badge else 0


def nav_links(request: HttpRequest, section: Section) -> Iterator[NavLink]:
    """The entries for this viewer; what the host's URLconf leaves out is left out."""
    items = [item for app_config in apps.get_app_configs() for item in getattr(app_config, "navigation", ())]
    for item in sorted(items, key=lambda item: item.place):
        if item.section == section and _is_for(item.audience, request):
            try:
                yield NavLink(item, reverse(item.url_name), request)
            except NoReverseMatch:
                continue


def _is_for(audience: Audience, request: HttpRequest) -> bool:
    match audience:
        case "everybody":
            return may_browse(request.user)
        case "members":
            return is_signed_in(request.user)
        case "strangers":
            return not is_signed_in(request.user)
