"""What one's own offer shows besides its text: pictures, and questions with answers."""

from __future__ import annotations

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from skillswap_kit.core.text import isolated

from ...conf import exchange_settings
from ...models import ListingFAQ, ListingImage
from ...services import (
    add_listing_faq,
    add_listing_image,
    remove_listing_faq,
    remove_listing_image,
    update_listing_faq,
)
from .listing_forms import PictureForm, QuestionForm
from .pages import OwnCommandPage, OwnFormPage, OwnOfferMixin, address


class PicturesPage(OwnOfferMixin, OwnFormPage):
    """The gallery of an offer, and a form that adds to it."""

    template_name = "skillswap_exchange/own/pictures.html"
    form_class = PictureForm
    submit = _("Add this picture")
    done = _("The picture is added.")

    def related(self, rows: Any) -> Any:
        return super().related(rows).prefetch_related("images")

    def get_title(self) -> Any:
        return _("Pictures of “%(listing)s”") % {"listing": isolated(self.row)}

    def home(self) -> str:
        return address("listing-edit", self.row.pk)

    def next_url(self, result: Any) -> str:
        return address("listing-pictures", self.row.pk)

    def get_context(self) -> dict[str, Any]:
        most = exchange_settings.MAX_LISTING_IMAGES
        is_full = len(self.row.images.all()) >= most
        return {**super().get_context(), "listing": self.row, "most": most, "is_full": is_full}

    def perform(self, data: dict[str, Any]) -> ListingImage:
        upload = data.pop("file")
        return add_listing_image(by=self.person, listing=self.row, upload=upload, **data)


class RemovePicturePage(OwnOfferMixin, OwnCommandPage):
    title = _("Remove this picture?")
    submit = pgettext_lazy("button", "Remove")
    is_final = True
    done = _("The picture is removed.")

    def home(self) -> str:
        return address("listing-pictures", self.row.pk)

    @cached_property
    def image(self) -> Any:
        return self.find(ListingImage.objects.filter(listing=self.row.pk), self.kwargs["image_pk"])

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "explanation": self.image.caption}

    def perform(self, data: dict[str, Any]) -> None:
        remove_listing_image(by=self.person, image=self.image)


class QuestionMixin(OwnOfferMixin):
    """About the questions of an offer, and the one that the address names."""

    def home(self) -> str:
        return address("listing-edit", self.row.pk)

    @cached_property
    def faq(self) -> Any:
        page: Any = self
        return page.find(ListingFAQ.objects.filter(listing=self.row.pk), page.kwargs["faq_pk"])


class AddQuestionPage(QuestionMixin, OwnFormPage):
    form_class = QuestionForm
    submit = _("Add this question")
    done = _("The question is added.")

    def get_title(self) -> Any:
        return _("A question about “%(listing)s”") % {"listing": isolated(self.row)}

    def perform(self, data: dict[str, Any]) -> ListingFAQ:
        return add_listing_faq(by=self.person, listing=self.row, **data)


class EditQuestionPage(QuestionMixin, OwnFormPage):
    form_class = QuestionForm
    title = _("Edit this question")
    done = _("The question is saved.")

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.faq, name) for name in QuestionForm.base_fields}

    def perform(self, data: dict[str, Any]) -> ListingFAQ:
        return update_listing_faq(by=self.person, faq=self.faq, **data)


class RemoveQuestionPage(QuestionMixin, OwnCommandPage):
    title = _("Remove this question and its answer?")
    submit = pgettext_lazy("button", "Remove")
    is_final = True
    done = _("The question is removed.")

    def get_context(self) -> dict[str, Any]:
        return {**super().get_context(), "explanation": self.faq.question}

    def perform(self, data: dict[str, Any]) -> None:
        remove_listing_faq(by=self.person, faq=self.faq)
