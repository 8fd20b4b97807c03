"""Every page that a browser is to look at, with somebody who can open it: found in the demo data.

``look_up`` runs in the settings of the example site; the tests read what it has found.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from itertools import product
from typing import Any

STRANGER, MAYA = "", "maya"
GUARDED = "guarded"
"""Somebody with a second factor, who has just given the password."""
HALFWAY = "halfway"
"""The same person, asked for the second factor."""
FROM_OUTSIDE = "from-outside"
"""Somebody who comes from another service for the first time."""
ARRIVED = "arrived"
"""Somebody who has come that way: without a password."""

HOUR = 3600

Keys = Callable[[Any], Iterable[Mapping[str, Any]]]
Queries = Callable[[Any], Iterable[str]]


@dataclass(frozen=True)
class Shown:
    """One page as somebody sees it. ``sends`` is what its form is sent with: ``nothing``, or ``no token``."""

    name: str
    path: str
    who: str
    sends: str = ""
    label: str = ""


@dataclass(frozen=True)
class Wanted:
    """A page by the name of its route, and the rows by which it may open. Strangers see it too if ``public``.

    ``queries`` are those by which a person may open it, instead of the one ``query``.
    """

    name: str
    keys: Keys | None = None
    query: str = ""
    queries: Queries | None = None
    label: str = ""
    public: bool = False
    sends: str = ""


NOT_PAGES = {
    "theme": "answers a form by going back",
    "language": "answers a form by going back",
    "account_confirm_login_code": "nobody signs in by a code here",
    "mfa_download_recovery_codes": "a text to keep",
    "mfa_login_webauthn": "data for a script",
    "google_callback": "where Google sends people to",
    "google_login_by_token": "answers a script",
}
"""Addresses without a page of their own, and why."""

REFUSED = {"missing": 404, "socialaccount_login_error": 401}
"""Pages that say no, by label or name."""


def rows(model: str, *, most: int = 12, **found: Any) -> Keys:
    """The keys of what a person may see of a model."""

    def keys(person: Any) -> Iterator[Mapping[str, Any]]:
        from django.apps import apps

        visible = apps.get_model("skillswap_exchange", model)._default_manager.visible_to(person).filter(**found)
        return ({"pk": key} for key in visible.order_by("pk").values_list("pk", flat=True).distinct()[:most])

    return keys


def own_listings(part: str = "", **found: Any) -> Keys:
    """The keys of a person's own listings, with those of one of their parts."""

    def keys(person: Any) -> Iterator[Mapping[str, Any]]:
        from skillswap_kit.exchange.models import Listing

        listings = Listing.objects.filter(owner=person, **found).exclude(status=Listing.Status.REMOVED).order_by("pk")
        if not part:
            return ({"pk": key} for key in listings.values_list("pk", flat=True))
        found_parts = listings.filter(**{f"{part}s__isnull": False}).values_list("pk", f"{part}s")
        name = {"image": "image_pk", "faq": "faq_pk"}[part]
        return ({"pk": listing, name: key} for listing, key in found_parts)

    return keys


def member(username: str) -> Keys:
    def keys(person: Any) -> Iterator[Mapping[str, Any]]:
        from django.contrib.auth import get_user_model

        yield {"pk": get_user_model().objects.get(username=username).pk}

    return keys


def swap_pages() -> Iterator[Wanted]:
    for box in ("incoming", "outgoing", "running", "past"):
        yield Wanted("swaps", query=f"?show={box}", label=box)
    for status in ("proposed", "accepted", "in_progress", "completed", "declined", "cancelled", "expired"):
        yield Wanted("swap", rows("swap", status=status), label=status)
    for kind in ("circle", "gift"):
        yield Wanted("swap", rows("swap", kind=kind), label=kind)
    yield Wanted("swap", rows("swap", proposals__version=2, status="proposed"), label="changed")
    yield Wanted("propose", member("salma"))
    yield Wanted("propose", member("salma"), label="refused", sends="nothing")
    yield Wanted("swap-change", rows("swap", status="proposed"))
    for command, status in (
        ("accept", "proposed"),
        ("decline", "proposed"),
        ("cancel", "proposed"),
        ("cancel", "accepted"),
        ("start", "accepted"),
        ("confirm", "in_progress"),
    ):
        yield Wanted(f"swap-{command}", rows("swap", status=status), label=status)


def session_pages() -> Iterator[Wanted]:
    yield Wanted("sessions")
    yield Wanted("sessions", query="?show=past", label="past")
    for status in ("pending", "accepted", "declined", "cancelled", "completed", "missed"):
        yield Wanted("session", rows("session", status=status), label=status)
    for command, status in (("accept", "pending"), ("decline", "pending"), ("reschedule", "accepted")):
        yield Wanted(f"session-{command}", rows("session", status=status))
    for command in ("cancel", "complete", "missed"):
        yield Wanted(f"session-{command}", rows("session", status="accepted"))
    yield Wanted("session-add", rows("swap", status="accepted"))
    yield Wanted("session-add", rows("swap", status="accepted"), label="refused", sends="nothing")
    yield Wanted("session-ask", member("salma"))


