"""Choosing the colours of the pages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_POST

from .context import THEME_COOKIE, THEMES, PageContext
from .redirects import safe_next

YEAR = 365 * 24 * 3600


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Remember ``theme`` (auto, light or dark) in a cookie and go back to where the person was."""
    response = HttpResponseRedirect(safe_next(request) or PageContext(request).home_url)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure()
        )
    return response
