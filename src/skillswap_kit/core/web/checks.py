"""What the pages need of a site, said before a visitor finds out. A site that has only the API is not asked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware, LoginRequiredMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.core.checks import CheckMessage, Error, Warning, register
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import resolve_url
from django.template import Engine, Origin, Template, TemplateDoesNotExist, TemplateSyntaxError, engines
from django.template.backends.django import DjangoTemplates
from django.template.loader_tags import BlockNode, ExtendsNode
from django.urls import NoReverseMatch, get_script_prefix, is_valid_path
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from ..checks import KIT_LABEL, is_readable
from ..composition import is_routed
from ..conf import SETTINGS_NAME, core_settings, host_settings
from ..slots import contributions
from .middleware import PagesMiddleware, has_middleware, stands_before

PAGE = "skillswap_kit/base.html"
BLOCKS = ("title", "extra_head", "content")
"""What a host's base template leaves for the pages."""

PROCESSORS = ("django.template.context_processors.request", "django.contrib.auth.context_processors.auth")
MESSAGES = "django.contrib.messages.context_processors.messages"


@register(KIT_LABEL)
def check_page_templates(**kwargs: Any) -> list[CheckMessage]:
    if not _has_pages() or _page_engine():
        return []
    hint = 'TEMPLATES needs {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}.'
    return [Error("No template engine finds the pages of the kit.", hint=hint, id="skillswap_core.E010")]


@register(KIT_LABEL)
def check_base_template_loads(**kwargs: Any) -> list[CheckMessage]:
    engine = _base_template_engine()
    try:
        if engine:
            engine.get_template(core_settings.BASE_TEMPLATE)
    except (TemplateDoesNotExist, TemplateSyntaxError) as error:
        message = f'{SETTINGS_NAME}["BASE_TEMPLATE"] cannot be loaded: {type(error).__name__}: {error}.'
        hint = "Name a template that the engine of the pages finds, or remove the setting to use the kit's own."
        return [Error(message, hint=hint, id="skillswap_core.E011")]
    return []


@register(KIT_LABEL)
def check_base_template_blocks(**kwargs: Any) -> list[CheckMessage]:
    engine = _base_template_engine()
    try:
        blocks = _blocks(engine, core_settings.BASE_TEMPLATE) if engine else None
    except (TemplateDoesNotExist, TemplateSyntaxError):
        return []  # E011 says so.
    return [
        Warning(
            f'{SETTINGS_NAME}["BASE_TEMPLATE"] has no block {name!r}: what the pages put there is not shown.',
            hint=f"Add {{% block {name} %}}{{% endblock %}} to it.",
            id="skillswap_core.W003",
        )
        for name in BLOCKS
        if blocks is not None and name not in blocks
    ]


@register(KIT_LABEL)
def check_context_processors(**kwargs: Any) -> list[CheckMessage]:
    engine = _page_engine() if _has_pages() else None
    return [
        Error(
            f"The pages need the context processor {path!r}.",
            hint='Add it to "context_processors" in the OPTIONS of TEMPLATES.',
            id="skillswap_core.E012",
        )
        for path in PROCESSORS
        if engine and path not in engine.context_processors
    ]


@register(KIT_LABEL)
def check_page_authentication(**kwargs: Any) -> list[CheckMessage]:
    if not _has_pages() or has_middleware(AuthenticationMiddleware):
        return []
    hint = 'Add "django.contrib.auth.middleware.AuthenticationMiddleware" to MIDDLEWARE, after that of sessions.'
    return [Error("The pages do not learn who is signed in.", hint=hint, id="skillswap_core.E013")]


@register(KIT_LABEL)
def check_page_messages(**kwargs: Any) -> list[CheckMessage]:
    engine = _page_engine() if _has_pages() else None
    if not engine or (has_middleware(MessageMiddleware) and MESSAGES in engine.context_processors):
        return []
    message = "The pages cannot say what has worked: the messages of Django are not complete."
    hint = f'Add "django.contrib.messages.middleware.MessageMiddleware" to MIDDLEWARE and "{MESSAGES}" to TEMPLATES.'
    return [Warning(message, hint=hint, id="skillswap_core.W005")]


@register(KIT_LABEL, deploy=True)
def check_pages_middleware(**kwargs: Any) -> list[CheckMessage]:
    if not _has_pages() or stands_before(PagesMiddleware, CsrfViewMiddleware):
        return []
    message = "A form that claims an odd encoding is a crash, and pages that are not the kit's may be kept by browsers."
    name = f"{PagesMiddleware.__module__}.{PagesMiddleware.__qualname__}"
    hint = f'Add "{name}" to MIDDLEWARE, before CsrfViewMiddleware.'
    return [Warning(message, hint=hint, id="skillswap_core.W006")]


