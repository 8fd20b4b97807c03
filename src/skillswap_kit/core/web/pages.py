"""The base of every page: who may (``access``), which rows (``visible_to``), and one way to answer.

A page is parse, call, answer::

    class DeclinePage(SwapRow, CommandPage):
        title = _("Decline this proposal?")
        form_class = ReasonForm
        done = _("You declined.")

        def perform(self, data: dict[str, Any]) -> None:
            decline_swap(swap=self.row, by=self.person, **data)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model, QuerySet
from django.forms import BaseForm, Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views import View
from django_filters.rest_framework import FilterSet

from ..api.ordering import Ordering, reversed_ordering
from ..conf import core_settings
from ..errors import InvalidInput, NotAllowed, NotFound, SkillSwapError
from ..failures import FAILURES, translated
from ..keys import key_field, key_or_404
from ..paging import PAGE, read_number, take_page
from ..permissions import is_signed_in
from ..types import User, Viewer
from .context import page_context
from .redirects import safe_next

ORDERING = "ordering"

ERROR_TITLES = {
    403: _("This is not yours to open"),
    404: _("Nothing here"),
    503: _("One moment, please"),
}


class KitPage(View):
    """Base of all pages. ``access`` is asked first; strangers whom it refuses are sent to sign in."""

    access: ClassVar[staticmethod[[Viewer], bool]] = staticmethod(is_signed_in)
    template_name: ClassVar[str]
    title: ClassVar[Any] = ""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Callable[..., HttpResponseBase]:
        # ``access`` says who may see a page: a host's LoginRequiredMiddleware would not know of PUBLIC_BROWSING.
        return login_not_required(super().as_view(**initkwargs))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            may_enter = type(self).access(request.user)
            response = super().dispatch(request, *args, **kwargs) if may_enter else self.refuse()
        except FAILURES as error:
            response = self.fail(error)
        # What a page shows depends on who asks; nobody else's browser may find it.
        add_never_cache_headers(response)
        patch_vary_headers(response, ["Cookie"])
        return response

    def refuse(self) -> HttpResponseBase:
        """The answer to somebody whom ``access`` does not let in."""
        if self.request.user.is_authenticated:
            raise NotAllowed
        return redirect_to_login(self.request.get_full_path())

    def fail(self, error: Exception) -> HttpResponse:
        """A page that says what is wrong; what is no error of the kit's is a bug, and stays one."""
        known = translated(error)
        if not isinstance(known, SkillSwapError):
            raise error
        title = ERROR_TITLES.get(known.status_code, _("This did not work"))
        context = {"error": known, "page_title": title, **page_context(self.request)}
        return render(self.request, "skillswap_kit/error.html", context, status=known.status_code)

    @property
    def person(self) -> User:
        """Who acts, on pages that only signed-in people reach."""
        return cast("User", self.request.user)

    def rows(self, model: type[Model]) -> QuerySet[Any, Any]:
        """What the viewer may see of a model."""
        manager: Any = model._default_manager
        return cast("QuerySet[Any, Any]", manager.visible_to(self.request.user))

    def find(self, rows: QuerySet[Any, Any], raw_key: str, *, lookup: str = "pk") -> Any:
        """The row that a key in the address names. Raises Http404, whether it is not there or not for the viewer."""
        return get_object_or_404(rows, **{lookup: key_or_404(key_field(rows.model, lookup), raw_key)})

    def get_title(self) -> Any:
        return self.title

    def get_context(self) -> dict[str, Any]:
        """What the template is given, besides what ``render`` is told."""
        return {}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        context = {"page_title": self.get_title(), **page_context(self.request), **self.get_context(), **context}
        return render(self.request, self.template_name, context, status=status)