def own_pages() -> Iterator[Wanted]:
    yield Wanted("own-profile")
    yield Wanted("own-avatar")
    yield Wanted("own-avatar-remove")
    yield Wanted("skill-propose")
    yield Wanted("skill-propose", label="refused", sends="nothing")
    yield Wanted("own-listings")
    yield Wanted("own-listings", query="?kind=want", label="wants")
    for kind in ("offer", "want"):
        yield Wanted("listing-add", query=f"?kind={kind}", label=kind)
        yield Wanted("listing-edit", own_listings(kind=kind), label=kind)
    yield Wanted("listing-add", label="refused", sends="nothing")
    yield Wanted("listing-edit", own_listings(faqs__isnull=False), label="questions")
    yield Wanted("listing-pause", own_listings(status="active"))
    yield Wanted("listing-resume", own_listings(status="paused"))
    yield Wanted("listing-remove", own_listings())
    yield Wanted("listing-pictures", own_listings(images__isnull=False))
    yield Wanted("listing-pictures", own_listings(kind="offer"), label="none")
    yield Wanted("listing-picture-remove", own_listings("image"))
    yield Wanted("listing-question-add", own_listings(kind="offer"))
    yield Wanted("listing-question-add", own_listings(kind="offer"), label="refused", sends="nothing")
    for page in ("listing-question-edit", "listing-question-remove"):
        yield Wanted(page, own_listings("faq"))


def matches(person: Any) -> Iterator[Mapping[str, Any]]:
    """Who fits a person."""
    from skillswap_kit.matching.services import recommend

    return ({"pk": row.profile.user_id} for row in recommend(by=person, limit=3).rows)


def just_dismissed(person: Any) -> Iterator[str]:
    from skillswap_kit.matching.models import Dismissal

    dismissed = Dismissal.objects.visible_to(person).values_list("about", flat=True)
    return (f"?dismissed={key}" for key in dismissed)


def circle_terms(person: Any) -> Iterator[str]:
    from skillswap_kit.matching.services import suggest_circles

    for circle in suggest_circles(by=person, limit=1):
        skills = "".join(f"&skills={leg.taught.pk}" for leg in circle.legs)
        yield f"?teacher={circle.teacher.pk}&pupil={circle.pupil.pk}{skills}"


def matching_pages() -> Iterator[Wanted]:
    yield Wanted("home")
    yield Wanted("matches")
    yield Wanted("matches", query="?level=expert&rating_min=5&seen_within_days=1", label="none")
    yield Wanted("matches", query="?level=x&distance_km=-1", label="refused")
    yield Wanted("matches", queries=just_dismissed, label="dismissed")
    yield Wanted("match-propose", matches)
    yield Wanted("match-dismiss", matches)
    yield Wanted("match-undo", member("salma"))
    yield Wanted("dismissed")
    yield Wanted("circles")
    yield Wanted("circle-propose", queries=circle_terms)
    yield Wanted("learn")
    yield Wanted("learn", query="?skill=gitar", label="unknown")
    yield Wanted("learn-skill", rows("skill"))


def kit_pages() -> Iterator[Wanted]:
    for name in ("members", "listings"):
        yield Wanted(name, public=True)
        yield Wanted(name, query="?q=zzzzzz", label="none")
    yield Wanted("listings", query="?kind=want", label="wants")
    yield Wanted("listings", query="?price_max=-1&level=x", label="refused")
    yield Wanted("member", member("salma"), public=True)
    yield Wanted("member", member(MAYA), label="own")
    for label, found in {"offer": {"kind": "offer"}, "want": {"kind": "want"}}.items():
        yield Wanted("listing", rows("listing", **found), label=label, public=True)
    yield Wanted("listing", rows("listing", images__isnull=False), label="pictures")
    yield Wanted("listing", rows("listing", faqs__isnull=False), label="questions")
    yield from own_pages()
    yield from swap_pages()
    yield from session_pages()
    yield from matching_pages()
    yield Wanted("reviews")
    yield Wanted("reviews", query="?show=written", label="written")
    yield Wanted("review-add", rows("swap", status="completed"))
    yield Wanted("review-add", rows("swap", status="completed"), label="refused", sends="nothing")
    yield Wanted("review-edit", rows("review", published_at=None))
    yield Wanted("review-delete", rows("review", published_at=None))
    yield Wanted("connections")
    yield Wanted("connection-remove", rows("connection"))
    yield Wanted("settings")
    yield Wanted("sign-out-everywhere")
    yield Wanted("swap", lambda person: [{"pk": 2_000_000_000}], label="missing")


