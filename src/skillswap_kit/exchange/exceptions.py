"""Errors of the exchange: one class per situation that a caller may handle."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from skillswap_kit.core.errors import Conflict, NotAllowed


class InvalidTransition(Conflict):
    """The state map has no such move, or somebody was faster."""

    code = "invalid_transition"
    default_message = _("This is not possible in the present state.")


class DeadlinePassed(InvalidTransition):
    """The time to answer is over."""

    code = "deadline_passed"
    default_message = _("The time to answer is over.")


class ProposalChanged(Conflict):
    """The answer was to another version than the present one."""

    code = "proposal_changed"
    default_message = _("The proposal has changed. Read the new version before you answer.")


class AlreadyProposed(Conflict):
    """The same people have an open proposal about the same skills."""

    code = "already_proposed"
    default_message = _("There is an open proposal between you about these skills.")


class CoolingDown(Conflict):
    """These people refused the same proposal a short while ago."""

    code = "cooling_down"
    default_message = _("This proposal was refused a short while ago. You can repeat it later.")


class CannotContact(NotAllowed):
    """Somebody in it cannot be reached by this person. Why is not said."""

    code = "cannot_contact"
    default_message = _("You cannot propose this to this member.")


class ListingExists(Conflict):
    """The member has a listing of this kind for this skill."""

    code = "listing_exists"
    default_message = _("You have a listing for this skill. Edit that one.")


class SkillExists(Conflict):
    """One of the names stands for a skill of the vocabulary already: the one with the key ``skill_id``."""

    code = "skill_exists"
    default_message = _("This skill exists already.")

    def __init__(self, skill_id: int, name: str) -> None:
        super().__init__(_("This skill exists already: %(name)s (number %(id)s).") % {"name": name, "id": skill_id})
        self.skill_id = skill_id


class LimitReached(Conflict):
    """As many as there may be."""

    code = "limit_reached"
    default_message = _("You have as many of these as there may be.")


class AlreadyReviewed(Conflict):
    """One review per swap, author and other person."""

    code = "already_reviewed"
    default_message = _("You have reviewed this member for this swap.")


class ReviewPublished(Conflict):
    """Published reviews stay as they are."""

    code = "review_published"
    default_message = _("This review is published and can no longer be changed.")


class ReviewPeriodOver(Conflict):
    """Too late to write a review."""

    code = "review_period_over"
    default_message = _("The time to review this swap is over.")


class Unsupported(Conflict):
    """The site is not set up for this."""

    code = "unsupported"
    default_message = _("This site is not set up for that.")
