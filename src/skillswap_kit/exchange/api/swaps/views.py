"""Proposing swaps, answering, and going through with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Prefetch
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.permissions import SignedIn
from skillswap_kit.core.api.schema import described
from skillswap_kit.core.api.views import CreateMixin, KitGenericViewSet
from skillswap_kit.core.types import User

from ... import services
from ...history import history_of
from ...models import Review, Swap
from ...models.swaps import SwapQuerySet
from .filters import SwapFilter
from .inputs import AcceptInput, AnswerInput, ChangedSwapInput, ConfirmInput, ReasonInput, SwapInput
from .serializers import HistorySerializer, SwapDetailSerializer, SwapSerializer


def joined(swaps: SwapQuerySet, viewer: User) -> SwapQuerySet:
    """With all that ``SwapDetailSerializer`` shows to this viewer."""
    reviews = Prefetch("reviews", Review.objects.only("swap", "author", "about"))
    shown = swaps.select_related("proposed_by__skillswap_profile").with_message()
    return shown.with_neighbours(viewer).with_people().prefetch_related(reviews)


class SwapViewSet(CreateMixin, ListModelMixin, RetrieveModelMixin, KitGenericViewSet):
    """The viewer's own swaps."""

    model = Swap
    serializer_class = SwapDetailSerializer
    serializer_classes = {"list": SwapSerializer, "timeline": HistorySerializer}
    input_serializer_classes = {
        "create": SwapInput,
        "accept": AcceptInput,
        "decline": ReasonInput,
        "cancel": ReasonInput,
        "change": ChangedSwapInput,
        "confirm": ConfirmInput,
        "answer_request": AnswerInput,
    }
    access = dict.fromkeys(
        (
            "list",
            "retrieve",
            "create",
            "accept",
            "decline",
            "cancel",
            "change",
            "start",
            "confirm",
            "timeline",
            "answer_request",
        ),
        SignedIn,
    )
    filterset_class = SwapFilter
    orderings = {"newest": ("-created_at", "-pk"), "deadline": ("deadline", "pk")}
    default_ordering = "newest"
    list_actions = frozenset({"list", "timeline"})
    box: ClassVar[str] = ""
    """The only box that this route lists; empty: whichever is asked for."""

    def filter_queryset_for_action(self, queryset: Any) -> Any:
        return queryset.in_box(self.box, self.person) if self.box else queryset

    def related(self, queryset: Any) -> Any:
        return joined(queryset, self.person)

    def perform_create(self, data: dict[str, Any]) -> Swap:
        return services.propose_swap(by=self.person, **data)

    def _moved(self, move: Callable[..., Swap]) -> Response:
        """Let a service move the swap, and answer with what it has become."""
        swap = self.get_object()
        moved = move(swap=swap, by=self.person, **self.valid_input(swap))
        return self.answer(self.reread(moved))

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Agree to the version that one has read; with the last agreement the swap is accepted."""
        return self._moved(services.accept_swap)

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Refuse a proposal: for everybody in it, it is over."""
        return self._moved(services.decline_swap)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Withdraw a proposal that one has agreed to, or end a running swap as long as that is allowed."""
        return self._moved(services.cancel_swap)

    @action(detail=True, methods=["post"])
    def change(self, request: Request, pk: str) -> Response:
        """Send a changed proposal back; everybody else is asked again."""
        return self._moved(services.change_swap)

    @action(detail=True, methods=["post"])
    def start(self, request: Request, pk: str) -> Response:
        """Say that an accepted swap has begun. Optional."""
        return self._moved(services.start_swap)

    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        """Confirm what one has received; with the last leg the swap is completed."""
        return self._moved(services.confirm_legs)

    @described(filters=False)
    @action(detail=True)
    def timeline(self, request: Request, pk: str) -> Response:
        """What happened to the swap and its sessions, oldest first. What a session was about, its two people know."""
        page = self.paginate_queryset(history_of(self.get_object()))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def answer_request(self, request: Request, pk: str) -> Response:
        """Accept, reject (or decline) or cancel a request."""
        return self._moved(_answer)


def _answer(*, action: str, version: int, reason: str, **where: Any) -> Swap:
    match action:
        case "accept":
            return services.accept_swap(version=version, **where)
        case "cancel":
            return services.cancel_swap(reason=reason, **where)
        case _:
            return services.decline_swap(reason=reason, **where)
