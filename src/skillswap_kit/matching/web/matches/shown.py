"""A match as its card shows it to the member for whom it was found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

from django.urls import reverse
from django.utils.functional import cached_property

from skillswap_kit.core.keys import written_key
from skillswap_kit.core.types import User
from skillswap_kit.exchange.people import People, ShownPerson
from skillswap_kit.exchange.services.proposals import cooling_terms, terms_key

from ...contact import Contact, OpenProposal
from ...reasons import Reason
from ...services import MatchTerms, Recommendation

FIRST_REASONS = 2
TONES = {Contact.ASKED: "wait", Contact.WAS_ASKED: "wait", Contact.CONNECTED: "ok"}


class NamedSkill(NamedTuple):
    pk: int
    name: str


@dataclass(frozen=True, kw_only=True)
class ShownTerms:
    """What whoever presses the button has read."""

    learn: NamedSkill
    teach: NamedSkill

    @classmethod
    def of(cls, terms: MatchTerms) -> ShownTerms:
        learn, teach = (NamedSkill(skill.pk, skill.name) for skill in (terms.learn, terms.teach))
        return cls(learn=learn, teach=teach)

    @property
    def fields(self) -> dict[str, str]:
        """What the button sends, so that nothing else is proposed; as text, which no language groups in thousands."""
        return {"learn": str(self.learn.pk), "teach": str(self.teach.pk)}


@dataclass(frozen=True)
class MatchLinks:
    """Where something is done about another member, by the key of their user."""

    key: Any

    @property
    def propose(self) -> str:
        return match_address("match-propose", self.key)

    @property
    def terms(self) -> str:
        """Of the page on which the terms are chosen."""
        return reverse("skillswap_exchange:propose", kwargs={"pk": written_key(self.key)})

    @property
    def dismiss(self) -> str:
        return match_address("match-dismiss", self.key)

    @property
    def undo(self) -> str:
        return match_address("match-undo", self.key)


class Fit:
    """Another member and the viewer: why they fit, how far they have come with each other, and what can be done."""

    def __init__(
        self,
        person: ShownPerson,
        reasons: Sequence[Reason],
        *,
        proposal: OpenProposal | None = None,
        is_connected: bool = False,
    ) -> None:
        """``proposal``: what waits for an answer between the two. ``was_refused`` is for :func:`note_refusals`."""
        self.person, self.reasons = person, reasons
        self.proposal, self.is_connected = proposal, is_connected
        self.was_refused = False
        self.links = MatchLinks(person.key)

    @property
    def contact(self) -> Contact:
        if self.is_connected:
            return Contact.CONNECTED
        return self.proposal.contact if self.proposal else Contact.NONE

    @property
    def tone(self) -> str:
        return TONES.get(self.contact, "")

    @property
    def waits_for_viewer(self) -> bool:
        return self.proposal is not None and self.proposal.contact == Contact.WAS_ASKED

    @cached_property
    def first_reasons(self) -> list[Reason]:
        """The best of what the viewer gets and of what they give, and those that come next."""
        leading = [reasons[0] for reasons in (self._of_kind("gets"), self._of_kind("gives")) if reasons]
        others = [reason for reason in self.reasons if reason not in leading]
        return [*leading, *others][:FIRST_REASONS]

    @cached_property
    def more_reasons(self) -> list[Reason]:
        return [reason for reason in self.reasons if reason not in self.first_reasons]

    @cached_property
    def gets(self) -> list[NamedSkill]:
        """What the viewer can learn, what is worth the most first, as it would be proposed."""
        return _taught(self._of_kind("gets"))

    @cached_property
    def gives(self) -> list[NamedSkill]:
        """What the viewer teaches that the other wants or is helped by."""
        return _taught(self._of_kind("gives"))

    @property
    def is_mutual(self) -> bool:
        return bool(self.gets and self.gives)

    @property
    def terms(self) -> ShownTerms | None:
        """What one click proposes; None where the site's reasons do not tell."""
        return ShownTerms(learn=self.gets[0], teach=self.gives[0]) if self.is_mutual else None

    def _of_kind(self, kind: str) -> list[Reason]:
        return [reason for reason in self.reasons if reason.kind == kind]

    @property
    def swap_url(self) -> str:
        """Of what waits between the two, if anything does."""
        return reverse("skillswap_exchange:swap", kwargs={"pk": self.proposal.swap}) if self.proposal else ""


class ShownMatch(Fit):
    """``recommendation`` comes with its reasons."""

    def __init__(self, recommendation: Recommendation, person: ShownPerson) -> None:
        super().__init__(person, recommendation.reasons or [], proposal=recommendation.proposal)
        self.profile = recommendation.profile


def _taught(reasons: Iterable[Reason]) -> list[NamedSkill]:
    taught = (NamedSkill(reason.data["taught"]["id"], reason.data["taught"]["name"]) for reason in reasons)
    return list(dict.fromkeys(taught))


def show_matches(recommendations: Iterable[Recommendation], people: People) -> list[ShownMatch]:
    """The cards of recommendations with reasons; those are of people whom the viewer may find."""
    rows = list(recommendations)
    people.add(row.profile.user for row in rows)
    matches = [ShownMatch(row, people.show(row.profile.user)) for row in rows]
    note_refusals(matches, cast("User", people.viewer))
    return matches


def note_refusals(fits: Iterable[Fit], viewer: User) -> None:
    """Mark those of whom one click would propose what was refused lately, which the service would not let through."""
    by_terms = {}
    for fit in fits:
        if fit.terms:
            skills = [fit.terms.learn.pk, fit.terms.teach.pk]
            by_terms[terms_key([viewer.pk, fit.person.key], skills)] = fit
    for key in cooling_terms(viewer, by_terms):
        by_terms[key].was_refused = True


def match_address(name: str, key: Any) -> str:
    """Of a page about a member, by the key of their user."""
    return reverse(f"skillswap_matching:{name}", kwargs={"pk": written_key(key)})
