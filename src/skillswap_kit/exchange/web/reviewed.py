"""Reviews below what they are about."""

from __future__ import annotations

from typing import Any, cast

from skillswap_kit.core.conf import core_settings
from skillswap_kit.core.paging import PAGE, read_number, take_page
from skillswap_kit.core.web.pages import KitPage

from ..models import Review
from ..people import People, not_found_among


class ReviewedMixin(KitPage):
    """Pages with published ``reviews``, so many at a time; None where there can be no reviews.

    Their authors are shown by name only to who could find them anyway: by ``reviewers``, as in the API.
    """

    reviews: Any

    def published_reviews(self) -> Any:
        return cast("Any", self.rows(Review)).published().with_people().order_by("-published_at", "-pk")

    def get_context(self) -> dict[str, Any]:
        context = {**super().get_context(), "reviews": None}
        if self.reviews is None:
            return context
        number = read_number(self.request.GET, PAGE, default=1)
        page = take_page(self.reviews, number=number, size=core_settings.PAGE_SIZE)
        reviewers = People(self.request.user, not_found_among)
        reviewers.add(review.author for review in page.rows)
        return {**context, "reviews": page, "reviewers": reviewers}
