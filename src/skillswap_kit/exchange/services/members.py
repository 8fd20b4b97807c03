"""Members: what they show of themselves, their statistics, and what staff may do with their accounts."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import IO, Any, TypedDict, Unpack

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.base import File
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from skillswap_kit.core.errors import InvalidInput, NotAllowed
from skillswap_kit.core.files import clean_image, delete_on_commit, stored
from skillswap_kit.core.locking import get_or_insert_locked
from skillswap_kit.core.transactions import kit_atomic
from skillswap_kit.core.types import User

from ..exceptions import InvalidTransition, Unsupported
from ..geo import Coordinates, snap
from ..geocoders import geocoders
from ..models import Profile, ProfileLanguage, Session, SwapLeg
from ..signals import member_deactivated, member_reactivated, profile_updated
from .cleaning import check_fields, check_time_zone, language_code, one_line
from .staff import require_permission

CHANGE_PROFILE = "skillswap_exchange.change_profile"
AVATAR_SIDE = 512
MAX_LANGUAGES = 20


class ProfileChanges(TypedDict, total=False):
    """What a member can change about themselves.

    ``location`` is snapped to the grid before it is stored, None clears it; ``geocode`` asks the default geocoder
    where ``place_name`` is, if no location is given. Another ``place_name`` alone clears the location.
    """

    display_name: str
    headline: str
    bio: str
    languages: Collection[str]
    time_zone: str
    preferred_language: str
    place_name: str
    location: Coordinates | None
    geocode: bool
    visibility: str


@dataclass(frozen=True, kw_only=True)
class MemberStatistics:
    """What a member has done: sessions that took place, and different skills of confirmed legs."""

    sessions_completed: int
    skills_taught: int
    skills_learned: int


def profile_of(user: User) -> Profile:
    """The member's profile, or an unsaved default: reading writes nothing."""
    try:
        profile: Profile = user.skillswap_profile  # type: ignore[attr-defined]
    except ObjectDoesNotExist:
        return Profile(user_id=user.pk)
    return profile


def profile_for_update(user: User) -> Profile:
    """The member's row, made if there is none, locked: every write of a member's own things may start here."""
    return get_or_insert_locked(Profile(user_id=user.pk), unique=["user"])


def update_profile(*, by: User, **changes: Unpack[ProfileChanges]) -> Profile:
    """Change one's own profile. Raises InvalidInput."""
    return _write_profile(by, by, _geocoded(by, changes))


def edit_member(*, by: User, member: User, **changes: Unpack[ProfileChanges]) -> Profile:
    """Change somebody's profile as staff. Raises NotAllowed, InvalidInput."""
    require_permission(by, CHANGE_PROFILE)
    return _write_profile(by, member, _geocoded(member, changes))


@kit_atomic()
def _write_profile(by: User, member: User, changes: ProfileChanges) -> Profile:
    profile = profile_for_update(member)
    _set_location(profile, changes)
    for name, value in changes.items():
        if name in ("display_name", "headline", "place_name"):
            setattr(profile, name, one_line(str(value)))
        elif name in ("bio", "visibility"):
            setattr(profile, name, value)
    _set_preferences(profile, changes)
    check_fields(profile, {field.name for field in profile._meta.fields} & changes.keys())
    profile.fill_search()
    profile.save()
    if "languages" in changes:
        _set_languages(profile, changes["languages"])
    profile_updated.record(by=by, user_id=member.pk)
    return profile


def _set_preferences(profile: Profile, changes: ProfileChanges) -> None:
    if "time_zone" in changes:
        check_time_zone(changes["time_zone"], field="time_zone")
        profile.time_zone = changes["time_zone"]
    if "preferred_language" in changes:
        spellings = {"": "", **{code.lower(): code for code, _name in settings.LANGUAGES}}
        language = spellings.get(changes["preferred_language"].lower())
        if language is None:
            raise InvalidInput(fields={"preferred_language": [_("This site does not speak that language.")]})
        profile.preferred_language = language


