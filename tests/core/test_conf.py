"""Settings: declared once, read late, wrong ones named at start-up."""

from types import SimpleNamespace

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from skillswap_kit.core import checks
from skillswap_kit.core.backends import BackendRegistry
from skillswap_kit.core.conf import AppSettings, core_settings, declared_settings
from skillswap_kit.core.policies import BaseContactPolicy, contact_policies, load_policy
from skillswap_kit.exchange import checks as exchange_checks
from skillswap_kit.exchange.conf import exchange_settings
from skillswap_kit.exchange.geocoders import BaseGeocoder, geocoders

KIT_TAGS = ["skillswap_core", "skillswap_exchange"]


class HidesNobody(BaseContactPolicy):
    def hidden_from(self, user):
        return type(user)._default_manager.none().values("pk")


class Broken:
    def __init__(self):
        raise TypeError("needs an argument")


def kit(**values):
    return override_settings(SKILLSWAP_KIT=values)


def ids(messages):
    return [message.id for message in messages]


def test_a_setting_is_read_at_every_access():
    assert core_settings.API_PAGE_SIZE == 20
    with kit(API_PAGE_SIZE=7):
        assert core_settings.API_PAGE_SIZE == 7
    assert core_settings.API_PAGE_SIZE == 20


def test_keys_carry_the_prefix_of_their_app():
    with kit(EXCHANGE_PROPOSAL_DAYS=3):
        assert exchange_settings.PROPOSAL_DAYS == 3
    assert declared_settings()["EXCHANGE_PROPOSAL_DAYS"].doc


def test_every_setting_says_what_it_means_and_has_a_valid_default():
    for key, setting in declared_settings().items():
        assert setting.doc, key
        assert setting.problem() is None, key


def test_an_app_without_declarations_has_none():
    assert list(AppSettings.declared()) == []


