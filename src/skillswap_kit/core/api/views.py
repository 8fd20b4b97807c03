"""The base of every view of the API: who may (``access``), which rows (``visible_to``), and one way to answer.

A view is parse, call, answer::

    class SwapViewSet(ListModelMixin, RetrieveModelMixin, KitGenericViewSet):
        model = Swap
        serializer_class = SwapSerializer
        input_serializer_classes = {"decline": ReasonSerializer}
        access = {"list": SignedIn, "retrieve": SignedIn, "decline": SignedIn}

        @action(detail=True, methods=["post"])
        def decline(self, request: Request, pk: str) -> Response:
            swap = services.decline_swap(swap=self.get_object(), by=request.user, **self.valid_input())
            return self.answer(swap)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, ClassVar, cast, final

from django.db.models import Model, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property
from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.exceptions import PermissionDenied as NotPermitted
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer, Serializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from ..errors import NotAllowed
from ..keys import key_field, key_or_404
from ..types import User
from .exceptions import exception_handler
from .filters import KitFilterBackend
from .idempotency import answer_once, requested_key
from .ordering import NamedOrdering
from .pagination import CappedPagination
from .parsers import SafeFormParser, SafeJSONParser, SafeMultiPartParser, check_body_headers
from .permissions import Browse, Nobody
from .schema import KitSchema
from .versioning import KitVersioning

Permission = Callable[[], BasePermission]
"""A permission class, or what makes a permission when it is called."""


class KitAPIView(APIView):
    """Base of all views of the kit: our parsers, errors, version and permissions, whatever the host's defaults are.

    Authentication, renderers and throttles are the host's. ``access`` says for each method (for view sets: for each
    action) who may; what it does not name, nobody may, and a system check says so.
    """

    access: ClassVar[Mapping[str, Permission]] = {}
    serializer_class: type[BaseSerializer[Any]] | None = None
    """What is shown."""
    serializer_classes: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    """What is shown by actions that show something else."""
    input_serializer_classes: ClassVar[Mapping[str, type[BaseSerializer[Any]]]] = {}
    """What is read from the body, by action. An action without one reads no body."""
    creating_actions: ClassVar[frozenset[str]] = frozenset({"create"})
    """Actions that answer 201 to a POST."""

    parser_classes = (SafeJSONParser, SafeFormParser, SafeMultiPartParser)
    versioning_class = KitVersioning
    schema = KitSchema()

    @classmethod
    def permission_for(cls, action: str) -> Permission | None:
        """Who may do this, None if ``access`` does not say."""
        return cls.access.get(action, Browse if action == "metadata" else None)

    @classmethod
    def routed_actions(cls, actions: Mapping[str, str] | None) -> list[str]:
        """The keys that ``access`` needs for a route; ``actions`` are those of a view set, by method."""
        if actions is not None:
            return sorted(set(actions.values()))
        return [name for name in cls.http_method_names if name not in {"head", "options"} and hasattr(cls, name)]

    @property
    def person(self) -> User:
        """Who acts, in actions that only signed-in people reach."""
        return cast("User", self.request.user)

    def current_action(self) -> str | None:
        """The key in ``access`` of this request, None if the view has nothing for its method."""
        method = (self.request.method or "").lower()
        if method == "options":
            return "metadata"
        if method not in self.http_method_names or not hasattr(self, method):
            return None
        return "get" if method == "head" else method

    def get_permissions(self) -> list[Any]:
        action = self.current_action()
        permission = (action and self.permission_for(action)) or Nobody
        return [permission()]

    def check_permissions(self, request: Request) -> None:
        if self.current_action() is None:
            raise MethodNotAllowed(request.method or "")
        super().check_permissions(request)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> Any:
        if not request.user.is_authenticated:
            raise NotAuthenticated
        raise NotPermitted(message or NotAllowed.default_message, code=code or NotAllowed.code)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        check_body_headers(request._request)
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and request.user.is_authenticated and (key := requested_key(request)):
            # The framework looks the handler up after this, on the instance.
            setattr(self, "post", partial(self._post_once, key, self.post))  # type: ignore[attr-defined]  # noqa: B010

    def _post_once(
        self, key: str, handler: Callable[..., Response], request: Request, *args: Any, **kwargs: Any
    ) -> Response:
        return answer_once(request, key, partial(handler, request, *args, **kwargs))

    def get_exception_handler(self) -> Callable[[Exception, Any], Response | None]:
        return exception_handler

    @property
    def default_response_headers(self) -> dict[str, str]:
        # The version is in the Accept header, so every answer depends on it.
        return {**super().default_response_headers, "Vary": "Accept"}

    def get_answer_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.serializer_classes.get(self.current_action() or "", self.serializer_class or Serializer)

    def get_input_serializer_class(self) -> type[BaseSerializer[Any]]:
        return self.input_serializer_classes.get(self.current_action() or "", Serializer)

    def get_serializer_context(self) -> dict[str, Any]:
        return {"request": self.request, "format": self.format_kwarg, "view": self}

    def valid_input(self, instance: Any = None) -> dict[str, Any]:
        """What the body says, checked; of a PATCH only what it names. Raises ValidationError."""
        serializer = self.get_input_serializer_class()(
            instance,
            data=self.request.data,
            partial=self.request.method == "PATCH",
            context=self.get_serializer_context(),
        )
        serializer.is_valid(raise_exception=True)
        return cast("dict[str, Any]", serializer.validated_data)

    def answer(self, instance: Any) -> Response:
        """The row, as this action shows it."""
        serializer = self.get_answer_serializer_class()(instance, context=self.get_serializer_context())
        creates = self.request.method == "POST" and self.current_action() in self.creating_actions
        return Response(serializer.data, status=201 if creates else 200)


class KitGenericViewSet(KitAPIView, GenericViewSet[Any]):
    """Base of the view sets: name the ``model``, what is shown and read, and ``access`` for each action.

    The rows are ``model.objects.visible_to(request.user)`` and nothing else. Narrow them in
    ``filter_queryset_for_action``, join what the answer needs in ``related``; ``get_queryset`` is not for overriding.
    """

    model: ClassVar[type[Model]]
    list_actions: ClassVar[frozenset[str]] = frozenset({"list"})
    """Actions that answer with a page of rows (they call ``self.list(request)``)."""
    parents: ClassVar[Mapping[str, tuple[type[Model], str]]] = {}
    """What the other keys in the address belong to: ``{"swap_pk": (Swap, "pk")}``; read them by ``parent``."""

    filter_backends = (KitFilterBackend, NamedOrdering)
    pagination_class = CappedPagination
    lookup_value_regex = "[^/]+"

    def current_action(self) -> str | None:
        return self.action

    @final
    def get_queryset(self) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        if getattr(self, "swagger_fake_view", False):
            return cast("QuerySet[Any]", manager.none())
        return self.related(self.filter_queryset_for_action(manager.visible_to(self.request.user)))

    def filter_queryset_for_action(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrow the visible rows to what this route is about."""
        return queryset

    def related(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Join and annotate what the answer shows."""
        return queryset

    def get_object(self) -> Any:
        """The row that the address names. Raises Http404 for one that the person may not see."""
        raw = self.kwargs[self.lookup_url_kwarg or self.lookup_field]
        found = self._find(self.get_queryset(), self.lookup_field, raw)
        self.check_object_permissions(self.request, found)
        return found

    def parent(self, kwarg: str) -> Any:
        """The row of ``parents`` that the address names, asked for once. Raises Http404 as ``get_object`` does."""
        if kwarg not in self._found_parents:
            model, lookup = self.parents[kwarg]
            self._found_parents[kwarg] = self.visible_or_404(model, self.kwargs[kwarg], lookup)
        return self._found_parents[kwarg]

    @cached_property
    def _found_parents(self) -> dict[str, Any]:
        return {}

    def visible_or_404(self, model: type[Model], raw: Any, lookup: str = "pk") -> Any:
        """Another row, if the person may see it."""
        manager: Any = model._default_manager
        return self._find(manager.visible_to(self.request.user), lookup, raw)

    def _find(self, queryset: QuerySet[Any], lookup: str, raw: Any) -> Any:
        return get_object_or_404(queryset, **{lookup: key_or_404(key_field(queryset.model, lookup), raw)})

    def get_serializer_class(self) -> type[BaseSerializer[Any]]:
        """For the framework's mixins and forms: what this request reads if it writes, else what it shows."""
        reads_body = self.request is not None and self.request.method in {"POST", "PUT", "PATCH"}
        return self.get_input_serializer_class() if reads_body else self.get_answer_serializer_class()

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        if self.get_serializer_class() is self.get_input_serializer_class():
            # The browsable API would fill its forms from the row, which an input serializer does not describe.
            args, kwargs["instance"] = (), None
        return super().get_serializer(*args, **kwargs)

    def reread(self, instance: Model) -> Any:
        """The row as a GET would find it, with everything that ``related`` joins."""
        return self.get_queryset().get(pk=instance.pk)


class CreateMixin:
    """``create``: write ``perform_create(data)``, which calls a service and returns the row."""

    def create(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        # Before the body is judged: what hangs on something that one may not see is not there.
        for kwarg in self.parents:
            self.parent(kwarg)
        return cast("Response", self.answer(self.reread(self.perform_create(self.valid_input()))))


class UpdateMixin:
    """``update`` and ``partial_update``: write ``perform_update(instance, data)``, which returns the row."""

    def update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        instance = self.get_object()
        written = self.perform_update(instance, self.valid_input(instance))
        return cast("Response", self.answer(self.reread(written)))

    def partial_update(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        return cast("Response", self.update(request, *args, **kwargs))


class DestroyMixin:
    """``destroy``: write ``perform_destroy(instance)``."""

    def destroy(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.perform_destroy(self.get_object())
        return Response(status=204)