class ShowPage(KitPage):
    """A page that only shows something."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render()


class RowMixin:
    """Pages about the row that ``pk`` in the address names, of ``model``, as far as the viewer may see it."""

    model: ClassVar[type[Model]]
    lookup: ClassVar[str] = "pk"

    def related(self, rows: Any) -> Any:
        """For overriding: join what the page needs, or narrow which rows it is for."""
        return rows

    @cached_property
    def row(self) -> Any:
        page = cast("KitPage", self)
        return page.find(self.related(page.rows(self.model)), page.kwargs["pk"], lookup=self.lookup)


class ListPage(KitPage):
    """A list with filters (``?level=expert``), named orderings and pages.

    Wrong filters are shown beside their fields.
    """

    filterset_class: ClassVar[type[FilterSet] | None] = None
    orderings: ClassVar[Mapping[str, tuple[Any, Ordering]]] = {}
    """What people can sort by, by name: a label and the columns, the last one unique. The first is the default."""

    def get_rows(self) -> QuerySet[Any, Any]:
        raise NotImplementedError

    def get_filterset_class(self) -> type[FilterSet] | None:
        return self.filterset_class

    def get_orderings(self) -> Mapping[str, tuple[Any, Ordering]]:
        return self.orderings

    def prepare(self, rows: list[Any]) -> None:
        """For overriding: fetch at once what the rows of the page need besides themselves."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        rows, filterset_class, form = self.get_rows(), self.get_filterset_class(), None
        if filterset_class is not None:
            filterset = filterset_class(request.GET, queryset=rows, request=request)
            form = filterset.form
            rows = filterset.qs if filterset.is_valid() else rows.none()
        orderings = self.get_orderings()
        ordering = self._ordering_name(orderings)
        if ordering:
            rows = rows.order_by(*orderings[ordering][1])
        number = read_number(request.GET, PAGE, default=1)
        page = take_page(rows, number=number, size=core_settings.PAGE_SIZE)
        self.prepare(page.rows)
        return self.render(
            page=page,
            filters=form,
            is_filtered=form is not None and any(request.GET.get(name) for name in form.fields),
            order_choices=[(name, label) for name, (label, _columns) in orderings.items()],
            ordering=ordering,
        )

    def _ordering_name(self, orderings: Mapping[str, tuple[Any, Ordering]]) -> str:
        asked = self.request.GET.get(ORDERING, "")
        return asked if asked in orderings else next(iter(orderings), "")


def labelled(orderings: Mapping[str, Ordering], labels: Mapping[str, Any]) -> dict[str, tuple[Any, Ordering]]:
    """Orderings of the API as people choose them: "-rating" is "rating" turned round, as it is there."""
    return {name: (label, _named(orderings, name)) for name, label in labels.items()}


def _named(orderings: Mapping[str, Ordering], name: str) -> Ordering:
    return reversed_ordering(orderings[name[1:]]) if name.startswith("-") else orderings[name]


class FormPage(KitPage):
    """A page with a form that calls one service. What the service refuses stands beside the field, the input stays."""

    template_name = "skillswap_kit/form.html"
    form_class: ClassVar[type[BaseForm]] = Form
    submit: ClassVar[Any] = pgettext_lazy("button", "Save")
    """What the button says."""
    done: ClassVar[Any] = ""
    """What the next page says when it has worked."""

    def perform(self, data: dict[str, Any]) -> Any:
        """Call the service with the valid input; what it gives back goes to ``next_url``."""
        raise NotImplementedError

    def next_url(self, result: Any) -> str:
        """Where it goes on, unless the address names another page of this site by ``?next=``."""
        raise NotImplementedError

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_form_options(self) -> dict[str, Any]:
        """What the form's constructor takes besides its data."""
        return {}

    def get_form_class(self) -> type[BaseForm]:
        return self.form_class

    def get_form(self) -> BaseForm:
        options: dict[str, Any] = {"initial": self.get_initial(), "label_suffix": "", **self.get_form_options()}
        if self.request.method == "POST":
            options |= {"data": self.request.POST, "files": self.request.FILES}
        return self.get_form_class()(**options)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render(form=self.get_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.get_form()
        if not form.is_valid():
            return self.render(form=form, status=InvalidInput.status_code)
        try:
            result = self.perform(form.cleaned_data)
        except NotFound:
            raise
        except SkillSwapError as error:
            show_error(form, error)
            return self.render(form=form, status=error.status_code)
        if self.done:
            messages.success(request, str(self.done), fail_silently=True)
        return HttpResponseRedirect(self.where_next(result))

    def where_next(self, result: Any) -> str:
        return safe_next(self.request) or self.next_url(result)

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        return super().render(status=status, **{"submit": self.submit, "back_url": safe_next(self.request), **context})


class CommandPage(FormPage):
    """One command about a row: a button elsewhere posts to it, and opened by itself it asks for confirmation."""

    template_name = "skillswap_kit/confirm.html"
    explanation: ClassVar[Any] = ""
    is_final: ClassVar[bool] = False
    """Whether it cannot be undone: the button says so by its colour."""

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "explanation": self.explanation, "is_final": self.is_final}

    def get_form(self) -> BaseForm:
        form = super().get_form()
        form.use_required_attribute = False
        return form


def show_error(form: BaseForm, error: SkillSwapError) -> None:
    """Put what a service refused where the person can mend it."""
    for name, texts in error.fields.items():
        form.add_error(name if name in form.fields else None, [str(text) for text in texts])
    if not error.fields:
        form.add_error(None, str(error))
