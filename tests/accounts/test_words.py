"""What the kit translates anew is still said by allauth, and it is the kit's Arabic that people read."""

from __future__ import annotations

from gettext import GNUTranslations
from pathlib import Path

import allauth
import pytest
from django.utils import translation

from skillswap_kit.accounts import words


@pytest.fixture
def their_arabic():
    path = Path(allauth.__file__).parent / "locale" / "ar" / "LC_MESSAGES" / "django.mo"
    with path.open("rb") as file:
        return GNUTranslations(file)


@pytest.mark.parametrize("word", words.WORDS)
def test_a_word_of_allauth_reads_otherwise_than_in_its_own_arabic(their_arabic, word):
    theirs = their_arabic.gettext(word)
    assert theirs != word, "allauth no longer says this"
    with translation.override("ar"):
        assert translation.gettext(word) not in (word, theirs)


def test_the_name_of_the_field_is_no_command():
    with translation.override("ar"):
        assert str(words.IN_CONTEXT[0]) == "اسم الدخول"


def test_recovery_codes_are_counted():
    with translation.override("ar"):
        said = words.COUNTED[0] % {"unused_count": 3, "total_count": 10}
    assert "3" in said
    assert "10" in said
    assert "count" not in said
