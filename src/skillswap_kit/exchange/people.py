"""How people are shown wherever a row names one: by what everybody may know of them, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.policies import hidden_among
from skillswap_kit.core.types import User, Viewer

from .models import Profile
from .models.profiles import name_of
from .services import profile_of

HiddenAmong = Callable[[Viewer, set[Any]], set[Any]]
"""Which of these keys are of people who are not shown to the viewer."""


@dataclass(frozen=True, kw_only=True)
class ShownPerson:
    """Somebody as one viewer sees them; ``key`` is None for who has left or whom the viewer must not meet.

    ``is_found`` is False for who takes part in something with the viewer but has a page that the viewer could not open:
    they are named, without a link and a picture.
    """

    key: Any
    name: str
    avatar: str | None = None
    rating: float | None = None
    rating_count: int = 0
    is_viewer: bool = False
    is_found: bool = True

    @property
    def url(self) -> str | None:
        """Of their page, where the host's URLconf has one."""
        if self.key is None or not self.is_found:
            return None
        try:
            return reverse("skillswap_exchange:member", kwargs={"pk": written_key(self.key)})
        except NoReverseMatch:
            return None

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in [*words[:1], *words[1:][-1:]]).upper()


class People:
    """Everybody whom one answer names, for one viewer. Whom it should hide is asked once for all who were added."""

    def __init__(self, viewer: Viewer, hidden_among: HiddenAmong = hidden_among) -> None:
        self.viewer = viewer
        self.hidden_among = hidden_among
        self._hidden: dict[Any, bool] = {}
        self._not_found: set[Any] = set()

    def add(self, users: Iterable[User | None]) -> None:
        """Users joined with their profiles by the queryset; None for who has left."""
        new = {user.pk: user for user in users if user is not None and user.pk not in self._hidden}
        if new:
            hidden = self.hidden_among(self.viewer, set(new))
            self._hidden.update((key, key in hidden) for key in new)
            reticent = {key for key, user in new.items() if _is_reticent(user)} - hidden - {self.viewer.pk}
            if reticent:
                self._not_found |= not_found_among(self.viewer, reticent)

    def show(self, user: User | None) -> ShownPerson:
        if user is None:
            return ShownPerson(key=None, name=name_of(None))
        self.add([user])
        if self._hidden[user.pk]:
            return ShownPerson(key=None, name=name_of(user, is_hidden=True))
        return shown(user, is_viewer=user.pk == self.viewer.pk, is_found=user.pk not in self._not_found)


def shown(user: User, *, is_viewer: bool = False, is_found: bool = True) -> ShownPerson:
    """Somebody whom the viewer may see."""
    profile = profile_of(user)
    return ShownPerson(
        key=user.pk,
        name=name_of(user),
        avatar=avatar_path(user) if profile.avatar and is_found else None,
        rating=profile.rating,
        rating_count=profile.rating_count,
        is_viewer=is_viewer,
        is_found=is_found,
    )


def _is_reticent(user: User) -> bool:
    """Whether some members cannot find them. Asks no row: who has no profile yet is found."""
    return not (user.is_active and profile_of(user).is_for_members)


def not_found_among(viewer: Viewer, user_keys: set[Any]) -> set[Any]:
    """Which of these people the viewer could not find: those whom a policy hides, and all who hide themselves."""
    found = Profile.objects.visible_to(viewer).filter(user__in=user_keys).order_by()
    return user_keys - set(found.values_list("user", flat=True))


def avatar_path(user: User) -> str:
    return reverse("skillswap_exchange_api:user-avatar", kwargs={"pk": written_key(user.pk)})
