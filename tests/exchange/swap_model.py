"""What swaps, sessions and reviews should do, in plain Python: no database, no locks, small enough to read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import chain

PROPOSAL = timedelta(days=14)
COOLDOWN = timedelta(days=7)
TERM = timedelta(days=7)
REVIEWS = timedelta(days=14)
RUNNING = ("accepted", "in_progress")
MAX_OPEN = 3


class Refused(Exception):
    """Carries the name of the error that the service must raise."""


def require(condition: bool, error: str = "InvalidTransition") -> None:
    if not condition:
        raise Refused(error)


@dataclass
class Leg:
    giver: int
    receiver: int
    skill: int
    status: str = "open"
    by_time: bool = False


@dataclass
class Meeting:
    swap: Agreement
    requester: int
    recipient: int
    starts_at: datetime
    status: str = "pending"
    agreed_for: datetime | None = None


@dataclass
class Opinion:
    swap: Agreement
    author: int
    about: int
    rating: int
    is_published: bool = False


@dataclass
class Agreement:
    people: list[int]
    legs: list[Leg]
    deadline: datetime
    decisions: dict[int, str]
    by: int | None = None
    replaces: Agreement | None = None
    status: str = "proposed"
    version: int = 1
    accepted_at: datetime | None = None
    completed_at: datetime | None = None
    closed_at: datetime | None = None
    meetings: list[Meeting] = field(default_factory=list)
    events: list[str] = field(default_factory=lambda: ["swap_proposed"])

    @property
    def key(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        return tuple(sorted(self.people)), tuple(sorted(leg.skill for leg in self.legs))

    @property
    def kind(self) -> str:
        if len(self.people) > 2:
            return "circle"
        return "gift" if len({leg.giver for leg in self.legs}) == 1 else "barter"

    def partners(self, person: int) -> set[int]:
        pairs = [{leg.giver, leg.receiver} for leg in self.legs if leg.status == "confirmed"]
        return set(chain.from_iterable(pair for pair in pairs if person in pair)) - {person}


class Model:
    def __init__(self, now: datetime) -> None:
        self.now = now
        self.swaps: list[Agreement] = []
        self.reviews: list[Opinion] = []
        self.connections: set[frozenset[int]] = set()
        self.gone: set[int] = set()

    # Proposing

    def propose(self, by: int, legs: list[Leg]) -> Agreement:
        people = list(dict.fromkeys(chain([by], *((leg.giver, leg.receiver) for leg in legs))))
        decisions = {person: "accepted" if person == by else "pending" for person in people}
        swap = Agreement(people, legs, self.now + PROPOSAL, decisions, by)
        self._alone_in_its_terms(swap)
        waiting = [each for each in self.swaps if each.status == "proposed" and each.by == by]
        require(len(waiting) < MAX_OPEN, "LimitReached")
        self.swaps.append(swap)
        return swap

    def suggest(self, legs: list[Leg], accepted: Sequence[int] = (), replaces: Agreement | None = None) -> Agreement:
        people = list(dict.fromkeys(chain.from_iterable((leg.giver, leg.receiver) for leg in legs)))
        if replaces is not None:
            require(replaces.status == "declined", "InvalidInput")
            require(all(each.replaces is not replaces for each in self.swaps), "AlreadyProposed")
        before = replaces.decisions if replaces is not None else {}
        require(all(before.get(person) == "accepted" for person in accepted), "InvalidInput")
        require(set(accepted) < set(people), "InvalidInput")
        decisions = {person: "accepted" if person in accepted else "pending" for person in people}
        swap = Agreement(people, legs, self.now + PROPOSAL, decisions, replaces=replaces, events=["swap_suggested"])
        self._alone_in_its_terms(swap)
        self.swaps.append(swap)
        return swap

    def _alone_in_its_terms(self, swap: Agreement) -> None:
        same = [other for other in self.swaps if other.key == swap.key]
        require(all(other.status != "proposed" for other in same), "AlreadyProposed")
        require(not any(self._was_refused_to(other, swap.by) for other in same), "CoolingDown")

    def _was_refused_to(self, swap: Agreement, person: int | None) -> bool:
        is_recent = swap.closed_at is not None and swap.closed_at > self.now - COOLDOWN
        has_refused = person is not None and swap.decisions[person] == "declined"
        return swap.status == "declined" and is_recent and not has_refused

    def change(self, swap: Agreement, by: int, version: int, legs: list[Leg]) -> None:
        self._answer(swap, by, version)
        changed = Agreement(swap.people, legs, self.now + PROPOSAL, {})
        others = [each for each in self.swaps if each is not swap and each.status == "proposed"]
        require(all(each.key != changed.key for each in others), "AlreadyProposed")
        same = [each for each in self.swaps if each.key == changed.key]
        require(not any(self._was_refused_to(each, by) for each in same), "CoolingDown")
        swap.legs, swap.deadline, swap.version = legs, changed.deadline, swap.version + 1
        swap.decisions = {person: "accepted" if person == by else "pending" for person in swap.people}
        swap.events.append("swap_changed")

    # Answering

    def _take_part(self, swap: Agreement, by: int) -> None:
        require(by in swap.people, "NotAllowed")

    def _answer(self, swap: Agreement, by: int, version: int | None = None) -> None:
        self._take_part(swap, by)
        require(swap.status == "proposed")
        require(swap.deadline > self.now, "DeadlinePassed")
        require(version in (None, swap.version), "ProposalChanged")

    def accept(self, swap: Agreement, by: int, version: int) -> None:
        self._answer(swap, by, version)
        require(swap.decisions[by] == "pending")
        swap.decisions[by] = "accepted"
        swap.events.append("swap_agreed")
        if set(swap.decisions.values()) == {"accepted"}:
            swap.status, swap.accepted_at = "accepted", self.now
            self.connections |= {frozenset((leg.giver, leg.receiver)) for leg in swap.legs}
            swap.events.append("swap_accepted")

    def decline(self, swap: Agreement, by: int) -> None:
        self._answer(swap, by)
        require(swap.decisions[by] == "pending")
        swap.decisions[by] = "declined"
        self._close(swap, "declined")

    def cancel(self, swap: Agreement, by: int) -> None:
        self._take_part(swap, by)
        require(swap.status in ("proposed", *RUNNING))
        if swap.status == "proposed":
            require(swap.decisions[by] != "pending")
        else:
            require(all(leg.status == "open" for leg in swap.legs))
        self._close(swap, "cancelled")

    def _close(self, swap: Agreement, status: str) -> None:
        swap.status, swap.closed_at = status, self.now
        for leg in swap.legs:
            leg.status = "void" if leg.status == "open" else leg.status
        self._cancel_coming(swap.meetings)
        swap.events.append(f"swap_{status}")

    def _cancel_coming(self, meetings: Sequence[Meeting]) -> None:
        for meeting in meetings:
            if meeting.status == "pending" or (meeting.status == "accepted" and meeting.starts_at > self.now):
                self._call_off(meeting)

    def _call_off(self, meeting: Meeting) -> None:
        meeting.status = "cancelled"
        if meeting.agreed_for is not None:
            meeting.agreed_for = min(meeting.agreed_for, self.now)

    # Running

    def start(self, swap: Agreement, by: int) -> None:
        self._take_part(swap, by)
        require(swap.status == "accepted")
        swap.status = "in_progress"
        swap.events.append("swap_started")

    def confirm(self, swap: Agreement, by: int) -> None:
        self._take_part(swap, by)
        require(swap.status in RUNNING)
        legs = [leg for leg in swap.legs if leg.receiver == by and leg.status == "open"]
        require(bool(legs))
        self._confirm(swap, legs, by_time=False)

    def _confirm(self, swap: Agreement, legs: Sequence[Leg], *, by_time: bool) -> None:
        for leg in legs:
            leg.status, leg.by_time = "confirmed", by_time
            swap.events.append("leg_confirmed")
        self._complete_if_done(swap)

    def _complete_if_done(self, swap: Agreement) -> None:
        if all(leg.status != "open" for leg in swap.legs):
            swap.status, swap.completed_at = "completed", self.now
            self._cancel_coming(swap.meetings)
            swap.events.append("swap_completed")

    def expire(self) -> int:
        due = [swap for swap in self.swaps if swap.status == "proposed" and swap.deadline <= self.now]
        for swap in due:
            self._close(swap, "expired")
        return len(due)

    def confirm_by_time(self) -> int:
        due = [swap for swap in self.swaps if swap.status in RUNNING and self._term_begins(swap) <= self.now - TERM]
        for swap in due:
            self._confirm(swap, [leg for leg in swap.legs if leg.status == "open"], by_time=True)
        return len(due)

    def _term_begins(self, swap: Agreement) -> datetime:
        assert swap.accepted_at is not None
        agreed = [each.agreed_for for each in swap.meetings if each.agreed_for is not None]
        return max(agreed, default=swap.accepted_at)

    def leave(self, person: int) -> None:
        self.gone.add(person)
        for swap in self.swaps:
            if person not in swap.people or swap.status not in ("proposed", *RUNNING):
                continue
            if any(leg.status == "confirmed" for leg in swap.legs):
                for leg in swap.legs:
                    if person in (leg.giver, leg.receiver) and leg.status == "open":
                        leg.status = "void"
                self._cancel_coming([each for each in swap.meetings if person in (each.requester, each.recipient)])
                self._complete_if_done(swap)
            else:
                self._close(swap, "cancelled")
        self.connections = {pair for pair in self.connections if person not in pair}

    # Meetings

    def request(self, swap: Agreement, by: int, recipient: int, starts_at: datetime) -> None:
        self._take_part(swap, by)
        require(swap.status in RUNNING)
        others = set(swap.people) - {by} - self.gone
        require(recipient in others, "InvalidInput")
        swap.meetings.append(Meeting(swap, by, recipient, starts_at))

    def _attend(self, meeting: Meeting, by: int) -> None:
        require(by in (meeting.requester, meeting.recipient), "NotAllowed")

    def accept_session(self, meeting: Meeting, by: int) -> None:
        self._attend(meeting, by)
        require(by == meeting.recipient, "NotAllowed")
        require(meeting.status == "pending")
        require(meeting.starts_at > self.now, "DeadlinePassed")
        if meeting.swap.status == "proposed":
            self.accept(meeting.swap, by, version=1)
        require(meeting.swap.status in RUNNING)
        meeting.status, meeting.agreed_for = "accepted", meeting.starts_at

    def decline_session(self, meeting: Meeting, by: int) -> None:
        self._attend(meeting, by)
        require(by == meeting.recipient, "NotAllowed")
        require(meeting.status == "pending")
        swap = meeting.swap
        if swap.status == "proposed" and swap.decisions[by] == "pending":
            self._answer(swap, by)
            meeting.status = "declined"
            self.decline(swap, by)
        meeting.status = "declined"

    def reschedule(self, meeting: Meeting, by: int, starts_at: datetime) -> None:
        self._attend(meeting, by)
        require(meeting.status in ("pending", "accepted"))
        require(meeting.status == "pending" or meeting.starts_at > self.now)
        if meeting.swap.status == "proposed" and meeting.swap.decisions[by] == "pending":
            self.accept(meeting.swap, by, version=1)
        require(meeting.swap.status in ("proposed", *RUNNING))
        require(not {meeting.requester, meeting.recipient} & self.gone)
        if by == meeting.recipient:
            meeting.requester, meeting.recipient = by, meeting.requester
        meeting.status, meeting.starts_at = "pending", starts_at

    def cancel_session(self, meeting: Meeting, by: int) -> None:
        self._attend(meeting, by)
        require(meeting.status in ("pending", "accepted"))
        require(meeting.status == "pending" or meeting.starts_at > self.now)
        self._call_off(meeting)

    def end_session(self, meeting: Meeting, by: int, status: str) -> None:
        self._attend(meeting, by)
        require(meeting.status == "accepted" and meeting.starts_at <= self.now)
        meeting.status = status

    # Reviews

    def write_review(self, swap: Agreement, by: int, about: int, rating: int) -> Opinion:
        self._take_part(swap, by)
        require(swap.status == "completed" and swap.completed_at is not None)
        require(self._review_until(swap) > self.now, "ReviewPeriodOver")
        require(about in swap.partners(by) - self.gone, "NotAllowed")
        of_swap = {(each.author, each.about): each for each in self.reviews if each.swap is swap}
        require((by, about) not in of_swap, "AlreadyReviewed")
        review = Opinion(swap, by, about, rating)
        self.reviews.append(review)
        if (about, by) in of_swap:
            review.is_published = of_swap[about, by].is_published = True
        return review

    def _review_until(self, swap: Agreement) -> datetime:
        assert swap.completed_at is not None
        return swap.completed_at + REVIEWS

    def _own_unpublished(self, review: Opinion, by: int) -> None:
        require(review.author == by, "NotAllowed")
        require(not review.is_published and self._review_until(review.swap) > self.now, "ReviewPublished")

    def edit_review(self, review: Opinion, by: int, rating: int) -> None:
        self._own_unpublished(review, by)
        review.rating = rating

    def delete_review(self, review: Opinion, by: int) -> None:
        self._own_unpublished(review, by)
        self.reviews.remove(review)

    def publish_due(self) -> int:
        due = [each for each in self.reviews if not each.is_published and self._review_until(each.swap) <= self.now]
        for review in due:
            review.is_published = True
        return len(due)
