from __future__ import annotations

from typing import Any

from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from skillswap_kit.core.api.permissions import SignedIn
from skillswap_kit.core.api.views import DestroyMixin, KitGenericViewSet

from ... import services
from ...models import Connection
from .serializers import ConnectionSerializer


class ConnectionViewSet(ListModelMixin, RetrieveModelMixin, DestroyMixin, KitGenericViewSet):
    """The people whom a swap has connected the viewer with. A removed connection comes back with the next swap."""

    model = Connection
    serializer_class = ConnectionSerializer
    access = {"list": SignedIn, "retrieve": SignedIn, "destroy": SignedIn}
    orderings = {"newest": ("-created_at", "-pk")}
    default_ordering = "newest"

    def related(self, queryset: Any) -> Any:
        return queryset.with_people()

    def perform_destroy(self, instance: Connection) -> None:
        services.remove_connection(connection=instance, by=self.person)
