"""Asking for sessions, answering, and saying what became of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from skillswap_kit.core.api.permissions import SignedIn
from skillswap_kit.core.api.views import CreateMixin, KitGenericViewSet

from ... import services
from ...models import Session, Swap
from ..swaps.inputs import ReasonInput
from .filters import SessionFilter
from .inputs import DirectSessionInput, RescheduleInput, SwapSessionInput
from .serializers import SessionSerializer


class SessionBase(CreateMixin, ListModelMixin, KitGenericViewSet):
    model = Session
    serializer_class = SessionSerializer
    filterset_class = SessionFilter
    orderings = {"starts_at": ("starts_at", "pk"), "newest": ("-created_at", "-pk")}
    default_ordering = "starts_at"

    def related(self, queryset: Any) -> Any:
        return queryset.with_people().select_related("swap")


class SwapSessionViewSet(SessionBase):
    """The sessions of one swap that the viewer attends."""

    input_serializer_classes = {"create": SwapSessionInput}
    access = {"list": SignedIn, "create": SignedIn}
    parents = {"swap_pk": (Swap, "pk")}

    def filter_queryset_for_action(self, queryset: Any) -> Any:
        return queryset.filter(swap=self.parent("swap_pk"))

    def perform_create(self, data: dict[str, Any]) -> Session:
        recipient = data.pop("partner", None)
        return services.request_session(swap=self.parent("swap_pk"), by=self.person, recipient=recipient, **data)


class SessionViewSet(RetrieveModelMixin, SessionBase):
    """The sessions that the viewer attends, soonest first."""

    input_serializer_classes = {
        "create": DirectSessionInput,
        "decline": ReasonInput,
        "reschedule": RescheduleInput,
        "cancel": ReasonInput,
        "missed": ReasonInput,
    }
    access = dict.fromkeys(
        ("list", "retrieve", "create", "accept", "decline", "reschedule", "cancel", "complete", "missed"), SignedIn
    )

    def perform_create(self, data: dict[str, Any]) -> Session:
        return services.propose_session(by=self.person, **data)

    def _moved(self, move: Callable[..., Session]) -> Response:
        """Let a service move the session, and answer with what it has become."""
        session = self.get_object()
        moved = move(session=session, by=self.person, **self.valid_input(session))
        return self.answer(self.reread(moved))

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Agree to a session, and to the proposal that came with it. Only who was asked can."""
        return self._moved(services.accept_session)

    @action(detail=True, methods=["post"])
    def decline(self, request: Request, pk: str) -> Response:
        """Refuse a session, and the proposal that came with it. Only who was asked can."""
        return self._moved(services.decline_session)

    @action(detail=True, methods=["post"])
    def reschedule(self, request: Request, pk: str) -> Response:
        """Move a session; the other person is asked again."""
        return self._moved(services.reschedule_session)

    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Call a session off."""
        return self._moved(services.cancel_session)

    @action(detail=True, methods=["post"])
    def complete(self, request: Request, pk: str) -> Response:
        """Say that a session took place, once it has begun."""
        return self._moved(services.complete_session)

    @action(detail=True, methods=["post"])
    def missed(self, request: Request, pk: str) -> Response:
        """Say that a session did not take place, once it should have begun."""
        return self._moved(services.miss_session)
