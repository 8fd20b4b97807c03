"""What the exchange itself does when something has happened: e-mail, and tidying up after people who leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver

from skillswap_kit.core.events import DomainSignal
from skillswap_kit.core.files import delete_on_commit
from skillswap_kit.core.idempotency import once
from skillswap_kit.core.types import User

from . import signals
from .conf import exchange_settings
from .mail import names_for, send_mail_to
from .models import ListingImage, Profile, Session, Swap
from .services.moves import leave_swaps


def leave_open_swaps(instance: User, **kwargs: Any) -> None:
    """The host deletes a user: the others' swaps must not wait for somebody who is gone."""
    leave_swaps(user=instance)


def _user_models() -> list[type[Model]]:
    """The user model and its proxies: the sender is the class through which somebody is deleted."""
    concrete = get_user_model()._meta.concrete_model
    return [model for model in apps.get_models() if model._meta.concrete_model is concrete]


# Each by name: a receiver for any sender would make Django load all rows that the host deletes at one stroke.
for _model in _user_models():
    pre_delete.connect(leave_open_swaps, sender=_model, dispatch_uid="skillswap_exchange.leave_swaps")


@receiver(post_delete, sender=Profile, dispatch_uid="skillswap_exchange.delete_avatar")
def delete_avatar(instance: Profile, **kwargs: Any) -> None:
    """The host deletes a user: the picture goes with the row."""
    delete_on_commit(instance.avatar)


@receiver(post_delete, sender=ListingImage, dispatch_uid="skillswap_exchange.delete_listing_image")
def delete_listing_image(instance: ListingImage, **kwargs: Any) -> None:
    """The same for the pictures of their offers, and for one that its owner removes."""
    delete_on_commit(instance.file)


def _swap_mail(sender: type[Swap], *, template: str, event_id: int, swap_id: int, by_id: Any, **kwargs: Any) -> None:
    """To everybody in the swap but who did it."""
    swap = Swap.objects.with_people().filter(pk=swap_id).first()
    if swap is None:
        return
    people = [participant.user for participant in swap.participants.all() if participant.user]
    proposal = swap.proposals.order_by("-version").first()
    kept = {participant.user_id for participant in swap.participants.all() if participant.accepted_before}
    refuser = swap.replaces.refuser if swap.replaces else None

    def context_for(reader: User) -> dict[str, Any]:
        names = names_for(reader, [*people, refuser])
        terms = [
            {"giver": names[leg.giver.user_id], "receiver": names[leg.receiver.user_id], "skill": leg.skill.name}
            for leg in swap.legs.all()
        ]
        message = proposal.message if proposal else ""
        return {
            "swap": swap,
            "terms": terms,
            "message": message,
            "by_name": names.get(by_id, names[None]),
            "refuser_name": names[refuser.pk if refuser else None],
            "has_accepted": reader.pk in kept,
        }

    _mail_once(event_id, people, by_id, template=template, context_for=context_for)


def _session_mail(
    sender: type[Session], *, template: str, event_id: int, session_id: int, by_id: Any, **kwargs: Any
) -> None:
    """To the one of the two who did not do it."""
    session = Session.objects.with_people().filter(pk=session_id).first()
    if session is None:
        return
    people = [person for person in (session.requester.user, session.recipient.user) if person]

    def context_for(reader: User) -> dict[str, Any]:
        names = names_for(reader, people)
        return {"session": session, "by_name": names.get(by_id, names[None])}

    _mail_once(event_id, people, by_id, template=template, context_for=context_for)


def _mail_once(
    event_id: int,
    people: Iterable[User],
    by_id: Any,
    *,
    template: str,
    context_for: Callable[[User], Mapping[str, Any]],
) -> None:
    """Each but who did it gets one mail, also where the event is delivered again because another's failed."""
    if not exchange_settings.SEND_EMAILS:
        return
    for person in people:
        if person.pk != by_id:
            send = partial(send_mail_to, person, template=template, context_for=context_for)
            once(f"mail:{event_id}:{person.pk}", send)


MAILS: dict[DomainSignal, Callable[..., None]] = {
    signals.swap_proposed: _swap_mail,
    signals.swap_suggested: _swap_mail,
    signals.swap_changed: _swap_mail,
    signals.swap_accepted: _swap_mail,
    signals.swap_declined: _swap_mail,
    signals.swap_cancelled: _swap_mail,
    signals.swap_expired: _swap_mail,
    signals.session_requested: _session_mail,
    signals.session_accepted: _session_mail,
    signals.session_declined: _session_mail,
    signals.session_rescheduled: _session_mail,
    signals.session_cancelled: _session_mail,
}


def _connect_mail(signal: DomainSignal, send: Callable[..., None]) -> None:
    template = signal.name.partition(".")[2]

    def send_mail(**arguments: Any) -> None:
        send(**arguments, template=template)

    signal.connect(send_mail, weak=False, dispatch_uid=f"{signal.name}.mail")


for _signal, _send in MAILS.items():
    _connect_mail(_signal, _send)
