"""What languages are called."""

from skillswap_kit.exchange.languages import language_choices, language_name


def test_languages_are_called_as_their_speakers_call_them(settings):
    settings.LANGUAGES = [("ar", "Arabic"), ("xx-own", "Our own")]
    assert [language_name(code) for code in ("ar", "de", "zh-hans", "xx-own", "gone")] == [
        "العربيّة",
        "Deutsch",
        "简体中文",
        "Our own",
        "gone",
    ]


def test_those_of_the_site_are_offered_first_and_none_twice(settings):
    settings.LANGUAGES = [("ar", "Arabic"), ("zh-Hans", "Chinese")]
    codes = [code for code, _name in language_choices()]
    assert codes[:2] == ["ar", "zh-hans"]
    assert len(codes) == len(set(codes)) > 50
