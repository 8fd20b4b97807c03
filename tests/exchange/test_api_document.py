"""The OpenAPI document of the whole API."""

from datetime import datetime, timedelta

import pytest
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator

from skillswap_kit.exchange.models import Connection
from skillswap_kit.testing.factories import make_listing
from skillswap_kit.testing.swaps import make_review, make_session, make_swap

from .api_client import Api


def test_it_is_drawn_without_warnings():
    reset_generator_stats()
    with GENERATOR_STATS.silence():
        document = SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    assert document["components"]["schemas"]["SwapStatus"]["enum"][0] == "proposed"
    assert document["components"]["schemas"]["Swap"]["properties"]["status"] == {
        "allOf": [{"$ref": "#/components/schemas/SwapStatus"}],
        "readOnly": True,
    }


@pytest.mark.django_db
def test_moments_are_utc_whatever_the_host_prefers(trio, settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DATETIME_FORMAT": "%d.%m.%Y"}
    swap = make_swap([trio.amina, trio.bruno], status="completed")
    running = make_swap([trio.amina, trio.bruno], status="accepted")
    rows = {
        "sessions": make_session(running, by=trio.amina),
        "swaps": swap,
        "reviews": make_review(swap, by=trio.amina),
        "connections": Connection.objects.get(),
        "listings": make_listing(trio.amina),
    }
    api = Api(trio.amina)
    answers = [api.get(f"{name}/{row.pk}/").json() for name, row in rows.items()]
    answers += api.get(f"swaps/{swap.pk}/timeline/").json()["results"]
    moments = [
        value
        for answer in answers
        for name, value in answer.items()
        if name.endswith("_at") or name == "deadline"
        if value is not None
    ]
    assert len(moments) > 12
    assert all(datetime.fromisoformat(moment).utcoffset() == timedelta(0) for moment in moments)
    assert all(moment.endswith("Z") for moment in moments)