BY_STRANGERS = (
    "landing",
    "account_login",
    "account_signup",
    "account_inactive",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "google_login",
)
BY_GUARDED = (
    "account_email",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_index",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_list_webauthn",
)
BY_MEMBERS = (
    "landing",
    "account_logout",
    "account_email",
    "account_change_password",
    "account_reauthenticate",
    "socialaccount_connections",
    "usersessions_list",
    "mfa_index",
    "mfa_list_webauthn",
)


def site_pages(guarded: Any) -> Iterator[Shown]:
    """The example's own pages and those of allauth."""
    from django.urls import reverse

    by_person = {STRANGER: BY_STRANGERS, MAYA: BY_MEMBERS, GUARDED: BY_GUARDED}
    for who, names in by_person.items():
        yield from (Shown(name, reverse(name), who) for name in names)
    for name in ("account_login", "account_signup"):
        yield Shown(name, reverse(name), STRANGER, sends="nothing", label="refused")
    yield Shown("account_login", reverse("account_login"), STRANGER, sends="no token", label="forged")
    yield Shown("mfa_authenticate", reverse("mfa_authenticate"), HALFWAY)
    yield Shown("socialaccount_signup", reverse("socialaccount_signup"), FROM_OUTSIDE)
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        yield Shown(name, reverse(name), ARRIVED)
    yield from _by_links_of_mails(guarded)
    key = guarded.authenticator_set.get(type="webauthn").pk
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        yield Shown(name, reverse(name, args=(key,)), GUARDED)


def _by_links_of_mails(guarded: Any) -> Iterator[Shown]:
    from allauth.account.forms import default_token_generator
    from allauth.account.models import EmailAddress, EmailConfirmationHMAC
    from allauth.account.utils import user_pk_to_url_str
    from django.urls import reverse

    unverified = EmailAddress.objects.get(user=guarded, verified=False)
    for label, key in (("", EmailConfirmationHMAC(unverified).key), ("wrong", "wrong")):
        yield Shown("account_confirm_email", reverse("account_confirm_email", args=(key,)), STRANGER, label=label)
    for label, token in (("", default_token_generator.make_token(guarded)), ("wrong", "wrong")):
        path = reverse("account_reset_password_from_key", args=(user_pk_to_url_str(guarded), token))
        yield Shown("account_reset_password_from_key", path, STRANGER, label=label)
    # Whoever has no password yet; everybody here has one, and is sent on.
    yield Shown("account_set_password", reverse("account_set_password"), ARRIVED)


class People:
    """Browsers of Django's own with somebody's session."""

    def __init__(self) -> None:
        from django.contrib.auth import get_user_model

        self.users = get_user_model().objects
        self.clients: dict[str, Any] = {}

    def candidates(self) -> Iterator[Any]:
        """Who is asked whether a page opens for them: those of the landing page first."""
        first = [MAYA, "salma", "omar"]
        yield from (self.users.get(username=name) for name in first)
        yield from self.users.filter(is_active=True, is_staff=False).exclude(username__in=first).order_by("pk")

    def client(self, user: Any) -> Any:
        from django.test import Client

        name = user.username
        if name not in self.clients:
            self.clients[name] = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
            self.clients[name].force_login(user)
            self.confirm(name)
        return self.clients[name]

    def confirm(self, name: str) -> None:
        """As after giving the password just now: parts of an account ask for that."""
        session = self.clients[name].session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time() + HOUR, "username": name, "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = session["_auth_user_id"]
        session.save()

    def openings(self, wanted: Wanted) -> Iterator[Shown]:
        """The page with everybody for whom it opens, and every row by which it does."""
        from django.urls import reverse

        name = f"{namespace(wanted.name)}:{wanted.name}"
        expected = REFUSED.get(wanted.label, 200)
        for person in self.candidates():
            keys = wanted.keys(person) if wanted.keys else ({},)
            queries = wanted.queries(person) if wanted.queries else (wanted.query,)
            for one, query in product(keys, queries):
                path = reverse(name, kwargs=dict(one)) + query
                if self.client(person).get(path).status_code == expected:
                    yield Shown(wanted.name, path, person.username, wanted.sends, wanted.label)

    def sessions(self) -> dict[str, str]:
        return {name: client.session.session_key for name, client in self.clients.items()}


def namespace(name: str) -> str:
    if name in ("settings", "sign-out-everywhere"):
        return "skillswap_accounts"
    of_matching = name.startswith(("match", "circle", "learn")) or name in ("home", "dismissed")
    return "skillswap_matching" if of_matching else "skillswap_exchange"


