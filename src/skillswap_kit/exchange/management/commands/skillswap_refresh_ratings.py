"""``manage.py skillswap_refresh_ratings``: after EXCHANGE_RATING_PRIOR_MEAN or EXCHANGE_RATING_PRIOR_WEIGHT changed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand

from skillswap_kit.exchange.models import Review
from skillswap_kit.exchange.services.reviews import refresh_rating

PROGRESS_EVERY = 1000


class Command(BaseCommand):
    help = "Works out the rating of every reviewed member again, by the present settings."

    def handle(self, **options: Any) -> None:
        # Keys first: members are locked one at a time, and no cursor stays open while they are.
        reviewed = Review.objects.published().exclude(about=None).order_by("about").values_list("about", flat=True)
        keys = list(reviewed.distinct())
        members = get_user_model()._default_manager
        for number, key in enumerate(keys, start=1):
            if (member := members.filter(pk=key).first()) is not None:
                refresh_rating(user=member)
            if number % PROGRESS_EVERY == 0:
                self.stdout.write(f"{number} of {len(keys)}")
        self.stdout.write(self.style.SUCCESS(f"Ratings worked out again: {len(keys)}"))
