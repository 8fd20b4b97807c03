from __future__ import annotations

from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from demo.people import SIGN_INS
from skillswap_kit.core.conf import core_settings

COLLECTIONS = (
    "users",
    "categories",
    "vocabulary",
    "listings",
    "recommendations",
    "circles",
    "swaps",
    "sessions",
    "connections",
    "reviews",
)


def landing(request: HttpRequest) -> HttpResponse:
    """Where the demo begins. The published sign-ins are shown only where they open something."""
    context = {
        "page_title": _("Teach what you know"),
        "is_public": core_settings.PUBLIC_BROWSING,
        "sign_ins": SIGN_INS if settings.DEMO_PASSWORD else (),
        "password": settings.DEMO_PASSWORD,
    }
    return render(request, "example/landing.html", context)


class APIRoot(APIView):
    """The way in for people who browse the API."""

    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        here = request.build_absolute_uri(request.path)
        return Response({name: f"{here}{name}/" for name in COLLECTIONS})


@cache_control(max_age=86_400)
def redoc_bundle(request: HttpRequest) -> HttpResponse:
    """ReDoc without the picture that it loads from its maker's server: the demo works offline and asks nobody."""
    return HttpResponse(_redoc_with_own_logo(), content_type="text/javascript")


@cache
def _redoc_with_own_logo() -> str:
    path = finders.find("drf_spectacular_sidecar/redoc/bundles/redoc.standalone.js")
    script = Path(str(path)).read_text(encoding="utf-8")
    return script.replace("https://cdn.redoc.ly/redoc/logo-mini.svg", static("skillswap_kit/icon.svg"))
