"""Going on to an address that the request names: only ever to one of this site."""

from __future__ import annotations

import re

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

NEXT = "next"
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
"""Browsers and ``urlsplit`` leave some of these out, and what is left may lead elsewhere."""


def safe_next(request: HttpRequest) -> str:
    """The address that ``next`` names, by POST or in the query, or nothing if it leads elsewhere."""
    url = request.POST.get(NEXT) or request.GET.get(NEXT) or ""
    is_ours = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if is_ours and not _CONTROL.search(url) else ""