def make_guarded(people: People) -> Any:
    """Everything that an account can have: two addresses, an app for codes, codes on paper, a key."""
    from allauth.account.models import EmailAddress
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP
    from django.test import Client
    from django.urls import reverse

    guarded = people.users.create_user(GUARDED, f"{GUARDED}@example.org", "learn-together")
    for number, verified in enumerate((True, False)):
        address = f"{GUARDED}{number or ''}@example.org"
        EmailAddress.objects.create(user=guarded, email=address, verified=verified, primary=verified)
    TOTP.activate(guarded, "A" * 32)
    RecoveryCodes.activate(guarded)
    key = {"name": "Blue key", "passwordless": True, "credential": credential()}
    Authenticator.objects.create(user=guarded, type=Authenticator.Type.WEBAUTHN, data=key)
    people.client(guarded)
    halfway = people.clients[HALFWAY] = Client(SERVER_NAME="127.0.0.1")
    halfway.post(reverse("account_login"), {"login": GUARDED, "password": "learn-together"})
    session = halfway.session
    session["account_login"]["initiated_at"] += HOUR  # allauth gives up what was begun a quarter of an hour ago
    session.save()
    return guarded


def credential() -> Mapping[str, Any]:
    """What a key answers when it is registered."""
    from fido2 import webauthn
    from fido2.cose import ES256

    public_key = ES256({1: 2, 3: -7, -1: 1, -2: b"x" * 32, -3: b"y" * 32})
    flags = webauthn.AuthenticatorData.FLAG
    attested = webauthn.AttestedCredentialData.create(b"\0" * 16, b"key", public_key)
    data = webauthn.AuthenticatorData.create(b"\0" * 32, flags.UP | flags.AT, 0, attested)
    client_data = webauthn.CollectedClientData.create("webauthn.create", b"c" * 16, "http://127.0.0.1")
    attestation = webauthn.AttestationObject.create("none", data, {})
    response = webauthn.AuthenticatorAttestationResponse(client_data=client_data, attestation_object=attestation)
    return dict(webauthn.RegistrationResponse(raw_id=b"key", response=response))


def make_newcomers(people: People) -> None:
    """Who comes from another service: before they have signed up, and afterwards, without a password."""
    from allauth.account.models import EmailAddress
    from allauth.socialaccount.adapter import get_adapter
    from allauth.socialaccount.models import SocialAccount, SocialLogin
    from django.test import Client, RequestFactory

    google = get_adapter().get_provider(RequestFactory().get("/"), "google")
    coming = people.users.model(username="", email="nour@example.org")
    account = SocialAccount(provider="google", uid="1")
    login = SocialLogin(user=coming, account=account, email_addresses=[], provider=google)
    people.clients[FROM_OUTSIDE] = Client(SERVER_NAME="127.0.0.1")
    session = people.clients[FROM_OUTSIDE].session
    session["socialaccount_sociallogin"] = login.serialize()
    session.save()
    arrived = people.users.create_user(ARRIVED, "huda@example.org")
    EmailAddress.objects.create(user=arrived, email="huda@example.org", verified=True, primary=True)
    people.client(arrived)


def let_time_pass() -> None:
    """Every other session that is to come has just been held."""
    from django.utils import timezone

    from skillswap_kit.exchange.models import Session

    accepted = Session.objects.filter(status=Session.Status.ACCEPTED).order_by("pk").values_list("pk", flat=True)
    Session.objects.filter(pk__in=accepted[::2]).update(starts_at=timezone.now() - timedelta(hours=2))


def dismiss_somebody(people: People) -> None:
    """Maya's last match is not for her."""
    from skillswap_kit.matching.services import dismiss_member

    maya = people.users.get(username=MAYA)
    *_others, last = matches(maya)
    dismiss_member(by=maya, member=people.users.get(**last))


def look_up() -> None:
    """Print the pages, the sessions of those who see them, and the names of all routes that have a page."""
    import django

    django.setup()
    people = People()
    shown = list(site_pages(make_guarded(people)))
    make_newcomers(people)
    let_time_pass()
    dismiss_somebody(people)
    unseen = []
    for wanted in kit_pages():
        page = next(people.openings(wanted), None)
        if page is None:
            unseen.append(f"{wanted.name} {wanted.label}".strip())
            continue
        shown.append(page)
        if wanted.public:
            shown.append(Shown(page.name, page.path, STRANGER, label=page.label))
    found = {"shown": list(map(asdict, shown)), "sessions": people.sessions(), "routes": sorted(routed())}
    print(json.dumps({**found, "unseen": unseen}))


def routed() -> Iterator[str]:
    """The names of all routes of the site but those of the admin and the API."""
    from django.urls import get_resolver

    from tests.security.operations import leaves

    for route, pattern in leaves(get_resolver().url_patterns):
        is_elsewhere = route.startswith(("/admin/", "/api/", "/_allauth/", "/media/", "/static/"))
        if not is_elsewhere and pattern.name:
            yield pattern.name
