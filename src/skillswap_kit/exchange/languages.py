"""Languages that people speak and teach in, called as their own speakers call them."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import get_language_info

from skillswap_kit.core.api.fields import known_languages


def language_name(code: str) -> str:
    """The language's own name, or what the site calls it, or else its code."""
    try:
        return str(get_language_info(code)["name_local"])
    except KeyError:
        return known_languages().get(code, code)


def language_choices() -> Iterator[tuple[str, str]]:
    """Every language that can be named, those of the site first."""
    of_site = {code.lower(): None for code, _name in settings.LANGUAGES}
    others = sorted(known_languages().keys() - of_site.keys(), key=lambda code: language_name(code).casefold())
    for code in [*of_site, *others]:
        yield code, language_name(code)
