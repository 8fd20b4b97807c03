"""Staff fill the vocabulary in the admin: a category, and two skills."""

from __future__ import annotations

from django.conf import settings

from .browser import Browser, Page
from .people import make_person, signed_in_browser

SKILLS = ("Knitting", "Calligraphy")


def fill_vocabulary() -> None:
    """Through the forms of the admin, in every language that they have."""
    from skillswap_kit.exchange.models import Category

    make_person("staff", is_staff=True, is_superuser=True)
    browser = signed_in_browser("staff", "/admin/login/")
    _add(browser, "category", "Crafts", slug="crafts")
    for name in SKILLS:
        page = _add(browser, "skill", name, category=str(Category.objects.get(slug="crafts").pk))
        assert name in page.html


def _add(browser: Browser, model: str, name: str, **values: str) -> Page:
    page = browser.open(f"/admin/skillswap_exchange/{model}/add/")
    form = page.form("name") if "name" in page.form("_save").names else page.form("_save")
    names = {field: name for field in form.names if field == "name" or field.removeprefix("name_") in _languages()}
    form.fields.pop("_continue", None)
    done = browser.submit(page, form, **names, **values)
    assert done.address.rstrip("/").endswith(model), done.html
    return done


def _languages() -> set[str]:
    return {code.replace("-", "_") for code, _name in settings.LANGUAGES}
