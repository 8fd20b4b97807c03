"""The filters of the API as a form for people: the same fields decide, with labels and choices to pick from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.forms import BoundField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.keys import key_field, parse_key
from skillswap_kit.core.paging import PAGE

from ..languages import language_choices
from ..models import Category
from ..models.listings import Level

Choices = Iterable[tuple[Any, Any]]
INDENT = "\u2003"


class SearchForm(forms.Form):
    """Base of the forms of filter sets, named by their ``Meta.form``. Fields without a label come by links only."""

    labels: ClassVar[Mapping[str, Any]] = {}
    choices: ClassVar[Mapping[str, Callable[[], Choices]]] = {}
    """Fields that are picked from a list, which begins with the choice of none."""
    first: ClassVar[Collection[str]] = ()
    """Fields that always stand there; the others unfold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"label_suffix": "", **kwargs})
        labels = self.get_labels()
        self.order_fields([*labels, *self.fields])
        for name, field in self.fields.items():
            field.label = labels.get(name, field.label)
            if name in self.choices:
                # Callables are asked when the form is drawn; the stubs do not know of them.
                field.widget = forms.Select(choices=self.choices[name])  # type: ignore[arg-type]
            elif name not in labels:
                field.widget = forms.HiddenInput()
            elif isinstance(field, forms.IntegerField):
                # Browsers show nothing of what is no number in an input for numbers.
                field.widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def get_labels(self) -> Mapping[str, Any]:
        """In the order in which the fields stand."""
        return self.labels

    @property
    def first_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name in self.first]

    @property
    def more_fields(self) -> list[BoundField]:
        return [field for field in self.visible_fields() if field.name not in self.first]

    @property
    def is_unfolded(self) -> bool:
        """Whether one of the fields below has something to show."""
        return any(field.data or field.errors for field in self.more_fields)

    @property
    def given_by_links(self) -> list[BoundField]:
        """Hidden fields that stay with the next search."""
        return [field for field in self.hidden_fields() if field.data]


def level_choices() -> Iterator[tuple[Any, Any]]:
    yield "", _("Any level")
    yield from Level.choices


def mode_choices() -> Iterator[tuple[Any, Any]]:
    yield "", _("Online or in person")
    yield "true", _("Possible online")
    yield "false", _("Possible in person")


def any_language_choices() -> Iterator[tuple[Any, Any]]:
    yield "", _("Any language")
    yield from language_choices()


def category_choices() -> Iterator[tuple[Any, Any]]:
    """All shelves in the order of the tree, each set in below the one that holds it."""
    yield "", _("Any category")
    # The same shelves for everybody.
    below: dict[int | None, list[Category]] = {}
    for category in Category.objects.visible_to(AnonymousUser()):
        below.setdefault(category.parent_id, []).append(category)
    yield from _shelves(below, None, depth=0)


def _shelves(
    below: Mapping[int | None, list[Category]], parent: int | None, *, depth: int
) -> Iterator[tuple[int, str]]:
    for category in below.get(parent, ()):
        yield category.pk, f"{INDENT * depth}{category.name}"
        yield from _shelves(below, category.pk, depth=depth + 1)


@dataclass(frozen=True, kw_only=True)
class Narrowed:
    """What a key that a link put into the address stands for, and the address without it."""

    text: str
    clear_url: str


def narrowed_by(request: HttpRequest, name: str, rows: QuerySet[Any, Any], lookup: str = "pk") -> Iterator[Narrowed]:
    """The one that ``?name=key`` names among the rows that the viewer may see, or nothing."""
    try:
        key = parse_key(key_field(rows.model, lookup), request.GET.get(name, ""))
    except ValueError:
        return
    row = rows.filter(**{lookup: key}).first()
    if row is not None:
        yield Narrowed(text=str(row), clear_url=address_with(request, **{name: None}))


def address_with(request: HttpRequest, **changes: str | None) -> str:
    """The query of this list with other values, from its first page on; None takes one away."""
    query = request.GET.copy()
    for name, value in {PAGE: None, **changes}.items():
        query.pop(name, None)
        if value is not None:
            query[name] = value
    return f"?{query.urlencode()}"
