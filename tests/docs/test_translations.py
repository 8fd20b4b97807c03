"""Arabic is complete: every string that people read is translated, and it is the translation that reaches them."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core import mail
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from rest_framework.test import APIClient

from scripts import messages
from skillswap_kit.exchange.models import Session, Swap
from skillswap_kit.testing.factories import make_member, make_skill
from skillswap_kit.testing.swaps import make_session, make_swap
from tests.conftest import IN_CI

ARABIC = Path("locale", "ar", "LC_MESSAGES")
SOURCES = [folder.parent for home in messages.HOMES for folder in sorted(home.glob("*/__init__.py"))]
KIT_APPS = [app for app in apps.get_app_configs() if app.name.startswith("skillswap_kit.")]
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|\{\w+\}")
# A number for which Arabic takes its first, second, … plural form; the first three can do without the number itself.
NUMBERS = (0, 1, 2, 3, 11, 100)
WORDLESS_FORMS = range(3)

# In CI a missing tool is a failure.
needs_gettext = pytest.mark.skipif(
    not IN_CI and shutil.which("xgettext") is None, reason="no GNU gettext found: apt-get install gettext"
)
each_app = pytest.mark.parametrize("app", messages.APPS, ids=lambda app: app.name)


def compiled(app: Path) -> Mapping[Any, str]:
    """Translations by their source, or by source and plural form."""
    with (app / ARABIC / "django.mo").open("rb") as file:
        words = dict(vars(GNUTranslations(file))["_catalog"])
    del words[""]  # the header
    return words


@pytest.fixture
def collected(app, tmp_path):
    """A copy of the app after `make messages`."""
    copy = Path(shutil.copytree(app, tmp_path / app.name, ignore=shutil.ignore_patterns("__pycache__")))
    messages.collect(copy)
    messages.compile_words(copy)
    return copy


def entries(app: Path, which: str) -> str:
    source = app / ARABIC / "django.po"
    return subprocess.run(["msgattrib", which, source], capture_output=True, check=True, encoding="utf-8").stdout


@needs_gettext
@each_app
def test_nothing_waits_for_a_translator(app, collected):
    assert entries(collected, "--untranslated") + entries(collected, "--only-fuzzy") == ""
    assert compiled(collected) == compiled(app), "run `make messages` and commit what it writes"


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_whoever_has_strings_has_translations(source):
    marked = [path for path in source.rglob("*.py") if "gettext" in path.read_text(encoding="utf-8")]
    marked += [path for path in source.rglob("templates/**/*.*") if "i18n" in path.read_text(encoding="utf-8")]
    assert not marked or (source / ARABIC / "django.mo").exists()


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_no_string_is_marked_by_a_name_that_xgettext_does_not_know(source):
    renamed = re.compile(r"import \w*gettext\w* as (?!_$)\w+", re.MULTILINE)
    code = {str(path): path.read_text(encoding="utf-8") for path in source.rglob("*.py")}
    assert {path: renamed.findall(text) for path, text in code.items() if renamed.search(text)} == {}


@each_app
def test_placeholders_are_kept(app):
    for source, text in compiled(app).items():
        english, form = source if isinstance(source, tuple) else (source, None)
        wanted, found = sorted(PLACEHOLDER.findall(english)), sorted(PLACEHOLDER.findall(text))
        assert found == wanted or (form in WORDLESS_FORMS and not found), text
        assert has_arabic(text), english


def test_no_other_app_translates_our_words_otherwise():
    """Django keeps the words of all apps in one place, where the same English can have one translation only."""
    shown = {}
    with translation.override("ar"):
        for app in KIT_APPS:
            for source, text in compiled(Path(app.path)).items():
                shown[source] = (text, looked_up(source))
    assert len(shown) > 300
    assert {source: pair for source, pair in shown.items() if pair[0] != pair[1]} == {}


def has_arabic(text: str) -> bool:
    return re.search("[\u0600-\u06ff]", text) is not None


def looked_up(source: Any) -> str:
    if isinstance(source, tuple):
        english, form = source
        return translation.ngettext(english, english, NUMBERS[form])
    if "\x04" in source:
        return translation.pgettext(*source.split("\x04"))
    return translation.gettext(source)


@pytest.mark.parametrize("app", KIT_APPS, ids=lambda app: app.label)
def test_all_that_staff_see_of_a_model_has_a_name_to_translate(app):
    for model in app.get_models():
        shown = [field for field in model._meta.fields if field.editable and not field.primary_key]
        names = {str(field): field.verbose_name for field in shown}
        names |= {model.__name__: model._meta.verbose_name, "plural": model._meta.verbose_name_plural}
        assert [label for label, name in names.items() if not isinstance(name, Promise)] == []


@pytest.fixture
def arabic_readers(make_user):
    people = [make_user("amina"), make_user("bruno")]
    for person, name in zip(people, ("أمينة", "برونو"), strict=True):
        make_member(person, display_name=name, preferred_language="ar")
    return people


@pytest.fixture
def deliver_mail(django_capture_on_commit_callbacks):
    """Reaches the status with everything that follows from it, and returns what was mailed."""

    def run(make, *args, **kwargs):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            make(*args, **kwargs)
        return [f"{message.subject}\n{message.body}" for message in mail.outbox]

    return run


@pytest.mark.parametrize("status", Swap.Status.values)
def test_mails_about_a_swap_are_all_in_the_language_of_the_profile(arabic_readers, deliver_mail, status):
    skills = [make_skill("عود"), make_skill("خط")]
    sent = deliver_mail(make_swap, arabic_readers, skills=skills, status=status, message="أهلًا")
    assert sent[0].startswith("اقتراح تبادل من أمينة\nوصلك هذا الاقتراح من أمينة:\n\n- تعليم عود: من أمينة إلى برونو\n")
    assert re.findall("[A-Za-z]+", "".join(sent)) == []


@pytest.mark.parametrize("status", Session.Status.values)
def test_mails_about_a_session_are_all_in_the_language_of_the_profile(arabic_readers, deliver_mail, status):
    swap = make_swap(arabic_readers, status=Swap.Status.ACCEPTED)
    sent = deliver_mail(make_session, swap, by=arabic_readers[0], status=status)
    assert sent[0].startswith("طلب لقاء من أمينة\n")
    own_words = "".join(sent).replace("First steps", "").replace("UTC", "")
    assert re.findall("[A-Za-z]+", own_words) == []


@pytest.mark.parametrize(
    ("method", "path", "data", "detail"),
    [
        ("get", "swaps/999999/", None, "لا يوجد شيء هنا."),
        ("patch", "users/me/", {"time_zone": "Mars/Olympus"}, "تعذّر استخدام بعض ما أرسلته."),
        ("post", "requests/send/", {}, "تعذّر استخدام بعض ما أرسلته."),
    ],
)
def test_errors_of_the_api_are_in_the_language_of_the_request(arabic_readers, method, path, data, detail):
    client = APIClient()
    client.force_authenticate(arabic_readers[0])
    answer = getattr(client, method)(f"/api/{path}", data, format="json", headers={"Accept-Language": "ar"}).json()
    assert answer.pop("detail") == detail
    assert answer.pop("code").isascii()
    assert all(has_arabic(text) for texts in answer.get("fields", {}).values() for text in texts)


def test_the_admin_is_in_arabic(client, staff):
    client.force_login(staff)
    page = client.get(reverse("admin:index"), headers={"Accept-Language": "ar"}).content.decode()
    assert "SkillSwap: التبادل" in page
    assert "اللقاءات" in page
