"""Pages of commands that are not always possible."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from skillswap_kit.core.errors import SkillSwapError
from skillswap_kit.core.web.pages import FormPage
from skillswap_kit.core.web.redirects import safe_next

from .pages import ExchangePage


class CheckedPage(ExchangePage, FormPage):
    """Its form is shown as long as the command is possible; else the page says why it is not."""

    template_name = "skillswap_exchange/checked.html"

    def check(self) -> None:
        """For overriding: raise what the service would raise whatever the form says."""

    def home_url(self) -> str:
        """Where "Back" leads, unless the address names another page by ``?next=``."""
        raise NotImplementedError

    def next_url(self, result: Any) -> str:
        return self.home_url()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._refused() or super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._refused() or super().post(request, *args, **kwargs)

    def _refused(self) -> HttpResponse | None:
        try:
            self.check()
        except SkillSwapError as error:
            return self.render(refusal=error, status=error.status_code)
        return None

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        back_url = safe_next(self.request) or self.home_url()
        return super().render(status=status, **{"back_url": back_url, **context})
