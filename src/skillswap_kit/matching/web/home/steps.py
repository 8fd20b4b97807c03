"""The one thing that a member does best now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from skillswap_kit.core.text import isolated
from skillswap_kit.exchange.models import Listing, Session
from skillswap_kit.exchange.web.sessions.times import Meeting
from skillswap_kit.exchange.web.swaps.shown import ShownSwap

from ...contact import Contact
from ..circles.shown import ShownCircle
from ..matches.shown import ShownMatch

CIRCLES_PART = "circles"
"""Where the page shows circles."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """What lies before a member: of everything the few things that the page shows, what is most urgent first."""

    kinds: Collection[str]
    """Of the listings that they have."""
    requests: Sequence[ShownSwap]
    running: Sequence[ShownSwap]
    meetings: Sequence[Meeting]
    matches: Sequence[ShownMatch]
    circles: Sequence[ShownCircle]


@dataclass(frozen=True, kw_only=True)
class NextStep:
    """A sentence and the button that follows it; ``moment`` is when people meet."""

    text: str
    button: str
    url: str
    about: str = ""
    moment: datetime | None = None


def next_step(situation: Situation) -> NextStep:
    """Who waits for an answer comes first, then what nobody can find the member without, then what is agreed."""
    steps = (step(situation) for step in STEPS)
    return next((step for step in steps if step is not None), _look_around(situation))


def _answer_proposal(situation: Situation) -> NextStep | None:
    if not situation.requests:
        return None
    first = situation.requests[0]
    text = _("A proposal waits for your answer.")
    return NextStep(text=text, about=first.title, url=first.url, button=_("Answer"))


def _answer_session(situation: Situation) -> NextStep | None:
    asked = (one for one in situation.meetings if one.is_asked and one.session.status == Session.Status.PENDING)
    meeting = next(asked, None)
    if meeting is None:
        return None
    return _meeting_step(meeting, _("%(name)s asks you for a session."), button=_("Answer"))


def _settle_session(situation: Situation) -> NextStep | None:
    meeting = next((one for one in situation.meetings if _is_agreed(one) and _has_begun(one)), None)
    if meeting is None:
        return None
    return _meeting_step(meeting, _("Did you meet %(name)s?"), button=_("Say how it went"))


def _offer(situation: Situation) -> NextStep | None:
    if Listing.Kind.OFFER in situation.kinds:
        return None
    return NextStep(
        text=_("Say what you can teach."),
        about=_("Be it small: whoever wants to learn it finds you."),
        url=_add_url(Listing.Kind.OFFER),
        button=_("Add what I can teach"),
    )


def _want(situation: Situation) -> NextStep | None:
    if Listing.Kind.WANT in situation.kinds:
        return None
    return NextStep(
        text=_("Say what you want to learn."),
        about=_("Then you see who teaches it and wants what you teach."),
        url=_add_url(Listing.Kind.WANT),
        button=_("Add what I want to learn"),
    )


def _meet(situation: Situation) -> NextStep | None:
    meeting = next((one for one in situation.meetings if _is_agreed(one)), None)
    if meeting is None:
        return None
    return _meeting_step(meeting, _("You meet %(name)s."), button=_("Open the session"))


def _go_on(situation: Situation) -> NextStep | None:
    going = next((one for one in situation.running if {"confirm", "request_session"} & {*one.actions}), None)
    if going is None:
        return None
    return NextStep(text=going.next_step, about=going.title, url=going.url, button=_("Open the swap"))


def _see_match(situation: Situation) -> NextStep | None:
    match = next((one for one in situation.matches if one.contact == Contact.NONE and not one.was_refused), None)
    if match is None:
        return None
    return NextStep(
        text=_("%(name)s fits you.") % {"name": isolated(match.person.name)},
        about=" ".join(reason.text for reason in match.first_reasons),
        url=match.person.url or reverse("skillswap_matching:matches"),
        button=_("See their page"),
    )


def _see_circle(situation: Situation) -> NextStep | None:
    if not situation.circles:
        return None
    return NextStep(
        text=_("You can swap in a circle of three."),
        about=_("Everybody teaches one member and learns from another."),
        url=f"#{CIRCLES_PART}",
        button=_("See the circles"),
    )


def _look_around(situation: Situation) -> NextStep:
    if situation.matches:
        text, about = _("Your proposals are on their way."), _("Meanwhile, see what else members teach.")
    else:
        text = _("Nobody fits you yet.")
        about = _("The more you offer and want, the sooner somebody does. Or look at what members teach.")
    return NextStep(text=text, about=about, url=reverse("skillswap_exchange:listings"), button=_("Browse offers"))


STEPS: Sequence[Callable[[Situation], NextStep | None]] = (
    _answer_proposal,
    _answer_session,
    _settle_session,
    _offer,
    _want,
    _meet,
    _go_on,
    _see_match,
    _see_circle,
)


def _meeting_step(meeting: Meeting, text: str, *, button: str) -> NextStep:
    session = meeting.session
    return NextStep(
        text=text % {"name": isolated(meeting.other.name)},
        about=session.topic,
        moment=session.starts_at,
        url=reverse("skillswap_exchange:session", args=[session.pk]),
        button=button,
    )


def _is_agreed(meeting: Meeting) -> bool:
    return meeting.session.status == Session.Status.ACCEPTED


def _has_begun(meeting: Meeting) -> bool:
    return meeting.session.starts_at <= timezone.now()


def _add_url(kind: str) -> str:
    return f"{reverse('skillswap_exchange:listing-add')}?kind={kind}"