class TestChecks:
    @pytest.mark.parametrize("value", [None, [], "PUBLIC_BROWSING", 3])
    def test_e001_no_dictionary(self, value):
        with override_settings(SKILLSWAP_KIT=value):
            assert ids(checks.check_settings_is_a_dict()) == ["skillswap_core.E001"]
            assert checks.check_unknown_settings() == []
            with pytest.raises(ImproperlyConfigured):
                _ = core_settings.API_PAGE_SIZE

    def test_e002_unknown_keys_with_a_suggestion(self):
        with kit(EXCHANGE_PROPOSAL_DAY=1, UNHEARD_OF=2):
            suggestion, none = checks.check_unknown_settings()
        assert suggestion.id == none.id == "skillswap_core.E002"
        assert "'EXCHANGE_PROPOSAL_DAYS'" in suggestion.hint
        assert "settings" in none.hint

    @pytest.mark.parametrize(
        ("key", "value"),
        [
            ("API_PAGE_SIZE", "20"),
            ("API_PAGE_SIZE", 0),
            ("API_PAGE_SIZE", True),
            ("PUBLIC_BROWSING", "no"),
            ("CONTACT_POLICIES", "dotted.path"),
            ("EXCHANGE_GEOCODERS", []),
            ("EXCHANGE_RATING_PRIOR_WEIGHT", -1),
        ],
    )
    def test_e003_values_of_the_wrong_type_or_size(self, key, value):
        with kit(**{key: value}):
            [message] = checks.check_setting_values()
        assert message.id == "skillswap_core.E003"
        assert key in message.msg

    def test_e003_accepts_lists_for_tuples_and_whole_numbers_for_fractions(self):
        with kit(CONTACT_POLICIES=[], EXCHANGE_RATING_PRIOR_MEAN=4):
            assert checks.check_setting_values() == []

    @pytest.mark.parametrize(
        "entry",
        [
            {"BACKEND": "nowhere.Geocoder"},
            {"BACKEND": "skillswap_kit.exchange.geocoders.StaticGeocoder", "OPTIONS": {"NO_SUCH": 1}},
            {"BACKEND": "builtins.dict"},
            {},
            "skillswap_kit.exchange.geocoders.StaticGeocoder",
        ],
    )
    def test_e004_backends_that_cannot_be_built(self, entry):
        with kit(EXCHANGE_GEOCODERS={"default": entry}):
            [message] = checks.check_backends_build()
            assert message.id == "skillswap_core.E004"
            assert 'SKILLSWAP_KIT["EXCHANGE_GEOCODERS"]["default"]' in message.msg
            with pytest.raises(ImproperlyConfigured):
                _ = geocoders["default"]

    @pytest.mark.parametrize("path", ["nowhere.Policy", ".Policy", "builtins.object", f"{__name__}.Broken", 5, []])
    def test_e005_contact_policies_that_are_none(self, path):
        with kit(CONTACT_POLICIES=[path]):
            assert ids(checks.check_contact_policies_load()) == ["skillswap_core.E005"]

    def test_e006_a_contributed_contact_policy_cannot_be_forgotten(self, monkeypatch):
        from django.apps import apps

        path = f"{__name__}.HidesNobody"
        monkeypatch.setattr(apps.get_app_config("skillswap_exchange"), "contact_policies", (path,))
        assert checks.check_contact_policies_complete() == []
        assert [type(policy) for policy in contact_policies()] == [HidesNobody]
        with kit(CONTACT_POLICIES=[]):
            [message] = checks.check_contact_policies_complete()
        assert message.id == "skillswap_core.E006"
        assert path in message.hint

    def test_e007_unknown_file_storage(self):
        with kit(FILE_STORAGE="attic"):
            assert ids(checks.check_file_storage()) == ["skillswap_core.E007"]

    @override_settings(USE_TZ=False)
    def test_e009_no_time_zones(self):
        assert ids(checks.check_time_zone_support()) == ["skillswap_core.E009"]

    def test_w001_deferred_transactions_on_sqlite(self, monkeypatch):
        database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
        monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": database}))
        assert ids(checks.check_sqlite_transaction_mode()) == ["skillswap_core.W001"]
        database["OPTIONS"] = {"transaction_mode": None}
        assert ids(checks.check_sqlite_transaction_mode()) == ["skillswap_core.W001"]
        database["OPTIONS"] = {"transaction_mode": "immediate"}
        assert checks.check_sqlite_transaction_mode() == []

    @pytest.mark.parametrize("level", ["repeatable read", None])
    def test_w002_repeatable_read_on_mariadb(self, level, monkeypatch):
        database = {"ENGINE": "django.db.backends.mysql", "OPTIONS": {"isolation_level": level}}
        monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": database}))
        assert ids(checks.check_mariadb_isolation()) == ["skillswap_core.W002"]
        for options in ({}, {"isolation_level": "READ COMMITTED"}):
            database["OPTIONS"] = options
            assert checks.check_mariadb_isolation() == []

    @pytest.mark.parametrize("path", ["nowhere.Policy", f"{__name__}.HidesNobody", f"{__name__}.Broken"])
    def test_exchange_policies(self, path):
        with kit(EXCHANGE_SETTLEMENT=path, EXCHANGE_CANCELLATION_POLICY=path):
            assert ids(exchange_checks.check_settlement()) == ["skillswap_exchange.E001"]
            assert ids(exchange_checks.check_cancellation_policy()) == ["skillswap_exchange.E002"]

    def test_exchange_needs_a_default_geocoder(self):
        with kit(EXCHANGE_GEOCODERS={}):
            assert ids(exchange_checks.check_geocoder_default()) == ["skillswap_exchange.E003"]

    @pytest.mark.parametrize(
        ("routed", "expected"),
        [("urls", []), ("urls_api", []), ("urls_pages", ["skillswap_exchange.E004"])],
    )
    def test_exchange_pages_need_its_api(self, routed, expected, settings):
        settings.ROOT_URLCONF = f"skillswap_kit.{routed}"
        assert ids(exchange_checks.check_pages_have_the_api()) == expected

    def test_exchange_warns_where_nobody_can_be_mailed(self, monkeypatch):
        from django.contrib.auth import get_user_model

        monkeypatch.setattr(get_user_model(), "EMAIL_FIELD", "nowhere", raising=False)
        assert ids(exchange_checks.check_email_field()) == ["skillswap_exchange.W001"]
        with kit(EXCHANGE_SEND_EMAILS=False):
            assert exchange_checks.check_email_field() == []

    @pytest.mark.parametrize("value", [5, None, [], "a.b.C", {}])
    @pytest.mark.parametrize("key", sorted(declared_settings()))
    def test_no_value_crashes_a_check(self, key, value):
        with kit(**{key: value}):
            is_wrong = bool(declared_settings()[key].problem())
            found = ids(run_checks(tags=KIT_TAGS))
        assert ("skillswap_core.E003" in found) == is_wrong
        assert len(found) <= 1

    @pytest.mark.parametrize("value", [5, None, []])
    def test_no_dictionary_crashes_no_check(self, value):
        with override_settings(SKILLSWAP_KIT=value):
            assert ids(run_checks(tags=KIT_TAGS)) == ["skillswap_core.E001"]

    def test_a_host_that_sets_nothing_has_nothing_to_mend(self, settings):
        assert not hasattr(settings, "SKILLSWAP_KIT")
        assert [message for message in run_checks() if "skillswap" in str(message.id)] == []


class TestBackends:
    def test_one_instance_per_alias_until_the_setting_changes(self):
        first = geocoders["default"]
        assert geocoders["default"] is first
        with kit():
            assert geocoders["default"] is not first

    def test_an_unknown_alias_names_the_known_ones(self):
        with pytest.raises(ImproperlyConfigured, match="default"):
            _ = geocoders["attic"]

    def test_backends_can_add_checks_of_their_own(self, monkeypatch):
        monkeypatch.setattr(BaseGeocoder, "check", lambda self: [f"{self.alias} is slow"], raising=False)
        assert checks.check_backends_build() == ["default is slow"]
        assert geocoders in BackendRegistry.instances


def test_a_policy_that_cannot_be_imported_is_a_matter_of_configuration():
    with pytest.raises(ImproperlyConfigured, match="nowhere"):
        load_policy("nowhere.Policy")
