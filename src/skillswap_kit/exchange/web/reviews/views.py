"""What others said of me, what I said, and what is left to say."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import SkillSwapError
from skillswap_kit.core.text import isolated
from skillswap_kit.core.types import User
from skillswap_kit.core.web.pages import CommandPage, ListPage, RowMixin

from ... import services
from ...exceptions import ReviewPublished
from ...models import Review, Swap, SwapParticipant
from ...people import People, not_found_among
from ...services.rules import check_review, review_partners, review_until
from ..checked import CheckedPage
from ..pages import ExchangePage
from .forms import NewReviewForm, ReviewForm
from .left import left_to_review

ABOUT, WRITTEN = "about", "written"


class ReviewsPage(ExchangePage, ListPage):
    """Those about me or those by me, below whom I can still review."""

    template_name = "skillswap_exchange/reviews/reviews.html"
    title = _("Reviews")

    @property
    def is_written(self) -> bool:
        return self.request.GET.get("show") == WRITTEN

    def get_rows(self) -> QuerySet[Any, Any]:
        reviews = cast("Any", self.rows(Review)).with_people().order_by("-created_at", "-pk")
        if self.is_written:
            return cast("QuerySet[Any, Any]", reviews.filter(author=self.person.pk))
        return cast("QuerySet[Any, Any]", reviews.published().filter(about=self.person.pk))

    def get_context(self) -> dict[str, Any]:
        address = reverse("skillswap_exchange:reviews")
        tabs = [
            {"url": f"{address}?show={ABOUT}", "label": _("About me"), "is_current": not self.is_written},
            {"url": f"{address}?show={WRITTEN}", "label": _("Written by me"), "is_current": self.is_written},
        ]
        return {**super().get_context(), "tabs": tabs, "is_written": self.is_written}

    def render(self, *, status: int = 200, **context: Any) -> HttpResponse:
        reviews, left = context["page"].rows, left_to_review(self.person)
        self.people.add([*(review.about for review in reviews), *(each.partner for each in left)])
        # Whoever shares a swap is known from it; as an author somebody is named only to who could find them.
        reviewers = People(self.request.user, not_found_among)
        reviewers.add(review.author for review in reviews)
        return super().render(status=status, left=left, reviewers=reviewers, now=timezone.now(), **context)


class ReviewFormPage(CheckedPage):
    """A form about a review that leads back to the list."""

    template_name = "skillswap_exchange/reviews/form.html"

    def home_url(self) -> str:
        return reverse("skillswap_exchange:reviews")

    def next_url(self, result: Any) -> str:
        return f"{self.home_url()}?show={WRITTEN}"


class WritePage(RowMixin, ReviewFormPage):
    """Review somebody of a completed swap."""

    model = Swap
    form_class = NewReviewForm
    submit = _("Save the review")
    done = _("Your review is saved.")

    def related(self, rows: Any) -> Any:
        return rows.with_people().prefetch_related("reviews")

    @cached_property
    def own_side(self) -> SwapParticipant:
        (own,) = [side for side in self.row.participants.all() if side.user_id == self.person.pk]
        return cast("SwapParticipant", own)

    @cached_property
    def partners(self) -> list[User]:
        written = {review.about_id for review in self.row.reviews.all() if review.author_id == self.person.pk}
        partners = review_partners(self.row, self.own_side)
        return [user for key, user in partners.items() if key not in written]

    def check(self) -> None:
        check_review(self.row, self.own_side)

    def get_title(self) -> Any:
        if len(self.partners) != 1:
            return _("Write a review")
        return gettext("Review %(name)s") % {"name": isolated(self.people.show(self.partners[0]).name)}

    def get_initial(self) -> dict[str, Any]:
        return {"about": self.request.GET.get("about", "")}

    def get_form_options(self) -> dict[str, Any]:
        self.people.add(self.partners)
        return {"partners": self.partners, "shown": self.people}

    def get_context(self) -> dict[str, Any]:
        try:
            publish_at = review_until(self.row)
        except SkillSwapError:
            publish_at = None
        return {**super().get_context(), "publish_at": publish_at}

    def perform(self, data: dict[str, Any]) -> Review:
        # Somebody who was reviewed in another window is no partner any more, but still whom the service is asked for.
        about = data.pop("about", None) or (self.partners[0] if len(self.partners) == 1 else None)
        return services.write_review(swap=self.row, by=self.person, about=about, **data)


class OwnReview(RowMixin, ReviewFormPage):
    """A review that the viewer wrote; once it is published, it stays."""

    model = Review

    def related(self, rows: Any) -> Any:
        return rows.with_people().filter(author=self.person.pk)

    def check(self) -> None:
        if self.row.published_at is not None or self.row.publish_at <= timezone.now():
            raise ReviewPublished

    @property
    def about(self) -> str:
        return self.people.show(self.row.about).name


class EditPage(OwnReview):
    form_class = ReviewForm
    done = _("Your review is saved.")

    def get_title(self) -> Any:
        return gettext("Review %(name)s") % {"name": isolated(self.about)}

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in ReviewForm.base_fields}

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "publish_at": self.row.publish_at, "review": self.row}

    def perform(self, data: dict[str, Any]) -> Review:
        return services.edit_review(review=self.row, by=self.person, **data)


class DeletePage(OwnReview, CommandPage):
    template_name = "skillswap_exchange/checked.html"
    submit = pgettext_lazy("button", "Delete")
    explanation = _("You can write another one as long as the swap can be reviewed.")
    is_final = True
    done = _("Your review is deleted.")

    def get_title(self) -> Any:
        return gettext("Delete your review of %(name)s?") % {"name": isolated(self.about)}

    def perform(self, data: dict[str, Any]) -> None:
        services.delete_review(review=self.row, by=self.person)
