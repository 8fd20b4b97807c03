"""What several addresses of the matching have in common."""

from __future__ import annotations

from typing import Any

from skillswap_kit.core.api.filters import KitFilterBackend
from skillswap_kit.core.api.views import CreateMixin, KitGenericViewSet
from skillswap_kit.exchange.api.swaps.serializers import SwapDetailSerializer
from skillswap_kit.exchange.api.swaps.views import joined
from skillswap_kit.exchange.models import Swap


class ShortListViewSet(KitGenericViewSet):
    """A list without pages that no query filters: ``filterset_class`` names its parameters, the view reads them."""

    filter_backends = (KitFilterBackend,)  # type: ignore[assignment]
    pagination_class = None  # type: ignore[assignment]

    def asked(self) -> dict[str, Any]:
        """The parameters by name, empty where nothing is asked for. Raises InvalidInput."""
        nothing = self.model._default_manager.none()
        filterset = KitFilterBackend().checked_filterset(self.request, nothing, self)
        return {} if filterset is None else dict(filterset.form.cleaned_data)


class ProposingViewSet(CreateMixin, KitGenericViewSet):
    """``create`` proposes a swap, and answers with it as ``POST /api/swaps/`` does."""

    model = Swap
    serializer_class = SwapDetailSerializer

    def related(self, queryset: Any) -> Any:
        return joined(queryset, self.person)
