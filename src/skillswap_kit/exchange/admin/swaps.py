"""Swaps with their people, legs, proposals and sessions. Members move them; staff read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import localize
from django.utils.html import format_html, format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.admin import ReadOnlyAdmin, ReadOnlyInline

from ..history import history_of, label_of
from ..models import Session, Swap, SwapLeg, SwapParticipant, SwapProposal


def author_of(proposal: SwapProposal) -> Any:
    return proposal.by.user if proposal.by else _("the site")


class ParticipantInline(ReadOnlyInline):
    model = SwapParticipant
    fields = ("user", "decision", "decided_at")
    joined = ("user",)


class LegInline(ReadOnlyInline):
    model = SwapLeg
    fields = ("giver_name", "receiver_name", "skill", "points", "status", "confirmed_at", "confirmed_by_time")
    readonly_fields = ("giver_name", "receiver_name")
    joined = ("giver__user", "receiver__user", "skill")

    @admin.display(description=_("giver"))
    def giver_name(self, leg: SwapLeg) -> Any:
        return leg.giver.user

    @admin.display(description=_("receiver"))
    def receiver_name(self, leg: SwapLeg) -> Any:
        return leg.receiver.user


class ProposalInline(ReadOnlyInline):
    """Without the messages: who needs to read one opens it."""

    model = SwapProposal
    fields = ("version", "author", "created_at")
    readonly_fields = ("author",)
    joined = ("by__user",)

    @admin.display(description=_("by"))
    def author(self, proposal: SwapProposal) -> Any:
        return author_of(proposal)


class SessionInline(ReadOnlyInline):
    model = Session
    fields = ("topic", "starts_at", "duration_minutes", "status")


@admin.register(Swap)
class SwapAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "people", "status", "deadline", "created_at")
    list_filter = ("status", "kind", "created_at")
    search_fields = ("pk__exact", "legs__skill__search_text")
    user_search_paths = ("participants__user",)
    fields = (
        "kind",
        "status",
        "version",
        "proposed_by",
        "replaces",
        "deadline",
        "close_reason",
        "created_at",
        "accepted_at",
        "started_at",
        "completed_at",
        "closed_at",
        "timeline",
    )
    readonly_fields = ("timeline",)
    inlines = (ParticipantInline, LegInline, ProposalInline, SessionInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        swaps = super().get_queryset(request).select_related("proposed_by", "replaces")
        return swaps.prefetch_related("participants__user")

    @admin.display(description=_("members"))
    def people(self, swap: Swap) -> str:
        return ", ".join(str(participant.user or "—") for participant in swap.participants.all())

    @admin.display(description=_("timeline"))
    def timeline(self, swap: Swap) -> str:
        """What happened to the swap and its sessions, oldest first."""
        events = history_of(swap)
        lines = ((localize(localtime(event.occurred_at)), label_of(event), event.by or "—") for event in events)
        return format_html("<ol>{}</ol>", format_html_join("", "<li>{}: {}, {}</li>", lines))


@admin.register(SwapParticipant)
class SwapParticipantAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "swap", "user", "decision", "decided_at")
    list_filter = ("decision",)
    list_select_related = ("swap", "user")
    search_fields = ("swap__pk__exact",)
    user_search_paths = ("user",)


@admin.register(SwapLeg)
class SwapLegAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "swap", "giver_name", "receiver_name", "skill", "points", "status")
    list_filter = ("status", "confirmed_by_time")
    list_select_related = ("swap", "giver__user", "receiver__user", "skill")
    search_fields = ("swap__pk__exact", "skill__search_text")
    user_search_paths = ("giver__user", "receiver__user")

    @admin.display(description=_("giver"))
    def giver_name(self, leg: SwapLeg) -> Any:
        return leg.giver.user

    @admin.display(description=_("receiver"))
    def receiver_name(self, leg: SwapLeg) -> Any:
        return leg.receiver.user


@admin.register(SwapProposal)
class SwapProposalAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "swap", "author", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("swap", "by__user")
    search_fields = ("swap__pk__exact",)
    user_search_paths = ("by__user",)

    @admin.display(description=_("by"))
    def author(self, proposal: SwapProposal) -> Any:
        return author_of(proposal)


@admin.register(Session)
class SessionAdmin(ReadOnlyAdmin):
    list_display = ("topic", "swap", "asked_by", "asked_of", "starts_at", "duration_minutes", "status")
    list_filter = ("status", "mode", "starts_at")
    list_select_related = ("swap", "requester__user", "recipient__user")
    search_fields = ("topic", "swap__pk__exact")
    user_search_paths = ("requester__user", "recipient__user")

    @admin.display(description=_("asked by"))
    def asked_by(self, session: Session) -> Any:
        return session.requester.user

    @admin.display(description=_("asked of"))
    def asked_of(self, session: Session) -> Any:
        return session.recipient.user
