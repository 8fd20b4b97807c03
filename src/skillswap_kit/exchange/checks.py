"""Wrong set-up of the exchange fails at start-up."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Warning, register

from skillswap_kit.core.checks import is_readable, policy_problem
from skillswap_kit.core.composition import is_routed
from skillswap_kit.core.conf import SETTINGS_NAME, declared_settings

from .conf import exchange_settings
from .policies import BaseCancellationPolicy, BaseSettlement

LABEL = "skillswap_exchange"


def _policy_problem(key: str, base: type) -> str | None:
    if not is_readable(key):
        return None
    problem = policy_problem(declared_settings()[key].value, base)
    return problem and f'{SETTINGS_NAME}["{key}"]: {problem}'


@register(LABEL)
def check_settlement(**kwargs: Any) -> list[CheckMessage]:
    problem = _policy_problem("EXCHANGE_SETTLEMENT", BaseSettlement)
    hint = "Name a subclass of skillswap_kit.exchange.policies.BaseSettlement by its dotted path."
    return [Error(problem, hint=hint, id="skillswap_exchange.E001")] if problem else []


@register(LABEL)
def check_cancellation_policy(**kwargs: Any) -> list[CheckMessage]:
    problem = _policy_problem("EXCHANGE_CANCELLATION_POLICY", BaseCancellationPolicy)
    hint = "Name a subclass of skillswap_kit.exchange.policies.BaseCancellationPolicy by its dotted path."
    return [Error(problem, hint=hint, id="skillswap_exchange.E002")] if problem else []


@register(LABEL)
def check_geocoder_default(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("EXCHANGE_GEOCODERS") or "default" in exchange_settings.GEOCODERS:
        return []
    return [
        Error(
            f'{SETTINGS_NAME}["EXCHANGE_GEOCODERS"] has no alias "default".',
            hint="Add one, or remove the setting to use the built-in table of cities.",
            id="skillswap_exchange.E003",
        )
    ]


@register(LABEL)
def check_pages_have_the_api(**kwargs: Any) -> list[CheckMessage]:
    if not is_routed("skillswap_exchange:listings") or is_routed("skillswap_exchange_api:skill-suggestions"):
        return []
    return [
        Error(
            "The pages of the exchange are routed without its API, which serves their pictures and suggestions.",
            hint='Add path("api/", include("skillswap_kit.urls_api")) to the URLconf.',
            id="skillswap_exchange.E004",
        )
    ]


@register(LABEL)
def check_email_field(**kwargs: Any) -> list[CheckMessage]:
    if not is_readable("EXCHANGE_SEND_EMAILS") or not exchange_settings.SEND_EMAILS:
        return []
    user_model = get_user_model()
    if user_model.get_email_field_name() in {field.name for field in user_model._meta.get_fields()}:
        return []
    return [
        Warning(
            f"{user_model._meta.label} has no e-mail field, so the exchange cannot e-mail anybody.",
            hint=f'Set EMAIL_FIELD on the user model, or {SETTINGS_NAME}["EXCHANGE_SEND_EMAILS"] = False.',
            id="skillswap_exchange.W001",
        )
    ]