def _geocoded(member: User, changes: ProfileChanges) -> ProfileChanges:
    """Before a transaction begins, because a geocoder may be slow."""
    if not changes.get("geocode") or changes.get("location"):
        return changes
    place = changes.get("place_name", profile_of(member).place_name)
    location = geocoders["default"].geocode(place)
    if location is None:
        raise InvalidInput(fields={"place_name": [_("This place is not known here.")]})
    return {**changes, "location": location}


def _set_location(profile: Profile, changes: ProfileChanges) -> None:
    """Before the name of the place is written: the cell of another place would stay behind."""
    has_moved = one_line(changes.get("place_name", profile.place_name)) != profile.place_name
    if "location" not in changes and not has_moved:
        return
    location = changes.get("location")
    cell = location and snap(location)
    profile.latitude = cell.latitude if cell else None
    profile.longitude = cell.longitude if cell else None


def _set_languages(profile: Profile, codes: Iterable[str]) -> None:
    wanted = dict.fromkeys(language_code(code, field="languages") for code in codes)
    if len(wanted) > MAX_LANGUAGES:
        raise InvalidInput(fields={"languages": [_("Name at most %(limit)s.") % {"limit": MAX_LANGUAGES}]})
    profile.languages.all().delete()
    ProfileLanguage.objects.bulk_create(ProfileLanguage(profile=profile, code=code) for code in wanted)


def set_avatar(*, by: User, upload: File[Any] | IO[bytes]) -> Profile:
    """Replace one's own picture by ``upload``, encoded again. Raises UploadRefused."""
    content = clean_image(upload, field="avatar", max_side=AVATAR_SIDE)
    with stored(content, Profile.avatar.field) as name:
        return _replace_avatar(by, name)


def remove_avatar(*, by: User) -> Profile:
    """Take one's own picture and its file away, if there is one."""
    return _replace_avatar(by, "")


@kit_atomic()
def _replace_avatar(by: User, name: str) -> Profile:
    profile = profile_for_update(by)
    if profile.avatar or name:
        delete_on_commit(profile.avatar)
        profile.avatar = name
        profile.save(update_fields=["avatar", "updated_at"])
        profile_updated.record(by=by, user_id=by.pk)
    return profile


@kit_atomic()
def deactivate_member(*, by: User, member: User) -> None:
    """Close an account as staff: the member can no longer sign in and is found nowhere.

    Raises NotAllowed (also for oneself, and for a superuser unless by another one), InvalidTransition,
    Unsupported where the user model knows no inactive accounts.
    """
    member = _switch_account(by, member, is_active=False)
    member_deactivated.record(by=by, user_id=member.pk)


@kit_atomic()
def reactivate_member(*, by: User, member: User) -> None:
    """Open a closed account again. Raises NotAllowed, InvalidTransition, Unsupported."""
    member = _switch_account(by, member, is_active=True)
    member_reactivated.record(by=by, user_id=member.pk)


def _switch_account(by: User, member: User, *, is_active: bool) -> User:
    user_model = get_user_model()
    if "is_active" not in {field.name for field in user_model._meta.fields}:
        raise Unsupported
    member = user_model._default_manager.select_for_update().get(pk=member.pk)
    require_permission(by, CHANGE_PROFILE)
    if member.pk == by.pk or (getattr(member, "is_superuser", False) and not getattr(by, "is_superuser", False)):
        raise NotAllowed
    if member.is_active is is_active:
        raise InvalidTransition
    member.is_active = is_active
    member.save(update_fields=["is_active"])
    return member


def member_statistics(user: User) -> MemberStatistics:
    """Counted from the rows, in two queries."""
    sessions = Session.objects.of(user).filter(status=Session.Status.COMPLETED)
    teaches, learns = Q(giver__user=user.pk), Q(receiver__user=user.pk)
    skills = SwapLeg.objects.filter(teaches | learns, status=SwapLeg.Status.CONFIRMED).aggregate(
        taught=Count("skill", filter=teaches, distinct=True),
        learned=Count("skill", filter=learns, distinct=True),
    )
    return MemberStatistics(
        sessions_completed=sessions.count(), skills_taught=skills["taught"], skills_learned=skills["learned"]
    )
