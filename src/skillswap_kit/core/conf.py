"""Typed settings that are read late.

A host sets what differs in one dictionary, ``settings.SKILLSWAP_KIT``. Each app declares what it understands as
attributes of an :class:`AppSettings` subclass in its ``conf.py``; the value is looked up on every access, so
``override_settings`` just works.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Generic, TypeVar, overload

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

SETTINGS_NAME = "SKILLSWAP_KIT"

LITERAL_FORMS: dict[type[Any], tuple[type[Any], ...]] = {tuple: (list, tuple), float: (int, float)}
"""What a settings file may write where a type is asked for."""


def host_settings() -> Mapping[str, Any]:
    """The host's dictionary, empty if there is none. Raises ImproperlyConfigured if it is not a mapping."""
    configured = getattr(settings, SETTINGS_NAME, {})
    if not isinstance(configured, Mapping):
        raise ImproperlyConfigured(f"{SETTINGS_NAME} must be a dict, not {type(configured).__name__}.")
    return configured


class Setting(Generic[T]):
    """One setting: its default, its type, what it means, and the least value that makes sense."""

    key: str

    def __init__(self, default: T, *, doc: str, kind: type | None = None, minimum: int | None = None) -> None:
        self.default = default
        self.doc = doc
        self.kind: type[Any] = kind or type(default)
        self.minimum = minimum

    def __set_name__(self, owner: type[AppSettings], name: str) -> None:
        self.key = owner.prefix + name

    @overload
    def __get__(self, instance: None, owner: type) -> Setting[T]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> T: ...

    def __get__(self, instance: object | None, owner: type) -> Setting[T] | T:
        return self if instance is None else self.value

    @property
    def value(self) -> T:
        """What the host configured, else the default."""
        value: T = host_settings().get(self.key, self.default)
        return value

    def problem(self) -> str | None:
        """What is wrong with the configured value, or None."""
        value: Any = self.value
        if value is self.default:
            return None
        accepted = LITERAL_FORMS.get(self.kind, (self.kind,))
        is_bool_for_number = isinstance(value, bool) and self.kind is not bool
        if is_bool_for_number or not isinstance(value, accepted):
            return f"must be {self.kind.__name__}, not {type(value).__name__}"
        if self.minimum is not None and value < self.minimum:
            return f"must be at least {self.minimum}"
        return None


class AppSettings:
    """Base of an app's settings. Subclass in ``conf.py``, give a ``prefix``, declare :class:`Setting` attributes."""

    prefix: ClassVar[str]
    registry: ClassVar[list[type[AppSettings]]] = []

    def __init_subclass__(cls) -> None:
        AppSettings.registry.append(cls)

    @classmethod
    def declared(cls) -> Iterator[Setting[Any]]:
        """Every setting of this app, in order of declaration."""
        return (value for value in vars(cls).values() if isinstance(value, Setting))


def declared_settings() -> dict[str, Setting[Any]]:
    """Every setting of the loaded apps by its full key."""
    return {setting.key: setting for app in AppSettings.registry for setting in app.declared()}


class CoreSettings(AppSettings):
    prefix = ""

    PUBLIC_BROWSING = Setting(True, doc="Whether people who have not signed in may browse members, offers and skills.")
    SITE_NAME = Setting("SkillSwap", doc="What the pages of the kit call the site.")
    HOME_URL = Setting(
        "",
        doc="Where the site begins, as a path or the name of a URL: what its name in the header leads to. "
        "Empty: the first entry of the navigation.",
    )
    BASE_TEMPLATE = Setting(
        "skillswap_kit/site.html",
        doc="The template that every page extends. Yours has the blocks `title`, `extra_head` and `content`.",
    )
    PAGE_SIZE = Setting(20, minimum=1, doc="Rows of a list on a page for people.")
    CONTACT_POLICIES = Setting[tuple[str, ...] | None](
        None,
        kind=tuple,
        doc="Dotted paths of the contact policies. None: what the installed apps contribute. "
        "A list of your own must contain every contributed one.",
    )
    EVENT_LEASE_SECONDS = Setting(
        60,
        minimum=1,
        doc="How long one delivery of a domain event may take before another worker tries again.",
    )
    EVENT_MAX_ATTEMPTS = Setting(
        8,
        minimum=1,
        doc="After so many failed deliveries an event is dead: staff see it and can deliver it again.",
    )
    EVENT_RETENTION_DAYS = Setting(
        90, minimum=1, doc="Delivered events without a subject are deleted after so many days."
    )
    IDEMPOTENCY_HOURS = Setting(24, minimum=1, doc="How long the answer to an Idempotency-Key is kept and repeated.")
    API_PAGE_SIZE = Setting(20, minimum=1, doc="Rows on a page of the API where the request names no page_size.")
    API_MAX_PAGE_SIZE = Setting(100, minimum=1, doc="Most rows on a page of the API.")
    API_COUNT_CAP = Setting(
        1000, minimum=1, doc="Lists count at most so many rows: an exact count costs more than the page."
    )
    API_MAX_OFFSET = Setting(
        10_000, minimum=100, doc="How deep pages of the API go; further on, filters have to narrow the list."
    )
    API_OTHER_PARAMETERS = Setting[tuple[str, ...]](
        (),
        kind=tuple,
        doc="Query parameters of the host's own middleware or authentication, which lists let pass. "
        "Any other that a list does not know is a 400.",
    )
    API_MAX_BODY_BYTES = Setting(1_000_000, minimum=1000, doc="Largest JSON or form body that the API reads.")
    FILE_STORAGE = Setting(
        "default",
        doc="Alias in STORAGES for uploaded files. Files are served by views of the kit, not by their URL.",
    )
    IMAGE_MAX_BYTES = Setting(5 * 1024 * 1024, minimum=1, doc="Largest image upload, in bytes.")
    IMAGE_MAX_PIXELS = Setting(40_000_000, minimum=1, doc="Most pixels (width times height) of an uploaded image.")
    IMAGE_MAX_SIDE = Setting(2048, minimum=16, doc="Longer side of a stored image, in pixels; larger ones are scaled.")
    DOCUMENT_MAX_BYTES = Setting(10 * 1024 * 1024, minimum=1, doc="Largest document upload, in bytes.")


core_settings = CoreSettings()
