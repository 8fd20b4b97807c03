"""Swaps, sessions and reviews in every order that hypothesis can think of, beside a model in plain Python."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import override_settings
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from skillswap_kit.core.errors import SkillSwapError
from skillswap_kit.core.models import Event, subject_key
from skillswap_kit.exchange.models import Connection, Profile, Review, Session, Swap
from skillswap_kit.exchange.services import (
    Appointment,
    LegTerms,
    accept_session,
    accept_swap,
    cancel_session,
    cancel_swap,
    change_swap,
    complete_session,
    confirm_legs,
    decline_session,
    decline_swap,
    delete_review,
    edit_review,
    member_statistics,
    miss_session,
    propose_session,
    propose_swap,
    request_session,
    reschedule_session,
    start_swap,
    suggest_swap,
    write_review,
)
from skillswap_kit.exchange.services.moves import confirm_due_legs, expire_due_swaps
from skillswap_kit.exchange.services.reviews import publish_due_reviews
from tests.races.worlds import make_people, make_skills

from .swap_model import MAX_OPEN, RUNNING, Agreement, Leg, Meeting, Model, Opinion, Refused

PROFILES = {"quick": (15, 40), "ci": (200, 50), "long": (2000, 100)}
"""How many runs, and how many steps in each. HYPOTHESIS_PROFILE names another one for all."""
PEOPLE = 4
BEGIN = datetime(2030, 1, 1, 12, tzinfo=UTC)

numbers = st.integers(0, 11)
persons = st.integers(0, PEOPLE - 1)
stars = st.integers(1, 5)
hours = st.sampled_from([1, 30, 24 * 12])
session_moves = st.sampled_from(["accept", "accept", "decline", "cancel", "complete", "miss"])


class SwapMachine(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.model = Model(BEGIN)
        self.clock = patch("django.utils.timezone.now", lambda: self.model.now)
        self.clock.start()
        self.work = transaction.atomic()
        self.work.__enter__()
        self.people, self.skills = make_people(PEOPLE), make_skills(PEOPLE + 1)
        self.keys = [person.pk for person in self.people]
        self.rows: dict[int, Any] = {}
        self.touched: list[Agreement] = []

    def teardown(self) -> None:
        try:
            self.statistics_are_what_happened()
        finally:
            self.end()

    def end(self) -> None:
        transaction.set_rollback(True)
        self.work.__exit__(None, None, None)
        self.clock.stop()

    # How a step is made

    def both(self, expect: Callable[[], Any], act: Callable[[], Any]) -> tuple[Any, Any] | None:
        """The model and the services agree: both do it, or both refuse for the same reason."""
        expected, refusal = None, None
        try:
            expected = expect()
        except Refused as refused:
            refusal = str(refused)
        if refusal is None:
            return expected, act()
        with pytest.raises(SkillSwapError) as caught:
            act()
        assert type(caught.value).__name__ == refusal
        return None

    def user(self, person: int) -> Any:
        return type(self.people[person])(pk=self.keys[person])

    def swap(self, number: int) -> tuple[Agreement, Swap]:
        swap = self.model.swaps[number % len(self.model.swaps)]
        self.touched.append(swap)
        return swap, self.rows[id(swap)]

    def meeting(self, number: int) -> tuple[Meeting, Session]:
        meetings = [meeting for swap in self.model.swaps for meeting in swap.meetings]
        meeting = meetings[number % len(meetings)]
        self.touched.append(meeting.swap)
        return meeting, self.rows[id(meeting)]

    def review(self, number: int) -> tuple[Opinion, Review]:
        review = self.model.reviews[number % len(self.model.reviews)]
        return review, self.rows[id(review)]

    def legs(self, people: list[int], *, is_gift: bool, skip: int) -> list[Leg]:
        givers = people[:1] if is_gift else people
        ring = dict(zip(people, people[1:] + people[:1], strict=True))
        return [Leg(giver, ring[giver], giver + skip) for giver in givers]

    def terms(self, legs: list[Leg]) -> list[LegTerms]:
        return [
            LegTerms(giver=self.user(leg.giver), receiver=self.user(leg.receiver), skill=self.skills[leg.skill])
            for leg in legs
        ]

    def is_here(self, person: int) -> bool:
        return person not in self.model.gone

    # Proposing

    @rule(by=persons, size=st.sampled_from([2, 2, 3, 4]), is_gift=st.booleans(), skip=st.integers(0, 1), turn=numbers)
    def propose(self, by: int, size: int, is_gift: bool, skip: int, turn: int) -> None:
        people = [(by + step) % PEOPLE for step in range(size)]
        people = people[turn % size :] + people[: turn % size]
        if all(map(self.is_here, people)):
            legs = self.legs(people, is_gift=is_gift and size == 2, skip=skip)
            terms = self.terms(legs)
            self.remember(
                self.both(
                    lambda: self.model.propose(by, legs),
                    lambda: propose_swap(by=self.user(by), legs=terms),
                )
            )

    @rule(first=persons, size=st.sampled_from([2, 3, 4]), skip=st.integers(0, 1))
    def suggest(self, first: int, size: int, skip: int) -> None:
        people = [(first + step) % PEOPLE for step in range(size)]
        if all(map(self.is_here, people)):
            legs = self.legs(people, is_gift=False, skip=skip)
            terms = self.terms(legs)
            self.remember(self.both(lambda: self.model.suggest(legs), lambda: suggest_swap(legs=terms)))

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers, without=persons, is_made_up=st.sampled_from([False, False, True]), skip=st.integers(0, 1))
    def go_on(self, number: int, without: int, is_made_up: bool, skip: int) -> None:
        """In place of one of the refused, of which there may be none yet."""
        refused = [swap for swap in self.model.swaps if swap.status == "declined"] or self.model.swaps
        swap = refused[number % len(refused)]
        people = [person for person in range(PEOPLE) if person != without and self.is_here(person)]
        if len(people) < 2:
            return
        legs = self.legs(people, is_gift=False, skip=skip)
        terms = self.terms(legs)
        accepted = [one for one in people if swap.decisions.get(one) == "accepted" or (is_made_up and one == people[0])]
        keys = [self.keys[person] for person in accepted]
        self.remember(
            self.both(
                lambda: self.model.suggest(legs, accepted, swap),
                lambda: suggest_swap(legs=terms, accepted=keys, replaces=self.rows[id(swap)]),
            )
        )

    @rule(by=persons, hours=hours)
    def propose_with_session(self, by: int, hours: int) -> None:
        other = (by + 1) % PEOPLE
        if not (self.is_here(by) and self.is_here(other)):
            return
        legs = self.legs([by, other], is_gift=True, skip=1)
        begins = self.model.now + timedelta(hours=hours)
        done = self.both(
            lambda: self.model.propose(by, legs),
            lambda: propose_session(by=self.user(by), legs=self.terms(legs), appointment=appointment(begins)),
        )
        if done:
            swap, session = done
            swap.meetings.append(Meeting(swap, by, other, begins))
            self.remember((swap, session.swap))
            self.remember((swap.meetings[-1], session))

    def remember(self, done: tuple[Any, Any] | None) -> None:
        if done:
            self.rows[id(done[0])] = done[1]
            self.touched = [*self.model.swaps]

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers, by=persons, is_gift=st.booleans(), skip=st.integers(0, 1), is_stale=st.booleans())
    def change(self, number: int, by: int, is_gift: bool, skip: int, is_stale: bool) -> None:
        swap, row = self.swap(number)
        if not all(map(self.is_here, [by, *swap.people])) or by not in swap.people:
            return
        legs = self.legs(sorted(swap.people), is_gift=is_gift and len(swap.people) == 2, skip=skip)
        terms, version = self.terms(legs), swap.version - is_stale
        self.both(
            lambda: self.model.change(swap, by, version, legs),
            lambda: change_swap(swap=row, by=self.user(by), version=version, legs=terms),
        )

    # Moving

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers, by=persons, is_stale=st.sampled_from([False, False, True]))
    def accept(self, number: int, by: int, is_stale: bool) -> None:
        swap, _ = self.swap(number)
        if self.is_here(by):
            self.try_to_accept(number, by, swap.version - is_stale)

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers)
    def all_accept(self, number: int) -> None:
        """Random answers alone would seldom bring a circle to life."""
        swap, _ = self.swap(number)
        for person in filter(self.is_here, swap.people):
            self.try_to_accept(number, person, swap.version)

    def try_to_accept(self, number: int, by: int, version: int) -> None:
        swap, row = self.swap(number)
        self.both(
            lambda: self.model.accept(swap, by, version),
            lambda: accept_swap(swap=row, by=self.user(by), version=version),
        )

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers, by=persons, move=st.sampled_from(["decline", "cancel", "start", "confirm", "confirm"]))
    def move(self, number: int, by: int, move: str) -> None:
        swap, row = self.swap(number)
        services = {"decline": decline_swap, "cancel": cancel_swap, "start": start_swap, "confirm": confirm_legs}
        if self.is_here(by):
            self.both(lambda: getattr(self.model, move)(swap, by), lambda: services[move](swap=row, by=self.user(by)))

    @rule(days=st.sampled_from([1, 3, 8, 15]))
    def pass_time(self, days: int) -> None:
        self.model.now += timedelta(days=days)

    @rule()
    def do_what_is_due(self) -> None:
        self.touched = [*self.model.swaps]
        assert expire_due_swaps() == self.model.expire()
        assert confirm_due_legs() == self.model.confirm_by_time()
        assert publish_due_reviews() == self.model.publish_due()

    @precondition(lambda self: len(self.model.swaps) > 3 and len(self.model.gone) < 2)
    @rule(person=persons, is_sure=st.sampled_from([False, False, True]))
    def leave(self, person: int, is_sure: bool) -> None:
        if is_sure and self.is_here(person):
            type(self.people[person])._default_manager.get(pk=self.keys[person]).delete()
            self.model.leave(person)
            self.touched = [*self.model.swaps]

    # Meeting

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers, by=persons, recipient=persons, hours=hours)
    def request(self, number: int, by: int, recipient: int, hours: int) -> None:
        swap, row = self.swap(number)
        if not (self.is_here(by) and self.is_here(recipient)):
            return
        begins = self.model.now + timedelta(hours=hours)
        done = self.both(
            lambda: self.model.request(swap, by, recipient, begins),
            lambda: request_session(
                swap=row, by=self.user(by), recipient=self.user(recipient), appointment=appointment(begins)
            ),
        )
        if done:
            self.remember((swap.meetings[-1], done[1]))

    @precondition(lambda self: any(swap.meetings for swap in self.model.swaps))
    @rule(number=numbers, by=persons, move=session_moves)
    def move_session(self, number: int, by: int, move: str) -> None:
        meeting, row = self.meeting(number)
        moves = {
            "accept": (self.model.accept_session, accept_session, {}),
            "decline": (self.model.decline_session, decline_session, {}),
            "cancel": (self.model.cancel_session, cancel_session, {}),
            "complete": (self.model.end_session, complete_session, {"status": "completed"}),
            "miss": (self.model.end_session, miss_session, {"status": "missed"}),
        }
        expect, service, more = moves[move]
        if self.is_here(by):
            self.both(lambda: expect(meeting, by, **more), lambda: service(session=row, by=self.user(by)))

    @precondition(lambda self: any(swap.meetings for swap in self.model.swaps))
    @rule(number=numbers, by=persons, hours=hours)
    def reschedule(self, number: int, by: int, hours: int) -> None:
        meeting, row = self.meeting(number)
        begins = self.model.now + timedelta(hours=hours)
        if self.is_here(by):
            self.both(
                lambda: self.model.reschedule(meeting, by, begins),
                lambda: reschedule_session(session=row, by=self.user(by), starts_at=begins, time_zone="UTC"),
            )

    # Judging

    @precondition(lambda self: self.model.swaps)
    @rule(number=numbers, by=persons, about=persons, rating=stars)
    def write(self, number: int, by: int, about: int, rating: int) -> None:
        completed = [swap for swap in self.model.swaps if swap.status == "completed"] or self.model.swaps
        swap = completed[number % len(completed)]
        if self.is_here(by) and self.is_here(about):
            self.remember(
                self.both(
                    lambda: self.model.write_review(swap, by, about, rating),
                    lambda: write_review(
                        swap=self.rows[id(swap)], by=self.user(by), about=self.user(about), rating=rating
                    ),
                )
            )

    @precondition(lambda self: self.model.reviews)
    @rule(number=numbers, by=persons, rating=stars, is_taken_back=st.booleans())
    def rewrite(self, number: int, by: int, rating: int, is_taken_back: bool) -> None:
        review, row = self.review(number)
        if not self.is_here(by):
            return
        if is_taken_back:
            self.both(lambda: self.model.delete_review(review, by), lambda: delete_review(review=row, by=self.user(by)))
        else:
            self.both(
                lambda: self.model.edit_review(review, by, rating),
                lambda: edit_review(review=row, by=self.user(by), rating=rating),
            )

    # What always holds

    @invariant()
    def swaps_are_as_expected(self) -> None:
        """All in short, and in full those that the step was about."""
        statuses = dict(Swap.objects.values_list("pk", "status"))
        assert statuses == {self.rows[id(swap)].pk: swap.status for swap in self.model.swaps}
        touched = {self.rows[id(swap)].pk: swap for swap in self.touched}
        self.touched = []
        happened: dict[str, list[str]] = defaultdict(list)
        subjects = [subject_key(Swap._meta.label, pk) for pk in touched]
        events = Event.objects.filter(subject__in=subjects).order_by("pk")
        for subject, name in events.values_list("subject", "name"):
            happened[subject].append(name.removeprefix("exchange."))
        for row in Swap.objects.filter(pk__in=touched).prefetch_related("participants", "legs", "sessions"):
            assert self.seen(row) == self.expected(touched[row.pk])
            assert bool(row.open_key) == (row.status == "proposed")
            assert happened[subject_key(Swap._meta.label, row.pk)] == touched[row.pk].events

    def seen(self, row: Swap) -> Any:
        people, legs, sessions = row.participants.all(), row.legs.all(), row.sessions.all()
        places = {participant.pk: participant.position for participant in people}
        return (
            (row.kind, row.status, row.version),
            [(self.keys.index(each.user_id) if each.user_id else None, each.decision) for each in people],
            [(places[leg.giver_id], places[leg.receiver_id], leg.status, leg.confirmed_by_time) for leg in legs],
            sorted((each.status, places[each.requester_id], each.starts_at) for each in sessions),
        )

    def expected(self, swap: Agreement) -> Any:
        place = swap.people.index
        return (
            (swap.kind, swap.status, swap.version),
            [(person if self.is_here(person) else None, swap.decisions[person]) for person in swap.people],
            [(place(leg.giver), place(leg.receiver), leg.status, leg.by_time) for leg in swap.legs],
            sorted((each.status, place(each.requester), each.starts_at) for each in swap.meetings),
        )

    @invariant()
    def nothing_is_left_open_in_what_has_ended(self) -> None:
        running = ["proposed", *RUNNING]
        ended = Session.objects.exclude(swap__status__in=running)
        assert not ended.filter(status=Session.Status.PENDING).exists()
        assert not ended.filter(status=Session.Status.ACCEPTED, starts_at__gt=self.model.now).exists()

    @invariant()
    def connections_are_the_accepted_legs(self) -> None:
        pairs = Connection.objects.standing().values_list("first_id", "second_id")
        assert {frozenset(map(self.keys.index, pair)) for pair in pairs} == self.model.connections

    @invariant()
    def ratings_are_the_published_reviews(self) -> None:
        stored = {profile.user_id: (profile.rating, profile.rating_count) for profile in Profile.objects.all()}
        for person in filter(self.is_here, range(PEOPLE)):
            given = [each.rating for each in self.model.reviews if each.about == person and each.is_published]
            rating = (17.5 + sum(given)) / (5 + len(given)) if given else None
            assert stored.get(self.keys[person], (None, 0)) == (pytest.approx(rating), len(given))

    def statistics_are_what_happened(self) -> None:
        for person in filter(self.is_here, range(PEOPLE)):
            legs = [leg for swap in self.model.swaps for leg in swap.legs if leg.status == "confirmed"]
            meetings = [meeting for swap in self.model.swaps for meeting in swap.meetings]
            statistics = member_statistics(self.user(person))
            assert statistics.skills_taught == len({leg.skill for leg in legs if leg.giver == person})
            assert statistics.skills_learned == len({leg.skill for leg in legs if leg.receiver == person})
            assert statistics.sessions_completed == sum(
                each.status == "completed" and person in (each.requester, each.recipient) for each in meetings
            )


def appointment(begins: datetime) -> Appointment:
    return Appointment(topic="Scales", starts_at=begins, time_zone="UTC")


@pytest.mark.django_db
@pytest.mark.parametrize("profile", ["quick", pytest.param("ci", marks=pytest.mark.slow)])
def test_the_services_agree_with_the_model(profile):
    runs, steps = PROFILES[os.environ.get("HYPOTHESIS_PROFILE", profile)]
    with override_settings(SKILLSWAP_KIT={"EXCHANGE_MAX_OPEN_PROPOSALS": MAX_OPEN}):
        run_state_machine_as_test(
            SwapMachine,
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                print_blob=True,
            ),
        )
