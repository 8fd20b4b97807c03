"""Search text: one form for all spellings, in linear time, safe to store and to search for."""

from __future__ import annotations

import sys
import time
import timeit
import unicodedata

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from hypothesis import assume, given
from hypothesis import strategies as st

from skillswap_kit.core.text import MAX_QUERY_LENGTH, isolated, normalise, search_filter, search_terms


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Élève\tÀ  Ç ", "eleve a c"),
        ("Straße", "strasse"),
        ("İSTANBUL ısı", "istanbul isi"),
        ("Łódź Ørsted Æsir œuvre Đorđe", "lodz orsted aesir oeuvre dorde"),
        ("ﬁancé Ⅷ ½ ①", "fiance viii 1⁄2 1"),
        ("C++ C# .NET", "c++ c# .net"),
        ("كَتَبَ الدَّرْسَ", "كتب الدرس"),
        ("جـــافـا", "جافا"),
        ("أحمد إسلام آمال ٱلله", "احمد اسلام امال الله"),
        ("مسؤول شيء قراءة بيئة", "مسوول شي قراه بييه"),
        ("مدرسة مصطفى", "مدرسه مصطفي"),
        ("کتاب فارسی", "كتاب فارسي"),
        ("٣٤٥ ۳۴۵", "345 345"),
        ("ﻻ ﷲ", "لا الله"),
        ("می\u200cخواهم", "ميخواهم"),
        ("a\0b\x1f\u200e\ufeffc\ud800d", "a b c d"),
        ("１２ ＡＢ", "12 ab"),
        ("한국어", unicodedata.normalize("NFKD", "한국어")),
        ("", ""),
    ],
)
def test_spellings_fold_to_one_form(text, folded):
    assert normalise(text) == folded


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("جافاسكربت", "جَافَاسْكِرِبْت"),
        ("انجليزيه", "الإنجليزيّة"),
        ("موسيقي", "موسيقى"),
        ("ECOLE", "école"),
        ("3d", "٣D"),
    ],
)
def test_what_people_type_finds_what_rows_say(typed, stored):
    assert normalise(typed) in normalise(stored)


ANY_TEXT = st.text(st.characters() | st.sampled_from("أإآٱؤئءةىيیکـ\u064e\u0651\u0670\u200c\0ßİıﷺ\u0345\u0344\ud800"))


@given(ANY_TEXT)
def test_folding_twice_is_folding_once(text):
    once = normalise(text)
    assert normalise(once) == once


@given(ANY_TEXT)
def test_the_form_can_be_stored_anywhere(text):
    folded = normalise(text)
    assert folded == folded.strip()
    assert "  " not in folded
    assert not [c for c in folded if unicodedata.category(c) in {"Cc", "Cs", "Cf"} or unicodedata.combining(c)]
    folded.encode()


@given(ANY_TEXT, ANY_TEXT)
def test_case_and_composition_do_not_matter(left, right):
    text = left + right
    # The iota below a Greek vowel is a mark in one case and a letter in the other.
    assume("\u0345" not in unicodedata.normalize("NFKD", text))
    assert normalise(unicodedata.normalize("NFC", text)) == normalise(unicodedata.normalize("NFD", text))
    assert normalise(text.casefold()) == normalise(text)


def test_every_character_folds_to_something_final():
    assigned = (chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in {"Cn", "Co"})
    assert [c for c in assigned if normalise(normalise(c)) != normalise(c)] == []


@pytest.mark.parametrize(
    "pattern", ["\u0301\u0323", "ﷺ", "أَـ", "\u1fff", " \0", "\u0344", "가", "𝔘", "\ud800", "\U0001d160"]
)
def test_hostile_text_folds_in_linear_time(pattern):
    once, fourfold = (_seconds_for(pattern * (size // len(pattern))) for size in (10_000, 40_000))
    assert fourfold < 9 * once  # linear is 4, quadratic 16


def _seconds_for(text: str) -> float:
    """The least of a few attempts: whatever else the machine does only adds to it."""
    return min(timeit.repeat(lambda: normalise(text), number=1, repeat=5, timer=time.process_time))


def test_terms_are_distinct_words_without_separators():
    assert search_terms("Guitar, piano؛ GUITAR\nC++ ،") == ["guitar", "piano", "c++"]
    assert search_terms(" \0 ,;\u200b") == []


@given(st.text(max_size=500), st.integers(1, 5))
def test_terms_are_bounded(query, limit):
    terms = search_terms(query, limit=limit)
    assert len(terms) <= limit
    assert sum(map(len, terms)) <= MAX_QUERY_LENGTH
    assert all(term and "\0" not in term for term in terms)


def test_a_phrase_in_one_character_stays_within_the_bound():
    assert sum(map(len, search_terms("ﷺ" * 100))) <= MAX_QUERY_LENGTH


def test_a_query_without_words_restricts_nothing():
    assert search_filter("name", "  ") == Q()


@pytest.mark.django_db
def test_all_words_must_occur_and_wildcards_mean_themselves():
    for model in ("guitar lessons", "piano lessons", "100% wool", "snake_case", "back\\slash", "o'brien"):
        ContentType.objects.create(app_label="text", model=normalise(model))

    def found(query: str) -> list[str]:
        rows = ContentType.objects.filter(search_filter("model", query), app_label="text")
        return list(rows.order_by("pk").values_list("model", flat=True))

    assert found("LESSONS") == ["guitar lessons", "piano lessons"]
    assert found("lesson gui") == ["guitar lessons"]
    assert found("guitar piano") == []
    assert found("%") == ["100% wool"]
    assert found("_") == ["snake_case"]
    assert found("\\") == ["back\\slash"]
    assert found("o'b") == ["o'brien"]
    assert found("'; DROP TABLE x; --") == []
    assert len(found("\0")) == 6


def test_a_name_does_not_leave_its_isolation():
    assert isolated("x\u2069y\u202ez\u2066") == "\u2068xyz\u2069"
