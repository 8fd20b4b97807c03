"""The bases of the kit's admin pages, and the pages of the ground floor's own tables.

Staff see what services wrote and change it through services; only words of the host (vocabulary, categories) are
edited plainly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .errors import SkillSwapError
from .events import DomainSignal, revive
from .keys import key_or_404
from .models import Event, IdempotencyRecord, TranslatedColumn
from .text import normalise

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    ModelAdmin = admin.ModelAdmin[Any]
    ModelForm = forms.ModelForm[Any]
    TabularInline = admin.TabularInline[Any, Any]
    TranslatedAdmin = ModelAdmin
else:
    # These take no type arguments when they run.
    ModelAdmin, ModelForm, TabularInline = admin.ModelAdmin, forms.ModelForm, admin.TabularInline
    if apps.is_installed("modeltranslation"):
        from modeltranslation.admin import TranslationAdmin as TranslatedAdmin
    else:
        TranslatedAdmin = ModelAdmin


def user_search_fields(path: str) -> tuple[str, ...]:
    """The columns of the host's user model by which staff look for the user at ``path``."""
    user_model = get_user_model()
    names = {field.name for field in user_model._meta.get_fields()}
    wanted = dict.fromkeys((user_model.USERNAME_FIELD, user_model.get_email_field_name()))
    return tuple(f"{path}__{name}" for name in wanted if name in names)


class KitAdmin(ModelAdmin):
    """Base of all: large tables, searches that fold Arabic and accents, refusals of services as messages."""

    list_per_page = 50
    show_full_result_count = False
    user_search_paths: tuple[str, ...] = ()
    """Paths to users who can be searched for as well, whatever the host's user model is."""
    shown_as: Mapping[str, str] = {}
    """Fields of the form that are no columns, and the method that shows each of them to those who may only look."""

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        fields = list(super().get_fields(request, obj))
        if obj is None:
            return [name for name in fields if name not in self.get_readonly_fields(request)]
        if self.has_change_permission(request, obj):
            return fields
        return [self.shown_as.get(str(name), name) for name in fields]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        by_user = (name for path in self.user_search_paths for name in user_search_fields(path))
        return [*super().get_search_fields(request), *by_user]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        found, has_doubles = super().get_search_results(request, queryset, search_term)
        folded = normalise(search_term)
        if folded and folded != search_term:
            # Columns such as search_text hold the folded form, all others what people wrote.
            found |= super().get_search_results(request, queryset, folded)[0]
        return found, has_doubles

    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        for raw in request.POST.getlist(ACTION_CHECKBOX_NAME):
            key_or_404(self.opts.pk, raw)
        return super().response_action(request, *args, **kwargs)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except SkillSwapError as error:
            self.message_user(request, explain(error), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def call_for_each(
        self, request: HttpRequest, rows: Iterable[Model], service: Callable[[Any], object], *, done: str
    ) -> None:
        """Call a service for each row; say how many it did (``done`` takes ``count``), and why it refused others."""
        count = 0
        for row in rows:
            try:
                service(row)
            except SkillSwapError as error:
                self.message_user(request, f"{row}: {explain(error)}", messages.ERROR)
            else:
                count += 1
        if count:
            self.message_user(request, done % {"count": count}, messages.SUCCESS)

    def ask_first(
        self, request: HttpRequest, rows: QuerySet[Any], *, title: str | _StrPromise, form_class: type[forms.Form]
    ) -> dict[str, Any] | HttpResponse:
        """For an action that needs to know more: what the form says, or the page that asks."""
        form = form_class(request.POST if "confirmed" in request.POST else None)
        if form.is_bound and form.is_valid():
            return form.cleaned_data
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            "rows": rows,
            "action": request.POST["action"],
            "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "select_across": request.POST.get("select_across", "0"),
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "skillswap_core/admin/ask_first.html", context)


def explain(error: SkillSwapError) -> str:
    """The message of an error and what it says about single fields, in one line."""
    of_fields = (str(message) for messages_of in error.fields.values() for message in messages_of)
    return " ".join([str(error), *of_fields])


class ServiceAdmin(KitAdmin):
    """Rows that are neither added nor deleted here, and changed by services."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes these by themselves; but the host's user admin may delete them with their user."""
        return not self._is_own_page(request) and super().has_delete_permission(request, obj)

    def _is_own_page(self, request: HttpRequest) -> bool:
        match = request.resolver_match
        own = f"{self.opts.app_label}_{self.opts.model_name}_"
        return match is None or (match.url_name or "").startswith(own)


class ReadOnlyAdmin(ServiceAdmin):
    """Rows that staff only read, or change by actions."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows on the page of what they belong to. ``joined`` names what each of them shows of other tables."""

    extra = 0
    can_delete = False
    show_change_link = True
    joined: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        queryset = super().get_queryset(request)
        return queryset.select_related(*self.joined) if self.joined else queryset

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class EventNameFilter(admin.SimpleListFilter):
    """By the names that the installed apps declare: asking the table would read all of it."""

    title = _("name")
    parameter_name = "name"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in sorted(DomainSignal.registry)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(name=self.value()) if self.value() else queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("name", "subject", "by", "occurred_at", "state", "attempts")
    list_filter = ("state", EventNameFilter, "occurred_at")
    list_select_related = ("by",)
    search_fields = ("subject", "pk__exact")
    user_search_paths = ("by",)
    actions = ("deliver_again",)

    def has_revive_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("skillswap_core.change_event")

    @admin.action(description=_("Deliver given-up events again"), permissions=["revive"])
    def deliver_again(self, request: HttpRequest, queryset: QuerySet[Event]) -> None:
        dead = list(queryset.filter(state=Event.State.DEAD))
        for event in dead:
            revive(event)
        message = ngettext(
            "%(count)s event will be delivered again.", "%(count)s events will be delivered again.", len(dead)
        )
        self.message_user(request, message % {"count": len(dead)})


@admin.register(IdempotencyRecord)
class IdempotencyRecordAdmin(ReadOnlyAdmin):
    """Without the stored answers: they are for the member who made the request."""

    list_display = ("scope", "key", "status_code", "created_at")
    list_filter = ("status_code", "created_at")
    search_fields = ("scope", "key")
    fields = ("scope", "key", "status_code", "created_at")


@admin.register(TranslatedColumn)
class TranslatedColumnAdmin(ReadOnlyAdmin):
    list_display = ("column", "field", "is_default")
    list_filter = ("is_default",)
    search_fields = ("column", "field")
    fields = ("column", "field", "is_default")