@register(KIT_LABEL)
def check_public_browsing_is_decided(**kwargs: Any) -> list[CheckMessage]:
    """Who may look at the pages and the API of the kit is a rule of their own, which the middleware does not change."""
    if not is_readable("PUBLIC_BROWSING"):
        return []
    if "PUBLIC_BROWSING" in host_settings() or not has_middleware(LoginRequiredMiddleware):
        return []
    message = "Strangers may browse members and offers, though LoginRequiredMiddleware asks everybody else to sign in."
    hint = f'Decide by {SETTINGS_NAME}["PUBLIC_BROWSING"]: False to close them, True if you mean it.'
    return [Warning(message, hint=hint, id="skillswap_core.W004")]


@register(KIT_LABEL)
def check_home_url(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("HOME_URL") or not core_settings.HOME_URL or not _has_pages():
        return []
    if not _leads_nowhere(core_settings.HOME_URL):
        return []
    message = f'{SETTINGS_NAME}["HOME_URL"] leads nowhere: this site has no page {core_settings.HOME_URL!r}.'
    return [Error(message, hint="Name a path or a URL of this site, or remove the setting.", id="skillswap_core.E014")]


@register(KIT_LABEL)
def check_login_url(**kwargs: Any) -> list[CheckMessage]:
    if not _has_pages() or not _leads_nowhere(settings.LOGIN_URL):
        return []
    message = f"LOGIN_URL leads nowhere: strangers whom a page sends to {str(settings.LOGIN_URL)!r} find nothing there."
    hint = 'Set LOGIN_URL to the path or the name of a sign-in page, such as "admin:login" or "account_login".'
    return [Warning(message, hint=hint, id="skillswap_core.W007")]


@register(KIT_LABEL)
def check_slots(**kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"{app!r} fills the slot {name!r} of pages by {path!r}: {problem}.",
            hint="Name a function of a request by its dotted path in ``slots`` of the app's configuration.",
            id="skillswap_core.E015",
        )
        for app, name, path in (contributions() if _has_pages() else ())
        if (problem := _slot_problem(path))
    ]


def _slot_problem(path: Any) -> str | None:
    """Why this dotted path names nothing that could draw, or None."""
    if not isinstance(path, str):
        return "it is no dotted path"
    try:
        function = import_string(path)
    except ImportError as error:
        return str(error)
    return None if callable(function) else "it is no function"


def _leads_nowhere(to: Any) -> bool:
    """Whether a path of this site, or what should be the name of one, has no view. Other sites are not judged."""
    try:
        url = urlsplit(resolve_url(to))
    except NoReverseMatch:
        return True
    prefix = get_script_prefix()
    if url.netloc or not url.path.startswith(prefix):
        return False
    path = f"/{url.path.removeprefix(prefix)}"
    # Middleware of Django's own adds the language and the slash.
    languages = ("", f"/{get_language() or settings.LANGUAGE_CODE}")
    slashes = ("", "/") if settings.APPEND_SLASH else ("",)
    return not any(is_valid_path(f"{language}{path}{slash}") for language in languages for slash in slashes)


def _has_pages() -> bool:
    return is_routed("skillswap_core:theme")


def _page_engine() -> Engine | None:
    """The engine that draws the pages: the first of Django's own that finds them."""
    for backend in engines.all():
        if isinstance(backend, DjangoTemplates):
            try:
                backend.get_template(PAGE)
            except TemplateDoesNotExist:
                continue
            return backend.engine
    return None


def _base_template_engine() -> Engine | None:
    return _page_engine() if is_readable("BASE_TEMPLATE") and _has_pages() else None


def _blocks(engine: Engine, name: str) -> set[str] | None:
    """The blocks of a template and of those that it extends; None if only a request can tell what it extends."""
    found: set[str] = set()
    seen: list[Origin] = []
    while name:
        template, origin = engine.find_template(name, skip=seen)
        seen.append(origin)
        found |= {block.name for block in _nodes(template, BlockNode)}
        parent = _parent(template)
        if parent is None:
            return None
        name = parent
    return found


def _parent(template: Template) -> str | None:
    """The name of the template that this one extends, empty if none, None if it is not written there."""
    extends = _nodes(template, ExtendsNode)
    if not extends:
        return ""
    name = extends[0].parent_name.var
    return name if isinstance(name, str) else None


def _nodes(template: Template, kind: type) -> list[Any]:
    return list(template.nodelist.get_nodes_by_type(kind))
