"""E-mail: whoever was asked or answered gets one, in their own language and time zone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from skillswap_kit.core.events import deliver
from skillswap_kit.core.models import Event
from skillswap_kit.core.policies import BaseContactPolicy
from skillswap_kit.exchange.receivers import MAILS
from skillswap_kit.exchange.services import (
    Appointment,
    LegTerms,
    accept_session,
    accept_swap,
    cancel_session,
    cancel_swap,
    change_swap,
    decline_session,
    decline_swap,
    propose_swap,
    request_session,
    reschedule_session,
    suggest_swap,
    update_profile,
)
from skillswap_kit.exchange.services.moves import expire_due_swaps

pytestmark = pytest.mark.django_db


class AminaAndBruno(BaseContactPolicy):
    """They are hidden from each other."""

    def hidden_from(self, user):
        name = user.get_username().split("@")[0]
        other = {"amina": "bruno", "bruno": "amina"}.get(name, "nobody")
        return type(user)._default_manager.filter(**{f"{user.USERNAME_FIELD}__startswith": other}).values("pk")


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """Runs something and returns the mails that it led to."""

    def run(function, **arguments):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            result = function(**arguments)
        return result, [(message.to[0].split("@")[0], message.subject, message.body) for message in mail.outbox]

    return run


@pytest.fixture
def appointment():
    return Appointment(topic="First chords", starts_at=timezone.now() + timedelta(days=1))


def names(mails):
    return sorted(name for name, _subject, _body in mails)


def test_who_is_asked_reads_what_and_until_when(trio, barter_legs, sent):
    update_profile(by=trio.amina, display_name="Amina")
    update_profile(by=trio.bruno, display_name="Bruno")
    _swap, mails = sent(propose_swap, by=trio.amina, legs=barter_legs, message="<Shall we?> & soon")
    [(name, subject, body)] = mails
    assert (name, subject) == ("bruno", "Amina proposes a swap")
    assert "Amina teaches Bruno: Guitar" in body
    assert "Bruno teaches Amina: Python" in body
    assert "<Shall we?> & soon" in body
    assert "\n\n\n" not in body


def test_who_is_hidden_from_the_reader_is_not_named(trio, circle_legs, sent):
    for person in trio.people:
        update_profile(by=person, display_name=person.get_username().split("@")[0].title())
    swap = propose_swap(by=trio.chiyo, legs=circle_legs)
    with override_settings(SKILLSWAP_KIT={"CONTACT_POLICIES": [f"{__name__}.AminaAndBruno"]}):
        _swap, mails = sent(decline_swap, swap=swap, by=trio.bruno)
    bodies = {name: body for name, _subject, body in mails}
    assert "A member declined this swap" in bodies["amina"]
    assert "A member teaches Chiyo: Python" in bodies["amina"]
    assert "Bruno" not in bodies["amina"]
    assert "Bruno declined this swap" in bodies["chiyo"]
    assert "Amina teaches Bruno: Guitar" in bodies["chiyo"]


def test_the_same_of_sessions(trio, proposed, sent, appointment):
    update_profile(by=trio.amina, display_name="Amina")
    accept_swap(swap=proposed, by=trio.bruno)
    with override_settings(SKILLSWAP_KIT={"CONTACT_POLICIES": [f"{__name__}.AminaAndBruno"]}):
        _session, [(_name, subject, body)] = sent(
            request_session, swap=proposed, by=trio.amina, appointment=appointment
        )
    assert subject == "A member asks you for a session"
    assert "Amina" not in body


def test_every_answer_reaches_the_others(trio, proposed, barter_legs, sent, appointment):
    assert names(sent(change_swap, swap=proposed, by=trio.bruno, version=1, legs=barter_legs)[1]) == ["amina"]
    assert names(sent(accept_swap, swap=proposed, by=trio.amina, version=2)[1]) == ["bruno"]
    session, mails = sent(request_session, swap=proposed, by=trio.amina, appointment=appointment)
    assert names(mails) == ["bruno"]
    assert names(sent(accept_session, session=session, by=trio.bruno)[1]) == ["amina"]
    later = timezone.now() + timedelta(days=2)
    assert names(sent(reschedule_session, session=session, by=trio.bruno, starts_at=later)[1]) == ["amina"]
    assert names(sent(decline_session, session=session, by=trio.amina)[1]) == ["bruno"]
    session, _mails = sent(request_session, swap=proposed, by=trio.amina, appointment=appointment)
    assert names(sent(cancel_session, session=session, by=trio.amina)[1]) == ["bruno"]
    assert names(sent(cancel_swap, swap=proposed, by=trio.amina)[1]) == ["bruno"]


def test_refusal_and_expiry(trio, barter_legs, circle_legs, sent):
    swap = propose_swap(by=trio.amina, legs=barter_legs)
    _swap, [(name, _subject, body)] = sent(decline_swap, swap=swap, by=trio.bruno, reason="On tour")
    assert name == "amina"
    assert "On tour" in body
    circle = propose_swap(by=trio.amina, legs=circle_legs)
    type(circle).objects.filter(pk=circle.pk).update(deadline=timezone.now())
    assert names(sent(expire_due_swaps)[1]) == ["amina", "bruno", "chiyo"]


def test_a_suggestion_reaches_all_and_says_whose_yes_stands(trio, named, circle_legs, mended_legs, sent):
    circle, mails = sent(suggest_swap, legs=circle_legs, message="It would fit.")
    assert names(mails) == ["amina", "bruno", "chiyo"]
    for _name, subject, body in mails:
        assert subject == "A swap is suggested to you"
        assert "Amina teaches Bruno: Guitar" in body
        assert "It would fit." in body
        assert "Please answer until" in body
    accept_swap(swap=circle, by=trio.amina)
    decline_swap(swap=circle, by=trio.chiyo)
    _circle, mails = sent(suggest_swap, legs=mended_legs, accepted=[trio.amina.pk], replaces=circle)
    read = {name: (subject, body) for name, subject, body in mails}
    subject, body = read.pop("amina")
    assert subject == "Somebody new is asked to join your circle"
    assert "Chiyo declined. Your yes stands" in body
    assert "Please answer" not in body
    assert read.keys() == {"bruno", "dara"}
    for subject, body in read.values():
        assert subject == "A swap is suggested to you"
        assert "Chiyo" not in body


def test_whose_yes_was_asked_again_is_not_told_that_it_stands(trio, circle_legs, sent):
    circle = decline_swap(swap=propose_swap(by=trio.amina, legs=circle_legs), by=trio.chiyo)
    legs = [*circle_legs[:1], LegTerms(giver=trio.bruno, receiver=trio.amina, skill=trio.python)]
    again = suggest_swap(legs=legs, accepted=[trio.amina.pk], replaces=circle)
    change_swap(swap=again, by=trio.bruno, version=1, legs=legs[:1])
    event = Event.objects.get(name="exchange.swap_suggested")
    mail.outbox.clear()
    assert deliver(event.pk)
    assert {message.subject for message in mail.outbox} == {"A swap is suggested to you"}


def test_it_speaks_the_members_language_and_time(trio, proposed, sent):
    update_profile(by=trio.bruno, preferred_language="ar", time_zone="Asia/Tokyo")
    accept_swap(swap=proposed, by=trio.bruno)
    starts_at = datetime(timezone.now().year + 1, 1, 15, 20, 0, tzinfo=UTC)
    with override_settings(SKILLSWAP_KIT={"EXCHANGE_SESSION_MAX_DAYS_AHEAD": 800}):
        appointment = Appointment(topic="أوتار", starts_at=starts_at)
        _session, [(_name, _subject, body)] = sent(
            request_session, swap=proposed, by=trio.amina, appointment=appointment
        )
    assert "Asia/Tokyo" in body
    assert "16" in body  # five in the morning of the next day there
    assert "أوتار" in body


def test_nobody_gets_it_twice(trio, barter_legs, sent):
    sent(propose_swap, by=trio.amina, legs=barter_legs)
    Event.objects.update(state=Event.State.PENDING, due_at=timezone.now())
    mail.outbox.clear()
    assert deliver(Event.objects.get(name="exchange.swap_proposed").pk)
    assert mail.outbox == []


def test_a_mail_that_fails_is_tried_again(trio, barter_legs, sent, monkeypatch):
    def broken(message, **kwargs):
        raise ConnectionError("the mail server is away")

    with monkeypatch.context() as away:
        away.setattr("django.core.mail.EmailMessage.send", broken)
        _swap, mails = sent(propose_swap, by=trio.amina, legs=barter_legs)
    assert mails == []
    event = Event.objects.get(name="exchange.swap_proposed")
    assert (event.state, event.attempts) == ("pending", 1)
    assert "the mail server is away" in event.last_error
    Event.objects.update(due_at=timezone.now())
    assert deliver(event.pk)
    assert [message.to for message in mail.outbox] == [["bruno@example.org"]]


def test_one_setting_turns_it_off(trio, barter_legs, sent):
    with override_settings(SKILLSWAP_KIT={"EXCHANGE_SEND_EMAILS": False}):
        assert sent(propose_swap, by=trio.amina, legs=barter_legs)[1] == []


def test_nobody_without_an_address_or_account_is_mailed(trio, barter_legs, sent):
    field = type(trio.bruno).get_email_field_name()
    type(trio.bruno)._default_manager.filter(pk=trio.bruno.pk).update(**{field: ""})
    swap, mails = sent(propose_swap, by=trio.amina, legs=barter_legs)
    assert mails == []
    type(trio.amina)._default_manager.filter(pk=trio.amina.pk).update(is_active=False)
    assert sent(decline_swap, swap=swap, by=trio.bruno)[1] == []


def test_a_name_cannot_add_headers(trio, barter_legs, sent):
    update_profile(by=trio.amina, display_name="Amina\r\nBcc: all@example.org")
    _swap, [(_name, subject, _body)] = sent(propose_swap, by=trio.amina, legs=barter_legs)
    assert "\n" not in subject


def test_every_mail_has_a_template():
    from django.template.loader import get_template

    for signal in MAILS:
        get_template(f"skillswap_exchange/mail/{signal.name.removeprefix('exchange.')}.txt")
