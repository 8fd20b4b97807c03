"""Where one is in the log of events, and what is new since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from skillswap_kit.core.models import Event
from skillswap_kit.matching.index import feed
from skillswap_kit.matching.index.feed import NotInHistory, Position, poll, present_position
from skillswap_kit.testing.factories import make_listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def listings(make_user):
    """With their events."""
    return [make_listing(make_user()) for _ in range(3)]


def test_gaps_are_watched_as_long_as_a_transaction_may_take():
    seen = {1: 10, 4: 40}
    position = Position().after(seen, now=1000.0)
    assert position == Position(last=4, gaps={2: 1600.0, 3: 1600.0}, anchors=seen)
    later = position.after({3: 30}, now=1200.0)
    assert later == Position(last=4, gaps={2: 1600.0}, anchors={3: 30})
    assert later.after({6: 60}, now=1601.0) == Position(last=6, gaps={5: 2201.0}, anchors={6: 60})


def test_many_gaps_are_asked_for_at_once(listings, monkeypatch):
    monkeypatch.setattr(feed, "MOST_LISTED_GAPS", 0)
    last = present_position().last
    position = Position(last=last, gaps={last - 1: float("inf")}, anchors={})
    batch = poll(position)
    assert batch is not None
    assert batch.size == 1
    assert batch.position.last == last
    assert poll(batch.position) is None


def test_another_history_is_noticed(listings):
    position = present_position()
    assert poll(position) is None
    Event.objects.filter(pk=position.last).update(occurred_at=timezone.now() + timedelta(seconds=1))
    with pytest.raises(NotInHistory):
        poll(position)


def test_an_anchor_past_its_retention_may_be_deleted(listings):
    long_ago = timezone.now() - timedelta(days=200)
    Event.objects.update(occurred_at=long_ago)
    position = present_position()
    Event.objects.all().delete()
    assert poll(position) is None
