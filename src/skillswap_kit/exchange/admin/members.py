"""Members: edited, closed and opened again through services. Where they are stays between them and the kit."""

from __future__ import annotations

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skillswap_kit.core.admin import ModelForm, ReadOnlyAdmin, ServiceAdmin
from skillswap_kit.core.errors import InvalidInput
from skillswap_kit.core.transactions import kit_atomic

from ..models import Profile, ProfileLanguage
from ..services import deactivate_member, edit_member, reactivate_member
from ..services.cleaning import language_code


@cache
def _time_zones() -> list[tuple[str, str]]:
    return [(name, name) for name in sorted(available_timezones())]


class ProfileForm(ModelForm):
    """What staff can change of what a member shows."""

    time_zone = forms.ChoiceField(label=gettext_lazy("time zone"), choices=_time_zones)
    preferred_language = forms.ChoiceField(
        label=gettext_lazy("language of messages"),
        required=False,
        choices=lambda: [("", "—"), *settings.LANGUAGES],
    )
    languages = forms.CharField(
        label=gettext_lazy("spoken languages"), required=False, help_text=gettext_lazy("Codes such as: ar en pt-br")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["languages"] = " ".join(self.instance.languages.values_list("code", flat=True))

    def clean_languages(self) -> list[str]:
        try:
            return [language_code(code, field="languages") for code in self.cleaned_data["languages"].split()]
        except InvalidInput as error:
            raise forms.ValidationError(list(map(str, error.fields["languages"]))) from error


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("For other staff, in the history of the profile; the member does not read it."),
    )


class ActiveFilter(admin.SimpleListFilter):
    title = gettext_lazy("account")
    parameter_name = "active"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", gettext_lazy("open")), ("0", gettext_lazy("closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(user__is_active=self.value() == "1") if self.value() else queryset


@admin.register(Profile)
class ProfileAdmin(ServiceAdmin):
    form = ProfileForm
    fields = (
        "user",
        "display_name",
        "headline",
        "bio",
        "languages",
        "time_zone",
        "preferred_language",
        "place_name",
        "visibility",
        "stars",
        "rating_count",
        "created_at",
    )
    readonly_fields = ("user", "spoken_languages", "stars", "rating_count", "created_at")
    list_display = ("__str__", "user", "is_open", "visibility", "stars", "rating_count", "created_at")
    list_select_related = ("user",)
    search_fields = ("display_name", "search_name", "pk__exact")
    user_search_paths = ("user",)
    shown_as = {"languages": "spoken_languages"}
    actions = ("deactivate", "reactivate")

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        names = {field.name for field in get_user_model()._meta.get_fields()}
        return [*([ActiveFilter] if "is_active" in names else []), "visibility", "preferred_language", "created_at"]

    @admin.display(description=gettext_lazy("account open"), boolean=True)
    def is_open(self, profile: Profile) -> bool:
        return bool(profile.user.is_active)

    @admin.display(description=gettext_lazy("rating"), ordering="rating")
    def stars(self, profile: Profile) -> str | None:
        return None if profile.rating is None else number_format(profile.rating, decimal_pos=2)

    @admin.display(description=gettext_lazy("spoken languages"))
    def spoken_languages(self, profile: Profile) -> str:
        return " ".join(profile.languages.values_list("code", flat=True))

    def save_model(self, request: HttpRequest, obj: Profile, form: Any, change: bool) -> None:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        edit_member(by=request.user, member=obj.user, **changes)  # type: ignore[arg-type]

    @admin.action(description=gettext_lazy("Close accounts"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[Profile]) -> HttpResponse | None:
        answer = self.ask_first(request, queryset, title=_("Close accounts"), form_class=ReasonForm)
        if isinstance(answer, HttpResponse):
            return answer
        self.call_for_each(
            request,
            queryset.select_related("user"),
            lambda profile: self._close(request, profile, **answer),
            done=_("Accounts closed: %(count)s."),
        )
        return None

    @kit_atomic()
    def _close(self, request: HttpRequest, profile: Profile, reason: str) -> None:
        deactivate_member(by=request.user, member=profile.user)  # type: ignore[arg-type]
        # The history of the page keeps the reason: events are told to everybody who listens.
        self.log_change(request, profile, " ".join([_("Account closed."), reason]).strip())

    @kit_atomic()
    def _open(self, request: HttpRequest, profile: Profile) -> None:
        reactivate_member(by=request.user, member=profile.user)  # type: ignore[arg-type]
        self.log_change(request, profile, _("Account opened again."))

    @admin.action(description=gettext_lazy("Open closed accounts again"), permissions=["change"])
    def reactivate(self, request: HttpRequest, queryset: QuerySet[Profile]) -> None:
        self.call_for_each(
            request,
            queryset.select_related("user"),
            lambda profile: self._open(request, profile),
            done=_("Accounts opened again: %(count)s."),
        )


@admin.register(ProfileLanguage)
class ProfileLanguageAdmin(ReadOnlyAdmin):
    list_display = ("profile", "code")
    list_filter = ("code",)
    list_select_related = ("profile",)
    search_fields = ("code", "profile__display_name", "profile__search_name")
