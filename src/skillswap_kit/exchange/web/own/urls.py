from __future__ import annotations

from django.urls import path

from .extras import (
    AddQuestionPage,
    EditQuestionPage,
    PicturesPage,
    RemovePicturePage,
    RemoveQuestionPage,
)
from .listings import AddListingPage, EditListingPage, OwnListingsPage, PausePage, RemovePage, ResumePage
from .profile import AvatarPage, OwnProfilePage, RemoveAvatarPage
from .skills import ProposeSkillPage

LISTING = "my/listings/<str:pk>/"

urlpatterns = [
    path("my/profile/", OwnProfilePage.as_view(), name="own-profile"),
    path("my/profile/picture/", AvatarPage.as_view(), name="own-avatar"),
    path("my/profile/picture/remove/", RemoveAvatarPage.as_view(), name="own-avatar-remove"),
    path("my/skills/propose/", ProposeSkillPage.as_view(), name="skill-propose"),
    path("my/listings/", OwnListingsPage.as_view(), name="own-listings"),
    path("my/listings/add/", AddListingPage.as_view(), name="listing-add"),
    path(LISTING, EditListingPage.as_view(), name="listing-edit"),
    path(f"{LISTING}pause/", PausePage.as_view(), name="listing-pause"),
    path(f"{LISTING}resume/", ResumePage.as_view(), name="listing-resume"),
    path(f"{LISTING}remove/", RemovePage.as_view(), name="listing-remove"),
    path(f"{LISTING}pictures/", PicturesPage.as_view(), name="listing-pictures"),
    path(
        f"{LISTING}pictures/<str:image_pk>/remove/",
        RemovePicturePage.as_view(),
        name="listing-picture-remove",
    ),
    path(f"{LISTING}questions/add/", AddQuestionPage.as_view(), name="listing-question-add"),
    path(f"{LISTING}questions/<str:faq_pk>/", EditQuestionPage.as_view(), name="listing-question-edit"),
    path(
        f"{LISTING}questions/<str:faq_pk>/remove/",
        RemoveQuestionPage.as_view(),
        name="listing-question-remove",
    ),
]
