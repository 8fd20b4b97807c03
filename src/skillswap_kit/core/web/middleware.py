"""The middleware that pages want, and which middleware the site has."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string


class PagesMiddleware(MiddlewareMixin):
    """Stands before ``CsrfViewMiddleware``, the first to read a form.

    - Forms are read as UTF-8, whatever ``Content-Type`` claims. Over other encodings, and what is no
      encoding of text at all, Django fails before it has asked any view; its page for that failure fails again.
    - What somebody who is signed in is answered is kept nowhere, unless the answer itself says what may become of it:
      pages that are not the kit's, as allauth's, leave that open.
    """

    def process_request(self, request: HttpRequest) -> None:
        request.encoding = "utf-8"

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        # Who asks cannot be found out when sessions are what has failed.
        if response.status_code < 500 and not response.has_header("Cache-Control") and _is_somebody(request):
            patch_cache_control(response, no_store=True, private=True)
        return response


def _is_somebody(request: HttpRequest) -> bool:
    """Asked only where the session was read: an answer that did without it is the same for everybody."""
    session = getattr(request, "session", None)
    return bool(session and session.accessed and request.user.is_authenticated)


def has_middleware(wanted: type) -> bool:
    """Whether MIDDLEWARE names this one or a subclass. What cannot be imported is for Django to complain about."""
    return any(issubclass(entry, wanted) for entry in _classes())


def stands_before(first: type, second: type) -> bool:
    """Whether MIDDLEWARE names the first one, and the second one only after it."""
    for entry in _classes():
        if issubclass(entry, first | second):
            return issubclass(entry, first)
    return False


def _classes() -> Iterator[type]:
    for path in settings.MIDDLEWARE:
        try:
            entry = import_string(path)
        except ImportError:
            continue
        if isinstance(entry, type):
            yield entry
